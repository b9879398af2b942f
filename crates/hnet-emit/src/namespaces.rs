//! Namespaces: those that hnet's own components live in, and those that the source declares.
//!
//! The namespaces of applications are theirs: hnet refers to them and writes none, so that nothing which syncs its
//! files can take one away with all that is in it. Start at [`namespaces`].

use hnet_manifests::core::Bare;
use hnet_manifests::object::Metadata;
use hnet_model::{
    Cluster, Name, Namespace, ObjectName, Origin, Owned, Part, RawYaml, Reason, ServiceTarget, Tool, Traced, own,
};
use indexmap::{IndexMap, IndexSet};

use crate::Context;
use crate::component::{Component, Thing, things};
use crate::components::COMPONENTS;
use crate::context::Where;
use crate::kubernetes::{Wave, comes_with_the_cluster, distinct, in_wave, shape, text};
use crate::overlay::Over;
use crate::place::Folder;

/// The namespaces that the source declares, but for those of a component's own: these stand with it.
#[derive(Debug)]
pub(crate) struct Namespaces;

impl Component for Namespaces {
    fn folder(&self) -> &'static str {
        "namespaces"
    }

    fn after(&self) -> &'static [&'static str] {
        &[]
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let first = declared_apart(cluster).into_iter().next();
        things([(Part::Namespaces, "namespaces", first.map(|namespace| Origin::written(namespace.span)))])
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let mut file = folder.objects(Part::Namespaces, FILE);
        for namespace in declared_apart(cluster) {
            let origin = Origin::written(namespace.span);
            file.add(&object(cluster, text(&namespace.name)), origin, Over::Main(&namespace.overlay));
        }
        folder.insert(file);
    }
}

/// The file of a component's namespaces.
const FILE: &str = "namespace.yaml";

/// The file of a namespace that a component makes, where it is written.
pub(crate) fn file(context: &Context<'_>, cluster: &Cluster, component: &str, name: &Name) -> Option<String> {
    let pattern = match context.place(cluster, Part::Namespaces)? {
        Where::Files(pattern) => Some(pattern),
        Where::Own(_) | Where::Folder(_) => None,
    };
    let object = ObjectName { kind: "Namespace".to_owned(), namespace: None, name: name.to_string() };
    let target = context.object(cluster, pattern.as_ref(), &object);
    target.or_else(|| context.own_place(cluster, Part::Namespaces, component, FILE)).map(|target| target.path)
}

/// The namespaces that each component makes, with its folder: in the order of the table, each once.
pub(crate) fn namespaces(cluster: &Cluster) -> IndexMap<&Name, (&'static str, &Traced<Name>)> {
    let mut owned = IndexMap::new();
    if COMPONENTS.iter().all(|component| component.lives_in(cluster).is_empty())
        && own(&cluster.namespaces).next().is_none()
    {
        return owned;
    }
    let others = of_others(cluster);
    for component in COMPONENTS {
        for name in distinct(component.lives_in(cluster).into_iter()) {
            if is_declared(cluster, &name.value) || !others.contains(name.value.as_str()) {
                owned.entry(&name.value).or_insert((component.folder(), name));
            }
        }
    }
    for namespace in own(&cluster.namespaces) {
        owned.entry(&namespace.name.value).or_insert((Namespaces.folder(), &namespace.name));
    }
    owned
}

/// Adds the file of the namespaces that a component makes for itself.
pub(crate) fn add<'a>(component: &dyn Component, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
    if component.lives_in(cluster).is_empty() {
        return;
    }
    let mut file = folder.objects(Part::Namespaces, FILE);
    for (_, (_, name)) in namespaces(cluster).iter().filter(|(_, (of, _))| *of == component.folder()) {
        let origin = name.origin.because(Reason::NamespaceInUse);
        let declared = own(&cluster.namespaces).find(|namespace| namespace.name.value == name.value);
        let over = declared.map_or(Over::Nothing, |namespace| Over::Main(&namespace.overlay));
        file.add(&object(cluster, Traced::new(name.value.to_string(), origin)), origin, over);
    }
    folder.insert(file);
}

/// A namespace. Argo CD and Flux leave it where it is when the source has it no more, with all that lives in it.
fn object(cluster: &Cluster, name: Traced<String>) -> Bare {
    let mut metadata = in_wave(cluster, Wave::Namespace, Metadata::named(name));
    if let Some(gitops) = &cluster.gitops {
        let (key, kept) = match gitops.tool {
            Tool::ArgoCd(_) => ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"),
            Tool::Flux(_) => ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
        };
        metadata.annotations.insert(key, Traced::new(kept.into(), shape(gitops.span)));
    }
    Bare::namespace(metadata)
}

fn is_declared(cluster: &Cluster, name: &Name) -> bool {
    own(&cluster.namespaces).any(|namespace| namespace.name.value == *name)
}

/// The declared namespaces that no component makes for itself.
fn declared_apart(cluster: &Cluster) -> Vec<&Namespace> {
    let mut used: IndexSet<&Name> = IndexSet::new();
    for name in COMPONENTS.iter().flat_map(|component| component.lives_in(cluster)) {
        used.insert(&name.value);
    }
    own(&cluster.namespaces).filter(|namespace| !used.contains(&namespace.name.value)).collect()
}

/// The namespaces that others make: the cluster, a manifest of the source, and whoever runs an application there or
/// has anything else there already.
fn of_others(cluster: &Cluster) -> IndexSet<&str> {
    let mut others: IndexSet<&str> = made_by_manifests(cluster).collect();
    others.extend(of_existing(cluster).map(Name::as_str));
    let inside = cluster.services.iter().filter(|service| service.target == ServiceTarget::Cluster);
    others.extend(inside.map(|service| service.namespace.value.as_str()));
    others.extend(cluster.gitops.iter().map(|gitops| gitops.namespace.value.as_str()));
    let all = COMPONENTS.iter().flat_map(|component| component.lives_in(cluster));
    others.extend(all.map(|name| name.value.as_str()).filter(|name| comes_with_the_cluster(name)));
    others
}

/// The namespaces in which somebody else has something, and those that are said to be there.
fn of_existing(cluster: &Cluster) -> impl Iterator<Item = &Name> {
    fn theirs<T: Owned>(things: &[T]) -> impl Iterator<Item = &T> {
        things.iter().filter(|thing| thing.is_existing())
    }
    (theirs(&cluster.namespaces).map(|namespace| &namespace.name))
        .chain(theirs(&cluster.gateways).map(|gateway| &gateway.namespace))
        .chain(theirs(&cluster.certificates).map(|certificate| &certificate.namespace))
        .chain(theirs(&cluster.routes).map(|route| &route.namespace))
        .chain(theirs(&cluster.services).map(|service| &service.namespace))
        .chain(theirs(&cluster.tunnels).map(|tunnel| &tunnel.namespace))
        .map(|name| &name.value)
}

fn metadata<'m>(manifest: &'m RawYaml, key: &str) -> Option<&'m str> {
    manifest.value.get("metadata")?.get(key)?.as_str()
}

fn made_by_manifests(cluster: &Cluster) -> impl Iterator<Item = &str> {
    let is_namespace =
        |manifest: &&RawYaml| manifest.value.get("kind").and_then(|kind| kind.as_str()) == Some("Namespace");
    cluster.manifests.iter().filter(is_namespace).filter_map(|manifest| metadata(manifest, "name"))
}

/// The namespaces that objects of this network live in and that somebody else makes, in the order of their names.
pub(crate) fn of_applications(cluster: &Cluster) -> IndexMap<&str, Origin> {
    let outside = own(&cluster.services).filter(|service| matches!(service.target, ServiceTarget::Host { .. }));
    let all = (own(&cluster.gateways).map(|gateway| &gateway.namespace))
        .chain(own(&cluster.certificates).map(|certificate| &certificate.namespace))
        .chain(own(&cluster.routes).map(|route| &route.namespace))
        .chain(outside.map(|service| &service.namespace))
        .chain(own(&cluster.tunnels).map(|tunnel| &tunnel.namespace))
        .chain(own(&cluster.records).map(|records| &records.namespace));
    let of_manifests = cluster.manifests.iter().filter_map(|manifest| {
        // One with a placeholder is made by whoever fills it in.
        let name = metadata(manifest, "namespace").filter(|name| Name::new(name).is_ok())?;
        Some((name, Origin::written(manifest.span)))
    });
    let owned = namespaces(cluster);
    let mut made: IndexSet<&str> = made_by_manifests(cluster).collect();
    made.extend(owned.keys().map(|name| name.as_str()));
    made.extend(cluster.gitops.iter().map(|gitops| gitops.namespace.value.as_str()));
    let mut elsewhere = IndexMap::new();
    for (name, origin) in all.map(|name| (name.value.as_str(), name.origin)).chain(of_manifests) {
        if !made.contains(name) && !comes_with_the_cluster(name) {
            elsewhere.entry(name).or_insert(origin);
        }
    }
    elsewhere.sort_keys();
    elsewhere
}
