//! SQL on GridFS buckets, on a real server.

mod models;
mod queries;
mod streams;
mod writes;
