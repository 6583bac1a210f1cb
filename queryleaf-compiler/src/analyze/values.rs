//! `VALUES`: rows that the query writes out.

use super::scope::Scope;
use super::{Analyzer, Clause, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, Relation};
use crate::types::Type;
use sqlparser::ast;

impl Analyzer<'_> {
    /// The rows, with the columns `column1`, `column2` and so on.
    pub(crate) fn values(
        &mut self,
        values: &ast::Values,
        outer: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let width = values.rows.first().map_or(0, |row| row.content.len());
        let mut list: Vec<Vec<Expression>> = vec![Vec::new(); width];
        for row in &values.rows {
            let first = row.content.first();
            let span = first.map_or(outer, |first| self.source.span_or(first, outer));
            if row.content.len() != width || values.explicit_row || values.value_keyword {
                let message = "the rows of VALUES differ in length";
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, span, message)
                        .help("give each row as many values as the first one has"),
                ));
            }
            for (column, item) in list.iter_mut().zip(&row.content) {
                let item = self.expression_in(Clause::Values, item, &Scope::default(), span)?;
                self.check_value(&item)?;
                column.push(item);
            }
        }
        let mut columns = Vec::new();
        let mut unified = Vec::new();
        for (number, items) in list.into_iter().enumerate() {
            let (items, ty) = self.unify(items, "VALUES")?;
            let (items, ty) = match ty {
                Type::Unknown => (self.coerce_all(items, &Type::Text)?, Type::Text),
                ty => (items, ty),
            };
            let nullable = items.iter().any(|item| item.nullable);
            let name = format!("column{}", number + 1);
            let id = self.named_column(&name);
            let path = Path::of(id);
            let span = items.first().map_or(outer, |item| item.span);
            columns.push(Column {
                name,
                id,
                expression: Expression::new(ExpressionKind::Path(path), ty, span)
                    .nullable(nullable),
                span,
            });
            unified.push(items.into_iter());
        }
        let rows = values
            .rows
            .iter()
            .map(|_| unified.iter_mut().filter_map(Iterator::next).collect())
            .collect();
        let relation = Relation::Values {
            columns: columns.iter().map(|column| column.id).collect(),
            rows,
        };
        Ok((relation, columns))
    }

    fn check_value(&self, item: &Expression) -> Result<()> {
        let has_subquery = item.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)));
        if has_subquery {
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, item.span, "a subquery in VALUES").help(
                    "write the row as a `SELECT`, and put the rows together with `UNION ALL`",
                ),
            ));
        }
        Ok(())
    }
}
