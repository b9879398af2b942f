//! What a bond is told, by the words of the language, in both shapes, and the typed documents of links that are made.
//!
//! The field names are those of Talos's JSON schemas of 1.11, 1.14 and 1.15, `v1alpha1.Bond` and `network.BondConfigV1Alpha1`.

use hnet_diagnostics::Traced;
use serde::Serialize;

use super::links::CommonLink;
use super::v1alpha1::Stp;
use crate::versions::talos::Minor;
use serde::ser::{SerializeMap, Serializer};

/// A word of a bond, and the fields that say it.
#[derive(Debug)]
pub struct BondKey {
    /// The word.
    pub word: &'static str,
    /// The field of the core document; none where only the typed one says it.
    pub field: Option<&'static str>,
    /// The field of the typed document; none where only the core one says it.
    pub document: Option<&'static str>,
    /// The first version whose document has it, where not all have.
    since: Option<Minor>,
}

impl BondKey {
    /// The field of the typed document of a version.
    #[must_use]
    pub fn document_of(&self, talos: Minor) -> Option<&'static str> {
        self.document.filter(|_| self.since.is_none_or(|since| talos >= since))
    }
}

const fn key(word: &'static str, field: Option<&'static str>, document: Option<&'static str>) -> BondKey {
    BondKey { word, field, document, since: None }
}

/// All of them.
pub const BOND_KEYS: &[BondKey] = &[
    key("mode", Some("mode"), Some("bondMode")),
    key("lacp-rate", Some("lacpRate"), Some("lacpRate")),
    key("miimon", Some("miimon"), Some("miimon")),
    key("updelay", Some("updelay"), Some("updelay")),
    key("downdelay", Some("downdelay"), Some("downdelay")),
    key("xmit-hash-policy", Some("xmitHashPolicy"), Some("xmitHashPolicy")),
    BondKey { since: Some((1, 15)), ..key("primary", Some("primary"), Some("primary")) },
    key("primary-reselect", Some("primaryReselect"), Some("primaryReselect")),
    key("use-carrier", Some("useCarrier"), Some("useCarrier")),
    key("arp-interval", Some("arpInterval"), Some("arpInterval")),
    key("arp-ip-targets", Some("arpIPTarget"), Some("arpIpTargets")),
    key("arp-validate", Some("arpValidate"), Some("arpValidate")),
    key("arp-all-targets", Some("arpAllTargets"), Some("arpAllTargets")),
    key("fail-over-mac", Some("failOverMac"), Some("failOverMac")),
    key("ad-select", Some("adSelect"), Some("adSelect")),
    key("ad-actor-sys-prio", Some("adActorSysPrio"), Some("adActorSysPrio")),
    key("ad-user-port-key", Some("adUserPortKey"), Some("adUserPortKey")),
    key("ad-lacp-active", None, Some("adLACPActive")),
    key("resend-igmp", Some("resendIgmp"), Some("resendIGMP")),
    key("min-links", Some("minLinks"), Some("minLinks")),
    key("lp-interval", Some("lpInterval"), Some("lpInterval")),
    key("packets-per-slave", Some("packetsPerSlave"), Some("packetsPerSlave")),
    key("num-peer-notif", Some("numPeerNotif"), Some("numPeerNotif")),
    key("tlb-dynamic-lb", Some("tlbDynamicLb"), Some("tlbLogicalLb")),
    key("all-slaves-active", Some("allSlavesActive"), Some("allSlavesActive")),
    key("peer-notify-delay", Some("peerNotifyDelay"), Some("peerNotifDelay")),
    key("missed-max", None, Some("missedMax")),
];

/// A value of a bond.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum BondValue {
    /// A text.
    Text(String),
    /// A number.
    Number(u32),
    /// On or off.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
}

/// What a bond is told, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BondValues(pub Vec<(&'static str, Traced<BondValue>)>);

impl Serialize for BondValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// One link made of several.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BondConfig {
    /// The name of the link that is made.
    pub name: Traced<String>,
    /// The MAC that it gets.
    #[serde(rename = "hardwareAddr", skip_serializing_if = "Option::is_none")]
    pub hardware_addr: Option<Traced<String>>,
    /// Its members, by alias or the kernel's name.
    pub links: Vec<Traced<String>>,
    /// How it works.
    #[serde(flatten)]
    pub values: BondValues,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}

/// A switch in software.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BridgeConfig {
    /// The name of the link that is made.
    pub name: Traced<String>,
    /// The MAC that it gets.
    #[serde(rename = "hardwareAddr", skip_serializing_if = "Option::is_none")]
    pub hardware_addr: Option<Traced<String>>,
    /// Its ports, by alias or the kernel's name.
    pub links: Vec<Traced<String>>,
    /// The spanning tree protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stp: Option<Stp>,
    /// VLANs of its ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<BridgeVlan>,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}

/// VLANs of a bridge's ports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BridgeVlan {
    /// Whether the ports know them.
    pub filtering: Traced<bool>,
}

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DummyLinkConfig {
    /// The name of the link that is made.
    pub name: Traced<String>,
    /// The MAC that it gets.
    #[serde(rename = "hardwareAddr", skip_serializing_if = "Option::is_none")]
    pub hardware_addr: Option<Traced<String>>,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}
