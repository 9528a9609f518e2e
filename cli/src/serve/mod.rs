//! The server of `guardian board --serve`: HTTP/1.1, only GET and HEAD, and no request changes anything.
//! `request` decides the answer, `cache` has the board.

pub mod cache;
mod patience;
pub mod request;
#[cfg(test)]
mod tests;

use cache::Cache;
use guardian_board::html::{View, html, policy};
use guardian_board::{json, metrics};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName,
    HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use patience::Patience;
use request::{Refusal, Route, Rules};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Connections at once; others wait.
const CONNECTIONS: usize = 64;
/// Bytes of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// How long a connection may be open.
const LIFE: Duration = Duration::from_secs(600);
/// How long open answers may take after a signal to stop.
const GRACE: Duration = Duration::from_secs(5);
/// The longest pause after an error of the listener, such as too many open files.
const PAUSE: Duration = Duration::from_millis(200);

type Answer = Response<Full<Bytes>>;

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first to the last byte of a request's headers; so long a connection may be idle, too.
    pub headers: Duration,
    /// To take an answer.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: Duration::from_secs(10), answer: Duration::from_secs(20) }
    }
}

/// Answers until `stop` is done, then lets open answers end.
pub async fn serve(
    listener: TcpListener,
    rules: Rules,
    cache: Arc<Cache>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let rules = Arc::new(rules);
    let gate = Arc::new(Semaphore::new(CONNECTIONS));
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        // Drops the results of connections that have ended.
        while open.try_join_next().is_some() {}
        let accepted = async {
            let permit = Arc::clone(&gate).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, stream) = tokio::select! {
            () = &mut stop => break,
            (permit, accepted) = accepted => match accepted {
                Ok((stream, _)) => (permit, stream),
                Err(_) => {
                    sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let (rules, cache, stopped) = (Arc::clone(&rules), Arc::clone(&cache), stopped.clone());
        let gate = Arc::clone(&gate);
        open.spawn(async move {
            // While others wait, a connection ends with its answer.
            let last = || gate.available_permits() == 0;
            // An error of a connection concerns only its client.
            let _ = timeout(LIFE, connection(stream, &rules, &cache, limits, last, stopped)).await;
            drop(permit);
        });
    }
    drop(listener);
    stopping.send_replace(true);
    let _ = timeout(GRACE, async { while open.join_next().await.is_some() {} }).await;
}

async fn connection(
    stream: TcpStream,
    rules: &Rules,
    cache: &Arc<Cache>,
    limits: Limits,
    last: impl Fn() -> bool,
    mut stopped: watch::Receiver<bool>,
) {
    let last = &last;
    let service = service_fn(|request: Request<Incoming>| async move {
        let mut answer = answer(&request, rules, cache).await;
        if last() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok::<_, Infallible>(answer)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(Patience::new(stream, limits.answer)), service);
    let mut served = pin!(served);
    let stop_requested = async { drop(stopped.wait_for(|stopped| *stopped).await) };
    tokio::select! {
        _ = served.as_mut() => {}
        () = stop_requested => {
            served.as_mut().graceful_shutdown();
            let _ = served.await;
        }
    }
}

async fn answer(request: &Request<Incoming>, rules: &Rules, cache: &Arc<Cache>) -> Answer {
    // The body, if there is one, is not read: hyper closes the connection then.
    // Two Host headers count as none (RFC 9112, 3.2), and an address in the request line must agree.
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).filter(|_| hosts.next().is_none());
    let (method, uri) = (request.method(), request.uri());
    let host = host.filter(|host| uri.authority().is_none_or(|named| named.as_str() == *host));
    let answer = match rules.route(method.as_str(), host, uri.path(), uri.query()) {
        Ok(route) => shown(route, cache).await,
        Err(refusal) => refused(refusal),
    };
    let answer = safe(answer);
    if method == Method::HEAD { without_body(answer) } else { answer }
}

async fn shown(route: Route, cache: &Arc<Cache>) -> Answer {
    if route == Route::Health {
        return text(StatusCode::OK, "ok\n");
    }
    let board = cache.board().await;
    match route {
        Route::Page { mode, theme, filter } => {
            let refresh_s = cache.refresh_s(&board);
            let view = View { mode, theme, filter, refresh_s, ..View::default() };
            let mut page = body(StatusCode::OK, "text/html; charset=utf-8", html(&board, &view));
            if let Ok(policy) = HeaderValue::from_str(&policy(mode)) {
                page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
            }
            page
        }
        Route::Json(filter) => {
            let document = json::json(&board, &filter).to_string();
            body(StatusCode::OK, "application/json", document)
        }
        Route::Metrics => body(StatusCode::OK, metrics::MEDIA_TYPE, metrics::metrics(&board)),
        Route::Health => text(StatusCode::OK, "ok\n"),
    }
}

fn refused(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::Method => {
            let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            answer
        }
        Refusal::Host => text(StatusCode::MISDIRECTED_REQUEST, "this is not that host\n"),
        Refusal::Missing => text(StatusCode::NOT_FOUND, "there is nothing here\n"),
    }
}

fn text(status: StatusCode, text: &str) -> Answer {
    body(status, "text/plain; charset=utf-8", text.to_owned())
}

fn body(status: StatusCode, kind: &'static str, text: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// Headers of every answer: no caching, no guessed type, no referrer, no frames.
fn safe(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let own = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(own, HeaderValue::from_static("same-origin"));
    let none = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(none);
    answer
}

/// The same answer as its headers alone.
fn without_body(answer: Answer) -> Answer {
    use hyper::body::Body;
    use hyper::header::CONTENT_LENGTH;
    let bytes = answer.body().size_hint().exact().unwrap_or(0);
    let (mut parts, _) = answer.into_parts();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    Response::from_parts(parts, Full::default())
}
