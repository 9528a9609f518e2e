//! Resource types of the service `scheduler`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use schedule::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, DeadLetterConfig,
    EcsParameters, EventBridgeParameters, FlexibleTimeWindow, KinesisParameters, LaunchType, Mode,
    NetworkConfiguration, PlacementConstraint, PlacementConstraintType, PlacementStrategy,
    PlacementStrategyType, PropagateTags, RetryPolicy, SageMakerPipelineParameter,
    SageMakerPipelineParameters, SqsParameters, State, Target,
};

resource! {
    /// Definition of AWS::Scheduler::Schedule Resource Type
    Schedule = "AWS::Scheduler::Schedule";
    attributes {
        /// The Amazon Resource Name (ARN) of the schedule.
        arn: crate::Arn = "Arn";
    }
    required {
        /// Flexible time window allows configuration of a window within which a schedule can be invoked
        flexible_time_window: self::schedule::FlexibleTimeWindow = "FlexibleTimeWindow";
        /// The scheduling expression.
        schedule_expression: String = "ScheduleExpression" ["at least 1 characters, at most 256 characters"] Characters(1, 256);
        /// The schedule target.
        target: self::schedule::Target = "Target";
    }
    properties {
        /// The description of the schedule.
        description: String = "Description" ["at most 512 characters"] Characters(0, 512);
        /// The date, in UTC, before which the schedule can invoke its target.
        end_date: String = "EndDate";
        /// The name of the schedule group to associate with this schedule.
        group_name: String = "GroupName" ["at least 1 characters, at most 64 characters, pattern `^[0-9a-zA-Z-_.]+$`"] Characters(1, 64);
        /// The ARN for a KMS Key that will be used to encrypt customer data.
        kms_key_arn: String = "KmsKeyArn" ["at least 1 characters, at most 2048 characters, pattern `^arn:aws[a-z-]*:kms:[a-z0-9\\-]+:\\d{12}:(key|alias)\\/[0-9a-zA-Z-_]*$`"] Characters(1, 2048);
        name: String = "Name" ["at least 1 characters, at most 64 characters, pattern `^[0-9a-zA-Z-_.]+$`"] Characters(1, 64);
        /// The timezone in which the scheduling expression is evaluated.
        schedule_expression_timezone: String = "ScheduleExpressionTimezone" ["at least 1 characters, at most 50 characters"] Characters(1, 50);
        /// The date, in UTC, after which the schedule can begin invoking its target.
        start_date: String = "StartDate";
        /// Specifies whether the schedule is enabled or disabled.
        state: self::schedule::State = "State";
    }
}

/// Property types of [`Schedule`].
pub mod schedule {
    structure! {
        /// This structure specifies the VPC subnets and security groups for the task, and whether a public IP address is to be used.
        AwsVpcConfiguration;
        required {
            /// Specifies the subnets associated with the task.
            subnets: Vec<String> = "Subnets" ["at least 1 items, at most 16 items"];
        }
        properties {
            /// Specifies whether the task's elastic network interface receives a public IP address.
            assign_public_ip: AssignPublicIp = "AssignPublicIp";
            /// Specifies the security groups associated with the task.
            security_groups: Vec<String> = "SecurityGroups" ["at least 1 items, at most 5 items"];
        }
    }

    structure! {
        /// The details of a capacity provider strategy.
        CapacityProviderStrategyItem;
        required {
            /// The short name of the capacity provider.
            capacity_provider: String = "CapacityProvider" ["at least 1 characters, at most 255 characters"];
        }
        properties {
            /// The base value designates how many tasks, at a minimum, to run on the specified capacity provider.
            base: f64 = "Base" ["at least 0, at most 100000"];
            /// The weight value designates the relative percentage of the total number of tasks launched that should use the specified capacity provider.
            weight: f64 = "Weight" ["at least 0, at most 1000"];
        }
    }

    structure! {
        /// A DeadLetterConfig object that contains information about a dead-letter queue configuration.
        DeadLetterConfig;
        required {}
        properties {
            /// The ARN of the SQS queue specified as the target for the dead-letter queue.
            arn: String = "Arn" ["at least 1 characters, at most 1600 characters, pattern `^arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+$`"];
        }
    }

    structure! {
        /// The custom parameters to be used when the target is an Amazon ECS task.
        EcsParameters;
        required {
            /// The ARN of the task definition to use if the event target is an Amazon ECS task.
            task_definition_arn: String = "TaskDefinitionArn" ["at least 1 characters, at most 1600 characters"];
        }
        properties {
            /// The capacity provider strategy to use for the task.
            capacity_provider_strategy: Vec<CapacityProviderStrategyItem> = "CapacityProviderStrategy" ["at most 6 items"];
            /// Specifies whether to enable Amazon ECS managed tags for the task.
            enable_ecs_managed_tags: bool = "EnableECSManagedTags";
            /// Whether or not to enable the execute command functionality for the containers in this task.
            enable_execute_command: bool = "EnableExecuteCommand";
            /// Specifies an ECS task group for the task.
            group: String = "Group" ["at least 1 characters, at most 255 characters"];
            /// Specifies the launch type on which your task is running.
            launch_type: LaunchType = "LaunchType";
            /// This structure specifies the network configuration for an ECS task.
            network_configuration: NetworkConfiguration = "NetworkConfiguration";
            /// An array of placement constraint objects to use for the task.
            placement_constraints: Vec<PlacementConstraint> = "PlacementConstraints" ["at most 10 items"];
            /// The placement strategy objects to use for the task.
            placement_strategy: Vec<PlacementStrategy> = "PlacementStrategy" ["at most 5 items"];
            /// Specifies the platform version for the task.
            platform_version: String = "PlatformVersion" ["at least 1 characters, at most 64 characters"];
            /// Specifies whether to propagate the tags from the task definition to the task.
            propagate_tags: PropagateTags = "PropagateTags";
            /// The reference ID to use for the task.
            reference_id: String = "ReferenceId" ["at most 1024 characters"];
            /// The metadata that you apply to the task to help you categorize and organize them.
            tags: Vec<crate::Keyed<String>> = "Tags" ["at most 50 items"];
            /// The number of tasks to create based on TaskDefinition.
            task_count: f64 = "TaskCount" ["at least 1, at most 10"];
        }
    }

    structure! {
        /// EventBridge PutEvent predefined target type.
        EventBridgeParameters;
        required {
            /// Free-form string, with a maximum of 128 characters, used to decide what fields to expect in the event detail.
            detail_type: String = "DetailType" ["at least 1 characters, at most 128 characters"];
            /// The source of the event.
            source: String = "Source" ["at least 1 characters, at most 256 characters, pattern `^(?=[/\\.\\-_A-Za-z0-9]+)((?!aws\\.).*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)$`"];
        }
        properties {}
    }

    structure! {
        /// Flexible time window allows configuration of a window within which a schedule can be invoked
        FlexibleTimeWindow;
        required {
            /// Determines whether the schedule is executed within a flexible time window.
            mode: Mode = "Mode";
        }
        properties {
            /// The maximum time window during which a schedule can be invoked.
            maximum_window_in_minutes: f64 = "MaximumWindowInMinutes" ["at least 1, at most 1440"];
        }
    }

    structure! {
        /// The custom parameter you can use to control the shard to which EventBridge Scheduler sends the event.
        KinesisParameters;
        required {
            /// The custom parameter used as the Kinesis partition key.
            partition_key: String = "PartitionKey" ["at least 1 characters, at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// This structure specifies the network configuration for an ECS task.
        NetworkConfiguration;
        required {}
        properties {
            /// This structure specifies the VPC subnets and security groups for the task, and whether a public IP address is to be used.
            awsvpc_configuration: AwsVpcConfiguration = "AwsvpcConfiguration";
        }
    }

    structure! {
        /// An object representing a constraint on task placement.
        PlacementConstraint;
        required {}
        properties {
            /// A cluster query language expression to apply to the constraint.
            expression: String = "Expression" ["at most 2000 characters"];
            /// The type of constraint.
            type_: PlacementConstraintType = "Type";
        }
    }

    structure! {
        /// The task placement strategy for a task or service.
        PlacementStrategy;
        required {}
        properties {
            /// The field to apply the placement strategy against.
            field: String = "Field" ["at most 255 characters"];
            /// The type of placement strategy.
            type_: PlacementStrategyType = "Type";
        }
    }

    structure! {
        /// A RetryPolicy object that includes information about the retry policy settings.
        RetryPolicy;
        required {}
        properties {
            /// The maximum amount of time, in seconds, to continue to make retry attempts.
            maximum_event_age_in_seconds: f64 = "MaximumEventAgeInSeconds" ["at least 60, at most 86400"];
            /// The maximum number of retry attempts to make before the request fails.
            maximum_retry_attempts: f64 = "MaximumRetryAttempts" ["at least 0, at most 185"];
        }
    }

    structure! {
        /// Name/Value pair of a parameter to start execution of a SageMaker Model Building Pipeline.
        SageMakerPipelineParameter;
        required {
            /// Name of parameter to start execution of a SageMaker Model Building Pipeline.
            name: String = "Name" ["at least 1 characters, at most 256 characters, pattern `^[A-Za-z0-9\\-_]*$`"];
            /// Value of parameter to start execution of a SageMaker Model Building Pipeline.
            value: String = "Value" ["at least 1 characters, at most 1024 characters"];
        }
        properties {}
    }

    structure! {
        /// These are custom parameters to use when the target is a SageMaker Model Building Pipeline that starts based on AWS EventBridge Scheduler schedules.
        SageMakerPipelineParameters;
        required {}
        properties {
            /// List of Parameter names and values for SageMaker Model Building Pipeline execution.
            pipeline_parameter_list: Vec<SageMakerPipelineParameter> = "PipelineParameterList" ["at most 200 items"];
        }
    }

    structure! {
        /// Contains the message group ID to use when the target is a FIFO queue.
        SqsParameters;
        required {}
        properties {
            /// The FIFO message group ID to use as the target.
            message_group_id: String = "MessageGroupId" ["at least 1 characters, at most 128 characters"];
        }
    }

    structure! {
        /// The schedule target.
        Target;
        required {
            /// The Amazon Resource Name (ARN) of the target.
            arn: String = "Arn" ["at least 1 characters, at most 1600 characters"];
            /// The Amazon Resource Name (ARN) of the IAM role to be used for this target when the schedule is triggered.
            role_arn: String = "RoleArn" ["at least 1 characters, at most 1600 characters, pattern `^arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+$`"];
        }
        properties {
            /// A DeadLetterConfig object that contains information about a dead-letter queue configuration.
            dead_letter_config: DeadLetterConfig = "DeadLetterConfig";
            /// The custom parameters to be used when the target is an Amazon ECS task.
            ecs_parameters: EcsParameters = "EcsParameters";
            /// EventBridge PutEvent predefined target type.
            event_bridge_parameters: EventBridgeParameters = "EventBridgeParameters";
            /// The text, or well-formed JSON, passed to the target.
            input: String = "Input" ["at least 1 characters"];
            /// The custom parameter you can use to control the shard to which EventBridge Scheduler sends the event.
            kinesis_parameters: KinesisParameters = "KinesisParameters";
            /// A RetryPolicy object that includes information about the retry policy settings.
            retry_policy: RetryPolicy = "RetryPolicy";
            /// These are custom parameters to use when the target is a SageMaker Model Building Pipeline that starts based on AWS EventBridge Scheduler schedules.
            sage_maker_pipeline_parameters: SageMakerPipelineParameters = "SageMakerPipelineParameters";
            /// Contains the message group ID to use when the target is a FIFO queue.
            sqs_parameters: SqsParameters = "SqsParameters";
        }
    }

    closed! { AssignPublicIp { Disabled = "DISABLED", Enabled = "ENABLED" } }
    closed! { LaunchType { Ec2 = "EC2", External = "EXTERNAL", Fargate = "FARGATE" } }
    closed! { Mode { Flexible = "FLEXIBLE", Off = "OFF" } }
    closed! { PlacementConstraintType {
        DistinctInstance = "distinctInstance", MemberOf = "memberOf",
    } }
    closed! { PlacementStrategyType { Binpack = "binpack", Random = "random", Spread = "spread" } }
    closed! { PropagateTags { TaskDefinition = "TASK_DEFINITION" } }
    closed! { State { Disabled = "DISABLED", Enabled = "ENABLED" } }
}
