//! Targets of a board, and links to the console, which are built from checked parts alone.

use crate::text::clip;
use guardian_contract::Partition;
use std::fmt::Write as _;
use std::str::Split;

/// An account and a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Account.
    pub account: String,
    /// Region.
    pub region: String,
}

/// Who sees a board.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// The people who run the machines.
    #[default]
    Team,
    /// Everybody who walks by: an account is cut to its last four digits.
    Everybody,
}

impl Audience {
    /// A text as this audience may see it: for everybody each account number in it, as in the ARNs of
    /// a refusal or a cause, is cut to its last four digits.
    pub fn text(self, text: &str) -> String {
        if self == Audience::Team {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            if end == ACCOUNT {
                out.push('…');
                out.push_str(&rest[ACCOUNT - 4..end]);
            } else {
                out.push_str(&rest[..end]);
            }
            rest = &rest[end..];
        }
        out + rest
    }
}

/// Digits of an account.
const ACCOUNT: usize = 12;

impl Target {
    /// ARN of a machine of this account and region.
    pub fn machine_arn(&self, name: &str) -> String {
        let partition = Partition::of_region_or_aws(&self.region).name;
        format!("arn:{partition}:states:{}:{}:stateMachine:{name}", self.region, self.account)
    }

    /// `123456789012/eu-west-1`, or `…9012/eu-west-1`.
    pub fn name(&self, audience: Audience) -> String {
        let region = clip(&self.region, 24);
        // Before the first reading the account may not be known.
        if self.account.is_empty() && !region.is_empty() {
            return region;
        }
        let account = match audience {
            Audience::Team => clip(&self.account, 12),
            Audience::Everybody => {
                let digits: Vec<char> = self.account.chars().take(12).collect();
                let tail = &digits[digits.len().saturating_sub(4)..];
                format!("…{}", tail.iter().collect::<String>())
            }
        };
        format!("{account}/{region}")
    }
}

/// Link to an execution or a machine in the console; none if the ARN is of neither, or if the region's
/// console is not known.
pub fn console_link(arn: &str) -> Option<String> {
    let Page { partition, region, account, kind, path, domain, names } = Page::of(arn)?;
    let mut link = format!(
        "https://{region}.{domain}/states/home?region={region}#/{path}/arn:{partition}:states:\
         {region}:{account}:{kind}"
    );
    for name in names {
        link.push(':');
        encode_into(&mut link, name);
    }
    Some(link)
}

/// Whether [`console_link`] has a link to it.
pub fn has_page(arn: &str) -> bool {
    Page::of(arn).is_some()
}

/// The checked parts of an ARN that the console has a page for.
struct Page<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
    kind: &'a str,
    path: &'static str,
    domain: &'static str,
    names: Split<'a, char>,
}

impl<'a> Page<'a> {
    fn of(arn: &'a str) -> Option<Self> {
        let mut parts = arn.split(':');
        let [arn_, partition, service, region, account, kind] = [(); 6].map(|()| parts.next());
        let (partition, region, account, kind) = (partition?, region?, account?, kind?);
        let known = Partition::of_region(region)?;
        let account_ok = account.len() == ACCOUNT && account.bytes().all(|b| b.is_ascii_digit());
        let (path, names) = match kind {
            "execution" => ("v2/executions/details", 2),
            "stateMachine" => ("statemachines/view", 1),
            _ => return None,
        };
        // Names have 80 characters at most; a longer one is no ARN.
        if arn.len() > 600
            || (arn_, service) != (Some("arn"), Some("states"))
            || known.name != partition
            || !account_ok
            || parts.clone().count() != names
        {
            return None;
        }
        // The region has a checked form, so the host is always AWS's.
        let region_ok =
            region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let domain = known.console_domain.filter(|_| region_ok)?;
        Some(Self { partition, region, account, kind, path, domain, names: parts })
    }
}

/// Percent-encodes all but what has no meaning in an address.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode_into(&mut out, text);
    out
}

fn encode_into(out: &mut String, text: &str) {
    let has_meaning =
        |c: char| !matches!(c, 'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '.' | '~');
    let mut rest = text;
    while let Some(at) = rest.find(has_meaning) {
        out.push_str(&rest[..at]);
        let length = rest[at..].chars().next().map_or(0, char::len_utf8);
        for byte in rest[at..at + length].bytes() {
            // Writing to a text does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        rest = &rest[at + length..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_built_from_checked_parts() {
        let link = console_link("arn:aws:states:eu-west-1:123456789012:execution:order:1'><b>");
        assert_eq!(
            link.as_deref(),
            Some(
                "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/\
                 executions/details/arn:aws:states:eu-west-1:123456789012:execution:order:\
                 1%27%3E%3Cb%3E"
            )
        );
        let machine = console_link("arn:aws-cn:states:cn-north-1:123456789012:stateMachine:a");
        assert!(machine.is_some_and(|link| link.contains("console.amazonaws.cn/")));
        for arn in [
            "javascript:alert(1)",
            "arn:aws:states:evil.example/-x-1:123456789012:execution:a:b",
            "arn:aws:states:eu-west-1:12345678901x:execution:a:b",
            "arn:aws:states:cn-north-1:123456789012:execution:a:b",
            "arn:aws:states:eu-west-1:123456789012:express:a:b:c",
            "arn:aws-iso:states:us-iso-west-1:123456789012:execution:a:b",
        ] {
            assert_eq!(console_link(arn), None, "{arn}");
        }
    }

    #[test]
    fn an_account_is_cut_where_everybody_sees_it() {
        let target = Target { account: "123456789012".into(), region: "eu-west-1".into() };
        assert_eq!(target.name(Audience::Team), "123456789012/eu-west-1");
        assert_eq!(target.name(Audience::Everybody), "…9012/eu-west-1");
        assert_eq!(Target::default().name(Audience::Everybody), "…/");
        let text = "arn:aws:iam::123456789012:user/ann, not 1234567890123 or 12";
        let cut = "arn:aws:iam::…9012:user/ann, not 1234567890123 or 12";
        assert_eq!(Audience::Everybody.text(text), cut);
        assert_eq!(Audience::Team.text(text), text);
        assert_eq!(Audience::Everybody.text("1é123456789012"), "1é…9012");
    }
}
