//! What must not compile, and what the compiler says about it.
//!
//! `TRYBUILD=overwrite cargo test --test compile_fail` writes down what is said now; read every
//! difference before committing it. With another compiler than the one whose words are written down,
//! the cases must fail to compile, with the errors that are QueryLeaf's own.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose words the `.stderr` files hold.
const RUSTC: &str = "rustc 1.95.";

/// Where the cases are.
const CASES: &str = "tests/compile-fail";

/// Where copies of them stand, for the process that runs them.
const COPIES: &str = "QUERYLEAF_CASES";

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

#[test]
fn wrong_queries_do_not_compile() -> Result<()> {
    let project = build_directory()
        .join("tests/trybuild")
        .join(env!("CARGO_PKG_NAME"));
    copy_files("sql", &project.join(CASES))?;
    if is_the_compiler_of_the_texts()? {
        trybuild::TestCases::new().compile_fail(format!("{CASES}/*/*.rs"));
        return Ok(());
    }
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-fail");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    copy_files("rs", &copies)?;
    // It writes what the compiler says beside the copies.
    let status = Command::new(std::env::current_exe()?)
        .args(["--exact", "copied_cases", "--include-ignored"])
        .env("TRYBUILD", "overwrite")
        .env(COPIES, &copies)
        .status()?;
    assert!(status.success(), "a case compiles that must not");
    let mut missing = Vec::new();
    for case in files("stderr")? {
        let said = fs::read_to_string(copies.join(&case))?;
        for error in own_errors(&fs::read_to_string(Path::new(CASES).join(&case))?) {
            if !said.lines().any(|line| line == error) {
                missing.push(format!("{}: {error}", case.display()));
            }
        }
    }
    assert!(missing.is_empty(), "not said:\n{}", missing.join("\n"));
    Ok(())
}

/// The copied cases, in a process of their own: how `trybuild` goes about its files is told to a whole
/// process.
#[test]
#[ignore = "run by `wrong_queries_do_not_compile`"]
fn copied_cases() {
    if let Some(copies) = std::env::var_os(COPIES) {
        trybuild::TestCases::new().compile_fail(Path::new(&copies).join("*/*.rs"));
    }
}

fn is_the_compiler_of_the_texts() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.starts_with(RUSTC))
}

/// The first lines of the errors that are QueryLeaf's own, whatever the compiler.
fn own_errors(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.starts_with("error: ") && !line.starts_with("error: cannot find"))
}

fn build_directory() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).to_path_buf()
}

/// The files of the cases with this ending, each as `category/name`.
fn files(extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for category in fs::read_dir(CASES)? {
        for file in fs::read_dir(category?.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|found| found == extension) {
                files.push(path.strip_prefix(CASES)?.to_path_buf());
            }
        }
    }
    Ok(files)
}

fn copy_files(extension: &str, to: &Path) -> Result<()> {
    for file in files(extension)? {
        let copy = to.join(&file);
        if let Some(directory) = copy.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::copy(Path::new(CASES).join(&file), copy)?;
    }
    Ok(())
}
