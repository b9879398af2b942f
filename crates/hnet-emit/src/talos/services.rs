//! What Talos runs on machines besides its own, in documents; and pods that the kubelet runs by itself, which the core
//! document lists in every version.

use hnet_diagnostics::Traced;
use hnet_manifests::talos::documents::{ConfigFile, Document, ExtensionServiceConfig, WatchdogTimerConfig};
use hnet_model::{ExtensionFile, ExtensionService, MachineSettings, Origin, Watchdog};
use indexmap::IndexMap;

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
            let file = |ExtensionFile { path, content }: &ExtensionFile| {
                let own = ConfigFile { content: content.clone(), mount_path: path.clone() };
                Traced::new(own, path.origin)
            };
            let variables = services.iter().flat_map(|service| &service.environment);
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
        let pods: Vec<Node> = all.iter().flat_map(|settings| &settings.static_pods).map(Node::from_raw).collect();
        if let Some(origin) = pods.first().map(|pod| pod.origin) {
            self.raw_node(&["machine", "pods"], Node::new(Value::Sequence(pods), origin));
        }
    }
}
