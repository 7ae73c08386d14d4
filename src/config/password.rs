//! Reads the password for the mail server from its own file, and never shows it.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Anyone on the machine may read a file with this bit.
const WORLD_READABLE: u32 = 0o004;

/// A password; its debug form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Who else may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    Private,
    World,
}

impl Password {
    /// The whole file without the line break at its end.
    pub fn read(path: &Path) -> Result<(Self, Exposure), String> {
        let refuse = |why: &dyn fmt::Display| {
            format!(
                "{} cannot be read: {why}; it must hold the password alone and be readable for this user",
                path.display()
            )
        };
        let text = fs::read_to_string(path).map_err(|error| refuse(&error))?;
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
        Ok((Self(password.to_owned()), exposure))
    }

    /// For the login alone.
    pub fn reveal(&self) -> &str {
        &self.0
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
            let (password, _) = Password::read(&path).unwrap();
            assert_eq!(password.reveal(), expected);
            assert!(!format!("{password:?}").contains("geheim"));
        }
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
            assert_eq!(Password::read(&path).unwrap().1, expected, "{mode:o}");
        }
    }
}
