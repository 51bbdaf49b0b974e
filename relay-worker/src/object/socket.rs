//! An object's sockets, which outlive its sleep: the platform keeps them, each with what the rules know of it.

use protocol::message::{Route, SUBPROTOCOL};
use worker::{Date, Request, Response, Result, WebSocket, WebSocketPair, WebSocketRequestResponsePair};

use super::{LogObject, address};
use crate::entropy::Entropy;
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
    pub(super) fn open(&self, origin: &str) -> Result<Response> {
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        self.state.set_websocket_auto_response(&WebSocketRequestResponsePair::new(PING.0, PING.1)?);
        self.state.accept_web_socket(&server);
        let (socket, challenge) = Socket::open(origin, Date::now().as_millis(), &mut Entropy);
        server.serialize_attachment(socket.to_bytes())?;
        server.send_with_bytes(challenge)?;
        self.thin_out();
        let response = Response::from_websocket(client)?;
        response.headers().set("Sec-WebSocket-Protocol", SUBPROTOCOL)?;
        Ok(response)
    }

    /// Does what comes of a client's frame.
    pub(super) fn hear(&self, from: &WebSocket, frame: &[u8]) -> Result<()> {
        let Some(socket) = attached(from) else { return Ok(()) };
        match socket.hear(frame, Date::now().as_millis(), &self.store, &Strict) {
            Heard::Proven(proven, frame) => {
                from.serialize_attachment(proven.to_bytes())?;
                from.send_with_bytes(frame)?;
                self.thin_out();
            }
            Heard::Lock(frame) => {
                let locked = self.sockets().into_iter().filter(|(_, it)| it.is_locked_by(&socket));
                locked.for_each(|(to, _)| send(&to, &frame));
                close(from, Close::Done);
            }
            Heard::Closed(why) => close(from, why),
        }
        Ok(())
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
        open.filter_map(|it| attached(&it).map(|socket| (it, socket))).collect()
    }
}

fn attached(to: &WebSocket) -> Option<Socket> {
    let bytes: Vec<u8> = to.deserialize_attachment().ok()??;
    Socket::from_bytes(&bytes)
}

/// One that is closing meanwhile gets nothing: the next begins with the head.
fn send(to: &WebSocket, frame: &[u8]) {
    let _ = to.send_with_bytes(frame);
}

pub(super) fn close(socket: &WebSocket, why: Close) {
    // Nothing is left to do with one that is closed already.
    let _ = socket.close(Some(why as u16), None::<&str>);
}
