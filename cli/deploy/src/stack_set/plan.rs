//! The steps from a stack set as it exists to its definition. Planned again after any step, or after
//! half of one, they are the remaining ones.

use super::state::InstanceStatus;
use super::{Definition, Found, Instance, StackSet, Targets};
use guardian_cfn::stack_set::Grant;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A difference between a stack set and its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// Its template.
    Template,
    /// Its parameters: the package, for one.
    Parameters,
    /// Its tags.
    Tags,
    /// Its roles.
    Roles,
    /// Its automatic deployment.
    AutoDeployment,
}

impl Difference {
    /// The difference in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Parameters => "parameters",
            Self::Tags => "tags",
            Self::Roles => "roles",
            Self::AutoDeployment => "automatic deployment",
        }
    }
}

/// One step; all but the creation of the set are operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Create the set, without stacks.
    CreateSet,
    /// Delete stacks.
    Delete(Targets),
    /// Update the set and all its stacks, or without differences only the outdated ones.
    Update(Vec<Difference>),
    /// Create stacks.
    Create(Targets),
}

/// An account or a unit in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pair {
    /// The account or the unit.
    pub target: String,
    /// The region.
    pub region: String,
}

/// The steps of a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Steps {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Accounts or units that get stacks.
    pub added: Vec<Pair>,
    /// Accounts or units whose stacks are deleted.
    pub removed: Vec<Pair>,
    /// Kept stacks that do not match their set.
    pub repaired: Vec<Instance>,
    /// Number of kept stacks.
    pub kept: usize,
}

impl Steps {
    /// The differences that the update removes.
    pub fn differences(&self) -> &[Difference] {
        let of = |step: &'_ Step| matches!(step, Step::Update(_));
        match self.steps.iter().find(|step| of(step)) {
            Some(Step::Update(differences)) => differences,
            _ => &[],
        }
    }
}

/// The permission model of the set is not the one of its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the stack set has {} permissions, and guardian.yaml asks for {} ones",
    model(*service_managed), model(!*service_managed)
)]
pub struct OtherModel {
    /// Whether the existing set is service-managed.
    pub service_managed: bool,
}

fn model(service_managed: bool) -> &'static str {
    if service_managed { "service-managed" } else { "self-managed" }
}

/// The steps from a set as it exists to its definition.
///
/// Deletes come first: a stack in an account that has left must not fail an update of the others.
/// New stacks come last, from the updated set.
pub fn plan(definition: &Definition, found: &Found) -> Result<Steps, OtherModel> {
    let wanted = &definition.set;
    let service = matches!(wanted.grant, Grant::Units { .. });
    let names = match &wanted.grant {
        Grant::Accounts { accounts, .. } => accounts,
        Grant::Units { units, .. } => units,
    };
    let all: BTreeSet<Pair> = names
        .iter()
        .flat_map(|target| wanted.regions.iter().map(|region| pair(target, region)))
        .collect();
    let mut steps = Steps::default();
    let Some(set) = &found.set else {
        steps.steps.push(Step::CreateSet);
        steps.added = all.iter().cloned().collect();
        steps.steps.extend(grouped(&all, service, &wanted.regions).map(Step::Create));
        return Ok(steps);
    };
    if set.service_managed != service {
        return Err(OtherModel { service_managed: set.service_managed });
    }
    let there = pairs(set, &found.instances);
    let removed: BTreeSet<Pair> = there.difference(&all).cloned().collect();
    let added: BTreeSet<Pair> = all.difference(&there).cloned().collect();
    let stays = |instance: &&Instance| all.contains(&pair_of(instance, service));
    let (stuck, usable): (Vec<&Instance>, Vec<&Instance>) =
        found.instances.iter().filter(stays).partition(|i| i.status == InstanceStatus::Inoperable);
    // An update skips INOPERABLE stacks: they are deleted and created again.
    let recreated = again(&stuck, service, &wanted.regions);
    let outdated = usable.iter().filter(|i| i.status != InstanceStatus::Current);
    steps.repaired = outdated.chain(&stuck).map(|i| (*i).clone()).collect();
    steps.kept = usable.len();
    let differences = differences(set, definition);
    let gone = grouped(&removed, service, &wanted.regions).chain(recreated.iter().cloned());
    steps.steps.extend(gone.map(Step::Delete));
    if !differences.is_empty() || usable.iter().any(|i| i.status != InstanceStatus::Current) {
        steps.steps.push(Step::Update(differences));
    }
    let come = grouped(&added, service, &wanted.regions).chain(recreated);
    steps.steps.extend(come.map(Step::Create));
    steps.added = added.into_iter().collect();
    steps.removed = removed.into_iter().collect();
    Ok(steps)
}

/// The steps that delete all stacks of a set; none if it has none.
pub fn emptied(set: &StackSet, instances: &[Instance]) -> Vec<Targets> {
    grouped(&pairs(set, instances), set.service_managed, &[]).collect()
}

fn pair(target: &str, region: &str) -> Pair {
    Pair { target: target.to_owned(), region: region.to_owned() }
}

/// The target of a stack: the unit that it was created for, or its account.
fn pair_of(instance: &Instance, service: bool) -> Pair {
    let unit = instance.unit.as_deref().filter(|_| service);
    pair(unit.unwrap_or(&instance.account), &instance.region)
}

/// The targets and regions of a set. A unit without accounts has no stacks; it counts if the set
/// names it.
fn pairs(set: &StackSet, instances: &[Instance]) -> BTreeSet<Pair> {
    let service = set.service_managed;
    let mut there: BTreeSet<Pair> = instances.iter().map(|i| pair_of(i, service)).collect();
    let known: BTreeSet<String> = there.iter().map(|pair| pair.target.clone()).collect();
    for unit in set.units.iter().filter(|unit| service && !known.contains(*unit)) {
        there.extend(set.regions.iter().map(|region| pair(unit, region)));
    }
    there
}

/// An operation covers all of its accounts in all of its regions, so targets with the same regions
/// share one. Regions are in the order of `order`, others after them.
fn grouped<'a>(
    pairs: &BTreeSet<Pair>,
    service: bool,
    order: &'a [String],
) -> impl Iterator<Item = Targets> + use<'a> {
    let mut by_target: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pair in pairs {
        by_target.entry(&pair.target).or_default().push(&pair.region);
    }
    let mut by_regions: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (target, regions) in by_target {
        by_regions.entry(sorted(regions, order)).or_default().push(target.to_owned());
    }
    by_regions.into_iter().map(move |(regions, targets)| {
        let (accounts, units) = if service { (Vec::new(), targets) } else { (targets, Vec::new()) };
        Targets { accounts, units, regions }
    })
}

fn sorted(regions: Vec<&str>, order: &[String]) -> Vec<String> {
    let mut regions: Vec<String> = regions.into_iter().map(str::to_owned).collect();
    let place = |region: &String| order.iter().position(|r| r == region).unwrap_or(order.len());
    regions.sort_by(|a, b| (place(a), a).cmp(&(place(b), b)));
    regions
}

/// Exactly these stacks: of a unit only these accounts.
fn again(instances: &[&Instance], service: bool, order: &[String]) -> Vec<Targets> {
    let mut by_unit: BTreeMap<Option<&str>, BTreeSet<Pair>> = BTreeMap::new();
    for instance in instances {
        let unit = instance.unit.as_deref().filter(|_| service);
        let one = pair(&instance.account, &instance.region);
        by_unit.entry(unit).or_default().insert(one);
    }
    by_unit
        .into_iter()
        .flat_map(|(unit, pairs)| {
            let units: Vec<String> = unit.into_iter().map(str::to_owned).collect();
            grouped(&pairs, false, order)
                .map(move |targets| Targets { units: units.clone(), ..targets })
        })
        .collect()
}

/// The differences between a set and its definition. A role that the definition does not name is
/// no difference.
fn differences(set: &StackSet, definition: &Definition) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |differs: bool, difference| {
        if differs {
            found.push(difference);
        }
    };
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    let old = parsed(&set.template);
    note(old.is_none() || old != parsed(&definition.template), Difference::Template);
    note(parameters_differ(set, definition, old.as_ref()), Difference::Parameters);
    note(set.tags != definition.tags, Difference::Tags);
    let other = |is: &Option<String>, wanted: &Option<String>| wanted.is_some() && is != wanted;
    match &definition.set.grant {
        Grant::Accounts { admin_role, execution_role, .. } => note(
            other(&set.admin_role, admin_role) || other(&set.execution_role, execution_role),
            Difference::Roles,
        ),
        Grant::Units { auto_deployment, .. } => {
            note(set.auto_deployment != *auto_deployment, Difference::AutoDeployment);
        }
    }
    found
}

/// A parameter without a value has its default.
fn parameters_differ(set: &StackSet, definition: &Definition, template: Option<&Value>) -> bool {
    let default = |name: &str| {
        template.and_then(|t| t.get("Parameters")?.get(name)?.get("Default")?.as_str())
    };
    let given = |(name, value): (&String, &String)| set.parameters.get(name) == Some(value);
    let left = |(name, value): (&String, &String)| {
        definition.parameters.contains_key(name) || default(name) == Some(value)
    };
    !definition.parameters.iter().all(given) || !set.parameters.iter().all(left)
}

#[cfg(test)]
mod tests {
    use super::InstanceStatus::{Current, Inoperable, Outdated};
    use super::*;
    use crate::testing::{accounts, definition as wanted, names};
    use proptest::prelude::*;

    fn units(all: &[&str]) -> Grant {
        Grant::Units { units: names(all), auto_deployment: None, delegated: false }
    }

    fn instance(
        unit: Option<&str>,
        account: &str,
        region: &str,
        status: InstanceStatus,
    ) -> Instance {
        Instance {
            account: account.into(),
            region: region.into(),
            unit: unit.map(str::to_owned),
            stack_id: Some("arn".into()),
            status,
            detail: None,
            reason: None,
        }
    }

    /// A set that is as `definition` says, with these stacks.
    fn found(definition: &Definition, instances: Vec<Instance>) -> Found {
        let set = StackSet {
            id: "shop-prod:1".into(),
            template: definition.template.clone(),
            parameters: definition.parameters.clone(),
            service_managed: matches!(definition.set.grant, Grant::Units { .. }),
            ..StackSet::default()
        };
        Found { set: Some(set), instances }
    }

    fn of(accounts: &[&str], units: &[&str], regions: &[&str]) -> Targets {
        Targets { accounts: names(accounts), units: names(units), regions: names(regions) }
    }

    #[test]
    fn a_missing_set_is_created_and_then_all_of_its_stacks_at_once() {
        let wanted = wanted(accounts(&["1", "2"]), &["r2", "r1"]);
        let steps = plan(&wanted, &Found::default()).unwrap();
        let all = of(&["1", "2"], &[], &["r2", "r1"]);
        assert_eq!(steps.steps, [Step::CreateSet, Step::Create(all)]);
        assert_eq!((steps.added.len(), steps.kept), (4, 0));
    }

    #[test]
    fn a_set_that_matches_its_definition_needs_no_step() {
        let wanted = wanted(accounts(&["1", "2"]), &["r1"]);
        let there = |n| instance(None, n, "r1", Current);
        let mut found = found(&wanted, vec![there("1"), there("2")]);
        // CloudFormation also returns defaults, and the roles that it chose.
        let set = found.set.as_mut().unwrap();
        set.parameters.insert("EndpointUrl".into(), String::new());
        set.execution_role = Some("AWSCloudFormationStackSetExecutionRole".into());
        set.template = set.template.replace(": ", ":");
        let steps = plan(&wanted, &found).unwrap();
        assert_eq!((steps.steps, steps.kept), (vec![], 2));
    }

    #[test]
    fn deletes_come_before_the_update_and_creates_after_it() {
        let wanted = wanted(accounts(&["1", "3"]), &["r1", "r2"]);
        let there = |n, region| instance(None, n, region, Current);
        let all = vec![there("1", "r1"), there("1", "r9"), there("2", "r1"), there("2", "r9")];
        let mut found = found(&wanted, all);
        found.set.as_mut().unwrap().parameters.insert("PackageKey".into(), "old".into());
        let steps = plan(&wanted, &found).unwrap();
        assert_eq!(
            steps.steps,
            [
                Step::Delete(of(&["2"], &[], &["r1", "r9"])),
                Step::Delete(of(&["1"], &[], &["r9"])),
                Step::Update(vec![Difference::Parameters]),
                Step::Create(of(&["3"], &[], &["r1", "r2"])),
                Step::Create(of(&["1"], &[], &["r2"])),
            ]
        );
        assert_eq!((steps.added.len(), steps.removed.len(), steps.kept), (3, 3, 1));
    }

    #[test]
    fn outdated_stacks_are_retried_and_inoperable_ones_are_recreated() {
        let wanted_ = wanted(accounts(&["1", "2"]), &["r1"]);
        let both = vec![instance(None, "1", "r1", Outdated), instance(None, "2", "r1", Inoperable)];
        let steps = plan(&wanted_, &found(&wanted_, both)).unwrap();
        let stuck = of(&["2"], &[], &["r1"]);
        assert_eq!(
            steps.steps,
            [Step::Delete(stuck.clone()), Step::Update(vec![]), Step::Create(stuck)]
        );
        assert_eq!(steps.repaired.len(), 2);
        let wanted = wanted(units(&["ou-1", "ou-2"]), &["r1"]);
        let all = vec![
            instance(Some("ou-1"), "1", "r1", Inoperable),
            instance(Some("ou-1"), "2", "r1", Current),
            instance(Some("ou-2"), "3", "r1", Current),
        ];
        let steps = plan(&wanted, &found(&wanted, all)).unwrap();
        let stuck = of(&["1"], &["ou-1"], &["r1"]);
        assert_eq!(steps.steps, [Step::Delete(stuck.clone()), Step::Create(stuck)]);
    }

    #[test]
    fn units_are_found_by_their_stacks_and_one_without_accounts_by_the_set() {
        let wanted = wanted(units(&["ou-1", "ou-2", "ou-3"]), &["r1", "r2"]);
        let there = |region| instance(Some("ou-1"), "1", region, Current);
        let mut found = found(&wanted, vec![there("r1"), there("r2")]);
        let set = found.set.as_mut().unwrap();
        set.units = names(&["ou-1", "ou-2", "ou-9"]);
        set.regions = names(&["r1", "r2"]);
        let steps = plan(&wanted, &found).unwrap();
        assert_eq!(
            steps.steps,
            [
                Step::Delete(of(&[], &["ou-9"], &["r1", "r2"])),
                Step::Create(of(&[], &["ou-3"], &["r1", "r2"])),
            ]
        );
    }

    #[test]
    fn each_difference_is_named() {
        let mut wanted = wanted(accounts(&["1"]), &["r1"]);
        let found = found(&wanted, vec![instance(None, "1", "r1", Current)]);
        wanted.template = "{}".into();
        wanted.parameters.insert("ConsoleDomain".into(), "x".into());
        wanted.tags.insert("team".into(), "a".into());
        if let Grant::Accounts { execution_role, .. } = &mut wanted.set.grant {
            *execution_role = Some("mine".into());
        }
        let steps = plan(&wanted, &found).unwrap();
        use Difference::{Parameters, Roles, Tags, Template};
        assert_eq!(steps.differences(), [Template, Parameters, Tags, Roles]);
    }

    #[test]
    fn a_set_of_the_other_permission_model_is_refused() {
        let found = found(&wanted(units(&["ou-1"]), &["r1"]), vec![]);
        let error = plan(&wanted(accounts(&["1"]), &["r1"]), &found).unwrap_err();
        assert!(error.to_string().contains("has service-managed permissions"), "{error}");
    }

    #[test]
    fn emptying_a_set_includes_units_without_accounts() {
        let definition = wanted(units(&["ou-1"]), &["r1"]);
        let mut found = found(&definition, vec![instance(Some("ou-1"), "1", "r1", Inoperable)]);
        let set = found.set.as_mut().unwrap();
        set.units = names(&["ou-1", "ou-2"]);
        set.regions = names(&["r1"]);
        let all = emptied(found.set.as_ref().unwrap(), &found.instances);
        assert_eq!(all, [of(&[], &["ou-1", "ou-2"], &["r1"])]);
        assert_eq!(emptied(&StackSet::default(), &[]), []);
    }

    proptest! {
        #[test]
        fn the_steps_touch_every_pair_that_differs_once_and_no_other(
            wants in prop::collection::btree_set((0u8..4, 0u8..3), 1..9),
            has in prop::collection::btree_set((0u8..4, 0u8..3), 0..9),
        ) {
            // What can be wanted is a product.
            let named = |letter: &str, n: u8| format!("{letter}{n}");
            let a: BTreeSet<String> = wants.iter().map(|(a, _)| named("a", *a)).collect();
            let r: BTreeSet<String> = wants.iter().map(|(_, r)| named("r", *r)).collect();
            let text = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
            let grant = Grant::Accounts {
                accounts: text(&a), admin_role: None, execution_role: None,
            };
            let regions = text(&r);
            let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
            let wanted = wanted(grant, &regions);
            let there = has.iter().map(|(a, r)| {
                instance(None, &named("a", *a), &named("r", *r), Current)
            });
            let mut left: BTreeSet<(String, String)> =
                has.iter().map(|(a, r)| (named("a", *a), named("r", *r))).collect();
            let steps = plan(&wanted, &found(&wanted, there.collect())).unwrap();
            for step in steps.steps {
                let (targets, comes) = match step {
                    Step::Delete(targets) => (targets, false),
                    Step::Create(targets) => (targets, true),
                    other => return Err(TestCaseError::fail(format!("{other:?}"))),
                };
                for account in &targets.accounts {
                    for region in &targets.regions {
                        let one = (account.clone(), region.clone());
                        let is_change = if comes { left.insert(one) } else { left.remove(&one) };
                        prop_assert!(is_change);
                    }
                }
            }
            let all = a.iter().flat_map(|a| r.iter().map(|r| (a.clone(), r.clone())));
            prop_assert_eq!(left, all.collect());
        }
    }
}
