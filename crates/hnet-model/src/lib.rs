//! The checked network as plain values.
