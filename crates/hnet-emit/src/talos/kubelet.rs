//! What the kubelet of machines is told, in the shape that a Talos version wants.

use hnet_manifests::object::Map;
use hnet_manifests::talos::documents::{Document, KubeletConfig};
use hnet_manifests::talos::v1alpha1::ExtraMount;
use hnet_manifests::versions::talos::Topic;
use hnet_model::{KubeletMount, Origin, RawYaml, Traced};

use super::machine::latest;
use super::settings::Settings;
use super::shape::Shaped;

impl Shaped {
    /// What the kubelet is told, but for the addresses of its node.
    pub(super) fn kubelet(&mut self, settings: &Settings<'_>) {
        let all = &settings.kubelet;
        let cluster_dns: Vec<Traced<String>> = settings.cluster_dns.iter().cloned().collect();
        let pairs = || all.iter().flat_map(|kubelet| &kubelet.args);
        let extra_args: Map<Traced<String>> =
            pairs().map(|(key, value)| (key.value.clone(), Traced::new(value.clone(), key.origin))).collect();
        let configs: Vec<&RawYaml> = all.iter().flat_map(|kubelet| &kubelet.configs).collect();
        let seccomp = all.iter().filter_map(|kubelet| kubelet.seccomp_profile).next_back();
        let origin = cluster_dns.first().map(|address| address.origin);
        let origin = origin
            .or(pairs().next().map(|(key, _)| key.origin))
            .or(seccomp.map(|on| on.origin))
            .or(configs.first().map(|config| Origin::written(config.span)));
        if let Some(origin) = origin {
            if self.is_document(Topic::Kubelet) {
                let config =
                    KubeletConfig { cluster_dns, extra_args, default_runtime_seccomp_profile_enabled: seccomp };
                self.document(Document::new(config, origin));
                configs.into_iter().for_each(|config| self.raw_of_last(&["config"], config));
            } else {
                let kubelet = self.kubelet_field();
                (kubelet.cluster_dns, kubelet.extra_args) = (cluster_dns, extra_args);
                kubelet.default_runtime_seccomp_profile_enabled = seccomp;
                configs.into_iter().for_each(|config| self.raw_field(&["machine", "kubelet", "extraConfig"], config));
            }
        }
        // What the document has no field for: mounts are an error there, and it reads no static pods from a folder.
        if self.is_document(Topic::Kubelet) {
            return;
        }
        let mounts = all.iter().flat_map(|kubelet| &kubelet.mounts);
        let mounts = latest(mounts, |mount| Some(&mount.destination.value)).into_iter().map(|mount| {
            let KubeletMount { destination, source, kind, options, span } = mount.clone();
            Traced::new(ExtraMount { destination, kind, source, options }, Origin::written(span))
        });
        let mounts: Vec<_> = mounts.collect();
        if !mounts.is_empty() {
            self.kubelet_field().extra_mounts = mounts;
        }
        if let Some(on) = all.iter().filter_map(|kubelet| kubelet.manifests_directory).next_back() {
            self.kubelet_field().disable_manifests_directory = Some(on.map(|on| !on));
        }
    }
}
