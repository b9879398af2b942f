//! What Envoy Gateway is told beside the Gateway API: `envoy`, its policies, `route-filter` and `backend`.
//!
//! Their words are the tables of `envoy/`; what is common to them is here.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Head, Label, List, One, Scope, Type, ValueType, statement};
use hnet_manifests::versions::gateway_services::is_envoy;
use hnet_model::{EnvoyKind, EnvoyObject, EnvoyTarget, Gateway, Name, Origin, Reason, Targeted, ToldValue, Traced};
use hnet_syntax::tree::Value;

use super::gateway::DEFAULT_NAMESPACE;
use super::overlay::OverlayStatement;
use crate::envoy::{extension, proxy, security, traffic};
use crate::told::{Body, words_of};
use crate::types::WorkloadWord;

words_of! {
    /// How proxies run.
    ProxyWords = proxy::PROXY;
    /// How clients are spoken with.
    ClientWords = traffic::CLIENT;
    /// How services are spoken with.
    BackendWords = traffic::BACKEND;
    /// Who is let in.
    SecurityWords = security::SECURITY;
    /// Programs that look at requests.
    ExtensionWords = extension::EXTENSION;
    /// What is answered.
    FilterWords = extension::FILTER;
    /// What requests go to.
    DestinationWords = extension::DESTINATION;
}

statement! {
    /// What a policy of Envoy Gateway's is attached to, in its own namespace: gateways.
    GatewayTargetsStatement = "gateway targets" Unnamed () {
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of the gateways, or gateway-system"];
        /// Gateways, or listeners of them: `external`, `external/https`, `all`.
        "gateways" gateways: List<TargetWord> [default "all of its namespace, where it names nothing else"];
        /// Labels that gateways must have.
        "gateways-with" gateways_with: List<Label>;
    }
}

statement! {
    /// What else a policy of Envoy Gateway's may be attached to: routes.
    RouteTargetsStatement = "route targets" Unnamed () {
        /// HTTP routes, or rules of them: `web`, `web/api`, `all`.
        "routes" routes: List<TargetWord>;
        /// Routes of gRPC.
        "grpc-routes" grpc_routes: List<TargetWord>;
        /// Routes of TCP.
        "tcp-routes" tcp_routes: List<TargetWord>;
        /// Labels that HTTP routes must have.
        "routes-with" routes_with: List<Label>;
    }
}

statement! {
    /// How Envoy Gateway's proxies run: `envoy main < class envoy; replicas 2; >`. With `class` the GatewayClass is written
    /// that gateways name.
    EnvoyStatement = "envoy" Named () {
        /// The GatewayClass whose gateways have these proxies.
        "class" class: One<Name> [default "none: gateways name their `proxy`"];
        /// The namespace of its object.
        "namespace" namespace: One<Name> [default "that of the gateways, or gateway-system"];
        /// What runs the proxies.
        "run" run: One<WorkloadWord> [default "deployment"];
        ..settings: ProxyWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// How clients are spoken with: `client-policy all < trusted-proxies 10.244.0.0/16; http3; >`. It is attached to all
    /// gateways of its namespace unless it names some. Of several policies the one for a listener counts before that for its
    /// gateway.
    ClientPolicyStatement = "client-policy" Named () {
        ..targets: GatewayTargetsStatement;
        ..settings: ClientWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// How services are spoken with: `backend-policy all < compress zstd, gzip; retry < times 2; > >`. It is attached to all
    /// gateways of its namespace unless it names gateways or routes.
    BackendPolicyStatement = "backend-policy" Named () {
        ..targets: GatewayTargetsStatement;
        ..routes: RouteTargetsStatement;
        ..settings: BackendWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// Who is let in: `security-policy web < routes web; oidc https://id.example.com < client web; secret web-oidc; > >`. It is
    /// attached to all gateways of its namespace unless it names gateways or routes.
    SecurityPolicyStatement = "security-policy" Named () {
        ..targets: GatewayTargetsStatement;
        ..routes: RouteTargetsStatement;
        ..settings: SecurityWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// Programs that look at requests: `extension-policy errors < wasm errors < image ghcr.io/me/errors:1.0.0; > >`. It is
    /// attached to all gateways of its namespace unless it names gateways or routes.
    ExtensionPolicyStatement = "extension-policy" Named () {
        ..targets: GatewayTargetsStatement;
        ..routes: RouteTargetsStatement;
        ..settings: ExtensionWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// What is answered by a route of Envoy Gateway's, or done with its requests: `route-filter forbidden < status 403; >`.
    /// Routes of its namespace name it as a filter.
    RouteFilterStatement = "route-filter" Named () {
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of the gateways, or gateway-system"];
        ..settings: FilterWords;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// What requests go to that is no Service: `backend nas < host nas.example.com port 443; any-certificate; >`. Envoy Gateway
    /// takes it only where it is told to (`extensionApis.enableBackend`).
    BackendStatement = "backend" Named () {
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of the gateways, or gateway-system"];
        ..settings: DestinationWords;
        ..overlay: OverlayStatement;
    }
}

/// What a policy is attached to, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TargetWord {
    /// All of them.
    All,
    /// One of them, or a part of it.
    Named(String, Option<String>),
}

impl ValueType for TargetWord {
    const TYPE: Type = Type::Plain {
        called: "`all`, a name, or a name and a part of it",
        examples: "`external`, `external/https`, `all`",
    };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let (name, section) = text.split_once('/').map_or((text, None), |(name, section)| (name, Some(section)));
        let wrong = [Some(name), section].into_iter().flatten().find_map(|part| values::host_name(part, false).err());
        match wrong {
            Some(wrong) if !has_placeholder(value) => Err(refuse(wrong.without_replacement(), value, out)),
            _ if text == "all" => Ok(TargetWord::All),
            _ => Ok(TargetWord::Named(name.to_owned(), section.map(str::to_owned))),
        }
    }
}

impl GatewayTargetsStatement {
    /// The namespace that is said, and what a policy is attached to.
    fn lower(self, routes: RouteTargetsStatement, origin: Origin) -> (Option<Traced<Name>>, Vec<Traced<EnvoyTarget>>) {
        let Self { head: _, namespace, gateways, gateways_with } = self;
        let RouteTargetsStatement { head: _, routes, grpc_routes, tcp_routes, routes_with } = routes;
        let mut targets = Vec::new();
        let named =
            [("Gateway", gateways), ("HTTPRoute", routes), ("GRPCRoute", grpc_routes), ("TCPRoute", tcp_routes)];
        for (kind, words) in named {
            targets.extend(words.0.into_iter().map(|word| {
                word.map(|word| match word {
                    TargetWord::All => EnvoyTarget { kind, which: Targeted::Labelled(Vec::new()) },
                    TargetWord::Named(name, section) => EnvoyTarget { kind, which: Targeted::Named(name, section) },
                })
            }));
        }
        for (kind, labels) in [("Gateway", gateways_with), ("HTTPRoute", routes_with)] {
            if let Some(origin) = labels.0.first().map(|label| label.origin) {
                let labels = labels.0.into_iter().map(|label| label.value.0).collect();
                targets.push(Traced::new(EnvoyTarget { kind, which: Targeted::Labelled(labels) }, origin));
            }
        }
        if targets.is_empty() {
            let all = EnvoyTarget { kind: "Gateway", which: Targeted::Labelled(Vec::new()) };
            targets.push(Traced::new(all, origin.because(Reason::Default)));
        }
        (namespace, targets)
    }
}

/// A statement of Envoy Gateway's with what is common to all of them.
pub(crate) struct Parts {
    kind: EnvoyKind,
    head: Head,
    class: Option<Traced<Name>>,
    namespace: Option<Traced<Name>>,
    targets: Vec<Traced<EnvoyTarget>>,
    workload: &'static str,
    /// Where it is said that every node runs a proxy, of proxies that do.
    run: Option<Origin>,
    settings: Body,
    overlay: OverlayStatement,
}

impl Parts {
    pub(crate) fn lower(self, gateways: &[Gateway], fallback: &Name) -> Option<EnvoyObject> {
        let Self { kind, head, class, namespace, targets, workload, run, settings, overlay } = self;
        let origin = Origin::derived(head.span, Reason::Shape);
        let settings = settings.told(workload, origin);
        let mut all = hnet_model::nothing(settings.origin);
        if kind == EnvoyKind::Proxy {
            all.value.put(&["provider", "type"], Traced::new(ToldValue::Text("Kubernetes".to_owned()), origin));
        }
        // A DaemonSet that nothing more is said of is one, too.
        if let Some(run) = run {
            all.value.put(&["provider", "kubernetes", workload], hnet_model::nothing(run));
        }
        settings.value.into_entries().into_iter().for_each(|(key, value)| all.value.add(key, value));
        let namespace = namespace.or_else(|| namespace_of(&targets, class.as_ref(), gateways, head.span));
        let default = || Name::new(DEFAULT_NAMESPACE).unwrap_or_else(|_| fallback.clone());
        Some(EnvoyObject {
            kind,
            name: head.name?,
            doc: head.doc,
            namespace: namespace.unwrap_or_else(|| Traced::derived(default(), head.span, Reason::Default)),
            class,
            targets,
            settings: all,
            overlay: overlay.lower(head.span),
            span: head.span,
        })
    }
}

/// The namespace of the gateways that are meant: those that are named, those of the class, or else the first of Envoy's.
fn namespace_of(
    targets: &[Traced<EnvoyTarget>],
    class: Option<&Traced<Name>>,
    gateways: &[Gateway],
    statement: hnet_model::Span,
) -> Option<Traced<Name>> {
    let is_named = |gateway: &&Gateway| {
        targets.iter().any(|target| match &target.value.which {
            Targeted::Named(name, _) => target.value.kind == "Gateway" && *name == *gateway.name.value.as_str(),
            Targeted::Labelled(_) => false,
        })
    };
    let is_of_class =
        |gateway: &&Gateway| class.is_some_and(|class| gateway.class.value.name() == class.value.as_str());
    let is_of_envoy = |gateway: &&Gateway| is_envoy(gateway.class.value.name());
    let found = gateways.iter().find(is_named).or_else(|| gateways.iter().find(is_of_class));
    let found = found.or_else(|| gateways.iter().find(is_of_envoy))?;
    Some(Traced::derived(found.namespace.value.clone(), statement, Reason::EnvoyNamespace))
}

impl EnvoyStatement {
    pub(crate) fn parts(self) -> Parts {
        let Self { head, class, namespace, run, settings, overlay } = self;
        let run = run.filter(|run| run.value == WorkloadWord::DaemonSet).map(|run| run.origin);
        let workload = if run.is_some() { "envoyDaemonSet" } else { "envoyDeployment" };
        let targets = Vec::new();
        Parts { kind: EnvoyKind::Proxy, head, class, namespace, targets, workload, run, settings: settings.0, overlay }
    }
}

impl ClientPolicyStatement {
    pub(crate) fn parts(self) -> Parts {
        let Self { head, targets, settings, overlay } = self;
        let (namespace, targets) = targets.lower(RouteTargetsStatement::default(), Origin::written(head.span));
        let (kind, settings) = (EnvoyKind::Client, settings.0);
        Parts { kind, head, class: None, namespace, targets, workload: "", run: None, settings, overlay }
    }
}

/// Statements of policies that may be attached to routes.
macro_rules! policies {
    ($($statement:ident = $kind:ident;)+) => {$(
        impl $statement {
            pub(crate) fn parts(self) -> Parts {
                let Self { head, targets, routes, settings, overlay } = self;
                let (namespace, targets) = targets.lower(routes, Origin::written(head.span));
                let (kind, settings) = (EnvoyKind::$kind, settings.0);
                Parts { kind, head, class: None, namespace, targets, workload: "", run: None, settings, overlay }
            }
        }
    )+};
}

policies! {
    BackendPolicyStatement = Backend;
    SecurityPolicyStatement = Security;
    ExtensionPolicyStatement = Extension;
}

/// Statements of what others name.
macro_rules! named {
    ($($statement:ident = $kind:ident;)+) => {$(
        impl $statement {
            pub(crate) fn parts(self) -> Parts {
                let Self { head, namespace, settings, overlay } = self;
                let (kind, settings) = (EnvoyKind::$kind, settings.0);
                Parts { kind, head, class: None, namespace, targets: Vec::new(), workload: "", run: None, settings, overlay }
            }
        }
    )+};
}

named! {
    RouteFilterStatement = Filter;
    BackendStatement = Destination;
}
