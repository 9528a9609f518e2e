//! Parameters of the main template: what differs between two deployments of the same templates.
//! The deployer gives them; so the templates do not change with the function's package.

use guardian_cfn::{Param, Parameter, Template, Val};
use guardian_contract::Partition;

/// Bucket of the package and of the nested templates.
pub const ARTIFACT_BUCKET: &str = "ArtifactBucket";
/// Key of the function's package in it.
pub const PACKAGE_KEY: &str = "PackageKey";
/// Endpoint that the function calls instead of AWS: its `AWS_ENDPOINT_URL`. Empty by default, and
/// then the variable is not there.
pub const ENDPOINT_URL: &str = "EndpointUrl";
/// Domain of the console, for links. The default is that of the partition `aws`; for the others the
/// deployer gives it.
pub const CONSOLE_DOMAIN: &str = "ConsoleDomain";

pub(super) fn text(description: &str) -> Parameter<String> {
    Parameter::string().description(description)
}

/// The artifact bucket, as a template names it.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    pub name: Val<String>,
    /// The same within a text for `Fn::Sub`.
    pub text: String,
}

/// Declares the bucket. The template of a stack set finds it by its region: parameters are the same
/// in all of its stacks, since what is overridden for some does not reach accounts that come later.
pub(super) fn bucket(t: &mut Template, by_region: bool) -> Bucket {
    let (what, end) = if by_region {
        ("Name, without its region, of the buckets that hold", "-${AWS::Region}")
    } else {
        ("Bucket that holds", "")
    };
    let description = format!("{what} the function's package and the nested templates.");
    let bucket = t.parameter(ARTIFACT_BUCKET, text(&description));
    let text = format!("${{{}}}{end}", bucket.name());
    let name = if by_region { Val::sub(&text, []) } else { bucket.reference() };
    Bucket { name, text }
}

/// Declares the domain of the console, which every template needs for the links in its alarms.
pub(super) fn console(t: &mut Template) -> Param<String> {
    let domain = text("Domain of the AWS console, for links.");
    let default = Partition::AWS.console_domain.unwrap_or_default();
    t.parameter(CONSOLE_DOMAIN, domain.default(default))
}
