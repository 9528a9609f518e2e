//! `guardian diff`: what a deploy would change, without changing anything that stays.

use crate::definitions;
use crate::deployment::{Draft, NOT_ASKED, parameters, tree};
use crate::event::{Event, Subject};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::owner::Owner;
use crate::preview::{self, Question};
use crate::session::Session;
use crate::synthesis::{LockArgs, synthesize};
use crate::text::{Paint, plain};
use crate::ui::{TextStyle, Ui};
use crate::view;
use crate::view::resources::{Machines, Resources};
use guardian_deploy::Stacks;
use guardian_deploy::change::{Tree, compare};
use guardian_deploy::change_set;
use guardian_deploy::protection::protecting;
use guardian_deploy::state::{self, DeployAction};
use guardian_stack::templates::parameters::{ARTIFACT_BUCKET, PACKAGE_KEY};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

/// Options of `diff`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Exit with 2 if there are differences
    #[arg(long)]
    pub exit_code: bool,
    /// Compare only the templates, without a change set
    #[arg(long)]
    pub template_only: bool,
    /// Whether the account is read.
    #[command(flatten)]
    pub lock: LockArgs,
}

/// Shows the differences. The package is taken to be the deployed one: a new one is no difference
/// of the templates.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let synthesis = synthesize(global, args.lock, ui).await?;
    synthesis.warn(ui);
    let app = &synthesis.app;
    let session = Session::open(global, app.region.as_deref()).await?;
    let stacks = session.stacks();
    let found = stacks.stack(&app.stack_name).await?;
    let can = state::for_deploy(found.as_ref());
    let existing = found.filter(|_| !matches!(can, DeployAction::Create | DeployAction::Replace));

    if let Some(stack) = &existing {
        Owner::of_app(app).check_stack(&stacks, stack).await?;
    }
    definitions::check(&synthesis, &session.config, ui).await?;
    let new = tree(&synthesis.templates);
    let old = match &existing {
        Some(stack) => change_set::deployed(&stacks, &stack.id).await?,
        None => Tree::default(),
    };
    let body = synthesis.templates.root.to_json_min();
    let deployed = |name: &str| existing.as_ref().and_then(|s| s.parameters.get(name)).cloned();
    let parameters = parameters(
        &deployed(ARTIFACT_BUCKET).unwrap_or_default(),
        &deployed(PACKAGE_KEY).unwrap_or_default(),
        &session.region(),
        session.config.endpoint_url(),
    );
    let asked = match &existing {
        // A change set on a stack that does not exist would leave one in review.
        None => Some(new.additions()),
        Some(_) if can != DeployAction::Update || args.template_only => None,
        Some(stack) => {
            let (synthesis, old, body, parameters) = (&synthesis, &old, &body, &parameters);
            let question = Question { synthesis, stack, old, body, parameters };
            let asked = preview::ask(&stacks, &session, &question, ui).await?;
            asked.map(|asked| asked.changes)
        }
    };
    let by_templates = asked.is_none();
    let changes = asked.unwrap_or_else(|| compare(&old, &new));
    let policy = protecting(&stacks, existing.as_ref(), ui).await;
    let plan = Draft {
        synthesis: &synthesis,
        body: &body,
        existing: existing.as_ref(),
        old: &old,
        parameters,
        change_set: None,
        changes,
        policy: policy.as_ref(),
    }
    .plan();

    let text = if existing.is_some() { difference(&old, &new, ui.style) } else { String::new() };
    let different = !plan.base.is_empty() || !text.is_empty();
    if different {
        if !text.is_empty() {
            ui.say(&format!("{text}\n"));
        }
        let machines = Machines::of(app);
        let resources = Resources::of(&machines, ui.verbose);
        ui.say(&view::plan::plan(&plan, resources, ui.style));
        if by_templates {
            ui.say(NOT_ASKED);
        }
    }
    view::plan::emit(&plan, ui);
    ui.emit(&Event::Diff { subject: Subject::Stack(&app.stack_name), different });
    Ok(if different && args.exit_code { Exit::Differences } else { Exit::Done })
}

/// The difference of the templates as YAML, with three lines around each change; empty if there is
/// none.
pub(super) fn difference(old: &Tree, new: &Tree, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let mut lines = Vec::new();
    let paths: BTreeSet<_> = old.templates.keys().chain(new.templates.keys()).collect();
    for path in paths {
        let (before, after) = (yaml(old.templates.get(path)), yaml(new.templates.get(path)));
        if before == after {
            continue;
        }
        let name = if path.is_empty() { "template".to_owned() } else { path.join("/") };
        lines.push(paint.bold(&format!("--- {name} (deployed)\n+++ {name}")));
        let diff = TextDiff::from_lines(&before, &after);
        for (n, group) in diff.grouped_ops(3).iter().enumerate() {
            if n > 0 {
                lines.push(paint.dim("..."));
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let text = plain(change.value().trim_end_matches('\n'));
                lines.push(match change.tag() {
                    ChangeTag::Equal => paint.dim(&format!(" {text}")),
                    ChangeTag::Insert => paint.green(&format!("+{text}")),
                    ChangeTag::Delete => paint.red(&format!("-{text}")),
                });
            }
        }
    }
    lines.join("\n")
}

/// A template as text; a template that is not there is none.
fn yaml(template: Option<&Value>) -> String {
    template.and_then(|t| serde_yaml::to_string(t).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_shown_with_a_little_around_it() {
        let tree = |memory: u32| {
            let mut properties = serde_json::Map::new();
            for n in 0..9 {
                properties.insert(format!("P{n}"), json!(n));
            }
            properties.insert("MemorySize".to_owned(), json!(memory));
            let template = json!({"Resources": {"F": {"Properties": properties}}});
            Tree { templates: [(Vec::new(), template)].into() }
        };
        let style = TextStyle { width: 80, colour: false };
        assert_eq!(difference(&tree(256), &tree(256), style), "");
        insta::assert_snapshot!(difference(&tree(256), &tree(512), style));
    }
}
