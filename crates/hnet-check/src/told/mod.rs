//! Statements that are little but settings of another program: their words as tables.
//!
//! A table is declared by [`table!`](table::table), and taken into a statement by [`words_of!`](words_of). Start at
//! [`Table`]; what a source says by one is read in `reading.rs`, and an import finds it again by the same rows.

mod reading;
mod table;
pub(crate) mod values;

pub(crate) use reading::Body;
pub(crate) use table::table;
pub use table::{Form, Row, Sort, Table};

/// What words of a table say, as fields that a statement takes.
macro_rules! words_of {
    ($($(#[doc = $doc:literal])+ $name:ident = $table:path;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name(pub(crate) $crate::told::Body);

        impl Default for $name {
            fn default() -> Self {
                $name($crate::told::Body::of(&$table))
            }
        }

        impl hnet_language::Statement for $name {
            const KIND: &'static hnet_language::Kind = &$table.kind;
        }

        impl hnet_language::Fields for $name {
            fn head(&mut self) -> &mut hnet_language::Head {
                self.0.head()
            }

            fn visit(&mut self, visit: &mut dyn FnMut(hnet_language::Slot<'_>)) {
                self.0.visit(visit);
            }
        }
    )+};
}

pub(crate) use words_of;
