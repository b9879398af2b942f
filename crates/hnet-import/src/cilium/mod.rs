//! Pools with their announcements, BGP, network policies, and the values of Cilium's chart. The other way is
//! `hnet-emit/src/cilium/`.

mod bgp;
mod network_policies;
mod policies;
mod pools;
mod values;

pub(crate) use bgp::{CLUSTER_CONFIG, bgp};
pub(crate) use policies::policy;
pub(crate) use pools::{policy_of, pool};
pub(crate) use values::{Release, in_words, monitoring, overlay, pods};
