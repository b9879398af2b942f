//! Gateways, routes, grants, certificates, and services outside the cluster.
//!
//! Start at [`emit`]. Namespaces of applications are theirs; hnet makes those of gateways and of hosts.

mod grants;
mod outside;
mod routes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::cert_manager::{Certificate as CertificateObject, CertificateSpec, IssuerReference};
use hnet_manifests::cilium::LabelSelector;
use hnet_manifests::gateway_api::{
    AllowedRoutes, Gateway as GatewayObject, GatewayAddress, GatewaySpec, Infrastructure, Listener as ListenerObject,
    ListenerTls as TlsObject, ObjectReference, RouteNamespaces,
};
use hnet_model::{
    Admission, Certificate, Cluster, Gateway, Listener, ListenerProtocol, ListenerTls, Name, Part, ServiceTarget,
    Traced,
};

use crate::kubernetes::{Folder, comes_with_the_cluster, metadata, named, namespace, object};
use crate::yaml::Node;
use crate::{Context, Outputs};

pub(crate) use routes::FOLDER as ROUTES_FOLDER;

/// Writes the folder `gateway` of every cluster, and folders of routes where they are very many.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut Outputs) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let Some(mut folder) = Folder::new(context, cluster, "gateway", outputs) else { continue };
        folder.objects("namespace.yaml", namespaces(cluster).into_values().map(|name| namespace(cluster, name)));
        folder.objects("certificates.yaml", cluster.certificates.iter().filter_map(|it| certificate(cluster, it)));
        folder.objects("gateways.yaml", cluster.gateways.iter().map(|gateway| gateway_object(cluster, gateway)));
        // Argo CD 3 leaves EndpointSlices alone by default, since most are made by the cluster.
        let comment = cluster.gitops.as_ref().map(|gitops| {
            let text =
                "Argo CD 3 excludes EndpointSlices by default: take them out of `resource.exclusions` in argocd-cm.";
            Traced::new(text, Origin::derived(gitops.span, Reason::Shape))
        });
        folder.objects_after("services.yaml", comment, cluster.services.iter().flat_map(outside::objects));
        folder.objects("reference-grants.yaml", grants::objects(cluster));
        if cluster.routes.len() <= routes::MOST_IN_A_FOLDER {
            let objects = cluster.routes.iter().map(|route| routes::object(cluster, route));
            folder.objects("routes.yaml", objects);
            folder.finish(Vec::new());
        } else {
            folder.finish(Vec::new());
            routes::in_folders(context, cluster, outputs);
        }
    }
}

/// The namespaces that hnet makes here, with what first needs each.
fn namespaces(cluster: &Cluster) -> BTreeMap<&Name, &Traced<Name>> {
    let in_cluster = |service: &&hnet_model::Service| service.target == ServiceTarget::Cluster;
    let of_applications: std::collections::BTreeSet<&Name> =
        cluster.services.iter().filter(in_cluster).map(|service| &service.namespace.value).collect();
    let of_hosts = cluster.services.iter().filter(|service| !in_cluster(service)).map(|service| &service.namespace);
    let of_hosts = of_hosts.filter(|name| !of_applications.contains(&name.value));
    let of_certificates = cluster.certificates.iter().filter(|it| it.issuer.is_some()).map(|it| &it.namespace);
    let mut all = BTreeMap::new();
    for name in cluster.gateways.iter().map(|gateway| &gateway.namespace).chain(of_certificates).chain(of_hosts) {
        if !comes_with_the_cluster(&name.value) {
            all.entry(&name.value).or_insert(name);
        }
    }
    all
}

/// Whether the folder `gateway` makes a namespace.
pub(crate) fn makes_namespace(cluster: &Cluster, name: &Name) -> bool {
    namespaces(cluster).contains_key(name)
}

/// A certificate that cert-manager issues; none where the secret is made by something else.
fn certificate(cluster: &Cluster, certificate: &Certificate) -> Option<Node> {
    let Certificate { name, doc: _, namespace, names, issuer, span } = certificate;
    let issuer = issuer.as_ref()?;
    let issued_by = &cluster.issuers[issuer.value.0];
    let kind = issued_by.cluster_wide.map(|wide| if wide { "ClusterIssuer" } else { "Issuer" }.to_owned());
    let spec = CertificateSpec {
        secret_name: name.as_ref().map(ToString::to_string),
        dns_names: names.iter().map(|name| name.as_ref().map(ToString::to_string)).collect(),
        issuer_ref: issuer.map(|_| IssuerReference {
            group: "cert-manager.io".to_owned(),
            kind,
            name: issued_by.name.value.to_string(),
        }),
    };
    let mut manifest = CertificateObject::new(name.value.as_str(), spec);
    manifest.metadata = metadata(name.value.as_str(), Some(namespace.value.as_str()));
    Some(named(object(&manifest, *span), name.origin, namespace.origin))
}

fn gateway_object(cluster: &Cluster, gateway: &Gateway) -> Node {
    let Gateway { name, doc: _, namespace, class, addresses, listeners, annotations, span } = gateway;
    let address = |address: &Traced<hnet_model::Address>| GatewayAddress {
        kind: "IPAddress".into(),
        value: address.as_ref().map(ToString::to_string),
    };
    let spec = GatewaySpec {
        gateway_class_name: class.as_ref().map(|class| class.name().to_owned()),
        addresses: addresses.iter().map(address).collect(),
        infrastructure: (!annotations.is_empty())
            .then(|| Infrastructure { annotations: annotations.iter().cloned().collect() }),
        listeners: listeners.iter().map(|listener| listener_object(cluster, gateway, listener)).collect(),
    };
    let mut manifest = GatewayObject::new(name.value.as_str(), spec);
    manifest.metadata = metadata(name.value.as_str(), Some(namespace.value.as_str()));
    named(object(&manifest, *span), name.origin, namespace.origin)
}

fn listener_object(cluster: &Cluster, gateway: &Gateway, listener: &Listener) -> ListenerObject {
    let Listener { name, port, protocol, hostname, tls, admits, span } = listener;
    let protocol_name = |protocol| match protocol {
        ListenerProtocol::Http => "HTTP",
        ListenerProtocol::Https => "HTTPS",
        ListenerProtocol::Tls => "TLS",
    };
    ListenerObject {
        name: name.as_ref().map(ToString::to_string),
        port: *port,
        protocol: protocol.map(|protocol| protocol_name(protocol).to_owned()),
        hostname: hostname.as_ref().map(|name| name.as_ref().map(ToString::to_string)),
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
