//! Resource types of the service `sqs`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub use queue::Tag;

resource! {
    /// The `AWS::SQS::Queue` resource creates an SQS standard or FIFO queue.
    Queue = "AWS::SQS::Queue";
    attributes {
        queue_url: crate::Val<String> = "QueueUrl";
        arn: crate::Arn = "Arn";
        /// A name for the queue.
        queue_name: crate::Val<String> = "QueueName";
    }
    required {}
    properties {
        /// For first-in-first-out (FIFO) queues, specifies whether to enable content-based deduplication.
        content_based_deduplication: bool = "ContentBasedDeduplication";
        /// For high throughput for FIFO queues, specifies whether message deduplication occurs at the message group or queue level.
        deduplication_scope: String = "DeduplicationScope";
        /// The time in seconds for which the delivery of all messages in the queue is delayed.
        delay_seconds: i64 = "DelaySeconds" ["at least 0, at most 900"] Number(0.0, 900.0);
        /// If set to true, creates a FIFO queue.
        fifo_queue: bool = "FifoQueue";
        /// For high throughput for FIFO queues, specifies whether the FIFO queue throughput quota applies to the entire queue or per message group.
        fifo_throughput_limit: String = "FifoThroughputLimit";
        /// The length of time in seconds for which SQS can reuse a data key to encrypt or decrypt messages before calling KMS again.
        kms_data_key_reuse_period_seconds: i64 = "KmsDataKeyReusePeriodSeconds" ["at least 60, at most 86400"] Number(60.0, 86400.0);
        /// The ID of an AWS Key Management Service (KMS) for SQS, or a custom KMS.
        kms_master_key_id: String = "KmsMasterKeyId";
        /// The limit of how many bytes that a message can contain before SQS rejects it.
        maximum_message_size: i64 = "MaximumMessageSize" ["at least 1024, at most 1048576"] Number(1024.0, 1048576.0);
        /// The number of seconds that SQS retains a message.
        message_retention_period: i64 = "MessageRetentionPeriod" ["at least 60, at most 1209600"] Number(60.0, 1209600.0);
        /// A name for the queue.
        queue_name: String = "QueueName";
        /// Specifies the duration, in seconds, that the ReceiveMessage action call waits until a message is in the queue in order to include it in the response, rather than returning an empty response if a message isn't yet available.
        receive_message_wait_time_seconds: i64 = "ReceiveMessageWaitTimeSeconds" ["at least 0, at most 20"] Number(0.0, 20.0);
        /// The string that includes the parameters for the permissions for the dead-letter queue redrive permission and which source queues can specify dead-letter queues as a JSON object.
        redrive_allow_policy: crate::Json = "RedriveAllowPolicy";
        /// The string that includes the parameters for the dead-letter queue functionality of the source queue as a JSON object.
        redrive_policy: crate::Json = "RedrivePolicy";
        /// Enables server-side queue encryption using SQS owned encryption keys.
        sqs_managed_sse_enabled: bool = "SqsManagedSseEnabled";
        /// The tags that you attach to this queue.
        tags: Vec<self::queue::Tag> = "Tags";
        /// The length of time during which a message will be unavailable after a message is delivered from the queue.
        visibility_timeout: i64 = "VisibilityTimeout" ["at least 0, at most 43200"] Number(0.0, 43200.0);
    }
}

/// Property types of [`Queue`].
pub mod queue {
    structure! {
        /// Property type `Tag` of `AWS::SQS::Queue`.
        Tag;
        required {
            key: String = "Key" ["at least 1 characters, at most 128 characters, pattern `^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`"];
            value: String = "Value" ["at most 256 characters, pattern `^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`"];
        }
        properties {}
    }
}

resource! {
    /// The `AWS::SQS::QueuePolicy` type applies a policy to SQS queues.
    QueuePolicy = "AWS::SQS::QueuePolicy";
    attributes {
        id: crate::Val<String> = "Id";
    }
    required {
        /// A policy document that contains the permissions for the specified SQS queues.
        policy_document: crate::Json = "PolicyDocument";
        /// The URLs of the queues to which you want to add the policy.
        queues: Vec<String> = "Queues";
    }
    properties {}
}
