//! `hnet show`: the whole network with every derived value and where it came from.

use std::io;
use std::path::Path;

use hnet::{Show, Shown};
use hnet_diagnostics::render::plain;
use hnet_diagnostics::{Origin, Sources};
use serde_json::{Value, json};

use crate::Outcome;
use crate::failure::{Failure, print};
use crate::load::Project;
use crate::report::{Report, as_seen_from_here};

/// Prints the network, as text or as JSON.
pub(crate) fn run(file: Option<&Path>, as_json: bool, report: &Report) -> Result<Outcome, Failure> {
    let project = Project::open(file)?;
    let compilation = hnet::check(project.input, &report.options);
    report.stopping(&compilation.diagnostics, &compilation.sources, &project.folder)?;
    let Some(network) = &compilation.network else { return Ok(Outcome::Wrong) };
    let shown = hnet::show(network);
    let sources = as_seen_from_here(&compilation.sources, &project.folder);
    let text = if as_json {
        serde_json::to_string_pretty(&tree(&shown, &sources)).expect("strings and numbers are always JSON") + "\n"
    } else {
        shown.text(&sources)
    };
    print(io::stdout(), &plain(&text))?;
    Ok(Outcome::Clean)
}

fn tree(show: &Show, sources: &Sources) -> Value {
    let Show { title, span, doc, values, parts } = show;
    let values: Vec<Value> = values
        .iter()
        .map(|Shown { name, values }| {
            let values: Vec<Value> = values.iter().map(|(text, origin)| value(text, *origin, sources)).collect();
            json!({ "name": name, "values": values })
        })
        .collect();
    json!({
        "title": title,
        "place": place(Origin::written(*span), sources),
        "doc": doc,
        "values": values,
        "parts": parts.iter().map(|part| tree(part, sources)).collect::<Vec<_>>(),
    })
}

fn value(text: &str, origin: Origin, sources: &Sources) -> Value {
    json!({ "value": text, "place": place(origin, sources), "reason": origin.reason.sentence() })
}

fn place(origin: Origin, sources: &Sources) -> Value {
    let source = sources.get(origin.span.file);
    let position = source.position(origin.span.start as usize);
    json!({ "file": source.path(), "line": position.line, "column": position.column })
}
