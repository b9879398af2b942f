//! Kubernetes objects, as a cluster gets them and as hnet writes them.

use hnet_diagnostics::{FileId, Sources};
use hnet_manifests::envoy;
use hnet_repository::Document;
use hnet_yaml::{Reader, Value};
use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::report::Report;
use crate::take::leaves;

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
    /// Its namespace, where it has one and something says it.
    pub(crate) namespace: Option<String>,
    /// The whole of it.
    pub(crate) value: Value,
}

/// The kinds that an import takes over, by their group. Others stay where they are.
const OF_THE_NETWORK: [(&str, &[&str]); 6] = [
    (
        "gateway.networking.k8s.io",
        &[
            "Gateway",
            "HTTPRoute",
            "GRPCRoute",
            "TLSRoute",
            "TCPRoute",
            "UDPRoute",
            "BackendTLSPolicy",
            "ReferenceGrant",
        ],
    ),
    (
        "cilium.io",
        &[
            "CiliumLoadBalancerIPPool",
            "CiliumL2AnnouncementPolicy",
            "CiliumNetworkPolicy",
            "CiliumClusterwideNetworkPolicy",
            "CiliumBGPClusterConfig",
            "CiliumBGPPeerConfig",
            "CiliumBGPAdvertisement",
        ],
    ),
    ("networking.k8s.io", &["NetworkPolicy"]),
    ("cert-manager.io", &["Certificate", CLUSTER_ISSUER, ISSUER]),
    ("externaldns.k8s.io", &["DNSEndpoint"]),
    (envoy::GROUP, &ENVOY),
];

/// The kinds of who issues certificates: to all of a cluster, and to a namespace.
pub(crate) const CLUSTER_ISSUER: &str = "ClusterIssuer";
pub(crate) const ISSUER: &str = "Issuer";

/// The kinds of Envoy Gateway's that have words.
pub(crate) const ENVOY: [&str; 7] = [
    "EnvoyProxy",
    "ClientTrafficPolicy",
    "BackendTrafficPolicy",
    "SecurityPolicy",
    "EnvoyExtensionPolicy",
    "HTTPRouteFilter",
    "Backend",
];

/// The kind of objects that say whose gateways they are.
pub(crate) const ENVOY_CLASS: &str = "GatewayClass";

/// Whether an object is a class of Envoy Gateway's that says how its gateways run.
pub(crate) fn is_envoy_class(object: &Value) -> bool {
    object.str_at(&["spec", "controllerName"]) == Some(envoy::CONTROLLER)
        && object.str_at(&["spec", "parametersRef", "kind"]) == Some("EnvoyProxy")
}

/// What tells an object from all others of a cluster.
pub(crate) type Key = (String, String, Option<String>, String);

impl Object {
    /// An object of a cluster; none where what it says is encrypted or has no name.
    pub(crate) fn of(document: &Document, path: &str) -> Option<Object> {
        if !document.is_object() || document.is_encrypted() || document.name().is_empty() {
            return None;
        }
        Some(Object {
            path: path.to_owned(),
            group: document.group().to_owned(),
            kind: document.kind().to_owned(),
            name: document.name().to_owned(),
            namespace: document.namespace.as_ref().map(ToString::to_string),
            value: document.value.clone(),
        })
    }

    /// The same where its file is built again: labels that others put on it are no part of the file.
    pub(crate) fn in_its_file(document: &Document, path: &str) -> Option<Object> {
        let object = Object::of(document, path)?;
        if !object.is_of_the_network() {
            return Some(object);
        }
        Some(Object { value: document.with_own_labels().value, ..object })
    }

    /// Whether an import takes it over.
    pub(crate) fn is_of_the_network(&self) -> bool {
        let is_of = |(group, kinds): &(&str, &[&str])| *group == self.group && kinds.contains(&self.kind.as_str());
        OF_THE_NETWORK.iter().any(is_of) || self.kind == ENVOY_CLASS && is_envoy_class(&self.value)
    }

    /// What tells it from all others.
    pub(crate) fn key(&self) -> Key {
        let namespace = self.namespace.clone().filter(|_| !self.is_cluster_wide());
        (self.group.clone(), self.kind.clone(), namespace, self.name.clone())
    }

    /// Whether it lies in no namespace.
    pub(crate) fn is_cluster_wide(&self) -> bool {
        self.compared().is_cluster_wide() || hnet_repository::is_cluster_scoped(&self.kind)
    }

    /// Its kind, as a comparison knows it.
    pub(crate) fn compared(&self) -> hnet_compare::Kind {
        match self.group.as_str() {
            "" => hnet_compare::Kind::new("core", &self.kind),
            group => hnet_compare::Kind::new(group, &self.kind),
        }
    }

    /// It with the namespace that a kustomization gives it, since hnet's files stand elsewhere.
    pub(crate) fn with_namespace(&self) -> Value {
        let mut value = self.value.clone();
        if let (Some(namespace), None) = (&self.namespace, value.at(&["metadata", "namespace"])) {
            let namespace = crate::make::word(namespace, value.span);
            crate::make::put(&mut value, &["metadata", "namespace"], namespace);
        }
        value
    }

    /// Lists another of its name, unless that says the same.
    fn list_other(&self, other: &Object, sources: &Sources, report: &mut Report) {
        let facts = hnet_compare::Facts::default();
        if !self.is_of_the_network()
            || hnet_compare::compare(&self.compared(), &self.read(), &other.read(), &facts).is_same()
        {
            return;
        }
        let Object { kind, name, .. } = self;
        let source = sources.get(self.value.span.file);
        let line = source.position(self.value.span.range().start).line;
        let why = match self.value.span == other.value.span {
            true => format!("`{kind}` {name} is applied twice, with other variables; the first time is taken"),
            false => format!("`{kind}` {name} is there twice; the one in {}:{line} is taken", source.path()),
        };
        report.of(kind).unread += leaves(&other.value);
        report.unread(other.value.span, why);
    }

    /// It as the API server reads it.
    pub(crate) fn read(&self) -> hnet_compare::Value {
        hnet_compare::Value::of(&self.with_namespace(), Reader::ApiServer)
    }
}

/// Objects, each once: a repository may keep rendered copies beside their sources. One that says something else is listed.
pub(crate) fn each_once(
    objects: impl IntoIterator<Item = Object>,
    sources: &Sources,
    report: &mut Report,
) -> Vec<Object> {
    let mut all: IndexMap<Key, Object> = IndexMap::new();
    for object in objects {
        match all.entry(object.key()) {
            Entry::Vacant(free) => drop(free.insert(object)),
            Entry::Occupied(taken) => taken.get().list_other(&object, sources, report),
        }
    }
    all.into_values().collect()
}

/// The objects of files that hnet wrote, by what tells them from each other.
pub(crate) fn written<'t>(files: impl Iterator<Item = (&'t str, &'t str)>) -> IndexMap<Key, Object> {
    let mut all = IndexMap::new();
    for (path, text) in files.filter(|(path, _)| path.ends_with(".yaml")) {
        let yaml = hnet_yaml::parse(FileId::default(), text);
        for (index, root) in yaml.documents().filter_map(|document| document.root).enumerate() {
            let document = Document::written(root.value(), FileId::default(), index);
            let object = Object::of(&document, path);
            all.extend(object.map(|object| (object.key(), object)));
        }
    }
    all
}
