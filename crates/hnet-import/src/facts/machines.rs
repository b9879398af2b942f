//! The machines of a talconfig with its patches, as the lift says them, without a check of the whole: what the checker
//! refuses is not known. Start at [`machines`].

use hnet_diagnostics::{Sources, Span};
use hnet_repository::Repository;
use hnet_syntax::tree::{End, Statement};
use hnet_yaml::Value;

use super::links;
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
    /// The keys that talhelper does not read, each with whether it is one of the whole file and not of a machine.
    pub unknown_keys: Vec<(Span, bool)>,
}

/// The statements of the talconfig under a path: the wires, the cluster and its machines. None where it is not applied.
#[must_use]
pub fn machines(path: &str, repository: &Repository, sources: &Sources) -> Option<Machines> {
    let mut talconfig = Talconfig::find(Files(sources), repository).into_iter().find(|own| own.path() == path)?;
    talconfig.is_judged = true;
    links::known(&mut talconfig);
    Some(said(&talconfig))
}

/// The same of what somebody else keeps of machines, in the form of a talconfig.
#[must_use]
pub fn machines_of(path: &str, value: &Value, sources: &Sources) -> Machines {
    let made = said(&Talconfig::of(Files(sources), path, value.clone()));
    // What talhelper would say of keys is not about them.
    Machines { unknown_keys: Vec::new(), ..made }
}

fn said(talconfig: &Talconfig<'_>) -> Machines {
    let (mut wires, mut report) = (Wires::default(), Report::default());
    let cluster = talos::lift(talconfig, talos::Besides::default(), &mut wires, &mut report);
    let said = |pieces: &[Piece]| pieces.iter().map(|piece| piece.said.clone()).collect::<Vec<_>>();
    let mut statements = wires.statements();
    let asking = links::asking(&talconfig.value);
    statements.push(say::field("cluster", &cluster.name, cluster.span).holding(said(&cluster.pieces)));
    // Without profiles, so that each machine says its own at its own place.
    for machine in &cluster.machines {
        let of_group = said(&cluster.groups[usize::from(machine.is_worker)]);
        let own = said(&machine.pieces).into_iter().map(|own| links::with_place(own, &asking));
        let mut fields: Vec<Statement> = own.collect();
        merge(&mut fields, of_group);
        statements.push(say::field("node", &machine.name, machine.span).holding(fields));
    }
    Machines { statements, unknown_keys: report.unknown_keys }
}

/// Adds what a machine's group says: bodies of one word and name become one, as those of a profile do.
fn merge(fields: &mut Vec<Statement>, of_group: Vec<Statement>) {
    for statement in of_group {
        let is_same = |own: &&mut Statement| {
            let named = |one: &Statement| one.arguments.iter().map(|own| own.value.text.clone()).collect::<Vec<_>>();
            own.keyword.text == statement.keyword.text && named(own) == named(&statement)
        };
        match (fields.iter_mut().find(is_same).map(|own| &mut own.end), &statement.end) {
            (Some(End::Body(own)), End::Body(body)) => merge(&mut own.statements, body.statements.clone()),
            _ => fields.push(statement),
        }
    }
}
