//! Reads tags of AWS resources.

use super::limits;
use super::reader::Field;
use crate::problem::Reason;
use std::collections::BTreeMap;

/// Tags, each with its own origin: an environment may add one to those of the file.
pub(super) fn tags(field: &Field<'_>) -> BTreeMap<String, String> {
    let fields = field.fields();
    if fields.len() > limits::MAX_TAGS {
        let message = format!("{} tags; AWS takes {}", fields.len(), limits::MAX_TAGS);
        field.problem(Reason::new(message).help("remove some"));
    }
    let mut tags = BTreeMap::new();
    for tag in fields {
        if let Err(reason) = limits::tag_key(tag.key) {
            tag.problem(reason);
        }
        match tag.text().and_then(|text| limits::tag_value(text).map(|()| text)) {
            Ok(text) => {
                tag.note(&text);
                tags.insert(tag.key.to_owned(), text.to_owned());
            }
            Err(reason) => tag.problem(reason),
        }
    }
    tags
}

/// Tags that a machine must have; one without a value, or with `*`, may have any.
pub(super) fn wanted(field: &Field<'_>) -> Result<BTreeMap<String, String>, Reason> {
    let mut wanted = BTreeMap::new();
    for tag in field.fields() {
        let value = if tag.is_nothing() { "*" } else { tag.text()? };
        limits::tag_key(tag.key)?;
        wanted.insert(tag.key.to_owned(), value.to_owned());
    }
    if wanted.is_empty() {
        return Err(Reason::new("`tag` names no tag").help("write `tag: { team: data }`"));
    }
    Ok(wanted)
}
