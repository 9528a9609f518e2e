//! The targets of a board: each region of an environment, or each account and region of a stack set.

use super::Member;
use super::names::Names;
use super::source::{Reader, Role, Subject, settings};
use crate::exit::{Exit, Failure};
use crate::global::Global;
use crate::project::Project;
use crate::session::Session;
use crate::synthesis::{self, Synthesis};
use guardian_aws::AssumeRole;
use guardian_board::{Query, Settings, Target};
use guardian_contract::{Partition, Routes};
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_deploy::stack_set::{Instance, find};
use guardian_stack::app::{App, MachineType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The readers of a board, and the settings that make a board of their sources.
#[derive(Debug)]
pub struct Targets {
    /// A reader of each target.
    pub readers: Vec<Arc<Reader>>,
    /// Declarations and grouping.
    pub settings: Settings,
    /// Teams and runbooks of the machines.
    pub routes: Routes,
}

/// How targets are read.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ReadArgs {
    /// Read the runs from Step Functions instead of the state table: a call or more for each machine,
    /// of the quota that the function needs
    #[arg(long)]
    pub from_api: bool,
    /// Show only these machines: words of key or group, is:red, is:late, is:bad, group:NAME,
    /// error:TEXT; - negates a term. Records of machines and exit codes keep to it, too
    #[arg(long, value_name = "SEARCH", allow_hyphen_values = true, value_parser = search)]
    pub filter: Option<Query>,
    /// Group the machines by this tag [default: the groups of guardian.yaml, else the beginning of the
    /// key]
    #[arg(long, value_name = "TAG", value_parser = tag)]
    pub group_by: Option<String>,
    /// Role in each account of a stack set that may read its table, by name
    #[arg(long, value_name = "NAME", env = "GUARDIAN_READER_ROLE")]
    pub reader_role: Option<String>,
}

impl ReadArgs {
    /// The search of --filter; empty without one.
    pub fn query(&self) -> Query {
        self.filter.clone().unwrap_or_default()
    }
}

/// A search of the command line: unlike one that is being typed it is refused if it is wrong.
fn search(text: &str) -> Result<Query, String> {
    let query = Query::parse(text);
    if let Some(problem) = query.problems().first() {
        return Err(problem.text());
    }
    if query.is_empty() {
        return Err("the search is empty: leave --filter out to show every machine".to_owned());
    }
    Ok(query)
}

fn tag(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err(
            "no tag has an empty name: leave --group-by out to group without tags".to_owned()
        );
    }
    Ok(text.to_owned())
}

/// A stack set, and where it is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SetPlace<'a> {
    /// Its name.
    pub name: &'a str,
    /// The options of the command line.
    pub global: &'a Global,
    /// The account and the region of the set.
    pub session: &'a Session,
    /// Its CloudFormation.
    pub sets: &'a CloudFormationSets,
}

impl Targets {
    /// Targets of an environment in these regions; none: the region of the AWS tools. A region that
    /// cannot be read becomes a target with the reason, unless it is the only one.
    pub async fn of_regions(
        read: &ReadArgs,
        past: usize,
        global: &Global,
        regions: &[String],
    ) -> Result<Self, Failure> {
        if regions.len() < 2 {
            let (reader, app) = of_region(read, past, global).await?;
            return Ok(Self::of(vec![Arc::new(reader)], app, read));
        }
        let mut readers: Vec<Arc<Reader>> = Vec::new();
        let (mut known, mut failures) = (None, Vec::new());
        for region in regions {
            let own =
                Global { region: Some(region.clone()), one_of_several: true, ..global.clone() };
            match of_region(read, past, &own).await {
                Ok((reader, app)) => {
                    readers.push(Arc::new(reader));
                    known.get_or_insert(app);
                }
                Err(failure) => {
                    let target = Target { account: String::new(), region: region.clone() };
                    let why = failure.report.to_string();
                    readers.push(Arc::new(Reader::closed(target, why)));
                    failures.push(failure);
                }
            }
        }
        match known {
            Some(app) => Ok(Self::of(readers, app, read)),
            // There are at least two regions, so there is a failure.
            None => Err(failures.remove(0)),
        }
    }

    /// Targets of the stacks of a stack set, read with a role in each account; the account of the
    /// credentials needs none.
    pub(crate) async fn of_stack_set(
        read: &ReadArgs,
        past: usize,
        set: &SetPlace<'_>,
    ) -> Result<Self, Failure> {
        // An empty variable counts as unset.
        let role = read.reader_role.as_ref().filter(|name| !name.trim().is_empty());
        let role = role.ok_or_else(|| {
            Failure::say(Exit::Usage, "the lights are in the accounts of the stack set").help(
                "give --reader-role the name of a role that may read the table in each account, or \
                 set GUARDIAN_READER_ROLE; docs/accounts.md has its policy",
            )
        })?;
        let made = synthesis::make(Project::open(set.global)?)?;
        let found = find(set.sets, set.name).await?;
        let own = set.session.account().await?.to_owned();
        let subject = Arc::new(subject(&made));
        let mut accounts: BTreeMap<String, Vec<Instance>> = BTreeMap::new();
        for one in found.instances.into_iter().filter(|one| one.stack_id.is_some()) {
            accounts.entry(one.account.clone()).or_default().push(one);
        }
        let mut readers = Vec::new();
        for (account, instances) in accounts {
            let base = set.session.in_region(&instances[0].region);
            let role = (account != own).then(|| {
                let arn = role_arn(&account, role, &base.region());
                Arc::new(Role::new(base, AssumeRole { arn, external_id: None }))
            });
            for Instance { region, stack_id, .. } in instances {
                let subject = Arc::clone(&subject);
                let reader = match &role {
                    Some(role) => {
                        let target = Target { account: account.clone(), region };
                        Reader::with_role(target, Arc::clone(role), subject)
                    }
                    None => Reader::new(account.clone(), set.session.in_region(&region), subject),
                };
                // Instances without a stack were left out.
                let reader = reader.stack(stack_id.unwrap_or_default());
                readers.push(Arc::new(reader.past(past).read_api(read.from_api)));
            }
        }
        if readers.is_empty() {
            return Err(Failure::error(format!("stack set `{}` has no stack yet", set.name))
                .help("`guardian deploy` creates its stacks"));
        }
        readers.sort_by(|a, b| a.target().cmp(b.target()));
        Ok(Self::of(readers, made.app, read))
    }

    fn of(readers: Vec<Arc<Reader>>, app: App, read: &ReadArgs) -> Self {
        let mut settings = settings(&app);
        settings.grouping.tag.clone_from(&read.group_by);
        Self { readers, settings, routes: app.routes }
    }
}

fn role_arn(account: &str, name: &str, region: &str) -> String {
    format!("arn:{}:iam::{account}:role/{name}", Partition::of_region_or_aws(region).name)
}

async fn of_region(
    read: &ReadArgs,
    past: usize,
    global: &Global,
) -> Result<(Reader, App), Failure> {
    let made = synthesis::make(Project::open(global)?)?;
    let session = Session::open(global, made.app.region.as_deref()).await?;
    let reader = Reader::new(String::new(), session, Arc::new(subject(&made)));
    Ok((reader.past(past).read_api(read.from_api), made.app))
}

fn subject(made: &Synthesis) -> Subject {
    Subject::of(&made.app, members(&made.app), Some(Names::of(&made.templates)))
}

/// Every machine of the application.
pub fn members(app: &App) -> Vec<Member> {
    let managed = app.managed.iter().map(|m| (&m.key, m.key.managed_name(), m.machine_type));
    let watched = app.watched.iter().map(|m| (&m.key, m.name.clone(), m.machine_type));
    managed
        .chain(watched)
        .map(|(key, name, kind)| Member {
            key: key.clone(),
            name,
            express: kind == MachineType::Express,
            declared: app.watch.of(key),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_of_the_regions_partition() {
        let arn = role_arn("111111111111", "guardian-reads", "cn-north-1");
        assert_eq!(arn, "arn:aws-cn:iam::111111111111:role/guardian-reads");
        let arn = role_arn("111111111111", "ops/reads", "eu-west-1");
        assert_eq!(arn, "arn:aws:iam::111111111111:role/ops/reads");
    }
}
