//! Statements that write: carried out with as few commands as the server allows.
//!
//! [`queryleaf_plan::write`] says what the template of such a statement fills to. The modules:
//!
//! * [`statement`]: what `sql!` gives, and where a run begins;
//! * [`program`] and [`fields`]: reading the filled template;
//! * [`documents`], [`rows`] and [`feed`]: rows as bytes, in batches, from slices, streams and programs;
//! * [`insert`], [`conflict`] with [`keys`], [`change`] and [`staged`] with [`computed`]: carrying it
//!   out; [`returning`], [`returned`] and [`upserted`], where rows come back;
//! * [`upload`](mod@upload) and [`files`]: files of a bucket, which come and go with their chunks;
//! * [`statements`] and [`bulk`](mod@bulk): many statements in one command;
//! * [`run`], [`report`], [`fate`], [`duplicates`] and [`stored`]: what is known of the rows, above all
//!   after a failure.

mod affected;
mod bulk;
mod change;
mod command;
mod computed;
mod conflict;
mod define;
mod documents;
mod duplicates;
mod fate;
mod feed;
mod fetch;
mod fields;
mod files;
mod insert;
mod keys;
mod kinds;
mod program;
mod report;
mod returned;
mod returning;
mod rows;
mod run;
mod staged;
mod statement;
mod statements;
mod stored;
mod upload;
mod upload_returning;
mod upserted;

pub(crate) use fate::{Fate, fate};

pub use affected::Affected;
pub use bulk::{Bulk, bulk};
pub use fetch::{FetchReturned, Returning};
pub use rows::{BoundRows, Rows, RowsOf, StreamedRow, bind_rows, rows};
pub use run::Progress;
pub use statement::Statement;
pub use upload::{StoreOf, UploadStatement};
pub use upload_returning::{NewUpload, UploadReturning};
