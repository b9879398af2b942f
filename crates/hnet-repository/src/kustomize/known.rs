//! The objects that a build has, by what kustomize knows them by: it refuses one that it has already.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use smol_str::SmolStr;

use super::CHART;
use crate::document::{Document, Step, is_cluster_scoped};

/// Groups whose kinds without a namespace kustomize knows; to others it gives one.
const BUILT_IN: [&str; 9] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// What kustomize knows an object by: its version, kind, namespace and name.
type Identity = [SmolStr; 4];

/// The objects of a build, each with its place and whether no kustomization made it.
#[derive(Default)]
pub(super) struct Known(BTreeMap<Identity, (Span, bool)>);

impl Known {
    pub(super) fn of(documents: &[Document]) -> Known {
        let mut known = Known::default();
        documents.iter().for_each(|document| {
            known.add(document, false);
        });
        known
    }

    /// Adds an object; the place of the one that is there already.
    pub(super) fn add(&mut self, document: &Document, is_direct: bool) -> Option<Span> {
        let identity = identity(document)?;
        let Some((first, was_direct)) = self.0.get(&identity).copied() else {
            self.0.insert(identity, (document.place(), is_direct));
            return None;
        };
        // To those of other kinds without a namespace kustomizations may have given different ones.
        let is_placed = !is_cluster_scoped(document.kind()) || BUILT_IN.contains(&document.group());
        (is_placed || is_direct && was_direct).then_some(first)
    }
}

/// None where kustomize may know an object by something else than is computed: what generators make, and what
/// replacements are written into.
fn identity(document: &Document) -> Option<Identity> {
    let is_made = document.because.iter().any(|because| because.step == Step::Generator);
    let (name, kind) = (document.name(), document.kind());
    if is_made || document.is_replaced || kind == CHART || name.is_empty() || name.contains("{{") {
        return None;
    }
    let namespace = document.value.str_at(&["metadata", "namespace"]).filter(|namespace| *namespace != "default");
    let version = document.value.str_at(&["apiVersion"])?;
    Some([version, kind, namespace.unwrap_or_default(), name].map(SmolStr::from))
}
