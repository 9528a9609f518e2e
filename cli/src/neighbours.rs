//! Other deployments of Guardian in an account and region: they use the same quota of ListExecutions.

use crate::artifacts::used::Account;
use crate::text::{fold, plain};
use crate::ui::Ui;
use guardian_aws::AwsError;
use guardian_aws::pagination::all;
use guardian_deploy::Stack;
use guardian_deploy::state::is_deleted;
use guardian_stack::app::App;
use guardian_stack::templates::parameters::ARTIFACT_BUCKET;

/// Output that every stack of Guardian has.
const FUNCTION: &str = "FunctionName";
/// What the name of the artifact bucket begins with, of a stack and of a stack set.
const BUCKET: &str = "guardian-artifacts-";
/// Names that a sentence spells out.
const NAMED: usize = 5;
/// What to do about shares that exceed the quota.
pub const LESS: &str = "set `memory.quota_share` so that the shares of all deployments add up to 100 at most; \
                        until then they throttle each other and lower their shares by themselves";

fn is_guardians(stack: &Stack) -> bool {
    let bucket = stack.parameters.get(ARTIFACT_BUCKET);
    stack.outputs.contains_key(FUNCTION) && bucket.is_some_and(|name| name.starts_with(BUCKET))
}

/// Names of the other deployments, in their order.
pub async fn neighbours<A: Account>(account: &A, own: &str) -> Result<Vec<String>, AwsError> {
    let page = |token: Option<String>| async move { account.stacks(token.as_deref()).await };
    let others = all("list the stacks", page)
        .await?
        .into_iter()
        .filter(|stack| stack.name != own && is_guardians(stack) && !is_deleted(&stack.status));
    let mut found: Vec<String> = others.map(|stack| stack.name).collect();
    found.sort();
    Ok(found)
}

/// A note that other deployments share the quota, and whether the shares exceed 100 % if each is as
/// large as this one; `None` if there are no others.
pub fn shared(others: &[String], share: u32) -> Option<(String, bool)> {
    let names: Vec<String> =
        others.iter().take(NAMED).map(|name| format!("`{}`", plain(name))).collect();
    let names = names.join(", ");
    let who = match others.len() {
        0 => return None,
        1 => format!("stack {names} has"),
        2..=NAMED => format!("stacks {names} have"),
        more => format!("stacks {names} and {} more have", more - NAMED),
    };
    let all = u64::from(share) * (others.len() as u64 + 1);
    let text =
        format!("{who} the same quota of ListExecutions, and this one uses up to {share} % of it");
    Some((text, all > 100))
}

/// Names the other deployments, where they can be read.
pub async fn note<A: Account>(account: &A, app: &App, ui: &Ui) {
    let Some(memory) = &app.memory else { return };
    let Ok(others) = neighbours(account, &app.stack_name).await else { return };
    if let Some((text, too_much)) = shared(&others, memory.quota_share) {
        let help = if too_much { format!("\n  {LESS}") } else { String::new() };
        ui.note(&fold(&format!("note: {text}{help}"), ui.style.width));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_deploy::Page;

    struct Stacks(Vec<Stack>);

    impl Account for Stacks {
        async fn stacks(&self, token: Option<&str>) -> Result<Page<Stack>, AwsError> {
            let at: usize = token.map_or(0, |token| token.parse().unwrap());
            let next = (at + 1 < self.0.len()).then(|| (at + 1).to_string());
            Ok(Page { items: self.0.get(at).cloned().into_iter().collect(), next })
        }

        async fn template(&self, _: &str) -> Result<String, AwsError> {
            Ok(String::new())
        }

        async fn planned(&self, _: &str) -> Result<Vec<String>, AwsError> {
            Ok(Vec::new())
        }
    }

    fn stack(name: &str, status: &str, bucket: &str) -> Stack {
        Stack {
            name: name.into(),
            status: status.into(),
            outputs: [(FUNCTION.to_owned(), format!("{name}-check"))].into(),
            parameters: [(ARTIFACT_BUCKET.to_owned(), bucket.to_owned())].into(),
            ..Stack::default()
        }
    }

    #[tokio::test]
    async fn other_stacks_of_guardian_are_found_on_every_page() {
        let bucket = "guardian-artifacts-1-eu-west-1";
        let account = Stacks(vec![
            stack("shop-prod", "UPDATE_COMPLETE", bucket),
            stack("shop-dev", "CREATE_COMPLETE", bucket),
            stack("gone", "DELETE_COMPLETE", bucket),
            stack("other", "CREATE_COMPLETE", "elsewhere"),
            Stack { outputs: [].into(), ..stack("nested", "CREATE_COMPLETE", bucket) },
            stack("billing", "CREATE_COMPLETE", bucket),
        ]);
        let found = neighbours(&account, "shop-dev").await.unwrap();
        assert_eq!(found, ["billing", "shop-prod"]);
    }

    #[test]
    fn shares_that_exceed_the_quota_together_are_too_much() {
        let names = |number: usize| (0..number).map(|n| format!("s{n}")).collect::<Vec<_>>();
        assert_eq!(shared(&[], 100), None);
        let (text, too_much) = shared(&names(1), 50).unwrap();
        assert!(text.starts_with("stack `s0` has the same quota of ListExecutions"), "{text}");
        assert!(!too_much && shared(&names(2), 50).unwrap().1);
        assert!(shared(&names(7), 5).unwrap().0.contains("`s4` and 2 more have"));
    }
}
