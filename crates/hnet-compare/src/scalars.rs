//! Values without parts, in one form for all ways to write them.
//!
//! Where a schema says what a field holds, `1m` and `60s` are one duration and `1Gi` and `1024Mi` one quantity. What a
//! schema calls a text and is more to those who read it stands in [`TEXTS`]. Start at [`canonical`].

use std::net::{IpAddr, Ipv6Addr};

use hnet_yaml::Typed;
use ipnet::IpNet;

use crate::Value;
use crate::canonical::Ground;
use crate::kinds::{Kind, Place};
use crate::schema::Scalar;

/// What texts are to those who read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Duration,
    /// A network: the host bits mean nothing.
    Network,
    Mac,
    Host,
    HeaderName,
    Version,
}

const fn row(kinds: &'static str, path: &'static str, form: Form) -> (Place, Form) {
    (Place { kinds, path }, form)
}

/// Texts that are more than that.
#[rustfmt::skip]
const TEXTS: &[(Place, Form)] = &[
    row("Certificate", "spec.duration", Form::Duration),
    row("Certificate", "spec.renewBefore", Form::Duration),
    row("external-secrets.io", "refreshInterval", Form::Duration),
    row("TCPProbeConfig", "interval", Form::Duration),
    row("TCPProbeConfig", "timeout", Form::Duration),
    row("TimeSyncConfig", "bootTimeout", Form::Duration),
    row("v1alpha1", "time.bootTimeout", Form::Duration),
    row("*", "cidr", Form::Network),
    row("*", "except", Form::Network),
    row("*", "fromCIDR", Form::Network),
    row("*", "toCIDR", Form::Network),
    row("*", "destinationCIDRs", Form::Network),
    row("*", "excludedCIDRs", Form::Network),
    row("*", "loadBalancerSourceRanges", Form::Network),
    row("talos talconfig", "validSubnets", Form::Network),
    row("talos talconfig", "advertisedSubnets", Form::Network),
    row("talos talconfig", "listenSubnets", Form::Network),
    row("talos talconfig", "podSubnets", Form::Network),
    row("talos talconfig", "serviceSubnets", Form::Network),
    row("talconfig", "clusterPodNets", Form::Network),
    row("talconfig", "clusterSvcNets", Form::Network),
    row("talos talconfig", "routes.network", Form::Network),
    row("talos", "routes.destination", Form::Network),
    row("talos talconfig", "subnet", Form::Network),
    row("talos", "allowedIPs", Form::Network),
    row("talos talconfig", "hardwareAddr", Form::Mac),
    row("talos talconfig", "permanentAddr", Form::Mac),
    row("*", "hostnames", Form::Host),
    row("Gateway ListenerSet", "listeners.hostname", Form::Host),
    row("HTTPRoute", "requestRedirect.hostname", Form::Host),
    row("HTTPRoute", "urlRewrite.hostname", Form::Host),
    row("Certificate", "dnsNames", Form::Host),
    row("Certificate", "commonName", Form::Host),
    row("DNSEndpoint", "dnsName", Form::Host),
    row("DNSEndpoint", "targets", Form::Host),
    row("HTTPRoute", "headers.name", Form::HeaderName),
    row("HTTPRoute", "requestHeaderModifier.set.name", Form::HeaderName),
    row("HTTPRoute", "requestHeaderModifier.add.name", Form::HeaderName),
    row("HTTPRoute", "requestHeaderModifier.remove", Form::HeaderName),
    row("HTTPRoute", "responseHeaderModifier.set.name", Form::HeaderName),
    row("HTTPRoute", "responseHeaderModifier.add.name", Form::HeaderName),
    row("HTTPRoute", "responseHeaderModifier.remove", Form::HeaderName),
    row("talos", "certSANs", Form::Host),
    row("KubeAPIServerConfig", "certExtraSANs", Form::Host),
    row("talconfig", "endpoint", Form::Host),
    row("v1alpha1", "controlPlane.endpoint", Form::Host),
    row("talconfig", "talosVersion", Form::Version),
    row("talconfig", "kubernetesVersion", Form::Version),
];

/// What a network's host bits are to its readers.
pub(crate) const HOST_BITS: &str = "the host bits of a network mean nothing";
/// A number where a text is asked for, or the other way around.
pub(crate) const NUMBER_AS_TEXT: &str = "a number may be written as a text here";

/// A value in the one form of all that mean the same, and why it means that where it says something else.
pub(crate) fn canonical(value: &Value, of: Option<Scalar>, kind: &Kind, path: &[&str]) -> (Value, Ground) {
    let written = |value| (value, Ground::Written);
    match (value, of) {
        (Value::Text(text), Some(Scalar::Duration)) => written(duration(text)),
        (Value::Text(text), Some(Scalar::Quantity)) => written(quantity(text)),
        (Value::Number(number), Some(Scalar::Quantity)) => written(quantity(&self::number(number))),
        (Value::Text(text), Some(Scalar::IntOrText)) if is_plain_number(text) => {
            (Value::Number(text.clone()), Ground::Fact(NUMBER_AS_TEXT))
        }
        (Value::Number(number), Some(Scalar::Text)) => (Value::Text(number.clone()), Ground::Fact(NUMBER_AS_TEXT)),
        // Arguments of programs are texts, whatever a schema of theirs says.
        (Value::Bool(_) | Value::Number(_), _) if kind.is_talos() && path.iter().rev().nth(1) == Some(&"extraArgs") => {
            (Value::Text(value.line()), Ground::Fact(NUMBER_AS_TEXT))
        }
        (Value::Bool(on), Some(Scalar::Text)) if kind.is_talos() => {
            (Value::Text(on.to_string()), Ground::Fact(NUMBER_AS_TEXT))
        }
        (Value::Number(number), _) => written(Value::Number(self::number(number))),
        (Value::Text(text), _) => self::text(text, kind, path),
        _ => written(value.clone()),
    }
}

fn text(text: &str, kind: &Kind, path: &[&str]) -> (Value, Ground) {
    let form = TEXTS.iter().find(|(place, _)| place.holds(kind, path)).map(|(_, form)| *form);
    let written = |text: String| (Value::Text(text), Ground::Written);
    match form {
        Some(Form::Duration) => (duration(text), Ground::Written),
        Some(Form::Network) => {
            let (mark, rest) = text.strip_prefix('!').map_or(("", text), |rest| ("!", rest));
            match rest.parse::<IpNet>() {
                Ok(network) if network.trunc() == network => written(format!("{mark}{network}")),
                Ok(network) => (Value::Text(format!("{mark}{}", network.trunc())), Ground::Fact(HOST_BITS)),
                Err(_) => written(address(text)),
            }
        }
        Some(Form::Mac) => written(text.to_ascii_lowercase().replace('-', ":")),
        Some(Form::Host) if text.parse::<IpAddr>().is_err() => {
            written(text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase())
        }
        Some(Form::HeaderName) => written(text.to_ascii_lowercase()),
        Some(Form::Version) => written(text.strip_prefix('v').unwrap_or(text).to_owned()),
        // Labels, annotations and data are texts and nothing else.
        _ if path.iter().any(|key| matches!(*key, "labels" | "annotations" | "data" | "stringData")) => {
            written(text.to_owned())
        }
        _ => written(address(text)),
    }
}

/// An IPv6 address or prefix as RFC 5952 writes it; any other text as it is.
fn address(text: &str) -> String {
    if !text.contains(':') {
        return text.to_owned();
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => address.to_string(),
        };
    }
    text.parse::<IpNet>().map_or_else(|_| text.to_owned(), |network| network.to_string())
}

fn is_plain_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// A number as digits, without a fraction that says nothing.
fn number(text: &str) -> String {
    let digits = match hnet_yaml::number(text) {
        Some(Typed::Integer(number)) => number.to_string(),
        Some(Typed::Float(number)) => number.to_string(),
        _ => text.to_owned(),
    };
    let text = digits.as_str();
    match text.split_once('.') {
        Some((whole, fraction)) if !fraction.contains(['e', 'E']) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        _ => text.to_owned(),
    }
}

/// A duration as nanoseconds; another text as it is.
fn duration(text: &str) -> Value {
    const UNITS: &[(&str, i128)] = &[
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
        ("w", 604_800_000_000_000),
        ("y", 31_536_000_000_000_000),
    ];
    let nanoseconds = |text: &str| {
        let (mut rest, mut sum) = (text, 0i128);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
            let unit_end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |end| digits + end);
            let (_, unit) = UNITS.iter().find(|(name, _)| *name == &rest[digits..unit_end])?;
            sum = sum.checked_add(scaled(&rest[..digits], *unit)?)?;
            rest = &rest[unit_end..];
        }
        Some(sum)
    };
    let (sign, body) = text.strip_prefix('-').map_or((1, text), |body| (-1, body));
    match (body, nanoseconds(body)) {
        ("0", _) => Value::Text("0ns".to_owned()),
        ("", _) | (_, None) => Value::Text(text.to_owned()),
        (_, Some(sum)) => Value::Text(format!("{}ns", sign * sum)),
    }
}

/// A quantity as thousandths of thousandths of thousandths; another text as it is.
fn quantity(text: &str) -> Value {
    const UNITS: &[(&str, i128)] = &[
        ("n", 1),
        ("u", 1_000),
        ("m", 1_000_000),
        ("", 1_000_000_000),
        ("k", 1_000_000_000_000),
        ("M", 1_000_000_000_000_000),
        ("G", 1_000_000_000_000_000_000),
        ("T", 1_000_000_000_000_000_000_000),
        ("P", 1_000_000_000_000_000_000_000_000),
        ("E", 1_000_000_000_000_000_000_000_000_000),
        ("Ki", 1_000_000_000 << 10),
        ("Mi", 1_000_000_000 << 20),
        ("Gi", 1_000_000_000 << 30),
        ("Ti", 1_000_000_000 << 40),
        ("Pi", 1_000_000_000 << 50),
        ("Ei", 1_000_000_000 << 60),
    ];
    let (sign, body) = text.strip_prefix('-').map_or((1, text), |body| (-1, body.trim_start_matches('+')));
    let digits = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
    let exact = UNITS
        .iter()
        .find(|(name, _)| *name == &body[digits..])
        .and_then(|(_, unit)| if digits == 0 { None } else { scaled(&body[..digits], *unit) });
    match exact {
        Some(amount) => Value::Text(format!("{}n", sign * amount)),
        None => Value::Text(text.to_owned()),
    }
}

/// A decimal number times a unit, if that is a whole number.
fn scaled(digits: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
    let part = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let of_fraction = number(fraction)?.checked_mul(unit)?;
    if of_fraction % part != 0 {
        return None;
    }
    number(whole)?.checked_mul(unit)?.checked_add(of_fraction / part)
}

#[cfg(test)]
mod tests {
    use super::{canonical, duration, quantity};
    use crate::Value;
    use crate::kinds::Kind;
    use crate::schema::Scalar;

    #[test]
    fn quantities_and_durations_are_one_in_all_their_forms() {
        for (a, b) in [("1Gi", "1024Mi"), ("0.5", "500m"), ("1k", "1000"), ("1.5Gi", "1536Mi"), ("100u", "0.1m")] {
            assert_eq!(quantity(a), quantity(b), "{a} {b}");
        }
        for (a, b) in [("1G", "1Gi"), ("1m", "1"), ("1", "2"), ("x", "y")] {
            assert_ne!(quantity(a), quantity(b), "{a} {b}");
        }
        for (a, b) in [("1m", "60s"), ("1m0s", "60s"), ("1.5h", "90m"), ("0", "0s"), ("1d", "24h"), ("100ms", "0.1s")] {
            assert_eq!(duration(a), duration(b), "{a} {b}");
        }
        for (a, b) in
            [("1m", "1ms"), ("5", "5s"), ("", "0s"), ("1x", "1s"), ("99999999999999999999999999999999999999y", "0s")]
        {
            assert_ne!(duration(a), duration(b), "{a} {b}");
        }
    }

    #[test]
    fn a_number_is_one_in_all_its_forms_but_where_it_is_a_text() {
        let of = |path: &[&str], number: &str, of| {
            canonical(&Value::Number(number.to_owned()), of, &Kind::machine(), path).0
        };
        for (a, b) in [("0x1F", "31"), ("1.10", "1.1"), ("1e3", "1000"), ("+5", "5"), ("0644", "420"), ("2.0", "2")] {
            assert_eq!(of(&["a"], a, None), of(&["a"], b, None), "{a} {b}");
            assert_ne!(of(&["a"], a, Some(Scalar::Text)), of(&["a"], b, Some(Scalar::Text)), "{a} {b}");
        }
    }

    #[test]
    fn texts_are_what_their_readers_take_them_for() {
        let of = |kind: &Kind, path: &[&str], text: &str| {
            canonical(&Value::Text(text.to_owned()), Some(Scalar::Text), kind, path).0
        };
        let pool = Kind::new("cilium.io", "CiliumLoadBalancerIPPool");
        let cidr = ["spec", "blocks", "cidr"];
        assert_eq!(of(&pool, &cidr, "10.0.0.7/24"), of(&pool, &cidr, "10.0.0.0/24"));
        assert_eq!(of(&pool, &["spec", "blocks", "start"], "2001:DB8:0::1"), Value::Text("2001:db8::1".to_owned()));
        let route = Kind::new("gateway.networking.k8s.io", "HTTPRoute");
        assert_eq!(of(&route, &["spec", "hostnames"], "A.example."), Value::Text("a.example".to_owned()));
        // A label is exact, whatever it looks like.
        let label = ["metadata", "labels", "a"];
        assert_ne!(of(&route, &label, "2001:DB8::1"), of(&route, &label, "2001:db8::1"));
        // A file of a machine ends as it says.
        let content = ["machine", "files", "content"];
        assert_ne!(of(&Kind::machine(), &content, "a\n"), of(&Kind::machine(), &content, "a\n\n"));
        // The address of an interface has host bits on purpose.
        let machine = Kind::machine();
        let addresses = ["machine", "network", "interfaces", "addresses"];
        assert_ne!(of(&machine, &addresses, "10.0.0.7/24"), of(&machine, &addresses, "10.0.0.0/24"));
    }
}
