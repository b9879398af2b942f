//! Which listeners take a route, in the sense of the Gateway API.
//!
//! Rules, documents and pictures all ask here, so that none of them follows a request that another refuses. Start at
//! [`Gateway::attached`].

use crate::{Admission, Gateway, HostName, HttpRoute, Listener, ListenerId, ListenerProtocol, Name, Parent};

impl Listener {
    /// Whether it speaks HTTP at its end, so that an HTTPRoute may attach to it.
    #[must_use]
    pub fn speaks_http(&self) -> bool {
        self.protocol.value != ListenerProtocol::Tls
    }
}

impl HostName {
    /// Whether a listener of this name takes another, as far as placeholders let it be known.
    #[must_use]
    pub fn may_admit(&self, name: &HostName) -> bool {
        self.is_template() || name.is_template() || self.listener_admits(name)
    }
}

impl Gateway {
    /// Whether a listener admits routes of a namespace.
    #[must_use]
    pub fn admits(&self, listener: &Listener, namespace: &Name) -> bool {
        match &listener.admits.value {
            Admission::All => true,
            Admission::Same => self.namespace.value == *namespace,
            Admission::Namespaces(namespaces) => namespaces.binary_search(namespace).is_ok(),
        }
    }

    /// Whether a listener takes a route by all but its names: what the route attaches to names it, it speaks HTTP and
    /// admits the route.
    #[must_use]
    pub fn takes(&self, listener: ListenerId, parent: Parent, route: &HttpRoute) -> bool {
        let Some(found) = self.listeners.get(listener.0) else { return false };
        parent.listener.is_none_or(|only| only == listener)
            && found.speaks_http()
            && self.admits(found, &route.namespace.value)
    }

    /// The listeners that take a route by what it attaches to, with at least one of its names.
    pub fn attached<'g>(&'g self, parent: Parent, route: &'g HttpRoute) -> impl Iterator<Item = ListenerId> + 'g {
        let meets = |listener: &Listener| {
            let Some(taken) = &listener.hostname else { return true };
            route.hostnames.is_empty() || route.hostnames.iter().any(|name| taken.value.may_admit(&name.value))
        };
        let listeners = (0..self.listeners.len()).map(ListenerId);
        listeners.filter(move |at| self.takes(*at, parent, route) && meets(&self.listeners[at.0]))
    }
}
