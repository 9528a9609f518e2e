//! Credentials, proxies and the environment: whose account is used, how it is reached, and which
//! values are refused.

use super::{Ended, Project};
use guardian_tests::stub::{Reply, Request, Stub};
use sha2::Digest;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const ENVIRONMENT_KEY: &str = "AKIAENVIRONMENT";
const CONFIG: &str = "
[profile prod]
region = eu-west-1
[profile process]
region = eu-west-1
credential_process = cat process.json
[profile login]
login_session = arn:aws:iam::222222222222:user/ann
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::222222222222:role/deploy
source_profile = prod
mfa_serial = arn:aws:iam::222222222222:mfa/ann
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::333333333333:role/deploy
source_profile = prod
region = eu-west-1
[profile endpoint]
endpoint_url = localhost:4566
region = eu-west-1
";
const CREDENTIALS: &str = "
[prod]
aws_access_key_id = AKIAPROFILE
aws_secret_access_key = secret
";

fn project() -> Project {
    let process = r#"{"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}"#;
    Project::of(&[
        (".aws/config", CONFIG),
        (".aws/credentials", CREDENTIALS),
        ("process.json", process),
    ])
}

/// STS that knows an account by the access key, and an account without stacks.
fn answer(request: &Request) -> Reply {
    match request.action.as_str() {
        "GetCallerIdentity" => {
            let accounts = [
                (ENVIRONMENT_KEY, "111111111111"),
                ("AKIAPROFILE", "222222222222"),
                ("AKIAROLE", "333333333333"),
                ("AKIAPROCESS", "444444444444"),
                ("AKIALOGIN", "555555555555"),
            ];
            let account = accounts.iter().find(|(id, _)| *id == request.access_key).unwrap().1;
            Reply::query(
                "GetCallerIdentity",
                &format!("<Arn>arn:aws:iam::{account}:user/ann</Arn><Account>{account}</Account>"),
            )
        }
        "AssumeRole" if !["", "123456"].contains(&request.parameter("TokenCode")) => {
            let message = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
            Reply::query_error(403, "AccessDenied", message)
        }
        "AssumeRole" => Reply::query(
            "AssumeRole",
            "<Credentials><AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
             </Credentials>",
        ),
        "ListStateMachines" => Reply::json(&serde_json::json!({ "stateMachines": [] })),
        _ => Reply::query_error(400, "ValidationError", "Stack [shop] does not exist"),
    }
}

/// Runs `recover`, which shows the account and then that there is no stack.
fn recover(arguments: &[&str], variables: &[(&str, &str)]) -> (Ended, Stub) {
    let stub = Stub::serve(answer).unwrap();
    let endpoint = stub.endpoint();
    let all = [&[("AWS_ENDPOINT_URL", endpoint.as_str())], variables].concat();
    let arguments = [&["recover", "--stack-name", "shop"], arguments].concat();
    (project().run(&arguments, &all), stub)
}

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", ENVIRONMENT_KEY),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_REGION", "eu-west-1"),
];

#[test]
fn a_profile_of_the_command_line_overrides_keys_in_the_environment() {
    let first = |arguments: &[&str], variables: &[(&str, &str)]| {
        let (ended, _) = recover(arguments, variables);
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        ended.stdout.lines().next().unwrap().to_owned()
    };
    let prod = ["--profile", "prod"];
    let shown = "Account 222222222222, region eu-west-1, profile prod";
    assert_eq!(first(&prod, &KEYS), shown);
    assert_eq!(first(&prod, &[]), shown);
    assert_eq!(first(&[], &[("AWS_PROFILE", "prod")]), shown);
    // As in the AWS CLI, the variable does not override the keys.
    let with_variable = [&KEYS[..], &[("AWS_PROFILE", "prod")]].concat();
    assert_eq!(first(&[], &with_variable), "Account 111111111111, region eu-west-1");
    assert!(first(&["--profile", "role"], &KEYS).starts_with("Account 333333333333,"));
    assert!(first(&["--profile", "process"], &KEYS).starts_with("Account 444444444444,"));
    let record: serde_json::Value =
        serde_json::from_str(&first(&["--profile", "prod", "--json"], &KEYS)).unwrap();
    assert_eq!(
        record,
        serde_json::json!({
            "v": 1, "type": "account", "account": "222222222222", "region": "eu-west-1",
            "profile": "prod", "role": null, "arn": "arn:aws:iam::222222222222:user/ann",
        })
    );
}

#[test]
fn an_unknown_profile_and_unsupported_credentials_are_refused_by_name() {
    let mut all = String::new();
    for (arguments, variables) in [
        (&["--profile", "nope"][..], &KEYS[..]),
        (&[], &[("AWS_PROFILE", "nope"), ("AWS_REGION", "eu-west-1")]),
        (&["--profile", "mfa"], &[]),
        (&["--profile", "endpoint"], &[]),
    ] {
        let (ended, stub) = recover(arguments, variables);
        assert_eq!(ended.code, Some(1), "{}", ended.all());
        assert_eq!(stub.calls().len(), 0);
        all.push_str(&format!("{arguments:?}\n{}\n\n", ended.all()));
    }
    insta::assert_snapshot!(all);
}

/// The file that `aws login` writes: its path, and its text with credentials that are still valid.
fn login_session() -> (String, String) {
    let session = "arn:aws:iam::222222222222:user/ann";
    let hash = sha2::Sha256::digest(session);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = serde_json::json!({
        "accessToken": {
            "accessKeyId": "AKIALOGIN", "secretAccessKey": "s", "sessionToken": "t",
            "accountId": "222222222222", "expiresAt": "2099-01-01T00:00:00Z",
        },
        "tokenType": "aws_sigv4", "refreshToken": "r", "idToken": "i",
        "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "k",
    });
    (format!(".aws/login/cache/{hash}.json"), token.to_string())
}

#[test]
fn a_session_of_aws_login_is_used_and_a_missing_one_is_named() {
    let stub = Stub::serve(answer).unwrap();
    let (endpoint, project) = (stub.endpoint(), project());
    let variables = [("AWS_ENDPOINT_URL", endpoint.as_str())];
    let words = ["recover", "--stack-name", "shop", "--profile", "login"];
    let missing = project.run(&words, &variables);
    assert_eq!(missing.code, Some(1), "{}", missing.all());
    assert!(missing.stderr.contains("`aws login`"), "{}", missing.all());
    let (path, token) = login_session();
    project.write(&path, token.as_bytes());
    let ended = project.run(&words, &variables);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stdout.starts_with("Account 555555555555,"), "{}", ended.all());
}

/// Runs a command on a terminal of its own, on which this is typed; what it shows, and its exit code.
#[cfg(target_os = "linux")]
fn on_a_terminal(
    project: &Project,
    words: &str,
    typed: &str,
    stub: &Stub,
) -> (String, Option<i32>) {
    let command = format!("{} {words}", env!("CARGO_BIN_EXE_guardian"));
    let mut script = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(project.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", project.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", stub.endpoint())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Its input stays open: at its end the terminal would hang up.
    let mut input = script.stdin.take().unwrap();
    input.write_all(format!("{typed}\n").as_bytes()).unwrap();
    let output = script.wait_with_output().unwrap();
    drop(input);
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

#[cfg(target_os = "linux")]
#[test]
fn the_code_of_an_mfa_device_is_asked_for_once_on_a_terminal() {
    let stub = Stub::serve(answer).unwrap();
    let project = project();
    // The machines are read with a session of their own, before that of the command.
    project.write("guardian.yaml", b"project: shop\nmachines:\n  watched: [\"orders-*\"]\n");
    let (shown, code) = on_a_terminal(&project, "diff --profile mfa", "123456", &stub);
    assert_eq!(code, Some(0), "{shown}");
    let prompt = "MFA code for arn:aws:iam::222222222222:mfa/ann: ";
    assert_eq!(shown.matches(prompt).count(), 1, "{shown}");
    let calls = stub.calls();
    let assumed: Vec<_> = calls.iter().filter(|call| call.action == "AssumeRole").collect();
    let [assumed] = assumed.as_slice() else { panic!("{}", assumed.len()) };
    assert_eq!(assumed.access_key, "AKIAPROFILE");
    assert_eq!(assumed.parameter("SerialNumber"), "arn:aws:iam::222222222222:mfa/ann");
    assert_eq!(assumed.parameter("TokenCode"), "123456");
    assert!(calls.iter().any(|call| call.access_key == "AKIAROLE"));

    let (shown, code) = on_a_terminal(&project, "diff --profile mfa", "000000", &stub);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("cannot assume the role") && shown.contains("one time"), "{shown}");
}

/// A forward proxy that answers itself, and keeps the head of each request.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&heads);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let log = Arc::clone(&log);
            std::thread::spawn(move || forward(stream, &log));
        }
    });
    (address, heads)
}

fn forward(stream: TcpStream, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
    log.lock().unwrap().push(head);
    let mut stream = stream;
    // No tunnel: the requested host is enough.
    let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
}

#[test]
fn all_clients_use_the_proxy_of_the_environment() {
    let run = |variables: &[(&str, &str)]| {
        let variables = [&KEYS[..], &[("AWS_MAX_ATTEMPTS", "1")], variables].concat();
        let ended = project().run(&["recover", "--stack-name", "shop"], &variables);
        assert_eq!(ended.code, Some(1), "{}", ended.all());
        ended
    };
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let (address, heads) = proxy();
        let ended = run(&[(name, &format!("http://ann:p%40ss@{address}"))]);
        let heads = heads.lock().unwrap().join("\n").to_lowercase();
        assert!(heads.contains("connect sts.eu-west-1.amazonaws.com:443 "), "{name}: {heads}");
        assert!(heads.contains("connect cloudformation.eu-west-1.amazonaws.com:443 "), "{heads}");
        // ann:p@ss
        assert!(heads.contains("proxy-authorization: basic yw5uonbac3m="), "{heads}");
        assert!(!ended.all().contains("p%40ss"), "{}", ended.all());
        assert!(ended.stderr.contains(&format!("; {name} names a proxy")), "{}", ended.all());
    }
    // Without a scheme; a plain endpoint.
    for name in ["HTTP_PROXY", "http_proxy"] {
        let (address, heads) = proxy();
        run(&[(name, &address), ("AWS_ENDPOINT_URL", "http://aws.invalid:4566")]);
        let heads = heads.lock().unwrap().join("\n");
        assert!(heads.contains("POST http://aws.invalid:4566/ "), "{name}: {heads}");
    }
    // An empty variable does not hide the other spelling.
    let (address, heads) = proxy();
    run(&[("HTTPS_PROXY", ""), ("https_proxy", &address)]);
    assert!(!heads.lock().unwrap().is_empty());
}

#[test]
fn hosts_of_no_proxy_are_reached_directly() {
    for name in ["NO_PROXY", "no_proxy"] {
        let (address, heads) = proxy();
        let variables = [("HTTP_PROXY", address.as_str()), (name, "localhost, 127.0.0.1")];
        let (ended, stub) = recover(&["--profile", "prod"], &variables);
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        assert!(stub.calls().len() > 1);
        assert!(heads.lock().unwrap().is_empty());
    }
}

/// Variables with odd values, and whether a command that calls AWS goes on.
const ODD: [(&str, &str, bool); 30] = [
    ("AWS_ENDPOINT_URL_STS", "", true),
    ("AWS_ENDPOINT_URL_CLOUDFORMATION", " ", true),
    ("AWS_ENDPOINT_URL_S3", "localhost:4566", false),
    ("AWS_ENDPOINT_URL", "localhost:4566", false),
    ("AWS_ENDPOINT_URL", "http://", false),
    ("AWS_ENDPOINT_URL", "://", false),
    ("AWS_ENDPOINT_URL", "http://\u{fc}", false),
    ("AWS_REGION", "", true),
    ("AWS_REGION", "us-east-1\n", true),
    ("AWS_REGION", "Frankfurt", false),
    ("AWS_PROFILE", " ", true),
    ("AWS_PROFILE", "nope", false),
    ("AWS_MAX_ATTEMPTS", "0", false),
    ("AWS_MAX_ATTEMPTS", "", true),
    ("AWS_MAX_ATTEMPTS", "many", false),
    ("AWS_RETRY_MODE", "sometimes", false),
    ("AWS_RETRY_MODE", "adaptive", true),
    ("AWS_USE_FIPS_ENDPOINT", "1", false),
    ("AWS_USE_DUALSTACK_ENDPOINT", "", true),
    ("AWS_SESSION_TOKEN", "", true),
    ("AWS_SESSION_TOKEN", "a\nb", false),
    ("AWS_SECRET_ACCESS_KEY", "secret\n", true),
    ("AWS_SECRET_ACCESS_KEY", "", false),
    ("AWS_CA_BUNDLE", "", true),
    ("AWS_CA_BUNDLE", "guardian.yaml", false),
    ("AWS_SDK_UA_APP_ID", "a/b c", true),
    ("HTTP_PROXY", "", true),
    ("HTTPS_PROXY", "http://:0:0", false),
    ("ALL_PROXY", "socks5://localhost:1", false),
    ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "-1", false),
];

#[test]
fn odd_variables_are_unset_or_refused_by_name_and_never_a_panic() {
    let stub = Stub::serve(answer).unwrap();
    let endpoint = stub.endpoint();
    let project = Project::shop();
    let stack = ["--stack-name", "shop"];
    for (name, value, goes_on) in ODD {
        let given = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", ENVIRONMENT_KEY),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            (name, value),
        ];
        for command in ["recover", "destroy", "gc", "status", "doctor"] {
            let words: Vec<&str> = [command].into_iter().chain(stack).collect();
            let ended = project.run(&[&words[..], &["--json"]].concat(), &given);
            let shown = format!("{name}={value:?} {command}: {}", ended.all());
            let code = ended.code.unwrap();
            assert!([0, 1, 3, 6, 7].contains(&code), "{shown}");
            for mark in ["Error {", "Some(", "panicked", "guardian has failed"] {
                assert!(!shown.contains(mark), "{shown}");
            }
            let last = ended.stdout.lines().last().unwrap_or_default();
            let last: serde_json::Value = serde_json::from_str(last).unwrap();
            if code == 1 || code == 7 {
                assert!(last["type"] == "error" || command == "doctor", "{shown}");
            }
            if command == "recover" {
                assert_eq!(code == 0, goes_on, "{shown}");
                let named = if name == "AWS_REGION" { "Frankfurt" } else { name };
                assert!(goes_on || ended.stdout.contains(named), "{shown}");
            }
        }
        // Without AWS the value does not matter, or is refused, too.
        let ended = project.run(&["validate"], &given);
        assert!([Some(0), Some(7)].contains(&ended.code), "{name}={value:?}: {}", ended.all());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_an_error_and_a_closed_pipe_is_none() {
    let project = Project::shop();
    let guardian = env!("CARGO_BIN_EXE_guardian");
    for command in ["synth", "completions bash", "--help", "validate --json"] {
        let shell = |script: &str| {
            let output = std::process::Command::new("/bin/sh")
                .args(["-c", &format!("{{ \"{guardian}\" {command} {script}")])
                .current_dir(project.path())
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap_or_default())
                .output()
                .unwrap();
            String::from_utf8(output.stderr).unwrap()
        };
        let full = shell("> /dev/full; echo exit $? >&2; }");
        assert!(full.contains("standard output cannot be written to: No space left"), "{full}");
        assert!(full.ends_with("exit 1\n"), "{command}: {full}");
        let closed = shell("; echo exit $? >&2; } | true");
        assert_eq!(closed, "exit 0\n", "{command}");
    }
}

#[test]
fn a_long_wait_is_reported_on_standard_error() {
    let stub = Stub::serve(|request| {
        if request.action == "DescribeStacks" {
            std::thread::sleep(std::time::Duration::from_secs(12));
        }
        answer(request)
    })
    .unwrap();
    let endpoint = stub.endpoint();
    let variables = [&[("AWS_ENDPOINT_URL", endpoint.as_str())], &KEYS[..]].concat();
    let ended = project().run(&["recover", "--stack-name", "shop"], &variables);
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let said = format!("waiting: {endpoint} has not answered for 10 s\n");
    assert_eq!(ended.stderr, said);
}
