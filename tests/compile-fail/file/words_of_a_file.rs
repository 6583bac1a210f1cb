use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!(file "tests/compile-fail/file/columns.sql");
    let _ = sql!(file "tests/compile-fail/file/keyword.sql");
    let least = "many";
    let _ = sql!(file "tests/compile-fail/file/parameter.sql");
}
