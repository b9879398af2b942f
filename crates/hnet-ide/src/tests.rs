//! Each feature on small sources with a `$0` where the caret stands, and all of them at every place
//! of the examples.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the examples are files")]

use hnet::Input;
use hnet_diagnostics::{FileId, Span};
use hnet_draw::View;

use crate::{FoldKind, Project, RenameError, Symbol, TokenType};

const ROOT: FileId = FileId(0);

/// A project of one file, and where its `$0` stood.
fn at(text: &str) -> (Project, usize) {
    let offset = text.find("$0").expect("the text has a caret");
    (Project::new(Input::one("network.hnet", text.replacen("$0", "", 1))), offset)
}

/// A network with a few things in it, around a text of one's own.
fn network(inside: &str) -> String {
    format!(
        "network home <
  ## The wired LAN.
  subnet lan 192.168.10.0/24 < router edge; >
  internet isp;
  router edge < uplink isp; address lan[1]; >
  ## Backups.
  host nas < address lan[20]; >
  cluster one < talos 1.13; endpoint lan[10]; pods 10.42.0.0/16; services 10.43.0.0/16; >
  node cp-1 < disk /dev/sda; interface lan0 < mac 02:00:5e:00:00:11; address lan[11]; > >
  cilium 1.20.0;
  gateway-api 1.6;
  pool ways-in < addresses lan[32-63]; announce l2; >
  gateway external < address lan[49]; listener http port 80; listener web port 8080; >
  service grafana monitoring/grafana:80;
  route grafana < hostname grafana.example.com; through external/http; to grafana; >
{inside}
>
"
    )
}

fn hover(text: &str) -> String {
    let (project, offset) = at(text);
    project.hover(ROOT, offset).map_or_else(String::new, |hover| hover.markdown)
}

fn labels(text: &str) -> Vec<String> {
    let (project, offset) = at(text);
    project.completions(ROOT, offset).into_iter().map(|completion| completion.label).collect()
}

/// The texts of spans, with a few letters before them to tell places apart.
fn shown(project: &Project, spans: &[Span]) -> Vec<String> {
    let text = project.compilation.sources.get(ROOT).text();
    spans
        .iter()
        .map(|span| {
            let line = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
            format!("{}|{}|", text[line..span.start as usize].trim_start(), &text[span.range()])
        })
        .collect()
}

#[test]
fn the_network_of_these_tests_is_sound() {
    let project = Project::new(Input::one("network.hnet", network("")));
    let errors: Vec<_> = project.compilation.diagnostics.iter().map(|one| (&one.title, one.code.number)).collect();
    assert!(!project.compilation.has_errors(), "{errors:?}");
}

#[test]
fn a_keyword_says_what_the_vocabulary_says() {
    let text = hover("network < sub$0net lan 10.0.0.0/24; >");
    assert!(text.starts_with("```hnet\nsubnet NAME PREFIX"), "{text}");
    let text = hover("network < pool a < announ$0ce l2; > >");
    assert!(text.contains("\n- *way*: ") && text.contains("one of `l2`"), "{text}");
    let text = hover("network < gateway a < listener b po$0rt 80; > >");
    assert!(text.contains("takes a port, as in `443`") && text.contains("must be given"), "{text}");
}

#[test]
fn values_say_what_they_come_out_as() {
    let text = hover(&network("  host tv < address lan[2$01]; >"));
    assert!(text.starts_with("`lan[21]` = `192.168.10.21`, in `192.168.10.0/24`"), "{text}");
    let text = hover(&network("  pool b < addresses lan[64-7$01]; >"));
    assert!(text.contains("`192.168.10.64` to `192.168.10.71`, 8 addresses"), "{text}");
    assert!(text.contains("`addresses`: list, each a range") && text.ends_with("It has no spaces."), "{text}");
    let text = hover(&network("  subnet iot 10.20.0.0/$022;"));
    assert!(text.starts_with("`10.20.0.0/22`: 1024 addresses, `10.20.0.0` to `10.20.3.255`"), "{text}");
    let text = hover(&network("  let ours 10.0.0.7;\n  host b < address ou$0rs; >"));
    assert!(text.starts_with("let `ours` = `10.0.0.7`"), "{text}");
}

#[test]
fn names_say_what_they_refer_to() {
    let text = hover(&network("  subnet iot 10.20.0.0/24 < dns n$0as; >"));
    assert!(text.contains("host `nas`") && text.contains("Backups.") && text.contains("`192.168.10.20`"), "{text}");
    let text = hover(&network("  route b < through external/w$0eb; to grafana; >"));
    assert!(text.starts_with("listener `web` of gateway `external`"), "{text}");
    let text = hover(&network("  host tv < address l$0an[21]; >"));
    assert!(text.contains("The wired LAN.") && text.contains("256 addresses"), "{text}");
    assert_eq!(hover("network <\n  # a comm$0ent\n>"), "");
}

#[test]
fn keywords_are_offered_where_they_may_stand() {
    let words = labels("network <\n  $0\n>");
    for word in ["subnet", "node", "gateway", "let", "include"] {
        assert!(words.iter().any(|found| found == word), "{word} is missing in {words:?}");
    }
    assert!(!words.iter().any(|word| word == "listener"), "{words:?}");
    let words = labels("network < gateway a <\n  address 10.0.0.1;\n  li$0\n> >");
    assert_eq!(
        words,
        [
            "namespace",
            "class",
            "proxy",
            "address",
            "listener",
            "service-labels",
            "service-annotations",
            "labels",
            "annotations",
            "patch"
        ]
    );
    assert_eq!(labels("$0"), ["network"]);
    // What may stand once and stands already is not offered again.
    let words = labels("network < router a < uplink b;\n $0 > >");
    assert!(!words.iter().any(|word| word == "uplink"), "{words:?}");
    let words = labels("network < profile p < $0 > >");
    assert!(words.iter().any(|word| word == "disk"), "{words:?}");
}

#[test]
fn completion_replaces_the_word_and_fills_in_the_rest() {
    let (project, offset) = at("network < gat$0 >");
    let found = project.completions(ROOT, offset);
    let gateway = found.iter().find(|one| one.label == "gateway").expect("gateways stand in networks");
    assert_eq!(gateway.snippet, "gateway ${1:name} <\n  $0\n>");
    assert_eq!(project.compilation.sources.text(gateway.replaces), "gat");
    let subnet = found.iter().find(|one| one.label == "subnet").expect("subnets stand in networks");
    assert_eq!(subnet.snippet, "subnet ${1:name} ${2:prefix}$0;");
}

#[test]
fn a_text_of_another_language_may_come_from_a_file() {
    for text in [
        "network < node a < patch $0 > >",
        "network < cluster a < cilium 1.20.0 < values fr$0 > > >",
        "network < cluster a < manifest $0 > >",
    ] {
        let (project, offset) = at(text);
        let found = project.completions(ROOT, offset);
        let from = found.iter().find(|one| one.label == "from").unwrap_or_else(|| panic!("{text}: {found:?}"));
        assert_eq!(from.snippet, "from \"$0\"");
    }
    assert!(!labels("network < node a < address $0 > >").contains(&"from".to_owned()));
}

#[test]
fn words_of_other_tools_lead_to_those_of_hnet() {
    let offered = |text: &str, label: &str| {
        let (project, offset) = at(text);
        let found = project.completions(ROOT, offset);
        found.into_iter().find(|one| one.label == label).map(|one| (one.snippet, one.detail))
    };
    let (snippet, answer) = offered("network < node a < lac$0 > >", "lacp").expect("LACP is a bond's");
    assert!(snippet.starts_with("bond "), "{snippet}");
    assert!(answer.contains("`bond bond0"), "{answer}");
    let listener = offered("network < gateway a < hostn$0 > >", "hostname").expect("it is a listener's");
    assert!(listener.0.starts_with("listener "), "{listener:?}");
    assert_eq!(offered("network < host a < ip$0 > >", "ip").expect("an address").0, "address $0;");
    assert_eq!(offered("network < node a < interface b < vl$0 > > >", "vlan-id"), None);
    // Nobody looks for them who has written nothing.
    assert_eq!(offered("network < node a < $0 > >", "lacp"), None);
}

#[test]
fn values_are_offered_by_their_type() {
    assert_eq!(labels("network < node a < role $0 > >"), ["control-plane", "worker"]);
    assert_eq!(labels("network < node a < interface b < dhcp $0"), ["on", "off"]);
    assert_eq!(labels(&network("  router b < uplink $0; >")), ["isp", "edge"]);
    assert_eq!(
        labels(&network("  subnet iot 10.20.0.0/24 < dns $0; >")),
        ["edge", "nas", "cp-1", "external", "lan[…]", "iot[…]"]
    );
    assert_eq!(labels(&network("  route b < through $0; >")), ["external"]);
    assert_eq!(labels(&network("  route b < through external/$0; >")), ["external/http", "external/web"]);
    assert_eq!(labels(&network("  route b < through external, external/we$0")), ["external/http", "external/web"]);
    assert_eq!(labels(&network("  let x 10.0.0.1;\n  pool b < addresses $0")), ["x", "lan[…]"]);
}

#[test]
fn inline_fields_are_offered_behind_the_name() {
    let words = labels("network < gateway a < listener https $0");
    assert_eq!(words, ["port", "protocol", "hostname", "tls", "tls-mode", "allow"]);
    assert_eq!(labels("network < gateway a < listener $0"), Vec::<String>::new());
    assert_eq!(labels("network < service a monitoring/a:80 # no$0"), Vec::<String>::new());
    assert_eq!(labels("network < gitops argocd < repository \"htt$0ps://a\"; > >"), Vec::<String>::new());
}

#[test]
fn definitions_and_references_are_the_checkers() {
    let (project, offset) = at(&network("  route b < through external/htt$0p; to grafana; >"));
    let definition = project.definition(ROOT, offset).expect("the listener is declared");
    assert_eq!(shown(&project, &[definition]), ["gateway external < address lan[49]; listener |http|"]);
    assert_eq!(
        shown(&project, &project.references(ROOT, offset, false)),
        ["route grafana < hostname grafana.example.com; through external/|http|", "route b < through external/|http|"]
    );
    let (project, offset) = at(&network("  subnet iot 10.20.0.0/24 < dns n$0as, edge; >"));
    assert_eq!(
        shown(&project, &project.references(ROOT, offset, true)),
        ["host |nas|", "subnet iot 10.20.0.0/24 < dns |nas|"]
    );
    // A name is the same from its declaration, and a value is no name.
    let (project, offset) = at(&network("").replace("service grafana", "service graf$0ana"));
    assert_eq!(project.references(ROOT, offset, true).len(), 2);
    let (project, offset) = at(&network("").replace("port 8080", "port 80$080"));
    assert_eq!(project.definition(ROOT, offset), None);
}

#[test]
fn names_resolve_while_the_source_is_broken() {
    let (project, offset) = at(&network("  router b < uplink e$0dge\n  host c < address lan[300]; >\n  nonsense"));
    assert!(project.compilation.has_errors());
    let definition = project.definition(ROOT, offset).expect("the router is declared");
    assert_eq!(shown(&project, &[definition]), ["router |edge|"]);
}

#[test]
fn files_lead_to_each_other() {
    let files = [
        ("network.hnet", "network home < include \"hosts.hnet\"; subnet lan 10.0.0.0/24 < dns nas; > >"),
        ("hosts.hnet", "host nas < address lan[3]; >\n"),
    ];
    let project =
        Project::new(Input { files: files.map(|(path, text)| (path.into(), text.into())).into(), ..Input::default() });
    let include = files[0].1.find("hosts").expect("it is there");
    assert_eq!(project.definition(ROOT, include), Some(Span::new(FileId(1), 0, 0)));
    let name = files[0].1.find("nas").expect("it is there");
    assert_eq!(project.definition(ROOT, name), Some(Span::new(FileId(1), 5, 8)));
    let edits = project.rename(FileId(1), 6, "store").expect("a good name");
    let files: Vec<u32> = edits.iter().map(|edit| edit.span.file.0).collect();
    assert_eq!(files, [0, 1]);
    // In an included file stands what stands in a network.
    let found = project.completions(FileId(1), files.len() + 27);
    assert!(project.hover(FileId(1), 1).is_some_and(|hover| hover.markdown.contains("host NAME")), "{found:?}");
}

#[test]
fn renaming_changes_every_place_and_refuses_what_breaks() {
    let (project, offset) = at(&network("").replace("subnet lan", "subnet l$0an"));
    let edits = project.rename(ROOT, offset, "wired").expect("a good name");
    assert_eq!(edits.len(), 7, "{:?}", shown(&project, &edits.iter().map(|edit| edit.span).collect::<Vec<_>>()));
    let mut text = project.compilation.sources.get(ROOT).text().to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    let renamed = Project::new(Input::one("network.hnet", text));
    assert!(!renamed.compilation.has_errors());
    assert_eq!(
        renamed.compilation.network.map(|network| network.subnets[0].name.value.to_string()),
        Some("wired".to_owned())
    );

    let (project, offset) = at(&network("").replace("host nas", "host n$0as"));
    assert_eq!(project.rename(ROOT, offset, "My NAS"), Err(RenameError::NotAName("My NAS".to_owned())));
    // What may stand for an address shares its names with the others that may.
    assert!(matches!(project.rename(ROOT, offset, "edge"), Err(RenameError::Taken(_, _))));
    assert!(project.rename(ROOT, offset, "lan").is_ok());
    assert_eq!(project.rename(ROOT, 1, "x"), Err(RenameError::NoName));
}

#[test]
fn a_placeholder_is_found_and_renamed_wherever_it_stands() {
    let source = "network home <\n  placeholder LAN 10.0.0;\n  subnet lan ${LAN}.0/24;\n\
                  \x20 host nas < address \"${L$0AN}.2\"; >\n  host tv < address $${LAN}.3; >\n>\n";
    let (project, offset) = at(source);
    let hover = project.hover(ROOT, offset).expect("it is a name");
    assert!(hover.markdown.contains("placeholder `LAN` = `10.0.0`"), "{}", hover.markdown);
    let places = project.references(ROOT, offset, true);
    let around = |span: &Span| project.compilation.sources.text(Span { start: span.start - 2, ..*span }).to_owned();
    assert_eq!(places.iter().map(around).collect::<Vec<_>>(), ["r LAN", "${LAN", "${LAN"]);
    assert!(project.rename(ROOT, offset, "HOME_LAN").is_ok());
    assert_eq!(project.rename(ROOT, offset, "home-lan"), Err(RenameError::NotAName("home-lan".to_owned())));
}

/// An edit of a place replaces all of it, so a place that holds more than the name is none to edit.
#[test]
fn a_name_around_a_character_that_nobody_sees_is_not_replaced() {
    for odd in ["\u{200b}", "\u{feff}", "\u{202e}", "\u{ad}", "\u{2060}", "\u{200d}"] {
        let (project, offset) =
            at(&network(&format!("host a < address l$0an[30]; >\nhost b < address la{odd}n[31]; >")));
        assert!(matches!(project.rename(ROOT, offset, "wired"), Err(RenameError::Hidden(_))), "{odd:?}");
        let pieces = project.coloured(ROOT);
        let text = project.compilation.sources.get(ROOT).text();
        assert!(pieces.iter().all(|piece| text.get(piece.span.range()).is_some()), "{odd:?}");
    }
}

#[test]
fn the_outline_nests_as_the_source_does() {
    let project = Project::new(Input::one("network.hnet", network("")));
    let symbols = project.symbols(ROOT);
    let names = |symbols: &[Symbol]| {
        symbols.iter().map(|symbol| format!("{} {}", symbol.keyword, symbol.name)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(names(&symbols), "network home");
    assert!(names(&symbols[0].children).starts_with("subnet lan, internet isp, router edge, host nas, cluster one"));
    let gateway = symbols[0].children.iter().find(|one| one.name == "external").expect("it is declared");
    assert_eq!(names(&gateway.children), "listener http, listener web");
}

#[test]
fn bodies_comments_and_texts_fold() {
    let text = "# one\n# two\nnetwork a <\n  host b <\n    address 10.0.0.1;\n  >\n  # alone\n  host c;\n  node d < patch \"\"\"\n    a: b\n  \"\"\"; >\n>\n";
    let project = Project::new(Input::one("network.hnet", text));
    let kinds: Vec<(FoldKind, usize)> = project
        .folds(ROOT)
        .iter()
        .map(|fold| (fold.kind, project.compilation.sources.get(ROOT).line(fold.span.start as usize)))
        .collect();
    let body = |line| (FoldKind::Body, line);
    assert_eq!(kinds, [(FoldKind::Comment, 1), body(3), body(4), body(9), (FoldKind::Text, 9)]);
}

#[test]
fn each_word_has_the_colour_of_its_meaning() {
    let text = "## doc\nnetwork a < subnet lan 10.0.0.0/24; pool p < addresses lan[32-63]; announce l2; > route r < through g/http; > gateway g; >";
    let project = Project::new(Input::one("network.hnet", text));
    let colour = |wanted: &str| {
        let pieces = project.coloured(ROOT);
        let found: Vec<_> = pieces.iter().filter(|piece| &text[piece.span.range()] == wanted).copied().collect();
        found.iter().map(|piece| (piece.kind, piece.declaration)).collect::<Vec<_>>()
    };
    assert_eq!(colour("subnet"), [(TokenType::Keyword, false)]);
    assert_eq!(colour("addresses"), [(TokenType::Property, false)]);
    assert_eq!(colour("lan"), [(TokenType::Class, true), (TokenType::Class, false)]);
    assert_eq!(colour("[32-63]"), [(TokenType::Number, false)]);
    assert_eq!(colour("l2"), [(TokenType::EnumMember, false)]);
    assert_eq!(colour("10.0.0.0/24"), [(TokenType::Number, false)]);
    assert_eq!(colour("g"), [(TokenType::Class, false), (TokenType::Class, true)]);
    assert!(project.coloured(ROOT)[0].documentation);
}

#[test]
fn formatting_touches_only_lines_that_change() {
    let text = "network a <\n  host b;\n  host   c ;\n  host d;\n>\n";
    let project = Project::new(Input::one("network.hnet", text));
    let edits = project.formatting(ROOT);
    assert_eq!(edits.len(), 1);
    assert_eq!((&text[edits[0].span.range()], edits[0].text.as_str()), ("  host   c ;\n", "  host c;\n"));
    let broken = Project::new(Input::one("network.hnet", "network a <\n  host   b\n"));
    assert_eq!(broken.formatting(ROOT), []);
}

#[test]
fn fixes_are_found_where_the_finding_stands() {
    let text = "network a < subnet lan 10.0.0.0/24 < rooter edge; > router edge < address lan[1]; > >";
    let project = Project::new(Input::one("network.hnet", text));
    let at = text.find("rooter").expect("it is there");
    let fixes = project.fixes(Span::new(ROOT, at + 2, at + 2));
    assert_eq!(fixes.iter().map(|(_, fix)| fix.title.as_str()).collect::<Vec<_>>(), ["write `router`"]);
    assert!(project.fixes(Span::new(ROOT, 0, 1)).is_empty());
}

#[test]
fn a_statement_leads_to_its_object_and_its_lines_and_back() {
    let (project, offset) = at(&network("").replace("addresses lan[32-63]", "addresses lan[32$0-63]"));
    let links = project.links(ROOT, offset, View::Topology);
    let pool = links.lines.iter().find(|line| line.path.ends_with("cilium/ip-pool.yaml")).expect("the pool is written");
    let text = project.outputs().expect("it is sound").files[&pool.path].text();
    let line = text.lines().nth(pool.line - 1).expect("the line is there");
    assert!(line.contains("192.168.10."), "{line}");
    let origin = project.line_origin(&pool.path, pool.line).expect("every line has an origin");
    assert!(origin.span.touches(offset));

    let (project, offset) = at(&network("").replace("host nas", "host n$0as"));
    let links = project.links(ROOT, offset, View::Topology);
    assert_eq!(links.objects, ["host.nas"]);
    let object = project.picture(View::Topology).and_then(|picture| {
        picture.objects.iter().find(|object| object.id == "host.nas").and_then(|object| object.span)
    });
    assert!(object.is_some_and(|span| span.touches(offset)));
    // The gap between two statements is in the network only, which nearly everything follows from.
    let gap = network("").find("\n  internet").expect("it is there") + 1;
    assert_eq!(project.links(ROOT, gap, View::Topology).lines, []);
}

#[test]
fn the_archive_lists_every_file_where_it_starts() {
    let project = Project::new(Input::one("network.hnet", network("")));
    let bytes = project.zip().expect("it is sound");
    assert_eq!(bytes, Project::new(Input::one("network.hnet", network(""))).zip().expect("it is sound"));
    let outputs = project.outputs().expect("it is sound");
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    assert_eq!(number(end + 10, 2), outputs.files.len());
    let mut entry = number(end + 16, 4);
    for (path, file) in &outputs.files {
        assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02");
        let (name, start) = (number(entry + 28, 2), number(entry + 42, 4));
        assert_eq!(&bytes[entry + 46..entry + 46 + name], path.as_bytes());
        let content = start + 30 + name;
        assert_eq!(&bytes[content..content + file.text().len()], file.text().as_bytes());
        assert_eq!(&bytes[start + 30..content], path.as_bytes());
        entry += 46 + name;
    }
    assert_eq!(entry, end);
}

/// The examples of the project, as they lie in its folder.
fn examples() -> Vec<(String, String)> {
    ["first", "homelab", "k3s"]
        .map(|name| {
            let path = format!("{}/../../examples/{name}/network.hnet", env!("CARGO_MANIFEST_DIR"));
            (name.to_owned(), std::fs::read_to_string(path).expect("the example is there"))
        })
        .into()
}

/// Everything can be asked at every place of a source, whole or cut off there.
#[test]
fn every_place_of_the_examples_is_answered() {
    for (name, text) in examples() {
        let project = Project::new(Input::one("network.hnet", text.clone()));
        assert!(project.outputs().is_some(), "{name} has errors");
        let words = project.read(ROOT).map(|read| read.words.clone()).unwrap_or_default();
        assert!(!words.is_empty());
        for word in words {
            assert!(!matches!(word.role, crate::cursor::Role::Unknown), "{name}: {}", &text[word.span.range()]);
            let hover = project.hover(ROOT, word.span.start as usize);
            assert!(hover.is_some(), "{name}: nothing is said about {}", &text[word.span.range()]);
        }
        for (offset, _) in text.char_indices() {
            let (completions, links) = (project.completions(ROOT, offset), project.links(ROOT, offset, View::Topology));
            assert!(completions.iter().all(|one| one.replaces.touches(offset)));
            assert!(links.lines.is_empty() || links.span.is_some());
            if let Some(key) = project.definition(ROOT, offset).filter(|key| key.start < key.end) {
                let references = project.references(ROOT, offset, true);
                assert!(
                    references.contains(&key) && references.iter().any(|span| span.touches(offset)),
                    "{name} {offset}"
                );
            }
        }
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(97) {
            let cut = Project::new(Input::one("network.hnet", &text[..end]));
            let _ = (cut.completions(ROOT, end), cut.hover(ROOT, end), cut.symbols(ROOT), cut.folds(ROOT));
            assert!(cut.coloured(ROOT).iter().all(|piece| piece.span.end as usize <= end));
        }
    }
}

/// A name that refers to something leads to a declaration of that very name.
#[test]
fn every_use_in_the_examples_spells_its_definition() {
    for (name, text) in examples() {
        let project = Project::new(Input::one("network.hnet", text.clone()));
        let names = &project.compilation.names;
        assert!(names.uses.len() > 3, "{name}");
        for (used, key) in &names.uses {
            let definition = names.definitions.get(key).expect("what is used is declared");
            assert_eq!(text[used.range()], definition.name, "{name}");
            assert_eq!(text[key.range()], definition.name, "{name}");
        }
    }
}
