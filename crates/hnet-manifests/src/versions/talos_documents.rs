//! The typed documents of Talos's machine configuration, and the first version that reads each.
//!
//! The topics that hnet writes itself stand in `talos.rs`; these are the kinds that a patch may hold.

use super::talos::Minor;

/// Kinds of documents by name, each with the first version that reads it: the packages under
/// `pkg/machinery/config/types/` of siderolabs/talos, v1.6.0 to v1.14.0-rc.1.
pub static DOCUMENTS: &[(&str, Minor)] = &[
    ("BGPInstanceConfig", (1, 14)),
    ("BlackholeRouteConfig", (1, 13)),
    ("BondConfig", (1, 12)),
    ("BridgeConfig", (1, 12)),
    ("DHCPv4Config", (1, 12)),
    ("DHCPv6Config", (1, 12)),
    ("DummyLinkConfig", (1, 12)),
    ("EnvironmentConfig", (1, 13)),
    ("EthernetConfig", (1, 10)),
    ("HCloudVIPConfig", (1, 12)),
    ("HTTPProbeConfig", (1, 14)),
    ("HostnameConfig", (1, 12)),
    ("KubeAPIServerConfig", (1, 14)),
    ("KubeClusterConfig", (1, 14)),
    ("KubeCoreDNSConfig", (1, 14)),
    ("KubeFlannelCNIConfig", (1, 14)),
    ("KubeNetworkConfig", (1, 14)),
    ("KubeNodeConfig", (1, 14)),
    ("KubePrismConfig", (1, 14)),
    ("KubeProxyConfig", (1, 14)),
    ("KubeSpanConfig", (1, 13)),
    ("KubeletConfig", (1, 14)),
    ("Layer2VIPConfig", (1, 12)),
    ("LinkAliasConfig", (1, 12)),
    ("LinkConfig", (1, 12)),
    ("NetworkDefaultActionConfig", (1, 6)),
    ("NetworkRuleConfig", (1, 6)),
    ("ResolverConfig", (1, 12)),
    ("RoutingRuleConfig", (1, 13)),
    ("StaticHostConfig", (1, 12)),
    ("TCPProbeConfig", (1, 13)),
    ("TimeSyncConfig", (1, 12)),
    ("UnattendedInstallConfig", (1, 14)),
    ("VLANConfig", (1, 12)),
    ("VRFConfig", (1, 13)),
    ("VethConfig", (1, 14)),
    ("WireguardConfig", (1, 12)),
];

/// The first version that reads a kind of document; none for a kind that the table does not know.
#[must_use]
pub fn document_since(kind: &str) -> Option<Minor> {
    let at = DOCUMENTS.binary_search_by(|(known, _)| (*known).cmp(kind)).ok()?;
    Some(DOCUMENTS[at].1)
}

/// The other kinds of documents, whose first versions are not told here: the JSON schemas of Talos v1.11.6 to
/// v1.15-dev (`pkg/machinery/config/schemas/config.schema.json`, MPL-2.0), with the two kinds that these misspell or lack.
pub static OTHER_DOCUMENTS: &[&str] = &[
    "CRIBaseRuntimeSpecConfig",
    "CRICustomizationConfig",
    "ContainerConfig",
    "DiscoveryIdentityConfig",
    "DiscoveryServiceConfig",
    "EtcFileConfig",
    "EventSinkConfig",
    "ExistingVolumeConfig",
    "ExtensionServiceConfig",
    "ExternalVolumeConfig",
    "FilesystemScrubConfig",
    "FilesystemTrimConfig",
    "ImageCacheConfig",
    "ImageVerificationConfig",
    "KernelModuleConfig",
    "KmsgLogConfig",
    "KubeAPIServerCAConfig",
    "KubeAdmissionControlConfig",
    "KubeAggregatorCAConfig",
    "KubeAuditPolicyConfig",
    "KubeAuthenticationConfig",
    "KubeAuthorizerConfig",
    "KubeControllerManagerConfig",
    "KubeCredentialProviderConfig",
    "KubeEtcdEncryptionConfig",
    "KubeExternalManifestConfig",
    "KubeInlineManifestConfig",
    "KubeSchedulerConfig",
    "KubeServiceAccountConfig",
    "KubeSpanEndpointsConfig",
    "KubeStaticPodConfig",
    "KubeTalosAPIAccessConfig",
    "LVMLogicalVolumeConfig",
    "LVMVolumeGroupConfig",
    "OOMConfig",
    "PCIDriverRebindConfig",
    "RAIDArrayConfig",
    "RawVolumeConfig",
    "RegistryAuthConfig",
    "RegistryMirrorConfig",
    "RegistryTLSConfig",
    "SecurityProfileConfig",
    "SideroLinkConfig",
    "SwapVolumeConfig",
    "SysctlConfig",
    "SysfsConfig",
    "TrustedRootsConfig",
    "UdevRulesConfig",
    "UserVolumeConfig",
    "VolumeConfig",
    "WatchdogTimerConfig",
    "ZswapConfig",
];

/// The first version whose configurations are streams of several documents, which RFC 6902 patches
/// do not apply to: `HostnameConfig` is always one of them from here on
/// (siderolabs/talos, `configpatcher/json6902.go`).
pub const SEVERAL_DOCUMENTS: Minor = (1, 12);

/// The first version in which a link can take an address of DHCP without the routes that come with it.
/// (siderolabs/talos v1.14.0-rc.1, `types/network/dhcp4.go`, `ignoreRoutes`.)
pub const DHCP_WITHOUT_ROUTES: Minor = (1, 14);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_agrees_with_the_topics() {
        assert!(DOCUMENTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for topic in super::super::talos::Topic::ALL {
            if let Some((kind, since)) = topic.document() {
                // The resolver's document is older than what it says of the host's cache.
                let known = document_since(kind);
                assert!(known.is_none_or(|known| known <= since), "{kind} is said to be from {since:?}");
            }
        }
    }
}
