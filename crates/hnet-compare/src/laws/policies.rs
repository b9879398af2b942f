//! Laws of network policies: rules are alternatives, so how the ends of several are put together says nothing.
//!
//! Start at [`rules_that_let_the_same_pass`].

use std::collections::{BTreeMap, BTreeSet};

use crate::Value;
use crate::canonical::{Ground, Node, Shape};
use crate::pair::{Pair, mean_nothing};

/// The lists of rules of Cilium's policies, each with what comes in or goes out and whether it is kept out.
const OF_CILIUM: [&str; 4] = ["ingress", "ingressDeny", "egress", "egressDeny"];

/// What says the ends of a rule: of Cilium's policies, and of Kubernetes's own.
const ENDS: [&str; 14] = [
    "fromEndpoints",
    "toEndpoints",
    "fromEntities",
    "toEntities",
    "fromCIDR",
    "toCIDR",
    "fromCIDRSet",
    "toCIDRSet",
    "toServices",
    "toFQDNs",
    "fromNodes",
    "toNodes",
    "from",
    "to",
];

const FACT: &str = "both let the same pass";

/// Policies of Cilium's whose rules let the same pass and deny the same, however they are put together. A rule without
/// anything lets nothing pass and denies, which `enableDefaultDeny` says as well. (cilium, `pkg/policy/api/rule.go`.)
pub(super) fn rules_that_let_the_same_pass(pair: &mut Pair<'_, '_>) {
    const KEYS: [&str; 5] = ["ingress", "ingressDeny", "egress", "egressDeny", "enableDefaultDeny"];
    let mut texts = Texts::default();
    let (Some(from), Some(to)) = (one_rule(pair.from), one_rule(pair.to)) else { return };
    let said = |rule: &Node<'_>| KEYS.map(|key| rule.get(key).map(Node::value));
    let has_list = pair.from.get("specs").is_some() || pair.to.get("specs").is_some();
    if said(from) == said(to) && !has_list {
        return;
    }
    let (Some(one), Some(other)) = (of_cilium(from, &mut texts), of_cilium(to, &mut texts)) else { return };
    if one != other {
        return;
    }
    if !has_list {
        return pair.mean_the_same(&["spec"], &KEYS);
    }
    let rest = |rule: &Node<'_>| match rule.value() {
        Value::Map(fields) => fields.into_iter().filter(|(key, _)| !KEYS.contains(&key.as_str())).collect(),
        _ => Vec::new(),
    };
    if rest(from) == rest(to) {
        super::cilium::say_as_one_rule(pair);
    }
}

/// The same of Kubernetes's own policies, in which a rule without anything lets all pass.
pub(super) fn network_rules_that_let_the_same_pass(pair: &mut Pair<'_, '_>) {
    const KEYS: [&str; 2] = ["ingress", "egress"];
    let mut texts = Texts::default();
    let (Some(from), Some(to)) = (pair.from.get("spec"), pair.to.get("spec")) else { return };
    for key in KEYS {
        let (Some(one), Some(other)) = (from.get(key), to.get(key)) else { continue };
        if one.value() != other.value() && alternatives(one, &mut texts) != alternatives(other, &mut texts) {
            return;
        }
    }
    let differs = |key: &&str| match (from.get(key), to.get(key)) {
        (Some(one), Some(other)) => one.value() != other.value(),
        _ => false,
    };
    let keys: Vec<&str> = KEYS.into_iter().filter(|key| differs(key)).collect();
    pair.mean_the_same(&["spec"], &keys);
}

/// What a policy says, where it is one rule.
fn one_rule<'n, 'a>(policy: &'n Node<'a>) -> Option<&'n Node<'a>> {
    let specs = policy.get("specs").map(Node::members).unwrap_or_default();
    match (policy.get("spec"), specs.as_slice()) {
        (Some(spec), []) => Some(spec),
        (None, [only]) => Some(only),
        _ => None,
    }
}

/// Texts by numbers, so that what many ends share is held once.
#[derive(Default)]
struct Texts(BTreeMap<String, usize>);

impl Texts {
    fn number(&mut self, value: &Value) -> usize {
        let next = self.0.len();
        *self.0.entry(value.line()).or_insert(next)
    }
}

/// What a policy denies by default, and what its rules are about.
type Meaning = ([bool; 2], [BTreeSet<[usize; 2]>; 4]);

fn of_cilium(rule: &Node<'_>, texts: &mut Texts) -> Option<Meaning> {
    let is_there = |key: &str| rule.get(key).is_some_and(|rules| !rules.members().is_empty());
    let denies = |direction: &str, keys: [&str; 2]| match rule.get("enableDefaultDeny").and_then(|it| it.get(direction))
    {
        Some(Node { shape: Shape::Leaf(Value::Bool(said)), .. }) => *said,
        _ => keys.into_iter().any(is_there),
    };
    let denies = [denies("ingress", ["ingress", "ingressDeny"]), denies("egress", ["egress", "egressDeny"])];
    // Without any rule it is refused, whatever else it says.
    OF_CILIUM.into_iter().any(is_there).then_some(())?;
    let nothing = texts.number(&Value::Map(Vec::new()));
    let mut of = |key: &str| {
        let mut rules = rule.get(key).map(|rules| alternatives(rules, texts)).unwrap_or_default();
        rules.retain(|[ends, ports]| *ends != nothing || *ports != nothing);
        rules
    };
    Some((denies, OF_CILIUM.map(&mut of)))
}

/// The rules of a list, one for each end: who is meant, and what else the rule says, both by their position among texts.
fn alternatives(rules: &Node<'_>, texts: &mut Texts) -> BTreeSet<[usize; 2]> {
    let mut number = |value: Value| texts.number(&value);
    let mut all = BTreeSet::new();
    for rule in rules.members() {
        let Value::Map(fields) = rule.value() else { continue };
        let (ends, further): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(key, _)| ENDS.contains(&key.as_str()));
        let further = further.into_iter().map(|(key, value)| match key.as_str() {
            "toPorts" => (key, joined(value)),
            _ => (key, value),
        });
        let further = number(Value::Map(further.collect()));
        match <[(String, Value); 1]>::try_from(ends) {
            Ok([(key, Value::List(items))]) if !items.is_empty() => {
                for item in items {
                    let (key, item) = as_set(&key, item);
                    all.insert([number(Value::Map(vec![(key, item)])), further]);
                }
            }
            Ok(one) => _ = all.insert([number(Value::Map(one.into())), further]),
            Err(others) => _ = all.insert([number(Value::Map(others)), further]),
        }
    }
    all
}

/// A prefix as one without parts of it that are not meant.
fn as_set(key: &str, item: Value) -> (String, Value) {
    match (key, item) {
        ("fromCIDR" | "toCIDR", Value::Text(text)) => {
            let length = if text.contains(':') { "/128" } else { "/32" };
            let text = if text.contains('/') { text } else { format!("{text}{length}") };
            (format!("{key}Set"), Value::Map(vec![("cidr".to_owned(), Value::Text(text))]))
        }
        (_, item) => (key.to_owned(), item),
    }
}

/// Lists of ports at which nothing else is said, as one list.
fn joined(lists: Value) -> Value {
    let Value::List(lists) = lists else { return lists };
    let mut ports: Vec<Value> = Vec::new();
    let mut others: Vec<Value> = Vec::new();
    for list in lists {
        match list {
            Value::Map(fields) if fields.iter().all(|(key, _)| key == "ports") => {
                for (_, of_list) in fields {
                    match of_list {
                        Value::List(items) => ports.extend(items),
                        other => others.push(other),
                    }
                }
            }
            other => others.push(other),
        }
    }
    ports.sort_by_cached_key(Value::line);
    ports.dedup();
    others.sort_by_cached_key(Value::line);
    Value::List(ports.into_iter().chain(others).collect())
}

impl Pair<'_, '_> {
    /// Makes what stands under these keys of a part of both mean the same.
    fn mean_the_same(&mut self, path: &[&str], keys: &[&str]) {
        let has = |policy: &Node<'_>, key: &str| {
            let part = path.iter().try_fold(policy, |node, key| node.get(key));
            part.is_some_and(|part| part.get(key).is_some())
        };
        for key in keys {
            let is_in_both = has(self.from, key) && has(self.to, key);
            self.each(|policy| {
                let Some(node) = policy.at_mut(path).and_then(|part| part.at_mut(&[key])) else { return };
                if is_in_both {
                    node.shape = Shape::Leaf(Value::Text("the same rules".to_owned()));
                    node.ground = Ground::Fact(FACT);
                } else {
                    mean_nothing(node, FACT);
                }
            });
        }
    }
}
