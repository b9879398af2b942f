//! One mistake that is found at several places, said once. Start at [`say_once`].

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};

use crate::{Diagnostic, Diagnostics, Label, Span, counted};

/// How many of the other places are pointed at.
const SHOWN: usize = 3;

/// Joins findings of one code and cause: the first stays, with the places of the others as labels and with their edits.
///
/// A cause is what of the title is the same in all of them. Where it has a place, only findings there are one mistake.
/// What has no cause is said by itself.
pub fn say_once(out: &mut Diagnostics, cause_of: impl Fn(&Diagnostic) -> Option<(String, Option<Span>)>) {
    let mut first: IndexMap<(&str, String, Option<Span>), usize> = IndexMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut further: IndexMap<usize, IndexSet<Span>> = IndexMap::new();
    for mut finding in std::mem::take(out).into_sorted() {
        let Some((title, place)) = cause_of(&finding) else {
            kept.push(finding);
            continue;
        };
        match first.entry((finding.code.number, title, place)) {
            Entry::Vacant(vacant) => {
                vacant.insert(kept.len());
                kept.push(finding);
            }
            Entry::Occupied(at) if place.is_none() => {
                further.entry(*at.get()).or_default().extend(finding.span());
                for (fix, more) in kept[*at.get()].fixes.iter_mut().zip(&mut finding.fixes) {
                    if fix.title == more.title {
                        fix.edits.append(&mut more.edits);
                    }
                }
            }
            Entry::Occupied(_) => {}
        }
    }
    for (at, places) in further {
        let finding = &mut kept[at];
        let own: Vec<Span> = finding.labels.iter().map(|label| label.span).collect();
        let places: Vec<Span> = places.into_iter().filter(|place| !own.contains(place)).collect();
        let left = places.len() - SHOWN.min(places.len());
        for (shown, span) in places.iter().enumerate().take(SHOWN) {
            let text = match left {
                1.. if shown + 1 == SHOWN => format!("and here, and in {}", counted(left, "other place")),
                _ => "and here".to_owned(),
            };
            finding.labels.push(Label { span: *span, text });
        }
    }
    for finding in kept {
        out.report(finding);
    }
}
