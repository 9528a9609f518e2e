//! Reads the declarations of machines beyond their light: when runs are expected, how long they may
//! take, incomplete Map Runs, and how often a red light is reported again.

use super::keys;
use super::reader::{Field, Section};
use super::times;
use crate::problem::Reason;
use guardian_contract::schedule::{self, Refused};
use guardian_contract::{Declared, Occasion, Schedule, Semantics};
use std::ops::Range;

/// How a time limit is written.
const LIMIT: &str = "write a number and a unit, as in 90s, 15m, 2h or 1d; or `definition`; or a \
                     multiple of what runs usually take, as in `3 x p99`";

/// The declarations of one machine, or of all.
#[derive(Debug, Clone, Default)]
pub(super) struct DeclaredSpec {
    /// Those that need nothing else.
    pub declared: Declared,
    /// `schedules: auto`: its schedules are in the lock.
    pub auto: bool,
    /// `max_duration: definition`: its own TimeoutSeconds.
    pub from_definition: bool,
    /// Its path in the configuration, if it is written for one machine.
    pub path: Option<String>,
    /// `incomplete: alarm`.
    pub incomplete_alarm: Option<bool>,
}

/// The declarations of one machine, with its name as written and the place.
pub(super) type OfMachine = (String, Range<usize>, DeclaredSpec);

/// The section `watch`.
#[derive(Debug, Clone, Default)]
pub(super) struct WatchSpec {
    pub defaults: DeclaredSpec,
    pub machines: Vec<OfMachine>,
}

impl WatchSpec {
    /// Whether a metric is needed that only sweeps publish: late, stuck.
    pub fn needs_sweeps(&self) -> bool {
        self.all().any(|spec| {
            spec.auto || spec.from_definition || spec.declared.expects() || spec.declared.limits()
        })
    }

    /// Whether schedules are to be found.
    pub fn asks_for_schedules(&self) -> bool {
        self.all().any(|spec| spec.auto)
    }

    fn all(&self) -> impl Iterator<Item = &DeclaredSpec> {
        std::iter::once(&self.defaults).chain(self.machines.iter().map(|(_, _, spec)| spec))
    }
}

pub(super) fn read(section: &Section<'_>, semantics: Semantics) -> WatchSpec {
    let machines = section.get("machines").map(Field::fields).unwrap_or_default();
    let of_machine = |field: Field<'_>| {
        let mut spec = declared(&field.section(keys::DECLARED), semantics);
        spec.path = Some(field.path);
        (field.key.to_owned(), field.key_span.clone(), spec)
    };
    WatchSpec {
        defaults: declared(&section.child("defaults", keys::DECLARED), semantics),
        machines: machines.into_iter().map(of_machine).collect(),
    }
}

fn declared(section: &Section<'_>, semantics: Semantics) -> DeclaredSpec {
    let seconds = |key: &str, least: u32, help: &str| {
        section.optional(key, |field| {
            let text = field.text().map_err(|reason| reason.help(help))?;
            let seconds = times::duration(text).map_err(|reason| reason.help(help))?;
            if seconds < least {
                let reason = Reason::new(format!("`{}` is shorter than {least} s", field.path));
                return Err(
                    reason.help("write 1m or more: the numbers are published by the minute")
                );
            }
            Ok(seconds)
        })
    };
    let mut spec = DeclaredSpec::default();
    spec.declared.expect_every_s = seconds("expect_every", 60, times::DURATION);
    spec.declared.grace_s = seconds("grace", 0, times::DURATION);
    spec.declared.settle_s = seconds("settle", 0, times::DURATION);
    spec.declared.renotify_every = section.optional("renotify_every", Field::whole);
    if let Some(field) = section.get("notify_on") {
        if semantics == Semantics::Original {
            let reason =
                Reason::new("under `semantics: original` the function sends no notifications");
            field.problem(reason.help("remove `notify_on`, or use `semantics: last-finished`"));
        }
        match field.text() {
            Ok(_) => field.problem(
                Reason::new(format!("`{}` takes a list", field.path))
                    .help(format!("some of: {}", Occasion::WORDS.join(", "))),
            ),
            Err(_) => {
                let occasions = field.list(|item| item.word::<Occasion>(&Occasion::WORDS));
                spec.declared.notify_on = Some(occasions);
            }
        }
    }
    match section.get("max_duration").and_then(|field| Some((field, field.text().ok()?))) {
        Some((field, "definition")) => {
            field.note(&"definition");
            spec.from_definition = true;
        }
        Some((field, text)) if let Some(factor) = times::p99(text) => match factor {
            Ok(percent) => {
                field.note(&text);
                spec.declared.max_p99_percent = Some(percent);
            }
            Err(reason) => field.problem(reason),
        },
        _ => spec.declared.max_duration_s = seconds("max_duration", 60, LIMIT),
    }
    if let Some(field) = section.get("incomplete") {
        match (field.boolean(), field.text()) {
            (Ok(wanted), _) => {
                field.note(&wanted);
                spec.declared.incomplete = Some(wanted);
                spec.incomplete_alarm = Some(false);
            }
            (_, Ok("alarm")) => {
                field.note(&"alarm");
                spec.declared.incomplete = Some(true);
                spec.incomplete_alarm = Some(true);
            }
            _ => field.problem(
                Reason::new(format!("`{}` takes true, false or alarm", field.path))
                    .help("`true` shows it on the board, `alarm` makes an alarm of it as well"),
            ),
        }
    }
    if let Some(field) = section.get("schedules") {
        match field.text() {
            Ok("auto") => {
                field.note(&"auto");
                spec.auto = true;
            }
            Ok(other) => field.problem(
                Reason::new(format!("`{}` cannot be `{other}`", field.path))
                    .help("write `auto`, or a list as in [\"cron(0 3 * * ? *)\"]"),
            ),
            Err(_) => {
                spec.declared.schedules = field.items().iter().filter_map(one_schedule).collect();
                field.note(&spec.declared.schedules);
            }
        }
        if !spec.auto && spec.declared.expect_every_s.is_some() {
            let reason = Reason::new("`expect_every` has no effect together with `schedules`");
            field.warn(reason.help("with `schedules: auto` it is for machines without one"));
        }
    }
    spec
}

/// A text, or a map with a time zone.
fn one_schedule(item: &Field<'_>) -> Option<Schedule> {
    if !item.is_map() {
        let expression = read_or_report(item, expression)?;
        return Some(Schedule { expression, timezone: None });
    }
    let section = item.section(keys::SCHEDULE);
    let Some(field) = section.get("expression") else {
        let reason = Reason::new("this schedule has no `expression`");
        item.problem(reason.help("write it as in `expression: cron(0 3 * * ? *)`"));
        return None;
    };
    Some(Schedule {
        expression: read_or_report(field, expression)?,
        timezone: section.optional("timezone", |f| times::timezone(f.text()?)),
    })
}

fn read_or_report(
    field: &Field<'_>,
    read: impl Fn(&Field<'_>) -> Result<String, Reason>,
) -> Option<String> {
    read(field).map_err(|reason| field.problem(reason)).ok()
}

/// A recurring schedule.
pub(super) fn expression(field: &Field<'_>) -> Result<String, Reason> {
    let text = field.text()?;
    if let Err(refused) = schedule::parse(text) {
        let Refused { span, message, help } = refused;
        field.problem_within(text, &span, Reason { message, help });
    }
    Ok(text.to_owned())
}
