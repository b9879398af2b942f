//! Text to tree to text. Never fails, loses nothing, and knows no word of networking.
//!
//! Start at [`parse`], which makes a [`tree::Tree`]; [`format()`] turns a tree back into text.

pub mod tree;
