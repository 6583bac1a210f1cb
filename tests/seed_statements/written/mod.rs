//! The statements that write.

mod bulk;
mod capped;
mod geospatial;
mod inventory;
mod reviews;
mod ttl;
