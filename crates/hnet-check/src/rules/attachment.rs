//! Which listeners a route attaches to, in the sense of the Gateway API.
//!
//! Reports nothing: the rules about routes, certificates and tunnels ask it. Start at [`WaysIn`].

use std::collections::BTreeSet;

use hnet_model::{
    Admission, Certificate, CertificateId, Cluster, Gateway, GatewayId, HostName, HttpRoute, Listener, ListenerId,
    ListenerProtocol, Name, Parent,
};

use super::host_index::HostIndex;

/// The gateways of a cluster, prepared to be asked about many routes.
pub(crate) struct WaysIn<'a> {
    pub(crate) cluster: &'a Cluster,
    gateways: Vec<Prepared<'a>>,
    certificates: Vec<HostIndex<()>>,
}

struct Prepared<'a> {
    hosts: HostIndex<usize>,
    listeners: Vec<Admitted<'a>>,
    /// The same for all listeners that speak HTTP together.
    together: Admitted<'a>,
}

/// Whose routes are admitted.
#[derive(Default)]
struct Admitted<'a> {
    all: bool,
    namespaces: BTreeSet<&'a Name>,
}

impl<'a> Admitted<'a> {
    fn add(&mut self, gateway: &'a Gateway, admission: &'a Admission) {
        match admission {
            Admission::All => self.all = true,
            Admission::Same => {
                self.namespaces.insert(&gateway.namespace.value);
            }
            Admission::Namespaces(namespaces) => self.namespaces.extend(namespaces),
        }
    }

    fn admits(&self, namespace: &Name) -> bool {
        self.all || self.namespaces.contains(namespace)
    }
}

/// Whether a listener speaks HTTP at its end, so that an HTTPRoute may attach to it.
pub(crate) fn speaks_http(listener: &Listener) -> bool {
    listener.protocol.value != ListenerProtocol::Tls
}

/// Whether TLS ends at a listener.
pub(crate) fn terminates(listener: &Listener) -> bool {
    listener.protocol.value != ListenerProtocol::Http && listener.tls.as_ref().is_some_and(|tls| !tls.passthrough)
}

impl<'a> WaysIn<'a> {
    pub(crate) fn new(cluster: &'a Cluster) -> Self {
        let gateways = cluster.gateways.iter().map(|gateway| {
            let mut hosts = HostIndex::new();
            let mut together = Admitted::default();
            let listeners = gateway.listeners.iter().enumerate().map(|(at, listener)| {
                hosts.insert(listener.hostname.as_ref().map(|hostname| &hostname.value), at);
                if speaks_http(listener) {
                    together.add(gateway, &listener.admits.value);
                }
                let mut admitted = Admitted::default();
                admitted.add(gateway, &listener.admits.value);
                admitted
            });
            let listeners = listeners.collect();
            Prepared { hosts, listeners, together }
        });
        let certificates = cluster.certificates.iter().map(|certificate| {
            let mut names = HostIndex::new();
            certificate.names.iter().for_each(|name| names.insert(Some(&name.value), ()));
            names
        });
        WaysIn { cluster, gateways: gateways.collect(), certificates: certificates.collect() }
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

    /// Whether what a route attaches to speaks HTTP.
    pub(crate) fn speaks_http(&self, parent: Parent) -> bool {
        match parent.listener {
            Some(listener) => speaks_http(self.listener(parent.gateway, listener)),
            None => self.gateway(parent.gateway).listeners.iter().any(speaks_http),
        }
    }

    /// Whether what a route attaches to admits routes of a namespace.
    pub(crate) fn admits(&self, parent: Parent, namespace: &Name) -> bool {
        let gateway = &self.gateways[parent.gateway.0];
        match parent.listener {
            Some(listener) => gateway.listeners[listener.0].admits(namespace),
            None => gateway.together.admits(namespace),
        }
    }

    /// The listeners of a parent that a route attaches to with one of its names; without a name,
    /// those that it attaches to when it takes all of theirs.
    pub(crate) fn attached(&self, route: &HttpRoute, parent: Parent, name: Option<&HostName>) -> Vec<ListenerId> {
        let gateway = self.gateway(parent.gateway);
        let takes = |listener: &Listener| match (&listener.hostname, name) {
            (Some(hostname), Some(name)) => {
                hostname.value.is_template() || name.is_template() || hostname.value.listener_admits(name)
            }
            _ => true,
        };
        let candidates = match (parent.listener, name) {
            (Some(listener), _) => {
                let admits = takes(&gateway.listeners[listener.0]);
                if admits { vec![listener.0] } else { Vec::new() }
            }
            (None, Some(name)) if !name.is_template() => self.gateways[parent.gateway.0].hosts.meeting(name),
            (None, _) => (0..gateway.listeners.len()).collect(),
        };
        let prepared = &self.gateways[parent.gateway.0].listeners;
        candidates
            .into_iter()
            .filter(|at| speaks_http(&gateway.listeners[*at]) && prepared[*at].admits(&route.namespace.value))
            .map(ListenerId)
            .collect()
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
        listener.hostname.as_ref().is_none_or(|hostname| self.covered(listener, &hostname.value))
    }
}
