//! What a template refuses, and what it writes.

use guardian_cfn::resources::{cloudformation, cloudwatch, lambda, logs, sns, sqs};
use guardian_cfn::{Cond, Id, Json, Output, Parameter, SynthError, Template, Val, pseudo, yaml};
use proptest::prelude::*;
use serde_json::{Value, json};

fn errors(t: &Template) -> Vec<SynthError> {
    t.clone().synth().expect_err("the template must be refused").0
}

#[test]
fn a_reference_to_a_missing_resource_names_both_ends() {
    let mut t = Template::new();
    let gone = Id::<sqs::Queue>::named("Gone");
    t.add("Sub", sns::Subscription::new().protocol("sqs").topic_arn("arn").endpoint(gone.arn()));
    t.output("Url", Output::new(gone.reference()));
    t.output("Text", Output::new(Val::sub("x ${Gone.Arn} ${!Literal}", [])));
    let said = t.synth().unwrap_err().to_string();
    for (from, function) in [
        ("Resources.Sub.Properties.Endpoint", "Fn::GetAtt"),
        ("Outputs.Url.Value", "Ref"),
        ("Outputs.Text.Value", "Fn::Sub"),
    ] {
        assert!(said.contains(&format!("{from}: {function} names `Gone`")), "{said}");
    }
    assert!(!said.contains("Literal"), "{said}");
}

#[test]
fn depends_on_and_conditions_must_be_there_too() {
    let mut other = Template::new();
    let condition = other.condition("Elsewhere", Cond::equals(pseudo::region(), "x"));
    let far = other.add("Far", sqs::Queue::new());
    let mut t = Template::new();
    let q = t.add("Q", sqs::Queue::new().queue_name(Val::if_(&condition, "a", "b")));
    t.resource_mut(&q).depends_on(&far).condition(&condition);
    t.resource_mut(&far);
    let all: Vec<String> = errors(&t).iter().map(ToString::to_string).collect();
    assert_eq!(all.len(), 4, "{all:#?}");
}

#[test]
fn an_attribute_that_the_type_lacks_is_refused() {
    let mut t = Template::new();
    t.add("Q", sqs::Queue::new());
    t.output("O", Output::new(Val::sub("${Q.Nope}", [])));
    assert!(
        matches!(&errors(&t)[..], [SynthError::NoAttribute { attribute, .. }] if attribute == "Nope")
    );
}

#[test]
fn resources_that_wait_for_each_other_are_refused() {
    let mut t = Template::new();
    let (a, b) = (Id::<sqs::Queue>::named("A"), Id::<sqs::Queue>::named("B"));
    t.add("A", sqs::Queue::new().queue_name(b.queue_name()));
    t.add("B", sqs::Queue::new());
    t.add("Last", sqs::Queue::new().queue_name(a.queue_name()));
    t.resource_mut(&b).depends_on(&a);
    let circle = ["A", "B", "A"].map(str::to_owned).to_vec();
    assert_eq!(errors(&t), [SynthError::Cycle(circle)]);
}

#[test]
fn ids_that_are_double_or_not_alphanumeric_are_refused() {
    let mut t = Template::new();
    t.add("A", sqs::Queue::new());
    t.add("A", sqs::Queue::new());
    t.add("a-b", sqs::Queue::new());
    let all = errors(&t);
    assert!(all.contains(&SynthError::Duplicate { section: "Resources", id: "A".into() }));
    assert!(all.contains(&SynthError::BadId { section: "Resources", id: "a-b".into() }));
}

#[test]
fn five_hundred_resources_pass_and_one_more_does_not() {
    let mut t = Template::new();
    for i in 0..500 {
        t.add(format!("Q{i}"), sqs::Queue::new());
    }
    assert_eq!(t.clone().synth().unwrap().resource_count(), 500);
    t.add("More", sqs::Queue::new());
    assert!(matches!(&errors(&t)[..], [SynthError::TooMany { count: 501, limit: 500, .. }]));
}

#[test]
fn a_literal_that_the_schema_refuses_is_refused_with_its_bounds() {
    let mut t = Template::new();
    t.add("Log", logs::LogGroup::new().retention_in_days(31));
    t.add("Alarm", cloudwatch::Alarm::new().alarm_name("x".repeat(256)).evaluation_periods(0));
    t.add(
        "Stack",
        cloudformation::Stack::new().template_url("https://x").notification_arns(vec!["a"; 6]),
    );
    let said = t.synth().unwrap_err().to_string();
    for part in [
        "Resources.Log.Properties.RetentionInDays is 31, and it takes one of 1, 3, 5, 7, 14, 30,",
        "Resources.Alarm.Properties.AlarmName is 256 characters, and it takes 0 to 255",
        "Resources.Alarm.Properties.EvaluationPeriods is 0, and it takes 1 or more",
        "Resources.Stack.Properties.NotificationARNs is 6 items, and it takes 0 to 5",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let mut t = Template::new();
    let days = t.parameter("Days", Parameter::number());
    t.add("Log", logs::LogGroup::new().retention_in_days(days.reference()));
    t.synth().expect("what a parameter will be is not known here");
}

#[test]
fn a_reference_into_another_template_dangles_wherever_it_stands() {
    let mut other = Template::new();
    let far = other.add("Far", sqs::Queue::new());
    let parameter = other.parameter("FarParameter", Parameter::string());
    let arn = far.arn();
    let mut t = Template::new();
    t.parameter("Own", Parameter::string());
    t.add("A", sqs::Queue::new().redrive_policy(json!({"deadLetterTargetArn": arn.to_json()})));
    t.add("B", sqs::Queue::new().queue_name(Val::join("-", [far.queue_name(), "b".into()])));
    t.add("C", sqs::Queue::new().queue_name(Val::sub("${Q}-${Own}", [("Q", far.queue_name())])));
    t.add("D", sqs::Queue::new().queue_name(Val::select(0, Val::split("-", far.reference()))));
    t.add("E", sqs::Queue::new().queue_name(parameter.reference()));
    t.output("O", Output::new("x").export(far.reference()));
    t.metadata("Free", json!({"Ref": "text that nobody resolves"}));
    let said: Vec<String> = errors(&t).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 6, "{said:#?}");
    assert!(said.iter().all(|s| s.contains("`Far")), "{said:#?}");
}

#[test]
fn a_template_takes_over_another_and_what_both_have_must_be_the_same() {
    let part = |id: &str| {
        let mut t = Template::new();
        let size = t.parameter("Name", Parameter::string().default("x"));
        let big = t.condition("Big", Cond::equals(size.reference(), "y"));
        let queue = t.add(id, sqs::Queue::new().queue_name(size.reference()));
        t.resource_mut(&queue).condition(&big);
        t.output(&format!("{id}Url"), Output::new(queue.reference()));
        t
    };
    let mut whole = part("First");
    let bytes = whole.resources_size() + part("Second").resources_size();
    whole.append(part("Second"));
    assert_eq!((whole.resource_count(), whole.resources_size()), (2, bytes));
    let synth = whole.clone().synth().unwrap();
    let resources = synth.value()["Resources"].as_object().unwrap();
    assert_eq!(resources.keys().collect::<Vec<_>>(), ["First", "Second"]);
    assert_eq!(resources["Second"]["Condition"], "Big");
    // Except for the braces, the sizes add up to the length of the section.
    assert_eq!(bytes, synth.value()["Resources"].to_string().len() - 1);

    whole.append(part("Second"));
    let mut other = Template::new();
    other.parameter("Name", Parameter::string().default("z"));
    whole.append(other);
    let double = |section, id: &str| SynthError::Duplicate { section, id: id.into() };
    let said = errors(&whole);
    for error in [
        double("Resources", "Second"),
        double("Outputs", "SecondUrl"),
        double("Parameters", "Name"),
    ] {
        assert!(said.contains(&error), "{said:?}");
    }
}

#[test]
fn a_parameter_and_a_resource_cannot_have_one_name_in_either_order() {
    let mut t = Template::new();
    t.add("Same", sqs::Queue::new());
    t.parameter("Same", Parameter::string());
    assert!(matches!(&errors(&t)[..], [SynthError::Duplicate { section: "Parameters", .. }]));
}

#[test]
fn an_output_of_a_nested_stack_is_an_attribute_and_of_nothing_else() {
    let mut t = Template::new();
    let stack =
        t.add("Nested", cloudformation::Stack::new().template_url("https://example.com/t.json"));
    t.output("Url", Output::new(stack.output("Url")));
    assert_eq!(
        t.clone().synth().unwrap().value()["Outputs"]["Url"]["Value"],
        json!({"Fn::GetAtt": ["Nested", "Outputs.Url"]})
    );
    t.add("Queue", sqs::Queue::new());
    t.output("Wrong", Output::new(Val::sub("${Queue.Outputs.Url}", [])));
    assert!(matches!(&errors(&t)[..], [SynthError::NoAttribute { .. }]));
}

#[test]
fn a_description_past_1024_bytes_is_refused() {
    let mut t = Template::new().description("é".repeat(513));
    t.add("A", sqs::Queue::new());
    assert_eq!(errors(&t), [SynthError::LongDescription(1026)]);
}

#[test]
fn every_kind_of_value_is_written_as_cloudformation_reads_it() {
    let mut t = Template::new();
    let bucket = t.parameter("Bucket", Parameter::string().default("b"));
    let has = t.condition("Has", Cond::equals(bucket.reference(), "").negate());
    t.mapping("Map", json!({"a": {"b": "c"}}));
    let function = lambda::Function::new()
        .code(lambda::function::Code::new().s3_bucket(bucket.reference()))
        .role(Val::find_in_map("Map", "a", "b"))
        .memory_size(256)
        .architectures([lambda::function::Architecture::Arm64])
        .layers(Val::if_(&has, vec!["l"], pseudo::no_value::<Vec<String>>()))
        .environment(lambda::function::Environment::new().variables([("K", "v")]));
    t.add("F", function);
    let first = t.clone().synth().unwrap();
    assert_eq!(
        first.value()["Resources"]["F"]["Properties"],
        json!({
            "Code": {"S3Bucket": {"Ref": "Bucket"}},
            "Role": {"Fn::FindInMap": ["Map", "a", "b"]},
            "MemorySize": 256,
            "Architectures": ["arm64"],
            "Layers": {"Fn::If": ["Has", ["l"], {"Ref": "AWS::NoValue"}]},
            "Environment": {"Variables": {"K": "v"}},
        })
    );
    assert_eq!(first.value()["Conditions"]["Has"]["Fn::Not"][0]["Fn::Equals"][1], json!(""));
    assert_eq!(first.to_yaml(), t.synth().unwrap().to_yaml());
    assert_eq!(serde_yaml::from_str::<Value>(&first.to_yaml()).unwrap(), *first.value());
    assert!(first.fits_inline());
    let _ = Json::from(json!(1));
}

#[test]
fn what_yaml_1_1_reads_as_something_else_is_quoted() {
    for text in [
        "no",
        "No",
        "ON",
        "y",
        "N",
        "off",
        "true",
        "null",
        "~",
        "",
        "1:30",
        "0o17",
        "017",
        "0x1f",
        "1_000",
        "1.5",
        "1e3",
        ".inf",
        ".NaN",
        "2010-09-09",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "a:",
        " a",
        "a ",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{a",
        "[a",
        "|",
        ">",
        "a\nb",
        "'",
        "\u{85}",
    ] {
        assert!(yaml::scalar(text).starts_with('"'), "{text:?} is bare");
    }
    for text in ["AWS::SQS::Queue", "bootstrap", "/aws/lambda/x", "Fn::GetAtt", "a b"] {
        assert_eq!(yaml::scalar(text), text);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![any::<String>(), "[a-zA-Z0-9_:./+~<= -]{0,8}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn yaml_reads_back_as_what_was_written(value in any_json()) {
        let text = yaml::write(&value);
        let back: Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(back, value, "{}", text);
    }
}
