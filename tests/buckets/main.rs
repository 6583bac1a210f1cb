//! SQL on GridFS buckets, on a real server.

mod bindings;
mod declared;
mod exchange;
mod models;
mod queries;
mod refused;
mod streams;
mod writes;
