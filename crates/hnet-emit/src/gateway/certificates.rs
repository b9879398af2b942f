//! What cert-manager issues.

use hnet_manifests::cert_manager::{
    Certificate as CertificateObject, CertificateSpec, GROUP, IssuerReference, PrivateKey, SecretTemplate, Subject,
};
use hnet_manifests::object::Manifest;
use hnet_model::{Certificate, CertificateRequest, Cluster, Traced};

use crate::kubernetes::{metadata, pairs, text};

/// A certificate that cert-manager issues; none where the secret is made by something else.
pub(super) fn certificate(cluster: &Cluster, certificate: &Certificate) -> Option<Manifest<CertificateSpec>> {
    let Certificate {
        name: _,
        doc: _,
        namespace,
        names,
        issuer,
        object_name: _,
        secret: _,
        request,
        overlay: _,
        span: _,
    } = certificate;
    let issuer = issuer.as_ref()?;
    let issued_by = &cluster.issuers[issuer.value.0];
    let kind = issued_by.cluster_wide.map(|_| issued_by.kind().to_owned());
    let CertificateRequest {
        addresses,
        common_name,
        organizations,
        organizational_units,
        countries,
        is_authority,
        usages,
        duration,
        renew_before,
        key,
        key_encoding,
        key_rotation,
        secret_labels,
        secret_annotations,
    } = request;
    let has_subject = [organizations, organizational_units, countries].iter().any(|list| !list.is_empty());
    let has_key = key.is_some() || key_encoding.is_some() || key_rotation.is_some();
    let has_template = !secret_labels.is_empty() || !secret_annotations.is_empty();
    let word = |value: &Traced<&str>| value.map(str::to_owned);
    let spec = CertificateSpec {
        secret_name: text(&certificate.secret_name()),
        secret_template: has_template.then(|| SecretTemplate {
            annotations: pairs(secret_annotations).collect(),
            labels: pairs(secret_labels).collect(),
        }),
        common_name: common_name.clone(),
        subject: has_subject.then(|| Subject {
            organizations: organizations.clone(),
            organizational_units: organizational_units.clone(),
            countries: countries.clone(),
        }),
        dns_names: names.iter().map(text).collect(),
        ip_addresses: addresses.iter().map(text).collect(),
        duration: duration.as_ref().map(text),
        renew_before: renew_before.as_ref().map(text),
        is_ca: *is_authority,
        usages: usages.clone(),
        private_key: has_key.then(|| PrivateKey {
            algorithm: key.map(|key| key.map(|key| key.algorithm.to_owned())),
            size: key.and_then(|key| Some(Traced::new(key.value.size?, key.origin))),
            encoding: key_encoding.as_ref().map(word),
            rotation_policy: key_rotation.as_ref().map(word),
        }),
        issuer_ref: issuer.map(|_| IssuerReference {
            group: GROUP.to_owned(),
            kind,
            name: issued_by.name.value.to_string(),
        }),
    };
    Some(Manifest::custom::<CertificateObject>(metadata(text(&certificate.object_name()), namespace), spec))
}
