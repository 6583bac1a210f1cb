//! SQL for MongoDB that `rustc` checks.

mod macros;

pub use macros::{Collection, Embedded, SqlEnum, sql};
pub use queryleaf_runtime::{
    Affected, Bind, Collection, Decode, DecodeError, Embedded, Error, Executor, FetchAll, FetchOne,
    FetchOptional, Fill, InSession, Interval, Query, Refusal, RefusedRow, Result, RowStream, Rows,
    RowsOf, SqlEnum, Statement, StreamedRow, Violation, WriteError, bson, geo, mongodb, rows,
    types, with_session,
};

#[doc(hidden)]
pub use queryleaf_macros::{__define, __sql};
#[doc(hidden)]
pub use queryleaf_runtime::private as __private;

/// What a module with queries and collections usually needs, for one glob import.
pub mod prelude {
    pub use crate::macros::{Collection, Embedded, SqlEnum, sql};
    pub use queryleaf_runtime::bson::oid::ObjectId;
    pub use queryleaf_runtime::bson::{Bson, DateTime, Decimal128, Document, Uuid};
    pub use queryleaf_runtime::serde::{Deserialize, Serialize};
    pub use queryleaf_runtime::{Collection, Embedded, Error, SqlEnum};
}
