//! Connections to an endpoint that may not be there. The SDK's retries are for services that have
//! a bad moment; an endpoint that never answered at all is told by its address, and soon.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;

/// Pauses between the tries of a first connection.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];

/// An endpoint that was never reached.
#[derive(Debug, Error)]
#[error("cannot reach {endpoint}: {reason}")]
pub struct Unreachable {
    /// Scheme and host.
    pub endpoint: String,
    /// The innermost cause.
    pub reason: String,
}

/// An HTTP client that knows which endpoints have answered.
#[derive(Debug, Clone)]
pub struct Client {
    inner: SharedHttpClient,
    reached: Arc<Mutex<BTreeSet<String>>>,
}

impl Client {
    /// Around this client.
    pub fn new(inner: SharedHttpClient) -> Self {
        Self { inner, reached: Arc::default() }
    }
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, reached: Arc::clone(&self.reached) })
    }
}

#[derive(Debug, Clone)]
struct Connector {
    inner: SharedHttpConnector,
    reached: Arc<Mutex<BTreeSet<String>>>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let endpoint = endpoint(request.uri());
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            // Most machines have no metadata service, and the SDK asks it last: once is enough.
            let pauses = if endpoint.contains("//169.254.") { &[][..] } else { &PAUSES[..] };
            let mut pauses = pauses.iter();
            let mut request = request;
            loop {
                let again = request.try_clone();
                let error = match connector.inner.call(request).await {
                    Ok(answer) => {
                        connector.reached().insert(endpoint);
                        return Ok(answer);
                    }
                    Err(error) => error,
                };
                if connector.reached().contains(&endpoint) || !(error.is_io() || error.is_timeout())
                {
                    return Err(error);
                }
                match (pauses.next(), again) {
                    (Some(pause), Some(again)) => {
                        tokio::time::sleep(*pause).await;
                        request = again;
                    }
                    _ => {
                        let reason = innermost(&error);
                        // Of the kind that the SDK does not try again.
                        return Err(ConnectorError::user(Unreachable { endpoint, reason }.into()));
                    }
                }
            }
        })
    }
}

impl Connector {
    fn reached(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn endpoint(uri: &str) -> String {
    let host = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[host..].find(['/', '?']).map_or(uri.len(), |at| host + at);
    uri[..end].to_owned()
}

fn innermost(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |e| e.source())
        .last()
        .map_or_else(String::new, |e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
