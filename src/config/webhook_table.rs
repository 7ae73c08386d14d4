//! Reads the tables `[[webhooks]]`: who is told of news by HTTP, and the secret from its own file.

use toml::Spanned;

use super::mail_table;
use super::main_file::Folders;
use super::password::{Exposure, Password};
use super::section::Section;
use super::value;
use crate::model::{PageId, WebhookId};

/// A webhook whose pages are not yet known to exist.
pub struct NamedWebhook {
    pub name: Spanned<WebhookId>,
    pub url: url::Url,
    pub secret: Password,
    pub pages: Vec<Spanned<PageId>>,
}

pub fn webhook(section: &mut Section, folders: Folders) -> Option<NamedWebhook> {
    let name = section.required("name", "name = \"newsroom\"", |value| {
        WebhookId::parse(&value::text(value)?).map_err(|error| error.0)
    });
    let example = "url = \"https://newsroom.example.org/vermerk\"";
    let url = section.required("url", example, value::web_address);
    let secret = section.required(
        "secret_file",
        "secret_file = \"newsroom-secret\"",
        |value| {
            let text = value::text(value)?;
            Password::read(&mail_table::secret(&text, folders), "secret")
        },
    );
    section.refuse(
        "secret",
        "would lie open in this file; put the secret into a file of its own and name it in secret_file",
    );
    if let Some((_, Exposure::World)) = secret {
        section.fault_at(
            "secret_file",
            "`webhooks.secret_file` can be read by everyone on this machine; chmod it to 0640",
        );
    }
    let pages = section.list("pages", value::page_id);
    Some(NamedWebhook {
        name: Spanned::new(section.span_of("name"), name?),
        url: url?,
        secret: secret?.0,
        pages,
    })
}
