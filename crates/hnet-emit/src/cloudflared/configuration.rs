//! What cloudflared is told: which name goes where, and how the target is spoken to.
//!
//! The first rule that fits wins, so exact names go before wildcards and deep ones before shallow.

use std::cmp::Reverse;

use hnet_diagnostics::{Lines, Origin, Reason};
use hnet_manifests::cloudflared::{Configuration, OriginRequest, Rule};
use hnet_manifests::core::ConfigMap;
use hnet_model::{Cluster, OriginSettings, Publish, PublishTarget, Traced, Tunnel};

use super::{CREDENTIALS, METRICS_PORT};
use crate::overlay::Over;
use crate::yaml::{self, Node, Value};

/// Where the credentials lie in the pod, beside the configuration.
pub(super) const CREDENTIALS_FILE: &str = "/etc/cloudflared/credentials/credentials.json";
/// The key of the ConfigMap under which the configuration stands.
pub(super) const CONFIGURATION: &str = "config.yaml";
/// Where the configuration lies in the pod.
pub(super) const CONFIGURATION_FILE: &str = "/etc/cloudflared/config/config.yaml";

/// The configuration of a tunnel's connector.
pub(super) fn write(cluster: &Cluster, tunnel: &Tunnel) -> Lines {
    debug_assert!(CREDENTIALS_FILE.ends_with(CREDENTIALS));
    let shape = Origin::derived(tunnel.span, Reason::Shape);
    let mut publish: Vec<&Publish> = tunnel.publish.iter().collect();
    publish.sort_by_key(|publish| {
        let name = &publish.hostname.value;
        (name.is_wildcard(), Reverse(name.as_str().split('.').count()))
    });
    let catch_all = Rule {
        hostname: None,
        service: Traced::new("http_status:404".to_owned(), shape.because(Reason::CatchAll)),
        origin_request: None,
    };
    let rules = publish.into_iter().map(|publish| Traced::new(rule(cluster, publish), publish.hostname.origin));
    let configuration = Configuration {
        tunnel: tunnel.id.clone(),
        credentials_file: CREDENTIALS_FILE,
        // The probes ask from outside the container's own loopback.
        metrics: format!("0.0.0.0:{METRICS_PORT}"),
        no_autoupdate: true,
        edge_ip_version: only_ipv6(cluster),
        ingress: rules.chain([Traced::new(catch_all, shape.because(Reason::CatchAll))]).collect(),
    };
    yaml::lines(&configuration, shape)
}

/// A number for a configuration as the connector reads it, as hexadecimal digits: another text has another number.
pub(super) fn checksum(object: &ConfigMap, origin: Origin, over: Over<'_>) -> String {
    let node = Node::of(object, origin);
    let laid = if over.is_nothing() { Some(node) } else { over.laid(node) };
    let data = laid.as_ref().and_then(|object| object.get("data")?.get(CONFIGURATION)).map(|data| &data.value);
    let text = match data {
        Some(Value::Lines(lines)) => lines.iter().map(|line| format!("{}\n", line.value)).collect(),
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    format!("{:016x}", fnv_1a(text.bytes()))
}

/// cloudflared looks for Cloudflare's edge over IPv4 alone unless it is told otherwise, which pods without an IPv4 address
/// cannot reach.
fn only_ipv6(cluster: &Cluster) -> Option<Traced<&'static str>> {
    let first = cluster.pods.first()?;
    let only = cluster.pods.iter().all(|prefix| prefix.value.addr().is_ipv6());
    only.then(|| Traced::new("6", first.origin.because(Reason::PodPrefix)))
}

/// Fowler, Noll and Vo's hash 1a with 64 bits: small, and the same everywhere and always.
fn fnv_1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn rule(cluster: &Cluster, publish: &Publish) -> Rule {
    let Publish { hostname, target, origin } = publish;
    let (service, with_tls) = service(cluster, publish);
    let OriginSettings { server_name, tls: _, http2, connect_timeout } = origin;
    let of_service = match target.value {
        PublishTarget::Service(service) => cluster.services[service.0].tls.server_name.as_ref(),
        PublishTarget::Listener(..) => None,
    };
    let mut request = OriginRequest {
        connect_timeout: connect_timeout.map(|time| time.map(|time| time.to_string())),
        http2_origin: *http2,
        ..OriginRequest::default()
    };
    if with_tls {
        // A wildcard is no server name.
        match server_name.as_ref().or(of_service) {
            Some(name) => request.origin_server_name = Some(name.as_ref().map(ToString::to_string)),
            None if hostname.value.is_wildcard() => {
                let origin = hostname.origin.because(Reason::RequestServerName);
                request.match_sni_to_host = Some(Traced::new(true, origin));
            }
            None => {
                let origin = hostname.origin.because(Reason::PublishedServerName);
                request.origin_server_name = Some(Traced::new(hostname.value.to_string(), origin));
            }
        }
        // A gateway speaks HTTP/2; what a service speaks is not known.
        if matches!(target.value, PublishTarget::Listener(..)) {
            let default = Traced::new(true, target.origin.because(Reason::Default));
            request.http2_origin = Some(http2.unwrap_or(default));
        }
    }
    Rule {
        hostname: Some(hostname.as_ref().map(ToString::to_string)),
        service,
        origin_request: (!request.is_empty()).then_some(request),
    }
}

/// Where a rule's requests go, and whether over TLS.
fn service(cluster: &Cluster, publish: &Publish) -> (Traced<String>, bool) {
    let target = &publish.target;
    let domain = &cluster.dns_domain.value;
    match target.value {
        PublishTarget::Listener(gateway, listener) => {
            let gateway = &cluster.gateways[gateway.0];
            let listener = &gateway.listeners[listener.0];
            let with_tls = listener.protocol.value.has_tls();
            let scheme = if with_tls { "https" } else { "http" };
            // Where the controller's name for the service is unknown, the gateway's own address leads there.
            let host = match (gateway.service_name(), gateway.addresses.first()) {
                (Some(name), _) => format!("{name}.{}.svc.{domain}", gateway.namespace.value),
                (None, Some(address)) => match address.value.known() {
                    Some(std::net::IpAddr::V6(address)) => format!("[{address}]"),
                    _ => address.value.to_string(),
                },
                (None, None) => format!("{}.{}.svc.{domain}", gateway.name.value, gateway.namespace.value),
            };
            let url = format!("{scheme}://{host}:{}", listener.port.value);
            (Traced::new(url, target.origin.because(Reason::GatewayServiceName)), with_tls)
        }
        PublishTarget::Service(service) => {
            let service = &cluster.services[service.0];
            let host = format!("{}.{}.svc.{domain}", service.name.value, service.namespace.value);
            let with_tls = publish.speaks_tls_to(service);
            let scheme = if with_tls { "https" } else { "http" };
            (Traced::new(format!("{scheme}://{host}:{}", service.port.value), target.origin), with_tls)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fnv_1a;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the algorithm's authors: http://www.isthe.com/chongo/tech/comp/fnv/
        assert_eq!(fnv_1a(b"".iter().copied()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a".iter().copied()), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(b"foobar".iter().copied()), 0x8594_4171_f739_67e8);
    }
}
