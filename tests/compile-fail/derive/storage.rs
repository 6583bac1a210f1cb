use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "logs", capped(max = 5))]
struct Log {
    at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "moves", capped(size = "many", max = 5, min = 1))]
struct Move {
    at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "ticks", capped(size = "1MB"), time_series(at))]
struct Tick {
    at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "sounds", capped(size = "1MB"), ttl(at, after = "1 day"))]
struct Sound {
    at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "readings", time_series(value, meta = sensro))]
struct Reading {
    at: DateTime,
    sensor: String,
    value: f64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "winds", time_series(at, meta = at, granularity = "days", after = "1 day"), unique(speed))]
struct Wind {
    at: Option<DateTime>,
    speed: f64,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "rains", time_series())]
struct Rain {
    at: DateTime,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "snows", time_series(at, ends), time_series)]
struct Snow {
    at: DateTime,
    ends: DateTime,
}

fn main() {}
