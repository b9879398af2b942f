//! Placeholders in what Flux applies: something has to fill them in.

use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, codes};
use hnet_emit::{Context, OutputFile, Receiver, jobs};
use hnet_model::{Cluster, Part, placeholders};

use crate::facts::Facts;

/// Flux fills in what `substitute-from` names and nothing else. Where a Kustomization of somebody else applies the files, it
/// may bring more with it.
pub(crate) fn by_flux(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    let is_by_itself = |cluster: &&Cluster| {
        let is_without = cluster.flux().is_some_and(|(_, flux)| flux.substitutes.is_empty());
        is_without && context.place(cluster, Part::Flux).is_some() && context.synced(cluster).is_some()
    };
    let clusters: Vec<_> = facts.network.clusters.iter().filter(is_by_itself).collect();
    if clusters.is_empty() {
        return;
    }
    let mut found = Found::default();
    jobs(facts.network, facts.sources).iter().for_each(|job| job.run(&mut found));
    for cluster in clusters {
        let folders = context.kustomized_folders(cluster);
        let is_applied = |path: &str| {
            folders.iter().any(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
        };
        let Some((gitops, _)) = cluster.flux() else { continue };
        let Some((path, name, origin)) = found.0.iter().find(|(path, ..)| is_applied(path)) else { continue };
        let namespace = &gitops.namespace.value;
        out.report(
            Diagnostic::new(&codes::PLACEHOLDER_NOT_FILLED, format!("nothing fills in `${{{name}}}`"))
                .label(origin.span, format!("it stands so in `{path}`, which Flux applies"))
                .label(gitops.span, "no `substitute-from` says where Flux finds values")
                .help(format!(
                    "write `substitute-from Secret/NAME;` in `gitops`, the Secret or ConfigMap of namespace `{namespace}` with \
                     the key `{name}`"
                )),
        );
    }
}

/// The files with a placeholder: the first of each.
#[derive(Default)]
struct Found(Vec<(String, String, Origin)>);

impl Receiver for Found {
    fn insert(&mut self, path: String, file: OutputFile) {
        if !file.text().contains("${") {
            return;
        }
        let first = file.text().lines().zip(file.origins()).find_map(|(line, origin)| {
            let (_, name) = placeholders::uses(line).next()?;
            Some((name.to_owned(), *origin))
        });
        if let Some((name, origin)) = first {
            self.0.push((path, name, origin));
        }
    }
}
