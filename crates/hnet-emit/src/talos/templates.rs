//! Placeholders in what machines are told: which there are, and a file of topf's that takes their values from its environment.
//!
//! topf fills in nothing else, so a placeholder that it were told would be taken for the value: a disk would be locked with
//! its name. Start at [`file`].

use hnet_manifests::talos::topf_templates::{BRACKET, BRACKETS, Piece, guard, inline, value};
use hnet_model::{Origin, placeholders};
use indexmap::IndexMap;

use crate::yaml::{Node, Value, write};
use crate::{Context, OutputFile};

/// The placeholders of documents, each where it first stands.
pub(super) fn placeholders<'n>(documents: impl IntoIterator<Item = &'n Node>) -> IndexMap<String, Origin> {
    let mut found = IndexMap::new();
    documents.into_iter().for_each(|document| collect(document, &mut found));
    found
}

fn collect(node: &Node, found: &mut IndexMap<String, Origin>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Text(text) => note(text, node.origin, found),
        Value::Lines(lines) => lines.iter().for_each(|line| note(&line.value, line.origin, found)),
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                note(key, value.origin, found);
                collect(value, found);
            }
        }
    }
}

/// Notes the placeholders of a text.
pub(super) fn note(text: &str, origin: Origin, found: &mut IndexMap<String, Origin>) {
    for (_, name) in placeholders::uses(text) {
        found.entry(name.to_owned()).or_insert(origin);
    }
}

/// Whether a text of a document is looked up by topf, which it does in no template.
pub(super) fn is_looked_up(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Text(text) => text.contains("ref+"),
        Value::Lines(lines) => lines.iter().any(|line| line.value.contains("ref+")),
        Value::Sequence(items) => items.iter().any(is_looked_up),
        Value::Mapping(entries) => entries.iter().any(|(_, value)| is_looked_up(value)),
    }
}

/// A file with documents as a template of topf's.
pub(super) fn file(context: &Context<'_>, documents: &[Node]) -> OutputFile {
    let mut file = OutputFile::with_header(&context.header());
    let header = file.text().replace("{{", BRACKETS);
    file.replace_within_lines(header);
    for (name, origin) in placeholders(documents) {
        file.lines(&guard(&name), origin);
    }
    let head = file.text().len();
    let mut plain = OutputFile::new();
    documents.iter().for_each(|document| plain.document(document));
    // What stands for the actions until all else has been kept from being one.
    let mut mark = "hnet0".to_owned();
    while plain.text().contains(&mark) {
        mark.push('0');
    }
    let mut marks = Marks { mark, actions: Vec::new() };
    let documents: Vec<Node> = documents.iter().map(|document| marks.node(document)).collect();
    documents.iter().for_each(|document| file.document(document));
    let text = file.text()[head..].replace("{{", BRACKETS).replace("$${", "${");
    let text = file.text()[..head].to_owned() + &marks.filled(&text);
    file.replace_within_lines(text);
    file
}

/// What stands in the places of actions.
struct Marks {
    mark: String,
    actions: Vec<String>,
}

impl Marks {
    fn mark(&mut self, action: String) -> String {
        self.actions.push(action);
        format!("{}x{}x", self.mark, self.actions.len() - 1)
    }

    /// A part of a document with marks in the places of placeholders.
    fn node(&mut self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Scalar(scalar) => Value::Scalar(*scalar),
            Value::Text(text) => Value::Text(self.text(text)),
            Value::Lines(lines) => {
                Value::Lines(lines.iter().map(|line| line.as_ref().map(|text| self.line(text))).collect())
            }
            Value::Sequence(items) => Value::Sequence(items.iter().map(|item| self.node(item)).collect()),
            Value::Mapping(entries) => {
                Value::Mapping(entries.iter().map(|(key, value)| (self.text(key), self.node(value))).collect())
            }
        };
        Node { value, origin: node.origin, written: node.written.clone() }
    }

    /// A text: a block keeps its lines, all else becomes one action, which quotes whatever the value is.
    fn text(&mut self, text: &str) -> String {
        if placeholders::uses(text).next().is_none() {
            return text.to_owned();
        }
        if is_block(text) {
            return self.line(text);
        }
        let single = |text: &str| text.replace("$${", "${");
        let (mut literals, mut at) = (Vec::new(), 0);
        for (range, _) in placeholders::uses(text) {
            literals.push(single(&text[at..range.start]));
            at = range.end;
        }
        let last = single(&text[at..]);
        let mut pieces = Vec::new();
        for (literal, (_, name)) in literals.iter().zip(placeholders::uses(text)) {
            pieces.extend([Piece::Literal(literal), Piece::Variable(name)]);
        }
        pieces.push(Piece::Literal(&last));
        pieces.retain(|piece| *piece != Piece::Literal(""));
        self.mark(value(&pieces))
    }

    /// Lines with a mark for each placeholder.
    fn line(&mut self, text: &str) -> String {
        let (mut out, mut at) = (String::new(), 0);
        for (range, name) in placeholders::uses(text) {
            out.push_str(&text[at..range.start]);
            // With a bracket before it the action would begin one sign too early.
            let bracket = if out.ends_with('{') { out.pop().map_or("", |_| BRACKET) } else { "" };
            out.push_str(&self.mark(format!("{bracket}{}", inline(name))));
            at = range.end;
        }
        out + &text[at..]
    }

    /// A text with the actions in the places of their marks.
    fn filled(&self, text: &str) -> String {
        let mark = format!("{}x", self.mark);
        let mut parts = text.split(&mark);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once('x').unwrap_or_default();
            out.push_str(number.parse::<usize>().ok().and_then(|at| self.actions.get(at)).map_or("", String::as_str));
            out.push_str(rest);
        }
        out
    }
}

/// Whether a text is written as a block.
fn is_block(text: &str) -> bool {
    let (mut out, mut origins) = (String::new(), Vec::new());
    let mut node = Node::mapping(Origin::default());
    node.set("k", Node::new(Value::Text(text.to_owned()), Origin::default()));
    write(&node, &mut out, &mut origins);
    out.starts_with("k: |")
}
