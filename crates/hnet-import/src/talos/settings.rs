//! What patches say in fields that a statement of the cluster or of a node has a word for. Each is taken out of its
//! patch. Start at [`of_cluster`] and [`of_node`].

use hnet_diagnostics::Span;
use hnet_manifests::versions::node_labels::is_refused;
use hnet_model::Disk;
use hnet_repository::is_control_plane;
use hnet_yaml::{Field, Reader, Value};

use super::patches::Patch;
use crate::make::{list_of, map_of, nested, plain, put};
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{Said, scalar, take, take_bool, take_if, take_pairs, take_text, take_texts, texts};
use crate::wires::Wires;

/// The document of name servers and search domains.
const RESOLVER: &str = "ResolverConfig";

/// What patches say about the cluster; what they say about machines only where they are about all of them.
pub(crate) fn of_cluster(patches: &mut [Patch], of_all: bool, wires: &Wires) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let servers = |wires: &Wires, servers: &[Said]| -> Vec<(String, Span)> {
        servers.iter().map(|server| (wires.server(&server.text), server.span)).collect()
    };
    for Patch { value, .. } in patches.iter_mut() {
        pieces.extend(schedulable(value));
        let kind = value.str_at(&["kind"]).map(str::to_owned);
        let named = match kind.as_deref() {
            _ if !of_all => None,
            None => take_texts(value, &["machine", "network", "nameservers"]),
            Some(RESOLVER) => take_if(value, &["nameservers"], addresses).map(|(names, _)| names),
            Some(_) => None,
        };
        if let Some(names) = named
            && let Some(first) = names.first()
        {
            let raw = match kind {
                None => nested(&["machine", "network", "nameservers"], list(&names, first.span)),
                Some(_) => of_resolver(&names, first.span).value,
            };
            let said = say::list("name-servers", first.span, servers(wires, &names));
            pieces.push(Piece::new(said, names.len()).or(raw));
        }
        let names: &[&str] = match kind.as_deref() {
            None => &["cluster", "apiServer", "certSANs"],
            Some("KubeAPIServerConfig") => &["certExtraSANs"],
            Some(_) => continue,
        };
        if let Some(names) = take_texts(value, names)
            && let Some(first) = names.first()
        {
            let said = names.iter().map(|name| (wires.said(&name.text), name.span));
            pieces.push(Piece::new(say::list("certificate-names", first.span, said), names.len()));
        }
        if kind.is_some() {
            continue;
        }
        for (field, word) in [("podSubnets", "pods"), ("serviceSubnets", "services")] {
            let path = ["cluster", "network", field];
            if let Some(nets) = take_if(value, &path, |nets| texts(nets).filter(|nets| !nets.is_empty())) {
                let (nets, _) = nets;
                let raw = nested(&path, list(&nets, nets[0].span));
                let said = nets.iter().map(|net| (net.text.clone(), net.span));
                pieces.push(Piece::new(say::list(word, nets[0].span, said), nets.len()).or(raw));
            }
        }
        for (path, word) in [
            (["cluster", "allowSchedulingOnControlPlanes"], "schedule-on-control-planes"),
            (["cluster", "allowSchedulingOnMasters"], "schedule-on-control-planes"),
        ] {
            if let Some((on, said)) = take_bool(value, &path) {
                let comments = say::comments(said.comments.as_deref());
                pieces.push(Piece::new(say::flag(word, on, said.span).under(comments), 1));
            }
        }
    }
    pieces
}

/// The document that says from Talos 1.14 what of a machine stands in its node.
const OF_NODE: &str = "KubeNodeConfig";

/// The taint that keeps pods from control planes.
const TAINT: &str = "node-role.kubernetes.io/control-plane";

/// Says that control planes carry pods, where a document takes the taint away which keeps them from it.
fn schedulable(value: &mut Value) -> Option<Piece> {
    let is_taken_away = |taint: &Value| taint.str_at(&["$patch"]) == Some("delete") && taint.fields().count() == 1;
    let is_it = value.str_at(&["kind"]) == Some(OF_NODE) && value.at(&["taints", TAINT]).is_some_and(is_taken_away);
    let taken = if is_it { take(value, &["taints", TAINT]) } else { None };
    taken.map(|taken| Piece::new(say::flag("schedule-on-control-planes", true, taken.value.span), 1))
}

/// What the network implies of where kubelet and etcd find the node's address: its subnet.
pub(crate) fn take_subnets(patches: &mut [Patch], wires: &Wires) -> usize {
    let mut taken = 0;
    let implied = |value: &Value| {
        let subnets = texts(value)?;
        let is_it = |subnet: &Said| {
            let text = subnet.text.strip_prefix('!').unwrap_or(&subnet.text);
            let net: ipnet::IpNet = text.parse().ok()?;
            let is_own = wires.0.first().is_some_and(|wire| wire.prefix == net.trunc());
            let is_left_out = subnet.text.starts_with('!') && net.prefix_len() == net.max_prefix_len();
            (is_own || is_left_out).then_some(())
        };
        subnets.iter().all(|subnet| is_it(subnet).is_some()).then_some(subnets.len())
    };
    for Patch { value, .. } in patches.iter_mut() {
        let paths: &[&[&str]] = match value.str_at(&["kind"]) {
            None => &[&["machine", "kubelet", "nodeIP", "validSubnets"], &["cluster", "etcd", "advertisedSubnets"]],
            Some(OF_NODE) => &[&["nodeIP", "validSubnets"]],
            Some(_) => continue,
        };
        for path in paths {
            taken += take_if(value, path, implied).map_or(0, |(count, _)| count);
        }
    }
    taken
}

/// What patches of machines say that their statements have words for.
pub(crate) fn of_node(patches: &mut [Patch], wires: &Wires, is_worker: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for Patch { value, .. } in patches.iter_mut() {
        let path: &[&str] = match value.str_at(&["kind"]) {
            None => &["machine", "network", "searchDomains"],
            Some(RESOLVER) => &["searchDomains", "domains"],
            Some(_) => continue,
        };
        if let Some(domains) = take_texts(value, path)
            && let Some(first) = domains.first()
        {
            let said = domains.iter().map(|domain| (domain.text.clone(), domain.span));
            let raw = nested(&["machine", "network", "searchDomains"], list(&domains, first.span));
            pieces.push(Piece::new(say::list("search", first.span, said), domains.len()).or(raw));
        }
    }
    for Patch { value, .. } in patches.iter_mut() {
        let is_document = match value.str_at(&["kind"]) {
            None => false,
            Some(OF_NODE) => true,
            Some(OF_HOST) => {
                pieces.extend(static_host(value, wires));
                continue;
            }
            Some(_) => continue,
        };
        for (key, in_document, word) in
            [("nodeLabels", "labels", "labels"), ("nodeAnnotations", "annotations", "annotations")]
        {
            let path: &[&str] = if is_document { &[in_document] } else { &["machine", key] };
            if value.at(path).is_some_and(|map| map.get("$patch").is_none())
                && let Some(pairs) = take_pairs(value, path)
            {
                pieces.extend(self::pairs(word, key, &pairs, is_worker));
            }
        }
        let entries = |value: &Value| value.as_list().filter(|list| list.iter().all(is_entry)).map(<[Value]>::to_vec);
        if let Some((entries, _)) = take_if(value, &["machine", "network", "extraHostEntries"], entries) {
            for entry in entries {
                let (ip, names) = (entry.get("ip").and_then(scalar), entry.get("aliases").and_then(texts));
                let (Some(ip), Some(names)) = (ip, names) else { continue };
                let said =
                    say::list("static-host", entry.span, names.iter().map(|name| (name.text.clone(), name.span)))
                        .holding([say::field("address", &wires.said(&ip.text), ip.span)]);
                let raw = nested(&["machine", "network", "extraHostEntries"], list_of_one(&entry));
                pieces.push(Piece::new(said, names.len() + 1).or(raw));
            }
        }
    }
    pieces
}

/// The document of names of an address.
const OF_HOST: &str = "StaticHostConfig";

/// The names that such a document gives to an address.
fn static_host(value: &mut Value, wires: &Wires) -> Option<Piece> {
    let is_known = |key: &str| matches!(key, "apiVersion" | "kind" | "name" | "hostnames");
    let whole = value.clone();
    let names = value.get("hostnames").and_then(texts).filter(|names| !names.is_empty())?;
    let address = value.get("name").and_then(scalar)?;
    value.fields().all(|field| is_known(&field.key)).then_some(())?;
    ["name", "hostnames"].iter().for_each(|key| _ = take(value, &[key]));
    let said = names.iter().map(|name| (name.text.clone(), name.span));
    let comments = say::comments(whole.comments.as_deref());
    let said = say::list("static-host", whole.span, said).under(comments).holding([say::field(
        "address",
        &wires.said(&address.text),
        address.span,
    )]);
    Some(Piece::new(said, names.len() + 1).or(whole))
}

fn is_entry(value: &Value) -> bool {
    value.str_at(&["ip"]).is_some()
        && value.get("aliases").and_then(texts).is_some_and(|names| !names.is_empty())
        && value.fields().count() == 2
}

/// Labels or annotations. Labels that Kubernetes lets no worker set stay patches, since nothing else may say them: each its
/// own, so that what is said of one is said where it stands.
pub(crate) fn pairs(word: &str, key: &str, pairs: &[(String, Said)], is_worker: bool) -> Vec<Piece> {
    let raw = |pairs: &[&(String, Said)]| {
        let (_, first) = pairs.first()?;
        let mut raw = map_of([], first.span);
        for (name, value) in pairs {
            put(&mut raw, &[name], Value::text_at(value.text.as_str(), value.span));
        }
        Some(nested(&["machine", key], raw))
    };
    let is_of_worker = is_worker && word == "labels";
    let (refused, taken): (Vec<_>, Vec<_>) = pairs.iter().partition(|(key, _)| is_of_worker && is_refused(key));
    let said = taken.first().map(|(_, first)| {
        let said = taken.iter().map(|(key, value)| (format!("{key}={}", value.text), value.span));
        Piece::new(say::list(word, first.span, said), taken.len())
    });
    let said = said.zip(raw(&taken)).map(|(piece, raw)| piece.or(raw));
    said.into_iter().chain(refused.iter().filter_map(|one| raw(&[*one])).map(raw_only)).collect()
}

/// Takes out of patches of a machine the host name that it has anyhow.
pub(crate) fn take_hostname(patches: &mut [Patch], hostname: &str, report: &mut Report) {
    let is_it = |value: &Value| (value.as_str() == Some(hostname)).then_some(());
    for Patch { value, .. } in patches {
        let taken = match value.str_at(&["kind"]) {
            None => take_if(value, &["machine", "network", "hostname"], is_it),
            Some("HostnameConfig") => take_if(value, &["hostname"], is_it),
            Some(_) => None,
        };
        if taken.is_some() {
            report.of("talconfig").typed += 1;
            // A name that is said is no other that Talos makes.
            if value.str_at(&["kind"]).is_some() {
                take(value, &["auto"]);
            }
        }
    }
}

/// What fields of the core document say that Talos refuses beside the documents which hnet writes, in those documents.
pub(crate) fn to_documents(patches: &mut Vec<Patch>) {
    let mut further = Vec::new();
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("kind").is_none()) {
        if let Some((is_off, said)) = take_bool(value, &["machine", "network", "disableSearchDomain"])
            && is_off
        {
            further.push(document(RESOLVER, &["searchDomains", "disableDefault"], plain("true", said.span)));
        }
        if let Some(servers) = take_if(value, &["machine", "time", "servers"], texts) {
            further.push(document("TimeSyncConfig", &["ntp", "servers"], servers.1.value));
        }
        if let Some(timeout) = take(value, &["machine", "time", "bootTimeout"]) {
            further.push(document("TimeSyncConfig", &["bootTimeout"], timeout.value));
        }
        if let Some((true, said)) = take_bool(value, &["machine", "time", "disabled"]) {
            further.push(document("TimeSyncConfig", &["enabled"], plain("false", said.span)));
        }
    }
    patches.append(&mut further);
}

/// The same of name servers that no words say.
pub(crate) fn name_servers_to_documents(patches: &mut Vec<Patch>) {
    let mut further = Vec::new();
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("kind").is_none()) {
        if let Some((servers, field)) = take_if(value, &["machine", "network", "nameservers"], texts) {
            further.push(of_resolver(&servers, field.value.span));
        }
    }
    patches.append(&mut further);
}

/// The document that says name servers.
fn of_resolver(servers: &[Said], span: Span) -> Patch {
    let address = |server: &Said| map_of([("address", Value::text_at(server.text.as_str(), server.span))], server.span);
    document(RESOLVER, &["nameservers"], list_of(servers.iter().map(address).collect(), span))
}

/// The name servers of such a document, where it says no more of each than its address.
fn addresses(list: &Value) -> Option<Vec<Said>> {
    let address = |server: &Value| {
        let is_all = server.fields().count() == 1;
        server.get("address").filter(|_| is_all).and_then(scalar)
    };
    list.as_list()?.iter().map(address).collect()
}

pub(super) fn document(kind: &str, path: &[&str], value: Value) -> Patch {
    let span = value.span;
    let mut own = map_of([("apiVersion", plain("v1alpha1", span)), ("kind", plain(kind, span))], span);
    put(&mut own, path, value);
    Patch::of(own)
}

/// Scalars as a list of texts.
pub(crate) fn list(items: &[Said], span: Span) -> Value {
    list_of(items.iter().map(|item| Value::text_at(item.text.as_str(), item.span)).collect(), span)
}

fn list_of_one(value: &Value) -> Value {
    list_of(vec![value.clone()], value.span)
}

/// Takes out of what workers are told whether kube-proxy and CoreDNS are installed, which control planes alone do.
pub(crate) fn take_of_control_planes(patches: &mut [Patch]) -> usize {
    let mut taken = 0;
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("kind").is_none()) {
        for component in ["proxy", "coreDNS"] {
            taken += usize::from(take_bool(value, &["cluster", component, "disabled"]).is_some());
        }
    }
    taken
}

/// That the bundled CNI, kube-proxy or CoreDNS is not wanted, where the cluster has its own.
pub(crate) fn take_replaced(patches: &mut [Patch], has_cilium: bool, has_dns: bool) -> usize {
    let mut taken = 0;
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("kind").is_none()) {
        let off = |value: &Value| (value.as_bool(Reader::Talos) == Some(true)).then_some(());
        if has_cilium {
            taken += usize::from(take_if(value, &["cluster", "proxy", "disabled"], off).is_some());
            let none = |value: &Value| (value.as_str() == Some("none")).then_some(());
            taken += usize::from(take_if(value, &["cluster", "network", "cni", "name"], none).is_some());
        }
        if has_dns {
            taken += usize::from(take_if(value, &["cluster", "coreDNS", "disabled"], off).is_some());
        }
    }
    taken
}

/// The disk that Talos is installed on.
pub(crate) fn disk(node: &mut Value) -> Option<Piece> {
    if let Some(path) = take_text(node, &["installDisk"]).filter(|path| !path.text.is_empty()) {
        let raw = nested(&["machine", "install", "disk"], Value::text_at(path.text.as_str(), path.span));
        return Some(Piece::new(say::said("disk", &path), 1).or(raw));
    }
    // What is no mapping selects nothing: it stays, to be listed.
    let may_select =
        |value: &&Value| value.as_map().is_some() || value.as_str().is_some_and(|text| text.contains("${"));
    node.get("installDiskSelector").filter(may_select)?;
    let selector = take(node, &["installDiskSelector"])?.value;
    Some(selected(&selector).unwrap_or_else(|| raw_only(nested(&["machine", "install", "diskSelector"], selector))))
}

/// The disk that a selector finds, where words say it.
fn selected(selector: &Value) -> Option<Piece> {
    let part = |field: &Field| {
        let (word, _) = Disk::SELECTORS.iter().find(|(_, key)| *key == &*field.key)?;
        let value = scalar(&field.value)?;
        let is_known = *word != "type" || Disk::TYPES.contains(&value.text.as_str());
        let is_plain = !value.text.trim().is_empty() && (!value.text.contains(',') || selector.fields().count() == 1);
        (is_known && is_plain).then_some((*word, value))
    };
    let parts: Option<Vec<(&str, Said)>> = selector.fields().map(part).collect();
    let parts = parts.filter(|parts| !parts.is_empty())?;
    let texts: Vec<String> = parts.iter().map(|(word, value)| format!("{word} {}", value.text)).collect();
    let comments = parts.iter().flat_map(|(_, value)| say::comments(value.comments.as_deref())).collect::<Vec<_>>();
    let span = selector.span;
    let said = hnet_syntax::tree::Statement::new("disk", span)
        .with(hnet_syntax::tree::Value::string(&texts.join(", "), span))
        .under(comments);
    Some(Piece::new(said, parts.len()).or(nested(&["machine", "install", "diskSelector"], selector.clone())))
}

/// Says of machines the disk that one patch alone decides: of all of them, of all of their role, or their own.
pub(crate) fn give_disks(
    machines: &mut [Value],
    of_all: &mut [Patch],
    of_groups: &mut [Vec<Patch>; 2],
    of_nodes: &mut [Vec<Patch>],
) {
    let decide = |patches: &[Patch]| patches.iter().any(|patch| decides_disk(&patch.value));
    let (by_all, by_groups) = (decide(of_all), [decide(&of_groups[0]), decide(&of_groups[1])]);
    let is_said = |machine: &Value| {
        machine.str_at(&["installDisk"]).is_some_and(|path| !path.is_empty())
            || machine.get("installDiskSelector").is_some()
    };
    let give = |patches: &mut [Patch], machines: &mut [&mut Value]| {
        let is_free = !machines.is_empty() && !machines.iter().any(|machine| is_said(machine));
        let Some((key, field)) = is_free.then(|| disk_of(patches)).flatten() else { return };
        for map in machines.iter_mut().filter_map(|machine| machine.as_map_mut()) {
            map.insert(key.into(), field.clone());
        }
    };
    if by_all {
        if !by_groups.contains(&true) && !of_nodes.iter().any(|own| decide(own)) {
            give(of_all, &mut machines.iter_mut().collect::<Vec<_>>());
        }
        return;
    }
    for ((at, group), by_group) in of_groups.iter_mut().enumerate().zip(by_groups) {
        let of_role = machines.iter_mut().zip(of_nodes.iter_mut());
        let of_role = of_role.filter(|(machine, _)| is_control_plane(machine) == (at == 0));
        let (mut of_role, mut own): (Vec<&mut Value>, Vec<&mut Vec<Patch>>) = of_role.unzip();
        match by_group {
            true if own.iter().any(|own| decide(own)) => {}
            true => give(group, &mut of_role),
            false => {
                for (machine, own) in of_role.iter_mut().zip(&mut own) {
                    give(own, std::slice::from_mut(machine));
                }
            }
        }
    }
}

/// Whether a patch decides the disk, or may.
fn decides_disk(patch: &Value) -> bool {
    let is_there = |path: &[&str]| patch.at(path).is_some();
    patch.as_list().is_some()
        || is_there(&["$patch"])
        || is_there(&["machine", "$patch"])
        || ["$patch", "disk", "diskSelector"].iter().any(|key| is_there(&["machine", "install", key]))
}

/// Takes the disk out of the only one of these patches that decides it, where words say it; with the key that machines of a
/// talconfig have for it.
fn disk_of(patches: &mut [Patch]) -> Option<(&'static str, Field)> {
    let mut deciding = patches.iter_mut().map(|patch| &mut patch.value).filter(|value| decides_disk(value));
    let (Some(only), None) = (deciding.next(), deciding.next()) else { return None };
    let install = only.at(&["machine", "install"])?;
    let is_text = |value: &Value| value.as_str().is_some_and(|path| path.starts_with("/dev/"));
    let (key, own) = match (install.get("disk"), install.get("diskSelector")) {
        (Some(path), None) if is_text(path) => ("installDisk", "disk"),
        (None, Some(selector)) if selected(selector).is_some() => ("installDiskSelector", "diskSelector"),
        _ => return None,
    };
    let is_replaced = |path: &[&str]| only.at(path).is_some_and(|value| value.get("$patch").is_some());
    if is_replaced(&[]) || is_replaced(&["machine"]) || is_replaced(&["machine", "install"]) {
        return None;
    }
    Some((key, take(only, &["machine", "install", own])?))
}

/// What has no words, as a patch.
pub(crate) fn raw_only(raw: Value) -> Piece {
    Piece::new(say::block("patch", &raw), crate::take::leaves(&raw))
}
