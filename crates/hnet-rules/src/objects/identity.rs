//! Two statements must not come out as one Kubernetes object.
//!
//! Names of statements are unique in their kind before this is asked; here it is the objects that are
//! compared, raw manifests among them. Start at [`same_object`].

use std::borrow::Cow;
use std::fmt;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::envoy;
use hnet_model::{
    Cluster, GatewayClass, HostName, Name, Owned, Owner, Reason, RouteKind, Service, ServiceTarget, Traced, Tunnel,
    Workload, own, tls_backends,
};
use indexmap::{IndexMap, IndexSet};
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::patched_services::{PatchedServices, place_of};
use hnet_model::in_source_order;

/// An object as the API server tells it from others: group and kind, namespace, name.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Object<'a> {
    kind: Cow<'a, str>,
    namespace: Option<&'a str>,
    name: Cow<'a, str>,
}

/// Who writes an object, and where that is said.
#[derive(Clone, Copy)]
struct Writer<'a> {
    who: Who<'a>,
    place: Span,
    /// Whether it is there already, and nobody here writes it.
    is_existing: bool,
}

#[derive(Clone, Copy)]
enum Who<'a> {
    /// A statement, by its keyword and name.
    Statement(&'static str, &'a Name),
    /// A service for a host.
    ForHost(&'a Service),
    /// Somebody else: the service is the cluster's own.
    Somebody(&'a Service),
    /// A raw manifest.
    Manifest,
}

impl fmt::Display for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Who::Statement(keyword, name) => write!(f, "{keyword} `{name}`"),
            Who::ForHost(service) => write!(f, "service `{}` for a host", service.name.value),
            Who::Somebody(service) => write!(f, "whoever runs `{}/{}`", service.namespace.value, service.name.value),
            Who::Manifest => f.write_str("this manifest"),
        }
    }
}

/// The kind that says how gateways speak TLS to a service.
const POLICY: &str = "gateway.networking.k8s.io/BackendTLSPolicy";

/// The kind of the class that proxies give gateways.
const CLASS: &str = "gateway.networking.k8s.io/GatewayClass";

/// The kinds of BGP, of which one statement writes several.
const BGP: &str = "cilium.io/CiliumBGP";

/// The kind of certificates, whose objects may be called otherwise than they are here.
const CERTIFICATE: &str = "cert-manager.io/Certificate";

/// No object is written by two statements.
pub(crate) fn same_object(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut writers: IndexMap<Object<'_>, Writer<'_>> = IndexMap::new();
        written(cluster, &mut |object, writer| {
            let Some(first) = claim(&mut writers, object.clone(), writer) else { return };
            // Two statements of one kind and name are two names that are the same, which is said of the names.
            let kind = &*object.kind;
            let raw = [first.who, writer.who].iter().any(|who| matches!(who, Who::Manifest));
            let one_name = match (first.who, writer.who) {
                (Who::Statement(keyword, name), Who::Statement(other, again)) => keyword == other && name == again,
                _ => false,
            };
            if first.is_existing || writer.is_existing {
                if !one_name {
                    exists(&object, *first, writer, out);
                }
                return;
            }
            let may_be_shared =
                matches!(kind, "/Service" | "/Secret" | CERTIFICATE | POLICY | CLASS) || kind.starts_with(BGP);
            if one_name || !(raw || may_be_shared) {
                return;
            }
            let kind = kind.rsplit('/').next().unwrap_or(kind);
            let namespace = object.namespace.map_or(String::new(), |namespace| format!("{namespace}/"));
            let help = match kind {
                "BackendTLSPolicy" if !raw => "say what the Service calls the port of each: `port-name https`",
                _ => "give one of them another name or namespace, or leave it out",
            };
            out.report(
                Diagnostic::new(&codes::SAME_OBJECT, format!("{kind} `{namespace}{}` is written twice", object.name))
                    .label(writer.place, format!("by {writer}"))
                    .label(first.place, format!("and by {first}"))
                    .help(help),
            );
        });
    }
}

/// Reports an object that is written although it is there already. Two things that exist are somebody else's concern.
fn exists(object: &Object<'_>, first: Writer<'_>, second: Writer<'_>, out: &mut Diagnostics) {
    let (there, writer) = match (first.is_existing, second.is_existing) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return,
    };
    let kind = object.kind.rsplit('/').next().unwrap_or(&object.kind);
    let namespace = object.namespace.map_or(String::new(), |namespace| format!("{namespace}/"));
    out.report(
        Diagnostic::new(&codes::OBJECT_EXISTS, format!("{kind} `{namespace}{}` exists already", object.name))
            .label(writer.place, format!("{writer} writes it"))
            .label(there.place, "here it is said to be somebody else's")
            .help("leave one of the two out: what exists where hnet takes it over, the other where it stays"),
    );
}

/// Whether a thing was not read in a manifest, which is visited itself.
fn is_no_manifest<T: Owned>(thing: &&T) -> bool {
    thing.owner() != Owner::Manifest
}

/// Takes each object that is written, with who writes it.
type Visit<'v, 'a> = &'v mut dyn FnMut(Object<'a>, Writer<'a>);

/// Visits each object that is written, those of one kind in the order of the source.
fn written<'a>(cluster: &'a Cluster, visit: Visit<'_, 'a>) {
    for gateway in in_source_order(&cluster.gateways, |gateway| gateway.span).into_iter().filter(is_no_manifest) {
        let (namespace, name) = (Some(gateway.namespace.value.as_str()), &gateway.name);
        visit(object("gateway.networking.k8s.io/Gateway", namespace, name), statement("gateway", name, gateway));
        if gateway.class.value == GatewayClass::Cilium
            && let Some(service) = gateway.service_name()
        {
            let object = Object { kind: Cow::Borrowed("/Service"), namespace, name: Cow::Owned(service) };
            visit(object, statement("Cilium for gateway", name, gateway));
        }
    }
    for route in in_source_order(&cluster.routes, |route| route.span).into_iter().filter(is_no_manifest) {
        let namespace = Some(route.namespace.value.as_str());
        let kind = match route.kind.value {
            RouteKind::Http => "gateway.networking.k8s.io/HTTPRoute",
            RouteKind::Grpc => "gateway.networking.k8s.io/GRPCRoute",
            RouteKind::Tls => "gateway.networking.k8s.io/TLSRoute",
            RouteKind::Tcp => "gateway.networking.k8s.io/TCPRoute",
            RouteKind::Udp => "gateway.networking.k8s.io/UDPRoute",
        };
        let object = object(kind, namespace, &route.name);
        visit(object, statement("route", &route.name, route));
    }
    let certificates = in_source_order(&cluster.certificates, |certificate| certificate.span).into_iter();
    for certificate in certificates.filter(is_no_manifest) {
        if certificate.issuer.is_some() {
            let (namespace, name) = (Some(certificate.namespace.value.as_str()), &certificate.name);
            let by = statement("certificate", name, certificate);
            let called = |kind, name| Object { kind: Cow::Borrowed(kind), namespace, name: Cow::Borrowed(name) };
            visit(called(CERTIFICATE, certificate.object_name().value), by);
            visit(called("/Secret", certificate.secret_name().value), by);
        }
    }
    issuers(cluster, visit);
    connectors(cluster, visit);
    services(cluster, visit);
    policies(cluster, visit);
    let namespaces = in_source_order(&cluster.namespaces, |namespace| namespace.span).into_iter();
    for namespace in namespaces.filter(is_no_manifest) {
        visit(object("/Namespace", None, &namespace.name), statement("namespace", &namespace.name, namespace));
    }
    for pool in in_source_order(&cluster.pools, |pool| pool.span).into_iter().filter(is_no_manifest) {
        visit(object("cilium.io/CiliumLoadBalancerIPPool", None, &pool.name), statement("pool", &pool.name, pool));
        if pool.layer2().is_some() {
            let policy = object("cilium.io/CiliumL2AnnouncementPolicy", None, pool.policy_name());
            visit(policy, statement("pool", &pool.name, pool));
        }
    }
    for policy in in_source_order(&cluster.policies, |policy| policy.span).into_iter().filter(is_no_manifest) {
        let kind = Cow::Owned(format!("{}/{}", policy.kind.value.group(), policy.kind.value.word()));
        let namespace = policy.namespace.as_ref().map(|namespace| namespace.value.as_str());
        let name = Cow::Borrowed(policy.name.value.as_str());
        visit(Object { kind, namespace, name }, statement("policy", &policy.name, policy));
    }
    for bgp in in_source_order(&cluster.bgp, |bgp| bgp.span).into_iter().filter(is_no_manifest) {
        let statement = statement("bgp", &bgp.name, bgp);
        visit(object("cilium.io/CiliumBGPClusterConfig", None, &bgp.name), statement);
        visit(object("cilium.io/CiliumBGPAdvertisement", None, bgp.advertisement_name()), statement);
        let settings: IndexSet<String> = bgp.peers.iter().map(|peer| bgp.settings_name(peer)).collect();
        for name in settings {
            let kind = Cow::Borrowed("cilium.io/CiliumBGPPeerConfig");
            visit(Object { kind, namespace: None, name: Cow::Owned(name) }, statement);
        }
    }
    for records in in_source_order(&cluster.records, |records| records.span).into_iter().filter(is_no_manifest) {
        let object = object("externaldns.k8s.io/DNSEndpoint", Some(records.namespace.value.as_str()), &records.name);
        visit(object, statement("records", &records.name, records));
    }
    for it in in_source_order(&cluster.envoy, |it| it.span).into_iter().filter(is_no_manifest) {
        let statement = statement(it.kind.keyword(), &it.name, it);
        let kind = Cow::Owned(format!("{}/{}", envoy::GROUP, it.kind.word()));
        let (namespace, name) = (Some(it.namespace.value.as_str()), Cow::Borrowed(it.name.value.as_str()));
        visit(Object { kind, namespace, name }, statement);
        if let Some(class) = &it.class {
            visit(object(CLASS, None, class), statement);
        }
    }
    for manifest in &cluster.manifests {
        let text = |value: &'a Value, key: &str| value.get(key).and_then(Value::as_str);
        let value = &manifest.value;
        let (Some(api_version), Some(kind), Some(metadata)) =
            (text(value, "apiVersion"), text(value, "kind"), value.get("metadata"))
        else {
            continue;
        };
        let Some(name) = text(metadata, "name") else { continue };
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let kind = format!("{group}/{kind}");
        let namespace = text(metadata, "namespace");
        let writer = Writer { who: Who::Manifest, place: manifest.span, is_existing: false };
        if let Some(name) = secret_of(&kind, value, name) {
            visit(Object { kind: Cow::Borrowed("/Secret"), namespace, name: Cow::Borrowed(name) }, writer);
        }
        visit(Object { kind: Cow::Owned(kind), namespace, name: Cow::Borrowed(name) }, writer);
    }
}

/// Who issues certificates. One that is known by its name alone may be whoever's.
fn issuers<'a>(cluster: &'a Cluster, visit: Visit<'_, 'a>) {
    let issuers = in_source_order(&cluster.issuers, |issuer| issuer.span).into_iter();
    for issuer in issuers.filter(is_no_manifest).filter(|issuer| issuer.settings.is_some()) {
        let kind = Cow::Owned(format!("cert-manager.io/{}", issuer.kind()));
        let namespace = issuer.namespace.as_ref().map(|namespace| namespace.value.as_str());
        let name = Cow::Borrowed(issuer.name.value.as_str());
        visit(Object { kind, namespace, name }, statement("certificate-issuer", &issuer.name, issuer));
    }
}

/// The Secret that a controller writes because of an object.
fn secret_of<'a>(kind: &str, value: &'a Value, name: &'a str) -> Option<&'a str> {
    let at = |path: &[&str]| path.iter().try_fold(value, |value, key| value.get(*key))?.as_str();
    match kind {
        "cert-manager.io/Certificate" => at(&["spec", "secretName"]),
        "external-secrets.io/ExternalSecret" => Some(at(&["spec", "target", "name"]).unwrap_or(name)),
        "bitnami.com/SealedSecret" => Some(name),
        _ => None,
    }
}

fn object<'a>(kind: &'a str, namespace: Option<&'a str>, name: &'a Traced<Name>) -> Object<'a> {
    Object { kind: Cow::Borrowed(kind), namespace, name: Cow::Borrowed(name.value.as_str()) }
}

fn statement<'a>(keyword: &'static str, name: &'a Traced<Name>, thing: &impl Owned) -> Writer<'a> {
    Writer { who: Who::Statement(keyword, &name.value), place: name.span(), is_existing: thing.is_existing() }
}

/// The service of a gateway has its name behind another word, and is a label, too.
pub(crate) fn long_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for gateway in &cluster.gateways {
            if let Some(service) = gateway.service_name() {
                long_name("gateway", &gateway.name, &service, "Cilium shortens it, and nothing finds it", out);
            }
        }
    }
}

fn long_name(keyword: &str, name: &Traced<Name>, service: &str, what: &str, out: &mut Diagnostics) {
    const MOST: usize = 63;
    if service.len() > MOST {
        let room = MOST + name.value.as_str().len() - service.len();
        out.report(
            Diagnostic::new(&codes::DERIVED_NAME_TOO_LONG, format!("the name is too long for the {keyword}'s service"))
                .label(name.span(), format!("`{service}` has {} characters: {what}", service.len()))
                .help(format!("give the {keyword} a name of at most {room} characters")),
        );
    }
}

/// Tunnels of one namespace are run by objects of different names. None is called after its tunnel by itself, so that
/// another tunnel renames nothing that runs.
pub(crate) fn connector_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut first_of: IndexMap<(&Name, &Name), &Tunnel> = IndexMap::new();
        let tunnels = in_source_order(&cluster.tunnels, |tunnel| tunnel.span).into_iter();
        for tunnel in tunnels.filter(|tunnel| has_known_connector(tunnel)) {
            let (namespace, name) = (&tunnel.namespace.value, &tunnel.connector.value);
            let Some(first) = claim(&mut first_of, (namespace, name), tunnel) else { continue };
            let place = |of: &Tunnel| match of.connector.origin.reason {
                Reason::Written => of.connector.span(),
                _ => of.name.span(),
            };
            out.report(
                Diagnostic::new(&codes::SAME_OBJECT, format!("two tunnels run as `{namespace}/{name}`"))
                    .label(place(tunnel), format!("tunnel `{}` does", tunnel.name.value))
                    .label(place(first), format!("and so does tunnel `{}`", first.name.value))
                    .help(format!("call the objects of one otherwise: `connector {name}-{}`", tunnel.name.value)),
            );
        }
    }
}

/// Whether it is known what a tunnel is run by: of one that exists it need not be said.
fn has_known_connector(tunnel: &Tunnel) -> bool {
    tunnel.is_own() || tunnel.connector.origin.reason == Reason::Written
}

/// What runs the tunnels.
fn connectors<'a>(cluster: &'a Cluster, visit: Visit<'_, 'a>) {
    let mut seen: IndexSet<(&Name, &Name)> = IndexSet::new();
    let tunnels = in_source_order(&cluster.tunnels, |tunnel| tunnel.span).into_iter();
    for tunnel in tunnels.filter(|tunnel| has_known_connector(tunnel)) {
        // That two are called so is said of the tunnels.
        if !seen.insert((&tunnel.namespace.value, &tunnel.connector.value)) {
            continue;
        }
        let (name, config_map) = (tunnel.connector.value.to_string(), tunnel.config_map_name());
        let secret = tunnel.secret_name();
        let workload = match tunnel.workload.value {
            Workload::Deployment(_) => "apps/Deployment",
            Workload::DaemonSet => "apps/DaemonSet",
        };
        let objects = [
            (workload, &name),
            ("/ConfigMap", &config_map),
            ("/Service", &name),
            ("external-secrets.io/ExternalSecret", &secret),
            ("/Secret", &secret),
        ];
        // A secret that something else makes may well be among the raw manifests.
        let ours = if tunnel.credentials.is_some() { objects.len() } else { objects.len() - 2 };
        for (kind, name) in &objects[..ours] {
            let namespace = Some(tunnel.namespace.value.as_str());
            let object = Object { kind: Cow::Borrowed(*kind), namespace, name: Cow::Owned((*name).clone()) };
            visit(object, statement("tunnel", &tunnel.name, tunnel));
        }
    }
}

/// The services: a cluster's own may be named with several ports, one for a host is written by hnet.
fn services<'a>(cluster: &'a Cluster, visit: Visit<'_, 'a>) {
    let is_ours = |service: &Service| matches!(service.target, ServiceTarget::Host { .. });
    let patched = PatchedServices::of(cluster);
    let mut ours: IndexSet<(&Name, &Name)> = IndexSet::new();
    for service in cluster.services.iter().filter(|service| is_ours(service)) {
        ours.insert((&service.namespace.value, &service.name.value));
    }
    let existing = cluster.services.iter().filter(|it| it.is_existing() && it.target == ServiceTarget::Cluster);
    for service in existing.filter(|it| !patched.holds(it)) {
        let object = object("/Service", Some(service.namespace.value.as_str()), &service.name);
        if !ours.contains(&(&service.namespace.value, &service.name.value)) {
            visit(object, Writer { who: Who::Somebody(service), place: place_of(service), is_existing: true });
        }
    }
    if ours.is_empty() {
        return;
    }
    // What a route writes out leads to a service and declares none.
    let is_declared = |it: &&Service| it.label.is_some() && is_no_manifest(it) && !patched.holds(it);
    let ordered = in_source_order(&cluster.services, |service| service.span).into_iter();
    for service in ordered.filter(is_declared) {
        let object = object("/Service", Some(service.namespace.value.as_str()), &service.name);
        if is_ours(service) {
            let is_existing = service.is_existing();
            visit(object, Writer { who: Who::ForHost(service), place: place_of(service), is_existing });
        } else if ours.contains(&(&service.namespace.value, &service.name.value)) {
            // Somebody else writes it, which is a conflict only with one that hnet writes.
            visit(object, Writer { who: Who::Somebody(service), place: place_of(service), is_existing: false });
        }
    }
}

/// The policies of services that speak TLS. Services that say the same have one.
fn policies<'a>(cluster: &'a Cluster, visit: Visit<'_, 'a>) {
    let mut written: IndexSet<(String, &Name, &HostName, Option<&Name>)> = IndexSet::new();
    let mut backends = tls_backends(cluster);
    backends.sort_by_key(|backend| backend.service.span);
    for service in backends.into_iter().filter(|it| it.written.is_none()).map(|it| it.service) {
        let (Some(label), Some(server_name)) = (&service.label, &service.tls.server_name) else { continue };
        let (name, namespace) = (service.policy_name(), &service.namespace.value);
        let ca = service.tls.ca_certificate.as_ref().map(|ca| &ca.value);
        if written.insert((name.clone(), namespace, &server_name.value, ca)) {
            let (kind, namespace) = (Cow::Borrowed(POLICY), Some(namespace.as_str()));
            visit(Object { kind, namespace, name: Cow::Owned(name) }, statement("service", label, service));
        }
    }
}

/// A Service that hnet writes has a name that starts with a letter, as Services must (RFC 1035) and other
/// objects need not.
pub(crate) fn service_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let for_hosts = own(&cluster.services).filter(|it| matches!(it.target, ServiceTarget::Host { .. }));
        let of_tunnels = own(&cluster.tunnels).map(|tunnel| &tunnel.connector);
        for name in for_hosts.map(|service| &service.name).chain(of_tunnels) {
            if name.value.as_str().starts_with(|first: char| first.is_ascii_lowercase()) {
                continue;
            }
            out.report(
                Diagnostic::new(
                    &codes::NOT_A_NAME,
                    format!("the Service `{}` does not start with a letter", name.value),
                )
                .label(name.span(), "hnet writes a Service of this name, which the API server refuses")
                .help("give it a name that starts with a letter"),
            );
        }
    }
}

/// A host behind a service must have an address.
pub(crate) fn service_without_address(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for service in &cluster.services {
            let ServiceTarget::Host { host, addresses, .. } = &service.target else { continue };
            let behind = &facts.network.hosts[host.value.0];
            if !addresses.is_empty() || !facts.whole(behind.span) {
                continue;
            }
            let name = &behind.name.value;
            out.report(
                Diagnostic::new(&codes::SERVICE_WITHOUT_ADDRESS, format!("host `{name}` has no address to lead to"))
                    .label(host.span(), format!("service `{}` leads there", service.name.value))
                    .label(behind.name.span(), "no `address` is said of it")
                    .help("give the host its address: `address lan[20];`"),
            );
        }
    }
}
