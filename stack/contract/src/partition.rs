//! The partitions of AWS: how ARNs spell them, where their endpoints and consoles are, and what
//! quotas Step Functions grants in which region. A new partition is added here; the known regions are
//! in `config/limits.rs` of guardian-stack.

/// A partition of AWS. Names and suffixes are those of botocore's `partitions.json`; the domains of
/// consoles are those of the partitions' endpoint references.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// The second part of an ARN.
    pub name: &'static str,
    /// The end of every host name of its endpoints.
    pub dns_suffix: &'static str,
    /// The domain of the console, which a region stands before. None where AWS publishes none: no
    /// link is better than a wrong one.
    pub console_domain: Option<&'static str>,
    /// What stands before direction and number in the names of its regions.
    areas: &'static [&'static str],
}

impl Partition {
    /// The commercial regions.
    pub const AWS: &'static Partition = &Partition {
        name: "aws",
        dns_suffix: "amazonaws.com",
        console_domain: Some("console.aws.amazon.com"),
        areas: &["af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us"],
    };

    /// Every partition.
    pub const ALL: [&'static Partition; 8] = [
        Self::AWS,
        &Partition {
            name: "aws-cn",
            dns_suffix: "amazonaws.com.cn",
            console_domain: Some("console.amazonaws.cn"),
            areas: &["cn"],
        },
        &Partition {
            name: "aws-us-gov",
            dns_suffix: "amazonaws.com",
            console_domain: Some("console.amazonaws-us-gov.com"),
            areas: &["us-gov"],
        },
        &Partition {
            name: "aws-eusc",
            dns_suffix: "amazonaws.eu",
            console_domain: Some("console.amazonaws-eusc.eu"),
            areas: &["eusc-de"],
        },
        &Partition::isolated("aws-iso", "c2s.ic.gov", &["us-iso"]),
        &Partition::isolated("aws-iso-b", "sc2s.sgov.gov", &["us-isob"]),
        &Partition::isolated("aws-iso-e", "cloud.adc-e.uk", &["eu-isoe"]),
        &Partition::isolated("aws-iso-f", "csp.hci.ic.gov", &["us-isof"]),
    ];

    const fn isolated(
        name: &'static str,
        dns_suffix: &'static str,
        areas: &'static [&'static str],
    ) -> Self {
        Self { name, dns_suffix, console_domain: None, areas }
    }

    /// The partition of a region; `None` if the region's name belongs to none that is known.
    pub fn of_region(region: &str) -> Option<&'static Self> {
        let mut parts = region.rsplitn(3, '-');
        let number = parts.next()?;
        let (_direction, area) = (parts.next()?, parts.next()?);
        let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        Self::ALL.into_iter().find(|p| numbered && p.areas.contains(&area))
    }

    /// The partition of a region; `aws` for a region that belongs to none, of which
    /// `guardian.yaml`'s checks warn.
    pub fn of_region_or_aws(region: &str) -> &'static Self {
        Self::of_region(region).unwrap_or(Self::AWS)
    }

    /// The partition with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|p| p.name == name)
    }

    /// Whether a host is one of AWS's own, in any partition.
    pub fn is_host_of_aws(host: &str) -> bool {
        Self::ALL
            .iter()
            .any(|p| host.strip_suffix(p.dns_suffix).is_some_and(|before| before.ends_with('.')))
    }
}

/// A token bucket of an account and region, as Step Functions counts calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// Calls at once.
    pub burst: u32,
    /// Calls a second that come back.
    pub refill: f64,
}

/// Regions whose quotas are twice those of the others [Step Functions service quotas]; all are of
/// the partition `aws`.
const LARGE_REGIONS: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// The default quota of ListExecutions in the large regions.
pub const LARGE_LIST_EXECUTIONS: Quota = Quota { burst: 200, refill: 5.0 };

/// The default quota of ListExecutions in a region [Step Functions service quotas].
pub fn list_executions_quota(region: &str) -> Quota {
    if LARGE_REGIONS.contains(&region) {
        LARGE_LIST_EXECUTIONS
    } else {
        Quota { burst: 100, refill: 2.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_its_partition_with_suffix_and_console() {
        for (region, name, suffix, console) in [
            ("us-east-1", "aws", "amazonaws.com", Some("console.aws.amazon.com")),
            ("eu-central-2", "aws", "amazonaws.com", Some("console.aws.amazon.com")),
            ("mx-central-1", "aws", "amazonaws.com", Some("console.aws.amazon.com")),
            ("cn-northwest-1", "aws-cn", "amazonaws.com.cn", Some("console.amazonaws.cn")),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com", Some("console.amazonaws-us-gov.com")),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu", Some("console.amazonaws-eusc.eu")),
            ("us-iso-west-1", "aws-iso", "c2s.ic.gov", None),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", None),
            ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", None),
            ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", None),
        ] {
            let partition = Partition::of_region(region).unwrap();
            assert_eq!(
                (partition.name, partition.dns_suffix, partition.console_domain),
                (name, suffix, console),
                "{region}"
            );
            assert_eq!(Partition::named(name), Some(partition));
        }
    }

    #[test]
    fn an_unknown_region_or_partition_is_not_taken_for_another() {
        for region in ["", "us", "us-east", "us-isog-east-1", "eusc-fr-east-1", "xx-north-1"] {
            assert_eq!(Partition::of_region(region), None, "{region}");
        }
        assert_eq!(Partition::named("aws-moon"), None);
    }

    #[test]
    fn hosts_of_aws_are_known_in_every_partition() {
        for host in ["states.eu-west-1.amazonaws.com", "s3.eusc-de-east-1.amazonaws.eu"] {
            assert!(Partition::is_host_of_aws(host), "{host}");
        }
        for host in ["localhost:4566", "amazonaws.com.example.org", "notamazonaws.com"] {
            assert!(!Partition::is_host_of_aws(host), "{host}");
        }
    }

    #[test]
    fn three_regions_have_the_larger_quota() {
        assert_eq!(list_executions_quota("eu-west-1"), Quota { burst: 200, refill: 5.0 });
        for region in ["eu-central-1", "us-gov-west-1", "eusc-de-east-1", "unknown"] {
            assert_eq!(list_executions_quota(region), Quota { burst: 100, refill: 2.0 });
        }
    }
}
