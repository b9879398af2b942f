//! `existing`: what is in the cluster and is somebody else's.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes, nearest};
use hnet_language::{Each, Partial, Scope, Type, ValueType, statement};
use hnet_model::{Owned as _, Owner, Reason, RouteRule, Service, Span};
use hnet_syntax::tree::{Value, ValueKind};

use super::bgp::BgpStatement;
use super::certificate::CertificateStatement;
use super::certificate_issuer::CertificateIssuerStatement;
use super::cilium::{CiliumStatement, GatewayApiStatement};
use super::contents::Contents;
use super::dns::DnsStatement;
use super::envoy::{
    BackendPolicyStatement, BackendStatement, ClientPolicyStatement, EnvoyStatement, ExtensionPolicyStatement,
    RouteFilterStatement, SecurityPolicyStatement,
};
use super::external_dns::ExternalDnsStatement;
use super::gateway::GatewayStatement;
use super::namespace::NamespaceStatement;
use super::policy::PolicyStatement;
use super::pool::PoolStatement;
use super::records::RecordsStatement;
use super::route::RouteStatement;
use super::secret_store::SecretStoreStatement;
use super::service::ServiceStatement;
use super::tunnel::TunnelStatement;

statement! {
    /// What is in the cluster and is somebody else's: `existing < gateway external < address lan[50]; > >`. It is
    /// checked, drawn and referred to as everything else is, and hnet writes nothing of it. What it does not say of a
    /// thing is not known.
    ExistingStatement = "existing" Unnamed () {
        /// A namespace that is there.
        "namespace" namespace: Each<NamespaceStatement>;
        /// The installed Gateway API.
        "gateway-api" gateway_api: Option<GatewayApiStatement>;
        /// The CNI.
        "cilium" cilium: Option<CiliumStatement>;
        /// Addresses that load balancers get.
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
        /// A service in the cluster.
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
        /// An issuer.
        "certificate-issuer" certificate_issuer: Each<CertificateIssuerStatement>;
        /// A secret store.
        "secret-store" secret_store: Each<SecretStoreStatement>;
    }
}

/// Where objects lie that are observed: the path of a file or a folder of the project, or a program that applies them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observed;

/// The programs whose roots lead to what a cluster gets of a repository.
const PROGRAMS: [&str; 2] = ["flux", "argocd"];

impl ValueType for Observed {
    const TYPE: Type = Type::Plain {
        called: "the path of a file or folder, `flux` or `argocd`",
        examples: "`\"kubernetes/apps\"`, `flux`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        match is_program(value) {
            true => Ok(Observed),
            false => {
                let mut found = Diagnostics::new();
                let read = scope.below(value, &mut found).map(|()| Observed);
                let near = nearest(&value.text, PROGRAMS).filter(|_| value.kind == ValueKind::Word);
                for mut finding in found.into_sorted() {
                    if let Some(near) = near {
                        finding.help = Some(format!("did you mean `{near}`?"));
                    }
                    out.report(finding);
                }
                read
            }
        }
    }
}

/// Whether a value of `observe` names a program, and no path.
pub(crate) fn is_program(value: &Value) -> bool {
    value.kind == ValueKind::Word && PROGRAMS.contains(&value.text.as_str())
}

/// Says of each thing whose it is.
pub(crate) fn mark(contents: &mut Contents, partial: &Partial, out: &mut Diagnostics) {
    let mut manifests: Vec<Span> = contents.manifests.iter().map(|manifest| manifest.span).collect();
    manifests.sort();
    // What is read in a manifest has its place there.
    let is_of_manifest = |place: Span| {
        let before = manifests.partition_point(|manifest| (manifest.file, manifest.start) <= (place.file, place.start));
        let nearest = before.checked_sub(1).map(|at| manifests[at]);
        nearest.is_some_and(|manifest| manifest.file == place.file && manifest.end >= place.end)
    };
    let of = |span: Span| match partial.holds(span) {
        true if is_of_manifest(span) => Owner::Manifest,
        true => Owner::Existing,
        false => Owner::Hnet,
    };
    let overlays = (contents.namespaces.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.pools.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.policies.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.bgp.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.envoy.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.gateways.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.routes.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.services.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.dns.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.tunnels.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.records.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.certificates.iter_mut().map(|it| &mut it.overlay))
        .chain(contents.issuers.iter_mut().map(|it| &mut it.overlay));
    for overlay in overlays {
        overlay.owner = of(overlay.span);
        if let (Owner::Existing, Some(patch)) = (overlay.owner, overlay.patches.first()) {
            without_effect(patch.span, overlay.span, out);
        }
    }
    contents.external_dns.iter_mut().for_each(|own| own.owner = of(own.span));
    contents.secret_stores.iter_mut().for_each(|store| store.owner = of(store.span));
    // One that nobody declares is whose what implies it is.
    if let Some(cilium) = &mut contents.cilium {
        cilium.owner = of(cilium.span);
    }
}

/// Reports YAML that would be laid over what is not written.
fn without_effect(place: Span, statement: Span, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`patch` has no effect on what exists")
            .label(place, "laid over what hnet writes")
            .label(statement, "this is somebody else's, and hnet writes nothing of it")
            .help("leave `patch` out, or move the statement out of `existing` so that hnet writes it"),
    );
}

/// Reports what is written and leads to a service whose port nobody says.
pub(crate) fn ports_unknown(contents: &Contents, out: &mut Diagnostics) {
    let backends = hnet_model::own(&contents.routes).flat_map(|route| &route.rules).flat_map(RouteRule::services);
    let backends = backends.map(|service| (service.value, service.span()));
    let published = hnet_model::own(&contents.tunnels).flat_map(|tunnel| &tunnel.publish);
    let published = published.filter_map(|publish| match publish.target.value {
        hnet_model::PublishTarget::Service(service) => Some((service, publish.target.span())),
        hnet_model::PublishTarget::Listener(..) => None,
    });
    for (id, place) in backends.chain(published) {
        let Some(service) = contents.services.get(id.0).filter(|service| is_without_port(service)) else { continue };
        let (namespace, name) = (&service.namespace.value, &service.name.value);
        if let (Some(label), Reason::Default) = (&service.label, service.name.origin.reason) {
            out.report(
                Diagnostic::new(
                    &codes::PORT_NOT_SAID,
                    format!("what stands behind service `{}` is not said", label.value),
                )
                .label(place, "requests are sent to a port of it")
                .label(service.span, "neither its object nor its port is known here")
                .help(format!("say them: `service {} NAMESPACE/NAME:PORT`", label.value)),
            );
            continue;
        }
        out.report(
            Diagnostic::new(&codes::PORT_NOT_SAID, format!("which port of `{namespace}/{name}` is not said"))
                .label(place, "requests are sent to a port of it")
                .label(service.span, "its port is not known here")
                .help(format!("say it: `service … {namespace}/{name}:PORT`")),
        );
    }
}

fn is_without_port(service: &Service) -> bool {
    !service.is_own() && service.port.value == 0
}
