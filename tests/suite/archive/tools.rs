//! Other people's tools, where `scripts/test` has installed them.

use crate::lack::lacks;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The program, or `None` after saying that what it would show is not shown.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(".venv/bin")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    lacks(name);
    None
}

/// Runs a program to its end.
pub fn run(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

/// pywb on a port of this machine, stopped when dropped.
pub struct Wayback {
    child: Child,
    pub base: String,
}

impl Wayback {
    /// Serves an archive's files by an index of theirs.
    pub async fn start(program: &Path, folder: &Path, archive: &Path) -> Self {
        let collections = format!(
            "framed_replay: false\ncollections:\n  week:\n    index_paths: {}\n    archive_paths: {}/\n",
            folder.join("index.cdxj").display(),
            archive.display()
        );
        std::fs::write(folder.join("config.yaml"), collections).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new(program)
            .args(["-b", "127.0.0.1", "-p", &port.to_string(), "-d"])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}/week");
        let started = Self { child, base };
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return started;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("pywb did not start within a minute");
    }
}

impl Drop for Wayback {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
