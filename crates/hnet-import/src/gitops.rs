//! What Argo CD is told, where hnet wrote it: the ApplicationSet is said by `gitops`, and with it what it adds to objects.
//! Start at [`of`].

use hnet_diagnostics::Sources;
use hnet_repository::Cluster;
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use crate::kubernetes::Content;
use crate::say;

/// The folders that hnet's ApplicationSet goes through where nothing puts them elsewhere.
const FOLDERS: &str = "infrastructure/networking/*";

/// What hnet itself says of objects that Argo CD applies one after the other.
const WAVE: &str = "argocd.argoproj.io/sync-wave=";

/// The statement of a cluster's ApplicationSet.
pub(crate) fn of(all: &Cluster, sources: &Sources) -> Option<Statement> {
    let own = all.of_kind("argoproj.io", "ApplicationSet");
    let mut own = own.filter(|document| crate::is_own(sources.get(document.file).text()));
    own.find_map(|document| statement(&document.value, &all.name))
}

/// Whether an ApplicationSet of hnet's comes out of a statement again.
pub(crate) fn is_said(document: &Value, clusters: &[Cluster]) -> bool {
    clusters.iter().any(|cluster| statement(document, &cluster.name).is_some())
}

fn statement(document: &Value, cluster: &str) -> Option<Statement> {
    let [generator] = document.at(&["spec", "generators"])?.items() else { return None };
    let git = generator.get("git")?;
    let [folder] = git.items_of("directories") else { return None };
    let folder = folder.get("path")?;
    let before = folder.as_str()?.strip_suffix(FOLDERS)?;
    let before = before.strip_suffix(&format!("{cluster}/")).unwrap_or(before).trim_end_matches('/');
    let at = |value: &'_ Value| Some((value.as_str()?.to_owned(), value.span));
    let fields = [
        ("repository", at(git.get("repoURL")?)?, ""),
        ("revision", at(git.get("revision")?)?, "HEAD"),
        ("path", (before.to_owned(), folder.span), ""),
        ("project", at(document.at(&["spec", "template", "spec", "project"])?)?, "default"),
        ("namespace", at(document.at(&["metadata", "namespace"])?)?, "argocd"),
    ];
    let fields = fields.into_iter().filter(|(_, (text, _), default)| text != default);
    let fields = fields.map(|(word, (text, span), _)| say::field(word, &text, span));
    Some(say::field("gitops", "argocd", document.get("kind")?.span).holding(fields))
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
        if fields.len() != said.statements().len() || fields.as_slice() != said.statements() {
            let head = Statement { end: Statement::new("", said.span).end, ..said };
            content.piece.said = head.holding(fields);
        }
    }
}
