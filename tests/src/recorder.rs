//! A proxy that forwards every byte between a program and an endpoint, and records the IAM permissions
//! that the requests need, to compare them with a policy.

use crate::Error;
use crate::request::{Head, Request, decode};
use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The emulators' account.
const ACCOUNT: &str = "000000000000";

/// A permission that a request needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The access key that signed the request.
    pub access_key: String,
    /// The IAM action, such as `s3:PutObject`; `unknown: …` with the request if it is not known.
    pub action: String,
    /// The resource's ARN; none if the action takes no resource. For a stack given by name, the last part
    /// is `*`.
    pub resource: Option<String>,
    /// The request's condition keys with their values.
    pub context: BTreeMap<String, String>,
}

/// A running recorder; it forwards until it is dropped.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    permissions: Arc<Mutex<Vec<Permission>>>,
    closed: Arc<AtomicBool>,
}

impl Recorder {
    /// Starts a recorder that forwards to an endpoint `http://ADDRESS`.
    pub fn to(endpoint: &str) -> Result<Self, Error> {
        let upstream: SocketAddr = endpoint
            .strip_prefix("http://")
            .and_then(|address| address.parse().ok())
            .ok_or_else(|| format!("the recorder cannot forward to {endpoint}"))?;
        let failed = |e: io::Error| format!("the recorder: {e}");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let permissions: Arc<Mutex<Vec<Permission>>> = Arc::default();
        let closed: Arc<AtomicBool> = Arc::default();
        let (log, end) = (Arc::clone(&permissions), Arc::clone(&closed));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let log = Arc::clone(&log);
                // A client that disconnects ends only its own connection.
                thread::spawn(move || connection(stream, upstream, &log));
            }
        });
        Ok(Self { address, permissions, closed })
    }

    /// The URL to use as `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The permissions since the last call.
    pub fn take(&self) -> Vec<Permission> {
        std::mem::take(&mut self.permissions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn connection(
    client: TcpStream,
    upstream: SocketAddr,
    log: &Mutex<Vec<Permission>>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream)?;
    let (mut answers, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        // If either side ends, both end.
        let _ = io::copy(&mut answers, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let mut reader = BufReader::new(client);
    let forwarded = (|| {
        while let Some(head) = Head::read(&mut reader)? {
            // A large body waits until the server has seen the head (`Expect: 100-continue`).
            server.write_all(&head.bytes)?;
            let body = head.body(&mut reader)?;
            let request = head.with(&body);
            // Recorded before the answer, so that a client with its answer finds the record.
            log.lock().unwrap_or_else(PoisonError::into_inner).extend(permissions(&request));
            server.write_all(&body)?;
        }
        Ok(())
    })();
    let _ = server.shutdown(Shutdown::Both);
    let _ = back.join();
    forwarded
}

/// The permissions that a request needs.
pub fn permissions(request: &Request) -> Vec<Permission> {
    let (actions, resource) = match request.service.as_str() {
        // Unsigned: the emulator itself fetches something that AWS would fetch internally.
        "" => return Vec::new(),
        "s3" => s3(request),
        "lambda" => lambda(request),
        "scheduler" => (vec![schedule(request)], None),
        "monitoring" => (vec![format!("cloudwatch:{}", request.action)], None),
        "cloudformation" => (vec![format!("cloudformation:{}", request.action)], stack(request)),
        "states" => {
            let arn = ["stateMachineArn", "executionArn", "resourceArn"]
                .iter()
                .find_map(|name| request.json[name].as_str());
            (vec![format!("states:{}", request.action)], arn.map(str::to_owned))
        }
        "dynamodb" => {
            let arn =
                |table| format!("arn:aws:dynamodb:{}:{ACCOUNT}:table/{table}", request.region);
            let table = request.json["TableName"].as_str().map(arn);
            (vec![format!("dynamodb:{}", request.action)], table)
        }
        service => (vec![format!("{service}:{}", request.action)], None),
    };
    let name = request.parameter("ChangeSetName");
    let context = (!name.is_empty())
        .then(|| ("cloudformation:ChangeSetName".to_owned(), name.to_owned()))
        .into_iter()
        .collect::<BTreeMap<_, _>>();
    let of = |action: String| Permission {
        access_key: request.access_key.clone(),
        action,
        resource: resource.clone(),
        context: context.clone(),
    };
    actions.into_iter().map(of).collect()
}

fn stack(request: &Request) -> Option<String> {
    match request.parameter("StackName") {
        // A call with a change set's ARN has no stack name.
        "" => Some(request.parameter("ChangeSetName").to_owned()).filter(|arn| !arn.is_empty()),
        arn if arn.starts_with("arn:") => Some(arn.to_owned()),
        name => Some(format!("arn:aws:cloudformation:{}:{ACCOUNT}:stack/{name}/*", request.region)),
    }
}

fn unknown(request: &Request) -> String {
    format!("unknown: {} {} {}", request.service, request.method, request.path)
}

/// S3's actions have other names than its operations [S3 user guide, required permissions].
fn s3(request: &Request) -> (Vec<String>, Option<String>) {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let path = decode(path.trim_start_matches('/'));
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    let has = |name: &str| query.split('&').any(|p| p.split('=').next() == Some(name));
    let mut actions = match (request.method.as_str(), key.is_empty()) {
        ("HEAD", true) => vec!["s3:ListBucket"],
        ("HEAD" | "GET", false) => vec!["s3:GetObject"],
        ("PUT", false) => vec!["s3:PutObject"],
        ("DELETE", false) if has("versionId") => vec!["s3:DeleteObjectVersion"],
        ("DELETE", false) => vec!["s3:DeleteObject"],
        ("POST", true) if has("delete") && request.body.contains("<VersionId>") => {
            vec!["s3:DeleteObjectVersion"]
        }
        ("GET", true) if has("policy") => vec!["s3:GetBucketPolicy"],
        ("GET", true) if has("versions") => vec!["s3:ListBucketVersions"],
        ("PUT", true) if has("policy") => vec!["s3:PutBucketPolicy"],
        ("PUT", true) if has("publicAccessBlock") => vec!["s3:PutBucketPublicAccessBlock"],
        ("PUT", true) if has("ownershipControls") => vec!["s3:PutBucketOwnershipControls"],
        ("PUT", true) if has("encryption") => vec!["s3:PutEncryptionConfiguration"],
        ("PUT", true) if has("versioning") => vec!["s3:PutBucketVersioning"],
        ("PUT", true) if has("lifecycle") => vec!["s3:PutLifecycleConfiguration"],
        ("PUT", true) if query.is_empty() || query.starts_with("x-id=") => vec!["s3:CreateBucket"],
        _ => return (vec![unknown(request)], None),
    };
    if actions == ["s3:CreateBucket"] && !request.header("x-amz-object-ownership").is_empty() {
        actions.push("s3:PutBucketOwnershipControls");
    }
    if actions == ["s3:PutObject"] && !request.header("x-amz-tagging").is_empty() {
        actions.push("s3:PutObjectTagging");
    }
    let resource = if key.is_empty() { bucket.to_owned() } else { format!("{bucket}/{key}") };
    (actions.into_iter().map(str::to_owned).collect(), Some(format!("arn:aws:s3:::{resource}")))
}

fn lambda(request: &Request) -> (Vec<String>, Option<String>) {
    let path = request.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let action = match (request.method.as_str(), parts.as_slice()) {
        ("POST", [_, "functions", _, "invocations"]) => "lambda:InvokeFunction",
        ("GET", [_, "functions", _, "configuration"]) => "lambda:GetFunctionConfiguration",
        ("GET", [_, "account-settings", ..]) => {
            return (vec!["lambda:GetAccountSettings".to_owned()], None);
        }
        _ => return (vec![unknown(request)], None),
    };
    let function = decode(parts[2]);
    let arn = if function.starts_with("arn:") {
        function
    } else {
        format!("arn:aws:lambda:{}:{ACCOUNT}:function:{function}", request.region)
    };
    (vec![action.to_owned()], Some(arn))
}

fn schedule(request: &Request) -> String {
    let path = request.path.split('?').next().unwrap_or_default().trim_end_matches('/');
    match (request.method.as_str(), path.strip_prefix("/schedules")) {
        ("GET", Some("")) => "scheduler:ListSchedules".to_owned(),
        ("GET", Some(_)) => "scheduler:GetSchedule".to_owned(),
        _ => unknown(request),
    }
}

#[cfg(test)]
mod tests {
    use super::{Permission, Recorder, permissions};
    use crate::aws::Aws;
    use crate::request::Request;
    use crate::stub::{Reply, Stub};
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn requests_and_answers_pass_unchanged_and_are_recorded_once() {
        let stub = Stub::serve(|request| match request.action.as_str() {
            "DescribeStacks" => Reply::query("DescribeStacks", request.parameter("StackName")),
            _ => Reply::json(&json!({"got": request.json["stateMachineArn"]})),
        })
        .unwrap();
        let recorder = Recorder::to(&stub.endpoint()).unwrap();
        let aws = Aws::new(&recorder.endpoint());
        let xml = aws.query("cloudformation", "Action=DescribeStacks&StackName=shop").unwrap();
        assert!(xml.contains("<DescribeStacksResult>shop<"), "{xml}");
        let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:a";
        let said = aws.states("ListExecutions", &json!({"stateMachineArn": arn})).unwrap();
        assert_eq!(said, json!({"got": arn}));
        let one = |action: &str, resource: &str| Permission {
            access_key: "test".into(),
            action: action.into(),
            resource: Some(resource.into()),
            context: BTreeMap::new(),
        };
        let stack = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/*";
        let all = [one("cloudformation:DescribeStacks", stack), one("states:ListExecutions", arn)];
        assert_eq!(recorder.take(), all);
        assert_eq!(recorder.take(), []);
        assert_eq!(stub.calls().len(), 2);
    }

    #[test]
    fn rest_requests_are_recognised_by_method_and_path_and_unknown_ones_are_marked() {
        let of = |service: &str, method: &str, path: &str, header: &str| {
            let request = Request {
                service: service.into(),
                method: method.into(),
                path: path.into(),
                headers: [(header.to_owned(), "x".to_owned())].into(),
                body: "<VersionId>1</VersionId>".into(),
                ..Request::default()
            };
            let all: Vec<String> = permissions(&request).into_iter().map(|t| t.action).collect();
            all.join(" ")
        };
        assert_eq!(of("s3", "PUT", "/b/k?x-id=PutObject", ""), "s3:PutObject");
        assert_eq!(
            of("s3", "PUT", "/b", "x-amz-object-ownership"),
            "s3:CreateBucket s3:PutBucketOwnershipControls"
        );
        assert_eq!(of("s3", "POST", "/b?delete", ""), "s3:DeleteObjectVersion");
        assert_eq!(of("s3", "GET", "/b?uploads", ""), "unknown: s3 GET /b?uploads");
        let path = "/2015-03-31/functions/f/invocations";
        assert_eq!(of("lambda", "POST", path, ""), "lambda:InvokeFunction");
        assert_eq!(of("scheduler", "GET", "/schedules?x=1", ""), "scheduler:ListSchedules");
    }
}
