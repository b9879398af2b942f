//! What topf lays over machines besides what is written: templates of others, and files that stay beside what is written; and
//! what could not be read.

use std::collections::BTreeSet;

use hnet_compare::Kind;
use hnet_compare::files::{Document, Documents, Template, Unread, is_tofu};
use hnet_diagnostics::FileId;
use hnet_manifests::talos::topf_templates;

use crate::change::{Change, Side, State};
use crate::files::File;
use crate::{TalosForm, paths};

/// The list of what a build wrote into a folder.
const MANIFEST: &str = ".hnet-manifest";

impl Change<'_> {
    /// What of the folder could not be read.
    pub(crate) fn unread(&self, state: &State<'_>) -> Vec<Unread> {
        let files = state.repository.files.iter().filter(|file| !file.is_template);
        // What a program makes a file of is none, unless something reads it as one.
        let is_read = |file: &&File| {
            state.repository.read.contains(&file.id)
                || self.written.contains_key(&file.path)
                || !file.is_made_from(state.sources.get(file.id).text())
        };
        files
            .filter(is_read)
            .filter(|file| paths::is_within(&file.path, self.folder))
            .flat_map(|file| file.problems.iter().map(move |problem| (file, problem)))
            .filter(|(_, problem)| problem.trouble.loses_text())
            .map(|(file, problem)| Unread {
                file: self.shown(&file.path),
                line: state.sources.get(file.id).line(problem.span.range().start),
                why: problem.trouble.to_string(),
            })
            .collect()
    }

    /// The templates of others, which are known only for a machine, and those of machine configurations.
    pub(crate) fn templates(&self, state: &State<'_>, is_its: &dyn Fn(&str) -> bool) -> Vec<Template> {
        let of_jinja = state.repository.talos.iter().filter(|source| source.form == TalosForm::Jinja);
        let of_jinja: BTreeSet<FileId> = of_jinja.map(|source| source.file).collect();
        let is_it = |file: &&File| {
            let is_known = file.path.ends_with(topf_templates::END) || of_jinja.contains(&file.id);
            file.is_unknown() && is_known && is_its(&file.path)
        };
        let templates = state.repository.files.iter().filter(is_it);
        templates
            .map(|file| Template { file: self.shown(&file.path), text: state.sources.get(file.id).text().to_owned() })
            .collect()
    }

    /// The folders below the one that is compared into which another build went, unless this one writes there as well: no
    /// cluster gets what nothing leads to in them.
    pub(crate) fn other_builds(&self) -> Vec<&str> {
        let manifests = self.there.iter().filter(|(_, source)| paths::name(source.path()) == MANIFEST);
        let folders = manifests.map(|(_, source)| paths::folder(source.path()));
        let is_ours = |folder: &str| {
            let mut touched = self.written.keys().chain(self.removed);
            folder == self.folder || touched.any(|path| paths::is_within(path, folder))
        };
        folders.filter(|folder| paths::is_within(folder, self.folder) && !is_ours(folder)).collect()
    }

    /// Adds hnet's files for OpenTofu, which are no YAML; those of others are not read.
    pub(crate) fn add_tofu(&self, state: &State<'_>, is_its: &dyn Fn(&str) -> bool, documents: &mut Documents) {
        let is_ours = |path: &str| self.written.contains_key(path) || self.removed.contains(path);
        for (_, source) in state.sources.iter() {
            if is_tofu(source.path()) && is_ours(source.path()) && is_its(source.path()) {
                documents.add_tofu(&self.shown(source.path()), source.text());
            }
        }
    }

    /// Adds what stays to what is written, where topf lays both.
    pub(crate) fn lay_what_stays(&self, side: &mut Side) {
        let is_topf =
            |document: &&Document| document.kind == Kind::talconfig() && paths::name(&document.file) == "topf.yaml";
        let written: Vec<&Document> = side.after.all.iter().filter(is_topf).collect();
        let there = side.before.all.iter().filter(is_topf);
        // Where patches are elsewhere now, nothing of them is laid.
        let both = there
            .filter(|own| own.value.get("patchesDir").is_none() && written.iter().any(|other| other.file == own.file));
        let folders: Vec<String> = both.map(|own| paths::folder(&own.file).to_owned()).collect();
        let touched: Vec<String> = self.written.keys().chain(self.removed).map(|path| self.shown(path)).collect();
        let stays = |file: &str| {
            let is_laid = |folder: &String| {
                let inner = paths::inner(file, folder).and_then(|inner| inner.split('/').next());
                matches!(inner, Some("all" | "control-plane" | "worker" | "node"))
            };
            folders.iter().any(is_laid) && !touched.iter().any(|path| path == file)
        };
        let documents = side.before.all.iter().filter(|own| own.kind.is_talos() && stays(&own.file));
        side.after.all.extend(documents.cloned());
        let templates = side.before.templates.iter().filter(|own| stays(&own.file));
        side.after.templates.extend(templates.cloned());
    }
}
