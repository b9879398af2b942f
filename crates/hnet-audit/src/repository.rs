//! What is wrong with a repository itself, whatever its objects mean: paths that lead nowhere, and objects that are applied
//! twice with different content. What is refused as a whole is in `broken.rs`.
//!
//! What may be there all the same is left alone: see `hnet_repository`, which notes only what is surely refused as missing.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Severity, Sources, Span, codes, nearest};
use hnet_repository::{Cluster, Document, Note, Repository, Root, RootKind, Step, What, is_cluster_scoped, is_network};
use hnet_yaml::{Map, Reader, Step as Path, Value, ValueKind};
use indexmap::IndexMap;

use crate::error;

/// All of it.
pub(crate) fn check(repository: &Repository, sources: &Sources, unsure: &mut Vec<String>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = repository.notes.iter().filter_map(|note| missing(note, sources)).collect();
    // Of what no build takes it is said already.
    let twice = || {
        repository.notes.iter().filter_map(|note| match note.what {
            What::Twice(_, first) => Some((note.span, first)),
            _ => None,
        })
    };
    let refused: BTreeSet<Span> = twice().map(|(again, _)| again).collect();
    // A file that is listed twice is known by the object in it.
    let said: BTreeSet<Span> = twice().flat_map(|(again, first)| [again, first]).collect();
    for cluster in &repository.clusters {
        if cluster.root.kind == RootKind::Argo {
            repeated(cluster, &said, &mut found);
        }
        of_cluster(cluster, &refused, sources, &mut found, unsure);
    }
    found
}

/// A path that is not there.
fn missing(note: &Note, sources: &Sources) -> Option<Diagnostic> {
    let (path, label) = match &note.what {
        What::Missing(path) => (path, "kustomize makes nothing of this folder without it"),
        What::NoFolder(path) => (path, "nothing of this is applied"),
        _ => return None,
    };
    let title = format!("`{path}` is not in the repository");
    let finding = Diagnostic::new(&codes::PATH_NOT_THERE, title).label(note.span, label);
    let help = match meant(path, note.span, sources) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "correct the path, add what it names, or leave it out".to_owned(),
    };
    Some(error(finding.help(help)))
}

/// The path that was probably meant: another name in the same folder, which counts from the file or from the root.
pub(crate) fn meant(path: &str, place: Span, sources: &Sources) -> Option<String> {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let one_in = if folder.is_empty() { "-".to_owned() } else { format!("{folder}/-") };
    [sources.get(place.file).path(), ""].into_iter().find_map(|from| {
        let way = hnet_language::include::resolve(from, &one_in)?;
        let start = way.strip_suffix('-')?;
        let names = sources.iter().filter_map(|(_, source)| source.path().strip_prefix(start)?.split('/').next());
        // What is named beside it already is not meant again.
        let near = nearest(name, names).filter(|near| !lists(sources.get(place.file).text(), near))?;
        Some(if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") })
    })
}

/// Whether a list in a file names something of this name.
fn lists(text: &str, name: &str) -> bool {
    text.lines().filter_map(|line| line.trim_start().strip_prefix("- ")).any(|item| {
        let item = item.split(" #").next().unwrap_or(item).trim().trim_matches(['"', '\'']);
        item.trim_end_matches('/').rsplit('/').next() == Some(name)
    })
}

/// The objects of a cluster that are applied twice with different content. Where nothing says that both are applied, that
/// is only unsure.
fn of_cluster(
    cluster: &Cluster,
    refused: &BTreeSet<Span>,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
    unsure: &mut Vec<String>,
) {
    let mut first: IndexMap<(&str, &str, Option<&str>, &str), &Document> = IndexMap::new();
    let selected = LazyCell::new(|| selected(cluster));
    for document in cluster.documents.iter().filter(|document| is_one(document)) {
        let identity = (document.group(), document.kind(), document.namespace.as_deref(), document.name());
        let first = *first.entry(identity).or_insert(document);
        if refused.contains(&document.place()) || !differs(&of_file(first), &of_file(document)) {
            continue;
        }
        let name = format!("`{}`", document.called());
        // Applications of several clusters may stand in one repository.
        if cluster.root.kind != RootKind::Flux {
            if !is_network(document) {
                continue;
            }
            unsure.push(format!("{name} is there twice, and nothing says which is applied: the first counts"));
            continue;
        }
        let finding = Diagnostic::new(&codes::APPLIED_TWICE, format!("{name} is applied twice, and not the same"))
            .label(document.place(), applied(document))
            .label(first.place(), applied(first))
            .help(match (first.file, first.index) == (document.file, document.index) {
                true => match [first, document].into_iter().any(|one| applies_itself(one, &cluster.root, sources)) {
                    true => lead_away(document, sources),
                    false => "let only one of the two lead to this file: each overwrites the other in turn".to_owned(),
                },
                false => "keep one, with what of both is meant: each overwrites the other in turn".to_owned(),
            });
        // What only is called otherwise, or says what holds anyhow, changes to and fro and runs.
        let is_harmless = !differs(&meant_by(first, &selected), &meant_by(document, &selected));
        found.push(if is_harmless { Diagnostic { severity: Severity::Warning, ..finding } } else { error(finding) });
    }
}

/// Whether a document is a Kustomization of Flux by which it is applied itself.
fn applies_itself(document: &Document, root: &Root, sources: &Sources) -> bool {
    let by = document.because.iter().rev().find_map(|because| match &because.step {
        Step::Flux(name) => Some(name.as_str()),
        _ => None,
    });
    let path = document.value.at(&["spec", "path"]).and_then(Value::as_str).unwrap_or_default();
    let (path, own) = (path.trim_start_matches("./").trim_end_matches(['.', '/']), sources.get(document.file).path());
    let is_below = path.is_empty() || format!("/{own}").contains(&format!("/{path}/"));
    // The one of the whole cluster applies itself on purpose: it leads to the folder of the root, or stands in it with
    // others of which each leads elsewhere.
    let is_in_root = |file| sources.get(file).path().rsplit_once('/').map_or("", |(folder, _)| folder) == root.folder;
    let is_root = ends(path, &root.folder) || is_in_root(document.file) && is_in_root(root.span.file);
    document.group() == "kustomize.toolkit.fluxcd.io" && by == Some(document.name()) && !is_root && is_below
}

/// Whether a path in the repository is that of a folder, before which the folder that is audited may stand in it.
fn ends(path: &str, folder: &str) -> bool {
    path == folder || !folder.is_empty() && path.ends_with(&format!("/{folder}"))
}

/// What to do with a Kustomization of Flux whose path reaches its own file. Where it leads elsewhere, Flux takes what it
/// applied before and no longer does for unwanted: itself.
fn lead_away(document: &Document, sources: &Sources) -> String {
    let to = match meant_folder(document, sources) {
        Some(folder) => format!("`{folder}`, the folder of what it applies"),
        None => "a folder of what it applies, without this file".to_owned(),
    };
    let prunes =
        document.value.at(&["spec", "prune"]).is_some_and(|value| value.as_bool(Reader::ApiServer) == Some(true));
    let stays = match prunes {
        true => {
            ", and annotate it with `kustomize.toolkit.fluxcd.io/prune: disabled` in the same change, or Flux may remove \
             it as no longer applied"
        }
        false => "",
    };
    format!("its `path` reaches its own file: lead it to {to}{stays}")
}

/// The one folder beside the file of a Kustomization whose path is the folder of that file, where nothing else lies in that.
fn meant_folder(document: &Document, sources: &Sources) -> Option<String> {
    let path = document.value.at(&["spec", "path"])?.as_str()?.trim_end_matches('/');
    let own = sources.get(document.file).path();
    let folder = own.rsplit_once('/')?.0;
    let is_of = |folder: &str| folder == path.trim_start_matches("./");
    // The folder that is audited may stand before it.
    if !folder.match_indices('/').map(|(at, _)| &folder[at + 1..]).chain([folder]).any(is_of) {
        return None;
    }
    let beside = sources.iter().map(|(_, source)| source.path()).filter(|other| *other != own);
    let names = beside.filter_map(|other| other.strip_prefix(folder)?.strip_prefix('/'));
    // What lies beside it would no longer be applied.
    let mut folders =
        names.map(|name| name.split_once('/').map(|(first, _)| first)).collect::<Option<BTreeSet<_>>>()?;
    let only = folders.pop_first().filter(|_| folders.is_empty())?;
    Some(format!("{path}/{only}"))
}

/// The objects that one Application of Argo CD has twice, which it warns of: one of them counts, and which is not said.
fn repeated(cluster: &Cluster, said: &BTreeSet<Span>, found: &mut Vec<Diagnostic>) {
    const HOOK: &str = "argocd.argoproj.io/hook";
    let mut first: IndexMap<(&str, Span, [&str; 4]), &Document> = IndexMap::new();
    for document in cluster.documents.iter().filter(|document| is_one(document)) {
        let of_argo = document.because.iter().rev().find_map(|because| match &because.step {
            Step::Argo(name) => Some((name.as_str(), because.span)),
            _ => None,
        });
        let is_hook = document.value.at(&["metadata", "annotations"]).is_some_and(|all| all.get(HOOK).is_some());
        let Some((application, span)) = of_argo.filter(|(name, _)| !is_hook && !name.contains("{{")) else { continue };
        let namespace = document.namespace.as_deref().unwrap_or_default();
        let identity = [document.group(), document.kind(), namespace, document.name()];
        let Some(other) = first.get(&(application, span, identity)) else {
            first.insert((application, span, identity), document);
            continue;
        };
        if said.contains(&document.place()) {
            continue;
        }
        let title = format!("`{}` is there twice in Application `{application}`", document.called());
        let finding = Diagnostic::new(&codes::APPLIED_TWICE, title)
            .label(document.place(), "Argo CD applies one of the two")
            .label(other.place(), "it is there already")
            .help("leave one of the two out");
        found.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
}

/// Whether it is known which object a document is, and that it is applied whole.
fn is_one(document: &Document) -> bool {
    let is_symbol = |text: &str| text.is_empty() || text.contains('$') || text.contains("{{");
    let namespace = document.namespace.as_deref();
    let is_placed = is_cluster_scoped(document.kind()) || namespace.is_some_and(|namespace| !is_symbol(namespace));
    let annotations = document.value.at(&["metadata", "annotations"]);
    // What one of the two only makes once, merges, or does not touch.
    let is_special = [
        "kustomize.toolkit.fluxcd.io/ssa",
        "kustomize.toolkit.fluxcd.io/reconcile",
        "kustomize.toolkit.fluxcd.io/force",
    ]
    .iter()
    .any(|key| annotations.is_some_and(|all| all.get(key).is_some()));
    is_placed && !is_special && !document.is_replaced && !is_symbol(document.name())
}

/// A document without the labels and annotations that who applies it adds: that those change to and fro harms nothing.
fn of_file(document: &Document) -> Value {
    let mut value = document.value.clone();
    for key in ["labels", "annotations"] {
        let pairs = value.get_mut("metadata").and_then(|metadata| metadata.get_mut(key)).and_then(Value::as_map_mut);
        if let Some(pairs) = pairs {
            pairs.retain(|_, field| field.value.span.file == document.file);
        }
    }
    value
}

// What acts on labels and annotations is listed by hand, from what Kubernetes, the Gateway API, Cilium, cert-manager,
// external-dns, Flux, Argo CD and Helm document of their own. What is in no list counts for nothing that runs, so that two
// which differ in it are odd and no error.

/// The kinds whose annotations are read in a network, with all kinds of routes.
const ANNOTATED: [&str; 6] = ["Gateway", "Ingress", "IngressClass", "Namespace", "Service", "StorageClass"];

/// The kinds whose labels are selected by, or say whose they are: advertisements by the peers of BGP, slices by Services,
/// namespaces by pod security, listeners and policies.
const LABELLED: [&str; 4] = ["CiliumBGPAdvertisement", "EndpointSlice", "Namespace", "Node"];

/// Whose labels and annotations nothing acts on in the cluster.
const WITHOUT_READER: [&str; 8] = [
    "app.kubernetes.io",
    "argocd.argoproj.io",
    "config.kubernetes.io",
    "helm.sh",
    "helm.toolkit.fluxcd.io",
    "kubectl.kubernetes.io",
    "kustomize.toolkit.fluxcd.io",
    "meta.helm.sh",
];

/// Those of these that are read all the same, of any kind: whether Flux keeps an object and how it applies it, and what a
/// Secret is to Argo CD.
const READ: [&str; 5] = [
    "argocd.argoproj.io/secret-type",
    "kustomize.toolkit.fluxcd.io/force",
    "kustomize.toolkit.fluxcd.io/prune",
    "kustomize.toolkit.fluxcd.io/reconcile",
    "kustomize.toolkit.fluxcd.io/ssa",
];

/// The labels of Services that the objects of a cluster select them by.
fn selected(cluster: &Cluster) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for document in &cluster.documents {
        // Who selects Services has a word for it, but for the kinds that select nothing else.
        let is_selector = match document.kind() {
            "CiliumBGPAdvertisement" | "ServiceMonitor" => "selector",
            _ => "serviceSelector",
        };
        document.value.leaves(&mut |steps, leaf| {
            let is_key = |step: &Path, wanted: &str| matches!(step, Path::Key(key) if key == wanted);
            let Some(at) = steps.0.iter().position(|step| is_key(step, is_selector)) else { return };
            match &steps.0[at + 1..] {
                [labels, Path::Key(key)] if is_key(labels, "matchLabels") => keys.extend([key.to_string()]),
                [all, _, key] if is_key(all, "matchExpressions") && is_key(key, "key") => {
                    keys.extend(leaf.as_str().map(str::to_owned));
                }
                _ => {}
            }
        });
    }
    keys
}

/// A document without what does not change what runs: labels and annotations, except those by which the network is steered,
/// as pod security and pools of addresses are; and each `optional: false`, which is so anyhow. `selected` are the labels by
/// which Services are selected.
fn meant_by(document: &Document, selected: &BTreeSet<String>) -> Value {
    let mut value = of_file(document);
    let kind = document.kind();
    for key in ["labels", "annotations"] {
        let Some(metadata) = value.get_mut("metadata").and_then(Value::as_map_mut) else { continue };
        let Some(pairs) = metadata.get_mut(key).and_then(|field| field.value.as_map_mut()) else { continue };
        let has_reader = |name: &str| !name.split_once('/').is_some_and(|(owner, _)| WITHOUT_READER.contains(&owner));
        let is_steered = |name: &str| match key {
            "annotations" => (ANNOTATED.contains(&kind) || kind.ends_with("Route")) && has_reader(name),
            _ if kind == "Service" => selected.contains(name) || name.starts_with("service.kubernetes.io/"),
            _ => LABELLED.contains(&kind) && has_reader(name),
        };
        pairs.retain(|name, _| READ.contains(&name.as_str()) || is_steered(name));
        if pairs.is_empty() {
            metadata.shift_remove(key);
        }
    }
    without_default(&mut value);
    value
}

fn without_default(value: &mut Value) {
    match &mut value.kind {
        ValueKind::Map(map) => {
            map.retain(|key, field| {
                key.as_str() != "optional" || field.value.as_bool(Reader::ApiServer) != Some(false)
            });
            map.values_mut().for_each(|field| without_default(&mut field.value));
        }
        ValueKind::List(list) => list.iter_mut().for_each(without_default),
        _ => {}
    }
}

/// Whether two values say different things, as far as they are known.
fn differs(one: &Value, other: &Value) -> bool {
    let is_known = |text: &str| !text.contains("${") && !text.contains("{{") && !hnet_secrets::is_encrypted(text);
    match (&one.kind, &other.kind) {
        (ValueKind::Map(a), ValueKind::Map(b)) => {
            let is_said = |map: &Map, key: &str| map.get(key).is_some_and(|field| !field.value.is_null());
            let mut keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.any(|key| match (is_said(a, key), is_said(b, key)) {
                (true, true) => differs(&a[key].value, &b[key].value),
                (one, other) => one != other,
            })
        }
        (ValueKind::List(a), ValueKind::List(b)) => {
            a.len() != b.len() || a.iter().zip(b).any(|(one, other)| differs(one, other))
        }
        (ValueKind::Scalar(a, _), ValueKind::Scalar(b, _)) => a.as_str() != b.as_str() && is_known(a) && is_known(b),
        (ValueKind::Scalar(text, _), _) | (_, ValueKind::Scalar(text, _)) => is_known(text),
        _ => true,
    }
}

/// By whom a document is applied.
fn applied(document: &Document) -> String {
    let by = document.because.iter().rev().find_map(|because| match &because.step {
        Step::Flux(name) => Some(format!("Flux's `{name}` applies it so")),
        Step::Argo(name) => Some(format!("Argo CD's `{name}` applies it so")),
        _ => None,
    });
    by.unwrap_or_else(|| "it is applied so".to_owned())
}
