//! The derives: from a struct or enum to its schema, and the macro that passes it on.
//!
//! A derive checks everything it can see. Nested types it cannot see into: it asks their macros for
//! their schemas, and `define` checks what is left when these have arrived.

mod bucket;
mod bucket_attributes;
mod built_in;
mod case;
mod define;
mod embedded;
mod field_attributes;
mod field_type;
mod fields;
mod foreign;
mod index;
mod inner_type;
mod leaf;
mod limits;
mod options;
mod serde;
mod serde_module;
mod sql_enum;
mod storage;
mod stored_type;
mod type_syntax;

mod collection;

pub(crate) use bucket::bucket;
pub(crate) use collection::{STANDARD_MACROS, collection};
pub(crate) use define::define;
pub(crate) use embedded::embedded;
pub(crate) use sql_enum::sql_enum;
