//! Previews a deploy with a temporary change set. The change set and its uploads are removed again.

use crate::deployment::Preview;
use crate::exit::Failure;
use crate::rollout::failure;
use crate::session::Session;
use crate::synthesis::Synthesis;
use crate::ui::Ui;
use guardian_aws::AwsError;
use guardian_deploy::change::Tree;
use guardian_deploy::change_set::{self, fits_inline};
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::stack::{ChangeSetRequest, TemplateSource};
use guardian_deploy::{Stack, token::unique};
use guardian_stack::ci::{PREVIEW, PREVIEWS, TEMPLATES};
use guardian_stack::templates::Nested;
use std::collections::BTreeMap;

/// What would be changed.
#[derive(Debug)]
pub struct Question<'a> {
    /// The project.
    pub synthesis: &'a Synthesis,
    /// The stack as it is.
    pub stack: &'a Stack,
    /// Its templates.
    pub old: &'a Tree,
    /// The main template, as a deploy would send it.
    pub body: &'a str,
    /// Parameters.
    pub parameters: &'a BTreeMap<String, String>,
}

/// An object that CloudFormation fetches.
#[derive(Debug, PartialEq, Eq)]
struct Object {
    key: String,
    body: String,
}

/// What is sent, and what has to be fetched for it.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    /// The main template; it names the objects by their keys.
    body: String,
    /// The main template's own key, where it is too large for a request.
    key: Option<String>,
    /// What is not in the bucket yet.
    objects: Vec<Object>,
}

/// Key of a preview's object: apart from the objects that a deploy reads, so that the permission for
/// previews does not allow changing those.
fn preview_key(key: &str) -> String {
    key.replacen(TEMPLATES, PREVIEWS, 1)
}

/// The main template with the nested ones that differ from the deployed ones at keys of their own.
fn sent(body: &str, nested: &[Nested], old: &Tree) -> Sent {
    let differs = |n: &&Nested| {
        old.templates.get(std::slice::from_ref(&n.logical_id)) != Some(n.synth.value())
    };
    let mut body = body.to_owned();
    let mut objects = Vec::new();
    for nested in nested.iter().filter(differs) {
        let key = preview_key(&nested.s3_key);
        body = body.replace(&nested.s3_key, &key);
        objects.push(Object { key, body: nested.synth.to_json_min() });
    }
    let key =
        (!fits_inline(&body)).then(|| format!("{PREVIEWS}{}.json", change_set::sha256(&body)));
    if let Some(key) = &key {
        objects.push(Object { key: key.clone(), body: body.clone() });
    }
    Sent { body, key, objects }
}

/// The changes that a deploy would make to a stack. `None` if its templates have to be in the
/// artifact bucket and cannot be uploaded.
pub async fn ask(
    stacks: &CloudFormation,
    session: &Session,
    question: &Question<'_>,
    ui: &Ui,
) -> Result<Option<Preview>, Failure> {
    let sent = sent(question.body, &question.synthesis.templates.nested, question.old);
    let artifacts = match sent.objects.as_slice() {
        [] => None,
        _ => Some(session.artifacts().await?),
    };
    let mut put: Vec<(&str, Option<String>)> = Vec::new();
    let mut refused = None;
    for object in artifacts.iter().flat_map(|_| &sent.objects) {
        let Some(artifacts) = &artifacts else { break };
        match artifacts.put(&object.key, object.body.clone().into_bytes(), JSON).await {
            Ok(version) => put.push((&object.key, version)),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let answer = match refused {
        Some(error) if is_missing_right(&error) => {
            ui.note(&format!("note: the preview needs uploaded templates, and {error}"));
            Ok(None)
        }
        Some(error) => Err(error.into()),
        None => {
            let source = match (&sent.key, &artifacts) {
                (Some(key), Some(artifacts)) => TemplateSource::Url(artifacts.url(key)),
                _ => TemplateSource::Body(sent.body.clone()),
            };
            asked(stacks, question, source, ui).await.map(Some)
        }
    };
    for (key, version) in put {
        let Some(artifacts) = &artifacts else { break };
        if let Err(error) = artifacts.remove_version(key, version).await {
            ui.note(&format!("warning: {error}; it expires after a day"));
        }
    }
    answer
}

const JSON: &str = "application/json";

/// Whether the bucket is missing, or these credentials may not write to it.
fn is_missing_right(error: &AwsError) -> bool {
    error.is_not_found() || error.is_access_denied()
}

/// What a change set has, which is then deleted.
async fn asked(
    stacks: &CloudFormation,
    question: &Question<'_>,
    source: TemplateSource,
    ui: &Ui,
) -> Result<Preview, Failure> {
    let stack = &question.stack.id;
    let tags = question.synthesis.app.tags.clone();
    let sha256 = change_set::sha256(question.body);
    let request = ChangeSetRequest {
        name: format!("{PREVIEW}{}-{}", sha256.get(..12).unwrap_or(&sha256), unique()),
        ..change_set::request(stack, false, source, &sha256, question.parameters.clone(), tags)
    };
    let made = change_set::prepare(stacks, &request).await;
    let made = made.map_err(|error| failure(error.into(), ui, Some(question.synthesis)))?;
    let Some(made) = made else { return Ok(Preview::default()) };
    change_set::discard(stacks, stack, &made.id, false).await?;
    Ok(Preview { anything: true, changes: made.changes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_cfn::MAX_INLINE_BODY;

    #[test]
    fn a_previews_objects_are_apart_from_those_of_a_deploy() {
        let key = preview_key("guardian/templates/12ab.json");
        assert_eq!(key, "guardian/plans/12ab.json");
        assert_eq!(crate::deployment::template_key("12ab"), "guardian/templates/12ab.json");
    }

    #[test]
    fn only_a_main_template_that_is_too_large_is_put_anywhere() {
        let small = sent("{}", &[], &Tree::default());
        assert_eq!(small, Sent { body: "{}".into(), key: None, objects: Vec::new() });
        let large = "x".repeat(MAX_INLINE_BODY + 1);
        let large = sent(&large, &[], &Tree::default());
        assert_eq!(large.objects.len(), 1);
        assert_eq!(large.key.as_deref(), Some(large.objects[0].key.as_str()));
        assert!(large.objects[0].key.starts_with(PREVIEWS));
    }
}
