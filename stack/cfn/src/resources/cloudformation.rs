//! Resource types of the service `cloudformation`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub use stack::Tag;

resource! {
    /// The AWS::CloudFormation::Stack resource nests a stack as a resource in a top-level template.
    Stack = "AWS::CloudFormation::Stack";
    attributes {
        stack_id: crate::Val<String> = "StackId";
    }
    required {
        template_url: String = "TemplateURL" ["at least 1 characters, at most 1024 characters"] Characters(1, 1024);
    }
    properties {
        notification_arns: Vec<String> = "NotificationARNs" ["at most 5 items"] Items(0, 5);
        parameters: crate::Keyed<crate::Json> = "Parameters";
        tags: Vec<self::stack::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
        timeout_in_minutes: i64 = "TimeoutInMinutes" ["at least 1"] Number(1.0, f64::INFINITY);
    }
}

/// Property types of [`Stack`].
pub mod stack {
    structure! {
        /// Property type `Tag` of `AWS::CloudFormation::Stack`.
        Tag;
        required {
            key: String = "Key";
            value: String = "Value";
        }
        properties {}
    }
}
