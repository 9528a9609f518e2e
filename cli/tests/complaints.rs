//! Checks that every test that the tables of complaints and of failures name exists. It also has one of
//! these tests: that Guardian has no telemetry.

use guardian_tests::sources;
use std::path::Path;

/// Counts the tests that a table of a document names, in rows for which `is_row` holds.
fn named(document: &str, is_row: impl Fn(&str) -> bool) -> Result<usize, std::io::Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = std::fs::read_to_string(root.join(document))?;
    let rows = table.lines().filter(|line| line.starts_with('|') && is_row(line));
    let mut named = 0;
    for row in rows {
        let before = named;
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        // Between backticks: a file, then one of its tests.
        let words: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        for pair in words.chunks(2) {
            let [file, test] = pair else { panic!("a file without a test: {row}") };
            let text = std::fs::read_to_string(root.join(file))?;
            assert!(text.contains(&format!("fn {test}(")), "{file} has no test `{test}`: {row}");
            named += 1;
        }
        assert!(named > before, "no test for: {row}");
    }
    Ok(named)
}

#[test]
fn every_test_that_the_table_of_complaints_names_is_there() -> Result<(), std::io::Error> {
    let named = named("docs/complaints.md", |row| row.contains('#'))?;
    assert!(named >= 30, "the table has {named} tests");
    Ok(())
}

#[test]
fn every_test_that_the_table_of_failures_names_is_there() -> Result<(), std::io::Error> {
    let is_row = |row: &str| !row.starts_with("| failure") && !row.starts_with("|--");
    let named = named("docs/failures.md", is_row)?;
    assert!(named >= 20, "the table has {named} tests");
    Ok(())
}

/// Without telemetry nothing needs an HTTP client, and only the board's server needs a socket.
#[test]
fn nothing_but_the_sdk_of_aws_opens_a_connection() -> Result<(), guardian_tests::Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).map_err(|e| e.to_string())?;
    let (ours, _) = manifest.split_once("[dev-dependencies]").unwrap_or((&manifest, ""));
    assert!(ours.contains("aws-config"), "{ours}");
    for client in ["reqwest", "ureq", "curl", "isahc", "sentry", "opentelemetry"] {
        assert!(!ours.contains(client), "guardian depends on {client}");
    }
    let workspace =
        std::fs::read_to_string(root.join("../Cargo.toml")).map_err(|e| e.to_string())?;
    let hyper = workspace.lines().filter(|line| line.starts_with("hyper")).collect::<String>();
    assert!(hyper.contains("\"server\"") && !hyper.contains("\"client"), "{hyper}");
    let sources = sources(&root.join("src"))?;
    assert!(sources.len() > 50, "{} files", sources.len());
    // Like what stands below `cfg(test)`, a file of tests is no part of the program.
    for (source, text) in sources.into_iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        let (text, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        let serves = source.ends_with("commands/board.rs")
            || source.components().any(|part| part.as_os_str() == "serve");
        let connects = ["TcpStream::connect", "TcpSocket", "UdpSocket", "client::conn"];
        let sockets = ["std::net", "tokio::net", "TcpStream"];
        let refused = connects.iter().chain(sockets.iter().filter(|_| !serves));
        for socket in refused {
            assert!(!text.contains(socket), "{} has {socket}", source.display());
        }
    }
    Ok(())
}
