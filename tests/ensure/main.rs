//! Declared collections on a real server: what is created, what is found to differ, what is changed.

mod create;
