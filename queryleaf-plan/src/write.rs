//! What the template of a statement that writes fills to.
//!
//! A query is one MongoDB command, and its template fills to that command. A statement that writes
//! fills to a *program*: a document of one of the forms below, which the runtime carries out with as
//! few commands as the server allows. `..` are values as BSON has them; a key with `?` may be absent.
//!
//! # Rows whose values are known
//!
//! ```text
//! {insert: "orders", documents: [{..}, ..], conflict?: .., returning?: .., options?: ..}
//! ```
//!
//! `documents` is absent where the rows are the user's own structs, `INSERT INTO orders VALUES (:rows)`;
//! they are handed over beside the program. A document without `_id` gets an ObjectId on the client,
//! before it is sent, so that a repeated attempt cannot store it twice.
//!
//! # Files whose bytes the client has
//!
//! ```text
//! {upload: "photos.files", files: [{file: {filename: .., contentType?: .., metadata?: ..},
//!                                   path: ".." | source: 1}, ..], returning?: .., options?: ..}
//! ```
//!
//! The bytes of a file are those of the file at `path`, or what the parameter of the number `source` gives.
//!
//! # Rows that a filter finds
//!
//! ```text
//! {update: "orders", q: {..}, u: {$set: ..} | [{$set: ..}, ..], arrayFilters?: [..],
//!  one: bool, returning?: .., options?: ..}
//! {delete: "orders", q: {..}, one: bool, returning?: ..}
//! ```
//!
//! All documents that match are meant. `one` says that at most one can match, since `q` asks for an
//! `_id`; then `findAndModify` can change and return it in one step.
//!
//! # Rows that a query computes
//!
//! ```text
//! {aggregate: "orders" | 1, pipeline: [{..}, ..], hint?: {..}, into: "archive", as: ..,
//!  client?: true, conflict?: .., returning?: .., options?: ..}
//! ```
//!
//! with `as` one of
//!
//! ```text
//! {insert: true, generated?: [["session", "uuid"], ..]}
//!                                       each row is a document to insert; the client puts a new value
//!                                       into those of these fields that it does not have
//! {update: {id: "a", set: [["address.city", "b"], ..]}}
//!                                       each row changes the document whose `_id` is at `a`
//! {delete: {id: "a"}}                   each row deletes the document whose `_id` is at `a`
//! {delete: {id: "a", chunks: "photos.chunks", q?: {..}}}
//!                                       each row deletes the document of a file whose `_id` is at `a`, if
//!                                       it is still one of `q`, and then its chunks there
//! {upload: true}                        each row is the document of a file to upload, with its bytes at
//!                                       `file_data`, or with the path of a file of the client at `path`;
//!                                       or what is wrong with it and its name alone, as in
//!                                       `{refused: {column: "metadata.year", item?: true, value?: ".."},
//!                                       filename: ..}`: a `NULL`, one among its items, or such a value
//! {merge: {id: "a", action: "b", actions: [{update: [[..], ..]}
//!                                          | {insert: "c", generated?: [[..], ..]}
//!                                          | {delete: true}]}}
//!                                       each row does what the action of this number says, counted
//!                                       from 0; a document to insert is at `c`
//! ```
//!
//! A pair `[target, source]` of `set` stores the value that the row has at `source` under `target`, a
//! path that may lead into embedded documents; a row without a value there removes the field. The path may lead through a null, which only the `$set` of
//! a pipeline passes. No two
//! rows of an `update`, `delete` or `merge` are about the same document: the pipeline ends with a stage that
//! reads all its input before it gives the first row, and fails on such a pair, so that what is written
//! is never read again. Outside of a session `insert` and `update` run on the server alone, with a
//! `$merge` at the end of the pipeline; in a session, which may be in a transaction, where there is no
//! `$merge`, with `client`, and wherever `returning`, `conflict`, `delete` or `merge` want more than it can do, the rows
//! come to the client, which sends them back in batches.
//!
//! # Conflicts
//!
//! ```text
//! conflict: {key?: ["sku", ..], action: "nothing"}
//! conflict: {key: ["sku", ..], action: [{$replaceWith: ..}], where?: true}
//! ```
//!
//! `ON CONFLICT (key) DO NOTHING` passes over a row whose key exists; without a `key` any unique index
//! counts. `DO UPDATE` sends each row as
//! `{q: {<key: value>.., [MARKER]: null}, u: action, c: {new: <the row>}, upsert: true}`: the pipeline
//! computes the changed document from the stored one, `$$ROOT`, and the row, `$$new`; where nothing is
//! stored it sees the [marker](MARKER), which an upsert takes from the filter, and gives `$$new`. A row
//! whose key has a `NULL` conflicts with none and is inserted. `where` says that the action leaves some
//! stored documents as they are, so that they do not count as affected.
//!
//! # Rows that come back
//!
//! ```text
//! returning: [{$match: ..}, {$project: ..}, ..]
//! ```
//!
//! The stages that make the columns of `RETURNING` out of a document of the collection: as it was, for
//! `DELETE`, and as it is afterwards otherwise.
//!
//! # Statements that define
//!
//! ```text
//! {define: [{run: {createIndexes: "orders", ..}, ignore?: [26, ..]}, {exists: "orders"},
//!           {dropTtl: "orders", key: {placed_at: 1}, condition?: {..}}, {compactTtl: true}]}
//! ```
//!
//! The steps are carried out one after the other, and the first that fails ends the statement. `run` is
//! a command for the database; an answer with one of the codes in `ignore` is no failure. `exists` fails
//! where there is no such collection. `dropTtl` drops the TTL indexes with that key, those with the partial
//! filter `condition` if it is there, and fails where there is none. `compactTtl` compacts each collection with a TTL index.
//!
//! A statement that shows what there is fills to a command, as a query does, or to
//! `{catalog: "tables" | "ttl"}`, rows that the client puts together from what the server lists.
//!
//! # Options
//!
//! ```text
//! options: {batchSize?: 1000, ordered?: true, writeConcern?: {w: ..}, declared?: true,
//!           bypassDocumentValidation?: true}
//! ```
//!
//! What `WITH BULK_OPTIONS (..)` says, or a bucket where the write concern is `declared`: in a transaction
//! that of the transaction counts then, where one that is given is an error; of files
//!
//! ```text
//! options: {concurrent?: 4, chunkSize?: 262144, deduplicate?: true, writeConcern?: {w: ..}}
//! ```
//!
//! is what `WITH UPLOAD_OPTIONS (..)` says.

/// A value that the client makes when a statement runs: a parameter like the others, numbered after
/// those that are given and before those that are [computed](crate::Computed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// `CURRENT_TIMESTAMP`: the time at which the statement began, the same everywhere in it.
    Now,
    /// `GENERATE_UUID()`: a random UUID.
    Uuid,
}

impl Generated {
    /// The word for it in a program.
    pub const fn name(self) -> &'static str {
        match self {
            Generated::Now => "now",
            Generated::Uuid => "uuid",
        }
    }
}

/// The field by which the pipeline of `ON CONFLICT .. DO UPDATE` knows a document that the upsert is
/// making from one that is stored: it is null in the first, and no stored document has it.
pub const MARKER: &str = "__queryleaf_new";

/// The variable that holds the row to insert in that pipeline.
pub const NEW: &str = "new";
