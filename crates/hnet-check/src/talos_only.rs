//! What only Talos reads, said of a cluster on k3s: it would be dropped without a word.
//!
//! Which fields these are stands in their declarations. Start at [`report`].

use crate::lookahead::VOCABULARY;
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Includes, Kind, Parts, Statement as _};
use hnet_syntax::tree::Statement;

use crate::statements::cluster::ClusterStatement;
use crate::statements::contents::ContentsStatement;
use crate::statements::dns::DnsStatement;
use crate::statements::node::NodeStatement;

/// Reports the fields of a cluster on k3s, and of what stands in it or beside it, that only Talos reads.
pub(crate) fn report<'t>(
    cluster: &'t Statement,
    contents: &[&'t Statement],
    includes: &Includes<'t>,
    out: &mut Diagnostics,
) {
    visit(ClusterStatement::KIND, cluster, includes, out);
    for statement in contents {
        let kind = match statement.keyword.text.as_str() {
            "profile" => Some(NodeStatement::KIND),
            word => ContentsStatement::KIND.field(word).and_then(|(_, field)| field.shape.kind()),
        };
        if let Some(kind) = kind {
            visit(kind, statement, includes, out);
        }
    }
}

fn visit<'t>(kind: &'static Kind, statement: &'t Statement, includes: &Includes<'t>, out: &mut Diagnostics) {
    let body = includes.expand(statement.statements());
    // What does not fit the declaration has been reported when the statement was read.
    let parts = Parts::cut(statement, &body, kind, &VOCABULARY, &mut Diagnostics::new());
    for given in parts.all() {
        let field = &kind.fields[given.field];
        if let (Some(kind), Some(nested), false) = (field.shape.kind(), given.statement, field.only.is_some()) {
            visit(kind, nested, includes, out);
        }
        if field.only.is_none() {
            continue;
        }
        let title = format!("`{}` has no effect on k3s", field.keyword);
        out.report(if std::ptr::eq(kind, DnsStatement::KIND) {
            Diagnostic::new(&codes::DNS_FIELD_WITHOUT_EFFECT, title)
                .label(given.keyword, "k3s writes this part of the Corefile itself")
                .help("leave it out; `zone` statements are added to the Corefile of k3s")
        } else {
            Diagnostic::new(&codes::FIELD_WITHOUT_TALOS, title)
                .label(given.keyword, "hnet writes the configuration of machines for Talos only")
                .help("leave it out; what k3s does not say is set on its machines")
        });
    }
}
