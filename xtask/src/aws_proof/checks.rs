//! The run itself: from the ground to the last check. It asks the account and hands what it sees to
//! `facts`; the findings stay here if the run is interrupted.

use super::account::{Account, Error, said};
use super::claims::{Finding, Verdict};
use super::facts;
use super::guardian::Guardian;
use super::plan::{self, Plan, UPDATED_MB, Version};
use aws_sdk_cloudformation::types::{Capability, ChangeSetType};
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    HistoryItemType, Metric, MetricDataQuery, MetricDatum, MetricStat, StateValue,
};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use guardian_aws::AwsError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

/// How long an effect may take to appear.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// An event, and the light after it.
    pub event: Duration,
    /// An alarm's evaluation: of a new metric, twice a minute and ingestion.
    pub evaluation: Duration,
    /// IAM's consistency.
    pub permission: Duration,
}

impl Pace {
    /// Of AWS.
    pub const AWS: Self = Self {
        event: Duration::from_secs(180),
        evaluation: Duration::from_secs(300),
        permission: Duration::from_secs(90),
    };
    /// Of the emulator: all of it happens at once, or not at all.
    pub const EMULATOR: Self = Self {
        event: Duration::from_secs(20),
        evaluation: Duration::from_secs(8),
        permission: Duration::from_secs(2),
    };
}

/// A run.
#[derive(Debug)]
pub struct Checks<'a> {
    pub account: &'a Account,
    pub plan: &'a Plan,
    pub guardian: &'a Guardian,
    pub pace: Pace,
    /// What was found so far.
    pub findings: Vec<(&'static str, Finding)>,
    ground: BTreeMap<String, String>,
    events: Vec<Value>,
    notices: Vec<String>,
}

impl<'a> Checks<'a> {
    /// A run of which nothing has happened.
    pub fn new(account: &'a Account, plan: &'a Plan, guardian: &'a Guardian, pace: Pace) -> Self {
        let (findings, events, notices) = Default::default();
        Self { account, plan, guardian, pace, findings, ground: BTreeMap::new(), events, notices }
    }

    /// All checks. What a later one needs and does not get ends the run.
    pub async fn run(&mut self) -> Result<(), Error> {
        self.ground().await?;
        self.stuck().await?;
        self.deploy().await?;
        self.alarms().await?;
        self.canary().await?;
        self.map_run().await?;
        let found = self.widget().await?;
        self.note("widget-context", Ok(found));
        self.update().await?;
        let found = self.filled_series().await;
        self.note("fill-without-points", found);
        let found = self.table_expires().await;
        self.note("ttl-enabled", found);
        let found = self.expired_item().await;
        self.note("ttl-read", found);
        let found = self.log_groups().await;
        self.note("log-group-names", found);
        let found = self.stack_policy().await;
        self.note("stack-policy", found);
        let found = self.early_validation().await;
        self.note("early-validation", found);
        let found = self.change_set_condition().await;
        self.note("change-set-condition", found);
        Ok(())
    }

    /// Keeps and prints a finding; a failed call leaves its claim unchecked.
    fn note(&mut self, id: &'static str, found: Result<Finding, Error>) {
        let finding = found.unwrap_or_else(Finding::not_checkable);
        let (word, detail) = match &finding.verdict {
            Verdict::Confirmed => ("confirmed", &finding.found),
            Verdict::Refuted => ("REFUTED", &finding.found),
            Verdict::NotCheckable(why) => ("not checkable here", why),
        };
        println!("{id}: {word}: {detail}");
        self.findings.push((id, finding));
    }

    fn output(&self, name: &str) -> Result<&str, Error> {
        let found = self.ground.get(name).map(String::as_str);
        found.ok_or_else(|| format!("stack {} has no output {name}", self.plan.ground()))
    }

    async fn ground(&mut self) -> Result<(), Error> {
        // The statement for previews is the one that `guardian ci` writes for this very stack.
        self.write(Version::First, plan::NO_TOPIC)?;
        let region = self.account.region.clone();
        let options = ["ci", "github", "--repository", "guardian/proof", "--region", &region];
        let written = self.guardian.run(&[&options[..], &["-o", "ci"]].concat()).await?;
        if written.code != Some(0) {
            return Err(written.summary());
        }
        let templates: Vec<Value> = written
            .of("file")
            .filter_map(|record| record["path"].as_str())
            .filter_map(|path| {
                std::fs::read_to_string(self.guardian.project.path().join(path)).ok()
            })
            .filter_map(|text| serde_yaml::from_str(&text).ok())
            .collect();
        let previews = templates
            .iter()
            .find_map(plan::previews)
            .ok_or("`guardian ci github` wrote no statement on cloudformation:ChangeSetName")?;
        let (stack, template) = (self.plan.ground(), self.plan.ground_template(previews));
        let status = self.account.create(self.plan, &stack, &template).await?;
        if status != "CREATE_COMPLETE" {
            return Err(format!("stack {stack} is {status}"));
        }
        self.ground = self.account.outputs(&stack).await?;
        let found = self.account.stack(&stack).await?.and_then(|stack| stack.last_updated_time);
        let text = found.map_or_else(|| "no LastUpdatedTime".to_owned(), |at| format!("{at}"));
        self.note("create-sets-updated", Ok(Finding::of(found.is_some(), text)));
        Ok(())
    }

    async fn stuck(&mut self) -> Result<(), Error> {
        let stack = self.plan.stuck();
        let status = self.account.create(self.plan, &stack, &plan::stuck_template()).await?;
        let ended = self.guardian.run(&["recover", "--yes", "--stack-name", &stack]).await?;
        let after = self.account.settled(&stack).await?;
        let holds = status == "ROLLBACK_COMPLETE" && ended.code == Some(0) && after.is_empty();
        let gone = if after.is_empty() { "no stack" } else { &after };
        let found = format!("{status}, {}, then {gone}", ended.exit());
        self.note("recover", Ok(Finding::of(holds, found)));
        Ok(())
    }

    /// Writes the project.
    fn write(&self, version: Version, topic: &str) -> Result<(), Error> {
        self.plan.write(&self.guardian.project, version, topic)
    }

    async fn deploy(&mut self) -> Result<(), Error> {
        self.write(Version::First, self.output("Topic")?)?;
        let ended = self.guardian.deploy().await?;
        let status = self.account.status(&self.plan.stack()).await?;
        let holds = ended.code == Some(0) && status == "CREATE_COMPLETE";
        self.note("deploy", Ok(Finding::of(holds, format!("{}, {status}", ended.exit()))));
        if !holds {
            return Err(ended.summary());
        }
        // A new alarm without its warm-up goes to ALARM within its first evaluations.
        tokio::time::sleep(self.pace.evaluation).await;
        self.listen().await?;
        let mut history = Vec::new();
        let alarms = self.alarm_names().await?;
        for name in &alarms {
            let call = self.account.cloudwatch.describe_alarm_history().alarm_name(name);
            let page = call.send().await.map_err(said!("read an alarm's history"))?;
            let items = page.alarm_history_items.unwrap_or_default().into_iter();
            history.extend(items.filter_map(|item| item.history_summary));
        }
        self.note("first-deploy-notifications", Ok(facts::first_deploy(&self.notices, &history)));
        Ok(())
    }

    /// The alarms of Guardian's stack.
    async fn alarm_names(&self) -> Result<Vec<String>, Error> {
        let resources = self.resources("AWS::CloudWatch::Alarm").await?;
        Ok(resources.into_iter().map(|(_, name)| name).collect())
    }

    /// Logical and physical ids of the stack's resources of a type.
    async fn resources(&self, kind: &str) -> Result<Vec<(String, String)>, Error> {
        let call = self.account.cfn.list_stack_resources().stack_name(self.plan.stack());
        let mut pages = call.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            for resource in page.map_err(said!("list resources"))?.stack_resource_summaries() {
                if let (true, Some(logical), Some(physical)) = (
                    resource.resource_type() == Some(kind),
                    resource.logical_resource_id(),
                    resource.physical_resource_id(),
                ) {
                    found.push((logical.to_owned(), physical.to_owned()));
                }
            }
        }
        Ok(found)
    }

    /// Takes events and messages out of the ground's queues.
    async fn listen(&mut self) -> Result<(), Error> {
        let events = self.account.drain(self.output("Events")?).await?;
        self.events.extend(events.iter().filter_map(|body| serde_json::from_str(body).ok()));
        let own = self.plan.alarm("");
        let notices = self.account.drain(self.output("Notices")?).await?;
        self.notices.extend(notices.into_iter().filter(|body| !body.contains(&own)));
        Ok(())
    }

    /// The record `light` of a machine.
    async fn light(&self, what: &str) -> Result<Value, Error> {
        let ended = self.guardian.run(&["status"]).await?;
        let key = self.plan.key(what);
        Ok(ended
            .of("light")
            .find(|light| light["key"] == key.as_str())
            .cloned()
            .unwrap_or_default())
    }

    /// Waits for a status among an execution's events, and for the light after it.
    async fn follow(
        &mut self,
        what: &str,
        execution: &str,
        heard: impl Fn(&[Value], &str) -> bool,
        (light, status): (&str, &str),
    ) -> Result<Finding, Error> {
        let end = Instant::now() + self.pace.event;
        loop {
            self.listen().await?;
            let there = heard(&self.events, execution);
            let found = if there { self.light(what).await? } else { Value::Null };
            let holds = there && found["light"] == light && found["status"] == status;
            if holds || Instant::now() >= end {
                let word = |name: &str| found[name].as_str().unwrap_or("none").to_owned();
                let statuses = facts::statuses(&self.events, execution).join(", ");
                let text = format!("{} by {}, events {statuses}", word("light"), word("status"));
                return Ok(Finding::of(holds, text));
            }
            tokio::time::sleep(self.account.pause).await;
        }
    }

    /// The same for an execution's first attempt, whose end is an event with its status.
    async fn follow_end(
        &mut self,
        what: &str,
        execution: &str,
        light: &str,
        status: &str,
    ) -> Result<Finding, Error> {
        let ended = |events: &[Value], of: &str| facts::statuses(events, of).contains(&status);
        self.follow(what, execution, ended, (light, status)).await
    }

    async fn canary(&mut self) -> Result<(), Error> {
        let machine = self.plan.machine("canary");
        let passed = self.account.start(&machine, &json!({"how": "pass"})).await?;
        let found = self.follow_end("canary", &passed, "green", "SUCCEEDED").await;
        self.note("light-success", found);

        let failed = self.account.start(&machine, &json!({"how": "fail"})).await?;
        let found = self.follow_end("canary", &failed, "red", "FAILED").await;
        let found = match found {
            Ok(finding) => self.with_notice(finding).await,
            other => other,
        };
        self.note("light-failure", found);

        let found = match self.account.sfn.redrive_execution().execution_arn(&failed).send().await {
            Ok(_) => self.follow("canary", &failed, facts::redriven, ("green", "SUCCEEDED")).await,
            Err(error) => {
                let error = AwsError::of("redrive", &error);
                Ok(Finding::of(false, format!("{}: {}", error.code(), error.message())))
            }
        };
        self.note("redrive", found);

        let running = self.account.start(&machine, &json!({"how": "go on"})).await?;
        let stop = self.account.sfn.stop_execution().execution_arn(&running).send().await;
        stop.map_err(said!("stop an execution"))?;
        let found = self.follow_end("canary", &running, "red", "ABORTED").await;
        self.note("light-abort", found);
        Ok(())
    }

    /// The same finding, if the topic has a message about the canary, too.
    async fn with_notice(&mut self, finding: Finding) -> Result<Finding, Error> {
        let key = self.plan.key("canary");
        let end = Instant::now() + self.pace.event;
        loop {
            self.listen().await?;
            let arrived = self.notices.iter().any(|body| body.contains(&key));
            if arrived || Instant::now() >= end {
                let text = format!("{}; {} messages", finding.found, self.notices.len());
                return Ok(Finding::of(arrived && finding.verdict == Verdict::Confirmed, text));
            }
            tokio::time::sleep(self.account.pause).await;
        }
    }

    async fn map_run(&mut self) -> Result<(), Error> {
        let parent =
            self.account.start(&self.plan.machine("map"), &json!({"items": [1, 2]})).await?;
        let found = self.follow_end("map", &parent, "green", "SUCCEEDED").await;
        self.note("map-run-light", found);
        let children = self.children(&parent).await?;
        self.note("map-children-arn", Ok(facts::children_arns(&children)));
        // Children end before their parent; an event may still be on its way.
        let end = Instant::now() + self.pace.event;
        let mut found = facts::children_events(&self.events, &parent, &children);
        while found.verdict != Verdict::Confirmed && Instant::now() < end {
            tokio::time::sleep(self.account.pause).await;
            self.listen().await?;
            found = facts::children_events(&self.events, &parent, &children);
        }
        self.note("map-children-events", Ok(found));
        Ok(())
    }

    async fn children(&self, parent: &str) -> Result<Vec<String>, Error> {
        let sfn = &self.account.sfn;
        let runs = sfn.list_map_runs().execution_arn(parent).send().await;
        let runs = runs.map_err(said!("list the Map Runs"))?.map_runs;
        let mut children = Vec::new();
        for run in runs {
            let list = sfn.list_executions().map_run_arn(run.map_run_arn).send().await;
            let list = list.map_err(said!("list a Map Run's executions"))?.executions;
            children.extend(list.into_iter().map(|execution| execution.execution_arn));
        }
        Ok(children)
    }

    async fn invoke(&self, payload: &Value) -> Result<Value, Error> {
        let function = format!("{}-board", self.plan.stack());
        let call = self.account.lambda.invoke().function_name(&function);
        let call = call.payload(Blob::new(payload.to_string())).send().await;
        let answer = call.map_err(said!(format!("invoke {function}")))?;
        let body = answer.payload.map(Blob::into_inner).unwrap_or_default();
        match answer.function_error {
            None => serde_json::from_slice(&body).map_err(|error| error.to_string()),
            Some(_) => Err(format!("{function}: {}", String::from_utf8_lossy(&body))),
        }
    }

    async fn widget(&mut self) -> Result<Finding, Error> {
        let found = self.invoke(&json!({"describe": true})).await.map(|answer| {
            let markdown = answer["markdown"].as_str().unwrap_or_default();
            Finding::of(!markdown.is_empty(), format!("{} characters of Markdown", markdown.len()))
        });
        self.note("widget-describe", found);
        let context = json!({"widgetContext": {
            "dashboardName": self.plan.name, "widgetId": "1", "theme": "light", "params": {},
            "width": 1_200, "height": 800, "forms": {"all": {}},
        }});
        let began = Instant::now();
        let answer = self.invoke(&context).await?;
        let (html, took) = (answer.as_str().unwrap_or_default(), began.elapsed());
        let machines = ["canary", "map", "spare"].map(|what| self.plan.key(what));
        let shown = machines.iter().filter(|key| html.contains(key.as_str())).count();
        let holds =
            shown == machines.len() && !html.contains("<script") && took < Duration::from_secs(10);
        let text = format!("{} characters with {shown} machines, {took:.1?}", html.len());
        Ok(Finding::of(holds, text))
    }

    async fn update(&mut self) -> Result<(), Error> {
        let (stack, topic) = (self.plan.stack(), self.output("Topic")?.to_owned());
        self.write(Version::Updated, &topic)?;
        let ended = self.guardian.deploy().await?;
        let status = self.account.status(&stack).await?;
        let function = format!("{stack}-step-function-status-check");
        let call = self.account.lambda.get_function_configuration().function_name(&function);
        let memory = call.send().await.map_err(said!("read the function"))?.memory_size;
        let holds =
            ended.code == Some(0) && status == "UPDATE_COMPLETE" && memory == Some(UPDATED_MB);
        let text = format!("{}, {status}, {} MB", ended.exit(), memory.unwrap_or_default());
        self.note("update", Ok(Finding::of(holds, text)));

        self.write(Version::Broken, &topic)?;
        let ended = self.guardian.deploy().await?;
        let status = self.account.status(&stack).await?;
        let holds = ended.code == Some(4) && status == "UPDATE_ROLLBACK_COMPLETE";
        self.note("rollback", Ok(Finding::of(holds, format!("{}, {status}", ended.exit()))));
        let error: Vec<&str> = ended.of("error").filter_map(|e| e["message"].as_str()).collect();
        let error = error.join("; ");
        let named = error.contains(&self.plan.key("spare")) && error.contains("custom-named");
        self.note("root-cause", Ok(Finding::of(named, error)));

        // The broken file is the only thing that is repaired; a rollback needs no command.
        let text = self.plan.configuration(Version::Updated, &topic);
        let repaired = text.replace(&format!("memory: {UPDATED_MB}"), "memory: 320");
        self.guardian.project.write("guardian.yaml", &repaired)?;
        let ended = self.guardian.deploy().await?;
        let status = self.account.status(&stack).await?;
        let holds = ended.code == Some(0) && status == "UPDATE_COMPLETE";
        self.note("repair", Ok(Finding::of(holds, format!("{}, {status}", ended.exit()))));
        Ok(())
    }

    /// The alarms of the ground: points of three ages, and states that were set.
    async fn alarms(&mut self) -> Result<(), Error> {
        let now = SystemTime::now();
        let point = |what: &str, age_s: u64| {
            let at = now.checked_sub(Duration::from_secs(age_s)).unwrap_or(now);
            MetricDatum::builder()
                .metric_name(what)
                .value(1.0)
                .timestamp(DateTime::from(at))
                .build()
        };
        let points = vec![point("fresh", 0), point("recent", 150), point("late", 7_200)];
        let cloudwatch = &self.account.cloudwatch;
        for what in ["held", "control"] {
            let call = cloudwatch.set_alarm_state().alarm_name(self.plan.alarm(what));
            let call = call.state_value(StateValue::Alarm).state_reason("aws-proof").send().await;
            call.map_err(said!("set an alarm's state"))?;
        }
        let put = cloudwatch.put_metric_data().namespace(&self.plan.name);
        put.set_metric_data(Some(points)).send().await.map_err(said!("put points"))?;

        // A change may come early; a state that stays must stay for the whole time.
        let names =
            ["fresh", "recent", "late", "held", "control"].map(|what| self.plan.alarm(what));
        let end = Instant::now() + self.pace.evaluation;
        let mut moved = BTreeMap::new();
        let mut last = BTreeMap::new();
        while Instant::now() < end {
            tokio::time::sleep(self.account.pause).await;
            last = self.account.alarms(names.to_vec()).await?;
            for (name, state) in &last {
                if state != "INSUFFICIENT_DATA" {
                    moved.insert(name.clone(), state.clone());
                }
            }
        }
        let ever =
            |what: &str| moved.get(&self.plan.alarm(what)).map_or("INSUFFICIENT_DATA", |s| s);
        let state = |what: &str| last.get(&self.plan.alarm(what)).map_or("gone", |s| s).to_owned();
        let fresh = match ever("fresh") {
            "ALARM" => Ok(()),
            other => Err(format!("not even the alarm over a new point moved: it is {other}")),
        };
        let recent = ever("recent").to_owned();
        let range = facts::with_control(fresh.clone(), recent == "ALARM", recent);
        let late = ever("late").to_owned();
        let late = facts::with_control(fresh, late == "INSUFFICIENT_DATA", late);
        let control = match state("control").as_str() {
            "OK" => Ok(()),
            other => Err(format!(
                "the alarm under `notBreaching` was not evaluated either: it stays {other}"
            )),
        };
        let held = facts::with_control(control, state("held") == "ALARM", state("held"));
        self.note("evaluation-range", Ok(range));
        self.note("late-point", Ok(late));
        self.note("set-state-ignore", Ok(held));

        let call =
            self.account.cloudwatch.describe_alarm_history().alarm_name(self.plan.alarm("held"));
        let page = call.history_item_type(HistoryItemType::Action).send().await;
        let page = page.map_err(said!("read an alarm's history"))?;
        let items = page.alarm_history_items.unwrap_or_default().into_iter();
        let entry = |item: aws_sdk_cloudwatch::types::AlarmHistoryItem| {
            (item.history_summary.unwrap_or_default(), item.history_data.unwrap_or_default())
        };
        let entries: Vec<_> = items.map(entry).collect();
        let found = facts::action_history(&entries, self.output("Topic")?);
        self.note("alarm-history", Ok(found));
        Ok(())
    }

    async fn filled_series(&self) -> Result<Finding, Error> {
        let name = format!("{}-never-published", self.plan.name);
        let metric = Metric::builder().namespace("StepFunctions").metric_name(name).build();
        let stat = MetricStat::builder().metric(metric).period(60).stat("Sum").build();
        let series = MetricDataQuery::builder().id("m").metric_stat(stat).return_data(false);
        let filled = MetricDataQuery::builder().id("filled").expression("FILL(m, 0)");
        let (end, ten_minutes) = (SystemTime::now(), Duration::from_secs(600));
        let call = self.account.cloudwatch.get_metric_data();
        let call = call.metric_data_queries(series.build()).metric_data_queries(filled.build());
        let call = call.start_time(DateTime::from(end - ten_minutes)).end_time(DateTime::from(end));
        let answer = call.send().await.map_err(said!("read a metric that nothing published"))?;
        let results = answer.metric_data_results.unwrap_or_default().into_iter();
        let mut results = results.filter(|result| result.id.as_deref() == Some("filled"));
        let values = results.next().and_then(|result| result.values).unwrap_or_default();
        let zeros = !values.is_empty() && values.iter().all(|value| *value == 0.0);
        Ok(Finding::of(zeros, format!("{} values: {values:?}", values.len())))
    }

    async fn table_expires(&self) -> Result<Finding, Error> {
        let tables = self.resources("AWS::DynamoDB::Table").await?;
        let (_, table) = tables.first().ok_or("the stack has no table")?;
        let call = self.account.dynamodb.describe_time_to_live().table_name(table).send().await;
        let found = call.map_err(said!("read a table's expiry"))?.time_to_live_description;
        let found = found.ok_or("the table's expiry is not described")?;
        let status = found.time_to_live_status.map(|s| s.as_str().to_owned()).unwrap_or_default();
        let attribute = found.attribute_name.unwrap_or_default();
        let holds = ["ENABLED", "ENABLING"].contains(&status.as_str()) && attribute == "expires";
        Ok(Finding::of(holds, format!("{status}, `{attribute}`")))
    }

    async fn expired_item(&self) -> Result<Finding, Error> {
        let table = format!("{}-expiring", self.plan.name);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let id = || AttributeValue::S("expired".to_owned());
        let expires = AttributeValue::N((now.as_secs() - 3_600).to_string());
        let put = self.account.dynamodb.put_item().table_name(&table);
        let put = put.item("id", id()).item("expires", expires).send().await;
        put.map_err(said!("write an item"))?;
        let get = self.account.dynamodb.get_item().table_name(&table).key("id", id());
        let found = get.consistent_read(true).send().await.map_err(said!("read an item"))?.item;
        let text = if found.is_some() { "read" } else { "gone" };
        Ok(Finding::of(found.is_some(), text))
    }

    async fn log_groups(&self) -> Result<Finding, Error> {
        let call = self.account.logs.describe_resource_policies().limit(50).send().await;
        let policies = call.map_err(said!("read the resource policies"))?.resource_policies;
        let policies = policies.unwrap_or_default().into_iter();
        let documents: Vec<String> = policies.filter_map(|p| p.policy_document).collect();
        let [ours, _] = self.plan.log_prefixes();
        Ok(facts::log_policies(&documents, &ours))
    }

    async fn stack_policy(&self) -> Result<Finding, Error> {
        let stack = self.plan.ground();
        let policy = json!({"Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "Update:Delete", "Principal": "*",
             "Resource": "LogicalResourceId/InNoTemplate"},
        ]});
        let set = self.account.cfn.set_stack_policy().stack_name(&stack);
        if let Err(error) = set.stack_policy_body(policy.to_string()).send().await {
            let error = AwsError::of("set a stack policy", &error);
            return Ok(Finding::of(false, format!("{}: {}", error.code(), error.message())));
        }
        let get = self.account.cfn.get_stack_policy().stack_name(&stack).send().await;
        let body = get.map_err(said!("read a stack policy"))?.stack_policy_body.unwrap_or_default();
        let back: Value = serde_json::from_str(&body).unwrap_or_default();
        let text = if back == policy { "taken, and given back" } else { "another one given back" };
        Ok(Finding::of(back == policy, text))
    }

    async fn early_validation(&self) -> Result<Finding, Error> {
        let (plan, stack) = (self.plan, self.plan.ground());
        let template = plan::invalid_template();
        let made = self.account.change_set(plan, &stack, ChangeSetType::Update, &template).await;
        let id = match made {
            Ok(id) => id,
            Err(error) => return Ok(Finding::of(false, format!("refused at once: {error}"))),
        };
        let (status, reason) = self.account.change_set_end(&id).await?;
        let call = self.account.cfn.describe_events().change_set_name(&id).send().await;
        let kinds: Vec<String> = match call {
            Ok(page) => page
                .operation_events()
                .iter()
                .filter_map(|event| event.event_type().map(|kind| kind.as_str().to_owned()))
                .collect(),
            Err(error) => vec![AwsError::of("events", &error).code().to_owned()],
        };
        let delete = self.account.cfn.delete_change_set().change_set_name(&id).send().await;
        delete.map_err(said!("delete a change set"))?;
        let holds = status == "FAILED" && kinds.iter().any(|kind| kind == "VALIDATION_ERROR");
        Ok(Finding::of(holds, format!("{status}: {reason}; events: {}", kinds.join(", "))))
    }

    async fn change_set_condition(&self) -> Result<Finding, Error> {
        let role = self.account.sts.assume_role().role_arn(self.output("Caller")?);
        let assumed = role.role_session_name(&self.plan.name).send().await;
        let keys = assumed.map_err(said!("assume the caller's role"))?.credentials;
        let keys = keys.ok_or("AssumeRole gave no credentials")?;
        let keys = Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            None,
            "aws-proof",
        );
        let config = self.account.config.clone().into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(keys)).build();
        let cfn = aws_sdk_cloudformation::Client::new(&config);
        let stack = self.plan.stack();
        // CloudFormation may refuse it for its parameters: only a denial counts.
        let create = |name: String| {
            let (cfn, stack) = (&cfn, &stack);
            async move {
                let call = cfn.create_change_set().stack_name(stack).change_set_name(name);
                let call = call.use_previous_template(true);
                let call = call.capabilities(Capability::CapabilityNamedIam);
                match call.send().await {
                    Ok(made) => (made.id, None),
                    Err(error) => (None, Some(AwsError::of("create", &error))),
                }
            }
        };
        let preview = format!("guardian-preview-{}", self.plan.name);
        // A new role's permissions take a moment; a denial counts only after that.
        let end = Instant::now() + self.pace.permission;
        let mut by_name = create(preview.clone()).await;
        while by_name.1.as_ref().is_some_and(AwsError::is_access_denied) && Instant::now() < end {
            tokio::time::sleep(self.account.pause).await;
            by_name = create(preview.clone()).await;
        }
        let arn = by_name.0.unwrap_or_else(|| {
            let (partition, region, id) =
                (&self.account.partition, &self.account.region, &self.account.id);
            format!("arn:{partition}:cloudformation:{region}:{id}:changeSet/{preview}/1")
        });
        let call = cfn.delete_change_set().stack_name(&stack).change_set_name(&arn).send().await;
        let by_arn = call.err().map(|error| AwsError::of("delete", &error));
        let other = create(self.plan.name.clone()).await;
        for id in other.0.iter().chain([&arn]) {
            // With the run's own rights: the other one is there only where the condition fails.
            let _ = self.account.cfn.delete_change_set().change_set_name(id).send().await;
        }
        let (by_name, other) = (by_name.1.as_ref(), other.1.as_ref());
        Ok(facts::change_set_condition(by_name, by_arn.as_ref(), other))
    }
}
