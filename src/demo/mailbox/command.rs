//! What a client says, as far as RFC 5321 lets it: one command line, read.

/// Bytes of the largest message that is taken.
pub(super) const MAX_MESSAGE: usize = 10 * 1024 * 1024;

/// A command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Ehlo,
    Helo,
    /// The reverse-path and the size the client announced, if it did (RFC 1870).
    Mail {
        from: String,
        size: Option<usize>,
    },
    Recipient {
        to: String,
    },
    Data,
    Reset,
    Noop,
    Quit,
}

/// Why a line is no command; the reply that says so.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    Syntax,
    /// A parameter of MAIL or RCPT that was not offered.
    Parameter,
}

impl Command {
    pub(super) fn parse(line: &[u8]) -> Result<Self, Refusal> {
        // Addresses outside ASCII need SMTPUTF8 (RFC 6531), which is not offered.
        let line = str::from_utf8(line).map_err(|_| Refusal::Syntax)?;
        if !line.is_ascii() || line.contains(|c: char| c.is_ascii_control()) {
            return Err(Refusal::Syntax);
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (verb.to_ascii_uppercase().as_str(), rest.trim()) {
            ("EHLO" | "HELO", "") => Err(Refusal::Syntax),
            ("EHLO", _) => Ok(Self::Ehlo),
            ("HELO", _) => Ok(Self::Helo),
            ("MAIL", rest) => mail(rest),
            ("RCPT", rest) => recipient(rest),
            ("DATA", "") => Ok(Self::Data),
            ("RSET", "") => Ok(Self::Reset),
            ("NOOP", _) => Ok(Self::Noop),
            ("QUIT", "") => Ok(Self::Quit),
            ("DATA" | "RSET" | "QUIT", _) => Err(Refusal::Syntax),
            _ => Err(Refusal::Unknown),
        }
    }
}

fn mail(rest: &str) -> Result<Command, Refusal> {
    let (from, parameters) = path(rest, "FROM:")?;
    let mut size = None;
    for parameter in parameters.split_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_uppercase().as_str() {
            "SIZE" => size = Some(value.parse().map_err(|_| Refusal::Syntax)?),
            "BODY" => {}
            _ => return Err(Refusal::Parameter),
        }
    }
    Ok(Command::Mail { from, size })
}

fn recipient(rest: &str) -> Result<Command, Refusal> {
    let (to, parameters) = path(rest, "TO:")?;
    match (to.as_str(), parameters) {
        // Only the sender of a bounce may be empty.
        ("", _) => Err(Refusal::Syntax),
        (_, "") => Ok(Command::Recipient { to }),
        _ => Err(Refusal::Parameter),
    }
}

/// The address between the angle brackets, and what follows them.
fn path<'a>(rest: &'a str, keyword: &str) -> Result<(String, &'a str), Refusal> {
    let head = rest.get(..keyword.len()).ok_or(Refusal::Syntax)?;
    if !head.eq_ignore_ascii_case(keyword) {
        return Err(Refusal::Syntax);
    }
    let path = rest.get(keyword.len()..).unwrap_or_default().trim_start();
    let inner = path.strip_prefix('<').ok_or(Refusal::Syntax)?;
    let end = closing(inner).ok_or(Refusal::Syntax)?;
    let (address, after) = inner.split_at(end);
    let whole = address.is_empty() || address.contains('@');
    let parameters = after.get(1..).unwrap_or_default();
    let apart = parameters.is_empty() || parameters.starts_with(' ');
    if whole && apart {
        Ok((address.to_owned(), parameters.trim()))
    } else {
        Err(Refusal::Syntax)
    }
}

/// Where the `>` stands that is not inside a quoted local part.
fn closing(inner: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_commands() {
        let check = |line: &str, expected: Result<Command, Refusal>| {
            assert_eq!(Command::parse(line.as_bytes()), expected, "{line}");
        };
        let mail = |from: &str, size| {
            let from = from.to_owned();
            Ok(Command::Mail { from, size })
        };
        let to = |to: &str| Ok(Command::Recipient { to: to.into() });
        check("ehlo client.example", Ok(Command::Ehlo));
        check("MAIL FROM:<a@b.example>", mail("a@b.example", None));
        check("mail from: <>", mail("", None));
        check(
            "MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=12",
            mail("a@b.example", Some(12)),
        );
        check("MAIL FROM:<a@b> SMTPUTF8", Err(Refusal::Parameter));
        check("MAIL FROM:<a@b> SIZE=many", Err(Refusal::Syntax));
        check("MAIL FROM:a@b", Err(Refusal::Syntax));
        check("MAIL FROM:<a@b", Err(Refusal::Syntax));
        check("MAIL", Err(Refusal::Syntax));
        check(r#"RCPT TO:<"a>b"@c>"#, to(r#""a>b"@c"#));
        check("RCPT TO:<>", Err(Refusal::Syntax));
        check("RCPT TO:<a@b>x", Err(Refusal::Syntax));
        check("RCPT TO:<ü@b>", Err(Refusal::Syntax));
        check("DATA now", Err(Refusal::Syntax));
        check("", Err(Refusal::Unknown));
        check("STARTTLS", Err(Refusal::Unknown));
    }
}
