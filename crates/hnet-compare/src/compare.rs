//! Two documents of a kind, field by field, and the smallest patch from the one to the other.
//!
//! Both come in their [`canonical`] form, in which the laws of their kind have been applied. Start at [`compare`].

use std::collections::BTreeSet;

use crate::Value;
use crate::canonical::{Ground, Member, Node, Shape, canonical};
use crate::kinds::Kind;
use crate::laws;
use crate::laying;
use crate::lists::{Lists, Merging};
use crate::pair::Facts;
use crate::path::{Path, Step, keys};

/// What a field of one document is to that of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Both say the same.
    Equal,
    /// They are the same since one leaves to a default what the other says.
    ByDefault,
    /// They are the same because of something that is so of networks, or of those who read the document.
    ByFact(&'static str),
    /// They are not the same.
    Differs,
}

/// A field, or a whole part that only one of the documents has.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Where it is.
    pub path: Path,
    /// What the one is to the other.
    pub verdict: Verdict,
    /// What the first document says, if anything, as it says it.
    pub from: Option<Value>,
    /// What the second says.
    pub to: Option<Value>,
    /// How many values without parts that is.
    pub leaves: usize,
}

/// How to make the second document of the first.
#[derive(Clone, Debug, PartialEq)]
pub enum Patch {
    /// There is nothing to do.
    Nothing,
    /// Lay this over it, with [`lay_over`](crate::lay_over).
    Lay(Value),
    /// No patch can do it, since those who read the document add to its lists and take nothing away.
    Unsayable,
}

/// What two documents are to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// All fields but those that are simply equal, in the order of their paths.
    pub fields: Vec<Field>,
    /// How many values without parts are equal.
    pub equal: usize,
    /// The smallest patch.
    pub patch: Patch,
}

impl Comparison {
    /// Whether both mean the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differing().next().is_none()
    }

    /// The fields that differ.
    pub fn differing(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.verdict == Verdict::Differs)
    }

    /// How many values without parts are the same by default, by fact, and not.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { equal: self.equal, ..Counts::default() };
        for field in &self.fields {
            match field.verdict {
                Verdict::Equal => counts.equal += field.leaves,
                Verdict::ByDefault => counts.by_default += field.leaves,
                Verdict::ByFact(_) => counts.by_fact += field.leaves,
                Verdict::Differs => counts.differing += field.leaves,
            }
        }
        counts
    }
}

/// How many values without parts are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Say the same.
    pub equal: usize,
    /// Are the same by a default.
    pub by_default: usize,
    /// Are the same by a fact.
    pub by_fact: usize,
    /// Differ.
    pub differing: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.equal += other.equal;
        self.by_default += other.by_default;
        self.by_fact += other.by_fact;
        self.differing += other.differing;
    }
}

/// Compares two documents of a kind by what they mean.
#[must_use]
pub fn compare(kind: &Kind, from: &Value, to: &Value, facts: &Facts) -> Comparison {
    let (fields, equal, change) = run(kind, from, to, facts);
    let patch = match change {
        Change::Same => Patch::Nothing,
        Change::Set(patch) => Patch::Lay(sufficient(kind, from, to, patch, facts)),
        Change::Delete => Patch::Lay(laying::delete()),
        Change::Unsayable => Patch::Unsayable,
    };
    Comparison { fields, equal, patch }
}

fn run(kind: &Kind, from: &Value, to: &Value, facts: &Facts) -> (Vec<Field>, usize, Change) {
    let (mut from, mut to) = (canonical(kind, from), canonical(kind, to));
    laws::apply(kind, &mut from, &mut to, facts);
    let mut comparer = Comparer { kind, path: Vec::new(), fields: Vec::new(), equal: 0 };
    let change = comparer.pair(Some(&from), Some(&to));
    (comparer.fields, comparer.equal, change)
}

/// The patch, or with more in it where a default that it counts on goes with another field that it changes.
fn sufficient(kind: &Kind, from: &Value, to: &Value, patch: Value, facts: &Facts) -> Value {
    let patched = laying::lay_over(kind, from, &patch).unwrap_or_default();
    let (left, _, _) = run(kind, &patched, to, facts);
    let differs = left.iter().filter(|field| field.verdict == Verdict::Differs);
    let keys: BTreeSet<&str> = differs.filter_map(|field| field.path.keys().first().copied()).collect();
    let Value::Map(mut entries) = patch else { return patch };
    for key in keys {
        let new = match to.get(key) {
            Some(value @ Value::Map(_)) => laying::replace_map(value),
            Some(value) => value.clone(),
            None => laying::deletion(kind, &[]),
        };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = new,
            None => entries.push((key.to_owned(), new)),
        }
    }
    Value::Map(entries)
}

/// What has to be laid over a part.
enum Change {
    Same,
    Set(Value),
    Delete,
    Unsayable,
}

struct Comparer<'k> {
    kind: &'k Kind,
    path: Vec<Step>,
    fields: Vec<Field>,
    equal: usize,
}

type Part<'n, 'a> = Option<&'n Node<'a>>;

impl Comparer<'_> {
    fn pair(&mut self, from: Part<'_, '_>, to: Part<'_, '_>) -> Change {
        match (from, to) {
            (None, None) => Change::Same,
            (Some(one), None) | (None, Some(one)) if one.is_implied() => self.same(from, to),
            (Some(_), None) => self.differ(from, to),
            (None, Some(_)) => self.differ(from, to),
            (Some(a), Some(b)) => match (&a.shape, &b.shape) {
                (Shape::Nothing, Shape::Nothing) => self.same(from, to),
                // A default has a meaning where the other writes nothing that does.
                (Shape::Nothing, _) if a.ground != Ground::Written => self.pair(None, to),
                (_, Shape::Nothing) if b.ground != Ground::Written => self.pair(from, None),
                (Shape::Map(of_a), Shape::Map(of_b)) if of_a.is_empty() && of_b.is_empty() => self.same(from, to),
                (Shape::Map(of_a), Shape::Map(of_b)) => {
                    let keys: BTreeSet<&String> = of_a.keys().chain(of_b.keys()).collect();
                    let mut changes = Vec::new();
                    for key in keys {
                        self.path.push(Step::Key(key.clone()));
                        let change = self.pair(of_a.get(key), of_b.get(key));
                        self.path.pop();
                        changes.push((key, change));
                    }
                    self.of_map(changes, a, b)
                }
                (Shape::Members(how, of_a), Shape::Members(other, of_b)) if how == other => {
                    let mut is_same = true;
                    let keys: BTreeSet<&String> = of_a.keys().chain(of_b.keys()).collect();
                    let mut changes = Vec::new();
                    for key in keys {
                        let (one, two) = (of_a.get(key), of_b.get(key));
                        let labels = [one, two].into_iter().flatten().map(|member| &member.label);
                        let label = labels.min_by_key(|label| label.len()).cloned().unwrap_or_default();
                        self.path.push(Step::Member { from: one.map(|m| m.at), to: two.map(|m| m.at), label });
                        let change = match (one.map(|m| &m.node), two.map(|m| &m.node)) {
                            // A part of a list that is a default is another list.
                            (Some(node), None) if is_of_default(node) => self.differ(Some(node), None),
                            (None, Some(node)) if is_of_default(node) => self.differ(None, Some(node)),
                            (one, two) => self.pair(one, two),
                        };
                        self.path.pop();
                        is_same &= matches!(change, Change::Same);
                        changes.push((one, two, change));
                    }
                    if is_same { Change::Same } else { self.of_members(how, changes, a, b) }
                }
                (Shape::Ordered(of_a), Shape::Ordered(of_b)) => self.ordered(of_a, of_b, a, b),
                (Shape::Leaf(of_a), Shape::Leaf(of_b)) if of_a == of_b => self.same(from, to),
                _ => self.differ(from, to),
            },
        }
    }

    /// Two lists of which the order says something: what is alike before and behind is left, the rest paired in order.
    fn ordered(&mut self, of_a: &[Node<'_>], of_b: &[Node<'_>], a: &Node<'_>, b: &Node<'_>) -> Change {
        let alike = |pair: &(&Node<'_>, &Node<'_>)| pair.0.says(pair.1);
        let before = of_a.iter().zip(of_b).take_while(alike).count();
        let (rest_a, rest_b) = (&of_a[before..], &of_b[before..]);
        let behind = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(alike).count();
        let (middle_a, middle_b) = (rest_a.len() - behind, rest_b.len() - behind);
        let of_behind = (0..behind).map(|at| (Some(before + middle_a + at), Some(before + middle_b + at)));
        let in_reach = |at: usize, middle: usize| (at < middle).then_some(before + at);
        let of_middle = (0..middle_a.max(middle_b)).map(|at| (in_reach(at, middle_a), in_reach(at, middle_b)));
        let pairs = (0..before).map(|at| (Some(at), Some(at))).chain(of_middle).chain(of_behind);
        let mut is_same = true;
        for (from, to) in pairs.collect::<Vec<_>>() {
            self.path.push(Step::Member { from, to, label: String::new() });
            let change = self.pair(from.map(|at| &of_a[at]), to.map(|at| &of_b[at]));
            self.path.pop();
            is_same &= matches!(change, Change::Same);
        }
        if is_same && of_a.len() == of_b.len() {
            if of_a.is_empty() {
                return self.same(Some(a), Some(b));
            }
            return Change::Same;
        }
        if is_same {
            // What one has more is a default that an empty list of the other does not take.
            return self.differ(Some(a), Some(b));
        }
        if a.merging == Merging::Append {
            return match (before == of_a.len(), b.raw) {
                (true, Some(raw)) => Change::Set(Value::List(raw.items()[before..].to_vec())),
                _ => Change::Unsayable,
            };
        }
        self.whole(a, b)
    }

    fn of_map(&self, changes: Vec<(&String, Change)>, a: &Node<'_>, b: &Node<'_>) -> Change {
        if changes.iter().all(|(_, change)| matches!(change, Change::Same)) {
            return Change::Same;
        }
        if a.is_whole || b.is_whole {
            return self.whole(a, b);
        }
        if changes.iter().any(|(_, change)| matches!(change, Change::Unsayable)) {
            return match (self.path.is_empty(), b.raw) {
                (false, Some(raw)) => Change::Set(laying::replace_map(raw)),
                _ => Change::Unsayable,
            };
        }
        let keys = self.keys();
        let said = changes.into_iter().filter_map(|(key, change)| match change {
            Change::Set(value) => Some((key.clone(), value)),
            Change::Delete => Some((key.clone(), laying::deletion(self.kind, &keys))),
            Change::Same | Change::Unsayable => None,
        });
        Change::Set(Value::Map(said.collect()))
    }

    fn of_members(
        &self,
        how: &Lists,
        changes: Vec<(Option<&Member<'_>>, Option<&Member<'_>>, Change)>,
        a: &Node<'_>,
        b: &Node<'_>,
    ) -> Change {
        // Beside a default nothing is merged into: what is written stands for all of it.
        if a.is_whole || b.is_whole || is_of_default(a) || is_of_default(b) {
            return self.whole(a, b);
        }
        let is_appended = a.merging == Merging::Append;
        let raw = |member: Option<&Member<'_>>| member.and_then(|member| member.node.raw).cloned().unwrap_or_default();
        let is_found = |keys: &&[&'static str]| matches!(&a.merging, Merging::Keyed(by) if by == keys);
        let Some(keys) = of_keys(how).filter(is_found) else {
            if !is_appended {
                return self.whole(a, b);
            }
            let mut added: Vec<&Member<'_>> = Vec::new();
            for (from, to, _) in &changes {
                match (from, to) {
                    (Some(_), Some(_)) => {}
                    (None, Some(member)) => added.push(member),
                    (_, None) => return Change::Unsayable,
                }
            }
            added.sort_by_key(|member| member.at);
            return Change::Set(Value::List(added.into_iter().map(|member| raw(Some(member))).collect()));
        };
        let mut said = Vec::new();
        for (from, to, change) in changes {
            let is_ambiguous = |member: Option<&Member<'_>>| member.is_some_and(|member| member.is_ambiguous);
            if is_ambiguous(from) || is_ambiguous(to) || matches!(change, Change::Unsayable) {
                return self.whole(a, b);
            }
            let place = to.or(from).map_or(0, |member| member.at);
            let written = raw(from);
            let key = |rest: Vec<(String, Value)>| {
                let of_keys = written.entries().iter().filter(|(name, _)| keys.contains(&name.as_str()));
                let rest = rest.into_iter().filter(|(name, _)| !keys.contains(&name.as_str()));
                Value::Map(of_keys.cloned().chain(rest).collect())
            };
            match change {
                Change::Same => {}
                Change::Delete => said.push((place, key(laying::delete().entries().to_vec()))),
                Change::Set(_) if from.is_none() => said.push((place, with_keys(to, keys))),
                Change::Set(Value::Map(entries)) => said.push((place, key(entries))),
                Change::Set(_) | Change::Unsayable => return self.whole(a, b),
            }
        }
        said.sort_by_key(|(place, _)| *place);
        let merged = Value::List(said.into_iter().map(|(_, value)| value).collect());
        match self.whole(a, b) {
            Change::Set(whole) if whole.leaves() <= merged.leaves() => Change::Set(whole),
            _ => Change::Set(merged),
        }
    }

    /// Writes a part anew as the second document has it, where the first has another.
    fn whole(&self, a: &Node<'_>, b: &Node<'_>) -> Change {
        match (a.raw, b.raw) {
            (Some(Value::List(_)), Some(Value::List(_))) if self.kind.is_talos() && a.merging.adds() => {
                Change::Unsayable
            }
            (Some(Value::List(_)), Some(raw @ Value::List(_))) if a.merging.adds() || b.merging.adds() => {
                Change::Set(laying::replace_list(raw))
            }
            (Some(Value::Map(_)), Some(raw @ Value::Map(_))) => Change::Set(laying::replace_map(raw)),
            (_, Some(raw)) => Change::Set(raw.clone()),
            (_, None) => Change::Delete,
        }
    }

    fn keys(&self) -> Vec<&str> {
        keys(&self.path)
    }

    /// Two parts without parts that mean the same.
    fn same(&mut self, from: Part<'_, '_>, to: Part<'_, '_>) -> Change {
        let written = |part: Part<'_, '_>| part.is_some_and(|node| node.is_written);
        let grounds = [from, to].into_iter().flatten().map(|node| node.ground).max().unwrap_or(Ground::Written);
        let verdict = match (written(from), written(to), grounds) {
            (false, false, _) => return Change::Same,
            (true, true, Ground::Fact(_)) if is_same_text(from, to) => Verdict::Equal,
            (_, _, Ground::Fact(fact)) => Verdict::ByFact(fact),
            (true, true, _) => Verdict::Equal,
            _ => Verdict::ByDefault,
        };
        let count = from.into_iter().chain(to).filter(|node| node.is_written).map(leaves).max().unwrap_or(1);
        match verdict {
            Verdict::Equal => self.equal += count,
            _ => self.report(verdict, from, to, count),
        }
        Change::Same
    }

    fn differ(&mut self, from: Part<'_, '_>, to: Part<'_, '_>) -> Change {
        let count = from.into_iter().chain(to).map(leaves).max().unwrap_or(1);
        self.report(Verdict::Differs, from, to, count);
        match (from, to) {
            (None, Some(node)) if node.raw.is_none() => Change::Delete,
            // A list would be added to what is there, and a map laid over it.
            (Some(old), Some(node)) => self.whole(old, node),
            (None, Some(node)) => node.raw.map_or(Change::Delete, |raw| Change::Set(raw.clone())),
            (_, None) => Change::Delete,
        }
    }

    fn report(&mut self, verdict: Verdict, from: Part<'_, '_>, to: Part<'_, '_>, leaves: usize) {
        let shown = |part: Part<'_, '_>| {
            let node = part.filter(|node| node.is_written || verdict == Verdict::Differs)?;
            Some(node.raw.cloned().unwrap_or_else(|| node.value()))
        };
        let (from, to) = (shown(from), shown(to));
        self.fields.push(Field { path: Path(self.path.clone()), verdict, from, to, leaves });
    }
}

/// A member as it is written, with those of its keys that it leaves to their defaults: what says less may be about
/// another member.
fn with_keys(member: Option<&Member<'_>>, keys: &[&'static str]) -> Value {
    let Some(node) = member.map(|member| &member.node) else { return Value::Null };
    let mut entries = node.raw.map(Value::entries).unwrap_or_default().to_vec();
    for key in keys {
        if let Some(value) = node.get(key).filter(|node| !node.is_written && !node.is_nothing()) {
            entries.push(((*key).to_owned(), value.value()));
        }
    }
    Value::Map(entries)
}

/// By what the members of a list are told apart.
fn of_keys(how: &Lists) -> Option<&[&'static str]> {
    match how {
        Lists::Keyed(keys) => Some(keys),
        Lists::Ordered | Lists::Set => None,
    }
}

/// Whether a list, or a member of one, is there only as a default.
fn is_of_default(node: &Node<'_>) -> bool {
    !node.is_written && !node.is_nothing()
}

fn is_same_text(from: Part<'_, '_>, to: Part<'_, '_>) -> bool {
    let raw = |part: Part<'_, '_>| part.and_then(|node| node.raw.cloned());
    raw(from) == raw(to)
}

fn leaves(node: &Node<'_>) -> usize {
    node.raw.map_or_else(|| node.value().leaves(), Value::leaves)
}
