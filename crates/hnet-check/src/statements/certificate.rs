//! `certificate` and `certificate-issuer`.

use super::overlay::OverlayStatement;
use crate::types::{IssuerKindWord, IssuerRef};
use hnet_language::{List, One, Wildcard, statement};
use hnet_model::{Certificate, CertificateIssuer, Name, Owner, Reason, Traced};

statement! {
    /// A certificate, issued by cert-manager into a secret. Without an issuer the
    /// secret is made by something else, and hnet only knows what it covers.
    CertificateStatement = "certificate" Named () {
        /// The names that it covers. A wildcard covers exactly one label.
        "names" names: List<Wildcard> [required];
        /// Who issues it.
        "issuer" issuer: One<IssuerRef>;
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of the gateway which presents it"];
        /// The secret that holds it.
        "secret" secret: One<Name> [default "one of the certificate's name"];
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// A cert-manager issuer that exists: hnet refers to it and does not write it.
    CertificateIssuerStatement = "certificate-issuer" Named () {
        /// Whether it serves the whole cluster.
        "kind" kind: One<IssuerKindWord> [default "ClusterIssuer"];
    }
}

impl CertificateStatement {
    /// The namespace is settled when the gateways are known; until then it is `fallback`.
    pub(crate) fn lower(self, fallback: &Name) -> Option<(Certificate, bool)> {
        let Self { head, names, issuer, namespace, secret, overlay } = self;
        let said = namespace.is_some();
        let certificate = Certificate {
            name: head.name?,
            doc: head.doc,
            namespace: namespace
                .unwrap_or_else(|| Traced::derived(fallback.clone(), head.span, Reason::GatewayNamespace)),
            names: names.0.into_iter().map(|name| name.map(|Wildcard(name)| name)).collect(),
            issuer: issuer.map(|issuer| issuer.map(|IssuerRef(issuer)| issuer)),
            secret,
            overlay: overlay.lower(head.span),
            span: head.span,
        };
        Some((certificate, said))
    }
}

impl CertificateIssuerStatement {
    pub(crate) fn lower(self) -> Option<CertificateIssuer> {
        let Self { head, kind } = self;
        let cluster_wide = kind.map_or_else(
            || Traced::derived(true, head.span, Reason::Default),
            |kind| kind.map(|kind| kind == IssuerKindWord::Cluster),
        );
        Some(CertificateIssuer { name: head.name?, cluster_wide, owner: Owner::Hnet, span: head.span })
    }
}
