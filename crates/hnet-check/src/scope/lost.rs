//! Names that are not declared since something is wrong with their declaration: one mistake, which is said
//! there. A finding that is reported again stands once, and is the proof that what depends on it may stay silent.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Severity, Span, codes, nearest};
use hnet_model::Name;
use hnet_syntax::tree::{Statement, Value};

use super::{Scope, Space, listeners_of};
use crate::include::LANGUAGE;
use crate::shape;
use crate::statements::cluster::ClusterStatement;
use crate::statements::contents::ContentsStatement;
use crate::statements::gateway::ListenerStatement;
use crate::statements::network::NetworkStatement;
use crate::types::ValueType;
use crate::vocabulary::{Kind, Statement as _};

impl Scope<'_> {
    /// What keeps a name from being declared, where that was reported: the name of a declaration is no name, or
    /// its keyword no word. Reported again, it stands once.
    pub(crate) fn lost(&self, spaces: &[Space], name: &str, out: &mut Diagnostics) -> Option<Reported> {
        let unnamed = self.layers().flat_map(|layer| spaces.iter().filter_map(|space| layer.unnamed(*space)));
        if let Some(unnamed) = unnamed.min_by_key(|declared| declared.span) {
            return unnamed.statement.arguments.first().and_then(|first| Name::read(&first.value, self, out).err());
        }
        let nameless = self.layers().flat_map(|layer| spaces.iter().filter_map(|space| layer.nameless(*space)));
        if let Some(nameless) = nameless.min_by_key(|statement| statement.span) {
            return Some(out.report(shape::missing_name(nameless, kind_of(&nameless.keyword.text)?)));
        }
        let mut misread = self.layers().flat_map(|layer| layer.misread(name));
        misread.find_map(|statement| said_again(statement, out))
    }

    /// The same for a listener of a gateway.
    pub(crate) fn lost_listener(&self, gateway: &Statement, name: &str, out: &mut Diagnostics) -> Option<Reported> {
        // A gateway has 64 listeners at most; of a longer one the first will do.
        let statements = || gateway.statements().iter().take(100);
        let mut listeners = statements().filter(|nested| nested.keyword.text == ListenerStatement::KIND.keyword);
        if let Some(nameless) = listeners.find(|listener| listener.arguments.is_empty()) {
            return Some(out.report(shape::missing_name(nameless, ListenerStatement::KIND)));
        }
        if let Some((unnamed, _)) = listeners_of(gateway).take(100).find(|(name, _)| Name::new(&name.text).is_err()) {
            return Name::read(unnamed, self, out).err();
        }
        let named = |statement: &&Statement| statement.arguments.first().is_some_and(|first| first.value.text == name);
        statements().filter(named).find_map(|statement| said_again(statement, out))
    }

    /// The same for a value that may be the name of a `let`.
    pub(super) fn lost_value(&self, value: &Value, out: &mut Diagnostics) -> Option<Reported> {
        let misread = self.layers().flat_map(|layer| layer.misread(&value.text));
        let mut lets = misread.filter(|statement| nearest(&statement.keyword.text, ["let"]).is_some());
        lets.find_map(|statement| said_again(statement, out))
    }

    /// What keeps a thing that was declared from having an address, where that was reported.
    pub(crate) fn lost_address(&self, value: &Value, out: &mut Diagnostics) -> Option<Reported> {
        let found = self.named(Space::Node, &value.text)?;
        for address in self.said_addresses(found.statement).unwrap_or_default() {
            let unread = self.index(address, out).and_then(Result::err);
            if let Some(reported) = unread.or_else(|| said_within(address.span, out)) {
                return Some(reported);
            }
        }
        said_again(shape::misspelt(found.statement, kind_of(found.space.keyword())?, "address")?, out)
    }
}

/// Whether a keyword stands for something in a network or a cluster.
pub(super) fn is_word(keyword: &str) -> bool {
    let kinds = [NetworkStatement::KIND, ClusterStatement::KIND, ContentsStatement::KIND];
    kinds.iter().any(|kind| kind.field(keyword).is_some()) || LANGUAGE.iter().any(|kind| kind.keyword == keyword)
}

/// What may be declared with a keyword in a network or a cluster.
fn kind_of(keyword: &str) -> Option<&'static Kind> {
    let fields = NetworkStatement::KIND.fields.iter().chain(ContentsStatement::KIND.fields);
    fields.filter_map(|field| field.shape.kind()).chain(LANGUAGE).find(|kind| kind.keyword == keyword)
}

/// Reports again what was said of a value.
fn said_within(value: Span, out: &mut Diagnostics) -> Option<Reported> {
    let within = |place: Span| place.file == value.file && value.start <= place.start && place.end <= value.end;
    let said = out.iter().find(|said| said.severity == Severity::Error && said.span().is_some_and(within))?.clone();
    Some(out.report(said))
}

/// Reports again what was said of a keyword.
fn said_again(statement: &Statement, out: &mut Diagnostics) -> Option<Reported> {
    let of_keyword = |said: &&Diagnostic| {
        said.span() == Some(statement.keyword.span)
            && (*said.code == codes::UNKNOWN_KEYWORD || *said.code == codes::MISPLACED_KEYWORD)
    };
    let said = out.iter().find(of_keyword)?.clone();
    Some(out.report(said))
}
