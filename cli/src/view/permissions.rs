//! Groups permissions: each machine of a stack has a role, and the roles differ in the machine's name
//! only. Permissions that are equal but for that name are shown once, with all names.

use guardian_contract::MachineKey;
use guardian_deploy::permissions::AddedPermission;
use guardian_stack::templates::stem;
use std::collections::BTreeMap;

/// Stands for the machine's name in a group.
const MACHINE: &str = "<machine>";
/// The same in a logical id.
const STEM: &str = "<Machine>";

/// Permissions of the same resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The resources, in order.
    pub resources: Vec<String>,
    /// The permissions of each, in words; of several, with `<machine>` for the machine's name.
    pub texts: Vec<String>,
}

/// Groups permissions of the same form. Each resource and each text is in one of the groups.
pub fn grouped(permissions: &[AddedPermission]) -> Vec<Group> {
    let owners: BTreeMap<&str, Owner<'_>> = permissions
        .iter()
        .filter_map(|permission| Some((permission.resource.as_str(), owner(permission)?)))
        .collect();
    let mut by_shape: BTreeMap<(String, String), Vec<&AddedPermission>> = BTreeMap::new();
    let mut order = Vec::new();
    for permission in permissions {
        let shape = shape(&permission.text, owners.get(permission.resource.as_str()));
        let all = by_shape.entry(shape.clone()).or_default();
        if all.is_empty() {
            order.push(shape);
        }
        all.push(permission);
    }
    let mut groups: Vec<Group> = Vec::new();
    for (kind, text) in order {
        let Some(all) = by_shape.remove(&(kind, text.clone())) else { continue };
        let text = match all.as_slice() {
            [one] => one.text.clone(),
            _ => text,
        };
        let mut resources: Vec<String> = all.iter().map(|w| w.resource.clone()).collect();
        resources.sort();
        match groups.iter_mut().find(|group| group.resources == resources) {
            Some(group) => group.texts.push(text),
            None => groups.push(Group { resources, texts: vec![text] }),
        }
    }
    groups
}

/// The machine that a resource belongs to.
#[derive(Debug)]
struct Owner<'a> {
    /// Its name.
    name: &'a str,
    /// Prefix of its logical ids.
    stem: String,
    /// The rest of the resource's logical id.
    kind: &'a str,
}

/// The machine of a resource, if the permission names it.
fn owner(permission: &AddedPermission) -> Option<Owner<'_>> {
    let id = permission.resource.rsplit('/').next().unwrap_or_default();
    words(&permission.text).find_map(|name| {
        let stem = stem(&MachineKey::of_machine(name).ok()?);
        let kind = of(id, &stem)?;
        Some(Owner { name, stem, kind })
    })
}

/// The form that a permission shares with those of other machines: the kind of resource, and the text
/// with placeholders for the machine. Without a machine both are unchanged.
fn shape(text: &str, owner: Option<&Owner<'_>>) -> (String, String) {
    let Some(Owner { name, stem, kind }) = owner else {
        return (String::new(), text.to_owned());
    };
    // Only whole words: `step1` is no part of `step10`.
    let mut marked = String::new();
    let mut rest = text;
    for word in words(text) {
        let Some((before, after)) = rest.split_once(word) else { break };
        marked.push_str(before);
        match of(word, stem) {
            _ if word == *name => marked.push_str(MACHINE),
            Some(part) => marked.push_str(&format!("{STEM}{part}")),
            None => marked.push_str(word),
        }
        rest = after;
    }
    marked.push_str(rest);
    ((*kind).to_owned(), marked)
}

/// The part of a logical id after a machine's stem.
fn of<'a>(id: &'a str, stem: &str) -> Option<&'a str> {
    // `Step` is not the machine of `Step1Role`, nor of `Steps`.
    id.strip_prefix(stem).filter(|part| part.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The words of a text that may be names or logical ids, in order.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    text.split(move |c| !is_part(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(resource: &str, text: &str) -> AddedPermission {
        AddedPermission { resource: resource.into(), text: text.into() }
    }

    /// What a machine's role is given.
    fn role(key: &str, within: &str) -> [AddedPermission; 2] {
        let stem = stem(&MachineKey::new(key).unwrap());
        let trust = format!(
            "allows sts:AssumeRole for states.amazonaws.com if {{\"aws:SourceArn\":\"arn:stateMachine:\
             {key}-step-function\"}}"
        );
        let logs = format!("allows logs:PutLogEvents on ${{{stem}LogGroup.Arn}}");
        [trust, logs].map(|text| added(&format!("{within}{stem}MachineRole"), &text))
    }

    fn shown(permissions: &[AddedPermission]) -> String {
        let line =
            |group: Group| format!("{}\n  {}", group.resources.join(" "), group.texts.join("\n  "));
        grouped(permissions).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn roles_that_differ_in_their_machine_only_are_shown_once_with_all_their_names() {
        let all: Vec<AddedPermission> =
            [role("step1", ""), role("step10", "Machines1/"), role("Odd", "")]
                .into_iter()
                .flatten()
                .chain([added(
                    "FunctionRole",
                    "allows states:ListExecutions on step1-step-function",
                )])
                .collect();
        let odd = stem(&MachineKey::new("Odd").unwrap());
        let text = shown(&all).replace(&odd, "OddHASH");
        insta::assert_snapshot!(text, @r#"
        Machines1/Step10MachineRole OddHASHMachineRole Step1MachineRole
          allows sts:AssumeRole for states.amazonaws.com if {"aws:SourceArn":"arn:stateMachine:<machine>"}
          allows logs:PutLogEvents on ${<Machine>LogGroup.Arn}
        FunctionRole
          allows states:ListExecutions on step1-step-function
        "#);
    }

    #[test]
    fn a_permission_on_another_machine_is_not_grouped_with_permissions_on_the_own_one() {
        let on = |key: &str| format!("allows states:StartExecution on arn:{key}-step-function");
        let all = [
            added("AMachineRole", &on("a")),
            added("BMachineRole", &on("b")),
            added("CMachineRole", &on("a")),
        ];
        let groups = grouped(&all);
        assert_eq!(groups.len(), 2, "{groups:?}");
        assert_eq!(groups[0].resources, ["AMachineRole", "BMachineRole"]);
        assert_eq!(groups[1].texts, [on("a")]);
    }

    #[test]
    fn a_single_machine_is_shown_by_its_name() {
        let groups = grouped(&role("step1", ""));
        assert_eq!(groups.len(), 1);
        assert!(groups[0].texts.iter().all(|text| !text.contains('<')), "{groups:?}");
    }
}
