//! A page for each diagnostic, from `explain/`, and the list of all by their layers.

use hnet_diagnostics::codes::{self, LAYERS};

use super::{Book, Entry, prose};

/// Adds the pages.
pub(super) fn write(book: &mut Book) -> Result<(), String> {
    let mut list = "# Diagnostics\n\nEvery message has a number, which is never used again, and a page with an example that \
                    raises it and one that is clean: both are tests. `hnet explain HN301` prints the same.\n\nAn **error** \
                    cannot be compiled, or a program that reads the files surely refuses them; what is **denied** is a \
                    judgement, which [may be allowed](/language/allow) with a reason; with a **warning** or a **note** \
                    files are written.\n"
        .to_owned();
    let mut parts = vec![Entry::page("All diagnostics", "diagnostics/index")];
    for (digit, layer) in LAYERS {
        let rows: Vec<_> = codes::ALL.iter().filter(|code| code.layer() == *layer).collect();
        if rows.is_empty() {
            continue;
        }
        let title = format!("HN{digit}xx {layer}");
        list.push_str(&format!("\n## {title} {{#hn{digit}}}\n\n| | | |\n|---|---|---|\n"));
        let mut entries = Vec::new();
        for code in rows {
            let (number, name, severity) = (code.number, code.name, code.severity.word());
            let path = format!("diagnostics/{number}");
            list.push_str(&format!("| [{number}](/{path}) | {name} | {severity} |\n"));
            entries.push(Entry::page(format!("{number} {name}"), &path));
            let text = book.blocks.shown(&code.page())?;
            let text = prose::at_home(&text, &format!("crates/hnet-diagnostics/explain/{number}.md"))?;
            let front =
                format!("---\ncode: {number}\nseverity: {severity}\nlayer: \"{layer}\"\noutline: false\n---\n\n");
            book.page(&path, front + &text);
        }
        parts.push(Entry::Folded(title, entries));
    }
    book.page("diagnostics/index", list);
    book.parts.push(("Diagnostics".to_owned(), parts));
    Ok(())
}
