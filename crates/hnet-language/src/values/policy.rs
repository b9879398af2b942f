//! What policies say of ends: what labels must be, ports with what carries them, messages of ICMP, patterns of names.

use hnet_diagnostics::codes;
use hnet_model::{IcmpMessage, PolicyPort, PolicyProtocol, PortOrName, SelectorTerm};

use super::label::{check_key, check_value};
use super::{Fault, Part, Wrong, first_not, integer, masked, number, shown, shown_sign};

/// What a label must be, as kubectl takes it: `app=web`, `app!=web`, `app`, `!app`, `app in (a, b)`, `app notin (a, b)`;
/// and `*` for whatever there is.
pub fn selector_term(text: &str) -> Result<SelectorTerm, Wrong> {
    if text == "*" {
        return Ok(SelectorTerm::Anything);
    }
    let mask = masked(text);
    let whole = Part::all(&mask);
    let own = |part: Part<'_>| text[part.range()].to_owned();
    let key = |part: Part<'_>| -> Result<String, Wrong> {
        let part = trimmed(part);
        check_key(without_source(part), "label", &codes::NOT_A_LABEL)?;
        Ok(own(part))
    };
    let value = |part: Part<'_>| -> Result<String, Wrong> {
        let part = trimmed(part);
        check_value(part, "label", &codes::NOT_A_LABEL)?;
        Ok(own(part))
    };
    if let Some(rest) = whole.text().strip_prefix('!') {
        return key(whole.cut(1, 1 + rest.len())).map(SelectorTerm::DoesNotExist);
    }
    let set = whole.text().find('(').filter(|_| whole.text().ends_with(')'));
    if let Some(open) = set {
        let before = trimmed(whole.cut(0, open));
        let inside = whole.cut(open + 1, whole.text().len() - 1);
        let word = before.text().rsplit(' ').next().unwrap_or_default();
        let of_key = before.cut(0, before.text().len() - word.len());
        let values = || inside.split(',').map(value).collect::<Result<Vec<String>, Wrong>>();
        match word {
            "in" => return Ok(SelectorTerm::In(key(of_key)?, values()?)),
            "notin" => return Ok(SelectorTerm::NotIn(key(of_key)?, values()?)),
            _ => {}
        }
    }
    if let Some(at) = whole.text().find("!=") {
        let of_value = whole.cut(at + 2, whole.text().len());
        return Ok(SelectorTerm::NotIn(key(whole.cut(0, at))?, vec![value(of_value)?]));
    }
    match whole.split_once('=') {
        Some((of_key, of_value)) => Ok(SelectorTerm::Is(key(of_key)?, value(of_value)?)),
        None => key(whole)
            .map(SelectorTerm::Exists)
            .map_err(|wrong| wrong.help("write `key=value`, `key!=value`, `key`, `!key` or `\"key in (one, other)\"`")),
    }
}

/// Without white space around it.
fn trimmed(part: Part<'_>) -> Part<'_> {
    let text = part.text();
    let start = text.len() - text.trim_start().len();
    part.cut(start, start + text.trim().len())
}

/// The key without where Cilium has the label from: `k8s:app`. (cilium, `pkg/labels/labels.go`.)
fn without_source(part: Part<'_>) -> Part<'_> {
    match part.split_once(':') {
        Some((source, key))
            if !source.text().is_empty()
                && source.text().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) =>
        {
            key
        }
        _ => part,
    }
}

/// A port, a range of ports or the name of a port, and perhaps what carries it: `8080`, `53/udp`, `http`.
pub fn policy_port(text: &str) -> Result<PolicyPort, Wrong> {
    let mask = masked(text);
    let whole = Part::all(&mask);
    let (port, protocol) = match whole.split_once('/') {
        None => (whole, PolicyProtocol::Tcp),
        Some((port, word)) => {
            let known = PolicyProtocol::ALL.into_iter().find(|known| known.word() == word.text());
            let lower = word.text().to_ascii_lowercase();
            let protocol = known.ok_or_else(|| {
                let title = format!("`{}` carries no ports", shown(word.text()));
                let wrong = Wrong::new(&codes::NOT_A_PORT, word.range(), title, "what carries the port is wanted here");
                match PolicyProtocol::ALL.into_iter().any(|known| known.word() == lower) {
                    true => wrong.help(format!("write `{lower}`")).replace(word.replaced(&lower)),
                    false => wrong.help("write `tcp`, `udp`, `sctp` or `any`"),
                }
            })?;
            (port, protocol)
        }
    };
    let is_name = port.text().contains(|sign: char| sign.is_ascii_alphabetic());
    if is_name {
        let allowed = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        if let Some((range, sign)) = first_not(port.text(), allowed) {
            let title = format!("`{}` is no name of a port", shown(port.text()));
            let label = format!("{} is none of letters, digits and `-`", shown_sign(sign));
            return Err(Wrong::new(&codes::NOT_A_PORT, port.cut(range.start, range.end).range(), title, label));
        }
        return Ok(PolicyPort { port: PortOrName::Name(text[port.range()].to_owned()), protocol });
    }
    // What it offers instead is a port alone.
    let (first, last) = number::ports(port.text()).map_err(Wrong::without_replacement)?;
    Ok(PolicyPort { port: PortOrName::Range(first, last), protocol })
}

/// The types of ICMP messages that Cilium has names for. (cilium, the schema of `CiliumNetworkPolicy`, `icmps.fields.type`.)
const ICMP_TYPES: &[&str] = &[
    "EchoReply",
    "DestinationUnreachable",
    "Redirect",
    "Echo",
    "EchoRequest",
    "RouterAdvertisement",
    "RouterSelection",
    "TimeExceeded",
    "ParameterProblem",
    "Timestamp",
    "TimestampReply",
    "Photuris",
    "ExtendedEchoRequest",
    "PacketTooBig",
    "MulticastListenerQuery",
    "MulticastListenerReport",
    "MulticastListenerDone",
    "RouterSolicitation",
    "NeighborSolicitation",
    "NeighborAdvertisement",
    "RedirectMessage",
    "RouterRenumbering",
    "ICMPNodeInformationQuery",
    "ICMPNodeInformationResponse",
    "InverseNeighborDiscoverySolicitation",
    "InverseNeighborDiscoveryAdvertisement",
    "HomeAgentAddressDiscoveryRequest",
    "HomeAgentAddressDiscoveryReply",
    "MobilePrefixSolicitation",
    "MobilePrefixAdvertisement",
    "DuplicateAddressRequestCodeSuffix",
    "DuplicateAddressConfirmationCodeSuffix",
];

/// A message of ICMP by its type or Cilium's name for it, perhaps of ICMPv6: `EchoRequest`, `8`, `EchoRequest/ipv6`.
pub fn icmp_message(text: &str) -> Result<IcmpMessage, Wrong> {
    let whole = Part::all(text);
    let (kind, is_ipv6) = match whole.split_once('/') {
        None => (whole, false),
        Some((kind, family)) => match family.text() {
            "ipv4" => (kind, false),
            "ipv6" => (kind, true),
            other => {
                let title = format!("`{}` is no family of addresses", shown(other));
                let wrong = Wrong::new(&codes::WRONG_WORD, family.range(), title, "whose ICMP is meant stands here");
                return Err(wrong.help("write `ipv6` or nothing"));
            }
        },
    };
    if ICMP_TYPES.contains(&kind.text()) {
        return Ok(IcmpMessage { kind: kind.text().to_owned(), is_ipv6 });
    }
    if kind.text().contains(|sign: char| sign.is_ascii_alphabetic()) {
        let title = format!("`{}` is no message of ICMP", shown(kind.text()));
        let wrong = Wrong::new(&codes::WRONG_WORD, kind.range(), title, "the type of a message is wanted here");
        return Err(match hnet_diagnostics::nearest(kind.text(), ICMP_TYPES.iter().copied()) {
            Some(near) => wrong.help(format!("did you mean `{near}`?")).replace(kind.replaced(near)),
            None => wrong.help("write its number from 0 to 255, or Cilium's name for it, as in `EchoRequest`"),
        });
    }
    integer(kind.text(), 0..=255).map_err(Wrong::without_replacement)?;
    Ok(IcmpMessage { kind: kind.text().to_owned(), is_ipv6 })
}

/// A name of hosts in which `*` may stand for parts, as Cilium takes it: `api.github.com`, `*.example.com`, `**.example.com`.
/// (cilium, the schema of `CiliumNetworkPolicy`, `toFQDNs`.)
pub fn name_pattern(text: &str) -> Result<String, Wrong> {
    let mask = masked(text);
    if !mask.contains('*') {
        return super::host_name(&mask, false).map(|_| text.to_owned()).map_err(|wrong| {
            let Fault { code, range, title, label, help, replacement } = wrong.open();
            let wrong = Wrong::new(code, range, title, label);
            let wrong = help.into_iter().fold(wrong, Wrong::help);
            // What is offered has no placeholders.
            replacement.filter(|_| *mask == *text).into_iter().fold(wrong, Wrong::replace)
        });
    }
    let code = &codes::NOT_A_HOST_NAME;
    let title = || format!("`{}` is no pattern of names", shown(text));
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.' | '*');
    if let Some((range, sign)) = first_not(&mask, allowed) {
        let label = format!("{} is none of letters, digits, `-`, `_`, `.` and `*`", shown_sign(sign));
        return Err(Wrong::new(code, range, title(), label));
    }
    if mask.len() > 255 {
        return Err(Wrong::new(
            code,
            0..text.len(),
            title(),
            format!("{} characters, and 255 are the most", mask.len()),
        ));
    }
    let whole = Part::all(&mask);
    if let Some(empty) = whole.split('.').find(|label| label.text().is_empty()) {
        return Err(Wrong::new(code, empty.start..empty.start, title(), "a part between dots is missing here"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{icmp_message, name_pattern, policy_port, selector_term};

    /// What reads is said again as it was; an error says which bytes are wrong.
    fn said<T: ToString>(read: Result<T, super::Wrong>) -> String {
        match read {
            Ok(value) => value.to_string(),
            Err(wrong) => {
                let fault = wrong.open();
                format!("{:?} {} / {}", fault.range, fault.title, fault.label)
            }
        }
    }

    #[test]
    fn terms_are_those_of_kubectl() {
        for text in [
            "*",
            "app=web",
            "app=",
            "app!=web",
            "app",
            "!app",
            "a.b/c in (x, y)",
            "app notin (x, y)",
            "k8s:app=${A}-db",
        ] {
            assert_eq!(said(selector_term(text)), text);
        }
        assert_eq!(said(selector_term("app in (x,y)")), "app in (x, y)");
        assert_eq!(said(selector_term("app notin (x)")), "app!=x");
        assert_eq!(
            said(selector_term("app=a b")),
            "5..6 `a b` is not a value of a label / ` ` (U+0020) is none of letters, digits, `-`, `_`, `.`"
        );
        assert_eq!(said(selector_term("")), "0..0 a key without a name / the name is missing here");
        assert_eq!(
            said(selector_term("app among (x)")),
            "3..4 `app among (x)` is not a key of a label / ` ` (U+0020) is none of letters, digits, `-`, `_`, `.`"
        );
    }

    #[test]
    fn ports_say_what_carries_them() {
        for text in ["8080", "53/udp", "5060/sctp", "53/any", "30000-32767", "http", "http/udp", "${PORT}"] {
            assert_eq!(said(policy_port(text)), text);
        }
        assert_eq!(said(policy_port("8080/tcp")), "8080");
        assert_eq!(said(policy_port("53/UDP")), "3..6 `UDP` carries no ports / what carries the port is wanted here");
        assert_eq!(policy_port("53/UDP").unwrap_err().open().replacement.as_deref(), Some("53/udp"));
        assert_eq!(
            said(policy_port("a_b")),
            "1..2 `a_b` is no name of a port / `_` is none of letters, digits and `-`"
        );
        assert!(policy_port("70000").is_err());
        assert!(policy_port("90-80/tcp").is_err());
    }

    #[test]
    fn messages_have_a_type() {
        for text in ["8", "EchoRequest", "128/ipv6", "EchoRequest/ipv6"] {
            assert_eq!(said(icmp_message(text)), text);
        }
        assert_eq!(icmp_message("EchoRequst").unwrap_err().open().replacement.as_deref(), Some("EchoRequest"));
        assert_eq!(
            said(icmp_message("8/ip6")),
            "2..5 `ip6` is no family of addresses / whose ICMP is meant stands here"
        );
        assert!(icmp_message("256").is_err());
    }

    #[test]
    fn names_may_have_stars() {
        for text in [
            "api.github.com",
            "*.example.com",
            "**.example.com",
            "s3*.amazonaws.com",
            "*",
            "x.${DOMAIN}",
            "*.${DOMAIN}",
        ] {
            assert_eq!(said(name_pattern(text)), text);
        }
        assert!(name_pattern("https://example.com").is_err());
        assert_eq!(
            said(name_pattern("*..com")),
            "2..2 `*..com` is no pattern of names / a part between dots is missing here"
        );
    }
}
