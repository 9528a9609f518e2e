//! Connections: through the proxy of the environment, and to an endpoint that may not be there. The
//! SDK's retries are for transient failures; an endpoint that never answered is reported by its
//! address, and soon. A call that takes long is reported while it waits.

use crate::environment::{PROXIES, value};
use crate::error::{Unreachable, innermost};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector as Connections};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Pauses between the tries of a first connection.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];

/// A call whose answer takes long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Scheme and host.
    pub endpoint: String,
    /// Time since the first try.
    pub since: Duration,
    /// Number of the try, from 1.
    pub attempt: u32,
    /// How the try before ended: a status, or an error of the network.
    pub last: Option<String>,
}

/// When a long wait is reported first; then each time after twice the time.
const REPORT_AFTER: Duration = Duration::from_secs(10);

/// Longer than the SDK tries a call.
const FORGET_AFTER: Duration = Duration::from_secs(1_800);

/// An HTTP client that knows which endpoints have answered.
#[derive(Debug, Clone)]
pub struct Client {
    /// Through the proxy of the environment, if there is one.
    inner: SharedHttpClient,
    /// Never through a proxy.
    direct: SharedHttpClient,
    state: Arc<State>,
}

/// What all connectors of a client know.
#[derive(Debug, Default)]
struct State {
    /// Endpoints that have answered.
    reached: Mutex<BTreeSet<String>>,
    /// Calls that were not successful yet, by the SDK's id of their invocation.
    calls: Mutex<BTreeMap<String, Call>>,
    report: Option<fn(&Wait)>,
}

/// A call with all its tries.
#[derive(Debug, Clone)]
struct Call {
    began: Instant,
    /// When it is reported next, since its beginning.
    next: Duration,
    attempt: u32,
    last: Option<String>,
}

impl Client {
    /// A client that trusts these certificates and reports calls whose answers take long.
    pub fn new(trust: &TlsContext, report: Option<fn(&Wait)>) -> Self {
        let state = State { report, ..State::default() };
        Self {
            inner: https(trust, ProxyConfig::from_env()),
            direct: https(trust, ProxyConfig::disabled()),
            state: Arc::new(state),
        }
    }
}

/// An HTTPS client with this proxy. The SDK's own builder of clients has no option for one.
fn https(trust: &TlsContext, proxy: ProxyConfig) -> SharedHttpClient {
    let trust = trust.clone();
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connections::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        let tls = tls::Provider::Rustls(CryptoMode::Ring);
        builder.tls_provider(tls).tls_context(trust.clone()).build()
    })
}

/// A connector for requests that are not an SDK's: through the proxy of the environment, without
/// retries.
pub(crate) fn single(trust: &TlsContext) -> SharedHttpConnector {
    let tls = tls::Provider::Rustls(CryptoMode::Ring);
    let builder = Connections::builder().proxy_config(ProxyConfig::from_env());
    SharedHttpConnector::new(builder.tls_provider(tls).tls_context(trust.clone()).build())
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            direct: self.direct.http_connector(settings, components),
            state: Arc::clone(&self.state),
        })
    }
}

#[derive(Debug, Clone)]
struct Connector {
    inner: SharedHttpConnector,
    direct: SharedHttpConnector,
    state: Arc<State>,
}

/// Whether an endpoint is the metadata service of a machine or a container. It is part of the machine:
/// a proxy would answer for itself, with its own credentials.
fn is_metadata(endpoint: &str) -> bool {
    ["//169.254.", "//[fd00:ec2:"].iter().any(|mark| endpoint.contains(mark))
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let endpoint = endpoint(request.uri());
        let id = request.headers().get("amz-sdk-invocation-id").map(str::to_owned);
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let Some(id) = id else { return connector.connect(request, endpoint).await };
            let call = connector.state.attempt(&id);
            let answer = tokio::select! {
                answer = connector.connect(request, endpoint.clone()) => answer,
                never = connector.state.report_while(&id, call, &endpoint) => match never {},
            };
            let failed = match &answer {
                // Some services throttle with 400.
                Ok(answer) if answer.status().as_u16() >= 400 => {
                    Some(format!("HTTP {}", answer.status().as_u16()))
                }
                Ok(_) => None,
                Err(error) => Some(innermost(error)),
            };
            connector.state.ended(&id, failed);
            answer
        })
    }
}

impl Connector {
    /// Sends a request; a first connection is tried a few times.
    async fn connect(
        &self,
        mut request: HttpRequest,
        endpoint: String,
    ) -> Result<HttpResponse, ConnectorError> {
        // Most machines have no metadata service, and the SDK asks it last: once is enough.
        let (inner, pauses) = match is_metadata(&endpoint) {
            true => (&self.direct, &[][..]),
            false => (&self.inner, &PAUSES[..]),
        };
        let mut pauses = pauses.iter();
        loop {
            let again = request.try_clone();
            let error = match inner.call(request).await {
                Ok(answer) => {
                    self.reached().insert(endpoint);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if self.reached().contains(&endpoint) || !(error.is_io() || error.is_timeout()) {
                return Err(error);
            }
            match (pauses.next(), again) {
                (Some(pause), Some(again)) => {
                    sleep(*pause).await;
                    request = again;
                }
                _ => {
                    let mut reason = innermost(&error);
                    if let Some(name) = proxy_of(&endpoint) {
                        reason.push_str(&format!("; {name} names a proxy"));
                    }
                    // Of the kind that the SDK does not try again.
                    return Err(ConnectorError::user(Unreachable { endpoint, reason }.into()));
                }
            }
        }
    }
}

impl State {
    fn calls(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another try of a call.
    fn attempt(&self, id: &str) -> Call {
        let new = || Call { began: Instant::now(), next: REPORT_AFTER, attempt: 0, last: None };
        let mut calls = self.calls();
        // Calls that the SDK does not try again are left over.
        calls.retain(|_, call| call.began.elapsed() < FORGET_AFTER);
        let call = calls.entry(id.to_owned()).or_insert_with(new);
        call.attempt += 1;
        call.clone()
    }

    /// Reports a call at growing intervals; does not end.
    async fn report_while(&self, id: &str, mut call: Call, endpoint: &str) -> Infallible {
        loop {
            sleep_until(call.began + call.next).await;
            if let Some(report) = self.report {
                report(&Wait {
                    endpoint: endpoint.to_owned(),
                    since: call.began.elapsed(),
                    attempt: call.attempt,
                    last: call.last.clone(),
                });
            }
            call.next = call.began.elapsed() * 2;
            self.calls().insert(id.to_owned(), call.clone());
        }
    }

    /// Ends an attempt of a call; `reason` is its error, if it failed.
    fn ended(&self, id: &str, failed: Option<String>) {
        let mut calls = self.calls();
        match (calls.get_mut(id), failed) {
            (Some(call), Some(failed)) => call.last = Some(failed),
            _ => drop(calls.remove(id)),
        }
    }
}

impl Connector {
    fn reached(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.state.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The variable that names a proxy for an endpoint, whether or not NO_PROXY excludes it.
fn proxy_of(endpoint: &str) -> Option<&'static str> {
    let own = if endpoint.starts_with("https:") { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let mut names = PROXIES.into_iter();
    names.find(|name| {
        [own, "ALL_PROXY"].iter().any(|of| of.eq_ignore_ascii_case(name)) && value(name).is_some()
    })
}

pub(crate) fn endpoint(uri: &str) -> String {
    let host = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[host..].find(['/', '?']).map_or(uri.len(), |at| host + at);
    uri[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_service_is_not_asked_through_a_proxy() {
        assert!(is_metadata("http://169.254.169.254"));
        assert!(is_metadata("http://[fd00:ec2::254]"));
        assert!(!is_metadata("https://sts.eu-west-1.amazonaws.com"));
    }

    static REPORTS: Mutex<Vec<Wait>> = Mutex::new(Vec::new());

    #[tokio::test(start_paused = true)]
    async fn a_call_that_takes_long_is_reported_at_growing_intervals() {
        let state = State {
            report: Some(|wait| REPORTS.lock().unwrap().push(wait.clone())),
            ..State::default()
        };
        let call = state.attempt("1");
        let minute = Duration::from_secs(60);
        let waits = state.report_while("1", call, "https://sts");
        assert!(tokio::time::timeout(minute, waits).await.is_err());
        state.ended("1", Some("HTTP 500".to_owned()));
        let call = state.attempt("1");
        let waits = state.report_while("1", call, "https://sts");
        assert!(tokio::time::timeout(minute, waits).await.is_err());
        state.ended("1", None);
        assert!(state.calls().is_empty());
        let reports = REPORTS.lock().unwrap();
        let all: Vec<_> = reports.iter().map(|w| (w.since.as_secs(), w.attempt)).collect();
        assert_eq!(all, [(10, 1), (20, 1), (40, 1), (80, 2)]);
        assert_eq!(reports[3].last.as_deref(), Some("HTTP 500"));
    }

    #[test]
    fn an_endpoint_is_the_scheme_and_the_host() {
        assert_eq!(
            endpoint("https://states.eu-west-1.amazonaws.com/"),
            "https://states.eu-west-1.amazonaws.com"
        );
        assert_eq!(endpoint("http://localhost:4566?x=/"), "http://localhost:4566");
        assert_eq!(endpoint("localhost"), "localhost");
    }
}
