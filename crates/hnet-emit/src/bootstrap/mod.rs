//! `bootstrap/`: what must stand before GitOps can run. A page with the commands in their order
//! ([`readme`], and what they expect: [`needed`]), the namespaces, and on k3s the configuration of each machine ([`k3s`]).
//!
//! What Argo CD syncs is not repeated here: the commands take the same files. Namespaces are the
//! exception, since a secret or a route may have to be put into one before the first sync.

mod k3s;
mod needed;
mod readme;
#[cfg(test)]
mod tests;

use hnet_manifests::core::Bare;
use hnet_manifests::object::Metadata;
use hnet_model::{Cluster, Distribution, Name, Part, RawYaml, Reason, ServiceTarget, Traced};

use crate::kubernetes::{comes_with_the_cluster, distinct};
use crate::{Context, OutputFile, Receiver};

/// Writes the folder of each cluster.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        let path = |file: &str| context.path(cluster, Part::Bootstrap, file);
        let Some(readme) = path("README.md") else { continue };
        outputs.insert(readme, readme::file(context, cluster));
        let namespaces = namespaces(cluster);
        if let (Some(path), false) = (path("namespaces.yaml"), namespaces.is_empty()) {
            let mut file = OutputFile::with_header(&context.header());
            for name in namespaces {
                let origin = name.origin.because(Reason::NamespaceInUse);
                let name = Traced::new(name.value.to_string(), origin);
                file.value(&Bare::namespace(Metadata::named(name)), origin);
            }
            outputs.insert(path, file);
        }
        if matches!(cluster.distribution, Distribution::K3s(_)) {
            for (at, node) in cluster.nodes.iter().enumerate() {
                let Some(path) = path(&format!("k3s/{}.yaml", node.name.value)) else { continue };
                outputs.insert(path, k3s::file(context, cluster, at));
            }
        }
    }
}

/// The namespaces that objects of the cluster live in, but for those that every cluster has.
fn namespaces(cluster: &Cluster) -> Vec<Traced<Name>> {
    let of_manifests = of_manifests(cluster);
    let outside = cluster.services.iter().filter(|service| matches!(service.target, ServiceTarget::Host { .. }));
    let all = (cluster.gateways.iter().map(|gateway| &gateway.namespace))
        .chain(cluster.certificates.iter().map(|certificate| &certificate.namespace))
        .chain(cluster.routes.iter().map(|route| &route.namespace))
        .chain(outside.map(|service| &service.namespace))
        .chain(cluster.tunnels.iter().map(|tunnel| &tunnel.namespace))
        .chain(cluster.gitops.iter().map(|gitops| &gitops.namespace))
        .chain(&of_manifests);
    distinct(all.filter(|name| !comes_with_the_cluster(name.value.as_str()))).into_iter().cloned().collect()
}

/// The namespaces of the source's own objects, but for those that it makes itself.
fn of_manifests(cluster: &Cluster) -> Vec<Traced<Name>> {
    fn metadata<'m>(manifest: &'m RawYaml, key: &str) -> Option<&'m str> {
        manifest.value.get("metadata")?.get(key)?.as_str()
    }
    let is_namespace =
        |manifest: &&RawYaml| manifest.value.get("kind").and_then(|kind| kind.as_str()) == Some("Namespace");
    let made: Vec<&str> =
        cluster.manifests.iter().filter(is_namespace).filter_map(|manifest| metadata(manifest, "name")).collect();
    let used = cluster.manifests.iter().filter_map(|manifest| {
        let name = metadata(manifest, "namespace").filter(|name| !made.contains(name))?;
        // One with a placeholder is made by whoever fills it in.
        Some(Traced::written(Name::new(name).ok()?, manifest.span))
    });
    used.collect()
}
