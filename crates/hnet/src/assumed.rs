//! Clusters on another Talos than their source says, so that a move is seen before it is made.
//!
//! The trees say the other version where the source says its own; places stay those of the source, so what is said of them
//! names the version that is meant. Start at [`talos`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Span};
use hnet_syntax::tree::{Argument, Body, End, Statement, Tree, Value, Word};

const CLUSTER: &str = "cluster";
const TALOS: &str = "talos";
const K3S: &str = "k3s";

/// Places at which a source says another version than the one that is taken to be there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assumed {
    version: String,
    places: BTreeSet<Span>,
}

impl Assumed {
    /// Says of what stands at such a place which version it is about; an edit there would mend another one.
    pub(crate) fn say(&self, found: &mut [Diagnostic]) {
        let is_it = |place: &Span| self.places.contains(place);
        for finding in found.iter_mut().filter(|_| !self.places.is_empty()) {
            for label in finding.labels.iter_mut().filter(|label| is_it(&label.span)) {
                label.text = format!("`--talos {}`: {}", self.version, label.text);
            }
            finding.fixes.retain(|fix| !fix.edits.iter().any(|edit| is_it(&edit.span)));
        }
    }

    /// Whether a finding is that such a place says another version than something else: it is asked for.
    pub(crate) fn asks_for(&self, finding: &Diagnostic) -> bool {
        finding.span().is_some_and(|place| self.places.contains(&place))
    }
}

/// Lets all clusters that run Talos run this version of it; a cluster that nobody declares is one, where there are nodes.
pub(crate) fn talos(trees: &mut [Tree], version: &str) -> Assumed {
    let mut found = Found::default();
    trees.iter_mut().for_each(|tree| found.walk(&mut tree.statements, version));
    let network = trees.first_mut().and_then(|root| root.statements.first_mut());
    if let Some(network) = network.filter(|_| found.has_node && !found.has_cluster) {
        let place = network.keyword.span;
        let name = network.arguments.first().map(|name| name.value.clone());
        let mut cluster = statement(CLUSTER, name, place);
        run(&mut cluster, version);
        statements_of(network).push(cluster);
    }
    Assumed { version: version.to_owned(), places: found.places }
}

#[derive(Default)]
struct Found {
    has_cluster: bool,
    has_node: bool,
    places: BTreeSet<Span>,
}

impl Found {
    fn walk(&mut self, statements: &mut [Statement], version: &str) {
        for statement in statements {
            let word = statement.keyword.text.as_str();
            self.has_node |= word == "node";
            let is_cluster = word == CLUSTER;
            if hnet_check::holds_contents(word)
                && let End::Body(body) = &mut statement.end
            {
                self.walk(&mut body.statements, version);
            }
            if is_cluster {
                self.has_cluster = true;
                self.places.extend(run(statement, version));
            }
        }
    }
}

/// Lets a cluster run a version of Talos, unless it runs k3s. The place at which another one is said.
fn run(cluster: &mut Statement, version: &str) -> Option<Span> {
    // The first argument is its name.
    let inline = |word: &str| cluster.arguments.iter().skip(1).position(|argument| argument.value.text == word);
    let of_body = |word: &str| cluster.statements().iter().position(|field| field.keyword.text == word);
    let (talos, k3s) = ((inline(TALOS), of_body(TALOS)), (inline(K3S), of_body(K3S)));
    let value = match (talos, k3s) {
        ((Some(at), _), _) => cluster.arguments.get_mut(at + 2),
        ((None, Some(at)), _) => statements_of(cluster)[at].arguments.first_mut(),
        ((None, None), (None, None)) => {
            let place = cluster.keyword.span;
            statements_of(cluster).push(statement(TALOS, Some(Value::word(version, place)), place));
            None
        }
        ((None, None), _) => None,
    };
    let Argument { value, .. } = value?;
    let is_other = value.text != version;
    *value = Value::word(version, value.span);
    is_other.then_some(value.span)
}

/// A statement of one value.
fn statement(keyword: &str, value: Option<Value>, span: Span) -> Statement {
    let argument = |value| Argument { comma: None, leading: Vec::new(), value };
    Statement {
        leading: Vec::new(),
        blank_before: false,
        keyword: Word { span, text: keyword.into() },
        arguments: value.map(argument).into_iter().collect(),
        before_end: Vec::new(),
        end: End::Semicolon(span),
        trailing: None,
        span,
    }
}

/// The statements of a body, which is made where there is none.
fn statements_of(statement: &mut Statement) -> &mut Vec<Statement> {
    if !matches!(statement.end, End::Body(_)) {
        let open = statement.keyword.span;
        let body = Body { open, open_comment: None, statements: Vec::new(), trailing: Vec::new(), close: Some(open) };
        statement.end = End::Body(Box::new(body));
    }
    match &mut statement.end {
        End::Body(body) => &mut body.statements,
        End::Semicolon(_) | End::Missing(_) => unreachable!("it has a body by now"),
    }
}
