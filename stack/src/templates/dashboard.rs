//! The dashboard: a header with links, and the alarms of every machine.

use super::links;
use super::origins::{Origin, Template};
use crate::app::{App, Dashboard};
use guardian_cfn::Val;
use guardian_cfn::resources::cloudwatch;
use guardian_contract::{
    DEPLOYMENT_DIMENSION, DOUBT_METRIC, LATE_METRIC, NAMESPACE, RED_METRIC, STUCK_METRIC,
    deployment,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Alarms that one widget shows at most [CloudWatch, dashboard body structure].
const WIDGET_ALARMS: usize = 100;
/// Widgets of one dashboard [same page], less the headers.
const PAGE_WIDGETS: usize = 490;
/// Bytes of one dashboard's alarms in a template. CloudWatch publishes no limit of its own; this
/// one leaves the main template room for the rest.
const PAGE_BYTES: usize = 300_000;
/// Where a widget stands, in columns and rows.
const WIDTH: usize = 24;
const HEADER_HEIGHT: usize = 2;
const WIDGET_HEIGHT: usize = 6;
const BOARD_HEIGHT: usize = 16;

/// Logical id of the function that answers the board. None of a machine's ends like those of the
/// board.
pub(super) const BOARD_FUNCTION: &str = "BoardFunction";

/// The part of an alarm's ARN before its name, as a variable: it would stand there thousands of
/// times.
const PREFIX: &str = "Alarm";

/// An alarm on a dashboard.
pub(super) struct Shown<'a> {
    pub name: &'a str,
    /// Its logical id, if it is in the template that the dashboard is in.
    pub here: Option<&'a str>,
    /// Whether it is a machine's status alarm.
    pub status: bool,
}

impl Shown<'_> {
    /// Its ARN, as a text for `Fn::Sub`.
    fn arn(&self) -> String {
        match self.here {
            Some(id) => format!("${{{id}.Arn}}"),
            None => format!("${{{PREFIX}}}{}", Val::sub_literal(self.name)),
        }
    }
}

/// The alarms by dashboard: the first one in the order that they have, the others beside it when
/// there are too many for one. Those of status come before all others.
pub(super) fn pages<'a>(alarms: Vec<Shown<'a>>) -> Vec<Vec<Shown<'a>>> {
    let (status, others): (Vec<_>, Vec<_>) = alarms.into_iter().partition(|a| a.status);
    let mut pages: Vec<Vec<Shown<'a>>> = vec![Vec::new()];
    let mut bytes = 0;
    for alarm in status.into_iter().chain(others) {
        // Quotes within a text are escaped, hence five more.
        let size = alarm.name.len().max(alarm.here.map_or(0, str::len)) + PREFIX.len() + 8;
        let full = pages.last().is_some_and(|page| {
            bytes + size > PAGE_BYTES || page.len() >= WIDGET_ALARMS * PAGE_WIDGETS
        });
        if full {
            pages.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(page) = pages.last_mut() {
            page.push(alarm);
        }
    }
    pages
}

/// The name of a dashboard, counted from 0, as a text for `Fn::Sub`.
pub(super) fn page_name(dashboard: &Dashboard, page: usize) -> String {
    let mut name = dashboard.name.clone();
    if dashboard.per_region {
        name.push_str("-${AWS::Region}");
    }
    if page > 0 {
        name.push_str(&format!("-{}", page + 1));
    }
    name
}

/// The same as a value.
pub(super) fn page_value(dashboard: &Dashboard, page: usize) -> Val<String> {
    let name = page_name(dashboard, page);
    if dashboard.per_region { Val::sub(&name, []) } else { name.into() }
}

/// Adds one page.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    dashboard: &Dashboard,
    page: usize,
    pages: usize,
    alarms: &[Shown<'_>],
) {
    let mut widgets = vec![json!({
        "type": "text", "x": 0, "y": 0, "width": WIDTH, "height": HEADER_HEIGHT,
        "properties": {"markdown": header(app, dashboard, page, pages)},
    })];
    let mut y = HEADER_HEIGHT;
    if page == 0 && app.board_function().is_some() {
        // The board is what people look at: it stands above the header with the links.
        widgets.insert(0, board(app));
        widgets[1]["y"] = json!(BOARD_HEIGHT);
        y += BOARD_HEIGHT;
    }
    if page == 0 && app.each.is_some() {
        widgets.push(counts(app, y));
        y += WIDGET_HEIGHT;
    }
    for (status, title) in [(true, dashboard.title.as_str()), (false, "Other alarms")] {
        let group: Vec<_> = alarms.iter().filter(|a| a.status == status).collect();
        let count = group.len().div_ceil(WIDGET_ALARMS);
        for (i, alarms) in group.chunks(WIDGET_ALARMS).enumerate() {
            let arns: Vec<String> = alarms.iter().map(|alarm| alarm.arn()).collect();
            let title = Val::sub_literal(title);
            let title = if count > 1 { format!("{title} ({} of {count})", i + 1) } else { title };
            widgets.push(json!({
                "type": "alarm", "x": 0, "y": y, "width": WIDTH, "height": WIDGET_HEIGHT,
                "properties": {"title": title, "alarms": arns},
            }));
            y += WIDGET_HEIGHT;
        }
    }
    // Not by `json!`, which would copy them all.
    let body = guardian_cfn::ascii(Value::from_iter([("widgets", widgets)]).to_string());
    let elsewhere = alarms.iter().any(|a| a.here.is_none());
    let prefix =
        Val::sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:", []);
    let variables: BTreeMap<&str, Val<String>> =
        elsewhere.then_some((PREFIX, prefix)).into_iter().collect();
    let id = if page == 0 { "Dashboard".to_owned() } else { format!("Dashboard{}", page + 1) };
    t.add(
        id,
        cloudwatch::Dashboard::new()
            .dashboard_body(Val::sub(&body, variables))
            .dashboard_name(page_value(dashboard, page)),
        Origin::of(["dashboard"]).property("DashboardName", ["dashboard.name"]),
    );
}

/// The board, a custom widget.
fn board(app: &App) -> Value {
    json!({
        "type": "custom", "x": 0, "y": 0, "width": WIDTH, "height": BOARD_HEIGHT,
        "properties": {
            "title": format!("Guardian: {} {}", app.project, app.env),
            "endpoint": format!("${{{BOARD_FUNCTION}.Arn}}"),
            "updateOn": {"refresh": true, "resize": true, "timeRange": false},
        },
    })
}

/// How many machines are red, late, stuck or in doubt: not every one has an alarm to be shown.
fn counts(app: &App, y: usize) -> Value {
    let deployment = deployment(&app.project, &app.env);
    let metrics = [RED_METRIC, LATE_METRIC, STUCK_METRIC, DOUBT_METRIC]
        .map(|metric| json!([NAMESPACE, metric, DEPLOYMENT_DIMENSION, deployment]));
    json!({
        "type": "metric", "x": 0, "y": y, "width": WIDTH, "height": WIDGET_HEIGHT,
        "properties": {
            "title": "Machines by light", "metrics": metrics, "view": "timeSeries",
            "stat": "Maximum", "period": 60, "region": "${AWS::Region}",
        },
    })
}

fn header(app: &App, dashboard: &Dashboard, page: usize, pages: usize) -> String {
    let name = &app.function.name;
    let mut parts = vec![
        format!("[State machines]({})", links::machines()),
        format!("[Alarms]({})", links::alarms()),
        format!("[Function]({})", links::function(name)),
        format!("[Its log]({})", links::log(name)),
    ];
    for other in (0..pages).filter(|other| *other != page) {
        let title = page_name(dashboard, other);
        parts.push(format!("[{title}]({})", links::dashboard(&title)));
    }
    let count = app.managed.len() + app.watched.len();
    let machines = if count == 1 { "state machine" } else { "state machines" };
    format!("## {} {}: {count} {machines}\n{}", app.project, app.env, parts.join(" \u{b7} "))
}

/// The metadata's word for what a dashboard shows: its names.
pub(super) fn names(app: &App, pages: usize) -> Value {
    match &app.dashboard {
        Some(dashboard) => (0..pages).map(|page| page_value(dashboard, page).into_json()).collect(),
        None => json!([]),
    }
}
