//! Resource types of the service `cloudwatch`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The `AWS::CloudWatch::Alarm` type specifies an alarm and associates it with the specified metric or metric math expression.
///
/// CloudFormation: `AWS::CloudWatch::Alarm`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alarm(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Alarm {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// CloudFormation: `ActionConfiguration`, object.
    #[must_use]
    pub fn action_configuration(
        mut self,
        value: impl Into<crate::Val<alarm::ActionConfiguration>>,
    ) -> Self {
        self.0.insert("ActionConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Indicates whether actions should be executed during any changes to the alarm state. The default is TRUE.
    ///
    /// CloudFormation: `ActionsEnabled`, boolean.
    #[must_use]
    pub fn actions_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("ActionsEnabled".to_owned(), value.into().into_json());
        self
    }

    /// The list of actions to execute when this alarm transitions into an ALARM state from any other state. Specify each action as an Amazon Resource Name (ARN). For more information about creating alarms and the actions that you can specify, see PutMetricAlarm in the \*API Reference\*.
    ///
    /// CloudFormation: `AlarmActions`, array, at least 0 items.
    #[must_use]
    pub fn alarm_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("AlarmActions".to_owned(), value.into().into_json());
        self
    }

    /// The description of the alarm.
    ///
    /// CloudFormation: `AlarmDescription`, string, at least 0 characters, at most 1024 characters.
    #[must_use]
    pub fn alarm_description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("AlarmDescription".to_owned(), value.into().into_json());
        self
    }

    /// The name of the alarm. If you don't specify a name, CFN generates a unique physical ID and uses that ID for the alarm name.
    ///
    /// CloudFormation: `AlarmName`, string, at least 0 characters, at most 255 characters.
    #[must_use]
    pub fn alarm_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("AlarmName".to_owned(), value.into().into_json());
        self
    }

    /// The arithmetic operation to use when comparing the specified statistic and threshold. The specified statistic value is used as the first operand.
    ///
    /// CloudFormation: `ComparisonOperator`, string; one of `GreaterThanOrEqualToThreshold`, `GreaterThanThreshold`, `GreaterThanUpperThreshold`, `LessThanLowerOrGreaterThanUpperThreshold`, `LessThanLowerThreshold`, `LessThanOrEqualToThreshold`, `LessThanThreshold`.
    #[must_use]
    pub fn comparison_operator(
        mut self,
        value: impl Into<crate::Val<alarm::ComparisonOperator>>,
    ) -> Self {
        self.0.insert("ComparisonOperator".to_owned(), value.into().into_json());
        self
    }

    /// The number of datapoints that must be breaching to trigger the alarm. This is used only if you are setting an "M out of N" alarm. In that case, this value is the M, and the value that you set for `EvaluationPeriods` is the N value. For more information, see Evaluating an Alarm in the \*User Guide\*.
    ///
    /// CloudFormation: `DatapointsToAlarm`, integer, at least 1.
    #[must_use]
    pub fn datapoints_to_alarm(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("DatapointsToAlarm".to_owned(), value.into().into_json());
        self
    }

    /// The dimensions for the metric associated with the alarm. For an alarm based on a math expression, you can't specify `Dimensions`. Instead, you use `Metrics`.
    ///
    /// CloudFormation: `Dimensions`, array, at least 0 items, at most 30 items.
    #[must_use]
    pub fn dimensions(mut self, value: impl Into<crate::Val<Vec<alarm::Dimension>>>) -> Self {
        self.0.insert("Dimensions".to_owned(), value.into().into_json());
        self
    }

    /// Used only for alarms based on percentiles. If `ignore`, the alarm state does not change during periods with too few data points to be statistically significant. If `evaluate` or this parameter is not used, the alarm is always evaluated and possibly changes state no matter how many data points are available.
    ///
    /// CloudFormation: `EvaluateLowSampleCountPercentile`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn evaluate_low_sample_count_percentile(
        mut self,
        value: impl Into<crate::Val<String>>,
    ) -> Self {
        self.0.insert("EvaluateLowSampleCountPercentile".to_owned(), value.into().into_json());
        self
    }

    /// The evaluation criteria for the alarm.
    ///
    /// CloudFormation: `EvaluationCriteria`, object.
    #[must_use]
    pub fn evaluation_criteria(
        mut self,
        value: impl Into<crate::Val<alarm::EvaluationCriteria>>,
    ) -> Self {
        self.0.insert("EvaluationCriteria".to_owned(), value.into().into_json());
        self
    }

    /// The frequency, in seconds, at which the alarm is evaluated.
    ///
    /// CloudFormation: `EvaluationInterval`, integer, at least 10, at most 3600.
    #[must_use]
    pub fn evaluation_interval(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("EvaluationInterval".to_owned(), value.into().into_json());
        self
    }

    /// The number of periods over which data is compared to the specified threshold. If you are setting an alarm that requires that a number of consecutive data points be breaching to trigger the alarm, this value specifies that number. If you are setting an "M out of N" alarm, this value is the N, and `DatapointsToAlarm` is the M.
    ///
    /// CloudFormation: `EvaluationPeriods`, integer, at least 1.
    #[must_use]
    pub fn evaluation_periods(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("EvaluationPeriods".to_owned(), value.into().into_json());
        self
    }

    /// The evaluation window that the alarm uses to select the range of metric data that it evaluates. This is either a sliding window or a wall clock window. For more information, see Alarm evaluation windows in the \*CloudWatch User Guide\*.
    ///
    /// CloudFormation: `EvaluationWindow`, object.
    #[must_use]
    pub fn evaluation_window(
        mut self,
        value: impl Into<crate::Val<alarm::EvaluationWindow>>,
    ) -> Self {
        self.0.insert("EvaluationWindow".to_owned(), value.into().into_json());
        self
    }

    /// The percentile statistic for the metric associated with the alarm. Specify a value between p0.0 and p100.
    ///
    /// CloudFormation: `ExtendedStatistic`, string.
    #[must_use]
    pub fn extended_statistic(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ExtendedStatistic".to_owned(), value.into().into_json());
        self
    }

    /// The actions to execute when this alarm transitions to the `INSUFFICIENT_DATA` state from any other state. Each action is specified as an Amazon Resource Name (ARN).
    ///
    /// CloudFormation: `InsufficientDataActions`, array, at least 0 items.
    #[must_use]
    pub fn insufficient_data_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("InsufficientDataActions".to_owned(), value.into().into_json());
        self
    }

    /// The name of the metric associated with the alarm. This is required for an alarm based on a metric. For an alarm based on a math expression, you use `Metrics` instead and you can't specify `MetricName`.
    ///
    /// CloudFormation: `MetricName`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn metric_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("MetricName".to_owned(), value.into().into_json());
        self
    }

    /// An array that enables you to create an alarm based on the result of a metric math expression. Each item in the array either retrieves a metric or performs a math expression.
    ///
    /// CloudFormation: `Metrics`, array.
    #[must_use]
    pub fn metrics(mut self, value: impl Into<crate::Val<Vec<alarm::MetricDataQuery>>>) -> Self {
        self.0.insert("Metrics".to_owned(), value.into().into_json());
        self
    }

    /// The namespace of the metric associated with the alarm. This is required for an alarm based on a metric. For an alarm based on a math expression, you can't specify `Namespace` and you use `Metrics` instead.
    ///
    /// CloudFormation: `Namespace`, string, at least 1 characters, at most 255 characters; pattern `^[^:]`.
    #[must_use]
    pub fn namespace(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Namespace".to_owned(), value.into().into_json());
        self
    }

    /// The actions to execute when this alarm transitions to the `OK` state from any other state. Each action is specified as an Amazon Resource Name (ARN).
    ///
    /// CloudFormation: `OKActions`, array, at least 0 items.
    #[must_use]
    pub fn ok_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("OKActions".to_owned(), value.into().into_json());
        self
    }

    /// The period, in seconds, over which the statistic is applied. This is required for an alarm based on a metric. Valid values are 10, 20, 30, 60, and any multiple of 60.
    ///
    /// CloudFormation: `Period`, integer, at least 1.
    #[must_use]
    pub fn period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("Period".to_owned(), value.into().into_json());
        self
    }

    /// The statistic for the metric associated with the alarm, other than percentile. For percentile statistics, use `ExtendedStatistic`.
    ///
    /// CloudFormation: `Statistic`, string; one of `Average`, `Maximum`, `Minimum`, `SampleCount`, `Sum`.
    #[must_use]
    pub fn statistic(mut self, value: impl Into<crate::Val<alarm::Statistic>>) -> Self {
        self.0.insert("Statistic".to_owned(), value.into().into_json());
        self
    }

    /// A list of key-value pairs to associate with the alarm. You can associate as many as 50 tags with an alarm. To be able to associate tags with the alarm when you create the alarm, you must have the `cloudwatch:TagResource` permission.
    ///
    /// CloudFormation: `Tags`, array, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<alarm::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// The value to compare with the specified statistic.
    ///
    /// CloudFormation: `Threshold`, number.
    #[must_use]
    pub fn threshold(mut self, value: impl Into<crate::Val<f64>>) -> Self {
        self.0.insert("Threshold".to_owned(), value.into().into_json());
        self
    }

    /// In an alarm based on an anomaly detection model, this is the ID of the `ANOMALY_DETECTION_BAND` function used as the threshold for the alarm.
    ///
    /// CloudFormation: `ThresholdMetricId`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn threshold_metric_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ThresholdMetricId".to_owned(), value.into().into_json());
        self
    }

    /// Sets how this alarm is to handle missing data points. Valid values are `breaching`, `notBreaching`, `ignore`, and `missing`. For more information, see Configuring How Alarms Treat Missing Data in the \*Amazon User Guide\*.
    ///
    /// CloudFormation: `TreatMissingData`, string, at least 1 characters, at most 255 characters; one of `breaching`, `ignore`, `missing`, `notBreaching`.
    #[must_use]
    pub fn treat_missing_data(
        mut self,
        value: impl Into<crate::Val<alarm::TreatMissingData>>,
    ) -> Self {
        self.0.insert("TreatMissingData".to_owned(), value.into().into_json());
        self
    }

    /// The unit of the metric associated with the alarm. Specify this only if you are creating an alarm based on a single metric. Do not specify this if you are specifying a `Metrics` array.
    ///
    /// CloudFormation: `Unit`, string; one of `Bits`, `Bits/Second`, `Bytes`, `Bytes/Second`, `Count`, `Count/Second`, `Gigabits`, `Gigabits/Second`, `Gigabytes`, `Gigabytes/Second`, `Kilobits`, `Kilobits/Second`, `Kilobytes`, `Kilobytes/Second`, `Megabits`, `Megabits/Second`, `Megabytes`, `Megabytes/Second`, `Microseconds`, `Milliseconds`, `None`, `Percent`, `Seconds`, `Terabits`, `Terabits/Second`, `Terabytes`, `Terabytes/Second`.
    #[must_use]
    pub fn unit(mut self, value: impl Into<crate::Val<alarm::Unit>>) -> Self {
        self.0.insert("Unit".to_owned(), value.into().into_json());
        self
    }

    /// The warm-up configuration for the alarm. A warm-up period delays alarm evaluation after you create or update the alarm. During the warm-up period, the alarm stays in `INSUFFICIENT_DATA` and does not perform alarm actions.
    ///
    /// CloudFormation: `WarmUpConfiguration`, object.
    #[must_use]
    pub fn warm_up_configuration(
        mut self,
        value: impl Into<crate::Val<alarm::WarmUpConfiguration>>,
    ) -> Self {
        self.0.insert("WarmUpConfiguration".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Alarm {
    const TYPE: &'static str = "AWS::CloudWatch::Alarm";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("AlarmDescription", crate::Bound::Characters(0, 1024)),
        ("AlarmName", crate::Bound::Characters(0, 255)),
        ("DatapointsToAlarm", crate::Bound::Number(1.0, f64::INFINITY)),
        ("Dimensions", crate::Bound::Items(0, 30)),
        ("EvaluateLowSampleCountPercentile", crate::Bound::Characters(1, 255)),
        ("EvaluationInterval", crate::Bound::Number(10.0, 3600.0)),
        ("EvaluationPeriods", crate::Bound::Number(1.0, f64::INFINITY)),
        ("MetricName", crate::Bound::Characters(1, 255)),
        ("Namespace", crate::Bound::Characters(1, 255)),
        ("Period", crate::Bound::Number(1.0, f64::INFINITY)),
        ("Tags", crate::Bound::Items(0, 50)),
        ("ThresholdMetricId", crate::Bound::Characters(1, 255)),
        ("TreatMissingData", crate::Bound::Characters(1, 255)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Alarm> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`Alarm`].
pub mod alarm {
    /// CloudFormation: property type `ActionConfiguration` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ActionConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ActionConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Whether the alarm's tags are included in its action notifications and state-change events.
        ///
        /// CloudFormation: `AlarmTagsPropagation`, object.
        #[must_use]
        pub fn alarm_tags_propagation(
            mut self,
            value: impl Into<crate::Val<AlarmTagsPropagation>>,
        ) -> Self {
            self.0.insert("AlarmTagsPropagation".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ActionConfiguration> for crate::Val<ActionConfiguration> {
        fn from(value: ActionConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Contains the configuration that determines how a PromQL alarm evaluates its contributors, including the query to run and the durations that define when contributors transition between states.
    ///
    /// CloudFormation: property type `AlarmPromQLCriteria` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlarmPromQLCriteria(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AlarmPromQLCriteria {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The duration, in seconds, that a contributor must be continuously breaching before it transitions to the `ALARM` state.
        ///
        /// CloudFormation: `PendingPeriod`, integer.
        #[must_use]
        pub fn pending_period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("PendingPeriod".to_owned(), value.into().into_json());
            self
        }

        /// The PromQL query that the alarm evaluates. The query must return a result of vector type. Each entry in the vector result represents an alarm contributor.
        ///
        /// CloudFormation: `Query`, string.
        #[must_use]
        pub fn query(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Query".to_owned(), value.into().into_json());
            self
        }

        /// The duration, in seconds, that a contributor must continuously not be breaching before it transitions back to the `OK` state.
        ///
        /// CloudFormation: `RecoveryPeriod`, integer.
        #[must_use]
        pub fn recovery_period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("RecoveryPeriod".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AlarmPromQLCriteria> for crate::Val<AlarmPromQLCriteria> {
        fn from(value: AlarmPromQLCriteria) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `AlarmTagsPropagation` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AlarmTagsPropagation(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AlarmTagsPropagation {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Enabled".to_owned(), enabled.into().into_json());
            Self(map)
        }

        /// Whether the alarm's tags are included in its action notifications and state-change events.
        ///
        /// CloudFormation: `Enabled`, boolean, required.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }

        /// The tag keys to leave out. Cannot be specified together with IncludedTagKeys.
        ///
        /// CloudFormation: `ExcludedTagKeys`, array, at least 1 items, at most 50 items.
        #[must_use]
        pub fn excluded_tag_keys(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("ExcludedTagKeys".to_owned(), value.into().into_json());
            self
        }

        /// The only tag keys to include. Cannot be specified together with ExcludedTagKeys.
        ///
        /// CloudFormation: `IncludedTagKeys`, array, at least 1 items, at most 50 items.
        #[must_use]
        pub fn included_tag_keys(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("IncludedTagKeys".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AlarmTagsPropagation> for crate::Val<AlarmTagsPropagation> {
        fn from(value: AlarmTagsPropagation) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Dimension is an embedded property of the `AWS::CloudWatch::Alarm` type. Dimensions are name/value pairs that can be associated with a CW metric. You can specify a maximum of 30 dimensions for a given metric.
    ///
    /// CloudFormation: property type `Dimension` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Dimension(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Dimension {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            name: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Name".to_owned(), name.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// The name of the dimension, from 1–255 characters in length. This dimension name must have been included when the metric was published.
        ///
        /// CloudFormation: `Name`, string, required, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Name".to_owned(), value.into().into_json());
            self
        }

        /// The value for the dimension, from 1–255 characters in length.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 1024 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Dimension> for crate::Val<Dimension> {
        fn from(value: Dimension) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The evaluation criteria for an alarm. This is a union type that currently supports `PromQLCriteria`.
    ///
    /// CloudFormation: property type `EvaluationCriteria` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EvaluationCriteria(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EvaluationCriteria {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The PromQL criteria for the alarm evaluation.
        ///
        /// CloudFormation: `PromQLCriteria`, object.
        #[must_use]
        pub fn prom_ql_criteria(
            mut self,
            value: impl Into<crate::Val<AlarmPromQLCriteria>>,
        ) -> Self {
            self.0.insert("PromQLCriteria".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EvaluationCriteria> for crate::Val<EvaluationCriteria> {
        fn from(value: EvaluationCriteria) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The evaluation window that an alarm uses to select the range of metric data that it evaluates each time it runs. This is a union type. Set exactly one of its members, `SlidingWindow` or `WallClockWindow`. If you don't set `EvaluationWindow`, the alarm uses a `SlidingWindow` by default.
    ///
    /// CloudFormation: property type `EvaluationWindow` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EvaluationWindow(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EvaluationWindow {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// A sliding window, which advances each time the alarm is evaluated, forming a rolling time window. This is the default evaluation window.
        ///
        /// CloudFormation: `SlidingWindow`, object.
        #[must_use]
        pub fn sliding_window(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
            self.0.insert("SlidingWindow".to_owned(), value.into().into_json());
            self
        }

        /// A wall clock window, which aligns the evaluated range to fixed clock boundaries that match the alarm's period, such as the top of the hour, midnight, or the start of the calendar week.
        ///
        /// CloudFormation: `WallClockWindow`, object.
        #[must_use]
        pub fn wall_clock_window(mut self, value: impl Into<crate::Val<WallClockWindow>>) -> Self {
            self.0.insert("WallClockWindow".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EvaluationWindow> for crate::Val<EvaluationWindow> {
        fn from(value: EvaluationWindow) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The `Metric` property type represents a specific metric. `Metric` is a property of the MetricStat property type.
    ///
    /// CloudFormation: property type `Metric` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Metric(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Metric {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The metric dimensions that you want to be used for the metric that the alarm will watch.
        ///
        /// CloudFormation: `Dimensions`, array, at least 0 items, at most 30 items.
        #[must_use]
        pub fn dimensions(mut self, value: impl Into<crate::Val<Vec<Dimension>>>) -> Self {
            self.0.insert("Dimensions".to_owned(), value.into().into_json());
            self
        }

        /// The name of the metric that you want the alarm to watch. This is a required field.
        ///
        /// CloudFormation: `MetricName`, string, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn metric_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("MetricName".to_owned(), value.into().into_json());
            self
        }

        /// The namespace of the metric that the alarm will watch.
        ///
        /// CloudFormation: `Namespace`, string, at least 1 characters, at most 255 characters; pattern `^[^:]`.
        #[must_use]
        pub fn namespace(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Namespace".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Metric> for crate::Val<Metric> {
        fn from(value: Metric) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The `MetricDataQuery` property type specifies the metric data to return, and whether this call is just retrieving a batch set of data for one metric, or is performing a math expression on metric data.
    ///
    /// CloudFormation: property type `MetricDataQuery` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetricDataQuery(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetricDataQuery {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(id: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Id".to_owned(), id.into().into_json());
            Self(map)
        }

        /// The ID of the account where the metrics are located, if this is a cross-account alarm.
        ///
        /// CloudFormation: `AccountId`, string, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn account_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AccountId".to_owned(), value.into().into_json());
            self
        }

        /// The math expression to be performed on the returned data, if this object is performing a math expression. This expression can use the `Id` of the other metrics to refer to those metrics, and can also use the `Id` of other expressions to use the result of those expressions. For more information about metric math expressions, see Metric Math Syntax and Functions in the \*User Guide\*.
        ///
        /// CloudFormation: `Expression`, string, at least 1 characters, at most 2048 characters.
        #[must_use]
        pub fn expression(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Expression".to_owned(), value.into().into_json());
            self
        }

        /// A short name used to tie this object to the results in the response. This name must be unique within a single call to `GetMetricData`. If you are performing math expressions on this set of data, this name represents that data and can serve as a variable in the mathematical expression. The valid characters are letters, numbers, and underscore. The first character must be a lowercase letter.
        ///
        /// CloudFormation: `Id`, string, required, at least 1 characters, at most 255 characters; pattern `^([a-z])([A-Za-z0-9\_]*)$`.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// A human-readable label for this metric or expression. This is especially useful if this is an expression, so that you know what the value represents. If the metric or expression is shown in a CW dashboard widget, the label is shown. If `Label` is omitted, CW generates a default.
        ///
        /// CloudFormation: `Label`, string.
        #[must_use]
        pub fn label(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Label".to_owned(), value.into().into_json());
            self
        }

        /// The metric to be returned, along with statistics, period, and units. Use this parameter only if this object is retrieving a metric and not performing a math expression on returned data.
        ///
        /// CloudFormation: `MetricStat`, object.
        #[must_use]
        pub fn metric_stat(mut self, value: impl Into<crate::Val<MetricStat>>) -> Self {
            self.0.insert("MetricStat".to_owned(), value.into().into_json());
            self
        }

        /// The granularity, in seconds, of the returned data points. For metrics with regular resolution, a period can be as short as one minute (60 seconds) and must be a multiple of 60. For high-resolution metrics that are collected at intervals of less than one minute, the period can be 1, 5, 10, 20, 30, 60, or any multiple of 60. High-resolution metrics are those metrics stored by a `PutMetricData` operation that includes a `StorageResolution of 1 second`.
        ///
        /// CloudFormation: `Period`, integer, at least 1.
        #[must_use]
        pub fn period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Period".to_owned(), value.into().into_json());
            self
        }

        /// This option indicates whether to return the timestamps and raw data values of this metric.
        ///
        /// CloudFormation: `ReturnData`, boolean.
        #[must_use]
        pub fn return_data(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("ReturnData".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetricDataQuery> for crate::Val<MetricDataQuery> {
        fn from(value: MetricDataQuery) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// This structure defines the metric to be returned, along with the statistics, period, and units.
    ///
    /// CloudFormation: property type `MetricStat` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetricStat(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetricStat {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            metric: impl Into<crate::Val<Metric>>,
            period: impl Into<crate::Val<i64>>,
            stat: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Metric".to_owned(), metric.into().into_json());
            map.insert("Period".to_owned(), period.into().into_json());
            map.insert("Stat".to_owned(), stat.into().into_json());
            Self(map)
        }

        /// The metric to return, including the metric name, namespace, and dimensions.
        ///
        /// CloudFormation: `Metric`, object, required.
        #[must_use]
        pub fn metric(mut self, value: impl Into<crate::Val<Metric>>) -> Self {
            self.0.insert("Metric".to_owned(), value.into().into_json());
            self
        }

        /// The granularity, in seconds, of the returned data points. For metrics with regular resolution, a period can be as short as one minute (60 seconds) and must be a multiple of 60. For high-resolution metrics that are collected at intervals of less than one minute, the period can be 1, 5, 10, 20, 30, 60, or any multiple of 60. High-resolution metrics are those metrics stored by a `PutMetricData` call that includes a `StorageResolution` of 1 second.
        ///
        /// CloudFormation: `Period`, integer, required, at least 1.
        #[must_use]
        pub fn period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Period".to_owned(), value.into().into_json());
            self
        }

        /// The statistic to return. It can include any CW statistic or extended statistic. For a list of valid values, see the table in Statistics in the \*User Guide\*.
        ///
        /// CloudFormation: `Stat`, string, required.
        #[must_use]
        pub fn stat(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Stat".to_owned(), value.into().into_json());
            self
        }

        /// The unit to use for the returned data points.
        ///
        /// CloudFormation: `Unit`, string; one of `Bits`, `Bits/Second`, `Bytes`, `Bytes/Second`, `Count`, `Count/Second`, `Gigabits`, `Gigabits/Second`, `Gigabytes`, `Gigabytes/Second`, `Kilobits`, `Kilobits/Second`, `Kilobytes`, `Kilobytes/Second`, `Megabits`, `Megabits/Second`, `Megabytes`, `Megabytes/Second`, `Microseconds`, `Milliseconds`, `None`, `Percent`, `Seconds`, `Terabits`, `Terabits/Second`, `Terabytes`, `Terabytes/Second`.
        #[must_use]
        pub fn unit(mut self, value: impl Into<crate::Val<Unit>>) -> Self {
            self.0.insert("Unit".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetricStat> for crate::Val<MetricStat> {
        fn from(value: MetricStat) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// One of the key-value pairs associated with the alarm. Tags can help you organize and categorize your resources.
    ///
    /// CloudFormation: property type `Tag` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Tag(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tag {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            key: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Key".to_owned(), key.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// A string that you can use to assign a value. The combination of tag keys and values can help you organize and categorize your resources.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value for the specified tag key.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Tag> for crate::Val<Tag> {
        fn from(value: Tag) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// An evaluation window that aligns the evaluated range to fixed clock boundaries that match the alarm's period, such as the top of the hour, midnight, or the start of the calendar week, optionally in a specific time zone.
    ///
    /// CloudFormation: property type `WallClockWindow` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WallClockWindow(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl WallClockWindow {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The time zone to use when the alarm aligns the evaluation window to clock boundaries. You can specify an IANA time zone name (for example, `America/New_York`), a fixed UTC offset (for example, `+05:30`), or an offset-prefixed identifier (for example, `UTC+05:30`). The offset must be aligned to a multiple of 5 minutes. If you don't specify a time zone, CloudWatch uses `UTC`.
        ///
        /// CloudFormation: `Timezone`, string.
        #[must_use]
        pub fn timezone(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Timezone".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<WallClockWindow> for crate::Val<WallClockWindow> {
        fn from(value: WallClockWindow) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The configuration settings that define the warm-up behavior for an alarm. Use these settings to delay alarm evaluation after you create or update the alarm, which reduces alarm noise while a new resource or service starts publishing data.
    ///
    /// CloudFormation: property type `WarmUpConfiguration` of `AWS::CloudWatch::Alarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WarmUpConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl WarmUpConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Specifies whether the alarm waits for the full warm-up period before it starts to evaluate. The default is `false`. If `true`, the alarm waits the entire `WarmUpPeriodDurationInMinutes` before it starts to evaluate, even if metric data arrives earlier. If `false`, the alarm ends the warm-up period early. Evaluation begins as soon as the alarm has enough metric data to fill its evaluation window.
        ///
        /// CloudFormation: `OnlyStartEvaluatingAfterWarmUpPeriodEnds`, boolean.
        #[must_use]
        pub fn only_start_evaluating_after_warm_up_period_ends(
            mut self,
            value: impl Into<crate::Val<bool>>,
        ) -> Self {
            self.0.insert(
                "OnlyStartEvaluatingAfterWarmUpPeriodEnds".to_owned(),
                value.into().into_json(),
            );
            self
        }

        /// The length of the warm-up period, in minutes. After you create or update the alarm, the alarm stays in `INSUFFICIENT_DATA` for this duration. During this time, the alarm does not perform alarm actions.
        ///
        /// CloudFormation: `WarmUpPeriodDurationInMinutes`, integer, at least 1, at most 2880.
        #[must_use]
        pub fn warm_up_period_duration_in_minutes(
            mut self,
            value: impl Into<crate::Val<i64>>,
        ) -> Self {
            self.0.insert("WarmUpPeriodDurationInMinutes".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<WarmUpConfiguration> for crate::Val<WarmUpConfiguration> {
        fn from(value: WarmUpConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The values of `ComparisonOperator`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ComparisonOperator {
        /// `GreaterThanOrEqualToThreshold`.
        GreaterThanOrEqualToThreshold,
        /// `GreaterThanThreshold`.
        GreaterThanThreshold,
        /// `GreaterThanUpperThreshold`.
        GreaterThanUpperThreshold,
        /// `LessThanLowerOrGreaterThanUpperThreshold`.
        LessThanLowerOrGreaterThanUpperThreshold,
        /// `LessThanLowerThreshold`.
        LessThanLowerThreshold,
        /// `LessThanOrEqualToThreshold`.
        LessThanOrEqualToThreshold,
        /// `LessThanThreshold`.
        LessThanThreshold,
    }

    impl ComparisonOperator {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::GreaterThanOrEqualToThreshold => "GreaterThanOrEqualToThreshold",
                Self::GreaterThanThreshold => "GreaterThanThreshold",
                Self::GreaterThanUpperThreshold => "GreaterThanUpperThreshold",
                Self::LessThanLowerOrGreaterThanUpperThreshold => {
                    "LessThanLowerOrGreaterThanUpperThreshold"
                }
                Self::LessThanLowerThreshold => "LessThanLowerThreshold",
                Self::LessThanOrEqualToThreshold => "LessThanOrEqualToThreshold",
                Self::LessThanThreshold => "LessThanThreshold",
            }
        }
    }

    impl From<ComparisonOperator> for crate::Val<ComparisonOperator> {
        fn from(value: ComparisonOperator) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ComparisonOperator> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Statistic`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Statistic {
        /// `Average`.
        Average,
        /// `Maximum`.
        Maximum,
        /// `Minimum`.
        Minimum,
        /// `SampleCount`.
        SampleCount,
        /// `Sum`.
        Sum,
    }

    impl Statistic {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Average => "Average",
                Self::Maximum => "Maximum",
                Self::Minimum => "Minimum",
                Self::SampleCount => "SampleCount",
                Self::Sum => "Sum",
            }
        }
    }

    impl From<Statistic> for crate::Val<Statistic> {
        fn from(value: Statistic) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Statistic> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `TreatMissingData`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum TreatMissingData {
        /// `breaching`.
        Breaching,
        /// `ignore`.
        Ignore,
        /// `missing`.
        Missing,
        /// `notBreaching`.
        NotBreaching,
    }

    impl TreatMissingData {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Breaching => "breaching",
                Self::Ignore => "ignore",
                Self::Missing => "missing",
                Self::NotBreaching => "notBreaching",
            }
        }
    }

    impl From<TreatMissingData> for crate::Val<TreatMissingData> {
        fn from(value: TreatMissingData) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<TreatMissingData> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Unit`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Unit {
        /// `Bits`.
        Bits,
        /// `Bits/Second`.
        BitsSecond,
        /// `Bytes`.
        Bytes,
        /// `Bytes/Second`.
        BytesSecond,
        /// `Count`.
        Count,
        /// `Count/Second`.
        CountSecond,
        /// `Gigabits`.
        Gigabits,
        /// `Gigabits/Second`.
        GigabitsSecond,
        /// `Gigabytes`.
        Gigabytes,
        /// `Gigabytes/Second`.
        GigabytesSecond,
        /// `Kilobits`.
        Kilobits,
        /// `Kilobits/Second`.
        KilobitsSecond,
        /// `Kilobytes`.
        Kilobytes,
        /// `Kilobytes/Second`.
        KilobytesSecond,
        /// `Megabits`.
        Megabits,
        /// `Megabits/Second`.
        MegabitsSecond,
        /// `Megabytes`.
        Megabytes,
        /// `Megabytes/Second`.
        MegabytesSecond,
        /// `Microseconds`.
        Microseconds,
        /// `Milliseconds`.
        Milliseconds,
        /// `None`.
        None,
        /// `Percent`.
        Percent,
        /// `Seconds`.
        Seconds,
        /// `Terabits`.
        Terabits,
        /// `Terabits/Second`.
        TerabitsSecond,
        /// `Terabytes`.
        Terabytes,
        /// `Terabytes/Second`.
        TerabytesSecond,
    }

    impl Unit {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Bits => "Bits",
                Self::BitsSecond => "Bits/Second",
                Self::Bytes => "Bytes",
                Self::BytesSecond => "Bytes/Second",
                Self::Count => "Count",
                Self::CountSecond => "Count/Second",
                Self::Gigabits => "Gigabits",
                Self::GigabitsSecond => "Gigabits/Second",
                Self::Gigabytes => "Gigabytes",
                Self::GigabytesSecond => "Gigabytes/Second",
                Self::Kilobits => "Kilobits",
                Self::KilobitsSecond => "Kilobits/Second",
                Self::Kilobytes => "Kilobytes",
                Self::KilobytesSecond => "Kilobytes/Second",
                Self::Megabits => "Megabits",
                Self::MegabitsSecond => "Megabits/Second",
                Self::Megabytes => "Megabytes",
                Self::MegabytesSecond => "Megabytes/Second",
                Self::Microseconds => "Microseconds",
                Self::Milliseconds => "Milliseconds",
                Self::None => "None",
                Self::Percent => "Percent",
                Self::Seconds => "Seconds",
                Self::Terabits => "Terabits",
                Self::TerabitsSecond => "Terabits/Second",
                Self::Terabytes => "Terabytes",
                Self::TerabytesSecond => "Terabytes/Second",
            }
        }
    }

    impl From<Unit> for crate::Val<Unit> {
        fn from(value: Unit) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Unit> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}

/// Resource Type definition for AWS::CloudWatch::AlarmMuteRule that allows defining a rule and targeting alarms to mute their actions during the specified window.
///
/// CloudFormation: `AWS::CloudWatch::AlarmMuteRule`.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmMuteRule(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl AlarmMuteRule {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(rule: impl Into<crate::Val<crate::Json>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("Rule".to_owned(), rule.into().into_json());
        Self(map)
    }

    /// The description of the AlarmMuteRule
    ///
    /// CloudFormation: `Description`, string, at least 0 characters, at most 1024 characters.
    #[must_use]
    pub fn description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Description".to_owned(), value.into().into_json());
        self
    }

    /// The date, with the same timezone offset as "ScheduleTimezone" after which the alarm mute rule will be expired.
    ///
    /// CloudFormation: `ExpireDate`, string.
    #[must_use]
    pub fn expire_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ExpireDate".to_owned(), value.into().into_json());
        self
    }

    /// Targets to be muted
    ///
    /// CloudFormation: `MuteTargets`, object.
    #[must_use]
    pub fn mute_targets(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("MuteTargets".to_owned(), value.into().into_json());
        self
    }

    /// The name of the AlarmMuteRule
    ///
    /// CloudFormation: `Name`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Name".to_owned(), value.into().into_json());
        self
    }

    /// The rule for the mute
    ///
    /// CloudFormation: `Rule`, object, required.
    #[must_use]
    pub fn rule(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("Rule".to_owned(), value.into().into_json());
        self
    }

    /// The date, with the same timezone offset as "ScheduleTimezone", after which the alarm mute rule will become active.
    ///
    /// CloudFormation: `StartDate`, string.
    #[must_use]
    pub fn start_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("StartDate".to_owned(), value.into().into_json());
        self
    }

    /// An array of key-value pairs to apply to this resource.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<alarm_mute_rule::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for AlarmMuteRule {
    const TYPE: &'static str = "AWS::CloudWatch::AlarmMuteRule";
    const ATTRIBUTES: &'static [&'static str] =
        &["Status", "LastUpdatedTimestamp", "MuteType", "Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Description", crate::Bound::Characters(0, 1024)),
        ("Name", crate::Bound::Characters(1, 255)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<AlarmMuteRule> {
    /// The current status of the AlarmMuteRule
    ///
    /// CloudFormation: `Fn::GetAtt` of `Status`.
    #[must_use]
    pub fn status(&self) -> crate::Val<String> {
        self.attribute("Status")
    }

    /// The last update timestamp of the alarm mute schedule
    ///
    /// CloudFormation: `Fn::GetAtt` of `LastUpdatedTimestamp`.
    #[must_use]
    pub fn last_updated_timestamp(&self) -> crate::Val<String> {
        self.attribute("LastUpdatedTimestamp")
    }

    /// The mute type of the alarm mute
    ///
    /// CloudFormation: `Fn::GetAtt` of `MuteType`.
    #[must_use]
    pub fn mute_type(&self) -> crate::Val<String> {
        self.attribute("MuteType")
    }

    /// Amazon Resource Name (ARN) of the AlarmMuteRule
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`AlarmMuteRule`].
pub mod alarm_mute_rule {
    /// A key-value pair to associate with a resource.
    ///
    /// CloudFormation: property type `Tag` of `AWS::CloudWatch::AlarmMuteRule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Tag(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tag {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            key: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Key".to_owned(), key.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// The key name of the tag. You can specify a value that is 1 to 128 Unicode characters in length and cannot be prefixed with aws:. You can use any of the following characters: the set of Unicode letters, digits, whitespace, \_, ., /, =, +, and -.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value for the tag. You can specify a value that is 0 to 256 Unicode characters in length and cannot be prefixed with aws:. You can use any of the following characters: the set of Unicode letters, digits, whitespace, \_, ., /, =, +, and -.
        ///
        /// CloudFormation: `Value`, string, required, at least 0 characters, at most 256 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Tag> for crate::Val<Tag> {
        fn from(value: Tag) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }
}

/// The AWS::CloudWatch::CompositeAlarm type specifies an alarm which aggregates the states of other Alarms (Metric or Composite Alarms) as defined by the AlarmRule expression
///
/// CloudFormation: `AWS::CloudWatch::CompositeAlarm`.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeAlarm(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl CompositeAlarm {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(alarm_rule: impl Into<crate::Val<String>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("AlarmRule".to_owned(), alarm_rule.into().into_json());
        Self(map)
    }

    /// Configuration that applies to the notifications this alarm sends when it performs its actions.
    ///
    /// CloudFormation: `ActionConfiguration`, object.
    #[must_use]
    pub fn action_configuration(
        mut self,
        value: impl Into<crate::Val<composite_alarm::ActionConfiguration>>,
    ) -> Self {
        self.0.insert("ActionConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Indicates whether actions should be executed during any changes to the alarm state. The default is TRUE.
    ///
    /// CloudFormation: `ActionsEnabled`, boolean.
    #[must_use]
    pub fn actions_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("ActionsEnabled".to_owned(), value.into().into_json());
        self
    }

    /// Actions will be suppressed if the suppressor alarm is in the ALARM state. ActionsSuppressor can be an AlarmName or an Amazon Resource Name (ARN) from an existing alarm.
    ///
    /// CloudFormation: `ActionsSuppressor`, string, at least 1 characters, at most 1600 characters.
    #[must_use]
    pub fn actions_suppressor(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ActionsSuppressor".to_owned(), value.into().into_json());
        self
    }

    /// Actions will be suppressed if WaitPeriod is active. The length of time that actions are suppressed is in seconds.
    ///
    /// CloudFormation: `ActionsSuppressorExtensionPeriod`, integer, at least 0.
    #[must_use]
    pub fn actions_suppressor_extension_period(
        mut self,
        value: impl Into<crate::Val<i64>>,
    ) -> Self {
        self.0.insert("ActionsSuppressorExtensionPeriod".to_owned(), value.into().into_json());
        self
    }

    /// Actions will be suppressed if ExtensionPeriod is active. The length of time that actions are suppressed is in seconds.
    ///
    /// CloudFormation: `ActionsSuppressorWaitPeriod`, integer, at least 0.
    #[must_use]
    pub fn actions_suppressor_wait_period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("ActionsSuppressorWaitPeriod".to_owned(), value.into().into_json());
        self
    }

    /// The list of actions to execute when this alarm transitions into an ALARM state from any other state. Specify each action as an Amazon Resource Name (ARN).
    ///
    /// CloudFormation: `AlarmActions`, array, at most 5 items.
    #[must_use]
    pub fn alarm_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("AlarmActions".to_owned(), value.into().into_json());
        self
    }

    /// The description of the alarm
    ///
    /// CloudFormation: `AlarmDescription`, string, at least 0 characters, at most 1024 characters.
    #[must_use]
    pub fn alarm_description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("AlarmDescription".to_owned(), value.into().into_json());
        self
    }

    /// The name of the Composite Alarm
    ///
    /// CloudFormation: `AlarmName`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn alarm_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("AlarmName".to_owned(), value.into().into_json());
        self
    }

    /// Expression which aggregates the state of other Alarms (Metric or Composite Alarms)
    ///
    /// CloudFormation: `AlarmRule`, string, required, at least 1 characters, at most 10240 characters.
    #[must_use]
    pub fn alarm_rule(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("AlarmRule".to_owned(), value.into().into_json());
        self
    }

    /// The actions to execute when this alarm transitions to the INSUFFICIENT\_DATA state from any other state. Each action is specified as an Amazon Resource Name (ARN).
    ///
    /// CloudFormation: `InsufficientDataActions`, array, at most 5 items.
    #[must_use]
    pub fn insufficient_data_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("InsufficientDataActions".to_owned(), value.into().into_json());
        self
    }

    /// The actions to execute when this alarm transitions to the OK state from any other state. Each action is specified as an Amazon Resource Name (ARN).
    ///
    /// CloudFormation: `OKActions`, array, at most 5 items.
    #[must_use]
    pub fn ok_actions(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("OKActions".to_owned(), value.into().into_json());
        self
    }

    /// A list of key-value pairs to associate with the composite alarm. You can associate as many as 50 tags with an alarm.
    ///
    /// CloudFormation: `Tags`, array, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<composite_alarm::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for CompositeAlarm {
    const TYPE: &'static str = "AWS::CloudWatch::CompositeAlarm";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("ActionsSuppressor", crate::Bound::Characters(1, 1600)),
        ("ActionsSuppressorExtensionPeriod", crate::Bound::Number(0.0, f64::INFINITY)),
        ("ActionsSuppressorWaitPeriod", crate::Bound::Number(0.0, f64::INFINITY)),
        ("AlarmActions", crate::Bound::Items(0, 5)),
        ("AlarmDescription", crate::Bound::Characters(0, 1024)),
        ("AlarmName", crate::Bound::Characters(1, 255)),
        ("AlarmRule", crate::Bound::Characters(1, 10240)),
        ("InsufficientDataActions", crate::Bound::Items(0, 5)),
        ("OKActions", crate::Bound::Items(0, 5)),
        ("Tags", crate::Bound::Items(0, 50)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<CompositeAlarm> {
    /// Amazon Resource Name (ARN) of the alarm
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`CompositeAlarm`].
pub mod composite_alarm {
    /// Configuration that applies to the notifications this alarm sends when it performs its actions.
    ///
    /// CloudFormation: property type `ActionConfiguration` of `AWS::CloudWatch::CompositeAlarm`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ActionConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ActionConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Whether the alarm's tags are included in its action notifications and state-change events.
        ///
        /// CloudFormation: `AlarmTagsPropagation`, object.
        #[must_use]
        pub fn alarm_tags_propagation(
            mut self,
            value: impl Into<crate::Val<AlarmTagsPropagation>>,
        ) -> Self {
            self.0.insert("AlarmTagsPropagation".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ActionConfiguration> for crate::Val<ActionConfiguration> {
        fn from(value: ActionConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Controls whether the alarm's tags are included in its action notifications and state-change events, and which tag keys are included. Specify IncludedTagKeys or ExcludedTagKeys, but not both. Omit both to include every tag.
    ///
    /// CloudFormation: property type `AlarmTagsPropagation` of `AWS::CloudWatch::CompositeAlarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AlarmTagsPropagation(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AlarmTagsPropagation {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Enabled".to_owned(), enabled.into().into_json());
            Self(map)
        }

        /// Whether the alarm's tags are included in its action notifications and state-change events.
        ///
        /// CloudFormation: `Enabled`, boolean, required.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }

        /// The tag keys to leave out. Cannot be specified together with IncludedTagKeys.
        ///
        /// CloudFormation: `ExcludedTagKeys`, array, at least 1 items, at most 50 items.
        #[must_use]
        pub fn excluded_tag_keys(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("ExcludedTagKeys".to_owned(), value.into().into_json());
            self
        }

        /// The only tag keys to include. Cannot be specified together with ExcludedTagKeys.
        ///
        /// CloudFormation: `IncludedTagKeys`, array, at least 1 items, at most 50 items.
        #[must_use]
        pub fn included_tag_keys(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("IncludedTagKeys".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AlarmTagsPropagation> for crate::Val<AlarmTagsPropagation> {
        fn from(value: AlarmTagsPropagation) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Metadata that you can assign to a composite alarm, Tags can help you organize and categorize your resources.
    ///
    /// CloudFormation: property type `Tag` of `AWS::CloudWatch::CompositeAlarm`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Tag(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tag {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            key: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Key".to_owned(), key.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// A unique identifier for the tag. The combination of tag keys and values can help you organize and categorize your resources.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value for the specified tag key.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Tag> for crate::Val<Tag> {
        fn from(value: Tag) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }
}

/// Resource Type definition for AWS::CloudWatch::Dashboard
///
/// CloudFormation: `AWS::CloudWatch::Dashboard`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashboard(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Dashboard {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(dashboard_body: impl Into<crate::Val<String>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("DashboardBody".to_owned(), dashboard_body.into().into_json());
        Self(map)
    }

    /// The detailed information about the dashboard in JSON format, including the widgets to include and their location on the dashboard
    ///
    /// CloudFormation: `DashboardBody`, string, required.
    #[must_use]
    pub fn dashboard_body(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("DashboardBody".to_owned(), value.into().into_json());
        self
    }

    /// The name of the dashboard. The name must be between 1 and 255 characters. If you do not specify a name, one will be generated automatically.
    ///
    /// CloudFormation: `DashboardName`, string.
    #[must_use]
    pub fn dashboard_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("DashboardName".to_owned(), value.into().into_json());
        self
    }

    /// A list of key-value pairs to associate with the cloudwatch dashboard. You can associate up to 50 tags with a dashboard
    ///
    /// CloudFormation: `Tags`, array, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<dashboard::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Dashboard {
    const TYPE: &'static str = "AWS::CloudWatch::Dashboard";
    const ATTRIBUTES: &'static [&'static str] = &[];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[("Tags", crate::Bound::Items(0, 50))];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

/// Property types of [`Dashboard`].
pub mod dashboard {
    /// Metadata that you can assign to a cloudwatch dashboard. Tags can help you organize and categorize your resources. You can also use them to scope user permissions, by granting a user permission to access or change only resources with certain tag values.
    ///
    /// CloudFormation: property type `Tag` of `AWS::CloudWatch::Dashboard`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Tag(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tag {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            key: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Key".to_owned(), key.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// A unique identifier for the tag. The combination of tag keys and values can help you organize and categorize your resources.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value for the specified tag key.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Tag> for crate::Val<Tag> {
        fn from(value: Tag) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }
}
