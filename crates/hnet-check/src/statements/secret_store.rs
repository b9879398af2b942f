//! `secret-store`.

use crate::types::StoreKindWord;
use hnet_language::{One, statement};
use hnet_model::{Owner, Reason, SecretStore, Traced};

statement! {
    /// An External Secrets store that exists: hnet refers to it and does not write it.
    SecretStoreStatement = "secret-store" Named () {
        /// Whether it serves the whole cluster.
        "kind" kind: One<StoreKindWord> [default "ClusterSecretStore"];
    }
}

impl SecretStoreStatement {
    pub(crate) fn lower(self) -> Option<SecretStore> {
        let Self { head, kind } = self;
        let cluster_wide = kind.map_or_else(
            || Traced::derived(true, head.span, Reason::Default),
            |kind| kind.map(|kind| kind == StoreKindWord::Cluster),
        );
        Some(SecretStore { name: head.name?, cluster_wide, owner: Owner::Hnet, span: head.span })
    }
}
