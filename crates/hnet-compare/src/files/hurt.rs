//! What a change would hurt: what is refused, made anew, pruned or wiped.
//!
//! The fields that do are rows of [`FIELDS`], the kinds whose going does rows of [`GOING`] and [`NAMES`].

use hnet_manifests::versions::talos::minor;

use super::documents::Document;
use crate::Value;
use crate::compare::{Comparison, Field};
use crate::kinds::{Kind, Place};

/// Something that would hurt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harm {
    /// The file that it is about.
    pub file: String,
    /// What would happen.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What comes of another value in a field.
#[derive(Clone, Copy)]
enum Comes {
    /// The server refuses it.
    Refused,
    /// The server refuses another value, and keeps its own where none is said.
    RefusedIfSaid,
    /// Something else, as it is said of the object, and what to do about it.
    Of(&'static str, &'static str),
}

const fn row(kinds: &'static str, path: &'static str, comes: Comes) -> (Place, Comes) {
    (Place { kinds, path }, comes)
}

const KEEP: &str = "keep what is there, as long as that is not what you want";

/// Fields that hurt where they change. A path is that of the field from the root of its document.
#[rustfmt::skip]
const FIELDS: &[(Place, Comes)] = &[
    row("Deployment DaemonSet StatefulSet ReplicaSet", "spec.selector", Comes::Refused),
    row("StatefulSet", "spec.volumeClaimTemplates", Comes::Refused),
    row("StatefulSet", "spec.serviceName", Comes::Refused),
    row("StatefulSet", "spec.podManagementPolicy", Comes::Refused),
    row("Service", "spec.clusterIP", Comes::RefusedIfSaid),
    row("Service", "spec.clusterIPs", Comes::RefusedIfSaid),
    row("Service", "spec.loadBalancerClass", Comes::Refused),
    row("Job", "spec.template", Comes::Refused),
    row("Job", "spec.selector", Comes::Refused),
    row("Job", "spec.completions", Comes::Refused),
    row("Job", "spec.completionMode", Comes::Refused),
    row("PersistentVolumeClaim", "spec.storageClassName", Comes::RefusedIfSaid),
    row("PersistentVolumeClaim", "spec.accessModes", Comes::Refused),
    row("PersistentVolumeClaim", "spec.volumeName", Comes::RefusedIfSaid),
    row("PersistentVolumeClaim", "spec.volumeMode", Comes::Refused),
    row("PersistentVolumeClaim", "spec.selector", Comes::Refused),
    row("StorageClass", "provisioner", Comes::Refused),
    row("StorageClass", "parameters", Comes::Refused),
    row("StorageClass", "reclaimPolicy", Comes::Refused),
    row("StorageClass", "volumeBindingMode", Comes::Refused),
    row("Secret", "type", Comes::Refused),
    row("RoleBinding ClusterRoleBinding", "roleRef", Comes::Refused),
    row("EndpointSlice", "addressType", Comes::Refused),
    row("GatewayClass", "spec.controllerName", Comes::Refused),
    row("IngressClass", "spec.controller", Comes::Refused),
    row("PriorityClass", "value", Comes::Refused),
    row("CustomResourceDefinition", "spec.group", Comes::Refused),
    row("CustomResourceDefinition", "spec.scope", Comes::Refused),
    row("CustomResourceDefinition", "spec.names.kind", Comes::Refused),
    row("CustomResourceDefinition", "spec.names.plural", Comes::Refused),
    row("HelmRelease", "spec.releaseName", Comes::Of("uninstalls the release and installs another", KEEP)),
    row("HelmRelease", "spec.targetNamespace", Comes::Of("uninstalls the release and installs another", KEEP)),
    row("HelmRelease", "spec.storageNamespace", Comes::Of("uninstalls the release and installs another", KEEP)),
    row("Application", "spec.destination", Comes::Of("installs it elsewhere, and what is there now is pruned or left behind", KEEP)),
    row("Certificate", "spec.secretName", Comes::Of("has it issued anew, into another secret", "keep the secret's name, or mind the issuer's rate limits")),
    row("Certificate", "spec.issuerRef", Comes::Of("has it issued anew", "mind the issuer's rate limits")),
    row("Gateway", "spec.gatewayClassName", Comes::Of("gives it to another controller, and its address may change", KEEP)),
    row("v1alpha1", "machine.type", Comes::Of("makes another kind of node of it, for which it is wiped and installed anew", KEEP)),
    row("v1alpha1", "machine.install.disk", Comes::Of("is wiped when Talos is installed on it", KEEP)),
    row("v1alpha1", "machine.install.diskSelector", Comes::Of("may choose another disk, which is wiped when Talos is installed on it", KEEP)),
    row("v1alpha1", "machine.network.hostname", Comes::Of("makes another node of it: the old one stays registered, with its volumes", KEEP)),
    row("HostnameConfig", "hostname", Comes::Of("makes another node of it: the old one stays registered, with its volumes", KEEP)),
    row("talconfig", "clusterName", Comes::Of("makes another cluster", KEEP)),
];

/// Annotations and labels by which a release of Helm knows what is its own.
const OF_HELM: &[&str] = &["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"];

/// What would hurt of the fields of a document.
pub(super) fn of_fields(old: &Document, document: &Document, comparison: &Comparison, harms: &mut Vec<Harm>) {
    let title = document.named();
    of_host_names(document, comparison, harms);
    of_versions(old, document, harms);
    // Secrets and config maps may be sealed by whoever made them.
    let is_sealed = old.kind.is_object() && old.value.get("immutable") == Some(&Value::Bool(true));
    if is_sealed && comparison.differing().any(|field| field.path.keys().first().is_some_and(|key| *key != "metadata"))
    {
        harms.push(Harm {
            file: document.file.clone(),
            message: format!("{title} is immutable: the API server refuses what changes in it"),
            help: "give it another name, and let those who read it name that".to_owned(),
        });
    }
    let mut said: Vec<&str> = Vec::new();
    for field in comparison.differing() {
        let keys = field.path.keys();
        let hurting = FIELDS.iter().find(|(place, _)| hurts(place, &document.kind, &keys, field));
        if let Some((place, comes)) = hurting.filter(|(place, _)| !said.contains(&place.path)) {
            if matches!(comes, Comes::RefusedIfSaid) && field.to.is_none() {
                continue;
            }
            said.push(place.path);
            let (message, help) = match comes {
                Comes::Refused | Comes::RefusedIfSaid => (
                    format!("`{}` of {title} cannot change: the API server refuses it", place.path),
                    "keep what is there, or delete the object first",
                ),
                Comes::Of(what, help) => (format!("another `{}` of {title} {what}", place.path), *help),
            };
            harms.push(Harm { file: document.file.clone(), message, help: help.to_owned() });
        }
        if leaves_helm(field) && !said.contains(&"helm") {
            said.push("helm");
            harms.push(Harm {
                file: document.file.clone(),
                message: format!("{title} would no longer be of its Helm release, which deletes it"),
                help: "release once with the annotation `helm.sh/resource-policy: keep` on it".to_owned(),
            });
        }
    }
}

/// Whether a field, or a whole part that goes, is what says that an object is of a release.
fn leaves_helm(field: &Field) -> bool {
    const ANNOTATIONS: [&str; 2] = ["metadata", "annotations"];
    let keys = field.path.keys();
    let is_gone = |key: &&str| match keys.strip_prefix(&ANNOTATIONS) {
        Some([own]) => own == key && field.to.is_none(),
        Some(_) => keys.len() == 2 && has(&field.from, &[key]) && !has(&field.to, &[key]),
        None => keys == ["metadata"] && has(&field.from, &["annotations", key]) && field.to.is_none(),
    };
    OF_HELM.iter().any(is_gone)
}

fn has(value: &Option<Value>, keys: &[&str]) -> bool {
    value.as_ref().is_some_and(|value| value.at(keys).is_some())
}

/// Machines of a talconfig that keep their address and get another name.
fn of_host_names(document: &Document, comparison: &Comparison, harms: &mut Vec<Harm>) {
    let nodes = |field: &&Field| document.kind == Kind::talconfig() && field.path.keys() == ["nodes"];
    let of = |value: &Option<Value>, key: &str| value.as_ref()?.get(key)?.as_str().map(str::to_owned);
    for gone in comparison.differing().filter(nodes) {
        let Some(address) = of(&gone.from, "ipAddress") else { continue };
        let new = comparison.differing().filter(nodes).find(|new| of(&new.to, "ipAddress").as_ref() == Some(&address));
        if let (Some(old), Some(new)) = (of(&gone.from, "hostname"), new.and_then(|new| of(&new.to, "hostname"))) {
            harms.push(Harm {
                file: document.file.clone(),
                message: format!(
                    "the node `{old}` at {address} would be called `{new}`, which makes another node of it"
                ),
                help: "keep the name: the old node stays registered, with its volumes".to_owned(),
            });
        }
    }
}

/// What a talconfig asks for, what that is called, and what to do where it would be an older one.
const VERSIONS: [(&str, &str, &str); 2] = [
    ("talosVersion", "Talos", "save what etcd holds first: `talosctl etcd snapshot`"),
    ("kubernetesVersion", "Kubernetes", "keep the newer one: an older API server may not read what it has stored"),
];

/// Versions of a talconfig that go back.
fn of_versions(old: &Document, document: &Document, harms: &mut Vec<Harm>) {
    for (key, what, help) in VERSIONS.into_iter().filter(|_| document.kind == Kind::talconfig()) {
        let [was, is] = [old, document].map(|one| one.value.get(key).and_then(Value::as_str).and_then(minor));
        let (Some(was), Some(is)) = (was, is) else { continue };
        if is < was {
            let [was, is] = [was, is].map(|(major, minor)| format!("{major}.{minor}"));
            harms.push(Harm {
                file: document.file.clone(),
                message: format!("`{}` would go back from {what} {was} to {is}", document.name),
                help: help.to_owned(),
            });
        }
    }
}

/// Whether another value in a field hurts: it is in that of the row, or that is in it and changes with it.
fn hurts(place: &Place, kind: &Kind, keys: &[&str], field: &Field) -> bool {
    let path: Vec<&str> = place.path.split('.').collect();
    if !place.is_of(kind) {
        return false;
    }
    match keys.strip_prefix(path.as_slice()) {
        Some(_) => true,
        // A whole part that only one of them has.
        None => path.strip_prefix(keys).is_some_and(|rest| {
            field.path.0.len() == keys.len() && !keys.is_empty() && has(&field.from, rest) && !has(&field.to, rest)
        }),
    }
}

/// Kinds whose going takes more with it.
const GOING: &[(&str, &str)] = &[
    ("Namespace", "deletes all that is in it"),
    ("CustomResourceDefinition", "deletes all objects of its kind"),
    ("PersistentVolumeClaim", "may delete what is stored in it"),
    ("PersistentVolume", "may delete what is stored in it"),
    ("Gateway", "gives its address back, and no route behind it is reachable"),
    ("GatewayClass", "leaves its gateways without a controller"),
    ("CiliumLoadBalancerIPPool", "takes their addresses from the services that have one of it"),
    ("ClusterIssuer", "ends the renewal of its certificates"),
    ("Issuer", "ends the renewal of its certificates"),
    ("HelmRelease", "uninstalls its release"),
    ("Application", "deletes what it installed, if it has the finalizer"),
];

/// What would hurt of documents that go.
pub(super) fn of_gone(gone: &[&Document], harms: &mut Vec<Harm>) {
    for document in gone {
        if let Some((_, what)) = GOING.iter().find(|(kind, _)| *kind == document.kind.kind) {
            harms.push(Harm {
                file: document.file.clone(),
                message: format!("to prune {} {what}", document.named()),
                help: "keep it, or say `prune: disabled` of it until nothing needs it".to_owned(),
            });
        }
    }
    let is_said = |document: &&&Document| GOING.iter().any(|(kind, _)| *kind == document.kind.kind);
    let objects = gone.iter().filter(|document| document.kind.is_object() && !is_of_kustomize(&document.kind));
    let objects: Vec<&&Document> = objects.filter(|document| !is_said(document)).collect();
    if let Some(first) = objects.first() {
        let message = match objects.len() {
            1 => format!("{} would be pruned by whoever applies this folder", first.named()),
            count => format!("{count} objects would be pruned by whoever applies this folder"),
        };
        let help = "keep those that somebody needs, as a `manifest` or in a file of your own";
        harms.push(Harm { file: first.file.clone(), message, help: help.to_owned() });
    }
}

fn is_of_kustomize(kind: &Kind) -> bool {
    kind.group == "kustomize.config.k8s.io"
}

/// Kinds of which another name loses more than the object.
const NAMES: &[(&str, &str)] = &[
    ("Gateway", "its service is made anew, and its address may change"),
    ("Service", "its addresses may change"),
    ("CiliumLoadBalancerIPPool", "the addresses of services may move"),
    ("Certificate", "it is issued anew, and issuers have rate limits"),
    ("PersistentVolumeClaim", "what is stored in it stays behind"),
    ("HelmRelease", "its release is uninstalled and installed anew"),
];

/// What would hurt of another name.
pub(super) fn of_name(old: &Document, new: &Document) -> Option<Harm> {
    // A file of kustomize is no object.
    if is_of_kustomize(&new.kind) {
        return None;
    }
    let of_kind = NAMES.iter().find(|(kind, _)| *kind == old.kind.kind);
    let what = of_kind.map_or("the one is deleted and the other made", |(_, what)| what);
    let (would, help) = match old.name == new.name {
        true => ("be in another namespace".to_owned(), "keep the namespace, if nothing asks for another"),
        false => (format!("be called `{}`", new.name), "keep the name, if nothing asks for another"),
    };
    let message = format!("{} would {would}: {what}", old.named());
    Some(Harm { file: new.file.clone(), message, help: help.to_owned() })
}

/// Whether an object would stand in another file than it does.
pub(super) fn is_elsewhere(old: &Document, new: &Document) -> bool {
    old.file != new.file && new.kind.is_object() && !is_of_kustomize(&new.kind)
}

/// So many objects that would stand in two files are named one by one.
const FEW: usize = 3;

/// What would hurt of objects that stand in files which stay, and would stand in others too.
pub(super) fn of_two_places(twice: &[(&Document, &Document)], harms: &mut Vec<Harm>) {
    let help = "let one of the two say it: two that apply it take it from each other";
    let place = |(old, new): &(&Document, &Document)| {
        format!("{} stands in `{}`, which stays, and would stand in `{}` too", new.named(), old.file, new.file)
    };
    let harm = |(old, new): &(&Document, &Document), more: &str| Harm {
        file: old.file.clone(),
        message: place(&(*old, *new)) + more,
        help: help.to_owned(),
    };
    match twice {
        [first, rest @ ..] if twice.len() > FEW => {
            harms.push(harm(first, &format!("; it is the same with {} other objects", rest.len())));
        }
        few => harms.extend(few.iter().map(|one| harm(one, ""))),
    }
}

/// What would hurt of another place, where the old file does not stay.
pub(super) fn of_place(old: &Document, new: &Document, harms: &mut Vec<Harm>) {
    let folder = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    if is_elsewhere(old, new) && folder(&old.file) != folder(&new.file) {
        harms.push(Harm {
            file: old.file.clone(),
            message: format!("{} would move from `{}` to `{}`", new.named(), old.file, new.file),
            help: "if somebody else applies the new folder, let them have it before the old one prunes it".to_owned(),
        });
    }
}
