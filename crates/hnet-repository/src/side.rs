//! What a change is to one of the clusters, as it is told. Start at [`Side::told`].

use hnet_compare::Facts;
use hnet_compare::files::{Difference, Fate, Harm, What};

use crate::Side;

impl Side {
    /// What the cluster would get that it does not get now, with what would hurt of it; `fate` says what becomes of a file
    /// that is there.
    #[must_use]
    pub fn difference(&self, fate: &dyn Fn(&str) -> Fate) -> Difference<'_> {
        let mut difference = Difference::between(&self.before, &self.after, fate, &Facts::default());
        difference.harms.extend(self.harms.iter().cloned());
        difference.harms.extend(self.repatched.iter().map(|one| Harm {
            file: one.file.clone(),
            message: one.why.clone(),
            help: "let the patch name the object as the build writes it, in the same commit".to_owned(),
        }));
        if let Some(name) = &self.other {
            let harm = of_other(name, &difference).filter(|_| self.harms.is_empty());
            difference.harms.extend(harm);
            // What is new is told of the cluster that it is written for.
            difference.changes.retain(|change| change.what != What::Added);
            difference.same = 0;
        }
        difference
    }

    /// The same where it is to be told.
    #[must_use]
    pub fn told(&self, fate: &dyn Fn(&str) -> Fate) -> Option<Difference<'_>> {
        let difference = self.difference(fate);
        // What a cluster gets of others' files counts there, unless it would be another thing.
        let is_other = difference.changes.iter().any(|change| change.what != What::Same);
        (self.other.is_none() || is_other || !difference.harms.is_empty()).then_some(difference)
    }
}

/// That another cluster gets a file as well, to which it would mean something else.
fn of_other(name: &str, difference: &Difference<'_>) -> Option<Harm> {
    let mut changes = difference.changes.iter().filter(|change| change.what != What::Same);
    let file = &changes.next()?.document()?.file;
    Some(Harm {
        file: file.clone(),
        message: format!("the cluster `{name}` gets `{file}` as well, and would get what is said for another"),
        help: "write what is said of one cluster into a file of its own".to_owned(),
    })
}
