//! What patches say of what Talos does on machines for names and the time: NTP, the search domain of the host name, the
//! resolver on the host, discovery, KubePrism. Start at [`of_all`] and [`of_some`].

use hnet_language::values;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};

use super::machine::says_directive;
use super::patches::Patch;
use super::settings::{document, list};
use crate::make::{map_of, nested, plain, put};
use crate::say::{self, Piece};
use crate::take::{Said, take_bool, take_if, take_text, take_texts};
use crate::wires::Wires;

/// Something that is on or off: its word, its field of the core document, and its place in another.
struct Switch {
    word: &'static str,
    field: &'static [&'static str],
    kind: &'static str,
    path: &'static [&'static str],
    /// Whether the field says that it is off.
    says_off: bool,
    /// Whether it is on where nobody says it.
    is_on: bool,
}

const SWITCHES: [Switch; 4] = [
    Switch {
        word: "default-search",
        field: &["machine", "network", "disableSearchDomain"],
        kind: "ResolverConfig",
        path: &["searchDomains", "disableDefault"],
        says_off: true,
        is_on: true,
    },
    Switch {
        word: "host-dns",
        field: &["machine", "features", "hostDNS", "enabled"],
        kind: "ResolverConfig",
        path: &["hostDNS", "enabled"],
        says_off: false,
        is_on: true,
    },
    Switch {
        word: "forward-kube-dns",
        field: &["machine", "features", "hostDNS", "forwardKubeDNSToHost"],
        kind: "ResolverConfig",
        path: &["hostDNS", "forwardKubeDNSToHost"],
        says_off: false,
        is_on: false,
    },
    Switch {
        word: "resolve-member-names",
        field: &["machine", "features", "hostDNS", "resolveMemberNames"],
        kind: "ResolverConfig",
        path: &["hostDNS", "resolveMemberNames"],
        says_off: false,
        is_on: false,
    },
];

/// Features that the configuration of each machine has on as it is generated, up to Talos 1.13; later ones are always on.
/// (siderolabs/talos, `pkg/machinery/config/generate`.)
const GENERATED: [&str; 4] = ["rbac", "apidCheckExtKeyUsage", "diskQuotaSupport", "stableHostname"];

/// The document that says from Talos 1.14 where KubePrism listens.
const PRISM: &str = "KubePrismConfig";

/// KubePrism's port, where nothing says another.
const KUBE_PRISM_PORT: i128 = 7445;

/// What was taken out of patches: in words, and how many fields say what holds anyhow.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) pieces: Vec<Piece>,
    pub(super) defaults: usize,
}

/// What patches say of all machines.
pub(super) fn of_all(patches: &mut [Patch], has_documents: bool, wires: &Wires) -> Taken {
    let mut taken = Taken::default();
    discovery(patches, &mut taken);
    for Patch { value, .. } in patches.iter_mut() {
        match value.str_at(&["kind"]) {
            None => kube_prism(value, &mut taken),
            Some(PRISM) => prism_document(value, &mut taken),
            Some(_) => {}
        }
    }
    let Taken { pieces, defaults } = of_some(patches, has_documents, wires);
    taken.pieces.extend(pieces);
    taken.defaults += defaults;
    taken
}

/// What patches say of some machines.
pub(super) fn of_some(patches: &mut [Patch], has_documents: bool, wires: &Wires) -> Taken {
    let mut taken = Taken::default();
    time(patches, has_documents, wires, &mut taken);
    for switch in &SWITCHES {
        let mut found = None;
        for Patch { value, .. } in patches.iter_mut() {
            let path = match value.str_at(&["kind"]) {
                None => switch.field,
                Some(kind) if kind == switch.kind => switch.path,
                Some(_) => continue,
            };
            found = take_bool(value, path).or(found);
        }
        let Some((is_so, said)) = found else { continue };
        let on = is_so != switch.says_off;
        let comments = say::comments(said.comments.as_deref());
        if on && switch.is_on && comments.is_empty() {
            taken.defaults += 1;
            continue;
        }
        let value = plain(&said.text, said.span);
        let raw = match has_documents && switch.word == "default-search" {
            true => document(switch.kind, switch.path, value).value,
            false => nested(switch.field, value),
        };
        let said = say::flag(switch.word, on, said.span).under(comments);
        taken.pieces.push(Piece::new(said, 1).or(raw));
    }
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("kind").is_none()) {
        for key in GENERATED {
            let is_on = |value: &Value| (value.as_bool(Reader::Talos) == Some(true)).then_some(());
            taken.defaults += usize::from(take_if(value, &["machine", "features", key], is_on).is_some());
        }
        let is = |wanted: bool| move |value: &Value| (value.as_bool(Reader::Talos) == Some(wanted)).then_some(());
        let off = ["cluster", "discovery", "registries", "service", "disabled"];
        taken.defaults += usize::from(take_if(value, &["cluster", "discovery", "enabled"], is(true)).is_some());
        taken.defaults += usize::from(take_if(value, &off, is(false)).is_some());
        let usual = |value: &Value| usual_prism(value).filter(|(on, _)| *on).map(|(_, fields)| fields);
        taken.defaults += take_if(value, &["machine", "features", "kubePrism"], usual).map_or(0, |(fields, _)| fields);
    }
    taken
}

/// Where machines take the time from.
fn time(patches: &mut [Patch], has_documents: bool, wires: &Wires, taken: &mut Taken) {
    let (mut servers, mut enabled, mut timeout): (Vec<Said>, Option<(bool, Said)>, Option<Said>) = Default::default();
    let of_time = |value: &Value| match value.str_at(&["kind"]) {
        None => Some(false),
        Some("TimeSyncConfig") => Some(true),
        Some(_) => None,
    };
    for Patch { value, .. } in patches.iter_mut() {
        let Some(is_document) = of_time(value) else { continue };
        let own = match is_document {
            true => take_bool(value, &["enabled"]),
            false => take_bool(value, &["machine", "time", "disabled"]).map(|(off, said)| (!off, said)),
        };
        if let Some((true, _)) = own {
            taken.defaults += 1;
        }
        enabled = own.or(enabled);
        let path: &[&str] = if is_document { &["bootTimeout"] } else { &["machine", "time", "bootTimeout"] };
        let is_sound = value.str_at(path).is_some_and(|text| values::duration(text).is_ok());
        timeout = take_text(value, path.get(..).filter(|_| is_sound).unwrap_or_default()).or(timeout);
    }
    let off = enabled.filter(|(on, _)| !on);
    for Patch { value, .. } in patches.iter_mut().filter(|_| off.is_none()) {
        let Some(is_document) = of_time(value) else { continue };
        let path: &[&str] = if is_document { &["ntp", "servers"] } else { &["machine", "time", "servers"] };
        servers.extend(take_texts(value, path).unwrap_or_default());
    }
    let raw = |field: &str, path: &[&str], value: Value| match has_documents {
        true => document("TimeSyncConfig", path, value).value,
        false => nested(&["machine", "time", field], value),
    };
    if let Some((_, said)) = off {
        let value = plain(if has_documents { "false" } else { "true" }, said.span);
        let comments = say::comments(said.comments.as_deref());
        let word = say::flag("ntp", false, said.span).under(comments);
        taken.pieces.push(Piece::new(word, 1).or(raw("disabled", &["enabled"], value)));
    }
    if let Some(first) = servers.first() {
        let said = servers.iter().map(|server| (wires.server(&server.text), server.span));
        let raw = raw("servers", &["ntp", "servers"], list(&servers, first.span));
        taken.pieces.push(Piece::new(say::list("ntp", first.span, said), servers.len()).or(raw));
    }
    if let Some(said) = timeout {
        let raw = raw("bootTimeout", &["bootTimeout"], Value::text_at(said.text.as_str(), said.span));
        taken.pieces.push(Piece::new(say::said("ntp-boot-timeout", &said), 1).or(raw));
    }
}

/// The name of the discovery service that is generated.
const DISCOVERY_NAME: &str = "default";

/// How members find each other.
fn discovery(patches: &mut [Patch], taken: &mut Taken) {
    let path = ["cluster", "discovery"];
    if patches.iter().any(|patch| patch.value.at(&path).is_some_and(says_directive)) {
        return;
    }
    let (mut enabled, mut kubernetes, mut off, mut endpoint) = (None, None, None, None);
    let mut raw = map_of([], hnet_diagnostics::Span::default());
    for Patch { value, .. } in patches.iter_mut() {
        match value.str_at(&["kind"]) {
            None => {
                enabled = take_bool(value, &["cluster", "discovery", "enabled"]).or(enabled);
                let registry = |rest: &'static [&'static str]| [&path[..], &["registries"], rest].concat();
                kubernetes = take_bool(value, &registry(&["kubernetes", "disabled"])).or(kubernetes);
                off = take_bool(value, &registry(&["service", "disabled"])).or(off);
                endpoint = take_text(value, &registry(&["service", "endpoint"])).or(endpoint);
            }
            Some("DiscoveryServiceConfig")
                if value.str_at(&["name"]) == Some(DISCOVERY_NAME) && value.str_at(&["endpoint"]).is_some() =>
            {
                endpoint = take_text(value, &["endpoint"]).or(endpoint);
                take_text(value, &["name"]);
            }
            Some(_) => {}
        }
    }
    let (mut fields, mut count) = (Vec::<Statement>::new(), 0);
    let mut span = None;
    let mut keep = |field: &[&str], text: &str, said: &Said| {
        put(&mut raw, &[&path[..], field].concat(), Value::text_at(text, said.span));
        count += 1;
        span.get_or_insert(said.span);
    };
    if let Some((is_off, said)) = &kubernetes {
        keep(&["registries", "kubernetes", "disabled"], &said.text, said);
        let comments = say::comments(said.comments.as_deref());
        let word = Statement::new("kubernetes", said.span);
        let word = if *is_off { say::flag("kubernetes", false, said.span) } else { word };
        fields.push(word.under(comments));
    }
    match (&off, &endpoint) {
        (Some((true, said)), _) => {
            keep(&["registries", "service", "disabled"], &said.text, said);
            let comments = say::comments(said.comments.as_deref());
            fields.push(say::flag("service", false, said.span).under(comments));
        }
        (_, Some(said)) => {
            keep(&["registries", "service", "endpoint"], &said.text, said);
            let text = hnet_syntax::tree::Value::string(&said.text, said.span);
            fields.push(Statement::new("service", said.span).with(text).under(say::comments(said.comments.as_deref())));
        }
        _ => {}
    }
    if let Some((false, _)) = off {
        taken.defaults += 1;
    }
    if let Some((on, said)) = &enabled {
        match *on && !fields.is_empty() {
            true => taken.defaults += 1,
            false => keep(&["enabled"], &said.text, said),
        }
    }
    let Some(span) = span else { return };
    let is_off = enabled.as_ref().filter(|(on, _)| !on);
    let comments = enabled.as_ref().map(|(_, said)| say::comments(said.comments.as_deref())).unwrap_or_default();
    let said = say::flag("discovery", is_off.is_none(), span).under(comments);
    let said = if fields.is_empty() { said } else { said.holding(fields) };
    raw.span = span;
    taken.pieces.push(Piece::new(said, count).or(raw));
}

/// What a patch says of KubePrism that is as usual, or that it is off: whether it is on, and in how many fields.
fn usual_prism(value: &Value) -> Option<(bool, usize)> {
    let on = value.get("enabled")?.as_bool(Reader::Talos)?;
    let usual = value.get("port").is_none_or(|port| port.as_integer() == Some(KUBE_PRISM_PORT));
    let known = value.fields().all(|field| matches!(&*field.key, "enabled" | "port"));
    (usual && known).then_some((on, value.fields().count()))
}

/// What a patch says of KubePrism, where that is not as usual.
fn kube_prism(value: &mut Value, taken: &mut Taken) {
    let path = ["machine", "features", "kubePrism"];
    if let Some(((on, fields), field)) = take_if(value, &path, usual_prism) {
        if on {
            taken.defaults += fields;
            return;
        }
        let raw = nested(&path, field.value.clone());
        taken.pieces.push(Piece::new(say::flag("kube-prism", on, field.value.span), fields).or(raw));
        return;
    }
    let port = |value: &Value| {
        let is_on = value.get("enabled").is_some_and(|on| on.as_bool(Reader::Talos) == Some(true));
        let port = value.get("port")?.as_integer().filter(|port| (1..=65_535).contains(port) && is_on)?;
        (value.fields().count() == 2).then_some(port)
    };
    if let Some((port, field)) = take_if(value, &path, port) {
        let span = field.value.span;
        let said = Statement::new("kube-prism", span).holding([say::field("port", &port.to_string(), span)]);
        taken.pieces.push(Piece::new(said, 2).or(nested(&path, field.value)));
    }
}

/// What the document of KubePrism says of its port.
fn prism_document(value: &mut Value, taken: &mut Taken) {
    let is_only = value.fields().all(|field| matches!(&*field.key, "apiVersion" | "kind" | "port"));
    let port = |port: &Value| port.as_integer().filter(|port| (1..=65_535).contains(port) && is_only);
    let Some((port, field)) = take_if(value, &["port"], port) else { return };
    if port == KUBE_PRISM_PORT {
        taken.defaults += 1;
        return;
    }
    let span = field.value.span;
    let said = Statement::new("kube-prism", span).holding([say::field("port", &port.to_string(), span)]);
    taken.pieces.push(Piece::new(said, 1).or(document(PRISM, &["port"], field.value).value));
}

/// Where the patches of both roles say the same of what is said for all machines, and say it once, they say it for all.
/// How many fields were said twice.
pub(super) fn joined(of_groups: &mut [Vec<Patch>; 2], of_all: &mut Vec<Patch>) -> usize {
    const PATHS: [&[&str]; 3] =
        [&["cluster", "discovery"], &["machine", "features", "kubePrism"], &["cluster", "network", "podSubnets"]];
    let mut twice = 0;
    for path in PATHS {
        let of = |patches: &[Patch]| {
            let mut all = patches.iter().filter(|patch| patch.value.get("kind").is_none());
            let mut found = all.by_ref().filter_map(|patch| patch.value.at(path)).map(Value::clone);
            let only = found.next();
            only.filter(|_| found.next().is_none())
        };
        let [Some(one), Some(other)] = [of(&of_groups[0]), of(&of_groups[1])] else { continue };
        if one != other || of_all.iter().any(|patch| patch.value.at(path).is_some()) || says_directive(&one) {
            continue;
        }
        for patch in of_groups.iter_mut().flatten().filter(|patch| patch.value.get("kind").is_none()) {
            crate::take::take(&mut patch.value, path);
        }
        twice += crate::take::leaves(&one);
        of_all.push(Patch::of(nested(path, one)));
    }
    twice
}
