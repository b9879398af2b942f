//! Machines of Talos in one form, whether they are said in the core document or in typed ones, or by a talconfig.
//!
//! What the core document says of the network, of names, time and the node goes into the typed documents that later
//! versions have for it; links are called by the device that they are, whatever alias it has. A talconfig becomes its
//! machines: what talhelper makes of its own fields, with the patches of group, machine and all in the order in which it
//! applies them. What has no other form stays where it is. Both sides of a comparison are put into this form only where
//! fewer fields differ in it. Start at [`in_one_form`]. It is long, since the tables of what moves into documents stand beside
//! what moves it.

use std::collections::{BTreeMap, BTreeSet};

use super::bases;
use super::control_plane;
use super::documents::{Document, Documents};
use super::forms;
use super::installation;
use super::omni;
use super::on_disk;
use super::talconfig;
use super::topf;
use super::whole;
use crate::Value;
use crate::compare::compare;
use crate::kinds::Kind;
use crate::laying::lay_over;
use crate::pair::Facts;

/// Puts those machines of both sides into one form that are the same, or nearly, in it.
pub fn in_one_form(before: &mut Documents, after: &mut Documents) {
    omni::to_talconfigs(before, after);
    topf::to_talconfigs(before, after);
    forms::apart(before, after);
    omni::say_decided(before, after);
    topf::say_reached(before, after);
    talconfig::expand(before, after);
    bases::to_machines(before, after);
    whole::complete(before, after);
    let (old, new) = (of_machines(before), of_machines(after));
    let mut settled: BTreeSet<String> = BTreeSet::new();
    for (name, old) in &old {
        let Some(new) = new.get(name) else { continue };
        let as_written = differing(old, new);
        if as_written == 0 {
            continue;
        }
        let is_said = [&**old, new].map(says_off);
        let (mut old, mut new) = (one_form(old.clone()), one_form(new.clone()));
        if let [Some(is_old), Some(is_new)] = is_said
            && is_old != is_new
        {
            say_off(if is_old { &mut old } else { &mut new });
        }
        if differing(&old, &new) < as_written {
            settled.insert(name.clone());
            before.all.extend(old);
            after.all.extend(new);
        }
    }
    // What was put into another form stands behind all others.
    for (documents, known) in [(before, old), (after, new)] {
        let mut written: usize = known.values().map(Vec::len).sum();
        documents.all.retain(|document| {
            if !document.kind.is_talos() || written == 0 {
                return true;
            }
            written -= 1;
            !document.machine().is_some_and(|name| settled.contains(name))
        });
    }
}

/// Whether a patch says beside a name that Talos makes up none, without which the two exclude each other where one is
/// generated; none where no document of a patch says a name.
fn says_off(documents: &[Document]) -> Option<bool> {
    let mut named = documents.iter().filter(|own| own.kind.kind == HOSTNAME && own.value.get("hostname").is_some());
    let named = named.next().filter(|_| !documents.iter().any(whole::is_whole))?;
    Some(named.value.get("auto").is_some_and(is_off))
}

/// Says it again.
fn say_off(documents: &mut [Document]) {
    for own in documents.iter_mut().filter(|own| own.kind.kind == HOSTNAME) {
        put(&mut own.value, &["auto"], text("off"));
    }
}

fn is_off(auto: &Value) -> bool {
    matches!(auto, Value::Bool(false)) || auto.as_str() == Some("off")
}

/// The document that says what a machine is called.
const HOSTNAME: &str = "HostnameConfig";

/// The documents of Talos, by the machine that they are about.
fn of_machines(documents: &Documents) -> BTreeMap<String, Vec<Document>> {
    let mut all: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    for document in &documents.all {
        if let Some(name) = document.machine() {
            all.entry(name.to_owned()).or_default().push(document.clone());
        }
    }
    all
}

/// How many values differ, or are on one side only.
fn differing(old: &[Document], new: &[Document]) -> usize {
    let same = |document: &Document, others: &[Document]| {
        others.iter().position(|other| other.kind == document.kind && other.name == document.name)
    };
    let of_new = new.iter().map(|document| match same(document, old) {
        Some(at) => compare(&document.kind, &old[at].value, &document.value, &Facts::default()).counts().differing,
        None => document.value.leaves(),
    });
    let gone = old.iter().filter(|document| same(document, new).is_none()).map(|document| document.value.leaves());
    of_new.sum::<usize>() + gone.sum::<usize>()
}

/// The documents of one machine, while they are put into one form.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// The core document.
    pub(super) core: Value,
    /// The typed ones, by their kind and name.
    pub(super) documents: BTreeMap<(String, String), Value>,
}

/// A map of these fields.
pub(super) fn map<'k>(fields: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Takes a value out, and the maps around it that are empty without it.
pub(super) fn take(value: &mut Value, path: &[&str]) -> Option<Value> {
    let (first, rest) = path.split_first()?;
    let Value::Map(entries) = value else { return None };
    let at = entries.iter().position(|(key, _)| key == first)?;
    if rest.is_empty() {
        return Some(entries.remove(at).1);
    }
    let taken = take(&mut entries[at].1, rest)?;
    if matches!(&entries[at].1, Value::Map(left) if left.is_empty()) {
        entries.remove(at);
    }
    Some(taken)
}

/// Puts a value in, with the maps on the way.
pub(super) fn put(value: &mut Value, path: &[&str], new: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = value else { return };
    if !entries.iter().any(|(key, _)| key == first) {
        entries.push(((*first).to_owned(), Value::Null));
    }
    if let Some((_, inner)) = entries.iter_mut().find(|(key, _)| key == first) {
        put(inner, rest, new);
    }
}

/// What the core document says, and where a typed one says it.
pub(super) const FIELDS: &[(&[&str], &str, &[&str])] = &[
    (&["machine", "network", "hostname"], "HostnameConfig", &["hostname"]),
    (&["machine", "network", "searchDomains"], "ResolverConfig", &["searchDomains", "domains"]),
    (&["machine", "network", "disableSearchDomain"], "ResolverConfig", &["searchDomains", "disableDefault"]),
    (&["machine", "features", "hostDNS"], "ResolverConfig", &["hostDNS"]),
    (&["machine", "time", "servers"], "TimeSyncConfig", &["ntp", "servers"]),
    (&["machine", "time", "bootTimeout"], "TimeSyncConfig", &["bootTimeout"]),
    (&["machine", "nodeLabels"], "KubeNodeConfig", &["labels"]),
    (&["machine", "nodeAnnotations"], "KubeNodeConfig", &["annotations"]),
    (&["machine", "nodeTaints"], "KubeNodeConfig", &["taints"]),
    (&["machine", "kubelet", "nodeIP"], "KubeNodeConfig", &["nodeIP"]),
    (&["machine", "kubelet", "registerWithFQDN"], "KubeNodeConfig", &["registerWithFQDN"]),
    (&["machine", "kubelet", "clusterDNS"], "KubeletConfig", &["clusterDNS"]),
    (&["machine", "kubelet", "extraArgs"], "KubeletConfig", &["extraArgs"]),
    (&["machine", "kubelet", "extraConfig"], "KubeletConfig", &["config"]),
    (
        &["machine", "kubelet", "defaultRuntimeSeccompProfileEnabled"],
        "KubeletConfig",
        &["defaultRuntimeSeccompProfileEnabled"],
    ),
    (&["machine", "sysctls"], "SysctlConfig", &["params"]),
    (&["machine", "sysfs"], "SysfsConfig", &["params"]),
    (&["machine", "udev", "rules"], "UdevRulesConfig", &["rules"]),
    (&["cluster", "apiServer", "certSANs"], "KubeAPIServerConfig", &["certExtraSANs"]),
    (&["cluster", "network", "dnsDomain"], "KubeNetworkConfig", &["dnsDomain"]),
    (&["cluster", "network", "podSubnets"], "KubeNetworkConfig", &["podSubnets"]),
    (&["cluster", "network", "serviceSubnets"], "KubeNetworkConfig", &["serviceSubnets"]),
    (&["cluster", "apiServer", "extraArgs"], "KubeAPIServerConfig", &["extraArgs"]),
    (&["cluster", "apiServer", "auditPolicy"], "KubeAuditPolicyConfig", &["configuration"]),
    (&["cluster", "controllerManager", "extraArgs"], "KubeControllerManagerConfig", &["extraArgs"]),
    (&["cluster", "scheduler", "extraArgs"], "KubeSchedulerConfig", &["extraArgs"]),
    (&["cluster", "scheduler", "config"], "KubeSchedulerConfig", &["config"]),
    (
        &["machine", "features", "kubernetesTalosAPIAccess", "allowedRoles"],
        "KubeTalosAPIAccessConfig",
        &["allowedRoles"],
    ),
    (
        &["machine", "features", "kubernetesTalosAPIAccess", "allowedKubernetesNamespaces"],
        "KubeTalosAPIAccessConfig",
        &["allowedKubernetesNamespaces"],
    ),
    (&["machine", "network", "kubespan", "enabled"], "KubeSpanConfig", &["enabled"]),
    (
        &["machine", "network", "kubespan", "advertiseKubernetesNetworks"],
        "KubeSpanConfig",
        &["advertiseKubernetesNetworks"],
    ),
    (&["machine", "network", "kubespan", "allowDownPeerBypass"], "KubeSpanConfig", &["allowDownPeerBypass"]),
    (&["machine", "network", "kubespan", "harvestExtraEndpoints"], "KubeSpanConfig", &["harvestExtraEndpoints"]),
    (&["machine", "network", "kubespan", "mtu"], "KubeSpanConfig", &["mtu"]),
    (&["machine", "network", "kubespan", "filters"], "KubeSpanConfig", &["filters"]),
    (&["cluster", "allowSchedulingOnMasters"], "", &["cluster", "allowSchedulingOnControlPlanes"]),
];

/// What the core document switches off, or on, and the document that is there or not, or says so.
pub(super) const SWITCHES: &[(&[&str], &str, bool)] = &[
    (&["machine", "time", "disabled"], "TimeSyncConfig", false),
    (&["cluster", "proxy", "disabled"], "KubeProxyConfig", false),
    (&["cluster", "coreDNS", "disabled"], "KubeCoreDNSConfig", false),
    (&["cluster", "discovery", "enabled"], "DiscoveryServiceConfig", true),
    (&["machine", "features", "kubePrism", "enabled"], "KubePrismConfig", true),
    (&["machine", "features", "kubernetesTalosAPIAccess", "enabled"], "KubeTalosAPIAccessConfig", true),
];

/// The discovery service that Talos uses where nothing says another.
const DISCOVERY_ENDPOINT: &str = "https://discovery.talos.dev/";

/// KubePrism's port, where nothing says another.
const KUBE_PRISM_PORT: &str = "7445";

/// What of the cluster no worker reads.
pub const OF_CONTROL_PLANES: &[&str] = &[
    "allowSchedulingOnControlPlanes",
    "allowSchedulingOnMasters",
    "apiServer",
    "controllerManager",
    "scheduler",
    "etcd",
    "proxy",
    "coreDNS",
    "adminKubeconfig",
    "inlineManifests",
    "extraManifests",
    "externalCloudProvider",
];

/// The documents of one machine in the one form.
fn one_form(documents: Vec<Document>) -> Vec<Document> {
    let Some(first) = documents.first() else { return documents };
    let (file, line, name) = (first.file.clone(), first.line, first.machine().unwrap_or_default().to_owned());
    let mut machine = Machine::default();
    for document in documents {
        machine.add_document(&document.kind.kind, document.value);
    }
    machine.settle();
    let Machine { core, documents } = machine;
    let own = |kind: Kind, own_name: &str, value: Value| Document {
        file: file.clone(),
        line,
        kind,
        namespace: String::new(),
        name: if own_name.is_empty() { name.clone() } else { format!("{name}/{own_name}") },
        value,
    };
    let core = Some(core).filter(|core| !core.entries().is_empty()).map(|core| own(Kind::machine(), "", core));
    let typed = documents.into_iter().map(|((kind, name), value)| own(Kind::new("talos", &kind), &name, value));
    core.into_iter().chain(typed).collect()
}

/// What a patch made of a value, without the maps of which it left nothing: they say no more than one that is not there.
pub(super) fn without_emptied(before: Option<&Value>, after: Value, patch: &Value) -> Value {
    let Value::Map(entries) = after else { return after };
    let is_empty = |value: &Value| matches!(value, Value::Map(entries) if entries.is_empty());
    let (said, before) = (by_key(patch.entries()), by_key(before.map_or(&[], Value::entries)));
    let entries = entries.into_iter().filter_map(|(key, value)| {
        let Some(patch) = said.get(&*key).filter(|patch| !is_empty(patch)) else { return Some((key, value)) };
        let before = before.get(&*key).copied();
        let value = without_emptied(before, value, patch);
        (!is_empty(&value) || before.is_some_and(is_empty)).then_some((key, value))
    });
    Value::Map(entries.collect())
}

/// Values by their keys, of which there may be thousands.
fn by_key(entries: &[(String, Value)]) -> BTreeMap<&str, &Value> {
    entries.iter().map(|(key, value)| (key.as_str(), value)).collect()
}

impl Machine {
    /// Adds a document, or lays it over the one that is there.
    pub(super) fn add_document(&mut self, kind: &str, mut value: Value) {
        if kind == "v1alpha1" {
            let laid = lay_over(&Kind::machine(), &self.core, &value).unwrap_or_default();
            self.core = without_emptied(Some(&self.core), laid, &value);
            return;
        }
        take(&mut value, &["apiVersion"]);
        take(&mut value, &["kind"]);
        let name = take(&mut value, &["name"]);
        let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
        // What is generated and not wanted is what the core document switches off.
        if value.get("$patch").and_then(Value::as_str) == Some("delete") {
            if kind == control_plane::ADMISSION {
                self.documents.remove(&(kind.to_owned(), name.to_owned()));
                return;
            }
            let is_switch = SWITCHES.iter().any(|(_, switched, _)| *switched == kind);
            return self.add(kind, if is_switch { "" } else { name }, map([("enabled", Value::Bool(false))]));
        }
        if SWITCHES.iter().any(|(_, switched, means_on)| *switched == kind && *means_on) {
            put(&mut value, &["enabled"], Value::Bool(true));
        }
        if kind == "KubeNodeConfig" && control_plane::lets_pods_in(&mut value) {
            put(&mut self.core, &["cluster", "allowSchedulingOnControlPlanes"], Value::Bool(true));
            if value.entries().is_empty() {
                return;
            }
        }
        let is_usual = value.get("endpoint").and_then(Value::as_str) == Some(DISCOVERY_ENDPOINT);
        // Generators write the service that all use as this one, or another one in its place.
        if kind == "DiscoveryServiceConfig" && (is_usual || name == "default") {
            if is_usual {
                take(&mut value, &["endpoint"]);
            }
            return self.add(kind, "", value);
        }
        self.add(kind, name, value);
    }

    /// Moves how members find each other into the document of the service.
    fn discovery(&mut self) {
        let registry = |rest: &[&'static str]| [&["cluster", "discovery", "registries"], rest].concat();
        // Later versions have no other way than a service.
        let kubernetes = registry(&["kubernetes", "disabled"]);
        if self.core.at(&kubernetes) == Some(&Value::Bool(true)) {
            take(&mut self.core, &kubernetes);
        }
        let is_off = take(&mut self.core, &registry(&["service", "disabled"])) == Some(Value::Bool(true));
        let endpoint = take(&mut self.core, &registry(&["service", "endpoint"]));
        // Generators write one of which nothing is said.
        let service = registry(&["service"]);
        if self.core.at(&service).is_some_and(|own| own.entries().is_empty()) {
            take(&mut self.core, &service);
        }
        let on = ["cluster", "discovery", "enabled"];
        if is_off {
            put(&mut self.core, &on, Value::Bool(false));
        } else if let Some(endpoint) = endpoint.filter(|_| self.core.at(&on) != Some(&Value::Bool(false))) {
            take(&mut self.core, &on);
            let own = Some(endpoint).filter(|endpoint| endpoint.as_str() != Some(DISCOVERY_ENDPOINT));
            let fields = [("enabled", Value::Bool(true))].into_iter().chain(own.map(|own| ("endpoint", own)));
            self.add("DiscoveryServiceConfig", "", map(fields));
        }
    }

    /// The typed documents, by kind and name.
    pub(super) fn typed(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.documents.iter().map(|((kind, name), value)| (kind.as_str(), name.as_str(), value))
    }

    pub(super) fn add(&mut self, kind: &str, name: &str, value: Value) {
        let key = (kind.to_owned(), name.to_owned());
        let old = self.documents.remove(&key).unwrap_or(Value::Map(Vec::new()));
        self.documents.extend(lay_over(&Kind::new("talos", kind), &old, &value).map(|laid| (key, laid)));
    }

    /// Moves all into the typed documents that has a place there.
    pub(super) fn settle(&mut self) {
        if self.core.at(&["machine", "type"]).and_then(Value::as_str) == Some("worker") {
            OF_CONTROL_PLANES.iter().for_each(|key| _ = take(&mut self.core, &["cluster", key]));
        }
        for (path, kind, to) in FIELDS {
            let Some(value) = take(&mut self.core, path) else { continue };
            if kind.is_empty() {
                put(&mut self.core, to, value);
                continue;
            }
            let mut document = Value::Map(Vec::new());
            put(&mut document, to, value);
            self.add(kind, "", document);
        }
        control_plane::to_document(self);
        control_plane::admission_to_documents(self);
        on_disk::to_documents(self);
        installation::to_core(self);
        self.discovery();
        for (path, kind, means_on) in SWITCHES {
            if let Some(Value::Bool(value)) = take(&mut self.core, path)
                && (value != *means_on || *means_on)
            {
                self.add(kind, "", map([("enabled", Value::Bool(value == *means_on))]));
            }
            // What is on where nothing says so is left out of the core document, too.
            let key = ((*kind).to_owned(), String::new());
            if let Some(document) = self.documents.get_mut(&key).filter(|_| !*means_on)
                && document.get("enabled") == Some(&Value::Bool(true))
            {
                take(document, &["enabled"]);
                self.documents.retain(|own, value| *own != key || !value.entries().is_empty());
            }
        }
        if let Some(port) = take(&mut self.core, &["machine", "features", "kubePrism", "port"]) {
            self.add("KubePrismConfig", "", map([("port", port)]));
        }
        if let Some(prism) = self.documents.get_mut(&("KubePrismConfig".to_owned(), String::new()))
            && prism.get("port").is_none()
            && prism.get("enabled") == Some(&Value::Bool(true))
        {
            put(prism, &["port"], Value::Number(KUBE_PRISM_PORT.to_owned()));
        }
        if let Some(servers) = take(&mut self.core, &["machine", "network", "nameservers"]) {
            let servers = servers.items().iter().map(|server| map([("address", server.clone())])).collect();
            self.add("ResolverConfig", "", map([("nameservers", Value::List(servers))]));
        }
        for entry in take(&mut self.core, &["machine", "network", "extraHostEntries"]).unwrap_or_default().items() {
            let (ip, names) = (entry.get("ip").and_then(Value::as_str), entry.get("aliases"));
            let names = names.map(|names| ("hostnames", names.clone()));
            self.add("StaticHostConfig", ip.unwrap_or_default(), map(names));
        }
        let is_stable = take(&mut self.core, &["machine", "features", "stableHostname"]) == Some(Value::Bool(true));
        let names = self.documents.get_mut(&(HOSTNAME.to_owned(), String::new()));
        if let Some(names) = names.filter(|names| names.get("hostname").is_some()) {
            // Whoever says a name wants no other.
            if names.get("auto").is_some_and(is_off) {
                take(names, &["auto"]);
            }
        } else if is_stable {
            self.add(HOSTNAME, "", map([("auto", text("stable"))]));
        }
        let mut left = Vec::new();
        for device in take(&mut self.core, &["machine", "network", "interfaces"]).unwrap_or_default().items() {
            left.extend(self.device(device.clone()));
        }
        if !left.is_empty() {
            put(&mut self.core, &["machine", "network", "interfaces"], Value::List(left));
        }
        if self.core.at(&["machine", "network"]).is_some_and(|network| network.entries().is_empty()) {
            take(&mut self.core, &["machine", "network"]);
        }
        if let Some(resolver) = self.documents.get_mut(&("ResolverConfig".to_owned(), String::new()))
            && resolver.at(&["searchDomains", "disableDefault"]) == Some(&Value::Bool(false))
        {
            take(resolver, &["searchDomains", "disableDefault"]);
        }
        self.settle_links();
        // A document of a link that says nothing but that it is up.
        self.documents.retain(|(kind, _), value| {
            kind != "LinkConfig"
                || value.entries().iter().any(|(key, value)| key != "up" || *value != Value::Bool(true))
        });
    }
}
