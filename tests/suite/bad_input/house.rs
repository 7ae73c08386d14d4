//! An installation in a folder of its own, a loopback site that shows what it is told, and the real program to run on them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::IntoResponse;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::world::SETTINGS;

/// No command may take longer, whatever it is given.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub struct House {
    pub root: PathBuf,
    site: Arc<Mutex<Shown>>,
    /// Removed with the house, where the house has it of its own.
    #[expect(dead_code, reason = "kept for its end")]
    folder: Option<TempDir>,
}

/// What the site answers everywhere but at robots.txt.
#[derive(Clone)]
struct Shown {
    content_type: &'static str,
    body: Vec<u8>,
}

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub bytes: Vec<u8>,
    pub err: String,
}

impl House {
    /// With a database, before the first look. `mail` is the inside of a table [mail], or empty.
    pub async fn new(mail: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let house = Self::at(root, mail).await;
        Self {
            folder: Some(folder),
            ..house
        }
    }

    pub async fn at(root: PathBuf, mail: &str) -> Self {
        let site = Arc::new(Mutex::new(Shown {
            content_type: "text/html",
            body: list("Zusammenarbeit").into_bytes(),
        }));
        let address = serve(Arc::clone(&site)).await;
        std::fs::create_dir_all(root.join("config/pages")).unwrap();
        let house = Self {
            root,
            site,
            folder: None,
        };
        house.write("config/vermerk.toml", &main_file(mail));
        house.write("config/pages/liste.toml", &page_file(&address));
        let made = house
            .run(&["init", "--config-dir", &house.path("config")])
            .await;
        assert_eq!(made.code, Some(0), "{made:?}");
        house
    }

    pub fn path(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.root.join(name), text).unwrap();
    }

    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.root.join(name)).unwrap();
        assert!(text.contains(from), "{name} has {from}");
        self.write(name, &text.replace(from, to));
    }

    pub fn show(&self, body: impl Into<Vec<u8>>) {
        self.show_as("text/html", body);
    }

    pub fn show_as(&self, content_type: &'static str, body: impl Into<Vec<u8>>) {
        let body = body.into();
        *self.site.lock().unwrap_or_else(PoisonError::into_inner) = Shown { content_type, body };
    }

    /// Runs a command on this installation to its end.
    pub async fn vermerk(&self, arguments: &[&str]) -> Ended {
        let config = self.path("config/vermerk.toml");
        self.run(&[&["--config", &config], arguments].concat())
            .await
    }

    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[]).await
    }

    pub async fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = program(arguments);
        command.envs(environment.iter().copied());
        let root = self.path("");
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = tokio::time::timeout(PATIENCE, output).await;
        let output = output.expect("the command ends in time").unwrap().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&root, "ROOT/");
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(!err.contains("panicked"), "{arguments:?}: {err}");
        Ended {
            code: output.status.code(),
            out,
            bytes: output.stdout,
            err,
        }
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, out, err, .. } = self;
        write!(f, "ended with {code:?}\n--- out\n{out}\n--- err\n{err}")
    }
}

impl Ended {
    /// Ended with this code, and said exactly this one line on standard error.
    pub fn says(&self, code: i32, line: &str) {
        let expected = format!("vermerk: {line}\n");
        assert_eq!(
            (self.code, self.err.as_str()),
            (Some(code), expected.as_str()),
            "{self:?}"
        );
    }

    /// Ended well, and had nothing to complain of.
    pub fn is_well(&self) -> &Self {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self
    }
}

pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vermerk"));
    command
        .args(arguments)
        .env_remove("VERMERK_CONFIG")
        .env_remove("VERMERK_LOG");
    command.stdin(Stdio::null());
    command
}

/// Waits until something is so, within a bounded time.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A page with three countries; the words of Kenya's teaser can be chosen.
pub fn list(words: &str) -> String {
    format!(
        "<!doctype html><html lang=de><body><main><h1>Abkommen</h1>\
         <article class=teaser><h2><a href=/ghana>Ghana</a></h2><p>Deutschland und Ghana arbeiten bei der Migration zusammen.</p></article>\
         <article class=teaser><h2><a href=/kenia>Kenia</a></h2><p>Deutschland und Kenia: {words} bei der Migration.</p></article>\
         <article class=teaser><h2><a href=/indien>Indien</a></h2><p>Mit Indien besteht ein Abkommen über Migration und Mobilität.</p></article>\
         </main></body></html>"
    )
}

fn main_file(mail: &str) -> String {
    let readers = if mail.is_empty() {
        String::new()
    } else {
        format!(
            "[mail]\n{mail}\n[[recipients]]\naddress = \"reader@localhost\"\nlanguage = \"en\"\n"
        )
    };
    format!("{SETTINGS}{readers}")
}

/// The schedule is far away, so that only the test looks.
fn page_file(address: &str) -> String {
    format!(
        "id = \"liste\"\nurl = \"http://{address}/liste\"\nlanguage = \"de\"\ntitle = \"Liste\"\npublisher = \"Amt\"\n\
         every = \"31d\"\nconfirm_after = \"1s\"\n[recipe]\nkind = \"list\"\nentries = \"article\"\ntitle = \"h2\"\n\
         teaser = \"p\"\nlink = \"a\"\nkey = \"country\"\n"
    )
}

async fn serve(shown: Arc<Mutex<Shown>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let site = Router::new().fallback(answer).with_state(shown);
    tokio::spawn(async move { axum::serve(listener, site).await });
    address
}

async fn answer(State(shown): State<Arc<Mutex<Shown>>>, uri: Uri) -> impl IntoResponse {
    if uri.path() == "/robots.txt" {
        return (StatusCode::NOT_FOUND, HeaderMap::new(), Vec::new());
    }
    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let kind = HeaderValue::from_static(shown.content_type);
    let headers = HeaderMap::from_iter([(HeaderName::from_static("content-type"), kind)]);
    (StatusCode::OK, headers, shown.body)
}

/// Says loudly why something was not tested here.
pub fn skipped(why: &str) {
    eprintln!("\n*** SKIPPED: {why} ***\n");
}

/// The only file of the archive that ends so.
pub fn only(folder: &Path, ending: &str) -> PathBuf {
    let found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}
