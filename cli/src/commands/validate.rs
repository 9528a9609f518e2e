//! `guardian validate`: everything that can be checked before a deploy, and nothing written.

use crate::cost::view::advice_for;
use crate::definitions;
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::neighbours;
use crate::project::Project;
use crate::synthesis::{LockArgs, Synthesis, make, synthesize};
use crate::text::fold;
use crate::ui::Ui;
use guardian_deploy::cloudformation::CloudFormation;
use serde_json::{Value, json};

/// Options of `validate`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Look the watched machines up in the account, have Step Functions check the definitions, and
    /// write guardian.lock
    #[arg(long)]
    pub online: bool,
    /// Exit with 3 if there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// Checks the configuration, the definitions, the lock and the templates.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let synthesis = if args.online {
        synthesize(global, LockArgs { locked: false }, ui).await?
    } else {
        make(Project::open(global)?)?
    };
    synthesis.warn(ui);
    if args.online {
        let target = global.target(synthesis.app.region.as_deref());
        let config = guardian_aws::load(&target).await?;
        if !synthesis.app.managed.is_empty() {
            definitions::check(&synthesis, &config, ui).await?;
        }
        neighbours::note(&CloudFormation::new(&config), &synthesis.app, ui).await;
    }
    if let Some(advice) = advice_for(&synthesis.app) {
        ui.note(&fold(&format!("note: {advice}"), ui.style.width));
    }
    ui.say(&fold(&text(&synthesis), ui.style.width));
    ui.emit(&Event::Valid(record(&synthesis)));
    let strict = args.strict && !synthesis.warnings.is_empty();
    Ok(if strict { Exit::Warnings } else { Exit::Done })
}

fn text(synthesis: &Synthesis) -> String {
    let Synthesis { app, templates, warnings, .. } = synthesis;
    let many = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    let mut text = format!(
        "{} {} is valid: {} managed and {} watched, {}, {} in {}",
        app.project,
        app.env,
        many(app.managed.len(), "machine"),
        app.watched.len(),
        many(app.alarms.len(), "alarm"),
        many(templates.resource_count(), "resource"),
        many(1 + templates.nested.len(), "template"),
    );
    if !warnings.is_empty() {
        text.push_str(&format!("; {}", many(warnings.len(), "warning")));
    }
    text
}

fn record(synthesis: &Synthesis) -> Value {
    let Synthesis { app, templates, warnings, .. } = synthesis;
    json!({
        "project": app.project,
        "environment": app.env,
        "stack": app.stack_name,
        "managed": app.managed.len(),
        "watched": app.watched.len(),
        "alarms": app.alarms.len(),
        "resources": templates.resource_count(),
        "templates": 1 + templates.nested.len(),
        "warnings": warnings.len(),
    })
}
