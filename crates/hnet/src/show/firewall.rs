//! What reaches machines, and their mesh.

use hnet_model::{Firewall, FirewallRule, KubeSpan};

use super::Show;

pub(super) fn firewall(firewall: &Firewall) -> Show {
    let Firewall { default_action, cluster_rules, machines, talos_api, kubernetes_api, rules: own, span } = firewall;
    let mut shown = Show::new("firewall", "", *span);
    shown.each("default action", [default_action], |action| action.word().to_owned());
    shown.flag("cluster rules", cluster_rules);
    shown.list("machines", machines);
    shown.list("talos api", talos_api);
    shown.list("kubernetes api", kubernetes_api);
    rules(own, &mut shown);
    shown
}

/// Rules of a firewall.
pub(super) fn rules(rules: &[FirewallRule], shown: &mut Show) {
    let rules = rules.iter().map(|FirewallRule { name, ports, protocol, from, except }| {
        let list = |words: Vec<String>| words.join(", ");
        let ports = list(ports.iter().map(|range| range.value.to_string()).collect());
        let from = list(from.iter().map(|prefix| prefix.value.clone()).collect());
        let except: Vec<String> = except.iter().map(|part| part.value.clone()).collect();
        let except = if except.is_empty() { String::new() } else { format!(" except {}", list(except)) };
        (format!("{}: {} {ports} from {from}{except}", name.value, protocol.value.word()), name.origin)
    });
    shown.texts("firewall rules", rules.collect());
}

pub(super) fn kube_span(mesh: &KubeSpan) -> Show {
    let KubeSpan {
        mtu,
        advertise_kubernetes_networks,
        allow_down_peer_bypass,
        harvest_extra_endpoints,
        endpoints,
        excluded_networks,
        span,
    } = mesh;
    let mut shown = Show::new("kube-span", "", *span);
    shown.maybe("mtu", mtu.as_ref());
    for (name, flag) in [
        ("advertise kubernetes networks", advertise_kubernetes_networks),
        ("allow down peer bypass", allow_down_peer_bypass),
        ("harvest extra endpoints", harvest_extra_endpoints),
    ] {
        flag.iter().for_each(|flag| shown.flag(name, flag));
    }
    shown.list("endpoints", endpoints);
    shown.list("excluded networks", excluded_networks);
    shown
}
