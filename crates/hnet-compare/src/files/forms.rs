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

    /// What is said behind the name of the cluster.
    fn mark(self) -> &'static str {
        match self {
            Form::Talhelper => "",
            Form::Topf => " (topf)",
            Form::Omni => " (Omni)",
        }
    }
}

/// Calls the forms of a cluster differently, where a side says more than one and one of them is on both sides.
pub(super) fn apart(before: &mut Documents, after: &mut Documents) {
    let (old, new) = (forms(before), forms(after));
    for (name, old) in &old {
        let Some(new) = new.get(name).filter(|new| old.len() > 1 || new.len() > 1) else { continue };
        let both: BTreeSet<Form> = old.intersection(new).copied().collect();
        for own in before.all.iter_mut().chain(&mut after.all) {
            let is_it = own.kind == Kind::talconfig() && own.name == *name;
            if is_it && (both.contains(&Form::Talhelper) || both.contains(&Form::of(own))) {
                own.name += Form::of(own).mark();
            }
        }
    }
}

/// The forms in which each cluster is said.
fn forms(documents: &Documents) -> BTreeMap<String, BTreeSet<Form>> {
    let mut forms: BTreeMap<String, BTreeSet<Form>> = BTreeMap::new();
    for own in documents.all.iter().filter(|own| own.kind == Kind::talconfig()) {
        forms.entry(own.name.clone()).or_default().insert(Form::of(own));
    }
    forms
}
