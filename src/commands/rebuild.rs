//! `vermerk rebuild`: what is derived from the archive, made anew from it; or only compared.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::installation::system_clock;
use super::retaken::{Retaken, retake};
use super::{Answer, Exit, Failure, Installation};
use crate::archive;
use crate::model::PageId;
use crate::present;
use crate::store::{RowDifference, Store};

#[derive(Debug, Args)]
pub struct Options {
    /// Only compare: print the first rows that come out otherwise and end with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Replace history even where captures cannot be read any more, and what they showed is lost with it
    #[arg(long, conflicts_with_all = ["check", "into"])]
    pub with_gaps: bool,
    /// Make a new database of history alone, and leave the one in use as it is
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub into: Option<PathBuf>,
}

/// Rows that are counted of each table, and rows that are shown in all.
const COUNTED: usize = 1000;
const SHOWN: usize = 10;

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    match (&options.into, options.check) {
        (Some(file), _) => into(installation, file).await,
        (None, true) => check(installation).await,
        (None, false) => replace(installation, options).await,
    }
}

/// A new file beside the old one; whoever wants it puts it in place.
async fn into(installation: &Installation, file: &Path) -> Result<Answer, Failure> {
    if file.exists() {
        return Err(Failure::usage(format!(
            "{} exists; name a new file",
            file.display()
        )));
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let broken = |error| cannot(&part, &error);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(broken(error)),
        _ => {}
    }
    let retaken = retake(installation, &installation.pages, &part).await?;
    File::open(&part)
        .and_then(|made| made.sync_all())
        .and_then(|()| fs::rename(&part, file))
        .map_err(broken)?;
    let _ = fs::remove_file(format!("{}.work", part.display()));
    let text = format!(
        "{}{}: history without subscribers and deliveries\n",
        summary(&retaken),
        file.display()
    );
    let exit = retaken.exit();
    Ok(Answer { text, exit })
}

/// Compares, and leaves everything as it is.
async fn check(installation: &Installation) -> Result<Answer, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("vermerk-rebuild-")
        .tempdir()
        .map_err(|error| Failure::failed(format!("no temporary folder: {error}")))?;
    let scratch = folder.path().join("vermerk.db");
    let store = installation.store().await?;
    let mut retaken = retake(installation, &installation.pages, &scratch).await?;
    let pages = ids(installation);
    let mut differences = store.differences(&scratch, &pages, COUNTED).await?;
    if !differences.is_empty() {
        // A daemon beside us may have recorded looks meanwhile: they are taken too.
        let more = retake(installation, &installation.pages, &scratch).await?;
        if more.replayed.visits + more.replayed.decisions > 0 {
            retaken.add(&more);
            differences = store.differences(&scratch, &pages, COUNTED).await?;
        }
    }
    let exit = if differences.is_empty() {
        retaken.exit()
    } else {
        Exit::Failed
    };
    let text = summary(&retaken) + &verdict(&differences) + &shown(&differences);
    Ok(Answer { text, exit })
}

/// Puts what the archive says in the place of what the database says.
async fn replace(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let database = installation.database();
    // Where it is lost it is made; where it is there, what a killed process left is recorded first.
    let is_lost = fs::metadata(&database).map_or(true, |file| file.len() == 0);
    let made = Store::create(&database).await?;
    if is_lost {
        let settings = installation.archive_settings();
        archive::adopt(&settings.folder, &made.installation().await?)?;
    }
    made.close().await;
    let road = installation.road(system_clock()).await?;
    road.archive.leave().await?;
    drop(road.at_work);
    let store = road.store;
    let Some(_alone) = store.alone().await? else {
        return Err(Failure::failed(format!(
            "another vermerk is at work on {}: stop it first (systemctl stop vermerk)",
            database.display()
        )));
    };
    let folder = installation.config.state.join("rebuild");
    clear(&folder)?;
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(|error| cannot(&folder, &error))?;
    let scratch = folder.join("vermerk.db");
    let retaken = retake(installation, &installation.pages, &scratch).await?;
    let pages = ids(installation);
    let differences = store.differences(&scratch, &pages, COUNTED).await?;
    let exit = retaken.exit();
    let mut text = summary(&retaken) + &verdict(&differences);
    if exit == Exit::Fine || is_lost || options.with_gaps {
        store.take_over(&scratch, &pages).await?;
    } else {
        text += "the database keeps what it has, which is more than the archive still shows; \
                 vermerk rebuild --with-gaps puts the rest in its place all the same\n";
    }
    store.close().await;
    clear(&folder)?;
    Ok(Answer { text, exit })
}

fn ids(installation: &Installation) -> Vec<PageId> {
    let pages = installation.pages.iter();
    pages.map(|watched| watched.page.id.clone()).collect()
}

fn clear(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot(folder, &error)),
        _ => Ok(()),
    }
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: {error}", path.display()))
}

fn summary(retaken: &Retaken) -> String {
    let mut text = format!("{retaken}\n");
    for (page, looks) in &retaken.replayed.orphans {
        text += &format!("{page}: {looks} looks left as they are, as there is no page file\n");
    }
    text
}

fn verdict(differences: &[RowDifference]) -> String {
    if differences.is_empty() {
        return "every row is as it was recorded\n".to_owned();
    }
    let mut tables: Vec<(&str, usize)> = Vec::new();
    for difference in differences {
        match tables.last_mut() {
            Some((table, rows)) if *table == difference.table => *rows += 1,
            _ => tables.push((difference.table, 1)),
        }
    }
    let count = |(table, rows): &(&str, usize)| match rows {
        &COUNTED => format!("{table} {COUNTED} or more"),
        rows => format!("{table} {rows}"),
    };
    let counts: Vec<String> = tables.iter().map(count).collect();
    format!("rows that come out otherwise: {}\n", counts.join(", "))
}

fn shown(differences: &[RowDifference]) -> String {
    let lines = differences.iter().take(SHOWN).map(|difference| {
        let (here, there) = apart(difference.here.as_deref(), difference.there.as_deref());
        format!(
            "{} {} {}\n    recorded:    {here}\n    taken again: {there}\n",
            difference.page, difference.table, difference.key
        )
    });
    let mut text: String = lines.collect();
    if differences.len() > SHOWN {
        text += "…\n";
    }
    text
}

/// Both sides from shortly before the place where they part.
fn apart(here: Option<&str>, there: Option<&str>) -> (String, String) {
    const BEFORE: usize = 60;
    const LENGTH: usize = 200;
    let (one, other) = (here.unwrap_or_default(), there.unwrap_or_default());
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let skipped = match (here, there) {
        (Some(_), Some(_)) => same.count().saturating_sub(BEFORE),
        _ => 0,
    };
    let side = |side: Option<&str>| match side {
        None => "no such row".to_owned(),
        Some(row) => {
            let rest: String = row.chars().skip(skipped).collect();
            let mark = if skipped > 0 { "…" } else { "" };
            format!("{mark}{}", present::shortened(&rest, LENGTH))
        }
    };
    (side(here), side(there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_where_it_is() {
        let long = "a".repeat(500);
        let (one, other) = (format!("{long}ä1"), format!("{long}ä2"));
        let (here, there) = apart(Some(&one), Some(&other));
        assert!(here.starts_with('…') && here.ends_with("ä1"), "{here}");
        assert!(there.ends_with("ä2"), "{there}");
        let (here, there) = apart(None, Some("[1]"));
        assert_eq!((here.as_str(), there.as_str()), ("no such row", "[1]"));
    }
}
