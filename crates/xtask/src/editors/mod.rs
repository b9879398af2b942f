//! `cargo xtask editors`: what editors know of the language, from the vocabulary that the checker reads.
//!
//! Each file is a template of its own form (`templates/`) with groups of words in it; [`FILES`] is the table of them.
//! The parser for tree-sitter is made from its grammar. Start at [`run`].
#![expect(clippy::disallowed_methods, reason = "a front end reads and writes the files of the project")]

mod parser;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use self::words::{Form, Words};

pub use self::parser::{GRAMMAR, PARSER, stamp};

/// A file that is written from a template.
struct File {
    /// Where it stands, from the root of the project.
    path: &'static str,
    template: &'static str,
    form: Form,
}

/// Every file with words of the vocabulary in it.
const FILES: &[File] = &[
    File {
        path: "web/editors/vscode/syntaxes/hnet.tmLanguage.json",
        template: include_str!("templates/hnet.tmLanguage.json"),
        form: Form::Alternatives,
    },
    File {
        path: "web/editors/sublime/hnet.sublime-syntax",
        template: include_str!("templates/hnet.sublime-syntax"),
        form: Form::Alternatives,
    },
    File {
        path: "web/editors/vim/syntax/hnet.vim",
        template: include_str!("templates/hnet.vim"),
        form: Form::Spaced("      \\ "),
    },
    File {
        path: "web/editors/emacs/hnet-mode.el",
        template: include_str!("templates/hnet-mode.el"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/kakoune/hnet.kak",
        template: include_str!("templates/hnet.kak"),
        form: Form::Alternatives,
    },
    File {
        path: "grammar/tree-sitter/queries/highlights.scm",
        template: include_str!("templates/highlights.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "grammar/tree-sitter/queries/injections.scm",
        template: include_str!("templates/injections.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/vim/queries/hnet/highlights.scm",
        template: include_str!("templates/highlights.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/vim/queries/hnet/injections.scm",
        template: include_str!("templates/injections.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/helix/queries/hnet/highlights.scm",
        template: include_str!("templates/highlights.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/helix/queries/hnet/injections.scm",
        template: include_str!("templates/injections.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/zed/languages/hnet/highlights.scm",
        template: include_str!("templates/highlights.scm"),
        form: Form::Quoted("    "),
    },
    File {
        path: "web/editors/zed/languages/hnet/injections.scm",
        template: include_str!("templates/injections.scm"),
        form: Form::Quoted("    "),
    },
];

/// Every file as the vocabulary has it: its path from the root of the project, and its text.
#[must_use]
pub fn files() -> Vec<(&'static str, String)> {
    let words = Words::of_the_vocabulary();
    FILES.iter().map(|file| (file.path, words.filled(file.template, file.form))).collect()
}

/// Writes the files, and the parser from its grammar; with `check` writes nothing and says what is not current.
///
/// # Errors
/// When a file cannot be written, or is not current.
pub fn run(check: bool) -> Result<(), String> {
    for (path, text) in files() {
        put(path, &text, check)?;
    }
    for (path, text) in parser::files()? {
        put(&path, &text, check)?;
    }
    Ok(())
}

/// Writes a file, or compares it.
fn put(path: &str, text: &str, check: bool) -> Result<(), String> {
    let place = root().join(path);
    if !check {
        let folder = place.parent().unwrap_or(Path::new("."));
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&place, text));
        return written.map_err(|error| format!("cannot write `{path}`: {error}"));
    }
    match fs::read_to_string(&place) {
        Ok(there) if there == text => Ok(()),
        _ => Err(format!("`{path}` is not what it is made from says; run `cargo xtask editors`")),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
