//! What other programs read, as Rust types, and the versions they accept.
//!
//! Custom resources are small structs of our own with the fields that hnet writes; core kinds come from
//! `k8s-openapi`. Fields that the source decides are `Traced`. Knows nothing of the language or the model.

pub mod argo_cd;
pub mod cert_manager;
pub mod cilium;
pub mod cilium_values;
pub mod cloudflared;
pub mod external_secrets;
pub mod gateway_api;
pub mod k3s;
pub mod kustomize;
pub mod prometheus;
pub mod talos;
pub mod versions;
