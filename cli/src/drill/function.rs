//! The function's part of a drill: the messages that it sent and their acceptance. Nothing here
//! invokes or prints.

use super::{Subscriptions, doubtful, reaches, subscribers, target};
use crate::alarm::Alarms;
use crate::exit::Exit;
use crate::text::plain;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A channel of the function's notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A topic.
    Topic,
    /// An event bus.
    Bus,
}

/// The drill's message on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its channel.
    #[serde(rename = "way")]
    pub channel: Channel,
    /// ARN of the topic; name or ARN of the bus.
    pub to: String,
    /// The message id that the service returned.
    pub id: Option<String>,
    /// Why the service refused the message.
    pub error: Option<String>,
    /// Of a topic that accepted it: its subscriptions, or why they could not be read.
    #[serde(default, skip_deserializing)]
    pub subscriptions: Subscriptions,
}

/// The function's input.
pub fn request(machine: &str, who: Option<&str>) -> Value {
    json!({"guardian": "drill", "machine": machine, "by": who})
}

/// The function's answer; `None` from a version without drills.
pub fn read(answer: &Value) -> Option<Vec<Sent>> {
    Vec::<Sent>::deserialize(answer.get("drill")?).ok()
}

/// Reads the subscriptions of the topics that accepted the message.
pub async fn follow<A: Alarms>(alarms: &A, sent: &mut [Sent]) {
    for one in sent.iter_mut().filter(|one| one.channel == Channel::Topic && one.id.is_some()) {
        let found = alarms.subscriptions(&one.to).await;
        one.subscriptions = Some(found.map_err(|error| error.to_string()));
    }
}

impl Sent {
    fn sentence(&self) -> String {
        let to = match self.channel {
            Channel::Topic => target(&self.to),
            Channel::Bus => {
                let name = self.to.rsplit_once("event-bus/").map_or(self.to.as_str(), |(_, n)| n);
                format!("event bus {}", plain(name))
            }
        };
        let Some(id) = &self.id else {
            let why = self.error.as_deref().unwrap_or("no reason given");
            return format!("{to}: refused: {}", plain(why));
        };
        let beyond = match (&self.channel, &self.subscriptions) {
            (Channel::Bus, _) => "; its rules are not checked".to_owned(),
            (Channel::Topic, None) => String::new(),
            (Channel::Topic, Some(Err(why))) => format!("; {}", plain(why)),
            (Channel::Topic, Some(Ok(all))) => format!(", {}", subscribers(all)),
        };
        format!("{to}: accepted as {}{beyond}", plain(id))
    }

    fn reached(&self) -> bool {
        self.id.is_some() && reaches(&self.subscriptions)
    }
}

/// The result as text for people.
pub fn text(sent: &[Sent]) -> String {
    let mut lines: Vec<String> = sent.iter().map(Sent::sentence).collect();
    lines.push(
        match exit(sent) {
            Exit::Done => {
                "the function's drill passed: its messages are accepted. Only their \
                 receivers can confirm delivery"
            }
            Exit::Warnings => "the function's drill passed with warnings, see above",
            _ if sent.is_empty() => {
                "the function's drill failed: the deployed function notifies no one; deploy first"
            }
            _ => "the function's drill failed: not every notification would arrive",
        }
        .to_owned(),
    );
    lines.join("\n")
}

/// How the program ends, as after the drill of an alarm.
pub fn exit(sent: &[Sent]) -> Exit {
    if sent.is_empty() || !sent.iter().all(Sent::reached) {
        Exit::Error
    } else if sent.iter().any(|one| doubtful(&one.subscriptions)) {
        Exit::Warnings
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::Subscription;

    fn answered() -> Vec<Sent> {
        let answer = json!({"drill": [
            {"way": "topic", "to": "arn:aws:sns:eu-west-1:1:alerts", "id": "m-1", "error": null},
            {"way": "bus", "to": "arn:aws:events:eu-west-1:1:event-bus/central", "id": "e-1",
             "error": null},
        ]});
        read(&answer).unwrap()
    }

    fn subscribed(confirmed: bool) -> Subscriptions {
        let (protocol, endpoint) = ("email".into(), "ann@example.com".into());
        Some(Ok(vec![Subscription { protocol, endpoint, confirmed }]))
    }

    #[test]
    fn an_accepted_message_is_shown_with_its_id_and_the_limit_of_the_check() {
        let mut sent = answered();
        sent[0].subscriptions = subscribed(true);
        insta::assert_snapshot!(text(&sent), @r"
        SNS topic alerts: accepted as m-1, published to 1 subscription (email ann@example.com)
        event bus central: accepted as e-1; its rules are not checked
        the function's drill passed: its messages are accepted. Only their receivers can confirm delivery
        ");
        assert_eq!(exit(&sent), Exit::Done);
        sent[0].subscriptions = Some(Err("AccessDenied".into()));
        assert_eq!(exit(&sent), Exit::Warnings);
        sent[0].subscriptions = subscribed(false);
        assert_eq!(exit(&sent), Exit::Error);
    }

    #[test]
    fn a_refusal_no_channel_and_an_older_function_are_failures() {
        let mut sent = answered();
        (sent[1].id, sent[1].error) = (None, Some("AccessDenied: no\u{1b}[2J".into()));
        assert_eq!(exit(&sent), Exit::Error);
        assert!(text(&sent).contains("refused: AccessDenied: no\\u{1b}[2J"), "{}", text(&sent));
        assert_eq!(exit(&[]), Exit::Error);
        assert_eq!(read(&json!({"machines": 3, "published": 3})), None);
    }
}
