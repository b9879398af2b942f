//! `extension-service`, `watchdog` and `registry-mirror`: what Talos runs on a machine besides its own, and where it asks
//! for images.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Flag, HttpUrl, List, One, Setting, SystemPath, Text, statement};
use hnet_model::{Duration, ExtensionFile, ExtensionService, RegistryMirror, Watchdog};

use super::machine::{FileContent, latest};
use super::node::{each, pairs};
use crate::types::RegistryName;

statement! {
    /// What a service of an extension is told: `extension-service tailscale environment TS_AUTHKEY=${TS_AUTHKEY};`
    ExtensionServiceStatement = "extension-service" Unnamed (
        /// The service.
        name: One<Text> [required],
    ) [idle] {
        /// A file that the service sees.
        "file" file: Vec<ExtensionFileStatement>;
        /// Its variables.
        "environment" environment: List<Setting>;
    }
}

statement! {
    /// A file that a service of an extension sees, by its path there.
    ExtensionFileStatement = "file" Unnamed (
        /// Its path.
        path: One<SystemPath> [required],
    ) {
        /// What it holds, as lines between `\"\"\"` and `\"\"\"`, or a text in quotes as it is.
        "content" content: One<FileContent> [required];
        /// Whether there is a line end behind the last of those lines.
        "final-newline" final_newline: Flag [default "on"];
    }
}

statement! {
    /// The timer that resets a machine which hangs: `watchdog /dev/watchdog0 timeout 2m;`
    WatchdogStatement = "watchdog" Unnamed (
        /// Its device.
        device: One<SystemPath> [required],
    ) {
        /// After how long.
        "timeout" timeout: One<Duration> [default "1m"];
    }
}

statement! {
    /// Where images of a registry are asked for first: `registry-mirror docker.io endpoints https://mirror.gcr.io;`
    RegistryMirrorStatement = "registry-mirror" Unnamed (
        /// The registry; `*` stands for all that no other mirror is of.
        name: One<RegistryName> [required],
    ) {
        /// The URLs that are asked, one after the other. Who may ask is a secret, and stands in none of them.
        "endpoints" endpoints: List<HttpUrl> [required];
        /// Whether nothing is added to the paths of these URLs.
        "override-path" override_path: Flag [default "off"];
        /// Whether the registry itself is never asked.
        "skip-fallback" skip_fallback: Flag [default "off"];
    }
}

impl RegistryMirrorStatement {
    pub(crate) fn lower(self) -> Option<RegistryMirror> {
        let Self { head, name, endpoints, override_path, skip_fallback } = self;
        Some(RegistryMirror {
            name: name?.map(|RegistryName(name)| name),
            endpoints: each(endpoints.0, |HttpUrl(url)| vec![url]),
            override_path: override_path.0,
            skip_fallback: skip_fallback.0,
            span: head.span,
        })
    }
}

impl ExtensionServiceStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> Option<ExtensionService> {
        let Self { head, name, file, environment } = self;
        // (siderolabs/talos v1.13.9, `types/runtime/extensions/service_config.go`.)
        if let Some(name) = name.as_ref().filter(|name| name.value.0.is_empty()) {
            out.report(
                Diagnostic::new(&codes::MISSING_NAME, "the service of the extension has no name")
                    .label(name.span(), "Talos refuses one without a name")
                    .help("write what the service is called: `extension-service tailscale …`"),
            );
        }
        let files = file.into_iter().filter_map(|ExtensionFileStatement { head: _, path, content, final_newline }| {
            let content = content?.map(|content| content.with_end(final_newline));
            if content.value.is_empty() {
                out.report(
                    Diagnostic::new(&codes::MISSING_FIELD, "the file of the service holds nothing")
                        .label(content.span(), "Talos refuses an empty one")
                        .help("write what it holds, or leave the file out"),
                );
            }
            Some(ExtensionFile { path: path?.map(|SystemPath(path)| path), content })
        });
        let files: Vec<ExtensionFile> = files.collect();
        Some(ExtensionService {
            name: name?.map(|Text(name)| name),
            files,
            environment: latest(pairs(environment.0, |Setting(pair)| pair)),
            span: head.span,
        })
    }
}

impl WatchdogStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> Option<Watchdog> {
        let Self { head: _, device, timeout } = self;
        // None at all is Talos's own. (siderolabs/talos v1.9.5, `types/runtime/watchdog_timer.go`.)
        if let Some(short) = timeout.as_ref().filter(|timeout| (1..10_000).contains(&timeout.value.0)) {
            out.report(
                Diagnostic::new(&codes::NOT_A_DURATION, format!("`{}` is too short for a watchdog", short.value))
                    .label(short.span(), "Talos refuses less than 10 seconds")
                    .help("write `10s` or more"),
            );
        }
        Some(Watchdog { device: device?.map(|SystemPath(path)| path), timeout })
    }
}
