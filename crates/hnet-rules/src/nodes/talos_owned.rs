//! What a Talos patch and a statement might both say: the place, whether the network decides it, and the word for it.
//!
//! A patch contradicts nothing where hnet writes nothing. Start at [`Owned`].

use hnet_model::{Cluster, Node};
use serde_yaml::Value;

/// Whether the network decides something for machines of a cluster.
type Decides = fn(&Cluster, &[Node]) -> bool;

/// A place in a patch that a statement may decide.
pub(super) struct Owned {
    /// The kind of the document, none for the core one.
    pub(super) kind: Option<&'static str>,
    /// The path in it, without any where the document as a whole is meant.
    pub(super) path: &'static str,
    /// How it is said in the language.
    pub(super) word: &'static str,
    decides: Decides,
}

impl Owned {
    /// What the network decides of the core document that a patch says, for these machines.
    pub(super) fn fields<'a>(
        patch: &'a Value,
        cluster: &'a Cluster,
        nodes: &'a [Node],
    ) -> impl Iterator<Item = &'static Owned> + 'a {
        Self::decided(None, cluster, nodes).filter(|owned| path_value(patch, owned.path).is_some())
    }

    /// What the network decides of a kind of document, whether it is said or not.
    pub(super) fn decided<'a>(
        kind: Option<&'a str>,
        cluster: &'a Cluster,
        nodes: &'a [Node],
    ) -> impl Iterator<Item = &'static Owned> + 'a {
        OWNED.iter().filter(move |owned| owned.kind == kind && (owned.decides)(cluster, nodes))
    }

    /// Whether a patch says what is called so in any form of a machine's configuration, whoever decides it.
    pub(super) fn is_said(patch: &Value, name: &str) -> bool {
        let kind = patch.get("kind").and_then(Value::as_str);
        let rows = OWNED.iter().filter(|owned| owned.kind == kind && owned.path.rsplit('.').next() == Some(name));
        rows.into_iter().any(|owned| path_value(patch, owned.path).is_some())
    }
}

/// What stands at a path.
pub(super) fn path_value<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// What hnet writes, or reckons with elsewhere, whatever the source says.
const ALWAYS: Decides = |_, _| true;
const NAME_SERVERS: Decides = |_, nodes| nodes.iter().any(|node| !node.name_servers.is_empty());
const SEARCH_DOMAINS: Decides = |_, nodes| nodes.iter().any(|node| !node.search_domains.is_empty());
const DISK: Decides = |_, nodes| nodes.iter().any(|node| node.disk.is_some());
const CILIUM: Decides = |cluster, _| cluster.cilium.is_some();
const DNS: Decides = |cluster, _| cluster.dns.is_some();

const fn field(path: &'static str, decides: Decides, word: &'static str) -> Owned {
    Owned { kind: None, path, word, decides }
}

const fn document(kind: &'static str, path: &'static str, decides: Decides, word: &'static str) -> Owned {
    Owned { kind: Some(kind), path, word, decides }
}

#[rustfmt::skip]
static OWNED: &[Owned] = &[
    field("machine.type", ALWAYS, "say `role` in the `node` statement"),
    field("machine.network.hostname", ALWAYS, "the host name is the name of the `node` statement"),
    field("machine.network.nameservers", NAME_SERVERS, "say `name-servers` in the `node`, or `dns` in its `subnet`"),
    field("machine.network.searchDomains", SEARCH_DOMAINS, "say `search` in the `node` or its `subnet`"),
    field(
        "machine.network.extraHostEntries",
        |_, nodes| nodes.iter().any(|node| !node.static_hosts.is_empty()),
        "say `static-host` in the `node` statement",
    ),
    field("machine.install.disk", DISK, "say `disk` in the `node` statement"),
    field("machine.install.diskSelector", DISK, "say `disk` in the `node` statement"),
    field(
        "machine.install.image",
        |_, nodes| nodes.iter().any(|node| node.image.is_some()),
        "say `image` in the `node` statement",
    ),
    field(
        "machine.nodeLabels",
        |_, nodes| nodes.iter().any(|node| !node.labels.is_empty()),
        "say `labels` in the `node` statement",
    ),
    field(
        "machine.nodeAnnotations",
        |_, nodes| nodes.iter().any(|node| !node.annotations.is_empty()),
        "say `annotations` in the `node` statement",
    ),
    field(
        "machine.nodeTaints",
        |_, nodes| nodes.iter().any(|node| !node.taints.is_empty()),
        "say `taints` in the `node` statement",
    ),
    field(
        "machine.time.servers",
        |cluster, nodes| !cluster.time.servers.is_empty() || nodes.iter().any(|node| !node.time.servers.is_empty()),
        "say `ntp` in the `cluster` statement",
    ),
    field("machine.features.kubePrism", ALWAYS, "say `kube-prism` in the `cluster` statement"),
    field("machine.features.hostDNS", ALWAYS, "say `host-dns` and `forward-kube-dns` in the `cluster` statement"),
    field("cluster.clusterName", ALWAYS, "the name is that of the `cluster` statement"),
    field("cluster.controlPlane.endpoint", ALWAYS, "say `endpoint` in the `cluster` statement"),
    field("cluster.network.cni", CILIUM, "the `cilium` statement decides the CNI"),
    field("cluster.network.podSubnets", ALWAYS, "say `pods` in the `cluster` statement"),
    field("cluster.network.serviceSubnets", ALWAYS, "say `services` in the `cluster` statement"),
    field("cluster.network.dnsDomain", ALWAYS, "say `dns-domain` in the `cluster` statement"),
    field(
        "cluster.network.cni.name",
        |cluster, _| cluster.cilium.is_none() && cluster.control_plane.cni.is_some(),
        "say `cni` in the `cluster` statement",
    ),
    field(
        "cluster.proxy.disabled",
        |cluster, _| cluster.cilium.is_none() && cluster.control_plane.kube_proxy.is_some(),
        "say `kube-proxy` in the `cluster` statement",
    ),
    field(
        "cluster.coreDNS.disabled",
        |cluster, _| cluster.dns.is_none() && cluster.control_plane.core_dns.is_some(),
        "say `core-dns` in the `cluster` statement",
    ),
    field("cluster.proxy", CILIUM, "the `cilium` statement replaces kube-proxy"),
    field("cluster.coreDNS", DNS, "the `dns` statement decides who runs CoreDNS"),
    field(
        "cluster.discovery.enabled",
        |cluster, _| cluster.discovery.enabled.is_some(),
        "say `discovery` in the `cluster` statement",
    ),
    field(
        "cluster.allowSchedulingOnControlPlanes",
        ALWAYS,
        "say `schedule-on-control-planes` in the `cluster` statement",
    ),
    field(
        "cluster.apiServer.certSANs",
        |cluster, _| !cluster.certificate_names.is_empty(),
        "say `certificate-names` in the `cluster` statement",
    ),
    document("HostnameConfig", "", ALWAYS, "the host name is the name of the `node` statement"),
    document("ResolverConfig", "nameservers", NAME_SERVERS, "say `name-servers` in the `node`, or `dns` in its `subnet`"),
    document("ResolverConfig", "searchDomains.domains", SEARCH_DOMAINS, "say `search` in the `node` or its `subnet`"),
    document("ResolverConfig", "hostDNS", ALWAYS, "say `host-dns` in the `cluster` statement"),
    document("KubeClusterConfig", "", ALWAYS, "say the name and `endpoint` in the `cluster` statement"),
    document("KubeNetworkConfig", "", ALWAYS, "say `pods` and `services` in the `cluster` statement"),
    document("KubeFlannelCNIConfig", "", CILIUM, "the `cilium` statement decides the CNI"),
    document("KubeProxyConfig", "", CILIUM, "the `cilium` statement replaces kube-proxy"),
    document("KubeCoreDNSConfig", "", DNS, "the `dns` statement decides who runs CoreDNS"),
    document("KubePrismConfig", "", ALWAYS, "say `kube-prism` in the `cluster` statement"),
];
