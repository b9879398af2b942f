//! Subnets that etcd and the kubelet are told by name: each machine has an address in one.
//!
//! Start at [`picked_subnets`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{IpNet, Node, RawYaml, Reason, Role, Traced};

use crate::facts::Facts;

/// A machine of which all addresses are known has one in a subnet from which it is told to pick its address.
pub(crate) fn picked_subnets(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let may_address = cluster.patches.iter().any(may_address);
        if cluster.talos().is_none() || may_address {
            continue;
        }
        let is_known = |node: &&Node| {
            facts.whole(node.span)
                && !node.patches.iter().any(self::may_address)
                && node.links().all(|link| !link.dhcp())
                && node.addresses().all(|address| address.value.known().is_some())
                && node.addresses().next().is_some()
        };
        let known: Vec<&Node> = cluster.nodes.iter().filter(is_known).collect();
        let control_planes = known.iter().copied().filter(|node| node.role.value == Role::ControlPlane);
        told(cluster.control_plane.etcd.subnets.as_deref(), "etcd", control_planes, out);
        let shares = |node: &&Node| node.kubelet.node_subnets.is_none();
        told(cluster.kubelet.node_subnets.as_deref(), "the kubelet", known.iter().copied().filter(shares), out);
        for node in &known {
            told(node.kubelet.node_subnets.as_deref(), "the kubelet", std::iter::once(*node), out);
        }
    }
}

/// Whether a patch may give a machine an address.
fn may_address(patch: &RawYaml) -> bool {
    let network = patch.value.get("machine").and_then(|machine| machine.get("network"));
    patch.value.get("kind").is_some() || network.is_some() || patch.value.is_sequence()
}

fn told<'n>(said: Option<&[Traced<String>]>, who: &str, nodes: impl Iterator<Item = &'n Node>, out: &mut Diagnostics) {
    // Prefixes that are written may be those of an overlay, of which hnet knows nothing.
    let is_named = |prefix: &&Traced<String>| prefix.origin.reason == Reason::NodeSubnet;
    let Some(said) = said.filter(|said| !said.is_empty() && said.iter().all(|prefix| is_named(&prefix))) else {
        return;
    };
    let prefixes: Vec<IpNet> = said.iter().filter_map(|prefix| prefix.value.parse().ok()).collect();
    let is_outside = |node: &&Node| {
        let mut own = node.addresses().filter_map(|address| address.value.known());
        !own.any(|own| prefixes.iter().any(|prefix| prefix.contains(&own.addr())))
    };
    let outside: Vec<&Node> = nodes.filter(is_outside).collect();
    let (Some(first), Some(node)) = (said.first(), outside.first()) else { return };
    let names: Vec<String> = outside.iter().map(|node| format!("`{}`", node.name.value)).collect();
    let own: Vec<String> = node.addresses().map(|address| address.value.to_string()).collect();
    out.report(
        Diagnostic::new(
            &codes::NO_ADDRESS_TO_PICK,
            format!("{who} picks the machine's address where {} has none", names.join(", ")),
        )
        .label(first.span(), "only addresses of this subnet are taken")
        .label(node.name.span(), format!("this one is at {}", own.join(", ")))
        .help("name the subnet of the machines' addresses, or leave it out: hnet picks theirs"),
    );
}
