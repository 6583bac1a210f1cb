use queryleaf::prelude::*;

fn main() {
    let beds = 5;
    let query = "SELECT code FROM clinics WHERE beds > :beds";
    let _ = sql!(query);
    let _ = sql!(&query, beds);
    let _ = sql!(query.trim(); beds);
    let _ = sql!(format!("SELECT code FROM clinics WHERE beds > {beds}"));
}
