//! The environment variables that reach the AWS SDK. It reads them wherever it needs them, some
//! without a check; so blank ones are removed before anything starts, and the rest is checked once.

use crate::error::SessionError;
use std::ffi::{OsStr, OsString};

/// Variables that name a proxy.
pub(crate) const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/// Hosts that are reached without a proxy.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Variables that are a URL, beside AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>.
const URLS: [&str; 2] = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"];
/// Variables whose value must never be printed.
const SECRETS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
];
const BOOLEAN: &[&str] = &["true", "false"];
const CHECKSUMS: &[&str] = &["when_supported", "when_required"];
/// Variables that take one of a few values, in any case.
const CHOICES: [(&str, &[&str]); 12] = [
    ("AWS_ACCOUNT_ID_ENDPOINT_MODE", &["preferred", "disabled", "required"]),
    ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", BOOLEAN),
    ("AWS_DISABLE_REQUEST_COMPRESSION", BOOLEAN),
    ("AWS_EC2_METADATA_DISABLED", BOOLEAN),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", &["IPv4", "IPv6"]),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", BOOLEAN),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", CHECKSUMS),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", CHECKSUMS),
    ("AWS_RETRY_MODE", &["standard", "adaptive", "legacy"]),
    ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", BOOLEAN),
    ("AWS_USE_DUALSTACK_ENDPOINT", BOOLEAN),
    ("AWS_USE_FIPS_ENDPOINT", BOOLEAN),
];
/// Variables that are a number, with the smallest and the largest.
const NUMBERS: [(&str, u32, u32); 2] =
    [("AWS_MAX_ATTEMPTS", 1, 1_000), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", 0, 10_485_760)];

/// The value of a variable, if it has one that is not blank.
pub(crate) fn value(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Whether a variable reaches the SDK.
fn is_read(name: &str) -> bool {
    name.starts_with("AWS_") || PROXIES.contains(&name) || NO_PROXY.contains(&name)
}

/// The variables that have to change before the SDK reads them: a blank value counts as none, as CI
/// systems set variables without a value to "", and white space around a value is removed, as pasted
/// secrets end with a newline. Each with its new value; none: it is removed.
pub fn corrections(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Vec<(OsString, Option<OsString>)> {
    let correct = |(name, value): (OsString, OsString)| {
        let text = value.to_str().filter(|_| name.to_str().is_some_and(is_read))?;
        let trimmed = text.trim();
        let changes = trimmed.is_empty() || trimmed.len() != text.len();
        changes.then(|| (name, Some(trimmed.into()).filter(|_| !trimmed.is_empty())))
    };
    variables.into_iter().filter_map(correct).collect()
}

/// Refuses what the SDK cannot use, by the variable's name.
pub(crate) fn check(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<(), SessionError> {
    let mut names = Vec::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| is_read(name)) else { continue };
        if value.to_str().is_some_and(|value| value.trim().is_empty()) {
            continue;
        }
        if let Err(why) = check_one(name, &value) {
            let shown = value.to_str().filter(|_| !SECRETS.contains(&name)).map(without_password);
            return Err(SessionError::Variable { name: name.to_owned(), value: shown, why });
        }
        names.push(name.to_owned());
    }
    // Half a pair is no credentials for the SDK, which would then use other ones.
    let pair = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    match pair.map(|name| names.iter().any(|n| n == name)) {
        [true, false] => Err(half(pair[0], pair[1])),
        [false, true] => Err(half(pair[1], pair[0])),
        _ => Ok(()),
    }
}

fn half(name: &str, missing: &str) -> SessionError {
    let why = format!("is set, and {missing} is not: set both or neither");
    SessionError::Variable { name: name.to_owned(), value: None, why }
}

fn check_one(name: &str, value: &OsStr) -> Result<(), String> {
    let value = value.to_str().ok_or("is not valid UTF-8")?.trim();
    if value.chars().any(char::is_control) {
        return Err("contains a line break or another control character".to_owned());
    }
    if SECRETS.contains(&name) && !value.chars().all(|c| c.is_ascii_graphic()) {
        return Err("contains a space, or a character that is not ASCII".to_owned());
    }
    if PROXIES.contains(&name) {
        return check_proxy(value);
    }
    if name.starts_with("AWS_ENDPOINT_URL") || URLS.contains(&name) {
        return check_url(value);
    }
    if let Some((_, choices)) = CHOICES.iter().find(|(of, _)| *of == name)
        && !choices.iter().any(|choice| choice.eq_ignore_ascii_case(value))
    {
        return Err(format!("is not one of {}", choices.join(", ")));
    }
    if let Some((_, least, most)) = NUMBERS.iter().find(|(of, ..)| *of == name)
        && !value.parse::<u32>().is_ok_and(|number| (*least..=*most).contains(&number))
    {
        return Err(format!("is not a whole number from {least} to {most}"));
    }
    Ok(())
}

fn check_proxy(value: &str) -> Result<(), String> {
    match value.split_once("://") {
        Some((scheme, _)) if scheme.starts_with("socks") => {
            Err("is a SOCKS proxy, which is not supported: name an HTTP proxy".to_owned())
        }
        Some(_) => check_url(value),
        // As curl reads it.
        None => check_url(&format!("http://{value}")),
    }
}

/// Refuses what cannot be the URL of an HTTP server.
pub(crate) fn check_url(url: &str) -> Result<(), String> {
    let (scheme, rest) =
        url.split_once("://").ok_or("is not a URL: the scheme is missing (http:// or https://)")?;
    if !["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return Err("is not a URL with the scheme http or https".to_owned());
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    if path.contains('@') || user.contains(['@', '[', ']']) {
        return Err("has a user or a password with a special character: write it as %XX".to_owned());
    }
    let port_at = match host_and_port.rfind(']') {
        Some(end) => host_and_port[end..].find(':').map(|at| end + at),
        None => host_and_port.find(':'),
    };
    let (host, port) = match port_at {
        Some(at) => (&host_and_port[..at], Some(&host_and_port[at + 1..])),
        None => (host_and_port, None),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match ip {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(is_name),
    };
    if !is_host {
        return Err(format!("has no valid host name after {scheme}://"));
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("has a port that is not a number from 0 to 65535".to_owned());
    }
    let fits = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    if !url.chars().all(fits) {
        return Err("has a character that a URL cannot contain: write it as %XX".to_owned());
    }
    Ok(())
}

/// A value without the user and the password that it may contain.
fn without_password(value: &str) -> String {
    let start = value.find("://").map_or(0, |at| at + 3);
    match value.rfind('@') {
        Some(at) if at >= start => format!("{}***{}", &value[..start], &value[at..]),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, value: &str) -> Option<String> {
        check([(name.into(), value.into())]).err().map(|error| error.to_string())
    }

    #[test]
    fn blank_variables_are_removed_and_others_trimmed_and_the_rest_stays() {
        let variables = [
            ("AWS_ENDPOINT_URL", ""),
            ("AWS_REGION", " eu-west-1\n"),
            ("AWS_PROFILE", "prod"),
            ("https_proxy", "  "),
            ("PS1", " $ "),
        ];
        let all = variables.map(|(name, value)| (name.into(), value.into()));
        let expected = [
            ("AWS_ENDPOINT_URL".into(), None),
            ("AWS_REGION".into(), Some("eu-west-1".into())),
            ("https_proxy".into(), None),
        ];
        let corrected = corrections(all);
        assert_eq!(corrected, expected);
        // Once is enough: the program is not started again and again.
        let again = corrected.into_iter().filter_map(|(name, value)| Some((name, value?)));
        assert_eq!(corrections(again), []);
    }

    #[test]
    fn values_that_the_sdk_understands_are_accepted() {
        for (name, value) in [
            ("AWS_ENDPOINT_URL", "http://localhost:4566"),
            ("AWS_ENDPOINT_URL", ""),
            ("AWS_ENDPOINT_URL_S3", "https://[::1]:443/path?x=1"),
            ("AWS_RETRY_MODE", "Standard"),
            ("AWS_MAX_ATTEMPTS", " 3 "),
            ("AWS_USE_FIPS_ENDPOINT", "TRUE"),
            ("HTTPS_PROXY", "proxy:3128"),
            ("HTTPS_PROXY", "http://user:p%40ss@proxy.example.com:3128/"),
            ("https_proxy", "https://proxy.example.com"),
            ("NO_PROXY", "*"),
            ("SOMETHING_ELSE", "\u{7}"),
        ] {
            assert_eq!(refusal(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn values_that_the_sdk_cannot_use_are_refused_by_the_name_of_their_variable() {
        for (name, value, expected) in [
            (
                "AWS_ENDPOINT_URL",
                "localhost:4566",
                "AWS_ENDPOINT_URL `localhost:4566` is not a URL",
            ),
            ("AWS_ENDPOINT_URL_S3", "ftp://x", "with the scheme http or https"),
            ("AWS_ENDPOINT_URL", "http://", "no valid host name"),
            ("AWS_ENDPOINT_URL", "http://a b", "no valid host name"),
            ("AWS_ENDPOINT_URL", "http://x:99999", "a port that is not a number"),
            ("AWS_ENDPOINT_URL", "http://[::1", "no valid host name"),
            ("AWS_ENDPOINT_URL", "http://x/ä", "a character that a URL cannot contain"),
            ("AWS_RETRY_MODE", "often", "AWS_RETRY_MODE `often` is not one of standard"),
            ("AWS_MAX_ATTEMPTS", "0", "is not a whole number from 1 to 1000"),
            ("AWS_MAX_ATTEMPTS", "x", "is not a whole number"),
            ("AWS_USE_FIPS_ENDPOINT", "yes", "is not one of true, false"),
            ("AWS_REGION", "eu\nwest", "contains a line break"),
            ("HTTPS_PROXY", "socks5://proxy", "is a SOCKS proxy"),
            (
                "http_proxy",
                "http://u:p@ss@proxy:1",
                "`http://***@proxy:1` has a user or a password",
            ),
            ("HTTP_PROXY", "http://u:p/ss@proxy:1", "write it as %XX"),
            ("AWS_SECRET_ACCESS_KEY", "se cret", "AWS_SECRET_ACCESS_KEY contains a space"),
            ("AWS_ACCESS_KEY_ID", "id", "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is"),
        ] {
            let said = refusal(name, value).unwrap_or_default();
            assert!(said.contains(expected), "{name}={value}: {said}");
            assert!(!said.contains("p@ss") && !said.contains("se cret"), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(vec![b'a', 0xff]);
        let error = check([("AWS_PROFILE".into(), value)]).unwrap_err();
        assert_eq!(error.to_string(), "AWS_PROFILE is not valid UTF-8");
    }
}
