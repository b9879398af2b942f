//! Links that Talos makes of others or of nothing: bonds, bridges, dummies. Start at [`Made`].

use hnet_diagnostics::Traced;

use crate::{Interface, LinkRef, Mac, Node};

/// The statements of a node that are links.
pub const LINK_WORDS: [&str; 4] = ["interface", "bond", "bridge", "dummy"];

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

impl Node {
    /// The link of the node that a member's name stands for, where it is one that the source declares.
    #[must_use]
    pub fn link_called(&self, name: &str) -> Option<LinkRef<'_>> {
        let by_name = |interface: &&Interface| interface.name.value.as_str() == name;
        let own = self.interfaces.iter().find(by_name).map(|interface| LinkRef { interface, vlan: None });
        let of_vlan = |link: &LinkRef<'_>| {
            let vlan = link.vlan.map(|vlan| format!("{}.{}", link.interface.name.value, vlan.id.value));
            link.talos_name() == name || vlan.as_deref() == Some(name)
        };
        own.or_else(|| self.links().find(of_vlan))
    }

    /// What Talos calls a member that has a name.
    #[must_use]
    pub fn talos_name_of(&self, name: &str) -> String {
        self.link_called(name).map_or_else(|| name.to_owned(), LinkRef::talos_name)
    }
}
