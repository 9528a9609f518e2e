//! The board: machines in their order, the header's counts and banners. Made from what was read of
//! each target, at a time that is given.

use crate::acknowledgement::{Acknowledgement, Acknowledgements};
use crate::cluster::{Cluster, clusters};
use crate::group::{Group, assign, groups};
use crate::machine::{Alarm, Machine};
use crate::query::Query;
use crate::settings::Settings;
use crate::state::{Rank, State};
use crate::target::{Audience, Target};
use crate::text::{ago, clip, count, duration, number, plain, shorten};
use guardian_contract::Status;
use guardian_contract::table::Fleet;
use std::cmp::Reverse;

/// How long a new stack may take to its first tick: the schedule, a cold start, and the first list
/// of machines.
pub const YOUNG_MS: i64 = 5 * 60_000;

/// What was read of one target.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Account and region.
    pub target: Target,
    /// Its machines.
    pub machines: Vec<Machine>,
    /// What its last tick found.
    pub fleet: Option<Fleet>,
    /// Acknowledgements.
    pub acknowledgements: Vec<Acknowledgement>,
    /// What the reader found beside the machines.
    pub notes: Vec<String>,
    /// The alarm over all its machines, and since when it is in its state.
    pub fleet_alarm: Option<(Alarm, Option<i64>)>,
    /// When it was deployed last: soon after that no tick is missed.
    pub deployed_ms: Option<i64>,
    /// Whether it was read without the table, which alone knows of ticks.
    pub without_table: bool,
    /// Why the table could not be read.
    pub unreadable: Option<String>,
}

/// The board's content.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// The machines, the worst first.
    pub machines: Vec<Machine>,
    /// The counts.
    pub counts: Counts,
    /// Banners, the worst first.
    pub banners: Vec<Banner>,
    /// The alarm over all machines, and since when it is in its state, where it was read.
    pub fleet: Option<(Alarm, Option<i64>)>,
    /// When the machine was read that has waited longest; none while one has yet to be read.
    pub oldest_ms: Option<i64>,
    /// How many machines have not been read.
    pub not_read: usize,
    /// The place of the machine whose light changed last.
    pub newest: Option<usize>,
    /// Whether there are several targets, so that each machine says where it is.
    pub several: bool,
    /// The time of the board, in milliseconds since the epoch.
    pub as_of_ms: i64,
}

/// The counts of machines. Each is counted once by its state, down to `green`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Red.
    pub red: usize,
    /// Late.
    pub late: usize,
    /// Stuck.
    pub stuck: usize,
    /// Not read, or not for two rounds.
    pub unread: usize,
    /// Incomplete, settling or undecided.
    pub doubt: usize,
    /// EXPRESS, and not read: their runs cannot be listed.
    pub express: usize,
    /// Without a finished run that is known.
    pub never: usize,
    /// Green.
    pub green: usize,
    /// All.
    pub total: usize,
    /// Of all, those with a run in progress.
    pub running: usize,
    /// Of all, those that are muted.
    pub muted: usize,
    /// Of all, those that are acknowledged.
    pub acknowledged: usize,
    /// Of all, those whose fault is new.
    pub new: usize,
}

impl Counts {
    fn of(machines: &[Machine], now_ms: i64) -> Self {
        let mut counts = Self { total: machines.len(), ..Self::default() };
        for machine in machines {
            let slot = match machine.state() {
                State::Red(_) => &mut counts.red,
                State::Late => &mut counts.late,
                State::Stuck => &mut counts.stuck,
                State::Unread | State::Stale => &mut counts.unread,
                State::Incomplete | State::Settling | State::Held => &mut counts.doubt,
                State::Express => &mut counts.express,
                State::Never => &mut counts.never,
                State::Green => &mut counts.green,
            };
            *slot += 1;
            counts.running += usize::from(machine.running > 0);
            counts.muted += usize::from(machine.muted);
            counts.acknowledged += usize::from(machine.acknowledged.is_some());
            counts.new += usize::from(machine.is_new(now_ms));
        }
        counts
    }

    /// The states that there are: how many, the word, the state that stands for them, and the
    /// search that finds them; the worst first.
    pub fn parts(&self) -> Vec<(usize, &'static str, State, &'static str)> {
        let all = [
            (self.red, "red", State::Red(Status::Failed), "is:red"),
            (self.late, "late", State::Late, "is:late"),
            (self.stuck, "stuck", State::Stuck, "is:stuck"),
            (self.unread, "not read", State::Unread, "is:unread"),
            (
                self.doubt,
                "in doubt",
                State::Settling,
                "is:bad -is:red -is:late -is:stuck -is:unread",
            ),
            (self.express, "EXPRESS, not read", State::Express, "is:express"),
            (self.never, "never run", State::Never, "is:never"),
            (self.green, "green", State::Green, "is:green"),
        ];
        all.into_iter().filter(|(n, ..)| *n > 0).collect()
    }

    /// `12 red · 3 late · 9,944 green · of 10,000`.
    pub fn summary(&self) -> String {
        if self.total == 0 {
            return "no machine is watched".to_owned();
        }
        let parts = self.parts().into_iter().map(|(n, word, ..)| format!("{} {word}", number(n)));
        let mut parts: Vec<String> = parts.collect();
        parts.push(format!("of {}", number(self.total)));
        for (n, word) in [(self.muted, "muted"), (self.acknowledged, "acknowledged")] {
            if n > 0 {
                parts.push(format!("{} {word}", number(n)));
            }
        }
        parts.join(" · ")
    }
}

/// A banner: a problem of Guardian itself, or of reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Banner {
    /// Guardian has stopped: since when no tick came to its end.
    Stopped(Option<Target>, Option<i64>),
    /// Guardian has just been deployed, and the first tick after that is not over; when one was.
    Young(Option<Target>, Option<i64>),
    /// A target's table cannot be read, and why.
    Unreadable(Target, String),
    /// So many machines were not read for two rounds.
    NotRead(usize),
    /// The rule that delivers events is not well.
    RuleFault(Option<Target>, String),
    /// So many calls of the last tick were throttled, and the share of the quota that is used.
    Throttled(Option<Target>, u64, u8),
    /// Anything else that a reader could not read.
    Note(String),
}

impl Banner {
    /// That calls of the last tick were throttled, if they were.
    pub fn throttled(target: Option<Target>, fleet: &Fleet) -> Option<Self> {
        // A percentage; what is written elsewhere is held to its range.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let share = fleet.share.clamp(0.0, 100.0) as u8;
        (fleet.throttled > 0).then_some(Banner::Throttled(target, fleet.throttled, share))
    }

    /// Its name in records.
    pub fn kind(&self) -> &'static str {
        match self {
            Banner::Stopped(..) => "stopped",
            Banner::Unreadable(..) => "unreadable",
            Banner::NotRead(_) => "not-read",
            Banner::RuleFault(..) => "rule-fault",
            Banner::Throttled(..) => "throttled",
            Banner::Young(..) => "young",
            Banner::Note(_) => "note",
        }
    }

    /// Its text, escaped.
    pub fn text(&self, now_ms: i64, audience: Audience) -> String {
        audience.text(&self.words(now_ms, audience))
    }

    fn words(&self, now_ms: i64, audience: Audience) -> String {
        let at = |target: &Option<Target>| {
            target
                .as_ref()
                .map(|target| format!(" in {}", plain(&target.name(audience))))
                .unwrap_or_default()
        };
        let last = |tick: &Option<i64>| match tick {
            Some(tick) => format!("its last tick was {}", ago(now_ms.saturating_sub(*tick))),
            None => "no tick is on record".to_owned(),
        };
        match self {
            Banner::Stopped(target, tick) => format!(
                "Guardian has stopped{}: {}. The lights below are as that tick and later events \
                 left them; `guardian status --from-api` reads them from Step Functions. Look at \
                 the function's log, or try `guardian run`.",
                at(target),
                last(tick)
            ),
            Banner::Young(target, tick) => format!(
                "Guardian has just been deployed{}: {}; the first one is due within a few minutes.",
                at(target),
                last(tick)
            ),
            Banner::Unreadable(target, why) => {
                format!("cannot read {}: {}", plain(&target.name(audience)), plain(&clip(why, 300)))
            }
            Banner::NotRead(n) => format!("{} not read for two rounds", count(*n, "machine")),
            Banner::RuleFault(target, what) => {
                format!(
                    "events do not arrive{}: {}. Until that is fixed a light follows its runs only \
                     when the reconciler reads the machine.",
                    at(target),
                    plain(&clip(what, 300))
                )
            }
            Banner::Throttled(target, calls, share) => {
                let calls = count(usize::try_from(*calls).unwrap_or(usize::MAX), "call");
                format!(
                    "Step Functions throttled {calls} of the last tick{}, which uses {share} % of \
                     the quota now; others in the account use the same quota",
                    at(target)
                )
            }
            Banner::Note(text) => plain(&clip(text, 600)),
        }
    }

    /// Whether the board may be wrong because of it, and not only slow.
    pub fn is_bad(&self) -> bool {
        !matches!(self, Banner::Throttled(..) | Banner::Young(..) | Banner::Note(_))
    }
}

impl Board {
    /// The board of what was read of each target, at this time.
    pub fn of_sources(sources: Vec<Source>, settings: &Settings, now_ms: i64) -> Self {
        let several = sources.len() > 1;
        let alarms = sources.iter().filter_map(|source| source.fleet_alarm);
        let fleet = alarms.min_by_key(|(alarm, since)| (*alarm != Alarm::Alarm, *since));
        let mut machines = Vec::new();
        let mut banners = Vec::new();
        for mut source in sources {
            let acknowledgements = Acknowledgements::of(&source.acknowledgements);
            for machine in &mut source.machines {
                let (state, since_ms) = (machine.state(), machine.since_ms());
                let holding = acknowledgements.holding(&machine.key, state, since_ms, now_ms);
                machine.acknowledged = holding.cloned().map(Box::new);
            }
            let target = several.then(|| source.target.clone());
            banners.extend(source_banners(&source, target, settings, now_ms));
            match machines.is_empty() {
                true => machines = source.machines,
                false => machines.append(&mut source.machines),
            }
        }
        // A mistyped tag must not look like machines without one. The function records only tags that
        // routes name.
        if let Some(tag) = &settings.grouping.tag
            && !machines.is_empty()
            && !machines.iter().any(|machine| machine.tags.contains_key(tag))
        {
            banners.push(Banner::Note(format!(
                "the tag `{tag}` is known of no machine, so they are grouped as without it; the \
                 function records the tags that routes name"
            )));
        }
        let board = Self::of_machines(machines, banners, &settings.grouping, now_ms);
        Self { several, fleet, ..board }
    }

    /// The board of machines that a reader made itself.
    pub fn of_machines(
        mut machines: Vec<Machine>,
        mut banners: Vec<Banner>,
        grouping: &crate::settings::Grouping,
        now_ms: i64,
    ) -> Self {
        assign(&mut machines, grouping);
        put_in_order(&mut machines);
        let stale = machines.iter().filter(|machine| machine.stale).count();
        if stale > 0 {
            banners.push(Banner::NotRead(stale));
        }
        banners.sort_by_key(|banner| match banner {
            Banner::Stopped(..) => 0,
            Banner::Unreadable(..) => 1,
            Banner::NotRead(_) => 2,
            Banner::RuleFault(..) => 3,
            Banner::Throttled(..) => 4,
            Banner::Young(..) => 5,
            Banner::Note(_) => 6,
        });
        // EXPRESS machines are not read.
        let read = machines.iter().filter(|machine| machine.state() != State::Express);
        let oldest_ms = read.map(|machine| machine.read_ms).min().flatten();
        let changed = machines.iter().enumerate().filter(|(_, m)| m.changed_ms().is_some());
        let newest = changed.max_by_key(|(_, machine)| machine.changed_ms()).map(|(at, _)| at);
        let not_read = machines.iter().filter(|machine| machine.state() == State::Unread).count();
        Self {
            counts: Counts::of(&machines, now_ms),
            newest,
            not_read,
            machines,
            banners,
            fleet: None,
            oldest_ms,
            several: false,
            as_of_ms: now_ms,
        }
    }

    /// What a search finds, in the board's order.
    pub fn shown<'a>(&'a self, query: &Query) -> Shown<'a> {
        Shown::of(self.found(query).collect())
    }

    /// The machines that a search finds, without their clusters and groups.
    pub fn found<'a>(&'a self, query: &Query) -> impl Iterator<Item = &'a Machine> {
        self.machines.iter().filter(|machine| query.matches(machine, self.as_of_ms))
    }

    /// The machine whose light changed last.
    pub fn newest(&self) -> Option<&Machine> {
        self.machines.get(self.newest?)
    }

    /// The machine that is worst for longest, if one is not as it should be.
    pub fn worst(&self) -> Option<&Machine> {
        worst(self.machines.iter())
    }

    /// The fleet's alarm, and its line with the worst machine, escaped: `fleet ALARM since 2 h ago;
    /// the worst is order, red for 2 h 05 min`.
    pub fn fleet_line(&self) -> Option<(Alarm, String)> {
        let (alarm, since) = self.fleet?;
        let now_ms = self.as_of_ms;
        let ago = |at: i64| ago(now_ms.saturating_sub(at));
        let since = since.map_or(String::new(), |at| format!(" since {}", ago(at)));
        let worst = self.worst().map_or(String::new(), |machine| {
            let long = |at: Option<i64>| {
                at.map_or(String::new(), |at| duration(now_ms.saturating_sub(at)))
            };
            let how = match machine.state() {
                State::Red(_) if machine.since_ms().is_none() => "red".to_owned(),
                State::Red(_) => format!("red for {}", long(machine.since_ms())),
                State::Stuck => format!("stuck, running for {}", long(machine.running_since_ms)),
                State::Late => match machine.at_ms {
                    Some(at) => format!("late, its last run was {}", ago(at)),
                    None => "late, and no finished run is known".to_owned(),
                },
                _ => machine.words(now_ms),
            };
            format!("; the worst is {}, {how}", plain(&shorten(&machine.key, 80)))
        });
        Some((alarm, format!("fleet {}{since}{worst}", alarm.word())))
    }

    /// `newest change: order turned red 3 min ago`, escaped.
    pub fn newest_line(&self) -> Option<String> {
        let machine = self.newest()?;
        let word = match machine.light? {
            guardian_contract::Light::Red => "red",
            guardian_contract::Light::Green => "green",
            guardian_contract::Light::Grey => return None,
        };
        let long = ago(self.as_of_ms.saturating_sub(machine.changed_ms()?));
        let key = plain(&shorten(&machine.key, 60));
        Some(format!("newest change: {key} turned {word} {long}"))
    }

    /// `all read within 2 h 40 min`.
    pub fn oldest_line(&self) -> Option<String> {
        match (self.oldest_ms, self.not_read) {
            (_, unread @ 1..) => Some(format!("{} not read", count(unread, "machine"))),
            (Some(at), 0) => {
                let age_ms = self.as_of_ms.saturating_sub(at);
                // Machines that were read for this very board have no age.
                (age_ms >= 1_000).then(|| format!("all read within {}", duration(age_ms)))
            }
            (None, 0) => None,
        }
    }
}

/// The machine that is worst for longest, if one is not as it should be.
pub fn worst<'a>(machines: impl Iterator<Item = &'a Machine>) -> Option<&'a Machine> {
    let bad = machines.filter(|machine| machine.state().is_bad());
    bad.min_by_key(|machine| {
        let since_ms = machine.since_ms();
        (machine.state().rank(), machine.is_quiet(), since_ms.is_none(), since_ms)
    })
}

/// A machine's place on the board: by rank, what is muted or acknowledged last, and of what is red,
/// late or stuck the newest first.
fn order(machine: &Machine) -> (Rank, bool, Reverse<Option<i64>>, &str, &Target) {
    let rank = machine.state().rank();
    // Of what has no age the last run counts.
    let since_ms = machine.since_ms().or(machine.at_ms);
    let newest_first = Reverse(since_ms.filter(|_| rank <= Rank::Amber));
    (rank, machine.is_quiet(), newest_first, &machine.key, &machine.target)
}

/// Puts the machines in their order. Their places are sorted, and each machine is moved once: it is
/// large.
fn put_in_order(machines: &mut [Machine]) {
    let mut places: Vec<usize> = (0..machines.len()).collect();
    places.sort_by(|a, b| order(&machines[*a]).cmp(&order(&machines[*b])));
    for at in 0..places.len() {
        let mut from = places[at];
        // What was there has been swapped to where the machine came from that is there now.
        while from < at {
            from = places[from];
        }
        machines.swap(at, from);
    }
}

fn source_banners(
    source: &Source,
    target: Option<Target>,
    settings: &Settings,
    now_ms: i64,
) -> Vec<Banner> {
    if let Some(why) = &source.unreadable {
        return vec![Banner::Unreadable(source.target.clone(), why.clone())];
    }
    let mut banners = Vec::new();
    let tick_ms = source.fleet.as_ref().map(|fleet| fleet.tick_ms).filter(|at| *at > 0);
    if let Some(limit) = settings.silent_ms.filter(|_| !source.without_table)
        && tick_ms.is_none_or(|at| now_ms.saturating_sub(at) > limit)
    {
        let is_young = |at: i64| now_ms.saturating_sub(at) < YOUNG_MS;
        banners.push(match source.deployed_ms {
            Some(at) if is_young(at) => Banner::Young(target.clone(), tick_ms),
            _ => Banner::Stopped(target.clone(), tick_ms),
        });
    }
    banners.extend(source.notes.iter().map(|note| match &target {
        Some(target) => Banner::Note(format!("{}: {note}", target.name(Audience::Team))),
        None => Banner::Note(note.clone()),
    }));
    if let Some(fleet) = &source.fleet {
        if let Some(fault) = &fleet.rule_fault {
            banners.push(Banner::RuleFault(target.clone(), fault.clone()));
        }
        banners.extend(Banner::throttled(target, fleet));
    }
    banners
}

/// What a search has found, with its clusters and groups.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The machines, the worst first.
    pub machines: Vec<&'a Machine>,
    /// Causes that several of them share.
    pub clusters: Vec<Cluster>,
    /// Their groups.
    pub groups: Vec<Group<'a>>,
}

impl<'a> Shown<'a> {
    /// These machines, which are in the board's order.
    pub fn of(machines: Vec<&'a Machine>) -> Self {
        Self { clusters: clusters(&machines), groups: groups(&machines), machines }
    }

    /// Those that need attention.
    pub fn bad(&self) -> &[&'a Machine] {
        let end = self.machines.partition_point(|machine| machine.state().is_bad());
        &self.machines[..end]
    }

    /// How much there is to show.
    pub fn scale(&self) -> Scale {
        match self.machines.len() {
            0..=24 => Scale::Few,
            25..=250 => Scale::Dozens,
            251..=2_500 => Scale::Hundreds,
            _ => Scale::Thousands,
        }
    }
}

/// The size of the board: each view has a form for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// About 8 machines: a full row each.
    Few,
    /// About 100: a row for each machine that needs attention, the rest by group.
    Dozens,
    /// About 1,000: causes, the ten worst, groups.
    Hundreds,
    /// About 10,000: as much as fits.
    Thousands,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_order_is_rank_then_quiet_then_newest() {
        for n in [8, 100, 1_000] {
            let board = sample::board(n);
            let order = |m: &Machine| (m.state().rank(), m.is_quiet());
            assert!(board.machines.windows(2).all(|two| order(&two[0]) <= order(&two[1])));
            let red: Vec<_> =
                board.machines.iter().filter(|m| m.state().rank() == Rank::Red).collect();
            let loud = red.iter().filter(|m| !m.is_quiet()).map(|m| m.since_ms());
            let since: Vec<_> = loud.collect();
            assert!(since.windows(2).all(|two| two[0] >= two[1]), "newest first");
        }
    }

    #[test]
    fn each_machine_is_counted_once() {
        let counts = sample::board(1_000).counts;
        let sum: usize = counts.parts().iter().map(|(n, ..)| n).sum();
        assert_eq!((sum, counts.total), (1_000, 1_000));
        assert!(counts.summary().ends_with("acknowledged"), "{}", counts.summary());
        assert_eq!(Board::default().counts.summary(), "no machine is watched");
    }

    #[test]
    fn the_search_of_each_count_finds_as_many() {
        let board = sample::board(1_000);
        for (n, word, _, search) in board.counts.parts() {
            let found = board.shown(&Query::parse(search)).machines;
            // A machine that is red may be late as well.
            assert!(found.len() >= n, "{word}: {} of {n}", found.len());
        }
    }

    #[test]
    fn every_banner_says_what_is_wrong_and_where() {
        let (settings, mut sources) = (sample::settings(), sample::sources(8));
        let fleet = Fleet {
            tick_ms: sample::NOW - 3_600_000,
            throttled: 3,
            share: 25.0,
            rule_fault: Some("the rule is disabled".into()),
            ..Fleet::default()
        };
        sources[0].fleet = Some(fleet);
        let target = Target { account: "210987654321".into(), region: "eu-west-1".into() };
        let unreadable = Some("AccessDenied\u{1b}[2J".to_owned());
        sources.push(Source { target, unreadable, ..Source::default() });
        let board = Board::of_sources(sources, &settings, sample::NOW);
        let texts: Vec<String> =
            board.banners.iter().map(|b| b.text(sample::NOW, Audience::Team)).collect();
        insta::assert_snapshot!(texts.join("\n"));
        assert!(board.several && board.machines.len() == 8, "the rest is shown");
    }

    #[test]
    fn a_tag_that_is_known_of_no_machine_is_named() {
        let notes = |tag: &str, n: usize| {
            let mut settings = sample::settings();
            settings.grouping.tag = Some(tag.into());
            let board = Board::of_sources(sample::sources(n), &settings, sample::NOW);
            let texts = board.banners.iter().map(|b| b.text(sample::NOW, Audience::Team));
            texts.filter(|text| text.starts_with("the tag ")).count()
        };
        assert_eq!([notes("team", 8), notes("taem", 8), notes("taem", 0)], [0, 1, 0]);
    }

    #[test]
    fn a_fault_after_the_acknowledged_one_is_shown_in_full_again() {
        let settings = sample::settings();
        let mut sources = sample::sources(8);
        let quiet = |sources: &[Source]| {
            let board = Board::of_sources(sources.to_vec(), &settings, sample::NOW);
            board.machines.iter().find(|m| m.key == "order-charge").is_some_and(Machine::is_quiet)
        };
        assert!(!quiet(&sources));
        let mut ack = Acknowledgement {
            machine: "order-charge".into(),
            by: "ann".into(),
            at_ms: sample::NOW - 60_000,
            until_ms: sample::NOW + 60_000,
            why: String::new(),
        };
        sources[0].acknowledgements = vec![ack.clone()];
        assert!(quiet(&sources));
        ack.at_ms = sample::NOW - 100 * 86_400_000;
        sources[0].acknowledgements = vec![ack];
        assert!(!quiet(&sources));
    }
}
