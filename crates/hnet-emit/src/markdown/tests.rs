//! No text breaks the structure of what it stands in.

use hnet_diagnostics::{FileId, Origin, Span, Traced};
use proptest::prelude::*;

use super::mermaid::Diagram;
use super::shell::Commands;
use super::{Document, paragraphs};

fn origin() -> Origin {
    Origin::written(Span::new(FileId(0), 3, 5))
}

fn header() -> Traced<String> {
    Traced::new("Generated.".to_owned(), origin())
}

/// A document with the text in every place that takes one.
fn document(hostile: &str) -> String {
    let mut document = Document::new(&Traced::new(hostile.to_owned(), origin()));
    document.heading(2, origin()).text(hostile);
    document.paragraph(origin()).text(hostile);
    document.paragraph(origin()).literal("Has ").code(hostile);
    document.doc(Some(hostile), origin());
    document.list(false);
    document.item(origin()).text(hostile);
    document.item(origin()).code(hostile);
    document.table(&["A", "B"]);
    document.row(origin()).cell().text(hostile).cell().code(hostile);
    document.row(origin()).cell().code(hostile).cell().text(hostile);
    let end = Traced::new("end".to_owned(), origin());
    document.block("bash", &[Traced::new(hostile.to_owned(), origin()), end]);
    let file = document.finish();
    assert_eq!(file.text().lines().count(), file.origins().len());
    file.text().to_owned()
}

/// The cells of a row as GitHub counts them: a bar ends one unless a backslash stands before it.
fn cells(row: &str) -> usize {
    let mut escaped = false;
    let mut bars = 0;
    for character in row.chars() {
        match character {
            '|' if !escaped => bars += 1,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    bars - 1
}

/// The lines within the last fence.
fn fenced(document: &str) -> usize {
    let lines: Vec<&str> = document.lines().collect();
    let open = lines.iter().position(|line| line.ends_with("bash") && line.starts_with("```")).unwrap();
    let fence = lines[open].trim_end_matches("bash");
    lines[open + 1..].iter().position(|line| *line == fence).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn structure_stays(hostile in r"([|`\\<>#*_\[\]~\-+=!&$:0-9. \n\ta-c]|-->|\PC){0,24}") {
        let document = document(&hostile);
        let lines: Vec<&str> = document.lines().collect();
        let heads = lines.iter().position(|line| *line == "| A | B |").unwrap();
        for row in &lines[heads + 2..heads + 4] {
            prop_assert!(row.starts_with('|') && row.ends_with('|'), "{}", row);
            prop_assert_eq!(cells(row), 2, "{}", row);
        }
        prop_assert_eq!(fenced(&document), 2, "{}", document);
        let comment = document.lines().position(|line| line == "-->").unwrap();
        prop_assert!(document.lines().take(comment).all(|line| !line.contains("-->")));
    }

    #[test]
    fn text_has_no_markup(hostile in r"[|`\\<>#*_\[\]~\-+=!&$:0-9. a-c]{0,24}") {
        let mut document = Document::new(&header());
        document.paragraph(origin()).text(&format!("x{hostile}"));
        let file = document.finish();
        let line = file.text().lines().last().unwrap().replace("&#124;", "");
        let mut escaped = false;
        for character in line.chars() {
            prop_assert!(escaped || !"`*_[]|<>#~!$".contains(character), "{}", line);
            escaped = character == '\\' && !escaped;
        }
    }

    #[test]
    fn diagrams_stay(hostile in r#"([";#%<>|\[\](){}:\-=&a-c 0-9\n]|end|\PC){0,24}"#) {
        let mut graph = Diagram::graph(origin());
        graph.open(&hostile, origin());
        let one = graph.vertex(&hostile, &hostile, origin());
        let two = graph.vertex("b", "", origin());
        graph.close(origin());
        graph.edge(one, two, &hostile, origin());
        prop_assert_eq!(graph.lines().len(), 6);
        for line in graph.lines() {
            prop_assert!(!line.value.contains(['\n', '%']));
            prop_assert!(line.value.matches('"').count() % 2 == 0 && line.value.matches('"').count() <= 2, "{}", line.value);
        }
        let mut sequence = Diagram::sequence(origin());
        let actor = sequence.actor(&hostile, origin());
        sequence.request(actor, actor, &hostile, origin());
        prop_assert_eq!(sequence.lines().len(), 3);
        for line in sequence.lines() {
            let text = line.value.replace(|character: char| character.is_ascii_alphanumeric(), "");
            prop_assert!(!text.replace("#;", "").contains(['#', ';', '%', '\n']), "{}", line.value);
        }
    }

    #[test]
    fn words_are_one_word_to_a_shell(word in r"[\PC]{0,16}") {
        let mut commands = Commands::default();
        commands.run("get {} | sort", &[&word], origin());
        let line = &commands.lines()[0].value;
        let words = shlex::split(line).expect("all quotes close");
        if commands.variables().is_empty() {
            prop_assert_eq!(words, ["get", &word, "|", "sort"]);
        } else {
            prop_assert_eq!(words.len(), 4, "{}", line);
        }
    }
}

#[test]
fn lists_do_not_start_in_paragraphs() {
    let line = |paragraph: &str| {
        let mut document = Document::new(&header());
        document.paragraph(origin()).text(paragraph);
        document.finish().text().lines().last().unwrap().to_owned()
    };
    assert_eq!(line("- a"), r"\- a");
    assert_eq!(line("1. a"), r"1\. a");
    assert_eq!(line("12) a - b"), r"12\) a - b");
    assert_eq!(line("v1.2"), "v1.2");
    assert_eq!(line("# a"), r"\# a");
}

#[test]
fn rows_are_filled_and_empty_parts_leave_nothing() {
    let mut document = Document::new(&header());
    document.paragraph(origin());
    document.list(false);
    document.table(&["A", "B"]);
    document.table(&["A", "B"]);
    document.row(origin()).cell().cell().literal("b");
    document.row(origin()).cell().codes(["a", "b"]);
    document.list(true);
    document.item(origin()).text("  one ");
    document.item(origin()).text("two");
    let expected = "\n| A | B |\n|---|---|\n| | b |\n| `a`, `b` | |\n\n1. one\n2. two\n";
    assert_eq!(document.finish().text().split_once("-->\n").unwrap().1, expected);
}

#[test]
fn commands_quote_the_words_in_them() {
    let mut commands = Commands::default();
    commands.run("get -n {} {} | sort", &["a b", "c"], origin());
    assert_eq!(commands.lines()[0].value, "get -n 'a b' c | sort");
}

#[test]
fn commands_hold_no_placeholder() {
    let (mut first, mut second) = (Commands::default(), Commands::default());
    first.run("get {} {}", &["https://${NODE_IP}:6443", "a ${1.b}${NODE_IP}c d"], origin());
    second.run("put {} {} {}", &["${NODE_IP}", "${OTHER}", "${}${"], origin());
    let mut document = Document::new(&header());
    document.commands(&first);
    document.commands(&second);
    let text = document.finish().text().split_once("-->\n").unwrap().1.to_owned();
    insta_like(
        &text,
        &[
            "```bash",
            "NODE_IP=…   # write what fills this placeholder in",
            "_1_b=…   # write what fills this placeholder in",
            "get https://\"$NODE_IP\":6443 'a '\"$_1_b\"\"$NODE_IP\"'c d'",
            "```",
            "```bash",
            "OTHER=…   # write what fills this placeholder in",
            "put \"$NODE_IP\" \"$OTHER\" '${}${'",
            "```",
        ],
    );
}

fn insta_like(text: &str, lines: &[&str]) {
    let found: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(found, lines);
}

#[test]
fn doc_comments_have_paragraphs() {
    assert_eq!(paragraphs("One\ntwo.\n\nThree."), ["One two.", "Three."]);
    assert!(paragraphs("").is_empty());
}
