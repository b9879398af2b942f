//! What talconfigs say that an import has no words for, by the fields that say it. Start at [`Left`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hnet_diagnostics::FileId;
use hnet_import::Imported;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Step, Steps, Value};

use super::File;

/// Keys of talconfigs that say nothing of the network or of who a machine is in it; all others do. (`facts/talos.md` a, those
/// of the tier `pass`.)
const OTHER_KEYS: [&str; 12] = [
    "schematic",
    "imageSchematic",
    "imageFactory",
    "kernelModules",
    "machineDisks",
    "machineFiles",
    "userVolumes",
    "volumes",
    "extensionServices",
    "extraManifests",
    "inlineManifests",
    "noSchematicValidate",
];

/// Fields of the core document that say something of the network or of who a machine is in it, by how their paths begin: those
/// for which talconfigs have keys, and those of the headline on patches. (`facts/talos.md` a and 0.6.)
const NETWORK_FIELDS: [&str; 24] = [
    "machine.network",
    "machine.certSANs",
    "machine.time",
    "machine.nodeLabels",
    "machine.nodeAnnotations",
    "machine.nodeTaints",
    "machine.type",
    "machine.install.disk",
    "machine.install.image",
    "machine.kubelet.nodeIP",
    "machine.kubelet.clusterDNS",
    "machine.features.hostDNS",
    "machine.features.kubePrism",
    "machine.features.stableHostname",
    "cluster.network",
    "cluster.proxy",
    "cluster.coreDNS",
    "cluster.discovery",
    "cluster.clusterName",
    "cluster.controlPlane",
    "cluster.etcd.advertisedSubnets",
    "cluster.apiServer.certSANs",
    "cluster.allowSchedulingOnControlPlanes",
    "cluster.allowSchedulingOnMasters",
];

/// Kinds of documents that say something of the network or of who a machine is in it. (`facts/talos.md` b.)
const NETWORK_KINDS: [&str; 36] = [
    "BGPInstanceConfig",
    "BlackholeRouteConfig",
    "BondConfig",
    "BridgeConfig",
    "DHCPv4Config",
    "DHCPv6Config",
    "DiscoveryIdentityConfig",
    "DiscoveryServiceConfig",
    "DummyLinkConfig",
    "EthernetConfig",
    "HCloudVIPConfig",
    "HTTPProbeConfig",
    "HostnameConfig",
    "KubeClusterConfig",
    "KubeCoreDNSConfig",
    "KubeFlannelCNIConfig",
    "KubeNetworkConfig",
    "KubeNodeConfig",
    "KubePrismConfig",
    "KubeProxyConfig",
    "KubeSpanConfig",
    "KubeSpanEndpointsConfig",
    "Layer2VIPConfig",
    "LinkAliasConfig",
    "LinkConfig",
    "NetworkDefaultActionConfig",
    "NetworkRuleConfig",
    "ResolverConfig",
    "RoutingRuleConfig",
    "StaticHostConfig",
    "TCPProbeConfig",
    "TimeSyncConfig",
    "VLANConfig",
    "VRFConfig",
    "VethConfig",
    "WireguardConfig",
];

/// Maps whose keys are the user's own.
const FREE: [&str; 10] = [
    "sysctls",
    "sysfs",
    "nodeLabels",
    "nodeAnnotations",
    "nodeTaints",
    "labels",
    "extraArgs",
    "env",
    "machine.registries",
    "params",
];

/// How many fields there are, of all and of those of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    all: usize,
    network: usize,
}

impl Count {
    fn add(&mut self, path: &str) {
        self.all += 1;
        self.network += usize::from(is_of_network(path));
    }

    /// The share that is not left, of all and of the network, in percent.
    fn share_without(self, left: Count) -> [f64; 2] {
        let share = |of: usize, left: usize| 100.0 - 100.0 * left.min(of) as f64 / of.max(1) as f64;
        [share(self.all, left.all), share(self.network, left.network)]
    }
}

/// What stays YAML of talconfigs, and what is not taken over.
#[derive(Default)]
pub(crate) struct Left {
    /// How often each path is left, and in how many files.
    paths: BTreeMap<String, (usize, BTreeSet<String>)>,
    written: Count,
    left: Count,
}

impl Left {
    /// Notes what an import of a talconfig leaves.
    pub(crate) fn note(&mut self, name: &str, files: &[File], made: &Imported) {
        let Some((_, talconfig)) = files.first() else { return };
        for (path, text) in files {
            let is_named = path == "talconfig.yaml" || talconfig.contains(path.as_str());
            for root in hnet_yaml::parse(FileId(0), text).documents().filter_map(|one| one.root).filter(|_| is_named) {
                let value = root.value();
                match path.as_str() {
                    "talconfig.yaml" => self.note_talconfig(&value),
                    _ => fields(&value, &mut |path| self.written.add(&path)),
                }
            }
        }
        made.tree.statements.iter().for_each(|statement| self.note_patches(name, statement));
        for one in &made.report.unread {
            let (source, key) = (made.sources.get(one.span.file), made.sources.text(one.span));
            let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if source.path().ends_with("talconfig.yaml") && is_key && one.why.contains(&format!("`{key}`")) {
                self.add(name, format!("{key} (not taken over)"));
            }
        }
    }

    /// Counts what a talconfig says: its keys, and the fields of the patches in it.
    fn note_talconfig(&mut self, value: &Value) {
        let mut patches = Vec::new();
        value.leaves(&mut |steps, leaf| {
            let path = written(steps);
            match leaf.as_str() {
                Some(path) if path.starts_with('@') => {}
                Some(text) if path.ends_with("patches[]") => patches.push(text.to_owned()),
                _ => self.written.add(&path),
            }
        });
        for root in patches.iter().map(|text| hnet_yaml::parse(FileId(0), text)) {
            let roots = root.documents().filter_map(|document| document.root);
            roots.for_each(|root| fields(&root.value(), &mut |path| self.written.add(&path)));
        }
    }

    fn note_patches(&mut self, name: &str, statement: &Statement) {
        for patch in statement.arguments.iter().filter(|_| statement.keyword.text == "patch") {
            for root in hnet_yaml::parse(FileId(0), &patch.value.text).documents().filter_map(|one| one.root) {
                fields(&root.value(), &mut |path| self.add(name, path));
            }
        }
        let is_of_talos = |inner: &&Statement| {
            matches!(inner.keyword.text.as_str(), "network" | "cluster" | "node" | "profile" | "patch")
        };
        statement.statements().iter().filter(is_of_talos).for_each(|inner| self.note_patches(name, inner));
    }

    fn add(&mut self, name: &str, path: String) {
        self.left.add(&path);
        let (uses, files) = self.paths.entry(path).or_default();
        *uses += 1;
        files.insert(name.to_owned());
    }

    /// Prints the paths, those that are left most often first, and the shares.
    pub(crate) fn print(&self, out: &mut String) {
        if self.written == Count::default() {
            return;
        }
        let _ = writeln!(out, "   what stays YAML of talconfigs: uses, files, path");
        let mut rows: Vec<_> = self.paths.iter().collect();
        rows.sort_by_key(|(path, (uses, files))| (std::cmp::Reverse((*uses, files.len())), *path));
        for (path, (uses, files)) in rows {
            let _ = writeln!(out, "   {uses:>5} {:>3} {path}", files.len());
        }
        let (written, left) = (self.written, self.left);
        let [all, network] = written.share_without(left);
        let _ = writeln!(
            out,
            "   of {} fields {} stay YAML or are not taken over, {all:.1} % are in words; of network and identity {} of {}, \
             {network:.1} %",
            written.all, left.all, left.network, written.network
        );
    }
}

/// The paths of the fields of a patch, with the kind of a document before them. What says which kind it is says no more.
fn fields(value: &Value, look: &mut dyn FnMut(String)) {
    let kind = value.str_at(&["kind"]);
    value.leaves(&mut |steps, _| {
        let path = written(steps);
        match kind {
            Some(_) if matches!(path.as_str(), "kind" | "apiVersion") => {}
            Some(kind) => look(format!("{kind}/{path}")),
            None => look(path),
        }
    });
}

/// A path in words: members of lists as `[]`, keys that are the user's own as `*`.
fn written(steps: Steps<'_>) -> String {
    let mut path = String::new();
    let mut is_free = false;
    for step in steps.0 {
        match step {
            Step::Index(_) if !is_free => path.push_str("[]"),
            Step::Index(_) => {}
            Step::Key(_) if path.ends_with(".*") => {}
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(if is_free && !key.starts_with('$') { "*" } else { key.as_str() });
                is_free = FREE.iter().any(|own| path == *own || path.ends_with(&format!(".{own}")));
            }
        }
    }
    path
}

/// Whether a field says something of the network or of who a machine is in it.
fn is_of_network(path: &str) -> bool {
    let first = |path: &str| path.split(['.', '[', ' ']).next().unwrap_or_default().to_owned();
    if let Some((kind, _)) = path.split_once('/').filter(|(kind, _)| kind.ends_with("Config")) {
        return NETWORK_KINDS.contains(&kind);
    }
    match first(path).as_str() {
        "machine" | "cluster" => NETWORK_FIELDS.iter().any(|field| path.starts_with(field)),
        "nodes" | "controlPlane" | "worker" => {
            let rest = path.split_once('.').map_or("", |(_, rest)| rest);
            !OTHER_KEYS.contains(&first(rest).as_str())
        }
        key => !OTHER_KEYS.contains(&key),
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, is_of_network};

    const TALCONFIG: &str = "clusterName: home\nendpoint: https://10.0.0.2:6443\ntalosVersion: v1.13.0\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n    filenameTmpl: a.yaml\npatches:\n  - |-\n    machine:\n      baseRuntimeSpecOverrides: {a: 1}\n      nodeLabels: {a: b, c: d}\n      network: {unheard: [1, 2]}\n";

    #[test]
    fn fields_that_stay_are_counted_by_their_paths() {
        let files = vec![("talconfig.yaml".to_owned(), TALCONFIG.to_owned())];
        let made = hnet_import::import(files.clone());
        let mut left = Left::default();
        left.note("one", &files, &made);
        let mut out = String::new();
        left.print(&mut out);
        let has = |line: &str| out.lines().any(|own| own.trim() == line);
        assert!(has("2   1 machine.network.unheard[]"), "{out}");
        assert!(has("1   1 machine.baseRuntimeSpecOverrides.a"), "{out}");
        assert!(has("1   1 filenameTmpl (not taken over)"), "{out}");
        assert!(!out.contains("nodeLabels"), "{out}");
        assert_eq!((left.written.all, left.left.network), (13, 3), "{out}");
    }

    #[test]
    fn the_network_is_told_from_the_rest() {
        for path in ["clusterName", "nodes[].nodeLabels.*", "machine.network.hostname", "BondConfig/name"] {
            assert!(is_of_network(path), "{path}");
        }
        for path in ["nodes[].schematic.overlay", "machine.sysctls.*", "VolumeConfig/name", "noSchematicValidate"] {
            assert!(!is_of_network(path), "{path}");
        }
    }
}
