//! Files of GridFS buckets on a real server.

mod common;
mod damaged;
mod download;
mod duplicates;
mod failing;
mod interrupted;
mod killed;
mod names;
mod orphans;
mod pymongo;
mod specification;
mod streams;
mod transactions;
mod upload;
mod upload_all;
