//! What patches say about the kubelet, as `kubelet`. Start at [`lift`]; [`say_subnets`] says where it found the address of
//! its node before.

use hnet_compare::Value as Meant;
use hnet_diagnostics::Span;
use hnet_syntax::tree::{Comment, End, Statement, Value as Word};
use hnet_yaml::Value;
use indexmap::IndexMap;
use ipnet::IpNet;

use super::machine::{latest, members, says_directive, settings};
use super::patches::Patch;
use crate::make::{list_of, map_of, nested, plain, put};
use crate::say::{self, Piece};
use crate::take::{Said, leaves, scalar, take_bool, take_if, take_pairs, texts};

/// What was taken out of patches.
#[derive(Default)]
struct Taken {
    args: IndexMap<String, Said>,
    configs: Vec<Value>,
    mounts: Vec<Value>,
    subnets: Vec<Said>,
    flags: Vec<(&'static str, &'static str, bool, Said)>,
}

/// What patches say of the kubelet, as one statement.
pub(crate) fn lift(patches: &mut [Patch]) -> Option<Piece> {
    let mut taken = Taken::default();
    let of_kubelet = |patch: &Patch| match patch.value.str_at(&["kind"]) {
        None => patch.value.at(&["machine", "kubelet"]).is_some_and(says_directive),
        Some("KubeletConfig") => says_directive(&patch.value),
        Some("KubeNodeConfig") => patch.value.get("nodeIP").is_some_and(says_directive),
        Some(_) => false,
    };
    if patches.iter().any(of_kubelet) {
        return None;
    }
    for Patch { value, .. } in patches.iter_mut() {
        let [args, config, subnets, seccomp]: [&[&str]; 4] = match value.str_at(&["kind"]) {
            None => [
                &["machine", "kubelet", "extraArgs"],
                &["machine", "kubelet", "extraConfig"],
                &["machine", "kubelet", "nodeIP", "validSubnets"],
                &["machine", "kubelet", "defaultRuntimeSeccompProfileEnabled"],
            ],
            Some("KubeletConfig") => [&["extraArgs"], &["config"], &[], &["defaultRuntimeSeccompProfileEnabled"]],
            Some("KubeNodeConfig") => [&[], &[], &["nodeIP", "validSubnets"], &[]],
            Some(_) => continue,
        };
        latest(&mut taken.args, take_pairs(value, args));
        let is_config = |value: &Value| value.as_map().is_some_and(|map| !map.is_empty()).then_some(());
        taken.configs.extend(take_if(value, config, is_config).map(|(_, field)| field.value));
        let sound = |value: &Value| texts(value).filter(|all| all.iter().all(|subnet| is_subnet(&subnet.text)));
        taken.subnets.extend(take_if(value, subnets, sound).into_iter().flat_map(|(subnets, _)| subnets));
        if let Some((on, said)) = take_bool(value, seccomp) {
            taken.flags.push(("seccomp-profile", "defaultRuntimeSeccompProfileEnabled", on, said));
        }
        if value.get("kind").is_some() {
            continue;
        }
        if let Some((off, said)) = take_bool(value, &["machine", "kubelet", "disableManifestsDirectory"]) {
            taken.flags.push(("manifests-directory", "disableManifestsDirectory", !off, said));
        }
        let mounts = take_if(value, &["machine", "kubelet", "extraMounts"], |list| members(list, is_mount));
        taken.mounts.extend(mounts.into_iter().flat_map(|(mounts, _)| mounts));
    }
    let (statements, raw) = taken.said();
    let span = statements.first()?.keyword.span;
    Some(Piece::new(Statement::new("kubelet", span).holding(statements), leaves(&raw)).or(raw))
}

/// Whether a text is a prefix of which a word can be made.
fn is_subnet(text: &str) -> bool {
    let text = text.strip_prefix('!').unwrap_or(text);
    text.contains("${") || text.parse::<IpNet>().is_ok_and(|net| net.trunc() == net)
}

fn is_mount(value: &Value) -> bool {
    ["destination", "type", "source"].iter().all(|key| value.get(key).and_then(scalar).is_some())
        && value.str_at(&["destination"]).is_some_and(|path| path.starts_with('/'))
        && value.get("options").is_none_or(|list| texts(list).is_some())
        && value.fields().all(|field| matches!(&*field.key, "destination" | "type" | "source" | "options"))
}

impl Taken {
    /// All of it in words, and as a patch.
    fn said(self) -> (Vec<Statement>, Value) {
        let mut raw = map_of([], Span::default());
        for (key, value) in &self.args {
            let text = Value::text_at(value.text.as_str(), value.span);
            put(&mut raw, &["machine", "kubelet", "extraArgs", key], text);
        }
        let mut statements = settings("args", &self.args);
        for config in &self.configs {
            for field in config.fields() {
                put(&mut raw, &["machine", "kubelet", "extraConfig", &field.key], field.value.clone());
            }
            statements.push(say::block("config", config));
        }
        if let Some(first) = self.mounts.first() {
            put(&mut raw, &["machine", "kubelet", "extraMounts"], list_of(self.mounts.clone(), first.span));
        }
        statements.extend(self.mounts.iter().filter_map(mount));
        if let Some(first) = self.subnets.first() {
            let list = super::settings::list(&self.subnets, first.span);
            put(&mut raw, &["machine", "kubelet", "nodeIP", "validSubnets"], list);
            statements.push(subnets(self.subnets.iter().map(|own| own.text.as_str()), first.span));
        }
        let mut flags: IndexMap<&str, Statement> = IndexMap::new();
        for (word, key, on, said) in &self.flags {
            put(&mut raw, &["machine", "kubelet", key], plain(&said.text, said.span));
            let comments = say::comments(said.comments.as_deref());
            flags.insert(word, say::flag(word, *on, said.span).under(comments));
        }
        statements.extend(flags.into_values());
        (statements, raw)
    }
}

fn subnets<'t>(all: impl Iterator<Item = &'t str>, span: Span) -> Statement {
    say::list("node-subnets", span, all.map(|subnet| (subnet.to_owned(), span)))
}

fn mount(value: &Value) -> Option<Statement> {
    let [destination, kind, source] = ["destination", "type", "source"].map(|key| value.get(key).and_then(scalar));
    let (destination, kind, source) = (destination?, kind?, source?);
    let mut fields = Vec::new();
    if source.text != destination.text {
        fields.push(say::said("source", &source));
    }
    if kind.text != "bind" {
        fields.push(say::said("type", &kind));
    }
    if let Some(options) = value.get("options").and_then(texts).filter(|options| !options.is_empty()) {
        let said = options.iter().map(|option| (option.text.clone(), option.span));
        fields.push(say::list("options", destination.span, said));
    }
    let path = Word::said(&destination.text, destination.span);
    let mount = Statement::new("mount", destination.span).with(path);
    Some(if fields.is_empty() { mount } else { mount.holding(fields) })
}

/// The subnets that a value of `nodeIP`, or of the list in it, says; none where it is something else.
fn said_subnets(value: Option<&Meant>) -> Option<Vec<&str>> {
    let Some(value) = value else { return Some(Vec::new()) };
    let list = match value {
        Meant::Map(fields) => match fields.as_slice() {
            [(key, list)] if key == "validSubnets" => list,
            _ => return None,
        },
        other => other,
    };
    let Meant::List(items) = list else { return None };
    items.iter().map(|item| item.as_str().filter(|text| is_subnet(text))).collect()
}

/// Whether [`say_subnets`] can say a field that is to be as it was: the subnets from which the kubelet picks an address.
pub(super) fn says_subnets(kind: Option<&str>, path: &[String], value: Option<&Meant>) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let path = match kind {
        None => path.strip_prefix(&["machine", "kubelet"]),
        Some("KubeNodeConfig") => Some(path.as_slice()),
        Some(_) => None,
    };
    matches!(path, Some(["nodeIP"] | ["nodeIP", "validSubnets"])) && said_subnets(value).is_some()
}

/// Says among pieces where the kubelet finds its node's address, as it was, in the place of what they say of it.
pub(super) fn say_subnets(pieces: &mut Vec<Piece>, value: Option<&Meant>, why: Comment, span: Span) {
    let Some(said) = said_subnets(value) else { return };
    let raw = super::settings::list(
        &said.iter().map(|text| Said { text: (*text).to_owned(), span, comments: None }).collect::<Vec<_>>(),
        span,
    );
    let statement = match said.is_empty() {
        true => say::flag("node-subnets", false, span),
        false => subnets(said.into_iter(), span),
    };
    let statement = statement.under([why]);
    match pieces.iter_mut().find(|piece| piece.said.keyword.text == "kubelet") {
        Some(piece) => {
            if let End::Body(body) = &mut piece.said.end {
                body.statements.retain(|own| own.keyword.text != "node-subnets");
            }
            let own = std::mem::replace(&mut piece.said, Statement::new("kubelet", span));
            piece.said = own.holding([statement]);
        }
        None => {
            let said = Statement::new("kubelet", span).holding([statement]);
            let raw = nested(&["machine", "kubelet", "nodeIP", "validSubnets"], raw);
            let at = pieces.iter().position(|piece| piece.said.keyword.text == "patch").unwrap_or(pieces.len());
            pieces.insert(at, Piece::new(said, 0).or(raw));
        }
    }
}
