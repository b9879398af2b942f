//! ReferenceGrants: what must be allowed because a route's backend, a listener's certificate, or a service that a policy of
//! Envoy Gateway's asks is in another namespace. One grant for each pair of namespaces, so that nobody may refer to more than is referred to.

use hnet_diagnostics::{Origin, Reason, Traced};
use hnet_manifests::envoy::GROUP as ENVOY;
use hnet_manifests::gateway_api::{GROUP, GrantFrom, GrantTo, ReferenceGrant, ReferenceGrantSpec};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{Cluster, EnvoyKind, EnvoyObject, Overlay, RouteKind, RouteRule, Told, own};

use crate::overlay::Over;
use crate::place::Objects;

/// The most objects that one grant may name.
const MOST_IN_A_GRANT: usize = 16;

/// Who refers across namespaces to what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A route of a kind to a service.
    Backend(RouteKind),
    /// A gateway to a secret.
    Certificate,
    /// A security policy to a service.
    Asked,
    /// An extension policy to a service.
    Process,
}

/// A name that is referred to.
#[derive(Clone)]
struct Need<'a> {
    /// The grant that names it: its namespace, who refers to what, and from which namespace.
    grant: (&'a str, Kind, &'a str),
    name: &'a str,
    /// What its statement lays over the grant.
    overlay: &'a Overlay,
    origin: Origin,
}

/// Adds the grants of a cluster, by the namespaces that they are in.
pub(super) fn add(cluster: &Cluster, to: &mut Objects<'_>) {
    let mut needed: Vec<Need<'_>> = Vec::new();
    for route in own(&cluster.routes) {
        for backend in route.rules.iter().flat_map(RouteRule::services) {
            let service = &cluster.services[backend.value.0];
            if service.namespace.value != route.namespace.value {
                let grant =
                    (service.namespace.value.as_str(), Kind::Backend(route.kind.value), route.namespace.value.as_str());
                let origin = backend.origin.because(Reason::CrossNamespaceBackend);
                needed.push(Need { grant, name: service.name.value.as_str(), overlay: &route.overlay, origin });
            }
        }
    }
    for gateway in own(&cluster.gateways) {
        for id in
            gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref()).flat_map(|tls| &tls.certificates)
        {
            let certificate = &cluster.certificates[id.value.0];
            if certificate.namespace.value != gateway.namespace.value {
                let grant = (certificate.namespace.value.as_str(), Kind::Certificate, gateway.namespace.value.as_str());
                let origin = id.origin.because(Reason::CrossNamespaceCertificate);
                let name = certificate.secret_name().value;
                needed.push(Need { grant, name, overlay: &gateway.overlay, origin });
            }
        }
    }
    own(&cluster.envoy).for_each(|policy| needed.extend(asked(policy)));
    needed.sort_by_key(|need| (need.grant, need.name));
    for needed in needed.chunk_by(|one, next| one.grant == next.grant) {
        // Each of the statements that need a grant may lay something over it.
        let mut overlays: Vec<&Overlay> = needed.iter().map(|need| need.overlay).filter(|it| !it.is_empty()).collect();
        overlays.sort_by_key(|overlay| overlay.span);
        overlays.dedup_by_key(|overlay| overlay.span);
        let mut names = needed.to_vec();
        names.dedup_by_key(|need| need.name);
        for (at, needed) in names.chunks(MOST_IN_A_GRANT).enumerate() {
            to.add(&grant(at, needed), needed[0].origin, Over::Shared(&overlays));
        }
    }
}

/// The services of other namespaces that a policy asks. Where its proxies send what they tell of requests needs no grant.
/// (Envoy Gateway 1.9, `internal/gatewayapi/ext_service.go`.)
fn asked(policy: &EnvoyObject) -> impl Iterator<Item = Need<'_>> {
    let each = |path: &str| policy.settings.value.at(path).map(|list| list.value.items()).unwrap_or_default();
    let (kind, lists): (_, Vec<&[Told]>) = match policy.kind {
        EnvoyKind::Security => (Kind::Asked, vec![each("extAuth.http.backendRefs"), each("extAuth.grpc.backendRefs")]),
        EnvoyKind::Extension => {
            let services = each("extProc").iter().filter_map(|process| process.value.at("backendRefs"));
            (Kind::Process, services.map(|list| list.value.items()).collect())
        }
        _ => (Kind::Asked, Vec::new()),
    };
    let from = policy.namespace.value.as_str();
    lists.into_iter().flatten().filter_map(move |service| {
        let said = |key: &str| service.value.at(key)?.value.text();
        let (namespace, name) = (said("namespace").filter(|namespace| *namespace != from)?, said("name")?);
        let origin = service.origin.because(Reason::CrossNamespaceAsked);
        Some(Need { grant: (namespace, kind, from), name, overlay: &policy.overlay, origin })
    })
}

/// What the grant of routes is called by.
fn label_of(kind: RouteKind) -> &'static str {
    match kind {
        RouteKind::Http => "routes",
        RouteKind::Grpc => "grpc-routes",
        RouteKind::Tls => "tls-routes",
        RouteKind::Tcp => "tcp-routes",
        RouteKind::Udp => "udp-routes",
    }
}

fn grant(at: usize, needed: &[Need<'_>]) -> Manifest<ReferenceGrantSpec> {
    let Need { grant: (namespace, kind, from), name: _, overlay: _, origin } = needed[0];
    let (group, who, what, label) = match kind {
        Kind::Backend(kind) => (GROUP, kind.kind(), "Service", label_of(kind)),
        Kind::Certificate => (GROUP, "Gateway", "Secret", "gateways"),
        Kind::Asked => (ENVOY, EnvoyKind::Security.word(), "Service", "security-policies"),
        Kind::Process => (ENVOY, EnvoyKind::Extension.word(), "Service", "extension-policies"),
    };
    let who = GrantFrom { group: group.into(), kind: who.into(), namespace: from.to_string() };
    let to = needed.iter().map(|need| {
        Traced::new(GrantTo { group: "".into(), kind: what.into(), name: need.name.to_string() }, need.origin)
    });
    let spec = ReferenceGrantSpec { from: vec![Traced::new(who, origin)], to: to.collect() };
    let name = if at == 0 { format!("{label}-of-{from}") } else { format!("{label}-of-{from}.{}", at + 1) };
    let namespace = Some(Traced::new(namespace.to_string(), origin));
    let metadata = Metadata { namespace, ..Metadata::named(Traced::new(name, origin)) };
    Manifest::custom::<ReferenceGrant>(metadata, spec)
}
