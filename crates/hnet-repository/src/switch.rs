//! What people switch off: Flux Kustomizations and Applications that do not run, and objects that are left as they are.

use hnet_yaml::Value;

use crate::document::Document;
use crate::walk::FLUX;

/// Whether a Flux Kustomization or an Application does not run.
pub(crate) fn is_off(maker: &Document) -> bool {
    match maker.is(FLUX, "Kustomization") {
        true => maker.value.str_at(&["spec", "suspend"]) == Some("true"),
        false => said(&maker.value, "annotations", "argocd.argoproj.io/skip-reconcile") == Some("true"),
    }
}

/// Whether Flux leaves an object as it is.
pub(crate) fn flux_leaves(document: &Document) -> bool {
    let says = |key: &str, wanted: &str| {
        let found = ["annotations", "labels"].iter().filter_map(|field| said(&document.value, field, key));
        found.into_iter().any(|text| text.eq_ignore_ascii_case(wanted))
    };
    says("kustomize.toolkit.fluxcd.io/reconcile", "disabled") || says("kustomize.toolkit.fluxcd.io/ssa", "ignore")
}

/// Whether Argo CD leaves an object as it is. Other hooks are applied at their time.
pub(crate) fn argo_leaves(document: &Document) -> bool {
    let hooks = said(&document.value, "annotations", "argocd.argoproj.io/hook").unwrap_or_default();
    hooks.split(',').any(|hook| hook.trim() == "Skip")
}

fn said<'v>(object: &'v Value, field: &str, key: &str) -> Option<&'v str> {
    object.at(&["metadata", field])?.get(key)?.as_str()
}
