//! Where spans and comments end up.

use hnet_syntax::tree::{End, ValueKind};
use hnet_syntax::{TokenKind, decode};

use crate::common::{ROOMY, read};

#[test]
fn spans_are_exact() {
    let text = "\u{FEFF}# x\r\na \"b\\n\", c <\r\n  d;\r\n>\r\n";
    let tree = read(text).0.tree;
    let a = &tree.statements[0];
    assert_eq!(&text[a.span.range()], "a \"b\\n\", c <\r\n  d;\r\n>");
    assert_eq!(&text[a.head().range()], "a \"b\\n\", c");
    assert_eq!(&text[a.leading[0].span.range()], "# x");
    assert_eq!(&text[a.arguments[0].value.span.range()], "\"b\\n\"");
    assert_eq!((a.arguments[0].value.text.as_str(), a.arguments[0].value.kind), ("b\n", ValueKind::String));
    assert_eq!(&text[a.arguments[1].comma.expect("a list").range()], ",");
    assert_eq!(&text[a.statements()[0].span.range()], "d;");
}

#[test]
fn spans_stay_exact_behind_repairs() {
    let text = "a <\n  b \"c;\n  d { e 1 f\u{A0}2; }\n  g <\n    h 1;\n  i \"\"\"\n    x\n  j k;\n";
    let tree = read(text).0.tree;
    let names: Vec<&str> =
        tree.statements[0].statements().iter().map(|statement| &text[statement.span.range()]).collect();
    assert_eq!(names, ["b \"c;", "d { e 1 f\u{A0}2; }", "g <\n    h 1;", "i \"\"\"\n    x", "j k;"]);
    let body = tree.statements[0].body().expect("a body");
    assert_eq!(body.close, None);
}

#[test]
fn comments_belong_to_one_node() {
    let tree = read(ROOMY).0.tree;
    let network = &tree.statements[0];
    assert_eq!(network.leading.len(), 1);
    let body = network.body().expect("a body");
    assert_eq!(body.open_comment.as_ref().map(|comment| comment.text.as_str()), Some("behind the bracket"));
    assert_eq!(body.trailing[0].text, "the last word");
    assert_eq!(tree.trailing[0].text, "the very last");
    let subnet = &body.statements[0];
    assert_eq!(subnet.doc().as_deref(), Some("The office's only wire.\nIt has no VLAN."));
    assert_eq!(subnet.statements()[1].arguments[2].leading[0].text, "the public one");
    assert_eq!(subnet.body().expect("a body").trailing[0].text, "before the bracket");
    let router = &body.statements[1];
    assert_eq!(router.trailing.as_ref().map(|comment| comment.text.as_str()), Some("behind the closing bracket"));
    assert!(router.blank_before && !router.statements()[0].blank_before);
}

#[test]
fn a_doc_comment_is_lost_nowhere_on_the_lines_of_its_statement() {
    let tree =
        read("## a\nx ## b\n  y, ## c\n  z ## d\n< ## e\n  i; ## f\n  j < ## g\n  >\n> ## h\nk < # no\n>\n").0.tree;
    let [x, k] = tree.statements.as_slice() else { panic!("two statements: {tree:?}") };
    assert_eq!(x.doc().as_deref(), Some("a\nb\nc\nd\ne\nh"));
    assert_eq!(x.statements()[0].doc().as_deref(), Some("f"));
    assert_eq!(x.statements()[1].doc().as_deref(), Some("g"));
    assert_eq!(k.doc(), None);
}

#[test]
fn a_missing_semicolon_leaves_two_statements() {
    let text = "a <\n  b 1 # own\n  # next\n  c 2\n>";
    let tree = read(text).0.tree;
    let [b, c] = tree.statements[0].statements() else { panic!("two statements: {tree:?}") };
    assert!(matches!(b.end, End::Missing(span) if span.range() == (9..9)));
    assert_eq!(b.trailing.as_ref().map(|comment| comment.text.as_str()), Some("own"));
    assert_eq!(c.leading[0].text, "next");
    assert_eq!(c.keyword.text, "c");
}

#[test]
fn habits_are_taken_off() {
    let tree = read("a < b = c; d: e; f=g; \"h\" i; >").0.tree;
    let fields: Vec<(&str, &str)> = tree.statements[0]
        .statements()
        .iter()
        .map(|statement| (statement.keyword.text.as_str(), statement.arguments[0].value.text.as_str()))
        .collect();
    assert_eq!(fields, [("b", "c"), ("d", "e"), ("f", "g"), ("h", "i")]);
}

#[test]
fn tokens_are_those_of_the_text() {
    let text = "## d\na{\"s\",\0 x; >> # c";
    let kinds: Vec<(TokenKind, &str)> =
        read(text).0.tokens.iter().map(|token| (token.kind, &text[token.span.range()])).collect();
    assert_eq!(
        kinds,
        [
            (TokenKind::DocComment, "## d"),
            (TokenKind::Word, "a"),
            (TokenKind::Bad, "{"),
            (TokenKind::String, "\"s\""),
            (TokenKind::Comma, ","),
            (TokenKind::Bad, "\0"),
            (TokenKind::Word, "x"),
            (TokenKind::Semicolon, ";"),
            (TokenKind::Close, ">"),
            (TokenKind::Bad, ">"),
            (TokenKind::Comment, "# c"),
        ]
    );
}

#[test]
fn bytes_become_text() {
    assert!(decode(hnet_diagnostics::FileId(0), ROOMY.as_bytes().to_vec()).is_ok());
}
