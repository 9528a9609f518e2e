//! Read access of other accounts to the artifact bucket: a statement of its policy for
//! each stack set, which lets the set's accounts read that set's objects and nothing more.

use super::Artifacts;
use crate::exit::Failure;
use guardian_aws::AwsError;
use guardian_contract::Partition;
use guardian_deploy::change_set::sha256;
use guardian_stack::app::{Grant, StackSet, set_prefix};
use serde_json::{Map, Value, json};

/// Bytes of a bucket's policy [S3 user guide, from memory].
const MAX_POLICY: usize = 20_480;
/// How often the policy is read and written until a read confirms the write: two concurrent writers
/// overwrite each other's statement.
const TRIES: u32 = 3;

/// Name of a set's statement. It takes letters and digits alone.
fn sid(set: &StackSet) -> String {
    format!("StackSet{}", &sha256(&set_prefix(set))[..16])
}

/// The statement that lets the accounts of a set read its objects. Accounts are named as S3 gives
/// them back.
fn statement(set: &StackSet, bucket: &str, region: &str) -> Value {
    let partition = Partition::of_region_or_aws(region).name;
    let mut said = json!({
        "Sid": sid(set),
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": format!("arn:{partition}:s3:::{bucket}/{}*", set_prefix(set)),
    });
    match (&set.organization, &set.grant) {
        (Some(organization), _) => {
            said["Principal"] = json!("*");
            said["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": organization}});
        }
        (None, Grant::Accounts { accounts, .. }) => {
            let root = |account: &String| format!("arn:{partition}:iam::{account}:root");
            said["Principal"] = json!({"AWS": accounts.iter().map(root).collect::<Vec<_>>()});
        }
        // The configuration refuses units without an organization.
        (None, Grant::Units { .. }) => said["Principal"] = json!({"AWS": []}),
    }
    said
}

/// The policy with this statement in place of the one of the same name; none if it is there.
fn with(policy: Option<&str>, statement: &Value) -> Option<Value> {
    let mut policy = parsed(policy);
    let same = |s: &Value| s["Sid"] == statement["Sid"];
    let mut all = statements(&policy);
    if all.iter().any(|s| canonical(s) == canonical(statement)) {
        return None;
    }
    all.retain(|s| !same(s));
    all.push(statement.clone());
    policy.insert("Statement".to_owned(), Value::Array(all));
    Some(Value::Object(policy))
}

/// The policy without the statement of this name; none if there is no such statement.
fn without(policy: Option<&str>, sid: &str) -> Option<Value> {
    let mut policy = parsed(policy);
    let mut all = statements(&policy);
    let before = all.len();
    all.retain(|s| s["Sid"] != sid);
    (all.len() < before).then(|| {
        policy.insert("Statement".to_owned(), Value::Array(all));
        Value::Object(policy)
    })
}

fn parsed(policy: Option<&str>) -> Map<String, Value> {
    let parsed = policy.and_then(|text| serde_json::from_str(text).ok());
    let empty = || Map::from_iter([("Version".to_owned(), json!("2012-10-17"))]);
    parsed.unwrap_or_else(empty)
}

fn statements(policy: &Map<String, Value>) -> Vec<Value> {
    match policy.get("Statement") {
        Some(Value::Array(all)) => all.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// A statement whatever the order of its lists: S3 gives a list of one back as that one.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), canonical(v))).collect(),
        Value::Array(all) if all.len() == 1 => canonical(&all[0]),
        Value::Array(all) => {
            let mut all: Vec<Value> = all.iter().map(canonical).collect();
            all.sort_by_key(Value::to_string);
            Value::Array(all)
        }
        other => other.clone(),
    }
}

impl Artifacts {
    /// Lets the accounts of a set read its objects; says whether they could not before.
    pub async fn share(&self, set: &StackSet) -> Result<bool, Failure> {
        let statement = statement(set, &self.bucket, &self.region);
        self.change(|policy| with(policy, &statement)).await
    }

    /// Takes that back; says whether there was something to take back.
    pub async fn unshare(&self, set: &StackSet) -> Result<bool, Failure> {
        self.change(|policy| without(policy, &sid(set))).await
    }

    async fn change(&self, how: impl Fn(Option<&str>) -> Option<Value>) -> Result<bool, Failure> {
        let mut changed = false;
        for _ in 0..TRIES {
            let policy = match self.policy().await {
                Ok(policy) => policy,
                Err(error) if error.is_not_found() => return Ok(changed),
                Err(error) => return Err(error.into()),
            };
            let Some(policy) = how(policy.as_deref()) else { return Ok(changed) };
            let text = policy.to_string();
            if text.len() > MAX_POLICY {
                return Err(Failure::invalid(format!(
                    "the policy of the artifact bucket `{}` would have {} bytes and S3 takes \
                     {MAX_POLICY}",
                    self.bucket,
                    text.len()
                ))
                .help(
                    "name the `organization` in `stack_set`, which lets its accounts read \
                       without naming each",
                ));
            }
            self.put_policy(text).await?;
            changed = true;
        }
        Ok(changed)
    }

    async fn put_policy(&self, policy: String) -> Result<(), AwsError> {
        let call = self.client.put_bucket_policy().bucket(&self.bucket);
        let call = call.expected_bucket_owner(&self.account).policy(policy);
        let answer = call.send().await;
        answer.map_err(|e| AwsError::of(self.what("give a policy to"), &e)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guardian_deploy::testing::accounts;
    use guardian_stack::app::Share;

    fn set(grant: Grant, organization: Option<&str>) -> StackSet {
        StackSet {
            name: "shop-prod".into(),
            admin_region: "eu-west-1".into(),
            regions: vec!["eu-west-1".into()],
            grant,
            organization: organization.map(str::to_owned),
            failure_tolerance: Share::Count(0),
            max_concurrent: Share::Count(1),
            parallel_regions: false,
        }
    }

    #[test]
    fn the_accounts_of_a_set_may_read_its_objects_and_no_others() {
        let two = set(accounts(&["111111111111", "222222222222"]), None);
        insta::assert_json_snapshot!(statement(&two, "b-cn-north-1", "cn-north-1"));
        let units = Grant::Units { units: vec![], auto_deployment: None, delegated: false };
        insta::assert_json_snapshot!(statement(&set(units, Some("o-1")), "b", "eu-west-1"));
    }

    #[test]
    fn a_statement_is_added_changed_and_taken_away_and_what_others_said_stays() {
        let own = json!({"Sid": "OnlyOverTls", "Effect": "Deny"});
        let policy = json!({"Version": "2012-10-17", "Id": "x", "Statement": own}).to_string();
        let one = statement(&set(accounts(&["111111111111"]), None), "b", "eu-west-1");
        let first = with(Some(&policy), &one).unwrap();
        assert_eq!(first["Statement"], json!([own, one]));
        assert_eq!(first["Id"], "x");
        // As S3 gives it back.
        let mut given = first.clone();
        let root = "arn:aws:iam::111111111111:root";
        given["Statement"][1]["Principal"]["AWS"] = json!(root);
        assert_eq!(with(Some(&given.to_string()), &one), None);
        let two = statement(&set(accounts(&["111111111111", "2"]), None), "b", "eu-west-1");
        let second = with(Some(&given.to_string()), &two).unwrap();
        assert_eq!(second["Statement"], json!([own, two]));
        let sid = two["Sid"].as_str().unwrap();
        let gone = without(Some(&second.to_string()), sid).unwrap();
        assert_eq!(gone["Statement"], json!([own]));
        assert_eq!(without(Some(&gone.to_string()), sid), None);
        assert_eq!(without(None, sid), None);
    }
}
