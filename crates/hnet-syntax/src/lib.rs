//! Text to tree to text. Never fails, loses nothing, and knows no word of networking.
//!
//! Start at [`parse`], which makes a [`tree::Tree`]; [`format()`] turns a tree back into text, and [`print()`] a tree that
//! code has made (`make.rs`).
//! The shapes are in `grammar/hnet.pest`, explained in `grammar/README.md`.

// What pest's derive writes names it, since pest is used without its `std` feature: that would
// guard the stack at every rule, and the depth of a text is known before pest sees it.
extern crate alloc;

mod decode;
mod format;
mod make;
mod meaning;
mod parse;
mod tokens;
pub mod tree;

pub use decode::{NotText, decode};
pub use format::{format, print};
pub use meaning::same_meaning;
pub use parse::{DEPTH_LIMIT, Parse, SIZE_LIMIT, parse};
pub use tokens::{Token, TokenKind};
