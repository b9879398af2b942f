//! `output`: where the files go.

use hnet_language::{Folder, One, Scope, Type, ValueType, statement};
use std::collections::BTreeMap;

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_model::{Output, Part, Traced};
use hnet_syntax::tree::Value;

statement! {
    /// Where the files go, from the output's folder: `output < docs off; infrastructure kubernetes/networking; >`
    OutputStatement = "output" Unnamed () {
        /// The folder of the Talos configuration, or `off`.
        "talos" talos: One<FolderOrOff> [default "talos"];
        /// The folder of the Kubernetes manifests, or `off`.
        "infrastructure" infrastructure: One<FolderOrOff> [default "infrastructure/networking"];
        /// The folder of Argo CD's ApplicationSet, or `off`.
        "argocd" argocd: One<FolderOrOff> [default "argocd"];
        /// The folder of what must stand before GitOps can run, or `off`.
        "bootstrap" bootstrap: One<FolderOrOff> [default "bootstrap"];
        /// The folder of the documentation, or `off`.
        "docs" docs: One<FolderOrOff> [default "docs"];
    }
}

/// A folder, or that a part is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FolderOrOff {
    /// The part goes here.
    Folder(String),
    /// The part is left out.
    Off,
}

impl ValueType for FolderOrOff {
    const TYPE: Type = Type::Plain { called: "a folder or `off`", examples: "`kubernetes/networking`, `off`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        match value.text.as_str() {
            "off" => Ok(FolderOrOff::Off),
            _ => Folder::read(value, scope, out).map(|Folder(folder)| FolderOrOff::Folder(folder)),
        }
    }
}

impl OutputStatement {
    pub(crate) fn lower(self) -> Output {
        let Self { head: _, talos, infrastructure, argocd, bootstrap, docs } = self;
        let said = [
            (Part::Talos, talos),
            (Part::Infrastructure, infrastructure),
            (Part::Argocd, argocd),
            (Part::Bootstrap, bootstrap),
            (Part::Docs, docs),
        ];
        let folder = |folder: FolderOrOff| match folder {
            FolderOrOff::Folder(folder) => Some(folder),
            FolderOrOff::Off => None,
        };
        let mut folders = BTreeMap::new();
        for (part, said) in said {
            if let Some(Traced { value, origin }) = said {
                folders.insert(part, folder(value).map(|folder| Traced::new(folder, origin)));
            }
        }
        Output { folders }
    }
}
