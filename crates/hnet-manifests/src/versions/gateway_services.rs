//! Who reads what is said of a gateway: its own metadata, or the service that its controller makes.
//!
//! Sources: docs.cilium.io, "LoadBalancer IP Address Management"; Envoy Gateway 1.9, `internal/gatewayapi/address.go` and
//! `proxy/resource_provider.go`; external-dns 0.22, `docs/sources/gateway-api.md`.

/// What the keys start with that load balancers read from services.
const OF_SERVICES: [&str; 8] = [
    "io.cilium/",
    "lbipam.cilium.io/",
    "service.cilium.io/",
    "metallb.io/",
    "metallb.universe.tf/",
    "kube-vip.io/",
    "service.beta.kubernetes.io/",
    "service.kubernetes.io/",
];

/// The annotations by which external-dns names a service; of gateways it reads the others.
const NAMES_OF_SERVICES: [&str; 2] = ["hostname", "internal-hostname"];

/// The annotation by which a service asks Cilium for addresses.
pub const ADDRESSES: &str = "lbipam.cilium.io/ips";

/// And the earlier name of the same; where both are said, the newer one counts.
/// (cilium, `pkg/annotation/k8s.go`, `LBIPAMIPsKey` and its alias.)
const ADDRESSES_BEFORE: &str = "io.cilium/lb-ipam-ips";

/// The annotation under which Cilium lets services share an address.
pub const SHARING_KEY: &str = "lbipam.cilium.io/sharing-key";

/// And its earlier name.
const SHARING_KEY_BEFORE: &str = "io.cilium/lb-ipam-sharing-key";

/// The annotation that names the other namespaces with whose services one shares its address, with commas between them, or
/// among them `*` for all; both sides need it.
pub const SHARING_CROSS_NAMESPACE: &str = "lbipam.cilium.io/sharing-cross-namespace";

/// All by which services ask for addresses, or share them.
pub const OF_ADDRESSES: [&str; 5] =
    [ADDRESSES, ADDRESSES_BEFORE, SHARING_KEY, SHARING_KEY_BEFORE, SHARING_CROSS_NAMESPACE];

/// The classes of load balancers whose services Cilium gives addresses of pools. Of another it reads no annotation, also
/// of `io.cilium/node`, whose services have the addresses of nodes.
/// (cilium, `operator/pkg/lbipam/cell.go`, `lbClasses`.)
pub const CLASSES: [&str; 2] = ["io.cilium/bgp-control-plane", "io.cilium/l2-announcer"];

/// The values of Cilium's chart by which also a service that names no class gets an address of a pool, with what they are
/// unless they are said. (cilium, `install/kubernetes/cilium/values.yaml`, and `isResponsibleForSVC`.)
pub const WITHOUT_CLASS: [(&str, &str); 2] = [("defaultLBServiceIPAM", "lbipam"), ("enableLBIPAM", "true")];

/// The settings of Cilium that say the same past these values, and one that they do not have.
/// (cilium, `operator/pkg/lbipam/cell.go`.)
pub const WITHOUT_CLASS_SETTINGS: [&str; 3] = ["default-lb-service-ipam", "enable-lb-ipam", "lbipam-require-lb-class"];

/// The key under which a service with these annotations shares its address, where they say one.
#[must_use]
pub fn sharing_key<'a>(mut annotations: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Option<&'a str> {
    let newer = annotations.clone().find(|(key, _)| *key == SHARING_KEY);
    newer.or_else(|| annotations.find(|(key, _)| *key == SHARING_KEY_BEFORE)).map(|(_, value)| value)
}

/// The position of the annotation by which a service asks Cilium for addresses, among its annotations.
#[must_use]
pub fn asking<'k>(mut keys: impl Iterator<Item = &'k str> + Clone) -> Option<usize> {
    let newer = keys.clone().position(|key| key == ADDRESSES);
    newer.or_else(|| keys.position(|key| key == ADDRESSES_BEFORE))
}

/// Whether an annotation of a gateway is read from its service.
#[must_use]
pub fn is_of_service(key: &str) -> bool {
    let of_external_dns = key.split_once('/').is_some_and(|(prefix, name)| {
        matches!(prefix, "external-dns.alpha.kubernetes.io" | "external-dns.kubernetes.io")
            && NAMES_OF_SERVICES.contains(&name)
    });
    of_external_dns || OF_SERVICES.iter().any(|prefix| key.starts_with(prefix))
}

/// Whether the controller of a GatewayClass asks for a gateway's address by an annotation of its service. Envoy Gateway makes
/// external addresses of `spec.addresses`, beside which the load balancer hands out another.
#[must_use]
pub fn asks_by_annotation(class: &str) -> bool {
    is_envoy(class)
}

/// Whether Envoy Gateway implements a GatewayClass, as people call it.
#[must_use]
pub fn is_envoy(class: &str) -> bool {
    class == "eg" || class == "envoy" || class.starts_with("envoy-")
}

/// Whether gateways of a class have a service, whose annotations ask for addresses. Those of Cloudflare are tunnels.
/// (pl4nty/cloudflare-kubernetes-gateway, `README.md`: class `cloudflare`.)
#[must_use]
pub fn has_service(class: &str) -> bool {
    class != "cloudflare" && !class.starts_with("cloudflare-")
}

#[cfg(test)]
mod tests {
    use super::is_of_service;

    #[test]
    fn each_key_has_one_reader() {
        for key in ["lbipam.cilium.io/sharing-key", "io.cilium/lb-ipam-ips", "external-dns.kubernetes.io/hostname"] {
            assert!(is_of_service(key), "{key}");
        }
        for key in ["external-dns.alpha.kubernetes.io/target", "cert-manager.io/cluster-issuer", "example.com/hostname"]
        {
            assert!(!is_of_service(key), "{key}");
        }
    }
}
