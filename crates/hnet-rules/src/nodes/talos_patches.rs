//! Talos patches: nothing that a statement decides, and each topic in the shape of the Talos version.
//!
//! A typed document and the field that it replaces are refused together, so a patch in the wrong
//! shape stops the node from taking its configuration. Start at [`talos_patches`].

use std::net::IpAddr;

use hnet_compare::schema;
use hnet_diagnostics::{Diagnostic, Diagnostics, Sources, Span, codes, nearest};
use hnet_emit::Told;
use hnet_emit::yaml::Node as Part;
use hnet_manifests::versions::talos::{self, Topic};
use hnet_manifests::versions::talos_conflicts::{Replaced, is_generated, replaced};
use hnet_manifests::versions::talos_documents::{DOCUMENTS, OTHER_DOCUMENTS, SEVERAL_DOCUMENTS, document_since};
use hnet_model::{Cluster, DiscoveryService, Distribution, LinkRef, Node, RawYaml, Reason, Traced, Version};
use indexmap::IndexMap;
use serde_yaml::Value;

use super::patched_links::Links;
use super::talos_owned::{Owned, path_value};
use super::talos_said::{Contradiction, contradictions};
use super::talos_types::{unknown, unreadable};
use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// The kind of the core document, in the tables of fields, which it does not say itself.
const CORE: &str = "v1alpha1";

/// What links are said by where they have no documents. Talos merges it with the documents of links, and says nothing.
const INTERFACES: &str = "machine.network.interfaces";

/// The lists that hnet derives and Talos appends to, by the kind of their document, none for the core one, and their
/// paths. (siderolabs/talos issue 12005.)
const DERIVED_LISTS: &[(Option<&str>, &str, List)] = &[
    (None, "machine.kubelet.nodeIP.validSubnets", List::Subnets),
    (None, "cluster.etcd.advertisedSubnets", List::EtcdSubnets),
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
    /// The same of etcd alone, which the source may say.
    EtcdSubnets,
    /// Where pods ask for names.
    ClusterDns,
    /// The NTP servers.
    TimeServers,
}

/// Each patch of a cluster or node on Talos.
pub(crate) fn talos_patches(facts: &Facts<'_>, out: &mut Diagnostics) {
    super::encrypted_twice::twice(facts, out);
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
        let mut told = Vec::new();
        for patch in &cluster.patches {
            let (nodes, written) = (cluster.nodes.as_slice(), [&beside, &Beside::default()]);
            told.push(Check { sources, patch, version, cluster, nodes, written }.run(out));
        }
        let words = Told::of(facts.network, cluster);
        let words = words.filter(|_| !told.is_empty() || cluster.nodes.iter().any(|node| !node.patches.is_empty()));
        let mut links = Links::new(facts);
        for node in &cluster.nodes {
            // What is lost of a machine may be the word.
            let is_whole = facts.whole(node.span) && node.interfaces.iter().all(|link| facts.whole(link.span));
            let documents = words.as_ref().filter(|_| is_whole).map(|words| words.documents(node)).unwrap_or_default();
            for (patch, told) in cluster.patches.iter().zip(&mut told) {
                let (nodes, written) = (std::slice::from_ref(node), [&beside, &Beside::default()]);
                Check { sources, patch, version, cluster, nodes, written }.contradicted(&documents, told, out);
            }
            links.check(node, &documents, cluster.patches.iter().chain(&node.patches), out);
            let own = Beside::of(&node.patches);
            for patch in &node.patches {
                let (nodes, written) = (std::slice::from_ref(node), [&beside, &own]);
                let check = Check { sources, patch, version, cluster, nodes, written };
                let mut told = check.run(out);
                check.contradicted(&documents, &mut told, out);
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

/// That a patch as a whole is refused.
const WHOLE: &str = "";

impl Check<'_> {
    /// Says what is wrong with the patch, and returns the fields of which something is.
    fn run(&self, out: &mut Diagnostics) -> Vec<String> {
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
            return vec![WHOLE.to_owned()];
        }
        // What a placeholder stands for may be a mapping.
        let is_single = match &patch.value {
            Value::String(text) => !text.contains("${"),
            Value::Bool(_) | Value::Number(_) => true,
            Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => false,
        };
        if is_single {
            out.report(
                Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, "the patch is no mapping")
                    .label(patch.span, "no keys stand here")
                    .help("write what the configuration should say, as `key: value` lines"),
            );
            return vec![WHOLE.to_owned()];
        }
        match patch.value.get("kind").and_then(Value::as_str) {
            Some(kind) => self.check_document(kind, out),
            None => self.check_fields(out),
        }
    }

    /// Says of each field that the words beside the patch say otherwise, but for those of which something is said already.
    fn contradicted(&self, documents: &[Part], told: &mut Vec<String>, out: &mut Diagnostics) {
        if documents.is_empty() || told.iter().any(String::is_empty) {
            return;
        }
        for Contradiction { path, word } in contradictions(documents, &Part::from_raw(self.patch)) {
            let what = path.join(".");
            if is_below(&what, told) || told.iter().any(|known| is_below(known, &[&what])) {
                continue;
            }
            let place = key_place(self.sources, self.patch.span, path.iter().map(String::as_str));
            let kind = self.patch.value.get("kind").and_then(Value::as_str);
            let called = match (kind, what.as_str()) {
                (Some(kind), WHOLE) => kind.to_owned(),
                (Some(kind), what) => format!("{kind}.{what}"),
                (None, what) => what.to_owned(),
            };
            let title = format!("the patch sets `{called}`, which the network decides");
            out.report(
                Diagnostic::new(&codes::PATCH_OF_OWNED, title)
                    .label(place, "this would win")
                    .label(word, "the source says something else here")
                    .help("leave it out of the patch, and say here what is meant"),
            );
            told.push(what);
        }
    }

    fn check_document(&self, kind: &str, out: &mut Diagnostics) -> Vec<String> {
        let version = self.version;
        let talos = version.value.minor();
        if self.is_known() {
            let known = || DOCUMENTS.iter().map(|(known, _)| *known).chain(OTHER_DOCUMENTS.iter().copied());
            if !known().any(|known| known == kind)
                && let Some(near) = nearest(kind, known())
            {
                out.report(unknown(kind, self.place("kind"), near));
                return vec![WHOLE.to_owned()];
            }
            if let Some(since) = document_since(kind).filter(|since| talos < *since) {
                out.report(self.not_yet(kind, since));
                return vec![WHOLE.to_owned()];
            }
        }
        let mut wrong = self.check_types(kind, out);
        for owned in Owned::decided(Some(kind), self.cluster, self.nodes) {
            if owned.path.is_empty() {
                out.report(self.owned(kind, "kind", owned.word));
                return vec![WHOLE.to_owned()];
            }
            if path_value(&self.patch.value, owned.path).is_some() && !is_below(owned.path, &wrong) {
                out.report(self.owned(&format!("{kind}.{}", owned.path), owned.path, owned.word));
                wrong.push(owned.path.to_owned());
            }
        }
        self.check_lists(Some(kind), out);
        wrong
    }

    /// A document of a later version.
    fn not_yet(&self, kind: &str, since: (u32, u32)) -> Diagnostic {
        let field = Topic::ALL.iter().find(|topic| topic.document().is_some_and(|(document, _)| document == kind));
        let finding = Diagnostic::new(
            &codes::PATCH_IN_WRONG_SHAPE,
            format!("Talos {} does not know `{kind}`", self.version.value),
        )
        .label(self.place("kind"), format!("a document of Talos {}.{} and later", since.0, since.1))
        .label(self.version.span(), "the nodes run this version");
        match field {
            Some(topic) => finding.help(format!("write the field `{}`", topic.field())),
            None => finding.help(format!("raise the version: `talos {}.{}`", since.0, since.1)),
        }
    }

    fn check_fields(&self, out: &mut Diagnostics) -> Vec<String> {
        let Check { patch, cluster, nodes, version, .. } = *self;
        let wrong = self.check_types(CORE, out);
        let mut reported: Vec<&str> = wrong.iter().map(String::as_str).collect();
        let replaced = if self.is_known() { replaced(version.value.minor()) } else { Vec::new() };
        let owned = || Owned::fields(&patch.value, cluster, nodes);
        // What Talos refuses is refused, whatever is allowed, so it is said before what the network decides.
        for replaced in &replaced {
            let Some((kind, place, who)) = self.beside(replaced) else { continue };
            if is_set(&patch.value, replaced.field) && !covered(&patch.value, replaced.field, &reported) {
                reported.push(replaced.field);
                let words: Vec<&Owned> = owned().filter(|owned| is_below(owned.path, &[replaced.field])).collect();
                out.report(self.refused(replaced.field, kind, &words).label(place, format!("{who} `{kind}`")));
            }
        }
        for owned in owned() {
            if !covered(&patch.value, owned.path, &reported) {
                reported.push(owned.path);
                out.report(self.owned(owned.path, owned.path, owned.word));
            }
        }
        let has_links = version.value.minor() >= SEVERAL_DOCUMENTS && path_value(&patch.value, INTERFACES).is_some();
        if has_links && !covered(&patch.value, INTERFACES, &reported) {
            out.report(self.owned(
                INTERFACES,
                INTERFACES,
                "say it in an `interface`, or write a patch with `kind: LinkConfig` and the link's name",
            ));
            reported.push(INTERFACES);
        }
        for replaced in &replaced {
            if is_set(&patch.value, replaced.field) && !covered(&patch.value, replaced.field, &reported) {
                reported.push(replaced.field);
                out.report(
                    Diagnostic::new(
                        &codes::FIELD_OF_EARLIER_TALOS,
                        format!("Talos {} has `{}` for `{}`", version.value, replaced.kinds[0], replaced.field),
                    )
                    .label(self.place(replaced.field), "deprecated: read as long as nothing writes the document")
                    .label(version.span(), "this version has the document")
                    .help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {}`", replaced.kinds[0])),
                );
            }
        }
        if reported.iter().all(|field| !field.starts_with("machine.kubelet")) {
            self.check_lists(None, out);
        }
        reported.into_iter().map(str::to_owned).collect()
    }

    /// A field beside a document that replaces it, with the words by which the network decides it or parts of it.
    fn refused(&self, field: &str, kind: &str, words: &[&Owned]) -> Diagnostic {
        let finding = Diagnostic::new(
            &codes::PATCH_IN_WRONG_SHAPE,
            format!("Talos {} refuses `{field}` beside `{kind}`", self.version.value),
        )
        .label(self.place(field), format!("`{field}` is a field of earlier versions"));
        let decided: Vec<&str> = words.iter().map(|owned| owned.path).collect();
        match words {
            [] => finding.help(format!("write a patch with `apiVersion: v1alpha1` and `kind: {kind}`")),
            [first, ..] if covered(&self.patch.value, field, &decided) => {
                finding.help(format!("leave it out of the patch; {}", first.word))
            }
            [first, ..] => finding.help(format!("{}; say the rest in a patch with `kind: {kind}`", first.word)),
        }
    }

    /// Whether the tables tell of the version. Of another nothing is claimed.
    fn is_known(&self) -> bool {
        talos::known().any(|known| known == self.version.value.minor())
    }

    /// The document beside which Talos refuses a field, where it is said to be written, and by whom.
    fn beside(&self, replaced: &Replaced) -> Option<(&'static str, Span, &'static str)> {
        replaced.kinds.iter().find_map(|kind| self.written(kind).map(|(span, who)| (*kind, span, who)))
    }

    /// Where it is said that a kind of document is written beside the patch, and by whom, if it is.
    fn written(&self, kind: &str) -> Option<(Span, &'static str)> {
        if self.written.iter().any(|beside| beside.removed.contains_key(kind)) {
            return None;
        }
        if let Some(span) = self.written.iter().find_map(|beside| beside.written.get(kind)) {
            return Some((*span, "this patch writes"));
        }
        let cluster = self.cluster;
        let is_removed = match kind {
            "KubePrismConfig" => cluster.kube_prism.is_none(),
            "DiscoveryServiceConfig" => removes_discovery(cluster),
            _ => false,
        };
        if is_removed {
            return None;
        }
        let says_resolver = |node: &Node| !(node.name_servers.is_empty() && node.search_domains.is_empty());
        let is_ours = match kind {
            "ResolverConfig" => self.nodes.iter().any(says_resolver),
            "TimeSyncConfig" => {
                !cluster.time.servers.is_empty() || self.nodes.iter().any(|node| !node.time.servers.is_empty())
            }
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
            List::Subnets | List::EtcdSubnets => self.nodes.iter().any(|node| {
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
            List::Subnets | List::EtcdSubnets => {
                let said = self.cluster.control_plane.etcd.subnets.as_ref();
                if let Some(said) = said.filter(|_| matches!(list, List::EtcdSubnets)) {
                    return Some((said.first()?.span(), "say all of them by `subnets` of `etcd` in the `cluster`"));
                }
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
                let of_nodes = self.nodes.iter().find_map(|node| node.time.servers.first());
                let first = of_nodes.or(self.cluster.time.servers.first())?;
                Some((first.span(), "say all NTP servers by `ntp` in the `cluster` or the `node` statement"))
            }
        }
    }

    /// What Talos can read of a document of a kind. Says the paths at which something else stands.
    fn check_types(&self, kind: &str, out: &mut Diagnostics) -> Vec<String> {
        let Some(facts) = schema::kind("talos", kind).filter(|_| self.is_known()) else { return Vec::new() };
        let unreadable = unreadable(&Part::from_raw(self.patch), facts.fields());
        for finding in unreadable.found {
            out.report(finding);
        }
        unreadable.wrong
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

/// Whether no document of a discovery service is left of a cluster.
fn removes_discovery(cluster: &Cluster) -> bool {
    let is_off = cluster.discovery.service.as_ref().is_some_and(|service| service.value == DiscoveryService::Off);
    is_off || cluster.discovery.enabled.is_some_and(|enabled| !enabled.value)
}

/// Whether something is said, and not that it is off, which says nothing beside a document.
fn is_set(value: &Value, path: &str) -> bool {
    path_value(value, path).is_some_and(|value| !value.is_null() && value.as_bool() != Some(false))
}

/// Whether a path is one of others or lies below one.
fn is_below(path: &str, others: &[impl AsRef<str>]) -> bool {
    others
        .iter()
        .any(|other| path.strip_prefix(other.as_ref()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Whether a field, or all that it says, has been reported.
fn covered(value: &Value, field: &str, reported: &[&str]) -> bool {
    let below = path_value(value, field).and_then(Value::as_mapping);
    is_below(field, reported)
        || below.is_some_and(|mapping| {
            !mapping.is_empty()
                && mapping.iter().all(|(key, _)| {
                    key.as_str().is_some_and(|key| {
                        let path = format!("{field}.{key}");
                        is_below(&path, reported) || reported.iter().any(|known| known.starts_with(&format!("{path}.")))
                    })
                })
        })
}
