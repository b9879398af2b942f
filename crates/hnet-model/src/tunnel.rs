//! Cloudflare tunnels.

use hnet_diagnostics::{Span, Traced};

use crate::{Duration, GatewayId, HostName, ListenerId, Name, Overlay, SecretReference, ServiceId, Version};

/// A Cloudflare tunnel and the connector that hnet runs for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tunnel {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its id: a UUID, or a placeholder; empty where it is not known.
    pub id: Traced<String>,
    /// Where its credentials lie; none where something else makes the Secret that the connector mounts.
    pub credentials: Option<Traced<SecretReference>>,
    /// What the objects of its connector are called, which no other tunnel of the namespace shares.
    pub connector: Traced<Name>,
    /// The connector's namespace.
    pub namespace: Traced<Name>,
    /// The connector's version, which is the tag of its image.
    pub version: Traced<Version>,
    /// What kind of object runs the connector.
    pub workload: Traced<Workload>,
    /// What it publishes, in the source's order; the emitter puts exact names first.
    pub publish: Vec<Publish>,
    /// The name of the connector's configuration, where it is said.
    pub config_map: Option<Traced<Name>>,
    /// The name of the Secret with its credentials, where it is said.
    pub secret: Option<Traced<Name>>,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

impl Tunnel {
    /// The name of the connector's configuration.
    #[must_use]
    pub fn config_map_name(&self) -> String {
        self.config_map.as_ref().map_or_else(|| self.connector.value.to_string(), |name| name.value.to_string())
    }

    /// The name at Cloudflare behind which it answers, to which records of public names lead.
    #[must_use]
    pub fn name_at_cloudflare(&self) -> String {
        format!("{}.cfargotunnel.com", self.id.value)
    }

    /// The name of the Secret with its credentials.
    #[must_use]
    pub fn secret_name(&self) -> String {
        let derived = || format!("{}-credentials", self.connector.value);
        self.secret.as_ref().map_or_else(derived, |name| name.value.to_string())
    }
}

/// What kind of object runs a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// A Deployment with this many replicas.
    Deployment(u32),
    /// A DaemonSet: one on every node.
    DaemonSet,
}

/// A name that the tunnel publishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Publish {
    /// The name.
    pub hostname: Traced<HostName>,
    /// Where its requests go.
    pub target: Traced<PublishTarget>,
    /// How the target is spoken to.
    pub origin: OriginSettings,
}

impl Publish {
    /// Whether TLS is spoken to what stands behind a service: where it is said, a server name is sent, or the service
    /// speaks it.
    #[must_use]
    pub fn speaks_tls_to(&self, service: &crate::Service) -> bool {
        let OriginSettings { server_name, tls, http2: _, connect_timeout: _ } = &self.origin;
        tls.map_or(server_name.is_some() || service.speaks_tls(), |tls| tls.value)
    }
}

/// Where requests from a tunnel go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishTarget {
    /// A listener of a gateway.
    Listener(GatewayId, ListenerId),
    /// A service.
    Service(ServiceId),
}

/// How the tunnel speaks to its target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OriginSettings {
    /// The server name that is sent and verified, where it is not derived.
    pub server_name: Option<Traced<HostName>>,
    /// Whether TLS is spoken to a service, where it is said.
    pub tls: Option<Traced<bool>>,
    /// Whether HTTP/2 is spoken to the target.
    pub http2: Option<Traced<bool>>,
    /// How long connecting may take.
    pub connect_timeout: Option<Traced<Duration>>,
}
