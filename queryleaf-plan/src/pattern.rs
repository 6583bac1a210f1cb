//! SQL text patterns in the server's terms.
