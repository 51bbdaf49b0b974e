//! The way to a relay over one connection that is kept: no more of HTTP/1.1 than the runtime speaks on this machine.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use vault::port::{Request, Transport, Unreachable};

/// A connection to a relay.
pub(crate) struct Http {
    host: String,
    /// It, and whether an answer came over it already.
    stream: RefCell<(BufReader<TcpStream>, bool)>,
    /// How long each request took.
    pub(crate) times: RefCell<Vec<Duration>>,
    /// Why there was no answer, each time that there was none.
    pub(crate) errors: RefCell<Vec<String>>,
    /// Bytes of bodies, in both directions.
    pub(crate) bytes: Cell<usize>,
    /// How often a kept connection had ended.
    pub(crate) ended: Cell<usize>,
}

impl Http {
    pub(crate) fn connect(origin: &str) -> Self {
        let host = origin.strip_prefix("http://").expect("a relay on this machine").to_owned();
        let stream = RefCell::new((open(&host).expect("a relay"), false));
        let (times, errors) = (RefCell::default(), RefCell::default());
        Self { host, stream, times, errors, bytes: Cell::default(), ended: Cell::default() }
    }

    /// The body of the response.
    ///
    /// A kept connection may end at any time, also while a request is on its way. It is then sent once more over a new one, as
    /// browsers do: nothing of an answer came, and what a request did in a log it does not do again.
    pub(crate) fn send(&self, request: &Request) -> io::Result<Vec<u8>> {
        let start = Instant::now();
        let bytes = self.written(request)?;
        let (stream, is_kept) = &mut *self.stream.borrow_mut();
        let answered = match exchange(stream, &bytes) {
            Err(error) if *is_kept && has_ended(&error) => {
                self.ended.update(|ended| ended + 1);
                *stream = open(&self.host)?;
                exchange(stream, &bytes)
            }
            other => other,
        };
        *is_kept = answered.is_ok();
        if !*is_kept {
            *stream = open(&self.host)?;
        }
        self.times.borrow_mut().push(start.elapsed());
        self.bytes.update(|bytes| bytes + request.body.len() + answered.as_ref().map_or(0, Vec::len));
        answered
    }

    fn written(&self, Request { method, target, authorization, body }: &Request) -> io::Result<Vec<u8>> {
        let mut bytes = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.host).into_bytes();
        if let Some(header) = authorization {
            write!(bytes, "Authorization: {header}\r\n")?;
        }
        if *method == "POST" {
            write!(bytes, "Content-Type: application/octet-stream\r\nContent-Length: {}\r\n", body.len())?;
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        Ok(bytes)
    }
}

/// Whether the other side had closed the connection before it said anything.
fn has_ended(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe)
}

fn exchange(stream: &mut BufReader<TcpStream>, bytes: &[u8]) -> io::Result<Vec<u8>> {
    stream.get_mut().write_all(bytes)?;
    let status = line(stream)?;
    // What breaks off behind its first line is an answer that is lost.
    response(stream, &status).map_err(|error| io::Error::other(format!("{status}, then {error}")))
}

impl Transport for Http {
    async fn exchange(&self, request: Request) -> Result<Vec<u8>, Unreachable> {
        self.send(&request).map_err(|error| {
            self.errors.borrow_mut().push(error.to_string());
            Unreachable
        })
    }
}

fn open(host: &str) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(host.replace("localhost", "127.0.0.1"))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

fn response(stream: &mut impl BufRead, status: &str) -> io::Result<Vec<u8>> {
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
    if status.starts_with("HTTP/1.1 5") { Err(io::Error::other("a failure")) } else { Ok(body) }
}

fn take(stream: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let start = body.len();
    body.resize(start + length, 0);
    stream.read_exact(&mut body[start..])
}

fn number(text: &str, radix: u32) -> io::Result<usize> {
    usize::from_str_radix(text.trim(), radix).map_err(io::Error::other)
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    match stream.read_line(&mut line)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}
