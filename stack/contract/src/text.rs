//! Text for people that every crate writes alike: names from AWS, escaped, and numbers of things.

/// Escapes control characters, and characters that change the direction of text or have no width: a
/// name or a cause from AWS must not move the cursor, start another line or look like another text.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Whether a terminal or a reader would obey a character instead of showing it.
pub fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A number with commas: `9,944`.
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things: `1 machine`, `2,000 machines`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_or_a_reader_would_obey_is_escaped() {
        assert_eq!(plain("a\u{1b}[31mb\r\n\t\u{7}"), "a\\u{1b}[31mb\\r\\n\\t\\u{7}");
        assert_eq!(plain("x\u{202e}y\u{85}"), "x\\u{202e}y\\u{85}");
        for c in "\u{ad}\u{200b}\u{202e}\u{2066}\u{feff}\u{85}\u{e0041}\u{2028}".chars() {
            assert!(!plain(&c.to_string()).contains(c), "{c:?}");
        }
        assert_eq!(plain("Grüße ● 日本"), "Grüße ● 日本");
    }

    #[test]
    fn numbers_have_commas() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(number(n), text);
        }
        let machines = [1, 2, 2_000].map(|n| count(n, "machine"));
        assert_eq!(machines, ["1 machine", "2 machines", "2,000 machines"]);
    }
}
