//! The language server as a function on messages: the same code behind stdio and in the browser.
//!
//! Messages in, the answers and notifications that follow from them out. Reads and writes nothing by itself, asks
//! the front end's [`Disk`] for what is not open, and compiles each version of a project once. Start at
//! [`Server::handle_all`]; what is said beyond the standard is described in `web/src/protocol.ts`.

mod documents;
mod failure;
mod findings;
mod halves;
#[cfg(feature = "import")]
mod import;
mod own;
mod parameters;
mod pictures;
mod places;
mod publish;
mod requests;
mod stdio;
#[cfg(test)]
mod tests;
mod uris;

use lsp_server::{Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
    TextDocumentContentChangeEvent,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::documents::Documents;
use crate::pictures::AllShown;
use crate::publish::Published;

pub use crate::documents::Disk;
#[cfg(feature = "import")]
pub use crate::import::imported;
pub use crate::stdio::serve;

/// The files that sources may stand in or take something from.
const WATCHED: &str = "**/{*.hnet,*.yaml,*.yml,*.json,Corefile}";

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

/// What is no message: the id that it has all the same, and what is wrong.
struct Malformed(Value, ResponseError);

impl Malformed {
    /// The answer.
    fn text(&self) -> String {
        json!({ "jsonrpc": "2.0", "id": self.0, "error": self.1 }).to_string()
    }
}

/// Reads a message of the client.
fn message(bytes: &[u8]) -> Result<Message, Malformed> {
    let not_json = || Malformed(Value::Null, failure::not_json());
    let text = std::str::from_utf8(bytes).map_err(|_| not_json())?;
    let value = serde_json::from_str::<Value>(&halves::mended(text)).map_err(|_| not_json())?;
    let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned().unwrap_or_default();
    // A request whose id is none would look like a notification, and its client would wait for ever.
    let is_message = value.get("id").is_none_or(|id| serde_json::from_value::<RequestId>(id.clone()).is_ok());
    let message = serde_json::from_value::<Message>(value).ok().filter(|_| is_message);
    message.ok_or_else(|| Malformed(id, failure::not_a_message()))
}

/// A language server with the documents that its client opened.
pub struct Server {
    state: State,
    documents: Documents,
    /// The root that requests without a document are about.
    root: Option<String>,
    /// Whether the client fills in the places of a snippet.
    snippets: bool,
    /// Whether the client watches files when it is asked to.
    watches: bool,
    /// Whether something changed since findings were published.
    changed: bool,
    published: Published,
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
            watches: false,
            changed: false,
            published: Published::default(),
            shown: AllShown::default(),
            exited: false,
        }
    }

    /// A server that finds included files which are not open, and sources that include an open one, on a disk.
    #[must_use]
    pub fn with_disk(disk: impl Disk + 'static) -> Self {
        let mut server = Server::new();
        server.documents.read_from(Box::new(disk));
        server
    }

    /// Takes a message of the client as text, and says what follows from it, in order. Whatever the text is, there
    /// is an answer and no panic.
    #[must_use]
    pub fn handle(&mut self, message: &str) -> Vec<String> {
        match self::message(message.as_bytes()) {
            Ok(message) => self.handle_all(vec![message]).iter().map(text).collect(),
            Err(malformed) => vec![malformed.text()],
        }
    }

    /// Takes the messages that wait, and says what follows from them, in order. Findings are published once, of the
    /// texts as they are then; who is no longer waited for is not computed.
    #[must_use]
    pub fn handle_all(&mut self, messages: Vec<Message>) -> Vec<Message> {
        let cancelled: Vec<RequestId> = messages.iter().filter_map(cancels).collect();
        let mut answers = Vec::new();
        for message in messages {
            match message {
                Message::Request(Request { id, method, params }) => {
                    if method == "shutdown" {
                        self.publish(&mut answers);
                    }
                    let response_result = match cancelled.contains(&id) {
                        true => Err(failure::cancelled()),
                        false => self.request(&method, params),
                    };
                    answers.push(Response { id, response_result }.into());
                }
                Message::Notification(Notification { method, params }) => {
                    self.exited |= method == "exit";
                    if self.state == State::Running && self.notified(&method, params, &mut answers).is_some() {
                        self.changed = true;
                    }
                }
                // Of what the server asked of the client.
                Message::Response(_) => {}
            }
        }
        self.publish(&mut answers);
        answers
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

    fn request(&mut self, method: &str, parameters: Value) -> Result<Value, ResponseError> {
        match (self.state, method) {
            (State::ShutDown, _) => Err(failure::shut_down()),
            (State::Waiting, "initialize") => Ok(self.initialize(&parameters)),
            (State::Waiting, _) => Err(failure::not_initialized()),
            (State::Running, "shutdown") => {
                self.state = State::ShutDown;
                Ok(Value::Null)
            }
            (State::Running, _) if method.starts_with("hnet/") => self.own(method, parameters),
            (State::Running, _) => self.standard(method, parameters),
        }
    }

    /// Begins the conversation. What a client says of itself wrongly it is taken not to say.
    fn initialize(&mut self, parameters: &Value) -> Value {
        self.state = State::Running;
        // Each is read by itself: of what clients say of themselves, by far the most says nothing to this server, and one
        // wrong part takes nothing from the others.
        self.root = parameters.pointer("/initializationOptions/root").and_then(Value::as_str).map(str::to_owned);
        let can = |path: &str| parameters.pointer(path).and_then(Value::as_bool) == Some(true);
        self.snippets = can("/capabilities/textDocument/completion/completionItem/snippetSupport");
        self.watches = can("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
        let folders = parameters.get("workspaceFolders").and_then(Value::as_array).into_iter().flatten();
        let folders = folders.filter_map(|folder| folder.get("uri")?.as_str());
        self.documents.work_in(folders.map(|uri| uri.trim_end_matches('/').to_owned()).collect());
        let server = json!({ "name": "hnet", "version": env!("CARGO_PKG_VERSION") });
        json!({ "capabilities": requests::capabilities(), "serverInfo": server })
    }

    /// Takes a notification, and says whether something changed. One that makes no sense has no answer, so it is
    /// passed over.
    fn notified(&mut self, method: &str, parameters: Value, answers: &mut Vec<Message>) -> Option<()> {
        match method {
            "initialized" => {
                answers.extend(self.watch());
                None
            }
            "textDocument/didOpen" => {
                let DidOpenTextDocumentParams { text_document } = serde_json::from_value(parameters).ok()?;
                self.documents.set(&text_document.uri.0, text_document.version, text_document.text);
                Some(())
            }
            "textDocument/didChange" => self.change(serde_json::from_value(parameters).ok()?),
            "textDocument/didClose" => {
                let DidCloseTextDocumentParams { text_document } = serde_json::from_value(parameters).ok()?;
                self.documents.close(&text_document.uri.0);
                Some(())
            }
            "workspace/didChangeWatchedFiles" | "textDocument/didSave" => {
                self.documents.forget_all();
                Some(())
            }
            _ => None,
        }
    }

    /// Asks the client to say when a source changes on the disk, or what sources take from files and observe.
    fn watch(&self) -> Option<Message> {
        if !self.watches || !self.documents.has_disk() {
            return None;
        }
        let watcher = FileSystemWatcher { glob_pattern: GlobPattern::Pattern(WATCHED.to_owned()), kind: None };
        let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
        let registration = Registration {
            id: "sources".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let parameters = RegistrationParams { registrations: vec![registration] };
        let id = RequestId::from("sources".to_owned());
        Some(Request::new(id, "client/registerCapability".to_owned(), parameters).into())
    }

    /// Gives a document its new text, where it is open.
    fn change(&mut self, parameters: DidChangeTextDocumentParams) -> Option<()> {
        let DidChangeTextDocumentParams { text_document, content_changes } = parameters;
        let uri = text_document.text_document_identifier.uri.0;
        let mut text = self.documents.get(&uri)?.text.clone();
        for change in content_changes {
            text = match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    places::replaced(text, part.range, &part.text)
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
            };
        }
        self.documents.set(&uri, text_document.version, text);
        Some(())
    }
}

/// The request that a message says is no longer waited for.
fn cancels(message: &Message) -> Option<RequestId> {
    match message {
        Message::Notification(Notification { method, params }) if method == "$/cancelRequest" => {
            serde_json::from_value(params.get("id")?.clone()).ok()
        }
        _ => None,
    }
}

/// A message as the browser takes it.
fn text(message: &Message) -> String {
    #[derive(Serialize)]
    struct Versioned<'a> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        message: &'a Message,
    }
    // Only what has keys that are no texts cannot be written, and no message has.
    serde_json::to_string(&Versioned { jsonrpc: "2.0", message }).unwrap_or_default()
}

/// What a request is answered with.
fn result(answer: impl Serialize) -> Result<Value, ResponseError> {
    serde_json::to_value(answer).map_err(|error| failure::refused(error.to_string()))
}

/// The parameters of a request; a request may leave out those that it does not need.
fn read<P: DeserializeOwned>(parameters: Value) -> Result<P, ResponseError> {
    let parameters = if parameters.is_null() { json!({}) } else { parameters };
    serde_json::from_value(parameters).map_err(failure::parameters)
}
