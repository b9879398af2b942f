//! What a version of Cilium needs and accepts. A new release is a new row.

/// A minor version of Cilium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Major and minor.
    pub minor: (u32, u32),
    /// The oldest Gateway API with which its gateways work.
    pub least_gateway_api: (u32, u32),
    /// Whether L2 announcements answer for IPv6 addresses (cilium/cilium 28985).
    pub announces_ipv6: bool,
    /// Whether its gateways know `BackendTLSPolicy`, without which they speak plain HTTP to services (cilium/cilium
    /// 43045).
    pub speaks_tls_to_services: bool,
    /// Whether they speak TLS also where the policy names the system's CAs: where they do not, they accept the policy
    /// and speak plain HTTP (cilium/cilium 48307).
    pub knows_system_cas: bool,
}

/// The versions whose chart hnet knows, oldest first. The Gateway API is what each version's page
/// "Gateway API Support" lists under its prerequisites (docs.cilium.io).
pub static ROWS: &[Row] = &[
    Row {
        minor: (1, 18),
        least_gateway_api: (1, 3),
        announces_ipv6: false,
        speaks_tls_to_services: false,
        knows_system_cas: false,
    },
    Row {
        minor: (1, 19),
        least_gateway_api: (1, 4),
        announces_ipv6: true,
        speaks_tls_to_services: false,
        knows_system_cas: false,
    },
    // 1.20 asks for 1.5.1: TLSRoute v1, ReferenceGrant v1 and BackendTLSPolicy v1 must be served
    // before the operator starts, which probes once.
    Row {
        minor: (1, 20),
        least_gateway_api: (1, 5),
        announces_ipv6: true,
        speaks_tls_to_services: true,
        knows_system_cas: false,
    },
];

/// The row of a version; none where hnet does not know it.
#[must_use]
pub fn row(minor: (u32, u32)) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.minor == minor)
}

/// The newest minor version whose chart hnet knows.
#[must_use]
pub fn newest() -> (u32, u32) {
    ROWS.last().expect("the table has rows").minor
}

/// The first release that serves pools and the kinds of BGP as `cilium.io/v2`; those before it know `v2alpha1` alone. (The kinds in
/// `pkg/k8s/apis/cilium.io/client/crds` of 1.17.0 and 1.18.0.)
pub const V2: (u32, u32) = (1, 18);

/// Group and version of both in the releases before.
pub const EARLIER: &str = "cilium.io/v2alpha1";

/// The first release in which `underlayProtocol` is `auto` unless it is said. (The chart's `values.yaml` of 1.20.0.)
pub const UNDERLAY_FOUND_OUT: (u32, u32) = (1, 20);

/// Whether a node announces an address by L2 only where it runs a pod of a service that wants its own pods alone: since 1.20.2.
/// (cilium/cilium 46399, in 1.20.2 by 48550.)
#[must_use]
pub fn announces_by_pods(major: u32, minor: u32, patch: u32) -> bool {
    (major, minor, patch) >= (1, 20, 2)
}
