//! `kubelet`: what the kubelet of machines is told.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Flag, List, One, Setting, SystemPath, Text, statement};
use hnet_model::{KubeletMount, KubeletSettings, RawYaml, Reason, Traced};

use super::machine::latest;
use super::node::{each, pairs};
use crate::types::{SubnetChoice, picked};

statement! {
    /// What the kubelet of machines is told. What a node says comes on top of what its cluster says.
    KubeletStatement = "kubelet" Unnamed () [idle] {
        /// Its arguments, without hyphens before them: `args rotate-server-certificates=true;`
        "args" args: List<Setting>;
        /// Fields of its `KubeletConfiguration`, as YAML.
        "config" config: List<RawYaml>;
        /// What is mounted into its container.
        "mount" mount: Vec<MountStatement>;
        /// Where it picks the node's address from; with `!` before a prefix, from where not. With `off` that is left to
        /// Talos.
        "node-subnets" node_subnets: List<SubnetChoice> [default "the subnet of the node's address, without virtual IPs"];
        /// Whether containers run under the seccomp profile of their runtime.
        "seccomp-profile" seccomp_profile: Flag [default "Talos's own"];
        /// Whether it reads static pods from `/etc/kubernetes/manifests`.
        "manifests-directory" manifests_directory: Flag [default "Talos's own"];
        /// Whether the Kubernetes node is called by all of the host name, and not by its first label.
        "register-with-fqdn" register_with_fqdn: Flag [default "Talos's own: off"];
    }
}

statement! {
    /// A mount in the container of the kubelet: `mount /var/openebs/local options bind, rshared, rw;`
    MountStatement = "mount" Unnamed (
        /// Where it is in the container.
        destination: One<SystemPath> [required],
    ) {
        /// What it is on the machine.
        "source" source: One<Text> [default "the same path"];
        /// What kind of mount it is.
        "type" kind: One<Text> [default "bind"];
        /// Its options.
        "options" options: List<Text>;
    }
}

impl KubeletStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> KubeletSettings {
        let Self {
            head: _,
            args,
            config,
            mount,
            node_subnets,
            seccomp_profile,
            manifests_directory,
            register_with_fqdn,
        } = self;
        let configs = config.0.into_iter().map(|config| config.value);
        KubeletSettings {
            args: latest(pairs(args.0, |Setting(pair)| pair)),
            configs: configs.filter(|config| is_mapping(config, out)).collect(),
            mounts: mount.into_iter().filter_map(MountStatement::lower).collect(),
            node_subnets: (!node_subnets.0.is_empty()).then(|| picked(node_subnets.0)),
            seccomp_profile: seccomp_profile.0,
            manifests_directory: manifests_directory.0,
            register_with_fqdn: register_with_fqdn.0,
        }
    }
}

/// Whether YAML is a mapping, as a configuration is.
fn is_mapping(config: &RawYaml, out: &mut Diagnostics) -> bool {
    if config.value.is_mapping() {
        return true;
    }
    out.report(
        Diagnostic::new(&codes::NOT_YAML, "the configuration is no mapping")
            .label(config.span, "fields of a `KubeletConfiguration` are wanted here")
            .help("write each as `field: value`"),
    );
    false
}

impl MountStatement {
    fn lower(self) -> Option<KubeletMount> {
        let Self { head, destination, source, kind, options } = self;
        let destination = destination?.map(|SystemPath(path)| path);
        let same = || Traced::new(destination.value.clone(), destination.origin.because(Reason::Default));
        Some(KubeletMount {
            source: source.map_or_else(same, |source| source.map(|Text(source)| source)),
            kind: kind.map_or_else(
                || Traced::derived("bind".to_owned(), head.span, Reason::Default),
                |kind| kind.map(|Text(kind)| kind),
            ),
            options: each(options.0, |Text(option)| vec![option]),
            destination,
            span: head.span,
        })
    }
}
