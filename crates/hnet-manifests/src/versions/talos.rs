//! What a Talos version accepts: which shape a topic has, and which Kubernetes versions it runs.
//!
//! A new release is new rows here. Start at [`Topic::shape`] and [`kubernetes_window`]. Versions are
//! compared by their first two numbers, which is how Talos defines its contracts
//! (siderolabs/talos, `pkg/machinery/config/contract.go`).

/// A version by its first two numbers.
pub type Minor = (u32, u32);

/// The first two numbers of a version as people write it: `v1.13.9`, `1.14`.
#[must_use]
pub fn minor(text: &str) -> Option<Minor> {
    let mut parts = text.strip_prefix('v').unwrap_or(text).split(['.', '-', '+']).map(str::parse::<u32>);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Where a Talos version wants a topic to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// In a field of the core `v1alpha1` document.
    Field,
    /// In a typed document of its own.
    Document,
}

/// A row of the table of topics.
struct Row {
    topic: Topic,
    field: &'static str,
    kind: &'static str,
    since: Option<Minor>,
}

/// The first version whose kernel takes its further arguments from the image alone: `machine.install.extraKernelArgs` is
/// refused beside `grubUseUKICmdline`, which is on from here on. (siderolabs/talos v1.12.0, `GrubUseUKICmdlineDefault`.)
pub const UKI_ARGUMENTS: Minor = (1, 12);

/// The first version whose documents of volumes say how those of Talos's own are encrypted; before, the core document's
/// `machine.systemDiskEncryption` does, which later versions read as well where no document says it. (siderolabs/talos
/// v1.11.0, `types/block/volume_config.go`.)
pub const VOLUME_ENCRYPTION: Minor = (1, 11);

/// The first version that asks time.cloudflare.com by NTS, port 4460/tcp, where no time servers are named; before, all are
/// asked by NTP, and those that are named still are. (siderolabs/talos v1.14.0-rc.1, schema of `TimeSyncConfig`, `useNTS`.)
pub const NTS: Minor = (1, 14);

/// The first version with documents of registries, which reads the core document's `machine.registries` as well where no
/// document is of the same registry. (siderolabs/talos v1.12.0, `types/cri/`.)
pub const REGISTRIES: Minor = (1, 12);

macro_rules! topics {
    ($($(#[doc = $doc:literal])+ $topic:ident: $field:literal, $kind:literal since $since:expr;)+) => {
        /// Something that a machine configuration says, in exactly one of its two shapes: a typed
        /// document is refused by Talos where the field that it replaces is set as well.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Topic {
            $($(#[doc = $doc])+ $topic,)+
        }

        impl Topic {
            /// All topics.
            pub const ALL: &'static [Topic] = &[$(Topic::$topic),+];
        }

        const TOPICS: &[Row] = &[
            $(Row { topic: Topic::$topic, field: $field, kind: $kind, since: $since },)+
        ];
    };
}

/// The network documents: siderolabs/talos v1.12.0, `pkg/machinery/config/types/network/`; the fields
/// are gone from the JSON schema of that release.
const NETWORK: Option<Minor> = Some((1, 12));
/// KubeSpan's document: siderolabs/talos v1.13.0, `types/network/kubespan.go`, contract
/// `KubeSpanMultidocConfig`.
const KUBE_SPAN: Option<Minor> = Some((1, 13));
/// The Kubernetes documents: siderolabs/talos v1.14.0-rc.1, `types/k8s/`, contract
/// `MultidocKubernetesConfigSupported`; discovery in `types/cluster/`, installation and the kernel in `types/runtime/`.
const KUBERNETES: Option<Minor> = Some((1, 14));
/// Still a field in v1.14.0-rc.1 and on main (v1.15-dev).
const NEVER: Option<Minor> = None;

topics! {
    /// Links, their addresses and routes, VLANs, DHCP, virtual IPs.
    Links: "machine.network.interfaces", "LinkConfig" since NETWORK;
    /// The host name.
    Hostname: "machine.network.hostname", "HostnameConfig" since NETWORK;
    /// Name servers and search domains.
    Resolver: "machine.network.nameservers", "ResolverConfig" since NETWORK;
    /// Lines of `/etc/hosts`.
    StaticHosts: "machine.network.extraHostEntries", "StaticHostConfig" since NETWORK;
    /// NTP servers.
    Time: "machine.time", "TimeSyncConfig" since NETWORK;
    /// KubeSpan.
    KubeSpan: "machine.network.kubespan", "KubeSpanConfig" since KUBE_SPAN;
    /// The caching resolver on the host; its document is the resolver's.
    HostDns: "machine.features.hostDNS", "ResolverConfig" since KUBERNETES;
    /// KubePrism.
    KubePrism: "machine.features.kubePrism", "KubePrismConfig" since KUBERNETES;
    /// The kubelet's own configuration.
    Kubelet: "machine.kubelet", "KubeletConfig" since KUBERNETES;
    /// The node object: its address, labels, annotations, taints, and whether a control plane carries pods.
    Node: "machine.nodeLabels", "KubeNodeConfig" since KUBERNETES;
    /// The installation.
    Install: "machine.install", "UnattendedInstallConfig" since KUBERNETES;
    /// Prefixes of pods and services, the cluster's domain.
    ClusterNetwork: "cluster.network", "KubeNetworkConfig" since KUBERNETES;
    /// The bundled CNI: `cni.name` in a field, the presence of the document afterwards.
    Cni: "cluster.network.cni", "KubeFlannelCNIConfig" since KUBERNETES;
    /// kube-proxy.
    KubeProxy: "cluster.proxy", "KubeProxyConfig" since KUBERNETES;
    /// The bundled CoreDNS.
    CoreDns: "cluster.coreDNS", "KubeCoreDNSConfig" since KUBERNETES;
    /// The API server, with the names in its certificate.
    ApiServer: "cluster.apiServer", "KubeAPIServerConfig" since KUBERNETES;
    /// The plugins that judge what is admitted, each with a document of its own.
    AdmissionControl: "cluster.apiServer.admissionControl", "KubeAdmissionControlConfig" since KUBERNETES;
    /// The policy of the audit log.
    AuditPolicy: "cluster.apiServer.auditPolicy", "KubeAuditPolicyConfig" since KUBERNETES;
    /// The controller manager.
    ControllerManager: "cluster.controllerManager", "KubeControllerManagerConfig" since KUBERNETES;
    /// The scheduler.
    Scheduler: "cluster.scheduler", "KubeSchedulerConfig" since KUBERNETES;
    /// Who in the cluster may use Talos's API.
    TalosApiAccess: "machine.features.kubernetesTalosAPIAccess", "KubeTalosAPIAccessConfig" since KUBERNETES;
    /// How members find each other: `enabled` in a field, the presence of the document afterwards.
    Discovery: "cluster.discovery", "DiscoveryServiceConfig" since KUBERNETES;
    /// etcd.
    Etcd: "cluster.etcd", "" since NEVER;
    /// Kernel parameters.
    Sysctls: "machine.sysctls", "SysctlConfig" since KUBERNETES;
    /// Kernel attributes.
    Sysfs: "machine.sysfs", "SysfsConfig" since KUBERNETES;
    /// Kernel modules, each with a document of its own.
    KernelModules: "machine.kernel", "KernelModuleConfig" since KUBERNETES;
    /// Rules of udev.
    UdevRules: "machine.udev", "UdevRulesConfig" since KUBERNETES;
    /// Pods that the kubelet runs by itself, each with a document of its own.
    StaticPods: "machine.pods", "KubeStaticPodConfig" since KUBERNETES;
    /// Control plane or worker.
    MachineType: "machine.type", "" since NEVER;
}

impl Topic {
    fn row(self) -> &'static Row {
        TOPICS.iter().find(|row| row.topic == self).expect("the macro writes a row for each topic")
    }

    /// Where a Talos version wants the topic.
    #[must_use]
    pub fn shape(self, talos: Minor) -> Shape {
        match self.row().since {
            Some(since) if talos >= since => Shape::Document,
            _ => Shape::Field,
        }
    }

    /// The field of the core document that says the topic before it has a typed document.
    #[must_use]
    pub fn field(self) -> &'static str {
        self.row().field
    }

    /// The typed document's kind and the first version that has it; none where there is no document.
    #[must_use]
    pub fn document(self) -> Option<(&'static str, Minor)> {
        let row = self.row();
        row.since.map(|since| (row.kind, since))
    }
}

/// A Talos version and the Kubernetes versions that it runs.
struct Release {
    talos: Minor,
    oldest_kubernetes: Minor,
    newest_kubernetes: Minor,
    /// None of one that is in development.
    newest_patch: Option<u32>,
}

/// siderolabs/talos, `pkg/machinery/compatibility/talos1NN/talos1NN.go` of each version; the newest
/// patches are those of the project's tags up to September 2026. The last is in development: its main branch, whose schema
/// of August 2026 says what it takes.
const RELEASES: &[Release] = &[
    Release { talos: (1, 9), oldest_kubernetes: (1, 27), newest_kubernetes: (1, 32), newest_patch: Some(6) },
    Release { talos: (1, 10), oldest_kubernetes: (1, 28), newest_kubernetes: (1, 33), newest_patch: Some(8) },
    Release { talos: (1, 11), oldest_kubernetes: (1, 29), newest_kubernetes: (1, 34), newest_patch: Some(6) },
    Release { talos: (1, 12), oldest_kubernetes: (1, 30), newest_kubernetes: (1, 35), newest_patch: Some(11) },
    Release { talos: (1, 13), oldest_kubernetes: (1, 31), newest_kubernetes: (1, 36), newest_patch: Some(9) },
    Release { talos: (1, 14), oldest_kubernetes: (1, 32), newest_kubernetes: (1, 37), newest_patch: Some(0) },
    Release { talos: (1, 15), oldest_kubernetes: (1, 33), newest_kubernetes: (1, 38), newest_patch: None },
];

/// Those that are released, oldest first.
fn released() -> impl DoubleEndedIterator<Item = &'static Release> {
    RELEASES.iter().filter(|release| release.newest_patch.is_some())
}

/// The oldest and the newest Kubernetes version that a Talos version runs; none for a Talos version
/// that the table does not know.
#[must_use]
pub fn kubernetes_window(talos: Minor) -> Option<(Minor, Minor)> {
    let release = RELEASES.iter().find(|release| release.talos == talos)?;
    Some((release.oldest_kubernetes, release.newest_kubernetes))
}

/// The newest Kubernetes version that a Talos version runs. Each Talos brings the Kubernetes behind its predecessor's
/// and keeps the five before it, so one before the table is counted back from its oldest row, and one that is not released
/// runs what the newest release runs: of the one that comes with it there is no image yet.
#[must_use]
pub fn newest_kubernetes(talos: Minor) -> Minor {
    let nearest = released().find(|release| talos <= release.talos).or(released().last()).expect("it has rows");
    let (major, minor) = nearest.newest_kubernetes;
    let before = if talos < nearest.talos && talos.0 == nearest.talos.0 { nearest.talos.1 - talos.1 } else { 0 };
    (major, minor.saturating_sub(before))
}

/// The Talos versions that the table knows, oldest first.
pub fn known() -> impl Iterator<Item = Minor> {
    RELEASES.iter().map(|release| release.talos)
}

/// The newest patch release of a Talos version that the table knows and that is released.
#[must_use]
pub fn newest_patch(talos: Minor) -> Option<u32> {
    released().find(|release| release.talos == talos)?.newest_patch
}

/// Whether a Talos version is known as it is on its way, and not released.
#[must_use]
pub fn is_in_development(talos: Minor) -> bool {
    RELEASES.iter().any(|release| release.talos == talos && release.newest_patch.is_none())
}

/// The newest Talos version that the table knows and that is released.
#[must_use]
pub fn newest() -> Minor {
    released().last().expect("the table has rows").talos
}

/// The newest released Talos version that runs a Kubernetes version; none where no known one does.
#[must_use]
pub fn newest_for_kubernetes(kubernetes: Minor) -> Option<Minor> {
    let runs = |release: &&Release| release.oldest_kubernetes <= kubernetes && kubernetes <= release.newest_kubernetes;
    released().rev().find(runs).map(|release| release.talos)
}

/// A step of an upgrade, to the next minor version of one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Of the machines: `talosctl upgrade`.
    Talos(Minor),
    /// Of the cluster: `talosctl upgrade-k8s`.
    Kubernetes(Minor),
}

/// The steps by which machines come up from a Talos and a Kubernetes to others, in their order: each goes through every
/// minor version, and no Talos meets a Kubernetes that it does not run. None where nothing goes up.
/// (siderolabs/docs, `public/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos.mdx`.)
#[must_use]
pub fn upgrade(from: (Minor, Minor), to: (Minor, Minor)) -> Vec<Step> {
    let ((mut talos, mut kubernetes), mut steps) = (from, Vec::new());
    let raise = |kubernetes: &mut Minor, wanted: Minor, steps: &mut Vec<Step>| {
        while kubernetes.0 == wanted.0 && *kubernetes < wanted {
            kubernetes.1 += 1;
            steps.push(Step::Kubernetes(*kubernetes));
        }
    };
    while talos.0 == to.0.0 && talos < to.0 {
        talos.1 += 1;
        if let Some((oldest, _)) = kubernetes_window(talos) {
            raise(&mut kubernetes, oldest, &mut steps);
        }
        steps.push(Step::Talos(talos));
    }
    raise(&mut kubernetes, to.1, &mut steps);
    steps
}

/// The versions of Talos by which machines go back from one to an older one, in their order: an installer takes those of the
/// minor version above its own, and of none above that. (siderolabs/talos, `pkg/machinery/compatibility`,
/// MaximumHostDowngradeVersion.)
#[must_use]
pub fn downgrade(from: Minor, to: Minor) -> Vec<Minor> {
    if from.0 == to.0 { (to.1..from.1).rev().map(|minor| (to.0, minor)).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downgrades_go_through_each_version() {
        assert_eq!(downgrade((1, 13), (1, 11)), [(1, 12), (1, 11)]);
        assert_eq!(downgrade((1, 13), (1, 13)), []);
        assert_eq!(downgrade((1, 12), (1, 13)), []);
    }

    #[test]
    fn upgrades_go_through_each_version_that_runs_what_is_there() {
        let steps = |from: (u32, u32), to: (u32, u32)| upgrade(((1, from.0), (1, from.1)), ((1, to.0), (1, to.1)));
        let (talos, kubernetes) = (|minor| Step::Talos((1, minor)), |minor| Step::Kubernetes((1, minor)));
        assert_eq!(steps((13, 36), (12, 35)), []);
        assert_eq!(steps((11, 34), (13, 34)), [talos(12), talos(13)]);
        // 1.12 runs Kubernetes from 1.30 on, 1.13 from 1.31 on.
        let all = [kubernetes(30), talos(12), kubernetes(31), talos(13), kubernetes(32)];
        assert_eq!(steps((11, 29), (13, 32)), all);
    }

    #[test]
    fn a_topic_changes_its_shape_once() {
        for topic in Topic::ALL {
            let shapes: Vec<Shape> = known().map(|talos| topic.shape(talos)).collect();
            let change = shapes.iter().position(|shape| *shape == Shape::Document).unwrap_or(shapes.len());
            assert!(
                shapes[change..].iter().all(|shape| *shape == Shape::Document),
                "{topic:?} changes back: {shapes:?}"
            );
            assert_eq!(
                topic.document().is_some(),
                change < shapes.len(),
                "{topic:?} has a document that no version uses"
            );
        }
    }

    #[test]
    fn the_shapes_that_releases_brought() {
        let document_since = |topic: Topic| known().find(|talos| topic.shape(*talos) == Shape::Document);
        assert_eq!(document_since(Topic::Links), Some((1, 12)));
        assert_eq!(document_since(Topic::KubeSpan), Some((1, 13)));
        assert_eq!(document_since(Topic::HostDns), Some((1, 14)));
        assert_eq!(document_since(Topic::Node), Some((1, 14)));
        assert_eq!(document_since(Topic::Etcd), None);
        assert_eq!(Topic::Links.field(), "machine.network.interfaces");
        assert_eq!(Topic::KubeProxy.document(), Some(("KubeProxyConfig", (1, 14))));
    }

    #[test]
    fn releases_and_windows_rise() {
        for pair in RELEASES.windows(2) {
            assert!(pair[0].talos < pair[1].talos);
            assert!(pair[0].oldest_kubernetes < pair[1].oldest_kubernetes);
            assert!(pair[0].newest_kubernetes < pair[1].newest_kubernetes);
        }
        assert_eq!(kubernetes_window((1, 13)), Some(((1, 31), (1, 36))));
        assert_eq!(kubernetes_window((1, 99)), None);
        assert_eq!(newest_for_kubernetes((1, 28)), Some((1, 10)));
        assert_eq!(newest_for_kubernetes((1, 36)), Some(newest()));
        assert_eq!(newest_for_kubernetes((1, 99)), None);
        assert_eq!(newest_patch((1, 13)), Some(9));
        assert_eq!(newest_patch((1, 15)), None);
        assert_eq!(newest(), (1, 14));
        for (talos, kubernetes) in
            [((1, 9), 32), ((1, 6), 29), ((1, 10), 33), ((1, 13), 36), ((1, 15), 37), ((1, 99), 37)]
        {
            assert_eq!(newest_kubernetes(talos), (1, kubernetes), "Talos {talos:?}");
        }
    }
}
