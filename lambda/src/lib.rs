//! The sweep.
