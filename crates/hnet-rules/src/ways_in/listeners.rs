//! What listeners of one gateway must not say: alone about TLS, and together about ports and names.
//!
//! Whether a certificate covers the names is in `certificates.rs`. Start at [`listener_tls`].

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_model::{Gateway, GatewayClass, Listener, ListenerProtocol};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::attachment::{hostname, terminates};
use crate::facts::host_index::HostIndex;

/// A listener's protocol and its TLS must fit each other.
pub(crate) fn listener_tls(facts: &Facts<'_>, out: &mut Diagnostics) {
    for gateway in facts.network.clusters.iter().flat_map(|cluster| &cluster.gateways) {
        for listener in &gateway.listeners {
            check_tls(facts, gateway, listener, out);
        }
    }
}

fn check_tls(facts: &Facts<'_>, gateway: &Gateway, listener: &Listener, out: &mut Diagnostics) {
    let name = &listener.name.value;
    let protocol = listener.protocol.value;
    let certificates = listener.tls.as_ref().map_or(&[][..], |tls| &tls.certificates);
    let passthrough = listener.tls.as_ref().is_some_and(|tls| tls.passthrough);
    if let Some(hostname) = listener.hostname.as_ref().filter(|_| !protocol.has_names()) {
        out.report(
            Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`hostname` has no effect on listener `{name}`"))
                .label(hostname.span(), format!("{} tells no names apart", protocol.name()))
                .label(listener.protocol.span(), format!("the protocol is `{}`", protocol.word()))
                .help("leave it out; records of DNS lead the name to the gateway's address"),
        );
    }
    if !protocol.has_tls() {
        if listener.tls.is_some() {
            let at = certificates.first().map_or(listener.name.span(), |certificate| certificate.span());
            let title = format!("listener `{name}` speaks {}, which has no TLS", protocol.name());
            let with_tls = if protocol == ListenerProtocol::Http { "https" } else { "tls" };
            out.report(
                Diagnostic::new(&codes::TLS_ON_HTTP, title)
                    .label(at, "TLS is asked for here")
                    .label(listener.protocol.span(), format!("the protocol is `{}`", protocol.word()))
                    .help(format!("write `protocol {with_tls}`, or leave `tls` out")),
            );
        }
        return;
    }
    if passthrough && protocol == ListenerProtocol::Https {
        out.report(
            Diagnostic::new(
                &codes::PASSTHROUGH_ON_HTTPS,
                format!("listener `{name}` cannot speak HTTPS and pass TLS on"),
            )
            .label(listener.name.span(), "TLS is passed on unopened here")
            .label(listener.protocol.span(), "the protocol is `https`, for which TLS ends here")
            .help("write `protocol tls` to pass TLS on, or name a certificate to end it"),
        );
        return;
    }
    if passthrough {
        return;
    }
    match certificates {
        [] if facts.whole(listener.span) => {
            out.report(
                Diagnostic::new(
                    &codes::LISTENER_WITHOUT_CERTIFICATE,
                    format!("listener `{name}` ends TLS without a certificate"),
                )
                .label(listener.name.span(), "nothing is presented to the client here")
                .label(listener.protocol.span(), "this protocol needs a certificate")
                .help("name one: `tls wildcard;`, with `certificate wildcard < names *.example.com; … >` beside it"),
            );
        }
        [first, second, ..] if gateway.class.value == GatewayClass::Cilium && facts.whole(gateway.span) => {
            out.report(
                Diagnostic::new(
                    &codes::SEVERAL_CERTIFICATES,
                    format!("listener `{name}` has {} certificates", certificates.len()),
                )
                .label(second.span(), "Cilium takes one certificate for each listener")
                .label(first.span(), "this is the first")
                .help("put all names into one certificate, or make a listener with its own `hostname` for each"),
            );
        }
        _ => {}
    }
}

/// Two listeners of a gateway must differ in port, protocol or host name.
pub(crate) fn listener_conflicts(facts: &Facts<'_>, out: &mut Diagnostics) {
    for gateway in facts.network.clusters.iter().flat_map(|cluster| &cluster.gateways) {
        let mut keys: IndexMap<_, &Listener> = IndexMap::new();
        for listener in gateway.listeners.iter().filter(has_port) {
            let protocol = listener.protocol.value;
            // HTTPS and TLS share a port by their names.
            let protocol = if protocol.has_tls() { ListenerProtocol::Tls } else { protocol };
            let key = (listener.port.value, hostname(listener));
            // TLS that ends and TLS that is passed on are told apart below, by all names that they share.
            if let Some(first) = claim(&mut keys, (key, protocol, terminates(listener)), listener) {
                let at = listener.hostname.as_ref().map_or(listener.port.span(), |hostname| hostname.span());
                let first_at = first.hostname.as_ref().map_or(first.port.span(), |hostname| hostname.span());
                let taken = key.1.map_or("all names".to_owned(), |hostname| format!("`{hostname}`"));
                out.report(
                    Diagnostic::new(
                        &codes::LISTENER_CONFLICT,
                        format!("listeners `{}` and `{}` take the same", first.name.value, listener.name.value),
                    )
                    .label(at, format!("port {} and {taken} again", key.0))
                    .label(first_at, format!("listener `{}` takes them", first.name.value))
                    .help("give one another `port` or `hostname`, or make them one listener"),
                );
            }
        }
        plain_beside_tls(gateway, out);
        terminate_beside_passthrough(facts, gateway, out);
    }
}

/// Whether the port is known.
fn has_port(listener: &&Listener) -> bool {
    listener.port.value > 0
}

/// Of what TCP carries a port has one kind: HTTP, TLS or neither. UDP has ports of its own.
fn plain_beside_tls(gateway: &Gateway, out: &mut Diagnostics) {
    let mut ports: IndexMap<u16, &Listener> = IndexMap::new();
    let over_tcp = |listener: &&Listener| listener.protocol.value != ListenerProtocol::Udp;
    for listener in gateway.listeners.iter().filter(has_port).filter(over_tcp) {
        let Some(first) = claim(&mut ports, listener.port.value, listener) else { continue };
        let sort = |listener: &Listener| match listener.protocol.value {
            ListenerProtocol::Https => ListenerProtocol::Tls,
            protocol => protocol,
        };
        if sort(first) != sort(listener) {
            out.report(
                Diagnostic::new(
                    &codes::LISTENER_CONFLICT,
                    format!("listeners `{}` and `{}` take the same", first.name.value, listener.name.value),
                )
                .label(listener.port.span(), format!("port {} for another protocol", listener.port.value))
                .label(first.port.span(), format!("listener `{}` has the port", first.name.value))
                .help(format!(
                    "{} and {} cannot be told apart on one port: give one of them another",
                    sort(first).name(),
                    sort(listener).name()
                )),
            );
        }
    }
}

/// A name on a port is either ended or passed on, by Cilium; another controller may serve the one beside the other.
fn terminate_beside_passthrough(facts: &Facts<'_>, gateway: &Gateway, out: &mut Diagnostics) {
    // A listener that lost its name takes all of them, and then its gateway is not whole.
    if gateway.class.value != GatewayClass::Cilium || !facts.whole(gateway.span) {
        return;
    }
    let passing = gateway.listeners.iter().filter(|listener| listener.tls.as_ref().is_some_and(|tls| tls.passthrough));
    let mut ending: IndexMap<u16, HostIndex<'_>> = IndexMap::new();
    for listener in passing {
        let port = listener.port.value;
        if !ending.contains_key(&port) {
            let of_port = gateway.listeners.iter().enumerate().filter(|(_, other)| other.port.value == port);
            let of_port = of_port.filter(|(_, other)| terminates(other));
            ending.insert(port, HostIndex::new(of_port.map(|(at, other)| (hostname(other), at))));
        }
        let Some(names) = ending.get(&port) else { continue };
        let met = match &listener.hostname {
            Some(taken) if taken.value.is_template() => None,
            Some(taken) => names.meeting(&taken.value).first().copied(),
            None => {
                gateway.listeners.iter().position(|other| terminates(other) && other.port.value == listener.port.value)
            }
        };
        let Some(other) = met.and_then(|at| gateway.listeners.get(at)) else { continue };
        if other.hostname.as_ref().is_some_and(|hostname| hostname.value.is_template()) {
            continue;
        }
        let place =
            |listener: &Listener| listener.hostname.as_ref().map_or(listener.name.span(), |hostname| hostname.span());
        out.report(
            Diagnostic::new(
                &codes::TERMINATE_AND_PASSTHROUGH,
                format!("`{}` passes on what `{}` ends", listener.name.value, other.name.value),
            )
            .label(place(listener), format!("TLS on port {} is passed on", listener.port.value))
            .label(place(other), "TLS for some of the same names ends here")
            .help("give the two listeners names that do not meet, or another port to one of them"),
        );
    }
}
