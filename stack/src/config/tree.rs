//! A YAML document in which every key and value knows its bytes. What a value means (its type, its
//! quotes, its aliases) is serde_yaml's reading; where it stands comes from the events of
//! saphyr-parser, which serde_yaml does not show. Positions never decide a value: where the two
//! disagree about the shape, a value gets the place of what is around it.
//!
//! Why two readers: serde reports one error and stops, and its errors inside a map have no column;
//! a marked tree of our own lets every error be told at once, each at its key.

use crate::problem::{Problem, Wrong};
use saphyr_parser::{Event, Marker, Parser, Span};
use serde_yaml::Value;
use std::collections::HashMap;
use std::ops::Range;

/// Levels of nesting that are followed for positions; serde_yaml itself reads no deeper.
const MAX_DEPTH: usize = 128;

/// A value and the bytes it takes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    /// A string, number or boolean.
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key of a map with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub key_span: Range<usize>,
    pub value: Node,
}

impl Node {
    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.value)
    }

    /// Keys and values of a map; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// What it is, in words.
    pub fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Scalar(Value::Bool(_)) => "true or false",
            Kind::Scalar(Value::Number(_)) => "a number",
            Kind::Scalar(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The value as JSON, for settings that are passed on as they are.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Scalar(value) => serde_json::to_value(value).unwrap_or(serde_json::Value::Null),
            Kind::List(items) => items.iter().map(Node::to_json).collect(),
            Kind::Map(entries) => {
                entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect()
            }
        }
    }

    /// This value with another laid over it: maps merge deeply, everything else is replaced, and
    /// nothing (a key without a value) replaces nothing.
    pub fn overlaid(&self, over: &Node) -> Node {
        match (&self.kind, &over.kind) {
            (_, Kind::Null) => self.clone(),
            (Kind::Map(base), Kind::Map(above)) => {
                let mut entries = base.clone();
                for entry in above {
                    match entries.iter_mut().find(|e| e.key == entry.key) {
                        Some(below) => {
                            let value = below.value.overlaid(&entry.value);
                            *below = Entry { value, ..entry.clone() };
                        }
                        None => entries.push(entry.clone()),
                    }
                }
                Node { span: over.span.clone(), kind: Kind::Map(entries) }
            }
            _ => over.clone(),
        }
    }
}

/// Reads one YAML document; several problems at once when several keys are written twice.
pub(super) fn read(file: &str, text: &str) -> Result<Node, Vec<Problem>> {
    let mut marker = Marking::new(text);
    let marks = marker.document();
    if !marker.twice.is_empty() {
        return Err(marker.twice.iter().map(|t| t.problem(file, text)).collect());
    }
    let value: Value = serde_yaml::from_str(marker.text).map_err(|error| {
        let at = marker.mark_bytes + error.location().map_or(0, |at| at.index());
        let span = at..at + 1;
        let said = error.to_string();
        // The place is in the problem already.
        let said = said.split(" at line ").next().unwrap_or(&said);
        let wrong = Wrong::new(format!("this is not YAML: {said}")).help(
            if said.contains("more than one document") {
                "keep one; what differs by environment goes under `environments`"
            } else {
                "look at the indentation and the quotes of this line and the one before"
            },
        );
        vec![Problem::at(file, text, &span, wrong)]
    })?;
    let mut wrong = Vec::new();
    let node = join(value, &marks, &mut wrong);
    if wrong.is_empty() {
        Ok(node)
    } else {
        Err(wrong.into_iter().map(|(at, w)| Problem::at(file, text, &at, w)).collect())
    }
}

/// Gives each value its place.
fn join(value: Value, mark: &Mark, wrong: &mut Vec<(Range<usize>, Wrong)>) -> Node {
    let around = Mark { span: mark.span.clone(), inner: Inner::Leaf };
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Sequence(items) => {
            let marks = match &mark.inner {
                Inner::List(marks) if marks.len() == items.len() => marks.as_slice(),
                _ => &[],
            };
            let nodes = items.into_iter().enumerate();
            Kind::List(
                nodes.map(|(i, v)| join(v, marks.get(i).unwrap_or(&around), wrong)).collect(),
            )
        }
        Value::Mapping(fields) => {
            let marks = match &mark.inner {
                Inner::Map(marks) if marks.len() == fields.len() => marks.as_slice(),
                _ => &[],
            };
            let mut entries = Vec::with_capacity(fields.len());
            for (index, (key, value)) in fields.into_iter().enumerate() {
                let found = marks.get(index);
                let key_span = found.map_or(&around.span, |(key, _)| key).clone();
                let value = join(value, found.map_or(&around, |(_, value)| value), wrong);
                match key {
                    Value::String(key) => entries.push(Entry { key, key_span, value }),
                    _ => wrong.push((
                        key_span,
                        Wrong::new("a key must be a text").help("put the key in quotes"),
                    )),
                }
            }
            Kind::Map(entries)
        }
        Value::Tagged(tagged) => {
            let message = format!("the YAML tag `{}` means nothing here", tagged.tag);
            wrong.push((mark.span.clone(), Wrong::new(message).help("write the value alone")));
            Kind::Null
        }
        scalar => Kind::Scalar(scalar),
    };
    Node { span: mark.span.clone(), kind }
}

/// The place of a value and of what is in it.
struct Mark {
    span: Range<usize>,
    inner: Inner,
}

enum Inner {
    Leaf,
    List(Vec<Mark>),
    /// Places of the keys, and of the values.
    Map(Entries),
}

type Entries = Vec<(Range<usize>, Mark)>;

/// A key that stands in one map twice.
struct Twice {
    key: String,
    first: Range<usize>,
    again: Range<usize>,
}

impl Twice {
    fn problem(&self, file: &str, text: &str) -> Problem {
        let first = Problem::at(file, text, &self.first, Wrong::new(""));
        let message = format!(
            "the key `{}` is written twice; it stands in line {} too",
            self.key, first.line
        );
        let help = "keep one of the two, or merge them";
        Problem::at(file, text, &self.again, Wrong::new(message).help(help))
    }
}

struct Marking<'a> {
    text: &'a str,
    /// Bytes of the byte order mark, which neither reader takes in a `str`.
    mark_bytes: usize,
    /// First byte of each line.
    lines: Vec<usize>,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    twice: Vec<Twice>,
}

impl<'a> Marking<'a> {
    fn new(text: &'a str) -> Self {
        let whole = text.len();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mark_bytes = whole - text.len();
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_breaks).collect();
        Self { text, mark_bytes, lines, parser: Parser::new_from_str(text), twice: Vec::new() }
    }

    /// The marks of the first document; a leaf of nothing where its events end early.
    fn document(&mut self) -> Mark {
        loop {
            match self.event() {
                Some((Event::StreamStart | Event::DocumentStart(_), _)) => {}
                Some((event, span)) => return self.mark(event, span, 0).unwrap_or(NOWHERE),
                None => return NOWHERE,
            }
        }
    }

    fn event(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let (event, Span { start, end }) = self.parser.next_event()?.ok()?;
        let start = self.offset(&start);
        Some((event, start..self.offset(&end).max(start)))
    }

    /// Bytes before a place; saphyr counts characters, libyaml and this tool bytes.
    fn offset(&self, at: &Marker) -> usize {
        let within = match self.lines.get(at.line().saturating_sub(1)) {
            Some(start) => {
                let column = self.text[*start..].char_indices().nth(at.col());
                column.map_or(self.text.len(), |(bytes, _)| start + bytes)
            }
            None => self.text.len(),
        };
        self.mark_bytes + within
    }

    /// None where the events stop making sense; serde_yaml says why.
    fn mark(&mut self, event: Event<'a>, span: Range<usize>, depth: usize) -> Option<Mark> {
        let start = span.start;
        let (inner, end) = match event {
            Event::Scalar(..) | Event::Alias(_) => (Inner::Leaf, span.end),
            _ if depth > MAX_DEPTH => return None,
            Event::SequenceStart(..) => {
                let mut items: Vec<Mark> = Vec::new();
                loop {
                    let (event, span) = self.event()?;
                    if event == Event::SequenceEnd {
                        let last = items.last().map(|item| item.span.end);
                        break (Inner::List(items), end(&span, last));
                    }
                    items.push(self.mark(event, span, depth + 1)?);
                }
            }
            Event::MappingStart(..) => {
                let (entries, span) = self.map(depth)?;
                let last = entries.last().map(|(_, value)| value.span.end);
                (Inner::Map(entries), end(&span, last))
            }
            _ => return None,
        };
        Some(Mark { span: start..end.max(start), inner })
    }

    /// The entries of a map, and the place of its end.
    fn map(&mut self, depth: usize) -> Option<(Entries, Range<usize>)> {
        let mut entries: Entries = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        loop {
            let (event, span) = self.event()?;
            if event == Event::MappingEnd {
                return Some((entries, span));
            }
            let text = match &event {
                Event::Scalar(text, ..) => Some(text.to_string()),
                _ => None,
            };
            let key = self.mark(event, span, depth + 1)?;
            if let Some(text) = text {
                if let Some(first) = seen.get(&text).and_then(|at| entries.get(*at)) {
                    let (first, again) = (first.0.clone(), key.span.clone());
                    self.twice.push(Twice { key: text.clone(), first, again });
                }
                seen.entry(text).or_insert(entries.len());
            }
            let (event, span) = self.event()?;
            let value = self.mark(event, span, depth + 1)?;
            entries.push((key.span, value));
        }
    }
}

/// Where a list or a map ends: with its bracket, or, of a block, which has none and whose end is
/// only noticed at what comes after, with the last of what is in it.
fn end(closing: &Range<usize>, last: Option<usize>) -> usize {
    match last {
        Some(last) if closing.is_empty() => last,
        _ => closing.end,
    }
}

const NOWHERE: Mark = Mark { span: 0..0, inner: Inner::Leaf };

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(text: &str, node: &Node, found: &mut Vec<(String, String)>) {
        for entry in node.entries() {
            let written = |span: &Range<usize>| text[span.clone()].to_owned();
            found.push((written(&entry.key_span), written(&entry.value.span)));
            places(text, &entry.value, found);
        }
        if let Kind::List(items) = &node.kind {
            items.iter().for_each(|item| places(text, item, found));
        }
    }

    fn places_of(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        places(text, &read("f", text).unwrap(), &mut found);
        found
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn keys_and_values_have_the_bytes_they_are_written_with() {
        let text = "é: 'x'\n\"b\": [1, {c: d}]\ne:\n  f: g\n  h:\n  - i: j\n";
        assert_eq!(
            places_of(text),
            pairs(&[
                ("é", "'x'"),
                ("\"b\"", "[1, {c: d}]"),
                ("c", "d"),
                ("e", "f: g\n  h:\n  - i: j"),
                ("f", "g"),
                ("h", "i: j"),
                ("i", "j"),
            ])
        );
    }

    #[test]
    fn what_an_alias_stands_for_has_the_place_of_the_alias() {
        let text = "a: &x { b: c }\nd: *x\n";
        assert_eq!(
            places_of(text),
            pairs(&[("a", "&x { b: c }"), ("b", "c"), ("d", "*x"), ("*x", "*x")])
        );
    }

    #[test]
    fn nothing_lies_over_nothing_and_a_list_over_a_list() {
        let base = read("f", "a: { b: 1, c: [1] }\nd: 2\n").unwrap();
        let over = read("f", "a: { c: [2, 3], e: 4 }\nd:\n").unwrap();
        let laid = base.overlaid(&over).to_json();
        assert_eq!(laid, serde_json::json!({"a": {"b": 1, "c": [2, 3], "e": 4}, "d": 2}));
    }

    #[test]
    fn aliases_of_aliases_that_would_fill_the_memory_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let before = format!("*a{}, ", n - 1).repeat(10);
            text += &format!("a{n}: &a{n} [{before}]\n");
        }
        assert!(read("f", &text).is_err());
    }

    /// Documents of maps, lists and texts in block and flow style.
    fn document() -> impl Strategy<Value = serde_json::Value> {
        let leaf = "[a-zé :#'-]{0,6}".prop_map(serde_json::Value::from);
        leaf.prop_recursive(4, 24, 4, |inner| {
            let map = prop::collection::vec(("[a-zé ]{1,4}", inner.clone()), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(serde_json::Value::from),
                map.prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_serde_yamls_and_each_key_is_read_back_from_its_place(value in document()) {
            for text in [serde_yaml::to_string(&value).unwrap(), value.to_string()] {
                let node = read("f", &text).unwrap();
                prop_assert_eq!(&node.to_json(), &value);
                let mut stack = vec![&node];
                while let Some(node) = stack.pop() {
                    for entry in node.entries() {
                        let written = &text[entry.key_span.clone()];
                        let key: String = serde_yaml::from_str(written).unwrap();
                        prop_assert_eq!(&key, &entry.key);
                        stack.push(&entry.value);
                    }
                    if let Kind::List(items) = &node.kind {
                        stack.extend(items);
                    }
                }
            }
        }
    }
}
