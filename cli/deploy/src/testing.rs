//! Values for tests of this crate and of its clients: events, and definitions of stack sets.

use crate::StackEvent;
use crate::stack::{STACK_TYPE, TemplateSource};
use crate::stack_set::Definition;
use guardian_cfn::stack_set::{Grant, Share, StackSet};
use std::collections::BTreeMap;

/// An event of resource `logical_id` of stack `arn:root` after `n` seconds.
pub fn event(n: i64, logical_id: &str, status: &str) -> StackEvent {
    StackEvent {
        id: format!("e{n}"),
        stack_id: "arn:root".into(),
        stack_name: "root".into(),
        logical_id: logical_id.into(),
        physical_id: format!("{logical_id}-id"),
        resource_type: "AWS::SQS::Queue".into(),
        status: status.into(),
        reason: None,
        time_ms: n * 1_000,
        token: Some("t".into()),
    }
}

/// An event of stack `arn:root` itself after `n` seconds.
pub fn stack_event(n: i64, status: &str) -> StackEvent {
    StackEvent {
        resource_type: STACK_TYPE.into(),
        physical_id: "arn:root".into(),
        ..event(n, "root", status)
    }
}

/// Owned names.
pub fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|&name| name.to_owned()).collect()
}

/// Self-managed permissions in these accounts.
pub fn accounts(all: &[&str]) -> Grant {
    Grant::Accounts { accounts: names(all), admin_role: None, execution_role: None }
}

/// A stack set `shop-prod` in these regions.
pub fn definition(grant: Grant, regions: &[&str]) -> Definition {
    let template = r#"{"Parameters": {"EndpointUrl": {"Default": ""}}, "Resources": {}}"#;
    Definition {
        set: StackSet {
            name: "shop-prod".into(),
            admin_region: "r1".into(),
            regions: names(regions),
            grant,
            organization: None,
            failure_tolerance: Share::Count(0),
            max_concurrent: Share::Count(1),
            parallel_regions: false,
        },
        source: TemplateSource::Body(template.into()),
        template: template.into(),
        parameters: [("PackageKey".to_owned(), "k".to_owned())].into(),
        tags: BTreeMap::new(),
    }
}
