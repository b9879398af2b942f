//! A document in the one form of all that mean the same.
//!
//! Nulls and what only a server writes are gone, defaults are filled in, values without parts have one form, and the
//! members of lists lie where their equals of another document will be looked for. Each part knows whether it was
//! written, what was written, and what made it what it is. Start at [`canonical`].

use std::collections::BTreeMap;

use crate::Value;
use crate::defaults;
use crate::dropped;
use crate::kinds::Kind;
use crate::lists::{self, Lists, Merging};
use crate::scalars;
use crate::schema::{self, Fields, Scalar, Type};

/// What makes a part what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ground {
    /// It says so.
    Written,
    /// A default of its kind.
    Default,
    /// Something that is so of networks, or of those who read the document.
    Fact(&'static str),
}

/// A part of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    /// What was written; none where nothing was, and within what is compared in another form than it is written.
    pub(crate) raw: Option<&'a Value>,
    pub(crate) is_written: bool,
    pub(crate) ground: Ground,
    /// Whether it is written anew as a whole where something in it changes.
    pub(crate) is_whole: bool,
    /// What a patch does with it, if it is a list.
    pub(crate) merging: Merging,
    pub(crate) shape: Shape<'a>,
}

/// What a part is.
#[derive(Clone, Debug)]
pub(crate) enum Shape<'a> {
    /// It was written and means no more than its absence.
    Nothing,
    /// It has no parts, or none that are compared.
    Leaf(Value),
    Map(BTreeMap<String, Node<'a>>),
    /// A list in which each member is compared with its equal.
    Members(Lists, BTreeMap<String, Member<'a>>),
    Ordered(Vec<Node<'a>>),
}

/// A member of a list whose order means nothing.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) node: Node<'a>,
    /// Where it stood.
    pub(crate) at: usize,
    /// What tells it from the others, for people; empty where that is its place.
    pub(crate) label: String,
    /// Whether another has the same keys.
    pub(crate) is_ambiguous: bool,
}

impl<'a> Node<'a> {
    /// Something that is so although nobody wrote it.
    pub(crate) fn implied(shape: Shape<'a>) -> Self {
        Node {
            raw: None,
            is_written: false,
            ground: Ground::Default,
            is_whole: false,
            merging: Merging::Replace,
            shape,
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.shape, Shape::Nothing)
    }

    /// Whether its absence means the same.
    pub(crate) fn is_implied(&self) -> bool {
        !self.is_written || (self.is_nothing() && self.ground != Ground::Written)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        match &self.shape {
            Shape::Map(map) => map.get(key),
            _ => None,
        }
    }

    pub(crate) fn map_mut(&mut self) -> Option<&mut BTreeMap<String, Node<'a>>> {
        match &mut self.shape {
            Shape::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The part behind these keys.
    pub(crate) fn at_mut(&mut self, keys: &[&str]) -> Option<&mut Node<'a>> {
        keys.iter().try_fold(self, |node, key| node.map_mut()?.get_mut(*key))
    }

    /// The text of the leaf behind these keys.
    pub(crate) fn text_at(&self, keys: &[&str]) -> Option<&str> {
        match &keys.iter().try_fold(self, |node, key| node.get(key))?.shape {
            Shape::Leaf(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The parts of a list.
    pub(crate) fn members(&self) -> Vec<&Node<'a>> {
        match &self.shape {
            Shape::Members(_, members) => members.values().map(|member| &member.node).collect(),
            Shape::Ordered(items) => items.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// What it says, in the form in which it is compared.
    pub(crate) fn value(&self) -> Value {
        match &self.shape {
            Shape::Nothing => Value::Null,
            Shape::Leaf(value) => value.clone(),
            Shape::Map(map) => {
                let fields = map.iter().filter(|(_, node)| !node.is_nothing());
                Value::Map(fields.map(|(key, node)| (key.clone(), node.value())).collect())
            }
            Shape::Members(_, members) => Value::List(members.values().map(|member| member.node.value()).collect()),
            Shape::Ordered(items) => Value::List(items.iter().map(Node::value).collect()),
        }
    }

    /// Whether two say the same, whatever makes them.
    pub(crate) fn says(&self, other: &Node<'_>) -> bool {
        self.value() == other.value()
    }
}

/// The document in its one form.
pub(crate) fn canonical<'a>(kind: &'a Kind, document: &'a Value) -> Node<'a> {
    let namespace = document.at(&["metadata", "namespace"]).and_then(Value::as_str);
    let mut builder = Builder { kind, namespace, values: values_of(kind, document), path: Vec::new() };
    builder
        .node(document, kind.fields(), Slot { is_written: true, may_be_left_out: false })
        .unwrap_or_else(|| Node::implied(Shape::Nothing))
}

/// The document in the one form of all that mean the same: defaults filled in, lists whose order says nothing in a
/// fixed one, each value without parts in one spelling. The laws that need both documents are not applied.
#[must_use]
pub fn normalised(kind: &Kind, document: &Value) -> Value {
    canonical(kind, document).value()
}

/// The fields of the values in a release, if it is one of a chart whose values are known.
fn values_of(kind: &Kind, document: &Value) -> Option<Fields> {
    let text = |keys: &[&str]| document.at(keys).and_then(Value::as_str);
    let chart = match kind.kind.as_str() {
        "HelmRelease" => text(&["spec", "chart", "spec", "chart"]).or_else(|| text(&["spec", "chartRef", "name"])),
        "Application" => text(&["spec", "source", "chart"]),
        _ => None,
    };
    (chart? == "cilium").then(schema::cilium_values)
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Slot {
    /// Whether somebody wrote it, and it is no default.
    is_written: bool,
    /// Whether it means the same empty as not at all, if its kind does not say otherwise.
    may_be_left_out: bool,
}

struct Builder<'a> {
    kind: &'a Kind,
    /// The namespace of the object.
    namespace: Option<&'a str>,
    /// The fields of the chart's values in it.
    values: Option<Fields>,
    path: Vec<&'a str>,
}

impl<'a> Builder<'a> {
    fn node(&mut self, value: &'a Value, fields: Option<Fields>, slot: Slot) -> Option<Node<'a>> {
        let raw = slot.is_written.then_some(value);
        let mut ground = if slot.is_written { Ground::Written } else { Ground::Default };
        let shape = match value {
            Value::Null if !self.keeps_null() => return None,
            Value::Map(entries) => self.map(entries, fields, slot),
            Value::List(items) => self.list(items, fields, slot),
            Value::Text(text) if text.is_empty() && slot.may_be_left_out && is_text(fields) => Shape::Nothing,
            _ => {
                let of = match fields.map(Fields::get) {
                    Some(Type::Scalar(scalar)) => Some(scalar),
                    _ => None,
                };
                let (value, made_by) = scalars::canonical(value, of, self.kind, &self.path);
                ground = ground.max(made_by);
                Shape::Leaf(value)
            }
        };
        if matches!(shape, Shape::Nothing) {
            ground = ground.max(Ground::Default);
        }
        let list = match fields.map(Fields::get) {
            Some(Type::List(list, _)) => Some(list),
            _ => None,
        };
        let merging = match value {
            Value::List(_) => lists::merging(self.kind, &self.path, list),
            _ => Merging::Replace,
        };
        Some(Node { raw, is_written: slot.is_written, ground, is_whole: false, merging, shape })
    }

    /// Whether nothing, written, says something here.
    fn keeps_null(&self) -> bool {
        let parent = self.path.split_last().map_or(&[][..], |(_, parent)| parent);
        dropped::keeps_null(self.kind, parent) && !self.is_without_default()
    }

    /// Whether this is a place in values of a chart that is known to have no default there, which nothing could delete.
    fn is_without_default(&self) -> bool {
        let (values, path) = match self.kind.group.as_str() {
            "helm" => (self.kind.fields(), self.path.as_slice()),
            _ => {
                let start = self.path.iter().position(|key| matches!(*key, "values" | "valuesObject"));
                (self.values, start.map_or(&[][..], |start| &self.path[start + 1..]))
            }
        };
        let Some(values) = values.filter(|_| !path.is_empty()) else { return false };
        path.iter().try_fold(values, |fields, key| fields.at(key)).is_none()
    }

    /// What stands behind a key of a map.
    fn behind(&self, key: &str, fields: Option<Fields>) -> Option<Fields> {
        match (self.path.as_slice(), key) {
            ([], "metadata") if self.kind.is_object() => Some(schema::metadata()),
            (["spec"], "values") | (["spec", "source", "helm"], "valuesObject") => self.values,
            _ => fields.and_then(|fields| fields.at(key)),
        }
    }

    fn map(&mut self, entries: &'a [(String, Value)], fields: Option<Fields>, slot: Slot) -> Shape<'a> {
        let of = fields.map(Fields::get);
        let named = match of {
            Some(Type::Object(named)) => named,
            _ => &[],
        };
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            if dropped::is_dropped(self.kind, &self.path, key) {
                continue;
            }
            let field = named.iter().find(|field| field.name == key);
            let behind = self.behind(key, fields);
            let keeps_null = dropped::keeps_null(self.kind, &self.path);
            self.path.push(key);
            let may_be_left_out = (!keeps_null || self.is_without_default())
                && field.is_none_or(|field| !field.is_required && field.default.is_none());
            let node = self.node(value, behind, Slot { may_be_left_out, ..slot });
            self.path.pop();
            map.extend(node.map(|node| (key.clone(), node)));
        }
        let says_nothing = map.values().all(Node::is_implied);
        for field in named {
            if let Some(default) = &field.default {
                self.fill(&mut map, field.name, default, Some(field.fields));
            }
        }
        let of_controllers: Vec<_> = defaults::of(self.kind, &self.path, entries).collect();
        for (field, default) in of_controllers {
            let behind = self.behind(field, fields);
            self.fill(&mut map, field, default, behind);
        }
        if let Some(namespace) = self.namespace
            && defaults::is_in_own_namespace(self.kind, &self.path)
            && named.iter().any(|field| field.name == "namespace")
        {
            map.entry("namespace".to_owned())
                .or_insert_with(|| Node::implied(Shape::Leaf(Value::Text(namespace.to_owned()))));
        }
        let is_nothing = says_nothing
            && slot.may_be_left_out
            && map.values().all(Node::is_nothing)
            && (dropped::is_empty_nothing(self.kind, &self.path, of) || self.is_without_default());
        if is_nothing { Shape::Nothing } else { Shape::Map(map) }
    }

    /// Fills in what is so where nothing is written.
    fn fill(
        &mut self,
        map: &mut BTreeMap<String, Node<'a>>,
        name: &'static str,
        to: &'static Value,
        of: Option<Fields>,
    ) {
        if map.get(name).is_some_and(|node| !node.is_nothing()) {
            return;
        }
        self.path.push(name);
        let node = self.node(to, of, Slot { is_written: false, may_be_left_out: false });
        self.path.pop();
        let Some(node) = node else { return };
        match map.get_mut(name) {
            // It is written as empty, which the default stands for as well.
            Some(written) => written.shape = node.shape,
            None => _ = map.insert(name.to_owned(), node),
        }
    }

    fn list(&mut self, items: &'a [Value], fields: Option<Fields>, slot: Slot) -> Shape<'a> {
        if items.is_empty() && slot.may_be_left_out && dropped::is_empty_list_nothing(self.kind, &self.path) {
            return Shape::Nothing;
        }
        let (list, of) = match fields.map(Fields::get) {
            Some(Type::List(list, of)) => (Some(list), Some(of)),
            _ => (None, None),
        };
        let lists = lists::of(self.kind, &self.path, list, items);
        let slot = Slot { may_be_left_out: false, ..slot };
        let nodes: Vec<Node<'a>> = items
            .iter()
            .map(|item| self.node(item, of, slot).unwrap_or_else(|| Node::implied(Shape::Leaf(Value::Null))))
            .collect();
        let keys: &[&str] = match &lists {
            Lists::Ordered => return Shape::Ordered(nodes),
            Lists::Set => &[],
            Lists::Keyed(keys) => keys,
        };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut members: BTreeMap<String, Member<'a>> = BTreeMap::new();
        for (at, (node, item)) in nodes.into_iter().zip(items).enumerate() {
            let key = match lists {
                Lists::Keyed(_) => key_of(&node, keys),
                _ => node.value().line(),
            };
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            let is_ambiguous = *count > 1;
            let label = label_of(item, keys, of);
            if is_ambiguous && let Some(first) = members.get_mut(&key) {
                first.is_ambiguous = true;
            }
            let key = if is_ambiguous { format!("{key}\u{1f}{count:09}") } else { key };
            members.insert(key, Member { node, at, label, is_ambiguous });
        }
        Shape::Members(lists, members)
    }
}

fn is_text(fields: Option<Fields>) -> bool {
    matches!(fields.map(Fields::get), Some(Type::Scalar(Scalar::Text)))
}

fn key_of(node: &Node<'_>, keys: &[&str]) -> String {
    let said = |key: &str| node.get(key).filter(|node| !node.is_nothing());
    let of = |key: &&str| said(key).map_or_else(String::new, |node| node.value().line());
    match &node.shape {
        Shape::Map(_) => keys.iter().map(of).collect::<Vec<_>>().join("\u{1f}"),
        _ => node.value().line(),
    }
}

/// What tells a member from others, as it was written; what is a default tells nothing.
fn label_of(item: &Value, keys: &[&str], of: Option<Fields>) -> String {
    let named = match of.map(Fields::get) {
        Some(Type::Object(named)) => named,
        _ => &[],
    };
    let is_default =
        |key: &str, value: &Value| named.iter().any(|field| field.name == key && field.default.as_ref() == Some(value));
    let of_key = |key: &&str| {
        let value = item.get(key).filter(|value| !is_default(key, value))?;
        Some(format!("{key}={}", value.line()))
    };
    match item {
        Value::Map(_) | Value::List(_) => keys.iter().filter_map(of_key).collect::<Vec<_>>().join(", "),
        _ => item.line(),
    }
}
