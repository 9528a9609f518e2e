//! The report, docs/aws-proof.md: from a run's findings to Markdown. Pure.

use super::claims::{CLAIMS, Claim, Finding, Ground, Verdict};
use super::plan::{PREFIX, Part};
use std::fmt::Write;

/// A run that is over.
#[derive(Debug)]
pub struct Run {
    /// Where it took place.
    pub ground: Ground,
    /// The day, as `2027-01-31`.
    pub date: String,
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// How long it took, in seconds.
    pub seconds: u64,
    /// The estimate.
    pub estimate: Vec<Part>,
    /// What was found, by the claim's id.
    pub findings: Vec<(&'static str, Finding)>,
    /// Why the run failed; nothing if it passed.
    pub problems: Vec<String>,
}

const ABOUT: &str = include_str!("about.txt");

/// The estimate in one line: whole cents, rounded up.
pub fn total(estimate: &[Part]) -> String {
    let cents = estimate.iter().map(|part| part.cents).sum::<f64>().ceil();
    format!("at most about {cents} US cents")
}

/// Writes the report.
pub fn render(run: &Run) -> String {
    let mut out = String::from("# Guardian on AWS\n\n");
    if run.ground == Ground::Emulator {
        out += "**This is the result of the embedded emulator, ministack. Nothing was run on AWS yet.** \
                The emulator\nshows that the run works and cleans up; what it says of AWS counts for \
                nothing.\n\n";
    }
    let verdicts = |wanted: fn(&Verdict) -> bool| {
        run.findings.iter().filter(|(_, finding)| wanted(&finding.verdict)).count()
    };
    let place = match run.ground {
        Ground::Aws => format!("account {}, {}", masked(&run.account), run.region),
        Ground::Emulator => format!("emulator, {}", run.region),
    };
    let _ = write!(
        out,
        "| | |\n|---|---|\n| date | {} |\n| where | {place} |\n| time | {} min {} s |\n\
         | cost | {}, estimated before the run |\n\
         | claims | {} confirmed, {} refuted, {} not checkable here, of {} |\n\
         | result | {} |\n\n## Claims\n\n",
        run.date,
        run.seconds / 60,
        run.seconds % 60,
        total(&run.estimate),
        verdicts(|v| *v == Verdict::Confirmed),
        verdicts(|v| *v == Verdict::Refuted),
        CLAIMS.len() - verdicts(|v| !matches!(v, Verdict::NotCheckable(_))),
        CLAIMS.len(),
        match (run.problems.is_empty(), run.ground) {
            (true, Ground::Aws) => "passed",
            (true, Ground::Emulator) => "passed, with the known differences of the emulator",
            (false, _) => "failed, see the end",
        }
    );
    out += "| claim | expected | found | verdict |\n|---|---|---|---|\n";
    for claim in CLAIMS {
        let finding = run.findings.iter().find(|(id, _)| *id == claim.id).map(|(_, f)| f);
        let _ = writeln!(out, "{}", row(run.ground, claim, finding));
    }
    out += "\n## Cost\n\n| | US cents | price |\n|---|---|---|\n";
    for part in &run.estimate {
        let _ = writeln!(out, "| {} | {:.3} | {} |", part.text, part.cents, part.source);
    }
    out += "\nThe free tier is not deducted; everything is counted for an hour.\n";
    if !run.problems.is_empty() {
        out += "\n## Why the run failed\n\n";
        for problem in &run.problems {
            let _ = writeln!(out, "- {}", plain(problem));
        }
    }
    out + "\n" + &ABOUT.replace("PREFIX", PREFIX)
}

fn row(ground: Ground, claim: &Claim, finding: Option<&Finding>) -> String {
    let (found, verdict) = match (finding, claim.never) {
        (_, Some(why)) => (String::new(), format!("not checkable here: {why}")),
        (None, None) => (String::new(), "not reached".to_owned()),
        (Some(finding), None) => (finding.found.clone(), word(&finding.verdict)),
    };
    let known = claim.emulator.filter(|_| {
        ground == Ground::Emulator && finding.is_some_and(|f| f.verdict != Verdict::Confirmed)
    });
    let known = known.map(|known| format!("; known difference: {}", known.why)).unwrap_or_default();
    format!(
        "| `{}`: {}<br>`{}` | {} | {} | {} |",
        claim.id,
        plain(claim.text),
        claim.place.0,
        plain(claim.expected),
        plain(&found),
        plain(&(verdict + &known)),
    )
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Confirmed => "confirmed".to_owned(),
        Verdict::Refuted => "refuted".to_owned(),
        Verdict::NotCheckable(why) => format!("not checkable here: {why}"),
    }
}

/// An account with its last four digits only.
pub fn masked(account: &str) -> String {
    let shown = account.len().saturating_sub(4);
    account.chars().enumerate().map(|(i, c)| if i < shown { '*' } else { c }).collect()
}

/// A text for a cell: one line, no longer than is read, no account, and nothing that Markdown takes
/// for a cell's end or a tag.
fn plain(text: &str) -> String {
    let cut: String = text.chars().take(300).collect();
    let mut line = String::new();
    let mut digits = String::new();
    for c in cut.chars().chain([' ']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let account = digits.len() == 12;
        line += &if account { masked(&digits) } else { std::mem::take(&mut digits) };
        digits.clear();
        match c {
            '|' => line += "\\|",
            '<' => line += "&lt;",
            '\n' | '\r' => line.push(' '),
            other => line.push(other),
        }
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(ground: Ground) -> Run {
        let part = Part { text: "20 x alarm metric".to_owned(), cents: 0.274, source: "a tool" };
        Run {
            ground,
            date: "2027-01-31".to_owned(),
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            seconds: 754,
            estimate: vec![part.clone(), Part { cents: 1.0, ..part }],
            findings: vec![
                ("deploy", Finding::of(true, "exit code 0, CREATE_COMPLETE")),
                ("redrive", Finding::of(false, "<none> of arn:aws:states:r:123456789012:x | y")),
                ("ttl-read", Finding::not_checkable("no answer")),
            ],
            problems: vec!["redrive: refuted".to_owned()],
        }
    }

    #[test]
    fn the_report_of_a_run_on_aws() {
        insta::assert_snapshot!(render(&run(Ground::Aws)));
    }

    #[test]
    fn the_report_of_the_emulator_says_first_that_nothing_was_run_on_aws() {
        let text = render(&run(Ground::Emulator));
        let top = text.lines().take(4).collect::<String>();
        assert!(top.contains("Nothing was run on AWS yet"), "{top}");
        assert!(text.contains("known difference: ministack has no RedriveExecution"));
        assert!(!render(&run(Ground::Aws)).contains("ministack"));
    }

    #[test]
    fn the_committed_report_has_every_claim_and_these_instructions() {
        let file = guardian_tests::repository().join("docs/aws-proof.md");
        let text = std::fs::read_to_string(file).expect("docs/aws-proof.md");
        assert!(text.ends_with(&ABOUT.replace("PREFIX", PREFIX)), "run aws-proof --emulator again");
        for claim in CLAIMS {
            let begins = format!("| `{}`: {}<br>", claim.id, plain(claim.text));
            assert!(text.contains(&begins), "no {}: run aws-proof --emulator again", claim.id);
        }
    }

    #[test]
    fn no_account_is_shown_in_full() {
        assert_eq!(masked("123456789012"), "********9012");
        assert!(!render(&run(Ground::Aws)).contains("123456789012"));
        assert_eq!(plain("in 123456789012"), "in ********9012");
        assert_eq!(plain("after 1234567890123 ms, 12"), "after 1234567890123 ms, 12");
    }
}
