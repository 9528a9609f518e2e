//! The board on the dashboard: the function that answers its widget, which may read the state table
//! and nothing else; and the policy of those who look at it.

use super::dashboard::{BOARD_FUNCTION, page_name};
use super::origins::{Origin, Template};
use super::packaged::{Deployed, Variables, packaged};
use super::policy::bounded;
use super::table;
use crate::app::App;
use guardian_cfn::{
    DeletionPolicy, Id, Output, Policy, Statement, Val, dynamodb, iam, lambda, logs,
};
use guardian_contract::env;
use serde_json::json;

/// Memory in MB: 10,000 rows take about 40 MB, and a processor's share grows with it.
const MEMORY_MB: u32 = 512;
/// Seconds of an answer; the console waits no longer for one [INF].
const TIMEOUT_S: u32 = 10;
/// What the function reads of the variables that the other one has, too.
const SHARED: [&str; 5] = [env::ABORTED, env::WATCH, env::GROUPS, env::SETTINGS, env::MUTES];

/// Of the function's variables those that the board reads, too.
pub(super) fn variables(all: &Variables) -> Variables {
    all.iter().filter(|(name, ..)| SHARED.contains(&name.as_str())).cloned().collect()
}

/// Adds the function with its role and log.
pub(super) fn add(
    t: &mut Template,
    app: &App,
    name: &str,
    state: &Id<dynamodb::Table>,
    code: lambda::function::Code,
    endpoint: Val<String>,
    mut variables: Variables,
) {
    let made_for = || Origin::of(["dashboard.widget", "dashboard"]);
    let log = t.add(
        "BoardLog",
        logs::LogGroup::new()
            .log_group_name(format!("/aws/lambda/{name}"))
            .retention_in_days(app.function.log_retention_days),
        made_for()
            .property("RetentionInDays", ["function.log_retention_days"])
            .property("LogGroupName", ["project"]),
    );
    t.resource_mut(&log)
        .deletion_policy(DeletionPolicy::Delete)
        .update_replace_policy(DeletionPolicy::Retain);
    let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let mut statements = vec![Statement::allow(write, [log.arn()]).sid("WriteLog")];
    statements.extend(table::read_statements(app, state));
    let role = iam::Role::of_service("lambda.amazonaws.com")
        .description(format!("Guardian's function {name}"))
        .policies([iam::role::Policy::new()
            .policy_document(Policy::new(statements))
            .policy_name("Board")]);
    let of_role = made_for().property("PermissionsBoundary", ["permissions_boundary"]);
    let role = t.add("BoardReader", bounded(role, app), of_role);

    variables.push((env::ROLE.to_owned(), &[], env::BOARD.into()));
    variables.push((env::TABLE.to_owned(), &["memory"], state.reference()));
    variables.push(("AWS_ENDPOINT_URL".to_owned(), &[], endpoint));
    let origin = made_for()
        .property("FunctionName", ["project"])
        .property("Architectures", ["function.architecture"]);
    let of = Deployed {
        name,
        description: "Answers the dashboard's widget with the board; reads the state table",
        memory_mb: MEMORY_MB,
        timeout_s: TIMEOUT_S,
    };
    let (function, origin) = packaged(app, of, code, (&role, &log), variables, origin);
    let function = t.add(BOARD_FUNCTION, function, origin);
    t.output(
        "BoardFunctionArn",
        Output::new(function.arn()).description("The function of the board, for other dashboards."),
    );
    t.output(
        "BoardViewerPolicy",
        Output::new(viewer_policy(app, name))
            .description("IAM policy of those who look at the board."),
    );
}

/// The policy of a viewer, as a text: to open the dashboard, and to call this one function.
///
/// The stack makes no managed policy of it: one that is attached could not be deleted with the stack,
/// and who deploys the stack could give its viewers any right.
fn viewer_policy(app: &App, function: &str) -> Val<String> {
    let arn = "arn:${AWS::Partition}:";
    let statement = |sid: &str, action: &str, resource: String| json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource});
    let mut statements = vec![statement(
        "AnswerWidget",
        "lambda:InvokeFunction",
        format!("{arn}lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{function}"),
    )];
    statements.extend(app.dashboard.as_ref().map(|dashboard| {
        let name = page_name(dashboard, 0);
        let arn = format!("{arn}cloudwatch::${{AWS::AccountId}}:dashboard/{name}");
        statement("OpenDashboard", "cloudwatch:GetDashboard", arn)
    }));
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    Val::sub(&document.to_string(), [])
}
