//! The way to a relay over one connection that is kept: no more of HTTP/1.1 than the runtime speaks on this machine.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use vault::port::{Request, Transport, Unreachable};

/// A connection that was not used for longer is opened anew: the runtime closes one that is idle.
const KEPT: Duration = Duration::from_secs(1);

/// A connection to a relay.
pub(crate) struct Http {
    host: String,
    stream: RefCell<BufReader<TcpStream>>,
    used: Cell<Instant>,
    /// How long each request took.
    pub(crate) times: RefCell<Vec<Duration>>,
}

impl Http {
    pub(crate) fn connect(origin: &str) -> Self {
        let host = origin.strip_prefix("http://").expect("a relay on this machine").to_owned();
        let (stream, used) = (RefCell::new(open(&host).expect("a relay")), Cell::new(Instant::now()));
        Self { host, stream, used, times: RefCell::default() }
    }

    /// The body of the response.
    pub(crate) fn send(&self, request: &Request) -> std::io::Result<Vec<u8>> {
        let start = Instant::now();
        let stream = &mut *self.stream.borrow_mut();
        if self.used.replace(start).elapsed() > KEPT {
            *stream = open(&self.host)?;
        }
        let Request { method, target, authorization, body } = request;
        let mut bytes = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.host).into_bytes();
        if let Some(header) = authorization {
            write!(bytes, "Authorization: {header}\r\n")?;
        }
        if *method == "POST" {
            write!(bytes, "Content-Type: application/octet-stream\r\nContent-Length: {}\r\n", body.len())?;
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        stream.get_mut().write_all(&bytes)?;
        let body = response(stream)?;
        self.times.borrow_mut().push(start.elapsed());
        Ok(body)
    }
}

impl Transport for Http {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        self.send(&request).map_err(|_| Unreachable)
    }
}

fn open(host: &str) -> std::io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(host.replace("localhost", "127.0.0.1"))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

fn response(stream: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let status = line(stream)?;
    let (mut length, mut is_chunked) = (0, false);
    loop {
        let header = line(stream)?.to_ascii_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = number(value, 10)?,
            Some(("transfer-encoding", "chunked")) => is_chunked = true,
            _ if header.is_empty() => break,
            _ => {}
        }
    }
    let mut body = Vec::new();
    if is_chunked {
        loop {
            let length = number(&line(stream)?, 16)?;
            take(stream, length, &mut body)?;
            line(stream)?;
            if length == 0 {
                break;
            }
        }
    } else {
        take(stream, length, &mut body)?;
    }
    // What the relay answers for itself is no failure of the runtime.
    if status.starts_with("HTTP/1.1 5") { Err(std::io::Error::other(status)) } else { Ok(body) }
}

fn take(stream: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> std::io::Result<()> {
    let start = body.len();
    body.resize(start + length, 0);
    stream.read_exact(&mut body[start..])
}

fn number(text: &str, radix: u32) -> std::io::Result<usize> {
    usize::from_str_radix(text.trim(), radix).map_err(std::io::Error::other)
}

fn line(stream: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    match stream.read_line(&mut line)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}
