//! What may have one owner only: addresses and MACs over the whole network, selectors on a node.

use std::fmt::Display;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{IpNet, LinkSelector, Mac, Member, Traced};
use hnet_model::{Owned as _, in_source_order};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::inventory::{Claim, Owner};

/// Names both places; where one text says it for both, as in a profile, the owners as well.
fn conflict(
    code: &'static Code,
    title: String,
    (second, second_owner): (Span, Owner<'_>),
    (first, first_owner): (Span, Owner<'_>),
) -> Diagnostic {
    let finding = Diagnostic::new(code, title);
    if first == second {
        return finding
            .label(first, "said here for both")
            .label(second_owner.span(), format!("{second_owner} has it"))
            .label(first_owner.span(), format!("{first_owner} has it too"));
    }
    finding.label(second, format!("{second_owner} takes it")).label(first, format!("{first_owner} has it already"))
}

fn same(first: Owner<'_>, second: Owner<'_>) -> bool {
    first.span() == second.span() && first.to_string() == second.to_string()
}

/// Whether what has an external address of a gateway takes what comes for the gateway's ports, too: nodes and services take
/// the rest. What exists beside a source may be the very service that the gateway's controller makes.
fn takes_its_ports(facts: &Facts<'_>, owner: Owner<'_>, gateway: Owner<'_>) -> bool {
    match (owner, gateway) {
        (Owner::Node(_) | Owner::VirtualIp(_), _) => false,
        (Owner::Service(service), Owner::Gateway(gateway)) => {
            let is_there = facts.is_a_source() && service.is_existing();
            let mut ports = gateway.listeners.iter().map(|listener| listener.port.value).filter(|port| *port > 0);
            !is_there
                && facts.whole(gateway.span)
                && facts.whole(service.span)
                && ports.any(|port| service.ports.iter().any(|own| own.value == port))
        }
        _ => true,
    }
}

/// An address has one owner in the whole network.
pub(crate) fn addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    for of_one_address in facts.claims.chunk_by(|one, other| one.address == other.address) {
        // One that a controller makes external stands behind whose it is, so that it hides no second owner.
        let (external, own): (Vec<&Claim<'_>>, Vec<_>) = of_one_address.iter().partition(|claim| claim.is_external);
        let mut in_order = own.into_iter().chain(external);
        let first = in_order.next().expect("a chunk has a claim");
        for claim in in_order {
            if first.span == claim.span && same(first.owner, claim.owner) {
                continue;
            }
            // Two gateways on one address are judged by their ports, in `gateway_addresses.rs`.
            if matches!((first.owner, claim.owner), (Owner::Gateway(_), Owner::Gateway(_))) {
                continue;
            }
            // A node or a balancer that has one takes what comes for other ports.
            if claim.is_external && !takes_its_ports(facts, first.owner, claim.owner) {
                continue;
            }
            // Services that are said to share one do.
            let key = claim.owner.sharing_key();
            if key.is_some() && key == first.owner.sharing_key() {
                continue;
            }
            let is_one = same(first.owner, claim.owner);
            // One that stands alone in its prefix is reached by routes, over whichever link they lead: a ring has it on both.
            let stands_alone = |net: Option<IpNet>| net.is_some_and(|net| net.prefix_len() == net.max_prefix_len());
            if is_one && stands_alone(first.net) && stands_alone(claim.net) {
                continue;
            }
            // What was lost may have said that it is shared.
            let may_be_shared = facts.network.shared(claim.address).is_some()
                || facts.something_of_its_own_is_lost()
                || facts.holes.contains(&facts.network.span);
            if !is_one && may_be_shared {
                continue;
            }
            let title = if is_one {
                format!("{} has `{}` twice", claim.owner, claim.address)
            } else {
                format!("`{}` has two owners", claim.address)
            };
            let mut finding =
                conflict(&codes::ADDRESS_USED_TWICE, title, (claim.span, claim.owner), (first.span, first.owner));
            // That one which exists has no key to share by is known where it is described whole.
            let sides = [(claim.owner, first.owner), (first.owner, claim.owner)].into_iter();
            let unsaid = sides.filter(|(one, other)| one.sharing_key().is_none() && other.sharing_key().is_some());
            if let Some(head) = unsaid.filter_map(|(one, _)| one.existing()).next() {
                finding = finding.label(head, "it has no key to share it by");
            }
            out.report(finding.help(match is_one {
                true => "write it once".to_owned(),
                false => format!(
                    "give one of them another address; where both have it on purpose, say `shared {};`",
                    claim.address
                ),
            }));
        }
    }
}

/// A host is found by its addresses, and its MAC is told with them.
pub(crate) fn macs_without_address(facts: &Facts<'_>, out: &mut Diagnostics) {
    for host in facts.network.hosts.iter().filter(|host| host.addresses.is_empty() && facts.whole(host.span)) {
        if let Some(mac) = &host.mac {
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`mac` has no effect on a host without an address")
                    .label(mac.span(), "it is told beside an address")
                    .label(host.name.span(), format!("`{}` has none", host.name.value))
                    .help("give the host an `address`, or leave `mac` out"),
            );
        }
    }
}

/// A MAC belongs to one interface in the whole network.
pub(crate) fn macs(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut all: Vec<(&Mac, Span, Owner<'_>)> = Vec::new();
    for host in &facts.network.hosts {
        if let Some(Traced { value: mac @ Mac::Known(_), origin }) = &host.mac {
            all.push((mac, origin.span, Owner::Host(host)));
        }
    }
    for node in facts.nodes() {
        for interface in &node.interfaces {
            let span = interface.selector.span();
            for part in interface.selector.value.parts() {
                if let LinkSelector::Mac(mac @ Mac::Known(_)) | LinkSelector::PermanentMac(mac @ Mac::Known(_)) = part {
                    all.push((mac, span, Owner::Node(node)));
                }
            }
            for member in interface.made.iter().flat_map(|made| &made.members) {
                if let Member::Mac(mac @ Mac::Known(_)) = &member.value {
                    all.push((mac, member.span(), Owner::Node(node)));
                }
            }
        }
    }
    all.sort_by_key(|(mac, span, owner)| (*mac, *span, owner.span()));
    for of_one_mac in all.chunk_by(|one, other| one.0 == other.0) {
        let ((mac, first_span, first), others) = of_one_mac.split_first().expect("a chunk has a MAC");
        for (_, span, owner) in others {
            // Within one node the selector is what is wrong.
            if same(*first, *owner) {
                continue;
            }
            let title = format!("MAC `{mac}` has two owners");
            out.report(conflict(&codes::MAC_USED_TWICE, title, (*span, *owner), (*first_span, *first)).help(
                "write each machine's own MAC: it stands on the label, in the firmware, or in the router's list",
            ));
        }
    }
}

/// Two interfaces of a node are not found by the same selector.
pub(crate) fn selectors(facts: &Facts<'_>, out: &mut Diagnostics) {
    // A single interface meets no other.
    for node in facts.nodes().filter(|node| node.interfaces.len() > 1) {
        let mut first: IndexMap<String, &Traced<LinkSelector>> = IndexMap::new();
        for interface in in_source_order(&node.interfaces, |interface| interface.span) {
            let selector = &interface.selector;
            let several;
            let (kind, text): (&str, &dyn Display) = match &selector.value {
                // A bond has not changed the MAC yet when Talos looks for it.
                LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac) => ("MAC", mac),
                LinkSelector::Driver(driver) => ("driver", driver),
                LinkSelector::BusPath(path) => ("bus path", path),
                LinkSelector::KernelName(name) => ("kernel name", name),
                LinkSelector::PciId(id) => ("PCI id", id),
                // What is or is no card fits many.
                LinkSelector::Physical(_) => continue,
                LinkSelector::All(_) => {
                    several = format!("{:?}", selector.value.parts().collect::<Vec<_>>());
                    ("several selectors", &several)
                }
            };
            let key = format!("{kind} `{text}`");
            let Some(other) = claim(&mut first, key.clone(), selector) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::SELECTOR_USED_TWICE,
                    format!("two interfaces of `{}` have one selector", node.name.value),
                )
                .label(selector.span(), format!("`{}` is found by {key}", interface.name.value))
                .label(other.span(), "and so is this interface")
                .help("select each interface by its own MAC, bus path or kernel name"),
            );
        }
    }
}
