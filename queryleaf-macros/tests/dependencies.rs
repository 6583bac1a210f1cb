//! The driver never enters the dependency graph of the macro crate: whoever uses QueryLeaf would
//! compile it twice.

use std::process::Command;

#[test]
fn the_driver_is_no_dependency() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--all-features"])
        .args(["--package", env!("CARGO_PKG_NAME")])
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let packages: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(
        packages.contains(&"syn"),
        "this is no dependency tree:\n{tree}"
    );
    for package in ["mongodb", "bson", "tokio", "serde", "queryleaf-runtime"] {
        assert!(
            !packages.contains(&package),
            "`{package}` is a dependency of the macros:\n{tree}"
        );
    }
}
