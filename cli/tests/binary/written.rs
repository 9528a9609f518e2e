//! What `ci`, `doctor`, `man` and `completions` print and write, in full.

use super::{Ended, Project};
use guardian_tests::stub::{Reply, Stub};
use std::collections::BTreeSet;

/// A project with all that CI needs to know.
fn shop() -> Project {
    let project = Project::shop();
    let text = format!("{}region: eu-west-1\n", super::SHOP);
    project.write("guardian.yaml", text.as_bytes());
    project
}

fn ci(project: &Project, rest: &[&str]) -> Ended {
    project.run(&[&["ci"], rest, &["--repository", "acme/shop"]].concat(), &[])
}

#[test]
fn what_ci_needs_is_printed_as_a_whole_for_both_systems() {
    let github = ci(&shop(), &["github", "-o", "-"]);
    insta::assert_snapshot!("ci_github", github.all());
    let gitlab = ci(&shop(), &["gitlab", "-o", "-"]);
    insta::assert_snapshot!("ci_gitlab", gitlab.all());
    for (ended, documents) in [(github, 2), (gitlab, 2)] {
        let parts = ended.stdout.split("\n---\n");
        let read = parts.map(|part| serde_yaml::from_str::<serde_yaml::Value>(part).unwrap());
        assert_eq!(read.filter(serde_yaml::Value::is_mapping).count(), documents);
    }
}

#[test]
fn ci_writes_its_files_once_and_says_what_comes_next() {
    let project = shop();
    let first = ci(&project, &["github"]);
    let again = ci(&project, &["github"]);
    insta::assert_snapshot!("ci_written", [first.all(), again.all()].join("\n"));
    let files = project.files();
    assert!(files.contains(".github/workflows/guardian.yml"), "{files:?}");
    assert!(files.contains("guardian-ci.yaml"), "{files:?}");
}

#[test]
fn the_doctor_tells_every_check_with_what_to_do() {
    let stub = Stub::serve(|request| match request.action.as_str() {
        "GetCallerIdentity" => Reply::query(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account>",
        ),
        action if action.starts_with("HEAD /") => Reply::xml(200, ""),
        action if action.starts_with("PUT /") => {
            Reply::s3_error(412, "PreconditionFailed", "It did not hold")
        }
        action => Reply::json_error(400, "AccessDeniedException", action),
    })
    .unwrap();
    let endpoint = stub.endpoint();
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("NO_PROXY", "127.0.0.1"),
        // No tool of this computer is found.
        ("PATH", "/nowhere"),
    ];
    for (name, options) in [("doctor", &["doctor"][..]), ("doctor_json", &["doctor", "--json"])] {
        let said = shop().run(options, &variables).all().replace(&endpoint, "[endpoint]");
        insta::assert_snapshot!(name, said);
    }
}

#[test]
fn each_command_has_a_manual_page_and_is_completed_by_every_shell() {
    let project = Project::of(&[]);
    let ended = project.run(&["man", "-o", "man1"], &[]);
    insta::assert_snapshot!("man", ended.all());
    let help = project.run(&["--help"], &[]).stdout;
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // A description that continues on the next line is further to the right.
    let first = |line: &'_ str| line.starts_with("  ") && !line.starts_with("   ");
    let commands: BTreeSet<&str> = listed
        .lines()
        .filter(|line| first(line))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 15, "{commands:?}");
    let pages = project.files();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = project.run(&["completions", shell], &[]);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{shell}");
        for command in &commands {
            assert!(ended.stdout.contains(command), "{shell} does not complete {command}");
        }
        let head: Vec<&str> = ended.stdout.lines().take(8).collect();
        insta::assert_snapshot!(format!("completions_{shell}"), head.join("\n"));
    }
    for command in commands {
        assert!(pages.contains(&format!("man1/guardian-{command}.1")), "{command}: {pages:?}");
    }
}
