//! `namespace`: a namespace that the source owns.

use hnet_language::statement;
use hnet_model::Namespace;

use super::overlay::OverlayStatement;

statement! {
    /// A namespace that hnet writes, with its labels: `namespace media < labels pod-security.kubernetes.io/enforce=privileged; >`.
    /// Namespaces of applications that are not declared so are theirs: hnet refers to them and leaves them alone.
    NamespaceStatement = "namespace" Named () {
        ..overlay: OverlayStatement;
    }
}

impl NamespaceStatement {
    pub(crate) fn lower(self) -> Option<Namespace> {
        let Self { head, overlay } = self;
        Some(Namespace { name: head.name?, doc: head.doc, overlay: overlay.lower(head.span), span: head.span })
    }
}
