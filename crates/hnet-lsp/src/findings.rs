//! Findings as the protocol shows them.
//!
//! Start at [`write_all`].

use hnet_diagnostics::{Diagnostic, FileId, Fix, Severity, Span};

use crate::documents::Compiled;
use crate::json::Writer;
use crate::places::{location, range};

/// The number of a severity.
fn severity(severity: Severity) -> u32 {
    match severity {
        Severity::Error | Severity::Denied => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    }
}

/// The findings in a file of a project. One about the whole project stands at the start of the root.
pub(crate) fn write_all(out: &mut Writer, compiled: &Compiled, file: FileId) {
    out.open_list();
    for diagnostic in &compiled.project.compilation.diagnostics {
        if diagnostic.span().unwrap_or_default().file == file {
            write(out, compiled, diagnostic);
        }
    }
    out.close_list();
}

/// A finding.
pub(crate) fn write(out: &mut Writer, compiled: &Compiled, diagnostic: &Diagnostic) {
    let label = diagnostic.labels.first().map_or("", |label| label.text.as_str());
    let help = diagnostic.help.as_deref();
    let mut message = diagnostic.title.clone();
    for (start, more) in [("\n", label), ("\nhelp: ", help.unwrap_or_default())] {
        if !more.is_empty() {
            message.push_str(start);
            message.push_str(more);
        }
    }
    let number = diagnostic.code.number;
    let span = diagnostic.span().unwrap_or(Span::new(FileId(0), 0, 0));
    out.open();
    range(&compiled.project.compilation.sources, span).write(out.key("range"));
    out.key("severity").number(severity(diagnostic.severity));
    out.key("code").text(number);
    out.key("codeDescription").open();
    out.key("href").text(&["hnet:explain/", number].concat());
    out.close();
    out.key("source").text("hnet");
    out.key("message").text(&message);
    out.key("data").open();
    out.key("name").text(diagnostic.code.name);
    out.key("level").text(diagnostic.severity.word());
    out.key("title").text(&diagnostic.title);
    out.key("label").text(label);
    out.key("help").text_or_null(help);
    out.key("fixes").open_list();
    diagnostic.fixes.iter().for_each(|fix| write_fix(out, compiled, fix));
    out.close_list();
    out.close();
    if diagnostic.labels.len() > 1 {
        out.key("relatedInformation").open_list();
        for label in &diagnostic.labels[1..] {
            out.open();
            location(compiled, label.span).write(out.key("location"));
            out.key("message").text(&label.text);
            out.close();
        }
        out.close_list();
    }
    out.close();
}

fn write_fix(out: &mut Writer, compiled: &Compiled, fix: &Fix) {
    out.open();
    out.key("title").text(&fix.title);
    out.key("edits").open_list();
    for edit in &fix.edits {
        let place = location(compiled, edit.span);
        out.open();
        out.key("uri").text(place.uri);
        place.range.write(out.key("range"));
        out.key("newText").text(&edit.text);
        out.close();
    }
    out.close_list();
    out.close();
}

/// Whether a project is sound, and how many findings there are, by severity.
pub(crate) fn write_summary(out: &mut Writer, compiled: &Compiled) {
    let compilation = &compiled.project.compilation;
    let mut counts = [0; 3];
    for diagnostic in &compilation.diagnostics {
        counts[severity(diagnostic.severity) as usize - 1] += 1;
    }
    out.key("sound").truth(compilation.network.is_some());
    for (key, count) in ["errors", "warnings", "notes"].into_iter().zip(counts) {
        out.key(key).number(count);
    }
}
