#![deny(deprecated)]

use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "repairs", index(workshop), warn_collscan)]
struct Repair {
    workshop: i32,
    car: String,
    brought: DateTime,
    fetched: DateTime,
}

fn main() {
    let _ = sql!("SELECT workshop FROM repairs WHERE car = 'red'");
    let _ = sql!(
        "SELECT car, EXTRACT(HOUR FROM fetched - brought) AS hours
         FROM repairs
         WHERE workshop = 3 AND EXTRACT(MINUTE FROM fetched - brought) < 30"
    );
    #[allow(deprecated)]
    let _ = sql!("SELECT workshop FROM repairs WHERE car = 'blue'");
}
