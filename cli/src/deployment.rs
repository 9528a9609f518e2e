//! The inputs of a deploy, shared by the subcommands: stack name and region, template tree,
//! parameters, package, uploads, plan.

use crate::artifacts::Artifacts;
use crate::cost::Cost;
use crate::event::Event;
use crate::exit::Failure;
use crate::global::Global;
use crate::lights;
use crate::package::{Package, PackageArgs, obtain, unpack};
use crate::plan_file::Plan;
use crate::project::Project;
use crate::synthesis::Synthesis;
use crate::ui::Ui;
use guardian_cfn::stack_policy::Policy;
use guardian_contract::Partition;
use guardian_deploy::change::{Change, Tree};
use guardian_deploy::change_set::fits_inline;
use guardian_deploy::plan::{self};
use guardian_deploy::refusals::refusals;
use guardian_deploy::stack::TemplateSource;
use guardian_deploy::{Stack, change_set, permissions};
use guardian_stack::ci::TEMPLATES;
use guardian_stack::templates::Templates;
use guardian_stack::templates::parameters::{
    ARTIFACT_BUCKET, CONSOLE_DOMAIN, ENDPOINT_URL, PACKAGE_KEY,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Name of the stack and the configured region. With --stack-name no project is needed.
pub(crate) fn stack_target(global: &Global) -> Result<(String, Option<String>), Failure> {
    match (Project::open(global).and_then(|project| project.resolve()), &global.stack_name) {
        (Ok(resolved), _) => Ok((resolved.app.stack_name, resolved.app.region)),
        (Err(_), Some(name)) => Ok((name.clone(), None)),
        (Err(failure), None) => Err(failure),
    }
}

/// Id of the option `--package`.
pub const PACKAGE: &str = "package_file";

/// Which package is deployed.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PackageChoice {
    /// A zip that `guardian package` made, instead of building one; whatever GUARDIAN_BINARY and
    /// GUARDIAN_SOURCE say
    #[arg(id = PACKAGE, long = "package", value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// Where the binary comes from.
    #[command(flatten)]
    pub from: PackageArgs,
}

impl PackageChoice {
    /// Whether a package was named, rather than left to be built.
    pub fn is_given(&self) -> bool {
        self.file.is_some() || self.from.binary.is_some()
    }

    /// The package that was chosen.
    pub async fn obtain(&self, synthesis: &Synthesis, ui: &Ui) -> Result<Package, Failure> {
        let architecture = synthesis.app.function.architecture;
        let settings = synthesis.templates.settings.as_ref();
        if let Some(path) = &self.file {
            return unpack(path, settings, architecture);
        }
        let dir = &synthesis.project.dir;
        let near = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        obtain(architecture, settings, &near, &self.from, ui).await
    }
}

/// Uploads the package and the templates of a deploy, under keys that have their hashes.
pub async fn upload(
    artifacts: &Artifacts,
    package: &Package,
    synthesis: &Synthesis,
    body: &str,
    ui: &Ui,
) -> Result<(), Failure> {
    let mut objects = objects(package.s3_key.clone(), package, synthesis);
    if !fits_inline(body) {
        let key = template_key(&change_set::sha256(body));
        objects.push((key, body.as_bytes().to_vec(), "application/json"));
    }
    upload_objects(artifacts, &objects, false, ui).await
}

/// An object to upload: key, bytes, content type.
pub(crate) type Object = (String, Vec<u8>, &'static str);

/// The package, under this key, and the nested templates.
pub(crate) fn objects(key: String, package: &Package, synthesis: &Synthesis) -> Vec<Object> {
    let nested = synthesis.templates.nested.iter().map(|nested| {
        (nested.s3_key.clone(), nested.synth.to_json_min().into_bytes(), "application/json")
    });
    std::iter::once((key, package.bytes.clone(), "application/zip")).chain(nested).collect()
}

/// Uploads the missing objects and reports each, with `name_bucket` with its bucket.
pub(crate) async fn upload_objects(
    artifacts: &Artifacts,
    objects: &[Object],
    name_bucket: bool,
    ui: &Ui,
) -> Result<(), Failure> {
    if artifacts.ensure().await? {
        ui.emit(&Event::Bucket { bucket: &artifacts.bucket, made: true, shared: false });
    }
    let bucket = name_bucket.then_some(artifacts.bucket.as_str());
    for (key, bytes, content_type) in objects {
        if artifacts.upload(key, bytes.clone(), content_type).await? {
            ui.emit(&Event::Upload { key, bytes: bytes.len(), bucket });
        }
    }
    Ok(())
}

/// The templates as a tree. All nested stacks are in the main one.
pub fn tree(templates: &Templates) -> Tree {
    let nested = templates.nested.iter();
    let nested = nested.map(|n| (vec![n.logical_id.clone()], n.synth.value().clone()));
    let root = (Vec::new(), templates.root.value().clone());
    Tree { templates: std::iter::once(root).chain(nested).collect() }
}

/// The stack's parameters.
pub fn parameters(
    bucket: &str,
    package: &str,
    region: &str,
    endpoint: Option<&str>,
) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([
        (ARTIFACT_BUCKET.to_owned(), bucket.to_owned()),
        (PACKAGE_KEY.to_owned(), package.to_owned()),
    ]);
    if let Some(endpoint) = endpoint {
        all.insert(ENDPOINT_URL.to_owned(), endpoint.to_owned());
    }
    let domain = Partition::of_region(region).and_then(|partition| partition.console_domain);
    if let Some(domain) = domain.filter(|domain| Some(*domain) != Partition::AWS.console_domain) {
        all.insert(CONSOLE_DOMAIN.to_owned(), domain.to_owned());
    }
    all
}

/// Everything that a plan is made from.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The project.
    pub synthesis: &'a Synthesis,
    /// The main template, as it is sent.
    pub body: &'a str,
    /// The stack, if it exists.
    pub existing: Option<&'a Stack>,
    /// What is deployed.
    pub old: &'a Tree,
    /// Parameters.
    pub parameters: BTreeMap<String, String>,
    /// ARN of the change set, if there is one.
    pub change_set: Option<String>,
    /// What changes.
    pub changes: Vec<Change>,
    /// The policy that protects the stack, if there is one.
    pub policy: Option<&'a Policy>,
}

impl Draft<'_> {
    /// The plan.
    pub fn plan(self) -> Plan {
        let new = tree(&self.synthesis.templates);
        Plan {
            package: self.parameters.get(PACKAGE_KEY).cloned(),
            lights: lights::notes(self.old, &new, &self.changes),
            cost: Cost::of(self.old, &new),
            base: plan::Plan {
                stack: self.synthesis.app.stack_name.clone(),
                stack_id: self.existing.map(|s| s.id.clone()),
                stack_changed_ms: self.existing.map(|s| s.updated_ms.unwrap_or(s.created_ms)),
                change_set: self.change_set,
                create: self.existing.is_none(),
                template_sha256: change_set::sha256(self.body),
                permissions: permissions::widened(self.old, &new),
                refused: self.policy.map(|p| refusals(p, &self.changes)).unwrap_or_default(),
                parameters: self.parameters,
                tags: self.synthesis.app.tags.clone(),
                changes: self.changes,
            },
        }
    }
}

/// What CloudFormation says that a change set would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Whether it would do anything: outputs and tags are no changes of resources.
    pub anything: bool,
    /// What it would change.
    pub changes: Vec<Change>,
}

/// Said where CloudFormation was not asked.
pub const NOT_ASKED: &str = "(from the templates alone: CloudFormation was not asked)";

/// Key of a main template that is too large for a request.
pub fn template_key(sha256: &str) -> String {
    format!("{TEMPLATES}{sha256}.json")
}

/// Where CloudFormation reads the main template from.
pub fn source(body: &str, sha256: &str, artifacts: &Artifacts) -> TemplateSource {
    if fits_inline(body) {
        TemplateSource::Body(body.to_owned())
    } else {
        TemplateSource::Url(artifacts.url(&template_key(sha256)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_and_a_consoles_other_domain_are_parameters_only_where_there_is_one() {
        let plain = parameters("b", "k", "eu-west-1", None);
        assert_eq!(plain.keys().collect::<Vec<_>>(), [ARTIFACT_BUCKET, PACKAGE_KEY]);
        let other = parameters("b", "k", "cn-north-1", Some("http://localhost:1"));
        assert_eq!(other[ENDPOINT_URL], "http://localhost:1");
        assert_eq!(other[CONSOLE_DOMAIN], "console.amazonaws.cn");
        let sovereign = parameters("b", "k", "eusc-de-east-1", None);
        assert_eq!(sovereign[CONSOLE_DOMAIN], "console.amazonaws-eusc.eu");
    }
}
