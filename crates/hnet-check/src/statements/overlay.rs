//! What every statement takes that comes out as Kubernetes objects: labels, annotations, and YAML laid over them.

use hnet_language::{Annotation, Label, List, statement};
use hnet_model::{Overlay, Owner, RawYaml, Span};

use super::node::pairs;

statement! {
    /// What is laid over the objects that a statement comes out as.
    OverlayStatement = "objects" Unnamed () {
        /// Labels of the objects that it comes out as.
        "labels" labels: List<Label>;
        /// Annotations of the objects that it comes out as.
        "annotations" annotations: List<Annotation>;
        /// YAML that is laid over one of the objects that it comes out as, for what the vocabulary lacks: the one that
        /// `kind` and `metadata.name` in it name, or else its main one. Mappings merge, lists merge by their kind's key
        /// or are replaced, `null` and `$patch: delete` remove.
        "patch" patch: List<RawYaml>;
    }
}

impl OverlayStatement {
    /// What is laid over the objects of a statement.
    pub(crate) fn lower(self, statement: Span) -> Overlay {
        let Self { head: _, labels, annotations, patch } = self;
        Overlay {
            labels: pairs(labels.0, |Label(pair)| pair),
            annotations: pairs(annotations.0, |Annotation(pair)| pair),
            patches: patch.0.into_iter().map(|patch| patch.value).collect(),
            owner: Owner::Hnet,
            span: statement,
        }
    }
}
