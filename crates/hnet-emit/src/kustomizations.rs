//! What Flux is told: a Kustomization for each folder, and one over all.
//!
//! A component's own folder holds `ks.yaml`, with the Kustomizations of what lies below it. The kustomization over all
//! components lists them, so that whatever Flux syncs already picks them up where the folder lies in that. Start at
//! [`syncs`].

use hnet_diagnostics::{Origin, Traced};
use hnet_manifests::flux::{Kustomization, KustomizationSpec, Named, PostBuild, Reference};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{Cluster, Flux, GitOps, ObjectName, Part};

use crate::components::{self, in_order};
use crate::context::join;
use crate::flux::{APP, CONFIG};
use crate::kubernetes::{metadata, shape};
use crate::{Context, networking};

/// The file with the Kustomizations of a component.
const FILE: &str = "ks.yaml";

/// A folder that Flux applies.
pub(crate) struct Sync {
    /// The file of its Kustomization.
    pub(crate) file: String,
    /// What that is called.
    pub(crate) name: String,
    /// The folder.
    pub(crate) folder: String,
    /// Those that must be ready before.
    after: Vec<String>,
    /// What of it others may need.
    brings: Option<Part>,
    /// What it is written because of.
    origin: Origin,
}

/// What Flux applies of a cluster, in the order in which it is needed; nothing where another syncs it.
///
/// One waits for another only where it could not be applied otherwise: for namespaces, and for the kinds that Cilium brings
/// with it. More would let what is not ready hold up what has nothing to do with it, such as a tunnel a certificate that is
/// issued through it.
pub(crate) fn syncs(context: &Context<'_>, cluster: &Cluster) -> Vec<Sync> {
    let (Some(_), Some(parent)) = (cluster.flux(), context.folder(cluster, Part::Infrastructure)) else {
        return Vec::new();
    };
    let start = networking::name(context, cluster);
    let mut syncs: Vec<Sync> = Vec::new();
    for component in in_order() {
        let own_folder = join(&parent, component.folder());
        for ((folder, is_folder), holds) in components::places(context, cluster, component) {
            let Some(first) = holds.first().filter(|_| is_folder) else { continue };
            if syncs.iter().any(|sync| sync.folder == folder) {
                continue;
            }
            let within = folder.strip_prefix(&own_folder).and_then(|rest| rest.strip_prefix('/'));
            let last = folder.rsplit('/').next().unwrap_or_default();
            let (file, called) = match within {
                Some(APP) => (join(&own_folder, FILE), component.folder().to_owned()),
                Some(below) => (join(&own_folder, FILE), format!("{}-{}", component.folder(), below.replace('/', "-"))),
                None => (join(&join(&parent, last), FILE), last.to_owned()),
            };
            let has = |part: Part| holds.iter().any(|thing| thing.part == part);
            let is_of_namespaces = holds.iter().all(|thing| thing.part == Part::Namespaces);
            let needed: &[Part] = match within {
                _ if is_of_namespaces => &[],
                Some(CONFIG) => &[Part::Namespaces, Part::Cilium],
                _ if has(Part::Manifests) => &[Part::Namespaces, Part::Cilium],
                _ => &[Part::Namespaces],
            };
            let needed = syncs.iter().filter(|other| other.brings.is_some_and(|brought| needed.contains(&brought)));
            let brings = match is_of_namespaces {
                true => Some(Part::Namespaces),
                false => has(Part::Cilium).then_some(Part::Cilium),
            };
            syncs.push(Sync {
                after: needed.map(|other| other.name.clone()).collect(),
                name: format!("{start}-{called}"),
                brings,
                origin: first.origin,
                file,
                folder,
            });
        }
    }
    syncs
}

/// The Kustomization of a folder.
pub(crate) fn kustomization(gitops: &GitOps, flux: &Flux, sync: &Sync) -> Manifest<KustomizationSpec> {
    let Sync { file: _, name, folder, after, brings, origin } = sync;
    let depends_on = after.iter().map(|name| Named { name: name.clone() }).collect();
    // Without its folder there would be no network that could bring it back.
    let prune = *brings != Some(Part::Cilium);
    let spec = KustomizationSpec { depends_on, prune, wait: true, ..spec(gitops, flux, folder) };
    Manifest::custom::<Kustomization>(named(gitops, name, *origin), spec)
}

/// The Kustomization over all of a cluster, for a Flux that nothing leads there yet.
pub(crate) fn overall(gitops: &GitOps, flux: &Flux, name: &str, folder: &str) -> Manifest<KustomizationSpec> {
    // It holds nothing but Kustomizations, in which nothing is to be filled in.
    let spec = KustomizationSpec { post_build: None, ..spec(gitops, flux, folder) };
    Manifest::custom::<Kustomization>(named(gitops, name, shape(gitops.span)), spec)
}

fn named(gitops: &GitOps, name: &str, origin: Origin) -> Metadata {
    metadata(Traced::new(name.to_owned(), origin), &gitops.namespace)
}

fn spec(gitops: &GitOps, flux: &Flux, folder: &str) -> KustomizationSpec {
    let Flux { repository: _, source, interval, substitutes } = flux;
    let path = gitops.path.as_ref().map(|path| format!("./{}", join(path.trim_matches('/'), folder)));
    let namespace = match &source.value.namespace {
        Some(namespace) => Traced::new(namespace.clone(), source.origin),
        None => gitops.namespace.as_ref().map(ToString::to_string),
    };
    KustomizationSpec {
        depends_on: Vec::new(),
        interval: interval.map(|interval| interval.to_string()),
        path,
        post_build: (!substitutes.is_empty())
            .then(|| PostBuild { substitute_from: substitutes.iter().map(|object| reference(object, None)).collect() }),
        prune: true,
        // Kinds appear when their controllers have started, so the first attempts may fail.
        retry_interval: "1m".to_owned(),
        source_ref: reference(source, Some(namespace)),
        timeout: "5m".to_owned(),
        wait: false,
    }
}

fn reference(object: &Traced<ObjectName>, namespace: Option<Traced<String>>) -> Reference {
    Reference {
        kind: Traced::new(object.value.kind.clone(), object.origin),
        name: Traced::new(object.value.name.clone(), object.origin),
        namespace,
    }
}
