//! Talos patches: nothing that a statement decides, and each topic in the shape of the Talos version.
//!
//! A typed document and the field that it replaces are refused together, so a patch in the wrong
//! shape stops the node from taking its configuration. Start at [`talos_patches`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Sources, Span, codes, nearest};
use hnet_manifests::versions::talos::{self, Shape, Topic};
use hnet_manifests::versions::talos_documents::{
    DOCUMENTS, FIELDS, OTHER_DOCUMENTS, SEVERAL_DOCUMENTS, document_since,
};
use hnet_model::{Cluster, Distribution, RawYaml, Traced, Version};
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// What the network decides: the field of the core document, and how it is said in the language.
const OWNED_FIELDS: &[(&str, &str)] = &[
    ("machine.type", "say `role` in the `node` statement"),
    ("machine.network.hostname", "the host name is the name of the `node` statement"),
    ("machine.network.nameservers", "say `name-servers` in the `node`, or `dns` in its `subnet`"),
    ("machine.network.searchDomains", "say `search` in the `node` or its `subnet`"),
    ("machine.network.extraHostEntries", "say `static-host` in the `node` statement"),
    ("machine.install.disk", "say `disk` in the `node` statement"),
    ("machine.install.diskSelector", "say `disk` in the `node` statement"),
    ("machine.install.image", "say `image` in the `node` statement"),
    ("machine.nodeLabels", "say `labels` in the `node` statement"),
    ("machine.nodeAnnotations", "say `annotations` in the `node` statement"),
    ("machine.nodeTaints", "say `taints` in the `node` statement"),
    ("machine.time.servers", "say `ntp` in the `cluster` statement"),
    ("machine.features.kubePrism", "say `kube-prism` in the `cluster` statement"),
    ("machine.features.hostDNS", "say `host-dns` and `forward-kube-dns` in the `cluster` statement"),
    ("cluster.clusterName", "the name is that of the `cluster` statement"),
    ("cluster.controlPlane.endpoint", "say `endpoint` in the `cluster` statement"),
    ("cluster.network.cni", "the `cilium` statement decides the CNI"),
    ("cluster.network.podSubnets", "say `pods` in the `cluster` statement"),
    ("cluster.network.serviceSubnets", "say `services` in the `cluster` statement"),
    ("cluster.network.dnsDomain", "say `dns-domain` in the `cluster` statement"),
    ("cluster.proxy", "the `cilium` statement replaces kube-proxy"),
    ("cluster.coreDNS", "the `dns` statement decides who runs CoreDNS"),
    ("cluster.discovery.enabled", "say `discovery` in the `cluster` statement"),
    ("cluster.allowSchedulingOnControlPlanes", "say `schedule-on-control-planes` in the `cluster` statement"),
    ("cluster.apiServer.certSANs", "say `certificate-names` in the `cluster` statement"),
];

/// The same for typed documents.
const OWNED_DOCUMENTS: &[(&str, &str)] = &[
    ("HostnameConfig", "the host name is the name of the `node` statement"),
    ("ResolverConfig", "say `name-servers` and `search` in the `node`, or `dns` in its `subnet`"),
    ("KubeClusterConfig", "say the name and `endpoint` in the `cluster` statement"),
    ("KubeNetworkConfig", "say `pods` and `services` in the `cluster` statement"),
    ("KubeFlannelCNIConfig", "the `cilium` statement decides the CNI"),
    ("KubeProxyConfig", "the `cilium` statement replaces kube-proxy"),
    ("KubeCoreDNSConfig", "the `dns` statement decides who runs CoreDNS"),
    ("KubePrismConfig", "say `kube-prism` in the `cluster` statement"),
];

/// Each patch of a cluster or node on Talos.
pub(crate) fn talos_patches(facts: &Facts<'_>, out: &mut Diagnostics) {
    // One of which something is lost may have another version.
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let nodes = cluster.nodes.iter().flat_map(|node| &node.patches);
        for patch in cluster.patches.iter().chain(nodes) {
            match &cluster.distribution {
                Distribution::Talos(version) => Check { sources: facts.sources, cluster, patch, version }.run(out),
                Distribution::K3s(version) => {
                    let mut finding = Diagnostic::new(&codes::PATCH_WITHOUT_TALOS, "a Talos patch in a cluster on k3s")
                        .label(patch.span, "nothing reads this");
                    if let Some(version) = version {
                        finding = finding.label(version.span(), "the nodes run k3s");
                    }
                    out.report(finding.help("leave the patch out; k3s is configured on its machines"));
                }
            }
        }
    }
}

/// A patch, the version that reads it, and where it stands.
struct Check<'a> {
    sources: &'a Sources,
    cluster: &'a Cluster,
    patch: &'a RawYaml,
    version: &'a Traced<Version>,
}

impl Check<'_> {
    fn run(&self, out: &mut Diagnostics) {
        let Check { patch, version, .. } = *self;
        let talos = version.value.minor();
        if patch.value.is_sequence() || patch.value.is_null() {
            if talos >= SEVERAL_DOCUMENTS && self.is_known() {
                let what = if patch.value.is_null() { "an empty patch is read as one" } else { "a list of operations" };
                out.report(
                    Diagnostic::new(&codes::JSON_PATCH, format!("Talos {} takes no RFC 6902 patches", version.value))
                        .label(patch.span, what)
                        .label(version.span(), "configurations of this version hold several documents")
                        .help("write what the configuration should say, as YAML; `$patch: delete` removes a part"),
                );
            }
            return;
        }
        match patch.value.get("kind").and_then(Value::as_str) {
            Some(kind) => self.check_document(kind, out),
            None => self.check_fields(out),
        }
    }

    fn check_document(&self, kind: &str, out: &mut Diagnostics) {
        let version = self.version;
        let talos = version.value.minor();
        if let Some((_, statement)) = OWNED_DOCUMENTS.iter().find(|(owned, _)| *owned == kind) {
            out.report(self.owned(kind, "kind", statement));
            return;
        }
        if !self.is_known() {
            return;
        }
        let known = || DOCUMENTS.iter().map(|(known, _)| *known).chain(OTHER_DOCUMENTS.iter().copied());
        if !known().any(|known| known == kind)
            && let Some(near) = nearest(kind, known())
        {
            out.report(self.unknown(kind, "kind", near));
            return;
        }
        let Some(since) = document_since(kind).filter(|since| talos < *since) else { return };
        let field = Topic::ALL.iter().find(|topic| topic.document().is_some_and(|(document, _)| document == kind));
        let finding =
            Diagnostic::new(&codes::PATCH_IN_WRONG_SHAPE, format!("Talos {} does not know `{kind}`", version.value))
                .label(self.place("kind"), format!("a document of Talos {}.{} and later", since.0, since.1))
                .label(version.span(), "the nodes run this version");
        out.report(match field {
            Some(topic) => finding.help(format!("write the field `{}`", topic.field())),
            None => finding.help(format!("raise the version: `talos {}.{}`", since.0, since.1)),
        });
    }

    fn check_fields(&self, out: &mut Diagnostics) {
        let Check { patch, version, .. } = *self;
        let talos = version.value.minor();
        for (parent, known) in FIELDS.iter().filter(|_| self.is_known()) {
            let below = if parent.is_empty() { Some(&patch.value) } else { patch.value.get(parent) };
            let keys = below.and_then(Value::as_mapping).into_iter().flat_map(|mapping| mapping.keys());
            for key in keys.filter_map(Value::as_str).filter(|key| !known.contains(key) && !key.starts_with('$')) {
                let path = if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") };
                // One that is near to none may be of a version that the table does not tell of.
                if let Some(near) = nearest(key, known.iter().copied()) {
                    out.report(self.unknown(&path, &path, near));
                }
            }
        }
        let mut reported: Vec<&str> = Vec::new();
        for (field, statement) in OWNED_FIELDS {
            if present(&patch.value, field) {
                reported.push(field);
                out.report(self.owned(field, field, statement));
            }
        }
        for topic in Topic::ALL.iter().filter(|_| self.is_known()) {
            let Some((kind, _)) = topic.document().filter(|_| topic.shape(talos) == Shape::Document) else { continue };
            let field = topic.field();
            // A part of the field that is decided elsewhere has been reported, and goes altogether.
            if !present(&patch.value, field) || reported.iter().any(|owned| owned.starts_with(field)) {
                continue;
            }
            if !self.is_written(*topic, kind) {
                out.report(
                    Diagnostic::new(
                        &codes::FIELD_OF_EARLIER_TALOS,
                        format!("Talos {} has `{kind}` for `{field}`", version.value),
                    )
                    .label(self.place(field), "deprecated: read as long as nothing writes the document")
                    .label(version.span(), "this version has the document")
                    .help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {kind}`")),
                );
                continue;
            }
            out.report(
                Diagnostic::new(
                    &codes::PATCH_IN_WRONG_SHAPE,
                    format!("Talos {} refuses `{field}` beside `{kind}`", version.value),
                )
                .label(self.place(field), format!("`{field}` is a field of earlier versions"))
                .label(version.span(), format!("this version has the document `{kind}`"))
                .help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {kind}`")),
            );
        }
    }

    /// Whether the tables tell of the version. Of another nothing is claimed.
    fn is_known(&self) -> bool {
        talos::known().any(|known| known == self.version.value.minor())
    }

    /// Whether the document of a topic is written, by hnet or by another patch.
    fn is_written(&self, topic: Topic, kind: &str) -> bool {
        let nodes = self.cluster.nodes.iter().flat_map(|node| &node.patches);
        let mut patches = self.cluster.patches.iter().chain(nodes);
        let by_hnet = match topic {
            Topic::KubeSpan => false,
            Topic::Time => !self.cluster.time_servers.is_empty(),
            _ => true,
        };
        by_hnet || patches.any(|patch| patch.value.get("kind").and_then(Value::as_str) == Some(kind))
    }

    fn unknown(&self, what: &str, path: &str, near: &str) -> Diagnostic {
        Diagnostic::new(&codes::UNKNOWN_TALOS_KEY, format!("Talos knows no `{what}`"))
            .label(self.place(path), "the node refuses a configuration with it")
            .help(format!("did you mean `{near}`?"))
    }

    fn owned(&self, what: &str, path: &str, statement: &str) -> Diagnostic {
        Diagnostic::new(&codes::PATCH_OF_OWNED, format!("the patch sets `{what}`, which the network decides"))
            .label(self.place(path), "two places would say it")
            .help(format!("leave it out of the patch; {statement}"))
    }

    fn place(&self, path: &str) -> Span {
        key_place(self.sources, self.patch.span, path.split('.'))
    }
}

fn present(value: &Value, path: &str) -> bool {
    path.split('.').try_fold(value, |value, key| value.get(key)).is_some()
}
