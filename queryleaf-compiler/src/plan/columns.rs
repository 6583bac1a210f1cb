//! Which columns a relation makes, gives and reads.

use super::{
    ColumnId, Expression, ExpressionKind, JoinKind, NewColumns, Path, Relation, SetColumn,
    Subquery, SubqueryForm,
};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

impl Relation {
    /// The columns that the rows of this relation have, whoever made them.
    pub fn columns(&self) -> Vec<ColumnId> {
        match self {
            Relation::Scan { document, .. } => vec![*document],
            Relation::OneRow => Vec::new(),
            Relation::Values { columns, .. } => columns.clone(),
            Relation::Unnest {
                input,
                item,
                ordinality,
                ..
            } => {
                let mut columns = input.columns();
                columns.push(*item);
                columns.extend(ordinality);
                columns
            }
            Relation::Filter { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Limit { input, .. }
            | Relation::DistinctOn { input, .. } => input.columns(),
            Relation::Walk { input, walk } => {
                let mut columns = input.columns();
                columns.extend([walk.document, walk.depth]);
                columns
            }
            Relation::Aggregate {
                keys, aggregates, ..
            } => {
                let keys = keys.iter().map(|(column, _)| *column);
                keys.chain(aggregates.iter().map(|(column, _)| *column))
                    .collect()
            }
            Relation::Project { columns, .. } => {
                columns.iter().map(|(column, _)| *column).collect()
            }
            Relation::Join {
                kind, left, right, ..
            } => {
                let mut columns = left.columns();
                if kind.has_right_columns() {
                    columns.extend(right.columns());
                }
                columns
            }
            Relation::Apply { input, column, .. } => {
                let mut columns = input.columns();
                columns.push(*column);
                columns
            }
            Relation::SetOperation { columns, .. } => {
                columns.iter().map(|column| column.column).collect()
            }
            Relation::Window { input, calls } => {
                let mut columns = input.columns();
                columns.extend(calls.iter().map(|(column, _)| *column));
                columns
            }
        }
    }

    /// Whether there can be no second row.
    pub fn has_one_row_at_most(&self) -> bool {
        match self {
            Relation::OneRow => true,
            Relation::Values { rows, .. } => rows.len() <= 1,
            Relation::Aggregate { keys, input, .. } => {
                keys.is_empty() || input.has_one_row_at_most()
            }
            Relation::Filter { input, .. }
            | Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Apply { input, .. }
            | Relation::Window { input, .. }
            | Relation::DistinctOn { input, .. } => input.has_one_row_at_most(),
            Relation::Limit { input, limit, .. } => {
                let few = |limit: &Expression| matches!(limit.as_integer(), Some(0 | 1));
                limit.as_ref().is_some_and(few) || input.has_one_row_at_most()
            }
            Relation::Join {
                kind: JoinKind::Semi | JoinKind::Anti,
                left,
                ..
            } => left.has_one_row_at_most(),
            Relation::Scan { .. }
            | Relation::Unnest { .. }
            | Relation::Walk { .. }
            | Relation::Join { .. }
            | Relation::SetOperation { .. } => false,
        }
    }

    /// Whether there is at least one row, whatever is stored.
    pub fn has_a_row_always(&self) -> bool {
        match self {
            Relation::OneRow => true,
            Relation::Values { rows, .. } => !rows.is_empty(),
            Relation::Aggregate { keys, .. } => keys.is_empty(),
            Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Apply { input, .. }
            | Relation::Walk { input, .. }
            | Relation::Window { input, .. }
            | Relation::DistinctOn { input, .. } => input.has_a_row_always(),
            Relation::Scan { .. }
            | Relation::Unnest { .. }
            | Relation::Filter { .. }
            | Relation::Limit { .. }
            | Relation::Join { .. }
            | Relation::SetOperation { .. } => false,
        }
    }

    /// Whether there is no row when the scan gives none at which the relation begins.
    pub fn is_empty_without_its_first_scan(&self) -> bool {
        match self {
            Relation::Scan { .. } => true,
            Relation::Aggregate { keys, input, .. } => {
                !keys.is_empty() && input.is_empty_without_its_first_scan()
            }
            Relation::Unnest { input, .. }
            | Relation::Walk { input, .. }
            | Relation::Filter { input, .. }
            | Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Limit { input, .. }
            | Relation::Apply { input, .. }
            | Relation::Window { input, .. }
            | Relation::DistinctOn { input, .. } => input.is_empty_without_its_first_scan(),
            Relation::Join { kind, left, .. } => {
                *kind != JoinKind::Full && left.is_empty_without_its_first_scan()
            }
            Relation::OneRow | Relation::Values { .. } | Relation::SetOperation { .. } => false,
        }
    }

    /// The columns that are made anywhere inside this relation.
    pub fn made_columns(&self) -> BTreeSet<ColumnId> {
        let mut made = BTreeSet::new();
        self.collect_made(&mut made);
        made
    }

    fn collect_made(&self, made: &mut BTreeSet<ColumnId>) {
        made.extend(self.columns());
        for subquery in self.own_subqueries() {
            subquery.relation.collect_made(made);
        }
        self.for_each_input(|input| input.collect_made(made));
    }

    /// The subqueries in the expressions of this operator itself.
    fn own_subqueries(&self) -> Vec<&Subquery> {
        let mut found = Vec::new();
        self.for_each_expression(&mut |expression| subqueries(expression, &mut found));
        found
    }

    /// The paths that are read inside this relation and start at columns from outside: what makes a
    /// subquery correlated and a join lateral. Each once.
    pub fn outer_paths(&self) -> Vec<&Path> {
        let made = self.made_columns();
        let mut outer: Vec<&Path> = Vec::new();
        self.for_each_expression_inside(&mut |expression| {
            expression.for_each_path(&mut |path| {
                let known =
                    |other: &&Path| other.column == path.column && other.steps == path.steps;
                if !made.contains(&path.column) && !outer.iter().any(known) {
                    outer.push(path);
                }
            });
        });
        outer
    }

    /// The same relation with a new number for each of its columns, and the new numbers.
    pub fn renumbered(self, new: &mut NewColumns) -> (Relation, BTreeMap<ColumnId, ColumnId>) {
        let numbers: BTreeMap<ColumnId, ColumnId> = self
            .made_columns()
            .into_iter()
            .map(|column| (column, new.column()))
            .collect();
        (self.with_numbers(&numbers), numbers)
    }

    fn with_numbers(self, numbers: &BTreeMap<ColumnId, ColumnId>) -> Relation {
        let mut relation = self.map_inputs(|input| input.with_numbers(numbers));
        let renumber = |column: &mut ColumnId| {
            if let Some(new) = numbers.get(column) {
                *column = *new;
            }
        };
        match &mut relation {
            Relation::Scan { document, .. } => renumber(document),
            Relation::OneRow
            | Relation::Filter { .. }
            | Relation::Distinct { .. }
            | Relation::Sort { .. }
            | Relation::Limit { .. }
            | Relation::Join { .. }
            | Relation::DistinctOn { .. } => {}
            Relation::Values { columns, .. } => columns.iter_mut().for_each(renumber),
            Relation::Walk { walk, .. } => {
                renumber(&mut walk.document);
                renumber(&mut walk.depth);
            }
            Relation::Unnest {
                item, ordinality, ..
            } => {
                renumber(item);
                ordinality.iter_mut().for_each(renumber);
            }
            Relation::Aggregate {
                keys, aggregates, ..
            } => {
                keys.iter_mut().for_each(|(column, _)| renumber(column));
                aggregates
                    .iter_mut()
                    .for_each(|(column, _)| renumber(column));
            }
            Relation::Project { columns, .. } => {
                columns.iter_mut().for_each(|(column, _)| renumber(column));
            }
            Relation::Apply {
                subquery, column, ..
            } => {
                renumber(column);
                renumber_form(&mut subquery.form, numbers);
            }
            Relation::SetOperation { columns, .. } => {
                for SetColumn {
                    column,
                    left,
                    right,
                } in columns
                {
                    [column, left, right].into_iter().for_each(renumber);
                }
            }
            Relation::Window { calls, .. } => {
                calls.iter_mut().for_each(|(column, _)| renumber(column));
            }
        }
        relation.map_expressions(&mut |expression| expression.with_numbers(numbers))
    }
}

impl Subquery {
    /// The columns from outside that are read inside.
    pub fn reads(&self) -> BTreeSet<ColumnId> {
        let paths = self.relation.outer_paths();
        let mut reads: BTreeSet<ColumnId> = paths.into_iter().map(|path| path.column).collect();
        if let SubqueryForm::Any(condition) = &self.form {
            let own = self.relation.made_columns();
            condition.for_each_path(&mut |path| {
                if !own.contains(&path.column) {
                    reads.insert(path.column);
                }
            });
        }
        reads
    }
}

fn renumber_form(form: &mut SubqueryForm, numbers: &BTreeMap<ColumnId, ColumnId>) {
    match form {
        SubqueryForm::Scalar(column) | SubqueryForm::Array(column) => {
            if let Some(new) = numbers.get(column) {
                *column = *new;
            }
        }
        SubqueryForm::Exists | SubqueryForm::Any(_) => {}
    }
}

fn subqueries<'a>(expression: &'a Expression, found: &mut Vec<&'a Subquery>) {
    if let ExpressionKind::Subquery(subquery) = &expression.kind {
        found.push(subquery);
    }
    expression.for_each_child(|child| subqueries(child, found));
}

impl JoinKind {
    /// Whether the result has the columns of the right side.
    pub fn has_right_columns(self) -> bool {
        match self {
            Self::Inner | Self::Left | Self::Full => true,
            Self::Semi | Self::Anti => false,
        }
    }
}

impl Expression {
    /// Calls `visit` on each path in this expression.
    pub fn for_each_path<'a>(&'a self, visit: &mut impl FnMut(&'a Path)) {
        if let ExpressionKind::Path(path) = &self.kind {
            visit(path);
        }
        self.for_each_child(|child| child.for_each_path(visit));
    }

    /// Whether it reads a column of which this is true.
    pub fn reads(&self, is: impl Fn(ColumnId) -> bool) -> bool {
        let mut found = false;
        self.for_each_path(&mut |path| found = found || is(path.column));
        found
    }

    /// Whether it reads some column, and none of which this is not true.
    pub fn reads_only(&self, is: impl Fn(ColumnId) -> bool) -> bool {
        self.reads(|_| true) && !self.reads(|column| !is(column))
    }

    /// The expression in the form that it has wherever the query writes it: without its places, and
    /// with numbers for the columns of its subqueries that do not depend on when they were made.
    #[must_use]
    pub fn canonical(&self) -> Expression {
        let mut found = Vec::new();
        subqueries(self, &mut found);
        let mut made = BTreeSet::new();
        for subquery in found {
            subquery.relation.collect_made(&mut made);
        }
        // Numbers from the end, which no column has.
        let numbers = made.into_iter().zip((0..=u32::MAX).rev().map(ColumnId));
        self.clone()
            .with_numbers(&numbers.collect())
            .without_spans()
    }

    /// The same expression over columns with other numbers.
    #[must_use]
    pub fn with_numbers(self, numbers: &BTreeMap<ColumnId, ColumnId>) -> Expression {
        let Ok(mut expression) =
            self.try_map_children(&mut |child| Ok::<_, Infallible>(child.with_numbers(numbers)));
        match &mut expression.kind {
            ExpressionKind::Path(path) => {
                if let Some(new) = numbers.get(&path.column) {
                    path.column = *new;
                }
            }
            ExpressionKind::Subquery(subquery) => {
                let relation = std::mem::replace(&mut subquery.relation, Relation::OneRow);
                subquery.relation = relation.with_numbers(numbers);
                renumber_form(&mut subquery.form, numbers);
            }
            _ => {}
        }
        expression
    }
}
