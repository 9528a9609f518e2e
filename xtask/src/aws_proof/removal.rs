//! Removes what a run created, and nothing else: stacks and log groups with the run's name, and the
//! artifact bucket if it has the run's tag. It goes on after a failure and gives all that is left.

use super::account::{Account, Error, said};
use super::guardian::Guardian;
use super::plan::Plan;
use std::collections::BTreeSet;

/// Removes it; gives what could not be removed, with the reason.
pub async fn remove(account: &Account, plan: &Plan, guardian: Option<&Guardian>) -> Vec<String> {
    let mut left = Vec::new();
    let mut note = |done: Result<(), Error>| left.extend(done.err());
    let mut uploads = BTreeSet::new();
    if let Some(guardian) = guardian {
        note(destroy(account, plan, guardian).await);
        uploads = guardian.uploads();
    }
    // The first once more: a call of an interrupted deploy may have reached CloudFormation late.
    for stack in [plan.stack(), plan.stuck(), plan.ground(), plan.stack()] {
        note(account.delete(&stack).await);
    }
    for prefix in plan.log_prefixes() {
        note(log_groups(account, &prefix).await);
    }
    note(bucket(account, plan, &uploads).await);
    left
}

/// With the program itself, which also removes the stack's objects from the bucket.
async fn destroy(account: &Account, plan: &Plan, guardian: &Guardian) -> Result<(), Error> {
    if !guardian.is_ready() || account.settled(&plan.stack()).await?.is_empty() {
        return Ok(());
    }
    let ended = guardian.run(&["destroy", "--yes", "--artifacts", "--logs"]).await?;
    if ended.code == Some(0) { Ok(()) } else { Err(ended.summary()) }
}

async fn log_groups(account: &Account, prefix: &str) -> Result<(), Error> {
    let mut pages =
        account.logs.describe_log_groups().log_group_name_prefix(prefix).into_paginator().send();
    while let Some(page) = pages.next().await {
        for group in page.map_err(said!("list log groups"))?.log_groups.unwrap_or_default() {
            let name = group.log_group_name.unwrap_or_default();
            let call = account.logs.delete_log_group().log_group_name(&name).send().await;
            call.map_err(said!(format!("delete log group {name}")))?;
        }
    }
    Ok(())
}

/// Deletes the bucket if the run created it. Of its objects only those go that the run's own
/// program uploaded; if there are others, the bucket is in use by now, and it stays.
async fn bucket(account: &Account, plan: &Plan, uploads: &BTreeSet<String>) -> Result<(), Error> {
    if !account.bucket_is_of(plan).await? {
        return Ok(());
    }
    let (bucket, owner) = (account.bucket(), &account.id);
    for key in uploads {
        let list = account.s3.list_object_versions().bucket(&bucket).prefix(key);
        let page = list.expected_bucket_owner(owner).send().await;
        let page = page.map_err(said!(format!("list {key} in {bucket}")))?;
        let versions = page.versions.unwrap_or_default().into_iter().map(|v| (v.key, v.version_id));
        let markers = page.delete_markers.unwrap_or_default().into_iter();
        for (found, version) in versions.chain(markers.map(|m| (m.key, m.version_id))) {
            if found.as_ref() == Some(key) {
                let call = account.s3.delete_object().bucket(&bucket).key(key);
                let call = call.set_version_id(version).expected_bucket_owner(owner).send().await;
                call.map_err(said!(format!("delete {key} in {bucket}")))?;
            }
        }
    }
    let call = account.s3.delete_bucket().bucket(&bucket).expected_bucket_owner(owner).send().await;
    call.map(drop).map_err(said!(format!("delete bucket {bucket}")))
}
