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
        let same = known.get(id).filter(|known| known.text == part).map(|part| part.at);
        if run == 0 || same != Some(next) {
            end_run(&mut brief, &mut run);
            let pieces: &[&str] = match same {
                None => &[before, START, part, END],
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
        parts.entry(id.to_owned()).or_insert_with(|| Part { at, text: part.to_owned() });
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

    fn object(id: &str, text: &str) -> String {
        format!("<g id=\"{id}\" class=\"o\"><text>{text}</text></g>\n")
    }

    const WIRES: &str = "<g aria-hidden=\"true\"><path/></g>\n";

    #[test]
    fn a_run_of_what_is_the_same_is_one_empty_group() {
        let picture = |objects: &[(&str, &str)]| {
            let texts: Vec<_> = objects.iter().map(|(id, text)| object(id, text)).collect();
            format!("<svg>{}{WIRES}{}</svg>\n", texts[0], texts[1..].concat())
        };
        let first = picture(&[("a", "one"), ("b", "two"), ("c", "three"), ("d", "four")]);
        let (whole, known) = changes(&first, &IndexMap::new());
        let rest = [object("b", "two"), object("c", "three"), object("d", "four")].concat();
        assert_eq!(whole, format!("<svg>{}{WIRES}{rest}</svg>\n", object("a", "one")));
        // One object has another text, and one is new.
        let second = picture(&[("a", "one"), ("b", "two"), ("c", "drei"), ("x", "new"), ("d", "four")]);
        let (brief, known) = changes(&second, &known);
        let new = [object("c", "drei"), object("x", "new")].concat();
        assert_eq!(brief, format!("<svg><g id=\"a\" data-same=\"3\"/>\n{new}<g id=\"d\" data-same=\"1\"/>\n</svg>\n"));
        // What stands elsewhere is no run, and the wires have no name to be found by.
        let third = picture(&[("b", "two"), ("a", "one"), ("d", "four"), ("c", "drei"), ("x", "new")]);
        let (brief, _) = changes(&third, &known);
        let same = |id: &str, count: usize| format!("<g id=\"{id}\" data-same=\"{count}\"/>\n");
        let moved = [same("b", 1), "<g data-same=\"1\"/>\n".to_owned(), same("a", 1), same("d", 1), same("c", 2)];
        assert_eq!(brief, format!("<svg>{}</svg>\n", moved.concat()));
    }
}
