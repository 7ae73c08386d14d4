//! Mail servers that are not there, will not encrypt, or refuse the password: said in one line, and no mail is lost.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tokio::net::{TcpListener, TcpSocket};
use vermerk::demo::mailbox::Mailbox;

use super::house::{House, PATIENCE, list};
use crate::lack::lacks;

#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_while_the_server_is_away_and_goes_out_once_afterwards() {
    let (deaf, port) = deaf_port();
    let house = House::new(&clear_text(port)).await;
    house.vermerk(&["check"]).await.is_well();
    house.show(list("neues Abkommen"));
    let away = house.vermerk(&["check", "--confirm"]).await;
    let (code, err) = (away.code, away.err.as_str());
    assert_eq!(code, Some(1), "{away:?}");
    assert!(
        err.starts_with("vermerk: a message waits until ") && err.lines().count() == 1,
        "{away:?}"
    );
    assert!(
        err.ends_with(&format!(
            ": 127.0.0.1:{port} when connecting: Connection refused (os error 111); \
         check host and port, and that the mail server runs\n"
        )),
        "{away:?}"
    );

    let mailbox = Mailbox::start(deaf.listen(16).unwrap()).unwrap();
    let waiting = house.vermerk(&["deliveries", "--json"]).await;
    let row: serde_json::Value = serde_json::from_str(waiting.is_well().out.trim()).unwrap();
    let number = row["number"].to_string();
    house
        .vermerk(&["deliveries", "retry", &number])
        .await
        .is_well();
    let back = house.vermerk(&["check"]).await;
    assert!(back.is_well().out.ends_with("1 delivered\n"), "{back:?}");
    house.vermerk(&["check"]).await.is_well();
    let received = mailbox.wait_for(1, PATIENCE).await;
    assert_eq!(received.len(), 1);
    assert!(
        received[0]
            .data
            .contains("Subject: [WORDING] Kenya (Kenia)"),
        "{}",
        received[0].data
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_a_server_that_is_away_says_what_to_check() {
    let (_deaf, port) = deaf_port();
    let house = House::new(&clear_text(port)).await;
    let line = format!(
        "127.0.0.1:{port} when connecting: Connection refused (os error 111); \
         check host and port, and that the mail server runs"
    );
    house
        .vermerk(&["mail", "test", "--to", "me@localhost"])
        .await
        .says(1, &format!("mail: {line}"));
    let checked = house.vermerk(&["config", "check", "--connect"]).await;
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(
        checked.out.ends_with(&format!("mail server: {line}\n")),
        "{checked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_starttls_gets_nothing() {
    let mailbox = Mailbox::start(TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap();
    let port = mailbox.address().port();
    let house = House::new(&clear_text(port)).await;
    house.replace(
        "config/vermerk.toml",
        "tls = \"none\"",
        "tls = \"required\"",
    );
    house.vermerk(&["mail", "test", "--to", "me@localhost"]).await.says(
        1,
        &format!(
            "mail: 127.0.0.1:{port} does not offer STARTTLS, so nothing was sent; use the submission port (587), \
             TLS from the first byte (465), or no TLS for a relay on this machine"
        ),
    );
    assert!(mailbox.received().is_empty());
    house.replace(
        "config/vermerk.toml",
        "tls = \"required\"",
        "tls = \"none\"",
    );
    house
        .vermerk(&["mail", "test", "--to", "me@localhost"])
        .await
        .is_well();
    assert_eq!(mailbox.wait_for(1, PATIENCE).await[0].to, ["me@localhost"]);
    house.vermerk(&["mail", "test"]).await.says(
        2,
        "nobody to write to: say --to ADDRESS, or set operator.mail in the configuration",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_called_a_wrong_password() {
    let Some(server) = Aiosmtpd::start() else {
        return lacks("aiosmtpd");
    };
    let port = server.port;
    let mail = format!(
        "host = \"localhost\"\nport = {port}\ntls = \"required\"\nfrom = \"vermerk@localhost\"\n\
         user = \"vermerk\"\npassword_file = \"password\""
    );
    let house = House::new(&clear_text(port)).await;
    house.replace("config/vermerk.toml", &clear_text(port), &mail);
    let known = server.folder.path().join("ca.pem").display().to_string();
    let config = house.path("config/vermerk.toml");
    let test = ["--config", &config, "mail", "test", "--to", "me@localhost"];
    secret(&house, "falsch");
    house.run_with(&test, &[("SSL_CERT_FILE", &known)]).await.says(
        1,
        &format!(
            "mail: localhost:{port} at the login: 535 5.7.8 Authentication credentials invalid; check user and password"
        ),
    );
    secret(&house, "geheim");
    house
        .run_with(&test, &[("SSL_CERT_FILE", &known)])
        .await
        .is_well();
    let unknown = house
        .vermerk(&["mail", "test", "--to", "me@localhost"])
        .await;
    let begins = format!("vermerk: mail: localhost:{port} when starting TLS: ");
    assert!(
        unknown.code == Some(1) && unknown.err.starts_with(&begins),
        "{unknown:?}"
    );
    assert_eq!(unknown.err.lines().count(), 1, "{unknown:?}");
}

fn secret(house: &House, password: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    house.write("config/password", password);
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(house.root.join("config/password"), private).unwrap();
}

fn clear_text(port: u16) -> String {
    format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"vermerk@localhost\"")
}

/// A port that is ours and refuses connections until it listens.
fn deaf_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A mail server of another make, with STARTTLS and the password `geheim`.
struct Aiosmtpd {
    port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

const SERVER: &str = r#"
import ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
def login(server, session, envelope, mechanism, data):
    good = getattr(data, "password", None) == b"geheim"
    return AuthResult(success=good, handled=False)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("leaf.pem", "leaf.key")
controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1]), tls_context=context,
    require_starttls=True, auth_required=True, authenticator=login)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"#;

impl Aiosmtpd {
    /// `None` where it is not installed.
    fn start() -> Option<Self> {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
        if !python.with_file_name("aiosmtpd").exists() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        certificate(folder.path());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut process = Command::new(python)
            .args(["-c", SERVER, &port.to_string()])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        assert_eq!(said, "ready\n");
        Some(Self {
            port,
            folder,
            process,
        })
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An authority of our own in `ca.pem`, and what it signed for localhost in `leaf.pem`.
fn certificate(folder: &Path) {
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command
            .args(arguments.split_whitespace())
            .current_dir(folder);
        let output = command.output().expect("openssl is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let ext: PathBuf = folder.join("ext");
    std::fs::write(
        ext,
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n",
    )
    .unwrap();
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
    );
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout leaf.key -out leaf.csr");
    openssl(
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out leaf.pem",
    );
}
