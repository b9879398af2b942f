//! Routes and the services behind them.

use hnet_diagnostics::{Origin, Span, Traced};

use crate::{Address, Duration, GatewayId, HostId, HostName, ListenerId, Name, Overlay, ServiceId, ServiceTls};

/// A route of the Gateway API.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What it routes.
    pub kind: Traced<RouteKind>,
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

/// What a route routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouteKind {
    /// Requests of HTTP.
    Http,
    /// Calls of gRPC.
    Grpc,
    /// Connections by the server name that TLS begins with.
    Tls,
    /// Connections of TCP.
    Tcp,
    /// Datagrams of UDP.
    Udp,
}

impl RouteKind {
    /// All of them.
    pub const ALL: [RouteKind; 5] = [RouteKind::Http, RouteKind::Grpc, RouteKind::Tls, RouteKind::Tcp, RouteKind::Udp];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RouteKind::Http => "http",
            RouteKind::Grpc => "grpc",
            RouteKind::Tls => "tls",
            RouteKind::Tcp => "tcp",
            RouteKind::Udp => "udp",
        }
    }

    /// The kind of its object.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            RouteKind::Http => "HTTPRoute",
            RouteKind::Grpc => "GRPCRoute",
            RouteKind::Tls => "TLSRoute",
            RouteKind::Tcp => "TCPRoute",
            RouteKind::Udp => "UDPRoute",
        }
    }

    /// What goes through it is called.
    #[must_use]
    pub fn carries(self) -> &'static str {
        match self {
            RouteKind::Http => "HTTP",
            RouteKind::Grpc => "gRPC",
            RouteKind::Tls => "TLS",
            RouteKind::Tcp => "TCP",
            RouteKind::Udp => "UDP",
        }
    }

    /// Whether it looks into requests of HTTP, as gRPC's are: their paths, headers and the like.
    #[must_use]
    pub fn reads_requests(self) -> bool {
        matches!(self, RouteKind::Http | RouteKind::Grpc)
    }

    /// Whether it has host names.
    #[must_use]
    pub fn has_hostnames(self) -> bool {
        !matches!(self, RouteKind::Tcp | RouteKind::Udp)
    }
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteRule {
    /// Which requests; all where empty. One match suffices.
    pub matches: Vec<Match>,
    /// What is done to them.
    pub filters: Vec<Traced<Filter>>,
    /// Where they go; empty where a filter answers them.
    pub backends: Vec<Traced<Backend>>,
    /// How long a request may take.
    pub timeout: Option<Traced<Duration>>,
    /// How long one try at a backend may take.
    pub backend_timeout: Option<Traced<Duration>>,
}

impl RouteRule {
    /// The services that get requests, or copies of them.
    pub fn services(&self) -> impl Iterator<Item = Traced<ServiceId>> + '_ {
        let mirrored = self.filters.iter().filter_map(|filter| match &filter.value {
            Filter::Mirror(mirror) => Some(Traced::new(mirror.service, filter.origin)),
            _ => None,
        });
        self.backends.iter().map(|backend| backend.map(|backend| backend.service)).chain(mirrored)
    }
}

/// A condition on a request; all its parts must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// The path.
    pub path: Option<Traced<PathMatch>>,
    /// The headers.
    pub headers: Vec<Traced<ValueMatch>>,
    /// The parameters behind the path's `?`.
    pub queries: Vec<Traced<ValueMatch>>,
    /// The method, in capitals.
    pub method: Option<Traced<String>>,
    /// The service of gRPC, with its package.
    pub grpc_service: Option<Traced<String>>,
    /// The method of gRPC.
    pub grpc_method: Option<Traced<String>>,
}

impl Match {
    /// Where its first part stands.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        let path = self.path.as_ref().map(|path| path.origin);
        let texts = [&self.method, &self.grpc_service, &self.grpc_method];
        let texts = texts.into_iter().flatten().map(|text| text.origin);
        let values = self.headers.iter().chain(&self.queries).map(|value| value.origin);
        path.into_iter().chain(texts).chain(values).next()
    }
}

/// A condition on a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathMatch {
    /// It starts with these elements.
    Prefix(String),
    /// It is this.
    Exact(String),
    /// This regular expression, in the form of the implementation, describes it.
    Regex(String),
}

impl PathMatch {
    /// How the Gateway API calls the comparison, and the text.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            PathMatch::Prefix(text) => ("PathPrefix", text),
            PathMatch::Exact(text) => ("Exact", text),
            PathMatch::Regex(text) => ("RegularExpression", text),
        }
    }
}

/// A condition on a header or on a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueMatch {
    /// Its name.
    pub name: String,
    /// Its value, or what describes it.
    pub value: String,
    /// Whether the value is a regular expression.
    pub is_regex: bool,
}

/// What is done to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// The client is sent elsewhere.
    Redirect(Redirect),
    /// The service sees another host or path.
    Rewrite(Rewrite),
    /// A request header is changed.
    RequestHeader(HeaderChange),
    /// A response header is changed.
    ResponseHeader(HeaderChange),
    /// A copy goes to another service, whose answer counts for nothing.
    Mirror(Mirror),
    /// Browsers may let pages of other origins ask.
    Cors(Cors),
    /// What an object of Envoy Gateway's says, by its name.
    Extension(Name),
}

/// Where a client is sent; what is not said stays as it was asked. The Gateway API takes one for a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redirect {
    /// By another scheme: `http` or `https`.
    pub scheme: Option<Traced<&'static str>>,
    /// To another host.
    pub host: Option<Traced<HostName>>,
    /// To another port.
    pub port: Option<Traced<u16>>,
    /// To another path.
    pub path: Option<Traced<PathRewrite>>,
    /// The status of the answer, where it is said.
    pub status: Option<Traced<u16>>,
}

impl Redirect {
    /// Whether it is one to HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme.as_ref().is_some_and(|scheme| scheme.value == "https")
    }

    /// The status of the answer: `301` of one to HTTPS, which holds for good, and else `302`.
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.status {
            Some(said) => said.value,
            None if self.is_https() => 301,
            None => 302,
        }
    }
}

/// What a service sees in place of what was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rewrite {
    /// Another host.
    pub host: Option<Traced<HostName>>,
    /// Another path.
    pub path: Option<Traced<PathRewrite>>,
}

/// What becomes of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathRewrite {
    /// This stands in the place of the prefix that was matched.
    Prefix(String),
    /// It becomes this.
    Full(String),
}

impl PathRewrite {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            PathRewrite::Prefix(text) | PathRewrite::Full(text) => text,
        }
    }
}

/// What becomes of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderChange {
    /// It has this value in place of others.
    Set(String, String),
    /// It has this value besides others.
    Add(String, String),
    /// It is taken away.
    Remove(String),
}

impl HeaderChange {
    /// The name of the header.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            HeaderChange::Set(name, _) | HeaderChange::Add(name, _) | HeaderChange::Remove(name) => name,
        }
    }

    /// What is done to it, as a participle.
    #[must_use]
    pub fn done(&self) -> &'static str {
        match self {
            HeaderChange::Set(..) => "set",
            HeaderChange::Add(..) => "added",
            HeaderChange::Remove(_) => "removed",
        }
    }

    /// The value that it gets.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            HeaderChange::Set(_, value) | HeaderChange::Add(_, value) => Some(value),
            HeaderChange::Remove(_) => None,
        }
    }
}

/// Copies of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The service that gets them.
    pub service: ServiceId,
    /// The share of the requests, in percent; all where there is none.
    pub percent: Option<Traced<u8>>,
}

/// What browsers may let pages of other origins ask. (Fetch Standard, "CORS protocol".)
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cors {
    /// The origins.
    pub origins: Vec<Traced<String>>,
    /// The methods.
    pub methods: Vec<Traced<String>>,
    /// The request headers.
    pub headers: Vec<Traced<String>>,
    /// The response headers that pages see.
    pub expose: Vec<Traced<String>>,
    /// Whether cookies and the like are sent.
    pub credentials: Option<Traced<bool>>,
    /// How many seconds browsers remember the answer; five where it is not said.
    pub max_age: Option<Traced<u32>>,
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
