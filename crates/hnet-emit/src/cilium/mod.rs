//! Cilium: the chart with its values, and the addresses of load balancers.
//!
//! Start at [`Cilium`]; what the values say is decided in `values`.

mod addresses;
mod bgp;
mod policies;
#[cfg(test)]
mod tests;
mod values;

use hnet_compare::Kind;
use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::kustomize::HelmChart;
use hnet_model::{Cluster, GatewayClass, Owned as _, Part, Policy, PolicyKind, RoutingMode, Tool, Wires, own};

use crate::component::{Component, Expected, Rows, Steps, Thing, things};
use crate::context::VALUES;
use crate::markdown::shell::Commands;
use crate::place::Folder;
use crate::yaml::Node;
use crate::{Context, flux};

/// The chart's repository.
pub(crate) const REPOSITORY: &str = "https://helm.cilium.io/";

/// The same in a registry, without the chart's own name.
const REGISTRY: &str = "oci://quay.io/cilium/charts";

/// The chart, where the cluster runs it, and the addresses of load balancers.
#[derive(Debug)]
pub(crate) struct Cilium;

impl Component for Cilium {
    fn folder(&self) -> &'static str {
        "cilium"
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let by_arp = |pool: &&hnet_model::Pool| pool.layer2().is_some();
        let announced = own(&cluster.pools).filter(by_arp).find_map(|pool| pool.announce.as_ref());
        things([
            (
                Part::Cilium,
                "Helm chart and values",
                own(&cluster.cilium).next().map(|cilium| Origin::written(cilium.span)),
            ),
            (Part::Pools, "address pools", own(&cluster.pools).next().map(|pool| Origin::written(pool.span))),
            (Part::L2Policies, "L2 policies", announced.map(|announced| announced.origin)),
            (
                Part::Policies,
                "network policies",
                own(&cluster.policies).next().map(|policy| Origin::written(policy.span)),
            ),
            (Part::Bgp, "BGP", own(&cluster.bgp).next().map(|bgp| Origin::written(bgp.span))),
        ])
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let mut pools = folder.objects(Part::Pools, "ip-pool.yaml");
        let mut policies = folder.objects(Part::L2Policies, "l2-policy.yaml");
        let wires = Wires::new(folder.network, cluster);
        for pool in &cluster.pools {
            addresses::add_pool(cluster, pool, &mut pools);
            addresses::add_policy(cluster, pool, &wires.announcers(pool), &mut policies);
        }
        folder.insert(pools);
        folder.insert(policies);
        let mut policies = folder.objects(Part::Policies, "network-policies.yaml");
        for policy in &cluster.policies {
            policies::add(folder.network, cluster, policy, &mut policies);
        }
        folder.insert(policies);
        let mut sessions = folder.objects(Part::Bgp, "bgp.yaml");
        cluster.bgp.iter().for_each(|bgp| bgp::add(cluster, bgp, &mut sessions));
        folder.insert(sessions);
        let Some(cilium) = own(&cluster.cilium).next() else { return };
        // The chart has no CRDs: Cilium's operator registers them when it starts.
        if let Some((_, flux)) = cluster.flux() {
            let chart = flux::Chart {
                name: "cilium",
                registry: REGISTRY,
                version: cilium.version.as_ref().map(|version| version.full()),
                namespace: "kube-system",
                values: &helm_values(cluster, cilium),
                origin: Origin::derived(cilium.span, Reason::Shape),
            };
            return folder.release(Part::Cilium, flux, chart);
        }
        let chart = HelmChart {
            name: "cilium",
            repo: REPOSITORY,
            version: cilium.version.as_ref().map(|version| version.full()),
            release_name: "cilium",
            namespace: "kube-system",
            values_file: VALUES,
        };
        folder.chart(Part::Cilium, chart, &helm_values(cluster, cilium));
    }

    fn expects(&self, cluster: &Cluster, list: &mut Expected<'_>) {
        if own(&cluster.cilium).next().is_some() {
            return;
        }
        if let Some(pool) = own(&cluster.pools).next() {
            list.item(Origin::written(pool.span)).literal("Cilium, which gives out the addresses of load balancers");
        }
        let policy = own(&cluster.policies).find(|policy| policy.kind.value != PolicyKind::Kubernetes);
        if let (Some(policy), None) = (policy, own(&cluster.pools).next()) {
            list.item(Origin::written(policy.span)).literal("Cilium, which keeps the network policies");
        }
        if let Some(bgp) = own(&cluster.bgp).next() {
            list.item(Origin::written(bgp.span)).literal("Cilium with `bgpControlPlane`, which speaks BGP");
        }
    }

    fn groups(&self, cluster: &Cluster) -> Vec<&'static str> {
        let is_of_cilium = |policy: &Policy| policy.kind.value != PolicyKind::Kubernetes;
        let known = cluster.cilium.is_some()
            || !cluster.pools.is_empty()
            || !cluster.bgp.is_empty()
            || cluster.policies.iter().any(is_of_cilium);
        known.then_some("cilium.io").into_iter().collect()
    }

    fn steps(&self, context: &Context<'_>, cluster: &Cluster, steps: &mut Steps) {
        let (Some(cilium), Some(values)) = (own(&cluster.cilium).next(), context.helm_values(cluster, self.folder()))
        else {
            return;
        };
        let origin = cilium.version.origin;
        let mut commands = Commands::default();
        let version = cilium.version.value.full();
        if context.helm_release(cluster) {
            // Its values stand in the release.
            let command = "yq .spec.values {} | helm upgrade --install cilium oci://quay.io/cilium/charts/cilium --version {} --namespace kube-system --values -";
            commands.run(command, &[&values, &version], origin);
        } else {
            let command = "helm upgrade --install cilium cilium --repo https://helm.cilium.io/ --version {} --namespace kube-system --values {}";
            commands.run(command, &[&version, &values], origin);
        }
        commands.run("kubectl -n kube-system rollout status daemonset/cilium", &[], origin);
        let soon = "Do not wait: Talos restarts a node that has no CNI after about ten minutes.";
        let same = context.synced(cluster).map(|gitops| match gitops.tool {
            Tool::ArgoCd(_) => "With the values that Argo CD uses, so that it finds nothing to change.",
            Tool::Flux(_) => "With the values that Flux uses, so that it takes the release over as it is.",
        });
        let said: Vec<_> = same.into_iter().chain(cluster.talos().map(|_| soon)).collect();
        steps.begin("Install Cilium", &said, origin).commands(&commands);
    }

    fn rows(&self, cluster: &Cluster, rows: &mut Rows<'_>) {
        let Some(cilium) = &cluster.cilium else { return };
        let row = rows.row("Cilium", cilium.version.origin).literal("CNI, in place of kube-proxy");
        match cilium.version.origin.reason {
            Reason::ImpliedByGateway => row.literal(", implied by a gateway of class `cilium`"),
            Reason::ImpliedByPool => row.literal(", implied by a pool"),
            _ => row,
        };
        if cluster.gateways.iter().any(|gateway| gateway.class.value == GatewayClass::Cilium) {
            row.literal(", Gateway API");
        }
        if cluster.pools.iter().any(|pool| pool.layer2().is_some()) {
            row.literal(", load balancer addresses, announced on the LAN");
        }
        if cluster.speaks_bgp().is_some() {
            row.literal(", BGP with routers");
        }
        row.literal(match cilium.routing.value {
            RoutingMode::Native => ", native routing",
            RoutingMode::Tunnel => ", VXLAN between nodes",
        });
        if cilium.encryption.value {
            row.literal(", WireGuard between nodes");
        }
        if cilium.hubble.is_some() {
            row.literal(", Hubble");
        }
        if cilium.is_existing() {
            row.literal(", existing");
        }
        row.cell().code_of(&cilium.version.value);
        rows.files();
    }
}

/// The Helm values of a cluster's Cilium, the user's laid over what hnet derives.
pub(crate) fn helm_values(cluster: &Cluster, cilium: &hnet_model::Cilium) -> Node {
    let mut node = Node::of(&values::derive(cluster, cilium), Origin::derived(cilium.span, Reason::Shape));
    if !cilium.settings.value.is_empty() {
        node.merge(Node::of(&cilium.settings.value, cilium.settings.origin), &Kind::values("cilium"));
    }
    for raw in &cilium.values {
        node.merge(Node::from_raw(raw), &Kind::values("cilium"));
    }
    node
}
