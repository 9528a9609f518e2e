//! Drift detection: finds changes made outside of CloudFormation. A change set reverts them.

use crate::Stacks;
use crate::poll::jittered;
use crate::stack::{Detection, Drifted, ResourceDrift, STACK_TYPE, all_resources};
use guardian_aws::AwsError;
use guardian_aws::pagination::all;
use std::time::Duration;

/// The drift of a stack and its nested stacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Every resource that CloudFormation reported.
    pub resources: Vec<ResourceDrift>,
    /// Detections that failed, with CloudFormation's reasons.
    pub unread: Vec<String>,
}

impl Found {
    /// The resources that differ from their template.
    pub fn drifted(&self) -> impl Iterator<Item = &ResourceDrift> {
        self.resources.iter().filter(|r| matches!(r.drifted, Drifted::Modified | Drifted::Deleted))
    }
}

/// Pause between two reads of a detection's status.
const PAUSE: Duration = Duration::from_secs(2);

/// Detects the drift of a stack and of its nested stacks, which CloudFormation checks one by one.
pub async fn detect<S: Stacks>(stacks: &S, stack_id: &str) -> Result<Found, AwsError> {
    let mut found = Found::default();
    let mut ahead = vec![(Vec::<String>::new(), stack_id.to_owned())];
    while let Some((within, id)) = ahead.pop() {
        let detection = stacks.detect_drift(&id).await?;
        loop {
            match stacks.detection(&detection).await {
                Ok(Detection::InProgress) => {}
                Ok(Detection::Complete) => break,
                Ok(Detection::Failed(why)) => {
                    found.unread.push(why);
                    break;
                }
                Err(error) if error.is_transient() => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(jittered(PAUSE)).await;
        }
        let of = id.as_str();
        let page = |next: Option<String>| async move { stacks.drifts(of, next.as_deref()).await };
        let drifts = all(&format!("read the drift of `{id}`"), page).await?;
        // A nested stack needs a separate detection.
        let own = drifts.into_iter().filter(|r| r.resource_type != STACK_TYPE);
        found.resources.extend(own.map(|r| ResourceDrift { within: within.clone(), ..r }));
        for resource in all_resources(stacks, &id).await? {
            if resource.resource_type == STACK_TYPE
                && let Some(id) = resource.physical_id
            {
                let mut within = within.clone();
                within.push(resource.logical_id);
                ahead.push((within, id));
            }
        }
    }
    found.resources.sort_by_key(ResourceDrift::path);
    Ok(found)
}
