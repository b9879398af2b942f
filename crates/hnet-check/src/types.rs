//! The types of values: how the vocabulary speaks of each, and how a word is read as one.
//!
//! What a text means by itself is `values/`; here names, indexes, `let` and placeholders come in.

use std::net::IpAddr;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Reported, codes, nearest};
use hnet_model::{
    Address, AddressRange, CertificateId, Duration, GatewayId, HostId, HostName, InterfaceAddress, IpNet, IssuerId,
    ListenerId, Mac, Name, RawYaml, RouterId, SecretReference, SecretStoreId, ServiceId, SwitchId, Taint, Uplink,
    Version,
};
use hnet_syntax::tree::{Value, ValueKind};

use crate::names::Indexed;
use crate::scope::{Scope, Space};
use crate::values::{self, Wrong};
use crate::vocabulary::Type;

/// A type that a value may have.
pub(crate) trait ValueType: Sized {
    /// How the vocabulary speaks of it.
    const TYPE: Type;

    /// Reads a value, or reports what is wrong with it.
    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported>;
}

/// Whatever its uses make of it.
pub(crate) const ANYTHING: Type = Type::Plain { called: "a value", examples: "" };

/// Reports what is wrong with a value, at the bytes where it is wrong.
pub(crate) fn refuse(wrong: Wrong, value: &Value, out: &mut Diagnostics) -> Reported {
    if has_placeholder(value) && needs_value(wrong.code) {
        return out.report(
            Diagnostic::new(&codes::VALUE_UNKNOWN, format!("`{}` must be known here", value.text))
                .label(value.span, "hnet computes other values from this one")
                .help("write the value: what fills placeholders in runs after hnet"),
        );
    }
    // The text of a string is not its bytes in the source, so the whole string is shown.
    let span = if value.kind == ValueKind::Word { value.span.part(wrong.range) } else { value.span };
    let mut diagnostic = Diagnostic::new(wrong.code, wrong.title).label(span, wrong.label);
    if let Some(help) = wrong.help {
        diagnostic = diagnostic.help(help);
    }
    if let Some(text) = wrong.replacement {
        diagnostic = diagnostic.fix(format!("write `{text}`"), value.span, text);
    }
    out.report(diagnostic)
}

/// Whether the type is a value that hnet computes with, and not a text that it passes on.
fn needs_value(code: &Code) -> bool {
    let texts = [
        &codes::NOT_A_HOST_NAME,
        &codes::NOT_A_URL,
        &codes::NOT_A_PATH,
        &codes::NOT_A_LABEL,
        &codes::NOT_A_TAINT,
        &codes::CREDENTIAL,
    ];
    !texts.contains(&code)
}

fn has_placeholder(value: &Value) -> bool {
    value.text.contains("${")
}

/// Types that are a text of their own, without names: one row each.
macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident($inner:ty) = $called:literal, $examples:literal, $read:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $inner);

        impl ValueType for $name {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let read: fn(&str) -> Result<$inner, Wrong> = $read;
                read(&value.text).map($name).map_err(|wrong| refuse(wrong, value, out))
            }
        }
    )+};
}

texts! {
    /// A TCP or UDP port.
    Port(u16) = "a port", "`443`", values::port;
    /// A VLAN id.
    VlanId(u16) = "a VLAN id", "`40`", values::vlan_id;
    /// The size of the largest packet.
    Mtu(u32) = "an MTU in bytes", "`1500`, `9000`", |text| integer(text, 68..=65535);
    /// A small count.
    Count(u32) = "a number", "`3`", |text| integer(text, 0..=10_000);
    /// A route's priority.
    Metric(u32) = "a metric", "`1024`", |text| integer(text, 0..=4_294_967_295);
    /// A path of a request.
    UrlPath(String) = "a path", "`/api`", values::path;
    /// A folder of the output.
    Folder(String) = "a folder", "`kubernetes/networking`", values::relative_path;
    /// A repository.
    RepositoryUrl(String) = "a URL", "`https://github.com/me/home-ops.git`, `ssh://git@…`",
        |text| values::url(text, &["https", "http", "ssh", "git"]);
    /// `key=value` of a Kubernetes label.
    Label((String, String)) = "a label", "`topology.kubernetes.io/zone=rack1`", values::label;
    /// `key=value` of a Kubernetes annotation.
    Annotation((String, String)) = "an annotation", "`\"example.com/note=any text\"`", values::annotation;
    /// A host name that may start with `*.`.
    Wildcard(HostName) = "a host name, perhaps with `*.`", "`grafana.example.com`, `*.example.com`",
        |text| values::host_name(text, true);
}

fn integer(text: &str, bounds: std::ops::RangeInclusive<u64>) -> Result<u32, Wrong> {
    values::integer(text, bounds).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A text that means itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl ValueType for Text {
    const TYPE: Type = Type::Plain { called: "a text", examples: "`eth0`, `\"size >= 100GB\"`" };

    fn read(value: &Value, _: &Scope<'_>, _: &mut Diagnostics) -> Result<Self, Reported> {
        Ok(Text(value.text.clone()))
    }
}

/// Implements [`ValueType`] for types of the model that need no names.
macro_rules! plain {
    ($($type:ty = $called:literal, $examples:literal, $read:expr;)+) => {$(
        impl ValueType for $type {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let read: fn(&str) -> Result<$type, Wrong> = $read;
                read(&value.text).map_err(|wrong| refuse(wrong, value, out))
            }
        }
    )+};
}

plain! {
    IpNet = "a prefix", "`10.0.0.0/24`, `fd00::/64`", values::prefix;
    Version = "a version", "`1.13`, `1.36.2`", values::version;
    Duration = "a duration", "`30s`, `1m30s`", values::duration;
    Taint = "a taint", "`dedicated=storage:NoSchedule`", values::taint;
    HostName = "a host name", "`example.com`", |text| values::host_name(text, false);
}

/// A UUID, or a placeholder for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uuid(pub(crate) String);

impl ValueType for Uuid {
    const TYPE: Type = Type::Plain { called: "a UUID", examples: "`6ff42ae2-765d-4adf-8112-31c55c1551ef`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Uuid(value.text.clone()));
        }
        values::uuid(&value.text).map(Uuid).map_err(|wrong| refuse(wrong, value, out))
    }
}

/// A host name or an address, for certificates and NTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameOrAddress(pub(crate) String);

impl ValueType for NameOrAddress {
    const TYPE: Type = Type::Plain { called: "a host name or an address", examples: "`time.cloudflare.com`, `lan[1]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(NameOrAddress(value.text.clone()));
        }
        if let Some(indexed) = scope.index(value, out) {
            return Ok(NameOrAddress(indexed?.first.to_string()));
        }
        if let Ok(address) = values::address(&value.text) {
            return Ok(NameOrAddress(address.to_string()));
        }
        if let Some((_, addresses)) = scope.addresses(value)
            && let Some(first) = addresses.first()
        {
            return Ok(NameOrAddress(first.to_string()));
        }
        values::host_name(&value.text, true)
            .map(|name| NameOrAddress(name.to_string()))
            .map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for Address {
    const TYPE: Type = Type::Plain { called: "an address", examples: "`192.168.10.1`, `lan[1]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Address::Placeholder(value.text.clone()));
        }
        match scope.index(value, out) {
            Some(indexed) => single(indexed?, value, out).map(Address::Known),
            None => values::address(&value.text).map(Address::Known).map_err(|wrong| refuse(wrong, value, out)),
        }
    }
}

fn single(indexed: Indexed, value: &Value, out: &mut Diagnostics) -> Result<IpAddr, Reported> {
    match indexed.last {
        None => Ok(indexed.first),
        Some(_) => Err(out.report(
            Diagnostic::new(&codes::NOT_AN_ADDRESS, format!("`{}` is a range", value.text))
                .label(value.span, "one address is wanted here")
                .help("index one address: `lan[11]`"),
        )),
    }
}

/// An address, or the name of something that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddressOrName {
    /// What it may be: one, or all addresses of what is named.
    candidates: Vec<Address>,
}

impl AddressOrName {
    /// The address that lies in one of the prefixes, or else the first.
    pub(crate) fn nearest_to(self, prefixes: &[IpNet]) -> Option<Address> {
        let near = self.candidates.iter().position(|address| {
            address.known().is_some_and(|address| prefixes.iter().any(|prefix| prefix.contains(&address)))
        });
        self.candidates.into_iter().nth(near.unwrap_or(0))
    }
}

impl ValueType for AddressOrName {
    const TYPE: Type = Type::Plain {
        called: "an address, or the name of something that has one",
        examples: "`1.1.1.1`, `lan[1]`, `edge`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if let Some((declared, addresses)) = scope.addresses(value) {
            if addresses.is_empty() {
                return Err(out.report(
                    Diagnostic::new(&codes::NAME_WITHOUT_ADDRESS, format!("`{}` has no address", value.text))
                        .label(value.span, "an address is wanted here")
                        .label(declared, "declared without an address")
                        .help(format!("give `{}` an `address`, or write the address here", value.text)),
                ));
            }
            return Ok(AddressOrName { candidates: addresses.iter().copied().map(Address::Known).collect() });
        }
        let looks_like_name = value.text.starts_with(|c: char| c.is_ascii_alphabetic())
            && !value.text.contains([':', '[', '.', '$'])
            && value.kind == ValueKind::Word;
        if looks_like_name {
            let wanted = [Space::Router, Space::Host, Space::Node, Space::Gateway, Space::Switch];
            return scope.resolve(&wanted, value, out).map(|_| AddressOrName { candidates: Vec::new() });
        }
        Address::read(value, scope, out).map(|address| AddressOrName { candidates: vec![address] })
    }
}

impl ValueType for InterfaceAddress {
    const TYPE: Type =
        Type::Plain { called: "an address with its prefix length", examples: "`192.168.10.11/24`, `lan[11]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(InterfaceAddress::Placeholder(value.text.clone()));
        }
        if let Some(indexed) = scope.index(value, out) {
            let indexed = indexed?;
            let address = single(indexed, value, out)?;
            let net = IpNet::new(address, indexed.prefix.prefix_len()).unwrap_or(indexed.prefix);
            return Ok(InterfaceAddress::Known(net));
        }
        values::interface_address(&value.text).map(InterfaceAddress::Known).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for AddressRange {
    const TYPE: Type =
        Type::Plain { called: "a range of addresses", examples: "`lan[32-63]`, `10.0.0.32-10.0.0.63`, `10.0.0.32/27`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if let Some(indexed) = scope.index(value, out) {
            let Indexed { first, last, .. } = indexed?;
            let last = last.unwrap_or(first);
            if last < first {
                return Err(out.report(
                    Diagnostic::new(&codes::NOT_A_RANGE, format!("`{}` ends before it starts", value.text))
                        .label(value.span, format!("from {first} to {last}"))
                        .help("write the lower end first"),
                ));
            }
            return Ok(AddressRange { first, last });
        }
        values::range(&value.text).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for Mac {
    const TYPE: Type = Type::Plain { called: "a MAC address", examples: "`02:00:5e:00:00:11`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Mac::Placeholder(value.text.clone()));
        }
        values::mac(&value.text, false).map_err(|wrong| refuse(wrong, value, out))
    }
}

/// A MAC, or a glob over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MacPattern(pub(crate) Mac);

impl ValueType for MacPattern {
    const TYPE: Type =
        Type::Plain { called: "a MAC address, perhaps with `*`", examples: "`02:00:5e:00:00:11`, `02:00:5e:*`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(MacPattern(Mac::Placeholder(value.text.clone())));
        }
        values::mac(&value.text, true).map(MacPattern).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for RawYaml {
    const TYPE: Type = Type::Plain { called: "YAML", examples: "`\"\"\"…\"\"\"`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        match serde_yaml::from_str::<serde_yaml::Value>(&value.text) {
            Ok(read) => Ok(RawYaml { value: read, span: value.span }),
            Err(error) => {
                let place = error.location().map(|at| format!(" in its line {}", at.line())).unwrap_or_default();
                Err(out.report(
                    Diagnostic::new(&codes::NOT_YAML, "the text is not one YAML document")
                        .label(value.span, format!("not readable{place}"))
                        .help(error.to_string()),
                ))
            }
        }
    }
}

/// Words of a closed list: one enum each.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[doc = $word_doc])* $variant,)+ }

        impl ValueType for $name {
            const TYPE: Type = Type::OneOf(&[$($word),+]);

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                match value.text.as_str() {
                    $($word => Ok($name::$variant),)+
                    _ => Err(wrong_word(value, &[$($word),+], out)),
                }
            }
        }
    )+};
}

fn wrong_word(value: &Value, words: &'static [&'static str], out: &mut Diagnostics) -> Reported {
    let diagnostic = Diagnostic::new(&codes::WRONG_WORD, format!("`{}` is not a word for this", value.text))
        .label(value.span, Type::OneOf(words).called());
    out.report(match nearest(&value.text, words.iter().copied()) {
        Some(near) => {
            diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), value.span, near)
        }
        None => diagnostic.help(format!("write {}", Type::OneOf(words).called())),
    })
}

words! {
    /// What a node does.
    RoleWord { ControlPlane = "control-plane", Worker = "worker", }
    /// What a listener speaks.
    ProtocolWord { Http = "http", Https = "https", Tls = "tls", }
    /// How TLS ends.
    TlsModeWord { Terminate = "terminate", Passthrough = "passthrough", }
    /// How a pool's addresses become reachable.
    AnnounceWord { Layer2 = "l2", }
    /// The channel of the Gateway API.
    ChannelWord { Standard = "standard", Experimental = "experimental", }
    /// How pods of different nodes reach each other.
    RoutingWord { Native = "native", Tunnel = "tunnel", }
    /// How replies of load-balanced connections travel.
    LoadBalancerWord { Snat = "snat", Dsr = "dsr", Hybrid = "hybrid", }
    /// What encrypts traffic between nodes.
    EncryptionWord { Wireguard = "wireguard", Off = "off", }
    /// What syncs the files.
    GitOpsWord { Argocd = "argocd", }
    /// Whether an issuer serves the whole cluster.
    IssuerKindWord { Cluster = "ClusterIssuer", Namespace = "Issuer", }
    /// Whether a secret store serves the whole cluster.
    StoreKindWord { Cluster = "ClusterSecretStore", Namespace = "SecretStore", }
    /// What runs a connector.
    WorkloadWord { Deployment = "deployment", DaemonSet = "daemonset", }
    /// Which nodes.
    NodesWord { All = "all", Workers = "workers", }
    /// A method of HTTP.
    MethodWord {
        Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT", Delete = "DELETE",
        Connect = "CONNECT", Options = "OPTIONS", Trace = "TRACE", Patch = "PATCH",
    }
    /// What is done with the scheme of a redirected request.
    RedirectWord { Https = "https", }
}

/// Names of declared things: one type each.
macro_rules! references {
    ($($(#[doc = $doc:literal])+ $name:ident($id:ident) = $space:ident, $called:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $id);

        impl ValueType for $name {
            const TYPE: Type = Type::Reference { called: $called, keywords: &[space_keyword(Space::$space)] };

            fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                scope.resolve(&[Space::$space], value, out).map(|(_, found)| $name($id(found.at)))
            }
        }
    )+};
}

const fn space_keyword(space: Space) -> &'static str {
    space.keyword()
}

references! {
    /// A router by name.
    RouterRef(RouterId) = Router, "a router";
    /// A switch by name.
    SwitchRef(SwitchId) = Switch, "a switch";
    /// A host by name.
    HostRef(HostId) = Host, "a host";
    /// A certificate by name.
    CertificateRef(CertificateId) = Certificate, "a certificate";
    /// An issuer by name.
    IssuerRef(IssuerId) = Issuer, "a certificate issuer";
}

/// A profile by name; it is applied before anything is read, so only its being declared matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProfileRef;

impl ValueType for ProfileRef {
    const TYPE: Type = Type::Reference { called: "a profile", keywords: &["profile"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        scope.resolve(&[Space::Profile], value, out).map(|_| ProfileRef)
    }
}

impl ValueType for Uplink {
    const TYPE: Type =
        Type::Reference { called: "an internet, a router or a switch", keywords: &["internet", "router", "switch"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let (space, found) = scope.resolve(&[Space::Internet, Space::Router, Space::Switch], value, out)?;
        Ok(match space {
            Space::Internet => Uplink::Internet(hnet_model::InternetId(found.at)),
            Space::Router => Uplink::Router(RouterId(found.at)),
            _ => Uplink::Switch(SwitchId(found.at)),
        })
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
            let (_, found) = scope.resolve(&[Space::Gateway], value, out)?;
            return Ok(ListenerRef { gateway: GatewayId(found.at), listener: None });
        };
        let whole = value.span;
        let gateway_value =
            Value { text: gateway.to_owned(), span: whole.part(0..gateway.len()), kind: ValueKind::Word };
        let (_, found) = scope.resolve(&[Space::Gateway], &gateway_value, out)?;
        let listeners = scope.listeners(gateway);
        if let Some(at) = listeners.iter().position(|name| *name == listener) {
            scope.note_listener(whole.part(gateway.len() + 1..value.text.len()), &found, listener);
            return Ok(ListenerRef { gateway: GatewayId(found.at), listener: Some(ListenerId(at)) });
        }
        let span = whole.part(gateway.len() + 1..value.text.len());
        let diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, format!("gateway `{gateway}` has no listener `{listener}`"))
                .label(span, "no such listener")
                .label(found.span, "the gateway");
        let names = || listeners.iter().copied();
        Err(out.report(match nearest(listener, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), span, near),
            None => {
                let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                diagnostic.help(match all.is_empty() {
                    true => format!("give `{gateway}` a listener: `listener {listener} port …;`"),
                    false => format!("its listeners are {}", all.join(", ")),
                })
            }
        }))
    }
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
        scope.resolve(&[Space::Service], value, out).map(|(_, found)| ServiceRef::Declared(ServiceId(found.at)))
    }
}

/// `namespace/name:port` of a Kubernetes service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceAddress {
    pub(crate) namespace: Name,
    pub(crate) name: Name,
    pub(crate) port: u16,
}

impl ValueType for ServiceAddress {
    const TYPE: Type =
        Type::Plain { called: "a service as `namespace/name:port`", examples: "`monitoring/grafana:80`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let Some((namespace, rest)) = text.split_once('/') else {
            return Err(out.report(not_a_service(value, "the namespace is missing")));
        };
        let Some((name, port)) = rest.split_once(':') else {
            return Err(out.report(not_a_service(value, "the port is missing")));
        };
        let part = |text: &str, start: usize| {
            let span = value.span.part(start..start + text.len());
            Value { text: text.to_owned(), span, kind: ValueKind::Word }
        };
        let namespace_value = part(namespace, 0);
        let name_value = part(name, namespace.len() + 1);
        let port_value = part(port, namespace.len() + name.len() + 2);
        let namespace = values::name(namespace).map_err(|wrong| refuse(wrong, &namespace_value, out));
        let name = values::name(name).map_err(|wrong| refuse(wrong, &name_value, out));
        let port = values::port(port).map_err(|wrong| refuse(wrong, &port_value, out));
        Ok(ServiceAddress { namespace: namespace?, name: name?, port: port? })
    }
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
        let is_service = scope.find(Space::Service, &value.text).is_some()
            || (value.text.contains(':') && scope.find(Space::Gateway, gateway).is_none());
        if is_service {
            return ServiceRef::read(value, scope, out).map(PublishRef::Service);
        }
        ListenerRef::read(value, scope, out).map(PublishRef::Listener)
    }
}

impl ValueType for SecretReference {
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
        let store_value =
            Value { text: store.to_owned(), span: value.span.part(0..store.len()), kind: ValueKind::Word };
        let (_, found) = scope.resolve(&[Space::SecretStore], &store_value, out)?;
        Ok(SecretReference {
            store: SecretStoreId(found.at),
            key: key.to_owned(),
            property: property.map(str::to_owned),
        })
    }
}
