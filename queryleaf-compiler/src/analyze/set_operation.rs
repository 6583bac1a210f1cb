//! `UNION`, `INTERSECT` and `EXCEPT`.

use super::coerce::common;
use super::query::Naming;
use super::{Analyzer, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, Relation, SetColumn, SetOperator};
use crate::types::{FieldPath, Type};
use sqlparser::ast::{self, SetExpr, SetQuantifier};

/// The rows of a query or of a side of a set operation, with their columns.
type Rows = (Relation, Vec<Column>);

impl Analyzer<'_> {
    /// Two queries and what is asked of their rows.
    pub(crate) fn set_operation(
        &mut self,
        operation: &SetExpr,
        naming: Naming,
        outer: Span,
    ) -> Result<Rows> {
        let SetExpr::SetOperation {
            op,
            set_quantifier,
            left,
            right,
        } = operation
        else {
            return self.side(operation, naming, outer);
        };
        let operator = match op {
            ast::SetOperator::Union => SetOperator::Union,
            ast::SetOperator::Intersect => SetOperator::Intersect,
            ast::SetOperator::Except => SetOperator::Except,
            ast::SetOperator::Minus => return self.unsupported(outer, "`MINUS`"),
        };
        let name = op.to_string();
        let span = self.operator_span(&name, right, outer);
        let all = match set_quantifier {
            SetQuantifier::All => true,
            SetQuantifier::Distinct | SetQuantifier::None => false,
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => {
                return self.unsupported(span, "`BY NAME`");
            }
        };
        let left = self.set_operation(left, naming, outer)?;
        let right = self.set_operation(right, Naming::Inner, outer)?;
        if !self.errors.is_empty() {
            // What is wrong has been noted; the relation is not going to be used.
            return Ok((left.0, Vec::new()));
        }
        if left.1.len() != right.1.len() {
            let message = format!(
                "the sides of `{name}` have {} and {} columns",
                left.1.len(),
                right.1.len()
            );
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, span, message)
                    .help("select the same columns on both sides, in the same order"),
            ));
        }
        let types = self.common_types(&left.1, &right.1, &name)?;
        let left = self.brought_to(left, &types)?;
        let right = self.brought_to(right, &types)?;
        Ok(self.put_together(operator, all, left, right))
    }

    /// One side: a SELECT without an order, or anything in brackets.
    fn side(&mut self, side: &SetExpr, naming: Naming, outer: Span) -> Result<Rows> {
        match side {
            SetExpr::Select(select) => {
                let span = self.source.span_or(&**select, outer);
                self.in_query(|analyzer| {
                    // The other side may tell the type of a literal.
                    analyzer.open_literals = select.distinct.is_none();
                    analyzer.select(None, select, naming, span)
                })
            }
            SetExpr::Query(query) if is_bracket(query) => {
                self.set_operation(&query.body, naming, outer)
            }
            SetExpr::Query(query) => self.query(query, naming),
            SetExpr::Values(values) => self.in_query(|analyzer| analyzer.values(values, outer)),
            SetExpr::SetOperation { .. } => self.set_operation(side, naming, outer),
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => self.unsupported(outer, "this form of query"),
        }
    }

    /// Where the operator stands: before its right side.
    fn operator_span(&self, name: &str, right: &SetExpr, outer: Span) -> Span {
        let right = self.source.span_or(right, outer);
        self.source
            .find_before(right.start, name)
            .or_else(|| self.source.find(outer.start, name))
            .unwrap_or(outer)
    }

    /// The type of each column: what is still open on both sides is a text.
    fn common_types(&self, left: &[Column], right: &[Column], operator: &str) -> Result<Vec<Type>> {
        left.iter()
            .zip(right)
            .map(|(left, right)| {
                let (of_left, of_right) = (&left.expression.ty, &right.expression.ty);
                match common(of_left, of_right) {
                    Some(Type::Unknown) => Ok(Type::Text),
                    Some(ty) => Ok(ty),
                    None => {
                        let message = format!("`{operator}` mixes `{of_left}` and `{of_right}`");
                        Err(Box::new(
                            Diagnostic::error(Code::TypeMismatch, right.span, message)
                                .label(format!("this is of type `{of_right}`"))
                                .help("cast one of them"),
                        ))
                    }
                }
            })
            .collect()
    }

    /// The rows with columns of these types.
    pub(super) fn brought_to(&mut self, (relation, columns): Rows, types: &[Type]) -> Result<Rows> {
        let fits = |(column, ty): (&Column, &Type)| column.expression.ty == *ty;
        if columns.iter().zip(types).all(fits) {
            return Ok((relation, columns));
        }
        // A literal takes the type where it stands.
        if let Relation::Project {
            input,
            columns: list,
        } = relation
        {
            let mut changed = Vec::new();
            let mut converted = Vec::new();
            for ((mut column, (id, item)), ty) in columns.into_iter().zip(list).zip(types) {
                let item = self.coerce(item, ty)?;
                column.expression = item.clone();
                changed.push((id, item));
                converted.push(column);
            }
            let relation = Relation::Project {
                input,
                columns: changed,
            };
            return Ok((relation, converted));
        }
        let mut list = Vec::new();
        let mut converted = Vec::new();
        for (column, ty) in columns.into_iter().zip(types) {
            let expression = self.coerce(column.path(), ty)?;
            let id = self.named_column(&column.name);
            list.push((id, expression.clone()));
            converted.push(Column {
                id,
                expression,
                ..column
            });
        }
        let relation = Relation::Project {
            input: Box::new(relation),
            columns: list,
        };
        Ok((relation, converted))
    }

    fn put_together(
        &mut self,
        operator: SetOperator,
        all: bool,
        (left, of_left): Rows,
        (right, of_right): Rows,
    ) -> Rows {
        let mut set_columns = Vec::new();
        let mut columns = Vec::new();
        for (left, right) in of_left.into_iter().zip(of_right) {
            let id = self.named_column(&left.name);
            set_columns.push(SetColumn {
                column: id,
                left: left.id,
                right: right.id,
            });
            let nullable = match operator {
                SetOperator::Union => left.expression.nullable || right.expression.nullable,
                SetOperator::Intersect => left.expression.nullable && right.expression.nullable,
                SetOperator::Except => left.expression.nullable,
            };
            let rust = common_rust_type(&left.expression, &right.expression);
            let path = Path {
                rust,
                ..Path::of(id)
            };
            let expression = Expression {
                kind: ExpressionKind::Path(path),
                nullable,
                ..left.expression
            };
            columns.push(Column {
                id,
                expression,
                ..left
            });
        }
        let relation = Relation::SetOperation {
            operator,
            all,
            left: Box::new(left),
            right: Box::new(right),
            columns: set_columns,
        };
        (relation, columns)
    }
}

/// The Rust type that the user declared for both of these, where it is the same.
pub(super) fn common_rust_type(one: &Expression, other: &Expression) -> Option<FieldPath> {
    match (&one.kind, &other.kind) {
        (ExpressionKind::Path(one), ExpressionKind::Path(other)) if one.rust == other.rust => {
            one.rust.clone()
        }
        _ => None,
    }
}

/// Whether a query in brackets is nothing but its body.
fn is_bracket(query: &ast::Query) -> bool {
    query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty()
}
