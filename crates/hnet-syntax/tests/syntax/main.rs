//! The tests of the syntax: what is said about mistakes, how sources are formatted, and that
//! neither damage nor malice makes the parser panic, lose text or take its time.

mod broken;
mod common;
mod format;
mod hostile;
mod made;
mod mutations;
mod recovery;
mod tree;
