//! The owner of a stack. Project `a-b` in environment `c` and project `a` in `b-c` use the same
//! names, the stack's included: before a stack is changed, the metadata of its template is checked,
//! so that neither changes the other's stack.

use crate::exit::{ErrorId, Failure};
use crate::text::plain;
use guardian_deploy::deployer;
use guardian_deploy::error::ForeignStack;
use guardian_deploy::{Stack, Stacks};
use guardian_stack::app::App;
use serde_json::Value;

/// A project in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Project.
    pub project: String,
    /// Environment.
    pub env: String,
}

impl Owner {
    /// The owner of an application's stack.
    pub fn of_app(app: &App) -> Self {
        Self { project: app.project.clone(), env: app.env.clone() }
    }

    /// The owner in a template's metadata; none if it is not a template of Guardian.
    fn of_template(body: &str) -> Option<Self> {
        let template: Value = serde_yaml::from_str(body).ok()?;
        let metadata = &template["Metadata"]["Guardian"];
        let text = |name: &str| metadata[name].as_str().map(str::to_owned);
        Some(Self { project: text("project")?, env: text("env")? })
    }

    /// Refuses a stack or a stack set with this template if it belongs to another owner.
    pub fn check_template(
        &self,
        kind: &str,
        name: &str,
        template: &str,
    ) -> Result<(), ForeignStack> {
        match Self::of_template(template).filter(|other| other != self) {
            Some(other) => Err(self.refusal(kind, name, &other)),
            None => Ok(()),
        }
    }

    fn refusal(&self, kind: &str, name: &str, other: &Self) -> ForeignStack {
        let said = |owner: &Self| {
            format!("project `{}` in environment `{}`", plain(&owner.project), plain(&owner.env))
        };
        let message = format!(
            "{kind} `{}` belongs to {}, and this is {}",
            plain(name),
            said(other),
            said(self)
        );
        let joined = |owner: &Self| guardian_contract::deployment(&owner.project, &owner.env);
        let way = if joined(self) == joined(other) {
            "both have the same joined name, so each would take over the other's resources: \
             choose another name for this project or environment"
        } else {
            "choose another name for it (`stack_name`, or `name` of `stack_set`); or if the project \
             was renamed, `guardian destroy` it under its old name first"
        };
        ForeignStack { message, help: way.to_owned() }
    }
}

impl Owner {
    /// Reads the template of a stack and refuses the stack if it belongs to another owner.
    pub async fn check_stack<S: Stacks>(
        &self,
        stacks: &S,
        stack: &Stack,
    ) -> Result<(), ForeignStack> {
        // A template that cannot be read is reported by the next step, which also reads it.
        let template = stacks.template(&stack.id).await.unwrap_or_default();
        self.check_template("stack", &stack.name, &template)
    }
}

impl deployer::Owner for Owner {
    fn check(&self, stack: &Stack, template: &str) -> Result<(), ForeignStack> {
        self.check_template("stack", &stack.name, template)
    }
}

impl From<ForeignStack> for Failure {
    fn from(refusal: ForeignStack) -> Self {
        Self::error(refusal.message).help(refusal.help).with_id(ErrorId::ForeignStack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(project: &str, env: &str) -> Owner {
        Owner { project: project.into(), env: env.into() }
    }

    #[test]
    fn the_metadata_of_a_template_names_its_owner_and_a_foreign_template_has_none() {
        let ours = r#"{"Metadata": {"Guardian": {"project": "a", "env": "b-c"}}}"#;
        assert_eq!(Owner::of_template(ours), Some(owner("a", "b-c")));
        let yaml = "Metadata:\n  Guardian: { project: a, env: dev }\n";
        assert_eq!(Owner::of_template(yaml), Some(owner("a", "dev")));
        for foreign in ["{}", "", "Resources: !Broken [", r#"{"Metadata": {"Guardian": {}}}"#] {
            assert_eq!(Owner::of_template(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_refusal_names_both_owners_and_the_fix() {
        let shown = |one: Owner, other: Owner| {
            let refusal = one.refusal("stack", "a-b-c", &other);
            (refusal.message, refusal.help)
        };
        let (message, help) = shown(owner("a-b", "c"), owner("a", "b-c"));
        assert_eq!(
            message,
            "stack `a-b-c` belongs to project `a` in environment `b-c`, and this is project \
             `a-b` in environment `c`"
        );
        assert!(help.contains("the same joined name"), "{help}");
        assert!(shown(owner("x", "c"), owner("a", "c")).1.contains("stack_name"));
    }
}
