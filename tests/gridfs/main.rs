//! Files of GridFS buckets on a real server.

mod common;
mod download;
mod upload;
