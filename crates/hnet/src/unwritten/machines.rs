//! What a source says of machines that no build writes, where the talconfig of the cluster, or what stands for one, says otherwise.
//!
//! Only what both say plainly is compared. What may be said by a patch as well, of the source or of talhelper's, is not
//! known, and neither is what a placeholder stands in. Start at [`told`].

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_model::{Address, Cluster, Disk, EndpointHost, IpNet, Node, Role};
use hnet_repository::{Machines, TalosForm, host_and_port, is_control_plane, with_groups};
use hnet_yaml::Value;

use super::otherwise::{BOTH, Otherwise, is_other};

/// How people call a form of machines, and what a talconfig calls otherwise.
struct Words {
    form: TalosForm,
    /// The file.
    file: &'static str,
    /// What a talconfig calls otherwise.
    names: &'static [(&'static str, &'static str)],
    /// The roles, a worker's first.
    roles: [&'static str; 2],
    /// Whether patches alone say all else, and a machine need not be called by its host name.
    is_by_patches: bool,
}

const fn words(
    form: TalosForm,
    file: &'static str,
    names: &'static [(&'static str, &'static str)],
    roles: [&'static str; 2],
) -> Words {
    Words { form, file, names, roles, is_by_patches: matches!(form, TalosForm::Topf) }
}

/// The forms of which something is told.
const FORMS: [Words; 4] = [
    words(TalosForm::Talhelper, "the talconfig", &[], ["false", "true"]),
    words(TalosForm::Topf, "`topf.yaml`", &[("controlPlane", "role")], ["worker", "control-plane"]),
    words(
        TalosForm::Omni,
        "the template for Omni",
        &[
            ("talosVersion", "talos.version"),
            ("kubernetesVersion", "kubernetes.version"),
            ("controlPlane", "kind"),
            ("installDisk", "install.disk"),
        ],
        ["Workers", "ControlPlane"],
    ),
    words(
        TalosForm::Machine,
        "the machine configurations",
        &[
            ("talosVersion", "machine.install.image"),
            ("kubernetesVersion", "machine.kubelet.image"),
            ("endpoint", "cluster.controlPlane.endpoint"),
            ("controlPlane", "machine.type"),
            ("installDisk", "machine.install.disk"),
            ("installDiskSelector", "machine.install.diskSelector"),
        ],
        ["worker", "controlplane"],
    ),
];

impl Words {
    fn of(form: TalosForm) -> &'static Words {
        FORMS.iter().find(|own| own.form == form).unwrap_or(&FORMS[0])
    }

    /// What a field of a talconfig is called.
    fn name(&self, field: &str) -> String {
        let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
        let own = self.names.iter().find(|(key, _)| *key == first).map_or(first, |(_, own)| *own);
        rest.map_or_else(|| own.to_owned(), |rest| format!("{own}.{rest}"))
    }
}

/// What a cluster says of its machines otherwise than the repository. `files` is what files of patches may say.
pub(super) fn told(cluster: &Cluster, machines: &Machines, files: &Patches) -> Vec<Otherwise> {
    let (talconfig, words) = (&machines.value, Words::of(machines.form));
    let machines = with_groups(talconfig);
    let nodes: Vec<(&str, &Value)> =
        machines.iter().filter_map(|node| Some((known(node.get("hostname")?)?, node))).collect();
    let (mut by_name, mut by_uuid): (BTreeMap<String, &Value>, BTreeMap<&str, &Value>) = Default::default();
    for (name, node) in &nodes {
        by_name.entry(name.to_ascii_lowercase()).or_insert(node);
    }
    for node in &machines {
        node.str_at(&["uuid"]).into_iter().for_each(|uuid| _ = by_uuid.insert(uuid, node));
    }
    let name_of = |node: &Node| {
        let told = node.told_hostname().map_or_else(|| node.name.value.to_string(), |name| name.value);
        told.to_ascii_lowercase()
    };
    let of_node = |node: &Node| {
        let of_uuid = node.uuid.as_ref().and_then(|uuid| by_uuid.get(uuid.value.as_str()));
        of_uuid.or_else(|| by_name.get(&name_of(node))).copied()
    };
    let is_named_so = talconfig.str_at(&["clusterName"]) == Some(cluster.name.value.as_str());
    // It may be that of other machines.
    if cluster.nodes.is_empty() || !is_named_so && !cluster.nodes.iter().any(|node| of_node(node).is_some()) {
        return Vec::new();
    }
    let mut found = of_all(cluster, talconfig, words);
    let of_all = Patches::within(talconfig);
    let of_groups = ["controlPlane", "worker"].map(|key| talconfig.get(key).map(Patches::within).unwrap_or_default());
    let (mut said, names): (BTreeSet<Span>, BTreeSet<String>) =
        (BTreeSet::new(), cluster.nodes.iter().map(name_of).collect());
    for node in &cluster.nodes {
        if let Some(there) = of_node(node) {
            let (of_group, own) = (&of_groups[usize::from(!is_control_plane(there))], Patches::within(there));
            let patches = [files, &of_all, of_group, &own];
            said.extend(there.get("hostname").map(Value::written));
            found.extend(Both { cluster, node, there, patches, words }.differences());
        }
    }
    let mut found = joined(found);
    let is_said = |node: &Value| {
        let name = node.get("hostname");
        name.is_some_and(|name| said.contains(&name.written()))
            || name.and_then(Value::as_str).is_some_and(|name| names.contains(&name.to_ascii_lowercase()))
    };
    // What topf calls a machine need not be its host name: one that both lists lack may be one of the other's.
    if words.is_by_patches
        && cluster.nodes.iter().any(|node| of_node(node).is_none())
        && nodes.iter().any(|(_, node)| !is_said(node))
    {
        return found;
    }
    // Who of them is not named may be any.
    let list = talconfig.fields().find(|field| field.key.as_str() == "nodes");
    if let Some(list) = list.filter(|list| list.value.items().len() == nodes.len()) {
        found.extend(cluster.nodes.iter().filter(|node| of_node(node).is_none()).map(|node| Otherwise {
            of: format!("node `{}`", node.name.value),
            here: (node.name.span(), format!("no node of {} is called so", words.file)),
            there: vec![(list.key.span(), "it is none of these".to_owned())],
            help: "add it to that file as well: hnet writes only what `output` has a file for",
            is_hidden: false,
        }));
    }
    let mut others = nodes.iter().filter(|(_, node)| !is_said(node)).peekable();
    if others.peek().is_some() {
        let label = |(name, node): &(&str, &Value)| {
            let place = node.get("hostname").map_or(node.span, Value::written);
            (place, format!("the cluster has `{name}`"))
        };
        found.push(Otherwise {
            of: format!("the nodes of cluster `{}`", cluster.name.value),
            here: (cluster.name.span(), format!("not all nodes of {} are said here", words.file)),
            there: others.map(label).collect(),
            help: "say it here, or take it out of that file: hnet writes only what `output` has a file for",
            is_hidden: false,
        });
    }
    found
}

/// What follows from one place is one mistake.
fn joined(all: Vec<Otherwise>) -> Vec<Otherwise> {
    let (mut found, mut places): (Vec<(Otherwise, usize)>, _) = (Vec::new(), BTreeMap::new());
    for one in all {
        let at = *places.entry(one.here.0).or_insert(found.len());
        match found.get_mut(at) {
            Some((_, more)) => *more += 1,
            None => found.push((one, 0)),
        }
    }
    let with = |(mut one, more): (Otherwise, usize)| {
        one.with(more);
        one
    };
    found.into_iter().map(with).collect()
}

/// What texts of patches may say of machines.
#[derive(Default)]
pub(super) struct Patches {
    /// Whether they may say on which disk Talos is installed.
    say_disk: bool,
    addresses: BTreeSet<IpAddr>,
}

impl Patches {
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut all = Patches::default();
        for text in texts {
            all.say_disk |= text.contains("install") && text.to_ascii_lowercase().contains("disk");
            let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|run| run.trim_matches('.'));
            all.addresses.extend(numbers.filter_map(|run| run.parse::<Ipv4Addr>().ok()).map(IpAddr::from));
            let runs = text.split(|c: char| !c.is_ascii_hexdigit() && c != ':').filter(|run| run.contains(':'));
            // A colon before or behind one may be that of a key, or of a port.
            let runs = runs.flat_map(|run| [Some(run), run.strip_prefix(':'), run.strip_suffix(':')]).flatten();
            all.addresses.extend(runs.filter_map(|run| run.parse::<Ipv6Addr>().ok()).map(IpAddr::from));
        }
        all
    }

    /// Those that stand in a talconfig, or in a group or a node of one.
    fn within(part: &Value) -> Self {
        Patches::of(part.items_of("patches").iter().filter_map(Value::as_str))
    }
}

/// What it says of itself.
fn of_all(cluster: &Cluster, talconfig: &Value, words: &Words) -> Vec<Otherwise> {
    let of = || format!("cluster `{}`", cluster.name.value);
    let mut found = Vec::new();
    let talos = cluster.talos().map(|version| ("talosVersion", version));
    for (key, version) in talos.into_iter().chain([("kubernetesVersion", &cluster.kubernetes)]) {
        let Some(there) = talconfig.get(key).filter(|_| is_written(version.origin)) else { continue };
        found.extend(known(there).filter(|text| is_other(&version.value, text)).map(|text| {
            let here = format!("v{}", version.value);
            Otherwise::field(of(), &words.name(key), (version.span(), &here), (there.written(), text))
        }));
    }
    if let Some(there) = talconfig.get("endpoint").filter(|_| is_written(cluster.endpoint.origin))
        && let Some((text, (host, port))) = known(there).and_then(|text| Some((text, host_and_port(text)?)))
    {
        let own = &cluster.endpoint.value;
        let is_other_host = match &own.host {
            EndpointHost::Address(Address::Known(own)) => host.parse::<IpAddr>() != Ok(*own),
            EndpointHost::Address(Address::Placeholder(_)) => false,
            EndpointHost::Name(name) => {
                let name = name.to_string();
                !name.contains("${") && !name.eq_ignore_ascii_case(host)
            }
        };
        if is_other_host || port.is_some_and(|port| port != own.port) {
            let here = (cluster.endpoint.span(), own.url());
            found.push(Otherwise::field(of(), &words.name("endpoint"), (here.0, &here.1), (there.written(), text)));
        }
    }
    found
}

/// A node beside what the talconfig says of it with its group, and what the patches may say that it gets.
struct Both<'a> {
    cluster: &'a Cluster,
    node: &'a Node,
    there: &'a Value,
    patches: [&'a Patches; 4],
    /// How the form of the file is called.
    words: &'static Words,
}

impl Both<'_> {
    fn differences(&self) -> Vec<Otherwise> {
        let (node, there) = (self.node, self.there);
        let of = || format!("node `{}`", node.name.value);
        let mut found = Vec::new();
        let is_control_plane = node.role.value == Role::ControlPlane;
        let role = there.get("controlPlane");
        let said = match role {
            Some(role) => known(role).and_then(|text| text.parse::<bool>().ok()),
            None => Some(false),
        };
        if let Some(said) = said.filter(|said| *said != is_control_plane && is_written(node.role.origin)) {
            let place = role.or_else(|| there.get("hostname")).map_or(there.span, Value::written);
            let words = self.words.roles;
            let here = (node.role.span(), words[usize::from(is_control_plane)]);
            let name = self.words.name("controlPlane");
            found.push(Otherwise::field(of(), &name, here, (place, words[usize::from(said)])));
        }
        found.extend(self.disk());
        if let Some(addresses) = there.get("ipAddress")
            && let Some(text) = known(addresses)
        {
            let there: Vec<&str> = text.split(',').map(str::trim).collect();
            let said: Vec<(String, Span)> = match (node.reached_at.as_slice(), &node.address) {
                ([], Some(address)) => match address.value.known() {
                    Some(known) => vec![(known.addr().to_string(), address.span())],
                    None => Vec::new(),
                },
                (all, _) => all.iter().map(|one| (one.value.clone(), one.span())).collect(),
            };
            let is_unknown = said.iter().any(|(text, _)| text.contains("${"));
            let other = said.iter().find(|(text, _)| !there.iter().any(|one| is_same(one, text)));
            if let Some((here, span)) = other.filter(|_| !is_unknown) {
                found.push(Otherwise::field(of(), "ipAddress", (*span, here), (addresses.written(), text)));
            }
        }
        if self.words.is_by_patches {
            return found;
        }
        let links: Vec<&Value> = {
            let links = there.items_of("networkInterfaces").iter();
            links.flat_map(|link| std::iter::once(link).chain(link.items_of("vlans"))).collect()
        };
        let mut addresses = Vec::new();
        for link in node.links() {
            addresses.extend(link.static_addresses().iter().map(|one| (one.value.known(), one.span())));
        }
        let of_links = links.iter().flat_map(|link| link.items_of("addresses"));
        let of_links = of_links.map(|one| (known(one).and_then(|text| text.parse::<IpNet>().ok()), one.written()));
        found.extend(self.several("addresses", &addresses, &of_links.collect::<Vec<_>>()));
        let mut virtual_ips = Vec::new();
        for interface in &node.interfaces {
            let of_vlans = interface.vlans.iter().flat_map(|vlan| &vlan.virtual_ips);
            let all = interface.virtual_ips.iter().chain(of_vlans);
            virtual_ips.extend(all.map(|one| (one.value.known().map(IpNet::from), one.span())));
        }
        let of_links = links.iter().filter_map(|link| link.at(&["vip", "ip"]));
        let of_links = of_links
            .map(|one| (known(one).and_then(|text| text.parse::<IpAddr>().ok()).map(IpNet::from), one.written()));
        found.extend(self.several("vip", &virtual_ips, &of_links.collect::<Vec<_>>()));
        found
    }

    /// Addresses of links: one that another takes the place of, or that is said and not there.
    fn several(
        &self,
        name: &str,
        said: &[(Option<IpNet>, Span)],
        there: &[(Option<IpNet>, Span)],
    ) -> Option<Otherwise> {
        let nets = |all: &[(Option<IpNet>, Span)]| {
            all.iter().map(|(net, span)| Some(((*net)?, *span))).collect::<Option<Vec<_>>>()
        };
        let (said, there) = (nets(said)?, nets(there)?);
        let is_in = |all: &[(IpNet, Span)], net: IpNet| all.iter().any(|(one, _)| *one == net);
        let new = said.iter().find(|(net, _)| !is_in(&there, *net) && !self.is_patched(net.addr()));
        let gone = there.iter().find(|(net, _)| !is_in(&said, *net) && !self.is_raw(net.addr()));
        let shown = |net: &IpNet| if name == "vip" { net.addr().to_string() } else { net.to_string() };
        let of = format!("node `{}`", self.node.name.value);
        match (new, gone) {
            (Some((new, here)), Some((gone, there))) => {
                let mut one = Otherwise::field(of, name, (*here, &shown(new)), (*there, &shown(gone)));
                one.here.1 = format!("`{name}` has {} here", shown(new));
                Some(one)
            }
            (Some((new, here)), None) => {
                let place = there.first().map(|(_, place)| (*place, "the cluster gets it without that".to_owned()));
                // Where talhelper's own fields have none, whatever has them is not seen.
                Some(Otherwise {
                    of,
                    here: (*here, format!("`{name}` has {} here", shown(new))),
                    there: vec![place?],
                    help: BOTH,
                    is_hidden: false,
                })
            }
            (None, Some((gone, place))) if !said.is_empty() => Some(Otherwise {
                of,
                here: (self.node.name.span(), format!("`{name}` has no {} here", shown(gone))),
                there: vec![(*place, format!("the cluster gets {}", shown(gone)))],
                help: BOTH,
                is_hidden: false,
            }),
            _ => None,
        }
    }

    fn disk(&self) -> Option<Otherwise> {
        let (node, there) = (self.node, self.there);
        let disk = node.disk.as_ref().filter(|disk| is_written(disk.origin))?;
        if self.patches.iter().any(|patches| patches.say_disk) {
            return None;
        }
        let (key, selector, own) = match &disk.value {
            Disk::Path(path) => ("installDisk", None, path),
            Disk::Size(size) => ("installDiskSelector", Some("size"), size),
            Disk::Serial(serial) => ("installDiskSelector", Some("serial"), serial),
            Disk::Model(model) => ("installDiskSelector", Some("model"), model),
            _ => return None,
        };
        if own.contains("${") {
            return None;
        }
        let of = format!("node `{}`", node.name.value);
        let (path, by) = (there.get("installDisk"), there.get("installDiskSelector"));
        let (value, name) = match selector {
            None => (path.or(by)?, key.to_owned()),
            // One with several keys is more than a statement says.
            Some(key) => match by.map(|by| by.fields().collect::<Vec<_>>()).as_deref() {
                Some([field]) if field.key.as_str() == key => (&field.value, format!("installDiskSelector.{key}")),
                Some(_) => return None,
                None => (path?, "installDiskSelector".to_owned()),
            },
        };
        match known(value) {
            Some(text) if without_spaces(text) == without_spaces(own) => None,
            Some(text) => {
                Some(Otherwise::field(of, &self.words.name(&name), (disk.span(), own), (value.written(), text)))
            }
            None if value.as_map().is_some() => Some(Otherwise::field(
                of,
                &self.words.name(&name),
                (disk.span(), own),
                (value.written(), "what a selector finds"),
            )),
            None => None,
        }
    }

    /// Whether a patch of talhelper's may say an address.
    fn is_patched(&self, address: IpAddr) -> bool {
        self.patches.iter().any(|patches| patches.addresses.contains(&address))
    }

    /// Whether a patch of the source may say an address.
    fn is_raw(&self, address: IpAddr) -> bool {
        let text = address.to_string();
        self.cluster.patches.iter().chain(&self.node.patches).any(|patch| patch.says(&text))
    }
}

fn is_written(origin: Origin) -> bool {
    origin.reason == Reason::Written
}

/// What is plainly said.
fn known(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    (!text.contains("${") && !text.contains("{{") && !text.is_empty()).then_some(text)
}

/// Whether two texts are one address or one name.
fn is_same(one: &str, other: &str) -> bool {
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}
