//! Resource types of the service `events`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use rule::{
    AppSyncParameters, AssignPublicIp, AwsVpcConfiguration, BatchArrayProperties, BatchParameters,
    BatchRetryStrategy, CapacityProviderStrategyItem, DeadLetterConfig, EcsParameters,
    HttpParameters, InputTransformer, KinesisParameters, LaunchType, NetworkConfiguration,
    PlacementConstraint, PlacementStrategy, PropagateTags, RedshiftDataParameters, RetryPolicy,
    RunCommandParameters, RunCommandTarget, SageMakerPipelineParameter, SageMakerPipelineParameters,
    SqsParameters, State, Tag, Target, Type,
};

resource! {
    /// Resource Type definition for AWS::Events::Rule
    Rule = "AWS::Events::Rule";
    attributes {
        /// The ARN of the rule, such as arn:aws:events:us-east-2:123456789012:rule/example.
        arn: crate::Arn = "Arn";
        /// The name of the rule, exposed as a read-only attribute for use with Fn::GetAtt.
        rule_name: crate::Val<String> = "RuleName";
    }
    required {}
    properties {
        /// The description of the rule.
        description: String = "Description" ["at most 512 characters"] Characters(0, 512);
        /// The name or ARN of the event bus associated with the rule.
        event_bus_name: String = "EventBusName" ["at least 1 characters, at most 1600 characters"] Characters(1, 1600);
        /// The event pattern of the rule.
        event_pattern: crate::Json = "EventPattern";
        /// The name of the rule.
        name: String = "Name" ["at least 1 characters, at most 64 characters, pattern `^[\\.\\-_A-Za-z0-9]+$`"] Characters(1, 64);
        /// The Amazon Resource Name (ARN) of the role that is used for target invocation.
        role_arn: String = "RoleArn" ["at least 1 characters, at most 1600 characters"] Characters(1, 1600);
        /// The scheduling expression.
        schedule_expression: String = "ScheduleExpression" ["at most 256 characters, pattern `^(rate\\(.+\\)|cron\\(.+\\))?$`"] Characters(0, 256);
        /// The state of the rule.
        state: self::rule::State = "State";
        /// Any tags assigned to the event rule.
        tags: Vec<self::rule::Tag> = "Tags";
        /// Adds the specified targets to the specified rule, or updates the targets if they are already associated with the rule.
        targets: Vec<self::rule::Target> = "Targets" ["at most 5 items"] Items(0, 5);
    }
}

/// Property types of [`Rule`].
pub mod rule {
    structure! {
        /// Property type `AppSyncParameters` of `AWS::Events::Rule`.
        AppSyncParameters;
        required {
            graph_ql_operation: String = "GraphQLOperation";
        }
        properties {}
    }

    structure! {
        /// Property type `AwsVpcConfiguration` of `AWS::Events::Rule`.
        AwsVpcConfiguration;
        required {
            subnets: Vec<String> = "Subnets";
        }
        properties {
            assign_public_ip: AssignPublicIp = "AssignPublicIp";
            security_groups: Vec<String> = "SecurityGroups";
        }
    }

    structure! {
        /// Property type `BatchArrayProperties` of `AWS::Events::Rule`.
        BatchArrayProperties;
        required {}
        properties {
            size: i64 = "Size";
        }
    }

    structure! {
        /// Property type `BatchParameters` of `AWS::Events::Rule`.
        BatchParameters;
        required {
            job_definition: String = "JobDefinition";
            job_name: String = "JobName";
        }
        properties {
            array_properties: BatchArrayProperties = "ArrayProperties";
            retry_strategy: BatchRetryStrategy = "RetryStrategy";
        }
    }

    structure! {
        /// Property type `BatchRetryStrategy` of `AWS::Events::Rule`.
        BatchRetryStrategy;
        required {}
        properties {
            attempts: i64 = "Attempts";
        }
    }

    structure! {
        /// Property type `CapacityProviderStrategyItem` of `AWS::Events::Rule`.
        CapacityProviderStrategyItem;
        required {
            capacity_provider: String = "CapacityProvider" ["at least 1 characters, at most 255 characters"];
        }
        properties {
            base: i64 = "Base" ["at least 0, at most 100000"];
            weight: i64 = "Weight" ["at least 0, at most 1000"];
        }
    }

    structure! {
        /// Property type `DeadLetterConfig` of `AWS::Events::Rule`.
        DeadLetterConfig;
        required {}
        properties {
            arn: String = "Arn" ["at least 1 characters, at most 1600 characters"];
        }
    }

    structure! {
        /// Property type `EcsParameters` of `AWS::Events::Rule`.
        EcsParameters;
        required {
            task_definition_arn: String = "TaskDefinitionArn" ["at least 1 characters, at most 1600 characters"];
        }
        properties {
            capacity_provider_strategy: Vec<CapacityProviderStrategyItem> = "CapacityProviderStrategy" ["at most 6 items"];
            enable_ecs_managed_tags: bool = "EnableECSManagedTags";
            enable_execute_command: bool = "EnableExecuteCommand";
            group: String = "Group";
            launch_type: LaunchType = "LaunchType";
            network_configuration: NetworkConfiguration = "NetworkConfiguration";
            placement_constraints: Vec<PlacementConstraint> = "PlacementConstraints" ["at most 10 items"];
            placement_strategies: Vec<PlacementStrategy> = "PlacementStrategies";
            platform_version: String = "PlatformVersion";
            propagate_tags: PropagateTags = "PropagateTags";
            reference_id: String = "ReferenceId" ["at most 1024 characters"];
            tag_list: Vec<Tag> = "TagList";
            task_count: i64 = "TaskCount" ["at least 1"];
        }
    }

    structure! {
        /// Property type `HttpParameters` of `AWS::Events::Rule`.
        HttpParameters;
        required {}
        properties {
            header_parameters: crate::Keyed<String> = "HeaderParameters";
            path_parameter_values: Vec<String> = "PathParameterValues";
            query_string_parameters: crate::Keyed<String> = "QueryStringParameters";
        }
    }

    structure! {
        /// Property type `InputTransformer` of `AWS::Events::Rule`.
        InputTransformer;
        required {
            input_template: String = "InputTemplate" ["at least 1 characters, at most 8192 characters"];
        }
        properties {
            input_paths_map: crate::Keyed<String> = "InputPathsMap";
        }
    }

    structure! {
        /// Property type `KinesisParameters` of `AWS::Events::Rule`.
        KinesisParameters;
        required {
            partition_key_path: String = "PartitionKeyPath" ["at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// Property type `NetworkConfiguration` of `AWS::Events::Rule`.
        NetworkConfiguration;
        required {}
        properties {
            aws_vpc_configuration: AwsVpcConfiguration = "AwsVpcConfiguration";
        }
    }

    structure! {
        /// Property type `PlacementConstraint` of `AWS::Events::Rule`.
        PlacementConstraint;
        required {}
        properties {
            expression: String = "Expression" ["at most 2000 characters"];
            type_: Type = "Type";
        }
    }

    structure! {
        /// Property type `PlacementStrategy` of `AWS::Events::Rule`.
        PlacementStrategy;
        required {}
        properties {
            field: String = "Field";
            type_: String = "Type";
        }
    }

    structure! {
        /// Property type `RedshiftDataParameters` of `AWS::Events::Rule`.
        RedshiftDataParameters;
        required {
            database: String = "Database" ["at least 1 characters, at most 64 characters"];
        }
        properties {
            db_user: String = "DbUser" ["at least 1 characters, at most 128 characters"];
            secret_manager_arn: String = "SecretManagerArn" ["at least 1 characters, at most 1600 characters"];
            sql: String = "Sql" ["at least 1 characters, at most 100000 characters"];
            sqls: Vec<String> = "Sqls";
            statement_name: String = "StatementName" ["at least 1 characters, at most 500 characters"];
            with_event: bool = "WithEvent";
        }
    }

    structure! {
        /// Property type `RetryPolicy` of `AWS::Events::Rule`.
        RetryPolicy;
        required {}
        properties {
            maximum_event_age_in_seconds: i64 = "MaximumEventAgeInSeconds" ["at least 60, at most 86400"];
            maximum_retry_attempts: i64 = "MaximumRetryAttempts" ["at least 0, at most 185"];
        }
    }

    structure! {
        /// Property type `RunCommandParameters` of `AWS::Events::Rule`.
        RunCommandParameters;
        required {
            run_command_targets: Vec<RunCommandTarget> = "RunCommandTargets" ["at least 1 items, at most 5 items"];
        }
        properties {}
    }

    structure! {
        /// Property type `RunCommandTarget` of `AWS::Events::Rule`.
        RunCommandTarget;
        required {
            key: String = "Key" ["at least 1 characters, at most 128 characters, pattern `^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$`"];
            values: Vec<String> = "Values" ["at least 1 items, at most 50 items"];
        }
        properties {}
    }

    structure! {
        /// Property type `SageMakerPipelineParameter` of `AWS::Events::Rule`.
        SageMakerPipelineParameter;
        required {
            name: String = "Name" ["at least 1 characters, at most 256 characters, pattern `^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$`"];
            value: String = "Value" ["at most 1024 characters"];
        }
        properties {}
    }

    structure! {
        /// Property type `SageMakerPipelineParameters` of `AWS::Events::Rule`.
        SageMakerPipelineParameters;
        required {}
        properties {
            pipeline_parameter_list: Vec<SageMakerPipelineParameter> = "PipelineParameterList" ["at most 200 items"];
        }
    }

    structure! {
        /// Property type `SqsParameters` of `AWS::Events::Rule`.
        SqsParameters;
        required {
            message_group_id: String = "MessageGroupId";
        }
        properties {}
    }

    structure! {
        /// Property type `Tag` of `AWS::Events::Rule`.
        Tag;
        required {}
        properties {
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            value: String = "Value" ["at most 256 characters"];
        }
    }

    structure! {
        /// Property type `Target` of `AWS::Events::Rule`.
        Target;
        required {
            arn: String = "Arn" ["at least 1 characters, at most 1600 characters"];
            id: String = "Id" ["at least 1 characters, at most 64 characters, pattern `^[\\.\\-_A-Za-z0-9]+$`"];
        }
        properties {
            app_sync_parameters: AppSyncParameters = "AppSyncParameters";
            batch_parameters: BatchParameters = "BatchParameters";
            dead_letter_config: DeadLetterConfig = "DeadLetterConfig";
            ecs_parameters: EcsParameters = "EcsParameters";
            http_parameters: HttpParameters = "HttpParameters";
            input: String = "Input" ["at most 8192 characters"];
            input_path: String = "InputPath" ["at most 256 characters"];
            input_transformer: InputTransformer = "InputTransformer";
            kinesis_parameters: KinesisParameters = "KinesisParameters";
            redshift_data_parameters: RedshiftDataParameters = "RedshiftDataParameters";
            retry_policy: RetryPolicy = "RetryPolicy";
            role_arn: String = "RoleArn" ["at least 1 characters, at most 1600 characters"];
            run_command_parameters: RunCommandParameters = "RunCommandParameters";
            sage_maker_pipeline_parameters: SageMakerPipelineParameters = "SageMakerPipelineParameters";
            sqs_parameters: SqsParameters = "SqsParameters";
        }
    }

    closed! { AssignPublicIp { Disabled = "DISABLED", Enabled = "ENABLED" } }
    closed! { LaunchType { Ec2 = "EC2", External = "EXTERNAL", Fargate = "FARGATE" } }
    closed! { PropagateTags { TaskDefinition = "TASK_DEFINITION" } }
    closed! { State {
        Disabled = "DISABLED", Enabled = "ENABLED",
        EnabledWithAllCloudtrailManagementEvents = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    } }
    closed! { Type { DistinctInstance = "distinctInstance", MemberOf = "memberOf" } }
}
