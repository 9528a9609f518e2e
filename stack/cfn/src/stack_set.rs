//! What CloudFormation has to know to create and update a stack set.

/// A stack set: one template in many accounts and regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackSet {
    /// Its name.
    pub name: String,
    /// The region in which the set itself is kept.
    pub admin_region: String,
    /// The regions of its stacks, one or more, in the order in which they are worked on.
    pub regions: Vec<String>,
    /// Whose roles make the stacks, and in which accounts.
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

/// Whose roles make the stacks of a stack set, and in which accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Roles that the accounts have made (SELF_MANAGED).
    Accounts {
        /// Twelve digits each.
        accounts: Vec<String>,
        /// ARN of the role that takes on those of the accounts; none: AWS's name for it.
        admin_role: Option<String>,
        /// Name of the accounts' role; none: AWS's name for it.
        execution_role: Option<String>,
    },
    /// Roles that AWS Organizations makes (SERVICE_MANAGED).
    Units {
        /// Organizational units, or the root.
        units: Vec<String>,
        /// Whether accounts that join or leave a unit get or lose their stack by themselves.
        auto_deployment: Option<AutoDeployment>,
        /// Whether the caller is a delegated administrator.
        delegated: bool,
    },
}

/// What becomes of accounts that join or leave a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoDeployment {
    /// Whether an account that leaves keeps its stack.
    pub retain_on_removal: bool,
}

/// Some of the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    /// So many.
    Count(u32),
    /// So many of a hundred, 0 to 100.
    Percent(u32),
}
