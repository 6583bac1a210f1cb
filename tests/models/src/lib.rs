//! Collections in a crate of their own, as an application may have them.

mod clinics;
mod visits;

pub use clinics::*;
pub use visits::*;
