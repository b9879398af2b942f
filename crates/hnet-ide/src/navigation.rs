//! Where names are declared and used, and what they may be called instead.
//!
//! All of it is what the checker noted while it read: see `hnet_check::names`. Start at
//! [`Project::definition`].

use std::fmt;

use hnet_diagnostics::{Edit, FileId, Span};
use hnet_model::Name;

use crate::Project;
use crate::cursor::Role;

/// The kinds whose names may stand for an address, and so share one space.
const ADDRESSED: [&str; 5] = ["router", "switch", "host", "node", "gateway"];

/// Why a name cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// No name stands there.
    NoName,
    /// The new text is no name.
    NotAName(String),
    /// The name stands here around a character that nobody sees.
    Hidden(Span),
    /// The name is taken by what is declared here.
    Taken(String, Span),
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RenameError::NoName => f.write_str("no name stands here"),
            RenameError::NotAName(text) => {
                write!(f, "`{text}` is no name: names are 1 to 63 lower-case letters, digits and hyphens")
            }
            RenameError::Hidden(_) => f.write_str("a character that nobody sees stands in the name: delete it first"),
            RenameError::Taken(text, _) => write!(f, "the name `{text}` is taken"),
        }
    }
}

impl Project {
    /// Where the name at an offset is declared; for the path of a file, the start of that file.
    #[must_use]
    pub fn definition(&self, file: FileId, offset: usize) -> Option<Span> {
        if let Some((_, key)) = self.name_at(file, offset) {
            return Some(key);
        }
        let word = self.word_at(file, offset)?;
        let statement = self.statements_at(file, offset).into_iter().next_back()?;
        let path = match (word.role, statement.keyword.text.as_str()) {
            (Role::Value(_), "include") => &statement.arguments.first()?.value,
            _ => {
                let tree = self.compilation.trees.iter().find(|tree| tree.file == file)?;
                hnet_check::texts(tree).into_iter().find(|path| path.span.touches(offset))?
            }
        };
        let path = hnet_language::include::resolve(self.source(file).path(), &path.text)?;
        self.compilation.sources.find(&path).map(|file| Span::new(file, 0, 0))
    }

    /// All places of the name at an offset, in the order of the sources; with its declaration if wanted.
    #[must_use]
    pub fn references(&self, file: FileId, offset: usize, declaration: bool) -> Vec<Span> {
        let Some((_, key)) = self.name_at(file, offset) else { return Vec::new() };
        let uses = self.names().uses.iter().filter(|(_, used)| **used == key).map(|(span, _)| *span);
        let mut found: Vec<Span> = uses.chain(declaration.then_some(key)).collect();
        found.sort();
        found.dedup();
        found
    }

    /// The name at an offset that can be changed.
    #[must_use]
    pub fn renamable(&self, file: FileId, offset: usize) -> Option<Span> {
        self.name_at(file, offset).filter(|(_, key)| self.definition_of(*key).is_some()).map(|(span, _)| span)
    }

    /// The edits that change the name at an offset wherever it stands.
    ///
    /// # Errors
    /// When no name stands there, the new one is no name, it is taken, or a place holds more than the name.
    pub fn rename(&self, file: FileId, offset: usize, to: &str) -> Result<Vec<Edit>, RenameError> {
        let (_, key) = self.name_at(file, offset).ok_or(RenameError::NoName)?;
        let definition = self.definition_of(key).ok_or(RenameError::NoName)?;
        let is_sound = match definition.keyword {
            "placeholder" => hnet_model::placeholders::is_name(to),
            _ => Name::new(to).is_ok(),
        };
        if !is_sound {
            return Err(RenameError::NotAName(to.to_owned()));
        }
        let shares = |keyword: &str| {
            keyword == definition.keyword || (ADDRESSED.contains(&keyword) && ADDRESSED.contains(&definition.keyword))
        };
        let taken = self.names().definitions.iter().find(|(other, one)| {
            **other != key && one.name == to && one.owner == definition.owner && shares(one.keyword)
        });
        if let Some((span, _)) = taken {
            return Err(RenameError::Taken(to.to_owned(), *span));
        }
        let places = self.references(file, offset, true);
        // An edit of a place takes the place of the name alone.
        let is_name = |span: &Span| self.compilation.sources.text(*span).trim_matches('"') == definition.name;
        if let Some(hidden) = places.iter().find(|span| !is_name(span)) {
            return Err(RenameError::Hidden(*hidden));
        }
        Ok(places.into_iter().map(|span| Edit { span, text: to.to_owned() }).collect())
    }
}
