//! The edits that findings offer, made: what `hnet check --fix` does.
//!
//! Knows no disk: it is given a way to load the project with the texts that it has changed. Start at [`mend`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hnet_diagnostics::{Diagnostic, Edit, FileId, Fix};

use crate::{Compilation, Input, Options, check};

/// How often a project is checked.
const MOST_CHECKS: usize = 256;

/// An edit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The code of the finding.
    pub number: &'static str,
    /// What was done, as an order: ``write `10.0.0.0/24` ``.
    pub title: String,
    /// The file, relative to the project.
    pub path: String,
    /// The line of its text as it was then, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// A project after its edits.
#[derive(Debug)]
pub struct Mended {
    /// The texts that have changed, by their paths.
    pub texts: BTreeMap<String, String>,
    /// What was done, in its order.
    pub made: Vec<Made>,
    /// What is found out about the project as it is now.
    pub compilation: Compilation,
}

/// Makes the edits that findings offer, in rounds, until none is left. `load` brings the project with the texts that were
/// changed in place of its own, and `look` adds what is found around a project.
///
/// A finding with several ways to mend it is left to a person. Of edits that touch each other the first is made, and the
/// others have had their turn with it, so of two that contradict each other the first holds. What mends a
/// word, whatever else is said, is done at once. What a rule offers is true of the network as it stands, so these are done
/// one by one, and what would not mend its finding or would stop the build anew is not.
///
/// The files that `stay` are not edited: they are of other projects too, for which the edit may be wrong.
pub fn mend(
    options: &Options,
    stay: &BTreeSet<String>,
    mut load: impl FnMut(&BTreeMap<String, String>) -> Input,
    look: impl Fn(&mut Compilation),
) -> Mended {
    let mut check = |texts: &BTreeMap<String, String>| {
        let mut compilation = check(load(texts), options);
        look(&mut compilation);
        compilation
    };
    let mut state = State::default();
    let mut made = Vec::new();
    let mut refused = BTreeSet::new();
    let mut compilation = check(&state.texts);
    for _ in 0..MOST_CHECKS {
        let mut chosen = state.choose(&compilation, stay, &refused);
        if chosen.iter().any(|one| is_of_a_word(one.finding)) {
            chosen.retain(|one| is_of_a_word(one.finding));
        } else {
            chosen.truncate(1);
        }
        let Some(Chosen { finding: first, .. }) = chosen.first() else { break };
        let next = state.with(&compilation, &chosen);
        let after = check(&next.texts);
        if !is_of_a_word(first) && is_worse(&compilation, &after, first) {
            refused.insert((first.code.number, first.title.clone()));
            continue;
        }
        made.extend(chosen.iter().map(|one| said(&compilation, one)));
        state = next;
        compilation = after;
    }
    Mended { texts: state.texts, made, compilation }
}

/// A finding whose only fix is made.
struct Chosen<'a> {
    finding: &'a Diagnostic,
    fix: &'a Fix,
    /// The turns that codes have with it: its own, and those of the findings that would edit the same place.
    turns: Vec<&'static str>,
}

/// What was changed so far.
#[derive(Default)]
struct State {
    /// The texts, by their paths.
    texts: BTreeMap<String, String>,
    /// What edits have written in each.
    written: BTreeMap<String, Vec<Written>>,
}

/// How often the edits of one code have their turn at a place: for what stands there, and once again where that is called
/// otherwise meanwhile.
const TURNS: usize = 2;

/// A stretch that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    place: Range<usize>,
    /// The turns that codes have had here: one of each edit that was made, and all of those that stood back for it.
    done: Vec<&'static str>,
}

impl State {
    /// The fixes that can be made, in the order of the sources, each with those that stand back for it.
    fn choose<'a>(
        &self,
        of: &'a Compilation,
        stay: &BTreeSet<String>,
        refused: &BTreeSet<(&'static str, String)>,
    ) -> Vec<Chosen<'a>> {
        let mut chosen: Vec<Chosen<'a>> = Vec::new();
        // The places of the chosen ones, with their positions.
        let mut taken: BTreeMap<FileId, Vec<(Range<usize>, usize)>> = BTreeMap::new();
        for finding in &of.diagnostics {
            let [fix] = finding.fixes.as_slice() else { continue };
            let number = finding.code.number;
            let is_done = |edit: &Edit| {
                let written = self.written.get(of.sources.get(edit.span.file).path()).into_iter().flatten();
                let there = written.filter(|written| touch(&written.place, &edit.span.range()));
                there.flat_map(|written| &written.done).filter(|done| **done == number).count() >= TURNS
            };
            if fix.edits.is_empty()
                || fix.edits.iter().any(|edit| stay.contains(of.sources.get(edit.span.file).path()))
                || fix.edits.iter().any(is_done)
                || refused.contains(&(number, finding.title.clone()))
            {
                continue;
            }
            let other = fix.edits.iter().find_map(|edit| {
                let taken = taken.get(&edit.span.file)?;
                Some(taken.iter().find(|(place, _)| touch(place, &edit.span.range()))?.1)
            });
            if let Some(other) = other {
                chosen[other].turns.extend([number; TURNS]);
                continue;
            }
            for edit in &fix.edits {
                taken.entry(edit.span.file).or_default().push((edit.span.range(), chosen.len()));
            }
            chosen.push(Chosen { finding, fix, turns: vec![number] });
        }
        chosen
    }

    /// The texts with fixes made.
    fn with(&self, of: &Compilation, chosen: &[Chosen<'_>]) -> State {
        let mut edits: BTreeMap<FileId, Vec<(&Edit, &[&'static str])>> = BTreeMap::new();
        for Chosen { fix, turns, .. } in chosen {
            fix.edits.iter().for_each(|edit| edits.entry(edit.span.file).or_default().push((edit, turns)));
        }
        let mut next = State { texts: self.texts.clone(), written: self.written.clone() };
        for (file, mut edits) in edits {
            edits.sort_by_key(|(edit, _)| (edit.span.start, edit.span.end));
            let source = of.sources.get(file);
            let written = next.written.entry(source.path().to_owned()).or_default();
            next.texts.insert(source.path().to_owned(), edited(source.text(), &edits, written));
        }
        next
    }
}

/// Whether two stretches of a text cannot both be changed. An insertion at the end of a word leaves the word alone.
fn touch(one: &Range<usize>, other: &Range<usize>) -> bool {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => one.start == other.start,
        (true, false) => other.start < one.start && one.start < other.end,
        (false, true) => one.start < other.start && other.start < one.end,
        (false, false) => one.start < other.end && other.start < one.end,
    }
}

/// A text with edits made, which are in its order. What was written before moves with the text, and what they write joins
/// it. An edit of what was written takes its place.
fn edited(text: &str, edits: &[(&Edit, &[&'static str])], written: &mut Vec<Written>) -> String {
    let (mut out, mut at, mut new) = (String::with_capacity(text.len()), 0, Vec::new());
    for (edit, codes) in edits {
        let place = edit.span.range();
        out.push_str(&text[at..place.start]);
        let mut done = codes.to_vec();
        let replaced = written.iter().filter(|written| touch(&written.place, &place));
        replaced.for_each(|written| done.extend(&written.done));
        new.push(Written { place: out.len()..out.len() + edit.text.len(), done });
        out.push_str(&edit.text);
        at = place.end;
    }
    let moved = |place: usize| {
        let before = edits.iter().filter(|(edit, _)| edit.span.range().end <= place);
        before.fold(place, |place, (edit, _)| place + edit.text.len() - edit.span.range().len())
    };
    written.retain(|written| !edits.iter().any(|(edit, _)| touch(&written.place, &edit.span.range())));
    for Written { place, .. } in &mut *written {
        *place = moved(place.start)..moved(place.start) + place.len();
    }
    written.append(&mut new);
    out + &text[at..]
}

/// Whether a finding is of syntax, names or values, which are mended where they stand. What comes to light behind them was
/// wrong before.
fn is_of_a_word(finding: &Diagnostic) -> bool {
    finding.code.number < "HN3"
}

/// Whether a finding is still there, or something stops the build that did not before.
fn is_worse(before: &Compilation, after: &Compilation, finding: &Diagnostic) -> bool {
    let count = |of: &Compilation| {
        let same = |one: &&Diagnostic| one.code == finding.code && one.title == finding.title;
        of.diagnostics.iter().filter(same).count()
    };
    let stopping = |of: &Compilation| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in of.diagnostics.iter().filter(|finding| finding.severity.stops()) {
            *counts.entry(finding.code.number).or_default() += 1;
        }
        counts
    };
    let had = stopping(before);
    let mut has = stopping(after).into_iter();
    count(after) >= count(before) || has.any(|(code, count)| count > had.get(code).copied().unwrap_or(0))
}

fn said(of: &Compilation, Chosen { finding, fix, .. }: &Chosen<'_>) -> Made {
    let span = fix.edits.first().map_or_else(Default::default, |edit| edit.span);
    let source = of.sources.get(span.file);
    let place = source.position(span.range().start);
    Made {
        number: finding.code.number,
        title: fix.title.clone(),
        path: source.path().to_owned(),
        line: place.line,
        column: place.column,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use hnet_diagnostics::{Diagnostic, Edit, FileId, Span, codes};

    use super::{Mended, State, Written, edited, mend, touch};
    use crate::{Found, Input, Options, check, load};

    /// A project whose root is the first file.
    fn mended(files: &[(&str, &str)]) -> Mended {
        let load = |changed: &BTreeMap<String, String>| {
            let text = |path: &str| {
                let own = files.iter().find(|(one, _)| *one == path).map(|(_, text)| (*text).to_owned());
                changed.get(path).cloned().or(own)
            };
            let root = files[0].0;
            load(root, text(root).expect("it is the first"), |path| text(path).map_or(Found::Nothing, Found::Text))
        };
        mend(&Options::default(), &BTreeSet::new(), load, |_| {})
    }

    #[test]
    fn edits_of_several_files_and_rounds_are_made() {
        // What the included file says wrong is known only once it is included.
        let root = "network x <\n  inclde \"a.hnet\";\n  subnet lan 10.0.0.0/24 < router egde; >\n>\n";
        let done = mended(&[("network.hnet", root), ("a.hnet", "router edge adress lan[1];\n")]);
        let said: Vec<String> = done
            .made
            .iter()
            .map(|one| format!("{}:{}:{} {} {}", one.path, one.line, one.column, one.number, one.title))
            .collect();
        assert_eq!(
            said,
            [
                "network.hnet:2:3 HN101 write `include`",
                "network.hnet:3:35 HN103 write `edge`",
                "a.hnet:1:13 HN108 write `address`"
            ]
        );
        assert_eq!(done.texts["a.hnet"], "router edge address lan[1];\n");
        assert_eq!(done.compilation.diagnostics, []);
    }

    #[test]
    fn a_sound_project_is_left_as_it_is() {
        let done = mended(&[("network.hnet", "network x < subnet lan 10.0.0.0/24; >")]);
        assert!(done.texts.is_empty() && done.made.is_empty() && done.compilation.network.is_some());
    }

    /// Where two findings would write one place, the first does, and the other does not undo it in the next round.
    #[test]
    fn of_two_that_contradict_each_other_the_first_holds() {
        let source = "network x < subnet lan 10.0.0.0/24; >";
        let mut compilation = check(Input::one("network.hnet", source), &Options::default());
        let place = Span::new(FileId::default(), 19, 22);
        let finding = |code, text: &str| Diagnostic::new(code, "wrong").label(place, "").fix("mend it", place, text);
        compilation.diagnostics = vec![finding(&codes::NOT_A_NAME, "one"), finding(&codes::UNKNOWN_NAME, "two")];
        let chosen = State::default().choose(&compilation, &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(chosen.iter().map(|one| one.fix.edits[0].text.as_str()).collect::<Vec<_>>(), ["one"]);
        let state = State::default().with(&compilation, &chosen);
        assert_eq!(state.texts["network.hnet"], source.replace("lan", "one"));
        compilation.diagnostics.remove(0);
        assert!(state.choose(&compilation, &BTreeSet::new(), &BTreeSet::new()).is_empty());
        assert_eq!(State::default().choose(&compilation, &BTreeSet::new(), &BTreeSet::new()).len(), 1);
    }

    #[test]
    fn an_insertion_leaves_the_word_beside_it_alone() {
        for (one, other, expected) in [
            (0..4, 4..4, false),
            (0..4, 0..0, false),
            (0..4, 2..2, true),
            (0..4, 4..6, false),
            (0..4, 3..6, true),
            (4..4, 4..4, true),
            (4..4, 5..5, false),
        ] {
            assert_eq!((touch(&one, &other), touch(&other, &one)), (expected, expected), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_was_written_moves_with_the_text() {
        let edit = |start: usize, end: usize, text: &str| Edit {
            span: Span::new(FileId::default(), start, end),
            text: text.to_owned(),
        };
        let mut written =
            vec![Written { place: 3..4, done: vec!["HN001"] }, Written { place: 5..6, done: vec!["HN002"] }];
        let edits = [edit(1, 2, "XYZ"), edit(4, 4, "-"), edit(5, 7, "")];
        let edits: Vec<(&Edit, &[&str])> = edits.iter().map(|edit| (edit, &["HN103"][..])).collect();
        let text = edited("abcdefg", &edits, &mut written);
        assert_eq!(text, "aXYZcd-e");
        let said: Vec<(&str, usize)> = written.iter().map(|one| (&text[one.place.clone()], one.done.len())).collect();
        // The last edit took the place of what `HN002` had written.
        assert_eq!(said, [("d", 1), ("XYZ", 1), ("-", 1), ("", 2)]);
    }
}
