//! What people are told of components: what they expect from elsewhere, the steps before anything is synced, the
//! table of the documentation.

use hnet_model::Origin;

use crate::OutputFile;
use crate::markdown::Document;
use crate::markdown::shell::Commands;

/// The list of what is expected from elsewhere: its first item brings the sentence before it.
pub(crate) struct Expected<'a> {
    document: &'a mut Document,
    any: bool,
}

impl<'a> Expected<'a> {
    /// A list of nothing so far.
    pub(crate) fn new(document: &'a mut Document) -> Self {
        Expected { document, any: false }
    }

    /// Begins an item.
    pub(crate) fn item(&mut self, origin: Origin) -> &mut Document {
        if !self.any {
            self.document.paragraph(origin).literal("These files expect, from elsewhere:");
            self.document.list(false);
            self.any = true;
        }
        self.document.item(origin)
    }
}

/// Steps that are numbered as they are written.
pub(crate) struct Steps {
    document: Document,
    done: usize,
}

impl Steps {
    /// A page without steps so far.
    pub(crate) fn new(document: Document) -> Self {
        Steps { document, done: 0 }
    }

    /// The page with its steps.
    pub(crate) fn finish(self) -> OutputFile {
        self.document.finish()
    }

    /// Begins a step with its heading and what is said about it.
    pub(crate) fn begin(&mut self, heading: &'static str, said: &[&'static str], origin: Origin) -> &mut Document {
        self.done += 1;
        self.document.heading(2, origin).text(&self.done.to_string()).literal(" – ").literal(heading);
        for paragraph in said {
            self.document.paragraph(origin).literal(paragraph);
        }
        &mut self.document
    }

    /// A step of one command.
    pub(crate) fn one(
        &mut self,
        heading: &'static str,
        said: &[&'static str],
        command: &'static str,
        words: &[&str],
        origin: Origin,
    ) {
        let mut commands = Commands::default();
        commands.run(command, words, origin);
        self.begin(heading, said, origin).commands(&commands);
    }
}

/// The table of components, under a heading where there is any.
pub(crate) struct Rows<'a> {
    document: &'a mut Document,
    shape: Origin,
    any: bool,
    /// The folder or the files of the component whose rows these are, where anything is written.
    folder: Option<String>,
}

impl<'a> Rows<'a> {
    /// A table without rows so far.
    pub(crate) fn new(document: &'a mut Document, shape: Origin) -> Self {
        Rows { document, shape, any: false, folder: None }
    }

    /// The rows that follow are of what is written here.
    pub(crate) fn written_to(&mut self, folder: Option<String>) {
        self.folder = folder;
    }

    /// Begins the row of a component, up to the cell of what it does; the cell of its version follows.
    pub(crate) fn row(&mut self, name: &'static str, origin: Origin) -> &mut Document {
        if !self.any {
            self.document.heading(2, self.shape).literal("Components");
            self.document.table(&["Component", "Does", "Version", "Files"]);
            self.any = true;
        }
        self.document.row(origin).cell().literal(name).cell()
    }

    /// Ends a row with the cell of its folder.
    pub(crate) fn files(&mut self) {
        self.document.cell();
        if let Some(folder) = &self.folder {
            self.document.code(folder);
        }
    }
}
