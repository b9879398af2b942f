//! Whatever a word tells a machine, a patch of the same field with another value is told of: it would win without a sign.
//! The networks are `fields.hnet` and those of the cases; what their words tell is what is written of them, so that a new word is tried by itself.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use hnet::{Input, Options};
use hnet_diagnostics::{Reason, Span};
use hnet_emit::Told;
use hnet_emit::yaml::{Node, Scalar, Value};
use hnet_syntax::tree::Statement;
use hnet_testing::{files, projects, root};

/// Fields of which a patch says nothing by itself, and why that is right.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// The fields that words say, each with a value that they do not say.
fn fields(part: &Node, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    if let Value::Mapping(entries) = &part.value {
        for (key, value) in entries {
            path.push(key.clone());
            fields(value, path, found);
            path.pop();
        }
        return;
    }
    let other = match &part.value {
        Value::Scalar(Scalar::Bool(value)) => (!value).to_string(),
        Value::Scalar(Scalar::Unsigned(number)) => (number + 1).to_string(),
        Value::Text(text) => format!("{:?}", format!("1{text}")),
        _ => return,
    };
    let is_name = matches!(path.last().map(String::as_str), Some("apiVersion" | "kind" | "name")) && path.len() == 1;
    if part.origin.reason == Reason::Written && !is_name && !other.contains("${") {
        found.push((path.clone(), other));
    }
}

/// A document that says one field alone.
fn patch(document: &Node, path: &[String], value: &str) -> String {
    let mut text = String::new();
    for key in ["apiVersion", "kind", "name"] {
        let said = document.get(key).map(Node::text).filter(|said| !said.is_empty());
        said.iter().for_each(|said| text.push_str(&format!("      {key}: {said:?}\n")));
    }
    for (depth, key) in path.iter().enumerate() {
        let value = if depth + 1 == path.len() { value } else { "" };
        text.push_str(&format!("      {}{key:?}: {value}\n", "  ".repeat(depth)));
    }
    format!("\n    patch \"\"\"\n{text}    \"\"\";")
}

/// Where the body of the statement with this head begins.
fn inside(statements: &[Statement], head: Span) -> Option<usize> {
    statements.iter().find_map(|one| match one.body() {
        Some(body) if one.head() == head => Some(body.open.range().end),
        _ => inside(one.statements(), head),
    })
}

#[test]
fn a_patch_that_wins_over_a_word_is_told_of() {
    let mut sources = vec![fs::read_to_string(root().join("tests/fields.hnet")).expect("it is there")];
    for page in files(&root().join("tests/cases"), ".md") {
        let page = fs::read_to_string(page).expect("the page was listed just now");
        let single = projects(&page).into_iter().filter(|(_, input)| input.files.len() == 1);
        sources.extend(single.map(|(_, input)| input.files[0].1.clone()));
    }
    let (mut untold, mut tried) = (Vec::new(), BTreeSet::new());
    for source in sources {
        let compiled = hnet::compile(Input::one("network.hnet", &*source), &Options::default());
        let Some(network) = compiled.network else { continue };
        for cluster in &network.clusters {
            let Some(told) = Told::of(&network, cluster) else { continue };
            for node in &cluster.nodes {
                let Some(inside) = inside(&compiled.trees[0].statements, node.span) else { continue };
                let (mut text, mut patches) = (source[..inside].to_owned(), Vec::<(Range<usize>, String)>::new());
                for document in told.documents(node) {
                    let mut found = Vec::new();
                    fields(&document, &mut Vec::new(), &mut found);
                    for (path, value) in found {
                        let kind = document.get("kind").map(Node::text).unwrap_or_default();
                        let version = cluster.talos().expect("it runs Talos").value.minor();
                        let called = format!("{version:?} {kind} {}", path.join("/"));
                        if tried.insert(called.clone()) {
                            let start = text.len();
                            text.push_str(&patch(&document, &path, &value));
                            patches.push((start..text.len(), called));
                        }
                    }
                }
                if patches.is_empty() {
                    continue;
                }
                text.push_str(&source[inside..]);
                let made = hnet::compile(Input::one("network.hnet", &*text), &Options::default());
                let places: Vec<Range<usize>> =
                    made.diagnostics.iter().filter_map(|one| one.span()).map(|span| span.range()).collect();
                let is_told =
                    |range: &Range<usize>| places.iter().any(|at| range.start <= at.start && at.end <= range.end);
                untold.extend(patches.into_iter().filter(|(range, _)| !is_told(range)).map(|(_, called)| called));
            }
        }
    }
    untold.retain(|called| !EXCEPTIONS.iter().any(|(known, _)| called.ends_with(known)));
    assert!(tried.len() > 150, "{} fields are tried", tried.len());
    assert!(untold.is_empty(), "{} of {}\n{}", untold.len(), tried.len(), untold.join("\n"));
}
