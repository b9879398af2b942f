//! Links that are made of others or of nothing, in both shapes. Start at [`Members`].

use hnet_manifests::talos::bond::{BOND_KEYS, BondKey, BondValue, BondValues};
use hnet_manifests::talos::documents::{
    Body, BondConfig, BridgeConfig, BridgeVlan, CommonLink, DummyLinkConfig, LinkAliasConfig, LinkSelector as Selector,
    WireguardConfig,
};
use hnet_manifests::talos::v1alpha1::{self, Bond, Bridge, Device, DeviceSelector, Stp};
use hnet_manifests::talos::wireguard::{Tunnel, TunnelPeer};
use hnet_manifests::versions::talos::Minor;
use hnet_model::{
    Cluster, Interface, LinkSelector, Links, Made, MadeKind, Member, Network, Node, ResolvedPeer, Setting, Span,
    Traced, WireGuard,
};

use super::{expressions, selectors};

/// A link of a node that is made, with what it is made of.
pub(super) struct Members<'a> {
    pub(super) links: &'a Links<'a>,
    /// What Talos calls it.
    pub(super) name: &'a str,
    pub(super) made: &'a Made,
    pub(super) interface: &'a Interface,
    pub(super) node: &'a Node,
    pub(super) cluster: &'a Cluster,
    pub(super) network: &'a Network,
    /// Its statement.
    pub(super) span: Span,
}

impl Members<'_> {
    /// The members that have no name, each with one.
    fn unnamed(&self) -> impl Iterator<Item = (String, Traced<LinkSelector>)> + '_ {
        let macs = self.made.members.iter().filter_map(|member| match &member.value {
            // Talos takes one alias for a card.
            Member::Mac(mac) if self.links.member(&member.value).is_none() => {
                Some(Traced::new(LinkSelector::PermanentMac(mac.clone()), member.origin))
            }
            Member::Mac(_) | Member::Link(_) => None,
        });
        let names = (0_u32..).map(|at| format!("{}-m{at}", self.name)).filter(|name| !self.links.has(name));
        names.zip(macs)
    }

    /// Names for the members that have none.
    pub(super) fn aliases(&self) -> Vec<LinkAliasConfig> {
        let alias = |(name, selector): (String, Traced<LinkSelector>)| {
            let expression = Traced::new(expressions::link(&selector.value)?, selector.origin);
            Some(LinkAliasConfig { name: Traced::new(name, selector.origin), selector: Selector { expression } })
        };
        self.unnamed().filter_map(alias).collect()
    }

    /// What Talos calls the members, in their order.
    fn links(&self) -> Vec<Traced<String>> {
        let mut unnamed = self.unnamed();
        let name = |member: &Traced<Member>| match &member.value {
            own if matches!(own, Member::Link(_)) || self.links.member(own).is_some() => {
                Some(Traced::new(self.links.talos_name_of(own), member.origin))
            }
            _ => unnamed.next().map(|(name, _)| Traced::new(name, member.origin)),
        };
        self.made.members.iter().filter_map(name).collect()
    }

    /// The typed document.
    pub(super) fn document(&self, name: Traced<String>, common: CommonLink, talos: Minor) -> Body {
        let hardware_addr = self.made.mac.as_ref().map(|mac| mac.as_ref().map(ToString::to_string));
        let links = self.links();
        match &self.made.kind {
            MadeKind::Bond(settings) => {
                let values = values(settings, |key| key.document_of(talos));
                BondConfig { name, hardware_addr, links, values, common }.into()
            }
            MadeKind::Bridge { stp, vlan_filtering } => BridgeConfig {
                name,
                hardware_addr,
                links,
                stp: stp.map(|enabled| Stp { enabled }),
                vlan: vlan_filtering.map(|filtering| BridgeVlan { filtering }),
                common,
            }
            .into(),
            MadeKind::Dummy => DummyLinkConfig { name, hardware_addr, common }.into(),
            MadeKind::WireGuard(wireguard) => WireguardConfig { name, tunnel: self.tunnel(wireguard), common }.into(),
        }
    }

    /// The members that are found by the kernel's names, and the others.
    fn found(&self) -> (Vec<Traced<String>>, Vec<Traced<DeviceSelector>>) {
        let (mut names, mut selected) = (Vec::new(), Vec::new());
        for Traced { value, origin } in &self.made.members {
            match value {
                Member::Mac(mac) => {
                    selected.push(Traced::new(selectors::device(&LinkSelector::PermanentMac(mac.clone())), *origin));
                }
                Member::Link(_) => match self.links.member(value) {
                    Some(link)
                        if link.vlan.is_none()
                            && !matches!(link.interface.selector.value, LinkSelector::KernelName(_)) =>
                    {
                        selected.push(Traced::new(selectors::device(&link.interface.selector.value), *origin));
                    }
                    _ => names.push(Traced::new(self.links.talos_name_of(value), *origin)),
                },
            }
        }
        (names, selected)
    }

    /// Puts what the link is made of into the fields of its device.
    pub(super) fn add_to(&self, device: &mut Device) {
        let (interfaces, device_selectors) = self.found();
        match &self.made.kind {
            MadeKind::Bond(settings) => {
                let values = values(settings, |key| key.field);
                device.bond = Some(Bond { interfaces, device_selectors, values });
            }
            MadeKind::Bridge { stp, vlan_filtering } => {
                let stp = stp.map(|enabled| Stp { enabled });
                let vlan = vlan_filtering.map(|vlan_filtering| v1alpha1::BridgeVlan { vlan_filtering });
                device.bridge = Some(Bridge { interfaces, stp, vlan });
            }
            MadeKind::Dummy => device.dummy = Some(Traced::written(true, self.span)),
            MadeKind::WireGuard(wireguard) => device.wireguard = Some(self.tunnel(wireguard)),
        }
    }

    /// The keys and peers of a tunnel.
    fn tunnel(&self, wireguard: &WireGuard) -> Tunnel {
        let WireGuard { private_key, public_key: _, listen_port, firewall_mark, endpoint: _, peers: _ } = wireguard;
        let peer = |peer: ResolvedPeer<'_>| TunnelPeer {
            public_key: peer.public_key,
            preshared_key: peer.said.preshared_key.clone(),
            endpoint: peer.endpoint,
            persistent_keepalive_interval: peer
                .said
                .keepalive
                .as_ref()
                .map(|time| time.as_ref().map(ToString::to_string)),
            allowed_ips: peer.allowed_ips,
        };
        let peers = wireguard.resolved(self.interface, self.node, self.cluster, self.network);
        Tunnel {
            private_key: private_key.clone(),
            listen_port: *listen_port,
            firewall_mark: *firewall_mark,
            peers: peers.into_iter().map(peer).collect(),
        }
    }

    /// Whether talhelper makes of a device all that this says: it knows no dummies, no VLANs of ports and no primary
    /// member, leaves out numbers that are zero, and finds members by the MAC that they lose. (budimanjojo/talhelper
    /// v3.1.16, `pkg/talos/networkconfig.go`.)
    pub(super) fn fit_device(&self) -> bool {
        let (names, selected) = self.found();
        let is_lasting = |selector: &Traced<DeviceSelector>| selector.value.hardware_addr.is_none();
        let kind = match &self.made.kind {
            MadeKind::Bond(settings) => settings.iter().all(|(word, setting)| {
                let key = BOND_KEYS.iter().find(|key| key.word == *word);
                let in_both = key.is_some_and(|key| key.field.is_some() && key.document.is_some());
                in_both && *word != "primary" && setting.value != Setting::Number(0)
            }),
            MadeKind::Bridge { stp: _, vlan_filtering } => vlan_filtering.is_none() && selected.is_empty(),
            MadeKind::Dummy => false,
            MadeKind::WireGuard(wireguard) => is_sayable_of_device(wireguard),
        };
        let one_way = names.is_empty() || selected.is_empty();
        kind && one_way && self.made.mac.is_none() && selected.iter().all(is_lasting)
    }
}

/// Whether a device has a place for all that a tunnel is told.
fn is_sayable_of_device(wireguard: &WireGuard) -> bool {
    wireguard.peers.iter().all(|peer| peer.preshared_key.is_none())
}

/// What a bond is told, in the fields of a shape.
fn values(
    settings: &[(&'static str, Traced<Setting>)],
    field: impl Fn(&BondKey) -> Option<&'static str>,
) -> BondValues {
    let value = |(word, setting): &(&'static str, Traced<Setting>)| {
        let key = BOND_KEYS.iter().find(|key| key.word == *word)?;
        let value = setting.as_ref().map(|setting| match setting {
            Setting::Text(text) => BondValue::Text(text.clone()),
            Setting::Number(number) => BondValue::Number(*number),
            Setting::Flag(flag) => BondValue::Flag(*flag),
            Setting::Texts(texts) => BondValue::Texts(texts.clone()),
        });
        Some((field(key)?, value))
    };
    BondValues(settings.iter().filter_map(value).collect())
}
