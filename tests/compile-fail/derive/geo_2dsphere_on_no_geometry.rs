use queryleaf::geo::Point;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(
    name = "plants",
    geo_2dsphere(location, name),
    geo_2dsphere(sightings),
    geo_2dsphere(location.coords)
)]
struct Plant {
    name: String,
    location: Point,
    sightings: Vec<Point>,
}

fn main() {}
