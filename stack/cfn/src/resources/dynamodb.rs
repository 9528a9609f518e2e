//! Resource types of the service `dynamodb`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

#[rustfmt::skip]
pub use table::{
    ApproximateCreationDateTimePrecision, AttributeDefinition, AttributeType, BillingMode,
    ContributorInsightsSpecification, Csv, DeprecatedHashKeyElement, DeprecatedKeySchema,
    DistanceFunction, GlobalSecondaryIndex, ImportSourceSpecification, InputFormatOptions,
    KinesisStreamSpecification, LocalSecondaryIndex, Mode, OnDemandThroughput,
    PointInTimeRecoverySpecification, Projection, ProjectionType, ProvisionedThroughput,
    ResourcePolicy, S3BucketSource, SSESpecification, SSEType, SearchSchemaElement,
    SearchSchemaElementType, StreamSpecification, StreamViewType, TableClass, Tag,
    TimeToLiveSpecification, VectorAttribute, VectorIndex, WarmThroughput,
};

resource! {
    /// The `AWS::DynamoDB::Table` resource creates a DDB table.
    Table = "AWS::DynamoDB::Table";
    attributes {
        arn: crate::Arn = "Arn";
        stream_arn: crate::Arn = "StreamArn";
    }
    required {
        /// Specifies the attributes that make up the primary key for the table.
        key_schema: crate::Json = "KeySchema" ["at least 1 items"];
    }
    properties {
        /// A list of attributes that describe the key schema for the table and indexes.
        attribute_definitions: Vec<self::table::AttributeDefinition> = "AttributeDefinitions";
        /// Specify how you are charged for read and write throughput and how you manage capacity.
        billing_mode: self::table::BillingMode = "BillingMode";
        /// The settings used to specify whether to enable CloudWatch Contributor Insights for the table and define which events to monitor.
        contributor_insights_specification: self::table::ContributorInsightsSpecification = "ContributorInsightsSpecification";
        /// Determines if a table is protected from deletion.
        deletion_protection_enabled: bool = "DeletionProtectionEnabled";
        /// Global secondary indexes to be created on the table.
        global_secondary_indexes: Vec<self::table::GlobalSecondaryIndex> = "GlobalSecondaryIndexes";
        /// Specifies the properties of data being imported from the S3 bucket source to the" table.
        import_source_specification: self::table::ImportSourceSpecification = "ImportSourceSpecification";
        /// The Kinesis Data Streams configuration for the specified table.
        kinesis_stream_specification: self::table::KinesisStreamSpecification = "KinesisStreamSpecification";
        /// Local secondary indexes to be created on the table.
        local_secondary_indexes: Vec<self::table::LocalSecondaryIndex> = "LocalSecondaryIndexes";
        /// Sets the maximum number of read and write units for the specified on-demand table.
        on_demand_throughput: self::table::OnDemandThroughput = "OnDemandThroughput";
        /// The settings used to enable point in time recovery.
        point_in_time_recovery_specification: self::table::PointInTimeRecoverySpecification = "PointInTimeRecoverySpecification";
        /// Throughput for the specified table, which consists of values for `ReadCapacityUnits` and `WriteCapacityUnits`.
        provisioned_throughput: self::table::ProvisionedThroughput = "ProvisionedThroughput";
        /// An AWS resource-based policy document in JSON format that will be attached to the table.
        resource_policy: self::table::ResourcePolicy = "ResourcePolicy";
        /// Specifies the settings to enable server-side encryption.
        sse_specification: self::table::SSESpecification = "SSESpecification";
        /// The settings for the DDB table stream, which captures changes to items stored in the table.
        stream_specification: self::table::StreamSpecification = "StreamSpecification";
        /// The table class of the new table.
        table_class: self::table::TableClass = "TableClass";
        /// A name for the table.
        table_name: String = "TableName" ["at least 1 characters, at most 1024 characters"] Characters(1, 1024);
        /// An array of key-value pairs to apply to this resource.
        tags: Vec<self::table::Tag> = "Tags";
        /// Specifies the Time to Live (TTL) settings for the table.
        time_to_live_specification: self::table::TimeToLiveSpecification = "TimeToLiveSpecification";
        vector_indexes: Vec<self::table::VectorIndex> = "VectorIndexes" ["at least 1 items"] Items(1, u64::MAX);
        /// Represents the warm throughput (in read units per second and write units per second) for creating a table.
        warm_throughput: self::table::WarmThroughput = "WarmThroughput";
    }
}

/// Property types of [`Table`].
pub mod table {
    structure! {
        /// Represents an attribute for describing the schema for the table and indexes.
        AttributeDefinition;
        required {
            /// A name for the attribute.
            attribute_name: String = "AttributeName" ["at least 1 characters, at most 255 characters"];
            /// The data type for the attribute, where:
            attribute_type: AttributeType = "AttributeType";
        }
        properties {}
    }

    structure! {
        /// Configures contributor insights settings for a table or one of its indexes.
        ContributorInsightsSpecification;
        required {
            /// Indicates whether CloudWatch Contributor Insights are to be enabled (true) or disabled (false).
            enabled: bool = "Enabled";
        }
        properties {
            /// Specifies the CloudWatch Contributor Insights mode for a table.
            mode: Mode = "Mode";
        }
    }

    structure! {
        /// The options for imported source files in CSV format.
        Csv;
        required {}
        properties {
            /// The delimiter used for separating items in the CSV file being imported.
            delimiter: String = "Delimiter";
            /// List of the headers used to specify a common header for all source CSV files being imported.
            header_list: Vec<String> = "HeaderList";
        }
    }

    structure! {
        /// Property type `DeprecatedHashKeyElement` of `AWS::DynamoDB::Table`.
        DeprecatedHashKeyElement;
        required {
            attribute_name: String = "AttributeName";
            attribute_type: String = "AttributeType";
        }
        properties {}
    }

    structure! {
        /// Property type `DeprecatedKeySchema` of `AWS::DynamoDB::Table`.
        DeprecatedKeySchema;
        required {
            hash_key_element: DeprecatedHashKeyElement = "HashKeyElement";
        }
        properties {}
    }

    structure! {
        /// Represents the properties of a global secondary index.
        GlobalSecondaryIndex;
        required {
            /// The name of the global secondary index.
            index_name: String = "IndexName" ["at least 3 characters, at most 255 characters, pattern `^[a-zA-Z0-9_.-]+$`"];
            key_schema: Vec<crate::Json> = "KeySchema" ["at least 1 items"];
            /// Represents attributes that are copied (projected) from the table into the global secondary index.
            projection: Projection = "Projection";
        }
        properties {
            /// The settings used to specify whether to enable CloudWatch Contributor Insights for the global table and define which events to monitor.
            contributor_insights_specification: ContributorInsightsSpecification = "ContributorInsightsSpecification";
            /// The maximum number of read and write units for the specified global secondary index.
            on_demand_throughput: OnDemandThroughput = "OnDemandThroughput";
            /// Represents the provisioned throughput settings for the specified global secondary index.
            provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput";
            /// Represents the warm throughput value (in read units per second and write units per second) for the specified secondary index.
            warm_throughput: WarmThroughput = "WarmThroughput";
        }
    }

    structure! {
        /// Specifies the properties of data being imported from the S3 bucket source to the table.
        ImportSourceSpecification;
        required {
            /// The format of the source data.
            input_format: String = "InputFormat";
            /// The S3 bucket that provides the source for the import.
            s3_bucket_source: S3BucketSource = "S3BucketSource";
        }
        properties {
            /// Type of compression to be used on the input coming from the imported table.
            input_compression_type: String = "InputCompressionType";
            /// Additional properties that specify how the input is formatted,
            input_format_options: InputFormatOptions = "InputFormatOptions";
        }
    }

    structure! {
        /// The format options for the data that was imported into the target table.
        InputFormatOptions;
        required {}
        properties {
            /// The options for imported source files in CSV format.
            csv: Csv = "Csv";
        }
    }

    structure! {
        /// The Kinesis Data Streams configuration for the specified table.
        KinesisStreamSpecification;
        required {
            /// The ARN for a specific Kinesis data stream.
            stream_arn: String = "StreamArn";
        }
        properties {
            /// The precision for the time and date that the stream was created.
            approximate_creation_date_time_precision: ApproximateCreationDateTimePrecision = "ApproximateCreationDateTimePrecision";
        }
    }

    structure! {
        /// Represents the properties of a local secondary index.
        LocalSecondaryIndex;
        required {
            /// The name of the local secondary index.
            index_name: String = "IndexName" ["at least 3 characters, at most 255 characters, pattern `^[a-zA-Z0-9_.-]+$`"];
            key_schema: Vec<crate::Json> = "KeySchema";
            /// Represents attributes that are copied (projected) from the table into the local secondary index.
            projection: Projection = "Projection";
        }
        properties {}
    }

    structure! {
        /// Sets the maximum number of read and write units for the specified on-demand table.
        OnDemandThroughput;
        required {}
        properties {
            /// Maximum number of read request units for the specified table.
            max_read_request_units: i64 = "MaxReadRequestUnits" ["at least 1"];
            /// Maximum number of write request units for the specified table.
            max_write_request_units: i64 = "MaxWriteRequestUnits" ["at least 1"];
        }
    }

    structure! {
        /// The settings used to enable point in time recovery.
        PointInTimeRecoverySpecification;
        required {}
        properties {
            /// Indicates whether point in time recovery is enabled (true) or disabled (false) on the table.
            point_in_time_recovery_enabled: bool = "PointInTimeRecoveryEnabled";
            /// The number of preceding days for which continuous backups are taken and maintained.
            recovery_period_in_days: i64 = "RecoveryPeriodInDays" ["at least 1, at most 35"];
        }
    }

    structure! {
        /// Represents attributes that are copied (projected) from the table into an index.
        Projection;
        required {}
        properties {
            /// Represents the non-key attribute names which will be projected into the index.
            non_key_attributes: Vec<String> = "NonKeyAttributes";
            /// The set of attributes that are projected into the index:
            projection_type: ProjectionType = "ProjectionType";
        }
    }

    structure! {
        /// Throughput for the specified table, which consists of values for `ReadCapacityUnits` and `WriteCapacityUnits`.
        ProvisionedThroughput;
        required {
            /// The maximum number of strongly consistent reads consumed per second before DynamoDB returns a `ThrottlingException`.
            read_capacity_units: i64 = "ReadCapacityUnits" ["at least 0"];
            /// The maximum number of writes consumed per second before DynamoDB returns a `ThrottlingException`.
            write_capacity_units: i64 = "WriteCapacityUnits" ["at least 0"];
        }
        properties {}
    }

    structure! {
        /// Creates or updates a resource-based policy document that contains the permissions for DDB resources, such as a table, its indexes, and stream.
        ResourcePolicy;
        required {
            policy_document: crate::Json = "PolicyDocument";
        }
        properties {}
    }

    structure! {
        /// The S3 bucket that is being imported from.
        S3BucketSource;
        required {
            /// The S3 bucket that is being imported from.
            s3_bucket: String = "S3Bucket";
        }
        properties {
            /// The account number of the S3 bucket that is being imported from.
            s3_bucket_owner: String = "S3BucketOwner";
            /// The key prefix shared by all S3 Objects that are being imported.
            s3_key_prefix: String = "S3KeyPrefix";
        }
    }

    structure! {
        /// Represents the settings used to enable server-side encryption.
        SSESpecification;
        required {
            /// Indicates whether server-side encryption is done using an AWS managed key or an AWS owned key.
            sse_enabled: bool = "SSEEnabled";
        }
        properties {
            /// The KMS key that should be used for the KMS encryption.
            kms_master_key_id: String = "KMSMasterKeyId";
            /// Server-side encryption type.
            sse_type: SSEType = "SSEType";
        }
    }

    structure! {
        /// Property type `SearchSchemaElement` of `AWS::DynamoDB::Table`.
        SearchSchemaElement;
        required {
            attribute_name: String = "AttributeName" ["at most 65535 characters"];
            search_schema_element_type: SearchSchemaElementType = "SearchSchemaElementType";
        }
        properties {}
    }

    structure! {
        /// Represents the DynamoDB Streams configuration for a table in DynamoDB.
        StreamSpecification;
        required {
            /// When an item in the table is modified, `StreamViewType` determines what information is written to the stream for this table.
            stream_view_type: StreamViewType = "StreamViewType";
        }
        properties {
            /// Creates or updates a resource-based policy document that contains the permissions for DDB resources, such as a table's streams.
            resource_policy: ResourcePolicy = "ResourcePolicy";
            /// Specifies the tags to apply to the DDB stream.
            tags: Vec<Tag> = "Tags";
        }
    }

    structure! {
        /// Describes a tag.
        Tag;
        required {
            /// The key of the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters"];
            /// The value of the tag.
            value: String = "Value" ["at most 256 characters"];
        }
        properties {}
    }

    structure! {
        /// Represents the settings used to enable or disable Time to Live (TTL) for the specified table.
        TimeToLiveSpecification;
        required {
            /// Indicates whether TTL is to be enabled (true) or disabled (false) on the table.
            enabled: bool = "Enabled";
        }
        properties {
            /// The name of the TTL attribute used to store the expiration time for items in the table.
            attribute_name: String = "AttributeName";
        }
    }

    structure! {
        /// Property type `VectorAttribute` of `AWS::DynamoDB::Table`.
        VectorAttribute;
        required {
            attribute_name: String = "AttributeName" ["at least 1 characters, at most 255 characters"];
        }
        properties {}
    }

    structure! {
        /// Property type `VectorIndex` of `AWS::DynamoDB::Table`.
        VectorIndex;
        required {
            dimensions: i64 = "Dimensions" ["at least 1, at most 4096"];
            distance_function: DistanceFunction = "DistanceFunction";
            index_name: String = "IndexName" ["at least 3 characters, at most 255 characters, pattern `^[a-zA-Z0-9_.-]+$`"];
            /// Represents attributes that are copied (projected) from the table into an index.
            projection: Projection = "Projection";
            vector_attribute: VectorAttribute = "VectorAttribute";
        }
        properties {
            search_schema: Vec<SearchSchemaElement> = "SearchSchema" ["at least 1 items"];
        }
    }

    structure! {
        /// Provides visibility into the number of read and write operations your table or secondary index can instantaneously support.
        WarmThroughput;
        required {}
        properties {
            /// Represents the number of read operations your base table can instantaneously support.
            read_units_per_second: i64 = "ReadUnitsPerSecond" ["at least 1"];
            /// Represents the number of write operations your base table can instantaneously support.
            write_units_per_second: i64 = "WriteUnitsPerSecond" ["at least 1"];
        }
    }

    closed! { ApproximateCreationDateTimePrecision {
        Microsecond = "MICROSECOND", Millisecond = "MILLISECOND",
    } }
    closed! { AttributeType { B = "B", N = "N", S = "S" } }
    closed! { BillingMode { PayPerRequest = "PAY_PER_REQUEST", Provisioned = "PROVISIONED" } }
    closed! { DistanceFunction {
        Cosine = "COSINE", DotProduct = "DOT_PRODUCT", Euclidean = "EUCLIDEAN",
    } }
    closed! { Mode {
        AccessedAndThrottledKeys = "ACCESSED_AND_THROTTLED_KEYS", ThrottledKeys = "THROTTLED_KEYS",
    } }
    closed! { ProjectionType { All = "ALL", Include = "INCLUDE", KeysOnly = "KEYS_ONLY" } }
    closed! { SSEType { Kms = "KMS" } }
    closed! { SearchSchemaElementType { Hash = "HASH", InlineFilter = "INLINE_FILTER" } }
    closed! { StreamViewType {
        KeysOnly = "KEYS_ONLY", NewAndOldImages = "NEW_AND_OLD_IMAGES", NewImage = "NEW_IMAGE",
        OldImage = "OLD_IMAGE",
    } }
    closed! { TableClass {
        Standard = "STANDARD", StandardInfrequentAccess = "STANDARD_INFREQUENT_ACCESS",
    } }
}
