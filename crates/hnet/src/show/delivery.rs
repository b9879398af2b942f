//! What syncs the files, and who watches.

use hnet_model::{GitOps, Monitoring};

use super::Show;
use super::overlay::{laid_over, pairs};

/// What syncs the files.
pub(super) fn gitops(gitops: &GitOps) -> Show {
    let GitOps { repository, revision, path, project, namespace, overlay, span } = gitops;
    let mut shown = Show::new("gitops", "argocd", *span);
    shown.one("repository", repository);
    shown.one("revision", revision);
    shown.one("path", path);
    shown.one("project", project);
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
