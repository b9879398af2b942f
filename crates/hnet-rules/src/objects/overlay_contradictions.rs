//! Whether what is laid over an object says otherwise than the source: at both places.
//!
//! Each part of an object knows the text that decided it. What the text says itself stays; what was derived of it may be
//! laid over. Start at [`contradictions`].

use hnet_diagnostics::{Diagnostic, Origin, Reason, Sources, Span, codes};
use hnet_emit::yaml::{DIRECTIVE, Node, Value};

/// What a block says otherwise than the source: `laid` is the object with it, none where it is removed.
pub(super) fn contradictions(sources: &Sources, object: &Node, laid: Option<&Node>, over: &Node) -> Vec<Diagnostic> {
    let mut search = Search { sources, found: Vec::new() };
    search.part(
        Part { own: object, parent: object.origin, laid, over: Some(over), place: over.origin.span },
        &mut Vec::new(),
    );
    if laid.is_none()
        && let Some(place) = over.get(DIRECTIVE).filter(|_| !search.found.is_empty())
    {
        return vec![
            Diagnostic::new(&codes::PATCH_CONTRADICTS, "the patch removes what the source says")
                .label(place.origin.span, "nothing is left of the object")
                .label(object.origin.span, "and said here")
                .help("leave the statement out, or switch the part off that it is in: `output < gateways off; >`"),
        ];
    }
    search.found.extend(decided(object, laid, over));
    // A part that is removed contradicts all that is said of it, which is one mistake.
    search.found.dedup_by_key(|finding| finding.span());
    search.found
}

/// What other parts of the output follow from, though nobody may have said it: the kind, the path, and the word for it.
const DECIDING: [(&str, &[&str], &str); 1] = [("Gateway", &["spec", "gatewayClassName"], "class")];

/// What a block changes by which hnet decides what else it writes.
fn decided(object: &Node, laid: Option<&Node>, over: &Node) -> Option<Diagnostic> {
    let at = |node: &Node, path: &[&str]| path.iter().try_fold(node, |node, key| node.get(key)).cloned();
    let kind = object.get("kind").map(Node::text)?;
    let (_, path, word) = DECIDING.iter().find(|(of, ..)| *of == kind)?;
    let (own, now, place) = (at(object, path)?, at(laid?, path)?, at(over, path)?);
    let (text, becomes) = (own.text(), now.text());
    if own.origin.reason == Reason::Written || text == becomes || is_unknown(&becomes) {
        return None;
    }
    Some(
        Diagnostic::new(
            &codes::PATCH_CONTRADICTS,
            format!("the patch changes `{}`, by which hnet decides what it writes", path.join(".")),
        )
        .label(place.origin.span, "it is laid over here")
        .label(own.origin.span, format!("without `{word}` it is `{text}`"))
        .help(format!("say it: `{word} {becomes};`, and leave it out of the patch")),
    )
}

/// A part of an object before and after.
#[derive(Clone, Copy)]
struct Part<'n> {
    own: &'n Node,
    /// What the part around it comes from.
    parent: Origin,
    laid: Option<&'n Node>,
    over: Option<&'n Node>,
    /// The innermost place of the block that leads here.
    place: Span,
}

/// What the source says of a value.
enum Said {
    /// The whole of it.
    Whole,
    /// This, which stands in it.
    Within(String),
}

struct Search<'s> {
    sources: &'s Sources,
    found: Vec<Diagnostic>,
}

impl Search<'_> {
    fn part<'n>(&mut self, part: Part<'n>, path: &mut Vec<&'n str>) {
        let Part { own, parent, laid, over, place } = part;
        if laid == Some(own) {
            return;
        }
        let place = over.and_then(|over| over.get(DIRECTIVE)).map_or(place, |directive| directive.origin.span);
        match &own.value {
            Value::Mapping(entries) => {
                for (key, child) in entries {
                    let over = over.and_then(|over| over.get(key));
                    let place = over.map_or(place, |over| over.origin.span);
                    path.push(key);
                    let laid = laid.and_then(|laid| laid.get(key));
                    self.part(Part { own: child, parent: own.origin, laid, over, place }, path);
                    path.pop();
                }
            }
            // Items have no place of their own, so what is said in the list must still be said in it.
            Value::Sequence(items) => {
                items.iter().for_each(|item| self.item(item, own.origin, laid, place, path));
            }
            Value::Lines(lines) => {
                let now = laid.map(Node::text).unwrap_or_default();
                for line in lines {
                    if let Some(Said::Within(said)) = self.said(&line.value, line.origin, line.origin)
                        && !has_token(&now, &said)
                        && !is_unknown(&now)
                    {
                        self.report(path, place, line.origin.span);
                        return;
                    }
                }
            }
            _ => self.value(own, parent, laid.map(Node::text).as_deref(), place, path),
        }
    }

    fn item(&mut self, item: &Node, parent: Origin, laid: Option<&Node>, place: Span, path: &[&str]) {
        match &item.value {
            Value::Mapping(entries) => {
                entries.iter().for_each(|(_, child)| self.item(child, item.origin, laid, place, path))
            }
            Value::Sequence(items) => items.iter().for_each(|child| self.item(child, item.origin, laid, place, path)),
            _ => {
                let text = item.text();
                let mut values = Vec::new();
                if let Some(laid) = laid {
                    all_values(laid, &mut values);
                }
                let same = values.iter().any(|value| *value == text || is_unknown(value));
                let now = match self.said(&text, item.origin, parent) {
                    Some(Said::Within(said)) => values.into_iter().find(|value| has_token(value, &said)),
                    _ => None,
                };
                if !same {
                    self.value(item, parent, now.as_deref(), place, path);
                }
            }
        }
    }

    fn value(&mut self, own: &Node, parent: Origin, now: Option<&str>, place: Span, path: &[&str]) {
        let text = own.text();
        let is_kept = now.is_some_and(|now| now == text || is_unknown(now));
        let differs = match self.said(&text, own.origin, parent) {
            None => false,
            Some(Said::Whole) => !is_kept,
            Some(Said::Within(said)) => !is_kept && !now.is_some_and(|now| has_token(now, &said)),
        };
        if differs {
            self.report(path, place, own.origin.span);
        }
    }

    /// What the source says of a value: all of it, where the value has an origin of its own, or what of it stands there.
    fn said(&self, text: &str, origin: Origin, parent: Origin) -> Option<Said> {
        if origin.reason != Reason::Written {
            return None;
        }
        let written = self.sources.text(origin.span).trim_matches('"');
        if has_token(text, written) {
            return Some(Said::Within(written.to_owned()));
        }
        // A reference such as `media/jellyfin:8096` says several values.
        if has_token(written, text) {
            return Some(Said::Within(text.to_owned()));
        }
        (origin != parent).then_some(Said::Whole)
    }

    fn report(&mut self, path: &[&str], place: Span, said: Span) {
        let path = path.join(".");
        self.found.push(
            Diagnostic::new(
                &codes::PATCH_CONTRADICTS,
                format!("the patch contradicts what the source says of `{path}`"),
            )
            .label(place, "it is laid over here")
            .label(said, "and said here")
            .help("change it where the source says it, and leave it out of the patch"),
        );
    }
}

/// Whether a placeholder stands in a value, so that nobody knows what it will be.
fn is_unknown(text: &str) -> bool {
    text.contains("${")
}

/// Whether a text stands in another as a whole word.
fn has_token(text: &str, token: &str) -> bool {
    let is_edge = |neighbour: Option<char>| neighbour.is_none_or(|c| !c.is_alphanumeric());
    !token.is_empty()
        && text
            .match_indices(token)
            .any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + token.len()..].chars().next()))
}

fn all_values(node: &Node, into: &mut Vec<String>) {
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|(_, child)| all_values(child, into)),
        Value::Sequence(items) => items.iter().for_each(|child| all_values(child, into)),
        _ => into.push(node.text()),
    }
}
