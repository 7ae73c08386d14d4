//! Checkpoints stamped by an authority of this machine, made of `openssl ts`, and checked by openssl alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use vermerk::archive;
use vermerk::pipeline::{self, Upkeep};

use super::tools::run;
use crate::world::{Answer, World};

const PAGE: &str = r#"
    id = "topic"
    url = "{{url}}"
    title = "Topic"
    publisher = "Ministry"
    language = "de"
    every = "1h"
    [recipe]
    kind = "document"
    text = "main"
"#;

const CONFIG: &str = "\
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

/// How the authority behaves.
#[derive(Debug, Clone, Copy)]
enum Temper {
    Fine,
    Nonsense,
    /// Answers what somebody else had asked.
    Stale,
    Down,
}

/// An authority for time stamps.
pub struct Authority {
    folder: TempDir,
    temper: Mutex<Temper>,
}

#[tokio::test]
async fn a_checkpoint_is_stamped_and_openssl_believes_it() {
    let (world, authority, upkeep) = scene().await;
    for (temper, expected) in [
        (Temper::Down, "the server answered 503"),
        (Temper::Nonsense, "the answer is no time stamp"),
        (Temper::Stale, "the time stamp is about something else"),
    ] {
        *authority.temper.lock().unwrap() = temper;
        let done = pipeline::upkeep(&world.road, &upkeep).await;
        let why = &done.troubles[0];
        assert!(why.contains(expected), "{temper:?}: {why}");
    }
    // It is asked again until it answers, and then no more.
    *authority.temper.lock().unwrap() = Temper::Fine;
    let done = pipeline::upkeep(&world.road, &upkeep).await;
    let token = done.stamped.unwrap();
    let done = pipeline::upkeep(&world.road, &upkeep).await;
    assert!(done.stamped.is_none() && done.checkpoint.is_none() && done.checked.is_none());
    let note = token.with_extension("note");
    assert!(believes(&authority, &token, &note));
    assert_eq!(
        archive::verify(&upkeep.settings, |_, _| {}).unwrap().faults,
        []
    );

    fs::write(
        &note,
        fs::read_to_string(&note)
            .unwrap()
            .replace("vermerk/", "Vermerk/"),
    )
    .unwrap();
    assert!(!believes(&authority, &token, &note));
    let faults = archive::verify(&upkeep.settings, |_, _| {}).unwrap().faults;
    assert!(!faults.is_empty());
}

#[tokio::test]
async fn an_authority_in_a_private_network_is_not_asked() {
    let (world, _authority, upkeep) = scene().await;
    let upkeep = Upkeep {
        authority: Some("http://10.0.0.1/tsr".parse().unwrap()),
        ..upkeep
    };
    let done = pipeline::upkeep(&world.road, &upkeep).await;
    let why = &done.troubles[0];
    assert!(why.contains("refused by rule"), "{why}");
}

#[tokio::test]
async fn a_rewritten_ledger_is_never_signed_again() {
    let (world, _authority, upkeep) = scene().await;
    let upkeep = Upkeep {
        authority: None,
        ..upkeep
    };
    pipeline::upkeep(&world.road, &upkeep).await;
    let ledger = upkeep.settings.folder.join("ledger.jsonl");
    let text = fs::read_to_string(&ledger).unwrap();
    fs::write(&ledger, text.replace("\"records\":", "\"Records\":")).unwrap();
    let signer = upkeep.signer().unwrap();
    let now = (world.road.clock)() + SignedDuration::from_hours(24);
    let refused = archive::checkpoint(&upkeep.settings, &signer, now).unwrap_err();
    assert!(
        refused.to_string().contains("nothing is signed"),
        "{refused}"
    );
}

async fn scene() -> (World, Arc<Authority>, Upkeep) {
    let now: Timestamp = "2024-09-16T06:00:00Z".parse().unwrap();
    let first = Answer {
        status: 200,
        content_type: "text/html",
        body: b"<main>Kenia</main>".to_vec(),
    };
    let world = World::new(PAGE, "/", first, now).await;
    world.look_at(now).await.unwrap();
    let authority = Arc::new(Authority::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/tsr", listener.local_addr().unwrap());
    let service = Router::new()
        .route("/tsr", post(answer))
        .with_state(Arc::clone(&authority));
    tokio::spawn(async move { axum::serve(listener, service).await });
    let upkeep = Upkeep {
        key: world.archive.folder.with_file_name("checkpoint.key"),
        settings: world.archive.clone(),
        authority: Some(url.parse().unwrap()),
        fixity: SignedDuration::from_hours(24 * 7),
        keep: Vec::new(),
    };
    (world, authority, upkeep)
}

impl Authority {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(
            at("tsa.cnf"),
            CONFIG.replace("serial = serial", &format!("serial = {}", at("serial"))),
        )
        .unwrap();
        fs::write(at("serial"), "01\n").unwrap();
        let (key, certificate) = (at("tsa.key"), at("tsa.pem"));
        let made = run(
            "openssl",
            &[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=Zeitstempel",
                "-addext",
                "extendedKeyUsage=critical,timeStamping",
                "-keyout",
                &key,
                "-out",
                &certificate,
            ],
        );
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Self {
            folder,
            temper: Mutex::new(Temper::Fine),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn reply(&self, question: &[u8]) -> Vec<u8> {
        let at = |name: &str| self.path(name).to_string_lossy().into_owned();
        fs::write(self.path("question"), question).unwrap();
        let made = run(
            "openssl",
            &[
                "ts",
                "-reply",
                "-config",
                &at("tsa.cnf"),
                "-section",
                "one",
                "-queryfile",
                &at("question"),
                "-inkey",
                &at("tsa.key"),
                "-signer",
                &at("tsa.pem"),
                "-out",
                &at("answer"),
            ],
        );
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        fs::read(self.path("answer")).unwrap()
    }
}

async fn answer(
    State(authority): State<Arc<Authority>>,
    headers: HeaderMap,
    question: Bytes,
) -> (StatusCode, Vec<u8>) {
    assert_eq!(headers["content-type"], archive::QUERY);
    let temper = *authority.temper.lock().unwrap();
    let stale = archive::Question::about(b"another note").der();
    match temper {
        Temper::Fine => (StatusCode::OK, authority.reply(&question)),
        Temper::Stale => (StatusCode::OK, authority.reply(&stale)),
        Temper::Nonsense => (StatusCode::OK, b"<html>".to_vec()),
        Temper::Down => (StatusCode::SERVICE_UNAVAILABLE, Vec::new()),
    }
}

fn believes(authority: &Authority, token: &Path, note: &Path) -> bool {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let said = run(
        "openssl",
        &[
            "ts",
            "-verify",
            "-data",
            &text(note),
            "-in",
            &text(token),
            "-CAfile",
            &text(&authority.path("tsa.pem")),
        ],
    );
    said.status.success()
}
