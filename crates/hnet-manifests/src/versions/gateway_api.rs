//! The releases of the Gateway API that hnet knows, and what they stopped serving.

/// The releases, oldest first. 1.0 is the first to serve `HTTPRoute` and `Gateway` as `v1`.
pub static MINORS: &[(u32, u32)] = &[(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6)];

/// The newest release.
#[must_use]
pub fn newest() -> (u32, u32) {
    *MINORS.last().expect("the table has rows")
}

/// The release since which `BackendTLSPolicy` is served as `v1` (gateway-api.sigs.k8s.io, "BackendTLSPolicy").
pub const BACKEND_TLS_POLICY: (u32, u32) = (1, 4);

/// Since which release a kind of route is served as `v1`, which is that of its standard channel too. The experimental
/// channel has had it since before 1.0 as `v1alpha2`. (`config/crd` of 1.1.0, 1.5.1 and 1.6.1.)
#[must_use]
pub fn route_since(kind: &str) -> (u32, u32) {
    match kind {
        "HTTPRoute" => (1, 0),
        "GRPCRoute" => (1, 1),
        "TLSRoute" => (1, 5),
        _ => (1, 6),
    }
}

/// The `group/version` of a kind of route by a release.
#[must_use]
pub fn route_version(kind: &str, minor: (u32, u32)) -> &'static str {
    match minor >= route_since(kind) {
        true => "gateway.networking.k8s.io/v1",
        false => "gateway.networking.k8s.io/v1alpha2",
    }
}

/// The release since which the experimental definitions ask for a pattern of header values: ASCII without two
/// spaces in a row (`config/crd/experimental` of 1.6.1; `config/crd/standard` has no such pattern).
pub const STRICT_HEADER_VALUES: (u32, u32) = (1, 6);

/// A version of a kind that an API server refuses, because the kind's definition no longer serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dead {
    /// `group/version`.
    pub api_version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The release of the Gateway API that stopped serving it in its standard channel; none where
    /// every release that is still supported has done so.
    pub since: Option<(u32, u32)>,
    /// What to write.
    pub instead: &'static str,
}

/// Versions that are no longer served: Gateway API 1.6.1 `config/crd/standard`, External Secrets
/// 2.9.0 `config/crds/bases`, Cilium 1.19 `Chart.yaml`.
pub static DEAD: &[Dead] = &[
    Dead {
        api_version: "gateway.networking.k8s.io/v1alpha2",
        kind: "TCPRoute",
        since: Some((1, 6)),
        instead: "gateway.networking.k8s.io/v1",
    },
    Dead {
        api_version: "gateway.networking.k8s.io/v1alpha2",
        kind: "UDPRoute",
        since: Some((1, 6)),
        instead: "gateway.networking.k8s.io/v1",
    },
    Dead {
        api_version: "gateway.networking.k8s.io/v1alpha2",
        kind: "TLSRoute",
        since: Some((1, 6)),
        instead: "gateway.networking.k8s.io/v1",
    },
    Dead {
        api_version: "gateway.networking.k8s.io/v1alpha3",
        kind: "BackendTLSPolicy",
        since: Some((1, 6)),
        instead: "gateway.networking.k8s.io/v1",
    },
    Dead {
        api_version: "gateway.networking.k8s.io/v1alpha2",
        kind: "ReferenceGrant",
        since: Some((1, 6)),
        instead: "gateway.networking.k8s.io/v1beta1",
    },
    Dead {
        api_version: "external-secrets.io/v1beta1",
        kind: "ExternalSecret",
        since: None,
        instead: "external-secrets.io/v1",
    },
    Dead {
        api_version: "external-secrets.io/v1beta1",
        kind: "SecretStore",
        since: None,
        instead: "external-secrets.io/v1",
    },
    Dead {
        api_version: "external-secrets.io/v1beta1",
        kind: "ClusterSecretStore",
        since: None,
        instead: "external-secrets.io/v1",
    },
];
