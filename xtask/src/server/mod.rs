//! A small static server, honest about what a real host does.
//!
//! `trunk serve` answers any unknown path with index.html, sends no brotli and knows no CSP: a wrong worker address
//! then looks like a MIME error, and the first load weighs four times what visitors get. This one serves files and
//! nothing else, on 127.0.0.1 only.

mod answer;
mod file;
mod policy;
mod request;

use crate::failure::{Result, While};
use answer::{Answer, answer};
use request::Request;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const IDLE_CONNECTION: Duration = Duration::from_secs(15);
const PORTS_TRIED: u16 = 50;

/// What is served, and with which extra headers.
#[derive(Default)]
pub struct Site {
    pub folder: PathBuf,
    pub headers: Vec<(String, String)>,
}

impl Site {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, headers: vec![("X-Content-Type-Options".into(), "nosniff".into())] }
    }

    /// Adds the content security policy that public/_headers gives to static hosts.
    pub fn with_csp(mut self) -> Result<Self> {
        self.headers.push(("Content-Security-Policy".into(), policy::content_security_policy()?));
        Ok(self)
    }

    pub fn with_cors(mut self) -> Self {
        self.headers.push(("Access-Control-Allow-Origin".into(), "*".into()));
        self
    }
}

/// A server that runs until the process ends.
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Listens on `port` or the next free one, 0 for any, and answers on threads of its own.
    pub fn start(site: Site, port: u16) -> Result<Self> {
        let listener = listen(port)?;
        let address = listener.local_addr().doing(|| "the server has no address".into())?;
        let site = Arc::new(site);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&site);
                std::thread::spawn(move || converse(&stream, &site));
            }
        });
        Ok(Self { address })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    let last = if port == 0 { 0 } else { port.saturating_add(PORTS_TRIED) };
    let mut attempts = (port..=last).map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
    let first = attempts.next().expect("a range that includes its end is not empty");
    let found = first.or_else(|error| attempts.find_map(|attempt| attempt.ok()).ok_or(error));
    found.doing(|| format!("could not listen on any port from {port} to {last}"))
}

/// Answers the requests of one connection until either side has had enough.
fn converse(stream: &TcpStream, site: &Site) {
    let _ = stream.set_read_timeout(Some(IDLE_CONNECTION));
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader) {
        let stay = request.keeps_alive();
        if send(stream, &answer(&request, site), stay).is_err() || !stay {
            return;
        }
    }
}

fn send(mut stream: &TcpStream, answer: &Answer, stay: bool) -> std::io::Result<()> {
    let connection = if stay { "keep-alive" } else { "close" };
    let head = format!("{}Connection: {connection}\r\n\r\n", answer.head());
    stream.write_all(head.as_bytes())?;
    stream.write_all(answer.body())
}
