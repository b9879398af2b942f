//! Tree to model or diagnostics: the vocabulary, names, values and rules.
//!
//! [`check`] is the whole of it. The words are declared under `statements/`, one file each; what a
//! word may be as a value is `types` and `values/`; what names mean is `scope`; what a whole
//! network must not be is `rules/`. Knows no file, no YAML that is written, no picture.

pub mod include;
mod messages;
pub mod names;
mod order;
mod parts;
mod prefixes;
mod reader;
mod rules;
mod scope;
mod shape;
mod slots;
mod statements;
mod talos_only;
mod types;
mod values;
pub mod vocabulary;

use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, Reason, Reported, Sources, Span, Traced, codes};
use hnet_model::{Cluster, Name, Network, Output};
use hnet_syntax::tree::{Statement, Tree, Value};
use indexmap::IndexSet;

use include::Includes;
use names::Names;
use reader::Reader;
use scope::Scope;
use statements::cluster::{ClusterStatement, Surroundings};
use statements::contents::ContentsStatement;
use statements::network::NetworkStatement;
use values::Credential;
use vocabulary::{Kind, Statement as Declared};

/// All declarations: the network, what belongs to a cluster, and the words of the language itself.
pub static VOCABULARY: &[&Kind] = &[
    NetworkStatement::KIND,
    ContentsStatement::KIND,
    &include::LANGUAGE[0],
    &include::LANGUAGE[1],
    &include::LANGUAGE[2],
];

/// Whether a word may stand in a body although the body's declaration does not have it: what belongs
/// to a cluster stands in a cluster or in the network, and so do the words of the language itself.
fn stands_beside(keyword: &str, kind: &Kind) -> bool {
    matches!(kind.keyword, "network" | "cluster")
        && (ContentsStatement::KIND.field(keyword).is_some()
            || include::LANGUAGE.iter().any(|word| word.keyword == keyword))
}

/// The words that may stand in a body.
fn words_in(kind: &Kind) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = kind.fields.iter().map(|field| field.keyword).collect();
    if matches!(kind.keyword, "network" | "cluster") {
        words.extend(ContentsStatement::KIND.fields.iter().map(|field| field.keyword));
        words.extend(include::LANGUAGE.iter().map(|word| word.keyword));
    }
    words
}

/// The statements in which a word may stand.
fn homes_of(word: &str) -> Vec<&'static str> {
    let mut homes = Vec::new();
    for kind in VOCABULARY {
        kind.walk(&mut |_, kind| {
            if kind.field(word).is_some() {
                homes.push(kind.keyword);
            }
        });
    }
    if include::LANGUAGE.iter().any(|kind| kind.keyword == word) {
        homes.push("network or cluster");
    }
    homes.sort();
    homes.dedup();
    homes
}

/// What the checker made of a project.
#[derive(Debug, Default)]
pub struct Checked {
    /// The network, its things in the order of their names. It lacks what failed, and is whole where no
    /// error was reported; none where the root declares no network.
    pub network: Option<Network>,
    /// What the names in the sources refer to, as far as they could be read.
    pub names: Names,
}

/// Checks the trees of a project, the first of which is its root, and makes the network of them.
pub fn check(trees: &[Tree], sources: &Sources, out: &mut Diagnostics) -> Checked {
    let credentials = report_credentials(trees, out);
    let includes = Includes::follow(trees, sources, out);
    let Some(root) = trees.first() else { return Checked::default() };
    let Some(statement) = root_statement(root, &includes, out) else { return Checked::default() };
    let fallback = file_name(sources.get(root.file).path());
    let mut holes = IndexSet::new();
    let (network, names) = assemble(statement, &includes, &fallback, &mut holes, out);
    rules::apply(&rules::Facts::new(&network, &holes, sources), out);
    if !credentials.is_empty() {
        // What else is wrong with a secret would show it.
        let of_secret = |place: Span| credentials.contains(&place);
        out.retain(|found| *found.code == codes::CREDENTIAL || !found.span().is_some_and(of_secret));
    }
    Checked { network: Some(network), names }
}

/// The one `network` of the root; reports what else stands there.
fn root_statement<'t>(root: &'t Tree, includes: &Includes<'t>, out: &mut Diagnostics) -> Option<&'t Statement> {
    let mut found: Option<&Statement> = None;
    for statement in includes.expand(&root.statements) {
        if statement.keyword.text != NetworkStatement::KIND.keyword {
            out.report(
                Diagnostic::new(
                    &codes::MISPLACED_KEYWORD,
                    format!("`{}` stands outside of the network", statement.keyword.text),
                )
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
    let own = order::arranged(&includes.expand(statement.statements()));
    let clusters: Vec<&Statement> = own.iter().copied().filter(|one| one.keyword.text == "cluster").collect();
    // With one cluster, what stands in it and beside it is of one scope.
    let declared = match clusters.as_slice() {
        [only] => order::arranged(&[own.as_slice(), &includes.expand(only.statements())].concat()),
        _ => own.clone(),
    };
    let scope = Scope::collect(includes, &declared, out);
    let mut reader = Reader { scope: &scope, out, holes };
    let (parts, read) = reader.statement::<NetworkStatement>(statement, &own);
    let NetworkStatement { head, domain, internet, router, switch, host, subnet, cluster, output } = read;
    let name = head
        .name
        .unwrap_or_else(|| Traced::new(fallback.clone(), Origin::derived(statement.keyword.span, Reason::Default)));
    let routers = reader.each(&parts, router, |router, _| router.lower());
    let hosts = reader.each(&parts, host, |host, _| host.lower());
    let subnets = reader.each(&parts, subnet, |subnet, _| subnet.lower(&routers));
    let around = Surroundings { network_name: &name, fallback, routers: &routers, hosts: &hosts, subnets: &subnets };
    let in_cluster = |one: &&&Statement| ContentsStatement::KIND.field(&one.keyword.text).is_some();
    let lowered: Vec<Cluster> = match clusters.as_slice() {
        [] if declared.iter().any(|one| in_cluster(&one)) => {
            let unsaid = ClusterStatement::unsaid(&name, head.span);
            vec![unsaid.lower(statement, &declared, &around, &mut reader)]
        }
        [] | [_] => {
            let lower = |cluster: ClusterStatement| cluster.lower(statement, &declared, &around, &mut reader);
            cluster.into_iter().map(lower).collect()
        }
        several => {
            own.iter().filter(in_cluster).for_each(|stray| cluster_not_said(stray, several, reader.out));
            let lower = |(read, cluster): (ClusterStatement, &&'t Statement)| {
                let inside = order::arranged(&includes.expand(cluster.statements()));
                let scope_inside = scope.inside(&inside, reader.out);
                let mut reader = Reader { scope: &scope_inside, out: reader.out, holes: reader.holes };
                let lowered = read.lower(statement, &inside, &around, &mut reader);
                scope_inside.report_unused(reader.out);
                scope.note_used(&scope_inside);
                lowered
            };
            cluster.into_iter().zip(several).map(lower).collect()
        }
    };
    for (cluster, said) in lowered.iter().zip(&clusters) {
        if cluster.talos().is_none() {
            let contents = if clusters.len() == 1 { declared.clone() } else { includes.expand(said.statements()) };
            talos_only::report(said, &contents, includes, reader.out);
        }
    }
    let internets = reader.each(&parts, internet, |internet, _| internet.lower());
    let switches = reader.each(&parts, switch, |switch, _| switch.lower());
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
        output: output.map_or_else(Output::default, |output| output.lower()),
        span: head.span,
    };
    (network, scope.names())
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

/// Refuses text that looks like a secret, wherever it stands, and says where.
fn report_credentials(trees: &[Tree], out: &mut Diagnostics) -> IndexSet<Span> {
    fn visit(statements: &[Statement], found: &mut IndexSet<Span>, out: &mut Diagnostics) {
        for statement in statements {
            for argument in &statement.arguments {
                if report_credential(&argument.value, out).is_some() {
                    found.insert(argument.value.span);
                }
            }
            visit(statement.statements(), found, out);
        }
    }
    let mut found = IndexSet::new();
    for tree in trees {
        visit(&tree.statements, &mut found, out);
    }
    found
}

fn report_credential(value: &Value, out: &mut Diagnostics) -> Option<Reported> {
    Some(match values::credential(&value.text)? {
        Credential::InUrl(wrong) => types::refuse(wrong, value, out),
        Credential::LooksLike(kind) => out.report(
            Diagnostic::new(&codes::CREDENTIAL, format!("this looks like {kind}"))
                .label(value.span, "a secret has no place in a source")
                .help("put it into a secret store, and refer to it: `vault/KEY#PROPERTY`"),
        ),
    })
}
