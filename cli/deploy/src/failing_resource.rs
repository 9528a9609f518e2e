//! The resource that a failure is about and, where AWS names one, its property. The source location
//! that declares them is found elsewhere.

use crate::StackEvent;
use crate::stack::Invalid;
use crate::text::plain;

/// A resource that a failure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingResource {
    /// Its logical id.
    pub logical_id: String,
    /// Path to the property, as in `["Dimensions", "0", "Value"]`; empty: the whole resource.
    pub property: Vec<String>,
    /// The reason that AWS gives.
    pub reason: String,
}

impl FailingResource {
    /// The resource of a stack event; none if the event is about its stack as a whole.
    pub fn of_event(event: &StackEvent) -> Option<Self> {
        let reason = event.reason.clone().unwrap_or_default();
        (!event.is_of_stack_itself()).then(|| Self {
            logical_id: event.logical_id.clone(),
            property: property(&reason),
            reason,
        })
    }

    /// The resource of a validation finding; none if the finding is about no resource.
    pub fn of_invalid(invalid: &Invalid) -> Option<Self> {
        let path: Vec<&str> = invalid.path.as_deref().map(steps).unwrap_or_default();
        let (by_path, of_path) = match path.as_slice() {
            ["Resources", id, "Properties", rest @ ..] => (Some(*id), rest),
            ["Resources", id, ..] => (Some(*id), &[][..]),
            _ => (None, &[][..]),
        };
        let logical_id = invalid.logical_id.clone().or_else(|| by_path.map(str::to_owned))?;
        let mut property: Vec<String> = of_path.iter().map(|&name| name.to_owned()).collect();
        if property.is_empty() {
            property = self::property(&invalid.reason);
        }
        Some(Self { logical_id, property, reason: invalid.reason.clone() })
    }
}

/// A validation finding in words: the resource, the path in its template, and the reason.
pub fn described(invalid: &Invalid) -> String {
    let kind = invalid.resource_type.as_deref();
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let failing = FailingResource::of_invalid(invalid);
    let id = failing.as_ref().map_or("the template", |failing| &failing.logical_id);
    let path = invalid.path.as_deref().map(|path| format!(" at {path}")).unwrap_or_default();
    plain(&format!("{id}{kind}{path}: {}", invalid.reason))
}

fn steps(path: &str) -> Vec<&str> {
    path.split('/').filter(|name| !name.is_empty()).collect()
}

/// The property that a reason names.
fn property(reason: &str) -> Vec<String> {
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    // The schema validator: `#/MemorySize: expected type: Number, found: String`, or
    // `#: extraneous key [Memory] is not permitted`.
    if let Some((_, rest)) = reason.split_once("#/") {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c)));
        let path = steps(&rest[..end.unwrap_or(rest.len())]);
        if !path.is_empty() {
            return owned(path);
        }
    }
    // The services: `Value '1' at 'memorySize' failed to satisfy constraint: …`.
    if let Some((_, rest)) = reason.split_once("' at '")
        && let Some((path, rest)) = rest.split_once('\'')
        && rest.trim_start().starts_with("failed to satisfy")
    {
        return path.split('.').filter(|name| *name != "member").map(as_property).collect();
    }
    // Early validation: `Required property [PolicyName] not found`.
    for words in ["unsupported property ", "property [", "extraneous key [", "Value of property "] {
        if let Some((_, rest)) = reason.split_once(words) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            return owned(vec![&rest[..end]]);
        }
    }
    Vec::new()
}

/// The template's name of a property for the service's name: with an initial capital, and list items
/// counted from 0 instead of 1.
fn as_property(name: &str) -> String {
    if let Ok(number) = name.parse::<usize>() {
        return number.saturating_sub(1).to_string();
    }
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;

    #[test]
    fn the_property_is_found_in_the_reasons_of_each_kind_of_validator() {
        for (reason, path) in [
            (
                "Properties validation failed for resource Function with message: [#/MemorySize: \
                 expected type: Integer, found: String]",
                "MemorySize",
            ),
            (
                "Model validation failed (#/Environment/Variables: expected minimum property \
                 count: [1], found: [0])",
                "Environment/Variables",
            ),
            (
                "1 validation error detected: Value '12' at 'memorySize' failed to satisfy \
                 constraint: Member must have value greater than or equal to 128 (Service: Lambda, \
                 Status Code: 400, Request ID: x)",
                "MemorySize",
            ),
            (
                "1 validation error detected: Value '' at 'metrics.2.member.metricStat.period' \
                 failed to satisfy constraint: Member must not be null",
                "Metrics/1/MetricStat/Period",
            ),
            ("Encountered unsupported property Foo", "Foo"),
            ("Required property [PolicyName] not found", "PolicyName"),
            ("#: extraneous key [Memory] is not permitted", "Memory"),
            ("Role shop-dev already exists at 'x'", ""),
        ] {
            assert_eq!(property(reason).join("/"), path, "{reason}");
        }
    }

    #[test]
    fn a_finding_names_its_property_by_path_and_an_event_by_its_reason() {
        let invalid = Invalid {
            logical_id: None,
            resource_type: None,
            path: Some("/Resources/Step1StatusAlarm/Properties/Dimensions/0/Value".into()),
            reason: "no".into(),
        };
        let failing = FailingResource::of_invalid(&invalid).unwrap();
        assert_eq!(failing.logical_id, "Step1StatusAlarm");
        assert_eq!(failing.property, ["Dimensions", "0", "Value"]);
        let nothing = Invalid { path: Some("/Outputs/X".into()), ..invalid };
        assert_eq!(FailingResource::of_invalid(&nothing), None);
        let failed = StackEvent {
            reason: Some("Value of property Period must be of type Integer".into()),
            ..event(1, "Alarm", "CREATE_FAILED")
        };
        assert_eq!(FailingResource::of_event(&failed).unwrap().property, ["Period"]);
    }

    #[test]
    fn a_finding_is_shown_with_its_resource_and_its_path_in_the_template() {
        let found = |logical_id: Option<&str>, path: Option<&str>| Invalid {
            logical_id: logical_id.map(str::to_owned),
            resource_type: logical_id.map(|_| "AWS::SQS::Queue".to_owned()),
            path: path.map(str::to_owned),
            reason: "Properties validation failed".into(),
        };
        let path = Some("/Resources/Queue/Properties/DelaySeconds");
        let shown = [(Some("Queue"), path), (None, path), (Some("Queue"), None), (None, None)]
            .map(|(id, path)| described(&found(id, path)));
        insta::assert_snapshot!(shown.join("\n"), @r"
        Queue (AWS::SQS::Queue) at /Resources/Queue/Properties/DelaySeconds: Properties validation failed
        Queue at /Resources/Queue/Properties/DelaySeconds: Properties validation failed
        Queue (AWS::SQS::Queue): Properties validation failed
        the template: Properties validation failed
        ");
    }
}
