//! Everything that is known of one machine, as lines of text.

use super::state::State;
use guardian_board::machine::Why;
use guardian_board::text::{ago, clip, duration, fold, plain, time, wrap};
use guardian_board::{Audience, Machine};

/// Columns of the names of values.
const NAMES: usize = 14;

/// The lines, escaped. A link is left whole: it may be wider than the screen.
pub fn lines(state: &State, machine: &Machine) -> Vec<String> {
    let now_ms = state.now_ms;
    let width = usize::from(state.size.0).saturating_sub(NAMES + 1).max(20);
    let mut lines = Vec::new();
    let mut say = |name: &str, value: &str| {
        for (at, line) in wrap(value, width).into_iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            lines.push(format!("{name:NAMES$}{line}"));
        }
    };
    let when = |at: i64| format!("{} ({})", ago(now_ms.saturating_sub(at)), time(at));
    let state_of = machine.state();
    say("machine", &plain(&machine.key));
    say("state", &format!("{} {}", state_of.sign(), machine.words(now_ms)));
    if let Some(at) = machine.since_ms() {
        say("since", &when(at));
    }
    if let Some(line) = machine.why.as_deref().and_then(Why::line) {
        say("cause", &line);
    }
    if let Some(error) = &machine.unread {
        say("not read", &plain(&clip(error, 600)));
    }
    let status = machine.status();
    match machine.at_ms {
        Some(at) => say("last finished", &format!("{status}, {}", when(at))),
        None => say("last finished", "none is known"),
    }
    match machine.last_success_ms {
        Some(at) => say("last success", &when(at)),
        None => say("last success", "none is known"),
    }
    if machine.running > 0 {
        let more = if machine.running_more { " or more" } else { "" };
        let since = machine.running_since_ms;
        let since = since.map(|at| format!(", the oldest for {}", duration(now_ms - at)));
        say("running", &format!("{}{more}{}", machine.running, since.unwrap_or_default()));
    }
    if !machine.history.is_empty() {
        let runs = plain(&clip(&machine.history, 60));
        say("last runs", &format!("{runs}  the newest on the right"));
        say("", "S succeeded, F failed, T timed out, A aborted, R running");
    }
    let alarm = machine.alarm.word();
    if !alarm.is_empty() {
        say("alarm", alarm);
    }
    if let Some(ack) = &machine.acknowledged {
        let by = plain(&clip(&ack.by, 64));
        say("acknowledged", &format!("by {by} until {}", time(ack.until_ms)));
        if !ack.why.trim().is_empty() {
            say("", &plain(&clip(&ack.why, 200)));
        }
    }
    let marks = machine.all_marks(now_ms);
    if !marks.is_empty() {
        let marks: Vec<String> = marks.into_iter().map(|mark| mark.text).collect();
        say("marks", &marks.join(", "));
    }
    say("group", &plain(&clip(&machine.group, 80)));
    say("account", &plain(&machine.target.name(Audience::Team)));
    if let Some(at) = machine.read_ms {
        say("read", &when(at));
    }
    if let Some(route) = state.routes.of(&machine.key, &machine.tags) {
        if let Some(team) = &route.team {
            say("team", &plain(&clip(team, 80)));
        }
        if let Some(runbook) = &route.runbook {
            say("runbook", &plain(&clip(runbook, 400)));
        }
    }
    if let Some(link) = machine.link() {
        say("link", &plain(&link));
    }
    lines.iter().flat_map(|line| fold(line, usize::from(state.size.0))).collect()
}
