//! A service that speaks TLS is spoken to so by the gateways whose routes lead to it. Start at [`gateways_speak_tls`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_manifests::versions::{cilium, gateway_api};
use hnet_model::{
    Cluster, Name, Owner, PublishTarget, Service, ServiceTarget, ServiceTls, Span, TlsBackend, Traced, tls_backends,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;

/// Gateways must be able to speak TLS to a service, and know which name its certificate bears.
pub(crate) fn gateways_speak_tls(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut backends = tls_backends(cluster);
        backends.sort_by_key(|backend| backend.used);
        let sound = |backend: &&TlsBackend<'_>| facts.whole(backend.service.span);
        for backend in backends.iter().filter(sound) {
            let TlsBackend { service, used: _, through_cilium: _, written } = *backend;
            match (written, &service.tls.server_name) {
                (Some(policy), _) => written_out(service, policy, out),
                // Of one that is there, its policy may be, too.
                (None, None) if service.overlay.owner == Owner::Existing => {}
                (None, None) => name_not_said(backend, out),
                (None, Some(_)) => {}
            }
            let is_said = written.is_some() || service.tls.server_name.is_some();
            if is_said {
                of_cilium(facts, cluster, backend, out);
            }
        }
        let is_written = |it: &&TlsBackend<'_>| it.written.is_none() && it.service.tls.server_name.is_some();
        if let Some(first) = backends.iter().find(is_written) {
            served(cluster, first, out);
        }
        all_ports(facts, cluster, &backends, out);
    }
}

/// A policy needs the name: it is what is asked for and what the certificate has to bear.
fn name_not_said(backend: &TlsBackend<'_>, out: &mut Diagnostics) {
    let TlsBackend { service, used, .. } = *backend;
    let (name, port) = (&service.name.value, service.port.value);
    let finding =
        Diagnostic::new(&codes::CERTIFICATE_NAME_NOT_SAID, format!("the name in `{name}`'s certificate is not said"));
    let place = service.protocol_place();
    out.report(if service.label.is_some() {
        finding
            .label(used, format!("the gateway speaks TLS to port {port}, and verifies who answers"))
            .label(place, "TLS is spoken to this service")
            .help(format!(
                "say it: `server-name {name}.example.com`; or `protocol http`, where the port speaks plain HTTP"
            ))
    } else {
        finding.label(used, format!("the gateway speaks TLS to port {port}, and verifies who answers")).help(format!(
            "declare the service: `service {name} {}/{name}:{port} server-name {name}.example.com;`, or with `protocol http`",
            service.namespace.value
        ))
    });
}

/// Cilium's gateways accept what they do not do.
fn of_cilium(facts: &Facts<'_>, cluster: &Cluster, backend: &TlsBackend<'_>, out: &mut Diagnostics) {
    let TlsBackend { service, used, through_cilium, written } = *backend;
    let gateway = through_cilium.and_then(|id| cluster.gateways.get(id.0));
    // One that lost something may be of another class.
    let Some(gateway) = gateway.filter(|gateway| facts.whole(gateway.span)) else { return };
    let said = cluster.cilium.as_ref().map(|cilium| &cilium.version);
    let Some(row) = cilium::row(said.map_or_else(cilium::newest, |version| version.value.minor())) else { return };
    let by_system = written.is_none() && service.tls.ca_certificate.is_none();
    let (major, minor) = row.minor;
    let mut finding = Diagnostic::new(
        &codes::GATEWAY_SPEAKS_PLAIN_HTTP,
        format!("Cilium {major}.{minor} speaks plain HTTP to `{}`", service.name.value),
    )
    .label(used, format!("port {} expects TLS", service.port.value))
    .label(gateway.name.span(), "requests come through this gateway of Cilium's");
    if let Some(version) = said {
        finding = finding.label(version.span(), format!("Cilium is {}", version.value));
    }
    if !row.speaks_tls_to_services {
        let since = cilium::ROWS.iter().find(|row| row.speaks_tls_to_services).map(|row| row.minor);
        let since = since.map_or(String::new(), |(major, minor)| format!("use Cilium {major}.{minor} or newer, "));
        out.report(finding.help(format!(
            "{since}or a gateway of another class; `protocol http` says that the port speaks plain HTTP"
        )));
    } else if by_system && !row.knows_system_cas {
        out.report(finding.help(format!(
            "it speaks TLS only by a CA that it is given: say `ca-certificate NAME`, a ConfigMap in `{}` with the CA's certificate in `ca.crt`",
            service.namespace.value
        )));
    }
}

/// The kind must be served in the version that is written.
fn served(cluster: &Cluster, backend: &TlsBackend<'_>, out: &mut Diagnostics) {
    let Some(api) = &cluster.gateway_api else { return };
    let minor = api.version.value.minor();
    let (major, least) = gateway_api::BACKEND_TLS_POLICY;
    // Cilium's own need, where it is the greater one, is said already.
    let of_cilium = cluster.cilium.as_ref().and_then(|cilium| cilium::row(cilium.version.value.minor()));
    let is_said = backend.through_cilium.is_some() && of_cilium.is_some_and(|row| minor < row.least_gateway_api);
    if minor >= gateway_api::BACKEND_TLS_POLICY || !gateway_api::MINORS.contains(&minor) || is_said {
        return;
    }
    out.report(
        Diagnostic::new(&codes::GATEWAY_API_TOO_OLD, format!("TLS to services needs Gateway API {major}.{least}"))
            .label(api.version.span(), "older than that: `BackendTLSPolicy` is not served as `v1`")
            .label(backend.used, format!("TLS is spoken to `{}`", backend.service.name.value))
            .help(format!("install a newer release: `gateway-api {major}.{least};`"))
            .fix(format!("write `{major}.{least}`"), api.version.span(), format!("{major}.{least}")),
    );
}

/// Where the source writes the policy out, what the service says of TLS would be a second one.
fn written_out(service: &Service, policy: Span, out: &mut Diagnostics) {
    let ServiceTls { said: _, server_name, ca_certificate, port_name } = &service.tls;
    let fields = [
        ("server-name", server_name.as_ref().map(Traced::span)),
        ("ca-certificate", ca_certificate.as_ref().map(Traced::span)),
        ("port-name", port_name.as_ref().map(Traced::span)),
    ];
    let Some((field, place)) = fields.into_iter().find_map(|(field, place)| Some((field, place?))) else { return };
    out.report(
        Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on this service"))
            .label(place, "gateways follow the policy that the source writes out")
            .label(policy, "this manifest says how they speak TLS to it")
            .help("leave one of the two out"),
    );
}

/// A policy without the name of a port is about each port of the Service.
fn all_ports(facts: &Facts<'_>, cluster: &Cluster, backends: &[TlsBackend<'_>], out: &mut Diagnostics) {
    let whole = backends.iter().filter(|backend| {
        let ServiceTls { server_name, port_name, .. } = &backend.service.tls;
        let is_whole = facts.whole(backend.service.span);
        is_whole && backend.written.is_none() && server_name.is_some() && port_name.is_none()
    });
    let mut covered: IndexMap<(&Name, &Name), &TlsBackend<'_>> = IndexMap::new();
    for backend in whole {
        let service = backend.service;
        covered.entry((&service.namespace.value, &service.name.value)).or_insert(backend);
    }
    if covered.is_empty() {
        return;
    }
    let mut told = IndexSet::new();
    let mut used: Vec<_> =
        cluster.routes.iter().flat_map(|route| &route.rules).flat_map(|rule| &rule.backends).collect();
    used.sort_by_key(|backend| backend.span());
    for backend in used {
        let service = &cluster.services[backend.value.service.0];
        let key = (&service.namespace.value, &service.name.value);
        let Some(over_tls) = covered.get(&key).filter(|_| !service.speaks_tls()) else { continue };
        if told.insert(key) {
            out.report(
                Diagnostic::new(
                    &codes::POLICY_OF_ALL_PORTS,
                    format!("gateways speak TLS to all ports of `{}`", service.name.value),
                )
                .label(backend.span(), format!("port {} speaks plain HTTP", service.port.value))
                .label(over_tls.service.protocol_place(), "TLS is said of the Service, not of one of its ports")
                .help("say what the Service calls the port that speaks TLS: `port-name https`"),
            );
        }
    }
}

/// What is said of TLS to a service must meet TLS, and somebody who follows it.
pub(crate) fn without_effect(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut by_route = vec![false; cluster.services.len()];
        let mut by_tunnel = vec![false; cluster.services.len()];
        let mut name_is_sent = vec![false; cluster.services.len()];
        for backend in cluster.routes.iter().flat_map(|route| &route.rules).flat_map(|rule| &rule.backends) {
            by_route[backend.value.service.0] = true;
        }
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            if let PublishTarget::Service(id) = publish.target.value {
                let service = &cluster.services[id.0];
                by_tunnel[id.0] = true;
                name_is_sent[id.0] |= publish.speaks_tls_to(service) && publish.origin.server_name.is_none();
            }
        }
        for (at, service) in cluster.services.iter().enumerate().filter(|(_, service)| facts.whole(service.span)) {
            let ServiceTls { said, server_name, ca_certificate, port_name } = &service.tls;
            let name = server_name.as_ref().map(|name| ("server-name", name.span()));
            let ca = ca_certificate.as_ref().map(|name| ("ca-certificate", name.span()));
            let port = port_name.as_ref().map(|name| ("port-name", name.span()));
            let for_host = matches!(service.target, ServiceTarget::Host { .. });
            if !service.speaks_tls() {
                if let Some(said) = said.as_ref().filter(|_| for_host && !by_route[at] && !by_tunnel[at]) {
                    out.report(
                        Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`protocol` has no effect on this service")
                            .label(said.span(), "no route and no tunnel leads to this service")
                            .help("leave `protocol` out"),
                    );
                }
                let speaks = said.as_ref().map_or(service.port.span(), Traced::span);
                for (field, place) in name.into_iter().chain(ca).chain(port) {
                    out.report(
                        Diagnostic::new(&codes::TLS_WITHOUT_EFFECT, format!("`{field}` has no effect without TLS"))
                            .label(place, "this belongs to TLS")
                            .label(speaks, "plain HTTP is spoken here")
                            .help(format!("leave `{field}` out, or write `protocol https`")),
                    );
                }
                continue;
            }
            // One in the cluster that nothing leads to is said to be unused.
            if by_route[at] || !(by_tunnel[at] || for_host) {
                continue;
            }
            let said = said.as_ref().filter(|_| !by_tunnel[at]).map(|said| ("protocol", said.span()));
            let name = name.filter(|_| !name_is_sent[at]);
            for (field, place) in said.into_iter().chain(name).chain(ca).chain(port) {
                let label = match field {
                    _ if !by_tunnel[at] => "no route and no tunnel leads to this service",
                    "server-name" => "each name that leads here says its own `server-name`",
                    _ => "gateways follow it, and no route leads to this service",
                };
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on this service"))
                        .label(place, label)
                        .help(format!("leave `{field}` out")),
                );
            }
        }
    }
}
