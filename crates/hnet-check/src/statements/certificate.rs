//! `certificate`.

use super::node::pairs;
use super::overlay::OverlayStatement;
use crate::types::{IssuerRef, KeyEncodingWord, KeyRotationWord, KeyWord, UsageWord};
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Annotation, Flag, Label, List, One, Reader, Subdomain, Text, Wildcard, statement};
use hnet_model::{Address, Certificate, CertificateRequest, Duration, Name, Reason, Traced};

statement! {
    /// A certificate, issued by cert-manager into a secret. Without an issuer the
    /// secret is made by something else, and hnet only knows what it covers.
    CertificateStatement = "certificate" Named () {
        /// The names that it covers. A wildcard covers exactly one label.
        "names" names: List<Wildcard>;
        /// The addresses that it covers.
        "addresses" addresses: List<Address>;
        /// The common name of its subject. Clients read no names of hosts there.
        "common-name" common_name: One<Text>;
        /// The organizations of its subject.
        "organizations" organizations: List<Text>;
        /// The organizational units of its subject.
        "organizational-units" organizational_units: List<Text>;
        /// The countries of its subject.
        "countries" countries: List<Text>;
        /// Whether it may sign other certificates.
        "authority" authority: Flag [default "off"];
        /// What its key is for.
        "usages" usages: List<UsageWord> [default "`digital-signature`, `key-encipherment`"];
        /// How long it holds; at least an hour.
        "duration" duration: One<Duration> [default "2160h"];
        /// How long before its end another is asked for; at least five minutes.
        "renew-before" renew_before: One<Duration> [default "a third of `duration`"];
        /// What its key is.
        "key" key: One<KeyWord> [default "`rsa-2048`"];
        /// How its key is written.
        "key-encoding" key_encoding: One<KeyEncodingWord> [default "pkcs1"];
        /// Whether another certificate has another key.
        "key-rotation" key_rotation: One<KeyRotationWord> [default "`always` since cert-manager 1.18"];
        /// Who issues it.
        "issuer" issuer: One<IssuerRef>;
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of the gateway which presents it"];
        /// What its object is called, where that is no name of this language: `object-name ${DOMAIN/./-}-tls;`
        "object-name" object_name: One<Subdomain> [default "the certificate's name"];
        /// The secret that holds it.
        "secret" secret: One<Subdomain> [default "one of the object's name"];
        /// Labels of the secret.
        "secret-labels" secret_labels: List<Label>;
        /// Annotations of the secret.
        "secret-annotations" secret_annotations: List<Annotation>;
        ..overlay: OverlayStatement;
    }
}

impl CertificateStatement {
    /// The namespace is settled when the gateways are known; until then it is `fallback`.
    pub(crate) fn lower(self, fallback: &Name, reader: &mut Reader<'_>) -> Option<(Certificate, bool)> {
        let Self {
            head,
            names,
            addresses,
            common_name,
            organizations,
            organizational_units,
            countries,
            authority,
            usages,
            duration,
            renew_before,
            key,
            key_encoding,
            key_rotation,
            issuer,
            namespace,
            object_name,
            secret,
            secret_labels,
            secret_annotations,
            overlay,
        } = self;
        let texts = |list: List<Text>| list.0.into_iter().map(|text| text.map(|Text(text)| text)).collect();
        let request = CertificateRequest {
            addresses: addresses.0,
            common_name: common_name.map(|name| name.map(|Text(name)| name)),
            organizations: texts(organizations),
            organizational_units: texts(organizational_units),
            countries: texts(countries),
            is_authority: authority.0,
            usages: usages.0.into_iter().map(|usage| usage.map(UsageWord::word)).collect(),
            duration,
            renew_before,
            key: key.map(|key| key.map(KeyWord::key)),
            key_encoding: key_encoding.map(|encoding| encoding.map(KeyEncodingWord::word)),
            key_rotation: key_rotation.map(|rotation| rotation.map(KeyRotationWord::word)),
            secret_labels: pairs(secret_labels.0, |Label(pair)| pair),
            secret_annotations: pairs(secret_annotations.0, |Annotation(pair)| pair),
        };
        // Of one that is named wrongly that is said.
        if issuer.is_none() && !reader.holes.contains(&head.span) {
            without_issuer(&request, reader.out);
        }
        let subdomain = |name: One<Subdomain>| name.map(|name| name.map(|Subdomain(name)| name));
        let said = namespace.is_some();
        let certificate = Certificate {
            name: head.name?,
            doc: head.doc,
            namespace: namespace
                .unwrap_or_else(|| Traced::derived(fallback.clone(), head.span, Reason::GatewayNamespace)),
            names: names.0.into_iter().map(|name| name.map(|Wildcard(name)| name)).collect(),
            issuer: issuer.map(|issuer| issuer.map(|IssuerRef(issuer)| issuer)),
            object_name: subdomain(object_name),
            secret: subdomain(secret),
            request,
            overlay: overlay.lower(head.span),
            span: head.span,
        };
        Some((certificate, said))
    }
}

/// Reports what is asked of nobody.
fn without_issuer(request: &CertificateRequest, out: &mut Diagnostics) {
    let CertificateRequest {
        addresses: _,
        common_name: _,
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
    let first = |list: &[Traced<String>]| list.first().map(Traced::span);
    let of_pairs = |list: &[(Traced<String>, String)]| list.first().map(|(key, _)| key.span());
    let asked = [
        ("organizations", first(organizations)),
        ("organizational-units", first(organizational_units)),
        ("countries", first(countries)),
        ("authority", is_authority.map(|flag| flag.span())),
        ("usages", first(usages)),
        ("duration", duration.map(|own| own.span())),
        ("renew-before", renew_before.map(|own| own.span())),
        ("key", key.map(|own| own.span())),
        ("key-encoding", key_encoding.map(|own| own.span())),
        ("key-rotation", key_rotation.map(|own| own.span())),
        ("secret-labels", of_pairs(secret_labels)),
        ("secret-annotations", of_pairs(secret_annotations)),
    ];
    for (field, span) in asked {
        let Some(span) = span else { continue };
        out.report(
            Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect without an issuer"))
                .label(span, "nobody is asked for it")
                .help("say who issues the certificate: `issuer letsencrypt;`, or leave this out"),
        );
    }
}
