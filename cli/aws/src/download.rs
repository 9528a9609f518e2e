//! Files over HTTP: through the proxy and with the certificates that AWS calls use.

use crate::connect;
use crate::error::innermost;
use crate::session::trust;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use std::time::Duration;
use tokio::time::timeout;

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// How long a server may be silent.
const SILENT: Duration = Duration::from_secs(30);

/// Gets a file of at most `limit` bytes; follows redirects, and none from https to http. The error
/// is one line without the address.
pub async fn download(url: &str, limit: usize) -> Result<Vec<u8>, String> {
    let trust = trust().map_err(|error| error.to_string())?;
    let connector = connect::single(&trust);
    let mut url = url.to_owned();
    for _ in 0..=REDIRECTS {
        let answer = get(&connector, &url).await?;
        let status = answer.status().as_u16();
        match status {
            200 => return body(answer, limit).await,
            301 | 302 | 303 | 307 | 308 => {
                let location = answer.headers().get("location").unwrap_or_default();
                url = redirect(&url, location)?;
            }
            _ => return Err(format!("the server answered HTTP {status}")),
        }
    }
    Err(format!("more than {REDIRECTS} redirects"))
}

async fn get(connector: &SharedHttpConnector, url: &str) -> Result<HttpResponse, String> {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri(url).map_err(|_| format!("`{}` is no address", url.escape_debug()))?;
    match timeout(SILENT, connector.call(request)).await {
        Ok(answer) => answer.map_err(|error| innermost(&error)),
        Err(_) => Err(silent()),
    }
}

async fn body(answer: HttpResponse, limit: usize) -> Result<Vec<u8>, String> {
    let mut stream = ByteStream::new(answer.into_body());
    let mut bytes = Vec::new();
    loop {
        let chunk = timeout(SILENT, stream.try_next()).await.map_err(|_| silent())?;
        let Some(chunk) = chunk.map_err(|error| innermost(&error))? else { return Ok(bytes) };
        if bytes.len() + chunk.len() > limit {
            return Err(format!("it has more than {limit} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn silent() -> String {
    format!("the server was silent for {} s", SILENT.as_secs())
}

fn redirect(from: &str, location: &str) -> Result<String, String> {
    let to = match location.strip_prefix('/') {
        // Of the same server.
        Some(path) if !path.starts_with('/') => format!("{}{location}", connect::endpoint(from)),
        _ => location.to_owned(),
    };
    let safe =
        to.starts_with("https://") || (to.starts_with("http://") && from.starts_with("http://"));
    match safe {
        true => Ok(to),
        false => Err(format!("it redirects to `{}`", location.escape_debug())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn a_redirect_stays_on_https() {
        let of = |from, to| redirect(from, to).ok();
        let (plain, tls) = ("http://a/b/c", "https://a/b/c");
        assert_eq!(of(tls, "https://b/d").as_deref(), Some("https://b/d"));
        assert_eq!(of(tls, "/d").as_deref(), Some("https://a/d"));
        assert_eq!(of(plain, "http://b/d").as_deref(), Some("http://b/d"));
        for bad in ["http://b/d", "//b/d", "file:///etc/passwd", "d", ""] {
            assert_eq!(of(tls, bad), None, "{bad}");
        }
    }

    /// Answers each connection with the next of these, and gives the address.
    fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 2_048]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn answer(status: &str, header: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\n{header}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    #[tokio::test]
    async fn a_file_comes_whole_within_its_limit_after_redirects() {
        let moved = answer("302 Found", "location: /there\r\n", "");
        let good = || answer("200 OK", "", "0123456789");
        let url = server(vec![moved, good(), good(), answer("404 Not Found", "", "no")]);
        assert_eq!(download(&url, 10).await.unwrap(), b"0123456789");
        assert_eq!(download(&url, 9).await.unwrap_err(), "it has more than 9 bytes");
        assert_eq!(download(&url, 9).await.unwrap_err(), "the server answered HTTP 404");
    }

    #[tokio::test]
    async fn an_address_that_leads_round_in_a_circle_is_an_error() {
        let moved = || answer("302 Found", "location: /there\r\n", "");
        let url = server((0..=REDIRECTS).map(|_| moved()).collect());
        assert_eq!(download(&url, 9).await.unwrap_err(), "more than 5 redirects");
    }
}
