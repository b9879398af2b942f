//! What belongs to a cluster, and stands in its body or, where there is one cluster, beside it.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_language::{Each, List, Partial, Parts, Reader, statement};
use hnet_model::{
    Address, Admission, Bgp, Certificate, CertificateIssuer, Cilium, Dns, EnvoyObject, ExternalDns, Gateway,
    GatewayApi, GatewayClass, GitOps, IpNet, Monitoring, Name, Namespace, Node, Owner, Policy, Pool, RawYaml, Reason,
    Records, Route, SecretStore, Service, Span, Traced, Tunnel,
};
use indexmap::IndexMap;

use super::bgp::BgpStatement;
use super::certificate::CertificateStatement;
use super::certificate_issuer::CertificateIssuerStatement;
use super::cilium::{CiliumStatement, GatewayApiStatement};
use super::cluster::Surroundings;
use super::dns::DnsStatement;
use super::envoy::{
    BackendPolicyStatement, BackendStatement, ClientPolicyStatement, EnvoyStatement, ExtensionPolicyStatement,
    RouteFilterStatement, SecurityPolicyStatement,
};
use super::existing::{self, ExistingStatement, Observed};
use super::external_dns::ExternalDnsStatement;
use super::gateway::GatewayStatement;
use super::gitops::GitOpsStatement;
use super::monitoring::MonitoringStatement;
use super::namespace::NamespaceStatement;
use super::node::NodeStatement;
use super::policy::PolicyStatement;
use super::pool::PoolStatement;
use super::records::RecordsStatement;
use super::route::{RouteStatement, Services};
use super::secret_store::SecretStoreStatement;
use super::service::ServiceStatement;
use super::subnets::Subnets;
use super::tunnel::TunnelStatement;
use super::wireguard::leave_out_themselves;
use hnet_model::in_source_order;

statement! {
    /// What belongs to a cluster.
    ContentsStatement = "network or cluster" Unnamed () {
        /// A machine of the cluster.
        "node" node: Each<NodeStatement>;
        /// A namespace that the source owns.
        "namespace" namespace: Each<NamespaceStatement>;
        /// The installed Gateway API.
        "gateway-api" gateway_api: Option<GatewayApiStatement>;
        /// The CNI.
        "cilium" cilium: Option<CiliumStatement>;
        /// Addresses for load balancers.
        "pool" pool: Each<PoolStatement>;
        /// Who may talk to whom.
        "policy" policy: Each<PolicyStatement>;
        /// Nodes that tell routers of addresses.
        "bgp" bgp: Each<BgpStatement>;
        /// How Envoy Gateway's proxies run.
        "envoy" envoy: Each<EnvoyStatement>;
        /// How Envoy speaks with clients.
        "client-policy" client_policy: Each<ClientPolicyStatement>;
        /// How Envoy speaks with services.
        "backend-policy" backend_policy: Each<BackendPolicyStatement>;
        /// Whom Envoy lets in.
        "security-policy" security_policy: Each<SecurityPolicyStatement>;
        /// Programs that look at Envoy's requests.
        "extension-policy" extension_policy: Each<ExtensionPolicyStatement>;
        /// What Envoy answers itself.
        "route-filter" route_filter: Each<RouteFilterStatement>;
        /// What Envoy's requests go to that is no Service.
        "backend" backend: Each<BackendStatement>;
        /// A gateway.
        "gateway" gateway: Each<GatewayStatement>;
        /// An HTTP route.
        "route" route: Each<RouteStatement>;
        /// A service that routes may name.
        "service" service: Each<ServiceStatement>;
        /// Cluster DNS.
        "dns" dns: Option<DnsStatement>;
        /// A Cloudflare tunnel.
        "tunnel" tunnel: Each<TunnelStatement>;
        /// Who publishes names.
        "external-dns" external_dns: Each<ExternalDnsStatement>;
        /// Names that external-dns publishes.
        "records" records: Each<RecordsStatement>;
        /// A certificate.
        "certificate" certificate: Each<CertificateStatement>;
        /// Who issues certificates.
        "certificate-issuer" certificate_issuer: Each<CertificateIssuerStatement>;
        /// A secret store that exists.
        "secret-store" secret_store: Each<SecretStoreStatement>;
        /// What syncs the files.
        "gitops" gitops: Option<GitOpsStatement>;
        /// Who watches.
        "monitoring" monitoring: Option<MonitoringStatement>;
        /// Kubernetes objects that the vocabulary lacks, as YAML: one document each.
        "manifest" manifest: List<RawYaml>;
        /// Kubernetes objects in YAML that are there and somebody else's: files, folders, or with `flux` or `argocd` all
        /// that a cluster gets of the repository. They are facts as in `existing`.
        "observe" observe: List<Observed>;
        /// What is there and somebody else's.
        "existing" existing: Each<ExistingStatement>;
    }
}

/// Who asks name servers in a cluster, and which its statement says.
pub(crate) struct Asking<'a> {
    /// The prefixes of the pods.
    pub(crate) pods: &'a [Traced<IpNet>],
    /// The name servers of the nodes.
    pub(crate) name_servers: &'a [Traced<Address>],
    /// The address of the endpoint, where its statement says one.
    pub(crate) endpoint: Option<IpAddr>,
}

/// The contents of a cluster as values of the model.
pub(crate) struct Contents {
    pub(crate) nodes: Vec<Node>,
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) gateway_api: Option<GatewayApi>,
    pub(crate) cilium: Option<Cilium>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) bgp: Vec<Bgp>,
    pub(crate) envoy: Vec<EnvoyObject>,
    pub(crate) gateways: Vec<Gateway>,
    pub(crate) routes: Vec<Route>,
    pub(crate) services: Vec<Service>,
    pub(crate) dns: Option<Dns>,
    pub(crate) tunnels: Vec<Tunnel>,
    pub(crate) external_dns: Vec<ExternalDns>,
    pub(crate) records: Vec<Records>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) issuers: Vec<CertificateIssuer>,
    pub(crate) secret_stores: Vec<SecretStore>,
    pub(crate) gitops: Option<GitOps>,
    pub(crate) monitoring: Option<Monitoring>,
    pub(crate) manifests: Vec<RawYaml>,
}

impl ContentsStatement {
    /// Reads and lowers what a list of statements says, each kind behind those that it refers to.
    pub(crate) fn lower(
        self,
        parts: &Parts<'_>,
        around: &Surroundings<'_>,
        asking: &Asking<'_>,
        reader: &mut Reader<'_>,
    ) -> Contents {
        let Self {
            head: _,
            node,
            namespace,
            gateway_api,
            cilium,
            pool,
            policy,
            bgp,
            envoy,
            client_policy,
            backend_policy,
            security_policy,
            extension_policy,
            route_filter,
            backend,
            gateway,
            route,
            service,
            dns,
            tunnel,
            external_dns,
            records,
            certificate,
            certificate_issuer,
            secret_store,
            gitops,
            monitoring,
            manifest,
            // What it says was read as what exists, before this.
            observe: _,
            // What stands in it is among the others.
            existing: _,
        } = self;
        let fallback = around.fallback;
        let by_address = Subnets::new(around.subnets);
        let default_namespace = default_namespace(fallback);
        let mut nodes = reader.each(parts, node, |node, reader| node.lower(&by_address, asking, reader.out));
        leave_out_themselves(&mut nodes);
        let mut gateways = reader.each(parts, gateway, |gateway, reader| gateway.lower(fallback, reader));
        let told = |parts: super::envoy::Parts| parts.lower(&gateways, fallback);
        let mut envoy = reader.each(parts, envoy, |it, _| told(it.parts()));
        envoy.extend(reader.each(parts, client_policy, |it, _| told(it.parts())));
        envoy.extend(reader.each(parts, backend_policy, |it, _| told(it.parts())));
        envoy.extend(reader.each(parts, security_policy, |it, _| told(it.parts())));
        envoy.extend(reader.each(parts, extension_policy, |it, _| told(it.parts())));
        envoy.extend(reader.each(parts, route_filter, |it, _| told(it.parts())));
        envoy.extend(reader.each(parts, backend, |it, _| told(it.parts())));
        let mut services = Services::new(reader.each(parts, service, |service, reader| {
            if let (Some(problem), false) =
                (service.incomplete(reader.is_partial), reader.holes.contains(&service.head.span))
            {
                reader.holes.insert(service.head.span);
                reader.out.report(
                    Diagnostic::new(&codes::NOT_A_SERVICE, "the service does not say what stands behind it")
                        .label(service.head.span, problem)
                        .help("write `service NAME namespace/name:port;`, or `service NAME host HOST port PORT;`"),
                );
            }
            service.without_effect(reader.out);
            service.lower(around.hosts, &default_namespace, reader)
        }));
        let routes = reader
            .each(parts, route, |route, reader| route.lower(&mut services, &gateways, &default_namespace, reader));
        refuse_taken_names(&routes, reader.partial, reader.out);
        admit_attached(&mut gateways, &routes);
        let certificates =
            reader.each(parts, certificate, |certificate, reader| certificate.lower(&default_namespace, reader));
        let certificates = place_certificates(certificates, &gateways);
        let tunnels = reader.each(parts, tunnel, |tunnel, reader| {
            tunnel.lower(&gateways, &mut services, nodes.len(), fallback, reader)
        });
        let policies = reader.each(parts, policy, |policy, reader| policy.lower(&services.all, reader));
        super::policy::refuse_taken_names(&policies, reader.out);
        let records = reader.each(parts, records, |records, reader| records.lower(fallback, reader));
        super::records::refuse_taken_names(&records, reader.out);
        let pools = reader.each(parts, pool, |pool, reader| pool.lower(reader));
        // In a cluster of which the machines are declared, a gateway of class `cilium` says that Cilium runs and
        // serves the Gateway API, and a pool that Cilium runs. Without machines it runs already, and its settings
        // are somebody else's.
        let declared = !nodes.is_empty();
        let of_cilium = gateways.iter().filter(|gateway| declared && gateway.class.value == GatewayClass::Cilium);
        // What is written asks first: what is there only says that Cilium is there, too.
        let first = |places: &mut dyn Iterator<Item = Span>| places.min_by_key(|at| (reader.partial.holds(*at), *at));
        let gateway = first(&mut of_cilium.map(|gateway| gateway.span));
        let pool = first(&mut pools.iter().filter(|_| declared).map(|pool: &Pool| pool.span));
        let by_pool = pool.map(|pool| (pool, Reason::ImpliedByPool));
        let implied = gateway.map(|gateway| (gateway, Reason::ImpliedByGateway)).or(by_pool);
        let owner = |at: Span| if reader.partial.holds(at) { Owner::Existing } else { Owner::Hnet };
        let gateway_api = match gateway_api {
            Some(said) => {
                let owner = owner(said.head.span);
                said.lower(owner)
            }
            None => gateway.map(|gateway| super::cilium::unsaid_gateway_api(gateway, owner(gateway))),
        };
        let mut contents = Contents {
            gateway_api,
            cilium: match cilium {
                Some(said) => said.lower(),
                None => implied.map(|(by, reason)| super::cilium::unsaid_cilium(by, reason)),
            },
            pools,
            policies,
            bgp: reader.each(parts, bgp, |bgp, reader| bgp.lower(around, &nodes, reader)),
            namespaces: reader.each(parts, namespace, |namespace, _| namespace.lower()),
            envoy,
            gateways,
            routes,
            services: services.all,
            dns: dns.map(|dns| dns.lower(nodes.len(), asking.pods, reader.out)),
            tunnels,
            external_dns: reader.each(parts, external_dns, |external_dns, _| external_dns.lower()),
            records,
            certificates,
            issuers: reader.each(parts, certificate_issuer, |issuer, reader| issuer.lower(reader)),
            secret_stores: reader.each(parts, secret_store, |store, _| store.lower()),
            gitops: gitops.and_then(|gitops| {
                let has_hole = reader.holes.contains(&gitops.head.span);
                gitops.lower(fallback, has_hole, reader.out)
            }),
            monitoring: monitoring.map(MonitoringStatement::lower),
            manifests: manifest.0.into_iter().map(|manifest| manifest.value).collect(),
            nodes,
        };
        existing::mark(&mut contents, reader.partial, reader.out);
        existing::ports_unknown(&contents, reader.out);
        contents
    }
}

/// A route has its name to itself in its namespace.
fn refuse_taken_names(routes: &[Route], partial: &Partial, out: &mut Diagnostics) {
    let mut names: IndexMap<(&Name, &Name), Span> = IndexMap::new();
    for route in in_source_order(routes, |route| route.span) {
        let namespace = &route.namespace.value;
        let first = claim(&mut names, (namespace, &route.name.value), route.name.span()).copied();
        // That one of the two is written and the other is there already is said of the objects.
        if let Some(first) = first.filter(|first| partial.holds(*first) == partial.holds(route.span)) {
            out.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", route.name.value))
                    .label(route.name.span(), format!("this route needs a name of its own in `{namespace}`"))
                    .label(first, "a route of that name in the same namespace")
                    .help("give one of the two another name"),
            );
        }
    }
}

fn default_namespace(fallback: &Name) -> Name {
    Name::new(super::gateway::DEFAULT_NAMESPACE).unwrap_or_else(|_| fallback.clone())
}

/// Lets each listener that does not say whom it admits admit the namespaces of the routes that name it.
fn admit_attached(gateways: &mut [Gateway], routes: &[Route]) {
    // The namespaces at each listener, each with the first place that brings it there.
    let mut attached: Vec<Vec<Vec<(&Name, Span)>>> =
        gateways.iter().map(|gateway| vec![Vec::new(); gateway.listeners.len()]).collect();
    for route in routes {
        for parent in &route.parents {
            let Some(listeners) = attached.get_mut(parent.value.gateway.0) else { continue };
            let named = match parent.value.listener {
                Some(listener) => listener.0..listener.0 + 1,
                None => 0..listeners.len(),
            };
            for namespaces in listeners.get_mut(named).unwrap_or_default() {
                let name = &route.namespace.value;
                if let Err(at) = namespaces.binary_search_by_key(&name, |(known, _)| known) {
                    namespaces.insert(at, (name, parent.span()));
                }
            }
        }
    }
    for (gateway, attached) in gateways.iter_mut().zip(attached) {
        for (listener, namespaces) in gateway.listeners.iter_mut().zip(attached) {
            if listener.admits.origin.reason != Reason::AttachedRoutes {
                continue;
            }
            listener.admits = match namespaces.as_slice() {
                // A listener that nobody names admits its own namespace, as the Gateway API does.
                [] => Traced::derived(Admission::Same, listener.span, Reason::Default),
                [(only, span)] if **only == gateway.namespace.value => {
                    Traced::derived(Admission::Same, *span, Reason::AttachedRoutes)
                }
                [(_, span), ..] => {
                    let names = namespaces.iter().map(|(name, _)| (*name).clone()).collect();
                    Traced::derived(Admission::Namespaces(names), *span, Reason::AttachedRoutes)
                }
            };
        }
    }
}

/// Puts each certificate that does not say its namespace where the first gateway that presents it is.
fn place_certificates(certificates: Vec<(Certificate, bool)>, gateways: &[Gateway]) -> Vec<Certificate> {
    let mut presented: Vec<Option<Traced<&Name>>> = vec![None; certificates.len()];
    for gateway in gateways {
        for tls in gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref()) {
            for certificate in &tls.certificates {
                if let Some(place) = presented.get_mut(certificate.value.0) {
                    let namespace = &gateway.namespace.value;
                    place.get_or_insert(Traced::derived(namespace, certificate.span(), Reason::GatewayNamespace));
                }
            }
        }
    }
    let place = |((mut certificate, said), presented): ((Certificate, bool), Option<Traced<&Name>>)| {
        if let (false, Some(namespace)) = (said, presented) {
            certificate.namespace = namespace.map(Name::clone);
        }
        certificate
    };
    certificates.into_iter().zip(presented).map(place).collect()
}
