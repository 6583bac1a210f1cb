use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let query = sql!("SELECT beds FROM clinics");
    let _ = async move |db: &queryleaf::mongodb::Database| {
        let beds: String = query.fetch_one(db).await.unwrap().beds;
        beds
    };
}
