//! Resource types of the service `sns`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// Resource Type definition for AWS::SNS::Subscription
///
/// CloudFormation: `AWS::SNS::Subscription`.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Subscription {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(
        protocol: impl Into<crate::Val<String>>,
        topic_arn: impl Into<crate::Val<String>>,
    ) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("Protocol".to_owned(), protocol.into().into_json());
        map.insert("TopicArn".to_owned(), topic_arn.into().into_json());
        Self(map)
    }

    /// The delivery policy JSON assigned to the subscription. Enables the subscriber to define the message delivery retry strategy in the case of an HTTP/S endpoint subscribed to the topic.
    ///
    /// CloudFormation: `DeliveryPolicy`.
    #[must_use]
    pub fn delivery_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("DeliveryPolicy".to_owned(), value.into().into_json());
        self
    }

    /// The subscription's endpoint. The endpoint value depends on the protocol that you specify.
    ///
    /// CloudFormation: `Endpoint`, string.
    #[must_use]
    pub fn endpoint(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Endpoint".to_owned(), value.into().into_json());
        self
    }

    /// The filter policy JSON assigned to the subscription. Enables the subscriber to filter out unwanted messages.
    ///
    /// CloudFormation: `FilterPolicy`.
    #[must_use]
    pub fn filter_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("FilterPolicy".to_owned(), value.into().into_json());
        self
    }

    /// This attribute lets you choose the filtering scope by using one of the following string value types: MessageAttributes (default) and MessageBody.
    ///
    /// CloudFormation: `FilterPolicyScope`, string.
    #[must_use]
    pub fn filter_policy_scope(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("FilterPolicyScope".to_owned(), value.into().into_json());
        self
    }

    /// The subscription's protocol.
    ///
    /// CloudFormation: `Protocol`, string, required.
    #[must_use]
    pub fn protocol(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Protocol".to_owned(), value.into().into_json());
        self
    }

    /// When set to true, enables raw message delivery. Raw messages don't contain any JSON formatting and can be sent to Amazon SQS and HTTP/S endpoints.
    ///
    /// CloudFormation: `RawMessageDelivery`, boolean.
    #[must_use]
    pub fn raw_message_delivery(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("RawMessageDelivery".to_owned(), value.into().into_json());
        self
    }

    /// When specified, sends undeliverable messages to the specified Amazon SQS dead-letter queue. Messages that can't be delivered due to client errors are held in the dead-letter queue for further analysis or reprocessing.
    ///
    /// CloudFormation: `RedrivePolicy`.
    #[must_use]
    pub fn redrive_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("RedrivePolicy".to_owned(), value.into().into_json());
        self
    }

    /// For cross-region subscriptions, the region in which the topic resides.If no region is specified, AWS CloudFormation uses the region of the caller as the default.
    ///
    /// CloudFormation: `Region`, string.
    #[must_use]
    pub fn region(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Region".to_owned(), value.into().into_json());
        self
    }

    /// Specifies whether Amazon SNS resends the notification to the subscription when a message's attribute changes.
    ///
    /// CloudFormation: `ReplayPolicy`.
    #[must_use]
    pub fn replay_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("ReplayPolicy".to_owned(), value.into().into_json());
        self
    }

    /// This property applies only to Amazon Data Firehose delivery stream subscriptions.
    ///
    /// CloudFormation: `SubscriptionRoleArn`, string.
    #[must_use]
    pub fn subscription_role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("SubscriptionRoleArn".to_owned(), value.into().into_json());
        self
    }

    /// The ARN of the topic to subscribe to.
    ///
    /// CloudFormation: `TopicArn`, string, required.
    #[must_use]
    pub fn topic_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("TopicArn".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Subscription {
    const TYPE: &'static str = "AWS::SNS::Subscription";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Subscription> {
    /// Arn of the subscription
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// The `AWS::SNS::Topic` resource creates a topic to which notifications can be published.
///
/// CloudFormation: `AWS::SNS::Topic`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topic(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Topic {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// CloudFormation: `ArchivePolicy`.
    #[must_use]
    pub fn archive_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("ArchivePolicy".to_owned(), value.into().into_json());
        self
    }

    /// `ContentBasedDeduplication` enables deduplication of messages based on their content for FIFO topics. By default, this property is set to false. If you create a FIFO topic with `ContentBasedDeduplication` set to false, you must provide a `MessageDeduplicationId` for each `Publish` action. When set to true, SNS automatically generates a `MessageDeduplicationId` using a SHA-256 hash of the message body (excluding message attributes). You can optionally override this generated value by specifying a `MessageDeduplicationId` in the `Publish` action. Note that this property only applies to FIFO topics; using it with standard topics will cause the creation to fail.
    ///
    /// CloudFormation: `ContentBasedDeduplication`, boolean.
    #[must_use]
    pub fn content_based_deduplication(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("ContentBasedDeduplication".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `DataProtectionPolicy`.
    #[must_use]
    pub fn data_protection_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("DataProtectionPolicy".to_owned(), value.into().into_json());
        self
    }

    /// The `DeliveryStatusLogging` configuration enables you to log the delivery status of messages sent from your Amazon SNS topic to subscribed endpoints with the following supported delivery protocols:
    ///
    /// CloudFormation: `DeliveryStatusLogging`, array.
    #[must_use]
    pub fn delivery_status_logging(
        mut self,
        value: impl Into<crate::Val<Vec<topic::LoggingConfig>>>,
    ) -> Self {
        self.0.insert("DeliveryStatusLogging".to_owned(), value.into().into_json());
        self
    }

    /// The display name to use for an SNS topic with SMS subscriptions. The display name must be maximum 100 characters long, including hyphens (-), underscores (\_), spaces, and tabs.
    ///
    /// CloudFormation: `DisplayName`, string.
    #[must_use]
    pub fn display_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("DisplayName".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the throughput quota and deduplication behavior to apply for the FIFO topic. Valid values are `Topic` or `MessageGroup`.
    ///
    /// CloudFormation: `FifoThroughputScope`, string.
    #[must_use]
    pub fn fifo_throughput_scope(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("FifoThroughputScope".to_owned(), value.into().into_json());
        self
    }

    /// Set to true to create a FIFO topic.
    ///
    /// CloudFormation: `FifoTopic`, boolean.
    #[must_use]
    pub fn fifo_topic(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("FifoTopic".to_owned(), value.into().into_json());
        self
    }

    /// The ID of an AWS managed customer master key (CMK) for SNS or a custom CMK. For more information, see Key terms. For more examples, see `KeyId` in the \*API Reference\*.
    ///
    /// CloudFormation: `KmsMasterKeyId`, string.
    #[must_use]
    pub fn kms_master_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("KmsMasterKeyId".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `MaximumMessageSize`, integer, at least 1024, at most 1048576.
    #[must_use]
    pub fn maximum_message_size(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("MaximumMessageSize".to_owned(), value.into().into_json());
        self
    }

    /// The signature version corresponds to the hashing algorithm used while creating the signature of the notifications, subscription confirmations, or unsubscribe confirmation messages sent by Amazon SNS. By default, `SignatureVersion` is set to `1`.
    ///
    /// CloudFormation: `SignatureVersion`, string.
    #[must_use]
    pub fn signature_version(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("SignatureVersion".to_owned(), value.into().into_json());
        self
    }

    /// The SNS subscriptions (endpoints) for this topic.
    ///
    /// CloudFormation: `Subscription`, array.
    #[must_use]
    pub fn subscription(mut self, value: impl Into<crate::Val<Vec<topic::Subscription>>>) -> Self {
        self.0.insert("Subscription".to_owned(), value.into().into_json());
        self
    }

    /// The list of tags to add to a new topic.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<topic::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// The name of the topic you want to create. Topic names must include only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long. FIFO topic names must end with `.fifo`.
    ///
    /// CloudFormation: `TopicName`, string, at most 256 characters.
    #[must_use]
    pub fn topic_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("TopicName".to_owned(), value.into().into_json());
        self
    }

    /// Tracing mode of an SNS topic. By default `TracingConfig` is set to `PassThrough`, and the topic passes through the tracing header it receives from an SNS publisher to its subscriptions. If set to `Active`, SNS will vend X-Ray segment data to topic owner account if the sampled flag in the tracing header is true.
    ///
    /// CloudFormation: `TracingConfig`, string.
    #[must_use]
    pub fn tracing_config(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("TracingConfig".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Topic {
    const TYPE: &'static str = "AWS::SNS::Topic";
    const ATTRIBUTES: &'static [&'static str] = &["TopicArn", "TopicName"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("MaximumMessageSize", crate::Bound::Number(1024.0, 1048576.0)),
        ("TopicName", crate::Bound::Characters(0, 256)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Topic> {
    /// CloudFormation: `Fn::GetAtt` of `TopicArn`.
    #[must_use]
    pub fn topic_arn(&self) -> crate::Val<String> {
        self.attribute("TopicArn")
    }

    /// The name of the topic you want to create. Topic names must include only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long. FIFO topic names must end with `.fifo`.
    ///
    /// CloudFormation: `Fn::GetAtt` of `TopicName`.
    #[must_use]
    pub fn topic_name(&self) -> crate::Val<String> {
        self.attribute("TopicName")
    }
}

/// Property types of [`Topic`].
pub mod topic {
    /// The `LoggingConfig` property type specifies the `Delivery` status logging configuration for an AWS::SNS::Topic.
    ///
    /// CloudFormation: property type `LoggingConfig` of `AWS::SNS::Topic`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct LoggingConfig(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LoggingConfig {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(protocol: impl Into<crate::Val<Protocol>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Protocol".to_owned(), protocol.into().into_json());
            Self(map)
        }

        /// The IAM role ARN to be used when logging failed message deliveries in Amazon CloudWatch.
        ///
        /// CloudFormation: `FailureFeedbackRoleArn`, string.
        #[must_use]
        pub fn failure_feedback_role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("FailureFeedbackRoleArn".to_owned(), value.into().into_json());
            self
        }

        /// Indicates one of the supported protocols for the Amazon SNS topic.
        ///
        /// CloudFormation: `Protocol`, string, required; one of `http/s`, `sqs`, `lambda`, `firehose`, `application`.
        #[must_use]
        pub fn protocol(mut self, value: impl Into<crate::Val<Protocol>>) -> Self {
            self.0.insert("Protocol".to_owned(), value.into().into_json());
            self
        }

        /// The IAM role ARN to be used when logging successful message deliveries in Amazon CloudWatch.
        ///
        /// CloudFormation: `SuccessFeedbackRoleArn`, string.
        #[must_use]
        pub fn success_feedback_role_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("SuccessFeedbackRoleArn".to_owned(), value.into().into_json());
            self
        }

        /// The percentage of successful message deliveries to be logged in Amazon CloudWatch. Valid percentage values range from 0 to 100.
        ///
        /// CloudFormation: `SuccessFeedbackSampleRate`, string.
        #[must_use]
        pub fn success_feedback_sample_rate(
            mut self,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            self.0.insert("SuccessFeedbackSampleRate".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LoggingConfig> for crate::Val<LoggingConfig> {
        fn from(value: LoggingConfig) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// `Subscription` is an embedded property that describes the subscription endpoints of an SNS topic.
    ///
    /// CloudFormation: property type `Subscription` of `AWS::SNS::Topic`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Subscription(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Subscription {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            endpoint: impl Into<crate::Val<String>>,
            protocol: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Endpoint".to_owned(), endpoint.into().into_json());
            map.insert("Protocol".to_owned(), protocol.into().into_json());
            Self(map)
        }

        /// The endpoint that receives notifications from the SNS topic. The endpoint value depends on the protocol that you specify. For more information, see the `Endpoint` parameter of the `Subscribe` action in the \*API Reference\*.
        ///
        /// CloudFormation: `Endpoint`, string, required.
        #[must_use]
        pub fn endpoint(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Endpoint".to_owned(), value.into().into_json());
            self
        }

        /// The subscription's protocol. For more information, see the `Protocol` parameter of the `Subscribe` action in the \*API Reference\*.
        ///
        /// CloudFormation: `Protocol`, string, required.
        #[must_use]
        pub fn protocol(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Protocol".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Subscription> for crate::Val<Subscription> {
        fn from(value: Subscription) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The list of tags to be added to the specified topic.
    ///
    /// CloudFormation: property type `Tag` of `AWS::SNS::Topic`.
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

        /// The required key portion of the tag.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The optional value portion of the tag.
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

    /// The values of `Protocol`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Protocol {
        /// `application`.
        Application,
        /// `firehose`.
        Firehose,
        /// `http/s`.
        HttpS,
        /// `lambda`.
        Lambda,
        /// `sqs`.
        Sqs,
    }

    impl Protocol {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Application => "application",
                Self::Firehose => "firehose",
                Self::HttpS => "http/s",
                Self::Lambda => "lambda",
                Self::Sqs => "sqs",
            }
        }
    }

    impl From<Protocol> for crate::Val<Protocol> {
        fn from(value: Protocol) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Protocol> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}

/// The `AWS::SNS::TopicPolicy` resource associates SNS topics with a policy. For an example snippet, see Declaring an policy in the \*User Guide\*.
///
/// CloudFormation: `AWS::SNS::TopicPolicy`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicPolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl TopicPolicy {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(
        policy_document: impl Into<crate::Val<crate::Json>>,
        topics: impl Into<crate::Val<Vec<String>>>,
    ) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
        map.insert("Topics".to_owned(), topics.into().into_json());
        Self(map)
    }

    /// A policy document that contains permissions to add to the specified SNS topics.
    ///
    /// CloudFormation: `PolicyDocument`, required.
    #[must_use]
    pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
        self
    }

    /// The Amazon Resource Names (ARN) of the topics to which you want to add the policy. You can use the `Ref` function to specify an `AWS::SNS::Topic` resource.
    ///
    /// CloudFormation: `Topics`, array, required.
    #[must_use]
    pub fn topics(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("Topics".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for TopicPolicy {
    const TYPE: &'static str = "AWS::SNS::TopicPolicy";
    const ATTRIBUTES: &'static [&'static str] = &["Id"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<TopicPolicy> {
    /// CloudFormation: `Fn::GetAtt` of `Id`.
    #[must_use]
    pub fn id(&self) -> crate::Val<String> {
        self.attribute("Id")
    }
}
