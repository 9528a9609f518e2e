//! The CloudFormation template of the CI kit: the OIDC provider, the boundary, a role for pull
//! requests that only plans, and two for the main branch: one prepares the plan, one deploys it.

use super::actions::UnknownType;
use super::boundary::boundary;
use super::calls::{Operation, Operations};
use super::policy::{MAX_MANAGED_POLICY, TooLong, characters, document, split, statements};
use super::subject::Subject;
use crate::templates::short_hash;
use guardian_cfn::resources::iam;
use guardian_cfn::{
    Cond, DeletionPolicy, Id, Output, Parameter, Synth, SynthErrors, Template, Val,
};
use serde_json::json;

/// Path of all that the kit makes in IAM. No name of a resource of the stack can begin with it,
/// so the role that deploys never has a right over itself or over the boundary.
const PATH: &str = "/ci/";

/// Where the workflow runs, and for which repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// GitHub Actions.
    GitHub {
        /// `OWNER/NAME`.
        repository: String,
        /// Its ids, which the tokens of repositories created since July 2026 name.
        ids: Option<GitHubIds>,
        /// The branch that is deployed.
        branch: String,
        /// The environment that the job which deploys belongs to; its rules say who approves, and
        /// from which branches.
        environment: Option<String>,
    },
    /// GitLab CI/CD.
    GitLab {
        /// Address of the GitLab, `https://gitlab.com`.
        url: String,
        /// `GROUP/PROJECT`.
        project: String,
        /// The branch that is deployed.
        branch: String,
    },
}

/// The ids that GitHub gives an owner and a repository; they stay when either is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GitHubIds {
    /// Of the owner.
    pub owner: u64,
    /// Of the repository.
    pub repository: u64,
}

/// What a token must say for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Issuer of the token, without `https://`: the first part of the condition keys.
    pub issuer: String,
    /// For whom it was made (`aud`).
    pub audience: String,
    /// Whose it is (`sub`), in each of the forms that are trusted; `*` is any text.
    pub subjects: Vec<String>,
}

impl Host {
    /// What the token of a job says that does this: of a pull request, of the branch, or with an
    /// environment.
    fn trusted(&self, operation: Operation) -> Trusted {
        let plan = operation == Operation::Plan;
        let prepare = operation == Operation::Prepare;
        match self {
            Host::GitHub { repository, ids, branch, environment } => {
                let job = match environment {
                    _ if plan => "pull_request".to_owned(),
                    // A job with an environment says this instead of its branch.
                    Some(environment) if !prepare => format!("environment:{environment}"),
                    _ => format!("ref:refs/heads/{branch}"),
                };
                let with_ids = ids.and_then(|ids| {
                    let (owner, name) = repository.split_once('/')?;
                    Some(format!("{owner}@{}/{name}@{}", ids.owner, ids.repository))
                });
                let names = std::iter::once(repository.clone()).chain(with_ids);
                Trusted {
                    issuer: "token.actions.githubusercontent.com".to_owned(),
                    audience: "sts.amazonaws.com".to_owned(),
                    subjects: names.map(|name| format!("repo:{name}:{job}")).collect(),
                }
            }
            Host::GitLab { url, project, branch } => Trusted {
                issuer: issuer(url).to_owned(),
                audience: url.trim_end_matches('/').to_owned(),
                // The token of a merge request names its own branch, which can be any.
                subjects: vec![format!(
                    "project_path:{project}:ref_type:branch:ref:{}",
                    if plan { "*" } else { branch }
                )],
            },
        }
    }
}

fn issuer(url: &str) -> &str {
    url.trim_start_matches("https://").trim_end_matches('/')
}

/// The template of the kit.
#[derive(Debug, Clone, PartialEq)]
pub struct Kit {
    /// The template.
    pub template: Synth,
    /// Managed policies whose contents are outside of the boundary.
    pub unknown: Vec<String>,
}

/// Why there is no kit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KitError {
    /// A resource type without a schema.
    #[error(transparent)]
    Type(#[from] UnknownType),
    /// A policy that does not fit a role.
    #[error(transparent)]
    Policy(#[from] TooLong),
    /// A boundary that does not fit one policy.
    #[error(
        "the boundary of the roles would have {characters} characters and a managed policy has \
         {MAX_MANAGED_POLICY} at most; join the statements of your machines, by patterns in their \
         resources"
    )]
    Boundary {
        /// Its length.
        characters: usize,
    },
    /// The template's own checks.
    #[error("the template of the CI roles cannot be written:\n{0}")]
    Synth(#[from] SynthErrors),
}

/// Characters of the stack's name in that of the boundary: IAM takes 128 for a policy, and the
/// longest names of regions have 14 [IAM API, CreatePolicy].
const KEPT_IN_BOUNDARY: usize = 128 - "--boundary".len() - 14;

/// Name of the stack with the CI roles.
pub fn roles_stack(stack_name: &str) -> String {
    format!("ci-{}", within(stack_name, 128 - "ci-".len()))
}

/// A stack's name in so many characters: a longer one ends in digits of its hash.
fn within(stack_name: &str, length: usize) -> String {
    if stack_name.len() <= length {
        return stack_name.to_owned();
    }
    let hash = short_hash(stack_name);
    // Names of stacks are ASCII.
    let kept: String = stack_name.chars().take(length - hash.len() - 1).collect();
    format!("{kept}-{hash}")
}

/// Path and name of the boundary, as `permissions_boundary` of guardian.yaml takes it. The region
/// is part of it: IAM is one for all regions, and stacks are not.
pub fn boundary_path(stack_name: &str) -> String {
    format!("{}{}-${{AWS::Region}}-boundary", &PATH[1..], within(stack_name, KEPT_IN_BOUNDARY))
}

/// Makes the kit. With `destroy` the role that deploys may also destroy.
pub fn kit(subject: &Subject<'_>, host: &Host, destroy: bool) -> Result<Kit, KitError> {
    let mut t = Template::new().description(format!(
        "Guardian: roles by which CI plans and deploys the stack {}",
        subject.stack_name
    ));
    let provider = provider(&mut t, host);
    let limits = boundary(subject)?;
    let characters = characters(&limits.document);
    if characters > MAX_MANAGED_POLICY {
        return Err(KitError::Boundary { characters });
    }
    let path = boundary_path(subject.stack_name);
    let name = path.strip_prefix(&PATH[1..]).unwrap_or(&path);
    let policy = t.add(
        "Boundary",
        iam::ManagedPolicy::new()
            .policy_document(limits.document)
            .managed_policy_name(Val::sub(name, []))
            .path(PATH)
            .description(format!(
                "The most that a role of the stack {} may do",
                subject.stack_name
            )),
    );
    let deploys: Operations<'_> = if destroy {
        &[Operation::Plan, Operation::Prepare, Operation::Deploy, Operation::Destroy]
    } else {
        &[Operation::Plan, Operation::Prepare, Operation::Deploy]
    };
    let prepares: Operations<'_> = &[Operation::Plan, Operation::Prepare];
    for (id, operations, what) in [
        ("Plan", &[Operation::Plan][..], "looks at changes of"),
        ("Prepare", prepares, "prepares deploys of"),
        ("Deploy", deploys, "deploys"),
    ] {
        let mut policies = Vec::new();
        let documents = split(statements(subject, operations, &policy.reference())?)?;
        let many = documents.len() > 1;
        for (number, document) in documents.into_iter().enumerate() {
            let number = if many { (number + 1).to_string() } else { String::new() };
            let part = iam::ManagedPolicy::new()
                .policy_document(document)
                .path(PATH)
                .description(format!("What it takes: CI {what} the stack {}", subject.stack_name));
            policies.push(t.add(format!("{id}Policy{number}"), part));
        }
        let last = operations.last().copied().unwrap_or(Operation::Plan);
        let role = role(&host.trusted(last), &provider, &policies)
            .description(format!("CI {what} the stack {} with it", subject.stack_name));
        let role = t.add(format!("{id}Role"), role);
        t.output(
            &format!("{id}RoleArn"),
            Output::new(role.arn()).description(&format!("The role that {what} the stack")),
        );
    }
    t.output(
        "Boundary",
        Output::new(Val::sub(&path, [])).description("The value of permissions_boundary"),
    );
    Ok(Kit { template: t.synth()?, unknown: limits.unknown })
}

/// The provider of tokens, unless the account has it: it can have one of each address only.
fn provider(t: &mut Template, host: &Host) -> Val<String> {
    let given = t.parameter(
        "OidcProviderArn",
        Parameter::string().default("").description(
            "ARN of the account's OIDC provider for this CI system; empty: it is created.",
        ),
    );
    let creates = t.condition("CreatesProvider", Cond::equals(given.reference(), ""));
    let trusted = host.trusted(Operation::Deploy);
    let provider = t.add(
        "OidcProvider",
        // No thumbprint: IAM trusts the issuer's certificate by its root.
        iam::OIDCProvider::new()
            .url(format!("https://{}", trusted.issuer))
            .client_id_list([trusted.audience.as_str()]),
    );
    t.resource_mut(&provider)
        .condition(&creates)
        // Others of the account may use it by now.
        .deletion_policy(DeletionPolicy::Retain)
        .update_replace_policy(DeletionPolicy::Retain);
    Val::if_(&creates, provider.reference(), given.reference())
}

fn role(
    trusted: &Trusted,
    provider: &Val<String>,
    policies: &[Id<iam::ManagedPolicy>],
) -> iam::Role {
    let Trusted { issuer, audience, subjects } = trusted;
    let subject = match subjects.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let (aud, sub) = (format!("{issuer}:aud"), format!("{issuer}:sub"));
    let conditions = if subjects.iter().any(|subject| subject.contains('*')) {
        json!({"StringEquals": {aud: audience}, "StringLike": {sub: subject}})
    } else {
        json!({"StringEquals": {aud: audience, sub: subject}})
    };
    iam::Role::new()
        .assume_role_policy_document(document(vec![json!({
            "Effect": "Allow",
            "Principal": {"Federated": provider.to_json()},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": conditions,
        })]))
        .path(PATH)
        .managed_policy_arns(policies.iter().map(Id::reference).collect::<Vec<_>>())
}
