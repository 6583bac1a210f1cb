//! Subqueries inside expressions.

use super::query::Naming;
use super::scope::Scope;
use super::{Analyzer, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    ComparisonOperator, Expression, ExpressionKind, Relation, Subquery, SubqueryForm,
};
use crate::types::{Item, Type};
use sqlparser::ast::{self, Expr};

impl Analyzer<'_> {
    /// A query inside another one. What is wrong in it is an error of whatever it stands in.
    pub(crate) fn inner_query(&mut self, query: &ast::Query) -> Result<(Relation, Vec<Column>)> {
        self.query_inside(query, Naming::Inner)
    }

    pub(crate) fn query_inside(
        &mut self,
        query: &ast::Query,
        naming: Naming,
    ) -> Result<(Relation, Vec<Column>)> {
        let (relation, columns) = self.query(query, naming)?;
        // The columns are not known where something is wrong, which has been noted.
        match self.errors.pop() {
            Some(error) => Err(Box::new(error)),
            None => Ok((relation, columns)),
        }
    }

    fn correlated(&mut self, query: &ast::Query, scope: &Scope) -> Result<(Relation, Vec<Column>)> {
        self.inside(scope, |analyzer| analyzer.inner_query(query))
    }

    /// `(SELECT ..)` as a value.
    pub(crate) fn scalar_subquery(
        &mut self,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, columns) = self.correlated(query, scope)?;
        let column = only(columns, span)?;
        let path = self.settle_column(&column)?;
        Ok(Expression {
            nullable: path.nullable || !relation.has_a_row_always(),
            ty: path.ty,
            kind: subquery(relation, SubqueryForm::Scalar(column.id)),
            span,
        })
    }

    /// `ARRAY(SELECT ..)`.
    pub(crate) fn array_subquery(
        &mut self,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, columns) = self.correlated(query, scope)?;
        let column = only(columns, span)?;
        let path = self.settle_column(&column)?;
        let item = Item {
            ty: path.ty,
            nullable: path.nullable,
            own: false,
        };
        let kind = subquery(relation, SubqueryForm::Array(column.id));
        Ok(Expression::new(kind, Type::Array(Box::new(item)), span))
    }

    /// `EXISTS (SELECT ..)`.
    pub(crate) fn exists(
        &mut self,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, _) = self.correlated(query, scope)?;
        let kind = subquery(relation, SubqueryForm::Exists);
        Ok(Expression::new(kind, Type::Boolean, span))
    }

    /// `x = ANY (SELECT ..)`, `x IN (SELECT ..)`.
    pub(crate) fn any_subquery(
        &mut self,
        operand: &Expr,
        operator: ComparisonOperator,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, condition) = self.with_each_row(operand, operator, query, scope, span)?;
        Ok(any(relation, condition, span))
    }

    /// `x > ALL (SELECT ..)`: there is no row of which it is false.
    pub(crate) fn all_subquery(
        &mut self,
        operand: &Expr,
        operator: ComparisonOperator,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, condition) = self.with_each_row(operand, operator, query, scope, span)?;
        Ok(any(relation, condition.negated(), span).negated())
    }

    /// `(a, b) = (SELECT x, y ..)`: the comparison with the only row; `NULL` where there is none.
    pub(crate) fn row_with_subquery(
        &mut self,
        row: &Expr,
        operator: ComparisonOperator,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let (relation, condition) = self.with_each_row(row, operator, query, scope, span)?;
        let column = self.new_column();
        let relation = Relation::Project {
            input: Box::new(relation),
            columns: vec![(column, condition)],
        };
        let kind = subquery(relation, SubqueryForm::Scalar(column));
        Ok(Expression::new(kind, Type::Boolean, span).nullable(true))
    }

    /// The rows of a subquery, and the comparison of a value or a row of values with each.
    fn with_each_row(
        &mut self,
        operand: &Expr,
        operator: ComparisonOperator,
        query: &ast::Query,
        scope: &Scope,
        span: Span,
    ) -> Result<(Relation, Expression)> {
        let (relation, columns) = self.correlated(query, scope)?;
        let values = self.row(operand, scope, span)?;
        if values.len() != columns.len() {
            let message = format!(
                "the subquery has {}, compared with {}",
                counted(columns.len(), "column"),
                counted(values.len(), "value")
            );
            return Err(Box::new(Diagnostic::error(
                Code::TypeMismatch,
                span,
                message,
            )));
        }
        let row = columns.iter().map(Column::path).collect();
        let condition = self.compare_rows(operator, values, row, span)?;
        Ok((relation, condition))
    }

    /// The column of a subquery; a bare literal is a text there.
    fn settle_column(&mut self, column: &Column) -> Result<Expression> {
        self.settle(column.path())
    }
}

fn subquery(relation: Relation, form: SubqueryForm) -> ExpressionKind {
    ExpressionKind::Subquery(Box::new(Subquery { relation, form }))
}

fn any(relation: Relation, condition: Expression, span: Span) -> Expression {
    let nullable = condition.nullable;
    let kind = subquery(relation, SubqueryForm::Any(Box::new(condition)));
    Expression::new(kind, Type::Boolean, span).nullable(nullable)
}

fn only(mut columns: Vec<Column>, span: Span) -> Result<Column> {
    match (columns.pop(), columns.len()) {
        (Some(column), 0) => Ok(column),
        (_, others) => {
            let message = format!(
                "a subquery used as an expression has one column, this one has {}",
                others + 1
            );
            Err(Box::new(Diagnostic::error(
                Code::TypeMismatch,
                span,
                message,
            )))
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("one {what}"),
        many => format!("{many} {what}s"),
    }
}
