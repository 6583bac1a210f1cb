//! What `sql!` expands to, without a server.

#![deny(warnings, missing_docs)]
#![warn(clippy::pedantic)]

use queryleaf::prelude::*;
use queryleaf_test_models::*;

#[test]
fn a_string() {
    let town = "Oslo";
    let query = sql!("SELECT code, beds FROM clinics WHERE address.town = :town ORDER BY beds");
    println!("{:?}", query.command());
    let query =
        sql!(SELECT code, beds, state FROM clinics WHERE address.town = :town ORDER BY beds);
    println!("{:?}", query.command());
}
