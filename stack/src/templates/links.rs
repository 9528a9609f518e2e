//! Links into the AWS console, as texts for `Fn::Sub`.

use super::parameters::CONSOLE_DOMAIN;
use super::policy::machine_arn_text;

fn console(service: &str) -> String {
    format!("https://${{AWS::Region}}.${{{CONSOLE_DOMAIN}}}/{service}/home?region=${{AWS::Region}}")
}

/// The executions of a machine. A bracket would end the link in a dashboard's Markdown.
pub(super) fn executions(machine: &str) -> String {
    let arn = machine_arn_text(machine).replace('(', "%28").replace(')', "%29");
    format!("{}#/statemachines/view/{arn}", console("states"))
}

/// All machines.
pub(super) fn machines() -> String {
    format!("{}#/statemachines", console("states"))
}

/// A dashboard.
pub(super) fn dashboard(name: &str) -> String {
    format!("{}#dashboards/dashboard/{name}", console("cloudwatch"))
}

/// All alarms.
pub(super) fn alarms() -> String {
    format!("{}#alarmsV2:", console("cloudwatch"))
}

/// The log of a function; the console wants the group's slashes escaped twice over.
pub(super) fn log(function: &str) -> String {
    format!(
        "{}#logsV2:log-groups/log-group/$252Faws$252Flambda$252F{function}",
        console("cloudwatch")
    )
}

/// A function.
pub(super) fn function(name: &str) -> String {
    format!("{}#/functions/{name}", console("lambda"))
}
