//! HTTP routes and the services behind them.

use hnet_diagnostics::{Span, Traced};

use crate::{Address, Duration, GatewayId, HostId, HostName, ListenerId, Name, Overlay, ServiceId, ServiceTls};

/// A Gateway API HTTPRoute.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRoute {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace: its first backend's unless it says otherwise.
    pub namespace: Traced<Name>,
    /// The names that it takes; its listeners' where empty.
    pub hostnames: Vec<Traced<HostName>>,
    /// What it attaches to.
    pub parents: Vec<Traced<Parent>>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// What happens to requests; at least one rule.
    pub rules: Vec<RouteRule>,
    /// The statement.
    pub span: Span,
}

/// What a route attaches to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The gateway.
    pub gateway: GatewayId,
    /// The listener; all that admit the route where there is none.
    pub listener: Option<ListenerId>,
}

/// Requests of a route and what happens to them.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRule {
    /// Which requests; all where empty. One match suffices.
    pub matches: Vec<Match>,
    /// What is done to them.
    pub filters: Vec<Traced<Filter>>,
    /// Where they go; empty where a filter answers them.
    pub backends: Vec<Traced<Backend>>,
    /// How long a request may take.
    pub timeout: Option<Traced<Duration>>,
}

/// A condition on a request; all its parts must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The path.
    pub path: Option<Traced<PathMatch>>,
    /// The headers.
    pub headers: Vec<Traced<HeaderMatch>>,
    /// The method, in capitals.
    pub method: Option<Traced<String>>,
}

/// A condition on a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathMatch {
    /// It starts with these elements.
    Prefix(String),
    /// It is this.
    Exact(String),
}

/// A condition on a header.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderMatch {
    /// The header's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is done to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// The client is sent elsewhere.
    Redirect(Redirect),
    /// The matched path prefix is replaced.
    RewritePrefix(String),
    /// A request header is set.
    SetRequestHeader(String, String),
    /// A response header is set.
    SetResponseHeader(String, String),
}

/// Where a client is sent; what is not said stays as it was asked. The Gateway API takes one for a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redirect {
    /// Over HTTPS.
    pub https: bool,
    /// To another host.
    pub host: Option<Traced<HostName>>,
    /// To another path: what stands in the place of the matched prefix.
    pub prefix: Option<Traced<String>>,
}

/// Where requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The service.
    pub service: ServiceId,
    /// Its share among the backends of the rule.
    pub weight: u32,
}

/// What a service is called, and its namespace, of which nobody says more: it is the chart's whose route leads there.
pub const NOT_KNOWN: &str = "not-known";

/// A service that routes and tunnels name.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// hnet's own name for it; none where it was written out in place.
    pub label: Option<Traced<Name>>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its namespace.
    pub namespace: Traced<Name>,
    /// The name of the Kubernetes service.
    pub name: Traced<Name>,
    /// The service's port (not the pods'); zero where it is not said, as of one that nothing leads to.
    pub port: Traced<u16>,
    /// All its ports; not known where empty.
    pub ports: Vec<Traced<u16>>,
    /// The addresses that a load balancer gives it.
    pub addresses: Vec<Traced<Address>>,
    /// What stands behind it.
    pub target: ServiceTarget,
    /// How it is spoken to.
    pub tls: ServiceTls,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// Where it is declared or first written out.
    pub span: Span,
}

impl Service {
    /// `namespace/name:port`, as people point at it; without the port where that is not known.
    #[must_use]
    pub fn written(&self) -> String {
        if self.name.value.as_str() == NOT_KNOWN {
            return "what its chart runs".to_owned();
        }
        let (namespace, name) = (&self.namespace.value, &self.name.value);
        match self.port.value {
            0 => format!("{namespace}/{name}"),
            port => format!("{namespace}/{name}:{port}"),
        }
    }
}

/// What stands behind a service.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceTarget {
    /// Pods of the cluster; somebody else makes the service.
    Cluster,
    /// A host outside the cluster: hnet writes the Service and its EndpointSlice.
    Host {
        /// The host.
        host: Traced<HostId>,
        /// Its addresses.
        addresses: Vec<Traced<Address>>,
        /// The port there.
        port: Traced<u16>,
    },
}
