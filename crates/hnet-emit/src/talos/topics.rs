//! What a part of a machine's configuration is about, and with that in which of the files it stands that people keep apart.
//!
//! A table: topics in the order in which their files are read. Start at [`topic`].

/// A topic.
#[derive(Debug)]
pub(super) struct Topic {
    /// The name of its file, by which files are put in order.
    pub(super) file: &'static str,
    /// Whose it is.
    pub(super) whose: Whose,
    /// The fields of the core document, with all that is in them.
    fields: &'static [&'static str],
    /// The kinds of other documents.
    kinds: &'static [&'static str],
}

/// Whose a topic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Any machine's, and so that of all where all are told the same.
    Anyones,
    /// A machine's own, and that of several only where they are several.
    OneMachines,
    /// Control planes', whatever machines there are besides.
    ControlPlanes,
}

use Whose::{Anyones, ControlPlanes, OneMachines};

const fn row(
    file: &'static str,
    whose: Whose,
    fields: &'static [&'static str],
    kinds: &'static [&'static str],
) -> Topic {
    Topic { file, whose, fields, kinds }
}

/// All topics. The last one holds what no other does.
#[rustfmt::skip]
const TOPICS: &[Topic] = &[
    row("01-install.yaml", Anyones, &["machine.install"], &["UnattendedInstallConfig"]),
    row("02-hostname.yaml", OneMachines, &["machine.network.hostname"], &["HostnameConfig"]),
    row("03-network.yaml", OneMachines, &["machine.network"], &[
        "LinkAliasConfig", "LinkConfig", "BondConfig", "BridgeConfig", "VLANConfig", "VRFConfig", "VethConfig",
        "DummyLinkConfig", "WireguardConfig", "EthernetConfig", "DHCPv4Config", "DHCPv6Config", "Layer2VIPConfig",
        "HCloudVIPConfig", "BlackholeRouteConfig", "RoutingRuleConfig", "BGPInstanceConfig", "TCPProbeConfig",
        "HTTPProbeConfig",
    ]),
    row("04-resolvers.yaml", Anyones,
        &["machine.network.nameservers", "machine.network.searchDomains", "machine.network.disableSearchDomain",
          "machine.network.extraHostEntries", "machine.features.hostDNS"],
        &["ResolverConfig", "StaticHostConfig"]),
    row("05-time.yaml", Anyones, &["machine.time"], &["TimeSyncConfig"]),
    row("06-node-labels.yaml", Anyones,
        &["machine.nodeLabels", "machine.nodeAnnotations", "machine.nodeTaints"], &["KubeNodeConfig"]),
    row("07-kubelet.yaml", Anyones, &["machine.kubelet"], &["KubeletConfig", "KubeCredentialProviderConfig"]),
    row("08-kernel.yaml", Anyones, &["machine.kernel", "machine.sysctls", "machine.sysfs", "machine.udev"], &[
        "KernelModuleConfig", "SysctlConfig", "SysfsConfig", "UdevRulesConfig", "PCIDriverRebindConfig", "OOMConfig",
        "ZswapConfig",
    ]),
    row("09-files.yaml", Anyones, &["machine.files", "machine.baseRuntimeSpecOverrides"],
        &["EtcFileConfig", "CRICustomizationConfig", "CRIBaseRuntimeSpecConfig"]),
    row("10-volumes.yaml", Anyones, &["machine.disks", "machine.systemDiskEncryption"], &[
        "VolumeConfig", "UserVolumeConfig", "RawVolumeConfig", "ExistingVolumeConfig", "ExternalVolumeConfig",
        "SwapVolumeConfig", "LVMVolumeGroupConfig", "LVMLogicalVolumeConfig", "RAIDArrayConfig",
        "FilesystemScrubConfig", "FilesystemTrimConfig",
    ]),
    row("11-features.yaml", Anyones, &["machine.features"], &["KubePrismConfig"]),
    row("12-cluster.yaml", Anyones, &["cluster", "machine.network.kubespan"], &[
        "KubeSpanConfig", "KubeSpanEndpoints", "KubeNetworkConfig", "KubeFlannelCNIConfig", "KubeClusterConfig", "DiscoveryServiceConfig",
        "DiscoveryIdentityConfig",
    ]),
    row("13-control-plane.yaml", ControlPlanes,
        &["cluster.etcd", "cluster.apiServer", "cluster.controllerManager", "cluster.scheduler", "cluster.proxy",
          "cluster.coreDNS", "cluster.allowSchedulingOnControlPlanes", "cluster.allowSchedulingOnMasters",
          "cluster.adminKubeconfig", "cluster.extraManifests", "cluster.extraManifestHeaders",
          "cluster.inlineManifests", "cluster.externalCloudProvider", "machine.features.kubernetesTalosAPIAccess",
          "machine.controlPlane"],
        &["KubeAPIServerConfig", "KubeControllerManagerConfig", "KubeSchedulerConfig", "KubeProxyConfig",
          "KubeCoreDNSConfig", "KubeAdmissionControlConfig", "KubeAuditPolicyConfig", "KubeAuthenticationConfig",
          "KubeAuthorizerConfig", "KubeTalosAPIAccessConfig", "KubeInlineManifestConfig", "KubeExternalManifestConfig"]),
    row("14-registries.yaml", Anyones, &["machine.registries"],
        &["RegistryMirrorConfig", "RegistryAuthConfig", "RegistryTLSConfig", "ImageCacheConfig"]),
    row("15-services.yaml", Anyones, &["machine.pods"],
        &["ExtensionServiceConfig", "KubeStaticPodConfig", "ContainerConfig"]),
    row("16-firewall.yaml", Anyones, &[], &["NetworkDefaultActionConfig", "NetworkRuleConfig"]),
    row("17-logs.yaml", Anyones, &["machine.logging"], &["KmsgLogConfig", "EventSinkConfig"]),
    row("20-other.yaml", Anyones, &[""], &[]),
];

/// Fields of the core document that Talos takes as they are, so that no one of what is in them is said elsewhere.
const WHOLE: &[&str] = &[
    "machine.baseRuntimeSpecOverrides",
    "machine.install.diskSelector",
    "machine.kubelet.credentialProviderConfig",
    "machine.kubelet.extraConfig",
    "cluster.apiServer.auditPolicy",
    "cluster.apiServer.resources",
    "cluster.controllerManager.resources",
    "cluster.scheduler.config",
    "cluster.scheduler.resources",
];

/// The topic of a document of this kind, or of a field of the core document, which has none.
pub(super) fn topic(kind: Option<&str>, path: &[String]) -> &'static Topic {
    let last = &TOPICS[TOPICS.len() - 1];
    let Some(kind) = kind else {
        let reaches = |field: &&str| is_at_or_in(path, field);
        let fitting = TOPICS.iter().flat_map(|topic| topic.fields.iter().map(move |field| (topic, field)));
        let nearest = fitting.filter(|(_, field)| reaches(field)).max_by_key(|(_, field)| field.len());
        return nearest.map_or(last, |(topic, _)| topic);
    };
    TOPICS.iter().find(|topic| topic.kinds.contains(&kind)).unwrap_or(last)
}

/// Whether a field of the core document is said whole, by one who says it.
pub(super) fn is_whole(path: &[String]) -> bool {
    WHOLE.iter().any(|field| is_at_or_in(path, field))
}

/// Whether a path leads to a field or to something in it; all is in the empty one.
fn is_at_or_in(path: &[String], field: &str) -> bool {
    let mut path = path.iter();
    field.is_empty() || field.split('.').all(|key| path.next().is_some_and(|own| own == key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{TOPICS, topic};

    #[test]
    fn nothing_has_two_topics_and_files_are_read_in_the_order_of_the_table() {
        let mut seen = BTreeSet::new();
        for it in TOPICS.iter().flat_map(|topic| topic.fields.iter().chain(topic.kinds)) {
            assert!(seen.insert(it), "{it} has two topics");
        }
        assert!(TOPICS.is_sorted_by_key(|topic| topic.file));
    }

    #[test]
    fn the_nearest_field_decides() {
        let file = |path: &str| topic(None, &path.split('.').map(str::to_owned).collect::<Vec<_>>()).file;
        assert_eq!(file("machine.network.hostname"), "02-hostname.yaml");
        assert_eq!(file("machine.network.interfaces"), "03-network.yaml");
        assert_eq!(file("machine.features.hostDNS.enabled"), "04-resolvers.yaml");
        assert_eq!(file("machine.features.kubePrism"), "11-features.yaml");
        assert_eq!(file("machine.featuresOfIts"), "20-other.yaml");
        assert_eq!(file("cluster.network.cni.name"), "12-cluster.yaml");
        assert_eq!(file("cluster.etcd.advertisedSubnets"), "13-control-plane.yaml");
        assert_eq!(topic(Some("WatchdogTimerConfig"), &[]).file, "20-other.yaml");
        assert_eq!(topic(Some("LinkConfig"), &[]).file, "03-network.yaml");
    }
}
