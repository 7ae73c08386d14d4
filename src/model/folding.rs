//! What two spellings of one name have in common.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// For looking up names and for keys: no marks, no case, no kinds of dashes and quotes.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .filter(|&char| !is_combining_mark(char) && !invisible(char))
        .flat_map(char::to_lowercase)
        .flat_map(|char| match char {
            'ß' => ['s', 's'].into_iter().take(2),
            '’' | '‘' | 'ʼ' | '`' | '´' => ['\'', ' '].into_iter().take(1),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => ['-', ' '].into_iter().take(1),
            other => [other, ' '].into_iter().take(1),
        })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Soft hyphen, zero width, direction marks and overrides, fillers, tags: nothing a reader sees.
pub fn invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_marks_case_and_kinds_of_quotes() {
        assert_eq!(fold("Côte  d’Ivoire"), "cote d'ivoire");
        assert_eq!(fold("GROẞBRITANNIEN"), fold("Großbritannien"));
        assert_eq!(fold("TÜRKİYE"), fold("Türkiye"));
        assert_eq!(fold("Ken\u{e0061}ya\u{e007f}"), "kenya");
    }
}
