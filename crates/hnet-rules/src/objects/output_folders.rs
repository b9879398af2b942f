//! Where the files go that Argo CD must not apply.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Cluster, Part};

use crate::facts::Facts;

/// Argo CD applies each folder in that of the manifests, so no configuration of machines lies there: it would send that
/// to the API server.
pub(crate) fn synced_folders(facts: &Facts<'_>, out: &mut Diagnostics) {
    let output = &facts.network.output;
    let (Some(synced), Some(_)) = (output.folder(Part::Infrastructure), output.folder(Part::Argocd)) else { return };
    let mut syncing = facts.network.clusters.iter().filter_map(|cluster| Some((cluster, cluster.gitops.as_ref()?)));
    let Some((_, gitops)) = syncing.next() else { return };
    let runs_talos = |cluster: &Cluster| cluster.talos().is_some();
    let parts = [
        (Part::Talos, facts.network.clusters.iter().any(runs_talos)),
        (Part::Bootstrap, !facts.network.clusters.iter().all(runs_talos)),
    ];
    let said = |part: Part| -> Option<Span> { Some(output.folders.get(&part)?.as_ref()?.span()) };
    for (part, _) in parts.into_iter().filter(|(_, is_written)| *is_written) {
        let Some(folder) = output.folder(part) else { continue };
        let lies_there = folder.strip_prefix(synced).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        // The one or the other is not where it is by default.
        let Some(place) = said(part).or_else(|| said(Part::Infrastructure)).filter(|_| lies_there) else { continue };
        out.report(
            Diagnostic::new(&codes::PART_IN_SYNCED_FOLDER, format!("Argo CD would apply the folder `{folder}`"))
                .label(place, "what stands here configures machines and is no Kubernetes object")
                .label(gitops.span, format!("it syncs every folder in `{synced}`"))
                .help(format!("choose a folder outside of `{synced}`")),
        );
    }
}
