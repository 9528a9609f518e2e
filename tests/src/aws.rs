//! A client of the emulator without an SDK, to check Guardian's output independently.

use crate::Error;
use serde_json::Value;
use std::time::Duration;

/// The emulated region.
pub const REGION: &str = "us-east-1";

/// Environment variables for programs that use the account at this endpoint.
pub fn environment(endpoint: &str) -> Vec<(String, String)> {
    [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        // Not the user's configuration.
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// A client of an emulator.
#[derive(Debug, Clone)]
pub struct Aws {
    endpoint: String,
    agent: ureq::Agent,
}

impl Aws {
    /// A client of the emulator at this endpoint.
    pub fn new(endpoint: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .into();
        Self { endpoint: endpoint.to_owned(), agent }
    }

    fn send(&self, service: &str, headers: &[(&str, &str)], body: &str) -> Result<String, Error> {
        let signature = signature(service);
        let mut request = self.agent.post(&self.endpoint).header("authorization", &signature);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).map_err(|e| format!("{service}: {e}"))?;
        let text = response.body_mut().read_to_string().map_err(|e| format!("{service}: {e}"))?;
        if response.status().is_success() {
            return Ok(text);
        }
        Err(format!("{service}: {}: {text}", response.status()))
    }

    /// Calls an API of the JSON protocol: `target` is `Prefix.Action`.
    pub fn json(&self, service: &str, target: &str, body: &Value) -> Result<Value, Error> {
        let headers = [("x-amz-target", target), ("content-type", "application/x-amz-json-1.0")];
        let text = self.send(service, &headers, &body.to_string())?;
        serde_json::from_str(&text).map_err(|e| format!("{target}: {e}: {text}"))
    }

    /// Calls an API of the query protocol; the answer is XML.
    pub fn query(&self, service: &str, body: &str) -> Result<String, Error> {
        self.send(service, &[("content-type", "application/x-www-form-urlencoded")], body)
    }

    /// Reads from an API of a REST protocol.
    pub fn get(&self, service: &str, path: &str) -> Result<String, Error> {
        let url = format!("{}{path}", self.endpoint);
        let signature = signature(service);
        let request = self.agent.get(&url).header("authorization", &signature);
        let mut response = request.call().map_err(|e| format!("{service}: {e}"))?;
        let text = response.body_mut().read_to_string().map_err(|e| format!("{service}: {e}"))?;
        if response.status().is_success() {
            return Ok(text);
        }
        Err(format!("{service}: {}: {text}", response.status()))
    }

    /// Invokes a function and gives its answer.
    pub fn invoke(&self, function: &str, payload: &Value) -> Result<Value, Error> {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.endpoint);
        let request = self.agent.post(&url).header("authorization", &signature("lambda"));
        let mut response =
            request.send(payload.to_string()).map_err(|e| format!("{function}: {e}"))?;
        let failed = response.headers().contains_key("x-amz-function-error");
        let text = response.body_mut().read_to_string().map_err(|e| format!("{function}: {e}"))?;
        if failed || !response.status().is_success() {
            return Err(format!("{function}: {}: {text}", response.status()));
        }
        serde_json::from_str(&text).map_err(|e| format!("{function}: {e}: {text}"))
    }

    /// The memory of a function, in MB.
    pub fn memory(&self, function: &str) -> Result<u64, Error> {
        let text =
            self.get("lambda", &format!("/2015-03-31/functions/{function}/configuration"))?;
        let answer: Value = serde_json::from_str(&text).map_err(|e| format!("{text}: {e}"))?;
        answer["MemorySize"].as_u64().ok_or_else(|| format!("lambda: no memory in {text}"))
    }

    /// Calls an action of CloudFormation with its parameters.
    pub fn cloudformation(
        &self,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Error> {
        let mut body = format!("Action={action}&Version=2010-05-15");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        self.query("cloudformation", &body)
    }

    /// Name and status of every stack.
    pub fn stacks(&self) -> Result<Vec<(String, String)>, Error> {
        let xml = self.cloudformation("DescribeStacks", &[])?;
        Ok(elements(&xml, "StackName").into_iter().zip(elements(&xml, "StackStatus")).collect())
    }

    /// Names of the executable change sets of the stack that has this name now. (ministack gives a stack in
    /// review a new id with each change set, and keeps the change sets of old ids; CloudFormation does
    /// neither.)
    pub fn change_sets(&self, stack: &str) -> Result<Vec<String>, Error> {
        let described = self.cloudformation("DescribeStacks", &[("StackName", stack)])?;
        let id = elements(&described, "StackId").into_iter().next().unwrap_or_default();
        let xml = self.cloudformation("ListChangeSets", &[("StackName", stack)])?;
        let of = |name| elements(&xml, name).into_iter();
        let rows = of("ChangeSetName").zip(of("StackId")).zip(of("ExecutionStatus"));
        let can = rows.filter(|((_, stack), status)| *stack == id && status == "AVAILABLE");
        Ok(can.map(|((name, _), _)| name).collect())
    }

    /// Every object of every bucket, as `bucket/key`; a bucket with nothing in it as `bucket/`.
    pub fn objects(&self) -> Result<Vec<String>, Error> {
        let mut all = Vec::new();
        for bucket in elements(&self.get("s3", "/")?, "Name") {
            let keys = elements(&self.get("s3", &format!("/{bucket}?list-type=2"))?, "Key");
            if keys.is_empty() {
                all.push(format!("{bucket}/"));
            }
            all.extend(keys.iter().map(|key| format!("{bucket}/{key}")));
        }
        all.sort();
        Ok(all)
    }

    /// Calls Step Functions.
    pub fn states(&self, action: &str, body: &Value) -> Result<Value, Error> {
        self.json("states", &format!("AWSStepFunctions.{action}"), body)
    }

    /// Starts an execution of the machine with this name; the ARN of the execution.
    pub fn start(&self, machine: &str, input: &Value) -> Result<String, Error> {
        let arn = format!("arn:aws:states:{REGION}:000000000000:stateMachine:{machine}");
        let body = serde_json::json!({"stateMachineArn": arn, "input": input.to_string()});
        let answer = self.states("StartExecution", &body)?;
        let arn = answer["executionArn"].as_str().ok_or("StartExecution gave no ARN")?;
        Ok(arn.to_owned())
    }

    /// Status of an execution.
    pub fn status(&self, execution: &str) -> Result<String, Error> {
        let body = serde_json::json!({"executionArn": execution});
        let answer = self.states("DescribeExecution", &body)?;
        Ok(answer["status"].as_str().unwrap_or_default().to_owned())
    }

    /// Deletes an object.
    pub fn delete_object(&self, bucket: &str, key: &str) -> Result<(), Error> {
        let signature =
            format!("AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/s3/aws4_request");
        let url = format!("{}/{bucket}/{key}", self.endpoint);
        let request = self.agent.delete(&url).header("authorization", &signature);
        let answer = request.call().map_err(|e| format!("s3: {e}"))?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("s3: {}", answer.status())) }
    }

    /// Name and state of every alarm, in the order of the names.
    pub fn alarms(&self) -> Result<Vec<(String, String)>, Error> {
        let xml = self.query("monitoring", "Action=DescribeAlarms&Version=2010-08-01")?;
        let names = elements(&xml, "AlarmName");
        let mut alarms: Vec<_> = names.into_iter().zip(elements(&xml, "StateValue")).collect();
        alarms.sort();
        Ok(alarms)
    }

    /// The names or ARNs of all resources of the kinds that Guardian creates, sorted.
    pub fn inventory(&self) -> Result<Vec<(&'static str, Vec<String>)>, Error> {
        let query = |service, action, version, tag| {
            let xml = self.query(service, &format!("Action={action}&Version={version}"))?;
            Ok::<_, Error>(elements(&xml, tag))
        };
        let json = |service, target, body: &str, list: &str, name: &str| {
            let body = serde_json::from_str(body).map_err(|e| format!("{target}: {e}"))?;
            let answer = self.json(service, target, &body)?;
            let items = answer[list].as_array().cloned().unwrap_or_default();
            let names = items.iter().map(|i| i[name].as_str().or(i.as_str()).unwrap_or_default());
            Ok::<_, Error>(names.map(str::to_owned).collect::<Vec<_>>())
        };
        let mut found = vec![
            ("stacks", query("cloudformation", "DescribeStacks", "2010-05-15", "StackName")?),
            ("alarms", query("monitoring", "DescribeAlarms", "2010-08-01", "AlarmName")?),
            ("dashboards", query("monitoring", "ListDashboards", "2010-08-01", "DashboardName")?),
            ("roles", query("iam", "ListRoles", "2010-05-08", "RoleName")?),
            ("topics", query("sns", "ListTopics", "2010-03-31", "TopicArn")?),
            (
                "state machines",
                json(
                    "states",
                    "AWSStepFunctions.ListStateMachines",
                    "{}",
                    "stateMachines",
                    "name",
                )?,
            ),
            ("queues", json("sqs", "AmazonSQS.ListQueues", "{}", "QueueUrls", "")?),
            ("rules", json("events", "AWSEvents.ListRules", "{}", "Rules", "Name")?),
            (
                "log groups",
                json("logs", "Logs_20140328.DescribeLogGroups", "{}", "logGroups", "logGroupName")?,
            ),
            ("functions", self.functions()?),
        ];
        for (_, names) in &mut found {
            names.sort();
        }
        Ok(found)
    }

    /// Names of all functions.
    fn functions(&self) -> Result<Vec<String>, Error> {
        let url = format!("{}/2015-03-31/functions/", self.endpoint);
        let mut response = self.agent.get(&url).call().map_err(|e| format!("lambda: {e}"))?;
        let answer: Value = response.body_mut().read_json().map_err(|e| format!("lambda: {e}"))?;
        let functions = answer["Functions"].as_array().cloned().unwrap_or_default();
        let names = functions.iter().filter_map(|f| f["FunctionName"].as_str());
        Ok(names.map(str::to_owned).collect())
    }
}

/// Emulators take the service from the signature's scope, and do not check the signature.
fn signature(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}

/// A text encoded for a form.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The texts of all elements of a name, in document order; entities are not decoded.
pub fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let after = xml.split(&open).skip(1);
    after.filter_map(|rest| rest.split_once(&close)).map(|(text, _)| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn elements_are_found_by_their_whole_name() {
        let xml = "<a><Name>x</Name><NameOf>y</NameOf><Name/><Name>z</Name></a>";
        assert_eq!(elements(xml, "Name"), ["x", "z"]);
    }
}
