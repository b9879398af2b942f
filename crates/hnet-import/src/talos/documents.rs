//! Links that typed documents of one machine configure, in the form of a talconfig's devices. What a device cannot say
//! of a link leaves its documents where they are. Start at [`devices`].

use std::collections::BTreeSet;

use hnet_yaml::{Reader, Value, ValueKind};
use indexmap::IndexMap;

use super::link::{ALIAS, DOCUMENTS, VIPS, asks, is_said_in_words};
use super::made::KINDS;
use crate::make::{list_of, map_of, plain, put};
use crate::take::{is_empty, scalar, take, take_bool, take_text};

/// The documents that make a link or configure a card; a link has one of them.
const MAKE: [&str; 5] = ["LinkConfig", "BondConfig", "BridgeConfig", "DummyLinkConfig", "WireguardConfig"];
const OF_ALIAS: &str = "LinkAliasConfig";
const OF_VLAN: &str = "VLANConfig";
const OF_VIP: &str = "Layer2VIPConfig";
/// What a link is asked for by DHCP, IPv4 before IPv6.
const OF_DHCP: [&str; 2] = ["DHCPv4Config", "DHCPv6Config"];

/// What Talos takes for the metric of an address's route where nothing says another.
const ROUTE_PRIORITY: i128 = 1024;

/// The longest name of a link that is made.
const LONGEST_NAME: usize = 15;

/// How the kernel calls links by itself, or people do those that are made: none of these is an alias by which talhelper
/// calls a device that is selected.
const NO_ALIASES: [&str; 7] = ["en", "eth", "bond", "br", "lo", "dummy", "wg"];

/// The link that a document is about, where it is about one.
pub(super) fn link_of(document: &Value) -> Option<&str> {
    match document.str_at(&["kind"])? {
        OF_VIP => document.str_at(&["link"]),
        OF_ALIAS | OF_VLAN => document.str_at(&["name"]),
        kind if MAKE.contains(&kind) || OF_DHCP.contains(&kind) => document.str_at(&["name"]),
        _ => None,
    }
}

/// Lays a patch over a part of a machine, as Talos does: maps merge, lists grow, and what says nothing changes nothing.
/// Of VLANs those of one id are one.
pub(super) fn lay(part: &mut Value, patch: &Value) {
    match (&mut part.kind, &patch.kind) {
        (ValueKind::Map(own), ValueKind::Map(more)) => {
            for (key, field) in more {
                match own.get_mut(key) {
                    Some(old) if key == "vlans" => field.value.items().iter().for_each(|vlan| lay_vlan(old, vlan)),
                    Some(old) => lay(&mut old.value, &field.value),
                    None => _ = own.insert(key.clone(), field.clone()),
                }
            }
        }
        (ValueKind::List(own), ValueKind::List(more)) => own.extend(more.iter().cloned()),
        _ if patch.is_null() || matches!(patch.as_str(), Some("" | "0")) => {}
        _ => *part = patch.clone(),
    }
}

fn lay_vlan(vlans: &mut hnet_yaml::Field, vlan: &Value) {
    let Some(vlans) = vlans.value.as_list_mut() else { return };
    match vlans.iter_mut().find(|own| own.str_at(&["vlanId"]) == vlan.str_at(&["vlanId"])) {
        Some(own) => lay(own, vlan),
        None => vlans.push(vlan.clone()),
    }
}

/// The devices of a machine with what its documents say of links.
pub(super) struct Devices {
    /// All of them.
    pub(super) all: Vec<Value>,
    /// The links of which the documents stay as they are.
    pub(super) refused: BTreeSet<String>,
}

/// The devices of a machine, and those that its documents configure, in the order in which Talos reads them; without the
/// links that are refused already.
pub(super) fn devices(base: &[Value], documents: &[&Value], refused: &BTreeSet<String>) -> Devices {
    let mut own = Documents::default();
    let mut made = Devices { all: base.to_vec(), refused: BTreeSet::new() };
    for document in documents {
        let Some(link) = link_of(document).filter(|link| !refused.contains(*link)) else { continue };
        if super::machine::says_directive(document) {
            made.refused.insert(link.to_owned());
        }
        own.add(document);
    }
    let names: Vec<String> = own.0.values().filter_map(|one| link_of(one).map(str::to_owned)).collect();
    let names: BTreeSet<String> = names.into_iter().collect();
    // Whether a name may be an alias that talhelper gives to a device which is selected.
    let is_selected = base.iter().any(|device| device.get("deviceSelector").is_some());
    let is_free = |name: &str| !is_selected || NO_ALIASES.iter().any(|start| name.starts_with(start));
    for name in names.iter().filter(|name| own.vlan(name).is_none()) {
        let at = made.all.iter().position(|device| device.str_at(&["interface"]) == Some(name));
        let has_alias = own.0.contains_key(&(OF_ALIAS, name.clone()));
        let device = match at {
            Some(at) => own.added_to(&made.all[at], name),
            None if has_alias || is_free(name) => own.device(name),
            None => None,
        };
        let said = device.map(|device| own.with_vlans(device, name, &mut made.refused));
        match (said.filter(|device| is_said_in_words(device, true)), at) {
            (Some(device), Some(at)) => made.all[at] = device,
            (Some(device), None) => made.all.push(device),
            (None, _) => _ = made.refused.insert(name.clone()),
        }
    }
    // A VLAN is said where its parent is.
    for name in names.iter().filter(|name| own.vlan(name).is_some()) {
        let parent = own.vlan(name).and_then(|vlan| vlan.str_at(&["parent"])).unwrap_or_default();
        if !names.contains(parent) && !own.is_of_device(base, parent) || made.refused.contains(parent) {
            made.refused.insert(name.clone());
        }
    }
    made
}

/// The documents of a machine that are about links, each laid over the one before of its kind and name.
#[derive(Default)]
struct Documents(IndexMap<(&'static str, String), Value>);

impl Documents {
    fn add(&mut self, document: &Value) {
        let kinds = MAKE.into_iter().chain([OF_ALIAS, OF_VLAN, OF_VIP]).chain(OF_DHCP);
        let kind = document.str_at(&["kind"]).and_then(|kind| kinds.into_iter().find(|own| *own == kind));
        let (Some(kind), Some(name)) = (kind, document.str_at(&["name"])) else { return };
        match self.0.get_mut(&(kind, name.to_owned())) {
            Some(own) => lay(own, document),
            None => _ = self.0.insert((kind, name.to_owned()), document.clone()),
        }
    }

    fn get(&self, kind: &'static str, name: &str) -> Option<&Value> {
        self.0.get(&(kind, name.to_owned()))
    }

    fn vlan(&self, name: &str) -> Option<&Value> {
        self.get(OF_VLAN, name)
    }

    fn vips(&self, link: &str) -> Vec<&Value> {
        let is_its = |document: &&Value| document.str_at(&["link"]) == Some(link);
        self.0.iter().filter(|((kind, _), _)| *kind == OF_VIP).map(|(_, own)| own).filter(is_its).collect()
    }

    /// All documents of a link.
    fn of<'d>(&'d self, link: &'d str) -> impl Iterator<Item = &'d Value> {
        self.0.values().filter(move |document| link_of(document) == Some(link))
    }

    fn is_of_device(&self, base: &[Value], name: &str) -> bool {
        base.iter().any(|device| device.str_at(&["interface"]) == Some(name))
    }

    /// The link of a name as a device.
    fn device(&self, name: &str) -> Option<Value> {
        let mut all = MAKE.into_iter().filter_map(|kind| self.get(kind, name));
        let (own, other) = (all.next(), all.next());
        if other.is_some() {
            return None;
        }
        let alias = self.get(OF_ALIAS, name);
        let asks = OF_DHCP.into_iter().find_map(|kind| self.get(kind, name));
        let first = own.or(alias).or(asks)?;
        let called = first.get("name")?.clone();
        let mut device = map_of([(ALIAS, called)], first.span);
        device.comments.clone_from(&first.comments);
        if let Some(alias) = alias {
            put(&mut device, &["deviceSelector"], selector(alias)?);
        }
        match own {
            Some(own) => made(own.clone(), &mut device)?,
            // Words bring up a card that no link is made of, as Talos does one by which it asks.
            None if asks.is_some() || self.is_member(name) => {}
            None => return None,
        }
        self.asking(name, &mut device)?;
        let documents: Vec<Value> = self.of(name).cloned().collect();
        put(&mut device, &[DOCUMENTS], list_of(documents, first.span));
        Some(device)
    }

    fn is_member(&self, name: &str) -> bool {
        let makes = |kind: &str| matches!(kind, "BondConfig" | "BridgeConfig");
        let links = self.0.iter().filter(|((kind, _), _)| makes(kind)).flat_map(|(_, own)| own.items_of("links"));
        links.into_iter().any(|link| link.as_str() == Some(name))
    }

    /// A device of a talconfig with what documents say of its link.
    fn added_to(&self, device: &Value, name: &str) -> Option<Value> {
        if self.get(OF_ALIAS, name).is_some() || device.get("deviceSelector").is_some() {
            return None;
        }
        let mut device = device.clone();
        let mut more = map_of([], device.span);
        for kind in MAKE {
            let Some(own) = self.get(kind, name) else { continue };
            // talhelper writes another document for what is made.
            if kind != "LinkConfig" || KINDS.iter().any(|kind| device.get(kind).is_some()) {
                return None;
            }
            made(own.clone(), &mut more)?;
        }
        self.asking(name, &mut more)?;
        let has_table = more.items_of("routes").iter().any(|route| route.get("table").is_some());
        if has_table || more.get(VIPS).is_some() || more.get("vip").is_some() && device.get("vip").is_some() {
            return None;
        }
        if asks(&more) && asks(&device) {
            return None;
        }
        lay(&mut device, &more);
        Some(device)
    }

    /// A device with its VLANs; those that no device has are refused.
    fn with_vlans(&self, mut device: Value, name: &str, refused: &mut BTreeSet<String>) -> Value {
        for (key, document) in self.0.iter().filter(|((kind, _), _)| *kind == OF_VLAN) {
            if document.str_at(&["parent"]) != Some(name) {
                continue;
            }
            let is_new = |vlan: &Value| {
                let id = vlan.str_at(&["vlanId"]);
                device.items_of("vlans").iter().all(|own| own.str_at(&["vlanId"]) != id)
            };
            match self.vlan_of(document, name).filter(is_new) {
                Some(vlan) => {
                    let vlans = list_of(vec![vlan], document.span);
                    lay(&mut device, &map_of([("vlans", vlans)], document.span));
                    let beside = self.of(&key.1).cloned().collect();
                    if let Some(documents) = device.get_mut(DOCUMENTS).and_then(Value::as_list_mut) {
                        documents.extend::<Vec<Value>>(beside);
                    }
                }
                None => _ = refused.insert(key.1.clone()),
            }
        }
        device
    }

    fn vlan_of(&self, document: &Value, parent: &str) -> Option<Value> {
        let mut document = document.clone();
        let id = take_text(&mut document, &["vlanID"])?;
        let name = document.str_at(&["name"])?.to_owned();
        take(&mut document, &["parent"]);
        let mode = take_text(&mut document, &["vlanMode"]);
        // Any other name is not the one that words give.
        let is_usual = name == format!("{parent}.{}", id.text) && name.len() <= LONGEST_NAME;
        if !is_usual || mode.is_some_and(|mode| mode.text != "802.1q") {
            return None;
        }
        let mut vlan = map_of([("vlanId", plain(&id.text, id.span))], document.span);
        vlan.comments.clone_from(&document.comments);
        common(&mut document, &mut vlan)?;
        is_only_a_name(&document).then_some(())?;
        self.asking(&name, &mut vlan)?;
        is_said_in_words(
            &map_of([("interface", plain("eth0", id.span)), ("vlans", list_of(vec![vlan.clone()], id.span))], id.span),
            true,
        )
        .then_some(vlan)
    }

    /// What a link is asked for by DHCP, and the virtual IPs that it may carry.
    fn asking(&self, name: &str, link: &mut Value) -> Option<()> {
        let [four, six] = OF_DHCP.map(|kind| self.get(kind, name));
        let options = |document: &Value| {
            let mut options = document.clone();
            ["apiVersion", "kind", "name"].iter().for_each(|key| _ = take(&mut options, &[key]));
            let known = |key: &str| matches!(key, "routeMetric" | "ignoreHostname" | "clientIdentifier");
            let is_known = options.fields().all(|field| known(&field.key));
            is_known.then_some(options)
        };
        if let Some(first) = four.or(six) {
            let mut asked = options(first)?;
            let same = |other: &Value| {
                hnet_compare::Value::of(other, Reader::Talos) == hnet_compare::Value::of(&asked, Reader::Talos)
            };
            if let (Some(_), Some(six)) = (four, six)
                && !same(&options(six)?)
            {
                return None;
            }
            if six.is_some() {
                put(&mut asked, &["ipv6"], plain("true", first.span));
            }
            if four.is_none() {
                put(&mut asked, &["ipv4"], plain("false", first.span));
            }
            put(link, &["dhcp"], plain("true", first.span));
            if !is_empty(&asked) {
                put(link, &["dhcpOptions"], asked);
            }
        }
        let mut vips = Vec::new();
        for document in self.vips(name) {
            let known = |key: &str| matches!(key, "apiVersion" | "kind" | "name" | "link");
            document.fields().all(|field| known(&field.key)).then_some(())?;
            vips.push(document.get("name")?.clone());
        }
        let mut vips = vips.into_iter();
        if let Some(first) = vips.next() {
            put(link, &["vip", "ip"], first);
        }
        let further: Vec<Value> = vips.collect();
        if let Some(first) = further.first() {
            let span = first.span;
            put(link, &[VIPS], list_of(further, span));
        }
        Some(())
    }
}

fn is_only_a_name(document: &Value) -> bool {
    document.fields().all(|field| matches!(&*field.key, "apiVersion" | "kind" | "name"))
}

/// What the one document of a link says, put into its device.
fn made(mut document: Value, device: &mut Value) -> Option<()> {
    let kind = document.str_at(&["kind"])?.to_owned();
    let span = document.span;
    common(&mut document, device)?;
    let into = match kind.as_str() {
        "BondConfig" => "bond",
        "BridgeConfig" => "bridge",
        "DummyLinkConfig" => "dummy",
        "WireguardConfig" => "wireguard",
        _ => return is_only_a_name(&document).then_some(()),
    };
    let mut own = map_of([], span);
    if let Some(filtering) = take(&mut document, &["vlan", "filtering"]) {
        put(&mut own, &["vlan", "vlanFiltering"], filtering.value);
    }
    for field in document.fields().filter(|field| !matches!(&*field.key, "apiVersion" | "kind" | "name")) {
        let key = if &*field.key == "links" { "interfaces" } else { &*field.key };
        // Words of a dummy say nothing else.
        let is_known = into != "dummy" || key == "hardwareAddr";
        is_known.then_some(())?;
        put(&mut own, &[key], field.value.clone());
    }
    put(device, &[into], own);
    Some(())
}

/// Takes what all links say out of a document, as a device says it.
fn common(document: &mut Value, link: &mut Value) -> Option<()> {
    if document.get("up").is_some() && !take_bool(document, &["up"])?.0 {
        return None;
    }
    if let Some(mtu) = take(document, &["mtu"]) {
        put(link, &["mtu"], mtu.value);
    }
    if let Some(addresses) = take(document, &["addresses"]) {
        let address = |one: &Value| {
            let is_usual = |field: &hnet_yaml::Field| match &*field.key {
                "address" => true,
                "routePriority" => field.value.as_integer() == Some(ROUTE_PRIORITY),
                _ => false,
            };
            let own = one.get("address").filter(|own| scalar(own).is_some())?.clone();
            one.fields().all(is_usual).then_some(own)
        };
        let span = addresses.value.span;
        let all = addresses.value.as_list()?.iter().map(address).collect::<Option<Vec<_>>>()?;
        put(link, &["addresses"], list_of(all, span));
    }
    if let Some(routes) = take(document, &["routes"]) {
        let span = routes.value.span;
        let route = |route: &Value| {
            let mut own = map_of([], route.span);
            own.comments.clone_from(&route.comments);
            for field in route.fields() {
                let key = if &*field.key == "destination" { "network" } else { &*field.key };
                put(&mut own, &[key], field.value.clone());
            }
            own
        };
        let all = routes.value.as_list()?.iter().map(route).collect();
        put(link, &["routes"], list_of(all, span));
    }
    Some(())
}

/// What an alias selects its card by, as a device does.
fn selector(alias: &Value) -> Option<Value> {
    let mut alias = alias.clone();
    let said = take_text(&mut alias, &["selector", "match"])?;
    let is_one = !alias.str_at(&["name"])?.contains('%') && is_only_a_name(&alias);
    let mut selector = map_of([], said.span);
    for part in said.text.split("&&") {
        let (key, value) = condition(part.trim())?;
        if selector.get(key).is_some() {
            return None;
        }
        let value = if key == "physical" { plain(value, said.span) } else { Value::text_at(value, said.span) };
        put(&mut selector, &[key], value);
    }
    is_one.then_some(selector)
}

/// The field of a device's selector that says what a condition does, with its value.
fn condition(text: &str) -> Option<(&'static str, &str)> {
    match text {
        "link.type == 1" => return Some(("physical", "true")),
        "link.type != 1" => return Some(("physical", "false")),
        _ => {}
    }
    let (subject, value, is_glob) = match text.strip_prefix("glob(").and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => {
            let (pattern, subject) = inner.split_once(',')?;
            (subject, pattern, true)
        }
        None => {
            let (subject, value) = text.split_once("==")?;
            (subject, value, false)
        }
    };
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = !value.contains(['"', '\\']) && value.contains('*') == is_glob;
    let key = match subject.trim() {
        "mac(link.permanent_addr)" => "hardwareAddr",
        "link.driver" => "driver",
        "link.bus_path" => "busPath",
        "link.pciid" => "pciID",
        _ => return None,
    };
    is_plain.then_some((key, value))
}
