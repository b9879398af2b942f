//! The case runner.
