//! The shapes by what they are about.

mod derived;
mod find;
mod group;
mod join;
mod membership;
mod scalar;
mod set;
mod window;

use crate::Shape;

/// All of them.
pub fn all() -> Vec<(&'static str, &'static [Shape])> {
    vec![
        ("One collection", find::SHAPES),
        ("Groups", group::SHAPES),
        ("Joins", join::SHAPES),
        ("IN and EXISTS", membership::SHAPES),
        ("Scalar subqueries", scalar::SHAPES),
        ("Derived tables and WITH", derived::SHAPES),
        ("Set operations", set::SHAPES),
        ("Windows and grouping sets", window::SHAPES),
    ]
}
