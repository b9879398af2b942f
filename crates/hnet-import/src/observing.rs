//! The `observe` of a source: what its clusters get besides what it says, so that rules, pictures and references know all
//! of the network while nobody has to keep a list of it.
//!
//! It is said where the source is sound with it, which is seen and not believed. Start at [`with_observe`].

use std::collections::BTreeMap;

use hnet::{Compilation, Found, Options};
use hnet_check::OBSERVE;
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Source, Sources, Span};
use hnet_repository::{Repository, RootKind};
use hnet_syntax::tree::{End, Statement, Value};

use crate::assemble::Draft;
use crate::report::Unread;
use crate::{say, settle};

/// How all that a cluster gets is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// The cluster in whose statement that is said; where there is none, in the network.
    cluster: Option<String>,
    /// The value of `observe`.
    by: &'static str,
}

/// How all that the clusters of a draft get is found; nothing of one that nothing tells from others, and without a root
/// only where something else is known.
pub(crate) fn of(draft: &Draft, repository: &Repository, is_more_known: bool) -> Vec<Observed> {
    let is_only = draft.clusters.len() == 1;
    let observed = draft.clusters.iter().filter_map(|whole| {
        let root = whole.root.as_ref()?;
        let by = match root.kind {
            RootKind::Flux => "flux",
            RootKind::Argo => "argocd",
            RootKind::Kustomizations | RootKind::Everything if is_more_known => hnet::WHOLE,
            RootKind::Kustomizations | RootKind::Everything => return None,
        };
        let others = repository.clusters.iter().filter(|other| other.root.kind == root.kind);
        let is_one = others.clone().count() == 1;
        let is_called = || others.clone().filter(|other| other.name == whole.own.name).count() == 1;
        match is_only && is_one {
            true => Some(Observed { cluster: None, by }),
            false if is_one || (whole.is_said || !is_only) && is_called() => {
                Some(Observed { cluster: Some(whole.own.name.clone()), by })
            }
            false => None,
        }
    });
    observed.collect()
}

/// Why a source does not say `observe`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotObserving {
    /// What `observe` would lead to.
    pub by: &'static str,
    /// What would then stop a build.
    pub why: String,
}

/// A source that observes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observing {
    /// Its files, itself first.
    pub files: Vec<(String, String)>,
    /// What is judged of it and of what it observes together, each allowed in the source.
    pub allowed: Vec<Unread>,
}

/// The files of a source, itself first, with the `observe` of its clusters; as they are where there is nothing to observe.
///
/// # Errors
/// Where something would then stop a build.
pub(crate) fn with_observe(
    mut files: Vec<(String, String)>,
    clusters: &[Observed],
    sources: &Sources,
) -> Result<Observing, NotObserving> {
    let (Some(first), Some((_, text))) = (clusters.first(), files.first_mut()) else {
        return Ok(Observing { files, allowed: Vec::new() });
    };
    let mut tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
    if let Some(network) = tree.statements.first_mut() {
        for cluster in clusters {
            let body = body_of(network, cluster.cluster.as_deref());
            body.into_iter().for_each(|body| body.push(observe(cluster.by)));
        }
    }
    *text = hnet_syntax::print(&tree);
    let mut found = checked(&files, sources);
    let allowed = allow(&mut files, &found, sources);
    if !allowed.is_empty() {
        found = checked(&files, sources);
    }
    match found.diagnostics.iter().find(|one| one.severity.stops()) {
        None => Ok(Observing { files, allowed }),
        Some(one) => Err(NotObserving { by: first.by, why: format!("{} ({})", one.title, one.code.number) }),
    }
}

/// A source and what it observes, checked.
fn checked(files: &[(String, String)], sources: &Sources) -> Compilation {
    let own: BTreeMap<&str, &str> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let is_read = |path: &str| {
        let is_yaml = [".yaml", ".yml"].iter().any(|end| path.ends_with(end));
        is_yaml && !path.split('/').any(|part| part.starts_with('.'))
    };
    let (path, text) = files.first().cloned().unwrap_or_default();
    let input = hnet::load(path, text, |wanted| match own.get(wanted) {
        Some(text) => Found::Text((*text).to_owned()),
        None if wanted == hnet::WHOLE => {
            let all = sources.iter().map(|(_, source)| source);
            let (own, theirs): (Vec<&Source>, Vec<&Source>) =
                all.filter(|source| is_read(source.path())).partition(|source| hnet_repository::is_own(source.text()));
            let paths = |sources: Vec<&Source>| sources.into_iter().map(|source| source.path().to_owned()).collect();
            Found::Folder { files: paths(theirs), written: paths(own) }
        }
        None => sources.find(wanted).map_or(Found::Nothing, |file| Found::Text(sources.get(file).text().to_owned())),
    });
    hnet::check(input, &Options::default())
}

/// Allows what is judged where it stands in the files of a source, and says what that is, at its place in the repository.
fn allow(files: &mut [(String, String)], found: &Compilation, sources: &Sources) -> Vec<Unread> {
    // Of what others write the place says why.
    let theirs = |denied: &Diagnostic, _: &Statement| {
        let file = |span: Span| sources.find(found.sources.get(span.file).path());
        denied.labels.iter().find_map(|label| Some(Span { file: file(label.span)?, ..label.span }))
    };
    let mut judged = Vec::new();
    for (path, text) in files {
        let Some(file) = found.sources.find(path) else { continue };
        let Some(read) = found.trees.iter().find(|tree| tree.file == file) else { continue };
        let of_file = found.diagnostics.iter().filter(|one| one.span().is_some_and(|span| span.file == file));
        let (tree, of_file) = settle::allowed(read.clone(), read, of_file, sources, theirs);
        if !of_file.is_empty() {
            *text = hnet_syntax::print(&tree);
            judged.extend(of_file);
        }
    }
    judged
}

/// The statements of a network, or of the cluster of a name in it.
fn body_of<'s>(network: &'s mut Statement, cluster: Option<&str>) -> Option<&'s mut Vec<Statement>> {
    let End::Body(body) = &mut network.end else { return None };
    let Some(cluster) = cluster else { return Some(&mut body.statements) };
    let is_it = |statement: &&mut Statement| {
        let name = statement.arguments.first().map(|name| name.value.text.as_str());
        statement.keyword.text == "cluster" && name == Some(cluster)
    };
    body_of(body.statements.iter_mut().find(is_it)?, None)
}

/// The statement that observes.
fn observe(by: &'static str) -> Statement {
    let span = Span::default();
    let value = if by == hnet::WHOLE { Value::string(by, span) } else { Value::said(by, span) };
    let note = say::note("What else there is: known to rules and pictures, and written by others.", span);
    Statement::new(OBSERVE, span).with(value).under([note]).apart()
}
