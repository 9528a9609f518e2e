//! Words and numbers for people: escaped, cut, wrapped; ages, durations and dates.

pub use guardian_contract::text::{count, is_obeyed, number, plain};
use unicode_width::UnicodeWidthChar as _;

/// Columns of a text on a terminal. A character takes one at least: what has none by itself is escaped
/// when it is shown, or stands alone.
pub fn columns(text: &str) -> usize {
    text.chars().map(column).sum()
}

fn column(c: char) -> usize {
    c.width().unwrap_or(1).max(1)
}

/// The beginning of a text that has so many columns at most, and the rest.
fn split(text: &str, width: usize) -> (&str, &str) {
    // No character has more columns than bytes.
    if text.len() <= width {
        return (text, "");
    }
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += column(*c);
        used > width
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}

/// At most so many columns; an ellipsis shows a cut.
pub fn clip(text: &str, width: usize) -> String {
    match split(text, width) {
        (all, "") => all.to_owned(),
        _ => format!("{}…", split(text, width.saturating_sub(1)).0),
    }
}

/// At most so many columns, with an ellipsis in place of the middle: names that begin alike differ at
/// their ends.
pub fn shorten(text: &str, width: usize) -> String {
    if split(text, width).1.is_empty() {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let tail = kept / 2;
    let mut rest = text.char_indices().rev();
    let (mut used, mut from) = (0, text.len());
    while let Some((at, c)) = rest.next().filter(|(_, c)| used + column(*c) <= tail) {
        used += column(c);
        from = at;
    }
    format!("{}…{}", split(text, kept - tail).0, &text[from..])
}

/// The text and spaces up to so many columns.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Breaks a text into lines of so many columns, wherever that is: a link must be seen whole.
pub fn fold(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (line, after) = match split(rest, width) {
            // A character that is wider than the line.
            ("", _) => rest.split_at(rest.chars().next().map_or(0, char::len_utf8)),
            parts => parts,
        };
        lines.push(line.to_owned());
        rest = after;
    }
    lines
}

/// Breaks a text at spaces into lines of at most so many columns; a longer word is left whole, so that
/// an ARN can be copied.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if columns(line) + 1 + columns(word) <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// How long something takes: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
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

/// How long in its largest unit alone: `40 s`, `5 min`, `3 h`, `2 d`.
pub fn span(ms: i64) -> String {
    let s = ms.max(0) / 1_000;
    match s {
        0..60 => format!("{s} s"),
        60..3_600 => format!("{} min", s / 60),
        3_600..86_400 => format!("{} h", s / 3_600),
        _ => format!("{} d", s / 86_400),
    }
}

/// `3 h ago`; the largest unit alone, since an older run needs no minutes.
pub fn ago(ms: i64) -> String {
    if ms < 5_000 { "just now".to_owned() } else { format!("{} ago", span(ms)) }
}

/// A time in UTC, to the second.
pub fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms.saturating_sub(ms.rem_euclid(1_000)))
        .map_or_else(|_| ms.to_string(), |t| t.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!((columns("日本"), columns("a\u{301}"), columns("\u{1b}")), (4, 2, 1));
        assert_eq!(clip("日本語", 6), "日本語");
        assert_eq!((clip("日本語", 5), clip("日本語", 4)), ("日本…".into(), "日…".into()));
        assert_eq!((clip("abc", 2), clip("abc", 0)), ("a…".into(), "…".into()));
        assert_eq!(shorten("日本語の名前です", 9), "日本…です");
        assert_eq!(shorten("日本語", 4), "日…");
        assert_eq!(pad("日本", 6), "日本  ");
        assert_eq!(fold("日本語ab", 5), ["日本", "語ab"]);
        assert_eq!(fold("日a", 1), ["日", "a"]);
        assert_eq!(wrap("日本 語の 名前", 9), ["日本 語の", "名前"]);
        assert_eq!((fold("", 5), fold("abc", 0).len()), (Vec::<String>::new(), 3));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(text in "\\PC{0,40}|[日本語a\u{301}]{0,20}", width in 1usize..30) {
            proptest::prop_assert!(columns(&clip(&text, width)) <= width);
            proptest::prop_assert!(columns(&shorten(&text, width)) <= width);
            let lines = fold(&text, width.max(2));
            proptest::prop_assert!(lines.iter().all(|line| columns(line) <= width.max(2)));
            proptest::prop_assert_eq!(lines.concat(), text);
        }
    }

    #[test]
    fn text_is_cut_by_columns_and_broken_at_spaces() {
        assert_eq!((clip("äöüß", 3), clip("äöü", 3)), ("äö…".to_owned(), "äöü".to_owned()));
        assert_eq!(shorten("abcdefg", 4), "ab…g");
        assert_eq!(shorten("abcd", 0), "…");
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrap("arn:aws:states x", 4), ["arn:aws:states", "x"]);
    }

    #[test]
    fn ages_have_one_unit_and_durations_two() {
        for (ms, text) in [
            (-1, "just now"),
            (59_000, "59 s ago"),
            (3_599_000, "59 min ago"),
            (86_399_000, "23 h ago"),
            (864_000_000, "10 d ago"),
        ] {
            assert_eq!(ago(ms), text);
        }
        assert_eq!(duration(7_800_000), "2 h 10 min");
        assert_eq!(time(1_700_000_000_123), "2023-11-14T22:13:20Z");
        assert_eq!(time(i64::MAX), i64::MAX.to_string());
    }
}
