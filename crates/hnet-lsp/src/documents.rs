//! The open documents, and the projects that they belong to.
//!
//! A project is a root with all that it includes. A document that nothing includes is a root; one that is included
//! belongs to every project that includes it, also where the root is not open: then it is looked for on the front
//! end's disk, where it has one. Start at [`Documents::project`] and [`Documents::settle`].

use hnet::{Found, Input};
use hnet_diagnostics::FileId;
use hnet_ide::Project;
use indexmap::{IndexMap, IndexSet};

use crate::uris;

/// The files of a front end that has some: those of the projects that its command line would read, and no others.
pub trait Disk {
    /// What stands under a path, relative to the folder of a project's root.
    fn find(&self, folder: &str, path: &str) -> Found;

    /// The names of the sources in a folder.
    fn sources(&self, folder: &str) -> Vec<String>;
}

/// An open document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) version: i32,
    pub(crate) text: String,
}

/// A project as its texts are now.
struct Loaded {
    /// In the order of the input.
    uris: Vec<String>,
    /// The version of each that is open.
    versions: Vec<Option<i32>>,
    input: Input,
}

/// A compiled project with the URIs of its files.
pub(crate) struct Compiled {
    pub(crate) root: String,
    /// In the order of the project's sources.
    pub(crate) uris: Vec<String>,
    /// What was compiled of each: its version, where it is open.
    pub(crate) versions: Vec<Option<i32>>,
    pub(crate) project: Project,
    /// Whether the client was told what was found. A request may need a project before that.
    told: bool,
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
    disk: Option<Box<dyn Disk>>,
    /// The folders that the client has open: above them nothing is looked for.
    workspace: Vec<String>,
    /// The sources on the disk that include an open document; none where they were not looked for yet.
    around: Option<Vec<String>>,
    /// The projects in the present texts, by their roots; none where the texts have changed since.
    loaded: Option<IndexMap<String, Loaded>>,
    /// What is compiled in the present texts.
    compiled: Vec<Compiled>,
}

impl Documents {
    pub(crate) fn read_from(&mut self, disk: Box<dyn Disk>) {
        self.disk = Some(disk);
    }

    pub(crate) fn work_in(&mut self, folders: Vec<String>) {
        self.workspace = folders;
    }

    pub(crate) fn has_disk(&self) -> bool {
        self.disk.is_some()
    }

    pub(crate) fn get(&self, uri: &str) -> Option<&Document> {
        self.open.iter().find(|(open, _)| open == uri).map(|(_, document)| document)
    }

    /// Opens a document or gives it another text.
    pub(crate) fn set(&mut self, uri: &str, version: i32, text: String) {
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
        self.around = None;
        self.forget(uri);
    }

    /// Forgets everything that was read and compiled, since a file that is not open has changed.
    pub(crate) fn forget_all(&mut self) {
        self.around = None;
        self.loaded = None;
        self.compiled.clear();
    }

    /// Forgets what was compiled with a document. What includes what may have changed with it.
    fn forget(&mut self, uri: &str) {
        self.compiled.retain(|compiled| compiled.file(uri).is_none());
        self.loaded = None;
    }

    /// The open documents.
    pub(crate) fn uris(&self) -> Vec<String> {
        self.open.iter().map(|(uri, _)| uri.clone()).collect()
    }

    /// The first open document.
    pub(crate) fn first(&self) -> Option<&str> {
        self.open.first().map(|(uri, _)| uri.as_str())
    }

    /// Compiles every project of the open documents that is not compiled in its present texts, and says which
    /// the client is now to be told of.
    pub(crate) fn compile_all(&mut self) -> Vec<String> {
        let roots: Vec<String> = self.settle().keys().cloned().collect();
        self.compiled.retain(|compiled| roots.contains(&compiled.root));
        roots.iter().for_each(|root| self.compile(root));
        let untold = self.compiled.iter_mut().filter(|compiled| !compiled.told);
        untold
            .map(|compiled| {
                compiled.told = true;
                compiled.root.clone()
            })
            .collect()
    }

    /// What is compiled, in the order of the projects.
    pub(crate) fn compiled(&self) -> impl Iterator<Item = &Compiled> {
        let roots = self.loaded.iter().flatten().map(|(root, _)| root);
        roots.filter_map(|root| self.compiled.iter().find(|compiled| compiled.root == *root))
    }

    /// The first project that a document belongs to; none where it is not open and cannot be read.
    pub(crate) fn project(&mut self, uri: &str) -> Option<&Compiled> {
        let of_root = self.settle().iter().find(|(_, loaded)| loaded.uris.iter().any(|known| known == uri));
        let root = of_root.map_or_else(|| uri.to_owned(), |(root, _)| root.clone());
        self.compile(&root);
        self.compiled.iter().find(|compiled| compiled.root == root)
    }

    /// Compiles the project of a root, where that is to be done and can be.
    fn compile(&mut self, root: &str) {
        if self.compiled.iter().any(|compiled| compiled.root == root) {
            return;
        }
        let known = self.loaded.as_mut().and_then(|loaded| loaded.get_mut(root)).map(|loaded| Loaded {
            uris: loaded.uris.clone(),
            versions: loaded.versions.clone(),
            input: std::mem::take(&mut loaded.input),
        });
        let Some(Loaded { uris, versions, input }) = known.or_else(|| self.load(root)) else { return };
        let project = Project::new(input);
        self.compiled.push(Compiled { root: root.to_owned(), uris, versions, project, told: false });
    }

    /// The projects of the open documents, by their roots: found once for each state of the texts.
    fn settle(&mut self) -> &IndexMap<String, Loaded> {
        if self.loaded.is_none() {
            if self.around.is_none() {
                self.around = Some(self.look_around());
            }
            let open = self.open.iter().map(|(uri, _)| uri);
            let candidates: IndexSet<&String> = open.chain(self.around.iter().flatten()).collect();
            let mut loaded: IndexMap<String, Loaded> =
                candidates.into_iter().filter_map(|root| Some((root.clone(), self.load(root)?))).collect();
            let included: Vec<String> = (0..loaded.len())
                .filter(|at| {
                    let (root, own) = (&loaded.keys()[*at], &loaded[*at]);
                    // Of two that include each other the first is the root.
                    loaded.iter().enumerate().any(|(other, (above, project))| {
                        other != *at && project.uris.contains(root) && (other < *at || !own.uris.contains(above))
                    })
                })
                .map(|at| loaded.keys()[at].clone())
                .collect();
            loaded.retain(|root, _| !included.contains(root));
            self.loaded = Some(loaded);
        }
        self.loaded.get_or_insert_default()
    }

    /// The sources on the disk, in the folders of the open documents and those around them, that include one of them.
    fn look_around(&self) -> Vec<String> {
        let Some(disk) = &self.disk else { return Vec::new() };
        let mut folders = IndexSet::new();
        for (uri, _) in &self.open {
            let within = self.workspace.iter().find(|folder| uri.starts_with(&[folder, "/"].concat()));
            let mut folder = uris::folder(uri);
            while uris::path(&[folder, "/"].concat()).is_some() {
                folders.insert(folder);
                if within.is_some_and(|within| within == folder) {
                    break;
                }
                folder = uris::folder(folder);
            }
        }
        let mut around = Vec::new();
        for folder in folders {
            let Some(path) = uris::path(&[folder, "/"].concat()) else { continue };
            let mut names = disk.sources(&path);
            // By custom the root is called so.
            names.sort_by_key(|name| name != "network.hnet");
            for root in names.iter().map(|name| uris::below(folder, name)) {
                let is_open = self.open.iter().any(|(open, _)| uris::same(open, &root));
                let includes_open = |project: Loaded| project.uris.iter().any(|uri| self.get(uri).is_some());
                if !is_open && self.load(&root).is_some_and(includes_open) {
                    around.push(root);
                }
            }
        }
        around
    }

    /// A root and all that it includes; none where the root is not open and cannot be read.
    fn load(&self, root: &str) -> Option<Loaded> {
        let folder = uris::folder(root);
        let (mut uris, mut versions) = (Vec::new(), Vec::new());
        let mut find = |path: &str| {
            let wanted = uris::below(folder, path);
            let open = self.open.iter().find(|(uri, _)| uris::same(uri, &wanted));
            let found = match (open, &self.disk, uris::path(&[folder, "/"].concat())) {
                (Some((_, document)), _, _) => Found::Text(document.text.clone()),
                (None, Some(disk), Some(folder)) => disk.find(&folder, path),
                (None, _, _) => Found::Nothing,
            };
            if matches!(found, Found::Text(_)) {
                versions.push(open.map(|(_, document)| document.version));
                uris.push(open.map_or(wanted, |(uri, _)| uri.clone()));
            }
            found
        };
        let name = uris::name(root);
        let Found::Text(text) = find(&name) else { return None };
        let input = hnet::load(name, text, find);
        Some(Loaded { uris, versions, input })
    }
}
