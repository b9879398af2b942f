//! `policy`: who may talk to whom.

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_language::{CarriedPort, Flag, IcmpType, LabelTerm, List, NamePattern, One, Reader, statement};
use hnet_model::{
    Direction, End, Entity, Name, Namespaces, PodSelector, Policy, PolicyKind, PolicyRule, Reason, SelectorTerm,
    Service, Span, Traced, in_source_order,
};
use indexmap::IndexMap;

use super::node::each;
use super::overlay::OverlayStatement;
use crate::types::{
    DirectionWord, EntityWord, GatewayRef, NamespaceChoice, PolicyKindWord, PolicyService, Sources, SubnetRef,
    TunnelRef,
};

statement! {
    /// Who may talk to whom: `policy web < namespace web; pods app=web; from gateway external port 8080; >`. What a policy
    /// has rules of is denied to all others. Answers pass by themselves, and what several policies let pass adds up. Its doc
    /// comment is the description of its object.
    PolicyStatement = "policy" Named () {
        /// The kind of its object. Kubernetes's own says less, and any network plugin reads it.
        "kind" kind: One<PolicyKindWord> [default "CiliumNetworkPolicy, or CiliumClusterwideNetworkPolicy where it has no namespace"];
        /// Its namespace.
        "namespace" namespace: One<Name> [default "none: it is for the whole cluster"];
        /// What the labels of the pods must be that it is for.
        "pods" pods: List<LabelTerm> [default "all"];
        /// What the labels of the nodes must be that it is for, in place of pods: the firewall of the host.
        "nodes" nodes: List<LabelTerm>;
        /// The directions in which nothing passes but what some policy lets pass; or `none`.
        "default-deny" default_deny: List<DirectionWord> [default "those that it has rules of"];
        /// Whether the pods may ask cluster DNS. Where they reach hosts by `name`, Cilium reads the answers.
        "cluster-dns" cluster_dns: Flag [default "on where a `to` has a `name`"];
        /// Who may talk to the pods.
        "from" from: Vec<FromStatement>;
        /// To whom the pods may talk.
        "to" to: Vec<ToStatement>;
        /// Who may not talk to the pods, whatever else says so.
        "deny-from" deny_from: Vec<DenyFromStatement>;
        /// To whom the pods may not talk, whatever else says so.
        "deny-to" deny_to: Vec<DenyToStatement>;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// Who may talk to the pods, and at which of their ports: `from namespace monitoring port 9090;`
    FromStatement = "from" Unnamed (
        /// Whom Cilium knows by a word of its own.
        who: List<EntityWord>,
    ) [idle] {
        ..ends: EndsStatement;
    }
}

statement! {
    /// To whom the pods may talk, and at which ports: `to name api.github.com port 443;`
    ToStatement = "to" Unnamed (
        /// Whom Cilium knows by a word of its own.
        who: List<EntityWord>,
    ) [idle] {
        /// Hosts by their names, with `*` for parts.
        "name" name: List<NamePattern>;
        /// The pods behind a service.
        "service" service: List<PolicyService>;
        /// The names that may be asked of DNS servers, which Cilium reads for policies with names; `*` for all.
        "dns" dns: List<NamePattern>;
        ..ends: EndsStatement;
    }
}

statement! {
    /// Who may not talk to the pods: `deny-from world port 22;`
    DenyFromStatement = "deny-from" Unnamed (
        /// Whom Cilium knows by a word of its own.
        who: List<EntityWord>,
    ) [idle] {
        ..ends: EndsStatement;
    }
}

statement! {
    /// To whom the pods may not talk: `deny-to subnet management;`
    DenyToStatement = "deny-to" Unnamed (
        /// Whom Cilium knows by a word of its own.
        who: List<EntityWord>,
    ) [idle] {
        /// The pods behind a service.
        "service" service: List<PolicyService>;
        ..ends: EndsStatement;
    }
}

statement! {
    /// Who is at the other end, and at which ports.
    EndsStatement = "ends" Unnamed () {
        /// What the labels of the pods must be, all of it at once; `*` for any pod.
        "pods" pods: List<LabelTerm>;
        /// The namespaces of the pods, or `*` for any.
        "namespace" namespace: List<NamespaceChoice> [default "that of the policy; any where it has none"];
        /// What takes the requests of a gateway: Cilium's Envoy, or the pods of another class.
        "gateway" gateway: List<GatewayRef>;
        /// The connector of a tunnel.
        "tunnel" tunnel: List<TunnelRef>;
        /// Subnets.
        "subnet" subnet: List<SubnetRef>;
        /// Prefixes and addresses, or the names of hosts and routers. Pods and nodes are never meant by them.
        "address" address: List<Sources>;
        /// Parts of the subnets and prefixes that are not meant.
        "except" except: List<Sources>;
        /// The prefixes of a CiliumCIDRGroup.
        "cidr-group" cidr_group: List<Name>;
        /// The ports of whoever is asked.
        "port" port: List<CarriedPort> [default "all"];
        /// Messages of ICMP.
        "icmp" icmp: List<IcmpType>;
    }
}

impl EntityWord {
    fn entity(self) -> Entity {
        match self {
            EntityWord::All => Entity::All,
            EntityWord::World => Entity::World,
            EntityWord::Cluster => Entity::Cluster,
            EntityWord::Host => Entity::Host,
            EntityWord::RemoteNode => Entity::RemoteNode,
            EntityWord::KubeApiServer => Entity::KubeApiServer,
            EntityWord::Ingress => Entity::Ingress,
            EntityWord::Health => Entity::Health,
            EntityWord::Init => Entity::Init,
            EntityWord::Unmanaged => Entity::Unmanaged,
            EntityWord::None => Entity::None,
        }
    }
}

impl PolicyStatement {
    pub(crate) fn lower(self, services: &[Service], reader: &mut Reader<'_>) -> Option<Policy> {
        let Self {
            head,
            kind,
            namespace,
            pods,
            nodes,
            default_deny,
            cluster_dns,
            from,
            to,
            deny_from,
            deny_to,
            overlay,
        } = self;
        let span = head.span;
        let kind = kind_of(kind, namespace.as_ref(), span);
        if reader.is_partial && from.is_empty() && to.is_empty() {
            // What it lets pass is not known.
            reader.holes.insert(span);
        }
        if let (PolicyKind::Kubernetes, None) = (kind.value, &namespace) {
            reader.holes.insert(span);
            reader.out.report(
                Diagnostic::new(&codes::MISSING_FIELD, "a NetworkPolicy has no `namespace`")
                    .label(kind.span(), "an object of this kind is one of a namespace")
                    .help("add a `namespace`, or leave `kind` out: Cilium's may be for the whole cluster"),
            );
        }
        let pods = terms(pods, reader.out);
        let nodes = terms(nodes, reader.out);
        let beside = namespace.as_ref().map(|it| (it.span(), "namespace"));
        let beside = beside.or(pods.first().map(|it| (it.span(), "pods")));
        if let (Some(first), Some((place, word))) = (nodes.first(), beside) {
            reader.out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{word}` has no effect on nodes"))
                    .label(place, "says which pods")
                    .label(first.span(), "the policy is for nodes")
                    .help("leave one of the two out: nodes are in no namespace"),
            );
        }
        let mut rules = Vec::with_capacity(from.len() + to.len() + deny_from.len() + deny_to.len());
        for FromStatement { head, who, ends } in from {
            let said = Said { direction: Direction::Ingress, denies: false, span: head.span };
            rules.push(said.rule(who, Vec::new(), List::default(), ends, reader.out));
        }
        for DenyFromStatement { head, who, ends } in deny_from {
            let said = Said { direction: Direction::Ingress, denies: true, span: head.span };
            rules.push(said.rule(who, Vec::new(), List::default(), ends, reader.out));
        }
        for ToStatement { head, who, name, service, dns, ends } in to {
            let said = Said { direction: Direction::Egress, denies: false, span: head.span };
            let mut further = services_of(service, services);
            further.extend(name.0.into_iter().map(|name| name.map(|NamePattern(name)| End::Name(name))));
            rules.push(said.rule(who, further, dns, ends, reader.out));
        }
        for DenyToStatement { head, who, service, ends } in deny_to {
            let said = Said { direction: Direction::Egress, denies: true, span: head.span };
            rules.push(said.rule(who, services_of(service, services), List::default(), ends, reader.out));
        }
        let mut policy = Policy {
            name: head.name?,
            doc: head.doc,
            kind,
            namespace,
            pods,
            nodes,
            denies_ingress: Traced::derived(false, span, Reason::Default),
            denies_egress: Traced::derived(false, span, Reason::Default),
            cluster_dns: Traced::derived(false, span, Reason::Default),
            rules,
            overlay: overlay.lower(span),
            span,
        };
        let by_name = policy.first_name().map(Traced::span);
        let has_dns = policy.rules.iter().any(|rule| !rule.dns.is_empty());
        policy.cluster_dns = match (cluster_dns.0, by_name) {
            (Some(said), _) => said,
            (None, Some(name)) => Traced::derived(!has_dns, name, Reason::NamesNeedDns),
            (None, None) => Traced::derived(false, span, Reason::Default),
        };
        let denies = |direction, word| match default_deny.0.as_slice() {
            [] => Traced::derived(policy.has_rules(direction), span, Reason::DeniedByRules),
            said => {
                let own = said.iter().find(|said| said.value == word);
                Traced::new(own.is_some(), own.unwrap_or(&said[0]).origin)
            }
        };
        let ingress = denies(Direction::Ingress, DirectionWord::Ingress);
        let egress = denies(Direction::Egress, DirectionWord::Egress);
        (policy.denies_ingress, policy.denies_egress) = (ingress, egress);
        Some(policy)
    }
}

fn kind_of(said: One<PolicyKindWord>, namespace: Option<&Traced<Name>>, span: Span) -> Traced<PolicyKind> {
    let of_cilium = match namespace {
        Some(_) => PolicyKind::Cilium,
        None => PolicyKind::CiliumClusterwide,
    };
    match (said, namespace) {
        (Some(word), _) => word.map(|word| match word {
            PolicyKindWord::Cilium => of_cilium,
            PolicyKindWord::Kubernetes => PolicyKind::Kubernetes,
        }),
        (None, Some(namespace)) => Traced::derived(of_cilium, namespace.span(), Reason::Default),
        (None, None) => Traced::derived(of_cilium, span, Reason::Default),
    }
}

fn services_of(said: List<PolicyService>, services: &[Service]) -> Vec<Traced<End>> {
    let end = |service: PolicyService| match service {
        PolicyService::Written { namespace, name } => Some(End::Service { namespace, name }),
        PolicyService::Declared(id) => services.get(id.0).map(|service| End::Service {
            namespace: service.namespace.value.clone(),
            name: service.name.value.clone(),
        }),
    };
    said.0.into_iter().filter_map(|service| Some(Traced::new(end(service.value)?, service.origin))).collect()
}

/// What labels must be, of which no two say that one label has two values: no pod has both.
fn terms(said: List<LabelTerm>, out: &mut Diagnostics) -> Vec<Traced<SelectorTerm>> {
    let mut first: IndexMap<String, Span> = IndexMap::new();
    let mut terms: Vec<Traced<SelectorTerm>> = Vec::with_capacity(said.0.len());
    for term in said.0 {
        let term = term.map(|LabelTerm(term)| term);
        if let SelectorTerm::Is(key, _) = &term.value
            && let Some(other) = claim(&mut first, key.clone(), term.span())
        {
            out.report(
                Diagnostic::new(&codes::KEY_REPEATED, format!("`{key}` is said twice in one list"))
                    .label(term.span(), "this says one thing")
                    .label(*other, "and this another")
                    .help(format!("keep one of the two, or write `\"{key} in (one, other)\"`")),
            );
            continue;
        }
        terms.push(term);
    }
    terms
}

/// What a rule is by its word.
struct Said {
    direction: Direction,
    denies: bool,
    span: Span,
}

impl Said {
    fn rule(
        self,
        who: List<EntityWord>,
        further: Vec<Traced<End>>,
        dns: List<NamePattern>,
        ends: EndsStatement,
        out: &mut Diagnostics,
    ) -> PolicyRule {
        let Said { direction, denies, span } = self;
        let EndsStatement {
            head: _,
            pods,
            namespace,
            gateway,
            tunnel,
            subnet,
            address,
            except,
            cidr_group,
            port,
            icmp,
        } = ends;
        let entities = who.0.into_iter().map(|word| word.map(|word| End::Entity(word.entity())));
        let mut all: Vec<Traced<End>> = entities.collect();
        all.extend(pods_of(terms(pods, out), namespace));
        all.extend(gateway.0.into_iter().map(|gateway| gateway.map(|GatewayRef(id)| End::Gateway(id))));
        all.extend(tunnel.0.into_iter().map(|tunnel| tunnel.map(|TunnelRef(id)| End::Tunnel(id))));
        all.extend(subnet.0.into_iter().map(|subnet| subnet.map(|SubnetRef(id)| End::Subnet(id))));
        all.extend(address.0.into_iter().map(|address| address.map(|Sources(prefixes)| End::Prefixes(prefixes))));
        all.extend(cidr_group.0.into_iter().map(|name| name.map(End::CidrGroup)));
        all.extend(further);
        PolicyRule {
            direction,
            denies,
            ends: all,
            except: each(except.0, |Sources(prefixes)| prefixes),
            ports: port.0.into_iter().map(|port| port.map(|CarriedPort(port)| port)).collect(),
            icmp: icmp.0.into_iter().map(|icmp| icmp.map(|IcmpType(message)| message)).collect(),
            dns: dns.0.into_iter().map(|name| name.map(|NamePattern(name)| name)).collect(),
            span,
        }
    }
}

/// The pods that a rule names by labels, by namespaces or by both.
fn pods_of(terms: Vec<Traced<SelectorTerm>>, namespaces: List<NamespaceChoice>) -> Option<Traced<End>> {
    let first = terms.first().map(|term| term.origin).or(namespaces.0.first().map(|namespace| namespace.origin))?;
    let mut named = Vec::new();
    let mut any = None;
    for Traced { value, origin } in namespaces.0 {
        match value {
            NamespaceChoice::Named(name) => named.push(Traced::new(name, origin)),
            NamespaceChoice::Any => any = Some(origin.span),
        }
    }
    let namespaces = match (any, named.is_empty()) {
        (Some(place), _) => Namespaces::Any(place),
        (None, true) => Namespaces::Own,
        (None, false) => Namespaces::Named(named),
    };
    Some(Traced::new(End::Pods(PodSelector { terms, namespaces }), first))
}

/// A policy has its name to itself among those of its kind in its namespace.
pub(crate) fn refuse_taken_names(policies: &[Policy], out: &mut Diagnostics) {
    let mut names: IndexMap<(PolicyKind, Option<&Name>, &Name), &Policy> = IndexMap::new();
    for policy in in_source_order(policies, |policy| policy.span) {
        let namespace = policy.namespace.as_ref().map(|namespace| &namespace.value);
        let key = (policy.kind.value, namespace, &policy.name.value);
        if let Some(first) = claim(&mut names, key, policy) {
            let place = namespace.map_or("the cluster".to_owned(), |namespace| format!("`{namespace}`"));
            out.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", policy.name.value))
                    .label(policy.name.span(), format!("this policy needs a name of its own in {place}"))
                    .label(first.name.span(), "a policy of that name in the same place")
                    .help("give one of the two another name"),
            );
        }
    }
}
