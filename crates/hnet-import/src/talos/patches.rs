//! The patches of a talconfig: texts, files, documents, operations; of other forms, the documents themselves. What they say in fields that the language has words
//! for is said in words; the rest stays a patch.

use hnet_compare::files::undoubled;
use hnet_diagnostics::{FileId, Span};
use hnet_syntax::tree::Statement;
use hnet_yaml::{Field, Map, Text, Value, ValueKind};

use super::Talconfig;
use crate::make::{map_of, put};
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{is_empty, leaves, take};
use crate::write;

/// A document of a patch.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    /// What it says; less after a lift.
    pub(crate) value: Value,
    /// The text that it was, as long as nothing was taken out.
    text: Option<(String, usize)>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl Patch {
    /// A patch of something that is no patch in the file.
    pub(crate) fn of(value: Value) -> Patch {
        Patch { span: value.span, text: None, value }
    }

    /// The statement of what is left of it, if anything is.
    pub(crate) fn piece(&self) -> Option<Piece> {
        let left = leaves(&self.value);
        let text = self.text.as_ref().filter(|(_, all)| *all == left).map(|(text, _)| text.as_str());
        if is_empty(&self.value) || self.is_only_a_name() {
            return None;
        }
        let said: Statement = match text {
            Some(text) => say::lines("patch", text, self.span),
            None => say::lines("patch", &write::yaml(&self.value), self.span),
        };
        Some(Piece::new(said, left))
    }

    /// Whether nothing but the kind of a document is left.
    fn is_only_a_name(&self) -> bool {
        self.value.get("kind").is_some()
            && self.value.fields().all(|field| matches!(&*field.key, "kind" | "apiVersion"))
    }
}

/// The patches of a list of a talconfig.
pub(crate) fn read(file: &Talconfig<'_>, list: &Value, report: &mut Report) -> Vec<Patch> {
    let mut patches = Vec::new();
    for item in list.items() {
        if file.is_laid() && item.as_map().is_some() {
            // The file is read, and its comments are known.
            document(item.clone(), None, file.has_documents(), &mut patches, report);
            continue;
        }
        let Some(text) = item.text() else {
            report.unread(item.span, "a patch that is no text");
            continue;
        };
        match text.strip_prefix('@') {
            None => documents(&text.yaml(), Some(text), file.has_documents(), &mut patches, report),
            Some(path) => match file.beside(path) {
                None => report.unread(item.span, format!("`{path}` is not among the files")),
                Some((yaml, text)) => documents(&yaml, Some(&text), file.has_documents(), &mut patches, report),
            },
        }
    }
    patches
}

/// The documents of a text.
pub(crate) fn documents(
    yaml: &hnet_yaml::Yaml,
    text: Option<&Text>,
    has_documents: bool,
    patches: &mut Vec<Patch>,
    report: &mut Report,
) {
    for problem in yaml.problems() {
        report.unread(problem.span, problem.trouble.to_string());
    }
    report.of_patches.extend(yaml.comments().iter().map(|comment| (comment.span, comment.text.to_string())));
    let is_only = yaml.documents().filter(|document| document.root.is_some()).count() == 1;
    for root in yaml.documents().filter_map(|document| document.root) {
        let mut value = root.value();
        if value.is_null() {
            continue;
        }
        single_dollars(&mut value);
        let span = value.span;
        if value.as_list().is_some() {
            // The file of a machine holds none of these, and Talos takes none beside documents.
            match merged(&value) {
                Some(merged) => {
                    list_replaced(&value, report);
                    patches.push(Patch { value: merged, text: None, span });
                    continue;
                }
                None if has_documents => {
                    report.unread(span, "an RFC 6902 patch of a list, which Talos refuses here as well");
                    continue;
                }
                None => {}
            }
        }
        document(value, text.filter(|_| is_only), has_documents, patches, report);
    }
}

/// A document, with the text that holds nothing else.
fn document(mut value: Value, text: Option<&Text>, has_documents: bool, patches: &mut Vec<Patch>, report: &mut Report) {
    let span = value.span;
    let before = leaves(&value);
    if has_documents && let Some(field) = take(&mut value, &["machine", "features", "stableHostname"]) {
        report.of("talconfig").unread += 1;
        report.unread(field.key.span(), "`stableHostname`, which Talos refuses beside `HostnameConfig`");
    }
    let all = leaves(&value);
    let text = text.filter(|_| all == before).and_then(|text| Some((tidied(text, &value)?, all)));
    patches.push(Patch { value, text, span });
}

/// The text of a patch as a source has it: dollars once, without what is for editors, without a line end. None where it
/// would not say the same.
fn tidied(text: &str, value: &Value) -> Option<String> {
    let for_readers = |line: &&str| {
        let line = line.trim();
        !(line == "---" || line.starts_with("# yaml-language-server"))
    };
    let lines: Vec<&str> = text.lines().skip_while(|line| line.trim().is_empty() || !for_readers(line)).collect();
    let tidied = undoubled(&lines.join("\n"));
    let tidied = tidied.trim_end();
    // What hnet writes ends with a line, and so would a block of text at the end.
    let is_same = |text: &String| {
        let yaml = hnet_yaml::parse(FileId::default(), &format!("{text}\n"));
        yaml.root().is_some_and(|root| root.value() == *value)
    };
    std::iter::once(tidied.to_owned()).chain(with_last_block_open(tidied)).find(is_same)
}

/// A text whose last scalar is a block with this said at its head: no line end belongs to it.
fn with_last_block_open(text: &str) -> Option<String> {
    let value = hnet_yaml::parse(FileId::default(), text).root()?.value();
    let mut last = None;
    value.leaves(&mut |_, leaf| last = Some(leaf));
    let start = last.filter(|last| last.scalar().is_some_and(|(_, style)| style.is_block()))?.span.range().start;
    let head = text[start..].lines().next().filter(|head| head.starts_with(['|', '>']))?;
    let rest = head[1..].trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '+');
    let digit: String = head[1..head.len() - rest.len()].chars().filter(char::is_ascii_digit).collect();
    Some(format!("{}{}{digit}-{}", &text[..start], &head[..1], &text[start + head.len() - rest.len()..]))
}

/// talhelper substitutes variables in the whole of a file, so that a dollar which stands for itself is doubled.
pub(crate) fn single_dollars(value: &mut Value) {
    match &mut value.kind {
        ValueKind::Scalar(text, _) if text.contains("$$") => *text = Text::at(undoubled(text), text.span()),
        ValueKind::Scalar(..) => {}
        ValueKind::List(items) => items.iter_mut().for_each(single_dollars),
        ValueKind::Map(map) => {
            map.values_mut().for_each(|field| single_dollars(&mut field.value));
            if map.keys().any(|key| key.contains("$$")) {
                let fields = std::mem::take(map).into_values().map(|field| {
                    let key = Text::at(undoubled(&field.key), field.key.span());
                    (key.to_smol(), Field { key, ..field })
                });
                *map = fields.collect();
            }
        }
    }
}

/// The maps of a machine's configuration in which Talos writes fields by itself. (`pkg/machinery/config/generate`.)
const GENERATED: [&str; 14] = [
    "/machine",
    "/machine/kubelet",
    "/machine/install",
    "/machine/features",
    "/machine/nodeLabels",
    "/cluster",
    "/cluster/controlPlane",
    "/cluster/network",
    "/cluster/apiServer",
    "/cluster/controllerManager",
    "/cluster/scheduler",
    "/cluster/proxy",
    "/cluster/discovery",
    "/cluster/etcd",
];

/// Lists operations that take the place of a map as a whole. A patch is laid over what Talos writes there.
fn list_replaced(operations: &Value, report: &mut Report) {
    for operation in operations.items() {
        let is_map = operation.get("value").is_some_and(|value| value.as_map().is_some());
        let path = operation.get("path").filter(|_| is_map);
        let Some((path, text)) = path.and_then(|path| Some((path, path.as_str()?))) else { continue };
        if GENERATED.contains(&text) {
            let why =
                format!("takes the place of the whole `{text}`; in a patch what Talos writes there by itself stays");
            report.unread(path.span, why);
        }
    }
}

/// Operations of RFC 6902 as the patch that says the same, where none is about a member of a list.
fn merged(operations: &Value) -> Option<Value> {
    let mut merged = Value::of(ValueKind::Map(Map::new()), operations.span);
    for operation in operations.items() {
        let path = operation.get("path")?;
        let steps: Vec<String> = path
            .as_str()?
            .strip_prefix('/')?
            .split('/')
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect();
        if steps.iter().any(|step| step == "-" || step.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let value = match operation.str_at(&["op"])? {
            "remove" => map_of([("$patch", Value::text_at("delete", path.span))], path.span),
            // An empty list is added to nothing.
            "replace" if operation.get("value")?.as_list().is_some_and(<[Value]>::is_empty) => {
                map_of([("$patch", Value::text_at("delete", path.span))], path.span)
            }
            "add" | "replace" => operation.get("value")?.clone(),
            _ => return None,
        };
        put(&mut merged, &steps, value);
    }
    Some(merged)
}
