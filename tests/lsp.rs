//! The language server as a program: what an editor starts, on a real disk.

use std::io::{BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::{Value, json};

/// How long an answer may take: who waits longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// An editor with a folder, and the program that it started.
struct Editor {
    folder: PathBuf,
    program: Child,
    input: ChildStdin,
    heard: Receiver<Value>,
}

impl Editor {
    fn new(name: &str, arguments: &[&str], files: &[(&str, &str)]) -> Self {
        let folder = env::temp_dir().join(format!("hnet-lsp-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("a temporary folder");
            fs::write(path, text).expect("a temporary file");
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_hnet"))
            .arg("lsp")
            .args(arguments)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let input = program.stdin.take().expect("a pipe");
        let mut output = BufReader::new(program.stdout.take().expect("a pipe"));
        let (says, heard) = channel();
        thread::spawn(move || {
            while let Some(message) = next(&mut output) {
                if says.send(message).is_err() {
                    break;
                }
            }
        });
        Editor { folder, program, input, heard }
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.join(path).display())
    }

    fn say(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the program listens");
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// The next message that a question holds for.
    fn hear(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.heard.recv_timeout(PATIENCE).expect("the program answers");
            if wanted(&message) {
                return message;
            }
        }
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.say(&json!({ "jsonrpc": "2.0", "id": method, "method": method, "params": parameters }));
        self.hear(|message| message["id"] == method)
    }

    fn begin(&mut self) {
        let folder = json!([{ "uri": self.uri(""), "name": "home" }]);
        let answer = self.ask("initialize", &json!({ "capabilities": {}, "workspaceFolders": folder }));
        assert_eq!(answer["result"]["serverInfo"]["name"], "hnet");
        self.tell("initialized", &json!({}));
    }

    /// Opens a file, and says what is found in it.
    fn open(&mut self, path: &str) -> Vec<String> {
        let uri = self.uri(path);
        let text = fs::read_to_string(self.folder.join(path)).expect("the file");
        let document = json!({ "uri": uri, "languageId": "hnet", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        let message = self.hear(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str()
        });
        let findings = message["params"]["diagnostics"].as_array().expect("a list").clone();
        findings.iter().map(|one| format!("{} {}", one["code"], one["message"]).replace(['"', '`'], "")).collect()
    }

    /// Ends the session, and says with which status.
    fn end(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", &Value::Null)["result"], Value::Null);
        self.tell("exit", &Value::Null);
        let status = self.program.wait().expect("it ends").code();
        fs::remove_dir_all(&self.folder).expect("the folder is ours");
        status
    }
}

/// The next message of a stream; none at its end.
fn next(output: &mut impl Read) -> Option<Value> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        output.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let length = String::from_utf8(head).ok()?.trim().strip_prefix("Content-Length: ")?.parse().ok()?;
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

const ROOT: &str = "network home < include \"hosts.hnet\"; subnet lan 10.0.0.0/24; >\n";

#[test]
fn an_editor_that_says_stdio_is_served() {
    for arguments in [&["--stdio"][..], &[]] {
        let name = format!("stdio-{}", arguments.len());
        let files = [("network.hnet", ROOT), ("hosts.hnet", "host nas < address lan[3]; >\n")];
        let mut editor = Editor::new(&name, arguments, &files);
        editor.begin();
        assert_eq!(editor.open("network.hnet"), Vec::<String>::new());
        assert_eq!(editor.end(), Some(0));
    }
}

#[test]
fn the_project_of_an_included_file_is_found_on_the_disk() {
    let root = ROOT.replace("hosts.hnet", "sites/hosts.hnet");
    let files = [("main.hnet", root.as_str()), ("sites/hosts.hnet", "host nas < address lan[300]; >\n")];
    let mut editor = Editor::new("around", &["--stdio"], &files);
    editor.begin();
    let found = editor.open("sites/hosts.hnet");
    assert!(matches!(found.as_slice(), [only] if only.starts_with("HN220")), "{found:?}");
    assert_eq!(editor.end(), Some(0));
}

/// Runs the command line on the same file.
fn check(folder: &Path) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_hnet"))
        .args(["check", "network.hnet", "--message-format", "short"])
        .current_dir(folder)
        .output()
        .expect("it runs");
    assert_eq!(done.status.code(), Some(1));
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

/// Links that leave the project and pipes: what the command line refuses, the server refuses, and neither waits.
#[test]
fn the_server_reads_what_the_command_line_reads_and_nothing_else() {
    let root = "network home < include \"leak.hnet\"; include \"pipe.hnet\"; include \"folder.hnet\"; include \"near.hnet\"; subnet lan 10.0.0.0/24; >\n";
    let secret = "tls-private-key 4711";
    let files =
        [("in/network.hnet", root), ("in/there.hnet", "host nas < address lan[3]; >\n"), ("out/secret", secret)];
    let mut editor = Editor::new("links", &[], &files);
    let folder = editor.folder.join("in");
    symlink("../out/secret", folder.join("leak.hnet")).expect("a link");
    symlink("there.hnet", folder.join("near.hnet")).expect("a link");
    fs::create_dir(folder.join("folder.hnet")).expect("a folder");
    let made = Command::new("mkfifo").arg(folder.join("pipe.hnet")).status().expect("POSIX has it");
    assert!(made.success());
    // A pipe is no project's root either.
    assert!(Command::new("mkfifo").arg(folder.join("root.hnet")).status().expect("POSIX has it").success());
    editor.begin();
    let found = editor.open("in/network.hnet");
    let titles: Vec<&str> = found.iter().map(|one| one.split("\\n").next().unwrap_or_default()).collect();
    let expected =
        ["HN114 leak.hnet leaves the project", "HN112 pipe.hnet cannot be read", "HN112 folder.hnet cannot be read"];
    assert_eq!(titles, expected);
    assert!(!found.concat().contains("4711"));
    let said = check(&folder).replace('`', "");
    for title in expected {
        let (code, title) = title.split_once(' ').expect("a code and a title");
        assert!(said.contains(&format!("[{code}]: {title}")), "{said}");
    }
    assert_eq!(editor.end(), Some(0));
}
