//! How volumes of Talos's own are encrypted, said by the field of the core document beside the document of the volume.
//!
//! (siderolabs/talos v1.11.0, `types/block/volume_config.go`: `system disk encryption for "STATE" is configured in both
//! v1alpha1.Config and VolumeConfig`.) Start at [`twice`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_manifests::versions::talos::VOLUME_ENCRYPTION;
use hnet_model::{Cluster, Node, RawYaml, VolumeKind};
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// Where the core document says it.
const FIELD: [&str; 2] = ["machine", "systemDiskEncryption"];

/// The volumes that it says it of, by its keys.
const ENCRYPTED: [(&str, &str); 2] = [("state", "STATE"), ("ephemeral", "EPHEMERAL")];

/// Fields of patches beside a document that a word or another patch writes.
pub(super) fn twice(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(version) = cluster.talos().filter(|version| version.value.minor() >= VOLUME_ENCRYPTION) else {
            continue;
        };
        // What a cluster says is said of each of its machines, and wrong once.
        let mut told: Vec<(Span, &str)> = Vec::new();
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            for (key, volume) in ENCRYPTED {
                let Some((document, who)) = document(cluster, node, volume) else { continue };
                let fields = || patches(cluster, node).filter_map(|patch| Some((patch, field(patch, key)?)));
                // A part that goes may take the field with it.
                if fields().any(|(_, field)| field.get("$patch").is_some()) {
                    continue;
                }
                for (patch, _) in fields() {
                    if told.contains(&(patch.span, key)) {
                        continue;
                    }
                    told.push((patch.span, key));
                    let path = FIELD.into_iter().chain([key]);
                    let title = format!(
                        "Talos {} refuses `{}.{key}` beside the `VolumeConfig` of `{volume}`",
                        version.value,
                        FIELD.join(".")
                    );
                    out.report(
                        Diagnostic::new(&codes::PATCH_IN_WRONG_SHAPE, title)
                            .label(key_place(facts.sources, patch.span, path), "encrypted here by a field")
                            .label(document, who)
                            .help("keep one of the two; a key that is gone no longer opens what it encrypted"),
                    );
                }
            }
        }
    }
}

fn patches<'a>(cluster: &'a Cluster, node: &'a Node) -> impl Iterator<Item = &'a RawYaml> {
    cluster.patches.iter().chain(&node.patches)
}

/// What a patch of the core document says of a volume by the field.
fn field<'a>(patch: &'a RawYaml, key: &str) -> Option<&'a Value> {
    if patch.value.get("kind").is_some() {
        return None;
    }
    let said = FIELD.into_iter().chain([key]).try_fold(&patch.value, |value, key| value.get(key))?;
    said.as_mapping().filter(|said| !said.is_empty()).map(|_| said)
}

/// Where the document of a volume says how it is encrypted, and in which way; none where a patch takes something of it away.
fn document(cluster: &Cluster, node: &Node, name: &str) -> Option<(Span, &'static str)> {
    let is_of_it =
        |patch: &&RawYaml| patch.text_at(&["kind"]) == Some("VolumeConfig") && patch.text_at(&["name"]) == Some(name);
    if patches(cluster, node).filter(is_of_it).any(|patch| patch.says("$patch")) {
        return None;
    }
    let volumes = cluster.machine.volumes.iter().chain(&node.machine.volumes);
    let mut of_it = volumes.filter(|volume| volume.kind == VolumeKind::System && volume.name.value == name);
    if let Some(encryption) = of_it.find_map(|volume| volume.encryption.as_ref()) {
        return Some((encryption.span, "and here by its document"));
    }
    let says = |patch: &&RawYaml| patch.value.get("encryption").is_some_and(|own| !own.is_null());
    let patch = patches(cluster, node).filter(is_of_it).find(says)?;
    Some((patch.span, "and here by its document"))
}
