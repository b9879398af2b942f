//! What makes two documents of a kind the same although their fields are not.
//!
//! A law is a row of [`LAWS`] and a function on both documents in their canonical form: it marks what is so by a fact,
//! or puts what is meant in the place of what is written. Start at [`apply`].

mod certificates;
mod cilium;
mod core;
mod policies;
mod text;

use crate::canonical::{Ground, Node, Shape};
use crate::kinds::{Kind, Place};
use crate::pair::{Facts, Pair};

struct Law {
    /// The kinds of which it is a law.
    kinds: &'static str,
    apply: fn(&mut Pair<'_, '_>),
}

/// All laws, in the order in which they hold.
#[rustfmt::skip]
const LAWS: &[Law] = &[
    Law { kinds: "CiliumLoadBalancerIPPool", apply: cilium::pools_of_equal_addresses },
    Law { kinds: "CiliumL2AnnouncementPolicy CiliumBGPClusterConfig", apply: cilium::all_nodes_run_linux },
    Law { kinds: "CiliumL2AnnouncementPolicy", apply: cilium::interfaces_that_match_the_same_links },
    Law { kinds: "cilium", apply: cilium::devices_in_a_list_or_in_a_text },
    Law { kinds: "CiliumBGPAdvertisement", apply: cilium::a_selector_that_excludes_nothing },
    Law { kinds: "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy", apply: policies::rules_that_let_the_same_pass },
    Law { kinds: "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy", apply: cilium::one_rule_in_a_list },
    Law { kinds: "NetworkPolicy", apply: policies::network_rules_that_let_the_same_pass },
    Law { kinds: "Certificate", apply: certificates::an_issuer_is_of_cert_manager },
    Law { kinds: "Service", apply: core::a_port_leads_to_the_same_port },
    Law { kinds: "NetworkPolicy", apply: core::policy_types_follow_the_rules },
    Law { kinds: "Deployment DaemonSet StatefulSet Job CronJob", apply: core::images_are_pulled_by_their_tag },
    Law { kinds: "ConfigMap", apply: text::texts_that_programs_read },
    Law { kinds: "talconfig", apply: text::patches_that_talhelper_reads },
    Law { kinds: "v1alpha1 talconfig LinkConfig BondConfig VLANConfig BridgeConfig WireguardConfig", apply: core::a_route_to_everywhere },
];

/// Applies the laws of the kind.
pub(crate) fn apply<'a>(kind: &Kind, from: &mut Node<'a>, to: &mut Node<'a>, facts: &Facts) {
    stored_as_one(kind, from);
    stored_as_one(kind, to);
    let mut pair = Pair { from, to, facts };
    for law in LAWS {
        if (Place { kinds: law.kinds, path: "" }).is_of(kind) {
            (law.apply)(&mut pair);
        }
    }
}

/// The versions of a kind are one object to the server.
fn stored_as_one(kind: &Kind, document: &mut Node<'_>) {
    let Some(facts) = kind.facts().filter(|_| kind.is_object()) else { return };
    let Some(version) = document.text_at(&["apiVersion"]) else { return };
    let of_group = version.rsplit('/').next().unwrap_or_default();
    let newest = facts.versions.first().copied().unwrap_or_default();
    if of_group == newest || !facts.versions.contains(&of_group) {
        return;
    }
    let stored = match version.rsplit_once('/') {
        Some((group, _)) => format!("{group}/{newest}"),
        None => newest.to_owned(),
    };
    if let Some(node) = document.at_mut(&["apiVersion"]) {
        node.shape = Shape::Leaf(crate::Value::Text(stored));
        node.ground = Ground::Fact("the API server stores both versions as one");
    }
}
