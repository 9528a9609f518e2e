//! Text for a terminal: colours that may be off, lines that fit, and nothing in them that a
//! terminal would obey.

use anstyle::{AnsiColor, Effects, Style};
pub use guardian_deploy::text::{count, plain};

/// Colours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    fn with(self, style: Style, text: &str) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
    /// Good.
    pub fn green(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }
    /// Bad, or gone.
    pub fn red(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default(), text)
    }
    /// To be looked at.
    pub fn yellow(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }
    /// For replacements.
    pub fn magenta(self, text: &str) -> String {
        self.with(AnsiColor::Magenta.on_default(), text)
    }
    /// Less important.
    pub fn dim(self, text: &str) -> String {
        self.with(Style::new().effects(Effects::DIMMED), text)
    }
    /// A heading.
    pub fn bold(self, text: &str) -> String {
        self.with(Style::new().effects(Effects::BOLD), text)
    }
}

/// At most so many characters; what is cut is shown by an ellipsis.
pub fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// At most so many characters, with an ellipsis in place of the middle: names that begin alike
/// differ at their ends.
pub fn shorten(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let tail = kept / 2;
    let mut out: String = text.chars().take(kept - tail).collect();
    out.push('…');
    out.extend(text.chars().skip(length - tail));
    out
}

/// Breaks a text at spaces into lines of at most so many characters; a longer word is left whole,
/// so that an ARN can be copied.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// A text whose lines are broken at spaces where they are too long, each as far in as it began.
pub fn fold(text: &str, width: usize) -> String {
    let lines = text.lines().flat_map(|line| {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let folded = wrap(words, width.saturating_sub(indent.len()));
        folded.into_iter().map(move |part| format!("{indent}{part}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How long something took or takes: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
pub fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    let s = ms / 1_000;
    match s {
        0..10 => format!("{}.{} s", s, ms % 1_000 / 100),
        10..60 => format!("{s} s"),
        60..3_600 => format!("{} min {:02} s", s / 60, s % 60),
        _ => format!("{} h {:02} min", s / 3_600, s / 60 % 60),
    }
}

/// How much: `17 bytes`, `2.0 KiB`, `3.2 MiB`, `1.5 GiB`.
pub fn size(bytes: i64) -> String {
    // One place after the point is exact enough, whatever the number.
    #[allow(clippy::cast_precision_loss)]
    let of = |unit: i64| bytes as f64 / unit as f64;
    match bytes {
        i64::MIN..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{:.1} KiB", of(1_024)),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", of(1_048_576)),
        _ => format!("{:.1} GiB", of(1_073_741_824)),
    }
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_characters_and_broken_at_spaces() {
        assert_eq!(clip("äöüß", 3), "äö…");
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(shorten("abcdefg", 4), "ab…g");
        assert_eq!(shorten("abcd", 4), "abcd");
        assert_eq!(shorten("abcd", 0), "…");
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrap("arn:aws:states x", 4), ["arn:aws:states", "x"]);
        assert_eq!(fold("a bb\n\n  ccc d", 5), "a bb\n\n  ccc\n  d");
    }

    #[test]
    fn durations_are_as_precise_as_they_are_short() {
        for (ms, text) in [
            (-5, "0.0 s"),
            (420, "0.4 s"),
            (12_300, "12 s"),
            (185_000, "3 min 05 s"),
            (7_800_000, "2 h 10 min"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn sizes_have_the_unit_that_fits() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1_023, "1023 bytes"),
            (2_048, "2.0 KiB"),
            (3_355_443, "3.2 MiB"),
            (1_610_612_736, "1.5 GiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
