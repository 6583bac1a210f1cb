//! What is published of each crate: its source and both licences, and nothing that only the workspace
//! can use.

use std::process::Command;

fn files(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "package",
            "--list",
            "--allow-dirty",
            "--offline",
            "--package",
            package,
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let list = String::from_utf8(output.stdout).expect("UTF-8");
    list.lines().map(|line| line.replace('\\', "/")).collect()
}

#[test]
fn every_crate_is_its_source_with_both_licences() {
    let made_by_cargo = [
        ".cargo_vcs_info.json",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
    ];
    for package in [
        "queryleaf",
        "queryleaf-compiler",
        "queryleaf-macros",
        "queryleaf-plan",
        "queryleaf-runtime",
    ] {
        let files = files(package);
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(
                files.iter().any(|file| file == licence),
                "{package}: {licence}"
            );
        }
        let others: Vec<&String> = files
            .iter()
            .filter(|file| !file.starts_with("src/") && !file.starts_with("LICENSE-"))
            .filter(|file| !made_by_cargo.contains(&file.as_str()))
            .filter(|file| {
                package != "queryleaf" || !(file.starts_with("docs/") || *file == "README.md")
            })
            .collect();
        assert!(others.is_empty(), "{package}: {others:?}");
    }
}
