//! How the members of lists are compared, and what a patch does with them.
//!
//! What the schemas say of a list says how a patch merges into it ([`merging`]), and how it is compared, but where a row of
//! [`EXCEPTIONS`] knows better: many lists are sets for those who read them although their schema calls them atomic, and of
//! some the order says something although it does not look so.

use crate::Value;
use crate::kinds::{Kind, Place};
use crate::schema::ListType;

/// How the members of a list are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lists {
    /// One after the other.
    Ordered,
    /// Each with its equal; their order means nothing.
    Set,
    /// Each with the one of the same keys; their order means nothing.
    Keyed(Vec<&'static str>),
}

struct Exception {
    place: Place,
    is: Is,
}

#[derive(Clone, Copy)]
enum Is {
    Ordered,
    Set,
    Keyed(&'static [&'static str]),
}

const fn row(kinds: &'static str, path: &'static str, is: Is) -> Exception {
    Exception { place: Place { kinds, path }, is }
}

/// The routes of the Gateway API.
const ROUTES: &str = "HTTPRoute GRPCRoute TLSRoute TCPRoute UDPRoute";
/// The policies of Cilium.
const POLICIES: &str = "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy";

/// Where the schemas are silent or say something else. The first row that holds counts.
#[rustfmt::skip]
const EXCEPTIONS: &[Exception] = &[
    row(ROUTES, "spec.hostnames", Is::Set),
    row(ROUTES, "spec.parentRefs", Is::Keyed(&["group", "kind", "namespace", "name", "sectionName", "port"])),
    row(ROUTES, "rules.matches", Is::Set),
    row("Gateway ListenerSet", "allowedRoutes.kinds", Is::Set),
    row("Gateway", "spec.addresses", Is::Set),
    row("ReferenceGrant", "spec.from", Is::Set),
    row("ReferenceGrant", "spec.to", Is::Set),
    row("cert-manager.io", "dnsNames", Is::Set),
    row("cert-manager.io", "ipAddresses", Is::Set),
    row("cert-manager.io", "usages", Is::Set),
    row("cert-manager.io", "dnsZones", Is::Set),
    row("CiliumLoadBalancerIPPool", "spec.blocks", Is::Set),
    row("CiliumL2AnnouncementPolicy", "spec.interfaces", Is::Set),
    row("CiliumBGPPeerConfig", "spec.families", Is::Keyed(&["afi", "safi"])),
    row("CiliumBGPAdvertisement", "spec.advertisements", Is::Set),
    row("CiliumBGPAdvertisement", "service.addresses", Is::Set),
    row("*", "matchExpressions.values", Is::Set),
    row("*", "matchExpressions", Is::Set),
    row("*", "accessModes", Is::Set),
    row("*", "finalizers", Is::Set),
    row("*", "policyTypes", Is::Set),
    row("DNSEndpoint", "spec.endpoints", Is::Keyed(&["dnsName", "recordType", "setIdentifier"])),
    row("DNSEndpoint", "targets", Is::Set),
    row("DNSEndpoint", "providerSpecific", Is::Keyed(&["name"])),
    row("NetworkPolicy", "ports", Is::Set),
    row("NetworkPolicy", "from", Is::Set),
    row("NetworkPolicy", "to", Is::Set),
    row("NetworkPolicy", "spec.ingress", Is::Set),
    row("NetworkPolicy", "spec.egress", Is::Set),
    // Rules of a policy are alternatives; those about what is in a request are asked in order.
    row(POLICIES, "rules.http", Is::Set),
    row(POLICIES, "rules.dns", Is::Set),
    row(POLICIES, "matchName", Is::Set),
    row(POLICIES, "ports", Is::Set),
    row(POLICIES, "toPorts", Is::Set),
    row(POLICIES, "ingress", Is::Set),
    row(POLICIES, "ingressDeny", Is::Set),
    row(POLICIES, "egress", Is::Set),
    row(POLICIES, "egressDeny", Is::Set),
    row(POLICIES, "fromEndpoints", Is::Set),
    row(POLICIES, "toEndpoints", Is::Set),
    row(POLICIES, "fromEntities", Is::Set),
    row(POLICIES, "toEntities", Is::Set),
    row(POLICIES, "fromCIDR", Is::Set),
    row(POLICIES, "toCIDR", Is::Set),
    row(POLICIES, "fromCIDRSet", Is::Set),
    row(POLICIES, "toCIDRSet", Is::Set),
    row(POLICIES, "toFQDNs", Is::Set),
    row(POLICIES, "toServices", Is::Set),
    row(POLICIES, "fromNodes", Is::Set),
    row(POLICIES, "toNodes", Is::Set),
    row(POLICIES, "specs", Is::Set),
    row("*", "destinationCIDRs", Is::Set),
    row("*", "excludedCIDRs", Is::Set),
    row("*", "externalCIDRs", Is::Set),
    row("Service", "spec.externalIPs", Is::Set),
    row("Service", "loadBalancerSourceRanges", Is::Set),
    row("NetworkPolicy", "ipBlock.except", Is::Set),
    row("Ingress", "tls.hosts", Is::Set),
    row("rbac.authorization.k8s.io", "rules.apiGroups", Is::Set),
    row("rbac.authorization.k8s.io", "rules.nonResourceURLs", Is::Set),
    row("rbac.authorization.k8s.io", "rules.resourceNames", Is::Set),
    row("rbac.authorization.k8s.io", "rules.resources", Is::Set),
    row("rbac.authorization.k8s.io", "rules.verbs", Is::Set),
    row("*", "imagePullSecrets", Is::Keyed(&["name"])),
    row("EndpointSlice", "endpoints", Is::Set),
    row("EndpointSlice", "ports", Is::Keyed(&["name"])),
    row("Endpoints", "addresses", Is::Keyed(&["ip"])),
    row("Endpoints", "notReadyAddresses", Is::Keyed(&["ip"])),
    row("Endpoints", "subsets.ports", Is::Keyed(&["port", "protocol"])),
    row("rbac.authorization.k8s.io", "rules", Is::Set),
    row("rbac.authorization.k8s.io", "subjects", Is::Set),
    row("external-secrets.io", "spec.data", Is::Keyed(&["secretKey"])),
    row("*", "tolerations", Is::Set),
    // Talos: what its machinery appends or finds by a key, and what names a set to it.
    row("v1alpha1 talconfig", "certSANs", Is::Set),
    row("talos talconfig", "validSubnets", Is::Set),
    row("talos talconfig", "advertisedSubnets", Is::Set),
    row("talos talconfig", "listenSubnets", Is::Set),
    row("talos talconfig", "excludeSubnets", Is::Set),
    row("talos talconfig", "addresses", Is::Set),
    row("talos talconfig", "routes", Is::Set),
    row("v1alpha1", "network.interfaces", Is::Keyed(&["interface", "deviceSelector"])),
    row("talconfig", "networkInterfaces", Is::Keyed(&["interface", "deviceSelector"])),
    row("v1alpha1 talconfig", "vlans", Is::Keyed(&["vlanId"])),
    row("v1alpha1", "install.extensions", Is::Set),
    row("v1alpha1", "extraHostEntries", Is::Keyed(&["ip"])),
    row("v1alpha1", "kernel.modules", Is::Keyed(&["name"])),
    row("v1alpha1", "admissionControl", Is::Keyed(&["name"])),
    row("v1alpha1", "inlineManifests", Is::Keyed(&["name"])),
    row("talconfig", "nodes", Is::Keyed(&["hostname"])),
    row("talconfig", "additionalApiServerCertSans", Is::Set),
    row("talconfig", "additionalMachineCertSans", Is::Set),
    row("talconfig", "officialExtensions", Is::Set),
    row("NetworkRuleConfig", "ingress", Is::Set),
    row("NetworkRuleConfig", "ports", Is::Set),
    row("BondConfig BridgeConfig VRFConfig", "links", Is::Set),
    row("WireguardConfig", "peers", Is::Set),
    row("WireguardConfig", "peers.allowedIPs", Is::Set),
    row("StaticHostConfig", "hostnames", Is::Set),
    // A schema tells these by a key, and yet each comes after the one before.
    row("*", "initContainers", Is::Ordered),
];

/// How the members of this list are compared.
pub(crate) fn of(kind: &Kind, path: &[&str], schema: Option<&'static ListType>, items: &[Value]) -> Lists {
    if let Some(found) = EXCEPTIONS.iter().find(|exception| exception.place.holds(kind, path)) {
        return match found.is {
            Is::Ordered => Lists::Ordered,
            Is::Set => Lists::Set,
            Is::Keyed(keys) => Lists::Keyed(keys.to_vec()),
        };
    }
    match schema {
        None | Some(ListType::Atomic) => Lists::Ordered,
        Some(ListType::Set) => Lists::Set,
        // A variable is made of those before it where it names them.
        Some(ListType::Map(_)) if path.last() == Some(&"env") && items.iter().any(names_another) => Lists::Ordered,
        Some(ListType::Map(keys)) => Lists::Keyed(keys.clone()),
    }
}

fn names_another(variable: &Value) -> bool {
    variable.get("value").and_then(Value::as_str).is_some_and(|value| value.contains("$("))
}

/// What a patch does with a list that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merging {
    /// It puts its own in the place of all.
    Replace,
    /// Its members follow those that are there.
    Append,
    /// What is not there yet is added.
    Union,
    /// A member is laid over the one with the same values of these keys.
    Keyed(Vec<&'static str>),
}

impl Merging {
    /// Whether what is there stays.
    pub(crate) fn adds(&self) -> bool {
        *self != Merging::Replace
    }
}

/// Lists to which Talos does not append: what its types replace (`merge:"replace"`), and those with a `Merge` of their
/// own, by its keys (siderolabs/talos, pkg/machinery/config/types, 1.9 to 1.14).
const OF_TALOS: &[(Place, Option<&[&str]>)] = &[
    (Place { kinds: "v1alpha1", path: "network.podSubnets" }, None),
    (Place { kinds: "v1alpha1", path: "network.serviceSubnets" }, None),
    (Place { kinds: "KubeNetworkConfig", path: "podSubnets" }, None),
    (Place { kinds: "KubeNetworkConfig", path: "serviceSubnets" }, None),
    (Place { kinds: "NetworkRuleConfig", path: "ingress" }, None),
    (Place { kinds: "NetworkRuleConfig", path: "portSelector.ports" }, None),
    (Place { kinds: "v1alpha1", path: "network.interfaces" }, Some(&["interface", "deviceSelector"])),
    (Place { kinds: "v1alpha1", path: "vlans" }, Some(&["vlanId"])),
    (Place { kinds: "v1alpha1", path: "admissionControl" }, Some(&["name"])),
    (Place { kinds: "ExtensionServiceConfig", path: "configFiles" }, Some(&["mountPath"])),
];

/// What a patch does with this list. Talos has a merge of its own, and charts replace the lists in their values; of
/// objects it is what their schema says, as strategic merge and server-side apply take it:
/// `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys`.
pub fn merging(kind: &Kind, path: &[&str], schema: Option<&'static ListType>) -> Merging {
    if kind.is_talos() {
        return match OF_TALOS.iter().find(|(place, _)| place.holds(kind, path)) {
            None => Merging::Append,
            Some((_, None)) => Merging::Replace,
            Some((_, Some(keys))) => Merging::Keyed(keys.to_vec()),
        };
    }
    match schema {
        None | Some(ListType::Atomic) => Merging::Replace,
        Some(ListType::Set) => Merging::Union,
        Some(ListType::Map(keys)) => Merging::Keyed(keys.clone()),
    }
}
