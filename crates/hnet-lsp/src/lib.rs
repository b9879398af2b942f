//! The language server as a function on messages: the same code behind stdio and in the browser.
//!
//! One message in, the answers and notifications that follow from it out, all as JSON-RPC 2.0 texts.
//! Reads and writes nothing by itself; each version of a project is compiled once. Start at
//! [`Server::handle`]; the protocol is described in `web/src/protocol.ts`.

mod documents;
mod findings;
mod json;
mod messages;
mod own;
mod pictures;
mod places;
mod protocol;
mod standard;
#[cfg(test)]
mod tests;

use hnet_diagnostics::FileId;

use crate::documents::Documents;
use crate::json::{Json, Writer};
use crate::messages::{Failure, Message, answer, notification};
use crate::pictures::AllShown;
use crate::protocol::{Range, document};

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
    marked: Vec<String>,
    /// The pictures that are shown.
    shown: AllShown,
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
            marked: Vec::new(),
            shown: AllShown::default(),
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
            Ok(Message::Request { id, method, parameters }) => {
                vec![answer(&id, |out| self.request(&method, &parameters, out))]
            }
            Ok(Message::Notification { method, parameters }) => self.notified(&method, &parameters),
            Ok(Message::Answer) => Vec::new(),
            Err((id, failure)) => vec![answer(&id, |_| Err(failure))],
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

    fn request(&mut self, method: &str, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        match (self.state, method) {
            (State::ShutDown, _) => return Err(Failure::shut_down()),
            (State::Waiting, "initialize") => self.initialize(parameters, out),
            (State::Waiting, _) => return Err(Failure::not_initialized()),
            (State::Running, "shutdown") => {
                self.state = State::ShutDown;
                out.raw("null");
            }
            (State::Running, "hnet/changes") => return self.changes(parameters, out),
            (State::Running, _) => return self.answer_later(method, parameters, out),
        }
        Ok(())
    }

    /// Answers all but what a page asks first.
    fn answer_later(&mut self, method: &str, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        match method.starts_with("hnet/") {
            true => self.own(method, parameters, out),
            false => self.standard(method, parameters, out),
        }
    }

    fn initialize(&mut self, parameters: &Json, out: &mut Writer) {
        self.state = State::Running;
        self.root = parameters.get("initializationOptions").get("root").text().map(str::to_owned);
        let path = ["capabilities", "textDocument", "completion", "completionItem", "snippetSupport"];
        self.snippets = *path.into_iter().fold(parameters, Json::get) == Json::Bool(true);
        out.open();
        standard::write_capabilities(out.key("capabilities"));
        out.key("serverInfo").open();
        out.key("name").text("hnet");
        out.key("version").text(env!("CARGO_PKG_VERSION"));
        out.close();
        out.close();
    }

    /// A notification has no answer, so one that makes no sense is passed over.
    fn notified(&mut self, method: &str, parameters: &Json) -> Vec<String> {
        self.exited |= method == "exit";
        if self.state != State::Running {
            return Vec::new();
        }
        let uri = document(parameters).ok();
        match (method, uri) {
            ("textDocument/didOpen", Some(uri)) => {
                let document = parameters.get("textDocument");
                let Some(text) = document.get("text").text() else { return Vec::new() };
                self.documents.set(uri, document.get("version").number().unwrap_or(0), text.to_owned());
            }
            ("textDocument/didChange", Some(uri)) => {
                if self.change(uri, parameters).is_none() {
                    return Vec::new();
                }
            }
            ("textDocument/didClose", Some(uri)) => self.documents.close(uri),
            ("workspace/didChangeWatchedFiles" | "textDocument/didSave", _) => self.documents.forget_all(),
            _ => return Vec::new(),
        }
        self.publish()
    }

    /// Gives a document its new text; none where it is not open, or the change makes no sense.
    fn change(&mut self, uri: &str, parameters: &Json) -> Option<()> {
        let document = self.documents.get(uri)?;
        let version = parameters.get("textDocument").get("version").number().unwrap_or(document.version + 1);
        let mut text = document.text.clone();
        for change in parameters.get("contentChanges").list()? {
            let new = change.get("text").text()?;
            text = match change.get("range") {
                Json::Null => new.to_owned(),
                range => places::replaced(text, Range::read(range)?, new),
            };
        }
        self.documents.set(uri, version, text);
        Some(())
    }

    /// The findings of all projects, and that they were checked.
    fn publish(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut marked = Vec::new();
        for root in self.documents.all_roots() {
            let fresh = !self.documents.is_compiled(&root);
            let Some(compiled) = self.documents.project(&root) else { continue };
            marked.extend(compiled.uris.iter().cloned());
            if !fresh {
                continue;
            }
            let versions =
                || compiled.uris.iter().zip(compiled.versions.iter().map(|version| version.map(|it| it.to_string())));
            for (file, (uri, version)) in (0..).map(FileId).zip(versions()) {
                messages.push(notification("textDocument/publishDiagnostics", |out| {
                    out.key("uri").text(uri);
                    findings::write_all(out.key("diagnostics"), compiled, file);
                    version.iter().for_each(|version| out.key("version").raw(version));
                }));
            }
            messages.push(notification("hnet/compiled", |out| {
                findings::write_summary(out, compiled);
                out.key("uri").text(&root);
                out.key("versions").open();
                for (uri, version) in versions() {
                    version.iter().for_each(|version| out.key(uri).raw(version));
                }
                out.close();
            }));
        }
        // What belongs to no project any more has no findings.
        for uri in self.marked.iter().filter(|uri| !marked.contains(uri)) {
            let empty = notification("textDocument/publishDiagnostics", |out| {
                out.key("uri").text(uri);
                out.key("diagnostics").raw("[]");
            });
            messages.insert(0, empty);
        }
        self.marked = marked;
        messages
    }
}
