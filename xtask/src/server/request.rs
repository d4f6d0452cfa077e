//! Reading an HTTP/1.1 request without a body: all that a static server is asked.

use std::io::{BufRead, Read};

const LONGEST_HEAD: u64 = 32 * 1024;

/// One request.
pub struct Request {
    pub method: String,
    /// Still percent-encoded, without the query.
    pub path: String,
    version: String,
    headers: Vec<(String, String)>,
}

impl Request {
    /// The next request of a connection; none when it has ended, gone silent, or speaks something else.
    pub fn read(reader: &mut impl BufRead) -> Option<Self> {
        let mut head = reader.take(LONGEST_HEAD);
        let first = line(&mut head)?;
        let mut words = first.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let line = line(&mut head)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let path = target.split(['?', '#']).next()?.to_owned();
        Some(Self { method: method.into(), path, version: version.into(), headers })
    }

    /// The value of a header, asked for in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A body would be taken for the next request, so a connection with one is closed.
    pub fn keeps_alive(&self) -> bool {
        let asks_to_close =
            self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let has_body = self.header("content-length").is_some_and(|length| length != "0")
            || self.header("transfer-encoding").is_some();
        self.version == "HTTP/1.1" && !asks_to_close && !has_body
    }

    pub fn accepts_brotli(&self) -> bool {
        let accepted = self.header("accept-encoding").unwrap_or_default();
        accepted.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
        })
    }

    #[cfg(test)]
    pub fn of(method: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Self { method: method.into(), path: path.into(), version: "HTTP/1.1".into(), headers }
    }
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes).ok()?;
    bytes.pop_if(|byte| *byte == b'\n')?;
    bytes.pop_if(|byte| *byte == b'\r');
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_requests_on_one_connection_are_read_in_turn() {
        let mut wire =
            &b"GET /a?b HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\n\r\nHEAD /c HTTP/1.0\r\n\r\n"[..];
        let first = Request::read(&mut wire).unwrap();
        assert_eq!((first.method.as_str(), first.path.as_str()), ("GET", "/a"));
        assert!(first.accepts_brotli() && first.keeps_alive());
        let second = Request::read(&mut wire).unwrap();
        assert!(!second.accepts_brotli() && !second.keeps_alive());
        assert!(Request::read(&mut wire).is_none());
    }

    #[test]
    fn brotli_may_be_declined() {
        assert!(!Request::of("GET", "/", &[("accept-encoding", "br;q=0, gzip")]).accepts_brotli());
        assert!(Request::of("GET", "/", &[("accept-encoding", "gzip;q=0.5, br;q=1.0")]).accepts_brotli());
    }
}
