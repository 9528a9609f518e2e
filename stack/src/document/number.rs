//! Numbers as they are written: an account id has more digits than some types hold, and 0.10 is not
//! for a reader to shorten.

use serde_json::Value;
use std::fmt;

/// A number in the grammar of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number(String);

impl Number {
    /// Of a number in JSON, whose reader has checked it.
    pub(super) fn of_json(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Of a plain scalar in YAML (core schema of YAML 1.2). No number is what JSON could not write
    /// the same: leading zeros and a plus sign, which account ids, postcodes and telephone numbers
    /// have, infinity and NaN.
    pub(super) fn of_yaml(text: &str) -> Option<Self> {
        for (prefix, radix) in [("0o", 8), ("0x", 16)] {
            if let Some(digits) = text.strip_prefix(prefix) {
                let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
                return u64::from_str_radix(digits, radix).ok().map(|n| Self(n.to_string()));
            }
        }
        let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (rest, None),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let power = |part: &str| {
            let part = part.strip_prefix(['+', '-']).unwrap_or(part);
            !part.is_empty() && digits(part)
        };
        let good = digits(whole)
            && digits(decimals)
            && !(whole.is_empty() && decimals.is_empty())
            && !(whole.len() > 1 && whole.starts_with('0'))
            && exponent.is_none_or(power);
        if !good {
            return None;
        }
        // JSON has a digit on both sides of the point.
        let whole = if whole.is_empty() { "0" } else { whole };
        let decimals = match (mantissa.contains('.'), decimals) {
            (false, _) => String::new(),
            (true, "") => ".0".to_owned(),
            (true, decimals) => format!(".{decimals}"),
        };
        let exponent = exponent.map_or(String::new(), |exponent| format!("e{exponent}"));
        Some(Self(format!("{sign}{whole}{decimals}{exponent}")))
    }

    pub(crate) fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }

    /// A whole number of 0 or more that is written as one.
    pub(crate) fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The nearest value that serde_json has.
    pub(super) fn to_value(&self) -> Value {
        let whole = self
            .0
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| self.as_u64().map(Value::from).ok_or(()));
        whole.unwrap_or_else(|()| self.as_f64().map_or(Value::Null, Value::from))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
