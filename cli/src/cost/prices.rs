//! The list prices that Guardian computes with, each with its source; a price is changed here only.
//! All are those of us-east-1; the free tier is not deducted. Every one is second-hand: AWS's own
//! price pages were not available, so check a number in its calculator before it decides anything.

use serde::Serialize;

/// When the prices were collected.
pub const AS_OF: &str = "2026-11-26";
/// The region that they are of.
pub const REGION: &str = "us-east-1";

/// A list price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Price {
    /// What it is the price of.
    pub of: &'static str,
    /// US dollars for [`Price::units`] units.
    pub dollars: f64,
    /// How many units that is.
    pub units: f64,
    /// Where it is from.
    pub source: &'static str,
}

impl Price {
    const fn new(of: &'static str, dollars: f64, units: f64, source: &'static str) -> Self {
        Self { of, dollars, units, source }
    }

    /// US dollars for so many.
    pub fn of(&self, number: f64) -> f64 {
        self.dollars * number / self.units
    }

    /// US cents for one.
    pub(super) fn cents(&self) -> u64 {
        (self.dollars * 100.0 / self.units).round() as u64
    }
}

const MILLION: f64 = 1e6;
/// CloudWatch's, by way of cost tools that read the AWS Price List API in August 2026.
const CLOUDWATCH: &str = "cost tools that read the AWS Price List API, 2026-08";
/// DynamoDB's since they were halved in November 2024.
const DYNAMODB: &str = "third-party price pages, after the halving of 2024-11";
const MEMORY: &str = "from memory";

/// A metric that an alarm of a period of a minute and more evaluates, a month.
pub const ALARM_METRIC: Price = Price::new("alarm metric, month", 0.10, 1.0, CLOUDWATCH);
/// The same with a shorter period.
pub const FAST_ALARM_METRIC: Price =
    Price::new("alarm metric below a minute, month", 0.30, 1.0, "a cost tool, and from memory");
/// A composite alarm, a month.
pub const COMPOSITE_ALARM: Price =
    Price::new("composite alarm, month", 0.50, 1.0, "a cost tool, and from memory");
/// A dashboard, a month.
pub const DASHBOARD: Price = Price::new("dashboard, month", 3.0, 1.0, "a cost tool");
/// Custom metrics: up to how many, and the price of each in that step, a month.
pub const CUSTOM_METRICS: [(u64, Price); 4] = [
    (10_000, Price::new("custom metric up to 10,000, month", 0.30, 1.0, CLOUDWATCH)),
    (250_000, Price::new("custom metric up to 250,000, month", 0.10, 1.0, CLOUDWATCH)),
    (1_000_000, Price::new("custom metric up to 1,000,000, month", 0.05, 1.0, CLOUDWATCH)),
    (u64::MAX, Price::new("further custom metric, month", 0.02, 1.0, CLOUDWATCH)),
];
/// Calls of PutMetricData.
pub const PUT_METRIC_DATA: Price = Price::new("call of PutMetricData", 0.01, 1_000.0, CLOUDWATCH);
/// Bytes that CloudWatch Logs takes in.
pub const LOGS: Price = Price::new("byte of logs", 0.50, 1e9, "a cost tool");
/// Calls of a function.
pub const INVOCATION: Price = Price::new("invocation", 0.20, MILLION, MEMORY);
/// Gigabyte-seconds of a function on x86_64.
pub const X86_SECOND: Price =
    Price::new("GB-second, x86_64", 16.6667, MILLION, "third-party price pages");
/// Gigabyte-seconds of a function on arm64.
pub const ARM_SECOND: Price = Price::new("GB-second, arm64", 13.3334, MILLION, MEMORY);
/// Requests of a standard queue.
pub const QUEUE_REQUEST: Price = Price::new("request of SQS", 0.40, MILLION, MEMORY);
/// Write units of a table on demand.
pub const WRITE_UNIT: Price = Price::new("write unit", 0.625, MILLION, DYNAMODB);
/// Read units of a table on demand.
pub const READ_UNIT: Price = Price::new("read unit", 0.125, MILLION, DYNAMODB);
/// Bytes that a table holds, a month.
pub const STORED: Price = Price::new("byte of a table, month", 0.25, 1e9, MEMORY);
