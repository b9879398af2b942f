//! Words that a language does not have and that people bring along, with what to write instead.

/// Words of other tools and languages that mean the same where they stand.
#[derive(Debug)]
pub struct Foreign {
    /// The words.
    pub words: &'static [&'static str],
    /// The statements in whose bodies people write them, or the fields as whose values; none for anywhere.
    pub within: &'static [&'static str],
    /// The fields of these statements that say it.
    pub instead: &'static [&'static str],
    /// What to do, as the help of a message.
    pub answer: &'static str,
}

impl Foreign {
    /// Whether this is what is known of a word in a statement's body, or as a field's value.
    pub(crate) fn is_about(&self, word: &str, within: &str) -> bool {
        self.words.contains(&word) && (self.within.is_empty() || self.within.contains(&within))
    }
}
