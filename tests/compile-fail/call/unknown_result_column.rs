use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let query = sql!("SELECT code FROM clinics");
    let _ = async move |db: &queryleaf::mongodb::Database| query.fetch_one(db).await.unwrap().beds;
}
