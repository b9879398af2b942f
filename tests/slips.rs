//! One wrong word anywhere in a sound source: it is one mistake, so it gets one message, and never a panic.
//!
//! What depends on a thing that could not be read is silent, so that a message leads to what is to be mended.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Severity};
use hnet_syntax::TokenKind;
use hnet_syntax::tree::Statement;
use hnet_testing::{files, page, root, run_all};

/// How a word is spoilt, and whether nothing of it is left.
const SLIPS: [(&str, bool); 3] = [("@@@", true), ("@", false), ("", true)];

/// What an address in a range is called where a further one was in it as well: the same finding under another code.
const OTHERWISE: [&str; 1] = ["HN333"];

/// Words that may be any text: a revision of a repository, the name of a network interface.
const FREE: [&str; 2] = ["main", "eth0"];

/// Of the words of the examples, every so many-th is spoilt, and of those of the cases; each in another way than the one
/// before. Neither is a multiple of the number of ways. `HNET_SLIPS=1` spoils every word in every way.
const STRIDES: (usize, usize) = (2, 7);

/// The words that are spoilt in a text, each with the ways in which it is: some of every text, the same each time.
fn slips(text: &str, seed: usize, stride: usize) -> Vec<(Range<usize>, (&'static str, bool))> {
    let words = words(text);
    if std::env::var_os("HNET_SLIPS").is_some() {
        return words.into_iter().flat_map(|word| SLIPS.map(|slip| (word.clone(), slip))).collect();
    }
    let start = seed % stride.min(words.len().max(1));
    let sampled = words.into_iter().enumerate().skip(start).step_by(stride);
    sampled.map(|(at, word)| (word, SLIPS[(at / stride + seed) % SLIPS.len()])).collect()
}

#[test]
fn a_wrong_word_is_one_mistake() {
    let examples: Vec<_> = files(&root().join("examples"), "network.hnet");
    run_all(&examples, |path| {
        let text = fs::read_to_string(path).expect("the example was listed just now");
        let sound = check(&text);
        let slips = slips(&text, 0, STRIDES.0).into_iter();
        slips
            .filter_map(|(word, slip)| fault(&text, &word, slip).or_else(|| consequence(&text, &sound, &word, slip)))
            .collect()
    });
}

/// What the cases say is spoilt as well: there, all that holds is that there is an answer, and of a source in which
/// nothing is wrong, that nothing is found which only follows.
#[test]
fn a_wrong_word_gets_an_answer() {
    let pages = files(&root().join("tests/cases"), ".md");
    let spoilt = AtomicUsize::new(0);
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let mut failures = Vec::new();
        for block in page::blocks(&text).iter().filter(|block| block.language == "hnet") {
            let sound = check(&block.text);
            for (word, slip) in slips(&block.text, block.line, STRIDES.1) {
                spoilt.fetch_add(1, Ordering::Relaxed);
                let follows = consequence(&block.text, &sound, &word, slip);
                failures.extend(follows.map(|fault| format!("{}:{} {fault}", path.display(), block.line)));
            }
        }
        failures
    });
    assert!(spoilt.into_inner() > 500, "too few words were spoilt");
}

/// The words of a text that are not in quotes.
fn words(text: &str) -> Vec<Range<usize>> {
    let tokens = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tokens;
    tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.span.range()).collect()
}

/// The findings about a text in which a word was spoilt.
fn found(text: &str, word: &Range<usize>, sign: &str, replaces: bool) -> Vec<Diagnostic> {
    let kept = if replaces { word.start } else { word.end };
    let spoilt = [&text[..kept], sign, &text[word.end..]].concat();
    check(&spoilt)
}

/// What is wrong with the errors about a text in which a word was spoilt: by the sign in its place, which is
/// wrong nearly anywhere, by the sign behind it, which tells what was meant, or by leaving it out.
fn fault(text: &str, word: &Range<usize>, (sign, replaces): (&str, bool)) -> Option<String> {
    let found = found(text, word, sign, replaces);
    let errors: Vec<_> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
    // A sign in the place of a field's keyword is not known to be that field, so what needs it may miss it.
    let is_right = match (sign, replaces) {
        // Without a word the others may say something else, so all that holds is that there is an answer.
        ("", _) => true,
        (_, true) => !errors.is_empty() || FREE.contains(&&text[word.clone()]),
        (_, false) => errors.len() <= 1,
    };
    (!is_right).then(|| {
        let said: Vec<String> =
            errors.iter().map(|error| format!("\n  {}: {}", error.code.number, error.title)).collect();
        format!("{}: {} errors{}", place(text, word, sign), errors.len(), said.concat())
    })
}

/// What is found in a text only since a word of it was spoilt, beside the error that says so: it follows from that.
fn consequence(
    text: &str,
    sound: &[Diagnostic],
    word: &Range<usize>,
    (sign, replaces): (&str, bool),
) -> Option<String> {
    let found = found(text, word, sign, replaces);
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    if sign.is_empty() || sound.iter().any(is_error) || !found.iter().any(is_error) {
        return None;
    }
    let was = |finding: &Diagnostic| {
        sound.iter().any(|one| one.code == finding.code) || OTHERWISE.contains(&finding.code.number)
    };
    let follows = found.iter().find(|finding| !is_error(finding) && !was(finding))?;
    Some(format!("{}: {} `{}` follows", place(text, word, sign), follows.code.number, follows.title))
}

fn place(text: &str, word: &Range<usize>, sign: &str) -> String {
    format!("line {}, `{}` spoilt with `{sign}`", line(text, word.start), &text[word.clone()])
}

/// Of a text in quotes, one quote too few or too many at either end, or another kind of quote, is one mistake, named
/// on the line where it is; what is offered makes the text what it was.
#[test]
fn a_wrong_quote_is_one_mistake() {
    let spoilt = AtomicUsize::new(0);
    of_sound_sources(|source, _| {
        let tokens = hnet_syntax::parse(FileId::default(), source, &mut Diagnostics::new()).tokens;
        let texts = tokens.iter().filter(|token| token.kind == TokenKind::String);
        let faults = texts.flat_map(|token| {
            spoilt.fetch_add(1, Ordering::Relaxed);
            quotes(source, token.span.range())
        });
        faults.collect()
    });
    assert!(spoilt.into_inner() > 100, "too few texts were spoilt");
}

/// A statement that stands in another file, which is not there, may say anything: the file is the one mistake.
#[test]
fn a_missing_file_is_one_mistake() {
    const INCLUDE: &str = "include \"gone.hnet\";";
    let moved = AtomicUsize::new(0);
    of_sound_sources(|source, sound| {
        let tree = hnet_syntax::parse(FileId::default(), source, &mut Diagnostics::new()).tree;
        let network = tree.statements.iter().flat_map(|network| network.statements());
        let clusters = network.clone().filter(|one| one.keyword.text == "cluster");
        let statements = network.chain(clusters.flat_map(|cluster| cluster.statements()));
        let fault = |statement: &Statement| {
            moved.fetch_add(1, Ordering::Relaxed);
            let range = statement.span.range();
            let found = check(&[&source[..range.start], INCLUDE, &source[range.end..]].concat());
            let follows = found.iter().filter(|finding| {
                finding.code.number != "HN112" && !sound.iter().any(|before| before.code == finding.code)
            });
            let said: String = follows.map(|one| format!("\n  {}: {}", one.code.number, one.title)).collect();
            let is_right = said.is_empty() && found.iter().any(|finding| finding.code.number == "HN112");
            (!is_right).then(|| format!("line {}, `{}`{said}", line(source, range.start), statement.keyword.text))
        };
        statements.filter_map(fault).collect()
    });
    assert!(moved.into_inner() > 500, "too few statements were moved");
}

/// Looks at each source of the cases and examples that nothing stops, with what is found in it, and fails with what is
/// wrong then.
fn of_sound_sources(look: impl Fn(&str, &[Diagnostic]) -> Vec<String>) {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("examples"), "network.hnet"));
    run_all(&pages, |path| {
        let mut failures = Vec::new();
        for source in sources(path) {
            let sound = check(&source);
            if !sound.iter().any(|finding| finding.severity.stops()) {
                let faults = look(&source, &sound).into_iter();
                failures.extend(faults.map(|fault| format!("{}: {fault}", path.display())));
            }
        }
        failures
    });
}

/// Files that include one another are followed so far, and no chain of them ends the program.
#[test]
fn a_chain_of_files_is_followed_so_far() {
    let chain = |count: usize| {
        let mut files = vec![("network.hnet".to_owned(), "network home < include \"0.hnet\"; >\n".to_owned())];
        files.extend((0..count).map(|at| (format!("{at}.hnet"), format!("include \"{}.hnet\";\n", at + 1))));
        files.push((format!("{count}.hnet"), "subnet lan 192.168.10.0/24;\n".to_owned()));
        let found = hnet::check(Input { files, ..Input::default() }, &Options::default()).diagnostics;
        found.iter().map(|one| format!("{} {}", one.code.number, one.title)).collect::<Vec<_>>()
    };
    assert_eq!(chain(98), <[&str; 0]>::default());
    assert_eq!(chain(10_000), ["HN112 `100.hnet` is not read"]);
}

/// The sources of a page, or the one that a file is.
fn sources(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    if path.extension().is_none_or(|extension| extension != "md") {
        return vec![text];
    }
    page::blocks(&text).into_iter().filter(|block| block.language == "hnet").map(|block| block.text).collect()
}

/// Other quotes that are written for those of a text: before it, behind it.
fn wrong_quotes(text: &str) -> Vec<(&'static str, &'static str)> {
    let block = text.starts_with("\"\"\"");
    let (right, wrong): (_, &[&str]) = match block {
        true => ("\"\"\"", &["\"", "\"\"", "\"\"\"\"", "\"\"\"\"\"", "\"\"\"\"\"\"", "'''"]),
        false => ("\"", &["", "\"\"", "'"]),
    };
    let mut both: Vec<_> = wrong.iter().flat_map(|wrong| [(*wrong, right), (right, *wrong)]).collect();
    both.push(if block { ("'''", "'''") } else { ("'", "'") });
    both
}

fn quotes(source: &str, place: Range<usize>) -> Vec<String> {
    let text = &source[place.clone()];
    let length = if text.starts_with("\"\"\"") { 3 } else { 1 };
    let inner = &text[length..text.len() - length];
    let spoil = |(before, behind): (&str, &str)| {
        // What nothing closes misses the end of its statement as well.
        let rest = &source[place.end..];
        let rest = if behind.is_empty() && length == 3 { rest.strip_prefix(';').unwrap_or(rest) } else { rest };
        let spoilt = [&source[..place.start], before, inner, behind, rest].concat();
        let errors: Vec<_> = check(&spoilt).into_iter().filter(|one| one.severity == Severity::Error).collect();
        let of_quotes = ["HN009", "HN010", "HN025"];
        let lines = [place.start, place.start + before.len() + inner.len()].map(|at| line(&spoilt, at));
        let said = errors.iter().map(|error| format!("\n  {}: {}", error.code.number, error.title));
        let said = said.collect::<String>();
        let [error] = &errors[..] else {
            return Some(format!("{} errors{said}", errors.len()));
        };
        if !of_quotes.contains(&error.code.number) {
            return Some(said);
        }
        let at = line(&spoilt, error.labels[0].span.range().start);
        if !lines.contains(&at) {
            return Some(format!("in line {at}, not in {lines:?}{said}"));
        }
        let fixed = error.fixes.first().map(|fix| fix.made(&spoilt))?;
        (!check(&fixed).iter().all(|one| one.severity != Severity::Error)).then(|| format!("its fix makes `{fixed}`"))
    };
    let is_last = length == 3 && source[place.end..].starts_with(";\n");
    // Without its first quote such a text is statements.
    let reads_as_hnet = length == 1 && inner.contains(['<', '>', '{', '}', ';', '\\']);
    wrong_quotes(text)
        .into_iter()
        .filter(|(before, _)| *before == "\"" || !reads_as_hnet)
        .chain(is_last.then_some(("\"\"\"", "")))
        .filter_map(|quotes| {
            spoil(quotes).map(|fault| format!("line {}, `{text}` in {quotes:?}: {fault}", line(source, place.start)))
        })
        .collect()
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn check(text: &str) -> Vec<Diagnostic> {
    hnet::check(Input::one("network.hnet", text), &Options::default()).diagnostics
}
