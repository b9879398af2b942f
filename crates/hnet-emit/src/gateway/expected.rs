//! What gateways refer to and nothing here writes: who implements them, who issues certificates, secrets.

use hnet_model::{Cluster, GatewayClass, Origin, Owned as _, own};
use indexmap::IndexSet;

use crate::component::Expected;

/// Who implements gateways, and the kinds of them.
pub(super) fn gateways(cluster: &Cluster, list: &mut Expected<'_>) {
    let Some(first) = own(&cluster.gateways).next() else { return };
    if cluster.gateway_api.is_none() {
        list.item(Origin::written(first.span)).literal("the kinds of the Gateway API");
    }
    let mut seen = IndexSet::new();
    for class in own(&cluster.gateways).map(|gateway| &gateway.class) {
        let is_here = class.value == GatewayClass::Cilium && own(&cluster.cilium).next().is_some();
        if !is_here && seen.insert(class.value.name()) {
            list.item(class.origin).literal("a controller with the GatewayClass ").code(class.value.name());
        }
    }
}

/// Who issues certificates, and the secrets of those that nobody here has issued.
pub(super) fn certificates(cluster: &Cluster, list: &mut Expected<'_>) {
    let mut issuers: IndexSet<String> = IndexSet::new();
    let mut first = cluster.issuers.iter().find(|issuer| issuer.is_written()).map(|it| Origin::written(it.span));
    for certificate in own(&cluster.certificates) {
        let Some(id) = certificate.issuer else { continue };
        let issuer = &cluster.issuers[id.value.0];
        first = first.or(Some(Origin::written(certificate.span)));
        if issuer.is_written() {
            continue;
        }
        issuers.insert(match issuer.cluster_wide.value {
            true => format!("ClusterIssuer {}", issuer.name.value),
            false => format!("Issuer {}/{}", certificate.namespace.value, issuer.name.value),
        });
    }
    if let Some(origin) = first {
        let item = list.item(origin);
        item.literal(if issuers.is_empty() { "cert-manager" } else { "cert-manager, with " });
        item.codes(issuers.iter());
    }
    super::issuers::expected(cluster, list);
    let listeners = own(&cluster.gateways).flat_map(|gateway| &gateway.listeners);
    let presented = listeners.filter_map(|listener| listener.tls.as_ref()).flat_map(|tls| &tls.certificates);
    let mut seen = IndexSet::new();
    for id in presented {
        let certificate = &cluster.certificates[id.value.0];
        if certificate.is_own() && certificate.issuer.is_none() && seen.insert(id.value.0) {
            let secret = format!("{}/{}", certificate.namespace.value, certificate.secret_name().value);
            let item = list.item(Origin::written(certificate.span)).literal("the TLS Secret ").code(&secret);
            item.literal(" with a certificate for ").codes(certificate.names.iter().map(|name| &name.value));
        }
    }
}
