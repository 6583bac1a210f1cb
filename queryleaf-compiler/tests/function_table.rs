//! `docs/sql.md` lists every function.

const PAGE: &str = include_str!("../../docs/sql.md");

#[test]
fn every_function_is_listed() {
    let missing: Vec<&str> = queryleaf_compiler::function_names()
        .into_iter()
        .chain(queryleaf_compiler::window_function_names())
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter(|name| !PAGE.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/sql.md does not list {missing:?}");
}
