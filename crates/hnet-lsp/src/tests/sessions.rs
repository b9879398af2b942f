//! Whole sessions over streams, as an editor has them with the program.

use std::io::{self, BufReader, Write};
use std::thread;

use serde_json::{Value, json};

use super::{HOME, SOUND};
use crate::{Server, serve};

fn framed(message: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{message}", message.len())
}

/// What a server says to what arrives on its stream, and how it ended.
fn session(said: &(impl AsRef<[u8]> + ?Sized)) -> (Vec<Value>, io::Result<()>, Server) {
    let (input, mut client) = io::pipe().expect("a pipe");
    let said = said.as_ref().to_owned();
    let speaks = thread::spawn(move || client.write_all(&said));
    let mut output = Vec::new();
    let mut server = Server::new();
    let ended = serve(&mut server, BufReader::new(input), &mut output);
    speaks.join().expect("it ends").expect("the server reads");
    let text = String::from_utf8(output).expect("text");
    let mut rest = text.as_str();
    let mut answers = Vec::new();
    while let Some((head, body)) = rest.split_once("\r\n\r\n") {
        let length: usize = head.strip_prefix("Content-Length: ").expect("a length").parse().expect("a number");
        answers.push(serde_json::from_str(&body[..length]).expect("JSON"));
        rest = &body[length..];
    }
    assert_eq!(rest, "");
    (answers, ended, server)
}

fn request(id: u32, method: &str, parameters: &Value) -> String {
    framed(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }).to_string())
}

fn notification(method: &str, parameters: &Value) -> String {
    framed(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }).to_string())
}

#[test]
fn a_session_from_initialize_to_exit() {
    let document = json!({ "uri": HOME, "languageId": "hnet", "version": 1, "text": SOUND });
    let said = [
        request(1, "initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} })),
        notification("initialized", &json!({})),
        notification("textDocument/didOpen", &json!({ "textDocument": document })),
        request(2, "textDocument/documentSymbol", &json!({ "textDocument": { "uri": HOME } })),
        request(3, "shutdown", &Value::Null),
        notification("exit", &Value::Null),
    ];
    let (answers, ended, server) = session(&said.concat());
    assert!(ended.is_ok() && server.is_shut_down());
    assert!(answers.iter().all(|answer| answer["jsonrpc"] == "2.0"), "{answers:?}");
    let of = |id: u32| answers.iter().find(|answer| answer["id"] == id).expect("an answer");
    assert_eq!(of(1)["result"]["serverInfo"]["name"], "hnet");
    assert_eq!(of(2)["result"][0]["name"], "home");
    assert_eq!(of(3)["result"], Value::Null);
    // Also where all of it arrives at once, the findings come before the end.
    let told: Vec<&Value> = answers.iter().filter_map(|answer| answer.get("method")).collect();
    assert_eq!(told, ["textDocument/publishDiagnostics", "hnet/compiled"]);
}

#[test]
fn a_client_that_leaves_is_no_mistake_and_one_that_babbles_is() {
    let begin = request(1, "initialize", &json!({ "capabilities": {} }));
    let (answers, ended, server) = session(&begin);
    assert_eq!((answers.len(), ended.is_ok(), server.is_shut_down()), (1, true, false));
    // Room for such a message would be the end of the program.
    let huge = ["content-length: 200000000\r\n\r\n", "Content-Length: 18446744073709551615\r\n\r\n{}"];
    // A head without an end.
    let long = format!("Content-Type: {}\r\n\r\n", "a".repeat(20_000));
    let babbles = ["hello\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 9\r\n\r\n{}", &long];
    for babble in babbles.into_iter().chain(huge) {
        let (answers, ended, _) = session(&[&begin, babble].concat());
        assert_eq!((answers.len(), ended.is_err()), (1, true), "{babble:?}");
    }
}

#[test]
fn what_is_no_message_is_answered_and_the_session_goes_on() {
    for (body, code) in [
        (&b"{not json"[..], -32700),
        (b"", -32700),
        (b"{\"method\": \"\xff\xfe", -32700),
        (b"[]", -32600),
        (b"{}", -32600),
        (b"3", -32600),
    ] {
        let mut said = request(1, "initialize", &json!({ "capabilities": {} })).into_bytes();
        said.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
        said.extend(body);
        said.extend(request(2, "shutdown", &Value::Null).bytes());
        let (answers, ended, server) = session(&said);
        assert!(ended.is_ok() && server.is_shut_down(), "{body:?}");
        let refused: Vec<&Value> = answers.iter().filter(|answer| answer["id"] == Value::Null).collect();
        assert_eq!(refused.len(), 1, "{answers:?}");
        assert_eq!(refused[0]["error"]["code"], code);
    }
}
