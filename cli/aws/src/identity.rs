//! The person or CI job that runs the program, for session names and operation tokens.

/// The user's name, from the variables of GitHub Actions, GitLab CI and the shell.
pub fn initiator() -> Option<String> {
    ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
