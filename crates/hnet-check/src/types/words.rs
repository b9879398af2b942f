//! Words of closed lists: roles, protocols, modes.

use hnet_language::words;
use hnet_model::{CertificateKey, ListenerProtocol, RouteKind};

words! {
    /// What a node does.
    RoleWord { ControlPlane = "control-plane", Worker = "worker", }
    /// What a listener speaks.
    ProtocolWord { Http = "http", Https = "https", Tls = "tls", Tcp = "tcp", Udp = "udp", }
    /// What a route routes.
    RouteKindWord { Http = "http", Grpc = "grpc", Tls = "tls", Tcp = "tcp", Udp = "udp", }
    /// What a service is spoken to in.
    OriginWord { Http = "http", Https = "https", }
    /// How TLS ends.
    TlsModeWord { Terminate = "terminate", Passthrough = "passthrough", }
    /// How a pool's addresses become reachable.
    AnnounceWord { Layer2 = "l2", Bgp = "bgp", }
    /// Whose addresses nodes tell routers.
    AdvertisedWord { Services = "services", Pods = "pods", }
    /// Which of a service's addresses.
    ServiceAddressesWord { LoadBalancer = "load-balancer", Cluster = "cluster", External = "external", }
    /// What a router runs.
    RouterSystemWord { Frr = "frr", UniFi = "unifi", MikroTik = "mikrotik", OpnSense = "opnsense", }
    /// A type of DNS records.
    RecordTypeWord {
        A = "A", Aaaa = "AAAA", Cname = "CNAME", Ns = "NS", Ptr = "PTR", Txt = "TXT", Mx = "MX", Srv = "SRV",
        Naptr = "NAPTR",
    }
    /// What external-dns reads.
    SourceWord {
        Crd = "crd", Service = "service", Ingress = "ingress", Node = "node", Pod = "pod", Httproute = "gateway-httproute",
        Grpcroute = "gateway-grpcroute", Tlsroute = "gateway-tlsroute", Tcproute = "gateway-tcproute",
        Udproute = "gateway-udproute", IstioGateway = "istio-gateway", IstioVirtualService = "istio-virtualservice",
        ContourHttpproxy = "contour-httpproxy", TraefikProxy = "traefik-proxy", Ambassador = "ambassador-host",
        GlooProxy = "gloo-proxy", OpenshiftRoute = "openshift-route", Routegroup = "skipper-routegroup",
        KongTcpingress = "kong-tcpingress", F5VirtualServer = "f5-virtualserver", F5TransportServer = "f5-transportserver",
        Unstructured = "unstructured", Connector = "connector", Empty = "empty", Fake = "fake",
    }
    /// What external-dns does to records that exist.
    RecordPolicyWord { Sync = "sync", UpsertOnly = "upsert-only", CreateOnly = "create-only", }
    /// How external-dns knows its own records.
    RegistryWord { Txt = "txt", Noop = "noop", DynamoDb = "dynamodb", AwsSd = "aws-sd", Crd = "crd", }
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
    GitOpsWord { Argocd = "argocd", Flux = "flux", }
    /// Whether an issuer serves the whole cluster.
    IssuerKindWord { Cluster = "ClusterIssuer", Namespace = "Issuer", }
    /// What the key of a certificate is.
    KeyWord {
        Rsa = "rsa", Rsa2048 = "rsa-2048", Rsa3072 = "rsa-3072", Rsa4096 = "rsa-4096", Rsa8192 = "rsa-8192",
        Ecdsa = "ecdsa", Ecdsa256 = "ecdsa-256", Ecdsa384 = "ecdsa-384", Ecdsa521 = "ecdsa-521", Ed25519 = "ed25519",
    }
    /// How the key of a certificate is written.
    KeyEncodingWord { Pkcs1 = "pkcs1", Pkcs8 = "pkcs8", }
    /// Whether another certificate has another key.
    KeyRotationWord { Always = "always", Never = "never", }
    /// What the key of a certificate is for.
    UsageWord {
        Signing = "signing", DigitalSignature = "digital-signature", ContentCommitment = "content-commitment",
        KeyEncipherment = "key-encipherment", KeyAgreement = "key-agreement", DataEncipherment = "data-encipherment",
        CertSign = "cert-sign", CrlSign = "crl-sign", EncipherOnly = "encipher-only", DecipherOnly = "decipher-only",
        Any = "any", ServerAuth = "server-auth", ClientAuth = "client-auth", CodeSigning = "code-signing",
        EmailProtection = "email-protection", SMime = "s/mime", IpsecEndSystem = "ipsec-end-system",
        IpsecTunnel = "ipsec-tunnel", IpsecUser = "ipsec-user", Timestamping = "timestamping", OcspSigning = "ocsp-signing",
        MicrosoftSgc = "microsoft-sgc", NetscapeSgc = "netscape-sgc",
    }
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
    RedirectWord { Http = "http", Https = "https", }
    /// The status of a redirect.
    RedirectStatusWord {
        Moved = "301", Found = "302", SeeOther = "303", Temporary = "307", Permanent = "308",
    }
    /// A method that pages of other origins may use.
    CorsMethodWord {
        Any = "*", Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT", Delete = "DELETE",
        Connect = "CONNECT", Options = "OPTIONS", Trace = "TRACE", Patch = "PATCH",
    }
    /// A family of addresses.
    FamilyWord { Ipv4 = "ipv4", Ipv6 = "ipv6", }
    /// By what DHCP servers know a link.
    ClientIdWord { Mac = "mac", None = "none", }
    /// How a bond spreads packets over its members.
    BondModeWord {
        RoundRobin = "balance-rr", ActiveBackup = "active-backup", Xor = "balance-xor", Broadcast = "broadcast",
        Lacp = "802.3ad", TransmitLoad = "balance-tlb", AdaptiveLoad = "balance-alb",
    }
    /// How often LACP's partner is asked.
    LacpRateWord { Slow = "slow", Fast = "fast", }
    /// By what of a packet a member is chosen.
    HashPolicyWord {
        Layer2 = "layer2", Layer34 = "layer3+4", Layer23 = "layer2+3", Encapsulated23 = "encap2+3",
        Encapsulated34 = "encap3+4",
    }
    /// When a primary member is used again.
    ReselectWord { Always = "always", Better = "better", Failure = "failure", }
    /// Which answers and probes of ARP are looked at.
    ArpValidateWord {
        None = "none", Active = "active", Backup = "backup", All = "all", Filter = "filter",
        FilterActive = "filter-active", FilterBackup = "filter-backup",
    }
    /// How many targets of ARP must answer.
    ArpTargetsWord { Any = "any", All = "all", }
    /// Which MAC members of a bond have.
    FailOverWord { None = "none", Active = "active", Follow = "follow", }
    /// How LACP chooses among groups of members.
    AdSelectWord { Stable = "stable", Bandwidth = "bandwidth", Count = "count", }
    /// What happens to packets that no rule of a firewall speaks of.
    FirewallWord { Block = "block", Accept = "accept", }
    /// The kind of a policy's object; without `namespace` Cilium's is one of the whole cluster.
    PolicyKindWord { Cilium = "CiliumNetworkPolicy", Kubernetes = "NetworkPolicy", }
    /// Which way connections go, or none.
    DirectionWord { Ingress = "ingress", Egress = "egress", None = "none", }
    /// Whom Cilium knows by a word of its own.
    EntityWord {
        All = "all", World = "world", Cluster = "cluster", Host = "host", RemoteNode = "remote-node",
        KubeApiServer = "kube-apiserver", Ingress = "ingress", Health = "health", Init = "init",
        Unmanaged = "unmanaged", None = "none",
    }
    /// What carries ports.
    TransportWord { Tcp = "tcp", Udp = "udp", }
    /// What is on or off by a word.
    OnOffWord { On = "on", Off = "off", }
    /// A volume of Talos's own; the last four are folders of `EPHEMERAL` unless they are told where to be.
    SystemVolumeWord {
        Ephemeral = "EPHEMERAL", State = "STATE", ImageCache = "IMAGECACHE", Etcd = "ETCD", Cri = "CRI",
        Kubelet = "KUBELET", Log = "LOG",
    }
    /// What a volume is made of.
    VolumeTypeWord { Partition = "partition", Disk = "disk", Directory = "directory", }
    /// A file system.
    FilesystemWord { Xfs = "xfs", Ext4 = "ext4", Btrfs = "btrfs", }
    /// A cipher of LUKS2.
    CipherWord {
        Aes = "aes-xts-plain64", Xchacha12 = "xchacha12,aes-adiantum-plain64",
        Xchacha20 = "xchacha20,aes-adiantum-plain64",
    }
    /// What makes an encrypted disk faster.
    DiskOptionWord {
        NoReadWorkqueue = "no_read_workqueue", NoWriteWorkqueue = "no_write_workqueue",
        SameCpuCrypt = "same_cpu_crypt",
    }
}

/// The word of each variant, as Talos reads it.
macro_rules! spoken {
    ($($name:ident)+) => {$(
        impl $name {
            /// The word.
            pub(crate) fn word(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }
    )+};
}

spoken! {
    BondModeWord LacpRateWord HashPolicyWord ReselectWord ArpValidateWord ArpTargetsWord FailOverWord AdSelectWord
    OnOffWord SystemVolumeWord VolumeTypeWord FilesystemWord CipherWord DiskOptionWord
}

impl UsageWord {
    /// The usage as cert-manager calls it.
    pub(crate) fn word(self) -> String {
        Self::WORDS[self as usize].replace('-', " ")
    }
}

impl KeyWord {
    /// The key.
    pub(crate) fn key(self) -> CertificateKey {
        let word = Self::WORDS[self as usize];
        let (algorithm, size) = word.split_once('-').map_or((word, None), |(own, size)| (own, size.parse().ok()));
        let algorithm = match algorithm {
            "rsa" => "RSA",
            "ecdsa" => "ECDSA",
            _ => "Ed25519",
        };
        CertificateKey { algorithm, size }
    }
}

impl KeyEncodingWord {
    /// The encoding as cert-manager calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            KeyEncodingWord::Pkcs1 => "PKCS1",
            KeyEncodingWord::Pkcs8 => "PKCS8",
        }
    }
}

impl KeyRotationWord {
    /// The policy as cert-manager calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            KeyRotationWord::Always => "Always",
            KeyRotationWord::Never => "Never",
        }
    }
}

impl SourceWord {
    /// The source as external-dns calls it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl TalosRoleWord {
    /// The role as Talos calls it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl CorsMethodWord {
    /// The method as it stands in a request.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl RedirectWord {
    /// The scheme as it stands in a URL.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl RedirectStatusWord {
    /// The number.
    pub(crate) fn status(self) -> u16 {
        match self {
            RedirectStatusWord::Moved => 301,
            RedirectStatusWord::Found => 302,
            RedirectStatusWord::SeeOther => 303,
            RedirectStatusWord::Temporary => 307,
            RedirectStatusWord::Permanent => 308,
        }
    }
}

impl ProtocolWord {
    /// What it stands for.
    pub(crate) fn protocol(self) -> ListenerProtocol {
        match self {
            ProtocolWord::Http => ListenerProtocol::Http,
            ProtocolWord::Https => ListenerProtocol::Https,
            ProtocolWord::Tls => ListenerProtocol::Tls,
            ProtocolWord::Tcp => ListenerProtocol::Tcp,
            ProtocolWord::Udp => ListenerProtocol::Udp,
        }
    }
}

impl RouteKindWord {
    /// What it stands for.
    pub(crate) fn kind(self) -> RouteKind {
        match self {
            RouteKindWord::Http => RouteKind::Http,
            RouteKindWord::Grpc => RouteKind::Grpc,
            RouteKindWord::Tls => RouteKind::Tls,
            RouteKindWord::Tcp => RouteKind::Tcp,
            RouteKindWord::Udp => RouteKind::Udp,
        }
    }
}

impl MethodWord {
    /// The method as it stands in a request.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}
