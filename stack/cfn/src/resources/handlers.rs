//! The IAM actions that CloudFormation needs to handle a resource of each type.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

handlers! {
    "AWS::CloudFormation::Stack" {
        create: ["cloudformation:CreateStack", "cloudformation:DescribeStacks", "iam:PassRole"]
        read: [
            "cloudformation:DescribeStacks", "cloudformation:GetStackPolicy",
            "cloudformation:GetTemplate",
        ]
        update: [
            "cloudformation:DescribeStacks", "cloudformation:SetStackPolicy",
            "cloudformation:UpdateStack", "cloudformation:UpdateTerminationProtection",
            "iam:PassRole",
        ]
        delete: ["cloudformation:DeleteStack", "cloudformation:DescribeStacks"]
    }
    "AWS::CloudWatch::Alarm" {
        create: [
            "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
            "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource",
        ]
        read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"]
        update: [
            "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
            "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
        ]
        delete: ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"]
    }
    "AWS::CloudWatch::AlarmMuteRule" {
        create: [
            "cloudwatch:GetAlarmMuteRule", "cloudwatch:PutAlarmMuteRule", "cloudwatch:TagResource",
        ]
        read: ["cloudwatch:GetAlarmMuteRule", "cloudwatch:ListTagsForResource"]
        update: [
            "cloudwatch:GetAlarmMuteRule", "cloudwatch:PutAlarmMuteRule", "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ]
        delete: ["cloudwatch:DeleteAlarmMuteRule", "cloudwatch:GetAlarmMuteRule"]
    }
    "AWS::CloudWatch::CompositeAlarm" {
        create: [
            "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
            "cloudwatch:PutCompositeAlarm", "cloudwatch:TagResource",
        ]
        read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"]
        update: [
            "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
            "cloudwatch:PutCompositeAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
        ]
        delete: ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"]
    }
    "AWS::CloudWatch::Dashboard" {
        create: ["cloudwatch:GetDashboard", "cloudwatch:PutDashboard", "cloudwatch:TagResource"]
        read: ["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
        update: [
            "cloudwatch:ListTagsForResource", "cloudwatch:PutDashboard", "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ]
        delete: ["cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard"]
    }
    "AWS::DynamoDB::Table" {
        create: [
            "dynamodb:AssociateTableReplica", "dynamodb:BatchWriteItem", "dynamodb:CreateTable",
            "dynamodb:CreateTableReplica", "dynamodb:DeleteItem",
            "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeContributorInsights",
            "dynamodb:DescribeImport", "dynamodb:DescribeKinesisStreamingDestination",
            "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
            "dynamodb:DisableKinesisStreamingDestination",
            "dynamodb:EnableKinesisStreamingDestination", "dynamodb:GetItem",
            "dynamodb:GetResourcePolicy", "dynamodb:ImportTable", "dynamodb:ListTagsOfResource",
            "dynamodb:PutItem", "dynamodb:PutResourcePolicy", "dynamodb:Query", "dynamodb:Scan",
            "dynamodb:TagResource", "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateContributorInsights", "dynamodb:UpdateItem", "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive", "iam:CreateServiceLinkedRole", "kinesis:DescribeStream",
            "kinesis:PutRecords", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey",
            "kms:Encrypt", "kms:ListAliases", "kms:RevokeGrant", "logs:CreateLogGroup",
            "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
            "logs:PutLogEvents", "logs:PutRetentionPolicy", "s3:GetObject", "s3:GetObjectMetadata",
            "s3:ListBucket",
        ]
        read: [
            "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeContributorInsights",
            "dynamodb:DescribeKinesisStreamingDestination", "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive", "dynamodb:GetResourcePolicy",
            "dynamodb:ListTagsOfResource",
        ]
        update: [
            "dynamodb:AssociateTableReplica", "dynamodb:BatchWriteItem", "dynamodb:CreateTable",
            "dynamodb:CreateTableReplica", "dynamodb:DeleteItem", "dynamodb:DeleteResourcePolicy",
            "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeContributorInsights",
            "dynamodb:DescribeKinesisStreamingDestination", "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive", "dynamodb:DisableKinesisStreamingDestination",
            "dynamodb:EnableKinesisStreamingDestination", "dynamodb:GetItem",
            "dynamodb:GetResourcePolicy", "dynamodb:ListTagsOfResource", "dynamodb:PutItem",
            "dynamodb:PutResourcePolicy", "dynamodb:Query", "dynamodb:Scan", "dynamodb:TagResource",
            "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateContributorInsights", "dynamodb:UpdateItem",
            "dynamodb:UpdateKinesisStreamingDestination", "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive", "iam:CreateServiceLinkedRole", "kinesis:DescribeStream",
            "kinesis:PutRecords", "kms:CreateGrant", "kms:DescribeKey", "kms:ListAliases",
            "kms:RevokeGrant",
        ]
        delete: ["dynamodb:DeleteTable", "dynamodb:DescribeTable"]
    }
    "AWS::Events::Rule" {
        create: [
            "events:DescribeRule", "events:PutRule", "events:PutTargets", "events:TagResource",
            "iam:PassRole",
        ]
        read: [
            "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule",
            "iam:PassRole",
        ]
        update: [
            "events:DescribeRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
            "events:TagResource", "events:UntagResource", "iam:PassRole",
        ]
        delete: [
            "events:DeleteRule", "events:DescribeRule", "events:ListTargetsByRule",
            "events:RemoveTargets", "iam:PassRole",
        ]
    }
    "AWS::IAM::ManagedPolicy" {
        create: [
            "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
            "iam:CreatePolicy",
        ]
        read: ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy"]
        update: [
            "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
            "iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:DetachGroupPolicy",
            "iam:DetachRolePolicy", "iam:DetachUserPolicy", "iam:GetPolicy",
            "iam:ListPolicyVersions",
        ]
        delete: [
            "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DetachGroupPolicy",
            "iam:DetachRolePolicy", "iam:DetachUserPolicy", "iam:GetPolicy",
            "iam:ListEntitiesForPolicy", "iam:ListPolicyVersions",
        ]
    }
    "AWS::IAM::OIDCProvider" {
        create: [
            "iam:CreateOpenIDConnectProvider", "iam:GetOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
        ]
        read: ["iam:GetOpenIDConnectProvider"]
        update: [
            "iam:AddClientIDToOpenIDConnectProvider", "iam:GetOpenIDConnectProvider",
            "iam:ListOpenIDConnectProviderTags", "iam:RemoveClientIDFromOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider",
            "iam:UpdateOpenIDConnectProviderThumbprint",
        ]
        delete: ["iam:DeleteOpenIDConnectProvider"]
    }
    "AWS::IAM::Role" {
        create: [
            "iam:AttachRolePolicy", "iam:CreateRole", "iam:GetRole", "iam:GetRolePolicy",
            "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole",
        ]
        read: [
            "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
        ]
        update: [
            "iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
            "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ]
        delete: [
            "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole",
            "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:TagRole", "iam:UntagRole",
        ]
    }
    "AWS::Lambda::Alias" {
        create: [
            "lambda:CreateAlias", "lambda:GetProvisionedConcurrencyConfig",
            "lambda:PutProvisionedConcurrencyConfig",
        ]
        read: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig"]
        update: [
            "codedeploy:CreateDeployment", "codedeploy:GetDeployment",
            "codedeploy:GetDeploymentConfig", "codedeploy:GetDeploymentGroup",
            "codedeploy:StopDeployment", "lambda:DeleteProvisionedConcurrencyConfig",
            "lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig",
            "lambda:PutProvisionedConcurrencyConfig", "lambda:UpdateAlias",
        ]
        delete: ["lambda:DeleteAlias", "lambda:GetAlias"]
    }
    "AWS::Lambda::EventInvokeConfig" {
        create: ["lambda:PutFunctionEventInvokeConfig"]
        read: ["lambda:GetFunctionEventInvokeConfig"]
        update: ["lambda:UpdateFunctionEventInvokeConfig"]
        delete: ["lambda:DeleteFunctionEventInvokeConfig"]
    }
    "AWS::Lambda::EventSourceMapping" {
        create: [
            "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey",
            "lambda:CreateEventSourceMapping", "lambda:GetEventSourceMapping", "lambda:TagResource",
        ]
        read: ["kms:Decrypt", "lambda:GetEventSourceMapping", "lambda:ListTags"]
        update: [
            "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "lambda:GetEventSourceMapping",
            "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateEventSourceMapping",
        ]
        delete: ["kms:Decrypt", "lambda:DeleteEventSourceMapping", "lambda:GetEventSourceMapping"]
    }
    "AWS::Lambda::Function" {
        create: [
            "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
            "elasticfilesystem:DescribeMountTargets", "iam:PassRole", "kms:CreateGrant",
            "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
            "lambda:AssociateRuntimeAlias", "lambda:CreateFunction", "lambda:GetCodeSigningConfig",
            "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionRecursionConfig", "lambda:GetLayerVersion",
            "lambda:GetRuntimeManagementConfig", "lambda:PassCapacityProvider",
            "lambda:PutFunctionConcurrency", "lambda:PutFunctionRecursionConfig",
            "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig",
            "lambda:TagResource", "s3:GetObject", "s3:GetObjectVersion", "s3files:ListMountTargets",
        ]
        read: [
            "kms:Decrypt", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionRecursionConfig", "lambda:GetFunctionScalingConfig",
            "lambda:GetRuntimeManagementConfig",
        ]
        update: [
            "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
            "elasticfilesystem:DescribeMountTargets", "iam:PassRole", "kms:CreateGrant",
            "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "lambda:AssociateRuntimeAlias",
            "lambda:DeleteFunctionCodeSigningConfig", "lambda:DeleteFunctionConcurrency",
            "lambda:GetCodeSigningConfig", "lambda:GetFunction",
            "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionRecursionConfig",
            "lambda:GetRuntimeManagementConfig", "lambda:PassCapacityProvider",
            "lambda:PublishVersion", "lambda:PutFunctionCodeSigningConfig",
            "lambda:PutFunctionConcurrency", "lambda:PutFunctionRecursionConfig",
            "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig",
            "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration", "s3:GetObject", "s3:GetObjectVersion",
            "s3files:ListMountTargets",
        ]
        delete: ["ec2:DescribeNetworkInterfaces", "lambda:DeleteFunction", "lambda:GetFunction"]
    }
    "AWS::Lambda::Permission" {
        create: ["lambda:AddPermission"]
        read: ["lambda:GetPolicy"]
        update: []
        delete: ["lambda:RemovePermission"]
    }
    "AWS::Lambda::Version" {
        create: [
            "lambda:GetFunctionConfiguration", "lambda:GetProvisionedConcurrencyConfig",
            "lambda:GetRuntimeManagementConfig", "lambda:ListVersionsByFunction",
            "lambda:PublishVersion", "lambda:PutFunctionScalingConfig",
            "lambda:PutProvisionedConcurrencyConfig", "lambda:PutRuntimeManagementConfig",
        ]
        read: [
            "lambda:GetFunctionConfiguration", "lambda:GetFunctionScalingConfig",
            "lambda:GetProvisionedConcurrencyConfig", "lambda:GetRuntimeManagementConfig",
        ]
        update: ["lambda:GetFunctionConfiguration", "lambda:PutFunctionScalingConfig"]
        delete: ["lambda:DeleteFunction", "lambda:GetFunctionConfiguration"]
    }
    "AWS::Logs::LogGroup" {
        create: [
            "firehose:TagDeliveryStream", "logs:CreateLogDelivery", "logs:CreateLogGroup",
            "logs:DescribeIndexPolicies", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
            "logs:GetDataProtectionPolicy", "logs:PutBearerTokenAuthentication",
            "logs:PutDataProtectionPolicy", "logs:PutIndexPolicy", "logs:PutResourcePolicy",
            "logs:PutRetentionPolicy", "logs:TagResource", "s3:REST.PUT.OBJECT",
        ]
        read: [
            "logs:DescribeIndexPolicies", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
            "logs:GetDataProtectionPolicy", "logs:ListTagsForResource",
        ]
        update: [
            "firehose:TagDeliveryStream", "logs:AssociateKmsKey", "logs:CreateLogDelivery",
            "logs:DeleteIndexPolicy", "logs:DeleteResourcePolicy", "logs:DeleteRetentionPolicy",
            "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:DisassociateKmsKey",
            "logs:GetDataProtectionPolicy", "logs:ListTagsForResource",
            "logs:PutBearerTokenAuthentication", "logs:PutDataProtectionPolicy",
            "logs:PutIndexPolicy", "logs:PutLogGroupDeletionProtection", "logs:PutResourcePolicy",
            "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
            "s3:REST.PUT.OBJECT",
        ]
        delete: ["logs:DeleteDataProtectionPolicy", "logs:DeleteLogGroup", "logs:DescribeLogGroups"]
    }
    "AWS::S3::Bucket" {
        create: [
            "iam:PassRole", "s3:CreateBucket", "s3:CreateBucketMetadataTableConfiguration",
            "s3:DeleteObject", "s3:GetBucketAcl", "s3:GetBucketMetadataTableConfiguration",
            "s3:ListBucket", "s3:PutAccelerateConfiguration", "s3:PutAnalyticsConfiguration",
            "s3:PutBucketAbac", "s3:PutBucketCORS", "s3:PutBucketLogging",
            "s3:PutBucketNotification", "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketReplication", "s3:PutBucketTagging", "s3:PutBucketVersioning",
            "s3:PutBucketWebsite", "s3:PutEncryptionConfiguration",
            "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration",
            "s3:PutLifecycleConfiguration", "s3:PutMetricsConfiguration", "s3:PutObjectAcl",
            "s3:PutObjectLockConfiguration", "s3:PutReplicationConfiguration", "s3:TagResource",
            "s3tables:CreateNamespace", "s3tables:CreateTable", "s3tables:CreateTableBucket",
            "s3tables:GetTable", "s3tables:GetTableMetadataLocation",
            "s3tables:PutTableBucketPolicy", "s3tables:PutTableEncryption",
            "s3tables:PutTablePolicy", "s3tables:UpdateTableMetadataLocation",
        ]
        read: [
            "s3:GetAccelerateConfiguration", "s3:GetAnalyticsConfiguration", "s3:GetBucketAbac",
            "s3:GetBucketCORS", "s3:GetBucketLogging", "s3:GetBucketMetadataTableConfiguration",
            "s3:GetBucketNotification", "s3:GetBucketObjectLockConfiguration",
            "s3:GetBucketOwnershipControls", "s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging",
            "s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration",
            "s3:GetIntelligentTieringConfiguration", "s3:GetInventoryConfiguration",
            "s3:GetLifecycleConfiguration", "s3:GetMetricsConfiguration",
            "s3:GetReplicationConfiguration", "s3:ListBucket", "s3:ListTagsForResource",
        ]
        update: [
            "iam:PassRole", "s3:CreateBucketMetadataTableConfiguration",
            "s3:DeleteBucketAnalyticsConfiguration", "s3:DeleteBucketCors",
            "s3:DeleteBucketEncryption", "s3:DeleteBucketLifecycle",
            "s3:DeleteBucketMetadataTableConfiguration", "s3:DeleteBucketMetricsConfiguration",
            "s3:DeleteBucketReplication", "s3:DeleteBucketWebsite",
            "s3:GetBucketMetadataTableConfiguration", "s3:ListBucket",
            "s3:PutAccelerateConfiguration", "s3:PutAnalyticsConfiguration", "s3:PutBucketAbac",
            "s3:PutBucketAcl", "s3:PutBucketCORS", "s3:PutBucketLogging",
            "s3:PutBucketNotification", "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketReplication", "s3:PutBucketTagging", "s3:PutBucketVersioning",
            "s3:PutBucketWebsite", "s3:PutEncryptionConfiguration",
            "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration",
            "s3:PutLifecycleConfiguration", "s3:PutMetricsConfiguration",
            "s3:PutObjectLockConfiguration", "s3:PutReplicationConfiguration", "s3:TagResource",
            "s3:UntagResource", "s3:UpdateBucketMetadataAnnotationTableConfiguration",
            "s3:UpdateBucketMetadataInventoryTableConfiguration",
            "s3:UpdateBucketMetadataJournalTableConfiguration", "s3tables:CreateNamespace",
            "s3tables:CreateTable", "s3tables:CreateTableBucket", "s3tables:GetTable",
            "s3tables:GetTableMetadataLocation", "s3tables:PutTableBucketPolicy",
            "s3tables:PutTableEncryption", "s3tables:PutTablePolicy",
            "s3tables:UpdateTableMetadataLocation",
        ]
        delete: ["s3:DeleteBucket", "s3:ListBucket"]
    }
    "AWS::S3::BucketPolicy" {
        create: ["s3:GetBucketPolicy", "s3:PutBucketPolicy"]
        read: ["s3:GetBucketPolicy"]
        update: ["s3:GetBucketPolicy", "s3:PutBucketPolicy"]
        delete: ["s3:DeleteBucketPolicy", "s3:GetBucketPolicy"]
    }
    "AWS::SNS::Subscription" {
        create: ["iam:GetRole", "iam:PassRole", "sns:Subscribe"]
        read: ["sns:GetSubscriptionAttributes"]
        update: ["iam:GetRole", "iam:PassRole", "sns:SetSubscriptionAttributes"]
        delete: ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"]
    }
    "AWS::SNS::Topic" {
        create: [
            "iam:GetRole", "iam:PassRole", "sns:CreateTopic", "sns:GetTopicAttributes",
            "sns:PutDataProtectionPolicy", "sns:Subscribe", "sns:TagResource",
        ]
        read: [
            "sns:GetDataProtectionPolicy", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic",
            "sns:ListTagsForResource",
        ]
        update: [
            "iam:GetRole", "iam:PassRole", "sns:GetDataProtectionPolicy", "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource",
            "sns:PutDataProtectionPolicy", "sns:SetTopicAttributes", "sns:Subscribe",
            "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
        ]
        delete: ["sns:DeleteTopic", "sns:GetTopicAttributes"]
    }
    "AWS::SNS::TopicPolicy" {
        create: ["sns:SetTopicAttributes"]
        read: []
        update: ["sns:SetTopicAttributes"]
        delete: ["sns:SetTopicAttributes"]
    }
    "AWS::SQS::Queue" {
        create: [
            "sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags",
            "sqs:TagQueue",
        ]
        read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]
        update: [
            "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:SetQueueAttributes", "sqs:TagQueue",
            "sqs:UntagQueue",
        ]
        delete: ["sqs:DeleteQueue", "sqs:GetQueueAttributes"]
    }
    "AWS::SQS::QueuePolicy" {
        create: ["sqs:SetQueueAttributes"]
        read: []
        update: ["sqs:SetQueueAttributes"]
        delete: ["sqs:SetQueueAttributes"]
    }
    "AWS::Scheduler::Schedule" {
        create: ["iam:PassRole", "scheduler:CreateSchedule", "scheduler:GetSchedule"]
        read: ["scheduler:GetSchedule"]
        update: ["iam:PassRole", "scheduler:GetSchedule", "scheduler:UpdateSchedule"]
        delete: ["scheduler:DeleteSchedule", "scheduler:GetSchedule"]
    }
    "AWS::StepFunctions::StateMachine" {
        create: [
            "iam:PassRole", "kms:DescribeKey", "kms:GenerateDataKey", "s3:GetObject",
            "s3:GetObjectVersion", "states:CreateStateMachine", "states:DescribeStateMachine",
            "states:TagResource",
        ]
        read: ["kms:Decrypt", "states:DescribeStateMachine", "states:ListTagsForResource"]
        update: [
            "iam:PassRole", "kms:DescribeKey", "kms:GenerateDataKey", "s3:GetObject",
            "s3:GetObjectVersion", "states:ListTagsForResource", "states:TagResource",
            "states:UntagResource", "states:UpdateStateMachine",
        ]
        delete: ["states:DeleteStateMachine", "states:DescribeStateMachine"]
    }
}
