//! `namespace`: a namespace that the source owns.

use hnet_language::{Annotation, Label, List, statement};
use hnet_model::Namespace;

use super::node::pairs;

statement! {
    /// A namespace that hnet writes, with its labels: `namespace media < labels pod-security.kubernetes.io/enforce=privileged; >`.
    /// Namespaces of applications that are not declared so are theirs: hnet refers to them and leaves them alone.
    NamespaceStatement = "namespace" Named () {
        /// Its labels, such as those of pod security.
        "labels" labels: List<Label>;
        /// Its annotations.
        "annotations" annotations: List<Annotation>;
    }
}

impl NamespaceStatement {
    pub(crate) fn lower(self) -> Option<Namespace> {
        let Self { head, labels, annotations } = self;
        Some(Namespace {
            name: head.name?,
            doc: head.doc,
            labels: pairs(labels.0, |Label(pair)| pair),
            annotations: pairs(annotations.0, |Annotation(pair)| pair),
            span: head.span,
        })
    }
}
