//! Finds the configuration: `--config`, else `VERMERK_CONFIG`, else the place of the package.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The environment variable that names the configuration file.
pub const VARIABLE: &str = "VERMERK_CONFIG";
/// Where the package puts it.
pub const DEFAULT: &str = "/etc/vermerk/vermerk.toml";

/// There is no configuration where one was looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no configuration at {} ({named_by}); write one with `vermerk init`", path.display())]
pub struct NoConfig {
    pub path: PathBuf,
    pub named_by: &'static str,
}

/// The file to read; `flag` is what `--config` says.
pub fn locate(flag: Option<&Path>) -> Result<PathBuf, NoConfig> {
    locate_among(flag, env::var_os(VARIABLE), Path::new(DEFAULT))
}

fn locate_among(
    flag: Option<&Path>,
    variable: Option<OsString>,
    default: &Path,
) -> Result<PathBuf, NoConfig> {
    let variable = variable
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    let (path, named_by) = match (flag, variable) {
        (Some(path), _) => (path.to_owned(), "from --config"),
        (None, Some(path)) => (path, "from VERMERK_CONFIG"),
        (None, None) => (
            default.to_owned(),
            "the usual place; name another with --config",
        ),
    };
    if path.is_file() {
        Ok(path)
    } else {
        Err(NoConfig { path, named_by })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_over_the_variable_and_the_variable_over_the_usual_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            path
        };
        let (flag, variable, usual) = (file("flag"), file("variable"), file("usual"));
        let set = Some(variable.clone().into_os_string());
        assert_eq!(locate_among(Some(&flag), set.clone(), &usual), Ok(flag));
        assert_eq!(locate_among(None, set, &usual), Ok(variable));
        assert_eq!(locate_among(None, None, &usual), Ok(usual.clone()));
        assert_eq!(locate_among(None, Some(OsString::new()), &usual), Ok(usual));
    }

    #[test]
    fn a_missing_configuration_says_where_it_was_looked_for_and_what_to_do() {
        let error = locate_among(None, None, Path::new("/nowhere/vermerk.toml")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no configuration at /nowhere/vermerk.toml (the usual place; name another with --config); \
             write one with `vermerk init`"
        );
    }
}
