//! `gitops`: what syncs the files.

use super::overlay::OverlayStatement;
use crate::types::GitOpsWord;
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Folder, List, One, RepositoryUrl, Text, statement};
use hnet_model::{ArgoCd, Duration, Flux, GitOps, Name, ObjectName, Reason, Span, Tool, Traced};

statement! {
    /// What syncs the files into the cluster: `gitops argocd < repository https://…; >`, or `gitops flux < … >`.
    GitOpsStatement = "gitops" Unnamed (
        /// The tool.
        tool: One<GitOpsWord> [required],
    ) {
        /// The repository that the files are committed to. Flux knows it by its `source`; with it, the steps of bootstrap
        /// make that.
        "repository" repository: One<RepositoryUrl>;
        /// The branch, tag or commit; the branch where Flux is to be told of the `repository`.
        "revision" revision: One<Text> [default "HEAD; with `flux` the branch `main`"];
        /// The folder of the repository in which the output lies.
        "path" path: One<Folder> [default "its root"];
        /// The Argo CD project.
        "project" project: One<Name> [default "default"];
        /// The tool's namespace.
        "namespace" namespace: One<Name> [default "argocd; with `flux`, flux-system"];
        /// The object by which Flux knows the repository.
        "source" source: One<ObjectName> [default "GitRepository/flux-system, in Flux's namespace"];
        /// How often Flux applies each folder again.
        "interval" interval: One<Duration> [default "1h"];
        /// The Secrets and ConfigMaps that hold what placeholders stand for, in Flux's namespace:
        /// `Secret/cluster-secrets`.
        "substitute-from" substitute_from: List<ObjectName>;
        ..overlay: OverlayStatement;
    }
}

/// The kinds of objects by which Flux knows a repository.
const SOURCES: &[&str] = &["GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"];

/// The kinds of objects that hold values for Flux.
const VALUES: &[&str] = &["Secret", "ConfigMap"];

impl GitOpsStatement {
    /// `has_hole` says whether something in the statement was not sound, and was reported.
    pub(crate) fn lower(self, fallback: &Name, has_hole: bool, out: &mut Diagnostics) -> Option<GitOps> {
        let tool = self.tool.as_ref()?.value;
        self.of_another_tool(tool, out);
        let Self {
            head,
            tool: _,
            repository,
            revision,
            path,
            project,
            namespace,
            source,
            interval,
            substitute_from,
            overlay,
        } = self;
        let span = head.span;
        let name = |text: &str| Name::new(text).unwrap_or_else(|_| fallback.clone());
        let default = |text: &str| Traced::derived(text.to_owned(), span, Reason::Default);
        let repository = repository.map(|url| url.map(|RepositoryUrl(url)| url));
        let (own_revision, own_namespace) = match tool {
            GitOpsWord::Argocd => ("HEAD", "argocd"),
            GitOpsWord::Flux => ("main", "flux-system"),
        };
        let namespace = namespace.unwrap_or_else(|| Traced::derived(name(own_namespace), span, Reason::Default));
        let tool = match tool {
            GitOpsWord::Argocd => {
                let Some(repository) = repository else {
                    if !has_hole {
                        let diagnostic = Diagnostic::new(&codes::MISSING_FIELD, "a `gitops` has no `repository`");
                        let help = "write `repository …;` with the URL that the files are committed to";
                        out.report(diagnostic.label(head.span, "`repository` is missing").help(help));
                    }
                    return None;
                };
                let project = project.unwrap_or_else(|| Traced::derived(name("default"), span, Reason::Default));
                Tool::ArgoCd(ArgoCd { repository, project })
            }
            GitOpsWord::Flux => {
                if let (Some(revision), None, false) = (&revision, &repository, has_hole) {
                    without_effect("revision", revision.span(), "without `repository`", out);
                }
                let known = ObjectName { kind: SOURCES[0].to_owned(), namespace: None, name: "flux-system".to_owned() };
                Tool::Flux(Flux {
                    repository,
                    source: of_kind(source, SOURCES, out)
                        .unwrap_or_else(|| Traced::derived(known, span, Reason::Default)),
                    interval: interval.unwrap_or_else(|| Traced::derived(HOUR, span, Reason::Default)),
                    substitutes: substitute_from.0.into_iter().filter_map(|it| values(it, &namespace, out)).collect(),
                })
            }
        };
        Some(GitOps {
            tool,
            revision: revision.map_or_else(|| default(own_revision), |text| text.map(|Text(text)| text)),
            path: path.map_or_else(|| default(""), |path| path.map(|Folder(path)| path)),
            namespace,
            overlay: overlay.lower(span),
            span,
        })
    }

    /// What only the other tool is told.
    fn of_another_tool(&self, tool: GitOpsWord, out: &mut Diagnostics) {
        let fields = match tool {
            GitOpsWord::Argocd => vec![
                ("source", self.source.as_ref().map(Traced::span)),
                ("interval", self.interval.as_ref().map(Traced::span)),
                ("substitute-from", self.substitute_from.0.first().map(Traced::span)),
            ],
            GitOpsWord::Flux => vec![("project", self.project.as_ref().map(Traced::span))],
        };
        let with = match tool {
            GitOpsWord::Argocd => "with `argocd`",
            GitOpsWord::Flux => "with `flux`",
        };
        for (field, place) in fields.into_iter().filter_map(|(field, place)| Some((field, place?))) {
            without_effect(field, place, with, out);
        }
    }
}

/// An hour.
const HOUR: Duration = Duration(3_600_000);

fn without_effect(field: &str, place: Span, with: &str, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect {with}"))
            .label(place, "nothing that is written says this")
            .help(format!("leave `{field}` out")),
    );
}

/// An object, where it is of one of the kinds.
fn of_kind(object: Option<Traced<ObjectName>>, kinds: &[&str], out: &mut Diagnostics) -> Option<Traced<ObjectName>> {
    let object = object?;
    if kinds.contains(&object.value.kind.as_str()) {
        return Some(object);
    }
    let title = format!("Flux takes no `{}` here", object.value.kind);
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
    let diagnostic =
        Diagnostic::new(&codes::NOT_AN_OBJECT_NAME, title).label(object.span(), "an object of another kind");
    out.report(diagnostic.help(format!("name an object of one of the kinds {}", kinds.join(", "))));
    None
}

/// An object with values, which Flux looks for in the namespace of its own objects alone.
fn values(object: Traced<ObjectName>, namespace: &Traced<Name>, out: &mut Diagnostics) -> Option<Traced<ObjectName>> {
    let object = of_kind(Some(object), VALUES, out)?;
    let elsewhere = object.value.namespace.as_deref().filter(|own| *own != namespace.value.as_str());
    if let Some(elsewhere) = elsewhere {
        let title = format!("Flux does not look for `{}` in `{elsewhere}`", object.value.name);
        let label = format!("its Kustomizations are in `{}`, and take values from there alone", namespace.value);
        let kind = &object.value.kind;
        let help = format!("keep it in `{}`, and write `{kind}/{}`", namespace.value, object.value.name);
        out.report(Diagnostic::new(&codes::NOT_AN_OBJECT_NAME, title).label(object.span(), label).help(help));
        return None;
    }
    Some(object.map(|object| ObjectName { namespace: None, ..object }))
}
