//! `guardian export`: everything that other tools need to deploy the stack without this program.

use crate::event::Event;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::global::Global;
use crate::package::{Package, PackageArgs, obtain};
use crate::synthesis::{LockArgs, Synthesis, synthesize};
use crate::ui::Ui;
use guardian_contract::Partition;
use guardian_stack::app::App;
use guardian_stack::templates::Templates;
use guardian_stack::templates::parameters::{ARTIFACT_BUCKET, CONSOLE_DOMAIN, PACKAGE_KEY};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Options of `export`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "guardian export -o guardian && cat guardian/README.md")]
pub struct Args {
    /// Directory to write to
    #[arg(short, long, value_name = "DIR", default_value = "guardian-export")]
    pub out: PathBuf,
    /// Where the binary comes from.
    #[command(flatten)]
    pub package: PackageArgs,
    /// How the account is looked at.
    #[command(flatten)]
    pub lock: LockArgs,
}

/// Writes the templates, the package, the parameters and a README with the commands.
pub async fn run(args: &Args, global: &Global, ui: &Ui) -> Result<Exit, Failure> {
    let synthesis = synthesize(global, args.lock, ui).await?;
    synthesis.warn(ui);
    let Synthesis { project, app, templates, .. } = &synthesis;
    let near = std::path::absolute(&project.dir).unwrap_or_else(|_| project.dir.clone());
    let (architecture, settings) = (app.function.architecture, templates.settings.as_ref());
    let package = obtain(architecture, settings, &near, &args.package, ui).await?;
    let region = global.region.as_deref().or(app.region.as_deref());
    for (name, bytes) in files_of(app, templates, &package, region) {
        let path = args.out.join(name);
        files::write(&path, &bytes)?;
        ui.emit(&Event::File { path: &path, resources: None, bytes: bytes.len() });
    }
    Ok(Exit::Done)
}

/// Names and contents of the files.
fn files_of(
    app: &App,
    templates: &Templates,
    package: &Package,
    region: Option<&str>,
) -> Vec<(String, Vec<u8>)> {
    let parameters = parameters(package, region);
    let text = |value: &Value| format!("{value:#}\n").into_bytes();
    let cli: Vec<Value> = parameters
        .iter()
        .map(|(name, value)| json!({"ParameterKey": name, "ParameterValue": value}))
        .collect();
    let mut files = vec![
        ("README.md".to_owned(), readme(app, templates, &parameters).into_bytes()),
        ("template.json".to_owned(), templates.root.to_json_min().into_bytes()),
        ("parameters.json".to_owned(), text(&Value::from(cli))),
        ("guardian.tf".to_owned(), terraform(app, &parameters).into_bytes()),
        (format!("artifacts/{}", package.s3_key), package.bytes.clone()),
    ];
    for nested in &templates.nested {
        let body = nested.synth.to_json_min().into_bytes();
        files.push((format!("artifacts/{}", nested.s3_key), body));
    }
    files
}

/// The parameters, with a word in place of what only the reader knows.
const BUCKET: &str = "BUCKET";

fn parameters(package: &Package, region: Option<&str>) -> Vec<(&'static str, String)> {
    let mut all = vec![(ARTIFACT_BUCKET, BUCKET.to_owned()), (PACKAGE_KEY, package.s3_key.clone())];
    let partition = region.and_then(Partition::of_region);
    let domain = partition.and_then(|partition| partition.console_domain);
    if let Some(domain) = domain.filter(|domain| Some(*domain) != Partition::AWS.console_domain) {
        all.push((CONSOLE_DOMAIN, domain.to_owned()));
    }
    all
}

fn capabilities(templates: &Templates) -> &'static str {
    match templates.nested.is_empty() {
        true => "CAPABILITY_IAM CAPABILITY_NAMED_IAM",
        false => "CAPABILITY_IAM CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND",
    }
}

fn readme(app: &App, templates: &Templates, parameters: &[(&str, String)]) -> String {
    let stack = &app.stack_name;
    let capabilities = capabilities(templates);
    let given: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let given = given.join(" ");
    let tags: Vec<String> =
        app.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let tags = match tags.is_empty() {
        true => String::new(),
        false => format!(" \\\n  --tags {}", tags.join(" ")),
    };
    let mut text = format!(
        "# Stack {stack}, exported by `guardian export`\n\n\
         Everything here deploys without Guardian. Replace `{BUCKET}` with an S3 bucket of the \
         stack's region; `artifacts/` has what the template looks for in it.\n\n\
         ## AWS CLI\n\n```sh\n\
         aws s3 sync artifacts s3://{BUCKET}\n\
         aws cloudformation deploy --template-file template.json --stack-name {stack} \\\n  \
         --s3-bucket {BUCKET} --capabilities {capabilities} \\\n  \
         --parameter-overrides {given}{tags}\n\
         ```\n\n\
         Teardown: `aws cloudformation delete-stack --stack-name {stack}`.\n\n\
         ## Terraform\n\n\
         `guardian.tf` uploads the artifacts and makes the stack. Set `bucket` to an existing bucket:\n\n\
         ```sh\nterraform init && terraform apply -var bucket={BUCKET}\n```\n\n\
         ## StackSets\n\n```sh\n\
         aws s3 sync artifacts s3://{BUCKET}\n\
         aws s3 cp template.json s3://{BUCKET}/template.json\n\
         aws cloudformation create-stack-set --stack-set-name {stack} \\\n  \
         --template-url https://{BUCKET}.s3.amazonaws.com/template.json \\\n  \
         --capabilities {capabilities} --parameters file://parameters.json\n\
         aws cloudformation create-stack-instances --stack-set-name {stack} \\\n  \
         --accounts ACCOUNT --regions REGION\n```\n\n\
         Edit `parameters.json` first: it says `{BUCKET}`, too. Lambda reads the package from a bucket \
         of its own region; the accounts need `s3:GetObject` on it. `stack_set` in guardian.yaml makes \
         a template that finds one bucket a region.\n\n\
         ## Service catalog\n\n\
         `template.json` is the product's template, `parameters.json` has its parameters. The launch \
         role needs the rights that `guardian ci` writes for the deploy role.\n"
    );
    if templates.settings.is_some() {
        let _ = write!(
            text,
            "\nThe package holds settings of this configuration: export again after a change of \
             guardian.yaml.\n"
        );
    }
    text
}

/// A text in double quotes, as Terraform reads it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}

fn terraform(app: &App, parameters: &[(&str, String)]) -> String {
    let mut text = format!(
        "# Written by `guardian export`: the stack {stack} through CloudFormation.\n\n\
         variable \"bucket\" {{\n  type        = string\n  description = \"Existing bucket in the \
         stack's region for the function's package and the templates.\"\n}}\n\n\
         locals {{\n  artifacts = fileset(\"${{path.module}}/artifacts\", \"**\")\n}}\n\n\
         resource \"aws_s3_object\" \"artifact\" {{\n  for_each = local.artifacts\n  bucket   = \
         var.bucket\n  key      = each.value\n  source   = \
         \"${{path.module}}/artifacts/${{each.value}}\"\n}}\n\n\
         resource \"aws_s3_object\" \"template\" {{\n  bucket = var.bucket\n  key    = \
         \"guardian/templates/${{filesha256(\"${{path.module}}/template.json\")}}.json\"\n  source = \
         \"${{path.module}}/template.json\"\n}}\n\n\
         resource \"aws_cloudformation_stack\" \"guardian\" {{\n  name         = {name}\n  template_url \
         = \"https://${{var.bucket}}.s3.amazonaws.com/${{aws_s3_object.template.key}}\"\n  capabilities \
         = [\"CAPABILITY_IAM\", \"CAPABILITY_NAMED_IAM\", \"CAPABILITY_AUTO_EXPAND\"]\n  parameters = \
         {{\n",
        stack = app.stack_name,
        name = quoted(&app.stack_name),
    );
    for (name, value) in parameters {
        let value = match value.as_str() {
            BUCKET => "var.bucket".to_owned(),
            value => quoted(value),
        };
        let _ = writeln!(text, "    {name} = {value}");
    }
    text.push_str("  }\n");
    if !app.tags.is_empty() {
        text.push_str("  tags = {\n");
        for (name, value) in &app.tags {
            let _ = writeln!(text, "    {} = {}", quoted(name), quoted(value));
        }
        text.push_str("  }\n");
    }
    text.push_str("  depends_on = [aws_s3_object.artifact]\n}\n");
    text
}
