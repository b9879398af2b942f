//! The kinds of names in networks, in the order in which messages speak of them.

use hnet_language::Space;

pub(crate) const INTERNET: Space = Space::new(1, "internet");
pub(crate) const ROUTER: Space = Space::addressed(2, "router");
pub(crate) const SWITCH: Space = Space::addressed(3, "switch");
pub(crate) const HOST: Space = Space::addressed(4, "host");
pub(crate) const NODE: Space = Space::addressed(5, "node");
pub(crate) const GATEWAY: Space = Space::addressed(6, "gateway");
pub(crate) const SUBNET: Space = Space::new(7, "subnet");
pub(crate) const CLUSTER: Space = Space::new(8, "cluster");
pub(crate) const POOL: Space = Space::new(9, "pool");
pub(crate) const SERVICE: Space = Space::new(10, "service");
pub(crate) const CERTIFICATE: Space = Space::new(11, "certificate");
pub(crate) const ISSUER: Space = Space::new(12, "certificate-issuer");
pub(crate) const SECRET_STORE: Space = Space::new(13, "secret-store");
pub(crate) const TUNNEL: Space = Space::new(14, "tunnel");
pub(crate) const NAMESPACE: Space = Space::new(15, "namespace");
pub(crate) const BGP: Space = Space::new(16, "bgp");
pub(crate) const EXTERNAL_DNS: Space = Space::new(17, "external-dns");

/// All of them.
pub(crate) static ALL: &[Space] = &[
    INTERNET,
    ROUTER,
    SWITCH,
    HOST,
    NODE,
    GATEWAY,
    SUBNET,
    CLUSTER,
    POOL,
    SERVICE,
    CERTIFICATE,
    ISSUER,
    SECRET_STORE,
    TUNNEL,
    NAMESPACE,
    BGP,
    EXTERNAL_DNS,
];
