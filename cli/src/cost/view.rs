//! The costs of the tiers as a table and as records. Nothing is printed here.

use super::model::{Estimate, Part};
use super::prices;
use super::tiers::{FAILURES, Priced, Runs, Tier, tiers};
use crate::event::Event;
use crate::text::{Paint, count, wrap};
use crate::ui::TextStyle;
use guardian_stack::app::App;
use serde_json::json;

/// Machines and runs an hour of the example of busy machines.
pub const BUSY: (f64, f64) = (10.0, 3_600.0);

/// What there is to show.
#[derive(Debug, Clone)]
pub struct Costs<'a> {
    /// The tiers.
    pub tiers: &'a [Priced],
    /// Machines.
    pub machines: usize,
    /// Of these, EXPRESS ones.
    pub express: usize,
    /// What they do.
    pub runs: Runs,
    /// What ten machines with one run a second cost, beside what a stack has whatever happens.
    pub busy: &'a Estimate,
}

fn words(part: &str) -> &'static str {
    match part {
        "alarms" => "alarms",
        "metrics" => "custom metrics",
        "dashboard" => "dashboard",
        "event-queue" => "events: queue",
        "event-function" => "events: function",
        "event-writes" => "events: table writes",
        "event-reads" => "events: table reads",
        "tick-function" => "ticks: function",
        "tick-writes" => "ticks: table writes",
        "tick-reads" => "ticks: table reads",
        "metric-calls" => "PutMetricData",
        "logs" => "logs of the function",
        "storage" => "table storage",
        _ => "other",
    }
}

impl Priced {
    fn title(&self) -> &'static str {
        match (self.tier, self.configured) {
            (Tier::None, _) => "none",
            (Tier::All, _) => "all",
            (Tier::Configured, _) => "configured",
        }
    }
}

fn dollars(amount: f64) -> String {
    let cents = (amount * 100.0).round() as u64;
    match cents {
        0 if amount > 0.0 => "< $0.01".to_owned(),
        cents => super::dollars(cents),
    }
}

/// The table.
pub fn text(costs: &Costs<'_>, style: TextStyle) -> String {
    let paint = Paint(style.colour);
    let Costs { tiers, machines, express, runs, busy } = costs;
    let express = match express {
        0 => String::new(),
        some => format!(" ({some} EXPRESS)"),
    };
    let runs_an_hour = number(runs.an_hour, "run");
    let title = format!(
        "Cost a month of {}{express}, {runs_an_hour} an hour each, by `alarms.each`",
        count(*machines, "machine")
    );
    let mut lines = wrap(&title, style.width);
    lines.push(String::new());
    let head: String = tiers.iter().map(|tier| format!("{:>14}", tier.title())).collect();
    lines.push(paint.dim(&format!("{:24}{head}", "")));
    let parts = tiers.first().map(|tier| tier.estimate.parts.as_slice()).unwrap_or_default();
    for Part { part, .. } in parts {
        let cells: String =
            tiers.iter().map(|tier| format!("{:>14}", dollars(tier.estimate.part(part)))).collect();
        lines.push(format!("{:24}{cells}", words(part)));
    }
    let totals: String =
        tiers.iter().map(|tier| format!("{:>14}", dollars(tier.estimate.total()))).collect();
    lines.push(paint.bold(&format!("{:24}{totals}", "total")));
    let guarded: String = tiers.iter().map(|tier| format!("{:>14}", tier.guarded)).collect();
    lines.push(format!("{:24}{guarded}", "with alarms of their own"));
    if tiers.iter().any(|tier| tier.not_covered > 0) {
        let cells: String = tiers.iter().map(|tier| format!("{:>14}", tier.not_covered)).collect();
        lines.push(format!("{:24}{cells}", "EXPRESS, not covered"));
    }
    lines.push(String::new());
    let busy = format!(
        "Ten machines with one run a second each cost {} a month for events, ticks and logs, without \
         alarms of their own.",
        dollars(busy.total())
    );
    let failures = format!("{} of the runs fail. ", percent(runs.failures));
    let basis = format!(
        "{failures}Second-hand list prices of {}, collected {}; the free tier is not deducted. \
         Not counted: notifications, the machines' own logs, artifacts, keys and backups.",
        prices::REGION,
        prices::AS_OF
    );
    lines.extend([busy, basis].iter().flat_map(|text| wrap(text, style.width)));
    lines.join("\n")
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

/// `1 run`, `0.5 runs`.
fn number(number: f64, noun: &str) -> String {
    if number == 1.0 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A record of each tier, and of the busy machines.
pub fn events(costs: &Costs<'_>) -> Vec<Event<'static>> {
    let prices = json!({"region": prices::REGION, "as_of": prices::AS_OF, "second_hand": true});
    let tiers = costs.tiers.iter().map(|tier| {
        Event::Cost(json!({
            "tier": tier.tier,
            "configured": tier.configured,
            "machines": costs.machines,
            "express": costs.express,
            "guarded": tier.guarded,
            "not_covered": tier.not_covered,
            "runs_an_hour": costs.runs.an_hour,
            "failures": costs.runs.failures,
            "total": rounded(tier.estimate.total()),
            "parts": parts(&tier.estimate),
            "billed": tier.billed,
            "prices": prices,
        }))
    });
    let (machines, an_hour) = BUSY;
    let busy = Event::Cost(json!({
        "tier": null,
        "configured": false,
        "machines": machines as u64,
        "express": 0,
        "guarded": 0,
        "not_covered": 0,
        "runs_an_hour": an_hour,
        "failures": FAILURES,
        "total": rounded(costs.busy.total()),
        "parts": parts(costs.busy),
        "billed": null,
        "prices": prices,
    }));
    tiers.chain([busy]).collect()
}

fn parts(estimate: &Estimate) -> Vec<serde_json::Value> {
    let part = |part: &Part| json!({"part": part.part, "number": part.number.map(f64::round), "dollars": rounded(part.dollars)});
    estimate.parts.iter().map(part).collect()
}

/// To a hundredth of a cent.
fn rounded(dollars: f64) -> f64 {
    (dollars * 10_000.0).round() / 10_000.0
}

/// What `validate` and `plan` point out of an application; few machines cannot matter.
pub fn advice_for(app: &App) -> Option<String> {
    let runs = Runs { an_hour: 1.0, failures: FAILURES };
    let few = app.memory.is_none() || app.guarded().len() < FEW;
    (!few).then(|| tiers(app, runs).ok()).flatten().and_then(|tiers| advice(&tiers))
}

/// Machines with alarms of their own that cost less than [`MATTERS`].
const FEW: usize = 100;

/// What no alarms of their own would save, where that matters.
fn advice(tiers: &[Priced]) -> Option<String> {
    let find = |configured: bool, tier: Tier| {
        tiers.iter().find(|one| one.configured == configured && one.tier == tier)
    };
    let (now, none) = (find(true, Tier::Configured)?, find(false, Tier::None)?);
    let (now, none) = (now.estimate.total(), none.estimate.total());
    (now - none >= MATTERS).then(|| {
        format!(
            "alarms of their own cost about {} a month; without (`alarms.each: \
             none`), covered by the alarms over all machines, about {}. `guardian cost` compares",
            dollars(now),
            dollars(none)
        )
    })
}

/// Dollars a month from which on another choice is pointed out.
const MATTERS: f64 = 50.0;

#[cfg(test)]
mod tests {
    use super::super::tiers::tests::{HOURLY, app};
    use super::super::tiers::{busy, tiers};
    use super::*;

    #[test]
    fn the_tiers_stand_beside_each_other_and_every_price_is_marked_as_second_hand() {
        let app = app(120, "alarms: { each: [\"import-0000*\"] }\n");
        let tiers = tiers(&app, HOURLY).unwrap();
        let busy = busy(&app, BUSY.0, BUSY.1);
        let costs = Costs { tiers: &tiers, machines: 120, express: 0, runs: HOURLY, busy: &busy };
        let text = super::text(&costs, TextStyle { width: 80, colour: false });
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
        let records: Vec<String> = events(&costs).iter().map(Event::record).collect();
        assert_eq!(records.len(), 4);
        assert!(records.iter().all(|one| one.contains("\"second_hand\":true")), "{records:?}");
        insta::assert_snapshot!(records[3]);
    }

    #[test]
    fn another_choice_is_pointed_out_where_it_saves_50_dollars() {
        let advice = |app| advice(&tiers(&app, HOURLY).unwrap());
        assert_eq!(advice(app(100, "")), None);
        assert_eq!(advice(app(1_000, "alarms: { each: none }\n")), None);
        let text = advice(app(1_000, "")).unwrap();
        assert!(text.contains("alarms.each: none"), "{text}");
    }
}
