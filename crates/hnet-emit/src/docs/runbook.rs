//! The runbook: how to see that all is well, and where to look when it is not. Commands name the real
//! objects of the network, so that they can be copied.

use hnet_model::{Distribution, Origin, Traced};

use super::Page;
use crate::markdown::{Document, Inline, code, literal, shell_word};

/// Commands under one heading.
struct Commands {
    lines: Vec<Traced<String>>,
}

impl Commands {
    fn new() -> Self {
        Commands { lines: Vec::new() }
    }

    /// What the next command is for.
    fn note(&mut self, note: &str, origin: Origin) {
        self.lines.push(Traced::new(format!("# {note}"), origin));
    }

    /// A command by its words.
    fn run(&mut self, words: &[&str], origin: Origin) {
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        self.lines.push(Traced::new(words.join(" "), origin));
    }
}

/// How many objects of a kind get a command each.
const NAMED: usize = 8;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    document.heading(2, &literal("Is all well?"), page.shape);
    validation(page, document);
    document.heading(2, &literal("When something is wrong"), page.shape);
    troubleshooting(page, document);
    document.heading(2, &literal("Rules of the house"), page.shape);
    document.list(true, &rules(page));
}

fn validation(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut commands = Commands::new();
    if let Some(version) = cluster.talos() {
        let addresses = cluster.control_planes().filter_map(|node| node.address.as_ref());
        let addresses: Vec<String> = addresses.take(1).map(|address| address.value.address().to_string()).collect();
        if let [address] = addresses.as_slice() {
            commands.note("The machines and etcd", version.origin);
            commands.run(&["talosctl", "health", "--nodes", address], version.origin);
        }
    }
    commands.note("The nodes are ready", page.shape);
    commands.run(&["kubectl", "get", "nodes", "-o", "wide"], page.shape);
    if let Some(cilium) = &cluster.cilium {
        let origin = Origin::written(cilium.span);
        commands.note("Cilium", origin);
        commands.run(&["cilium", "status"], origin);
        commands.run(&["cilium", "connectivity", "test"], origin);
    }
    if let Some(pool) = cluster.pools.first() {
        commands.note("Load balancers have their addresses", pool.name.origin);
        commands.run(&["kubectl", "get", "ciliumloadbalancerippools"], pool.name.origin);
        commands
            .run(&["kubectl", "get", "services", "-A", "--field-selector", "spec.type=LoadBalancer"], pool.name.origin);
    }
    if let Some(gateway) = cluster.gateways.first() {
        commands.note("Gateways are programmed and routes accepted", gateway.name.origin);
        commands.run(&["kubectl", "get", "gateway", "-A"], gateway.name.origin);
        commands.run(&["kubectl", "get", "httproute", "-A"], gateway.name.origin);
    }
    if let Some(certificate) = cluster.certificates.first() {
        commands.note("Certificates are issued", certificate.name.origin);
        commands.run(&["kubectl", "get", "certificate", "-A"], certificate.name.origin);
    }
    let origin = cluster.dns.as_ref().map_or(page.shape, |dns| Origin::written(dns.span));
    commands.note("Cluster DNS answers", origin);
    commands.run(&["kubectl", "get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns"], origin);
    let name = format!("kubernetes.default.svc.{}", cluster.dns_domain.value);
    let probe = ["kubectl", "run", "-it", "--rm", "debug", "--image=busybox", "--restart=Never", "--", "nslookup"];
    commands.run(&[&probe[..], &[&name]].concat(), cluster.dns_domain.origin);
    if let Some(domain) = &page.network.domain {
        commands.run(&[&probe[..], &[domain.value.as_str()]].concat(), domain.origin);
    }
    for tunnel in &cluster.tunnels {
        commands.note("The tunnel is connected", tunnel.name.origin);
        commands.run(&["kubectl", "get", "pods", "-n", tunnel.namespace.value.as_str()], tunnel.namespace.origin);
    }
    if let Some(gitops) = &cluster.gitops {
        let origin = Origin::written(gitops.span);
        commands.note("What is in Git is what runs", origin);
        commands.run(&["kubectl", "get", "applications", "-n", gitops.namespace.value.as_str()], origin);
    }
    document.code("bash", &commands.lines);
}

fn section(document: &mut Document, heading: Inline, look: &[Inline], commands: &Commands, origin: Origin) {
    document.heading(3, &heading, origin);
    let items: Vec<_> = look.iter().map(|item| (item.clone(), origin)).collect();
    document.list(false, &items);
    document.code("bash", &commands.lines);
}

fn troubleshooting(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if let Some(version) = cluster.talos() {
        let mut commands = Commands::new();
        if let Some(node) = cluster.nodes.iter().find(|node| node.address.is_some()) {
            let address = node.address.as_ref().map(|address| address.value.address().to_string()).unwrap_or_default();
            for words in [["get", "links"], ["get", "addresses"], ["get", "routes"], ["get", "resolvers"]] {
                let address: &[&str] = &["--nodes", &address];
                commands.run(&[&["talosctl"], &words[..], address].concat(), node.name.origin);
            }
        }
        let look = [
            literal("A link stays down when no document names it, or when its selector matches no NIC or several."),
            literal("The API's virtual IP answers only while etcd has a majority."),
            literal("A node without a CNI is not ready and restarts after about ten minutes."),
        ];
        section(document, literal("A machine is not reachable"), &look, &commands, version.origin);
    }
    if let Some(cilium) = &cluster.cilium {
        let origin = Origin::written(cilium.span);
        let mut commands = Commands::new();
        commands.run(&["kubectl", "get", "pods", "-n", "kube-system", "-l", "k8s-app=cilium", "-o", "wide"], origin);
        commands.run(&["kubectl", "logs", "-n", "kube-system", "-l", "k8s-app=cilium", "--tail=100"], origin);
        if cilium.hubble.is_some() {
            commands.run(&["hubble", "observe", "--verdict", "DROPPED"], origin);
        }
        if let Some(pool) = cluster.pools.iter().find(|pool| pool.announce.is_some()) {
            commands.note("Who answers ARP for a load balancer's address", pool.name.origin);
            commands.run(&["kubectl", "get", "leases", "-n", "kube-system"], pool.name.origin);
        }
        let look = [
            literal("Are the agents running on all nodes? Do the values in Git match the chart's version?"),
            literal("An address that nobody answers for: is there a lease for its service, and on which node?"),
        ];
        section(
            document,
            literal("Pods do not reach each other, or an address does not answer"),
            &look,
            &commands,
            origin,
        );
    }
    if !cluster.gateways.is_empty() {
        gateways(page, document);
    }
    let origin = cluster.dns.as_ref().map_or(page.shape, |dns| Origin::written(dns.span));
    let mut commands = Commands::new();
    commands.run(&["kubectl", "get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns"], origin);
    commands.run(&["kubectl", "logs", "-n", "kube-system", "-l", "k8s-app=kube-dns", "--tail=100"], origin);
    if cluster.dns.is_some() {
        let map = if matches!(cluster.distribution, Distribution::K3s(_)) { "coredns-custom" } else { "coredns" };
        commands.run(&["kubectl", "get", "configmap", "-n", "kube-system", map, "-o", "yaml"], origin);
    }
    let look =
        [literal("A cluster name fails: CoreDNS itself. Only other names fail: the servers that it forwards to.")];
    section(document, literal("Names do not resolve"), &look, &commands, origin);
    for tunnel in &cluster.tunnels {
        let namespace = tunnel.namespace.value.as_str();
        let origin = tunnel.namespace.origin;
        let mut commands = Commands::new();
        commands.run(&["kubectl", "get", "pods", "-n", namespace], origin);
        commands.run(&["kubectl", "logs", "-n", namespace, "-l", "app=cloudflared", "--tail=100"], origin);
        match &tunnel.credentials {
            Some(credentials) => {
                commands.note("Did the credentials arrive from the secret store?", credentials.origin);
                commands.run(&["kubectl", "get", "externalsecret", "-n", namespace], credentials.origin);
            }
            None => {
                let secret = crate::cloudflared::secret_name(cluster, tunnel);
                commands.note("Is the Secret with the credentials there?", origin);
                commands.run(&["kubectl", "get", "secret", "-n", namespace, &secret], origin);
            }
        }
        commands.note("Metrics, at http://localhost:8080/metrics", origin);
        commands.run(&["kubectl", "port-forward", "-n", namespace, "svc/cloudflared", "8080:2000"], origin);
        let look = [
            literal(
                "Error 1033 at Cloudflare: no connector is connected. Error 502: the connector does not reach the gateway.",
            ),
            literal(
                "A certificate error in the log: the server name that is sent is not on the gateway's certificate.",
            ),
        ];
        let heading = literal("Nothing comes through the tunnel ").and(code(&tunnel.name.value));
        section(document, heading, &look, &commands, origin);
    }
    if let Some(gitops) = &cluster.gitops {
        let origin = Origin::written(gitops.span);
        let mut commands = Commands::new();
        let namespace = gitops.namespace.value.as_str();
        commands.run(&["kubectl", "describe", "applications", "-n", namespace], origin);
        let look = [literal("Something was changed by hand: make the change in the source, build, commit.")];
        section(document, literal("Argo CD reports drift"), &look, &commands, origin);
    }
}

fn gateways(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut commands = Commands::new();
    for gateway in cluster.gateways.iter().take(NAMED) {
        let (namespace, name) = (gateway.namespace.value.as_str(), gateway.name.value.as_str());
        commands.run(&["kubectl", "describe", "gateway", "-n", namespace, name], gateway.name.origin);
        if let Some(service) = gateway.service_name() {
            commands.run(&["kubectl", "get", "service", "-n", namespace, &service], gateway.name.origin);
        }
    }
    for route in cluster.routes.iter().take(NAMED) {
        let (namespace, name) = (route.namespace.value.as_str(), route.name.value.as_str());
        commands.run(&["kubectl", "describe", "httproute", "-n", namespace, name], route.name.origin);
    }
    let look = [
        literal("A gateway without an address: is its address in a pool, and in no other use?"),
        literal("A route that is not accepted: does the listener take its host name and admit its namespace?"),
        literal(
            "`ResolvedRefs` is false: the service or the certificate does not exist, or its namespace grants nothing.",
        ),
    ];
    let heading = literal("A gateway or a route does not answer");
    section(document, heading, &look, &commands, page.shape);
}

fn rules(page: &Page<'_>) -> Vec<(Inline, Origin)> {
    let mut rules = vec![(
        literal("Everything about this network is in its source. What is not, does not exist after the next sync."),
        page.shape,
    )];
    if let Some(version) = page.cluster.talos() {
        rules.push((
            literal("Machines are changed through their Talos configuration, one after another."),
            version.origin,
        ));
    }
    if let Some(gitops) = &page.cluster.gitops {
        rules
            .push((literal("Objects that Argo CD syncs are not edited with `kubectl`."), Origin::written(gitops.span)));
    }
    rules.push((literal("Secrets stand in the secret store, never here."), page.shape));
    rules.push((
        literal("A customisation gets a `##` comment in the source, and so stands in this document."),
        page.shape,
    ));
    rules
}
