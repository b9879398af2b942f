//! What patches say of the components that Talos runs for a cluster: the bundled CNI, kube-proxy and CoreDNS, and how those of
//! the control plane are started. Start at [`lift`].

use hnet_compare::Value as Meant;
use hnet_diagnostics::Span;
use hnet_syntax::tree::{End, Statement};
use hnet_yaml::{Reader, Value};
use indexmap::IndexMap;

use super::machine::{latest, says_directive, settings};
use super::patches::Patch;
use super::settings::list;
use crate::make::{map_of, nested, plain, put};
use crate::say::{self, Piece};
use crate::take::{Said, leaves, said, take, take_bool, take_if, take_pairs, texts};

/// A component with arguments: its word, its field of the core document, and its own document.
const COMPONENTS: [(&str, &str, &str); 4] = [
    ("api-server", "apiServer", "KubeAPIServerConfig"),
    ("controller-manager", "controllerManager", "KubeControllerManagerConfig"),
    ("scheduler", "scheduler", "KubeSchedulerConfig"),
    ("etcd", "etcd", ""),
];

/// YAML that a component takes.
struct Taken {
    /// The word of the component.
    of: &'static str,
    /// Its own word.
    word: &'static str,
    /// The field within `cluster`.
    field: [&'static str; 2],
    /// The document that says it, and the key there.
    document: (&'static str, &'static str),
}

const YAML: [Taken; 2] = [
    Taken {
        of: "api-server",
        word: "audit-policy",
        field: ["apiServer", "auditPolicy"],
        document: ("KubeAuditPolicyConfig", "configuration"),
    },
    Taken {
        of: "scheduler",
        word: "config",
        field: ["scheduler", "config"],
        document: ("KubeSchedulerConfig", "config"),
    },
];

/// What Talos installs unless it is told not to: its word, its field, and its document.
const SWITCHES: [(&str, &str, &str); 2] =
    [("kube-proxy", "proxy", "KubeProxyConfig"), ("core-dns", "coreDNS", "KubeCoreDNSConfig")];

/// What patches say of the components, those that win last.
pub(super) fn lift(of_control_planes: &mut [Patch], of_all: &mut [Patch]) -> Vec<Piece> {
    let mut patches: Vec<&mut Patch> = of_control_planes.iter_mut().chain(of_all).collect();
    let mut pieces: Vec<Piece> = cni(&mut patches).into_iter().collect();
    for (word, field, kind) in SWITCHES {
        pieces.extend(switch(&mut patches, word, field, kind));
    }
    for (word, field, kind) in COMPONENTS {
        let mut said = Vec::new();
        let mut raw = map_of([], Span::default());
        let args = arguments(&mut patches, field, kind);
        for (key, value) in &args {
            put(&mut raw, &["cluster", field, "extraArgs", key], Value::text_at(value.text.as_str(), value.span));
        }
        said.extend(settings("args", &args));
        if word == "api-server" {
            said.extend(admission_control(&mut patches, &mut raw));
        }
        if word == "etcd" {
            said.extend(subnets(&mut patches, &mut raw));
        }
        for own in YAML.iter().filter(|own| own.of == word) {
            let is_map = |value: &Value| value.as_map().is_some();
            let Some(value) = only(&mut patches, own.field, own.document, is_map) else { continue };
            said.push(say::block(own.word, &value));
            put(&mut raw, &["cluster", own.field[0], own.field[1]], value);
        }
        let Some(span) = said.first().map(|one| one.keyword.span) else { continue };
        pieces.push(Piece::new(Statement::new(word, span).holding(said), leaves(&raw)).or(raw));
    }
    pieces.extend(talos_api_access(&mut patches));
    pieces
}

/// The roles of Talos's API. (siderolabs/talos, `pkg/machinery/role`.)
const ROLES: [&str; 5] = ["os:admin", "os:operator", "os:reader", "os:etcd:backup", "os:impersonator"];

/// Who in the cluster may use Talos's API, where one patch alone says it, in fields or in the document.
fn talos_api_access(patches: &mut [&mut Patch]) -> Option<Piece> {
    let path = ["machine", "features", "kubernetesTalosAPIAccess"];
    let keys = ["allowedKubernetesNamespaces", "allowedRoles"];
    let place = |value: &Value| match value.str_at(&["kind"]) {
        None => value.at(&path).map(|_| true),
        Some("KubeTalosAPIAccessConfig") => Some(false),
        Some(_) => None,
    };
    let mut places = patches.iter().enumerate().filter_map(|(at, patch)| Some((at, place(&patch.value)?)));
    let (Some((at, is_field)), None) = (places.next(), places.next()) else { return None };
    let value = &mut patches[at].value;
    let own = if is_field { value.at(&path)? } else { &*value };
    let is_on = !is_field || own.get("enabled").and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let is_known = own.fields().all(|field| {
        let key = &*field.key;
        keys.contains(&key) || if is_field { key == "enabled" } else { matches!(key, "kind" | "apiVersion") }
    });
    let [namespaces, roles] = keys.map(|key| own.get(key).and_then(texts).filter(|list| !list.is_empty()));
    let (namespaces, roles) = (namespaces?, roles?);
    let are_sound = namespaces.iter().all(|one| hnet_model::Name::new(&one.text).is_ok())
        && roles.iter().all(|role| ROLES.contains(&role.text.as_str()));
    if !(is_on && is_known && are_sound) {
        return None;
    }
    let mut raw = map_of([], roles[0].span);
    if is_field {
        let taken = take(value, &path)?;
        put(&mut raw, &path, taken.value);
    } else {
        for key in keys {
            let taken = take(value, &[key])?;
            put(&mut raw, &[&path[..], &[key]].concat(), taken.value);
        }
    }
    let each = |list: &[Said]| -> Vec<_> { list.iter().map(|one| (one.text.clone(), one.span)).collect() };
    let said = Statement::new("talos-api-access", namespaces[0].span).holding([
        say::list("namespaces", namespaces[0].span, each(&namespaces)),
        say::list("roles", roles[0].span, each(&roles)),
    ]);
    Some(Piece::new(said, leaves(&raw)).or(raw))
}

/// The CNI that Talos installs, where it is one of those that there is a word for, and nothing else is said of it.
fn cni(patches: &mut [&mut Patch]) -> Option<Piece> {
    let mut found = None;
    for Patch { value, .. } in patches.iter_mut().map(|patch| &mut **patch) {
        let name = |cni: &Value| {
            let name = cni.str_at(&["name"]).filter(|name| matches!(*name, "none" | "flannel"))?;
            (cni.fields().count() == 1).then(|| name.to_owned())
        };
        match value.str_at(&["kind"]) {
            None => {
                if let Some((name, field)) = take_if(value, &["cluster", "network", "cni"], name) {
                    let mut own = said(name, &field);
                    own.span = field.value.get("name").map_or(own.span, |name| name.span);
                    found = Some(own);
                }
            }
            Some("KubeFlannelCNIConfig") if value.str_at(&["$patch"]) == Some("delete") => {
                let gone = take(value, &["$patch"])?;
                found = Some(said("none".to_owned(), &gone));
            }
            Some(_) => {}
        }
    }
    let cni = found?;
    let raw = nested(&["cluster", "network", "cni", "name"], plain(&cni.text, cni.span));
    Some(Piece::new(say::said("cni", &cni), 1).or(raw))
}

/// Whether Talos installs something.
fn switch(patches: &mut [&mut Patch], word: &str, field: &str, kind: &str) -> Option<Piece> {
    let mut found = None;
    for Patch { value, .. } in patches.iter_mut().map(|patch| &mut **patch) {
        match value.str_at(&["kind"]) {
            None => {
                if let Some((is_off, own)) = take_bool(value, &["cluster", field, "disabled"]) {
                    found = Some((!is_off, own));
                }
            }
            Some(own) if own == kind => found = take_bool(value, &["enabled"]).or(found),
            Some(_) => {}
        }
    }
    let (is_on, own) = found?;
    let raw = nested(&["cluster", field, "disabled"], plain(if is_on { "false" } else { "true" }, own.span));
    let comments = say::comments(own.comments.as_deref());
    Some(Piece::new(say::flag(word, is_on, own.span).under(comments), 1).or(raw))
}

/// The arguments of a component by key, of each the last; none where a patch takes some away.
fn arguments(patches: &mut [&mut Patch], field: &str, kind: &str) -> IndexMap<String, Said> {
    let path = ["cluster", field, "extraArgs"];
    let mut all = IndexMap::new();
    if !is_free(patches, &path) {
        return all;
    }
    for Patch { value, .. } in patches.iter_mut().map(|patch| &mut **patch) {
        let args = match value.str_at(&["kind"]) {
            None => take_pairs(value, &path),
            Some(own) if own == kind => take_pairs(value, &["extraArgs"]),
            Some(_) => None,
        };
        latest(&mut all, args);
    }
    all
}

/// The plugins that judge what is admitted, where one patch alone says them.
fn admission_control(patches: &mut [&mut Patch], raw: &mut Value) -> Option<Statement> {
    let path = ["cluster", "apiServer", "admissionControl"];
    let is_plugin = |plugin: &Value| {
        plugin.str_at(&["name"]).is_some()
            && plugin.fields().all(|field| matches!(&*field.key, "name" | "configuration"))
    };
    let is_it = |value: &Value| {
        value.str_at(&["$patch"]) == Some("delete") && value.fields().count() == 1
            || value.as_list().is_some_and(|list| !list.is_empty() && list.iter().all(is_plugin))
    };
    let value = match only(patches, ["apiServer", "admissionControl"], ("", ""), is_it) {
        Some(value) => value,
        None => no_plugin(patches, &path)?,
    };
    put(raw, &path, value.clone());
    Some(match value.as_list() {
        Some(_) => say::block("admission-control", &value),
        None => say::field("admission-control", "off", value.span),
    })
}

/// That the one plugin which Talos configures by itself goes, where the document of that is all that is said of plugins.
fn no_plugin(patches: &mut [&mut Patch], path: &[&str]) -> Option<Value> {
    let is_document = |value: &Value| value.str_at(&["kind"]) == Some("KubeAdmissionControlConfig");
    let mut said = patches.iter_mut().filter(|patch| is_document(&patch.value) || patch.value.at(path).is_some());
    let (only, None) = (said.next()?, said.next()) else { return None };
    let of = |key: &str| only.value.str_at(&[key]);
    let goes = of("name") == Some("PodSecurity") && of("$patch") == Some("delete") && only.value.fields().count() == 4;
    if !goes {
        return None;
    }
    take(&mut only.value, &["name"]);
    let gone = take(&mut only.value, &["$patch"])?.value;
    let span = gone.span;
    Some(map_of([("$patch", gone)], span))
}

/// The subnets of etcd's addresses that the network does not imply.
fn subnets(patches: &mut [&mut Patch], raw: &mut Value) -> Option<Statement> {
    let path = ["cluster", "etcd", "advertisedSubnets"];
    if !is_free(patches, &path) || patches.iter().filter(|patch| patch.value.at(&path).is_some()).count() != 1 {
        return None;
    }
    let values = patches.iter_mut().map(|patch| &mut patch.value);
    let are_sound = |value: &Value| texts(value).filter(|all| all.iter().all(|subnet| is_sound(&subnet.text)));
    let (said, _) = values.filter_map(|value| take_if(value, &path, are_sound)).next()?;
    let first = said.first()?;
    put(raw, &path, list(&said, first.span));
    Some(say::list("subnets", first.span, said.iter().map(|subnet| (subnet.text.clone(), subnet.span))))
}

/// Whether the language takes a subnet: Talos takes one with host bits, too.
fn is_sound(subnet: &str) -> bool {
    let prefix = subnet.strip_prefix('!').unwrap_or(subnet);
    prefix.contains("${") || prefix.parse::<ipnet::IpNet>().is_ok_and(|net| net.trunc() == net)
}

/// Says which subnets etcd takes its addresses from, or that it is left to Talos, in place of what is said; whether there
/// are words for them.
pub(super) fn say_subnets(pieces: &mut Vec<Piece>, subnets: Option<&Meant>, span: Span) -> bool {
    let texts: Vec<&str> = subnets.map(Meant::items).unwrap_or_default().iter().filter_map(Meant::as_str).collect();
    if !texts.iter().all(|text| is_sound(text)) {
        return false;
    }
    let said = match texts.as_slice() {
        [] => say::field("subnets", "off", span),
        texts => say::list("subnets", span, texts.iter().map(|text| ((*text).to_owned(), span))),
    };
    match pieces.iter_mut().find(|piece| piece.said.keyword.text == "etcd") {
        Some(etcd) => {
            if let End::Body(body) = &mut etcd.said.end {
                body.statements.retain(|one| one.keyword.text != "subnets");
            }
            etcd.said = etcd.said.clone().holding([said]);
        }
        None => {
            // What is about machines, and patches, stay behind it.
            let is_behind = |piece: &Piece| matches!(piece.said.keyword.text.as_str(), "machine" | "patch");
            let at = pieces.iter().position(is_behind).unwrap_or(pieces.len());
            pieces.insert(at, Piece::new(Statement::new("etcd", span).holding([said]), 0));
        }
    }
    true
}

/// A part of a component that one patch alone says, as it must be.
fn only(
    patches: &mut [&mut Patch],
    field: [&str; 2],
    (kind, key): (&str, &str),
    is_it: impl Fn(&Value) -> bool,
) -> Option<Value> {
    let path = ["cluster", field[0], field[1]];
    let of = |value: &Value| match value.str_at(&["kind"]) {
        None => Some(path.to_vec()),
        Some(own) if own == kind => Some(vec![key]),
        Some(_) => None,
    };
    let mut places = patches.iter().enumerate().filter_map(|(at, patch)| {
        let path = of(&patch.value)?;
        patch.value.at(&path).map(|value| (at, path, is_it(value)))
    });
    let (Some((at, path, true)), None) = (places.next(), places.next()) else { return None };
    let is_replaced = patches.iter().any(|patch| is_directed(&patch.value, &["cluster", field[0]]));
    if is_replaced {
        return None;
    }
    take(&mut patches[at].value, &path).map(|field| field.value)
}

/// Whether no patch takes something at a path away, or replaces it.
fn is_free(patches: &[&mut Patch], path: &[&str]) -> bool {
    patches.iter().all(|patch| {
        !is_directed(&patch.value, &path[..path.len() - 1]) && !patch.value.at(path).is_some_and(says_directive)
    })
}

/// Whether a patch says what becomes of something on the way to a path, or there.
fn is_directed(value: &Value, path: &[&str]) -> bool {
    (0..=path.len()).any(|length| value.at(&path[..length]).is_some_and(|on_way| on_way.get("$patch").is_some()))
}
