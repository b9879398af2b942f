//! Who may talk to whom: Cilium's policies of a namespace and of the cluster, and Kubernetes's own.

use hnet_diagnostics::Traced;
use k8s_openapi::api::networking;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

use crate::cilium::LabelSelector;
use crate::object::CoreSpec;

/// Who may talk to some pods of a namespace, and to whom they may talk.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumNetworkPolicy",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
pub struct CiliumNetworkPolicySpec(pub CiliumRule);

/// The same of pods of all namespaces, or of nodes.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumClusterwideNetworkPolicy",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
pub struct CiliumClusterwideNetworkPolicySpec(pub CiliumRule);

/// What a policy of Cilium's says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CiliumRule {
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Traced<String>>,
    /// The pods that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_selector: Option<LabelSelector>,
    /// The nodes that it is for, in place of pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<LabelSelector>,
    /// Where it does not deny what it has rules of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_default_deny: Option<DefaultDeny>,
    /// What comes in; an empty rule lets nothing in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ingress: Vec<IngressRule>,
    /// What does not come in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ingress_deny: Vec<IngressRule>,
    /// What goes out; an empty rule lets nothing out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<EgressRule>,
    /// What does not go out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub egress_deny: Vec<EgressRule>,
}

/// Whether a policy denies what it does not name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefaultDeny {
    /// What goes out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress: Option<Traced<bool>>,
    /// What comes in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<Traced<bool>>,
}

/// Who may ask, and at which ports. One of the kinds of ends at most is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressRule {
    /// Whom Cilium knows by a word of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_entities: Vec<Traced<String>>,
    /// Pods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_endpoints: Vec<LabelSelector>,
    /// Prefixes.
    #[serde(rename = "fromCIDRSet", default, skip_serializing_if = "Vec::is_empty")]
    pub from_cidr_set: Vec<CidrRule>,
    /// The ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_ports: Vec<PortRule>,
    /// Messages of ICMP, in place of ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub icmps: Vec<IcmpRule>,
}

/// Who may be asked, and at which ports. One of the kinds of ends at most is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EgressRule {
    /// Whom Cilium knows by a word of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_entities: Vec<Traced<String>>,
    /// Pods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_endpoints: Vec<LabelSelector>,
    /// Prefixes.
    #[serde(rename = "toCIDRSet", default, skip_serializing_if = "Vec::is_empty")]
    pub to_cidr_set: Vec<CidrRule>,
    /// The pods behind services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_services: Vec<ServiceEnd>,
    /// Hosts by their names.
    #[serde(rename = "toFQDNs", default, skip_serializing_if = "Vec::is_empty")]
    pub to_fqdns: Vec<NameEnd>,
    /// The ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_ports: Vec<PortRule>,
    /// Messages of ICMP, in place of ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub icmps: Vec<IcmpRule>,
}

/// A prefix without parts of it, or the prefixes of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CidrRule {
    /// The prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Traced<String>>,
    /// The name of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr_group_ref: Option<Traced<String>>,
    /// Parts of the prefix that are not meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Traced<String>>,
}

/// The pods behind a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEnd {
    /// The service.
    pub k8s_service: ServiceName,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceName {
    /// Its namespace.
    pub namespace: Traced<String>,
    /// Its name.
    pub service_name: Traced<String>,
}

/// Hosts by their name, or by a pattern of names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NameEnd {
    /// The name.
    #[serde(rename_all = "camelCase")]
    Name {
        /// The name.
        match_name: Traced<String>,
    },
    /// The pattern.
    #[serde(rename_all = "camelCase")]
    Pattern {
        /// The pattern.
        match_pattern: Traced<String>,
    },
}

/// Ports, and what may be said at them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortRule {
    /// The ports, 40 at most.
    pub ports: Vec<PortProtocol>,
    /// What may be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<ProtocolRules>,
}

/// A port with what carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortProtocol {
    /// A number or a name.
    pub port: Traced<String>,
    /// The last of several ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_port: Option<Traced<u16>>,
    /// `TCP`, `UDP`, `SCTP` or `ANY`.
    pub protocol: Traced<String>,
}

/// What may be said at ports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProtocolRules {
    /// The names that may be asked.
    pub dns: Vec<NameEnd>,
}

/// Messages of ICMP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IcmpRule {
    /// Which, 40 at most.
    pub fields: Vec<IcmpField>,
}

/// A message of ICMP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IcmpField {
    /// `IPv4` or `IPv6`.
    pub family: Traced<String>,
    /// The type, as a number or by its name.
    #[serde(rename = "type")]
    pub kind: Traced<NumberOrName>,
}

/// A number, or a name for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NumberOrName {
    /// The number.
    Number(u16),
    /// The name.
    Name(String),
}

/// What Kubernetes's own policy says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPolicySpec {
    /// The pods that it is for.
    pub pod_selector: LabelSelector,
    /// The directions in which it denies what it does not name.
    pub policy_types: Vec<Traced<String>>,
    /// What comes in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ingress: Vec<NetworkIngressRule>,
    /// What goes out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<NetworkEgressRule>,
}

impl CoreSpec for NetworkPolicySpec {
    type Kind = networking::v1::NetworkPolicy;
}

/// Who may ask, and at which ports.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NetworkIngressRule {
    /// Who; anybody where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<NetworkPeer>,
    /// The ports; all where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<NetworkPort>,
}

/// Who may be asked, and at which ports.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NetworkEgressRule {
    /// Who; anybody where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<NetworkPeer>,
    /// The ports; all where empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<NetworkPort>,
}

/// Pods by their labels and the labels of their namespaces, or a prefix.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPeer {
    /// The namespaces; that of the policy where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<LabelSelector>,
    /// The pods in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<LabelSelector>,
    /// A prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_block: Option<IpBlock>,
}

/// A prefix without parts of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IpBlock {
    /// The prefix.
    pub cidr: Traced<String>,
    /// Parts of it that are not meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Traced<String>>,
}

/// A port with what carries it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPort {
    /// A number or a name.
    pub port: Traced<NumberOrName>,
    /// The last of several ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_port: Option<Traced<u16>>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Traced<String>,
}
