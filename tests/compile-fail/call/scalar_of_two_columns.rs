use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let query = sql!("SELECT beds, code FROM clinics");
    let _ = async move |db: &queryleaf::mongodb::Database| query.fetch_scalar::<i64>(db).await;
}
