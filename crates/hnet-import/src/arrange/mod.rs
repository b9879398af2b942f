//! How a source is arranged that is settled: profiles for what machines share, names for what repeats.
//!
//! What is built stays the same, which is seen and not believed: a step after which anything else would be built is not
//! made. Start at [`arranged`].

mod common;
mod lets;
mod profiles;

use std::collections::BTreeMap;

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Documents, Fate, What, in_one_form};
use hnet_diagnostics::Sources;
use hnet_syntax::tree::Tree;

use crate::rebuilt::is_applied;
use crate::report::{Report, Unread};
use crate::settle::{NAME, allowed, at_statement};

/// A step makes another tree where it has something to do.
type Step = fn(&Tree) -> Option<Tree>;

/// The steps in their order, each with what is done instead where it would build something else.
const STEPS: [&[Step]; 2] = [&[profiles::shared, profiles::shared_in_order], &[lets::named]];

/// A source as it is, with what it builds.
struct Judged {
    /// Without what is allowed.
    bare: Tree,
    tree: Tree,
    judged: Vec<Unread>,
    /// None where it does not build.
    files: Option<BTreeMap<String, String>>,
}

/// A settled tree in its best arrangement, with what is judged allowed where it stands.
pub(crate) fn arranged(bare: Tree, sources: &Sources, report: &mut Report) -> Tree {
    let mut best = judged(bare, sources);
    for step in STEPS {
        let made = step.iter().filter_map(|step| Some(judged(step(&best.bare)?, sources)));
        if let Some(next) = made.into_iter().find(|next| is_same(&best, next)) {
            best = next;
        }
    }
    report.allowed = best.judged;
    best.tree
}

fn judged(bare: Tree, sources: &Sources) -> Judged {
    let found = hnet::check(Input::one(NAME, hnet_syntax::print(&bare)), &Options::default());
    let (tree, judged) = allowed(bare.clone(), &found.trees[0], &found.diagnostics, sources, at_statement);
    let outputs = hnet::compile(Input::one(NAME, hnet_syntax::print(&tree)), &Options::default()).outputs;
    let files = outputs.map(|outputs| {
        let files = outputs.files.into_iter();
        files.map(|(path, file)| (path, file.text().to_owned())).collect()
    });
    Judged { bare, tree, judged, files }
}

/// Whether two sources build the same: files that are written alike, or machines that are told the same in another order.
/// The documentation tells where something is allowed, and so once what is said once.
fn is_same(before: &Judged, after: &Judged) -> bool {
    let (Some(before), Some(after)) = (&before.files, &after.files) else { return false };
    let changed = |files: &BTreeMap<String, String>, others: &BTreeMap<String, String>| {
        let changed = files.iter().filter(|(path, text)| is_applied(path) && others.get(*path) != Some(text));
        changed.map(|(path, text)| (path.clone(), text.clone())).collect::<Vec<_>>()
    };
    let (old, new) = (changed(before, after), changed(after, before));
    let is_yaml = old.iter().all(|(path, _)| path.ends_with(".yaml"));
    if !is_yaml || !old.iter().map(|(path, _)| path).eq(new.iter().map(|(path, _)| path)) {
        return false;
    }
    let read =
        |files: &[(String, String)]| Documents::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (mut old, mut new) = (read(&old), read(&new));
    in_one_form(&mut old, &mut new);
    let is_read = old.unread.is_empty() && new.unread.is_empty();
    let difference = Difference::between(&old, &new, &|_| Fate::Rewritten, &Facts::default());
    is_read && difference.changes.iter().all(|change| change.what == What::Same)
}
