//! The machines of a talconfig, as talhelper makes them: its own fields, then the patches of the group, of the machine
//! and of all. (budimanjojo/talhelper 3.1, pkg/talos and pkg/config.)

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::FileId;
use hnet_manifests::versions::talos::minor;
use hnet_yaml::Reader;

use super::documents::{Document, Documents};
use super::generated::{GENERATED, GENERATED_OF_CONTROL_PLANES, OF_CLUSTER_DEFAULTS};
use super::installer::Factory;
use super::machines::{Machine, map, put, take};
use super::omni;
use super::topf;
use crate::Value;
use crate::kinds::Kind;

/// Fields of a machine, and where they stand in its configuration.
const OF_NODE: &[(&str, &[&str])] = &[
    ("installDisk", &["machine", "install", "disk"]),
    ("installDiskSelector", &["machine", "install", "diskSelector"]),
    ("talosImageURL", &["machine", "install", "image"]),
    ("nodeLabels", &["machine", "nodeLabels"]),
    ("nodeAnnotations", &["machine", "nodeAnnotations"]),
    ("nodeTaints", &["machine", "nodeTaints"]),
    ("nameservers", &["machine", "network", "nameservers"]),
    ("disableSearchDomain", &["machine", "network", "disableSearchDomain"]),
    ("networkInterfaces", &["machine", "network", "interfaces"]),
    ("kernelModules", &["machine", "kernel", "modules"]),
    ("machineDisks", &["machine", "disks"]),
    ("machineFiles", &["machine", "files"]),
    ("certSANs", &["machine", "certSANs"]),
];

/// Fields of the cluster, likewise.
const OF_CLUSTER: &[(&str, &[&str])] = &[
    ("domain", &["cluster", "network", "dnsDomain"]),
    ("clusterPodNets", &["cluster", "network", "podSubnets"]),
    ("clusterSvcNets", &["cluster", "network", "serviceSubnets"]),
    ("cniConfig", &["cluster", "network", "cni"]),
    ("inlineManifests", &["cluster", "inlineManifests"]),
    ("additionalApiServerCertSans", &["cluster", "apiServer", "certSANs"]),
    ("additionalMachineCertSans", &["machine", "certSANs"]),
    ("allowSchedulingOnControlPlanes", &["cluster", "allowSchedulingOnControlPlanes"]),
    ("allowSchedulingOnMasters", &["cluster", "allowSchedulingOnControlPlanes"]),
];

/// The first version that is generated with a resolver on the host. (`HostDNSEnabled` of Talos's version contract.)
const HOST_DNS: (u32, u32) = (1, 7);

/// The first version whose images bring their kernel arguments. (`GrubUseUKICmdlineDefault` of Talos's version contract.)
const UKI_ARGUMENTS: (u32, u32) = (1, 12);

/// The first version for which talhelper writes bonds as documents, in which it leaves out which link is the primary one.
const BOND_DOCUMENTS: (u32, u32) = (1, 12);

/// From here on machines are generated in documents, over which those of patches lie. (`contract.go` of Talos,
/// MultidocKubernetesConfigSupported.)
const GENERATED_DOCUMENTS: (u32, u32) = (1, 14);

/// The version that is meant where none is said.
const NEWEST: (u32, u32) = (u32::MAX, 0);

/// Lists that a machine has beside those of its group, and what says that it has its own alone.
pub const JOINED_LISTS: [(&str, &str); 2] =
    [("extraManifests", "overrideExtraManifests"), ("certSANs", "overrideMachineCertSANs")];

/// Puts in what is so where nothing is said.
fn fill(value: &mut Value, defaults: &[(&[&str], &str)]) {
    for (path, default) in defaults.iter().filter(|(path, _)| value.at(path).is_none()).collect::<Vec<_>>() {
        let read = serde_json::from_str::<serde_json::Value>(default).map(Value::from);
        put(value, path, read.unwrap_or_else(|_| panic!("`{default}` is no default")));
    }
}

/// Fields whose members become a document each.
const DOCUMENTS: &[(&str, &str)] = &[
    ("volumes", "VolumeConfig"),
    ("userVolumes", "UserVolumeConfig"),
    ("extensionServices", "ExtensionServiceConfig"),
];

/// The documents of Talos, by their files.
pub(super) type Files<'d> = BTreeMap<&'d str, Vec<&'d Document>>;

/// The documents of Talos among some, by their files.
pub(super) fn by_file(all: &[Document]) -> Files<'_> {
    let mut files = Files::new();
    for document in all.iter().filter(|document| document.kind.is_talos()) {
        files.entry(&document.file).or_default().push(document);
    }
    files
}

/// Puts the machines of those talconfigs in their place that are on both sides and not written alike. A machine that is on
/// one side only stays a line of its talconfig.
pub(super) fn expand(before: &mut Documents, after: &mut Documents) {
    let is_it = |document: &&Document| document.kind == Kind::talconfig();
    let mut differing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for new in after.all.iter().filter(is_it) {
        let mut others = before.all.iter().filter(is_it);
        if let Some(old) = others.find(|old| old.name == new.name && old.value != new.value) {
            let both = hostnames(&old.value).intersection(&hostnames(&new.value)).cloned().collect();
            differing.insert(new.name.clone(), both);
        }
    }
    if differing.is_empty() {
        return;
    }
    let mut sides = [before, after].map(|documents| {
        let mut talconfigs = BTreeMap::new();
        let all = std::mem::take(&mut documents.all);
        let files = by_file(&all);
        for document in &all {
            match differing.get(&document.name).filter(|_| is_it(&document)) {
                Some(both) => {
                    documents.all.extend(machines(document, &files, both));
                    talconfigs.insert(document.file.clone(), document.value.clone());
                }
                None => documents.all.push(document.clone()),
            }
        }
        (documents, talconfigs)
    });
    for key in OF_MACHINES {
        let is_said = |(documents, talconfigs): &(&mut Documents, BTreeMap<String, Value>)| {
            let mut cores = documents.all.iter().filter(|document| is_core(document, talconfigs));
            cores.any(|core| core.value.at(key.1).is_some())
        };
        // It is said of the whole once, unless patches say it.
        if sides.iter().any(is_said) {
            for (documents, talconfigs) in &mut sides {
                for core in documents.all.iter_mut().filter(|document| is_core(document, talconfigs)) {
                    say(key, &talconfigs[&core.file], &mut core.value);
                }
            }
        }
    }
}

/// Keys of a talconfig, and where a patch may say otherwise of a machine.
pub(super) const OF_MACHINES: [(&str, &[&str]); 2] =
    [("clusterName", &["cluster", "clusterName"]), ("endpoint", &["cluster", "controlPlane", "endpoint"])];

/// Lets a machine say what its talconfig says, where it says nothing else.
pub(super) fn say((key, path): (&str, &[&str]), talconfig: &Value, core: &mut Value) {
    if let (Some(value), None) = (talconfig.get(key), core.at(path)) {
        put(core, path, value.clone());
    }
}

/// Whether a document is the core one of a machine of one of these talconfigs.
fn is_core(document: &Document, talconfigs: &BTreeMap<String, Value>) -> bool {
    document.kind == Kind::machine() && talconfigs.contains_key(&document.file)
}

fn hostnames(talconfig: &Value) -> BTreeSet<String> {
    let nodes = talconfig.get("nodes").map_or(&[][..], Value::items);
    nodes.iter().filter_map(|node| Some(node.get("hostname")?.as_str()?.to_owned())).collect()
}

/// What is left of a talconfig, and the documents of those machines that are on both sides.
fn machines(talconfig: &Document, files: &Files<'_>, both: &BTreeSet<String>) -> Vec<Document> {
    let (whole, mut rest) = Whole::of(talconfig);
    let mut found = Vec::new();
    let mut left = Vec::new();
    for node in &whole.nodes {
        let name = node.get("hostname").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !both.contains(&name) {
            left.push(node.clone());
            continue;
        }
        let Made { machine, unread, mut rest } = whole.machine(node, files);
        if !unread.is_empty() {
            put(&mut rest, &["patches"], Value::List(unread));
        }
        found.extend(machine.documents(talconfig, &format!("{name} of {}", talconfig.name)));
        left.push(rest);
    }
    put(&mut rest, &["nodes"], Value::List(left));
    found.insert(0, Document { value: rest, ..talconfig.clone() });
    found
}

/// What a talconfig says of its machines.
pub(super) struct Whole<'d> {
    file: &'d str,
    /// Whether its patches are documents and no texts.
    is_laid: bool,
    /// The core document of all machines, as far as the fields of the cluster say it.
    cluster: Value,
    groups: [Value; 2],
    /// The machines as they are written.
    pub(super) nodes: Vec<Value>,
    of_all: Value,
    /// The Talos version; none where what is said of it cannot be read. Then all that differs in some version differs.
    talos: Option<(u32, u32)>,
    factory: Factory,
}

/// A machine of a talconfig.
pub(super) struct Made {
    /// Its documents.
    pub(super) machine: Machine,
    /// The patches that are no documents, or not among the files.
    pub(super) unread: Vec<Value>,
    /// What of it no document says.
    rest: Value,
}

impl<'d> Whole<'d> {
    /// What a talconfig says, and what of it is about no machine.
    pub(super) fn of(talconfig: &'d Document) -> (Whole<'d>, Value) {
        let mut rest = talconfig.value.clone();
        let is_laid = omni::take_mark(&mut rest) || topf::is_topf(&talconfig.file);
        let groups = ["controlPlane", "worker"].map(|key| take(&mut rest, &[key]).unwrap_or_default());
        let nodes = take(&mut rest, &["nodes"]).unwrap_or_default().items().to_vec();
        let of_all = take(&mut rest, &["patches"]).unwrap_or_default();
        let mut cluster = Value::Map(Vec::new());
        for (key, path) in OF_CLUSTER {
            match take(&mut rest, &[key]) {
                // Nobody schedules there unless it is said.
                Some(Value::Bool(false)) | None => {}
                Some(value) => put(&mut cluster, path, value),
            }
        }
        fill(&mut cluster, OF_CLUSTER_DEFAULTS);
        let talos = match rest.get("talosVersion") {
            None | Some(Value::Null) => Some(NEWEST),
            Some(said) => minor(said.as_str().unwrap_or_default()),
        };
        let [registry, template] =
            ["registryURL", "installerURLTmpl"].map(|key| take(&mut rest, &["imageFactory", key]));
        let text = |said: &'_ Option<Value>| said.as_ref().and_then(Value::as_str).map(str::to_owned);
        let factory = Factory::named(text(&registry).as_deref(), text(&template).as_deref());
        (Whole { file: &talconfig.file, is_laid, cluster, groups, nodes, of_all, talos, factory }, rest)
    }

    /// What a machine is told.
    pub(super) fn machine(&self, node: &Value, files: &Files<'_>) -> Made {
        let mut node = node.clone();
        let name = node.get("hostname").and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_control_plane = take(&mut node, &["controlPlane"]) == Some(Value::Bool(true));
        let group = &self.groups[usize::from(!is_control_plane)];
        let own = take(&mut node, &["patches"]).unwrap_or_default();
        let of_group = group.get("patches").filter(|_| node.get("overridePatches") != Some(&Value::Bool(true)));
        // What these decide is done here.
        let alone = JOINED_LISTS.map(|(list, key)| (list, take(&mut node, &[key]) == Some(Value::Bool(true))));
        for (key, value) in group.entries().iter().filter(|(key, _)| key != "patches") {
            let joined = alone.iter().find(|(list, _)| list == key);
            if joined.is_some_and(|(_, is_alone)| *is_alone) {
                continue;
            }
            match (take(&mut node, &[key]), joined) {
                (None, _) => put(&mut node, &[key], value.clone()),
                (Some(own), Some(_)) => {
                    let all = own.items().iter().chain(value.items()).cloned().collect();
                    put(&mut node, &[key], Value::List(all));
                }
                (Some(own), None) => put(&mut node, &[key], own),
            }
        }
        let mut machine = Machine { core: self.cluster.clone(), ..Machine::default() };
        fill(&mut machine.core, GENERATED);
        if self.talos.is_some_and(|talos| talos < HOST_DNS) {
            take(&mut machine.core, &["machine", "features", "hostDNS"]);
        }
        if is_control_plane {
            fill(&mut machine.core, GENERATED_OF_CONTROL_PLANES);
        }
        let role = if is_control_plane { "controlplane" } else { "worker" };
        put(&mut machine.core, &["machine", "type"], Value::Text(role.to_owned()));
        put(&mut machine.core, &["machine", "network", "hostname"], Value::Text(name));
        if let Some(arguments) = self.kernel_arguments(&node) {
            let mut patch = Value::Map(Vec::new());
            put(&mut patch, &["machine", "install", "extraKernelArgs"], arguments);
            machine.add_document("v1alpha1", patch);
        }
        self.name_image(&mut node);
        if self.talos.is_some_and(|talos| talos >= BOND_DOCUMENTS) {
            without_primaries(&mut node);
        }
        for (key, path) in OF_NODE {
            let Some(value) = take(&mut node, &[key]) else { continue };
            let mut patch = Value::Map(Vec::new());
            put(&mut patch, path, value);
            machine.add_document("v1alpha1", patch);
        }
        if let Some(firewall) = take(&mut node, &["ingressFirewall"]) {
            if let Some(action) = firewall.get("defaultAction") {
                machine.add_document("NetworkDefaultActionConfig", map([("ingress", action.clone())]));
            }
            for rule in firewall.get("rules").map_or(&[][..], Value::items) {
                machine.add_document("NetworkRuleConfig", rule.clone());
            }
        }
        for (key, kind) in DOCUMENTS {
            for document in take(&mut node, &[key]).unwrap_or_default().items() {
                machine.add_document(kind, document.clone());
            }
        }
        if self.talos.is_some_and(|talos| talos >= GENERATED_DOCUMENTS && talos != NEWEST) {
            machine.settle();
        }
        let patches = [of_group.cloned().unwrap_or_default(), own, self.of_all.clone()];
        let mut unread = Vec::new();
        for patch in patches.iter().flat_map(Value::items) {
            match documents_of(patch, (self.file, self.is_laid), files) {
                Some(documents) => documents.into_iter().for_each(|(kind, value)| machine.add_document(&kind, value)),
                None if operate(patch, &mut machine.core) => {}
                None => unread.push(patch.clone()),
            }
        }
        let mut left = Vec::new();
        for path in take(&mut node, &["extraManifests"]).unwrap_or_default().items() {
            let text = path.as_str().map(|path| Value::Text(format!("@{}", path.trim_start_matches('@'))));
            match text.and_then(|text| documents_of(&text, (self.file, self.is_laid), files)) {
                Some(documents) => documents.into_iter().for_each(|(kind, value)| machine.add_document(&kind, value)),
                None => left.push(path.clone()),
            }
        }
        if !left.is_empty() {
            put(&mut node, &["extraManifests"], Value::List(left));
        }
        Made { machine, unread, rest: node }
    }

    /// The kernel arguments of a schematic that talhelper writes into the machine as well.
    fn kernel_arguments(&self, node: &Value) -> Option<Value> {
        let boots_uki = node.at(&["machineSpec", "useUKI"]) == Some(&Value::Bool(true));
        let is_passed_on = !boots_uki && self.talos.is_none_or(|talos| talos < UKI_ARGUMENTS);
        let arguments = node.at(&["schematic", "customization", "extraKernelArgs"]).filter(|_| is_passed_on)?;
        (!arguments.items().is_empty()).then(|| arguments.clone())
    }

    /// Puts the installer that talhelper takes in the place of what it makes it from.
    fn name_image(&self, node: &mut Value) {
        if node.get("talosImageURL").is_some() {
            return;
        }
        let mode = node.at(&["machineSpec", "mode"]).and_then(Value::as_str);
        let is_secure = node.at(&["machineSpec", "secureboot"]) == Some(&Value::Bool(true));
        let Some(image) = self.factory.installer(node.get("schematic"), mode, is_secure) else { return };
        for path in [["schematic"].as_slice(), &["machineSpec", "mode"], &["machineSpec", "secureboot"]] {
            take(node, path);
        }
        put(node, &["talosImageURL"], Value::Text(image));
    }
}

/// Takes out which links of bonds are the primary ones.
fn without_primaries(node: &mut Value) {
    let Value::Map(entries) = node else { return };
    let Some((_, Value::List(links))) = entries.iter_mut().find(|(key, _)| key == "networkInterfaces") else { return };
    links.iter_mut().for_each(|link| _ = take(link, &["bond", "primary"]));
}

/// Does what the operations of RFC 6902 in a patch say, where none is about a member of a list. Whether it did.
fn operate(patch: &Value, core: &mut Value) -> bool {
    let yaml = hnet_yaml::parse(FileId::default(), &undoubled(patch.as_str().unwrap_or_default()));
    let Some(Value::List(operations)) = yaml.root().map(|root| Value::of(&root.value(), Reader::Talos)) else {
        return false;
    };
    let mut made = core.clone();
    for operation in &operations {
        let [op, path] = ["op", "path"].map(|key| operation.get(key).and_then(Value::as_str).unwrap_or_default());
        let steps = path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        let steps: Vec<String> = steps.collect();
        let is_of_list = |step: &String| step == "-" || step.bytes().all(|byte| byte.is_ascii_digit());
        if steps.is_empty() || steps.iter().any(is_of_list) {
            return false;
        }
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match (op, operation.get("value")) {
            // What is not known to be there may be.
            ("remove", _) if take(&mut made, &steps).is_some() => {}
            ("add" | "replace", Some(value)) => put(&mut made, &steps, value.clone()),
            _ => return false,
        }
    }
    *core = made;
    true
}

/// The documents of a patch, by their kinds; none where it is something else, or not among the files.
fn documents_of(patch: &Value, (talconfig, is_laid): (&str, bool), files: &Files<'_>) -> Option<Vec<(String, Value)>> {
    let kind_of = |value: &Value| value.get("kind").and_then(Value::as_str).unwrap_or("v1alpha1").to_owned();
    // What topf and Omni lay is no text.
    if is_laid && matches!(patch, Value::Map(_)) {
        return Some(vec![(kind_of(patch), patch.clone())]);
    }
    let text = patch.as_str()?;
    if let Some(path) = text.strip_prefix('@') {
        let folder = talconfig.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "." | "" => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let found = files.get(parts.join("/").as_str())?;
        let read = |one: &&Document| {
            let mut value = one.value.clone();
            single_dollars(&mut value);
            (one.kind.kind.clone(), value)
        };
        return Some(found.iter().map(read).collect());
    }
    // talhelper substitutes variables in the whole file, so a dollar sign that stands for itself is doubled.
    let text = undoubled(text);
    let yaml = hnet_yaml::parse(FileId::default(), &text);
    let roots = yaml.documents().filter_map(|document| document.root);
    roots
        .map(|root| {
            let value = Value::of(&root.value(), Reader::Talos);
            matches!(value, Value::Map(_)).then(|| (kind_of(&value), value))
        })
        .collect()
}

/// A text of talhelper's as others write it: one of each two dollar signs, but where they keep `{NAME}` from being filled in.
#[must_use]
pub fn undoubled(text: &str) -> String {
    let mut parts = text.split("$$");
    let mut single = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        single.push_str(if part.starts_with('{') { "$$" } else { "$" });
        single.push_str(part);
    }
    single
}

/// Makes one of each two dollar signs, as talhelper does in the files that it reads.
fn single_dollars(value: &mut Value) {
    match value {
        Value::Text(text) if text.contains("$$") => *text = undoubled(text),
        Value::List(items) => items.iter_mut().for_each(single_dollars),
        Value::Map(entries) => {
            for (key, value) in entries {
                *key = undoubled(key);
                single_dollars(value);
            }
        }
        _ => {}
    }
}

impl Machine {
    /// The documents as they are, of a machine of this name.
    fn documents(&self, talconfig: &Document, name: &str) -> Vec<Document> {
        let own = |kind: Kind, own: &str, value: Value| Document {
            file: talconfig.file.clone(),
            line: talconfig.line,
            kind,
            namespace: String::new(),
            name: if own.is_empty() { name.to_owned() } else { format!("{name}/{own}") },
            value,
        };
        let core = own(Kind::machine(), "", self.core.clone());
        let typed = self.typed().map(|(kind, of, value)| {
            let mut value = value.clone();
            if !of.is_empty() {
                put(&mut value, &["name"], Value::Text(of.to_owned()));
            }
            let head = map([("kind", Value::Text(kind.to_owned()))]);
            value = Value::Map(head.entries().iter().chain(value.entries()).cloned().collect());
            own(Kind::new("talos", kind), of, value)
        });
        std::iter::once(core).chain(typed).collect()
    }
}
