//! Talos patches: nothing that a statement decides, and each topic in the shape of the Talos version.
//!
//! A typed document and the field that it replaces are refused together, so a patch in the wrong
//! shape stops the node from taking its configuration. Start at [`talos_patches`].

use std::net::IpAddr;

use hnet_compare::schema::{self, Fields, Type};
use hnet_diagnostics::{Diagnostic, Diagnostics, Sources, Span, codes, nearest};
use hnet_emit::yaml::{Node as Part, Value as PartValue};
use hnet_manifests::versions::talos::{self, Topic};
use hnet_manifests::versions::talos_conflicts::{is_generated, replaced};
use hnet_manifests::versions::talos_documents::{DOCUMENTS, OTHER_DOCUMENTS, SEVERAL_DOCUMENTS, document_since};
use hnet_model::{Cluster, Distribution, LinkRef, Node, RawYaml, Reason, Traced, Version};
use indexmap::IndexMap;
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

/// The same for typed documents: of some only parts, by their paths.
const OWNED_DOCUMENTS: &[(&str, &[&str], &str)] = &[
    ("HostnameConfig", &[], "the host name is the name of the `node` statement"),
    (
        "ResolverConfig",
        &["nameservers", "searchDomains.domains", "hostDNS"],
        "say `name-servers`, `search` or `host-dns`, or `dns` in the `subnet`",
    ),
    ("KubeClusterConfig", &[], "say the name and `endpoint` in the `cluster` statement"),
    ("KubeNetworkConfig", &[], "say `pods` and `services` in the `cluster` statement"),
    ("KubeFlannelCNIConfig", &[], "the `cilium` statement decides the CNI"),
    ("KubeProxyConfig", &[], "the `cilium` statement replaces kube-proxy"),
    ("KubeCoreDNSConfig", &[], "the `dns` statement decides who runs CoreDNS"),
    ("KubePrismConfig", &[], "say `kube-prism` in the `cluster` statement"),
];

/// The kind of the core document, in the tables of fields, which it does not say itself.
const CORE: &str = "v1alpha1";

/// What each document has beside its fields.
const OF_DOCUMENTS: [&str; 2] = ["apiVersion", "kind"];

/// What links are said by where they have no documents. Talos merges it with the documents of links, and says nothing.
const INTERFACES: &str = "machine.network.interfaces";

/// The lists that hnet derives and Talos appends to, by the kind of their document, none for the core one, and their
/// paths. (siderolabs/talos issue 12005.)
const DERIVED_LISTS: &[(Option<&str>, &str, List)] = &[
    (None, "machine.kubelet.nodeIP.validSubnets", List::Subnets),
    (None, "cluster.etcd.advertisedSubnets", List::Subnets),
    (None, "machine.kubelet.clusterDNS", List::ClusterDns),
    (Some("KubeNodeConfig"), "nodeIP.validSubnets", List::Subnets),
    (Some("KubeletConfig"), "clusterDNS", List::ClusterDns),
    (Some("TimeSyncConfig"), "ntp.servers", List::TimeServers),
];

/// What a list that hnet derives is about.
#[derive(Clone, Copy)]
enum List {
    /// The subnets from which kubelet and etcd take the node's address.
    Subnets,
    /// Where pods ask for names.
    ClusterDns,
    /// The NTP servers.
    TimeServers,
}

/// Each patch of a cluster or node on Talos.
pub(crate) fn talos_patches(facts: &Facts<'_>, out: &mut Diagnostics) {
    // One of which something is lost may have another version.
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let version = match &cluster.distribution {
            Distribution::Talos(version) => version,
            Distribution::K3s(version) => {
                let nodes = cluster.nodes.iter().flat_map(|node| &node.patches);
                cluster.patches.iter().chain(nodes).for_each(|patch| without_talos(patch, version.as_ref(), out));
                continue;
            }
        };
        let beside = Beside::of(&cluster.patches);
        let sources = facts.sources;
        for patch in &cluster.patches {
            let (nodes, written) = (cluster.nodes.as_slice(), [&beside, &Beside::default()]);
            Check { sources, patch, version, cluster, nodes, written }.run(out);
        }
        for node in cluster.nodes.iter().filter(|node| !node.patches.is_empty()) {
            let own = Beside::of(&node.patches);
            for patch in &node.patches {
                let (nodes, written) = (std::slice::from_ref(node), [&beside, &own]);
                Check { sources, patch, version, cluster, nodes, written }.run(out);
            }
        }
    }
}

fn without_talos(patch: &RawYaml, version: Option<&Traced<Version>>, out: &mut Diagnostics) {
    let mut finding = Diagnostic::new(&codes::PATCH_WITHOUT_TALOS, "a Talos patch in a cluster on k3s")
        .label(patch.span, "nothing reads this");
    if let Some(version) = version {
        finding = finding.label(version.span(), "the nodes run k3s");
    }
    out.report(finding.help("leave the patch out; k3s is configured on its machines"));
}

/// The typed documents that patches write, and those that they remove.
#[derive(Default)]
struct Beside<'a> {
    written: IndexMap<&'a str, Span>,
    removed: IndexMap<&'a str, Span>,
}

impl<'a> Beside<'a> {
    fn of(patches: &'a [RawYaml]) -> Self {
        let mut beside = Beside::default();
        for patch in patches {
            let Some(kind) = patch.value.get("kind").and_then(Value::as_str) else { continue };
            let removes = patch.value.get("$patch").and_then(Value::as_str) == Some("delete");
            let list = if removes { &mut beside.removed } else { &mut beside.written };
            list.entry(kind).or_insert(patch.span);
        }
        beside
    }
}

/// A patch, the version that reads it, and what it is laid over.
struct Check<'a> {
    sources: &'a Sources,
    patch: &'a RawYaml,
    version: &'a Traced<Version>,
    cluster: &'a Cluster,
    /// The machines that it is for.
    nodes: &'a [Node],
    /// What the patches say that are for the same machines: all machines', and their own.
    written: [&'a Beside<'a>; 2],
}

impl Check<'_> {
    fn run(&self, out: &mut Diagnostics) {
        let Check { patch, version, .. } = *self;
        let talos = version.value.minor();
        if patch.value.is_sequence() || patch.value.is_null() {
            let what = if patch.value.is_null() { "an empty patch is read as one" } else { "a list of operations" };
            let title = |refusing: String| Diagnostic::new(&codes::JSON_PATCH, refusing).label(patch.span, what);
            // Before that Talos reads a list of operations, but not in the file that holds the rest of a machine.
            let finding = if talos >= SEVERAL_DOCUMENTS && self.is_known() {
                title(format!("Talos {} takes no RFC 6902 patches", version.value))
                    .label(version.span(), "configurations of this version hold several documents")
            } else {
                title("the file of a machine holds no RFC 6902 patches".to_owned())
            };
            out.report(
                finding.help("write what the configuration should say, as YAML; `$patch: delete` removes a part"),
            );
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
        if let Some((_, parts, statement)) = OWNED_DOCUMENTS.iter().find(|(owned, ..)| *owned == kind) {
            if parts.is_empty() {
                out.report(self.owned(kind, "kind", statement));
                return;
            }
            for part in parts.iter().filter(|part| present(&self.patch.value, part)) {
                out.report(self.owned(&format!("{kind}.{part}"), part, statement));
            }
        }
        self.check_lists(Some(kind), out);
        if !self.is_known() {
            return;
        }
        let known = || DOCUMENTS.iter().map(|(known, _)| *known).chain(OTHER_DOCUMENTS.iter().copied());
        if !known().any(|known| known == kind)
            && let Some(near) = nearest(kind, known())
        {
            out.report(self.unknown(kind, self.place("kind"), near));
            return;
        }
        self.check_keys(kind, out);
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
        self.check_keys(CORE, out);
        let mut reported: Vec<&str> = Vec::new();
        for (field, statement) in OWNED_FIELDS {
            if present(&patch.value, field) {
                reported.push(field);
                out.report(self.owned(field, field, statement));
            }
        }
        if talos >= SEVERAL_DOCUMENTS && present(&patch.value, INTERFACES) {
            out.report(self.owned(
                INTERFACES,
                INTERFACES,
                "say it in an `interface`, or write a patch with `kind: LinkConfig` and the link's name",
            ));
        }
        for replaced in replaced(talos).into_iter().filter(|_| self.is_known()) {
            let field = replaced.field;
            if !is_set(&patch.value, field) || covered(&patch.value, field, &reported) {
                continue;
            }
            reported.push(field);
            out.report(match replaced.kinds.iter().find_map(|kind| Some((*kind, self.written(kind)?))) {
                Some((kind, (span, who))) => Diagnostic::new(
                    &codes::PATCH_IN_WRONG_SHAPE,
                    format!("Talos {} refuses `{field}` beside `{kind}`", version.value),
                )
                .label(self.place(field), format!("`{field}` is a field of earlier versions"))
                .label(span, format!("{who} `{kind}`"))
                .help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {kind}`")),
                None => Diagnostic::new(
                    &codes::FIELD_OF_EARLIER_TALOS,
                    format!("Talos {} has `{}` for `{field}`", version.value, replaced.kinds[0]),
                )
                .label(self.place(field), "deprecated: read as long as nothing writes the document")
                .label(version.span(), "this version has the document")
                .help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {}`", replaced.kinds[0])),
            });
        }
        if reported.iter().all(|field| !field.starts_with("machine.kubelet")) {
            self.check_lists(None, out);
        }
    }

    /// Whether the tables tell of the version. Of another nothing is claimed.
    fn is_known(&self) -> bool {
        talos::known().any(|known| known == self.version.value.minor())
    }

    /// Where it is said that a kind of document is written beside the patch, and by whom, if it is.
    fn written(&self, kind: &str) -> Option<(Span, &'static str)> {
        if self.written.iter().any(|beside| beside.removed.contains_key(kind)) {
            return None;
        }
        if let Some(span) = self.written.iter().find_map(|beside| beside.written.get(kind)) {
            return Some((*span, "this patch writes"));
        }
        let says_resolver = |node: &Node| !(node.name_servers.is_empty() && node.search_domains.is_empty());
        let is_ours = match kind {
            "ResolverConfig" => self.nodes.iter().any(says_resolver),
            "TimeSyncConfig" => !self.cluster.time_servers.is_empty(),
            _ => false,
        };
        if is_ours {
            return Some((self.version.span(), "for this version hnet writes"));
        }
        let is_generated = is_generated(kind, self.version.value.minor());
        is_generated.then(|| (self.version.span(), "configurations of this version have"))
    }

    /// No list of the patch is appended to one that hnet derives.
    fn check_lists(&self, kind: Option<&str>, out: &mut Diagnostics) {
        for (_, path, list) in DERIVED_LISTS.iter().filter(|(of, ..)| *of == kind) {
            let Some(added) = path_value(&self.patch.value, path).and_then(Value::as_sequence) else { continue };
            if !added.iter().any(|entry| self.competes(*list, entry)) {
                continue;
            }
            let Some((derived, help)) = self.derived(*list) else { continue };
            out.report(
                Diagnostic::new(&codes::LIST_IS_APPENDED, format!("`{path}` is appended to what hnet derives"))
                    .label(self.place(path), "Talos appends lists: what is derived stays")
                    .label(derived, "the list follows from this")
                    .help(help),
            );
        }
    }

    /// Whether an entry may be taken in place of a derived one, or after it in vain. One of another family stands
    /// beside them, and one that excludes a prefix narrows what is derived.
    fn competes(&self, list: List, entry: &Value) -> bool {
        let text = entry.as_str().unwrap_or_default();
        let address = text.split('/').next().and_then(|text| text.parse::<IpAddr>().ok());
        let same = |other: IpAddr| address.is_some_and(|address| other.is_ipv4() == address.is_ipv4());
        match list {
            List::Subnets => self.nodes.iter().any(|node| {
                let own = node.addresses().filter_map(|own| own.value.known()).map(|net| net.addr());
                let virtual_ips = node.links().flat_map(LinkRef::virtual_ips).filter_map(|own| own.value.known());
                own.chain(virtual_ips).any(same)
            }),
            List::ClusterDns => same(self.cluster.dns_address.value),
            List::TimeServers => true,
        }
    }

    /// What a list follows from, where hnet derives it for the machines of the patch, and what to do instead.
    fn derived(&self, list: List) -> Option<(Span, &'static str)> {
        match list {
            List::Subnets => {
                let own = self.nodes.iter().find_map(|node| {
                    let known = node.address.as_ref().filter(|own| own.value.known().is_some()).map(Traced::span);
                    known.or_else(|| Some(node.links().find_map(|link| link.virtual_ips().first())?.span()))
                })?;
                Some((own, "leave it out: the subnet of the node's own address is taken, without the virtual IPs"))
            }
            List::ClusterDns => {
                let own = &self.cluster.dns_address;
                let is_said = own.origin.reason == Reason::Written;
                is_said.then(|| (own.span(), "say `dns-address` in the `cluster` statement alone"))
            }
            List::TimeServers => {
                let first = self.cluster.time_servers.first()?;
                Some((first.span(), "say all NTP servers by `ntp` in the `cluster` statement"))
            }
        }
    }

    /// The keys that Talos knows, all the way down.
    fn check_keys(&self, kind: &str, out: &mut Diagnostics) {
        let Some(facts) = schema::kind("talos", kind).filter(|_| self.is_known()) else { return };
        self.check_part(&Part::from_raw(self.patch), facts.fields(), &mut Vec::new(), out);
    }

    fn check_part<'n>(&self, part: &'n Part, fields: Fields, path: &mut Vec<&'n str>, out: &mut Diagnostics) {
        match (&part.value, fields.get()) {
            (PartValue::Mapping(entries), Type::Object(known)) => {
                for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with('$')) {
                    path.push(key);
                    match known.iter().find(|field| field.name == key) {
                        Some(field) => self.check_part(value, field.fields, path, out),
                        None if path.len() == 1 && OF_DOCUMENTS.contains(&key.as_str()) => {}
                        // One that is near to none may be of a version that the table does not tell of.
                        None => {
                            if let Some(near) = nearest(key, known.iter().map(|field| field.name)) {
                                out.report(self.unknown(&path.join("."), value.origin.span, near));
                            }
                        }
                    }
                    path.pop();
                }
            }
            (PartValue::Mapping(entries), Type::Map(of)) => {
                for (key, value) in entries {
                    path.push(key);
                    self.check_part(value, of, path, out);
                    path.pop();
                }
            }
            (PartValue::Sequence(items), Type::List(_, of)) => {
                items.iter().for_each(|item| self.check_part(item, of, path, out));
            }
            _ => {}
        }
    }

    fn unknown(&self, what: &str, place: Span, near: &str) -> Diagnostic {
        Diagnostic::new(&codes::UNKNOWN_TALOS_KEY, format!("Talos knows no `{what}`"))
            .label(place, "the node refuses a configuration with it")
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

fn path_value<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

fn present(value: &Value, path: &str) -> bool {
    path_value(value, path).is_some()
}

/// The same, and not that it is off, which says nothing beside a document.
fn is_set(value: &Value, path: &str) -> bool {
    path_value(value, path).is_some_and(|value| !value.is_null() && value.as_bool() != Some(false))
}

/// Whether a field, or all that it says, has been reported.
fn covered(value: &Value, field: &str, reported: &[&str]) -> bool {
    let is_reported = |path: &str| {
        reported
            .iter()
            .any(|known| path == *known || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')))
    };
    let below = path_value(value, field).and_then(Value::as_mapping);
    is_reported(field)
        || below.is_some_and(|mapping| {
            !mapping.is_empty()
                && mapping.iter().all(|(key, _)| {
                    key.as_str().is_some_and(|key| {
                        let path = format!("{field}.{key}");
                        is_reported(&path) || reported.iter().any(|known| known.starts_with(&format!("{path}.")))
                    })
                })
        })
}
