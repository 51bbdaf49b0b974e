//! What the served app may reach besides its own origin: the relays that the deployment names.

/// The header with the policy.
pub(crate) const HEADER: &str = "Content-Security-Policy";
/// What a page may connect to without more being said.
const OWN: &str = "connect-src 'self'";

/// The origins in a list of them, apart by spaces.
///
/// `None` if one of them is no origin of `https`, nor of this machine; a policy with a word in it that was meant otherwise would be another policy.
pub(crate) fn origins(list: &str) -> Option<Vec<&str>> {
    list.split_ascii_whitespace().map(|origin| is_origin(origin).then_some(origin)).collect()
}

/// The policy with these origins to connect to as well: by request and by socket.
pub(crate) fn widened(policy: &str, origins: &[&str]) -> String {
    let mut sources = OWN.to_owned();
    for origin in origins {
        let socket = origin.replacen("http", "ws", 1);
        [" ", origin, " ", &socket].into_iter().for_each(|word| sources.push_str(word));
    }
    policy.replacen(OWN, &sources, 1)
}

/// Without `https` only the machine itself is reached, as in development.
fn is_origin(origin: &str) -> bool {
    let local = || origin.strip_prefix("http://").filter(|host| host.split(':').next() == Some("localhost"));
    origin.strip_prefix("https://").or_else(local).is_some_and(is_host)
}

/// Letters, digits, dots and hyphens, and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').map_or((host, "443"), |(name, port)| (name, port));
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    !name.is_empty() && name.bytes().all(is_name) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_relays_and_nothing_that_is_none() {
        let policy = "default-src 'none'; connect-src 'self'; worker-src 'self'";
        let of = |list| origins(list).map(|origins| widened(policy, &origins));
        assert_eq!(of("").as_deref(), Some(policy));
        assert_eq!(
            of("https://a.example https://b.example:8443").as_deref(),
            Some(
                "default-src 'none'; connect-src 'self' https://a.example wss://a.example \
                 https://b.example:8443 wss://b.example:8443; worker-src 'self'"
            )
        );
        assert_eq!(
            of("http://localhost:8788").as_deref(),
            Some(
                "default-src 'none'; connect-src 'self' http://localhost:8788 ws://localhost:8788; worker-src 'self'"
            )
        );
        for wrong in [
            "*",
            "http://localhost.example",
            "http://localhost:x",
            "https://*",
            "http://a.example",
            "https://a.example/",
            "https://a.example;script-src",
            "https://A.example",
            "https://",
            "https://a:0",
            "https://a.example 'unsafe-inline'",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
