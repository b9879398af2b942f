//! What Talos runs on machines besides its own, in documents; and pods that the kubelet runs by itself, which the core
//! document lists until they have documents of their own.

use hnet_diagnostics::Traced;
use hnet_manifests::talos::documents::{
    ConfigFile, Document, ExtensionServiceConfig, KubeStaticPodConfig, RegistryEndpoint, RegistryMirrorConfig,
    WatchdogTimerConfig,
};
use hnet_manifests::talos::services::{MachineRegistries, Mirror};
use hnet_manifests::versions::talos::{REGISTRIES, Topic};
use hnet_model::{ExtensionFile, ExtensionService, MachineSettings, Origin, RawYaml, RegistryMirror, Watchdog};
use indexmap::IndexMap;

use super::machine::latest;
use super::shape::Shaped;
use crate::yaml::{Node, Value};

impl Shaped {
    /// Services, the watchdog and pods of groups of machines, the smaller groups last.
    pub(super) fn services(&mut self, all: &[&MachineSettings]) {
        let mut services: IndexMap<&str, Vec<&ExtensionService>> = IndexMap::new();
        for service in all.iter().flat_map(|settings| &settings.extension_services) {
            services.entry(service.name.value.as_str()).or_default().push(service);
        }
        for services in services.into_values() {
            let files = services.iter().flat_map(|service| &service.files);
            let files = latest(files, |file| Some(&file.path.value)).into_iter();
            let file = |ExtensionFile { path, content }: &ExtensionFile| {
                let own = ConfigFile { content: content.clone(), mount_path: path.clone() };
                Traced::new(own, path.origin)
            };
            let variables = services.iter().flat_map(|service| &service.environment);
            let variables = latest(variables, |(key, _)| Some(&key.value)).into_iter();
            let config = ExtensionServiceConfig {
                name: services[0].name.clone(),
                config_files: files.map(file).collect(),
                environment: variables.map(|(key, value)| key.as_ref().map(|key| format!("{key}={value}"))).collect(),
            };
            self.document(Document::new(config, Origin::written(services[0].span)));
        }
        let watchdogs = || all.iter().filter_map(|settings| settings.watchdog.as_ref());
        if let Some(Watchdog { device, timeout: _ }) = watchdogs().next_back() {
            let timeout = watchdogs().filter_map(|watchdog| watchdog.timeout.as_ref()).next_back();
            let timeout = timeout.map(|timeout| timeout.as_ref().map(ToString::to_string));
            let origin = device.origin;
            self.document(Document::new(WatchdogTimerConfig { device: device.clone(), timeout }, origin));
        }
        let mut mirrors: IndexMap<&str, Vec<&RegistryMirror>> = IndexMap::new();
        for mirror in all.iter().flat_map(|settings| &settings.registry_mirrors) {
            mirrors.entry(mirror.name.value.as_str()).or_default().push(mirror);
        }
        self.mirrors(mirrors.into_values().collect());
        self.static_pods(all.iter().flat_map(|settings| &settings.static_pods));
    }

    /// Pods that the kubelet runs by itself.
    fn static_pods<'a>(&mut self, pods: impl Iterator<Item = &'a RawYaml>) {
        if self.is_document(Topic::StaticPods) {
            for pod in pods {
                let origin = Origin::written(pod.span);
                // The statement takes none without a name.
                let name = pod.text_at(&["metadata", "name"]).unwrap_or_default();
                let config = KubeStaticPodConfig { name: Traced::new(name.to_owned(), origin) };
                self.document_with(Document::new(config, origin), &["pod"], Node::from_raw(pod));
            }
            return;
        }
        let pods: Vec<Node> = pods.map(Node::from_raw).collect();
        if let Some(origin) = pods.first().map(|pod| pod.origin) {
            self.raw_node(&["machine", "pods"], Node::new(Value::Sequence(pods), origin));
        }
    }

    /// Where images of registries are asked for, each as all that is said of it.
    fn mirrors(&mut self, registries: Vec<Vec<&RegistryMirror>>) {
        if registries.is_empty() {
            return;
        }
        let skip_fallback = |all: &[&RegistryMirror]| all.iter().filter_map(|mirror| mirror.skip_fallback).next_back();
        if !self.is_since(REGISTRIES) {
            let mirrors = registries.into_iter().map(|all| {
                let endpoints = all.iter().flat_map(|mirror| mirror.endpoints.clone()).collect();
                // Rules see to it that all of them say the same.
                let override_path = all.iter().filter_map(|mirror| mirror.override_path).next_back();
                let own = Mirror { endpoints, override_path, skip_fallback: skip_fallback(&all) };
                (all[0].name.value.clone(), own)
            });
            self.machine().registries = Some(MachineRegistries { mirrors: mirrors.collect() });
            return;
        }
        for all in registries {
            let endpoints = all.iter().flat_map(|mirror| {
                mirror.endpoints.iter().map(|url| {
                    let own = RegistryEndpoint { url: url.clone(), override_path: mirror.override_path };
                    Traced::new(own, url.origin)
                })
            });
            let config = RegistryMirrorConfig {
                name: all[0].name.clone(),
                endpoints: endpoints.collect(),
                skip_fallback: skip_fallback(&all),
            };
            self.document(Document::new(config, Origin::written(all[0].span)));
        }
    }
}
