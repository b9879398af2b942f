//! What an editor asks about a project, as plain data over byte offsets.
//!
//! Knows no protocol and keeps no state between versions of a text: a [`Project`] is one version,
//! compiled once. Start at [`Project`]; each feature is a file of its own with its methods.

mod completion;
mod cursor;
mod edits;
mod hover;
mod links;
mod navigation;
pub mod reference;
mod structure;
#[cfg(test)]
mod tests;
mod tokens;
pub mod topics;
mod zip;

use std::cell::OnceCell;

use hnet::{Compilation, Input, Options};
use hnet_diagnostics::{Diagnostics, FileId, Source, Span};
use hnet_draw::{Picture, View};
use hnet_language::{Definition, Names};
use hnet_syntax::Token;
use hnet_syntax::tree::Statement;

pub use hnet_emit::{OutputFile, Outputs};

pub use completion::{Completion, CompletionKind};
pub use hover::Hover;
pub use links::{Line, Links};
pub use navigation::RenameError;
pub use structure::{Fold, FoldKind, Symbol};
pub use tokens::{Coloured, TokenType};

use crate::cursor::Word;
use crate::links::LineIndex;

/// One version of a project, compiled.
#[derive(Debug)]
pub struct Project {
    /// What the compiler found out. Its files are made when they are asked for: see [`Project::outputs`].
    pub compilation: Compilation,
    read: Vec<OnceCell<Read>>,
    outputs: OnceCell<Outputs>,
    lines: OnceCell<LineIndex>,
    /// In the order of `View::ALL`.
    pictures: [OnceCell<Picture>; View::ALL.len()],
}

/// The tokens of a source and what each word is.
#[derive(Debug)]
struct Read {
    tokens: Vec<Token>,
    words: Vec<Word>,
}

impl Project {
    /// Checks a project.
    #[must_use]
    pub fn new(input: Input) -> Self {
        let compilation = hnet::check(input, &Options::default());
        Project {
            read: compilation.sources.iter().map(|_| OnceCell::new()).collect(),
            compilation,
            outputs: OnceCell::new(),
            lines: OnceCell::new(),
            pictures: Default::default(),
        }
    }

    /// The files of the network; none where it has errors.
    #[must_use]
    pub fn outputs(&self) -> Option<&Outputs> {
        let network = self.compilation.network.as_ref()?;
        Some(self.outputs.get_or_init(|| hnet_emit::emit(network, &self.compilation.sources)))
    }

    /// A picture of the network; none where it has errors.
    #[must_use]
    pub fn picture(&self, view: View) -> Option<&Picture> {
        let network = self.compilation.network.as_ref()?;
        let cell = View::ALL.iter().zip(&self.pictures).find(|(one, _)| **one == view)?.1;
        Some(cell.get_or_init(|| hnet_draw::draw(network, view)))
    }

    fn source(&self, file: FileId) -> &Source {
        self.compilation.sources.get(file)
    }

    fn names(&self) -> &Names {
        &self.compilation.names
    }

    fn read(&self, file: FileId) -> Option<&Read> {
        let cell = self.read.get(file.0 as usize)?;
        Some(cell.get_or_init(|| {
            let text = self.source(file).text();
            let tokens = hnet_syntax::parse(file, text, &mut Diagnostics::new()).tokens;
            let words = cursor::words(text, &tokens);
            Read { tokens, words }
        }))
    }

    /// The word at an offset, or just before it.
    fn word_at(&self, file: FileId, offset: usize) -> Option<Word> {
        let words = &self.read(file)?.words;
        let after = words.partition_point(|word| word.span.start as usize <= offset);
        words[..after].last().copied().filter(|word| word.span.touches(offset))
    }

    /// The name at an offset, declared or used there, with the key of its definition.
    fn name_at(&self, file: FileId, offset: usize) -> Option<(Span, Span)> {
        let names = self.names();
        let end = Span::new(file, offset, u32::MAX as usize);
        let used = names.uses.range(..=end).next_back().map(|(span, key)| (*span, *key));
        let declared = names.definitions.range(..=end).next_back().map(|(span, _)| (*span, *span));
        let touches = |(span, _): &(Span, Span)| span.file == file && span.touches(offset);
        used.into_iter().chain(declared).filter(touches).max_by_key(|(span, _)| *span)
    }

    /// The definition with a key.
    fn definition_of(&self, key: Span) -> Option<&Definition> {
        self.names().definitions.get(&key)
    }

    /// The statements around an offset, the outermost first.
    fn statements_at(&self, file: FileId, offset: usize) -> Vec<&Statement> {
        let mut chain = Vec::new();
        let tree = self.compilation.trees.iter().find(|tree| tree.file == file);
        let mut open = tree.map_or(&[][..], |tree| &tree.statements);
        loop {
            let after = open.partition_point(|statement| statement.span.start as usize <= offset);
            let Some(statement) = open[..after].last().filter(|statement| statement.span.touches(offset)) else {
                return chain;
            };
            chain.push(statement);
            open = statement.statements();
        }
    }

    /// The statement that declares what has a key.
    fn declaration(&self, key: Span) -> Option<&Statement> {
        let chain = self.statements_at(key.file, key.start as usize);
        chain.into_iter().rev().find(|statement| statement.span.start <= key.start && statement.head().end >= key.end)
    }
}
