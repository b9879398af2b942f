//! What the Talos half derives from the model, once for a cluster.
//!
//! Knows nothing of fields and documents. Start at [`Plan`].

use std::net::IpAddr;

use hnet_manifests::versions::talos::Minor;
use hnet_model::{
    Cluster, HostName, Interface, IpNet, LinkRef, LinkSelector, Network, Node, Reason, Role, Traced, Version, VlanLink,
};
use indexmap::IndexSet;

/// A cluster with what follows from it.
pub(super) struct Plan<'a> {
    pub(super) network: &'a Network,
    pub(super) cluster: &'a Cluster,
    /// The Talos version as the source says it.
    pub(super) version: &'a Traced<Version>,
    /// The same as tables are keyed by it.
    pub(super) talos: Minor,
    /// The node addresses' prefixes, where all machines have the same.
    pub(super) common_subnets: Option<Vec<Traced<String>>>,
    /// The search domains, where all machines have the same.
    pub(super) common_search_domains: Option<&'a [Traced<HostName>]>,
    /// All virtual IPs of the cluster.
    virtual_ips: Vec<Traced<IpAddr>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(network: &'a Network, cluster: &'a Cluster, version: &'a Traced<Version>) -> Self {
        let mut seen = IndexSet::new();
        let on_links = cluster.nodes.iter().flat_map(|node| {
            node.links().flat_map(|link| link.virtual_ips()).filter_map(|address| {
                let known = address.value.known()?;
                Some(Traced::new(known, address.origin))
            })
        });
        let virtual_ips =
            cluster.virtual_ip.into_iter().chain(on_links).filter(|address| seen.insert(address.value)).collect();
        let mut plan = Plan {
            network,
            cluster,
            version,
            talos: version.value.minor(),
            common_subnets: None,
            common_search_domains: shared_search_domains(cluster),
            virtual_ips,
        };
        plan.common_subnets = plan.shared_subnets();
        plan
    }

    fn shared_subnets(&self) -> Option<Vec<Traced<String>>> {
        let mut nodes = self.cluster.nodes.iter();
        let first = self.subnets(nodes.next()?);
        let same = |other: Vec<Traced<String>>| {
            first.iter().map(|subnet| &subnet.value).eq(other.iter().map(|subnet| &subnet.value))
        };
        (!first.is_empty() && nodes.all(|node| same(self.subnets(node)))).then_some(first)
    }

    /// The prefixes that hold the node's own addresses, one for each family of the pods, and what
    /// lies in them but must not be picked: the virtual IPs. Exclusions stand last.
    pub(super) fn subnets(&self, node: &Node) -> Vec<Traced<String>> {
        let of_pods = self.cluster.pods.iter().map(|prefix| prefix.value.addr().is_ipv4());
        // The node's own family stands first: kubelet takes it as the primary one.
        let own = node.address.as_ref().and_then(|address| address.value.known()).map(|net| net.addr().is_ipv4());
        let ordered = own.into_iter().chain(of_pods.filter(|family| Some(*family) != own));
        let prefixes: Vec<Traced<IpNet>> =
            ordered.filter_map(|is_ipv4| self.network.node_prefix(self.cluster, node, is_ipv4)).collect();
        let excluded = self
            .virtual_ips
            .iter()
            .filter(|address| prefixes.iter().any(|prefix| prefix.value.contains(&address.value)));
        prefixes
            .iter()
            .map(|prefix| Traced::new(prefix.value.to_string(), prefix.origin))
            .chain(excluded.map(|address| {
                Traced::new(format!("!{}", IpNet::from(address.value)), address.origin.because(Reason::NodeSubnet))
            }))
            .collect()
    }

    /// What the source says of where addresses are picked from; of a subnet that it names the virtual IPs are not meant.
    pub(super) fn said_subnets(&self, said: &[Traced<String>]) -> Vec<Traced<String>> {
        let named: Vec<IpNet> = said
            .iter()
            .filter(|subnet| subnet.origin.reason == Reason::NodeSubnet)
            .filter_map(|subnet| subnet.value.parse().ok())
            .collect();
        let holds = |address: &&Traced<IpAddr>| named.iter().any(|prefix| prefix.contains(&address.value));
        let excluded = self.virtual_ips.iter().filter(holds).map(|address| {
            Traced::new(format!("!{}", IpNet::from(address.value)), address.origin.because(Reason::NodeSubnet))
        });
        let is_new = |own: &Traced<String>| !said.iter().any(|other| other.value == own.value);
        said.iter().cloned().chain(excluded.filter(is_new)).collect()
    }

    /// The virtual IPs that a link of a node carries. Only control planes carry any, since etcd elects the holder.
    pub(super) fn virtual_ips(node: &Node, link: LinkRef<'_>) -> Vec<Traced<String>> {
        let carried = match node.role.value {
            Role::ControlPlane => link.virtual_ips(),
            Role::Worker => &[],
        };
        carried.iter().map(|address| Traced::new(address.value.to_string(), address.origin)).collect()
    }
}

fn shared_search_domains(cluster: &Cluster) -> Option<&[Traced<HostName>]> {
    let mut nodes = cluster.nodes.iter().map(|node| &node.search_domains);
    let first = nodes.next().filter(|first| !first.is_empty())?;
    let same = |other: &Vec<Traced<HostName>>| {
        first.iter().map(|domain| &domain.value).eq(other.iter().map(|domain| &domain.value))
    };
    nodes.all(same).then_some(first)
}

/// What Talos calls a link, with the text that decides it.
pub(crate) fn link_name(interface: &Interface, vlan: Option<&VlanLink>) -> Traced<String> {
    let origin = match (vlan, &interface.selector.value) {
        (Some(vlan), _) => vlan.id.origin,
        (None, LinkSelector::KernelName(_)) => interface.selector.origin,
        (None, _) => interface.name.origin,
    };
    Traced::new(LinkRef { interface, vlan }.talos_name(), origin)
}
