//! What the served app may reach besides its own origin: the relays that the deployment names.

/// The header with the policy.
pub(crate) const HEADER: &str = "Content-Security-Policy";
/// What a page may connect to without more being said.
const OWN: &str = "connect-src 'self'";

/// The policy with these origins, apart by spaces, to connect to as well: by request and by socket.
///
/// `None` if one of them is no `https` origin; a policy with a word in it that was meant otherwise would be another policy.
pub(crate) fn widened(policy: &str, origins: &str) -> Option<String> {
    let mut sources = OWN.to_owned();
    for origin in origins.split_ascii_whitespace() {
        let host = origin.strip_prefix("https://").filter(|host| is_host(host))?;
        [" https://", host, " wss://", host].into_iter().for_each(|word| sources.push_str(word));
    }
    Some(policy.replacen(OWN, &sources, 1))
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
        let of = |origins| widened(policy, origins);
        assert_eq!(of("").as_deref(), Some(policy));
        assert_eq!(
            of("https://a.example https://b.example:8443").as_deref(),
            Some(
                "default-src 'none'; connect-src 'self' https://a.example wss://a.example \
                 https://b.example:8443 wss://b.example:8443; worker-src 'self'"
            )
        );
        for wrong in [
            "*",
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
