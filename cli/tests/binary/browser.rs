//! The board in a real browser, with hostile names and causes. `cargo xtask browser` runs it: it needs
//! Chromium, Node.js and the packages of `tests/browser`.

use super::Project;
use super::board::{Server, account};
use super::table::{Table, execution, row, run};
use guardian_board::sample::HOSTILE;
use guardian_contract::{Attempt, Row, Status, Why};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A hundred machines, a fifth of them red for reasons that an attacker wrote.
fn rows() -> impl Iterator<Item = Row> {
    (0..100).map(|n| {
        let name = format!("{}-{n:03}", ["billing", "orders", "etl", "mail"][n % 4]);
        let hostile = HOSTILE[n % HOSTILE.len()];
        let status = if n % 5 == 0 { Status::Failed } else { Status::Succeeded };
        let ended = 10 + i64::try_from(n).unwrap();
        let last = execution(&name, hostile, status, ended + 10, ended);
        let first = execution(&name, "first", Status::Succeeded, ended + 99, ended + 90);
        let mut row = row(&name, vec![last.clone(), first]);
        row.tags.insert("team".into(), hostile.into());
        if status == Status::Failed {
            row.explain(Why {
                attempt: Attempt::of(&last),
                state: Some(hostile.into()),
                error: Some(HOSTILE[(n / 5) % HOSTILE.len()].into()),
                cause: Some(HOSTILE[(n / 5 + 1) % HOSTILE.len()].into()),
                complete: true,
            });
        }
        row
    })
}

#[test]
#[ignore = "needs Chromium and Node.js: `cargo xtask browser`"]
fn the_board_works_in_a_browser_and_obeys_nothing_that_it_shows() {
    let stub = account(Table::of(rows()), Arc::new(AtomicBool::new(true)));
    let project = Project::of(&[(
        "guardian.yaml",
        "project: shop\nregion: eu-west-1\nalarms: { each: none }\nmachines:\n  watched: \
         [billing-000, billing-004]\n",
    )]);
    let written = run(&project, &["board", "--html", "board.html"], &stub);
    assert_eq!(written.code, Some(0), "{}", written.all());
    let server = Server::start(&project, &["--serve", "--every", "5"], &stub);
    let modules = PathBuf::from(std::env::var_os("GUARDIAN_BROWSER").expect("cargo xtask browser"));
    let output = Command::new("node")
        .arg(modules.join("check.mjs"))
        .arg(format!("http://{}{}", server.address, server.path))
        .arg(project.path().join("board.html"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    println!("{said}");
    assert!(output.status.success(), "{said}");
}
