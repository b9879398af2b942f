//! What several tests ask of a source.

use hnet::{Input, Options};

/// The files that a source builds. What stops a build is wrong in an import whatever it came from.
pub(crate) fn built(text: &str) -> Vec<(String, String)> {
    let found = hnet::compile(Input::one("network.hnet", text), &Options::default());
    let stops: Vec<_> = found.diagnostics.iter().filter(|one| one.severity.stops()).map(|one| &one.title).collect();
    assert!(stops.is_empty(), "{stops:#?}\n{text}");
    let files = found.outputs.expect("nothing stops the build").files;
    files.into_iter().map(|(path, file)| (path, file.text().to_owned())).collect()
}
