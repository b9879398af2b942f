//! The files that come out: texts that take lines only with an origin.
//!
//! Start at [`Receiver`]. An emitter makes an [`OutputFile`], gives it lines or documents, and hands it over under a
//! path that [`Context::path`](crate::Context::path) gave it. Writing to a disk is the front ends' work.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use hnet_diagnostics::Origin;
use hnet_model::{Cluster, ObjectName, Placeholders, Traced};
use serde::Serialize;

use crate::overlay::Written;
use crate::yaml::{self, Node};

/// All files of a network, by their paths: relative to the output folder, with `/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outputs {
    /// The files.
    pub files: BTreeMap<String, OutputFile>,
}

/// Where the files go, each as soon as it is whole: into [`Outputs`], or to a disk, so that they need not all be
/// held at once.
pub trait Receiver {
    /// Takes a file under its path: relative to the output folder, with `/`. No two have the same.
    fn insert(&mut self, path: String, file: OutputFile);

    /// Whether it wants objects alone, over which something is to be laid, and no files.
    fn records(&self) -> bool {
        false
    }

    /// Takes such an object.
    fn record(&mut self, _written: Written) {}

    /// Is told of an object of a cluster and whether it has a file, where the source puts single objects into files.
    fn placed(&mut self, _cluster: &Cluster, _object: ObjectName, _has_file: bool) {}
}

impl Receiver for Outputs {
    fn insert(&mut self, path: String, file: OutputFile) {
        self.files.insert(path, file);
    }
}

/// A file that comes out. Every line has an origin, since there is no other way to add one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputFile {
    text: String,
    origins: Vec<Origin>,
    has_document: bool,
}

impl OutputFile {
    /// An empty file.
    #[must_use]
    pub fn new() -> Self {
        OutputFile::default()
    }

    /// A file with one document after a header; its lines have the given origin where they are not traced.
    #[must_use]
    pub fn with_value(header: &Traced<String>, value: &impl Serialize, origin: Origin) -> Self {
        let mut file = OutputFile::with_header(header);
        file.value(value, origin);
        file
    }

    /// A file with a header of `#` comments, one for each line of its text.
    #[must_use]
    pub fn with_header(header: &Traced<String>) -> Self {
        // Most files are about this long, so they need not grow often.
        let (text, origins) = (String::with_capacity(1 << 10), Vec::with_capacity(48));
        let mut file = OutputFile { text, origins, has_document: false };
        for line in header.value.lines() {
            file.text.push_str("# ");
            file.lines(line, header.origin);
        }
        file
    }

    /// A file with a text of whole lines. `parts` are its parts in order: where each ends, in bytes, and the origin
    /// of its lines. The last one ends with the text.
    pub(crate) fn with_parts(text: String, parts: impl IntoIterator<Item = (usize, Origin)>) -> Self {
        let (mut origins, mut start) = (Vec::new(), 0);
        for (end, origin) in parts {
            origins.extend(repeat_n(origin, line_ends(&text[start..end])));
            start = end;
        }
        debug_assert_eq!(start, text.len(), "every line has an origin");
        OutputFile { text, origins, has_document: false }
    }

    /// Adds a text of one or more lines, all with one origin; the last line end may be left out.
    pub fn lines(&mut self, text: &str, origin: Origin) {
        self.text.push_str(text);
        let mut count = line_ends(text);
        if !text.ends_with('\n') {
            self.text.push('\n');
            count += 1;
        }
        self.origins.extend(repeat_n(origin, count));
    }

    /// Adds a YAML document, with `---` between it and one before it.
    pub fn document(&mut self, node: &Node) {
        self.begin_document(node.origin);
        yaml::write(node, &mut self.text, &mut self.origins);
    }

    /// Adds a value as a YAML document. Lines of parts that are not traced have the given origin.
    pub fn value(&mut self, value: &impl Serialize, origin: Origin) {
        self.begin_document(origin);
        yaml::write_value(value, origin, &mut self.text, &mut self.origins);
    }

    /// Adds a YAML document that is applied by who fills its placeholders in.
    pub fn applied_document(&mut self, node: &Node, placeholders: &Placeholders) {
        if placeholders.is_empty() {
            return self.document(node);
        }
        self.begin_document(node.origin);
        yaml::write_restored(node, placeholders, &mut self.text, &mut self.origins);
    }

    /// Adds a value as a YAML document that is applied by who fills its placeholders in. Lines of parts that are not
    /// traced have the given origin.
    pub fn applied_value(&mut self, value: &impl Serialize, origin: Origin, placeholders: &Placeholders) {
        if placeholders.is_empty() {
            return self.value(value, origin);
        }
        self.begin_document(origin);
        yaml::write_value_restored(value, origin, placeholders, &mut self.text, &mut self.origins);
    }

    /// Adds what stands in another file behind what stands in this one.
    pub(crate) fn append(&mut self, other: OutputFile) {
        if self.has_document
            && let Some(first) = other.origins.first()
        {
            self.lines("---", *first);
        }
        self.text.push_str(&other.text);
        self.origins.extend(other.origins);
        self.has_document |= other.has_document;
    }

    /// Puts a text in the place of the file's own, whose lines it changes but whose line ends it keeps.
    pub(crate) fn replace_within_lines(&mut self, text: String) {
        debug_assert_eq!(text.matches('\n').count(), self.origins.len(), "each line keeps its origin");
        self.text = text;
    }

    fn begin_document(&mut self, origin: Origin) {
        if self.has_document {
            self.lines("---", origin);
        }
        self.has_document = true;
    }

    /// The text; each line ends with a line feed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What each line comes from, in order: as many as there are line feeds in the text.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// What a line comes from, counted from 1.
    #[must_use]
    pub fn origin(&self, line: usize) -> Option<Origin> {
        self.origins.get(line.checked_sub(1)?).copied()
    }
}

/// How many lines end in a text.
fn line_ends(text: &str) -> usize {
    // A processor adds many small sums at once, and no sum of 255 is too large for a byte.
    let of_few = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    text.as_bytes().chunks(255).map(|few| usize::from(of_few(few))).sum()
}
