//! `gitops`: what syncs the files.

use super::overlay::OverlayStatement;
use crate::types::GitOpsWord;
use hnet_language::{Folder, One, RepositoryUrl, Text, statement};
use hnet_model::{GitOps, Name, Reason, Traced};

statement! {
    /// What syncs the files into the cluster: `gitops argocd < repository https://…; >`
    GitOpsStatement = "gitops" Unnamed (
        /// The tool.
        tool: One<GitOpsWord> [required],
    ) {
        /// The repository that the files are committed to.
        "repository" repository: One<RepositoryUrl> [required];
        /// The branch, tag or commit.
        "revision" revision: One<Text> [default "HEAD"];
        /// The folder of the repository in which the output lies.
        "path" path: One<Folder> [default "its root"];
        /// The Argo CD project.
        "project" project: One<Name> [default "default"];
        /// Argo CD's namespace.
        "namespace" namespace: One<Name> [default "argocd"];
        ..overlay: OverlayStatement;
    }
}

impl GitOpsStatement {
    pub(crate) fn lower(self, fallback: &Name) -> Option<GitOps> {
        let Self { head, tool, repository, revision, path, project, namespace, overlay } = self;
        tool?;
        let span = head.span;
        let name = |text: &str| Name::new(text).unwrap_or_else(|_| fallback.clone());
        let default = |text: &str| Traced::derived(text.to_owned(), span, Reason::Default);
        Some(GitOps {
            repository: repository?.map(|RepositoryUrl(url)| url),
            revision: revision.map_or_else(|| default("HEAD"), |text| text.map(|Text(text)| text)),
            path: path.map_or_else(|| default(""), |path| path.map(|Folder(path)| path)),
            project: project.unwrap_or_else(|| Traced::derived(name("default"), span, Reason::Default)),
            namespace: namespace.unwrap_or_else(|| Traced::derived(name("argocd"), span, Reason::Default)),
            overlay: overlay.lower(span),
            span,
        })
    }
}
