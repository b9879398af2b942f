//! What a source does not know of the clusters that it is for.

/// What others have in the clusters besides what is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open {
    /// There may be anything.
    pub anything: bool,
    /// There may be pools.
    pub pools: bool,
}
