//! Mermaid diagrams whose structure no text can break: boxes and actors have names of our own, labels
//! are written in Mermaid's entity codes.

use std::fmt::Write as _;

use hnet_diagnostics::{Origin, Traced};

/// A diagram that is being written.
pub(crate) struct Diagram {
    lines: Vec<Traced<String>>,
    indent: usize,
}

/// A box of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Vertex(usize);

/// An actor of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Actor(usize);

/// Any text as a label: all but the plainest characters as entity codes.
fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' | '/' | '-' | '_' | ':' => out.push(character),
            _ if character.is_control() => out.push(' '),
            _ => write!(out, "#{};", u32::from(character)).expect("a String takes all text"),
        }
    }
    out
}

impl Diagram {
    fn start(kind: &str, origin: Origin) -> Self {
        Diagram { lines: vec![Traced::new(kind.to_owned(), origin)], indent: 1 }
    }

    /// A graph from top to bottom.
    pub(crate) fn graph(origin: Origin) -> Self {
        Diagram::start("graph TD", origin)
    }

    /// A sequence of messages.
    pub(crate) fn sequence(origin: Origin) -> Self {
        Diagram::start("sequenceDiagram", origin)
    }

    /// The lines.
    pub(crate) fn lines(&self) -> &[Traced<String>] {
        &self.lines
    }

    fn line(&mut self, line: &str, origin: Origin) -> usize {
        let number = self.lines.len();
        self.lines.push(Traced::new(format!("{}{line}", "    ".repeat(self.indent)), origin));
        number
    }

    /// Opens a frame around the boxes that follow.
    pub(crate) fn open(&mut self, title: &str, origin: Origin) {
        let number = self.lines.len();
        self.line(&format!("subgraph g{number}[\"{}\"]", label(title)), origin);
        self.indent += 1;
    }

    /// Closes the frame.
    pub(crate) fn close(&mut self, origin: Origin) {
        self.indent -= 1;
        self.line("end", origin);
    }

    /// A box with one or two lines of text.
    pub(crate) fn vertex(&mut self, title: &str, below: &str, origin: Origin) -> Vertex {
        let number = self.lines.len();
        let below = if below.is_empty() { String::new() } else { format!("<br/>{}", label(below)) };
        self.line(&format!("n{number}[\"{}{below}\"]", label(title)), origin);
        Vertex(number)
    }

    /// A line between two boxes, with or without a text.
    pub(crate) fn edge(&mut self, from: Vertex, to: Vertex, text: &str, origin: Origin) {
        let text = if text.trim().is_empty() { String::new() } else { format!("|\"{}\"|", label(text)) };
        self.line(&format!("n{} -->{text} n{}", from.0, to.0), origin);
    }

    /// Who takes part in a sequence.
    pub(crate) fn actor(&mut self, name: &str, origin: Origin) -> Actor {
        let number = self.lines.len();
        self.line(&format!("participant p{number} as {}", label(name)), origin);
        Actor(number)
    }

    /// A request.
    pub(crate) fn request(&mut self, from: Actor, to: Actor, text: &str, origin: Origin) {
        self.line(&format!("p{}->>p{}: {}", from.0, to.0, label(text)), origin);
    }

    /// An answer.
    pub(crate) fn answer(&mut self, from: Actor, to: Actor, text: &str, origin: Origin) {
        self.line(&format!("p{}-->>p{}: {}", from.0, to.0, label(text)), origin);
    }
}
