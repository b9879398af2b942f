//! Who issues certificates.

use hnet_manifests::cert_manager::API_VERSION;
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{CertificateIssuer, Cluster, Origin, Told, ToldValue};
use indexmap::IndexSet;

use crate::component::Expected;
use crate::kubernetes::{metadata, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// Adds the object of an issuer that says how it issues.
pub(super) fn add(issuer: &CertificateIssuer, to: &mut Objects<'_>) {
    let CertificateIssuer { name, doc: _, cluster_wide: _, namespace, settings, overlay, span } = issuer;
    let Some(spec) = settings else { return };
    let metadata = match namespace {
        Some(namespace) => metadata(text(name), namespace),
        None => Metadata::named(text(name)),
    };
    to.add(&Manifest::of(API_VERSION, issuer.kind(), metadata, spec.clone()), shape(*span), Over::Main(overlay));
}

/// The Secrets that issuers read and nothing here fills. Those of a ClusterIssuer lie where cert-manager runs.
pub(super) fn expected(cluster: &Cluster, list: &mut Expected<'_>) {
    let mut seen = IndexSet::new();
    for issuer in cluster.issuers.iter().filter(|issuer| issuer.is_written()) {
        let mut read = Vec::new();
        issuer.settings.iter().for_each(|settings| secrets(settings, &mut read));
        for Secret { name, key, origin } in read {
            let namespace = issuer.namespace.as_ref().map(|namespace| namespace.value.as_str());
            let is_made = cluster.certificates.iter().any(|it| {
                let is_there = namespace.is_none_or(|namespace| it.namespace.value.as_str() == namespace);
                it.issuer.is_some() && is_there && it.secret_name().value == name
            });
            if is_made || !seen.insert((namespace, name, key)) {
                continue;
            }
            let called = namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
            let item = list.item(origin).literal("the Secret ").code(&called);
            if namespace.is_none() {
                item.literal(" in the namespace of cert-manager");
            }
            match key {
                Some(key) => item.literal(" with the key ").code(key),
                None => item.literal(" with the certificate and key of an authority"),
            };
        }
    }
}

/// A Secret that must be there, with the key that is read of it, or that of an authority.
struct Secret<'t> {
    name: &'t str,
    key: Option<&'t str>,
    origin: Origin,
}

fn secrets<'t>(told: &'t Told, read: &mut Vec<Secret<'t>>) {
    for (key, value) in told.value.entries() {
        let text = |key: &str| value.value.at(key).and_then(|own| own.value.text());
        match (&**key, text("name"), text("key")) {
            // cert-manager makes that of an account itself.
            ("privateKeySecretRef", ..) => {}
            (_, Some(name), Some(key)) => read.push(Secret { name, key: Some(key), origin: value.origin }),
            ("ca", ..) => {
                let name = value.value.at("secretName");
                let secret = name.and_then(|it| Some(Secret { name: it.value.text()?, key: None, origin: it.origin }));
                read.extend(secret);
            }
            _ => secrets(value, read),
        }
    }
    if let ToldValue::List(items) = &told.value {
        items.iter().for_each(|item| secrets(item, read));
    }
}
