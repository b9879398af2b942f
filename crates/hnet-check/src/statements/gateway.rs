//! `gateway` and its listeners.

use crate::types::{CertificateRef, PLAIN_HTTP, ProtocolWord, TlsModeWord};
use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_language::values::refuse;
use hnet_language::{Annotation, Label, List, One, Port, Reader, Type, ValueType, Wildcard, statement};
use hnet_manifests::versions::gateway_services;
use hnet_model::{
    Address, Admission, Gateway, GatewayClass, Listener, ListenerProtocol, ListenerTls, Name, Overlay, RawYaml, Reason,
    Traced,
};
use indexmap::IndexMap;

use super::node::pairs;
use super::overlay::OverlayStatement;

/// The namespace of gateways that do not say theirs.
pub(crate) const DEFAULT_NAMESPACE: &str = "gateway-system";
statement! {
    /// A Gateway API gateway: an address with listeners. Those of its `annotations` that load balancers read, such as
    /// `lbipam.cilium.io/…`, go to its service.
    GatewayStatement = "gateway" Named () {
        /// Its namespace.
        "namespace" namespace: One<Name> [default "gateway-system"];
        /// Who implements it: `cilium`, or another GatewayClass by name.
        "class" class: One<Name> [default "cilium"];
        /// The `envoy` that says how its proxies run, in its namespace.
        "proxy" proxy: One<Name> [only "Envoy Gateway", default "that of its class"];
        /// Its addresses.
        "address" address: List<Address> [default "the pool's choice"];
        /// A port that it listens on.
        "listener" listener: Vec<ListenerStatement> [default "one for HTTP on port 80, named `http`"];
        /// Labels of the service that the controller makes for it.
        "service-labels" service_labels: List<Label>;
        /// Annotations of that service, whatever reads them.
        "service-annotations" service_annotations: List<Annotation>;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// A port of a gateway.
    ListenerStatement = "listener" Named () {
        /// The port.
        "port" port: One<Port> [required];
        /// What it speaks.
        "protocol" protocol: One<ProtocolWord> [default "https with `tls` or on port 443, else http"];
        /// The names that it takes; `*.example.com` takes one or more labels, not the apex.
        "hostname" hostname: One<Wildcard> [default "all"];
        /// The certificates that it presents.
        "tls" tls: List<CertificateRef>;
        /// Whether TLS ends here or is passed on.
        "tls-mode" tls_mode: One<TlsModeWord> [default "terminate"];
        /// Whose routes may attach: `all`, `same`, or namespaces.
        "allow" allow: List<AllowValue> [default "the namespaces of the routes that name it"];
    }
}

/// Whose routes may attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllowValue {
    /// Those of every namespace.
    All,
    /// Those of the gateway's namespace.
    Same,
    /// Those of a namespace.
    Namespace(Name),
}

impl ValueType for AllowValue {
    const TYPE: Type = Type::Plain { called: "`all`, `same` or a namespace", examples: "`all`, `same`, `monitoring`" };

    fn read(
        value: &hnet_syntax::tree::Value,
        _: &hnet_language::Scope<'_>,
        out: &mut Diagnostics,
    ) -> Result<Self, hnet_diagnostics::Reported> {
        match value.text.as_str() {
            "all" => Ok(AllowValue::All),
            "same" => Ok(AllowValue::Same),
            text => {
                hnet_language::values::name(text).map(AllowValue::Namespace).map_err(|wrong| refuse(wrong, value, out))
            }
        }
    }
}

impl GatewayStatement {
    /// Lowers a gateway. What a listener admits by its routes is settled when these are known.
    pub(crate) fn lower(self, fallback: &Name, reader: &mut Reader<'_>) -> Option<Gateway> {
        let Self { head, namespace, class, proxy, address, listener, service_labels, service_annotations, overlay } =
            self;
        let mut overlay = overlay.lower(head.span);
        let read = std::mem::take(&mut overlay.annotations).into_iter();
        let (of_service, of_gateway): (Vec<_>, Vec<_>) =
            read.partition(|(key, _)| gateway_services::is_of_service(&key.value));
        let said = pairs(service_annotations.0, |Annotation(pair)| pair);
        let service_annotations: Vec<_> = of_service.into_iter().chain(said).collect();
        let has_service = class.as_ref().is_none_or(|class| gateway_services::has_service(class.value.as_str()));
        let asking = if has_service { service_annotations.as_slice() } else { &[] };
        // What the object of a gateway asks for, and words do not, no annotation says.
        let by_annotation =
            class.as_ref().is_some_and(|class| gateway_services::asks_by_annotation(class.value.as_str()));
        let is_external = |address: &Traced<Address>| {
            let (file, place) = (address.span().file, address.span().start);
            let is_in =
                |patch: &RawYaml| patch.span.file == file && (patch.span.start..patch.span.end).contains(&place);
            by_annotation && (reader.is_partial || overlay.patches.iter().any(is_in))
        };
        let (external, address): (Vec<_>, Vec<_>) = address.0.into_iter().partition(is_external);
        let because =
            |address: Traced<Address>| Traced::new(address.value, address.origin.because(Reason::ExternalAddress));
        let mut addresses: Vec<_> = external.into_iter().map(because).collect();
        addresses.extend(asked_addresses("gateway", address, asking, reader.out));
        let mut names: IndexMap<&Name, hnet_model::Span> = IndexMap::new();
        for name in listener.iter().filter_map(|listener| listener.head.name.as_ref()) {
            if let Some(first) = claim(&mut names, &name.value, name.span()) {
                reader.out.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", name.value))
                        .label(name.span(), "this listener needs a name of its own")
                        .label(*first, "a listener of the same gateway")
                        .help("give one of the two another name"),
                );
            }
        }
        let default = |text: &str| Name::new(text).unwrap_or_else(|_| fallback.clone());
        let namespace =
            namespace.unwrap_or_else(|| Traced::derived(default(DEFAULT_NAMESPACE), head.span, Reason::Default));
        let own: &Name = &namespace.value;
        if listener.is_empty() && reader.is_partial {
            // Which it has is not known.
            reader.holes.insert(head.span);
        }
        let listeners = match listener.is_empty() {
            true => plain_http(head.span, own).into_iter().collect(),
            false => listener.into_iter().filter_map(|listener| listener.lower(own)).collect(),
        };
        Some(Gateway {
            name: head.name?,
            doc: head.doc,
            namespace,
            class: class.map_or_else(
                || Traced::derived(GatewayClass::Cilium, head.span, Reason::Default),
                |class| {
                    class.map(|class| match class.as_str() {
                        "cilium" => GatewayClass::Cilium,
                        _ => GatewayClass::Other(class),
                    })
                },
            ),
            proxy,
            addresses,
            listeners,
            overlay: Overlay { annotations: of_gateway, ..overlay },
            service_labels: pairs(service_labels.0, |Label(pair)| pair),
            service_annotations,
            span: head.span,
        })
    }
}

/// The addresses of a gateway or a service with those that an annotation asks Cilium for.
pub(crate) fn asked_addresses(
    what: &str,
    mut said: Vec<Traced<Address>>,
    annotations: &[(Traced<String>, String)],
    out: &mut Diagnostics,
) -> Vec<Traced<Address>> {
    let at = gateway_services::asking(annotations.iter().map(|(key, _)| key.value.as_str()));
    let Some((key, value)) = at.and_then(|at| annotations.get(at)) else { return said };
    let mut asked = Vec::new();
    for text in value.split(',').map(str::trim) {
        let address = match text.contains("${") {
            true => Address::Placeholder(text.to_owned()),
            false => match text.parse() {
                Ok(address) => Address::Known(address),
                Err(_) => {
                    out.report(
                        Diagnostic::new(&codes::NOT_AN_ADDRESS, format!("`{text}` is no address"))
                            .label(key.span(), format!("`{}` asks for it", key.value))
                            .help("write addresses with commas between them, such as `192.168.10.50`"),
                    );
                    return said;
                }
            },
        };
        asked.push(Traced::derived(address, key.span(), Reason::AskedByAnnotation));
    }
    match said.first() {
        None => said = asked,
        Some(first) if asked.iter().any(|one| said.iter().all(|other| other.value != one.value)) => {
            out.report(
                Diagnostic::new(&codes::ADDRESS_ASKED_TWICE, format!("the {what} asks for two different addresses"))
                    .label(key.span(), format!("this annotation asks for {value}"))
                    .label(first.span(), format!("`address` asks for {}", first.value))
                    .help(format!(
                        "keep one of the two; `address` is asked for where the {what}'s controller reads it"
                    )),
            );
        }
        Some(_) => {}
    }
    said
}

impl ListenerStatement {
    fn lower(self, own: &Name) -> Option<Listener> {
        let Self { head, port, protocol, hostname, tls, tls_mode, allow } = self;
        // A port that failed is reported and the source is refused; zero is no port, so no rule meets it.
        let port = port.map_or_else(|| Traced::written(0, head.span), |port| port.map(|Port(port)| port));
        let passthrough = tls_mode.as_ref().is_some_and(|mode| mode.value == TlsModeWord::Passthrough);
        let protocol = match protocol {
            Some(word) => word.map(ProtocolWord::protocol),
            None if passthrough => Traced::derived(ListenerProtocol::Tls, head.span, Reason::Default),
            None if !tls.0.is_empty() || port.value == 443 => {
                Traced::derived(ListenerProtocol::Https, port.span(), Reason::Default)
            }
            None => Traced::derived(ListenerProtocol::Http, port.span(), Reason::Default),
        };
        let has_tls = passthrough || !tls.0.is_empty() || tls_mode.is_some();
        Some(Listener {
            name: head.name?,
            port,
            protocol,
            hostname: hostname.map(|name| name.map(|Wildcard(name)| name)),
            tls: has_tls.then(|| ListenerTls {
                passthrough,
                certificates: tls.0.into_iter().map(|name| name.map(|CertificateRef(id)| id)).collect(),
            }),
            admits: admission(&allow.0, head.span, own),
            span: head.span,
        })
    }
}

/// The listener of a gateway that names none.
fn plain_http(gateway: hnet_model::Span, own: &Name) -> Option<Listener> {
    let derived = Reason::Default;
    Some(Listener {
        name: Traced::derived(Name::new(PLAIN_HTTP).ok()?, gateway, derived),
        port: Traced::derived(80, gateway, derived),
        protocol: Traced::derived(ListenerProtocol::Http, gateway, derived),
        hostname: None,
        tls: None,
        admits: admission(&[], gateway, own),
        span: gateway,
    })
}

/// What a listener says of whose routes it admits; an empty list where it says nothing.
fn admission(allow: &[Traced<AllowValue>], span: hnet_model::Span, own: &Name) -> Traced<Admission> {
    let Some(first) = allow.first() else {
        return Traced::derived(Admission::Namespaces(Vec::new()), span, Reason::AttachedRoutes);
    };
    let mut namespaces: Vec<Name> = Vec::new();
    for value in allow {
        match &value.value {
            AllowValue::All => return Traced::new(Admission::All, value.origin),
            AllowValue::Same if allow.len() == 1 => return Traced::new(Admission::Same, value.origin),
            AllowValue::Same => namespaces.push(own.clone()),
            AllowValue::Namespace(name) => namespaces.push(name.clone()),
        }
    }
    namespaces.sort();
    namespaces.dedup();
    Traced::new(Admission::Namespaces(namespaces), first.origin)
}
