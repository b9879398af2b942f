//! A device of a talconfig's `networkInterfaces` as an `interface`. What it says that has no word is a document or a part
//! of a patch beside it, and a device of which the words would say something else is a patch as a whole. It is long, since
//! each key of a device is taken out by the one way through it. Start at [`lift`].

use std::net::IpAddr;

use hnet_diagnostics::Span;
use hnet_model::{DEFAULT_METRIC, MAIN_TABLE, Name};
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};
use indexmap::IndexSet;

use super::made;
use super::wireguard;

use crate::make::{list_of, map_of, nested, plain, put};
use crate::say::{self, Piece};
use crate::take::is_said;
use crate::take::{Said, leaves, scalar, take, take_bool, take_text, take_texts, texts};
use crate::wires::{Wire, Wires};

/// What a link is said from, besides its own device.
pub(crate) struct Around<'a> {
    /// What the machine is called.
    pub(crate) machine: &'a str,
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
    /// What the links are called of which others of the machine are made.
    pub(crate) members: IndexSet<String>,
    /// Whether this link says in any case whether it asks DHCP: what is made of it may end as a patch, and then no word says
    /// that it is a part of something.
    pub(crate) says_dhcp: bool,
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
    /// In none: no link of the machine says a way out, and what would follow from a router is not there.
    Nowhere,
}

impl WayOut {
    /// That of a machine with these devices.
    pub(crate) fn of(devices: &[Value], endpoint: Option<&str>) -> WayOut {
        let any = |is_it: &dyn Fn(&Value) -> bool| {
            devices.iter().any(|device| is_it(device) || device.items_of("vlans").iter().any(is_it))
        };
        if !any(&|link| link.items_of("routes").iter().any(is_way_out)) {
            return WayOut::Nowhere;
        }
        match any(&asks) {
            true => WayOut::BesideEndpoint(endpoint.and_then(|endpoint| endpoint.parse().ok())),
            false => WayOut::Everywhere,
        }
    }

    fn follows(self, wire: &Wire) -> bool {
        match self {
            WayOut::Everywhere => true,
            WayOut::BesideEndpoint(endpoint) => endpoint.is_some_and(|endpoint| wire.prefix.contains(&endpoint)),
            WayOut::Nowhere => false,
        }
    }
}

/// Whether a route leads out, and before one that follows from a router.
fn is_way_out(route: &Value) -> bool {
    let network = route.str_at(&["network"]).unwrap_or_default();
    let number = |key: &str| route.get(key).and_then(Value::as_integer);
    matches!(network, "" | "0.0.0.0/0" | "::/0")
        && number("metric").is_none_or(|metric| metric <= i128::from(DEFAULT_METRIC))
        && number("table").is_none_or(|table| table == i128::from(MAIN_TABLE))
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

/// What the links are called of which devices make others.
pub(crate) fn members(devices: &[Value]) -> IndexSet<String> {
    let of = |device: &Value, kind: &str| device.at(&[kind, "interfaces"]).and_then(texts).unwrap_or_default();
    let all = devices.iter().flat_map(|device| [of(device, "bond"), of(device, "bridge")].concat());
    all.map(|member| member.text).collect()
}

/// A device in words and in documents beside them.
pub(crate) struct Link {
    /// The link, behind the interfaces that it is made of; none where the device is a patch as a whole.
    pub(crate) pieces: Vec<Piece>,
    /// What has no words.
    pub(crate) documents: Vec<Value>,
    /// Where secrets stand that are not written.
    pub(crate) secrets: Vec<Span>,
}

const DEVICE: [&str; 15] = [
    "interface",
    ALIAS,
    "deviceSelector",
    "dhcp",
    "dhcpOptions",
    "mtu",
    "addresses",
    "routes",
    "vip",
    VIPS,
    "vlans",
    "bond",
    "bridge",
    "dummy",
    "wireguard",
];
const INTERFACES: [&str; 3] = ["machine", "network", "interfaces"];
const VLAN: [&str; 8] = ["vlanId", "dhcp", "dhcpOptions", "mtu", "addresses", "routes", "vip", VIPS];
const ROUTE: [&str; 6] = ["network", "gateway", "metric", "source", "mtu", "table"];
const DHCP: [&str; 5] = ["routeMetric", "ipv4", "ipv6", "clientIdentifier", "ignoreHostname"];
/// What a link of documents is called, in place of `interface`: with a selector that is its alias.
pub(super) const ALIAS: &str = "alias";
/// The documents, or the patch, that a device is said by where no field of a talconfig says it.
pub(super) const DOCUMENTS: &str = "documents";
/// Virtual IPs of a link of documents beside the one that a device may have.
pub(super) const VIPS: &str = "vips";
/// What a device is selected by, and the word for it.
pub(super) const SELECTORS: [(&str, &str); 6] = [
    ("hardwareAddr", "mac"),
    ("permanentAddr", "permanent-mac"),
    ("driver", "driver"),
    ("busPath", "bus-path"),
    ("pciID", "pci-id"),
    ("physical", "physical"),
];

/// What selects a device, in words.
pub(super) fn selectors(selector: &Value) -> Option<Vec<Statement>> {
    let word = |field: &hnet_yaml::Field| {
        let (key, word) = SELECTORS.iter().find(|(key, _)| *key == &*field.key)?;
        Some(match *key {
            "physical" => say::flag(word, field.value.as_bool(Reader::Talos)?, field.value.span),
            _ => say::said(word, &scalar(&field.value)?),
        })
    };
    selector.as_map()?;
    selector.fields().map(word).collect()
}

/// A device in words. `aliases` counts those of the machine that have no name of their own.
pub(crate) fn lift(mut device: Value, around: &mut Around<'_>, aliases: &mut usize) -> Link {
    let span = device.span;
    let beside = take(&mut device, &[DOCUMENTS]).map(|field| field.value);
    let machine = around.machine;
    let whole = |device: &Value| {
        let patch = || vec![nested(&INTERFACES, list_of(vec![device.clone()], span))];
        let mut documents = beside.as_ref().map_or_else(patch, |own| own.items().to_vec());
        let mut secrets = Vec::new();
        let name = device.str_at(&["interface"]).or(device.str_at(&[ALIAS])).unwrap_or_default();
        documents.iter_mut().for_each(|document| wireguard::without_keys(machine, name, document, &mut secrets));
        Link { pieces: Vec::new(), documents, secrets }
    };
    if !is_sayable(&device) {
        return whole(&device);
    }
    let original = device.clone();
    let before = (around.reserved.clone(), *aliases);
    let all = leaves(&device);
    let mut documents = Vec::new();
    let mut vips = Vec::new();
    let keyword = made::KINDS.into_iter().find(|kind| device.get(kind).is_some()).unwrap_or("interface");
    let alias = take_text(&mut device, &[ALIAS]);
    let is_of_talhelper = around.has_documents && alias.is_none() && beside.is_none();
    let own = take_text(&mut device, &["interface"]).or(alias);
    let selected = match take(&mut device, &["deviceSelector"]) {
        Some(selector) => {
            let Some(words) = selectors(&selector.value).filter(|words| !words.is_empty()) else {
                return whole(&original);
            };
            words
        }
        None => Vec::new(),
    };
    let is_sound = own.as_ref().is_some_and(|name| Name::new(&name.text).is_ok());
    // What Talos calls it.
    let (name, called, selector) = match own {
        Some(name) if is_sound => (name.clone(), name, selected),
        Some(name) if selected.is_empty() => {
            let text = if keyword == "interface" { self::alias(aliases) } else { super::sound(&name.text) };
            let own = Said { text, span: name.span, comments: None };
            (own, name.clone(), vec![say::field("kernel-name", &name.text, name.span)])
        }
        Some(_) => return whole(&original),
        None => {
            let Some(first) = selected.first() else { return whole(&original) };
            let span = first.arguments.first().map_or(first.span, |argument| argument.value.span);
            let own = Said { text: self::alias(aliases), span, comments: None };
            (own.clone(), own, selected)
        }
    };
    if around.keeps_vips {
        // Talos waits for etcd with it there, so no word says it of a worker.
        vips.extend(virtual_ips(&mut device).into_iter().map(|ip| (called.text.clone(), ip)));
    }
    let mut pieces = Vec::new();
    let mut made = Vec::new();
    if keyword != "interface" {
        let Some(own) = take(&mut device, &[keyword]) else { return whole(&original) };
        let Some(words) = made::words(around.machine, keyword, &name.text, &own.value, is_of_talhelper) else {
            return whole(&original);
        };
        pieces.extend(words.members.into_iter().map(|member| Piece::new(member, 0)));
        made = words.fields;
    }
    let mut fields: Vec<Statement> = selector.into_iter().chain(made).collect();
    let is_part = matches!(keyword, "dummy" | "wireguard") || around.members.contains(&called.text);
    around.says_dhcp = around.members.contains(&called.text);
    let vlans = take(&mut device, &["vlans"]);
    if link_fields(&mut device, &mut fields, around, vlans.is_some() || is_part).is_none() {
        (around.reserved, *aliases) = before;
        return whole(&original);
    }
    for vlan in vlans.iter().flat_map(|field| field.value.items()) {
        let mut vlan = vlan.clone();
        let Some(id) = take_text(&mut vlan, &["vlanId"]) else { return whole(&original) };
        let mut inner = Vec::new();
        if around.keeps_vips {
            let ips = virtual_ips(&mut vlan).into_iter();
            vips.extend(ips.map(|ip| (format!("{}.{}", called.text, id.text), ip)));
        }
        let is_part = around.members.contains(&format!("{}.{}", called.text, id.text));
        around.says_dhcp = is_part;
        if link_fields(&mut vlan, &mut inner, around, is_part).is_none() || !is_said(&vlan) {
            (around.reserved, *aliases) = before;
            return whole(&original);
        }
        let comments = say::comments(vlan.comments.as_deref());
        let statement = say::said("vlan", &id).under(comments);
        fields.push(if inner.is_empty() { statement } else { statement.holding(inner) });
    }
    let is_too_much = || !fields.iter().all(|field| wireguard::WORDS.contains(&&*field.keyword.text));
    if !is_said(&device) || keyword == "wireguard" && is_too_much() {
        // A field that is not of its type, such as `dhcp: "true"`, no word says, and a tunnel does not ask DHCP.
        (around.reserved, *aliases) = before;
        return whole(&original);
    }
    documents.extend(vips.iter().map(|(link, ip)| {
        let mut own = document("Layer2VIPConfig", &ip.text, ip.span);
        put(&mut own, &["link"], plain(link, ip.span));
        own
    }));
    let mut comments = say::comments(original.comments.as_deref());
    let tells_nobody = |link: &Value| link.get("dhcpOptions").is_some() && !asks(link);
    if original.items_of("vlans").iter().chain([&original]).any(tells_nobody) {
        comments.push(say::note("`dhcpOptions` of a link that does not ask DHCP say nothing", span));
    }
    if let Some(primary) = original.str_at(&["bond", "primary"]).filter(|_| is_of_talhelper) {
        comments.push(say::note(&format!("`primary: {primary}` of the bond is nothing that talhelper writes"), span));
    }
    let statement = say::field(keyword, &name.text, name.span).under(comments);
    let statement = if fields.is_empty() { statement } else { statement.holding(fields) };
    let further: usize = documents.iter().map(leaves).sum();
    let mut raw = beside.unwrap_or_else(|| nested(&INTERFACES, list_of(vec![original], span)));
    let mut secrets = Vec::new();
    if keyword == "wireguard" {
        wireguard::without_keys(around.machine, &name.text, &mut raw, &mut secrets);
    }
    pieces.push(Piece::new(statement, all.saturating_sub(further)).or(raw));
    Link { pieces, documents, secrets }
}

fn alias(aliases: &mut usize) -> String {
    *aliases += 1;
    format!("lan{}", *aliases - 1)
}

/// Whether a link asks DHCP.
pub(super) fn asks(link: &Value) -> bool {
    link.get("dhcp").and_then(|dhcp| dhcp.as_bool(Reader::Talos)) == Some(true)
}

/// Whether a device can be said in words.
pub(super) fn is_said_in_words(device: &Value, has_documents: bool) -> bool {
    let wires = Wires::default();
    let mut around = Around {
        machine: "",
        wires: &wires,
        has_documents,
        keeps_vips: false,
        endpoint: None,
        reserved: Vec::new(),
        may_reserve: false,
        members: IndexSet::new(),
        says_dhcp: false,
        way_out: WayOut::Everywhere,
    };
    !lift(device.clone(), &mut around, &mut 0).pieces.is_empty()
}

/// Takes out the virtual IPs of a link.
fn virtual_ips(link: &mut Value) -> Vec<Said> {
    let first = take_text(link, &["vip", "ip"]);
    first.into_iter().chain(take_texts(link, &[VIPS]).unwrap_or_default()).collect()
}

/// Whether the words say a device as it is.
fn is_sayable(device: &Value) -> bool {
    let only = |value: &Value, known: &[&str]| {
        value.as_map().is_some() && value.fields().all(|field| known.contains(&&*field.key))
    };
    let scalars = |value: Option<&Value>| value.is_none_or(|value| value.is_null() || texts(value).is_some());
    let says = |route: &Value, key: &str| route.str_at(&[key]).is_some_and(|text| !text.is_empty());
    let route = |route: &Value| {
        only(route, &ROUTE)
            && (says(route, "gateway") || says(route, "network"))
            && route.fields().all(|field| scalar(&field.value).is_some())
    };
    let routes = |value: Option<&Value>| {
        value.is_none_or(|value| value.is_null() || value.as_list().is_some_and(|routes| routes.iter().all(route)))
    };
    let vip = |value: Option<&Value>| value.is_none_or(|value| only(value, &["ip"]) && value.str_at(&["ip"]).is_some());
    // Of a link that does not ask they say nothing, and words keep them.
    let options = |link: &Value| link.get("dhcpOptions").is_none_or(|options| only(options, &DHCP));
    let link = |link: &Value, known: &[&str]| {
        only(link, known)
            && options(link)
            && scalars(link.get("addresses"))
            && routes(link.get("routes"))
            && vip(link.get("vip"))
    };
    let vlans = device.get("vlans").is_none_or(|vlans| {
        vlans.as_list().is_some_and(|vlans| vlans.iter().all(|vlan| link(vlan, &VLAN) && vlan.get("vlanId").is_some()))
    });
    let is_named = device.get(ALIAS).is_some()
        || device.str_at(&["interface"]).is_some() != device.get("deviceSelector").is_some();
    let made = made::KINDS.iter().filter(|kind| device.get(kind).is_some()).count();
    let is_made_once = made == 0 || made == 1 && device.get("deviceSelector").is_none();
    link(device, &DEVICE) && vlans && is_named && is_made_once
}

/// What links and VLANs say alike.
fn link_fields(
    device: &mut Value,
    fields: &mut Vec<Statement>,
    around: &mut Around<'_>,
    asks_nobody: bool,
) -> Option<()> {
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
    // Nobody reserves an address of a family for which the link does not ask.
    let asks_ipv6 = device.at(&["dhcpOptions", "ipv6"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let is_asked = |own: &Said| asks_ipv6 || own.text.parse::<std::net::Ipv6Addr>().is_err();
    let (reserved, others): (Vec<Said>, Vec<Said>) = std::mem::take(&mut around.reserved)
        .into_iter()
        .partition(|own| is_asking && around.may_reserve && is_asked(own));
    around.reserved = others;
    if !reserved.is_empty() {
        let said = reserved.iter().map(|address| (wires.said(&address.text), address.span));
        fields.push(say::list("reserved", reserved[0].span, said));
    }
    let is_default = if reserved.is_empty() { addresses.is_empty() && !asks_nobody } else { true };
    if is_asking != is_default || around.says_dhcp {
        let place = asks.map_or(span, |(_, said)| said.span);
        fields.push(say::flag("dhcp", is_asking, place));
    }
    if let Some(options) = take(device, &["dhcpOptions"]).filter(|_| is_asking) {
        fields.extend(dhcp_options(options.value)?);
    }
    if let Some(mtu) = take_text(device, &["mtu"]).filter(|mtu| mtu.text != "0") {
        fields.push(say::said("mtu", &mtu));
    }
    let own: Vec<&str> = addresses.iter().map(|address| address.text.as_str()).collect();
    for route in take(device, &["routes"]).iter().flat_map(|field| field.value.items()) {
        fields.extend(static_route(route, &own, around, is_asking));
    }
    let has_router = |own: &&str| {
        let address = own.split('/').next().and_then(|own| own.parse().ok());
        address.and_then(|address| wires.of(address)).is_some_and(|wire| wire.router.is_some())
    };
    if matches!(around.way_out, WayOut::Nowhere) && !is_asking && own.iter().any(has_router) {
        fields.push(say::flag("default-route", false, span));
    }
    let mut shared = Vec::new();
    for vip in virtual_ips(device) {
        let holds = |text: &str| {
            let own = text.split('/').next()?.parse().ok()?;
            Some(std::ptr::eq(wires.of(own)?, wires.of(vip.text.parse().ok()?)?))
        };
        let mut beside = own.iter().copied().chain(reserved.iter().map(|address| address.text.as_str()));
        let follows = around.endpoint == Some(vip.text.as_str()) && beside.any(|own| holds(own) == Some(true));
        if !follows {
            shared.push((wires.said(&vip.text), vip.span));
        }
    }
    if let Some((_, span)) = shared.first() {
        fields.push(say::list("virtual-ip", *span, shared.clone()));
    }
    Some(())
}

/// How a link asks DHCP.
fn dhcp_options(mut options: Value) -> Option<Vec<Statement>> {
    let mut fields = Vec::new();
    let span = options.span;
    if let Some(metric) = take_text(&mut options, &["routeMetric"]).filter(|metric| metric.text != "0") {
        fields.push(say::said("dhcp-metric", &metric));
    }
    let ipv4 = take_bool(&mut options, &["ipv4"]);
    let ipv6 = take_bool(&mut options, &["ipv6"]);
    if ipv4.is_some() || ipv6.is_some() {
        let asked = [("ipv4", ipv4.is_none_or(|(on, _)| on)), ("ipv6", ipv6.is_some_and(|(on, _)| on))];
        let families: Vec<_> =
            asked.into_iter().filter(|(_, on)| *on).map(|(family, _)| (family.to_owned(), span)).collect();
        if families.is_empty() {
            return None;
        }
        fields.push(say::list("dhcp-families", span, families));
    }
    if let Some(id) = take_text(&mut options, &["clientIdentifier"]) {
        // It needs octets that no word says.
        if id.text == "duid" {
            return None;
        }
        fields.push(say::said("dhcp-client-id", &id));
    }
    if let Some((on, said)) = take_bool(&mut options, &["ignoreHostname"]) {
        fields.push(say::flag("dhcp-ignore-hostname", on, said.span));
    }
    is_said(&options).then_some(fields)
}

/// Talos takes an address without a length for one of its own.
fn with_length(address: &str) -> String {
    format!("{address}/{}", if address.contains(':') { 128 } else { 32 })
}

/// A route, unless it is the way out that follows from the subnet.
fn static_route(route: &Value, own: &[&str], around: &Around<'_>, is_asking: bool) -> Option<Statement> {
    let wires = around.wires;
    let gateway = route.get("gateway").and_then(scalar).filter(|gateway| !gateway.text.is_empty());
    let network = route.get("network").and_then(scalar);
    let further = |key: &str, word: &str| Some(say::said(word, &route.get(key).and_then(scalar)?));
    let mut others: Vec<Statement> = Vec::new();
    others.extend(further("metric", "metric"));
    others.extend(further("table", "table"));
    let source = route.get("source").and_then(scalar);
    others.extend(source.map(|source| say::field("source", &wires.said(&source.text), source.span)));
    others.extend(further("mtu", "mtu"));
    let is_default = network.as_ref().is_none_or(|network| matches!(network.text.as_str(), "0.0.0.0/0" | "::/0"));
    let hop = gateway.as_ref().and_then(|gateway| gateway.text.parse().ok());
    let wire = hop.and_then(|hop| wires.of(hop)).filter(|wire| wire.router.map(|(own, _)| own) == hop);
    // A link is in the subnet of its first address, whose router alone its way out follows from.
    let is_own = |wire: &Wire| {
        let subnet = |own: &&str| wires.of(own.split('/').next()?.parse().ok()?);
        around.way_out.follows(wire) && own.iter().find_map(subnet).is_some_and(|own| std::ptr::eq(own, wire))
    };
    if is_default && others.is_empty() && !is_asking && wire.is_some_and(is_own) {
        return None;
    }
    let network = network.filter(|_| !is_default);
    let (text, place) = network.map_or(("default".to_owned(), route.span), |network| (network.text, network.span));
    let gateway = gateway.map(|gateway| say::field("gateway", &wires.said(&gateway.text), gateway.span));
    let fields: Vec<Statement> = gateway.into_iter().chain(others).collect();
    let said = say::field("route", &text, place);
    Some(if fields.is_empty() { said } else { said.holding(fields) })
}

/// A document of this name, before it says anything.
fn document(kind: &str, own: &str, span: Span) -> Value {
    map_of([("apiVersion", plain("v1alpha1", span)), ("kind", plain(kind, span)), ("name", plain(own, span))], span)
}
