//! Resource types of the service `stepfunctions`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// Resource schema for StateMachine
///
/// CloudFormation: `AWS::StepFunctions::StateMachine`.
#[derive(Debug, Clone, PartialEq)]
pub struct StateMachine(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl StateMachine {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(role_arn: impl Into<crate::Val<String>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("RoleArn".to_owned(), role_arn.into().into_json());
        Self(map)
    }

    /// CloudFormation: `Definition`, object, at least 1 characters, at most 1048576 characters.
    #[must_use]
    pub fn definition(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("Definition".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `DefinitionS3Location`, object.
    #[must_use]
    pub fn definition_s3_location(
        mut self,
        value: impl Into<crate::Val<state_machine::S3Location>>,
    ) -> Self {
        self.0.insert("DefinitionS3Location".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `DefinitionString`, string, at least 1 characters, at most 1048576 characters.
    #[must_use]
    pub fn definition_string(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("DefinitionString".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `DefinitionSubstitutions`, object.
    #[must_use]
    pub fn definition_substitutions(
        mut self,
        value: impl Into<crate::Val<std::collections::BTreeMap<String, crate::Json>>>,
    ) -> Self {
        self.0.insert("DefinitionSubstitutions".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `EncryptionConfiguration`, object.
    #[must_use]
    pub fn encryption_configuration(
        mut self,
        value: impl Into<crate::Val<state_machine::EncryptionConfiguration>>,
    ) -> Self {
        self.0.insert("EncryptionConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `LoggingConfiguration`, object.
    #[must_use]
    pub fn logging_configuration(
        mut self,
        value: impl Into<crate::Val<state_machine::LoggingConfiguration>>,
    ) -> Self {
        self.0.insert("LoggingConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `RoleArn`, string, required, at least 1 characters, at most 256 characters.
    #[must_use]
    pub fn role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("RoleArn".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `StateMachineName`, string, at least 1 characters, at most 80 characters.
    #[must_use]
    pub fn state_machine_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("StateMachineName".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `StateMachineType`, string; one of `STANDARD`, `EXPRESS`.
    #[must_use]
    pub fn state_machine_type(
        mut self,
        value: impl Into<crate::Val<state_machine::StateMachineType>>,
    ) -> Self {
        self.0.insert("StateMachineType".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<state_machine::TagsEntry>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `TracingConfiguration`, object.
    #[must_use]
    pub fn tracing_configuration(
        mut self,
        value: impl Into<crate::Val<state_machine::TracingConfiguration>>,
    ) -> Self {
        self.0.insert("TracingConfiguration".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for StateMachine {
    const TYPE: &'static str = "AWS::StepFunctions::StateMachine";
    const ATTRIBUTES: &'static [&'static str] = &["Arn", "Name", "StateMachineRevisionId"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("DefinitionString", crate::Bound::Characters(1, 1048576)),
        ("RoleArn", crate::Bound::Characters(1, 256)),
        ("StateMachineName", crate::Bound::Characters(1, 80)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<StateMachine> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// CloudFormation: `Fn::GetAtt` of `Name`.
    #[must_use]
    pub fn name(&self) -> crate::Val<String> {
        self.attribute("Name")
    }

    /// CloudFormation: `Fn::GetAtt` of `StateMachineRevisionId`.
    #[must_use]
    pub fn state_machine_revision_id(&self) -> crate::Val<String> {
        self.attribute("StateMachineRevisionId")
    }
}

/// Property types of [`StateMachine`].
pub mod state_machine {
    /// CloudFormation: property type `CloudWatchLogsLogGroup` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CloudWatchLogsLogGroup(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl CloudWatchLogsLogGroup {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `LogGroupArn`, string, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn log_group_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("LogGroupArn".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<CloudWatchLogsLogGroup> for crate::Val<CloudWatchLogsLogGroup> {
        fn from(value: CloudWatchLogsLogGroup) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `EncryptionConfiguration` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct EncryptionConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EncryptionConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(type_: impl Into<crate::Val<Type>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Type".to_owned(), type_.into().into_json());
            Self(map)
        }

        /// CloudFormation: `KmsDataKeyReusePeriodSeconds`, integer, at least 60, at most 900.
        #[must_use]
        pub fn kms_data_key_reuse_period_seconds(
            mut self,
            value: impl Into<crate::Val<i64>>,
        ) -> Self {
            self.0.insert("KmsDataKeyReusePeriodSeconds".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `KmsKeyId`, string, at least 1 characters, at most 2048 characters.
        #[must_use]
        pub fn kms_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("KmsKeyId".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Type`, string, required; one of `CUSTOMER_MANAGED_KMS_KEY`, `AWS_OWNED_KEY`.
        #[must_use]
        pub fn type_(mut self, value: impl Into<crate::Val<Type>>) -> Self {
            self.0.insert("Type".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EncryptionConfiguration> for crate::Val<EncryptionConfiguration> {
        fn from(value: EncryptionConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `LogDestination` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LogDestination(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LogDestination {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `CloudWatchLogsLogGroup`, object.
        #[must_use]
        pub fn cloud_watch_logs_log_group(
            mut self,
            value: impl Into<crate::Val<CloudWatchLogsLogGroup>>,
        ) -> Self {
            self.0.insert("CloudWatchLogsLogGroup".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LogDestination> for crate::Val<LogDestination> {
        fn from(value: LogDestination) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `LoggingConfiguration` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LoggingConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LoggingConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Destinations`, array, at least 1 items.
        #[must_use]
        pub fn destinations(mut self, value: impl Into<crate::Val<Vec<LogDestination>>>) -> Self {
            self.0.insert("Destinations".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `IncludeExecutionData`, boolean.
        #[must_use]
        pub fn include_execution_data(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("IncludeExecutionData".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Level`, string; one of `ALL`, `ERROR`, `FATAL`, `OFF`.
        #[must_use]
        pub fn level(mut self, value: impl Into<crate::Val<Level>>) -> Self {
            self.0.insert("Level".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LoggingConfiguration> for crate::Val<LoggingConfiguration> {
        fn from(value: LoggingConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `S3Location` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct S3Location(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl S3Location {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            bucket: impl Into<crate::Val<String>>,
            key: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Bucket".to_owned(), bucket.into().into_json());
            map.insert("Key".to_owned(), key.into().into_json());
            Self(map)
        }

        /// CloudFormation: `Bucket`, string, required.
        #[must_use]
        pub fn bucket(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Bucket".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Key`, string, required.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Version`, string.
        #[must_use]
        pub fn version(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Version".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<S3Location> for crate::Val<S3Location> {
        fn from(value: S3Location) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `TagsEntry` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TagsEntry(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl TagsEntry {
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

        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<TagsEntry> for crate::Val<TagsEntry> {
        fn from(value: TagsEntry) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `TracingConfiguration` of `AWS::StepFunctions::StateMachine`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TracingConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl TracingConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Enabled`, boolean.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<TracingConfiguration> for crate::Val<TracingConfiguration> {
        fn from(value: TracingConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The values of `Level`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Level {
        /// `ALL`.
        All,
        /// `ERROR`.
        Error,
        /// `FATAL`.
        Fatal,
        /// `OFF`.
        Off,
    }

    impl Level {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::All => "ALL",
                Self::Error => "ERROR",
                Self::Fatal => "FATAL",
                Self::Off => "OFF",
            }
        }
    }

    impl From<Level> for crate::Val<Level> {
        fn from(value: Level) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Level> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `StateMachineType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum StateMachineType {
        /// `EXPRESS`.
        Express,
        /// `STANDARD`.
        Standard,
    }

    impl StateMachineType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Express => "EXPRESS",
                Self::Standard => "STANDARD",
            }
        }
    }

    impl From<StateMachineType> for crate::Val<StateMachineType> {
        fn from(value: StateMachineType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<StateMachineType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Type`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Type {
        /// `AWS_OWNED_KEY`.
        AwsOwnedKey,
        /// `CUSTOMER_MANAGED_KMS_KEY`.
        CustomerManagedKmsKey,
    }

    impl Type {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::AwsOwnedKey => "AWS_OWNED_KEY",
                Self::CustomerManagedKmsKey => "CUSTOMER_MANAGED_KMS_KEY",
            }
        }
    }

    impl From<Type> for crate::Val<Type> {
        fn from(value: Type) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Type> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}
