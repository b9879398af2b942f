//! Raw Kubernetes manifests: whole objects of versions that are served, as their kinds have them, without secrets in them.
//!
//! Whether a manifest collides with an object that hnet writes is in `objects.rs`. Start at [`manifests`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_emit::yaml::Node;
use hnet_manifests::versions::gateway_api;
use hnet_model::{Cluster, RawYaml};
use serde_yaml::Value;

use super::overlay_types::wrong_in;
use super::ports::refused_ports;
use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// A manifest is an object with a kind and a name, of a version that is served, and without secrets.
pub(crate) fn manifests(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for manifest in &cluster.manifests {
            check_manifest(facts, cluster, manifest, out);
        }
    }
}

fn check_manifest(facts: &Facts<'_>, cluster: &Cluster, manifest: &RawYaml, out: &mut Diagnostics) {
    let value = &manifest.value;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let name = value.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
    let (Some(api_version), Some(kind), Some(name)) = (text("apiVersion"), text("kind"), name) else {
        let missing = match (text("apiVersion"), text("kind")) {
            (None, _) => "apiVersion",
            (_, None) => "kind",
            _ => "metadata.name",
        };
        out.report(
            Diagnostic::new(&codes::MANIFEST_INCOMPLETE, format!("the manifest has no `{missing}`"))
                .label(manifest.span, "the API server does not know what this is")
                .help("write a whole object: `apiVersion`, `kind` and `metadata.name`"),
        );
        return;
    };
    let place = |key: &str| key_place(facts.sources, manifest.span, [key]);
    let data = ["data", "stringData"].into_iter().find(|key| carries_data(value.get(key)));
    if let Some(data) = data.filter(|_| kind == "Secret" && api_version == "v1") {
        out.report(
            Diagnostic::new(&codes::SECRET_IN_MANIFEST, format!("the manifest holds the secret `{name}`"))
                .label(place(data), "its data would stand in the output, for all to read")
                .help("keep it in a secret store and write an `ExternalSecret` that names it"),
        );
    }
    let dead = not_served(cluster, api_version, kind, place("apiVersion"));
    // What is installed may be what was lost.
    if let Some(finding) = dead.filter(|_| facts.knows_all_of(cluster)) {
        out.report(finding);
    }
    // Another program writes a file that SOPS encrypted anew before the API server sees it.
    if value.get("sops").is_some() {
        return;
    }
    let object = Node::from_raw(manifest);
    for finding in wrong_in(&object).into_iter().chain(refused_ports(&object, false)) {
        out.report(finding);
    }
}

/// What is wrong with an object of a version that is no longer served.
pub(super) fn not_served(cluster: &Cluster, api_version: &str, kind: &str, place: Span) -> Option<Diagnostic> {
    let dead = gateway_api::DEAD.iter().find(|dead| dead.api_version == api_version && dead.kind == kind)?;
    let served = match (dead.since, &cluster.gateway_api) {
        (None, _) => false,
        (Some(since), Some(api)) => api.version.value.minor() < since || api.experimental.value,
        (Some(_), None) => true,
    };
    if served {
        return None;
    }
    let mut finding =
        Diagnostic::new(&codes::DEAD_API_VERSION, format!("`{kind}` is no longer served as `{api_version}`"))
            .label(place, "the API server refuses this object");
    if let (Some(_), Some(api)) = (dead.since, &cluster.gateway_api) {
        finding = finding.label(api.version.span(), "this release stopped serving it");
    }
    Some(finding.help(format!("write `apiVersion: {}`", dead.instead)))
}

/// Whether a secret's data holds more than placeholders, and what SOPS encrypted, which is meant to be read by all.
fn carries_data(data: Option<&Value>) -> bool {
    let Some(mapping) = data.and_then(Value::as_mapping) else { return false };
    let is_none = |text: &str| text.is_empty() || text.contains("${") || hnet_secrets::is_encrypted(text);
    mapping.values().any(|value| !value.as_str().is_some_and(is_none))
}
