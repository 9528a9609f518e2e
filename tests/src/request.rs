//! Reads and parses requests of AWS's wire protocols. It neither answers nor forwards them.

use crate::stub::cbor;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// A parsed request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The access key in the signature's scope; empty without a signature.
    pub access_key: String,
    /// The service in the signature's scope: `cloudformation`, `s3`, `states`, …
    pub service: String,
    /// The region in the signature's scope.
    pub region: String,
    /// GET, PUT, …
    pub method: String,
    /// The action of the query, JSON and CBOR protocols; of REST protocols `GET /path`.
    pub action: String,
    /// Parameters of the query protocol.
    pub parameters: BTreeMap<String, String>,
    /// The body of the JSON and CBOR protocols.
    pub json: Value,
    /// Path and query.
    pub path: String,
    /// Headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text.
    pub body: String,
}

impl Request {
    /// A parameter of the query protocol; empty if it is missing.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A header; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A request without its body.
#[derive(Debug)]
pub(crate) struct Head {
    /// The bytes as received.
    pub bytes: Vec<u8>,
    request: Request,
}

impl Head {
    /// Reads the next one; none at the end of the connection.
    pub fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let mut line = |bytes: &mut Vec<u8>| {
            let before = bytes.len();
            reader.read_until(b'\n', bytes)?;
            Ok::<_, io::Error>(String::from_utf8_lossy(&bytes[before..]).trim_end().to_owned())
        };
        let first = line(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut words = first.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = BTreeMap::new();
        while let Some((name, value)) = line(&mut bytes)?.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let mut request = Request { method, path, headers, ..Request::default() };
        // `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
        let scope = request.header("authorization").split_once("Credential=");
        let scope = scope.map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        let mut scope = scope.split('/').map(str::to_owned);
        request.access_key = scope.next().unwrap_or_default();
        request.region = scope.nth(1).unwrap_or_default();
        request.service = scope.next().unwrap_or_default();
        Ok(Some(Self { bytes, request }))
    }

    /// Reads the body; a chunked body is an error.
    pub fn body(&self, reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
        if !self.request.header("transfer-encoding").is_empty() {
            return Err(io::Error::other("chunked bodies are not supported"));
        }
        let length = self.request.header("content-length").parse().unwrap_or_default();
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(body)
    }

    /// The request with this body.
    pub fn with(self, body: &[u8]) -> Request {
        let mut request = self.request;
        let text = String::from_utf8_lossy(body);
        let kind = request.header("content-type").to_owned();
        if kind.starts_with("application/x-www-form-urlencoded") {
            request.parameters = form_parameters(&text);
        }
        let target = request.header("x-amz-target").rsplit_once('.');
        request.action = if let Some((_, action)) = target {
            action.to_owned()
        } else if let Some((_, operation)) = request.path.split_once("/operation/") {
            operation.to_owned()
        } else if let Some(action) = request.parameters.get("Action") {
            action.clone()
        } else {
            let path = request.path.split('?').next().unwrap_or_default();
            format!("{} {path}", request.method)
        };
        request.json = match kind.as_str() {
            "application/cbor" => cbor::decode(body).unwrap_or_default(),
            _ => serde_json::from_str(&text).unwrap_or_default(),
        };
        request.body = text.into_owned();
        request
    }
}

fn form_parameters(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

/// Decodes a form parameter or a path.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
