//! Reads YAML with places, by the core schema of YAML 1.2: `yes` and `no` are strings.

use super::document::{Finding, Key, Kind, MAX_DEPTH, Node};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Number;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Nodes that aliases may make of a document; a few lines of aliases could else make millions.
const MAX_NODES: usize = 200_000;

pub(super) fn read(text: &str) -> Result<Node, Finding> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        characters: text.char_indices().map(|(at, _)| at).collect(),
        bytes: text.len(),
        anchors: HashMap::new(),
        nodes: 0,
    };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd, span) => return Err(refuse(span, "it is empty")),
            (event, span) => {
                let node = reader.node(event, span, 0)?;
                return reader.end().map(|()| node);
            }
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// The byte at which each character starts: the parser counts in characters.
    characters: Vec<usize>,
    bytes: usize,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

type Found<'a> = (Event<'a>, Range<usize>);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Found<'a>, Finding> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.span(span))),
            Some(Err(error)) => Err(self.syntax_error(&error)),
            None => Ok((Event::StreamEnd, 0..0)),
        }
    }

    fn span(&self, span: Span) -> Range<usize> {
        let start = self.offset(&span.start);
        start..self.offset(&span.end).max(start)
    }

    fn offset(&self, marker: &Marker) -> usize {
        self.characters.get(marker.index()).copied().unwrap_or(self.bytes)
    }

    fn syntax_error(&self, error: &ScanError) -> Finding {
        let at = self.offset(error.marker());
        refuse(at..at + 1, error.info())
    }

    fn end(&mut self) -> Result<(), Finding> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => {
                    return Err(refuse(span, "a second document starts here"));
                }
                _ => {}
            }
        }
    }

    fn node(
        &mut self,
        event: Event<'a>,
        span: Range<usize>,
        depth: usize,
    ) -> Result<Node, Finding> {
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err(refuse(span, "it is nested too deeply"));
        }
        let before = self.nodes;
        let (anchor, kind) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, self.scalar(&text, style, tag.as_ref(), &span)?)
            }
            Event::SequenceStart(anchor, tag) => {
                core(tag.as_ref(), &span)?;
                (anchor, self.sequence(depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                core(tag.as_ref(), &span)?;
                (anchor, self.mapping(depth)?)
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => return Err(refuse(span, "a value is missing")),
        };
        let node = Node { span, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    fn sequence(&mut self, depth: usize) -> Result<Kind, Finding> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Kind::Array(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Kind, Finding> {
        let mut fields = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Kind::Object(fields));
            }
            // Any scalar will do as a key: JSON has none but strings.
            let Event::Scalar(text, ..) = event else {
                return Err(refuse(span, "a key must be a string"));
            };
            let key = Key { span, name: text.into_owned() };
            let (event, span) = self.next()?;
            fields.push((key, self.node(event, span, depth + 1)?));
        }
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<Node, Finding> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(refuse(span, "the alias stands within what it stands for"));
        };
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return Err(refuse(span, "its aliases make it too large"));
        }
        Ok(node.clone())
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Cow<'_, Tag>>,
        span: &Range<usize>,
    ) -> Result<Kind, Finding> {
        let string = core(tag, span)? == Some("str");
        if string || style != ScalarStyle::Plain {
            return Ok(Kind::Text(text.to_owned()));
        }
        Ok(match text {
            "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
            "true" | "True" | "TRUE" => Kind::Bool(true),
            "false" | "False" | "FALSE" => Kind::Bool(false),
            _ => number(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
        })
    }
}

/// The suffix of a tag of the core schema; any other tag is refused.
fn core<'t>(
    tag: Option<&'t Cow<'_, Tag>>,
    span: &Range<usize>,
) -> Result<Option<&'t str>, Finding> {
    match tag {
        None => Ok(None),
        Some(tag) if tag.is_yaml_core_schema() => Ok(Some(&tag.suffix)),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => Ok(Some("str")),
        Some(tag) => Err(Finding::new(
            span,
            format!("the tag `{}{}` means nothing in a definition", tag.handle, tag.suffix),
            Some("write the value itself".to_owned()),
        )),
    }
}

/// A number of the core schema. Infinity and NaN are none: JSON cannot say them.
fn number(text: &str) -> Option<Number> {
    if let Some(octal) = text.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    if let Some(hexadecimal) = text.strip_prefix("0x") {
        return u64::from_str_radix(hexadecimal, 16).ok().map(Number::from);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let integer = text.parse::<i64>().map(Number::from).or_else(|_| text.parse().map(u64::into));
    integer.ok().or_else(|| Number::from_f64(text.parse().ok()?))
}

fn refuse(span: Range<usize>, message: &str) -> Finding {
    Finding::new(&span, format!("this YAML cannot be read: {message}"), None)
}
