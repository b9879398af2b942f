//! What of a repository could not be followed, with its place.

use std::fmt;

use hnet_diagnostics::Span;
use smol_str::SmolStr;

/// Something that could not be followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub what: What,
}

/// What can not be followed. Its `Display` is the text of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A path that is not in the repository. Who reads the file that names it refuses.
    Missing(SmolStr),
    /// A folder of a Flux Kustomization or an Application that is not in the repository. It is not applied.
    NoFolder(SmolStr),
    /// A path that is not here; whether whoever reads it has it is not known.
    Absent(SmolStr),
    /// A path that holds a variable which is not known.
    Unknown(SmolStr),
    /// What is somewhere else, and is not fetched.
    Remote(SmolStr),
    /// A file that is listed and could not be read as YAML; whether whoever reads it refuses it is not known.
    Unreadable(SmolStr),
    /// A file that is no YAML, by its path, and that a build takes in: nothing of the build comes out.
    Broken(SmolStr),
    /// An object that a build has already, and where it stands first: nothing of the build comes out.
    Twice(SmolStr, Span),
    /// A feature of kustomize, Flux or Argo CD whose effect is not computed.
    NotEvaluated(SmolStr),
    /// What another cluster gets, by the cluster's address, its name, or who says so.
    OtherCluster(SmolStr),
    /// What the repository holds at a tag or a commit.
    OtherRevision(SmolStr),
    /// A patch with an operation for which there is no place.
    PatchFails,
    /// A kustomization or Flux Kustomization that leads to itself.
    Circle(SmolStr),
    /// More than a repository of this size can hold by any honest way.
    TooMuch,
}

impl fmt::Display for What {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Missing(path) | What::NoFolder(path) | What::Absent(path) => {
                write!(out, "`{path}` is not in the repository")
            }
            What::Unknown(path) => write!(out, "`{path}` holds a variable that nothing defines"),
            What::Remote(url) => write!(out, "`{url}` is not read, since it is elsewhere"),
            What::Unreadable(path) | What::Broken(path) => write!(out, "`{path}` is no YAML"),
            What::Twice(object, _) => write!(out, "{object} is there twice"),
            What::NotEvaluated(feature) => write!(out, "what `{feature}` makes is not known"),
            What::OtherCluster(name) => write!(out, "what `{name}` makes is in another cluster"),
            What::OtherRevision(name) => write!(out, "what the repository holds at `{name}` is not known"),
            What::PatchFails => write!(out, "what the patch changes is not there"),
            What::Circle(name) => write!(out, "`{name}` leads to itself"),
            What::TooMuch => write!(out, "objects are repeated more often than a repository of this size can hold"),
        }
    }
}
