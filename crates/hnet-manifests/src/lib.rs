//! What other programs read, as Rust types, and the versions they accept.
//!
//! All are structs with those fields that hnet writes: custom resources through `kube-derive`, core kinds after those
//! of `k8s-openapi`, into which the suite reads them. Fields that the source decides are `Traced`. Knows nothing of
//! the language or the model.

pub mod argo_cd;
pub mod bgp;
pub mod cert_manager;
pub mod cilium;
pub mod cilium_values;
pub mod cloudflared;
pub mod core;
pub mod envoy;
pub mod external_dns;
pub mod external_secrets;
pub mod flux;
pub mod gateway_api;
pub mod k3s;
pub mod kustomize;
pub mod network_policies;
pub mod object;
pub mod pod;
pub mod prometheus;
pub mod talos;
pub mod versions;
