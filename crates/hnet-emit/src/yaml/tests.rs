//! What is written is read back as it was by two independent readers, and is no word or number for a third.

use hnet_compare::Kind;
use hnet_diagnostics::{FileId, Lines, Origin, Reason, Span, Traced};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{Node, write, write_value};

fn origin(at: usize) -> Origin {
    Origin::written(Span::new(FileId(1), at, at + 1))
}

fn written(node: &Node) -> (String, Vec<Origin>) {
    let (mut text, mut origins) = (String::new(), Vec::new());
    write(node, &mut text, &mut origins);
    assert_eq!(text.matches('\n').count(), origins.len(), "one origin a line:\n{text}");
    assert!(text.ends_with('\n'));
    (text, origins)
}

/// A value as it is written; as a tree it is written alike.
fn written_value(value: &impl Serialize) -> (String, Vec<Origin>) {
    let (mut text, mut origins) = (String::new(), Vec::new());
    write_value(value, origin(0), &mut text, &mut origins);
    let as_tree = written(&Node::of(value, origin(0)));
    assert_eq!((&text, &origins), (&as_tree.0, &as_tree.1));
    as_tree
}

fn yaml(value: &impl Serialize) -> String {
    written_value(value).0
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Texts {
    by_key: BTreeMap<String, String>,
    in_list: Vec<String>,
    in_lists: Vec<Vec<String>>,
    last: String,
}

impl Texts {
    fn of(texts: &[String]) -> Self {
        Texts {
            by_key: texts.iter().map(|text| (text.clone(), text.clone())).collect(),
            in_list: texts.to_vec(),
            in_lists: vec![texts.to_vec(), Vec::new()],
            last: "end".to_owned(),
        }
    }
}

fn reads_back(texts: &[String]) {
    let value = Texts::of(texts);
    let text = yaml(&value);
    let first: Texts = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("serde_yaml: {error}\n{text}"));
    assert_eq!(first, value, "serde_yaml reads\n{text}");
    let second: Texts = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("serde-saphyr: {error}\n{text}"));
    assert_eq!(second, value, "serde-saphyr reads\n{text}");
}

/// Texts that one reader or another has taken for something else.
const TRICKY: &[&str] = &[
    "",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "~",
    "null",
    "Null",
    "NULL",
    "nil",
    "none",
    "true",
    "True",
    "TRUE",
    "tRuE",
    "false",
    "False",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "0",
    "1",
    "-1",
    "+1",
    "00",
    "01",
    "007",
    "08",
    "0o7",
    "0O7",
    "0x1",
    "0X1",
    "0xG",
    "0b1",
    "0B1",
    "1_000",
    "0_1",
    "1e3",
    "1E3",
    "1e+3",
    "1.0",
    "1.",
    ".1",
    "-.1",
    "1.2.3",
    ".inf",
    "-.inf",
    ".Inf",
    ".nan",
    ".NaN",
    "nan",
    "inf",
    "22:22",
    "1:30",
    "1:30:59",
    "190:20:30",
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "2001-1-1",
    "12:30:45.5",
    "192.168.10.1",
    "192.168.10.0/24",
    "2001:db8::1",
    "::1",
    "fe80::1%eth0",
    "02:00:5e:00:00:11",
    "1.36.2",
    "10",
    "=",
    "<<",
    "<",
    ">",
    "|",
    "|-",
    ">-",
    "-",
    "--",
    "---",
    "--- a",
    "...",
    "... a",
    "- a",
    "-a",
    "?",
    "? a",
    "?a",
    ":",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a :b",
    "a : b",
    "a::b",
    "a#b",
    "a #b",
    "a # b",
    "#",
    "#x",
    "# x",
    ",",
    "a,b",
    "[",
    "]",
    "[]",
    "[a]",
    "{",
    "}",
    "{}",
    "{a: b}",
    "*",
    "*a",
    "*.example.com",
    "&",
    "&a",
    "!",
    "!a",
    "!!str",
    "%",
    "%YAML 1.2",
    "@",
    "@a",
    "`",
    "`a`",
    "'",
    "''",
    "'a'",
    "\"",
    "\"\"",
    "\"a\"",
    "a'b",
    "a\"b",
    "\\",
    "\\n",
    "a\\b",
    "a\\",
    " a",
    "a ",
    " a ",
    "a  b",
    "\ta",
    "a\t",
    "a\tb",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\na",
    "\n a",
    "a\n\nb",
    "a\n b\n",
    " a\nb",
    "a\n\tb",
    "\ta\nb",
    "a \nb",
    "a\t\nb",
    "a\n ",
    "a\n \n",
    "a\n---\nb",
    "a\n...\n",
    "a\n# b\n",
    "a\r",
    "a\r\nb",
    "\r",
    "\r\n",
    "a\u{85}b",
    "\u{85}",
    "a\u{a0}b",
    "\u{a0}",
    "a\u{2028}b",
    "a\u{2029}b",
    "\u{feff}",
    "\u{feff}a",
    "a\u{feff}",
    "a\u{200b}b",
    "\u{200d}",
    "\u{202e}abc",
    "\u{0}",
    "a\u{0}b",
    "\u{1}",
    "\u{7f}",
    "\u{80}",
    "\u{9f}",
    "\u{1b}[31m",
    "é",
    "ünï\ncöde\n",
    "日本語",
    "日本\n語",
    "😀",
    "😀\n😀\n",
    "👨‍👩‍👧",
    "e\u{301}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{e000}",
    "\u{10ffff}",
    "\u{1f1e9}\u{1f1ea}",
    "${NAME}",
    "a${NAME}",
    "$",
    "{{ a }}",
    "vault/cloudflared#credentials.json",
    "https://example.com:443/a?b=c#d",
    "monitoring/grafana:80",
    "a/b",
    "a@b",
    "home.arpa:53 {\n    errors\n    cache 30\n    forward . 192.168.1.1\n}\n",
    "Mon",
    "e1",
    "E5",
    "x1",
    "o7",
    "TrUe",
    "yes ",
    " no",
    "no\n",
    "null\n",
    "a\n\n\nb\n",
    "^(eth0)$",
    "a|b",
    "a>b",
    "http_status:404",
    "x: |\n  y\n",
    "ŉ",
    "ß",
    "-\n-",
    "- a\n- b\n",
    "key: value\nother: 1\n",
    "a:\nb",
    "'a\nb'",
    "a\n  # b",
    "\u{2066}a\u{2069}",
    "a\u{ad}b",
];

#[test]
fn tricky_texts_come_back() {
    let texts: Vec<String> = TRICKY.iter().map(|&text| text.to_owned()).collect();
    reads_back(&texts);
    for text in texts {
        reads_back(&[text]);
    }
}

#[test]
fn long_keys_and_texts_come_back() {
    let long = "word ".repeat(1000);
    reads_back(&[long.trim_end().to_owned(), "x".repeat(600), "x".repeat(5000), format!("{long}\n{long}")]);
    let nested = BTreeMap::from([("k".repeat(2000), Texts::of(&["a".to_owned()]))]);
    assert_eq!(serde_yaml::from_str::<BTreeMap<String, Texts>>(&yaml(&nested)).unwrap(), nested);
    assert_eq!(serde_saphyr::from_str::<BTreeMap<String, Texts>>(&yaml(&nested)).unwrap(), nested);
}

/// Whether a scalar without quotes is more than a text for the resolver of YAML 1.1, as kubectl, PyYAML and
/// libyaml have it: <https://yaml.org/type/>. Words and shapes stand here a second time on purpose.
fn resolves_in_yaml_1_1(scalar: &str) -> bool {
    const WORDS: &[&str] = &[
        "~", "null", "Null", "NULL", "", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "true", "True",
        "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF", "<<", "=", ".inf", ".Inf", ".INF",
        ".nan", ".NaN", ".NAN",
    ];
    // Integers, floats, sexagesimals and timestamps of YAML 1.1 start with a digit, a sign or a point.
    WORDS.contains(&scalar) || scalar.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
}

fn plain_is_text(text: &str) {
    let written = yaml(&vec![text]);
    let scalar = written.strip_prefix("- ").unwrap().trim_end_matches('\n');
    if !scalar.starts_with(['"', '|']) {
        assert!(!resolves_in_yaml_1_1(scalar), "{scalar}");
        assert!(!scalar.contains(": ") && !scalar.contains(" #") && !scalar.ends_with(':'), "{scalar}");
        assert_eq!(scalar, text);
    }
}

#[test]
fn tricky_plain_scalars_are_text_for_yaml_1_1() {
    TRICKY.iter().for_each(|text| plain_is_text(text));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_texts_come_back(texts in prop::collection::vec(any::<String>(), 1..6)) {
        reads_back(&texts);
    }

    #[test]
    fn yaml_like_texts_come_back(texts in prop::collection::vec("[-abynoeE01x_.:,#?&*!|>'\"%@`{}\\[\\]~=<+ \t\n\\\\]{0,12}", 1..8)) {
        reads_back(&texts);
        texts.iter().for_each(|text| plain_is_text(text));
    }
}

#[test]
fn a_manifest_looks_as_people_write_it() {
    let value = serde_yaml::from_str::<serde_yaml::Value>(
        "{kind: Gateway, spec: {listeners: [{name: https, port: 443, tls: {certificateRefs: [{name: w}]}}, {name: b}], \
         addresses: [[a, b], [c], [], {}], empty: {}, none: null, half: 0.5, text: \"a\\n  b\\n\", on: 'on'}}",
    )
    .unwrap();
    let (text, _) = written(&Node::from_yaml(&value, origin(0)));
    assert_eq!(
        text,
        "\
kind: Gateway
spec:
  listeners:
    - name: https
      port: 443
      tls:
        certificateRefs:
          - name: w
    - name: b
  addresses:
    - - a
      - b
    - - c
    - []
    - {}
  empty: {}
  none: null
  half: 0.5
  text: |
    a
      b
  \"on\": \"on\"
"
    );
}

#[test]
fn lines_have_the_nearest_origin() {
    #[derive(Serialize)]
    struct Object {
        kind: &'static str,
        name: Traced<&'static str>,
        ports: Traced<Vec<Traced<u16>>>,
        labels: BTreeMap<Traced<String>, Option<bool>>,
    }
    let object = Object {
        kind: "Service",
        name: Traced::derived("grafana", origin(1).span, Reason::BackendNamespace),
        ports: Traced::new(vec![Traced::new(80, origin(3))], origin(2)),
        labels: BTreeMap::from([(Traced::new("app".to_owned(), origin(4)), Some(true))]),
    };
    let (text, origins) = written_value(&object);
    assert_eq!(text, "kind: Service\nname: grafana\nports:\n  - 80\nlabels:\n  app: true\n");
    let name = Origin::derived(origin(1).span, Reason::BackendNamespace);
    assert_eq!(origins, [origin(0), name, origin(2), origin(3), origin(0), origin(4)]);
}

#[test]
fn lines_of_a_block_have_their_own_origins() {
    let lines = |texts: &[&str]| {
        let lines =
            texts.iter().enumerate().map(|(at, text)| Traced::new((*text).to_owned(), origin(at + 1))).collect();
        written_value(&BTreeMap::from([("Corefile", Lines(lines))]))
    };
    let (text, origins) = lines(&[".:53 {", "    errors", "}"]);
    assert_eq!(text, "Corefile: |\n  .:53 {\n      errors\n  }\n");
    assert_eq!(origins, [origin(0), origin(1), origin(2), origin(3)]);
    assert_eq!(lines(&["a ", "b"]).0, "Corefile: \"a \\nb\\n\"\n");
}

#[test]
fn the_users_values_lie_over_ours() {
    let read = |text: &str, at| Node::from_yaml(&serde_yaml::from_str(text).unwrap(), origin(at));
    let merged = |kind: &Kind| {
        let mut node = read("{a: {b: 1, c: [x]}, d: keep, e: {f: 1}}", 0);
        node.merge(read("{a: {b: 2, c: [z], g: null}, e: off, 80: new}", 9), kind);
        written(&node)
    };
    let (text, origins) = merged(&Kind::values("cilium"));
    assert_eq!(text, "a:\n  b: 2\n  c:\n    - z\n  g: null\nd: keep\ne: \"off\"\n\"80\": new\n");
    let places: Vec<u32> = origins.iter().map(|origin| origin.span.start).collect();
    assert_eq!(places, [0, 9, 9, 9, 9, 0, 9, 9]);
    assert!(merged(&Kind::machine()).0.contains("  c:\n    - x\n    - z\n"));
}

#[test]
fn numbers_stay_numbers() {
    assert_eq!(
        yaml(&(i64::MIN, u64::MAX, 1.0, 1e300, 2.5e-9, f64::NAN, f64::NEG_INFINITY)).replace("- ", ""),
        "-9223372036854775808\n18446744073709551615\n1.0\n1.0e+300\n2.5e-9\n.nan\n-.inf\n"
    );
}

proptest! {
    #[test]
    fn numbers_come_back_and_are_as_short_as_those_of_the_standard_library(number in any::<f64>(), small in 1e-6..1e-3_f64) {
        for number in [number, small, -small, number.trunc(), 0.0, -0.0, 1e-5, 1e15, 1e16, 1e17, -701447618098476.3] {
            let expected = format!("{number:?}");
            let (mantissa, exponent) = expected.split_once('e').unwrap_or((&expected, ""));
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.is_empty() { "" } else if exponent.starts_with('-') { "e" } else { "e+" };
            if number.is_finite() {
                // Of two that are as short and as near, such as -701447618098476.2 and .3, either is right.
                let (written, expected) = (yaml(&number), format!("{mantissa}{point}{sign}{exponent}\n"));
                prop_assert_eq!(written.trim_end().parse().map(f64::to_bits), Ok(number.to_bits()), "{}", &written);
                prop_assert_eq!(written.len(), expected.len(), "{} for {}", written, expected);
            }
        }
    }
}
