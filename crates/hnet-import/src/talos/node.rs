//! A machine of a talconfig as a `node`.

use hnet_compare::Kind;
use hnet_compare::files::JOINED_LISTS;
use hnet_repository::is_control_plane;
use hnet_yaml::{Reader, Value};

use super::image::{self, Factory};
use super::laid::{HOST, UUID};
use super::link::{self, Around, Link, WayOut};
use super::patches::{self, Patch};
use super::settings;
use super::{Machine, Talconfig};
use super::{host_services, kubelet, machine};
use crate::make::{list_of, map_of, nested, plain, put};
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{Said, leaves, take, take_bool, take_pairs, take_text, take_texts, texts};
use crate::wires::Wires;

/// Keys of a machine that become a field of the machine's configuration under another name.
const FIELDS: [(&str, &[&str]); 4] = [
    ("kernelModules", &["machine", "kernel", "modules"]),
    ("machineDisks", &["machine", "disks"]),
    ("machineFiles", &["machine", "files"]),
    ("certSANs", &["machine", "certSANs"]),
];

/// Keys whose members become a document each.
const DOCUMENTS: [(&str, &str); 3] =
    [("volumes", "VolumeConfig"), ("userVolumes", "UserVolumeConfig"), ("extensionServices", "ExtensionServiceConfig")];

/// Keys that talhelper alone reads, and what they decide.
const TALHELPER: [(&str, &str); 7] = [
    ("schematic", "the image that the image factory makes, by more than hnet knows; write its installer as `image`"),
    ("imageSchematic", "the image to boot from"),
    ("machineSpec", "which image is downloaded, in a way that hnet has no word for"),
    ("noSchematicValidate", "a check of talhelper's alone, and nothing about the machine"),
    ("filenameTmpl", "the names of talhelper's files"),
    ("overridePatches", "which patches talhelper takes"),
    ("inlinePatch", "nothing: talhelper does not read it any more"),
];

/// What stands for the disk of a machine that says none.
pub(crate) const UNKNOWN_DISK: &str = "${INSTALL_DISK}";

/// What is said of such a machine.
pub(crate) const NO_DISK: &str = "has no disk to install Talos on";

/// What is said of a key of talhelper's that is left over.
pub(super) const NOT_OF_ITS_TYPE: &str = "is not of the type that talhelper reads";

/// Lists what decides something up to Talos 1.11 alone, where the version cannot be read and is taken for a newer one.
fn list_what_waits_for_a_version(file: &Talconfig<'_>, node: &Value, report: &mut Report) {
    if file.version.is_some() || file.value.get("talosVersion").is_none_or(Value::is_null) {
        return;
    }
    let mut list = |own: &Value, key: &str| {
        let why = format!("`{key}`, which talhelper writes up to Talos 1.11: the version is not known");
        report.unread(own.span, why);
    };
    let boots_uki = node.at(&["machineSpec", "useUKI"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let of_schematic = node.at(&["schematic", "customization", "extraKernelArgs"]);
    let is_passed_on = !boots_uki && node.get("talosImageURL").is_none();
    if let Some(own) = of_schematic.filter(|own| is_passed_on && !own.items().is_empty()) {
        list(own, "extraKernelArgs");
    }
    let links = node.items_of("networkInterfaces").iter();
    links.filter_map(|link| link.at(&["bond", "primary"])).for_each(|own| list(own, "primary"));
}

/// A machine in words, with its patches.
pub(crate) fn lift(
    file: &Talconfig<'_>,
    (mut node, listed): (Value, Vec<Patch>),
    wires: &Wires,
    endpoint: Option<&str>,
    shares_name_servers: bool,
    factory: &Factory,
    report: &mut Report,
) -> Option<Machine> {
    let Some(hostname) = take_text(&mut node, &["hostname"]) else {
        report.unread(node.span, "a machine without `hostname`");
        return None;
    };
    let mut comments = say::comments(node.comments.as_deref());
    comments.extend(say::comments(hostname.comments.as_deref()));
    let is_worker = !is_control_plane(&node);
    let role = take(&mut node, &["controlPlane"]).filter(|said| !said.value.is_null());
    if let Some(said) = role.filter(|said| said.value.as_bool(Reader::Talos).is_none()) {
        let role = if is_worker { "worker" } else { "control plane" };
        let why = format!("`controlPlane` of `{}` is a text, and talhelper wants `true` or `false`", hostname.text);
        report.of("talconfig").unread += 1;
        report.unread(said.value.span, format!("{why}; the node is a {role} here"));
    }
    report.of("talconfig").typed += 1;
    // What these decide is done by now.
    report.of("talconfig").typed += JOINED_LISTS.iter().filter_map(|(_, key)| take(&mut node, &[key])).count();
    list_what_waits_for_a_version(file, &node, report);
    let mut pieces = Vec::new();
    pieces.push(Piece::new(say::field("role", if is_worker { "worker" } else { "control-plane" }, hostname.span), 1));
    // A folder of topf's has a name for each machine beside its host name.
    let host = if file.is_laid() { take_text(&mut node, &[HOST]) } else { None };
    let called = host.as_ref().unwrap_or(&hostname);
    let name = super::cluster::sound(called.text.split('.').next().unwrap_or_default());
    if let Some((true, off)) = take_bool(&mut node, &["ignoreHostname"]) {
        pieces.push(Piece::new(say::flag("hostname", false, off.span), 1));
    } else if name != hostname.text {
        pieces.push(Piece::new(say::field("hostname", &hostname.text, hostname.span), 0));
    }
    if file.is_laid()
        && let Some(uuid) = take_text(&mut node, &[UUID])
    {
        pieces.push(Piece::new(say::said("uuid", &uuid), 1));
    }
    match settings::disk(&mut node) {
        Some(disk) => pieces.push(disk),
        None => {
            report.unread(hostname.span, format!("`{}` {NO_DISK}", hostname.text));
            let missing = say::note("missing: the disk", hostname.span);
            pieces.push(Piece::new(say::field("disk", UNKNOWN_DISK, hostname.span).under([missing]), 0));
        }
    }
    pieces.extend(image::lift(&mut node, factory, file.talos(), report));
    let way_out = WayOut::of(node.items_of("networkInterfaces"), endpoint);
    // The endpoint is shared by control planes alone; a worker that carries it says so.
    let around = Around {
        machine: &name,
        wires,
        has_documents: file.has_documents(),
        keeps_vips: is_worker && file.has_documents() && !file.is_judged,
        endpoint: endpoint.filter(|_| !is_worker),
        reserved: Vec::new(),
        may_reserve: false,
        members: indexmap::IndexSet::new(),
        says_dhcp: false,
        way_out,
    };
    let reached_at = links(&mut node, around, &mut pieces, report);
    if let Some(servers) = take_texts(&mut node, &["nameservers"]).filter(|servers| !servers.is_empty()) {
        let said = servers.iter().map(|server| (wires.server(&server.text), server.span));
        let piece = Piece::new(say::list("name-servers", servers[0].span, said), servers.len());
        if !shares_name_servers {
            pieces.push(piece);
        } else {
            report.of("talconfig").typed += servers.len();
        }
    }
    for (key, word) in [("nodeLabels", "labels"), ("nodeAnnotations", "annotations")] {
        if let Some(all) = take_pairs(&mut node, &[key]) {
            pieces.extend(settings::pairs(word, key, &all, is_worker));
        }
    }
    pieces.extend(taints(&mut node));
    let mut patches = rest(file, &mut node, report);
    patches.extend(listed);
    if file.has_documents() {
        settings::to_documents(&mut patches);
        settings::name_servers_to_documents(&mut patches);
    }
    settings::take_hostname(&mut patches, &hostname.text, report);
    if is_worker {
        report.of("talconfig").typed += settings::take_of_control_planes(&mut patches);
    }
    pieces.extend(settings::of_node(&mut patches, wires, is_worker));
    let taken = host_services::of_some(&mut patches, file.has_documents(), wires);
    pieces.extend(taken.pieces);
    report.of("talconfig").typed += taken.defaults;
    if super::say_address(&pieces) {
        report.of("talconfig").typed += settings::take_subnets(&mut patches, wires);
    }
    pieces.extend(machine::lift(&mut patches, file.talos(), wires));
    pieces.extend(kubelet::lift(&mut patches));
    pieces.extend(patches.iter().filter_map(Patch::piece));
    for field in node.fields() {
        let own = TALHELPER.iter().find(|(key, _)| *key == &*field.key);
        let of_talhelper = || Kind::talconfig().fields()?.at("nodes")?.members()?.at(&field.key);
        let why = match own {
            Some((key, decides)) => format!("`{key}` of `{name}` decides {decides}"),
            None if of_talhelper().is_some() => format!("`{}` of `{name}` {NOT_OF_ITS_TYPE}", &*field.key),
            None => {
                report.unknown_keys.push((field.key.span(), false));
                format!("`{}` of `{name}` is no key of talhelper's", &*field.key)
            }
        };
        report.of("talconfig").unread += leaves(&field.value).max(1);
        report.unread(field.key.span(), why);
    }
    pieces.sort_by_key(|piece: &Piece| piece.said.keyword.text == "patch");
    Some(Machine { name, span: hostname.span, hostname: hostname.text, comments, is_worker, reached_at, pieces })
}

/// The links of a machine, and where talosctl reaches it.
fn links(node: &mut Value, mut around: Around<'_>, pieces: &mut Vec<Piece>, report: &mut Report) -> Vec<Said> {
    let own = take_text(node, &["ipAddress"]);
    let devices = take(node, &["networkInterfaces"]);
    let devices: Vec<Value> = devices.map(|field| field.value.items().to_vec()).unwrap_or_default();
    let mut said = String::new();
    for device in &devices {
        let vlans = device.get("vlans").into_iter().flat_map(Value::items);
        for link in vlans.chain([device]) {
            for address in link.get("addresses").and_then(texts).into_iter().flatten() {
                said.push_str(address.text.split('/').next().unwrap_or_default());
                said.push(' ');
            }
        }
    }
    let is_static = |address: &str| said.split(' ').any(|own| own == address);
    report.of("talconfig").typed += own.iter().flat_map(split).count();
    let reached_at: Vec<Said> = own.iter().flat_map(split).collect();
    around.reserved = reached_at.iter().filter(|own| !is_static(&own.text)).cloned().collect();
    let (mut aliases, mut documents) = (0, Vec::new());
    around.members = link::members(&devices);
    let holder = link::of_own_address(&devices);
    for (at, device) in devices.into_iter().enumerate() {
        around.may_reserve = holder == Some(at);
        let Link { pieces: own, documents: beside, secrets } = link::lift(device, &mut around, &mut aliases);
        pieces.extend(own);
        documents.extend(beside);
        for place in secrets {
            report.unread(place, "this key is not written: give its placeholder a value where the files are filled in");
        }
    }
    pieces.extend(documents.into_iter().map(settings::raw_only));
    reached_at
}

/// The addresses of a list in one text.
fn split(said: &Said) -> impl Iterator<Item = Said> + '_ {
    let parts = said.text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| Said { text: part.to_owned(), ..said.clone() })
}

/// Taints, `key: value:Effect`.
fn taints(node: &mut Value) -> Option<Piece> {
    let pairs = take_pairs(node, &["nodeTaints"])?;
    let (_, first) = pairs.first()?;
    let said = pairs.iter().map(|(key, value)| {
        let text = match value.text.rsplit_once(':') {
            Some(("", effect)) => format!("{key}:{effect}"),
            Some((value, effect)) => format!("{key}={value}:{effect}"),
            None => format!("{key}:{}", value.text),
        };
        (text, value.span)
    });
    let mut raw = map_of([], first.span);
    for (key, value) in &pairs {
        put(&mut raw, &[key], Value::text_at(value.text.as_str(), value.span));
    }
    let raw = nested(&["machine", "nodeTaints"], raw);
    Some(Piece::new(say::list("taints", first.span, said), pairs.len()).or(raw))
}

/// What of a machine is a patch in other words.
fn rest(file: &Talconfig<'_>, node: &mut Value, report: &mut Report) -> Vec<Patch> {
    let mut patches = Vec::new();
    for (key, path) in FIELDS {
        if let Some(field) = take(node, &[key]).filter(|field| !crate::take::is_empty(&field.value)) {
            patches.push(Patch::of(nested(path, field.value)));
        }
    }
    for (key, kind) in DOCUMENTS {
        for item in take(node, &[key]).iter().flat_map(|field| field.value.items()) {
            let mut document =
                map_of([("apiVersion", plain("v1alpha1", item.span)), ("kind", plain(kind, item.span))], item.span);
            item.fields().for_each(|field| put(&mut document, &[&*field.key], field.value.clone()));
            patches.push(Patch::of(document));
        }
    }
    if let Some((true, off)) = take_bool(node, &["disableSearchDomain"]) {
        let yes = plain("true", off.span);
        let patch = match file.has_documents() {
            false => nested(&["machine", "network", "disableSearchDomain"], yes),
            true => {
                let mut document = map_of(
                    [("apiVersion", plain("v1alpha1", off.span)), ("kind", plain("ResolverConfig", off.span))],
                    off.span,
                );
                put(&mut document, &["searchDomains", "disableDefault"], yes);
                document
            }
        };
        patches.push(Patch::of(patch));
    }
    patches.extend(firewall(node));
    // These are files, with `@` before their path or without.
    for item in take(node, &["extraManifests"]).iter().flat_map(|field| field.value.items()) {
        let path = item.as_str().map(|path| Value::text_at(format!("@{}", path.trim_start_matches('@')), item.span));
        let list = list_of(vec![path.unwrap_or_else(|| item.clone())], item.span);
        patches.extend(patches::read(file, &list, report));
    }
    patches
}

/// talhelper's firewall as documents.
fn firewall(node: &mut Value) -> Vec<Patch> {
    let Some(field) = take(node, &["ingressFirewall"]) else { return Vec::new() };
    let span = field.value.span;
    let document = |kind: &str| map_of([("apiVersion", plain("v1alpha1", span)), ("kind", plain(kind, span))], span);
    let mut documents = Vec::new();
    if let Some(action) = field.value.get("defaultAction") {
        let mut own = document("NetworkDefaultActionConfig");
        put(&mut own, &["ingress"], action.clone());
        documents.push(Patch::of(own));
    }
    for rule in field.value.get("rules").into_iter().flat_map(Value::items) {
        let mut own = document("NetworkRuleConfig");
        rule.fields().for_each(|field| put(&mut own, &[&*field.key], field.value.clone()));
        documents.push(Patch::of(own));
    }
    documents
}
