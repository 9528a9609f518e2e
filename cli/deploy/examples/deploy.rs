//! Deploys a template: `cargo run -p guardian-deploy --example deploy -- STACK TEMPLATE`

use aws_config::SdkConfig;
use guardian_deploy::change_set::{request, sha256};
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::deployer::{Deployer, Prepared};
use guardian_deploy::error::DeployError;
use guardian_deploy::host::Unattended;
use guardian_deploy::stack::TemplateSource;
use std::collections::BTreeMap;

/// Creates or updates the stack `name`; false if it is up to date.
pub async fn deploy(config: &SdkConfig, name: &str, body: &str) -> Result<bool, DeployError> {
    let stacks = CloudFormation::new(config);
    let deployer = Deployer::new(&stacks, &Unattended, name);
    let prepared = deployer.prepare(|existing| {
        let template = TemplateSource::Body(body.to_owned());
        let (parameters, tags) = (BTreeMap::new(), BTreeMap::new());
        request(name, existing.is_none(), template, &sha256(body), parameters, tags)
    });
    let Prepared::Change(_, change_set) = prepared.await? else { return Ok(false) };
    deployer.execute(&change_set).await?;
    Ok(true)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [_, name, path] = &std::env::args().collect::<Vec<_>>()[..] else {
        return Err("usage: deploy STACK TEMPLATE".into());
    };
    let config = guardian_aws::load(&guardian_aws::Target::default()).await?;
    let changed = deploy(&config, name, &std::fs::read_to_string(path)?).await?;
    println!("stack {name} is {}", if changed { "deployed" } else { "up to date" });
    Ok(())
}
