//! Resource types of the service `stepfunctions`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use state_machine::{
    CloudWatchLogsLogGroup, EncryptionConfiguration, Level, LogDestination, LoggingConfiguration,
    S3Location, StateMachineType, TagsEntry, TracingConfiguration, Type,
};

resource! {
    /// Resource schema for StateMachine
    StateMachine = "AWS::StepFunctions::StateMachine";
    attributes {
        arn: crate::Arn = "Arn";
        name: crate::Val<String> = "Name";
        state_machine_revision_id: crate::Val<String> = "StateMachineRevisionId";
    }
    required {
        role_arn: String = "RoleArn" ["at least 1 characters, at most 256 characters"] Characters(1, 256);
    }
    properties {
        definition: crate::Json = "Definition" ["at least 1 characters, at most 1048576 characters"];
        definition_s3_location: self::state_machine::S3Location = "DefinitionS3Location";
        definition_string: String = "DefinitionString" ["at least 1 characters, at most 1048576 characters"] Characters(1, 1048576);
        definition_substitutions: crate::Keyed<crate::Json> = "DefinitionSubstitutions";
        encryption_configuration: self::state_machine::EncryptionConfiguration = "EncryptionConfiguration";
        logging_configuration: self::state_machine::LoggingConfiguration = "LoggingConfiguration";
        state_machine_name: String = "StateMachineName" ["at least 1 characters, at most 80 characters"] Characters(1, 80);
        state_machine_type: self::state_machine::StateMachineType = "StateMachineType";
        tags: Vec<self::state_machine::TagsEntry> = "Tags";
        tracing_configuration: self::state_machine::TracingConfiguration = "TracingConfiguration";
    }
}

/// Property types of [`StateMachine`].
pub mod state_machine {
    structure! {
        /// Property type `CloudWatchLogsLogGroup` of `AWS::StepFunctions::StateMachine`.
        CloudWatchLogsLogGroup;
        required {}
        properties {
            log_group_arn: String = "LogGroupArn" ["at least 1 characters, at most 256 characters"];
        }
    }

    structure! {
        /// Property type `EncryptionConfiguration` of `AWS::StepFunctions::StateMachine`.
        EncryptionConfiguration;
        required {
            type_: Type = "Type";
        }
        properties {
            kms_data_key_reuse_period_seconds: i64 = "KmsDataKeyReusePeriodSeconds" ["at least 60, at most 900"];
            kms_key_id: String = "KmsKeyId" ["at least 1 characters, at most 2048 characters"];
        }
    }

    structure! {
        /// Property type `LogDestination` of `AWS::StepFunctions::StateMachine`.
        LogDestination;
        required {}
        properties {
            cloud_watch_logs_log_group: CloudWatchLogsLogGroup = "CloudWatchLogsLogGroup";
        }
    }

    structure! {
        /// Property type `LoggingConfiguration` of `AWS::StepFunctions::StateMachine`.
        LoggingConfiguration;
        required {}
        properties {
            destinations: Vec<LogDestination> = "Destinations" ["at least 1 items"];
            include_execution_data: bool = "IncludeExecutionData";
            level: Level = "Level";
        }
    }

    structure! {
        /// Property type `S3Location` of `AWS::StepFunctions::StateMachine`.
        S3Location;
        required {
            bucket: String = "Bucket";
            key: String = "Key";
        }
        properties {
            version: String = "Version";
        }
    }

    structure! {
        /// Property type `TagsEntry` of `AWS::StepFunctions::StateMachine`.
        TagsEntry;
        required {
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            value: String = "Value" ["at least 1 characters, at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// Property type `TracingConfiguration` of `AWS::StepFunctions::StateMachine`.
        TracingConfiguration;
        required {}
        properties {
            enabled: bool = "Enabled";
        }
    }

    closed! { Level { All = "ALL", Error = "ERROR", Fatal = "FATAL", Off = "OFF" } }
    closed! { StateMachineType { Express = "EXPRESS", Standard = "STANDARD" } }
    closed! { Type {
        AwsOwnedKey = "AWS_OWNED_KEY", CustomerManagedKmsKey = "CUSTOMER_MANAGED_KMS_KEY",
    } }
}
