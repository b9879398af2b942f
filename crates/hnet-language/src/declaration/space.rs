//! The kinds of names, and which of them share one space.

/// A kind of names: those that one keyword declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Space {
    /// Its place among the others, in the order in which messages speak of them.
    place: u8,
    keyword: &'static str,
    has_address: bool,
}

impl Space {
    /// The names of placeholders.
    pub const PLACEHOLDER: Space = Space::new(u8::MAX - 2, "placeholder");
    /// The names of values.
    pub const LET: Space = Space::new(u8::MAX - 1, "let");
    /// The names of profiles.
    pub const PROFILE: Space = Space::new(u8::MAX, "profile");
    /// What stands for all kinds whose names may stand where an address is wanted.
    pub const ADDRESSED: Space = Space { place: 0, keyword: "", has_address: true };

    /// The kind of names that a keyword declares, with its place among the others, from one.
    #[must_use]
    pub const fn new(place: u8, keyword: &'static str) -> Self {
        Space { place, keyword, has_address: false }
    }

    /// The same of things that have addresses: their names may stand where an address is wanted.
    #[must_use]
    pub const fn addressed(place: u8, keyword: &'static str) -> Self {
        Space { place, keyword, has_address: true }
    }

    /// The keyword that declares a name in it.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        self.keyword
    }

    /// Whether its names may stand where an address is wanted, and so share one space.
    #[must_use]
    pub const fn has_address(self) -> bool {
        self.has_address
    }

    /// The one of those that share their names which stands for all of them.
    #[must_use]
    pub fn shared(self) -> Space {
        if self.has_address { Space::ADDRESSED } else { self }
    }
}
