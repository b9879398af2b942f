//! What is known of a machine's links though no word says all of it: a bridge has addresses like any other link, and so has
//! one that a document in the machine's patches configures. Start at [`known`].

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_repository::is_control_plane;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value, ValueKind};
use indexmap::IndexMap;

use crate::make::{list_of, map_of, plain, put};
use crate::say;
use crate::talos::Talconfig;

/// The documents that configure a link, and so give it addresses.
const OF_LINKS: [&str; 5] = ["LinkConfig", "VLANConfig", "BondConfig", "BridgeConfig", "DummyLinkConfig"];

/// Gives the machines of a talconfig the links of which the addresses are known, said as the lift of a link reads them.
pub(super) fn known(talconfig: &mut Talconfig<'_>) {
    let of_all = documents(talconfig, &talconfig.value);
    let groups = ["controlPlane", "worker"].map(|group| talconfig.value.get(group).cloned());
    let of_groups =
        groups.each_ref().map(|group| group.as_ref().map_or(Some(Vec::new()), |it| documents(talconfig, it)));
    let of_nodes: Vec<_> = talconfig.value.items_of("nodes").iter().map(|node| documents(talconfig, node)).collect();
    let Some(nodes) = talconfig.value.get_mut("nodes").and_then(Value::as_list_mut) else { return };
    for (node, own) in nodes.iter_mut().zip(of_nodes) {
        let at = usize::from(!is_control_plane(node));
        let of_group = groups[at].as_ref().and_then(|group| group.get("networkInterfaces"));
        let mut links = node.get("networkInterfaces").or(of_group).map_or(&[][..], Value::items).to_vec();
        links.iter_mut().for_each(without_ports);
        // What one of them says of a link may be more than the others do.
        let all = [&of_all, &of_groups[at], &own].map(Option::as_deref);
        let documents: Option<Vec<Value>> = all.into_iter().collect::<Option<Vec<_>>>().map(|all| all.concat());
        for link in links_of(&documents.unwrap_or_default()) {
            // One that is selected may be the same link under another name.
            let has = |other: &Value, address: &Value| other.items_of("addresses").contains(address);
            let is_it = |other: &Value| {
                other.str_at(&["interface"]) == link.str_at(&["interface"])
                    || link.items_of("addresses").iter().any(|address| has(other, address))
            };
            if !links.iter().any(is_it) {
                links.push(link);
            }
        }
        if !links.is_empty() {
            let span = node.span;
            put(node, &["networkInterfaces"], list_of(links, span));
        }
    }
}

/// The documents in the patches of a machine, of a group or of all; none where one of the patches is not known.
fn documents(talconfig: &Talconfig<'_>, of: &Value) -> Option<Vec<Value>> {
    let list = of.get("patches");
    list.map_or(Some(Vec::new()), |list| talconfig.documents(list))
}

/// Where the links of a talconfig ask DHCP, by the places of what they are called or selected by.
pub(super) fn asking(talconfig: &Value) -> BTreeMap<Span, Span> {
    let groups = ["controlPlane", "worker"].into_iter().filter_map(|group| talconfig.get(group));
    let mut places = BTreeMap::new();
    for device in talconfig.items_of("nodes").iter().chain(groups).flat_map(|node| node.items_of("networkInterfaces")) {
        let Some(dhcp) = device.get("dhcp").filter(|dhcp| dhcp.as_bool(Reader::Talos) == Some(true)) else { continue };
        let selectors = device.get("deviceSelector").into_iter().flat_map(Value::fields).map(|field| &field.value);
        places.extend(device.get("interface").into_iter().chain(selectors).map(|name| (name.span, dhcp.span)));
    }
    places
}

/// A link with the place where it asks DHCP, which the lift leaves out where an address that DHCP reserves says it.
pub(super) fn with_place(statement: Statement, asking: &BTreeMap<Span, Span>) -> Statement {
    let is_said = statement.statements().iter().any(|inner| inner.keyword.text == "dhcp");
    let name = statement.arguments.first().filter(|_| statement.keyword.text == "interface" && !is_said);
    match name.and_then(|name| asking.get(&name.value.span)) {
        Some(place) => statement.holding([say::flag("dhcp", true, *place)]),
        None => statement,
    }
}

/// A device without what says nothing of its own addresses: the links that it bridges.
fn without_ports(device: &mut Value) {
    if device.get("interface").is_some()
        && let Some(device) = device.as_map_mut()
    {
        device.shift_remove("bridge");
    }
}

/// The links that documents of a machine configure, as a talconfig says them; without those of which something is not said
/// in the clear.
#[must_use]
pub fn links_of(documents: &[Value]) -> Vec<Value> {
    let is_link = |document: &&Value| document.str_at(&["kind"]).is_some_and(|kind| OF_LINKS.contains(&kind));
    let mut named: IndexMap<&str, Vec<&Value>> = IndexMap::new();
    for document in documents.iter().filter(is_link) {
        named.entry(document.str_at(&["name"]).unwrap_or_default()).or_default().push(document);
    }
    let asks = |name: &str| {
        let is_its = |other: &&Value| other.str_at(&["name"]) == Some(name);
        let of_dhcp = |other: &Value| other.str_at(&["kind"]).is_some_and(|kind| kind.starts_with("DHCP"));
        documents.iter().filter(is_its).any(of_dhcp)
    };
    named.into_iter().filter_map(|(name, all)| link(&all, asks(name))).collect()
}

/// The link that documents of one name configure.
fn link(all: &[&Value], asks: bool) -> Option<Value> {
    let first = all.first()?;
    let name = first.get("name").filter(|name| matches!(name.kind, ValueKind::Scalar(..)))?;
    if all.iter().flat_map(|document| document.fields()).any(|field| field.key.ends_with("$patch")) {
        return None;
    }
    let each = |key: &'static str| all.iter().flat_map(move |document| document.items_of(key));
    let addresses: Option<Vec<Value>> = each("addresses").map(|one| one.get("address").cloned()).collect();
    let addresses = addresses.filter(|addresses| !addresses.is_empty())?;
    // By a route without a gateway another gateway may be reached.
    let is_plain = each("routes").all(|route| route.get("gateway").is_some());
    let routes = each("routes").filter(|_| is_plain).filter_map(|route| {
        // Routes of a table of their own are no way out.
        let gateway = route.get("gateway").filter(|_| route.get("table").is_none())?;
        let mut own = map_of([("gateway", gateway.clone())], route.span);
        for (key, word) in [("destination", "network"), ("metric", "metric")] {
            let value = route.get(key).filter(|value| !matches!(value.as_str(), None | Some("")));
            value.into_iter().for_each(|value| put(&mut own, &[word], value.clone()));
        }
        Some(own)
    });
    let routes: Vec<Value> = routes.collect();
    let span = addresses[0].span;
    let mut own = map_of([("interface", name.clone()), ("addresses", list_of(addresses, span))], first.span);
    if !routes.is_empty() {
        put(&mut own, &["routes"], list_of(routes, first.span));
    }
    if asks {
        put(&mut own, &["dhcp"], plain("true", name.span));
    }
    Some(own)
}
