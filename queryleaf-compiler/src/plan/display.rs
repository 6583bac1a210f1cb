//! Plans as text, one operator to a line, its inputs below it: for tests and for whoever looks for
//! the pass that did something.
//!
//! ```text
//! Project #4 = #0.city
//!   Join Left on #0.customer = #1._id
//!     Filter #0.paid
//!       Scan 0 as #0
//!     Scan 1 as #1
//! ```

use super::{
    Aggregate, ArithmeticOperator, ColumnId, ComparisonOperator, Expression, ExpressionKind,
    FrameBound, Literal, Path, Relation, SortDirection, SortKey, SubqueryForm, WindowCall,
};
use std::fmt::{self, Display, Formatter};

impl Display for Relation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

impl Relation {
    fn write(&self, f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:width$}", "", width = depth * 2)?;
        match self {
            Relation::Scan {
                table, document, ..
            } => write!(f, "Scan {table} as {document}"),
            Relation::OneRow => write!(f, "OneRow"),
            Relation::Values { columns, rows } => {
                write!(f, "Values {} rows as {}", rows.len(), list(columns))
            }
            Relation::Walk { walk, .. } => write!(
                f,
                "Walk {} from {} by {} to {} as {}",
                walk.table,
                walk.start,
                walk.from.join("."),
                walk.to.join("."),
                walk.document
            ),
            Relation::Unnest { array, item, .. } => write!(f, "Unnest {array} as {item}"),
            Relation::Filter { predicate, .. } => write!(f, "Filter {predicate}"),
            Relation::Aggregate {
                keys, aggregates, ..
            } => {
                let keys = keys.iter().map(made);
                let calls = aggregates.iter().map(made);
                write!(
                    f,
                    "Aggregate {}",
                    list(&keys.chain(calls).collect::<Vec<_>>())
                )
            }
            Relation::Project { columns, .. } => {
                let columns: Vec<String> = columns.iter().map(made).collect();
                write!(f, "Project {}", list(&columns))
            }
            Relation::Distinct { .. } => write!(f, "Distinct"),
            Relation::Sort { keys, .. } => write!(f, "Sort {}", list(keys)),
            Relation::Limit { limit, offset, .. } => {
                write!(f, "Limit")?;
                limit.iter().try_for_each(|limit| write!(f, " {limit}"))?;
                offset
                    .iter()
                    .try_for_each(|offset| write!(f, " offset {offset}"))
            }
            Relation::Join {
                kind, condition, ..
            } => write!(f, "Join {kind:?} on {condition}"),
            Relation::Apply {
                subquery, column, ..
            } => match &subquery.form {
                SubqueryForm::Scalar(of) => write!(f, "Apply {column} = scalar {of}"),
                SubqueryForm::Exists => write!(f, "Apply {column} = exists"),
                SubqueryForm::Any(condition) => write!(f, "Apply {column} = any {condition}"),
                SubqueryForm::Array(of) => write!(f, "Apply {column} = array {of}"),
            },
            Relation::SetOperation {
                operator,
                all,
                columns,
                ..
            } => {
                let all = if *all { " all" } else { "" };
                let columns: Vec<ColumnId> = columns.iter().map(|column| column.column).collect();
                write!(f, "{operator:?}{all} as {}", list(&columns))
            }
            Relation::Window { calls, .. } => {
                let calls: Vec<String> = calls.iter().map(made).collect();
                write!(f, "Window {}", list(&calls))
            }
            Relation::DistinctOn { keys, order, .. } => {
                write!(f, "DistinctOn {} by {}", list(keys), list(order))
            }
        }?;
        writeln!(f)?;
        let mut inputs = Vec::new();
        self.for_each_input(|input| inputs.push(input));
        inputs
            .into_iter()
            .try_for_each(|input| input.write(f, depth + 1))
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionKind::Literal(literal) => write!(f, "{literal}"),
            ExpressionKind::Path(path) => write!(f, "{path}"),
            ExpressionKind::Parameter(parameter) => write!(f, ":{parameter}"),
            ExpressionKind::Not(operand) => write!(f, "not ({operand})"),
            ExpressionKind::And(items) => write!(f, "({})", joined(items, " and ")),
            ExpressionKind::Or(items) => write!(f, "({})", joined(items, " or ")),
            ExpressionKind::Compare {
                operator,
                left,
                right,
            } => write!(f, "{left} {operator} {right}"),
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => write!(f, "({left} {operator} {right})"),
            ExpressionKind::IsNull(operand) => write!(f, "{operand} is null"),
            ExpressionKind::IsTruth { operand, value } => write!(f, "({operand}) is {value}"),
            ExpressionKind::InList { operand, items } => {
                write!(f, "{operand} in ({})", list(items))
            }
            ExpressionKind::InParameter { operand, parameter } => {
                write!(f, "{operand} in (:{parameter})")
            }
            ExpressionKind::Cast(operand) => write!(f, "{operand}::{}", self.ty),
            ExpressionKind::Call {
                function,
                arguments,
            } => write!(f, "{function:?}({})", list(arguments)),
            ExpressionKind::Aggregate(aggregate) => write!(f, "{aggregate}"),
            ExpressionKind::Window(call) => write!(f, "{call}"),
            ExpressionKind::Subquery(_) => write!(f, "(subquery)"),
            ExpressionKind::CurrentTimestamp
            | ExpressionKind::NotDistinct { .. }
            | ExpressionKind::Like { .. }
            | ExpressionKind::Regex { .. }
            | ExpressionKind::Negate(_)
            | ExpressionKind::Case { .. }
            | ExpressionKind::Coalesce(_)
            | ExpressionKind::Greatest(_)
            | ExpressionKind::Grouping(_)
            | ExpressionKind::Least(_)
            | ExpressionKind::Quantified { .. }
            | ExpressionKind::Array(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Subscript { .. }
            | ExpressionKind::Member { .. } => {
                let mut parts = Vec::new();
                self.for_each_child(|part| parts.push(part));
                write!(f, "{}({})", name(&self.kind), list(&parts))
            }
        }
    }
}

/// What an expression is called that has no form of its own here.
fn name(kind: &ExpressionKind) -> String {
    let debug = format!("{kind:?}");
    let end = debug.find(|letter: char| !letter.is_alphanumeric());
    debug
        .get(..end.unwrap_or(debug.len()))
        .unwrap_or_default()
        .to_owned()
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.column)?;
        self.steps
            .iter()
            .try_for_each(|step| write!(f, ".{}", step.name))
    }
}

impl Display for ColumnId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => write!(f, "null"),
            Literal::Boolean(value) => write!(f, "{value}"),
            Literal::Integer(value) => write!(f, "{value}"),
            Literal::Double(value) => write!(f, "{value:?}"),
            Literal::Numeric(value) => write!(f, "{value}"),
            Literal::Text(value) => write!(f, "'{value}'"),
            Literal::Timestamp(milliseconds) => write!(f, "@{milliseconds}"),
            Literal::Interval { .. }
            | Literal::Uuid(_)
            | Literal::ObjectId(_)
            | Literal::Bytea(_) => write!(f, "{self:?}"),
        }
    }
}

impl Display for SortKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            SortDirection::Ascending => "",
            SortDirection::Descending => " desc",
        };
        write!(f, "{}{direction}", self.expression)
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let distinct = if self.distinct { "distinct " } else { "" };
        write!(
            f,
            "{:?}({distinct}{})",
            self.function,
            list(&self.arguments)
        )?;
        self.filter
            .iter()
            .try_for_each(|filter| write!(f, " filter {filter}"))
    }
}

impl Display for WindowCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({})", self.function, list(&self.arguments))?;
        write!(
            f,
            " over ({} by {})",
            list(&self.partition),
            list(&self.order)
        )?;
        let bound = |bound: &FrameBound| match bound.distance() {
            Some(distance) => format!("{distance}"),
            None => format!("{bound:?}"),
        };
        let (start, end) = (bound(&self.frame.start), bound(&self.frame.end));
        write!(f, " {:?} {start} to {end}", self.frame.unit)
    }
}

impl Display for ComparisonOperator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Display for ArithmeticOperator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        })
    }
}

fn made((column, expression): &(ColumnId, impl Display)) -> String {
    format!("{column} = {expression}")
}

fn list(items: &[impl Display]) -> String {
    joined(items, ", ")
}

fn joined(items: &[impl Display], separator: &str) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(separator)
}
