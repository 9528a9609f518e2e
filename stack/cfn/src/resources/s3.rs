//! Resource types of the service `s3`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use bucket::{
    AbacStatus, AbortIncompleteMultipartUpload, AccelerateConfiguration, AccelerationStatus,
    AccessControl, AccessControlTranslation, AccessTier, AllowedMethod, AnalyticsConfiguration,
    AnnotationTableConfiguration, BlockedEncryptionTypes, BucketEncryption, BucketNamespace,
    ConfigurationState, CorsConfiguration, CorsRule, DataExport, DefaultEventHold, DefaultRetention,
    DeleteMarkerReplication, DeleteMarkerReplicationStatus, Destination, EncryptionConfiguration,
    EncryptionType, EventBridgeConfiguration, Expiration, FilterRule, Format,
    IncludedObjectVersions, IntelligentTieringConfiguration, IntelligentTieringConfigurationStatus,
    InventoryConfiguration, InventoryTableConfiguration, JournalTableConfiguration,
    LambdaConfiguration, LifecycleConfiguration, LoggingConfiguration, MetadataConfiguration,
    MetadataDestination, MetadataTableConfiguration, MetadataTableEncryptionConfiguration, Metrics,
    MetricsConfiguration, MetricsStatus, Mode, NoncurrentVersionExpiration,
    NoncurrentVersionTransition, NotificationConfiguration, NotificationFilter,
    ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRule, ObjectOwnership, OptionalField,
    Owner, OwnershipControls, OwnershipControlsRule, PartitionDateSource, PartitionedPrefix,
    Protocol, PublicAccessBlockConfiguration, QueueConfiguration, RecordExpiration,
    RedirectAllRequestsTo, RedirectRule, ReplicaModifications, ReplicaModificationsStatus,
    ReplicationConfiguration, ReplicationDestination, ReplicationRule, ReplicationRuleAndOperator,
    ReplicationRuleFilter, ReplicationRuleStatus, ReplicationTime, ReplicationTimeStatus,
    ReplicationTimeValue, RoutingRule, RoutingRuleCondition, Rule, RuleStatus, S3KeyFilter,
    S3TablesDestination, SSEAlgorithm, ScheduleFrequency, ServerSideEncryptionByDefault,
    ServerSideEncryptionRule, SourceSelectionCriteria, SseAlgorithm, SseKmsEncryptedObjects,
    SseKmsEncryptedObjectsStatus, StorageClass, StorageClassAnalysis, TableBucketType, Tag,
    TagFilter, Tiering, TopicConfiguration, Transition, TransitionDefaultMinimumObjectSize,
    VersioningConfiguration, VersioningConfigurationStatus, WebsiteConfiguration,
};

resource! {
    /// The `AWS::S3::Bucket` resource creates an Amazon S3 bucket in the same AWS Region where you create the AWS CloudFormation stack.
    Bucket = "AWS::S3::Bucket";
    attributes {
        arn: crate::Arn = "Arn";
        domain_name: crate::Val<String> = "DomainName";
        dual_stack_domain_name: crate::Val<String> = "DualStackDomainName";
        regional_domain_name: crate::Val<String> = "RegionalDomainName";
        /// The table bucket namespace for the metadata table in your metadata table configuration.
        metadata_table_configuration_s3_tables_destination_table_namespace: crate::Val<String> = "MetadataTableConfiguration.S3TablesDestination.TableNamespace";
        /// The Amazon Resource Name (ARN) for the metadata table in the metadata table configuration.
        metadata_table_configuration_s3_tables_destination_table_arn: crate::Arn = "MetadataTableConfiguration.S3TablesDestination.TableArn";
        /// The name of the journal table.
        metadata_configuration_journal_table_configuration_table_name: crate::Val<String> = "MetadataConfiguration.JournalTableConfiguration.TableName";
        /// The Amazon Resource Name (ARN) for the journal table.
        metadata_configuration_journal_table_configuration_table_arn: crate::Arn = "MetadataConfiguration.JournalTableConfiguration.TableArn";
        /// The name of the inventory table.
        metadata_configuration_inventory_table_configuration_table_name: crate::Val<String> = "MetadataConfiguration.InventoryTableConfiguration.TableName";
        /// The Amazon Resource Name (ARN) for the inventory table.
        metadata_configuration_inventory_table_configuration_table_arn: crate::Arn = "MetadataConfiguration.InventoryTableConfiguration.TableArn";
        /// The name of the annotation table.
        metadata_configuration_annotation_table_configuration_table_name: crate::Val<String> = "MetadataConfiguration.AnnotationTableConfiguration.TableName";
        /// The Amazon Resource Name (ARN) for the annotation table.
        metadata_configuration_annotation_table_configuration_table_arn: crate::Arn = "MetadataConfiguration.AnnotationTableConfiguration.TableArn";
        website_url: crate::Val<String> = "WebsiteURL";
    }
    required {}
    properties {
        /// The ABAC status of the general purpose bucket.
        abac_status: self::bucket::AbacStatus = "AbacStatus";
        /// Configures the transfer acceleration state for an Amazon S3 bucket.
        accelerate_configuration: self::bucket::AccelerateConfiguration = "AccelerateConfiguration";
        /// This is a legacy property, and it is not recommended for most use cases.
        access_control: self::bucket::AccessControl = "AccessControl";
        /// Specifies the configuration and any analyses for the analytics filter of an Amazon S3 bucket.
        analytics_configurations: Vec<self::bucket::AnalyticsConfiguration> = "AnalyticsConfigurations";
        /// Specifies default encryption for a bucket using server-side encryption with Amazon S3-managed keys (SSE-S3), AWS KMS-managed keys (SSE-KMS), or dual-layer server-side encryption with KMS-managed keys (DSSE-KMS).
        bucket_encryption: self::bucket::BucketEncryption = "BucketEncryption";
        /// A name for the bucket.
        bucket_name: String = "BucketName" ["at most 63 characters, pattern `^([a-z0-9][a-z0-9.-]*[a-z0-9])?$`"] Characters(0, 63);
        bucket_name_prefix: String = "BucketNamePrefix";
        bucket_namespace: self::bucket::BucketNamespace = "BucketNamespace";
        /// Describes the cross-origin access configuration for objects in an Amazon S3 bucket.
        cors_configuration: self::bucket::CorsConfiguration = "CorsConfiguration";
        /// Defines how Amazon S3 handles Intelligent-Tiering storage.
        intelligent_tiering_configurations: Vec<self::bucket::IntelligentTieringConfiguration> = "IntelligentTieringConfigurations";
        /// Specifies the S3 Inventory configuration for an Amazon S3 bucket.
        inventory_configurations: Vec<self::bucket::InventoryConfiguration> = "InventoryConfigurations";
        /// Specifies the lifecycle configuration for objects in an Amazon S3 bucket.
        lifecycle_configuration: self::bucket::LifecycleConfiguration = "LifecycleConfiguration";
        /// Settings that define where logs are stored.
        logging_configuration: self::bucket::LoggingConfiguration = "LoggingConfiguration";
        /// The S3 Metadata configuration for a general purpose bucket.
        metadata_configuration: self::bucket::MetadataConfiguration = "MetadataConfiguration";
        /// The metadata table configuration of an S3 general purpose bucket.
        metadata_table_configuration: self::bucket::MetadataTableConfiguration = "MetadataTableConfiguration";
        /// Specifies a metrics configuration for the CloudWatch request metrics (specified by the metrics configuration ID) from an Amazon S3 bucket.
        metrics_configurations: Vec<self::bucket::MetricsConfiguration> = "MetricsConfigurations";
        /// Configuration that defines how Amazon S3 handles bucket notifications.
        notification_configuration: self::bucket::NotificationConfiguration = "NotificationConfiguration";
        /// This operation is not supported for directory buckets.
        object_lock_configuration: self::bucket::ObjectLockConfiguration = "ObjectLockConfiguration";
        /// Indicates whether this bucket has an Object Lock configuration enabled.
        object_lock_enabled: bool = "ObjectLockEnabled";
        /// Configuration that defines how Amazon S3 handles Object Ownership rules.
        ownership_controls: self::bucket::OwnershipControls = "OwnershipControls";
        /// Configuration that defines how Amazon S3 handles public access.
        public_access_block_configuration: self::bucket::PublicAccessBlockConfiguration = "PublicAccessBlockConfiguration";
        /// Configuration for replicating objects in an S3 bucket.
        replication_configuration: self::bucket::ReplicationConfiguration = "ReplicationConfiguration";
        /// An arbitrary set of tags (key-value pairs) for this S3 bucket.
        tags: Vec<self::bucket::Tag> = "Tags";
        /// Enables multiple versions of all objects in this bucket.
        versioning_configuration: self::bucket::VersioningConfiguration = "VersioningConfiguration";
        /// Information used to configure the bucket as a static website.
        website_configuration: self::bucket::WebsiteConfiguration = "WebsiteConfiguration";
    }
}

/// Property types of [`Bucket`].
pub mod bucket {
    structure! {
        /// Specifies the days since the initiation of an incomplete multipart upload that Amazon S3 will wait before permanently removing all parts of the upload.
        AbortIncompleteMultipartUpload;
        required {
            /// Specifies the number of days after which Amazon S3 stops an incomplete multipart upload.
            days_after_initiation: i64 = "DaysAfterInitiation" ["at least 0"];
        }
        properties {}
    }

    structure! {
        /// Configures the transfer acceleration state for an Amazon S3 bucket.
        AccelerateConfiguration;
        required {
            /// Specifies the transfer acceleration status of the bucket.
            acceleration_status: AccelerationStatus = "AccelerationStatus";
        }
        properties {}
    }

    structure! {
        /// Specify this only in a cross-account scenario (where source and destination bucket owners are not the same), and you want to change replica ownership to the AWS-account that owns the destination bucket.
        AccessControlTranslation;
        required {
            /// Specifies the replica ownership.
            owner: Owner = "Owner";
        }
        properties {}
    }

    structure! {
        /// Specifies the configuration and any analyses for the analytics filter of an Amazon S3 bucket.
        AnalyticsConfiguration;
        required {
            /// The ID that identifies the analytics configuration.
            id: String = "Id";
            /// Contains data related to access patterns to be collected and made available to analyze the tradeoffs between different storage classes.
            storage_class_analysis: StorageClassAnalysis = "StorageClassAnalysis";
        }
        properties {
            /// The prefix that an object must have to be included in the analytics results.
            prefix: String = "Prefix";
            /// The tags to use when evaluating an analytics filter.
            tag_filters: Vec<TagFilter> = "TagFilters";
        }
    }

    structure! {
        /// The annotation table configuration for an S3 Metadata configuration.
        AnnotationTableConfiguration;
        required {
            /// Specifies whether the annotation table configuration is enabled or disabled.
            configuration_state: ConfigurationState = "ConfigurationState";
        }
        properties {
            /// The encryption configuration for the annotation table.
            encryption_configuration: MetadataTableEncryptionConfiguration = "EncryptionConfiguration";
            /// The ARN of the IAM role that grants Amazon S3 Metadata permission to read annotations from your bucket.
            role: String = "Role";
            /// The Amazon Resource Name (ARN) for the annotation table.
            table_arn: String = "TableArn";
            /// The name of the annotation table.
            table_name: String = "TableName";
        }
    }

    structure! {
        /// A bucket-level setting for Amazon S3 general purpose buckets used to prevent the upload of new objects encrypted with the specified server-side encryption type.
        BlockedEncryptionTypes;
        required {}
        properties {
            /// The object encryption type that you want to block or unblock for an Amazon S3 general purpose bucket.
            encryption_type: Vec<EncryptionType> = "EncryptionType";
        }
    }

    structure! {
        /// Specifies default encryption for a bucket using server-side encryption with Amazon S3-managed keys (SSE-S3), AWS KMS-managed keys (SSE-KMS), or dual-layer server-side encryption with KMS-managed keys (DSSE-KMS).
        BucketEncryption;
        required {
            /// Specifies the default server-side-encryption configuration.
            server_side_encryption_configuration: Vec<ServerSideEncryptionRule> = "ServerSideEncryptionConfiguration";
        }
        properties {}
    }

    structure! {
        /// Describes the cross-origin access configuration for objects in an Amazon S3 bucket.
        CorsConfiguration;
        required {
            /// A set of origins and methods (cross-origin access that you want to allow).
            cors_rules: Vec<CorsRule> = "CorsRules";
        }
        properties {}
    }

    structure! {
        /// Specifies a cross-origin access rule for an Amazon S3 bucket.
        CorsRule;
        required {
            /// An HTTP method that you allow the origin to run.
            allowed_methods: Vec<AllowedMethod> = "AllowedMethods";
            /// One or more origins you want customers to be able to access the bucket from.
            allowed_origins: Vec<String> = "AllowedOrigins";
        }
        properties {
            /// Headers that are specified in the `Access-Control-Request-Headers` header.
            allowed_headers: Vec<String> = "AllowedHeaders";
            /// One or more headers in the response that you want customers to be able to access from their applications (for example, from a JavaScript `XMLHttpRequest` object).
            exposed_headers: Vec<String> = "ExposedHeaders";
            /// A unique identifier for this rule.
            id: String = "Id" ["at most 255 characters"];
            /// The time in seconds that your browser is to cache the preflight response for the specified resource.
            max_age: i64 = "MaxAge" ["at least 0"];
        }
    }

    structure! {
        /// Specifies how data related to the storage class analysis for an Amazon S3 bucket should be exported.
        DataExport;
        required {
            /// The place to store the data for an analysis.
            destination: Destination = "Destination";
            /// The version of the output schema to use when exporting data.
            output_schema_version: String = "OutputSchemaVersion";
        }
        properties {}
    }

    structure! {
        /// The default Object Lock event hold duration that you want to apply to new objects placed in the specified bucket, unless an object's upload request specifies its own Object Lock settings.
        DefaultEventHold;
        required {}
        properties {
            /// The number of days that you want to specify for the default event hold duration.
            days: i64 = "Days";
            /// The number of years that you want to specify for the default event hold duration.
            years: i64 = "Years";
        }
    }

    structure! {
        /// The container element for optionally specifying the default Object Lock retention settings for new objects placed in the specified bucket.
        DefaultRetention;
        required {}
        properties {
            /// The number of days that you want to specify for the default retention period.
            days: i64 = "Days";
            /// The default Object Lock event hold duration that you want to apply to new objects placed in the specified bucket.
            default_event_hold: DefaultEventHold = "DefaultEventHold";
            /// The default Object Lock retention mode you want to apply to new objects placed in the specified bucket.
            mode: Mode = "Mode";
            /// The number of years that you want to specify for the default retention period.
            years: i64 = "Years";
        }
    }

    structure! {
        /// Specifies whether Amazon S3 replicates delete markers.
        DeleteMarkerReplication;
        required {}
        properties {
            /// Indicates whether to replicate delete markers.
            status: DeleteMarkerReplicationStatus = "Status";
        }
    }

    structure! {
        /// Specifies information about where to publish analysis or configuration results for an Amazon S3 bucket.
        Destination;
        required {
            /// The Amazon Resource Name (ARN) of the bucket to which data is exported.
            bucket_arn: String = "BucketArn";
            /// Specifies the file format used when exporting data to Amazon S3.
            format: Format = "Format";
        }
        properties {
            /// The account ID that owns the destination S3 bucket.
            bucket_account_id: String = "BucketAccountId";
            /// The prefix to use when exporting data.
            prefix: String = "Prefix";
        }
    }

    structure! {
        /// Specifies encryption-related information for an Amazon S3 bucket that is a destination for replicated objects.
        EncryptionConfiguration;
        required {
            /// Specifies the ID (Key ARN or Alias ARN) of the customer managed AWS KMS key stored in AWS Key Management Service (KMS) for the destination bucket.
            replica_kms_key_id: String = "ReplicaKmsKeyID";
        }
        properties {}
    }

    structure! {
        /// Amazon S3 can send events to Amazon EventBridge whenever certain events happen in your bucket, see Using EventBridge in the \*Amazon S3 User Guide\*.
        EventBridgeConfiguration;
        required {
            /// Enables delivery of events to Amazon EventBridge.
            event_bridge_enabled: bool = "EventBridgeEnabled";
        }
        properties {}
    }

    structure! {
        /// Specifies the Amazon S3 object key name to filter on.
        FilterRule;
        required {
            /// The object key name prefix or suffix identifying one or more objects to which the filtering rule applies.
            name: String = "Name" ["at most 1024 characters"];
            /// The value that the filter searches for in object key names.
            value: String = "Value";
        }
        properties {}
    }

    structure! {
        /// Specifies the S3 Intelligent-Tiering configuration for an Amazon S3 bucket.
        IntelligentTieringConfiguration;
        required {
            /// The ID used to identify the S3 Intelligent-Tiering configuration.
            id: String = "Id";
            /// Specifies the status of the configuration.
            status: IntelligentTieringConfigurationStatus = "Status";
            /// Specifies a list of S3 Intelligent-Tiering storage class tiers in the configuration.
            tierings: Vec<Tiering> = "Tierings";
        }
        properties {
            /// An object key name prefix that identifies the subset of objects to which the rule applies.
            prefix: String = "Prefix";
            /// A container for a key-value pair.
            tag_filters: Vec<TagFilter> = "TagFilters";
        }
    }

    structure! {
        /// Specifies the S3 Inventory configuration for an Amazon S3 bucket.
        InventoryConfiguration;
        required {
            /// Contains information about where to publish the inventory results.
            destination: Destination = "Destination";
            /// Specifies whether the inventory is enabled or disabled.
            enabled: bool = "Enabled";
            /// The ID used to identify the inventory configuration.
            id: String = "Id";
            /// Object versions to include in the inventory list.
            included_object_versions: IncludedObjectVersions = "IncludedObjectVersions";
            /// Specifies the schedule for generating inventory results.
            schedule_frequency: ScheduleFrequency = "ScheduleFrequency";
        }
        properties {
            /// Contains the optional fields that are included in the inventory results.
            optional_fields: Vec<OptionalField> = "OptionalFields";
            /// Specifies the inventory filter prefix.
            prefix: String = "Prefix";
        }
    }

    structure! {
        /// The inventory table configuration for an S3 Metadata configuration.
        InventoryTableConfiguration;
        required {
            /// The configuration state of the inventory table, indicating whether the inventory table is enabled or disabled.
            configuration_state: ConfigurationState = "ConfigurationState";
        }
        properties {
            /// The encryption configuration for the inventory table.
            encryption_configuration: MetadataTableEncryptionConfiguration = "EncryptionConfiguration";
            /// The Amazon Resource Name (ARN) for the inventory table.
            table_arn: String = "TableArn";
            /// The name of the inventory table.
            table_name: String = "TableName";
        }
    }

    structure! {
        /// The journal table configuration for an S3 Metadata configuration.
        JournalTableConfiguration;
        required {
            /// The journal table record expiration settings for the journal table.
            record_expiration: RecordExpiration = "RecordExpiration";
        }
        properties {
            /// The encryption configuration for the journal table.
            encryption_configuration: MetadataTableEncryptionConfiguration = "EncryptionConfiguration";
            /// The Amazon Resource Name (ARN) for the journal table.
            table_arn: String = "TableArn";
            /// The name of the journal table.
            table_name: String = "TableName";
        }
    }

    structure! {
        /// Describes the LAMlong functions to invoke and the events for which to invoke them.
        LambdaConfiguration;
        required {
            /// The Amazon S3 bucket event for which to invoke the LAMlong function.
            event: String = "Event";
            /// The Amazon Resource Name (ARN) of the LAMlong function that Amazon S3 invokes when the specified event type occurs.
            function: String = "Function";
        }
        properties {
            /// The filtering rules that determine which objects invoke the AWS Lambda function.
            filter: NotificationFilter = "Filter";
        }
    }

    structure! {
        /// Specifies the lifecycle configuration for objects in an Amazon S3 bucket.
        LifecycleConfiguration;
        required {
            /// A lifecycle rule for individual objects in an Amazon S3 bucket.
            rules: Vec<Rule> = "Rules";
        }
        properties {
            /// Indicates which default minimum object size behavior is applied to the lifecycle configuration.
            transition_default_minimum_object_size: TransitionDefaultMinimumObjectSize = "TransitionDefaultMinimumObjectSize";
        }
    }

    structure! {
        /// Describes where logs are stored and the prefix that Amazon S3 assigns to all log object keys for a bucket.
        LoggingConfiguration;
        required {}
        properties {
            /// The name of the bucket where Amazon S3 should store server access log files.
            destination_bucket_name: String = "DestinationBucketName";
            /// A prefix for all log object keys.
            log_file_prefix: String = "LogFilePrefix";
            /// Amazon S3 key format for log objects.
            target_object_key_format: crate::Json = "TargetObjectKeyFormat";
        }
    }

    structure! {
        /// Creates a V2 S3 Metadata configuration of a general purpose bucket.
        MetadataConfiguration;
        required {
            /// The journal table configuration for a metadata configuration.
            journal_table_configuration: JournalTableConfiguration = "JournalTableConfiguration";
        }
        properties {
            /// The annotation table configuration for a metadata configuration.
            annotation_table_configuration: AnnotationTableConfiguration = "AnnotationTableConfiguration";
            /// The destination information for the S3 Metadata configuration.
            destination: MetadataDestination = "Destination";
            /// The inventory table configuration for a metadata configuration.
            inventory_table_configuration: InventoryTableConfiguration = "InventoryTableConfiguration";
        }
    }

    structure! {
        /// The destination information for the S3 Metadata configuration.
        MetadataDestination;
        required {
            /// The type of the table bucket where the metadata configuration is stored.
            table_bucket_type: TableBucketType = "TableBucketType";
        }
        properties {
            /// The Amazon Resource Name (ARN) of the table bucket where the metadata configuration is stored.
            table_bucket_arn: String = "TableBucketArn";
            /// The namespace in the table bucket where the metadata tables for a metadata configuration are stored.
            table_namespace: String = "TableNamespace";
        }
    }

    structure! {
        /// We recommend that you create your S3 Metadata configurations by using the V2 MetadataConfiguration resource type.
        MetadataTableConfiguration;
        required {
            /// The destination information for the metadata table configuration.
            s3_tables_destination: S3TablesDestination = "S3TablesDestination";
        }
        properties {}
    }

    structure! {
        /// The encryption settings for an S3 Metadata journal table or inventory table configuration.
        MetadataTableEncryptionConfiguration;
        required {
            /// The encryption type specified for a metadata table.
            sse_algorithm: SseAlgorithm = "SseAlgorithm";
        }
        properties {
            /// If server-side encryption with KMSlong (KMS) keys (SSE-KMS) is specified, you must also specify the KMS key Amazon Resource Name (ARN).
            kms_key_arn: String = "KmsKeyArn";
        }
    }

    structure! {
        /// A container specifying replication metrics-related settings enabling replication metrics and events.
        Metrics;
        required {
            /// Specifies whether the replication metrics are enabled.
            status: MetricsStatus = "Status";
        }
        properties {
            /// A container specifying the time threshold for emitting the `s3:Replication:OperationMissedThreshold` event.
            event_threshold: ReplicationTimeValue = "EventThreshold";
        }
    }

    structure! {
        /// Specifies a metrics configuration for the CloudWatch request metrics (specified by the metrics configuration ID) from an Amazon S3 bucket.
        MetricsConfiguration;
        required {
            /// The ID used to identify the metrics configuration.
            id: String = "Id";
        }
        properties {
            /// The access point that was used while performing operations on the object.
            access_point_arn: String = "AccessPointArn";
            /// The prefix that an object must have to be included in the metrics results.
            prefix: String = "Prefix";
            /// Specifies a list of tag filters to use as a metrics configuration filter.
            tag_filters: Vec<TagFilter> = "TagFilters";
        }
    }

    structure! {
        /// Specifies when noncurrent object versions expire.
        NoncurrentVersionExpiration;
        required {
            /// Specifies the number of days an object is noncurrent before S3 can perform the associated action.
            noncurrent_days: i64 = "NoncurrentDays";
        }
        properties {
            /// Specifies how many noncurrent versions S3 will retain.
            newer_noncurrent_versions: i64 = "NewerNoncurrentVersions";
        }
    }

    structure! {
        /// Container for the transition rule that describes when noncurrent objects transition to the `STANDARD_IA`, `ONEZONE_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `GLACIER`, or `DEEP_ARCHIVE` storage class.
        NoncurrentVersionTransition;
        required {
            /// The class of storage used to store the object.
            storage_class: String = "StorageClass" ["one of `DEEP_ARCHIVE`, `GLACIER`, `Glacier`, `GLACIER_IR`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `STANDARD_IA`"];
            /// Specifies the number of days an object is noncurrent before Amazon S3 can perform the associated action.
            transition_in_days: i64 = "TransitionInDays";
        }
        properties {
            /// Specifies how many noncurrent versions S3 will retain.
            newer_noncurrent_versions: i64 = "NewerNoncurrentVersions";
        }
    }

    structure! {
        /// Describes the notification configuration for an Amazon S3 bucket.
        NotificationConfiguration;
        required {}
        properties {
            /// Enables delivery of events to Amazon EventBridge.
            event_bridge_configuration: EventBridgeConfiguration = "EventBridgeConfiguration";
            /// Describes the LAMlong functions to invoke and the events for which to invoke them.
            lambda_configurations: Vec<LambdaConfiguration> = "LambdaConfigurations";
            /// The Amazon Simple Queue Service queues to publish messages to and the events for which to publish messages.
            queue_configurations: Vec<QueueConfiguration> = "QueueConfigurations";
            /// The topic to which notifications are sent and the events for which notifications are generated.
            topic_configurations: Vec<TopicConfiguration> = "TopicConfigurations";
        }
    }

    structure! {
        /// Specifies object key name filtering rules.
        NotificationFilter;
        required {
            /// A container for object key name prefix and suffix filtering rules.
            s3_key: S3KeyFilter = "S3Key";
        }
        properties {}
    }

    structure! {
        /// Places an Object Lock configuration on the specified bucket.
        ObjectLockConfiguration;
        required {}
        properties {
            /// Indicates whether this bucket has an Object Lock configuration enabled.
            object_lock_enabled: ObjectLockEnabled = "ObjectLockEnabled";
            /// Specifies the Object Lock rule for the specified object.
            rule: ObjectLockRule = "Rule";
        }
    }

    structure! {
        /// Specifies the Object Lock rule for the specified object.
        ObjectLockRule;
        required {}
        properties {
            /// The default Object Lock retention mode and period that you want to apply to new objects placed in the specified bucket.
            default_retention: DefaultRetention = "DefaultRetention";
        }
    }

    structure! {
        /// Specifies the container element for Object Ownership rules.
        OwnershipControls;
        required {
            /// Specifies the container element for Object Ownership rules.
            rules: Vec<OwnershipControlsRule> = "Rules";
        }
        properties {}
    }

    structure! {
        /// Specifies an Object Ownership rule.
        OwnershipControlsRule;
        required {}
        properties {
            /// Specifies an object ownership rule.
            object_ownership: ObjectOwnership = "ObjectOwnership";
        }
    }

    structure! {
        /// Amazon S3 keys for log objects are partitioned in the following format:
        PartitionedPrefix;
        required {}
        properties {
            /// Specifies the partition date source for the partitioned prefix.
            partition_date_source: PartitionDateSource = "PartitionDateSource";
        }
    }

    structure! {
        /// The PublicAccessBlock configuration that you want to apply to this Amazon S3 bucket.
        PublicAccessBlockConfiguration;
        required {}
        properties {
            /// Specifies whether Amazon S3 should block public access control lists (ACLs) for this bucket and objects in this bucket.
            block_public_acls: bool = "BlockPublicAcls";
            /// Specifies whether Amazon S3 should block public bucket policies for this bucket.
            block_public_policy: bool = "BlockPublicPolicy";
            /// Specifies whether Amazon S3 should ignore public ACLs for this bucket and objects in this bucket.
            ignore_public_acls: bool = "IgnorePublicAcls";
            /// Specifies whether Amazon S3 should restrict public bucket policies for this bucket.
            restrict_public_buckets: bool = "RestrictPublicBuckets";
        }
    }

    structure! {
        /// Specifies the configuration for publishing messages to an Amazon Simple Queue Service (Amazon SQS) queue when Amazon S3 detects specified events.
        QueueConfiguration;
        required {
            /// The Amazon S3 bucket event about which you want to publish messages to Amazon SQS.
            event: String = "Event";
            /// The Amazon Resource Name (ARN) of the Amazon SQS queue to which Amazon S3 publishes a message when it detects events of the specified type.
            queue: String = "Queue";
        }
        properties {
            /// The filtering rules that determine which objects trigger notifications.
            filter: NotificationFilter = "Filter";
        }
    }

    structure! {
        /// The journal table record expiration settings for a journal table in an S3 Metadata configuration.
        RecordExpiration;
        required {
            /// Specifies whether journal table record expiration is enabled or disabled.
            expiration: Expiration = "Expiration";
        }
        properties {
            /// If you enable journal table record expiration, you can set the number of days to retain your journal table records.
            days: i64 = "Days";
        }
    }

    structure! {
        /// Specifies the redirect behavior of all requests to a website endpoint of an Amazon S3 bucket.
        RedirectAllRequestsTo;
        required {
            /// Name of the host where requests are redirected.
            host_name: String = "HostName";
        }
        properties {
            /// Protocol to use when redirecting requests.
            protocol: Protocol = "Protocol";
        }
    }

    structure! {
        /// Specifies how requests are redirected.
        RedirectRule;
        required {}
        properties {
            /// The host name to use in the redirect request.
            host_name: String = "HostName";
            /// The HTTP redirect code to use on the response.
            http_redirect_code: String = "HttpRedirectCode";
            /// Protocol to use when redirecting requests.
            protocol: Protocol = "Protocol";
            /// The object key prefix to use in the redirect request.
            replace_key_prefix_with: String = "ReplaceKeyPrefixWith";
            /// The specific object key to use in the redirect request.
            replace_key_with: String = "ReplaceKeyWith";
        }
    }

    structure! {
        /// A filter that you can specify for selection for modifications on replicas.
        ReplicaModifications;
        required {
            /// Specifies whether Amazon S3 replicates modifications on replicas.
            status: ReplicaModificationsStatus = "Status";
        }
        properties {}
    }

    structure! {
        /// A container for replication rules.
        ReplicationConfiguration;
        required {
            /// The Amazon Resource Name (ARN) of the IAMlong (IAM) role that Amazon S3 assumes when replicating objects.
            role: String = "Role";
            /// A container for one or more replication rules.
            rules: Vec<ReplicationRule> = "Rules";
        }
        properties {}
    }

    structure! {
        /// A container for information about the replication destination and its configurations including enabling the S3 Replication Time Control (S3 RTC).
        ReplicationDestination;
        required {
            /// The Amazon Resource Name (ARN) of the bucket where you want Amazon S3 to store the results.
            bucket: String = "Bucket";
        }
        properties {
            /// Specify this only in a cross-account scenario (where source and destination bucket owners are not the same), and you want to change replica ownership to the AWS-account that owns the destination bucket.
            access_control_translation: AccessControlTranslation = "AccessControlTranslation";
            /// Destination bucket owner account ID.
            account: String = "Account";
            /// Specifies encryption-related information.
            encryption_configuration: EncryptionConfiguration = "EncryptionConfiguration";
            /// A container specifying replication metrics-related settings enabling replication metrics and events.
            metrics: Metrics = "Metrics";
            /// A container specifying S3 Replication Time Control (S3 RTC), including whether S3 RTC is enabled and the time when all objects and operations on objects must be replicated.
            replication_time: ReplicationTime = "ReplicationTime";
            /// The storage class to use when replicating objects, such as S3 Standard or reduced redundancy.
            storage_class: StorageClass = "StorageClass";
        }
    }

    structure! {
        /// Specifies which Amazon S3 objects to replicate and where to store the replicas.
        ReplicationRule;
        required {
            /// A container for information about the replication destination and its configurations including enabling the S3 Replication Time Control (S3 RTC).
            destination: ReplicationDestination = "Destination";
            /// Specifies whether the rule is enabled.
            status: ReplicationRuleStatus = "Status";
        }
        properties {
            /// Specifies whether Amazon S3 replicates delete markers.
            delete_marker_replication: DeleteMarkerReplication = "DeleteMarkerReplication";
            /// A filter that identifies the subset of objects to which the replication rule applies.
            filter: ReplicationRuleFilter = "Filter";
            /// A unique identifier for the rule.
            id: String = "Id" ["at most 255 characters"];
            /// An object key name prefix that identifies the object or objects to which the rule applies.
            prefix: String = "Prefix" ["at most 1024 characters"];
            /// The priority indicates which rule has precedence whenever two or more replication rules conflict.
            priority: i64 = "Priority";
            /// A container that describes additional filters for identifying the source objects that you want to replicate.
            source_selection_criteria: SourceSelectionCriteria = "SourceSelectionCriteria";
        }
    }

    structure! {
        /// A container for specifying rule filters.
        ReplicationRuleAndOperator;
        required {}
        properties {
            /// An object key name prefix that identifies the subset of objects to which the rule applies.
            prefix: String = "Prefix";
            /// An array of tags containing key and value pairs.
            tag_filters: Vec<TagFilter> = "TagFilters";
        }
    }

    structure! {
        /// A filter that identifies the subset of objects to which the replication rule applies.
        ReplicationRuleFilter;
        required {}
        properties {
            /// A container for specifying rule filters.
            and: ReplicationRuleAndOperator = "And";
            /// An object key name prefix that identifies the subset of objects to which the rule applies.
            prefix: String = "Prefix";
            /// A container for specifying a tag key and value.
            tag_filter: TagFilter = "TagFilter";
        }
    }

    structure! {
        /// A container specifying S3 Replication Time Control (S3 RTC) related information, including whether S3 RTC is enabled and the time when all objects and operations on objects must be replicated.
        ReplicationTime;
        required {
            /// Specifies whether the replication time is enabled.
            status: ReplicationTimeStatus = "Status";
            /// A container specifying the time by which replication should be complete for all objects and operations on objects.
            time: ReplicationTimeValue = "Time";
        }
        properties {}
    }

    structure! {
        /// A container specifying the time value for S3 Replication Time Control (S3 RTC) and replication metrics `EventThreshold`.
        ReplicationTimeValue;
        required {
            /// Contains an integer specifying time in minutes.
            minutes: i64 = "Minutes";
        }
        properties {}
    }

    structure! {
        /// Specifies the redirect behavior and when a redirect is applied.
        RoutingRule;
        required {
            /// Container for redirect information.
            redirect_rule: RedirectRule = "RedirectRule";
        }
        properties {
            /// A container for describing a condition that must be met for the specified redirect to apply.
            routing_rule_condition: RoutingRuleCondition = "RoutingRuleCondition";
        }
    }

    structure! {
        /// A container for describing a condition that must be met for the specified redirect to apply.
        RoutingRuleCondition;
        required {}
        properties {
            /// The HTTP error code when the redirect is applied.
            http_error_code_returned_equals: String = "HttpErrorCodeReturnedEquals";
            /// The object key name prefix when the redirect is applied.
            key_prefix_equals: String = "KeyPrefixEquals";
        }
    }

    structure! {
        /// Specifies lifecycle rules for an Amazon S3 bucket.
        Rule;
        required {
            /// If `Enabled`, the rule is currently being applied.
            status: RuleStatus = "Status";
        }
        properties {
            /// Specifies a lifecycle rule that stops incomplete multipart uploads to an Amazon S3 bucket.
            abort_incomplete_multipart_upload: AbortIncompleteMultipartUpload = "AbortIncompleteMultipartUpload";
            /// Indicates when objects are deleted from Amazon S3 and Amazon S3 Glacier.
            expiration_date: String = "ExpirationDate";
            /// Indicates the number of days after creation when objects are deleted from Amazon S3 and Amazon S3 Glacier.
            expiration_in_days: i64 = "ExpirationInDays";
            /// Indicates whether Amazon S3 will remove a delete marker without any noncurrent versions.
            expired_object_delete_marker: bool = "ExpiredObjectDeleteMarker";
            /// Unique identifier for the rule.
            id: String = "Id" ["at most 255 characters"];
            /// Specifies when noncurrent object versions expire.
            noncurrent_version_expiration: NoncurrentVersionExpiration = "NoncurrentVersionExpiration";
            /// (Deprecated.) For buckets with versioning enabled (or suspended), specifies the time, in days, between when a new version of the object is uploaded to the bucket and when old versions of the object expire.
            noncurrent_version_expiration_in_days: i64 = "NoncurrentVersionExpirationInDays";
            /// (Deprecated.) For buckets with versioning enabled (or suspended), specifies when non-current objects transition to a specified storage class.
            noncurrent_version_transition: NoncurrentVersionTransition = "NoncurrentVersionTransition";
            /// For buckets with versioning enabled (or suspended), one or more transition rules that specify when non-current objects transition to a specified storage class.
            noncurrent_version_transitions: Vec<NoncurrentVersionTransition> = "NoncurrentVersionTransitions";
            /// Specifies the minimum object size in bytes for this rule to apply to.
            object_size_greater_than: String = "ObjectSizeGreaterThan" ["at most 20 characters, pattern `[0-9]+`"];
            /// Specifies the maximum object size in bytes for this rule to apply to.
            object_size_less_than: String = "ObjectSizeLessThan" ["at most 20 characters, pattern `[0-9]+`"];
            /// Object key prefix that identifies one or more objects to which this rule applies.
            prefix: String = "Prefix";
            /// Tags to use to identify a subset of objects to which the lifecycle rule applies.
            tag_filters: Vec<TagFilter> = "TagFilters";
            /// (Deprecated.) Specifies when an object transitions to a specified storage class.
            transition: Transition = "Transition";
            /// One or more transition rules that specify when an object transitions to a specified storage class.
            transitions: Vec<Transition> = "Transitions";
        }
    }

    structure! {
        /// A container for object key name prefix and suffix filtering rules.
        S3KeyFilter;
        required {
            /// A list of containers for the key-value pair that defines the criteria for the filter rule.
            rules: Vec<FilterRule> = "Rules";
        }
        properties {}
    }

    structure! {
        /// The destination information for a V1 S3 Metadata configuration.
        S3TablesDestination;
        required {
            /// The Amazon Resource Name (ARN) for the table bucket that's specified as the destination in the metadata table configuration.
            table_bucket_arn: String = "TableBucketArn";
            /// The name for the metadata table in your metadata table configuration.
            table_name: String = "TableName";
        }
        properties {
            /// The Amazon Resource Name (ARN) for the metadata table in the metadata table configuration.
            table_arn: String = "TableArn";
            /// The table bucket namespace for the metadata table in your metadata table configuration.
            table_namespace: String = "TableNamespace";
        }
    }

    structure! {
        /// Describes the default server-side encryption to apply to new objects in the bucket.
        ServerSideEncryptionByDefault;
        required {
            /// Server-side encryption algorithm to use for the default encryption.
            sse_algorithm: SSEAlgorithm = "SSEAlgorithm";
        }
        properties {
            /// AWS Key Management Service (KMS) customer managed key ID to use for the default encryption.
            kms_master_key_id: String = "KMSMasterKeyID";
        }
    }

    structure! {
        /// Specifies the default server-side encryption configuration.
        ServerSideEncryptionRule;
        required {}
        properties {
            /// A bucket-level setting for Amazon S3 general purpose buckets used to prevent the upload of new objects encrypted with the specified server-side encryption type.
            blocked_encryption_types: BlockedEncryptionTypes = "BlockedEncryptionTypes";
            /// Specifies whether Amazon S3 should use an S3 Bucket Key with server-side encryption using KMS (SSE-KMS) for new objects in the bucket.
            bucket_key_enabled: bool = "BucketKeyEnabled";
            /// Specifies the default server-side encryption to apply to new objects in the bucket.
            server_side_encryption_by_default: ServerSideEncryptionByDefault = "ServerSideEncryptionByDefault";
        }
    }

    structure! {
        /// A container that describes additional filters for identifying the source objects that you want to replicate.
        SourceSelectionCriteria;
        required {}
        properties {
            /// A filter that you can specify for selection for modifications on replicas.
            replica_modifications: ReplicaModifications = "ReplicaModifications";
            /// A container for filter information for the selection of Amazon S3 objects encrypted with AWS KMS.
            sse_kms_encrypted_objects: SseKmsEncryptedObjects = "SseKmsEncryptedObjects";
        }
    }

    structure! {
        /// A container for filter information for the selection of S3 objects encrypted with AWS KMS.
        SseKmsEncryptedObjects;
        required {
            /// Specifies whether Amazon S3 replicates objects created with server-side encryption using an AWS KMS key stored in AWS Key Management Service.
            status: SseKmsEncryptedObjectsStatus = "Status";
        }
        properties {}
    }

    structure! {
        /// Specifies data related to access patterns to be collected and made available to analyze the tradeoffs between different storage classes for an Amazon S3 bucket.
        StorageClassAnalysis;
        required {}
        properties {
            /// Specifies how data related to the storage class analysis for an Amazon S3 bucket should be exported.
            data_export: DataExport = "DataExport";
        }
    }

    structure! {
        /// A container of a key value name pair.
        Tag;
        required {
            /// Name of the object key.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// Value of the tag.
            value: String = "Value" ["at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// Specifies tags to use to identify a subset of objects for an Amazon S3 bucket.
        TagFilter;
        required {
            /// The tag key.
            key: String = "Key";
            /// The tag value.
            value: String = "Value";
        }
        properties {}
    }

    structure! {
        /// The S3 Intelligent-Tiering storage class is designed to optimize storage costs by automatically moving data to the most cost-effective storage access tier, without additional operational overhead.
        Tiering;
        required {
            /// S3 Intelligent-Tiering access tier.
            access_tier: AccessTier = "AccessTier";
            /// The number of consecutive days of no access after which an object will be eligible to be transitioned to the corresponding tier.
            days: i64 = "Days";
        }
        properties {}
    }

    structure! {
        /// A container for specifying the configuration for publication of messages to an Amazon Simple Notification Service (Amazon SNS) topic when Amazon S3 detects specified events.
        TopicConfiguration;
        required {
            /// The Amazon S3 bucket event about which to send notifications.
            event: String = "Event";
            /// The Amazon Resource Name (ARN) of the Amazon SNS topic to which Amazon S3 publishes a message when it detects events of the specified type.
            topic: String = "Topic";
        }
        properties {
            /// The filtering rules that determine for which objects to send notifications.
            filter: NotificationFilter = "Filter";
        }
    }

    structure! {
        /// Specifies when an object transitions to a specified storage class.
        Transition;
        required {
            /// The storage class to which you want the object to transition.
            storage_class: String = "StorageClass" ["one of `DEEP_ARCHIVE`, `GLACIER`, `Glacier`, `GLACIER_IR`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `STANDARD_IA`"];
        }
        properties {
            /// Indicates when objects are transitioned to the specified storage class.
            transition_date: String = "TransitionDate";
            /// Indicates the number of days after creation when objects are transitioned to the specified storage class.
            transition_in_days: i64 = "TransitionInDays";
        }
    }

    structure! {
        /// Describes the versioning state of an Amazon S3 bucket.
        VersioningConfiguration;
        required {
            /// The versioning state of the bucket.
            status: VersioningConfigurationStatus = "Status";
        }
        properties {}
    }

    structure! {
        /// Specifies website configuration parameters for an Amazon S3 bucket.
        WebsiteConfiguration;
        required {}
        properties {
            /// The name of the error document for the website.
            error_document: String = "ErrorDocument";
            /// The name of the index document for the website.
            index_document: String = "IndexDocument";
            /// The redirect behavior for every request to this bucket's website endpoint.
            redirect_all_requests_to: RedirectAllRequestsTo = "RedirectAllRequestsTo";
            /// Rules that define when a redirect is applied and the redirect behavior.
            routing_rules: Vec<RoutingRule> = "RoutingRules";
        }
    }

    closed! { AbacStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { AccelerationStatus { Enabled = "Enabled", Suspended = "Suspended" } }
    closed! { AccessControl {
        AuthenticatedRead = "AuthenticatedRead", AwsExecRead = "AwsExecRead",
        BucketOwnerFullControl = "BucketOwnerFullControl", BucketOwnerRead = "BucketOwnerRead",
        LogDeliveryWrite = "LogDeliveryWrite", Private = "Private", PublicRead = "PublicRead",
        PublicReadWrite = "PublicReadWrite",
    } }
    closed! { AccessTier {
        ArchiveAccess = "ARCHIVE_ACCESS", DeepArchiveAccess = "DEEP_ARCHIVE_ACCESS",
    } }
    closed! { AllowedMethod {
        Delete = "DELETE", Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT",
    } }
    closed! { BucketNamespace { AccountRegional = "account-regional", Global = "global" } }
    closed! { ConfigurationState { Disabled = "DISABLED", Enabled = "ENABLED" } }
    closed! { DeleteMarkerReplicationStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { EncryptionType { None = "NONE", SseC = "SSE-C" } }
    closed! { Expiration { Disabled = "DISABLED", Enabled = "ENABLED" } }
    closed! { Format { Csv = "CSV", Orc = "ORC", Parquet = "Parquet" } }
    closed! { IncludedObjectVersions { All = "All", Current = "Current" } }
    closed! { IntelligentTieringConfigurationStatus {
        Disabled = "Disabled", Enabled = "Enabled",
    } }
    closed! { MetricsStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { Mode { Compliance = "COMPLIANCE", Governance = "GOVERNANCE" } }
    closed! { ObjectLockEnabled { Enabled = "Enabled" } }
    closed! { ObjectOwnership {
        BucketOwnerEnforced = "BucketOwnerEnforced", BucketOwnerPreferred = "BucketOwnerPreferred",
        ObjectWriter = "ObjectWriter",
    } }
    closed! { OptionalField {
        BucketKeyStatus = "BucketKeyStatus", ChecksumAlgorithm = "ChecksumAlgorithm", ETag = "ETag",
        EncryptionStatus = "EncryptionStatus",
        IntelligentTieringAccessTier = "IntelligentTieringAccessTier",
        IntelligentTieringReferenceDate = "IntelligentTieringReferenceDate",
        IsMultipartUploaded = "IsMultipartUploaded", LastModifiedDate = "LastModifiedDate",
        LifecycleExpirationDate = "LifecycleExpirationDate",
        ObjectAccessControlList = "ObjectAccessControlList",
        ObjectLockEventHoldDuration = "ObjectLockEventHoldDuration",
        ObjectLockEventHoldStatus = "ObjectLockEventHoldStatus",
        ObjectLockLegalHoldStatus = "ObjectLockLegalHoldStatus", ObjectLockMode = "ObjectLockMode",
        ObjectLockRetainUntilDate = "ObjectLockRetainUntilDate", ObjectOwner = "ObjectOwner",
        ReplicationStatus = "ReplicationStatus", Size = "Size", StorageClass = "StorageClass",
    } }
    closed! { Owner { Destination = "Destination" } }
    closed! { PartitionDateSource { DeliveryTime = "DeliveryTime", EventTime = "EventTime" } }
    closed! { Protocol { Http = "http", Https = "https" } }
    closed! { ReplicaModificationsStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { ReplicationRuleStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { ReplicationTimeStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { RuleStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { SSEAlgorithm { Aes256 = "AES256", AwsKms = "aws:kms", AwsKmsDsse = "aws:kms:dsse" } }
    closed! { ScheduleFrequency { Daily = "Daily", Weekly = "Weekly" } }
    closed! { SseAlgorithm { Aes256 = "AES256", AwsKms = "aws:kms" } }
    closed! { SseKmsEncryptedObjectsStatus { Disabled = "Disabled", Enabled = "Enabled" } }
    closed! { StorageClass {
        DeepArchive = "DEEP_ARCHIVE", Glacier = "GLACIER", GlacierIr = "GLACIER_IR",
        IntelligentTiering = "INTELLIGENT_TIERING", OnezoneIa = "ONEZONE_IA",
        ReducedRedundancy = "REDUCED_REDUNDANCY", Standard = "STANDARD", StandardIa = "STANDARD_IA",
    } }
    closed! { TableBucketType { Aws = "aws", Customer = "customer" } }
    closed! { TransitionDefaultMinimumObjectSize {
        AllStorageClasses128k = "all_storage_classes_128K",
        VariesByStorageClass = "varies_by_storage_class",
    } }
    closed! { VersioningConfigurationStatus { Enabled = "Enabled", Suspended = "Suspended" } }
}

resource! {
    /// Applies an Amazon S3 bucket policy to an Amazon S3 bucket.
    BucketPolicy = "AWS::S3::BucketPolicy";
    attributes {
    }
    required {
        /// The name of the Amazon S3 bucket to which the policy applies.
        bucket: String = "Bucket";
        /// A policy document containing permissions to add to the specified bucket.
        policy_document: crate::Json = "PolicyDocument";
    }
    properties {}
}
