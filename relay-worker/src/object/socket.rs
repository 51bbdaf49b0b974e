//! An object's sockets, which outlive its sleep: the platform keeps them, each with what the rules know of it.

use protocol::message::{Route, SUBPROTOCOL};
use worker::{Date, Request, Response, Result, WebSocket, WebSocketPair, WebSocketRequestResponsePair};

use super::peer::{COUNT, Peer};
use super::{LogObject, address};
use crate::bucket::Kind;
use crate::entropy::Entropy;
use crate::gate::counted_under;
use crate::socket::{Close, Heard, News, Share, Socket, is_asked_for, surplus};
use crate::verify::Strict;

/// The text that is answered while the object sleeps, and what by.
const PING: (&str, &str) = ("ping", "pong");
/// Of a socket that is open.
const OPEN: u16 = 1;

/// Whether `request` asks for a socket as it should.
pub(super) fn is_wanted(request: &Request) -> Result<bool> {
    let url = request.inner().url();
    let route = Route::parse(request.method().as_ref(), address(&url).1);
    let headers = request.headers();
    let (upgrade, names) = (headers.get("Upgrade")?, headers.get("Sec-WebSocket-Protocol")?);
    Ok(matches!(route, Ok(Route::Socket(_))) && is_asked_for(upgrade.as_deref(), names.as_deref()))
}

impl LogObject {
    /// Opens a socket.
    pub(super) fn open(&self, request: &Request, origin: &str) -> Result<Response> {
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        self.state.set_websocket_auto_response(&WebSocketRequestResponsePair::new(PING.0, PING.1)?);
        self.state.accept_web_socket(&server);
        let (socket, challenge) = Socket::open(origin, Date::now().as_millis(), &mut Entropy);
        Attached { socket, bucket: counted_under(request, &self.env) }.attach(&server)?;
        server.send_with_bytes(challenge)?;
        self.thin_out();
        let response = Response::from_websocket(client)?;
        response.headers().set("Sec-WebSocket-Protocol", SUBPROTOCOL)?;
        Ok(response)
    }

    /// Does what comes of a client's frame.
    pub(super) async fn hear(&self, from: &WebSocket, frame: &[u8]) -> Result<()> {
        let Some(Attached { socket, bucket }) = Attached::of(from) else { return Ok(()) };
        match socket.hear(frame, Date::now().as_millis(), &self.store, &Strict) {
            Heard::Proven(proven, frame) => {
                Attached { socket: proven, bucket }.attach(from)?;
                from.send_with_bytes(frame)?;
                self.thin_out();
            }
            Heard::Lock(frame) => {
                let locked = self.sockets().into_iter().filter(|(_, it)| it.is_locked_by(&socket));
                locked.for_each(|(to, _)| send(&to, &frame));
                close(from, Close::Done);
            }
            Heard::Closed(why) => self.end(from, why).await?,
        }
        Ok(())
    }

    /// Closes a socket. One that proved nothing is counted of its address.
    pub(super) async fn end(&self, socket: &WebSocket, why: Close) -> Result<()> {
        close(socket, why);
        match Attached::of(socket) {
            Some(Attached { socket, bucket: Some(bucket) }) if socket.proves_nothing(why) => {
                Peer::Bucket(bucket).ask(&self.env, COUNT, &[Kind::Unproven.into()]).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Tells the sockets of a commit that was stored.
    pub(super) fn tell(&self, news: &News) {
        for (to, socket) in self.sockets() {
            match socket.share(news) {
                Share::Nothing => {}
                Share::Frame(frame) => send(&to, frame),
                Share::Closed(why) => close(&to, why),
            }
        }
    }

    /// The log is erased.
    pub(super) fn end_sockets(&self) {
        self.sockets().iter().for_each(|(socket, _)| close(socket, Close::NotFound));
    }

    fn thin_out(&self) {
        let (ends, sockets): (Vec<_>, Vec<_>) = self.sockets().into_iter().unzip();
        for (index, why) in surplus(&sockets, Date::now().as_millis()) {
            ends.get(index).into_iter().for_each(|end| close(end, why));
        }
    }

    fn sockets(&self) -> Vec<(WebSocket, Socket)> {
        let open = self.state.get_websockets().into_iter().filter(|it| it.as_ref().ready_state() == OPEN);
        open.filter_map(|it| Attached::of(&it).map(|attached| (it, attached.socket))).collect()
    }
}

/// What lies with a socket: what its address is counted under, if it is, and what the rules know of it.
struct Attached {
    bucket: Option<[u8; 16]>,
    socket: Socket,
}

impl Attached {
    fn of(to: &WebSocket) -> Option<Self> {
        let bytes: Vec<u8> = to.deserialize_attachment().ok()??;
        let (is_counted, rest) = bytes.split_first()?;
        let (bucket, rest) = match is_counted {
            0 => (None, rest),
            _ => rest.split_first_chunk().map(|(bucket, rest)| (Some(*bucket), rest))?,
        };
        Some(Self { bucket, socket: Socket::from_bytes(rest)? })
    }

    fn attach(&self, to: &WebSocket) -> Result<()> {
        let bucket = self.bucket.as_ref().map_or_else(|| vec![0], |bucket| [&[1], &bucket[..]].concat());
        to.serialize_attachment([bucket, self.socket.to_bytes()].concat())
    }
}

/// One that is closing meanwhile gets nothing: the next begins with the head.
fn send(to: &WebSocket, frame: &[u8]) {
    let _ = to.send_with_bytes(frame);
}

pub(super) fn close(socket: &WebSocket, why: Close) {
    // Nothing is left to do with one that is closed already.
    let _ = socket.close(Some(why as u16), None::<&str>);
}
