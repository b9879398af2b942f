//! One object of a cluster, and by which way it is there.

use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Field, Value};
use smol_str::SmolStr;

/// An object as the cluster gets it: patched, with its variables and its namespace.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it says. Each part has its own place: a patch's parts lie in the patch.
    pub value: Value,
    /// The file that it is written in.
    pub file: FileId,
    /// Its number in the file, of those documents that hold anything.
    pub index: u32,
    /// By which steps it is there: the nearest first, four at most.
    pub because: Vec<Because>,
    /// The variables that were put into it.
    pub variables: Vec<Use>,
    /// The namespace that it gets; nothing where it has none or nothing says it.
    pub namespace: Option<SmolStr>,
    /// Whether a replacement writes into it, of which the result is not known.
    pub is_replaced: bool,
    /// The namespace that it says itself, by which a kustomization may name it.
    pub(crate) said: Option<SmolStr>,
    /// Which of its cluster's Flux Kustomizations puts variables into it, by its number of those that do.
    pub(crate) environment: Option<usize>,
    /// The patches and replacements that are for it, also where they change nothing.
    pub(crate) patched: Vec<Span>,
    /// The labels and annotations that others put on it, in their order.
    pub(crate) given: Vec<Given>,
}

/// A label or an annotation that a kustomization puts on an object.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// `labels` or `annotations`.
    pub(crate) field: &'static str,
    pub(crate) key: SmolStr,
    /// Where it is said.
    pub(crate) span: Span,
    /// What the object said there before.
    pub(crate) was: Option<Field>,
}

/// The steps that a document keeps.
const STEPS: usize = 4;

/// A step on the way of an object into the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The place of the step.
    pub span: Span,
    /// What it does.
    pub step: Step,
}

/// What brings an object into a cluster or changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A kustomization lists its file or folder.
    Resource,
    /// A kustomization takes in a component.
    Component,
    /// A generator of a kustomization makes it.
    Generator,
    /// A patch changes it.
    Patch,
    /// A namespace is given to it.
    Namespace,
    /// A Flux Kustomization of that name applies it.
    Flux(SmolStr),
    /// An Argo CD Application of that name applies it.
    Argo(SmolStr),
}

/// A variable where it was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: SmolStr,
    /// Where its value is written; nothing if its own default was taken.
    pub defined: Option<Span>,
}

impl Document {
    /// A document as it is written: its number in the file is of those documents that hold anything.
    #[must_use]
    pub fn written(value: Value, file: FileId, index: usize) -> Document {
        let mut document = Document {
            value,
            file,
            index: index as u32,
            because: Vec::new(),
            variables: Vec::new(),
            namespace: None,
            is_replaced: false,
            said: None,
            environment: None,
            patched: Vec::new(),
            given: Vec::new(),
        };
        document.find_namespace();
        document.said.clone_from(&document.namespace);
        document
    }

    /// Reads the namespace from the metadata again.
    pub(crate) fn find_namespace(&mut self) {
        let written = self.value.str_at(&["metadata", "namespace"]).map(SmolStr::from);
        self.namespace = written.filter(|_| !is_cluster_scoped(self.kind()));
    }

    /// Adds a step behind those that are known. Where there are too many, the lists that lead to the file say least.
    pub(crate) fn because(&mut self, step: Step, span: Span) {
        let because = Because { span, step };
        if self.because.last() == Some(&because) {
            return;
        }
        if self.because.len() == STEPS {
            let is_list = |because: &Because| matches!(because.step, Step::Resource | Step::Namespace);
            let Some(at) = self.because.iter().rposition(is_list).filter(|_| !is_list(&because)) else { return };
            self.because.remove(at);
        }
        self.because.push(because);
    }

    /// The object with the labels and annotations that its file says, without those that a kustomization puts on it.
    #[must_use]
    pub fn with_own_labels(&self) -> Document {
        let mut document = self.clone();
        for Given { field, key, span, was } in self.given.iter().rev() {
            let Some(metadata) = document.value.as_map_mut().and_then(|map| map.get_mut("metadata")) else { continue };
            let Some(metadata) = metadata.value.as_map_mut() else { continue };
            let Some(pairs) = metadata.get_mut(*field).and_then(|pairs| pairs.value.as_map_mut()) else { continue };
            // What a patch says behind it stays.
            let Some(pair) = pairs.get_mut(key).filter(|pair| pair.value.span == *span) else { continue };
            match was {
                Some(was) => *pair = was.clone(),
                None => drop(pairs.shift_remove(key)),
            }
            if pairs.is_empty() {
                metadata.shift_remove(*field);
            }
        }
        document
    }

    /// The kind, or nothing.
    #[must_use]
    pub fn kind(&self) -> &str {
        kind_of(&self.value)
    }

    /// The group, which the core kinds have none of.
    #[must_use]
    pub fn group(&self) -> &str {
        let version = self.value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The name of the object.
    #[must_use]
    pub fn name(&self) -> &str {
        self.value.str_at(&["metadata", "name"]).unwrap_or_default()
    }

    /// The namespace and the name, by which people know an object beside its kind.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.namespace.as_ref().map_or_else(|| self.name().to_owned(), |own| format!("{own}/{}", self.name()))
    }

    /// What people call the object: its kind, namespace and name.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{} {}", self.kind(), self.full_name())
    }

    /// Where it says what it is called.
    #[must_use]
    pub fn place(&self) -> Span {
        self.value.at(&["metadata", "name"]).map_or(self.value.span, |name| name.span)
    }

    /// Whether it is of a kind of a group.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind() == kind && self.group() == group
    }

    /// Whether it has the fields that every object has.
    #[must_use]
    pub fn is_object(&self) -> bool {
        !self.kind().is_empty() && self.value.get("apiVersion").is_some()
    }

    /// Whether values of it are encrypted by SOPS; its keys are not. What has data says so by these, whatever the mark says.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let data = ["data", "stringData"].iter().filter_map(|part| self.value.get(part)).flat_map(Value::fields);
        let mut data = data.peekable();
        match data.peek() {
            Some(_) => data.any(|field| field.value.as_str().is_some_and(hnet_secrets::is_encrypted)),
            None => ["mac", "lastmodified"].iter().any(|mark| self.value.at(&["sops", mark]).is_some()),
        }
    }
}

/// Kinds that have no namespace, as far as repositories of home networks hold them.
const CLUSTER_SCOPED: [&str; 36] = [
    "APIService",
    "Bundle",
    "CiliumBGPAdvertisement",
    "CiliumBGPClusterConfig",
    "CiliumBGPNodeConfigOverride",
    "CiliumBGPPeerConfig",
    "CiliumBGPPeeringPolicy",
    "CiliumCIDRGroup",
    "CiliumClusterwideEnvoyConfig",
    "CiliumClusterwideNetworkPolicy",
    "CiliumEgressGatewayPolicy",
    "CiliumL2AnnouncementPolicy",
    "CiliumLoadBalancerIPPool",
    "CiliumNode",
    "ClusterExternalSecret",
    "ClusterIssuer",
    "ClusterPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "CSIDriver",
    "CustomResourceDefinition",
    "FlowSchema",
    "GatewayClass",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "NodeFeatureRule",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
    "VolumeSnapshotClass",
];

/// The kind that a document says, or nothing.
pub(crate) fn kind_of(value: &Value) -> &str {
    value.get("kind").and_then(Value::as_str).unwrap_or_default()
}

/// Whether objects of a kind have no namespace.
#[must_use]
pub fn is_cluster_scoped(kind: &str) -> bool {
    CLUSTER_SCOPED.contains(&kind)
}

/// Groups whose objects are the network of a cluster.
const NETWORK_GROUPS: [&str; 8] = [
    "gateway.networking.k8s.io",
    "gateway.envoyproxy.io",
    "networking.k8s.io",
    "cilium.io",
    "externaldns.k8s.io",
    "cert-manager.io",
    "k8s.cni.cncf.io",
    "discovery.k8s.io",
];

/// Whether an object says something of the network.
#[must_use]
pub fn is_network(document: &Document) -> bool {
    NETWORK_GROUPS.contains(&document.group())
        || (document.group().is_empty() && matches!(document.kind(), "Service" | "Endpoints"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_encrypted(text: &str) -> bool {
        let read = hnet_yaml::parse(FileId::default(), text);
        let root = read.root().expect("the text is a document");
        Document::written(root.value(), FileId::default(), 0).is_encrypted()
    }

    #[test]
    fn values_say_what_is_encrypted() {
        assert!(is_encrypted("kind: Secret\ndata: {a: 'ENC[b]', c: ''}\nsops: {mac: m}\n"));
        assert!(is_encrypted("kind: ENC[a]\nstringData: {a: 'ENC[b]'}\nsops: {mac: m}\n"));
        assert!(is_encrypted("kind: HelmRelease\nspec: {values: {a: 'ENC[b]'}}\nsops: {lastmodified: t}\n"));
        assert!(!is_encrypted("kind: Secret\ndata: {a: b}\nsops: {mac: m, lastmodified: t}\n"));
        assert!(!is_encrypted("kind: ConfigMap\ndata: {a: b}\nsops: {lastmodified: t}\n"));
        assert!(!is_encrypted("kind: ConfigMap\ndata: {a: b}\n"));
    }
}
