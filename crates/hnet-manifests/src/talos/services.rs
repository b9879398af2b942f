//! The documents of services of extensions and of the watchdog, which every version that hnet knows has, and what machines
//! are told of registries.

use hnet_diagnostics::Traced;
use serde::Serialize;

use crate::object::Map;

/// What a service of an extension is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionServiceConfig {
    /// The service.
    pub name: Traced<String>,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_files: Vec<Traced<ConfigFile>>,
    /// Its variables, as `key=value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Traced<String>>,
}

/// A file of a service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigFile {
    /// What it holds.
    pub content: Traced<String>,
    /// Where the service sees it.
    pub mount_path: Traced<String>,
}

/// Where images of a registry are asked for; from 1.12.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryMirrorConfig {
    /// The registry.
    pub name: Traced<String>,
    /// Who is asked.
    pub endpoints: Vec<Traced<RegistryEndpoint>>,
    /// Whether the registry itself is never asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_fallback: Option<Traced<bool>>,
}

/// Who is asked for images.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryEndpoint {
    /// The URL.
    pub url: Traced<String>,
    /// Whether nothing is added to its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_path: Option<Traced<bool>>,
}

/// `machine.registries`; until 1.11.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MachineRegistries {
    /// Who is asked for images, by registry.
    pub mirrors: Map<Mirror>,
}

/// A member of `machine.registries.mirrors`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mirror {
    /// The URLs that are asked.
    pub endpoints: Vec<Traced<String>>,
    /// Whether nothing is added to their paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_path: Option<Traced<bool>>,
    /// Whether the registry itself is never asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_fallback: Option<Traced<bool>>,
}

/// The timer that resets a machine which hangs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatchdogTimerConfig {
    /// Its device.
    pub device: Traced<String>,
    /// After how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Traced<String>>,
}
