//! Declared collections on a real server: what is created, what is found to differ, what is changed.

// The random numbers are those of another test.
#![allow(unreachable_pub)]
#![expect(clippy::print_stderr, reason = "says that it is skipped")]

mod checks;
mod create;
mod drift;
mod partial;
#[path = "../differential/random.rs"]
#[allow(dead_code)]
mod random;
mod rich;
mod validator;
