//! What must not compile, and what the compiler says about it.
//!
//! `TRYBUILD=overwrite cargo test --test compile_fail` writes down what is said now; read every
//! difference before committing it.

#[test]
fn wrong_queries_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile-fail/*/*.rs");
}
