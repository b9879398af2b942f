//! A device of a talconfig's `networkInterfaces` as an `interface`. What it says that has no word is a document or a part
//! of a patch beside it, and a device of which the words would say something else is a patch as a whole.

use std::net::IpAddr;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};

use crate::gateway::is_said;
use crate::make::{list_of, map_of, nested, plain, put};
use crate::say::{self, Piece};
use crate::take::{Said, leaves, scalar, take, take_bool, take_text, take_texts, texts};
use crate::wires::{Wire, Wires};

/// What a link is said from, besides its own device.
pub(crate) struct Around<'a> {
    /// The subnets.
    pub(crate) wires: &'a Wires,
    /// Whether Talos has documents for links.
    pub(crate) has_documents: bool,
    /// Whether virtual IPs stay documents: those of a worker, which no word says and an import leaves as they were.
    pub(crate) keeps_vips: bool,
    /// The address of the cluster's endpoint.
    pub(crate) endpoint: Option<&'a str>,
    /// The addresses of the machine that no link has, which DHCP gives to one of them.
    pub(crate) reserved: Vec<Said>,
    /// Whether that is this link.
    pub(crate) may_reserve: bool,
    /// Where the way out follows from the router of a subnet: in all subnets, or where DHCP may bring one to some link of
    /// the machine, in that of the endpoint.
    pub(crate) way_out: WayOut,
}

/// In which subnets the way out of a machine follows from their router.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WayOut {
    /// In all.
    Everywhere,
    /// In that of the endpoint, where its address is known.
    BesideEndpoint(Option<IpAddr>),
}

impl WayOut {
    /// That of a machine with these devices.
    pub(crate) fn of(devices: &[Value], endpoint: Option<&str>) -> WayOut {
        let asks = |link: &Value| link.get("dhcp").and_then(|dhcp| dhcp.as_bool(Reader::Talos)) == Some(true);
        let any = |device: &Value| asks(device) || device.items_of("vlans").iter().any(asks);
        match devices.iter().any(any) {
            true => WayOut::BesideEndpoint(endpoint.and_then(|endpoint| endpoint.parse().ok())),
            false => WayOut::Everywhere,
        }
    }

    fn follows(self, wire: &Wire) -> bool {
        match self {
            WayOut::Everywhere => true,
            WayOut::BesideEndpoint(endpoint) => endpoint.is_some_and(|endpoint| wire.prefix.contains(&endpoint)),
        }
    }
}

/// Which device is likely to get the machine's own address from DHCP: the one with a virtual IP, else the first that
/// asks, itself or by a VLAN.
pub(crate) fn of_own_address(devices: &[Value]) -> Option<usize> {
    let asks = |device: &Value| {
        let vlans = device.get("vlans").into_iter().flat_map(Value::items);
        let mut links = vlans.chain([device]).filter_map(|link| link.get("dhcp"));
        links.any(|dhcp| dhcp.as_bool(Reader::Talos) == Some(true)) && is_sayable(device)
    };
    let shares = |device: &Value| device.get("vip").is_some() && asks(device);
    devices.iter().position(shares).or_else(|| devices.iter().position(asks))
}

/// A device in words and in documents beside them.
pub(crate) struct Link {
    /// The interface; none where the device is a patch as a whole.
    pub(crate) piece: Option<Piece>,
    /// What has no words.
    pub(crate) documents: Vec<Value>,
}

const DEVICE: [&str; 9] = ["interface", "deviceSelector", "dhcp", "mtu", "addresses", "routes", "vip", "vlans", "bond"];
const VLAN: [&str; 6] = ["vlanId", "dhcp", "mtu", "addresses", "routes", "vip"];
/// What a device is selected by, and the word for it.
const SELECTORS: [(&str, &str); 4] =
    [("hardwareAddr", "mac"), ("permanentAddr", "permanent-mac"), ("driver", "driver"), ("busPath", "bus-path")];

/// A device in words. `aliases` counts those of the machine that have no name of their own.
pub(crate) fn lift(mut device: Value, around: &mut Around<'_>, aliases: &mut usize) -> Link {
    let span = device.span;
    let whole = |device: &Value| {
        let list = list_of(vec![device.clone()], span);
        Link { piece: None, documents: vec![nested(&["machine", "network", "interfaces"], list)] }
    };
    if !is_sayable(&device) {
        return whole(&device);
    }
    let original = device.clone();
    let before = (around.reserved.clone(), *aliases);
    let all = leaves(&device);
    let mut documents = Vec::new();
    let (mut kernel_name, mut vips) = (None, Vec::new());
    let (name, selector) = match take_text(&mut device, &["interface"]) {
        Some(name) if Name::new(&name.text).is_ok() => (name, None),
        Some(name) => {
            let alias = Said { text: alias(aliases), span: name.span, comments: None };
            let said = say::field("kernel-name", &name.text, name.span);
            kernel_name = Some(name);
            (alias, Some(said))
        }
        None => {
            let found = SELECTORS
                .iter()
                .find_map(|(key, word)| Some(say::said(word, &take_text(&mut device, &["deviceSelector", key])?)));
            let Some(selector) = found else { return whole(&original) };
            (Said { text: alias(aliases), span: selector.arguments[0].value.span, comments: None }, Some(selector))
        }
    };
    // What Talos calls it.
    let called = kernel_name.as_ref().unwrap_or(&name);
    if around.keeps_vips {
        // Talos waits for etcd with it there, so no word says it of a worker.
        vips.extend(take_text(&mut device, &["vip", "ip"]).map(|ip| (called.text.clone(), ip)));
    }
    if let Some(bond) = take(&mut device, &["bond"]) {
        let beside = match around.has_documents {
            true => bond_documents(called, &bond.value),
            false => {
                let own = map_of([("interface", plain(&called.text, called.span)), ("bond", bond.value.clone())], span);
                Some(vec![nested(&["machine", "network", "interfaces"], list_of(vec![own], span))])
            }
        };
        let Some(beside) = beside else { return whole(&original) };
        documents.extend(beside);
    }
    let mut fields: Vec<Statement> = selector.into_iter().collect();
    let vlans = take(&mut device, &["vlans"]);
    link_fields(&mut device, &mut fields, around, vlans.is_some());
    for vlan in vlans.iter().flat_map(|field| field.value.items()) {
        let mut vlan = vlan.clone();
        let Some(id) = take_text(&mut vlan, &["vlanId"]) else { return whole(&original) };
        let mut inner = Vec::new();
        if around.keeps_vips {
            let ip = take_text(&mut vlan, &["vip", "ip"]);
            vips.extend(ip.map(|ip| (format!("{}.{}", called.text, id.text), ip)));
        }
        link_fields(&mut vlan, &mut inner, around, false);
        if !is_said(&vlan) {
            (around.reserved, *aliases) = before;
            return whole(&original);
        }
        let comments = say::comments(vlan.comments.as_deref());
        let statement = say::said("vlan", &id).under(comments);
        fields.push(if inner.is_empty() { statement } else { statement.holding(inner) });
    }
    if !is_said(&device) {
        // A field that is not of its type, such as `dhcp: "true"`, no word says.
        (around.reserved, *aliases) = before;
        return whole(&original);
    }
    documents.extend(vips.iter().map(|(link, ip)| {
        let mut own = document("Layer2VIPConfig", &ip.text, ip.span);
        put(&mut own, &["link"], plain(link, ip.span));
        own
    }));
    let mut comments = say::comments(original.comments.as_deref());
    if let Some(primary) = original.str_at(&["bond", "primary"]).filter(|_| around.has_documents) {
        comments.push(say::note(&format!("`primary: {primary}` of the bond is nothing that talhelper writes"), span));
    }
    let statement = say::field("interface", &name.text, name.span).under(comments);
    let statement = if fields.is_empty() { statement } else { statement.holding(fields) };
    let raw = nested(&["machine", "network", "interfaces"], list_of(vec![original], span));
    let beside: usize = documents.iter().map(leaves).sum();
    Link { piece: Some(Piece::new(statement, all.saturating_sub(beside)).or(raw)), documents }
}

fn alias(aliases: &mut usize) -> String {
    *aliases += 1;
    format!("lan{}", *aliases - 1)
}

/// Whether the words say a device as it is.
fn is_sayable(device: &Value) -> bool {
    let only = |value: &Value, known: &[&str]| {
        value.as_map().is_some() && value.fields().all(|field| known.contains(&&*field.key))
    };
    let scalars = |value: Option<&Value>| value.is_none_or(|value| value.is_null() || texts(value).is_some());
    let route = |route: &Value| only(route, &["network", "gateway", "metric"]) && route.str_at(&["gateway"]).is_some();
    let routes = |value: Option<&Value>| {
        value.is_none_or(|value| value.is_null() || value.as_list().is_some_and(|routes| routes.iter().all(route)))
    };
    let vip = |value: Option<&Value>| value.is_none_or(|value| only(value, &["ip"]) && value.str_at(&["ip"]).is_some());
    let link = |link: &Value, known: &[&str]| {
        only(link, known) && scalars(link.get("addresses")) && routes(link.get("routes")) && vip(link.get("vip"))
    };
    let selector = device.get("deviceSelector").is_none_or(|selector| {
        let known: Vec<&str> = SELECTORS.iter().map(|(key, _)| *key).collect();
        only(selector, &known) && selector.as_map().is_some_and(|map| map.len() == 1)
    });
    let vlans = device.get("vlans").is_none_or(|vlans| {
        vlans.as_list().is_some_and(|vlans| vlans.iter().all(|vlan| link(vlan, &VLAN) && vlan.get("vlanId").is_some()))
    });
    let is_named = device.str_at(&["interface"]).is_some() != device.get("deviceSelector").is_some();
    let bond = device.get("bond").is_none() || device.get("interface").is_some();
    link(device, &DEVICE) && selector && vlans && is_named && bond
}

/// What links and VLANs say alike.
fn link_fields(device: &mut Value, fields: &mut Vec<Statement>, around: &mut Around<'_>, is_trunk: bool) {
    let wires = around.wires;
    let asks = take_bool(device, &["dhcp"]);
    let is_asking = asks.as_ref().is_some_and(|(asks, _)| *asks);
    let span = device.span;
    let addresses = take_texts(device, &["addresses"]).unwrap_or_default();
    if !addresses.is_empty() {
        let said = |text: &Said| {
            let has_length = text.text.contains('/') || text.text.contains("${");
            let text_with = if has_length { text.text.clone() } else { with_length(&text.text) };
            (wires.said(&text_with), text.span)
        };
        fields.push(say::list("address", addresses[0].span, addresses.iter().map(said)));
    }
    let reserved: Vec<Said> =
        if is_asking && around.may_reserve { std::mem::take(&mut around.reserved) } else { Vec::new() };
    if !reserved.is_empty() {
        let said = reserved.iter().map(|address| (wires.said(&address.text), address.span));
        fields.push(say::list("reserved", reserved[0].span, said));
    }
    let is_default = if reserved.is_empty() { addresses.is_empty() && !is_trunk } else { true };
    if is_asking != is_default {
        let place = asks.map_or(span, |(_, said)| said.span);
        fields.push(say::flag("dhcp", is_asking, place));
    }
    if let Some(mtu) = take_text(device, &["mtu"]).filter(|mtu| mtu.text != "0") {
        fields.push(say::said("mtu", &mtu));
    }
    let own: Vec<&str> = addresses.iter().map(|address| address.text.as_str()).collect();
    for route in take(device, &["routes"]).iter().flat_map(|field| field.value.items()) {
        fields.extend(static_route(route, &own, around, is_asking));
    }
    if let Some(vip) = take_text(device, &["vip", "ip"]) {
        let holds = |text: &str| {
            let own = text.split('/').next()?.parse().ok()?;
            Some(std::ptr::eq(wires.of(own)?, wires.of(vip.text.parse().ok()?)?))
        };
        let mut beside = own.iter().copied().chain(reserved.iter().map(|address| address.text.as_str()));
        let follows = around.endpoint == Some(vip.text.as_str()) && beside.any(|own| holds(own) == Some(true));
        if !follows {
            fields.push(say::field("virtual-ip", &wires.said(&vip.text), vip.span));
        }
    }
}

/// Talos takes an address without a length for one of its own.
fn with_length(address: &str) -> String {
    format!("{address}/{}", if address.contains(':') { 128 } else { 32 })
}

/// A route, unless it is the way out that follows from the subnet.
fn static_route(route: &Value, own: &[&str], around: &Around<'_>, is_asking: bool) -> Option<Statement> {
    let wires = around.wires;
    let gateway = scalar(route.get("gateway")?)?;
    let network = route.get("network").and_then(scalar);
    let metric = route.get("metric").and_then(scalar);
    let is_default = network.as_ref().is_none_or(|network| matches!(network.text.as_str(), "0.0.0.0/0" | "::/0"));
    let hop = gateway.text.parse().ok();
    let wire = hop.and_then(|hop| wires.of(hop)).filter(|wire| wire.router.map(|(own, _)| own) == hop);
    let is_own = |wire: &Wire| {
        let address = |own: &&str| own.split('/').next().and_then(|own| own.parse::<IpAddr>().ok());
        around.way_out.follows(wire) && own.iter().filter_map(address).any(|own| wire.prefix.contains(&own))
    };
    if is_default && metric.is_none() && !is_asking && wire.is_some_and(is_own) {
        return None;
    }
    let network = network.filter(|_| !is_default);
    let (text, place) = network.map_or(("default".to_owned(), route.span), |network| (network.text, network.span));
    let mut fields = vec![say::field("gateway", &wires.said(&gateway.text), gateway.span)];
    fields.extend(metric.map(|metric| say::field("metric", &metric.text, metric.span)));
    Some(say::field("route", &text, place).holding(fields))
}

/// The keys of a bond, and those of Talos's document.
const BOND: [(&str, &str); 7] = [
    ("mode", "bondMode"),
    ("primaryReselect", "primaryReselect"),
    ("miimon", "miimon"),
    ("updelay", "updelay"),
    ("downdelay", "downdelay"),
    ("lacpRate", "lacpRate"),
    ("xmitHashPolicy", "xmitHashPolicy"),
];

/// A document of this name, before it says anything.
fn document(kind: &str, own: &str, span: Span) -> Value {
    map_of([("apiVersion", plain("v1alpha1", span)), ("kind", plain(kind, span)), ("name", plain(own, span))], span)
}

/// A bond as talhelper says it in documents: an alias for each member that is selected, and the bond.
fn bond_documents(name: &Said, bond: &Value) -> Option<Vec<Value>> {
    let mut documents = Vec::new();
    let mut links = Vec::new();
    let mut own = document("BondConfig", &name.text, bond.span);
    for field in bond.fields() {
        match &*field.key {
            "interfaces" => links.extend(texts(&field.value)?.into_iter().map(|link| plain(&link.text, link.span))),
            "deviceSelectors" => {
                for (at, selector) in field.value.as_list()?.iter().enumerate() {
                    let alias = format!("{}-m{at}", name.text);
                    let mut document = document("LinkAliasConfig", &alias, selector.span);
                    let expression = Value::text_at(expression(selector)?, selector.span);
                    put(&mut document, &["selector", "match"], expression);
                    documents.push(document);
                    links.push(plain(&alias, selector.span));
                }
            }
            // talhelper writes no document that has it. (talhelper 3.1, pkg/talos/networkconfig.go)
            "primary" => {}
            key => {
                let (_, key) = BOND.iter().find(|(known, _)| *known == key)?;
                put(&mut own, &[*key], field.value.clone());
            }
        }
    }
    put(&mut own, &["links"], list_of(links, bond.span));
    documents.push(own);
    Some(documents)
}

/// The expression by which Talos finds what a selector selects.
fn expression(selector: &Value) -> Option<String> {
    let mut conditions = Vec::new();
    for field in selector.fields() {
        let text = field.value.as_str()?.replace('"', "\\\"");
        let what = match &*field.key {
            "hardwareAddr" | "permanentAddr" => "mac(link.permanent_addr)",
            "driver" => "link.driver",
            "busPath" => "link.bus_path",
            "physical" if field.value.as_bool(Reader::Talos) == Some(true) => {
                conditions.push("link.type == 1".to_owned());
                continue;
            }
            _ => return None,
        };
        conditions.push(match text.contains('*') {
            true => format!("glob(\"{text}\", {what})"),
            false => format!("{what} == \"{text}\""),
        });
    }
    (!conditions.is_empty()).then(|| conditions.join(" && "))
}
