//! In which template each machine lives. A machine that has a place keeps it: an alarm that moved
//! would be recreated, and lose its state.

use super::error::{FULL, TemplateError};
use super::machines::Part;
use guardian_cfn::{MAX_RESOURCES, MAX_S3_BODY};
use guardian_contract::MachineKey;
use std::collections::BTreeMap;

/// The main template, in an assignment.
pub const ROOT: &str = "root";
/// The logical ids of nested stacks begin with this; a number follows.
const NESTED: &str = "Machines";

/// What the main template is filled to once there are nested stacks: each of them is a resource
/// of it, and a hundred of them must find room.
const ROOT_FULL: usize = 400;
/// Bytes that machines may take in a nested template; CloudFormation reads 1,000,000.
const NESTED_BYTES: usize = 900_000;
/// Bytes that machines may take in the main template, beside the dashboard, the nested stacks and
/// the function.
const ROOT_BYTES: usize = 450_000;
/// What a template says besides its machines.
const FRAME: usize = 2_000;

/// A template that is being filled.
#[derive(Debug, Default, Clone, Copy)]
struct Filled {
    resources: usize,
    bytes: usize,
}

impl Filled {
    fn has_room(self, part: &Part, resources: usize, bytes: usize) -> bool {
        self.resources + part.template.resource_count() <= resources
            && self.bytes + part.bytes <= bytes
    }
    fn take(&mut self, part: &Part) {
        self.resources += part.template.resource_count();
        self.bytes += part.bytes;
    }
}

/// Gives every machine its place: the one it had, else the first template with room. One without
/// resources needs none, and has one only where the main template has room. `base` is how many
/// resources the main template has without machines.
pub(super) fn place(
    parts: &[Part],
    base: usize,
    previous: &BTreeMap<MachineKey, String>,
) -> Result<BTreeMap<MachineKey, String>, TemplateError> {
    let mut root = Filled { resources: base, bytes: 0 };
    let mut nested: BTreeMap<usize, Filled> = BTreeMap::new();
    let mut placed = BTreeMap::new();
    let mut new = Vec::new();
    for part in parts {
        let is_empty = part.template.resource_count() == 0;
        // A nested stack must have a resource, and one of empty machines has none.
        let before = previous.get(&part.key).filter(|stack| !is_empty || *stack == ROOT);
        if let Some(stack) = before {
            match number(stack) {
                Some(0) => root.take(part),
                Some(n) => nested.entry(n).or_default().take(part),
                None => {
                    let (key, stack) = (part.key.clone(), stack.clone());
                    return Err(TemplateError::UnknownStack { key, stack });
                }
            }
            placed.insert(part.key.clone(), stack.clone());
        } else {
            new.push(part);
        }
    }
    let all: usize = parts.iter().map(|p| p.template.resource_count()).sum();
    let whole = nested.is_empty() && base + all <= FULL;
    let root_full = if whole { FULL } else { ROOT_FULL };
    for part in new {
        let stack = if root.has_room(part, root_full, ROOT_BYTES) {
            root.take(part);
            ROOT.to_owned()
        } else if part.template.resource_count() == 0 {
            continue;
        } else {
            let open = nested.iter().find(|(_, f)| f.has_room(part, FULL, NESTED_BYTES));
            let n = match open {
                Some((n, _)) => *n,
                None => {
                    alone_fits(part)?;
                    (1..).find(|n| !nested.contains_key(n)).unwrap_or(1)
                }
            };
            nested.entry(n).or_default().take(part);
            id(n)
        };
        placed.insert(part.key.clone(), stack);
    }
    let resources = root.resources + nested.len();
    if resources > MAX_RESOURCES {
        return Err(TemplateError::RootFull { resources, nested: nested.len() });
    }
    Ok(placed)
}

/// Whether a template can be made for this machine alone.
fn alone_fits(part: &Part) -> Result<(), TemplateError> {
    let (resources, bytes) = (part.template.resource_count(), part.bytes);
    if resources > MAX_RESOURCES || bytes + FRAME > MAX_S3_BODY {
        return Err(TemplateError::MachineTooLarge { key: part.key.clone(), resources, bytes });
    }
    Ok(())
}

/// The number of a nested stack, 0 for the main template.
pub(super) fn number(stack: &str) -> Option<usize> {
    if stack == ROOT {
        return Some(0);
    }
    let n: usize = stack.strip_prefix(NESTED)?.parse().ok()?;
    // As it is written here and no other way (`Machines01`, `Machines+1`).
    (n > 0 && stack == id(n)).then_some(n)
}

/// The logical id of the nested stack with this number.
pub(super) fn id(number: usize) -> String {
    format!("{NESTED}{number}")
}
