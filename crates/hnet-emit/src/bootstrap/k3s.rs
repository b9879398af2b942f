//! A machine's k3s configuration: `bootstrap/k3s/<node>.yaml`, read as `/etc/rancher/k3s/config.yaml`.
//!
//! What Cilium takes over is switched off, and what the cluster shares is said on every server, since
//! k3s refuses servers that disagree. Start at [`file`].

use hnet_manifests::k3s::{Config, Server};
use hnet_model::{
    Address, Cluster, EndpointHost, InterfaceAddress, IpNet, Network, Node as ModelNode, Origin, Reason, Role, Traced,
};

use crate::{Context, OutputFile};

/// The taint that keeps pods off control planes; k3s sets none by itself.
const CONTROL_PLANE_TAINT: &str = "node-role.kubernetes.io/control-plane:NoSchedule";

/// The file of a machine, by its position in the cluster.
pub(super) fn file(context: &Context<'_>, cluster: &Cluster, at: usize) -> OutputFile {
    let node = &cluster.nodes[at];
    let first = cluster.nodes.iter().position(|node| node.role.value == Role::ControlPlane) == Some(at);
    let is_server = node.role.value == Role::ControlPlane;
    // Servers with one datastore find each other there.
    let joins = if cluster.datastore.is_some() { !is_server } else { !first };
    let config = Config {
        node_name: node.name.as_ref().map(ToString::to_string),
        node_ip: node_ip(context.network, cluster, node),
        node_label: node
            .labels
            .iter()
            .map(|(key, value)| Traced::new(format!("{}={value}", key.value), key.origin))
            .collect(),
        node_taint: taints(cluster, node),
        server: joins.then(|| cluster.endpoint.as_ref().map(hnet_model::Endpoint::url)),
        of_server: is_server.then(|| server(cluster, first)),
    };
    OutputFile::with_value(&context.header(), &config, Origin::written(node.span))
}

/// The node's addresses: its own, and the first of the other family where pods have both.
fn node_ip(network: &Network, cluster: &Cluster, node: &ModelNode) -> Option<Traced<String>> {
    let own = node.address.as_ref()?;
    let is_other = |address: &&Traced<InterfaceAddress>| match (address.value.known(), own.value.known()) {
        (Some(address), Some(own)) => address.addr().is_ipv4() != own.addr().is_ipv4(),
        _ => false,
    };
    let other = if cluster.pods.len() > 1 {
        node.addresses_from_primary(cluster.said_endpoint(), &network.subnets).find(is_other)
    } else {
        None
    };
    let text = std::iter::once(own).chain(other).map(|address| address.value.address().to_string());
    Some(Traced::new(text.collect::<Vec<_>>().join(","), own.origin.because(Reason::PrimaryAddress)))
}

fn taints(cluster: &Cluster, node: &ModelNode) -> Vec<Traced<String>> {
    let own = node.taints.iter().map(|taint| {
        taint.as_ref().map(|taint| match taint.value.as_str() {
            "" => format!("{}:{}", taint.key, taint.effect),
            value => format!("{}={value}:{}", taint.key, taint.effect),
        })
    });
    let scheduling = &cluster.schedule_on_control_planes;
    let kept_free = node.role.value == Role::ControlPlane && !scheduling.value;
    own.chain(kept_free.then(|| Traced::new(CONTROL_PLANE_TAINT.to_owned(), scheduling.origin))).collect()
}

fn prefixes(prefixes: &[Traced<IpNet>]) -> Traced<String> {
    let origin = prefixes.first().map_or(Origin::default(), |prefix| prefix.origin);
    Traced::new(prefixes.iter().map(|prefix| prefix.value.to_string()).collect::<Vec<_>>().join(","), origin)
}

fn server(cluster: &Cluster, first: bool) -> Server {
    let cilium = cluster.cilium.as_ref().map(|cilium| Origin::written(cilium.span));
    let because = |reason| cilium.map(|origin| origin.because(reason));
    let host = match &cluster.endpoint.value.host {
        EndpointHost::Address(address) => Address::to_string(address),
        EndpointHost::Name(name) => name.to_string(),
    };
    let several = cluster.control_planes().nth(1);
    let off = |component, origin: Option<Origin>| origin.map(|origin| Traced::new(component, origin));
    let gateway = cluster.gateways.first().map(|gateway| Origin::derived(gateway.span, Reason::GatewayApiInCilium));
    Server {
        cluster_init: several
            .filter(|_| first && cluster.datastore.is_none())
            .map(|node| Traced::new(true, node.role.origin)),
        datastore_endpoint: cluster.datastore.clone(),
        tls_san: std::iter::once(Traced::new(host, cluster.endpoint.origin))
            .chain(cluster.certificate_names.iter().cloned())
            .collect(),
        cluster_cidr: prefixes(&cluster.pods),
        service_cidr: prefixes(&cluster.services_prefixes),
        cluster_dns: cluster.dns_address.map(|address| address.to_string()),
        cluster_domain: cluster.dns_domain.as_ref().map(ToString::to_string),
        flannel_backend: because(Reason::CiliumIsCni).map(|origin| Traced::new("none", origin)),
        disable_network_policy: because(Reason::CiliumIsCni).map(|origin| Traced::new(true, origin)),
        disable_kube_proxy: because(Reason::CiliumReplacesKubeProxy).map(|origin| Traced::new(true, origin)),
        disable: off("servicelb", because(Reason::CiliumOnK3s))
            .into_iter()
            .chain(off("traefik", because(Reason::CiliumOnK3s).or(gateway)))
            .collect(),
    }
}
