//! AWS behind the ports: the SDK's clients, without retries of their own (the sweep counts and
//! paces every call).

use crate::delivery::{DeadLetter, Delivery, Letters};
use crate::fleet::{Ask, Execution, Fleet, Machine, Page};
use crate::notice::{BusEvent, Notice, Notifications, Way};
use crate::publish::{Point, Publisher};
use crate::retry::{CallError, Kind, is_condition_failed};
use crate::table::{Got, Item, Key, Table, Write, Written};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, KeysAndAttributes, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, RuleState};
use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEventType, MapRunItemCounts, StateMachineType};
use aws_sdk_sns::types::MessageAttributeValue;
use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_types::DateTime;
use guardian_contract::table::{ACKNOWLEDGED, DOCUMENT, EXPIRES, PARTITION, SORT, VERSION};
use guardian_contract::{
    DEPLOYMENT_DIMENSION, GROUP_DIMENSION, HistoryEvent, NAMESPACE, Status, Step, env,
    event as words,
};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

/// The clients, and the names of what they talk to.
#[derive(Debug, Clone)]
pub struct Clients {
    sfn: aws_sdk_sfn::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    table: String,
    queue: aws_sdk_sqs::Client,
    failure_queue_url: String,
    tick_failure_queue_url: String,
    topic: aws_sdk_sns::Client,
    bus: aws_sdk_eventbridge::Client,
    /// Those whose buses are in other regions, by region.
    events: aws_sdk_eventbridge::Config,
    rule: String,
    high_resolution: bool,
}

/// The clients, from the variables that Lambda sets: region, credentials, and an endpoint where
/// there is one. Nothing else is looked at: no profile files and no metadata services, which a
/// function does not have and a cold start would wait for.
pub fn clients(variable: impl Fn(&str) -> Option<String>) -> Clients {
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
    let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&shared);
    dynamodb.set_endpoint_url(endpoint("DYNAMODB"));
    let mut events = aws_sdk_eventbridge::config::Builder::from(&shared);
    events.set_endpoint_url(endpoint("EVENTBRIDGE"));
    let events = events.build();
    Clients {
        sfn: aws_sdk_sfn::Client::from_conf(sfn.build()),
        cloudwatch: aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build()),
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
        table: variable(env::TABLE).unwrap_or_default(),
        queue: aws_sdk_sqs::Client::from_conf(sqs.build()),
        failure_queue_url: variable(env::FAILURE_QUEUE_URL).unwrap_or_default(),
        tick_failure_queue_url: variable(env::TICK_FAILURE_QUEUE_URL).unwrap_or_default(),
        topic: aws_sdk_sns::Client::from_conf(sns.build()),
        bus: aws_sdk_eventbridge::Client::from_conf(events.clone()),
        events,
        rule: variable(env::EVENT_RULE).unwrap_or_default(),
        high_resolution: variable(env::HIGH_RESOLUTION).is_some_and(|v| v == "true"),
    }
}

impl Fleet for Clients {
    async fn list_machines(&self, token: Option<&str>) -> Result<Page<Machine>, CallError> {
        let call = self.sfn.list_state_machines().max_results(1_000);
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
            .sfn
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

    async fn describe_execution(&self, execution_arn: &str) -> Result<Execution, CallError> {
        let call = self.sfn.describe_execution().execution_arn(execution_arn);
        let e = call.send().await.map_err(call_error)?;
        Ok(Execution {
            arn: e.execution_arn,
            status: e.status.as_str().to_owned(),
            start_ms: milliseconds(e.start_date),
            stop_ms: e.stop_date.map(milliseconds),
            redrive_ms: e.redrive_date.map(milliseconds),
            redrive_count: e.redrive_count.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        })
    }

    async fn tags(&self, machine_arn: &str) -> Result<BTreeMap<String, String>, CallError> {
        let call = self.sfn.list_tags_for_resource().resource_arn(machine_arn);
        let answer = call.send().await.map_err(call_error)?;
        let tags = answer.tags.unwrap_or_default().into_iter();
        Ok(tags.filter_map(|tag| tag.key.zip(tag.value)).collect())
    }

    async fn list_map_runs(
        &self,
        execution_arn: &str,
        token: Option<&str>,
    ) -> Result<Page<String>, CallError> {
        let call = self.sfn.list_map_runs().execution_arn(execution_arn).max_results(1_000);
        let page =
            call.set_next_token(token.map(str::to_owned)).send().await.map_err(call_error)?;
        let items = page.map_runs.into_iter().map(|run| run.map_run_arn).collect();
        Ok(Page { items, next: page.next_token.filter(|t| !t.is_empty()) })
    }

    async fn last_events(&self, execution_arn: &str) -> Result<Vec<HistoryEvent>, CallError> {
        let call = self.sfn.get_execution_history().execution_arn(execution_arn);
        let call = call.reverse_order(true).max_results(100).include_execution_data(false);
        let page = call.send().await.map_err(call_error)?;
        Ok(page.events.into_iter().map(event).collect())
    }

    async fn failed_items(&self, map_run_arn: &str) -> Result<u64, CallError> {
        let call = self.sfn.describe_map_run().map_run_arn(map_run_arn);
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

impl Publisher for Clients {
    async fn publish(&self, points: &[Point], at: SystemTime) -> Result<(), CallError> {
        let data = points.iter().map(|point| {
            let dimensions: Vec<Dimension> =
                [(DEPLOYMENT_DIMENSION, &point.deployment), (GROUP_DIMENSION, &point.group)]
                    .into_iter()
                    .filter_map(|(name, value)| {
                        Some(Dimension::builder().name(name).value(value.as_ref()?).build())
                    })
                    .collect();
            let high = self.high_resolution && point.is_status();
            MetricDatum::builder()
                .metric_name(&point.metric)
                .set_dimensions(Some(dimensions).filter(|all| !all.is_empty()))
                .set_storage_resolution(high.then_some(1))
                .value(point.value)
                .timestamp(DateTime::from(point.at.unwrap_or(at)))
                .unit(StandardUnit::None)
                .build()
        });
        let call = self.cloudwatch.put_metric_data().namespace(NAMESPACE);
        call.set_metric_data(Some(data.collect())).send().await.map_err(call_error)?;
        Ok(())
    }
}

impl Table for Clients {
    async fn get(&self, keys: &[Key]) -> Result<Got, CallError> {
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.iter().map(attributes).collect()))
            .consistent_read(true)
            .build()
            .map_err(invalid)?;
        let call = self.dynamodb.batch_get_item().request_items(&self.table, wanted);
        let answer = call.send().await.map_err(call_error)?;
        let items = answer.responses.unwrap_or_default().into_values().flatten();
        let unprocessed = answer.unprocessed_keys.unwrap_or_default().into_values();
        Ok(Got {
            items: items.map(|item| read_item(&item)).collect::<Result<_, _>>()?,
            unprocessed: unprocessed
                .flat_map(|keys| keys.keys)
                .filter_map(|key| Some(Key::new(text(&key, PARTITION)?, text(&key, SORT)?)))
                .collect(),
        })
    }

    async fn query(
        &self,
        partition: &str,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Item>, CallError> {
        let start = after.map(|after| attributes(&Key::new(partition, after)));
        let answer = self
            .dynamodb
            .query()
            .table_name(&self.table)
            .key_condition_expression("#p = :p")
            .expression_attribute_names("#p", PARTITION)
            .expression_attribute_values(":p", AttributeValue::S(partition.to_owned()))
            .set_exclusive_start_key(start)
            .set_limit(limit.and_then(|limit| i32::try_from(limit).ok()))
            .send()
            .await
            .map_err(call_error)?;
        let items = answer.items.unwrap_or_default();
        let next = answer.last_evaluated_key.and_then(|key| text(&key, SORT).map(str::to_owned));
        Ok(Page { items: items.iter().map(read_item).collect::<Result<_, _>>()?, next })
    }

    async fn write(&self, writes: &[Write]) -> Result<Written, CallError> {
        match writes {
            [one] => self.write_one(one).await,
            many => self.write_many(many).await,
        }
    }
}

/// An update in DynamoDB's expressions, or a delete.
struct Expressions {
    update: String,
    condition: Option<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expressions {
    /// Unknown attributes stay: only those that this version writes are named.
    fn of(write: &Write, document: &str) -> Self {
        let mut names: HashMap<String, String> = HashMap::new();
        let mut values = HashMap::new();
        let mut name = |short: &str, long: &str| {
            names.insert(short.to_owned(), long.to_owned());
        };
        name("#d", DOCUMENT);
        name("#v", VERSION);
        name("#e", EXPIRES);
        values.insert(":d".to_owned(), AttributeValue::S(document.to_owned()));
        let number = |n: String| AttributeValue::N(n);
        let counted = match write.version {
            Some(before) => {
                values.insert(":v".to_owned(), number((before + 1).to_string()));
                "#v = :v".to_owned()
            }
            None => {
                values.insert(":one".to_owned(), number("1".to_owned()));
                values.insert(":none".to_owned(), number("0".to_owned()));
                "#v = if_not_exists(#v, :none) + :one".to_owned()
            }
        };
        let expires = match write.expires_s {
            Some(seconds) => {
                values.insert(":e".to_owned(), number(seconds.to_string()));
                ", #e = :e"
            }
            None => " REMOVE #e",
        };
        let condition = write.version.map(|before| {
            if before == 0 {
                name("#p", PARTITION);
                return "attribute_not_exists(#p)".to_owned();
            }
            values.insert(":b".to_owned(), number(before.to_string()));
            "#v = :b".to_owned()
        });
        Self { update: format!("SET #d = :d, {counted}{expires}"), condition, names, values }
    }
}

impl Clients {
    async fn write_one(&self, write: &Write) -> Result<Written, CallError> {
        let Some(document) = &write.document else {
            let call = self.dynamodb.delete_item().table_name(&self.table);
            let call = call.set_key(Some(attributes(&write.key)));
            call.send().await.map_err(call_error)?;
            return Ok(Written::Done);
        };
        let Expressions { update, condition, names, values } = Expressions::of(write, document);
        let sent = self
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .set_key(Some(attributes(&write.key)))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    let item = refused.item.as_ref().filter(|item| !item.is_empty());
                    Ok(Written::Conflict(item.map(read_item).transpose()?))
                }
                _ => Err(call_error(error)),
            },
        }
    }

    async fn write_many(&self, writes: &[Write]) -> Result<Written, CallError> {
        let mut call = self.dynamodb.transact_write_items();
        for write in writes {
            let item = TransactWriteItem::builder();
            let item = match &write.document {
                None => item.delete(
                    Delete::builder()
                        .table_name(&self.table)
                        .set_key(Some(attributes(&write.key)))
                        .build()
                        .map_err(invalid)?,
                ),
                Some(document) => {
                    let Expressions { update, condition, names, values } =
                        Expressions::of(write, document);
                    let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
                    item.update(
                        Update::builder()
                            .table_name(&self.table)
                            .set_key(Some(attributes(&write.key)))
                            .update_expression(update)
                            .set_condition_expression(condition)
                            .set_expression_attribute_names(Some(names))
                            .set_expression_attribute_values(Some(values))
                            .return_values_on_condition_check_failure(all_old)
                            .build()
                            .map_err(invalid)?,
                    )
                }
            };
            call = call.transact_items(item.build());
        }
        let Err(error) = call.send().await else { return Ok(Written::Done) };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            return Err(call_error(error));
        };
        let reasons = cancelled.cancellation_reasons();
        let refused = reasons.iter().find(|r| is_condition_failed(r.code()));
        if let Some(refused) = refused {
            let item = refused.item.as_ref().filter(|item| !item.is_empty());
            return Ok(Written::Conflict(item.map(read_item).transpose()?));
        }
        let mut reasons = reasons.iter();
        let reason = reasons.find_map(|r| CallError::from_cancellation(r.code(), r.message()));
        Err(reason.unwrap_or_else(|| call_error(error)))
    }
}

fn attributes(key: &Key) -> HashMap<String, AttributeValue> {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    [(PARTITION, text(&key.partition)), (SORT, text(&key.sort))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn text<'a>(item: &'a HashMap<String, AttributeValue>, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

fn read_item(item: &HashMap<String, AttributeValue>) -> Result<Item, CallError> {
    // The program writes acknowledgements, without counting.
    let uncounted = text(item, PARTITION) == Some(ACKNOWLEDGED);
    let version = item.get(VERSION).and_then(|value| value.as_n().ok()?.parse().ok());
    let version = version.or(uncounted.then_some(0));
    let read = || {
        Some(Item {
            key: Key::new(text(item, PARTITION)?, text(item, SORT)?),
            version: version?,
            document: text(item, DOCUMENT)?.to_owned(),
        })
    };
    read().ok_or_else(|| {
        let key = text(item, SORT).unwrap_or("a record without a sort key");
        let message = format!("`{key}` of the state table has not the attributes of a record");
        CallError { kind: Kind::Permanent, code: "UnreadableRecord".to_owned(), message }
    })
}

fn invalid(error: impl std::fmt::Display) -> CallError {
    CallError::from_answer(None, Some(400), &error.to_string())
}

impl Clients {
    fn queue_url(&self, of: Letters) -> &str {
        match of {
            Letters::Events => &self.failure_queue_url,
            Letters::Ticks => &self.tick_failure_queue_url,
        }
    }
}

impl Delivery for Clients {
    async fn dead_letters(&self, of: Letters) -> Result<Vec<DeadLetter>, CallError> {
        let call = self.queue.receive_message().queue_url(self.queue_url(of));
        let answer = call.max_number_of_messages(10).send().await.map_err(call_error)?;
        let letters = answer.messages.unwrap_or_default().into_iter().filter_map(|message| {
            let body = message.body.unwrap_or_default();
            Some(DeadLetter { receipt: message.receipt_handle?, body })
        });
        Ok(letters.collect())
    }

    async fn delete_letters(&self, of: Letters, receipts: &[String]) -> Result<(), CallError> {
        let mut call = self.queue.delete_message_batch().queue_url(self.queue_url(of));
        for (position, receipt) in receipts.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .receipt_handle(receipt)
                .build()
                .map_err(invalid)?;
            call = call.entries(entry);
        }
        if !receipts.is_empty() {
            call.send().await.map_err(call_error)?;
        }
        Ok(())
    }

    async fn rule_is_enabled(&self) -> Result<bool, CallError> {
        let answer = self.bus.describe_rule().name(&self.rule).send().await.map_err(call_error)?;
        Ok(answer.state.is_none_or(|state| state != RuleState::Disabled))
    }
}

impl Notifications for Clients {
    async fn notify(&self, way: Way, to: &str, notice: &Notice) -> Result<String, CallError> {
        match way {
            Way::Topic => self.publish_notice(to, notice).await,
            Way::Bus => self.put(to, &notice.event).await,
        }
    }
}

impl Clients {
    async fn publish_notice(&self, to: &str, notice: &Notice) -> Result<String, CallError> {
        let mut call = self.topic.publish().topic_arn(to);
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

    /// EventBridge's documentation lets PutEvents name a bus of another account, and says nothing of
    /// another region: so the call is made in the bus's own.
    fn bus_in(&self, to: &str) -> aws_sdk_eventbridge::Client {
        let region = to.split(':').nth(3).filter(|region| !region.is_empty());
        let own = self.events.region().map(Region::as_ref);
        match region.filter(|region| Some(*region) != own) {
            None => self.bus.clone(),
            Some(region) => {
                let region = Region::new(region.to_owned());
                let config = self.events.to_builder().region(region).build();
                aws_sdk_eventbridge::Client::from_conf(config)
            }
        }
    }

    async fn put(&self, to: &str, event: &BusEvent) -> Result<String, CallError> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(to)
            .source(words::SOURCE)
            .detail_type(event.detail_type)
            .set_resources(Some(event.resources.clone()))
            .detail(&event.detail)
            .build();
        let answer =
            self.bus_in(to).put_events().entries(entry).send().await.map_err(call_error)?;
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
