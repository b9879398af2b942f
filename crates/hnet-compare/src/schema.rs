//! What the schemas say of the fields of a kind: their types, defaults, kinds of lists, and which are required.
//!
//! The tables under `tables/` are read once, when they are first asked for. A line `@NAME TREE` names a tree, a line
//! `GROUP KIND VERSIONS SCOPE TREE` describes a kind, newest version first, in a namespace (`n`) or not (`c`). A tree is
//! a letter of a scalar type, `{name!:TREE=DEFAULT …}` with `!` behind what is required, `<TREE>` for any keys,
//! `[TREE]` for a list, `[~TREE]` for a set, `[key,key|TREE]` for a list by keys, or `@NAME`. The defaults of a chart
//! stand as `key=VALUE` and `key{key=VALUE …}`. `cargo xtask schemas` writes all tables but `by-hand.txt`. Start at
//! [`kind`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::Value;

/// The tables that describe kinds.
const TABLES: &[&str] = &[
    include_str!("tables/by-hand.txt"),
    include_str!("tables/kubernetes.txt"),
    include_str!("tables/gateway-api.txt"),
    include_str!("tables/cilium.txt"),
    include_str!("tables/cert-manager.txt"),
    include_str!("tables/external-secrets.txt"),
    include_str!("tables/external-dns.txt"),
    include_str!("tables/envoy-gateway.txt"),
    include_str!("tables/argo-cd.txt"),
    include_str!("tables/flux.txt"),
    include_str!("tables/prometheus-operator.txt"),
    include_str!("tables/multus.txt"),
    include_str!("tables/talos.txt"),
    include_str!("tables/talhelper.txt"),
];

/// The defaults of Cilium's chart.
const CILIUM_VALUES: &str = include_str!("tables/cilium-values.txt");

/// A kind of document, as the tables describe it.
#[derive(Debug)]
pub struct KindFacts {
    /// The group of its API: `core`, `apps`, `gateway.networking.k8s.io`; of what is no API object, who reads it.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// All its versions, newest first.
    pub versions: Vec<&'static str>,
    /// Whether its objects lie in namespaces.
    pub is_namespaced: bool,
    fields: usize,
}

impl KindFacts {
    /// Its fields, without those that every object has.
    #[must_use]
    pub fn fields(&'static self) -> Fields {
        Fields { tree: self.fields }
    }
}

/// What may stand somewhere in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    tree: usize,
}

/// What a place holds.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A value without parts.
    Scalar(Scalar),
    /// Named fields.
    Object(&'static [Field]),
    /// Any keys.
    Map(Fields),
    /// A list.
    List(&'static ListType, Fields),
}

/// The type of a value without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A number, or the name of a port or a percentage.
    IntOrText,
    /// An amount of a resource, as in `500m` or `1Gi`.
    Quantity,
    /// A time, as in `1m30s`.
    Duration,
    /// Anything, also what has parts.
    Any,
}

/// What a schema says of the members of a list.
#[derive(Debug, PartialEq, Eq)]
pub enum ListType {
    /// Nothing, or that the list is one value.
    Atomic,
    /// That none is there twice and their order means nothing.
    Set,
    /// That they are told apart by these fields.
    Map(Vec<&'static str>),
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it is where it is not written.
    pub default: Option<Value>,
    /// What it holds.
    pub fields: Fields,
}

impl Fields {
    /// What stands here.
    #[must_use]
    pub fn get(self) -> Type {
        match &ALL.trees[self.tree] {
            Tree::Scalar(scalar) => Type::Scalar(*scalar),
            Tree::Object(fields) => Type::Object(fields),
            Tree::Map(of) => Type::Map(Fields { tree: *of }),
            Tree::List(kind, of) => Type::List(kind, Fields { tree: *of }),
        }
    }

    /// The field of a name: of an object if it has one, and of a map whatever its name.
    #[must_use]
    pub fn at(self, name: &str) -> Option<Fields> {
        match self.get() {
            Type::Object(fields) => fields.iter().find(|field| field.name == name).map(|field| field.fields),
            Type::Map(of) => Some(of),
            Type::Scalar(_) | Type::List(..) => None,
        }
    }

    /// What stands in a list.
    #[must_use]
    pub fn members(self) -> Option<Fields> {
        match self.get() {
            Type::List(_, of) => Some(of),
            Type::Scalar(_) | Type::Object(_) | Type::Map(_) => None,
        }
    }
}

/// What the tables say of a kind; the group of `v1` is `core`, that of Talos' documents `talos`.
#[must_use]
pub fn kind(group: &str, kind: &str) -> Option<&'static KindFacts> {
    let all = &*ALL;
    all.by_name.get(&(group, kind)).map(|at| &all.kinds[*at])
}

/// All kinds that the tables describe.
#[must_use]
pub fn kinds() -> &'static [KindFacts] {
    &ALL.kinds
}

/// The fields of an object's `metadata`.
#[must_use]
pub fn metadata() -> Fields {
    Fields { tree: ALL.metadata }
}

/// The values of Cilium's chart, with their defaults.
#[must_use]
pub fn cilium_values() -> Fields {
    Fields { tree: ALL.cilium_values }
}

static ALL: LazyLock<Tables> = LazyLock::new(Tables::read);

#[derive(Debug)]
enum Tree {
    Scalar(Scalar),
    Object(Vec<Field>),
    Map(usize),
    List(ListType, usize),
}

#[derive(Debug, Default)]
struct Tables {
    trees: Vec<Tree>,
    kinds: Vec<KindFacts>,
    by_name: BTreeMap<(&'static str, &'static str), usize>,
    metadata: usize,
    cilium_values: usize,
}

impl Tables {
    fn read() -> Tables {
        let mut tables = Tables::default();
        for table in TABLES {
            let mut names = BTreeMap::new();
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                let mut parser = Parser { rest: line, names: &names, trees: &mut tables.trees };
                if line.starts_with('@') {
                    let name = parser.word();
                    let tree = parser.tree();
                    names.insert(name, tree);
                    continue;
                }
                let (group, kind) = (parser.word(), parser.word());
                let versions = parser.word().split(',').collect();
                let is_namespaced = parser.word() == "n";
                let fields = parser.tree();
                if group == "meta" {
                    tables.metadata = fields;
                    continue;
                }
                tables.by_name.insert((group, kind), tables.kinds.len());
                tables.kinds.push(KindFacts { group, kind, versions, is_namespaced, fields });
            }
        }
        let mut values = Vec::new();
        for line in CILIUM_VALUES.lines().filter(|line| !line.starts_with('#')) {
            let mut parser = Parser { rest: line, names: &BTreeMap::new(), trees: &mut tables.trees };
            values.push(parser.value());
        }
        tables.trees.push(Tree::Object(values));
        tables.cilium_values = tables.trees.len() - 1;
        tables
    }
}

/// Reads a line of a table. The tables belong to the program, so a mistake in one is a mistake in it.
struct Parser<'a> {
    rest: &'static str,
    names: &'a BTreeMap<&'static str, usize>,
    trees: &'a mut Vec<Tree>,
}

impl Parser<'_> {
    /// What stands before the next space, which is skipped.
    fn word(&mut self) -> &'static str {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    fn take(&mut self, mark: char) -> bool {
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What stands before one of these.
    fn until(&mut self, ends: &[char]) -> &'static str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    fn tree(&mut self) -> usize {
        if self.rest.starts_with('@') {
            let name = self.until(&[' ', '}', ']', '>', '=']);
            return *self.names.get(name).unwrap_or_else(|| panic!("no tree is called `{name}`"));
        }
        let tree = if self.take('{') {
            let mut fields = Vec::new();
            while !self.take('}') {
                self.take(' ');
                let mut name = self.until(&[':']);
                self.take(':');
                let is_required = name.ends_with('!');
                name = name.trim_end_matches('!');
                let tree = self.tree();
                let default = self.take('=').then(|| self.json());
                fields.push(Field { name, is_required, default, fields: Fields { tree } });
            }
            Tree::Object(fields)
        } else if self.take('<') {
            let of = self.tree();
            self.take('>');
            Tree::Map(of)
        } else if self.take('[') {
            let keys = self.rest.find(['|', ']', '{', '<', '[', '@']).filter(|at| self.rest[*at..].starts_with('|'));
            let kind = match keys {
                Some(end) => {
                    let keys = self.rest[..end].split(',').collect();
                    self.rest = &self.rest[end + 1..];
                    ListType::Map(keys)
                }
                None if self.take('~') => ListType::Set,
                None => ListType::Atomic,
            };
            let of = self.tree();
            self.take(']');
            Tree::List(kind, of)
        } else {
            let letter = &self.rest[..1];
            self.rest = &self.rest[1..];
            Tree::Scalar(match letter {
                "s" => Scalar::Text,
                "i" => Scalar::Integer,
                "n" => Scalar::Number,
                "b" => Scalar::Bool,
                "x" => Scalar::IntOrText,
                "q" => Scalar::Quantity,
                "d" => Scalar::Duration,
                "a" => Scalar::Any,
                _ => panic!("no type has the letter `{letter}`"),
            })
        };
        self.trees.push(tree);
        self.trees.len() - 1
    }

    /// A key of a chart's values with its default, or with those of the keys below it.
    fn value(&mut self) -> Field {
        let name = self.until(&['=', '{']);
        let (tree, default) = if self.take('=') {
            (Tree::Scalar(Scalar::Any), self.json())
        } else {
            self.take('{');
            let mut below = Vec::new();
            while !self.take('}') {
                self.take(' ');
                below.push(self.value());
            }
            // What is below has defaults, so it is there also where nobody writes it.
            (Tree::Object(below), Value::Map(Vec::new()))
        };
        self.trees.push(tree);
        let fields = Fields { tree: self.trees.len() - 1 };
        Field { name, is_required: false, default: Some(default), fields }
    }

    fn json(&mut self) -> Value {
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<serde_json::Value>();
        let value = values.next().and_then(Result::ok).unwrap_or_else(|| panic!("`{}` is no default", self.rest));
        self.rest = &self.rest[values.byte_offset()..];
        Value::from(value)
    }
}

#[cfg(test)]
mod tests {
    use super::{ListType, Scalar, Type, cilium_values, kind, kinds, metadata};
    use crate::Value;

    #[test]
    fn all_tables_are_read_and_are_small() {
        assert!(kinds().len() > 150, "{}", kinds().len());
        let bytes = super::TABLES.iter().map(|table| table.len()).sum::<usize>() + super::CILIUM_VALUES.len();
        assert!(bytes < 130_000, "the tables go into the browser too, and are {bytes} bytes");
    }

    #[test]
    fn a_field_is_found_with_all_that_its_schema_says() {
        let route = kind("gateway.networking.k8s.io", "HTTPRoute").expect("it is in a table");
        assert_eq!((route.versions[0], route.is_namespaced), ("v1", true));
        let rules = route.fields().at("spec").and_then(|spec| spec.at("rules")).expect("it has rules");
        let backends = rules.members().and_then(|rule| rule.at("backendRefs")).expect("a rule has backends");
        let Some(Type::Object(fields)) = backends.members().map(super::Fields::get) else { panic!("they are objects") };
        let weight = fields.iter().find(|field| field.name == "weight").expect("a backend has a weight");
        assert_eq!(weight.default, Some(Value::Number("1".to_owned())));
        assert!(matches!(weight.fields.get(), Type::Scalar(Scalar::Integer)));
        assert!(fields.iter().any(|field| field.name == "name" && field.is_required));
        let gateway = kind("gateway.networking.k8s.io", "Gateway").and_then(|gateway| gateway.fields().at("spec"));
        let Some(Type::List(list, _)) = gateway.and_then(|spec| spec.at("listeners")).map(super::Fields::get) else {
            panic!("a gateway has listeners")
        };
        assert_eq!(*list, ListType::Map(vec!["name"]));
        assert!(matches!(metadata().at("labels").map(super::Fields::get), Some(Type::Map(_))));
    }

    #[test]
    fn the_chart_of_cilium_says_its_defaults() {
        let hubble = cilium_values().at("hubble").and_then(|hubble| hubble.at("enabled")).is_some();
        assert!(hubble && cilium_values().at("no-such-key").is_none());
    }
}
