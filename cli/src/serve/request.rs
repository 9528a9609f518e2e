//! Which request gets which answer, and which gets none. Pure.

use guardian_board::Query;
use guardian_board::html::{Mode, Theme};
use std::net::{IpAddr, SocketAddr};

/// Who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Where the server listens.
    pub address: SocketAddr,
    /// Names under which it may be reached, besides its address.
    pub names: Vec<String>,
    /// What every path begins with; none: anyone on this computer may look.
    pub token: Option<String>,
    /// The search of a request without one.
    pub filter: Query,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The board as HTML.
    Page {
        /// Page or kiosk.
        mode: Mode,
        /// Light or dark.
        theme: Theme,
        /// What is to be shown.
        filter: Query,
    },
    /// The board as JSON.
    Json(Query),
    /// The board as metrics.
    Metrics,
    /// Whether the server answers, and how old the board is.
    Health,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Only GET and HEAD are answered.
    Method,
    /// The request is for another host: a page elsewhere may have made a browser send it.
    Host,
    /// There is nothing there.
    Missing,
}

impl Rules {
    /// What a request asks for.
    pub fn route(
        &self,
        method: &str,
        host: Option<&str>,
        path: &str,
        query: Option<&str>,
    ) -> Result<Route, Refusal> {
        if !host.is_some_and(|host| self.is_own(host)) {
            return Err(Refusal::Host);
        }
        if !matches!(method, "GET" | "HEAD") {
            return Err(Refusal::Method);
        }
        let path = match &self.token {
            None => path,
            Some(token) => {
                let rest = path.strip_prefix('/').ok_or(Refusal::Missing)?;
                let (given, _) = rest.split_once('/').ok_or(Refusal::Missing)?;
                if !is_same(given, token) {
                    return Err(Refusal::Missing);
                }
                &rest[given.len()..]
            }
        };
        let given = parameters(query.unwrap_or_default());
        let value = |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, v)| v.as_str());
        let filter = || value("q").map_or_else(|| self.filter.clone(), Query::parse);
        let theme = match value("theme") {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            _ => Theme::Auto,
        };
        let mode = if value("kiosk").is_some() { Mode::Kiosk } else { Mode::Page };
        match path {
            "/" => Ok(Route::Page { mode, theme, filter: filter() }),
            "/kiosk" => Ok(Route::Page { mode: Mode::Kiosk, theme, filter: filter() }),
            "/board.json" => Ok(Route::Json(filter())),
            "/metrics" => Ok(Route::Metrics),
            "/healthz" => Ok(Route::Health),
            _ => Err(Refusal::Missing),
        }
    }

    /// Whether a Host header names this server. A foreign name that resolves to the loopback address
    /// does not (DNS rebinding).
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = split_port(host);
        if port.is_some_and(|port| port != self.address.port()) {
            return false;
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        if self.names.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            return true;
        }
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        match bare.parse::<IpAddr>() {
            Ok(ip) if self.address.ip().is_loopback() => ip.is_loopback(),
            Ok(ip) => self.address.ip().is_unspecified() || ip == self.address.ip(),
            Err(_) => name == "localhost" && self.address.ip().is_loopback(),
        }
    }
}

/// Name and port of a Host header.
fn split_port(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        // A colon within brackets is part of an address.
        Some((name, port)) if !port.contains(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (host, None),
        },
        _ => (host, None),
    }
}

/// Compares in a time that does not reveal how much of a token was right.
fn is_same(given: &str, token: &str) -> bool {
    let different = given.bytes().zip(token.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == token.len() && different == 0
}

/// The parameters of a query, decoded.
fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).take(20);
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(address: &str) -> Rules {
        Rules {
            address: address.parse().unwrap(),
            names: Vec::new(),
            token: None,
            filter: Query::default(),
        }
    }

    #[test]
    fn a_page_elsewhere_cannot_ask_through_a_browser() {
        let own = rules("127.0.0.1:8080");
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "localhost."] {
            assert!(own.is_own(host), "{host}");
        }
        for host in ["evil.example:8080", "evil.example", "localhost:81", "127.0.0.1.evil", "", "["]
        {
            assert!(!own.is_own(host), "{host}");
            assert_eq!(own.route("GET", Some(host), "/", None), Err(Refusal::Host));
        }
        assert_eq!(own.route("GET", None, "/", None), Err(Refusal::Host));
        let wall = Rules { names: vec!["wall.corp".into()], ..rules("10.1.2.3:80") };
        assert!(
            wall.is_own("10.1.2.3") && wall.is_own("Wall.Corp:80") && !wall.is_own("localhost")
        );
        assert!(!wall.is_own("10.1.2.4"));
        assert!(rules("0.0.0.0:80").is_own("10.1.2.4") && !rules("0.0.0.0:80").is_own("evil"));
    }

    #[test]
    fn only_get_and_head_are_answered() {
        let own = rules("127.0.0.1:80");
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"] {
            assert_eq!(own.route(method, Some("localhost"), "/", None), Err(Refusal::Method));
        }
        assert!(own.route("HEAD", Some("localhost"), "/", None).is_ok());
    }

    #[test]
    fn paths_and_parameters_choose_the_face() {
        let own = rules("127.0.0.1:80");
        let of = |path, query| own.route("GET", Some("localhost"), path, query);
        let page = |mode, theme, q: &str| Ok(Route::Page { mode, theme, filter: Query::parse(q) });
        assert_eq!(of("/", None), page(Mode::Page, Theme::Auto, ""));
        let query = Some("theme=dark&q=is%3Abad+a%");
        assert_eq!(of("/", query), page(Mode::Page, Theme::Dark, "is:bad a%"));
        assert_eq!(of("/", Some("kiosk&theme=light")), page(Mode::Kiosk, Theme::Light, ""));
        assert_eq!(of("/kiosk", None), page(Mode::Kiosk, Theme::Auto, ""));
        assert_eq!(of("/metrics", None), Ok(Route::Metrics));
        assert_eq!(of("/board.json", Some("q=x")), Ok(Route::Json(Query::parse("x"))));
        assert_eq!(of("/healthz", None), Ok(Route::Health));
        for path in ["", "/x", "/../etc/passwd", "//", "/kiosk/", "/board.json/"] {
            assert_eq!(of(path, None), Err(Refusal::Missing), "{path}");
        }
    }

    #[test]
    fn with_a_token_nothing_else_is_there() {
        let own = Rules { token: Some("secret".into()), ..rules("10.0.0.1:80") };
        let of = |path| own.route("GET", Some("10.0.0.1"), path, None);
        assert_eq!(of("/secret/metrics"), Ok(Route::Metrics));
        assert!(of("/secret/").is_ok());
        for path in ["/", "/secret", "/secre/", "/secrets/", "/metrics", "/other/metrics"] {
            assert_eq!(of(path), Err(Refusal::Missing), "{path}");
        }
    }
}
