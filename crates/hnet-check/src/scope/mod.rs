//! What names mean: declarations, `let` values, profiles, prefixes and addresses.
//!
//! Collected from the whole tree before anything is read, since order does not matter. Collecting
//! reports names that are declared twice; reading reports names that are not declared. What one body declares
//! is `layer.rs`, what an indexed prefix means `index.rs`, what a `let` stands for `unfold.rs`; of names that are not
//! declared speaks `unknown.rs`, of those that a mistake keeps from it `lost.rs`.

mod index;
mod layer;
mod lost;
mod space;
mod unfold;
mod unknown;

use std::cell::{Cell, RefCell};
use std::iter;
use std::net::IpAddr;
use std::rc::Rc;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, claim, codes};
use hnet_syntax::tree::{Statement, Value, ValueKind};
use indexmap::{IndexMap, IndexSet};
use ipnet::IpNet;

use crate::include::Includes;
use crate::names::{Definition, Indexed, Names, Places};
use crate::shape;
use crate::statements::SubnetStatement;
use crate::statements::cluster::{DEFAULT_PODS, DEFAULT_SERVICES};
use crate::types::ValueType;
use crate::values;
use crate::vocabulary::Statement as _;

use layer::Layer;
pub(crate) use space::Space;
pub(crate) use unfold::{PROFILES, too_many_profiles};
use unknown::{Suggestions, unresolved};

/// A declared name.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'t> {
    /// The kind of the name.
    pub(crate) space: Space,
    /// Its position among those of its kind.
    pub(crate) at: usize,
    /// The name where it is declared.
    pub(crate) span: Span,
    /// The whole declaration.
    pub(crate) statement: &'t Statement,
}

/// What names mean at a place.
pub(crate) struct Scope<'t> {
    includes: &'t Includes<'t>,
    /// What the body declares.
    own: Rc<Layer<'t>>,
    /// What the network around a cluster declares, where there are several clusters.
    outer: Option<Rc<Layer<'t>>>,
    /// Which `let` and which profile was used, by the spans of their names.
    used: RefCell<IndexSet<Span>>,
    /// What was found under which place, for editors.
    noted: RefCell<Noted>,
    suggestions: Suggestions,
    /// How many names and values were looked up for a `let`, in the whole source.
    unfolded: Rc<Cell<usize>>,
}

/// What is noted while values are read, as it comes.
#[derive(Clone, Default)]
struct Noted {
    definitions: Vec<(Span, Definition)>,
    uses: Vec<(Span, Span)>,
    indexes: Vec<(Span, Indexed)>,
}

impl<'t> Scope<'t> {
    /// Collects what the statements of a network declare. Those of a cluster's body are given too
    /// where there is one cluster; of several, each has a [`Scope::inside`].
    pub(crate) fn collect(includes: &'t Includes<'t>, statements: &[&'t Statement], out: &mut Diagnostics) -> Self {
        let mut scope = Scope {
            includes,
            own: Rc::default(),
            outer: None,
            used: RefCell::default(),
            noted: RefCell::default(),
            suggestions: Suggestions::new(),
            unfolded: Rc::default(),
        };
        scope.add(statements, out);
        scope
    }

    /// The names of one of several clusters: those around it, and those of its body.
    pub(crate) fn inside(&self, statements: &[&'t Statement], out: &mut Diagnostics) -> Self {
        let mut scope = Scope {
            includes: self.includes,
            own: Rc::default(),
            outer: Some(Rc::clone(&self.own)),
            used: RefCell::default(),
            noted: RefCell::default(),
            suggestions: self.suggestions.apart(),
            unfolded: Rc::clone(&self.unfolded),
        };
        scope.add(statements, out);
        scope
    }

    fn layers(&self) -> impl Iterator<Item = &Layer<'t>> {
        iter::once(&*self.own).chain(self.outer.as_deref())
    }

    /// Takes over which names another scope has seen used, and what it noted for editors.
    pub(crate) fn note_used(&self, other: &Scope<'_>) {
        for name in other.used.borrow().iter() {
            self.used.borrow_mut().insert(*name);
        }
        other.note_definitions();
        let mut noted = self.noted.borrow_mut();
        let mut others = other.noted.borrow_mut();
        noted.definitions.append(&mut others.definitions);
        noted.uses.append(&mut others.uses);
        noted.indexes.append(&mut others.indexes);
    }

    /// Notes that the name at a place refers to a declaration.
    pub(crate) fn note(&self, place: Span, declared: Span) {
        self.noted.borrow_mut().uses.push((place, declared));
    }

    /// What was found out about names: what is declared here, and what was noted while values were
    /// read, which is handed out once.
    pub(crate) fn names(&self) -> Names {
        self.note_definitions();
        let Noted { definitions, uses, indexes } = self.noted.take();
        Names { definitions: Places::new(definitions), uses: Places::new(uses), indexes: Places::new(indexes) }
    }

    fn note_definitions(&self) {
        let definitions = &mut self.noted.borrow_mut().definitions;
        for ((_, name), declared) in self.own.names.iter() {
            let Declared { space, at: _, span, statement } = *declared;
            let of_subnet = self.own.prefixes.get(&(*name, "")).filter(|_| space == Space::Subnet);
            let of_device = self.own.addresses.get(*name).filter(|_| space.has_address());
            let definition = Definition {
                keyword: space.keyword(),
                name: (*name).to_owned(),
                statement: statement.span,
                owner: None,
                addresses: of_device.map(|addresses| addresses.to_vec()).unwrap_or_default(),
                prefixes: of_subnet.and_then(|read| read.clone().ok()).unwrap_or_default(),
            };
            definitions.push((span, definition));
            for (name, listener) in listeners_of(statement).filter(|_| space == Space::Gateway) {
                let definition = Definition {
                    keyword: "listener",
                    name: name.text.to_string(),
                    statement: listener.span,
                    owner: Some(span),
                    addresses: Vec::new(),
                    prefixes: Vec::new(),
                };
                definitions.push((name.span, definition));
            }
        }
    }

    fn add(&mut self, statements: &[&'t Statement], out: &mut Diagnostics) {
        let mut counts: IndexMap<Space, usize> = IndexMap::new();
        for statement in statements {
            match Space::of(&statement.keyword.text) {
                Some(space) if !statement.arguments.is_empty() => {
                    self.declare(space, statement, counts.entry(space).or_default(), out);
                }
                None if lost::is_word(&statement.keyword.text) => {}
                _ => self.own().others.push(statement),
            }
        }
        // Prefixes depend on `let` alone, addresses on prefixes: two rounds settle both.
        for statement in statements {
            self.add_prefixes(statement, out);
        }
        for statement in statements {
            self.add_addresses(statement);
        }
    }

    fn declare(&mut self, space: Space, statement: &'t Statement, count: &mut usize, out: &mut Diagnostics) {
        let Some(name) = statement.arguments.first().map(|argument| &argument.value) else { return };
        let declared = Declared { space, at: *count, span: name.span, statement };
        // Counted even when the name is taken, so that positions match what is lowered.
        *count += 1;
        if space == Space::Gateway {
            for (at, (listener, _)) in listeners_of(statement).enumerate() {
                self.own().listeners.entry((name.span, listener.text.as_str())).or_insert((at, listener.span));
            }
        }
        let key = (space.shared(), name.text.as_str());
        let around = self.outer.as_ref().and_then(|outer| outer.names.get(&key)).copied();
        let Some(other) = around.or_else(|| claim(&mut self.own().names, key, declared).copied()) else { return };
        let (first, again) = if other.span <= declared.span { (other, declared) } else { (declared, other) };
        out.report(
            Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", name.text))
                .label(again.span, format!("this {} needs a name of its own", again.space.keyword()))
                .label(first.span, format!("the {} of that name", first.space.keyword()))
                .help(if first.space == again.space {
                    "give one of the two another name"
                } else {
                    "routers, switches, hosts, nodes and gateways share their names, since each may stand for an address"
                }),
        );
        if let Some(kept) = self.own().names.get_mut(&key) {
            *kept = first;
        }
    }

    /// The layer while it is made, when nobody else has it.
    fn own(&mut self) -> &mut Layer<'t> {
        Rc::get_mut(&mut self.own).expect("a layer is shared when it is whole")
    }

    fn add_prefixes(&mut self, statement: &'t Statement, out: &mut Diagnostics) {
        let Some(name) = statement.arguments.first().map(|argument| argument.value.text.as_str()) else { return };
        match statement.keyword.text.as_str() {
            "subnet" => {
                let values = statement.arguments.iter().skip(1).enumerate();
                let values = values.take_while(|(at, argument)| *at == 0 || argument.comma.is_some());
                let values: Vec<&Value> = values.map(|(_, argument)| &argument.value).collect();
                let prefixes = match values.as_slice() {
                    [] => Err(out.report(shape::missing_positional(
                        statement,
                        SubnetStatement::KIND,
                        &SubnetStatement::KIND.positional[0],
                    ))),
                    values => self.read_prefixes(values, out).and_then(|read| one_of_each_family(name, &read, out)),
                };
                self.own().prefixes.entry((name, "")).or_insert(prefixes);
            }
            "cluster" => {
                for (word, default) in [("pods", DEFAULT_PODS), ("services", DEFAULT_SERVICES)] {
                    let prefixes = match self.field_values(statement, word).as_slice() {
                        [] => Ok(vec![default]),
                        values => self.read_prefixes(values, out).map(without_places),
                    };
                    self.own().prefixes.entry((name, word)).or_insert(prefixes);
                }
            }
            _ => {}
        }
    }

    /// Reads prefixes before the rest. What is wrong is found again when the statement is read, and
    /// a finding that was recorded twice is printed once. Each has the place that names it.
    fn read_prefixes(&self, values: &[&'t Value], out: &mut Diagnostics) -> Result<Vec<(IpNet, Span)>, Reported> {
        let mut prefixes = Vec::new();
        let mut failed = None;
        for value in values {
            let place = value.span;
            self.unfold(value, IpNet::TYPE, out, &mut |value, out| match IpNet::read(value, self, out) {
                Ok(prefix) => prefixes.push((prefix, place)),
                Err(reported) => failed = Some(reported),
            })?;
        }
        failed.map_or(Ok(prefixes), Err)
    }

    /// What a router, switch, host, node or gateway says of its addresses.
    fn said_addresses(&self, statement: &'t Statement) -> Option<Vec<&'t Value>> {
        Some(match statement.keyword.text.as_str() {
            "router" | "switch" | "host" | "gateway" => self.field_values(statement, "address"),
            "node" => self
                .with_profiles(vec![statement])
                .iter()
                .flat_map(|layer| {
                    let interfaces =
                        self.statements_of(layer).into_iter().filter(|nested| nested.keyword.text == "interface");
                    let on_interfaces = interfaces.flat_map(|interface| {
                        let nested = self.statements_of(interface).into_iter();
                        let vlans = nested.filter(|nested| nested.keyword.text == "vlan");
                        let on_vlans = vlans.flat_map(|vlan| self.field_values(vlan, "address"));
                        self.field_values(interface, "address").into_iter().chain(on_vlans)
                    });
                    self.field_values(layer, "address").into_iter().chain(on_interfaces)
                })
                .collect(),
            _ => return None,
        })
    }

    fn add_addresses(&mut self, statement: &'t Statement) {
        let Some(name) = statement.arguments.first().map(|argument| argument.value.text.as_str()) else { return };
        let Some(values) = self.said_addresses(statement) else { return };
        let mut addresses: Vec<IpAddr> = Vec::new();
        // What is wrong with a value is said when its statement is read.
        let unheard = &mut Diagnostics::new();
        for value in values {
            let mut add = |value: &Value, unheard: &mut Diagnostics| {
                addresses.extend(match self.index(value, unheard) {
                    Some(indexed) => indexed.ok().map(|indexed| indexed.first),
                    None => values::address(&value.text)
                        .or_else(|_| values::interface_address(&value.text).map(|address| address.addr()))
                        .ok(),
                });
            };
            // A `let` that leads back to itself has no address.
            let _ = self.unfold(value, crate::types::ANYTHING, unheard, &mut add);
        }
        self.own().addresses.entry(name).or_insert(addresses.into());
    }

    /// The values of a field, inline or in the body, without a look at the declaration.
    fn field_values(&self, statement: &'t Statement, word: &str) -> Vec<&'t Value> {
        let mut values = Vec::new();
        let mut taking = false;
        for argument in statement.arguments.iter().skip(1) {
            if argument.comma.is_none() && argument.value.text == word && argument.value.kind == ValueKind::Word {
                taking = true;
            } else if taking && (argument.comma.is_some() || values.is_empty()) {
                values.push(&argument.value);
            } else {
                taking = false;
            }
        }
        for nested in self.statements_of(statement) {
            if nested.keyword.text == word {
                values.extend(nested.arguments.iter().map(|argument| &argument.value));
            }
        }
        values
    }

    /// The statements of a body, with those of included files in their places.
    pub(crate) fn statements_of(&self, statement: &'t Statement) -> Vec<&'t Statement> {
        self.includes.expand(statement.statements())
    }

    /// The first statement with the layers of its profiles behind it, the nearest first. Of more than
    /// [`PROFILES`] not all are there.
    pub(crate) fn with_profiles<'s>(&self, mut layers: Vec<&'s Statement>) -> Vec<&'s Statement>
    where
        't: 's,
    {
        let mut at = 0;
        while at < layers.len() && layers.len() <= PROFILES {
            for name in liked(layers[at]) {
                if let Some(found) = self.declared(Space::Profile, &name.text) {
                    self.used.borrow_mut().insert(found.span);
                    self.note(name.span, found.span);
                    if !layers.iter().any(|layer| std::ptr::eq(*layer, found.statement)) {
                        layers.push(found.statement);
                    }
                }
            }
            at += 1;
        }
        layers
    }

    /// A name of a kind, if it is declared; notes that it is used where that is asked later.
    pub(crate) fn find(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        let found = self.declared(space, name)?;
        if let Space::Let | Space::Profile = space {
            self.used.borrow_mut().insert(found.span);
        }
        Some(found)
    }

    fn declared(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        self.named(space, name).filter(|found| found.space == space)
    }

    /// What has a name, be it of this kind or of another that shares its names.
    fn named(&self, space: Space, name: &str) -> Option<Declared<'t>> {
        self.layers().find_map(|layer| layer.names.get(&(space.shared(), name)).copied())
    }

    /// The prefixes of `lan`, with an empty word, and of `home.pods`.
    fn prefixes<'s>(&'s self, name: &'s str, word: &'static str) -> Option<&'s Result<Vec<IpNet>, Reported>> {
        self.layers().find_map(|layer| layer.prefixes.get(&(name, word)))
    }

    /// The listener of a gateway, by the place of the gateway's name: which one it is, and where it stands.
    pub(crate) fn listener(&self, gateway: &Declared<'_>, name: &str) -> Option<(usize, Span)> {
        self.layers().find_map(|layer| layer.listeners.get(&(gateway.span, name)).copied())
    }

    /// A name that must be declared.
    pub(crate) fn resolve(
        &self,
        spaces: &[Space],
        value: &Value,
        out: &mut Diagnostics,
    ) -> Result<Declared<'t>, Reported> {
        let found = spaces.iter().find_map(|space| self.find(*space, &value.text));
        let found = match found {
            Some(found) => found,
            None => return Err(unresolved(self, spaces, value, out)),
        };
        self.note(value.span, found.span);
        Ok(found)
    }

    /// The addresses of the router, switch, host, node or gateway that a value names.
    pub(crate) fn addresses(&self, value: &Value) -> Option<(Declared<'t>, Rc<[IpAddr]>)> {
        let name = value.text.as_str();
        let found = self.named(Space::Node, name)?;
        self.note(value.span, found.span);
        let addresses = self.layers().find_map(|layer| layer.addresses.get(name));
        Some((found, addresses.cloned().unwrap_or_default()))
    }

    /// Reports what was declared by `let` and `profile` and never used.
    pub(crate) fn report_unused(&self, out: &mut Diagnostics) {
        let used = self.used.borrow();
        for ((space, name), declared) in self.own.names.iter() {
            if matches!(space, Space::Let | Space::Profile) && !used.contains(&declared.span) {
                out.report(
                    Diagnostic::new(&codes::UNUSED_NAME, format!("the {} `{name}` is never used", space.keyword()))
                        .label(declared.span, "nothing refers to it")
                        .help("remove it"),
                );
            }
        }
    }
}

fn without_places(prefixes: Vec<(IpNet, Span)>) -> Vec<IpNet> {
    prefixes.into_iter().map(|(prefix, _)| prefix).collect()
}

/// The prefixes of a subnet: one, or one for each family, so that an index says which is meant.
fn one_of_each_family(subnet: &str, prefixes: &[(IpNet, Span)], out: &mut Diagnostics) -> Result<Vec<IpNet>, Reported> {
    let mut failed = None;
    let mut first_of: IndexMap<bool, Span> = IndexMap::new();
    for (prefix, place) in prefixes {
        let family = values::Family::of(prefix.addr());
        let Some(first) = claim(&mut first_of, prefix.addr().is_ipv4(), *place) else { continue };
        let title = format!("subnet `{subnet}` has two {} prefixes", family.called());
        failed = Some(
            out.report(
                Diagnostic::new(&codes::TWO_PREFIXES_OF_A_FAMILY, title)
                    .label(*place, "one too many")
                    .label(*first, "the first one")
                    .help("give each wire a subnet of its own, or write one prefix that holds both"),
            ),
        );
    }
    failed.map_or_else(|| Ok(without_places(prefixes.to_vec())), Err)
}

/// The names of a gateway's listeners with their statements, in order.
pub(crate) fn listeners_of(gateway: &Statement) -> impl Iterator<Item = (&Value, &Statement)> {
    let listeners = gateway.statements().iter().filter(|nested| nested.keyword.text == "listener");
    listeners.filter_map(|nested| nested.arguments.first().map(|argument| (&argument.value, nested)))
}

/// The profiles that a statement names with `like`, inline or in its body.
fn liked(statement: &Statement) -> Vec<&Value> {
    let inline = statement.arguments.iter().skip(1).skip_while(|argument| argument.value.text != "like");
    let inline = inline.skip(1).enumerate().take_while(|(at, argument)| *at == 0 || argument.comma.is_some());
    let body = statement.statements().iter().filter(|nested| nested.keyword.text == "like");
    inline
        .map(|(_, argument)| &argument.value)
        .chain(body.flat_map(|nested| nested.arguments.iter().map(|argument| &argument.value)))
        .collect()
}
