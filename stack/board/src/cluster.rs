//! Clusters: many red machines with one cause, shown once.

use crate::machine::Machine;
use crate::state::{Rank, State};
use crate::text::{clip, number, plain};
use guardian_contract::Status;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// From how many members a cluster is shown.
pub const MIN_CLUSTER: usize = 3;

/// Red machines that failed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Name of the error, or the word of the status where there is none.
    pub error: String,
    /// The state that failed, if it is the same for all.
    pub state: Option<String>,
    /// How many machines.
    pub members: usize,
    /// Since when the first of them is red.
    pub since_ms: Option<i64>,
    /// Members by group, the most first.
    pub groups: Vec<(String, usize)>,
}

/// Clusters of the red machines: by error and state, and what is left by error alone; the largest
/// first.
pub fn clusters(machines: &[&Machine]) -> Vec<Cluster> {
    let red = machines.iter().copied().filter(|m| m.state().rank() == Rank::Red);
    let mut by_both: BTreeMap<(String, Option<String>), Vec<&Machine>> = BTreeMap::new();
    for machine in red {
        if let Some(error) = error(machine) {
            let state = machine.why.as_ref().and_then(|why| why.state.clone());
            by_both.entry((error, state)).or_default().push(machine);
        }
    }
    let mut found = Vec::new();
    let mut by_error: BTreeMap<String, Vec<&Machine>> = BTreeMap::new();
    for ((error, state), members) in by_both {
        if members.len() >= MIN_CLUSTER {
            found.push(cluster(error, state, &members));
        } else {
            by_error.entry(error).or_default().extend(members);
        }
    }
    let left = by_error.into_iter().filter(|(_, members)| members.len() >= MIN_CLUSTER);
    found.extend(left.map(|(error, members)| cluster(error, None, &members)));
    found.sort_by(|a, b| {
        (Reverse(a.members), &a.error, &a.state).cmp(&(Reverse(b.members), &b.error, &b.state))
    });
    found
}

/// What a machine failed of. A failure without the name of an error is like no other.
fn error(machine: &Machine) -> Option<String> {
    let named = machine.why.as_ref().and_then(|why| why.error.clone());
    named.filter(|error| !error.trim().is_empty()).or_else(|| match machine.state() {
        State::Red(Status::TimedOut | Status::Aborted) => Some(machine.state().word().to_owned()),
        _ => None,
    })
}

fn cluster(error: String, state: Option<String>, members: &[&Machine]) -> Cluster {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for machine in members {
        *groups.entry(&*machine.group).or_default() += 1;
    }
    let mut groups: Vec<(String, usize)> =
        groups.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    groups.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    Cluster {
        error,
        state,
        members: members.len(),
        since_ms: members.iter().filter_map(|machine| machine.since_ms()).min(),
        groups,
    }
}

impl Cluster {
    /// `412 × Lambda.TooManyRequestsException in Charge`, escaped.
    pub fn title(&self) -> String {
        let error = plain(&clip(self.error.trim(), 120));
        let state = self.state.as_ref().map(|state| format!(" in {}", plain(&clip(state, 80))));
        format!("{} × {error}{}", number(self.members), state.unwrap_or_default())
    }

    /// `billing 300, orders 112`, the first three, escaped.
    pub fn spread(&self) -> String {
        let first = self.groups.iter().take(3);
        let mut parts: Vec<String> =
            first.map(|(name, n)| format!("{} {}", plain(&clip(name, 40)), number(*n))).collect();
        if self.groups.len() > 3 {
            parts.push(format!("{} more", crate::text::count(self.groups.len() - 3, "group")));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Why;
    use crate::sample::in_state;
    use crate::target::Target;

    fn red(key: &str, error: Option<&str>, state: Option<&str>, status: Status) -> Machine {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let why = Some(Why { state: own(state), error: own(error), ..Why::default() }.into());
        let machine = Machine { why, ..Machine::new(key, Target::default()) };
        in_state(State::Red(status), Some(5), machine)
    }

    #[test]
    fn three_alike_are_a_cluster_by_error_and_state_then_by_error() {
        let failed = |error, state| red("m", Some(error), Some(state), Status::Failed);
        let mut all = vec![failed("E", "A"); 3];
        all.extend([failed("E", "B"), failed("E", "C"), failed("E", "C")]);
        all.extend([failed("F", "A"), failed("F", "B")]);
        all.extend(vec![red("m", None, None, Status::TimedOut); 4]);
        all.extend(vec![red("m", None, None, Status::Failed); 5]);
        let all: Vec<&Machine> = all.iter().collect();
        let titles: Vec<String> = clusters(&all).iter().map(Cluster::title).collect();
        assert_eq!(titles, ["4 × timed out", "3 × E", "3 × E in A"]);
    }

    #[test]
    fn only_red_machines_have_a_cause() {
        let green = in_state(State::Green, None, red("m", Some("E"), None, Status::Failed));
        assert_eq!(clusters(&[&green, &green, &green]), []);
    }
}
