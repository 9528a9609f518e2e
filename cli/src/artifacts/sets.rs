//! Which objects of the artifact bucket the stack sets use. The key of an object names its set and
//! the set's region, so each set is read in its own region.

use super::used::mentioned;
use aws_config::SdkConfig;
use guardian_aws::AwsError;
use guardian_deploy::stack_set::aws::CloudFormationSets;
use guardian_deploy::stack_set::state::InstanceStatus;
use guardian_deploy::stack_set::{StackSet, find};
use guardian_stack::app::SET_KEYS;
use std::collections::{BTreeMap, BTreeSet};

/// The region and the name of the stack set whose key this is.
fn owner(key: &str) -> Option<(&str, &str)> {
    let mut parts = key.strip_prefix(SET_KEYS)?.split('/');
    Some((parts.next()?, parts.next()?))
}

/// What a stack set uses of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uses {
    /// Nothing: there is no such set.
    Nothing,
    /// These.
    These(BTreeSet<String>),
    /// All of them: one of its stacks is not as the set says, and may go back to what it was.
    All,
}

/// The stack sets of an account, in all regions.
pub trait Administrator: Send + Sync {
    /// What the set of this name uses that is kept in this region.
    fn uses(&self, region: &str, name: &str)
    -> impl Future<Output = Result<Uses, AwsError>> + Send;
}

/// Which of these keys stack sets use, each with its set in words. An answer that cannot be had is
/// an error: what a set uses would look unused.
pub async fn in_use<'a, A: Administrator>(
    administrator: &A,
    keys: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, BTreeSet<String>>, AwsError> {
    let mut by_set: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for key in keys {
        if let Some(owner) = owner(key) {
            by_set.entry(owner).or_default().insert(key);
        }
    }
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((region, name), keys) in by_set {
        let uses = administrator.uses(region, name).await?;
        let is_used = |key: &&&str| match &uses {
            Uses::Nothing => false,
            Uses::These(keys) => keys.contains(**key),
            Uses::All => true,
        };
        let who = format!("stack set {name} in {region}");
        for key in keys.iter().filter(is_used) {
            used.entry((*key).to_owned()).or_default().insert(who.clone());
        }
    }
    Ok(used)
}

/// The keys that a set mentions.
fn of_set(set: &StackSet) -> BTreeSet<String> {
    let parameters = set.parameters.values().flat_map(|value| mentioned(value));
    parameters.chain(mentioned(&set.template)).map(str::to_owned).collect()
}

/// The account that a configuration has the credentials of.
#[derive(Debug)]
pub struct Ours<'a>(pub &'a SdkConfig);

impl Administrator for Ours<'_> {
    async fn uses(&self, region: &str, name: &str) -> Result<Uses, AwsError> {
        let config = guardian_aws::in_region(self.0, region);
        for delegated in [false, true] {
            let found = match find(&CloudFormationSets::new(&config, delegated), name).await {
                Ok(found) => found,
                // An account that is no delegated administrator has no sets as one.
                Err(error) if delegated && error.is_invalid_request() => continue,
                Err(error) => return Err(error),
            };
            let Some(set) = found.set else { continue };
            if found.instances.iter().any(|instance| instance.status != InstanceStatus::Current) {
                return Ok(Uses::All);
            }
            return Ok(Uses::These(of_set(&set)));
        }
        Ok(Uses::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(set: &str, n: u8) -> String {
        format!("{SET_KEYS}{set}/{}.zip", format!("{n:02x}").repeat(32))
    }

    /// Sets by their names.
    struct Few;

    impl Administrator for Few {
        async fn uses(&self, region: &str, name: &str) -> Result<Uses, AwsError> {
            match (region, name) {
                ("r1", "settled") => Ok(Uses::These([key("r1/settled", 1)].into())),
                ("r1", "behind") => Ok(Uses::All),
                ("r2", _) => Ok(Uses::Nothing),
                _ => Err(AwsError::refused("look", "AccessDenied", "no")),
            }
        }
    }

    #[tokio::test]
    async fn what_a_set_mentions_is_used_and_all_that_one_may_go_back_to() {
        let all = [
            key("r1/settled", 1),
            key("r1/settled", 2),
            key("r1/behind", 1),
            key("r2/settled", 1),
            "guardian/packages/x.zip".to_owned(),
        ];
        let used = in_use(&Few, all.iter().map(String::as_str)).await.unwrap();
        let keys: Vec<&String> = used.keys().collect();
        assert_eq!(keys, [&all[2], &all[0]]);
        assert_eq!(used[&all[0]], ["stack set settled in r1".to_owned()].into());
    }

    #[tokio::test]
    async fn a_set_that_cannot_be_asked_stops_it_all() {
        let secret = key("r3/secret", 1);
        let error = in_use(&Few, [secret.as_str()].into_iter()).await.unwrap_err();
        assert_eq!(error.code(), "AccessDenied");
    }

    #[test]
    fn a_set_mentions_its_package_and_its_nested_templates() {
        let nested = key("r1/shop", 2).replace(".zip", ".json");
        let set = StackSet {
            template: format!("{{\"Fn::Sub\": \"https://s3/${{B}}/{nested}\"}}"),
            parameters: [("PackageKey".to_owned(), key("r1/shop", 1))].into(),
            ..StackSet::default()
        };
        assert_eq!(of_set(&set), [key("r1/shop", 1), nested].into());
    }
}
