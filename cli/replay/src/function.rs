//! A model of the function under `last-finished`: an event joins the machine's row and its status
//! is published at once; each minute a tick judges the row, publishes what changed of late, and
//! lists the machine once a round. What a row means is the contract's: only the order of things,
//! their delays and losses are modelled here.

use crate::alarm::{MINUTE_MS, Point};
use crate::conditions::{Conditions, List, Published, Source, draw, fnv1a};
use crate::truth::Meaning;
use fastrand::Rng;
use guardian_contract::{
    CHANGED_MS, Decision, Declared, JUDGE_MS, LIST_PAGES, LISTED, Listed, MachineKey, Pace, Row,
    Rules, Run, Semantics, Verdict, evaluate, list_decides, list_executions_quota,
};

/// Percentage of the quota of ListExecutions that the function uses by default.
const QUOTA_SHARE: f64 = 50.0;

/// How long a round over so many machines takes under the default quota: whole minutes, as each
/// tick lists as many machines as a minute's share of the quota has calls.
pub fn round_ms(machines: usize) -> i64 {
    let machines = machines as f64;
    let a_tick = Pace::new(list_executions_quota(""), QUOTA_SHARE, machines, false).slice;
    (machines / a_tick).ceil().max(1.0) as i64 * MINUTE_MS
}

/// What is published of one machine between two instants, in the order of publishing.
pub(crate) fn publish(
    machine: &MachineKey,
    list: &List<'_>,
    meaning: Meaning,
    (from_ms, to_ms): (i64, i64),
    conditions: &Conditions,
    rng: Rng,
) -> Vec<Published> {
    let mut function = Function::new(machine, list, meaning, from_ms, conditions, rng);
    let ticks = conditions.round_ms.unwrap_or(MINUTE_MS).max(MINUTE_MS) / MINUTE_MS;
    // Where in a round the machine comes.
    let place = (fnv1a(machine.as_str().as_bytes()) % ticks.unsigned_abs()) as i64;
    let mut minute = from_ms.div_euclid(MINUTE_MS);
    let mut listed = false;
    while minute * MINUTE_MS < to_ms {
        let at_ms = minute * MINUTE_MS + draw(&mut function.rng, conditions.sweep_delay_ms);
        let takes_ms = draw(&mut function.rng, conditions.tick_takes_ms);
        if at_ms >= from_ms {
            // A row that is new is listed first.
            let due = !listed || minute.rem_euclid(ticks) == place;
            function.tick(at_ms, takes_ms, due);
            listed = true;
        }
        minute += 1;
    }
    function.hear_until(to_ms);
    function.published.retain(|one| (from_ms..to_ms).contains(&one.point.at_ms));
    function.published
}

struct Function<'a> {
    list: &'a List<'a>,
    conditions: &'a Conditions,
    rng: Rng,
    rules: Rules,
    declared: Declared,
    row: Row,
    /// When events arrive, the last first.
    events: Vec<(i64, Run)>,
    judged_ms: Option<i64>,
    /// The row's number to publish, while the row is what it was and the clock decides nothing.
    code: Option<Option<u8>>,
    /// How much had happened when the list was last joined, while the row is what it was since:
    /// joining the same once more changes nothing but the date.
    joined: Option<usize>,
    published: Vec<Published>,
}

impl<'a> Function<'a> {
    fn new(
        machine: &MachineKey,
        list: &'a List<'a>,
        Meaning { aborted, settle_ms }: Meaning,
        from_ms: i64,
        conditions: &'a Conditions,
        mut rng: Rng,
    ) -> Self {
        let mut events = Vec::new();
        for run in list.attempts() {
            let begins = List::as_running(run);
            let ends = run.stop_ms.map(|stop_ms| (stop_ms, run.clone()));
            for (happens_ms, run) in [Some((run.began_ms(), begins)), ends].into_iter().flatten() {
                let at_ms = happens_ms + draw(&mut rng, conditions.hint_delay_ms);
                if rng.f64() >= conditions.lost_events && at_ms >= from_ms {
                    events.push((at_ms, run));
                }
            }
        }
        events.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
        let mut row = Row::new(machine.clone(), String::new(), from_ms);
        (row.version, row.written_ms) = (1, from_ms);
        let settle_s = u32::try_from(settle_ms / 1_000).ok().filter(|seconds| *seconds > 0);
        Self {
            list,
            conditions,
            rng,
            rules: Rules {
                aborted,
                settle_ms,
                renotify_every: 0,
                topic: false,
                bus: false,
                notify_on: guardian_contract::NotifyOn::DEFAULT,
            },
            declared: Declared { settle_s, ..Declared::default() },
            row,
            events,
            judged_ms: None,
            code: None,
            joined: None,
            published: Vec::new(),
        }
    }

    /// One tick: it judges, confirms and lists, and publishes all at its end.
    fn tick(&mut self, at_ms: i64, takes_ms: i64, list_is_due: bool) {
        self.hear_until(at_ms);
        let full = self.judged_ms.is_none_or(|judged_ms| at_ms - judged_ms >= JUDGE_MS);
        if full {
            self.judged_ms = Some(at_ms);
        }
        let Rules { aborted, settle_ms, .. } = self.rules;
        if self.code.is_none() && self.row.is_undecided(aborted, settle_ms, at_ms) {
            self.update(at_ms, |_| {});
        }
        let changed = at_ms - self.row.written_ms < CHANGED_MS;
        let mut said = None;
        if full || changed {
            said = self.code(at_ms).map(|code| (code, Source::Tick));
        }
        let doubtful =
            self.row.running.iter().filter(|run| {
                run.redrive_count > 0 || self.row.unconfirmed().any(|one| one == *run)
            });
        let doubtful: Vec<String> = doubtful.map(|run| run.arn.clone()).collect();

        let read_ms = at_ms + takes_ms / 2;
        self.hear_until(read_ms);
        if !doubtful.is_empty() {
            let known: Vec<Run> =
                self.list.rows_at(read_ms).filter(|run| doubtful.contains(&run.arn)).collect();
            let decision = self.update(read_ms, |row| {
                known.into_iter().for_each(|run| row.confirm(&run.arn.clone(), Some(run)));
            });
            self.repair(read_ms, decision, &mut said);
        }
        if list_is_due {
            let decision = self.join(read_ms);
            self.repair(read_ms, decision, &mut said);
        }

        let publish_ms = at_ms + takes_ms;
        self.hear_until(publish_ms);
        if let Some((code, source)) = said {
            self.publish(publish_ms, code, source);
        }
    }

    /// Joins what the list shows.
    fn join(&mut self, at_ms: i64) -> Option<Decision> {
        let happened = self.list.happened_by(at_ms);
        if self.joined == Some(happened) {
            (self.row.listed_ms, self.row.written_ms) = (Some(at_ms), at_ms);
            return None;
        }
        let (mut runs, mut rows) = (Vec::new(), self.list.rows_at(at_ms));
        for _ in 0..LIST_PAGES {
            runs.extend(rows.by_ref().take(LISTED.into()));
            let back_to_ms = runs.last().map(Run::began_ms);
            if list_decides(Semantics::LastFinished, self.rules.aborted, &runs, back_to_ms) {
                break;
            }
        }
        let complete = rows.next().is_none();
        drop(rows);
        let listed = Listed { runs, unknown: None, complete, at_ms, p99_ms: None };
        let decision = self.update(at_ms, |row| row.list(listed));
        self.joined = Some(happened);
        decision
    }

    /// A light that a list or a description has put right is published in its place.
    fn repair(&mut self, at_ms: i64, decision: Option<Decision>, said: &mut Option<(u8, Source)>) {
        if decision.is_some_and(|decision| decision.change.is_some()) {
            *said = self.code(at_ms).map(|code| (code, Source::List));
        }
    }

    /// The events that have arrived by then.
    fn hear_until(&mut self, at_ms: i64) {
        while let Some((at_ms, run)) = self.events.pop_if(|(arrives_ms, _)| *arrives_ms <= at_ms) {
            let written = self.update(at_ms, |row| row.hear([run], at_ms));
            if written.is_some()
                && let Some(code) = self.code(at_ms)
            {
                self.publish(at_ms, code, Source::Event);
            }
        }
    }

    /// Changes the row and writes it; none if that is not worth a write.
    fn update(&mut self, now_ms: i64, act: impl FnOnce(&mut Row)) -> Option<Decision> {
        let before = self.row.clone();
        act(&mut self.row);
        let decision = self.row.decide(&self.rules, now_ms);
        if !self.row.is_news(&before, now_ms) {
            self.row = before;
            return None;
        }
        self.row.written_ms = now_ms;
        self.row.version += 1;
        (self.code, self.joined) = (None, None);
        Some(decision)
    }

    /// The number to publish of the row as it is.
    fn code(&mut self, now_ms: i64) -> Option<u8> {
        if let Some(code) = self.code {
            return code;
        }
        let judged = evaluate(&self.row, &self.declared, self.rules.aborted, now_ms);
        self.code = (!matches!(judged.verdict, Verdict::Held(_))).then_some(judged.code);
        judged.code
    }

    fn publish(&mut self, at_ms: i64, code: u8, source: Source) {
        let visible_ms = at_ms + draw(&mut self.rng, self.conditions.ingest_delay_ms);
        let point = Point { at_ms, visible_ms, value: f64::from(code) };
        self.published.push(Published { point, source });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_takes_a_minute_for_each_sixty_machines() {
        let minutes = [0, 1, 60, 61, 120, 10_000].map(|machines| round_ms(machines) / MINUTE_MS);
        assert_eq!(minutes, [1, 1, 1, 2, 2, 167]);
    }
}
