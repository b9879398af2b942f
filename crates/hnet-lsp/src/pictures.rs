//! Pictures as a client takes them that shows one and changes it: what stands there already is not
//! sent again.
//!
//! A picture is mostly objects, and a key changes few of them. Knows of an object only where its text
//! begins and ends. Start at [`changed`].

use hnet_draw::{Picture, Theme, View};
use indexmap::IndexMap;
use serde::Serialize;

/// The picture of a view that a client was sent to show and to change.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    number: i64,
    parts: IndexMap<String, Part>,
}

/// An object, or the wires between them all, which have no `id`.
#[derive(Debug)]
struct Part {
    /// Its position among the parts.
    at: usize,
    /// Its text without its place in the source.
    text: String,
}

/// What a client shows, by the names of the views.
pub(crate) type AllShown = IndexMap<&'static str, Shown>;

/// A whole picture.
#[derive(Debug, Serialize)]
pub(crate) struct Whole<'a> {
    view: &'static str,
    title: &'a str,
    description: &'a str,
    width: u32,
    height: u32,
    svg: String,
}

/// What changes in a picture that is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Changes {
    number: i64,
    width: u32,
    height: u32,
    svg: String,
}

/// A whole picture.
pub(crate) fn whole(picture: &Picture, view: View, theme: Theme) -> Whole<'_> {
    Whole {
        view: view.name(),
        title: &picture.title,
        description: &picture.description,
        width: picture.width.unsigned_abs(),
        height: picture.height.unsigned_abs(),
        svg: picture.svg_in(theme),
    }
}

/// A picture for a client that shows the one with the number `known`: its objects are empty
/// where they are the same. Who says the number of no picture gets all of them.
pub(crate) fn changed(picture: &Picture, view: View, theme: Theme, known: i64, all: &mut AllShown) -> Changes {
    let before = all.entry(view.name()).or_default();
    if known != before.number {
        before.parts = IndexMap::new();
    }
    let (svg, parts) = changes(&picture.svg_in(theme), &before.parts);
    *before = Shown { number: before.number + 1, parts };
    let (width, height) = (picture.width.unsigned_abs(), picture.height.unsigned_abs());
    Changes { number: before.number, width, height, svg }
}

/// A picture without what is the same in `known`, and its parts. An empty group stands for each run
/// of parts that follow each other there too: it has the `id` of the first, and how many they are.
fn changes(svg: &str, known: &IndexMap<String, Part>) -> (String, IndexMap<String, Part>) {
    const START: &str = "<g ";
    const END: &str = "</g>";
    let mut brief = String::new();
    let (mut parts, mut at) = (IndexMap::new(), 0);
    // How long the run is that is under way, and which part would go on with it.
    let (mut run, mut next) = (0, 0);
    let end_run = |brief: &mut String, run: &mut usize| {
        if *run > 0 {
            brief.push_str(&format!(" data-same=\"{run}\"/>"));
        }
        *run = 0;
    };
    let mut rest = svg;
    while let Some((before, part)) = rest.split_once(START)
        && let Some((part, behind)) = part.split_once(END)
    {
        let id = part.strip_prefix("id=\"").and_then(|part| part.split('"').next()).unwrap_or_default();
        // Places move with every key, and nobody looks for them here.
        let (name, shapes) = part.split_once('>').unwrap_or((part, ""));
        let name = name.split(" data-span=").next().unwrap_or(name);
        let text = [name, ">", shapes].concat();
        let same = known.get(id).filter(|part| part.text == text).map(|part| part.at);
        if run == 0 || same != Some(next) {
            end_run(&mut brief, &mut run);
            let pieces: &[&str] = match same {
                None => &[before, START, &text, END],
                Some(_) if id.is_empty() => &[before, "<g data-same=\"1\"/>"],
                Some(_) => &[before, START, "id=\"", id, "\""],
            };
            pieces.iter().for_each(|piece| brief.push_str(piece));
        }
        if let Some(before) = same
            && (run > 0 || !id.is_empty())
        {
            (run, next) = (run + 1, before + 1);
        }
        parts.entry(id.to_owned()).or_insert(Part { at, text });
        at += 1;
        rest = behind;
    }
    end_run(&mut brief, &mut run);
    brief.push_str(rest);
    (brief, parts)
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::changes;

    fn object(id: &str, line: u32, text: &str) -> String {
        format!("<g id=\"{id}\" class=\"o\" data-span=\"0:7-9\" data-line=\"a.hnet:{line}\"><text>{text}</text></g>\n")
    }

    fn bare(id: &str, text: &str) -> String {
        format!("<g id=\"{id}\" class=\"o\"><text>{text}</text></g>\n")
    }

    const WIRES: &str = "<g aria-hidden=\"true\"><path/></g>\n";

    #[test]
    fn a_run_of_what_is_the_same_is_one_empty_group() {
        let picture = |objects: &[(&str, u32, &str)]| {
            let texts: Vec<_> = objects.iter().map(|(id, line, text)| object(id, *line, text)).collect();
            format!("<svg>{}{WIRES}{}</svg>\n", texts[0], texts[1..].concat())
        };
        let first = picture(&[("a", 1, "one"), ("b", 2, "two"), ("c", 3, "three"), ("d", 4, "four")]);
        let (whole, known) = changes(&first, &IndexMap::new());
        let rest = [bare("b", "two"), bare("c", "three"), bare("d", "four")].concat();
        assert_eq!(whole, format!("<svg>{}{WIRES}{rest}</svg>\n", bare("a", "one")));
        // Lines moved, one object has another text, and one is new.
        let second =
            picture(&[("a", 11, "one"), ("b", 12, "two"), ("c", 13, "drei"), ("x", 14, "new"), ("d", 15, "four")]);
        let (brief, known) = changes(&second, &known);
        let new = [bare("c", "drei"), bare("x", "new")].concat();
        assert_eq!(brief, format!("<svg><g id=\"a\" data-same=\"3\"/>\n{new}<g id=\"d\" data-same=\"1\"/>\n</svg>\n"));
        // What stands elsewhere is no run, and the wires have no name to be found by.
        let third =
            picture(&[("b", 11, "two"), ("a", 12, "one"), ("d", 13, "four"), ("c", 14, "drei"), ("x", 15, "new")]);
        let (brief, _) = changes(&third, &known);
        let same = |id: &str, count: usize| format!("<g id=\"{id}\" data-same=\"{count}\"/>\n");
        let moved = [same("b", 1), "<g data-same=\"1\"/>\n".to_owned(), same("a", 1), same("d", 1), same("c", 2)];
        assert_eq!(brief, format!("<svg>{}</svg>\n", moved.concat()));
    }
}
