//! What of a repository is known, as facts: what `hnet-observe` reads of objects, and what the lifts of machines and of
//! Cilium's values say. Start at [`read`].

mod cilium;
mod links;
mod machines;

pub use cilium::{Moved, values_of};
pub use hnet_observe::{Counts, Facts, NoGateway, NoSecret, NotThere, Unknown, read};
pub use links::links_of;
pub use machines::{Machines, machines, machines_of};
