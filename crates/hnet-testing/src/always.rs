//! What holds for every source, asked or not: no text is lost, formatting is stable and keeps the
//! meaning, the order of statements does not matter, every written line has an origin, and what is
//! written reads back.

use std::cmp::Reverse;

use hnet::{Compilation, Input, Options, compile};
use hnet_diagnostics::{Diagnostics, FileId};
use hnet_syntax::tree::{End, Statement, Tree};
use serde::Deserialize;

/// What is wrong with the reading and formatting of a text.
#[must_use]
pub fn text_holds(text: &str) -> Vec<String> {
    let mut failures = Vec::new();
    let (mut found, mut end) = (Diagnostics::new(), 0);
    let parse = hnet_syntax::parse(FileId::default(), text, &mut found);
    for token in &parse.tokens {
        let between = text.get(end..token.span.start as usize);
        if between.is_none_or(|between| !between.trim_start_matches('\u{feff}').trim().is_empty()) {
            failures.push(format!("text before byte {} is in no token: {between:?}", token.span.start));
        }
        end = token.span.end as usize;
    }
    if text.get(end..).is_none_or(|rest| !rest.trim_start_matches('\u{feff}').trim().is_empty()) {
        failures.push(format!("text behind byte {end} is in no token"));
    }
    if found.has_errors() {
        return failures;
    }
    let once = hnet_syntax::format(&parse.tree, text);
    let again = hnet_syntax::parse(FileId::default(), &once, &mut found);
    if !hnet_syntax::same_meaning(&parse.tree, &again.tree) {
        failures.push(format!("formatting changes the meaning\n{once}"));
    }
    if let Some(difference) = crate::difference(&once, &hnet_syntax::format(&again.tree, &once)) {
        failures.push(format!("formatting twice differs from once: {difference}"));
    }
    failures
}

/// What is wrong with what a project came out as, with the levels that were set.
#[must_use]
pub fn compilation_holds(input: &Input, options: &Options, compilation: &Compilation) -> Vec<String> {
    let mut failures = Vec::new();
    let again = compile(input.clone(), options);
    let differs = again.diagnostics != compilation.diagnostics;
    failures.extend(differs.then(|| "compiling twice gives other diagnostics".to_owned()));
    let is_wrong = compilation.outputs.is_some() == compilation.has_errors();
    failures.extend(is_wrong.then(|| "files are written exactly where nothing stops the build".to_owned()));
    let codes = |of: &Compilation| of.diagnostics.iter().map(|it| it.code.number).collect::<Vec<_>>();
    let compiled =
        |change: &dyn Fn(&str, &Tree) -> String| compile(changed(input.clone(), compilation, change), options);
    // What was found does not tell: a mistake in a body that is not expected is not reported beside it.
    let is_read = |(path, text): &(String, String)| {
        let mut found = Diagnostics::new();
        hnet_syntax::parse(FileId::default(), text, &mut found);
        input.texts.contains(path) || found.is_empty()
    };
    let formatted = input.files.iter().all(is_read).then(|| compiled(&|text, tree| hnet_syntax::format(tree, text)));
    let differs = formatted.as_ref().is_some_and(|formatted| codes(formatted) != codes(compilation));
    failures.extend(differs.then(|| "formatting changes what is found wrong".to_owned()));
    let Some(outputs) = &compilation.outputs else { return failures };
    let shuffled = compile(shuffled(input, compilation), options);
    let moved = compiled(&|text, _| format!("# One.\n\n{}\n# Another.\n", text.trim_start_matches('\u{feff}')));
    let others = [("again", again), ("with its statements in another order", shuffled), ("with more comments", moved)];
    for (how, other) in others.into_iter().chain(formatted.map(|formatted| ("formatted", formatted))) {
        let Some(other) = other.outputs else {
            let titles: Vec<_> = other.diagnostics.iter().map(|diagnostic| diagnostic.title.as_str()).collect();
            failures.push(format!("compiled {how} it has errors: {}", titles.join(", ")));
            continue;
        };
        for (path, file) in &outputs.files {
            let text = other.files.get(path).map_or("", |file| file.text());
            if let Some(difference) = crate::difference(file.text(), text) {
                failures.push(format!("compiled {how} `{path}` differs: {difference}"));
            }
        }
        let is_same = other.files.keys().eq(outputs.files.keys());
        failures.extend((!is_same).then(|| format!("compiled {how} there are other files")));
    }
    for (path, file) in &outputs.files {
        let (lines, origins) = (file.text().lines().count(), file.origins().len());
        failures.extend((lines != origins).then(|| format!("`{path}` has {lines} lines and {origins} origins")));
        let from_nothing = file.origins().iter().any(|origin| compilation.sources.text(origin.span).is_empty());
        failures.extend(from_nothing.then(|| format!("a line of `{path}` comes from no text")));
        let mut documents = serde_yaml::Deserializer::from_str(file.text()).map(serde_yaml::Value::deserialize);
        if let Some(error) = documents.find_map(Result::err).filter(|_| path.ends_with(".yaml")) {
            failures.push(format!("`{path}` does not read back: {error}"));
        }
    }
    failures
}

/// The project with the statements of each file in another order.
#[must_use]
pub fn shuffled(input: &Input, compilation: &Compilation) -> Input {
    changed(input.clone(), compilation, &|text, tree| shuffle(text, "", &tree.statements))
}

/// The project with each of its sources changed.
fn changed(mut input: Input, compilation: &Compilation, change: &dyn Fn(&str, &Tree) -> String) -> Input {
    let sources = input.files.iter_mut().zip(&compilation.trees).filter(|((path, _), _)| !input.texts.contains(path));
    sources.for_each(|((_, text), tree)| *text = change(text, tree));
    input
}

/// The text with statements in another order, except raw YAML and what a node says in several statements of one word.
fn shuffle(text: &str, within: &str, statements: &[Statement]) -> String {
    let keyed = |statement: &Statement| {
        let word = statement.keyword.text.as_str();
        let is_link = |word: &str| hnet_model::LINK_WORDS.contains(&word);
        let in_node = (within == "node" || is_link(within)) && !is_link(word) && word != "vlan";
        let keeps = in_node || matches!(word, "patch" | "manifest");
        (if keeps { word } else { &text[statement.head().range()] }.to_owned(), chunk(text, statement))
    };
    let mut order: Vec<(String, String)> = statements.iter().map(keyed).collect();
    order.sort_by(|a, b| Reverse(&a.0).cmp(&Reverse(&b.0)));
    order.into_iter().map(|(_, chunk)| chunk + "\n").collect()
}

fn chunk(text: &str, statement: &Statement) -> String {
    let start = statement.leading.first().map_or(statement.span, |comment| comment.span).start as usize;
    let end = statement.trailing.as_ref().map_or(statement.span, |comment| comment.span).end as usize;
    let word = statement.keyword.text.as_str();
    let mut within = ["network", "cluster", "node", "bgp", "records"].iter().chain(&hnet_model::LINK_WORDS);
    match &statement.end {
        End::Body(body) if within.any(|it| *it == word) && !body.statements.is_empty() => {
            let first = body.open_comment.as_ref().map_or(body.open, |comment| comment.span).end as usize;
            let close = body.close.map_or(end, |close| close.start as usize);
            let last = body.trailing.first().map_or(close, |comment| comment.span.start as usize);
            format!("{}\n{}{}", &text[start..first], shuffle(text, word, &body.statements), &text[last..end])
        }
        _ => text[start..end].to_owned(),
    }
}
