use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    struct Visit {
        code: String,
    }
    let visits = vec![Visit {
        code: "a".to_owned(),
    }];
    let _ = sql!("INSERT INTO clinics VALUES (:visits)");
    let codes = ["a", "b"];
    let _ = sql!("INSERT INTO clinics VALUES (:codes)");
    let visits = queryleaf::rows(futures::stream::iter(visits));
    let _ = sql!("INSERT INTO clinics VALUES (:visits)");
}
