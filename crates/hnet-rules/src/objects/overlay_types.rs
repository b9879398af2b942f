//! Whether the API server takes what is laid over an object: as its kind's schema has it, and where no schema is known,
//! as far as that follows from the object itself; and a whole object that the source writes out, where a schema is known.
//! Start at [`wrong_types`].

use hnet_compare::schema::{self, Fields, Scalar as Of, Type};
use hnet_compare::{Kind, directive};
use hnet_diagnostics::{Diagnostic, codes, nearest};
use hnet_emit::overlay::kind_of;
use hnet_emit::yaml::{DIRECTIVE, Node, Scalar, Value};

use super::overlays::text;

/// The fields of every object, but its kind's own.
const OF_ROOT: &[&str] = &["apiVersion", "kind", "metadata", "status"];

/// What is wrong with a block over an object.
pub(super) fn wrong_types(object: &Node, over: &Node) -> Vec<Diagnostic> {
    let kind = kind_of(object);
    let mut search = Search { kind: &kind.kind, is_whole: false, path: Vec::new(), found: Vec::new() };
    search.part(Some(object), over, fields_of(object, &kind));
    search.found
}

/// What is wrong with a whole object, where the fields of its kind are known.
pub(super) fn wrong_in(object: &Node) -> Vec<Diagnostic> {
    let kind = kind_of(object);
    let Some(fields) = fields_of(object, &kind).filter(|_| kind.is_object()) else { return Vec::new() };
    let mut search = Search { kind: &kind.kind, is_whole: true, path: Vec::new(), found: Vec::new() };
    search.part(None, object, Some(fields));
    search.found
}

/// The fields of an object. They are those of the newest version, which others need not have.
fn fields_of(object: &Node, kind: &Kind) -> Option<Fields> {
    let version = text(object, "apiVersion").unwrap_or_default().rsplit('/').next().unwrap_or_default();
    kind.facts().filter(|facts| facts.versions.first() == Some(&version)).map(schema::KindFacts::fields)
}

struct Search<'n> {
    kind: &'n str,
    /// Whether the object is all that there is, and not laid over another.
    is_whole: bool,
    path: Vec<&'n str>,
    found: Vec<Diagnostic>,
}

impl<'n> Search<'n> {
    fn part(&mut self, own: Option<&Node>, over: &'n Node, fields: Option<Fields>) {
        // What is removed may be anything.
        let is_removed = !self.is_whole && directive(over).as_deref() == Some("delete");
        if over.value == Value::Scalar(Scalar::Null) || is_removed {
            return;
        }
        if let Some(wrong) = over.get(DIRECTIVE).filter(|_| !self.is_whole)
            && !matches!(directive(over).as_deref(), Some("replace" | "merge"))
        {
            self.found.push(
                Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, "`$patch` says nothing that is known")
                    .label(wrong.origin.span, "neither `delete` nor `replace`")
                    .help("write `$patch: delete` to remove the part, `$patch: replace` to put it in the place of what is there"),
            );
            return;
        }
        if let Some(wanted) = self.wanted(own, over, fields) {
            let finding =
                Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, format!("`{}` is not {wanted} here", self.path.join(".")))
                    .label(over.origin.span, format!("the API server takes {wanted}"));
            self.found.push(match (wanted, &over.value) {
                ("a text", Value::Scalar(_)) => finding.help("put quotes around it"),
                ("a whole number" | "a number", Value::Text(text)) if text.parse::<f64>().is_ok() => {
                    finding.help("leave the quotes out")
                }
                ("true or false", Value::Text(_)) => finding.help("write `true` or `false`, without quotes"),
                _ => finding.help(format!("write {wanted}")),
            });
            return;
        }
        match &over.value {
            Value::Mapping(entries) => {
                let is_whole = self.is_whole;
                for (key, value) in entries.iter().filter(|(key, _)| is_whole || key != DIRECTIVE) {
                    let is_of_root = self.path.is_empty() && OF_ROOT.contains(&key.as_str());
                    let behind = match (self.path.is_empty(), key.as_str()) {
                        (true, "metadata") => Some(schema::metadata()),
                        _ => fields.and_then(|fields| fields.at(key)),
                    };
                    self.path.push(key);
                    match fields.map(Fields::get) {
                        Some(Type::Object(named)) if behind.is_none() && !is_of_root => self.unknown(value, named),
                        _ => self.part(own.and_then(|own| own.get(key)), value, behind),
                    }
                    self.path.pop();
                }
            }
            Value::Sequence(items) => {
                let of = fields.and_then(Fields::members);
                items.iter().for_each(|item| self.part(None, item, of));
            }
            _ => {}
        }
    }

    /// What should stand here, where something else does.
    fn wanted(&self, own: Option<&Node>, over: &Node, fields: Option<Fields>) -> Option<&'static str> {
        let shape = shape(over);
        let is_single = shape == "a single value";
        let type_ = fields.map(Fields::get);
        let wanted = match type_ {
            Some(Type::Object(_) | Type::Map(_)) => "a mapping",
            Some(Type::List(..)) => "a list",
            Some(Type::Scalar(Of::Any)) => return None,
            Some(Type::Scalar(of)) => name_of(of),
            None if !self.is_whole && is_of_texts(&self.path) && is_single => "a text",
            None => own.map(self::shape)?,
        };
        let fits = match (type_, &over.value) {
            // What stands there in the end, nobody knows.
            (_, Value::Text(text)) if text.contains("${") => true,
            // To kubectl `off` is a truth value, to Flux a text.
            (_, Value::Scalar(Scalar::Bool(_))) if self.is_whole && is_early_word(over) => true,
            (Some(Type::Scalar(Of::Text | Of::Duration)), value) => is_text(value),
            (Some(Type::Scalar(Of::Bool)), value) => matches!(value, Value::Scalar(Scalar::Bool(_))),
            (Some(Type::Scalar(Of::Integer)), value) => match value {
                Value::Scalar(Scalar::Float(number)) => number.fract() == 0.0,
                value => is_whole(value),
            },
            (Some(Type::Scalar(Of::Number)), value) => is_number(value),
            (Some(Type::Scalar(Of::IntOrText)), value) => is_whole(value) || is_text(value),
            (Some(Type::Scalar(Of::Quantity)), value) => is_number(value) || is_text(value),
            (None, value) if wanted == "a text" => is_text(value),
            _ => shape == wanted,
        };
        (!fits).then_some(wanted)
    }

    /// A field that the kind does not have.
    fn unknown(&mut self, value: &Node, named: &'static [schema::Field]) {
        let (kind, path) = (self.kind, self.path.join("."));
        let (key, above) = self.path.split_last().map_or(("", &[][..]), |(key, above)| (*key, above));
        let of_root: &[&str] = if above.is_empty() { OF_ROOT } else { &[] };
        let names = || named.iter().map(|field| field.name).chain(of_root.iter().copied());
        let finding = Diagnostic::new(&codes::PATCH_OF_UNKNOWN_FIELD, format!("`{kind}` has no field `{path}`"))
            .label(value.origin.span, "the API server drops or refuses it");
        self.found.push(match nearest(key, names()) {
            Some(meant) => {
                let meant: Vec<&str> = above.iter().copied().chain([meant]).collect();
                finding.help(format!("did you mean `{}`?", meant.join(".")))
            }
            None if names().count() > 12 => finding.help("see `kubectl explain` for what it has"),
            None => finding.help(format!("there it has {}", hnet_diagnostics::quoted(names(), ", "))),
        });
    }
}

/// What a value of this type is called.
fn name_of(of: Of) -> &'static str {
    match of {
        Of::Text | Of::Duration | Of::Any => "a text",
        Of::Integer => "a whole number",
        Of::Number => "a number",
        Of::Bool => "true or false",
        Of::IntOrText => "a whole number or a text",
        Of::Quantity => "an amount",
    }
}

/// Whether a truth value is written as YAML 1.1 alone has it.
fn is_early_word(node: &Node) -> bool {
    let is_of_both = |word: &str| word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false");
    node.written.as_deref().is_some_and(|word| !is_of_both(word))
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Lines(_))
}

fn is_whole(value: &Value) -> bool {
    matches!(value, Value::Scalar(Scalar::Unsigned(_) | Scalar::Signed(_)))
}

fn is_number(value: &Value) -> bool {
    is_whole(value) || matches!(value, Value::Scalar(Scalar::Float(_)))
}

/// What a part is to YAML.
pub(crate) fn shape(node: &Node) -> &'static str {
    match node.value {
        Value::Mapping(_) => "a mapping",
        Value::Sequence(_) => "a list",
        Value::Text(_) | Value::Lines(_) | Value::Scalar(_) => "a single value",
    }
}

/// Whether texts stand by texts in the mapping that a path's last key is one of, in every kind.
fn is_of_texts(path: &[&str]) -> bool {
    let [.., parent, _] = path else { return false };
    matches!(*parent, "labels" | "annotations" | "matchLabels") || matches!(path, ["data", _])
}
