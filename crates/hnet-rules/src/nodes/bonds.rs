//! How the members of bonds are found, which words and patches say: a member is found, and still is once it is one.
//! Start at [`fitting_several`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_manifests::versions::talos::Shape;
use hnet_model::{LinkSelector, Links, Mac, MadeKind, Member, RawYaml, Setting};
use serde_yaml::Value;

use super::links::nodes;
use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// A member that a document aliases is one card: Talos gives no name where several fit. (siderolabs/talos v1.12.0,
/// `LinkAliasConfig`.) What the fields of earlier versions select is all that fits.
pub(crate) fn fitting_several(facts: &Facts<'_>, out: &mut Diagnostics) {
    // What a profile says is said of each of its machines, and wrong once.
    let mut told: Vec<Span> = Vec::new();
    for (node, _) in nodes(facts, Shape::Document).filter(|(node, _)| facts.whole(node.span)) {
        let links = Links::of(node);
        for bond in &node.interfaces {
            let Some(made) = bond.made.as_ref().filter(|made| matches!(made.kind, MadeKind::Bond(_))) else { continue };
            for member in &made.members {
                let Some(link) = links.member(&member.value).filter(|link| link.vlan.is_none()) else { continue };
                let selector = &link.interface.selector;
                if link.interface.made.is_some()
                    || told.contains(&selector.span())
                    || !selector.value.parts().all(may_fit_several)
                {
                    continue;
                }
                told.push(selector.span());
                out.report(
                    Diagnostic::new(
                        &codes::BOND_MEMBER_FITS_SEVERAL,
                        format!("the member `{}` of `{}` may fit several cards", member.value, bond.name.value),
                    )
                    .label(selector.span(), "from Talos 1.12 on this finds one card, or none where several fit")
                    .label(member.span(), "without it the bond lacks its cards")
                    .help("write an interface for each card, found by its own `permanent-mac` or `bus-path`"),
                );
            }
        }
    }
}

/// Whether the cards of a machine may have it in common, as ports of one card have.
fn may_fit_several(part: &LinkSelector) -> bool {
    match part {
        LinkSelector::Driver(_) | LinkSelector::PciId(_) | LinkSelector::Physical(_) => true,
        LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac) => matches!(mac, Mac::Glob(_)),
        LinkSelector::BusPath(_) | LinkSelector::KernelName(_) | LinkSelector::All(_) => false,
    }
}

/// A member is not selected by a MAC that it loses when it becomes one.
pub(crate) fn changing_macs(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let of_nodes = cluster.nodes.iter().flat_map(|node| &node.patches);
        for patch in cluster.patches.iter().chain(of_nodes).filter(|patch| selects_by_mac(patch)) {
            let place = key_place(facts.sources, patch.span, ["machine", "network", "interfaces"]);
            out.report(
                Diagnostic::new(&codes::BOND_MEMBER_BY_CHANGING_MAC, "a bond's member is found by a MAC that changes")
                    .label(place, "`hardwareAddr` of a member is the bond's once it is one")
                    .help("select it by `permanentAddr`"),
            );
        }
    }
    // Documents find a member by the MAC that it keeps, whatever the word.
    for (node, _) in nodes(facts, Shape::Field) {
        let links = Links::of(node);
        for made in node.interfaces.iter().filter_map(|interface| interface.made.as_ref()) {
            let keeps = made.setting("fail-over-mac").is_some_and(|mac| mac.value != Setting::Text("none".to_owned()));
            if made.members.len() < 2 || keeps || !matches!(made.kind, MadeKind::Bond(_)) {
                continue;
            }
            for member in &made.members {
                // What a MAC says is found by the one that stays.
                let Some(link) = links.member(&member.value).filter(|_| matches!(member.value, Member::Link(_))) else {
                    continue;
                };
                let selector = &link.interface.selector;
                if link.vlan.is_none()
                    && selector.value.parts().any(|part| matches!(part, LinkSelector::Mac(Mac::Known(_))))
                {
                    out.report(
                        Diagnostic::new(
                            &codes::BOND_MEMBER_BY_CHANGING_MAC,
                            "a bond's member is found by a MAC that changes",
                        )
                        .label(selector.span(), "a member's MAC is the bond's once it is one")
                        .label(member.span(), "here it becomes one")
                        .help("select it by `permanent-mac`"),
                    );
                }
            }
        }
    }
}

fn selects_by_mac(patch: &RawYaml) -> bool {
    let at = |value: &Value, path: &[&str]| path.iter().try_fold(value.clone(), |value, key| value.get(*key).cloned());
    let interfaces = at(&patch.value, &["machine", "network", "interfaces"]);
    let interfaces = interfaces.as_ref().and_then(Value::as_sequence);
    interfaces.into_iter().flatten().any(|interface| {
        let selectors = at(interface, &["bond", "deviceSelectors"]);
        let selectors: Vec<&Value> = selectors.as_ref().and_then(Value::as_sequence).into_iter().flatten().collect();
        // A pattern may fit the bond's MAC as well.
        let says_one = |selector: &Value, key: &str| {
            selector.get(key).and_then(Value::as_str).is_some_and(|text| !text.contains('*'))
        };
        // A bond has the MAC of its first member, so that the only one keeps its own, and so do all where it says so.
        let members = selectors
            .iter()
            .filter(|selector| ["hardwareAddr", "permanentAddr", "busPath"].iter().any(|key| says_one(selector, key)));
        let keeps = at(interface, &["bond", "failOverMac"]).is_some_and(|mac| mac.as_str() != Some("none"));
        members.count() > 1 && !keeps && selectors.iter().any(|selector| says_one(selector, "hardwareAddr"))
    })
}
