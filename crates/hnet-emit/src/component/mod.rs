//! What a component is: a part of what runs in a cluster, written as one folder of its networking.
//!
//! The rows are `components.rs`. Start at [`Component`]; what people are told of one is [`told`].

mod told;

use std::fmt::Debug;

use hnet_model::{Cluster, Name, Origin, Part, Traced};

use crate::Context;
use crate::place::Folder;

pub(crate) use told::{Expected, Rows, Steps};

/// One thing that a component writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thing {
    /// The part of the output that it is of.
    pub(crate) part: Part,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// What it is written because of.
    pub(crate) origin: Origin,
}

/// The things that there are.
pub(crate) fn things<const N: usize>(things: [(Part, &'static str, Option<Origin>); N]) -> Vec<Thing> {
    things.into_iter().filter_map(|(part, what, origin)| Some(Thing { part, what, origin: origin? })).collect()
}

/// Folders beside a component's own, which stand for themselves: kustomize takes too long over very many objects.
pub(crate) struct Apart {
    /// What their names start with.
    pub(crate) prefix: &'static str,
    /// What they hold instead of the component's own folder.
    pub(crate) holds: Thing,
}

/// Kinds that must be known to a cluster before anything else is started in it.
pub(crate) struct Kinds {
    /// What a person does.
    pub(crate) heading: &'static str,
    /// What is said about it.
    pub(crate) said: Option<&'static str>,
    /// Where their definitions are.
    pub(crate) url: String,
    /// What they are needed for.
    pub(crate) origin: Origin,
}

/// A part of what runs in a cluster: one folder of its networking.
pub(crate) trait Component: Debug + Sync {
    /// Its folder.
    fn folder(&self) -> &'static str;

    /// The folders of what must stand before it.
    fn after(&self) -> &'static [&'static str] {
        &["namespaces"]
    }

    /// What it writes, but for its namespaces. Nothing is written where this is nothing.
    fn holds(&self, cluster: &Cluster) -> Vec<Thing>;

    /// Folders beside its own, where there are any.
    fn apart(&self, _context: &Context<'_>, _cluster: &Cluster) -> Option<Apart> {
        None
    }

    /// Adds its objects, but for its namespaces.
    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>);

    /// The namespaces that its objects live in.
    fn lives_in<'c>(&self, _cluster: &'c Cluster) -> Vec<&'c Traced<Name>> {
        Vec::new()
    }

    /// Adds what its objects refer to and nothing here writes.
    fn expects(&self, _cluster: &Cluster, _list: &mut Expected<'_>) {}

    /// The groups of kinds that are in the cluster because of it, or that it has said to be expected.
    fn groups(&self, _cluster: &Cluster) -> Vec<&'static str> {
        Vec::new()
    }

    /// The kinds that the cluster must know before it starts.
    fn kinds(&self, _cluster: &Cluster) -> Option<Kinds> {
        None
    }

    /// Adds what is done for it by hand, before anything can be synced.
    fn steps(&self, _context: &Context<'_>, _cluster: &Cluster, _steps: &mut Steps) {}

    /// Adds its rows to the table of components.
    fn rows(&self, _cluster: &Cluster, _rows: &mut Rows<'_>) {}
}
