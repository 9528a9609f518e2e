//! Text from other sources, escaped for a terminal.

/// Escapes control characters: a name or a reason from AWS must not move the cursor, ring the bell,
/// start another line or change the direction of the text.
pub fn plain(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// A number of things in words: "1 machine", "2 machines".
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_direction_marks_are_escaped() {
        assert_eq!(plain("a\u{1b}[31mb\r\n\t\u{7}"), "a\\u{1b}[31mb\\r\\n\\t\\u{7}");
        assert_eq!(plain("x\u{202e}y\u{85}"), "x\\u{202e}y\\u{85}");
        assert_eq!(plain("Grüße ● 日本"), "Grüße ● 日本");
    }
}
