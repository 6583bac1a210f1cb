//! The contract between QueryLeaf's compiler and its runtime.
//!
//! The compiler runs inside `rustc`, the runtime inside the program; neither may depend on the
//! other, since the one brings a SQL parser and the other the MongoDB driver. What both must agree
//! on to the byte lives here, and this crate depends on nothing:
//!
//! * [`Template`], a MongoDB command with holes where parameters go, and its [encoding](encode) as
//!   one byte string that the macro places in the binary;
//! * [`fill`], which turns an encoded template and the values of the parameters into the BSON
//!   bytes of the command;
//! * [`write`](mod@write), the form of the programs that statements which write become;
//! * [`Rules`], what stored values are held to beyond their type, and the [`Misfit`] that breaks one;
//! * [`pattern`], the translation of SQL `LIKE` patterns and POSIX regular expressions into what
//!   the server understands, needed at compile time for literals and at run time for parameters;
//! * [`bson`], a walk over BSON bytes, on which filling and the decoding of rows stand, and
//!   [`decimal`], the numbers that BSON and SQL share but Rust lacks.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod bson;
pub mod decimal;
pub mod pattern;
pub mod write;

mod computed;
mod display;
mod encode;
mod fill;
mod rules;
mod template;

pub use computed::{Computed, Part};
pub use encode::encode;
pub use fill::{FillError, ParameterValue, fill, fill_in_session};
pub use rules::{Limits, Misfit, Rules};
pub use template::{Addend, Condition, Form, Template, Value};
pub use write::Generated;
