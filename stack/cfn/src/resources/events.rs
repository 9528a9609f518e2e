//! Resource types of the service `events`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// Resource Type definition for AWS::Events::Rule
///
/// CloudFormation: `AWS::Events::Rule`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Rule {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// The description of the rule.
    ///
    /// CloudFormation: `Description`, string, at least 0 characters, at most 512 characters.
    #[must_use]
    pub fn description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Description".to_owned(), value.into().into_json());
        self
    }

    /// The name or ARN of the event bus associated with the rule. If you omit this, the default event bus is used.
    ///
    /// CloudFormation: `EventBusName`, string, at least 1 characters, at most 1600 characters.
    #[must_use]
    pub fn event_bus_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("EventBusName".to_owned(), value.into().into_json());
        self
    }

    /// The event pattern of the rule. For more information, see Events and Event Patterns in the Amazon EventBridge User Guide.
    ///
    /// CloudFormation: `EventPattern`.
    #[must_use]
    pub fn event_pattern(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("EventPattern".to_owned(), value.into().into_json());
        self
    }

    /// The name of the rule.
    ///
    /// CloudFormation: `Name`, string, at least 1 characters, at most 64 characters; pattern `^[\.\-_A-Za-z0-9]+$`.
    #[must_use]
    pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Name".to_owned(), value.into().into_json());
        self
    }

    /// The Amazon Resource Name (ARN) of the role that is used for target invocation.
    ///
    /// CloudFormation: `RoleArn`, string, at least 1 characters, at most 1600 characters.
    #[must_use]
    pub fn role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("RoleArn".to_owned(), value.into().into_json());
        self
    }

    /// The scheduling expression. For example, "cron(0 20 \* \* ? \*)", "rate(5 minutes)". For more information, see Creating an Amazon EventBridge rule that runs on a schedule.
    ///
    /// CloudFormation: `ScheduleExpression`, string, at least 0 characters, at most 256 characters; pattern `^(rate\(.+\)|cron\(.+\))?$`.
    #[must_use]
    pub fn schedule_expression(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ScheduleExpression".to_owned(), value.into().into_json());
        self
    }

    /// The state of the rule.
    ///
    /// CloudFormation: `State`, string; one of `DISABLED`, `ENABLED`, `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    #[must_use]
    pub fn state(mut self, value: impl Into<crate::Val<rule::State>>) -> Self {
        self.0.insert("State".to_owned(), value.into().into_json());
        self
    }

    /// Any tags assigned to the event rule.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<rule::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// Adds the specified targets to the specified rule, or updates the targets if they are already associated with the rule.
    ///
    /// CloudFormation: `Targets`, array, at most 5 items.
    #[must_use]
    pub fn targets(mut self, value: impl Into<crate::Val<Vec<rule::Target>>>) -> Self {
        self.0.insert("Targets".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Rule {
    const TYPE: &'static str = "AWS::Events::Rule";
    const ATTRIBUTES: &'static [&'static str] = &["Arn", "RuleName"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Description", crate::Bound::Characters(0, 512)),
        ("EventBusName", crate::Bound::Characters(1, 1600)),
        ("Name", crate::Bound::Characters(1, 64)),
        ("RoleArn", crate::Bound::Characters(1, 1600)),
        ("ScheduleExpression", crate::Bound::Characters(0, 256)),
        ("Targets", crate::Bound::Items(0, 5)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Rule> {
    /// The ARN of the rule, such as arn:aws:events:us-east-2:123456789012:rule/example.
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// The name of the rule, exposed as a read-only attribute for use with Fn::GetAtt.
    ///
    /// CloudFormation: `Fn::GetAtt` of `RuleName`.
    #[must_use]
    pub fn rule_name(&self) -> crate::Val<String> {
        self.attribute("RuleName")
    }
}

/// Property types of [`Rule`].
pub mod rule {
    /// CloudFormation: property type `AppSyncParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AppSyncParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AppSyncParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(graph_ql_operation: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("GraphQLOperation".to_owned(), graph_ql_operation.into().into_json());
            Self(map)
        }

        /// CloudFormation: `GraphQLOperation`, string, required.
        #[must_use]
        pub fn graph_ql_operation(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("GraphQLOperation".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AppSyncParameters> for crate::Val<AppSyncParameters> {
        fn from(value: AppSyncParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `AwsVpcConfiguration` of `AWS::Events::Rule`.
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

        /// CloudFormation: `AssignPublicIp`, string; one of `DISABLED`, `ENABLED`.
        #[must_use]
        pub fn assign_public_ip(mut self, value: impl Into<crate::Val<AssignPublicIp>>) -> Self {
            self.0.insert("AssignPublicIp".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `SecurityGroups`, array.
        #[must_use]
        pub fn security_groups(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("SecurityGroups".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Subnets`, array, required.
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

    /// CloudFormation: property type `BatchArrayProperties` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct BatchArrayProperties(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl BatchArrayProperties {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Size`, integer.
        #[must_use]
        pub fn size(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Size".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<BatchArrayProperties> for crate::Val<BatchArrayProperties> {
        fn from(value: BatchArrayProperties) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `BatchParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct BatchParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl BatchParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            job_definition: impl Into<crate::Val<String>>,
            job_name: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("JobDefinition".to_owned(), job_definition.into().into_json());
            map.insert("JobName".to_owned(), job_name.into().into_json());
            Self(map)
        }

        /// CloudFormation: `ArrayProperties`, object.
        #[must_use]
        pub fn array_properties(
            mut self,
            value: impl Into<crate::Val<BatchArrayProperties>>,
        ) -> Self {
            self.0.insert("ArrayProperties".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `JobDefinition`, string, required.
        #[must_use]
        pub fn job_definition(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("JobDefinition".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `JobName`, string, required.
        #[must_use]
        pub fn job_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("JobName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `RetryStrategy`, object.
        #[must_use]
        pub fn retry_strategy(mut self, value: impl Into<crate::Val<BatchRetryStrategy>>) -> Self {
            self.0.insert("RetryStrategy".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<BatchParameters> for crate::Val<BatchParameters> {
        fn from(value: BatchParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `BatchRetryStrategy` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct BatchRetryStrategy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl BatchRetryStrategy {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Attempts`, integer.
        #[must_use]
        pub fn attempts(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Attempts".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<BatchRetryStrategy> for crate::Val<BatchRetryStrategy> {
        fn from(value: BatchRetryStrategy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `CapacityProviderStrategyItem` of `AWS::Events::Rule`.
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

        /// CloudFormation: `Base`, integer, at least 0, at most 100000.
        #[must_use]
        pub fn base(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Base".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `CapacityProvider`, string, required, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn capacity_provider(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("CapacityProvider".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Weight`, integer, at least 0, at most 1000.
        #[must_use]
        pub fn weight(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Weight".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<CapacityProviderStrategyItem> for crate::Val<CapacityProviderStrategyItem> {
        fn from(value: CapacityProviderStrategyItem) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `DeadLetterConfig` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeadLetterConfig(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DeadLetterConfig {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Arn`, string, at least 1 characters, at most 1600 characters.
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

    /// CloudFormation: property type `EcsParameters` of `AWS::Events::Rule`.
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

        /// CloudFormation: `CapacityProviderStrategy`, array, at least 0 items, at most 6 items.
        #[must_use]
        pub fn capacity_provider_strategy(
            mut self,
            value: impl Into<crate::Val<Vec<CapacityProviderStrategyItem>>>,
        ) -> Self {
            self.0.insert("CapacityProviderStrategy".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `EnableECSManagedTags`, boolean.
        #[must_use]
        pub fn enable_ecs_managed_tags(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("EnableECSManagedTags".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `EnableExecuteCommand`, boolean.
        #[must_use]
        pub fn enable_execute_command(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("EnableExecuteCommand".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Group`, string.
        #[must_use]
        pub fn group(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Group".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `LaunchType`, string; one of `EC2`, `EXTERNAL`, `FARGATE`.
        #[must_use]
        pub fn launch_type(mut self, value: impl Into<crate::Val<LaunchType>>) -> Self {
            self.0.insert("LaunchType".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `NetworkConfiguration`, object.
        #[must_use]
        pub fn network_configuration(
            mut self,
            value: impl Into<crate::Val<NetworkConfiguration>>,
        ) -> Self {
            self.0.insert("NetworkConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `PlacementConstraints`, array, at least 0 items, at most 10 items.
        #[must_use]
        pub fn placement_constraints(
            mut self,
            value: impl Into<crate::Val<Vec<PlacementConstraint>>>,
        ) -> Self {
            self.0.insert("PlacementConstraints".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `PlacementStrategies`, array.
        #[must_use]
        pub fn placement_strategies(
            mut self,
            value: impl Into<crate::Val<Vec<PlacementStrategy>>>,
        ) -> Self {
            self.0.insert("PlacementStrategies".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `PlatformVersion`, string.
        #[must_use]
        pub fn platform_version(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("PlatformVersion".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `PropagateTags`, string; one of `TASK_DEFINITION`.
        #[must_use]
        pub fn propagate_tags(mut self, value: impl Into<crate::Val<PropagateTags>>) -> Self {
            self.0.insert("PropagateTags".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `ReferenceId`, string, at least 0 characters, at most 1024 characters.
        #[must_use]
        pub fn reference_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ReferenceId".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `TagList`, array.
        #[must_use]
        pub fn tag_list(mut self, value: impl Into<crate::Val<Vec<Tag>>>) -> Self {
            self.0.insert("TagList".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `TaskCount`, integer, at least 1.
        #[must_use]
        pub fn task_count(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("TaskCount".to_owned(), value.into().into_json());
            self
        }

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

    /// CloudFormation: property type `HttpParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct HttpParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl HttpParameters {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `HeaderParameters`, object.
        #[must_use]
        pub fn header_parameters(
            mut self,
            value: impl Into<crate::Val<std::collections::BTreeMap<String, String>>>,
        ) -> Self {
            self.0.insert("HeaderParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `PathParameterValues`, array.
        #[must_use]
        pub fn path_parameter_values(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("PathParameterValues".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `QueryStringParameters`, object.
        #[must_use]
        pub fn query_string_parameters(
            mut self,
            value: impl Into<crate::Val<std::collections::BTreeMap<String, String>>>,
        ) -> Self {
            self.0.insert("QueryStringParameters".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<HttpParameters> for crate::Val<HttpParameters> {
        fn from(value: HttpParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `InputTransformer` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct InputTransformer(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl InputTransformer {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(input_template: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("InputTemplate".to_owned(), input_template.into().into_json());
            Self(map)
        }

        /// CloudFormation: `InputPathsMap`, object.
        #[must_use]
        pub fn input_paths_map(
            mut self,
            value: impl Into<crate::Val<std::collections::BTreeMap<String, String>>>,
        ) -> Self {
            self.0.insert("InputPathsMap".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `InputTemplate`, string, required, at least 1 characters, at most 8192 characters.
        #[must_use]
        pub fn input_template(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("InputTemplate".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<InputTransformer> for crate::Val<InputTransformer> {
        fn from(value: InputTransformer) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `KinesisParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KinesisParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl KinesisParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(partition_key_path: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("PartitionKeyPath".to_owned(), partition_key_path.into().into_json());
            Self(map)
        }

        /// CloudFormation: `PartitionKeyPath`, string, required, at least 0 characters, at most 256 characters.
        #[must_use]
        pub fn partition_key_path(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("PartitionKeyPath".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<KinesisParameters> for crate::Val<KinesisParameters> {
        fn from(value: KinesisParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `NetworkConfiguration` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NetworkConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NetworkConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `AwsVpcConfiguration`, object.
        #[must_use]
        pub fn aws_vpc_configuration(
            mut self,
            value: impl Into<crate::Val<AwsVpcConfiguration>>,
        ) -> Self {
            self.0.insert("AwsVpcConfiguration".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NetworkConfiguration> for crate::Val<NetworkConfiguration> {
        fn from(value: NetworkConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `PlacementConstraint` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PlacementConstraint(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl PlacementConstraint {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Expression`, string, at least 0 characters, at most 2000 characters.
        #[must_use]
        pub fn expression(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Expression".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Type`, string; one of `distinctInstance`, `memberOf`.
        #[must_use]
        pub fn type_(mut self, value: impl Into<crate::Val<Type>>) -> Self {
            self.0.insert("Type".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PlacementConstraint> for crate::Val<PlacementConstraint> {
        fn from(value: PlacementConstraint) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `PlacementStrategy` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PlacementStrategy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl PlacementStrategy {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Field`, string.
        #[must_use]
        pub fn field(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Field".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Type`, string.
        #[must_use]
        pub fn type_(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Type".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PlacementStrategy> for crate::Val<PlacementStrategy> {
        fn from(value: PlacementStrategy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `RedshiftDataParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RedshiftDataParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RedshiftDataParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(database: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Database".to_owned(), database.into().into_json());
            Self(map)
        }

        /// CloudFormation: `Database`, string, required, at least 1 characters, at most 64 characters.
        #[must_use]
        pub fn database(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Database".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `DbUser`, string, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn db_user(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("DbUser".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `SecretManagerArn`, string, at least 1 characters, at most 1600 characters.
        #[must_use]
        pub fn secret_manager_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("SecretManagerArn".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Sql`, string, at least 1 characters, at most 100000 characters.
        #[must_use]
        pub fn sql(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Sql".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Sqls`, array.
        #[must_use]
        pub fn sqls(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("Sqls".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `StatementName`, string, at least 1 characters, at most 500 characters.
        #[must_use]
        pub fn statement_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("StatementName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `WithEvent`, boolean.
        #[must_use]
        pub fn with_event(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("WithEvent".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RedshiftDataParameters> for crate::Val<RedshiftDataParameters> {
        fn from(value: RedshiftDataParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `RetryPolicy` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct RetryPolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RetryPolicy {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `MaximumEventAgeInSeconds`, integer, at least 60, at most 86400.
        #[must_use]
        pub fn maximum_event_age_in_seconds(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("MaximumEventAgeInSeconds".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `MaximumRetryAttempts`, integer, at least 0, at most 185.
        #[must_use]
        pub fn maximum_retry_attempts(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("MaximumRetryAttempts".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RetryPolicy> for crate::Val<RetryPolicy> {
        fn from(value: RetryPolicy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `RunCommandParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RunCommandParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RunCommandParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(run_command_targets: impl Into<crate::Val<Vec<RunCommandTarget>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("RunCommandTargets".to_owned(), run_command_targets.into().into_json());
            Self(map)
        }

        /// CloudFormation: `RunCommandTargets`, array, required, at least 1 items, at most 5 items.
        #[must_use]
        pub fn run_command_targets(
            mut self,
            value: impl Into<crate::Val<Vec<RunCommandTarget>>>,
        ) -> Self {
            self.0.insert("RunCommandTargets".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RunCommandParameters> for crate::Val<RunCommandParameters> {
        fn from(value: RunCommandParameters) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `RunCommandTarget` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RunCommandTarget(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RunCommandTarget {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            key: impl Into<crate::Val<String>>,
            values: impl Into<crate::Val<Vec<String>>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Key".to_owned(), key.into().into_json());
            map.insert("Values".to_owned(), values.into().into_json());
            Self(map)
        }

        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters; pattern `^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Values`, array, required, at least 1 items, at most 50 items.
        #[must_use]
        pub fn values(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("Values".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RunCommandTarget> for crate::Val<RunCommandTarget> {
        fn from(value: RunCommandTarget) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `SageMakerPipelineParameter` of `AWS::Events::Rule`.
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

        /// CloudFormation: `Name`, string, required, at least 1 characters, at most 256 characters; pattern `^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$`.
        #[must_use]
        pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Name".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Value`, string, required, at least 0 characters, at most 1024 characters.
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

    /// CloudFormation: property type `SageMakerPipelineParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SageMakerPipelineParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SageMakerPipelineParameters {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

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

    /// CloudFormation: property type `SqsParameters` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SqsParameters(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SqsParameters {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(message_group_id: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("MessageGroupId".to_owned(), message_group_id.into().into_json());
            Self(map)
        }

        /// CloudFormation: `MessageGroupId`, string, required.
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

    /// CloudFormation: property type `Tag` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Tag(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tag {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// CloudFormation: `Key`, string, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Value`, string, at least 0 characters, at most 256 characters.
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

    /// CloudFormation: property type `Target` of `AWS::Events::Rule`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Target(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Target {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(arn: impl Into<crate::Val<String>>, id: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Arn".to_owned(), arn.into().into_json());
            map.insert("Id".to_owned(), id.into().into_json());
            Self(map)
        }

        /// CloudFormation: `AppSyncParameters`, object.
        #[must_use]
        pub fn app_sync_parameters(
            mut self,
            value: impl Into<crate::Val<AppSyncParameters>>,
        ) -> Self {
            self.0.insert("AppSyncParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Arn`, string, required, at least 1 characters, at most 1600 characters.
        #[must_use]
        pub fn arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Arn".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `BatchParameters`, object.
        #[must_use]
        pub fn batch_parameters(mut self, value: impl Into<crate::Val<BatchParameters>>) -> Self {
            self.0.insert("BatchParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `DeadLetterConfig`, object.
        #[must_use]
        pub fn dead_letter_config(
            mut self,
            value: impl Into<crate::Val<DeadLetterConfig>>,
        ) -> Self {
            self.0.insert("DeadLetterConfig".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `EcsParameters`, object.
        #[must_use]
        pub fn ecs_parameters(mut self, value: impl Into<crate::Val<EcsParameters>>) -> Self {
            self.0.insert("EcsParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `HttpParameters`, object.
        #[must_use]
        pub fn http_parameters(mut self, value: impl Into<crate::Val<HttpParameters>>) -> Self {
            self.0.insert("HttpParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Id`, string, required, at least 1 characters, at most 64 characters; pattern `^[\.\-_A-Za-z0-9]+$`.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Input`, string, at least 0 characters, at most 8192 characters.
        #[must_use]
        pub fn input(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Input".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `InputPath`, string, at least 0 characters, at most 256 characters.
        #[must_use]
        pub fn input_path(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("InputPath".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `InputTransformer`, object.
        #[must_use]
        pub fn input_transformer(mut self, value: impl Into<crate::Val<InputTransformer>>) -> Self {
            self.0.insert("InputTransformer".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `KinesisParameters`, object.
        #[must_use]
        pub fn kinesis_parameters(
            mut self,
            value: impl Into<crate::Val<KinesisParameters>>,
        ) -> Self {
            self.0.insert("KinesisParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `RedshiftDataParameters`, object.
        #[must_use]
        pub fn redshift_data_parameters(
            mut self,
            value: impl Into<crate::Val<RedshiftDataParameters>>,
        ) -> Self {
            self.0.insert("RedshiftDataParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `RetryPolicy`, object.
        #[must_use]
        pub fn retry_policy(mut self, value: impl Into<crate::Val<RetryPolicy>>) -> Self {
            self.0.insert("RetryPolicy".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `RoleArn`, string, at least 1 characters, at most 1600 characters.
        #[must_use]
        pub fn role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("RoleArn".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `RunCommandParameters`, object.
        #[must_use]
        pub fn run_command_parameters(
            mut self,
            value: impl Into<crate::Val<RunCommandParameters>>,
        ) -> Self {
            self.0.insert("RunCommandParameters".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `SageMakerPipelineParameters`, object.
        #[must_use]
        pub fn sage_maker_pipeline_parameters(
            mut self,
            value: impl Into<crate::Val<SageMakerPipelineParameters>>,
        ) -> Self {
            self.0.insert("SageMakerPipelineParameters".to_owned(), value.into().into_json());
            self
        }

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
        /// `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
        EnabledWithAllCloudtrailManagementEvents,
    }

    impl State {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "DISABLED",
                Self::Enabled => "ENABLED",
                Self::EnabledWithAllCloudtrailManagementEvents => {
                    "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
                }
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

    /// The values of `Type`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Type {
        /// `distinctInstance`.
        DistinctInstance,
        /// `memberOf`.
        MemberOf,
    }

    impl Type {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::DistinctInstance => "distinctInstance",
                Self::MemberOf => "memberOf",
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
