//! Reads a password or a secret from its own file, and never shows it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Anyone on the machine may read a file with this bit.
const WORLD_READABLE: u32 = 0o004;

/// A password, or why this user may not read it: that is missed only where something is sent. Its debug
/// form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Result<String, String>);

/// Who else may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    Private,
    World,
}

impl Password {
    /// The whole file without the line break at its end; `what` it holds, for messages.
    pub fn read(path: &Path, what: &str) -> Result<(Self, Exposure), String> {
        let refuse = |why: &dyn fmt::Display| {
            format!(
                "{} cannot be read: {why}; it must hold the {what} alone and be readable for this user",
                path.display()
            )
        };
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Ok((Self(Err(refuse(&error))), Exposure::Private));
            }
            read => read.map_err(|error| refuse(&error))?,
        };
        let mode = fs::metadata(path)
            .map_err(|error| refuse(&error))?
            .permissions()
            .mode();
        let password = text.strip_suffix('\n').unwrap_or(&text);
        let password = password.strip_suffix('\r').unwrap_or(password);
        if password.is_empty() {
            return Err(refuse(&"it is empty"));
        }
        let exposure = if mode & WORLD_READABLE == 0 {
            Exposure::Private
        } else {
            Exposure::World
        };
        Ok((Self(Ok(password.to_owned())), exposure))
    }

    /// For the login alone; the error says why it cannot be read.
    pub fn reveal(&self) -> Result<&str, &str> {
        self.0.as_deref().map_err(String::as_str)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_loses_its_line_break_and_nothing_else_and_is_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smtp-password");
        for (text, expected) in [
            ("geheim\n", "geheim"),
            ("geheim\r\n", "geheim"),
            (" mit Blank \n\n", " mit Blank \n"),
        ] {
            fs::write(&path, text).unwrap();
            let (password, _) = Password::read(&path, "password").unwrap();
            assert_eq!(password.reveal(), Ok(expected));
            assert!(!format!("{password:?}").contains("geheim"));
        }
    }

    #[test]
    fn a_file_without_a_word_is_refused_by_what_it_should_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("newsroom-secret");
        fs::write(&path, "\n").unwrap();
        let why = Password::read(&path, "secret").unwrap_err();
        assert!(why.contains("it must hold the secret alone"), "{why}");
    }

    #[test]
    fn a_password_that_everyone_may_read_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smtp-password");
        fs::write(&path, "geheim").unwrap();
        for (mode, expected) in [
            (0o600, Exposure::Private),
            (0o640, Exposure::Private),
            (0o644, Exposure::World),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(
                Password::read(&path, "password").unwrap().1,
                expected,
                "{mode:o}"
            );
        }
    }
}
