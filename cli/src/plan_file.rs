//! Saved plans: the file that `guardian plan -o` writes, and whether it is stale
//! when `guardian deploy --plan` is about to run it.

use crate::cost::Cost;
use crate::lights::LightNote;
use guardian_deploy::Stack;
use guardian_deploy::plan;
use guardian_deploy::stack::ChangeSetPage;
use guardian_stack::templates::parameters::PACKAGE_KEY;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Version of the file's schema; a field that changes its meaning or goes away raises it.
pub const SCHEMA: u32 = 1;

/// What a deploy would do to a stack of Guardian's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What it does to the stack.
    #[serde(flatten)]
    pub base: plan::Plan,
    /// S3 key of the function's package, which has its hash.
    pub package: Option<String>,
    /// What it means for the lights.
    pub lights: Vec<LightNote>,
    /// What CloudWatch charges for it a month, before and after.
    pub cost: Cost,
}

/// A plan with the account and region that it was made for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// [`SCHEMA`] of the version that wrote it.
    pub schema: u32,
    /// Version of guardian that wrote it.
    pub guardian: String,
    /// When, in milliseconds since the epoch.
    pub made_ms: i64,
    /// Account, twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Environment of guardian.yaml.
    pub environment: String,
    /// The plan.
    pub plan: Plan,
}

/// Why a text is no plan that this version can run.
#[derive(Debug, Error)]
pub enum PlanFileError {
    /// It is not a plan, or it was edited.
    #[error("it is not a plan of guardian: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error(
        "it has version {found} of the plan's format, written by guardian {by}, and this is \
         guardian {} with version {SCHEMA}", env!("CARGO_PKG_VERSION")
    )]
    OtherSchema {
        /// Its schema.
        found: u64,
        /// Who wrote it.
        by: String,
    },
}

/// What is so now, to be held against a plan.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// Account of the credentials.
    pub account: &'a str,
    /// Region.
    pub region: &'a str,
    /// Name of the stack.
    pub stack_name: &'a str,
    /// The stack, if there is one that can be updated.
    pub stack: Option<&'a Stack>,
    /// SHA-256 of the main template, which names those in it by their hashes.
    pub template_sha256: &'a str,
    /// Parameters; without a package if none was asked for or made.
    pub parameters: &'a BTreeMap<String, String>,
    /// Tags.
    pub tags: &'a BTreeMap<String, String>,
    /// The plan's change set as it is now, if it is there.
    pub change_set: Option<&'a ChangeSetPage>,
}

impl PlanFile {
    /// Reads a plan.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        // The version first: a later one may have other fields.
        let value: serde_json::Value = serde_json::from_str(text)?;
        let found = value.get("schema").and_then(serde_json::Value::as_u64);
        if let Some(found) = found.filter(|found| *found != u64::from(SCHEMA)) {
            let by = value
                .get("guardian")
                .and_then(serde_json::Value::as_str)
                .unwrap_or("of an unknown version");
            return Err(PlanFileError::OtherSchema { found, by: by.to_owned() });
        }
        Ok(serde_json::from_value(value)?)
    }

    /// The file's text, with a newline at its end.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// What has changed since the plan was made, in sentences; none if it can run.
    pub fn stale(&self, now: &Now<'_>, time: impl Fn(i64) -> String) -> Vec<String> {
        let Plan { base: plan, package: planned, .. } = &self.plan;
        let mut why = Vec::new();
        let mut differs = |what: &str, was: &str, is: &str| {
            if was != is {
                why.push(format!("it was made for {what} `{was}`, and this is `{is}`"));
            }
        };
        differs("account", &self.account, now.account);
        differs("region", &self.region, now.region);
        differs("stack", &plan.stack, now.stack_name);
        if !why.is_empty() {
            // Of another place everything differs; the rest would only bury why.
            return why;
        }
        let changed = |stack: &Stack| stack.updated_ms.unwrap_or(stack.created_ms);
        let mut stack_is_same = false;
        match now.stack {
            Some(stack) if plan.create => why.push(format!(
                "the stack did not exist, and now it does ({}, since {})",
                stack.status,
                time(stack.created_ms)
            )),
            None if !plan.create => why.push("the stack does not exist any more".to_owned()),
            Some(stack) if plan.stack_id.as_deref() != Some(stack.id.as_str()) => {
                why.push(format!("the stack was recreated at {}", time(stack.created_ms)));
            }
            Some(stack) if plan.stack_changed_ms != Some(changed(stack)) => why.push(format!(
                "the stack was changed at {}; it is {}",
                time(changed(stack)),
                stack.status
            )),
            _ => stack_is_same = true,
        }
        if plan.template_sha256 != now.template_sha256 {
            why.push(
                "the templates differ: guardian.yaml, a definition, guardian.lock or guardian's \
                 own version has changed"
                    .to_owned(),
            );
        }
        let package = now.parameters.get(PACKAGE_KEY);
        if let (Some(planned), Some(package)) = (planned, package)
            && planned != package
        {
            why.push(format!("the package differs: the plan has {planned}, this is {package}"));
        }
        why.extend(differences("parameter", &plan.parameters, now.parameters));
        why.extend(differences("tag", &plan.tags, now.tags));
        if plan.change_set.is_some() && stack_is_same {
            match now.change_set {
                None => why.push(
                    "its change set is gone: it was deleted, or a newer plan has taken its place"
                        .to_owned(),
                ),
                Some(page) if page.execution != "AVAILABLE" => why.push(format!(
                    "its change set cannot run any more: it is {}",
                    if page.execution.is_empty() { &page.status } else { &page.execution }
                )),
                Some(_) => {}
            }
        }
        why
    }
}

/// Values that differ, each in a sentence; the package has its own.
fn differences<'a>(
    what: &'a str,
    was: &'a BTreeMap<String, String>,
    is: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    names.into_iter().filter(|name| name.as_str() != PACKAGE_KEY).filter_map(move |name| {
        let word = |value: Option<&String>| match value {
            Some(value) => format!("`{value}`"),
            None => "not set".to_owned(),
        };
        let (was, is) = (was.get(name), is.get(name));
        (was != is).then(|| format!("{what} `{name}` was {}, and is {}", word(was), word(is)))
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn example() -> PlanFile {
        PlanFile {
            schema: SCHEMA,
            guardian: "0.1.0".into(),
            made_ms: 1_700_000_000_000,
            account: "123456789012".into(),
            region: "eu-west-1".into(),
            environment: "dev".into(),
            plan: Plan {
                base: plan::Plan {
                    stack: "orders-dev".into(),
                    stack_id: Some("arn:stack".into()),
                    stack_changed_ms: Some(5),
                    change_set: Some("arn:change-set".into()),
                    create: false,
                    template_sha256: "ab".repeat(32),
                    parameters: [
                        ("ArtifactBucket".to_owned(), "bucket".to_owned()),
                        (PACKAGE_KEY.to_owned(), "guardian/packages/1.zip".to_owned()),
                    ]
                    .into(),
                    tags: [("team".to_owned(), "orders".to_owned())].into(),
                    changes: vec![guardian_deploy::change::Change::add(
                        &[],
                        "A",
                        "AWS::SQS::Queue",
                    )],
                    permissions: Vec::new(),
                    refused: Vec::new(),
                },
                package: Some("guardian/packages/1.zip".into()),
                lights: Vec::new(),
                cost: Cost { before: Default::default(), after: Default::default() },
            },
        }
    }

    fn stack() -> Stack {
        Stack {
            id: "arn:stack".into(),
            status: "UPDATE_COMPLETE".into(),
            created_ms: 1,
            updated_ms: Some(5),
            ..Stack::default()
        }
    }

    /// All that a plan is held against.
    struct World {
        account: &'static str,
        region: &'static str,
        stack: Option<Stack>,
        template_sha256: String,
        parameters: BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
        change_set: Option<ChangeSetPage>,
    }

    /// What has changed, when all is as the example says but for what `change` changes.
    fn stale(file: &PlanFile, change: impl FnOnce(&mut World)) -> Vec<String> {
        let plan = example().plan.base;
        let mut world = World {
            account: "123456789012",
            region: "eu-west-1",
            stack: Some(stack()),
            template_sha256: plan.template_sha256,
            parameters: plan.parameters,
            tags: plan.tags,
            change_set: Some(ChangeSetPage { execution: "AVAILABLE".into(), ..Default::default() }),
        };
        change(&mut world);
        let now = Now {
            account: world.account,
            region: world.region,
            stack_name: "orders-dev",
            stack: world.stack.as_ref(),
            template_sha256: &world.template_sha256,
            parameters: &world.parameters,
            tags: &world.tags,
            change_set: world.change_set.as_ref(),
        };
        file.stale(&now, |ms| format!("t{ms}"))
    }

    #[test]
    fn a_plan_is_read_back_as_it_was_written_and_runs_where_nothing_has_changed() {
        let file = example();
        let text = file.to_text().unwrap();
        assert_eq!(PlanFile::parse(&text).unwrap(), file);
        assert_eq!(stale(&file, |_| ()), Vec::<String>::new());
    }

    #[test]
    fn a_text_of_another_kind_or_version_is_refused() {
        assert!(matches!(PlanFile::parse("{"), Err(PlanFileError::Unreadable(_))));
        assert!(matches!(PlanFile::parse("{\"schema\":1}"), Err(PlanFileError::Unreadable(_))));
        let later = PlanFile::parse("{\"schema\":2,\"guardian\":\"9.0\"}").unwrap_err();
        assert!(later.to_string().contains("guardian 9.0"), "{later}");
        let edited = example().to_text().unwrap().replacen("\"made_ms\"", "\"made\"", 1);
        assert!(PlanFile::parse(&edited).is_err());
    }

    #[test]
    fn each_change_since_the_plan_is_reported() {
        let file = example();
        let other = Stack { id: "arn:other".into(), created_ms: 9, ..stack() };
        let later = Stack { updated_ms: Some(7), ..stack() };
        let obsolete = ChangeSetPage { execution: "OBSOLETE".into(), ..Default::default() };
        let tags = BTreeMap::new();
        let parameters = BTreeMap::from([
            ("ArtifactBucket".to_owned(), "other".to_owned()),
            (PACKAGE_KEY.to_owned(), "guardian/packages/2.zip".to_owned()),
        ]);
        let messages = [
            stale(&file, |now| now.account = "210987654321"),
            stale(&file, |now| now.region = "us-east-1"),
            stale(&file, |now| now.stack = None),
            stale(&file, |now| now.stack = Some(other)),
            stale(&file, |now| now.stack = Some(later)),
            stale(&file, |now| now.template_sha256 = "cd".into()),
            stale(&file, |now| now.parameters = parameters),
            stale(&file, |now| now.tags = tags),
            stale(&file, |now| now.change_set = None),
            stale(&file, |now| now.change_set = Some(obsolete)),
            stale(
                &PlanFile {
                    plan: Plan {
                        base: plan::Plan { create: true, stack_id: None, ..file.plan.base.clone() },
                        ..file.plan.clone()
                    },
                    ..file.clone()
                },
                |_| (),
            ),
        ];
        insta::assert_snapshot!(messages.map(|why| why.join("\n")).join("\n--\n"));
    }

    #[test]
    fn where_no_package_was_asked_for_the_plans_own_is_taken() {
        let without = BTreeMap::from([("ArtifactBucket".to_owned(), "bucket".to_owned())]);
        assert_eq!(stale(&example(), |now| now.parameters = without), Vec::<String>::new());
    }
}
