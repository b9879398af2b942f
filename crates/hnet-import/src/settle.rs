//! What the checker says of a draft, until it says nothing that stops a build: a piece that it refuses is said as YAML or
//! is left out and listed, and a judgement of it is allowed where it stands, since that is how the network is.
//!
//! Start at [`settle`].

use hnet_model::LINK_WORDS;
use std::collections::BTreeMap;

use hnet::{Input, Options};
use hnet_diagnostics::{Code, Diagnostic, FileId, Severity, Sources, Span, codes};
use hnet_syntax::tree::{Comment, Statement, Tree};
use hnet_yaml::{Step, Value};
use indexmap::{IndexMap, IndexSet};

use crate::assemble::{Draft, Index, Place};
use crate::cilium::{in_words, overlay};
use crate::rebuilt;
use crate::report::{Report, Unread};
use crate::say::{self, Piece};
use crate::take::{is_empty, leaves, take};
use crate::talos::UNKNOWN_DISK;
use crate::{gitops, there, uninvited, write};

/// How often a draft is checked. Each time at least one piece is said otherwise.
const TRIES: usize = 40;

/// The name of the source, which only messages would name.
pub(crate) const NAME: &str = "network.hnet";

/// Says what the checker refuses otherwise, and returns the tree that it takes but for what has to be allowed in it.
pub(crate) fn settle(draft: &mut Draft, sources: &Sources, report: &mut Report) -> Tree {
    for _ in 0..TRIES {
        let (tree, index) = draft.tree();
        let text = hnet_syntax::print(&tree);
        let found = hnet::check(Input::one(NAME, text.clone()), &Options::default());
        let errors: Vec<&Diagnostic> = found.diagnostics.iter().filter(|one| must_go(one)).collect();
        if errors.is_empty() {
            let (allowed, _) = allowed(tree.clone(), &found.trees[0], &found.diagnostics, sources, at_statement);
            let Some(files) = rebuilt::outputs(draft, &allowed) else { return tree };
            if rebuilt::lay_over(draft, &files, report)
                || lay_values(draft, &files)
                || restore_machines(draft, &files)
                || there::confirm(draft, report)
                || gitops::confirm(draft, &files)
                || uninvited::leave_out(draft, &files)
                || reach(draft, &files)
                || uninvited::keep_form(draft, &stops, report)
            {
                continue;
            }
            return tree;
        }
        let mut gone: Vec<(Vec<Place>, &Diagnostic)> = Vec::new();
        for error in errors {
            let ways = error.labels.iter().map(|label| way(&found.trees[0].statements, label.span));
            let mut ways = ways.peekable();
            let first = ways.peek().cloned().unwrap_or_default();
            let places = ways.find_map(|way| places(&index, &way)).or_else(|| links_of(draft, &index, &first));
            let Some(places) = places else { continue };
            if gone.iter().all(|(known, _)| !known.iter().any(|place| places.contains(place))) {
                gone.push((places, error));
            }
        }
        if gone.is_empty() {
            return tree;
        }
        let mut removed = Vec::new();
        for (places, error) in &gone {
            // As YAML a secret would be written all the same.
            let is_secret = *error.code == codes::CREDENTIAL;
            for place in places {
                if let Place::Content(cluster, at) = *place
                    && let Some(cluster) = draft.clusters.get_mut(cluster)
                    && let Some(content) = cluster.contents.get_mut(at)
                    && !content.is_raw
                    && !is_secret
                    && !content.objects.is_empty()
                {
                    let name = content.piece.said.arguments.first().map_or("", |name| name.value.text.as_str());
                    let why = format!("`{}` {name}: {} ({})", content.kind, error.title, error.code.number);
                    report.stays_yaml(content.piece.said.span, why);
                    content.say_as_yaml(&cluster.objects);
                    continue;
                }
                if let Place::Content(cluster, at) = *place
                    && let Some(content) = draft.clusters.get_mut(cluster).and_then(|own| own.contents.get_mut(at))
                    && content.is_there
                {
                    content.refuse(&format!("{} ({})", error.title, error.code.number), report);
                    removed.push(*place);
                    continue;
                }
                let Some(piece) = draft.piece(*place) else { continue };
                match piece.raw.take().filter(|_| !is_secret) {
                    Some(raw) => {
                        let comments = std::mem::take(&mut piece.said.leading);
                        piece.said = say::blocks("patch", &raw).under(comments);
                        piece.fields = leaves(&raw);
                    }
                    None if without_part(piece, error, report) => {}
                    None => {
                        if piece.fields > 0 {
                            report.of("left out").unread += piece.fields;
                        }
                        let why = format!("{} ({}){}", error.title, error.code.number, goes_with_it(&piece.said));
                        report.unread(piece.said.span, why);
                        match stand_in(&piece.said) {
                            Some(said) => *piece = Piece::new(said, 0),
                            None => removed.push(*place),
                        }
                    }
                }
            }
        }
        draft.remove(&removed);
    }
    draft.tree().0
}

/// Says those values of a release that hnet does not derive: in words what has some, then the rest as YAML over them.
/// Whether anything was said.
fn lay_values(draft: &mut Draft, files: &[IndexMap<String, String>]) -> bool {
    let mut is_changed = false;
    for (at, files) in files.iter().enumerate() {
        let cluster = &mut draft.clusters[at];
        let Some(mut release) = cluster.release.take() else { continue };
        let derived = files.iter().find(|(path, _)| path.ends_with("cilium/values.yaml"));
        let derived = derived.map(|(_, text)| hnet_yaml::parse(FileId::default(), text));
        let derived = derived.as_ref().and_then(|yaml| yaml.root());
        let content = cluster.contents.iter_mut().find(|content| content.piece.said.keyword.text == "cilium");
        let (Some(derived), Some(content)) = (derived, content) else { continue };
        content.piece.fields = leaves(&release.values);
        let Some(over) = overlay(&release.values, &derived.value()) else { continue };
        let said = content.piece.said.clone();
        if !std::mem::replace(&mut release.is_in_words, true)
            && let Some(worded) = in_words(said.clone(), &over)
        {
            content.piece.said = worded;
            is_changed = true;
            if !stops(draft) {
                // What is left is seen in what these words make.
                draft.clusters[at].release = Some(release);
                continue;
            }
        }
        // What only takes back what hnet derives is no field of theirs.
        let mut fields = 0;
        over.leaves(&mut |steps, _| fields += usize::from(is_there(&release.values, steps.0)));
        let content = &mut draft.clusters[at].contents;
        let Some(content) = content.iter_mut().find(|content| content.piece.said.keyword.text == "cilium") else {
            continue;
        };
        content.laid = fields;
        content.piece.fields = content.piece.fields.saturating_sub(fields);
        content.piece.said = said.holding([say::block("values", &over)]);
        is_changed = true;
    }
    is_changed
}

/// Whether a draft is no source that builds.
fn stops(draft: &Draft) -> bool {
    let text = hnet_syntax::print(&draft.tree().0);
    hnet::check(Input::one(NAME, text), &Options::default()).diagnostics.iter().any(must_go)
}

/// Lays what a build would change over the machines that are there. Whether there was anything.
fn restore_machines(draft: &mut Draft, files: &[IndexMap<String, String>]) -> bool {
    let clusters = draft.clusters.iter_mut().zip(files);
    clusters.fold(false, |is_changed, (cluster, files)| crate::talos::restore(&mut cluster.own, files) || is_changed)
}

/// What is said of a machine before where it is reached.
const BEFORE: [&str; 8] = ["role", "disk", "image", "interface", "bond", "bridge", "dummy", "wireguard"];

/// Says where talosctl reaches the machines of which nothing else says it. Whether there was one.
fn reach(draft: &mut Draft, files: &[IndexMap<String, String>]) -> bool {
    let mut is_changed = false;
    for (cluster, files) in draft.clusters.iter_mut().zip(files) {
        let Some((_, text)) = files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")) else { continue };
        let yaml = hnet_yaml::parse(FileId::default(), text);
        let Some(talconfig) = yaml.root().map(|root| root.value()) else { continue };
        let nodes = talconfig.items_of("nodes").iter();
        let said: BTreeMap<&str, &str> =
            nodes.filter_map(|node| Some((node.str_at(&["hostname"])?, node.str_at(&["ipAddress"])?))).collect();
        for machine in &mut cluster.own.machines {
            let reached = std::mem::take(&mut machine.reached_at);
            let Some(first) = reached.first() else { continue };
            let said = said.get(machine.built_hostname()).copied().unwrap_or_default();
            if !said.split(',').map(str::trim).eq(reached.iter().map(|one| one.text.as_str())) {
                let each = reached.iter().map(|one| (draft.wires.said(&one.text), one.span));
                let is_before = |piece: &Piece| BEFORE.contains(&piece.said.keyword.text.as_str());
                let at = machine.pieces.iter().rposition(is_before).map_or(0, |at| at + 1);
                machine.pieces.insert(at, Piece::new(say::list("reached-at", first.span, each), 0));
                is_changed = true;
            }
        }
    }
    is_changed
}

/// Whether a value has a part.
fn is_there(value: &Value, steps: &[Step]) -> bool {
    let within = steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(at) => value.items().get(*at),
    });
    within.is_some()
}

/// Takes the part of a patch out that a finding names by its path, and says so. Whether that leaves anything.
fn without_part(piece: &mut Piece, error: &Diagnostic, report: &mut Report) -> bool {
    let [patch] = piece.said.arguments.as_slice() else { return false };
    if piece.said.keyword.text != "patch" || *error.code == codes::CREDENTIAL {
        return false;
    }
    let yaml = hnet_yaml::parse(FileId::default(), &patch.value.text);
    let mut documents: Vec<Value> =
        yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value).collect();
    let named = documents.iter().enumerate().find_map(|(at, document)| {
        let mut found: Option<Vec<String>> = None;
        document.leaves(&mut |steps, _| {
            let keys = steps.0.iter().map_while(|step| match step {
                Step::Key(key) => Some(key.to_string()),
                Step::Index(_) => None,
            });
            let keys: Vec<String> = keys.collect();
            let is_named = |length: &usize| error.title.contains(&format!("`{}`", keys[..*length].join(".")));
            if let Some(length) = (2..=keys.len()).rev().find(is_named) {
                found.get_or_insert_with(|| keys[..length].to_vec());
            }
        });
        Some((at, found?))
    });
    let Some((at, path)) = named else { return false };
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(taken) = take(&mut documents[at], &keys) else { return false };
    documents.retain(|document| !is_empty(document));
    if documents.is_empty() {
        return false;
    }
    let fields = leaves(&taken.value);
    report.of("left out").unread += fields;
    let inner: Vec<&str> = taken.value.fields().map(|field| &*field.key).collect();
    let inner = if inner.is_empty() { String::new() } else { format!(" with {}", inner.join(", ")) };
    let why = format!("{} ({}): `{}` is left out{inner}", error.title, error.code.number, path.join("."));
    report.unread(piece.said.span, why);
    let texts: Vec<String> = documents.iter().map(write::yaml).collect();
    let comments = std::mem::take(&mut piece.said.leading);
    piece.said = say::lines("patch", &texts.join("---\n"), piece.said.span).under(comments);
    piece.fields = piece.fields.saturating_sub(fields);
    true
}

/// What a patch says that is left out as a whole, each part by its path.
fn goes_with_it(said: &Statement) -> String {
    let mut parts = IndexSet::new();
    for patch in said.arguments.iter().filter(|_| said.keyword.text == "patch") {
        let yaml = hnet_yaml::parse(FileId::default(), &patch.value.text);
        for root in yaml.documents().filter_map(|document| document.root) {
            let value = root.value();
            let kind = value.str_at(&["kind"]).map(|kind| format!("{kind} ")).unwrap_or_default();
            value.leaves(&mut |steps, _| {
                let keys = steps.0.iter().filter_map(|step| match step {
                    Step::Key(key) => Some(key.as_str()),
                    Step::Index(_) => None,
                });
                let path: Vec<&str> = keys.take(PART).collect();
                if !matches!(path.as_slice(), ["kind" | "apiVersion"]) {
                    parts.insert(format!("{kind}{}", path.join(".")));
                }
            });
        }
    }
    match parts.len() {
        0 | 1 => String::new(),
        _ => format!("; left out with it: {}", parts.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// How deep the parts of a patch lie that are named.
const PART: usize = 3;

/// What stands in for a field without which there is no source: a placeholder, which somebody must fill.
fn stand_in(refused: &Statement) -> Option<Statement> {
    let (word, name) = [("endpoint", "${ENDPOINT}"), ("disk", UNKNOWN_DISK)]
        .into_iter()
        .find(|(word, _)| refused.keyword.text == *word)?;
    let is_it = refused.arguments.iter().any(|argument| argument.value.text == name);
    let note = say::note("missing: what the file says is none", refused.span);
    (!is_it).then(|| say::field(word, name, refused.span).under([note]))
}

/// Whether nothing but another source mends a finding: an error, or what looks like a secret.
fn must_go(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error || *diagnostic.code == codes::CREDENTIAL
}

/// The way to the innermost statement that holds a place.
fn way(statements: &[Statement], place: Span) -> Vec<usize> {
    let mut way = Vec::new();
    let mut statements = statements;
    while let Some(at) = statements.iter().position(|one| one.span.start <= place.start && place.end <= one.span.end) {
        way.push(at);
        statements = statements[at].statements();
    }
    way
}

/// The pieces of the nearest statement around a place that is some.
fn places(index: &Index, way: &[usize]) -> Option<Vec<Place>> {
    (0..=way.len()).rev().find_map(|length| index.get(&way[..length])).cloned()
}

/// The interfaces of a machine that is refused as a whole: what is wrong with it is that they say too little.
fn links_of(draft: &mut Draft, index: &Index, way: &[usize]) -> Option<Vec<Place>> {
    let below = index.iter().filter(|(own, _)| !way.is_empty() && own.starts_with(way)).flat_map(|(_, places)| places);
    let places: Vec<Place> = below.copied().collect();
    let mut is_link = |place: &Place| {
        draft.piece(*place).is_some_and(|piece| LINK_WORDS.contains(&&*piece.said.keyword.text) && piece.raw.is_some())
    };
    let links: Vec<Place> = places.into_iter().filter(|place| is_link(place)).collect();
    (!links.is_empty()).then_some(links)
}

/// The tree with what is denied allowed where it stands, and each such finding at its YAML: an import judges nothing, so
/// that somebody else has to.
pub(crate) fn allowed<'f>(
    mut tree: Tree,
    read: &Tree,
    found: impl IntoIterator<Item = &'f Diagnostic>,
    sources: &Sources,
    place: impl Fn(&Diagnostic, &Statement) -> Option<Span>,
) -> (Tree, Vec<Unread>) {
    let mut allows: BTreeMap<Vec<usize>, (Span, Vec<&'static Code>)> = BTreeMap::new();
    let mut judged = Vec::new();
    for denied in found.into_iter().filter(|one| one.severity == Severity::Denied) {
        let Some(way) = denied.span().map(|span| way(&read.statements, span)) else { continue };
        let Some(why) = at(&mut tree.statements, &way).and_then(|statement| place(denied, statement)) else { continue };
        judged.push(Unread::new(why, format!("{} ({})", denied.title, denied.code.number)));
        let (_, codes) = allows.entry(way).or_insert_with(|| (why, Vec::new()));
        if !codes.contains(&denied.code) {
            codes.push(denied.code);
        }
    }
    for (way, (why, codes)) in allows {
        let Some(statement) = at(&mut tree.statements, &way) else { continue };
        let numbers: Vec<&str> = codes.iter().map(|code| code.number).collect();
        let source = sources.get(why.file);
        let line = source.position(why.range().start).line;
        let text =
            format!("hnet: allow {} because {}:{line} has it; not judged yet", numbers.join(", "), source.path());
        let span = statement.span;
        statement.leading.push(Comment { span, text, doc: false, blank_before: false });
    }
    (tree, judged)
}

/// The place of what a statement was made of.
pub(crate) fn at_statement(_: &Diagnostic, statement: &Statement) -> Option<Span> {
    Some(statement.span)
}

/// The statement behind a way.
pub(crate) fn at<'s>(statements: &'s mut [Statement], way: &[usize]) -> Option<&'s mut Statement> {
    let (first, rest) = way.split_first()?;
    let statement = statements.get_mut(*first)?;
    if rest.is_empty() {
        return Some(statement);
    }
    match &mut statement.end {
        hnet_syntax::tree::End::Body(body) => at(&mut body.statements, rest),
        _ => None,
    }
}
