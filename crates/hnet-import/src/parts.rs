//! A large source in several files, each of which is about one thing. Start at [`cut`].

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostics, FileId};
use hnet_syntax::tree::{End, Statement, Tree, Value};
use indexmap::IndexMap;

use crate::rebuilt::is_applied;
use crate::settle::NAME;

/// So many lines read well as one file.
const MOST_LINES: usize = 400;

/// So many lines are worth a file of their own.
const WORTH: usize = 40;

/// The folder of the files that the source includes.
const FOLDER: &str = "network";

/// What a file of its own is about: its name, and the words of the statements that it holds.
const PARTS: [(&str, &[&str]); 9] = [
    ("machines", &["profile", "node"]),
    ("cilium", &["cilium"]),
    ("gateways", &["pool", "certificate-issuer", "certificate", "gateway"]),
    (
        "envoy",
        &["envoy", "client-policy", "backend-policy", "security-policy", "extension-policy", "route-filter", "backend"],
    ),
    ("routes", &["service", "route"]),
    ("records", &["records"]),
    ("policies", &["policy"]),
    ("manifests", &["manifest"]),
    ("existing", &["existing"]),
];

/// The files of a source, by their paths beside it, itself first: several where it is too large to be read as one and
/// where these say the same.
#[must_use]
pub fn cut(text: &str) -> Vec<(String, String)> {
    let whole = || vec![(NAME.to_owned(), text.to_owned())];
    if text.lines().count() <= MOST_LINES {
        return whole();
    }
    let mut out = Diagnostics::new();
    let mut tree = hnet_syntax::parse(FileId::default(), text, &mut out).tree;
    let mut parts: IndexMap<String, Vec<Statement>> = IndexMap::new();
    for network in &mut tree.statements {
        take(network, FOLDER, &mut parts);
    }
    let part = |(path, statements): (String, Vec<Statement>)| {
        let tree = Tree { file: FileId::default(), statements, trailing: Vec::new() };
        (path, hnet_syntax::print(&tree))
    };
    let mut files = vec![(NAME.to_owned(), hnet_syntax::print(&tree))];
    files.extend(parts.into_iter().map(part));
    let built = |files: Vec<(String, String)>| {
        let outputs = hnet::compile(Input { files, ..Input::default() }, &Options::default()).outputs?;
        let files = outputs.files.into_iter().filter(|(path, _)| is_applied(path));
        Some(files.map(|(path, file)| (path, file.text().to_owned())).collect::<Vec<_>>())
    };
    // Of what does not build nobody can tell whether it says the same.
    let is_same = || built(whole()).is_some_and(|built_of| built(files.clone()) == Some(built_of));
    if out.is_empty() && files.len() > 1 && is_same() { files } else { whole() }
}

/// Takes what is worth a file of its own out of a network, or of a cluster with a folder of its name.
fn take(around: &mut Statement, folder: &str, parts: &mut IndexMap<String, Vec<Statement>>) {
    let End::Body(body) = &mut around.end else { return };
    for cluster in body.statements.iter_mut().filter(|statement| statement.keyword.text == "cluster") {
        let name = cluster.arguments.first().map(|name| name.value.text.to_string());
        if let Some(name) = name {
            take(cluster, &format!("{folder}/{name}"), parts);
        }
    }
    for (part, words) in PARTS {
        let is_its = |statement: &Statement| words.contains(&statement.keyword.text.as_str());
        let own: Vec<Statement> = body.statements.iter().filter(|own| is_its(own)).cloned().collect();
        let Some(span) = own.first().map(|first| first.keyword.span) else { continue };
        let mut tree = Tree { file: FileId::default(), statements: own, trailing: Vec::new() };
        if hnet_syntax::print(&tree).lines().count() < WORTH {
            continue;
        }
        let path = format!("{folder}/{part}.hnet");
        let mut include = Some(Statement::new("include", span).with(Value::string(&path, span)));
        let mut rest: Vec<Statement> = Vec::new();
        for mut statement in std::mem::take(&mut body.statements) {
            if is_its(&statement) {
                let Some(include) = include.take() else { continue };
                statement = include;
            }
            let word = |statement: &Statement| statement.keyword.text == "include";
            // What is included stands together.
            let is_apart = rest.last().is_some_and(|before| word(before) != word(&statement));
            statement.blank_before = is_apart || statement.blank_before && !word(&statement);
            rest.push(statement);
        }
        body.statements = rest;
        tree.statements[0].blank_before = false;
        parts.insert(path, tree.statements);
    }
}
