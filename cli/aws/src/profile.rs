//! The profile of `~/.aws/config` and `~/.aws/credentials` that a session uses: that it exists, that
//! its values can be used, and that its credentials are of a kind that the SDK supports.

use crate::environment::{check_url, value};
use crate::error::SessionError;
use crate::mfa::MfaRole;
use aws_config::profile::{ProfileSet, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_types::os_shim_internal::{Env, Fs};

/// Services whose endpoint a `[services]` section may name.
const SERVICES: [&str; 14] = [
    "cloudformation",
    "cloudwatch",
    "cloudwatch_logs",
    "eventbridge",
    "lambda",
    "s3",
    "scheduler",
    "sfn",
    "signin",
    "sns",
    "sqs",
    "sso",
    "sso_oidc",
    "sts",
];

/// The profile that is in use where none is named.
const DEFAULT: &str = "default";

/// Checks the profile of a session, and returns the role that it assumes with an MFA code, if it does.
/// `flag` is the profile that `--profile` names.
pub(crate) async fn check(flag: Option<&str>) -> Result<Option<MfaRole>, SessionError> {
    let variable = value("AWS_PROFILE");
    let named = flag.or(variable.as_deref());
    let name = named.unwrap_or(DEFAULT).to_owned();
    let env_keys = flag.is_none() && value("AWS_ACCESS_KEY_ID").is_some();
    let files = EnvConfigFiles::default();
    let loaded = load(&Fs::real(), &Env::real(), &files, Some(name.clone().into())).await;
    let set = match loaded {
        Ok(set) => set,
        // Nothing of the files is needed.
        Err(_) if env_keys && named.is_none() => return Ok(None),
        Err(error) => return Err(SessionError::ProfileFile(error.into())),
    };
    let known = set.get_profile(&name).is_some();
    if !known && (flag.is_some() || name != DEFAULT) {
        let mut known: Vec<String> = set.profiles().map(str::to_owned).collect();
        known.sort();
        let named_by = if flag.is_some() { "--profile" } else { "AWS_PROFILE" };
        return Err(SessionError::UnknownProfile {
            profile: name,
            named_by,
            files: paths(),
            known,
        });
    }
    check_endpoints(&set, &name)?;
    if env_keys { Ok(None) } else { check_credentials(&set, &name) }
}

/// The files of profiles, as they are found.
fn paths() -> [String; 2] {
    let path = |name: &str, default: &str| value(name).unwrap_or_else(|| default.to_owned());
    [
        path("AWS_CONFIG_FILE", "~/.aws/config"),
        path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ]
}

/// Refuses endpoints that are no URL: the SDK would panic.
fn check_endpoints(set: &ProfileSet, name: &str) -> Result<(), SessionError> {
    let refuse = |key: String, value: &str| match check_url(value) {
        Ok(()) => Ok(()),
        Err(why) => Err(SessionError::ProfileValue {
            profile: name.to_owned(),
            key,
            value: value.to_owned(),
            why,
        }),
    };
    let Some(profile) = set.get_profile(name) else { return Ok(()) };
    if let Some(url) = profile.get("endpoint_url") {
        refuse("endpoint_url".to_owned(), url)?;
    }
    let Some(services) = profile.get("services") else { return Ok(()) };
    for service in SERVICES {
        let key = PropertiesKey::builder()
            .section_key("services")
            .section_name(services)
            .property_name(service)
            .sub_property_name("endpoint_url")
            .build();
        if let Some(url) = key.ok().and_then(|key| set.other_sections().get(&key)) {
            refuse(format!("services {services}: {service}.endpoint_url"), url)?;
        }
    }
    Ok(())
}

/// The role that the profile assumes with an MFA code, if it does. Refuses a code for another role:
/// one in the profiles that it takes its credentials from, or with credentials that no profile has.
fn check_credentials(set: &ProfileSet, name: &str) -> Result<Option<MfaRole>, SessionError> {
    let mut visited = Vec::new();
    let mut role = None;
    let mut next = Some(name);
    while let Some(profile) = next.filter(|name| !visited.contains(name)) {
        visited.push(profile);
        let Some(found) = set.get_profile(profile) else { return Ok(role) };
        let refuse = |key| SessionError::UnsupportedCredentials {
            profile: name.to_owned(),
            key,
            within: profile.to_owned(),
        };
        let assumes = found.get("role_arn").is_some();
        if assumes && found.get("mfa_serial").is_some() {
            role = MfaRole::of(found).filter(|_| profile == name);
            if role.is_none() {
                return Err(refuse("mfa_serial"));
            }
        }
        next = found.get("source_profile").filter(|_| assumes);
    }
    Ok(role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_runtime::env_config::file::EnvConfigFileKind;

    const CONFIG: &str = "
[profile login]
login_session = arn:aws:iam::111122223333:user/ann
[profile behind]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = login
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/ann
[profile device-alone]
role_arn = arn:aws:iam::111122223333:role/deploy
credential_source = Environment
mfa_serial = arn:aws:iam::111122223333:mfa/ann
[profile behind-mfa]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = mfa
[profile keys]
aws_access_key_id = id
aws_secret_access_key = key
[profile itself]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = itself
[profile process]
credential_process = /bin/true
[profile web]
role_arn = arn:aws:iam::111122223333:role/deploy
web_identity_token_file = /token
[profile sso]
sso_session = company
sso_account_id = 111122223333
sso_role_name = deploy
[sso-session company]
sso_start_url = https://company.awsapps.com/start
sso_region = eu-west-1
[profile endpoint]
endpoint_url = localhost:4566
[profile services]
services = local
[services local]
s3 =
  endpoint_url = nowhere
";

    async fn set(name: &str) -> ProfileSet {
        let files =
            EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, CONFIG).build();
        let (fs, env) = (Fs::real(), Env::from_slice(&[]));
        load(&fs, &env, &files, Some(name.to_owned().into())).await.unwrap()
    }

    #[tokio::test]
    async fn a_code_is_asked_for_the_profiles_own_role_and_refused_by_name_for_any_other() {
        let checked =
            async |name| check_credentials(&set(name).await, name).map_err(|e| e.to_string());
        let role = checked("mfa").await.unwrap().unwrap();
        assert_eq!((role.profile.as_str(), role.source.as_str()), ("mfa", "keys"));
        assert_eq!(role.serial, "arn:aws:iam::111122223333:mfa/ann");
        assert!(checked("device-alone").await.unwrap_err().contains("`mfa_serial`"));
        assert!(checked("behind-mfa").await.unwrap_err().contains("`mfa_serial` of profile `mfa`"));
        for other in ["login", "behind", "keys", "itself", "process", "web", "sso", "missing"] {
            assert_eq!(checked(other).await, Ok(None), "{other}");
        }
    }

    #[tokio::test]
    async fn an_endpoint_of_a_profile_that_is_no_url_is_refused() {
        let refused =
            async |name| check_endpoints(&set(name).await, name).map_err(|e| e.to_string());
        assert!(refused("endpoint").await.unwrap_err().contains("`localhost:4566` is not a URL"));
        assert!(refused("services").await.unwrap_err().contains("s3.endpoint_url"));
        assert_eq!(refused("keys").await, Ok(()));
    }
}
