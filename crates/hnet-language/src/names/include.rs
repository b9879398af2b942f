//! Sources of several files: `include "nodes.hnet";` puts the statements of another file in its place.

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Refusal, Reported, Sources, Span, codes};
use hnet_syntax::tree::{Argument, Statement, Tree, Value, ValueKind};
use indexmap::{IndexMap, IndexSet};

use super::scope::Scope;
use crate::declaration::{Kind, Space, Vocabulary};

/// The word behind which the path of a file stands that holds a text of another language.
pub const FROM: &str = "from";

/// The paths behind `from`, where values say that a text stands in files; none where they say the text itself.
#[must_use]
pub fn files(values: &[Argument]) -> Option<&[Argument]> {
    let (first, paths) = values.split_first()?;
    let is_from = first.value.kind == ValueKind::Word && first.value.text == FROM;
    (is_from && paths.first().is_none_or(|path| path.comma.is_none())).then_some(paths)
}

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

/// Whether a path, written in a source, leads to the folder of the project itself, and to all that lies in it.
#[must_use]
pub fn is_whole(from: &str, path: &str) -> bool {
    resolve(from, &format!("{path}/x")).as_deref() == Some("x")
}

/// Whether the body of a statement may be cut into files.
fn takes_files(statement: &Statement, vocabulary: &'static Vocabulary) -> bool {
    let open = [vocabulary.root, vocabulary.part, vocabulary.others];
    open.iter().any(|kind| kind.keyword == statement.keyword.text)
}

/// Reports where files are named in bodies that are not cut. What cannot stand where it does is told by itself, with all that
/// it holds.
fn report_strays(tree: &Tree, is_first: bool, vocabulary: &'static Vocabulary, out: &mut Diagnostics) {
    let at_start = |word: &str| match word == vocabulary.root.keyword {
        true => Some(vocabulary.root),
        false => vocabulary.kind(word).filter(|_| !is_first),
    };
    let within = |kind: &'static Kind, word: &str| {
        let own = kind.field(word).and_then(|(_, field)| field.shape.kind());
        own.or_else(|| vocabulary.kind(word).filter(|_| vocabulary.stands_beside(word, kind)))
    };
    let at_start = |own: &'_ Statement| at_start(&own.keyword.text);
    let mut open: Vec<(&Statement, &'static Kind)> =
        tree.statements.iter().rev().filter_map(|own| Some((own, at_start(own)?))).collect();
    while let Some((statement, kind)) = open.pop() {
        // The body of a profile is that of the statements that take it.
        let body = match kind.keyword == Space::PROFILE.keyword() {
            true => vocabulary.kinds().find_map(taking_profiles).unwrap_or(kind),
            false => kind,
        };
        let nested = statement.statements().iter().rev();
        open.extend(nested.filter_map(|own| Some((own, within(body, &own.keyword.text)?))));
        // A body where none can be is one mistake, whatever it holds.
        if takes_files(statement, vocabulary) || body.fields.is_empty() {
            continue;
        }
        for stray in statement.statements().iter().filter(|nested| nested.keyword.text == "include") {
            let around = &statement.keyword.text;
            out.report(
                Diagnostic::new(&codes::MISPLACED_KEYWORD, format!("`include` cannot stand in a `{around}`"))
                    .label(stray.keyword.span, "a file holds whole statements of the network or of a cluster")
                    .help(format!("move the `{around}` into the file, and include that where it stands")),
            );
        }
    }
}

/// The statement at or below a declaration that takes profiles.
fn taking_profiles(kind: &'static Kind) -> Option<&'static Kind> {
    let mut found = None;
    kind.walk(&mut |_, kind| found = found.or_else(|| kind.takes_profiles().then_some(kind)));
    found
}

/// The statements that name other files, wherever they may stand.
pub fn statements<'t>(tree: &'t Tree, vocabulary: &'static Vocabulary) -> impl Iterator<Item = &'t Statement> {
    let nested = move |statement: &Statement| takes_files(statement, vocabulary);
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

/// The paths of the files that a source takes texts of other languages from, wherever they may stand.
#[must_use]
pub fn texts<'t>(tree: &'t Tree, vocabulary: &'static Vocabulary) -> Vec<&'t Value> {
    let mut words: IndexSet<&str> = IndexSet::new();
    for kind in vocabulary.kinds() {
        kind.walk(&mut |_, kind| {
            words.extend(kind.fields.iter().filter(|field| field.shape.takes_file()).map(|field| field.keyword));
        });
    }
    let mut found = Vec::new();
    let mut open: Vec<&Statement> = tree.statements.iter().rev().collect();
    while let Some(statement) = open.pop() {
        open.extend(statement.statements().iter().rev());
        // The field is the statement, or stands in one line with it.
        let word = |at: usize| match at.checked_sub(1) {
            None => Some(statement.keyword.text.as_str()),
            Some(before) => statement.arguments.get(before).map(|argument| argument.value.text.as_str()),
        };
        for at in 0..statement.arguments.len() {
            if let Some(paths) =
                files(&statement.arguments[at..]).filter(|_| word(at).is_some_and(|word| words.contains(word)))
            {
                let more = paths.iter().skip(1).position(|path| path.comma.is_none());
                let last = more.map_or(paths.len(), |at| at + 1);
                let is_path = |path: &&Argument| path.value.kind != ValueKind::Block;
                found.extend(paths[..last].iter().filter(is_path).map(|path| &path.value));
            }
        }
    }
    found
}

/// What a path names, or why nothing was found, at the path. `verb` is what is done with the file.
fn find(sources: &Sources, path: &Value, verb: &str) -> Result<(FileId, String), Diagnostic> {
    let (text, span) = (&path.text, path.span);
    let Some(resolved) = resolve(sources.get(span.file).path(), text) else {
        return Err(Diagnostic::new(&codes::INCLUDE_LEAVES_PROJECT, format!("`{text}` leaves the project"))
            .label(span, "outside the folder of the main file")
            .help(format!("{verb} only files in the main file's folder or below, by a relative path")));
    };
    if let Some(refusal) = sources.refusal(&resolved) {
        return Err(refused(refusal, span));
    }
    match sources.find(&resolved) {
        Some(file) => Ok((file, resolved)),
        None => Err(Diagnostic::new(&codes::INCLUDE_NOT_FOUND, format!("there is no file `{resolved}`"))
            .label(span, "no such file in the project")
            .help("the path is relative to the file that names it")),
    }
}

/// What is wrong with a file that was not read.
fn refused(refusal: &Refusal, span: Span) -> Diagnostic {
    let Refusal { path, outside, why, help } = refusal;
    let mut diagnostic = match outside {
        true => Diagnostic::new(&codes::INCLUDE_LEAVES_PROJECT, format!("`{path}` leaves the project")),
        false => Diagnostic::new(&codes::INCLUDE_NOT_FOUND, format!("`{path}` cannot be read")),
    };
    diagnostic.help.clone_from(help);
    diagnostic.label(span, why)
}

/// So many files may include one another in a row.
const DEEPEST: usize = 100;

/// Which tree stands in the place of which `include`, by the span of the keyword.
pub struct Includes<'t> {
    trees: IndexMap<Span, &'t Tree>,
    sources: &'t Sources,
    /// What was said of the first whose file is not there.
    missing: Option<Diagnostic>,
}

impl<'t> Includes<'t> {
    /// Follows all includes from the first tree and reports what is missing, circular, or outside.
    pub fn follow(
        trees: &'t [Tree],
        vocabulary: &'static Vocabulary,
        sources: &'t Sources,
        out: &mut Diagnostics,
    ) -> Self {
        let mut includes = Includes { trees: IndexMap::new(), sources, missing: None };
        if let Some(root) = trees.first() {
            includes.visit(root, trees, vocabulary, sources, &mut vec![(root.file, None)], out);
        }
        includes
    }

    /// What was said of the first file that is not there, in which anything may stand.
    #[must_use]
    pub fn missing(&self) -> Option<&Diagnostic> {
        self.missing.as_ref()
    }

    /// The text of a place as it is written.
    pub(crate) fn written(&self, place: Span) -> &'t str {
        self.sources.text(place)
    }

    /// The whole of the file that a path names, as a place; reports why there is none.
    pub(crate) fn text_file(&self, path: &Value, out: &mut Diagnostics) -> Result<Span, Reported> {
        let (file, _) = find(self.sources, path, "take").map_err(|why| out.report(why))?;
        Ok(Span::new(file, 0, self.sources.get(file).text().len()))
    }

    /// Looks whether a path names a file, or a folder with files in it; reports why not.
    pub(crate) fn below(&self, path: &Value, out: &mut Diagnostics) -> Result<(), Reported> {
        let from = self.sources.get(path.span.file).path();
        if is_whole(from, &path.text) {
            return Ok(());
        }
        match resolve(from, &path.text).is_some_and(|folder| self.sources.has_folder(&folder)) {
            true => Ok(()),
            false => find(self.sources, path, "read").map(|_| ()).map_err(|why| out.report(why)),
        }
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
        report_strays(tree, path.len() == 1, vocabulary, out);
        for statement in statements(tree, vocabulary) {
            let [argument] = statement.arguments.as_slice() else {
                let diagnostic = Diagnostic::new(&codes::INCLUDE_NOT_FOUND, "`include` needs one path")
                    .label(statement.head(), "the path of a file is missing here")
                    .help("write `include \"nodes.hnet\";`");
                self.miss(diagnostic, out);
                continue;
            };
            let span = argument.value.span;
            let (file, resolved) = match find(sources, &argument.value, "include") {
                Ok(found) => found,
                Err(diagnostic) => {
                    self.miss(diagnostic, out);
                    continue;
                }
            };
            let Some(included) = trees.iter().find(|included| included.file == file) else { continue };
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
            if path.len() > DEEPEST {
                let diagnostic = Diagnostic::new(&codes::INCLUDE_NOT_FOUND, format!("`{resolved}` is not read"))
                    .label(span, format!("{DEEPEST} files include one another on the way here"))
                    .help("include it in a file further up");
                self.miss(diagnostic, out);
                continue;
            }
            self.trees.entry(statement.keyword.span).or_insert(included);
            path.push((included.file, Some(span)));
            self.visit(included, trees, vocabulary, sources, path, out);
            path.pop();
        }
    }

    /// Reports why a file is not there.
    fn miss(&mut self, diagnostic: Diagnostic, out: &mut Diagnostics) {
        self.missing.get_or_insert_with(|| diagnostic.clone());
        out.report(diagnostic);
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

/// What a scope knows of files.
impl<'t> Scope<'t> {
    /// The text of a place as it is written, where a value holds what it means.
    #[must_use]
    pub fn written(&self, place: Span) -> &'t str {
        self.includes.written(place)
    }

    /// The whole of the file that a path names, as a place; reports why there is none.
    pub(crate) fn text_file(&self, path: &Value, out: &mut Diagnostics) -> Result<Span, Reported> {
        self.includes.text_file(path, out)
    }

    /// What was said of an included file that is not there, in which anything may stand.
    #[must_use]
    pub fn missing_file(&self) -> Option<&'t Diagnostic> {
        self.includes.missing()
    }

    /// Looks whether a path names a file of the project, or a folder with files in it; reports why not.
    pub fn below(&self, path: &Value, out: &mut Diagnostics) -> Result<(), Reported> {
        self.includes.below(path, out)
    }
}
