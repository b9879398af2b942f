//! What holds of any two documents of the kinds that the tables describe.

use proptest::prelude::*;

use crate::dropped;
use crate::schema::{self, Fields, Scalar, Type};
use crate::{Facts, Kind, Patch, Value, compare, lay_over, normalised};

/// Kinds whose schemas have all shapes: lists by keys, sets, atomic lists, maps, defaults, values of charts.
const KINDS: &[(&str, &str)] = &[
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumBGPClusterConfig"),
    ("cilium.io", "CiliumLoadBalancerIPPool"),
    ("cert-manager.io", "Certificate"),
    ("core", "Service"),
    ("core", "ConfigMap"),
    ("apps", "Deployment"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("external-secrets.io", "ExternalSecret"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("helm", "cilium"),
    ("talos", "v1alpha1"),
    ("talos", "LinkConfig"),
    ("talhelper", "talconfig"),
];

/// Decisions, one a byte; when they run out all is small.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn next(&mut self, count: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % count
    }

    /// Some text of a few, so that two documents often say the same.
    fn text(&mut self) -> Value {
        const TEXTS: &[&str] = &["a", "b", "", "10.0.0.0/24", "x.example", "TCP", "1m", "Service", "80"];
        Value::Text(TEXTS[self.next(TEXTS.len())].to_owned())
    }

    fn document(&mut self, kind: &Kind) -> Value {
        let mut document = match kind.fields() {
            Some(fields) => self.value(fields, 0),
            None => Value::Map(Vec::new()),
        };
        if let (true, Value::Map(entries)) = (kind.is_object(), &mut document) {
            let metadata = self.value(schema::metadata(), 0);
            let metadata = match metadata {
                Value::Map(all) => Value::Map(all.into_iter().filter(|(key, _)| key != "namespace").collect()),
                other => other,
            };
            entries.insert(0, ("metadata".to_owned(), metadata));
        }
        document
    }

    fn value(&mut self, fields: Fields, depth: usize) -> Value {
        match fields.get() {
            Type::Scalar(Scalar::Bool) => Value::Bool(self.next(2) == 1),
            Type::Scalar(Scalar::Integer | Scalar::Number) => Value::Number(self.next(3).to_string()),
            Type::Scalar(Scalar::IntOrText) if self.next(2) == 0 => Value::Number("80".to_owned()),
            Type::Scalar(Scalar::Quantity) => Value::Text(["1Gi", "1024Mi", "500m"][self.next(3)].to_owned()),
            Type::Scalar(Scalar::Duration) => Value::Text(["1m", "60s", "2m"][self.next(3)].to_owned()),
            Type::Scalar(_) => self.text(),
            Type::Object(named) => {
                let wanted = self.next(if depth == 0 { 9 } else { 4 });
                let mut entries: Vec<(String, Value)> = Vec::new();
                for _ in 0..wanted {
                    let field = &named[self.next(named.len())];
                    // What only a server writes is no part of what a document says.
                    let is_of_server = dropped::is_dropped(&Kind::new("core", "Pod"), &["metadata"], field.name);
                    if entries.iter().all(|(name, _)| name != field.name)
                        && !(fields == schema::metadata() && is_of_server)
                    {
                        entries.push((field.name.to_owned(), self.value(field.fields, depth + 1)));
                    }
                }
                Value::Map(entries)
            }
            Type::Map(of) => {
                let names = ["k", "example.com/l", "m"];
                let wanted = &names[..self.next(names.len() + 1)];
                Value::Map(wanted.iter().map(|name| ((*name).to_owned(), self.value(of, depth + 1))).collect())
            }
            Type::List(_, of) => {
                let count = self.next(4);
                Value::List((0..count).map(|_| self.value(of, depth + 1)).collect())
            }
        }
    }
}

/// All places of a document that have no parts, and are not nothing.
fn leaves<'v>(value: &'v mut Value, found: &mut Vec<&'v mut Value>) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|item| leaves(item, found)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| leaves(value, found)),
        Value::Null => {}
        _ => found.push(value),
    }
}

fn kind_and_choices() -> impl Strategy<Value = (usize, Vec<u8>, Vec<u8>)> {
    (0..KINDS.len(), prop::collection::vec(any::<u8>(), 0..200), prop::collection::vec(any::<u8>(), 0..200))
}

proptest! {
    #[test]
    fn a_document_is_equal_to_itself_and_normalised_once((at, choices, _) in kind_and_choices()) {
        let kind = Kind::new(KINDS[at].0, KINDS[at].1);
        let document = Choices(choices.iter()).document(&kind);
        let comparison = compare(&kind, &document, &document, &Facts::default());
        prop_assert!(comparison.is_same() && comparison.patch == Patch::Nothing, "{comparison:#?}");
        let counts = comparison.counts();
        prop_assert_eq!((counts.by_default, counts.by_fact), (0, 0), "{:#?}", comparison);
        let once = normalised(&kind, &document);
        prop_assert_eq!(&normalised(&kind, &once), &once);
        // What is normalised means the same.
        let meaning = compare(&kind, &document, &once, &Facts::default());
        prop_assert!(meaning.is_same(), "{meaning:#?}");
    }

    #[test]
    fn the_smallest_patch_makes_the_one_the_other((at, one, other) in kind_and_choices()) {
        let kind = Kind::new(KINDS[at].0, KINDS[at].1);
        let (from, to) = (Choices(one.iter()).document(&kind), Choices(other.iter()).document(&kind));
        let there = compare(&kind, &from, &to, &Facts::default());
        let back = compare(&kind, &to, &from, &Facts::default());
        prop_assert_eq!(there.is_same(), back.is_same());
        prop_assert_eq!(there.counts(), back.counts());
        prop_assert_eq!(there.is_same(), there.patch == Patch::Nothing, "{} {}\n{:#?}", from.line(), to.line(), there);
        if let Patch::Lay(patch) = &there.patch {
            let patched = lay_over(&kind, &from, patch).unwrap_or_default();
            let left = compare(&kind, &patched, &to, &Facts::default());
            prop_assert!(left.is_same(), "{patch:?}\nmakes {patched:#?}\nof which is left {left:#?}");
        } else if there.patch == Patch::Unsayable {
            prop_assert!(kind.is_talos());
        }
    }

    #[test]
    fn a_change_is_always_found((at, choices, other) in kind_and_choices()) {
        let kind = Kind::new(KINDS[at].0, KINDS[at].1);
        let document = Choices(choices.iter()).document(&kind);
        let mut changed = document.clone();
        let mut places = Vec::new();
        leaves(&mut changed, &mut places);
        if !places.is_empty() {
            let place = usize::from(other.first().copied().unwrap_or_default()) % places.len();
            let new = match &*places[place] {
                Value::Bool(value) => Value::Bool(!value),
                Value::Number(_) => Value::Number("4711".to_owned()),
                _ => Value::Text("something-else".to_owned()),
            };
            *places[place] = new;
            let comparison = compare(&kind, &document, &changed, &Facts::default());
            prop_assert!(!comparison.is_same(), "{document:#?}\n{changed:#?}");
        }
    }
}
