//! Groups of machines: by tag, by configured names, or by the beginning of the key.

use crate::machine::Machine;
use crate::settings::Grouping;
use crate::state::Rank;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The group of machines that have no other.
pub const OTHERS: &str = "others";
/// A group with fewer members joins [`OTHERS`], unless the configuration names it.
pub const MIN_GROUP: usize = 3;
/// With more groups than this there are two levels.
pub const MAX_GROUPS: usize = 60;

/// Machines that belong together.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// Its name; untrusted text.
    pub name: String,
    /// Its members, the worst first; those of the groups in it included.
    pub members: Vec<&'a Machine>,
    /// The groups in it, if there are two levels.
    pub inner: Vec<Group<'a>>,
    /// Members by rank, in the order of [`Rank::ALL`].
    pub ranks: [usize; Rank::ALL.len()],
}

impl<'a> Group<'a> {
    fn of(name: &str, members: Vec<&'a Machine>) -> Self {
        let mut ranks = [0; Rank::ALL.len()];
        members.iter().for_each(|machine| ranks[machine.state().rank() as usize] += 1);
        Self { name: name.to_owned(), members, inner: Vec::new(), ranks }
    }

    /// How many members have this rank.
    pub fn count(&self, rank: Rank) -> usize {
        self.ranks[rank as usize]
    }

    /// When a light of it last changed.
    pub fn changed_ms(&self) -> Option<i64> {
        self.members.iter().filter_map(|machine| machine.changed_ms()).max()
    }

    /// Ten cells that share the members out by rank, the worst first; whatever there is has one
    /// cell at least.
    pub fn bar(&self) -> Vec<(Rank, usize)> {
        let total = self.members.len().max(1);
        let counts = Rank::ALL.map(|rank| (rank, self.count(rank)));
        let mut cells: Vec<(Rank, usize)> = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(rank, n)| (*rank, (n * 10 / total).max(1)))
            .collect();
        loop {
            let sum: usize = cells.iter().map(|(_, n)| n).sum();
            let Some(largest) = cells.iter_mut().max_by_key(|(_, n)| *n) else { return cells };
            match sum {
                10 => return cells,
                ..10 => largest.1 += 10 - sum,
                _ => largest.1 -= 1,
            }
        }
    }
}

/// Gives each machine its group.
pub fn assign(machines: &mut [Machine], grouping: &Grouping) {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    let found: Vec<(&str, bool)> =
        machines.iter().map(|machine| group_of(machine, grouping)).collect();
    for (name, _) in &found {
        *sizes.entry(name).or_default() += 1;
    }
    let mut shared: BTreeMap<&str, Arc<str>> = BTreeMap::new();
    let names = found.iter().map(|(name, fixed)| {
        let small = !fixed && sizes.get(name).is_none_or(|size| *size < MIN_GROUP);
        let name = if small { OTHERS } else { name };
        Arc::clone(shared.entry(name).or_insert_with(|| name.into()))
    });
    let names: Vec<Arc<str>> = names.collect();
    for (machine, name) in machines.iter_mut().zip(names) {
        machine.group = name;
    }
}

/// The group of a machine, and whether the configuration names it.
fn group_of<'a>(machine: &'a Machine, grouping: &'a Grouping) -> (&'a str, bool) {
    let tag = grouping.tag.as_ref().and_then(|key| machine.tags.get(key));
    if let Some(value) = tag.filter(|value| !value.trim().is_empty()) {
        return (value, false);
    }
    let named = grouping.named.iter().find(|(_, patterns)| patterns.matches(&machine.key));
    match named {
        Some((name, _)) => (name, true),
        None => (prefix(&machine.key), false),
    }
}

/// The beginning of a key, up to the first `-`, `_` or `.`; the whole key without one.
fn prefix(key: &str) -> &str {
    match key.find(['-', '_', '.']) {
        None | Some(0) => key,
        Some(at) => &key[..at],
    }
}

/// The groups of these machines, the worst first: by red members, then by late and stuck ones, then
/// by name.
pub fn groups<'a>(machines: &[&'a Machine]) -> Vec<Group<'a>> {
    let flat = collect(machines, |machine| Cow::Borrowed(&*machine.group));
    if flat.len() <= MAX_GROUPS {
        return flat;
    }
    // Families by the letters that names begin with, however many of them it takes to part few.
    let families = (0..=8).rev().map(|letters| {
        let family = move |machine: &'a Machine| Cow::Owned(family(&machine.group, letters));
        collect(machines, family)
    });
    let mut families: Vec<Group<'a>> =
        families.into_iter().find(|found| found.len() <= MAX_GROUPS).unwrap_or_default();
    for family in &mut families {
        let inner = collect(&family.members, |machine| Cow::Borrowed(&*machine.group));
        match inner.as_slice() {
            [one] => family.name.clone_from(&one.name),
            _ => family.inner = inner,
        }
    }
    families
}

fn family(name: &str, letters: usize) -> String {
    let stem: String = name.chars().take_while(|c| c.is_alphabetic()).take(letters).collect();
    if stem.is_empty() { OTHERS.to_owned() } else { stem.to_lowercase() + "…" }
}

fn collect<'a>(
    machines: &[&'a Machine],
    name: impl Fn(&'a Machine) -> Cow<'a, str>,
) -> Vec<Group<'a>> {
    let mut by_name: BTreeMap<Cow<'a, str>, Vec<&'a Machine>> = BTreeMap::new();
    for &machine in machines {
        by_name.entry(name(machine)).or_default().push(machine);
    }
    let made = by_name.into_iter().map(|(name, members)| Group::of(&name, members));
    let mut groups: Vec<Group<'a>> = made.collect();
    groups.sort_by_cached_key(|group| {
        let bad = |rank| Reverse(group.count(rank));
        (bad(Rank::Red), bad(Rank::Amber), group.name.clone())
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::in_state;
    use crate::state::State;
    use crate::target::Target;
    use guardian_contract::Status;
    use proptest::prelude::*;

    fn named(keys: &[&str]) -> Vec<Machine> {
        keys.iter().map(|key| Machine::new(key, Target::default())).collect()
    }

    fn names(machines: &[Machine]) -> Vec<&str> {
        machines.iter().map(|machine| &*machine.group).collect()
    }

    #[test]
    fn a_tag_wins_over_a_configured_group_and_that_over_the_prefix() {
        let mut machines = named(&["pay-a", "pay-b", "pay.c", "pay_d", "etl", "x-1", "pay-z"]);
        machines[6].tags.insert("team".into(), "data".into());
        let grouping = Grouping {
            tag: Some("team".into()),
            named: vec![("loads".into(), vec!["etl".to_owned()].into())],
        };
        assign(&mut machines, &grouping);
        // A group that is too small joins the others; one that is configured stays.
        assert_eq!(names(&machines), ["pay", "pay", "pay", "pay", "loads", "others", "others"]);
    }

    #[test]
    fn groups_are_worst_first() {
        let mut machines = named(&["a-1", "a-2", "a-3", "b-1", "b-2", "b-3", "c-1", "c-2", "c-3"]);
        for (at, state) in [(4, State::Red(Status::Failed)), (8, State::Late)] {
            machines[at] = in_state(state, None, machines[at].clone());
        }
        assign(&mut machines, &Grouping::default());
        let all: Vec<&Machine> = machines.iter().collect();
        let groups = groups(&all);
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "a"]);
        assert_eq!(groups[0].bar(), [(Rank::Red, 3), (Rank::Unread, 7)]);
        assert_eq!(Rank::ALL.map(|rank| groups[1].count(rank)), [0, 1, 2, 0, 0, 0]);
    }

    #[test]
    fn more_than_sixty_groups_have_two_levels() {
        let mut machines: Vec<Machine> = (0..300)
            .map(|n| {
                let letter = char::from(b'a' + u8::try_from(n % 26).unwrap());
                Machine::new(&format!("{letter}x{}-{}", n % 78, n), Target::default())
            })
            .collect();
        assign(&mut machines, &Grouping::default());
        let all: Vec<&Machine> = machines.iter().collect();
        let groups = groups(&all);
        assert!(groups.len() <= MAX_GROUPS && groups.iter().any(|group| group.inner.len() > 1));
        assert_eq!(groups.iter().map(|group| group.members.len()).sum::<usize>(), 300);
    }

    proptest! {
        #[test]
        fn each_machine_is_in_one_group_and_each_bar_has_ten_cells(
            keys in prop::collection::vec("[a-c]{0,2}[-_.]?[a-z]{0,3}|\\PC{0,4}", 0..300),
        ) {
            let machines = named(&keys.iter().map(String::as_str).collect::<Vec<_>>());
            let states = State::ALL;
            let of = |(n, machine)| in_state(states[n * n % states.len()], None, machine);
            let mut machines: Vec<Machine> = machines.into_iter().enumerate().map(of).collect();
            assign(&mut machines, &Grouping::default());
            let all: Vec<&Machine> = machines.iter().collect();
            let groups = groups(&all);
            let members: usize = groups.iter().map(|group| group.members.len()).sum();
            prop_assert_eq!(members, machines.len());
            for group in &groups {
                prop_assert_eq!(group.bar().iter().map(|(_, n)| n).sum::<usize>(), 10);
                for rank in Rank::ALL {
                    let shown = group.bar().iter().any(|(r, n)| *r == rank && *n > 0);
                    prop_assert_eq!(shown, group.count(rank) > 0);
                }
            }
        }
    }
}
