//! Conversations with the server: what a client says, and what comes back. The file is long, since each request of the
//! protocol has its conversation; those about several projects and their files are in [`projects`].
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the examples are files")]

mod anything;
mod projects;
mod sessions;

use serde_json::{Value, json};

use crate::Server;

const HOME: &str = "file:///network.hnet";

/// A client: it speaks JSON values.
struct Client {
    server: Server,
}

impl Client {
    /// A client whose server is initialized.
    fn new() -> Self {
        let mut client = Client { server: Server::new() };
        let capabilities =
            json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
        client.ask("initialize", json!({ "capabilities": capabilities, "rootUri": null }));
        assert_eq!(client.tell("initialized", json!({})), Vec::<Value>::new());
        client
    }

    /// A client that has opened a text.
    fn with(text: &str) -> Self {
        let mut client = Client::new();
        client.open(HOME, text);
        client
    }

    fn say(&mut self, message: &Value) -> Vec<Value> {
        let answers = self.server.handle(&message.to_string());
        answers.iter().map(|answer| serde_json::from_str(answer).expect("the server speaks JSON")).collect()
    }

    fn tell(&mut self, method: &str, parameters: Value) -> Vec<Value> {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }))
    }

    fn answer(&mut self, method: &str, parameters: Value) -> Value {
        let mut answers = self.say(&json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": parameters }));
        assert_eq!(answers.len(), 1, "{method}");
        let answer = answers.remove(0);
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(7)));
        answer
    }

    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        let mut answer = self.answer(method, parameters);
        assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
        answer["result"].take()
    }

    fn fails(&mut self, method: &str, parameters: Value) -> i64 {
        self.answer(method, parameters)["error"]["code"].as_i64().unwrap_or(0)
    }

    fn open(&mut self, uri: &str, text: &str) -> Vec<Value> {
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "hnet", "version": 1, "text": text } }),
        )
    }

    fn replace(&mut self, version: i64, text: &str) -> Vec<Value> {
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": HOME, "version": version }, "contentChanges": [{ "text": text }] }),
        )
    }

    /// Asks about a place: the first one of a text, in the middle of its line.
    fn ask_at(&mut self, method: &str, text: &str, further: Value) -> Value {
        let whole = self.server.documents.get(HOME).expect("it is open").text.clone();
        let offset = whole.find(text).expect("the text is there") + 1;
        let line = whole[..offset].matches('\n').count();
        let start = whole[..offset].rfind('\n').map_or(0, |at| at + 1);
        let character = whole[start..offset].encode_utf16().count();
        let mut parameters =
            json!({ "textDocument": { "uri": HOME }, "position": { "line": line, "character": character } });
        for (key, value) in further.as_object().into_iter().flatten() {
            parameters[key] = value.clone();
        }
        self.ask(method, parameters)
    }
}

const SOUND: &str = "network home <
  subnet lan 192.168.10.0/24 < router edge; >
  # 😀 before a name
  internet isp;
  router edge < uplink isp; address lan[1]; >
  ## Backups.
  host nas < address lan[20]; >
>
";

fn examples() -> Vec<String> {
    ["first", "homelab", "k3s"]
        .map(|name| {
            let path = format!("{}/../../examples/{name}/network.hnet", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect("the example is there")
        })
        .into()
}

#[test]
fn nothing_is_answered_before_initialize_and_after_shutdown() {
    let mut client = Client { server: Server::new() };
    assert_eq!(client.fails("textDocument/hover", json!({})), -32002);
    assert_eq!(client.open(HOME, SOUND), Vec::<Value>::new());
    let answer = client.ask("initialize", json!({}));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    // It is what the protocol has words for, and none of them is another.
    let read: lsp_types::InitializeResult = serde_json::from_value(answer.clone()).expect("it is of the protocol");
    assert_eq!(serde_json::to_value(read).expect("it is written again"), answer);
    assert_eq!(client.fails("textDocument/nonsense", json!({})), -32601);
    assert_eq!(client.fails("textDocument/hover", json!({ "position": 3 })), -32602);
    assert_eq!(client.ask("shutdown", Value::Null), Value::Null);
    assert!(client.server.is_shut_down() && !client.server.has_exited());
    client.tell("exit", Value::Null);
    assert!(client.server.has_exited());
    assert_eq!(client.fails("hnet/outputs", json!({})), -32600);
    assert_eq!(client.say(&json!([1, 2]))[0]["error"]["code"], -32600);
    let answer: Value = serde_json::from_str(&client.server.handle("{")[0]).expect("JSON");
    assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32700), &Value::Null));
}

#[test]
fn a_document_is_checked_whenever_it_changes() {
    let mut client = Client::new();
    let told = client.open(
        HOME,
        "network home <\n  subnet lan 10.0.0.0/24 < rooter edge; >\n  router edge < address lan[1]; >\n>\n",
    );
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["method"], "textDocument/publishDiagnostics");
    let finding = &told[0]["params"]["diagnostics"][0];
    assert_eq!(finding["code"], "HN101");
    assert_eq!(finding["codeDescription"]["href"], "hnet:explain/HN101");
    assert_eq!(
        finding["range"],
        json!({ "start": { "line": 1, "character": 27 }, "end": { "line": 1, "character": 33 } })
    );
    assert_eq!(finding["data"]["fixes"][0]["edits"][0]["newText"], "router");
    assert_eq!(finding["data"]["fixes"][0]["edits"][0]["uri"], HOME);
    assert_eq!(told[1]["method"], "hnet/compiled");
    assert_eq!(told[1]["params"]["sound"], false);
    assert_eq!(told[1]["params"]["errors"], 1);
    assert_eq!(client.ask("hnet/outputs", json!({})), Value::Null);
    assert_eq!(client.ask("hnet/picture", json!({ "view": "topology" })), Value::Null);

    let told = client.replace(2, SOUND);
    assert_eq!(told[0]["params"]["diagnostics"], json!([]));
    assert_eq!(told[0]["params"]["version"], 2);
    assert_eq!(
        told[1]["params"],
        json!({
            "uri": HOME, "versions": { HOME: 2 }, "sound": true, "errors": 0, "warnings": 0, "notes": 0,
        })
    );

    let told = client.tell("textDocument/didClose", json!({ "textDocument": { "uri": HOME } }));
    assert_eq!(
        told,
        [json!({
            "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": { "uri": HOME, "diagnostics": [] },
        })]
    );
    assert_eq!(
        client.fails(
            "textDocument/hover",
            json!({ "textDocument": { "uri": HOME }, "position": { "line": 0, "character": 0 } })
        ),
        -32602
    );
}

#[test]
fn ranges_count_utf16_units() {
    let mut client = Client::with(SOUND);
    // Behind the emoji, which is two units: `name` becomes `word`, then a digit is typed at the end.
    let at = |line: u32, start: u32, end: u32| json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": end } });
    let told = client.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": HOME, "version": 2 },
            "contentChanges": [
                { "range": at(2, 16, 20), "text": "word" },
                { "range": at(3, 14, 14), "text": "-2" },
                { "range": at(99, 0, 0), "text": "# end\n" },
            ],
        }),
    );
    let text = &client.server.documents.get(HOME).expect("it is open").text;
    assert!(
        text.contains("# 😀 before a word\n") && text.contains("internet isp-2;") && text.ends_with(">\n# end\n"),
        "{text}"
    );
    assert_eq!(told[0]["params"]["diagnostics"][0]["code"], "HN103");
}

#[test]
fn the_questions_of_an_editor_are_answered() {
    let mut client = Client::with(SOUND);
    let hover = client.ask_at("textDocument/hover", "lan[20]", json!({}));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("`192.168.10.20`")), "{hover}");
    let definition = client.ask_at("textDocument/definition", "edge; >", json!({}));
    assert_eq!(definition["range"]["start"], json!({ "line": 4, "character": 9 }));
    let references =
        client.ask_at("textDocument/references", "isp; address", json!({ "context": { "includeDeclaration": true } }));
    assert_eq!(references.as_array().map(Vec::len), Some(2));
    let prepared = client.ask_at("textDocument/prepareRename", "nas", json!({}));
    assert_eq!(prepared["placeholder"], "nas");
    let renamed = client.ask_at("textDocument/rename", "edge; >", json!({ "newName": "gate" }));
    assert_eq!(renamed["changes"][HOME].as_array().map(Vec::len), Some(2));
    let completion = client.ask_at("textDocument/completion", "isp; address", json!({}));
    assert_eq!(completion["items"][0]["label"], "isp");
    assert_eq!(completion["items"][0]["textEdit"]["range"]["start"], json!({ "line": 4, "character": 23 }));
    assert_eq!(
        client.ask(
            "textDocument/formatting",
            json!({ "textDocument": { "uri": HOME }, "options": { "tabSize": 2, "insertSpaces": true } })
        ),
        json!([])
    );
    let symbols = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": HOME } }));
    assert_eq!(symbols[0]["children"].as_array().map(Vec::len), Some(4));
    let folds = client.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": HOME } }));
    assert_eq!(folds, json!([{ "startLine": 0, "endLine": 6 }]));
    let tokens = client.ask("textDocument/semanticTokens/full", json!({ "textDocument": { "uri": HOME } }));
    let data = tokens["data"].as_array().expect("numbers");
    // `network`, then `home` eight columns on, which is declared there.
    assert_eq!(data[..10], [0, 0, 7, 0, 0, 0, 8, 4, 2, 1].map(Value::from));
}

#[test]
fn a_refused_name_says_why() {
    let mut client = Client::with(SOUND);
    let place =
        json!({ "textDocument": { "uri": HOME }, "position": { "line": 6, "character": 8 }, "newName": "edge" });
    let answer = client.answer("textDocument/rename", place);
    assert_eq!(answer["error"]["message"], "the name `edge` is taken");
}

#[test]
fn a_fix_mends_what_it_is_offered_for() {
    let mut client = Client::with(&SOUND.replace("router edge; >", "rooter edge; >"));
    let whole = json!({ "start": { "line": 1, "character": 33 }, "end": { "line": 1, "character": 33 } });
    let actions = client.ask(
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": HOME }, "range": whole, "context": { "diagnostics": [] } }),
    );
    assert_eq!(actions[0]["title"], "write `router`");
    let edit = &actions[0]["edit"]["changes"][HOME][0];
    let told = client.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": HOME, "version": 2 },
            "contentChanges": [{ "range": edit["range"], "text": edit["newText"] }],
        }),
    );
    assert_eq!(told[0]["params"]["diagnostics"], json!([]));
}

#[test]
fn every_example_has_files_origins_and_pictures_that_agree() {
    for text in examples() {
        let mut client = Client::with(&text);
        let outputs = client.ask("hnet/outputs", json!({}));
        let compiled = hnet::compile(hnet::Input::one("network.hnet", text.as_str()), &hnet::Options::default());
        let written = compiled.outputs.expect("the example is sound");
        let files = outputs["files"].as_array().expect("files");
        assert_eq!(files.len(), written.files.len());
        for (file, (path, made)) in files.iter().zip(&written.files) {
            assert_eq!((file["path"].as_str(), file["text"].as_str()), (Some(path.as_str()), Some(made.text())));
            let origins = client.ask("hnet/origins", json!({ "path": path }));
            let lines = origins["lines"].as_array().expect("lines");
            assert_eq!(lines.len(), made.origins().len());
            let count = origins["origins"].as_array().map_or(0, Vec::len) as u64;
            assert!(lines.iter().all(|line| line.as_u64().is_some_and(|line| line < count)));
        }
        for view in ["topology", "traffic", "addresses", "flow"] {
            let picture = client.ask("hnet/picture", json!({ "view": view, "theme": "dark" }));
            let svg = picture["svg"].as_str().expect("an SVG");
            assert!(svg.starts_with("<svg"));
            let objects = client.ask("hnet/objects", json!({ "view": view }));
            let objects = objects["objects"].as_array().expect("objects");
            assert!(!objects.is_empty());
            for object in objects {
                let id = object["id"].as_str().expect("an id");
                assert!(svg.contains(&format!("id=\"{id}\"")), "{view} has no {id}");
                let Some(range) = object["location"].as_object().map(|location| &location["range"]) else { continue };
                let place = json!({ "textDocument": { "uri": HOME }, "position": range["start"], "view": view });
                let links = client.ask("hnet/links", place);
                assert!(links["objects"].as_array().is_some_and(|ids| !ids.is_empty()), "{view}: {id} {range}");
            }
        }
        let zip = client.ask("hnet/zip", json!({ "uri": HOME }));
        assert!(zip["base64"].as_str().is_some_and(|text| text.starts_with("UEsDB")));
    }
}

#[test]
fn a_client_learns_what_to_leave_out_of_a_link() {
    let mut client = Client::new();
    client.open(HOME, "network home <\n  # password: correct-horse-battery\n  gitops flux < repository \"https://me:hunter\\u{32}xyz@example.com/a.git\";\n");
    client.open("file:///other.hnet", "## é token ghp_aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3\n");
    let found = client.ask("hnet/secrets", json!({}));
    let found = found["secrets"].as_array().expect("a list").iter().map(|secret| {
        let (location, what) = (&secret["location"], secret["what"].as_str().expect("words"));
        let (start, end) = (&location["range"]["start"], &location["range"]["end"]);
        format!("{}:{}:{}-{} {what}", location["uri"], start["line"], start["character"], end["character"])
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            "\"file:///network.hnet\":1:14-35 a password",
            "\"file:///network.hnet\":2:39-54 a password in a URL",
            "\"file:///other.hnet\":0:11-51 a GitHub token",
        ]
    );
}

#[test]
fn a_page_says_what_follows_from_its_finding() {
    let mut client = Client::new();
    let page = client.ask("hnet/page", json!({ "code": "HN302", "page": "\nOne.\n\n## Wrong\n" }));
    let page = page.as_str().expect("a page");
    assert!(page.starts_with("\nOne.\n\n**Denied**: nothing is written") && page.ends_with("\n\n## Wrong\n"), "{page}");
    assert_eq!(client.ask("hnet/page", json!({ "code": "HN000", "page": "" })), Value::Null);
}

#[test]
fn what_exists_becomes_a_source_that_is_not_opened() {
    let mut client = Client::new();
    let talconfig = "clusterName: home\ntalosVersion: v1.13.9\nendpoint: https://10.0.0.11:6443\nnodes:\n  - hostname: cp-1\n    \
                     ipAddress: 10.0.0.11\n    controlPlane: true\n    installDisk: /dev/sda\n    filenameTmpl: x.yaml\n    \
                     networkInterfaces: [{interface: eth0, addresses: [10.0.0.11/24]}]\npatches: ['@./all.yaml']\n";
    let patch = "machine:\n  sysctls:\n    net.core.somaxconn: \"8192\"\n";
    let files = json!([{ "path": "talconfig.yaml", "text": talconfig }, { "path": "all.yaml", "text": patch }]);
    let imported = client.ask("hnet/import", json!({ "files": files }));
    let text = imported["text"].as_str().expect("a source");
    assert!(text.contains("talos 1.13.9;") && text.contains("net.core.somaxconn"), "{text}");
    let unread = &imported["report"]["unread"][0];
    assert_eq!(unread["path"], json!("talconfig.yaml"));
    assert_eq!(unread["range"]["start"], json!({ "line": 8, "character": 4 }));
    assert_eq!(imported["report"]["kinds"][0]["kind"], json!("talconfig"));
    assert_eq!(client.ask("hnet/outputs", json!({})), Value::Null);
    // Whatever the files hold, there is an answer.
    let odd = json!([{ "path": "", "text": "a: [\u{0}" }, { "path": "../x", "text": "%%%\n- : : -" }]);
    assert!(client.ask("hnet/import", json!({ "files": odd }))["text"].is_string());
    assert_eq!(client.fails("hnet/import", json!({ "files": [{ "path": "a" }] })), -32602);
}

#[test]
fn where_nothing_is_open_there_is_nothing_to_show() {
    let mut client = Client::new();
    assert_eq!(client.ask("hnet/outputs", json!({})), Value::Null);
    assert_eq!(client.ask("hnet/objects", json!({ "view": "flow" })), Value::Null);
    assert_eq!(client.fails("hnet/picture", json!({ "view": "portrait" })), -32602);
    assert_eq!(client.fails("hnet/links", json!({})), -32602);
    assert_eq!(client.fails("hnet/nonsense", json!({})), -32601);
}

#[test]
fn of_a_picture_that_is_shown_only_the_changes_are_sent() {
    let mut client = Client::with(SOUND);
    let picture =
        |client: &mut Client, known: u32| client.ask("hnet/changes", json!({ "view": "topology", "known": known }));
    let whole = picture(&mut client, 0);
    let length =
        |picture: &Value| picture["svg"].as_str().map_or(0, |svg| svg[svg.find("</style>").unwrap_or(0)..].len());
    assert_eq!(whole["number"], json!(1));
    client.replace(2, &SOUND.replace("nas", "disk"));
    let changed = picture(&mut client, 1);
    let svg = changed["svg"].as_str().expect("an SVG");
    assert!(length(&changed) < length(&whole) / 2 && svg.contains("disk") && svg.contains("data-same="), "{svg}");
    // Who shows another picture than the last one gets it whole.
    assert!(length(&picture(&mut client, 1)) > length(&whole) / 2);
    // And who shows none does not disturb who does.
    client.ask("hnet/picture", json!({ "view": "topology" }));
    assert!(length(&picture(&mut client, 3)) < length(&changed));
}
