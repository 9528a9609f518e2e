//! The implementation of [`Stacks`] with the AWS SDK.

use crate::change::{Action, Change, Detail, Replacement};
use crate::stack::{
    ChangeSetPage, ChangeSetRequest, Deletion, Detection, Invalid, ListedChangeSet, TemplateSource,
};
use crate::stack::{Drifted, PropertyDrift, ResourceDrift};
use crate::{Page, Stack, StackEvent, StackResource, Stacks};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cloudformation::types::{
    Capability, ChangeAction, ChangeSetType, DeletionMode, DeploymentMode, EventFilter,
    OnStackFailure, Parameter, RequiresRecreation, ResourceChange, StackDriftDetectionStatus,
    StackResourceDriftStatus, Tag, TemplateStage,
};
use aws_sdk_cloudformation::{Client, primitives::DateTime, types};
use guardian_aws::AwsError;

/// CloudFormation in one account and region.
#[derive(Debug, Clone)]
pub struct CloudFormation(Client);

/// Attempts of one call: throttling comes in bursts, and must not fail a deploy.
pub(super) const TRIES: u32 = 10;

impl CloudFormation {
    /// A client with this configuration.
    pub fn new(config: &SdkConfig) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let config = aws_sdk_cloudformation::config::Builder::from(config).retry_config(retries);
        Self(Client::from_conf(config.build()))
    }

    /// Values of a change set's parameters, and its template as it was sent.
    pub async fn texts_of(&self, change_set: &str) -> Result<Vec<String>, AwsError> {
        let answer = self.0.describe_change_set().change_set_name(change_set).send().await;
        let answer = answer.map_err(|e| AwsError::of("read the change set", &e))?;
        let call = self.0.get_template().change_set_name(change_set);
        let template = call.template_stage(TemplateStage::Original).send().await;
        let template = template.map_err(|e| AwsError::of("read a change set's template", &e))?;
        let parameters = answer.parameters.unwrap_or_default().into_iter();
        let values = parameters.filter_map(|parameter| parameter.parameter_value);
        Ok(values.chain(template.template_body).collect())
    }

    /// A page of all stacks of the account and region that are not deleted.
    pub async fn page(&self, token: Option<&str>) -> Result<Page<Stack>, AwsError> {
        let call = self.0.describe_stacks().set_next_token(token.map(str::to_owned));
        let answer = call.send().await;
        let answer = answer.map_err(|e| AwsError::of("list the stacks of the account", &e))?;
        let items = answer.stacks.unwrap_or_default().into_iter().map(of_stack).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }
}

impl Stacks for CloudFormation {
    async fn stack(&self, stack: &str) -> Result<Option<Stack>, AwsError> {
        match self.0.describe_stacks().stack_name(stack).send().await {
            Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next().map(of_stack)),
            Err(error) => {
                let error = AwsError::of(format!("look at stack `{stack}`"), &error);
                if error.is_not_found() { Ok(None) } else { Err(error) }
            }
        }
    }

    async fn events(&self, stack: &str, token: Option<&str>) -> Result<Page<StackEvent>, AwsError> {
        let call = self.0.describe_stack_events().stack_name(stack);
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("read the events of stack `{stack}`"), &e))?;
        let items = answer.stack_events.unwrap_or_default().into_iter().map(of_event).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn resources(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> Result<Page<StackResource>, AwsError> {
        let call = self.0.list_stack_resources().stack_name(stack);
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("list the resources of `{stack}`"), &e))?;
        let of = |r: types::StackResourceSummary| StackResource {
            logical_id: r.logical_resource_id.unwrap_or_default(),
            physical_id: filled(r.physical_resource_id),
            resource_type: r.resource_type.unwrap_or_default(),
            status: r.resource_status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
            reason: filled(r.resource_status_reason),
        };
        let items = answer.stack_resource_summaries.unwrap_or_default();
        let items = items.into_iter().map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        let call = self.0.get_template().stack_name(stack).template_stage(TemplateStage::Original);
        let answer = call.send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("read the template of `{stack}`"), &e))?;
        Ok(answer.template_body.unwrap_or_default())
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<String, AwsError> {
        let parameter = |(key, value): (&String, &String)| {
            Parameter::builder().parameter_key(key).parameter_value(value).build()
        };
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let call = self
            .0
            .create_change_set()
            .stack_name(&request.stack)
            .change_set_name(&request.name)
            .client_token(&request.name)
            .description(&request.description)
            .set_parameters(Some(request.parameters.iter().map(parameter).collect()))
            .set_tags(Some(request.tags.iter().map(tag).collect()))
            .capabilities(Capability::CapabilityNamedIam)
            .include_nested_stacks(true);
        let call = match &request.template {
            TemplateSource::Body(body) => call.template_body(body),
            TemplateSource::Url(url) => call.template_url(url),
        };
        let call = if request.create {
            // A failed create leaves nothing that blocks the next one.
            call.change_set_type(ChangeSetType::Create).on_stack_failure(OnStackFailure::Delete)
        } else {
            call.change_set_type(ChangeSetType::Update)
        };
        let call = if request.revert_drift {
            call.deployment_mode(DeploymentMode::RevertDrift)
        } else {
            call
        };
        let what = || format!("make a change set for stack `{}`", request.stack);
        let answer = call.send().await.map_err(|e| AwsError::of(what(), &e))?;
        answer
            .id
            .ok_or_else(|| AwsError::refused(&what(), "NoId", "CloudFormation named no change set"))
    }

    async fn change_set(
        &self,
        stack: Option<&str>,
        id: &str,
        token: Option<&str>,
    ) -> Result<ChangeSetPage, AwsError> {
        let call = self.0.describe_change_set().change_set_name(id).include_property_values(true);
        let call = call.set_stack_name(stack.map(str::to_owned));
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer = answer.map_err(|e| AwsError::of("read the change set", &e))?;
        let changes = answer.changes.unwrap_or_default();
        let changes = changes.into_iter().filter_map(|c| c.resource_change).map(of_change);
        Ok(ChangeSetPage {
            status: answer.status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
            reason: filled(answer.status_reason),
            execution: answer.execution_status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
            stack_id: answer.stack_id.unwrap_or_default(),
            changes: changes.collect(),
            next: filled(answer.next_token),
        })
    }

    async fn change_sets(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> Result<Page<ListedChangeSet>, AwsError> {
        let call = self.0.list_change_sets().stack_name(stack);
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("list the change sets of `{stack}`"), &e))?;
        let of = |summary: types::ChangeSetSummary| ListedChangeSet {
            id: summary.change_set_id.unwrap_or_default(),
            name: summary.change_set_name.unwrap_or_default(),
            status: summary.status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
            created_ms: summary.creation_time.map(millis).unwrap_or_default(),
        };
        let items = answer.summaries.unwrap_or_default().into_iter().map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn validation(
        &self,
        stack: &str,
        change_set: &str,
        token: Option<&str>,
    ) -> Result<Page<Invalid>, AwsError> {
        let failed = EventFilter::builder().failed_events(true).build();
        let call = self.0.describe_events().stack_name(stack).change_set_name(change_set);
        let call = call.filters(failed);
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer = answer.map_err(|e| AwsError::of("read why the change set failed", &e))?;
        let of = |event: types::OperationEvent| {
            let reason = filled(event.validation_status_reason)
                .or_else(|| filled(event.hook_status_reason))
                .or_else(|| filled(event.resource_status_reason))?;
            Some(Invalid {
                logical_id: filled(event.logical_resource_id),
                resource_type: filled(event.resource_type),
                path: filled(event.validation_path),
                reason,
            })
        };
        let items = answer.operation_events.unwrap_or_default();
        let items = items.into_iter().filter_map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn delete_change_set(&self, stack: &str, id: &str) -> Result<(), AwsError> {
        let call = self.0.delete_change_set().stack_name(stack).change_set_name(id);
        match call.send().await.map_err(|e| AwsError::of("delete the change set", &e)) {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn execute(&self, stack: &str, id: &str, token: &str) -> Result<(), AwsError> {
        let call = self.0.execute_change_set().stack_name(stack).change_set_name(id);
        let call = call.client_request_token(token);
        call.send().await.map_err(|e| AwsError::of("execute the change set", &e)).map(drop)
    }

    async fn delete_stack(&self, stack: &str, how: &Deletion, token: &str) -> Result<(), AwsError> {
        let call = self.0.delete_stack().stack_name(stack).client_request_token(token);
        let call = match how {
            Deletion::Standard => call,
            Deletion::Retaining(ids) => call.set_retain_resources(Some(ids.clone())),
            Deletion::Force => call.deletion_mode(DeletionMode::ForceDeleteStack),
        };
        let answer = call.send().await;
        answer.map_err(|e| AwsError::of(format!("delete stack `{stack}`"), &e)).map(drop)
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> Result<(), AwsError> {
        let call = self.0.cancel_update_stack().stack_name(stack).client_request_token(token);
        let what = || format!("cancel the update of stack `{stack}`");
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn continue_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> Result<(), AwsError> {
        let call = self.0.continue_update_rollback().stack_name(stack).client_request_token(token);
        let skip = (!skip.is_empty()).then(|| skip.to_vec());
        let answer = call.set_resources_to_skip(skip).send().await;
        let what = || format!("continue the rollback of stack `{stack}`");
        answer.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn detect_drift(&self, stack: &str) -> Result<String, AwsError> {
        let what = || format!("look for drift of stack `{stack}`");
        let answer = self.0.detect_stack_drift().stack_name(stack).send().await;
        let answer = answer.map_err(|e| AwsError::of(what(), &e))?;
        answer
            .stack_drift_detection_id
            .ok_or_else(|| AwsError::refused(&what(), "NoId", "CloudFormation named no detection"))
    }

    async fn detection(&self, id: &str) -> Result<Detection, AwsError> {
        let call = self.0.describe_stack_drift_detection_status().stack_drift_detection_id(id);
        let answer = call.send().await;
        let answer = answer.map_err(|e| AwsError::of("ask how far the drift detection is", &e))?;
        Ok(match answer.detection_status {
            Some(StackDriftDetectionStatus::DetectionInProgress) => Detection::InProgress,
            Some(StackDriftDetectionStatus::DetectionComplete) => Detection::Complete,
            _ => Detection::Failed(
                answer.detection_status_reason.unwrap_or_else(|| "it gives no reason".to_owned()),
            ),
        })
    }

    async fn drifts(
        &self,
        stack: &str,
        token: Option<&str>,
    ) -> Result<Page<ResourceDrift>, AwsError> {
        let call = self.0.describe_stack_resource_drifts().stack_name(stack);
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("read the drift of `{stack}`"), &e))?;
        let items = answer.stack_resource_drifts.unwrap_or_default();
        let items = items.into_iter().map(of_drift).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn policy(&self, stack: &str) -> Result<Option<String>, AwsError> {
        let answer = self.0.get_stack_policy().stack_name(stack).send().await;
        let what = || format!("read the policy of stack `{stack}`");
        Ok(filled(answer.map_err(|e| AwsError::of(what(), &e))?.stack_policy_body))
    }

    async fn set_policy(&self, stack: &str, policy: &str) -> Result<(), AwsError> {
        let call = self.0.set_stack_policy().stack_name(stack).stack_policy_body(policy);
        let what = || format!("set the policy of stack `{stack}`");
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn protect(&self, stack: &str, on: bool) -> Result<(), AwsError> {
        let call = self.0.update_termination_protection().stack_name(stack);
        let answer = call.enable_termination_protection(on).send().await;
        let what = format!("switch termination protection of stack `{stack}`");
        answer.map_err(|e| AwsError::of(what, &e)).map(drop)
    }
}

fn of_stack(stack: types::Stack) -> Stack {
    let outputs = stack.outputs.unwrap_or_default().into_iter();
    let parameters = stack.parameters.unwrap_or_default().into_iter();
    let tags = stack.tags.unwrap_or_default().into_iter();
    Stack {
        id: stack.stack_id.unwrap_or_default(),
        name: stack.stack_name.unwrap_or_default(),
        status: stack.stack_status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
        reason: filled(stack.stack_status_reason),
        created_ms: stack.creation_time.map(millis).unwrap_or_default(),
        updated_ms: stack.last_updated_time.map(millis),
        outputs: outputs.filter_map(|o| o.output_key.zip(o.output_value)).collect(),
        parameters: parameters.filter_map(|p| p.parameter_key.zip(p.parameter_value)).collect(),
        tags: tags.filter_map(|t| t.key.zip(t.value)).collect(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
    }
}

fn of_event(event: types::StackEvent) -> StackEvent {
    StackEvent {
        id: event.event_id.unwrap_or_default(),
        stack_id: event.stack_id.unwrap_or_default(),
        stack_name: event.stack_name.unwrap_or_default(),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        physical_id: event.physical_resource_id.unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        status: event.resource_status.map(|s| s.as_str().to_owned()).unwrap_or_default(),
        reason: filled(event.resource_status_reason),
        time_ms: event.timestamp.map(millis).unwrap_or_default(),
        token: filled(event.client_request_token),
    }
}

fn of_change(change: ResourceChange) -> Change {
    let details = change.details.unwrap_or_default().into_iter().map(|detail| {
        let target = detail.target;
        let of =
            |f: fn(&types::ResourceTargetDefinition) -> Option<String>| target.as_ref().and_then(f);
        Detail {
            attribute: of(|t| t.attribute.as_ref().map(|a| a.as_str().to_owned()))
                .unwrap_or_default(),
            name: of(|t| t.name.clone()),
            replaces: match target.as_ref().and_then(|t| t.requires_recreation.clone()) {
                Some(RequiresRecreation::Always) => Replacement::Yes,
                Some(RequiresRecreation::Conditionally) => Replacement::Maybe,
                _ => Replacement::No,
            },
            before: of(|t| t.before_value.clone()),
            after: of(|t| t.after_value.clone()),
            cause: filled(detail.causing_entity),
        }
    });
    Change {
        within: Vec::new(),
        logical_id: change.logical_resource_id.unwrap_or_default(),
        physical_id: filled(change.physical_resource_id),
        resource_type: change.resource_type.unwrap_or_default(),
        action: match change.action {
            Some(ChangeAction::Add) => Action::Add,
            Some(ChangeAction::Remove) => Action::Remove,
            Some(ChangeAction::Import) => Action::Import,
            Some(ChangeAction::Dynamic) => Action::Dynamic,
            _ => Action::Modify,
        },
        replacement: match change.replacement {
            Some(types::Replacement::True) => Replacement::Yes,
            Some(types::Replacement::Conditional) => Replacement::Maybe,
            _ => Replacement::No,
        },
        details: details.collect(),
        change_set: filled(change.change_set_id),
    }
}

fn of_drift(drift: types::StackResourceDrift) -> ResourceDrift {
    let property = |difference: types::PropertyDifference| PropertyDrift {
        path: difference.property_path.unwrap_or_default(),
        expected: difference.expected_value.unwrap_or_default(),
        actual: difference.actual_value.unwrap_or_default(),
    };
    let differences = drift.property_differences.unwrap_or_default();
    ResourceDrift {
        within: Vec::new(),
        logical_id: drift.logical_resource_id.unwrap_or_default(),
        physical_id: drift.physical_resource_id.unwrap_or_default(),
        resource_type: drift.resource_type.unwrap_or_default(),
        drifted: match drift.stack_resource_drift_status {
            Some(StackResourceDriftStatus::InSync) => Drifted::No,
            Some(StackResourceDriftStatus::Modified) => Drifted::Modified,
            Some(StackResourceDriftStatus::Deleted) => Drifted::Deleted,
            _ => Drifted::NotKnown,
        },
        properties: differences.into_iter().map(property).collect(),
    }
}

pub(super) fn millis(time: DateTime) -> i64 {
    // Only years beyond 292 million overflow.
    time.to_millis().unwrap_or(i64::MAX)
}

pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
