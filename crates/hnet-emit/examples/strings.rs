//! Texts that YAML readers take for something else, written by hnet's own writer, for those readers to
//! read back: the conformance checks give them to kubectl's.
//!
//! The texts are made of pieces that mean something in YAML, in an order that a small generator
//! decides, so that each run asks the same.
#![expect(clippy::disallowed_methods, reason = "a program that writes two files for other programs to compare")]

use std::collections::BTreeMap;
use std::{env, fs, io};

use hnet_emit::yaml::{self, Node};

/// `strings COUNT FILE.yaml FILE.json` writes the same texts in both forms.
fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [count, as_yaml, as_json] = arguments.as_slice() else {
        return Err(io::Error::other("usage: strings COUNT FILE.yaml FILE.json"));
    };
    let (text, json) = write(count.parse().map_err(io::Error::other)?);
    fs::write(as_yaml, text)?;
    fs::write(as_json, json)
}

/// Pieces of which the texts are made: words, numbers and signs of YAML 1.1 and 1.2, white space, other scripts.
const PIECES: [&str; 64] = [
    "on",
    "off",
    "yes",
    "no",
    "y",
    "n",
    "true",
    "null",
    "~",
    "0x1F",
    "0o7",
    "0b1",
    "1_000",
    "1e3",
    ".inf",
    ".nan",
    "12:30:45",
    "2026-11-22",
    "<<",
    "=",
    "- ",
    "-",
    "? ",
    ": ",
    ":",
    " #",
    "#",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "%",
    "@",
    "`",
    "'",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{1b}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "ü",
    "漢",
    "🌐",
    "a",
    "A.b-c_d/e",
    "192.168.10.1",
    "1",
];

/// The texts as YAML and as JSON: the texts as values under plain keys, and as keys.
fn write(count: usize) -> (String, String) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % bound as u64).unwrap_or(0)
    };
    let mut texts: BTreeMap<String, String> = PIECES.iter().map(|piece| ((*piece).to_owned(), String::new())).collect();
    for _ in 0..count {
        let length = next(5);
        texts.insert((0..=length).map(|_| PIECES[next(PIECES.len())]).collect(), String::new());
    }
    let values: Vec<&String> = texts.keys().collect();
    let document = BTreeMap::from([("keys", serde_json::json!(texts)), ("values", serde_json::json!(values))]);
    let (mut text, mut origins) = (String::new(), Vec::new());
    yaml::write(&Node::of(&document, hnet_diagnostics::Origin::default()), &mut text, &mut origins);
    (text, serde_json::to_string(&document).unwrap_or_default())
}
