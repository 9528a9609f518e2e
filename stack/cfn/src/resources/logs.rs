//! Resource types of the service `logs`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub use log_group::{LogGroupClass, Tag};

resource! {
    /// The `AWS::Logs::LogGroup` resource specifies a log group.
    LogGroup = "AWS::Logs::LogGroup";
    attributes {
        arn: crate::Arn = "Arn";
    }
    required {}
    properties {
        /// Indicates whether bearer token authentication is enabled for this log group.
        bearer_token_authentication_enabled: bool = "BearerTokenAuthenticationEnabled";
        data_protection_policy: crate::Json = "DataProtectionPolicy";
        /// Indicates whether deletion protection is enabled for this log group.
        deletion_protection_enabled: bool = "DeletionProtectionEnabled";
        /// Creates or updates a \*field index policy\* for the specified log group.
        field_index_policies: Vec<crate::Json> = "FieldIndexPolicies";
        /// The Amazon Resource Name (ARN) of the KMS key to use when encrypting log data.
        kms_key_id: String = "KmsKeyId" ["at most 256 characters, pattern `^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\\d{12}:(key|alias)/.+\\Z`"] Characters(0, 256);
        /// Specifies the log group class for this log group.
        log_group_class: self::log_group::LogGroupClass = "LogGroupClass";
        /// The name of the log group.
        log_group_name: String = "LogGroupName" ["at least 1 characters, at most 512 characters, pattern `^[.\\-_/#A-Za-z0-9]{1,512}\\Z`"] Characters(1, 512);
        /// Creates or updates a resource policy for the specified log group that allows other services to put log events to this account.
        resource_policy_document: crate::Json = "ResourcePolicyDocument";
        /// The number of days to retain the log events in the specified log group.
        retention_in_days: i64 = "RetentionInDays" ["one of `1`, `3`, `5`, `7`, `14`, `30`, `60`, `90`, `120`, `150`, `180`, `365`, `400`, `545`, `731`, `1096`, `1827`, `2192`, `2557`, `2922`, `3288`, `3653`"] OneOf(&[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]);
        /// An array of key-value pairs to apply to the log group.
        tags: Vec<self::log_group::Tag> = "Tags";
    }
}

/// Property types of [`LogGroup`].
pub mod log_group {
    structure! {
        /// The value of this key-value pair.
        Tag;
        required {
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value of this key-value pair.
            value: String = "Value" ["at most 256 characters"];
        }
        properties {}
    }

    closed! { LogGroupClass {
        Delivery = "DELIVERY", InfrequentAccess = "INFREQUENT_ACCESS", Standard = "STANDARD",
    } }
}
