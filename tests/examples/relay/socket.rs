//! A socket to a relay: no more of RFC 6455 than the runtime speaks on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// Any key will do: nobody stands between.
const ASKING: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tacit.v1\r\n\r\n";
/// A whole message of bytes.
const BINARY: u8 = 0x82;
const MASKED: u8 = 0x80;

/// A socket.
pub(crate) struct Socket(BufReader<TcpStream>);

impl Socket {
    pub(crate) fn open(origin: &str, target: &str) -> Self {
        let host = origin.strip_prefix("http://").expect("a relay on this machine");
        let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).expect("a relay");
        stream.set_nodelay(true).expect("a socket");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\n{ASKING}").expect("a socket");
        let (mut stream, mut line) = (BufReader::new(stream), String::new());
        stream.read_line(&mut line).expect("an answer");
        assert!(line.starts_with("HTTP/1.1 101"), "{line}");
        while !line.trim_end().is_empty() {
            line.clear();
            stream.read_line(&mut line).expect("an answer");
        }
        Self(stream)
    }

    /// Says what has at most 65,535 bytes. The mask is nothing: it hides from nobody.
    pub(crate) fn say(&mut self, frame: &[u8]) {
        let length = u16::try_from(frame.len()).expect("a short frame").to_be_bytes();
        let bytes = [&[BINARY, MASKED | 126], &length[..], &[0; 4], frame].concat();
        self.0.get_mut().write_all(&bytes).expect("an open socket");
    }

    /// The next frame.
    pub(crate) fn heard(&mut self) -> Vec<u8> {
        let [kind, length] = self.array();
        assert_eq!(kind, BINARY, "a message of bytes");
        let length = match length {
            126 => u64::from(u16::from_be_bytes(self.array())),
            127 => u64::from_be_bytes(self.array()),
            short => u64::from(short),
        };
        let mut frame = vec![0; usize::try_from(length).expect("a frame")];
        self.0.read_exact(&mut frame).expect("a frame");
        frame
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).expect("an open socket");
        bytes
    }
}
