//! The one way to write a source, and that it loses nothing.

use crate::common::{DENSE, HOME, ROOMY, read};
use hnet_syntax::{format, same_meaning};

/// The formatted text, once it is certain that it says the same and stays as it is.
#[track_caller]
fn formatted(text: &str) -> String {
    let (parse, findings) = read(text);
    assert!(findings.is_empty(), "{findings:?}");
    let once = format(&parse.tree, text);
    let (again, findings) = read(&once);
    assert!(findings.is_empty(), "{findings:?}\n{once}");
    assert!(same_meaning(&parse.tree, &again.tree), "{text}\nbecame\n{once}");
    assert_eq!(format(&again.tree, &once), once);
    once
}

#[test]
fn every_shape() {
    assert_eq!(formatted(ROOMY), include_str!("../formatted/roomy.hnet"));
    assert_eq!(formatted(DENSE), include_str!("../formatted/dense.hnet"));
    assert_eq!(formatted(HOME), include_str!("../formatted/home.hnet"));
}

#[test]
fn one_line_stays_one_line() {
    assert_eq!(formatted("a   b<c 1;d  <e;>>"), "a b < c 1; d < e; > >\n");
    assert_eq!(formatted("a < b;\nc; >"), "a <\n  b;\n  c;\n>\n");
    assert_eq!(formatted("a <\n>\nb\n  1,\n  2;"), "a < >\nb 1, 2;\n");
}

#[test]
fn at_most_one_empty_line_stays() {
    assert_eq!(formatted("\n\n\na;\n\n\n\nb <\n\n  c;\n\n>\n\n\n"), "a;\n\nb <\n  c;\n>\n");
    assert_eq!(formatted("# x\n\n\n# y\n\na;\n\n\n# z\n"), "# x\n\n# y\n\na;\n\n# z\n");
}

#[test]
fn comments_stay_where_they_belong() {
    assert_eq!(formatted("a 1 # x\n;\n#b\n##c\nd;"), "a 1 # x\n    ;\n# b\n## c\nd;\n");
    assert_eq!(formatted("a # x\n<b;>"), "a # x\n    <\n  b;\n>\n");
    assert_eq!(formatted("a 1,\n# x\n# y\n2;"), "a 1,\n    # x\n    # y\n    2;\n");
    assert_eq!(formatted("a < # x\n>"), "a < # x\n>\n");
    assert_eq!(formatted("a < b; # x\n>#y"), "a <\n  b; # x\n> # y\n");
    assert_eq!(formatted("#!marker\n### ruler ###\na;"), "#!marker\n### ruler ###\na;\n");
}

#[test]
fn quotes_stay_where_they_are() {
    assert_eq!(
        formatted(r##"a "10.0.0.1" "b" "x y" "" "A" "{" "#1" "C:" "=";"##),
        "a \"10.0.0.1\" \"b\" \"x y\" \"\" \"A\" \"{\" \"#1\" \"C:\" \"=\";\n"
    );
    assert_eq!(formatted("a \"\ttab \\u{e9}\";"), "a \"\\ttab é\";\n");
}

#[test]
fn block_strings_are_indented_anew() {
    assert_eq!(formatted("a < b \"\"\"\nx:\n  y\n\"\"\"; >"), "a <\n  b \"\"\"\n    x:\n      y\n  \"\"\";\n>\n");
    assert_eq!(formatted("a \"\"\"x: 1\"\"\";"), "a \"\"\"\n  x: 1\n\"\"\";\n");
    assert_eq!(formatted("a \"\"\"  x: 1\r\n\r\n\"\"\";\r\n"), "a \"\"\"  x: 1\r\n\r\n\"\"\";\r\n");
    assert_eq!(formatted("a \"\"\"\"\"\";"), "a \"\"\"\n\"\"\";\n");
}

/// What continues a statement stands deeper, and there it would be read as the lines of a text.
#[test]
fn a_source_with_a_bare_mark_of_yaml_stays_as_it_is() {
    let text = "networtw 1.20.0 <\n    values | #! \"\"\"\"\"\"\"\"\"\"netk home <\n !n \"apps\";\n>\n";
    let mut found = hnet_diagnostics::Diagnostics::new();
    let parse = hnet_syntax::parse(hnet_diagnostics::FileId::default(), text, &mut found);
    assert!(!found.has_errors());
    assert_eq!(hnet_syntax::format(&parse.tree, text), text);
}
