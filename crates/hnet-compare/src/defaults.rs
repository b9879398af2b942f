//! What controllers take where their schemas say no default.

use std::sync::LazyLock;

use crate::Value;
use crate::kinds::{Kind, Place};

/// A field that is something where nobody writes it.
struct Row {
    place: Place,
    field: &'static str,
    /// It is so only where another field is this.
    when: Option<(&'static str, &'static str)>,
    /// As JSON.
    is: &'static str,
}

const fn row(kinds: &'static str, path: &'static str, field: &'static str, is: &'static str) -> Row {
    Row { place: Place { kinds, path }, field, when: None, is }
}

const fn when(
    kinds: &'static str,
    path: &'static str,
    field: &'static str,
    is: &'static str,
    other: &'static str,
    value: &'static str,
) -> Row {
    Row { place: Place { kinds, path }, field, when: Some((other, value)), is }
}

/// The defaults. Those of Kubernetes' own kinds depend on other fields, or they would stand in `tables/core.txt`; those
/// of cert-manager are of 1.18 and later. Its `usages` are none of them: it issues a certificate anew where the list is not
/// the one that it was asked for with, and to that a pair that is written out is another than none (pkg/util/pki/match.go).
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("Certificate", "spec", "duration", r#""2160h""#),
    row("Certificate", "spec", "privateKey", "{}"),
    row("Certificate", "spec.privateKey", "algorithm", r#""RSA""#),
    row("Certificate", "spec.privateKey", "encoding", r#""PKCS1""#),
    row("Certificate", "spec.privateKey", "rotationPolicy", r#""Always""#),
    when("Certificate", "spec.privateKey", "size", "2048", "algorithm", "RSA"),
    when("Certificate", "spec.privateKey", "size", "256", "algorithm", "ECDSA"),
    row("Certificate", "spec.issuerRef", "kind", r#""Issuer""#),
    row("Certificate", "spec.issuerRef", "group", r#""cert-manager.io""#),
    row("Certificate", "spec", "isCA", "false"),
    row("CiliumL2AnnouncementPolicy", "spec", "externalIPs", "false"),
    row("CiliumL2AnnouncementPolicy", "spec", "loadBalancerIPs", "false"),
    row("CiliumNetworkPolicy CiliumClusterwideNetworkPolicy", "toPorts.ports", "protocol", r#""ANY""#),
    when("HTTPRoute", "requestRedirect", "port", "443", "scheme", "https"),
    when("HTTPRoute", "requestRedirect", "port", "80", "scheme", "http"),
    when("Service", "spec", "externalTrafficPolicy", r#""Cluster""#, "type", "LoadBalancer"),
    when("Service", "spec", "externalTrafficPolicy", r#""Cluster""#, "type", "NodePort"),
    when("Service", "spec", "allocateLoadBalancerNodePorts", "true", "type", "LoadBalancer"),
    when("Deployment", "spec.strategy", "rollingUpdate", "{}", "type", "RollingUpdate"),
    row("Deployment", "strategy.rollingUpdate", "maxSurge", r#""25%""#),
    row("Deployment", "strategy.rollingUpdate", "maxUnavailable", r#""25%""#),
    when("DaemonSet", "spec.updateStrategy", "rollingUpdate", "{}", "type", "RollingUpdate"),
    row("DaemonSet", "updateStrategy.rollingUpdate", "maxSurge", "0"),
    row("DaemonSet", "updateStrategy.rollingUpdate", "maxUnavailable", "1"),
    when("StatefulSet", "spec.updateStrategy", "rollingUpdate", "{}", "type", "RollingUpdate"),
    // talhelper v3.1.16, pkg/config/defaults.go; a node is a worker unless it says another.
    row("talconfig", "", "domain", r#""cluster.local""#),
    row("talconfig", "", "clusterPodNets", r#"["10.244.0.0/16"]"#),
    row("talconfig", "", "clusterSvcNets", r#"["10.96.0.0/12"]"#),
    row("talconfig", "", "allowSchedulingOnControlPlanes", "false"),
    row("talconfig", "", "imageFactory", "{}"),
    row("talconfig", "nodes", "controlPlane", "false"),
    row("talconfig", "nodes", "machineSpec", "{}"),
    row("talconfig", "nodes", "ignoreHostname", "false"),
    row("talconfig", "nodes", "overridePatches", "false"),
    row("talconfig", "nodes", "overrideExtraManifests", "false"),
    row("talconfig", "nodes", "overrideMachineCertSANs", "false"),
    row("talconfig", "nodes", "noSchematicValidate", "false"),
    row("talconfig", "nodes", "disableSearchDomain", "false"),
    row("v1alpha1 talconfig", "network.interfaces", "dhcp", "false"),
    row("talconfig", "networkInterfaces", "dhcp", "false"),
    row("v1alpha1", "discovery.registries.service", "disabled", "false"),
    row("v1alpha1", "discovery.registries.kubernetes", "disabled", "false"),
    row("LinkConfig BondConfig VLANConfig BridgeConfig WireguardConfig", "", "up", "true"),
    row("v1alpha1", "cluster", "allowSchedulingOnControlPlanes", "false"),
    row("TimeSyncConfig", "", "enabled", "true"),
    row("ResolverConfig", "searchDomains", "disableDefault", "false"),
];

static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let value = |row: &Row| serde_json::from_str::<serde_json::Value>(row.is).map(Value::from);
    ROWS.iter().map(|row| value(row).unwrap_or_else(|_| panic!("`{}` is no default", row.is))).collect()
});

/// What fields of the map at this path are where nobody writes them.
pub(crate) fn of(
    kind: &Kind,
    path: &[&str],
    written: &[(String, Value)],
) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let is = move |(field, value): (&str, &str)| {
        let found = written.iter().find(|(name, _)| name == field).and_then(|(_, found)| found.as_str());
        match found.filter(|found| !found.is_empty()) {
            Some(found) => found == value,
            // The other field's own default, which it has where nothing is said by what stands there, too.
            None => matches!((field, value), ("algorithm", "RSA") | ("type", "RollingUpdate")),
        }
    };
    let holds = move |row: &Row| row.place.holds(kind, path) && row.when.is_none_or(is);
    ROWS.iter().zip(VALUES.iter()).filter(move |(row, _)| holds(row)).map(|(row, value)| (row.field, value))
}

/// What the Gateway API looks for in the namespace of the object itself, where another is not named.
const REFERENCES: &[&str] = &["parentRefs", "parentRef", "backendRefs", "backendRef", "certificateRefs"];

/// Whether a reference at this path without a namespace is to the object's own.
pub(crate) fn is_in_own_namespace(kind: &Kind, path: &[&str]) -> bool {
    kind.group == "gateway.networking.k8s.io" && path.last().is_some_and(|last| REFERENCES.contains(last))
}
