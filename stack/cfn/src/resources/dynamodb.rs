//! Resource types of the service `dynamodb`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The `AWS::DynamoDB::Table` resource creates a DDB table. For more information, see CreateTable in the \*API Reference\*.
///
/// CloudFormation: `AWS::DynamoDB::Table`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Table {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(key_schema: impl Into<crate::Val<crate::Json>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("KeySchema".to_owned(), key_schema.into().into_json());
        Self(map)
    }

    /// A list of attributes that describe the key schema for the table and indexes.
    ///
    /// CloudFormation: `AttributeDefinitions`, array.
    #[must_use]
    pub fn attribute_definitions(
        mut self,
        value: impl Into<crate::Val<Vec<table::AttributeDefinition>>>,
    ) -> Self {
        self.0.insert("AttributeDefinitions".to_owned(), value.into().into_json());
        self
    }

    /// Specify how you are charged for read and write throughput and how you manage capacity.
    ///
    /// CloudFormation: `BillingMode`, string; one of `PAY_PER_REQUEST`, `PROVISIONED`.
    #[must_use]
    pub fn billing_mode(mut self, value: impl Into<crate::Val<table::BillingMode>>) -> Self {
        self.0.insert("BillingMode".to_owned(), value.into().into_json());
        self
    }

    /// The settings used to specify whether to enable CloudWatch Contributor Insights for the table and define which events to monitor.
    ///
    /// CloudFormation: `ContributorInsightsSpecification`, object.
    #[must_use]
    pub fn contributor_insights_specification(
        mut self,
        value: impl Into<crate::Val<table::ContributorInsightsSpecification>>,
    ) -> Self {
        self.0.insert("ContributorInsightsSpecification".to_owned(), value.into().into_json());
        self
    }

    /// Determines if a table is protected from deletion. When enabled, the table cannot be deleted by any user or process. This setting is disabled by default. For more information, see Using deletion protection in the \*Developer Guide\*.
    ///
    /// CloudFormation: `DeletionProtectionEnabled`, boolean.
    #[must_use]
    pub fn deletion_protection_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("DeletionProtectionEnabled".to_owned(), value.into().into_json());
        self
    }

    /// Global secondary indexes to be created on the table. You can create up to 20 global secondary indexes.
    ///
    /// CloudFormation: `GlobalSecondaryIndexes`, array.
    #[must_use]
    pub fn global_secondary_indexes(
        mut self,
        value: impl Into<crate::Val<Vec<table::GlobalSecondaryIndex>>>,
    ) -> Self {
        self.0.insert("GlobalSecondaryIndexes".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the properties of data being imported from the S3 bucket source to the" table.
    ///
    /// CloudFormation: `ImportSourceSpecification`, object.
    #[must_use]
    pub fn import_source_specification(
        mut self,
        value: impl Into<crate::Val<table::ImportSourceSpecification>>,
    ) -> Self {
        self.0.insert("ImportSourceSpecification".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the attributes that make up the primary key for the table. The attributes in the `KeySchema` property must also be defined in the `AttributeDefinitions` property.
    ///
    /// CloudFormation: `KeySchema`, required, at least 1 items.
    #[must_use]
    pub fn key_schema(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("KeySchema".to_owned(), value.into().into_json());
        self
    }

    /// The Kinesis Data Streams configuration for the specified table.
    ///
    /// CloudFormation: `KinesisStreamSpecification`, object.
    #[must_use]
    pub fn kinesis_stream_specification(
        mut self,
        value: impl Into<crate::Val<table::KinesisStreamSpecification>>,
    ) -> Self {
        self.0.insert("KinesisStreamSpecification".to_owned(), value.into().into_json());
        self
    }

    /// Local secondary indexes to be created on the table. You can create up to 5 local secondary indexes. Each index is scoped to a given hash key value. The size of each hash key can be up to 10 gigabytes.
    ///
    /// CloudFormation: `LocalSecondaryIndexes`, array.
    #[must_use]
    pub fn local_secondary_indexes(
        mut self,
        value: impl Into<crate::Val<Vec<table::LocalSecondaryIndex>>>,
    ) -> Self {
        self.0.insert("LocalSecondaryIndexes".to_owned(), value.into().into_json());
        self
    }

    /// Sets the maximum number of read and write units for the specified on-demand table. If you use this property, you must specify `MaxReadRequestUnits`, `MaxWriteRequestUnits`, or both.
    ///
    /// CloudFormation: `OnDemandThroughput`, object.
    #[must_use]
    pub fn on_demand_throughput(
        mut self,
        value: impl Into<crate::Val<table::OnDemandThroughput>>,
    ) -> Self {
        self.0.insert("OnDemandThroughput".to_owned(), value.into().into_json());
        self
    }

    /// The settings used to enable point in time recovery.
    ///
    /// CloudFormation: `PointInTimeRecoverySpecification`, object.
    #[must_use]
    pub fn point_in_time_recovery_specification(
        mut self,
        value: impl Into<crate::Val<table::PointInTimeRecoverySpecification>>,
    ) -> Self {
        self.0.insert("PointInTimeRecoverySpecification".to_owned(), value.into().into_json());
        self
    }

    /// Throughput for the specified table, which consists of values for `ReadCapacityUnits` and `WriteCapacityUnits`. For more information about the contents of a provisioned throughput structure, see Amazon DynamoDB Table ProvisionedThroughput.
    ///
    /// CloudFormation: `ProvisionedThroughput`, object.
    #[must_use]
    pub fn provisioned_throughput(
        mut self,
        value: impl Into<crate::Val<table::ProvisionedThroughput>>,
    ) -> Self {
        self.0.insert("ProvisionedThroughput".to_owned(), value.into().into_json());
        self
    }

    /// An AWS resource-based policy document in JSON format that will be attached to the table.
    ///
    /// CloudFormation: `ResourcePolicy`, object.
    #[must_use]
    pub fn resource_policy(mut self, value: impl Into<crate::Val<table::ResourcePolicy>>) -> Self {
        self.0.insert("ResourcePolicy".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the settings to enable server-side encryption.
    ///
    /// CloudFormation: `SSESpecification`, object.
    #[must_use]
    pub fn sse_specification(
        mut self,
        value: impl Into<crate::Val<table::SSESpecification>>,
    ) -> Self {
        self.0.insert("SSESpecification".to_owned(), value.into().into_json());
        self
    }

    /// The settings for the DDB table stream, which captures changes to items stored in the table. Including this property in your CFNlong template automatically enables streaming.
    ///
    /// CloudFormation: `StreamSpecification`, object.
    #[must_use]
    pub fn stream_specification(
        mut self,
        value: impl Into<crate::Val<table::StreamSpecification>>,
    ) -> Self {
        self.0.insert("StreamSpecification".to_owned(), value.into().into_json());
        self
    }

    /// The table class of the new table. Valid values are `STANDARD` and `STANDARD_INFREQUENT_ACCESS`.
    ///
    /// CloudFormation: `TableClass`, string; one of `STANDARD`, `STANDARD_INFREQUENT_ACCESS`.
    #[must_use]
    pub fn table_class(mut self, value: impl Into<crate::Val<table::TableClass>>) -> Self {
        self.0.insert("TableClass".to_owned(), value.into().into_json());
        self
    }

    /// A name for the table. If you don't specify a name, CFNlong generates a unique physical ID and uses that ID for the table name. For more information, see Name Type.
    ///
    /// CloudFormation: `TableName`, string, at least 1 characters, at most 1024 characters.
    #[must_use]
    pub fn table_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("TableName".to_owned(), value.into().into_json());
        self
    }

    /// An array of key-value pairs to apply to this resource.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<table::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the Time to Live (TTL) settings for the table.
    ///
    /// CloudFormation: `TimeToLiveSpecification`, object.
    #[must_use]
    pub fn time_to_live_specification(
        mut self,
        value: impl Into<crate::Val<table::TimeToLiveSpecification>>,
    ) -> Self {
        self.0.insert("TimeToLiveSpecification".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `VectorIndexes`, array, at least 1 items.
    #[must_use]
    pub fn vector_indexes(mut self, value: impl Into<crate::Val<Vec<table::VectorIndex>>>) -> Self {
        self.0.insert("VectorIndexes".to_owned(), value.into().into_json());
        self
    }

    /// Represents the warm throughput (in read units per second and write units per second) for creating a table.
    ///
    /// CloudFormation: `WarmThroughput`, object.
    #[must_use]
    pub fn warm_throughput(mut self, value: impl Into<crate::Val<table::WarmThroughput>>) -> Self {
        self.0.insert("WarmThroughput".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Table {
    const TYPE: &'static str = "AWS::DynamoDB::Table";
    const ATTRIBUTES: &'static [&'static str] = &["Arn", "StreamArn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("TableName", crate::Bound::Characters(1, 1024)),
        ("VectorIndexes", crate::Bound::Items(1, u64::MAX)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Table> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// CloudFormation: `Fn::GetAtt` of `StreamArn`.
    #[must_use]
    pub fn stream_arn(&self) -> crate::Val<String> {
        self.attribute("StreamArn")
    }
}

/// Property types of [`Table`].
pub mod table {
    /// Represents an attribute for describing the schema for the table and indexes.
    ///
    /// CloudFormation: property type `AttributeDefinition` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AttributeDefinition(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AttributeDefinition {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            attribute_name: impl Into<crate::Val<String>>,
            attribute_type: impl Into<crate::Val<AttributeType>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AttributeName".to_owned(), attribute_name.into().into_json());
            map.insert("AttributeType".to_owned(), attribute_type.into().into_json());
            Self(map)
        }

        /// A name for the attribute.
        ///
        /// CloudFormation: `AttributeName`, string, required, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn attribute_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeName".to_owned(), value.into().into_json());
            self
        }

        /// The data type for the attribute, where:
        ///
        /// CloudFormation: `AttributeType`, string, required; one of `B`, `N`, `S`.
        #[must_use]
        pub fn attribute_type(mut self, value: impl Into<crate::Val<AttributeType>>) -> Self {
            self.0.insert("AttributeType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AttributeDefinition> for crate::Val<AttributeDefinition> {
        fn from(value: AttributeDefinition) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Configures contributor insights settings for a table or one of its indexes.
    ///
    /// CloudFormation: property type `ContributorInsightsSpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ContributorInsightsSpecification(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl ContributorInsightsSpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Enabled".to_owned(), enabled.into().into_json());
            Self(map)
        }

        /// Indicates whether CloudWatch Contributor Insights are to be enabled (true) or disabled (false).
        ///
        /// CloudFormation: `Enabled`, boolean, required.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the CloudWatch Contributor Insights mode for a table. Valid values are `ACCESSED_AND_THROTTLED_KEYS` (tracks all access and throttled events) or `THROTTLED_KEYS` (tracks only throttled events). This setting determines what type of contributor insights data is collected for the table.
        ///
        /// CloudFormation: `Mode`, string; one of `ACCESSED_AND_THROTTLED_KEYS`, `THROTTLED_KEYS`.
        #[must_use]
        pub fn mode(mut self, value: impl Into<crate::Val<Mode>>) -> Self {
            self.0.insert("Mode".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ContributorInsightsSpecification> for crate::Val<ContributorInsightsSpecification> {
        fn from(value: ContributorInsightsSpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The options for imported source files in CSV format. The values are Delimiter and HeaderList.
    ///
    /// CloudFormation: property type `Csv` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Csv(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Csv {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The delimiter used for separating items in the CSV file being imported.
        ///
        /// CloudFormation: `Delimiter`, string.
        #[must_use]
        pub fn delimiter(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Delimiter".to_owned(), value.into().into_json());
            self
        }

        /// List of the headers used to specify a common header for all source CSV files being imported. If this field is specified then the first line of each CSV file is treated as data instead of the header. If this field is not specified the the first line of each CSV file is treated as the header.
        ///
        /// CloudFormation: `HeaderList`, array.
        #[must_use]
        pub fn header_list(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("HeaderList".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Csv> for crate::Val<Csv> {
        fn from(value: Csv) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `DeprecatedHashKeyElement` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DeprecatedHashKeyElement(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DeprecatedHashKeyElement {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            attribute_name: impl Into<crate::Val<String>>,
            attribute_type: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AttributeName".to_owned(), attribute_name.into().into_json());
            map.insert("AttributeType".to_owned(), attribute_type.into().into_json());
            Self(map)
        }

        /// CloudFormation: `AttributeName`, string, required.
        #[must_use]
        pub fn attribute_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `AttributeType`, string, required.
        #[must_use]
        pub fn attribute_type(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DeprecatedHashKeyElement> for crate::Val<DeprecatedHashKeyElement> {
        fn from(value: DeprecatedHashKeyElement) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `DeprecatedKeySchema` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DeprecatedKeySchema(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DeprecatedKeySchema {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(hash_key_element: impl Into<crate::Val<DeprecatedHashKeyElement>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("HashKeyElement".to_owned(), hash_key_element.into().into_json());
            Self(map)
        }

        /// CloudFormation: `HashKeyElement`, object, required.
        #[must_use]
        pub fn hash_key_element(
            mut self,
            value: impl Into<crate::Val<DeprecatedHashKeyElement>>,
        ) -> Self {
            self.0.insert("HashKeyElement".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DeprecatedKeySchema> for crate::Val<DeprecatedKeySchema> {
        fn from(value: DeprecatedKeySchema) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Represents the properties of a global secondary index.
    ///
    /// CloudFormation: property type `GlobalSecondaryIndex` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct GlobalSecondaryIndex(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl GlobalSecondaryIndex {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            index_name: impl Into<crate::Val<String>>,
            key_schema: impl Into<crate::Val<Vec<crate::Json>>>,
            projection: impl Into<crate::Val<Projection>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("IndexName".to_owned(), index_name.into().into_json());
            map.insert("KeySchema".to_owned(), key_schema.into().into_json());
            map.insert("Projection".to_owned(), projection.into().into_json());
            Self(map)
        }

        /// The settings used to specify whether to enable CloudWatch Contributor Insights for the global table and define which events to monitor.
        ///
        /// CloudFormation: `ContributorInsightsSpecification`, object.
        #[must_use]
        pub fn contributor_insights_specification(
            mut self,
            value: impl Into<crate::Val<ContributorInsightsSpecification>>,
        ) -> Self {
            self.0.insert("ContributorInsightsSpecification".to_owned(), value.into().into_json());
            self
        }

        /// The name of the global secondary index. The name must be unique among all other indexes on this table.
        ///
        /// CloudFormation: `IndexName`, string, required, at least 3 characters, at most 255 characters; pattern `^[a-zA-Z0-9_.-]+$`.
        #[must_use]
        pub fn index_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("IndexName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `KeySchema`, array, required, at least 1 items.
        #[must_use]
        pub fn key_schema(mut self, value: impl Into<crate::Val<Vec<crate::Json>>>) -> Self {
            self.0.insert("KeySchema".to_owned(), value.into().into_json());
            self
        }

        /// The maximum number of read and write units for the specified global secondary index. If you use this parameter, you must specify `MaxReadRequestUnits`, `MaxWriteRequestUnits`, or both. You must use either `OnDemandThroughput` or `ProvisionedThroughput` based on your table's capacity mode.
        ///
        /// CloudFormation: `OnDemandThroughput`, object.
        #[must_use]
        pub fn on_demand_throughput(
            mut self,
            value: impl Into<crate::Val<OnDemandThroughput>>,
        ) -> Self {
            self.0.insert("OnDemandThroughput".to_owned(), value.into().into_json());
            self
        }

        /// Represents attributes that are copied (projected) from the table into the global secondary index. These are in addition to the primary key attributes and index key attributes, which are automatically projected.
        ///
        /// CloudFormation: `Projection`, object, required.
        #[must_use]
        pub fn projection(mut self, value: impl Into<crate::Val<Projection>>) -> Self {
            self.0.insert("Projection".to_owned(), value.into().into_json());
            self
        }

        /// Represents the provisioned throughput settings for the specified global secondary index. You must use either `OnDemandThroughput` or `ProvisionedThroughput` based on your table's capacity mode.
        ///
        /// CloudFormation: `ProvisionedThroughput`, object.
        #[must_use]
        pub fn provisioned_throughput(
            mut self,
            value: impl Into<crate::Val<ProvisionedThroughput>>,
        ) -> Self {
            self.0.insert("ProvisionedThroughput".to_owned(), value.into().into_json());
            self
        }

        /// Represents the warm throughput value (in read units per second and write units per second) for the specified secondary index. If you use this parameter, you must specify `ReadUnitsPerSecond`, `WriteUnitsPerSecond`, or both.
        ///
        /// CloudFormation: `WarmThroughput`, object.
        #[must_use]
        pub fn warm_throughput(mut self, value: impl Into<crate::Val<WarmThroughput>>) -> Self {
            self.0.insert("WarmThroughput".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<GlobalSecondaryIndex> for crate::Val<GlobalSecondaryIndex> {
        fn from(value: GlobalSecondaryIndex) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the properties of data being imported from the S3 bucket source to the table.
    ///
    /// CloudFormation: property type `ImportSourceSpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ImportSourceSpecification(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ImportSourceSpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            input_format: impl Into<crate::Val<String>>,
            s3_bucket_source: impl Into<crate::Val<S3BucketSource>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("InputFormat".to_owned(), input_format.into().into_json());
            map.insert("S3BucketSource".to_owned(), s3_bucket_source.into().into_json());
            Self(map)
        }

        /// Type of compression to be used on the input coming from the imported table.
        ///
        /// CloudFormation: `InputCompressionType`, string.
        #[must_use]
        pub fn input_compression_type(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("InputCompressionType".to_owned(), value.into().into_json());
            self
        }

        /// The format of the source data. Valid values for `ImportFormat` are `CSV`, `DYNAMODB_JSON` or `ION`.
        ///
        /// CloudFormation: `InputFormat`, string, required.
        #[must_use]
        pub fn input_format(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("InputFormat".to_owned(), value.into().into_json());
            self
        }

        /// Additional properties that specify how the input is formatted,
        ///
        /// CloudFormation: `InputFormatOptions`, object.
        #[must_use]
        pub fn input_format_options(
            mut self,
            value: impl Into<crate::Val<InputFormatOptions>>,
        ) -> Self {
            self.0.insert("InputFormatOptions".to_owned(), value.into().into_json());
            self
        }

        /// The S3 bucket that provides the source for the import.
        ///
        /// CloudFormation: `S3BucketSource`, object, required.
        #[must_use]
        pub fn s3_bucket_source(mut self, value: impl Into<crate::Val<S3BucketSource>>) -> Self {
            self.0.insert("S3BucketSource".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ImportSourceSpecification> for crate::Val<ImportSourceSpecification> {
        fn from(value: ImportSourceSpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The format options for the data that was imported into the target table. There is one value, CsvOption.
    ///
    /// CloudFormation: property type `InputFormatOptions` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct InputFormatOptions(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl InputFormatOptions {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The options for imported source files in CSV format. The values are Delimiter and HeaderList.
        ///
        /// CloudFormation: `Csv`, object.
        #[must_use]
        pub fn csv(mut self, value: impl Into<crate::Val<Csv>>) -> Self {
            self.0.insert("Csv".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<InputFormatOptions> for crate::Val<InputFormatOptions> {
        fn from(value: InputFormatOptions) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The Kinesis Data Streams configuration for the specified table.
    ///
    /// CloudFormation: property type `KinesisStreamSpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KinesisStreamSpecification(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl KinesisStreamSpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(stream_arn: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("StreamArn".to_owned(), stream_arn.into().into_json());
            Self(map)
        }

        /// The precision for the time and date that the stream was created.
        ///
        /// CloudFormation: `ApproximateCreationDateTimePrecision`, string; one of `MICROSECOND`, `MILLISECOND`.
        #[must_use]
        pub fn approximate_creation_date_time_precision(
            mut self,
            value: impl Into<crate::Val<ApproximateCreationDateTimePrecision>>,
        ) -> Self {
            self.0.insert(
                "ApproximateCreationDateTimePrecision".to_owned(),
                value.into().into_json(),
            );
            self
        }

        /// The ARN for a specific Kinesis data stream.
        ///
        /// CloudFormation: `StreamArn`, string, required.
        #[must_use]
        pub fn stream_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("StreamArn".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<KinesisStreamSpecification> for crate::Val<KinesisStreamSpecification> {
        fn from(value: KinesisStreamSpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Represents the properties of a local secondary index. A local secondary index can only be created when its parent table is created.
    ///
    /// CloudFormation: property type `LocalSecondaryIndex` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct LocalSecondaryIndex(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LocalSecondaryIndex {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            index_name: impl Into<crate::Val<String>>,
            key_schema: impl Into<crate::Val<Vec<crate::Json>>>,
            projection: impl Into<crate::Val<Projection>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("IndexName".to_owned(), index_name.into().into_json());
            map.insert("KeySchema".to_owned(), key_schema.into().into_json());
            map.insert("Projection".to_owned(), projection.into().into_json());
            Self(map)
        }

        /// The name of the local secondary index. The name must be unique among all other indexes on this table.
        ///
        /// CloudFormation: `IndexName`, string, required, at least 3 characters, at most 255 characters; pattern `^[a-zA-Z0-9_.-]+$`.
        #[must_use]
        pub fn index_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("IndexName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `KeySchema`, array, required.
        #[must_use]
        pub fn key_schema(mut self, value: impl Into<crate::Val<Vec<crate::Json>>>) -> Self {
            self.0.insert("KeySchema".to_owned(), value.into().into_json());
            self
        }

        /// Represents attributes that are copied (projected) from the table into the local secondary index. These are in addition to the primary key attributes and index key attributes, which are automatically projected.
        ///
        /// CloudFormation: `Projection`, object, required.
        #[must_use]
        pub fn projection(mut self, value: impl Into<crate::Val<Projection>>) -> Self {
            self.0.insert("Projection".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LocalSecondaryIndex> for crate::Val<LocalSecondaryIndex> {
        fn from(value: LocalSecondaryIndex) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Sets the maximum number of read and write units for the specified on-demand table. If you use this property, you must specify `MaxReadRequestUnits`, `MaxWriteRequestUnits`, or both.
    ///
    /// CloudFormation: property type `OnDemandThroughput` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OnDemandThroughput(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl OnDemandThroughput {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Maximum number of read request units for the specified table.
        ///
        /// CloudFormation: `MaxReadRequestUnits`, integer, at least 1.
        #[must_use]
        pub fn max_read_request_units(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("MaxReadRequestUnits".to_owned(), value.into().into_json());
            self
        }

        /// Maximum number of write request units for the specified table.
        ///
        /// CloudFormation: `MaxWriteRequestUnits`, integer, at least 1.
        #[must_use]
        pub fn max_write_request_units(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("MaxWriteRequestUnits".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<OnDemandThroughput> for crate::Val<OnDemandThroughput> {
        fn from(value: OnDemandThroughput) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The settings used to enable point in time recovery.
    ///
    /// CloudFormation: property type `PointInTimeRecoverySpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PointInTimeRecoverySpecification(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl PointInTimeRecoverySpecification {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Indicates whether point in time recovery is enabled (true) or disabled (false) on the table.
        ///
        /// CloudFormation: `PointInTimeRecoveryEnabled`, boolean.
        #[must_use]
        pub fn point_in_time_recovery_enabled(
            mut self,
            value: impl Into<crate::Val<bool>>,
        ) -> Self {
            self.0.insert("PointInTimeRecoveryEnabled".to_owned(), value.into().into_json());
            self
        }

        /// The number of preceding days for which continuous backups are taken and maintained. Your table data is only recoverable to any point-in-time from within the configured recovery period. This parameter is optional. If no value is provided, the value will default to 35.
        ///
        /// CloudFormation: `RecoveryPeriodInDays`, integer, at least 1, at most 35.
        #[must_use]
        pub fn recovery_period_in_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("RecoveryPeriodInDays".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PointInTimeRecoverySpecification> for crate::Val<PointInTimeRecoverySpecification> {
        fn from(value: PointInTimeRecoverySpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Represents attributes that are copied (projected) from the table into an index. These are in addition to the primary key attributes and index key attributes, which are automatically projected.
    ///
    /// CloudFormation: property type `Projection` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Projection(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Projection {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Represents the non-key attribute names which will be projected into the index.
        ///
        /// CloudFormation: `NonKeyAttributes`, array, at least 0 items.
        #[must_use]
        pub fn non_key_attributes(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("NonKeyAttributes".to_owned(), value.into().into_json());
            self
        }

        /// The set of attributes that are projected into the index:
        ///
        /// CloudFormation: `ProjectionType`, string; one of `ALL`, `INCLUDE`, `KEYS_ONLY`.
        #[must_use]
        pub fn projection_type(mut self, value: impl Into<crate::Val<ProjectionType>>) -> Self {
            self.0.insert("ProjectionType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Projection> for crate::Val<Projection> {
        fn from(value: Projection) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Throughput for the specified table, which consists of values for `ReadCapacityUnits` and `WriteCapacityUnits`. For more information about the contents of a provisioned throughput structure, see Table ProvisionedThroughput.
    ///
    /// CloudFormation: property type `ProvisionedThroughput` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ProvisionedThroughput(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ProvisionedThroughput {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            read_capacity_units: impl Into<crate::Val<i64>>,
            write_capacity_units: impl Into<crate::Val<i64>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("ReadCapacityUnits".to_owned(), read_capacity_units.into().into_json());
            map.insert("WriteCapacityUnits".to_owned(), write_capacity_units.into().into_json());
            Self(map)
        }

        /// The maximum number of strongly consistent reads consumed per second before DynamoDB returns a `ThrottlingException`. For more information, see Specifying Read and Write Requirements in the \*Amazon DynamoDB Developer Guide\*.
        ///
        /// CloudFormation: `ReadCapacityUnits`, integer, required, at least 0.
        #[must_use]
        pub fn read_capacity_units(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("ReadCapacityUnits".to_owned(), value.into().into_json());
            self
        }

        /// The maximum number of writes consumed per second before DynamoDB returns a `ThrottlingException`. For more information, see Specifying Read and Write Requirements in the \*Amazon DynamoDB Developer Guide\*.
        ///
        /// CloudFormation: `WriteCapacityUnits`, integer, required, at least 0.
        #[must_use]
        pub fn write_capacity_units(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("WriteCapacityUnits".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ProvisionedThroughput> for crate::Val<ProvisionedThroughput> {
        fn from(value: ProvisionedThroughput) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Creates or updates a resource-based policy document that contains the permissions for DDB resources, such as a table, its indexes, and stream. Resource-based policies let you define access permissions by specifying who has access to each resource, and the actions they are allowed to perform on each resource.
    ///
    /// CloudFormation: property type `ResourcePolicy` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ResourcePolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ResourcePolicy {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(policy_document: impl Into<crate::Val<crate::Json>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
            Self(map)
        }

        /// CloudFormation: `PolicyDocument`, required.
        #[must_use]
        pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
            self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ResourcePolicy> for crate::Val<ResourcePolicy> {
        fn from(value: ResourcePolicy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The S3 bucket that is being imported from.
    ///
    /// CloudFormation: property type `S3BucketSource` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct S3BucketSource(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl S3BucketSource {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(s3_bucket: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("S3Bucket".to_owned(), s3_bucket.into().into_json());
            Self(map)
        }

        /// The S3 bucket that is being imported from.
        ///
        /// CloudFormation: `S3Bucket`, string, required.
        #[must_use]
        pub fn s3_bucket(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("S3Bucket".to_owned(), value.into().into_json());
            self
        }

        /// The account number of the S3 bucket that is being imported from. If the bucket is owned by the requester this is optional.
        ///
        /// CloudFormation: `S3BucketOwner`, string.
        #[must_use]
        pub fn s3_bucket_owner(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("S3BucketOwner".to_owned(), value.into().into_json());
            self
        }

        /// The key prefix shared by all S3 Objects that are being imported.
        ///
        /// CloudFormation: `S3KeyPrefix`, string.
        #[must_use]
        pub fn s3_key_prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("S3KeyPrefix".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<S3BucketSource> for crate::Val<S3BucketSource> {
        fn from(value: S3BucketSource) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Represents the settings used to enable server-side encryption.
    ///
    /// CloudFormation: property type `SSESpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SSESpecification(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SSESpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(sse_enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("SSEEnabled".to_owned(), sse_enabled.into().into_json());
            Self(map)
        }

        /// The KMS key that should be used for the KMS encryption. To specify a key, use its key ID, Amazon Resource Name (ARN), alias name, or alias ARN. Note that you should only provide this parameter if the key is different from the default DynamoDB key `alias/aws/dynamodb`.
        ///
        /// CloudFormation: `KMSMasterKeyId`, string.
        #[must_use]
        pub fn kms_master_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("KMSMasterKeyId".to_owned(), value.into().into_json());
            self
        }

        /// Indicates whether server-side encryption is done using an AWS managed key or an AWS owned key. If enabled (true), server-side encryption type is set to `KMS` and an AWS managed key is used (KMS charges apply). If disabled (false) or not specified, server-side encryption is set to AWS owned key.
        ///
        /// CloudFormation: `SSEEnabled`, boolean, required.
        #[must_use]
        pub fn sse_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("SSEEnabled".to_owned(), value.into().into_json());
            self
        }

        /// Server-side encryption type. The only supported value is:
        ///
        /// CloudFormation: `SSEType`, string; one of `KMS`.
        #[must_use]
        pub fn sse_type(mut self, value: impl Into<crate::Val<SSEType>>) -> Self {
            self.0.insert("SSEType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SSESpecification> for crate::Val<SSESpecification> {
        fn from(value: SSESpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `SearchSchemaElement` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SearchSchemaElement(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SearchSchemaElement {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            attribute_name: impl Into<crate::Val<String>>,
            search_schema_element_type: impl Into<crate::Val<SearchSchemaElementType>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AttributeName".to_owned(), attribute_name.into().into_json());
            map.insert(
                "SearchSchemaElementType".to_owned(),
                search_schema_element_type.into().into_json(),
            );
            Self(map)
        }

        /// CloudFormation: `AttributeName`, string, required, at least 0 characters, at most 65535 characters.
        #[must_use]
        pub fn attribute_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeName".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `SearchSchemaElementType`, string, required; one of `HASH`, `INLINE_FILTER`.
        #[must_use]
        pub fn search_schema_element_type(
            mut self,
            value: impl Into<crate::Val<SearchSchemaElementType>>,
        ) -> Self {
            self.0.insert("SearchSchemaElementType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SearchSchemaElement> for crate::Val<SearchSchemaElement> {
        fn from(value: SearchSchemaElement) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Represents the DynamoDB Streams configuration for a table in DynamoDB.
    ///
    /// CloudFormation: property type `StreamSpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamSpecification(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl StreamSpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(stream_view_type: impl Into<crate::Val<StreamViewType>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("StreamViewType".to_owned(), stream_view_type.into().into_json());
            Self(map)
        }

        /// Creates or updates a resource-based policy document that contains the permissions for DDB resources, such as a table's streams. Resource-based policies let you define access permissions by specifying who has access to each resource, and the actions they are allowed to perform on each resource.
        ///
        /// CloudFormation: `ResourcePolicy`, object.
        #[must_use]
        pub fn resource_policy(mut self, value: impl Into<crate::Val<ResourcePolicy>>) -> Self {
            self.0.insert("ResourcePolicy".to_owned(), value.into().into_json());
            self
        }

        /// When an item in the table is modified, `StreamViewType` determines what information is written to the stream for this table. Valid values for `StreamViewType` are:
        ///
        /// CloudFormation: `StreamViewType`, string, required; one of `KEYS_ONLY`, `NEW_AND_OLD_IMAGES`, `NEW_IMAGE`, `OLD_IMAGE`.
        #[must_use]
        pub fn stream_view_type(mut self, value: impl Into<crate::Val<StreamViewType>>) -> Self {
            self.0.insert("StreamViewType".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the tags to apply to the DDB stream. Stream tags are independent of table tags.
        ///
        /// CloudFormation: `Tags`, array.
        #[must_use]
        pub fn tags(mut self, value: impl Into<crate::Val<Vec<Tag>>>) -> Self {
            self.0.insert("Tags".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<StreamSpecification> for crate::Val<StreamSpecification> {
        fn from(value: StreamSpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes a tag. A tag is a key-value pair. You can add up to 50 tags to a single DynamoDB table.
    ///
    /// CloudFormation: property type `Tag` of `AWS::DynamoDB::Table`.
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

        /// The key of the tag. Tag keys are case sensitive. Each DynamoDB table can only have up to one tag with the same key. If you try to add an existing tag (same key), the existing tag value will be updated to the new value.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value of the tag. Tag values are case-sensitive and can be null.
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

    /// Represents the settings used to enable or disable Time to Live (TTL) for the specified table.
    ///
    /// CloudFormation: property type `TimeToLiveSpecification` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TimeToLiveSpecification(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl TimeToLiveSpecification {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Enabled".to_owned(), enabled.into().into_json());
            Self(map)
        }

        /// The name of the TTL attribute used to store the expiration time for items in the table.
        ///
        /// CloudFormation: `AttributeName`, string.
        #[must_use]
        pub fn attribute_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeName".to_owned(), value.into().into_json());
            self
        }

        /// Indicates whether TTL is to be enabled (true) or disabled (false) on the table.
        ///
        /// CloudFormation: `Enabled`, boolean, required.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<TimeToLiveSpecification> for crate::Val<TimeToLiveSpecification> {
        fn from(value: TimeToLiveSpecification) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `VectorAttribute` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct VectorAttribute(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl VectorAttribute {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(attribute_name: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AttributeName".to_owned(), attribute_name.into().into_json());
            Self(map)
        }

        /// CloudFormation: `AttributeName`, string, required, at least 1 characters, at most 255 characters.
        #[must_use]
        pub fn attribute_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AttributeName".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<VectorAttribute> for crate::Val<VectorAttribute> {
        fn from(value: VectorAttribute) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// CloudFormation: property type `VectorIndex` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct VectorIndex(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl VectorIndex {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            dimensions: impl Into<crate::Val<i64>>,
            distance_function: impl Into<crate::Val<DistanceFunction>>,
            index_name: impl Into<crate::Val<String>>,
            projection: impl Into<crate::Val<Projection>>,
            vector_attribute: impl Into<crate::Val<VectorAttribute>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Dimensions".to_owned(), dimensions.into().into_json());
            map.insert("DistanceFunction".to_owned(), distance_function.into().into_json());
            map.insert("IndexName".to_owned(), index_name.into().into_json());
            map.insert("Projection".to_owned(), projection.into().into_json());
            map.insert("VectorAttribute".to_owned(), vector_attribute.into().into_json());
            Self(map)
        }

        /// CloudFormation: `Dimensions`, integer, required, at least 1, at most 4096.
        #[must_use]
        pub fn dimensions(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Dimensions".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `DistanceFunction`, string, required; one of `COSINE`, `DOT_PRODUCT`, `EUCLIDEAN`.
        #[must_use]
        pub fn distance_function(mut self, value: impl Into<crate::Val<DistanceFunction>>) -> Self {
            self.0.insert("DistanceFunction".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `IndexName`, string, required, at least 3 characters, at most 255 characters; pattern `^[a-zA-Z0-9_.-]+$`.
        #[must_use]
        pub fn index_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("IndexName".to_owned(), value.into().into_json());
            self
        }

        /// Represents attributes that are copied (projected) from the table into an index. These are in addition to the primary key attributes and index key attributes, which are automatically projected.
        ///
        /// CloudFormation: `Projection`, object, required.
        #[must_use]
        pub fn projection(mut self, value: impl Into<crate::Val<Projection>>) -> Self {
            self.0.insert("Projection".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `SearchSchema`, array, at least 1 items.
        #[must_use]
        pub fn search_schema(
            mut self,
            value: impl Into<crate::Val<Vec<SearchSchemaElement>>>,
        ) -> Self {
            self.0.insert("SearchSchema".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `VectorAttribute`, object, required.
        #[must_use]
        pub fn vector_attribute(mut self, value: impl Into<crate::Val<VectorAttribute>>) -> Self {
            self.0.insert("VectorAttribute".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<VectorIndex> for crate::Val<VectorIndex> {
        fn from(value: VectorIndex) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Provides visibility into the number of read and write operations your table or secondary index can instantaneously support. The settings can be modified using the `UpdateTable` operation to meet the throughput requirements of an upcoming peak event.
    ///
    /// CloudFormation: property type `WarmThroughput` of `AWS::DynamoDB::Table`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WarmThroughput(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl WarmThroughput {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Represents the number of read operations your base table can instantaneously support.
        ///
        /// CloudFormation: `ReadUnitsPerSecond`, integer, at least 1.
        #[must_use]
        pub fn read_units_per_second(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("ReadUnitsPerSecond".to_owned(), value.into().into_json());
            self
        }

        /// Represents the number of write operations your base table can instantaneously support.
        ///
        /// CloudFormation: `WriteUnitsPerSecond`, integer, at least 1.
        #[must_use]
        pub fn write_units_per_second(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("WriteUnitsPerSecond".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<WarmThroughput> for crate::Val<WarmThroughput> {
        fn from(value: WarmThroughput) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The values of `ApproximateCreationDateTimePrecision`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ApproximateCreationDateTimePrecision {
        /// `MICROSECOND`.
        Microsecond,
        /// `MILLISECOND`.
        Millisecond,
    }

    impl ApproximateCreationDateTimePrecision {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Microsecond => "MICROSECOND",
                Self::Millisecond => "MILLISECOND",
            }
        }
    }

    impl From<ApproximateCreationDateTimePrecision>
        for crate::Val<ApproximateCreationDateTimePrecision>
    {
        fn from(value: ApproximateCreationDateTimePrecision) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ApproximateCreationDateTimePrecision> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `AttributeType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AttributeType {
        /// `B`.
        B,
        /// `N`.
        N,
        /// `S`.
        S,
    }

    impl AttributeType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::B => "B",
                Self::N => "N",
                Self::S => "S",
            }
        }
    }

    impl From<AttributeType> for crate::Val<AttributeType> {
        fn from(value: AttributeType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AttributeType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `BillingMode`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum BillingMode {
        /// `PAY_PER_REQUEST`.
        PayPerRequest,
        /// `PROVISIONED`.
        Provisioned,
    }

    impl BillingMode {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::PayPerRequest => "PAY_PER_REQUEST",
                Self::Provisioned => "PROVISIONED",
            }
        }
    }

    impl From<BillingMode> for crate::Val<BillingMode> {
        fn from(value: BillingMode) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<BillingMode> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `DistanceFunction`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum DistanceFunction {
        /// `COSINE`.
        Cosine,
        /// `DOT_PRODUCT`.
        DotProduct,
        /// `EUCLIDEAN`.
        Euclidean,
    }

    impl DistanceFunction {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Cosine => "COSINE",
                Self::DotProduct => "DOT_PRODUCT",
                Self::Euclidean => "EUCLIDEAN",
            }
        }
    }

    impl From<DistanceFunction> for crate::Val<DistanceFunction> {
        fn from(value: DistanceFunction) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<DistanceFunction> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Mode`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Mode {
        /// `ACCESSED_AND_THROTTLED_KEYS`.
        AccessedAndThrottledKeys,
        /// `THROTTLED_KEYS`.
        ThrottledKeys,
    }

    impl Mode {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::AccessedAndThrottledKeys => "ACCESSED_AND_THROTTLED_KEYS",
                Self::ThrottledKeys => "THROTTLED_KEYS",
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

    /// The values of `ProjectionType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ProjectionType {
        /// `ALL`.
        All,
        /// `INCLUDE`.
        Include,
        /// `KEYS_ONLY`.
        KeysOnly,
    }

    impl ProjectionType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::All => "ALL",
                Self::Include => "INCLUDE",
                Self::KeysOnly => "KEYS_ONLY",
            }
        }
    }

    impl From<ProjectionType> for crate::Val<ProjectionType> {
        fn from(value: ProjectionType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ProjectionType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `SSEType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SSEType {
        /// `KMS`.
        Kms,
    }

    impl SSEType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Kms => "KMS",
            }
        }
    }

    impl From<SSEType> for crate::Val<SSEType> {
        fn from(value: SSEType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<SSEType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `SearchSchemaElementType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SearchSchemaElementType {
        /// `HASH`.
        Hash,
        /// `INLINE_FILTER`.
        InlineFilter,
    }

    impl SearchSchemaElementType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Hash => "HASH",
                Self::InlineFilter => "INLINE_FILTER",
            }
        }
    }

    impl From<SearchSchemaElementType> for crate::Val<SearchSchemaElementType> {
        fn from(value: SearchSchemaElementType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<SearchSchemaElementType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `StreamViewType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum StreamViewType {
        /// `KEYS_ONLY`.
        KeysOnly,
        /// `NEW_AND_OLD_IMAGES`.
        NewAndOldImages,
        /// `NEW_IMAGE`.
        NewImage,
        /// `OLD_IMAGE`.
        OldImage,
    }

    impl StreamViewType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::KeysOnly => "KEYS_ONLY",
                Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
                Self::NewImage => "NEW_IMAGE",
                Self::OldImage => "OLD_IMAGE",
            }
        }
    }

    impl From<StreamViewType> for crate::Val<StreamViewType> {
        fn from(value: StreamViewType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<StreamViewType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `TableClass`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum TableClass {
        /// `STANDARD`.
        Standard,
        /// `STANDARD_INFREQUENT_ACCESS`.
        StandardInfrequentAccess,
    }

    impl TableClass {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Standard => "STANDARD",
                Self::StandardInfrequentAccess => "STANDARD_INFREQUENT_ACCESS",
            }
        }
    }

    impl From<TableClass> for crate::Val<TableClass> {
        fn from(value: TableClass) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<TableClass> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}
