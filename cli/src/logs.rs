//! Log groups that a stack leaves behind: those that it keeps, and those that a late line has made
//! again. A group goes only when the function or the machine that writes to it has gone.

use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_deploy::StackResource;
use guardian_stack::app::{App, RECIPE_LOGS, VENDED_LOGS};
use std::collections::BTreeMap;

/// Who writes to a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// A Lambda function, by its name.
    Function(String),
    /// A state machine, by its ARN.
    Machine(String),
    /// The stack that created the group.
    Stack,
}

/// Name of a function's group.
fn of_function(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

/// Name of a machine's group under this prefix.
fn of_machine(prefix: &str, name: &str) -> String {
    format!("{prefix}{name}")
}

/// The groups of a stack with these resources, each with who writes to it.
pub fn of_resources(resources: &[StackResource]) -> BTreeMap<String, Writer> {
    let mut groups = BTreeMap::new();
    for resource in resources {
        let Some(id) = resource.physical_id.as_deref() else { continue };
        match resource.resource_type.as_str() {
            "AWS::Lambda::Function" => {
                groups.insert(of_function(id), Writer::Function(id.to_owned()));
            }
            "AWS::StepFunctions::StateMachine" => {
                let name = id.rsplit(':').next().unwrap_or(id);
                for prefix in [RECIPE_LOGS, VENDED_LOGS] {
                    groups.insert(of_machine(prefix, name), Writer::Machine(id.to_owned()));
                }
            }
            "AWS::Logs::LogGroup" => {
                groups.entry(id.to_owned()).or_insert(Writer::Stack);
            }
            _ => {}
        }
    }
    groups
}

/// The groups that an application's stack would have. `machines` is what the ARN of a machine
/// begins with, up to its name.
pub fn of_app(app: &App, machines: &str) -> BTreeMap<String, Writer> {
    let functions = [app.function.name.clone()].into_iter().chain(app.board_function());
    let of_machine = |name: String| {
        (of_machine(&app.log_prefix, &name), Writer::Machine(format!("{machines}{name}")))
    };
    app.managed
        .iter()
        .map(|machine| of_machine(machine.key.managed_name()))
        .chain(functions.map(|name| (of_function(&name), Writer::Function(name))))
        .collect()
}

/// The result for a log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It was there, with so many bytes, and is not any more.
    Removed(i64),
    /// It was not there.
    Absent,
    /// Who writes to it is still there.
    InUse,
    /// It could not be removed, or who writes to it could not be asked after.
    Refused(AwsError),
}

/// The log groups of an account and region, and who writes to them.
pub trait Groups: Send + Sync {
    /// Bytes of the group with this name; none if it is not there.
    fn bytes(&self, name: &str) -> impl Future<Output = Result<Option<i64>, AwsError>> + Send;

    /// Whether a writer exists.
    fn writes(&self, writer: &Writer) -> impl Future<Output = Result<bool, AwsError>> + Send;

    /// Deletes a group; one that is not there is no error.
    fn delete(&self, name: &str) -> impl Future<Output = Result<(), AwsError>> + Send;
}

/// Those of the groups that are there.
pub async fn present<G: Groups>(
    groups: &G,
    wanted: BTreeMap<String, Writer>,
) -> Result<BTreeMap<String, Writer>, AwsError> {
    let mut there = BTreeMap::new();
    for (name, writer) in wanted {
        if groups.bytes(&name).await?.is_some() {
            there.insert(name, writer);
        }
    }
    Ok(there)
}

/// Removes the groups whose writers are deleted; the result for each.
pub async fn remove<G: Groups>(
    groups: &G,
    wanted: &BTreeMap<String, Writer>,
) -> Vec<(String, End)> {
    let mut ends = Vec::new();
    for (name, writer) in wanted {
        let end = remove_one(groups, name, writer).await.unwrap_or_else(End::Refused);
        ends.push((name.clone(), end));
    }
    ends
}

async fn remove_one<G: Groups>(groups: &G, name: &str, writer: &Writer) -> Result<End, AwsError> {
    let Some(bytes) = groups.bytes(name).await? else { return Ok(End::Absent) };
    if groups.writes(writer).await? {
        return Ok(End::InUse);
    }
    groups.delete(name).await?;
    Ok(End::Removed(bytes))
}

/// The groups behind the SDK's clients.
#[derive(Debug, Clone)]
pub struct CloudWatchLogs {
    logs: aws_sdk_cloudwatchlogs::Client,
    lambda: aws_sdk_lambda::Client,
    machines: aws_sdk_sfn::Client,
}

impl CloudWatchLogs {
    /// Clients with this configuration.
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            machines: aws_sdk_sfn::Client::new(config),
        }
    }
}

impl Groups for CloudWatchLogs {
    async fn bytes(&self, name: &str) -> Result<Option<i64>, AwsError> {
        // In the order of their names: one that is there is the first with itself as prefix.
        let call = self.logs.describe_log_groups().log_group_name_prefix(name).limit(1);
        let answer = call.send().await;
        let answer =
            answer.map_err(|e| AwsError::of(format!("read the log group `{name}`"), &e))?;
        let found = answer.log_groups.unwrap_or_default().into_iter();
        let mut found = found.filter(|group| group.log_group_name.as_deref() == Some(name));
        Ok(found.next().map(|group| group.stored_bytes.unwrap_or_default()))
    }

    async fn writes(&self, writer: &Writer) -> Result<bool, AwsError> {
        match writer {
            Writer::Stack => Ok(false),
            Writer::Function(name) => {
                let answer = self.lambda.get_function_configuration().function_name(name).send();
                let answer = answer.await;
                match answer.map_err(|e| AwsError::of(format!("read the function `{name}`"), &e)) {
                    Ok(_) => Ok(true),
                    Err(error) if error.is_not_found() => Ok(false),
                    Err(error) => Err(error),
                }
            }
            Writer::Machine(arn) => {
                let answer = self.machines.describe_state_machine().state_machine_arn(arn).send();
                let answer = answer.await;
                match answer.map_err(|e| AwsError::of(format!("read the machine `{arn}`"), &e)) {
                    Ok(machine) => Ok(machine.status.is_none_or(|s| s.as_str() != "DELETING")),
                    Err(error) if error.is_not_found() => Ok(false),
                    Err(error) => Err(error),
                }
            }
        }
    }

    async fn delete(&self, name: &str) -> Result<(), AwsError> {
        let answer = self.logs.delete_log_group().log_group_name(name).send().await;
        match answer.map_err(|e| AwsError::of(format!("delete the log group `{name}`"), &e)) {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn resource(kind: &str, id: Option<&str>) -> StackResource {
        StackResource {
            logical_id: "X".into(),
            physical_id: id.map(str::to_owned),
            resource_type: kind.into(),
            status: "CREATE_COMPLETE".into(),
            reason: None,
        }
    }

    const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:a-step-function";

    #[test]
    fn functions_machines_and_groups_of_a_stack_are_known_by_their_names() {
        let groups = of_resources(&[
            resource("AWS::Logs::LogGroup", Some("/aws/lambda/check")),
            resource("AWS::Lambda::Function", Some("check")),
            resource("AWS::StepFunctions::StateMachine", Some(ARN)),
            resource("AWS::Logs::LogGroup", Some("/other")),
            resource("AWS::Logs::LogGroup", None),
            resource("AWS::SQS::Queue", Some("q")),
        ]);
        let groups: Vec<_> = groups.into_iter().collect();
        assert_eq!(
            groups,
            [
                ("/aws/lambda/check".to_owned(), Writer::Function("check".into())),
                ("/aws/stepfunctions/a-step-function".to_owned(), Writer::Machine(ARN.into())),
                ("/aws/vendedlogs/states/a-step-function".to_owned(), Writer::Machine(ARN.into())),
                ("/other".to_owned(), Writer::Stack),
            ]
        );
    }

    /// Groups by name, with writers that are there; deletes of `locked` are refused.
    struct Few {
        groups: Mutex<BTreeMap<&'static str, i64>>,
        living: Vec<Writer>,
    }

    impl Groups for Few {
        async fn bytes(&self, name: &str) -> Result<Option<i64>, AwsError> {
            Ok(self.groups.lock().unwrap().get(name).copied())
        }

        async fn writes(&self, writer: &Writer) -> Result<bool, AwsError> {
            Ok(self.living.contains(writer))
        }

        async fn delete(&self, name: &str) -> Result<(), AwsError> {
            if name == "locked" {
                return Err(AwsError::refused("delete", "AccessDeniedException", "no"));
            }
            self.groups.lock().unwrap().remove(name);
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_group_goes_when_its_writer_has_gone_and_the_second_time_there_is_nothing() {
        let function = |name: &str| Writer::Function(name.to_owned());
        let few = Few {
            groups: Mutex::new([("gone", 7), ("alive", 8), ("locked", 9)].into()),
            living: vec![function("alive")],
        };
        let wanted: BTreeMap<_, _> = ["gone", "alive", "locked", "never"]
            .map(|name| (name.to_owned(), function(name)))
            .into();
        let ends: BTreeMap<_, _> = remove(&few, &wanted).await.into_iter().collect();
        assert_eq!(ends["gone"], End::Removed(7));
        assert_eq!(ends["alive"], End::InUse);
        assert_eq!(ends["never"], End::Absent);
        assert!(matches!(&ends["locked"], End::Refused(e) if e.code() == "AccessDeniedException"));
        let there = present(&few, wanted.clone()).await.unwrap();
        assert_eq!(there.keys().collect::<Vec<_>>(), ["alive", "locked"]);
        let again: BTreeMap<_, _> = remove(&few, &wanted).await.into_iter().collect();
        assert_eq!(again["gone"], End::Absent);
    }
}
