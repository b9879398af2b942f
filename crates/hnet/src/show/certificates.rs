//! Certificates, and who issues them.

use hnet_model::{Certificate, CertificateIssuer, CertificateRequest, Cluster};

use super::Show;
use super::envoy::leaves;
use super::overlay::{laid_over, pairs};

pub(super) fn certificate(certificate: &Certificate, cluster: &Cluster) -> Show {
    let Certificate { name, doc, namespace, names, issuer, object_name, secret, request, overlay, span } = certificate;
    let mut shown = Show::new("certificate", &name.value, *span).doc(doc.as_ref());
    shown.one("namespace", namespace);
    shown.list("names", names);
    shown.each("issuer", issuer, |id| cluster.issuers[id.0].name.value.to_string());
    shown.maybe("name of the object", object_name.as_ref());
    shown.maybe("secret", secret.as_ref());
    asked_for(request, &mut shown);
    laid_over(overlay, &mut shown);
    shown
}

/// What an issuer is asked for.
fn asked_for(request: &CertificateRequest, shown: &mut Show) {
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
    shown.list("addresses", addresses);
    shown.maybe("common name", common_name.as_ref());
    shown.list("organizations", organizations);
    shown.list("organizational units", organizational_units);
    shown.list("countries", countries);
    shown.maybe("authority", is_authority.as_ref());
    shown.list("usages", usages);
    shown.maybe("duration", duration.as_ref());
    shown.maybe("renewed before its end", renew_before.as_ref());
    shown.maybe("key", key.as_ref());
    shown.maybe("encoding of the key", key_encoding.as_ref());
    shown.maybe("rotation of the key", key_rotation.as_ref());
    pairs("labels of the secret", secret_labels, shown);
    pairs("annotations of the secret", secret_annotations, shown);
}

pub(super) fn issuer(issuer: &CertificateIssuer) -> Show {
    let CertificateIssuer { name, doc, cluster_wide, namespace, settings, overlay, span } = issuer;
    let mut shown = Show::new("certificate-issuer", &name.value, *span).doc(doc.as_ref());
    shown.flag("cluster-wide", cluster_wide);
    shown.maybe("namespace", namespace.as_ref());
    let mut said = Vec::new();
    settings.iter().for_each(|settings| leaves(settings, String::new(), &mut said));
    shown.texts("says", said);
    laid_over(overlay, &mut shown);
    shown
}
