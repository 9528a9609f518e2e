//! Acknowledgements of a fault: who, for how long and why; and whether the machine has a fault.

use crate::exit::Failure;
use crate::session::Session;
use crate::state_table::{StateError, StateTable};
use crate::text::{count, plain};
use guardian_aws::clock::time;
use guardian_aws::identity::initiator;
use guardian_board::{Acknowledgement, Evaluator, Machine, Rank, State};
use guardian_contract::{MachineKey, Row};
use serde_json::{Value, json};

/// Seconds for which a fault can be acknowledged at most: what takes longer is a mute window.
pub const LONGEST_S: u32 = 7 * 86_400;
/// Characters of the reason.
pub const LONGEST_WHY: usize = 200;
/// Characters of the name of who acknowledges [IAM: 64 of a user's name and of a session's].
const LONGEST_BY: usize = 64;

/// Acknowledges a machine's fault from now on, until `until_ms`. It may be called again: the newest
/// acknowledgement of a machine counts.
pub async fn acknowledge(
    table: &StateTable,
    key: &MachineKey,
    by: &str,
    until_ms: i64,
    why: &str,
) -> Result<Acknowledgement, StateError> {
    let at_ms = guardian_aws::clock::now_ms();
    let ack = acknowledgement(key, by, at_ms, until_ms, why);
    table.put_acknowledgement(&ack).await?;
    Ok(ack)
}

/// The acknowledgement, its texts cut.
fn acknowledgement(
    key: &MachineKey,
    by: &str,
    at_ms: i64,
    until_ms: i64,
    why: &str,
) -> Acknowledgement {
    let cut = |text: &str, limit: usize| text.trim().chars().take(limit).collect::<String>();
    let (by, why) = (cut(by, LONGEST_BY), cut(why, LONGEST_WHY));
    let until_ms = until_ms.min(at_ms.saturating_add(i64::from(LONGEST_S) * 1_000));
    Acknowledgement { machine: key.to_string(), by, at_ms, until_ms, why }
}

/// The name of a caller by its ARN: the session of a role, a user, or `root`.
fn caller_name(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    resource.rsplit('/').next().unwrap_or(resource)
}

/// The name of who acknowledges. Where STS does not answer, it is that of the shell's user.
pub async fn caller(session: &Session) -> String {
    let arn = session.caller_arn().await.ok().flatten();
    arn.map(|arn| caller_name(arn).to_owned()).or_else(initiator).unwrap_or_default()
}

/// The machine of a row as the board judges it, and whether it has a fault that can be acknowledged.
pub fn fault(row: &Row, evaluator: Evaluator<'_>) -> Result<Machine, Failure> {
    let machine = evaluator.machine(row, None);
    // The table does not know how an EXPRESS machine is.
    if row.express || machine.state().rank() < Rank::Hollow {
        return Ok(machine);
    }
    let key = plain(row.key.as_str());
    let state = if machine.state() == State::Green { "green" } else { machine.state().word() };
    Err(Failure::invalid(format!("`{key}` has no fault to acknowledge: it is {state}"))
        .help("nothing was changed; `guardian status` shows the faults"))
}

/// Whether an acknowledgement holds for a row.
pub fn holds(ack: &Acknowledgement, row: Option<&Row>, evaluator: Evaluator<'_>) -> bool {
    let now_ms = evaluator.now_ms;
    row.is_some_and(|row| {
        let machine = evaluator.machine(row, None);
        match row.express {
            true => now_ms < ack.until_ms,
            false => ack.holds(machine.state(), machine.since_ms(), now_ms),
        }
    })
}

/// An acknowledgement for people, on one line.
pub fn line(ack: &Acknowledgement, holds: bool) -> String {
    let why = match ack.why.as_str() {
        "" => String::new(),
        why => format!(": {}", plain(why)),
    };
    let (key, by, until) = (plain(&ack.machine), plain(&ack.by), time(ack.until_ms));
    match holds {
        true => format!("{key}  acknowledged by {by} until {until}{why}"),
        false => format!("{key}  ended; acknowledged by {by} until {until}{why}"),
    }
}

/// The list of acknowledgements for people.
pub fn list(acks: &[(Acknowledgement, bool)]) -> String {
    let hold = acks.iter().filter(|(_, holds)| *holds).count();
    let mut lines: Vec<String> = acks.iter().map(|(ack, holds)| line(ack, *holds)).collect();
    lines.push(format!("{}, {hold} in force", count(acks.len(), "acknowledgement")));
    lines.join("\n")
}

/// An acknowledgement as a record. `action` says what was done.
pub fn record(ack: &Acknowledgement, action: &str, holds: bool) -> Value {
    json!({
        "key": ack.machine, "by": ack.by, "at_ms": ack.at_ms, "until_ms": ack.until_ms,
        "why": ack.why, "action": action, "holds": holds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_board::Settings;
    use guardian_contract::{Aborted, Listed, Rules, Run, Status};
    use proptest::prelude::*;
    use std::sync::Arc;

    const RULES: Rules = Rules {
        aborted: Aborted::Red,
        settle_ms: 0,
        renotify_every: 0,
        topic: false,
        bus: false,
        notify_on: guardian_contract::NotifyOn::DEFAULT,
    };

    fn row(status: Status) -> Row {
        let key = MachineKey::new("order").unwrap();
        let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:order";
        let run = Run {
            arn: arn.replace("stateMachine", "execution") + ":x",
            status,
            start_ms: 1_000,
            stop_ms: Some(2_000),
            redrive_ms: None,
            redrive_count: 0,
        };
        let mut row = Row::new(key, arn.to_owned(), 0);
        row.list(Listed { runs: vec![run], complete: true, at_ms: 3_000, ..Listed::default() });
        row.decide(&RULES, 3_000);
        row
    }

    #[test]
    fn the_name_of_a_caller_is_that_of_the_session_or_user() {
        let arn = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops_1/ann@example.com";
        assert_eq!(caller_name(arn), "ann@example.com");
        assert_eq!(caller_name("arn:aws:iam::123456789012:user/division/ann"), "ann");
        assert_eq!(caller_name("arn:aws:iam::123456789012:root"), "root");
    }

    #[test]
    fn a_green_machine_has_no_fault_to_acknowledge() {
        let (target, settings) = (Arc::default(), Settings::default());
        let of = |row: &Row, now_ms| {
            let round_ms = Some(60_000);
            fault(row, Evaluator { target: &target, settings: &settings, round_ms, now_ms })
        };
        assert!(of(&row(Status::Failed), 4_000).is_ok());
        let refused = of(&row(Status::Succeeded), 4_000).unwrap_err();
        assert!(refused.report.to_string().contains("`order` has no fault"), "{}", refused.report);
        // Nobody knows whether it still is green, and how an EXPRESS machine is.
        assert_eq!(of(&row(Status::Succeeded), 4_000_000).unwrap().state(), State::Stale);
        let express = Row { express: true, ..row(Status::Succeeded) };
        assert!(of(&express, 4_000).is_ok());
        let evaluator =
            Evaluator { target: &target, settings: &settings, round_ms: None, now_ms: 4_000 };
        let ack = acknowledgement(&express.key, "ann", 3_000, 5_000, "");
        assert!(holds(&ack, Some(&express), evaluator));
        assert!(!holds(&ack, Some(&express), Evaluator { now_ms: 5_000, ..evaluator }));
        assert!(!holds(&ack, Some(&row(Status::Succeeded)), evaluator));
    }

    #[test]
    fn a_line_shows_no_control_characters_and_says_what_has_ended() {
        let key = MachineKey::new("order").unwrap();
        let ack = acknowledgement(&key, " ann ", 0, 3_600_000, "vendor\u{1b}[2J outage");
        let line_of = |holds| line(&ack, holds);
        assert!(
            line_of(true)
                .starts_with("order  acknowledged by ann until 1970-01-01T01:00:00Z: vendor")
        );
        assert!(!line_of(true).contains('\u{1b}'));
        assert!(line_of(false).contains("ended"));
    }

    proptest! {
        #[test]
        fn an_acknowledgement_is_never_longer_than_its_limits(
            by in any::<String>(), why in any::<String>(), at in 0..1i64 << 50, long in any::<i64>(),
        ) {
            let key = MachineKey::new("order").unwrap();
            let ack = acknowledgement(&key, &by, at, at.saturating_add(long), &why);
            prop_assert!(ack.by.chars().count() <= LONGEST_BY);
            prop_assert!(ack.why.chars().count() <= LONGEST_WHY);
            prop_assert!(ack.until_ms - ack.at_ms <= i64::from(LONGEST_S) * 1_000);
        }
    }
}
