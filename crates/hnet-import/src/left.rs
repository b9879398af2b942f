//! What of a repository is not taken over, said once for each form: what was not followed, and what says of machines which
//! there are in a form that has no lift. Start at [`say`].

use hnet_compare::files::jinja::has_statements;
use hnet_diagnostics::{Sources, Span};
use hnet_repository::{Document, Repository, TalosForm, What, is_network};
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

use crate::assemble::Draft;
use crate::files::folder;
use crate::gitops::GITOPS;
use crate::report::Report;
use crate::talos::{Form, Talconfig};

/// With more files of one form the folder that holds them all is named.
const MOST_NAMED: usize = 5;

/// Lists what of a repository is not taken over.
pub(crate) fn say(repository: &Repository, talconfigs: &[Talconfig<'_>], sources: &Sources, report: &mut Report) {
    for note in &repository.notes {
        // What is elsewhere is not of this repository, and most files that are missing hold no network.
        if !matches!(note.what, What::Remote(_) | What::Missing(_) | What::NoFolder(_) | What::Absent(_)) {
            report.unread(note.span, note.what.to_string());
        }
    }
    say_nameless(repository, report);
    let is_talos = say_talos(repository, talconfigs, sources, report);
    if !is_talos {
        say_playbooks(repository, sources, report);
    }
}

/// Lists objects of the network that no API server takes.
fn say_nameless(repository: &Repository, report: &mut Report) {
    let all = repository.clusters.iter().flat_map(|cluster| &cluster.documents).chain(&repository.loose);
    let is_nameless = |document: &&Document| {
        document.is_object() && !document.is_encrypted() && document.name().is_empty() && is_network(document)
    };
    let mut seen: IndexSet<Span> = IndexSet::new();
    for document in all.filter(is_nameless).filter(|document| seen.insert(document.value.span)) {
        report.unread(document.value.span, format!("`{}` without a name", document.kind()));
    }
}

/// Lists what hnet wrote itself and a draft does not say: what Argo CD is told of folders that the source puts elsewhere, or
/// what somebody wrote into that.
pub(crate) fn say_own(repository: &Repository, draft: &Draft, sources: &Sources, report: &mut Report) {
    let own = repository.files.iter().filter(|file| hnet_repository::is_own(sources.get(file.id).text()));
    let said = draft.clusters.iter().flat_map(|cluster| &cluster.contents).map(|content| &content.piece.said);
    let said: Vec<Span> = said.filter(|said| said.keyword.text == GITOPS).map(|said| said.keyword.span).collect();
    let holds = |document: &Value, place: &Span| {
        let own = document.span;
        own.file == place.file && own.start <= place.start && place.end <= own.end
    };
    let documents: Vec<&Value> = own.flat_map(|file| &file.documents).collect();
    let is_left = |document: &Value| {
        document.str_at(&["kind"]) == Some("ApplicationSet") && !said.iter().any(|place| holds(document, place))
    };
    if !said.is_empty() && !documents.iter().any(|document| is_left(document)) {
        return;
    }
    for document in documents.into_iter().filter(|document| !said.iter().any(|place| holds(document, place))) {
        let kind = document.str_at(&["kind"]).unwrap_or_default();
        let name = document.str_at(&["metadata", "name"]).unwrap_or_default();
        let options = document.at(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]);
        match (kind, options) {
            ("ApplicationSet", _) => report.unread(
                document.span,
                format!(
                    "`ApplicationSet` {name} is hnet's, and is not read back: it goes unless `gitops` says it again"
                ),
            ),
            ("Namespace", Some(options)) => report.unread(
                options.span,
                format!("`Namespace` {name}: what Argo CD is told of it goes unless `gitops` says it again"),
            ),
            _ => {}
        }
    }
}

/// What is said of a file for topf that lies in no folder of all machines, of a role or of a machine.
const OF_NO_MACHINE: &str = "Talos, in a folder of topf's, of which topf makes nothing for any machine";

/// What is said of templates that depend on more than names.
const OF_STATEMENTS: &str = "Talos, as templates of machine configurations with statements, which are not evaluated";

/// What is said of templates of Omni that say no machine.
const OF_CLASSES: &str = "Talos, as a cluster template of Omni that names no machine, which is not read";

/// What is said of whole configurations of which nothing says a machine.
const OF_NO_NAME: &str =
    "Talos, as a machine configuration of which nothing says a host name and an endpoint, which is not read";

/// Lists what is said of Talos in forms that have no lift. Whether anything is said of Talos.
fn say_talos(repository: &Repository, talconfigs: &[Talconfig<'_>], sources: &Sources, report: &mut Report) -> bool {
    let mut forms: IndexMap<String, Vec<Span>> = IndexMap::new();
    for source in repository.talos.iter().filter(|source| source.form.is_whole()) {
        let form = match source.form {
            TalosForm::Talhelper if source.is_preferred => {
                let is_template = repository.files.iter().any(|file| file.id == source.file && file.is_template);
                if is_template {
                    report.unread(source.span, "a template of a talconfig is not read");
                } else if !talconfigs.iter().any(|talconfig| talconfig.path() == source.path) {
                    report.unread(source.span, "a talconfig of which no node has a `hostname` is not read");
                }
                continue;
            }
            TalosForm::Talhelper => "a talconfig",
            TalosForm::Topf if source.is_preferred && talconfigs.iter().any(|own| own.form() == Some(Form::Topf)) => {
                let is_read = talconfigs.iter().any(|own| own.files_beside().contains(&source.file));
                let file = repository.files.iter().find(|file| file.id == source.file);
                if !is_read && file.is_some_and(|file| !file.documents.is_empty()) {
                    forms.entry(OF_NO_MACHINE.to_owned()).or_default().push(source.span);
                }
                continue;
            }
            _ if source.is_preferred && talconfigs.iter().any(|own| own.files_beside().contains(&source.file)) => {
                continue;
            }
            TalosForm::Jinja if source.is_preferred && has_statements(sources.get(source.file).text()) => {
                forms.entry(OF_STATEMENTS.to_owned()).or_default().push(source.span);
                continue;
            }
            TalosForm::Machine if source.is_preferred => {
                forms.entry(OF_NO_NAME.to_owned()).or_default().push(source.span);
                continue;
            }
            TalosForm::Jinja => "templates of machine configurations",
            TalosForm::Topf => "topf's files",
            TalosForm::Omni if source.is_preferred => {
                forms.entry(OF_CLASSES.to_owned()).or_default().push(source.span);
                continue;
            }
            TalosForm::Omni => "a cluster template of Omni",
            TalosForm::Machine => "a machine configuration",
            TalosForm::OpenTofu => "OpenTofu's resources",
            TalosForm::Patch | TalosForm::Environment | TalosForm::Secrets => continue,
        };
        let why = match source.is_preferred {
            true => format!("Talos, as {form}, which is not read yet"),
            false => format!("Talos, as {form}, beside another form that is applied or newer"),
        };
        forms.entry(why).or_default().push(source.span);
    }
    let is_whole = repository.talos.iter().any(|source| source.form.is_whole());
    let patches = repository.talos.iter().filter(|source| source.form == TalosForm::Patch && !is_whole);
    let patches: Vec<Span> = patches.map(|source| source.span).collect();
    let is_talos = is_whole || !patches.is_empty();
    if !patches.is_empty() {
        let why = "Talos, as patches alone, which are not read: nothing says of which machines they are";
        forms.insert(why.to_owned(), patches);
    }
    for (why, places) in forms {
        say_form(&why, &places, sources, report);
    }
    is_talos
}

/// Lists the inventory and the playbooks of Ansible, by which machines are set up that have no Talos.
fn say_playbooks(repository: &Repository, sources: &Sources, report: &mut Report) {
    let files = repository.files.iter().filter(|file| file.documents.iter().any(is_ansible));
    let (mut places, mut is_k3s) = (Vec::new(), false);
    for file in files {
        places.extend(file.documents.first().map(|document| document.span));
        is_k3s |= file.path.contains("k3s") || sources.get(file.id).text().contains("k3s");
    }
    let what = if is_k3s { "k3s" } else { "machines" };
    say_form(&format!("{what}, as Ansible's inventory and playbooks, which are not read"), &places, sources, report);
}

/// Whether a document is an inventory of Ansible, or a playbook.
fn is_ansible(document: &Value) -> bool {
    let is_play = |item: &Value| {
        let runs = ["roles", "tasks", "pre_tasks"].iter().any(|key| item.get(key).is_some());
        item.get("hosts").is_some() && runs
    };
    let is_map = |value: &Value| value.as_map().is_some();
    let is_group = |group: &Value| ["hosts", "children"].iter().any(|key| group.get(key).is_some_and(is_map));
    document.items().iter().any(is_play) || document.get("kind").is_none() && document.get("all").is_some_and(is_group)
}

/// Lists the files of a form: a few one by one, and of many the folder.
fn say_form(why: &str, places: &[Span], sources: &Sources, report: &mut Report) {
    // A file may hold several documents.
    let files: IndexMap<_, Span> = places.iter().rev().map(|place| (place.file, *place)).collect();
    let mut files: Vec<Span> = files.into_values().collect();
    files.reverse();
    if files.len() <= MOST_NAMED {
        files.iter().for_each(|place| report.unread(*place, why));
        return;
    }
    let folders = files.iter().map(|place| folder(sources.get(place.file).path()));
    let around = folders.reduce(common).unwrap_or_default();
    let below = if around.is_empty() { String::new() } else { format!(" below `{around}`") };
    report.unread(files[0], format!("{why}, in {} files{below}", files.len()));
}

/// The folder that holds two others.
fn common<'p>(one: &'p str, other: &str) -> &'p str {
    let ends = one.match_indices('/').map(|(at, _)| at).chain([one.len()]);
    let holds =
        |end: &usize| other.strip_prefix(&one[..*end]).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ends.rev().find(holds).map_or("", |end| &one[..end])
}
