//! Reads `verify`: a machine, and the inputs with which it succeeds and fails.

use super::reader::Section;
use crate::problem::Reason;
use guardian_contract::MachineKey;
use std::ops::Range;

/// The machine that `guardian verify` runs, to check its light.
#[derive(Debug, Clone, PartialEq)]
pub struct Verify {
    /// The machine's key.
    pub machine: MachineKey,
    /// Input with which it succeeds, as JSON with the digits that are written.
    pub pass: String,
    /// Input with which it fails, likewise.
    pub fail: String,
}

/// [`Verify`] with the place of the machine's name.
#[derive(Debug, Clone)]
pub(super) struct VerifySpec {
    pub verify: Verify,
    pub span: Range<usize>,
}

/// Reads the section; none if it is missing or refused.
pub(super) fn read(section: &Section<'_>) -> Option<VerifySpec> {
    let field = section.get("machine");
    let machine = section.optional("machine", |field| {
        MachineKey::of_machine(field.text()?).map_err(|invalid| Reason::new(invalid.to_string()))
    });
    let input = |key: &str| section.optional(key, |field| Ok(field.json_text()));
    let (pass, fail) = (input("pass"), input("fail"));
    if field.is_none() && pass.is_none() && fail.is_none() {
        return None;
    }
    for (key, given) in
        [("machine", field.is_some()), ("pass", pass.is_some()), ("fail", fail.is_some())]
    {
        if !given {
            let help = "`verify` takes a machine and two inputs: \
                        { machine: hello, pass: { ok: true }, fail: { ok: false } }";
            section.problem(Reason::new(format!("`verify` has no `{key}`")).help(help));
        }
    }
    let verify = Verify { machine: machine?, pass: pass?, fail: fail? };
    Some(VerifySpec { verify, span: field?.span().clone() })
}
