//! Tree to model or diagnostics: the statements of networks.
//!
//! [`check`] is the whole of it. A statement is declared and lowered in one file under `statements/`; all words
//! together, and what they say of prefixes and addresses before they are read, are `lookahead.rs`. How words are read is
//! the crate `hnet-language`, what a whole network must not be the crate `hnet-rules`. Knows no file, no YAML
//! that is written, no picture.

mod cilium;
mod envoy;
mod foreign;
mod issuers;
mod lookahead;
mod spaces;
mod statements;
mod talos_only;
mod told;
mod types;

use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, Reason, Sources, Span, Traced, codes, did_you_mean, nearest};
use hnet_language::{
    Includes, Kind, Names, Partial, Reader, Scope, Statement as Declared, arranged, include, say_once,
};
use hnet_model::{Cluster, Name, Network, Output, Shared};
use hnet_syntax::tree::{Statement, Tree, Value};
use indexmap::IndexSet;

pub use cilium::{hubble_words, words as cilium_words};
pub use envoy::words as envoy_words;
pub use hnet_language::say_written_names;
pub use issuers::words as issuer_words;
pub use lookahead::VOCABULARY;
use statements::cluster::{ClusterStatement, Surroundings};
use statements::contents::ContentsStatement;
use statements::existing::ExistingStatement;
use statements::network::{NetworkStatement, SharedStatement};
use statements::route_rule::RuleStatement;
pub use told::{Form, Row, Sort, Table};

/// What the checker made of a project.
#[derive(Debug, Default)]
pub struct Checked {
    /// The network, its things in the order of their names. It lacks what failed, and is whole where no
    /// error was reported; none where the root declares no network.
    pub network: Option<Network>,
    /// What the names in the sources refer to, as far as they could be read.
    pub names: Names,
    /// The statements that lost a value, by the spans of their heads: they are not whole in the network.
    pub holes: IndexSet<Span>,
}

/// The statements of a tree that name other files, wherever they may stand.
pub fn includes(tree: &Tree) -> impl Iterator<Item = &Statement> {
    include::statements(tree, &VOCABULARY)
}

/// The paths of the files that a source takes texts in other languages from, wherever they may stand.
#[must_use]
pub fn texts(tree: &Tree) -> Vec<&Value> {
    include::texts(tree, &VOCABULARY)
}

/// The values of `observe` in a source, wherever they may stand.
#[must_use]
pub fn observed(tree: &Tree) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut open: Vec<&Statement> = tree.statements.iter().rev().collect();
    while let Some(statement) = open.pop() {
        let word = statement.keyword.text.as_str();
        if word == OBSERVE {
            found.extend(statement.arguments.iter().map(|argument| &argument.value));
        } else if holds_contents(word) {
            open.extend(statement.statements().iter().rev());
        }
    }
    found
}

/// The word behind which files stand whose objects are observed.
pub const OBSERVE: &str = "observe";

/// The word whose body holds what exists.
pub const EXISTING: &str = ExistingStatement::KIND.keyword;

/// Whether a statement of that keyword holds what belongs to a cluster.
#[must_use]
pub fn holds_contents(keyword: &str) -> bool {
    [NetworkStatement::KIND, ClusterStatement::KIND].iter().any(|kind| kind.keyword == keyword)
}

/// Whether a value of `observe` names a program that applies a repository, and no path.
#[must_use]
pub fn is_program(value: &Value) -> bool {
    statements::existing::is_program(value)
}

/// The words of a rule of a route, which the route itself takes as well, and `rule`.
#[must_use]
pub fn words_of_rules() -> Vec<&'static str> {
    let kind = RuleStatement::KIND;
    std::iter::once(kind.keyword).chain(kind.fields.iter().map(|field| field.keyword)).collect()
}

/// The keywords of statements that declare a name, which nothing else of the keyword may have.
pub fn naming_keywords() -> impl Iterator<Item = &'static str> {
    spaces::ALL.iter().map(|space| space.keyword())
}

/// Checks the trees of a project, the first of which is its root, and makes the network of them.
pub fn check(trees: &[Tree], sources: &Sources, out: &mut Diagnostics) -> Checked {
    let includes = Includes::follow(trees, &VOCABULARY, sources, out);
    let Some(root) = trees.first() else { return Checked::default() };
    let Some(statement) = root_statement(root, &includes, out) else { return Checked::default() };
    let fallback = file_name(sources.get(root.file).path());
    let mut holes = IndexSet::new();
    let (network, names) = assemble(statement, &includes, &fallback, &mut holes, out);
    say_once(out);
    // What stands in a file that is not there may say otherwise of all that is left.
    let network = includes.missing().is_none().then_some(network);
    Checked { network, names, holes }
}

/// The one `network` of the root; reports what else stands there.
fn root_statement<'t>(root: &'t Tree, includes: &Includes<'t>, out: &mut Diagnostics) -> Option<&'t Statement> {
    let mut found: Option<&Statement> = None;
    for statement in includes.expand(&root.statements) {
        let word = statement.keyword.text.as_str();
        if word != NetworkStatement::KIND.keyword {
            if !VOCABULARY.is_word(word) && nearest(word, [NetworkStatement::KIND.keyword]).is_some() {
                let unknown = Diagnostic::new(&codes::UNKNOWN_KEYWORD, format!("`{word}` is no word of the language"))
                    .label(statement.keyword.span, "unknown at the start of a source");
                out.report(did_you_mean(unknown, NetworkStatement::KIND.keyword, statement.keyword.span));
                continue;
            }
            out.report(
                Diagnostic::new(&codes::MISPLACED_KEYWORD, format!("`{word}` stands outside of the network"))
                    .label(statement.keyword.span, "not in any `network`")
                    .help("move it between the `<` and `>` of the network"),
            );
        } else if let Some(first) = found {
            out.report(
                Diagnostic::new(&codes::REPEATED_FIELD, "`network` is said twice")
                    .label(statement.keyword.span, "said again here")
                    .label(first.keyword.span, "first said here")
                    .help("a project is one network: move the statements of one into the other"),
            );
        } else {
            found = Some(statement);
        }
    }
    if found.is_none() && out.is_empty() {
        out.report(
            Diagnostic::new(&codes::NO_NETWORK, "the source declares no network")
                .label(Span::new(root.file, 0, 0), "a `network < … >` is missing")
                .help("`hnet new` writes a source to start from"),
        );
    }
    found
}

/// The name of a file as a name: what is no letter or digit becomes a hyphen.
fn file_name(path: &str) -> Name {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.split('.').next().unwrap_or(stem);
    let text: String =
        stem.to_ascii_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(63).collect();
    Name::new(text.trim_matches('-')).unwrap_or_else(|_| Name::new("network").expect("this is a name"))
}

/// Reads the network and what belongs to its clusters.
fn assemble<'t>(
    statement: &'t Statement,
    includes: &'t Includes<'t>,
    fallback: &Name,
    holes: &mut IndexSet<Span>,
    out: &mut Diagnostics,
) -> (Network, Names) {
    let mut partial = Partial::default();
    let mut misplaced = Vec::new();
    let own = includes.expand(statement.statements());
    let clusters = own.iter().filter(|one| one.keyword.text == "cluster").count();
    // Of several clusters each says what exists in it.
    let own = match clusters {
        0 | 1 => partial.open(own, includes, &VOCABULARY, &mut misplaced, out),
        _ => own,
    };
    let own = arranged(&own, &VOCABULARY);
    let clusters: Vec<&Statement> = own.iter().copied().filter(|one| one.keyword.text == "cluster").collect();
    let in_cluster = |one: &&&Statement| ContentsStatement::KIND.field(&one.keyword.text).is_some();
    let (mut declared, mut strays) = placed(&own, NetworkStatement::KIND, out);
    let mut bodies: Vec<Vec<&Statement>> = Vec::with_capacity(clusters.len());
    for cluster in &clusters {
        let inside = includes.expand(cluster.statements());
        bodies.push(partial.open(inside, includes, &VOCABULARY, &mut misplaced, out));
    }
    strays.append(&mut misplaced);
    match clusters.as_slice() {
        [] => {}
        // With one cluster, what stands in it and beside it is of one scope.
        [_] => {
            let (inside, misplaced) = placed(&bodies.concat(), ClusterStatement::KIND, out);
            declared = arranged(&[declared, inside].concat(), &VOCABULARY);
            strays.extend(misplaced);
        }
        several => {
            let (of_clusters, of_network) = declared.into_iter().partition(|one| in_cluster(&one));
            declared = of_network;
            let of_clusters: Vec<&Statement> = of_clusters;
            of_clusters.iter().for_each(|stray| cluster_not_said(stray, several, out));
            strays.extend(of_clusters);
        }
    }
    let scope = Scope::collect(&lookahead::Network, includes, &declared, &strays, out);
    let mut reader = Reader { scope: &scope, out, holes, partial: &partial, is_partial: false };
    let (parts, read) = reader.statement::<NetworkStatement>(statement, &own);
    let NetworkStatement { head, domain, internet, router, switch, host, subnet, shared, cluster, output } = read;
    let name = head
        .name
        .unwrap_or_else(|| Traced::new(fallback.clone(), Origin::derived(statement.keyword.span, Reason::Default)));
    let routers = reader.each(&parts, router, |router, _| router.lower());
    let hosts = reader.each(&parts, host, |host, _| host.lower());
    let mut shared: Vec<Shared> = shared.into_iter().flat_map(SharedStatement::lower).collect();
    shared.sort_by_key(|shared| shared.address.value.known());
    let subnets = reader.each(&parts, subnet, |subnet, _| subnet.lower(&routers, &shared));
    let around = Surroundings { network_name: &name, fallback, routers: &routers, hosts: &hosts, subnets: &subnets };
    let lowered: Vec<Cluster> = match clusters.as_slice() {
        [] if declared.iter().any(|one| in_cluster(&one)) => {
            let unsaid = ClusterStatement::unsaid(&name, head.span);
            vec![unsaid.lower(statement, &declared, &around, &mut reader)]
        }
        [] | [_] => {
            let lower = |cluster: ClusterStatement| cluster.lower(statement, &declared, &around, &mut reader);
            cluster.into_iter().map(lower).collect()
        }
        _ => {
            let lower = |(at, (read, body)): (usize, (ClusterStatement, &Vec<&'t Statement>))| {
                let inside = arranged(body, &VOCABULARY);
                let (inside, strays) = placed(&inside, ClusterStatement::KIND, reader.out);
                let scope_inside = scope.inside(&inside, &strays, reader.out);
                let mut reader = Reader {
                    scope: &scope_inside,
                    out: reader.out,
                    holes: reader.holes,
                    partial: &partial,
                    is_partial: false,
                };
                let lowered = read.lower(statement, &inside, &around, &mut reader);
                scope_inside.report_circular_profiles(reader.out);
                scope_inside.report_unused(reader.out);
                scope.note_used(&scope_inside, at);
                lowered
            };
            cluster.into_iter().zip(&bodies).enumerate().map(lower).collect()
        }
    };
    for ((cluster, said), body) in lowered.iter().zip(&clusters).zip(&bodies) {
        if cluster.talos().is_none() {
            let contents = if clusters.len() == 1 { declared.clone() } else { body.clone() };
            talos_only::report(said, &contents, includes, reader.out);
        }
    }
    let internets = reader.each(&parts, internet, |internet, _| internet.lower());
    let switches = reader.each(&parts, switch, |switch, _| switch.lower());
    scope.report_circular_profiles(reader.out);
    scope.report_unused(reader.out);
    let network = Network {
        name,
        doc: head.doc,
        domain,
        internets,
        routers,
        switches,
        hosts,
        subnets,
        clusters: lowered,
        output: output.map_or_else(Output::default, |output| output.lower(reader.out)),
        shared,
        placeholders: scope.placeholders(),
        allowed: Vec::new(),
        span: head.span,
    };
    (network, scope.names())
}

/// The statements of a body that may stand there, and the others, which are reported: nothing can be known of them.
fn placed<'t>(
    statements: &[&'t Statement],
    kind: &'static Kind,
    out: &mut Diagnostics,
) -> (Vec<&'t Statement>, Vec<&'t Statement>) {
    let (placed, strays): (Vec<&Statement>, Vec<&Statement>) = statements.iter().partition(|statement| {
        let word = statement.keyword.text.as_str();
        kind.field(word).is_some() || VOCABULARY.stands_beside(word, kind)
    });
    strays.iter().for_each(|stray| {
        out.report(hnet_language::unknown_keyword(stray, kind, &VOCABULARY));
    });
    (placed, strays)
}

/// Reports what stands beside several clusters and belongs to one of them.
fn cluster_not_said(stray: &Statement, clusters: &[&Statement], out: &mut Diagnostics) {
    let diagnostic = Diagnostic::new(
        &codes::CLUSTER_NOT_SAID,
        format!("which cluster has this `{}` is not said", stray.keyword.text),
    )
    .label(stray.keyword.span, "stands beside several clusters");
    let first = clusters.iter().map(|cluster| cluster.head()).min();
    let diagnostic =
        first.into_iter().fold(diagnostic, |diagnostic, first| diagnostic.label(first, "one of the clusters"));
    out.report(diagnostic.help("move it into the body of the cluster that it belongs to"));
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId};
    use hnet_language::arranged;

    use super::VOCABULARY;

    #[test]
    fn what_has_a_name_is_arranged() {
        let text = "host b address 10.0.0.1; manifest b; route z; host a address 10.0.0.3; manifest a; route y;";
        let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
        let statements: Vec<_> = tree.statements.iter().collect();
        let words: Vec<&str> =
            arranged(&statements, &VOCABULARY).into_iter().map(|one| one.arguments[0].value.text.as_str()).collect();
        assert_eq!(words, ["a", "b", "b", "a", "y", "z"]);
    }
}
