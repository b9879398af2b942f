//! `cilium` and `gateway-api`: the data plane.

use crate::told::words_of;
use crate::types::{ChannelWord, EncryptionWord, LoadBalancerWord, RoutingWord};
use hnet_language::{Flag, List, One, Text, statement};
use hnet_model::{
    Cilium, GatewayApi, Hubble, LoadBalancerMode, Origin, Owner, RawYaml, Reason, RoutingMode, Span, Traced, Version,
    nothing,
};

words_of! {
    /// How it is set.
    CiliumWords = crate::cilium::CILIUM;
    /// How Hubble is.
    HubbleWords = crate::cilium::HUBBLE;
}

statement! {
    /// Cilium as the CNI, in place of kube-proxy. What the rest of the network implies is derived:
    /// KubePrism's port, Talos's settings, L2 announcements with their rate limit, Gateway API.
    CiliumStatement = "cilium" Unnamed (
        /// The version of its chart.
        version: One<Version> [required],
    ) {
        /// Observe flows with Hubble.
        "hubble" hubble: Option<HubbleStatement>;
        /// What encrypts traffic between nodes.
        "encryption" encryption: One<EncryptionWord> [default "off"];
        /// How pods of different nodes reach each other.
        "routing" routing: One<RoutingWord> [default "native"];
        /// How replies of load-balanced connections travel.
        "load-balancer" load_balancer: One<LoadBalancerWord> [default "snat"];
        /// The Linux interfaces that it attaches to, such as `bond+`.
        "devices" devices: List<Text> [default "Cilium's own choice"];
        /// Whether pods' addresses are hidden behind the node's in eBPF.
        "bpf-masquerade" bpf_masquerade: Flag [default "on"];
        ..settings: CiliumWords;
        /// Helm values that the vocabulary lacks, as YAML; merged last.
        "values" values: List<RawYaml>;
    }
}

statement! {
    /// Hubble: Cilium's flow observation, with relay and user interface.
    HubbleStatement = "hubble" Unnamed () {
        /// Whether the relay runs.
        "relay" relay: Flag [default "on"];
        /// Whether the user interface runs.
        "ui" ui: Flag [default "on"];
        ..settings: HubbleWords;
    }
}

statement! {
    /// The installed Gateway API: which kinds and versions the cluster serves.
    GatewayApiStatement = "gateway-api" Unnamed (
        /// Its version.
        version: One<Version> [required],
        /// Its channel, `standard` by default.
        channel: One<ChannelWord>,
    ) {}
}

impl CiliumStatement {
    pub(crate) fn lower(self) -> Option<Cilium> {
        let Self {
            head,
            version,
            hubble,
            encryption,
            routing,
            load_balancer,
            devices,
            bpf_masquerade,
            settings,
            values,
        } = self;
        let span = head.span;
        let mut settings = settings.0.told("", Origin::derived(span, Reason::Shape));
        let flag =
            |flag: Flag, default: bool, span| flag.0.unwrap_or_else(|| Traced::derived(default, span, Reason::Default));
        Some(Cilium {
            version: version?,
            hubble: hubble.map(|HubbleStatement { head, relay, ui, settings: of_hubble }| {
                let of_hubble = of_hubble.0.told("", Origin::derived(head.span, Reason::Shape));
                of_hubble.value.into_entries().into_iter().for_each(|(key, value)| settings.value.add(key, value));
                Hubble { relay: flag(relay, true, head.span), ui: flag(ui, true, head.span), span: head.span }
            }),
            encryption: encryption.map_or_else(
                || Traced::derived(false, span, Reason::Default),
                |word| word.map(|word| word == EncryptionWord::Wireguard),
            ),
            routing: routing.map_or_else(
                || Traced::derived(RoutingMode::Native, span, Reason::Default),
                |word| {
                    word.map(|word| match word {
                        RoutingWord::Native => RoutingMode::Native,
                        RoutingWord::Tunnel => RoutingMode::Tunnel,
                    })
                },
            ),
            load_balancer: load_balancer.map_or_else(
                || Traced::derived(LoadBalancerMode::Snat, span, Reason::Default),
                |word| {
                    word.map(|word| match word {
                        LoadBalancerWord::Snat => LoadBalancerMode::Snat,
                        LoadBalancerWord::Dsr => LoadBalancerMode::Dsr,
                        LoadBalancerWord::Hybrid => LoadBalancerMode::Hybrid,
                    })
                },
            ),
            devices: devices.0.into_iter().map(|device| device.map(|Text(device)| device)).collect(),
            bpf_masquerade: flag(bpf_masquerade, true, span),
            settings,
            values: values.0.into_iter().map(|values| values.value).collect(),
            owner: Owner::Hnet,
            span,
        })
    }
}

impl GatewayApiStatement {
    pub(crate) fn lower(self, owner: Owner) -> Option<GatewayApi> {
        let Self { head, version, channel } = self;
        let experimental = channel.map_or_else(
            || Traced::derived(false, head.span, Reason::Default),
            |word| word.map(|word| word == ChannelWord::Experimental),
        );
        Some(GatewayApi { version: version?, experimental, owner })
    }
}

/// Cilium as a gateway of its class or a pool implies it: the newest that is known, with its defaults.
pub(crate) fn unsaid_cilium(by: Span, reason: Reason) -> Cilium {
    let (major, minor) = hnet_manifests::versions::cilium::newest();
    let version = Version { major, minor, patch: Some(0), suffix: String::new() };
    let default = |value| Traced::derived(value, by, Reason::Default);
    Cilium {
        version: Traced::derived(version, by, reason),
        hubble: None,
        encryption: default(false),
        routing: Traced::derived(RoutingMode::Native, by, Reason::Default),
        load_balancer: Traced::derived(LoadBalancerMode::Snat, by, Reason::Default),
        devices: Vec::new(),
        bpf_masquerade: default(true),
        settings: nothing(Origin::derived(by, Reason::Shape)),
        values: Vec::new(),
        owner: Owner::Hnet,
        span: by,
    }
}

/// The Gateway API as a gateway of Cilium's class implies it: the newest that is known.
pub(crate) fn unsaid_gateway_api(gateway: Span, owner: Owner) -> GatewayApi {
    let (major, minor) = hnet_manifests::versions::gateway_api::newest();
    GatewayApi {
        version: Traced::derived(Version::of(major, minor), gateway, Reason::NewestSupported),
        experimental: Traced::derived(false, gateway, Reason::Default),
        owner,
    }
}
