//! What CloudFormation needs to know to create and update a stack set.

/// A stack set: one template in many accounts and regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackSet {
    /// Its name.
    pub name: String,
    /// The region in which the set itself is kept.
    pub admin_region: String,
    /// The regions of its stacks, one or more, in the order of deployment.
    pub regions: Vec<String>,
    /// Whose roles create the stacks, and in which accounts.
    pub grant: Grant,
    /// The organization whose accounts may read the packages; none: the accounts that are named.
    pub organization: Option<String>,
    /// In how many accounts of a region an operation may fail before it stops there.
    pub failure_tolerance: Share,
    /// In how many accounts it works at once.
    pub max_concurrent: Share,
    /// Whether it works in all regions at once.
    pub parallel_regions: bool,
}

/// Whose roles create the stacks of a stack set, and in which accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Roles that the owners of the accounts have created (SELF_MANAGED).
    Accounts {
        /// Twelve digits each.
        accounts: Vec<String>,
        /// ARN of the role that assumes those of the accounts; none: the role with AWS's default name.
        admin_role: Option<String>,
        /// Name of the accounts' role; none: AWS's default name.
        execution_role: Option<String>,
    },
    /// Roles that AWS Organizations creates (SERVICE_MANAGED).
    Units {
        /// Organizational units, or the root.
        units: Vec<String>,
        /// Whether accounts that join or leave a unit automatically get or lose their stack.
        auto_deployment: Option<AutoDeployment>,
        /// Whether the caller is a delegated administrator.
        delegated: bool,
    },
}

/// What happens to accounts that join or leave a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoDeployment {
    /// Whether an account that leaves keeps its stack.
    pub retain_on_removal: bool,
}

/// Some of the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    /// This many.
    Count(u32),
    /// A percentage, 0 to 100.
    Percent(u32),
}
