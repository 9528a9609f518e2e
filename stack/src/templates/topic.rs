//! The topic of notifications: its name, who may publish to it and who is subscribed; and what the
//! actions of an alarm are in a template.

use super::ids::short_hash;
use super::origins::{Origin, Template};
use crate::app::{App, TOPIC, Topic};
use guardian_cfn::{Arn, Id, Output, Policy, Statement, Val, iam, pseudo, sns};

/// The name of the topic that the stack creates. The name is fixed, so that every nested stack knows
/// the ARN without a parameter.
fn name(app: &App) -> String {
    format!("{}-{}-guardian", app.project, app.env)
}

/// The topic's ARN, if there is one.
pub(super) fn arn(app: &App) -> Option<Val<String>> {
    match app.notifications.topic.as_ref()? {
        Topic::Existing(arn) => Some(arn.into()),
        Topic::Created => {
            const PREFIX: &str = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:";
            Some(Val::sub(&format!("{PREFIX}{}", name(app)), []))
        }
    }
}

/// Lets the function encrypt what it publishes with the topic's own key, through SNS and for nothing
/// else [SNS guide, key management].
pub(super) fn key_statement(app: &App) -> Option<Statement> {
    let key = app.notifications.key.as_deref()?;
    // A key is in the region of its topic.
    let region = key.split(':').nth(3).unwrap_or_default();
    let through = Val::<String>::sub(&format!("sns.{region}.${{AWS::URLSuffix}}"), []);
    Some(
        Statement::allow(["kms:GenerateDataKey*", "kms:Decrypt"], [Arn::of(key)])
            .sid("UseKey")
            .when("StringEquals", "kms:ViaService", through),
    )
}

/// How many bytes the ARN takes at most.
pub(super) fn arn_length(app: &App) -> usize {
    match &app.notifications.topic {
        None => 0,
        Some(Topic::Existing(arn)) => arn.len(),
        // `arn:aws-us-gov:sns:`, the longest names of regions and twelve digits.
        Some(Topic::Created) => 60 + name(app).len(),
    }
}

/// Actions, with the word for the topic replaced by its ARN.
pub(super) fn actions(app: &App, list: &[String]) -> Vec<Val<String>> {
    let one = |action: &String| match action.as_str() {
        // The configuration refuses it without a topic.
        TOPIC => arn(app),
        arn => Some(arn.into()),
    };
    list.iter().filter_map(one).collect()
}

/// Adds the topic, if it is the stack's, and the subscriptions.
///
/// Without `notifications.key` it is not encrypted at rest: with `alias/aws/sns` CloudWatch could
/// not publish to it, since the policy of that key cannot be changed [CloudWatch guide, from
/// memory], and a key of one's own costs a dollar a month.
pub(super) fn add(t: &mut Template, app: &App, role: &Id<iam::Role>) {
    let Some(arn) = arn(app) else { return };
    let mut subscribed = arn;
    if app.notifications.topic == Some(Topic::Created) {
        let mut topic = sns::Topic::new()
            .topic_name(name(app))
            .display_name(format!("Guardian {} {}", app.project, app.env));
        if let Some(key) = &app.notifications.key {
            topic = topic.kms_master_key_id(key);
        }
        let origin = Origin::of(["notifications.create", "notifications"]);
        let of_topic = origin
            .clone()
            .property("TopicName", ["project"])
            .property("DisplayName", ["project"])
            .property("KmsMasterKeyId", ["notifications.key"]);
        let topic = t.add("Topic", topic, of_topic);
        subscribed = topic.reference();
        let publish = || Statement::allow(["sns:Publish"], [Arn::of(topic.reference())]);
        let from_alarms = publish()
            .sid("Alarms")
            .service("cloudwatch.amazonaws.com")
            .when("StringEquals", "aws:SourceAccount", pseudo::account_id())
            .when("ArnLike", "aws:SourceArn", Arn::here("cloudwatch", "alarm:*"));
        let from_function = publish().sid("Function").aws(role.arn());
        let policy = Policy::new([from_alarms, from_function]);
        t.add(
            "TopicPolicy",
            sns::TopicPolicy::new().policy_document(policy).topics([topic.reference()]),
            origin,
        );
        t.output("TopicArn", Output::new(topic.reference()).description("The notifications."));
    }
    for (index, address) in app.notifications.email.iter().enumerate() {
        let id = format!("Subscription{}", short_hash(address));
        let subscription = sns::Subscription::new().protocol("email").topic_arn(subscribed.clone());
        let setting = format!("notifications.email[{index}]");
        t.add(id, subscription.endpoint(address), Origin::of([&setting, "notifications"]));
    }
}
