//! A server for AWS's wire protocols that answers with a test's function of the request: for faults that
//! the emulator cannot produce.

pub mod account;
pub mod cbor;

pub use crate::request::Request;

use crate::request::Head;
use crate::{Error, aws};
use serde_json::Value;
use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    kind: &'static str,
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn new(status: u16, kind: &'static str, body: Vec<u8>) -> Self {
        Self { status, kind, headers: String::new(), body }
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// A success of the query protocol: the XML inside `<ActionResult>`.
    pub fn query(action: &str, result: &str) -> Self {
        let body = format!(
            "<{action}Response><{action}Result>{result}</{action}Result><ResponseMetadata>\
             <RequestId>stub</RequestId></ResponseMetadata></{action}Response>"
        );
        Self::new(200, "text/xml", body.into_bytes())
    }

    /// A fault of the query protocol.
    pub fn query_error(status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}\
             </Message></Error><RequestId>stub</RequestId></ErrorResponse>"
        );
        Self::new(status, "text/xml", body.into_bytes())
    }

    /// A success of the JSON protocols.
    pub fn json(body: &Value) -> Self {
        Self::new(200, JSON, body.to_string().into_bytes())
    }

    /// A fault of the JSON protocols.
    pub fn json_error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"__type": code, "message": message}).to_string();
        Self::new(status, JSON, body.into_bytes())
    }

    /// A fault of the JSON protocols with more than a message.
    pub fn json_fault(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, body.to_string().into_bytes())
    }

    /// A success with this JSON.
    pub fn json_text(body: String) -> Self {
        Self::new(200, JSON, body.into_bytes())
    }

    /// A success of the CBOR protocol; see [`cbor::time`] for times.
    pub fn cbor(body: &Value) -> Self {
        Self::new(200, CBOR, cbor::encode(body))
    }

    /// A fault of the CBOR protocol.
    pub fn cbor_error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"__type": code, "message": message});
        Self::new(status, CBOR, cbor::encode(&body))
    }

    /// A fault of S3.
    pub fn s3_error(status: u16, code: &str, message: &str) -> Self {
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Self::new(status, "application/xml", body.into_bytes())
    }

    /// An empty success of the CBOR protocol.
    pub fn empty_cbor() -> Self {
        // A map without entries.
        Self::new(200, CBOR, vec![0xa0])
    }

    /// XML of a REST protocol; may be empty.
    pub fn xml(status: u16, body: &str) -> Self {
        Self::new(status, "application/xml", body.as_bytes().to_vec())
    }
}

const JSON: &str = "application/x-amz-json-1.0";
const CBOR: &str = "application/cbor";

/// A running stub; it serves until it is dropped.
#[derive(Debug)]
pub struct Stub {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<Request>>>,
    closed: Arc<AtomicBool>,
}

impl Stub {
    /// Starts a stub on a free port.
    pub fn serve(
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| format!("the stub: {e}"))?;
        let address = listener.local_addr().map_err(|e| format!("the stub: {e}"))?;
        let calls: Arc<Mutex<Vec<Request>>> = Arc::default();
        let closed: Arc<AtomicBool> = Arc::default();
        let (answer, log, end) = (Arc::new(answer), Arc::clone(&calls), Arc::clone(&closed));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                // A client that disconnects ends only its own connection.
                thread::spawn(move || connection(stream, &*answer, &log));
            }
        });
        Ok(Self { address, calls, closed })
    }

    /// The URL to use as `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Environment variables for programs that use the stub.
    pub fn environment(&self) -> Vec<(String, String)> {
        aws::environment(&self.endpoint())
    }

    /// All requests so far.
    pub fn calls(&self) -> Vec<Request> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of requests for an action.
    pub fn count(&self, action: &str) -> usize {
        self.calls().iter().filter(|call| call.action == action).count()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn connection(
    stream: TcpStream,
    answer: &(dyn Fn(&Request) -> Reply + Send + Sync),
    log: &Mutex<Vec<Request>>,
) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(head) = Head::read(&mut reader)? {
        let body = head.body(&mut reader)?;
        let request = head.with(&body);
        let reply = answer(&request);
        // The answer to a HEAD has no body.
        let body: &[u8] = if request.method == "HEAD" { &[] } else { &reply.body };
        log.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let protocol = if reply.kind == CBOR { "smithy-protocol: rpc-v2-cbor\r\n" } else { "" };
        let headers = format!(
            "HTTP/1.1 {} stub\r\ncontent-type: {}\r\nx-amzn-requestid: stub\r\n{protocol}\
             {}content-length: {}\r\n\r\n",
            reply.status,
            reply.kind,
            reply.headers,
            body.len()
        );
        writer.write_all(&[headers.as_bytes(), body].concat())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Reply, Stub};
    use crate::aws::Aws;
    use serde_json::json;

    #[test]
    fn requests_of_both_protocols_are_parsed_answered_and_logged() {
        let stub = Stub::serve(|request| match request.action.as_str() {
            "DescribeStacks" => Reply::query("DescribeStacks", request.parameter("StackName")),
            "ListExecutions" => Reply::json(&json!({"got": request.json["n"]})),
            _ => Reply::json_error(400, "ThrottlingException", "Rate exceeded"),
        })
        .unwrap();
        let aws = Aws::new(&stub.endpoint());
        let xml = aws.query("cloudformation", "Action=DescribeStacks&StackName=a%2Fb+c").unwrap();
        assert!(xml.contains("<DescribeStacksResult>a/b c</DescribeStacksResult>"), "{xml}");
        assert_eq!(aws.states("ListExecutions", &json!({"n": 7})).unwrap(), json!({"got": 7}));
        let refused = aws.states("StopExecution", &json!({})).unwrap_err();
        assert!(refused.contains("Rate exceeded"), "{refused}");
        let services: Vec<_> = stub.calls().into_iter().map(|call| call.service).collect();
        assert_eq!(services, ["cloudformation", "states", "states"]);
        assert_eq!(stub.count("ListExecutions"), 1);
    }
}
