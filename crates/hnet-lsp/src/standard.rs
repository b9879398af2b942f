//! The requests of the Language Server Protocol.
//!
//! Each is a question to `hnet-ide` with its places converted. Start at [`Server::standard`].

use hnet_diagnostics::{Edit, FileId, Span};
use hnet_ide::{Completion, CompletionKind, FoldKind, Symbol, TokenType};

use crate::Server;
use crate::documents::Compiled;
use crate::findings;
use crate::json::{Json, Writer};
use crate::messages::Failure;
use crate::places::{location, offset, range};
use crate::protocol::{Range, TOKEN_MODIFIERS, TOKEN_TYPES, document, position, text, write_edit};

/// What the server can do: documents change by ranges; closing, opening and saving are heard.
const CAPABILITIES: &str = r#"{
"positionEncoding":"utf-16",
"textDocumentSync":{"openClose":true,"change":2,"save":true},
"hoverProvider":true,
"completionProvider":{"triggerCharacters":["/","<"," "]},
"definitionProvider":true,
"referencesProvider":true,
"documentHighlightProvider":true,
"renameProvider":{"prepareProvider":true},
"documentFormattingProvider":true,
"codeActionProvider":{"codeActionKinds":["quickfix"]},
"documentSymbolProvider":true,
"foldingRangeProvider":true,
"semanticTokensProvider":{"full":true,"legend":"#;

/// Writes what the server can do.
pub(crate) fn write_capabilities(out: &mut Writer) {
    out.raw(CAPABILITIES);
    out.open();
    for (key, names) in [("tokenTypes", &TOKEN_TYPES[..]), ("tokenModifiers", &TOKEN_MODIFIERS)] {
        out.key(key).open_list();
        names.iter().for_each(|name| out.text(name));
        out.close_list();
    }
    // The legend, its provider, and all of it.
    (0..3).for_each(|_| out.close());
}

/// A place that was asked about.
struct Asked<'a> {
    compiled: &'a Compiled,
    file: FileId,
    offset: usize,
}

impl Server {
    pub(crate) fn standard(&mut self, method: &str, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        match method {
            "textDocument/hover" => self.hover(parameters, out),
            "textDocument/completion" => self.completion(parameters, out),
            "textDocument/definition" => self.definition(parameters, out),
            "textDocument/references" => self.references(parameters, out),
            "textDocument/documentHighlight" => self.highlight(parameters, out),
            "textDocument/prepareRename" => self.prepare_rename(parameters, out),
            "textDocument/rename" => self.rename(parameters, out),
            "textDocument/formatting" => self.formatting(parameters, out),
            "textDocument/codeAction" => self.code_actions(parameters, out),
            "textDocument/documentSymbol" => self.symbols(parameters, out),
            "textDocument/foldingRange" => self.folds(parameters, out),
            "textDocument/semanticTokens/full" => self.semantic_tokens(parameters, out),
            method => Err(Failure::no_such_method(method)),
        }
    }

    /// The project and file of the document that a message is about.
    pub(crate) fn file(&mut self, parameters: &Json) -> Result<(&Compiled, FileId), Failure> {
        let uri = document(parameters)?;
        let unknown = || Failure::parameters(&format!("`{uri}` is not open"));
        let compiled = self.documents.project(uri).ok_or_else(unknown)?;
        let file = compiled.file(uri).ok_or_else(unknown)?;
        Ok((compiled, file))
    }

    fn asked(&mut self, parameters: &Json) -> Result<Asked<'_>, Failure> {
        let position = position(parameters)?;
        let (compiled, file) = self.file(parameters)?;
        let offset = offset(compiled.project.compilation.sources.get(file), position);
        Ok(Asked { compiled, file, offset })
    }

    fn hover(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        match compiled.project.hover(file, offset) {
            None => out.raw("null"),
            Some(hover) => {
                out.open();
                write_markdown(out.key("contents"), &hover.markdown);
                range(&compiled.project.compilation.sources, hover.span).write(out.key("range"));
                out.close();
            }
        }
        Ok(())
    }

    fn completion(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let snippets = self.snippets;
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        out.open();
        out.key("isIncomplete").truth(false);
        out.key("items").open_list();
        for (at, completion) in compiled.project.completions(file, offset).iter().enumerate() {
            write_completion(out, compiled, at, completion, snippets);
        }
        out.close_list();
        out.close();
        Ok(())
    }

    fn definition(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        match compiled.project.definition(file, offset) {
            Some(span) => location(compiled, span).write(out),
            None => out.raw("null"),
        }
        Ok(())
    }

    fn references(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let declaration = *parameters.get("context").get("includeDeclaration") != Json::Bool(false);
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        out.open_list();
        for span in compiled.project.references(file, offset, declaration) {
            location(compiled, span).write(out);
        }
        out.close_list();
        Ok(())
    }

    fn highlight(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        out.open_list();
        for span in compiled.project.references(file, offset, true) {
            if span.file == file {
                out.open();
                range(&compiled.project.compilation.sources, span).write(out.key("range"));
                out.close();
            }
        }
        out.close_list();
        Ok(())
    }

    fn prepare_rename(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        let sources = &compiled.project.compilation.sources;
        match compiled.project.renamable(file, offset) {
            None => out.raw("null"),
            Some(span) => {
                out.open();
                range(sources, span).write(out.key("range"));
                out.key("placeholder").text(sources.text(span));
                out.close();
            }
        }
        Ok(())
    }

    fn rename(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let name = text(parameters, "newName")?;
        let Asked { compiled, file, offset } = self.asked(parameters)?;
        let edits = compiled.project.rename(file, offset, name).map_err(|error| Failure::refused(error.to_string()))?;
        write_workspace_edit(out, compiled, &edits);
        Ok(())
    }

    fn formatting(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (compiled, file) = self.file(parameters)?;
        out.open_list();
        for edit in compiled.project.formatting(file) {
            write_edit(out, range(&compiled.project.compilation.sources, edit.span), &edit.text);
        }
        out.close_list();
        Ok(())
    }

    fn code_actions(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (compiled, file) = self.file(parameters)?;
        let source = compiled.project.compilation.sources.get(file);
        let whole = Span::new(file, 0, source.text().len());
        let touching = Range::read(parameters.get("range"))
            .map_or(whole, |Range { start, end }| Span::new(file, offset(source, start), offset(source, end)));
        out.open_list();
        for (diagnostic, fix) in compiled.project.fixes(touching) {
            out.open();
            out.key("title").text(&fix.title);
            out.key("kind").text("quickfix");
            out.key("isPreferred").truth(diagnostic.fixes.len() == 1);
            out.key("diagnostics").open_list();
            findings::write(out, compiled, diagnostic);
            out.close_list();
            write_workspace_edit(out.key("edit"), compiled, &fix.edits);
            out.close();
        }
        out.close_list();
        Ok(())
    }

    fn symbols(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (compiled, file) = self.file(parameters)?;
        write_symbols(out, compiled, &compiled.project.symbols(file));
        Ok(())
    }

    fn folds(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (compiled, file) = self.file(parameters)?;
        out.open_list();
        for fold in compiled.project.folds(file) {
            let Range { start, end } = range(&compiled.project.compilation.sources, fold.span);
            // The line of a closing bracket stays.
            let last = if fold.kind == FoldKind::Body { end.line.saturating_sub(1).max(start.line) } else { end.line };
            out.open();
            out.key("startLine").number(start.line);
            out.key("endLine").number(last);
            if fold.kind == FoldKind::Comment {
                out.key("kind").text("comment");
            }
            out.close();
        }
        out.close_list();
        Ok(())
    }

    /// Five numbers a token: lines from the one before, columns from the one before or the line's
    /// start, length, type, modifiers. What spans lines is cut at their ends.
    fn semantic_tokens(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (compiled, file) = self.file(parameters)?;
        let source = compiled.project.compilation.sources.get(file);
        out.open();
        out.key("data").open_list();
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
                    for number in [line - line_before, column - from, length, type_number(piece.kind), modifiers] {
                        out.number(u32::try_from(number).unwrap_or(u32::MAX));
                    }
                    (line_before, column_before) = (line, column);
                }
                (line, column) = (line + 1, 0);
            }
        }
        out.close_list();
        out.close();
        Ok(())
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

fn write_markdown(out: &mut Writer, markdown: &str) {
    out.open();
    out.key("kind").text("markdown");
    out.key("value").text(markdown);
    out.close();
}

fn write_completion(out: &mut Writer, compiled: &Compiled, at: usize, completion: &Completion, snippets: bool) {
    let (text, format) = match snippets {
        true => (&completion.snippet, 2),
        false => (&completion.label, 1),
    };
    out.open();
    out.key("label").text(&completion.label);
    // The numbers of the protocol for keyword, property, enum member, reference.
    out.key("kind").number(match completion.kind {
        CompletionKind::Keyword => 14,
        CompletionKind::Field => 10,
        CompletionKind::Word => 20,
        CompletionKind::Name => 18,
    });
    out.key("detail").text(&completion.detail);
    write_markdown(out.key("documentation"), &completion.documentation);
    out.key("sortText").text(&format!("{at:04}"));
    out.key("insertTextFormat").number(format);
    write_edit(out.key("textEdit"), range(&compiled.project.compilation.sources, completion.replaces), text);
    out.close();
}

fn write_symbols(out: &mut Writer, compiled: &Compiled, symbols: &[Symbol]) {
    let sources = &compiled.project.compilation.sources;
    out.open_list();
    for symbol in symbols {
        out.open();
        // A name may be empty in a source, and must not be in the protocol.
        out.key("name").text(if symbol.name.is_empty() { symbol.keyword } else { &symbol.name });
        out.key("detail").text(symbol.keyword);
        // The numbers of the protocol for namespace, module, object.
        out.key("kind").number(match symbol.keyword {
            "network" => 3,
            "cluster" => 2,
            _ => 19,
        });
        range(sources, symbol.span).write(out.key("range"));
        range(sources, symbol.selection).write(out.key("selectionRange"));
        write_symbols(out.key("children"), compiled, &symbol.children);
        out.close();
    }
    out.close_list();
}

/// Edits by their documents.
fn write_workspace_edit(out: &mut Writer, compiled: &Compiled, edits: &[Edit]) {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.file);
    out.open();
    out.key("changes").open();
    for of_document in edits.chunk_by(|a, b| a.span.file == b.span.file) {
        out.key(compiled.uri(of_document[0].span.file)).open_list();
        for edit in of_document {
            write_edit(out, range(&compiled.project.compilation.sources, edit.span), &edit.text);
        }
        out.close_list();
    }
    out.close();
    out.close();
}
