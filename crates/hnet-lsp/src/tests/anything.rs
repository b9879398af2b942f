//! Whatever a client says, and whatever stands in a text: an answer, no panic, and places between characters.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Client, HOME, SOUND};

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

const METHODS: [&str; 29] = [
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
    "hnet/secrets",
    "hnet/page",
    "hnet/zip",
    "hnet/import",
];

/// Characters that nobody sees, some of several bytes and some of two UTF-16 units.
const ODD: [&str; 10] = [
    "\u{200b}",
    "\u{feff}",
    "\u{202e}",
    "\u{ad}",
    "\u{2060}",
    "\u{200d}",
    "\u{e0041}",
    "\u{1f600}",
    "\u{e9}",
    "\u{7f}",
];

/// Names in all the ways in which a value holds them.
const NAMES: &str = "network home <
  subnet lan 192.168.10.0/24 < router edge; >
  internet isp;
  router edge < uplink isp; address lan[1]; >
  host nas < address lan[20]; >
  cluster lab <
    kubernetes 1.36.3;
    talos 1.13.6;
    endpoint 192.168.10.10:6443;
    pods 10.42.0.0/16;
    services 10.43.0.0/16;
    node cp-1 < role controlplane; address lan[11]; disk /dev/sda; >
    pool apps lan[200-210];
    gateway web < class cilium; pool apps; listener https < port 443; hostname *.example.org; > >
    route grafana < hostname grafana.example.org; via web/https; to monitoring/grafana:80; >
  >
>
";

/// Whether a place lies in a text, and between two characters.
fn is_a_place(text: &str, place: &Value) -> bool {
    let (Some(line), Some(character)) = (place["line"].as_u64(), place["character"].as_u64()) else { return false };
    let Some(line) = text.split('\n').nth(line as usize) else { return false };
    let mut at = 0;
    for sign in line.chars() {
        if at >= character {
            break;
        }
        at += sign.len_utf16() as u64;
    }
    at == character
}

/// The ranges in an answer that are no stretches of a text.
fn wrong_ranges(text: &str, answer: &Value, wrong: &mut Vec<Value>) {
    match answer {
        Value::Object(fields) => {
            if let (Some(start), Some(end)) = (fields.get("start"), fields.get("end")) {
                let order = |place: &Value| (place["line"].as_u64(), place["character"].as_u64());
                if !is_a_place(text, start) || !is_a_place(text, end) || order(start) > order(end) {
                    wrong.push(answer.clone());
                }
            }
            fields.values().for_each(|value| wrong_ranges(text, value, wrong));
        }
        Value::Array(values) => values.iter().for_each(|value| wrong_ranges(text, value, wrong)),
        _ => {}
    }
}

/// The semantic tokens that are no stretches of a line, or lie in one another.
fn wrong_tokens(text: &str, data: &[Value]) -> Vec<Value> {
    let numbers: Vec<u64> = data.iter().filter_map(Value::as_u64).collect();
    let (mut line, mut column, mut end) = (0, 0, 0);
    let mut wrong = Vec::new();
    for token in numbers.chunks(5) {
        if token[0] > 0 {
            (column, end) = (0, 0);
        }
        (line, column) = (line + token[0], column + token[1]);
        let place = |character: u64| json!({ "line": line, "character": character });
        let ends = [place(column), place(column + token[2])];
        if column < end || !ends.iter().all(|place| is_a_place(text, place)) {
            wrong.push(json!(ends));
        }
        end = column + token[2];
    }
    wrong
}

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
                "context": { "includeDeclaration": true, "diagnostics": [] }, "options": { "tabSize": 2, "insertSpaces": true },
            }));
            let code = answer["error"]["code"].as_i64();
            prop_assert!(code.is_none() || code == Some(-32803), "{}: {}", method, answer);
        }
        client.ask("hnet/links", json!({ "textDocument": { "uri": HOME }, "position": range["start"] }));
    }

    /// A character that nobody sees, at any place: it is said there, and nothing that the server says splits one.
    #[test]
    fn no_character_is_split(at in 0_usize..1200, odd in prop::sample::select(ODD.to_vec()), names in any::<bool>()) {
        let text = if names { NAMES } else { SOUND };
        let at = (0..=at % text.len()).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let changed = [&text[..at], odd, &text[at..]].concat();
        let mut client = Client::new();
        let told = client.open(HOME, &changed);
        let mut wrong = Vec::new();
        told.iter().for_each(|message| wrong_ranges(&changed, message, &mut wrong));
        let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
        let line = text[..at].matches('\n').count();
        let character = text[start..at].encode_utf16().count();
        let in_comment = text[start..].lines().next().is_some_and(|line| line.contains('#'));
        // At the start a byte order mark is none of the text, and letters are words.
        let is_plain = in_comment || at == 0 || matches!(odd, "\u{1f600}" | "\u{e9}" | "\u{e0041}");
        let said = told[0]["params"]["diagnostics"].as_array().is_some_and(|all| all.iter().any(|finding| {
            let (start, end) = (&finding["range"]["start"], &finding["range"]["end"]);
            let column = |place: &Value| if place["line"] == line { place["character"].as_u64() } else { None };
            finding["code"] == "HN015"
                && column(start).is_some_and(|start| start <= character as u64)
                && column(end).is_some_and(|end| end > character as u64)
        }));
        prop_assert!(is_plain || said, "nothing is said at {}:{}: {}", line, character, told[0]);
        let place = json!({ "line": line, "character": character });
        for method in METHODS.iter().filter(|method| method.starts_with("textDocument/") && !method.contains("/did")) {
            let answer = client.answer(method, json!({
                "textDocument": { "uri": HOME }, "position": place, "newName": "x",
                "range": { "start": place, "end": place },
                "context": { "includeDeclaration": true, "diagnostics": [] }, "options": { "tabSize": 2, "insertSpaces": true },
            }));
            let code = answer["error"]["code"].as_i64();
            prop_assert!(code.is_none() || code == Some(-32803), "{}: {}", method, answer);
            wrong_ranges(&changed, &answer, &mut wrong);
            let tokens = answer["result"]["data"].as_array().map_or(&[][..], Vec::as_slice);
            wrong.extend(wrong_tokens(&changed, tokens));
        }
        for (view, path) in [("topology", "docs/network.md"), ("flow", "")] {
            wrong_ranges(&changed, &client.answer("hnet/objects", json!({ "view": view })), &mut wrong);
            wrong_ranges(&changed, &client.answer("hnet/origins", json!({ "path": path })), &mut wrong);
        }
        prop_assert_eq!(wrong, Vec::<Value>::new());
    }
}
