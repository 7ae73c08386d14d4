//! The shipped files, and one fixture for each fault with the lines it must give.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use scraper::{Html, Selector};

use super::*;
use crate::model::{KeyBy, Shape};

const MAIN: &str = "[operator]\nname = \"Betreiber\"\ncontact = \"https://www.vermerk.example/\"\n";
const PAGE: &str = r##"
id = "seite"
url = "https://www.example.org/seite.html"
language = "de"
title = "Seite"
publisher = "Amt"
every = "1h"
[recipe]
kind = "list"
entries = "#content li"
title = "h3"
"##;

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.extension().is_none_or(|ending| ending != "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    paths
}

fn folder_with(main: &str, page: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pages")).unwrap();
    fs::write(folder.path().join("vermerk.toml"), main).unwrap();
    fs::write(folder.path().join("pages/seite.toml"), page).unwrap();
    folder
}

fn load_folder(folder: &Path) -> Result<(Config, Vec<Watched>), ConfigErrors> {
    load(&folder.join("vermerk.toml"), None)
}

/// Compares the lines that a folder gives with those in the file beside the fixture.
fn check(folder: &Path, fixture: &Path) {
    let errors = load_folder(folder).expect_err(&fixture.display().to_string());
    let prefix = format!("{}/", folder.display());
    let lines = errors.to_string().replace(&prefix, "");
    let golden = fixture.with_extension("txt");
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(format!("{lines}\n"), expected, "{}", golden.display());
}

#[test]
fn every_fault_of_a_page_file_is_told_in_one_line_with_its_place() {
    for fixture in fixtures("fixtures/config/page") {
        let folder = folder_with(MAIN, &fs::read_to_string(&fixture).unwrap());
        check(folder.path(), &fixture);
    }
}

#[test]
fn every_fault_of_the_main_file_is_told_in_one_line_with_its_place() {
    for fixture in fixtures("fixtures/config/main") {
        let folder = folder_with(&fs::read_to_string(&fixture).unwrap(), PAGE);
        check(folder.path(), &fixture);
    }
}

#[test]
fn faults_between_files_are_told_with_both_and_none_hides_another() {
    for fixture in fixtures("fixtures/config/folder") {
        check(&fixture, &fixture);
    }
}

#[test]
fn the_shipped_files_are_a_whole_configuration() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let (config, pages) = load_folder(&folder).unwrap();
    let ids: Vec<&str> = pages.iter().map(|one| one.page.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "bmi-migration-partnerships-en",
            "bmi-migrationspartnerschaften"
        ]
    );
    for Watched { page, .. } in &pages {
        assert_eq!(page.recipe.key, KeyBy::Country);
        assert!(page.recipe.follow.is_some(), "teasers are cut: {}", page.id);
    }
    assert!(config.mail.is_none() && config.recipients.is_empty());
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
    assert!(config.warnings[0].contains("still the example"));
}

#[test]
fn the_shipped_settings_are_the_defaults() {
    let (shipped, _) = load_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config")).unwrap();
    let folder = folder_with(MAIN, PAGE);
    let (bare, _) = load_folder(folder.path()).unwrap();
    assert_eq!(shipped.state, bare.state);
    assert_eq!(shipped.archive, bare.archive);
    assert_eq!(shipped.log, bare.log);
    assert_eq!(shipped.language, bare.language);
    let user_agent = shipped.fetch.user_agent.clone();
    assert_eq!(
        shipped.fetch,
        FetchSettings {
            user_agent,
            ..bare.fetch
        }
    );
}

#[test]
fn every_key_that_the_shipped_file_shows_in_a_comment_is_one_we_read() {
    let shipped = include_str!("../../config/vermerk.toml");
    let uncommented: Vec<&str> = shipped
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with('[') || code.contains(" = ") && !code.contains('`') => {
                code
            }
            _ => line,
        })
        .collect();
    let text = uncommented
        .join("\n")
        .replace("bmi-migrationspartnerschaften", "seite");
    let folder = folder_with(&text, PAGE);
    fs::write(folder.path().join("smtp-password"), "geheim\n").unwrap();
    let secret = folder.path().join("newsroom-secret");
    fs::write(&secret, "geheim\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).unwrap();
    let (config, _) = load_folder(folder.path()).unwrap();
    let mail = config.mail.unwrap();
    assert_eq!(mail.smtp().unwrap().login.unwrap().password, "geheim");
    assert!(!format!("{mail:?}").contains("geheim"));
    assert_eq!(config.webhooks.len(), 1);
    assert!(!format!("{:?}", config.webhooks).contains("geheim"));
    assert_eq!(config.recipients.len(), 1);
    assert!(config.feed.is_some() && config.log.json_lines.is_some());
}

#[test]
fn the_service_reads_its_password_from_the_credential_and_paths_count_from_the_file() {
    let main = format!(
        "state = \"state\"\n{MAIN}[mail]\nhost = \"localhost\"\nfrom = \"v@example.org\"\nuser = \"v\"\n\
         password_file = \"smtp-password\"\n"
    );
    let folder = folder_with(&main, PAGE);
    let credentials = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("smtp-password"), "aus dem Ordner").unwrap();
    fs::write(credentials.path().join("smtp-password"), "vom Dienst").unwrap();
    let file = folder.path().join("vermerk.toml");
    let password = |credentials: Option<&Path>| {
        let (config, _) = load(&file, credentials).unwrap();
        assert_eq!(config.state, folder.path().join("state"));
        assert_eq!(config.archive.folder, folder.path().join("state/archive"));
        config.mail.unwrap().smtp().unwrap().login.unwrap().password
    };
    assert_eq!(password(Some(credentials.path())), "vom Dienst");
    assert_eq!(password(None), "aus dem Ordner");
}

#[test]
fn a_key_of_the_file_does_not_steer_the_terminal() {
    let folder = folder_with(&format!("{MAIN}\"\\u001b[2Jname\" = 1\n"), PAGE);
    let told = load_folder(folder.path()).unwrap_err().to_string();
    assert!(
        told.contains("unknown key `operator.\\u{1b}[2Jname`"),
        "{told:?}"
    );
}

#[test]
fn a_file_beside_the_pages_that_is_not_read_is_named() {
    let folder = folder_with(MAIN, PAGE);
    fs::write(folder.path().join("pages/zweite.tml"), PAGE).unwrap();
    let (config, _) = load_folder(folder.path()).unwrap();
    let told = config.warnings.concat();
    assert!(told.contains("pages/zweite.tml: not read"), "{told}");
}

#[test]
fn a_first_configuration_is_written_once_and_never_over_an_edited_one() {
    let folder = tempfile::tempdir().unwrap();
    let (config, state) = (
        folder.path().join("etc"),
        folder.path().join("a \"state\" folder"),
    );
    let written = init(&config, &state).unwrap();
    assert_eq!(written.len(), 3);
    let (loaded, _) = load_folder(&config).unwrap();
    assert_eq!(loaded.state, state);
    assert!(loaded.archive.folder.is_dir());
    fs::write(&written[0], "edited").unwrap();
    assert_eq!(init(&config, &state).unwrap(), Vec::<PathBuf>::new());
    assert_eq!(fs::read_to_string(&written[0]).unwrap(), "edited");
}

/// Two ways in which such sites write a country block, a menu that shows one too, and a box beside.
const SITE: &str = r#"<body><header><nav><div><h3><a href="DE/migrationsabkommen/ghana/ghana-node.html">Menu</a></h3><p>x</p></div></nav></header>
<main><div id="content"><h1>Seite</h1><p class="c-meta">Stand</p><div><p>Ein Baustein.</p><p>Ein zweiter.</p></div>
<h2><a href="DE/migrationsabkommen/migrationsabkommen-artikel.html">Mehr zum Thema</a></h2>
<ul><li><h3><a href="DE/migrationsabkommen/kenia/kenia-node.html">Kenia</a></h3><p>Am 13. <a href="x">September</a> …</p><p class="c-more"><a href="y">mehr</a></p></li>
<li><a class="c-box" href="DE/migrationsabkommen/marokko/marokko.html"><div><h3>Marokko</h3><p>Das Königreich …</p></div></a></li></ul>
<aside><h3><a href="DE/rueckkehr.html">Rückkehr</a></h3><p>Hilfe</p></aside></div></main></body>"#;

#[test]
fn the_shipped_recipe_finds_country_blocks_by_structure_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let (_, pages) = load_folder(&folder).unwrap();
    let page = &pages[1].page;
    let Shape::List {
        entries,
        fields,
        introduction,
    } = &page.recipe.shape
    else {
        panic!("a list");
    };
    let html = Html::parse_document(SITE);
    let css = |text: &str| Selector::parse(text).unwrap();
    let (heading, lead) = (css(&fields.title), css(fields.teaser.as_ref().unwrap()));
    let words = |element: scraper::ElementRef| element.text().collect::<String>();
    let found: Vec<(String, String)> = html
        .select(&css(entries))
        .map(|entry| {
            let of = |part| entry.select(part).map(words).collect::<Vec<_>>().join("|");
            (of(&heading), of(&lead))
        })
        .collect();
    let expected = [
        ("Kenia", "Am 13. September …"),
        ("Marokko", "Das Königreich …"),
    ];
    assert_eq!(
        found,
        expected.map(|(title, teaser)| (title.to_owned(), teaser.to_owned()))
    );
    let own: Vec<String> = html
        .select(&css(introduction.as_ref().unwrap()))
        .map(words)
        .collect();
    assert_eq!(own, ["Ein Baustein.", "Ein zweiter."]);
    let article = css(page.recipe.follow.as_ref().unwrap());
    assert!(html.select(&article).count() > 0);
}
