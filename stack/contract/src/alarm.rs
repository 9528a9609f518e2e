//! CloudWatch's own words for an alarm: how the points of a period become one value, when that
//! value breaches, and what a period without points means.

use serde::{Deserialize, Serialize};

/// How the points of one period become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statistic {
    /// Their number.
    SampleCount,
    /// Their mean.
    Average,
    /// Their sum.
    Sum,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
}

/// When a value breaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// `>=` the threshold.
    GreaterThanOrEqualToThreshold,
    /// `>` the threshold.
    GreaterThanThreshold,
    /// `<` the threshold.
    LessThanThreshold,
    /// `<=` the threshold.
    LessThanOrEqualToThreshold,
}

/// TreatMissingData: what an alarm makes of periods without a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MissingData {
    /// As missing: without any data the state is INSUFFICIENT_DATA. CloudWatch's default.
    Missing,
    /// The state stays as it is.
    Ignore,
    /// As a breach.
    Breaching,
    /// As no breach.
    NotBreaching,
}
