//! What stands in a file: nodes in an arena, with aliases and merge keys as edges.

use std::fmt;
use std::iter;
use std::ops::Range;

use hnet_diagnostics::Span;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::{Problem, Text};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// In `'…'`.
    Single,
    /// In `"…"`.
    Double,
    /// As a block that keeps its lines, behind `|`.
    Literal,
    /// As a block whose lines are folded, behind `>`.
    Folded,
}

impl Style {
    /// Whether it is a block of lines.
    #[must_use]
    pub fn is_block(self) -> bool {
        matches!(self, Style::Literal | Style::Folded)
    }
}

/// Where a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// On lines of its own, directly above something.
    Above,
    /// Behind something, on its line.
    Behind,
    /// On lines of its own, with nothing directly below.
    Free,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What is said, without the `#` and the space around.
    pub text: SmolStr,
    /// Where it stands, with its `#`.
    pub span: Span,
    /// How it stands.
    pub placement: Placement,
}

/// The number of a node in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) u32);

#[derive(Debug)]
pub(crate) enum Kind {
    Scalar(Text, Style),
    List(Range<u32>),
    /// Keys and values in turn.
    Map(Range<u32>),
    Alias(Option<NodeId>),
}

/// What only a few nodes have.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    pub(crate) anchor: Option<(SmolStr, Span)>,
    pub(crate) tag: Option<SmolStr>,
    pub(crate) above: Range<u32>,
    pub(crate) behind: Option<u32>,
    pub(crate) has_merge: bool,
}

#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) span: Span,
    pub(crate) parent: Option<NodeId>,
    pub(crate) kind: Kind,
    pub(crate) is_flow: bool,
    pub(crate) properties: Option<u32>,
    /// How deep the node is, through its aliases.
    pub(crate) height: u32,
    /// How many nodes it is, with its aliases expanded.
    pub(crate) weight: u64,
}

/// A file of YAML, or a text within one.
#[derive(Debug, Default)]
pub struct Yaml {
    pub(crate) nodes: Vec<Data>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) properties: Vec<Properties>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) documents: Vec<(Option<NodeId>, Span, bool)>,
    pub(crate) problems: Vec<Problem>,
}

impl Yaml {
    /// The documents in their order, also those that are empty and those that were not read to their end.
    pub fn documents(&self) -> impl DoubleEndedIterator<Item = Document<'_>> {
        self.documents.iter().map(|(root, span, is_whole)| Document {
            root: root.map(|id| Node { yaml: self, id }),
            span: *span,
            is_whole: *is_whole,
        })
    }

    /// The root of the first document that has one.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().find_map(|document| document.root)
    }

    /// What could not be read, in the order of the text.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// All comments, in the order of the text.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is there but comments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes that are called by an anchor, in the order of the text.
    pub fn anchored(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32)
            .map(|id| Node { yaml: self, id: NodeId(id) })
            .filter(|node| node.anchor().is_some())
    }
}

/// One document of a file.
#[derive(Clone, Copy, Debug)]
pub struct Document<'y> {
    /// What it holds, if anything.
    pub root: Option<Node<'y>>,
    /// Where it stands.
    pub span: Span,
    /// Whether it was read to its end.
    pub is_whole: bool,
}

/// A node of a file. Its own place and comments are where it stands; what it holds is looked up through its alias.
#[derive(Clone, Copy)]
pub struct Node<'y> {
    pub(crate) yaml: &'y Yaml,
    pub(crate) id: NodeId,
}

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'y> {
    /// The key.
    pub key: Node<'y>,
    /// Its value.
    pub value: Node<'y>,
    /// The `<<` that took the entry in, if it is not the map's own.
    pub merged: Option<Node<'y>>,
}

impl<'y> Node<'y> {
    fn data(self) -> &'y Data {
        &self.yaml.nodes[self.id.0 as usize]
    }

    fn with(self, id: NodeId) -> Node<'y> {
        Node { yaml: self.yaml, id }
    }

    fn properties(self) -> Option<&'y Properties> {
        self.data().properties.map(|at| &self.yaml.properties[at as usize])
    }

    /// Where it stands: an alias where its `*name` is.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Whether it is an alias.
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, Kind::Alias(_))
    }

    /// The node as it is written: of an alias, what its anchor names; of all others, the node itself.
    #[must_use]
    pub fn written(self) -> Node<'y> {
        match self.data().kind {
            Kind::Alias(Some(target)) => self.with(target),
            _ => self,
        }
    }

    /// The name that it is given by an anchor, and the place of that.
    #[must_use]
    pub fn anchor(self) -> Option<(&'y str, Span)> {
        self.properties()?.anchor.as_ref().map(|(name, span)| (name.as_str(), *span))
    }

    /// Its tag as it is written, like `!vault` or `!!str`.
    #[must_use]
    pub fn tag(self) -> Option<&'y str> {
        self.written().properties()?.tag.as_deref()
    }

    /// The comments directly above it.
    #[must_use]
    pub fn comments_above(self) -> &'y [Comment] {
        let range = self.properties().map_or(0..0, |properties| properties.above.clone());
        &self.yaml.comments[range.start as usize..range.end as usize]
    }

    /// The comment behind it on its line.
    #[must_use]
    pub fn comment_behind(self) -> Option<&'y Comment> {
        self.properties()?.behind.map(|at| &self.yaml.comments[at as usize])
    }

    /// Whether it is written in `{…}` or `[…]`.
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.written().data().is_flow
    }

    /// The text of a scalar, and how it is written.
    #[must_use]
    pub fn scalar(self) -> Option<(&'y Text, Style)> {
        match &self.written().data().kind {
            Kind::Scalar(text, style) => Some((text, *style)),
            _ => None,
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_str(self) -> Option<&'y str> {
        self.scalar().map(|(text, _)| text.as_str())
    }

    fn children(self, range: &Range<u32>) -> &'y [NodeId] {
        &self.yaml.children[range.start as usize..range.end as usize]
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self.written().data().kind, Kind::List(_))
    }

    /// Whether it is a map.
    #[must_use]
    pub fn is_map(self) -> bool {
        matches!(self.written().data().kind, Kind::Map(_))
    }

    /// The members of a list; none of anything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'y>> {
        let ids = match &self.written().data().kind {
            Kind::List(range) => self.children(range),
            _ => &[],
        };
        ids.iter().map(move |id| self.with(*id))
    }

    /// The entries of a map as they are written, `<<` too; none of anything else.
    pub fn own_entries(self) -> impl DoubleEndedIterator<Item = Entry<'y>> {
        let ids = match &self.written().data().kind {
            Kind::Map(range) => self.children(range),
            _ => &[],
        };
        ids.chunks_exact(2).map(move |pair| Entry { key: self.with(pair[0]), value: self.with(pair[1]), merged: None })
    }

    /// The entries of a map as its readers see them: its own, of a key that is there twice the last, and behind them
    /// what `<<` takes in and none of its own hides.
    #[must_use]
    pub fn entries(self) -> Vec<Entry<'y>> {
        let mut entries = IndexMap::new();
        let mut nameless = Vec::new();
        for entry in self.own_entries().filter(|entry| !entry.is_merge()) {
            match entry.key.as_str() {
                Some(key) => drop(entries.insert(key, entry)),
                None => nameless.push(entry),
            }
        }
        for (merge, map) in self.merges() {
            for entry in map.entries() {
                if let Some(key) = entry.key.as_str() {
                    entries.entry(key).or_insert(Entry { merged: Some(merge), ..entry });
                }
            }
        }
        entries.into_values().chain(nameless).collect()
    }

    /// The maps that `<<` takes in, each with the key that does; those before hide those behind.
    fn merges(self) -> impl Iterator<Item = (Node<'y>, Node<'y>)> {
        let has_merge = self.written().properties().is_some_and(|properties| properties.has_merge);
        let entries = has_merge.then(|| self.own_entries().filter(|entry| entry.is_merge()));
        entries.into_iter().flatten().flat_map(|entry| {
            let one = iter::once(entry.value).filter(|value| value.is_map());
            one.chain(entry.value.items().filter(|item| item.is_map())).map(move |map| (entry.key, map))
        })
    }

    /// The value of a key as readers see it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'y>> {
        let own = self.own_entries().rev().find(|entry| !entry.is_merge() && entry.key.as_str() == Some(key));
        own.map(|entry| entry.value).or_else(|| self.merges().find_map(|(_, map)| map.get(key)))
    }

    /// The value behind several keys, one in the other.
    #[must_use]
    pub fn at(self, keys: &[&str]) -> Option<Node<'y>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Where it stands in its document, for people: `spec.listeners[0].name`.
    #[must_use]
    pub fn path(self) -> String {
        let mut steps = Vec::new();
        let mut node = self;
        while let Some(parent) = node.data().parent.map(|parent| self.with(parent)) {
            if let Some(at) = parent.items().position(|item| item.id == node.id) {
                steps.push(crate::Step::Index(at));
            } else if let Some(entry) =
                parent.own_entries().find(|entry| entry.value.id == node.id || entry.key.id == node.id)
            {
                steps.push(crate::Step::Key(entry.key.as_str().unwrap_or_default().into()));
            }
            node = parent;
        }
        steps.reverse();
        crate::Steps(&steps).to_string()
    }
}

impl Entry<'_> {
    /// Whether it is a `<<` that takes in another map.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.key.tag().is_none_or(|tag| tag == "!!merge")
            && self.key.scalar().is_some_and(|(text, style)| style == Style::Plain && text.as_str() == "<<")
    }
}

/// A node is the same as itself only.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.yaml, other.yaml) && self.id == other.id
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data().kind {
            Kind::Scalar(text, _) => fmt::Debug::fmt(text.as_str(), out),
            Kind::Alias(_) => write!(out, "*{:?}", self.written().id),
            Kind::List(_) => out.debug_list().entries(self.items()).finish(),
            Kind::Map(_) => out.debug_map().entries(self.own_entries().map(|entry| (entry.key, entry.value))).finish(),
        }
    }
}
