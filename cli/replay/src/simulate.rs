//! A seeded simulator of weeks of executions. Its histories are marked as simulated; the same plan
//! makes the same history.

use crate::conditions::fnv1a;
use crate::history::{History, Origin};
use fastrand::Rng;
use guardian_contract::{MachineKey, Run, Status};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Monday 2026-01-05T00:00:00Z, where simulated weeks begin.
pub const MONDAY_MS: i64 = 1_767_571_200_000;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Seed. A machine's executions depend on it and on the machine's name, not on the others.
    pub seed: u64,
    /// How many machines.
    pub machines: u32,
    /// For how many days.
    pub days: u32,
}

/// How often a machine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cadence {
    FiveMinutes,
    Hourly,
    Nightly,
    Weekly,
    Sporadic,
    Never,
}

impl Cadence {
    /// Mostly schedules, as in real accounts; every fiftieth machine is one that never runs.
    fn of(index: u32) -> Self {
        use Cadence::{FiveMinutes, Hourly, Never, Nightly, Sporadic, Weekly};
        if index % 50 == 49 {
            return Never;
        }
        let mix = [
            FiveMinutes,
            Hourly,
            Nightly,
            Sporadic,
            Hourly,
            Nightly,
            Weekly,
            Hourly,
            Sporadic,
            Nightly,
        ];
        mix[index as usize % mix.len()]
    }

    fn word(self) -> &'static str {
        match self {
            Cadence::FiveMinutes => "every5min",
            Cadence::Hourly => "hourly",
            Cadence::Nightly => "nightly",
            Cadence::Weekly => "weekly",
            Cadence::Sporadic => "sporadic",
            Cadence::Never => "never",
        }
    }

    /// Least and most ordinary duration.
    fn duration(self) -> (i64, i64) {
        match self {
            Cadence::FiveMinutes => (5 * SECOND, 2 * MINUTE),
            Cadence::Hourly => (30 * SECOND, 20 * MINUTE),
            Cadence::Nightly => (10 * MINUTE, 3 * HOUR),
            Cadence::Weekly => (HOUR, 6 * HOUR),
            Cadence::Sporadic | Cadence::Never => (MINUTE, 30 * MINUTE),
        }
    }

    /// Scheduled starts between two instants; sporadic machines start several executions at once
    /// now and then.
    fn starts(self, rng: &mut Rng, from_ms: i64, to_ms: i64) -> Vec<i64> {
        let mut starts = Vec::new();
        let (first, every) = match self {
            Cadence::FiveMinutes => (rng.i64(0..5) * MINUTE, 5 * MINUTE),
            Cadence::Hourly => (rng.i64(0..60) * MINUTE, HOUR),
            Cadence::Nightly => (rng.i64(0..6 * 60) * MINUTE, DAY),
            Cadence::Weekly => (rng.i64(0..7 * 24 * 60) * MINUTE, 7 * DAY),
            Cadence::Sporadic => {
                let mut at = from_ms;
                loop {
                    at += rng.i64(20 * MINUTE..20 * HOUR);
                    if at >= to_ms {
                        return starts;
                    }
                    let at_once = if rng.u8(0..5) == 0 { rng.i64(2..5) } else { 1 };
                    starts.extend((0..at_once).map(|i| at + i * rng.i64(0..2 * MINUTE)));
                }
            }
            Cadence::Never => return starts,
        };
        let mut at = from_ms + first;
        while at < to_ms {
            // A schedule starts within the minute, never on its first millisecond.
            starts.push(at + rng.i64(0..20 * SECOND));
            at += every;
        }
        starts
    }
}

/// An attempt that is to begin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at_ms: i64,
    /// How many retries and redrives led here.
    tries: u32,
    /// The execution that is redriven, with its first start and its number of redrives.
    redrives: Option<(String, i64, u32)>,
}

/// Makes up a history.
pub fn simulate(plan: Plan) -> History {
    let (from_ms, to_ms) = (MONDAY_MS, MONDAY_MS + i64::from(plan.days) * DAY);
    let mut machines: BTreeMap<MachineKey, Vec<Run>> = BTreeMap::new();
    for index in 0..plan.machines {
        let cadence = Cadence::of(index);
        let name = format!("{}-{index:02}", cadence.word());
        // Such a name is short and made of letters, digits and a dash.
        let Ok(key) = MachineKey::new(name) else { continue };
        let runs = machine(&key, cadence, plan.seed, from_ms, to_ms);
        machines.insert(key, runs);
    }
    let mut history = History::from_runs(from_ms, to_ms, machines);
    history.origin = Origin::Simulated(plan.seed);
    history
}

/// One machine's attempts. What breaks it breaks it for a while: most runs fail until it is
/// fixed. A failed run may be started again or redriven some minutes later.
fn machine(key: &MachineKey, cadence: Cadence, seed: u64, from_ms: i64, to_ms: i64) -> Vec<Run> {
    let mut rng =
        Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ fnv1a(key.as_str().as_bytes()));
    // Machines that run more often fail more rarely, else they would do nothing but fail.
    let fails = match cadence {
        Cadence::FiveMinutes => rng.f64() * 0.01,
        Cadence::Hourly => rng.f64() * 0.05,
        _ => 0.05 + rng.f64() * 0.25,
    };
    let mut due: BinaryHeap<Reverse<Due>> = cadence
        .starts(&mut rng, from_ms, to_ms)
        .into_iter()
        .map(|at_ms| Reverse(Due { at_ms, tries: 0, redrives: None }))
        .collect();
    let mut runs: Vec<Run> = Vec::new();
    let mut broken_until = from_ms;
    let mut started = 0_u32;
    while let Some(Reverse(next)) = due.pop() {
        let Due { at_ms, tries, redrives } = next;
        if at_ms >= to_ms {
            break;
        }
        let (least, most) = cadence.duration();
        // Two draws multiplied: most runs are short, a few take nearly the most.
        let mut lasts = least + ((most - least) as f64 * rng.f64() * rng.f64()) as i64;
        if rng.u8(0..50) == 0 {
            lasts *= 4;
        }
        let fails = if at_ms < broken_until { 0.9 } else { fails };
        let status = if rng.f64() >= fails {
            Status::Succeeded
        } else {
            match rng.u8(0..20) {
                0..15 => Status::Failed,
                15..18 => {
                    lasts = most;
                    Status::TimedOut
                }
                _ => Status::Aborted,
            }
        };
        let (arn, start_ms, redrive_ms, redrive_count) = match redrives {
            Some((arn, start_ms, count)) => (arn, start_ms, Some(at_ms), count),
            None => {
                started += 1;
                (format!("{key}:run-{started:04}"), at_ms, None, 0)
            }
        };
        let ends = at_ms + lasts.max(SECOND);
        let mut run = Run { arn, status, start_ms, stop_ms: Some(ends), redrive_ms, redrive_count };
        if ends >= to_ms {
            (run.status, run.stop_ms) = (Status::Running, None);
            runs.push(run);
            continue;
        }
        if status != Status::Succeeded {
            if at_ms >= broken_until && rng.bool() {
                broken_until = ends + rng.i64(30 * MINUTE..20 * HOUR);
            }
            let follows = rng.u8(0..20);
            if tries < 3 && follows < 7 {
                let at_ms = ends + rng.i64(2 * MINUTE..20 * MINUTE);
                due.push(Reverse(Due { at_ms, tries: tries + 1, redrives: None }));
            } else if tries < 3 && follows < 11 {
                let at_ms = ends + rng.i64(3 * MINUTE..40 * MINUTE);
                let redrives = Some((run.arn.clone(), start_ms, redrive_count + 1));
                due.push(Reverse(Due { at_ms, tries: tries + 1, redrives }));
            }
        }
        runs.push(run);
    }
    runs
}
