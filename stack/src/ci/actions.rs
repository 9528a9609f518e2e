//! From a resource of a template to the IAM actions that CloudFormation takes to handle it: those
//! that its type's schema names, less those that only a property needs which is not there.

use guardian_cfn::resources::handlers;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What is done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// It is read.
    Read,
    /// It is created, updated and deleted, which reads it too.
    Change,
}

/// A type that the binding has no schema of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no schema says which permissions the resource type `{0}` takes; add it to the binding")]
pub struct UnknownType(pub String);

/// Actions that a type's handlers call for the sake of some properties alone. The schemas do not
/// say which; this is read from what the actions are for. Each entry is checked against the
/// schemas: type, actions and properties exist.
pub const ONLY_WITH: &[(&str, &[&str], &[&str])] = &[
    (
        TABLE,
        &[
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:DescribeImport",
            "dynamodb:GetItem",
            "dynamodb:ImportTable",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:UpdateItem",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:PutRetentionPolicy",
            "s3:GetObject",
            "s3:GetObjectMetadata",
            "s3:ListBucket",
        ],
        &["ImportSourceSpecification"],
    ),
    // Replicas are of global tables, which this type makes none of.
    (
        TABLE,
        &["dynamodb:AssociateTableReplica", "dynamodb:CreateTableReplica"],
        &["ImportSourceSpecification"],
    ),
    (
        TABLE,
        &[
            "dynamodb:DisableKinesisStreamingDestination",
            "dynamodb:EnableKinesisStreamingDestination",
            "kinesis:DescribeStream",
            "kinesis:PutRecords",
        ],
        &["KinesisStreamSpecification"],
    ),
    (
        TABLE,
        &["dynamodb:UpdateContributorInsights", "iam:CreateServiceLinkedRole"],
        &["ContributorInsightsSpecification"],
    ),
    (TABLE, &["dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"], &["ResourcePolicy"]),
    (
        TABLE,
        &[
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:ListAliases",
            "kms:RevokeGrant",
        ],
        &["SSESpecification"],
    ),
    ("AWS::Events::Rule", &["iam:PassRole"], &["RoleArn"]),
    // CloudFormation deletes inline policies and detaches managed ones before it deletes the
    // role; without any there is nothing to do.
    ("AWS::IAM::Role", &["iam:AttachRolePolicy", "iam:DetachRolePolicy"], &["ManagedPolicyArns"]),
    ("AWS::IAM::Role", &["iam:PutRolePermissionsBoundary"], &["PermissionsBoundary"]),
    ("AWS::Lambda::EventSourceMapping", KMS, &["KmsKeyArn"]),
    (
        "AWS::Lambda::Function",
        &["lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"],
        &["ReservedConcurrentExecutions"],
    ),
    (
        "AWS::Lambda::Function",
        &[
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        &["VpcConfig"],
    ),
    (
        "AWS::Lambda::Function",
        &["elasticfilesystem:DescribeMountTargets", "s3files:ListMountTargets"],
        &["FileSystemConfigs"],
    ),
    ("AWS::Lambda::Function", KMS, &["KmsKeyArn", "SourceKMSKeyArn"]),
    (
        "AWS::Lambda::Function",
        &[
            "lambda:GetCodeSigningConfig",
            "lambda:PutFunctionCodeSigningConfig",
            "lambda:DeleteFunctionCodeSigningConfig",
        ],
        &["CodeSigningConfigArn"],
    ),
    ("AWS::Lambda::Function", &["lambda:GetLayerVersion"], &["Layers"]),
    (
        "AWS::Lambda::Function",
        &["lambda:PutRuntimeManagementConfig", "lambda:AssociateRuntimeAlias"],
        &["RuntimeManagementConfig"],
    ),
    ("AWS::Lambda::Function", &["lambda:PutFunctionRecursionConfig"], &["RecursiveLoop"]),
    ("AWS::Lambda::Function", &["lambda:PutFunctionScalingConfig"], &["FunctionScalingConfig"]),
    ("AWS::Lambda::Function", &["lambda:PassCapacityProvider"], &["CapacityProviderConfig"]),
    ("AWS::Lambda::Function", &["lambda:PublishVersion"], &["PublishToLatestPublished"]),
    ("AWS::Lambda::Function", &["s3:GetObjectVersion"], &["S3ObjectVersion"]),
    (
        "AWS::Lambda::Version",
        &["lambda:PutProvisionedConcurrencyConfig"],
        &["ProvisionedConcurrencyConfig"],
    ),
    ("AWS::Lambda::Version", &["lambda:PutRuntimeManagementConfig"], &["RuntimePolicy"]),
    ("AWS::Lambda::Version", &["lambda:PutFunctionScalingConfig"], &["FunctionScalingConfig"]),
    ("AWS::Logs::LogGroup", &["logs:AssociateKmsKey", "logs:DisassociateKmsKey"], &["KmsKeyId"]),
    (
        "AWS::Logs::LogGroup",
        &[
            "logs:PutDataProtectionPolicy",
            "logs:DeleteDataProtectionPolicy",
            "logs:CreateLogDelivery",
            "s3:REST.PUT.OBJECT",
            "firehose:TagDeliveryStream",
        ],
        &["DataProtectionPolicy"],
    ),
    (
        "AWS::Logs::LogGroup",
        &["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"],
        &["ResourcePolicyDocument"],
    ),
    (
        "AWS::Logs::LogGroup",
        &["logs:PutIndexPolicy", "logs:DeleteIndexPolicy"],
        &["FieldIndexPolicies"],
    ),
    (
        "AWS::Logs::LogGroup",
        &["logs:PutLogGroupDeletionProtection"],
        &["DeletionProtectionEnabled"],
    ),
    (
        "AWS::Logs::LogGroup",
        &["logs:PutBearerTokenAuthentication"],
        &["BearerTokenAuthenticationEnabled"],
    ),
    ("AWS::SNS::Topic", &["sns:Subscribe", "sns:Unsubscribe"], &["Subscription"]),
    ("AWS::SNS::Topic", &["sns:PutDataProtectionPolicy"], &["DataProtectionPolicy"]),
    ("AWS::SNS::Topic", &["iam:GetRole", "iam:PassRole"], &["DeliveryStatusLogging"]),
    (
        "AWS::StepFunctions::StateMachine",
        &["s3:GetObject", "s3:GetObjectVersion"],
        &["DefinitionS3Location"],
    ),
    ("AWS::StepFunctions::StateMachine", KMS, &["EncryptionConfiguration"]),
];

const TABLE: &str = "AWS::DynamoDB::Table";
/// Those of a key of the customer's; AWS's own keys take none.
const KMS: &[&str] =
    &["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];

/// Actions that are never given: type, action, and why.
pub const NEVER: &[(&str, &str, &str)] = &[
    (
        "AWS::IAM::Role",
        "iam:DeleteRolePermissionsBoundary",
        "a role without its boundary could be given anything",
    ),
    ("AWS::CloudFormation::Stack", "iam:PassRole", "nested stacks have no role of their own here"),
    (
        "AWS::CloudFormation::Stack",
        "cloudformation:SetStackPolicy",
        "nested stacks have no stack policy here",
    ),
    (
        "AWS::CloudFormation::Stack",
        "cloudformation:UpdateTerminationProtection",
        "nested stacks follow the protection of their root",
    ),
];

/// The actions that handling a resource with these properties takes.
pub(super) fn actions(
    resource_type: &str,
    properties: &Map<String, Value>,
    handling: Handling,
) -> Result<BTreeSet<&'static str>, UnknownType> {
    let all = handlers::of(resource_type).ok_or_else(|| UnknownType(resource_type.to_owned()))?;
    let named: Vec<&'static str> = match handling {
        Handling::Read => all.read.to_vec(),
        Handling::Change => [all.create, all.read, all.update, all.delete].concat(),
    };
    let takes = |action: &str| {
        let never = NEVER.iter().any(|(kind, a, _)| *kind == resource_type && *a == action);
        let mut only = ONLY_WITH
            .iter()
            .filter(|(kind, actions, _)| *kind == resource_type && actions.contains(&action))
            .peekable();
        let needed = only.peek().is_none()
            || only.any(|(_, _, with)| with.iter().any(|name| has(properties, name)));
        needed && !never
    };
    Ok(named.into_iter().filter(|action| takes(action)).collect())
}

/// Whether a property of this name is there, at any depth.
fn has(properties: &Map<String, Value>, name: &str) -> bool {
    properties.iter().any(|(key, value)| key == name || has_within(value, name))
}

fn has_within(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(map) => has(map, name),
        Value::Array(items) => items.iter().any(|item| has_within(item, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(resource_type: &str) -> Value {
        let file = resource_type.to_lowercase().replace("::", "-");
        let path = format!("{}/cfn/schemas/{file}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).unwrap()
    }

    fn of(resource_type: &str, properties: &Value, handling: Handling) -> Vec<&'static str> {
        let properties = properties.as_object().unwrap();
        actions(resource_type, properties, handling).unwrap().into_iter().collect()
    }

    #[test]
    fn what_depends_on_a_property_is_what_the_schema_has() {
        for (kind, actions, properties) in ONLY_WITH {
            let schema = schema(kind).to_string();
            let named = |word: &str| schema.contains(&format!("\"{word}\""));
            assert!(properties.iter().all(|p| named(p)), "{kind}: {properties:?}");
            // Of the actions on keys each type has some.
            let known = actions.iter().filter(|a| named(a)).count();
            assert!(known == actions.len() || *actions == KMS && known > 0, "{kind}: {actions:?}");
        }
        for (kind, action, _) in NEVER {
            assert!(
                schema(kind).to_string().contains(&format!("\"{action}\"")),
                "{kind}: {action}"
            );
        }
    }

    #[test]
    fn an_action_for_a_property_is_taken_with_it_and_left_without() {
        let kind = "AWS::Lambda::Function";
        let plain = json!({"Code": {"S3Bucket": "b", "S3Key": "k"}});
        let plain = of(kind, &plain, Handling::Change);
        assert!(plain.contains(&"lambda:CreateFunction") && plain.contains(&"s3:GetObject"));
        assert!(!plain.iter().any(|a| a.starts_with("ec2:") || a.starts_with("kms:")));
        let version = json!({"Code": {"S3ObjectVersion": "1"}, "VpcConfig": {}});
        let more = of(kind, &version, Handling::Change);
        assert!(more.contains(&"s3:GetObjectVersion") && more.contains(&"ec2:DescribeVpcs"));
    }

    #[test]
    fn reading_changes_nothing() {
        let queue = of("AWS::SQS::Queue", &json!({}), Handling::Read);
        assert_eq!(queue, ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]);
    }

    #[test]
    fn a_boundary_is_never_taken_away() {
        let role = of("AWS::IAM::Role", &json!({"PermissionsBoundary": "x"}), Handling::Change);
        assert!(role.contains(&"iam:PutRolePermissionsBoundary"));
        assert!(!role.contains(&"iam:DeleteRolePermissionsBoundary"));
    }

    #[test]
    fn a_type_without_a_schema_is_named() {
        let error = actions("AWS::X::Y", &Map::new(), Handling::Read).unwrap_err();
        assert!(error.to_string().contains("AWS::X::Y"));
    }
}
