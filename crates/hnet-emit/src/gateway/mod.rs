//! Gateways, routes, grants, certificates, and services outside the cluster.
//!
//! Start at [`emit`]. Namespaces of applications are theirs; hnet makes those of gateways and of hosts.

mod grants;
mod outside;
mod routes;
#[cfg(test)]
mod tests;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::cert_manager::{Certificate as CertificateObject, CertificateSpec, IssuerReference};
use hnet_manifests::cilium::LabelSelector;
use hnet_manifests::gateway_api::{
    AllowedRoutes, Gateway as GatewayObject, GatewayAddress, GatewaySpec, Infrastructure, Listener as ListenerObject,
    ListenerTls as TlsObject, ObjectReference, RouteNamespaces,
};
use hnet_manifests::object::Manifest;
use hnet_model::{
    Admission, Certificate, Cluster, Gateway, Listener, ListenerProtocol, ListenerTls, Name, Part, Service,
    ServiceTarget, Traced,
};
use indexmap::IndexSet;

use crate::kubernetes::{Folder, comes_with_the_cluster, distinct, metadata, namespace, shape, text};
use crate::{Context, Receiver};

pub(crate) use routes::FOLDER as ROUTES_FOLDER;

/// Writes the folder `gateway` of every cluster, and folders of routes where they are very many.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let Some(mut folder) = Folder::new(context, cluster, "gateway", outputs) else { continue };
        let mut file = folder.objects();
        namespaces(cluster).into_iter().for_each(|name| namespace(cluster, name, &mut file));
        folder.insert("namespace.yaml", file);
        let mut file = folder.objects();
        for it in &cluster.certificates {
            if let Some(object) = certificate(cluster, it) {
                file.add(&object, shape(it.span));
            }
        }
        folder.insert("certificates.yaml", file);
        let mut file = folder.objects();
        cluster.gateways.iter().for_each(|it| file.add(&gateway(cluster, it), shape(it.span)));
        folder.insert("gateways.yaml", file);
        let mut file = match &cluster.gitops {
            Some(gitops) => folder.objects_after(EXCLUDED, shape(gitops.span)),
            None => folder.objects(),
        };
        cluster.services.iter().for_each(|service| outside::add(service, &mut file));
        folder.insert("services.yaml", file);
        let mut file = folder.objects();
        grants::add(cluster, &mut file);
        folder.insert("reference-grants.yaml", file);
        let split = routes_are_split(cluster);
        if !split {
            let mut file = folder.objects();
            cluster.routes.iter().for_each(|route| routes::add(cluster, route, &mut file));
            folder.insert("routes.yaml", file);
        }
        folder.finish(Vec::new());
        if split {
            routes::in_folders(context, cluster, outputs);
        }
    }
}

/// Whether the routes are too many for one folder.
pub(crate) fn routes_are_split(cluster: &Cluster) -> bool {
    cluster.routes.len() > routes::MOST_IN_A_FOLDER
}

/// Argo CD 3 leaves EndpointSlices alone by default, since most are made by the cluster.
const EXCLUDED: &str =
    "Argo CD 3 excludes EndpointSlices by default: take them out of `resource.exclusions` in argocd-cm.";

/// The namespaces that hnet makes here, with what first needs each.
fn namespaces(cluster: &Cluster) -> Vec<&Traced<Name>> {
    let mut of_applications = IndexSet::new();
    let (inside, of_hosts): (Vec<&Service>, Vec<&Service>) =
        cluster.services.iter().partition(|service| service.target == ServiceTarget::Cluster);
    for service in inside {
        of_applications.insert(&service.namespace.value);
    }
    let of_hosts = of_hosts.into_iter().map(|service| &service.namespace);
    let of_hosts = of_hosts.filter(|name| of_applications.get(&&name.value).is_none());
    let of_certificates = cluster.certificates.iter().filter(|it| it.issuer.is_some()).map(|it| &it.namespace);
    let all = cluster.gateways.iter().map(|gateway| &gateway.namespace).chain(of_certificates).chain(of_hosts);
    distinct(all.filter(|name| !comes_with_the_cluster(name.value.as_str())))
}

/// Whether the folder `gateway` makes a namespace.
pub(crate) fn makes_namespace(cluster: &Cluster, name: &Name) -> bool {
    namespaces(cluster).iter().any(|made| made.value == *name)
}

/// A certificate that cert-manager issues; none where the secret is made by something else.
fn certificate(cluster: &Cluster, certificate: &Certificate) -> Option<Manifest<CertificateSpec>> {
    let Certificate { name, doc: _, namespace, names, issuer, span: _ } = certificate;
    let issuer = issuer.as_ref()?;
    let issued_by = &cluster.issuers[issuer.value.0];
    let kind = issued_by.cluster_wide.map(|wide| if wide { "ClusterIssuer" } else { "Issuer" }.to_owned());
    let spec = CertificateSpec {
        secret_name: text(name),
        dns_names: names.iter().map(text).collect(),
        issuer_ref: issuer.map(|_| IssuerReference {
            group: "cert-manager.io".to_owned(),
            kind,
            name: issued_by.name.value.to_string(),
        }),
    };
    Some(Manifest::custom::<CertificateObject>(metadata(text(name), namespace), spec))
}

fn gateway(cluster: &Cluster, gateway: &Gateway) -> Manifest<GatewaySpec> {
    let Gateway { name, doc: _, namespace, class, addresses, listeners, annotations, span: _ } = gateway;
    let address =
        |address: &Traced<hnet_model::Address>| GatewayAddress { kind: "IPAddress".into(), value: text(address) };
    let annotation =
        |(key, value): &(Traced<String>, String)| (key.value.clone(), Traced::new(value.clone(), key.origin));
    let spec = GatewaySpec {
        gateway_class_name: class.as_ref().map(|class| class.name().to_owned()),
        addresses: addresses.iter().map(address).collect(),
        infrastructure: (!annotations.is_empty())
            .then(|| Infrastructure { annotations: annotations.iter().map(annotation).collect() }),
        listeners: listeners.iter().map(|listener| listener_object(cluster, gateway, listener)).collect(),
    };
    Manifest::custom::<GatewayObject>(metadata(text(name), namespace), spec)
}

fn listener_object(cluster: &Cluster, gateway: &Gateway, listener: &Listener) -> ListenerObject {
    let Listener { name, port, protocol, hostname, tls, admits, span } = listener;
    let protocol_name = |protocol| match protocol {
        ListenerProtocol::Http => "HTTP",
        ListenerProtocol::Https => "HTTPS",
        ListenerProtocol::Tls => "TLS",
    };
    ListenerObject {
        name: text(name),
        port: *port,
        protocol: protocol.map(|protocol| protocol_name(protocol).to_owned()),
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
            name: certificate.name.value.to_string(),
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
