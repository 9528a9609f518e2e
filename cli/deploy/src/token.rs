//! The client request token of an operation, which CloudFormation writes on each of its events.

/// A token for one operation, which CloudFormation writes on each of its events:
/// `guardian-<verb>-<who>-<unique>`. It tells others who is at work, too.
pub fn operation_token(verb: &str, who: Option<&str>) -> String {
    let who: String =
        who.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    let who = if who.is_empty() { "somebody".to_owned() } else { who };
    format!("guardian-{verb}-{who}-{}", unique())
}

/// Who a token of [`operation_token`] says is at work, and with which verb.
pub fn token_owner(token: &str) -> Option<(&str, &str)> {
    let mut parts = token.strip_prefix("guardian-")?.split('-');
    Some((parts.next()?, parts.next()?)).filter(|_| parts.next().is_some())
}

/// Twelve letters and digits that nobody else has.
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
    fn a_token_tells_who_is_at_work_and_fits_the_api() {
        let token = operation_token("deploy", Some("ann.b@example"));
        assert_eq!(token_owner(&token), Some(("deploy", "annbexample")));
        assert!(token.len() <= 128 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        assert_eq!(token_owner(&operation_token("destroy", None)), Some(("destroy", "somebody")));
        assert_eq!(token_owner("Console-UpdateStack-1"), None);
    }
}
