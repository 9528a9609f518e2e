//! The list: which machines and groups stand in it, and in which order.

use super::id::Id;
use guardian_board::cluster::Cluster;
use guardian_board::group::Group;
use guardian_board::{Board, Machine, Query, Rank, Shown, State, Target};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Which part of a board is listed.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The search.
    pub query: Query,
    /// Faults alone.
    pub faults: bool,
    /// By groups.
    pub grouped: bool,
    /// The order.
    pub order: Order,
    /// The groups that are unfolded.
    pub open: BTreeSet<String>,
}

/// The order of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The board's own.
    #[default]
    Worst,
    /// The newest change first.
    Newest,
    /// By key.
    Key,
}

impl Order {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Worst => Self::Newest,
            Self::Newest => Self::Key,
            Self::Key => Self::Worst,
        }
    }

    /// Its words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worst => "worst first",
            Self::Newest => "newest change first",
            Self::Key => "by key",
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A group, by its place among the headings.
    Group(usize),
    /// A machine, by its place on the board.
    Machine(usize),
    /// A machine that is not on the board any more.
    Gone(Id),
}

/// A group's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its name; untrusted text.
    pub name: String,
    /// Its members.
    pub members: usize,
    /// Its worst member.
    pub worst: State,
    /// Members by rank, in the order of [`Rank::ALL`].
    pub ranks: [usize; 6],
    /// When a light of it last changed.
    pub changed_ms: Option<i64>,
    /// Whether it is unfolded.
    pub open: bool,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Its lines.
    pub lines: Vec<Line>,
    /// The groups.
    pub headings: Vec<Heading>,
    /// The number of machines that match.
    pub found: usize,
    /// Causes that several red machines share.
    pub clusters: Vec<Cluster>,
    /// The rank that each line's machine had when the order was made.
    ranks: Vec<Option<Rank>>,
}

impl List {
    /// The lines of a board under this view.
    pub fn of(board: &Board, view: &View) -> Self {
        let mut shown = board.shown(&view.query);
        if view.faults {
            shown = Shown::of(shown.bad().to_vec());
        }
        // Shown machines are borrowed from the board: the distance from its first machine is the place.
        let first = board.machines.as_ptr().addr();
        let place =
            |machine: &Machine| (std::ptr::from_ref(machine).addr() - first) / size_of::<Machine>();
        let lines_of = |machines: &[&Machine]| -> Vec<Line> {
            let mut machines = machines.to_vec();
            match view.order {
                Order::Worst => {}
                Order::Newest => machines.sort_by_key(|machine| Reverse(machine.changed_ms())),
                Order::Key => {
                    machines.sort_by(|a, b| (&a.key, &a.target).cmp(&(&b.key, &b.target)))
                }
            }
            machines.into_iter().map(place).map(Line::Machine).collect()
        };
        let mut list = Self {
            found: shown.machines.len(),
            clusters: shown.clusters,
            headings: Vec::new(),
            ..Self::default()
        };
        if view.grouped {
            for (at, group) in shown.groups.iter().enumerate() {
                let heading = heading(group, view.open.contains(&group.name));
                list.lines.push(Line::Group(at));
                if heading.open {
                    list.lines.extend(lines_of(&group.members));
                }
                list.headings.push(heading);
            }
        } else {
            list.lines = lines_of(&shown.machines);
        }
        let rank = |line: &Line| match line {
            Line::Machine(at) => Some(board.machines[*at].state().rank()),
            Line::Group(_) | Line::Gone(_) => None,
        };
        list.ranks = list.lines.iter().map(rank).collect();
        list
    }

    /// The same lines in the same places, with what a newer board says of them; and how many machines
    /// have another rank, are new to the list or have left the board.
    #[must_use]
    pub fn held(&self, old: &Board, new: &Board, view: &View) -> (Self, usize) {
        let fresh = Self::of(new, view);
        let places: HashMap<(&str, &Target), usize> = new
            .machines
            .iter()
            .enumerate()
            .map(|(at, machine)| ((machine.key.as_str(), &*machine.target), at))
            .collect();
        let find = |key: &str, target: &Target| places.get(&(key, target)).copied();
        let mut headings = self.headings.clone();
        for heading in &mut headings {
            let now = fresh.headings.iter().find(|now| now.name == heading.name);
            match now {
                Some(now) => *heading = Heading { open: heading.open, ..now.clone() },
                None => (heading.members, heading.ranks) = (0, [0; 6]),
            }
        }
        let line = |line: &Line| match line {
            Line::Group(at) => Line::Group(*at),
            Line::Machine(at) => {
                let machine = &old.machines[*at];
                let now = find(&machine.key, &machine.target);
                now.map_or_else(|| Line::Gone(Id::of(machine)), Line::Machine)
            }
            Line::Gone(id) => {
                let now = find(&id.key, &id.target);
                now.map_or_else(|| Line::Gone(id.clone()), Line::Machine)
            }
        };
        let lines: Vec<Line> = self.lines.iter().map(line).collect();
        let changed = lines.iter().zip(&self.ranks).filter(|(line, rank)| match line {
            Line::Group(_) => false,
            Line::Machine(at) => **rank != Some(new.machines[*at].state().rank()),
            Line::Gone(_) => true,
        });
        let known: HashSet<usize> = lines.iter().filter_map(machine).collect();
        let added = fresh.lines.iter().filter_map(machine).filter(|at| !known.contains(at));
        let waiting = changed.count() + added.count();
        let (found, clusters) = (fresh.found, fresh.clusters);
        (Self { lines, headings, found, clusters, ranks: self.ranks.clone() }, waiting)
    }

    /// The machine of a line, by its place on the board.
    pub fn machine(&self, line: usize) -> Option<usize> {
        self.lines.get(line).and_then(machine)
    }
}

fn machine(line: &Line) -> Option<usize> {
    match line {
        Line::Machine(at) => Some(*at),
        Line::Group(_) | Line::Gone(_) => None,
    }
}

fn heading(group: &Group<'_>, open: bool) -> Heading {
    Heading {
        name: group.name.clone(),
        members: group.members.len(),
        worst: group.members.first().map_or(State::Never, |machine| machine.state()),
        ranks: group.ranks,
        changed_ms: group.changed_ms(),
        open,
    }
}
