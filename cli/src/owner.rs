//! Whose a stack is. Project `a-b` in environment `c` and project `a` in `b-c` make the same names,
//! that of the stack among them: before one changes a stack it is asked what its template says of
//! itself, so that neither takes the other's for its own.

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
    /// That of an application.
    pub fn of_app(app: &App) -> Self {
        Self { project: app.project.clone(), env: app.env.clone() }
    }

    /// What a template says; none if Guardian has not made it.
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
        let message =
            format!("{kind} `{}` is of {}, and this is {}", plain(name), said(other), said(self));
        let joined = |owner: &Self| guardian_contract::deployment(&owner.project, &owner.env);
        let way = if joined(self) == joined(other) {
            "both are called the same when joined, and would take each other's resources: choose \
             another name for this project or environment"
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
        // A template that cannot be read is reported by what follows: it reads it, too.
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
    fn a_template_says_whose_it_is_and_a_foreign_one_says_nothing() {
        let ours = r#"{"Metadata": {"Guardian": {"project": "a", "env": "b-c"}}}"#;
        assert_eq!(Owner::of_template(ours), Some(owner("a", "b-c")));
        let yaml = "Metadata:\n  Guardian: { project: a, env: dev }\n";
        assert_eq!(Owner::of_template(yaml), Some(owner("a", "dev")));
        for foreign in ["{}", "", "Resources: !Broken [", r#"{"Metadata": {"Guardian": {}}}"#] {
            assert_eq!(Owner::of_template(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_refusal_names_both_and_the_way_out() {
        let told = |one: Owner, other: Owner| {
            let refusal = one.refusal("stack", "a-b-c", &other);
            (refusal.message, refusal.help)
        };
        let (message, help) = told(owner("a-b", "c"), owner("a", "b-c"));
        assert_eq!(
            message,
            "stack `a-b-c` is of project `a` in environment `b-c`, and this is project `a-b` in \
             environment `c`"
        );
        assert!(help.contains("the same when joined"), "{help}");
        assert!(told(owner("x", "c"), owner("a", "c")).1.contains("stack_name"));
    }
}
