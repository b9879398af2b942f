//! A realistic network of any size, as source text: what the benchmark compiles.
//!
//! Every count is a function of the numbers of nodes and routes, so the same numbers give the same
//! text. The source is clean, which the benchmark asserts.

use std::fmt::Write;

/// How many nodes one subnet holds.
const NODES_IN_SUBNET: usize = 100;
/// How many routes one gateway carries.
const ROUTES_OF_GATEWAY: usize = 500;
/// How many applications share a namespace.
const SERVICES_IN_NAMESPACE: usize = 20;
/// The first address of the pool, by its index in the first subnet.
const POOL_START: usize = 128;
/// The most that the generator can place: subnets lie below 10.32.0.0, gateways in one pool.
pub const MOST_NODES: usize = 8192 * NODES_IN_SUBNET;
/// See [`MOST_NODES`].
pub const MOST_ROUTES: usize = 64 * ROUTES_OF_GATEWAY;

/// The source of a network with so many nodes and HTTP routes.
#[must_use]
pub fn network(nodes: usize, routes: usize) -> String {
    let (nodes, routes) = (nodes.clamp(1, MOST_NODES), routes.clamp(1, MOST_ROUTES));
    let mut text = String::new();
    write(&mut text, nodes, routes).expect("a string takes every text");
    text
}

fn write(text: &mut String, nodes: usize, routes: usize) -> std::fmt::Result {
    let subnets = nodes.div_ceil(NODES_IN_SUBNET);
    let gateways = routes.div_ceil(ROUTES_OF_GATEWAY);
    writeln!(text, "## A generated network of {nodes} nodes and {routes} routes.")?;
    writeln!(text, "network generated <\n  domain example.com;\n\n  internet isp;")?;
    let routers: Vec<String> = (0..subnets).map(|subnet| format!("lan-{subnet}[1]")).collect();
    writeln!(text, "  router edge < uplink isp; address {}; >", routers.join(", "))?;
    for subnet in 0..subnets {
        let prefix = format!("10.{}.{}.0/24", subnet / 256, subnet % 256);
        writeln!(text, "  switch rack-{subnet} < uplink edge; >")?;
        writeln!(
            text,
            "  subnet lan-{subnet} {prefix} < router edge; dns edge, 1.1.1.1; dhcp lan-{subnet}[200-249]; >"
        )?;
    }
    // Control planes share a virtual IP, so they lie in one subnet.
    writeln!(text, "\n  cluster generated <\n    talos 1.13;\n    kubernetes 1.36.2;\n    endpoint lan-0[10];")?;
    writeln!(text, "    pods 10.128.0.0/10;\n    services 10.96.0.0/16;\n  >\n")?;
    writeln!(text, "  profile machine < disk /dev/nvme0n1; >")?;
    for node in 0..nodes {
        write_node(text, node)?;
    }
    // Without a common wire the nodes cannot route pods to each other directly.
    let routing = if subnets > 1 { " < routing tunnel; hubble; >" } else { " < hubble; >" };
    writeln!(text, "\n  cilium 1.20.0{routing}\n  gateway-api 1.6;")?;
    let last = POOL_START + gateways.max(2) - 1;
    writeln!(text, "  pool ways-in < addresses lan-0[{POOL_START}-{last}]; announce l2; >")?;
    writeln!(text, "  certificate-issuer letsencrypt kind ClusterIssuer;\n")?;
    for gateway in 0..gateways {
        let zone = zone(gateway);
        writeln!(text, "  certificate zone-{gateway} < names {zone}, *.{zone}; issuer letsencrypt; >")?;
        writeln!(text, "  gateway ways-{gateway} <\n    address lan-0[{}];", POOL_START + gateway)?;
        writeln!(text, "    listener https < port 443; hostname *.{zone}; tls zone-{gateway}; >\n  >")?;
    }
    writeln!(text)?;
    for route in 0..routes {
        let namespace = route / SERVICES_IN_NAMESPACE;
        let gateway = route / ROUTES_OF_GATEWAY;
        writeln!(text, "  service app-{route} apps-{namespace}/app-{route}:80;")?;
        write!(text, "  route app-{route} < hostname app-{route}.{}; through ways-{gateway}/https; ", zone(gateway))?;
        // Every tenth application serves an interface for programs under a path of its own.
        match route % 10 {
            9 => writeln!(text, "rule < path /api; to app-{route}; timeout 30s; > rule < to app-{route}; > >")?,
            _ => writeln!(text, "to app-{route}; >")?,
        }
    }
    writeln!(text, "\n  dns < zone home.arpa < forward edge; cache 30s; > >")?;
    writeln!(text, "  secret-store vault kind ClusterSecretStore;")?;
    writeln!(text, "  tunnel home <\n    id 6ff42ae2-765d-4adf-8112-31c55c1551ef;")?;
    writeln!(
        text,
        "    credentials vault/cloudflared#credentials.json;\n    publish *.example.com to ways-0/https;\n  >"
    )?;
    writeln!(text, "  gitops argocd < repository https://github.com/example/home-ops.git; >\n>")
}

fn write_node(text: &mut String, node: usize) -> std::fmt::Result {
    let (subnet, index) = (node / NODES_IN_SUBNET, 20 + node % NODES_IN_SUBNET);
    let role = if node < 3 { "control-plane" } else { "worker" };
    let [.., high, middle, low] = node.to_be_bytes();
    writeln!(
        text,
        "  node node-{node} like machine < role {role}; interface lan < mac 02:00:5e:{high:02x}:{middle:02x}:{low:02x}; \
         address lan-{subnet}[{index}]; switch rack-{subnet}; > >"
    )
}

/// The first zone is what the tunnel publishes: names directly below the domain.
fn zone(gateway: usize) -> String {
    if gateway == 0 { "example.com".to_owned() } else { format!("zone-{gateway}.example.com") }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn the_size_is_what_was_asked_for() {
        let text = network(250, 1200);
        assert_eq!(text.matches("\n  node ").count(), 250);
        assert_eq!(text.matches("\n  route ").count(), 1200);
        assert_eq!(text.matches("\n  subnet ").count(), 3);
        assert_eq!(text.matches("\n  gateway ").count(), 3);
        assert_eq!(text, network(250, 1200));
    }
}
