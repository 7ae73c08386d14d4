//! What is wrong with a configuration is said at its place, with the way to mend it.

use super::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_configuration_names_where_it_was_looked_for() {
    let house = House::new("").await;
    let nowhere = house.path("nowhere.toml");
    for command in [
        &["check"][..],
        &["status"],
        &["run"],
        &["config", "check"],
        &["archive", "verify"],
    ] {
        let ended = house
            .run(&[&["--config", &nowhere], command].concat())
            .await;
        ended.says(
            78,
            "no configuration at ROOT/nowhere.toml (from --config); write one with `vermerk init`",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_one_line_with_its_place() {
    for (from, to, line) in [
        (
            "every = \"31d\"",
            "evry = \"31d\"\nevery = \"31d\"",
            "6:1: unknown key `evry`; did you mean `every`?",
        ),
        (
            "\"article\"",
            "\"article > > p\"",
            "10:11: `recipe.entries`: \"article > > p\" is no CSS selector",
        ),
        (
            "every = \"31d\"",
            "schedule = \"0 6 32 * *\"\ntime_zone = \"UTC\"",
            "6:12: `schedule`: field 3 (day of month): 32 is not between 1 and 31",
        ),
        (
            "every = \"31d\"",
            "schedule = \"0 6 * * *\"\ntime_zone = \"Europe/Berln\"",
            "7:13: `time_zone`: \"Europe/Berln\" is no IANA time zone; did you mean \"Europe/Berlin\"?",
        ),
        (
            "language = \"de\"",
            "language = \"deutsch\"",
            "3:12: `language`: \"deutsch\" is not a language code; write for example \"de\" or \"en\"",
        ),
    ] {
        let house = House::new("").await;
        house.replace("config/pages/liste.toml", from, to);
        let line = format!("ROOT/config/pages/liste.toml:{line}");
        house.vermerk(&["config", "check"]).await.says(78, &line);
        house.vermerk(&["check"]).await.says(78, &line);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_address_is_no_page() {
    let house = House::new("").await;
    let file = std::fs::read_to_string(house.root.join("config/pages/liste.toml")).unwrap();
    let url = file.lines().nth(1).unwrap();
    house.replace("config/pages/liste.toml", url, "url = \"/liste.html\"");
    house.vermerk(&["check"]).await.says(
        78,
        "ROOT/config/pages/liste.toml:2:7: `url`: \"/liste.html\" is not a whole address; \
         write for example \"https://www.example.org/page.html\"",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pages_with_one_id_are_told_of_each_other() {
    let house = House::new("").await;
    let file = std::fs::read_to_string(house.root.join("config/pages/liste.toml")).unwrap();
    house.write("config/pages/zweite.toml", &file);
    house.vermerk(&["check"]).await.says(
        78,
        "ROOT/config/pages/zweite.toml:1:6: `id`: ROOT/config/pages/liste.toml is also called \"liste\"; \
         give one of the two another id",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_every_file_is_told_at_once() {
    let house = House::new("").await;
    house.replace("config/vermerk.toml", "pause = \"0s\"", "pause = \"now\"");
    house.replace("config/pages/liste.toml", "\"country\"", "\"land\"");
    let ended = house.vermerk(&["config", "check"]).await;
    assert_eq!(ended.code, Some(78));
    let lines: Vec<&str> = ended.err.lines().collect();
    assert_eq!(lines.len(), 2, "{ended:?}");
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("vermerk: ROOT/config/")),
        "{ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_configured_is_a_matter_of_the_command_line() {
    let house = House::new("").await;
    house
        .vermerk(&["check", "seite"])
        .await
        .says(2, "no page \"seite\"; configured: liste");
}
