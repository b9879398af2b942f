//! All words of a language, and where they may stand.

use super::{Foreign, Kind, OWN_WORDS, Shape, Space, Type};

/// The words of a language: its root, and the parts of which there may be several.
#[derive(Debug)]
pub struct Vocabulary {
    /// The statement that a source is.
    pub root: &'static Kind,
    /// The statement in the root of which there may be several.
    pub part: &'static Kind,
    /// What belongs to a part, and may stand beside it where there is one.
    pub contents: &'static Kind,
    /// The statement among these whose own contents are somebody else's: they stand for themselves, and may leave
    /// things out.
    pub others: &'static Kind,
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
    /// What people write that is no word where they write it. The first row that fits is the answer.
    pub foreign: &'static [Foreign],
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
                // What it holds stands in a part, too, and that is said.
                if kind.field(word).is_some() && !std::ptr::eq(kind, self.others) {
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

    /// What to write instead of a word that people bring along into a statement's body.
    #[must_use]
    pub fn foreign(&self, word: &str, within: &str) -> Option<&'static Foreign> {
        self.foreign.iter().find(|foreign| foreign.is_about(word, within))
    }

    /// What to write instead of a word that people bring along as one of a closed list.
    #[must_use]
    pub fn foreign_value(&self, word: &str, list: &'static [&'static str]) -> Option<&'static Foreign> {
        let rows: Vec<&'static Foreign> =
            self.foreign.iter().filter(|row| !row.within.is_empty() && row.words.contains(&word)).collect();
        let is_list =
            |shape: Shape| matches!(shape, Shape::One(Type::OneOf(of)) | Shape::List(Type::OneOf(of)) if of == list);
        let mut found = None;
        for kind in self.kinds().filter(|_| !rows.is_empty()) {
            kind.walk(&mut |_, kind| {
                let behind_name = kind.positional.iter().map(|field| (kind.keyword, field.shape));
                let fields = kind.fields.iter().map(|field| (field.keyword, field.shape));
                for (keyword, _) in behind_name.chain(fields).filter(|(_, shape)| is_list(*shape)) {
                    found = found.or_else(|| rows.iter().copied().find(|row| row.within.contains(&keyword)));
                }
            });
        }
        found
    }

    /// The kind of names that a keyword declares, in the root or in a part.
    #[must_use]
    pub fn space(&self, keyword: &str) -> Option<Space> {
        self.all_spaces().find(|space| space.keyword() == keyword)
    }

    /// All kinds of names, in order.
    pub fn all_spaces(&self) -> impl Iterator<Item = Space> {
        self.spaces.iter().copied().chain([Space::PLACEHOLDER, Space::LET, Space::PROFILE])
    }

    /// The statements of an owner's body that declare its names.
    #[must_use]
    pub fn member(&self) -> &'static Kind {
        self.owner.1
    }
}
