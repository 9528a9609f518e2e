//! The macros behind the tables in `resources/`: a row is a property, an attribute or a value of a
//! closed set. The code that a row becomes is written once, here.

use crate::Val;
use serde_json::{Map, Value};

/// In the type of a resource or property type: this required property is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set;

/// Writes a property.
pub(crate) fn put<T>(map: &mut Map<String, Value>, key: &str, value: Val<T>) {
    map.insert(key.to_owned(), value.into_json());
}

/// The same map without spare capacity: templates have thousands of maps.
pub(crate) fn fitted(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().collect()
}

/// The markers of required properties that are not set, each named like its setter.
macro_rules! missing {
    ($($name:ident)*) => {$(
        #[doc = concat!("`", stringify!($name), "` is required and not set.")]
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;
    )*};
}

/// A type with a setter per row. Each required property is a type parameter: `missing::NAME` until
/// its setter is called, then [`Set`].
macro_rules! structure {
    (
        $(#[$doc:meta])*
        $name:ident;
        required { $($(#[$rdoc:meta])* $r:ident: $rty:ty = $rkey:literal $([$rsays:literal])?;)* }
        properties { $($(#[$pdoc:meta])* $p:ident: $pty:ty = $pkey:literal $([$psays:literal])?;)* }
    ) => {
        $(#[$doc])*
        #[must_use]
        #[derive(Debug, Clone, PartialEq)]
        #[allow(non_camel_case_types)]
        pub struct $name<$($r = crate::Set),*>(
            serde_json::Map<String, serde_json::Value>,
            std::marker::PhantomData<fn() -> ($($r,)*)>,
        );

        impl $name<$(crate::resources::missing::$r),*> {
            /// Starts with no property set.
            pub fn new() -> Self {
                Self(serde_json::Map::new(), std::marker::PhantomData)
            }
        }

        impl Default for $name<$(crate::resources::missing::$r),*> {
            fn default() -> Self {
                Self::new()
            }
        }

        required! { $name [] [$({ $(#[$rdoc])* $r: $rty = $rkey $([$rsays])? })*] }

        #[allow(non_camel_case_types, clippy::wrong_self_convention)]
        impl<$($r),*> $name<$($r),*> {$(
            $(#[$pdoc])*
            #[doc = ""]
            #[doc = concat!("CloudFormation: `", $pkey, "`" $(, ", ", $psays)?, ".")]
            pub fn $p(mut self, value: impl Into<crate::Val<$pty>>) -> Self {
                crate::table::put(&mut self.0, $pkey, value.into());
                self
            }
        )*}

        impl From<$name> for crate::Val<$name> {
            fn from(value: $name) -> Self {
                crate::Val::raw(serde_json::Value::Object(crate::table::fitted(value.0)))
            }
        }
    };
}

/// The setters of the required properties, one after the other.
macro_rules! required {
    ($name:ident [$($before:ident)*] []) => {};
    ($name:ident [$($before:ident)*] [
        { $(#[$doc:meta])* $this:ident: $ty:ty = $key:literal $([$says:literal])? }
        $({ $(#[$adoc:meta])* $after:ident: $aty:ty = $akey:literal $([$asays:literal])? })*
    ]) => {
        #[allow(non_camel_case_types, clippy::wrong_self_convention)]
        impl<$($before,)* $this $(, $after)*> $name<$($before,)* $this $(, $after)*> {
            $(#[$doc])*
            #[doc = ""]
            #[doc = concat!("CloudFormation: `", $key, "`, required" $(, ", ", $says)?, ".")]
            pub fn $this(
                mut self,
                value: impl Into<crate::Val<$ty>>,
            ) -> $name<$($before,)* crate::Set $(, $after)*> {
                crate::table::put(&mut self.0, $key, value.into());
                $name(self.0, std::marker::PhantomData)
            }
        }

        required! {
            $name [$($before)* $this] [$({ $(#[$adoc])* $after: $aty = $akey $([$asays])? })*]
        }
    };
}

/// A resource type: its attributes, and its properties with their bounds.
macro_rules! resource {
    (
        $(#[$doc:meta])*
        $name:ident = $cfn:literal;
        attributes { $($(#[$adoc:meta])* $attribute:ident: $aty:ty = $akey:literal;)* }
        required {$(
            $(#[$rdoc:meta])*
            $r:ident: $rty:ty = $rkey:literal $([$rsays:literal])? $($rbound:ident $rlimits:tt)?;
        )*}
        properties {$(
            $(#[$pdoc:meta])*
            $p:ident: $pty:ty = $pkey:literal $([$psays:literal])? $($pbound:ident $plimits:tt)?;
        )*}
    ) => {
        structure! {
            $(#[$doc])*
            #[doc = ""]
            #[doc = concat!("CloudFormation: `", $cfn, "`.")]
            $name;
            required { $($(#[$rdoc])* $r: $rty = $rkey $([$rsays])?;)* }
            properties { $($(#[$pdoc])* $p: $pty = $pkey $([$psays])?;)* }
        }

        impl crate::Resource for $name {
            const TYPE: &'static str = $cfn;
            const ATTRIBUTES: &'static [&'static str] = &[$($akey),*];
            const BOUNDS: &'static [(&'static str, crate::Bound)] = &[
                $($(($rkey, crate::Bound::$rbound $rlimits),)?)*
                $($(($pkey, crate::Bound::$pbound $plimits),)?)*
            ];
            fn into_properties(self) -> serde_json::Map<String, serde_json::Value> {
                crate::table::fitted(self.0)
            }
        }

        impl crate::Id<$name> {$(
            $(#[$adoc])*
            #[doc = ""]
            #[doc = concat!("CloudFormation: `Fn::GetAtt` of `", $akey, "`.")]
            #[must_use]
            pub fn $attribute(&self) -> $aty {
                self.attribute($akey)
            }
        )*}
    };
}

/// A property with a closed set of values: a value that is not in it does not compile.
macro_rules! closed {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        #[doc = concat!("The values of `", stringify!($name), "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {$(
            #[doc = concat!("`", $word, "`.")]
            $variant,
        )*}

        impl $name {
            /// The value as CloudFormation spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl From<$name> for crate::Val<$name> {
            fn from(value: $name) -> Self {
                crate::Val::raw(value.as_str().into())
            }
        }

        impl From<crate::Val<String>> for crate::Val<$name> {
            /// A reference, whose value is known at deployment.
            fn from(value: crate::Val<String>) -> Self {
                crate::Val::raw(value.into_json())
            }
        }
    };
}

/// The IAM actions of each type's handlers.
macro_rules! handlers {
    ($($cfn:literal {
        create: $create:tt
        read: $read:tt
        update: $update:tt
        delete: $delete:tt
    })*) => {
        /// The types, in order.
        pub const TYPES: &[&str] = &[$($cfn),*];

        /// The handlers of a type, such as `AWS::SQS::Queue`; none for an unknown type.
        #[must_use]
        pub fn of(resource_type: &str) -> Option<crate::Handlers> {
            Some(match resource_type {
                $($cfn => crate::Handlers {
                    create: &$create, read: &$read, update: &$update, delete: &$delete,
                },)*
                _ => return None,
            })
        }
    };
}
