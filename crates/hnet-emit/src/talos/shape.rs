//! Gives settings the shape that a Talos version wants: fields of the core document or typed
//! documents, one of the two for each topic and never both. Start at [`shape`].

use hnet_compare::Kind;
use hnet_diagnostics::Lines;
use hnet_manifests::talos::documents::{
    DiscoveryServiceConfig, DiskExpression, Document, HostnameConfig, Installer, KubeNetworkConfig, KubeNodeConfig,
    KubePrismConfig, NameServer, Ntp, Provisioning, ResolverConfig, SearchDomains, StaticHostConfig, TimeSyncConfig,
    UnattendedInstallConfig,
};
use hnet_manifests::talos::v1alpha1::{
    Cluster, ClusterNetwork, Cni, Config, Discovery, DiskSelector, ExtraHost, Features, Install, KubePrism, Kubelet,
    Machine, Network, Registries, ServiceRegistry, Switch, Time,
};
use hnet_manifests::talos::{Deletion, Entry, NodeIp, NodeMap};
use hnet_manifests::versions::talos::{Minor, Shape, Topic};
use hnet_model::{
    Address, BundledCni, Cluster as ModelCluster, Discovery as ModelDiscovery, DiscoveryService, Disk, HostName,
    Origin, RawYaml, Reason, StaticHost, Taint, TimeSettings, Traced,
};

use super::expressions;
use super::links::Link;
use super::settings::Settings;
use crate::OutputFile;
use crate::yaml::Node;

/// The taint by which Talos keeps pods off control planes.
const CONTROL_PLANE_TAINT: &str = "node-role.kubernetes.io/control-plane";

/// The discovery service that Talos generates by default.
const DISCOVERY_ENDPOINT: &str = "https://discovery.talos.dev/";

/// Settings in the shape that a Talos version wants. `origin` is that of lines that say nothing of their own.
pub(super) fn shape(settings: &Settings<'_>, talos: Minor, origin: Origin) -> Shaped {
    let mut out = Shaped { talos, origin, config: Config::default(), documents: Vec::new(), raw: Vec::new() };
    out.names(settings);
    out.links(settings);
    out.resolver(settings);
    out.install(settings);
    out.node(settings);
    out.cluster(settings);
    out.control_plane(settings);
    out.machine_settings(&settings.machine);
    out.kube_span(settings);
    out.firewall(settings);
    out
}

/// Documents of a machine's configuration.
pub(super) struct Shaped {
    talos: Minor,
    origin: Origin,
    config: Config,
    documents: Vec<Document>,
    /// YAML of the source, with the document and the path that it stands at: the core document's, or that of one of the
    /// others.
    raw: Vec<(Option<usize>, &'static [&'static str], Node)>,
}

impl Shaped {
    /// The core document, where it says anything.
    fn core(&self) -> Option<&Config> {
        let Config { machine, cluster } = &self.config;
        (machine.is_some() || cluster.is_some()).then_some(&self.config)
    }

    /// Writes the documents, the core document first.
    pub(super) fn write(&self, file: &mut OutputFile) {
        self.nodes().iter().for_each(|document| file.document(document));
    }

    /// The documents as nodes, the core document first.
    pub(super) fn nodes(&self) -> Vec<Node> {
        let mut core = self.core().map(|core| Node::of(core, self.origin));
        let typed = self.documents.iter().map(|document| Node::of(document, document.origin));
        let mut typed: Vec<Node> = typed.collect();
        for (document, path, yaml) in &self.raw {
            let document = document.map_or(core.as_mut(), |at| typed.get_mut(at));
            document.into_iter().for_each(|document| put(document, path, yaml.clone()));
        }
        core.into_iter().chain(typed).collect()
    }

    /// The documents as texts, the core document first.
    pub(super) fn texts(&self) -> Vec<Traced<Lines>> {
        self.nodes().iter().map(|document| Traced::new(document.lines(), document.origin)).collect()
    }
}

/// Puts YAML into a document, with the mappings on the way, or lays it over what is there.
fn put(document: &mut Node, path: &[&str], yaml: Node) {
    let Some((first, rest)) = path.split_first() else { return };
    match document.at_mut(&[first]) {
        Some(there) if rest.is_empty() => there.merge(yaml, &Kind::machine()),
        Some(inner) => put(inner, rest, yaml),
        None if rest.is_empty() => document.set(*first, yaml),
        None => {
            document.set(*first, Node::mapping(yaml.origin));
            put(document, path, yaml);
        }
    }
}

fn texts<T: ToString>(values: &[Traced<T>]) -> Vec<Traced<String>> {
    values.iter().map(|value| value.as_ref().map(T::to_string)).collect()
}

impl Shaped {
    pub(super) fn is_document(&self, topic: Topic) -> bool {
        topic.shape(self.talos) == Shape::Document
    }

    /// Whether the version is this one or a later one.
    pub(super) fn is_since(&self, version: Minor) -> bool {
        self.talos >= version
    }

    pub(super) fn machine(&mut self) -> &mut Machine {
        self.config.machine.get_or_insert_default()
    }

    pub(super) fn network_field(&mut self) -> &mut Network {
        self.machine().network.get_or_insert_default()
    }

    pub(super) fn kubelet_field(&mut self) -> &mut Kubelet {
        self.machine().kubelet.get_or_insert_default()
    }

    pub(super) fn features_field(&mut self) -> &mut Features {
        self.machine().features.get_or_insert_default()
    }

    pub(super) fn cluster_field(&mut self) -> &mut Cluster {
        self.config.cluster.get_or_insert_default()
    }

    fn cluster_network_field(&mut self) -> &mut ClusterNetwork {
        self.cluster_field().network.get_or_insert_default()
    }

    pub(super) fn document(&mut self, document: Document) {
        self.documents.push(document);
    }

    /// Puts YAML of the source at a path of the core document.
    pub(super) fn raw_field(&mut self, path: &'static [&'static str], yaml: &RawYaml) {
        self.raw_node(path, Node::from_raw(yaml));
    }

    /// Puts what is made of YAML of the source at a path of the core document.
    pub(super) fn raw_node(&mut self, path: &'static [&'static str], yaml: Node) {
        match path.first() {
            Some(&"machine") => _ = self.machine(),
            _ => _ = self.cluster_field(),
        }
        self.raw.push((None, path, yaml));
    }

    /// Adds a document with YAML of the source under a key.
    pub(super) fn document_with(&mut self, document: Document, key: &'static [&'static str], yaml: Node) {
        self.raw.push((Some(self.documents.len()), key, yaml));
        self.documents.push(document);
    }

    /// Puts YAML of the source under a key of the document that was added last.
    pub(super) fn raw_of_last(&mut self, key: &'static [&'static str], yaml: &RawYaml) {
        self.raw.push((self.documents.len().checked_sub(1), key, Node::from_raw(yaml)));
    }

    fn names(&mut self, settings: &Settings<'_>) {
        if let Some(hostname) = &settings.hostname {
            if self.is_document(Topic::Hostname) {
                // Generators choose a stable name, which has to be switched off for another.
                let auto = Traced::new("off", hostname.origin.because(Reason::Shape));
                let origin = hostname.origin;
                self.document(Document::new(HostnameConfig { auto, hostname: hostname.clone() }, origin));
            } else {
                self.network_field().hostname = Some(hostname.clone());
            }
        }
        for StaticHost { address, names } in settings.static_hosts {
            let origin = address.origin;
            let address: Traced<String> = address.as_ref().map(Address::to_string);
            let names = texts::<HostName>(names);
            if self.is_document(Topic::StaticHosts) {
                self.document(Document::new(StaticHostConfig { name: address, hostnames: names }, origin));
            } else {
                self.network_field().extra_host_entries.push(ExtraHost { ip: address, aliases: names });
            }
        }
        self.time(&settings.time);
    }

    fn time(&mut self, time: &TimeSettings) {
        let TimeSettings { enabled, servers, boot_timeout } = time.clone();
        let boot_timeout = boot_timeout.map(|timeout| timeout.map(|timeout| timeout.to_string()));
        let origin = servers.first().map(|first| first.origin).or(enabled.map(|enabled| enabled.origin));
        let Some(origin) = origin.or(boot_timeout.as_ref().map(|timeout| timeout.origin)) else { return };
        if self.is_document(Topic::Time) {
            let ntp = (!servers.is_empty()).then_some(Ntp { servers });
            self.document(Document::new(TimeSyncConfig { enabled, boot_timeout, ntp }, origin));
        } else {
            let disabled = enabled.map(|enabled| enabled.map(|on| !on));
            self.machine().time = Some(Time { disabled, servers, boot_timeout });
        }
    }

    fn links(&mut self, settings: &Settings<'_>) {
        if self.is_document(Topic::Links) {
            settings.links.iter().for_each(|link| link.documents(&mut self.documents));
        } else if !settings.links.is_empty() {
            let said = settings.links.iter().filter(|link| link.says_something());
            self.network_field().interfaces = said.map(Link::device).collect();
        }
    }

    fn resolver(&mut self, settings: &Settings<'_>) {
        let host_dns_in_document = self.is_document(Topic::HostDns);
        if let (Some(host_dns), false) = (&settings.host_dns, host_dns_in_document) {
            self.features_field().host_dns = Some(host_dns.clone());
        }
        let host_dns = settings.host_dns.clone().filter(|_| host_dns_in_document);
        if self.is_document(Topic::Resolver) {
            let domains = settings.search_domains.clone();
            let disable_default = settings.default_search.map(|on| on.map(|on| !on));
            let said = settings.name_servers.first().or(domains.first()).map(|first| first.origin);
            let said = said.or(disable_default.map(|off| off.origin));
            if let Some(origin) = said.or(host_dns.as_ref().map(|host_dns| host_dns.enabled.origin)) {
                let nameserver = |address: &Traced<String>| NameServer { address: address.clone() };
                let config = ResolverConfig {
                    nameservers: settings.name_servers.iter().map(nameserver).collect(),
                    search_domains: (!domains.is_empty() || disable_default.is_some())
                        .then_some(SearchDomains { domains, disable_default }),
                    host_dns,
                };
                self.document(Document::new(config, origin));
            }
        } else {
            if !settings.name_servers.is_empty() {
                self.network_field().nameservers = settings.name_servers.clone();
            }
            if !settings.search_domains.is_empty() {
                self.network_field().search_domains = settings.search_domains.clone();
            }
            if let Some(on) = settings.default_search {
                self.network_field().disable_search_domain = Some(on.map(|on| !on));
            }
        }
    }

    fn install(&mut self, settings: &Settings<'_>) {
        let (disk, image) = (settings.disk, settings.image.clone());
        let arguments = settings.kernel_arguments.clone();
        let origin = disk.map(|disk| disk.origin).or(image.as_ref().map(|image| image.origin));
        let Some(origin) = origin.or(arguments.first().map(|first| first.origin)) else { return };
        if self.is_document(Topic::Install) {
            let provisioning = disk.map(|disk| Provisioning {
                disk_selector: DiskExpression { expression: disk.as_ref().map(expressions::disk) },
            });
            let installer = image.map(|image| Installer { image });
            self.document(Document::new(UnattendedInstallConfig { installer, provisioning }, origin));
        } else {
            let (disk, disk_selector) = disk.map(disk_fields).unwrap_or_default();
            self.machine().install = Some(Install { disk, disk_selector, image, extra_kernel_args: arguments });
        }
    }

    fn node(&mut self, settings: &Settings<'_>) {
        self.kubelet(settings);
        let subnets = &settings.node_subnets;
        let node_ip = (!subnets.is_empty()).then(|| NodeIp { valid_subnets: subnets.clone() });
        let (labels, annotations) = (texts_by_key(settings.labels), texts_by_key(settings.annotations));
        let mut taints = taints_by_key(settings.taints);
        let register_with_fqdn = settings.kubelet.iter().filter_map(|kubelet| kubelet.register_with_fqdn).next_back();
        if self.is_document(Topic::Node) {
            if settings.schedulable.is_some() {
                taints.insert(CONTROL_PLANE_TAINT, Entry::Delete(Deletion::DELETE));
            }
            let says_pairs = !(labels.is_empty() && annotations.is_empty() && taints.is_empty());
            if node_ip.is_some() || says_pairs || register_with_fqdn.is_some() {
                let config = KubeNodeConfig { register_with_fqdn, node_ip, labels, annotations, taints };
                let origin = subnets.first().map(|subnet| subnet.origin).or(settings.schedulable);
                let origin = origin
                    .or(settings.labels.first().map(|(key, _)| key.origin))
                    .or(settings.annotations.first().map(|(key, _)| key.origin))
                    .or(settings.taints.first().map(|taint| taint.origin))
                    .or(register_with_fqdn.map(|on| on.origin));
                self.document(Document::new(config, origin.unwrap_or_default()));
            }
        } else {
            if node_ip.is_some() {
                self.kubelet_field().node_ip = node_ip;
            }
            if register_with_fqdn.is_some() {
                self.kubelet_field().register_with_fqdn = register_with_fqdn;
            }
            if !(labels.is_empty() && annotations.is_empty() && taints.is_empty()) {
                let machine = self.machine();
                (machine.node_labels, machine.node_annotations, machine.node_taints) = (labels, annotations, taints);
            }
            if let Some(origin) = settings.schedulable {
                self.cluster_field().allow_scheduling_on_control_planes = Some(Traced::new(true, origin));
            }
        }
    }

    fn cluster(&mut self, settings: &Settings<'_>) {
        match settings.kube_prism {
            Some(Traced { value: Some(port), origin }) => {
                let port = Traced::new(port, origin);
                if self.is_document(Topic::KubePrism) {
                    self.document(Document::new(KubePrismConfig { port }, origin));
                } else {
                    let enabled = Traced::new(true, origin);
                    self.features_field().kube_prism = Some(KubePrism { enabled, port: Some(port) });
                }
            }
            Some(Traced { value: None, origin }) => {
                if self.is_document(Topic::KubePrism) {
                    self.document(Document::removed("KubePrismConfig", None, origin));
                } else {
                    let enabled = Traced::new(false, origin);
                    self.features_field().kube_prism = Some(KubePrism { enabled, port: None });
                }
            }
            None => {}
        }
        if let Some(cluster) = settings.network {
            self.cluster_network(cluster);
        }
        if let (Some(cni), false) = (settings.cni, self.is_document(Topic::Cni)) {
            self.cluster_network_field().cni = Some(Cni { name: cni.map(BundledCni::word) });
        }
        settings.discovery.into_iter().for_each(|discovery| self.discovery(discovery));
    }

    fn discovery(&mut self, discovery: &ModelDiscovery) {
        let ModelDiscovery { enabled, kubernetes, service } = discovery;
        let enabled = *enabled;
        if self.is_document(Topic::Discovery) {
            let is_off = enabled.filter(|enabled| !enabled.value).map(|enabled| enabled.origin);
            let (is_off, endpoint) = match service.as_ref().map(|service| (&service.value, service.origin)) {
                Some((DiscoveryService::Off, origin)) => (is_off.or(Some(origin)), None),
                Some((DiscoveryService::At(url), origin)) => (is_off, Some(Traced::new(url.clone(), origin))),
                Some((DiscoveryService::On, origin)) => {
                    (is_off, Some(Traced::new(DISCOVERY_ENDPOINT.to_owned(), origin)))
                }
                None => (is_off, enabled.map(|on| on.map(|_| DISCOVERY_ENDPOINT.to_owned()))),
            };
            match (is_off, endpoint) {
                (Some(origin), _) => {
                    self.document(Document::removed("DiscoveryServiceConfig", Some("default"), origin));
                }
                (None, Some(endpoint)) => {
                    let origin = endpoint.origin;
                    self.document(Document::new(DiscoveryServiceConfig { name: "default", endpoint }, origin));
                }
                (None, None) => {}
            }
            return;
        }
        let kubernetes = kubernetes.map(|on| Switch { disabled: on.map(|on| !on) });
        let service = service.as_ref().map(|service| {
            let is = |off: bool| Some(service.as_ref().map(|_| off));
            match &service.value {
                DiscoveryService::Off => ServiceRegistry { disabled: is(true), endpoint: None },
                DiscoveryService::On => ServiceRegistry { disabled: is(false), endpoint: None },
                DiscoveryService::At(url) => {
                    ServiceRegistry { disabled: None, endpoint: Some(service.as_ref().map(|_| url.clone())) }
                }
            }
        });
        let says_how = kubernetes.is_some() || service.is_some();
        if enabled.is_some() || says_how {
            let registries = says_how.then_some(Registries { kubernetes, service });
            self.cluster_field().discovery = Some(Discovery { enabled, registries });
        }
    }

    fn cluster_network(&mut self, cluster: &ModelCluster) {
        let dns_domain = cluster.dns_domain.as_ref().map(HostName::to_string);
        let (pod_subnets, service_subnets) = (texts(&cluster.pods), texts(&cluster.services_prefixes));
        if self.is_document(Topic::ClusterNetwork) {
            let origin = cluster.pods.first().map_or(dns_domain.origin, |prefix| prefix.origin);
            self.document(Document::new(KubeNetworkConfig { dns_domain, pod_subnets, service_subnets }, origin));
        } else {
            let network = self.cluster_network_field();
            (network.dns_domain, network.pod_subnets, network.service_subnets) =
                (Some(dns_domain), pod_subnets, service_subnets);
        }
    }
}

/// A disk as the core document and talhelper say it: by path, or by a selector.
pub(super) fn disk_fields(disk: &Traced<Disk>) -> (Option<Traced<String>>, Option<Traced<DiskSelector>>) {
    let by = |selector| (None, Some(Traced::new(selector, disk.origin)));
    match &disk.value {
        Disk::Path(path) => (Some(Traced::new(path.clone(), disk.origin)), None),
        selected => {
            let key = |word: &str| Disk::SELECTORS.iter().find(|(known, _)| *known == word).map(|(_, key)| *key);
            let field = |(word, text): (&str, &str)| Some((key(word)?.to_owned(), text.to_owned()));
            by(DiskSelector(selected.selectors().into_iter().filter_map(field).collect()))
        }
    }
}

/// Labels or annotations by key.
pub(super) fn texts_by_key(pairs: &[(Traced<String>, String)]) -> NodeMap {
    let entry = |(key, value): &(Traced<String>, String)| {
        (key.value.clone(), Entry::Value(Traced::new(value.clone(), key.origin)))
    };
    pairs.iter().map(entry).collect()
}

/// Taints by key, as `value:Effect`.
pub(super) fn taints_by_key(taints: &[Traced<Taint>]) -> NodeMap {
    let entry = |taint: &Traced<Taint>| {
        let Taint { key, value, effect } = &taint.value;
        (key.clone(), Entry::Value(Traced::new(format!("{value}:{effect}"), taint.origin)))
    };
    taints.iter().map(entry).collect()
}
