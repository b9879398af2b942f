//! Which listeners a route attaches to, in the sense of the Gateway API.
//!
//! Reports nothing: the rules about routes, certificates and tunnels ask it. What decides is the model's
//! ([`Gateway::takes`]); here many routes are asked about at once. Start at [`WaysIn`].

use hnet_diagnostics::Span;
use hnet_model::{
    Certificate, CertificateId, Cluster, Gateway, GatewayId, HostName, Listener, ListenerId, Owned as _, Parent, Route,
    RouteKind, Traced,
};

use crate::facts::host_index::HostIndex;

/// The gateways of a cluster, prepared to be asked about many routes.
pub(crate) struct WaysIn<'a> {
    pub(crate) cluster: &'a Cluster,
    /// The listeners of each gateway by their names.
    hosts: Vec<HostIndex<'a>>,
    /// The names of each certificate.
    certificates: Vec<HostIndex<'a>>,
    /// Each name of each route at each listener that takes it.
    names: Vec<AttachedName<'a>>,
}

/// A name of a route at a listener that takes it.
#[derive(Clone, Copy)]
pub(crate) struct AttachedName<'a> {
    pub(crate) name: &'a Traced<HostName>,
    pub(crate) gateway: GatewayId,
    pub(crate) listener: ListenerId,
}

/// Whether TLS ends at a listener.
pub(crate) fn terminates(listener: &Listener) -> bool {
    listener.protocol.value.has_tls() && listener.tls.as_ref().is_some_and(|tls| !tls.passthrough)
}

/// The host name of a listener that tells names apart.
pub(crate) fn hostname(listener: &Listener) -> Option<&HostName> {
    listener.hostname.as_ref().filter(|_| listener.protocol.value.has_names()).map(|hostname| &hostname.value)
}

impl<'a> WaysIn<'a> {
    pub(crate) fn new(cluster: &'a Cluster) -> Self {
        let mut hosts = Vec::new();
        for gateway in &cluster.gateways {
            hosts.push(HostIndex::new(gateway.listeners.iter().map(hostname).zip(0..)));
        }
        let mut certificates = Vec::new();
        for certificate in &cluster.certificates {
            let names = certificate.names.iter().map(|name| Some(&name.value));
            // One that exists need not say its names, and may be for any.
            let unknown = (!certificate.is_own() && certificate.names.is_empty()).then_some(None);
            certificates.push(HostIndex::new(names.chain(unknown).zip(0..)));
        }
        let mut ways = WaysIn { cluster, hosts, certificates, names: Vec::new() };
        let mut names = Vec::with_capacity(cluster.routes.len());
        for route in &cluster.routes {
            for name in &route.hostnames {
                for parent in &route.parents {
                    let gateway = parent.value.gateway;
                    let listeners = ways.attached(route, parent.value, Some(&name.value));
                    names.extend(listeners.into_iter().map(|listener| AttachedName { name, gateway, listener }));
                }
            }
        }
        ways.names = names;
        ways
    }

    /// Each name of each route at each listener that takes it.
    pub(crate) fn attached_names(&self) -> &[AttachedName<'a>] {
        &self.names
    }

    pub(crate) fn gateway(&self, gateway: GatewayId) -> &'a Gateway {
        &self.cluster.gateways[gateway.0]
    }

    pub(crate) fn listener(&self, gateway: GatewayId, listener: ListenerId) -> &'a Listener {
        &self.gateway(gateway).listeners[listener.0]
    }

    pub(crate) fn certificate(&self, certificate: CertificateId) -> &'a Certificate {
        &self.cluster.certificates[certificate.0]
    }

    /// `external/https`, or `external` for all its listeners.
    pub(crate) fn describe(&self, gateway: GatewayId, listener: Option<ListenerId>) -> String {
        let name = &self.gateway(gateway).name.value;
        match listener {
            Some(listener) => format!("{name}/{}", self.listener(gateway, listener).name.value),
            None => name.to_string(),
        }
    }

    /// The listeners that a parent names: one, or all of its gateway.
    pub(crate) fn named(&self, parent: Parent) -> &'a [Listener] {
        let listeners = &self.gateway(parent.gateway).listeners;
        match parent.listener {
            Some(only) => &listeners[only.0..=only.0],
            None => listeners,
        }
    }

    /// Where the gateway of a parent and the listeners that it names are declared.
    pub(crate) fn places(&self, parent: Parent) -> impl Iterator<Item = Span> + use<'a> {
        let listeners = self.named(parent).iter().map(|listener| listener.span);
        listeners.chain([self.gateway(parent.gateway).span])
    }

    /// Whether what a route attaches to carries what it routes.
    pub(crate) fn carries(&self, parent: Parent, kind: RouteKind) -> bool {
        self.named(parent).iter().any(|listener| listener.carries(kind))
    }

    /// Whether what a route attaches to admits routes of its namespace.
    pub(crate) fn admits(&self, parent: Parent, route: &Route) -> bool {
        let gateway = self.gateway(parent.gateway);
        let admitting = |listener: &Listener| gateway.admits(listener, &route.namespace.value);
        let named = self.named(parent);
        // Of a gateway as a whole those count that carry it.
        let counts = |listener: &Listener| parent.listener.is_some() || listener.carries(route.kind.value);
        named.iter().any(|listener| counts(listener) && admitting(listener))
    }

    /// The listeners of a parent that a route attaches to with one of its names; without a name,
    /// those that it attaches to when it takes all of theirs.
    pub(crate) fn attached(&self, route: &Route, parent: Parent, name: Option<&HostName>) -> Vec<ListenerId> {
        let gateway = self.gateway(parent.gateway);
        let mut attached = Vec::new();
        let mut attach = |at: usize| {
            if gateway.takes(ListenerId(at), parent, route) {
                attached.push(ListenerId(at));
            }
        };
        match (parent.listener, name) {
            (Some(only), _) => {
                let taken = hostname(&gateway.listeners[only.0]);
                if taken.is_none_or(|taken| name.is_none_or(|name| taken.may_admit(name))) {
                    attach(only.0);
                }
            }
            (None, Some(name)) if !name.is_template() => {
                self.hosts[parent.gateway.0].meeting(name).into_iter().for_each(attach);
            }
            (None, _) => (0..gateway.listeners.len()).for_each(attach),
        }
        attached
    }

    /// Whether one of a listener's certificates covers a name. True where nothing can be known:
    /// TLS that does not end there, or no certificate at all, which is a mistake of its own.
    pub(crate) fn covered(&self, listener: &Listener, name: &HostName) -> bool {
        let Some(tls) = listener.tls.as_ref().filter(|tls| !tls.passthrough && !tls.certificates.is_empty()) else {
            return true;
        };
        name.is_template()
            || tls.certificates.iter().any(|certificate| self.certificates[certificate.value.0].covers(name))
    }

    /// Whether a listener's certificates cover its own host name, or it has none to cover.
    pub(crate) fn covers_itself(&self, listener: &Listener) -> bool {
        hostname(listener).is_none_or(|hostname| self.covered(listener, hostname))
    }
}
