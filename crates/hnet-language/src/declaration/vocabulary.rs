//! All words of a language, and where they may stand.

use super::{Kind, OWN_WORDS, Space};

/// The words of a language: its root, and the parts of which there may be several.
#[derive(Debug)]
pub struct Vocabulary {
    /// The statement that a source is.
    pub root: &'static Kind,
    /// The statement in the root of which there may be several.
    pub part: &'static Kind,
    /// What belongs to a part, and may stand beside it where there is one.
    pub contents: &'static Kind,
    /// The kinds of names, without those of the language itself.
    pub spaces: &'static [Space],
    /// The kinds of names that stand for prefixes, the plainest first.
    pub prefixed: &'static [Space],
    /// The words behind such a name and a full stop, where a thing has several prefixes.
    pub prefix_words: &'static [&'static str],
    /// The word with which a thing says its address.
    pub address_word: &'static str,
    /// The kind of names whose statements declare names of their own, and the statement that does.
    pub owner: (Space, &'static Kind),
}

impl Vocabulary {
    /// All declarations: the root, what belongs to its parts, and the words of the language itself.
    pub fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        [self.root, self.contents].into_iter().chain(OWN_WORDS)
    }

    /// The declaration of what a keyword starts in the root or in a part.
    #[must_use]
    pub fn kind(&self, keyword: &str) -> Option<&'static Kind> {
        let (root, contents): (&'static Kind, &'static Kind) = (self.root, self.contents);
        let fields = root.fields.iter().chain(contents.fields);
        fields.filter_map(|field| field.shape.kind()).chain(OWN_WORDS).find(|kind| kind.keyword == keyword)
    }

    /// Whether a keyword stands for something in the root or in a part.
    #[must_use]
    pub fn is_word(&self, keyword: &str) -> bool {
        [self.root, self.part, self.contents].iter().any(|kind| kind.field(keyword).is_some())
            || OWN_WORDS.iter().any(|kind| kind.keyword == keyword)
    }

    /// Whether what a part has and the words of the language itself may stand in a body of this kind, too.
    fn is_open(&self, kind: &Kind) -> bool {
        kind.keyword == self.root.keyword || kind.keyword == self.part.keyword
    }

    /// Whether a word may stand in a body although the body's declaration does not have it.
    #[must_use]
    pub fn stands_beside(&self, keyword: &str, kind: &Kind) -> bool {
        let is_own = || OWN_WORDS.iter().any(|word| word.keyword == keyword);
        self.is_open(kind) && (self.contents.field(keyword).is_some() || is_own())
    }

    /// The words that may stand in a body.
    #[must_use]
    pub fn words_in(&self, kind: &Kind) -> Vec<&'static str> {
        let mut words: Vec<&'static str> = kind.fields.iter().map(|field| field.keyword).collect();
        if self.is_open(kind) {
            words.extend(self.contents.fields.iter().map(|field| field.keyword));
            words.extend(OWN_WORDS.iter().map(|word| word.keyword));
        }
        words
    }

    /// The statements in which a word may stand.
    #[must_use]
    pub fn homes_of(&self, word: &str) -> Vec<String> {
        let mut homes = Vec::new();
        for kind in self.kinds() {
            kind.walk(&mut |_, kind| {
                if kind.field(word).is_some() {
                    homes.push(kind.keyword.to_owned());
                }
            });
        }
        if OWN_WORDS.iter().any(|kind| kind.keyword == word) {
            homes.push(format!("{} or {}", self.root.keyword, self.part.keyword));
        }
        homes.sort();
        homes.dedup();
        homes
    }

    /// The kind of names that a keyword declares, in the root or in a part.
    #[must_use]
    pub fn space(&self, keyword: &str) -> Option<Space> {
        self.all_spaces().find(|space| space.keyword() == keyword)
    }

    /// All kinds of names, in order.
    pub fn all_spaces(&self) -> impl Iterator<Item = Space> {
        self.spaces.iter().copied().chain([Space::LET, Space::PROFILE])
    }

    /// The statements of an owner's body that declare its names.
    #[must_use]
    pub fn member(&self) -> &'static Kind {
        self.owner.1
    }
}
