//! SQL for MongoDB that `rustc` checks.
