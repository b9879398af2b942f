//! What each version of Talos, Cilium and the Gateway API accepts, as tables.
//!
//! One row a change, with its source: a new release is new rows, not new branches. Knows nothing of
//! the language or the model. Start at the table of the program in question.

pub mod cilium;
pub mod cilium_values;
pub mod coredns;
pub mod etc_files;
pub mod external_dns;
pub mod gateway_api;
pub mod gateway_services;
pub mod node_labels;
pub mod selectors;
pub mod talos;
pub mod talos_conflicts;
pub mod talos_documents;
