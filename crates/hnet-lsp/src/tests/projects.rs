//! Projects: which documents belong together, what is found on a disk, and how often something is computed.

use std::cell::RefCell;
use std::rc::Rc;

use hnet::Found;
use hnet_diagnostics::Refusal;
use indexmap::IndexMap;
use lsp_server::Message;
use serde_json::{Value, json};

use super::{Client, HOME, SOUND};
use crate::{Disk, Server};

/// A disk that a test can change.
#[derive(Clone, Default)]
struct Files(Rc<RefCell<IndexMap<String, String>>>);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let disk = Files::default();
        files.iter().for_each(|(path, text)| disk.write(path, text));
        disk
    }

    fn write(&self, path: &str, text: &str) {
        self.0.borrow_mut().insert(path.to_owned(), text.to_owned());
    }

    /// A client whose server reads this disk.
    fn client(&self, parameters: Value) -> Client {
        let mut client = Client { server: Server::with_disk(self.clone()) };
        client.ask("initialize", parameters);
        client
    }
}

impl Disk for Files {
    fn find(&self, folder: &str, path: &str) -> Found {
        match self.0.borrow().get(&[folder, path].concat()).map(String::as_str) {
            Some("a link to /etc") => Found::Refused(Refusal {
                path: path.to_owned(),
                outside: true,
                why: "a link that leads outside".to_owned(),
                help: None,
            }),
            Some(text) => Found::Text(text.to_owned()),
            None => Found::Nothing,
        }
    }

    fn sources(&self, folder: &str) -> Vec<String> {
        let files = self.0.borrow();
        let names = files.keys().filter_map(|path| path.strip_prefix(folder)).filter(|name| !name.contains('/'));
        names.filter(|name| name.ends_with(".hnet")).map(str::to_owned).collect()
    }
}

/// The codes that are published of a document, the last time that any are.
fn published(told: &[Value], uri: &str) -> Option<Vec<String>> {
    let of =
        |message: &&Value| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri;
    let findings = told.iter().rfind(of)?["params"]["diagnostics"].as_array()?;
    Some(findings.iter().filter_map(|finding| finding["code"].as_str().map(str::to_owned)).collect())
}

/// The roots that were checked.
fn checked(told: &[Value]) -> Vec<&str> {
    let compiled = told.iter().filter(|message| message["method"] == "hnet/compiled");
    compiled.filter_map(|message| message["params"]["uri"].as_str()).collect()
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

const LAN: &str = "subnet lan 10.0.0.0/24;";

#[test]
fn the_project_of_an_included_file_is_found_when_only_that_file_is_open() {
    let root = format!("network home < include \"sites/hosts.hnet\"; {LAN} >");
    let files = Files::new(&[
        ("/home/my net.hnet", &root),
        ("/home/other.hnet", "network other < >"),
        ("/home/sites/hosts.hnet", ""),
    ]);
    let mut client = files.client(json!({ "capabilities": {} }));
    let hosts = "file:///home/sites/hosts.hnet";
    let told = client.open(hosts, "host nas < address lan[300]; >\n");
    assert_eq!(checked(&told), ["file:///home/my%20net.hnet"]);
    assert_eq!(published(&told, hosts).expect("published"), ["HN220"]);
    let place = json!({ "textDocument": { "uri": hosts }, "position": { "line": 0, "character": 20 } });
    assert_eq!(client.ask("textDocument/definition", place)["uri"], "file:///home/my%20net.hnet");
    let told = client.tell("textDocument/didClose", json!({ "textDocument": { "uri": hosts } }));
    assert_eq!(published(&told, hosts).expect("taken back"), Vec::<String>::new());
}

#[test]
fn above_the_folder_that_the_client_has_open_nothing_is_looked_for() {
    let root = format!("network home < include \"sites/hosts.hnet\"; {LAN} >");
    let files = Files::new(&[("/home/network.hnet", &root)]);
    let folder = json!([{ "uri": "file:///home/sites/", "name": "sites" }]);
    let mut client = files.client(json!({ "capabilities": {}, "workspaceFolders": folder }));
    let hosts = "file:///home/sites/hosts.hnet";
    assert_eq!(checked(&client.open(hosts, "host nas < address lan[3]; >\n")), [hosts]);
}

#[test]
fn what_a_disk_refuses_is_said_where_it_is_included() {
    let files = Files::new(&[("/home/leak.hnet", "a link to /etc")]);
    let mut client = files.client(json!({ "capabilities": {} }));
    let told = client.open("file:///home/network.hnet", &format!("network home < include \"leak.hnet\"; {LAN} >"));
    assert_eq!(published(&told, "file:///home/network.hnet").expect("published"), ["HN114"]);
}

/// Two projects that include one file: what one finds in it is not what the other does.
#[test]
fn findings_of_two_projects_in_one_file_do_not_erase_each_other() {
    let (one, two, shared) = ("file:///one.hnet", "file:///two.hnet", "file:///shared.hnet");
    let root = |prefix: &str| format!("network home < include \"shared.hnet\"; subnet lan {prefix}; >");
    let mut client = Client::new();
    client.open(shared, "host nas < address lan[300]; >\n");
    client.open(one, &root("10.0.0.0/24"));
    let told = client.open(two, &root("10.0.0.0/16"));
    assert_eq!(published(&told, shared).expect("published"), ["HN220"], "only in the first it has no address 300");
    let change = |client: &mut Client, uri: &str, version: i64, text: String| {
        let document = json!({ "uri": uri, "version": version });
        let told = client
            .tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
        assert_eq!(checked(&told), [uri], "only this project has changed");
        published(&told, shared)
    };
    // Whatever happens to the second, the finding of the first stays.
    assert_eq!(change(&mut client, two, 2, root("10.1.0.0/16")).expect("published"), ["HN220"]);
    assert_eq!(
        change(&mut client, two, 3, "network home < >".to_owned()).unwrap_or(vec!["HN220".to_owned()]),
        ["HN220"]
    );
    // Each says its own, and one that both say is shown once.
    assert_eq!(change(&mut client, two, 4, root("10.2.0.0/24")).expect("published"), ["HN220", "HN220"]);
    let slip = json!([{ "text": "host nas < adress lan[3]; >" }]);
    let document = json!({ "uri": shared, "version": 2 });
    let told = client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": slip }));
    assert_eq!(checked(&told), [one, two]);
    assert_eq!(published(&told, shared).expect("published").len(), 1);
    // It goes when the last that says it is gone.
    let told = client.tell("textDocument/didClose", json!({ "textDocument": { "uri": one } }));
    assert_eq!(published(&told, shared), None);
    let told = client.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": two, "version": 5 }, "contentChanges": [{ "text": "network home < >" }],
        }),
    );
    assert_eq!(published(&told, shared).map(|codes| codes.contains(&"HN103".to_owned())), Some(false), "{told:?}");
}

#[test]
fn changes_on_the_disk_are_watched() {
    let files = Files::new(&[("/home/hosts.hnet", "host nas < address lan[300]; >")]);
    // What is wrong elsewhere takes nothing from it.
    let watching = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } }, "general": 5 });
    let mut client = files.client(json!({ "capabilities": watching }));
    let asked = client.tell("initialized", json!({}));
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["method"], "client/registerCapability");
    let registration = &asked[0]["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    assert_eq!(
        registration["registerOptions"]["watchers"][0]["globPattern"],
        "**/{*.hnet,*.yaml,*.yml,*.json,Corefile}"
    );
    assert_eq!(client.say(&json!({ "jsonrpc": "2.0", "id": asked[0]["id"], "result": null })), Vec::<Value>::new());

    let hosts = "file:///home/hosts.hnet";
    let told = client.open("file:///home/network.hnet", &format!("network home < include \"hosts.hnet\"; {LAN} >"));
    assert_eq!(published(&told, hosts).expect("published"), ["HN220"]);
    files.write("/home/hosts.hnet", "host nas < address lan[3]; >");
    let told = client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": hosts, "type": 2 }] }));
    assert_eq!(published(&told, hosts).expect("published"), Vec::<String>::new());

    // Who cannot watch is not asked to.
    let mut other = files.client(json!({ "capabilities": {} }));
    assert_eq!(other.tell("initialized", json!({})), Vec::<Value>::new());
}

fn message(value: Value) -> Message {
    serde_json::from_value(value).expect("a message")
}

fn key(version: i64) -> Message {
    let text = SOUND.replace("nas", &format!("nas-{version}"));
    message(json!({
        "jsonrpc": "2.0", "method": "textDocument/didChange",
        "params": { "textDocument": { "uri": HOME, "version": version }, "contentChanges": [{ "text": text }] },
    }))
}

#[test]
fn of_keys_that_wait_only_the_last_text_is_computed() {
    let mut client = Client::with(SOUND);
    let answers = client.server.handle_all((2..22).map(key).collect());
    let told: Vec<Value> = answers.iter().map(|answer| serde_json::to_value(answer).expect("JSON")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0]["params"]["version"], 21);
    assert_eq!(told[1]["params"]["versions"], json!({ HOME: 21 }));
}

#[test]
fn what_is_no_longer_waited_for_is_not_computed() {
    let mut client = Client::with(SOUND);
    let hover = |id: i64| {
        let place = json!({ "textDocument": { "uri": HOME }, "position": { "line": 4, "character": 10 } });
        message(json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": place }))
    };
    let cancel = message(json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 1 } }));
    let answers = client.server.handle_all(vec![key(2), hover(1), key(3), cancel, hover(2)]);
    let told: Vec<Value> = answers.iter().map(|answer| serde_json::to_value(answer).expect("JSON")).collect();
    assert_eq!((&told[0]["id"], &told[0]["error"]["code"]), (&json!(1), &json!(-32800)));
    assert_eq!((&told[1]["id"], told[1].get("error")), (&json!(2), None));
    assert_eq!(told.len(), 4, "the two answers, the findings once, and that it was checked");
}
