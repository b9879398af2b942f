//! The words of what Envoy Gateway is told, as tables: one file a theme.
//!
//! Start at [`words`]; what a table is stands in `told/`.

pub(crate) mod extension;
pub(crate) mod proxy;
pub(crate) mod security;
pub(crate) mod traffic;

use hnet_model::EnvoyKind;

use crate::told::Table;

/// The words of a kind of objects.
#[must_use]
pub fn words(kind: EnvoyKind) -> &'static Table {
    match kind {
        EnvoyKind::Proxy => &proxy::PROXY,
        EnvoyKind::Client => &traffic::CLIENT,
        EnvoyKind::Backend => &traffic::BACKEND,
        EnvoyKind::Security => &security::SECURITY,
        EnvoyKind::Extension => &extension::EXTENSION,
        EnvoyKind::Filter => &extension::FILTER,
        EnvoyKind::Destination => &extension::DESTINATION,
    }
}
