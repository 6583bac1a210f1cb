//! Grouped queries: aggregates and grouping keys become columns of their own.

use super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Aggregate, ColumnId, Expression, ExpressionKind, Path, Relation};
use std::collections::BTreeSet;

/// The keys and aggregates of a grouped query.
pub(crate) struct Grouping {
    /// The columns of the rows that are grouped.
    rows: BTreeSet<ColumnId>,
    /// The keys: column, expression, and the expression without places for comparing.
    keys: Vec<(ColumnId, Expression, Expression)>,
    /// The aggregates that the query uses, each once: column, call, and the call without places.
    aggregates: Vec<(ColumnId, Aggregate, Aggregate)>,
}

impl Grouping {
    pub(crate) fn new(
        analyzer: &mut Analyzer<'_>,
        input: &Relation,
        keys: Vec<Expression>,
    ) -> Self {
        let mut grouping = Grouping {
            rows: input.columns().into_iter().collect(),
            keys: Vec::new(),
            aggregates: Vec::new(),
        };
        for key in keys {
            let stripped = key.clone().without_spans();
            // `GROUP BY a, a` groups by one key.
            if !grouping.keys.iter().any(|(_, _, known)| *known == stripped) {
                grouping.keys.push((analyzer.new_column(), key, stripped));
            }
        }
        grouping
    }

    /// The same expression over the columns of the groups.
    pub(crate) fn rewrite(
        &mut self,
        analyzer: &mut Analyzer<'_>,
        expression: Expression,
    ) -> Result<Expression> {
        let stripped = expression.clone().without_spans();
        let key = self.keys.iter().find(|(_, _, known)| *known == stripped);
        if let Some((column, key, _)) = key {
            let rust = match &key.kind {
                ExpressionKind::Path(path) => path.rust.clone(),
                _ => None,
            };
            let path = Path {
                column: *column,
                steps: Vec::new(),
                rust,
            };
            return Ok(Expression {
                kind: ExpressionKind::Path(path),
                ..expression
            });
        }
        match expression.kind {
            ExpressionKind::Aggregate(aggregate) => {
                self.check_own(&aggregate, expression.span)?;
                let column = self.aggregate(analyzer, *aggregate);
                let path = Path {
                    column,
                    steps: Vec::new(),
                    rust: None,
                };
                Ok(Expression {
                    kind: ExpressionKind::Path(path),
                    ..expression
                })
            }
            ExpressionKind::Path(ref path) if self.rows.contains(&path.column) => {
                Err(not_grouped(path, expression.span))
            }
            kind => Expression { kind, ..expression }
                .try_map_children(&mut |child| self.rewrite(analyzer, child)),
        }
    }

    /// An aggregate of nothing but columns of a query around this one belongs to that query.
    fn check_own(&self, aggregate: &Aggregate, span: Span) -> Result<()> {
        let (mut reads, mut own) = (false, false);
        aggregate.for_each_part(&mut |part| {
            part.for_each_path(&mut |path| {
                reads = true;
                own |= self.rows.contains(&path.column);
            });
        });
        if reads && !own {
            let message = "an aggregate of columns of an outer query is not supported";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, message)
                    .help("compute it in the outer query, in a derived table or a `WITH` query"),
            ));
        }
        Ok(())
    }

    /// The column of an aggregate; equal calls share one.
    fn aggregate(&mut self, analyzer: &mut Analyzer<'_>, aggregate: Aggregate) -> ColumnId {
        let stripped = aggregate.clone().without_spans();
        let known = self
            .aggregates
            .iter()
            .find(|(_, _, known)| *known == stripped);
        if let Some((column, ..)) = known {
            return *column;
        }
        let column = analyzer.new_column();
        self.aggregates.push((column, aggregate, stripped));
        column
    }

    /// The relation of the groups of `input`.
    pub(crate) fn relation(self, input: Relation) -> Relation {
        let keys = self
            .keys
            .into_iter()
            .map(|(column, key, _)| (column, key))
            .collect();
        let aggregates = self
            .aggregates
            .into_iter()
            .map(|(column, aggregate, _)| (column, aggregate))
            .collect();
        Relation::Aggregate {
            input: Box::new(input),
            keys,
            aggregates,
        }
    }
}

fn not_grouped(path: &Path, span: Span) -> Box<Diagnostic> {
    let name: Vec<&str> = path.steps.iter().map(|step| step.name.as_str()).collect();
    let name = name.join(".");
    Box::new(
        Diagnostic::error(
            Code::Grouping,
            span,
            format!("column `{name}` is neither grouped nor aggregated"),
        )
        .label("each group may hold many values of it")
        .help(format!(
            "add it to GROUP BY, or choose one value, as in `MIN({name})`"
        )),
    )
}
