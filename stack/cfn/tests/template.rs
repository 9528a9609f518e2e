//! What a template refuses, and what it writes.

use guardian_cfn::resources::{lambda, sns, sqs};
use guardian_cfn::{Cond, Id, Json, Output, Parameter, SynthError, Template, Val, pseudo, yaml};
use proptest::prelude::*;
use serde_json::{Value, json};

fn errors(t: &Template) -> Vec<SynthError> {
    t.synth().expect_err("the template must be refused").0
}

#[test]
fn a_reference_to_a_missing_resource_names_both_ends() {
    let mut t = Template::new();
    let gone = Id::<sqs::Queue>::named("Gone");
    t.add("Sub", sns::Subscription::new("arn", "sqs").endpoint(gone.arn()));
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
    assert_eq!(t.synth().unwrap().resource_count(), 500);
    t.add("More", sqs::Queue::new());
    assert!(matches!(&errors(&t)[..], [SynthError::TooMany { count: 501, limit: 500, .. }]));
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
    let function = lambda::Function::new(
        lambda::function::Code::new().s3_bucket(bucket.reference()),
        Val::find_in_map("Map", "a", "b"),
    )
    .memory_size(256)
    .architectures(["arm64"])
    .layers(Val::if_(&has, vec!["l"], pseudo::no_value::<Vec<String>>()))
    .environment(lambda::function::Environment::new().variables([("K", "v")]));
    t.add("F", function);
    let first = t.synth().unwrap();
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
    assert_eq!(first.to_yaml(), t.clone().synth().unwrap().to_yaml());
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
