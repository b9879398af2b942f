//! The language server as a function on messages: the same code behind stdio and in the browser.
//!
//! One message in, the answers and notifications that follow from it out, all as JSON-RPC 2.0 texts.
//! Reads and writes nothing by itself; each version of a project is compiled once. Start at
//! [`Server::handle`]; the protocol is described in `web/src/protocol.ts`.

mod documents;
mod findings;
mod messages;
mod own;
mod places;
mod protocol;
mod standard;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::documents::{Compiled, Documents};
use crate::messages::{Failure, Message, answer, notification, parameters};
use crate::protocol::{DidChange, DidOpen, Initialize, OfDocument};

/// The path of a `file:` URI, with its percent-encoded bytes as they are; none for another scheme.
#[must_use]
pub fn file_path(uri: &str) -> Option<String> {
    uri.strip_prefix("file://").map(documents::decoded).filter(|path| path.starts_with('/'))
}

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is answered before `initialize`.
    Waiting,
    /// Everything is answered.
    Running,
    /// Only `exit` is expected.
    ShutDown,
}

/// A language server with the documents that its client opened.
pub struct Server {
    state: State,
    documents: Documents,
    /// The root that requests without a document are about.
    root: Option<String>,
    /// Whether the client fills in the places of a snippet.
    snippets: bool,
    /// The documents for which findings are shown.
    marked: BTreeSet<String>,
    exited: bool,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("state", &self.state).field("root", &self.root).finish_non_exhaustive()
    }
}

impl Default for Server {
    fn default() -> Self {
        Server::new()
    }
}

impl Server {
    /// A server that knows the documents which are opened, and no other file.
    #[must_use]
    pub fn new() -> Self {
        Server {
            state: State::Waiting,
            documents: Documents::default(),
            root: None,
            snippets: false,
            marked: BTreeSet::new(),
            exited: false,
        }
    }

    /// A server that asks `reader` for included files which are not open, by their URIs; the reader
    /// answers none where there is no such file.
    #[must_use]
    pub fn with_reader(reader: impl Fn(&str) -> Option<String> + 'static) -> Self {
        let mut server = Server::new();
        server.documents.read_with(Box::new(reader));
        server
    }

    /// Takes a message of the client, and says what follows from it, in order. Whatever the message
    /// is, there is an answer and no panic.
    #[must_use]
    pub fn handle(&mut self, message: &str) -> Vec<String> {
        match Message::read(message) {
            Ok(Message::Request { id, method, parameters }) => vec![answer(&id, self.request(&method, parameters))],
            Ok(Message::Notification { method, parameters }) => self.notified(&method, parameters),
            Ok(Message::Answer) => Vec::new(),
            Err((id, failure)) => vec![answer(&id, Err(failure))],
        }
    }

    /// Whether the client has said `shutdown`.
    #[must_use]
    pub fn is_shut_down(&self) -> bool {
        self.state == State::ShutDown
    }

    /// Whether the client has said `exit`: then nobody listens any more.
    #[must_use]
    pub fn has_exited(&self) -> bool {
        self.exited
    }

    fn request(&mut self, method: &str, value: Value) -> Result<Value, Failure> {
        match (self.state, method) {
            (State::ShutDown, _) => return Err(Failure::shut_down()),
            (State::Waiting, "initialize") => return self.initialize(parameters(value)?),
            (State::Waiting, _) => return Err(Failure::not_initialized()),
            (State::Running, "shutdown") => {
                self.state = State::ShutDown;
                return Ok(Value::Null);
            }
            (State::Running, _) => {}
        }
        if method.starts_with("hnet/") {
            return self.own(method, value);
        }
        self.standard(method, value)
    }

    fn initialize(&mut self, initialize: Initialize) -> Result<Value, Failure> {
        self.state = State::Running;
        self.root = initialize.initialization_options.and_then(|options| options.root);
        let snippets = "/textDocument/completion/completionItem/snippetSupport";
        self.snippets = initialize.capabilities.pointer(snippets).and_then(Value::as_bool).unwrap_or(false);
        Ok(json!({
            "capabilities": standard::capabilities(),
            "serverInfo": { "name": "hnet", "version": env!("CARGO_PKG_VERSION") },
        }))
    }

    /// A notification has no answer, so one that makes no sense is passed over.
    fn notified(&mut self, method: &str, value: Value) -> Vec<String> {
        self.exited |= method == "exit";
        if self.state != State::Running {
            return Vec::new();
        }
        match method {
            "textDocument/didOpen" => {
                let Ok(DidOpen { text_document }) = parameters(value) else { return Vec::new() };
                self.documents.set(&text_document.uri, text_document.version, text_document.text);
            }
            "textDocument/didChange" => {
                let Ok(change) = parameters::<DidChange>(value) else { return Vec::new() };
                if !self.change(change) {
                    return Vec::new();
                }
            }
            "textDocument/didClose" => {
                let Ok(OfDocument { text_document, .. }) = parameters(value) else { return Vec::new() };
                self.documents.close(&text_document.uri);
            }
            "workspace/didChangeWatchedFiles" | "textDocument/didSave" => self.documents.forget_all(),
            _ => return Vec::new(),
        }
        self.publish()
    }

    /// Gives a document its new text; whether it is open at all.
    fn change(&mut self, DidChange { text_document, content_changes }: DidChange) -> bool {
        let Some(document) = self.documents.get(&text_document.uri) else { return false };
        let version = text_document.version.unwrap_or(document.version + 1);
        let mut text = document.text.clone();
        for change in content_changes {
            text = match change.range {
                None => change.text,
                Some(range) => places::replaced(text, range, &change.text),
            };
        }
        self.documents.set(&text_document.uri, version, text);
        true
    }

    /// The findings of all projects, and that they were checked.
    fn publish(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut marked = BTreeSet::new();
        for root in self.documents.all_roots() {
            let fresh = !self.documents.is_compiled(&root);
            let Some(compiled) = self.documents.project(&root) else { continue };
            let Compiled { uris, .. } = compiled;
            marked.extend(uris.iter().cloned());
            if !fresh {
                continue;
            }
            let findings = findings::by_document(compiled);
            let summary = findings::summary(compiled);
            let uris = uris.clone();
            let mut versions = serde_json::Map::new();
            for (uri, findings) in uris.iter().zip(findings) {
                let mut published = json!({ "uri": uri, "diagnostics": findings });
                if let Some(document) = self.documents.get(uri) {
                    published["version"] = json!(document.version);
                    versions.insert(uri.clone(), json!(document.version));
                }
                messages.push(notification("textDocument/publishDiagnostics", published));
            }
            let mut compiled = summary;
            compiled["uri"] = json!(root);
            compiled["versions"] = Value::Object(versions);
            messages.push(notification("hnet/compiled", compiled));
        }
        // What belongs to no project any more has no findings.
        for uri in self.marked.difference(&marked) {
            let empty = json!({ "uri": uri, "diagnostics": [] });
            messages.insert(0, notification("textDocument/publishDiagnostics", empty));
        }
        self.marked = marked;
        messages
    }
}
