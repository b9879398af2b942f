//! Text to tree to text. Never fails, loses nothing, and knows no word of networking.
//!
//! Start at [`parse`], which makes a [`tree::Tree`]; [`format()`] turns a tree back into text.
//! The shapes are in `grammar/hnet.pest`, explained in `grammar/README.md`.

mod decode;
mod parse;
mod tokens;
pub mod tree;

pub use decode::{NotText, decode};
pub use parse::{DEPTH_LIMIT, Parse, SIZE_LIMIT, parse};
pub use tokens::{Token, TokenKind};
