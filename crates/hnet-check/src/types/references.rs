//! Names of declared things: routers, listeners, services, certificates, keys in secret stores.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes, did_you_mean, quoted};
use hnet_model::{
    CertificateId, GatewayId, HostId, IssuerId, ListenerId, Name, RouterId, SecretReference, SecretStoreId, ServiceId,
    SubnetId, SwitchId, TunnelId, Uplink,
};
use hnet_syntax::tree::Value;

use hnet_language::values::{self, refuse};
use hnet_language::{Declared, Scope, Space, Type, ValueType, members_of};

use crate::spaces;

/// What a gateway without listeners has.
pub(crate) const PLAIN_HTTP: &str = "http";

/// Names of declared things: one type each.
macro_rules! references {
    ($($(#[doc = $doc:literal])+ $name:ident($id:ident) = $space:ident, $called:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $id);

        impl ValueType for $name {
            const TYPE: Type = Type::Reference { called: $called, keywords: &[spaces::$space.keyword()] };

            fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                scope.resolve(&[spaces::$space], value, out).map(|found| $name($id(found.at)))
            }
        }
    )+};
}

references! {
    /// A router by name.
    RouterRef(RouterId) = ROUTER, "a router";
    /// A switch by name.
    SwitchRef(SwitchId) = SWITCH, "a switch";
    /// A host by name.
    HostRef(HostId) = HOST, "a host";
    /// A subnet by name.
    SubnetRef(SubnetId) = SUBNET, "a subnet";
    /// A gateway by name.
    GatewayRef(GatewayId) = GATEWAY, "a gateway";
    /// A tunnel by name.
    TunnelRef(TunnelId) = TUNNEL, "a tunnel";
    /// A certificate by name.
    CertificateRef(CertificateId) = CERTIFICATE, "a certificate";
    /// An issuer by name.
    IssuerRef(IssuerId) = ISSUER, "a certificate issuer";
}

/// A profile by name; it is applied before anything is read, so only its being declared matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProfileRef;

impl ValueType for ProfileRef {
    const TYPE: Type = Type::Reference { called: "a profile", keywords: &["profile"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        scope.resolve(&[Space::PROFILE], value, out).map(|_| ProfileRef)
    }
}

/// What a device is plugged into, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UplinkRef(pub(crate) Uplink);

impl ValueType for UplinkRef {
    const TYPE: Type =
        Type::Reference { called: "an internet, a router or a switch", keywords: &["internet", "router", "switch"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let found = scope.resolve(&[spaces::INTERNET, spaces::ROUTER, spaces::SWITCH], value, out)?;
        Ok(UplinkRef(match found.space {
            spaces::INTERNET => Uplink::Internet(hnet_model::InternetId(found.at)),
            spaces::ROUTER => Uplink::Router(RouterId(found.at)),
            _ => Uplink::Switch(SwitchId(found.at)),
        }))
    }
}

/// A gateway, or a listener of one: `external`, `external/https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListenerRef {
    pub(crate) gateway: GatewayId,
    pub(crate) listener: Option<ListenerId>,
}

impl ValueType for ListenerRef {
    const TYPE: Type = Type::Reference { called: "a gateway, or of a listener of one", keywords: &["gateway"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let Some((gateway, listener)) = value.text.split_once('/') else {
            let found = scope.resolve(&[spaces::GATEWAY], value, out)?;
            return Ok(ListenerRef { gateway: GatewayId(found.at), listener: None });
        };
        let gateway_value = Value::word(gateway, value.part(0..gateway.len()));
        let found = scope.resolve(&[spaces::GATEWAY], &gateway_value, out)?;
        let span = value.part(gateway.len() + 1..value.text.len());
        let at = |at| Ok(ListenerRef { gateway: GatewayId(found.at), listener: Some(ListenerId(at)) });
        if let Some((position, name)) = scope.member(&found, listener) {
            scope.note(span, name);
            return at(position);
        }
        if listener == PLAIN_HTTP && members_of(found.statement, scope.vocabulary().member()).next().is_none() {
            let lost = scope.lost_member(found.statement, listener, out);
            return lost.map_or_else(|| at(0), Err);
        }
        Err(unknown_listener(scope, &found, gateway, listener, span, out))
    }
}

/// Reports a listener that its gateway lacks, or what keeps it from being declared.
fn unknown_listener(
    scope: &Scope<'_>,
    found: &Declared<'_>,
    gateway: &str,
    listener: &str,
    span: Span,
    out: &mut Diagnostics,
) -> Reported {
    if let Some(reported) = scope.lost_member(found.statement, listener, out) {
        return reported;
    }
    // A gateway has 64 listeners at most.
    let mut names: Vec<&str> =
        members_of(found.statement, scope.vocabulary().member()).map(|(name, _)| name.text.as_str()).take(64).collect();
    if names.is_empty() {
        names.push(PLAIN_HTTP);
    }
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, format!("gateway `{gateway}` has no listener `{listener}`"))
        .label(span, "no such listener")
        .label(found.span, "the gateway");
    out.report(match scope.nearest_member(gateway, listener, &names) {
        Some(near) => did_you_mean(diagnostic, &near, span),
        None => diagnostic.help(format!("its listeners are {}", quoted(names.into_iter().take(8), ", "))),
    })
}

/// A Kubernetes service: the name of a `service` statement, or `namespace/name:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServiceRef {
    /// By hnet's own name.
    Declared(ServiceId),
    /// Written out.
    Written(ServiceAddress),
}

impl ValueType for ServiceRef {
    const TYPE: Type = Type::Reference { called: "a service, or `namespace/name:port`", keywords: &["service"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text.contains(['/', ':']) {
            return ServiceAddress::read(value, scope, out).map(ServiceRef::Written);
        }
        scope.resolve(&[spaces::SERVICE], value, out).map(|found| ServiceRef::Declared(ServiceId(found.at)))
    }
}

/// `namespace/name:port` of a Kubernetes service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ServiceAddress {
    pub(crate) namespace: Name,
    pub(crate) name: Name,
    pub(crate) port: u16,
}

impl ValueType for ServiceAddress {
    const TYPE: Type =
        Type::Plain { called: "a service as `namespace/name:port`", examples: "`monitoring/grafana:80`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let ServiceName { namespace, name, port } = read_service(value, out)?;
        match port {
            Some(port) => Ok(ServiceAddress { namespace, name, port }),
            None => Err(out.report(not_a_service(value, "the port is missing"))),
        }
    }
}

/// `namespace/name` of a Kubernetes service, mostly with the port that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceName {
    pub(crate) namespace: Name,
    pub(crate) name: Name,
    pub(crate) port: Option<u16>,
}

impl ValueType for ServiceName {
    const TYPE: Type = ServiceAddress::TYPE;

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        read_service(value, out)
    }
}

fn read_service(value: &Value, out: &mut Diagnostics) -> Result<ServiceName, Reported> {
    let text = value.text.as_str();
    if let Some((scheme, rest)) = text.split_once("://") {
        return Err(out.report(a_url(value, scheme, rest)));
    }
    let Some((namespace, rest)) = text.split_once('/') else {
        return Err(out.report(match (by_dns_name(text, None), by_address(text, None)) {
            (Some(right), _) => not_a_service(value, "the name by which pods find a service")
                .help(format!("write `{right}`"))
                .fix(format!("write `{right}`"), value.span, right),
            (None, Some(help)) => not_a_service(value, "what answers at an address is outside the cluster").help(help),
            (None, None) => not_a_service(value, "the namespace is missing"),
        }));
    };
    let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
    let part = |text: &str, start: usize| Value::word(text, value.part(start..start + text.len()));
    let namespace_value = part(namespace, 0);
    let name_value = part(name, namespace.len() + 1);
    let port_value = part(port.unwrap_or_default(), text.len() - port.map_or(0, str::len));
    let namespace = values::name(namespace).map_err(|wrong| refuse(wrong, &namespace_value, out));
    let name = values::name(name).map_err(|wrong| refuse(wrong, &name_value, out));
    // What a service calls its port is its own: `http` need not be 80.
    let port =
        port.map(|port| values::port(port).map_err(|wrong| refuse(wrong.without_replacement(), &port_value, out)));
    Ok(ServiceName { namespace: namespace?, name: name?, port: port.transpose()? })
}

/// A URL where a service is wanted.
fn a_url(value: &Value, scheme: &str, rest: &str) -> Diagnostic {
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let finding = Diagnostic::new(&codes::NOT_A_SERVICE, format!("`{}` is a URL, no service", value.text))
        .label(value.span, "a service is named, and its `protocol` says what it speaks");
    let port = Some(if scheme == "https" { "443" } else { "80" });
    if let Some(help) = by_address(host, port) {
        return finding.help(help);
    }
    match (scheme, by_dns_name(host, port)) {
        ("https", Some(right)) => {
            finding.help(format!("declare `service NAME {right} protocol https;` and write its name here"))
        }
        (_, Some(right)) if path.is_empty() => {
            finding.help(format!("write `{right}`")).fix(format!("write `{right}`"), value.span, right)
        }
        (_, Some(right)) => finding.help(format!("write `{right}`, and what is before a path by `path` and `rewrite`")),
        (_, None) => finding.help(
            "write `namespace/name:port`, as in `monitoring/grafana:80`, or declare a `service` and write its name",
        ),
    }
}

/// `namespace/name:port` of what has the DNS name of a service: `grafana.monitoring:80`,
/// `grafana.monitoring.svc.cluster.local:80`.
fn by_dns_name(host: &str, port: Option<&str>) -> Option<String> {
    let (host, port) = host.split_once(':').or_else(|| Some((host, port?)))?;
    let mut labels = host.split('.');
    let (name, namespace) = (labels.next()?, labels.next()?);
    let is_service = labels.next().is_none_or(|label| label == "svc");
    // Digits and dots are an address.
    let is_name = |label: &str| values::name(label).is_ok() && label.contains(|c: char| c.is_ascii_lowercase());
    (is_service && is_name(name) && is_name(namespace) && values::port(port).is_ok())
        .then(|| format!("{namespace}/{name}:{port}"))
}

/// How what answers at an address outside the cluster becomes a service.
fn by_address(host: &str, port: Option<&str>) -> Option<String> {
    let (host, port) = host.rsplit_once(':').or_else(|| Some((host, port?)))?;
    let is_address = values::address(host).is_ok() && values::port(port).is_ok();
    is_address.then(|| {
        format!("declare `host NAME address {host};` and `service NAME host NAME port {port};`, and write the service's name")
    })
}

fn not_a_service(value: &Value, label: &str) -> Diagnostic {
    Diagnostic::new(&codes::NOT_A_SERVICE, format!("`{}` is no service", value.text))
        .label(value.span, label)
        .help("write `namespace/name:port`, as in `monitoring/grafana:80`")
}

/// Where a tunnel publishes to: a listener or a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublishRef {
    /// A gateway, with or without the listener.
    Listener(ListenerRef),
    /// A service.
    Service(ServiceRef),
}

impl ValueType for PublishRef {
    const TYPE: Type =
        Type::Reference { called: "a listener (`external/https`) or a service", keywords: &["gateway", "service"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let gateway = value.text.split('/').next().unwrap_or_default();
        let is_service = scope.find(spaces::SERVICE, &value.text).is_some()
            || (value.text.contains(':') && scope.find(spaces::GATEWAY, gateway).is_none());
        if is_service {
            return ServiceRef::read(value, scope, out).map(PublishRef::Service);
        }
        if scope.find(spaces::GATEWAY, gateway).is_none()
            && let Some(reported) = scope.lost(&[spaces::SERVICE, spaces::GATEWAY], gateway, out)
        {
            return Err(reported);
        }
        if !value.text.contains('/') && scope.find(spaces::GATEWAY, gateway).is_none() {
            // It may be meant as either.
            return match scope.resolve(&[spaces::GATEWAY, spaces::SERVICE], value, out) {
                Err(reported) => Err(reported),
                Ok(_) => ListenerRef::read(value, scope, out).map(PublishRef::Listener),
            };
        }
        ListenerRef::read(value, scope, out).map(PublishRef::Listener)
    }
}

/// A key in a secret store.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SecretRef(pub(crate) SecretReference);

impl ValueType for SecretRef {
    const TYPE: Type = Type::Plain {
        called: "a key in a secret store, `store/key#property`",
        examples: "`vault/cloudflared#credentials.json`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let wrong = |label: &str| {
            Diagnostic::new(&codes::NOT_A_SECRET_REFERENCE, format!("`{}` is no secret reference", value.text))
                .label(value.span, label)
                .help("write `store/key`, or `store/key#property` for one property of the entry")
        };
        let Some((store, rest)) = value.text.split_once('/') else {
            return Err(out.report(wrong("the store and its key stand with `/` between them")));
        };
        let (key, property) = match rest.split_once('#') {
            Some((key, property)) => (key, Some(property)),
            None => (rest, None),
        };
        if key.is_empty() || property.is_some_and(str::is_empty) {
            return Err(out.report(wrong("the key or the property is empty")));
        }
        let store_value = Value::word(store, value.part(0..store.len()));
        let found = scope.resolve(&[spaces::SECRET_STORE], &store_value, out)?;
        Ok(SecretRef(SecretReference {
            store: SecretStoreId(found.at),
            key: key.to_owned(),
            property: property.map(str::to_owned),
        }))
    }
}
