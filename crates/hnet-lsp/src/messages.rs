//! JSON-RPC 2.0: reading messages, writing answers and notifications.
//!
//! Start at [`Message::read`]. Knows no method.

use crate::json::{Json, Writer};

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    pub(crate) fn not_json() -> Self {
        Failure { code: "-32700", message: "the message is no JSON".to_owned() }
    }

    pub(crate) fn not_a_message() -> Self {
        Failure { code: "-32600", message: "the message is no JSON-RPC 2.0 request or notification".to_owned() }
    }

    pub(crate) fn no_such_method(method: &str) -> Self {
        Failure { code: "-32601", message: format!("there is no method `{method}`") }
    }

    pub(crate) fn parameters(why: &str) -> Self {
        Failure { code: "-32602", message: format!("wrong parameters: {why}") }
    }

    pub(crate) fn not_initialized() -> Self {
        Failure { code: "-32002", message: "the server waits for `initialize`".to_owned() }
    }

    pub(crate) fn shut_down() -> Self {
        Failure { code: "-32600", message: "the server was shut down".to_owned() }
    }

    /// What was asked for cannot be done, for a reason that the user is told.
    pub(crate) fn refused(why: String) -> Self {
        Failure { code: "-32803", message: why }
    }
}

/// A message of the client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Message {
    /// It wants an answer.
    Request {
        /// What the answer carries, to tell answers apart.
        id: Json,
        method: String,
        parameters: Json,
    },
    /// It wants none.
    Notification { method: String, parameters: Json },
    /// It answers a request of the server, which makes none.
    Answer,
}

impl Message {
    /// Reads a message; what is none fails with the id that the answer must carry.
    pub(crate) fn read(text: &str) -> Result<Message, (Json, Failure)> {
        let Some(value) = Json::read(text) else { return Err((Json::Null, Failure::not_json())) };
        let Json::Object(fields) = value else { return Err((Json::Null, Failure::not_a_message())) };
        let (mut id, mut method, mut parameters, mut answers) = (None, None, Json::Null, false);
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("id", value) => id = Some(value),
                ("method", Json::Text(name)) => method = Some(name),
                ("params", value) => parameters = value,
                ("result" | "error", _) => answers = true,
                _ => {}
            }
        }
        let is_id = |id: &Json| matches!(id, Json::Null | Json::Number(_) | Json::Text(_));
        match (method, id) {
            (Some(method), Some(id)) if is_id(&id) => Ok(Message::Request { id, method, parameters }),
            (Some(method), None) => Ok(Message::Notification { method, parameters }),
            (None, Some(_)) if answers => Ok(Message::Answer),
            (_, id) => Err((id.filter(is_id).unwrap_or(Json::Null), Failure::not_a_message())),
        }
    }
}

/// The answer to a request; `write` puts the result, one value.
pub(crate) fn answer(id: &Json, write: impl FnOnce(&mut Writer) -> Result<(), Failure>) -> String {
    let mut out = Writer::default();
    out.open();
    out.key("jsonrpc").text("2.0");
    out.key("id").value(id);
    let before = out.length();
    if let Err(Failure { code, message }) = write(out.key("result")) {
        out.cut(before);
        out.key("error").open();
        out.key("code").raw(code);
        out.key("message").text(&message);
        out.close();
    }
    out.close();
    out.finish()
}

/// A notification of the server; `write` puts what is in its parameters, key by key.
pub(crate) fn notification(method: &str, write: impl FnOnce(&mut Writer)) -> String {
    let mut out = Writer::default();
    out.open();
    out.key("jsonrpc").text("2.0");
    out.key("method").text(method);
    out.key("params").open();
    write(&mut out);
    out.close();
    out.close();
    out.finish()
}
