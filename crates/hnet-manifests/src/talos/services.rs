//! The documents of services of extensions and of the watchdog, which every version that hnet knows has.

use hnet_diagnostics::Traced;
use serde::Serialize;

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

/// The timer that resets a machine which hangs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatchdogTimerConfig {
    /// Its device.
    pub device: Traced<String>,
    /// After how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Traced<String>>,
}
