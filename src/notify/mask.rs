//! Takes the recipient out of what a server says. Its words are logged and stored, and must not outlive an
//! address that is erased.

use lettre::Address;

/// Shorter names are too common as words, and tell nobody apart.
const SHORTEST: usize = 3;

/// Servers quote the address, or what stands before its "@".
pub fn without(recipients: &[Address], said: &str) -> String {
    let mut masked = said.to_owned();
    for to in recipients {
        masked = without_word(to.as_ref(), &masked);
        if to.user().len() >= SHORTEST {
            masked = without_word(to.user(), &masked);
        }
    }
    masked
}

/// Whole words only, in whatever case the server writes them.
fn without_word(word: &str, text: &str) -> String {
    // Neither changes the places of the bytes.
    let (lower, word) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let goes_on = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let (mut masked, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(&word) {
        let (before, after) = lower.as_bytes().split_at(at);
        if !goes_on(before.last()) && !goes_on(after.get(word.len())) {
            masked += &text[from..at];
            masked += "(recipient)";
            from = at + word.len();
        }
    }
    masked + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_nobody() {
        check(
            "550 5.1.1 <Lena.Leser@example.org>: unknown",
            "550 5.1.1 <(recipient)>: unknown",
        );
        check(
            "550 no such user lena.leser",
            "550 no such user (recipient)",
        );
        check("xlena.leserin stays", "xlena.leserin stays");
        check("ä lena.leser@example.org ö", "ä (recipient) ö");
        check("452 disk full", "452 disk full");
    }

    #[track_caller]
    fn check(said: &str, expected: &str) {
        let to: Address = "lena.leser@example.org".parse().expect("an address");
        assert_eq!(without(&[to], said), expected);
    }
}
