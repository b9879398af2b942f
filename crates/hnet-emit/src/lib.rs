//! Model to files, with an origin for each line.
