//! `guardian board` and the board of several targets, against a scripted account: the page in a file,
//! the server over real HTTP, and a target that cannot be read.

use super::table::{Table, execution, red_and_green, row, run, stacks};
use super::{Ended, Project};
use guardian_contract::{Row, Status};
use guardian_tests::stub::{Reply, Request, Stub};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CONFIG: &str = "project: shop\nregion: eu-west-1\nalarms: { each: none }\nmachines:\n  \
                      watched: [order, nightly]\n";

pub(crate) fn project() -> Project {
    Project::of(&[("guardian.yaml", CONFIG)])
}

fn denied() -> Reply {
    let code = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
    Reply::json_error(400, code, "not authorized to perform: dynamodb:Query")
}

/// An account whose table can be read while this says so.
pub(crate) fn account(table: Table, open: Arc<AtomicBool>) -> Stub {
    Stub::serve(move |request| match request.action.as_str() {
        "Query" if open.load(Ordering::Relaxed) => table.query(request),
        "Query" => denied(),
        _ => around(request),
    })
    .unwrap()
}

fn around(request: &Request) -> Reply {
    match request.action.as_str() {
        "DescribeStacks" => stacks(Some("shop-dev-state")),
        "GetStackPolicy" => Reply::query("GetStackPolicy", ""),
        "DescribeAlarms" => Reply::cbor(&json!({"MetricAlarms": []})),
        other => Reply::json_error(400, "UnknownOperationException", other),
    }
}

/// A server that runs, and is ended with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) path: String,
}

impl Server {
    pub(crate) fn start(project: &Project, arguments: &[&str], stub: &Stub) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_guardian"))
            .args(["board", "--json"])
            .args(arguments)
            .current_dir(project.path())
            .env_clear()
            .env("HOME", project.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("AWS_REGION", "eu-west-1")
            .envs(stub.environment())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let record: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(record["type"], "serving");
        let url = record["url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let (address, path) = url.split_once('/').unwrap();
        Self { child, address: address.to_owned(), path: format!("/{path}") }
    }

    /// Sends this and returns everything up to the end of the connection.
    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // The server may answer and close before it has read all.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> String {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, path: &str) -> String {
        self.ask("GET", path, &self.address)
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// How it ended, within ten seconds.
    fn ended(&mut self) -> Option<i32> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server has not stopped");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status_of(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn header(answer: &str, name: &str) -> String {
    let head = answer.split("\r\n\r\n").next().unwrap();
    let found = head.lines().filter_map(|line| line.split_once(": "));
    found.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

fn served() -> (Stub, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(true));
    (account(red_and_green(), Arc::clone(&open)), open)
}

#[test]
fn the_page_is_served_with_a_strict_policy_and_as_metrics_and_json() {
    let (stub, _) = served();
    let server = Server::start(&project(), &["--serve"], &stub);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    let page = server.get("/");
    assert_eq!(status_of(&page), "200");
    assert!(page.contains("CardError") && !page.contains('\u{1b}'), "{page}");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(header(&page, name), value);
    }
    let kiosk = server.get("/kiosk");
    assert!(kiosk.contains("<html class=\"g auto kiosk\""), "{kiosk}");
    // A screen on a wall must not show whose account it is.
    assert!(!kiosk.contains("123456789012"), "{kiosk}");
    let found = server.get("/board.json?q=is%3Ared");
    assert_eq!(header(&found, "content-type"), "application/json");
    let document: Value = serde_json::from_str(found.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(document["counts"]["total"], 2);
    assert_eq!(document["machines"].as_array().unwrap().len(), 1);
    assert_eq!(document["machines"][0]["error"], "CardError");
    let metrics = server.get("/metrics");
    assert!(header(&metrics, "content-type").starts_with("application/openmetrics-text"));
    assert!(metrics.contains("guardian_machines{state=\"red\"} 1"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    let head = server.ask("HEAD", "/", "localhost");
    assert!(status_of(&head) == "200" && head.ends_with("\r\n\r\n"), "{head}");
    assert!(header(&head, "content-length").parse::<usize>().unwrap() > 1_000);
    // Six answers, and one reading.
    assert_eq!(stub.count("Query"), 6, "five partitions and the acknowledgements");
}

#[test]
fn a_search_that_is_wrong_is_refused_on_the_command_line_and_explained_on_the_page() {
    let (stub, _) = served();
    for (words, says) in [
        (&["status", "--filter", "order group:\"a"][..], "the quote at character 13 has no end"),
        (&["status", "--watch", "--filter", "is:rde"], "no machine is `rde` (character 1)"),
        (&["board", "--html", "x.html", "--filter", "name:x"], "`name:` is no field"),
        (&["status", "--filter", " "], "leave --filter out"),
        (&["status", "--filter", "a", "--filter", "b"], "cannot be used multiple times"),
        (&["status", "--group-by", ""], "leave --group-by out"),
        (&["status", "--fail-on", ""], "[possible values: red, late, stuck, unread]"),
        (&["status", "--fail-on", "red,"], "[possible values: red, late, stuck, unread]"),
        (&["board", "--serve", "--host", ""], "--host"),
    ] {
        let ended = run(&project(), words, &stub);
        assert_eq!(ended.code, Some(64), "{words:?}: {}", ended.all());
        assert!(ended.stderr.contains(says), "{words:?}: {}", ended.all());
    }
    assert_eq!(stub.calls().len(), 0);
    let server = Server::start(&project(), &["--serve"], &stub);
    let page = server.get("/?q=is%3Arde");
    assert!(page.contains("Search: no machine is `rde` (character 1)"), "{page}");
    let found = server.get("/board.json?q=is%3Arde");
    let document: Value = serde_json::from_str(found.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(document["problems"][0]["at"], 1, "{document}");
}

#[test]
fn what_is_not_asked_for_rightly_gets_nothing() {
    let (stub, _) = served();
    let server = Server::start(&project(), &["--serve", "127.0.0.1:0"], &stub);
    let of = |method, path, host| status_of(&server.ask(method, path, host)).to_owned();
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost:1", ""] {
        assert_eq!(of("GET", "/", host), "421", "{host}");
    }
    let none = server.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(status_of(&none), "421", "{none}");
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(of(method, "/", "localhost"), "405", "{method}");
    }
    let post = server.ask("POST", "/", "localhost");
    assert_eq!(header(&post, "allow"), "GET, HEAD");
    for path in ["/etc/passwd", "/../", "/board", "//"] {
        assert_eq!(of("GET", path, "localhost"), "404", "{path}");
    }
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: {}\r\nConnection: close\r\n\r\n",
        "x".repeat(100_000)
    );
    let huge = server.send(&huge);
    // The connection may be reset while the rest of the header is sent.
    assert!(huge.is_empty() || status_of(&huge) == "431", "{huge}");
    assert_eq!(status_of(&server.send("nonsense\r\n\r\n")), "400");
    assert_eq!(status_of(&server.get("/healthz")), "200", "it still answers");
    assert_eq!(stub.count("Query"), 0, "nothing was read for any of them");
}

#[test]
fn clients_that_send_nothing_are_cut_off_and_hold_no_more_than_64_connections() {
    let (stub, _) = served();
    let server = Server::start(&project(), &["--serve"], &stub);
    let began = Instant::now();
    let mut idle: Vec<TcpStream> =
        (0..64).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    idle[0].write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    // The next one waits until the first of them has had its ten seconds.
    let answer = server.get("/healthz");
    assert_eq!(status_of(&answer), "200");
    let waited = began.elapsed();
    assert!(waited > Duration::from_secs(8) && waited < Duration::from_secs(25), "{waited:?}");
    let mut rest = Vec::new();
    idle[0].set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // Closed or reset, with or without an answer; but not left open.
    if let Err(error) = idle[0].read_to_end(&mut rest) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock);
    }
}

#[test]
fn an_unreadable_table_keeps_the_old_board_with_a_banner() {
    let (stub, open) = served();
    let server = Server::start(&project(), &["--serve", "--every", "5"], &stub);
    assert!(!server.get("/").contains("cannot read"));
    open.store(false, Ordering::Relaxed);
    let began = Instant::now();
    let stale = loop {
        let page = server.get("/");
        if page.contains("cannot read") {
            break page;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{page}");
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(stale.contains("CardError"), "{stale}");
    assert!(stale.contains("what is shown was read"), "{stale}");
    open.store(true, Ordering::Relaxed);
    let began = Instant::now();
    while server.get("/").contains("cannot read") {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not heal");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn clients_that_go_away_cannot_have_the_table_read_more_often() {
    let table = red_and_green();
    let stub = Stub::serve(move |request| {
        if request.action == "Query" {
            std::thread::sleep(Duration::from_millis(300));
            return table.query(request);
        }
        around(request)
    })
    .unwrap();
    let server = Server::start(&project(), &["--serve"], &stub);
    for _ in 0..6 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(server.get("/").contains("CardError"));
    assert_eq!(stub.count("DescribeStacks"), 1, "one reading within fifteen seconds");
}

#[test]
fn two_hosts_are_none_and_a_request_line_names_the_same() {
    let (stub, _) = served();
    let server = Server::start(&project(), &["--serve"], &stub);
    let two = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n";
    assert_eq!(status_of(&server.send(two)), "421");
    assert_eq!(status_of(&server.ask("GET", "http://evil.example/healthz", "localhost")), "421");
}

#[test]
fn the_server_stops_cleanly_on_either_signal_also_while_a_connection_is_open() {
    let (stub, _) = served();
    for name in ["INT", "TERM"] {
        let mut server = Server::start(&project(), &["--serve"], &stub);
        let mut open = TcpStream::connect(&server.address).unwrap();
        write!(open, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut start = [0; 12];
        open.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        server.signal(name);
        assert_eq!(server.ended(), Some(0), "{name}");
    }
}

#[test]
fn others_see_the_board_only_when_that_is_asked_for_and_under_a_secret_path() {
    let (stub, _) = served();
    let ended = run(&project(), &["board", "--serve", "0.0.0.0:0"], &stub);
    assert_eq!(ended.code, Some(64), "{}", ended.all());
    assert!(ended.stderr.contains("--listen"), "{}", ended.stderr);
    let mut server = Server::start(&project(), &["--listen", "127.0.0.1:0"], &stub);
    assert_eq!(server.path.len(), 34, "{}", server.path);
    assert_eq!(status_of(&server.get("/")), "404");
    assert_eq!(status_of(&server.get(&server.path)), "200");
    assert_eq!(status_of(&server.get(&format!("{}metrics", server.path))), "200");
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
    let mut said = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("is open to others"), "{said}");
}

#[test]
fn the_page_is_written_whole_and_stays_when_nothing_can_be_read() {
    let (stub, open) = served();
    let project = project();
    let arguments = ["board", "--html", "wall/board.html", "--theme", "dark"];
    let ended = run(&project, &arguments, &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.starts_with("Wrote wall/board.html with 2 machines"), "{}", ended.stdout);
    let page = project.read("wall/board.html");
    assert!(page.contains("CardError") && page.contains("g dark"));
    assert!(page.contains(" data-limit=\"180\"") && page.contains(" data-as-of=\""));
    open.store(false, Ordering::Relaxed);
    let ended = run(&project, &arguments, &stub);
    assert_eq!(ended.code, Some(1), "{}", ended.all());
    assert_eq!(project.read("wall/board.html"), page);
    let none = run(&project, &["board"], &stub);
    assert_eq!(none.code, Some(64), "{}", none.all());
}

/// Two regions, of which one may not be read.
fn regions(refused: &'static str) -> Stub {
    let table = red_and_green();
    Stub::serve(move |request| match request.action.as_str() {
        "Query" if request.region == refused => denied(),
        "Query" => table.query(request),
        _ => around(request),
    })
    .unwrap()
}

fn both(arguments: &[&str], stub: &Stub) -> Ended {
    let text = "project: shop\nregions: [eu-west-1, us-east-1]\nalarms: { each: none }\nmachines:\n  \
                watched: [order, nightly]\n";
    let project = Project::of(&[("guardian.yaml", text)]);
    let all = [arguments, &["--region", "eu-west-1,us-east-1"]].concat();
    run(&project, &all, stub)
}

#[test]
fn all_regions_are_on_one_board_and_one_that_cannot_be_read_is_a_banner() {
    let ended = both(&["status"], &regions("none"));
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.contains("2 red · 2 green · of 4"), "{}", ended.stdout);
    assert!(ended.stdout.contains("123456789012/us-east-1"), "{}", ended.stdout);

    let stub = regions("us-east-1");
    let ended = both(&["status"], &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stdout.starts_with("! cannot read us-east-1: cannot read the state table"));
    assert!(ended.stdout.contains("1 red · 1 green · of 2"), "{}", ended.stdout);
    let bad = both(&["status", "--exit-code"], &stub);
    assert_eq!(bad.code, Some(2), "{}", bad.all());
    let records = both(&["status", "--json"], &stub).stdout;
    let records: Vec<Value> =
        records.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = records.iter().map(|r| r["type"].as_str().unwrap()).collect();
    let expected = ["region", "light", "light", "summary", "region", "error", "regions"];
    assert_eq!(kinds, expected);
    assert_eq!(records[1]["region"], "eu-west-1");

    let none = both(&["status"], &account(red_and_green(), Arc::default()));
    assert_eq!(none.code, Some(1), "{}", none.all());
}

#[test]
fn a_search_narrows_the_board_and_what_fails_a_pipeline_can_be_chosen() {
    let (stub, _) = served();
    let ended = run(&project(), &["status", "--filter", "is:red -nightly"], &stub);
    assert!(ended.stdout.contains("showing 1 of 2: is:red -nightly"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("green   nightly"), "{}", ended.stdout);
    let code = |on| run(&project(), &["status", "--fail-on", on], &stub).code;
    assert_eq!((code("red"), code("late,red"), code("late")), (Some(2), Some(2), Some(0)));
    // A gate does not pass because of a mistyped name.
    for (search, code) in [("ordr", 3), ("group:ordr is:red", 3), ("is:stuck", 0), ("-order", 0)] {
        let gate = ["status", "--exit-code", "--filter", search];
        let ended = run(&project(), &gate, &stub);
        assert_eq!(ended.code, Some(code), "{search}: {}", ended.all());
        assert_eq!(ended.stderr.contains("names no machine"), code == 3, "{}", ended.all());
    }
    // A search narrows records and exit codes, too.
    for (search, codes) in [("order", (Some(2), Some(2))), ("nightly", (Some(0), Some(0)))] {
        let with = |gate: &[&str]| {
            let all = [&["status", "--json", "--filter", search], gate].concat();
            let ended = run(&project(), &all, &stub);
            let records = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
            let records: Vec<Value> = records.collect();
            let lights = records.iter().filter(|record| record["type"] == "light");
            assert_eq!(lights.map(|light| &light["key"]).collect::<Vec<_>>(), [search]);
            let summary = records.iter().find(|record| record["type"] == "summary").unwrap();
            assert_eq!((&summary["red"], &summary["green"]), (&json!(1), &json!(1)), "of all");
            ended.code
        };
        assert_eq!((with(&["--exit-code"]), with(&["--fail-on", "red"])), codes, "{search}");
    }
}

#[test]
fn a_server_searches_what_it_was_started_with_until_a_request_says_otherwise() {
    let (stub, _) = served();
    let server = Server::start(&project(), &["--serve", "--filter", "is:red"], &stub);
    let found = |path: &str| {
        let answer = server.get(path);
        let document: Value =
            serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        document["machines"].as_array().unwrap().len()
    };
    assert_eq!((found("/board.json"), found("/board.json?q=")), (1, 2));
    assert_eq!(found("/board.json?q=nightly"), 1);
    let page = server.get("/");
    assert!(page.contains("showing 1 of 2") && page.contains("value=\"is:red\""), "{page}");
}

#[test]
fn lights_are_shown_when_cloudwatch_does_not_answer() {
    let ended = |name: &str, status| row(name, vec![execution(name, "a", status, 20, 10)]);
    let express = Row { express: true, ..row("clicks", Vec::new()) };
    let rows = [ended("order", Status::Failed), ended("nightly", Status::Succeeded), express];
    let table = Table::of(rows);
    let stub = Stub::serve(move |request| match request.action.as_str() {
        "Query" => table.query(request),
        "DescribeAlarms" | "GetMetricData" => {
            Reply::json_error(403, "AccessDenied", "not authorized to perform: cloudwatch")
        }
        _ => around(request),
    })
    .unwrap();
    let ended = run(&project(), &["status"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.contains("1 red · 1 not read · 1 green · of 3"), "{}", ended.stdout);
    assert!(ended.stdout.contains("the states of alarms are not shown"), "{}", ended.stdout);
    assert!(ended.stdout.contains("clicks") && ended.stdout.contains("AccessDenied"));
    // Of an EXPRESS machine nothing is known without metrics.
    let code = |search| run(&project(), &["status", "--exit-code", "--filter", search], &stub).code;
    assert_eq!((code("clicks"), code("nightly")), (Some(3), Some(0)));
}

#[test]
fn a_hundred_machines_are_rows_of_what_is_bad_and_a_line_for_each_group() {
    let rows = (0..100).map(|n| {
        let name = format!("{}-{n:03}", ["billing", "orders", "etl", "mail"][n % 4]);
        let status = if n % 20 == 0 { Status::Failed } else { Status::Succeeded };
        // Each has a time of its own, so that the order is the same in every run.
        let ended = 10 + i64::try_from(n).unwrap();
        row(&name, vec![execution(&name, "a", status, ended + 10, ended)])
    });
    let stub = account(Table::of(rows), Arc::new(AtomicBool::new(true)));
    let config = "project: shop\nregion: eu-west-1\nalarms: { each: none }\nmachines:\n  \
                  watched: [billing-000, \"*-0*\"]\n";
    let lock = "version: 1\nenvironments:\n  dev:\n    region: eu-west-1\n    patterns:\n    - '*-0*'\n    \
                machines:\n      billing-000: { type: STANDARD, by: '*-0*' }\n";
    let project = Project::of(&[("guardian.yaml", config), ("guardian.lock", lock)]);
    let ended = run(&project, &["status"], &stub);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let lines: Vec<&str> = ended.stdout.lines().filter(|l| !l.starts_with("as of ")).collect();
    insta::assert_snapshot!("a_hundred", lines.join("\n"));
    let all = run(&project, &["status", "--all"], &stub).stdout;
    assert_eq!(all.matches("● green").count(), 95, "{all}");
}

/// A stack set with stacks in the account of the credentials, in one whose role can be assumed, and in
/// one whose role cannot.
fn set(request: &Request, refused: &AtomicBool) -> Reply {
    let action = request.action.as_str();
    match action {
        "AssumeRole"
            if request.parameter("RoleArn").contains("333333333333")
                && refused.load(Ordering::Relaxed) =>
        {
            Reply::query_error(403, "AccessDenied", "not authorized to perform: sts:AssumeRole")
        }
        "GetCallerIdentity" => super::lights::caller(),
        "DescribeStackSet" => Reply::query(
            action,
            "<StackSet><StackSetName>shop-fleet</StackSetName><StackSetId>shop-fleet:1</StackSetId>\
             <Status>ACTIVE</Status><TemplateBody>{}</TemplateBody></StackSet>",
        ),
        "ListStackInstances" => {
            let one = |account: &str| {
                format!(
                    "<member><StackSetId>shop-fleet:1</StackSetId><Region>eu-west-1</Region><Account>\
                     {account}</Account><StackId>arn:aws:cloudformation:eu-west-1:{account}:stack/\
                     StackSet-shop-1/1</StackId><Status>CURRENT</Status></member>"
                )
            };
            let all = ["123456789012", "222222222222", "333333333333"].map(one).concat();
            Reply::query(action, &format!("<Summaries>{all}</Summaries>"))
        }
        "AssumeRole" => Reply::query(
            action,
            "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
             <AssumedRoleUser><AssumedRoleId>A:ann</AssumedRoleId><Arn>arn:aws:sts::222222222222:\
             assumed-role/guardian-reads/guardian-ann</Arn></AssumedRoleUser>",
        ),
        "DescribeStacks" => {
            let id = request.parameter("StackName");
            assert!(id.starts_with("arn:aws:cloudformation:"), "{id}");
            Reply::query(
                action,
                &format!(
                    "<Stacks><member><StackId>{id}</StackId><StackName>StackSet-shop-1</StackName>\
                     <CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE\
                     </StackStatus><Outputs><member><OutputKey>StateTableName</OutputKey><OutputValue>\
                     shop-state</OutputValue></member></Outputs></member></Stacks>"
                ),
            )
        }
        "Query" => red_and_green().query(request),
        _ => around(request),
    }
}

#[test]
fn the_accounts_of_a_stack_set_are_on_one_board_through_a_role() {
    let config = "project: shop\nalarms: { each: none }\nmachines:\n  watched: [order, nightly]\n\
                  environments:\n  fleet:\n    regions: [eu-west-1]\n    stack_set:\n      \
                  admin_region: eu-west-1\n      accounts: ['123456789012', '222222222222', \
                  '333333333333']\n";
    let project = Project::of(&[("guardian.yaml", config)]);
    let refused = Arc::new(AtomicBool::new(true));
    let is_refused = Arc::clone(&refused);
    let stub = Stub::serve(move |request| set(request, &is_refused)).unwrap();
    let words = ["status", "--env", "fleet", "--reader-role", "guardian-reads"];
    let ended = run(&project, &words, &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stdout.contains("2 red · 2 green · of 4"), "{}", ended.all());
    assert!(ended.stdout.contains("222222222222/eu-west-1"), "{}", ended.stdout);
    assert!(ended.stdout.starts_with("! cannot read 333333333333/eu-west-1: "), "{}", ended.stdout);
    let roles = stub.calls().into_iter().filter(|call| call.action == "AssumeRole");
    let mut roles: Vec<String> = roles.map(|call| call.parameter("RoleArn").to_owned()).collect();
    roles.sort();
    roles.dedup();
    let expected = [
        "arn:aws:iam::222222222222:role/guardian-reads",
        "arn:aws:iam::333333333333:role/guardian-reads",
    ];
    assert_eq!(roles, expected, "none for the account of the credentials");

    let page = ["board", "--html", "board.html", "--env", "fleet"];
    let ended = run(&project, &[&page[..], &["--reader-role", "guardian-reads"]].concat(), &stub);
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(project.read("board.html").contains("333333333333/eu-west-1"));

    // A role that can be assumed only later heals by itself.
    let serve = ["--serve", "--every", "5", "--env", "fleet", "--reader-role", "guardian-reads"];
    let server = Server::start(&project, &serve, &stub);
    assert!(server.get("/").contains("cannot read 333333333333/eu-west-1"));
    refused.store(false, Ordering::Relaxed);
    let began = Instant::now();
    while server.get("/").contains("cannot read") {
        assert!(began.elapsed() < Duration::from_secs(30), "the role is not tried again");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(server.get("/").contains("333333333333/eu-west-1"));
    drop(server);

    let without = run(&project, &page, &stub);
    assert_eq!(without.code, Some(64), "{}", without.all());
    assert!(without.stderr.contains("--reader-role"), "{}", without.stderr);
}
