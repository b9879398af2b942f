//! What Argo CD is told, where hnet wrote it: the ApplicationSet is said by `gitops`, and with it what it adds to objects,
//! as long as all of it comes out again. Start at [`of`].

use hnet_compare::Facts;
use hnet_diagnostics::Sources;
use hnet_repository::{Cluster, Document};
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::assemble::Draft;
use crate::kubernetes::Content;
use crate::objects::{self, Object};
use crate::say;

/// The word of the statement.
pub(crate) const GITOPS: &str = "gitops";

/// The folders that hnet's ApplicationSet goes through where nothing puts them elsewhere.
const FOLDERS: &str = "infrastructure/networking/*";

/// What hnet itself says of objects that Argo CD applies one after the other.
const WAVE: &str = "argocd.argoproj.io/sync-wave=";

/// The statement of a cluster's ApplicationSet, and that itself. `folder` is where the files of the cluster lie among those
/// of others.
pub(crate) fn of(all: &Cluster, folder: Option<&str>, sources: &Sources) -> Option<(Statement, Object)> {
    let own = all.of_kind("argoproj.io", "ApplicationSet");
    let mut own = own.filter(|document| hnet_repository::is_own(sources.get(document.file).text()));
    own.find_map(|document: &Document| {
        let object = Object::of(document, sources.get(document.file).path())?;
        Some((statement(&document.value, folder)?, object))
    })
}

/// Takes the statements out again of which something else than the ApplicationSet that is there comes out. Whether there was
/// one.
pub(crate) fn confirm(draft: &mut Draft, files: &[IndexMap<String, String>]) -> bool {
    let mut is_changed = false;
    for (cluster, files) in draft.clusters.iter_mut().zip(files) {
        let Some(own) = cluster.gitops.take() else { continue };
        let written = objects::written(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let is_it = |other: &Object| {
            hnet_compare::compare(&own.compared(), &other.read(), &own.read(), &Facts::default()).is_same()
        };
        if !written.get(&own.key()).is_some_and(is_it) {
            cluster.contents.retain(|content| content.piece.said.keyword.text != GITOPS);
            is_changed = true;
        }
    }
    is_changed
}

fn statement(document: &Value, folder: Option<&str>) -> Option<Statement> {
    let [generator] = document.at(&["spec", "generators"])?.items() else { return None };
    let git = generator.get("git")?;
    let [synced] = git.items_of("directories") else { return None };
    let synced = synced.get("path")?;
    let before = synced.as_str()?.strip_suffix(FOLDERS)?.trim_end_matches('/');
    let before = folder.and_then(|folder| before.strip_suffix(folder)).unwrap_or(before).trim_end_matches('/');
    let at = |value: &'_ Value| Some((value.as_str()?.to_owned(), value.span));
    let fields = [
        ("repository", at(git.get("repoURL")?)?, ""),
        ("revision", at(git.get("revision")?)?, "HEAD"),
        ("path", (before.to_owned(), synced.span), ""),
        ("project", at(document.at(&["spec", "template", "spec", "project"])?)?, "default"),
        ("namespace", at(document.at(&["metadata", "namespace"])?)?, "argocd"),
    ];
    let fields = fields.into_iter().filter(|(_, (text, _), default)| text != default);
    let fields = fields.map(|(word, (text, span), _)| say::field(word, &text, span));
    Some(say::field(GITOPS, "argocd", document.get("kind")?.span).holding(fields))
}

/// Leaves out of statements what follows from `gitops`.
pub(crate) fn without_waves(contents: &mut [Content]) {
    for content in contents {
        let said = content.piece.said.clone();
        let fields = said.statements().iter().filter_map(|field| {
            let mut field = field.clone();
            if field.keyword.text == "annotations" {
                field.arguments.retain(|argument| !argument.value.text.starts_with(WAVE));
                if let Some(first) = field.arguments.first_mut() {
                    first.comma = None;
                }
                return (!field.arguments.is_empty()).then_some(field);
            }
            Some(field)
        });
        let fields: Vec<Statement> = fields.collect();
        if fields.as_slice() != said.statements() {
            let head = Statement { end: Statement::new("", said.span).end, ..said };
            content.piece.said = head.holding(fields);
        }
    }
}
