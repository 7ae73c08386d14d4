//! `vermerk archive export`: captures for another archive, or for a reader without this program.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::archive::on_archive;
use super::fixity::number;
use super::history::instant;
use super::{Answer, Exit, Failure, Installation};
use crate::archive::{self, Form, Hidden, Settings, Span};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    pub form: Target,
    /// Only the captures of this page, and those that hold their bytes
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Captured since a day or an instant
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Captured before a day or an instant
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
#[group(id = "form", required = true, multiple = false)]
pub struct Target {
    /// One file that replays by itself in ReplayWeb.page (WACZ 1.1.1)
    #[arg(long, value_name = "FILE")]
    pub wacz: Option<PathBuf>,
    /// A folder with a manifest, as repositories take it in (a bag, RFC 8493)
    #[arg(long, value_name = "DIR")]
    pub bagit: Option<PathBuf>,
    /// A folder of WARC files
    #[arg(long, value_name = "DIR")]
    pub warc: Option<PathBuf>,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let (form, target) = target(options)?;
    let page = options
        .page
        .as_deref()
        .map(|name| installation.page(name))
        .transpose()?;
    let mut span = Span {
        page: page.map(|watched| watched.page.id.clone()),
        from: options.from.as_deref().map(instant).transpose()?,
        to: options.to.as_deref().map(instant).transpose()?,
        ..Span::default()
    };
    let out = target.clone();
    let work = move |settings: &Settings| {
        span.hidden = Hidden::of(archive::takedowns(settings)?.into_values());
        archive::export(settings, form, &span, &out)
    };
    let handed = on_archive(installation.archive_settings(), work).await?;
    let mut text = format!(
        "{}, {}, {} bytes: {}\n",
        number(handed.captures, "capture"),
        number(handed.files, "file"),
        handed.bytes,
        target.display()
    );
    if handed.hidden > 0 {
        text += &format!(
            "{} left out: taken down\n",
            number(handed.hidden, "capture")
        );
    }
    if handed.captures == 0 {
        text += "nothing was captured for that page in that time; see `vermerk archive list`\n";
        return Ok(Answer {
            text,
            exit: Exit::Failed,
        });
    }
    Ok(Answer::fine(text))
}

fn target(options: &Options) -> Result<(Form, PathBuf), Failure> {
    let form = &options.form;
    let chosen = [
        (Form::Wacz, &form.wacz),
        (Form::BagIt, &form.bagit),
        (Form::Warc, &form.warc),
    ];
    let chosen = chosen
        .into_iter()
        .find_map(|(form, path)| Some((form, path.clone()?)));
    let (form, path) =
        chosen.ok_or_else(|| Failure::usage("say --wacz FILE, --bagit DIR or --warc DIR"))?;
    let usage = |path: &Path, why: &str| Err(Failure::usage(format!("{} {why}", path.display())));
    match path.symlink_metadata() {
        Ok(_) => return usage(&path, "exists; name a path where nothing is yet"),
        // What this user may not look at may well be there.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(Failure::failed(format!("{}: {error}", path.display())));
        }
        Err(_) => {}
    }
    match path.parent() {
        Some(parent) if parent != Path::new("") && !parent.is_dir() => {
            usage(parent, "is no folder; make it first")
        }
        _ => Ok((form, path)),
    }
}
