//! Why a request has no result, as JSON-RPC says it.

use lsp_server::{ErrorCode, ResponseError};

fn failure(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}

pub(crate) fn not_json() -> ResponseError {
    failure(ErrorCode::ParseError, "the message is no JSON")
}

pub(crate) fn not_a_message() -> ResponseError {
    failure(ErrorCode::InvalidRequest, "the message is no JSON-RPC 2.0 request or notification")
}

pub(crate) fn no_such_method(method: &str) -> ResponseError {
    failure(ErrorCode::MethodNotFound, format!("there is no method `{method}`"))
}

pub(crate) fn parameters(why: impl std::fmt::Display) -> ResponseError {
    failure(ErrorCode::InvalidParams, format!("wrong parameters: {why}"))
}

pub(crate) fn not_initialized() -> ResponseError {
    failure(ErrorCode::ServerNotInitialized, "the server waits for `initialize`")
}

pub(crate) fn shut_down() -> ResponseError {
    failure(ErrorCode::InvalidRequest, "the server was shut down")
}

pub(crate) fn cancelled() -> ResponseError {
    failure(ErrorCode::RequestCanceled, "the client no longer waits for this")
}

/// What was asked for cannot be done, for a reason that the user is told.
pub(crate) fn refused(why: impl Into<String>) -> ResponseError {
    failure(ErrorCode::RequestFailed, why)
}
