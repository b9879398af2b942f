//! What the rest of the network makes of Cilium's Helm values, so that neither YAML nor words say otherwise.
//!
//! Start at [`derived`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{
    Cilium, Cluster, Family, GatewayClass, IpNet, LoadBalancerMode, Owned as _, RoutingMode, Told, ToldValue, Traced,
};

use crate::facts::Facts;

/// The values that [`derived`] knows below other keys, which vanish with a key that is emptied.
pub(super) const OWNED: &[&str] = &[
    "ipam.mode",
    "l2announcements.enabled",
    "bgpControlPlane.enabled",
    "cgroup.autoMount.enabled",
    "gatewayAPI.enabled",
    "ipv4.enabled",
    "ipv6.enabled",
    "loadBalancer.mode",
    "bpf.masquerade",
    "encryption.enabled",
    "hubble.enabled",
];

/// Of the values that [`derived`] knows those that contradict other files, whoever writes them all. What else hnet
/// decides is its own choice.
pub(super) const CONTRADICTING: &[&str] =
    &["l2announcements.enabled", "bgpControlPlane.enabled", "gatewayAPI.enabled", "gatewayAPI.externalTrafficPolicy"];

/// What a value must be, the first as it is derived; the text that decides it; and how it is said in the language.
pub(super) type Derived = (Vec<String>, Option<Span>, &'static str);

/// A value that says otherwise than what is derived; `what` holds it: a word or a value.
pub(super) fn contradicts(
    (path, written): (&str, Option<String>),
    place: Span,
    (expected, decided, statement): Derived,
    what: &str,
) -> Diagnostic {
    let title = match written {
        Some(written) => format!("`{path}: {written}` contradicts the network"),
        None => format!("`{path}` contradicts the network"),
    };
    let finding = Diagnostic::new(&codes::HELM_VALUE_IS_OWNED, title).label(place, "it is set here");
    let finding = match (decided, expected.first()) {
        (Some(span), Some(expected)) => finding.label(span, format!("this makes it `{expected}`")),
        _ => finding,
    };
    finding.help(format!("leave the {what} out; {statement}"))
}

/// What a value is, the text that decides it, and how it is said in the language.
pub(super) fn derived(cluster: &Cluster, cilium: &Cilium, path: &str) -> Option<Derived> {
    let flag = |value: bool| vec![value.to_string()];
    let by_arp = cluster.pools.iter().filter(|pool| pool.layer2().is_some());
    let layer2 = by_arp.filter_map(|pool| pool.announce.as_ref()).map(Traced::span).min();
    let gateway = cluster.gateways.iter().find(|gateway| gateway.class.value == GatewayClass::Cilium);
    let kube_prism = cluster.talos().and(cluster.kube_prism.as_ref());
    let talos = || cluster.talos().map(Traced::span);
    let of = |value: &Traced<bool>, sentence| Some((flag(value.value), Some(value.span()), sentence));
    match path {
        "kubeProxyReplacement" => {
            Some((flag(true), Some(cilium.span), "Cilium replaces kube-proxy, which hnet turns off"))
        }
        "k8sServiceHost" => kube_prism.map(|port| {
            let hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            (hosts, Some(port.span()), "Cilium reaches the API through KubePrism on each node")
        }),
        "k8sServicePort" => kube_prism.map(|port| {
            (vec![port.value.to_string()], Some(port.span()), "the port is `kube-prism` of the `cluster` statement")
        }),
        "ipam.mode" => Some((
            vec!["kubernetes".to_owned()],
            cluster.pods.first().map(Traced::span),
            "the pods' prefix is `pods` of the `cluster` statement",
        )),
        "cgroup.autoMount.enabled" => {
            talos().map(|place| (flag(false), Some(place), "Talos has mounted the cgroups already"))
        }
        "cgroup.hostRoot" => talos()
            .map(|place| (vec!["/sys/fs/cgroup".to_owned()], Some(place), "it is where Talos has mounted the cgroups")),
        // What is needed must not be off; what hnet does not need may be on for objects that it does not see.
        "l2announcements.enabled" => layer2.map(|place| (flag(true), Some(place), "the `pool` is announced by it")),
        "bgpControlPlane.enabled" => cluster
            .speaks_bgp()
            .map(|origin| (flag(true), Some(origin.span), "without it no node speaks with a router")),
        "gatewayAPI.enabled" => {
            gateway.map(|gateway| (flag(true), Some(gateway.class.span()), "the `gateway` of class `cilium` needs it"))
        }
        // A node announces a service of `Local` by its own pods of it, and a gateway of Cilium has none: from 1.20.2
        // on its address is not announced at all (cilium/cilium 46399). Before, Cilium's documentation said that
        // the two do not go together, since any node might win the lease.
        "gatewayAPI.externalTrafficPolicy" if layer2.is_some() => Some((
            vec!["Cluster".to_owned()],
            layer2,
            "with `Local` no node answers ARP for the gateways' addresses from Cilium 1.20.2 on, since a gateway has \
             no pods; before, the two are documented as not working together",
        )),
        "ipv4.enabled" | "ipv6.enabled" => {
            let wanted = if path == "ipv4.enabled" { Family::V4 } else { Family::V6 };
            let of_family = pods(cluster, wanted);
            let place = of_family.or(cluster.pods.first()).map(Traced::span);
            Some((flag(of_family.is_some()), place, "the families are those of `pods` of the `cluster` statement"))
        }
        "ipv4NativeRoutingCIDR" | "ipv6NativeRoutingCIDR" if cilium.routing.value == RoutingMode::Native => {
            let prefix = pods(cluster, if path.starts_with("ipv4") { Family::V4 } else { Family::V6 })?;
            let routed = "it is the prefix of `pods`: what else it holds is routed without masquerading";
            Some((vec![prefix.value.to_string()], Some(prefix.span()), routed))
        }
        "routingMode" => {
            let mode = match cilium.routing.value {
                RoutingMode::Native => "native",
                RoutingMode::Tunnel => "tunnel",
            };
            Some((vec![mode.to_owned()], Some(cilium.routing.span()), "say `routing` in the `cilium` statement"))
        }
        "loadBalancer.mode" => {
            let mode = match cilium.load_balancer.value {
                LoadBalancerMode::Snat => "snat",
                LoadBalancerMode::Dsr => "dsr",
                LoadBalancerMode::Hybrid => "hybrid",
            };
            let place = Some(cilium.load_balancer.span());
            Some((vec![mode.to_owned()], place, "say `load-balancer` in the `cilium` statement"))
        }
        "bpf.masquerade" => of(&cilium.bpf_masquerade, "say `bpf-masquerade` in the `cilium` statement"),
        "encryption.enabled" if cilium.encryption.value => {
            of(&cilium.encryption, "say `encryption` in the `cilium` statement")
        }
        "hubble.enabled" => Some((
            flag(cilium.hubble.is_some()),
            cilium.hubble.as_ref().map(|hubble| hubble.span),
            "say `hubble` in the `cilium` statement",
        )),
        // What words of `cilium` say.
        _ => {
            let word = cilium.settings.value.at(path)?;
            Some((vec![word.value.scalar()?], Some(word.span()), "a word of the `cilium` statement says it"))
        }
    }
}

/// The pods' prefix of a family.
fn pods(cluster: &Cluster, family: Family) -> Option<&Traced<IpNet>> {
    cluster.pods.iter().find(|prefix| Family::of(prefix.value.addr()) == family)
}

/// Each word of `cilium` must agree with the network.
pub(crate) fn words(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(cilium) = &cluster.cilium else { continue };
        let is_a_source = facts.is_a_source() && cilium.is_own();
        leaves(&cilium.settings, &mut Vec::new(), &mut |path, said| {
            let path = path.join(".");
            if !is_a_source && !CONTRADICTING.contains(&path.as_str()) {
                return;
            }
            let Some(derived) = derived(cluster, cilium, &path) else { return };
            let is_other = |written: &String| !written.contains("${") && !derived.0.contains(written);
            if let Some(written) = said.value.scalar().filter(is_other) {
                out.report(contradicts((&path, Some(written)), said.span(), derived, "word"));
            }
        });
    }
}

/// Visits what is said at the end of each path.
fn leaves<'t>(told: &'t Told, path: &mut Vec<&'t str>, visit: &mut dyn FnMut(&[&'t str], &'t Told)) {
    for (key, said) in told.value.entries() {
        path.push(key);
        match &said.value {
            ToldValue::Map(entries) if !entries.is_empty() => leaves(said, path, visit),
            _ => visit(path, said),
        }
        path.pop();
    }
}
