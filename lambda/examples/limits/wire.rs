//! The account in memory on the wire: AWS's JSON protocols for the calls of the function and of
//! `guardian status`, with the account's own quotas and limits. It answers no other calls.

use crate::cloud::Port;
use guardian_contract::table::{DOCUMENT, EXPIRES, PARTITION, SORT, VERSION};
use guardian_contract::{DEPLOYMENT_DIMENSION, GROUP_DIMENSION, Status, Step};
use guardian_lambda::{
    Ask, CallError, Delivery, Execution, Fleet, Item, Key, Kind, Letters, Point, Publisher, Table,
    Write, Written,
};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::Handle;

/// Serves the account; `handle` is where its calls take their time.
pub fn serve(port: &Port, handle: &Handle) -> Result<Stub, String> {
    let (port, handle) = (port.clone(), handle.clone());
    Stub::serve(move |request| {
        handle.block_on(answer(&port, request)).unwrap_or_else(|error| {
            let CallError { code, message, .. } = error;
            match request.service.as_str() {
                "monitoring" => Reply::cbor_error(400, &code, &message),
                "sns" => Reply::query_error(400, &code, &message),
                _ => Reply::json_error(400, &code, &message),
            }
        })
    })
}

/// The same for an account that does not change: what was answered once is answered again.
pub fn serve_from_memory(port: &Port, handle: &Handle) -> Result<Stub, String> {
    let (port, handle) = (port.clone(), handle.clone());
    let known: Mutex<HashMap<String, Reply>> = Mutex::default();
    Stub::serve(move |request| {
        let asked = format!("{} {}", request.action, request.body);
        let before = known.lock().unwrap().get(&asked).cloned();
        before.unwrap_or_else(|| {
            let reply = handle.block_on(answer(&port, request)).unwrap();
            known.lock().unwrap().insert(asked, reply.clone());
            reply
        })
    })
}

async fn answer(port: &Port, request: &Request) -> Result<Reply, CallError> {
    let asked = &request.json;
    let word = |name: &str| asked[name].as_str();
    let limit = || asked["maxResults"].as_u64().and_then(|n| u16::try_from(n).ok());
    let reply = match request.action.as_str() {
        "ListStateMachines" => {
            let page = port.list_machines(word("nextToken")).await?;
            let machines: Vec<Value> = page
                .items
                .iter()
                .map(|machine| {
                    json!({"stateMachineArn": machine.arn, "name": machine.name,
                           "type": if machine.express { "EXPRESS" } else { "STANDARD" },
                           "creationDate": seconds(machine.created_ms.unwrap_or(0))})
                })
                .collect();
            with_token(json!({"stateMachines": machines}), page.next)
        }
        "ListExecutions" => {
            let ask = Ask {
                machine_arn: word("stateMachineArn").unwrap_or_default(),
                status: word("statusFilter").and_then(Status::parse),
                limit: limit().unwrap_or(100),
                token: word("nextToken"),
            };
            let page = port.list_executions(ask).await?;
            let executions: Vec<Value> = page.items.iter().map(execution).collect();
            with_token(json!({"executions": executions}), page.next)
        }
        "DescribeExecution" => {
            let arn = word("executionArn").unwrap_or_default();
            execution(&port.describe_execution(arn).await?)
        }
        "GetExecutionHistory" => {
            let events = port.last_events(word("executionArn").unwrap_or_default()).await?;
            let events = events.into_iter().map(|event| {
                let (id, before) = (event.id, event.previous);
                let mut said = match event.step {
                    Step::Entered(name) => json!({"type": "TaskStateEntered",
                        "stateEnteredEventDetails": {"name": name}}),
                    Step::Ended { error, cause } => json!({"type": "ExecutionFailed",
                        "executionFailedEventDetails": {"error": error, "cause": cause}}),
                    _ => json!({"type": "TaskScheduled"}),
                };
                said["timestamp"] = json!(seconds(port.now_ms()));
                (said["id"], said["previousEventId"]) = (json!(id), json!(before));
                said
            });
            json!({"events": events.collect::<Vec<_>>()})
        }
        "BatchGetItem" => {
            let (table, wanted) = first(&asked["RequestItems"])?;
            let keys: Vec<Key> = list(&wanted["Keys"]).iter().map(key).collect::<Result<_, _>>()?;
            let got = port.get(&keys).await?;
            let items: Vec<Value> = got.items.iter().map(item).collect();
            json!({"Responses": {table: items}, "UnprocessedKeys": {}})
        }
        "Query" => {
            let partition = text(&asked["ExpressionAttributeValues"][":p"])?;
            let after = asked["ExclusiveStartKey"][SORT]["S"].as_str();
            let limit = asked["Limit"].as_u64().and_then(|n| u32::try_from(n).ok());
            let page = port.query(&partition, after, limit).await?;
            let items: Vec<Value> = page.items.iter().map(item).collect();
            let mut reply =
                json!({"Count": items.len(), "ScannedCount": items.len(), "Items": items});
            if let Some(next) = page.next {
                reply["LastEvaluatedKey"] = json!({PARTITION: {"S": partition}, SORT: {"S": next}});
            }
            reply
        }
        "UpdateItem" => match port.write(&[update(asked)?]).await? {
            Written::Done => json!({}),
            Written::Conflict(now) => {
                let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
                let body = json!({"__type": code, "message": "The conditional request failed",
                                  "Item": now.as_ref().map(item)});
                return Ok(Reply::json_fault(400, &body));
            }
        },
        "TransactWriteItems" => return transact(port, asked).await,
        "DescribeStacks" => {
            return Ok(Reply::query(
                "DescribeStacks",
                "<Stacks><member><StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/\
                 shop-dev/1</StackId><StackName>shop-dev</StackName><CreationTime>\
                 2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>\
                 <Outputs><member><OutputKey>StateTableName</OutputKey><OutputValue>lights\
                 </OutputValue></member></Outputs></member></Stacks>",
            ));
        }
        "DescribeAlarms" => return Ok(Reply::cbor(&json!({"MetricAlarms": []}))),
        "PutMetricData" => {
            let points: Vec<Point> = list(&asked["MetricData"]).iter().map(point).collect();
            let at = moment(&asked["MetricData"][0]);
            port.publish(&points, at).await?;
            return Ok(Reply::empty_cbor());
        }
        "Publish" => {
            let at_ms = port.now_ms();
            port.account().calls.entry("Publish").or_default().push(at_ms);
            return Ok(Reply::query("Publish", "<MessageId>stub</MessageId>"));
        }
        "ReceiveMessage" => {
            let letters = port.dead_letters(Letters::Events).await?;
            assert!(letters.is_empty(), "no scene here has dead letters");
            json!({"Messages": []})
        }
        "DescribeRule" => {
            let enabled = port.rule_is_enabled().await?;
            json!({"State": if enabled { "ENABLED" } else { "DISABLED" }})
        }
        other => return Err(refused(&format!("the account has no {other}"))),
    };
    Ok(Reply::json(&reply))
}

async fn transact(port: &Port, asked: &Value) -> Result<Reply, CallError> {
    let writes = list(&asked["TransactItems"]).iter().map(|one| match one["Delete"].is_object() {
        false => update(&one["Update"]),
        true => {
            let key = key(&one["Delete"]["Key"])?;
            Ok(Write { key, version: None, document: None, expires_s: None })
        }
    });
    let writes: Vec<Write> = writes.collect::<Result<_, _>>()?;
    let reason = match port.write(&writes).await {
        Ok(Written::Done) => return Ok(Reply::json(&json!({}))),
        Ok(Written::Conflict(now)) => {
            json!({"Code": "ConditionalCheckFailed", "Item": now.as_ref().map(item)})
        }
        Err(error) if error.kind == Kind::Throttled => {
            json!({"Code": "ThrottlingError", "Message": error.message})
        }
        Err(error) => return Err(error),
    };
    // The first one, and of the others nothing.
    let mut reasons = vec![json!({"Code": "None"}); writes.len()];
    reasons[0] = reason;
    let code = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let body = json!({"__type": code, "Message": "cancelled", "CancellationReasons": reasons});
    Ok(Reply::json_fault(400, &body))
}

/// A write as the function says it; any other expression is refused.
fn update(asked: &Value) -> Result<Write, CallError> {
    let values = &asked["ExpressionAttributeValues"];
    let number = |name: &str| {
        let digits = values[name]["N"].as_str().unwrap_or_default();
        digits.parse::<i64>().map_err(|_| refused(&format!("{name} is no number: {asked}")))
    };
    let version = match asked["ConditionExpression"].as_str() {
        None => None,
        Some("attribute_not_exists(#p)") => Some(0),
        Some("#v = :b") => Some(number(":b")?),
        Some(other) => return Err(refused(other)),
    };
    let said = asked["UpdateExpression"].as_str().unwrap_or_default();
    let counted = match version {
        Some(before) if number(":v")? == before + 1 => "#v = :v",
        Some(_) => return Err(refused("a version that is not the next one")),
        None => "#v = if_not_exists(#v, :none) + :one",
    };
    let expires = match values[":e"].is_object() {
        true => Some(number(":e")?),
        false => None,
    };
    let tail = if expires.is_some() { ", #e = :e" } else { " REMOVE #e" };
    let names = &asked["ExpressionAttributeNames"];
    let named = [("#d", DOCUMENT), ("#v", VERSION), ("#e", EXPIRES)];
    let known = named.iter().all(|(short, long)| names[*short] == *long);
    if said != format!("SET #d = :d, {counted}{tail}") || !known {
        return Err(refused(said));
    }
    let version = version.and_then(|n| u64::try_from(n).ok());
    let document = Some(text(&values[":d"])?);
    Ok(Write { key: key(&asked["Key"])?, version, document, expires_s: expires })
}

fn item(item: &Item) -> Value {
    let Key { partition, sort } = &item.key;
    json!({PARTITION: {"S": partition}, SORT: {"S": sort}, DOCUMENT: {"S": item.document},
           VERSION: {"N": item.version.to_string()}})
}

fn key(asked: &Value) -> Result<Key, CallError> {
    Ok(Key::new(text(&asked[PARTITION])?, text(&asked[SORT])?))
}

fn text(value: &Value) -> Result<String, CallError> {
    let text = value["S"].as_str().map(str::to_owned);
    text.ok_or_else(|| refused(&format!("this is no text: {value}")))
}

fn execution(run: &Execution) -> Value {
    let mut said = json!({
        "executionArn": run.arn, "name": run.arn.rsplit(':').next(), "status": run.status,
        "stateMachineArn": run.arn.rsplit_once(':').map(|(machine, _)| machine),
        "startDate": seconds(run.start_ms), "redriveCount": run.redrive_count,
    });
    for (name, at_ms) in [("stopDate", run.stop_ms), ("redriveDate", run.redrive_ms)] {
        if let Some(at_ms) = at_ms {
            said[name] = json!(seconds(at_ms));
        }
    }
    said
}

fn moment(datum: &Value) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(datum["Timestamp"].as_f64().unwrap_or_default())
}

fn point(datum: &Value) -> Point {
    let dimension = |name: &str| {
        let found = list(&datum["Dimensions"]).iter().find(|one| one["Name"] == name);
        found.and_then(|one| one["Value"].as_str()).map(str::to_owned)
    };
    Point {
        metric: datum["MetricName"].as_str().unwrap_or_default().to_owned(),
        value: datum["Value"].as_f64().unwrap_or_default(),
        deployment: dimension(DEPLOYMENT_DIMENSION),
        group: dimension(GROUP_DIMENSION),
        at: Some(moment(datum)),
    }
}

fn first(object: &Value) -> Result<(&String, &Value), CallError> {
    let first = object.as_object().and_then(|fields: &Map<String, Value>| fields.iter().next());
    first.ok_or_else(|| refused("no table is named"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn with_token(mut reply: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        reply["nextToken"] = json!(next);
    }
    reply
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

fn refused(what: &str) -> CallError {
    CallError::from_answer(Some("ValidationException"), Some(400), what)
}

/// The time in milliseconds since the epoch.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
