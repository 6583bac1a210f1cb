//! Declared collections on a real server: what is created, what is found to differ, what is changed.

// The random numbers are those of another test.
#![allow(unreachable_pub)]

mod create;
#[path = "../differential/random.rs"]
mod random;
mod rich;
mod validator;
