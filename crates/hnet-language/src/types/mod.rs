//! The types of values: how the vocabulary speaks of each, and how a word is read as one.
//!
//! What a text means by itself is `values/`; here names, indexes, `let` and placeholders come in.
//! Start at [`ValueType`]; texts and numbers are `texts.rs`, addresses `addresses.rs`, words of closed
//! lists `words.rs`.

mod addresses;
mod texts;
mod words;
mod yaml;
mod yaml_forms;
mod yaml_merges;
mod yaml_places;

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_syntax::tree::Value;

use crate::declaration::Type;
use crate::names::Scope;

pub use addresses::MacPattern;
pub use texts::{
    Annotation, CarriedPort, Count, FilesOrOff, Folder, FolderOrOff, GrpcName, Header, HeaderName, HttpUrl, IcmpType,
    Label, LabelTerm, Metric, Mtu, NamePattern, OutputFolder, PathPattern, Percent, Permissions, Port, Query,
    RecordName, RepositoryUrl, Setting, Size, SizeOrShare, Subdomain, SystemPath, Text, UrlPath, Uuid, VlanId,
    WebOrigin, Weight, Wildcard,
};
#[doc(hidden)]
pub use words::word_position;
pub(crate) use yaml::documents;

/// A type that a value may have.
pub trait ValueType: Sized {
    /// How the vocabulary speaks of it.
    const TYPE: Type;

    /// Reads a value, or reports what is wrong with it.
    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported>;

    /// Its key and what that is, where a list has one value for each key.
    fn entry(&self) -> Option<(&str, &str)> {
        None
    }
}
