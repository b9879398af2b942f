//! The machines of a talconfig with its patches, as the lift says them, without a check of the whole: what the checker
//! refuses is not known. Start at [`machines`].

use hnet_diagnostics::{FileId, Source, Sources, Span};
use hnet_syntax::tree::{Comment, End, Statement};

use crate::files::Files;
use crate::report::Report;
use crate::say::{self, Piece};
use crate::talos::{self, Talconfig};
use crate::wires::Wires;

/// What a talconfig says.
#[derive(Debug)]
pub struct Machines {
    /// The wires, the cluster and its machines.
    pub statements: Vec<Statement>,
    /// The keys that talhelper does not read.
    pub unknown_keys: Vec<Span>,
}

/// The statements of the first talconfig among some files, each with its number among the sources, its path and its text:
/// the wires, the cluster and its machines. None where there is no talconfig.
#[must_use]
pub fn machines(files: Vec<(FileId, String, String)>) -> Option<Machines> {
    let ids: Vec<FileId> = files.iter().map(|(file, ..)| *file).collect();
    let mut sources = Sources::new();
    for (_, path, text) in files {
        sources.add(Source::new(path, text));
    }
    let repository = hnet_repository::read(&sources);
    let talconfigs = Talconfig::find(Files(&sources), &repository);
    let (mut wires, mut report) = (Wires::default(), Report::default());
    let cluster = talos::lift(talconfigs.first()?, talos::Besides::default(), &mut wires, &mut report);
    let said = |pieces: &[Piece]| pieces.iter().map(|piece| piece.said.clone()).collect::<Vec<_>>();
    let mut statements = wires.statements();
    statements.push(say::field("cluster", &cluster.name, cluster.span).holding(said(&cluster.pieces)));
    // Without profiles, so that each machine says its own at its own place.
    for machine in &cluster.machines {
        let of_group = said(&cluster.groups[usize::from(machine.is_worker)]);
        let fields = said(&machine.pieces).into_iter().chain(of_group);
        statements.push(say::field("node", &machine.name, machine.span).holding(fields));
    }
    statements.iter_mut().for_each(|statement| moved(statement, &ids));
    let mut unknown_keys = report.unknown_keys;
    for span in &mut unknown_keys {
        span.file = ids.get(span.file.0 as usize).copied().unwrap_or(span.file);
    }
    Some(Machines { statements, unknown_keys })
}

/// Moves the places of a statement into the files of the sources.
fn moved(statement: &mut Statement, ids: &[FileId]) {
    let place = |span: &mut Span| {
        if let Some(file) = ids.get(span.file.0 as usize) {
            span.file = *file;
        }
    };
    let comment = |comment: &mut Comment| place(&mut comment.span);
    let Statement { leading, blank_before: _, keyword, arguments, before_end, end, trailing, span } = statement;
    leading.iter_mut().chain(before_end).chain(trailing.as_deref_mut()).for_each(comment);
    place(&mut keyword.span);
    place(span);
    for argument in arguments {
        argument.comma.iter_mut().for_each(place);
        argument.leading.iter_mut().for_each(comment);
        place(&mut argument.value.span);
    }
    match end {
        End::Semicolon(span) | End::Missing(span) => place(span),
        End::Body(body) => {
            place(&mut body.open);
            body.close.iter_mut().for_each(place);
            body.open_comment.iter_mut().chain(&mut body.trailing).for_each(comment);
            body.statements.iter_mut().for_each(|inner| moved(inner, ids));
        }
    }
}
