//! BackendTLSPolicies: how gateways speak TLS to the services that routes lead to.

use std::collections::BTreeSet;

use hnet_diagnostics::{Reason, Traced};
use hnet_manifests::gateway_api::{
    BackendTLSPolicy, BackendTlsPolicySpec, BackendValidation, ObjectReference, PolicyTarget,
};
use hnet_manifests::object::Manifest;
use hnet_model::{Cluster, Name, Origin, Service, ServiceTls, own, tls_backends};

use crate::component::Expected;
use crate::kubernetes::{metadata, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// The services that need a policy: one for each port that the policies tell apart.
fn services(cluster: &Cluster) -> Vec<&Service> {
    let mut seen: BTreeSet<(&Name, &Name, Option<&Name>)> = BTreeSet::new();
    let needed = tls_backends(cluster).into_iter().filter(|backend| backend.written.is_none());
    own(needed.map(|backend| backend.service))
        .filter(|service| {
            let port = service.tls.port_name.as_ref().map(|name| &name.value);
            seen.insert((&service.namespace.value, &service.name.value, port))
        })
        .collect()
}

/// Adds the policies of a cluster.
pub(super) fn add(cluster: &Cluster, to: &mut Objects<'_>) {
    for service in services(cluster) {
        let Service { label: _, doc: _, namespace, name, port, ports: _, addresses: _, target: _, tls, overlay, span } =
            service;
        let ServiceTls { said: _, server_name, ca_certificate, port_name } = tls;
        // Without the name nothing is written at all.
        let Some(server_name) = server_name else { continue };
        let system = Traced::new("System".to_owned(), port.origin.because(Reason::Default));
        let reference = |ca: &Traced<Name>| {
            let reference = |name: &Name| ObjectReference {
                group: "".into(),
                kind: "ConfigMap".into(),
                name: name.to_string(),
                namespace: None,
            };
            ca.as_ref().map(reference)
        };
        let target = PolicyTarget {
            group: "".into(),
            kind: "Service".into(),
            name: text(name),
            section_name: port_name.as_ref().map(text),
        };
        let spec = BackendTlsPolicySpec {
            target_refs: vec![target],
            validation: BackendValidation {
                hostname: text(server_name),
                ca_certificate_refs: ca_certificate.iter().map(reference).collect(),
                well_known_ca_certificates: ca_certificate.is_none().then_some(system),
            },
        };
        let metadata = metadata(Traced::new(service.policy_name(), name.origin), namespace);
        let policy = Manifest::custom::<BackendTLSPolicy>(metadata, spec);
        to.add(&policy, shape(*span), Over::Beside(overlay));
    }
}

/// The ConfigMaps with the certificates of CAs.
pub(super) fn expected(cluster: &Cluster, list: &mut Expected<'_>) {
    let mut seen = BTreeSet::new();
    for service in services(cluster) {
        let Some(ca) = &service.tls.ca_certificate else { continue };
        let namespace = &service.namespace.value;
        let is_written = cluster.manifests.iter().any(|manifest| {
            let text = |path: &[&str]| path.iter().try_fold(&manifest.value, |it, key| it.get(*key))?.as_str();
            text(&["kind"]) == Some("ConfigMap")
                && text(&["metadata", "name"]) == Some(ca.value.as_str())
                && text(&["metadata", "namespace"]) == Some(namespace.as_str())
        });
        if !is_written && seen.insert((namespace, &ca.value)) {
            let item = list.item(Origin::written(ca.span())).literal("the ConfigMap ");
            item.code_of(&format_args!("{namespace}/{}", ca.value)).literal(" with the CA's certificate for ");
            item.code(service.name.value.as_str()).literal(" in the key ").code("ca.crt");
        }
    }
}
