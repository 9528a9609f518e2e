//! What is refused, with which position, and what must pass.

use super::Checked;
use crate::app::MachineType;
use crate::problem::Problem;
use proptest::prelude::*;
use serde_json::{Value, json};

fn check(file: &str, text: &str) -> Result<Checked, Vec<Problem>> {
    super::check(file, text, MachineType::Standard)
}

/// The errors of a definition as `line:column message (help)`.
fn errors(file: &str, text: &str) -> Vec<String> {
    let problems = check(file, text).err().unwrap_or_default();
    problems
        .iter()
        .map(|p| {
            let help = p.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}:{} {}{help}", p.line, p.column, p.message)
        })
        .collect()
}

/// The errors of a machine that starts with `A`, whose states are these.
fn states(states: &str) -> Vec<String> {
    errors("m.json", &format!("{{\"StartAt\": \"A\", \"States\": {{\n{states}\n}}}}"))
}

/// The errors of a state `A` of these fields; line 2 is where they stand.
fn state(fields: &str) -> Vec<String> {
    states(&format!("\"A\": {{{fields}}}, \"Z\": {{\"Type\": \"Succeed\"}}"))
}

fn passes(file: &str, text: &str) -> Checked {
    check(file, text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[track_caller]
fn one(found: &[String], expected: &str) {
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains(expected), "{} does not say {expected}", found[0]);
}

#[test]
fn json_that_is_broken_has_its_line_and_column() {
    one(&errors("m.json", "{\n  \"StartAt\": \"A\",\n}"), "3:1 this is not JSON: trailing comma");
    one(&errors("m.json", "{\"ü\": tru}"), "1:10 this is not JSON: expected ident");
    one(&errors("m.json", ""), "1:1 this is not JSON: EOF while parsing a value");
    one(&errors("m.json", "{\"StartAt\": \"A\""), "(a bracket or a quote is not closed)");
    one(&errors("m.json", "\u{feff}{\"StartAt\": \"A\"}"), "1:2 `States` is missing");
    one(&errors("m.json", &"[".repeat(200)), "recursion limit exceeded");
    one(&errors("m.json", "[1]"), "1:1 a definition is an object, and this is an array");
}

#[test]
fn yaml_that_is_broken_has_its_line_and_column() {
    one(&errors("m.yaml", "StartAt: A\nStates: [}"), "2:10 this YAML cannot be read");
    one(&errors("m.yml", ""), "this YAML cannot be read: it is empty");
    one(&errors("m.yaml", "a: 1\n---\nb: 2\n"), "2:1 this YAML cannot be read: a second document");
    one(&errors("m.yaml", "? [a]\n: 1\n"), "a key must be a string");
    one(&errors("m.yaml", "StartAt: !Sub x\n"), "1:10 the tag `!Sub` means nothing");
    one(&errors("m.yaml", &"[".repeat(500)), "this YAML cannot be read");
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &(b'b'..=b'i')
            .map(|c| {
                let (now, before) = (char::from(c), char::from(c - 1));
                format!("{now}: &{now} [{}]\n", vec![format!("*{before}"); 10].join(", "))
            })
            .collect::<String>();
    one(&errors("m.yaml", &bomb), "its aliases make it too large");
}

#[test]
fn a_start_that_is_missing_or_unknown_is_refused() {
    one(
        &errors("m.json", "{\"States\": {\"A\": {\"Type\": \"Succeed\"}}}"),
        "`StartAt` is missing",
    );
    one(&errors("m.json", "{\"StartAt\": \"A\"}"), "1:1 `States` is missing");
    one(&errors("m.json", "{\"StartAt\": \"A\", \"States\": {}}"), "`States` has no state");
    one(&errors("m.json", "{\"StartAt\": \"A\", \"States\": []}"), "this is an array");
    one(
        &errors(
            "m.json",
            "{\"StartAt\": \"Helo\",\n \"States\": {\"Hello\": {\"Type\": \"Succeed\"}}}",
        ),
        "1:13 there is no state `Helo` here to go to (did you mean `Hello`?)",
    );
    one(
        &errors("m.json", "{\"StartAt\": 1, \"States\": {\"A\": {\"Type\": \"Succeed\"}}}"),
        "StartAt must be the name of a state, and this is a number",
    );
}

#[test]
fn every_kind_of_target_is_looked_up_and_the_nearest_name_is_offered() {
    for (fields, place) in [
        (r#""Type": "Pass", "Next": "Zz""#, "2:31"),
        (
            r#""Type": "Choice", "Default": "Zz", "Choices": [{"Variable": "$", "IsNull": true, "Next": "Z"}]"#,
            "2:36",
        ),
        (
            r#""Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "Zz"}]"#,
            "2:81",
        ),
        (
            r#""Type": "Map", "Next": "Z", "Iterator": {"StartAt": "B", "States": {"B": {"Type":
             "Pass", "End": true}}}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Zz"}]"#,
            "3:88",
        ),
    ] {
        one(
            &state(fields),
            &format!("{place} there is no state `Zz` here to go to (did you mean `Z`?)"),
        );
    }
}

#[test]
fn targets_do_not_cross_the_border_of_a_branch() {
    let inner = r#"{"StartAt": "B", "States": {"B": {"Type": "Pass", "Next": "Z"}}}"#;
    let branch = format!(r#""Type": "Parallel", "Branches": [{inner}], "Next": "Z""#);
    one(&state(&branch), "there is no state `Z` here to go to");
    let map = format!(r#""Type": "Map", "ItemProcessor": {inner}, "Next": "Z""#);
    one(&state(&map), "there is no state `Z` here to go to");
}

#[test]
fn names_are_unique_in_the_whole_machine_and_at_most_80_characters() {
    let branch = r#"{"StartAt": "Z", "States": {"Z": {"Type": "Succeed"}}}"#;
    one(
        &state(&format!(r#""Type": "Parallel", "Branches": [{branch}], "Next": "Z""#)),
        "another state of this machine is named `Z` too",
    );
    let long = "é".repeat(81);
    one(
        &states(&format!(
            r#""A": {{"Type": "Pass", "Next": "{long}"}}, "{long}": {{"Type": "Succeed"}}"#
        )),
        "a state's name has 1 to 80 characters, not 81",
    );
}

#[test]
fn a_state_without_a_way_on_or_with_two_is_refused() {
    one(&state(r#""Type": "Pass""#), "2:1 the state `A` has neither `Next` nor `End`");
    one(&states(r#""A": {"Type": "Pass"}"#), "2:1 the state `A` has neither `Next` nor `End`");
    one(&state(r#""Type": "Pass", "Next": "Z", "End": true"#), "2:36 the state `A` has both");
    one(&states(r#""A": {"Type": "Pass", "End": "yes"}"#), "End must be true");
    one(
        &state(
            r#""Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "Z"}], "End": true"#,
        ),
        "no `End`",
    );
}

#[test]
fn a_state_that_nothing_leads_to_is_refused() {
    one(
        &states(
            r#""A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "Next": "B"}"#,
        )[..1],
        "2:27 the state `B` cannot be reached (no path from `A` leads to it",
    );
}

#[test]
fn a_machine_that_can_never_end_is_refused() {
    one(
        &states(r#""A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}"#),
        "1:18 no state here ends",
    );
}

#[test]
fn types_and_their_required_fields_are_checked() {
    for (fields, expected) in [
        (
            r#""Type": "Tsk", "Next": "Z""#,
            "2:15 the state `A` has an unknown type (did you mean `Task`?)",
        ),
        (r#""Type": 7, "Next": "Z""#, "(the types are Task, Pass,"),
        (r#""Next": "Z""#, "2:1 the state `A` has no `Type`"),
        (r#""Type": "Task", "Next": "Z""#, "the state `A` has no `Resource`"),
        (r#""Type": "Task", "Resource": "", "Next": "Z""#, "`Resource` is empty"),
        (
            r#""Type": "Task", "Resource": {}, "Next": "Z""#,
            "`Resource` is a string, and this is an object",
        ),
        (r#""Type": "Choice", "Default": "Z""#, "the state `A` has no `Choices`"),
        (r#""Type": "Choice", "Default": "Z", "Choices": []"#, "`Choices` is empty"),
        (
            r#""Type": "Choice", "Default": "Z", "Choices": [{"Variable": "$", "IsNull": true}]"#,
            "this choice has no `Next`",
        ),
        (r#""Type": "Wait", "Next": "Z""#, "does not say how long to wait"),
        (
            r#""Type": "Wait", "Next": "Z", "Seconds": 1, "Timestamp": "2030-01-01T00:00:00Z""#,
            "says more than once",
        ),
        (r#""Type": "Wait", "Next": "Z", "Seconds": -1"#, "Seconds is -1; the least is 0"),
        (r#""Type": "Wait", "Next": "Z", "Seconds": "1""#, "Seconds must be a number"),
        (r#""Type": "Parallel", "Next": "Z""#, "the state `A` has no `Branches`"),
        (r#""Type": "Parallel", "Next": "Z", "Branches": [1]"#, "not a number"),
        (r#""Type": "Map", "Next": "Z""#, "the state `A` has no `ItemProcessor`"),
    ] {
        one(&state(fields), expected);
    }
    one(&states(r#""A": 1, "Z": {"Type": "Succeed"}"#)[..1], "the state `A` is an object");
}

#[test]
fn limits_retries_and_catches_are_checked() {
    let task = |more: &str| {
        state(&format!(
            r#""Type": "Task", "Resource": "arn:aws:lambda:::function:f", "Next": "Z", {more}"#
        ))
    };
    for (fields, expected) in [
        (r#""TimeoutSeconds": 0"#, "TimeoutSeconds is 0; the least is 1"),
        (
            r#""TimeoutSeconds": 5, "HeartbeatSeconds": 5"#,
            "HeartbeatSeconds is 5, which is not smaller",
        ),
        (r#""Retry": {}"#, "Retry is an array, and this is an object"),
        (r#""Retry": [{}]"#, "this Retry needs `ErrorEquals`"),
        (r#""Retry": [{"ErrorEquals": []}]"#, "this Retry needs `ErrorEquals`"),
        (r#""Retry": [{"ErrorEquals": ["E"], "MaxAttempts": -1}]"#, "MaxAttempts is -1"),
        (
            r#""Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]"#,
            "BackoffRate is 0.5; the least is 1",
        ),
        (r#""Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0}]"#, "IntervalSeconds is 0"),
        (r#""Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}]"#, "\"FULL\" or \"NONE\""),
        (r#""Retry": [{"ErrorEquals": ["States.ALL", "E"]}]"#, "States.ALL must stand alone"),
        (
            r#""Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]"#,
            "must be in the last Retry",
        ),
        (r#""Catch": [{"ErrorEquals": ["E"]}]"#, "this Catch has no `Next`"),
        (
            r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}, {"ErrorEquals": ["E"], "Next": "Z"}]"#,
            "must be in the last Catch",
        ),
    ] {
        one(&task(fields), expected);
    }
    let text = r#"{"StartAt": "A", "TimeoutSeconds": -2, "States": {"A": {"Type": "Succeed"}}}"#;
    one(&errors("m.json", text), "1:36 TimeoutSeconds is -2");
}

#[test]
fn a_key_that_is_there_twice_is_refused_in_json_and_in_yaml() {
    let text = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\"},\n \"A\": {\"Type\": \"Fail\"}}}";
    one(&errors("m.json", text), "2:2 the key `A` is here twice");
    let text = "StartAt: A\nStates:\n  A:\n    Type: Succeed\n    Type: Fail\n";
    one(&errors("m.yaml", text), "5:5 the key `Type` is here twice");
}

#[test]
fn a_definition_past_a_mebibyte_is_refused() {
    let text = json!({"Comment": "x".repeat(1_048_576), "StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
    one(&errors("m.json", &text.to_string()), "Step Functions takes 1048576");
}

#[test]
fn places_count_characters_in_every_line_ending() {
    let text = "# é\r\nStartAt: A\r\nStates:\r\n  A: {Type: Pass, Comment: \"ü\", Next: Zz}\r\n  Z: {Type: Succeed}\r\n";
    let problems = check("m.yaml", text).unwrap_err();
    let found = &problems[0];
    assert_eq!((found.line, found.column), (4, 39), "{found:?}");
    assert_eq!(&text[found.offset..found.offset + found.len], "Zz");
    assert!(found.to_string().starts_with("m.yaml:4:39: there is no state `Zz` here to go to\n"));
}

#[test]
fn warnings_do_not_refuse() {
    let warned = |text: &str| {
        let warnings = passes("m.json", text).warnings;
        warnings.into_iter().map(|w| w.message).collect::<Vec<_>>()
    };
    one(
        &warned(
            r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:::function:f", "End": true}}}"#,
        ),
        "the machine has a Task and no TimeoutSeconds",
    );
    one(
        &warned(
            r#"{"StartAt": "A", "TimeoutSeconds": 9, "States": {"A": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}}}"#,
        ),
        "the state `A` waits for a token without limit",
    );
    one(
        &warned(r#"{"StartAt": "A", "Startat": 1, "States": {"A": {"Type": "Fail"}}}"#),
        "`Startat` is not known",
    );
    one(
        &warned(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed", "End": true}}}"#),
        "a Succeed state ends the run: `End` does nothing",
    );
}

#[test]
fn jsonata_and_every_field_of_the_language_pass_without_a_warning() {
    let text = json!({
        "Comment": "all of it", "Version": "1.0", "QueryLanguage": "JSONata", "TimeoutSeconds": "{% $states.context.Execution.Input.t %}",
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Arguments": {"QueueUrl": "u"}, "Output": "{% $states.result %}", "Assign": {"a": 1},
                "TimeoutSeconds": 60, "HeartbeatSeconds": 20, "Credentials": {"RoleArn": "r"},
                "Retry": [
                    {"ErrorEquals": ["A", "B"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1,
                     "MaxDelaySeconds": 5, "JitterStrategy": "FULL"},
                    {"ErrorEquals": ["States.ALL"]}
                ],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry", "Output": {}}],
                "Next": "Which"
            },
            "Which": {
                "Type": "Choice", "Default": "Rest",
                "Choices": [{"Condition": "{% $a = 1 %}", "Next": "Each", "Assign": {}}]
            },
            "Each": {
                "Type": "Map", "Items": "{% [1] %}", "MaxConcurrency": "{% 3 %}", "Label": "l",
                "ToleratedFailurePercentage": 5, "ItemSelector": {}, "ItemBatcher": {"MaxItemsPerBatch": 1},
                "ItemReader": {"Resource": "arn:aws:states:::s3:getObject"},
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"},
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                    "StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}
                },
                "Next": "Both"
            },
            "Both": {
                "Type": "Parallel", "Arguments": "{% $states.input %}",
                "Branches": [
                    {"StartAt": "Left", "States": {"Left": {"Type": "Wait", "Timestamp": "{% $t %}", "End": true}}},
                    {"StartAt": "Right", "States": {"Right": {"Type": "Fail", "Error": "{% $e %}"}}}
                ],
                "Next": "Rest"
            },
            "Rest": {"Type": "Wait", "Seconds": "{% 1 %}", "Next": "Done"},
            "Done": {"Type": "Succeed", "Output": {}},
            "Sorry": {"Type": "Fail", "Error": "E", "Cause": "C"}
        }
    });
    let checked = passes("m.json", &text.to_string());
    assert_eq!(serde_json::from_str::<Value>(&checked.definition).unwrap(), text);
    assert_eq!(checked.warnings, []);
}

#[test]
fn jsonpath_and_every_field_of_it_pass_without_a_warning() {
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket.$": "$.b"},
                        "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.m"}});
    let text = json!({
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Comment": null, "InputPath": null, "OutputPath": "$", "ResultPath": "$['r']",
                "Parameters": {"a.$": "$.a[?(@.b == 'x')].c", "b": [{"c.$": "$$.Task.Token"}], ".$": 1,
                               "d.$": "States.Format('{} \\'{}\\'', States.Array($.x[0], 2.5, true), $v)",
                               "e.$": "States.UUID()", "f.$": "$..*", "h.$": "$.it's", "g.$": "$.x['a.b)'][-1:]"},
                "ResultSelector": {"a.$": "States.MathAdd($.n, -1)"}, "Assign": {"v.$": "$.v"},
                "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$$.h",
                "Credentials": {"RoleArn.$": "$.role"},
                "Retry": [{"ErrorEquals": ["States.ALL"]}],
                "Catch": [{"ErrorEquals": ["E"], "ResultPath": null, "Assign": {"e.$": "$.Cause"}, "Next": "Sorry"}],
                "Next": "Which"
            },
            "Which": {
                "Type": "Choice", "Default": "Each", "InputPath": "$.w", "Assign": {"x": 1},
                "Choices": [
                    {"Or": [{"Variable": "$.a", "StringMatches": "a*"},
                            {"Not": {"Variable": "$$.b", "TimestampLessThanEqualsPath": "$.t"}},
                            {"And": [{"Variable": "$v", "IsPresent": false}]}], "Next": "Each"},
                    {"Variable": "$.n", "NumericGreaterThanEquals": 1.5, "Comment": "c", "Next": "Each"},
                    {"Variable": "$.t", "TimestampEquals": "2016-08-18T17:33:00.123+01:00", "Next": "Each"}
                ]
            },
            "Each": {
                "Type": "Map", "ItemsPath": "$.i", "ItemReader": reader, "Label": "l",
                "ItemBatcher": {"MaxItemsPerBatchPath": "$.n", "BatchInput": {"x.$": "$.x"}},
                "ToleratedFailurePercentagePath": "$.p", "MaxConcurrencyPath": "$.c",
                "Parameters": {"v.$": "$$.Map.Item.Value"},
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},
                "Iterator": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "One", "States": {
                        "One": {"Type": "Pass", "Result": {"x.$": 7}, "Next": "Other"},
                        "Other": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% /[(]/ %}", "End": true}
                    }
                },
                "Next": "Rest"
            },
            "Rest": {"Type": "Wait", "TimestampPath": "$.t", "Next": "Done"},
            "Done": {"Type": "Succeed", "InputPath": "$.d"},
            "Sorry": {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.JsonToString($.c)"}
        }
    });
    let warnings = passes("m.json", &text.to_string()).warnings;
    let messages: Vec<_> = warnings.into_iter().map(|warning| warning.message).collect();
    one(&messages, "the machine has a Task and no TimeoutSeconds");
}

/// A definition of one state beside `Z`, under a machine of this language.
fn in_language(language: &str, fields: &str) -> Vec<String> {
    let text = format!(
        r#"{{"QueryLanguage": "{language}", "StartAt": "A", "States": {{"A": {{"Next": "Z",
{fields}}}, "Z": {{"Type": "Succeed"}}}}}}"#
    );
    errors("m.json", &text)
}

#[test]
fn a_field_of_the_other_query_language_is_refused_at_its_name() {
    for (language, fields, expected) in [
        (
            "JSONPath",
            r#""Type": "Pass", "Output": 1"#,
            "2:17 `Output` needs JSONata, and the state uses JSONPath (write \"QueryLanguage\": \"JSONata\"",
        ),
        (
            "JSONPath",
            r#""Type": "Task", "Resource": "arn:aws:lambda:::function:f", "Arguments": {}"#,
            "`Arguments` needs JSONata",
        ),
        ("JSONata", r#""Type": "Pass", "InputPath": "$""#, "2:17 `InputPath` needs JSONPath"),
        ("JSONata", r#""Type": "Pass", "Parameters": {}"#, "(JSONata has `Arguments`, or `Output`"),
        ("JSONata", r#""Type": "Pass", "ResultPath": "$.a""#, "(JSONata has `Output`)"),
        (
            "JSONata",
            r#""Type": "Wait", "SecondsPath": "$.a""#,
            "(JSONata has an expression in `Seconds`)",
        ),
        (
            "JSONata",
            r#""Type": "Pass", "QueryLanguage": "JSONPath", "Parameters": {}"#,
            "2:34 a state of a JSONata machine cannot use JSONPath",
        ),
        (
            "JSONata",
            r#""Type": "Pass", "QueryLanguage": "jsonpath""#,
            "QueryLanguage is \"JSONPath\"",
        ),
        (
            "JSONPath",
            r#""Type": "Map", "QueryLanguage": "JSONata", "Items": [], "ItemProcessor":
               {"QueryLanguage": "JSONata", "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#,
            "3:17 a Map's processor has no `QueryLanguage` of its own",
        ),
        (
            "JSONPath",
            r#""Type": "Map", "QueryLanguage": "JSONata", "Items": [], "ItemProcessor":
               {"StartAt": "B", "States": {"B": {"Type": "Succeed", "Output": 1}}}"#,
            "3:69 `Output` needs JSONata",
        ),
    ] {
        one(&in_language(language, fields), expected);
    }
}

#[test]
fn a_field_of_another_type_of_state_is_refused_and_an_unknown_one_warned_of() {
    let inner = r#"{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#;
    for (fields, expected) in [
        (
            format!(r#""Type": "Map", "TimeoutSeconds": 9, "Next": "Z", "ItemProcessor": {inner}"#),
            "2:22 a Map state has no `TimeoutSeconds` (only these have: Task)",
        ),
        (
            format!(
                r#""Type": "Parallel", "TimeoutSeconds": 9, "Next": "Z", "Branches": [{inner}]"#
            ),
            "a Parallel state has no `TimeoutSeconds`",
        ),
        (
            r#""Type": "Pass", "Next": "Z", "Catch": []"#.to_owned(),
            "2:36 a Pass state has no `Catch` (only these have: Task, Parallel, Map)",
        ),
        (
            r#""Type": "Wait", "Seconds": 1, "Next": "Z", "Retry": []"#.to_owned(),
            "a Wait state has",
        ),
        (r#""Type": "Pass", "ResultSelector": {}, "Next": "Z""#.to_owned(), "`ResultSelector`"),
    ] {
        one(&state(&fields), expected);
    }
    for fields in [r#""Type": "Fail", "InputPath": "$""#, r#""Type": "Fail", "NewField": 1"#] {
        let text = format!(r#"{{"StartAt": "A", "States": {{"A": {{{fields}}}}}}}"#);
        let warnings = passes("m.json", &text).warnings;
        assert!(warnings[0].message.ends_with("is not known as a field of a Fail state"));
    }
}

#[test]
fn an_express_machine_waits_for_nothing() {
    let task = |resource: &str| {
        let text = format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "End": true,
"Resource": "{resource}"}}}}}}"#
        );
        super::check("m.json", &text, MachineType::Express)
    };
    for (resource, what) in [
        ("arn:aws:states:::states:startExecution.sync", "`.sync`"),
        ("arn:aws:states:::states:startExecution.sync:2", "`.sync`"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "`.waitForTaskToken`"),
        ("arn:aws:states:eu-west-1:123456789012:activity:a", "an activity"),
    ] {
        let problems = task(resource).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].line, problems[0].column), (2, 13));
        let message = format!("a machine of type EXPRESS cannot wait for {what}");
        assert_eq!(problems[0].message, message);
    }
    // An EXPRESS machine ends after five minutes, so a Task cannot hang for a year.
    assert_eq!(task("arn:aws:states:::sqs:sendMessage").unwrap().warnings, []);
    let map = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}}}}"#;
    let problems = super::check("m.json", map, MachineType::Express).unwrap_err();
    assert_eq!(problems[0].message, "a machine of type EXPRESS has no DISTRIBUTED Map");
    passes("m.json", map);
}

#[test]
fn paths_templates_and_intrinsic_functions_are_checked() {
    for (fields, expected) in [
        (
            r#""InputPath": "order""#,
            "2:65 `order` is not a path for InputPath (a path begins with `$`",
        ),
        (r#""OutputPath": "$.""#, "`$.` is not a path for OutputPath"),
        (r#""ResultPath": "$v""#, "`$v` is not a path for ResultPath"),
        (r#""ResultPath": ".a""#, "`.a` is not a path"),
        (r#""InputPath": "$.a[0""#, "`$.a[0` is not a path"),
        (r#""InputPath": "$$23""#, "`$$23` is not a path"),
        (r#""InputPath": 7"#, "InputPath is a path, and this is a number"),
        (
            r#""Parameters": {"a.$": "hello"}"#,
            "`a.$` takes a path or an intrinsic function, and not `hello`",
        ),
        (
            r#""Parameters": {"b": [{"a.$": 23}]}"#,
            "2:81 `a.$` takes a path or an intrinsic function, and this is a number",
        ),
        (r#""Parameters": {"a": 1, "a.$": "$"}"#, "`a` and `a.$` are one field"),
        (
            r#""Assign": {"a.$": "States.Format('{}', $.a"}"#,
            "the call of `States.Format` is not closed with `)`",
        ),
        (
            r#""Assign": {"a.$": "States.Format('{}, $.a)"}"#,
            "a text of `States.Format` is not closed with '",
        ),
        (r#""Assign": {"a.$": "States.Format"}"#, "is not closed with `)`"),
        (
            r#""Assign": {"a.$": "States.Fromat('{}', $.a)"}"#,
            "there is no intrinsic function `States.Fromat` (did you mean `States.Format`?)",
        ),
        (r#""Assign": {"a.$": "States.Array(b)"}"#, "`b` is not an argument of `States.Array`"),
        (r#""Assign": {"a.$": "States.UUID() x"}"#, "` x` stands behind the call"),
        (r#""Assign": {"a.$": "States.StringToJson('\\\"')"}"#, "is not an escape in a text"),
    ] {
        one(&state(&format!(r#""Type": "Pass", "Next": "Z", "Comment": "-", {fields}"#)), expected);
    }
}

#[test]
fn jsonata_expressions_are_closed() {
    for (text, expected) in [
        ("{% 10 %", "2:27 the expression is not closed with `%}`"),
        ("10 %}", "the expression does not begin with `{%`"),
        ("{% $sum($a %}", "a `)` is missing"),
        ("{% $a] %}", "a `]` closes nothing"),
        ("{% 'a %}", "a quote is not closed with '"),
        ("{% 1 + %}", "nothing stands behind the last `+`"),
        ("{% $.book[?(@.price < 10)] %}", "`[?(…)]` is JSONPath, not JSONata"),
    ] {
        one(&in_language("JSONata", &format!(r#""Type": "Pass", "Output": "{text}""#)), expected);
    }
    for text in [
        "{%10%}",
        "{% a.* %}",
        "{% $match('(', /[(]/) %}",
        "{% `a(` %}",
        "{% $ ~> |a|{'b': '[?('}| %}",
        "{% '\\\\')' & %.b %}",
    ] {
        let fields = format!(r#""Type": "Pass", "Output": {{"a": ["{text}", "%"]}}"#);
        assert_eq!(in_language("JSONata", &fields), [""; 0], "{text}");
    }
}

#[test]
fn choice_rules_have_one_operator_that_exists() {
    for (language, rule, expected) in [
        ("JSONPath", r#""Variable": "$.a""#, "2:31 this choice compares nothing"),
        (
            "JSONPath",
            r#""Variable": "$.a", "StringEqual": "x""#,
            "2:51 there is no operator `StringEqual` (did you mean `StringEquals`?)",
        ),
        (
            "JSONPath",
            r#""Variable": "$.a", "StringEquals": "x", "IsNull": true"#,
            "this choice has more than one operator",
        ),
        ("JSONPath", r#""StringEquals": "x""#, "this choice has no `Variable`"),
        ("JSONPath", r#""Variable": "a", "StringEquals": "x""#, "`a` is not a path for Variable"),
        (
            "JSONPath",
            r#""Variable": "$", "NumericEquals": "1""#,
            "NumericEquals compares with a number",
        ),
        ("JSONPath", r#""Variable": "$", "IsNull": "true""#, "IsNull compares with true or false"),
        (
            "JSONPath",
            r#""Variable": "$", "StringEqualsPath": "a""#,
            "not a path for StringEqualsPath",
        ),
        (
            "JSONPath",
            r#""Variable": "$", "TimestampEquals": "now""#,
            "TimestampEquals compares with a time",
        ),
        (
            "JSONPath",
            r#""Not": {"Variable": "$", "IsNull": true, "Next": "Z"}"#,
            "`Next` belongs to the whole choice",
        ),
        ("JSONPath", r#""And": []"#, "`And` takes a list of rules"),
        ("JSONPath", r#""Condition": "{% true %}""#, "`Condition` needs JSONata"),
        ("JSONata", r#""Variable": "$.a", "IsNull": true"#, "this choice has no `Condition`"),
        ("JSONata", r#""Condition": "yes""#, "Condition is a JSONata expression"),
    ] {
        let fields = format!(r#""Type": "Choice", "Choices": [{{{rule}, "Next": "Z"}}]"#);
        let found = in_language(language, &fields);
        let found: Vec<_> = found.into_iter().filter(|e| !e.contains("has no `Next`")).collect();
        one(&found, expected);
    }
}

#[test]
fn resources_times_and_pairs_are_checked() {
    for (resource, expected) in [
        ("hello", "`hello` is not a resource of a Task (write an ARN"),
        ("arn:aws:lambda:eu-west-1:123456789012", "is not a resource of a Task"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f:", "names no version and no alias"),
        (
            "arn:aws:states:::dynamodb:query",
            "no integration `dynamodb:query` (the SDK's call is aws-sdk:dynamodb:query)",
        ),
        ("arn:aws:states:::lambda:invok", "(did you mean `invoke`?)"),
        ("arn:aws:states:::sqs:sendMessage.waitForTasktoken", "(did you mean `waitForTaskToken`?)"),
        ("arn:aws:states:::sqs", "is not a resource of a Task"),
    ] {
        one(&state(&format!(r#""Type": "Task", "Next": "Z", "Resource": "{resource}""#)), expected);
    }
    for resource in [
        "${FunctionArn}",
        "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
        "arn:aws:states:::aws-sdk:s3:getObject",
        "arn:aws-cn:states:::elasticmapreduce:addStep.sync",
        "arn:aws:states:eu-west-1:123456789012:activity:a.b",
        "arn:aws:swf:us-east-1:123456789012:task:X",
    ] {
        let fields = format!(r#""Type": "Task", "Next": "Z", "Resource": "{resource}""#);
        assert_eq!(state(&fields), [""; 0]);
    }
    let wait =
        |time: &str| state(&format!(r#""Type": "Wait", "Next": "Z", "Timestamp": "{time}""#));
    for time in [
        "2016-13-14T01:59:00Z",
        "2016-03-14 01:59:00Z",
        "2016-03-14T01:59:00",
        "2016-03-14",
        "{% $t %}",
    ] {
        one(&wait(time), "Timestamp is a time as in 2030-01-31T08:00:00Z");
    }
    for time in ["2016-03-14T01:59:00Z", "2016-03-14T01:59:00.000000Z", "2016-03-14T01:59:00+01:00"]
    {
        assert_eq!(wait(time), [""; 0]);
    }
    let task = r#""Type": "Task", "Next": "Z", "Resource": "arn:aws:lambda:::function:f""#;
    for (fields, expected) in [
        (
            r#""TimeoutSeconds": 9, "TimeoutSecondsPath": "$.t""#,
            "`TimeoutSeconds` and `TimeoutSecondsPath` are both here",
        ),
        (r#""Credentials": {}"#, "Credentials is an object with a `RoleArn`"),
        (r#""Credentials": null"#, "Credentials is an object with a `RoleArn`"),
    ] {
        one(&state(&format!("{task}, {fields}")), expected);
    }
    let map = |more: &str, config: &str| {
        state(&format!(
            r#""Type": "Map", "Next": "Z", {more} "ItemProcessor": {{"ProcessorConfig": {config},
               "StartAt": "B", "States": {{"B": {{"Type": "Succeed"}}}}}}"#
        ))
    };
    for (more, config, expected) in [
        (
            r#""ToleratedFailurePercentage": 150,"#,
            "{}",
            "ToleratedFailurePercentage is 150; the most is 100",
        ),
        (
            r#""ItemBatcher": {"MaxItemsPerBatch": 1, "MaxItemsPerBatchPath": "$.n"},"#,
            "{}",
            "are both here",
        ),
        (r#""ItemsPath": null,"#, "{}", "ItemsPath is a path, and this is null"),
        ("", r#"{"Mode": "DISTIBUTED"}"#, "Mode is \"INLINE\" or \"DISTRIBUTED\""),
        ("", r#"{"Mode": "DISTRIBUTED"}"#, "a DISTRIBUTED Map has no `ExecutionType`"),
        ("", r#"{"Mode": "DISTRIBUTED", "ExecutionType": "FAST"}"#, "ExecutionType is"),
    ] {
        one(&map(more, config), expected);
    }
    let fail =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "e", "ErrorPath": "$.e"}}}"#;
    one(&errors("m.json", fail), "`Error` and `ErrorPath` are both here");
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("JSON has no NaN", |f| f.is_finite().then(|| f.into())),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Text that is nearly a definition: pieces of one in any order.
fn almost() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\n",
        "  ",
        "- ",
        "&a ",
        "*a",
        "!!str ",
        "#",
        "|",
        ">",
        "---",
        "é",
        "\t",
        "\\u00",
        "1e9",
        "\"StartAt\":\"A\",",
        "\"States\":{\"A\":{",
        "\"Type\":\"Pass\",",
        "\"End\":true}}}",
        "StartAt: A\n",
        "States:\n  A:\n    Type: Map\n",
        "    Iterator: {}\n",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_every_place_is_in_it(
        text in prop_oneof![any::<String>(), almost(), values().prop_map(|v| v.to_string())],
    ) {
        for file in ["m.json", "m.yaml"] {
            for problem in check(file, &text).err().unwrap_or_default() {
                prop_assert!(text.get(problem.offset..problem.offset + problem.len).is_some());
                prop_assert!(problem.line >= 1 && problem.line <= text.lines().count() + 1);
            }
        }
    }
}
