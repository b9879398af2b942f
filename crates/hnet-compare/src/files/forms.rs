//! Forms in which one side says the machines of a cluster more than once: each is compared with what the other side says
//! in the same form, so that none hides another. Start at [`apart`].

use std::collections::{BTreeMap, BTreeSet};

use super::documents::{Document, Documents};
use super::omni;
use super::topf;
use crate::kinds::Kind;

/// A form of a cluster's machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Talhelper,
    Topf,
    Omni,
}

impl Form {
    fn of(talconfig: &Document) -> Form {
        if omni::is_made(talconfig) {
            Form::Omni
        } else if topf::is_topf(&talconfig.file) {
            Form::Topf
        } else {
            Form::Talhelper
        }
    }

    /// What it is called behind the name of a cluster.
    fn mark(self) -> &'static str {
        match self {
            Form::Talhelper => "",
            Form::Topf => "topf",
            Form::Omni => "Omni",
        }
    }
}

/// The files in which a cluster is said, by their forms.
type Files = BTreeMap<Form, BTreeSet<String>>;

/// Calls the forms of a cluster differently, where a side says more than one and one of them is on both sides, and several
/// files of one form.
pub(super) fn apart(before: &mut Documents, after: &mut Documents) {
    let (old, new) = (files(before), files(after));
    let none = Files::new();
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (old, new) = (old.get(name).unwrap_or(&none), new.get(name).unwrap_or(&none));
        let is_both = |form: &Form| old.contains_key(form) && new.contains_key(form);
        let is_marked = |form: &Form| (old.len() > 1 || new.len() > 1) && (is_both(&Form::Talhelper) || is_both(form));
        for (documents, own, others) in [(&mut *before, old, new), (&mut *after, new, old)] {
            for document in documents.all.iter_mut().filter(|one| one.kind == Kind::talconfig() && one.name == *name) {
                let form = Form::of(document);
                let mark = if is_marked(&form) { form.mark() } else { "" };
                let place = place(&document.file, &own[&form], others.get(&form));
                document.name += &match (mark, place) {
                    ("", 0) => String::new(),
                    ("", place) => format!(" ({})", place + 1),
                    (mark, 0) => format!(" ({mark})"),
                    (mark, place) => format!(" ({mark} {})", place + 1),
                };
            }
        }
    }
}

/// Which of the files of a form it is: those that are on both sides come first.
fn place(file: &String, own: &BTreeSet<String>, others: Option<&BTreeSet<String>>) -> usize {
    let is_both = |file: &String| others.is_some_and(|others| others.contains(file));
    own.iter().filter(|one| (!is_both(one), *one) < (!is_both(file), file)).count()
}

/// The files of each cluster.
fn files(documents: &Documents) -> BTreeMap<String, Files> {
    let mut all: BTreeMap<String, Files> = BTreeMap::new();
    for own in documents.all.iter().filter(|own| own.kind == Kind::talconfig()) {
        let files = all.entry(own.name.clone()).or_default().entry(Form::of(own)).or_default();
        files.insert(own.file.clone());
    }
    all
}
