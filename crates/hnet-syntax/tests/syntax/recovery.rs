//! One mistake gives one message, at its place, and its fix mends it.

use crate::common::{self, HOME, ROOMY, mended, messages};

/// A source with one mistake: the only message, and what the fix makes of it.
#[track_caller]
fn one(text: &str, message: &str, mended_text: &str) {
    assert_eq!(messages(text), [message], "{text}");
    assert_eq!(mended(text), mended_text);
    assert_eq!(messages(mended_text), [] as [&str; 0], "the fix leaves something wrong");
}

#[test]
fn sound_sources_have_no_messages() {
    for text in [HOME, ROOMY, common::DENSE, "", "\u{FEFF}", "# only a comment", "\u{FEFF}a;\r\nb < c; >\r\n"] {
        assert_eq!(messages(text), [] as [&str; 0]);
    }
}

#[test]
fn a_semicolon_is_missing() {
    one("a < b 1 >", "1:8 HN001 `b` is missing its `;`", "a < b 1; >");
    one("a 1", "1:4 HN001 `a` is missing its `;`", "a 1;");
    one("a < b 1 # why\n c 2; >", "1:8 HN001 `b` is missing its `;`", "a < b 1; # why\n c 2; >");
    one(
        "a <\n  hubble\n  role worker;\n>",
        "2:9 HN001 `hubble` is missing its `;`",
        "a <\n  hubble;\n  role worker;\n>",
    );
    one("a 1\nnode b < c; >", "1:4 HN001 `a` is missing its `;`", "a 1;\nnode b < c; >");
    one("a \"x\"\nb 1;", "1:6 HN001 `a` is missing its `;`", "a \"x\";\nb 1;");
}

#[test]
fn values_may_stand_on_a_later_line() {
    for text in
        ["a\n  b;", "a 1,\n  b;", "a\n  1.1.1.1 8.8.8.8;", "a 1\n  \"b\";", "a\n  b, c;", "a 1 <\n>", "a 1\n<\n>"]
    {
        assert_eq!(messages(text), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_bracket_is_missing() {
    one(
        "a <\n  b <\n    c 1;\n  d 2;\n>",
        "3:9 HN002 the body of `b` is missing its `>`",
        "a <\n  b <\n    c 1;\n  >\n  d 2;\n>",
    );
    one("a <\n  b < c 1;\n  d 2;\n>", "2:11 HN002 the body of `b` is missing its `>`", "a <\n  b < c 1; >\n  d 2;\n>");
    one("a <\n  b 1;\n", "2:7 HN002 the body of `a` is missing its `>`", "a <\n  b 1;\n>\n");
}

#[test]
fn a_bracket_is_too_much() {
    one("a < b; > >", "1:10 HN003 `>` closes nothing", "a < b; > ");
    one("a <\n  b < c; > >\n  d 2;\n>", "2:12 HN003 `>` closes nothing", "a <\n  b < c; > \n  d 2;\n>");
    one(
        "a <\n  b <\n    c;\n  >\n  >\n  d 2;\n>",
        "5:3 HN003 `>` closes nothing",
        "a <\n  b <\n    c;\n  >\n  \n  d 2;\n>",
    );
}

#[test]
fn braces_are_no_brackets() {
    one("a { b; }", "1:3 HN004 curly brackets do not enclose a body", "a < b; >");
    one("a{b;}", "1:2 HN004 curly brackets do not enclose a body", "a<b;>");
    one("a { b; >", "1:3 HN004 curly brackets do not enclose a body", "a < b; >");
    one("a {}", "1:3 HN004 curly brackets do not enclose a body", "a <>");
    one("a { b;", "1:7 HN002 the body of `a` is missing its `>`", "a < b; >");
    assert_eq!(messages("a ${B} x${C}y /[0-9]{2} \"{\""), ["1:28 HN001 `a` is missing its `;`"]);
}

#[test]
fn commas_stand_between_values() {
    one("a 1,, 2;", "1:5 HN005 no value stands before this comma", "a 1, 2;");
    one("a , 2;", "1:3 HN005 no value stands before this comma", "a  2;");
    one("a 1, 2, ;", "1:7 HN006 the list ends with a comma", "a 1, 2 ;");
    one("a < b 1, >", "1:8 HN006 the list ends with a comma", "a < b 1; >");
    one("a; , b;", "1:4 HN005 no value stands before this comma", "a;  b;");
}

#[test]
fn a_semicolon_ends_nothing() {
    one("a < b;; >", "1:7 HN007 `;` ends no statement", "a < b; >");
    one("a < b; >;", "1:9 HN007 `;` ends no statement", "a < b; >");
    one("a;;;;", "1:3 HN007 `;` ends no statement", "a;");
}

#[test]
fn a_body_has_a_keyword() {
    one("a 1; < b; >", "1:6 HN008 no keyword stands before this body", "a 1 < b; >");
    assert_eq!(messages("< b; >"), ["1:1 HN008 no keyword stands before this body"]);
    assert_eq!(messages("a < b; > < c; >"), ["1:10 HN008 no keyword stands before this body"]);
}

#[test]
fn strings_end() {
    one("a \"b # c; # d\nc;", "1:3 HN009 the string is not closed", "a \"b # c\"; # d\nc;");
    one("a \"b;\nc;", "1:3 HN009 the string is not closed", "a \"b\";\nc;");
    one("a < b \"c d; >\ne;", "1:7 HN009 the string is not closed", "a < b \"c d\"; >\ne;");
    one(
        "a <\n  b \"\"\"\n    x: 1\n\n    y: 2\n  c;\n>",
        "2:5 HN010 the block string is not closed",
        "a <\n  b \"\"\"\n    x: 1\n\n    y: 2\n  \"\"\";\n  c;\n>",
    );
    one(
        "a <\n  b \"\"\"\n    x: 1\n  c;\n  d \"\"\"\n    y: 2\n  \"\"\";\n>",
        "2:5 HN010 the block string is not closed",
        "a <\n  b \"\"\"\n    x: 1\n  \"\"\";\n  c;\n  d \"\"\"\n    y: 2\n  \"\"\";\n>",
    );
    one(r#"a "b\.c";"#, r"1:5 HN011 `\.` is no escape", r#"a "b\\.c";"#);
}

#[test]
fn habits_of_other_languages() {
    one("a < b = c; >", "1:7 HN012 `=` does not stand between keyword and value", "a < b c; >");
    one("a < b=c; >", "1:6 HN012 `=` does not stand between keyword and value", "a < b c; >");
    one("a < b: c; >", "1:6 HN012 `:` does not stand between keyword and value", "a < b c; >");
    one("a < \"b\" c; >", "1:5 HN013 a statement starts with a keyword, not a string", "a < b c; >");
    one("a \"b\"c;", "1:6 HN014 nothing separates two values", "a \"b\" c;");
    assert_eq!(messages("a 2001:db8:: app=web 02:00:5e:00:00:11 fe80::1;"), [] as [&str; 0]);
}

#[test]
fn invisible_characters() {
    one("a\u{A0}b;", "1:2 HN015 U+00A0 is no white space here", "a b;");
    one("a b\0c;", "1:4 HN015 control character U+0000", "a bc;");
    one("a \"b\u{202E}c\";", "1:5 HN015 U+202E changes the direction of the text", "a \"bc\";");
    one("a \"b\u{2028}c\";", "1:5 HN015 U+2028 ends a line for some readers only", "a \"bc\";");
    one("a; # b\u{FEFF}c", "1:7 HN015 U+FEFF is no white space here", "a; # bc");
    // An escape for one is as little seen in what is written.
    one("a \"b\\u{202e}c\";", "1:5 HN015 U+202E changes the direction of the text", "a \"bc\";");
    one("a \"b\\u{2028}c\";", "1:5 HN015 U+2028 ends a line for some readers only", "a \"bc\";");
    one("a \"b\\u{85}c\";", "1:5 HN015 control character U+0085", "a \"bc\";");
    one("a \"b\\u{7f}c\";", "1:5 HN015 control character U+007F", "a \"bc\";");
    one("a \"b\\u{FEFF}c\";", "1:5 HN015 U+FEFF is no white space here", "a \"bc\";");
    assert_eq!(messages(r#"a "b\u{e9}\u{a0}\n\tc";"#), [] as [&str; 0]);
    assert_eq!(messages("a \"👩\u{200D}🚀 grün\"; # 👩\u{200D}🚀"), [] as [&str; 0]);
}

#[test]
fn three_mistakes_are_three_messages() {
    let text = "network home <\n  subnet lan 192.168.10.0/24 <\n    router edge\n    dns edge, 1.1.1.1;\n  \
                node a <\n    role worker;\n    disk \"x;\n  >\n>\n";
    assert_eq!(
        messages(text),
        [
            "3:16 HN001 `router` is missing its `;`",
            "4:23 HN002 the body of `subnet` is missing its `>`",
            "7:10 HN009 the string is not closed",
        ]
    );
}

#[test]
fn a_quote_is_missing_or_too_much() {
    let block = |open: &str, close: &str| format!("a {open}\n    b: \"c\"\n  {close};\nd 1;");
    let three = "\"\"\"";
    let sound = block(three, three);
    assert_eq!(messages(&sound), [] as [&str; 0]);
    for open in ["\"", "\"\"", "\"\"\"\"", "\u{27}\u{27}\u{27}"] {
        one(&block(open, three), "1:3 HN010 a block string stands between `\"\"\"` and `\"\"\"`", &sound);
    }
    for close in ["\"", "\"\"", "\u{27}\u{27}\u{27}"] {
        one(&block(three, close), "3:3 HN010 a block string stands between `\"\"\"` and `\"\"\"`", &sound);
    }
    one(&block(three, "\"\"\"\""), "3:6 HN010 the block string has a quote too many", &sound);
    one("a \"\"b c\";", "1:3 HN009 the string has a quote too many", "a \"b c\";");
    one("a \"b c\"\"; d 1;", "1:8 HN009 the string has a quote too many", "a \"b c\"; d 1;");
    one("a b\"; c \"d e\";", "1:3 HN009 the string is not opened", "a \"b\"; c \"d e\";");
    one("a \"b c; d \"e f\";", "1:3 HN009 the string is not closed", "a \"b c\"; d \"e f\";");
    assert_eq!(messages("a 'b c', 'd';").len(), 2);
    assert_eq!(mended("a 'b c', 'd';"), "a \"b c\", \"d\";");
    assert_eq!(messages("a \"\"\";\nb 1;"), ["1:3 HN010 these quotes close no text"]);
    assert_eq!(messages("a b c\";\nb 1;"), ["1:3 HN009 the string is not opened"]);
}
