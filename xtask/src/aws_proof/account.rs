//! The account that a run works in: clients, and the few calls that several checks make. It decides
//! nothing.

use super::plan::{Plan, TAG};
use aws_config::{Region, SdkConfig};
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, StackStatus, Tag};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tagging};
use guardian_aws::{AwsError, Target};
use guardian_tests::emulator::Emulator;
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Why a call failed, for people.
pub type Error = String;

/// The account.
#[derive(Debug)]
pub struct Account {
    /// The session, for clients as another role.
    pub config: SdkConfig,
    /// Twelve digits.
    pub id: String,
    /// `aws`, `aws-cn` …
    pub partition: String,
    /// The region.
    pub region: String,
    pub cfn: aws_sdk_cloudformation::Client,
    pub cloudwatch: aws_sdk_cloudwatch::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub dynamodb: aws_sdk_dynamodb::Client,
    pub lambda: aws_sdk_lambda::Client,
    pub s3: aws_sdk_s3::Client,
    pub sfn: aws_sdk_sfn::Client,
    pub sqs: aws_sdk_sqs::Client,
    pub sts: aws_sdk_sts::Client,
    /// Between two tries while it waits.
    pub pause: Duration,
}

/// The error of a call, in words.
macro_rules! said {
    ($what:expr) => {
        |error| {
            let error = guardian_aws::AwsError::of($what, &error);
            format!("{error}: {}", error.message())
        }
    };
}
pub(super) use said;

impl Account {
    /// The session of the environment, or that of an emulator.
    pub async fn load(region: Option<String>, emulator: Option<&Emulator>) -> Result<Self, Error> {
        let region = emulator.map(|_| guardian_tests::aws::REGION.to_owned()).or(region);
        let target = Target { region, ..Target::default() };
        let mut config = guardian_aws::load(&target).await.map_err(|error| error.to_string())?;
        if let Some(emulator) = emulator {
            let keys = Credentials::new("test", "test", None, None, "emulator");
            config = config
                .into_builder()
                .endpoint_url(emulator.endpoint())
                .credentials_provider(SharedCredentialsProvider::new(keys))
                .build();
        }
        let sts = aws_sdk_sts::Client::new(&config);
        let caller = sts.get_caller_identity().send().await.map_err(said!("read who calls"))?;
        let arn = caller.arn.unwrap_or_default();
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some());
        Ok(Self {
            id: caller.account.unwrap_or_default(),
            partition: arn.split(':').nth(1).unwrap_or("aws").to_owned(),
            region: config.region().map(Region::to_string).unwrap_or_default(),
            cfn: aws_sdk_cloudformation::Client::new(&config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            lambda: aws_sdk_lambda::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sfn: aws_sdk_sfn::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            sts,
            pause: Duration::from_millis(if emulator.is_some() { 200 } else { 3_000 }),
            config,
        })
    }

    /// Asks until there is an answer, or the limit is over.
    pub async fn until<T, F>(
        &self,
        limit: Duration,
        mut ask: impl FnMut() -> F,
    ) -> Result<Option<T>, Error>
    where
        F: Future<Output = Result<Option<T>, Error>>,
    {
        let end = Instant::now() + limit;
        loop {
            if let Some(answer) = ask().await? {
                return Ok(Some(answer));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            sleep(self.pause).await;
        }
    }

    /// The stack of this name; none if there is none.
    pub async fn stack(
        &self,
        name: &str,
    ) -> Result<Option<aws_sdk_cloudformation::types::Stack>, Error> {
        match self.cfn.describe_stacks().stack_name(name).send().await {
            Ok(page) => Ok(page.stacks.unwrap_or_default().into_iter().next()),
            Err(error) => {
                let error = AwsError::of(format!("read stack {name}"), &error);
                let missing = error.is_not_found();
                if missing { Ok(None) } else { Err(format!("{error}: {}", error.message())) }
            }
        }
    }

    /// The stack's status; empty if there is no stack.
    pub async fn status(&self, stack: &str) -> Result<String, Error> {
        let found = self.stack(stack).await?.and_then(|stack| stack.stack_status);
        Ok(found.map(|status| status.as_str().to_owned()).unwrap_or_default())
    }

    /// The stack's status once no operation is in progress.
    pub async fn settled(&self, stack: &str) -> Result<String, Error> {
        let at_rest = || async {
            let status = self.status(stack).await?;
            let review = status == StackStatus::ReviewInProgress.as_str();
            Ok((review || !status.ends_with("_IN_PROGRESS")).then_some(status))
        };
        let status = self.until(Duration::from_secs(1_800), at_rest).await?;
        status.ok_or_else(|| format!("stack {stack} is still in progress after half an hour"))
    }

    /// Creates a stack by a change set, as Guardian does, with the run's tag.
    pub async fn create(
        &self,
        plan: &Plan,
        stack: &str,
        template: &Value,
    ) -> Result<String, Error> {
        let id = self.change_set(plan, stack, ChangeSetType::Create, template).await?;
        let (status, reason) = self.change_set_end(&id).await?;
        if status != ChangeSetStatus::CreateComplete.as_str() {
            return Err(format!("the change set of {stack} is {status}: {reason}"));
        }
        let execute = self.cfn.execute_change_set().change_set_name(id);
        execute.send().await.map_err(said!("execute the change set"))?;
        // REVIEW_IN_PROGRESS lasts until the create begins.
        let begun = || async {
            let status = self.status(stack).await?;
            Ok((status != StackStatus::ReviewInProgress.as_str()).then_some(()))
        };
        self.until(Duration::from_secs(60), begun).await?;
        self.settled(stack).await
    }

    /// Makes a change set; gives its ARN.
    pub async fn change_set(
        &self,
        plan: &Plan,
        stack: &str,
        kind: ChangeSetType,
        template: &Value,
    ) -> Result<String, Error> {
        let tag = Tag::builder().key(TAG).value(&plan.name).build();
        let made = self
            .cfn
            .create_change_set()
            .stack_name(stack)
            // An executed change set keeps its name.
            .change_set_name(format!("{}-{}", plan.name, kind.as_str().to_ascii_lowercase()))
            .change_set_type(kind.clone())
            .template_body(template.to_string())
            .capabilities(Capability::CapabilityIam)
            .tags(tag)
            .send()
            .await
            .map_err(said!(format!("make a change set of {stack}")))?;
        made.id.ok_or_else(|| "CreateChangeSet gave no id".to_owned())
    }

    /// Status and reason of a change set once it is made.
    pub async fn change_set_end(&self, id: &str) -> Result<(String, String), Error> {
        let ask = || async {
            let call = self.cfn.describe_change_set().change_set_name(id).send().await;
            let found = call.map_err(said!("read a change set"))?;
            let status = found.status.map(|s| s.as_str().to_owned()).unwrap_or_default();
            let reason = found.status_reason.unwrap_or_default();
            let ended = matches!(status.as_str(), "CREATE_COMPLETE" | "FAILED");
            Ok(ended.then_some((status, reason)))
        };
        let end = self.until(Duration::from_secs(300), ask).await?;
        end.ok_or_else(|| format!("change set {id} is not made after five minutes"))
    }

    /// Deletes a stack and waits for its end; one that is not there is deleted.
    pub async fn delete(&self, stack: &str) -> Result<(), Error> {
        let status = self.settled(stack).await?;
        if status.is_empty() {
            return Ok(());
        }
        let call = self.cfn.delete_stack().stack_name(stack).send().await;
        call.map_err(said!(format!("delete stack {stack}")))?;
        let left = self.settled(stack).await?;
        if left.is_empty() { Ok(()) } else { Err(format!("stack {stack} is {left}")) }
    }

    /// The stack's outputs.
    pub async fn outputs(&self, stack: &str) -> Result<BTreeMap<String, String>, Error> {
        let found = self.stack(stack).await?.ok_or_else(|| format!("there is no stack {stack}"))?;
        let outputs = found.outputs.unwrap_or_default().into_iter();
        Ok(outputs.filter_map(|output| Some((output.output_key?, output.output_value?))).collect())
    }

    /// Takes all messages out of a queue.
    pub async fn drain(&self, queue: &str) -> Result<Vec<String>, Error> {
        let mut bodies = Vec::new();
        loop {
            let call = self.sqs.receive_message().queue_url(queue).max_number_of_messages(10);
            let page = call.send().await.map_err(said!("read a queue"))?;
            let messages = page.messages.unwrap_or_default();
            if messages.is_empty() {
                return Ok(bodies);
            }
            for message in messages {
                let delete = self.sqs.delete_message().queue_url(queue);
                let delete = delete.set_receipt_handle(message.receipt_handle).send().await;
                delete.map_err(said!("delete a message"))?;
                bodies.extend(message.body);
            }
        }
    }

    /// State of each of these alarms, by name.
    pub async fn alarms(&self, names: Vec<String>) -> Result<BTreeMap<String, String>, Error> {
        let call = self.cloudwatch.describe_alarms().set_alarm_names(Some(names)).send().await;
        let alarms = call.map_err(said!("read alarms"))?.metric_alarms.unwrap_or_default();
        let state = |alarm: aws_sdk_cloudwatch::types::MetricAlarm| {
            Some((alarm.alarm_name?, alarm.state_value?.as_str().to_owned()))
        };
        Ok(alarms.into_iter().filter_map(state).collect())
    }

    /// Starts an execution of a machine; gives its ARN.
    pub async fn start(&self, machine: &str, input: &Value) -> Result<String, Error> {
        let (partition, region, id) = (&self.partition, &self.region, &self.id);
        let arn = format!("arn:{partition}:states:{region}:{id}:stateMachine:{machine}");
        let call = self.sfn.start_execution().state_machine_arn(arn).input(input.to_string());
        let started = call.send().await.map_err(said!(format!("start {machine}")))?;
        Ok(started.execution_arn)
    }

    /// The name of Guardian's artifact bucket in this account and region.
    pub fn bucket(&self) -> String {
        format!("guardian-artifacts-{}-{}", self.id, self.region)
    }

    /// The HTTP status of HeadBucket; none if there was no answer.
    pub async fn head_bucket(&self) -> Option<u16> {
        match self.s3.head_bucket().bucket(self.bucket()).send().await {
            Ok(_) => Some(200),
            Err(error) => error.raw_response().map(|answer| answer.status().as_u16()),
        }
    }

    /// Creates the artifact bucket with the run's tag.
    pub async fn create_bucket(&self, plan: &Plan) -> Result<(), Error> {
        let bucket = self.bucket();
        // us-east-1 is no location constraint.
        let place = (self.region != "us-east-1").then(|| {
            let constraint = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(constraint).build()
        });
        let call = self.s3.create_bucket().bucket(&bucket).set_create_bucket_configuration(place);
        call.send().await.map_err(said!(format!("create bucket {bucket}")))?;
        let tag = aws_sdk_s3::types::Tag::builder().key(TAG).value(&plan.name).build();
        let tags = tag.and_then(|tag| Tagging::builder().tag_set(tag).build());
        let tags = tags.map_err(|error| error.to_string())?;
        let call = self.s3.put_bucket_tagging().bucket(&bucket).tagging(tags).send().await;
        let Err(why) = call.map_err(said!(format!("tag bucket {bucket}"))) else { return Ok(()) };
        // Without its tag the removal would leave it alone.
        let delete = self.s3.delete_bucket().bucket(&bucket).send().await;
        match delete.map_err(said!(format!("delete bucket {bucket}, which the run created"))) {
            Ok(_) => Err(why),
            Err(error) => Err(format!("{why}; {error}")),
        }
    }

    /// Whether the artifact bucket has the run's tag: the run created it.
    pub async fn bucket_is_of(&self, plan: &Plan) -> Result<bool, Error> {
        let call = self.s3.get_bucket_tagging().bucket(self.bucket());
        match call.expected_bucket_owner(&self.id).send().await {
            Ok(tags) => Ok(tags.tag_set.iter().any(|t| t.key() == TAG && t.value() == plan.name)),
            Err(error) => {
                let error = AwsError::of("read the bucket's tags", &error);
                // The bucket, or its tags.
                let missing = error.is_not_found();
                if missing { Ok(false) } else { Err(format!("{error}: {}", error.message())) }
            }
        }
    }
}
