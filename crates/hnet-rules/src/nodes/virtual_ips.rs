//! Where the Kubernetes API is reached: the endpoint, and the virtual IP that control planes share.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Address, Cluster, EndpointHost, KUBERNETES_API_PORT, LinkRef, Node, Reason, Role, Traced};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::inventory::{addresses_are_known, link_called, link_span};
use crate::nodes::machines::has_no_address;
use hnet_model::in_source_order;

/// Control planes only carry a virtual IP, on a link of its subnet.
pub(crate) fn virtual_ips(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        for link in node.links() {
            for address in link.virtual_ips() {
                if node.role.value == Role::Worker {
                    out.report(
                        Diagnostic::new(
                            &codes::VIRTUAL_IP_ON_WORKER,
                            format!("worker `{}` cannot carry a virtual IP", node.name.value),
                        )
                        .label(address.span(), "control planes elect its owner in etcd")
                        .label(node.role.span(), "this node is a worker and has no etcd")
                        .help("move it to the control planes; a service's address comes from a `pool`"),
                    );
                    continue;
                }
                let Some(known) = address.value.known().filter(|_| addresses_are_known(facts, link)) else { continue };
                if !link.holds(known, &facts.network.subnets) {
                    let finding = Diagnostic::new(
                        &codes::VIRTUAL_IP_OUTSIDE_LINK,
                        format!("`{known}` is not in the subnet of {}", link_called(link)),
                    )
                    .label(address.span(), "neighbours would never ask for it here");
                    let finding = match link.addresses().first() {
                        Some(own) => finding.label(own.span(), format!("the link has `{}`", own.value)),
                        None => finding,
                    };
                    out.report(
                        finding.help("take an address of the link's subnet, or move it to the link that has it"),
                    );
                }
            }
        }
    }
}

/// `talosctl` reaches each node at an address of its own: a shared one needs etcd, and leads to whoever has it.
pub(crate) fn reached_at(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let on_links = cluster.nodes.iter().flat_map(Node::links).flat_map(|link| link.virtual_ips().to_vec());
        let on_links = on_links.filter_map(|address| Some(Traced::new(address.value.known()?, address.origin)));
        let shared: IndexMap<String, Traced<IpAddr>> =
            on_links.chain(cluster.shared_address()).map(|address| (address.value.to_string(), address)).collect();
        for node in &cluster.nodes {
            for place in &node.reached_at {
                let Some(address) = shared.get(&place.value) else { continue };
                out.report(
                    Diagnostic::new(
                        &codes::REACHED_AT_VIRTUAL_IP,
                        format!("`talosctl` would reach `{}` at a virtual IP", node.name.value),
                    )
                    .label(place.span(), "nobody answers at it while etcd does not run")
                    .label(address.span(), "the control planes share it")
                    .help("write an address or a name of the node's own"),
                );
            }
        }
    }
}

/// The endpoint is what all control planes can answer at.
pub(crate) fn endpoints(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        if cluster.nodes.iter().any(|node| !facts.whole(node.span)) {
            continue;
        }
        let EndpointHost::Address(Address::Known(address)) = cluster.endpoint.value.host else { continue };
        match cluster.virtual_ip {
            _ if address.is_unspecified() => unknown(facts, cluster, out),
            Some(_) if cluster.talos().is_none() => from_elsewhere(facts, cluster, out),
            Some(_) => {
                out_of_reach(facts, cluster, out);
                answered_elsewhere(cluster, out);
            }
            None => owned_by_one(facts, cluster, address, out),
        }
    }
}

/// An endpoint that is not said, where no control plane has an address that it could be.
fn unknown(facts: &Facts<'_>, cluster: &Cluster, out: &mut Diagnostics) {
    // Without control planes the mistake is another, and what was lost may have been the address.
    let Some(first) = control_planes(cluster).next() else { return };
    let says_enough = |node: &Node| node.links().all(|link| facts.whole(link_span(link))) && !has_no_address(node);
    if !facts.whole(cluster.span) || !control_planes(cluster).all(says_enough) {
        return;
    }
    let name = &cluster.name.value;
    let finding = Diagnostic::new(&codes::ENDPOINT_UNKNOWN, format!("the endpoint of cluster `{name}` is not known"));
    let mut found = control_planes(cluster).flat_map(|node| &node.found_at);
    let finding = match found.next() {
        Some(found) => {
            finding.label(found.span(), "a control plane is reached here, and nothing says that it keeps this")
        }
        None => finding.label(first.name.span(), "of no control plane it is known which address it has"),
    };
    out.report(finding.label(cluster.endpoint.span(), "and nothing says where its API is reached").help(
        match cluster.talos() {
            Some(_) => "write an `endpoint`: a name, or an address that the control planes share",
            None => "write an `endpoint`: a name, or the address at which the servers are reached",
        },
    ));
}

/// An address that no node has, where k3s brings no virtual IP.
fn from_elsewhere(facts: &Facts<'_>, cluster: &Cluster, out: &mut Diagnostics) {
    let Some(address) = cluster.address_from_elsewhere() else { return };
    // Without control planes the mistake is another, and what was lost may have been who has the address.
    let network = facts.network;
    let others = network.hosts.iter().map(|host| host.span).chain(network.routers.iter().map(|router| router.span));
    let mut others = others.filter(|span| !facts.whole(*span));
    if control_planes(cluster).next().is_none() || others.next().is_some() || !facts.knows_all_of(cluster) {
        return;
    }
    out.report(
        Diagnostic::new(
            &codes::ENDPOINT_FROM_ELSEWHERE,
            format!("nothing here answers at the endpoint `{}`", address.value),
        )
        .label(address.span(), "no node has this address, and k3s brings no virtual IP")
        .help("declare the load balancer that has it as a `host`, or write a server's address"),
    );
}

/// A virtual IP that no control plane's link carries.
fn out_of_reach(facts: &Facts<'_>, cluster: &Cluster, out: &mut Diagnostics) {
    let Some(virtual_ip) = cluster.virtual_ip else { return };
    let links = || cluster.control_planes().flat_map(|node| node.links());
    // A link that asks DHCP carries it unless the source says where DHCP gives out addresses, and not there.
    let elsewhere = facts.dhcp_elsewhere(virtual_ip.value);
    let is_said = |link: LinkRef<'_>| link.holds(virtual_ip.value, &facts.network.subnets) || says(link, virtual_ip);
    let is_carried = links().any(|link| link.carries(virtual_ip.value) && (elsewhere.is_none() || is_said(link)));
    // Without control planes or without links the mistake is another, and what a link lost may be its subnet.
    if is_carried
        || !facts.whole(cluster.span)
        || links().next().is_none()
        || !links().all(|link| facts.whole(link_span(link)))
    {
        return;
    }
    let address = virtual_ip.value;
    let finding = |title: String| {
        Diagnostic::new(&codes::VIRTUAL_IP_OUT_OF_REACH, title)
            .label(virtual_ip.span(), "the endpoint is no node's own address, so it is virtual")
    };
    let asking = control_planes(cluster).flat_map(Node::links).find(|link| link.carries(address));
    if let (Some(link), Some(dhcp)) = (asking, elsewhere) {
        out.report(
            finding(format!("no control plane is known to be in the subnet of `{address}`"))
                .label(link_span(link), format!("{} asks DHCP", link_called(link)))
                .label(dhcp, "which gives out addresses here, and none in that subnet")
                .help(format!(
                    "write `virtual-ip {address}` on the link that is in its subnet, or say what DHCP gives out there"
                )),
        );
        return;
    }
    // Of several links whose subnets are not known the source has to say which carries it.
    let unsure = control_planes(cluster).find(|node| node.links().any(|link| !link.is_known()));
    if let Some(node) = unsure {
        let mut finding = finding(format!("which link carries `{address}` is not known"));
        for link in node.links().filter(|link| !link.is_known()).take(2) {
            finding = finding.label(link_span(link), format!("{} may be in its subnet", link_called(link)));
        }
        out.report(finding.help(format!(
            "write `virtual-ip {address}` on the link that is, or which address DHCP gives it: `reserved …`"
        )));
        return;
    }
    let mut finding = finding(format!("no control plane is in the subnet of `{address}`"));
    for own in control_planes(cluster).filter_map(|node| node.address.as_ref()).take(3) {
        finding = finding.label(own.span(), format!("a control plane has `{}`", own.value));
    }
    out.report(finding.help("take a free address of the control planes' subnet"));
}

/// Whether a link's own statement says that it carries the virtual IP.
fn says(link: LinkRef<'_>, virtual_ip: Traced<IpAddr>) -> bool {
    let is_it = |own: &Traced<Address>| own.value.known() == Some(virtual_ip.value);
    link.virtual_ips().iter().any(|own| is_it(own) && own.span() != virtual_ip.span())
}

/// The control planes in the order of the source.
fn control_planes(cluster: &Cluster) -> impl Iterator<Item = &Node> {
    let nodes = in_source_order(&cluster.nodes, |node| node.span).into_iter();
    nodes.filter(|node| node.role.value == Role::ControlPlane)
}

/// A virtual IP leads to the control planes as it is: no port is another there.
fn answered_elsewhere(cluster: &Cluster, out: &mut Diagnostics) {
    let port = cluster.endpoint.value.port;
    if port == KUBERNETES_API_PORT || listens_elsewhere(cluster) {
        return;
    }
    out.report(
        Diagnostic::new(&codes::ENDPOINT_PORT, format!("nothing answers at port {port} of the virtual IP"))
            .label(cluster.endpoint.span(), format!("the API servers behind it listen on {KUBERNETES_API_PORT}"))
            .help("leave the port out, or let the API servers listen on it by a `patch`"),
    );
}

/// Whether patches may tell API servers of another port than Talos's own.
pub(super) fn listens_elsewhere(cluster: &Cluster) -> bool {
    cluster.patches.iter().chain(cluster.nodes.iter().flat_map(|node| &node.patches)).any(|patch| {
        let control_plane = patch.value.get("cluster").and_then(|cluster| cluster.get("controlPlane"));
        control_plane.is_some_and(|control_plane| control_plane.get("localAPIServerPort").is_some())
            || patch.value.get("kind").and_then(|kind| kind.as_str()) == Some("KubeAPIServerConfig")
    })
}

/// An endpoint that is the address of one node.
fn owned_by_one(facts: &Facts<'_>, cluster: &Cluster, address: IpAddr, out: &mut Diagnostics) {
    let owner = cluster.nodes.iter().find_map(|node| Some((node, node.has(address)?)));
    let Some((node, own)) = owner else { return };
    let name = &node.name.value;
    if node.role.value == Role::Worker {
        out.report(
            Diagnostic::new(&codes::ENDPOINT_ON_WORKER, format!("the endpoint is worker `{name}`"))
                .label(cluster.endpoint.span(), "the Kubernetes API is asked here")
                .label(own, "but a worker does not run it")
                .help(match cluster.talos() {
                    Some(_) => "write a control plane's address, or a free one that the control planes share",
                    None => "write a server's address, or that of a load balancer before the servers",
                }),
        );
        return;
    }
    let count = cluster.control_planes().count();
    // One that is derived may have been said in what was lost.
    let is_said = cluster.endpoint.origin.reason == Reason::Written || facts.knows_all_of(cluster);
    if count > 1 && is_said {
        out.report(
            Diagnostic::new(&codes::ENDPOINT_IS_ONE_NODE, format!("the endpoint is `{name}`, one of {count}"))
                .label(cluster.endpoint.span(), format!("the API is gone while `{name}` is"))
                .help(match cluster.talos() {
                    Some(_) => "write a free address of the subnet as `endpoint`: the control planes then share it",
                    None => "write the name or the address of a load balancer before the servers as `endpoint`",
                }),
        );
    }
}
