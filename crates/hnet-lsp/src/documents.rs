//! The open documents, and which of them make a project together.
//!
//! A document that another one includes belongs to its project; the others are roots. What is
//! included and not open is asked of the front end's reader, where it has one. Start at
//! [`Documents::project`].

use hnet::Input;
use hnet_diagnostics::FileId;
use hnet_ide::Project;
use indexmap::IndexMap;

/// Reads a file that is not open, by its URI; none where there is no such file.
pub(crate) type Reader = Box<dyn Fn(&str) -> Option<String>>;

/// An open document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) version: i64,
    pub(crate) text: String,
}

/// A compiled project with the URIs of its files.
pub(crate) struct Compiled {
    pub(crate) root: String,
    /// In the order of the project's sources.
    pub(crate) uris: Vec<String>,
    /// What was compiled of each: its version, where it is open.
    pub(crate) versions: Vec<Option<i64>>,
    pub(crate) project: Project,
}

impl Compiled {
    /// The file of a document.
    pub(crate) fn file(&self, uri: &str) -> Option<FileId> {
        let at = self.uris.iter().position(|known| known == uri)?;
        u32::try_from(at).ok().map(FileId)
    }

    /// The document of a file.
    pub(crate) fn uri(&self, file: FileId) -> &str {
        self.uris.get(file.0 as usize).map_or(self.root.as_str(), String::as_str)
    }
}

/// The open documents and what was compiled of them. They are few, so lists do.
#[derive(Default)]
pub(crate) struct Documents {
    /// By their URIs, in the order in which they were opened.
    open: Vec<(String, Document)>,
    reader: Option<Reader>,
    /// The projects of the present texts.
    compiled: Vec<Compiled>,
    /// The roots of the open documents in the present texts; empty where they are not known.
    roots: Vec<String>,
}

impl Documents {
    pub(crate) fn read_with(&mut self, reader: Reader) {
        self.reader = Some(reader);
    }

    pub(crate) fn get(&self, uri: &str) -> Option<&Document> {
        self.open.iter().find(|(open, _)| open == uri).map(|(_, document)| document)
    }

    /// Opens a document or gives it another text.
    pub(crate) fn set(&mut self, uri: &str, version: i64, text: String) {
        let document = Document { version, text };
        match self.open.iter_mut().find(|(open, _)| open == uri) {
            Some((_, before)) => {
                *before = document;
                self.forget(uri);
            }
            None => {
                self.open.push((uri.to_owned(), document));
                // Others may have included it in vain, and do not list it.
                self.forget_all();
            }
        }
    }

    /// Closes a document.
    pub(crate) fn close(&mut self, uri: &str) {
        self.open.retain(|(open, _)| open != uri);
        self.forget(uri);
    }

    /// Forgets everything compiled, since a file that is not open has changed.
    pub(crate) fn forget_all(&mut self) {
        self.compiled.clear();
        self.roots.clear();
    }

    /// Forgets what was compiled with a document. Which documents are roots may have changed with it.
    fn forget(&mut self, uri: &str) {
        self.compiled.retain(|compiled| compiled.file(uri).is_none());
        self.roots.clear();
    }

    /// The first open document.
    pub(crate) fn first(&self) -> Option<&str> {
        self.open.first().map(|(uri, _)| uri.as_str())
    }

    /// The roots of all open documents, in the order in which they were opened.
    pub(crate) fn all_roots(&mut self) -> Vec<String> {
        self.settle();
        let mut roots = Vec::new();
        for root in &self.roots {
            if !roots.contains(root) {
                roots.push(root.clone());
            }
        }
        roots
    }

    /// Whether the project of a root is compiled in its present texts.
    pub(crate) fn is_compiled(&self, root: &str) -> bool {
        self.compiled.iter().any(|compiled| compiled.root == root)
    }

    /// The project that a document belongs to; none where it is not open and cannot be read.
    pub(crate) fn project(&mut self, uri: &str) -> Option<&Compiled> {
        self.settle();
        let place = self.open.iter().position(|(open, _)| open == uri);
        let root = place.map_or_else(|| uri.to_owned(), |place| self.roots[place].clone());
        if !self.is_compiled(&root) {
            self.text(&root)?;
            let compiled = self.compile(&root);
            self.compiled.push(compiled);
        }
        self.compiled.iter().find(|compiled| compiled.root == root)
    }

    /// The text of a document, open or read.
    fn text(&self, uri: &str) -> Option<String> {
        match self.get(uri) {
            Some(document) => Some(document.text.clone()),
            None => self.reader.as_ref().and_then(|read| read(uri)),
        }
    }

    /// Finds the root of each open document, once for each state of the documents.
    fn settle(&mut self) {
        if !self.roots.is_empty() {
            return;
        }
        let mut candidates: Vec<String> = self.open.iter().map(|(uri, _)| uri.clone()).collect();
        for (uri, _) in &self.open {
            // A source that is not open may include one that is; by custom it is called so.
            let usual = [folder(uri), "/network.hnet"].concat();
            if self.reader.is_some() && !candidates.contains(&usual) && self.text(&usual).is_some() {
                candidates.push(usual);
            }
        }
        // Each included document with the first that includes it.
        let mut included = IndexMap::new();
        for root in &candidates {
            for (uri, _, _) in self.load(root).into_iter().skip(1) {
                included.entry(uri).or_insert(root);
            }
        }
        for (uri, _) in &self.open {
            let mut root = uri;
            // Includes of includes; a circle ends where it began.
            for _ in 0..candidates.len() {
                match included.get(root) {
                    Some(above) if *above != uri => root = above,
                    _ => break,
                }
            }
            self.roots.push(root.clone());
        }
    }

    /// URI, path and text of a root and of all that it includes.
    fn load(&self, root: &str) -> Vec<(String, String, String)> {
        let folder = folder(root);
        let name = decoded(root.rsplit('/').next().unwrap_or(root));
        let mut files = vec![(root.to_owned(), name, self.text(root).unwrap_or_default())];
        let mut next = 0;
        while let Some((_, path, text)) = files.get(next) {
            next += 1;
            for path in hnet::includes(path, text) {
                if files.iter().any(|(_, known, _)| *known == path) {
                    continue;
                }
                let wanted = [folder, "/", &path].concat();
                let open = self.open.iter().find(|(uri, _)| decoded(uri) == decoded(&wanted));
                let uri = open.map_or_else(|| [folder, "/", &encoded(&path)].concat(), |(uri, _)| uri.clone());
                if let Some(text) = self.text(&uri) {
                    files.push((uri, path, text));
                }
            }
        }
        files
    }

    fn compile(&self, root: &str) -> Compiled {
        let (mut uris, mut versions) = (Vec::new(), Vec::new());
        let mut files = Vec::new();
        for (uri, path, text) in self.load(root) {
            versions.push(self.get(&uri).map(|document| document.version));
            uris.push(uri);
            files.push((path, text));
        }
        Compiled { root: root.to_owned(), uris, versions, project: Project::new(Input { files }) }
    }
}

/// The URI up to its last `/`.
fn folder(uri: &str) -> &str {
    uri.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A URI with its percent-encoded bytes as they are.
pub(crate) fn decoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path as a part of a URI: what is not plain is percent-encoded.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
