//! Parameters of the main template: what differs between two deployments of the same templates.
//! The deployer gives them; so the templates do not change with the function's package.

use guardian_cfn::{Param, Parameter, Template};

/// Bucket of the package and of the nested templates.
pub const ARTIFACT_BUCKET: &str = "ArtifactBucket";
/// Key of the function's package in it.
pub const PACKAGE_KEY: &str = "PackageKey";
/// Endpoint that the function calls instead of AWS: its `AWS_ENDPOINT_URL`. Empty by default, and
/// then the variable is not there.
pub const ENDPOINT_URL: &str = "EndpointUrl";
/// Domain of the console, for links; see [`console_domain`].
pub const CONSOLE_DOMAIN: &str = "ConsoleDomain";

/// The domain of the console in the partition of a region. The parameter's default is that of
/// `aws`; for the others the deployer gives it.
pub fn console_domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "console.amazonaws.cn"
    } else if region.starts_with("us-gov-") {
        "console.amazonaws-us-gov.com"
    } else {
        "console.aws.amazon.com"
    }
}

pub(super) fn text(description: &str) -> Parameter<String> {
    Parameter::string().description(description)
}

/// Declares the domain of the console, which every template needs for the links in its alarms.
pub(super) fn console(t: &mut Template) -> Param<String> {
    t.parameter(
        CONSOLE_DOMAIN,
        text("Domain of the AWS console, for links.").default(console_domain("")),
    )
}
