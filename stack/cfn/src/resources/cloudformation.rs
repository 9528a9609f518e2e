//! Resource types of the service `cloudformation`.
// Written by `cargo xtask codegen` from stack/cfn/schemas. Do not edit.

/// The AWS::CloudFormation::Stack resource nests a stack as a resource in a top-level template.
///
/// CloudFormation: `AWS::CloudFormation::Stack`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack(pub(crate) serde_json::Map<String, serde_json::Value>);

#[allow(clippy::wrong_self_convention)]
impl Stack {
    /// Starts with the properties that CloudFormation requires, in alphabetical order.
    #[must_use]
    pub fn new(template_url: impl Into<crate::Val<String>>) -> Self {
        let mut map = serde_json::Map::new();
        map.insert("TemplateURL".to_owned(), template_url.into().into_json());
        Self(map)
    }

    /// CloudFormation: `NotificationARNs`, array, at most 5 items.
    #[must_use]
    pub fn notification_arns(mut self, value: impl Into<crate::Val<Vec<String>>>) -> Self {
        self.0.insert("NotificationARNs".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Parameters`, object.
    #[must_use]
    pub fn parameters(
        mut self,
        value: impl Into<crate::Val<std::collections::BTreeMap<String, crate::Json>>>,
    ) -> Self {
        self.0.insert("Parameters".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `Tags`, array, at most 50 items.
    #[must_use]
    pub fn tags(mut self, value: impl Into<crate::Val<Vec<stack::Tag>>>) -> Self {
        self.0.insert("Tags".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `TemplateURL`, string, required, at least 1 characters, at most 1024 characters.
    #[must_use]
    pub fn template_url(mut self, value: impl Into<crate::Val<String>>) -> Self {
        self.0.insert("TemplateURL".to_owned(), value.into().into_json());
        self
    }

    /// CloudFormation: `TimeoutInMinutes`, integer, at least 1.
    #[must_use]
    pub fn timeout_in_minutes(mut self, value: impl Into<crate::Val<i64>>) -> Self {
        self.0.insert("TimeoutInMinutes".to_owned(), value.into().into_json());
        self
    }
}

impl crate::Resource for Stack {
    const TYPE: &'static str = "AWS::CloudFormation::Stack";
    const ATTRIBUTES: &'static [&'static str] = &["StackId"];
    const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
        ("NotificationARNs", crate::Bound::Items(0, 5)),
        ("Tags", crate::Bound::Items(0, 50)),
        ("TemplateURL", crate::Bound::Characters(1, 1024)),
        ("TimeoutInMinutes", crate::Bound::Number(1.0, f64::INFINITY)),
    ];
    fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
        self.0
    }
}

impl crate::Id<Stack> {
    /// CloudFormation: `Fn::GetAtt` of `StackId`.
    #[must_use]
    pub fn stack_id(&self) -> crate::Val<String> {
        self.attribute("StackId")
    }
}

/// Property types of [`Stack`].
pub mod stack {
    /// CloudFormation: property type `Tag` of `AWS::CloudFormation::Stack`.
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

        /// CloudFormation: `Key`, string, required.
        #[must_use]
        pub fn key(mut self, value: impl Into<crate::Val<String>>) -> Self {
            self.0.insert("Key".to_owned(), value.into().into_json());
            self
        }

        /// CloudFormation: `Value`, string, required.
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
