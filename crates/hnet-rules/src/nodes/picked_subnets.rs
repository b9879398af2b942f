//! Subnets from which etcd and the kubelet are told to pick: each machine has an address in one.
//!
//! Start at [`picked_subnets`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{IpNet, Node, RawYaml, Role, Traced};

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
        let etcd = cluster.control_plane.etcd.subnets.as_deref();
        told(facts, etcd, ("etcd", "etcd subnets"), control_planes, out);
        let shares = |node: &&Node| node.kubelet.node_subnets.is_none();
        let kubelet = ("the kubelet", "kubelet node-subnets");
        let sharing = known.iter().copied().filter(shares);
        told(facts, cluster.kubelet.node_subnets.as_deref(), kubelet, sharing, out);
        for node in &known {
            told(facts, node.kubelet.node_subnets.as_deref(), kubelet, std::iter::once(*node), out);
        }
    }
}

/// Whether a patch may give a machine an address.
fn may_address(patch: &RawYaml) -> bool {
    let network = patch.value.get("machine").and_then(|machine| machine.get("network"));
    patch.value.get("kind").is_some() || network.is_some() || patch.value.is_sequence()
}

fn told<'n>(
    facts: &Facts<'_>,
    said: Option<&[Traced<String>]>,
    (who, words): (&str, &str),
    nodes: impl Iterator<Item = &'n Node>,
    out: &mut Diagnostics,
) {
    let Some((said, first)) = said.and_then(|said| Some((said, said.first()?))) else { return };
    let parsed = |text: &str| text.parse::<IpNet>().ok();
    let (not, from): (Vec<_>, Vec<_>) = said.iter().partition(|prefix| prefix.value.starts_with('!'));
    if from.is_empty() {
        out.report(
            Diagnostic::new(&codes::NO_ADDRESS_TO_PICK, format!("{who} picks the machine's address nowhere"))
                .label(first.span(), "this says where not, and nothing says where")
                .help(format!("name the subnet as well: `{words} lan, {};`", first.value)),
        );
        return;
    }
    let from: Option<Vec<IpNet>> = from.iter().map(|prefix| parsed(&prefix.value)).collect();
    let not: Option<Vec<IpNet>> = not.iter().map(|prefix| parsed(&prefix.value[1..])).collect();
    let (Some(from), Some(not)) = (from, not) else { return };
    // Others may be those of an overlay, of which hnet knows nothing.
    let subnets = || facts.network.subnets.iter().flat_map(|subnet| &subnet.prefixes);
    if !from.iter().all(|prefix| subnets().any(|subnet| subnet.value.contains(prefix))) {
        return;
    }
    let is_outside = |node: &&Node| {
        let is_in = |own: IpNet, prefixes: &[IpNet]| prefixes.iter().any(|prefix| prefix.contains(&own.addr()));
        let mut own = node.addresses().filter_map(|address| address.value.known());
        !own.any(|own| is_in(own, &from) && !is_in(own, &not))
    };
    let outside: Vec<&Node> = nodes.filter(is_outside).collect();
    let Some(node) = outside.first() else { return };
    let names: Vec<String> = outside.iter().map(|node| format!("`{}`", node.name.value)).collect();
    let own: Vec<String> = node.addresses().map(|address| address.value.to_string()).collect();
    out.report(
        Diagnostic::new(
            &codes::NO_ADDRESS_TO_PICK,
            format!("{who} picks the machine's address where {} has none", names.join(", ")),
        )
        .label(first.span(), "only addresses of what stands here are taken")
        .label(node.name.span(), format!("this one is at {}", own.join(", ")))
        .help("name the subnet of the machines' addresses, or leave it out: hnet picks theirs"),
    );
}
