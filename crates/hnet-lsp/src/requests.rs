//! The requests of the Language Server Protocol.
//!
//! Each is a question to `hnet-ide` with its places converted. Start at [`Server::standard`].

use hnet_diagnostics::{Edit, FileId, Span};
use hnet_ide::{Completion, CompletionKind, FoldKind, Symbol, TokenType};
use lsp_server::ResponseError;
use lsp_types::{
    CodeAction, CodeActionKind, CompletionItem, CompletionItemKind, CompletionList, DocumentHighlight, DocumentSymbol,
    FoldingRange, FoldingRangeKind, Hover, InsertTextFormat, Location, MarkupContent, MarkupKind, Position,
    PrepareRenamePlaceholder, SemanticToken, SemanticTokens, SymbolKind, TextDocumentIdentifier,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use serde_json::{Value, json};

use crate::documents::Compiled;
use crate::parameters::{OfDocument, References, Rename, Stretch};
use crate::places::{lines, location, offset, range};
use crate::{Server, failure, findings, read, result};

/// The types of semantic tokens, in the order of `hnet_ide::TokenType`.
const TOKEN_TYPES: [&str; 8] =
    ["keyword", "property", "class", "enumMember", "number", "string", "comment", "operator"];
/// Their modifiers, the first the lowest bit.
const TOKEN_MODIFIERS: [&str; 2] = ["declaration", "documentation"];

/// What the server can do, as `ServerCapabilities` of the protocol says it: documents change by ranges (2); closing, opening
/// and saving are heard.
pub(crate) fn capabilities() -> Value {
    json!({
        "positionEncoding": "utf-16",
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
    pub(crate) fn standard(&mut self, method: &str, parameters: Value) -> Result<Value, ResponseError> {
        match method {
            "textDocument/hover" => result(self.hover(&read(parameters)?)?),
            "textDocument/completion" => result(self.completion(&read(parameters)?)?),
            "textDocument/definition" => result(self.definition(&read(parameters)?)?),
            "textDocument/references" => result(self.references(&read(parameters)?)?),
            "textDocument/documentHighlight" => result(self.highlight(&read(parameters)?)?),
            "textDocument/prepareRename" => result(self.prepare_rename(&read(parameters)?)?),
            "textDocument/rename" => result(self.rename(&read(parameters)?)?),
            "textDocument/formatting" => result(self.formatting(&read(parameters)?)?),
            "textDocument/codeAction" => result(self.code_actions(&read(parameters)?)?),
            "textDocument/documentSymbol" => result(self.symbols(&read(parameters)?)?),
            "textDocument/foldingRange" => result(self.folds(&read(parameters)?)?),
            "textDocument/semanticTokens/full" => result(self.semantic_tokens(&read(parameters)?)?),
            method => Err(failure::no_such_method(method)),
        }
    }

    /// The project and file of the document that a message is about.
    pub(crate) fn file(&mut self, document: &TextDocumentIdentifier) -> Result<(&Compiled, FileId), ResponseError> {
        let uri = &document.uri.0;
        let unknown = || failure::parameters(format!("`{uri}` is not open"));
        let compiled = self.documents.project(uri).ok_or_else(unknown)?;
        let file = compiled.file(uri).ok_or_else(unknown)?;
        Ok((compiled, file))
    }

    fn asked(&mut self, document: &TextDocumentIdentifier, at: Position) -> Result<Asked<'_>, ResponseError> {
        let (compiled, file) = self.file(document)?;
        let offset = offset(compiled.project.compilation.sources.get(file), at);
        Ok(Asked { compiled, file, offset })
    }

    fn hover(&mut self, place: &TextDocumentPositionParams) -> Result<Option<Hover>, ResponseError> {
        let Asked { compiled, file, offset } = self.asked(&place.text_document, place.position)?;
        let sources = &compiled.project.compilation.sources;
        let hover = compiled.project.hover(file, offset);
        Ok(hover
            .map(|hover| Hover { contents: markdown(hover.markdown).into(), range: Some(range(sources, hover.span)) }))
    }

    fn completion(&mut self, place: &TextDocumentPositionParams) -> Result<CompletionList, ResponseError> {
        let snippets = self.snippets;
        let Asked { compiled, file, offset } = self.asked(&place.text_document, place.position)?;
        let all = compiled.project.completions(file, offset).into_iter().enumerate();
        let items = all.map(|(at, completion)| completion_item(compiled, at, completion, snippets)).collect();
        Ok(CompletionList { is_incomplete: false, items, ..CompletionList::default() })
    }

    fn definition(&mut self, place: &TextDocumentPositionParams) -> Result<Option<Location>, ResponseError> {
        let Asked { compiled, file, offset } = self.asked(&place.text_document, place.position)?;
        Ok(compiled.project.definition(file, offset).map(|span| location(compiled, span)))
    }

    fn references(&mut self, parameters: &References) -> Result<Vec<Location>, ResponseError> {
        let declaration = parameters.context.include_declaration;
        let Asked { compiled, file, offset } = self.asked(&parameters.text_document, parameters.position)?;
        let found = compiled.project.references(file, offset, declaration);
        Ok(found.into_iter().map(|span| location(compiled, span)).collect())
    }

    fn highlight(&mut self, place: &TextDocumentPositionParams) -> Result<Vec<DocumentHighlight>, ResponseError> {
        let Asked { compiled, file, offset } = self.asked(&place.text_document, place.position)?;
        let found = compiled.project.references(file, offset, true).into_iter().filter(|span| span.file == file);
        let sources = &compiled.project.compilation.sources;
        Ok(found.map(|span| DocumentHighlight { range: range(sources, span), kind: None }).collect())
    }

    fn prepare_rename(
        &mut self,
        place: &TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenamePlaceholder>, ResponseError> {
        let Asked { compiled, file, offset } = self.asked(&place.text_document, place.position)?;
        let sources = &compiled.project.compilation.sources;
        Ok(compiled.project.renamable(file, offset).map(|span| PrepareRenamePlaceholder {
            range: range(sources, span),
            placeholder: sources.text(span).to_owned(),
        }))
    }

    fn rename(&mut self, parameters: &Rename) -> Result<WorkspaceEdit, ResponseError> {
        let Asked { compiled, file, offset } = self.asked(&parameters.text_document, parameters.position)?;
        let renamed = compiled.project.rename(file, offset, &parameters.new_name);
        let edits = renamed.map_err(|error| failure::refused(error.to_string()))?;
        Ok(workspace_edit(compiled, &edits))
    }

    fn formatting(&mut self, parameters: &OfDocument) -> Result<Vec<TextEdit>, ResponseError> {
        let (compiled, file) = self.file(&parameters.text_document)?;
        Ok(compiled.project.formatting(file).into_iter().map(|edit| text_edit(compiled, &edit)).collect())
    }

    fn code_actions(&mut self, parameters: &Stretch) -> Result<Vec<CodeAction>, ResponseError> {
        let (compiled, file) = self.file(&parameters.text_document)?;
        let source = compiled.project.compilation.sources.get(file);
        let asked = parameters.range;
        let touching = Span::new(file, offset(source, asked.start), offset(source, asked.end));
        let fixes = compiled.project.fixes(touching).into_iter();
        Ok(fixes
            .map(|(diagnostic, fix)| CodeAction {
                title: fix.title.clone(),
                kind: Some(CodeActionKind::QuickFix),
                is_preferred: Some(diagnostic.fixes.len() == 1),
                diagnostics: Some(vec![findings::finding(compiled, diagnostic)]),
                edit: Some(workspace_edit(compiled, &fix.edits)),
                ..CodeAction::default()
            })
            .collect())
    }

    fn symbols(&mut self, parameters: &OfDocument) -> Result<Vec<DocumentSymbol>, ResponseError> {
        let (compiled, file) = self.file(&parameters.text_document)?;
        Ok(compiled.project.symbols(file).into_iter().map(|symbol| document_symbol(compiled, symbol)).collect())
    }

    fn folds(&mut self, parameters: &OfDocument) -> Result<Vec<FoldingRange>, ResponseError> {
        let (compiled, file) = self.file(&parameters.text_document)?;
        let sources = &compiled.project.compilation.sources;
        let folds = compiled.project.folds(file).into_iter().map(|fold| {
            let place = range(sources, fold.span);
            let (start_line, last) = (place.start.line, place.end.line);
            // The line of a closing bracket stays.
            let end_line = if fold.kind == FoldKind::Body { last.saturating_sub(1).max(start_line) } else { last };
            let kind = (fold.kind == FoldKind::Comment).then_some(FoldingRangeKind::Comment);
            FoldingRange { start_line, end_line, kind, ..FoldingRange::default() }
        });
        Ok(folds.collect())
    }

    /// Lines count from the token before, columns from the one before or the line's start. What spans lines is cut
    /// at their ends.
    fn semantic_tokens(&mut self, parameters: &OfDocument) -> Result<SemanticTokens, ResponseError> {
        let (compiled, file) = self.file(&parameters.text_document)?;
        let source = compiled.project.compilation.sources.get(file);
        let mut data = Vec::new();
        let (mut line_before, mut column_before) = (0, 0);
        for piece in compiled.project.coloured(file) {
            for place in lines(source, piece.span) {
                let (line, column) = (place.start.line, place.start.character);
                let length = place.end.character.saturating_sub(column);
                if length == 0 {
                    continue;
                }
                data.push(SemanticToken {
                    delta_line: line - line_before,
                    delta_start: if line == line_before { column - column_before } else { column },
                    length,
                    token_type: type_number(piece.kind),
                    token_modifiers_bitset: u32::from(piece.declaration) | u32::from(piece.documentation) << 1,
                });
                (line_before, column_before) = (line, column);
            }
        }
        Ok(SemanticTokens { result_id: None, data })
    }
}

fn type_number(kind: TokenType) -> u32 {
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

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

fn text_edit(compiled: &Compiled, edit: &Edit) -> TextEdit {
    TextEdit { range: range(&compiled.project.compilation.sources, edit.span), new_text: edit.text.clone() }
}

fn completion_item(compiled: &Compiled, at: usize, completion: Completion, snippets: bool) -> CompletionItem {
    let (text, format) = match snippets {
        true => (completion.snippet, InsertTextFormat::Snippet),
        false => (completion.label.clone(), InsertTextFormat::PlainText),
    };
    let edit = Edit { span: completion.replaces, text };
    CompletionItem {
        label: completion.label,
        kind: Some(match completion.kind {
            CompletionKind::Keyword => CompletionItemKind::Keyword,
            CompletionKind::Field => CompletionItemKind::Property,
            CompletionKind::Word => CompletionItemKind::EnumMember,
            CompletionKind::Name => CompletionItemKind::Reference,
        }),
        detail: Some(completion.detail),
        documentation: Some(markdown(completion.documentation).into()),
        sort_text: Some(format!("{at:04}")),
        insert_text_format: Some(format),
        text_edit: Some(text_edit(compiled, &edit).into()),
        ..CompletionItem::default()
    }
}

fn document_symbol(compiled: &Compiled, symbol: Symbol) -> DocumentSymbol {
    let sources = &compiled.project.compilation.sources;
    // A name may be empty in a source, and must not be in the protocol.
    let name = if symbol.name.is_empty() { symbol.keyword.to_owned() } else { symbol.name };
    let kind = match symbol.keyword {
        "network" => SymbolKind::Namespace,
        "cluster" => SymbolKind::Module,
        _ => SymbolKind::Object,
    };
    let children = symbol.children.into_iter().map(|child| document_symbol(compiled, child)).collect();
    let (whole, selection) = (range(sources, symbol.span), range(sources, symbol.selection));
    DocumentSymbol::new(name, Some(symbol.keyword.to_owned()), kind, None, None, whole, selection, Some(children))
}

/// Edits by their documents.
fn workspace_edit(compiled: &Compiled, edits: &[Edit]) -> WorkspaceEdit {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.file);
    let of_document = edits.chunk_by(|a, b| a.span.file == b.span.file).map(|edits| {
        let uri = Uri::from(compiled.uri(edits[0].span.file));
        (uri, edits.iter().map(|edit| text_edit(compiled, edit)).collect())
    });
    WorkspaceEdit { changes: Some(of_document.collect()), ..WorkspaceEdit::default() }
}
