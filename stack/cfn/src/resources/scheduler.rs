//! Resource types of the service `scheduler`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// Definition of AWS::Scheduler::Schedule Resource Type
///
/// CloudFormation: `AWS::Scheduler::Schedule`.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Schedule {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(
        flexible_time_window: impl Into<crate::Val<schedule::FlexibleTimeWindow>>,
        schedule_expression: impl Into<crate::Val<String>>,
        target: impl Into<crate::Val<schedule::Target>>,
    ) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("FlexibleTimeWindow".to_owned(), flexible_time_window.into().into_json());
        map.insert("ScheduleExpression".to_owned(), schedule_expression.into().into_json());
        map.insert("Target".to_owned(), target.into().into_json());
        Self(map)
    }

    /// The description of the schedule.
    ///
    /// CloudFormation: `Description`, string, at least 0 characters, at most 512 characters.
    #[must_use]
    pub fn description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Description".to_owned(), value.into().into_json());
        self
    }

    /// The date, in UTC, before which the schedule can invoke its target. Depending on the schedule's recurrence expression, invocations might stop on, or before, the EndDate you specify.
    ///
    /// CloudFormation: `EndDate`, string.
    #[must_use]
    pub fn end_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("EndDate".to_owned(), value.into().into_json());
        self
    }

    /// Flexible time window allows configuration of a window within which a schedule can be invoked
    ///
    /// CloudFormation: `FlexibleTimeWindow`, object, required.
    #[must_use]
    pub fn flexible_time_window(
        mut self,
        value: impl Into<crate::Val<schedule::FlexibleTimeWindow>>,
    ) -> Self {
        self.0.insert("FlexibleTimeWindow".to_owned(), value.into().into_json());
        self
    }

    /// The name of the schedule group to associate with this schedule. If you omit this, the default schedule group is used.
    ///
    /// CloudFormation: `GroupName`, string, at least 1 characters, at most 64 characters; pattern `^[0-9a-zA-Z-_.]+$`.
    #[must_use]
    pub fn group_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("GroupName".to_owned(), value.into().into_json());
        self
    }

    /// The ARN for a KMS Key that will be used to encrypt customer data.
    ///
    /// CloudFormation: `KmsKeyArn`, string, at least 1 characters, at most 2048 characters; pattern `^arn:aws[a-z-]*:kms:[a-z0-9\-]+:\d{12}:(key|alias)\/[0-9a-zA-Z-_]*$`.
    #[must_use]
    pub fn kms_key_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("KmsKeyArn".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Name`, string, at least 1 characters, at most 64 characters; pattern `^[0-9a-zA-Z-_.]+$`.
    #[must_use]
    pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Name".to_owned(), value.into().into_json());
        self
    }

    /// The scheduling expression.
    ///
    /// CloudFormation: `ScheduleExpression`, string, required, at least 1 characters, at most 256 characters.
    #[must_use]
    pub fn schedule_expression(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ScheduleExpression".to_owned(), value.into().into_json());
        self
    }

    /// The timezone in which the scheduling expression is evaluated.
    ///
    /// CloudFormation: `ScheduleExpressionTimezone`, string, at least 1 characters, at most 50 characters.
    #[must_use]
    pub fn schedule_expression_timezone(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ScheduleExpressionTimezone".to_owned(), value.into().into_json());
        self
    }

    /// The date, in UTC, after which the schedule can begin invoking its target. Depending on the schedule's recurrence expression, invocations might occur on, or after, the StartDate you specify.
    ///
    /// CloudFormation: `StartDate`, string.
    #[must_use]
    pub fn start_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("StartDate".to_owned(), value.into().into_json());
        self
    }

    /// Specifies whether the schedule is enabled or disabled.
    ///
    /// CloudFormation: `State`, string; one of `ENABLED`, `DISABLED`.
    #[must_use]
    pub fn state(mut self, value: impl Into<crate::Val<schedule::State>>) -> Self {
        self.0.insert("State".to_owned(), value.into().into_json());
        self
    }

    /// The schedule target.
    ///
    /// CloudFormation: `Target`, object, required.
    #[must_use]
    pub fn target(mut self, value: impl Into<crate::Val<schedule::Target>>) -> Self {
        self.0.insert("Target".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Schedule {
    const TYPE: &'static str = "AWS::Scheduler::Schedule";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Description", crate::Bound::Characters(0, 512)),
        ("GroupName", crate::Bound::Characters(1, 64)),
        ("KmsKeyArn", crate::Bound::Characters(1, 2048)),
        ("Name", crate::Bound::Characters(1, 64)),
        ("ScheduleExpression", crate::Bound::Characters(1, 256)),
        ("ScheduleExpressionTimezone", crate::Bound::Characters(1, 50)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Schedule> {
    /// The Amazon Resource Name (ARN) of the schedule.
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`Schedule`].
pub mod schedule {
    /// This structure specifies the VPC subnets and security groups for the task, and whether a public IP address is to be used. This structure is relevant only for ECS tasks that use the awsvpc network mode.
    ///
    /// CloudFormation: property type `AwsVpcConfiguration` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AwsVpcConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AwsVpcConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(subnets: impl Into<crate::Val<Vec<String>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Subnets".to_owned(), subnets.into().into_json());
            Self(map)
        }

        /// Specifies whether the task's elastic network interface receives a public IP address. You can specify ENABLED only when LaunchType in EcsParameters is set to FARGATE.
        ///
        /// CloudFormation: `AssignPublicIp`, string; one of `ENABLED`, `DISABLED`.
        #[must_use]
        pub fn assign_public_ip(mut self, value: impl Into<crate::Val<AssignPublicIp>>) -> Self {
            self.0.insert("AssignPublicIp".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the security groups associated with the task. These security groups must all be in the same VPC. You can specify as many as five security groups. If you do not specify a security group, the default security group for the VPC is used.
        ///
        /// CloudFormation: `SecurityGroups`, array, at least 1 items, at most 5 items.
        #[must_use]
        pub fn security_groups(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("SecurityGroups".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the subnets associated with the task. These subnets must all be in the same VPC. You can specify as many as 16 subnets.
        ///
        /// CloudFormation: `Subnets`, array, required, at least 1 items, at most 16 items.
        #[must_use]
        pub fn subnets(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("Subnets".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AwsVpcConfiguration> for crate::Val<AwsVpcConfiguration> {
        fn from(value: AwsVpcConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The details of a capacity provider strategy.
    ///
    /// CloudFormation: property type `CapacityProviderStrategyItem` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct CapacityProviderStrategyItem(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl CapacityProviderStrategyItem {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(capacity_provider: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("CapacityProvider".to_owned(), capacity_provider.into().into_json());
            Self(map)
        }

        /// The base value designates how many tasks, at a minimum, to run on the specified capacity provider. Only one capacity provider in a capacity provider strategy can have a base defined. If no value is specified, the default value of 0 is used.
        ///
        /// CloudFormation: `Base`, number, at least 0, at most 100000.
        #[must_use]
        pub fn base(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("Base".to_owned(), value.into().into_json());
            self
        }

        /// The short name of the capacity provider.
        ///
        /// CloudFormation: `CapacityProvider`, string, required, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn capacity_provider(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("CapacityProvider".to_owned(), value.into().into_json());
            self
        }

        /// The weight value designates the relative percentage of the total number of tasks launched that should use the specified capacity provider. The weight value is taken into consideration after the base value, if defined, is satisfied.
        ///
        /// CloudFormation: `Weight`, number, at least 0, at most 1000.
        #[must_use]
        pub fn weight(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("Weight".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<CapacityProviderStrategyItem> for crate::Val<CapacityProviderStrategyItem> {
        fn from(value: CapacityProviderStrategyItem) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A DeadLetterConfig object that contains information about a dead-letter queue configuration.
    ///
    /// CloudFormation: property type `DeadLetterConfig` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeadLetterConfig(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DeadLetterConfig {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The ARN of the SQS queue specified as the target for the dead-letter queue.
        ///
        /// CloudFormation: `Arn`, string, at least 1 characters, at most 1600 characters; pattern `^arn:aws[a-z-]*:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+$`.
        #[must_use]
        pub fn arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Arn".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DeadLetterConfig> for crate::Val<DeadLetterConfig> {
        fn from(value: DeadLetterConfig) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The custom parameters to be used when the target is an Amazon ECS task.
    ///
    /// CloudFormation: property type `EcsParameters` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct EcsParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EcsParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(task_definition_arn: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("TaskDefinitionArn".to_owned(), task_definition_arn.into().into_json());
            Self(map)
        }

        /// The capacity provider strategy to use for the task.
        ///
        /// CloudFormation: `CapacityProviderStrategy`, array, at most 6 items.
        #[must_use]
        pub fn capacity_provider_strategy(
            mut self,
            value: impl Into<crate::Val<Vec<CapacityProviderStrategyItem>>>,
        ) -> Self {
            self.0.insert("CapacityProviderStrategy".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether to enable Amazon ECS managed tags for the task. For more information, see Tagging Your Amazon ECS Resources in the Amazon Elastic Container Service Developer Guide.
        ///
        /// CloudFormation: `EnableECSManagedTags`, boolean.
        #[must_use]
        pub fn enable_ecs_managed_tags(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("EnableECSManagedTags".to_owned(), value.into().into_json());
            self
        }

        /// Whether or not to enable the execute command functionality for the containers in this task. If true, this enables execute command functionality on all containers in the task.
        ///
        /// CloudFormation: `EnableExecuteCommand`, boolean.
        #[must_use]
        pub fn enable_execute_command(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("EnableExecuteCommand".to_owned(), value.into().into_json());
            self
        }

        /// Specifies an ECS task group for the task. The maximum length is 255 characters.
        ///
        /// CloudFormation: `Group`, string, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn group(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Group".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the launch type on which your task is running. The launch type that you specify here must match one of the launch type (compatibilities) of the target task. The FARGATE value is supported only in the Regions where AWS Fargate with Amazon ECS is supported. For more information, see AWS Fargate on Amazon ECS in the Amazon Elastic Container Service Developer Guide.
        ///
        /// CloudFormation: `LaunchType`, string; one of `EC2`, `FARGATE`, `EXTERNAL`.
        #[must_use]
        pub fn launch_type(mut self, value: impl Into<crate::Val<LaunchType>>) -> Self {
            self.0.insert("LaunchType".to_owned(), value.into().into_json());
            self
        }

        /// This structure specifies the network configuration for an ECS task.
        ///
        /// CloudFormation: `NetworkConfiguration`, object.
        #[must_use]
        pub fn network_configuration(
            mut self,
            value: impl Into<crate::Val<NetworkConfiguration>>,
        ) -> Self {
            self.0.insert("NetworkConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// An array of placement constraint objects to use for the task. You can specify up to 10 constraints per task (including constraints in the task definition and those specified at runtime).
        ///
        /// CloudFormation: `PlacementConstraints`, array, at most 10 items.
        #[must_use]
        pub fn placement_constraints(
            mut self,
            value: impl Into<crate::Val<Vec<PlacementConstraint>>>,
        ) -> Self {
            self.0.insert("PlacementConstraints".to_owned(), value.into().into_json());
            self
        }

        /// The placement strategy objects to use for the task. You can specify a maximum of five strategy rules per task.
        ///
        /// CloudFormation: `PlacementStrategy`, array, at most 5 items.
        #[must_use]
        pub fn placement_strategy(
            mut self,
            value: impl Into<crate::Val<Vec<PlacementStrategy>>>,
        ) -> Self {
            self.0.insert("PlacementStrategy".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the platform version for the task. Specify only the numeric portion of the platform version, such as 1.1.0.
        ///
        /// CloudFormation: `PlatformVersion`, string, at least 1 characters, at most 64 characters.
        #[must_use]
        pub fn platform_version(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("PlatformVersion".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether to propagate the tags from the task definition to the task. If no value is specified, the tags are not propagated. Tags can only be propagated to the task during task creation. To add tags to a task after task creation, use the TagResource API action.
        ///
        /// CloudFormation: `PropagateTags`, string; one of `TASK_DEFINITION`.
        #[must_use]
        pub fn propagate_tags(mut self, value: impl Into<crate::Val<PropagateTags>>) -> Self {
            self.0.insert("PropagateTags".to_owned(), value.into().into_json());
            self
        }

        /// The reference ID to use for the task.
        ///
        /// CloudFormation: `ReferenceId`, string, at most 1024 characters.
        #[must_use]
        pub fn reference_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ReferenceId".to_owned(), value.into().into_json());
            self
        }

        /// The metadata that you apply to the task to help you categorize and organize them. Each tag consists of a key and an optional value, both of which you define. To learn more, see RunTask in the Amazon ECS API Reference.
        ///
        /// CloudFormation: `Tags`, array, at least 0 items, at most 50 items.
        #[must_use]
        pub fn tags(
            mut self,
            value: impl Into<crate::Val<Vec<std::collections::BTreeMap<String, String>>>>,
        ) -> Self {
            self.0.insert("Tags".to_owned(), value.into().into_json());
            self
        }

        /// The number of tasks to create based on TaskDefinition. The default is 1.
        ///
        /// CloudFormation: `TaskCount`, number, at least 1, at most 10.
        #[must_use]
        pub fn task_count(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("TaskCount".to_owned(), value.into().into_json());
            self
        }

        /// The ARN of the task definition to use if the event target is an Amazon ECS task.
        ///
        /// CloudFormation: `TaskDefinitionArn`, string, required, at least 1 characters, at most 1600 characters.
        #[must_use]
        pub fn task_definition_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TaskDefinitionArn".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EcsParameters> for crate::Val<EcsParameters> {
        fn from(value: EcsParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// EventBridge PutEvent predefined target type.
    ///
    /// CloudFormation: property type `EventBridgeParameters` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct EventBridgeParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EventBridgeParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            detail_type: impl Into<crate::Val<String>>,
            source: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("DetailType".to_owned(), detail_type.into().into_json());
            map.insert("Source".to_owned(), source.into().into_json());
            Self(map)
        }

        /// Free-form string, with a maximum of 128 characters, used to decide what fields to expect in the event detail.
        ///
        /// CloudFormation: `DetailType`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn detail_type(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("DetailType".to_owned(), value.into().into_json());
            self
        }

        /// The source of the event.
        ///
        /// CloudFormation: `Source`, string, required, at least 1 characters, at most 256 characters; pattern `^(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)$`.
        #[must_use]
        pub fn source(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Source".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EventBridgeParameters> for crate::Val<EventBridgeParameters> {
        fn from(value: EventBridgeParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Flexible time window allows configuration of a window within which a schedule can be invoked
    ///
    /// CloudFormation: property type `FlexibleTimeWindow` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct FlexibleTimeWindow(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl FlexibleTimeWindow {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(mode: impl Into<crate::Val<Mode>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Mode".to_owned(), mode.into().into_json());
            Self(map)
        }

        /// The maximum time window during which a schedule can be invoked.
        ///
        /// CloudFormation: `MaximumWindowInMinutes`, number, at least 1, at most 1440.
        #[must_use]
        pub fn maximum_window_in_minutes(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("MaximumWindowInMinutes".to_owned(), value.into().into_json());
            self
        }

        /// Determines whether the schedule is executed within a flexible time window.
        ///
        /// CloudFormation: `Mode`, string, required; one of `OFF`, `FLEXIBLE`.
        #[must_use]
        pub fn mode(mut self, value: impl Into<crate::Val<Mode>>) -> Self {
            self.0.insert("Mode".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<FlexibleTimeWindow> for crate::Val<FlexibleTimeWindow> {
        fn from(value: FlexibleTimeWindow) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The custom parameter you can use to control the shard to which EventBridge Scheduler sends the event.
    ///
    /// CloudFormation: property type `KinesisParameters` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KinesisParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl KinesisParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(partition_key: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("PartitionKey".to_owned(), partition_key.into().into_json());
            Self(map)
        }

        /// The custom parameter used as the Kinesis partition key. For more information, see Amazon Kinesis Streams Key Concepts in the Amazon Kinesis Streams Developer Guide.
        ///
        /// CloudFormation: `PartitionKey`, string, required, at least 1 characters, at most 256 characters.
        #[must_use]
        pub fn partition_key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("PartitionKey".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<KinesisParameters> for crate::Val<KinesisParameters> {
        fn from(value: KinesisParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// This structure specifies the network configuration for an ECS task.
    ///
    /// CloudFormation: property type `NetworkConfiguration` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NetworkConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NetworkConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// This structure specifies the VPC subnets and security groups for the task, and whether a public IP address is to be used. This structure is relevant only for ECS tasks that use the awsvpc network mode.
        ///
        /// CloudFormation: `AwsvpcConfiguration`, object.
        #[must_use]
        pub fn awsvpc_configuration(
            mut self,
            value: impl Into<crate::Val<AwsVpcConfiguration>>,
        ) -> Self {
            self.0.insert("AwsvpcConfiguration".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NetworkConfiguration> for crate::Val<NetworkConfiguration> {
        fn from(value: NetworkConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// An object representing a constraint on task placement.
    ///
    /// CloudFormation: property type `PlacementConstraint` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PlacementConstraint(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl PlacementConstraint {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// A cluster query language expression to apply to the constraint. You cannot specify an expression if the constraint type is distinctInstance. To learn more, see Cluster Query Language in the Amazon Elastic Container Service Developer Guide.
        ///
        /// CloudFormation: `Expression`, string, at most 2000 characters.
        #[must_use]
        pub fn expression(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Expression".to_owned(), value.into().into_json());
            self
        }

        /// The type of constraint. Use distinctInstance to ensure that each task in a particular group is running on a different container instance. Use memberOf to restrict the selection to a group of valid candidates.
        ///
        /// CloudFormation: `Type`, string; one of `distinctInstance`, `memberOf`.
        #[must_use]
        pub fn type_(mut self, value: impl Into<crate::Val<PlacementConstraintType>>) -> Self {
            self.0.insert("Type".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PlacementConstraint> for crate::Val<PlacementConstraint> {
        fn from(value: PlacementConstraint) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The task placement strategy for a task or service.
    ///
    /// CloudFormation: property type `PlacementStrategy` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PlacementStrategy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl PlacementStrategy {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The field to apply the placement strategy against. For the spread placement strategy, valid values are instanceId (or host, which has the same effect), or any platform or custom attribute that is applied to a container instance, such as attribute:ecs.availability-zone. For the binpack placement strategy, valid values are cpu and memory. For the random placement strategy, this field is not used.
        ///
        /// CloudFormation: `Field`, string, at most 255 characters.
        #[must_use]
        pub fn field(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Field".to_owned(), value.into().into_json());
            self
        }

        /// The type of placement strategy. The random placement strategy randomly places tasks on available candidates. The spread placement strategy spreads placement across available candidates evenly based on the field parameter. The binpack strategy places tasks on available candidates that have the least available amount of the resource that is specified with the field parameter. For example, if you binpack on memory, a task is placed on the instance with the least amount of remaining memory (but still enough to run the task).
        ///
        /// CloudFormation: `Type`, string; one of `random`, `spread`, `binpack`.
        #[must_use]
        pub fn type_(mut self, value: impl Into<crate::Val<PlacementStrategyType>>) -> Self {
            self.0.insert("Type".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PlacementStrategy> for crate::Val<PlacementStrategy> {
        fn from(value: PlacementStrategy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A RetryPolicy object that includes information about the retry policy settings.
    ///
    /// CloudFormation: property type `RetryPolicy` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct RetryPolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RetryPolicy {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The maximum amount of time, in seconds, to continue to make retry attempts.
        ///
        /// CloudFormation: `MaximumEventAgeInSeconds`, number, at least 60, at most 86400.
        #[must_use]
        pub fn maximum_event_age_in_seconds(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("MaximumEventAgeInSeconds".to_owned(), value.into().into_json());
            self
        }

        /// The maximum number of retry attempts to make before the request fails. Retry attempts with exponential backoff continue until either the maximum number of attempts is made or until the duration of the MaximumEventAgeInSeconds is reached.
        ///
        /// CloudFormation: `MaximumRetryAttempts`, number, at least 0, at most 185.
        #[must_use]
        pub fn maximum_retry_attempts(mut self, value: impl Into<crate::Val<f64>>) -> Self {
            self.0.insert("MaximumRetryAttempts".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RetryPolicy> for crate::Val<RetryPolicy> {
        fn from(value: RetryPolicy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Name/Value pair of a parameter to start execution of a SageMaker Model Building Pipeline.
    ///
    /// CloudFormation: property type `SageMakerPipelineParameter` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SageMakerPipelineParameter(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SageMakerPipelineParameter {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            name: impl Into<crate::Val<String>>,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Name".to_owned(), name.into().into_json());
            map.insert("Value".to_owned(), value.into().into_json());
            Self(map)
        }

        /// Name of parameter to start execution of a SageMaker Model Building Pipeline.
        ///
        /// CloudFormation: `Name`, string, required, at least 1 characters, at most 256 characters; pattern `^[A-Za-z0-9\-_]*$`.
        #[must_use]
        pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Name".to_owned(), value.into().into_json());
            self
        }

        /// Value of parameter to start execution of a SageMaker Model Building Pipeline.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 1024 characters.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SageMakerPipelineParameter> for crate::Val<SageMakerPipelineParameter> {
        fn from(value: SageMakerPipelineParameter) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// These are custom parameters to use when the target is a SageMaker Model Building Pipeline that starts based on AWS EventBridge Scheduler schedules.
    ///
    /// CloudFormation: property type `SageMakerPipelineParameters` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SageMakerPipelineParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SageMakerPipelineParameters {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// List of Parameter names and values for SageMaker Model Building Pipeline execution.
        ///
        /// CloudFormation: `PipelineParameterList`, array, at least 0 items, at most 200 items.
        #[must_use]
        pub fn pipeline_parameter_list(
            mut self,
            value: impl Into<crate::Val<Vec<SageMakerPipelineParameter>>>,
        ) -> Self {
            self.0.insert("PipelineParameterList".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SageMakerPipelineParameters> for crate::Val<SageMakerPipelineParameters> {
        fn from(value: SageMakerPipelineParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Contains the message group ID to use when the target is a FIFO queue. If you specify an SQS FIFO queue as a target, the queue must have content-based deduplication enabled.
    ///
    /// CloudFormation: property type `SqsParameters` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SqsParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SqsParameters {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The FIFO message group ID to use as the target.
        ///
        /// CloudFormation: `MessageGroupId`, string, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn message_group_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("MessageGroupId".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SqsParameters> for crate::Val<SqsParameters> {
        fn from(value: SqsParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The schedule target.
    ///
    /// CloudFormation: property type `Target` of `AWS::Scheduler::Schedule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Target(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Target {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            arn: impl Into<crate::Val<String>>,
            role_arn: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Arn".to_owned(), arn.into().into_json());
            map.insert("RoleArn".to_owned(), role_arn.into().into_json());
            Self(map)
        }

        /// The Amazon Resource Name (ARN) of the target.
        ///
        /// CloudFormation: `Arn`, string, required, at least 1 characters, at most 1600 characters.
        #[must_use]
        pub fn arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Arn".to_owned(), value.into().into_json());
            self
        }

        /// A DeadLetterConfig object that contains information about a dead-letter queue configuration.
        ///
        /// CloudFormation: `DeadLetterConfig`, object.
        #[must_use]
        pub fn dead_letter_config(
            mut self,
            value: impl Into<crate::Val<DeadLetterConfig>>,
        ) -> Self {
            self.0.insert("DeadLetterConfig".to_owned(), value.into().into_json());
            self
        }

        /// The custom parameters to be used when the target is an Amazon ECS task.
        ///
        /// CloudFormation: `EcsParameters`, object.
        #[must_use]
        pub fn ecs_parameters(mut self, value: impl Into<crate::Val<EcsParameters>>) -> Self {
            self.0.insert("EcsParameters".to_owned(), value.into().into_json());
            self
        }

        /// EventBridge PutEvent predefined target type.
        ///
        /// CloudFormation: `EventBridgeParameters`, object.
        #[must_use]
        pub fn event_bridge_parameters(
            mut self,
            value: impl Into<crate::Val<EventBridgeParameters>>,
        ) -> Self {
            self.0.insert("EventBridgeParameters".to_owned(), value.into().into_json());
            self
        }

        /// The text, or well-formed JSON, passed to the target. If you are configuring a templated Lambda, AWS Step Functions, or Amazon EventBridge target, the input must be a well-formed JSON. For all other target types, a JSON is not required. If you do not specify anything for this field, EventBridge Scheduler delivers a default notification to the target.
        ///
        /// CloudFormation: `Input`, string, at least 1 characters.
        #[must_use]
        pub fn input(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Input".to_owned(), value.into().into_json());
            self
        }

        /// The custom parameter you can use to control the shard to which EventBridge Scheduler sends the event.
        ///
        /// CloudFormation: `KinesisParameters`, object.
        #[must_use]
        pub fn kinesis_parameters(
            mut self,
            value: impl Into<crate::Val<KinesisParameters>>,
        ) -> Self {
            self.0.insert("KinesisParameters".to_owned(), value.into().into_json());
            self
        }

        /// A RetryPolicy object that includes information about the retry policy settings.
        ///
        /// CloudFormation: `RetryPolicy`, object.
        #[must_use]
        pub fn retry_policy(mut self, value: impl Into<crate::Val<RetryPolicy>>) -> Self {
            self.0.insert("RetryPolicy".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the IAM role to be used for this target when the schedule is triggered.
        ///
        /// CloudFormation: `RoleArn`, string, required, at least 1 characters, at most 1600 characters; pattern `^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@\/-]+$`.
        #[must_use]
        pub fn role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("RoleArn".to_owned(), value.into().into_json());
            self
        }

        /// These are custom parameters to use when the target is a SageMaker Model Building Pipeline that starts based on AWS EventBridge Scheduler schedules.
        ///
        /// CloudFormation: `SageMakerPipelineParameters`, object.
        #[must_use]
        pub fn sage_maker_pipeline_parameters(
            mut self,
            value: impl Into<crate::Val<SageMakerPipelineParameters>>,
        ) -> Self {
            self.0.insert("SageMakerPipelineParameters".to_owned(), value.into().into_json());
            self
        }

        /// Contains the message group ID to use when the target is a FIFO queue. If you specify an SQS FIFO queue as a target, the queue must have content-based deduplication enabled.
        ///
        /// CloudFormation: `SqsParameters`, object.
        #[must_use]
        pub fn sqs_parameters(mut self, value: impl Into<crate::Val<SqsParameters>>) -> Self {
            self.0.insert("SqsParameters".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Target> for crate::Val<Target> {
        fn from(value: Target) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The values of `AssignPublicIp`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AssignPublicIp {
        /// `DISABLED`.
        Disabled,
        /// `ENABLED`.
        Enabled,
    }

    impl AssignPublicIp {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "DISABLED",
                Self::Enabled => "ENABLED",
            }
        }
    }

    impl From<AssignPublicIp> for crate::Val<AssignPublicIp> {
        fn from(value: AssignPublicIp) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AssignPublicIp> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `LaunchType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum LaunchType {
        /// `EC2`.
        Ec2,
        /// `EXTERNAL`.
        External,
        /// `FARGATE`.
        Fargate,
    }

    impl LaunchType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Ec2 => "EC2",
                Self::External => "EXTERNAL",
                Self::Fargate => "FARGATE",
            }
        }
    }

    impl From<LaunchType> for crate::Val<LaunchType> {
        fn from(value: LaunchType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<LaunchType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Mode`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Mode {
        /// `FLEXIBLE`.
        Flexible,
        /// `OFF`.
        Off,
    }

    impl Mode {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Flexible => "FLEXIBLE",
                Self::Off => "OFF",
            }
        }
    }

    impl From<Mode> for crate::Val<Mode> {
        fn from(value: Mode) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Mode> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `PlacementConstraintType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PlacementConstraintType {
        /// `distinctInstance`.
        DistinctInstance,
        /// `memberOf`.
        MemberOf,
    }

    impl PlacementConstraintType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::DistinctInstance => "distinctInstance",
                Self::MemberOf => "memberOf",
            }
        }
    }

    impl From<PlacementConstraintType> for crate::Val<PlacementConstraintType> {
        fn from(value: PlacementConstraintType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<PlacementConstraintType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `PlacementStrategyType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PlacementStrategyType {
        /// `binpack`.
        Binpack,
        /// `random`.
        Random,
        /// `spread`.
        Spread,
    }

    impl PlacementStrategyType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Binpack => "binpack",
                Self::Random => "random",
                Self::Spread => "spread",
            }
        }
    }

    impl From<PlacementStrategyType> for crate::Val<PlacementStrategyType> {
        fn from(value: PlacementStrategyType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<PlacementStrategyType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `PropagateTags`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PropagateTags {
        /// `TASK_DEFINITION`.
        TaskDefinition,
    }

    impl PropagateTags {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::TaskDefinition => "TASK_DEFINITION",
            }
        }
    }

    impl From<PropagateTags> for crate::Val<PropagateTags> {
        fn from(value: PropagateTags) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<PropagateTags> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `State`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum State {
        /// `DISABLED`.
        Disabled,
        /// `ENABLED`.
        Enabled,
    }

    impl State {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "DISABLED",
                Self::Enabled => "ENABLED",
            }
        }
    }

    impl From<State> for crate::Val<State> {
        fn from(value: State) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<State> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}
