//! What syncs the files, and who watches.

use hnet_model::{ArgoCd, Flux, GitOps, Monitoring, Tool};

use super::Show;
use super::overlay::{laid_over, pairs};

/// What syncs the files.
pub(super) fn gitops(gitops: &GitOps) -> Show {
    let GitOps { tool, revision, path, namespace, overlay, span } = gitops;
    let mut shown = match tool {
        Tool::ArgoCd(ArgoCd { repository, project }) => {
            let mut shown = Show::new("gitops", "argocd", *span);
            shown.one("repository", repository);
            shown.one("project", project);
            shown
        }
        Tool::Flux(Flux { repository, source, interval, substitutes }) => {
            let mut shown = Show::new("gitops", "flux", *span);
            shown.maybe("repository", repository.as_ref());
            shown.one("source", source);
            shown.one("interval", interval);
            shown.list("substitute-from", substitutes);
            shown
        }
    };
    // Flux is told of the branch only with the repository.
    if gitops.repository().is_some() {
        shown.one("revision", revision);
    }
    shown.one("path", path);
    shown.one("namespace", namespace);
    laid_over(overlay, &mut shown);
    shown
}

/// Who watches.
pub(super) fn monitoring(monitoring: &Monitoring) -> Show {
    let Monitoring { labels, interval, overlay, span } = monitoring;
    let mut shown = Show::new("monitoring", "", *span);
    pairs("labels", labels, &mut shown);
    shown.maybe("interval", interval.as_ref());
    laid_over(overlay, &mut shown);
    shown
}
