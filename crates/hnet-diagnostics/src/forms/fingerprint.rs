//! What stays the same of a finding while lines above it come and go, so that services know it again.
//!
//! It is made of the code, the path and the text of the line, and of how many of the same came before in the run. The
//! message is left out: a release may word it better. Start at [`Fingerprints`].

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::{Diagnostic, Notice, Sources};

/// The fingerprints of a run.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<u64, usize>,
}

impl Fingerprints {
    /// `5f1c…:2`: a hash, and the how manieth of a run it is. Secrets are hidden before they are hashed.
    pub(super) fn of(&mut self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let number = diagnostic.code.number;
        match diagnostic.span().filter(|_| !sources.is_empty()) {
            Some(span) => {
                let source = sources.get(span.file);
                let line = source.shown(source.line_range(source.line(span.start as usize)));
                self.next(&[number, source.path(), line.trim()])
            }
            None => self.next(&[number, &diagnostic.title]),
        }
    }

    /// The same of what is said about a file.
    pub(super) fn of_notice(&mut self, notice: &Notice) -> String {
        self.next(&[notice.file.as_deref().unwrap_or_default(), &notice.message])
    }

    fn next(&mut self, parts: &[&str]) -> String {
        let hash = xxh3_64(parts.join("\n").as_bytes());
        let count = self.seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}:{count}")
    }
}
