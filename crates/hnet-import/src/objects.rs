//! The Kubernetes objects among the files, each with its namespace as far as the files say it.

use hnet_yaml::{Node, Reader, Value};
use indexmap::IndexMap;

use crate::files::Files;

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// The path of its file.
    pub(crate) path: String,
    /// Its group: what stands before the `/` of its `apiVersion`.
    pub(crate) group: String,
    /// Its kind.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// Its namespace, said or given by a kustomization.
    pub(crate) namespace: Option<String>,
    /// The whole of it.
    pub(crate) value: Value,
}

/// The groups whose objects are of the network, and of a group with others the kinds.
const OF_THE_NETWORK: [(&str, &[&str]); 3] = [
    ("gateway.networking.k8s.io", &["Gateway", "HTTPRoute"]),
    ("cilium.io", &["CiliumLoadBalancerIPPool", "CiliumL2AnnouncementPolicy"]),
    ("cert-manager.io", &["Certificate"]),
];

impl Object {
    /// Whether an import takes it over.
    pub(crate) fn is_of_the_network(&self) -> bool {
        OF_THE_NETWORK.iter().any(|(group, kinds)| *group == self.group && kinds.contains(&self.kind.as_str()))
    }

    /// Its labels or annotations, where they are no more than scalars.
    pub(crate) fn pairs(&self, of: &[&str]) -> Vec<(String, crate::take::Said)> {
        let map = self.value.at(of);
        let pairs = map.into_iter().flat_map(Value::fields);
        pairs.filter_map(|field| Some((field.key.to_string(), crate::take::scalar(&field.value)?))).collect()
    }
}

/// All objects of some files. One that is there twice is taken once: a repository may keep rendered copies.
pub(crate) fn find(files: &Files) -> Vec<Object> {
    let namespaces = Namespaces::find(files);
    let mut objects: IndexMap<(String, String, Option<String>, String), Object> = IndexMap::new();
    for (path, _, yaml) in files.iter() {
        for root in yaml.documents().filter_map(|document| document.root) {
            let text = |key: &str| root.get(key).and_then(|node| node.as_str());
            let (Some(version), Some(kind)) = (text("apiVersion"), text("kind")) else { continue };
            let metadata = root.get("metadata");
            let own = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(|node| node.as_str());
            let Some(name) = own("name") else { continue };
            if root.get("sops").is_some() {
                continue;
            }
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let namespace = own("namespace").map(str::to_owned).or_else(|| namespaces.of(path));
            let object = Object {
                path: path.to_owned(),
                group: group.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                namespace,
                value: root.value(),
            };
            let key = (object.group.clone(), object.kind.clone(), object.namespace.clone(), object.name.clone());
            objects.entry(key).or_insert(object);
        }
    }
    let mut objects: Vec<Object> = objects.into_values().collect();
    find_parents(files, &mut objects);
    objects
}

/// A gateway whose namespace no kustomization says is in the one by which all that attach to it name it.
fn find_parents(files: &Files, objects: &mut [Object]) {
    let mut parents: IndexMap<String, Vec<String>> = IndexMap::new();
    for (_, _, yaml) in files.iter() {
        for root in yaml.documents().filter_map(|document| document.root) {
            parents_below(root, &mut parents);
        }
    }
    for gateway in objects.iter_mut().filter(|object| object.kind == "Gateway" && object.namespace.is_none()) {
        if let Some([only]) = parents.get(&gateway.name).map(Vec::as_slice) {
            gateway.namespace = Some(only.clone());
        }
    }
}

/// The namespaces in which a document looks for each gateway that it names, also in the values of a chart.
fn parents_below(node: Node<'_>, parents: &mut IndexMap<String, Vec<String>>) {
    for entry in node.entries() {
        if entry.key.as_str() == Some("parentRefs") {
            for parent in entry.value.items() {
                let text = |key: &str| parent.get(key).and_then(|node| node.as_str());
                if let (Some(name), Some(namespace)) = (text("name"), text("namespace")) {
                    let known = parents.entry(name.to_owned()).or_default();
                    if !known.iter().any(|known| known == namespace) {
                        known.push(namespace.to_owned());
                    }
                }
            }
        } else {
            parents_below(entry.value, parents);
        }
    }
    node.items().for_each(|item| parents_below(item, parents));
}

/// What kustomizations say of namespaces, by folder.
struct Namespaces(Vec<(String, String)>);

impl Namespaces {
    fn find(files: &Files) -> Namespaces {
        let mut found = Vec::new();
        for (path, _, yaml) in files.iter() {
            for root in yaml.documents().filter_map(|document| document.root) {
                let text = |key: &str| root.get(key).and_then(|node| node.as_str());
                let at = |keys: &[&str]| root.at(keys).and_then(|node| node.as_str());
                if text("kind") != Some("Kustomization") {
                    continue;
                }
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                if let Some(namespace) = text("namespace") {
                    found.push((folder.to_owned(), namespace.to_owned()));
                }
                if let (Some(path), Some(namespace)) = (at(&["spec", "path"]), at(&["spec", "targetNamespace"])) {
                    found.push((path.trim_start_matches("./").trim_matches('/').to_owned(), namespace.to_owned()));
                }
            }
        }
        // The nearest folder decides.
        found.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        Namespaces(found)
    }

    fn of(&self, path: &str) -> Option<String> {
        let holds = |folder: &str| {
            let below = format!("{folder}/");
            folder.is_empty() || path.starts_with(&below) || path.contains(&format!("/{below}"))
        };
        self.0.iter().find(|(folder, _)| holds(folder)).map(|(_, namespace)| namespace.clone())
    }
}

/// Whether two objects mean the same. What Argo CD alone reads and hnet adds does not count.
pub(crate) fn is_same(original: &Object, rebuilt: &Object) -> bool {
    let kind = hnet_compare::Kind::new(&original.group, &original.kind);
    let mut value = rebuilt.value.clone();
    let ours: Vec<String> = rebuilt
        .pairs(&["metadata", "annotations"])
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| key.starts_with("argocd.argoproj.io/"))
        .filter(|key| original.value.at(&["metadata", "annotations", key]).is_none())
        .collect();
    for key in ours {
        crate::take::take(&mut value, &["metadata", "annotations", &key]);
    }
    let mut own = original.value.clone();
    if let (Some(namespace), None) = (&original.namespace, own.at(&["metadata", "namespace"])) {
        let namespace = Value::text_at(namespace.as_str(), own.span);
        crate::make::put(&mut own, &["metadata", "namespace"], namespace);
    }
    let read = |value: &Value| hnet_compare::Value::of(value, Reader::ApiServer);
    hnet_compare::compare(&kind, &read(&own), &read(&value), &hnet_compare::Facts::default()).is_same()
}
