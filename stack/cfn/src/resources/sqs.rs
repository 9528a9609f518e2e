//! Resource types of the service `sqs`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The `AWS::SQS::Queue` resource creates an SQS standard or FIFO queue.
///
/// CloudFormation: `AWS::SQS::Queue`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Queue(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Queue {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// For first-in-first-out (FIFO) queues, specifies whether to enable content-based deduplication. During the deduplication interval, SQS treats messages that are sent with identical content as duplicates and delivers only one copy of the message. For more information, see the `ContentBasedDeduplication` attribute for the `CreateQueue` action in the \*API Reference\*.
    ///
    /// CloudFormation: `ContentBasedDeduplication`, boolean.
    #[must_use]
    pub fn content_based_deduplication(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("ContentBasedDeduplication".to_owned(), value.into().into_json());
        self
    }

    /// For high throughput for FIFO queues, specifies whether message deduplication occurs at the message group or queue level. Valid values are `messageGroup` and `queue`.
    ///
    /// CloudFormation: `DeduplicationScope`, string.
    #[must_use]
    pub fn deduplication_scope(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("DeduplicationScope".to_owned(), value.into().into_json());
        self
    }

    /// The time in seconds for which the delivery of all messages in the queue is delayed. You can specify an integer value of `0` to `900` (15 minutes). The default value is `0`.
    ///
    /// CloudFormation: `DelaySeconds`, integer, at least 0, at most 900.
    #[must_use]
    pub fn delay_seconds(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("DelaySeconds".to_owned(), value.into().into_json());
        self
    }

    /// If set to true, creates a FIFO queue. If you don't specify this property, SQS creates a standard queue. For more information, see Amazon SQS FIFO queues in the \*Developer Guide\*.
    ///
    /// CloudFormation: `FifoQueue`, boolean.
    #[must_use]
    pub fn fifo_queue(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("FifoQueue".to_owned(), value.into().into_json());
        self
    }

    /// For high throughput for FIFO queues, specifies whether the FIFO queue throughput quota applies to the entire queue or per message group. Valid values are `perQueue` and `perMessageGroupId`.
    ///
    /// CloudFormation: `FifoThroughputLimit`, string.
    #[must_use]
    pub fn fifo_throughput_limit(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("FifoThroughputLimit".to_owned(), value.into().into_json());
        self
    }

    /// The length of time in seconds for which SQS can reuse a data key to encrypt or decrypt messages before calling KMS again. The value must be an integer between 60 (1 minute) and 86,400 (24 hours). The default is 300 (5 minutes).
    ///
    /// CloudFormation: `KmsDataKeyReusePeriodSeconds`, integer, at least 60, at most 86400.
    #[must_use]
    pub fn kms_data_key_reuse_period_seconds(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("KmsDataKeyReusePeriodSeconds".to_owned(), value.into().into_json());
        self
    }

    /// The ID of an AWS Key Management Service (KMS) for SQS, or a custom KMS. To use the AWS managed KMS for SQS, specify a (default) alias ARN, alias name (for example `alias/aws/sqs`), key ARN, or key ID. For more information, see the following:
    ///
    /// CloudFormation: `KmsMasterKeyId`, string.
    #[must_use]
    pub fn kms_master_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("KmsMasterKeyId".to_owned(), value.into().into_json());
        self
    }

    /// The limit of how many bytes that a message can contain before SQS rejects it. You can specify an integer from 1,024 bytes (1 KiB) to 1,048,576 bytes (1 MiB). Default: 1,048,576 bytes (1 MiB).
    ///
    /// CloudFormation: `MaximumMessageSize`, integer, at least 1024, at most 1048576.
    #[must_use]
    pub fn maximum_message_size(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("MaximumMessageSize".to_owned(), value.into().into_json());
        self
    }

    /// The number of seconds that SQS retains a message. You can specify an integer value from `60` seconds (1 minute) to `1,209,600` seconds (14 days). The default value is `345,600` seconds (4 days).
    ///
    /// CloudFormation: `MessageRetentionPeriod`, integer, at least 60, at most 1209600.
    #[must_use]
    pub fn message_retention_period(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("MessageRetentionPeriod".to_owned(), value.into().into_json());
        self
    }

    /// A name for the queue. To create a FIFO queue, the name of your FIFO queue must end with the `.fifo` suffix. For more information, see Amazon SQS FIFO queues in the \*Developer Guide\*.
    ///
    /// CloudFormation: `QueueName`, string.
    #[must_use]
    pub fn queue_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("QueueName".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the duration, in seconds, that the ReceiveMessage action call waits until a message is in the queue in order to include it in the response, rather than returning an empty response if a message isn't yet available. You can specify an integer from 1 to 20. Short polling is used as the default or when you specify 0 for this property. For more information, see Consuming messages using long polling in the \*Developer Guide\*.
    ///
    /// CloudFormation: `ReceiveMessageWaitTimeSeconds`, integer, at least 0, at most 20.
    #[must_use]
    pub fn receive_message_wait_time_seconds(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("ReceiveMessageWaitTimeSeconds".to_owned(), value.into().into_json());
        self
    }

    /// The string that includes the parameters for the permissions for the dead-letter queue redrive permission and which source queues can specify dead-letter queues as a JSON object. The parameters are as follows:
    ///
    /// CloudFormation: `RedriveAllowPolicy`.
    #[must_use]
    pub fn redrive_allow_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("RedriveAllowPolicy".to_owned(), value.into().into_json());
        self
    }

    /// The string that includes the parameters for the dead-letter queue functionality of the source queue as a JSON object. The parameters are as follows:
    ///
    /// CloudFormation: `RedrivePolicy`.
    #[must_use]
    pub fn redrive_policy(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("RedrivePolicy".to_owned(), value.into().into_json());
        self
    }

    /// Enables server-side queue encryption using SQS owned encryption keys. Only one server-side encryption option is supported per queue (for example, SSE-KMS or SSE-SQS). When `SqsManagedSseEnabled` is not defined, `SSE-SQS` encryption is enabled by default.
    ///
    /// CloudFormation: `SqsManagedSseEnabled`, boolean.
    #[must_use]
    pub fn sqs_managed_sse_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("SqsManagedSseEnabled".to_owned(), value.into().into_json());
        self
    }

    /// The tags that you attach to this queue. For more information, see Resource tag in the \*User Guide\*.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<queue::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// The length of time during which a message will be unavailable after a message is delivered from the queue. This blocks other components from receiving the same message and gives the initial component time to process and delete the message from the queue.
    ///
    /// CloudFormation: `VisibilityTimeout`, integer, at least 0, at most 43200.
    #[must_use]
    pub fn visibility_timeout(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("VisibilityTimeout".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Queue {
    const TYPE: &'static str = "AWS::SQS::Queue";
    const ATTRIBUTES: &'static [&'static str] = &["QueueUrl", "Arn", "QueueName"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("DelaySeconds", crate::Bound::Number(0.0, 900.0)),
        ("KmsDataKeyReusePeriodSeconds", crate::Bound::Number(60.0, 86400.0)),
        ("MaximumMessageSize", crate::Bound::Number(1024.0, 1048576.0)),
        ("MessageRetentionPeriod", crate::Bound::Number(60.0, 1209600.0)),
        ("ReceiveMessageWaitTimeSeconds", crate::Bound::Number(0.0, 20.0)),
        ("VisibilityTimeout", crate::Bound::Number(0.0, 43200.0)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Queue> {
    /// CloudFormation: `Fn::GetAtt` of `QueueUrl`.
    #[must_use]
    pub fn queue_url(&self) -> crate::Val<String> {
        self.attribute("QueueUrl")
    }

    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// A name for the queue. To create a FIFO queue, the name of your FIFO queue must end with the `.fifo` suffix. For more information, see Amazon SQS FIFO queues in the \*Developer Guide\*.
    ///
    /// CloudFormation: `Fn::GetAtt` of `QueueName`.
    #[must_use]
    pub fn queue_name(&self) -> crate::Val<String> {
        self.attribute("QueueName")
    }
}

/// Property types of [`Queue`].
pub mod queue {
    /// CloudFormation: property type `Tag` of `AWS::SQS::Queue`.
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

        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters; pattern `^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Value`, string, required, at least 0 characters, at most 256 characters; pattern `^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`.
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
}

/// The `AWS::SQS::QueuePolicy` type applies a policy to SQS queues. For an example snippet, see Declaring an policy in the \*User Guide\*.
///
/// CloudFormation: `AWS::SQS::QueuePolicy`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl QueuePolicy {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(
        policy_document: impl Into<crate::Val<crate::Json>>,
        queues: impl Into<crate::Val<Vec<String>>>,
    ) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
        map.insert("Queues".to_owned(), queues.into().into_json());
        Self(map)
    }

    /// A policy document that contains the permissions for the specified SQS queues. For more information about SQS policies, see Using custom policies with the access policy language in the \*Developer Guide\*.
    ///
    /// CloudFormation: `PolicyDocument`, required.
    #[must_use]
    pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
        self
    }

    /// The URLs of the queues to which you want to add the policy. You can use the `Ref` function to specify an `AWS::SQS::Queue` resource.
    ///
    /// CloudFormation: `Queues`, array, required.
    #[must_use]
    pub fn queues(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("Queues".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for QueuePolicy {
    const TYPE: &'static str = "AWS::SQS::QueuePolicy";
    const ATTRIBUTES: &'static [&'static str] = &["Id"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<QueuePolicy> {
    /// CloudFormation: `Fn::GetAtt` of `Id`.
    #[must_use]
    pub fn id(&self) -> crate::Val<String> {
        self.attribute("Id")
    }
}
