//! The runbook: how to see that all is well, and where to look when it is not. Commands name the real
//! objects of the network, so that they can be copied.

use hnet_model::{Cluster, Distribution, Node, Origin, Part, Tool, Tunnel, own};

use super::Page;
use crate::cloudflared;
use crate::markdown::Document;
use crate::markdown::shell::Commands;
use crate::reach;

/// How many objects of a kind get a command each.
const NAMED: usize = 8;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    document.heading(2, page.shape).literal("Is all well?");
    validation(page, document);
    document.heading(2, page.shape).literal("When something is wrong");
    troubleshooting(page, document);
    document.heading(2, page.shape).literal("Rules of the house");
    rules(page, document);
}

/// What cluster DNS comes from.
fn dns_origin(page: &Page<'_>) -> Origin {
    page.cluster.dns.as_ref().map_or(page.shape, |dns| Origin::written(dns.span))
}

fn validation(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut commands = Commands::default();
    if let Some(version) = cluster.talos()
        && let Some(node) = known_first(cluster.control_planes())
    {
        document.paragraph(version.origin).literal("`talosctl` goes through the endpoints of its talosconfig, which ");
        match page.path(Part::Bootstrap, "README.md") {
            Some(path) => document.code(&path).literal(" sets."),
            None => document.literal("`talosctl config endpoint` sets."),
        };
        // What the commands further down name is no other machine, or one whose address is known.
        reach::say_names([node], document);
        commands.note("The machines and etcd", version.origin);
        commands.run("talosctl health --nodes {}", &[&reach::host(node)], version.origin);
    }
    commands.note("The nodes are ready", page.shape);
    commands.run("kubectl get nodes -o wide", &[], page.shape);
    if let Some(cilium) = &cluster.cilium {
        let origin = Origin::written(cilium.span);
        commands.note("Cilium", origin);
        commands.run("cilium status", &[], origin);
        commands.run("cilium connectivity test", &[], origin);
    }
    if let Some(pool) = cluster.pools.first() {
        let origin = pool.name.origin;
        commands.note("Load balancers have their addresses", origin);
        commands.run("kubectl get ciliumloadbalancerippools", &[], origin);
        commands.run("kubectl get services -A --field-selector spec.type=LoadBalancer", &[], origin);
    }
    if let Some(gateway) = cluster.gateways.first() {
        let origin = gateway.name.origin;
        commands.note("Gateways are programmed and routes accepted", origin);
        commands.run("kubectl get gateway -A", &[], origin);
        commands.run("kubectl get httproute -A", &[], origin);
    }
    if let Some(certificate) = cluster.certificates.iter().find(|certificate| certificate.issuer.is_some()) {
        commands.note("Certificates are issued", certificate.name.origin);
        commands.run("kubectl get certificate -A", &[], certificate.name.origin);
    }
    commands.note("Cluster DNS answers", dns_origin(page));
    commands.run("kubectl get pods -n kube-system -l k8s-app=kube-dns", &[], dns_origin(page));
    let name = format!("kubernetes.default.svc.{}", cluster.dns_domain.value);
    commands.run(PROBE, &[&name], cluster.dns_domain.origin);
    if let Some(domain) = &page.network.domain {
        commands.run(PROBE, &[domain.value.as_str()], domain.origin);
    }
    for tunnel in own(&cluster.tunnels) {
        commands.note("The tunnel is connected", tunnel.name.origin);
        let words = [tunnel.namespace.value.as_str(), &cloudflared::selector(tunnel)];
        commands.run("kubectl get pods -n {} -l {}", &words, tunnel.namespace.origin);
    }
    if let Some(gitops) = &cluster.gitops {
        let origin = Origin::written(gitops.span);
        commands.note("What is in Git is what runs", origin);
        commands.run(
            match gitops.tool {
                Tool::ArgoCd(_) => "kubectl get applications -n {}",
                Tool::Flux(_) => "flux get kustomizations -n {}",
            },
            &[gitops.namespace.value.as_str()],
            origin,
        );
    }
    document.commands(&commands);
}

/// A machine whose address is known, where there is one; otherwise the first.
fn known_first<'a>(nodes: impl Iterator<Item = &'a Node>) -> Option<&'a Node> {
    let nodes: Vec<&Node> = nodes.collect();
    nodes.iter().find(|node| node.address.is_some()).or(nodes.first()).copied()
}

/// Asks for a name from within the cluster.
const PROBE: &str = "kubectl run -it --rm debug --image=busybox --restart=Never -- nslookup {}";

/// Where to look, and with which commands. The heading is there already.
fn section(document: &mut Document, look: &[&'static str], commands: &Commands, origin: Origin) {
    document.list(false);
    for hint in look {
        document.item(origin).literal(hint);
    }
    document.commands(commands);
}

fn troubleshooting(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) {
        machines(cluster, version.origin, document);
    }
    if let Some(cilium) = &cluster.cilium {
        let origin = Origin::written(cilium.span);
        let mut commands = Commands::default();
        commands.run("kubectl get pods -n kube-system -l k8s-app=cilium -o wide", &[], origin);
        commands.run("kubectl logs -n kube-system -l k8s-app=cilium --tail=100", &[], origin);
        if cilium.hubble.is_some() {
            commands.run("hubble observe --verdict DROPPED", &[], origin);
        }
        let announced = cluster.pools.iter().find(|pool| pool.announce.is_some());
        if let Some(pool) = announced {
            commands.note("Who answers ARP for a load balancer's address", pool.name.origin);
            commands.run("kubectl get leases -n kube-system", &[], pool.name.origin);
        }
        document.heading(3, origin).literal("Pods do not reach each other, or an address does not answer");
        let lease = "An address that nobody answers for: is there a lease for its service, and on which node?";
        let mut look = vec!["Are the agents running on all nodes? Do the values in Git match the chart's version?"];
        look.extend(announced.map(|_| lease));
        section(document, &look, &commands, origin);
    }
    if !cluster.gateways.is_empty() {
        gateways(page, document);
    }
    names(page, document);
    own(&cluster.tunnels).for_each(|it| tunnel(it, document));
    if let Some(gitops) = &cluster.gitops {
        let origin = Origin::written(gitops.span);
        let mut commands = Commands::default();
        let namespace = gitops.namespace.value.as_str();
        match gitops.tool {
            Tool::ArgoCd(_) => {
                commands.run("kubectl describe applications -n {}", &[namespace], origin);
                document.heading(3, origin).literal("Argo CD reports drift");
                let look = ["Something was changed by hand: make the change in the source, build, commit."];
                section(document, &look, &commands, origin);
            }
            Tool::Flux(_) => {
                commands.run("flux get all -n {} --status-selector ready=false", &[namespace], origin);
                commands.run("flux logs -n {} --level error", &[namespace], origin);
                document.heading(3, origin).literal("Flux does not become ready");
                let look = [
                    "One waits for those that it depends on: look at the first of them.",
                    "Something was changed by hand: make the change in the source, build, commit.",
                ];
                section(document, &look, &commands, origin);
            }
        }
    }
}

fn machines(cluster: &Cluster, origin: Origin, document: &mut Document) {
    let mut commands = Commands::default();
    if let Some(node) = known_first(cluster.control_planes().chain(cluster.workers())) {
        let address = reach::host(node);
        for what in ["links", "addresses", "routes", "resolvers"] {
            commands.run("talosctl get {} --nodes {}", &[what, &address], node.name.origin);
        }
    }
    document.heading(3, origin).literal("A machine is not reachable");
    let mut look = vec!["A link stays down when no document names it, or when its selector matches no NIC or several."];
    look.extend(cluster.shared_address().map(|_| "The API's virtual IP answers only while etcd has a majority."));
    let without = "A node without a CNI is not ready and restarts after about ten minutes.";
    look.extend(cluster.cilium.as_ref().map(|_| without));
    section(document, &look, &commands, origin);
}

fn gateways(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut commands = Commands::default();
    for gateway in cluster.gateways.iter().take(NAMED) {
        let (namespace, name) = (gateway.namespace.value.as_str(), gateway.name.value.as_str());
        commands.run("kubectl describe gateway -n {} {}", &[namespace, name], gateway.name.origin);
        if let Some(service) = gateway.service_name() {
            commands.run("kubectl get service -n {} {}", &[namespace, &service], gateway.name.origin);
        }
    }
    for route in cluster.routes.iter().take(NAMED) {
        let (namespace, name) = (route.namespace.value.as_str(), route.name.value.as_str());
        commands.run("kubectl describe httproute -n {} {}", &[namespace, name], route.name.origin);
    }
    document.heading(3, page.shape).literal("A gateway or a route does not answer");
    let look = [
        "A gateway without an address: is its address in a pool, and in no other use?",
        "A route that is not accepted: does the listener take its host name and admit its namespace?",
        "`ResolvedRefs` is false: the service or the certificate does not exist, or its namespace grants nothing.",
    ];
    section(document, &look, &commands, page.shape);
}

fn names(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let origin = dns_origin(page);
    let mut commands = Commands::default();
    commands.run("kubectl get pods -n kube-system -l k8s-app=kube-dns", &[], origin);
    commands.run("kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100", &[], origin);
    if cluster.dns.is_some() {
        let map = if matches!(cluster.distribution, Distribution::K3s(_)) { "coredns-custom" } else { "coredns" };
        commands.run("kubectl get configmap -n kube-system {} -o yaml", &[map], origin);
    }
    document.heading(3, origin).literal("Names do not resolve");
    let look = ["A cluster name fails: CoreDNS itself. Only other names fail: the servers that it forwards to."];
    section(document, &look, &commands, origin);
}

fn tunnel(tunnel: &Tunnel, document: &mut Document) {
    let namespace = tunnel.namespace.value.as_str();
    let origin = tunnel.namespace.origin;
    let selector = cloudflared::selector(tunnel);
    let secret = tunnel.secret_name();
    let mut commands = Commands::default();
    commands.run("kubectl get pods -n {} -l {}", &[namespace, &selector], origin);
    commands.run("kubectl logs -n {} -l {} --tail=100", &[namespace, &selector], origin);
    match &tunnel.credentials {
        Some(credentials) => {
            commands.note("Did the credentials arrive from the secret store?", credentials.origin);
            commands.run("kubectl get externalsecret -n {} {}", &[namespace, &secret], credentials.origin);
        }
        None => {
            commands.note("Is the Secret with the credentials there?", origin);
            commands.run("kubectl get secret -n {} {}", &[namespace, &secret], origin);
        }
    }
    commands.note("Metrics, at http://localhost:8080/metrics", origin);
    let service = format!("svc/{}", cloudflared::name(tunnel));
    let ports = format!("8080:{}", cloudflared::METRICS_PORT);
    commands.run("kubectl port-forward -n {} {} {}", &[namespace, &service, &ports], origin);
    document.heading(3, origin).literal("Nothing comes through the tunnel ").code(tunnel.name.value.as_str());
    let look = [
        "Error 1033 at Cloudflare: no connector is connected. Error 502: the connector does not reach the gateway.",
        "A certificate error in the log: the server name that is sent is not on the gateway's certificate.",
    ];
    section(document, &look, &commands, origin);
}

fn rules(page: &Page<'_>, document: &mut Document) {
    document.list(true);
    let is_synced = page.context.synced(page.cluster).is_some();
    document.item(page.shape).literal("Everything about this network is in its source. ");
    document.literal(if is_synced { "What is not, does not exist after the next sync." } else { "" });
    if let Some(version) = page.cluster.talos().filter(|_| !page.cluster.nodes.is_empty()) {
        let rule = "Machines are changed through their Talos configuration, one after another.";
        document.item(version.origin).literal(rule);
    }
    if let Some(gitops) = &page.cluster.gitops {
        let rule = document.item(Origin::written(gitops.span)).literal("Objects that ").literal(gitops.called());
        rule.literal(" syncs are not edited with `kubectl`.");
    }
    document.item(page.shape).literal(match page.cluster.secret_stores.is_empty() {
        true => "Secrets never stand here.",
        false => "Secrets stand in the secret store, never here.",
    });
    let rule = "A customisation gets a `##` comment in the source, and so stands in this document.";
    document.item(page.shape).literal(rule);
}
