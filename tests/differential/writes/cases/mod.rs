//! The statements that people thought of, by category.

pub mod conflicts;
pub mod deletes;
pub mod errors;
pub mod insert_selects;
pub mod inserts;
pub mod merges;
pub mod predicates;
pub mod returning;
pub mod several_columns;
pub mod updates;
pub mod updates_from;
