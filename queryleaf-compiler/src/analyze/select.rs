//! A SELECT, clause by clause, in the order in which SQL gives them meaning.

use super::grouping::Grouping;
use super::limit::Limits;
use super::natural;
use super::output::Item;
use super::query::Naming;
use super::window_stage::Windows;
use super::{Analyzer, Clause, Column, change_stream};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Path, Relation, SortKey};
use sqlparser::ast::{self, Distinct};

impl Analyzer<'_> {
    /// A SELECT, with the order and limit of the query that it is; as a side of a set operation it is
    /// no query of its own.
    pub(crate) fn select(
        &mut self,
        query: Option<&ast::Query>,
        select: &ast::Select,
        naming: Naming,
        outer: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        self.check_clauses(select, outer)?;
        let (mut relation, scope) = self.from(&select.from, outer)?;
        let windows = self.named_windows(&select.named_window);
        self.keep(windows);
        let key_sets = self.key_sets(&select.group_by, outer)?;
        self.grouped = key_sets.has_rows_in_each();
        self.takes_chances = naming == Naming::Result
            && query.is_some()
            && select.distinct.is_none()
            && !key_sets.is_there();
        let items = self.items(&select.projection, &scope, &relation, naming, outer);
        if let Some(predicate) = &select.selection {
            let predicate = self
                .expression_in(Clause::Where, predicate, &scope, outer)
                .and_then(|predicate| self.condition(predicate, "WHERE"));
            if let Some(predicate) = self.keep(predicate) {
                relation = Relation::Filter {
                    input: Box::new(relation),
                    predicate,
                };
            }
        }
        let keys = self.group_keys(&key_sets.keys, &items, &scope, outer);
        let having = select.having.as_ref().and_then(|having| {
            let having = self
                .expression_in(Clause::Having, having, &scope, outer)
                .and_then(|having| self.condition(having, "HAVING"));
            self.keep(having)
        });
        let qualify = select.qualify.as_ref().and_then(|qualify| {
            let qualify = self
                .expression_in(Clause::Qualify, qualify, &scope, outer)
                .and_then(|qualify| self.condition(qualify, "QUALIFY"));
            self.keep(qualify)
        });
        let order = match query.and_then(|query| query.order_by.as_ref()) {
            Some(order) if natural::is_natural(order) => {
                let read = self.read_naturally(&mut relation, order, select, outer);
                self.keep(read);
                Vec::new()
            }
            Some(order) => self.order(order, &items, &scope, outer),
            None => Vec::new(),
        };
        let on = self.distinct_keys(select.distinct.as_ref(), &items, &scope, outer);
        let limits = query.map_or(Ok(Limits::default()), |query| {
            self.limit(query, &scope, outer)
        });
        let limits = self.keep(limits).unwrap_or_default();
        let mut stages = Stages {
            items,
            having,
            on,
            qualify,
            order,
        };
        let own = relation.columns().into_iter().collect();
        let has_aggregate = |expression: &Expression| self.has_own_aggregate(expression, &own);
        let grouped = key_sets.is_there()
            || select.having.is_some()
            || stages
                .items
                .iter()
                .any(|item| has_aggregate(&item.expression))
            || stages.qualify.as_ref().is_some_and(has_aggregate)
            || stages
                .on
                .iter()
                .chain(&stages.order)
                .any(|key| has_aggregate(&key.expression));
        let is_other_order = grouped
            || stages.qualify.is_some()
            || stages
                .items
                .iter()
                .any(|item| natural::may_change_order(&item.expression));
        if let (true, Some(order)) = (
            is_other_order,
            query.and_then(|query| query.order_by.as_ref()),
        ) && natural::is_natural(order)
        {
            let refused = self.refuse_natural(order, outer);
            self.keep(refused);
        }
        if grouped && self.errors.is_empty() {
            for item in &mut stages.items {
                // As the keys are, which it may be.
                let value = change_stream::value(item.expression.clone());
                item.expression = value;
            }
            let grouping = Grouping::new(self, &relation, keys, &key_sets);
            relation = self.group(relation, grouping, &mut stages);
        }
        if !self.errors.is_empty() {
            // What is wrong has been noted; the relation is not going to be used.
            return Ok((relation, Vec::new()));
        }
        if let Some(predicate) = stages.having.take() {
            relation = Relation::Filter {
                input: Box::new(relation),
                predicate,
            };
        }
        relation = self.windows(relation, &mut stages);
        let (relation, columns) = match &select.distinct {
            None | Some(Distinct::All) => {
                let relation = self.first(relation, stages.order, limits);
                self.project(relation, stages.items)
            }
            Some(Distinct::On(_)) => {
                let order = match limits.with_ties {
                    true => stages.order.clone(),
                    // The rows come in it already.
                    false => Vec::new(),
                };
                let relation = self.distinct_on(relation, stages.on, stages.order)?;
                let relation = self.first(relation, order, limits);
                self.project(relation, stages.items)
            }
            Some(Distinct::Distinct) => {
                let (relation, columns) = self.project(relation, stages.items);
                let relation = Relation::Distinct {
                    input: Box::new(relation),
                };
                let keys = self.distinct_order(stages.order, &columns)?;
                self.first_of_columns(relation, columns, keys, limits)
            }
        };
        Ok((relation, columns))
    }

    /// Refuses the clauses of other dialects, which the parser accepts.
    fn check_clauses(&self, select: &ast::Select, outer: Span) -> Result<()> {
        let refused = [
            (select.exclude.is_some(), "`EXCLUDE`"),
            (select.into.is_some(), "`SELECT INTO`"),
            (!select.lateral_views.is_empty(), "`LATERAL VIEW`"),
            (select.prewhere.is_some(), "`PREWHERE`"),
            (!select.connect_by.is_empty(), "`CONNECT BY`"),
            (!select.cluster_by.is_empty(), "`CLUSTER BY`"),
            (!select.distribute_by.is_empty(), "`DISTRIBUTE BY`"),
            (!select.sort_by.is_empty(), "`SORT BY`"),
            (select.value_table_mode.is_some(), "`SELECT AS`"),
            (
                select.select_modifiers.is_some(),
                "a modifier after `SELECT`",
            ),
        ];
        if let Some(top) = &select.top {
            let span = self.source.find(outer.start, "top").unwrap_or(outer);
            let count = match &top.quantity {
                Some(ast::TopQuantity::Constant(count)) => count.to_string(),
                Some(ast::TopQuantity::Expr(count)) => count.to_string(),
                None => "n".to_owned(),
            };
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "PostgreSQL has no `TOP`")
                    .help(format!("write `LIMIT {count}` at the end of the query")),
            ));
        }
        for (present, name) in refused {
            if present {
                let word = name.trim_matches('`').split(' ').next().unwrap_or_default();
                let span = self.source.find(outer.start, word).unwrap_or(outer);
                return self.unsupported(span, name);
            }
        }
        if select.projection.is_empty() {
            let span = self.source.find(outer.start, "select").unwrap_or(outer);
            let message = "the SELECT list is empty";
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, span, message)
                    .help("name the columns, or write `SELECT *`"),
            ));
        }
        Ok(())
    }

    /// Puts the groups between the rows and everything that is computed over them.
    fn group(
        &mut self,
        relation: Relation,
        mut grouping: Grouping,
        stages: &mut Stages,
    ) -> Relation {
        for item in &mut stages.items {
            let rewritten = grouping.rewrite(self, item.expression.clone());
            if let Some(expression) = self.keep(rewritten) {
                item.expression = expression;
            }
        }
        if let Some(having) = stages.having.take() {
            let rewritten = grouping.rewrite(self, having);
            stages.having = self.keep(rewritten);
        }
        if let Some(qualify) = stages.qualify.take() {
            let rewritten = grouping.rewrite(self, qualify);
            stages.qualify = self.keep(rewritten);
        }
        for key in stages.on.iter_mut().chain(&mut stages.order) {
            let rewritten = grouping.rewrite(self, key.expression.clone());
            if let Some(expression) = self.keep(rewritten) {
                key.expression = expression;
            }
        }
        grouping.relation(self, relation)
    }

    /// Computes the window functions over the rows, or the groups, and applies `QUALIFY`.
    fn windows(&mut self, relation: Relation, stages: &mut Stages) -> Relation {
        let mut windows = Windows::default();
        let mut rewrite = |expression: &mut Expression| {
            *expression = windows.rewrite(self, expression.clone());
        };
        for item in &mut stages.items {
            rewrite(&mut item.expression);
        }
        stages.qualify.iter_mut().for_each(&mut rewrite);
        for key in stages.on.iter_mut().chain(&mut stages.order) {
            rewrite(&mut key.expression);
        }
        let relation = windows.relation(relation);
        relation.filtered(stages.qualify.take().into_iter().collect())
    }

    pub(super) fn project(&mut self, input: Relation, items: Vec<Item>) -> (Relation, Vec<Column>) {
        let columns: Vec<Column> = items
            .into_iter()
            .map(|item| Column {
                id: self.named_column(&item.name),
                name: item.name,
                expression: item.expression,
                span: item.span,
            })
            .collect();
        let list = columns
            .iter()
            .map(|column| (column.id, column.expression.clone()))
            .collect();
        (
            Relation::Project {
                input: Box::new(input),
                columns: list,
            },
            columns,
        )
    }

    /// The order of distinct rows can only be by what they have.
    fn distinct_order(&self, order: Vec<SortKey>, columns: &[Column]) -> Result<Vec<SortKey>> {
        order
            .into_iter()
            .map(|key| {
                let stripped = key.expression.clone().without_spans();
                let column = columns
                    .iter()
                    .find(|column| column.expression.clone().without_spans() == stripped);
                let Some(column) = column else {
                    let message = "with DISTINCT, ORDER BY can only use columns of the SELECT list";
                    return Err(Box::new(Diagnostic::error(
                        Code::Grouping,
                        key.expression.span,
                        message,
                    )));
                };
                let path = Path::of(column.id);
                let expression = Expression {
                    kind: ExpressionKind::Path(path),
                    ..key.expression
                };
                Ok(SortKey { expression, ..key })
            })
            .collect()
    }
}

/// What a query computes after its groups are formed.
struct Stages {
    items: Vec<Item>,
    having: Option<Expression>,
    /// The keys of `DISTINCT ON`.
    on: Vec<SortKey>,
    qualify: Option<Expression>,
    order: Vec<SortKey>,
}
