//! Sources of several files: `include "nodes.hnet";` puts the statements of another file in its place.

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Refusal, Sources, Span, codes};
use hnet_syntax::tree::{Statement, Tree};
use indexmap::IndexMap;

use crate::declaration::Vocabulary;

/// The path of an included file, from the project's root; none where it leaves the project.
#[must_use]
pub fn resolve(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', '\0']) || path.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The statements that name other files, wherever they may stand.
pub fn statements<'t>(tree: &'t Tree, vocabulary: &'static Vocabulary) -> impl Iterator<Item = &'t Statement> {
    let nested = |statement: &Statement| {
        [vocabulary.root, vocabulary.part].iter().any(|kind| kind.keyword == statement.keyword.text)
    };
    let mut open: Vec<&Statement> = tree.statements.iter().rev().collect();
    std::iter::from_fn(move || {
        while let Some(statement) = open.pop() {
            if nested(statement) {
                open.extend(statement.statements().iter().rev());
            }
            if statement.keyword.text == "include" {
                return Some(statement);
            }
        }
        None
    })
}

/// What is wrong with an include of a file that was not read.
fn refused(refusal: &Refusal, span: Span) -> Diagnostic {
    let Refusal { path, outside, why, help } = refusal;
    let mut diagnostic = match outside {
        true => Diagnostic::new(&codes::INCLUDE_LEAVES_PROJECT, format!("`{path}` leaves the project")),
        false => Diagnostic::new(&codes::INCLUDE_NOT_FOUND, format!("`{path}` cannot be read")),
    };
    diagnostic.help.clone_from(help);
    diagnostic.label(span, why)
}

/// Which tree stands in the place of which `include`, by the span of the keyword.
pub struct Includes<'t> {
    trees: IndexMap<Span, &'t Tree>,
    sources: &'t Sources,
}

impl<'t> Includes<'t> {
    /// Follows all includes from the first tree and reports what is missing, circular, or outside.
    pub fn follow(
        trees: &'t [Tree],
        vocabulary: &'static Vocabulary,
        sources: &'t Sources,
        out: &mut Diagnostics,
    ) -> Self {
        let mut includes = Includes { trees: IndexMap::new(), sources };
        if let Some(root) = trees.first() {
            includes.visit(root, trees, vocabulary, sources, &mut vec![(root.file, None)], out);
        }
        includes
    }

    /// The text of a place as it is written.
    pub(crate) fn written(&self, place: Span) -> &'t str {
        self.sources.text(place)
    }

    fn visit(
        &mut self,
        tree: &'t Tree,
        trees: &'t [Tree],
        vocabulary: &'static Vocabulary,
        sources: &Sources,
        path: &mut Vec<(FileId, Option<Span>)>,
        out: &mut Diagnostics,
    ) {
        for statement in statements(tree, vocabulary) {
            let [argument] = statement.arguments.as_slice() else {
                out.report(
                    Diagnostic::new(&codes::INCLUDE_NOT_FOUND, "`include` needs one path")
                        .label(statement.head(), "the path of a file is missing here")
                        .help("write `include \"nodes.hnet\";`"),
                );
                continue;
            };
            let (text, span) = (&argument.value.text, argument.value.span);
            let Some(resolved) = resolve(sources.get(tree.file).path(), text) else {
                out.report(
                    Diagnostic::new(&codes::INCLUDE_LEAVES_PROJECT, format!("`{text}` leaves the project"))
                        .label(span, "outside the folder of the main file")
                        .help("include only files in the main file's folder or below, by a relative path"),
                );
                continue;
            };
            if let Some(refusal) = sources.refusal(&resolved) {
                out.report(refused(refusal, span));
                continue;
            }
            let Some(included) =
                sources.find(&resolved).and_then(|file| trees.iter().find(|included| included.file == file))
            else {
                out.report(
                    Diagnostic::new(&codes::INCLUDE_NOT_FOUND, format!("there is no file `{resolved}`"))
                        .label(span, "no such file in the project")
                        .help("the path is relative to the file that includes"),
                );
                continue;
            };
            if let Some(at) = path.iter().position(|(file, _)| *file == included.file) {
                let mut diagnostic = Diagnostic::new(&codes::INCLUDE_CYCLE, format!("`{resolved}` includes itself"))
                    .label(span, "this include closes a circle");
                for (_, through) in &path[at..] {
                    if let Some(through) = through {
                        diagnostic = diagnostic.label(*through, "included here");
                    }
                }
                out.report(diagnostic.help("remove one of the includes"));
                continue;
            }
            if self.trees.iter().any(|(_, tree)| tree.file == included.file) {
                out.report(
                    Diagnostic::new(&codes::REPEATED_FIELD, format!("`{resolved}` is included twice"))
                        .label(span, "its statements would stand twice")
                        .help("keep one of the includes"),
                );
                continue;
            }
            self.trees.entry(statement.keyword.span).or_insert(included);
            path.push((included.file, Some(span)));
            self.visit(included, trees, vocabulary, sources, path, out);
            path.pop();
        }
    }

    /// The statements with those of included files in their places.
    pub fn expand(&self, statements: &'t [Statement]) -> Vec<&'t Statement> {
        let mut expanded = Vec::with_capacity(statements.len());
        self.expand_into(statements, &mut expanded);
        expanded
    }

    fn expand_into(&self, statements: &'t [Statement], expanded: &mut Vec<&'t Statement>) {
        for statement in statements {
            if statement.keyword.text != "include" {
                expanded.push(statement);
            } else if let Some(tree) = self.trees.get(&statement.keyword.span) {
                self.expand_into(&tree.statements, expanded);
            }
        }
    }
}
