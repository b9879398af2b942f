//! In which prefix a machine has its own address, where its address need not be known. Start at [`Network::node_prefix`].

use ipnet::IpNet;

use crate::{Cluster, InterfaceAddress, LinkRef, Network, Node, Reason, SubnetId, Traced};

impl Network {
    /// The prefix of a node's own address of a family: that of its primary link, else that of another.
    #[must_use]
    pub fn node_prefix(&self, cluster: &Cluster, node: &Node, is_ipv4: bool) -> Option<Traced<IpNet>> {
        let known = |address: &Traced<InterfaceAddress>| {
            let net = address.value.known().filter(|net| net.addr().is_ipv4() == is_ipv4)?;
            Some(Traced::new(net.trunc(), address.origin.because(Reason::NodeSubnet)))
        };
        let endpoint = cluster.said_endpoint();
        let asked = || self.asked_prefix(node.primary_link(endpoint, &self.subnets)?, is_ipv4);
        node.address
            .as_ref()
            .and_then(known)
            .or_else(asked)
            .or_else(|| node.addresses_from_primary(endpoint, &self.subnets).find_map(known))
    }

    /// The prefix of a subnet in which DHCP gives a link its address: that of its virtual IP, which is on the same wire.
    fn asked_prefix(&self, link: LinkRef<'_>, is_ipv4: bool) -> Option<Traced<IpNet>> {
        let of_virtual_ip = || {
            let known = link.virtual_ips().iter().filter_map(|address| address.value.known());
            known.into_iter().find_map(|address| Some(self.subnet_of(address)?.0))
        };
        let SubnetId(subnet) = link.subnet().or_else(of_virtual_ip).filter(|_| link.dhcp())?;
        let prefixes = &self.subnets.get(subnet)?.prefixes;
        let prefix = prefixes.iter().find(|prefix| prefix.value.addr().is_ipv4() == is_ipv4)?;
        Some(Traced::new(prefix.value, prefix.origin.because(Reason::NodeSubnet)))
    }
}
