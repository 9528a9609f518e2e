//! Resource types of the service `cloudwatch`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use alarm::{
    AlarmPromQLCriteria, ComparisonOperator, Dimension, EvaluationCriteria, EvaluationWindow,
    Metric, MetricDataQuery, MetricStat, Statistic, TreatMissingData, Unit, WallClockWindow,
    WarmUpConfiguration,
};

resource! {
    /// The `AWS::CloudWatch::Alarm` type specifies an alarm and associates it with the specified metric or metric math expression.
    Alarm = "AWS::CloudWatch::Alarm";
    attributes {
        arn: crate::Arn = "Arn";
    }
    required {}
    properties {
        action_configuration: self::alarm::ActionConfiguration = "ActionConfiguration";
        /// Indicates whether actions should be executed during any changes to the alarm state.
        actions_enabled: bool = "ActionsEnabled";
        /// The list of actions to execute when this alarm transitions into an ALARM state from any other state.
        alarm_actions: Vec<String> = "AlarmActions";
        /// The description of the alarm.
        alarm_description: String = "AlarmDescription" ["at most 1024 characters"] Characters(0, 1024);
        /// The name of the alarm.
        alarm_name: String = "AlarmName" ["at most 255 characters"] Characters(0, 255);
        /// The arithmetic operation to use when comparing the specified statistic and threshold.
        comparison_operator: self::alarm::ComparisonOperator = "ComparisonOperator";
        /// The number of datapoints that must be breaching to trigger the alarm.
        datapoints_to_alarm: i64 = "DatapointsToAlarm" ["at least 1"] Number(1.0, f64::INFINITY);
        /// The dimensions for the metric associated with the alarm.
        dimensions: Vec<self::alarm::Dimension> = "Dimensions" ["at most 30 items"] Items(0, 30);
        /// Used only for alarms based on percentiles.
        evaluate_low_sample_count_percentile: String = "EvaluateLowSampleCountPercentile" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// The evaluation criteria for the alarm.
        evaluation_criteria: self::alarm::EvaluationCriteria = "EvaluationCriteria";
        /// The frequency, in seconds, at which the alarm is evaluated.
        evaluation_interval: i64 = "EvaluationInterval" ["at least 10, at most 3600"] Number(10.0, 3600.0);
        /// The number of periods over which data is compared to the specified threshold.
        evaluation_periods: i64 = "EvaluationPeriods" ["at least 1"] Number(1.0, f64::INFINITY);
        /// The evaluation window that the alarm uses to select the range of metric data that it evaluates.
        evaluation_window: self::alarm::EvaluationWindow = "EvaluationWindow";
        /// The percentile statistic for the metric associated with the alarm.
        extended_statistic: String = "ExtendedStatistic";
        /// The actions to execute when this alarm transitions to the `INSUFFICIENT_DATA` state from any other state.
        insufficient_data_actions: Vec<String> = "InsufficientDataActions";
        /// The name of the metric associated with the alarm.
        metric_name: String = "MetricName" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// An array that enables you to create an alarm based on the result of a metric math expression.
        metrics: Vec<self::alarm::MetricDataQuery> = "Metrics";
        /// The namespace of the metric associated with the alarm.
        namespace: String = "Namespace" ["at least 1 characters, at most 255 characters, pattern `^[^:]`"] Characters(1, 255);
        /// The actions to execute when this alarm transitions to the `OK` state from any other state.
        ok_actions: Vec<String> = "OKActions";
        /// The period, in seconds, over which the statistic is applied.
        period: i64 = "Period" ["at least 1"] Number(1.0, f64::INFINITY);
        /// The statistic for the metric associated with the alarm, other than percentile.
        statistic: self::alarm::Statistic = "Statistic";
        /// A list of key-value pairs to associate with the alarm.
        tags: Vec<self::alarm::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
        /// The value to compare with the specified statistic.
        threshold: f64 = "Threshold";
        /// In an alarm based on an anomaly detection model, this is the ID of the `ANOMALY_DETECTION_BAND` function used as the threshold for the alarm.
        threshold_metric_id: String = "ThresholdMetricId" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// Sets how this alarm is to handle missing data points.
        treat_missing_data: self::alarm::TreatMissingData = "TreatMissingData" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// The unit of the metric associated with the alarm.
        unit: self::alarm::Unit = "Unit";
        /// The warm-up configuration for the alarm.
        warm_up_configuration: self::alarm::WarmUpConfiguration = "WarmUpConfiguration";
    }
}

/// Property types of [`Alarm`].
pub mod alarm {
    structure! {
        /// Property type `ActionConfiguration` of `AWS::CloudWatch::Alarm`.
        ActionConfiguration;
        required {}
        properties {
            /// Whether the alarm's tags are included in its action notifications and state-change events.
            alarm_tags_propagation: AlarmTagsPropagation = "AlarmTagsPropagation";
        }
    }

    structure! {
        /// Contains the configuration that determines how a PromQL alarm evaluates its contributors, including the query to run and the durations that define when contributors transition between states.
        AlarmPromQLCriteria;
        required {}
        properties {
            /// The duration, in seconds, that a contributor must be continuously breaching before it transitions to the `ALARM` state.
            pending_period: i64 = "PendingPeriod";
            /// The PromQL query that the alarm evaluates.
            query: String = "Query";
            /// The duration, in seconds, that a contributor must continuously not be breaching before it transitions back to the `OK` state.
            recovery_period: i64 = "RecoveryPeriod";
        }
    }

    structure! {
        /// Property type `AlarmTagsPropagation` of `AWS::CloudWatch::Alarm`.
        AlarmTagsPropagation;
        required {
            /// Whether the alarm's tags are included in its action notifications and state-change events.
            enabled: bool = "Enabled";
        }
        properties {
            /// The tag keys to leave out.
            excluded_tag_keys: Vec<String> = "ExcludedTagKeys" ["at least 1 items, at most 50 items"];
            /// The only tag keys to include.
            included_tag_keys: Vec<String> = "IncludedTagKeys" ["at least 1 items, at most 50 items"];
        }
    }

    structure! {
        /// Dimension is an embedded property of the `AWS::CloudWatch::Alarm` type.
        Dimension;
        required {
            /// The name of the dimension, from 1–255 characters in length.
            name: String = "Name" ["at least 1 characters, at most 255 characters"];
            /// The value for the dimension, from 1–255 characters in length.
            value: String = "Value" ["at least 1 characters, at most 1024 characters"];
        }
        properties {}
    }

    structure! {
        /// The evaluation criteria for an alarm.
        EvaluationCriteria;
        required {}
        properties {
            /// The PromQL criteria for the alarm evaluation.
            prom_ql_criteria: AlarmPromQLCriteria = "PromQLCriteria";
        }
    }

    structure! {
        /// The evaluation window that an alarm uses to select the range of metric data that it evaluates each time it runs.
        EvaluationWindow;
        required {}
        properties {
            /// A sliding window, which advances each time the alarm is evaluated, forming a rolling time window.
            sliding_window: crate::Json = "SlidingWindow";
            /// A wall clock window, which aligns the evaluated range to fixed clock boundaries that match the alarm's period, such as the top of the hour, midnight, or the start of the calendar week.
            wall_clock_window: WallClockWindow = "WallClockWindow";
        }
    }

    structure! {
        /// The `Metric` property type represents a specific metric.
        Metric;
        required {}
        properties {
            /// The metric dimensions that you want to be used for the metric that the alarm will watch.
            dimensions: Vec<Dimension> = "Dimensions" ["at most 30 items"];
            /// The name of the metric that you want the alarm to watch.
            metric_name: String = "MetricName" ["at least 1 characters, at most 255 characters"];
            /// The namespace of the metric that the alarm will watch.
            namespace: String = "Namespace" ["at least 1 characters, at most 255 characters, pattern `^[^:]`"];
        }
    }

    structure! {
        /// The `MetricDataQuery` property type specifies the metric data to return, and whether this call is just retrieving a batch set of data for one metric, or is performing a math expression on metric data.
        MetricDataQuery;
        required {
            /// A short name used to tie this object to the results in the response.
            id: String = "Id" ["at least 1 characters, at most 255 characters, pattern `^([a-z])([A-Za-z0-9\\_]*)$`"];
        }
        properties {
            /// The ID of the account where the metrics are located, if this is a cross-account alarm.
            account_id: String = "AccountId" ["at least 1 characters, at most 255 characters"];
            /// The math expression to be performed on the returned data, if this object is performing a math expression.
            expression: String = "Expression" ["at least 1 characters, at most 2048 characters"];
            /// A human-readable label for this metric or expression.
            label: String = "Label";
            /// The metric to be returned, along with statistics, period, and units.
            metric_stat: MetricStat = "MetricStat";
            /// The granularity, in seconds, of the returned data points.
            period: i64 = "Period" ["at least 1"];
            /// This option indicates whether to return the timestamps and raw data values of this metric.
            return_data: bool = "ReturnData";
        }
    }

    structure! {
        /// This structure defines the metric to be returned, along with the statistics, period, and units.
        MetricStat;
        required {
            /// The metric to return, including the metric name, namespace, and dimensions.
            metric: Metric = "Metric";
            /// The granularity, in seconds, of the returned data points.
            period: i64 = "Period" ["at least 1"];
            /// The statistic to return.
            stat: String = "Stat";
        }
        properties {
            /// The unit to use for the returned data points.
            unit: Unit = "Unit";
        }
    }

    structure! {
        /// One of the key-value pairs associated with the alarm.
        Tag;
        required {
            /// A string that you can use to assign a value.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value for the specified tag key.
            value: String = "Value" ["at least 1 characters, at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// An evaluation window that aligns the evaluated range to fixed clock boundaries that match the alarm's period, such as the top of the hour, midnight, or the start of the calendar week, optionally in a specific time zone.
        WallClockWindow;
        required {}
        properties {
            /// The time zone to use when the alarm aligns the evaluation window to clock boundaries.
            timezone: String = "Timezone";
        }
    }

    structure! {
        /// The configuration settings that define the warm-up behavior for an alarm.
        WarmUpConfiguration;
        required {}
        properties {
            /// Specifies whether the alarm waits for the full warm-up period before it starts to evaluate.
            only_start_evaluating_after_warm_up_period_ends: bool = "OnlyStartEvaluatingAfterWarmUpPeriodEnds";
            /// The length of the warm-up period, in minutes.
            warm_up_period_duration_in_minutes: i64 = "WarmUpPeriodDurationInMinutes" ["at least 1, at most 2880"];
        }
    }

    closed! { ComparisonOperator {
        GreaterThanOrEqualToThreshold = "GreaterThanOrEqualToThreshold",
        GreaterThanThreshold = "GreaterThanThreshold",
        GreaterThanUpperThreshold = "GreaterThanUpperThreshold",
        LessThanLowerOrGreaterThanUpperThreshold = "LessThanLowerOrGreaterThanUpperThreshold",
        LessThanLowerThreshold = "LessThanLowerThreshold",
        LessThanOrEqualToThreshold = "LessThanOrEqualToThreshold",
        LessThanThreshold = "LessThanThreshold",
    } }
    closed! { Statistic {
        Average = "Average", Maximum = "Maximum", Minimum = "Minimum", SampleCount = "SampleCount",
        Sum = "Sum",
    } }
    closed! { TreatMissingData {
        Breaching = "breaching", Ignore = "ignore", Missing = "missing",
        NotBreaching = "notBreaching",
    } }
    closed! { Unit {
        Bits = "Bits", BitsSecond = "Bits/Second", Bytes = "Bytes", BytesSecond = "Bytes/Second",
        Count = "Count", CountSecond = "Count/Second", Gigabits = "Gigabits",
        GigabitsSecond = "Gigabits/Second", Gigabytes = "Gigabytes",
        GigabytesSecond = "Gigabytes/Second", Kilobits = "Kilobits",
        KilobitsSecond = "Kilobits/Second", Kilobytes = "Kilobytes",
        KilobytesSecond = "Kilobytes/Second", Megabits = "Megabits",
        MegabitsSecond = "Megabits/Second", Megabytes = "Megabytes",
        MegabytesSecond = "Megabytes/Second", Microseconds = "Microseconds",
        Milliseconds = "Milliseconds", None = "None", Percent = "Percent", Seconds = "Seconds",
        Terabits = "Terabits", TerabitsSecond = "Terabits/Second", Terabytes = "Terabytes",
        TerabytesSecond = "Terabytes/Second",
    } }
}

resource! {
    /// Resource Type definition for AWS::CloudWatch::AlarmMuteRule that allows defining a rule and targeting alarms to mute their actions during the specified window.
    AlarmMuteRule = "AWS::CloudWatch::AlarmMuteRule";
    attributes {
        /// The current status of the AlarmMuteRule
        status: crate::Val<String> = "Status";
        /// The last update timestamp of the alarm mute schedule
        last_updated_timestamp: crate::Val<String> = "LastUpdatedTimestamp";
        /// The mute type of the alarm mute
        mute_type: crate::Val<String> = "MuteType";
        /// Amazon Resource Name (ARN) of the AlarmMuteRule
        arn: crate::Arn = "Arn";
    }
    required {
        /// The rule for the mute
        rule: crate::Json = "Rule";
    }
    properties {
        /// The description of the AlarmMuteRule
        description: String = "Description" ["at most 1024 characters"] Characters(0, 1024);
        /// The date, with the same timezone offset as "ScheduleTimezone" after which the alarm mute rule will be expired.
        expire_date: String = "ExpireDate";
        /// Targets to be muted
        mute_targets: crate::Json = "MuteTargets";
        /// The name of the AlarmMuteRule
        name: String = "Name" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// The date, with the same timezone offset as "ScheduleTimezone", after which the alarm mute rule will become active.
        start_date: String = "StartDate";
        /// An array of key-value pairs to apply to this resource.
        tags: Vec<self::alarm_mute_rule::Tag> = "Tags";
    }
}

/// Property types of [`AlarmMuteRule`].
pub mod alarm_mute_rule {
    structure! {
        /// A key-value pair to associate with a resource.
        Tag;
        required {
            /// The key name of the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value for the tag.
            value: String = "Value" ["at most 256 characters"];
        }
        properties {}
    }
}

resource! {
    /// The AWS::CloudWatch::CompositeAlarm type specifies an alarm which aggregates the states of other Alarms (Metric or Composite Alarms) as defined by the AlarmRule expression
    CompositeAlarm = "AWS::CloudWatch::CompositeAlarm";
    attributes {
        /// Amazon Resource Name (ARN) of the alarm
        arn: crate::Arn = "Arn";
    }
    required {
        /// Expression which aggregates the state of other Alarms (Metric or Composite Alarms)
        alarm_rule: String = "AlarmRule" ["at least 1 characters, at most 10240 characters"] Characters(1, 10240);
    }
    properties {
        /// Configuration that applies to the notifications this alarm sends when it performs its actions.
        action_configuration: self::composite_alarm::ActionConfiguration = "ActionConfiguration";
        /// Indicates whether actions should be executed during any changes to the alarm state.
        actions_enabled: bool = "ActionsEnabled";
        /// Actions will be suppressed if the suppressor alarm is in the ALARM state.
        actions_suppressor: String = "ActionsSuppressor" ["at least 1 characters, at most 1600 characters"] Characters(1, 1600);
        /// Actions will be suppressed if WaitPeriod is active.
        actions_suppressor_extension_period: i64 = "ActionsSuppressorExtensionPeriod" ["at least 0"] Number(0.0, f64::INFINITY);
        /// Actions will be suppressed if ExtensionPeriod is active.
        actions_suppressor_wait_period: i64 = "ActionsSuppressorWaitPeriod" ["at least 0"] Number(0.0, f64::INFINITY);
        /// The list of actions to execute when this alarm transitions into an ALARM state from any other state.
        alarm_actions: Vec<String> = "AlarmActions" ["at most 5 items"] Items(0, 5);
        /// The description of the alarm
        alarm_description: String = "AlarmDescription" ["at most 1024 characters"] Characters(0, 1024);
        /// The name of the Composite Alarm
        alarm_name: String = "AlarmName" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
        /// The actions to execute when this alarm transitions to the INSUFFICIENT\_DATA state from any other state.
        insufficient_data_actions: Vec<String> = "InsufficientDataActions" ["at most 5 items"] Items(0, 5);
        /// The actions to execute when this alarm transitions to the OK state from any other state.
        ok_actions: Vec<String> = "OKActions" ["at most 5 items"] Items(0, 5);
        /// A list of key-value pairs to associate with the composite alarm.
        tags: Vec<self::composite_alarm::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
    }
}

/// Property types of [`CompositeAlarm`].
pub mod composite_alarm {
    structure! {
        /// Configuration that applies to the notifications this alarm sends when it performs its actions.
        ActionConfiguration;
        required {}
        properties {
            /// Whether the alarm's tags are included in its action notifications and state-change events.
            alarm_tags_propagation: AlarmTagsPropagation = "AlarmTagsPropagation";
        }
    }

    structure! {
        /// Controls whether the alarm's tags are included in its action notifications and state-change events, and which tag keys are included.
        AlarmTagsPropagation;
        required {
            /// Whether the alarm's tags are included in its action notifications and state-change events.
            enabled: bool = "Enabled";
        }
        properties {
            /// The tag keys to leave out.
            excluded_tag_keys: Vec<String> = "ExcludedTagKeys" ["at least 1 items, at most 50 items"];
            /// The only tag keys to include.
            included_tag_keys: Vec<String> = "IncludedTagKeys" ["at least 1 items, at most 50 items"];
        }
    }

    structure! {
        /// Metadata that you can assign to a composite alarm, Tags can help you organize and categorize your resources.
        Tag;
        required {
            /// A unique identifier for the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value for the specified tag key.
            value: String = "Value" ["at least 1 characters, at most 256 characters"];
        }
        properties {}
    }
}

resource! {
    /// Resource Type definition for AWS::CloudWatch::Dashboard
    Dashboard = "AWS::CloudWatch::Dashboard";
    attributes {
    }
    required {
        /// The detailed information about the dashboard in JSON format, including the widgets to include and their location on the dashboard
        dashboard_body: String = "DashboardBody";
    }
    properties {
        /// The name of the dashboard.
        dashboard_name: String = "DashboardName";
        /// A list of key-value pairs to associate with the cloudwatch dashboard.
        tags: Vec<self::dashboard::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
    }
}

/// Property types of [`Dashboard`].
pub mod dashboard {
    structure! {
        /// Metadata that you can assign to a cloudwatch dashboard.
        Tag;
        required {
            /// A unique identifier for the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value for the specified tag key.
            value: String = "Value" ["at least 1 characters, at most 256 characters"];
        }
        properties {}
    }
}
