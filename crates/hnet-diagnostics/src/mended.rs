//! A fix in words: its title, and how the lines that it changes read then. Start at [`shown`].

use std::collections::BTreeMap;

use crate::render::{LINE_LIMIT, plain_line};
use crate::{Edit, FileId, Fix, Source, Sources, counted};

/// `fix: title`, and where it is not clear from the title, how each line that it changes reads then.
pub(crate) fn shown(fix: &Fix, sources: &Sources) -> String {
    let mut text = format!("fix: {}", plain_line(&fix.title));
    let mut lines: BTreeMap<(FileId, usize), Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        let line = sources.get(edit.span.file).line(edit.span.start as usize);
        lines.entry((edit.span.file, line)).or_default().push(edit);
    }
    let others = lines.len() - LINES.min(lines.len());
    for ((file, line), mut edits) in lines.into_iter().take(LINES) {
        edits.sort_by_key(|edit| edit.span.start);
        if let Some(mended) = mended(sources.get(file), line, &edits) {
            text.push_str(&format!("\n{line:>4} ~ {}", plain_line(mended.trim())));
        }
    }
    if others > 0 {
        text.push_str(&format!("\n     ~ and {}", counted(others, "more line")));
    }
    text
}

/// How many of the lines that a fix changes are shown.
const LINES: usize = 4;

/// A line after its edits, which are in order; none where it is not shown whole, for then it would say no more
/// than the fix's title, or where it becomes more lines than one, or a part of one.
fn mended(source: &Source, line: usize, edits: &[&Edit]) -> Option<String> {
    let range = source.line_range(line);
    if range.len() > LINE_LIMIT {
        return None;
    }
    let (mut mended, mut from) = (String::new(), range.start);
    for edit in edits {
        if source.text().get(edit.span.range())?.contains('\n') {
            return None;
        }
        source.text().get(from..edit.span.start as usize)?;
        let before = source.shown(from..edit.span.start as usize);
        mended.push_str(&before);
        mended.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    source.text().get(from..range.end)?;
    let after = source.shown(from..range.end);
    mended.push_str(after.trim_end());
    (!mended.contains('\n')).then_some(mended)
}

#[cfg(test)]
mod tests {
    use crate::{Edit, FileId, Fix, Source, Sources, Span};

    #[test]
    fn a_line_is_shown_as_all_edits_of_a_fix_leave_it() {
        let mut sources = Sources::new();
        sources.add(Source::new("home.hnet", "network home <\n  subnet lan 10.0.0.0/24 # ü\n>\n"));
        let shown = |edits: &[(usize, usize, &str)]| {
            let edits = edits
                .iter()
                .map(|(start, end, text)| Edit { span: Span::new(FileId(0), *start, *end), text: (*text).into() });
            let fix = Fix { title: "mend it".to_owned(), edits: edits.collect() };
            super::shown(&fix, &sources)
        };
        // In whatever order they come, and of lines in the order of the source.
        assert_eq!(shown(&[(39, 39, ";"), (24, 27, "net")]), "fix: mend it\n   2 ~ subnet net 10.0.0.0/24; # ü");
        assert_eq!(shown(&[(45, 46, ";"), (0, 7, "net")]), "fix: mend it\n   1 ~ net home <\n   3 ~ ;");
        assert_eq!(shown(&[(39, 42, ";\n#")]), "fix: mend it", "it becomes two lines");
        assert_eq!(shown(&[(39, 45, ";")]), "fix: mend it", "it becomes a part of one with the next");
    }
}
