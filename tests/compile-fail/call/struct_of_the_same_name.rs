use queryleaf::prelude::*;
use queryleaf_test_models::clinics;

mod shown {
    pub struct Clinic {
        pub id: super::ObjectId,
        pub beds: i32,
    }
}

async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    // The collection's own struct is called `Clinic`, too.
    sql!(as shown::Clinic, "SELECT _id, beds FROM clinics")
        .fetch_all(db)
        .await?;
    sql!(as shown::Clinic, "SELECT _id AS id, beds FROM clinics")
        .fetch_all(db)
        .await?;
    Ok(())
}

fn main() {}
