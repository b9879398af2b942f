//! All sources of the project against what they must raise and what they must come out as.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hnet::{Around, Found, Input, Options, Unwritten};
use hnet_diagnostics::{Diagnostic, Severity, Source, Sources, codes, render};
use hnet_testing::{always, difference, files, page, root, run_all, run_page};

#[test]
fn the_cases_come_out_as_they_say() {
    let pages = files(&root().join("tests/cases"), ".md");
    run_all(&pages, run_page);
}

/// What no code block can hold: 65 brackets, 16 MiB, another encoding. Unit tests raise them.
const WITHOUT_EXAMPLE: [&str; 4] = ["HN016", "HN017", "HN018", "HN024"];

/// The codes about what a source may leave to others, whose pages show with *Unknown* that what is not known is not said.
const WITH_UNKNOWN: [&str; 34] = [
    "HN123", "HN301", "HN302", "HN311", "HN313", "HN431", "HN501", "HN504", "HN506", "HN511", "HN513", "HN518",
    "HN522", "HN523", "HN530", "HN535", "HN540", "HN549", "HN567", "HN568", "HN569", "HN570", "HN571", "HN577",
    "HN655", "HN656", "HN657", "HN658", "HN659", "HN801", "HN802", "HN803", "HN804", "HN805",
];

/// A page `explain/HN301.md`: the block under *Wrong* raises its code where it is marked and nothing
/// else, the one under *Right* is clean, and so is the one under *Unknown*, where there is one.
#[test]
fn the_pages_of_the_diagnostics_show_what_they_explain() {
    let pages = files(&root().join("crates/hnet-diagnostics/explain"), ".md");
    assert_eq!(pages.len(), codes::ALL.len(), "a page for each code, and no other");
    run_all(&pages, |path| {
        let mut failures = run_page(path);
        failures.extend(repositories(path));
        let number = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let code = codes::find(&number).expect("the table has a row for each page");
        if !text.starts_with(&format!("# {} {}\n", code.number, code.name)) {
            failures.push(format!("{}: the first line is not `# {} {}`", path.display(), code.number, code.name));
        }
        let blocks = page::blocks(&text);
        let marks = |heading: &str| {
            let under = blocks
                .iter()
                .filter(|block| block.heading == heading && (block.language == "hnet" || block.has("audit")));
            under.map(|block| block.text.matches("#! ").count()).reduce(|a, b| a + b)
        };
        let own = blocks.iter().any(|block| block.text.contains(&format!("#! {number}")));
        let without_example = WITHOUT_EXAMPLE.contains(&number.as_str()) && marks("Wrong").is_none();
        if !(without_example || own && marks("Wrong").is_some()) || marks("Right") != Some(0) {
            failures.push(format!("{}: *Wrong* must raise {number}, and *Right* nothing", path.display()));
        }
        if marks("Unknown") != WITH_UNKNOWN.contains(&number.as_str()).then_some(0) {
            failures.push(format!("{}: *Unknown* must be there for its rule alone, and raise nothing", path.display()));
        }
        let wrong = blocks.iter().filter(|block| block.heading == "Wrong" && block.language == "hnet");
        let found = wrong
            .flat_map(|block| hnet::check(Input::one("network.hnet", &block.text), &Options::default()).diagnostics);
        let speaks_of_more = found.into_iter().any(|it| it.code.number == number && it.labels.len() > 1);
        if speaks_of_more && !blocks.iter().any(|block| block.text.contains(&format!("#+ {number}"))) {
            failures.push(format!("{}: `#+ {number}` must say where its further labels stand", path.display()));
        }
        if !text.contains("\n## Why\n") {
            failures.push(format!("{}: there is no *Why*", path.display()));
        }
        failures
    });
}

/// The repositories of a page, one under each heading, in which an audit, or a check of the source that lies in one, finds
/// what is marked and nothing else: what no source can show.
fn repositories(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    let mut by_heading: BTreeMap<String, Vec<page::Block>> = BTreeMap::new();
    for block in page::blocks(&text).into_iter().filter(|block| block.has("audit") || block.has("around")) {
        by_heading.entry(block.heading.clone()).or_default().push(block);
    }
    let mut failures = Vec::new();
    for (heading, blocks) in by_heading {
        let (mut sources, mut marked) = (Sources::new(), Vec::new());
        let mut source = None;
        for block in blocks {
            let name = block.value("file").unwrap_or("network.hnet");
            for (at, line) in block.text.lines().enumerate() {
                for sign in ["#! ", "#+ "] {
                    let code = line.split_once(sign).and_then(|(_, mark)| mark.split(' ').next());
                    marked.extend(code.map(|code| format!("{name}:{} {}{code}", at + 1, &sign[..2])));
                }
            }
            match block.language.as_str() {
                "hnet" => source = Some(block.text),
                _ => _ = sources.add(Source::new(name, block.text.as_str())),
            }
        }
        let (diagnostics, sources) = match source {
            Some(text) => around(text, &sources),
            None => {
                let audit = hnet_audit::audit(sources, false);
                let together = hnet_audit::together(&audit.findings);
                (together.iter().map(|finding| finding.diagnostic.clone()).collect(), audit.sources)
            }
        };
        let mut found = Vec::new();
        for one in &diagnostics {
            for (at, label) in one.labels.iter().enumerate() {
                let source = sources.get(label.span.file);
                let (line, sign) = (source.line(label.span.start as usize), if at == 0 { "#!" } else { "#+" });
                found.push(format!("{}:{line} {sign}{}", source.path(), one.code.number));
            }
        }
        marked.sort();
        found.sort();
        if marked != found {
            failures.push(format!("{} {heading}: marked {marked:?}, found {found:?}", path.display()));
        }
    }
    failures
}

/// What is found of a source that lies in a repository.
fn around(text: String, files: &Sources) -> (Vec<Diagnostic>, Sources) {
    let mut compilation = hnet::check(Input::one("network.hnet", text), &Options::default());
    let network = compilation.network.as_ref().expect("a source of a page has no errors");
    if let Some(unwritten) = Unwritten::of(network, &compilation.sources) {
        let around = Around { files, ours: &BTreeSet::new(), called: &|path| path.to_owned() };
        let found = unwritten.findings(&around, &mut compilation.sources);
        compilation.add(found, &Options::default());
    }
    (compilation.diagnostics, compilation.sources)
}

#[test]
fn the_language_blocks_of_the_documentation_are_sound() {
    let mut pages = vec![root().join("README.md"), root().join("grammar/README.md"), root().join("web/book/start.md")];
    pages.extend(files(&root().join("docs"), ".md"));
    pages.extend(files(&root().join("crates/hnet-ide/topics"), ".md"));
    pages.retain(|path| path.is_file());
    run_all(&pages, run_page);
}

/// Each example is clean and its committed `out/` is what it comes out as. After a change that is meant,
/// `cargo run --package hnet-cli -- build examples/NAME -o examples/NAME/out` writes it anew.
#[test]
fn the_examples_come_out_as_committed() {
    let sources = files(&root().join("examples"), "/network.hnet");
    run_all(&sources, |path| {
        let folder = path.parent().expect("a file lies in a folder");
        let read = |path: &Path| fs::read_to_string(path);
        let text = read(path).expect("the source was listed just now");
        let input =
            hnet::load("network.hnet", text, |name| read(&folder.join(name)).map_or(Found::Nothing, Found::Text));
        let mut failures: Vec<String> = input.files.iter().flat_map(|(_, text)| always::text_holds(text)).collect();
        let compilation = hnet::compile(input.clone(), &Options::default());
        failures.extend(always::compilation_holds(&input, &Options::default(), &compilation));
        for diagnostic in &compilation.diagnostics {
            failures.push(render::human(diagnostic, &compilation.sources, false));
        }
        if let Some(outputs) = &compilation.outputs {
            let found = outputs.files.iter().map(|(path, file)| (path.clone(), file.text().to_owned())).collect();
            failures.extend(compare(&folder.join("out"), &found));
        }
        failures.into_iter().map(|failure| format!("{}: {failure}", path.display())).collect()
    });
}

fn compare(folder: &Path, found: &BTreeMap<String, String>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut committed: BTreeMap<String, String> = files(folder, "")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(folder).expect("it lies in the folder").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    committed.remove(".hnet-manifest");
    for path in committed.keys().filter(|path| !found.contains_key(*path)) {
        failures.push(format!("out/{path} is committed and no longer written"));
    }
    for (path, text) in found {
        match committed.get(path) {
            Some(committed) => failures
                .extend(difference(committed, text).map(|difference| format!("out/{path} differs: {difference}"))),
            None => failures.push(format!("out/{path} is written and not committed")),
        }
    }
    failures
}

#[test]
fn a_generated_network_comes_out_the_same_in_any_order() {
    let input = Input::one("network.hnet", xtask::generate::network(12, 120));
    let compilation = hnet::compile(input.clone(), &Options::default());
    assert!(compilation.outputs.is_some(), "the generated network is clean");
    let failures = always::compilation_holds(&input, &Options::default(), &compilation);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is found wrong does not depend on the order of statements either, only which of two is the second.
#[test]
fn the_same_mistakes_are_found_in_any_order() {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    let codes = |compilation: &hnet::Compilation| {
        let mut codes: Vec<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.number).collect();
        codes.sort_unstable();
        codes
    };
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let sources =
            page::blocks(&text).into_iter().filter(|block| block.language == "hnet" && !block.has("fragment"));
        let mut failures = Vec::new();
        for block in sources.filter(|block| block.value("file").is_none()) {
            let input = Input::one("network.hnet", block.text);
            let compilation = hnet::check(input.clone(), &Options::default());
            // What could not be read is no statement that could stand elsewhere.
            if compilation.diagnostics.iter().any(|diagnostic| diagnostic.code.number.starts_with("HN0")) {
                continue;
            }
            let other = hnet::check(always::shuffled(&input, &compilation), &Options::default());
            if codes(&compilation) != codes(&other) {
                let (place, found) = (block.line, codes(&other).join(", "));
                failures.push(format!("{}:{place} in another order these are found: {found}", path.display()));
            }
        }
        failures
    });
}

/// A row is of one kind: whether a finding can be allowed is known by its number.
#[test]
fn a_finding_is_as_serious_as_its_row() {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let blocks = page::blocks(&text).into_iter().filter(|block| block.language == "hnet");
        let found = blocks
            .flat_map(|block| hnet::check(Input::one("network.hnet", block.text), &Options::default()).diagnostics);
        let wrong = found.filter(|diagnostic| diagnostic.severity != diagnostic.code.severity);
        wrong.map(|diagnostic| format!("{} is a {}", diagnostic.code.number, diagnostic.severity.word())).collect()
    });
}

/// What is denied is a judgement and nothing that has no value: when all of it is allowed, files are written from
/// each source that has no error besides, and they hold what files of a sound source do.
#[test]
fn what_is_denied_is_written_when_it_is_allowed() {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    let mut options = Options::default();
    for code in codes::ALL.iter().filter(|code| code.severity == Severity::Denied) {
        options.set(code.number, None).expect("it can be allowed");
    }
    let allowed = RefCell::new(BTreeSet::new());
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let sources = page::blocks(&text)
            .into_iter()
            .filter(|block| block.language == "hnet" && !block.has("fragment") && block.value("file").is_none());
        let mut failures = Vec::new();
        for block in sources {
            let input = Input::one("network.hnet", block.text);
            let compilation = hnet::compile(input.clone(), &options);
            let Some(network) = compilation.network.as_ref().filter(|network| !network.allowed.is_empty()) else {
                continue;
            };
            allowed.borrow_mut().extend(network.allowed.iter().map(|one| one.code));
            let found = always::compilation_holds(&input, &options, &compilation);
            failures.extend(found.into_iter().map(|failure| format!("{}:{} {failure}", path.display(), block.line)));
        }
        failures
    });
    // What only an audit finds stops no source.
    let denied = codes::ALL.iter().filter(|code| code.severity == Severity::Denied).map(|code| code.number);
    let denied = denied.filter(|number| !number.starts_with("HN8"));
    let allowed = allowed.into_inner();
    let never: Vec<&str> = denied.filter(|number| !allowed.contains(number)).collect();
    assert!(never.is_empty(), "these are never alone what stops a source: {never:?}");
}

/// Half-written and broken sources: the compiler answers, loses no text and does not panic.
#[test]
fn broken_sources_are_answered() {
    run_all(&files(&root().join("tests/broken"), ".hnet"), |path| {
        let bytes = fs::read(path).expect("the file was listed just now");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut failures = always::text_holds(&text);
        let input = Input::one("network.hnet", text);
        let compilation = hnet::compile(input.clone(), &Options::default());
        if !compilation.has_errors() {
            failures.push("nothing is found wrong with it".to_owned());
        }
        failures.extend(always::compilation_holds(&input, &Options::default(), &compilation));
        failures.into_iter().map(|failure| format!("{}: {failure}", path.display())).collect()
    });
}

#[test]
fn the_blocks_of_a_page_know_their_heading_words_and_place() {
    let text = "# One\n\n```hnet file=a.hnet has\nx;\n```\n\n## Two\n\n````text\n```\n````\n";
    let found = page::blocks(text);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].heading.as_str(), found[0].value("file"), found[0].line), ("One", Some("a.hnet"), 3));
    assert!(found[0].has("has"));
    assert_eq!((found[1].heading.as_str(), found[1].text.as_str()), ("Two", "```\n"));
    let changes = found.iter().map(|block| (block.range.clone(), "new\n".to_owned())).collect();
    let replaced = page::blocks(&page::replace(text, changes));
    assert_eq!(replaced.iter().filter(|block| block.text == "new\n").count(), 2);
}
