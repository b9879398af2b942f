//! What links of WireGuard are told: keys, peers, and where these are reached.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::{Address, KEY_BYTES};
use hnet_syntax::tree::Value;

use super::AddressOrName;
use crate::spaces;

/// A public key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PublicKey(pub(crate) String);

impl ValueType for PublicKey {
    const TYPE: Type =
        Type::Plain { called: "a public key of WireGuard", examples: "`xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) || is_key(&value.text) {
            return Ok(PublicKey(value.text.to_string()));
        }
        Err(out.report(
            Diagnostic::new(&codes::NOT_A_WIREGUARD_KEY, "this is no public key of WireGuard")
                .label(
                    value.span,
                    format!("a key is {KEY_BYTES} bytes in Base64: 43 letters, digits, `+` and `/`, and `=`"),
                )
                .help("write what `wg pubkey` makes of the private key"),
        ))
    }
}

/// Whether a text is a key as Talos reads one: 32 bytes in Base64.
fn is_key(text: &str) -> bool {
    let is_of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = KEY_BYTES.div_ceil(3) * 4;
    text.len() == length && text.strip_suffix('=').is_some_and(|rest| rest.bytes().all(is_of_base64))
}

/// A key that stands in no source: the placeholder of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SecretKey(pub(crate) String);

impl ValueType for SecretKey {
    const TYPE: Type = Type::Plain { called: "the placeholder of a key", examples: "`${WG_PRIVATE_KEY}`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let name = value.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let is_placeholder = name.is_some_and(|name| !name.contains(['$', '{', '}']));
        if has_placeholder(value) && is_placeholder {
            return Ok(SecretKey(value.text.to_string()));
        }
        // What stands there may be the key, so it is not said again.
        Err(out.report(
            Diagnostic::new(&codes::NOT_A_WIREGUARD_KEY, "a secret key is written as a placeholder alone")
                .label(value.span, "no key stands in a source")
                .help("write `${WG_PRIVATE_KEY}`, and give that a value where the files are filled in"),
        ))
    }
}

/// The name of a peer, which may be that of something declared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PeerName {
    pub(crate) name: String,
    /// Whether something is declared that is called so.
    pub(crate) is_declared: bool,
}

impl ValueType for PeerName {
    const TYPE: Type = Type::Reference {
        called: "a node, a host or a router, or what else the peer is called",
        keywords: &["node", "host", "router"],
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let found =
            [spaces::NODE, spaces::HOST, spaces::ROUTER].into_iter().find_map(|space| scope.find(space, &value.text));
        if let Some(found) = &found {
            scope.note(value.span, found.span);
        }
        let name = values::name(&value.text).map_err(|wrong| refuse(wrong, value, out))?;
        Ok(PeerName { name: name.to_string(), is_declared: found.is_some() })
    }
}

/// Where a peer is reached: an address with a port. Talos asks no name server for it from 1.12 on. (siderolabs/talos
/// issue 12520.)
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PeerEndpoint(pub(crate) String);

impl ValueType for PeerEndpoint {
    const TYPE: Type = Type::Plain {
        called: "an address with a port",
        examples: "`203.0.113.7:51820`, `\"[2001:db8::7]:51820\"`, `lan[1]:51820`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let Some((host, port)) = text.rsplit_once(':') else {
            if has_placeholder(value) {
                return Ok(PeerEndpoint(text.to_owned()));
            }
            return Err(out.report(
                Diagnostic::new(&codes::NOT_A_PORT, format!("`{text}` has no port"))
                    .label(value.span, "an address with a port is wanted here")
                    .help(format!("write the port at which the peer listens: `{text}:51820`")),
            ));
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let start = usize::from(bare.len() < host.len());
        let place = Value::word(bare, value.part(start..start + bare.len()));
        let address = AddressOrName::read(&place, scope, out)?.all().into_iter().next();
        if port.contains("${") && has_placeholder(value) {
            return Ok(PeerEndpoint(text.to_owned()));
        }
        let place = Value::word(port, value.part(host.len() + 1..text.len()));
        let port = values::port(port).map_err(|wrong| refuse(wrong, &place, out))?;
        Ok(PeerEndpoint(match address {
            Some(Address::Known(address)) => std::net::SocketAddr::new(address, port).to_string(),
            Some(Address::Placeholder(_)) | None => text.to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn keys_are_told_from_other_texts() {
        assert!(is_key("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="));
        for text in [
            "",
            "=",
            "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg",
            "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg==",
            "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8D-=",
            "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8D==",
            "\u{e9}\u{e9}TIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8=",
        ] {
            assert!(!is_key(text), "{text}");
        }
    }
}
