//! The tests of the import, in one program: each of its own would link the whole compiler once more.

mod common;

mod arranged;
mod comments;
mod devices;
mod existing;
mod firewall;
mod issuers;
mod kubernetes;
mod left;
mod observing;
mod omni;
mod own_output;
mod placeholders;
mod policies;
mod records;
mod secrets;
mod several_clusters;
mod shapes;
mod talos;
mod topf;
mod unchanged;
mod volumes;
mod whole;
