//! A replay as a picture: for each machine the truth, and below it the alarm states of each recipe.
//! Each colour also has a pattern and a word in the legend.

use crate::alarm::State;
use crate::history::Origin;
use crate::report::Replay;
use crate::text::duration;
use crate::timeline::{Segment, Timeline};
use guardian_contract::Light;
use std::fmt::Write;

const LEFT: f64 = 210.0;
const PLOT: f64 = 960.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 96.0;
const STRIP: f64 = 9.0;
const GAP: f64 = 10.0;
const DAY_MS: i64 = 86_400_000;

/// Draws it. The same replay gives the same bytes.
pub fn render(replay: &Replay) -> String {
    let strips = 1 + replay.recipes.len();
    let row = strips as f64 * (STRIP + 1.0) + GAP;
    let height = TOP + row * replay.truths.len() as f64 + 20.0;
    let width = LEFT + PLOT + RIGHT;
    let mut out = String::new();
    let origin = match replay.origin {
        Origin::Recorded => "recorded executions".to_owned(),
        Origin::Simulated(seed) => format!("simulated executions (seed {seed})"),
    };
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<title>What was true and what alarms said: {origin}</title>\n\
         <desc>Per machine, the first strip is the truth; the strips below it are what the alarm \
         of each recipe said.</desc>\n{PATTERNS}\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"bold\">What was true and what \
         alarms said: {origin}</text>\n"
    );
    legend(&mut out, replay);
    days(&mut out, replay, height);
    for (index, (machine, truth)) in replay.truths.iter().enumerate() {
        let y = TOP + row * index as f64;
        let _ = writeln!(
            out,
            "<g><text x=\"10\" y=\"{:.1}\" font-weight=\"bold\">{}</text>",
            y + STRIP,
            escape(&shortened(machine.as_str()))
        );
        strip(&mut out, replay, y, "truth", truth, truth_style);
        for (below, recipe) in replay.recipes.iter().enumerate() {
            let y = y + (below + 1) as f64 * (STRIP + 1.0);
            if let Some(report) = recipe.machines.get(index) {
                strip(&mut out, replay, y, recipe.recipe.word(), &report.said, alarm_style);
            }
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Okabe and Ito's colours, which people with colour blindness can distinguish, each with a pattern.
const PATTERNS: &str = "<defs>\n\
    <pattern id=\"red\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect width=\"4\" height=\"4\" fill=\"#d55e00\"/>\
    <rect width=\"1.4\" height=\"4\" fill=\"#5c2800\"/></pattern>\n\
    <pattern id=\"green\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
    <rect width=\"4\" height=\"4\" fill=\"#8fd3bf\"/></pattern>\n\
    <pattern id=\"grey\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
    <rect width=\"4\" height=\"4\" fill=\"#eeeeee\"/>\
    <circle cx=\"2\" cy=\"2\" r=\"0.8\" fill=\"#777777\"/></pattern>\n</defs>\n";

fn truth_style(light: Light) -> (&'static str, &'static str) {
    match light {
        Light::Red => ("red", "failed"),
        Light::Green => ("green", "succeeded"),
        Light::Grey => ("grey", "no run finished yet"),
    }
}

fn alarm_style(state: State) -> (&'static str, &'static str) {
    match state {
        State::Alarm => ("red", "ALARM"),
        State::Ok => ("green", "OK"),
        State::InsufficientData => ("grey", "INSUFFICIENT_DATA"),
    }
}

fn legend(out: &mut String, replay: &Replay) {
    let entries = [
        ("red", "striped: failed / ALARM"),
        ("green", "plain: succeeded / OK"),
        ("grey", "dotted: never finished / INSUFFICIENT_DATA"),
    ];
    let mut x = 10.0;
    for (pattern, words) in entries {
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"31\" width=\"24\" height=\"{STRIP}\" fill=\"url(#{pattern})\" \
             stroke=\"#555555\" stroke-width=\"0.5\"/><text x=\"{:.0}\" y=\"40\">{words}</text>",
            x + 30.0
        );
        x += 50.0 + 6.2 * words.len() as f64;
    }
    let strips: Vec<&str> =
        ["truth"].into_iter().chain(replay.recipes.iter().map(|r| r.recipe.word())).collect();
    let _ = writeln!(
        out,
        "<text x=\"10\" y=\"58\">strips of a machine, from above: {}</text>",
        strips.join(", ")
    );
}

fn days(out: &mut String, replay: &Replay, height: f64) {
    let mut day = replay.from_ms.div_euclid(DAY_MS) * DAY_MS;
    if day < replay.from_ms {
        day += DAY_MS;
    }
    // Past some weeks a label a day would be a smear.
    let every = (replay.to_ms - replay.from_ms) / DAY_MS / 14 + 1;
    let mut count = 0;
    while day < replay.to_ms {
        let x = across(replay, day);
        let date = jiff::Timestamp::from_millisecond(day)
            .map_or_else(|_| day.to_string(), |at| at.to_string().chars().take(10).collect());
        let _ = writeln!(
            out,
            "<line x1=\"{x:.1}\" y1=\"{:.0}\" x2=\"{x:.1}\" y2=\"{:.0}\" stroke=\"#bbbbbb\" \
             stroke-width=\"0.5\"/>",
            TOP - 12.0,
            height - 10.0
        );
        if count % every == 0 {
            let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{:.0}\">{date}</text>", TOP - 16.0);
        }
        count += 1;
        day += DAY_MS;
    }
}

/// One timeline. Red goes on top and is at least a visible line wide: a short failure is what
/// the picture is for.
fn strip<S: Copy + PartialEq>(
    out: &mut String,
    replay: &Replay,
    y: f64,
    name: &str,
    timeline: &Timeline<S>,
    look: fn(S) -> (&'static str, &'static str),
) {
    let _ = writeln!(
        out,
        "<text x=\"{:.0}\" y=\"{:.1}\" font-size=\"7\" text-anchor=\"end\">{}</text>",
        LEFT - 4.0,
        y + STRIP - 2.0,
        escape(name)
    );
    let (reds, others): (Vec<Segment<S>>, Vec<Segment<S>>) =
        timeline.segments().partition(|s| look(s.state).0 == "red");
    for segment in others.iter().chain(&reds) {
        let (pattern, words) = look(segment.state);
        let x = across(replay, segment.from_ms);
        let least = if pattern == "red" { 0.8 } else { 0.0 };
        let width = (across(replay, segment.to_ms) - x).max(least);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{width:.2}\" height=\"{STRIP}\" \
             fill=\"url(#{pattern})\"><title>{}: {words} for {}</title></rect>",
            escape(name),
            duration(segment.len_ms())
        );
    }
}

fn across(replay: &Replay, ms: i64) -> f64 {
    let span = (replay.to_ms - replay.from_ms).max(1) as f64;
    LEFT + PLOT * (ms - replay.from_ms) as f64 / span
}

/// What fits left of the strips.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 18 {
        return name.to_owned();
    }
    name.chars().take(17).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
