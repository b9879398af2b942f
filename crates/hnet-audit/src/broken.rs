//! What of a repository is refused as a whole, or not read: files that are no YAML, keys that a map has twice, and objects
//! that one build has twice.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, FileId, Severity, Sources, Span, codes};
use hnet_repository::{ARGO, FLUX, File, Repository, TalosForm, What, is_aside};
use hnet_yaml::{Problem, Trouble};

use crate::error;

/// What kustomize does about it.
const NOTHING_MADE: &str = "kustomize makes nothing of this folder with it";

/// All of it.
pub(crate) fn check(repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let applied = repository.talos.iter().filter(|own| own.is_preferred && own.form == TalosForm::Talhelper);
    let talconfigs: BTreeSet<FileId> = applied.map(|own| own.file).collect();
    let mut found = unread(repository, &talconfigs, sources);
    found.extend(repository.files.iter().flat_map(|file| keys(file, repository, &talconfigs)));
    found.extend(repository.notes.iter().filter_map(|note| {
        match &note.what {
            What::Twice(object, first) => Some(error(
                Diagnostic::new(&codes::APPLIED_TWICE, format!("{object} is there twice in one build"))
                    .label(note.span, NOTHING_MADE)
                    .label(*first, "it is there already")
                    .help("leave one of the two out, or change it by a patch"),
            )),
            _ => None,
        }
    }));
    found
}

/// The files that somebody reads as YAML and that are none.
fn unread(repository: &Repository, talconfigs: &BTreeSet<FileId>, sources: &Sources) -> Vec<Diagnostic> {
    let applied = || repository.talos.iter().filter(|own| own.is_preferred);
    let of_talos: BTreeSet<FileId> =
        applied().filter(|own| own.form != TalosForm::OpenTofu).map(|own| own.file).collect();
    // Where nothing else says anything of machines, one that cannot be read is the talconfig by its name.
    let is_alone = !applied().any(|own| own.form.is_whole());
    let is_talconfig = |file: &File| {
        let is_named = ["talconfig.yaml", "talconfig.yml"].contains(&file.path.rsplit('/').next().unwrap_or_default());
        talconfigs.contains(&file.id) || is_alone && is_named && file.documents.is_empty() && !is_aside(&file.path)
    };
    let mut listed: BTreeMap<&str, Span> = BTreeMap::new();
    for note in &repository.notes {
        if let What::Broken(path) = &note.what {
            listed.entry(path).or_insert(note.span);
        }
    }
    let of_file = |file: &File| {
        if is_talconfig(file)
            && let Some(problem) = file.refused_filled(sources.get(file.id).text())
        {
            return Some(error(no_yaml(problem, &file.path)).help("talhelper makes no machine of it"));
        }
        if !repository.read.contains(&file.id) && !of_talos.contains(&file.id) {
            return leads_nowhere(file, sources.get(file.id).text());
        }
        if file.is_template {
            return None;
        }
        // One mistake may make several problems.
        let finding = file.problems.iter().find_map(|problem| not_yaml(problem, &file.path))?;
        Some(match listed.get(file.path.as_str()) {
            Some(place) if place.file == file.id => error(finding).help("kustomize makes nothing of its folder"),
            Some(place) if repository.kustomizations.contains(&place.file) => {
                error(finding).label(*place, NOTHING_MADE)
            }
            Some(place) => error(finding).label(*place, "nothing of this is applied"),
            None => finding,
        })
    };
    let of_files = repository.files.iter().filter_map(of_file);
    let releases = repository.clusters.iter().flat_map(|cluster| &cluster.releases);
    let of_values = releases.filter_map(|release| {
        release.problems.iter().find_map(|problem| not_yaml(problem, sources.get(problem.span.file).path()))
    });
    // What several releases read is broken once.
    let mut by_place: BTreeMap<Span, Diagnostic> = BTreeMap::new();
    for finding in of_files.chain(of_values) {
        let place = finding.span().unwrap_or_default();
        by_place.entry(place).or_insert(finding);
    }
    by_place.into_values().collect()
}

/// An object of Flux or Argo CD that leads to others, where it cannot be read and so nothing leads to it either.
fn leads_nowhere(file: &File, text: &str) -> Option<Diagnostic> {
    const MAKERS: [(&str, &str); 3] =
        [("kind: ApplicationSet", ARGO), ("kind: Application", ARGO), ("kind: Kustomization", FLUX)];
    if !file.documents.is_empty() || is_aside(&file.path) {
        return None;
    }
    let line = |start: &str| text.lines().any(|line| line.trim_end() == start);
    let leads = MAKERS.iter().any(|(kind, group)| line(kind) && text.contains(&format!("{group}/")));
    let problem = file.refused(text).filter(|_| leads)?;
    let finding = no_yaml(problem, &file.path).help("what it leads to is not looked at: whoever applies it is refused");
    Some(Diagnostic { severity: Severity::Warning, ..finding })
}

/// That a file ends to be YAML somewhere.
pub(crate) fn no_yaml(problem: &Problem, path: &str) -> Diagnostic {
    Diagnostic::new(&codes::NOT_YAML, format!("`{path}` is no YAML")).label(problem.span, problem.trouble.to_string())
}

/// What a reader says of a problem: nothing where it takes what is written.
fn not_yaml(problem: &Problem, path: &str) -> Option<Diagnostic> {
    let title = match &problem.trouble {
        Trouble::UnknownAlias(name) => format!("`*{name}` is an alias of nothing"),
        Trouble::AliasOfItself(name) => format!("`*{name}` is an alias of itself"),
        trouble if trouble.loses_text() => {
            return Some(Diagnostic { severity: Severity::Warning, ..no_yaml(problem, path) });
        }
        _ => return None,
    };
    Some(error(Diagnostic::new(&codes::NOT_YAML, title).label(problem.span, problem.trouble.to_string())))
}

/// The keys that a map has twice: kustomize refuses such an object, and of its own files it reads the last of the two.
fn keys(file: &File, repository: &Repository, talconfigs: &BTreeSet<FileId>) -> Vec<Diagnostic> {
    let is_in = |files: &BTreeSet<FileId>| !file.is_template && files.contains(&file.id);
    let is_talconfig = talconfigs.contains(&file.id);
    let (is_built, is_kustomization) = (is_in(&repository.built), is_in(&repository.kustomizations));
    let twice = file.problems.iter().filter_map(|problem| match &problem.trouble {
        Trouble::DuplicateKey(key) => Some((key, problem.also?, problem.span)),
        _ => None,
    });
    let said = twice.filter_map(|(key, first, second)| {
        let finding = Diagnostic::new(&codes::NOT_YAML, format!("`{key}` is there twice in one map"));
        let refused = |what: &str| error(finding.clone().label(second, what).label(first, "it is there already"));
        if is_kustomization {
            let finding = finding.label(first, "this has no effect").label(second, "kustomize reads only this one");
            Some(Diagnostic { severity: Severity::Warning, ..finding })
        } else if is_built {
            Some(refused("kustomize makes nothing of what lists this file"))
        } else if is_talconfig {
            Some(refused("talhelper makes no machine of this file"))
        } else {
            None
        }
    });
    said.collect()
}
