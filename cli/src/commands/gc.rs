//! `guardian gc`: removes old packages and templates that no stack uses from the artifact bucket.

use crate::approve::approve;
use crate::artifacts::objects::remove;
use crate::artifacts::select::{Keep, Selection, Version, Why, select};
use crate::artifacts::sets::{self, Ours};
use crate::artifacts::used::{InUse, in_use};
use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::orphaned_tables::{self, DynamoDb, orphaned};
use crate::project::Project;
use crate::receipt::Receipt;
use crate::session::Session;
use crate::teardown::report_removal;
use crate::text::{self, plain, size};
use crate::ui::Ui;
use aws_config::SdkConfig;
use guardian_aws::clock::now_ms;
use guardian_deploy::Stacks;
use guardian_deploy::cloudformation::CloudFormation;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Options of `gc`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Kept are: what any stack of the account and region, or any stack set, \
                        mentions in its parameters or its template, or in a change set that \
                        waits, the newest packages (--keep), and what is \
                        younger than --older-than. While a stack may roll back, \
                        nothing is removed. State tables whose stack is gone are listed and \
                        kept.")]
pub struct Args {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Number of the newest unused packages to keep
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub keep: usize,
    /// Days to keep an unused object; use 0 only while no deploy is in progress
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub older_than: u32,
}

impl Args {
    fn keep(&self) -> Keep {
        Keep { newest: self.keep, younger_than_ms: i64::from(self.older_than) * 86_400_000 }
    }
}

/// Shows the removable objects, asks, and removes them.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    // The bucket is the account's: no project is needed.
    let project = Project::open(global).and_then(|project| project.resolve());
    let region = project.ok().and_then(|resolved| resolved.app.region);
    let session = Session::open(global, region.as_deref()).await?;
    session.announce(ui).await?;
    let artifacts = session.artifacts().await?;
    let stacks = session.stacks();
    let bucket = &artifacts.bucket;

    // First the objects, then the stacks: an object that comes meanwhile is not on the list.
    let versions = artifacts.versions().await?;
    let used = used_of(&stacks, &session.config, bucket, &versions).await?;
    let selection = select(&versions, &used.keys, args.keep(), now_ms());
    ui.say(&view(bucket, &selection));
    for record in records(&selection, &used) {
        ui.emit(&Event::Object(record));
    }
    // Of tables that cannot be seen the bucket is cleared all the same.
    let by_name = |name: String| {
        let stacks = session.stacks();
        async move { stacks.stack(&name).await }
    };
    match orphaned(&DynamoDb::new(&session.config), by_name).await {
        Ok(tables) => {
            if let Some(text) = orphaned_tables::view(&tables) {
                ui.say(&text);
            }
            orphaned_tables::records(&tables).iter().for_each(|event| ui.emit(event));
        }
        Err(error) => ui.note(&format!("note: state tables were not looked for: {error}")),
    }
    let mut receipt = Receipt::default();
    let mut exit = Exit::Done;
    if !selection.remove.is_empty() && !args.dry_run {
        approve(ui, args.yes, "\nRemove these?").await?;
        // A deploy may have run before the answer.
        let used = used_of(&stacks, &session.config, bucket, &versions).await?;
        let selection = select(&versions, &used.keys, args.keep(), now_ms());
        let removal = remove(&artifacts, &selection.remove).await;
        report_removal(&removal, &mut receipt);
        ui.say(&receipt.text(ui.style));
        if !removal.refused.is_empty() {
            exit = Exit::Warnings;
        }
    }
    let receipt = receipt.fields();
    ui.emit(&Event::Collected { bucket, dry_run: args.dry_run, receipt });
    Ok(exit)
}

/// What stacks and stack sets use of these objects.
async fn used_of(
    stacks: &CloudFormation,
    config: &SdkConfig,
    bucket: &str,
    versions: &[Version],
) -> Result<InUse, Failure> {
    let mut used = settled(in_use(stacks, bucket).await?)?;
    let keys = versions.iter().map(|version| version.key.as_str());
    for (key, by) in sets::in_use(&Ours(config), keys).await? {
        used.keys.entry(key).or_default().extend(by);
    }
    Ok(used)
}

/// What is in use, if no stack may still roll back: the package that it would roll back to is unknown.
fn settled(used: InUse) -> Result<InUse, Failure> {
    let Some((name, status)) = used.unsettled.first_key_value() else { return Ok(used) };
    Err(Failure::error(format!(
        "stack `{}` is {status}: it may roll back to a package that no other stack uses, so \
         nothing was removed",
        plain(name)
    ))
    .help("wait for the operation to end, or run `guardian recover`; then retry"))
}

/// The objects that go, with their versions and bytes.
fn by_key(remove: &[Version]) -> BTreeMap<&str, (usize, i64)> {
    let mut keys: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
    for version in remove {
        let (count, bytes) = keys.entry(&version.key).or_default();
        *count += 1;
        *bytes += version.bytes;
    }
    keys
}

/// The objects to remove, and the kept ones by reason.
fn view(bucket: &str, selection: &Selection) -> String {
    let mut lines = Vec::new();
    let keys = by_key(&selection.remove);
    if keys.is_empty() {
        lines.push(format!("Nothing in {bucket} can be removed"));
    } else {
        let bytes = keys.values().map(|(_, bytes)| bytes).sum();
        lines.push(format!("In {bucket} can be removed ({}):", size(bytes)));
    }
    for (key, (count, bytes)) in keys {
        let what = if selection.kept.contains_key(key) { "older version" } else { "version" };
        lines.push(format!("  {} ({}, {})", plain(key), text::count(count, what), size(bytes)));
    }
    let count = |is: fn(&Why) -> bool| selection.kept.values().filter(|why| is(why)).count();
    let kept = [
        (count(|why| matches!(why, Why::Used(_))), "in use"),
        (count(|why| *why == Why::Newest), "among the newest packages"),
        (count(|why| *why == Why::Young), "young"),
        (count(|why| *why == Why::NotOurs), "not Guardian's"),
    ];
    let kept: Vec<String> =
        kept.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
    if !kept.is_empty() {
        lines.push(format!("Kept: {}", kept.join(", ")));
    }
    lines.join("\n")
}

/// Every object, with what happens to it and why.
fn records(selection: &Selection, used: &InUse) -> Vec<Value> {
    let goes = by_key(&selection.remove);
    let whole = goes.iter().filter(|(key, _)| !selection.kept.contains_key(**key));
    let whole = whole.map(|(key, (versions, bytes))| {
        json!({ "key": key, "goes": true, "versions": versions, "bytes": bytes })
    });
    let kept = selection.kept.iter().map(|(key, why)| {
        let why = match why {
            Why::Used(_) => "used",
            Why::Newest => "newest",
            Why::Young => "young",
            Why::NotOurs => "not-ours",
        };
        let (versions, bytes) = goes.get(key.as_str()).copied().unwrap_or_default();
        json!({
            "key": key, "goes": false, "why": why, "used_by": used.keys.get(key),
            "versions": versions, "bytes": bytes,
        })
    });
    whole.chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn key(kind: &str, n: u8, ending: &str) -> String {
        format!("guardian/{kind}/{}.{ending}", format!("{n:02x}").repeat(32))
    }

    fn selection() -> (Selection, InUse) {
        let version = |key: String, id: &str, bytes, marker| Version {
            key,
            id: id.into(),
            bytes,
            modified_ms: 0,
            latest: id == "2",
            marker,
        };
        let used = key("packages", 2, "zip");
        let stacks = BTreeSet::from(["shop-prod".to_owned()]);
        let selection = Selection {
            remove: vec![
                version(key("packages", 1, "zip"), "2", 0, true),
                version(key("packages", 1, "zip"), "1", 3_355_443, false),
                version(used.clone(), "1", 3_355_443, false),
                version(key("templates", 3, "json"), "2", 60_000, false),
            ],
            kept: BTreeMap::from([
                (used.clone(), Why::Used(stacks.clone())),
                (key("packages", 4, "zip"), Why::Newest),
                (key("templates", 5, "json"), Why::Young),
                ("guardian/notes.txt".to_owned(), Why::NotOurs),
            ]),
        };
        let used = InUse { keys: [(used, stacks)].into(), unsettled: BTreeMap::new() };
        (selection, used)
    }

    #[test]
    fn removed_and_kept_objects_are_shown_before_the_question() {
        let (selection, used) = selection();
        insta::assert_snapshot!(view("guardian-artifacts-1-x", &selection));
        let all: Vec<String> = records(&selection, &used).iter().map(Value::to_string).collect();
        insta::assert_snapshot!(all.join("\n"));
        insta::assert_snapshot!(view("guardian-artifacts-1-x", &Selection::default()));
    }

    #[test]
    fn while_a_stack_may_go_back_nothing_is_removed() {
        let unsettled = [("shop-dev".to_owned(), "UPDATE_ROLLBACK_FAILED".to_owned())];
        let used = InUse { keys: BTreeMap::new(), unsettled: unsettled.into() };
        let failure = settled(used).unwrap_err();
        assert!(failure.report.to_string().contains("`shop-dev` is UPDATE_ROLLBACK_FAILED"));
        assert!(settled(InUse::default()).is_ok());
    }
}
