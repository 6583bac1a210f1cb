//! QueryLeaf's SQL compiler.
//!
//! SQL text and the schemas of its tables go in; a checked and typed plan comes out, as the
//! [template](queryleaf_plan::Template) of one MongoDB command with the types of its parameters and
//! columns. It has no tokens, no I/O and no async: the macro crate calls it inside `rustc`, and
//! tests, benches and fuzzers call it directly.
//!
//! The stages follow each other in [`compile`]: `syntax` (text to tree), `analyze` (names and types
//! to the logical algebra of [`plan`]), `optimize` (small passes), `lower` (the command).

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod create;
pub mod definition;
pub mod diagnostic;
pub mod plan;
pub mod schema;
pub mod suggestion;
pub mod types;
pub mod units;

mod analyze;
mod change_stream;
mod client_values;
mod collation;
mod collection_scan;
mod functions;
mod geometry;
mod interval_field;
mod literal;
mod lower;
mod optimize;
mod outside;
mod read_concern;
mod stack;
mod streaming_view;
mod syntax;
mod tailable;
mod write;

pub use diagnostic::{Code, Diagnostic, Severity, Span};
pub use outside::Outside;
pub use streaming_view::{ClosingWindow, Kept, Retention, ViewOptions};

pub use functions::{
    ArrayFunction, ChangeFunction, DateTimeFunction, Function, JsonFunction, NumberFunction,
    TextFunction,
};
pub use syntax::Text;

use plan::ColumnId;
use queryleaf_plan::{Computed, Generated, Template};
use schema::{ChangeStream, Collection};
use std::sync::Arc;
use syntax::{Statement, Words};
use types::{FieldPath, Type};

/// A table in the scope of a query: the name it has there and the schema behind it.
#[derive(Debug, Clone)]
pub struct Table {
    /// The path as the query writes it: `shop.customers` is two names.
    pub name: Vec<String>,
    /// Its schema.
    pub collection: Arc<Collection>,
}

/// A change stream in the scope of a query. Its tables are in scope as well, each under the name of the
/// stream and its own: `big_orders.orders`.
#[derive(Debug, Clone)]
pub struct NamedStream {
    /// The path as the query writes it.
    pub name: Vec<String>,
    /// What it reports.
    pub stream: Arc<ChangeStream>,
}

/// What the names of a query may mean.
#[derive(Debug, Clone, Copy)]
pub struct InScope<'a> {
    /// The tables.
    pub tables: &'a [Table],
    /// The change streams.
    pub streams: &'a [NamedStream],
}

impl<'a> InScope<'a> {
    /// Tables alone.
    pub fn of_tables(tables: &'a [Table]) -> Self {
        InScope {
            tables,
            streams: &[],
        }
    }
}

/// A compiled statement.
#[derive(Debug, Clone)]
pub struct Query {
    /// Whether it reads or writes.
    pub kind: Kind,
    /// The collections it names, in the order of the given tables.
    pub tables: Vec<Arc<Collection>>,
    /// The command, `{find: .., filter: ..}` or `{aggregate: .., pipeline: ..}`, or the
    /// [program](queryleaf_plan::write) of a statement that writes.
    pub command: Template,
    /// The parameters in the order of their numbers.
    pub parameters: Vec<Parameter>,
    /// Those that the client makes, numbered after them.
    pub generated: Vec<Generated>,
    /// Those that the client computes from them, numbered after these.
    pub computed: Vec<Computed>,
    /// The columns of a row in order; those of `RETURNING` for a statement that writes.
    pub columns: Vec<OutputColumn>,
    /// What compiles but is likely not what was meant, in the order in which it was found.
    pub warnings: Vec<Diagnostic>,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// It reads.
    Read,
    /// It follows changes.
    Watch,
    /// It reads changes that are kept for it.
    Live(Box<Kept>),
    /// It uploads files to the bucket of this number.
    Upload {
        /// The table.
        table: usize,
    },
    /// It writes to the table of this number.
    Write {
        /// The table.
        table: usize,
        /// The parameter of `INSERT INTO orders VALUES (:orders)`, which stands for the user's own
        /// structs and has no number.
        structs: Option<Parameter>,
    },
}

/// A parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name or number.
    pub name: ParameterName,
    /// The type that the query gives it. `:list` in `IN (:list)` has the type of an item.
    pub ty: Type,
    /// Whether it is a list: `IN (:list)`.
    pub list: bool,
    /// Whether it is what the bytes of a file are read from: a value of its own, which is in no command.
    pub source: bool,
    /// The Rust type it has, where the query compares it with a field of the user's own type.
    pub rust: Option<FieldPath>,
    /// Where it stands first.
    pub span: Span,
}

/// The name of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterName {
    /// `:name`.
    Named(String),
    /// `$1`, counted from 1.
    Positional(u16),
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Where its value is in a result document.
    pub path: Vec<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be `NULL`.
    pub nullable: bool,
    /// The way to its Rust type, where it is a field as the user declared it and that type is not
    /// one that the SQL type tells.
    pub rust: Option<FieldPath>,
    /// Whether it is a field as it is stored: a computed number may be of a narrower type than the
    /// column.
    pub stored: bool,
    /// The table of the bucket, where the column is the bytes of a file: `GRIDFS_STREAM(..)`.
    pub file_stream: Option<usize>,
    /// Where it stands in the SELECT list.
    pub span: Span,
}

/// The most bytes of SQL text that are accepted.
pub const MAX_TEXT: usize = 256 * 1024;

/// A name of a table in SQL text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableName {
    /// The path: `shop.customers` is two names.
    pub path: Vec<String>,
    /// The place of each of them.
    pub spans: Vec<Span>,
}

/// The tables that a query names; see [`Text::tables`].
pub fn table_names(sql: &str) -> Vec<TableName> {
    Text::new(sql).tables().to_vec()
}

/// How a query is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether the plan is improved. Without it a query means the same and may take longer, which
    /// the tests of the optimiser make use of.
    pub optimize: bool,
    /// What is said of a streaming view beside its query.
    pub view: Option<ViewOptions>,
    /// Whether the documents of a change stream are rows behind their change, even if they have been
    /// changed again: the collections have to keep them.
    pub rows: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            optimize: true,
            view: None,
            rows: false,
        }
    }
}

/// Compiles a query.
///
/// # Errors
///
/// Every error that was found, in the order of the text.
pub fn compile(sql: &str, tables: &[Table]) -> Result<Query, Vec<Diagnostic>> {
    compile_with(sql, tables, Options::default())
}

/// Compiles a query in a given way.
///
/// # Errors
///
/// Every error that was found, in the order of the text.
pub fn compile_with(
    sql: &str,
    tables: &[Table],
    options: Options,
) -> Result<Query, Vec<Diagnostic>> {
    compile_in_scope(sql, InScope::of_tables(tables), options)
}

/// Compiles a query that may also name change streams.
///
/// # Errors
///
/// Every error that was found, in the order of the text.
pub fn compile_in_scope(
    sql: &str,
    in_scope: InScope<'_>,
    options: Options,
) -> Result<Query, Vec<Diagnostic>> {
    compile_text(Text::new(sql), in_scope, options)
}

/// Compiles a query that has been split into words before.
///
/// # Errors
///
/// Every error that was found, in the order of the text.
pub fn compile_text(
    text: Text,
    in_scope: InScope<'_>,
    options: Options,
) -> Result<Query, Vec<Diagnostic>> {
    let (sql, words) = text.into_parts();
    stack::with_deep_stack(|| compile_here(&sql, words, in_scope, &[], options))
}

/// Compiles a statement that writes, some of whose parameters are values of a known type.
fn compile_with_given(
    sql: &str,
    tables: &[Table],
    given: &[analyze::Given],
) -> Result<Query, Vec<Diagnostic>> {
    let (sql, words) = Text::new(sql).into_parts();
    let in_scope = InScope::of_tables(tables);
    stack::with_deep_stack(|| compile_here(&sql, words, in_scope, given, Options::default()))
}

/// The stages of the compiler, in their order.
fn compile_here(
    sql: &str,
    words: diagnostic::Result<Words>,
    in_scope: InScope<'_>,
    given: &[analyze::Given],
    options: Options,
) -> Result<Query, Vec<Diagnostic>> {
    let tables = in_scope.tables;
    let (statement, source) = syntax::parse(sql, words).map_err(|error| vec![*error])?;
    let collections: Vec<Arc<Collection>> = tables
        .iter()
        .map(|table| Arc::clone(&table.collection))
        .collect();
    let query = match statement {
        Statement::Query(query) => query,
        Statement::Define(action) => return definition::compile(&action, &source, tables),
        Statement::Write(write) => {
            let analysis = analyze::analyze_write(&write, &source, tables, given)?;
            return write::compile(analysis, &source, tables, options);
        }
    };
    let mut analysis = analyze::analyze(&query, &source, in_scope)?;
    collation::check(&source, tables.iter())?;
    if !analysis.streams.is_empty() {
        return change_stream::compile(analysis, collections, options, &source);
    }
    let output: Vec<ColumnId> = analysis.columns.iter().map(|column| column.id).collect();
    let mut warnings = interval_field::check(&analysis.relation);
    let wanted_draws = lower::wanted_draws(&analysis.relation);
    let relation = if options.optimize {
        optimize::optimize(
            analysis.relation,
            &output,
            &collections,
            &mut analysis.new_columns,
        )
    } else {
        optimize::normalize(analysis.relation, &mut analysis.new_columns)
    };
    let (errors, scans): (Vec<_>, Vec<_>) =
        collection_scan::check(&relation, &collections, source.first())
            .into_iter()
            .partition(|scan| scan.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(errors);
    }
    warnings.extend(scans);
    let (relation, computed) = client_values::extract(relation, analysis.parameters.len());
    let lowered = lower::lower(&relation, &output, &analysis.names, &collections)?;
    check_command(&lowered.command, wanted_draws, &source)?;
    let mut command = collation::told(lowered.command, &collections);
    if let Some(concern) = read_concern::strictest(&relation, &collections) {
        command = read_concern::told(command, concern);
    }
    let columns = analysis
        .columns
        .into_iter()
        .zip(lowered.paths)
        .map(|column| {
            let column = output_column(column);
            OutputColumn {
                file_stream: analysis.file_streams.get(&column.name).copied(),
                ..column
            }
        })
        .collect();
    Ok(Query {
        kind: Kind::Read,
        command,
        tables: collections,
        generated: Vec::new(),
        computed,
        parameters: analysis.parameters,
        columns,
        warnings,
    })
}

/// Refuses a command that the server would not take, or that says more than the query.
fn check_command(
    command: &Template,
    wanted_draws: usize,
    source: &syntax::Source<'_>,
) -> Result<(), Vec<Diagnostic>> {
    if lower::is_too_deep(command) {
        return Err(vec![too_deep(source.first())]);
    }
    if lower::draws(command) > wanted_draws {
        return Err(vec![drawn_again(source.first())]);
    }
    Ok(())
}

/// The error for a random number that the command would draw more than once.
fn drawn_again(span: Span) -> Diagnostic {
    let message = "`random()` would be computed more than once here";
    Diagnostic::error(Code::Unsupported, span, message)
        .note("the expression around it is written twice for the server")
        .help("select `random()` alone, and compute the rest in the program")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::TooComplex,
        span,
        "this query becomes a command that is nested deeper than MongoDB takes it",
    )
    .help("compute a part of it in the program, or shorten a long chain of operators")
}

/// A column of the result and where it is in a result document.
fn output_column((column, path): (analyze::Column, Vec<String>)) -> OutputColumn {
    let analyze::Column {
        name,
        expression,
        span,
        ..
    } = column;
    let (stored, rust) = match expression.kind {
        plan::ExpressionKind::Path(path) => (!path.steps.is_empty(), path.rust),
        _ => (false, None),
    };
    OutputColumn {
        name,
        path,
        ty: expression.ty,
        nullable: expression.nullable,
        rust,
        stored,
        file_stream: None,
        span,
    }
}

/// The names of all window functions that are no aggregates, in order.
pub fn window_function_names() -> std::collections::BTreeSet<&'static str> {
    let names = analyze::window_functions().map(|(name, _)| name);
    names.collect()
}

/// The names of all scalar functions and operators that are known by a signature, in order.
pub fn function_names() -> std::collections::BTreeSet<&'static str> {
    functions::signatures()
        .map(|signature| signature.name)
        .chain(analyze::statistics())
        .collect()
}
