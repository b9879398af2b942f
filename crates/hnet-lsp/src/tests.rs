//! Conversations with the server: what a client says, and what comes back. The file is long, since each request of the
//! protocol has its conversation.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the examples are files")]

use proptest::prelude::*;
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
fn an_included_document_belongs_to_the_one_that_includes_it() {
    let mut client = Client::new();
    let hosts = "file:///my%20hosts.hnet";
    client.open(hosts, "host nas < address lan[300]; >\n");
    let told = client.open(HOME, "network home < include \"my hosts.hnet\"; subnet lan 10.0.0.0/24; >\n");
    let published: Vec<(&Value, usize)> = told
        .iter()
        .filter(|message| message["method"] == "textDocument/publishDiagnostics")
        .map(|message| (&message["params"]["uri"], message["params"]["diagnostics"].as_array().map_or(0, Vec::len)))
        .collect();
    assert_eq!(published, [(&json!(HOME), 0), (&json!(hosts), 1)]);
    let compiled = told.last().expect("it was compiled");
    assert_eq!(compiled["params"]["versions"], json!({ HOME: 1, hosts: 1 }));
    let place = json!({ "textDocument": { "uri": hosts }, "position": { "line": 0, "character": 20 } });
    assert_eq!(client.ask("textDocument/definition", place)["uri"], HOME);
}

#[test]
fn an_include_finds_its_document_when_that_is_opened() {
    let mut client = Client::with("network home < include \"hosts.hnet\"; subnet lan 10.0.0.0/24; >\n");
    let told = client.open("file:///hosts.hnet", "host nas < address lan[3]; >\n");
    let compiled: Vec<&Value> = told.iter().filter(|message| message["method"] == "hnet/compiled").collect();
    assert_eq!(compiled.len(), 1);
    assert_eq!((&compiled[0]["params"]["uri"], &compiled[0]["params"]["sound"]), (&json!(HOME), &json!(true)));
    let told = client.tell("textDocument/didClose", json!({ "textDocument": { "uri": "file:///hosts.hnet" } }));
    let compiled = told.last().expect("it was compiled again");
    assert_eq!((&compiled["params"]["uri"], &compiled["params"]["sound"]), (&json!(HOME), &json!(false)));
}

#[test]
fn a_document_that_is_opened_after_the_one_that_includes_it_is_found() {
    let mut client = Client::new();
    let hosts = "file:///hosts.hnet";
    let alone = client.open(HOME, "network home < include \"hosts.hnet\"; subnet lan 10.0.0.0/24; >\n");
    assert_eq!(alone.last().expect("it was compiled")["params"]["sound"], json!(false));
    let both = client.open(hosts, "host nas < address lan[7]; >\n");
    let compiled = both.iter().filter(|message| message["method"] == "hnet/compiled").collect::<Vec<_>>();
    assert_eq!(compiled.len(), 1);
    assert_eq!(compiled[0]["params"]["uri"], HOME);
    assert_eq!(compiled[0]["params"]["sound"], json!(true));
}

#[test]
fn what_is_not_open_is_asked_of_the_reader() {
    let reader = |uri: &str| {
        (uri == "file:///home/network.hnet")
            .then(|| "network home < include \"a.hnet\"; subnet lan 10.0.0.0/24; >".to_owned())
    };
    let mut client = Client { server: Server::with_reader(reader) };
    client.ask("initialize", json!({}));
    let told = client.open("file:///home/a.hnet", "host a < address lan[7]; >\n");
    assert!(
        told.iter().all(|message| message["params"]["diagnostics"].as_array().is_none_or(Vec::is_empty)),
        "{told:?}"
    );
    assert_eq!(told.last().expect("it was compiled")["params"]["uri"], "file:///home/network.hnet");
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
    assert_eq!(client.ask("textDocument/formatting", json!({ "textDocument": { "uri": HOME } })), json!([]));
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
fn only_file_uris_have_paths() {
    assert_eq!(crate::file_path("file:///home/me/my%20home.hnet").as_deref(), Some("/home/me/my home.hnet"));
    assert_eq!(crate::file_path("untitled:1"), None);
    assert_eq!(crate::file_path("file://host/share.hnet"), None);
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

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![HOME, "file:///x", "", "%", "topology", "lan", "😀", "network <"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let keys = prop::sample::select(vec![
            "textDocument",
            "uri",
            "position",
            "line",
            "character",
            "range",
            "start",
            "end",
            "text",
            "version",
            "contentChanges",
            "view",
            "path",
            "known",
            "newName",
            "context",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..5).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

const METHODS: [&str; 26] = [
    "initialize",
    "initialized",
    "exit",
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "workspace/didChangeWatchedFiles",
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/formatting",
    "textDocument/codeAction",
    "textDocument/semanticTokens/full",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "hnet/outputs",
    "hnet/origins",
    "hnet/picture",
    "hnet/changes",
    "hnet/objects",
    "hnet/links",
    "hnet/zip",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is said, each answer is JSON and a request has exactly one.
    #[test]
    fn no_message_traps_the_server(parameters in prop::collection::vec((prop::sample::select(METHODS.to_vec()), any_value()), 1..6)) {
        let mut client = Client::with(SOUND);
        for (method, parameters) in parameters {
            client.tell(method, parameters.clone());
            client.answer(method, parameters);
        }
    }

    /// Texts that are no messages are answered too.
    #[test]
    fn no_text_traps_the_server(text in "\\PC{0,40}") {
        let mut client = Client::new();
        for answer in client.server.handle(&text) {
            prop_assert!(serde_json::from_str::<Value>(&answer).is_ok());
        }
    }

    /// Edits at any place, right or wrong, leave a text that is checked; every request is answered at any place.
    #[test]
    fn no_edit_and_no_place_traps_the_server(
        line in 0_u32..9, column in 0_u32..50, length in 0_u32..20,
        text in prop::sample::select(vec!["", "<", ">", ";", "\"", "lan[", "😀", "\n", "node a <", "\"\"\""]),
    ) {
        let mut client = Client::with(SOUND);
        let range = json!({ "start": { "line": line, "character": column }, "end": { "line": line, "character": column + length } });
        let told = client.tell("textDocument/didChange", json!({
            "textDocument": { "uri": HOME, "version": 2 },
            "contentChanges": [{ "range": range, "text": text }],
        }));
        prop_assert_eq!(told.last().map(|message| message["method"].clone()), Some(json!("hnet/compiled")));
        for method in METHODS.iter().filter(|method| method.starts_with("textDocument/") && !method.contains("/did")) {
            let answer = client.answer(method, json!({
                "textDocument": { "uri": HOME }, "position": range["start"], "newName": "x", "range": range,
                "context": { "includeDeclaration": true },
            }));
            let code = answer["error"]["code"].as_i64();
            prop_assert!(code.is_none() || code == Some(-32803), "{}: {}", method, answer);
        }
        client.ask("hnet/links", json!({ "textDocument": { "uri": HOME }, "position": range["start"] }));
    }
}
