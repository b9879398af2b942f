//! The mesh of a cluster's machines: it needs the discovery service, and a version that knows its fields.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};

use hnet_model::{DiscoveryService, Traced};

use crate::facts::Facts;

/// The first Talos that takes prefixes out of the mesh. (siderolabs/talos v1.12.0, `KubeSpanFilters`; the schema of 1.11
/// has no such field.)
const EXCLUDES_NETWORKS: (u32, u32) = (1, 12);

/// Peers find each other through the discovery service.
pub(crate) fn discovered(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(mesh) = &cluster.kube_span else { continue };
        let discovery = &cluster.discovery;
        let service = discovery.service.as_ref().filter(|said| said.value == DiscoveryService::Off);
        let off = discovery.enabled.filter(|said| !said.value).map(|said| said.span());
        let Some(off) = off.or(service.map(Traced::span)) else { continue };
        out.report(
            Diagnostic::new(&codes::MESH_WITHOUT_DISCOVERY, "machines of a mesh find each other through discovery")
                .label(mesh.span, "this needs the discovery service")
                .label(off, "which is off")
                .help("leave that out"),
        );
    }
}

/// What older versions have no field for.
pub(crate) fn unsayable(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let (Some(mesh), Some(version)) = (&cluster.kube_span, cluster.talos()) else { continue };
        let Some(first) = mesh.excluded_networks.first() else { continue };
        if version.value.minor() >= EXCLUDES_NETWORKS {
            continue;
        }
        let title = format!("Talos {} has no place for networks that are not reached through the mesh", version.value);
        out.report(
            Diagnostic::new(&codes::NOT_IN_THIS_TALOS, title)
                .label(first.span(), "this is known from 1.12 on")
                .label(version.span(), "the cluster runs an older one")
                .help("leave it out, or take a newer version: `talos 1.12`"),
        );
    }
}
