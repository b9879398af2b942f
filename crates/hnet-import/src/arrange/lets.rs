//! Names for values that repeat and say more by a name than by themselves. Start at [`named`].

use std::collections::BTreeSet;

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Argument, End, Statement, Tree, Value, ValueKind};
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::say;

/// The words whose values get a name where they repeat, and what they are called: an installer is told apart by a hash that
/// nobody reads, and name servers that several say are the network's.
const NAMED: [(&str, &str); 2] = [("image", "installer"), ("name-servers", "resolvers")];

/// So often a value stands that gets a name.
const OFTEN: usize = 3;

/// So many characters a value has that gets a name: a short one reads as well as its name.
const LONG: usize = 24;

/// A value or a list of values.
type Values = Vec<SmolStr>;

/// Where a word and its values stand, in which order they were found.
type Found = IndexMap<(&'static str, Values), Vec<Span>>;

/// The tree with names for what repeats; none where nothing does.
pub(super) fn named(tree: &Tree) -> Option<Tree> {
    let mut tree = tree.clone();
    let network = tree.statements.first_mut()?;
    let mut found = Found::new();
    let mut words: BTreeSet<SmolStr> = BTreeSet::new();
    collect(network, &mut found, &mut words);
    found.retain(|(_, values), places| places.len() >= OFTEN && length(values) >= LONG);
    let mut lets = Vec::new();
    let mut names: IndexMap<(&str, Values), String> = IndexMap::new();
    for ((word, values), places) in found {
        let (_, called) = NAMED.iter().find(|(own, _)| *own == word)?;
        let numbered = (2..).map(|number| format!("{called}-{number}"));
        let mut free = std::iter::once((*called).to_owned()).chain(numbered);
        // A name means its value wherever it stands, so it is no other word of the source.
        let name = free.find(|name| words.insert(name.as_str().into()))?;
        let span = places[0];
        let each = values.iter().map(|text| Value::said(text, span));
        lets.push(say::field("let", &name, span).with_list(each));
        names.insert((word, values), name);
    }
    if lets.is_empty() {
        return None;
    }
    replace(network, &names);
    if let End::Body(body) = &mut network.end {
        body.statements.splice(0..0, lets);
    }
    Some(tree)
}

fn values(statement: &Statement) -> Values {
    statement.arguments.iter().map(|argument| argument.value.text.clone()).collect()
}

fn length(values: &Values) -> usize {
    values.iter().map(|text| text.len() + 2).sum::<usize>().saturating_sub(2)
}

fn collect(statement: &Statement, found: &mut Found, words: &mut BTreeSet<SmolStr>) {
    words.extend(statement.arguments.iter().map(|argument| argument.value.text.clone()));
    if let Some((word, _)) = NAMED.iter().find(|(word, _)| statement.keyword.text == *word)
        && !statement.arguments.is_empty()
        && statement.arguments.iter().all(|argument| argument.value.kind != ValueKind::Block)
    {
        found.entry((word, values(statement))).or_default().push(statement.span);
    }
    statement.statements().iter().for_each(|inner| collect(inner, found, words));
}

fn replace(statement: &mut Statement, names: &IndexMap<(&str, Values), String>) {
    let key = (statement.keyword.text.as_str(), values(statement));
    if let Some(name) = names.get(&key) {
        let value = Value::word(name, statement.span);
        statement.arguments = vec![Argument { comma: None, leading: Vec::new(), value }];
    }
    if let End::Body(body) = &mut statement.end {
        body.statements.iter_mut().for_each(|inner| replace(inner, names));
    }
}
