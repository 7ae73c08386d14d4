//! The key that signs checkpoints: a private file of the service, and its public half beside what it signed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256};

use super::folder;

/// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
const DER_HEAD: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const ED25519_NOTE: u8 = 1;

/// Signs checkpoints.
#[derive(Debug)]
pub struct Signer {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Checks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The name of key and log: it has the beginning of the key's own digest in it.
    pub name: String,
    bytes: [u8; 32],
}

/// Why there is no key to sign with; named with the file, for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct NoKey {
    pub path: PathBuf,
    pub why: String,
}

impl Signer {
    /// Reads the private key (PKCS#8, PEM), or makes one where there is none.
    pub fn open_or_make(path: &Path, prefix: &str) -> Result<Self, NoKey> {
        let no_key = |why: String| NoKey {
            path: path.to_owned(),
            why,
        };
        let pem = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(path).map_err(|error| no_key(error.to_string()))?
            }
            read => read.map_err(|error| no_key(error.to_string()))?,
        };
        let der = unpem(&pem, "PRIVATE KEY");
        let pair = der.and_then(|der| Ed25519KeyPair::from_pkcs8(&der).ok());
        let pair = pair.ok_or_else(|| {
            no_key("not a private Ed25519 key; put it back from a backup, or move it away and checkpoints go on with a new key".to_owned())
        })?;
        let bytes = pair.public_key().as_ref().try_into();
        let bytes = bytes.map_err(|_| no_key("not an Ed25519 key".to_owned()))?;
        let public = PublicKey::new(prefix, bytes);
        Ok(Self { pair, public })
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }
}

impl PublicKey {
    fn new(prefix: &str, bytes: [u8; 32]) -> Self {
        let digest = HEXLOWER.encode(&Sha256::digest(bytes));
        let digest = digest.get(..8).unwrap_or_default();
        Self {
            name: format!("vermerk/{prefix}/{digest}"),
            bytes,
        }
    }

    /// The key a file holds, under the name of the notes it signed. `None` where it is not that key.
    pub(super) fn from_pem(name: &str, pem: &str) -> Option<Self> {
        let der = unpem(pem, "PUBLIC KEY")?;
        let bytes = der.strip_prefix(&DER_HEAD)?.try_into().ok()?;
        let prefix = name.strip_prefix("vermerk/")?.rsplit_once('/')?.0;
        let key = Self::new(prefix, bytes);
        (key.pem() == pem && key.name == name).then_some(key)
    }

    /// The end of the name: the beginning of the key's digest.
    pub(super) fn mark(&self) -> &str {
        mark(&self.name)
    }

    /// As `openssl` reads it.
    pub fn pem(&self) -> String {
        pem("PUBLIC KEY", &[&DER_HEAD[..], &self.bytes].concat())
    }

    /// As the verifiers of signed notes read it: name, key id, type and key.
    pub fn verifier(&self) -> String {
        let id = HEXLOWER.encode(&self.id());
        let key = BASE64.encode(&[&[ED25519_NOTE], &self.bytes[..]].concat());
        format!("{}+{id}+{key}", self.name)
    }

    /// The four bytes that stand before each signature.
    pub(super) fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519_NOTE])
            .chain_update(self.bytes)
            .finalize();
        digest.first_chunk().copied().unwrap_or_default()
    }

    pub(super) fn has_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.bytes);
        key.verify(text, signature).is_ok()
    }
}

pub(super) fn mark(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A new private key, for the eyes of the service alone.
fn make(path: &Path) -> io::Result<String> {
    let failed = |_| io::Error::other("no key could be made");
    let pair = Ed25519KeyPair::generate().map_err(failed)?;
    let der = pair.to_pkcs8v1().map_err(failed)?;
    let text = pem("PRIVATE KEY", der.as_ref());
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = match made {
        // Another process was faster; its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return fs::read_to_string(path);
        }
        made => made?,
    };
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    path.parent().map_or(Ok(()), folder::sync)?;
    Ok(text)
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<&[u8]> = text.as_bytes().chunks(64).collect();
    let lines = String::from_utf8_lossy(&lines.join(&b'\n')).into_owned();
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

fn unpem(pem: &str, label: &str) -> Option<Vec<u8>> {
    let inner = pem
        .trim()
        .strip_prefix(&format!("-----BEGIN {label}-----"))?
        .strip_suffix(&format!("-----END {label}-----"))?;
    let text: String = inner.split_whitespace().collect();
    BASE64.decode(text.as_bytes()).ok()
}
