//! What patches say about machines that is about no network, as `machine`: kernel, devices, files, names in certificates,
//! volumes.
//! Start at [`lift`].

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value as Word, ValueKind};
use hnet_yaml::Value;
use indexmap::IndexMap;

use super::patches::Patch;
use super::services::Taken as Services;
use super::volumes::Taken as Volumes;
use crate::make::{list_of, map_of, put};
use crate::say::{self, Piece};
use crate::take::{Said, is_empty, leaves, scalar, take, take_if, take_pairs, take_texts, texts};
use crate::wires::Wires;

/// The first version that says files below `/etc` in documents.
const FILES_IN_DOCUMENTS: (u32, u32) = (1, 14);

/// What operations there are on files.
const OPERATIONS: [&str; 3] = ["create", "append", "overwrite"];

/// What was taken out of patches.
#[derive(Default)]
struct Taken {
    sysctls: IndexMap<String, Said>,
    sysfs: IndexMap<String, Said>,
    modules: Vec<Value>,
    rules: Vec<Said>,
    names: Vec<Said>,
    files: Vec<Value>,
}

/// What patches say of machines of this version, as one statement.
pub(crate) fn lift(patches: &mut [Patch], talos: (u32, u32), wires: &Wires) -> Option<Piece> {
    let mut taken = Taken::default();
    let is_free = |path: &[&str]| patches.iter().all(|patch| !patch.value.at(path).is_some_and(says_directive));
    let [sysctls, sysfs, kernel, udev, names, files] = [
        &["machine", "sysctls"][..],
        &["machine", "sysfs"],
        &["machine", "kernel"],
        &["machine", "udev"],
        &["machine", "certSANs"],
        &["machine", "files"],
    ]
    .map(is_free);
    for Patch { value, .. } in patches.iter_mut().filter(|patch| patch.value.get("$patch").is_none()) {
        match value.str_at(&["kind"]) {
            None => {
                if sysctls {
                    latest(&mut taken.sysctls, take_pairs(value, &["machine", "sysctls"]));
                }
                if sysfs {
                    latest(&mut taken.sysfs, take_pairs(value, &["machine", "sysfs"]));
                }
                if kernel {
                    let all = take_if(value, &["machine", "kernel", "modules"], |list| members(list, is_module));
                    taken.modules.extend(all.into_iter().flat_map(|(modules, _)| modules));
                }
                if udev {
                    taken.rules.extend(take_texts(value, &["machine", "udev", "rules"]).unwrap_or_default());
                }
                if names {
                    taken.names.extend(take_texts(value, &["machine", "certSANs"]).unwrap_or_default());
                }
                if files && talos < FILES_IN_DOCUMENTS {
                    let all = take_if(value, &["machine", "files"], |list| members(list, is_file));
                    taken.files.extend(all.into_iter().flat_map(|(files, _)| files));
                }
            }
            Some("SysctlConfig") => latest(&mut taken.sysctls, take_pairs(value, &["params"])),
            Some("SysfsConfig") => latest(&mut taken.sysfs, take_pairs(value, &["params"])),
            Some("UdevRulesConfig") => taken.rules.extend(take_texts(value, &["rules"]).unwrap_or_default()),
            Some("KernelModuleConfig") => {
                let mut module = value.clone();
                ["apiVersion", "kind"].iter().for_each(|key| _ = take(&mut module, &[key]));
                if is_module(&module) {
                    ["name", "parameters"].iter().for_each(|key| _ = take(value, &[key]));
                    taken.modules.push(module);
                }
            }
            Some(_) => {}
        }
    }
    let volumes = Volumes::take(patches);
    let services = Services::take(patches);
    let (mut statements, mut raw) = taken.said(wires);
    statements.extend(volumes.statements());
    statements.extend(services.statements());
    volumes.put_into(&mut raw);
    services.put_into(&mut raw);
    let span = statements.first()?.keyword.span;
    let (mut documents, mut of_documents) = volumes.documents();
    let (further, of_further) = services.documents();
    documents.extend(further);
    of_documents += of_further;
    let piece = Piece::new(Statement::new("machine", span).holding(statements), leaves(&raw) + of_documents);
    if documents.is_empty() {
        return Some(piece.or(raw));
    }
    let core = Some(raw).filter(|raw| !is_empty(raw));
    Some(piece.or(list_of(core.into_iter().chain(documents).collect(), span)))
}

/// What a role of one machine is told and what that machine is told, which lies over it, as one statement: `word` takes the
/// patches that both are in other words.
pub(super) fn joined(
    group: &mut Vec<Piece>,
    own: &mut [Piece],
    word: &str,
    lift: &dyn Fn(&mut [Patch]) -> Option<Piece>,
) {
    let is_it = |piece: &Piece| piece.said.keyword.text == word && piece.raw.is_some();
    let (Some(of_group), Some(at)) = (group.iter().position(is_it), own.iter().position(is_it)) else { return };
    let raws = [&group[of_group], &own[at]].map(|piece| piece.raw.clone());
    let documents = |raw: Value| raw.as_list().map_or_else(|| vec![raw.clone()], <[Value]>::to_vec);
    let mut patches: Vec<Patch> = raws.into_iter().flatten().flat_map(documents).map(Patch::of).collect();
    let fields = group[of_group].fields + own[at].fields;
    if let Some(piece) = lift(&mut patches) {
        own[at] = Piece { fields, ..piece };
        group.remove(of_group);
    }
}

/// Whether something in a value is told to go, or to take the place of what is there.
pub(super) fn says_directive(value: &Value) -> bool {
    value.get("$patch").is_some()
        || value.fields().any(|field| says_directive(&field.value))
        || value.items().iter().any(says_directive)
}

/// Of values of one key the last.
pub(super) fn latest(all: &mut IndexMap<String, Said>, pairs: Option<Vec<(String, Said)>>) {
    all.extend(pairs.into_iter().flatten());
}

/// The members of a list, where all are as they must be.
pub(super) fn members(list: &Value, is_it: fn(&Value) -> bool) -> Option<Vec<Value>> {
    list.as_list().filter(|list| list.iter().all(is_it)).map(<[Value]>::to_vec)
}

fn is_module(value: &Value) -> bool {
    value.str_at(&["name"]).is_some()
        && value.get("parameters").is_none_or(|list| texts(list).is_some())
        && value.fields().all(|field| matches!(&*field.key, "name" | "parameters"))
}

/// Whether a value is a file that a statement can say. One that holds a secret stays by itself, to be left out alone.
fn is_file(value: &Value) -> bool {
    let is_in_octal = |value: &Value| value.as_integer().is_some_and(|bits| (0..=0o7777).contains(&bits));
    value.str_at(&["op"]).is_some_and(|op| OPERATIONS.contains(&op))
        && value.str_at(&["path"]).is_some_and(|path| path.starts_with('/'))
        && value.str_at(&["content"]).is_some_and(|text| hnet_secrets::find(text).is_empty())
        && value.get("permissions").is_none_or(is_in_octal)
        && value.fields().all(|field| matches!(&*field.key, "op" | "path" | "content" | "permissions"))
}

impl Taken {
    /// All of it in words, and as a patch.
    fn said(self, wires: &Wires) -> (Vec<Statement>, Value) {
        let mut statements = Vec::new();
        let mut raw = map_of([], Span::default());
        for (word, pairs) in [("sysctls", self.sysctls), ("sysfs", self.sysfs)] {
            for (key, value) in &pairs {
                raw.span = value.span;
                put(&mut raw, &["machine", word, key], Value::text_at(value.text.as_str(), value.span));
            }
            statements.extend(settings(word, &pairs));
        }
        if let Some(first) = self.modules.first() {
            put(&mut raw, &["machine", "kernel", "modules"], list_of(self.modules.clone(), first.span));
        }
        statements.extend(modules(&self.modules));
        if let Some(first) = self.rules.first() {
            put(&mut raw, &["machine", "udev", "rules"], super::settings::list(&self.rules, first.span));
            let rules = self.rules.iter().map(|rule| match rule.text.contains('\n') {
                true => Word::lines(&rule.text, rule.span),
                false => Word::said(&rule.text, rule.span),
            });
            statements.push(Statement::new("udev-rules", first.span).with_list(rules));
        }
        if let Some(first) = self.names.first() {
            put(&mut raw, &["machine", "certSANs"], super::settings::list(&self.names, first.span));
            let names = self.names.iter().map(|name| (wires.said(&name.text), name.span));
            statements.push(say::list("certificate-names", first.span, names));
        }
        if let Some(first) = self.files.first() {
            put(&mut raw, &["machine", "files"], list_of(self.files.clone(), first.span));
        }
        statements.extend(self.files.iter().filter_map(file));
        (statements, raw)
    }
}

/// Settings as one list, but for those of which people wrote something: each of these stands under that.
pub(super) fn settings(word: &str, pairs: &IndexMap<String, Said>) -> Vec<Statement> {
    let mut said: Vec<Statement> = Vec::new();
    let mut is_open = false;
    for (key, value) in pairs {
        let own = Word::said(&format!("{key}={}", value.text), value.span);
        let comments = say::comments(value.comments.as_deref());
        match said.last_mut().filter(|_| is_open && comments.is_empty()) {
            Some(last) => *last = std::mem::replace(last, Statement::new(word, value.span)).and(own),
            None => {
                is_open = comments.is_empty();
                said.push(Statement::new(word, value.span).with(own).under(comments));
            }
        }
    }
    said
}

/// Modules without parameters in one list, each of the others by itself.
fn modules(all: &[Value]) -> Vec<Statement> {
    let name = |module: &Value| module.get("name").and_then(scalar);
    let (with, without): (Vec<&Value>, Vec<&Value>) =
        all.iter().partition(|module| module.items_of("parameters").iter().next().is_some());
    let plain: Vec<Said> = without.into_iter().filter_map(name).collect();
    let plain = plain
        .first()
        .map(|first| say::list("kernel-modules", first.span, plain.iter().map(|name| (name.text.clone(), name.span))));
    let others = with.into_iter().filter_map(|module| {
        let (name, parameters) = (name(module)?, module.get("parameters").and_then(texts)?);
        let parameters = parameters.iter().map(|parameter| (parameter.text.clone(), parameter.span));
        let parameters = say::list("parameters", name.span, parameters);
        Some(say::said("kernel-modules", &name).holding([parameters]))
    });
    plain.into_iter().chain(others).collect()
}

/// A file.
fn file(value: &Value) -> Option<Statement> {
    let [path, op, content] = ["path", "op", "content"].map(|key| value.get(key).and_then(scalar));
    let (path, op, content) = (path?, op?, content?);
    let mut fields = Vec::new();
    if op.text != "create" {
        fields.push(say::said("op", &op));
    }
    if let Some(permissions) = value.get("permissions") {
        let octal = format!("0o{:03o}", permissions.as_integer()?);
        fields.push(say::field("permissions", &octal, permissions.span));
    }
    fields.extend(self::content(&content));
    Some(Statement::new("file", path.span).with(Word::said(&path.text, path.span)).holding(fields))
}

/// What a file holds.
pub(super) fn content(content: &Said) -> Vec<Statement> {
    let lines = content.text.strip_suffix('\n').unwrap_or(&content.text);
    let block = Some(Word::lines(lines, content.span)).filter(|block| block.kind == ValueKind::Block);
    let is_whole = lines.len() < content.text.len();
    let ends_open = block.is_some() && !is_whole;
    let text = block.unwrap_or_else(|| Word::string(&content.text, content.span));
    let said = Statement::new("content", content.span).with(text);
    let open = ends_open.then(|| say::flag("final-newline", false, content.span));
    std::iter::once(said).chain(open).collect()
}
