//! The links of a machine in one form: those of the core document in the documents of each, called by the device that they
//! are, whatever alias it has.

use std::collections::BTreeMap;

use super::devices::{nic, of_match};
use super::machines::{Machine, map, put, take, text};
use crate::Value;

/// The fields of a bond, and what they are called in a document. Those of the same name are left out.
const BOND: &[(&str, &str)] = &[
    ("interfaces", "links"),
    ("mode", "bondMode"),
    ("hashPolicy", "xmitHashPolicy"),
    ("resendIgmp", "resendIGMP"),
    ("tlbDynamicLb", "tlbLogicalLb"),
    ("peerNotifyDelay", "peerNotifDelay"),
    ("arpIPTarget", "arpIpTargets"),
];

/// The metric of an address's route where nothing says another. (siderolabs/talos issue 12738.)
const ROUTE_PRIORITY: &str = "1024";

/// Whether a document says something of a link by its name.
fn is_link(kind: &str) -> bool {
    kind.contains("Link")
        || matches!(
            kind,
            "VLANConfig" | "BondConfig" | "BridgeConfig" | "VRFConfig" | "EthernetConfig" | "WireguardConfig"
        )
}

impl Machine {
    /// A link of the core document; what of it has no other form.
    pub(super) fn device(&mut self, mut device: Value) -> Option<Value> {
        let interface = take(&mut device, &["interface"]).and_then(|name| name.as_str().map(str::to_owned));
        let selector = take(&mut device, &["deviceSelector"]);
        let name = match (&selector, interface) {
            (Some(selector), _) => nic(selector),
            (None, Some(name)) => name,
            (None, None) => return Some(device),
        };
        let vlans = take(&mut device, &["vlans"]).unwrap_or_default();
        let mut common = self.common(&mut device, &name);
        if let Some(bond) = take(&mut device, &["bond"]) {
            for (key, value) in bond.entries().iter().filter(|(_, value)| *value != Value::Number("0".to_owned())) {
                if key == "deviceSelectors" {
                    let links = value.items().iter().map(|selector| text(&nic(selector)));
                    let own = bond.get("interfaces").map_or(&[][..], Value::items).iter().cloned();
                    put(&mut common, &["links"], Value::List(own.chain(links).collect()));
                } else if key != "interfaces" || bond.get("deviceSelectors").is_none() {
                    let to = BOND.iter().find(|(from, _)| from == key).map_or(key.as_str(), |(_, to)| to);
                    put(&mut common, &[to], value.clone());
                }
            }
            self.add("BondConfig", &name, common);
        } else if let Some(mut bridge) = take(&mut device, &["bridge"]) {
            let links = take(&mut bridge, &["interfaces"]);
            if let Some(filtering) = take(&mut bridge, &["vlan", "vlanFiltering"]) {
                put(&mut bridge, &["vlan", "filtering"], filtering);
            }
            let more = links.map(|links| ("links", links));
            let rest = bridge.entries().iter().map(|(key, value)| (key.as_str(), value.clone()));
            for (key, value) in more.into_iter().chain(rest) {
                put(&mut common, &[key], value);
            }
            self.add("BridgeConfig", &name, common);
        } else if take(&mut device, &["dummy"]) == Some(Value::Bool(true)) {
            // What is listed is up, which its document says.
            put(&mut common, &["up"], Value::Bool(true));
            self.add("DummyLinkConfig", &name, common);
        } else if let Some(tunnel) = take(&mut device, &["wireguard"]) {
            for (key, value) in tunnel.entries().iter().filter(|(_, value)| *value != Value::Number("0".to_owned())) {
                put(&mut common, &[key], value.clone());
            }
            self.add("WireguardConfig", &name, common);
        } else {
            self.add("LinkConfig", &name, common);
        }
        for vlan in vlans.items() {
            let mut vlan = vlan.clone();
            let Some(id) = take(&mut vlan, &["vlanId"]) else { continue };
            let own = format!("{name}.{}", id.line());
            let mut common = self.common(&mut vlan, &own);
            for (key, rest) in vlan.entries().iter().filter(|(_, rest)| *rest != Value::Null) {
                put(&mut common, &[key], rest.clone());
            }
            put(&mut common, &["vlanID"], id);
            put(&mut common, &["parent"], text(&name));
            self.add("VLANConfig", &own, common);
        }
        let Value::Map(mut entries) = device else { return None };
        entries.retain(|(_, value)| *value != Value::Null);
        (!entries.is_empty()).then(|| {
            entries.insert(0, ("interface".to_owned(), text(&name)));
            Value::Map(entries)
        })
    }

    /// What all links say: addresses, routes, MTU; and its documents for DHCP and the virtual IP.
    fn common(&mut self, device: &mut Value, name: &str) -> Value {
        let mut common = Value::Map(Vec::new());
        if let Some(addresses) = take(device, &["addresses"]) {
            let addresses = addresses.items().iter().map(|address| map([("address", address.clone())])).collect();
            put(&mut common, &["addresses"], Value::List(addresses));
        }
        if let Some(routes) = take(device, &["routes"]) {
            let of = |route: &Value| {
                let called = |key: &str| if key == "network" { "destination".to_owned() } else { key.to_owned() };
                Value::Map(route.entries().iter().map(|(key, value)| (called(key), value.clone())).collect())
            };
            put(&mut common, &["routes"], Value::List(routes.items().iter().map(of).collect()));
        }
        if let Some(mtu) = take(device, &["mtu"]).filter(|value| *value != Value::Number("0".to_owned())) {
            put(&mut common, &["mtu"], mtu);
        }
        let (dhcp, options) = (take(device, &["dhcp"]), take(device, &["dhcpOptions"]).unwrap_or_default());
        if dhcp == Some(Value::Bool(true)) {
            let told = options.entries().iter().filter(|(key, _)| !matches!(key.as_str(), "ipv4" | "ipv6"));
            let told = Value::Map(told.cloned().collect());
            if options.get("ipv4") != Some(&Value::Bool(false)) {
                self.add("DHCPv4Config", name, told.clone());
            }
            if options.get("ipv6") == Some(&Value::Bool(true)) {
                self.add("DHCPv6Config", name, told);
            }
        }
        if let Some(ip) = take(device, &["vip", "ip"])
            && let Some(ip) = ip.as_str()
        {
            self.add("Layer2VIPConfig", ip, map([("link", text(name))]));
        }
        common
    }

    /// Leaves out of links what they say by default, and calls each by the device that it is.
    pub(super) fn settle_links(&mut self) {
        for (_, value) in self.documents.iter_mut().filter(|((kind, _), _)| is_link(kind)) {
            if let Some(Value::List(mut addresses)) = take(value, &["addresses"]) {
                let usual = Value::Number(ROUTE_PRIORITY.to_owned());
                let said = |address: &&mut Value| address.get("routePriority") == Some(&usual);
                addresses.iter_mut().filter(said).for_each(|address| _ = take(address, &["routePriority"]));
                put(value, &["addresses"], Value::List(addresses));
            }
        }
        self.call_links_by_device();
    }

    /// Calls each link that has an alias by the device that it is, wherever it is named.
    fn call_links_by_device(&mut self) {
        let aliases: BTreeMap<String, String> = self
            .documents
            .iter()
            .filter(|((kind, _), _)| kind == "LinkAliasConfig")
            .filter_map(|((_, name), value)| {
                Some((name.clone(), of_match(value.at(&["selector", "match"])?.as_str()?)))
            })
            .collect();
        let called = |name: &str| match (aliases.get(name), name.rsplit_once('.')) {
            (Some(device), _) => device.clone(),
            (None, Some((parent, id))) => {
                aliases.get(parent).map_or_else(|| name.to_owned(), |device| format!("{device}.{id}"))
            }
            (None, None) => name.to_owned(),
        };
        for ((kind, name), mut value) in std::mem::take(&mut self.documents) {
            if kind == "LinkAliasConfig" {
                continue;
            }
            let of_link = is_link(&kind) || kind.contains("DHCP");
            for key in ["link", "parent"] {
                if let Some(own) = value.get(key).and_then(Value::as_str).map(called) {
                    put(&mut value, &[key], text(&own));
                }
            }
            if let Some(links) = value.get("links") {
                let links = links
                    .items()
                    .iter()
                    .map(|link| link.as_str().map_or_else(|| link.clone(), |own| text(&called(own))));
                let links = Value::List(links.collect());
                put(&mut value, &["links"], links);
            }
            let name = if of_link { called(&name) } else { name };
            self.add(&kind, &name, value);
        }
    }
}
