//! The inventory of a stack before its deletion, and the receipt after it: its resources, the objects
//! that only it used, and its log groups.

use crate::artifacts::objects::{self, Objects};
use crate::artifacts::select::Version;
use crate::artifacts::used::{Account, InUse, in_use, keys_of};
use crate::logs::{self, End, Groups, Writer};
use crate::receipt::{Kind, Receipt, Removed};
use guardian_aws::AwsError;
use guardian_deploy::change::{Tree, text};
use guardian_deploy::change_set;
use guardian_deploy::stack::{STACK_TYPE, all_resources};
use guardian_deploy::state::{is_delete_failure, is_deleted, is_left_behind};
use guardian_deploy::{Stack, StackEvent, StackResource, Stacks};
use guardian_stack::templates::parameters::ARTIFACT_BUCKET;
use std::collections::{BTreeMap, BTreeSet};

/// A resource with the nested stacks that contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Logical ids of the nested stacks, outermost first.
    pub within: Vec<String>,
    /// The resource.
    pub resource: StackResource,
}

impl Owned {
    /// Logical id with the nested stacks that contain it.
    pub fn path(&self) -> String {
        let within = self.within.iter().map(String::as_str);
        within.chain([self.resource.logical_id.as_str()]).collect::<Vec<_>>().join("/")
    }
}

/// What belongs to a stack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// Its resources and those of its nested stacks, without deleted ones.
    pub resources: Vec<Owned>,
    /// Its templates.
    pub tree: Tree,
    /// The objects of the artifact bucket that it uses.
    pub keys: BTreeSet<String>,
}

/// Reads what belongs to a stack. One that was never created may have no template; it can be deleted
/// anyway.
pub async fn inventory<S: Stacks>(stacks: &S, stack: &Stack) -> Result<Inventory, AwsError> {
    let template = stacks.template(&stack.id).await.unwrap_or_default();
    Ok(Inventory {
        resources: resources(stacks, &stack.id).await?,
        tree: change_set::deployed(stacks, &stack.id).await.unwrap_or_default(),
        keys: keys_of(stack, &template),
    })
}

/// The resources of a stack and of its nested stacks, without deleted ones.
pub async fn resources<S: Stacks>(stacks: &S, stack_id: &str) -> Result<Vec<Owned>, AwsError> {
    let mut all = Vec::new();
    let mut ahead = vec![(Vec::<String>::new(), stack_id.to_owned())];
    while let Some((within, id)) = ahead.pop() {
        for resource in all_resources(stacks, &id).await? {
            if is_deleted(&resource.status) {
                continue;
            }
            if let (STACK_TYPE, Some(id)) = (&*resource.resource_type, &resource.physical_id) {
                let inner = within.iter().chain([&resource.logical_id]).cloned().collect();
                ahead.push((inner, id.clone()));
            }
            all.push(Owned { within: within.clone(), resource });
        }
    }
    Ok(all)
}

impl Inventory {
    /// Path and type of the resources that their DeletionPolicy retains.
    pub fn retained(&self) -> Vec<(String, String)> {
        let kept =
            |body| matches!(text(body, "DeletionPolicy"), Some("Retain" | "RetainExceptOnCreate"));
        let kept = self.tree.resources().filter(|(_, _, body)| kept(body));
        kept.map(|(within, id, body)| {
            let path = within.iter().chain([id]).map(String::as_str).collect::<Vec<_>>().join("/");
            (path, text(body, "Type").unwrap_or("unknown type").to_owned())
        })
        .collect()
    }

    /// The log groups of its functions and machines.
    pub fn groups(&self) -> BTreeMap<String, Writer> {
        let all: Vec<StackResource> = self.resources.iter().map(|o| o.resource.clone()).collect();
        logs::of_resources(&all)
    }

    /// The receipt of the deleted stack: its resources are removed, except for those that their
    /// policy or CloudFormation retained.
    pub fn settled(&self, events: &[StackEvent]) -> Receipt {
        let retained: BTreeMap<String, String> = self.retained().into_iter().collect();
        let mut receipt = Receipt::default();
        for owned in &self.resources {
            let (path, resource) = (owned.path(), &owned.resource);
            let skipped = events.iter().find(|event| {
                is_left_behind(&event.status)
                    && event.logical_id == resource.logical_id
                    && Some(&event.physical_id) == resource.physical_id.as_ref()
            });
            let why = if retained.contains_key(&path) {
                Some("its DeletionPolicy retains it".to_owned())
            } else {
                skipped.map(|e| e.reason.clone().unwrap_or("CloudFormation retained it".to_owned()))
            };
            match why {
                Some(why) => {
                    let id = resource.physical_id.as_deref().unwrap_or("no name");
                    let why = format!("{} {id}: {why}", resource.resource_type);
                    receipt.keep(Kind::Resource, path, why);
                }
                None => receipt.removed.push(Removed {
                    kind: Kind::Resource,
                    name: path,
                    detail: resource.resource_type.clone(),
                    bytes: None,
                }),
            }
        }
        receipt
    }
}

/// The resources whose delete failed, with their reasons.
pub fn not_deleted(resources: &[Owned]) -> Vec<String> {
    let failed = resources.iter().filter(|o| is_delete_failure(&o.resource.status));
    failed
        .map(|owned| {
            let reason = owned.resource.reason.as_deref().map(|r| format!(": {r}"));
            let kind = &owned.resource.resource_type;
            format!("{} ({kind}){}", owned.path(), reason.unwrap_or_default())
        })
        .collect()
}

/// The reasons to keep objects of a deleted stack, by key. A key without a reason is unused.
fn reasons_to_keep(keys: &BTreeSet<String>, used: &InUse) -> BTreeMap<String, String> {
    let unsettled = used.unsettled.iter().next();
    let why = |key: &String| {
        if let Some(stacks) = used.keys.get(key) {
            let names: Vec<&str> = stacks.iter().map(String::as_str).collect();
            let use_it = if names.len() == 1 { "uses it" } else { "use it" };
            return Some(format!("{} {use_it}", names.join(", ")));
        }
        let (name, status) = unsettled?;
        Some(format!("stack {name} is {status} and may roll back to it"))
    };
    keys.iter().filter_map(|key| Some((key.clone(), why(key)?))).collect()
}

/// Removes the objects of a deleted stack from its bucket; those that another stack uses or may roll
/// back to are kept. True if no removal was refused.
pub async fn remove_objects<A: Account, O: Objects>(
    account: &A,
    objects: &O,
    bucket: &str,
    keys: &BTreeSet<String>,
    receipt: &mut Receipt,
) -> Result<bool, AwsError> {
    let versions = objects::all_versions(objects).await?;
    // Read after the objects, so that a stack created meanwhile is included.
    let used = in_use(account, bucket).await?;
    let wanted = reasons_to_keep(keys, &used);
    let there = |key: &String| versions.iter().any(|v| v.key == *key);
    for (key, why) in wanted.iter().filter(|(key, _)| there(key)) {
        receipt.keep(Kind::Object, key, why);
    }
    let goes = |v: &&Version| keys.contains(&v.key) && !wanted.contains_key(&v.key);
    let goes: Vec<Version> = versions.iter().filter(goes).cloned().collect();
    let removal = objects::remove(objects, &goes).await;
    report_removal(&removal, receipt);
    Ok(removal.refused.is_empty())
}

/// Adds the result of a removal of objects to the receipt, by key.
pub fn report_removal(removal: &objects::Removal, receipt: &mut Receipt) {
    let mut gone: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
    for version in &removal.removed {
        let (count, bytes) = gone.entry(&version.key).or_default();
        *count += 1;
        *bytes += version.bytes;
    }
    for (key, (count, bytes)) in gone {
        receipt.removed.push(Removed {
            kind: Kind::Object,
            name: key.to_owned(),
            detail: crate::text::count(count, "version"),
            bytes: Some(bytes),
        });
    }
    let refused: BTreeMap<&str, &str> =
        removal.refused.iter().map(|r| (r.key.as_str(), r.why.as_str())).collect();
    for (key, why) in refused {
        receipt.keep(Kind::Object, key, format!("it could not be removed: {why}"));
    }
}

/// Removes log groups and adds each result to the receipt; true if none failed.
pub async fn remove_groups<G: Groups>(
    groups: &G,
    wanted: &BTreeMap<String, Writer>,
    receipt: &mut Receipt,
) -> bool {
    let mut succeeded = true;
    for (name, end) in logs::remove(groups, wanted).await {
        match end {
            End::Absent => {}
            End::Removed(bytes) => receipt.removed.push(Removed {
                kind: Kind::LogGroup,
                name,
                detail: String::new(),
                bytes: Some(bytes),
            }),
            End::InUse => receipt.keep(
                Kind::LogGroup,
                name,
                "the function or machine that writes to it still exists",
            ),
            End::Refused(error) => {
                succeeded = false;
                receipt.keep(Kind::LogGroup, name, error.to_string());
            }
        }
    }
    succeeded
}

/// Adds the bucket, which is always retained, to the receipt.
pub fn keep_bucket(stack: &Stack, receipt: &mut Receipt) {
    if let Some(bucket) = stack.parameters.get(ARTIFACT_BUCKET) {
        let why = "other stacks of the account use the artifact bucket; `guardian gc` removes \
                   unused objects from it";
        receipt.keep(Kind::Bucket, bucket, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn owned(within: &[&str], id: &str, kind: &str, status: &str) -> Owned {
        Owned {
            within: within.iter().map(|&w| w.to_owned()).collect(),
            resource: StackResource {
                logical_id: id.into(),
                physical_id: Some(format!("p-{id}")),
                resource_type: kind.into(),
                status: status.into(),
                reason: (status == "DELETE_FAILED").then(|| "it is not empty".to_owned()),
            },
        }
    }

    #[test]
    fn resources_that_their_policy_or_cloudformation_retains_are_kept_and_all_others_removed() {
        let template = json!({"Resources": {
            "Log": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain"},
            "Queue": {"Type": "AWS::SQS::Queue"},
        }});
        let inventory = Inventory {
            resources: vec![
                owned(&["Machines1"], "Log", "AWS::Logs::LogGroup", "CREATE_COMPLETE"),
                owned(&[], "Queue", "AWS::SQS::Queue", "CREATE_COMPLETE"),
                owned(&[], "Topic", "AWS::SNS::Topic", "CREATE_COMPLETE"),
            ],
            tree: Tree { templates: [(vec!["Machines1".to_owned()], template)].into() },
            keys: BTreeSet::new(),
        };
        let skipped = StackEvent {
            id: "1".into(),
            stack_id: "s".into(),
            stack_name: "s".into(),
            logical_id: "Topic".into(),
            physical_id: "p-Topic".into(),
            resource_type: "AWS::SNS::Topic".into(),
            status: "DELETE_SKIPPED".into(),
            reason: None,
            time_ms: 0,
            token: None,
        };
        let receipt = inventory.settled(&[skipped]);
        let gone: Vec<_> = receipt.removed.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(gone, ["Queue"]);
        let stays: Vec<_> = receipt.stays.iter().map(|s| (s.name.as_str(), &*s.why)).collect();
        assert_eq!(
            stays,
            [
                ("Machines1/Log", "AWS::Logs::LogGroup p-Log: its DeletionPolicy retains it"),
                ("Topic", "AWS::SNS::Topic p-Topic: CloudFormation retained it"),
            ]
        );
    }

    #[test]
    fn resources_that_could_not_be_deleted_are_listed_with_their_reasons() {
        let all = [
            owned(&["Machines1"], "Log", "AWS::Logs::LogGroup", "DELETE_FAILED"),
            owned(&[], "Queue", "AWS::SQS::Queue", "CREATE_COMPLETE"),
        ];
        assert_eq!(not_deleted(&all), ["Machines1/Log (AWS::Logs::LogGroup): it is not empty"]);
    }

    #[test]
    fn an_object_that_another_stack_uses_or_may_roll_back_to_is_kept() {
        let keys: BTreeSet<String> = ["a", "b"].map(str::to_owned).into();
        let mut used = InUse::default();
        used.keys.insert("a".into(), BTreeSet::from(["shop-prod".to_owned()]));
        let wanted = reasons_to_keep(&keys, &used);
        assert_eq!(wanted, [("a".to_owned(), "shop-prod uses it".to_owned())].into());
        used.unsettled.insert("shop-dev".into(), "UPDATE_IN_PROGRESS".into());
        let wanted = reasons_to_keep(&keys, &used);
        assert_eq!(wanted["b"], "stack shop-dev is UPDATE_IN_PROGRESS and may roll back to it");
    }
}
