//! Which objects of the artifact bucket the stacks of an account and region use. An object that a
//! stack mentions counts as used: an object too many costs cents, a missing one costs a rollback.

use crate::deployment::template_key;
use guardian_aws::AwsError;
use guardian_deploy::change_set::sha256;
use guardian_deploy::cloudformation::CloudFormation;
use guardian_deploy::stack::all_change_sets;
use guardian_deploy::state::{
    ChangeSetState, change_set_state, is_deleted, is_in_review, may_roll_back,
};
use guardian_deploy::{Page, Stack, Stacks};
use guardian_stack::app::SET_KEYS;
use guardian_stack::ci::{OBJECTS, PREVIEWS, TEMPLATES};
use std::collections::{BTreeMap, BTreeSet};

/// Where Guardian keeps its objects, and how their keys end. Between the two is a SHA-256. Those
/// of stack sets are under [`SET_KEYS`], with the region and the name of their set.
const KINDS: [(&str, &str); 3] = [(PACKAGES, ".zip"), (TEMPLATES, ".json"), (PREVIEWS, ".json")];
/// What the keys of packages begin with.
pub const PACKAGES: &str = "guardian/packages/";
/// What the keys of all objects of Guardian begin with.
pub const PREFIX: &str = OBJECTS;
/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// The key that a text begins with.
fn key_at(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(SET_KEYS) {
        let dir = text.len() - rest.len() + set_dir(rest)?;
        return KINDS.iter().find_map(|(_, ending)| file_at(text, dir, ending));
    }
    let (dir, ending) = KINDS.iter().find(|(dir, _)| text.starts_with(dir))?;
    file_at(text, dir.len(), ending)
}

/// Length of the region and the name of a stack set, with their slashes.
fn set_dir(text: &str) -> Option<usize> {
    let mut end = 0;
    for _ in 0..2 {
        let part = text[end..].split_once('/').map(|(part, _)| part)?;
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return None;
        }
        end += part.len() + 1;
    }
    Some(end)
}

/// The text up to the end of a hash with this ending, which begins at `dir`.
fn file_at<'a>(text: &'a str, dir: usize, ending: &str) -> Option<&'a str> {
    let end = dir + DIGITS;
    let hash = text.get(dir..end)?;
    let is_hash = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (is_hash && text[end..].starts_with(ending)).then(|| &text[..end + ending.len()])
}

/// Whether a key is one that Guardian gives; objects under other keys are not its own.
pub fn is_artifact(key: &str) -> bool {
    key_at(key).is_some_and(|found| found.len() == key.len())
}

/// Every key of Guardian's that a text mentions.
pub fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(PREFIX).filter_map(|(at, _)| key_at(&text[at..]))
}

/// The keys that a stack with this main template uses: the package and the nested templates, and
/// the main template itself, which is uploaded where it is too large for a request.
pub fn keys_of(stack: &Stack, template: &str) -> BTreeSet<String> {
    let parameters = stack.parameters.values().flat_map(|value| mentioned(value));
    let own = template_key(&sha256(template));
    parameters.chain(mentioned(template)).map(str::to_owned).chain([own]).collect()
}

/// What is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InUse {
    /// Keys, each with the names of the stacks that use it.
    pub keys: BTreeMap<String, BTreeSet<String>>,
    /// Stacks that may yet go back to what they were, with their status: what they used then
    /// cannot be asked for.
    pub unsettled: BTreeMap<String, String>,
}

/// Whether a stack has to do with this bucket. Stacks in stacks have not: the one above names
/// their templates.
fn concerns(stack: &Stack, bucket: &str) -> bool {
    let values = || stack.parameters.values();
    values().any(|value| value == bucket || mentioned(value).next().is_some())
}

/// The stacks of an account and region.
pub trait Account: Send + Sync {
    /// A page of them, without those that were deleted.
    fn stacks(
        &self,
        token: Option<&str>,
    ) -> impl Future<Output = Result<Page<Stack>, AwsError>> + Send;

    /// The main template of one of them, as it was sent.
    fn template(&self, stack: &str) -> impl Future<Output = Result<String, AwsError>> + Send;

    /// What its change sets say that may still be executed: each one's parameters and template.
    fn planned(&self, stack: &str) -> impl Future<Output = Result<Vec<String>, AwsError>> + Send;
}

impl Account for CloudFormation {
    async fn stacks(&self, token: Option<&str>) -> Result<Page<Stack>, AwsError> {
        self.page(token).await
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        Stacks::template(self, stack).await
    }

    async fn planned(&self, stack: &str) -> Result<Vec<String>, AwsError> {
        let mut texts = Vec::new();
        for change_set in all_change_sets(self, stack).await? {
            if change_set_state(&change_set.status) == ChangeSetState::Created {
                texts.extend(self.texts_of(&change_set.id).await?);
            }
        }
        Ok(texts)
    }
}

/// Asks every stack of the account and region what it uses of this bucket. An answer that cannot
/// be had is an error: what one stack uses would look unused.
pub async fn in_use<A: Account>(account: &A, bucket: &str) -> Result<InUse, AwsError> {
    let mut found = InUse::default();
    let mut token = None;
    loop {
        let page = account.stacks(token.as_deref()).await?;
        for stack in page.items.iter().filter(|stack| concerns(stack, bucket)) {
            // Only change sets have created it: there is no template, and nothing to roll back to. One
            // that has just been deleted may be listed for a while, and uses nothing.
            if is_in_review(&stack.status) || is_deleted(&stack.status) {
                continue;
            }
            if may_roll_back(&stack.status) {
                found.unsettled.insert(stack.name.clone(), stack.status.clone());
            }
            let template = account.template(&stack.id).await?;
            let mut keys = keys_of(stack, &template);
            for text in account.planned(&stack.id).await? {
                keys.extend(mentioned(&text).map(str::to_owned));
            }
            for key in keys {
                found.keys.entry(key).or_default().insert(stack.name.clone());
            }
        }
        token = page.next;
        if token.is_none() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn package(n: u8) -> String {
        format!("{PACKAGES}{}.zip", format!("{n:02x}").repeat(32))
    }

    fn stack(name: &str, status: &str, parameters: &[(&str, &str)]) -> Stack {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Stack {
            id: format!("arn:{name}"),
            name: name.into(),
            status: status.into(),
            parameters: parameters.iter().map(own).collect(),
            ..Stack::default()
        }
    }

    /// Stacks, one on a page, each with the template `{"is": "<name>"}` but those that have none.
    struct Few(Vec<Stack>);

    impl Account for Few {
        async fn stacks(&self, token: Option<&str>) -> Result<Page<Stack>, AwsError> {
            let at: usize = token.map_or(0, |t| t.parse().unwrap());
            let next = (at + 1 < self.0.len()).then(|| (at + 1).to_string());
            Ok(Page { items: self.0.get(at).cloned().into_iter().collect(), next })
        }

        async fn template(&self, stack: &str) -> Result<String, AwsError> {
            match stack {
                "arn:secret" => Err(AwsError::refused("read", "AccessDenied", "no")),
                stack => Ok(format!("{{\"is\": \"{stack}\", \"url\": \"b/{}\"}}", package(9))),
            }
        }

        async fn planned(&self, stack: &str) -> Result<Vec<String>, AwsError> {
            let plans = if stack == "arn:shop" { vec![package(3)] } else { Vec::new() };
            Ok(plans)
        }
    }

    #[test]
    fn only_keys_with_a_whole_hash_and_the_right_ending_are_guardians() {
        assert!(is_artifact(&package(1)));
        assert!(is_artifact(&template_key(&sha256("{}"))));
        assert!(is_artifact(&package(1).replace("packages", "sets/eu-west-1/shop-prod")));
        for other in [
            "guardian/packages/abc.zip".to_owned(),
            package(1).to_uppercase(),
            package(1).replace(".zip", ".json"),
            package(1) + "x",
            format!("a/{}", package(1)),
            "guardian/readme.txt".to_owned(),
            package(1).replace("packages", "sets"),
            package(1).replace("packages", "sets/eu-west-1"),
            package(1).replace("packages", "sets/eu-west-1/a/b"),
            package(1).replace("packages", "sets/é/b"),
        ] {
            assert!(!is_artifact(&other), "{other}");
        }
    }

    #[tokio::test]
    async fn what_any_stack_mentions_is_used_and_stacks_of_others_are_not_asked() {
        let (one, other) = (package(1), package(2));
        let all = Few(vec![
            stack("shop", "UPDATE_COMPLETE", &[("ArtifactBucket", "b"), ("PackageKey", &one)]),
            // Another owner's stack: its template may not even be readable.
            stack("secret", "CREATE_COMPLETE", &[("Size", "3")]),
            stack("review", "REVIEW_IN_PROGRESS", &[("ArtifactBucket", "b")]),
            stack("gone", "DELETE_COMPLETE", &[("ArtifactBucket", "b"), ("PackageKey", &one)]),
            stack("billing", "CREATE_COMPLETE", &[("Code", &other)]),
            stack("back", "UPDATE_ROLLBACK_FAILED", &[("ArtifactBucket", "b")]),
        ]);
        let found = in_use(&all, "b").await.unwrap();
        assert_eq!(found.keys[&one], BTreeSet::from(["shop".to_owned()]));
        assert_eq!(found.keys[&other], BTreeSet::from(["billing".to_owned()]));
        assert_eq!(found.keys[&package(3)], BTreeSet::from(["shop".to_owned()]), "a plan waits");
        assert_eq!(found.keys[&package(9)].len(), 3, "the templates mention it");
        let unsettled: Vec<_> = found.unsettled.into_iter().collect();
        assert_eq!(unsettled, [("back".to_owned(), "UPDATE_ROLLBACK_FAILED".to_owned())]);
    }

    #[tokio::test]
    async fn a_stack_that_cannot_be_read_stops_it_all() {
        let all = Few(vec![stack("secret", "CREATE_COMPLETE", &[("ArtifactBucket", "b")])]);
        assert_eq!(in_use(&all, "b").await.unwrap_err().code(), "AccessDenied");
    }

    proptest! {
        #[test]
        fn every_key_is_found_wherever_it_stands(
            before in "\\PC{0,20}", n in 0u8..255, after in "\\PC{0,20}",
        ) {
            let text = format!("{before}{}{after}", package(n));
            prop_assert!(mentioned(&text).any(|key| key == package(n)));
        }
    }
}
