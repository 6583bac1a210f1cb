//! The macros, with their documentation: their own crate cannot compile the examples.

/// A statement in SQL, checked while the program compiles.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, author: Option<String> }
/// # async fn run(database: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let since = 1990;
/// let books = sql!("SELECT title, year FROM books WHERE year >= :since ORDER BY year")
///     .fetch_all(database)
///     .await?;
/// for book in books {
///     println!("{} ({})", book.title, book.year);
/// }
/// # Ok(())
/// # }
/// ```
///
/// The tables of the query are the collections in scope, by the name that
/// [`#[derive(Collection)]`](derive@crate::Collection) gives them; `FROM shop.orders` is the
/// collection `orders` in the module `shop`. The value of the macro is a [`Query`](crate::Query);
/// its rows are structs with a field for each column.
///
/// # Forms of the text
///
/// * `sql!("SELECT ..")`: a string literal, also a raw one, one of many lines, or several literals
///   beside each other.
/// * `sql!(SELECT title FROM books WHERE author = "Woolf")`: bare tokens, in which an error
///   underlines the exact word. Texts stand in double quotes there, since Rust reads `'..'` as a
///   character, and a name that SQL would take for a keyword is written `r#name`.
/// * `sql!(file "queries/books.sql")`: a file, whose path starts beside `Cargo.toml`.
///
/// # Statements
///
/// `SELECT`, `VALUES` and `WITH` read; `INSERT`, `UPDATE`, `DELETE`, `MERGE` and `TRUNCATE` write;
/// `CREATE INDEX`, `ALTER TABLE`, `DROP TABLE` and their like change what is defined, and are run with
/// `execute`; `SHOW TABLES`, `SHOW INDEXES FROM`, `SHOW TTL STATUS`, `DESCRIBE` and `ANALYZE` give rows
/// that tell of it.
///
/// # Parameters
///
/// `:since` takes the variable of that name. `sql!("..", since = value)` gives it another value.
/// `$1` and `$2` take `sql!("..", first, second)`. Values follow a semicolon where the query is
/// made of bare tokens: `sql!(SELECT title FROM books WHERE year = $1; 1925)`.
///
/// Values are borrowed. The query tells their types: an `i32` may stand for a `bigint`, an `Option`
/// for anything that may be `NULL`, a slice or a `Vec` for the list of `IN (:list)`.
///
/// # Statements that write
///
/// `INSERT`, `UPDATE`, `DELETE`, `MERGE` and `TRUNCATE` are [`Statement`](crate::Statement)s, or with
/// `RETURNING` [`Returning`](crate::Returning)s, whose rows are fetched like those of a query.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books", unique(title))]
/// # struct Book {
/// #     title: String,
/// #     year: i32,
/// #     author: Option<String>,
/// #     #[leaf(default = "0")]
/// #     copies: i64,
/// #     tags: Vec<String>,
/// # }
/// # async fn run(database: &queryleaf::mongodb::Database, books: Vec<Book>) -> queryleaf::Result<()> {
/// let title = "Hunger";
/// sql!("INSERT INTO books (title, year, tags) VALUES (:title, 1890, ARRAY['novel'])")
///     .execute(database)
///     .await?;
/// // Whole structs, a slice of them or a stream.
/// sql!("INSERT INTO books VALUES (:books) ON CONFLICT (title) DO NOTHING")
///     .execute(database)
///     .await?;
/// let left = sql!("UPDATE books SET copies = copies - 1 WHERE title = :title RETURNING copies")
///     .fetch_optional(database)
///     .await?;
/// // Items of an array: one by its position, or all for which the condition is true.
/// sql!("UPDATE books SET tags[1] = 'classic' WHERE year < 1900").execute(database).await?;
/// sql!("UPDATE books SET t = LOWER(t) FROM UNNEST(tags) AS t WHERE t <> LOWER(t)")
///     .execute(database)
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # A struct of one's own
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "books")]
/// # struct Book { title: String, year: i32, author: Option<String> }
/// # async fn run(database: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// struct Shelf {
///     author: Option<String>,
///     books: i64,
/// }
/// let shelves: Vec<Shelf> =
///     sql!(as Shelf, "SELECT author, COUNT(*) AS books FROM books GROUP BY author")
///         .fetch_all(database)
///         .await?;
/// # Ok(())
/// # }
/// ```
///
/// Each column fills the field of its name. Numbers fill wider ones: any of them an `f64`, whole
/// ones an `i64`.
pub use queryleaf_macros::sql;

/// Declares collections in SQL.
///
/// ```
/// use queryleaf::prelude::*;
///
/// schema! {
///     "CREATE TABLE user_sessions (
///         session_id UUID PRIMARY KEY,
///         user_id VARCHAR(50) NOT NULL,
///         session_data DOCUMENT,
///         expires_at TIMESTAMP NOT NULL,
///         is_active BOOLEAN DEFAULT true
///     )
///     WITH TTL (expires_at EXPIRE_AFTER 0);
///
///     CREATE INDEX ON user_sessions (user_id, expires_at DESC);"
/// }
///
/// fn expires_at(session: &UserSessions) -> DateTime {
///     session.expires_at
/// }
/// ```
///
/// Each table becomes a struct with
/// [`#[derive(Collection)]`](derive@crate::Collection) and the attributes of what the clauses say, as
/// if it had been written by hand; `FROM user_sessions` is this collection. The struct is `pub` and
/// has the name of the table in camel case. It can be given another name, visibility and attributes:
///
/// ```
/// # use queryleaf::prelude::*;
/// schema! {
///     /// A session of a user who is logged in.
///     #[derive(Default)]
///     pub(crate) struct Session = "CREATE TABLE sessions (user_id TEXT NOT NULL)";
/// }
/// ```
///
/// The text is a string literal, several of them, bare tokens, or a file beside `Cargo.toml`:
/// `schema! { file "schema.sql" }`.
///
/// # Columns
///
/// A column is stored under its own name. It may be `NULL`, and is an `Option` then, unless it is
/// `NOT NULL` or the primary key.
///
/// | type | Rust |
/// |---|---|
/// | `BOOLEAN` | `bool` |
/// | `SMALLINT`, `INTEGER`, `BIGINT` | `i16`, `i32`, `i64` |
/// | `DOUBLE PRECISION` | `f64` |
/// | `NUMERIC`, `DECIMAL(p, s)` | `Decimal128` |
/// | `TEXT`, `VARCHAR(n)` | `String` |
/// | `TIMESTAMP`, `DATE` | `DateTime`, a date at midnight UTC |
/// | `UUID`, `OBJECTID` | `Uuid`, `ObjectId` |
/// | `BYTEA` | `Binary` |
/// | `JSONB`, `DOCUMENT` | `Bson`, `Document` |
/// | `GEOMETRY`, `POINT`, `LINESTRING`, `POLYGON`, `MULTIPOINT`, `MULTILINESTRING`, `MULTIPOLYGON` | the type of this name in [`geo`](crate::geo) |
/// | `TEXT[]` and other arrays | `Vec`, whose items are not `NULL` |
///
/// # Constraints
///
/// | | |
/// |---|---|
/// | `PRIMARY KEY` | not `NULL`, with a unique index; a column named `_id` has one already |
/// | `UNIQUE` | a unique index, of the rows without a `NULL` in these columns |
/// | `DEFAULT` | a constant, `CURRENT_TIMESTAMP` or `GENERATE_UUID()` |
/// | `REFERENCES customers (_id)` | what the column refers to |
/// | `CHECK (total >= 0)` | a condition that no row makes false; the server checks it |
///
/// # Clauses behind the columns
///
/// | | |
/// |---|---|
/// | `WITH TTL (created_at EXPIRE_AFTER '7 days' WHERE level = 'DEBUG', ..)` | rows expire that long after the time in the column; several rules may be about one column |
/// | `WITH CAPPED (size = '200MB', max_documents = 100000)` | a collection of a fixed size |
/// | `WITH SPATIAL_INDEXING (area USING '2dsphere', COMPOUND INDEX (area, category))` | indexes with geometries |
/// | `WITH (compression = 'zstd', collation = 'de', validation = 'moderate', ..)` | what else the collection is created with; also `pre_and_post_images`, `deny_unknown_fields` and `clustered`, each with `= true` |
///
/// `CREATE [UNIQUE] INDEX [name] ON table [USING hash] (a, b DESC) [WHERE ..]` and
/// `CREATE CAPPED COLLECTION table WITH (..)` beside a table add to it.
///
/// # Views
///
/// ```
/// # use queryleaf::prelude::*;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "orders")]
/// # pub struct Order { customer: String, total: i64 }
/// schema! {
///     "CREATE VIEW customers (name, spent) AS
///         SELECT customer, SUM(total) FROM orders GROUP BY customer"
/// }
/// ```
///
/// `FROM customers` is a table like others then, which the server computes when it is read. Its struct
/// is `Customers`. A column of an enum or of a struct has a type of its own that is made for it, named
/// after the view and the column, with the same variants or fields: `PaidOrdersStatus`.
pub use queryleaf_macros::schema;

/// Declares that the values of a struct are the documents of a collection.
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Debug, Serialize, Deserialize, Collection)]
/// #[leaf(name = "orders", index(customer, placed_at desc), unique(number))]
/// pub struct Order {
///     #[serde(rename = "_id")]
///     pub id: ObjectId,
///     pub number: i64,
///     #[leaf(references = "customers._id")]
///     pub customer: ObjectId,
///     pub lines: Vec<Line>,
///     pub placed_at: DateTime,
///     pub note: Option<String>,
/// }
///
/// #[derive(Debug, Serialize, Deserialize, Embedded)]
/// pub struct Line {
///     pub article: String,
///     pub quantity: i32,
/// }
/// ```
///
/// From then on `FROM orders` in [`sql!`](crate::sql) is this collection, wherever `orders` is in
/// scope: it is imported like any item, with `use shop::orders;` or `use shop::*;`.
///
/// serde decides what is stored, so its attributes are honoured: `rename`, `rename_all`, `skip`,
/// `default`, `skip_serializing_if`, and `with` for the serde modules of QueryLeaf, such as
/// `queryleaf::chrono::as_timestamp`, and those of `bson::serde_helpers`. Those that a schema cannot
/// describe, `flatten` for instance, are errors. Columns have the stored names; that of a field with a
/// serde module for a type of another crate has the field's type, and else the type of what the module
/// stores.
///
/// # Attributes of the struct
///
/// | `#[leaf(..)]` | |
/// |---|---|
/// | `name = "orders"` | the name of the collection on the server; required |
/// | `table = past_orders` | its name in SQL, where the stored one cannot serve or is taken |
/// | `index(a, b desc)` | an index; keys are stored paths such as `address.city`, each with `asc`, `desc`, `text`, `hashed` or `geo_2dsphere` after it |
/// | `unique(a, b)` | a unique index |
/// | `text(a, b)`, `hashed(a)`, `geo_2dsphere(a)` | an index of that kind |
/// | `ttl(a, after = "7 days")` | documents expire that long after the time in `a` |
/// | `check = "total >= 0"` | a condition in SQL that no document makes false |
/// | `capped(size = "200MB", max = 100000)` | a collection of a fixed size |
/// | `time_series(a, meta = b, granularity = "minutes", after = "30 days")` | a time series with the time in `a` |
/// | `clustered` | the documents are kept in the order of `_id` |
/// | `deny_unknown_fields` | a document has no fields but these, as serde's attribute says, too |
/// | `collation(locale = "de", strength = 2)` | how texts compare; also `case_level`, `case_first`, `numeric_ordering`, `ignore`, `backwards`, `normalized` |
/// | `compression = "zstd"` | on the disk: `none`, `snappy`, `zlib` or `zstd` |
/// | `pre_and_post_images` | change streams can ask for the document before and after a change |
/// | `validation = "warn"` | what becomes of a document that does not fit: `strict` (refused), `moderate` (unless it did not fit before), `warn`, `off` |
/// | `warn_collscan` | a query with a condition, or an order with a LIMIT, that no index serves gives a warning |
/// | `deny_collscan` | a query that no index serves does not compile |
/// | `require_where` | an `UPDATE` or `DELETE` without `WHERE` does not compile |
///
/// Indexes take options after their keys: `partial = "note IS NOT NULL"` with a condition in SQL,
/// `sparse`, and `name = ".."`.
///
/// [`Order::ensure(&database)`](queryleaf_runtime::Collection::ensure) creates the collection with all of
/// this, and a validator for what the struct is stored as:
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Debug, Serialize, Deserialize, Collection)]
/// #[leaf(
///     name = "sessions",
///     unique(token, partial = "token IS NOT NULL"),
///     ttl(seen_at, after = "7 days", partial = "kind = 'guest'", name = "guests"),
///     ttl(seen_at, after = "90 days", partial = "kind = 'member'", name = "members"),
///     compression = "zstd"
/// )]
/// pub struct Session {
///     #[serde(rename = "_id")]
///     pub id: Uuid,
///     #[leaf(max_length = 40)]
///     pub token: Option<String>,
///     pub kind: String,
///     #[leaf(precision = 10, scale = 2, default = 0)]
///     pub spent: Decimal128,
///     #[leaf(default = "CURRENT_TIMESTAMP")]
///     pub seen_at: DateTime,
/// }
///
/// async fn start(database: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
///     let ensured = Session::ensure(database).apply_drift().await?;
///     if !ensured.is_as_declared() {
///         eprintln!("{ensured}");
///     }
///     Ok(())
/// }
/// ```
///
/// # Attributes of a field
///
/// | `#[leaf(..)]` | |
/// |---|---|
/// | `as = "text"` | how serde stores a type of another crate, as a SQL type or an array such as `text[]` |
/// | `opaque` | a value whose form SQL does not know |
/// | `references = "customers._id"` | what the field refers to; with `trusted` a plan may rely on it |
/// | `few` | few documents hold the same value, so that queries may read those of a value together |
/// | `max_length = 100` | a text of so many characters, or texts in an array: `VARCHAR(100)` |
/// | `precision = 10, scale = 2` | a numeric of so many digits, and so many of them behind the point: `DECIMAL(10, 2)` |
/// | `default = "CURRENT_TIMESTAMP"` | what an `INSERT` without the field writes: that, `"GENERATE_UUID()"`, or a constant as `0`, `true` or `"'new'"` |
/// | `not_null` | the field is never `NULL`, although `#[serde(default)]` would allow it |
///
/// # Types
///
/// `bool`, `i8` to `i64`, `u8` to `u64`, `f32`, `f64`, `String`; `ObjectId`, `DateTime`,
/// `Decimal128`, `Uuid`, `Binary`, `Document` and `Bson` of [`bson`](crate::bson); `Option`, `Vec`,
/// and maps from `String`; structs with [`Embedded`](derive@crate::Embedded), enums with
/// [`SqlEnum`](derive@crate::SqlEnum); the geometries of [`geo`](crate::geo). An `Option`, a field with `#[serde(default)]` and a `Bson`
/// may be `NULL`, which is null or missing in a document.
pub use queryleaf_macros::Collection;

/// Declares that the values of a struct are the metadata of the files of a GridFS bucket.
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Debug, Serialize, Deserialize, Bucket)]
/// #[leaf(name = "photos", chunk_size = "512KB", index(metadata.album, upload_date desc))]
/// pub struct Photo {
///     pub album: String,
///     pub width: i32,
///     pub height: i32,
///     pub tags: Vec<String>,
/// }
/// ```
///
/// From then on `GRIDFS_FILES('photos')` in [`sql!`](crate::sql) is the table of its files, and
/// `GRIDFS('photos')` what `INSERT`, `UPDATE` and `DELETE` write to, wherever `photos` is in scope.
/// [`gridfs`](crate::gridfs) says what else there is to do with them.
///
/// `struct Anything(Document);` is a bucket whose metadata may be any document.
///
/// # Columns
///
/// | column | type | stored as |
/// |---|---|---|
/// | `file_id` | `objectid` | `_id` |
/// | `filename` | `text` | `filename` |
/// | `length` | `bigint` | `length`, in bytes |
/// | `chunk_size` | `integer` | `chunkSize`, in bytes |
/// | `upload_date` | `timestamp` | `uploadDate` |
/// | `md5` | `text` or `NULL` | `md5`, which old drivers stored |
/// | `content_type` | `text` or `NULL` | `contentType` |
/// | `sha256` | `text` or `NULL` | `sha256`, where the upload was asked for it |
/// | `metadata` | the struct | `metadata`; a file without any has none of its fields |
///
/// # Attributes
///
/// | `#[leaf(..)]` | |
/// |---|---|
/// | `name = "photos"` | the name of the bucket, whose collections are `photos.files` and `photos.chunks`; required |
/// | `table = my_photos` | its name in SQL, where the stored one cannot serve or is taken |
/// | `chunk_size = "512KB"` | how much of a file is in a chunk; 255KB where it is not given |
/// | `content_types("image/png", "image/jpeg")` | the content types that files may have, `"image/*"` for all of a kind; with it every file has one |
/// | `write_concern = "majority"`, `read_concern = "majority"` | how many servers must have what is written, a number from 1 to 50 as well, and which data is read: `local`, `majority`, `available` |
/// | `compression = "zstd"` | how the server compresses the chunks: `none`, `snappy`, `zlib` or `zstd` |
/// | `index(metadata.album, upload_date desc)` | an index of the files, beside those on `filename, upload_date` and on `sha256` that every bucket has; also `unique`, `text`, `hashed`, `geo_2dsphere` with their options, as those of a [`Collection`](derive@crate::Collection) |
/// | `on_upload = path::to::function` | a function that looks at each new file before others see it; see [`UploadHook`](crate::gridfs::UploadHook) |
/// | `validation = ".."`, `pre_and_post_images`, `warn_collscan`, `deny_collscan`, `require_where` | as those of a `Collection`, of the files |
/// | `deny_unknown_fields` | the metadata has no fields but these |
///
/// Those of the fields are those of a field of a `Collection`.
pub use queryleaf_macros::Bucket;

/// Declares that the values of a struct are documents inside others.
///
/// A field of such a type is a document whose fields SQL knows: `address.city`. The attributes of
/// its fields are those of [`Collection`](derive@crate::Collection).
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Debug, Serialize, Deserialize, Embedded)]
/// pub struct Address {
///     pub street: String,
///     pub city: String,
///     pub post_code: Option<String>,
/// }
/// ```
pub use queryleaf_macros::Embedded;

/// Declares that the values of an enum without fields are stored as text, or as integers.
///
/// SQL text writes them as they are stored, and knows them: `status = 'shiped'` does not compile.
///
/// ```
/// use queryleaf::prelude::*;
///
/// #[derive(Debug, Clone, Copy, Serialize, Deserialize, SqlEnum)]
/// #[serde(rename_all = "lowercase")]
/// pub enum Status {
///     Open,
///     Shipped,
/// }
///
/// // Integers, which SQL text writes by the names of the variants. The derive brings serde's
/// // traits with it.
/// #[derive(Debug, Clone, Copy, SqlEnum)]
/// #[leaf(integer)]
/// pub enum Priority {
///     Low = 1,
///     High = 5,
/// }
/// ```
pub use queryleaf_macros::SqlEnum;

/// Creates collections as their structs declare them, or compares them with what is there.
///
/// ```no_run
/// # use queryleaf::prelude::*;
/// # mod shop {
/// #     use queryleaf::prelude::*;
/// #     #[derive(Serialize, Deserialize, Collection)]
/// #     #[leaf(name = "customers")]
/// #     pub struct Customer { pub name: String }
/// # }
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "orders")]
/// # struct Order { number: i64 }
/// # async fn run(database: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// for ensured in queryleaf::ensure!(database, orders, shop::customers).await? {
///     for difference in &ensured.differences {
///         println!("{}: {difference}", ensured.collection);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// The names are those of the tables in SQL, as in `FROM orders`. What a collection is created with,
/// and what is done about differences, says [`Collection::ensure`](queryleaf_runtime::Collection::ensure);
/// the value of the macro is an [`EnsureAll`](crate::EnsureAll), whose
/// [`apply_drift`](crate::EnsureAll::apply_drift) changes what is different:
/// `ensure!(database, orders).apply_drift().await?`.
#[macro_export]
macro_rules! ensure {
    ($database:expr, $($table:path),+ $(,)?) => {
        $crate::__private::EnsureAll::new(
            ::std::vec![$($crate::__private::ensure($table(), &$database)),+].concat(),
        )
    };
}
