//! The words of the language itself, which every vocabulary has.

use super::{ANYTHING, Field, Kind, Naming, Shape};

/// `let`, `placeholder`, `profile` and `include`, which stand in the root and in its parts.
pub static OWN_WORDS: &[Kind] = &[
    Kind {
        keyword: "let",
        doc: "Names a value, or a list of values. Its type is what its uses agree on; order does not matter.",
        naming: Naming::Named,
        idle: false,
        positional: &[Field {
            keyword: "value",
            doc: "The value.",
            shape: Shape::List(ANYTHING),
            required: true,
            default: None,
            only: None,
        }],
        fields: &[],
    },
    Kind {
        keyword: "placeholder",
        doc: "Says what `${NAME}` stands for, so that it is checked as the value. Objects are written with `${NAME}` again, for Flux to fill in; files that are not applied by GitOps have the value, and so has what hnet computes. With several clusters each may say its own.",
        naming: Naming::Named,
        idle: false,
        positional: &[Field {
            keyword: "value",
            doc: "What is filled in. No secret, which has no place in a source.",
            shape: Shape::One(ANYTHING),
            required: true,
            default: None,
            only: None,
        }],
        fields: &[],
    },
    Kind {
        keyword: "profile",
        doc: "Fields that several nodes share. A node takes them with `like NAME`: its own fields win, lists append, bodies of the same name merge. Several profiles apply in order.",
        naming: Naming::Named,
        idle: false,
        positional: &[],
        fields: &[],
    },
    Kind {
        keyword: "include",
        doc: "Puts the statements of another file of the project in its place. The path is relative to the file that includes.",
        naming: Naming::Unnamed,
        idle: false,
        positional: &[Field {
            keyword: "path",
            doc: "The other file.",
            shape: Shape::One(ANYTHING),
            required: true,
            default: None,
            only: None,
        }],
        fields: &[],
    },
];
