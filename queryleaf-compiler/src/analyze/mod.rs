//! Names and types: from the syntax tree to the logical algebra.
//!
//! [`select`] goes through the clauses in the order in which SQL gives them meaning; [`expression`]
//! and the modules beside it turn the expressions of the syntax tree into typed ones.

mod aggregate;
mod alias;
mod array_fill;
mod call;
mod cast;
mod change_stream;
mod coerce;
mod collate;
mod common_table;
mod comparison;
mod conditional;
mod content_type;
mod default;
mod distinct_on;
mod document;
mod expression;
mod field;
mod file_stream;
mod fractions;
mod frame;
mod frame_exclusion;
mod from;
mod geojson;
mod geometry;
mod grouping;
mod grouping_sets;
mod groups_of_sets;
mod hypothetical;
mod item_function;
mod join;
mod json_path;
mod json_text;
mod limit;
mod literal;
mod membership;
mod named_arguments;
mod natural;
mod object_aggregate;
mod operator;
mod order;
mod outer_aggregate;
mod output;
mod overlap;
mod overload;
mod parameters;
mod pattern;
mod query;
mod random;
mod recursion;
mod reference;
mod row_count;
mod row_value;
mod scope;
mod select;
mod set_operation;
mod special_call;
mod statistics;
mod subquery;
mod table_function;
mod thresholds;
mod timestamp_series;
mod unknown_name;
mod unnest;
mod values;
mod window;
mod window_stage;
mod write;

use crate::change_stream::Stream;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    ColumnId, Expression, ExpressionKind, NewColumns, Path, Relation, WindowFunction,
};
use crate::syntax::Source;
use crate::{InScope, NamedStream, Parameter, Table};
use alias::Aliases;
pub(crate) use coerce::is_implicit;
use common_table::CommonTable;
pub use default::{DefaultValue, default_value};
pub(crate) use field::is_declared_by_user;
pub(crate) use frame_exclusion::{
    EXCLUDE_CURRENT_ROW, EXCLUDE_GROUP, EXCLUDE_NO_OTHERS, EXCLUDE_TIES,
};
pub(crate) use grouping_sets::DISTINCT as GROUP_BY_DISTINCT;
pub(crate) use parameters::Given;
use parameters::Parameters;
use query::Naming;
use queryleaf_plan::Generated;
use scope::Scope;
use sqlparser::ast;
use std::collections::BTreeMap;
pub(crate) use write::{WriteAnalysis, analyze_write};

/// The window functions that are no aggregates, by their names.
pub(crate) fn window_functions() -> impl Iterator<Item = (&'static str, WindowFunction)> {
    window::FUNCTIONS.into_iter()
}

/// The aggregates of two arguments, by their names.
pub(crate) fn statistics() -> impl Iterator<Item = &'static str> {
    statistics::STATISTICS.into_iter().map(|(name, _)| name)
}

/// A query whose names and types are known.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) relation: Relation,
    pub(crate) columns: Vec<Column>,
    /// The names that the query gives to columns anywhere inside.
    pub(crate) names: BTreeMap<ColumnId, String>,
    /// Hands out further columns.
    pub(crate) new_columns: NewColumns,
    pub(crate) parameters: Vec<Parameter>,
    /// The columns that are the bytes of files, by their names, with the tables of their buckets.
    pub(crate) file_streams: BTreeMap<String, usize>,
    /// The change streams that it reads.
    pub(crate) streams: Vec<Stream>,
}

/// A column of the result of a query.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) id: ColumnId,
    pub(crate) expression: Expression,
    pub(crate) span: Span,
}

impl Column {
    /// The column as an expression of what is around the query.
    pub(crate) fn path(&self) -> Expression {
        let rust = match &self.expression.kind {
            ExpressionKind::Path(path) => path.rust.clone(),
            _ => None,
        };
        let path = Path {
            rust,
            ..Path::of(self.id)
        };
        Expression {
            kind: ExpressionKind::Path(path),
            ty: self.expression.ty.clone(),
            nullable: self.expression.nullable,
            span: self.span,
        }
    }
}

/// Resolves and types a query; every error that was found, in the order of the text.
pub(crate) fn analyze(
    query: &ast::Query,
    source: &Source<'_>,
    in_scope: InScope<'_>,
) -> Result<Analysis, Vec<Diagnostic>> {
    let mut analyzer = Analyzer::new(source, in_scope.tables, &[]);
    analyzer.named_streams = in_scope.streams;
    let result = analyzer.query(query, Naming::Result);
    let ((relation, columns), finished) = analyzer.finish(result)?;
    Ok(Analysis {
        relation,
        columns,
        names: finished.names,
        new_columns: finished.new_columns,
        parameters: finished.parameters,
        streams: finished.streams,
        file_streams: finished.file_streams,
    })
}

/// What is known beside the statement itself when all of it has been looked at.
struct Finished {
    names: BTreeMap<ColumnId, String>,
    new_columns: NewColumns,
    parameters: Vec<Parameter>,
    streams: Vec<Stream>,
    file_streams: BTreeMap<String, usize>,
}

/// What the analysis knows while it goes through a query.
pub(crate) struct Analyzer<'a> {
    source: &'a Source<'a>,
    tables: &'a [Table],
    /// The change streams that have names.
    named_streams: &'a [NamedStream],
    parameters: Parameters,
    new_columns: NewColumns,
    /// The names that the query gives to columns.
    names: BTreeMap<ColumnId, String>,
    /// The scopes of the queries around the present one, the outermost first.
    outer: Vec<Scope>,
    /// The clauses of those queries in which the present one stands.
    outer_clauses: Vec<Clause>,
    /// The scopes that `LATERAL` would let the present queries of `FROM` see.
    beside: Vec<Scope>,
    /// The common table expressions that can be named here, the innermost last.
    common: Vec<CommonTable>,
    /// The clause that is being looked at: what may stand there depends on it.
    clause: Clause,
    /// Whether the query has grouping keys, so that no group is empty.
    grouped: bool,
    /// The named items of the SELECT list so far: a later item may use an earlier one.
    aliases: Aliases,
    /// Those of the queries around the present one.
    outer_aliases: Vec<Aliases>,
    /// Whether the SELECT list may hold literals whose type something around the query decides.
    open_literals: bool,
    /// Whether each item is computed once for each row of the result, so that it may depend on chance.
    takes_chances: bool,
    /// The columns of the result that are the bytes of files, by their names, with the tables of their
    /// buckets.
    file_streams: BTreeMap<String, usize>,
    /// The windows that the query names, each complete.
    windows: Vec<(String, ast::WindowSpec)>,
    /// How many parts of expressions have been written more than once.
    copied: usize,
    /// The change streams that are read.
    streams: Vec<Stream>,
    /// The values that the client makes.
    generated: Vec<Generated>,
    /// The errors so far; the analysis goes on after one where the rest can still be judged.
    errors: Vec<Diagnostic>,
}

/// A clause of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clause {
    From,
    Where,
    Select,
    GroupBy,
    Having,
    Qualify,
    OrderBy,
    Limit,
    Values,
    Set,
    Merge,
    Returning,
    /// Inside the call of an aggregate.
    Aggregate,
}

impl Clause {
    /// The clause as SQL spells it.
    fn name(self) -> &'static str {
        match self {
            Clause::From => "FROM",
            Clause::Where => "WHERE",
            Clause::Select => "SELECT",
            Clause::GroupBy => "GROUP BY",
            Clause::Having => "HAVING",
            Clause::Qualify => "QUALIFY",
            Clause::OrderBy => "ORDER BY",
            Clause::Limit => "LIMIT",
            Clause::Values => "VALUES",
            Clause::Set => "SET",
            Clause::Merge => "MERGE",
            Clause::Returning => "RETURNING",
            Clause::Aggregate => "an aggregate",
        }
    }

    /// Whether aggregates may stand in the clause.
    fn allows_aggregates(self) -> bool {
        match self {
            Clause::Select | Clause::Having | Clause::Qualify | Clause::OrderBy => true,
            Clause::From
            | Clause::Where
            | Clause::GroupBy
            | Clause::Limit
            | Clause::Values
            | Clause::Set
            | Clause::Merge
            | Clause::Returning
            | Clause::Aggregate => false,
        }
    }

    /// Whether window functions may stand in the clause.
    fn allows_windows(self) -> bool {
        match self {
            Clause::Select | Clause::Qualify | Clause::OrderBy => true,
            Clause::From
            | Clause::Where
            | Clause::GroupBy
            | Clause::Having
            | Clause::Limit
            | Clause::Values
            | Clause::Set
            | Clause::Merge
            | Clause::Returning
            | Clause::Aggregate => false,
        }
    }
}

/// The most parts that may come from writing expressions more than once: the operand of `BETWEEN`,
/// of `NULLIF` and of `CASE`, and every use of an alias. Without a bound, nesting these doubles the
/// query with each level.
const MAX_COPIED: usize = 50_000;

impl<'a> Analyzer<'a> {
    fn new(source: &'a Source<'a>, tables: &'a [Table], given: &[Given]) -> Self {
        Analyzer {
            source,
            tables,
            named_streams: &[],
            parameters: Parameters::new(given),
            new_columns: NewColumns::default(),
            names: BTreeMap::new(),
            outer: Vec::new(),
            outer_clauses: Vec::new(),
            beside: Vec::new(),
            common: Vec::new(),
            clause: Clause::Select,
            grouped: false,
            aliases: Aliases::new(),
            outer_aliases: Vec::new(),
            open_literals: false,
            takes_chances: false,
            file_streams: BTreeMap::new(),
            windows: Vec::new(),
            copied: 0,
            streams: Vec::new(),
            generated: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// The result if nothing is wrong, or all that is, in the order of the text.
    fn finish<T>(self, result: Result<T>) -> Result<(T, Finished), Vec<Diagnostic>> {
        let Analyzer {
            parameters,
            names,
            new_columns,
            streams,
            file_streams,
            mut errors,
            ..
        } = self;
        let result = match result {
            // Only a query that is right otherwise tells the types of all its parameters.
            Ok(value) if errors.is_empty() => {
                let parameters = parameters.finish(&mut errors);
                Some((value, parameters))
            }
            Ok(_) => None,
            Err(error) => {
                errors.push(*error);
                None
            }
        };
        match result {
            Some((value, parameters)) if errors.is_empty() => Ok((
                value,
                Finished {
                    names,
                    new_columns,
                    parameters,
                    streams,
                    file_streams,
                },
            )),
            _ => {
                errors.sort_by_key(|error| (error.span.start, error.span.end));
                errors.dedup();
                Err(errors)
            }
        }
    }
}

impl Analyzer<'_> {
    /// Another copy of an expression that the query uses more than once.
    fn copy(&mut self, expression: &Expression) -> Result<Expression> {
        self.check_once(expression)?;
        let mut parts = 0_usize;
        let left = MAX_COPIED.saturating_sub(self.copied);
        expression.any(&mut |_| {
            parts += 1;
            parts > left
        });
        self.copied = self.copied.saturating_add(parts);
        if self.copied > MAX_COPIED {
            let message = format!("the query grows to more than {MAX_COPIED} parts");
            return Err(Box::new(
                Diagnostic::error(Code::TooComplex, expression.span, message)
                    .note("an alias, and the operand of BETWEEN, NULLIF and CASE, are put in wherever they are used"),
            ));
        }
        Ok(expression.clone())
    }

    /// A number for a new column.
    fn new_column(&mut self) -> ColumnId {
        self.new_columns.column()
    }

    /// A number for a new column that has a name in the query.
    fn named_column(&mut self, name: &str) -> ColumnId {
        let column = self.new_column();
        self.names.insert(column, name.to_owned());
        column
    }

    /// A number for a new column that is called like another one.
    fn renamed_column(&mut self, column: ColumnId) -> ColumnId {
        match self.names.get(&column).cloned() {
            Some(name) => self.named_column(&name),
            None => self.new_column(),
        }
    }

    /// Looks at a query of its own: what is known of the clauses around it does not count there.
    fn in_query<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let clause = std::mem::replace(&mut self.clause, Clause::Select);
        let grouped = std::mem::take(&mut self.grouped);
        let aliases = std::mem::take(&mut self.aliases);
        let open_literals = std::mem::take(&mut self.open_literals);
        let takes_chances = std::mem::take(&mut self.takes_chances);
        let windows = std::mem::take(&mut self.windows);
        let result = look(self);
        self.clause = clause;
        self.grouped = grouped;
        self.aliases = aliases;
        self.open_literals = open_literals;
        self.takes_chances = takes_chances;
        self.windows = windows;
        result
    }

    /// Looks at something inside a query that may also name what that query can.
    fn inside<T>(&mut self, scope: &Scope, look: impl FnOnce(&mut Self) -> T) -> T {
        self.outer.push(scope.clone());
        self.outer_clauses.push(self.clause);
        let aliases = std::mem::take(&mut self.aliases);
        self.outer_aliases.push(aliases);
        let result = look(self);
        self.aliases = self.outer_aliases.pop().unwrap_or_default();
        self.outer_clauses.pop();
        self.outer.pop();
        result
    }

    /// Analyses an expression of the text in some clause.
    fn expression_in(
        &mut self,
        clause: Clause,
        expression: &ast::Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let before = std::mem::replace(&mut self.clause, clause);
        let result = self.expression(expression, scope, outer);
        self.clause = before;
        result
    }

    /// Keeps an error for later, so that the rest of the query is looked at as well.
    fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(*error);
                None
            }
        }
    }

    /// The error for something that SQL has and QueryLeaf does not.
    fn unsupported<T>(&self, span: Span, what: impl std::fmt::Display) -> Result<T> {
        let message = format!("{what} is not supported");
        Err(Box::new(Diagnostic::error(
            Code::Unsupported,
            span,
            message,
        )))
    }
}
