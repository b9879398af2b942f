//! The pipeline as one function: sources in, a Compilation out.
