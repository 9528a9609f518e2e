//! The dashboard's widget as the console asks for it: through the deployed function.

use crate::Error;
use crate::aws::Aws;
use serde_json::json;

/// Invokes the board's function, and checks that its answer has each of these machines and nothing
/// that acts; gives the HTML.
pub fn checked(aws: &Aws, function: &str, machines: &[&str]) -> Result<String, Error> {
    let payload = json!({"widgetContext": {
        "dashboardName": "demo", "widgetId": "1", "theme": "light", "params": {},
        "width": 1_200, "height": 800, "forms": {"all": {}},
    }});
    let answer = aws.invoke(function, &payload)?;
    let html = answer.as_str().ok_or_else(|| format!("{function} answers {answer}"))?;
    if let Some(missing) = machines.iter().find(|key| !html.contains(**key)) {
        return Err(format!("the widget has no machine `{missing}`: {html}"));
    }
    let acts = ["<script", "<cwdb-action", "<form", "<iframe"];
    if let Some(found) = acts.iter().find(|element| html.contains(**element)) {
        return Err(format!("the widget has a `{found}`: {html}"));
    }
    Ok(html.to_owned())
}
