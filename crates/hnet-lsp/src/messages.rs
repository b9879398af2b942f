//! JSON-RPC 2.0: reading messages, writing answers and notifications.
//!
//! Start at [`Message::read`]. Knows no method.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    code: i32,
    message: String,
}

impl Failure {
    pub(crate) fn not_json() -> Self {
        Failure { code: -32700, message: "the message is no JSON".to_owned() }
    }

    pub(crate) fn not_a_message() -> Self {
        Failure { code: -32600, message: "the message is no JSON-RPC 2.0 request or notification".to_owned() }
    }

    pub(crate) fn no_such_method(method: &str) -> Self {
        Failure { code: -32601, message: format!("there is no method `{method}`") }
    }

    pub(crate) fn parameters(why: impl std::fmt::Display) -> Self {
        Failure { code: -32602, message: format!("wrong parameters: {why}") }
    }

    pub(crate) fn not_initialized() -> Self {
        Failure { code: -32002, message: "the server waits for `initialize`".to_owned() }
    }

    pub(crate) fn shut_down() -> Self {
        Failure { code: -32600, message: "the server was shut down".to_owned() }
    }

    /// What was asked for cannot be done, for a reason that the user is told.
    pub(crate) fn refused(why: impl std::fmt::Display) -> Self {
        Failure { code: -32803, message: why.to_string() }
    }
}

/// A message of the client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Message {
    /// It wants an answer.
    Request {
        /// What the answer carries, to tell answers apart.
        id: Value,
        method: String,
        parameters: Value,
    },
    /// It wants none.
    Notification { method: String, parameters: Value },
    /// It answers a request of the server, which makes none.
    Answer,
}

impl Message {
    /// Reads a message; what is none fails with the id that the answer must carry.
    pub(crate) fn read(text: &str) -> Result<Message, (Value, Failure)> {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return Err((Value::Null, Failure::not_json()));
        };
        let id = value.get("id").cloned();
        let parameters = value.get_mut("params").map_or(Value::Null, Value::take);
        let is_id = |id: &Value| id.is_string() || id.is_number() || id.is_null();
        match (value.get("method").and_then(Value::as_str), id) {
            (Some(method), Some(id)) if is_id(&id) => {
                Ok(Message::Request { id, method: method.to_owned(), parameters })
            }
            (Some(method), None) => Ok(Message::Notification { method: method.to_owned(), parameters }),
            (None, Some(_)) if value.get("result").is_some() || value.get("error").is_some() => Ok(Message::Answer),
            (_, id) => Err((id.filter(is_id).unwrap_or(Value::Null), Failure::not_a_message())),
        }
    }
}

/// The parameters of a method as its type.
pub(crate) fn parameters<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    // A method without parameters may be called with none.
    let value = if value.is_null() { json!({}) } else { value };
    serde_json::from_value(value).map_err(Failure::parameters)
}

/// A value of ours as JSON.
pub(crate) fn to_value(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("our types have string keys and finite numbers")
}

/// The answer to a request.
pub(crate) fn answer(id: &Value, result: Result<Value, Failure>) -> String {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Failure { code, message }) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    }
    .to_string()
}

/// A notification of the server.
pub(crate) fn notification(method: &str, parameters: impl Serialize) -> String {
    json!({ "jsonrpc": "2.0", "method": method, "params": to_value(parameters) }).to_string()
}
