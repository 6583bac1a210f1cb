//! The syntax tree of the statements that define.

use crate::diagnostic::Span;

/// A statement and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) span: Span,
}

/// What a statement creates.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StatementKind {
    Table(CreateTable),
    Collection(CreateCollection),
    Index(CreateIndex),
    View(CreateView),
    ChangeStream(CreateChangeStream),
    Bucket(CreateBucket),
    Trigger(CreateTrigger),
}

/// `CREATE GRIDFS_BUCKET name (..) WITH (..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateBucket {
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Name,
    /// Those of the metadata.
    pub(crate) columns: Vec<Column>,
    pub(crate) options: Vec<BucketOption>,
}

/// `content_types = ['image/png']`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BucketOption {
    pub(crate) name: Name,
    pub(crate) is_list: bool,
    /// The values with their places.
    pub(crate) values: Vec<(OptionValue, Span)>,
    /// Where they stand.
    pub(crate) span: Span,
}

/// A name, as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// `CREATE TABLE name (..) WITH ..`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTable {
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Name,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<TableConstraint>,
    pub(crate) clauses: Vec<Clause>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: Name,
    pub(crate) ty: TypeName,
    pub(crate) constraints: Vec<ColumnConstraint>,
    pub(crate) span: Span,
}

/// A type as it is written: `VARCHAR(50)[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeName {
    /// Its words, in capitals, with a blank between each two.
    pub(crate) name: String,
    /// The place of the words.
    pub(crate) span: Span,
    /// The numbers in brackets, with their places.
    pub(crate) arguments: Vec<(u32, Span)>,
    /// How many `[]` follow, and where the last one ends.
    pub(crate) dimensions: usize,
}

/// What is said of a column behind its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnConstraint {
    pub(crate) kind: ColumnConstraintKind,
    pub(crate) span: Span,
}

/// The kinds of constraints of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ColumnConstraintKind {
    NotNull,
    Null,
    PrimaryKey,
    Unique,
    /// The place of the expression.
    Default(Span),
    /// The place of the condition.
    Check(Span),
    References(Reference),
}

/// `REFERENCES customers (_id)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reference {
    pub(crate) table: Name,
    pub(crate) column: Option<Name>,
}

/// A constraint beside the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableConstraint {
    pub(crate) name: Option<Name>,
    pub(crate) kind: TableConstraintKind,
    pub(crate) span: Span,
}

/// The kinds of constraints beside the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TableConstraintKind {
    PrimaryKey(Vec<Name>),
    Unique(Vec<Name>),
    /// The place of the condition.
    Check(Span),
    ForeignKey {
        column: Name,
        reference: Reference,
    },
}

/// A clause behind the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Clause {
    /// `WITH TTL (..)`.
    Ttl(Vec<TtlRule>),
    /// `WITH CAPPED (..)`.
    Capped {
        word: Span,
        options: Vec<OptionItem>,
    },
    /// `WITH SPATIAL_INDEXING (..)`.
    SpatialIndexing(Vec<SpatialItem>),
    /// `WITH (..)`.
    Options(Vec<OptionItem>),
}

/// `created_at EXPIRE_AFTER '7 days' WHERE level = 'DEBUG'`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TtlRule {
    pub(crate) column: Vec<Name>,
    pub(crate) after: OptionValue,
    pub(crate) after_span: Span,
    /// The place of the condition.
    pub(crate) condition: Option<Span>,
    pub(crate) span: Span,
}

/// What stands between two commas of `SPATIAL_INDEXING`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SpatialItem {
    /// `coordinates USING '2dsphere'`.
    Column { column: Vec<Name>, span: Span },
    /// `COMPOUND INDEX (coordinates, category)`.
    Compound {
        columns: Vec<IndexColumn>,
        span: Span,
    },
}

/// `size = '200MB'`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OptionItem {
    pub(crate) name: Name,
    pub(crate) value: OptionValue,
    pub(crate) value_span: Span,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OptionValue {
    Text(String),
    /// A number, as it is written.
    Number(String),
    Boolean(bool),
    /// A bare word.
    Word(String),
}

/// `CREATE CAPPED COLLECTION name WITH (..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateCollection {
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Vec<Name>,
    pub(crate) options: Vec<OptionItem>,
}

/// `CREATE INDEX name ON table (..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateIndex {
    pub(crate) unique: bool,
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Option<Name>,
    pub(crate) table: Vec<Name>,
    pub(crate) columns: Vec<IndexColumn>,
    /// `NULLS NOT DISTINCT`.
    pub(crate) nulls_not_distinct: bool,
    /// The place of the condition.
    pub(crate) condition: Option<Span>,
    pub(crate) span: Span,
}

/// A key of an index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexColumn {
    pub(crate) path: Vec<Name>,
    pub(crate) descending: bool,
    pub(crate) method: Option<IndexMethod>,
    pub(crate) span: Span,
}

/// A kind of index other than the ordered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexMethod {
    Hash,
    Text,
    Geo2dsphere,
}

/// `CREATE VIEW name AS SELECT ..`, or `CREATE STREAMING_ANALYTICS_VIEW name AS SELECT .. WITH (..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateView {
    /// `STREAMING_ANALYTICS_VIEW`.
    pub(crate) streaming: Option<Span>,
    /// `WITH (..)` behind the query.
    pub(crate) options: Vec<OptionItem>,
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Name,
    pub(crate) columns: Vec<Name>,
    /// The place of the query.
    pub(crate) query: Span,
}

/// `CREATE CHANGE STREAM name ON orders WHERE .. WITH (..) FILTER (..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateChangeStream {
    pub(crate) if_not_exists: Option<Span>,
    pub(crate) name: Name,
    pub(crate) target: StreamTarget,
    /// The places of its conditions.
    pub(crate) conditions: Vec<Span>,
    pub(crate) options: Vec<StreamOption>,
}

/// What a change stream watches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StreamTarget {
    /// `ON orders`, `ON orders, customers`.
    Tables(Vec<Vec<Name>>),
    /// `ON DATABASE shop`.
    Database(Span),
}

/// `batch_size = 100`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamOption {
    pub(crate) name: Name,
    pub(crate) value: StreamOptionValue,
    /// The place of the value.
    pub(crate) span: Span,
}

/// The value of an option of a change stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StreamOptionValue {
    One(OptionValue),
    /// `ARRAY['insert', 'update']`, each with its place.
    List(Vec<(OptionValue, Span)>),
}

/// `CREATE TRIGGER name ..`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateTrigger {
    pub(crate) name: Name,
    pub(crate) source: TriggerSource,
    pub(crate) body: Vec<BodyStatement>,
}

/// What a trigger reacts to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TriggerSource {
    /// `ON CHANGE STREAM stream`: the name of a stream or a table.
    Stream(Vec<Name>),
    /// `AFTER INSERT OR UPDATE ON table`.
    Rows {
        operations: Vec<(RowOperation, Span)>,
        table: Vec<Name>,
        /// The place of what `WHEN` asks for.
        condition: Option<Span>,
    },
}

/// What is done to a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowOperation {
    Insert,
    Update {
        /// Those of `UPDATE OF`.
        columns: Vec<Vec<Name>>,
    },
    Delete,
}

/// A statement of a trigger's body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BodyStatement {
    If(If),
    Case(Case),
    Call(Call),
    /// The place of a statement of SQL that writes rows.
    Write(Span),
    /// `NULL`, which does nothing.
    Nothing,
}

/// `IF .. THEN .. ELSIF .. THEN .. ELSE .. END IF`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct If {
    /// The place of each condition, and what is done where it is true.
    pub(crate) branches: Vec<(Span, Vec<BodyStatement>)>,
    pub(crate) otherwise: Vec<BodyStatement>,
}

/// `CASE .. WHEN .. THEN .. ELSE .. END CASE`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// The place of the word.
    pub(crate) word: Span,
    /// The place of what the values are compared with; without it they are conditions.
    pub(crate) operand: Option<Span>,
    pub(crate) branches: Vec<(Vec<Span>, Vec<BodyStatement>)>,
    pub(crate) otherwise: Option<Vec<BodyStatement>>,
}

/// `CALL function(arguments)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// A path of Rust.
    pub(crate) function: Vec<Name>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) span: Span,
}

/// An argument of a `CALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argument {
    /// The place of an expression.
    Value(Span),
    /// `change`: all of the event.
    Change(Span),
}
