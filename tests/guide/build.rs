//! Makes a function of each Rust example in the README and the guide.

#![allow(clippy::print_stdout, reason = "the way a build script talks to cargo")]

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("OUT_DIR")?;
    for name in [
        "README",
        "docs/schemas",
        "docs/queries",
        "docs/writes",
        "docs/capped",
        "docs/files",
        "docs/watch",
        "docs/errors",
    ] {
        let path = format!("{name}.md");
        let source = format!("../../{path}");
        println!("cargo::rerun-if-changed={source}");
        let text = fs::read_to_string(&source).map_err(|error| format!("{source}: {error}"))?;
        let file = Path::new(name).file_name().ok_or("a name of a page")?;
        fs::write(
            Path::new(&target).join(file).with_extension("rs"),
            functions(&path, &text)?,
        )?;
    }
    Ok(())
}

/// The examples of a page. `cargo` shows errors in the file made of them, so that each says where it
/// is from.
fn functions(page: &str, text: &str) -> Result<String, std::fmt::Error> {
    let mut functions = String::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        match (inside, line) {
            (false, "```rust") => {
                inside = true;
                let number = number + 1;
                writeln!(functions, "/// {page}, line {number}.")?;
                writeln!(
                    functions,
                    "async fn line_{number}(db: Database) -> Result<(), Box<dyn std::error::Error>> {{"
                )?;
            }
            (true, "```") => {
                inside = false;
                writeln!(functions, "Ok(())\n}}")?;
            }
            (true, line) => writeln!(functions, "{line}")?,
            (false, _) => {}
        }
    }
    Ok(functions)
}
