//! Which folders of a cluster's networking are written and what they hold, for the texts that name them.
//!
//! No emitter asks what another has written, so this says it from the model. Start at [`written`].

use hnet_model::{Cluster, Distribution, Origin, ServiceTarget};

use crate::gateway;

/// A folder in which something is written.
pub(crate) struct Folder {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds, for people: one thing each.
    pub(crate) holds: Vec<&'static str>,
    /// What it is written because of.
    pub(crate) origin: Origin,
}

impl Folder {
    /// A folder of these things, each with what it is written because of; none where there is nothing.
    fn of<const N: usize>(name: &'static str, things: [(&'static str, Option<Origin>); N]) -> Option<Folder> {
        let things = things.into_iter().filter_map(|(holds, origin)| Some((holds, origin?)));
        let (holds, origins): (Vec<_>, Vec<_>) = things.unzip();
        Some(Folder { name, origin: *origins.first()?, holds })
    }
}

/// The folders of a cluster's networking but for those of very many routes, in the order in which they are needed.
pub(crate) fn written(cluster: &Cluster) -> Vec<Folder> {
    let written = Origin::written;
    let cilium = cluster.cilium.as_ref().map(|cilium| written(cilium.span));
    let pools = cluster.pools.first().filter(|_| cilium.is_some()).map(|pool| written(pool.span));
    let announced = cluster.pools.iter().filter(|_| cilium.is_some()).find_map(|pool| pool.announce.as_ref());
    let dns = cluster.dns.as_ref().filter(|dns| match cluster.distribution {
        Distribution::Talos(_) => true,
        // k3s brings its own, so there is only what is added.
        Distribution::K3s(_) => dns.corefile.is_some() || !dns.zones.is_empty(),
    });
    let monitoring = cluster.monitoring.as_ref().map(|monitoring| written(monitoring.span));
    let gateways = cluster.gateways.first().map(|gateway| written(gateway.span));
    let routes = cluster.routes.first().filter(|_| !gateway::routes_are_split(cluster));
    let certificates = cluster.certificates.iter().find(|certificate| certificate.issuer.is_some());
    let outside = cluster.services.iter().find(|service| matches!(service.target, ServiceTarget::Host { .. }));
    let folders = [
        Folder::of(
            "cilium",
            [
                ("Helm chart and values", cilium),
                ("address pools", pools),
                ("L2 policies", announced.map(|announced| announced.origin)),
            ],
        ),
        Folder::of("coredns", [("cluster DNS", dns.map(|dns| written(dns.span))), ("a ServiceMonitor", monitoring)]),
        Folder::of(
            "gateway",
            [
                ("Gateways", gateways),
                ("routes", routes.map(|route| written(route.span))),
                ("certificates", certificates.map(|certificate| written(certificate.span))),
                ("services outside the cluster", outside.map(|service| written(service.span))),
            ],
        ),
        Folder::of("cloudflared", [("Cloudflare tunnels", cluster.tunnels.first().map(|tunnel| written(tunnel.span)))]),
        Folder::of(
            "manifests",
            [("objects that the source writes out", cluster.manifests.first().map(|raw| written(raw.span)))],
        ),
    ];
    folders.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hnet_model::Network;

    use super::written;
    use crate::samples::{emitted, homelab, on_k3s};

    /// What is said to be written is what is.
    fn check(network: &Network) {
        let outputs = emitted(network);
        let below = |path: &str| Some(path.strip_prefix("infrastructure/networking/")?.split_once('/')?.0.to_owned());
        let found: BTreeSet<String> = outputs.files.keys().filter_map(|path| below(path)).collect();
        let said = written(&network.clusters[0]).into_iter().map(|folder| folder.name.to_owned()).collect();
        assert_eq!(found, said);
    }

    #[test]
    fn the_folders_are_those_that_are_written() {
        type Change = fn(&mut Network);
        let changes: [Change; 7] = [
            |_| (),
            |network| network.clusters[0].cilium = None,
            |network| network.clusters[0].dns = None,
            |network| network.clusters[0].monitoring = None,
            |network| network.clusters[0].tunnels.clear(),
            |network| {
                let cluster = &mut network.clusters[0];
                cluster.routes.clear();
                cluster.tunnels.clear();
                cluster.gateways.clear();
                cluster.certificates.clear();
            },
            |network| network.clusters[0].services.clear(),
        ];
        for start in [homelab(), on_k3s()] {
            let mut less = start.clone();
            for (at, change) in changes.into_iter().enumerate() {
                let mut network = start.clone();
                // Routes name services.
                if at + 1 < changes.len() {
                    change(&mut network);
                    check(&network);
                }
                change(&mut less);
                check(&less);
            }
        }
    }
}
