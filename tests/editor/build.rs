//! Compiles the crate as rust-analyzer sees it.

#![allow(clippy::print_stdout, reason = "the way a build script talks to cargo")]

fn main() {
    println!("cargo::rustc-cfg=rust_analyzer");
    println!("cargo::rustc-check-cfg=cfg(rust_analyzer)");
    println!("cargo::rerun-if-changed=build.rs");
}
