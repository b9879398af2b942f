//! Which listeners take a route, in the sense of the Gateway API.
//!
//! Rules, documents and pictures all ask here, so that none of them follows a request that another refuses. Start at
//! [`Gateway::attached`].

use crate::{Admission, Gateway, HostName, Listener, ListenerId, ListenerProtocol, Name, Parent, Route, RouteKind};

impl Listener {
    /// Whether it speaks HTTP at its end, so that an HTTPRoute may attach to it.
    #[must_use]
    pub fn speaks_http(&self) -> bool {
        matches!(self.protocol.value, ListenerProtocol::Http | ListenerProtocol::Https)
    }

    /// Whether TLS is passed on unopened.
    #[must_use]
    pub fn passes_on(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.passthrough)
    }

    /// Whether routes of a kind may attach to it. (Gateway API, `apis/v1/gateway_types.go`, `ProtocolType`.)
    #[must_use]
    pub fn carries(&self, kind: RouteKind) -> bool {
        match self.protocol.value {
            ListenerProtocol::Http | ListenerProtocol::Https => kind.reads_requests(),
            ListenerProtocol::Tls => kind == RouteKind::Tls || kind == RouteKind::Tcp && !self.passes_on(),
            ListenerProtocol::Tcp => kind == RouteKind::Tcp,
            ListenerProtocol::Udp => kind == RouteKind::Udp,
        }
    }

    /// The kind of route that is meant where none is said.
    #[must_use]
    pub fn usual_kind(&self) -> RouteKind {
        match self.protocol.value {
            ListenerProtocol::Http | ListenerProtocol::Https => RouteKind::Http,
            ListenerProtocol::Tls if self.passes_on() => RouteKind::Tls,
            ListenerProtocol::Tls | ListenerProtocol::Tcp => RouteKind::Tcp,
            ListenerProtocol::Udp => RouteKind::Udp,
        }
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

    /// Whether a listener takes a route by all but its names: what the route attaches to names it, it carries what the
    /// route routes and admits the route.
    #[must_use]
    pub fn takes(&self, listener: ListenerId, parent: Parent, route: &Route) -> bool {
        let Some(found) = self.listeners.get(listener.0) else { return false };
        parent.listener.is_none_or(|only| only == listener)
            && found.carries(route.kind.value)
            && self.admits(found, &route.namespace.value)
    }

    /// The listeners that take a route by what it attaches to, with at least one of its names.
    pub fn attached<'g>(&'g self, parent: Parent, route: &'g Route) -> impl Iterator<Item = ListenerId> + 'g {
        let meets = |listener: &Listener| {
            let Some(taken) = listener.hostname.as_ref().filter(|_| listener.protocol.value.has_names()) else {
                return true;
            };
            route.hostnames.is_empty() || route.hostnames.iter().any(|name| taken.value.may_admit(&name.value))
        };
        let listeners = (0..self.listeners.len()).map(ListenerId);
        listeners.filter(move |at| self.takes(*at, parent, route) && meets(&self.listeners[at.0]))
    }
}
