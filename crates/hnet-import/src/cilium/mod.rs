//! Pools with their announcements, and the values of Cilium's chart. The other way is `hnet-emit/src/cilium/`.

mod pools;
mod values;

pub(crate) use pools::{policy_of, pool};
pub(crate) use values::{Release, monitoring, overlay, pods};
