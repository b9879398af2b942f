//! Whatever an editor sends: the server answers, with JSON.
//!
//! The input is a text, and behind the first zero byte what is asked of it: a byte for the method and two for the
//! place, again and again; a text without one is a single raw message.
#![no_main]

use hnet_lsp::Server;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const URI: &str = "file:///project/network.hnet";
const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/codeAction",
    "textDocument/formatting",
    "textDocument/semanticTokens/full",
    "textDocument/didChange",
    "hnet/result",
    "hnet/picture",
];

fn send(server: &mut Server, message: &Value) {
    for answer in server.handle(&message.to_string()) {
        let _: Value = serde_json::from_str(&answer).expect("the server writes JSON");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut server = Server::new();
    let parts = bytes.iter().position(|byte| *byte == 0).map(|at| (&bytes[..at], &bytes[at + 1..]));
    send(&mut server, &json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {}}}));
    send(&mut server, &json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
    let Some((text, asked)) = parts else {
        server.handle(&String::from_utf8_lossy(bytes));
        return;
    };
    let text = String::from_utf8_lossy(text);
    let opened = json!({"uri": URI, "languageId": "hnet", "version": 1, "text": text});
    send(&mut server, &json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": opened}}));
    for (id, ask) in asked.chunks_exact(3).take(32).enumerate() {
        let method = METHODS[usize::from(ask[0]) % METHODS.len()];
        let place = json!({"line": ask[1], "character": ask[2]});
        let params = json!({
            "textDocument": {"uri": URI, "version": id + 2},
            "position": place,
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "includeDeclaration": true},
            "newName": "other",
            "options": {"tabSize": 2, "insertSpaces": true},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
            "view": "topology",
        });
        send(&mut server, &json!({"jsonrpc": "2.0", "id": id + 1, "method": method, "params": params}));
    }
});
