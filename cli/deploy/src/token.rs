//! The client request token of an operation.

/// A token for one operation, which CloudFormation writes on each of its events:
/// `guardian-<verb>-<initiator>-<unique>`. It shows others who started the operation.
pub fn operation_token(verb: &str, who: Option<&str>) -> String {
    let who: String =
        who.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let who = if who.is_empty() { "unknown".to_owned() } else { who };
    format!("guardian-{verb}-{who}-{}", unique())
}

/// The verb and the initiator in a token of [`operation_token`].
pub fn token_owner(token: &str) -> Option<(&str, &str)> {
    let mut parts = token.strip_prefix("guardian-")?.split('-');
    Some((parts.next()?, parts.next()?)).filter(|_| parts.next().is_some())
}

/// Twelve random letters and digits.
pub fn unique() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(12)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_the_initiator_and_fits_the_api() {
        let token = operation_token("deploy", Some("ann.b@example"));
        assert_eq!(token_owner(&token), Some(("deploy", "annbexample")));
        assert!(token.len() <= 128 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        assert_eq!(token_owner(&operation_token("destroy", None)), Some(("destroy", "unknown")));
        assert_eq!(token_owner("Console-UpdateStack-1"), None);
    }
}
