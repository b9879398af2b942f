//! What Talos can say of the links of a node, and what it calls them.
//!
//! From Talos 1.12 on links have documents and may have aliases; before, they are devices of the core
//! document with fewer fields. Start at [`unsayable`].

use std::mem::discriminant;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::talos::bond::BOND_KEYS;
use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{DhcpOptions, LinkRef, LinkSelector, Links, MadeKind, Member, Node, Traced, Version};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::inventory::{link_called, link_span, links_as_written};
use crate::nodes::components::refused_arguments;

/// The nodes of clusters on Talos whose links have this shape, with the version.
pub(super) fn nodes<'a>(facts: &Facts<'a>, shape: Shape) -> impl Iterator<Item = (&'a Node, &'a Traced<Version>)> {
    // One of which something is lost may have another version, or be no cluster of Talos.
    let clusters = facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span));
    let clusters = clusters.filter_map(|cluster| Some((cluster, cluster.talos()?)));
    let clusters = clusters.filter(move |(_, version)| Topic::Links.shape(version.value.minor()) == shape);
    clusters.flat_map(|(cluster, version)| cluster.nodes.iter().map(move |node| (node, version)))
}

/// A device has no field for a route's table, and one for a virtual IP; other topics have documents that refuse something.
pub(crate) fn unsayable(facts: &Facts<'_>, out: &mut Diagnostics) {
    refused_arguments(facts, out);
    for (node, version) in nodes(facts, Shape::Field) {
        let called = Links::of(node);
        for link in node.links() {
            let refuse = |what: &str, place: Span, out: &mut Diagnostics| {
                out.report(
                    Diagnostic::new(
                        &codes::NOT_IN_THIS_TALOS,
                        format!("Talos {} has no place for {what}", version.value),
                    )
                    .label(place, format!("{} of node `{}` has it", link_called(link), node.name.value))
                    .label(version.span(), "links have documents from 1.12 on")
                    .help("raise the version: `talos 1.12`, or leave it out"),
                );
            };
            for table in link.routes().iter().filter_map(|route| route.table.as_ref()) {
                refuse("a route's table", table.span(), out);
            }
            for address in link.virtual_ips().iter().skip(1) {
                refuse("a second virtual IP", address.span(), out);
            }
            let options = link.dhcp_options();
            if let Some(id) = &options.client_id {
                refuse("what DHCP servers know a link by", id.span(), out);
            }
            if let Some(ignored) = &options.ignore_host_name {
                refuse("what DHCP says of the host name", ignored.span(), out);
            }
            let Some(made) = link.interface.made.as_ref().filter(|_| link.vlan.is_none()) else { continue };
            if let Some(mac) = &made.mac {
                refuse("the MAC of a link that is made", mac.span(), out);
            }
            if let MadeKind::Bond(settings) = &made.kind {
                let unsaid = |word: &str| BOND_KEYS.iter().any(|key| key.word == word && key.field.is_none());
                for (word, setting) in settings.iter().filter(|(word, _)| unsaid(word)) {
                    refuse(&format!("`{word}`"), setting.span(), out);
                }
            }
            if let MadeKind::WireGuard(wireguard) = &made.kind {
                for key in wireguard.peers.iter().filter_map(|peer| peer.preshared_key.as_ref()) {
                    refuse("a key that both ends share", key.span(), out);
                }
            }
            let is_selected = |member: &&Traced<Member>| match &member.value {
                Member::Mac(_) => true,
                Member::Link(_) => called.member(&member.value).is_some_and(|link| {
                    link.vlan.is_none() && !matches!(link.interface.selector.value, LinkSelector::KernelName(_))
                }),
            };
            let mut selected = made.members.iter().filter(is_selected);
            let Some(member) = selected.next() else { continue };
            let all_are = selected.count() + 1 == made.members.len();
            match made.kind {
                MadeKind::Bridge { .. } => refuse("a bridge's port that no name says", member.span(), out),
                MadeKind::Bond(_) if !all_are => {
                    refuse("a bond's members by their names and by what they are", member.span(), out);
                }
                MadeKind::Bond(_) | MadeKind::Dummy | MadeKind::WireGuard(_) => {}
            }
        }
    }
    for (node, version) in nodes(facts, Shape::Document) {
        for made in node.interfaces.iter().filter_map(|interface| interface.made.as_ref()) {
            let MadeKind::Bond(settings) = &made.kind else { continue };
            let talos = version.value.minor();
            let unsaid = |word: &str| BOND_KEYS.iter().any(|key| key.word == word && key.document_of(talos).is_none());
            for (word, setting) in settings.iter().filter(|(word, _)| unsaid(word)) {
                out.report(
                    Diagnostic::new(
                        &codes::NOT_IN_THIS_TALOS,
                        format!("Talos {} has no place for `{word}`", version.value),
                    )
                    .label(setting.span(), format!("a bond of node `{}` has it", node.name.value))
                    .label(version.span(), "links have documents from 1.12 on, and a bond's has no such field")
                    .help("leave it out"),
                );
            }
        }
    }
}

/// What is said of how a link asks DHCP, where it does not ask.
pub(crate) fn unasked(facts: &Facts<'_>, out: &mut Diagnostics) {
    for link in facts.nodes().flat_map(Node::links).filter(|link| !link.dhcp() && facts.whole(link_span(*link))) {
        let DhcpOptions { metric, ipv4, ipv6, client_id, ignore_host_name } = link.dhcp_options();
        let families = ipv4.or(*ipv6).map(|said| said.span());
        for (word, place) in [
            ("dhcp-metric", metric.map(|said| said.span())),
            ("dhcp-families", families),
            ("dhcp-client-id", client_id.map(|said| said.span())),
            ("dhcp-ignore-hostname", ignore_host_name.map(|said| said.span())),
        ] {
            let Some(place) = place else { continue };
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{word}` has no effect on this link"))
                    .label(place, format!("{} does not ask DHCP", link_called(link)))
                    .help("leave it out, or let the link ask: `dhcp;`"),
            );
        }
    }
}

/// An alias that looks like a name of the kernel's may meet that name.
pub(crate) fn aliases(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (node, _) in nodes(facts, Shape::Document) {
        for interface in &node.interfaces {
            let name = &interface.name.value;
            if matches!(interface.selector.value, LinkSelector::KernelName(_)) || !is_kernel_name(name.as_str()) {
                continue;
            }
            out.report(
                Diagnostic::new(&codes::ALIAS_IS_KERNEL_NAME, format!("`{name}` is a name that the kernel gives"))
                    .label(interface.name.span(), "here it is an alias")
                    .label(interface.selector.span(), "of the card that this finds")
                    .help("call the interface by what it is for, such as `lan0`"),
            );
        }
    }
}

/// Whether the kernel or udev calls cards so: `eth0`, `enp1s0`, `eno1`, `wlan0`.
pub(crate) fn is_kernel_name(name: &str) -> bool {
    let numbered = |start: &str| {
        name.strip_prefix(start).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    ["eth", "eno", "enp", "ens", "wlan", "wlp"].into_iter().any(numbered) || name.starts_with("enx") || name == "lo"
}

/// Each link of a node has a name of its own.
pub(crate) fn names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (node, _) in nodes(facts, Shape::Document).filter(|(node, _)| node.links().nth(1).is_some()) {
        let mut first: IndexMap<String, LinkRef<'_>> = IndexMap::new();
        for link in links_as_written(node) {
            let name = link.talos_name();
            let Some(other) = claim(&mut first, name.clone(), link) else { continue };
            // Two links of one word and one name, and a VLAN that is said twice, have been reported.
            let word = |link: LinkRef<'_>| {
                (link.vlan.is_some(), link.interface.made.as_ref().map(|made| discriminant(&made.kind)))
            };
            let is_same_vlan = link.vlan.is_some() && std::ptr::eq(link.interface, other.interface);
            let is_told = word(link) == word(*other) && link.vlan.is_none();
            if is_same_vlan && other.vlan.is_some() || is_told {
                continue;
            }
            let finding = Diagnostic::new(
                &codes::LINK_NAME_TWICE,
                format!("two links of `{}` are called `{name}`", node.name.value),
            );
            let finding = match link.vlan {
                Some(_) => finding
                    .label(link_span(link), format!("{} is, since Linux takes 15 characters", link_called(link)))
                    .label(link_span(*other), "and so is this link")
                    .help("give the interface a shorter name, so that the VLAN's can start with it"),
                None => finding
                    .label(link_span(link), format!("{} is", link_called(link)))
                    .label(link_span(*other), "and so is this link")
                    .help("give one of them another name"),
            };
            out.report(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_kernel_name;

    #[test]
    fn names_of_the_kernel_are_known() {
        for name in ["eth0", "enp1s0", "eno1", "ens18", "enx02005e000011", "wlan0", "lo"] {
            assert!(is_kernel_name(name), "{name}");
        }
        for name in ["lan0", "ether", "enterprise", "enp", "ways-in", "loop", "bond0"] {
            assert!(!is_kernel_name(name), "{name}");
        }
    }
}
