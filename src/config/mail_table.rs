//! Reads the table `[mail]`: the mail server, and the login from its own file.

use std::net::IpAddr;
use std::path::PathBuf;

use super::main_file::Folders;
use super::password::{Exposure, Password};
use super::section::Section;
use super::settings::MailSettings;
use super::value;
use crate::model::EmailAddress;
use crate::notify::Tls;

pub fn mail(
    section: &mut Section,
    folders: Folders,
    warnings: &mut Vec<String>,
) -> Option<MailSettings> {
    let words = [
        ("required", Tls::Required),
        ("implicit", Tls::Implicit),
        ("none", Tls::None),
    ];
    let host = section.required("host", "host = \"smtp.example.org\"", value::host);
    let tls = section
        .optional("tls", value::word(&words))
        .unwrap_or(Tls::Required);
    let port = section.optional("port", value::number(1..=65_535));
    let from = section.required(
        "from",
        "from = \"vermerk@example.org\"",
        value::mail_address,
    );
    let bounces = section.optional("bounces", bounces);
    let login = login(section, folders, warnings);
    let host = host?;
    if tls == Tls::None && !is_loopback(&host) {
        let what = format!(
            "`mail.tls`: without TLS everyone on the way to {host} can read mails and password; \
             write \"required\" or \"implicit\" (\"none\" is for a server on this machine)"
        );
        section.fault_at("tls", what);
    }
    if tls == Tls::None && login.is_some() {
        let what = "`mail.user`: a login goes over TLS only; write tls = \"required\" or \"implicit\", or leave the login out";
        section.fault_at("user", what);
    }
    Some(MailSettings {
        host,
        port: port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(usual_port(tls)),
        tls,
        login,
        from: from?,
        bounces,
    })
}

/// Name and seal of a subscriber have to fit behind it, into the 64 characters of a mailbox name.
fn bounces(value: &toml::de::DeValue) -> Result<EmailAddress, String> {
    const LONGEST: usize = 14;
    let address = value::mail_address(value)?;
    let name = address.as_str().split('@').next().unwrap_or_default().len();
    if name <= LONGEST {
        Ok(address)
    } else {
        Err(format!(
            "the part before the @ may have {LONGEST} characters, so that the seal of a subscriber fits behind it"
        ))
    }
}

fn login(
    section: &mut Section,
    folders: Folders,
    warnings: &mut Vec<String>,
) -> Option<(String, Password)> {
    let user = section.optional("user", value::text);
    let password = section.optional("password_file", |value| {
        let text = value::text(value)?;
        Password::read(&secret(&text, folders), "password")
    });
    section.refuse(
        "password",
        "would lie open in this file; put the password into a file of its own and name it in password_file",
    );
    match (section.has("user"), section.has("password_file")) {
        (true, false) => section.missing(
            "password_file",
            "password_file = \"smtp-password\" beside the user",
        ),
        (false, true) => section.missing("user", "user = \"name\" beside the password file"),
        _ => {}
    }
    if let Some((_, Exposure::World)) = password {
        let what = "`mail.password_file` can be read by everyone on this machine; chmod it to 0640";
        warnings.push(section.warning("password_file", what));
    }
    Some((user?, password?.0))
}

/// What systemd loaded for the service, else a file beside the configuration.
pub fn secret(text: &str, folders: Folders) -> PathBuf {
    folders
        .credentials
        .map(|credentials| credentials.join(text))
        .filter(|path| path.is_file())
        .unwrap_or_else(|| folders.config.join(text))
}

fn usual_port(tls: Tls) -> u16 {
    match tls {
        Tls::Required => 587,
        Tls::Implicit => 465,
        Tls::None => 25,
    }
}

fn is_loopback(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
