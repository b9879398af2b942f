//! Gateways, routes, grants, certificates, and services outside the cluster.
//!
//! Start at [`Gateways`].

mod backend_tls;
mod certificates;
mod envoy;
mod expected;
mod grants;
mod issuers;
mod outside;
mod routes;
#[cfg(test)]
mod tests;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::cilium::LabelSelector;
use hnet_manifests::gateway_api::{
    AllowedRoutes, Gateway as GatewayObject, GatewayAddress, GatewaySpec, Infrastructure, Listener as ListenerObject,
    ListenerTls as TlsObject, ObjectReference, RouteNamespaces,
};
use hnet_manifests::object::Manifest;
use hnet_manifests::versions::gateway_services;
use hnet_model::{
    Admission, CertificateIssuer, Cluster, EnvoyKind, Gateway, Listener, ListenerTls, Name, Owned as _, Part,
    ServiceTarget, Traced, own,
};

use crate::Context;
use crate::component::{Apart, Component, Expected, Kinds, Rows, Thing, things};
use crate::context::Where;
use crate::kubernetes::{metadata, pairs, shape, text};
use crate::overlay::Over;
use crate::place::Folder;

/// Gateways, and all that requests need behind them.
#[derive(Debug)]
pub(crate) struct Gateways;

impl Component for Gateways {
    fn folder(&self) -> &'static str {
        "gateway"
    }

    fn after(&self) -> &'static [&'static str] {
        &["namespaces", "cilium"]
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let certificates = own(&cluster.certificates).find(|certificate| certificate.issuer.is_some());
        let issuers = cluster.issuers.iter().find(|issuer| issuer.is_written());
        let outside = own(&cluster.services).find(|service| matches!(service.target, ServiceTarget::Host { .. }));
        let routes = own(&cluster.routes).next();
        things([
            (Part::Gateways, "Gateways", own(&cluster.gateways).next().map(|gateway| Origin::written(gateway.span))),
            (Part::Envoy, "what Envoy Gateway is told", own(&cluster.envoy).next().map(|it| Origin::written(it.span))),
            (Part::Routes, "routes", routes.map(|route| Origin::written(route.span))),
            (Part::Issuers, "issuers of certificates", issuers.map(|issuer| Origin::written(issuer.span))),
            (Part::Certificates, "certificates", certificates.map(|certificate| Origin::written(certificate.span))),
            (Part::Services, "services outside the cluster", outside.map(|service| Origin::written(service.span))),
        ])
    }

    fn apart(&self, context: &Context<'_>, cluster: &Cluster) -> Option<Apart> {
        let is_own = || matches!(context.place(cluster, Part::Routes), Some(Where::Own(_)));
        let first = own(&cluster.routes).next().filter(|_| routes_are_split(cluster) && is_own())?;
        let holds = Thing { part: Part::Routes, what: "routes", origin: Origin::written(first.span) };
        Some(Apart { prefix: "gateway-routes-", holds })
    }

    /// Gateways, and hosts outside the cluster, whose services live with the gateways unless the source says otherwise.
    fn lives_in<'c>(&self, cluster: &'c Cluster) -> Vec<&'c Traced<Name>> {
        let outside = own(&cluster.services).filter(|service| {
            let is_default = service.namespace.origin.reason == Reason::Default;
            is_default && matches!(service.target, ServiceTarget::Host { .. })
        });
        let gateways = own(&cluster.gateways).map(|gateway| &gateway.namespace);
        let envoy = own(&cluster.envoy).filter(|it| it.kind == EnvoyKind::Proxy).map(|it| &it.namespace);
        gateways.chain(envoy).chain(outside.map(|service| &service.namespace)).collect()
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let mut file = folder.objects(Part::Issuers, "issuers.yaml");
        cluster.issuers.iter().for_each(|issuer| issuers::add(issuer, &mut file));
        folder.insert(file);
        let mut file = folder.objects(Part::Certificates, "certificates.yaml");
        for it in &cluster.certificates {
            if let Some(object) = certificates::certificate(cluster, it) {
                file.add(&object, shape(it.span), Over::Main(&it.overlay));
            }
        }
        folder.insert(file);
        let mut file = folder.objects(Part::Gateways, "gateways.yaml");
        for it in &cluster.gateways {
            file.add(&gateway(cluster, it), shape(it.span), Over::Main(&it.overlay));
        }
        folder.insert(file);
        let mut file = folder.objects(Part::Envoy, "envoy.yaml");
        cluster.envoy.iter().for_each(|it| envoy::add(cluster, it, &mut file));
        folder.insert(file);
        let mut file = match cluster.argo_cd() {
            Some((gitops, _)) => folder.objects_after(Part::Services, SERVICES, EXCLUDED, shape(gitops.span)),
            None => folder.objects(Part::Services, SERVICES),
        };
        cluster.services.iter().for_each(|service| outside::add(service, &mut file));
        folder.insert(file);
        let mut file = folder.objects(Part::ReferenceGrants, "reference-grants.yaml");
        grants::add(cluster, &mut file);
        folder.insert(file);
        let mut file = folder.objects(Part::BackendTlsPolicies, "backend-tls-policies.yaml");
        backend_tls::add(cluster, &mut file);
        folder.insert(file);
        if routes_are_split(cluster) && folder.is_own(Part::Routes) {
            routes::in_folders(cluster, folder);
        } else {
            let mut file = folder.objects(Part::Routes, "routes.yaml");
            cluster.routes.iter().for_each(|route| routes::add(cluster, route, &mut file));
            folder.insert(file);
        }
    }

    fn expects(&self, cluster: &Cluster, list: &mut Expected<'_>) {
        expected::gateways(cluster, list);
        expected::certificates(cluster, list);
        backend_tls::expected(cluster, list);
    }

    fn groups(&self, cluster: &Cluster) -> Vec<&'static str> {
        let certificates = own(&cluster.certificates).any(|certificate| certificate.issuer.is_some())
            || cluster.issuers.iter().any(CertificateIssuer::is_written);
        let kinds = cluster.gateway_api.is_some() || !cluster.gateways.is_empty();
        let kinds = kinds.then_some("gateway.networking.k8s.io");
        let envoy = (!cluster.envoy.is_empty()).then_some(hnet_manifests::envoy::GROUP);
        kinds.into_iter().chain(certificates.then_some("cert-manager.io")).chain(envoy).collect()
    }

    fn kinds(&self, cluster: &Cluster) -> Option<Kinds> {
        let api = cluster.gateway_api.as_ref().filter(|api| api.is_own())?;
        let channel = if api.experimental.value { "experimental" } else { "standard" };
        let url = format!(
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v{}/{channel}-install.yaml",
            api.version.value.full()
        );
        // Cilium looks for them once, when it starts.
        let said = cluster.cilium.as_ref().map(|_| "Before Cilium, which looks for them when it starts.");
        Some(Kinds { heading: "Install the kinds of the Gateway API", said, url, origin: api.version.origin })
    }

    fn rows(&self, cluster: &Cluster, rows: &mut Rows<'_>) {
        let Some(api) = &cluster.gateway_api else { return };
        let row = rows.row("Gateway API", api.version.origin).literal("kinds for gateways and routes, ");
        row.literal(if api.experimental.value { "experimental channel" } else { "standard channel" });
        if api.is_existing() {
            row.literal(", existing");
        }
        row.cell().code_of(&api.version.value);
        rows.files();
    }
}

/// Whether the routes are too many for one folder. Flux is told each folder, and builds on its own.
fn routes_are_split(cluster: &Cluster) -> bool {
    own(&cluster.routes).count() > routes::MOST_IN_A_FOLDER && cluster.flux().is_none()
}

/// The file of services.
const SERVICES: &str = "services.yaml";

/// Argo CD 3 leaves EndpointSlices alone by default, since most are made by the cluster.
const EXCLUDED: &str =
    "Argo CD 3 excludes EndpointSlices by default: take them out of `resource.exclusions` in argocd-cm.";

fn gateway(cluster: &Cluster, gateway: &Gateway) -> Manifest<GatewaySpec> {
    let Gateway {
        name,
        doc: _,
        namespace,
        class,
        proxy,
        addresses,
        listeners,
        service_labels,
        service_annotations,
        overlay: _,
        span: _,
    } = gateway;
    let address =
        |address: &Traced<hnet_model::Address>| GatewayAddress { kind: "IPAddress".into(), value: text(address) };
    let by_annotation = gateway_services::asks_by_annotation(class.value.name());
    let mut infrastructure = Infrastructure {
        labels: pairs(service_labels).collect(),
        annotations: pairs(service_annotations).collect(),
        parameters_ref: proxy.as_ref().map(envoy::reference),
    };
    // What an annotation asks for stays where the source says it.
    let addresses = || addresses.iter().filter(|address| address.origin.reason != Reason::AskedByAnnotation);
    if let Some(first) = addresses().next().filter(|_| by_annotation) {
        let asked: Vec<String> = addresses().map(|address| address.value.to_string()).collect();
        infrastructure.annotations.insert(gateway_services::ADDRESSES, Traced::new(asked.join(","), first.origin));
    }
    let spec = GatewaySpec {
        gateway_class_name: class.as_ref().map(|class| class.name().to_owned()),
        addresses: addresses().filter(|_| !by_annotation).map(address).collect(),
        infrastructure: Some(infrastructure).filter(|own| *own != Infrastructure::default()),
        listeners: listeners.iter().map(|listener| listener_object(cluster, gateway, listener)).collect(),
    };
    Manifest::custom::<GatewayObject>(metadata(text(name), namespace), spec)
}

fn listener_object(cluster: &Cluster, gateway: &Gateway, listener: &Listener) -> ListenerObject {
    let Listener { name, port, protocol, hostname, tls, admits, span } = listener;
    ListenerObject {
        name: text(name),
        port: *port,
        protocol: protocol.map(|protocol| protocol.name().to_owned()),
        hostname: hostname.as_ref().map(text),
        tls: tls.as_ref().map(|tls| tls_object(cluster, gateway, tls)),
        allowed_routes: admits.as_ref().map(|admission| allowed_routes(admission, *span)),
    }
}

fn tls_object(cluster: &Cluster, gateway: &Gateway, tls: &ListenerTls) -> TlsObject {
    let ListenerTls { passthrough, certificates } = tls;
    let reference = |id: &Traced<hnet_model::CertificateId>| {
        let certificate = &cluster.certificates[id.value.0];
        let elsewhere = certificate.namespace.value != gateway.namespace.value;
        id.map(|_| ObjectReference {
            group: "".into(),
            kind: "Secret".into(),
            name: certificate.secret_name().value.to_string(),
            namespace: elsewhere.then(|| certificate.namespace.value.to_string()),
        })
    };
    TlsObject {
        mode: if *passthrough { "Passthrough" } else { "Terminate" }.into(),
        certificate_refs: certificates.iter().map(reference).collect(),
    }
}

fn allowed_routes(admission: &Admission, span: Span) -> AllowedRoutes {
    let (from, selector) = match admission {
        Admission::All => ("All", None),
        Admission::Same => ("Same", None),
        Admission::Namespaces(names) => {
            let origin = Origin::derived(span, Reason::AttachedRoutes);
            let names = names.iter().map(|name| Traced::new(name.to_string(), origin)).collect();
            ("Selector", Some(LabelSelector::one_of("kubernetes.io/metadata.name", names)))
        }
    };
    AllowedRoutes { namespaces: RouteNamespaces { from: from.into(), selector } }
}
