//! `certificate-issuer`. How it issues is the table of `issuers.rs`.

use hnet_diagnostics::{Diagnostic, Origin, codes};
use hnet_language::{One, Reader, statement};
use hnet_model::{CertificateIssuer, Name, Reason, Traced};

use super::overlay::OverlayStatement;
use crate::issuers::ISSUER;
use crate::told::words_of;
use crate::types::IssuerKindWord;

words_of! {
    /// How certificates are issued.
    IssuerWords = ISSUER;
}

statement! {
    /// Who issues certificates: `certificate-issuer letsencrypt < acme letsencrypt < … > >`. One that does not say how it issues
    /// exists already: hnet refers to it and does not write it.
    CertificateIssuerStatement = "certificate-issuer" Named () {
        /// Whether it serves the whole cluster.
        "kind" kind: One<IssuerKindWord> [default "ClusterIssuer, or Issuer with a `namespace`"];
        /// The namespace whose certificates it issues.
        "namespace" namespace: One<Name> [default "none: it serves the whole cluster"];
        ..settings: IssuerWords;
        ..overlay: OverlayStatement;
    }
}

impl CertificateIssuerStatement {
    pub(crate) fn lower(self, reader: &mut Reader<'_>) -> Option<CertificateIssuer> {
        let Self { head, kind, namespace, settings, overlay } = self;
        let cluster_wide = match (&kind, &namespace) {
            (Some(kind), _) => kind.as_ref().map(|kind| *kind == IssuerKindWord::Cluster),
            (None, Some(namespace)) => Traced::new(false, namespace.origin),
            (None, None) => Traced::derived(true, head.span, Reason::Default),
        };
        let settings = settings.0.told("", Origin::derived(head.span, Reason::Shape));
        let settings = (!settings.value.is_empty()).then_some(settings);
        let overlay = overlay.lower(head.span);
        if let (true, Some(namespace)) = (cluster_wide.value, &namespace) {
            reader.out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "a ClusterIssuer is in no namespace")
                    .label(namespace.span(), "this would be the namespace of an Issuer")
                    .label(cluster_wide.span(), "it serves the whole cluster")
                    .help("leave one of the two out"),
            );
        }
        let has_hole = reader.holes.contains(&head.span);
        if settings.is_some() && !cluster_wide.value && namespace.is_none() && !reader.is_partial && !has_hole {
            reader.out.report(
                Diagnostic::new(&codes::MISSING_FIELD, "an Issuer needs `namespace`")
                    .label(cluster_wide.span(), "it serves one namespace, which is not said")
                    .help("say `namespace NAME;`, or leave `kind` out: it then serves the whole cluster"),
            );
        }
        Some(CertificateIssuer {
            name: head.name?,
            doc: head.doc,
            cluster_wide,
            namespace,
            settings,
            overlay,
            span: head.span,
        })
    }
}
