//! Network policies: Cilium's, and Kubernetes's own.
//!
//! A rule of the source may name ends of several kinds, and ports beside messages of ICMP; Cilium takes one kind in a rule
//! (cilium, `pkg/policy/api/rule_validation.go`), so it comes out as several. Start at [`add`].

use hnet_manifests::cilium::{LabelExpression, LabelSelector};
use hnet_manifests::network_policies::{
    CidrRule, CiliumClusterwideNetworkPolicy, CiliumClusterwideNetworkPolicySpec, CiliumNetworkPolicy,
    CiliumNetworkPolicySpec, CiliumRule, DefaultDeny, EgressRule, IcmpField, IcmpRule, IngressRule, IpBlock, NameEnd,
    NetworkEgressRule, NetworkIngressRule, NetworkPeer, NetworkPolicySpec, NetworkPort, NumberOrName, PortProtocol,
    PortRule, ProtocolRules, ServiceEnd, ServiceName,
};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_manifests::versions::gateway_services;
use hnet_model::{
    Cluster, Direction, End, Entity, GatewayClass, IpNet, Name, Namespaces, Network, Origin, Policy, PolicyKind,
    PolicyPort, PolicyProtocol, PolicyRule, PortOrName, Reason, SelectorTerm, Traced,
};

use crate::cloudflared;
use crate::kubernetes::{Wave, in_wave, metadata, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// The label of pods with their namespace, as Cilium knows them.
const POD_NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// The label of namespaces with their name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// So many ports, or messages of ICMP, stand in one list at most. (cilium, `pkg/policy/api/rule_validation.go`.)
const MOST_PORTS: usize = 40;

/// Adds a policy.
pub(super) fn add(network: &Network, cluster: &Cluster, policy: &Policy, to: &mut Objects<'_>) {
    let (origin, over) = (shape(policy.span), Over::Main(&policy.overlay));
    let name = text(&policy.name);
    let metadata = match &policy.namespace {
        Some(namespace) => metadata(name, namespace),
        None => Metadata::named(name),
    };
    let writer = Writer { network, cluster };
    match policy.kind.value {
        PolicyKind::Cilium => {
            let spec = CiliumNetworkPolicySpec(writer.cilium(policy));
            let metadata = in_wave(cluster, Wave::CustomResource, metadata);
            to.add(&Manifest::custom::<CiliumNetworkPolicy>(metadata, spec), origin, over);
        }
        PolicyKind::CiliumClusterwide => {
            let spec = CiliumClusterwideNetworkPolicySpec(writer.cilium(policy));
            let metadata = in_wave(cluster, Wave::CustomResource, metadata);
            to.add(&Manifest::custom::<CiliumClusterwideNetworkPolicy>(metadata, spec), origin, over);
        }
        PolicyKind::Kubernetes => to.add(&Manifest::core(metadata, writer.kubernetes(policy)), origin, over),
    }
}

/// Who writes the rules of policies, of which ends are names.
struct Writer<'a> {
    network: &'a Network,
    cluster: &'a Cluster,
}

/// Pods, wherever it is said what their labels and namespaces must be.
struct Pods {
    selector: LabelSelector,
    namespaces: Namespaces,
}

/// The ends of a rule by the kinds that stand in rules of their own.
#[derive(Default)]
struct Ends {
    entities: Vec<Traced<String>>,
    pods: Vec<Pods>,
    prefixes: Vec<Traced<String>>,
    groups: Vec<Traced<String>>,
    services: Vec<ServiceEnd>,
    names: Vec<Traced<String>>,
}

impl Writer<'_> {
    fn cilium(&self, policy: &Policy) -> CiliumRule {
        let default_deny = DefaultDeny {
            egress: not_denied(policy, Direction::Egress),
            ingress: not_denied(policy, Direction::Ingress),
        };
        let mut egress: Vec<EgressRule> = Vec::new();
        if policy.cluster_dns.value {
            egress.push(cluster_dns(policy));
        }
        egress.extend(policy.rules(Direction::Egress, false).flat_map(|rule| self.egress(rule)));
        let mut ingress: Vec<IngressRule> =
            policy.rules(Direction::Ingress, false).flat_map(|rule| self.ingress(rule)).collect();
        // A rule that says nothing lets nothing pass, and denies.
        if denies_all(policy, Direction::Ingress) {
            ingress.push(IngressRule::default());
        }
        if denies_all(policy, Direction::Egress) {
            egress.push(EgressRule::default());
        }
        let is_of_nodes = !policy.nodes.is_empty();
        CiliumRule {
            description: policy.doc.as_ref().map(|doc| Traced::written(doc.clone(), policy.span)),
            endpoint_selector: (!is_of_nodes).then(|| selector(&policy.pods)),
            node_selector: is_of_nodes.then(|| selector(&policy.nodes)),
            enable_default_deny: (default_deny != DefaultDeny::default()).then_some(default_deny),
            ingress,
            ingress_deny: policy.rules(Direction::Ingress, true).flat_map(|rule| self.ingress(rule)).collect(),
            egress,
            egress_deny: policy.rules(Direction::Egress, true).flat_map(|rule| self.egress(rule)).collect(),
        }
    }

    fn ingress(&self, rule: &PolicyRule) -> Vec<IngressRule> {
        let Ends { entities, pods, prefixes, groups, services: _, names: _ } = self.ends(rule);
        let mut by_ends: Vec<IngressRule> = Vec::new();
        if !entities.is_empty() {
            by_ends.push(IngressRule { from_entities: entities, ..IngressRule::default() });
        }
        if !pods.is_empty() {
            let from_endpoints = pods.into_iter().map(Pods::of_cilium).collect();
            by_ends.push(IngressRule { from_endpoints, ..IngressRule::default() });
        }
        let from_cidr_set = cidr_rules(prefixes, groups, &rule.except);
        if !from_cidr_set.is_empty() {
            by_ends.push(IngressRule { from_cidr_set, ..IngressRule::default() });
        }
        if rule.ends.is_empty() {
            by_ends.push(IngressRule::default());
        }
        let at = |ends: &IngressRule| {
            let with_ports = (rule.icmp.is_empty() || !rule.ports.is_empty())
                .then(|| IngressRule { to_ports: ports(rule), ..ends.clone() });
            let with_icmp = (!rule.icmp.is_empty()).then(|| IngressRule { icmps: icmps(rule), ..ends.clone() });
            with_ports.into_iter().chain(with_icmp)
        };
        by_ends.iter().flat_map(at).collect()
    }

    fn egress(&self, rule: &PolicyRule) -> Vec<EgressRule> {
        let Ends { entities, pods, prefixes, groups, services, names } = self.ends(rule);
        let mut by_ends: Vec<EgressRule> = Vec::new();
        if !entities.is_empty() {
            by_ends.push(EgressRule { to_entities: entities, ..EgressRule::default() });
        }
        if !pods.is_empty() {
            let to_endpoints = pods.into_iter().map(Pods::of_cilium).collect();
            by_ends.push(EgressRule { to_endpoints, ..EgressRule::default() });
        }
        let to_cidr_set = cidr_rules(prefixes, groups, &rule.except);
        if !to_cidr_set.is_empty() {
            by_ends.push(EgressRule { to_cidr_set, ..EgressRule::default() });
        }
        if !services.is_empty() {
            by_ends.push(EgressRule { to_services: services, ..EgressRule::default() });
        }
        if !names.is_empty() {
            let to_fqdns = names.into_iter().map(name_end).collect();
            by_ends.push(EgressRule { to_fqdns, ..EgressRule::default() });
        }
        if rule.ends.is_empty() {
            by_ends.push(EgressRule::default());
        }
        let at = |ends: &EgressRule| {
            let with_ports = (rule.icmp.is_empty() || !rule.ports.is_empty())
                .then(|| EgressRule { to_ports: ports(rule), ..ends.clone() });
            let with_icmp = (!rule.icmp.is_empty()).then(|| EgressRule { icmps: icmps(rule), ..ends.clone() });
            with_ports.into_iter().chain(with_icmp)
        };
        by_ends.iter().flat_map(at).collect()
    }

    fn kubernetes(&self, policy: &Policy) -> NetworkPolicySpec {
        let types = Direction::ALL.into_iter().filter(|direction| policy.denies(*direction).value).map(|direction| {
            let word = if direction == Direction::Ingress { "Ingress" } else { "Egress" };
            policy.denies(direction).map(|_| word.to_owned())
        });
        let ingress = policy.rules(Direction::Ingress, false).map(|rule| {
            let (from, ports) = self.network_rule(rule);
            NetworkIngressRule { from, ports }
        });
        let mut egress: Vec<NetworkEgressRule> = Vec::new();
        if policy.cluster_dns.value {
            let origin = policy.cluster_dns.origin;
            let port = |protocol: &str| NetworkPort {
                port: Traced::new(NumberOrName::Number(DNS_PORT), origin),
                end_port: None,
                protocol: Traced::new(protocol.to_owned(), origin),
            };
            let to = vec![cluster_dns_pods(origin).of_kubernetes()];
            egress.push(NetworkEgressRule { to, ports: vec![port("UDP"), port("TCP")] });
        }
        egress.extend(policy.rules(Direction::Egress, false).map(|rule| {
            let (to, ports) = self.network_rule(rule);
            NetworkEgressRule { to, ports }
        }));
        NetworkPolicySpec {
            pod_selector: selector(&policy.pods),
            policy_types: types.collect(),
            ingress: ingress.collect(),
            egress,
        }
    }

    fn network_rule(&self, rule: &PolicyRule) -> (Vec<NetworkPeer>, Vec<NetworkPort>) {
        let is_anybody = |end: &Traced<End>| end.value == End::Entity(Entity::All);
        let Ends { pods, prefixes, .. } = self.ends(rule);
        let mut peers: Vec<NetworkPeer> = pods.into_iter().map(Pods::of_kubernetes).collect();
        peers.extend(cidr_rules(prefixes, Vec::new(), &rule.except).into_iter().filter_map(|prefix| {
            let ip_block = Some(IpBlock { cidr: prefix.cidr?, except: prefix.except });
            Some(NetworkPeer { ip_block, ..NetworkPeer::default() })
        }));
        if rule.ends.iter().any(is_anybody) {
            peers.clear();
        }
        (peers, rule.ports.iter().flat_map(network_ports).collect())
    }

    /// The ends of a rule, by kinds.
    fn ends(&self, rule: &PolicyRule) -> Ends {
        let mut ends = Ends::default();
        for end in &rule.ends {
            let derived = end.origin.because(Reason::RequestsCome);
            match &end.value {
                End::Entity(entity) => ends.entities.push(end.map_to(entity.word().to_owned())),
                End::Pods(pods) => {
                    ends.pods.push(Pods { selector: selector(&pods.terms), namespaces: pods.namespaces.clone() });
                }
                End::Gateway(id) => {
                    let Some(gateway) = self.cluster.gateways.get(id.0) else { continue };
                    match gateway.class.value {
                        GatewayClass::Cilium => {
                            ends.entities.push(Traced::new(Entity::Ingress.word().to_owned(), derived));
                        }
                        GatewayClass::Other(_) => ends.pods.push(pods_of_gateway(gateway, derived)),
                    }
                }
                End::Tunnel(id) => {
                    let Some(tunnel) = self.cluster.tunnels.get(id.0) else { continue };
                    let app = Traced::new(cloudflared::name(tunnel), derived);
                    let namespace = Traced::new(tunnel.namespace.value.clone(), derived);
                    ends.pods.push(Pods {
                        selector: LabelSelector::labelled("app", app),
                        namespaces: Namespaces::Named(vec![namespace]),
                    });
                }
                End::Subnet(id) => {
                    let subnet = self.network.subnets.get(id.0);
                    let prefixes = subnet.into_iter().flat_map(|subnet| &subnet.prefixes);
                    ends.prefixes.extend(prefixes.map(|prefix| end.map_to(prefix.value.to_string())));
                }
                End::Prefixes(prefixes) => {
                    ends.prefixes.extend(prefixes.iter().map(|prefix| end.map_to(prefix.clone())));
                }
                End::CidrGroup(name) => ends.groups.push(end.map_to(name.to_string())),
                End::Name(name) => ends.names.push(end.map_to(name.clone())),
                End::Service { namespace, name } => ends.services.push(ServiceEnd {
                    k8s_service: ServiceName {
                        namespace: end.map_to(namespace.to_string()),
                        service_name: end.map_to(name.to_string()),
                    },
                }),
            }
        }
        ends
    }
}

/// Another value of the same origin.
trait MapTo {
    fn map_to<T>(&self, value: T) -> Traced<T>;
}

impl<V> MapTo for Traced<V> {
    fn map_to<T>(&self, value: T) -> Traced<T> {
        Traced::new(value, self.origin)
    }
}

/// The pods that carry the requests of a gateway of another class. Envoy Gateway labels those of each gateway, in its own
/// namespace or the gateway's; what follows GEP-1762 runs in the gateway's. (envoyproxy/gateway, `internal/gatewayapi/helpers.go`;
/// gateway-api, GEP-1762.)
fn pods_of_gateway(gateway: &hnet_model::Gateway, origin: Origin) -> Pods {
    let name = Traced::new(gateway.name.value.to_string(), origin);
    let namespace = Traced::new(gateway.namespace.value.clone(), origin);
    if gateway_services::is_envoy(gateway.class.value.name()) {
        let labels = [
            ("gateway.envoyproxy.io/owning-gateway-name".to_owned(), name),
            ("gateway.envoyproxy.io/owning-gateway-namespace".to_owned(), text(&namespace)),
        ];
        let selector = LabelSelector { match_labels: labels.into_iter().collect(), match_expressions: Vec::new() };
        return Pods { selector, namespaces: Namespaces::Any(origin.span) };
    }
    let selector = LabelSelector::labelled("gateway.networking.k8s.io/gateway-name", name);
    Pods { selector, namespaces: Namespaces::Named(vec![namespace]) }
}

impl Pods {
    /// As Cilium selects them: the namespace is a label of theirs.
    fn of_cilium(self) -> LabelSelector {
        let Pods { mut selector, namespaces } = self;
        match namespaces {
            Namespaces::Own => {}
            Namespaces::Any(_) => selector.match_expressions.push(exists(POD_NAMESPACE)),
            Namespaces::Named(names) => match names.as_slice() {
                [only] => selector.match_labels.insert(POD_NAMESPACE, text(only)),
                names => selector.match_expressions.push(one_of(POD_NAMESPACE, names)),
            },
        }
        selector
    }

    /// As Kubernetes selects them: by the labels of their namespaces.
    fn of_kubernetes(self) -> NetworkPeer {
        let Pods { selector, namespaces } = self;
        let namespace_selector = match namespaces {
            Namespaces::Own => None,
            Namespaces::Any(_) => Some(LabelSelector::default()),
            Namespaces::Named(names) => Some(match names.as_slice() {
                [only] => LabelSelector::labelled(NAMESPACE_NAME, text(only)),
                names => {
                    LabelSelector { match_expressions: vec![one_of(NAMESPACE_NAME, names)], ..LabelSelector::default() }
                }
            }),
        };
        let says_pods = namespace_selector.is_none() || selector != LabelSelector::default();
        NetworkPeer { namespace_selector, pod_selector: says_pods.then_some(selector), ip_block: None }
    }
}

fn exists(key: &str) -> LabelExpression {
    LabelExpression { key: key.to_owned(), operator: "Exists".to_owned(), values: Vec::new() }
}

fn one_of(key: &str, names: &[Traced<Name>]) -> LabelExpression {
    let values = names.iter().map(text).collect();
    LabelExpression { key: key.to_owned(), operator: "In".to_owned(), values }
}

/// What selects objects whose labels are as they must be.
fn selector(terms: &[Traced<SelectorTerm>]) -> LabelSelector {
    let mut selector = LabelSelector::default();
    for term in terms {
        let mut expression = |key: &str, operator: &str, values: &[String]| {
            selector.match_expressions.push(LabelExpression {
                key: key.to_owned(),
                operator: operator.to_owned(),
                values: values.iter().map(|value| term.map_to(value.clone())).collect(),
            });
        };
        match &term.value {
            SelectorTerm::Anything => {}
            SelectorTerm::Is(key, value) => selector.match_labels.insert(key.clone(), term.map_to(value.clone())),
            SelectorTerm::In(key, values) => expression(key, "In", values),
            SelectorTerm::NotIn(key, values) => expression(key, "NotIn", values),
            SelectorTerm::Exists(key) => expression(key, "Exists", &[]),
            SelectorTerm::DoesNotExist(key) => expression(key, "DoesNotExist", &[]),
        }
    }
    selector
}

/// That a direction is not denied although there are rules of it, which Cilium takes for a wish to deny.
fn not_denied(policy: &Policy, direction: Direction) -> Option<Traced<bool>> {
    let denies = policy.denies(direction);
    (policy.has_rules(direction) && !denies.value).then_some(*denies)
}

/// Whether all of a direction is denied and no rule of it would say so.
fn denies_all(policy: &Policy, direction: Direction) -> bool {
    policy.denies(direction).value && !policy.has_rules(direction)
}

const DNS_PORT: u16 = 53;

/// The pods that answer for cluster DNS, on Talos, on k3s and by CoreDNS's chart.
fn cluster_dns_pods(origin: Origin) -> Pods {
    let namespace = Name::new("kube-system").map(|name| Traced::new(name, origin));
    Pods {
        selector: LabelSelector::labelled("k8s-app", Traced::new("kube-dns".to_owned(), origin)),
        namespaces: Namespaces::Named(namespace.into_iter().collect()),
    }
}

/// That cluster DNS may be asked. Where hosts are meant by their names, Cilium reads the answers: without these rules it
/// knows none of them.
fn cluster_dns(policy: &Policy) -> EgressRule {
    let origin = policy.cluster_dns.origin;
    let said = |text: &str| Traced::new(text.to_owned(), origin);
    let dns = policy.first_name().map(|_| ProtocolRules { dns: vec![NameEnd::Pattern { match_pattern: said("*") }] });
    let port = PortProtocol { port: said("53"), end_port: None, protocol: said("ANY") };
    EgressRule {
        to_endpoints: vec![cluster_dns_pods(origin).of_cilium()],
        to_ports: vec![PortRule { ports: vec![port], rules: dns }],
        ..EgressRule::default()
    }
}

fn name_end(name: Traced<String>) -> NameEnd {
    match name.value.contains('*') {
        true => NameEnd::Pattern { match_pattern: name },
        false => NameEnd::Name { match_name: name },
    }
}

/// Prefixes, each without the parts that lie in it, and groups.
fn cidr_rules(prefixes: Vec<Traced<String>>, groups: Vec<Traced<String>>, except: &[Traced<String>]) -> Vec<CidrRule> {
    let net = |text: &str| text.parse::<IpNet>().ok();
    let lies_in = |part: &str, whole: &str| match (net(part), net(whole)) {
        (Some(part), Some(whole)) => whole.contains(&part),
        // Whether a text with a placeholder does, only the source knows.
        _ => true,
    };
    let of_prefixes = prefixes.into_iter().map(|prefix| CidrRule {
        except: except.iter().filter(|part| lies_in(&part.value, &prefix.value)).cloned().collect(),
        cidr: Some(prefix),
        cidr_group_ref: None,
    });
    let of_groups = groups.into_iter().map(|group| CidrRule { cidr_group_ref: Some(group), ..CidrRule::default() });
    of_prefixes.chain(of_groups).collect()
}

/// The ports of a rule, in as many lists as they need.
fn ports(rule: &PolicyRule) -> Vec<PortRule> {
    let dns: Vec<NameEnd> = rule.dns.iter().map(|name| name_end(name.clone())).collect();
    let rules = (!dns.is_empty()).then_some(ProtocolRules { dns });
    let lists = rule.ports.chunks(MOST_PORTS);
    lists.map(|ports| PortRule { ports: ports.iter().map(port_protocol).collect(), rules: rules.clone() }).collect()
}

fn port_protocol(port: &Traced<PolicyPort>) -> PortProtocol {
    let (first, end_port) = match &port.value.port {
        PortOrName::Range(first, last) => (first.to_string(), (first != last).then(|| port.map_to(*last))),
        PortOrName::Name(name) => (name.clone(), None),
    };
    let protocol = port.map_to(port.value.protocol.word().to_ascii_uppercase());
    PortProtocol { port: port.map_to(first), end_port, protocol }
}

/// A port to Kubernetes, which has no word for any protocol.
fn network_ports(port: &Traced<PolicyPort>) -> Vec<NetworkPort> {
    let (number, end_port) = match &port.value.port {
        PortOrName::Range(first, last) => (NumberOrName::Number(*first), (first != last).then(|| port.map_to(*last))),
        PortOrName::Name(name) => (NumberOrName::Name(name.clone()), None),
    };
    let protocols = match port.value.protocol {
        PolicyProtocol::Any => vec![PolicyProtocol::Tcp, PolicyProtocol::Udp, PolicyProtocol::Sctp],
        one => vec![one],
    };
    let with = |protocol: PolicyProtocol| NetworkPort {
        port: port.map_to(number.clone()),
        end_port,
        protocol: port.map_to(protocol.word().to_ascii_uppercase()),
    };
    protocols.into_iter().map(with).collect()
}

/// The messages of ICMP of a rule, in as many lists as they need.
fn icmps(rule: &PolicyRule) -> Vec<IcmpRule> {
    let field = |message: &Traced<hnet_model::IcmpMessage>| IcmpField {
        family: message.map_to(if message.value.is_ipv6 { "IPv6" } else { "IPv4" }.to_owned()),
        kind: message.map_to(match message.value.kind.parse() {
            Ok(number) => NumberOrName::Number(number),
            Err(_) => NumberOrName::Name(message.value.kind.clone()),
        }),
    };
    rule.icmp.chunks(MOST_PORTS).map(|messages| IcmpRule { fields: messages.iter().map(field).collect() }).collect()
}
