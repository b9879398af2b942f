//! The requests of the Language Server Protocol.
//!
//! Each is a question to `hnet-ide` with its places converted. Start at [`Server::standard`].

use std::collections::BTreeMap;

use hnet_diagnostics::{FileId, Span};
use hnet_ide::{Completion, CompletionKind, FoldKind, Symbol, TokenType};
use serde_json::{Value, json};

use crate::Server;
use crate::documents::Compiled;
use crate::findings::finding;
use crate::messages::{Failure, parameters, to_value};
use crate::places::{edit, location, offset, range};
use crate::protocol::{FixEdit, OfDocument, Place, Range, TOKEN_MODIFIERS, TOKEN_TYPES, TextEdit};

/// What the server can do.
pub(crate) fn capabilities() -> Value {
    json!({
        "positionEncoding": "utf-16",
        // Documents change by ranges; closing, opening and saving are heard.
        "textDocumentSync": { "openClose": true, "change": 2, "save": true },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": ["/", "<", " "] },
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "renameProvider": { "prepareProvider": true },
        "documentFormattingProvider": true,
        "codeActionProvider": { "codeActionKinds": ["quickfix"] },
        "documentSymbolProvider": true,
        "foldingRangeProvider": true,
        "semanticTokensProvider": {
            "legend": { "tokenTypes": TOKEN_TYPES, "tokenModifiers": TOKEN_MODIFIERS },
            "full": true,
        },
    })
}

/// A place that was asked about.
struct Asked<'a> {
    compiled: &'a Compiled,
    file: FileId,
    offset: usize,
}

impl Server {
    pub(crate) fn standard(&mut self, method: &str, value: Value) -> Result<Value, Failure> {
        match method {
            "textDocument/hover" => self.hover(parameters(value)?),
            "textDocument/completion" => self.completion(parameters(value)?),
            "textDocument/definition" => self.definition(parameters(value)?),
            "textDocument/references" => self.references(parameters(value)?),
            "textDocument/documentHighlight" => self.highlight(parameters(value)?),
            "textDocument/prepareRename" => self.prepare_rename(parameters(value)?),
            "textDocument/rename" => self.rename(parameters(value)?),
            "textDocument/formatting" => self.formatting(parameters(value)?),
            "textDocument/codeAction" => self.code_actions(parameters(value)?),
            "textDocument/documentSymbol" => self.symbols(parameters(value)?),
            "textDocument/foldingRange" => self.folds(parameters(value)?),
            "textDocument/semanticTokens/full" => self.semantic_tokens(parameters(value)?),
            method => Err(Failure::no_such_method(method)),
        }
    }

    /// The project and file of a document.
    pub(crate) fn file(&mut self, uri: &str) -> Result<(&Compiled, FileId), Failure> {
        let unknown = || Failure::parameters(format!("`{uri}` is not open"));
        let compiled = self.documents.project(uri).ok_or_else(unknown)?;
        let file = compiled.file(uri).ok_or_else(unknown)?;
        Ok((compiled, file))
    }

    fn asked(&mut self, place: &Place) -> Result<Asked<'_>, Failure> {
        let (compiled, file) = self.file(&place.text_document.uri)?;
        let offset = offset(compiled.project.compilation.sources.get(file), place.position);
        Ok(Asked { compiled, file, offset })
    }

    fn hover(&mut self, place: Place) -> Result<Value, Failure> {
        let Asked { compiled, file, offset } = self.asked(&place)?;
        Ok(compiled.project.hover(file, offset).map_or(Value::Null, |hover| {
            json!({
                "contents": { "kind": "markdown", "value": hover.markdown },
                "range": range(&compiled.project.compilation.sources, hover.span),
            })
        }))
    }

    fn completion(&mut self, place: Place) -> Result<Value, Failure> {
        let snippets = self.snippets;
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let found = compiled.project.completions(file, offset);
        let sources = &compiled.project.compilation.sources;
        let item = |(at, completion): (usize, &Completion)| {
            let (text, format) = match snippets {
                true => (&completion.snippet, 2),
                false => (&completion.label, 1),
            };
            json!({
                "label": completion.label,
                // The numbers of the protocol for keyword, property, enum member, reference.
                "kind": match completion.kind {
                    CompletionKind::Keyword => 14,
                    CompletionKind::Field => 10,
                    CompletionKind::Word => 20,
                    CompletionKind::Name => 18,
                },
                "detail": completion.detail,
                "documentation": { "kind": "markdown", "value": completion.documentation },
                "sortText": format!("{at:04}"),
                "insertTextFormat": format,
                "textEdit": TextEdit { range: range(sources, completion.replaces), new_text: text.clone() },
            })
        };
        Ok(json!({ "isIncomplete": false, "items": found.iter().enumerate().map(item).collect::<Vec<_>>() }))
    }

    fn definition(&mut self, place: Place) -> Result<Value, Failure> {
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let found = compiled.project.definition(file, offset);
        Ok(found.map_or(Value::Null, |span| to_value(location(compiled, span))))
    }

    fn references(&mut self, place: Place) -> Result<Value, Failure> {
        let declaration = place.context.as_ref().is_none_or(|context| context.include_declaration);
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let found = compiled.project.references(file, offset, declaration);
        Ok(found.into_iter().map(|span| to_value(location(compiled, span))).collect())
    }

    fn highlight(&mut self, place: Place) -> Result<Value, Failure> {
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let found = compiled.project.references(file, offset, true);
        let here = found.into_iter().filter(|span| span.file == file);
        Ok(here.map(|span| json!({ "range": range(&compiled.project.compilation.sources, span) })).collect())
    }

    fn prepare_rename(&mut self, place: Place) -> Result<Value, Failure> {
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let sources = &compiled.project.compilation.sources;
        Ok(compiled
            .project
            .renamable(file, offset)
            .map_or(Value::Null, |span| json!({ "range": range(sources, span), "placeholder": sources.text(span) })))
    }

    fn rename(&mut self, place: Place) -> Result<Value, Failure> {
        let Asked { compiled, file, offset } = self.asked(&place)?;
        let name = place.new_name.as_deref().ok_or_else(|| Failure::parameters("`newName` is missing"))?;
        let edits = compiled.project.rename(file, offset, name).map_err(Failure::refused)?;
        Ok(workspace_edit(edits.iter().map(|one| edit(compiled, one))))
    }

    fn formatting(&mut self, OfDocument { text_document, .. }: OfDocument) -> Result<Value, Failure> {
        let (compiled, file) = self.file(&text_document.uri)?;
        let edits = compiled.project.formatting(file);
        Ok(edits.iter().map(|one| to_value(edit(compiled, one).edit)).collect())
    }

    fn code_actions(&mut self, of: OfDocument) -> Result<Value, Failure> {
        let (compiled, file) = self.file(&of.text_document.uri)?;
        let source = compiled.project.compilation.sources.get(file);
        let whole = Span::new(file, 0, source.text().len());
        let touching =
            of.range.map_or(whole, |Range { start, end }| Span::new(file, offset(source, start), offset(source, end)));
        let actions = compiled.project.fixes(touching).into_iter().map(|(diagnostic, fix)| {
            json!({
                "title": fix.title,
                "kind": "quickfix",
                "isPreferred": diagnostic.fixes.len() == 1,
                "diagnostics": [finding(compiled, diagnostic)],
                "edit": workspace_edit(fix.edits.iter().map(|one| edit(compiled, one))),
            })
        });
        Ok(actions.collect())
    }

    fn symbols(&mut self, OfDocument { text_document, .. }: OfDocument) -> Result<Value, Failure> {
        let (compiled, file) = self.file(&text_document.uri)?;
        Ok(compiled.project.symbols(file).iter().map(|one| symbol(compiled, one)).collect())
    }

    fn folds(&mut self, OfDocument { text_document, .. }: OfDocument) -> Result<Value, Failure> {
        let (compiled, file) = self.file(&text_document.uri)?;
        let folds = compiled.project.folds(file).into_iter().map(|fold| {
            let Range { start, end } = range(&compiled.project.compilation.sources, fold.span);
            // The line of a closing bracket stays.
            let last = if fold.kind == FoldKind::Body { end.line.saturating_sub(1).max(start.line) } else { end.line };
            let mut shown = json!({ "startLine": start.line, "endLine": last });
            if fold.kind == FoldKind::Comment {
                shown["kind"] = json!("comment");
            }
            shown
        });
        Ok(folds.collect())
    }

    /// Five numbers a token: lines from the one before, columns from the one before or the line's
    /// start, length, type, modifiers. What spans lines is cut at their ends.
    fn semantic_tokens(&mut self, OfDocument { text_document, .. }: OfDocument) -> Result<Value, Failure> {
        let (compiled, file) = self.file(&text_document.uri)?;
        let source = compiled.project.compilation.sources.get(file);
        let mut data: Vec<usize> = Vec::new();
        let (mut line_before, mut column_before) = (0, 0);
        for piece in compiled.project.coloured(file) {
            let place = source.position(piece.span.start as usize);
            let (mut line, mut column) = (place.line - 1, place.column_utf16 - 1);
            let text = &source.text()[piece.span.range()];
            for part in text.split('\n') {
                let length = part.trim_end_matches('\r').encode_utf16().count();
                if length > 0 {
                    let from = if line == line_before { column_before } else { 0 };
                    let modifiers = usize::from(piece.declaration) | usize::from(piece.documentation) << 1;
                    data.extend([line - line_before, column - from, length, type_number(piece.kind), modifiers]);
                    (line_before, column_before) = (line, column);
                }
                (line, column) = (line + 1, 0);
            }
        }
        Ok(json!({ "data": data }))
    }
}

fn type_number(kind: TokenType) -> usize {
    match kind {
        TokenType::Keyword => 0,
        TokenType::Property => 1,
        TokenType::Class => 2,
        TokenType::EnumMember => 3,
        TokenType::Number => 4,
        TokenType::String => 5,
        TokenType::Comment => 6,
        TokenType::Operator => 7,
    }
}

fn symbol(compiled: &Compiled, one: &Symbol) -> Value {
    let sources = &compiled.project.compilation.sources;
    // The numbers of the protocol for namespace, module, object.
    let kind = match one.keyword {
        "network" => 3,
        "cluster" => 2,
        _ => 19,
    };
    json!({
        // A name may be empty in a source, and must not be in the protocol.
        "name": if one.name.is_empty() { one.keyword } else { &one.name },
        "detail": one.keyword,
        "kind": kind,
        "range": range(sources, one.span),
        "selectionRange": range(sources, one.selection),
        "children": one.children.iter().map(|child| symbol(compiled, child)).collect::<Vec<_>>(),
    })
}

/// Edits by their documents.
fn workspace_edit(edits: impl Iterator<Item = FixEdit>) -> Value {
    let mut changes: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for FixEdit { uri, edit } in edits {
        changes.entry(uri).or_default().push(edit);
    }
    json!({ "changes": changes })
}
