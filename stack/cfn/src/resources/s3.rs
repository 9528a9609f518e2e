//! Resource types of the service `s3`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The `AWS::S3::Bucket` resource creates an Amazon S3 bucket in the same AWS Region where you create the AWS CloudFormation stack.
///
/// CloudFormation: `AWS::S3::Bucket`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bucket(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Bucket {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// The ABAC status of the general purpose bucket. When ABAC is enabled for the general purpose bucket, you can use tags to manage access to the general purpose buckets as well as for cost tracking purposes. When ABAC is disabled for the general purpose buckets, you can only use tags for cost tracking purposes. For more information, see Using tags with S3 general purpose buckets.
    ///
    /// CloudFormation: `AbacStatus`, string; one of `Enabled`, `Disabled`.
    #[must_use]
    pub fn abac_status(mut self, value: impl Into<crate::Val<bucket::AbacStatus>>) -> Self {
        self.0.insert("AbacStatus".to_owned(), value.into().into_json());
        self
    }

    /// Configures the transfer acceleration state for an Amazon S3 bucket. For more information, see Amazon S3 Transfer Acceleration in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `AccelerateConfiguration`, object.
    #[must_use]
    pub fn accelerate_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::AccelerateConfiguration>>,
    ) -> Self {
        self.0.insert("AccelerateConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// This is a legacy property, and it is not recommended for most use cases. A majority of modern use cases in Amazon S3 no longer require the use of ACLs, and we recommend that you keep ACLs disabled. For more information, see Controlling object ownership in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `AccessControl`, string; one of `AuthenticatedRead`, `AwsExecRead`, `BucketOwnerFullControl`, `BucketOwnerRead`, `LogDeliveryWrite`, `Private`, `PublicRead`, `PublicReadWrite`.
    #[must_use]
    pub fn access_control(mut self, value: impl Into<crate::Val<bucket::AccessControl>>) -> Self {
        self.0.insert("AccessControl".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the configuration and any analyses for the analytics filter of an Amazon S3 bucket.
    ///
    /// CloudFormation: `AnalyticsConfigurations`, array.
    #[must_use]
    pub fn analytics_configurations(
        mut self,
        value: impl Into<crate::Val<Vec<bucket::AnalyticsConfiguration>>>,
    ) -> Self {
        self.0.insert("AnalyticsConfigurations".to_owned(), value.into().into_json());
        self
    }

    /// Specifies default encryption for a bucket using server-side encryption with Amazon S3-managed keys (SSE-S3), AWS KMS-managed keys (SSE-KMS), or dual-layer server-side encryption with KMS-managed keys (DSSE-KMS). For information about the Amazon S3 default encryption feature, see Amazon S3 Default Encryption for S3 Buckets in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `BucketEncryption`, object.
    #[must_use]
    pub fn bucket_encryption(
        mut self,
        value: impl Into<crate::Val<bucket::BucketEncryption>>,
    ) -> Self {
        self.0.insert("BucketEncryption".to_owned(), value.into().into_json());
        self
    }

    /// A name for the bucket. If you don't specify a name, AWS CloudFormation generates a unique ID and uses that ID for the bucket name. The bucket name must contain only lowercase letters, numbers, periods (.), and dashes (-) and must follow Amazon S3 bucket restrictions and limitations. For more information, see Rules for naming Amazon S3 buckets in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `BucketName`, string, at most 63 characters; pattern `^([a-z0-9][a-z0-9.-]*[a-z0-9])?$`.
    #[must_use]
    pub fn bucket_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("BucketName".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `BucketNamePrefix`, string.
    #[must_use]
    pub fn bucket_name_prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("BucketNamePrefix".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `BucketNamespace`, string; one of `global`, `account-regional`.
    #[must_use]
    pub fn bucket_namespace(
        mut self,
        value: impl Into<crate::Val<bucket::BucketNamespace>>,
    ) -> Self {
        self.0.insert("BucketNamespace".to_owned(), value.into().into_json());
        self
    }

    /// Describes the cross-origin access configuration for objects in an Amazon S3 bucket. For more information, see Enabling Cross-Origin Resource Sharing in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `CorsConfiguration`, object.
    #[must_use]
    pub fn cors_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::CorsConfiguration>>,
    ) -> Self {
        self.0.insert("CorsConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Defines how Amazon S3 handles Intelligent-Tiering storage.
    ///
    /// CloudFormation: `IntelligentTieringConfigurations`, array.
    #[must_use]
    pub fn intelligent_tiering_configurations(
        mut self,
        value: impl Into<crate::Val<Vec<bucket::IntelligentTieringConfiguration>>>,
    ) -> Self {
        self.0.insert("IntelligentTieringConfigurations".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the S3 Inventory configuration for an Amazon S3 bucket. For more information, see GET Bucket inventory in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: `InventoryConfigurations`, array.
    #[must_use]
    pub fn inventory_configurations(
        mut self,
        value: impl Into<crate::Val<Vec<bucket::InventoryConfiguration>>>,
    ) -> Self {
        self.0.insert("InventoryConfigurations".to_owned(), value.into().into_json());
        self
    }

    /// Specifies the lifecycle configuration for objects in an Amazon S3 bucket. For more information, see Object Lifecycle Management in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `LifecycleConfiguration`, object.
    #[must_use]
    pub fn lifecycle_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::LifecycleConfiguration>>,
    ) -> Self {
        self.0.insert("LifecycleConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Settings that define where logs are stored.
    ///
    /// CloudFormation: `LoggingConfiguration`, object.
    #[must_use]
    pub fn logging_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::LoggingConfiguration>>,
    ) -> Self {
        self.0.insert("LoggingConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// The S3 Metadata configuration for a general purpose bucket.
    ///
    /// CloudFormation: `MetadataConfiguration`, object.
    #[must_use]
    pub fn metadata_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::MetadataConfiguration>>,
    ) -> Self {
        self.0.insert("MetadataConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// The metadata table configuration of an S3 general purpose bucket.
    ///
    /// CloudFormation: `MetadataTableConfiguration`, object.
    #[must_use]
    pub fn metadata_table_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::MetadataTableConfiguration>>,
    ) -> Self {
        self.0.insert("MetadataTableConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Specifies a metrics configuration for the CloudWatch request metrics (specified by the metrics configuration ID) from an Amazon S3 bucket. If you're updating an existing metrics configuration, note that this is a full replacement of the existing metrics configuration. If you don't include the elements you want to keep, they are erased. For more information, see PutBucketMetricsConfiguration.
    ///
    /// CloudFormation: `MetricsConfigurations`, array.
    #[must_use]
    pub fn metrics_configurations(
        mut self,
        value: impl Into<crate::Val<Vec<bucket::MetricsConfiguration>>>,
    ) -> Self {
        self.0.insert("MetricsConfigurations".to_owned(), value.into().into_json());
        self
    }

    /// Configuration that defines how Amazon S3 handles bucket notifications.
    ///
    /// CloudFormation: `NotificationConfiguration`, object.
    #[must_use]
    pub fn notification_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::NotificationConfiguration>>,
    ) -> Self {
        self.0.insert("NotificationConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// This operation is not supported for directory buckets.
    ///
    /// CloudFormation: `ObjectLockConfiguration`, object.
    #[must_use]
    pub fn object_lock_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::ObjectLockConfiguration>>,
    ) -> Self {
        self.0.insert("ObjectLockConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Indicates whether this bucket has an Object Lock configuration enabled. Enable `ObjectLockEnabled` when you apply `ObjectLockConfiguration` to a bucket.
    ///
    /// CloudFormation: `ObjectLockEnabled`, boolean.
    #[must_use]
    pub fn object_lock_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
        self.0.insert("ObjectLockEnabled".to_owned(), value.into().into_json());
        self
    }

    /// Configuration that defines how Amazon S3 handles Object Ownership rules.
    ///
    /// CloudFormation: `OwnershipControls`, object.
    #[must_use]
    pub fn ownership_controls(
        mut self,
        value: impl Into<crate::Val<bucket::OwnershipControls>>,
    ) -> Self {
        self.0.insert("OwnershipControls".to_owned(), value.into().into_json());
        self
    }

    /// Configuration that defines how Amazon S3 handles public access.
    ///
    /// CloudFormation: `PublicAccessBlockConfiguration`, object.
    #[must_use]
    pub fn public_access_block_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::PublicAccessBlockConfiguration>>,
    ) -> Self {
        self.0.insert("PublicAccessBlockConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Configuration for replicating objects in an S3 bucket. To enable replication, you must also enable versioning by using the `VersioningConfiguration` property.
    ///
    /// CloudFormation: `ReplicationConfiguration`, object.
    #[must_use]
    pub fn replication_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::ReplicationConfiguration>>,
    ) -> Self {
        self.0.insert("ReplicationConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// An arbitrary set of tags (key-value pairs) for this S3 bucket.
    ///
    /// CloudFormation: `Tags`, array.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<bucket::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// Enables multiple versions of all objects in this bucket. You might enable versioning to prevent objects from being deleted or overwritten by mistake or to archive objects so that you can retrieve previous versions of them.
    ///
    /// CloudFormation: `VersioningConfiguration`, object.
    #[must_use]
    pub fn versioning_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::VersioningConfiguration>>,
    ) -> Self {
        self.0.insert("VersioningConfiguration".to_owned(), value.into().into_json());
        self
    }

    /// Information used to configure the bucket as a static website. For more information, see Hosting Websites on Amazon S3.
    ///
    /// CloudFormation: `WebsiteConfiguration`, object.
    #[must_use]
    pub fn website_configuration(
        mut self,
        value: impl Into<crate::Val<bucket::WebsiteConfiguration>>,
    ) -> Self {
        self.0.insert("WebsiteConfiguration".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Bucket {
    const TYPE: &'static str = "AWS::S3::Bucket";
    const ATTRIBUTES: &'static [&'static str] = &[
        "Arn",
        "DomainName",
        "DualStackDomainName",
        "RegionalDomainName",
        "MetadataTableConfiguration.S3TablesDestination.TableNamespace",
        "MetadataTableConfiguration.S3TablesDestination.TableArn",
        "MetadataConfiguration.JournalTableConfiguration.TableName",
        "MetadataConfiguration.JournalTableConfiguration.TableArn",
        "MetadataConfiguration.InventoryTableConfiguration.TableName",
        "MetadataConfiguration.InventoryTableConfiguration.TableArn",
        "MetadataConfiguration.AnnotationTableConfiguration.TableName",
        "MetadataConfiguration.AnnotationTableConfiguration.TableArn",
        "WebsiteURL",
    ];
    const BOUNDS: &'static [(&'static str, crate::Bound)] =
        &[("BucketName", crate::Bound::Characters(0, 63))];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Bucket> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// CloudFormation: `Fn::GetAtt` of `DomainName`.
    #[must_use]
    pub fn domain_name(&self) -> crate::Val<String> {
        self.attribute("DomainName")
    }

    /// CloudFormation: `Fn::GetAtt` of `DualStackDomainName`.
    #[must_use]
    pub fn dual_stack_domain_name(&self) -> crate::Val<String> {
        self.attribute("DualStackDomainName")
    }

    /// CloudFormation: `Fn::GetAtt` of `RegionalDomainName`.
    #[must_use]
    pub fn regional_domain_name(&self) -> crate::Val<String> {
        self.attribute("RegionalDomainName")
    }

    /// The table bucket namespace for the metadata table in your metadata table configuration. This value is always `aws_s3_metadata`.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataTableConfiguration.S3TablesDestination.TableNamespace`.
    #[must_use]
    pub fn metadata_table_configuration_s3_tables_destination_table_namespace(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataTableConfiguration.S3TablesDestination.TableNamespace")
    }

    /// The Amazon Resource Name (ARN) for the metadata table in the metadata table configuration. The specified metadata table name must be unique within the `aws_s3_metadata` namespace in the destination table bucket.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataTableConfiguration.S3TablesDestination.TableArn`.
    #[must_use]
    pub fn metadata_table_configuration_s3_tables_destination_table_arn(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataTableConfiguration.S3TablesDestination.TableArn")
    }

    /// The name of the journal table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.JournalTableConfiguration.TableName`.
    #[must_use]
    pub fn metadata_configuration_journal_table_configuration_table_name(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.JournalTableConfiguration.TableName")
    }

    /// The Amazon Resource Name (ARN) for the journal table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.JournalTableConfiguration.TableArn`.
    #[must_use]
    pub fn metadata_configuration_journal_table_configuration_table_arn(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.JournalTableConfiguration.TableArn")
    }

    /// The name of the inventory table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.InventoryTableConfiguration.TableName`.
    #[must_use]
    pub fn metadata_configuration_inventory_table_configuration_table_name(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.InventoryTableConfiguration.TableName")
    }

    /// The Amazon Resource Name (ARN) for the inventory table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.InventoryTableConfiguration.TableArn`.
    #[must_use]
    pub fn metadata_configuration_inventory_table_configuration_table_arn(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.InventoryTableConfiguration.TableArn")
    }

    /// The name of the annotation table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.AnnotationTableConfiguration.TableName`.
    #[must_use]
    pub fn metadata_configuration_annotation_table_configuration_table_name(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.AnnotationTableConfiguration.TableName")
    }

    /// The Amazon Resource Name (ARN) for the annotation table.
    ///
    /// CloudFormation: `Fn::GetAtt` of `MetadataConfiguration.AnnotationTableConfiguration.TableArn`.
    #[must_use]
    pub fn metadata_configuration_annotation_table_configuration_table_arn(
        &self,
    ) -> crate::Val<String> {
        self.attribute("MetadataConfiguration.AnnotationTableConfiguration.TableArn")
    }

    /// CloudFormation: `Fn::GetAtt` of `WebsiteURL`.
    #[must_use]
    pub fn website_url(&self) -> crate::Val<String> {
        self.attribute("WebsiteURL")
    }
}

/// Property types of [`Bucket`].
pub mod bucket {
    /// Specifies the days since the initiation of an incomplete multipart upload that Amazon S3 will wait before permanently removing all parts of the upload. For more information, see Stopping Incomplete Multipart Uploads Using a Bucket Lifecycle Policy in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `AbortIncompleteMultipartUpload` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AbortIncompleteMultipartUpload(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl AbortIncompleteMultipartUpload {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(days_after_initiation: impl Into<crate::Val<i64>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("DaysAfterInitiation".to_owned(), days_after_initiation.into().into_json());
            Self(map)
        }

        /// Specifies the number of days after which Amazon S3 stops an incomplete multipart upload.
        ///
        /// CloudFormation: `DaysAfterInitiation`, integer, required, at least 0.
        #[must_use]
        pub fn days_after_initiation(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("DaysAfterInitiation".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AbortIncompleteMultipartUpload> for crate::Val<AbortIncompleteMultipartUpload> {
        fn from(value: AbortIncompleteMultipartUpload) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Configures the transfer acceleration state for an Amazon S3 bucket. For more information, see Amazon S3 Transfer Acceleration in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `AccelerateConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AccelerateConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AccelerateConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(acceleration_status: impl Into<crate::Val<AccelerationStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AccelerationStatus".to_owned(), acceleration_status.into().into_json());
            Self(map)
        }

        /// Specifies the transfer acceleration status of the bucket.
        ///
        /// CloudFormation: `AccelerationStatus`, string, required; one of `Enabled`, `Suspended`.
        #[must_use]
        pub fn acceleration_status(
            mut self,
            value: impl Into<crate::Val<AccelerationStatus>>,
        ) -> Self {
            self.0.insert("AccelerationStatus".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AccelerateConfiguration> for crate::Val<AccelerateConfiguration> {
        fn from(value: AccelerateConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specify this only in a cross-account scenario (where source and destination bucket owners are not the same), and you want to change replica ownership to the AWS-account that owns the destination bucket. If this is not specified in the replication configuration, the replicas are owned by same AWS-account that owns the source object.
    ///
    /// CloudFormation: property type `AccessControlTranslation` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AccessControlTranslation(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AccessControlTranslation {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(owner: impl Into<crate::Val<Owner>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Owner".to_owned(), owner.into().into_json());
            Self(map)
        }

        /// Specifies the replica ownership. For default and valid values, see PUT bucket replication in the \*Amazon S3 API Reference\*.
        ///
        /// CloudFormation: `Owner`, string, required; one of `Destination`.
        #[must_use]
        pub fn owner(mut self, value: impl Into<crate::Val<Owner>>) -> Self {
            self.0.insert("Owner".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AccessControlTranslation> for crate::Val<AccessControlTranslation> {
        fn from(value: AccessControlTranslation) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the configuration and any analyses for the analytics filter of an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `AnalyticsConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AnalyticsConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AnalyticsConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            id: impl Into<crate::Val<String>>,
            storage_class_analysis: impl Into<crate::Val<StorageClassAnalysis>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Id".to_owned(), id.into().into_json());
            map.insert(
                "StorageClassAnalysis".to_owned(),
                storage_class_analysis.into().into_json(),
            );
            Self(map)
        }

        /// The ID that identifies the analytics configuration.
        ///
        /// CloudFormation: `Id`, string, required.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// The prefix that an object must have to be included in the analytics results.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// Contains data related to access patterns to be collected and made available to analyze the tradeoffs between different storage classes.
        ///
        /// CloudFormation: `StorageClassAnalysis`, object, required.
        #[must_use]
        pub fn storage_class_analysis(
            mut self,
            value: impl Into<crate::Val<StorageClassAnalysis>>,
        ) -> Self {
            self.0.insert("StorageClassAnalysis".to_owned(), value.into().into_json());
            self
        }

        /// The tags to use when evaluating an analytics filter.
        ///
        /// CloudFormation: `TagFilters`, array.
        #[must_use]
        pub fn tag_filters(mut self, value: impl Into<crate::Val<Vec<TagFilter>>>) -> Self {
            self.0.insert("TagFilters".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AnalyticsConfiguration> for crate::Val<AnalyticsConfiguration> {
        fn from(value: AnalyticsConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The annotation table configuration for an S3 Metadata configuration. The annotation table tracks all annotations on objects in your bucket so that you can query annotation data at scale.
    ///
    /// CloudFormation: property type `AnnotationTableConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AnnotationTableConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl AnnotationTableConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(configuration_state: impl Into<crate::Val<ConfigurationState>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("ConfigurationState".to_owned(), configuration_state.into().into_json());
            Self(map)
        }

        /// Specifies whether the annotation table configuration is enabled or disabled.
        ///
        /// CloudFormation: `ConfigurationState`, string, required; one of `ENABLED`, `DISABLED`.
        #[must_use]
        pub fn configuration_state(
            mut self,
            value: impl Into<crate::Val<ConfigurationState>>,
        ) -> Self {
            self.0.insert("ConfigurationState".to_owned(), value.into().into_json());
            self
        }

        /// The encryption configuration for the annotation table. To encrypt your annotation table with server-side encryption using AWS Key Management Service (AWS KMS) keys (SSE-KMS), set `SseAlgorithm` to `aws:kms`. You must also set `KmsKeyArn` to the ARN of a customer managed KMS key in the same Region where your general purpose bucket is located.
        ///
        /// CloudFormation: `EncryptionConfiguration`, object.
        #[must_use]
        pub fn encryption_configuration(
            mut self,
            value: impl Into<crate::Val<MetadataTableEncryptionConfiguration>>,
        ) -> Self {
            self.0.insert("EncryptionConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// The ARN of the IAM role that grants Amazon S3 Metadata permission to read annotations from your bucket.
        ///
        /// CloudFormation: `Role`, string.
        #[must_use]
        pub fn role(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Role".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) for the annotation table.
        ///
        /// CloudFormation: `TableArn`, string.
        #[must_use]
        pub fn table_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableArn".to_owned(), value.into().into_json());
            self
        }

        /// The name of the annotation table.
        ///
        /// CloudFormation: `TableName`, string.
        #[must_use]
        pub fn table_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableName".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<AnnotationTableConfiguration> for crate::Val<AnnotationTableConfiguration> {
        fn from(value: AnnotationTableConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A bucket-level setting for Amazon S3 general purpose buckets used to prevent the upload of new objects encrypted with the specified server-side encryption type. For example, blocking an encryption type will block `PutObject`, `CopyObject`, `PostObject`, multipart upload, and replication requests to the bucket for objects with the specified encryption type. However, you can continue to read and list any pre-existing objects already encrypted with the specified encryption type. For more information, see Blocking or unblocking SSE-C for a general purpose bucket.
    ///
    /// CloudFormation: property type `BlockedEncryptionTypes` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct BlockedEncryptionTypes(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl BlockedEncryptionTypes {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The object encryption type that you want to block or unblock for an Amazon S3 general purpose bucket.
        ///
        /// CloudFormation: `EncryptionType`, array; one of `NONE`, `SSE-C`.
        #[must_use]
        pub fn encryption_type(
            mut self,
            value: impl Into<crate::Val<Vec<EncryptionType>>>,
        ) -> Self {
            self.0.insert("EncryptionType".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<BlockedEncryptionTypes> for crate::Val<BlockedEncryptionTypes> {
        fn from(value: BlockedEncryptionTypes) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies default encryption for a bucket using server-side encryption with Amazon S3-managed keys (SSE-S3), AWS KMS-managed keys (SSE-KMS), or dual-layer server-side encryption with KMS-managed keys (DSSE-KMS). For information about the Amazon S3 default encryption feature, see Amazon S3 Default Encryption for S3 Buckets in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `BucketEncryption` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct BucketEncryption(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl BucketEncryption {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            server_side_encryption_configuration: impl Into<crate::Val<Vec<ServerSideEncryptionRule>>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert(
                "ServerSideEncryptionConfiguration".to_owned(),
                server_side_encryption_configuration.into().into_json(),
            );
            Self(map)
        }

        /// Specifies the default server-side-encryption configuration.
        ///
        /// CloudFormation: `ServerSideEncryptionConfiguration`, array, required.
        #[must_use]
        pub fn server_side_encryption_configuration(
            mut self,
            value: impl Into<crate::Val<Vec<ServerSideEncryptionRule>>>,
        ) -> Self {
            self.0.insert("ServerSideEncryptionConfiguration".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<BucketEncryption> for crate::Val<BucketEncryption> {
        fn from(value: BucketEncryption) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes the cross-origin access configuration for objects in an Amazon S3 bucket. For more information, see Enabling Cross-Origin Resource Sharing in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `CorsConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct CorsConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl CorsConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(cors_rules: impl Into<crate::Val<Vec<CorsRule>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("CorsRules".to_owned(), cors_rules.into().into_json());
            Self(map)
        }

        /// A set of origins and methods (cross-origin access that you want to allow). You can add up to 100 rules to the configuration.
        ///
        /// CloudFormation: `CorsRules`, array, required.
        #[must_use]
        pub fn cors_rules(mut self, value: impl Into<crate::Val<Vec<CorsRule>>>) -> Self {
            self.0.insert("CorsRules".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<CorsConfiguration> for crate::Val<CorsConfiguration> {
        fn from(value: CorsConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies a cross-origin access rule for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `CorsRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct CorsRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl CorsRule {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            allowed_methods: impl Into<crate::Val<Vec<AllowedMethod>>>,
            allowed_origins: impl Into<crate::Val<Vec<String>>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AllowedMethods".to_owned(), allowed_methods.into().into_json());
            map.insert("AllowedOrigins".to_owned(), allowed_origins.into().into_json());
            Self(map)
        }

        /// Headers that are specified in the `Access-Control-Request-Headers` header. These headers are allowed in a preflight OPTIONS request. In response to any preflight OPTIONS request, Amazon S3 returns any requested headers that are allowed.
        ///
        /// CloudFormation: `AllowedHeaders`, array.
        #[must_use]
        pub fn allowed_headers(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("AllowedHeaders".to_owned(), value.into().into_json());
            self
        }

        /// An HTTP method that you allow the origin to run.
        ///
        /// CloudFormation: `AllowedMethods`, array, required; one of `GET`, `PUT`, `HEAD`, `POST`, `DELETE`.
        #[must_use]
        pub fn allowed_methods(mut self, value: impl Into<crate::Val<Vec<AllowedMethod>>>) -> Self {
            self.0.insert("AllowedMethods".to_owned(), value.into().into_json());
            self
        }

        /// One or more origins you want customers to be able to access the bucket from.
        ///
        /// CloudFormation: `AllowedOrigins`, array, required.
        #[must_use]
        pub fn allowed_origins(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("AllowedOrigins".to_owned(), value.into().into_json());
            self
        }

        /// One or more headers in the response that you want customers to be able to access from their applications (for example, from a JavaScript `XMLHttpRequest` object).
        ///
        /// CloudFormation: `ExposedHeaders`, array.
        #[must_use]
        pub fn exposed_headers(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
            self.0.insert("ExposedHeaders".to_owned(), value.into().into_json());
            self
        }

        /// A unique identifier for this rule. The value must be no more than 255 characters.
        ///
        /// CloudFormation: `Id`, string, at most 255 characters.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// The time in seconds that your browser is to cache the preflight response for the specified resource.
        ///
        /// CloudFormation: `MaxAge`, integer, at least 0.
        #[must_use]
        pub fn max_age(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("MaxAge".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<CorsRule> for crate::Val<CorsRule> {
        fn from(value: CorsRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies how data related to the storage class analysis for an Amazon S3 bucket should be exported.
    ///
    /// CloudFormation: property type `DataExport` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DataExport(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DataExport {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            destination: impl Into<crate::Val<Destination>>,
            output_schema_version: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Destination".to_owned(), destination.into().into_json());
            map.insert("OutputSchemaVersion".to_owned(), output_schema_version.into().into_json());
            Self(map)
        }

        /// The place to store the data for an analysis.
        ///
        /// CloudFormation: `Destination`, object, required.
        #[must_use]
        pub fn destination(mut self, value: impl Into<crate::Val<Destination>>) -> Self {
            self.0.insert("Destination".to_owned(), value.into().into_json());
            self
        }

        /// The version of the output schema to use when exporting data. Must be `V_1`.
        ///
        /// CloudFormation: `OutputSchemaVersion`, string, required.
        #[must_use]
        pub fn output_schema_version(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("OutputSchemaVersion".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DataExport> for crate::Val<DataExport> {
        fn from(value: DataExport) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The default Object Lock event hold duration that you want to apply to new objects placed in the specified bucket, unless an object's upload request specifies its own Object Lock settings. New object versions are placed under an event hold and remain protected while the hold is active. When the event hold is released, Amazon S3 retains the object version for this duration, measured from the time the hold is released.
    ///
    /// CloudFormation: property type `DefaultEventHold` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DefaultEventHold(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DefaultEventHold {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The number of days that you want to specify for the default event hold duration. Valid values are `1` to `36500` days. You must specify either `Days` or `Years`, but not both.
        ///
        /// CloudFormation: `Days`, integer.
        #[must_use]
        pub fn days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Days".to_owned(), value.into().into_json());
            self
        }

        /// The number of years that you want to specify for the default event hold duration. Valid values are `1` to `100` years. You must specify either `Days` or `Years`, but not both.
        ///
        /// CloudFormation: `Years`, integer.
        #[must_use]
        pub fn years(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Years".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DefaultEventHold> for crate::Val<DefaultEventHold> {
        fn from(value: DefaultEventHold) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The container element for optionally specifying the default Object Lock retention settings for new objects placed in the specified bucket.
    ///
    /// CloudFormation: property type `DefaultRetention` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DefaultRetention(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DefaultRetention {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The number of days that you want to specify for the default retention period. If Object Lock is turned on, you must specify `Mode` and specify either `Days` or `Years`.
        ///
        /// CloudFormation: `Days`, integer.
        #[must_use]
        pub fn days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Days".to_owned(), value.into().into_json());
            self
        }

        /// The default Object Lock event hold duration that you want to apply to new objects placed in the specified bucket. When the event hold is released, Amazon S3 retains the object version for this duration.
        ///
        /// CloudFormation: `DefaultEventHold`, object.
        #[must_use]
        pub fn default_event_hold(
            mut self,
            value: impl Into<crate::Val<DefaultEventHold>>,
        ) -> Self {
            self.0.insert("DefaultEventHold".to_owned(), value.into().into_json());
            self
        }

        /// The default Object Lock retention mode you want to apply to new objects placed in the specified bucket. If Object Lock is turned on, you must specify `Mode` and specify either `Days` or `Years`.
        ///
        /// CloudFormation: `Mode`, string; one of `COMPLIANCE`, `GOVERNANCE`.
        #[must_use]
        pub fn mode(mut self, value: impl Into<crate::Val<Mode>>) -> Self {
            self.0.insert("Mode".to_owned(), value.into().into_json());
            self
        }

        /// The number of years that you want to specify for the default retention period. If Object Lock is turned on, you must specify `Mode` and specify either `Days` or `Years`.
        ///
        /// CloudFormation: `Years`, integer.
        #[must_use]
        pub fn years(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Years".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DefaultRetention> for crate::Val<DefaultRetention> {
        fn from(value: DefaultRetention) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies whether Amazon S3 replicates delete markers. If you specify a `Filter` in your replication configuration, you must also include a `DeleteMarkerReplication` element. If your `Filter` includes a `Tag` element, the `DeleteMarkerReplication``Status` must be set to Disabled, because Amazon S3 does not support replicating delete markers for tag-based rules. For an example configuration, see Basic Rule Configuration.
    ///
    /// CloudFormation: property type `DeleteMarkerReplication` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteMarkerReplication(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl DeleteMarkerReplication {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Indicates whether to replicate delete markers.
        ///
        /// CloudFormation: `Status`, string; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(
            mut self,
            value: impl Into<crate::Val<DeleteMarkerReplicationStatus>>,
        ) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<DeleteMarkerReplication> for crate::Val<DeleteMarkerReplication> {
        fn from(value: DeleteMarkerReplication) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies information about where to publish analysis or configuration results for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `Destination` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Destination(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Destination {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            bucket_arn: impl Into<crate::Val<String>>,
            format: impl Into<crate::Val<Format>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("BucketArn".to_owned(), bucket_arn.into().into_json());
            map.insert("Format".to_owned(), format.into().into_json());
            Self(map)
        }

        /// The account ID that owns the destination S3 bucket. If no account ID is provided, the owner is not validated before exporting data.
        ///
        /// CloudFormation: `BucketAccountId`, string.
        #[must_use]
        pub fn bucket_account_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("BucketAccountId".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the bucket to which data is exported.
        ///
        /// CloudFormation: `BucketArn`, string, required.
        #[must_use]
        pub fn bucket_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("BucketArn".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the file format used when exporting data to Amazon S3.
        ///
        /// CloudFormation: `Format`, string, required; one of `CSV`, `ORC`, `Parquet`.
        #[must_use]
        pub fn format(mut self, value: impl Into<crate::Val<Format>>) -> Self {
            self.0.insert("Format".to_owned(), value.into().into_json());
            self
        }

        /// The prefix to use when exporting data. The prefix is prepended to all results.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Destination> for crate::Val<Destination> {
        fn from(value: Destination) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies encryption-related information for an Amazon S3 bucket that is a destination for replicated objects.
    ///
    /// CloudFormation: property type `EncryptionConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct EncryptionConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EncryptionConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(replica_kms_key_id: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("ReplicaKmsKeyID".to_owned(), replica_kms_key_id.into().into_json());
            Self(map)
        }

        /// Specifies the ID (Key ARN or Alias ARN) of the customer managed AWS KMS key stored in AWS Key Management Service (KMS) for the destination bucket. Amazon S3 uses this key to encrypt replica objects. Amazon S3 only supports symmetric encryption KMS keys. For more information, see Asymmetric keys in KMS in the \*Key Management Service Developer Guide\*.
        ///
        /// CloudFormation: `ReplicaKmsKeyID`, string, required.
        #[must_use]
        pub fn replica_kms_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ReplicaKmsKeyID".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EncryptionConfiguration> for crate::Val<EncryptionConfiguration> {
        fn from(value: EncryptionConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Amazon S3 can send events to Amazon EventBridge whenever certain events happen in your bucket, see Using EventBridge in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `EventBridgeConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct EventBridgeConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl EventBridgeConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(event_bridge_enabled: impl Into<crate::Val<bool>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("EventBridgeEnabled".to_owned(), event_bridge_enabled.into().into_json());
            Self(map)
        }

        /// Enables delivery of events to Amazon EventBridge.
        ///
        /// CloudFormation: `EventBridgeEnabled`, boolean, required.
        #[must_use]
        pub fn event_bridge_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("EventBridgeEnabled".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<EventBridgeConfiguration> for crate::Val<EventBridgeConfiguration> {
        fn from(value: EventBridgeConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the Amazon S3 object key name to filter on. An object key name is the name assigned to an object in your Amazon S3 bucket. You specify whether to filter on the suffix or prefix of the object key name. A prefix is a specific string of characters at the beginning of an object key name, which you can use to organize objects. For example, you can start the key names of related objects with a prefix, such as `2023-` or `engineering/`. Then, you can use `FilterRule` to find objects in a bucket with key names that have the same prefix. A suffix is similar to a prefix, but it is at the end of the object key name instead of at the beginning.
    ///
    /// CloudFormation: property type `FilterRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct FilterRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl FilterRule {
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

        /// The object key name prefix or suffix identifying one or more objects to which the filtering rule applies. The maximum length is 1,024 characters. Overlapping prefixes and suffixes are not supported. For more information, see Configuring Event Notifications in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Name`, string, required, at most 1024 characters.
        #[must_use]
        pub fn name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Name".to_owned(), value.into().into_json());
            self
        }

        /// The value that the filter searches for in object key names.
        ///
        /// CloudFormation: `Value`, string, required.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<FilterRule> for crate::Val<FilterRule> {
        fn from(value: FilterRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the S3 Intelligent-Tiering configuration for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `IntelligentTieringConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct IntelligentTieringConfiguration(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl IntelligentTieringConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            id: impl Into<crate::Val<String>>,
            status: impl Into<crate::Val<IntelligentTieringConfigurationStatus>>,
            tierings: impl Into<crate::Val<Vec<Tiering>>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Id".to_owned(), id.into().into_json());
            map.insert("Status".to_owned(), status.into().into_json());
            map.insert("Tierings".to_owned(), tierings.into().into_json());
            Self(map)
        }

        /// The ID used to identify the S3 Intelligent-Tiering configuration.
        ///
        /// CloudFormation: `Id`, string, required.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// An object key name prefix that identifies the subset of objects to which the rule applies.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the status of the configuration.
        ///
        /// CloudFormation: `Status`, string, required; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(
            mut self,
            value: impl Into<crate::Val<IntelligentTieringConfigurationStatus>>,
        ) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }

        /// A container for a key-value pair.
        ///
        /// CloudFormation: `TagFilters`, array.
        #[must_use]
        pub fn tag_filters(mut self, value: impl Into<crate::Val<Vec<TagFilter>>>) -> Self {
            self.0.insert("TagFilters".to_owned(), value.into().into_json());
            self
        }

        /// Specifies a list of S3 Intelligent-Tiering storage class tiers in the configuration. At least one tier must be defined in the list. At most, you can specify two tiers in the list, one for each available AccessTier: `ARCHIVE_ACCESS` and `DEEP_ARCHIVE_ACCESS`.
        ///
        /// CloudFormation: `Tierings`, array, required.
        #[must_use]
        pub fn tierings(mut self, value: impl Into<crate::Val<Vec<Tiering>>>) -> Self {
            self.0.insert("Tierings".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<IntelligentTieringConfiguration> for crate::Val<IntelligentTieringConfiguration> {
        fn from(value: IntelligentTieringConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the S3 Inventory configuration for an Amazon S3 bucket. For more information, see GET Bucket inventory in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: property type `InventoryConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct InventoryConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl InventoryConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            destination: impl Into<crate::Val<Destination>>,
            enabled: impl Into<crate::Val<bool>>,
            id: impl Into<crate::Val<String>>,
            included_object_versions: impl Into<crate::Val<IncludedObjectVersions>>,
            schedule_frequency: impl Into<crate::Val<ScheduleFrequency>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Destination".to_owned(), destination.into().into_json());
            map.insert("Enabled".to_owned(), enabled.into().into_json());
            map.insert("Id".to_owned(), id.into().into_json());
            map.insert(
                "IncludedObjectVersions".to_owned(),
                included_object_versions.into().into_json(),
            );
            map.insert("ScheduleFrequency".to_owned(), schedule_frequency.into().into_json());
            Self(map)
        }

        /// Contains information about where to publish the inventory results.
        ///
        /// CloudFormation: `Destination`, object, required.
        #[must_use]
        pub fn destination(mut self, value: impl Into<crate::Val<Destination>>) -> Self {
            self.0.insert("Destination".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether the inventory is enabled or disabled. If set to `True`, an inventory list is generated. If set to `False`, no inventory list is generated.
        ///
        /// CloudFormation: `Enabled`, boolean, required.
        #[must_use]
        pub fn enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("Enabled".to_owned(), value.into().into_json());
            self
        }

        /// The ID used to identify the inventory configuration.
        ///
        /// CloudFormation: `Id`, string, required.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// Object versions to include in the inventory list. If set to `All`, the list includes all the object versions, which adds the version-related fields `VersionId`, `IsLatest`, and `DeleteMarker` to the list. If set to `Current`, the list does not contain these version-related fields.
        ///
        /// CloudFormation: `IncludedObjectVersions`, string, required; one of `All`, `Current`.
        #[must_use]
        pub fn included_object_versions(
            mut self,
            value: impl Into<crate::Val<IncludedObjectVersions>>,
        ) -> Self {
            self.0.insert("IncludedObjectVersions".to_owned(), value.into().into_json());
            self
        }

        /// Contains the optional fields that are included in the inventory results.
        ///
        /// CloudFormation: `OptionalFields`, array; one of `Size`, `LastModifiedDate`, `StorageClass`, `ETag`, `IsMultipartUploaded`, `ReplicationStatus`, `EncryptionStatus`, `ObjectLockRetainUntilDate`, `ObjectLockMode`, `ObjectLockLegalHoldStatus`, `ObjectLockEventHoldStatus`, `ObjectLockEventHoldDuration`, `IntelligentTieringAccessTier`, `BucketKeyStatus`, `ChecksumAlgorithm`, `ObjectAccessControlList`, `ObjectOwner`, `LifecycleExpirationDate`, `IntelligentTieringReferenceDate`.
        #[must_use]
        pub fn optional_fields(mut self, value: impl Into<crate::Val<Vec<OptionalField>>>) -> Self {
            self.0.insert("OptionalFields".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the inventory filter prefix.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the schedule for generating inventory results.
        ///
        /// CloudFormation: `ScheduleFrequency`, string, required; one of `Daily`, `Weekly`.
        #[must_use]
        pub fn schedule_frequency(
            mut self,
            value: impl Into<crate::Val<ScheduleFrequency>>,
        ) -> Self {
            self.0.insert("ScheduleFrequency".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<InventoryConfiguration> for crate::Val<InventoryConfiguration> {
        fn from(value: InventoryConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The inventory table configuration for an S3 Metadata configuration.
    ///
    /// CloudFormation: property type `InventoryTableConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct InventoryTableConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl InventoryTableConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(configuration_state: impl Into<crate::Val<ConfigurationState>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("ConfigurationState".to_owned(), configuration_state.into().into_json());
            Self(map)
        }

        /// The configuration state of the inventory table, indicating whether the inventory table is enabled or disabled.
        ///
        /// CloudFormation: `ConfigurationState`, string, required; one of `ENABLED`, `DISABLED`.
        #[must_use]
        pub fn configuration_state(
            mut self,
            value: impl Into<crate::Val<ConfigurationState>>,
        ) -> Self {
            self.0.insert("ConfigurationState".to_owned(), value.into().into_json());
            self
        }

        /// The encryption configuration for the inventory table.
        ///
        /// CloudFormation: `EncryptionConfiguration`, object.
        #[must_use]
        pub fn encryption_configuration(
            mut self,
            value: impl Into<crate::Val<MetadataTableEncryptionConfiguration>>,
        ) -> Self {
            self.0.insert("EncryptionConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) for the inventory table.
        ///
        /// CloudFormation: `TableArn`, string.
        #[must_use]
        pub fn table_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableArn".to_owned(), value.into().into_json());
            self
        }

        /// The name of the inventory table.
        ///
        /// CloudFormation: `TableName`, string.
        #[must_use]
        pub fn table_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableName".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<InventoryTableConfiguration> for crate::Val<InventoryTableConfiguration> {
        fn from(value: InventoryTableConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The journal table configuration for an S3 Metadata configuration. The journal table is required for each metadata table configuration and cannot be disabled.
    ///
    /// CloudFormation: property type `JournalTableConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct JournalTableConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl JournalTableConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(record_expiration: impl Into<crate::Val<RecordExpiration>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("RecordExpiration".to_owned(), record_expiration.into().into_json());
            Self(map)
        }

        /// The encryption configuration for the journal table.
        ///
        /// CloudFormation: `EncryptionConfiguration`, object.
        #[must_use]
        pub fn encryption_configuration(
            mut self,
            value: impl Into<crate::Val<MetadataTableEncryptionConfiguration>>,
        ) -> Self {
            self.0.insert("EncryptionConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// The journal table record expiration settings for the journal table.
        ///
        /// CloudFormation: `RecordExpiration`, object, required.
        #[must_use]
        pub fn record_expiration(mut self, value: impl Into<crate::Val<RecordExpiration>>) -> Self {
            self.0.insert("RecordExpiration".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) for the journal table.
        ///
        /// CloudFormation: `TableArn`, string.
        #[must_use]
        pub fn table_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableArn".to_owned(), value.into().into_json());
            self
        }

        /// The name of the journal table.
        ///
        /// CloudFormation: `TableName`, string.
        #[must_use]
        pub fn table_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableName".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<JournalTableConfiguration> for crate::Val<JournalTableConfiguration> {
        fn from(value: JournalTableConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes the LAMlong functions to invoke and the events for which to invoke them.
    ///
    /// CloudFormation: property type `LambdaConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct LambdaConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LambdaConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            event: impl Into<crate::Val<String>>,
            function: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Event".to_owned(), event.into().into_json());
            map.insert("Function".to_owned(), function.into().into_json());
            Self(map)
        }

        /// The Amazon S3 bucket event for which to invoke the LAMlong function. For more information, see Supported Event Types in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Event`, string, required.
        #[must_use]
        pub fn event(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Event".to_owned(), value.into().into_json());
            self
        }

        /// The filtering rules that determine which objects invoke the AWS Lambda function. For example, you can create a filter so that only image files with a `.jpg` extension invoke the function when they are added to the Amazon S3 bucket.
        ///
        /// CloudFormation: `Filter`, object.
        #[must_use]
        pub fn filter(mut self, value: impl Into<crate::Val<NotificationFilter>>) -> Self {
            self.0.insert("Filter".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the LAMlong function that Amazon S3 invokes when the specified event type occurs.
        ///
        /// CloudFormation: `Function`, string, required.
        #[must_use]
        pub fn function(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Function".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LambdaConfiguration> for crate::Val<LambdaConfiguration> {
        fn from(value: LambdaConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the lifecycle configuration for objects in an Amazon S3 bucket. For more information, see Object Lifecycle Management in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `LifecycleConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct LifecycleConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LifecycleConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(rules: impl Into<crate::Val<Vec<Rule>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Rules".to_owned(), rules.into().into_json());
            Self(map)
        }

        /// A lifecycle rule for individual objects in an Amazon S3 bucket.
        ///
        /// CloudFormation: `Rules`, array, required.
        #[must_use]
        pub fn rules(mut self, value: impl Into<crate::Val<Vec<Rule>>>) -> Self {
            self.0.insert("Rules".to_owned(), value.into().into_json());
            self
        }

        /// Indicates which default minimum object size behavior is applied to the lifecycle configuration.
        ///
        /// CloudFormation: `TransitionDefaultMinimumObjectSize`, string; one of `varies_by_storage_class`, `all_storage_classes_128K`.
        #[must_use]
        pub fn transition_default_minimum_object_size(
            mut self,
            value: impl Into<crate::Val<TransitionDefaultMinimumObjectSize>>,
        ) -> Self {
            self.0
                .insert("TransitionDefaultMinimumObjectSize".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LifecycleConfiguration> for crate::Val<LifecycleConfiguration> {
        fn from(value: LifecycleConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes where logs are stored and the prefix that Amazon S3 assigns to all log object keys for a bucket. For examples and more information, see PUT Bucket logging in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: property type `LoggingConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LoggingConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl LoggingConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The name of the bucket where Amazon S3 should store server access log files. You can store log files in any bucket that you own. By default, logs are stored in the bucket where the `LoggingConfiguration` property is defined.
        ///
        /// CloudFormation: `DestinationBucketName`, string.
        #[must_use]
        pub fn destination_bucket_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("DestinationBucketName".to_owned(), value.into().into_json());
            self
        }

        /// A prefix for all log object keys. If you store log files from multiple Amazon S3 buckets in a single bucket, you can use a prefix to distinguish which log files came from which bucket.
        ///
        /// CloudFormation: `LogFilePrefix`, string.
        #[must_use]
        pub fn log_file_prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("LogFilePrefix".to_owned(), value.into().into_json());
            self
        }

        /// Amazon S3 key format for log objects. Only one format, either PartitionedPrefix or SimplePrefix, is allowed.
        ///
        /// CloudFormation: `TargetObjectKeyFormat`, object.
        #[must_use]
        pub fn target_object_key_format(
            mut self,
            value: impl Into<crate::Val<crate::Json>>,
        ) -> Self {
            self.0.insert("TargetObjectKeyFormat".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<LoggingConfiguration> for crate::Val<LoggingConfiguration> {
        fn from(value: LoggingConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Creates a V2 S3 Metadata configuration of a general purpose bucket. For more information, see Accelerating data discovery with S3 Metadata in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `MetadataConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetadataConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            journal_table_configuration: impl Into<crate::Val<JournalTableConfiguration>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert(
                "JournalTableConfiguration".to_owned(),
                journal_table_configuration.into().into_json(),
            );
            Self(map)
        }

        /// The annotation table configuration for a metadata configuration.
        ///
        /// CloudFormation: `AnnotationTableConfiguration`, object.
        #[must_use]
        pub fn annotation_table_configuration(
            mut self,
            value: impl Into<crate::Val<AnnotationTableConfiguration>>,
        ) -> Self {
            self.0.insert("AnnotationTableConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// The destination information for the S3 Metadata configuration.
        ///
        /// CloudFormation: `Destination`, object.
        #[must_use]
        pub fn destination(mut self, value: impl Into<crate::Val<MetadataDestination>>) -> Self {
            self.0.insert("Destination".to_owned(), value.into().into_json());
            self
        }

        /// The inventory table configuration for a metadata configuration.
        ///
        /// CloudFormation: `InventoryTableConfiguration`, object.
        #[must_use]
        pub fn inventory_table_configuration(
            mut self,
            value: impl Into<crate::Val<InventoryTableConfiguration>>,
        ) -> Self {
            self.0.insert("InventoryTableConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// The journal table configuration for a metadata configuration.
        ///
        /// CloudFormation: `JournalTableConfiguration`, object, required.
        #[must_use]
        pub fn journal_table_configuration(
            mut self,
            value: impl Into<crate::Val<JournalTableConfiguration>>,
        ) -> Self {
            self.0.insert("JournalTableConfiguration".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetadataConfiguration> for crate::Val<MetadataConfiguration> {
        fn from(value: MetadataConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The destination information for the S3 Metadata configuration.
    ///
    /// CloudFormation: property type `MetadataDestination` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataDestination(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetadataDestination {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(table_bucket_type: impl Into<crate::Val<TableBucketType>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("TableBucketType".to_owned(), table_bucket_type.into().into_json());
            Self(map)
        }

        /// The Amazon Resource Name (ARN) of the table bucket where the metadata configuration is stored.
        ///
        /// CloudFormation: `TableBucketArn`, string.
        #[must_use]
        pub fn table_bucket_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableBucketArn".to_owned(), value.into().into_json());
            self
        }

        /// The type of the table bucket where the metadata configuration is stored. The `aws` value indicates an AWS managed table bucket, and the `customer` value indicates a customer-managed table bucket. V2 metadata configurations are stored in AWS managed table buckets, and V1 metadata configurations are stored in customer-managed table buckets.
        ///
        /// CloudFormation: `TableBucketType`, string, required; one of `aws`, `customer`.
        #[must_use]
        pub fn table_bucket_type(mut self, value: impl Into<crate::Val<TableBucketType>>) -> Self {
            self.0.insert("TableBucketType".to_owned(), value.into().into_json());
            self
        }

        /// The namespace in the table bucket where the metadata tables for a metadata configuration are stored.
        ///
        /// CloudFormation: `TableNamespace`, string.
        #[must_use]
        pub fn table_namespace(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableNamespace".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetadataDestination> for crate::Val<MetadataDestination> {
        fn from(value: MetadataDestination) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// We recommend that you create your S3 Metadata configurations by using the V2 MetadataConfiguration resource type. We no longer recommend using the V1 `MetadataTableConfiguration` resource type.
    ///
    /// CloudFormation: property type `MetadataTableConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataTableConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetadataTableConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(s3_tables_destination: impl Into<crate::Val<S3TablesDestination>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("S3TablesDestination".to_owned(), s3_tables_destination.into().into_json());
            Self(map)
        }

        /// The destination information for the metadata table configuration. The destination table bucket must be in the same Region and AWS-account as the general purpose bucket. The specified metadata table name must be unique within the `aws_s3_metadata` namespace in the destination table bucket.
        ///
        /// CloudFormation: `S3TablesDestination`, object, required.
        #[must_use]
        pub fn s3_tables_destination(
            mut self,
            value: impl Into<crate::Val<S3TablesDestination>>,
        ) -> Self {
            self.0.insert("S3TablesDestination".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetadataTableConfiguration> for crate::Val<MetadataTableConfiguration> {
        fn from(value: MetadataTableConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The encryption settings for an S3 Metadata journal table or inventory table configuration.
    ///
    /// CloudFormation: property type `MetadataTableEncryptionConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataTableEncryptionConfiguration(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl MetadataTableEncryptionConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(sse_algorithm: impl Into<crate::Val<SseAlgorithm>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("SseAlgorithm".to_owned(), sse_algorithm.into().into_json());
            Self(map)
        }

        /// If server-side encryption with KMSlong (KMS) keys (SSE-KMS) is specified, you must also specify the KMS key Amazon Resource Name (ARN). You must specify a customer-managed KMS key that's located in the same Region as the general purpose bucket that corresponds to the metadata table configuration.
        ///
        /// CloudFormation: `KmsKeyArn`, string.
        #[must_use]
        pub fn kms_key_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("KmsKeyArn".to_owned(), value.into().into_json());
            self
        }

        /// The encryption type specified for a metadata table. To specify server-side encryption with KMSlong (KMS) keys (SSE-KMS), use the `aws:kms` value. To specify server-side encryption with Amazon S3 managed keys (SSE-S3), use the `AES256` value.
        ///
        /// CloudFormation: `SseAlgorithm`, string, required; one of `aws:kms`, `AES256`.
        #[must_use]
        pub fn sse_algorithm(mut self, value: impl Into<crate::Val<SseAlgorithm>>) -> Self {
            self.0.insert("SseAlgorithm".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetadataTableEncryptionConfiguration>
        for crate::Val<MetadataTableEncryptionConfiguration>
    {
        fn from(value: MetadataTableEncryptionConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container specifying replication metrics-related settings enabling replication metrics and events.
    ///
    /// CloudFormation: property type `Metrics` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Metrics(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Metrics {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(status: impl Into<crate::Val<MetricsStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// A container specifying the time threshold for emitting the `s3:Replication:OperationMissedThreshold` event.
        ///
        /// CloudFormation: `EventThreshold`, object.
        #[must_use]
        pub fn event_threshold(
            mut self,
            value: impl Into<crate::Val<ReplicationTimeValue>>,
        ) -> Self {
            self.0.insert("EventThreshold".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether the replication metrics are enabled.
        ///
        /// CloudFormation: `Status`, string, required; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(mut self, value: impl Into<crate::Val<MetricsStatus>>) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Metrics> for crate::Val<Metrics> {
        fn from(value: Metrics) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies a metrics configuration for the CloudWatch request metrics (specified by the metrics configuration ID) from an Amazon S3 bucket. If you're updating an existing metrics configuration, note that this is a full replacement of the existing metrics configuration. If you don't include the elements you want to keep, they are erased. For examples, see AWS::S3::Bucket. For more information, see PUT Bucket metrics in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: property type `MetricsConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MetricsConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl MetricsConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(id: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Id".to_owned(), id.into().into_json());
            Self(map)
        }

        /// The access point that was used while performing operations on the object. The metrics configuration only includes objects that meet the filter's criteria.
        ///
        /// CloudFormation: `AccessPointArn`, string.
        #[must_use]
        pub fn access_point_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("AccessPointArn".to_owned(), value.into().into_json());
            self
        }

        /// The ID used to identify the metrics configuration. This can be any value you choose that helps you identify your metrics configuration.
        ///
        /// CloudFormation: `Id`, string, required.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// The prefix that an object must have to be included in the metrics results.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// Specifies a list of tag filters to use as a metrics configuration filter. The metrics configuration includes only objects that meet the filter's criteria.
        ///
        /// CloudFormation: `TagFilters`, array.
        #[must_use]
        pub fn tag_filters(mut self, value: impl Into<crate::Val<Vec<TagFilter>>>) -> Self {
            self.0.insert("TagFilters".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<MetricsConfiguration> for crate::Val<MetricsConfiguration> {
        fn from(value: MetricsConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies when noncurrent object versions expire. Upon expiration, S3 permanently deletes the noncurrent object versions. You set this lifecycle configuration action on a bucket that has versioning enabled (or suspended) to request that S3 delete noncurrent object versions at a specific period in the object's lifetime. For more information about setting a lifecycle rule configuration, see AWS::S3::Bucket Rule.
    ///
    /// CloudFormation: property type `NoncurrentVersionExpiration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct NoncurrentVersionExpiration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NoncurrentVersionExpiration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(noncurrent_days: impl Into<crate::Val<i64>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("NoncurrentDays".to_owned(), noncurrent_days.into().into_json());
            Self(map)
        }

        /// Specifies how many noncurrent versions S3 will retain. If there are this many more recent noncurrent versions, S3 will take the associated action. For more information about noncurrent versions, see Lifecycle configuration elements in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `NewerNoncurrentVersions`, integer.
        #[must_use]
        pub fn newer_noncurrent_versions(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("NewerNoncurrentVersions".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the number of days an object is noncurrent before S3 can perform the associated action. For information about the noncurrent days calculations, see How Amazon S3 Calculates When an Object Became Noncurrent in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `NoncurrentDays`, integer, required.
        #[must_use]
        pub fn noncurrent_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("NoncurrentDays".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NoncurrentVersionExpiration> for crate::Val<NoncurrentVersionExpiration> {
        fn from(value: NoncurrentVersionExpiration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Container for the transition rule that describes when noncurrent objects transition to the `STANDARD_IA`, `ONEZONE_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `GLACIER`, or `DEEP_ARCHIVE` storage class. If your bucket is versioning-enabled (or versioning is suspended), you can set this action to request that Amazon S3 transition noncurrent object versions to the `STANDARD_IA`, `ONEZONE_IA`, `INTELLIGENT_TIERING`, `GLACIER_IR`, `GLACIER`, or `DEEP_ARCHIVE` storage class at a specific period in the object's lifetime. If you specify this property, don't specify the `NoncurrentVersionTransitions` property.
    ///
    /// CloudFormation: property type `NoncurrentVersionTransition` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct NoncurrentVersionTransition(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NoncurrentVersionTransition {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            storage_class: impl Into<crate::Val<String>>,
            transition_in_days: impl Into<crate::Val<i64>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("StorageClass".to_owned(), storage_class.into().into_json());
            map.insert("TransitionInDays".to_owned(), transition_in_days.into().into_json());
            Self(map)
        }

        /// Specifies how many noncurrent versions S3 will retain. If there are this many more recent noncurrent versions, S3 will take the associated action. For more information about noncurrent versions, see Lifecycle configuration elements in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `NewerNoncurrentVersions`, integer.
        #[must_use]
        pub fn newer_noncurrent_versions(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("NewerNoncurrentVersions".to_owned(), value.into().into_json());
            self
        }

        /// The class of storage used to store the object.
        ///
        /// CloudFormation: `StorageClass`, string, required; one of `DEEP_ARCHIVE`, `GLACIER`, `Glacier`, `GLACIER_IR`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `STANDARD_IA`.
        #[must_use]
        pub fn storage_class(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("StorageClass".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the number of days an object is noncurrent before Amazon S3 can perform the associated action. For information about the noncurrent days calculations, see How Amazon S3 Calculates How Long an Object Has Been Noncurrent in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `TransitionInDays`, integer, required.
        #[must_use]
        pub fn transition_in_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("TransitionInDays".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NoncurrentVersionTransition> for crate::Val<NoncurrentVersionTransition> {
        fn from(value: NoncurrentVersionTransition) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes the notification configuration for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `NotificationConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NotificationConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NotificationConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Enables delivery of events to Amazon EventBridge.
        ///
        /// CloudFormation: `EventBridgeConfiguration`, object.
        #[must_use]
        pub fn event_bridge_configuration(
            mut self,
            value: impl Into<crate::Val<EventBridgeConfiguration>>,
        ) -> Self {
            self.0.insert("EventBridgeConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// Describes the LAMlong functions to invoke and the events for which to invoke them.
        ///
        /// CloudFormation: `LambdaConfigurations`, array.
        #[must_use]
        pub fn lambda_configurations(
            mut self,
            value: impl Into<crate::Val<Vec<LambdaConfiguration>>>,
        ) -> Self {
            self.0.insert("LambdaConfigurations".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Simple Queue Service queues to publish messages to and the events for which to publish messages.
        ///
        /// CloudFormation: `QueueConfigurations`, array.
        #[must_use]
        pub fn queue_configurations(
            mut self,
            value: impl Into<crate::Val<Vec<QueueConfiguration>>>,
        ) -> Self {
            self.0.insert("QueueConfigurations".to_owned(), value.into().into_json());
            self
        }

        /// The topic to which notifications are sent and the events for which notifications are generated.
        ///
        /// CloudFormation: `TopicConfigurations`, array.
        #[must_use]
        pub fn topic_configurations(
            mut self,
            value: impl Into<crate::Val<Vec<TopicConfiguration>>>,
        ) -> Self {
            self.0.insert("TopicConfigurations".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NotificationConfiguration> for crate::Val<NotificationConfiguration> {
        fn from(value: NotificationConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies object key name filtering rules. For information about key name filtering, see Configuring event notifications using object key name filtering in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `NotificationFilter` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct NotificationFilter(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl NotificationFilter {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(s3_key: impl Into<crate::Val<S3KeyFilter>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("S3Key".to_owned(), s3_key.into().into_json());
            Self(map)
        }

        /// A container for object key name prefix and suffix filtering rules.
        ///
        /// CloudFormation: `S3Key`, object, required.
        #[must_use]
        pub fn s3_key(mut self, value: impl Into<crate::Val<S3KeyFilter>>) -> Self {
            self.0.insert("S3Key".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<NotificationFilter> for crate::Val<NotificationFilter> {
        fn from(value: NotificationFilter) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Places an Object Lock configuration on the specified bucket. The rule specified in the Object Lock configuration will be applied by default to every new object placed in the specified bucket. For more information, see Locking Objects.
    ///
    /// CloudFormation: property type `ObjectLockConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ObjectLockConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ObjectLockConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Indicates whether this bucket has an Object Lock configuration enabled. Enable `ObjectLockEnabled` when you apply `ObjectLockConfiguration` to a bucket.
        ///
        /// CloudFormation: `ObjectLockEnabled`, string; one of `Enabled`.
        #[must_use]
        pub fn object_lock_enabled(
            mut self,
            value: impl Into<crate::Val<ObjectLockEnabled>>,
        ) -> Self {
            self.0.insert("ObjectLockEnabled".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the Object Lock rule for the specified object. Enable this rule when you apply `ObjectLockConfiguration` to a bucket. If Object Lock is turned on, bucket settings require both `Mode` and a period of either `Days` or `Years`. You cannot specify `Days` and `Years` at the same time. For more information, see ObjectLockRule and DefaultRetention.
        ///
        /// CloudFormation: `Rule`, object.
        #[must_use]
        pub fn rule(mut self, value: impl Into<crate::Val<ObjectLockRule>>) -> Self {
            self.0.insert("Rule".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ObjectLockConfiguration> for crate::Val<ObjectLockConfiguration> {
        fn from(value: ObjectLockConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the Object Lock rule for the specified object. Enable the this rule when you apply `ObjectLockConfiguration` to a bucket.
    ///
    /// CloudFormation: property type `ObjectLockRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ObjectLockRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ObjectLockRule {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The default Object Lock retention mode and period that you want to apply to new objects placed in the specified bucket. If Object Lock is turned on, bucket settings require both `Mode` and a period of either `Days` or `Years`. You cannot specify `Days` and `Years` at the same time. For more information about allowable values for mode and period, see DefaultRetention.
        ///
        /// CloudFormation: `DefaultRetention`, object.
        #[must_use]
        pub fn default_retention(mut self, value: impl Into<crate::Val<DefaultRetention>>) -> Self {
            self.0.insert("DefaultRetention".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ObjectLockRule> for crate::Val<ObjectLockRule> {
        fn from(value: ObjectLockRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the container element for Object Ownership rules.
    ///
    /// CloudFormation: property type `OwnershipControls` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct OwnershipControls(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl OwnershipControls {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(rules: impl Into<crate::Val<Vec<OwnershipControlsRule>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Rules".to_owned(), rules.into().into_json());
            Self(map)
        }

        /// Specifies the container element for Object Ownership rules.
        ///
        /// CloudFormation: `Rules`, array, required.
        #[must_use]
        pub fn rules(mut self, value: impl Into<crate::Val<Vec<OwnershipControlsRule>>>) -> Self {
            self.0.insert("Rules".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<OwnershipControls> for crate::Val<OwnershipControls> {
        fn from(value: OwnershipControls) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies an Object Ownership rule.
    ///
    /// CloudFormation: property type `OwnershipControlsRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OwnershipControlsRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl OwnershipControlsRule {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Specifies an object ownership rule.
        ///
        /// CloudFormation: `ObjectOwnership`, string; one of `ObjectWriter`, `BucketOwnerPreferred`, `BucketOwnerEnforced`.
        #[must_use]
        pub fn object_ownership(mut self, value: impl Into<crate::Val<ObjectOwnership>>) -> Self {
            self.0.insert("ObjectOwnership".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<OwnershipControlsRule> for crate::Val<OwnershipControlsRule> {
        fn from(value: OwnershipControlsRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Amazon S3 keys for log objects are partitioned in the following format:
    ///
    /// CloudFormation: property type `PartitionedPrefix` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionedPrefix(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl PartitionedPrefix {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Specifies the partition date source for the partitioned prefix. `PartitionDateSource` can be `EventTime` or `DeliveryTime`.
        ///
        /// CloudFormation: `PartitionDateSource`, string; one of `EventTime`, `DeliveryTime`.
        #[must_use]
        pub fn partition_date_source(
            mut self,
            value: impl Into<crate::Val<PartitionDateSource>>,
        ) -> Self {
            self.0.insert("PartitionDateSource".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PartitionedPrefix> for crate::Val<PartitionedPrefix> {
        fn from(value: PartitionedPrefix) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The PublicAccessBlock configuration that you want to apply to this Amazon S3 bucket. You can enable the configuration options in any combination. Bucket-level settings work alongside account-level settings (which may inherit from organization-level policies). For more information about when Amazon S3 considers a bucket or object public, see The Meaning of "Public" in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `PublicAccessBlockConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PublicAccessBlockConfiguration(
        pub(crate) serde_json::Map<String, serde_json::Value>,
    );

    #[allow(clippy::wrong_self_convention)]
    impl PublicAccessBlockConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Specifies whether Amazon S3 should block public access control lists (ACLs) for this bucket and objects in this bucket. Setting this element to `TRUE` causes the following behavior:
        ///
        /// CloudFormation: `BlockPublicAcls`, boolean.
        #[must_use]
        pub fn block_public_acls(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("BlockPublicAcls".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether Amazon S3 should block public bucket policies for this bucket. Setting this element to `TRUE` causes Amazon S3 to reject calls to PUT Bucket policy if the specified bucket policy allows public access.
        ///
        /// CloudFormation: `BlockPublicPolicy`, boolean.
        #[must_use]
        pub fn block_public_policy(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("BlockPublicPolicy".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether Amazon S3 should ignore public ACLs for this bucket and objects in this bucket. Setting this element to `TRUE` causes Amazon S3 to ignore all public ACLs on this bucket and objects in this bucket.
        ///
        /// CloudFormation: `IgnorePublicAcls`, boolean.
        #[must_use]
        pub fn ignore_public_acls(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("IgnorePublicAcls".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether Amazon S3 should restrict public bucket policies for this bucket. Setting this element to `TRUE` restricts access to this bucket to only AWS-service principals and authorized users within this account if the bucket has a public policy.
        ///
        /// CloudFormation: `RestrictPublicBuckets`, boolean.
        #[must_use]
        pub fn restrict_public_buckets(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("RestrictPublicBuckets".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<PublicAccessBlockConfiguration> for crate::Val<PublicAccessBlockConfiguration> {
        fn from(value: PublicAccessBlockConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the configuration for publishing messages to an Amazon Simple Queue Service (Amazon SQS) queue when Amazon S3 detects specified events.
    ///
    /// CloudFormation: property type `QueueConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct QueueConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl QueueConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            event: impl Into<crate::Val<String>>,
            queue: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Event".to_owned(), event.into().into_json());
            map.insert("Queue".to_owned(), queue.into().into_json());
            Self(map)
        }

        /// The Amazon S3 bucket event about which you want to publish messages to Amazon SQS. For more information, see Supported Event Types in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Event`, string, required.
        #[must_use]
        pub fn event(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Event".to_owned(), value.into().into_json());
            self
        }

        /// The filtering rules that determine which objects trigger notifications. For example, you can create a filter so that Amazon S3 sends notifications only when image files with a `.jpg` extension are added to the bucket. For more information, see Configuring event notifications using object key name filtering in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Filter`, object.
        #[must_use]
        pub fn filter(mut self, value: impl Into<crate::Val<NotificationFilter>>) -> Self {
            self.0.insert("Filter".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the Amazon SQS queue to which Amazon S3 publishes a message when it detects events of the specified type. FIFO queues are not allowed when enabling an SQS queue as the event notification destination.
        ///
        /// CloudFormation: `Queue`, string, required.
        #[must_use]
        pub fn queue(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Queue".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<QueueConfiguration> for crate::Val<QueueConfiguration> {
        fn from(value: QueueConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The journal table record expiration settings for a journal table in an S3 Metadata configuration.
    ///
    /// CloudFormation: property type `RecordExpiration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RecordExpiration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RecordExpiration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(expiration: impl Into<crate::Val<Expiration>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Expiration".to_owned(), expiration.into().into_json());
            Self(map)
        }

        /// If you enable journal table record expiration, you can set the number of days to retain your journal table records. Journal table records must be retained for a minimum of 7 days. To set this value, specify any whole number from `7` to `2147483647`. For example, to retain your journal table records for one year, set this value to `365`.
        ///
        /// CloudFormation: `Days`, integer.
        #[must_use]
        pub fn days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Days".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether journal table record expiration is enabled or disabled.
        ///
        /// CloudFormation: `Expiration`, string, required; one of `ENABLED`, `DISABLED`.
        #[must_use]
        pub fn expiration(mut self, value: impl Into<crate::Val<Expiration>>) -> Self {
            self.0.insert("Expiration".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RecordExpiration> for crate::Val<RecordExpiration> {
        fn from(value: RecordExpiration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the redirect behavior of all requests to a website endpoint of an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `RedirectAllRequestsTo` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RedirectAllRequestsTo(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RedirectAllRequestsTo {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(host_name: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("HostName".to_owned(), host_name.into().into_json());
            Self(map)
        }

        /// Name of the host where requests are redirected.
        ///
        /// CloudFormation: `HostName`, string, required.
        #[must_use]
        pub fn host_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("HostName".to_owned(), value.into().into_json());
            self
        }

        /// Protocol to use when redirecting requests. The default is the protocol that is used in the original request.
        ///
        /// CloudFormation: `Protocol`, string; one of `http`, `https`.
        #[must_use]
        pub fn protocol(mut self, value: impl Into<crate::Val<Protocol>>) -> Self {
            self.0.insert("Protocol".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RedirectAllRequestsTo> for crate::Val<RedirectAllRequestsTo> {
        fn from(value: RedirectAllRequestsTo) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies how requests are redirected. In the event of an error, you can specify a different error code to return.
    ///
    /// CloudFormation: property type `RedirectRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct RedirectRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RedirectRule {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The host name to use in the redirect request.
        ///
        /// CloudFormation: `HostName`, string.
        #[must_use]
        pub fn host_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("HostName".to_owned(), value.into().into_json());
            self
        }

        /// The HTTP redirect code to use on the response. Not required if one of the siblings is present.
        ///
        /// CloudFormation: `HttpRedirectCode`, string.
        #[must_use]
        pub fn http_redirect_code(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("HttpRedirectCode".to_owned(), value.into().into_json());
            self
        }

        /// Protocol to use when redirecting requests. The default is the protocol that is used in the original request.
        ///
        /// CloudFormation: `Protocol`, string; one of `http`, `https`.
        #[must_use]
        pub fn protocol(mut self, value: impl Into<crate::Val<Protocol>>) -> Self {
            self.0.insert("Protocol".to_owned(), value.into().into_json());
            self
        }

        /// The object key prefix to use in the redirect request. For example, to redirect requests for all pages with prefix `docs/` (objects in the `docs/` folder) to `documents/`, you can set a condition block with `KeyPrefixEquals` set to `docs/` and in the Redirect set `ReplaceKeyPrefixWith` to `/documents`. Not required if one of the siblings is present. Can be present only if `ReplaceKeyWith` is not provided.
        ///
        /// CloudFormation: `ReplaceKeyPrefixWith`, string.
        #[must_use]
        pub fn replace_key_prefix_with(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ReplaceKeyPrefixWith".to_owned(), value.into().into_json());
            self
        }

        /// The specific object key to use in the redirect request. For example, redirect request to `error.html`. Not required if one of the siblings is present. Can be present only if `ReplaceKeyPrefixWith` is not provided.
        ///
        /// CloudFormation: `ReplaceKeyWith`, string.
        #[must_use]
        pub fn replace_key_with(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ReplaceKeyWith".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RedirectRule> for crate::Val<RedirectRule> {
        fn from(value: RedirectRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A filter that you can specify for selection for modifications on replicas.
    ///
    /// CloudFormation: property type `ReplicaModifications` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicaModifications(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicaModifications {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(status: impl Into<crate::Val<ReplicaModificationsStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// Specifies whether Amazon S3 replicates modifications on replicas.
        ///
        /// CloudFormation: `Status`, string, required; one of `Enabled`, `Disabled`.
        #[must_use]
        pub fn status(mut self, value: impl Into<crate::Val<ReplicaModificationsStatus>>) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicaModifications> for crate::Val<ReplicaModifications> {
        fn from(value: ReplicaModifications) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for replication rules. You can add up to 1,000 rules. The maximum size of a replication configuration is 2 MB. The latest version of the replication configuration XML is V2. For more information about XML V2 replication configurations, see Replication configuration in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `ReplicationConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicationConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            role: impl Into<crate::Val<String>>,
            rules: impl Into<crate::Val<Vec<ReplicationRule>>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Role".to_owned(), role.into().into_json());
            map.insert("Rules".to_owned(), rules.into().into_json());
            Self(map)
        }

        /// The Amazon Resource Name (ARN) of the IAMlong (IAM) role that Amazon S3 assumes when replicating objects. For more information, see How to Set Up Replication in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Role`, string, required.
        #[must_use]
        pub fn role(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Role".to_owned(), value.into().into_json());
            self
        }

        /// A container for one or more replication rules. A replication configuration must have at least one rule and can contain a maximum of 1,000 rules.
        ///
        /// CloudFormation: `Rules`, array, required.
        #[must_use]
        pub fn rules(mut self, value: impl Into<crate::Val<Vec<ReplicationRule>>>) -> Self {
            self.0.insert("Rules".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationConfiguration> for crate::Val<ReplicationConfiguration> {
        fn from(value: ReplicationConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for information about the replication destination and its configurations including enabling the S3 Replication Time Control (S3 RTC).
    ///
    /// CloudFormation: property type `ReplicationDestination` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicationDestination(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationDestination {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(bucket: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Bucket".to_owned(), bucket.into().into_json());
            Self(map)
        }

        /// Specify this only in a cross-account scenario (where source and destination bucket owners are not the same), and you want to change replica ownership to the AWS-account that owns the destination bucket. If this is not specified in the replication configuration, the replicas are owned by same AWS-account that owns the source object.
        ///
        /// CloudFormation: `AccessControlTranslation`, object.
        #[must_use]
        pub fn access_control_translation(
            mut self,
            value: impl Into<crate::Val<AccessControlTranslation>>,
        ) -> Self {
            self.0.insert("AccessControlTranslation".to_owned(), value.into().into_json());
            self
        }

        /// Destination bucket owner account ID. In a cross-account scenario, if you direct Amazon S3 to change replica ownership to the AWS-account that owns the destination bucket by specifying the `AccessControlTranslation` property, this is the account ID of the destination bucket owner. For more information, see Cross-Region Replication Additional Configuration: Change Replica Owner in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Account`, string.
        #[must_use]
        pub fn account(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Account".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the bucket where you want Amazon S3 to store the results.
        ///
        /// CloudFormation: `Bucket`, string, required.
        #[must_use]
        pub fn bucket(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Bucket".to_owned(), value.into().into_json());
            self
        }

        /// Specifies encryption-related information.
        ///
        /// CloudFormation: `EncryptionConfiguration`, object.
        #[must_use]
        pub fn encryption_configuration(
            mut self,
            value: impl Into<crate::Val<EncryptionConfiguration>>,
        ) -> Self {
            self.0.insert("EncryptionConfiguration".to_owned(), value.into().into_json());
            self
        }

        /// A container specifying replication metrics-related settings enabling replication metrics and events.
        ///
        /// CloudFormation: `Metrics`, object.
        #[must_use]
        pub fn metrics(mut self, value: impl Into<crate::Val<Metrics>>) -> Self {
            self.0.insert("Metrics".to_owned(), value.into().into_json());
            self
        }

        /// A container specifying S3 Replication Time Control (S3 RTC), including whether S3 RTC is enabled and the time when all objects and operations on objects must be replicated. Must be specified together with a `Metrics` block.
        ///
        /// CloudFormation: `ReplicationTime`, object.
        #[must_use]
        pub fn replication_time(mut self, value: impl Into<crate::Val<ReplicationTime>>) -> Self {
            self.0.insert("ReplicationTime".to_owned(), value.into().into_json());
            self
        }

        /// The storage class to use when replicating objects, such as S3 Standard or reduced redundancy. By default, Amazon S3 uses the storage class of the source object to create the object replica.
        ///
        /// CloudFormation: `StorageClass`, string; one of `DEEP_ARCHIVE`, `GLACIER`, `GLACIER_IR`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `REDUCED_REDUNDANCY`, `STANDARD`, `STANDARD_IA`.
        #[must_use]
        pub fn storage_class(mut self, value: impl Into<crate::Val<StorageClass>>) -> Self {
            self.0.insert("StorageClass".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationDestination> for crate::Val<ReplicationDestination> {
        fn from(value: ReplicationDestination) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies which Amazon S3 objects to replicate and where to store the replicas.
    ///
    /// CloudFormation: property type `ReplicationRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicationRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationRule {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            destination: impl Into<crate::Val<ReplicationDestination>>,
            status: impl Into<crate::Val<ReplicationRuleStatus>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Destination".to_owned(), destination.into().into_json());
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// Specifies whether Amazon S3 replicates delete markers. If you specify a `Filter` in your replication configuration, you must also include a `DeleteMarkerReplication` element. If your `Filter` includes a `Tag` element, the `DeleteMarkerReplication``Status` must be set to Disabled, because Amazon S3 does not support replicating delete markers for tag-based rules. For an example configuration, see Basic Rule Configuration.
        ///
        /// CloudFormation: `DeleteMarkerReplication`, object.
        #[must_use]
        pub fn delete_marker_replication(
            mut self,
            value: impl Into<crate::Val<DeleteMarkerReplication>>,
        ) -> Self {
            self.0.insert("DeleteMarkerReplication".to_owned(), value.into().into_json());
            self
        }

        /// A container for information about the replication destination and its configurations including enabling the S3 Replication Time Control (S3 RTC).
        ///
        /// CloudFormation: `Destination`, object, required.
        #[must_use]
        pub fn destination(mut self, value: impl Into<crate::Val<ReplicationDestination>>) -> Self {
            self.0.insert("Destination".to_owned(), value.into().into_json());
            self
        }

        /// A filter that identifies the subset of objects to which the replication rule applies. A `Filter` must specify exactly one `Prefix`, `TagFilter`, or an `And` child element. The use of the filter field indicates that this is a V2 replication configuration. This field isn't supported in a V1 replication configuration.
        ///
        /// CloudFormation: `Filter`, object.
        #[must_use]
        pub fn filter(mut self, value: impl Into<crate::Val<ReplicationRuleFilter>>) -> Self {
            self.0.insert("Filter".to_owned(), value.into().into_json());
            self
        }

        /// A unique identifier for the rule. The maximum value is 255 characters. If you don't specify a value, AWS CloudFormation generates a random ID. When using a V2 replication configuration this property is capitalized as "ID".
        ///
        /// CloudFormation: `Id`, string, at most 255 characters.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// An object key name prefix that identifies the object or objects to which the rule applies. The maximum prefix length is 1,024 characters. To include all objects in a bucket, specify an empty string. To filter using a V1 replication configuration, add the `Prefix` directly as a child element of the `Rule` element.
        ///
        /// CloudFormation: `Prefix`, string, at most 1024 characters.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// The priority indicates which rule has precedence whenever two or more replication rules conflict. Amazon S3 will attempt to replicate objects according to all replication rules. However, if there are two or more rules with the same destination bucket, then objects will be replicated according to the rule with the highest priority. The higher the number, the higher the priority.
        ///
        /// CloudFormation: `Priority`, integer.
        #[must_use]
        pub fn priority(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Priority".to_owned(), value.into().into_json());
            self
        }

        /// A container that describes additional filters for identifying the source objects that you want to replicate. You can choose to enable or disable the replication of these objects.
        ///
        /// CloudFormation: `SourceSelectionCriteria`, object.
        #[must_use]
        pub fn source_selection_criteria(
            mut self,
            value: impl Into<crate::Val<SourceSelectionCriteria>>,
        ) -> Self {
            self.0.insert("SourceSelectionCriteria".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether the rule is enabled.
        ///
        /// CloudFormation: `Status`, string, required; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(mut self, value: impl Into<crate::Val<ReplicationRuleStatus>>) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationRule> for crate::Val<ReplicationRule> {
        fn from(value: ReplicationRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for specifying rule filters. The filters determine the subset of objects to which the rule applies. This element is required only if you specify more than one filter.
    ///
    /// CloudFormation: property type `ReplicationRuleAndOperator` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReplicationRuleAndOperator(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationRuleAndOperator {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// An object key name prefix that identifies the subset of objects to which the rule applies.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// An array of tags containing key and value pairs.
        ///
        /// CloudFormation: `TagFilters`, array.
        #[must_use]
        pub fn tag_filters(mut self, value: impl Into<crate::Val<Vec<TagFilter>>>) -> Self {
            self.0.insert("TagFilters".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationRuleAndOperator> for crate::Val<ReplicationRuleAndOperator> {
        fn from(value: ReplicationRuleAndOperator) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A filter that identifies the subset of objects to which the replication rule applies. A `Filter` must specify exactly one `Prefix`, `TagFilter`, or an `And` child element.
    ///
    /// CloudFormation: property type `ReplicationRuleFilter` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReplicationRuleFilter(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationRuleFilter {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// A container for specifying rule filters. The filters determine the subset of objects to which the rule applies. This element is required only if you specify more than one filter. For example:
        ///
        /// CloudFormation: `And`, object.
        #[must_use]
        pub fn and(mut self, value: impl Into<crate::Val<ReplicationRuleAndOperator>>) -> Self {
            self.0.insert("And".to_owned(), value.into().into_json());
            self
        }

        /// An object key name prefix that identifies the subset of objects to which the rule applies.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// A container for specifying a tag key and value.
        ///
        /// CloudFormation: `TagFilter`, object.
        #[must_use]
        pub fn tag_filter(mut self, value: impl Into<crate::Val<TagFilter>>) -> Self {
            self.0.insert("TagFilter".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationRuleFilter> for crate::Val<ReplicationRuleFilter> {
        fn from(value: ReplicationRuleFilter) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container specifying S3 Replication Time Control (S3 RTC) related information, including whether S3 RTC is enabled and the time when all objects and operations on objects must be replicated. Must be specified together with a `Metrics` block.
    ///
    /// CloudFormation: property type `ReplicationTime` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicationTime(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationTime {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            status: impl Into<crate::Val<ReplicationTimeStatus>>,
            time: impl Into<crate::Val<ReplicationTimeValue>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            map.insert("Time".to_owned(), time.into().into_json());
            Self(map)
        }

        /// Specifies whether the replication time is enabled.
        ///
        /// CloudFormation: `Status`, string, required; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(mut self, value: impl Into<crate::Val<ReplicationTimeStatus>>) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }

        /// A container specifying the time by which replication should be complete for all objects and operations on objects.
        ///
        /// CloudFormation: `Time`, object, required.
        #[must_use]
        pub fn time(mut self, value: impl Into<crate::Val<ReplicationTimeValue>>) -> Self {
            self.0.insert("Time".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationTime> for crate::Val<ReplicationTime> {
        fn from(value: ReplicationTime) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container specifying the time value for S3 Replication Time Control (S3 RTC) and replication metrics `EventThreshold`.
    ///
    /// CloudFormation: property type `ReplicationTimeValue` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicationTimeValue(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ReplicationTimeValue {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(minutes: impl Into<crate::Val<i64>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Minutes".to_owned(), minutes.into().into_json());
            Self(map)
        }

        /// Contains an integer specifying time in minutes.
        ///
        /// CloudFormation: `Minutes`, integer, required.
        #[must_use]
        pub fn minutes(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Minutes".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ReplicationTimeValue> for crate::Val<ReplicationTimeValue> {
        fn from(value: ReplicationTimeValue) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the redirect behavior and when a redirect is applied. For more information about routing rules, see Configuring advanced conditional redirects in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `RoutingRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RoutingRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RoutingRule {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(redirect_rule: impl Into<crate::Val<RedirectRule>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("RedirectRule".to_owned(), redirect_rule.into().into_json());
            Self(map)
        }

        /// Container for redirect information. You can redirect requests to another host, to another page, or with another protocol. In the event of an error, you can specify a different error code to return.
        ///
        /// CloudFormation: `RedirectRule`, object, required.
        #[must_use]
        pub fn redirect_rule(mut self, value: impl Into<crate::Val<RedirectRule>>) -> Self {
            self.0.insert("RedirectRule".to_owned(), value.into().into_json());
            self
        }

        /// A container for describing a condition that must be met for the specified redirect to apply. For example, 1. If request is for pages in the `/docs` folder, redirect to the `/documents` folder. 2. If request results in HTTP error 4xx, redirect request to another host where you might process the error.
        ///
        /// CloudFormation: `RoutingRuleCondition`, object.
        #[must_use]
        pub fn routing_rule_condition(
            mut self,
            value: impl Into<crate::Val<RoutingRuleCondition>>,
        ) -> Self {
            self.0.insert("RoutingRuleCondition".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RoutingRule> for crate::Val<RoutingRule> {
        fn from(value: RoutingRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for describing a condition that must be met for the specified redirect to apply. For example, 1. If request is for pages in the `/docs` folder, redirect to the `/documents` folder. 2. If request results in HTTP error 4xx, redirect request to another host where you might process the error.
    ///
    /// CloudFormation: property type `RoutingRuleCondition` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct RoutingRuleCondition(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl RoutingRuleCondition {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The HTTP error code when the redirect is applied. In the event of an error, if the error code equals this value, then the specified redirect is applied.
        ///
        /// CloudFormation: `HttpErrorCodeReturnedEquals`, string.
        #[must_use]
        pub fn http_error_code_returned_equals(
            mut self,
            value: impl Into<crate::Val<String>>,
        ) -> Self {
            self.0.insert("HttpErrorCodeReturnedEquals".to_owned(), value.into().into_json());
            self
        }

        /// The object key name prefix when the redirect is applied. For example, to redirect requests for `ExamplePage.html`, the key prefix will be `ExamplePage.html`. To redirect request for all pages with the prefix `docs/`, the key prefix will be `docs/`, which identifies all objects in the docs/ folder.
        ///
        /// CloudFormation: `KeyPrefixEquals`, string.
        #[must_use]
        pub fn key_prefix_equals(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("KeyPrefixEquals".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<RoutingRuleCondition> for crate::Val<RoutingRuleCondition> {
        fn from(value: RoutingRuleCondition) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies lifecycle rules for an Amazon S3 bucket. For more information, see Put Bucket Lifecycle Configuration in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: property type `Rule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Rule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Rule {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(status: impl Into<crate::Val<RuleStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// Specifies a lifecycle rule that stops incomplete multipart uploads to an Amazon S3 bucket.
        ///
        /// CloudFormation: `AbortIncompleteMultipartUpload`, object.
        #[must_use]
        pub fn abort_incomplete_multipart_upload(
            mut self,
            value: impl Into<crate::Val<AbortIncompleteMultipartUpload>>,
        ) -> Self {
            self.0.insert("AbortIncompleteMultipartUpload".to_owned(), value.into().into_json());
            self
        }

        /// Indicates when objects are deleted from Amazon S3 and Amazon S3 Glacier. The date value must be in ISO 8601 format. The time is always midnight UTC. If you specify an expiration and transition time, you must use the same time unit for both properties (either in days or by date). The expiration time must also be later than the transition time.
        ///
        /// CloudFormation: `ExpirationDate`, string.
        #[must_use]
        pub fn expiration_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ExpirationDate".to_owned(), value.into().into_json());
            self
        }

        /// Indicates the number of days after creation when objects are deleted from Amazon S3 and Amazon S3 Glacier. If you specify an expiration and transition time, you must use the same time unit for both properties (either in days or by date). The expiration time must also be later than the transition time.
        ///
        /// CloudFormation: `ExpirationInDays`, integer.
        #[must_use]
        pub fn expiration_in_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("ExpirationInDays".to_owned(), value.into().into_json());
            self
        }

        /// Indicates whether Amazon S3 will remove a delete marker without any noncurrent versions. If set to true, the delete marker will be removed if there are no noncurrent versions. This cannot be specified with `ExpirationInDays`, `ExpirationDate`, or `TagFilters`.
        ///
        /// CloudFormation: `ExpiredObjectDeleteMarker`, boolean.
        #[must_use]
        pub fn expired_object_delete_marker(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("ExpiredObjectDeleteMarker".to_owned(), value.into().into_json());
            self
        }

        /// Unique identifier for the rule. The value can't be longer than 255 characters.
        ///
        /// CloudFormation: `Id`, string, at most 255 characters.
        #[must_use]
        pub fn id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Id".to_owned(), value.into().into_json());
            self
        }

        /// Specifies when noncurrent object versions expire. Upon expiration, S3 permanently deletes the noncurrent object versions. You set this lifecycle configuration action on a bucket that has versioning enabled (or suspended) to request that S3 delete noncurrent object versions at a specific period in the object's lifetime.
        ///
        /// CloudFormation: `NoncurrentVersionExpiration`, object.
        #[must_use]
        pub fn noncurrent_version_expiration(
            mut self,
            value: impl Into<crate::Val<NoncurrentVersionExpiration>>,
        ) -> Self {
            self.0.insert("NoncurrentVersionExpiration".to_owned(), value.into().into_json());
            self
        }

        /// (Deprecated.) For buckets with versioning enabled (or suspended), specifies the time, in days, between when a new version of the object is uploaded to the bucket and when old versions of the object expire. When object versions expire, Amazon S3 permanently deletes them. If you specify a transition and expiration time, the expiration time must be later than the transition time.
        ///
        /// CloudFormation: `NoncurrentVersionExpirationInDays`, integer.
        #[must_use]
        pub fn noncurrent_version_expiration_in_days(
            mut self,
            value: impl Into<crate::Val<i64>>,
        ) -> Self {
            self.0.insert("NoncurrentVersionExpirationInDays".to_owned(), value.into().into_json());
            self
        }

        /// (Deprecated.) For buckets with versioning enabled (or suspended), specifies when non-current objects transition to a specified storage class. If you specify a transition and expiration time, the expiration time must be later than the transition time. If you specify this property, don't specify the `NoncurrentVersionTransitions` property.
        ///
        /// CloudFormation: `NoncurrentVersionTransition`, object.
        #[must_use]
        pub fn noncurrent_version_transition(
            mut self,
            value: impl Into<crate::Val<NoncurrentVersionTransition>>,
        ) -> Self {
            self.0.insert("NoncurrentVersionTransition".to_owned(), value.into().into_json());
            self
        }

        /// For buckets with versioning enabled (or suspended), one or more transition rules that specify when non-current objects transition to a specified storage class. If you specify a transition and expiration time, the expiration time must be later than the transition time. If you specify this property, don't specify the `NoncurrentVersionTransition` property.
        ///
        /// CloudFormation: `NoncurrentVersionTransitions`, array.
        #[must_use]
        pub fn noncurrent_version_transitions(
            mut self,
            value: impl Into<crate::Val<Vec<NoncurrentVersionTransition>>>,
        ) -> Self {
            self.0.insert("NoncurrentVersionTransitions".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the minimum object size in bytes for this rule to apply to. Objects must be larger than this value in bytes. For more information about size based rules, see Lifecycle configuration using size-based rules in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `ObjectSizeGreaterThan`, string, at most 20 characters; pattern `[0-9]+`.
        #[must_use]
        pub fn object_size_greater_than(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ObjectSizeGreaterThan".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the maximum object size in bytes for this rule to apply to. Objects must be smaller than this value in bytes. For more information about sized based rules, see Lifecycle configuration using size-based rules in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `ObjectSizeLessThan`, string, at most 20 characters; pattern `[0-9]+`.
        #[must_use]
        pub fn object_size_less_than(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ObjectSizeLessThan".to_owned(), value.into().into_json());
            self
        }

        /// Object key prefix that identifies one or more objects to which this rule applies.
        ///
        /// CloudFormation: `Prefix`, string.
        #[must_use]
        pub fn prefix(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Prefix".to_owned(), value.into().into_json());
            self
        }

        /// If `Enabled`, the rule is currently being applied. If `Disabled`, the rule is not currently being applied.
        ///
        /// CloudFormation: `Status`, string, required; one of `Enabled`, `Disabled`.
        #[must_use]
        pub fn status(mut self, value: impl Into<crate::Val<RuleStatus>>) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }

        /// Tags to use to identify a subset of objects to which the lifecycle rule applies.
        ///
        /// CloudFormation: `TagFilters`, array.
        #[must_use]
        pub fn tag_filters(mut self, value: impl Into<crate::Val<Vec<TagFilter>>>) -> Self {
            self.0.insert("TagFilters".to_owned(), value.into().into_json());
            self
        }

        /// (Deprecated.) Specifies when an object transitions to a specified storage class. If you specify an expiration and transition time, you must use the same time unit for both properties (either in days or by date). The expiration time must also be later than the transition time. If you specify this property, don't specify the `Transitions` property.
        ///
        /// CloudFormation: `Transition`, object.
        #[must_use]
        pub fn transition(mut self, value: impl Into<crate::Val<Transition>>) -> Self {
            self.0.insert("Transition".to_owned(), value.into().into_json());
            self
        }

        /// One or more transition rules that specify when an object transitions to a specified storage class. If you specify an expiration and transition time, you must use the same time unit for both properties (either in days or by date). The expiration time must also be later than the transition time. If you specify this property, don't specify the `Transition` property.
        ///
        /// CloudFormation: `Transitions`, array.
        #[must_use]
        pub fn transitions(mut self, value: impl Into<crate::Val<Vec<Transition>>>) -> Self {
            self.0.insert("Transitions".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Rule> for crate::Val<Rule> {
        fn from(value: Rule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for object key name prefix and suffix filtering rules. For more information about object key name filtering, see Configuring event notifications using object key name filtering in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `S3KeyFilter` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct S3KeyFilter(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl S3KeyFilter {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(rules: impl Into<crate::Val<Vec<FilterRule>>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Rules".to_owned(), rules.into().into_json());
            Self(map)
        }

        /// A list of containers for the key-value pair that defines the criteria for the filter rule.
        ///
        /// CloudFormation: `Rules`, array, required.
        #[must_use]
        pub fn rules(mut self, value: impl Into<crate::Val<Vec<FilterRule>>>) -> Self {
            self.0.insert("Rules".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<S3KeyFilter> for crate::Val<S3KeyFilter> {
        fn from(value: S3KeyFilter) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The destination information for a V1 S3 Metadata configuration. The destination table bucket must be in the same Region and AWS-account as the general purpose bucket. The specified metadata table name must be unique within the `aws_s3_metadata` namespace in the destination table bucket.
    ///
    /// CloudFormation: property type `S3TablesDestination` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct S3TablesDestination(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl S3TablesDestination {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            table_bucket_arn: impl Into<crate::Val<String>>,
            table_name: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("TableBucketArn".to_owned(), table_bucket_arn.into().into_json());
            map.insert("TableName".to_owned(), table_name.into().into_json());
            Self(map)
        }

        /// The Amazon Resource Name (ARN) for the metadata table in the metadata table configuration. The specified metadata table name must be unique within the `aws_s3_metadata` namespace in the destination table bucket.
        ///
        /// CloudFormation: `TableArn`, string.
        #[must_use]
        pub fn table_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableArn".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) for the table bucket that's specified as the destination in the metadata table configuration. The destination table bucket must be in the same Region and AWS-account as the general purpose bucket.
        ///
        /// CloudFormation: `TableBucketArn`, string, required.
        #[must_use]
        pub fn table_bucket_arn(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableBucketArn".to_owned(), value.into().into_json());
            self
        }

        /// The name for the metadata table in your metadata table configuration. The specified metadata table name must be unique within the `aws_s3_metadata` namespace in the destination table bucket.
        ///
        /// CloudFormation: `TableName`, string, required.
        #[must_use]
        pub fn table_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableName".to_owned(), value.into().into_json());
            self
        }

        /// The table bucket namespace for the metadata table in your metadata table configuration. This value is always `aws_s3_metadata`.
        ///
        /// CloudFormation: `TableNamespace`, string.
        #[must_use]
        pub fn table_namespace(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TableNamespace".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<S3TablesDestination> for crate::Val<S3TablesDestination> {
        fn from(value: S3TablesDestination) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes the default server-side encryption to apply to new objects in the bucket. If a PUT Object request doesn't specify any server-side encryption, this default encryption will be applied. For more information, see PutBucketEncryption.
    ///
    /// CloudFormation: property type `ServerSideEncryptionByDefault` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ServerSideEncryptionByDefault(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ServerSideEncryptionByDefault {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(sse_algorithm: impl Into<crate::Val<SSEAlgorithm>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("SSEAlgorithm".to_owned(), sse_algorithm.into().into_json());
            Self(map)
        }

        /// AWS Key Management Service (KMS) customer managed key ID to use for the default encryption.
        ///
        /// CloudFormation: `KMSMasterKeyID`, string.
        #[must_use]
        pub fn kms_master_key_id(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("KMSMasterKeyID".to_owned(), value.into().into_json());
            self
        }

        /// Server-side encryption algorithm to use for the default encryption.
        ///
        /// CloudFormation: `SSEAlgorithm`, string, required; one of `aws:kms`, `AES256`, `aws:kms:dsse`.
        #[must_use]
        pub fn sse_algorithm(mut self, value: impl Into<crate::Val<SSEAlgorithm>>) -> Self {
            self.0.insert("SSEAlgorithm".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ServerSideEncryptionByDefault> for crate::Val<ServerSideEncryptionByDefault> {
        fn from(value: ServerSideEncryptionByDefault) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies the default server-side encryption configuration.
    ///
    /// CloudFormation: property type `ServerSideEncryptionRule` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ServerSideEncryptionRule(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl ServerSideEncryptionRule {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// A bucket-level setting for Amazon S3 general purpose buckets used to prevent the upload of new objects encrypted with the specified server-side encryption type. For example, blocking an encryption type will block `PutObject`, `CopyObject`, `PostObject`, multipart upload, and replication requests to the bucket for objects with the specified encryption type. However, you can continue to read and list any pre-existing objects already encrypted with the specified encryption type. For more information, see Blocking or unblocking SSE-C for a general purpose bucket.
        ///
        /// CloudFormation: `BlockedEncryptionTypes`, object.
        #[must_use]
        pub fn blocked_encryption_types(
            mut self,
            value: impl Into<crate::Val<BlockedEncryptionTypes>>,
        ) -> Self {
            self.0.insert("BlockedEncryptionTypes".to_owned(), value.into().into_json());
            self
        }

        /// Specifies whether Amazon S3 should use an S3 Bucket Key with server-side encryption using KMS (SSE-KMS) for new objects in the bucket. Existing objects are not affected. Setting the `BucketKeyEnabled` element to `true` causes Amazon S3 to use an S3 Bucket Key. By default, S3 Bucket Key is not enabled.
        ///
        /// CloudFormation: `BucketKeyEnabled`, boolean.
        #[must_use]
        pub fn bucket_key_enabled(mut self, value: impl Into<crate::Val<bool>>) -> Self {
            self.0.insert("BucketKeyEnabled".to_owned(), value.into().into_json());
            self
        }

        /// Specifies the default server-side encryption to apply to new objects in the bucket. If a PUT Object request doesn't specify any server-side encryption, this default encryption will be applied.
        ///
        /// CloudFormation: `ServerSideEncryptionByDefault`, object.
        #[must_use]
        pub fn server_side_encryption_by_default(
            mut self,
            value: impl Into<crate::Val<ServerSideEncryptionByDefault>>,
        ) -> Self {
            self.0.insert("ServerSideEncryptionByDefault".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<ServerSideEncryptionRule> for crate::Val<ServerSideEncryptionRule> {
        fn from(value: ServerSideEncryptionRule) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container that describes additional filters for identifying the source objects that you want to replicate. You can choose to enable or disable the replication of these objects.
    ///
    /// CloudFormation: property type `SourceSelectionCriteria` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SourceSelectionCriteria(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SourceSelectionCriteria {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// A filter that you can specify for selection for modifications on replicas.
        ///
        /// CloudFormation: `ReplicaModifications`, object.
        #[must_use]
        pub fn replica_modifications(
            mut self,
            value: impl Into<crate::Val<ReplicaModifications>>,
        ) -> Self {
            self.0.insert("ReplicaModifications".to_owned(), value.into().into_json());
            self
        }

        /// A container for filter information for the selection of Amazon S3 objects encrypted with AWS KMS.
        ///
        /// CloudFormation: `SseKmsEncryptedObjects`, object.
        #[must_use]
        pub fn sse_kms_encrypted_objects(
            mut self,
            value: impl Into<crate::Val<SseKmsEncryptedObjects>>,
        ) -> Self {
            self.0.insert("SseKmsEncryptedObjects".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SourceSelectionCriteria> for crate::Val<SourceSelectionCriteria> {
        fn from(value: SourceSelectionCriteria) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for filter information for the selection of S3 objects encrypted with AWS KMS.
    ///
    /// CloudFormation: property type `SseKmsEncryptedObjects` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SseKmsEncryptedObjects(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl SseKmsEncryptedObjects {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(status: impl Into<crate::Val<SseKmsEncryptedObjectsStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// Specifies whether Amazon S3 replicates objects created with server-side encryption using an AWS KMS key stored in AWS Key Management Service.
        ///
        /// CloudFormation: `Status`, string, required; one of `Disabled`, `Enabled`.
        #[must_use]
        pub fn status(
            mut self,
            value: impl Into<crate::Val<SseKmsEncryptedObjectsStatus>>,
        ) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<SseKmsEncryptedObjects> for crate::Val<SseKmsEncryptedObjects> {
        fn from(value: SseKmsEncryptedObjects) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies data related to access patterns to be collected and made available to analyze the tradeoffs between different storage classes for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `StorageClassAnalysis` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StorageClassAnalysis(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl StorageClassAnalysis {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// Specifies how data related to the storage class analysis for an Amazon S3 bucket should be exported.
        ///
        /// CloudFormation: `DataExport`, object.
        #[must_use]
        pub fn data_export(mut self, value: impl Into<crate::Val<DataExport>>) -> Self {
            self.0.insert("DataExport".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<StorageClassAnalysis> for crate::Val<StorageClassAnalysis> {
        fn from(value: StorageClassAnalysis) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container of a key value name pair.
    ///
    /// CloudFormation: property type `Tag` of `AWS::S3::Bucket`.
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

        /// Name of the object key.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// Value of the tag.
        ///
        /// CloudFormation: `Value`, string, required, at most 256 characters.
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

    /// Specifies tags to use to identify a subset of objects for an Amazon S3 bucket. For more information, see Categorizing your storage using tags in the \*Amazon Simple Storage Service User Guide\*.
    ///
    /// CloudFormation: property type `TagFilter` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TagFilter(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl TagFilter {
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

        /// The tag key.
        ///
        /// CloudFormation: `Key`, string, required.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The tag value.
        ///
        /// CloudFormation: `Value`, string, required.
        #[must_use]
        pub fn value(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Value".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<TagFilter> for crate::Val<TagFilter> {
        fn from(value: TagFilter) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The S3 Intelligent-Tiering storage class is designed to optimize storage costs by automatically moving data to the most cost-effective storage access tier, without additional operational overhead.
    ///
    /// CloudFormation: property type `Tiering` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Tiering(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Tiering {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            access_tier: impl Into<crate::Val<AccessTier>>,
            days: impl Into<crate::Val<i64>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("AccessTier".to_owned(), access_tier.into().into_json());
            map.insert("Days".to_owned(), days.into().into_json());
            Self(map)
        }

        /// S3 Intelligent-Tiering access tier. See Storage class for automatically optimizing frequently and infrequently accessed objects for a list of access tiers in the S3 Intelligent-Tiering storage class.
        ///
        /// CloudFormation: `AccessTier`, string, required; one of `ARCHIVE_ACCESS`, `DEEP_ARCHIVE_ACCESS`.
        #[must_use]
        pub fn access_tier(mut self, value: impl Into<crate::Val<AccessTier>>) -> Self {
            self.0.insert("AccessTier".to_owned(), value.into().into_json());
            self
        }

        /// The number of consecutive days of no access after which an object will be eligible to be transitioned to the corresponding tier. The minimum number of days specified for Archive Access tier must be at least 90 days and Deep Archive Access tier must be at least 180 days. The maximum can be up to 2 years (730 days).
        ///
        /// CloudFormation: `Days`, integer, required.
        #[must_use]
        pub fn days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("Days".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Tiering> for crate::Val<Tiering> {
        fn from(value: Tiering) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A container for specifying the configuration for publication of messages to an Amazon Simple Notification Service (Amazon SNS) topic when Amazon S3 detects specified events.
    ///
    /// CloudFormation: property type `TopicConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TopicConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl TopicConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            event: impl Into<crate::Val<String>>,
            topic: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Event".to_owned(), event.into().into_json());
            map.insert("Topic".to_owned(), topic.into().into_json());
            Self(map)
        }

        /// The Amazon S3 bucket event about which to send notifications. For more information, see Supported Event Types in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `Event`, string, required.
        #[must_use]
        pub fn event(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Event".to_owned(), value.into().into_json());
            self
        }

        /// The filtering rules that determine for which objects to send notifications. For example, you can create a filter so that Amazon S3 sends notifications only when image files with a `.jpg` extension are added to the bucket.
        ///
        /// CloudFormation: `Filter`, object.
        #[must_use]
        pub fn filter(mut self, value: impl Into<crate::Val<NotificationFilter>>) -> Self {
            self.0.insert("Filter".to_owned(), value.into().into_json());
            self
        }

        /// The Amazon Resource Name (ARN) of the Amazon SNS topic to which Amazon S3 publishes a message when it detects events of the specified type.
        ///
        /// CloudFormation: `Topic`, string, required.
        #[must_use]
        pub fn topic(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Topic".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<TopicConfiguration> for crate::Val<TopicConfiguration> {
        fn from(value: TopicConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies when an object transitions to a specified storage class. For more information about Amazon S3 lifecycle configuration rules, see Transitioning Objects Using Amazon S3 Lifecycle in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: property type `Transition` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Transition(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Transition {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(storage_class: impl Into<crate::Val<String>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("StorageClass".to_owned(), storage_class.into().into_json());
            Self(map)
        }

        /// The storage class to which you want the object to transition.
        ///
        /// CloudFormation: `StorageClass`, string, required; one of `DEEP_ARCHIVE`, `GLACIER`, `Glacier`, `GLACIER_IR`, `INTELLIGENT_TIERING`, `ONEZONE_IA`, `STANDARD_IA`.
        #[must_use]
        pub fn storage_class(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("StorageClass".to_owned(), value.into().into_json());
            self
        }

        /// Indicates when objects are transitioned to the specified storage class. The date value must be in ISO 8601 format. The time is always midnight UTC.
        ///
        /// CloudFormation: `TransitionDate`, string.
        #[must_use]
        pub fn transition_date(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("TransitionDate".to_owned(), value.into().into_json());
            self
        }

        /// Indicates the number of days after creation when objects are transitioned to the specified storage class. The value can be `0` or any positive integer. Be aware that some storage classes have a minimum storage duration and that you're charged for transitioning objects before their minimum storage duration. For more information, see Constraints and considerations for transitions in the \*Amazon S3 User Guide\*.
        ///
        /// CloudFormation: `TransitionInDays`, integer.
        #[must_use]
        pub fn transition_in_days(mut self, value: impl Into<crate::Val<i64>>) -> Self {
            self.0.insert("TransitionInDays".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Transition> for crate::Val<Transition> {
        fn from(value: Transition) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Describes the versioning state of an Amazon S3 bucket. For more information, see PUT Bucket versioning in the \*Amazon S3 API Reference\*.
    ///
    /// CloudFormation: property type `VersioningConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct VersioningConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl VersioningConfiguration {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(status: impl Into<crate::Val<VersioningConfigurationStatus>>) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("Status".to_owned(), status.into().into_json());
            Self(map)
        }

        /// The versioning state of the bucket.
        ///
        /// CloudFormation: `Status`, string, required; one of `Enabled`, `Suspended`.
        #[must_use]
        pub fn status(
            mut self,
            value: impl Into<crate::Val<VersioningConfigurationStatus>>,
        ) -> Self {
            self.0.insert("Status".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<VersioningConfiguration> for crate::Val<VersioningConfiguration> {
        fn from(value: VersioningConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// Specifies website configuration parameters for an Amazon S3 bucket.
    ///
    /// CloudFormation: property type `WebsiteConfiguration` of `AWS::S3::Bucket`.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct WebsiteConfiguration(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl WebsiteConfiguration {
        /// Starts with no property set.
        #[must_use]
        pub fn new() -> Self {
            Self(serde_json::Map::new())
        }

        /// The name of the error document for the website.
        ///
        /// CloudFormation: `ErrorDocument`, string.
        #[must_use]
        pub fn error_document(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("ErrorDocument".to_owned(), value.into().into_json());
            self
        }

        /// The name of the index document for the website.
        ///
        /// CloudFormation: `IndexDocument`, string.
        #[must_use]
        pub fn index_document(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("IndexDocument".to_owned(), value.into().into_json());
            self
        }

        /// The redirect behavior for every request to this bucket's website endpoint.
        ///
        /// CloudFormation: `RedirectAllRequestsTo`, object.
        #[must_use]
        pub fn redirect_all_requests_to(
            mut self,
            value: impl Into<crate::Val<RedirectAllRequestsTo>>,
        ) -> Self {
            self.0.insert("RedirectAllRequestsTo".to_owned(), value.into().into_json());
            self
        }

        /// Rules that define when a redirect is applied and the redirect behavior.
        ///
        /// CloudFormation: `RoutingRules`, array.
        #[must_use]
        pub fn routing_rules(mut self, value: impl Into<crate::Val<Vec<RoutingRule>>>) -> Self {
            self.0.insert("RoutingRules".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<WebsiteConfiguration> for crate::Val<WebsiteConfiguration> {
        fn from(value: WebsiteConfiguration) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// The values of `AbacStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AbacStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl AbacStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<AbacStatus> for crate::Val<AbacStatus> {
        fn from(value: AbacStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AbacStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `AccelerationStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AccelerationStatus {
        /// `Enabled`.
        Enabled,
        /// `Suspended`.
        Suspended,
    }

    impl AccelerationStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Enabled => "Enabled",
                Self::Suspended => "Suspended",
            }
        }
    }

    impl From<AccelerationStatus> for crate::Val<AccelerationStatus> {
        fn from(value: AccelerationStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AccelerationStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `AccessControl`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AccessControl {
        /// `AuthenticatedRead`.
        AuthenticatedRead,
        /// `AwsExecRead`.
        AwsExecRead,
        /// `BucketOwnerFullControl`.
        BucketOwnerFullControl,
        /// `BucketOwnerRead`.
        BucketOwnerRead,
        /// `LogDeliveryWrite`.
        LogDeliveryWrite,
        /// `Private`.
        Private,
        /// `PublicRead`.
        PublicRead,
        /// `PublicReadWrite`.
        PublicReadWrite,
    }

    impl AccessControl {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::AuthenticatedRead => "AuthenticatedRead",
                Self::AwsExecRead => "AwsExecRead",
                Self::BucketOwnerFullControl => "BucketOwnerFullControl",
                Self::BucketOwnerRead => "BucketOwnerRead",
                Self::LogDeliveryWrite => "LogDeliveryWrite",
                Self::Private => "Private",
                Self::PublicRead => "PublicRead",
                Self::PublicReadWrite => "PublicReadWrite",
            }
        }
    }

    impl From<AccessControl> for crate::Val<AccessControl> {
        fn from(value: AccessControl) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AccessControl> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `AccessTier`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AccessTier {
        /// `ARCHIVE_ACCESS`.
        ArchiveAccess,
        /// `DEEP_ARCHIVE_ACCESS`.
        DeepArchiveAccess,
    }

    impl AccessTier {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::ArchiveAccess => "ARCHIVE_ACCESS",
                Self::DeepArchiveAccess => "DEEP_ARCHIVE_ACCESS",
            }
        }
    }

    impl From<AccessTier> for crate::Val<AccessTier> {
        fn from(value: AccessTier) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AccessTier> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `AllowedMethod`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AllowedMethod {
        /// `DELETE`.
        Delete,
        /// `GET`.
        Get,
        /// `HEAD`.
        Head,
        /// `POST`.
        Post,
        /// `PUT`.
        Put,
    }

    impl AllowedMethod {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Delete => "DELETE",
                Self::Get => "GET",
                Self::Head => "HEAD",
                Self::Post => "POST",
                Self::Put => "PUT",
            }
        }
    }

    impl From<AllowedMethod> for crate::Val<AllowedMethod> {
        fn from(value: AllowedMethod) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<AllowedMethod> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `BucketNamespace`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum BucketNamespace {
        /// `account-regional`.
        AccountRegional,
        /// `global`.
        Global,
    }

    impl BucketNamespace {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::AccountRegional => "account-regional",
                Self::Global => "global",
            }
        }
    }

    impl From<BucketNamespace> for crate::Val<BucketNamespace> {
        fn from(value: BucketNamespace) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<BucketNamespace> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `ConfigurationState`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ConfigurationState {
        /// `DISABLED`.
        Disabled,
        /// `ENABLED`.
        Enabled,
    }

    impl ConfigurationState {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "DISABLED",
                Self::Enabled => "ENABLED",
            }
        }
    }

    impl From<ConfigurationState> for crate::Val<ConfigurationState> {
        fn from(value: ConfigurationState) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ConfigurationState> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `DeleteMarkerReplicationStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum DeleteMarkerReplicationStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl DeleteMarkerReplicationStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<DeleteMarkerReplicationStatus> for crate::Val<DeleteMarkerReplicationStatus> {
        fn from(value: DeleteMarkerReplicationStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<DeleteMarkerReplicationStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `EncryptionType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum EncryptionType {
        /// `NONE`.
        None,
        /// `SSE-C`.
        SseC,
    }

    impl EncryptionType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::None => "NONE",
                Self::SseC => "SSE-C",
            }
        }
    }

    impl From<EncryptionType> for crate::Val<EncryptionType> {
        fn from(value: EncryptionType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<EncryptionType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Expiration`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Expiration {
        /// `DISABLED`.
        Disabled,
        /// `ENABLED`.
        Enabled,
    }

    impl Expiration {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "DISABLED",
                Self::Enabled => "ENABLED",
            }
        }
    }

    impl From<Expiration> for crate::Val<Expiration> {
        fn from(value: Expiration) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Expiration> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Format`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Format {
        /// `CSV`.
        Csv,
        /// `ORC`.
        Orc,
        /// `Parquet`.
        Parquet,
    }

    impl Format {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Csv => "CSV",
                Self::Orc => "ORC",
                Self::Parquet => "Parquet",
            }
        }
    }

    impl From<Format> for crate::Val<Format> {
        fn from(value: Format) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Format> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `IncludedObjectVersions`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum IncludedObjectVersions {
        /// `All`.
        All,
        /// `Current`.
        Current,
    }

    impl IncludedObjectVersions {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::All => "All",
                Self::Current => "Current",
            }
        }
    }

    impl From<IncludedObjectVersions> for crate::Val<IncludedObjectVersions> {
        fn from(value: IncludedObjectVersions) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<IncludedObjectVersions> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `IntelligentTieringConfigurationStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum IntelligentTieringConfigurationStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl IntelligentTieringConfigurationStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<IntelligentTieringConfigurationStatus>
        for crate::Val<IntelligentTieringConfigurationStatus>
    {
        fn from(value: IntelligentTieringConfigurationStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<IntelligentTieringConfigurationStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `MetricsStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum MetricsStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl MetricsStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<MetricsStatus> for crate::Val<MetricsStatus> {
        fn from(value: MetricsStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<MetricsStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Mode`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Mode {
        /// `COMPLIANCE`.
        Compliance,
        /// `GOVERNANCE`.
        Governance,
    }

    impl Mode {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Compliance => "COMPLIANCE",
                Self::Governance => "GOVERNANCE",
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

    /// The values of `ObjectLockEnabled`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ObjectLockEnabled {
        /// `Enabled`.
        Enabled,
    }

    impl ObjectLockEnabled {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<ObjectLockEnabled> for crate::Val<ObjectLockEnabled> {
        fn from(value: ObjectLockEnabled) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ObjectLockEnabled> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `ObjectOwnership`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ObjectOwnership {
        /// `BucketOwnerEnforced`.
        BucketOwnerEnforced,
        /// `BucketOwnerPreferred`.
        BucketOwnerPreferred,
        /// `ObjectWriter`.
        ObjectWriter,
    }

    impl ObjectOwnership {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::BucketOwnerEnforced => "BucketOwnerEnforced",
                Self::BucketOwnerPreferred => "BucketOwnerPreferred",
                Self::ObjectWriter => "ObjectWriter",
            }
        }
    }

    impl From<ObjectOwnership> for crate::Val<ObjectOwnership> {
        fn from(value: ObjectOwnership) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ObjectOwnership> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `OptionalField`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum OptionalField {
        /// `BucketKeyStatus`.
        BucketKeyStatus,
        /// `ChecksumAlgorithm`.
        ChecksumAlgorithm,
        /// `ETag`.
        ETag,
        /// `EncryptionStatus`.
        EncryptionStatus,
        /// `IntelligentTieringAccessTier`.
        IntelligentTieringAccessTier,
        /// `IntelligentTieringReferenceDate`.
        IntelligentTieringReferenceDate,
        /// `IsMultipartUploaded`.
        IsMultipartUploaded,
        /// `LastModifiedDate`.
        LastModifiedDate,
        /// `LifecycleExpirationDate`.
        LifecycleExpirationDate,
        /// `ObjectAccessControlList`.
        ObjectAccessControlList,
        /// `ObjectLockEventHoldDuration`.
        ObjectLockEventHoldDuration,
        /// `ObjectLockEventHoldStatus`.
        ObjectLockEventHoldStatus,
        /// `ObjectLockLegalHoldStatus`.
        ObjectLockLegalHoldStatus,
        /// `ObjectLockMode`.
        ObjectLockMode,
        /// `ObjectLockRetainUntilDate`.
        ObjectLockRetainUntilDate,
        /// `ObjectOwner`.
        ObjectOwner,
        /// `ReplicationStatus`.
        ReplicationStatus,
        /// `Size`.
        Size,
        /// `StorageClass`.
        StorageClass,
    }

    impl OptionalField {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::BucketKeyStatus => "BucketKeyStatus",
                Self::ChecksumAlgorithm => "ChecksumAlgorithm",
                Self::ETag => "ETag",
                Self::EncryptionStatus => "EncryptionStatus",
                Self::IntelligentTieringAccessTier => "IntelligentTieringAccessTier",
                Self::IntelligentTieringReferenceDate => "IntelligentTieringReferenceDate",
                Self::IsMultipartUploaded => "IsMultipartUploaded",
                Self::LastModifiedDate => "LastModifiedDate",
                Self::LifecycleExpirationDate => "LifecycleExpirationDate",
                Self::ObjectAccessControlList => "ObjectAccessControlList",
                Self::ObjectLockEventHoldDuration => "ObjectLockEventHoldDuration",
                Self::ObjectLockEventHoldStatus => "ObjectLockEventHoldStatus",
                Self::ObjectLockLegalHoldStatus => "ObjectLockLegalHoldStatus",
                Self::ObjectLockMode => "ObjectLockMode",
                Self::ObjectLockRetainUntilDate => "ObjectLockRetainUntilDate",
                Self::ObjectOwner => "ObjectOwner",
                Self::ReplicationStatus => "ReplicationStatus",
                Self::Size => "Size",
                Self::StorageClass => "StorageClass",
            }
        }
    }

    impl From<OptionalField> for crate::Val<OptionalField> {
        fn from(value: OptionalField) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<OptionalField> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Owner`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Owner {
        /// `Destination`.
        Destination,
    }

    impl Owner {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Destination => "Destination",
            }
        }
    }

    impl From<Owner> for crate::Val<Owner> {
        fn from(value: Owner) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<Owner> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `PartitionDateSource`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PartitionDateSource {
        /// `DeliveryTime`.
        DeliveryTime,
        /// `EventTime`.
        EventTime,
    }

    impl PartitionDateSource {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::DeliveryTime => "DeliveryTime",
                Self::EventTime => "EventTime",
            }
        }
    }

    impl From<PartitionDateSource> for crate::Val<PartitionDateSource> {
        fn from(value: PartitionDateSource) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<PartitionDateSource> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `Protocol`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Protocol {
        /// `http`.
        Http,
        /// `https`.
        Https,
    }

    impl Protocol {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Http => "http",
                Self::Https => "https",
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

    /// The values of `ReplicaModificationsStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ReplicaModificationsStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl ReplicaModificationsStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<ReplicaModificationsStatus> for crate::Val<ReplicaModificationsStatus> {
        fn from(value: ReplicaModificationsStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ReplicaModificationsStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `ReplicationRuleStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ReplicationRuleStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl ReplicationRuleStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<ReplicationRuleStatus> for crate::Val<ReplicationRuleStatus> {
        fn from(value: ReplicationRuleStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ReplicationRuleStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `ReplicationTimeStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ReplicationTimeStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl ReplicationTimeStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<ReplicationTimeStatus> for crate::Val<ReplicationTimeStatus> {
        fn from(value: ReplicationTimeStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ReplicationTimeStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `RuleStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum RuleStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl RuleStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<RuleStatus> for crate::Val<RuleStatus> {
        fn from(value: RuleStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<RuleStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `SSEAlgorithm`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SSEAlgorithm {
        /// `AES256`.
        Aes256,
        /// `aws:kms`.
        AwsKms,
        /// `aws:kms:dsse`.
        AwsKmsDsse,
    }

    impl SSEAlgorithm {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Aes256 => "AES256",
                Self::AwsKms => "aws:kms",
                Self::AwsKmsDsse => "aws:kms:dsse",
            }
        }
    }

    impl From<SSEAlgorithm> for crate::Val<SSEAlgorithm> {
        fn from(value: SSEAlgorithm) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<SSEAlgorithm> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `ScheduleFrequency`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ScheduleFrequency {
        /// `Daily`.
        Daily,
        /// `Weekly`.
        Weekly,
    }

    impl ScheduleFrequency {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Daily => "Daily",
                Self::Weekly => "Weekly",
            }
        }
    }

    impl From<ScheduleFrequency> for crate::Val<ScheduleFrequency> {
        fn from(value: ScheduleFrequency) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<ScheduleFrequency> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `SseAlgorithm`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SseAlgorithm {
        /// `AES256`.
        Aes256,
        /// `aws:kms`.
        AwsKms,
    }

    impl SseAlgorithm {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Aes256 => "AES256",
                Self::AwsKms => "aws:kms",
            }
        }
    }

    impl From<SseAlgorithm> for crate::Val<SseAlgorithm> {
        fn from(value: SseAlgorithm) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<SseAlgorithm> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `SseKmsEncryptedObjectsStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SseKmsEncryptedObjectsStatus {
        /// `Disabled`.
        Disabled,
        /// `Enabled`.
        Enabled,
    }

    impl SseKmsEncryptedObjectsStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Disabled => "Disabled",
                Self::Enabled => "Enabled",
            }
        }
    }

    impl From<SseKmsEncryptedObjectsStatus> for crate::Val<SseKmsEncryptedObjectsStatus> {
        fn from(value: SseKmsEncryptedObjectsStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<SseKmsEncryptedObjectsStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `StorageClass`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum StorageClass {
        /// `DEEP_ARCHIVE`.
        DeepArchive,
        /// `GLACIER`.
        Glacier,
        /// `GLACIER_IR`.
        GlacierIr,
        /// `INTELLIGENT_TIERING`.
        IntelligentTiering,
        /// `ONEZONE_IA`.
        OnezoneIa,
        /// `REDUCED_REDUNDANCY`.
        ReducedRedundancy,
        /// `STANDARD`.
        Standard,
        /// `STANDARD_IA`.
        StandardIa,
    }

    impl StorageClass {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::DeepArchive => "DEEP_ARCHIVE",
                Self::Glacier => "GLACIER",
                Self::GlacierIr => "GLACIER_IR",
                Self::IntelligentTiering => "INTELLIGENT_TIERING",
                Self::OnezoneIa => "ONEZONE_IA",
                Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
                Self::Standard => "STANDARD",
                Self::StandardIa => "STANDARD_IA",
            }
        }
    }

    impl From<StorageClass> for crate::Val<StorageClass> {
        fn from(value: StorageClass) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<StorageClass> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `TableBucketType`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum TableBucketType {
        /// `aws`.
        Aws,
        /// `customer`.
        Customer,
    }

    impl TableBucketType {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Aws => "aws",
                Self::Customer => "customer",
            }
        }
    }

    impl From<TableBucketType> for crate::Val<TableBucketType> {
        fn from(value: TableBucketType) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<TableBucketType> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `TransitionDefaultMinimumObjectSize`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum TransitionDefaultMinimumObjectSize {
        /// `all_storage_classes_128K`.
        AllStorageClasses128k,
        /// `varies_by_storage_class`.
        VariesByStorageClass,
    }

    impl TransitionDefaultMinimumObjectSize {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::AllStorageClasses128k => "all_storage_classes_128K",
                Self::VariesByStorageClass => "varies_by_storage_class",
            }
        }
    }

    impl From<TransitionDefaultMinimumObjectSize> for crate::Val<TransitionDefaultMinimumObjectSize> {
        fn from(value: TransitionDefaultMinimumObjectSize) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<TransitionDefaultMinimumObjectSize> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }

    /// The values of `VersioningConfigurationStatus`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum VersioningConfigurationStatus {
        /// `Enabled`.
        Enabled,
        /// `Suspended`.
        Suspended,
    }

    impl VersioningConfigurationStatus {
        /// The value as CloudFormation spells it.
        #[must_use]
        pub fn as_str(self) -> &'static str {
            match self {
                Self::Enabled => "Enabled",
                Self::Suspended => "Suspended",
            }
        }
    }

    impl From<VersioningConfigurationStatus> for crate::Val<VersioningConfigurationStatus> {
        fn from(value: VersioningConfigurationStatus) -> Self {
            crate::Val::raw(value.as_str().into())
        }
    }

    impl From<crate::Val<String>> for crate::Val<VersioningConfigurationStatus> {
        /// A reference, whose value is known at deployment.
        fn from(value: crate::Val<String>) -> Self {
            crate::Val::raw(value.into_json())
        }
    }
}

/// Applies an Amazon S3 bucket policy to an Amazon S3 bucket. If you are using an identity other than the root user of the AWS-account that owns the bucket, the calling identity must have the `PutBucketPolicy` permissions on the specified bucket and belong to the bucket owner's account in order to use this operation.
///
/// CloudFormation: `AWS::S3::BucketPolicy`.
#[derive(Debug, Clone, PartialEq)]
pub struct BucketPolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl BucketPolicy {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(
        bucket: impl Into<crate::Val<String>>,
        policy_document: impl Into<crate::Val<crate::Json>>,
    ) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("Bucket".to_owned(), bucket.into().into_json());
        map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
        Self(map)
    }

    /// The name of the Amazon S3 bucket to which the policy applies.
    ///
    /// CloudFormation: `Bucket`, string, required.
    #[must_use]
    pub fn bucket(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Bucket".to_owned(), value.into().into_json());
        self
    }

    /// A policy document containing permissions to add to the specified bucket. In IAM, you must provide policy documents in JSON format. However, in CloudFormation you can provide the policy in JSON or YAML format because CloudFormation converts YAML to JSON before submitting it to IAM. For more information, see the AWS::IAM::Policy PolicyDocument resource description in this guide and Access Policy Language Overview in the \*Amazon S3 User Guide\*.
    ///
    /// CloudFormation: `PolicyDocument`, required.
    #[must_use]
    pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for BucketPolicy {
    const TYPE: &'static str = "AWS::S3::BucketPolicy";
    const ATTRIBUTES: &'static [&'static str] = &[];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}
