//! What the Talos half derives from the model, once for a cluster.
//!
//! Knows nothing of fields and documents. Start at [`Plan`].

use std::net::IpAddr;

use hnet_manifests::versions::talos::Minor;
use hnet_model::{
    Cluster, HostName, Interface, InterfaceAddress, IpNet, LinkRef, LinkSelector, Network, Node, Reason, Role, Traced,
    Version, VlanLink,
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
        let has = |is_ipv4: bool| self.cluster.pods.iter().any(|prefix| prefix.value.addr().is_ipv4() == is_ipv4);
        // The node's own family stands first: kubelet takes it as the primary one.
        let own = node.address.as_ref().and_then(|address| address.value.known()).map(|net| net.addr().is_ipv4());
        let ordered =
            own.into_iter().chain([false, true].into_iter().filter(|family| has(*family) && Some(*family) != own));
        let prefixes: Vec<Traced<IpNet>> = ordered.filter_map(|is_ipv4| self.own_prefix(node, is_ipv4)).collect();
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

    /// The prefix of the node's own address of a family: static first, else that of a subnet in which
    /// DHCP gives the address.
    fn own_prefix(&self, node: &Node, is_ipv4: bool) -> Option<Traced<IpNet>> {
        let known = |address: &Traced<InterfaceAddress>| {
            let net = address.value.known().filter(|net| net.addr().is_ipv4() == is_ipv4)?;
            Some(Traced::new(net.trunc(), address.origin.because(Reason::NodeSubnet)))
        };
        node.address.as_ref().and_then(known).or_else(|| node.addresses().find_map(known)).or_else(|| {
            node.links().filter(|link| link.dhcp()).find_map(|link| {
                let prefixes = &self.network.subnets.get(subnet_of(link)?.0)?.prefixes;
                let prefix = prefixes.iter().find(|prefix| prefix.value.addr().is_ipv4() == is_ipv4)?;
                Some(Traced::new(prefix.value, prefix.origin.because(Reason::NodeSubnet)))
            })
        })
    }

    /// The virtual IPs that a link of a node carries: those that it is given, and the cluster's own on
    /// the one link that carries its subnet. Only control planes carry any, since etcd elects the holder.
    pub(super) fn virtual_ips(&self, node: &Node, link: LinkRef<'_>) -> Vec<Traced<String>> {
        if node.role.value != Role::ControlPlane {
            return Vec::new();
        }
        let mut carried: Vec<Traced<String>> =
            link.virtual_ips().iter().map(|address| Traced::new(address.value.to_string(), address.origin)).collect();
        if let Some(address) = self.cluster.virtual_ip {
            let given = node
                .links()
                .any(|link| link.virtual_ips().iter().any(|other| other.value.known() == Some(address.value)));
            if !given && self.carrier(node, address.value).is_some_and(|carrier| same_link(carrier, link)) {
                carried.push(Traced::new(address.value.to_string(), address.origin));
            }
        }
        carried
    }

    /// The link that carries an address's subnet.
    fn carrier<'n>(&self, node: &'n Node, address: IpAddr) -> Option<LinkRef<'n>> {
        let by_address = node.links().find(|link| {
            let nets = link.addresses().iter().filter_map(|own| own.value.known());
            nets.into_iter().any(|net| net.contains(&address))
        });
        by_address.or_else(|| {
            node.links().find(|link| {
                let subnet = subnet_of(*link).and_then(|subnet| self.network.subnets.get(subnet.0));
                subnet.is_some_and(|subnet| subnet.prefixes.iter().any(|prefix| prefix.value.contains(&address)))
            })
        })
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

fn subnet_of(link: LinkRef<'_>) -> Option<hnet_model::SubnetId> {
    link.vlan.map_or(link.interface.subnet, |vlan| vlan.subnet)
}

fn same_link(one: LinkRef<'_>, other: LinkRef<'_>) -> bool {
    let vlans = match (one.vlan, other.vlan) {
        (None, None) => true,
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        _ => false,
    };
    std::ptr::eq(one.interface, other.interface) && vlans
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
