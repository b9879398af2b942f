//! Words as a table: each with the path at which an object says the same, and the form in which it does.
//!
//! One row is the declaration of a word, what it is read into, and how an import finds it again (`hnet-import`), so that
//! objects of very many fields need no code for each of them. Start at [`Table`]; what is read is `reading.rs`.

use hnet_language::{Kind, Shape, Type};

use super::values::Like;

/// What the body of a statement may say, and what an object has for it.
#[derive(Debug)]
pub struct Table {
    /// The declaration.
    pub kind: Kind,
    /// What the values behind the keyword are, in the order of the declaration.
    pub positional: &'static [Row],
    /// What the words of the body are, in the order of the declaration.
    pub rows: &'static [Row],
}

/// What a word comes out as.
#[derive(Debug)]
pub struct Row {
    /// The keys that lead to it, with full stops between them; `*` stands for what runs the proxies.
    pub at: &'static str,
    /// What it takes.
    pub sort: Sort,
    /// What an object says beside it: texts by the keys that lead to them, from where `at` does, or in each of several
    /// bodies.
    pub with: &'static [(&'static str, &'static str)],
}

/// What a word takes.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// Nothing, `on` or `off`: a truth value.
    Flag,
    /// The same, of which the object says the opposite.
    Unless,
    /// One value.
    One(Form),
    /// A list of values.
    List(Form),
    /// A body: a map, also where it is empty.
    Body(&'static Table),
    /// Bodies: a list of maps.
    Bodies(&'static Table),
}

/// What a value is, in a source and in an object.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A text that means itself.
    Text,
    /// The same, which may be empty.
    Content,
    /// A text of which more is known.
    Like(&'static Like),
    /// The name of an object.
    Name,
    /// A duration.
    Duration,
    /// A whole number within bounds, both included.
    Number(u64, u64),
    /// A size in bytes, as Kubernetes writes it.
    Quantity,
    /// A count, or a share in percent.
    Share,
    /// An address.
    Address,
    /// A prefix.
    Prefix,
    /// Where something is asked for by HTTP.
    Url,
    /// One of a few words, and what the object says for each, in the same order.
    Words(&'static [&'static str], &'static [&'static str]),
    /// `key=value`; a list of them is a map.
    Pair,
    /// The same, of which the value is an amount.
    Resource,
    /// `Name: value`, a map of both.
    Header,
    /// A map that says the value under a key, and texts by theirs.
    Keyed(&'static str, &'static Form, &'static [(&'static str, &'static str)]),
    /// A document of YAML: whatever is in it.
    Yaml,
    /// `namespace/service:port`, or without the namespace that of the policy: a map of these.
    Service,
    /// `secret/key`: a map of the `name` of a Secret and a `key` in it.
    SecretKey,
    /// `namespace/name` of an object of this group and kind, or without the namespace that of what names it: a map of these.
    Object(&'static str, &'static str),
    /// One of a few words that stand for what the object says, or else a URL: what messages call it, the words, and what
    /// the object says for each.
    Known(&'static str, &'static [&'static str], &'static [&'static str]),
}

impl Sort {
    /// How a declaration speaks of it.
    pub(crate) const fn shape(self) -> Shape {
        match self {
            Sort::Flag | Sort::Unless => Shape::Flag,
            Sort::One(form) => Shape::One(form.called()),
            Sort::List(form) => Shape::List(form.called()),
            Sort::Body(table) => Shape::Statement(&table.kind),
            Sort::Bodies(table) => Shape::Statements(&table.kind),
        }
    }
}

impl Form {
    /// What messages call it.
    const fn called(self) -> Type {
        const fn plain(called: &'static str, examples: &'static str) -> Type {
            Type::Plain { called, examples }
        }
        match self {
            Form::Text | Form::Content => plain("a text", "`eth0`, `\"size >= 100GB\"`"),
            Form::Name => plain("the name of an object", "`web`"),
            Form::Duration => plain("a duration", "`30s`, `1m30s`"),
            Form::Number(..) => plain("a number", "`3`"),
            Form::Like(like) => plain(like.called, like.examples),
            Form::Quantity => plain("a quantity", "`8Mi`, `128Ki`"),
            Form::Share => plain("a number or a share", "`1`, `50%`"),
            Form::Address => plain("an address", "`192.168.1.10`"),
            Form::Prefix => plain("a prefix", "`10.0.0.0/24`, `fd00::/64`"),
            Form::Url => plain("a URL", "`https://id.example.com`"),
            Form::Yaml => Type::Document { called: "YAML", examples: "`\"\"\"…\"\"\"`, `from \"FILE\"`" },
            Form::Words(words, _) => Type::OneOf(words),
            Form::Pair => plain("a setting", "`cpu=100m`, `\"key=any text\"`"),
            Form::Resource => plain("an amount of something", "`cpu=100m`, `memory=512Mi`"),
            Form::Header => plain("a header", "`\"X-Forwarded-Proto: https\"`"),
            Form::Keyed(_, form, _) => form.called(),
            Form::SecretKey => plain("a key of a Secret", "`cloudflare/api-token`"),
            Form::Object(..) => plain("an object with its namespace", "`network/external`, `external`"),
            Form::Known(called, ..) => plain(called, "`https://acme.example.com/directory`"),
            Form::Service => plain("a service with its port", "`authentik/outpost:9000`, `outpost:9000`"),
        }
    }
}

/// Declares a table: the statement's keyword, what stands behind it, the words of its body. A row is a word, the keys that
/// lead to what it says, and what it takes; then whether it must be given, what holds otherwise, and what is said beside it.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $keyword:literal
        ($(
            $(#[doc = $value_doc:literal])+ $value:literal $value_at:literal => $value_sort:expr
            $(, required $value_required:literal)?
        );* $(;)?) $([$idle:ident])? {$(
            $(#[doc = $word_doc:literal])+ $word:literal $at:literal => $sort:expr
            $(, required $required:literal)?
            $(, default $default:literal)?
            $(, with $($key:literal = $said:literal),+)?
        );* $(;)?}
    ) => {
        $(#[doc = $doc])+
        pub(crate) static $name: $crate::told::Table = {
            #[allow(unused_imports, reason = "some tables need few of them")]
            use $crate::told::{Form::*, Row, Sort::*, Table};
            Table {
                kind: hnet_language::Kind {
                    keyword: $keyword,
                    doc: concat!($($doc, "\n"),+),
                    naming: hnet_language::Naming::Unnamed,
                    idle: hnet_language::tag_idle!($($idle)?),
                    positional: &[$(hnet_language::Field {
                        keyword: $value,
                        doc: concat!($($value_doc, "\n"),+),
                        shape: $value_sort.shape(),
                        required: false $(|| $value_required)?,
                        default: None,
                        only: None,
                    }),*],
                    fields: &[$(hnet_language::Field {
                        keyword: $word,
                        doc: concat!($($word_doc, "\n"),+),
                        shape: $sort.shape(),
                        required: false $(|| $required)?,
                        default: hnet_language::tag_default!($(default $default)?),
                        only: None,
                    }),*],
                },
                positional: &[$(Row { at: $value_at, sort: $value_sort, with: &[] }),*],
                rows: &[$(Row { at: $at, sort: $sort, with: &[$($(($key, $said)),+)?] }),*],
            }
        };
    };
}

pub(crate) use table;
