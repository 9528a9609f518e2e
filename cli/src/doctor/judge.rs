//! Turns the findings of `doctor` into checks. Pure.

use super::{Check, Verdict};
use crate::exit::Failure;
use crate::package::{Binary, Found, Linkage, MAX_GLIBC};
use crate::text::count;
use guardian_stack::app::Architecture;

/// Seconds by which AWS lets a clock differ from its own [Signature Version 4, from memory].
const MAX_SKEW: u64 = 300;
/// Seconds of clock skew from which `doctor` warns: skew grows by itself.
const DOUBTFUL_SKEW: u64 = 30;
/// Executions of a function at once that leave room for others beside Guardian's.
const ENOUGH_CONCURRENCY: i64 = 50;

/// What a call that failed says, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// What is wrong.
    pub why: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl Failed {
    /// A failure and its help.
    pub fn of(failure: &Failure) -> Self {
        let help = failure.report.help().map(|help| help.to_string());
        Self { why: failure.report.to_string(), help }
    }

    pub(super) fn check(self, name: &'static str, verdict: Verdict) -> Check {
        Check { name, verdict, found: self.why, help: self.help }
    }
}

/// The caller identity: account and ARN.
pub fn credentials(found: Result<(String, String), Failed>) -> Check {
    match found {
        // Every right is a risk that no policy limits.
        Ok((account, arn)) if arn.ends_with(":root") => {
            Check::new("credentials", Verdict::Warning, format!("the root user of {account}"))
                .help("use a role or a user with the rights that a deploy takes")
        }
        Ok((account, arn)) => {
            Check::new("credentials", Verdict::Ok, format!("account {account}, {arn}"))
        }
        Err(failed) => failed.check("credentials", Verdict::Problem),
    }
}

/// The region.
pub fn region(found: Result<String, Failed>) -> Check {
    match found {
        Ok(region) => Check::new("region", Verdict::Ok, region),
        Err(failed) => failed.check("region", Verdict::Problem),
    }
}

/// Variables that send calls elsewhere than to AWS, by name and value.
pub fn endpoints(set: &[(String, String)]) -> Check {
    if set.is_empty() {
        return Check::new("endpoints", Verdict::Ok, "AWS itself");
    }
    let all: Vec<String> = set.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Check::new("endpoints", Verdict::Warning, format!("not AWS itself: {}", all.join(", ")))
        .help("right for an emulator or a private endpoint; else unset them")
}

/// Seconds by which this machine's clock is ahead of AWS's; none: AWS gave no answer.
pub fn clock(ahead: Option<i64>) -> Check {
    let Some(ahead) = ahead else {
        return Check::new("clock", Verdict::Warning, "not compared: no answer to compare it with");
    };
    let by = ahead.unsigned_abs();
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let found = format!("{by} s {side} the endpoint's");
    let help = "set the clock, and let NTP keep it (`timedatectl set-ntp true`)";
    match by {
        0..DOUBTFUL_SKEW => Check::new("clock", Verdict::Ok, found),
        DOUBTFUL_SKEW..=MAX_SKEW => Check::new("clock", Verdict::Warning, found).help(help),
        _ => Check::new(
            "clock",
            Verdict::Problem,
            format!("{found}; AWS refuses requests from {MAX_SKEW} s on"),
        )
        .help(help),
    }
}

/// Stacks that the account may have in the region; none: AWS names no limit.
pub fn stacks(limit: Result<Option<i32>, Failed>) -> Check {
    match limit {
        Ok(Some(limit)) => Check::new(
            "stacks",
            Verdict::Ok,
            format!("the region takes {}", count(usize::try_from(limit).unwrap_or(0), "stack")),
        ),
        Ok(None) => Check::new("stacks", Verdict::Ok, "no limit is named"),
        Err(failed) => failed.check("stacks", Verdict::Warning),
    }
}

/// A stack set's stacks, and those that are as it says; none: there is no set yet.
pub fn stack_set(name: &str, found: Result<Option<(usize, usize)>, Failed>) -> Check {
    let check = |verdict, found: String| Check::new("stack-set", verdict, found);
    match found {
        Ok(Some((all, current))) if all == current => {
            check(Verdict::Ok, format!("{name}: {}, all current", count(all, "stack")))
        }
        Ok(Some((all, current))) => {
            let behind = format!("{name}: {} of {} behind", all - current, count(all, "stack"));
            check(Verdict::Warning, behind)
                .help("`guardian status` says why, `guardian deploy` tries them again")
        }
        Ok(None) => check(Verdict::Ok, format!("{name} is not there; the first deploy makes it")),
        Err(failed) => failed.check("stack-set", Verdict::Warning),
    }
}

/// Executions of functions at once that are reserved for none.
pub fn concurrency(unreserved: Result<i64, Failed>) -> Check {
    match unreserved {
        Ok(free) if free >= ENOUGH_CONCURRENCY => {
            Check::new("concurrency", Verdict::Ok, format!("{free} executions at once"))
        }
        Ok(free) => Check::new(
            "concurrency",
            Verdict::Warning,
            format!("{free} executions of all functions at once"),
        )
        .help(
            "new accounts begin low: ask for more in Service Quotas (Lambda, concurrent \
             executions), or a busy neighbour holds up the sweep",
        ),
        Err(failed) => failed.check("concurrency", Verdict::Warning),
    }
}

/// Whether the artifact bucket is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bucket {
    /// It is, and can be written to.
    There,
    /// It is, and cannot be written to.
    ReadOnly,
    /// It is not.
    Missing,
    /// Access to it is denied.
    Forbidden,
}

/// The artifact bucket.
pub fn bucket(name: &str, found: Result<Bucket, Failed>) -> Check {
    match found {
        Ok(Bucket::There) => {
            Check::new("bucket", Verdict::Ok, format!("`{name}` can be written to"))
        }
        Ok(Bucket::ReadOnly) => {
            Check::new("bucket", Verdict::Problem, format!("`{name}` may not be written to"))
                .help("a deploy puts its package there: allow s3:PutObject and s3:GetObject on it")
        }
        Ok(Bucket::Missing) => Check::new(
            "bucket",
            Verdict::Ok,
            format!("`{name}` is not there yet: the first deploy makes it"),
        ),
        Ok(Bucket::Forbidden) => {
            Check::new("bucket", Verdict::Problem, format!("access to `{name}` is denied"))
                .help("allow s3:ListBucket on it; if it is another account's, ask its owner")
        }
        Err(failed) => failed.check("bucket", Verdict::Warning),
    }
}

/// Where a deploy takes the function from. What builds it is checked by [`toolchain`].
pub fn binary(found: Found) -> Check {
    let ok = |text: String| Check::new("binary", Verdict::Ok, text);
    match found {
        Found::Embedded(bytes) => {
            ok(format!("this program carries the function, in {} KiB", bytes / 1024))
        }
        Found::Source(Some(clone)) => ok(format!("a deploy builds it from `{}`", clone.display())),
        Found::Source(None) => {
            ok("a deploy builds it from the clone that this program was built from".to_owned())
        }
        Found::Release { url, cached: true } => ok(format!("downloaded from {url}")),
        Found::Release { url, cached: false } => {
            let found = format!("a deploy downloads {url}");
            Check::new("binary", Verdict::Warning, found)
                .help("without a terminal, --download or GUARDIAN_DOWNLOAD=true allows it")
        }
        Found::Nowhere(failure) => Failed::of(&failure).check("binary", Verdict::Problem),
        Found::Binary(path, Ok(Binary { linkage: Linkage::Glibc(needed), .. })) => ok(format!(
            "`{}` needs GLIBC {needed}; provided.al2023 has {MAX_GLIBC}",
            path.display()
        )),
        Found::Binary(path, Ok(_)) => {
            ok(format!("`{}` is static: it needs no GLIBC", path.display()))
        }
        Found::Binary(_, Err(failure)) => Failed::of(&failure).check("binary", Verdict::Problem),
    }
}

/// What is there to build the function with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tools {
    /// What `cargo --version` says.
    pub cargo: Option<String>,
    /// Whether cargo-zigbuild is there.
    pub zigbuild: bool,
    /// Whether cargo-lambda is there.
    pub lambda: bool,
    /// Targets that rustup has; none: there is no rustup.
    pub targets: Option<Vec<String>>,
}

/// The tools that build the function for an architecture, whose target is `triple`.
pub fn toolchain(tools: &Tools, architecture: Architecture, triple: &str) -> Vec<Check> {
    let Some(cargo) = &tools.cargo else {
        return vec![Check::new("cargo", Verdict::Warning, "cargo is not there").help(
            "install Rust (rustup.rs), or deploy a zip that was built elsewhere (--package)",
        )];
    };
    let builder = match (tools.zigbuild, tools.lambda) {
        (true, _) => Check::new("builder", Verdict::Ok, "cargo-zigbuild"),
        (_, true) => Check::new("builder", Verdict::Ok, "cargo-lambda"),
        _ => Check::new(
            "builder",
            Verdict::Warning,
            "neither cargo-zigbuild nor cargo-lambda: cargo alone links against this machine's \
             GLIBC",
        )
        .help("`pip install cargo-zigbuild ziglang`; Amazon Linux 2023 has GLIBC 2.34"),
    };
    let target = match &tools.targets {
        None => Check::new("target", Verdict::Ok, "not rustup's toolchain: targets are not known"),
        Some(all) if all.iter().any(|target| target == triple) => {
            Check::new("target", Verdict::Ok, triple)
        }
        Some(_) => Check::new(
            "target",
            Verdict::Warning,
            format!("{triple} ({architecture:?}) is not installed"),
        )
        .help(format!("`rustup target add {triple}`")),
    };
    vec![Check::new("cargo", Verdict::Ok, cargo.clone()), builder, target]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_what_aws_takes_on_both_sides() {
        for (ahead, verdict) in [
            (Some(0), Verdict::Ok),
            (Some(-29), Verdict::Ok),
            (Some(30), Verdict::Warning),
            (Some(-300), Verdict::Warning),
            (Some(301), Verdict::Problem),
            (Some(i64::MIN), Verdict::Problem),
            (None, Verdict::Warning),
        ] {
            assert_eq!(clock(ahead).verdict, verdict, "{ahead:?}");
        }
        assert!(clock(Some(-40)).found.contains("behind"));
    }

    #[test]
    fn a_bucket_that_is_missing_is_no_problem_and_one_that_is_forbidden_is() {
        assert_eq!(bucket("b", Ok(Bucket::Missing)).verdict, Verdict::Ok);
        let forbidden = bucket("b", Ok(Bucket::Forbidden));
        assert_eq!(forbidden.verdict, Verdict::Problem);
        assert!(forbidden.help.is_some());
        assert_eq!(bucket("b", Ok(Bucket::There)).verdict, Verdict::Ok);
        assert_eq!(bucket("b", Ok(Bucket::ReadOnly)).verdict, Verdict::Problem);
    }

    #[test]
    fn a_binary_is_told_with_the_glibc_that_it_needs_and_one_that_would_not_start_is_a_problem() {
        let found = |linkage| {
            let architecture = Architecture::X86_64;
            binary(Found::Binary(
                "b".into(),
                Ok(Binary { architecture, linkage, debug_info: false }),
            ))
        };
        let needs = found(Linkage::Glibc(MAX_GLIBC));
        assert_eq!((needs.verdict, needs.found.contains("GLIBC 2.34")), (Verdict::Ok, true));
        assert_eq!(found(Linkage::Static).verdict, Verdict::Ok);
        let failure = || Failure::from(Failure::error("it needs GLIBC 2.39"));
        let wrong = binary(Found::Binary("b".into(), Err(failure())));
        assert_eq!(
            (wrong.verdict, wrong.found.as_str()),
            (Verdict::Problem, "it needs GLIBC 2.39")
        );
        assert_eq!(binary(Found::Nowhere(failure())).verdict, Verdict::Problem);
    }

    #[test]
    fn the_source_of_the_function_is_named() {
        let shown = |found| {
            let check = binary(found);
            format!("{:?}: {}", check.verdict, check.found)
        };
        let release = |cached| Found::Release { url: "https://g/f.zip".into(), cached };
        assert_eq!(
            [
                shown(Found::Embedded(3_000_000)),
                shown(Found::Source(Some("/src/guardian".into()))),
                shown(release(true)),
                shown(release(false)),
            ],
            [
                "Ok: this program carries the function, in 2929 KiB",
                "Ok: a deploy builds it from `/src/guardian`",
                "Ok: downloaded from https://g/f.zip",
                "Warning: a deploy downloads https://g/f.zip",
            ]
        );
    }

    #[test]
    fn the_root_user_works_and_is_doubted() {
        let who = |arn: &str| credentials(Ok(("1".into(), arn.into()))).verdict;
        assert_eq!(who("arn:aws:iam::1:root"), Verdict::Warning);
        assert_eq!(who("arn:aws:iam::1:user/ann"), Verdict::Ok);
    }

    #[test]
    fn what_is_missing_to_build_the_function_is_named_with_a_way_to_it() {
        let judged = |tools: &Tools| toolchain(tools, Architecture::Arm64, "aarch64-x");
        assert_eq!(judged(&Tools::default())[0].verdict, Verdict::Warning);
        let some =
            Tools { cargo: Some("cargo 1".into()), targets: Some(vec![]), ..Tools::default() };
        let verdicts: Vec<_> = judged(&some).iter().map(|c| c.verdict).collect();
        assert_eq!(verdicts, [Verdict::Ok, Verdict::Warning, Verdict::Warning]);
        assert_eq!(judged(&some)[2].help.as_deref(), Some("`rustup target add aarch64-x`"));
        let all = Tools { zigbuild: true, targets: Some(vec!["aarch64-x".into()]), ..some };
        assert!(judged(&all).iter().all(|c| c.verdict == Verdict::Ok));
    }
}
