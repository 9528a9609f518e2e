//! Resources that belong together, connected as the CDK does it. Each method adds resources to the
//! template under the logical ids that its documentation names: nothing is hidden.

#[cfg(all(feature = "events", feature = "lambda"))]
mod rule_to_function {
    use crate::events::{self, rule::Target};
    use crate::lambda;
    use crate::{Id, Template};

    impl lambda::Permission {
        /// The permission with which a rule invokes a function.
        pub fn of_rule(rule: &Id<events::Rule>, function: &Id<lambda::Function>) -> Self {
            lambda::Permission::new()
                .action("lambda:InvokeFunction")
                .function_name(function.reference())
                .principal("events.amazonaws.com")
                .source_arn(rule.arn())
        }
    }

    impl Template {
        /// Adds a rule that invokes a function, as `NAME`, and its permission, as `NAMEPermission`.
        /// The target's id is the function's logical id; `more` sets the rest of the target.
        pub fn rule_to_function(
            &mut self,
            name: &str,
            rule: events::Rule,
            function: &Id<lambda::Function>,
            more: impl FnOnce(Target) -> Target,
        ) -> Id<events::Rule> {
            let target = Target::new().arn(function.arn()).id(function.logical_id());
            let rule = self.add(name, rule.targets([more(target)]));
            self.add(format!("{name}Permission"), lambda::Permission::of_rule(&rule, function));
            rule
        }
    }
}

#[cfg(all(feature = "events", feature = "sqs"))]
mod rule_to_queue {
    use crate::events::{self, rule::Target};
    use crate::{Id, Template};
    use crate::{Policy, Statement, sqs};

    impl Statement {
        /// Lets a rule send to a queue.
        pub fn of_rule(rule: &Id<events::Rule>, queue: &Id<sqs::Queue>) -> Self {
            Self::allow(["sqs:SendMessage"], [queue.arn()])
                .sid("EventBridge")
                .service("events.amazonaws.com")
                .when("ArnEquals", "aws:SourceArn", rule.arn())
        }
    }

    impl Template {
        /// Adds a rule that sends to a queue, as `NAME`, and the queue's policy, as `NAMEPolicy`,
        /// which also refuses every caller without TLS. A queue has one policy: for several rules,
        /// write it with [`Statement::of_rule`].
        pub fn rule_to_queue(
            &mut self,
            name: &str,
            rule: events::Rule,
            queue: &Id<sqs::Queue>,
            more: impl FnOnce(Target) -> Target,
        ) -> Id<events::Rule> {
            let target = Target::new().arn(queue.arn()).id(queue.logical_id());
            let rule = self.add(name, rule.targets([more(target)]));
            let send = Statement::of_rule(&rule, queue);
            let policy = Policy::new([send, Statement::tls_only("sqs:*", queue.arn())]);
            self.add(
                format!("{name}Policy"),
                sqs::QueuePolicy::new().policy_document(policy).queues([queue.reference()]),
            );
            rule
        }
    }
}

#[cfg(feature = "sqs")]
mod dead_letters {
    use crate::sqs;
    use crate::{Id, Template};
    use serde_json::json;

    impl sqs::Queue {
        /// `RedrivePolicy`: a message that was received `receives` times goes to another queue.
        pub fn dead_letters(self, to: &Id<sqs::Queue>, receives: u32) -> Self {
            self.redrive_policy(json!({
                "deadLetterTargetArn": to.arn().into_json(),
                "maxReceiveCount": receives,
            }))
        }
    }

    impl Template {
        /// Adds a queue, as `NAME`, and its dead-letter queue, as `NAMEDeadLetters`, which keeps
        /// messages for 14 days, the longest that SQS allows. Returns the queue, then the other one.
        pub fn queue_with_dead_letters(
            &mut self,
            name: &str,
            queue: sqs::Queue,
            receives: u32,
        ) -> (Id<sqs::Queue>, Id<sqs::Queue>) {
            let letters = sqs::Queue::new().message_retention_period(1_209_600);
            let letters = self.add(format!("{name}DeadLetters"), letters);
            (self.add(name, queue.dead_letters(&letters, receives)), letters)
        }
    }
}

#[cfg(feature = "iam")]
mod roles {
    use crate::{Id, Template};
    use crate::{Policy, Statement, iam};

    impl iam::Role {
        /// A role for a service principal, such as `lambda.amazonaws.com`.
        pub fn of_service(service: &str) -> Self {
            iam::Role::new().assume_role_policy_document(Policy::trust(service))
        }
    }

    impl Template {
        /// Grants a role what the statements allow, as the managed policy `NAME`.
        pub fn grant(
            &mut self,
            name: &str,
            role: &Id<iam::Role>,
            statements: impl IntoIterator<Item = Statement>,
        ) -> Id<iam::ManagedPolicy> {
            let policy = iam::ManagedPolicy::new().policy_document(Policy::new(statements));
            self.add(name, policy.roles([role.reference()]))
        }
    }
}

#[cfg(all(feature = "cloudwatch", feature = "lambda"))]
mod metrics {
    use crate::Id;
    use crate::cloudwatch::alarm::{ComparisonOperator, Dimension, Statistic};
    use crate::{cloudwatch, lambda};

    /// A metric with the statistic and the period in which an alarm reads it.
    #[must_use]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Measure(cloudwatch::Alarm);

    impl Id<lambda::Function> {
        /// A metric of the function, such as `Errors`: its sum over a minute.
        pub fn metric(&self, name: &str) -> Measure {
            let function = Dimension::new().name("FunctionName").value(self.reference());
            let alarm = cloudwatch::Alarm::new().namespace("AWS/Lambda").metric_name(name);
            Measure(alarm.dimensions([function]).statistic(Statistic::Sum).period(60))
        }
    }

    impl Measure {
        /// Reads the metric over this many seconds.
        pub fn period(self, seconds: u32) -> Self {
            Self(self.0.period(seconds))
        }

        /// Reads another statistic.
        pub fn statistic(self, statistic: Statistic) -> Self {
            Self(self.0.statistic(statistic))
        }

        /// The alarm that goes off when one period compares with the threshold in this way.
        pub fn alarm(self, operator: ComparisonOperator, threshold: f64) -> cloudwatch::Alarm {
            self.0.comparison_operator(operator).threshold(threshold).evaluation_periods(1)
        }
    }
}
#[cfg(all(feature = "cloudwatch", feature = "lambda"))]
pub use metrics::Measure;
