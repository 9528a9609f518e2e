//! A request of AWS's wire protocols, read from a connection and taken apart as far as the
//! protocols agree. What is answered, or where it goes, is decided elsewhere.

use crate::stub::cbor;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// A request, taken apart as far as the protocols agree.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The access key that signed it, from the scope of the signature; empty if nobody did.
    pub access_key: String,
    /// The service, from there, too: `cloudformation`, `s3`, `states`, …
    pub service: String,
    /// The region, likewise.
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
    /// Headers, their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as text.
    pub body: String,
}

impl Request {
    /// A parameter of the query protocol, empty if it is not there.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// All of a request before its body.
#[derive(Debug)]
pub(crate) struct Head {
    /// As it came.
    pub bytes: Vec<u8>,
    request: Request,
}

impl Head {
    /// Reads one; none at the end of the connection.
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

    /// Reads the body that follows it; an error where its length is not said.
    pub fn body(&self, reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
        if !self.request.header("transfer-encoding").is_empty() {
            return Err(io::Error::other("a body in chunks is not read here"));
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

/// Undoes the encoding of forms and of paths.
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
