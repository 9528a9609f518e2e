//! Reads YAML by the core schema of YAML 1.2, in which `yes` and `no` are strings, with aliases and
//! merge keys.

use super::node::{Finding, Key, Kind, MAX_DEPTH, Node};
use super::number::Number;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Nodes that aliases may make of a document; a few lines of aliases could else make millions.
const MAX_NODES: usize = 200_000;
/// The key whose maps are merged into the one that it is in.
const MERGE: &str = "<<";

/// Reads one document; null if there is nothing in it. What an alias stands for is placed where the
/// alias is.
pub(crate) fn read(text: &str) -> Result<Node, Finding> {
    let yaml = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - yaml.len();
    let mut reader = Reader {
        parser: Parser::new_from_str(yaml),
        characters: yaml.char_indices().map(|(at, _)| mark + at).collect(),
        bytes: text.len(),
        anchors: HashMap::new(),
        nodes: 0,
    };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd, _) => return Ok(Node { span: 0..0, kind: Kind::Null }),
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
    /// What each anchor names, and how many nodes that is.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Finding> {
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
        let help = "look at the indentation and the quotes of this line and the one before";
        refuse(at..at + 1, error.info(), Some(help))
    }

    fn end(&mut self) -> Result<(), Finding> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => {
                    let help = "keep one document in a file";
                    return Err(refuse(span, "a second document starts here", Some(help)));
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
        if depth > MAX_DEPTH {
            return Err(refuse(span, "it is nested too deeply", None));
        }
        let before = self.nodes;
        self.nodes += 1;
        let start = span.start;
        let (anchor, kind, end) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, scalar(&text, style, tag.as_ref(), &span)?, span.end)
            }
            Event::SequenceStart(anchor, tag) => {
                core(tag.as_ref(), &span)?;
                let (items, closing) = self.sequence(depth)?;
                let end = end(&closing, items.last().map(|item| item.span.end));
                (anchor, Kind::Array(items), end)
            }
            Event::MappingStart(anchor, tag) => {
                core(tag.as_ref(), &span)?;
                let (fields, closing, last) = self.mapping(depth)?;
                (anchor, Kind::Object(fields), end(&closing, last))
            }
            Event::Alias(anchor) => return self.alias(anchor, &span),
            _ => return Err(refuse(span, "a value is missing", None)),
        };
        let node = Node { span: start..end.max(start), kind };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before));
        }
        Ok(node)
    }

    /// The items of a list, and the place of its end.
    fn sequence(&mut self, depth: usize) -> Result<(Vec<Node>, Range<usize>), Finding> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Ok((items, span)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    /// The fields of a map, the place of its end, and the end of its last value.
    #[allow(clippy::type_complexity)]
    fn mapping(
        &mut self,
        depth: usize,
    ) -> Result<(Vec<(Key, Node)>, Range<usize>, Option<usize>), Finding> {
        let mut fields: Vec<(Key, Node)> = Vec::new();
        let mut merged: Vec<(usize, Node)> = Vec::new();
        let mut last = None;
        loop {
            let (event, key_span) = self.next()?;
            let (name, plain) = match event {
                Event::MappingEnd => {
                    merge(&mut fields, merged)?;
                    return Ok((fields, key_span, last));
                }
                // Any scalar will do as a key: JSON has none but strings.
                Event::Scalar(text, style, _, tag) => {
                    (text.into_owned(), style == ScalarStyle::Plain && tag.is_none())
                }
                _ => return Err(refuse(key_span, "a key must be a string", None)),
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            last = Some(node.span.end);
            match name == MERGE && plain {
                true => merged.push((fields.len(), node)),
                false => fields.push((Key { span: key_span, name }, node)),
            }
        }
    }

    fn alias(&mut self, anchor: usize, span: &Range<usize>) -> Result<Node, Finding> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(refuse(span.clone(), "the alias is within its own anchor", None));
        };
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return Err(refuse(span.clone(), "its aliases make it too large", None));
        }
        Ok(moved(node, span))
    }
}

/// The same value at another place.
fn moved(node: &Node, span: &Range<usize>) -> Node {
    let key = |key: &Key| Key { span: span.clone(), name: key.name.clone() };
    let kind = match &node.kind {
        Kind::Object(fields) => {
            Kind::Object(fields.iter().map(|(k, v)| (key(k), moved(v, span))).collect())
        }
        Kind::Array(items) => Kind::Array(items.iter().map(|item| moved(item, span)).collect()),
        scalar => scalar.clone(),
    };
    Node { span: span.clone(), kind }
}

/// Adds the fields of merged maps where the merge keys were. A key of the map itself wins, then the
/// one that is merged first (https://yaml.org/type/merge.html).
fn merge(fields: &mut Vec<(Key, Node)>, merged: Vec<(usize, Node)>) -> Result<(), Finding> {
    let mut shift = 0;
    for (at, node) in merged {
        let maps = match node.kind {
            Kind::Array(items) => items,
            _ => vec![node],
        };
        for Node { span, kind } in maps {
            let Kind::Object(added) = kind else {
                let help = "write an alias of a map, or a list of such aliases";
                return Err(refuse(span, "a merge key `<<` takes a map", Some(help)));
            };
            for field in added {
                if fields.iter().all(|(key, _)| key.name != field.0.name) {
                    fields.insert(at + shift, field);
                    shift += 1;
                }
            }
        }
    }
    Ok(())
}

/// Where a list or a map ends: with its bracket, or, of a block, which has none and whose end is
/// only noticed at what comes after, with the last of what is in it.
fn end(closing: &Range<usize>, last: Option<usize>) -> usize {
    match last {
        Some(last) if closing.is_empty() => last,
        _ => closing.end,
    }
}

fn scalar(
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
        _ => Number::of_yaml(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
    })
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
            format!("the tag `{}{}` means nothing here", tag.handle, tag.suffix),
            Some("write the value itself".to_owned()),
        )),
    }
}

fn refuse(span: Range<usize>, message: &str, help: Option<&str>) -> Finding {
    let message = format!("this YAML cannot be read: {message}");
    Finding::new(&span, message, help.map(str::to_owned))
}
