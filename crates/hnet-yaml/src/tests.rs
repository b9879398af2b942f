//! The shapes that real repositories are written in.

use hnet_diagnostics::{FileId, Span};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use crate::{Node, Placement, Reader, Step, Steps, Style, Text, Trouble, Typed, Value, Yaml, parse};

fn read(text: &str) -> Yaml {
    let yaml = parse(FileId(3), text);
    assert!(yaml.problems().is_empty(), "{:?}", yaml.problems());
    yaml
}

fn value(text: &str) -> Value {
    read(text).root().expect("a document").value()
}

/// The text under a span.
fn under(text: &str, span: Span) -> &str {
    assert_eq!(span.file, FileId(3));
    &text[span.range()]
}

fn troubles(text: &str) -> Vec<String> {
    parse(FileId(3), text)
        .problems()
        .iter()
        .map(|problem| format!("{:?} {}", problem.span.range(), problem.trouble))
        .collect()
}

/// That the document holds what it should, each part at its place.
fn at<'y>(yaml: &'y Yaml, keys: &[&str]) -> Node<'y> {
    yaml.root().and_then(|root| root.at(keys)).unwrap_or_else(|| panic!("{keys:?} in {yaml:?}"))
}

#[test]
fn an_anchor_may_be_defined_again_and_the_last_counts() {
    let text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n";
    let yaml = read(text);
    let (b, d) = (at(&yaml, &["b"]), at(&yaml, &["d"]));
    assert_eq!((b.as_str(), d.as_str()), (Some("1"), Some("2")));
    assert_eq!((under(text, d.span()), under(text, d.written().span())), ("*x", "2"));
    assert_eq!(d.written().span().start, 20);
    let anchors: Vec<_> =
        yaml.anchored().filter_map(|node| node.anchor()).map(|(name, span)| (name, span.start)).collect();
    assert_eq!(anchors, [("x", 3), ("x", 17)]);
}

#[test]
fn an_alias_stands_in_one_place_and_is_written_in_another() {
    let text = "sans: &sans [a, b]\ncertSANs: *sans\n";
    let value = value(text);
    let sans = value.get("certSANs").expect("it is there");
    assert_eq!((under(text, sans.span), under(text, sans.written())), ("*sans", "[a, b]"));
    assert_eq!(under(text, sans.items()[1].span), "b");
}

#[test]
fn merge_keys_give_way_to_the_own_keys_and_those_before_to_none_behind() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *b}\n";
    let yaml = read(text);
    let c = at(&yaml, &["c"]);
    let read = |node: Node<'_>, key| node.get(key).and_then(Node::as_str).map(str::to_owned);
    assert_eq!(["x", "y", "z"].map(|key| read(c, key).unwrap_or_default()), ["3", "1", "2"]);
    let entries: Vec<_> = c.entries().iter().map(|entry| (entry.key.as_str(), entry.merged.is_some())).collect();
    assert_eq!(entries, [(Some("x"), false), (Some("y"), true), (Some("z"), true)]);
    assert_eq!(c.own_entries().count(), 2);
    assert_eq!(read(at(&yaml, &["d"]), "z").as_deref(), Some("2"));
    let merged = c.value().field("z").and_then(|field| field.merged).expect("it was taken in");
    assert_eq!(under(text, merged), "<<");
}

#[test]
fn an_alias_may_be_a_key_with_its_colon_close_by() {
    let text = "name: &app web\ncontrollers:\n  *app:\n    a: 1\nlist: {*app: 2}\n# *app: x\nblock: |\n  *app: \n   é *app: 1\nplain: b *app\n";
    let value = value(text);
    assert_eq!(value.at(&["controllers", "web", "a"]).and_then(Value::as_str), Some("1"));
    assert_eq!(value.at(&["list", "web"]).and_then(Value::as_str), Some("2"));
    assert_eq!(value.get("block").and_then(Value::as_str), Some("*app: \n é *app: 1\n"));
    let yaml = read(text);
    assert_eq!(under(text, at(&yaml, &["controllers"]).own_entries().next().expect("an entry").key.span()), "*app");
    assert_eq!(yaml.comments()[0].text, "*app: x");
}

#[test]
fn a_quoted_merge_key_is_an_ordinary_key() {
    assert_eq!(value("'<<': {a: 1}\n").at(&["<<", "a"]).and_then(Value::as_str), Some("1"));
}

#[test]
fn a_merge_of_no_map_is_said() {
    assert_eq!(troubles("a: {<<: 1}\n"), ["8..9 `<<` takes in maps only"]);
}

#[test]
fn documents_follow_each_other() {
    let text = "# head\n---\na: 1\n---\n---\nb: 2\n...\n";
    let yaml = read(text);
    let roots: Vec<_> = yaml.documents().map(|document| document.root.map(|root| format!("{root:?}"))).collect();
    assert_eq!(roots, [Some("{\"a\": \"1\"}".into()), Some("\"\"".into()), Some("{\"b\": \"2\"}".into())]);
    let starts: Vec<_> = yaml.documents().map(|document| document.span.start).collect();
    assert_eq!(starts, [7, 16, 20]);
}

#[test]
fn nothing_holds_no_document() {
    for text in ["", "# only this\n", "\u{feff}", "\n\n"] {
        assert_eq!(read(text).documents().count(), 0, "{text:?}");
    }
}

#[test]
fn behind_what_is_no_yaml_the_next_document_goes_on() {
    let text = "a: 1\nb: [1, 2\n---\nc: 3\n";
    let yaml = parse(FileId(3), text);
    assert_eq!(yaml.problems().len(), 1);
    assert!(matches!(yaml.problems()[0].trouble, Trouble::Syntax(_)));
    let documents: Vec<_> =
        yaml.documents().map(|document| (document.is_whole, format!("{:?}", document.root))).collect();
    assert_eq!(
        documents,
        [(false, "Some({\"a\": \"1\", \"b\": [\"1\"]})".to_owned()), (true, "Some({\"c\": \"3\"})".to_owned()),]
    );
}

#[test]
fn a_literal_block_keeps_its_places_to_the_byte() {
    let text = "patches:\n  - |-\n    machine:\n      network: {hostname: über}\n\n      kubelet: x\n";
    let value = value(text);
    let patch = value.get("patches").expect("it is there").items()[0].text().expect("a text").clone();
    assert_eq!(patch.as_str(), "machine:\n  network: {hostname: über}\n\n  kubelet: x");
    let inner = patch.yaml();
    assert_eq!(under(text, at(&inner, &["machine", "network", "hostname"]).span()), "über");
    assert_eq!(under(text, at(&inner, &["machine", "kubelet"]).span()), "x");
    assert_eq!(under(text, patch.span()), "machine:\n      network: {hostname: über}\n\n      kubelet: x");
}

#[test]
fn an_indentation_that_is_said_is_respected() {
    let text = "a: |2\n    two more\n  none\n";
    let value = value(text);
    let block = value.get("a").and_then(Value::text).expect("a text");
    assert_eq!(block.as_str(), "  two more\nnone\n");
    assert_eq!(under(text, block.part(2..5)), "two");
    assert_eq!(under(text, block.part(11..15)), "none");
}

#[test]
fn a_folded_block_keeps_its_places() {
    let text = "a: >-\n  one two\n  three\n\n  four\n    five\n";
    let value = value(text);
    let folded = value.get("a").and_then(Value::text).expect("a text");
    assert_eq!(folded.as_str(), "one two three\nfour\n  five");
    for word in ["one", "two", "three", "four", "five"] {
        let at = folded.find(word).expect("it is there");
        assert_eq!(under(text, folded.part(at..at + word.len())), word);
    }
}

#[test]
fn escapes_keep_their_places() {
    let text = r#"a: "{\"master\": \"bond0.107\", \u0022mtu\u0022: 9000}" # c"#;
    let value = value(text);
    let json = value.get("a").and_then(Value::text).expect("a text").yaml();
    assert_eq!(under(text, at(&json, &["master"]).span()), r#"\"bond0.107\""#);
    assert_eq!(under(text, at(&json, &["mtu"]).span()), "9000");
    let inner = at(&json, &["master"]).scalar().expect("a scalar").0;
    assert_eq!(under(text, inner.part(0..5)), "bond0");
}

#[test]
fn single_quotes_are_written_twice() {
    let text = "a: 'it''s \"x\"'\n";
    let value = value(text);
    let quoted = value.get("a").and_then(Value::text).expect("a text");
    assert_eq!(quoted.as_str(), "it's \"x\"");
    assert_eq!(under(text, quoted.part(3..4)), "s");
    assert_eq!(under(text, quoted.part(2..3)), "''");
}

#[test]
fn a_text_within_a_text_within_a_text_keeps_its_places() {
    let text = "patches:\n  - |\n    files:\n      - content: |\n          a:\n            - \"x\\\"y\"\n";
    let outer = value(text).get("patches").expect("it is there").items()[0].text().expect("a text").yaml();
    let content =
        at(&outer, &["files"]).value().items()[0].get("content").and_then(Value::text).expect("a text").clone();
    let inner = content.yaml();
    let node = at(&inner, &["a"]).items().next().expect("a member");
    assert_eq!((node.as_str(), under(text, node.span())), (Some("x\"y"), "\"x\\\"y\""));
    assert_eq!(under(text, node.scalar().expect("a scalar").0.part(2..3)), "y");
}

#[test]
fn line_ends_of_windows_are_line_ends() {
    let text = "a: |\r\n  one\r\n  two\r\nb: 1\r\n";
    let value = value(text);
    let block = value.get("a").and_then(Value::text).expect("a text");
    assert_eq!(block.as_str(), "one\ntwo\n");
    assert_eq!(under(text, block.part(4..7)), "two");
    assert_eq!(value.get("b").and_then(Value::as_str), Some("1"));
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let text = "\u{feff}a: 1\n";
    let value = value(text);
    assert_eq!(under(text, value.field("a").expect("it is there").key.span()), "a");
}

#[test]
fn tags_are_kept_and_those_of_yaml_type() {
    let yaml = read("a: !vault x\nb: !!str 1\nc: !Find [a, b]\nd: 1\n");
    assert_eq!(at(&yaml, &["a"]).tag(), Some("!vault"));
    assert_eq!(at(&yaml, &["c"]).tag(), Some("!Find"));
    let typed = |key| at(&yaml, &[key]).value().typed(Reader::Talos).map(|typed| format!("{typed:?}"));
    assert_eq!(typed("b").as_deref(), Some("Text(\"1\")"));
    assert_eq!(typed("d").as_deref(), Some("Integer(1)"));
}

#[test]
fn comments_are_known_by_what_they_stand_at() {
    let text = "# head\n\n# of a\n# and more\na: 1 # behind\nb:\n  # of x\n  - x # behind x\n  # of y\n  - name: y\n    port: [1] # behind it\n    # out: 1\nc: 1\n# last\n";
    let yaml = read(text);
    let (root, a) = (yaml.root().expect("a document"), at(&yaml, &["a"]));
    let above =
        |node: Node<'_>| node.comments_above().iter().map(|comment| comment.text.to_string()).collect::<Vec<_>>();
    let key = |node: Node<'_>, name: &str| {
        node.own_entries().find(|entry| entry.key.as_str() == Some(name)).map(|entry| above(entry.key))
    };
    assert_eq!(key(root, "a"), Some(vec!["of a".to_owned(), "and more".to_owned()]));
    assert_eq!(a.comment_behind().map(|comment| comment.text.as_str()), Some("behind"));
    let items: Vec<_> = at(&yaml, &["b"]).items().collect();
    assert_eq!((above(items[0]), above(items[1])), (vec!["of x".to_owned()], vec!["of y".to_owned()]));
    assert_eq!(items[0].comment_behind().map(|comment| comment.text.as_str()), Some("behind x"));
    let port = items[1].get("port").expect("it is there");
    assert_eq!(port.comment_behind().map(|comment| under(text, comment.span)), Some("# behind it"));
    let free: Vec<_> = yaml
        .comments()
        .iter()
        .filter(|comment| comment.placement == Placement::Free)
        .map(|comment| comment.text.as_str())
        .collect();
    assert_eq!(free, ["head", "out: 1", "last"]);
    let value = root.value();
    let comments = value.field("a").and_then(|field| field.comments.clone()).expect("it has some");
    assert_eq!(comments.above.len(), 2);
}

#[test]
fn many_comments_are_read() {
    let text = format!("a: 1\n{}b: 2\n", "# out\n".repeat(5000));
    assert_eq!(value(&text).get("b").and_then(Value::as_str), Some("2"));
    assert_eq!(read(&text).comments().len(), 5000);
}

#[test]
fn a_key_that_is_there_twice_is_said_and_the_last_counts() {
    let text = "a: 1\nb: 2\na: 3\n";
    let yaml = parse(FileId(3), text);
    assert_eq!(troubles(text), ["10..11 `a` is there twice"]);
    assert_eq!(yaml.problems()[0].also.map(|span| span.start), Some(0));
    assert_eq!(at(&yaml, &["a"]).as_str(), Some("3"));
    assert_eq!(yaml.root().map(|root| root.value().fields().count()), Some(2));
}

#[test]
fn an_alias_of_nothing_and_one_of_itself_are_said() {
    assert_eq!(troubles("a: *x\n"), ["3..5 nothing before it is called `&x`"]);
    assert_eq!(troubles("a: &x [*x, b]\n"), ["7..9 `*x` stands within what it names"]);
    assert_eq!(troubles("a: &x 1\n---\nb: *x\n"), ["15..17 nothing before it is called `&x`"]);
}

#[test]
fn aliases_of_aliases_do_not_make_a_file_large() {
    let mut text = "a0: &a0 [lol, lol]\n".to_owned();
    for level in 1..60 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} [*a{before}, *a{before}, *a{before}]\n"));
    }
    let yaml = parse(FileId(3), &text);
    assert!(yaml.problems().iter().all(|problem| matches!(problem.trouble, Trouble::AliasTooLarge(_))));
    assert!(!yaml.problems().is_empty());
    let mut leaves = 0;
    yaml.root().expect("a document").value().leaves(&mut |_, _| leaves += 1);
    assert!(leaves < 10_000 + 60 * text.len(), "{leaves}");
}

#[test]
fn a_chain_of_aliases_is_not_deeper_than_a_stack() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..5000 {
        text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let yaml = parse(FileId(3), &text);
    assert!(yaml.problems().iter().all(|problem| matches!(problem.trouble, Trouble::AliasTooLarge(_))));
    let _ = yaml.root().expect("a document").value();
}

#[test]
fn what_is_too_deep_is_said_and_not_read() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        let yaml = parse(FileId(3), &text);
        assert!(matches!(yaml.problems()[0].trouble, Trouble::Syntax(_)));
        if let Some(root) = yaml.root() {
            let _ = (root.value(), format!("{root:?}"));
        }
    }
}

#[test]
fn tabs_are_read_where_yaml_lets_them_stand() {
    assert_eq!(value("a:\t1\t# c\nb: |\n  x\ty\n").get("b").and_then(Value::as_str), Some("x\ty\n"));
    assert!(matches!(parse(FileId(3), "a:\n\tb: 1\n").problems()[0].trouble, Trouble::Syntax(_)));
}

#[test]
fn a_helm_template_in_a_text_is_text_and_elsewhere_is_said() {
    assert_eq!(value("a: '{{ .Release.Name }}'\n").get("a").and_then(Value::as_str), Some("{{ .Release.Name }}"));
    assert_eq!(
        value("a: ${X}.lan\nb: http://${Y:-z}:80\n").get("b").and_then(Value::as_str),
        Some("http://${Y:-z}:80")
    );
    assert!(!parse(FileId(3), "a: 1\n{{ if x }}\nb: 2\n{{ end }}\n").problems().is_empty());
}

#[test]
fn a_hole_of_a_template_is_one_text() {
    let text = "a: {{ ENV.IP }}\nb: [{{ x }}, c]\n{{ k }}: 1\n{x: 1}: 2\n";
    let yaml = parse(FileId(3), text);
    assert_eq!(troubles(text), ["43..49 a key must be a text"]);
    assert_eq!(at(&yaml, &["a"]).as_str(), Some("{{ ENV.IP }}"));
    assert_eq!(at(&yaml, &["b"]).items().next().and_then(Node::as_str), Some("{{ x }}"));
    assert_eq!(at(&yaml, &["{{ k }}"]).as_str(), Some("1"));
    assert_eq!(under(text, at(&yaml, &["a"]).span()), "{{ ENV.IP }}");
}

#[test]
fn readers_type_plain_words() {
    let typed = |reader: Reader, text: &'static str| reader.typed(text, Style::Plain, None);
    for text in ["yes", "No", "ON", "off", "y", "N"] {
        assert!(matches!(typed(Reader::ApiServer, text), Typed::Bool(_)), "{text}");
        assert_eq!(typed(Reader::Talos, text), Typed::Text(text));
        assert_eq!(Reader::ApiServer.typed(text, Style::Double, None), Typed::Text(text));
    }
    for text in ["nO", "yEs", "yess", "tRUE", "nullx"] {
        assert_eq!(typed(Reader::ApiServer, text), Typed::Text(text));
    }
    assert_eq!(Reader::Talos.bool("yes", Style::Plain, None), Some(true));
    assert_eq!(Reader::Talos.bool("Off", Style::Plain, None), None);
    assert_eq!(Reader::ApiServer.bool("Off", Style::Plain, None), Some(false));
    assert_eq!(Reader::ApiServer.bool("No", Style::Single, None), None);
    for (text, number) in [
        ("0755", 493),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", 1000),
        ("-5", -5),
        ("18446744073709551615", u64::MAX.into()),
    ] {
        assert_eq!(typed(Reader::Talos, text), Typed::Integer(number), "{text}");
    }
    for (text, number) in [("1.5", 1.5), ("08", 8.0), ("1e3", 1000.0), (".5", 0.5), ("-.inf", f64::NEG_INFINITY)] {
        assert_eq!(typed(Reader::Talos, text), Typed::Float(number), "{text}");
    }
    for text in ["10.0.0.1", "1.2.3", "10.0.0.0/8", "0x", "+", "-", "1e", "2026-01-01", "12:30", "1 2", "."] {
        assert_eq!(typed(Reader::Talos, text), Typed::Text(text));
    }
    assert_eq!(["", "~", "null", "NULL"].map(|text| typed(Reader::Helm, text)), [Typed::Null; 4]);
}

#[test]
fn a_key_without_a_value_is_nothing() {
    let text = "a:\nb: ~\nc: ''\n";
    let value = value(text);
    assert!(value.get("a").is_some_and(Value::is_null) && value.get("b").is_some_and(Value::is_null));
    assert_eq!(value.get("a").and_then(Value::as_str), None);
    assert_eq!(value.get("c").and_then(Value::as_str), Some(""));
    assert_eq!(value.get("a").map(|value| (value.span.start, value.span.end)), Some((2, 2)));
}

#[test]
fn spans_of_lists_and_maps_are_what_they_hold() {
    let text = "a:\n  - x: 1\n    y: [2]\n  - z\nb: {c: 1 }\n";
    let yaml = read(text);
    assert_eq!(under(text, at(&yaml, &["a"]).span()), "- x: 1\n    y: [2]\n  - z");
    assert_eq!(under(text, at(&yaml, &["b"]).span()), "{c: 1 }");
    let y = at(&yaml, &["a"]).items().next().and_then(|item| item.get("y")).expect("it is there");
    assert_eq!(y.items().next().map(Node::path).as_deref(), Some("a[0].y[0]"));
    let steps = [Step::Key("metadata".into()), Step::Key("a.b/c d".into()), Step::Index(2)];
    assert_eq!(Steps(&steps).to_string(), "metadata.\"a.b/c d\"[2]");
}

#[test]
fn what_is_replaced_in_a_text_stands_where_it_stood() {
    let text = "host: grafana.${DOMAIN}:${PORT}/x\n";
    let value = value(text);
    let host = value.get("host").and_then(Value::text).expect("a text");
    let new = host.replaced(&[(8..17, "a.longer.example.com".into()), (18..25, "80".into())]);
    assert_eq!(new.as_str(), "grafana.a.longer.example.com:80/x");
    assert_eq!(under(text, new.part(0..7)), "grafana");
    assert_eq!(under(text, new.part(10..16)), "${DOMAIN}");
    assert_eq!(under(text, new.part(29..31)), "${PORT}");
    assert_eq!(under(text, new.part(32..33)), "x");
    assert_eq!(under(text, new.span()), "grafana.${DOMAIN}:${PORT}/x");
    let again = new.replaced(&[(0..7, "g".into())]);
    assert_eq!(under(text, again.part(again.len() - 1..again.len())), "x");
    let block = "a: |\n  x: ${V}\n  y: 1\n";
    let replaced = value_of_block(block).replaced(&[(3..7, "two words".into())]);
    assert_eq!(under(block, at(&replaced.yaml(), &["y"]).span()), "1");
}

fn value_of_block(text: &str) -> Text {
    value(text).get("a").and_then(Value::text).expect("a text").clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the text, an answer; each place is within the text, and each line of a block lies where it says.
    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "a: ", "b", "- ", "\n", "\n  ", "\n    ", "|", ">-", "\"", "'", "\\n", "\\x41", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "# c", "---\n",
        "é", "🌐", "\t", "\r\n", "? ", ": ", "!t ", "%", "~", "1", "\u{feff}",
    ]), 0..60), cut in any::<prop::sample::Index>()) {
        let text = pieces.concat();
        let yaml = parse(FileId(3), &text);
        for document in yaml.documents() {
            let Some(root) = document.root else { continue };
            let _ = format!("{root:?}");
            root.value().leaves(&mut |_, leaf| {
                assert!(text.get(leaf.span.range()).is_some(), "{text:?} {:?}", leaf.span);
                let whole = leaf.text().map(|text| text.to_smol()).unwrap_or_default();
                let part = cut.index(whole.len() + 1);
                if let (Some(scalar), true) = (leaf.text(), whole.is_char_boundary(part)) {
                    let span = scalar.part(part..whole.len());
                    assert!(span.range().end <= text.len() && span.start <= span.end, "{text:?}");
                    let _ = scalar.yaml();
                }
            });
        }
        for problem in yaml.problems() {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
    }

    /// The words of a block scalar lie where their places say, whatever the shape.
    #[test]
    fn words_of_blocks_are_found(
        words in prop::collection::vec("[a-z]{1,5}", 1..12), breaks in prop::collection::vec(0..4_usize, 12), folded in any::<bool>(),
    ) {
        let mut text = format!("k: {}\n  ", if folded { ">" } else { "|" });
        for (word, how) in words.iter().zip(&breaks) {
            text.push_str(word);
            text.push_str([" ", "\n  ", "\n\n  ", "\n      "][*how]);
        }
        let value = value(&text);
        let block = value.get("k").and_then(Value::text).expect("a text").clone();
        let mut from = 0;
        for word in words {
            let at = from + block[from..].find(&word).expect("the words stand in order");
            prop_assert_eq!(under(&text, block.part(at..at + word.len())), word.as_str());
            from = at + word.len();
        }
    }
}

/// A patch in a block without a line end, as `- |-` makes one, ends in a block without one.
#[test]
fn a_block_at_the_end_has_the_line_end_that_its_text_has() {
    for (text, expected) in [
        ("a: |\n  one\n  two", "one\ntwo"),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: >\n  one\n  two", "one two"),
        ("a: |\n  one\nb: c", "one\n"),
        ("a: \"one\\n\"", "one\n"),
    ] {
        assert_eq!(value(text).str_at(&["a"]), Some(expected), "{text:?}");
    }
}
