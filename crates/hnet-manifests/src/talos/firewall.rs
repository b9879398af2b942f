//! The documents of Talos's ingress firewall, which every version that hnet knows has.

use hnet_diagnostics::Traced;
use serde::Serialize;

/// What happens to packets that no rule speaks of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkDefaultActionConfig {
    /// `block` or `accept`.
    pub ingress: Traced<&'static str>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkRuleConfig {
    /// What it is called.
    pub name: Traced<String>,
    /// Where packets arrive.
    pub port_selector: PortSelector,
    /// Where they come from.
    pub ingress: Vec<Traced<Ingress>>,
}

/// The ports of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortSelector {
    /// Ports and ranges of them.
    pub ports: Vec<Traced<Ports>>,
    /// `tcp` or `udp`.
    pub protocol: Traced<&'static str>,
}

/// One port, or a range of them as a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Ports {
    /// One.
    One(u16),
    /// From a first to a last one: `30000-32767`.
    Range(String),
}

/// A prefix that packets come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ingress {
    /// The prefix.
    pub subnet: String,
    /// A part of it that is not meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub except: Option<String>,
}
