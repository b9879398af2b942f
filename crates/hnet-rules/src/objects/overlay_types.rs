//! Whether the API server takes what is laid over an object: as far as that follows from what every object has, and
//! from the object itself. Start at [`wrong_types`].

use hnet_compare::directive;
use hnet_diagnostics::{Diagnostic, codes, nearest};
use hnet_emit::yaml::{DIRECTIVE, Node, Scalar, Value};
use hnet_manifests::object::{METADATA, root_fields};

use super::overlays::text;

/// What is wrong with a block over an object.
pub(super) fn wrong_types(object: &Node, over: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    unknown_keys(object, over, &mut found);
    walk(Some(object), over, &mut Vec::new(), &mut found);
    found
}

/// The keys that every object has, and those of its metadata.
fn unknown_keys(object: &Node, over: &Node, found: &mut Vec<Diagnostic>) {
    let kind = text(object, "kind").unwrap_or_default();
    let of_root = ["apiVersion", "kind", "metadata"].iter().chain(root_fields(kind)).copied();
    let mut check = |node: &Node, parent: &str, known: &[&'static str]| {
        let Value::Mapping(entries) = &node.value else { return };
        for (key, value) in entries.iter().filter(|(key, _)| key != DIRECTIVE && !known.contains(&key.as_str())) {
            let finding =
                Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, format!("`{kind}` has no field `{parent}{key}`"))
                    .label(value.origin.span, "the API server refuses the object with it");
            found.push(match nearest(key, known.iter().copied()) {
                Some(meant) => finding.help(format!("did you mean `{parent}{meant}`?")),
                None => finding.help(format!("it has {}", hnet_diagnostics::quoted(known.iter().copied(), ", "))),
            });
        }
    };
    check(over, "", &of_root.collect::<Vec<_>>());
    if let Some(metadata) = over.get("metadata") {
        check(metadata, "metadata.", METADATA);
    }
}

/// A mapping stays a mapping and a list a list; what is texts by texts stays so; and `$patch` is known.
fn walk<'n>(own: Option<&Node>, over: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<Diagnostic>) {
    let said = path.join(".");
    if over.value == Value::Scalar(Scalar::Null) {
        return;
    }
    if let Some(wrong) =
        over.get(DIRECTIVE).filter(|_| !matches!(directive(over).as_deref(), Some("delete" | "replace" | "merge")))
    {
        found.push(
            Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, "`$patch` says nothing that is known")
                .label(wrong.origin.span, "neither `delete` nor `replace`")
                .help("write `$patch: delete` to remove the part, `$patch: replace` to put it in the place of what is there"),
        );
        return;
    }
    let differs = own.is_some_and(|own| shape(own) != shape(over));
    if differs || (is_of_texts(path) && shape(over) == "a single value" && !matches!(over.value, Value::Text(_))) {
        let wanted = match own {
            Some(own) if differs => shape(own),
            _ => "a text",
        };
        let finding = Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, format!("`{said}` is not {wanted} here"))
            .label(over.origin.span, format!("the API server takes {wanted}"));
        found.push(match (wanted, &over.value) {
            ("a text", Value::Scalar(_)) => finding.help("put quotes around it"),
            _ => finding.help(format!("write {wanted}")),
        });
        return;
    }
    match &over.value {
        Value::Mapping(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| key != DIRECTIVE) {
                path.push(key);
                walk(own.and_then(|own| own.get(key)), value, path, found);
                path.pop();
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| walk(None, item, path, found)),
        _ => {}
    }
}

fn shape(node: &Node) -> &'static str {
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
