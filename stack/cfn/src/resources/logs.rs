//! Resource types of the service `logs`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The `AWS::Logs::LogGroup` resource specifies a log group. A log group defines common properties for log streams, such as their retention and access control rules. Each log stream must belong to one log group.
///
/// CloudFormation: `AWS::Logs::LogGroup`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogGroup(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl LogGroup {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// Indicates whether bearer token authentication is enabled for this log group. When enabled, bearer token authentication is allowed on operations until it is explicitly disabled.
    ///
    /// CloudFormation: `BearerTokenAuthenticationEnabled`, boolean.
    #[must_use]
    pub fn bearer_token_authentication_enabled(
        mut self,
        value: impl Into<crate::Val<bool>>,
    ) -> Self {
        self.0.insert("BearerTokenAuthenticationEnabled".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `DataProtectionPolicy`.
    #[must_use]
    pub fn data_protection_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("DataProtectionPolicy".to_owned(), value.into().into_json());
        self
    }

    /// Indicates whether deletion protection is enabled for this log group. When enabled, deletion protection blocks all deletion operations until it is explicitly disabled.
    ///
    /// CloudFormation: `DeletionProtectionEnabled`, boolean.
    #[must_use]
    pub fn deletion_protection_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("DeletionProtectionEnabled".to_owned(), value.into().into_json());
        self
    }

    /// Creates or updates a \*field index policy\* for the specified log group. Only log groups in the Standard log class support field index policies. For more information about log classes, see Log classes.
    ///
    /// CloudFormation: `FieldIndexPolicies`, array.
    #[must_use]
    pub fn field_index_policies(mut self, value: impl Into<crate::Val<Vec<crate::Json>>>) -> Self {
        self.0.insert("FieldIndexPolicies".to_owned(), value.into().into_json());
        self
    }

    /// The Amazon Resource Name (ARN) of the KMS key to use when encrypting log data.
    ///
    /// CloudFormation: `KmsKeyId`, string, at least 0 characters, at most 256 characters; pattern `^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+\Z`.
    #[must_use]
    pub fn kms_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("KmsKeyId".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the log group class for this log group. There are two classes:
    ///
    /// CloudFormation: `LogGroupClass`, string; one of `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`.
    #[must_use]
    pub fn log_group_class(
        mut self,
        value: impl Into<crate::Val<log_group::LogGroupClass>>,
    ) -> Self {
        self.0.insert("LogGroupClass".to_owned(), value.into().into_json());
        self
    }

    /// The name of the log group. If you don't specify a name, CFNlong generates a unique ID for the log group.
    ///
    /// CloudFormation: `LogGroupName`, string, at least 1 characters, at most 512 characters; pattern `^[.\-_/#A-Za-z0-9]{1,512}\Z`.
    #[must_use]
    pub fn log_group_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("LogGroupName".to_owned(), value.into().into_json());
        self
    }

    /// Creates or updates a resource policy for the specified log group that allows other services to put log events to this account. A LogGroup can have 1 resource policy.
    ///
    /// CloudFormation: `ResourcePolicyDocument`, object.
    #[must_use]
    pub fn resource_policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("ResourcePolicyDocument".to_owned(), value.into().into_json());
        self
    }

    /// The number of days to retain the log events in the specified log group. Possible values are: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, and 3653.
    ///
    /// CloudFormation: `RetentionInDays`, integer; one of `1`, `3`, `5`, `7`, `14`, `30`, `60`, `90`, `120`, `150`, `180`, `365`, `400`, `545`, `731`, `1096`, `1827`, `2192`, `2557`, `2922`, `3288`, `3653`.
    #[must_use]
    pub fn retention_in_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("RetentionInDays".to_owned(), value.into().into_json());
        self
    }

    /// An array of key-value pairs to apply to the log group.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<log_group::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for LogGroup {
    const TYPE: &'static str = "AWS::Logs::LogGroup";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("KmsKeyId", crate::Bound::Characters(0, 256)),
        ("LogGroupName", crate::Bound::Characters(1, 512)),
        (
            "RetentionInDays",
            crate::Bound::OneOf(&[
                1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
                2557, 2922, 3288, 3653,
            ]),
        ),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<LogGroup> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`LogGroup`].
pub mod log_group {
    /// The value of this key-value pair.
    ///
    /// CloudFormation: property type `Tag` of `AWS::Logs::LogGroup`.
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

        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value of this key-value pair.
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

    /// The values of `LogGroupClass`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum LogGroupClass {
        /// `DELIVERY`.
        Delivery,
        /// `INFREQUENT_ACCESS`.
        InfrequentAccess,
        /// `STANDARD`.
        Standard,
    }

    impl LogGroupClass {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Delivery => "DELIVERY",
                Self::InfrequentAccess => "INFREQUENT_ACCESS",
                Self::Standard => "STANDARD",
            }
        }
    }

    impl From<LogGroupClass> for crate::Val<LogGroupClass> {
        fn from(value: LogGroupClass) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<LogGroupClass> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}
