//! Trees that code makes, written and read back.

use hnet_diagnostics::{FileId, Span};
use hnet_syntax::tree::{Comment, Statement, Tree, Value};
use hnet_syntax::{format, print, same_meaning};
use proptest::prelude::*;

use super::common::{piece, read};

/// A place of another text, beyond the end of whatever is written.
const ELSEWHERE: Span = Span { file: FileId(7), start: 1 << 20, end: (1 << 20) + 9 };

fn printed(statements: Vec<Statement>) -> String {
    print(&Tree { file: FileId(7), statements, trailing: Vec::new() })
}

#[test]
fn what_is_made_is_written_as_a_person_would() {
    let field = |word: &str, text: &str| Statement::new(word, ELSEWHERE).with(Value::said(text, ELSEWHERE));
    let node = field("node", "one")
        .under([Comment::new("The first.", ELSEWHERE).documenting()])
        .holding([field("role", "worker"), field("disk", "size >= 100GB")]);
    let patch = Statement::new("patch", ELSEWHERE)
        .with_list(["machine:\n  sysctls: {}", "  a: 1"].map(|text| Value::lines(text, ELSEWHERE)))
        .apart();
    let network = field("network", "home").holding([node, patch]);
    assert_eq!(
        printed(vec![network]),
        "network home <\n  ## The first.\n  node one < role worker; disk \"size >= 100GB\"; >\n\n  patch \"\"\"\n    \
         machine:\n      sysctls: {}\n  \"\"\", \"  a: 1\";\n>\n"
    );
}

fn text() -> impl Strategy<Value = String> {
    let piece = piece(&["lan[1]", "${NAME}", "//", "--", "/*", "\n  ", "“", ">=", "0.0.0.0/0", "key:", "$"]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A text as a value. Characters that may not even be meant by an escape are not said: a source with them is refused.
fn value() -> impl Strategy<Value = Value> {
    let sayable = text().prop_map(|text| text.replace(['\u{202E}', '\u{FEFF}', '\0'], ""));
    (sayable, 0..3_u8).prop_map(|(text, how)| match how {
        0 => Value::said(&text, ELSEWHERE),
        1 => Value::string(&text, ELSEWHERE),
        _ => Value::lines(&text, ELSEWHERE),
    })
}

fn comments() -> impl Strategy<Value = Vec<Comment>> {
    prop::collection::vec((text(), any::<bool>()), 0..2).prop_map(|comments| {
        let made = comments.into_iter().map(|(text, doc)| (Comment::new(&text, ELSEWHERE), doc));
        made.map(|(comment, doc)| if doc { comment.documenting() } else { comment }).collect()
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let keyword = prop::sample::select(vec!["node", "a", "patch", "set-header"]);
    let head = (
        keyword,
        prop::collection::vec(value(), 0..3),
        prop::collection::vec(value(), 0..4),
        comments(),
        any::<bool>(),
    );
    let leaf = head.prop_map(|(keyword, single, list, comments, apart)| {
        let made = Statement::new(keyword, ELSEWHERE).under(comments);
        let made = single.into_iter().fold(made, Statement::with).with_list(list);
        if apart { made.apart() } else { made }
    });
    let leaf = leaf.boxed();
    leaf.clone().prop_recursive(3, 24, 5, move |inner| {
        (leaf.clone(), prop::collection::vec(inner, 0..5)).prop_map(|(head, body)| head.holding(body))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is made reads back as the same, without a finding, and is written as the formatter writes it.
    #[test]
    fn what_is_made_reads_back(statements in prop::collection::vec(statement(), 0..4)) {
        let tree = Tree { file: FileId(7), statements, trailing: Vec::new() };
        let text = print(&tree);
        let (back, said) = read(&text);
        prop_assert!(said.is_empty(), "{}\n{:?}", text, said);
        prop_assert!(same_meaning(&back.tree, &tree), "{}", text);
        prop_assert_eq!(format(&back.tree, &text), text);
    }
}
