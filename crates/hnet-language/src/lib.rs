//! A typed language of declared words: how a statement is declared, what names mean, what a word is as a value,
//! how files include each other, and how all of it becomes typed structs.
//!
//! Knows no statement: a vocabulary is given to it. What reads the statements of networks is the crate
//! `hnet-check`. Read `declaration/` first, then [`Scope`] and [`Reader`].

mod declaration;
mod names;
mod reading;
mod shape;
mod types;
pub mod values;

pub use declaration::{ANYTHING, Field, Foreign, Kind, Naming, OWN_WORDS, Shape, Space, Type, Vocabulary};
pub use names::{
    Declared, Definition, Includes, Indexed, Lookahead, Names, PROFILES, Places, Scope, include, members_of, say_once,
};
pub use reading::slots::{AddStatement, Each, FieldType, Fields, Flag, Head, List, One, Slot, TakeValue};
pub use reading::statement::{Statement, count, joined};
pub use reading::{Partial, Reader, arranged, say_written_names};
pub use shape::parts::{Given, Parts};
pub use shape::unknown_keyword;
#[doc(hidden)]
pub use types::word_position;
pub use types::{
    Annotation, CarriedPort, Count, FilesOrOff, Folder, FolderOrOff, GrpcName, Header, HeaderName, HttpUrl, IcmpType,
    Label, LabelTerm, MacPattern, Metric, Mtu, NamePattern, OutputFolder, PathPattern, Percent, Permissions, Port,
    Query, RecordName, RepositoryUrl, Setting, Size, SizeOrShare, Subdomain, SystemPath, Text, UrlPath, Uuid,
    ValueType, VlanId, WebOrigin, Weight, Wildcard,
};

// What the macros name.
#[doc(hidden)]
pub use hnet_diagnostics::{Diagnostics, Reported};
#[doc(hidden)]
pub use hnet_syntax::tree::Value;
