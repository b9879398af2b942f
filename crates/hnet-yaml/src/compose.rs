//! The parser's events, made to nodes. The only place that names the parser.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};
use hnet_diagnostics::{FileId, Span};
use smol_str::SmolStr;

use crate::node::{Comment, Data, Kind, NodeId, Placement, Properties, Style, Yaml};
use crate::text::{Base, Text};
use crate::{Problem, Trouble};

/// How deep a document may be with its aliases expanded. Twice what the parser lets be written.
const DEPTH: u32 = 1024;

/// Reads a text that is the file of that number.
#[must_use]
pub fn parse(file: FileId, text: &str) -> Yaml {
    compose(text, &Base { file, within: None })
}

pub(crate) fn compose(text: &str, base: &Base) -> Yaml {
    let yaml = compose_as(text, text, &[], base);
    if !yaml.problems.iter().any(|problem| problem.trouble.loses_text()) {
        return yaml;
    }
    // An alias as a key, `*app: 1`: to YAML 1.2 the colon belongs to the name, to Go's libraries it does not, and
    // people write it. The parser is shown a word of the same length.
    let aliases = alias_keys(text);
    if aliases.is_empty() {
        return yaml;
    }
    let mut shown = text.as_bytes().to_vec();
    aliases.iter().for_each(|at| shown[*at] = STAND_IN);
    let Ok(shown) = String::from_utf8(shown) else { return yaml };
    let again = compose_as(text, &shown, &aliases, base);
    let lost = |yaml: &Yaml| yaml.problems.iter().filter(|problem| problem.trouble.loses_text()).count();
    if lost(&again) < lost(&yaml) { again } else { yaml }
}

/// What the parser is shown in place of the `*` of an alias that is a key.
const STAND_IN: u8 = b'a';

/// The `*` of each alias that is directly followed by a colon, as far as its line says.
fn alias_keys(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_alias_key = |at: &usize| {
        let name = bytes[at + 1..].iter().take_while(|byte| is_name(byte)).count();
        let behind = bytes.get(at + 2 + name).is_none_or(u8::is_ascii_whitespace);
        let before = at.checked_sub(1).is_none_or(|before| matches!(bytes[before], b' ' | b'\n' | b'{' | b'[' | b','));
        name > 0 && bytes.get(at + 1 + name) == Some(&b':') && behind && before
    };
    text.match_indices('*').map(|(at, _)| at).filter(is_alias_key).collect()
}

/// Reads a text as the parser is shown it.
fn compose_as(text: &str, shown: &str, alias_keys: &[usize], base: &Base) -> Yaml {
    let mut composer = Composer {
        text,
        shown,
        alias_keys,
        base,
        yaml: Yaml::default(),
        open: Vec::new(),
        waiting: Vec::new(),
        anchors: BTreeMap::new(),
        named: BTreeMap::new(),
        above: 0..0,
        columns: Vec::new(),
        last: None,
        document: None,
        // What aliases may add to a file is in proportion to what is written.
        budget: 10_000 + 5 * text.len() as u64,
    };
    if u32::try_from(text.len()).is_err() {
        composer.problem(0..0, None, Trouble::TooLarge);
        return composer.yaml;
    }
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: true,
        max_buffered_comment_events: usize::MAX,
    };
    let mut parser = Parser::new_from_str_with_options(shown, options);
    loop {
        match parser.next_event() {
            Some(Ok((event, span))) => composer.event(event, &span),
            Some(Err(error)) => {
                composer.fail(&error);
                if !proceed(&mut parser, &mut composer) {
                    break;
                }
            }
            None => break,
        }
    }
    composer.yaml.problems.sort_by_key(|problem| problem.span);
    composer.yaml
}

/// Goes on behind a document that could not be read.
fn proceed<'t>(parser: &mut Parser<'t, StrInput<'t>>, composer: &mut Composer<'_>) -> bool {
    match parser.proceed_next_document() {
        Ok(goes_on) => goes_on,
        Err(error) => {
            composer.fail(&error);
            false
        }
    }
}

/// A list or map that is being read.
struct Open {
    id: NodeId,
    /// Where it begins in the text.
    start: usize,
    /// Where its children begin among those that wait for their parent.
    first: usize,
    is_map: bool,
    is_flow: bool,
}

struct Composer<'t> {
    text: &'t str,
    /// The same text as the parser sees it.
    shown: &'t str,
    /// Where the two differ.
    alias_keys: &'t [usize],
    base: &'t Base,
    yaml: Yaml,
    open: Vec<Open>,
    waiting: Vec<NodeId>,
    anchors: BTreeMap<usize, NodeId>,
    named: BTreeMap<SmolStr, NodeId>,
    /// The comments that wait for the node below them.
    above: Range<u32>,
    /// The columns of all comments.
    columns: Vec<usize>,
    /// What a comment on the same line stands behind.
    last: Option<NodeId>,
    /// The start of the document that is being read, and its root.
    document: Option<(usize, Option<NodeId>)>,
    budget: u64,
}

impl Composer<'_> {
    fn problem(&mut self, at: Range<usize>, also: Option<Span>, trouble: Trouble) {
        self.yaml.problems.push(Problem { span: self.base.span(at), also, trouble });
    }

    fn event(&mut self, event: Event<'_>, span: &granit_parser::Span) {
        let at = span.byte_range().unwrap_or_default();
        match event {
            Event::DocumentStart(..) => {
                self.document = Some((at.start, None));
                self.last = None;
            }
            Event::DocumentEnd => self.end_document(at.end, true),
            Event::Comment(_, placement) => self.comment(placement, at),
            Event::Anchor(id, name) => {
                if let Some(node) = self.anchors.get(&id).copied() {
                    let span = self.base.span(at);
                    self.named.insert(name.as_ref().into(), node);
                    self.properties(node).anchor = Some((name.into(), span));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                // The parser writes what is not there as `~`, and places it before the colon of its key.
                let is_absent = at.is_empty() && style == Style::Plain;
                let value = if is_absent { "" } else { value.as_ref() };
                let value =
                    if self.ends_in_block(style, at.end) { value.strip_suffix('\n').unwrap_or(value) } else { value };
                let behind_colon = usize::from(is_absent && self.text.as_bytes().get(at.end) == Some(&b':'));
                let at = self.trimmed(at.start + behind_colon..at.end + behind_colon, style);
                if style == Style::Plain && self.alias_keys.binary_search(&at.start).is_ok() {
                    let target = self.text.get(at.start + 1..at.end).and_then(|name| self.named.get(name)).copied();
                    return self.alias(target, at);
                }
                let restored = self.restored(value, style, at.clone());
                let value = restored.as_deref().unwrap_or(value);
                let text =
                    Text::scalar(value, style, self.text.get(at.clone()).unwrap_or_default(), at.start, self.base);
                self.node(Kind::Scalar(text, style), at, anchor, tag.as_deref(), false);
            }
            Event::SequenceStart(style, anchor, tag) => self.start(Kind::List(0..0), style, at, anchor, tag.as_deref()),
            Event::MappingStart(style, anchor, tag) => self.start(Kind::Map(0..0), style, at, anchor, tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => self.end(at),
            Event::Alias(id) => self.alias(self.anchors.get(&id).copied(), at),
            Event::UnresolvedAlias(_) => self.alias(None, at),
            _ => {}
        }
    }

    /// Whether a text without a line end at its end ends in a block, which then has none either; the parser gives it one.
    fn ends_in_block(&self, style: Style, end: usize) -> bool {
        style.is_block()
            && !self.text.ends_with(['\n', '\r'])
            && self.text.get(end..).is_none_or(|rest| rest.trim().is_empty())
    }

    /// The stretch of a scalar without what the parser counts to it and is not written for it: the line end of a
    /// block and the empty lines behind.
    fn trimmed(&self, at: Range<usize>, style: Style) -> Range<usize> {
        if !style.is_block() {
            return at;
        }
        let raw = self.text.get(at.clone()).unwrap_or_default();
        at.start..at.start + raw.trim_end_matches(['\n', '\r', ' ', '\t']).len()
    }

    /// The text of a scalar in which the parser was shown something else.
    fn restored(&self, value: &str, style: Style, at: Range<usize>) -> Option<String> {
        let first = self.alias_keys.partition_point(|key| *key < at.start);
        let mut keys = self.alias_keys[first..].iter().take_while(|key| **key < at.end).peekable();
        keys.peek()?;
        let map = crate::align::align(self.shown.get(at.clone())?, style, value)?;
        let mut bytes = value.as_bytes().to_vec();
        for key in keys {
            let outer = (key - at.start) as u32;
            let segment = map.get(map.partition_point(|segment| segment.outer.1 <= outer))?;
            let inner = (segment.inner.0 + outer.checked_sub(segment.outer.0)?) as usize;
            *bytes.get_mut(inner).filter(|byte| **byte == STAND_IN)? = b'*';
        }
        String::from_utf8(bytes).ok()
    }

    fn properties(&mut self, node: NodeId) -> &mut Properties {
        let data = &mut self.yaml.nodes[node.0 as usize];
        let at = *data.properties.get_or_insert_with(|| {
            self.yaml.properties.push(Properties::default());
            self.yaml.properties.len() as u32 - 1
        });
        &mut self.yaml.properties[at as usize]
    }

    fn comment(&mut self, placement: granit_parser::Placement, at: Range<usize>) {
        let text = self.text.get(at.clone()).unwrap_or_default().trim_start_matches('#').trim();
        let number = self.yaml.comments.len() as u32;
        let placement = match placement {
            granit_parser::Placement::Above => Placement::Above,
            granit_parser::Placement::Right => Placement::Behind,
            _ => Placement::Free,
        };
        self.columns.push(column(self.text, at.start));
        self.yaml.comments.push(Comment { text: text.into(), span: self.base.span(at), placement });
        match placement {
            Placement::Above if self.above.end == number => self.above.end = number + 1,
            Placement::Above => self.above = number..number + 1,
            Placement::Behind => {
                if let Some(last) = self.last {
                    self.properties(last).behind.get_or_insert(number);
                }
            }
            Placement::Free => self.above = 0..0,
        }
    }

    /// Adds a node to the list or map that is open.
    fn node(
        &mut self,
        kind: Kind,
        at: Range<usize>,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
        is_flow: bool,
    ) -> NodeId {
        let id = NodeId(self.yaml.nodes.len() as u32);
        let is_block = matches!(kind, Kind::List(_) | Kind::Map(_)) && !is_flow;
        let is_leaf = matches!(kind, Kind::Scalar(..) | Kind::Alias(_));
        let parent = self.open.last();
        // A comment above `- name: x` is about the member; above the first key of a map, about the key.
        let takes_comments = !is_block || parent.is_some_and(|parent| !parent.is_map);
        let (parent, start, span) = (parent.map(|parent| parent.id), at.start, self.base.span(at));
        self.yaml.nodes.push(Data { span, parent, kind, is_flow, properties: None, height: 1, weight: 1 });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        if let Some(tag) = tag {
            let tag = tag.core_suffix().map_or_else(|| tag.original(), |core| format!("!!{core}"));
            self.properties(id).tag = Some(tag.into());
        }
        if takes_comments && !self.above.is_empty() {
            self.take_comments(id, start);
        }
        if is_leaf {
            self.last = Some(id);
        }
        match parent {
            Some(_) => self.waiting.push(id),
            None => {
                if let Some((_, root)) = &mut self.document {
                    root.get_or_insert(id);
                }
            }
        }
        id
    }

    /// Gives a node the comments above it. One that is further in than the node belongs to what ends above.
    fn take_comments(&mut self, id: NodeId, start: usize) {
        let mut above = std::mem::replace(&mut self.above, 0..0);
        let column = column(self.text, start);
        let is_further_in = |columns: &Vec<usize>, at: u32| columns[at as usize] > column;
        if let Some(last) = above.clone().rev().find(|at| is_further_in(&self.columns, *at)) {
            for at in above.start..=last {
                self.yaml.comments[at as usize].placement = Placement::Free;
            }
            above.start = last + 1;
        }
        if !above.is_empty() {
            self.properties(id).above = above;
        }
    }

    fn start(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        at: Range<usize>,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
    ) {
        let (is_map, is_flow) = (matches!(kind, Kind::Map(_)), style == StructureStyle::Flow);
        let start = at.start;
        let id = self.node(kind, at, anchor, tag, is_flow);
        self.open.push(Open { id, start, first: self.waiting.len(), is_map, is_flow });
    }

    fn end(&mut self, at: Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        let mut children = self.waiting.split_off(open.first);
        // Of a map that was cut off, a key may have no value.
        if open.is_map && children.len() % 2 == 1 {
            children.pop();
        }
        let range = self.yaml.children.len() as u32..(self.yaml.children.len() + children.len()) as u32;
        let (mut height, mut weight) = (0, 1_u64);
        for child in &children {
            let child = &self.yaml.nodes[child.0 as usize];
            height = height.max(child.height);
            weight = weight.saturating_add(child.weight);
        }
        let last = children.last().map(|last| self.yaml.nodes[last.0 as usize].span.end);
        self.yaml.children.extend(children);
        let hole = self.hole(&open, at.end);
        let end = self.base.span(at).end;
        let data = &mut self.yaml.nodes[open.id.0 as usize];
        (data.height, data.weight) = (height + 1, weight);
        let first = data.span.start;
        data.span.end = if open.is_flow { end } else { last.unwrap_or(first) }.max(first);
        data.kind = if open.is_map { Kind::Map(range.clone()) } else { Kind::List(range.clone()) };
        if let Some(text) = hole {
            let span = data.span;
            (data.kind, data.height, data.weight) = (Kind::Scalar(text, Style::Plain), 1, 1);
            // What was said of the map within is no more.
            let is_within = |problem: &Problem| problem.span.start >= span.start && !problem.trouble.loses_text();
            while self.yaml.problems.last().is_some_and(is_within) {
                self.yaml.problems.pop();
            }
        } else if open.is_map {
            self.check_keys(open.id);
        }
        if open.is_flow {
            self.last = Some(open.id);
        }
    }

    /// `{{ … }}` without quotes is a hole that a template fills, and no map with a map for its key.
    fn hole(&self, open: &Open, end: usize) -> Option<Text> {
        let raw = self.text.get(open.start..end).filter(|_| open.is_map && open.is_flow)?;
        let is_hole = raw.starts_with("{{") && raw.ends_with("}}") && !raw.contains('\n');
        is_hole.then(|| Text::scalar(raw, Style::Plain, raw, open.start, self.base))
    }

    fn alias(&mut self, target: Option<NodeId>, at: Range<usize>) {
        let name = || -> SmolStr { self.text.get(at.clone()).unwrap_or_default().trim_start_matches('*').into() };
        let (mut height, mut weight) = (1, 1);
        let target = match target {
            None => {
                let trouble = Trouble::UnknownAlias(name());
                self.problem(at.clone(), None, trouble);
                None
            }
            Some(target) if self.open.iter().any(|open| open.id == target) => {
                let trouble = Trouble::AliasOfItself(name());
                self.problem(at.clone(), None, trouble);
                None
            }
            Some(target) => {
                let data = &self.yaml.nodes[target.0 as usize];
                (height, weight) = (data.height + 1, data.weight);
                if weight > self.budget || height + self.open.len() as u32 > DEPTH {
                    let (trouble, also) = (Trouble::AliasTooLarge(name()), Some(data.span));
                    self.problem(at.clone(), also, trouble);
                    (height, weight) = (1, 1);
                    None
                } else {
                    self.budget -= weight;
                    Some(target)
                }
            }
        };
        let id = self.node(Kind::Alias(target), at, 0, None, false);
        let data = &mut self.yaml.nodes[id.0 as usize];
        (data.height, data.weight) = (height, weight);
    }

    /// Says which keys of a map are there twice or are no texts, and notes whether it takes in others.
    fn check_keys(&mut self, id: NodeId) {
        let node = crate::Node { yaml: &self.yaml, id };
        let (mut has_merge, mut problems, mut keys) = (false, Vec::new(), Vec::new());
        for entry in node.own_entries() {
            if entry.is_merge() {
                has_merge = true;
                let is_sound = |value: crate::Node<'_>| value.is_map() || value.is_alias() && value.written() == value;
                let mut members = entry.value.items();
                let are_sound = entry.value.is_list() && members.all(is_sound);
                if !is_sound(entry.value) && !are_sound {
                    problems.push(Problem { span: entry.value.span(), also: None, trouble: Trouble::MergeOfNoMap });
                }
                continue;
            }
            match entry.key.as_str() {
                Some(key) => keys.push((key, entry.key.span())),
                None => problems.push(Problem { span: entry.key.span(), also: None, trouble: Trouble::KeyIsNoText }),
            }
        }
        keys.sort_unstable();
        for pair in keys.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let trouble = Trouble::DuplicateKey(pair[1].0.into());
            problems.push(Problem { span: pair[1].1, also: Some(pair[0].1), trouble });
        }
        self.yaml.problems.extend(problems);
        if has_merge {
            self.properties(id).has_merge = true;
        }
    }

    fn end_document(&mut self, end: usize, is_whole: bool) {
        if let Some((start, root)) = self.document.take() {
            let span = self.base.span(start..end.max(start));
            self.yaml.documents.push((root, span, is_whole));
        }
        for at in std::mem::replace(&mut self.above, 0..0) {
            self.yaml.comments[at as usize].placement = Placement::Free;
        }
        self.anchors.clear();
        self.named.clear();
        self.last = None;
    }

    /// Notes an error and closes what is open, so that what was read stays.
    fn fail(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or_default().min(self.text.len());
        let end = at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.problem(at..end, None, Trouble::Syntax(error.info()));
        while !self.open.is_empty() {
            self.end(at..at);
        }
        self.waiting.clear();
        self.end_document(at, false);
    }
}

/// The column of a byte, counted in bytes from the start of its line.
fn column(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.len() - before.rfind('\n').map_or(0, |line_end| line_end + 1))
}
