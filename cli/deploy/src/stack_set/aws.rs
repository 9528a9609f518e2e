//! The implementation of [`StackSets`] with the AWS SDK.

use super::{Definition, Instance, Operation, OperationResult, StackSet, StackSets, Targets};
use crate::Page;
use crate::cloudformation::{TRIES, filled, millis};
use crate::stack::TemplateSource;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    self, AccountFilterType, CallAs, Capability, DeploymentTargets, Parameter, PermissionModels,
    RegionConcurrencyType, StackSetOperationPreferences, StackSetStatus, Tag,
};
use guardian_aws::AwsError;
use guardian_cfn::stack_set::{self as spec, AutoDeployment, Grant, Share};

/// CloudFormation in the account and region that administer a stack set.
#[derive(Debug, Clone)]
pub struct CloudFormationSets {
    client: Client,
    call_as: CallAs,
}

impl CloudFormationSets {
    /// A client with this configuration; `delegated`: for a delegated administrator.
    pub fn new(config: &SdkConfig, delegated: bool) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let config = aws_sdk_cloudformation::config::Builder::from(config).retry_config(retries);
        let call_as = if delegated { CallAs::DelegatedAdmin } else { CallAs::SelfValue };
        Self { client: Client::from_conf(config.build()), call_as }
    }
}

/// The arguments of a definition; the SDK has a builder type for each call.
macro_rules! defined {
    ($call:expr, $client:expr, $definition:expr) => {{
        let (definition, grant) = ($definition, &$definition.set.grant);
        let call = $call
            .stack_set_name(&definition.set.name)
            .description(description())
            .set_parameters(Some(parameters(definition)))
            .set_tags(Some(tags(definition)))
            .capabilities(Capability::CapabilityNamedIam)
            .set_auto_deployment(auto_deployment(grant))
            .set_administration_role_arn(admin_role(grant))
            .set_execution_role_name(execution_role(grant))
            .call_as($client.call_as.clone());
        match &definition.source {
            TemplateSource::Body(body) => call.template_body(body),
            TemplateSource::Url(url) => call.template_url(url),
        }
    }};
}

/// The arguments of targets.
macro_rules! targeted {
    ($call:expr, $client:expr, $set:expr, $targets:expr) => {{
        let (accounts, units) = split($targets);
        $call
            .stack_set_name(&$set.name)
            .set_accounts(accounts)
            .set_deployment_targets(units)
            .set_regions(Some($targets.regions.clone()))
            .operation_preferences(preferences($set, &$targets.regions))
            .call_as($client.call_as.clone())
    }};
}

impl StackSets for CloudFormationSets {
    async fn set(&self, name: &str) -> Result<Option<StackSet>, AwsError> {
        let call = self.client.describe_stack_set().stack_set_name(name);
        let answer = call.call_as(self.call_as.clone()).send().await;
        match answer.map_err(|e| AwsError::of(format!("look at stack set `{name}`"), &e)) {
            Ok(answer) => Ok(answer
                .stack_set
                .filter(|set| set.status != Some(StackSetStatus::Deleted))
                .map(of_set)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn instances(&self, name: &str, token: Option<&str>) -> Result<Page<Instance>, AwsError> {
        let call = self.client.list_stack_instances().stack_set_name(name);
        let call = call.call_as(self.call_as.clone()).set_next_token(token.map(str::to_owned));
        let answer = call.send().await;
        let answer = answer
            .map_err(|e| AwsError::of(format!("list the stacks of stack set `{name}`"), &e))?;
        let of = |summary: types::StackInstanceSummary| Instance {
            account: summary.account.unwrap_or_default(),
            region: summary.region.unwrap_or_default(),
            unit: filled(summary.organizational_unit_id),
            stack_id: filled(summary.stack_id),
            status: word(summary.status.as_ref()),
            detail: summary
                .stack_instance_status
                .and_then(|s| s.detailed_status)
                .map(|s| s.as_str().to_owned()),
            reason: filled(summary.status_reason),
        };
        let items = answer.summaries.unwrap_or_default().into_iter().map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn operations(
        &self,
        name: &str,
        token: Option<&str>,
    ) -> Result<Page<Operation>, AwsError> {
        let call = self.client.list_stack_set_operations().stack_set_name(name);
        let call = call.call_as(self.call_as.clone()).set_next_token(token.map(str::to_owned));
        let answer = call.send().await;
        let answer = answer
            .map_err(|e| AwsError::of(format!("list the operations of stack set `{name}`"), &e))?;
        let of = |summary: types::StackSetOperationSummary| Operation {
            id: summary.operation_id.unwrap_or_default(),
            action: word(summary.action.as_ref()),
            status: word(summary.status.as_ref()),
            began_ms: summary.creation_timestamp.map(millis).unwrap_or_default(),
            reason: filled(summary.status_reason),
        };
        let items = answer.summaries.unwrap_or_default().into_iter().map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn operation(&self, name: &str, id: &str) -> Result<Option<Operation>, AwsError> {
        let call = self.client.describe_stack_set_operation().stack_set_name(name);
        let answer = call.operation_id(id).call_as(self.call_as.clone()).send().await;
        let answer = answer.map_err(|e| AwsError::of(format!("look at operation `{id}`"), &e));
        let of = |operation: types::StackSetOperation| Operation {
            id: operation.operation_id.unwrap_or_default(),
            action: word(operation.action.as_ref()),
            status: word(operation.status.as_ref()),
            began_ms: operation.creation_timestamp.map(millis).unwrap_or_default(),
            reason: filled(operation.status_reason),
        };
        match answer {
            Ok(answer) => Ok(answer.stack_set_operation.map(of)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn results(
        &self,
        name: &str,
        id: &str,
        token: Option<&str>,
    ) -> Result<Page<OperationResult>, AwsError> {
        let call = self.client.list_stack_set_operation_results().stack_set_name(name);
        let call = call.operation_id(id).call_as(self.call_as.clone());
        let answer = call.set_next_token(token.map(str::to_owned)).send().await;
        let answer = answer.map_err(|e| AwsError::of(format!("read what came of `{id}`"), &e))?;
        let of = |summary: types::StackSetOperationResultSummary| OperationResult {
            account: summary.account.unwrap_or_default(),
            region: summary.region.unwrap_or_default(),
            status: word(summary.status.as_ref()),
            reason: filled(summary.status_reason),
        };
        let items = answer.summaries.unwrap_or_default().into_iter().map(of).collect();
        Ok(Page { items, next: filled(answer.next_token) })
    }

    async fn create_set(&self, definition: &Definition, token: &str) -> Result<(), AwsError> {
        let set = &definition.set;
        let call = self
            .client
            .create_stack_set()
            .client_request_token(token)
            .permission_model(model(&set.grant));
        let call = defined!(call, self, definition);
        let what = || format!("make stack set `{}`", set.name);
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn update_set(
        &self,
        definition: &Definition,
        order: &[String],
        id: &str,
    ) -> Result<(), AwsError> {
        let set = &definition.set;
        let call = self
            .client
            .update_stack_set()
            .operation_id(id)
            .operation_preferences(preferences(set, order));
        let call = defined!(call, self, definition);
        let what = || format!("change stack set `{}`", set.name);
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn create_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        id: &str,
    ) -> Result<(), AwsError> {
        let call = self.client.create_stack_instances().operation_id(id);
        let call = targeted!(call, self, set, targets);
        let what = || format!("make stacks of stack set `{}`", set.name);
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn delete_stacks(
        &self,
        set: &spec::StackSet,
        targets: &Targets,
        retain: bool,
        id: &str,
    ) -> Result<(), AwsError> {
        let call = self.client.delete_stack_instances().retain_stacks(retain).operation_id(id);
        let call = targeted!(call, self, set, targets);
        let what = || format!("delete stacks of stack set `{}`", set.name);
        call.send().await.map_err(|e| AwsError::of(what(), &e)).map(drop)
    }

    async fn delete_set(&self, name: &str) -> Result<(), AwsError> {
        let call = self.client.delete_stack_set().stack_set_name(name);
        let answer = call.call_as(self.call_as.clone()).send().await;
        match answer.map_err(|e| AwsError::of(format!("delete stack set `{name}`"), &e)) {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn stop(&self, name: &str, id: &str) -> Result<(), AwsError> {
        let call = self.client.stop_stack_set_operation().stack_set_name(name).operation_id(id);
        let answer = call.call_as(self.call_as.clone()).send().await;
        answer.map_err(|e| AwsError::of(format!("stop operation `{id}`"), &e)).map(drop)
    }
}

/// A word of the API as ours; the empty one if there is none.
fn word<A: AsRef<str>, W: for<'a> From<&'a str>>(word: Option<&A>) -> W {
    W::from(word.map_or("", AsRef::as_ref))
}

fn description() -> String {
    format!("guardian {}", env!("CARGO_PKG_VERSION"))
}

fn parameters(definition: &Definition) -> Vec<Parameter> {
    let all = definition.parameters.iter();
    all.map(|(key, value)| Parameter::builder().parameter_key(key).parameter_value(value).build())
        .collect()
}

fn tags(definition: &Definition) -> Vec<Tag> {
    let all = definition.tags.iter();
    all.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn model(grant: &Grant) -> PermissionModels {
    match grant {
        Grant::Accounts { .. } => PermissionModels::SelfManaged,
        Grant::Units { .. } => PermissionModels::ServiceManaged,
    }
}

/// Required for service-managed permissions, and rejected for others.
fn auto_deployment(grant: &Grant) -> Option<types::AutoDeployment> {
    let Grant::Units { auto_deployment, .. } = grant else { return None };
    let retain = auto_deployment.map(|auto| auto.retain_on_removal);
    let said = types::AutoDeployment::builder().enabled(auto_deployment.is_some());
    Some(said.set_retain_stacks_on_account_removal(retain).build())
}

fn admin_role(grant: &Grant) -> Option<String> {
    match grant {
        Grant::Accounts { admin_role, .. } => admin_role.clone(),
        Grant::Units { .. } => None,
    }
}

fn execution_role(grant: &Grant) -> Option<String> {
    match grant {
        Grant::Accounts { execution_role, .. } => execution_role.clone(),
        Grant::Units { .. } => None,
    }
}

fn preferences(set: &spec::StackSet, order: &[String]) -> StackSetOperationPreferences {
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let said = StackSetOperationPreferences::builder();
    let said = match set.failure_tolerance {
        Share::Count(n) => said.failure_tolerance_count(number(n)),
        Share::Percent(n) => said.failure_tolerance_percentage(number(n)),
    };
    let said = match set.max_concurrent {
        Share::Count(n) => said.max_concurrent_count(number(n)),
        Share::Percent(n) => said.max_concurrent_percentage(number(n)),
    };
    if set.parallel_regions {
        return said.region_concurrency_type(RegionConcurrencyType::Parallel).build();
    }
    let said = said.region_concurrency_type(RegionConcurrencyType::Sequential);
    said.set_region_order((!order.is_empty()).then(|| order.to_vec())).build()
}

/// Accounts without units are a separate argument.
fn split(targets: &Targets) -> (Option<Vec<String>>, Option<DeploymentTargets>) {
    if targets.units.is_empty() {
        return (Some(targets.accounts.clone()), None);
    }
    let units = DeploymentTargets::builder();
    let units = units.set_organizational_unit_ids(Some(targets.units.clone()));
    let units = if targets.accounts.is_empty() {
        units
    } else {
        units
            .set_accounts(Some(targets.accounts.clone()))
            .account_filter_type(AccountFilterType::Intersection)
    };
    (None, Some(units.build()))
}

fn of_set(set: types::StackSet) -> StackSet {
    let parameters = set.parameters.unwrap_or_default().into_iter();
    let tags = set.tags.unwrap_or_default().into_iter();
    let auto = set.auto_deployment.filter(|auto| auto.enabled == Some(true));
    StackSet {
        id: set.stack_set_id.unwrap_or_default(),
        template: set.template_body.unwrap_or_default(),
        parameters: parameters.filter_map(|p| p.parameter_key.zip(p.parameter_value)).collect(),
        tags: tags.filter_map(|t| t.key.zip(t.value)).collect(),
        service_managed: set.permission_model == Some(PermissionModels::ServiceManaged),
        auto_deployment: auto.map(|auto| AutoDeployment {
            retain_on_removal: auto.retain_stacks_on_account_removal.unwrap_or_default(),
        }),
        admin_role: filled(set.administration_role_arn),
        execution_role: filled(set.execution_role_name),
        units: set.organizational_unit_ids.unwrap_or_default(),
        regions: set.regions.unwrap_or_default(),
    }
}
