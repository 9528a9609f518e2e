//! How values are written in the two query languages: paths, intrinsic functions and templates of
//! JSONPath, and the delimiters of JSONata. Only Step Functions
//! parses JSONata.

use super::fields::Language;
use super::language::{Checker, nearest};
use crate::document::{Kind, Node};

/// Paths that may be null.
const NULLABLE: &[&str] = &["InputPath", "OutputPath", "ResultPath"];
/// Paths that are not null.
const PATHS: &[&str] = &[
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatchPath",
    "MaxItemsPath",
];
/// Paths, or calls of an intrinsic function.
const PATHS_OR_CALLS: &[&str] = &["ErrorPath", "CausePath"];
/// Templates in which a key that ends in `.$` is computed.
const TEMPLATES: &[&str] =
    &["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials", "BatchInput"];
/// The intrinsic functions (Step Functions guide, "Intrinsic functions").
const FUNCTIONS: &[&str] = &[
    "States.Array",
    "States.ArrayContains",
    "States.ArrayGetItem",
    "States.ArrayLength",
    "States.ArrayPartition",
    "States.ArrayRange",
    "States.ArrayUnique",
    "States.Base64Decode",
    "States.Base64Encode",
    "States.Format",
    "States.Hash",
    "States.JsonMerge",
    "States.JsonToString",
    "States.MathAdd",
    "States.MathRandom",
    "States.StringSplit",
    "States.StringToJson",
    "States.UUID",
];

impl<'a> Checker<'a> {
    /// The values of a state, or of a part of one, in its language.
    pub(super) fn values(&mut self, node: &'a Node, language: Language) {
        for (key, value) in node.fields().unwrap_or_default() {
            let name = key.name.as_str();
            if language == Language::Jsonata {
                // Nested states have their own language.
                if !matches!(name, "Branches" | "ItemProcessor" | "Iterator" | "Comment") {
                    self.expressions(value);
                }
            } else if NULLABLE.contains(&name) {
                if !matches!(value.kind, Kind::Null) {
                    self.path(name, value);
                }
            } else if PATHS.contains(&name) {
                self.path(name, value);
            } else if PATHS_OR_CALLS.contains(&name) {
                self.computed(name, value);
            } else if TEMPLATES.contains(&name) {
                self.template(value);
            } else if matches!(name, "ItemReader" | "ReaderConfig" | "ItemBatcher" | "ResultWriter")
                || name == "Catch" && value.items().is_some()
            {
                for part in value.items().unwrap_or(std::slice::from_ref(value)) {
                    self.values(part, language);
                }
            }
        }
    }

    /// A value that must be a path.
    pub(super) fn path(&mut self, name: &str, value: &Node) {
        let Some(text) = value.text() else {
            let message = format!("{name} is a path, and this is {}", value.what());
            return self.error(&value.span, message, None);
        };
        // A result is put into the input, never into a variable or the context.
        let target = text.strip_prefix('$').unwrap_or_default();
        let good = is_path(text)
            && (name != "ResultPath" || target.is_empty() || target.starts_with(['.', '[', '{']));
        if !good {
            let message = format!("`{text}` is not a path for {name}");
            let help = "a path begins with `$`, as in `$.order.id`".to_owned();
            self.error(&value.span, message, Some(help));
        }
    }

    /// A value that must be a path or a call of an intrinsic function.
    fn computed(&mut self, name: &str, value: &Node) {
        let Some(text) = value.text() else {
            let message = format!(
                "`{name}` takes a path or an intrinsic function, and this is {}",
                value.what()
            );
            return self.error(&value.span, message, None);
        };
        if text.trim_start().starts_with("States.") {
            if let Err((message, help)) = intrinsic(text.trim()) {
                self.error(&value.span, message, help);
            }
        } else if !is_path(text) {
            let message =
                format!("`{name}` takes a path or an intrinsic function, and not `{text}`");
            let help = "write a path as in `$.order.id`, or take the `.$` off for the text itself";
            self.error(&value.span, message, name.ends_with(".$").then(|| help.to_owned()));
        }
    }

    /// A template: what stands under a key that ends in `.$` is computed.
    fn template(&mut self, node: &Node) {
        for (key, value) in node.fields().unwrap_or_default() {
            let plain = key.name.strip_suffix(".$").filter(|plain| !plain.is_empty());
            let Some(plain) = plain else {
                self.template(value);
                continue;
            };
            self.computed(&key.name, value);
            if let Some((other, _)) = node.entry(plain) {
                let message = format!("`{}` and `{}` are one field", other.name, key.name);
                self.error(&key.span, message, Some("remove one of the two".to_owned()));
            }
        }
        for item in node.items().unwrap_or_default() {
            self.template(item);
        }
    }

    /// Every text that begins or ends like a JSONata expression must be a whole one.
    pub(super) fn expressions(&mut self, node: &Node) {
        if let Some(text) = node.text() {
            let problem = match (text.strip_prefix("{%"), text.ends_with("%}") && text.len() >= 4) {
                (None, false) => None,
                (Some(_), false) => Some("the expression is not closed with `%}`".to_owned()),
                (None, true) => Some("the expression does not begin with `{%`".to_owned()),
                (Some(rest), true) => expression(&rest[..rest.len() - 2]),
            };
            if let Some(message) = problem {
                let help = "a JSONata expression is a whole text: `{% … %}`".to_owned();
                self.error(&node.span, message, Some(help));
            }
        }
        for (_, value) in node.fields().unwrap_or_default() {
            self.expressions(value);
        }
        for item in node.items().unwrap_or_default() {
            self.expressions(item);
        }
    }
}

/// Whether a text has the form of a path. The value of a `${…}` is not known.
pub(super) fn is_path(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('$') else { return is_placeholder(text) };
    let rest = rest.strip_prefix('$').map_or((rest, false), |rest| (rest, true));
    let begins = match rest {
        ("", _) => true,
        (rest, false) => rest.starts_with(|c: char| ".[{_".contains(c) || c.is_alphabetic()),
        (rest, true) => rest.starts_with(['.', '[']),
    };
    // Quotes are special only within brackets, and a filter may have a regular expression, in which
    // brackets are ordinary characters.
    let filter = text.find('[').map_or("", |at| &text[at..]);
    begins && !text.ends_with('.') && (text.contains('/') || unbalanced(filter).is_none())
}

/// Whether a text has a `${…}`, whose value is not known here.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.split_once("${").is_some_and(|(_, rest)| rest.contains('}'))
}

/// A certain fault of a JSONata expression. Names may have anything between backquotes,
/// and with a slash in it there may be a comment or a regular expression.
fn expression(text: &str) -> Option<String> {
    if text.contains(['/', '`']) {
        return None;
    }
    let last = text.trim_end().chars().last();
    match last.filter(|last| "+-&=<>?:,.!~@#".contains(*last)) {
        Some(last) => Some(format!("nothing stands behind the last `{last}`")),
        None if text.contains("[?(") && !text.contains(['"', '\'']) => {
            Some("`[?(…)]` is JSONPath, not JSONata".to_owned())
        }
        None => unbalanced(text),
    }
}

/// The bracket or the quote that is not closed in a text, or that closes nothing.
fn unbalanced(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => {
                return Some(format!("a `{c}` closes nothing"));
            }
            '"' | '\'' => loop {
                match characters.next() {
                    None => return Some(format!("a quote is not closed with {c}")),
                    Some('\\') => _ = characters.next(),
                    Some(end) if end == c => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
    }
    open.pop().map(|c| format!("a `{c}` is missing"))
}

/// The error of a call, and its help.
type Refusal = (String, Option<String>);

/// Checks a call of an intrinsic function.
fn intrinsic(text: &str) -> Result<(), Refusal> {
    let rest = call(text)?;
    match rest {
        "" => Ok(()),
        rest => Err((format!("`{rest}` stands behind the call"), None)),
    }
}

/// Reads a call and returns the text after it.
fn call(text: &str) -> Result<&str, Refusal> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !FUNCTIONS.contains(&name) {
        let help = nearest(name, FUNCTIONS.iter().copied());
        return Err((format!("there is no intrinsic function `{name}`"), help));
    }
    let unclosed = || (format!("the call of `{name}` is not closed with `)`"), None);
    let mut rest = rest.trim_start().strip_prefix('(').ok_or_else(unclosed)?.trim_start();
    if let Some(rest) = rest.strip_prefix(')') {
        return Ok(rest);
    }
    loop {
        rest = argument(rest, name)?.trim_start();
        if let Some(rest) = rest.strip_prefix(')') {
            return Ok(rest);
        }
        rest = rest.strip_prefix(',').ok_or_else(unclosed)?.trim_start();
    }
}

/// Reads an argument and returns the text after it.
fn argument<'t>(text: &'t str, name: &str) -> Result<&'t str, Refusal> {
    if text.starts_with("States.") {
        return call(text);
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let mut escaped = false;
        for (at, c) in inner.char_indices() {
            match c {
                '"' if escaped => {
                    let message = format!("`\\\"` is not an escape in a text of `{name}`");
                    let help = "escape only `'`, `{`, `}` and `\\`; write `\"` as it is";
                    return Err((message, Some(help.to_owned())));
                }
                '\'' if !escaped => return Ok(&inner[at + 1..]),
                _ => escaped = c == '\\' && !escaped,
            }
        }
        return Err((format!("a text of `{name}` is not closed with '"), None));
    }
    // A path, whose brackets may have anything in them, or a number, true, false or null.
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if depth > 0 => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => {
                return plain(&text[..at], name).map(|()| &text[at..]);
            }
            _ => {}
        }
    }
    Err((format!("the call of `{name}` is not closed with `)`"), None))
}

fn plain(text: &str, name: &str) -> Result<(), Refusal> {
    let text = text.trim();
    let literal = matches!(text, "true" | "false" | "null") || text.parse::<f64>().is_ok();
    if literal || text.starts_with('$') || is_placeholder(text) {
        return Ok(());
    }
    let help = "an argument is a path, a number, true, false, null, a call, or a text in '…'";
    Err((format!("`{text}` is not an argument of `{name}`"), Some(help.to_owned())))
}
