//! Resource types of the service `iam`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

pub use role::Policy;

resource! {
    /// Creates a new managed policy for your AWS-account.
    ManagedPolicy = "AWS::IAM::ManagedPolicy";
    attributes {
        policy_arn: crate::Arn = "PolicyArn";
        attachment_count: crate::Val<i64> = "AttachmentCount";
        create_date: crate::Val<String> = "CreateDate";
        default_version_id: crate::Val<String> = "DefaultVersionId";
        is_attachable: crate::Val<bool> = "IsAttachable";
        permissions_boundary_usage_count: crate::Val<i64> = "PermissionsBoundaryUsageCount";
        policy_id: crate::Val<String> = "PolicyId";
        update_date: crate::Val<String> = "UpdateDate";
    }
    required {
        policy_document: crate::Json = "PolicyDocument" ["at least 1 characters, at most 131072 characters, pattern `^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+$`"];
    }
    properties {
        /// A friendly description of the policy.
        description: String = "Description" ["at most 1000 characters"] Characters(0, 1000);
        /// The name (friendly name, not ARN) of the group to attach the policy to.
        groups: Vec<String> = "Groups";
        /// The friendly name of the policy.
        managed_policy_name: String = "ManagedPolicyName";
        /// The path for the policy.
        path: String = "Path" ["at least 1 characters, at most 512 characters, pattern `^((/[A-Za-z0-9\\.,\\+@=_-]+)*)/$`"] Characters(1, 512);
        /// The name (friendly name, not ARN) of the role to attach the policy to.
        roles: Vec<String> = "Roles";
        /// The name (friendly name, not ARN) of the IAM user to attach the policy to.
        users: Vec<String> = "Users";
    }
}

resource! {
    /// Resource Type definition for AWS::IAM::OIDCProvider
    OIDCProvider = "AWS::IAM::OIDCProvider";
    attributes {
        /// Amazon Resource Name (ARN) of the OIDC provider
        arn: crate::Arn = "Arn";
    }
    required {}
    properties {
        client_id_list: Vec<String> = "ClientIdList";
        tags: Vec<self::oidc_provider::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
        thumbprint_list: Vec<String> = "ThumbprintList" ["at most 5 items"] Items(0, 5);
        url: String = "Url" ["at least 1 characters, at most 255 characters"] Characters(1, 255);
    }
}

/// Property types of [`OIDCProvider`].
pub mod oidc_provider {
    structure! {
        /// A key-value pair to associate with a resource.
        Tag;
        required {
            /// The key name of the tag.
            key: String = "Key" ["at least 1 characters, at most 128 characters, pattern `^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$`"];
            /// The value for the tag.
            value: String = "Value" ["at least 1 characters, at most 256 characters, pattern `^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$`"];
        }
        properties {}
    }
}

resource! {
    /// Creates a new role for your AWS-account.
    Role = "AWS::IAM::Role";
    attributes {
        arn: crate::Arn = "Arn";
        role_id: crate::Val<String> = "RoleId";
    }
    required {
        /// The trust policy that is associated with this role.
        assume_role_policy_document: crate::Json = "AssumeRolePolicyDocument" ["at least 1 characters, at most 131072 characters, pattern `^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+$`"];
    }
    properties {
        /// A description of the role that you provide.
        description: String = "Description" ["at most 1000 characters, pattern `^[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*$`"] Characters(0, 1000);
        /// A list of Amazon Resource Names (ARNs) of the IAM managed policies that you want to attach to the role.
        managed_policy_arns: Vec<String> = "ManagedPolicyArns";
        /// The maximum session duration (in seconds) that you want to set for the specified role.
        max_session_duration: i64 = "MaxSessionDuration" ["at least 3600, at most 43200"] Number(3600.0, 43200.0);
        /// The path to the role.
        path: String = "Path" ["at least 1 characters, at most 512 characters, pattern `^(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)$`"] Characters(1, 512);
        /// The ARN of the policy used to set the permissions boundary for the role.
        permissions_boundary: String = "PermissionsBoundary" ["at least 20 characters, at most 2048 characters"] Characters(20, 2048);
        /// Adds or updates an inline policy document that is embedded in the specified IAM role.
        policies: Vec<self::role::Policy> = "Policies";
        /// A name for the IAM role, up to 64 characters in length.
        role_name: String = "RoleName" ["at least 1 characters, at most 64 characters, pattern `^[\\w+=,.@-]+$`"] Characters(1, 64);
        /// A list of tags that are attached to the role.
        tags: Vec<self::role::Tag> = "Tags" ["at most 50 items"] Items(0, 50);
    }
}

/// Property types of [`Role`].
pub mod role {
    structure! {
        /// Contains information about an attached policy.
        Policy;
        required {
            /// The entire contents of the policy that defines permissions.
            policy_document: crate::Json = "PolicyDocument";
            /// The friendly name (not ARN) identifying the policy.
            policy_name: String = "PolicyName";
        }
        properties {}
    }

    structure! {
        /// A structure that represents user-provided metadata that can be associated with an IAM resource.
        Tag;
        required {
            /// The key name that can be used to look up or retrieve the associated value.
            key: String = "Key" ["at least 1 characters, at most 128 characters, pattern `^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$`"];
            /// The value associated with this tag.
            value: String = "Value" ["at most 256 characters, pattern `^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$`"];
        }
        properties {}
    }
}
