//! Policies: what Cilium or the API server refuses of them, ends that never are any, and gateways that they shut out.
//!
//! What is refused is as in cilium, `pkg/policy/api/rule_validation.go`: an object that breaks it is taken by the API server,
//! says `Valid: False` in its status, and keeps nothing.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{
    AddressRange, Cluster, Direction, End, Entity, GatewayClass, IpNet, Name, Owned as _, Policy, PolicyKind,
    PolicyRule, PortOrName, SelectorTerm, ServiceTarget, Traced, is_yaml, own,
};
use indexmap::IndexSet;

use crate::facts::Facts;

/// A policy says something, and what its kind can say.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for policy in own(&cluster.policies) {
            let says_nothing = Direction::ALL.iter().all(|way| !policy.has_rules(*way) && !policy.denies(*way).value);
            if says_nothing && facts.whole(policy.span) {
                out.report(
                    Diagnostic::new(&codes::POLICY_WITHOUT_RULES, format!("policy `{}` has no rules", policy.name.value))
                        .label(policy.name.span(), "it lets nothing pass and denies nothing, and Cilium refuses it")
                        .help("add a `from` or a `to`, or `default-deny ingress, egress` to deny all that no policy lets pass"),
                );
            }
            if policy.kind.value == PolicyKind::Kubernetes {
                of_kubernetes(cluster, policy, out);
            }
            for rule in &policy.rules {
                exceptions(facts, rule, out);
                dns_ports(rule, out);
            }
        }
    }
}

/// Reports what Kubernetes's own policies have no words for.
fn of_kubernetes(cluster: &Cluster, policy: &Policy, out: &mut Diagnostics) {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut report = |what: &str, place: Span, help: &str| {
        found.push(
            Diagnostic::new(&codes::NOT_OF_KUBERNETES, format!("a NetworkPolicy cannot say {what}"))
                .label(place, "this is said by Cilium's policies alone")
                .label(policy.kind.span(), "the kind is said here")
                .help(help.to_owned()),
        );
    };
    const OF_CILIUM: &str = "leave `kind` out, so that it is one of Cilium's";
    if let Some(first) = policy.nodes.first() {
        report("`nodes`", first.span(), OF_CILIUM);
    }
    let of_ends = policy.rules.iter().flat_map(|rule| &rule.ends).filter_map(|end| match &end.value {
        End::Pods(pods) => Some(&pods.terms),
        _ => None,
    });
    for term in of_ends.chain([&policy.pods]).flatten() {
        if let Some(key) = term.value.key().filter(|key| key.contains(':')) {
            let bare = key.split_once(':').map_or(key, |(_, bare)| bare);
            report(
                &format!("where `{bare}` comes from"),
                term.span(),
                &format!("write `{bare}` without what stands before it"),
            );
        }
    }
    for direction in Direction::ALL {
        let (first, denies) = (policy.rules.iter().find(|rule| rule.direction == direction), policy.denies(direction));
        if let (Some(rule), false) = (first, denies.value) {
            let word = direction.word();
            out.report(
                Diagnostic::new(
                    &codes::NOT_OF_KUBERNETES,
                    format!("a NetworkPolicy denies the {word} that it has rules of"),
                )
                .label(rule.span, "a rule of it")
                .label(denies.span(), "here it shall not deny")
                .help(OF_CILIUM),
            );
        }
    }
    for rule in &policy.rules {
        if rule.denies {
            report(&format!("`deny-{}`", word_of(rule.direction)), rule.span, OF_CILIUM);
            continue;
        }
        for end in &rule.ends {
            let what = match &end.value {
                End::Entity(Entity::All) | End::Pods(_) | End::Tunnel(_) | End::Subnet(_) | End::Prefixes(_) => {
                    continue;
                }
                End::Entity(entity) => format!("`{}`", entity.word()),
                End::Gateway(id) => match cluster.gateways.get(id.0) {
                    Some(gateway) if gateway.class.value == GatewayClass::Cilium => {
                        format!("gateway `{}`, which is Cilium's", gateway.name.value)
                    }
                    _ => continue,
                },
                End::CidrGroup(_) => "`cidr-group`".to_owned(),
                End::Name(name) => format!("the name `{name}`"),
                End::Service { namespace, name } => format!("service `{namespace}/{name}`"),
            };
            report(&what, end.span(), OF_CILIUM);
        }
        let further = rule.icmp.first().map(|icmp| ("`icmp`", icmp.span()));
        if let Some((what, place)) = further.or(rule.dns.first().map(|name| ("`dns`", name.span()))) {
            report(what, place, OF_CILIUM);
        }
    }
    found.into_iter().for_each(|finding| _ = out.report(finding));
}

fn word_of(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    }
}

/// Reports exceptions that lie in no prefix of their rule.
fn exceptions(facts: &Facts<'_>, rule: &PolicyRule, out: &mut Diagnostics) {
    if rule.except.is_empty() || !facts.whole(rule.span) {
        return;
    }
    let prefixes: Vec<String> = rule.ends.iter().flat_map(|end| texts_of(facts, &end.value)).collect();
    let Some(known) = prefixes.iter().map(|text| text.parse().ok()).collect::<Option<Vec<IpNet>>>() else { return };
    for part in &rule.except {
        let Ok(net) = part.value.parse::<IpNet>() else { continue };
        if known.iter().any(|prefix| prefix.contains(&net)) {
            continue;
        }
        let finding = Diagnostic::new(&codes::EXCEPTION_OUTSIDE, format!("{net} is no part of what the rule names"))
            .label(part.span(), "an exception is a part of a prefix of its rule");
        let everywhere = if net.addr().is_ipv4() { "0.0.0.0/0" } else { "::/0" };
        out.report(match known.first() {
            None => finding.help(format!("name prefixes beside it: all addresses are `address {everywhere}`")),
            Some(_) => finding.help("leave it out, or name the prefix that it is a part of"),
        });
    }
}

/// The prefixes of an end.
fn texts_of(facts: &Facts<'_>, end: &End) -> Vec<String> {
    match end {
        End::Subnet(id) => {
            let subnet = facts.network.subnets.get(id.0);
            subnet.into_iter().flat_map(|subnet| &subnet.prefixes).map(|prefix| prefix.value.to_string()).collect()
        }
        End::Prefixes(prefixes) => prefixes.clone(),
        _ => Vec::new(),
    }
}

/// Reports questions of DNS at no single port.
fn dns_ports(rule: &PolicyRule, out: &mut Diagnostics) {
    let Some(first) = rule.dns.first() else { return };
    let is_range =
        |port: &&Traced<hnet_model::PolicyPort>| matches!(port.value.port, PortOrName::Range(one, last) if one != last);
    let finding = Diagnostic::new(&codes::DNS_WITHOUT_PORT, "names are asked at a port");
    match (rule.ports.is_empty(), rule.ports.iter().find(is_range)) {
        (true, _) => {
            let finding = finding.label(first.span(), "which port of the servers is not said");
            out.report(finding.help("add `port 53/any`"));
        }
        (false, Some(range)) => {
            let finding = finding.label(range.span(), "Cilium reads no names at a range of ports");
            out.report(finding.label(first.span(), "the names").help("write `port 53/any`"));
        }
        (false, None) => {}
    }
}

/// Addresses in a rule never mean what Cilium knows by another identity.
pub(crate) fn never_meant(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let known = Known::of(cluster);
        for policy in own(&cluster.policies) {
            // Other network plugins than Cilium may read addresses otherwise.
            if policy.kind.value == PolicyKind::Kubernetes && cluster.cilium.is_none() {
                continue;
            }
            for rule in &policy.rules {
                for end in &rule.ends {
                    let End::Prefixes(prefixes) = &end.value else { continue };
                    let mut nets = prefixes.iter().filter_map(|text| text.parse::<IpNet>().ok());
                    if let Some((net, whose)) = nets.find_map(|net| Some((net, known.whose(net, rule.direction)?))) {
                        report_never(policy, rule, end.span(), net, whose, out);
                    }
                }
            }
        }
    }
}

/// Whose addresses mean nothing in a rule.
enum Whose {
    Pods(Span),
    Services(Span),
    Node(Traced<Name>),
    Pool(Traced<Name>),
}

/// The addresses of a cluster that Cilium knows by other identities.
struct Known<'a> {
    cluster: &'a Cluster,
    /// The addresses of its nodes, where they are not to be matched by addresses.
    nodes: Vec<(IpAddr, &'a Traced<Name>)>,
    pools: Vec<(AddressRange, &'a Traced<Name>)>,
}

impl<'a> Known<'a> {
    fn of(cluster: &'a Cluster) -> Self {
        // A value of the chart makes nodes matched by their addresses.
        let by_address = |cilium: &hnet_model::Cilium| {
            !cilium.is_own() || cilium.values.iter().any(|raw| raw.value.get("policyCIDRMatchMode").is_some())
        };
        let nodes_are_meant = cluster.cilium.as_ref().is_none_or(by_address);
        let nodes = cluster.nodes.iter().filter(|_| !nodes_are_meant);
        let addresses = nodes.filter_map(|node| Some((node.address.as_ref()?.value.known()?.addr(), &node.name)));
        let pools =
            cluster.pools.iter().flat_map(|pool| pool.ranges.iter().map(move |range| (range.value, &pool.name)));
        Known { cluster, nodes: addresses.collect(), pools: pools.collect() }
    }

    fn whose(&self, net: IpNet, direction: Direction) -> Option<Whose> {
        let holding =
            |prefixes: &[Traced<IpNet>]| prefixes.iter().find(|prefix| prefix.value.contains(&net)).map(Traced::span);
        if let Some(place) = holding(&self.cluster.pods) {
            return Some(Whose::Pods(place));
        }
        if let Some(place) = holding(&self.cluster.services_prefixes) {
            return Some(Whose::Services(place));
        }
        let is_node = |(address, _): &&(IpAddr, &Traced<Name>)| net == IpNet::from(*address);
        if let Some((_, name)) = self.nodes.iter().find(is_node) {
            return Some(Whose::Node((*name).clone()));
        }
        let in_range = |range: &AddressRange| range.contains(net.network()) && range.contains(net.broadcast());
        let pool = self.pools.iter().find(|(range, _)| direction == Direction::Egress && in_range(range));
        pool.map(|(_, name)| Whose::Pool((*name).clone()))
    }
}

fn report_never(policy: &Policy, rule: &PolicyRule, place: Span, net: IpNet, whose: Whose, out: &mut Diagnostics) {
    let word = word_of(rule.direction);
    let finding =
        Diagnostic::new(&codes::NEVER_MEANT, format!("no traffic of policy `{}` is {word} {net}", policy.name.value));
    out.report(match whose {
        Whose::Pods(pods) => finding
            .label(place, "pods are known by their labels, and are never meant by addresses")
            .label(pods, "these are the cluster's pods")
            .help(format!("write `{word} pods …` with their labels, `namespace` or both")),
        Whose::Services(services) => finding
            .label(place, "the address of a service is another when policies are asked: that of a pod behind it")
            .label(services, "these are the cluster's services")
            .help("name the pods behind the service, `service`, or `kube-apiserver` for the API"),
        Whose::Node(node) => finding
            .label(place, "nodes are known as such, and are never meant by addresses")
            .label(node.span(), "this is a node")
            .help(format!("write `{word} host, remote-node`")),
        Whose::Pool(pool) => finding
            .label(
                place,
                "the address of a load balancer is another when policies are asked: that of what is behind it",
            )
            .label(pool.span(), "a pool of the cluster gives it out")
            .help("name what is behind it: the gateway, or the pods"),
    });
}

/// What takes the requests of a gateway must be let in where its backends are.
pub(crate) fn gateways_shut_out(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        // Others may let in whom these policies do not.
        let has_others = facts.open.anything
            || cluster.policies.iter().any(|policy| !policy.is_own())
            || cluster
                .manifests
                .iter()
                .any(|raw| raw.text_at(&["kind"]).is_some_and(|kind| kind.contains("NetworkPolicy")));
        if has_others
            || cluster.policies.is_empty()
            || are_observed(facts)
            || !facts.knows_all_of(cluster)
            || !facts.knows_all_written()
        {
            continue;
        }
        let mut seen: IndexSet<&Name> = IndexSet::new();
        for route in &cluster.routes {
            let gateways = route.parents.iter().filter_map(|parent| cluster.gateways.get(parent.value.gateway.0));
            let Some(gateway) = gateways.into_iter().find(|gateway| gateway.class.value == GatewayClass::Cilium) else {
                continue;
            };
            for backend in route.rules.iter().flat_map(|rule| &rule.backends) {
                let Some(service) = cluster.services.get(backend.value.service.0) else { continue };
                let namespace = &service.namespace.value;
                if !matches!(service.target, ServiceTarget::Cluster) || !seen.insert(namespace) {
                    continue;
                }
                let denies = |policy: &&Policy| policy.denies_ingress.value && is_for_all_of(policy, namespace);
                let Some(denying) = cluster.policies.iter().find(denies) else { continue };
                let may_be_for = |policy: &&Policy| {
                    policy.nodes.is_empty() && policy.namespace.as_ref().is_none_or(|own| own.value == *namespace)
                };
                if cluster.policies.iter().filter(may_be_for).any(|policy| lets_gateways_in(cluster, policy)) {
                    continue;
                }
                out.report(
                    Diagnostic::new(
                        &codes::GATEWAY_SHUT_OUT,
                        format!("gateway `{}` is let in nowhere in `{namespace}`", gateway.name.value),
                    )
                    .label(
                        denying.name.span(),
                        "this denies what no policy lets in, also what Cilium's Envoy passes on",
                    )
                    .label(backend.span(), "requests are sent there")
                    .help(format!(
                        "add `from gateway {} port …;` with the port of the pods, here or in a policy for them",
                        gateway.name.value
                    )),
                );
            }
        }
    }
}

/// Whether files of others hold policies, which are not read, or charts that may bring some.
fn are_observed(facts: &Facts<'_>) -> bool {
    let mut observed = facts.sources.iter().filter(|(_, source)| is_yaml(source.path()));
    observed.any(|(_, source)| source.text().to_ascii_lowercase().contains("networkpolic"))
}

/// Whether a policy surely is for all pods of a namespace.
fn is_for_all_of(policy: &Policy, namespace: &Name) -> bool {
    let of_namespace = |term: &SelectorTerm| match term {
        SelectorTerm::Anything => true,
        SelectorTerm::Is(key, value) => {
            policy.namespace.is_none()
                && key.trim_start_matches("k8s:") == "io.kubernetes.pod.namespace"
                && value == namespace.as_str()
        }
        _ => false,
    };
    policy.nodes.is_empty()
        && policy.namespace.as_ref().is_none_or(|own| own.value == *namespace)
        && policy.pods.iter().all(|term| of_namespace(&term.value))
}

/// Whether a policy lets in what Cilium's Envoy passes on. (cilium, `pkg/policy/api/entity.go`: `cluster` holds `ingress`.)
fn lets_gateways_in(cluster: &Cluster, policy: &Policy) -> bool {
    policy.rules(Direction::Ingress, false).any(|rule| {
        rule.ends.is_empty()
            || rule.ends.iter().any(|end| match &end.value {
                End::Entity(entity) => matches!(entity, Entity::All | Entity::Cluster | Entity::Ingress),
                End::Gateway(id) => {
                    cluster.gateways.get(id.0).is_some_and(|gateway| gateway.class.value == GatewayClass::Cilium)
                }
                _ => false,
            })
    })
}
