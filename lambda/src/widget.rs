//! The dashboard's widget: the function that is a second one of the same package, in the role
//! `board`. It reads the state table and answers with the board as HTML; it writes nothing, and
//! keeps nothing from one answer to the next.

use crate::handler::remaining;
use crate::retry::{CallError, Kind};
use crate::table::{Store, Table, check_schema, document, row};
use crate::watcher::Clock;
use crate::{Calls, Settings};
use futures_util::future::try_join_all;
use guardian_board::html::{Mode, Size, Theme, View, html};
use guardian_board::settings::{Grouping, Mute};
use guardian_board::{Banner, Board, Evaluator, Query, Source, Target, describe};
use guardian_contract::table::{
    ACKNOWLEDGED, FLEET, GENERAL, SCHEMA_KEY, SHARDS, SILENT_MS, SWEEP, Sweep,
};
use guardian_contract::{MANAGED_SUFFIX, OpenMute, Patterns};
use lambda_runtime::Diagnostic;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// What of the time is kept for the rendering.
const RENDERING: Duration = Duration::from_millis(1_500);
/// Characters of an unknown payload that the error shows.
const UNKNOWN_SHOWN: usize = 200;

/// Which invocation this is.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// ARN of the function that was invoked.
    pub function_arn: String,
    /// When Lambda ends the invocation, in milliseconds since the epoch; 0 if that is not known.
    pub deadline_ms: u64,
}

impl Caller {
    fn target(&self) -> Target {
        let mut parts = self.function_arn.split(':').skip(3);
        let mut part = || parts.next().unwrap_or_default().to_owned();
        Target { region: part(), account: part() }
    }
}

/// The answer to the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Rendered {
    /// The widget.
    Html(String),
    /// Its documentation.
    Documentation {
        /// As Markdown.
        markdown: String,
    },
}

/// A payload that the widget's function does not answer, with its beginning. The same payload would
/// have the same answer, so there is nothing to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidgetError(String);

impl fmt::Display for WidgetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the board's function does not know the payload `{}`; it answers CloudWatch's custom \
             widgets: {{\"describe\": true}}, or a payload with a `widgetContext`. A sweep is \
             started with `guardian run`",
            self.0
        )
    }
}
impl std::error::Error for WidgetError {}

impl From<WidgetError> for Diagnostic {
    fn from(error: WidgetError) -> Self {
        let error_type = "Guardian.NotHandled".to_owned();
        Diagnostic { error_type, error_message: error.to_string() }
    }
}

/// What the console asks for.
#[derive(Debug, Clone)]
enum Request {
    Describe,
    /// The board, seen like this; and what of the parameters is not as it should be.
    Show(View, Vec<String>),
}

impl Request {
    fn of(payload: &Value) -> Result<Self, WidgetError> {
        if payload.get("describe") == Some(&Value::Bool(true)) {
            return Ok(Request::Describe);
        }
        let Some(context) = payload.get("widgetContext").filter(|context| context.is_object())
        else {
            let beginning = payload.to_string().chars().take(UNKNOWN_SHOWN).collect();
            return Err(WidgetError(beginning));
        };
        let mut notes = Vec::new();
        let mut parameter = |name: &str| {
            let of_widget = || context.get("params")?.get(name);
            match payload.get(name).or_else(of_widget)? {
                Value::String(text) => Some(text.clone()),
                Value::Null => None,
                _ => {
                    notes.push(format!("the widget's parameter `{name}` is not a text"));
                    None
                }
            }
        };
        let filter = Query::parse(&parameter("q").unwrap_or_default());
        let wanted = parameter("theme");
        let given = || context.get("theme").and_then(Value::as_str);
        let theme = match wanted.as_deref().or_else(given) {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        if let Some(other) = wanted.filter(|t| !["auto", "light", "dark"].contains(&t.as_str())) {
            let other = guardian_board::text::clip(&other, 40);
            notes.push(format!(
                "the widget's parameter `theme` is auto, light or dark, not {other}"
            ));
        }
        let pixels = |name: &str| usize::try_from(context.get(name)?.as_u64()?).ok();
        let size = pixels("width").zip(pixels("height"));
        let size = size.map(|(width, height)| Size { width, height });
        let view = View { mode: Mode::Widget, theme, size, filter, ..View::default() };
        Ok(Request::Show(view, notes))
    }
}

/// Answers the console with what the table says.
#[derive(Debug)]
pub struct Widget<T> {
    table: T,
    settings: Settings,
    clock: Clock,
}

impl<T: Table> Widget<T> {
    /// A widget of this table.
    pub fn new(table: T, settings: Settings) -> Self {
        Self { table, settings, clock: Clock::new(SystemTime::now) }
    }

    /// The same with another clock.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Answers one invocation. A table that cannot be read is a board that says so.
    pub async fn answer(&self, payload: &Value, caller: &Caller) -> Result<Rendered, WidgetError> {
        let (view, notes) = match Request::of(payload) {
            Ok(Request::Describe) => {
                return Ok(Rendered::Documentation { markdown: describe::describe() });
            }
            Ok(Request::Show(view, notes)) => (view, notes),
            Err(error) => {
                tracing::error!(error = %error, "event not handled");
                return Err(error);
            }
        };
        let began = Instant::now();
        let calls = Calls::default();
        let time = remaining(caller.deadline_ms, self.clock.now()).saturating_sub(RENDERING);
        let store =
            Store { table: &self.table, calls: &calls, deadline: began + time, incidents_s: 0 };
        let mut banners: Vec<Banner> = notes.into_iter().map(Banner::Note).collect();
        banners.extend(self.settings.mismatch.clone().map(Banner::Note));
        let now_ms = self.clock.now_ms();
        let (target, settings) = (caller.target(), self.of_board(now_ms));
        let source = match read(&store, &target, &settings, now_ms).await {
            Ok((source, unreadable)) => {
                banners.extend(unreadable);
                source
            }
            Err(error) => {
                tracing::error!(error = %error, "the state table cannot be read");
                Source { target, unreadable: Some(advised(&error)), ..Source::default() }
            }
        };
        let mut board = Board::of_sources(vec![source], &settings, now_ms);
        board.banners.extend(banners);
        let html = html(&board, &view);
        tracing::info!(
            machines = board.counts.total,
            queries = calls.query.load(Ordering::Relaxed),
            bytes = html.len(),
            duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "shown"
        );
        Ok(Rendered::Html(html))
    }

    /// The function's settings as the board has them.
    fn of_board(&self, now_ms: i64) -> guardian_board::Settings {
        let Settings { watch, aborted, groups, mutes, .. } = &self.settings;
        let named = groups.iter().map(|(name, of)| (name.clone(), of.clone())).collect();
        let mutes = mutes.iter().filter_map(|window| {
            // One that cannot be read is a fault that the other function reports.
            let open = window.open_at(now_ms).ok()??;
            Some(Mute { machines: keys(&open), from_ms: now_ms, until_ms: open.until_ms })
        });
        guardian_board::Settings {
            watch: watch.clone(),
            aborted: *aborted,
            grouping: Grouping { tag: None, named },
            mutes: mutes.collect(),
            silent_ms: Some(SILENT_MS),
        }
    }
}

/// Patterns of the keys of a window's machines: of a managed machine's name, the key.
fn keys(open: &OpenMute) -> Patterns {
    if open.machines.is_empty() {
        return vec!["*".to_owned()].into();
    }
    let of_names = open.machines.iter().filter_map(|name| name.strip_suffix(MANAGED_SUFFIX));
    open.machines.iter().cloned().chain(of_names.map(str::to_owned)).collect::<Vec<_>>().into()
}

/// Reads all that a board shows, in six queries and one more for each further megabyte; and what
/// says which records cannot be read.
async fn read<T: Table>(
    store: &Store<'_, T>,
    target: &Target,
    settings: &guardian_board::Settings,
    now_ms: i64,
) -> Result<(Source, Option<Banner>), CallError> {
    // A row is evaluated with what the reconciler's records say.
    let partitions = [GENERAL, ACKNOWLEDGED].into_iter().chain(SHARDS);
    let partitions = try_join_all(partitions.map(|partition| store.partition(partition))).await?;
    let mut source = Source { target: target.clone(), ..Source::default() };
    let target = &Arc::new(target.clone());
    let mut evaluator = Evaluator { target, settings, round_ms: None, now_ms };
    let mut unreadable = Unreadable::default();
    for item in partitions.into_iter().flatten() {
        match (item.key.partition.as_str(), item.key.sort.as_str()) {
            (GENERAL, SCHEMA_KEY) => check_schema(&item)?,
            (GENERAL, FLEET) => source.fleet = unreadable.sieve(document(&item)),
            (GENERAL, SWEEP) => {
                let sweep: Option<Sweep> = unreadable.sieve(document(&item));
                evaluator.round_ms = sweep.and_then(|sweep| sweep.round_took_ms);
            }
            (GENERAL, _) => {}
            (ACKNOWLEDGED, _) => {
                source.acknowledgements.extend(unreadable.sieve(document(&item)));
            }
            _ => {
                let row = unreadable.sieve(row(item)).filter(|row| row.gone_ms.is_none());
                source.machines.extend(row.map(|row| evaluator.machine(&row, None)));
            }
        }
    }
    Ok((source, unreadable.banner()))
}

/// Records that cannot be read: how many, and the first error.
#[derive(Debug, Default)]
struct Unreadable {
    count: usize,
    first: Option<CallError>,
}

impl Unreadable {
    fn sieve<R>(&mut self, read: Result<R, CallError>) -> Option<R> {
        read.map_err(|error| {
            tracing::warn!(error = %error, "record not read");
            self.count += 1;
            self.first.get_or_insert(error);
        })
        .ok()
    }

    fn banner(&self) -> Option<Banner> {
        let records = guardian_contract::count(self.count, "record");
        let first = self.first.as_ref()?;
        Some(Banner::Note(format!("cannot read {records} of the state table; the first: {first}")))
    }
}

/// The error, and how to fix it.
fn advised(error: &CallError) -> String {
    let help = match error.kind {
        Kind::Gone => ". The table was deleted; deploy the stack again",
        Kind::Throttled | Kind::Transient => ". The next refresh tries again",
        Kind::Permanent if error.is_access_denied() => {
            ". Allow the function's role dynamodb:Query on the table, or deploy the stack again"
        }
        Kind::Permanent | Kind::Unsupported => "",
    };
    // The banner has room for 300 characters.
    format!("{}{help}", guardian_board::text::clip(&error.to_string(), 200))
}
