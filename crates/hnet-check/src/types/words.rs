//! Words of closed lists: roles, protocols, modes.

use hnet_language::words;

words! {
    /// What a node does.
    RoleWord { ControlPlane = "control-plane", Worker = "worker", }
    /// What a listener speaks.
    ProtocolWord { Http = "http", Https = "https", Tls = "tls", }
    /// What a service is spoken to in.
    OriginWord { Http = "http", Https = "https", }
    /// How TLS ends.
    TlsModeWord { Terminate = "terminate", Passthrough = "passthrough", }
    /// How a pool's addresses become reachable.
    AnnounceWord { Layer2 = "l2", }
    /// The channel of the Gateway API.
    ChannelWord { Standard = "standard", Experimental = "experimental", }
    /// The CNI that Talos installs.
    CniWord { None = "none", Flannel = "flannel", }
    /// A role of Talos's API.
    TalosRoleWord {
        Admin = "os:admin", Operator = "os:operator", Reader = "os:reader", EtcdBackup = "os:etcd:backup",
        Impersonator = "os:impersonator",
    }
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
    /// A method of HTTP.
    MethodWord {
        Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT", Delete = "DELETE",
        Connect = "CONNECT", Options = "OPTIONS", Trace = "TRACE", Patch = "PATCH",
    }
    /// What is done with a file of a machine.
    FileWord { Create = "create", Append = "append", Overwrite = "overwrite", }
    /// What is done with the scheme of a redirected request.
    RedirectWord { Https = "https", }
}

impl TalosRoleWord {
    /// The role as Talos calls it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl MethodWord {
    /// The method as it stands in a request.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}
