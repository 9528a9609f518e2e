//! Reads schedule expressions; see the parent module for their dialect.

use super::calendar::{Cron, Days, Recurrence};
use std::ops::Range;

/// Why an expression is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Bytes of the expression.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

/// A refusal whose place is not known yet.
#[derive(Debug)]
struct Reason {
    message: String,
    help: Option<String>,
}

impl Reason {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn at(self, span: Range<usize>) -> Refused {
        Refused { span, message: self.message, help: self.help }
    }
}

/// Whether a range may run past the last value of its field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ranges {
    Forwards,
    Either,
}

/// Reads an expression that AWS has accepted, more leniently than [`parse`].
pub fn read(expression: &str) -> Result<Recurrence, Refused> {
    let text = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => cron(&inner.trim().to_ascii_uppercase(), 0, Ranges::Either),
        None => parse(&text),
    }
}

/// Reads an expression as the guide documents it.
///
/// ```
/// use guardian_contract::schedule::{Recurrence, parse};
/// assert_eq!(parse("rate(2 hours)"), Ok(Recurrence::Rate { minutes: 120 }));
/// assert!(parse("cron(0 */3 * * ? *)").is_ok());
/// assert_eq!(parse("cron(0 25 * * ? *)").unwrap_err().span, 7..9);
/// ```
pub fn parse(expression: &str) -> Result<Recurrence, Refused> {
    let whole = 0..expression.len();
    let refuse = |reason: Reason| Err(reason.at(whole.clone()));
    let shown = "write `rate(5 minutes)` or `cron(0 */3 * * ? *)`";
    let Some((kind, rest)) = expression.split_once('(') else {
        return refuse(Reason::new("a schedule is a rate(…) or a cron(…)").help(shown));
    };
    let Some(inner) = rest.strip_suffix(')') else {
        return refuse(Reason::new("the closing `)` is missing at its end").help(shown));
    };
    let start = kind.len() + 1;
    match kind {
        "rate" => rate(inner, start),
        "cron" => cron(inner, start, Ranges::Forwards),
        "at" => refuse(
            Reason::new("`at(…)` runs once, and EventBridge rules do not take it")
                .help("a sweep has to come again and again: write rate(…) or cron(…)"),
        ),
        _ => refuse(Reason::new(format!("`{kind}(…)` is no schedule")).help(shown)),
    }
}

fn rate(inner: &str, start: usize) -> Result<Recurrence, Refused> {
    let span = start..start + inner.len();
    let refuse =
        |message: String, help: &str| Err(Reason::new(message).help(help).at(span.clone()));
    let Some((value, unit)) = inner.split_once(' ') else {
        return refuse(
            format!("`{inner}` is not a number, one space and a unit"),
            "write it as in rate(5 minutes)",
        );
    };
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let Some(value) = value.parse::<u32>().ok().filter(|n| digits && *n > 0) else {
        return refuse(
            format!("`{value}` is not a whole number above 0"),
            "the shortest rate is rate(1 minute)",
        );
    };
    let minutes = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        _ => return refuse(format!("`{unit}` is no unit"), "units are minutes, hours and days"),
    };
    let one = unit.strip_suffix('s').unwrap_or(unit);
    match (value, unit.ends_with('s')) {
        (1, true) => refuse(
            format!("EventBridge wants the singular after 1: `{one}`"),
            &format!("write rate(1 {one})"),
        ),
        (2.., false) => refuse(
            format!("EventBridge wants the plural after {value}: `{one}s`"),
            &format!("write rate({value} {one}s)"),
        ),
        _ => Ok(Recurrence::Rate { minutes: u64::from(value) * minutes }),
    }
}

/// What a field of a cron expression is called and may hold.
struct FieldRule {
    name: &'static str,
    first: u16,
    last: u16,
    /// Names of the values, from `first` on.
    words: &'static [&'static str],
    /// Whether `a/n` is documented for it.
    steps: bool,
}

pub(crate) const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
pub(crate) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const FIELDS: [FieldRule; 6] = [
    FieldRule { name: "minutes", first: 0, last: 59, words: &[], steps: true },
    FieldRule { name: "hours", first: 0, last: 23, words: &[], steps: true },
    FieldRule { name: "day-of-month", first: 1, last: 31, words: &[], steps: true },
    FieldRule { name: "month", first: 1, last: 12, words: &MONTHS, steps: true },
    FieldRule { name: "day-of-week", first: 1, last: 7, words: &DAYS, steps: false },
    FieldRule { name: "year", first: 1970, last: 2199, words: &[], steps: true },
];
const SATURDAY: u16 = 7;

fn cron(inner: &str, start: usize, ranges: Ranges) -> Result<Recurrence, Refused> {
    let mut at = start;
    let mut fields = Vec::new();
    for text in inner.split(' ') {
        fields.push((text, at..at + text.len()));
        at += text.len() + 1;
    }
    let order = "minutes hours day-of-month month day-of-week year";
    let whole = start..start + inner.len();
    let whole = |message: String, help: &str| Reason::new(message).help(help).at(whole.clone());
    if fields.iter().any(|(text, _)| text.is_empty()) {
        return Err(whole("its fields are not separated by one space each".to_owned(), order));
    }
    let count = fields.len();
    let Ok([minutes, hours, day, month, weekday, year]) =
        <[(&str, Range<usize>); 6]>::try_from(fields)
    else {
        let help = match count {
            5 => format!("the sixth is the year, most often `*`; the order is: {order}"),
            _ => format!("the order is: {order}"),
        };
        return Err(whole(format!("it has {count} fields; cron(…) has 6"), &help));
    };
    let values = |index: usize, (text, span): &(&str, Range<usize>)| {
        list(&FIELDS[index], text, ranges)
            .map_err(|reason| in_field(index, text, reason).at(span.clone()))
    };
    let special = |index: usize, (text, span): &(&str, Range<usize>)| {
        special_day(index, text).map_err(|reason| in_field(index, text, reason).at(span.clone()))
    };
    let minutes = values(0, &minutes)?;
    let hours = values(1, &hours)?;
    let days = match (day.0, weekday.0) {
        ("?", "?") => {
            let message = "day-of-month and day-of-week are both `?`";
            return Err(Reason::new(message)
                .help("write `*` in one of them for every day")
                .at(day.1.start..weekday.1.end));
        }
        ("?", _) => match special(4, &weekday)? {
            Some(days) => days,
            None => Days::OfWeek(values(4, &weekday)?),
        },
        (_, "?") => match special(2, &day)? {
            Some(days) => days,
            None => Days::OfMonth(values(2, &day)?),
        },
        _ => {
            let message = "day-of-month and day-of-week are both given; EventBridge takes one and \
                           wants `?` in the other";
            return Err(Reason::new(message)
                .help("put `?` where the day does not matter, as in cron(0 8 ? * MON-FRI *)")
                .at(day.1.start..weekday.1.end));
        }
    };
    let months = values(3, &month)?;
    let years = values(5, &year)?;
    let cron = Cron { minutes, hours, days, months, years };
    if !cron.has_a_day() {
        return Err(Reason::new("no such day is in these months: it would never run")
            .help("check day-of-month against month")
            .at(day.1.start..month.1.end));
    }
    Ok(Recurrence::Cron(cron))
}

fn in_field(index: usize, text: &str, reason: Reason) -> Reason {
    let FieldRule { name, first, last, words, .. } = &FIELDS[index];
    let named = match words {
        [] => String::new(),
        [from, .., to] => format!(" or {from} to {to}"),
        [one] => format!(" or {one}"),
    };
    let message = format!("in the field {name}, `{text}`: {}", reason.message);
    Reason::new(message)
        .help(reason.help.unwrap_or_else(|| format!("{name} takes {first} to {last}{named}")))
}

/// The forms that only the two fields for days have: `L`, `15W`, `6L`, `6#3`.
fn special_day(index: usize, text: &str) -> Result<Option<Days>, Reason> {
    let rule = &FIELDS[index];
    let of_week = rule.last == SATURDAY;
    if text.contains(',') && text.contains(['L', 'W', '#']) && !only_words(rule, text) {
        return Err(Reason::new("`L`, `W` and `#` cannot stand in a list")
            .help("EventBridge takes one such day; write two schedules for two"));
    }
    if text == "L" {
        return Ok(Some(if of_week { Days::LastOfWeek(SATURDAY) } else { Days::LastOfMonth }));
    }
    if !of_week {
        let Some(day) = text.strip_suffix('W') else { return Ok(None) };
        return value(rule, day).map(|day| Some(Days::NearestWeekday(day)));
    }
    if let Some((day, nth)) = text.split_once('#') {
        let day = value(rule, day)?;
        let nth = number(nth).filter(|n| (1..=5).contains(n)).ok_or_else(|| {
            Reason::new(format!("`{nth}` is not 1 to 5"))
                .help("write it as in 6#3, the third Friday of the month")
        })?;
        return Ok(Some(Days::Nth(day, nth)));
    }
    match text.strip_suffix('L') {
        Some(day) => value(rule, day).map(|day| Some(Days::LastOfWeek(day))),
        None => Ok(None),
    }
}

/// Whether the letters of a list are those of names (`WED` has a W that is no `W`).
fn only_words(rule: &FieldRule, text: &str) -> bool {
    text.split([',', '-']).all(|part| number(part).is_some() || rule.words.contains(&part))
}

/// The values of `*`, `a`, `a-b`, `a/n`, `*/n`, `a-b/n` and lists of these.
fn list(rule: &FieldRule, text: &str, ranges: Ranges) -> Result<Vec<u16>, Reason> {
    let mut values = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            None => (part, None),
            Some(_) if !rule.steps => {
                return Err(Reason::new("`/` is not for this field")
                    .help("list the days, as in MON,WED,FRI"));
            }
            Some((range, step)) => (range, Some(self::step(rule, step)?)),
        };
        let (from, to) = if range == "*" {
            (rule.first, rule.last)
        } else if let Some((from, to)) = range.split_once('-') {
            (value(rule, from)?, value(rule, to)?)
        } else {
            let from = value(rule, range)?;
            (from, if step.is_some() { rule.last } else { from })
        };
        let step = usize::from(step.unwrap_or(1));
        if from > to && ranges == Ranges::Either {
            values.extend((from..=rule.last).chain(rule.first..=to).step_by(step));
            continue;
        }
        if from > to {
            return Err(Reason::new(format!("`{range}` runs backwards")).help(format!(
                "write it as two ranges, {from}-{} and {}-{to}, with a comma between",
                rule.last, rule.first
            )));
        }
        values.extend((from..=to).step_by(step));
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

fn step(rule: &FieldRule, text: &str) -> Result<u16, Reason> {
    let longest = rule.last - rule.first + 1;
    number(text).filter(|n| (1..=longest).contains(n)).ok_or_else(|| {
        Reason::new(format!("the step `{text}` is not 1 to {longest}"))
            .help(format!("`*/2` is every second value of {}", rule.name))
    })
}

fn value(rule: &FieldRule, text: &str) -> Result<u16, Reason> {
    if let Some(index) = rule.words.iter().position(|word| *word == text) {
        return Ok(rule.first + u16::try_from(index).unwrap_or(0));
    }
    let upper = text.to_ascii_uppercase();
    if rule.words.contains(&upper.as_str()) {
        return Err(
            Reason::new(format!("`{text}` is in small letters")).help(format!("write `{upper}`"))
        );
    }
    match number(text) {
        Some(n) if (rule.first..=rule.last).contains(&n) => Ok(n),
        Some(_) => Err(Reason::new(format!("`{text}` is out of range"))),
        None if text.is_empty() => Err(Reason::new("a value is missing")),
        None if text == "?" => Err(Reason::new("`?` is only for day-of-month and day-of-week")),
        None => Err(Reason::new(format!("`{text}` is not a value"))),
    }
}

/// Digits alone: `parse` would take a sign too.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
