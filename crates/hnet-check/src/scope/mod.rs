//! What names mean: declarations, `let` values, profiles, prefixes and addresses.
//!
//! Collected from the whole tree before anything is read, since order does not matter. Collecting
//! reports names that are declared twice; reading reports names that are not declared. What an
//! indexed prefix means is `index.rs`.

mod index;
mod space;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, codes, nearest};
use hnet_syntax::tree::{Body, Statement, Value, ValueKind};
use ipnet::IpNet;

use crate::include::Includes;
use crate::names::{Definition, Indexed, Names};

use crate::shape;
use crate::statements::SubnetStatement;
use crate::statements::cluster::{DEFAULT_PODS, DEFAULT_SERVICES};
use crate::statements::gateway::PLAIN_HTTP;
use crate::types::ValueType;
use crate::values;
use crate::vocabulary::{Statement as _, Type};

use space::Declarations;
pub(crate) use space::Space;

/// A declared name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'t> {
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
    names: Declarations<'t>,
    counts: BTreeMap<Space, usize>,
    /// The prefixes of `lan` and of `home.pods`.
    prefixes: BTreeMap<String, Result<Vec<IpNet>, Reported>>,
    /// The addresses of routers, switches, hosts, nodes and gateways.
    addresses: BTreeMap<&'t str, Vec<IpAddr>>,
    /// The names of listeners by gateway, in order.
    listeners: BTreeMap<&'t str, Vec<&'t str>>,
    /// Which `let` and which profile was used, by the spans of their names.
    used: RefCell<BTreeSet<Span>>,
    /// What was found under which place, for editors.
    noted: RefCell<Noted>,
}

/// What is noted while values are read, as it comes: to make a map of it once, at the end, is
/// cheaper than to grow one.
#[derive(Default)]
struct Noted {
    uses: Vec<(Span, Span)>,
    indexes: Vec<(Span, Indexed)>,
    /// From the scopes of several clusters.
    inside: Names,
}

impl<'t> Scope<'t> {
    /// Collects what the statements of a network declare. Those of a cluster's body are given too
    /// where there is one cluster; of several, each has a [`Scope::inside`].
    pub(crate) fn collect(includes: &'t Includes<'t>, statements: &[&'t Statement], out: &mut Diagnostics) -> Self {
        let mut scope = Scope {
            includes,
            names: Declarations::default(),
            counts: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            addresses: BTreeMap::new(),
            listeners: BTreeMap::new(),
            used: RefCell::default(),
            noted: RefCell::default(),
        };
        scope.add(statements, out);
        scope
    }

    /// The same names with those of a cluster's body.
    pub(crate) fn inside(&self, statements: &[&'t Statement], out: &mut Diagnostics) -> Self {
        let mut scope = Scope {
            includes: self.includes,
            names: self.names.clone(),
            counts: BTreeMap::new(),
            prefixes: self.prefixes.clone(),
            addresses: self.addresses.clone(),
            listeners: BTreeMap::new(),
            used: RefCell::new(self.used.borrow().clone()),
            noted: RefCell::default(),
        };
        scope.add(statements, out);
        scope
    }

    /// Takes over which names another scope has seen used, and what it noted for editors.
    pub(crate) fn note_used(&self, other: &Scope<'_>) {
        self.used.borrow_mut().extend(other.used.borrow().iter());
        self.noted.borrow_mut().inside.add(other.names());
    }

    /// Notes that the name at a place refers to a declaration.
    fn note(&self, place: Span, declared: Span) {
        self.noted.borrow_mut().uses.push((place, declared));
    }

    /// Notes that the name at a place refers to a listener of a gateway.
    pub(crate) fn note_listener(&self, place: Span, gateway: &Declared<'_>, listener: &str) {
        if let Some((name, _)) = listeners_of(gateway.statement).find(|(name, _)| name.text == listener) {
            self.note(place, name.span);
        }
    }

    /// What was found out about names: what is declared here, and what was noted while values were
    /// read, which is handed out once.
    pub(crate) fn names(&self) -> Names {
        let Noted { uses, indexes, inside } = self.noted.take();
        let mut definitions = Vec::new();
        for (space, name, declared) in self.names.iter() {
            let definition = Definition {
                keyword: space.keyword(),
                name: name.to_owned(),
                statement: declared.statement.span,
                owner: None,
                addresses: match space.has_address() {
                    true => self.addresses.get(name).cloned().unwrap_or_default(),
                    false => Vec::new(),
                },
                prefixes: match (space, self.prefixes.get(name)) {
                    (Space::Subnet, Some(Ok(prefixes))) => prefixes.clone(),
                    _ => Vec::new(),
                },
            };
            if space == Space::Gateway {
                for (name, statement) in listeners_of(declared.statement) {
                    let listener = Definition {
                        keyword: "listener",
                        name: name.text.clone(),
                        statement: statement.span,
                        owner: Some(declared.span),
                        addresses: Vec::new(),
                        prefixes: Vec::new(),
                    };
                    definitions.push((name.span, listener));
                }
            }
            definitions.push((declared.span, definition));
        }
        let mut names = inside;
        names.add(Names {
            definitions: definitions.into_iter().collect(),
            uses: uses.into_iter().collect(),
            indexes: indexes.into_iter().collect(),
        });
        names
    }

    fn add(&mut self, statements: &[&'t Statement], out: &mut Diagnostics) {
        for statement in statements {
            self.declare(statement, out);
        }
        // Prefixes depend on `let` alone, addresses on prefixes: two rounds settle both.
        for statement in statements {
            self.add_prefixes(statement, out);
        }
        for statement in statements {
            self.add_addresses(statement);
        }
    }

    fn declare(&mut self, statement: &'t Statement, out: &mut Diagnostics) {
        let Some(space) = Space::of(&statement.keyword.text) else { return };
        let Some(name) = statement.arguments.first().map(|argument| &argument.value) else { return };
        let taken = if space.has_address() {
            Space::ADDRESSED.iter().find_map(|space| self.names.get(*space, &name.text).map(|found| (*space, found)))
        } else {
            self.names.get(space, &name.text).map(|found| (space, found))
        };
        // Counted even when the name is taken, so that positions match what is lowered.
        let at = self.counts.entry(space).or_default();
        let position = *at;
        *at += 1;
        if let Some((other, found)) = taken {
            let mut diagnostic = Diagnostic::new(&codes::DUPLICATE_NAME, format!("the name `{}` is taken", name.text))
                .label(name.span, format!("this {} needs a name of its own", space.keyword()))
                .label(found.span, format!("the {} of that name", other.keyword()));
            if other != space {
                diagnostic = diagnostic.help(
                    "routers, switches, hosts, nodes and gateways share their names, since each may stand for an address",
                );
            } else {
                diagnostic = diagnostic.help("give one of the two another name");
            }
            out.report(diagnostic);
            return;
        }
        self.names.insert(space, &name.text, Declared { at: position, span: name.span, statement });
        if space == Space::Gateway {
            let listeners: Vec<&str> = listeners_of(statement).map(|(name, _)| name.text.as_str()).collect();
            let listeners = if listeners.is_empty() { vec![PLAIN_HTTP] } else { listeners };
            self.listeners.insert(&name.text, listeners);
        }
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
                    values => self.read_prefixes(values, out),
                };
                self.prefixes.insert(name.to_owned(), prefixes);
            }
            "cluster" => {
                for (word, default) in [("pods", DEFAULT_PODS), ("services", DEFAULT_SERVICES)] {
                    let prefixes = match self.field_values(statement, word).as_slice() {
                        [] => Ok(vec![default]),
                        values => self.read_prefixes(values, out),
                    };
                    self.prefixes.insert(format!("{name}.{word}"), prefixes);
                }
            }
            _ => {}
        }
    }

    /// Reads prefixes before the rest. What is wrong is found again when the statement is read, and
    /// a finding that was recorded twice is printed once.
    fn read_prefixes(&self, values: &[&'t Value], out: &mut Diagnostics) -> Result<Vec<IpNet>, Reported> {
        let mut prefixes = Vec::new();
        for value in values {
            for value in self.unfold(value, IpNet::TYPE, out)? {
                prefixes.push(IpNet::read(value, self, out)?);
            }
        }
        Ok(prefixes)
    }

    fn add_addresses(&mut self, statement: &'t Statement) {
        let Some(name) = statement.arguments.first().map(|argument| argument.value.text.as_str()) else { return };
        let values: Vec<&Value> = match statement.keyword.text.as_str() {
            "router" | "switch" | "host" | "gateway" => self.field_values(statement, "address"),
            "node" => self
                .with_profiles(vec![statement])
                .iter()
                .flat_map(|layer| {
                    let interfaces =
                        self.statements_of(layer).into_iter().filter(|nested| nested.keyword.text == "interface");
                    let on_interfaces = interfaces.flat_map(|interface| self.field_values(interface, "address"));
                    self.field_values(layer, "address").into_iter().chain(on_interfaces)
                })
                .collect(),
            _ => return,
        };
        // What is wrong with a value is said when its statement is read.
        let unheard = Diagnostics::new;
        let addresses: Vec<IpAddr> = values
            .into_iter()
            .flat_map(|value| self.unfold(value, crate::types::ANYTHING, &mut unheard()).into_iter().flatten())
            .filter_map(|value| match self.index(value, &mut unheard()) {
                Some(indexed) => indexed.ok().map(|indexed| indexed.first),
                None => values::address(&value.text)
                    .or_else(|_| values::interface_address(&value.text).map(|address| address.addr()))
                    .ok(),
            })
            .collect();
        self.addresses.entry(name).or_insert(addresses);
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
    pub(crate) fn statements(&self, body: &'t Body) -> Vec<&'t Statement> {
        self.includes.expand(&body.statements)
    }

    /// The statements of a statement's body; none where it has none.
    pub(crate) fn statements_of(&self, statement: &'t Statement) -> Vec<&'t Statement> {
        statement.body().map(|body| self.statements(body)).unwrap_or_default()
    }

    /// The first statement with the layers of its profiles behind it, the nearest first.
    pub(crate) fn with_profiles<'s>(&self, mut layers: Vec<&'s Statement>) -> Vec<&'s Statement>
    where
        't: 's,
    {
        let mut at = 0;
        while at < layers.len() {
            for name in liked(layers[at]) {
                if let Some(found) = self.names.get(Space::Profile, &name.text) {
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
        let found = self.names.get(space, name);
        if let (Some(found), Space::Let | Space::Profile) = (found, space) {
            self.used.borrow_mut().insert(found.span);
        }
        found
    }

    /// A name that must be declared.
    pub(crate) fn resolve(
        &self,
        space: &[Space],
        value: &Value,
        out: &mut Diagnostics,
    ) -> Result<(Space, Declared<'t>), Reported> {
        for space in space {
            if let Some(found) = self.find(*space, &value.text) {
                self.note(value.span, found.span);
                return Ok((*space, found));
            }
        }
        Err(out.report(self.unknown(space, value)))
    }

    fn unknown(&self, spaces: &[Space], value: &Value) -> Diagnostic {
        let wanted = spaces.iter().map(|space| format!("`{}`", space.keyword())).collect::<Vec<_>>().join(" or ");
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, format!("there is no {wanted} named `{}`", value.text))
            .label(value.span, "not declared");
        if let Some((other, _, found)) = self.names.iter().find(|(_, name, _)| *name == value.text) {
            return diagnostic
                .label(found.span, format!("this is a `{}`", other.keyword()))
                .help(format!("name a {wanted} here"));
        }
        let names = || self.names.iter().filter(|(space, ..)| spaces.contains(space)).map(|(_, name, _)| name);
        match nearest(&value.text, names()) {
            Some(near) => {
                diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), value.span, near)
            }
            None => match names().next() {
                None => diagnostic.help(format!("declare it: `{} {} …`", spaces[0].keyword(), value.text)),
                Some(_) => {
                    let some: Vec<String> = names().take(8).map(|name| format!("`{name}`")).collect();
                    diagnostic.help(format!("declared are {}", some.join(", ")))
                }
            },
        }
    }

    /// The names of a gateway's listeners, in order.
    pub(crate) fn listeners(&self, gateway: &str) -> &[&'t str] {
        self.listeners.get(gateway).map_or(&[], Vec::as_slice)
    }

    /// The addresses of the router, switch, host, node or gateway that a value names.
    pub(crate) fn addresses(&self, value: &Value) -> Option<(Span, &[IpAddr])> {
        let name = value.text.as_str();
        let found = Space::ADDRESSED.iter().find_map(|space| self.find(*space, name))?;
        self.note(value.span, found.span);
        Some((found.span, self.addresses.get(name).map_or(&[], Vec::as_slice)))
    }

    /// The values that a word stands for: those of the `let` it names, or itself.
    pub(crate) fn unfold<'v>(
        &self,
        value: &'v Value,
        kind: Type,
        out: &mut Diagnostics,
    ) -> Result<impl Iterator<Item = &'v Value> + use<'v>, Reported>
    where
        't: 'v,
    {
        let is_itself = matches!(kind, Type::Reference { .. } | Type::OneOf(_))
            || value.kind != ValueKind::Word
            || self.names.get(Space::Let, &value.text).is_none();
        let mut unfolded = Vec::new();
        if !is_itself {
            self.unfold_into(value, &mut Vec::new(), &mut unfolded, out)?;
        }
        Ok(is_itself.then_some(value).into_iter().chain(unfolded))
    }

    fn unfold_into<'v>(
        &self,
        value: &'v Value,
        path: &mut Vec<Span>,
        unfolded: &mut Vec<&'v Value>,
        out: &mut Diagnostics,
    ) -> Result<(), Reported>
    where
        't: 'v,
    {
        let Some(found) = (value.kind == ValueKind::Word).then(|| self.find(Space::Let, &value.text)).flatten() else {
            unfolded.push(value);
            return Ok(());
        };
        self.note(value.span, found.span);
        if path.contains(&found.span) {
            return Err(out.report(
                Diagnostic::new(&codes::CIRCULAR_NAME, format!("`{}` is defined by itself", value.text))
                    .label(found.span, "its value leads back here")
                    .help("give it a value of its own"),
            ));
        }
        path.push(found.span);
        for argument in found.statement.arguments.iter().skip(1) {
            self.unfold_into(&argument.value, path, unfolded, out)?;
        }
        path.pop();
        Ok(())
    }

    /// Reports what was declared by `let` and `profile` and never used.
    pub(crate) fn report_unused(&self, out: &mut Diagnostics) {
        let used = self.used.borrow();
        for (space, name, declared) in self.names.iter() {
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

/// The names of a gateway's listeners with their statements, in order.
fn listeners_of(gateway: &Statement) -> impl Iterator<Item = (&Value, &Statement)> {
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
