//! What Talos runs on a machine besides its own: services of extensions, the timer that resets a machine which hangs, and where
//! it asks for images.

use hnet_diagnostics::{Span, Traced};

/// What a service of an extension is told.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionService {
    /// The service.
    pub name: Traced<String>,
    /// Its files.
    pub files: Vec<ExtensionFile>,
    /// Its variables, by key.
    pub environment: Vec<(Traced<String>, String)>,
    /// The statement.
    pub span: Span,
}

/// A file of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionFile {
    /// Where the service sees it.
    pub path: Traced<String>,
    /// What it holds.
    pub content: Traced<String>,
}

/// Where images of a registry are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryMirror {
    /// The registry; `*` stands for all others.
    pub name: Traced<String>,
    /// The URLs that are asked, one after the other.
    pub endpoints: Vec<Traced<String>>,
    /// Whether nothing is added to their paths.
    pub override_path: Option<Traced<bool>>,
    /// Whether the registry itself is never asked.
    pub skip_fallback: Option<Traced<bool>>,
    /// The statement.
    pub span: Span,
}

/// The timer that resets a machine which hangs.
#[derive(Clone, Debug, PartialEq)]
pub struct Watchdog {
    /// Its device.
    pub device: Traced<String>,
    /// After how long.
    pub timeout: Option<Traced<crate::Duration>>,
}
