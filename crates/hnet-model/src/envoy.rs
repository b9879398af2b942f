//! What Envoy Gateway is told beside the Gateway API: how its proxies run, and its policies.

use hnet_diagnostics::{Span, Traced};

use crate::{Name, Overlay, Told};

/// An object of Envoy Gateway's.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvoyObject {
    /// What it is about.
    pub kind: EnvoyKind,
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace.
    pub namespace: Traced<Name>,
    /// The GatewayClass whose gateways it is for, where it is one's; of proxies only.
    pub class: Option<Traced<Name>>,
    /// What it is attached to, where it is a policy; there is at least one.
    pub targets: Vec<Traced<EnvoyTarget>>,
    /// What it says: a map.
    pub settings: Told,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// What an object of Envoy Gateway's is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvoyKind {
    /// How proxies run.
    Proxy,
    /// How clients are spoken with.
    Client,
    /// How services are spoken with.
    Backend,
    /// Who is let in.
    Security,
    /// Programs that look at requests.
    Extension,
    /// What is answered, or done with a request, in place of what the Gateway API has.
    Filter,
    /// Something that requests go to, which is no Service.
    Destination,
}

impl EnvoyKind {
    /// All of them, in the order in which they are spoken of.
    pub const ALL: [EnvoyKind; 7] = [
        EnvoyKind::Proxy,
        EnvoyKind::Client,
        EnvoyKind::Backend,
        EnvoyKind::Security,
        EnvoyKind::Extension,
        EnvoyKind::Filter,
        EnvoyKind::Destination,
    ];

    /// The keyword of its statement.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            EnvoyKind::Proxy => "envoy",
            EnvoyKind::Client => "client-policy",
            EnvoyKind::Backend => "backend-policy",
            EnvoyKind::Security => "security-policy",
            EnvoyKind::Extension => "extension-policy",
            EnvoyKind::Filter => "route-filter",
            EnvoyKind::Destination => "backend",
        }
    }

    /// The kind of the object.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EnvoyKind::Proxy => "EnvoyProxy",
            EnvoyKind::Client => "ClientTrafficPolicy",
            EnvoyKind::Backend => "BackendTrafficPolicy",
            EnvoyKind::Security => "SecurityPolicy",
            EnvoyKind::Extension => "EnvoyExtensionPolicy",
            EnvoyKind::Filter => "HTTPRouteFilter",
            EnvoyKind::Destination => "Backend",
        }
    }

    /// Whether it is attached to gateways or routes.
    #[must_use]
    pub fn is_policy(self) -> bool {
        matches!(self, EnvoyKind::Client | EnvoyKind::Backend | EnvoyKind::Security | EnvoyKind::Extension)
    }
}

/// What a policy is attached to, in its own namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvoyTarget {
    /// What it is: `Gateway`, `HTTPRoute`.
    pub kind: &'static str,
    /// Which of these.
    pub which: Targeted,
}

/// Which things of a kind a policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Targeted {
    /// The one of this name, or a listener or rule of it.
    Named(String, Option<String>),
    /// Those that have all of these labels; all where there are none.
    Labelled(Vec<(String, String)>),
}

impl EnvoyObject {
    /// Whether requests from outside the cluster reach the service of the proxies: a `ClusterIP` has none.
    #[must_use]
    pub fn is_open_to_the_outside(&self) -> bool {
        let kind = self.settings.value.at("provider.kubernetes.envoyService.type");
        kind.is_none_or(|kind| kind.value.text() != Some("ClusterIP"))
    }

    /// Whether it says how the proxies of a gateway run: of the one that names it, or else of those of its class.
    #[must_use]
    pub fn is_of(&self, gateway: &crate::Gateway) -> bool {
        match &gateway.proxy {
            Some(proxy) => proxy.value == self.name.value && gateway.namespace.value == self.namespace.value,
            None => self.class.as_ref().is_some_and(|class| gateway.class.value.name() == class.value.as_str()),
        }
    }
}
