//! What patches add to the links of machines: Talos lays it beside what the words say, so that a machine has two ways out, several
//! machines have one address, or a link has two documents. Start at [`Links::check`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, Traced, codes};
use hnet_emit::yaml::{Node as Part, Value as Is};
use hnet_model::{DEFAULT_METRIC, IpNet, MAIN_TABLE, Node, RawYaml};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::inventory::Owner;
use crate::facts::yaml_place::key_place;

/// The documents that are a link: Talos takes one of them for each name. (siderolabs/talos v1.13,
/// `pkg/machinery/config/types/network/link.go`.)
const LINKS: [&str; 6] =
    ["LinkConfig", "BondConfig", "BridgeConfig", "DummyLinkConfig", "VLANConfig", "WireguardConfig"];

/// The patched links of a cluster's machines.
pub(super) struct Links<'a, 'f> {
    facts: &'f Facts<'a>,
    /// Which machine has an address by a patch, and which patch says it.
    given: IndexMap<IpAddr, (&'a Node, Span)>,
    /// What has been reported, so that a patch of all machines is reported once.
    reported: IndexSet<Span>,
}

impl<'a, 'f> Links<'a, 'f> {
    pub(super) fn new(facts: &'f Facts<'a>) -> Self {
        Links { facts, given: IndexMap::new(), reported: IndexSet::new() }
    }

    /// What the patches add to the links of a machine of which the words tell these documents.
    pub(super) fn check(
        &mut self,
        node: &'a Node,
        documents: &[Part],
        patches: impl Iterator<Item = &'a RawYaml>,
        out: &mut Diagnostics,
    ) {
        for patch in patches {
            let laid = Part::from_raw(patch);
            let (Some(kind), Some(name)) = (text(&laid, "kind"), text(&laid, "name")) else { continue };
            if !LINKS.contains(&kind.as_str()) || laid.get("$patch").is_some() {
                continue;
            }
            let is_link = |document: &&Part| {
                text(document, "kind").is_some_and(|kind| LINKS.contains(&kind.as_str()))
                    && text(document, "name").as_ref() == Some(&name)
            };
            let Some(own) = documents.iter().find(is_link) else { continue };
            let place = |key| key_place(self.facts.sources, patch.span, [key]);
            let own_kind = text(own, "kind").unwrap_or_default();
            if own_kind != kind {
                if self.reported.insert(place("kind")) {
                    out.report(
                        Diagnostic::new(
                            &codes::LINK_NAME_TWICE,
                            format!("two links of `{}` are called `{name}`", node.name.value),
                        )
                        .label(place("kind"), format!("Talos takes no `{kind}` beside a `{own_kind}` of this name"))
                        .label(own.origin.span, "this link is one")
                        .help(format!("write the patch with `kind: {own_kind}`")),
                    );
                }
                continue;
            }
            self.routes(node, documents, (&laid, &name), place("routes"), out);
            self.addresses(node, &laid, place("addresses"), out);
        }
    }

    /// A second way out of the same metric.
    fn routes(&mut self, node: &Node, told: &[Part], (laid, name): (&Part, &str), place: Span, out: &mut Diagnostics) {
        for added in default_routes(laid) {
            let other = told.iter().find_map(|document| {
                let is_same = text(document, "name").as_deref() == Some(name);
                let competes =
                    |own: &Way| own.choice == added.choice && !(is_same && own.gateway.value == added.gateway.value);
                default_routes(document).into_iter().find(competes)
            });
            let Some(other) = other.filter(|_| self.reported.insert(place)) else { continue };
            let family = if added.choice.0 { "IPv4" } else { "IPv6" };
            out.report(
                Diagnostic::new(
                    &codes::TWO_DEFAULT_ROUTES,
                    format!("`{}` has two {family} default routes", node.name.value),
                )
                .label(place, format!("the patch adds one by `{}`", added.gateway.value))
                .label(other.gateway.origin.span, format!("and the machine has one by `{}`", other.gateway.value))
                .help("keep one of them, or give one a higher `metric`, which makes it the spare"),
            );
        }
    }

    /// An address that another has.
    fn addresses(&mut self, node: &'a Node, laid: &Part, place: Span, out: &mut Diagnostics) {
        let facts = self.facts;
        for added in items(laid, "addresses").iter().filter_map(|added| text(added, "address")) {
            let Some(address) = added.parse::<IpNet>().ok().map(|net| net.addr()) else { continue };
            let is_of_the_wire = match address {
                IpAddr::V4(four) => four.is_link_local(),
                IpAddr::V6(six) => six.is_unicast_link_local(),
            };
            // What was lost may have said that it is shared.
            let may_be_shared = facts.network.shared(address).is_some()
                || facts.something_of_its_own_is_lost()
                || facts.holes.contains(&facts.network.span);
            if is_of_the_wire || address.is_loopback() || may_be_shared {
                continue;
            }
            let is_another = |owner: Owner<'_>| match owner {
                Owner::Node(other) => other.span != node.span,
                Owner::Router(_) | Owner::Switch(_) | Owner::Host(_) | Owner::VirtualIp(_) => true,
                Owner::Gateway(_) | Owner::Service(_) => false,
            };
            let mut owners = facts.owners(address).iter();
            let owner = owners.find(|claim| !claim.is_external && is_another(claim.owner));
            let finding = Diagnostic::new(&codes::ADDRESS_USED_TWICE, format!("`{address}` has two owners"));
            let finding = match (owner, self.given.get(&address)) {
                (Some(claim), _) => finding
                    .label(place, format!("the patch gives it to node `{}`", node.name.value))
                    .label(claim.span, format!("and {} has it", claim.owner)),
                (None, Some((other, _))) if other.span == node.span => continue,
                (None, Some((other, said))) if *said == place => finding
                    .label(place, "the patch gives it to each machine that has this link")
                    .label(other.name.span(), "to this one")
                    .label(node.name.span(), "and to this one"),
                (None, Some((other, said))) => finding
                    .label(place, format!("the patch gives it to node `{}`", node.name.value))
                    .label(*said, format!("and another one to node `{}`", other.name.value)),
                (None, None) => {
                    self.given.insert(address, (node, place));
                    continue;
                }
            };
            if self.reported.insert(place) {
                out.report(finding.help(format!(
                    "write `address` in each `node`; where they have it on purpose, say `shared {address};`"
                )));
            }
        }
    }
}

/// A default route: family, table and metric, and its next hop.
struct Way {
    choice: (bool, u32, u32),
    gateway: Traced<String>,
}

fn default_routes(document: &Part) -> Vec<Way> {
    let way = |route: &Part| {
        let gateway = route.get("gateway")?;
        let hop = gateway.text().parse::<IpAddr>().ok()?;
        let is_default = text(route, "destination").is_none_or(|to| ["", "0.0.0.0/0", "::/0"].contains(&to.as_str()));
        let metric = text(route, "metric").map_or(Some(DEFAULT_METRIC), |metric| metric.parse().ok())?;
        let table = match text(route, "table").as_deref() {
            None | Some("main") => MAIN_TABLE,
            Some(table) => table.parse().ok()?,
        };
        let choice = (hop.is_ipv4(), table, metric);
        is_default.then(|| Way { choice, gateway: Traced::new(hop.to_string(), gateway.origin) })
    };
    let is_link = text(document, "kind").is_some_and(|kind| LINKS.contains(&kind.as_str()));
    items(document, "routes").iter().filter(|_| is_link).filter_map(way).collect()
}

fn items<'p>(part: &'p Part, key: &str) -> &'p [Part] {
    match part.get(key).map(|list| &list.value) {
        Some(Is::Sequence(items)) => items,
        _ => &[],
    }
}

fn text(part: &Part, key: &str) -> Option<String> {
    part.get(key).map(Part::text)
}
