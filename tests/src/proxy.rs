//! A proxy in front of an emulator. It keeps every request, and a watcher can act before a request is
//! forwarded and before it is answered: delay it, drop it, or kill the client.

use crate::request::{Head, Request};
use crate::{Error, aws};
use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use ureq::http;

/// When a watcher sees a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before it is forwarded to the emulator.
    Received,
    /// After the emulator has answered, before the client gets the answer.
    Answered,
}

/// What the proxy does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Forwards the request, or the answer.
    Forward,
    /// Closes the connection.
    Disconnect,
}

/// A watcher gets a request's number (from 1), its stage and the request.
type Watcher = dyn Fn(usize, Stage, &Request) -> Decision + Send + Sync;

#[derive(Default)]
struct Seen {
    calls: Vec<Request>,
    /// Number of requests before the watcher was set.
    before: usize,
    watcher: Option<Arc<Watcher>>,
}

/// A running proxy; it forwards until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    closed: Arc<AtomicBool>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Proxy {
    /// One that forwards to this endpoint.
    pub fn to(endpoint: &str) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| format!("the proxy: {e}"))?;
        let address = listener.local_addr().map_err(|e| format!("the proxy: {e}"))?;
        let (seen, closed): (Arc<Mutex<Seen>>, Arc<AtomicBool>) = Default::default();
        let upstream = Arc::new(Upstream {
            endpoint: endpoint.to_owned(),
            agent: ureq::Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(60)))
                .http_status_as_error(false)
                .build()
                .into(),
        });
        let (log, end) = (Arc::clone(&seen), Arc::clone(&closed));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let (upstream, log) = (Arc::clone(&upstream), Arc::clone(&log));
                // A client that disconnects ends only its own connection.
                thread::spawn(move || connection(stream, &upstream, &log));
            }
        });
        Ok(Self { address, seen, closed })
    }

    /// The URL to use as `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Environment variables for programs that use the proxy.
    pub fn environment(&self) -> Vec<(String, String)> {
        aws::environment(&self.endpoint())
    }

    /// Sets the watcher of all further requests; it replaces the previous one.
    pub fn watch(
        &self,
        watcher: impl Fn(usize, Stage, &Request) -> Decision + Send + Sync + 'static,
    ) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.before = seen.calls.len();
        seen.watcher = Some(Arc::new(watcher));
    }

    /// Removes the watcher.
    pub fn unwatch(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).watcher = None;
    }

    /// All requests so far.
    pub fn calls(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).calls.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn connection(stream: TcpStream, upstream: &Upstream, log: &Mutex<Seen>) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(head) = Head::read(&mut reader)? {
        // The client sends a large body only after this answer.
        if String::from_utf8_lossy(&head.bytes).to_lowercase().contains("expect: 100-continue") {
            writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let body = head.body(&mut reader)?;
        let request = head.with(&body);
        let (number, watcher) = {
            let mut seen = log.lock().unwrap_or_else(PoisonError::into_inner);
            seen.calls.push(request.clone());
            (seen.calls.len() - seen.before, seen.watcher.clone())
        };
        let lost = |moment| {
            watcher.as_ref().is_some_and(|w| w(number, moment, &request) == Decision::Disconnect)
        };
        if lost(Stage::Received) {
            break;
        }
        let answer = upstream.forward(&request, body);
        if lost(Stage::Answered) {
            break;
        }
        writer.write_all(&answer.map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// The endpoint that requests are forwarded to.
struct Upstream {
    endpoint: String,
    agent: ureq::Agent,
}

impl Upstream {
    /// The bytes of the answer to a request.
    fn forward(&self, request: &Request, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        let failed =
            |e: &dyn std::fmt::Display| format!("{} {}: {e}", request.method, request.path);
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.endpoint, request.path));
        for (name, value) in &request.headers {
            // These belong to the client's connection.
            if !matches!(name.as_str(), "host" | "connection" | "content-length" | "expect") {
                builder = builder.header(name, value);
            }
        }
        let answer = if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
            self.agent.run(builder.body(body).map_err(|e| failed(&e))?)
        } else {
            self.agent.run(builder.body(()).map_err(|e| failed(&e))?)
        };
        let mut answer = answer.map_err(|e| failed(&e))?;
        let body = answer.body_mut().with_config().limit(u64::MAX).read_to_vec();
        let body = body.map_err(|e| failed(&e))?;
        let head = request.method == "HEAD";
        let mut bytes = format!("HTTP/1.1 {} forwarded\r\n", answer.status().as_u16());
        for (name, value) in answer.headers() {
            let own = match name.as_str() {
                "connection" | "transfer-encoding" => true,
                // The answer to a HEAD has the length of a body that is not sent.
                "content-length" => !head,
                _ => false,
            };
            if let Some(value) = value.to_str().ok().filter(|_| !own) {
                bytes.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if !head && answer.status() != http::StatusCode::NO_CONTENT {
            bytes.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        bytes.push_str("\r\n");
        Ok([bytes.into_bytes(), body].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Proxy, Stage};
    use crate::aws::Aws;
    use crate::stub::{Reply, Stub};
    use serde_json::json;

    #[test]
    fn requests_are_forwarded_and_a_lost_one_reaches_the_emulator_only_after_that_stage() {
        let stub = Stub::serve(|request| Reply::json(&json!({"got": request.json["n"]}))).unwrap();
        let proxy = Proxy::to(&stub.endpoint()).unwrap();
        let aws = Aws::new(&proxy.endpoint());
        let ask = |n: u32| aws.states("ListExecutions", &json!({"n": n}));
        assert_eq!(ask(7).unwrap(), json!({"got": 7}));
        for (lost, done) in [(Stage::Received, 2), (Stage::Answered, 4)] {
            proxy.watch(move |number, stage, _| {
                if number == 2 && stage == lost { Decision::Disconnect } else { Decision::Forward }
            });
            ask(1).unwrap();
            ask(2).unwrap_err();
            assert_eq!(stub.count("ListExecutions"), done);
        }
        proxy.unwatch();
        ask(3).unwrap();
        assert_eq!(proxy.calls().len(), 6);
        assert_eq!(proxy.calls()[0].service, "states");
    }
}
