//! Resource types of the service `iam`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// Creates a new managed policy for your AWS-account.
///
/// CloudFormation: `AWS::IAM::ManagedPolicy`.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagedPolicy(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl ManagedPolicy {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(policy_document: impl Into<crate::Val<crate::Json>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
        Self(map)
    }

    /// A friendly description of the policy.
    ///
    /// CloudFormation: `Description`, string, at least 0 characters, at most 1000 characters.
    #[must_use]
    pub fn description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Description".to_owned(), value.into().into_json());
        self
    }

    /// The name (friendly name, not ARN) of the group to attach the policy to.
    ///
    /// CloudFormation: `Groups`, array.
    #[must_use]
    pub fn groups(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("Groups".to_owned(), value.into().into_json());
        self
    }

    /// The friendly name of the policy.
    ///
    /// CloudFormation: `ManagedPolicyName`, string.
    #[must_use]
    pub fn managed_policy_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("ManagedPolicyName".to_owned(), value.into().into_json());
        self
    }

    /// The path for the policy.
    ///
    /// CloudFormation: `Path`, string, at least 1 characters, at most 512 characters; pattern `^((/[A-Za-z0-9\.,\+@=_-]+)*)/$`.
    #[must_use]
    pub fn path(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Path".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `PolicyDocument`, required, at least 1 characters, at most 131072 characters; pattern `^[\u0009\u000A\u000D\u0020-\u00FF]+$`.
    #[must_use]
    pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
        self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
        self
    }

    /// The name (friendly name, not ARN) of the role to attach the policy to.
    ///
    /// CloudFormation: `Roles`, array.
    #[must_use]
    pub fn roles(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("Roles".to_owned(), value.into().into_json());
        self
    }

    /// The name (friendly name, not ARN) of the IAM user to attach the policy to.
    ///
    /// CloudFormation: `Users`, array.
    #[must_use]
    pub fn users(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("Users".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for ManagedPolicy {
    const TYPE: &'static str = "AWS::IAM::ManagedPolicy";
    const ATTRIBUTES: &'static [&'static str] = &[
        "PolicyArn",
        "AttachmentCount",
        "CreateDate",
        "DefaultVersionId",
        "IsAttachable",
        "PermissionsBoundaryUsageCount",
        "PolicyId",
        "UpdateDate",
    ];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Description", crate::Bound::Characters(0, 1000)),
        ("Path", crate::Bound::Characters(1, 512)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<ManagedPolicy> {
    /// CloudFormation: `Fn::GetAtt` of `PolicyArn`.
    #[must_use]
    pub fn policy_arn(&self) -> crate::Val<String> {
        self.attribute("PolicyArn")
    }

    /// CloudFormation: `Fn::GetAtt` of `AttachmentCount`.
    #[must_use]
    pub fn attachment_count(&self) -> crate::Val<i64> {
        self.attribute("AttachmentCount")
    }

    /// CloudFormation: `Fn::GetAtt` of `CreateDate`.
    #[must_use]
    pub fn create_date(&self) -> crate::Val<String> {
        self.attribute("CreateDate")
    }

    /// CloudFormation: `Fn::GetAtt` of `DefaultVersionId`.
    #[must_use]
    pub fn default_version_id(&self) -> crate::Val<String> {
        self.attribute("DefaultVersionId")
    }

    /// CloudFormation: `Fn::GetAtt` of `IsAttachable`.
    #[must_use]
    pub fn is_attachable(&self) -> crate::Val<bool> {
        self.attribute("IsAttachable")
    }

    /// CloudFormation: `Fn::GetAtt` of `PermissionsBoundaryUsageCount`.
    #[must_use]
    pub fn permissions_boundary_usage_count(&self) -> crate::Val<i64> {
        self.attribute("PermissionsBoundaryUsageCount")
    }

    /// CloudFormation: `Fn::GetAtt` of `PolicyId`.
    #[must_use]
    pub fn policy_id(&self) -> crate::Val<String> {
        self.attribute("PolicyId")
    }

    /// CloudFormation: `Fn::GetAtt` of `UpdateDate`.
    #[must_use]
    pub fn update_date(&self) -> crate::Val<String> {
        self.attribute("UpdateDate")
    }
}

/// Resource Type definition for AWS::IAM::OIDCProvider
///
/// CloudFormation: `AWS::IAM::OIDCProvider`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OIDCProvider(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl OIDCProvider {
    /// Starts with no property set.
    #[must_use]
    pub fn new() -> Self {
        Self(serde_json::Map::new())
    }

    /// CloudFormation: `ClientIdList`, array.
    #[must_use]
    pub fn client_id_list(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("ClientIdList".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Tags`, array, at least 0 items, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<oidc_provider::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `ThumbprintList`, array, at most 5 items.
    #[must_use]
    pub fn thumbprint_list(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("ThumbprintList".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Url`, string, at least 1 characters, at most 255 characters.
    #[must_use]
    pub fn url(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Url".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for OIDCProvider {
    const TYPE: &'static str = "AWS::IAM::OIDCProvider";
    const ATTRIBUTES: &'static [&'static str] = &["Arn"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Tags", crate::Bound::Items(0, 50)),
        ("ThumbprintList", crate::Bound::Items(0, 5)),
        ("Url", crate::Bound::Characters(1, 255)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<OIDCProvider> {
    /// Amazon Resource Name (ARN) of the OIDC provider
    ///
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }
}

/// Property types of [`OIDCProvider`].
pub mod oidc_provider {
    /// A key-value pair to associate with a resource.
    ///
    /// CloudFormation: property type `Tag` of `AWS::IAM::OIDCProvider`.
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

        /// The key name of the tag. You can specify a value that is 1 to 128 Unicode characters in length and cannot be prefixed with aws:. You can use any of the following characters: the set of Unicode letters, digits, whitespace, \_, ., /, =, +, and -.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters; pattern `^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value for the tag. You can specify a value that is 0 to 256 Unicode characters in length and cannot be prefixed with aws:. You can use any of the following characters: the set of Unicode letters, digits, whitespace, \_, ., /, =, +, and -.
        ///
        /// CloudFormation: `Value`, string, required, at least 1 characters, at most 256 characters; pattern `^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`.
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

/// Creates a new role for your AWS-account.
///
/// CloudFormation: `AWS::IAM::Role`.
#[derive(Debug, Clone, PartialEq)]
pub struct Role(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Role {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(assume_role_policy_document: impl Into<crate::Val<crate::Json>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert(
            "AssumeRolePolicyDocument".to_owned(),
            assume_role_policy_document.into().into_json(),
        );
        Self(map)
    }

    /// The trust policy that is associated with this role. Trust policies define which entities can assume the role. You can associate only one trust policy with a role. For an example of a policy that can be used to assume a role, see Template Examples. For more information about the elements that you can use in an IAM policy, see Policy Elements Reference in the \*User Guide\*.
    ///
    /// CloudFormation: `AssumeRolePolicyDocument`, required, at least 1 characters, at most 131072 characters; pattern `^[\u0009\u000A\u000D\u0020-\u00FF]+$`.
    #[must_use]
    pub fn assume_role_policy_document(
        mut self,
        value: impl Into<crate::Val<crate::Json>>,
    ) -> Self {
        self.0.insert("AssumeRolePolicyDocument".to_owned(), value.into().into_json());
        self
    }

    /// A description of the role that you provide.
    ///
    /// CloudFormation: `Description`, string, at least 0 characters, at most 1000 characters; pattern `^[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*$`.
    #[must_use]
    pub fn description(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Description".to_owned(), value.into().into_json());
        self
    }

    /// A list of Amazon Resource Names (ARNs) of the IAM managed policies that you want to attach to the role.
    ///
    /// CloudFormation: `ManagedPolicyArns`, array, at least 0 items.
    #[must_use]
    pub fn managed_policy_arns(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("ManagedPolicyArns".to_owned(), value.into().into_json());
        self
    }

    /// The maximum session duration (in seconds) that you want to set for the specified role. If you do not specify a value for this setting, the default value of one hour is applied. This setting can have a value from 1 hour to 12 hours.
    ///
    /// CloudFormation: `MaxSessionDuration`, integer, at least 3600, at most 43200.
    #[must_use]
    pub fn max_session_duration(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("MaxSessionDuration".to_owned(), value.into().into_json());
        self
    }

    /// The path to the role. For more information about paths, see IAM Identifiers in the \*IAM User Guide\*.
    ///
    /// CloudFormation: `Path`, string, at least 1 characters, at most 512 characters; pattern `^(\u002F)|(\u002F[\u0021-\u007E]+\u002F)$`.
    #[must_use]
    pub fn path(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("Path".to_owned(), value.into().into_json());
        self
    }

    /// The ARN of the policy used to set the permissions boundary for the role.
    ///
    /// CloudFormation: `PermissionsBoundary`, string, at least 20 characters, at most 2048 characters.
    #[must_use]
    pub fn permissions_boundary(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("PermissionsBoundary".to_owned(), value.into().into_json());
        self
    }

    /// Adds or updates an inline policy document that is embedded in the specified IAM role.
    ///
    /// CloudFormation: `Policies`, array.
    #[must_use]
    pub fn policies(mut self, value: impl Into<crate::Val<Vec<role::Policy>>>) -> Self {
        self.0.insert("Policies".to_owned(), value.into().into_json());
        self
    }

    /// A name for the IAM role, up to 64 characters in length. For valid values, see the `RoleName` parameter for the CreateRole action in the \*User Guide\*.
    ///
    /// CloudFormation: `RoleName`, string, at least 1 characters, at most 64 characters; pattern `^[\w+=,.@-]+$`.
    #[must_use]
    pub fn role_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("RoleName".to_owned(), value.into().into_json());
        self
    }

    /// A list of tags that are attached to the role. For more information about tagging, see Tagging IAM resources in the \*IAM User Guide\*.
    ///
    /// CloudFormation: `Tags`, array, at least 0 items, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<role::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Role {
    const TYPE: &'static str = "AWS::IAM::Role";
    const ATTRIBUTES: &'static [&'static str] = &["Arn", "RoleId"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("Description", crate::Bound::Characters(0, 1000)),
        ("MaxSessionDuration", crate::Bound::Number(3600.0, 43200.0)),
        ("Path", crate::Bound::Characters(1, 512)),
        ("PermissionsBoundary", crate::Bound::Characters(20, 2048)),
        ("RoleName", crate::Bound::Characters(1, 64)),
        ("Tags", crate::Bound::Items(0, 50)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Role> {
    /// CloudFormation: `Fn::GetAtt` of `Arn`.
    #[must_use]
    pub fn arn(&self) -> crate::Val<String> {
        self.attribute("Arn")
    }

    /// CloudFormation: `Fn::GetAtt` of `RoleId`.
    #[must_use]
    pub fn role_id(&self) -> crate::Val<String> {
        self.attribute("RoleId")
    }
}

/// Property types of [`Role`].
pub mod role {
    /// Contains information about an attached policy.
    ///
    /// CloudFormation: property type `Policy` of `AWS::IAM::Role`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Policy(pub(crate) serde_json::Map<String, serde_json::Value>);

    #[allow(clippy::wrong_self_convention)]
    impl Policy {
        /// Starts with the properties that CloudFormation requires, in alphabetical order.
        #[must_use]
        pub fn new(
            policy_document: impl Into<crate::Val<crate::Json>>,
            policy_name: impl Into<crate::Val<String>>,
        ) -> Self {
            let mut map = serde_json::Map::new();
            map.insert("PolicyDocument".to_owned(), policy_document.into().into_json());
            map.insert("PolicyName".to_owned(), policy_name.into().into_json());
            Self(map)
        }

        /// The entire contents of the policy that defines permissions. For more information, see Overview of JSON policies.
        ///
        /// CloudFormation: `PolicyDocument`, required.
        #[must_use]
        pub fn policy_document(mut self, value: impl Into<crate::Val<crate::Json>>) -> Self {
            self.0.insert("PolicyDocument".to_owned(), value.into().into_json());
            self
        }

        /// The friendly name (not ARN) identifying the policy.
        ///
        /// CloudFormation: `PolicyName`, string, required.
        #[must_use]
        pub fn policy_name(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("PolicyName".to_owned(), value.into().into_json());
            self
        }
    }

    impl From<Policy> for crate::Val<Policy> {
        fn from(value: Policy) -> Self {
            crate::Val::raw(serde_json::Value::Object(value.0))
        }
    }

    /// A structure that represents user-provided metadata that can be associated with an IAM resource. For more information about tagging, see Tagging IAM resources in the \*IAM User Guide\*.
    ///
    /// CloudFormation: property type `Tag` of `AWS::IAM::Role`.
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

        /// The key name that can be used to look up or retrieve the associated value. For example, `Department` or `Cost Center` are common choices.
        ///
        /// CloudFormation: `Key`, string, required, at least 1 characters, at most 128 characters; pattern `^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// The value associated with this tag. For example, tags with a key name of `Department` could have values such as `Human Resources`, `Accounting`, and `Support`. Tags with a key name of `Cost Center` might have values that consist of the number associated with the different cost centers in your company. Typically, many resources have tags with the same key name but with different values.
        ///
        /// CloudFormation: `Value`, string, required, at least 0 characters, at most 256 characters; pattern `^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`.
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
