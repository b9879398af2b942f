//! What belongs to a cluster, and stands in its body or, where there is one cluster, beside it.

use std::collections::BTreeMap;

use hnet_diagnostics::{Diagnostic, codes};
use hnet_model::{
    Address, Admission, Certificate, CertificateIssuer, Cilium, Dns, Gateway, GatewayApi, GatewayClass, GitOps, Host,
    HttpRoute, Monitoring, Name, Node, Pool, RawYaml, Reason, SecretStore, Service, Subnet, Traced, Tunnel,
};

use super::certificate::{CertificateIssuerStatement, CertificateStatement};
use super::cilium::{CiliumStatement, GatewayApiStatement};
use super::dns::DnsStatement;
use super::gateway::GatewayStatement;
use super::gitops::GitOpsStatement;
use super::interface::Subnets;
use super::monitoring::MonitoringStatement;
use super::node::NodeStatement;
use super::pool::PoolStatement;
use super::route::{RouteStatement, Services};
use super::secret_store::SecretStoreStatement;
use super::service::ServiceStatement;
use super::tunnel::TunnelStatement;
use crate::reader::{List, Reader};
use crate::vocabulary::statement;

statement! {
    /// What belongs to a cluster.
    ContentsStatement = "network or cluster" Unnamed () {
        /// A machine of the cluster.
        "node" node: Vec<NodeStatement>;
        /// The installed Gateway API.
        "gateway-api" gateway_api: Option<GatewayApiStatement>;
        /// The CNI.
        "cilium" cilium: Option<CiliumStatement>;
        /// Addresses for load balancers.
        "pool" pool: Vec<PoolStatement>;
        /// A gateway.
        "gateway" gateway: Vec<GatewayStatement>;
        /// An HTTP route.
        "route" route: Vec<RouteStatement>;
        /// A service that routes may name.
        "service" service: Vec<ServiceStatement>;
        /// Cluster DNS.
        "dns" dns: Option<DnsStatement>;
        /// A Cloudflare tunnel.
        "tunnel" tunnel: Vec<TunnelStatement>;
        /// A certificate.
        "certificate" certificate: Vec<CertificateStatement>;
        /// An issuer that exists.
        "certificate-issuer" certificate_issuer: Vec<CertificateIssuerStatement>;
        /// A secret store that exists.
        "secret-store" secret_store: Vec<SecretStoreStatement>;
        /// What syncs the files.
        "gitops" gitops: Option<GitOpsStatement>;
        /// Who watches.
        "monitoring" monitoring: Option<MonitoringStatement>;
        /// Kubernetes objects that the vocabulary lacks, as YAML: one document each.
        "manifest" manifest: List<RawYaml>;
    }
}

/// The contents of a cluster as values of the model.
pub(crate) struct Contents {
    pub(crate) nodes: Vec<Node>,
    pub(crate) gateway_api: Option<GatewayApi>,
    pub(crate) cilium: Option<Cilium>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) gateways: Vec<Gateway>,
    pub(crate) routes: Vec<HttpRoute>,
    pub(crate) services: Vec<Service>,
    pub(crate) dns: Option<Dns>,
    pub(crate) tunnels: Vec<Tunnel>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) issuers: Vec<CertificateIssuer>,
    pub(crate) secret_stores: Vec<SecretStore>,
    pub(crate) gitops: Option<GitOps>,
    pub(crate) monitoring: Option<Monitoring>,
    pub(crate) manifests: Vec<RawYaml>,
}

impl ContentsStatement {
    pub(crate) fn lower(
        self,
        subnets: &[Subnet],
        hosts: &[Host],
        name_servers: &[Traced<Address>],
        fallback: &Name,
        reader: &mut Reader<'_>,
    ) -> Contents {
        let Self {
            head: _,
            node,
            gateway_api,
            cilium,
            pool,
            gateway,
            route,
            service,
            dns,
            tunnel,
            certificate,
            certificate_issuer,
            secret_store,
            gitops,
            monitoring,
            manifest,
        } = self;
        let by_address = Subnets::new(subnets);
        let default_namespace = default_namespace(fallback);
        let nodes: Vec<Node> = node.into_iter().filter_map(|node| node.lower(&by_address, name_servers)).collect();
        let mut gateways: Vec<Gateway> =
            gateway.into_iter().filter_map(|gateway| gateway.lower(fallback, reader.out)).collect();
        for service in &service {
            if let (Some(problem), false) = (service.incomplete(), reader.holes.contains(&service.head.span)) {
                reader.holes.insert(service.head.span);
                reader.out.report(
                    Diagnostic::new(&codes::NOT_A_SERVICE, "the service does not say what stands behind it")
                        .label(service.head.span, problem)
                        .help("write `service NAME namespace/name:port;`, or `service NAME host HOST port PORT;`"),
                );
            }
        }
        let mut services =
            Services::new(service.into_iter().filter_map(|service| service.lower(hosts, &default_namespace)).collect());
        let mut routes: Vec<HttpRoute> = Vec::new();
        let mut names: BTreeMap<(Name, Name), hnet_model::Span> = BTreeMap::new();
        for statement in route {
            let namespace_of = |parent: &hnet_model::Parent| {
                gateways.get(parent.gateway.0).map(|gateway| gateway.namespace.value.clone())
            };
            let Some(route) = statement.lower(&mut services, namespace_of, &default_namespace) else {
                continue;
            };
            let key = (route.namespace.value.clone(), route.name.value.clone());
            if let Some(first) = names.insert(key, route.name.span()) {
                reader.out.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", route.name.value))
                        .label(
                            route.name.span(),
                            format!("this route needs a name of its own in `{}`", route.namespace.value),
                        )
                        .label(first, "a route of that name in the same namespace")
                        .help("give one of the two another name"),
                );
            }
            routes.push(route);
        }
        admit_attached(&mut gateways, &routes);
        let certificates =
            certificate.into_iter().filter_map(|certificate| certificate.lower(&default_namespace)).collect();
        let certificates = place_certificates(certificates, &gateways);
        let tunnels = tunnel
            .into_iter()
            .filter_map(|tunnel| tunnel.lower(&gateways, &mut services, nodes.len(), fallback, reader))
            .collect();
        // A gateway of class `cilium` says that Cilium runs and serves the Gateway API.
        let needs_cilium = gateways.iter().find(|gateway| gateway.class.value == GatewayClass::Cilium);
        let unsaid = needs_cilium.map(|gateway| gateway.span);
        Contents {
            gateway_api: match gateway_api {
                Some(said) => said.lower(),
                None => unsaid.map(super::cilium::unsaid_gateway_api),
            },
            cilium: match cilium {
                Some(said) => said.lower(),
                None => unsaid.map(super::cilium::unsaid_cilium),
            },
            pools: pool.into_iter().filter_map(PoolStatement::lower).collect(),
            gateways,
            routes,
            services: services.all,
            dns: dns.map(|dns| dns.lower(nodes.len())),
            tunnels,
            certificates,
            issuers: certificate_issuer.into_iter().filter_map(CertificateIssuerStatement::lower).collect(),
            secret_stores: secret_store.into_iter().filter_map(SecretStoreStatement::lower).collect(),
            gitops: gitops.and_then(|gitops| gitops.lower(fallback)),
            monitoring: monitoring.map(MonitoringStatement::lower),
            manifests: manifest.0.into_iter().map(|manifest| manifest.value).collect(),
            nodes,
        }
    }
}

fn default_namespace(fallback: &Name) -> Name {
    Name::new(super::gateway::DEFAULT_NAMESPACE).unwrap_or_else(|_| fallback.clone())
}

/// Lets each listener that does not say whom it admits admit the namespaces of the routes that name it.
fn admit_attached(gateways: &mut [Gateway], routes: &[HttpRoute]) {
    let mut attached: BTreeMap<(usize, usize), BTreeMap<Name, hnet_model::Span>> = BTreeMap::new();
    for route in routes {
        for parent in &route.parents {
            let Some(gateway) = gateways.get(parent.value.gateway.0) else { continue };
            let listeners = match parent.value.listener {
                Some(listener) => listener.0..listener.0 + 1,
                None => 0..gateway.listeners.len(),
            };
            for listener in listeners {
                attached
                    .entry((parent.value.gateway.0, listener))
                    .or_default()
                    .entry(route.namespace.value.clone())
                    .or_insert(parent.span());
            }
        }
    }
    for (gateway_at, gateway) in gateways.iter_mut().enumerate() {
        for (listener_at, listener) in gateway.listeners.iter_mut().enumerate() {
            if listener.admits.origin.reason != Reason::AttachedRoutes {
                continue;
            }
            let namespaces = attached.remove(&(gateway_at, listener_at)).unwrap_or_default();
            listener.admits = match namespaces.first_key_value() {
                Some((only, span)) if namespaces.len() == 1 && *only == gateway.namespace.value => {
                    Traced::derived(Admission::Same, *span, Reason::AttachedRoutes)
                }
                Some((_, span)) => {
                    let span = *span;
                    let names = namespaces.into_keys().collect();
                    Traced::derived(Admission::Namespaces(names), span, Reason::AttachedRoutes)
                }
                // A listener that nobody names admits its own namespace, as the Gateway API does.
                None => Traced::derived(Admission::Same, listener.span, Reason::Default),
            };
        }
    }
}

/// Puts each certificate that does not say its namespace where the first gateway that presents it is.
fn place_certificates(certificates: Vec<(Certificate, bool)>, gateways: &[Gateway]) -> Vec<Certificate> {
    let mut presented: BTreeMap<usize, (Name, hnet_model::Span)> = BTreeMap::new();
    for gateway in gateways {
        for tls in gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref()) {
            for certificate in &tls.certificates {
                presented
                    .entry(certificate.value.0)
                    .or_insert_with(|| (gateway.namespace.value.clone(), certificate.span()));
            }
        }
    }
    let place = |(at, (mut certificate, said)): (usize, (Certificate, bool))| {
        if let (false, Some((namespace, span))) = (said, presented.get(&at)) {
            certificate.namespace = Traced::derived(namespace.clone(), *span, Reason::GatewayNamespace);
        }
        certificate
    };
    certificates.into_iter().enumerate().map(place).collect()
}
