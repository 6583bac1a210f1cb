//! Files of GridFS buckets on a real server.

mod common;
mod download;
mod failing;
mod killed;
mod names;
mod orphans;
mod pymongo;
mod specification;
mod streams;
mod transactions;
mod upload;
mod upload_all;
