//! Resource types of the service `sns`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub use topic::{LoggingConfig, Protocol, Tag};

resource! {
    /// Resource Type definition for AWS::SNS::Subscription
    Subscription = "AWS::SNS::Subscription";
    attributes {
        /// Arn of the subscription
        arn: crate::Arn = "Arn";
    }
    required {
        /// The subscription's protocol.
        protocol: String = "Protocol";
        /// The ARN of the topic to subscribe to.
        topic_arn: String = "TopicArn";
    }
    properties {
        /// The delivery policy JSON assigned to the subscription.
        delivery_policy: crate::Json = "DeliveryPolicy";
        /// The subscription's endpoint.
        endpoint: String = "Endpoint";
        /// The filter policy JSON assigned to the subscription.
        filter_policy: crate::Json = "FilterPolicy";
        /// This attribute lets you choose the filtering scope by using one of the following string value types: MessageAttributes (default) and MessageBody.
        filter_policy_scope: String = "FilterPolicyScope";
        /// When set to true, enables raw message delivery.
        raw_message_delivery: bool = "RawMessageDelivery";
        /// When specified, sends undeliverable messages to the specified Amazon SQS dead-letter queue.
        redrive_policy: crate::Json = "RedrivePolicy";
        /// For cross-region subscriptions, the region in which the topic resides.If no region is specified, AWS CloudFormation uses the region of the caller as the default.
        region: String = "Region";
        /// Specifies whether Amazon SNS resends the notification to the subscription when a message's attribute changes.
        replay_policy: crate::Json = "ReplayPolicy";
        /// This property applies only to Amazon Data Firehose delivery stream subscriptions.
        subscription_role_arn: String = "SubscriptionRoleArn";
    }
}

resource! {
    /// The `AWS::SNS::Topic` resource creates a topic to which notifications can be published.
    Topic = "AWS::SNS::Topic";
    attributes {
        topic_arn: crate::Arn = "TopicArn";
        /// The name of the topic you want to create.
        topic_name: crate::Val<String> = "TopicName";
    }
    required {}
    properties {
        archive_policy: crate::Json = "ArchivePolicy";
        /// `ContentBasedDeduplication` enables deduplication of messages based on their content for FIFO topics.
        content_based_deduplication: bool = "ContentBasedDeduplication";
        data_protection_policy: crate::Json = "DataProtectionPolicy";
        /// The `DeliveryStatusLogging` configuration enables you to log the delivery status of messages sent from your Amazon SNS topic to subscribed endpoints with the following supported delivery protocols:
        delivery_status_logging: Vec<self::topic::LoggingConfig> = "DeliveryStatusLogging";
        /// The display name to use for an SNS topic with SMS subscriptions.
        display_name: String = "DisplayName";
        /// Specifies the throughput quota and deduplication behavior to apply for the FIFO topic.
        fifo_throughput_scope: String = "FifoThroughputScope";
        /// Set to true to create a FIFO topic.
        fifo_topic: bool = "FifoTopic";
        /// The ID of an AWS managed customer master key (CMK) for SNS or a custom CMK.
        kms_master_key_id: String = "KmsMasterKeyId";
        maximum_message_size: i64 = "MaximumMessageSize" ["at least 1024, at most 1048576"] Number(1024.0, 1048576.0);
        /// The signature version corresponds to the hashing algorithm used while creating the signature of the notifications, subscription confirmations, or unsubscribe confirmation messages sent by Amazon SNS.
        signature_version: String = "SignatureVersion";
        /// The SNS subscriptions (endpoints) for this topic.
        subscription: Vec<self::topic::Subscription> = "Subscription";
        /// The list of tags to add to a new topic.
        tags: Vec<self::topic::Tag> = "Tags";
        /// The name of the topic you want to create.
        topic_name: String = "TopicName" ["at most 256 characters"] Characters(0, 256);
        /// Tracing mode of an SNS topic.
        tracing_config: String = "TracingConfig";
    }
}

/// Property types of [`Topic`].
pub mod topic {
    structure! {
        /// The `LoggingConfig` property type specifies the `Delivery` status logging configuration for an AWS::SNS::Topic.
        LoggingConfig;
        required {
            /// Indicates one of the supported protocols for the Amazon SNS topic.
            protocol: Protocol = "Protocol";
        }
        properties {
            /// The IAM role ARN to be used when logging failed message deliveries in Amazon CloudWatch.
            failure_feedback_role_arn: String = "FailureFeedbackRoleArn";
            /// The IAM role ARN to be used when logging successful message deliveries in Amazon CloudWatch.
            success_feedback_role_arn: String = "SuccessFeedbackRoleArn";
            /// The percentage of successful message deliveries to be logged in Amazon CloudWatch.
            success_feedback_sample_rate: String = "SuccessFeedbackSampleRate";
        }
    }

    structure! {
        /// `Subscription` is an embedded property that describes the subscription endpoints of an SNS topic.
        Subscription;
        required {
            /// The endpoint that receives notifications from the SNS topic.
            endpoint: String = "Endpoint";
            /// The subscription's protocol.
            protocol: String = "Protocol";
        }
        properties {}
    }

    structure! {
        /// The list of tags to be added to the specified topic.
        Tag;
        required {
            /// The required key portion of the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The optional value portion of the tag.
            value: String = "Value" ["at most 256 characters"];
        }
        properties {}
    }

    closed! { Protocol {
        Application = "application", Firehose = "firehose", HttpS = "http/s", Lambda = "lambda",
        Sqs = "sqs",
    } }
}

resource! {
    /// The `AWS::SNS::TopicPolicy` resource associates SNS topics with a policy.
    TopicPolicy = "AWS::SNS::TopicPolicy";
    attributes {
        id: crate::Val<String> = "Id";
    }
    required {
        /// A policy document that contains permissions to add to the specified SNS topics.
        policy_document: crate::Json = "PolicyDocument";
        /// The Amazon Resource Names (ARN) of the topics to which you want to add the policy.
        topics: Vec<String> = "Topics";
    }
    properties {}
}
