//! The limits of AWS for names, numbers, ARNs and tags. Each refusal has its fix.

use crate::app::VENDED_LOGS;
use crate::problem::{Reason, nearest};
use guardian_contract::Partition;

/// Days that CloudWatch Logs can keep a log group (PutRetentionPolicy).
pub(super) const RETENTION_DAYS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];
/// Characters of a log group's name less those of the longest name of a machine.
const LONGEST_LOG_PREFIX: usize = 512 - 80;
/// Tags of a stack or of a machine.
pub(super) const MAX_TAGS: usize = 50;

/// The known regions (botocore 1.43's endpoints). A new region is added here; it only prevents a
/// warning.
const REGIONS: [&str; 39] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// Pseudo parameters of CloudFormation that a permissions boundary may be named with.
const PSEUDO: [&str; 3] = ["${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"];

/// A permissions boundary: the ARN of a managed policy, or path and name of one of the account.
pub(super) fn boundary(text: &str) -> Result<String, Reason> {
    let bare = PSEUDO.iter().fold(text.to_owned(), |text, pseudo| text.replace(pseudo, "x"));
    let name = match bare.strip_prefix("arn:") {
        Some(rest) => rest.split_once(":policy/").filter(|(at, _)| at.contains(":iam:")),
        None => Some(("", bare.as_str())),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(c);
    match name {
        Some((_, name))
            if name.chars().all(fits)
                && name.rsplit('/').next().is_some_and(|n| (1..=128).contains(&n.len()))
                && text.len() <= 2048 =>
        {
            Ok(text.to_owned())
        }
        _ => Err(Reason::new(format!("`{}` names no managed policy", text.escape_debug())).help(
            "write its ARN (`arn:aws:iam::123456789012:policy/NAME`), or path and name of a \
             policy of the account (`ci/NAME`), in which `${AWS::Region}` and \
             `${AWS::AccountId}` may stand",
        )),
    }
}

/// The ARN of a role [AssumeRole: 20 to 2,048 characters].
pub(super) fn role(text: &str) -> Result<String, Reason> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(c);
    match parts[..] {
        ["arn", partition, "iam", "", account, role]
            if partition.starts_with("aws")
                && account.len() == 12
                && account.chars().all(|c| c.is_ascii_digit())
                && role.strip_prefix("role/").is_some_and(|name| {
                    name.chars().all(fits) && !name.is_empty() && !name.ends_with('/')
                })
                && text.len() <= 2048 =>
        {
            Ok(text.to_owned())
        }
        _ => Err(Reason::new(format!("`{}` is not the ARN of a role", text.escape_debug()))
            .help("it looks like `arn:aws:iam::123456789012:role/deploys`")),
    }
}

/// The name of a role [CreateStackSet: 1 to 64 characters].
pub(super) fn role_name(text: &str) -> Result<String, Reason> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{}` cannot be the name of a role", text.escape_debug()))
        .help("its name alone, without path: 1 to 64 letters, digits and _ + = , . @ -"))
}

/// An account [CreateStackInstances: twelve digits].
pub(super) fn account(text: &str) -> Result<String, Reason> {
    if text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{}` is not an account", text.escape_debug()))
        .help("an account is twelve digits, in quotes: '012345678901'"))
}

/// An organizational unit or the root of an organization (`DeploymentTargets` of the API).
pub(super) fn organizational_unit(text: &str) -> Result<String, Reason> {
    let part = |text: &str, least: usize| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        (least..=32).contains(&text.len()) && text.chars().all(fits)
    };
    let fits = match text.split('-').collect::<Vec<_>>()[..] {
        ["ou", root, unit] => part(root, 4) && part(unit, 8),
        ["r", root] => part(root, 4),
        _ => false,
    };
    if fits {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{}` is not an organizational unit", text.escape_debug()))
        .help("a unit looks like `ou-ab12-cdefgh34`, the root of an organization like `r-ab12`"))
}

/// The id of an organization [Organizations: `o-` and 10 to 32 small letters and digits].
pub(super) fn organization(text: &str) -> Result<String, Reason> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let id = text.strip_prefix("o-").unwrap_or_default();
    if (10..=32).contains(&id.len()) && id.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{}` is not the id of an organization", text.escape_debug()))
        .help("it looks like `o-a1b2c3d4e5`; `aws organizations describe-organization` shows it"))
}

/// An external id [AssumeRole: 2 to 1,224 characters].
pub(super) fn external_id(text: &str) -> Result<String, Reason> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if (2..=1224).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err(Reason::new("an external id that STS does not take")
        .help("2 to 1,224 characters: letters, digits and _ + = , . @ : / -"))
}

/// A project or an environment: the first two parts of generated names.
pub(crate) fn short_name(what: &str, text: &str) -> Result<String, Reason> {
    let first = text.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if first && rest && text.len() <= 32 {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{text}` cannot be {what}"))
        .help("1 to 32 characters: a small letter first, then small letters, digits and `-`"))
}

/// Name of a CloudFormation stack.
pub(super) fn stack_name(text: &str) -> Result<String, Reason> {
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if first && rest && text.len() <= 128 {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{text}` cannot be a stack's name"))
        .help("1 to 128 characters: a letter first, then letters, digits and `-`"))
}

/// A text of the shape of a region.
pub(super) fn region(text: &str) -> Result<String, Reason> {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase());
    let shaped = match parts.as_slice() {
        [area @ .., number] => {
            (2..=4).contains(&area.len())
                && area.iter().all(letters)
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        [] => false,
    };
    if shaped {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{text}` is not the name of a region"))
        .help("write it as in eu-west-1"))
}

/// The warning about a region of the right shape that is not known.
pub(super) fn unknown_region(text: &str) -> Option<Reason> {
    if REGIONS.contains(&text) {
        return None;
    }
    match Partition::of_region(text) {
        // Their regions are not all public.
        Some(Partition { name, console_domain: None, .. }) => {
            let message = format!("the console's address in the partition `{name}` is not public");
            return Some(Reason::new(message).help(
                "messages and the board have no links there, and those of the alarms and the \
                 dashboard do not work",
            ));
        }
        Some(_) => (),
        None => {
            let message = format!(
                "this version of Guardian knows no partition of AWS with a region `{text}`"
            );
            let help = "check its name; ARNs are written for the partition `aws`";
            return Some(Reason::new(message).help(match nearest(text, REGIONS) {
                Some(near) => {
                    format!("did you mean `{near}`? ARNs are written for the partition `aws`")
                }
                None => help.to_owned(),
            }));
        }
    }
    let reason = Reason::new(format!("this version of Guardian knows no region `{text}`"));
    Some(match nearest(text, REGIONS) {
        Some(near) => {
            reason.help(format!("did you mean `{near}`? A newer region is used as it is"))
        }
        None => reason.help("a newer region is used as it is"),
    })
}

/// Name of a Lambda function.
pub(super) fn function_name(text: &str) -> Result<String, Reason> {
    let good = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if good && (1..=64).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    let message = if good {
        format!("the function's name `{text}` has {} characters; Lambda takes 1 to 64", text.len())
    } else {
        format!("`{text}` cannot be a function's name")
    };
    Err(Reason::new(message)
        .help("1 to 64 characters of A-Z a-z 0-9 - _; set it as `function.name`"))
}

/// Name of a dashboard.
pub(super) fn dashboard_name(text: &str) -> Result<String, Reason> {
    let good = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if good && (1..=255).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Reason::new(format!("`{text}` cannot be a dashboard's name"))
        .help("1 to 255 characters of A-Z a-z 0-9 - _"))
}

/// A part of an alarm's name. CloudWatch takes more; quotes and backslashes would have to be
/// escaped in the rules of composite alarms.
pub(super) fn alarm_name_part(text: &str) -> Result<String, Reason> {
    let good = |c: char| (c.is_ascii_graphic() || c == ' ') && !"\"\\".contains(c);
    match text.chars().find(|c| !good(*c)) {
        None if !text.is_empty() && text.trim() == text => Ok(text.to_owned()),
        None => Err(Reason::new("an alarm's name is not empty and has no space at its ends")),
        Some(c) => Err(Reason::new(format!("`{}` is not for an alarm's name", shown(c)))
            .help("printable ASCII characters but `\"` and `\\`")),
    }
}

/// A number between two bounds, both allowed.
pub(super) fn between(what: &str, number: u32, first: u32, last: u32) -> Result<u32, Reason> {
    if (first..=last).contains(&number) {
        return Ok(number);
    }
    Err(Reason::new(format!("{what} cannot be {number}"))
        .help(format!("it takes {first} to {last}")))
}

/// Days of retention.
pub(super) fn retention(days: u32) -> Result<u32, Reason> {
    if RETENTION_DAYS.contains(&days) {
        return Ok(days);
    }
    let closest = RETENTION_DAYS.iter().min_by_key(|known| known.abs_diff(days)).unwrap_or(&90);
    let all: Vec<String> = RETENTION_DAYS.iter().map(u32::to_string).collect();
    Err(Reason::new(format!("CloudWatch Logs cannot keep a log group for {days} days"))
        .help(format!("the closest it takes is {closest}; all: {}", all.join(", "))))
}

/// What the names of log groups begin with.
pub fn log_prefix(text: &str) -> Result<String, Reason> {
    let wrong = |why: &str| {
        Err(Reason::new(format!("`{}` is no prefix of log groups: {why}", text.escape_debug()))
            .help(format!("such as {VENDED_LOGS}")))
    };
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "._-/#".contains(*c))) {
        return wrong(&format!("CloudWatch Logs takes no `{}`", c.escape_debug()));
    }
    if !(1..=LONGEST_LOG_PREFIX).contains(&text.len()) {
        return wrong(&format!("it has 1 to {LONGEST_LOG_PREFIX} characters"));
    }
    Ok(text.to_owned())
}

/// An ARN of a customer managed key. Policies take no alias.
pub fn key(text: &str) -> Result<String, Reason> {
    let arn = arn(text)?;
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        [_, _, "kms", region, _, key] if !region.is_empty() && key.starts_with("key/") => Ok(arn),
        _ => Err(Reason::new(format!("`{arn}` is no KMS key")).help(
            "write the key's ARN, not an alias, as in \
             arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        )),
    }
}

/// A text of the shape of an ARN: `arn:partition:service:region:account:resource`.
pub(super) fn arn(text: &str) -> Result<String, Reason> {
    let shape = "write it as in arn:aws:sns:eu-west-1:123456789012:topic";
    let reason = |why: &str| Err(Reason::new(format!("`{text}` is not an ARN: {why}")).help(shape));
    if text.contains("${") {
        return reason("it is used as it is, without substitution");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return reason("it has a space in it");
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, _region, account, resource] = parts.as_slice() else {
        return reason("it has fewer than six parts");
    };
    if *arn != "arn" {
        return reason("it does not begin with `arn:`");
    }
    if !partition.starts_with("aws") || service.is_empty() || resource.is_empty() {
        return reason("its partition, service or resource is missing");
    }
    let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    // `aws` owns the managed policies, `ec2` and the like the alarm actions of EC2.
    let owner = account.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !account.is_empty()
        && !digits
        && (!owner || account.starts_with(|c: char| c.is_ascii_digit()))
    {
        return reason("its account is not twelve digits");
    }
    Ok(text.to_owned())
}

/// Key of a tag.
pub(super) fn tag_key(text: &str) -> Result<(), Reason> {
    let length = text.chars().count();
    if !(1..=128).contains(&length) {
        return Err(Reason::new(format!("a tag's key of {length} characters"))
            .help("a key has 1 to 128 characters"));
    }
    if text.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("aws:")) {
        return Err(Reason::new(format!("the tag `{text}` begins with `aws:`"))
            .help("AWS keeps `aws:` for itself; choose another prefix"));
    }
    tag_characters(text)
}

/// Value of a tag.
pub(super) fn tag_value(text: &str) -> Result<(), Reason> {
    let length = text.chars().count();
    if length > 256 {
        return Err(Reason::new(format!("a tag's value of {length} characters"))
            .help("a value has 256 characters at most"));
    }
    tag_characters(text)
}

/// A character as it is, unless it cannot be seen.
fn shown(c: char) -> String {
    if c.is_ascii_graphic() { c.to_string() } else { c.escape_debug().to_string() }
}

fn tag_characters(text: &str) -> Result<(), Reason> {
    let good = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    match text.chars().find(|c| !good(*c)) {
        None => Ok(()),
        Some(c) => Err(Reason::new(format!("`{}` is not for a tag", shown(c)))
            .help("letters, digits, spaces and _ . : / = + - @")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_known_region_has_the_shape_of_one_and_is_not_doubted() {
        for known in REGIONS {
            assert_eq!(region(known), Ok(known.to_owned()));
            assert_eq!(unknown_region(known), None);
        }
        for text in ["", "eu", "eu-west", "EU-WEST-1", "eu-west-1a", "eu--1", "-1"] {
            assert!(region(text).is_err(), "{text}");
        }
        assert!(unknown_region("eu-wset-1").is_some());
        let warn = |text| unknown_region(text).unwrap().message;
        assert!(warn("xx-north-1").contains("no partition of AWS"));
        assert!(warn("us-isob-east-1").contains("`aws-iso-b` is not public"));
    }

    #[test]
    fn a_boundary_is_an_arn_or_path_and_name_of_a_policy() {
        for text in [
            "arn:aws:iam::123456789012:policy/team/limits",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/limits",
            "ci/shop-dev-${AWS::Region}-boundary",
            "limits",
        ] {
            assert_eq!(boundary(text), Ok(text.to_owned()));
        }
        for text in ["", "ci/", "a b", "arn:aws:iam::1:role/x", "${Other}", "${AWS::Regio"] {
            assert!(boundary(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_role_is_named_by_its_whole_arn_and_an_external_id_is_what_sts_takes() {
        for text in [
            "arn:aws:iam::123456789012:role/deploys",
            "arn:aws-cn:iam::123456789012:role/team/deploys",
        ] {
            assert_eq!(role(text), Ok(text.to_owned()));
        }
        for text in [
            "",
            "deploys",
            "arn:aws:iam::12345678901:role/x",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:sts::123456789012:assumed-role/x/y",
        ] {
            assert!(role(text).is_err(), "{text}");
        }
        assert!(external_id("a1").is_ok() && external_id("a").is_err());
        assert!(external_id("a b").is_err() && external_id(&"a".repeat(1225)).is_err());
    }

    #[test]
    fn arns_of_every_owner_are_taken() {
        for text in [
            "arn:aws:sns:eu-west-1:123456789012:topic",
            "arn:aws-us-gov:sns:us-gov-west-1:123456789012:topic",
            "arn:aws:iam::aws:policy/AWSLambda_FullAccess",
            "arn:aws:iam::123456789012:policy/path/name",
            "arn:aws:automate:us-east-1:ec2:stop",
            "arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Security",
        ] {
            assert_eq!(arn(text), Ok(text.to_owned()));
        }
        for text in
            ["", "topic", "urn:aws:sns:a:123456789012:t", "arn:aws:sns:a:123456789012:", "arn:a b"]
        {
            assert!(arn(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_taken_up_to_their_last_character_and_no_further() {
        assert!(short_name("a project", &"a".repeat(32)).is_ok());
        assert!(short_name("a project", &"a".repeat(33)).is_err());
        assert!(stack_name(&"a".repeat(128)).is_ok());
        assert!(stack_name(&"a".repeat(129)).is_err());
        assert!(function_name(&"a".repeat(64)).is_ok());
        assert!(function_name(&"a".repeat(65)).is_err());
        assert!(dashboard_name(&"a".repeat(255)).is_ok());
        assert!(dashboard_name(&"a".repeat(256)).is_err());
        assert!(tag_key(&"é".repeat(128)).is_ok() && tag_key(&"é".repeat(129)).is_err());
        assert!(tag_value("").is_ok() && tag_key("").is_err());
        assert!(tag_value(&"v".repeat(256)).is_ok() && tag_value(&"v".repeat(257)).is_err());
    }

    #[test]
    fn days_that_logs_are_not_kept_have_a_closest_that_they_are() {
        for days in RETENTION_DAYS {
            assert_eq!(retention(days), Ok(days));
        }
        let help = retention(100).unwrap_err().help.unwrap();
        assert!(help.contains("closest it takes is 90"), "{help}");
    }

    proptest! {
        #[test]
        fn no_text_panics_a_check(text in "\\PC{0,40}") {
            let checks = [
                short_name("x", &text), stack_name(&text), region(&text), function_name(&text),
                dashboard_name(&text), alarm_name_part(&text), arn(&text), role(&text), external_id(&text),
            ];
            for taken in checks.into_iter().flatten() {
                prop_assert_eq!(&taken, &text);
            }
            let _ = (tag_key(&text), tag_value(&text), unknown_region(&text));
        }
    }
}
