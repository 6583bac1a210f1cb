//! SQL for MongoDB that `rustc` checks.

pub use queryleaf_runtime::{
    Bind, Decode, DecodeError, Error, Executor, FetchAll, FetchOne, FetchOptional, Fill, InSession,
    Interval, Query, Result, RowStream, bson, mongodb, types, with_session,
};

#[doc(hidden)]
pub use queryleaf_runtime::private as __private;

/// What a module with queries and collections usually needs, for one glob import.
pub mod prelude {
    pub use queryleaf_runtime::Error;
    pub use queryleaf_runtime::bson::oid::ObjectId;
    pub use queryleaf_runtime::bson::{Bson, DateTime, Decimal128, Document, Uuid};
    pub use queryleaf_runtime::serde::{Deserialize, Serialize};
}
