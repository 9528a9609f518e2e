//! Reads the target of an environment: its regions, and the role to assume.

use super::keys;
use super::limits;
use super::reader::{Field, Section};
use crate::app::StackSet;
use crate::problem::Reason;
use serde::Serialize;

/// The account and regions of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// None: the region of the AWS tools.
    pub regions: Vec<String>,
    /// The role of every call; none: the credentials of the AWS tools.
    pub assume_role: Option<AssumeRole>,
    /// The stack set; none: a stack in each region.
    pub stack_set: Option<StackSet>,
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumeRole {
    /// Its ARN.
    pub arn: String,
    /// The external id that its trust policy requires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Reads `region` or `regions`. The one in the environment's section wins; both in one place are
/// refused.
pub(super) fn regions(root: &Section<'_>) -> Vec<String> {
    let (one, many) = (root.get("region"), root.get("regions"));
    match (one, many) {
        (None, None) => Vec::new(),
        (Some(one), Some(many)) if one.in_environment() == many.in_environment() => {
            let reason = Reason::new("`region` and `regions` are both written");
            many.problem(reason.help("write one region under `region`, or all of them here"));
            Vec::new()
        }
        (Some(one), many) if many.is_none_or(|_| one.in_environment()) => {
            root.optional("region", region).into_iter().collect()
        }
        (_, Some(many)) => listed(many),
        // Covered by the arms above.
        (Some(_), None) => Vec::new(),
    }
}

fn region(field: &Field<'_>) -> Result<String, Reason> {
    let region = limits::region(field.text()?)?;
    if let Some(warn) = limits::unknown_region(&region) {
        field.warn(warn);
    }
    Ok(region)
}

fn listed(field: &Field<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let items = field.items();
    if items.is_empty() && !field.is_nothing() {
        field.problem(Reason::new("`regions` is empty").help("name one or more, or leave it out"));
    }
    for item in items {
        match region(&item) {
            Ok(region) if all.contains(&region) => {
                let reason = Reason::new(format!("the region `{region}` is written twice"));
                item.problem(reason.help("take one out"));
            }
            Ok(region) => all.push(region),
            Err(reason) => item.problem(reason),
        }
    }
    field.note(&all);
    all
}

/// Reads `assume_role`: an ARN, or a map with `arn` and `external_id`.
pub(super) fn assume_role(root: &Section<'_>) -> Option<AssumeRole> {
    let field = root.get("assume_role")?;
    if !field.is_map() {
        let role =
            |f: &Field<'_>| Ok(AssumeRole { arn: limits::role(f.text()?)?, external_id: None });
        return match role(field) {
            Ok(role) => {
                field.note(&role.arn);
                Some(role)
            }
            Err(reason) => {
                field.problem(reason);
                None
            }
        };
    }
    let section = field.section(keys::ASSUME_ROLE);
    if section.get("arn").is_none() {
        section.problem(Reason::new("`assume_role` has no role").help("write its `arn`"));
    }
    let arn = section.optional("arn", |f| limits::role(f.text()?));
    let external_id = section.optional("external_id", |f| limits::external_id(f.text()?));
    Some(AssumeRole { arn: arn?, external_id })
}
