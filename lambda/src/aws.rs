//! AWS behind the ports: the SDK's clients, without retries of their own (the sweep counts and
//! paces every call).

use crate::confirm::{Confirmations, Delayed};
use crate::fleet::{Ask, Execution, Fleet, Machine, Page};
use crate::notice::{BusEvent, Notice, Notifications, Way};
use crate::publish::{Point, Publisher};
use crate::retry::CallError;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEventType, MapRunItemCounts, StateMachineType};
use aws_sdk_sns::types::MessageAttributeValue;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_types::DateTime;
use guardian_contract::{
    DEPLOYMENT_DIMENSION, HistoryEvent, NAMESPACE, Status, Step, env, event as words,
};
use std::time::{Duration, SystemTime};

/// Machines and executions from Step Functions.
#[derive(Debug, Clone)]
pub struct StepFunctions(aws_sdk_sfn::Client);

/// Points to CloudWatch.
#[derive(Debug, Clone)]
pub struct CloudWatch(aws_sdk_cloudwatch::Client);

/// Messages to the queue of hints, to people, and to the bus.
#[derive(Debug, Clone)]
pub struct Outbox {
    queue: aws_sdk_sqs::Client,
    queue_url: String,
    topic: aws_sdk_sns::Client,
    topic_arn: String,
    bus: aws_sdk_eventbridge::Client,
    bus_name: String,
}

/// The clients, from the variables that Lambda sets: region, credentials, and an endpoint where
/// there is one. Nothing else is looked at: no profile files and no metadata services, which a
/// function does not have and a cold start would wait for.
pub fn clients(variable: impl Fn(&str) -> Option<String>) -> (StepFunctions, CloudWatch, Outbox) {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(10))
        .build();
    let credentials = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
    let credentials = credentials.map(|(id, secret)| {
        let session = variable("AWS_SESSION_TOKEN");
        SharedCredentialsProvider::new(Credentials::new(id, secret, session, None, "environment"))
    });
    let uncompressed = variable("AWS_DISABLE_REQUEST_COMPRESSION").is_some_and(|v| v == "true");
    let mut shared = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.map(Region::new))
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .disable_request_compression(uncompressed);
    shared.set_credentials_provider(credentials);
    let shared = shared.build();
    let endpoint = |service: &str| {
        variable(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| variable("AWS_ENDPOINT_URL"))
    };
    let mut sfn = aws_sdk_sfn::config::Builder::from(&shared);
    sfn.set_endpoint_url(endpoint("SFN"));
    let mut cloudwatch = aws_sdk_cloudwatch::config::Builder::from(&shared);
    cloudwatch.set_endpoint_url(endpoint("CLOUDWATCH"));
    let mut sqs = aws_sdk_sqs::config::Builder::from(&shared);
    sqs.set_endpoint_url(endpoint("SQS"));
    let mut sns = aws_sdk_sns::config::Builder::from(&shared);
    sns.set_endpoint_url(endpoint("SNS"));
    let bus_name = variable(env::EVENT_BUS).unwrap_or_default();
    let mut events = aws_sdk_eventbridge::config::Builder::from(&shared);
    events.set_endpoint_url(endpoint("EVENTBRIDGE"));
    // EventBridge's documentation lets PutEvents name a bus of another account, and says nothing of
    // another region: so the call is made in the bus's own.
    if let Some(region) = bus_name.split(':').nth(3).filter(|region| !region.is_empty()) {
        events.set_region(Some(Region::new(region.to_owned())));
    }
    (
        StepFunctions(aws_sdk_sfn::Client::from_conf(sfn.build())),
        CloudWatch(aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build())),
        Outbox {
            queue: aws_sdk_sqs::Client::from_conf(sqs.build()),
            queue_url: variable(env::HINT_QUEUE_URL).unwrap_or_default(),
            topic: aws_sdk_sns::Client::from_conf(sns.build()),
            topic_arn: variable(env::TOPIC_ARN).unwrap_or_default(),
            bus: aws_sdk_eventbridge::Client::from_conf(events.build()),
            bus_name,
        },
    )
}

impl Fleet for StepFunctions {
    async fn list_machines(&self, token: Option<&str>) -> Result<Page<Machine>, CallError> {
        let call = self.0.list_state_machines().max_results(1_000);
        let page =
            call.set_next_token(token.map(str::to_owned)).send().await.map_err(call_error)?;
        let items = page.state_machines.into_iter().map(|m| Machine {
            arn: m.state_machine_arn,
            name: m.name,
            express: m.r#type == StateMachineType::Express,
            created_ms: Some(milliseconds(m.creation_date)),
        });
        Ok(Page { items: items.collect(), next: page.next_token.filter(|t| !t.is_empty()) })
    }

    async fn list_executions(&self, ask: Ask<'_>) -> Result<Page<Execution>, CallError> {
        let page = self
            .0
            .list_executions()
            .state_machine_arn(ask.machine_arn)
            .set_status_filter(ask.status.map(filter))
            .max_results(ask.limit.into())
            .set_next_token(ask.token.map(str::to_owned))
            .send()
            .await
            .map_err(call_error)?;
        let items = page.executions.into_iter().map(|e| Execution {
            arn: e.execution_arn,
            status: e.status.as_str().to_owned(),
            start_ms: milliseconds(e.start_date),
            stop_ms: e.stop_date.map(milliseconds),
            redrive_ms: e.redrive_date.map(milliseconds),
            redrive_count: e.redrive_count.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        });
        Ok(Page { items: items.collect(), next: page.next_token.filter(|t| !t.is_empty()) })
    }

    async fn list_map_runs(
        &self,
        execution_arn: &str,
        token: Option<&str>,
    ) -> Result<Page<String>, CallError> {
        let call = self.0.list_map_runs().execution_arn(execution_arn).max_results(1_000);
        let page =
            call.set_next_token(token.map(str::to_owned)).send().await.map_err(call_error)?;
        let items = page.map_runs.into_iter().map(|run| run.map_run_arn).collect();
        Ok(Page { items, next: page.next_token.filter(|t| !t.is_empty()) })
    }

    async fn last_events(&self, execution_arn: &str) -> Result<Vec<HistoryEvent>, CallError> {
        let call = self.0.get_execution_history().execution_arn(execution_arn);
        let call = call.reverse_order(true).max_results(100).include_execution_data(false);
        let page = call.send().await.map_err(call_error)?;
        Ok(page.events.into_iter().map(event).collect())
    }

    async fn failed_items(&self, map_run_arn: &str) -> Result<u64, CallError> {
        let call = self.0.describe_map_run().map_run_arn(map_run_arn);
        let run = call.send().await.map_err(call_error)?;
        Ok(run.item_counts.as_ref().map_or(0, not_done))
    }
}

fn event(event: aws_sdk_sfn::types::HistoryEvent) -> HistoryEvent {
    let step = if let Some(entered) = event.state_entered_event_details {
        Step::Entered(entered.name)
    } else if let Some(exited) = event.state_exited_event_details {
        Step::Exited(exited.name)
    } else if let Some(failed) = event.evaluation_failed_event_details {
        Step::EvaluationFailed(failed.state)
    } else {
        let details = match event.r#type {
            HistoryEventType::ExecutionFailed => {
                Some(event.execution_failed_event_details.map(|d| (d.error, d.cause)))
            }
            HistoryEventType::ExecutionTimedOut => {
                Some(event.execution_timed_out_event_details.map(|d| (d.error, d.cause)))
            }
            HistoryEventType::ExecutionAborted => {
                Some(event.execution_aborted_event_details.map(|d| (d.error, d.cause)))
            }
            _ => None,
        };
        details
            .map(Option::unwrap_or_default)
            .map_or(Step::Other, |(error, cause)| Step::Ended { error, cause })
    };
    HistoryEvent { id: event.id, previous: event.previous_event_id, step }
}

/// Of a Map Run's items those that did not succeed and will not.
fn not_done(counts: &MapRunItemCounts) -> u64 {
    [counts.failed, counts.timed_out, counts.aborted]
        .into_iter()
        .filter_map(|count| u64::try_from(count).ok())
        .sum()
}

impl Publisher for CloudWatch {
    async fn publish(&self, points: &[Point], at: SystemTime) -> Result<(), CallError> {
        let at = DateTime::from(at);
        let data = points.iter().map(|point| {
            let dimension = point.deployment.as_ref().map(|value| {
                vec![Dimension::builder().name(DEPLOYMENT_DIMENSION).value(value).build()]
            });
            MetricDatum::builder()
                .metric_name(&point.metric)
                .set_dimensions(dimension)
                .value(point.value)
                .timestamp(at)
                .unit(StandardUnit::None)
                .build()
        });
        let call = self.0.put_metric_data().namespace(NAMESPACE);
        call.set_metric_data(Some(data.collect())).send().await.map_err(call_error)?;
        Ok(())
    }
}

impl Confirmations for Outbox {
    async fn send(&self, messages: &[Delayed]) -> Result<Vec<usize>, CallError> {
        let mut call = self.queue.send_message_batch().queue_url(&self.queue_url);
        for (position, message) in messages.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .message_body(&message.body)
                .delay_seconds(i32::try_from(message.delay.as_secs()).unwrap_or(i32::MAX))
                .build()
                .map_err(|error| CallError::from_answer(None, Some(400), &error.to_string()))?;
            call = call.entries(entry);
        }
        let answer = call.send().await.map_err(call_error)?;
        Ok(answer.failed.iter().filter_map(|entry| entry.id.parse().ok()).collect())
    }
}

impl Notifications for Outbox {
    async fn notify(&self, way: Way, notice: &Notice) -> Result<String, CallError> {
        match way {
            Way::Topic => self.publish(notice).await,
            Way::Bus => self.put(&notice.event).await,
        }
    }
}

impl Outbox {
    async fn publish(&self, notice: &Notice) -> Result<String, CallError> {
        let mut call = self.topic.publish().topic_arn(&self.topic_arn);
        for (name, value) in &notice.attributes {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|error| CallError::from_answer(None, Some(400), &error.to_string()))?;
            call = call.message_attributes(*name, value);
        }
        let call = call.subject(&notice.subject).message(&notice.text);
        Ok(call.send().await.map_err(call_error)?.message_id.unwrap_or_default())
    }

    async fn put(&self, event: &BusEvent) -> Result<String, CallError> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus_name)
            .source(words::SOURCE)
            .detail_type(event.detail_type)
            .set_resources(Some(event.resources.clone()))
            .detail(&event.detail)
            .build();
        let answer = self.bus.put_events().entries(entry).send().await.map_err(call_error)?;
        let entry = answer.entries.unwrap_or_default().pop();
        let (id, code, message) =
            entry.map_or((None, None, None), |e| (e.event_id, e.error_code, e.error_message));
        // The call succeeds though its entry is refused; without a word on it, it is lost.
        id.ok_or_else(|| {
            let status = code.as_ref().map(|_| 200);
            let message =
                message.as_deref().unwrap_or("the bus did not say what became of the event");
            CallError::from_answer(code.as_deref(), status, message)
        })
    }
}

fn filter(status: Status) -> ExecutionStatus {
    ExecutionStatus::from(status.as_str())
}

/// To the nearest one: on the wire a date is a floating number of seconds, and what is read of
/// 1700000000.123 is a little less.
fn milliseconds(time: DateTime) -> i64 {
    // Only years beyond 292 million do not fit.
    let whole = time.secs().saturating_mul(1_000);
    whole.saturating_add((i64::from(time.subsec_nanos()) + 500_000) / 1_000_000)
}

fn call_error<E>(error: SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let message = error.message().map(str::to_owned);
    let code = error.code().map(str::to_owned);
    let message = message.unwrap_or_else(|| DisplayErrorContext(error).to_string());
    CallError::from_answer(code.as_deref(), status, &message)
}
