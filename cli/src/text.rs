//! Text for a terminal: colours that may be off, lines that fit, and nothing in them that a
//! terminal would obey.

use anstyle::{AnsiColor, Effects, Style};
pub use guardian_board::text::{clip, count, duration, plain, shorten, wrap};

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

/// A duration of the command line that is not zero, in seconds.
pub fn some_time(text: &str) -> Result<u32, String> {
    let seconds = guardian_stack::config::duration(text).map_err(|wrong| match wrong.help {
        Some(help) => format!("{}; {help}", wrong.message),
        None => wrong.message,
    })?;
    if seconds == 0 { Err("nothing happens in no time".to_owned()) } else { Ok(seconds) }
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
