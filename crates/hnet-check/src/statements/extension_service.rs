//! `extension-service` and `watchdog`: what Talos runs on a machine besides its own.

use hnet_language::{Flag, List, One, Setting, SystemPath, Text, statement};
use hnet_model::{Duration, ExtensionFile, ExtensionService, Watchdog};

use super::machine::FileContent;
use super::node::pairs;

statement! {
    /// What a service of an extension is told: `extension-service tailscale environment TS_AUTHKEY=${TS_AUTHKEY};`
    ExtensionServiceStatement = "extension-service" Unnamed (
        /// The service.
        name: One<Text> [required],
    ) {
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

impl ExtensionServiceStatement {
    pub(crate) fn lower(self) -> Option<ExtensionService> {
        let Self { head, name, file, environment } = self;
        let files = file.into_iter().filter_map(|ExtensionFileStatement { head: _, path, content, final_newline }| {
            Some(ExtensionFile {
                path: path?.map(|SystemPath(path)| path),
                content: content?.map(|content| content.with_end(final_newline)),
            })
        });
        Some(ExtensionService {
            name: name?.map(|Text(name)| name),
            files: files.collect(),
            environment: pairs(environment.0, |Setting(pair)| pair),
            span: head.span,
        })
    }
}

impl WatchdogStatement {
    pub(crate) fn lower(self) -> Option<Watchdog> {
        let Self { head: _, device, timeout } = self;
        Some(Watchdog { device: device?.map(|SystemPath(path)| path), timeout })
    }
}
