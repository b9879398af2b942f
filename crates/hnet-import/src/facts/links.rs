//! What is known of a machine's links though no word says all of it: a bridge has addresses like any other link, and so has
//! one that a document in the machine's patches configures. Start at [`known`].

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value, ValueKind};

use crate::make::{list_of, map_of, plain, put};
use crate::say;

/// The documents that configure a link, and so give it addresses.
const OF_LINKS: [&str; 5] = ["LinkConfig", "VLANConfig", "BondConfig", "BridgeConfig", "DummyLinkConfig"];

/// A talconfig whose machines have the links of which the addresses are known, said as the lift of a link reads them.
pub(super) fn known(talconfig: &mut Value) {
    let of_groups = ["controlPlane", "worker"].map(|group| talconfig.get(group)?.get("networkInterfaces").cloned());
    let Some(nodes) = talconfig.get_mut("nodes").and_then(Value::as_list_mut) else { return };
    for node in nodes {
        let of_group = &of_groups[usize::from(!crate::talos::is_control_plane(node))];
        let mut links = node.get("networkInterfaces").or(of_group.as_ref()).map_or(&[][..], Value::items).to_vec();
        let documents = documents(node);
        links.iter_mut().for_each(without_ports);
        let of_documents: Vec<Value> = documents.iter().filter_map(|document| link(document, &documents)).collect();
        for link in of_documents {
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

/// The documents in the patches that stand in the talconfig.
fn documents(node: &Value) -> Vec<Value> {
    let texts = node.items_of("patches").iter().filter_map(Value::text).filter(|text| !text.starts_with('@'));
    let mut documents = Vec::new();
    for text in texts {
        let yaml = text.yaml();
        documents.extend(yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value));
    }
    documents
}

/// A device without what says nothing of its own addresses: the links that it bridges.
fn without_ports(device: &mut Value) {
    if device.get("interface").is_some()
        && let Some(device) = device.as_map_mut()
    {
        device.shift_remove("bridge");
    }
}

/// The link that a document configures, as a talconfig says it; none where something of it is not said in the clear.
fn link(document: &Value, all: &[Value]) -> Option<Value> {
    let kind = document.str_at(&["kind"])?;
    let is_patched = document.fields().any(|field| field.key.ends_with("$patch"));
    let name = document.get("name").filter(|_| OF_LINKS.contains(&kind) && !is_patched)?;
    let addresses: Option<Vec<Value>> =
        document.items_of("addresses").iter().map(|one| one.get("address").cloned()).collect();
    let addresses = addresses.filter(|addresses| !addresses.is_empty())?;
    // By a route without a gateway another gateway may be reached.
    let is_plain = document.items_of("routes").iter().all(|route| route.get("gateway").is_some());
    let routes = document.items_of("routes").iter().filter(|_| is_plain).filter_map(|route| {
        // Routes of a table of their own are no way out.
        let gateway = route.get("gateway").filter(|_| route.get("table").is_none())?;
        let mut own = map_of([("gateway", gateway.clone())], route.span);
        for (key, word) in [("destination", "network"), ("metric", "metric")] {
            let value = route.get(key).filter(|value| !matches!(value.as_str(), None | Some("")));
            value.into_iter().for_each(|value| put(&mut own, &[word], value.clone()));
        }
        Some(own)
    });
    let span = addresses[0].span;
    let asks = |other: &Value| {
        other.str_at(&["kind"]).is_some_and(|kind| kind.starts_with("DHCP")) && other.get("name") == Some(name)
    };
    let mut own = map_of([("interface", name.clone()), ("addresses", list_of(addresses, span))], document.span);
    let routes: Vec<Value> = routes.collect();
    if !routes.is_empty() {
        put(&mut own, &["routes"], list_of(routes, document.span));
    }
    if all.iter().any(asks) {
        put(&mut own, &["dhcp"], plain("true", name.span));
    }
    matches!(name.kind, ValueKind::Scalar(..)).then_some(own)
}
