//! Texts that nobody writes by hand: none of them takes long, none overflows the stack.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::common::read;

/// Reads a text in under a second of this thread's time on a processor, however busy the machine is; how many findings
/// it has. The best of three.
#[track_caller]
fn quick(text: &str) -> usize {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = ThreadTime::now();
        let findings = read(text).1.len();
        best = best.min(start.elapsed());
        if best < Duration::from_secs(1) {
            return findings;
        }
    }
    panic!("{best:?} for {:?}…", &text[..text.len().min(20)])
}

#[test]
fn what_nests_too_deep_is_refused() {
    for piece in ["<", "a <", "a <\n", "a{"] {
        assert_eq!(quick(&piece.repeat(100_000)), 1, "{piece}");
    }
    let deep = |depth: usize| "a < ".repeat(depth) + &"> ".repeat(depth);
    assert_eq!(read(&deep(64)).1, []);
    let (parse, findings) = read(&deep(65));
    assert_eq!(findings[0].code.number, "HN016");
    assert_eq!(findings[0].labels[0].span.range(), 258..259);
    assert!(parse.tree.statements.is_empty());
}

#[test]
fn what_is_too_large_is_refused() {
    let findings = read(&" ".repeat((16 << 20) + 1)).1;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code.number, "HN017");
    let findings = read(&"a;".repeat((1 << 19) + 1)).1;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code.number, "HN017");
}

/// So often that work which grows with the square of the text would show.
const MANY: usize = 20_000;

#[test]
fn one_mistake_many_times_takes_no_longer() {
    for piece in [
        ">",
        "\"",
        ",",
        ";",
        "{",
        "}",
        "}{",
        "> <",
        "a \"",
        "a,",
        ",;",
        "a =",
        "a\n",
        "a\n#\n",
        "\\",
        "\"\\",
        "\"\"\"",
        "\"\"\"\n",
        "a \"\"\"\n x\n",
        "#",
        "##\n",
        "\0",
        "a\0",
        "\u{A0}",
        "{#",
        "{#\n",
        "\0 ",
        "{\0",
        "}#\0",
        "a b\n",
        "<;",
        "a;<>",
        "a < b\n",
        "\"\\q\" ",
        "${",
        "a\r",
        "; # x\n",
        "a b; c; >",
        "a b\n  c d;\n>\n",
        "a b >= ",
        "a b <=",
        "a >= ;",
        "// x\n",
        "/* ",
        "/**/",
        "{/**/",
        "\u{201C}",
        "{\u{201C}",
        "\u{201C} \u{2019}",
        "\"\u{201D}",
        "a # x\n , # y\n",
    ] {
        quick(&piece.repeat(MANY));
    }
    quick(&format!("a <{}", "\n  b < c;".repeat(MANY)));
    quick(&format!("a < {} >", ", \"x\"".repeat(MANY)));
    quick(&format!("a {{\n{}", "  b;\n}\n".repeat(MANY)));
}
