//! Links that Talos makes of others or of nothing: bonds, bridges, dummies, tunnels of WireGuard. Start at [`Made`].

use std::collections::BTreeMap;

use hnet_diagnostics::Traced;

use crate::{LinkRef, LinkSelector, Mac, Node, WireGuard};

/// The statements of a node that are links.
pub const LINK_WORDS: [&str; 5] = ["interface", "bond", "bridge", "dummy", "wireguard"];

/// What a link is made of, where it is no card.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// What it is made into.
    pub kind: MadeKind,
    /// The links that it is made of.
    pub members: Vec<Traced<Member>>,
    /// The hardware address that it gets, where that is not a member's.
    pub mac: Option<Traced<Mac>>,
}

/// What a link is made into.
#[derive(Clone, Debug, PartialEq)]
pub enum MadeKind {
    /// One link of several, with what is said of it by the words of the language.
    Bond(Vec<(&'static str, Traced<Setting>)>),
    /// A switch in software.
    Bridge {
        /// Whether it looks for circles by the spanning tree protocol.
        stp: Option<Traced<bool>>,
        /// Whether its ports know VLANs.
        vlan_filtering: Option<Traced<bool>>,
    },
    /// A link that leads nowhere.
    Dummy,
    /// A tunnel to peers.
    WireGuard(Box<WireGuard>),
}

/// What a bond is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A text.
    Text(String),
    /// A number.
    Number(u32),
    /// On or off.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
}

/// A link of which another is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    /// By its name: an interface of the node, one of its VLANs, or what the kernel calls so.
    Link(String),
    /// By its permanent hardware address.
    Mac(Mac),
}

impl Made {
    /// The keyword of its statement.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.kind {
            MadeKind::Bond(_) => "bond",
            MadeKind::Bridge { .. } => "bridge",
            MadeKind::Dummy => "dummy",
            MadeKind::WireGuard(_) => "wireguard",
        }
    }

    /// What a bond is told by a word.
    #[must_use]
    pub fn setting(&self, word: &str) -> Option<&Traced<Setting>> {
        let MadeKind::Bond(settings) = &self.kind else { return None };
        settings.iter().find(|(own, _)| *own == word).map(|(_, setting)| setting)
    }
}

impl std::fmt::Display for Member {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Member::Link(name) => formatter.write_str(name),
            Member::Mac(mac) => write!(formatter, "{mac}"),
        }
    }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Setting::Text(text) => formatter.write_str(text),
            Setting::Number(number) => write!(formatter, "{number}"),
            Setting::Flag(flag) => formatter.write_str(if *flag { "on" } else { "off" }),
            Setting::Texts(texts) => formatter.write_str(&texts.join(", ")),
        }
    }
}

/// The links of a node, by what members of others are called.
#[derive(Clone, Debug)]
pub struct Links<'a> {
    by_name: BTreeMap<String, LinkRef<'a>>,
    by_mac: BTreeMap<&'a Mac, LinkRef<'a>>,
}

impl<'a> Links<'a> {
    /// Those of a node.
    #[must_use]
    pub fn of(node: &'a Node) -> Links<'a> {
        let (mut by_name, mut by_mac) = (BTreeMap::new(), BTreeMap::new());
        for interface in &node.interfaces {
            let link = LinkRef { interface, vlan: None };
            by_name.entry(interface.name.value.to_string()).or_insert(link);
            for mac in interface.selector.value.parts().filter_map(LinkSelector::one_mac) {
                by_mac.entry(mac).or_insert(link);
            }
        }
        for link in node.links() {
            by_name.entry(link.talos_name()).or_insert(link);
            if let Some(vlan) = link.vlan {
                by_name.entry(format!("{}.{}", link.interface.name.value, vlan.id.value)).or_insert(link);
            }
        }
        Links { by_name, by_mac }
    }

    /// The link of the node that a member is, where it is one that the source declares.
    #[must_use]
    pub fn member(&self, member: &Member) -> Option<LinkRef<'a>> {
        match member {
            Member::Link(name) => self.by_name.get(name).copied(),
            Member::Mac(mac) => self.by_mac.get(mac).copied(),
        }
    }

    /// What Talos calls a member; a card that no interface finds has its MAC only.
    #[must_use]
    pub fn talos_name_of(&self, member: &Member) -> String {
        self.member(member).map_or_else(|| member.to_string(), LinkRef::talos_name)
    }

    /// Whether a link of the node has a name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }
}
