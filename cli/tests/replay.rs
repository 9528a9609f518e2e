//! `guardian replay` as a user runs it.

use std::process::{Command, Output};

fn guardian(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guardian"))
        .args(words)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the binary was built for this test")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_simulated_history_saved_and_read_back_is_replayed_to_the_same_words() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("history.ndjson");
    let picture = dir.path().join("week.svg");
    let (file, picture) = (file.to_str().unwrap(), picture.to_str().unwrap());
    let small = ["replay", "--simulate", "--machines", "6", "--days", "1"];
    let simulated = guardian(&[&small[..], &["--save", file, "--svg", picture]].concat());
    assert_eq!(simulated.status.code(), Some(0), "{}", text(&simulated.stderr));
    let words = text(&simulated.stdout);
    assert!(words.contains("simulated (seed 1), not recorded"), "{words}");
    let read = guardian(&["replay", "--history", file]);
    assert_eq!(text(&read.stdout), words);
    assert!(std::fs::read_to_string(picture).unwrap().starts_with("<svg "));
}

#[test]
fn json_is_one_object_a_line_and_no_text() {
    let out = guardian(&["replay", "--simulate", "--machines", "2", "--days", "1", "--json"]);
    let lines = text(&out.stdout);
    let kinds: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["type"].to_string())
        .collect();
    assert_eq!(kinds.first().map(String::as_str), Some("\"replay\""));
    assert_eq!(kinds.len(), 1 + 2 + 2 * (2 + 1));
}

#[test]
fn without_a_source_it_is_a_usage_error_and_a_bad_file_is_invalid_input_with_its_line() {
    assert_eq!(guardian(&["replay"]).status.code(), Some(64));
    assert_eq!(guardian(&["replay", "--simulate", "--from-aws"]).status.code(), Some(64));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("bad.ndjson");
    std::fs::write(&file, "{\"machine\":\"m\"\n").unwrap();
    let out = guardian(&["replay", "--history", file.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(7));
    assert!(text(&out.stderr).contains("bad.ndjson:1:1"), "{}", text(&out.stderr));
}
