//! Cilium's custom resources: addresses for load balancers and who answers for them.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

use crate::object::Map;

/// Addresses which Cilium gives to services of type `LoadBalancer`. `v2` since Cilium 1.18.
///
/// `allowFirstLastIPs` counts for blocks by `cidr` only; without it all addresses are given out.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumLoadBalancerIPPool",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CiliumLoadBalancerIPPoolSpec {
    /// Whether the first and the last address of each `cidr` are given out, `Yes` or `No`.
    #[serde(rename = "allowFirstLastIPs", skip_serializing_if = "Option::is_none")]
    pub allow_first_last_ips: Option<Traced<String>>,
    /// The addresses.
    pub blocks: Vec<PoolBlock>,
    /// Whether nothing is given out any more.
    pub disabled: bool,
    /// The services that may have them; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_selector: Option<LabelSelector>,
}

/// A run of a pool's addresses: a prefix, or both ends, which are included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PoolBlock {
    /// A prefix.
    Cidr {
        /// The prefix.
        cidr: Traced<String>,
    },
    /// A range.
    Range {
        /// The lowest address.
        start: Traced<String>,
        /// The highest address.
        stop: Traced<String>,
    },
}

/// Who answers ARP and NDP for which services. Still `v2alpha1` in Cilium 1.20.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2alpha1",
    kind = "CiliumL2AnnouncementPolicy",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CiliumL2AnnouncementPolicySpec {
    /// Whether addresses of type `LoadBalancer` are announced.
    #[serde(rename = "loadBalancerIPs")]
    pub load_balancer_ips: Traced<bool>,
    /// Go regular expressions over the names of the interfaces; all where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Traced<String>>,
    /// The nodes that announce; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<Traced<LabelSelector>>,
    /// The services that are announced; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_selector: Option<LabelSelector>,
}

/// Objects by their labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelector {
    /// Labels with the values that they must have.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub match_labels: Map<Traced<String>>,
    /// Conditions on labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelExpression>,
}

/// A condition on a label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelExpression {
    /// The label.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// The values, for `In` and `NotIn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Traced<String>>,
}

impl LabelSelector {
    /// The objects whose label has one of these values.
    #[must_use]
    pub fn one_of(key: &str, values: Vec<Traced<String>>) -> Self {
        let expression = LabelExpression { key: key.to_owned(), operator: "In".to_owned(), values };
        LabelSelector { match_labels: Map::new(), match_expressions: vec![expression] }
    }

    /// The objects without a label.
    #[must_use]
    pub fn without(key: &str) -> Self {
        let expression =
            LabelExpression { key: key.to_owned(), operator: "DoesNotExist".to_owned(), values: Vec::new() };
        LabelSelector { match_labels: Map::new(), match_expressions: vec![expression] }
    }

    /// The objects with a label.
    #[must_use]
    pub fn labelled(key: &str, value: Traced<String>) -> Self {
        LabelSelector { match_labels: [(key.to_owned(), value)].into_iter().collect(), match_expressions: Vec::new() }
    }
}
