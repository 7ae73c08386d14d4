//! The letters, looked at as a reader would.
