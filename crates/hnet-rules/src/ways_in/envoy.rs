//! What Envoy Gateway does nothing with: policies that are attached to nothing, and proxies that requests do not arrive at.
//!
//! (Envoy Gateway 1.9, `internal/gatewayapi/` and `internal/infrastructure/kubernetes/proxy/`.)

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes, quoted};
use hnet_manifests::versions::cilium::announces_by_pods;
use hnet_model::{
    Address, Cluster, EnvoyKind, EnvoyObject, Gateway, GatewayClass, Owned as _, Targeted, ToldValue, Traced,
    in_source_order, own,
};
use indexmap::IndexMap;

use crate::facts::Facts;

/// Policies are attached to gateways of their own namespace.
pub(crate) fn targets(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut by_name: IndexMap<&str, Vec<&Gateway>> = IndexMap::new();
        for gateway in &cluster.gateways {
            by_name.entry(gateway.name.value.as_str()).or_default().push(gateway);
        }
        for object in own(&cluster.envoy).filter(|object| facts.whole(object.span)) {
            for target in object.targets.iter().filter(|target| target.value.kind == "Gateway") {
                let Targeted::Named(name, section) = &target.value.which else { continue };
                let Some(gateways) = by_name.get(name.as_str()) else { continue };
                let namespace = &object.namespace.value;
                let Some(gateway) = gateways.iter().find(|gateway| gateway.namespace.value == *namespace) else {
                    let gateway = gateways[0];
                    let title = format!("gateway `{name}` is not in the policy's namespace `{namespace}`");
                    out.report(
                        Diagnostic::new(&codes::POLICY_OF_NOTHING, title)
                            .label(target.span(), "policies are attached within their own namespace")
                            .label(gateway.namespace.span(), format!("it is in `{}`", gateway.namespace.value))
                            .help(format!("say `namespace {};`", gateway.namespace.value)),
                    );
                    continue;
                };
                let Some(section) = section else { continue };
                let has = |gateway: &Gateway| {
                    gateway.listeners.iter().any(|listener| listener.name.value.as_str() == section)
                };
                if facts.whole(gateway.span) && gateway.overlay.patches.is_empty() && !has(gateway) {
                    let names = gateway.listeners.iter().map(|listener| listener.name.value.as_str());
                    out.report(
                        Diagnostic::new(
                            &codes::POLICY_OF_NOTHING,
                            format!("gateway `{name}` has no listener `{section}`"),
                        )
                        .label(target.span(), "so the policy is attached to nothing")
                        .label(gateway.span, format!("its listeners are {}", quoted(names, ", ")))
                        .help("name one of them, or the gateway alone"),
                    );
                }
            }
        }
    }
}

/// Of several policies of a kind that are attached to the same, one counts.
pub(crate) fn conflicts(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut known: IndexMap<(EnvoyKind, &str, &str, Targeted), &EnvoyObject> = IndexMap::new();
        for object in &cluster.envoy {
            for target in &object.targets {
                let mut which = target.value.which.clone();
                if let Targeted::Labelled(labels) = &mut which {
                    labels.sort();
                }
                let key = (object.kind, object.namespace.value.as_str(), target.value.kind, which);
                let first = claim(&mut known, key, object).copied();
                let Some(first) = first.filter(|first| first.span != object.span) else { continue };
                if !(object.is_own() || first.is_own()) || object.name.value == first.name.value {
                    continue;
                }
                let keyword = object.kind.keyword();
                let title = format!("`{keyword} {}` is attached to what another is", object.name.value);
                out.report(
                    Diagnostic::new(&codes::POLICIES_CONFLICT, title)
                        .label(target.span(), "of two the one counts that was made first, and the other does nothing")
                        .label(first.name.span(), format!("`{keyword} {}` is attached to the same", first.name.value))
                        .help("say all in one of the two, or attach them to different gateways, listeners or routes"),
                );
            }
        }
    }
}

/// Requests arrive at proxies, and each gateway has a service.
pub(crate) fn proxies(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for object in own(&cluster.envoy).filter(|it| it.kind == EnvoyKind::Proxy && facts.whole(it.span)) {
            let gateways: Vec<&Gateway> = its_gateways(cluster, object);
            one_service(object, &gateways, out);
            far_from_proxies(cluster, object, &gateways, out);
        }
    }
}

/// The gateways that have the proxies of an object.
fn its_gateways<'c>(cluster: &'c Cluster, object: &EnvoyObject) -> Vec<&'c Gateway> {
    let gateways = in_source_order(&cluster.gateways, |gateway| gateway.span).into_iter();
    gateways.filter(|gateway| object.is_of(gateway)).collect()
}

/// Two gateways cannot have a service of one name.
fn one_service(object: &EnvoyObject, gateways: &[&Gateway], out: &mut Diagnostics) {
    let is_merged =
        object.settings.value.at("mergeGateways").is_some_and(|merged| merged.value == ToldValue::Flag(true));
    let Some(name) = object.settings.value.at("provider.kubernetes.envoyService.name").filter(|_| !is_merged) else {
        return;
    };
    if let [first, second, ..] = gateways {
        let title = format!("gateways `{}` and `{}` have one service", first.name.value, second.name.value);
        out.report(
            Diagnostic::new(&codes::ONE_SERVICE_OF_GATEWAYS, title)
                .label(name.span(), "the service of each of them is called so, and one overwrites the other")
                .label(
                    second.proxy.as_ref().map_or(second.class.span(), Traced::span),
                    "its gateway has these proxies, too",
                )
                .help("leave `service` out, or give each gateway an `envoy` of its own that it names by `proxy`"),
        );
    }
}

/// One node answers for an address that is announced by L2, whether a proxy runs there or not.
fn far_from_proxies(cluster: &Cluster, object: &EnvoyObject, gateways: &[&Gateway], out: &mut Diagnostics) {
    let policy = object.settings.value.at(&hnet_manifests::envoy::TRAFFIC_POLICY.join("."));
    let Some(policy) = policy.filter(|policy| policy.value.text() == Some("Local")) else { return };
    let version = cluster.cilium.as_ref().map(|cilium| &cilium.version.value);
    // On every node there is one, or no node without one answers.
    let is_old = version
        .is_some_and(|version| !announces_by_pods(version.major, version.minor, version.patch.unwrap_or(u32::MAX)));
    if !is_old
        || !object.is_open_to_the_outside()
        || object.settings.value.at("provider.kubernetes.envoyDaemonSet").is_some()
    {
        return;
    }
    let is_announced = |address: &&Traced<Address>| {
        let known = address.value.known();
        cluster.pools.iter().any(|pool| pool.layer2().is_some() && known.is_some_and(|known| pool.holds(known)))
    };
    let addresses = |gateway: &&Gateway| {
        gateway.addresses.iter().find(is_announced).map(|address| (gateway.name.value.clone(), address.span()))
    };
    if let Some((gateway, address)) = gateways.iter().find_map(addresses) {
        let title = format!("requests for gateway `{gateway}` arrive where no proxy may be");
        out.report(
            Diagnostic::new(&codes::FAR_FROM_PROXIES, title)
                .label(policy.span(), "a node passes requests on to its own proxies alone")
                .label(address, "this is announced by L2: one node answers for it, whether it has a proxy or not")
                .help("leave it out: `cluster` is then written"),
        );
    }
}

/// What a gateway names as its proxies is there, in its namespace.
pub(crate) fn named(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for gateway in own(&cluster.gateways) {
            let Some(proxy) = &gateway.proxy else { continue };
            if gateway.class.value == GatewayClass::Cilium {
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`proxy` has no effect on a gateway of Cilium's")
                        .label(proxy.span(), "Envoy Gateway alone reads it")
                        .label(gateway.span, "this is Cilium's")
                        .help("leave it out, or say `class envoy;`"),
                );
                continue;
            }
            let mut of_name = cluster.envoy.iter();
            let elsewhere = of_name.find(|it| it.kind == EnvoyKind::Proxy && it.name.value == proxy.value);
            let Some(elsewhere) = elsewhere else { continue };
            let is_there = |it: &EnvoyObject| {
                it.kind == EnvoyKind::Proxy
                    && it.name.value == proxy.value
                    && it.namespace.value == gateway.namespace.value
            };
            if !cluster.envoy.iter().any(is_there) && facts.whole(elsewhere.span) && facts.whole(gateway.span) {
                let title = format!("`envoy {}` is not in the gateway's namespace", proxy.value);
                out.report(
                    Diagnostic::new(&codes::POLICY_OF_NOTHING, title)
                        .label(proxy.span(), format!("it is looked for in `{}`", gateway.namespace.value))
                        .label(elsewhere.name.span(), format!("it is in `{}`", elsewhere.namespace.value))
                        .help("give both one namespace"),
                );
            }
        }
    }
}
