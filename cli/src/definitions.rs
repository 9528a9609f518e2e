//! Has Step Functions check the definitions of managed machines before anything is changed, and leads what
//! it finds back to the lines of their files. The checks without network are in `guardian_stack`.

use crate::exit::Failure;
use crate::synthesis::Synthesis;
use crate::text::{count, plain};
use crate::ui::Ui;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::validate_state_machine_definition::ValidateStateMachineDefinitionOutput as Output;
use aws_sdk_sfn::types::{
    StateMachineType, ValidateStateMachineDefinitionResultCode as ResultCode,
    ValidateStateMachineDefinitionSeverity as Severity,
};
use guardian_aws::AwsError;
use guardian_contract::Partition;
use guardian_deploy::failing_resource::FailingResource;
use guardian_stack::app::{App, MachineType, Managed};
use guardian_stack::problem::{Problem, Problems, Reason};
use guardian_stack::templates::stem;
use tokio::task::JoinSet;

/// Calls in progress at a time, after the first is answered.
const AT_ONCE: usize = 8;
/// Findings that Step Functions returns for a definition at most [API reference].
const MAX_RESULTS: i32 = 100;
/// An account id for substitutions: whether an ARN has the right form does not depend on it.
const ACCOUNT: &str = "123456789012";

/// A definition as Step Functions is to read it.
#[derive(Debug, Clone)]
struct Question {
    /// Of the machine, among the managed ones.
    index: usize,
    definition: String,
    machine_type: MachineType,
}

/// A finding of Step Functions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    is_error: bool,
    code: String,
    message: String,
    /// A path into the definition, as in `/States/Pay/Resource`.
    location: Option<String>,
}

/// What Step Functions says of one definition.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    index: usize,
    findings: Vec<Finding>,
    /// Whether it found more than it returned.
    truncated: bool,
}

/// Checks every definition of the project. Errors are refused, warnings are reported. Where Step Functions
/// cannot be asked that is a note: the change set would be refused all the same.
pub async fn check(synthesis: &Synthesis, config: &SdkConfig, ui: &Ui) -> Result<(), Failure> {
    let app = &synthesis.app;
    // `load` refuses a configuration without a region.
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let (questions, skipped) = questions(app, &region);
    if let Some(note) = skipped_note(&skipped) {
        ui.note(&note);
    }
    let (answers, failed) = ask_all(&Client::new(config), questions).await?;
    if let Some(error) = failed {
        ui.note(&format!("note: {}: {error}", unchecked(answers.is_empty())));
    }
    let located = |managed: &Managed, location: Option<&str>, reason: Reason| {
        synthesis.project.problem(&synthesis.templates, &resource(managed, location), reason)
    };
    let (errors, warnings) = problems(app, &answers, located);
    synthesis.project.warn(ui, &warnings);
    match errors.is_empty() {
        true => Ok(()),
        false => Err(synthesis.project.refused(Problems(errors))),
    }
}

/// The definitions to check, and the keys of the machines whose definition is complete only in
/// CloudFormation.
fn questions<'a>(app: &'a App, region: &str) -> (Vec<Question>, Vec<&'a str>) {
    let (mut questions, mut skipped) = (Vec::new(), Vec::new());
    for (index, managed) in app.managed.iter().enumerate() {
        match substituted(managed, &app.stack_name, region) {
            Some(definition) => {
                questions.push(Question { index, definition, machine_type: managed.machine_type });
            }
            None => skipped.push(managed.key.as_str()),
        }
    }
    (questions, skipped)
}

/// The definition with its substitutions, as CloudFormation makes it; none where a value is known only to
/// CloudFormation.
fn substituted(managed: &Managed, stack_name: &str, region: &str) -> Option<String> {
    let mut definition = managed.definition.clone();
    for (name, text) in &managed.substitutions {
        let value = pseudo_parameters(text, stack_name, region)?;
        // As a part of the JSON text, which CloudFormation does not escape.
        definition = definition.replace(&format!("${{{name}}}"), &value);
    }
    Some(definition)
}

/// A text for `Fn::Sub` with CloudFormation's own parameters filled in.
fn pseudo_parameters(text: &str, stack_name: &str, region: &str) -> Option<String> {
    let partition = Partition::of_region(region);
    let values = [
        ("AWS::Partition", partition.map(|partition| partition.name)),
        ("AWS::URLSuffix", partition.map(|partition| partition.dns_suffix)),
        ("AWS::Region", Some(region)),
        ("AWS::AccountId", Some(ACCOUNT)),
        ("AWS::StackName", Some(stack_name)),
    ];
    let mut text = text.to_owned();
    for (name, value) in values {
        if let Some(value) = value {
            text = text.replace(&format!("${{{name}}}"), value);
        }
    }
    (!text.contains("${AWS::")).then(|| text.replace("${!", "${"))
}

fn skipped_note(skipped: &[&str]) -> Option<String> {
    let names = match skipped {
        [] => return None,
        [first] => format!("`{first}`"),
        [first, rest @ ..] => format!("`{first}` and {}", count(rest.len(), "more machine")),
    };
    Some(format!(
        "note: the definition of {names} is checked by Guardian only: a substitution has a value that \
         CloudFormation alone knows"
    ))
}

/// Says which definitions were not checked.
fn unchecked(all: bool) -> &'static str {
    match all {
        true => "the definitions are checked by Guardian only",
        false => "some definitions are checked by Guardian only",
    }
}

/// The answers in the order of the machines, and the error that ended the questions. The first is asked
/// alone: what refuses it refuses all.
async fn ask_all(
    client: &Client,
    questions: Vec<Question>,
) -> Result<(Vec<Answer>, Option<AwsError>), Failure> {
    let (mut answers, mut calls) = (Vec::new(), JoinSet::new());
    let mut questions = questions.into_iter();
    loop {
        let at_once = if answers.is_empty() { 1 } else { AT_ONCE };
        while calls.len() < at_once
            && let Some(question) = questions.next()
        {
            calls.spawn(ask(client.clone(), question));
        }
        let Some(ended) = calls.join_next().await else { break };
        let ended = ended.map_err(|error| {
            Failure::from(Failure::error("a definition could not be checked").because(error))
        })?;
        match ended {
            Ok(answer) => answers.push(answer),
            Err(error) => return Ok((answers, Some(error))),
        }
    }
    answers.sort_by_key(|answer| answer.index);
    Ok((answers, None))
}

async fn ask(client: Client, question: Question) -> Result<Answer, AwsError> {
    let call = client
        .validate_state_machine_definition()
        .definition(question.definition)
        .r#type(match question.machine_type {
            MachineType::Standard => StateMachineType::Standard,
            MachineType::Express => StateMachineType::Express,
        })
        .severity(Severity::Warning)
        .max_results(MAX_RESULTS);
    let answer = call.send().await;
    let answer = answer
        .map_err(|error| AwsError::of("have Step Functions check the definitions", &error))?;
    Ok(read(question.index, answer))
}

fn read(index: usize, answer: Output) -> Answer {
    let fails = answer.result == ResultCode::Fail;
    let mut findings: Vec<Finding> = answer
        .diagnostics
        .into_iter()
        .map(|found| Finding {
            is_error: found.severity == Severity::Error,
            code: found.code,
            message: found.message,
            location: found.location,
        })
        .collect();
    // Only the result is a contract: codes and severities may change [API reference].
    if fails && !findings.iter().any(|finding| finding.is_error) {
        findings.push(Finding {
            is_error: true,
            code: answer.result.as_str().to_owned(),
            message: "no reason is given".to_owned(),
            location: None,
        });
    }
    Answer { index, findings, truncated: answer.truncated == Some(true) }
}

/// Errors and warnings, each at its place.
fn problems(
    app: &App,
    answers: &[Answer],
    located: impl Fn(&Managed, Option<&str>, Reason) -> Problem,
) -> (Vec<Problem>, Vec<Problem>) {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for answer in answers {
        let Some(managed) = app.managed.get(answer.index) else { continue };
        for finding in &answer.findings {
            let place = finding.location.as_deref();
            let problem = located(managed, place, reason(managed, finding));
            if finding.is_error {
                errors.push(problem);
            } else {
                warnings.push(problem);
            }
        }
        if answer.truncated {
            let message = format!(
                "Step Functions finds more in the definition of `{}` than the {} that it returned",
                managed.key,
                answer.findings.len()
            );
            warnings.push(located(managed, None, Reason::new(message)));
        }
    }
    (errors, warnings)
}

fn reason(managed: &Managed, finding: &Finding) -> Reason {
    let Finding { is_error, code, message, location } = finding;
    let verb = if *is_error { "refuses" } else { "warns about" };
    let message = message.trim().trim_end_matches('.');
    let place = location.as_deref().filter(|place| !message.contains(place));
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    Reason::new(plain(&format!(
        "Step Functions {verb} the definition of `{}`: {message}{place} ({code})",
        managed.key
    )))
}

/// The machine as a resource of the template, with a place in its definition.
fn resource(managed: &Managed, location: Option<&str>) -> FailingResource {
    // A JSON pointer escapes these two.
    let location = location.map(|at| at.replace("~1", "/").replace("~0", "~"));
    FailingResource {
        logical_id: format!("{}Machine", stem(&managed.key)),
        property: vec!["DefinitionString".to_owned()],
        reason: location.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, region: &str) -> Option<String> {
        pseudo_parameters(text, "orders-dev", region)
    }

    #[test]
    fn a_substitution_is_filled_in_as_cloudformation_does_or_not_at_all() {
        let arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:pay";
        assert_eq!(
            filled(arn, "cn-north-1").as_deref(),
            Some("arn:aws-cn:lambda:cn-north-1:123456789012:function:pay")
        );
        assert_eq!(filled("a ${!Literal}", "eu-west-1").as_deref(), Some("a ${Literal}"));
        assert_eq!(filled("${AWS::StackName}", "eu-west-1").as_deref(), Some("orders-dev"));
        // The stack's id is made by CloudFormation; an unknown region has no known partition.
        assert_eq!(filled("${AWS::StackId}", "eu-west-1"), None);
        assert_eq!(filled(arn, "moon-1"), None);
    }

    #[test]
    fn the_first_machine_that_is_skipped_is_named_and_the_rest_counted() {
        assert_eq!(skipped_note(&[]), None);
        assert!(skipped_note(&["a"]).unwrap().contains("`a` is"));
        assert!(skipped_note(&["a", "b", "c"]).unwrap().contains("`a` and 2 more machines"));
    }

    #[test]
    fn a_refusal_without_a_reason_is_an_error_all_the_same() {
        let answer = Output::builder().result(ResultCode::Fail).set_diagnostics(Some(vec![]));
        let answer = read(3, answer.build().unwrap());
        assert!(answer.findings.iter().any(|finding| finding.is_error));
        let fine = Output::builder().result(ResultCode::Ok).set_diagnostics(Some(vec![]));
        assert_eq!(read(3, fine.build().unwrap()).findings, []);
    }
}
