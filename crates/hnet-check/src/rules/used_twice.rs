//! What may have one owner only: addresses and MACs over the whole network, selectors on a node.

use std::collections::BTreeMap;
use std::fmt::Display;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Span, codes};
use hnet_model::{LinkSelector, Mac, Traced};

use super::Facts;
use super::inventory::{Owner, claims};

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

/// An address has one owner in the whole network.
pub(super) fn addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut owners = BTreeMap::new();
    let mut claims = claims(facts.network);
    hnet_collections::sort_by_key(&mut claims, |claim| (claim.address, claim.span));
    for claim in claims {
        let first = *owners.entry(claim.address).or_insert(claim);
        if first.span == claim.span && same(first.owner, claim.owner) {
            continue;
        }
        // Two gateways on one address are judged by their ports, in `gateway_addresses.rs`.
        if matches!((first.owner, claim.owner), (Owner::Gateway(_), Owner::Gateway(_))) {
            continue;
        }
        let title = if same(first.owner, claim.owner) {
            format!("{} has `{}` twice", claim.owner, claim.address)
        } else {
            format!("`{}` has two owners", claim.address)
        };
        out.report(
            conflict(&codes::ADDRESS_USED_TWICE, title, (claim.span, claim.owner), (first.span, first.owner))
                .help("give one of them another address"),
        );
    }
}

/// A MAC belongs to one interface in the whole network.
pub(super) fn macs(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let hosts = network.hosts.iter().filter_map(|host| {
        let mac = host.mac.as_ref()?;
        matches!(mac.value, Mac::Known(_)).then(|| (&mac.value, mac.span(), Owner::Host(host)))
    });
    let nodes = network.clusters.iter().flat_map(|cluster| &cluster.nodes);
    let interfaces = nodes.flat_map(|node| {
        node.interfaces.iter().filter_map(move |interface| match &interface.selector.value {
            LinkSelector::Mac(mac @ Mac::Known(_)) | LinkSelector::PermanentMac(mac @ Mac::Known(_)) => {
                Some((mac, interface.selector.span(), Owner::Node(node)))
            }
            _ => None,
        })
    });
    let mut owners: BTreeMap<&Mac, (Span, Owner<'_>)> = BTreeMap::new();
    let mut all: Vec<_> = hosts.chain(interfaces).collect();
    hnet_collections::sort_by_key(&mut all, |(mac, span, _)| (*mac, *span));
    for (mac, span, owner) in all {
        let first = *owners.entry(mac).or_insert((span, owner));
        // Within one node the selector is what is wrong.
        if same(first.1, owner) {
            continue;
        }
        out.report(
            conflict(&codes::MAC_USED_TWICE, format!("MAC `{mac}` has two owners"), (span, owner), first)
                .help("write each machine's own MAC: it stands on the label, in the firmware, or in the router's list"),
        );
    }
}

/// Two interfaces of a node are not found by the same selector.
pub(super) fn selectors(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.network.clusters.iter().flat_map(|cluster| &cluster.nodes) {
        let mut first: BTreeMap<String, &Traced<LinkSelector>> = BTreeMap::new();
        for interface in &node.interfaces {
            let selector = &interface.selector;
            let (kind, text): (&str, &dyn Display) = match &selector.value {
                // A bond has not changed the MAC yet when Talos looks for it.
                LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac) => ("MAC", mac),
                LinkSelector::Driver(driver) => ("driver", driver),
                LinkSelector::BusPath(path) => ("bus path", path),
                LinkSelector::KernelName(name) => ("kernel name", name),
            };
            let key = format!("{kind} `{text}`");
            let Some(other) = first.get(&key).copied() else {
                first.insert(key, selector);
                continue;
            };
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
