//! The whole network as a tree of names and values, derived ones with their reasons: what
//! `hnet show` prints.
//!
//! Knows the model only. Start at [`show()`]; how each part of the model is laid out stands in
//! `physical.rs` and `cluster.rs`.

mod bgp;
mod certificates;
mod cluster;
mod control_plane;
mod delivery;
mod envoy;
mod external_dns;
mod firewall;
mod host_services;
mod links;
mod machine;
mod overlay;
mod physical;
mod policies;
mod records;
mod routes;
mod tunnel;

use std::fmt::Display;

use hnet_diagnostics::{Origin, Sources, Span, Traced};
use hnet_model::Network;

/// A thing of the network with its values and the things in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// Keyword and name, `node cp-1`.
    pub title: String,
    /// Where it is declared.
    pub span: Span,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its values in the order of the model.
    pub values: Vec<Shown>,
    /// The things in it.
    pub parts: Vec<Show>,
}

/// A named value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it is called, in words.
    pub name: &'static str,
    /// Each value with the text that decided it.
    pub values: Vec<(String, Origin)>,
}

/// The network with every value that was written or derived.
#[must_use]
pub fn show(network: &Network) -> Show {
    physical::network(network)
}

impl Show {
    fn new(keyword: &str, name: impl Display, span: Span) -> Self {
        let name = name.to_string();
        let title = if name.is_empty() { keyword.to_owned() } else { format!("{keyword} {name}") };
        Show { title, span, doc: None, values: Vec::new(), parts: Vec::new() }
    }

    fn doc(mut self, doc: Option<&String>) -> Self {
        self.doc = doc.cloned();
        self
    }

    fn one<T: Display>(&mut self, name: &'static str, value: &Traced<T>) {
        self.each(name, [value], ToString::to_string);
    }

    fn maybe<T: Display>(&mut self, name: &'static str, value: Option<&Traced<T>>) {
        self.each(name, value, ToString::to_string);
    }

    fn list<T: Display>(&mut self, name: &'static str, values: &[Traced<T>]) {
        self.each(name, values, ToString::to_string);
    }

    fn flag(&mut self, name: &'static str, value: &Traced<bool>) {
        self.each(name, [value], |on| if *on { "on".to_owned() } else { "off".to_owned() });
    }

    fn each<'a, T: 'a>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'a Traced<T>>,
        text: impl Fn(&T) -> String,
    ) {
        self.texts(name, values.into_iter().map(|value| (text(&value.value), value.origin)).collect());
    }

    fn texts(&mut self, name: &'static str, values: Vec<(String, Origin)>) {
        if !values.is_empty() {
            self.values.push(Shown { name, values });
        }
    }

    /// The tree as indented text. A derived value is followed by its reason and by the place of the
    /// text that it follows from.
    #[must_use]
    pub fn text(&self, sources: &Sources) -> String {
        let mut text = String::new();
        self.write(0, sources, &mut text);
        text
    }

    fn write(&self, depth: usize, sources: &Sources, text: &mut String) {
        let indent = "  ".repeat(depth);
        text.push_str(&format!("{indent}{}\n", self.title));
        for Shown { name, values } in &self.values {
            let mut rest = values.as_slice();
            while let Some((_, first)) = rest.first() {
                // Values of one reason and place stand together on a line.
                let same = rest.iter().take_while(|(_, origin)| is_alike(*first, *origin)).count();
                let (group, others) = rest.split_at(same);
                let listed: Vec<&str> = group.iter().map(|(value, _)| value.as_str()).collect();
                text.push_str(&format!("{indent}  {name}: {}", listed.join(", ")));
                if let Some(sentence) = first.reason.sentence() {
                    let source = sources.get(first.span.file);
                    let line = source.line(first.span.start as usize);
                    text.push_str(&format!("    # {sentence} ({}:{line})", source.path()));
                }
                text.push('\n');
                rest = others;
            }
        }
        for part in &self.parts {
            part.write(depth + 1, sources, text);
        }
    }
}

/// Whether two values may share a line: both written, or derived from the same text for the same reason.
fn is_alike(a: Origin, b: Origin) -> bool {
    a.reason == b.reason && (a.reason.sentence().is_none() || a.span == b.span)
}
