//! The notification formats: messages to a topic for chats and pagers, made from the event. A new
//! format starts here and in `Format` of the contract. Text from a machine or its data is cut, and
//! cannot mention a user or contain a link.

use crate::notice::{Notice, cut};
use guardian_contract::Format;
use serde_json::{Map, Value, json};

/// Characters of a description. Slack shows 3,000 in a section [Slack, Block Kit].
const MAX_DESCRIPTION: usize = 2_000;
/// Characters of a title, of a summary and of other short texts.
const MAX_TITLE: usize = 200;
/// Keywords, and next steps.
const MAX_LIST: usize = 10;
/// Characters of what messages are threaded by: an incident's id is a date and a key.
const MAX_THREAD: usize = 200;
/// Characters of the reason of an alarm's state [CloudWatch API, MetricAlarm: 1,023].
const MAX_REASON: usize = 1_023;

/// The notice as the topic gets it.
pub(crate) fn written(format: Format, notice: &Notice, now_ms: i64) -> Notice {
    let detail: Value = serde_json::from_str(&notice.event.detail).unwrap_or_default();
    let text = match format {
        Format::Text => return notice.clone(),
        Format::Chatbot => chatbot(notice, &detail),
        Format::CloudwatchAlarm => cloudwatch_alarm(notice, &detail, now_ms),
    };
    Notice { text: text.to_string(), ..notice.clone() }
}

fn word<'a>(detail: &'a Value, name: &str) -> Option<&'a str> {
    detail[name].as_str().filter(|text| !text.is_empty())
}

/// A custom notification, version 1.0, of Amazon Q Developer in chat applications
/// (<https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html>).
fn chatbot(notice: &Notice, detail: &Value) -> Value {
    let machine = word(detail, "machine");
    let mut keywords: Vec<String> = Vec::new();
    for name in ["machine", "light", "team", "deployment"] {
        keywords.extend(word(detail, name).map(|text| chat(text, MAX_TITLE)));
    }
    keywords.truncate(MAX_LIST);
    let steps = [("Open the run", "link"), ("Read the runbook", "runbook")];
    let next_steps: Vec<String> = steps
        .iter()
        // Built from checked parts, or written by those who deploy.
        .filter_map(|(what, name)| Some(format!("{what}: {}", word(detail, name)?)))
        .collect();
    // What the next steps say is not said twice.
    let lines = notice.text.lines().filter(|line| !line.starts_with("Run  "));
    let lines: Vec<String> = lines
        .filter(|line| !line.starts_with("Runbook "))
        .map(|line| chat(line, MAX_DESCRIPTION))
        .collect();
    let mut content = json!({
        "textType": "client-markdown",
        "title": chat(&format!("{} {}", sign(detail), notice.subject), MAX_TITLE),
        "description": cut(lines.join("\n").trim(), MAX_DESCRIPTION, "…"),
    });
    if !next_steps.is_empty() {
        content["nextSteps"] = json!(next_steps);
    }
    if !keywords.is_empty() {
        content["keywords"] = json!(keywords);
    }
    let mut metadata = Map::new();
    metadata.insert("summary".to_owned(), json!(chat(&notice.subject, MAX_TITLE)));
    metadata.insert("eventType".to_owned(), json!(word(detail, "kind").unwrap_or("notification")));
    if let Some(thread) = thread(detail) {
        metadata.insert("threadId".to_owned(), json!(thread));
    }
    let resources = ["machine_arn", "execution_arn"].iter();
    let resources: Vec<String> =
        resources.filter_map(|name| Some(chat(word(detail, name)?, MAX_TITLE))).collect();
    if !resources.is_empty() {
        metadata.insert("relatedResources".to_owned(), json!(resources));
    }
    let mut context = Map::new();
    for name in ["deployment", "status", "incident"] {
        if let Some(text) = word(detail, name) {
            context.insert(name.to_owned(), json!(chat(text, MAX_TITLE)));
        }
    }
    if let Some(failures) = detail["failures"].as_u64().filter(|_| machine.is_some()) {
        context.insert("failures".to_owned(), json!(failures.to_string()));
    }
    if !context.is_empty() {
        metadata.insert("additionalContext".to_owned(), Value::Object(context));
    }
    json!({"version": "1.0", "source": "custom", "content": content, "metadata": metadata})
}

/// The thread of the messages of one incident.
fn thread(detail: &Value) -> Option<String> {
    word(detail, "incident").map(|id| cut(id, MAX_THREAD, "…"))
}

/// A shape in front of the words, for those who skim.
fn sign(detail: &Value) -> char {
    match (word(detail, "kind"), word(detail, "light")) {
        (Some("recovered" | "run-succeeded"), _) => '●',
        (Some("late"), _) => '◷',
        (Some("stuck"), _) => '■',
        (Some(_), _) | (None, Some("red")) => '✖',
        (None, _) => '◆',
    }
}

/// A text without mentions and links in Slack and Teams, whose markup these are: `<!…>`,
/// `<@…>`, `<…|…>`, `[…](…)`, `@…`, a bare link, code.
fn chat(text: &str, limit: usize) -> String {
    let mut plain = String::new();
    for c in text.chars().take(limit + 1) {
        plain.push(match c {
            '<' => '‹',
            '>' => '›',
            '[' => '(',
            ']' => ')',
            '@' => '＠',
            '`' => '\'',
            other => other,
        });
    }
    cut(&plain.replace("://", ": //"), limit, "…")
}

/// What SNS gets of an alarm of CloudWatch, with the fields that readers of such messages know. There
/// is one name for each machine, so that green resolves what red has triggered.
fn cloudwatch_alarm(notice: &Notice, detail: &Value, now_ms: i64) -> Value {
    let kind = word(detail, "kind").unwrap_or_default();
    let machine = word(detail, "machine").unwrap_or("several machines");
    let name = match kind {
        "failed" | "still-failing" | "recovered" => format!("Guardian {machine}"),
        "" => format!("Guardian: {}", notice.subject),
        _ => format!("Guardian {machine} {kind}"),
    };
    let is_good = matches!(kind, "recovered" | "run-succeeded");
    let (new, old) = if is_good { ("OK", "ALARM") } else { ("ALARM", "OK") };
    let arn = word(detail, "machine_arn").unwrap_or_default();
    let mut parts = arn.split(':');
    let (region, account) = (parts.nth(3).unwrap_or_default(), parts.next().unwrap_or_default());
    let at = jiff::Timestamp::from_millisecond(now_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let reason = notice.text.split_whitespace().collect::<Vec<_>>().join(" ");
    json!({
        "AlarmName": cut(&name, MAX_TITLE, "..."),
        "AlarmDescription": word(detail, "incident").unwrap_or_default(),
        "AWSAccountId": account,
        "NewStateValue": new,
        "OldStateValue": old,
        "NewStateReason": cut(&reason, MAX_REASON, "..."),
        "StateChangeTime": at.strftime("%Y-%m-%dT%H:%M:%S.%3f%z").to_string(),
        "Region": region,
        "Trigger": {
            "MetricName": format!("{machine}_Status"),
            "Namespace": guardian_contract::NAMESPACE,
            "Dimensions": [],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::{About, write};
    use guardian_contract::{ChangeKind, Failure, Light, MachineKey, Run, StateChange, Status};
    use proptest::prelude::*;

    fn notice(kind: ChangeKind, failure: &Failure) -> Notice {
        let key = MachineKey::new("order").unwrap();
        let run = Run {
            arn: "arn:aws:states:eu-west-1:123456789012:execution:order:run".into(),
            status: if kind == ChangeKind::Recovered { Status::Succeeded } else { Status::Failed },
            start_ms: 0,
            stop_ms: Some(5),
            redrive_ms: None,
            redrive_count: 0,
        };
        let about = About {
            key: &key,
            arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:order",
            deployment: Some("shop-prod"),
            team: Some("payments"),
            runbook: Some("https://wiki.example.com/order"),
            incident: Some("1700000000000#order"),
            more: 0,
            light: Light::Red,
        };
        let change = StateChange { kind, run, before_ms: Some(60_000), failures: 2 };
        write(about, &change, failure, false)
    }

    fn failure() -> Failure {
        Failure {
            state: Some("Charge".into()),
            error: Some("CardError".into()),
            cause: Some("card declined".into()),
        }
    }

    fn message(format: Format, notice: &Notice) -> Value {
        serde_json::from_str(&written(format, notice, 1_700_000_000_000).text).unwrap()
    }

    /// The event format of
    /// <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html>: which fields there
    /// are, and of which types. `version` is "1.0" and `source` is "custom".
    fn check_chatbot(value: &Value) {
        let texts = |value: &Value, names: &[&str]| {
            for name in names {
                assert!(value[*name].is_null() || value[*name].is_string(), "{name}: {value}");
            }
        };
        let lists = |value: &Value, names: &[&str]| {
            for list in names.iter().map(|name| &value[*name]).filter(|list| !list.is_null()) {
                assert!(list.as_array().unwrap().iter().all(Value::is_string), "{list}");
            }
        };
        let only = |value: &Value, names: &[&str]| {
            let keys = value.as_object().unwrap().keys();
            let others: Vec<_> = keys.filter(|key| !names.contains(&key.as_str())).collect();
            assert!(others.is_empty(), "{others:?}");
        };
        only(value, &["version", "source", "id", "content", "metadata"]);
        assert_eq!((&value["version"], &value["source"]), (&json!("1.0"), &json!("custom")));
        let content = &value["content"];
        only(content, &["textType", "title", "description", "nextSteps", "keywords"]);
        assert_eq!(content["textType"], "client-markdown");
        assert!(!content["description"].as_str().unwrap().is_empty());
        texts(content, &["title", "description"]);
        lists(content, &["nextSteps", "keywords"]);
        let metadata = &value["metadata"];
        let fields = ["threadId", "summary", "eventType", "relatedResources", "additionalContext"];
        only(metadata, &fields);
        texts(metadata, &["threadId", "summary", "eventType"]);
        lists(metadata, &["relatedResources"]);
        if let Some(context) = metadata["additionalContext"].as_object() {
            assert!(context.values().all(Value::is_string), "{metadata}");
        }
    }

    /// The example of docs/events.md behind a heading.
    fn documented(heading: &str) -> Value {
        let document = include_str!("../../docs/events.md");
        let behind = document.split(heading).nth(1).unwrap();
        let text = behind.split("```json").nth(1).and_then(|rest| rest.split("```").next());
        serde_json::from_str(text.unwrap()).unwrap()
    }

    #[test]
    fn a_message_to_a_chat_has_the_published_form_and_is_the_documented_one() {
        let notice = notice(ChangeKind::Failed, &failure());
        let value = message(Format::Chatbot, &notice);
        check_chatbot(&value);
        assert_eq!(value, documented("### Slack and Microsoft Teams"));
        check_chatbot(&message(Format::Chatbot, &crate::notice::digest(None, &[])));
        let drill = crate::notice::Drill { machine: MachineKey::new("m").unwrap(), by: None };
        let drill = message(Format::Chatbot, &crate::notice::drill(&drill, None));
        check_chatbot(&drill);
        assert!(drill["content"]["title"].as_str().unwrap().contains("DRILL, not real"));
    }

    #[test]
    fn a_message_to_a_pager_is_the_documented_one_and_green_resolves_it() {
        let notice_of = |kind| notice(kind, &failure());
        let red = message(Format::CloudwatchAlarm, &notice_of(ChangeKind::Failed));
        assert_eq!(red, documented("### PagerDuty by SNS"));
        let green = message(Format::CloudwatchAlarm, &notice_of(ChangeKind::Recovered));
        assert_eq!(
            (&green["AlarmName"], &green["NewStateValue"]),
            (&red["AlarmName"], &json!("OK"))
        );
        let late = message(Format::CloudwatchAlarm, &notice_of(ChangeKind::Late));
        assert_ne!(late["AlarmName"], red["AlarmName"], "it is another fault");
    }

    #[test]
    fn all_messages_of_an_incident_are_in_one_thread() {
        let kinds = [ChangeKind::Failed, ChangeKind::StillFailing, ChangeKind::Recovered];
        for kind in kinds {
            let value = message(Format::Chatbot, &notice(kind, &failure()));
            assert_eq!(value["metadata"]["threadId"], "1700000000000#order", "{kind:?}");
        }
    }

    #[test]
    fn a_cause_mentions_nobody_and_links_nowhere() {
        let cause = "<!channel> see <https://evil.example|the fix> @here [x](http://evil.example)";
        let hostile = Failure { cause: Some(cause.into()), ..failure() };
        let value = message(Format::Chatbot, &notice(ChangeKind::Failed, &hostile));
        let said = value["content"]["description"].as_str().unwrap();
        let line = said.lines().find(|line| line.starts_with("Cause")).unwrap();
        assert_eq!(
            line,
            "Cause     ‹!channel› see ‹https: //evil.example|the fix› ＠here (x)(http: //evil.example)"
        );
    }

    #[test]
    fn text_stays_as_it_is() {
        let notice = notice(ChangeKind::Failed, &failure());
        assert_eq!(written(Format::Text, &notice, 0), notice);
    }

    /// Fills an input transformer of EventBridge in: a variable that stands alone becomes the JSON
    /// value of its path, one inside quotes its text
    /// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>).
    fn transformed(transformer: &Value, event: &Value) -> Value {
        let paths = transformer["InputPathsMap"].as_object().unwrap();
        let template = transformer["InputTemplate"].as_str().unwrap();
        let (mut text, mut rest, mut quoted) = (String::new(), template, false);
        while let Some(c) = rest.chars().next() {
            if let Some((name, behind)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                let pointer = paths[name].as_str().unwrap().replacen('$', "", 1).replace('.', "/");
                let value = event.pointer(&pointer).unwrap_or_else(|| panic!("no {pointer}"));
                match value.as_str().filter(|_| quoted) {
                    Some(plain) => text.push_str(plain),
                    None => text.push_str(&value.to_string()),
                }
                rest = behind;
                continue;
            }
            quoted ^= c == '"';
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The template that docs/events.md shows, against what PagerDuty's Events API v2 takes
    /// (<https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>,
    /// <https://raw.githubusercontent.com/PagerDuty/api-schema/main/reference/events-v2/openapiv3.json>).
    #[test]
    fn the_rules_for_pagerduty_make_events_that_its_api_takes() {
        let template: Value =
            serde_json::from_str(include_str!("../../examples/pagerduty.template.json")).unwrap();
        let mut actions = Vec::new();
        for (rule, kind) in [
            ("TriggerRule", ChangeKind::Failed),
            ("TriggerRule", ChangeKind::StillFailing),
            ("ResolveRule", ChangeKind::Recovered),
        ] {
            let rule = &template["Resources"][rule]["Properties"];
            let notice = notice(kind, &failure());
            let detail: Value = serde_json::from_str(&notice.event.detail).unwrap();
            let event = json!({
                "id": "1", "source": "guardian", "detail-type": notice.event.detail_type,
                "time": "2026-01-01T00:00:00Z", "detail": detail,
            });
            let pattern = &rule["EventPattern"];
            for name in ["source", "detail-type"] {
                assert!(pattern[name].as_array().unwrap().contains(&event[name]), "{name}");
            }
            assert!(pattern["detail"]["kind"].as_array().unwrap().contains(&json!(kind.word())));
            let sent = transformed(&rule["Targets"][0]["InputTransformer"], &event);
            assert_eq!(sent["dedup_key"], "1700000000000#order", "one incident, one key");
            assert!(sent["dedup_key"].as_str().unwrap().len() <= 255);
            let action = sent["event_action"].as_str().unwrap();
            actions.push(action.to_owned());
            let payload = &sent["payload"];
            if action == "trigger" {
                let summary = payload["summary"].as_str().unwrap();
                assert!((1..=1_024).contains(&summary.chars().count()));
                assert!(!payload["source"].as_str().unwrap().is_empty());
                let severity = payload["severity"].as_str().unwrap();
                assert!(["critical", "error", "warning", "info"].contains(&severity));
                assert!(payload["custom_details"].is_object());
            }
        }
        assert_eq!(actions, ["trigger", "trigger", "resolve"]);
    }

    proptest! {
        #[test]
        fn nothing_untrusted_mentions_links_or_grows(
            state: String, error: String, cause in "[<>@!|\\[\\]()`:/a-z\\PC]{0,2000}",
        ) {
            let failure = Failure { state: Some(state), error: Some(error), cause: Some(cause) };
            let value = message(Format::Chatbot, &notice(ChangeKind::Failed, &failure));
            check_chatbot(&value);
            let content = &value["content"];
            for name in ["title", "description"] {
                let text = content[name].as_str().unwrap();
                prop_assert!(!text.contains(['<', '>', '[', ']', '@', '`']), "{}", text);
                prop_assert!(!text.contains("://"), "{}", text);
                prop_assert!(text.chars().count() <= MAX_DESCRIPTION);
            }
            prop_assert!(content["title"].as_str().unwrap().chars().count() <= MAX_TITLE);
            let alarm = message(Format::CloudwatchAlarm, &notice(ChangeKind::Failed, &failure));
            let reason = alarm["NewStateReason"].as_str().unwrap();
            prop_assert!(reason.chars().count() <= MAX_REASON);
        }
    }
}
