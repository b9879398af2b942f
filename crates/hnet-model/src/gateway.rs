//! Gateways, and the stores that hold secrets.

use hnet_diagnostics::{Span, Traced};

use crate::{Address, CertificateId, HostName, Name, Overlay, Owner, SecretStoreId};

/// A Gateway API gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace.
    pub namespace: Traced<Name>,
    /// Who implements it.
    pub class: Traced<GatewayClass>,
    /// Whose proxies it has, of Envoy Gateway's, where it names them.
    pub proxy: Option<Traced<Name>>,
    /// Its addresses; the pool's choice where empty.
    pub addresses: Vec<Traced<Address>>,
    /// Its listeners.
    pub listeners: Vec<Listener>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// Labels of the service that the controller makes for it.
    pub service_labels: Vec<(Traced<String>, String)>,
    /// Annotations of that service.
    pub service_annotations: Vec<(Traced<String>, String)>,
    /// The statement.
    pub span: Span,
}

impl Gateway {
    /// The name of the service that the controller makes, where it can be known.
    /// Cilium: `cilium-gateway-<name>`. (cilium, `operator/pkg/model/translation/gateway-api`.)
    #[must_use]
    pub fn service_name(&self) -> Option<String> {
        match self.class.value {
            GatewayClass::Cilium => Some(format!("cilium-gateway-{}", self.name.value)),
            GatewayClass::Other(_) => None,
        }
    }
}

/// The implementation of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayClass {
    /// Cilium.
    Cilium,
    /// Another class, by the name of its GatewayClass object.
    Other(Name),
}

impl GatewayClass {
    /// The name of the GatewayClass object.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            GatewayClass::Cilium => "cilium",
            GatewayClass::Other(name) => name.as_str(),
        }
    }
}

/// A port of a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Listener {
    /// What it is called; unique in its gateway.
    pub name: Traced<Name>,
    /// The port.
    pub port: Traced<u16>,
    /// What it speaks.
    pub protocol: Traced<ListenerProtocol>,
    /// The names that it takes; all where there is none.
    pub hostname: Option<Traced<HostName>>,
    /// How TLS ends; none where there is none.
    pub tls: Option<ListenerTls>,
    /// Whose routes may attach.
    pub admits: Traced<Admission>,
    /// The statement.
    pub span: Span,
}

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListenerProtocol {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS that ends here.
    Https,
    /// TLS that is passed on by server name, or ends here and goes on as TCP.
    Tls,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl ListenerProtocol {
    /// All of them.
    pub const ALL: [ListenerProtocol; 5] = [
        ListenerProtocol::Http,
        ListenerProtocol::Https,
        ListenerProtocol::Tls,
        ListenerProtocol::Tcp,
        ListenerProtocol::Udp,
    ];

    /// What the Gateway API calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ListenerProtocol::Http => "HTTP",
            ListenerProtocol::Https => "HTTPS",
            ListenerProtocol::Tls => "TLS",
            ListenerProtocol::Tcp => "TCP",
            ListenerProtocol::Udp => "UDP",
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ListenerProtocol::Http => "http",
            ListenerProtocol::Https => "https",
            ListenerProtocol::Tls => "tls",
            ListenerProtocol::Tcp => "tcp",
            ListenerProtocol::Udp => "udp",
        }
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn has_tls(self) -> bool {
        matches!(self, ListenerProtocol::Https | ListenerProtocol::Tls)
    }

    /// Whether it tells names from each other: HTTP has them in each request, and TLS when it begins.
    #[must_use]
    pub fn has_names(self) -> bool {
        !matches!(self, ListenerProtocol::Tcp | ListenerProtocol::Udp)
    }
}

/// How TLS ends at a listener.
#[derive(Clone, Debug, PartialEq)]
pub struct ListenerTls {
    /// Whether the TLS is passed on unopened.
    pub passthrough: bool,
    /// The certificates that it presents.
    pub certificates: Vec<Traced<CertificateId>>,
}

/// Whose routes may attach to a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Those of every namespace.
    All,
    /// Those of the gateway's namespace.
    Same,
    /// Those of these namespaces, in order and without repetition.
    Namespaces(Vec<Name>),
}

/// A secret store that exists: its configuration is not hnet's.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretStore {
    /// What it is called.
    pub name: Traced<Name>,
    /// Whether it is cluster-wide (`ClusterSecretStore`).
    pub cluster_wide: Traced<bool>,
    /// Whose it is said to be; hnet writes none either way.
    pub owner: Owner,
    /// The statement.
    pub span: Span,
}

/// A key in a secret store: `vault/cloudflared#credentials.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretReference {
    /// The store.
    pub store: SecretStoreId,
    /// The entry in it.
    pub key: String,
    /// The property of the entry, where it has several.
    pub property: Option<String>,
}
