//! The addresses of relays, as people type them and as clients name them.

/// How clients name the relay that a person typed (`PROTOCOL.md` §2): an https origin, or one of this machine by
/// `http://localhost`. A name without a scheme is taken for https, and a slash at the end is nothing; whatever else stands there
/// makes it no address of a relay.
#[must_use]
pub fn typed(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_suffix('/').unwrap_or(&text);
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port_of(port)?)),
        None => (rest, None),
    };
    let own = match scheme {
        "https" if is_host(host) => 443,
        "http" if host == "localhost" => 80,
        _ => return None,
    };
    let port = port.filter(|port| *port != own).map(|port| format!(":{port}"));
    Some([scheme, "://", host, port.as_deref().unwrap_or_default()].concat())
}

/// Whether that is a relay's origin, in the one form in which clients sign it.
#[must_use]
pub fn is_relay(origin: &str) -> bool {
    typed(origin).as_deref() == Some(origin)
}

fn port_of(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    is_number.then(|| text.parse().ok()).flatten()
}

/// A name of letters, digits, hyphens and dots, or an address of four numbers; a name of other letters has a form of these.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_known = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_known && (1..64).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() < 254 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_named_in_one_way_however_it_is_typed() {
        for (text, origin) in [
            ("https://relay.example", "https://relay.example"),
            ("  HTTPS://Relay.Example/ ", "https://relay.example"),
            ("relay.example", "https://relay.example"),
            ("relay.example:8443", "https://relay.example:8443"),
            ("https://relay.example:443", "https://relay.example"),
            ("https://10.0.0.7:1", "https://10.0.0.7:1"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("http://localhost:8787", "http://localhost:8787"),
            ("http://localhost:80/", "http://localhost"),
        ] {
            assert_eq!(typed(text).as_deref(), Some(origin), "{text}");
            assert!(is_relay(origin), "{origin}");
            assert_eq!(is_relay(text), text == origin, "{text}");
        }
    }

    #[test]
    fn what_is_more_than_an_origin_or_reached_in_the_clear_is_no_relay() {
        for text in [
            "",
            "https://",
            "http://relay.example",
            "http://127.0.0.1:8787",
            "http://localhost.example",
            "http://user@localhost",
            "https://user@relay.example",
            "https://relay.example@elsewhere.example",
            "https://relay.example/path",
            "https://relay.example//",
            "https://relay.example?query",
            "https://relay.example#part",
            "https://relay.example\\@elsewhere.example",
            "https://relay..example",
            "https://-relay.example",
            "https://relay example",
            "https://relay.example:",
            "https://relay.example:0",
            "https://relay.example:08",
            "https://relay.example:65536",
            "https://relay.example:1:2",
            "https://bücher.example",
            "wss://relay.example",
            "chrome-extension://abc",
            "javascript:alert(1)",
        ] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
