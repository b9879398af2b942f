//! Words as values: an address, a prefix, a MAC, a host name, a version, a duration.
//!
//! Each type is one file with one function from text to value. What is wrong is said to the byte.
//! Knows nothing of statements and names.
