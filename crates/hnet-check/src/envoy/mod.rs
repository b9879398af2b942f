//! The words of what Envoy Gateway is told, as tables: one file a theme.
//!
//! Start at [`words`]; what a table is stands in `table.rs`.

pub(crate) mod extension;
pub(crate) mod proxy;
mod reading;
pub(crate) mod security;
mod table;
pub(crate) mod traffic;
mod values;

use hnet_model::EnvoyKind;

pub(crate) use reading::Body;
pub use table::{Form, Row, Sort, Table};

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
