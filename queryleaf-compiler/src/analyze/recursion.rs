//! `WITH RECURSIVE`: which recursions are walks through one collection, and which count.
//!
//! ```text
//! WITH RECURSIVE t AS (
//!     SELECT _id, boss, 0 AS depth FROM staff WHERE boss IS NULL            -- where the walk begins
//!     UNION ALL
//!     SELECT s._id, s.boss, t.depth + 1 FROM staff s JOIN t ON s.boss = t._id WHERE t.depth < 5)
//! ```
//!
//! A row of the recursive part may hold what the collection has, columns of `t` as they are, and a
//! column of `t` plus one. All else (a path, a sum along the way) depends on the way by which a row was
//! reached, which the server does not tell.

use super::common_table::CommonTable;
use super::query::Naming;
use super::{Analyzer, Column};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArrayFunction, Function};
use crate::lower::{is_unique, without_lossless_casts};
use crate::plan::{
    ArithmeticOperator, ColumnId, ComparisonOperator, Expression, ExpressionKind, Literal, Path,
    Relation, Walk, WalkShape,
};
use crate::types::{Item, Type};
use sqlparser::ast::{self, SetExpr, SetQuantifier};

/// The recursive part of a query, taken apart.
struct Step {
    /// The columns of the table itself, as this part reads them.
    own: Vec<ColumnId>,
    /// The collection that it reads and its document, if any.
    scan: Option<(usize, ColumnId)>,
    conditions: Vec<Expression>,
    items: Vec<Expression>,
    /// The places of the items.
    spans: Vec<Span>,
}

/// What becomes of a column in the recursive part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It stays what it was where the recursion began.
    Kept,
    /// It grows by one.
    Counted,
    /// It is computed from the document, and from columns that are kept.
    Made,
}

impl Analyzer<'_> {
    /// A common table expression that reads itself; none where this one does not.
    pub(crate) fn recursive_table(
        &mut self,
        table: &ast::Cte,
        outer: Span,
    ) -> Result<Option<(Relation, Vec<Column>)>> {
        let query = &*table.query;
        let SetExpr::SetOperation {
            op: ast::SetOperator::Union,
            set_quantifier,
            left,
            right,
        } = &*query.body
        else {
            return Ok(None);
        };
        let SetExpr::Select(select) = &**right else {
            return Ok(None);
        };
        if query.with.is_some() || query.order_by.is_some() || query.limit_clause.is_some() {
            return Ok(None);
        }
        let name = &table.alias.name.value;
        if !self.names_table(select, name) {
            return Ok(None);
        }
        let distinct = *set_quantifier != SetQuantifier::All;
        let (start, columns) = self.in_query(|analyzer| {
            let rows = analyzer.set_operation(left, Naming::Inner, outer)?;
            let types: Vec<Type> = rows
                .1
                .iter()
                .map(|column| match &column.expression.ty {
                    Type::Unknown => Type::Text,
                    ty => ty.clone(),
                })
                .collect();
            analyzer.brought_to(rows, &types)
        })?;
        if let Some(error) = self.errors.pop() {
            return Err(Box::new(error));
        }
        let columns = self.renamed(columns, &table.alias)?;
        let span = self.source.span_or(&**select, outer);
        let step = self.recursive_step(name, select, &columns, span)?;
        let relation = match step.scan {
            Some(scan) => self.graph_walk(start, &columns, step, scan, distinct, span)?,
            None => self.count_up(start, &columns, step, distinct, span)?,
        };
        Ok(Some(relation))
    }

    /// Whether a SELECT reads a table of this name.
    fn names_table(&self, select: &ast::Select, name: &str) -> bool {
        let is_it = |factor: &ast::TableFactor| matches!(factor, ast::TableFactor::Table { name: table, .. } if table.to_string() == name);
        select.from.iter().any(|entry| {
            is_it(&entry.relation) || entry.joins.iter().any(|join| is_it(&join.relation))
        })
    }

    /// Analyses the recursive part, in which the table has rows that nobody knows yet.
    fn recursive_step(
        &mut self,
        name: &str,
        select: &ast::Select,
        columns: &[Column],
        span: Span,
    ) -> Result<Step> {
        self.common.push(CommonTable {
            name: name.to_owned(),
            relation: Relation::Values {
                columns: columns.iter().map(|column| column.id).collect(),
                rows: Vec::new(),
            },
            columns: columns.to_vec(),
        });
        let result = self.in_query(|analyzer| analyzer.select(None, select, Naming::Inner, span));
        self.common.pop();
        let (relation, items) = result?;
        if let Some(error) = self.errors.pop() {
            return Err(Box::new(error));
        }
        let Relation::Project { input, columns: of } = relation else {
            return Err(not_a_walk(span));
        };
        if items.len() != columns.len() {
            let message = format!(
                "the recursive part has {} columns, the part before it {}",
                items.len(),
                columns.len()
            );
            return Err(Box::new(Diagnostic::error(
                Code::TypeMismatch,
                span,
                message,
            )));
        }
        let mut step = Step {
            own: Vec::new(),
            scan: None,
            conditions: Vec::new(),
            items: Vec::new(),
            spans: items.iter().map(|item| item.span).collect(),
        };
        step.add(*input, span)?;
        for ((_, item), column) in of.into_iter().zip(columns) {
            let item = self.coerce(item, &column.expression.ty).map_err(|error| {
                Box::new(error.help("cast it, or the column where the recursion begins"))
            })?;
            step.items.push(item);
        }
        Ok(step)
    }

    /// A walk through a collection.
    fn graph_walk(
        &mut self,
        start: Relation,
        columns: &[Column],
        step: Step,
        (table, document): (usize, ColumnId),
        distinct: bool,
        span: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let roles = step.roles(columns)?;
        let mut keys = Vec::new();
        let mut filters = Vec::new();
        let mut maximum = None;
        for condition in &step.conditions {
            let (reads_own, reads_document) = step.reads(condition, document);
            match (reads_own, reads_document) {
                (true, true) => keys.push(step.key(condition, document, span)?),
                (false, _) => filters.push(condition.clone()),
                (true, false) => {
                    let bound = step.bound(condition, &roles, &start, columns)?;
                    maximum = Some(maximum.map_or(bound, |known: i64| known.min(bound)));
                }
            }
        }
        let [(to, number)] = &keys[..] else {
            return Err(not_a_walk(span));
        };
        let from = step
            .items
            .get(*number)
            .map(without_lossless_casts)
            .and_then(|item| step.field(item, document));
        let (Some(from), Some(key)) = (from, columns.get(*number)) else {
            return Err(not_a_walk(span));
        };
        let filter = Expression::all_of(filters);
        let reads_outside = |filter: &Expression| {
            let mut outside = false;
            filter.for_each_path(&mut |path| outside |= path.column != document);
            outside
        };
        if filter.as_ref().is_some_and(reads_outside) {
            return Err(not_a_walk(span));
        }
        let shape = self.shape(table, from, to, distinct, &roles, span)?;
        let depth = self.new_column();
        let walk = Walk {
            table,
            document,
            depth,
            start: key.path(),
            from: names(from),
            to: names(to),
            to_nullable: to.steps.iter().any(|step| step.nullable),
            filter,
            maximum,
            shape,
        };
        let walk = Relation::Walk {
            input: Box::new(start),
            walk: Box::new(walk),
        };
        let depth = path_of(depth, Type::Bigint, span).nullable(true);
        let mut list = Vec::new();
        for ((column, item), role) in columns.iter().zip(&step.items).zip(&roles) {
            let first = column.path();
            let (ty, span) = (first.ty.clone(), column.span);
            let after = match role {
                Role::Kept => {
                    list.push(first);
                    continue;
                }
                Role::Counted => {
                    let one = Expression::literal(Literal::Integer(1), ty.clone(), span);
                    let depth = Expression {
                        ty: ty.clone(),
                        ..depth.clone()
                    };
                    plus(first.clone(), plus(depth.nullable(false), one))
                }
                Role::Made => step.over_start(item.clone(), columns),
            };
            let nullable = first.nullable || after.nullable;
            let begins = ExpressionKind::IsNull(Box::new(depth.clone()));
            let begins = Expression::new(begins, Type::Boolean, span);
            let kind = ExpressionKind::Case {
                branches: vec![(begins, first)],
                otherwise: Some(Box::new(after)),
            };
            list.push(Expression::new(kind, ty, span).nullable(nullable));
        }
        let (relation, columns) = self.recursive_rows(walk, columns, list, &step);
        Ok((without_repeats(relation, distinct), columns))
    }

    /// How the walk can come back to where it was; an error where it reaches a document in several ways
    /// that count.
    fn shape(
        &self,
        table: usize,
        from: &Path,
        to: &Path,
        distinct: bool,
        roles: &[Role],
        span: Span,
    ) -> Result<Option<WalkShape>> {
        if distinct && !roles.contains(&Role::Counted) {
            return Ok(None);
        }
        let unique = |path: &Path| {
            let names: Vec<&str> = path.steps.iter().map(|step| step.name.as_str()).collect();
            self.tables
                .get(table)
                .is_some_and(|table| is_unique(&table.collection, &names))
        };
        if unique(from) {
            return Ok(Some(WalkShape::Down));
        }
        if unique(to) {
            return Ok(Some(WalkShape::Up));
        }
        let message = "this recursion may reach a document in several ways";
        Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, message)
                .note(format!(
                    "neither `{}` nor `{}` is declared unique, and MongoDB reaches each document once",
                    names(from).join("."),
                    names(to).join(".")
                ))
                .help("write `UNION` and leave out the column that counts, or walk along a unique field such as `_id`"),
        ))
    }

    /// A recursion without a collection: a column that grows by one up to a bound.
    fn count_up(
        &mut self,
        start: Relation,
        columns: &[Column],
        step: Step,
        distinct: bool,
        span: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let has_repeats = distinct && !start.has_one_row_at_most();
        let roles = step.roles(columns)?;
        let [condition] = &step.conditions[..] else {
            return Err(endless(span));
        };
        let Some((counted, limit)) = step.limit(condition) else {
            return Err(endless(condition.span));
        };
        let Some(column) = columns.get(counted) else {
            return Err(endless(span));
        };
        let is_counted = roles.get(counted) == Some(&Role::Counted);
        let made = roles.iter().position(|role| *role == Role::Made);
        if let Some(place) = made.and_then(|number| step.spans.get(number)) {
            return Err(not_computed(
                *place,
                made.and_then(|number| columns.get(number)),
            ));
        }
        let first = column.path();
        if !is_counted || first.nullable || !matches!(first.ty, Type::Integer | Type::Bigint) {
            return Err(endless(condition.span));
        }
        let ty = first.ty.clone();
        let last = ExpressionKind::Greatest(vec![first.clone(), limit]);
        let last = Expression::new(last, ty.clone(), span);
        let one = Expression::literal(Literal::Integer(1), ty.clone(), span);
        let item = Item {
            ty: ty.clone(),
            nullable: false,
            own: false,
        };
        let series = ExpressionKind::Call {
            function: Function::Array(ArrayFunction::Series),
            arguments: vec![first.clone(), last, one],
        };
        let number = self.new_column();
        let rows = Relation::Unnest {
            input: Box::new(start),
            array: Expression::new(series, Type::Array(Box::new(item)), span),
            item: number,
            ordinality: None,
            keep_empty: false,
        };
        let number = path_of(number, ty, span);
        let list = columns
            .iter()
            .enumerate()
            .zip(&roles)
            .map(|((place, column), role)| match role {
                Role::Kept | Role::Made => column.path(),
                Role::Counted if place == counted => number.clone(),
                Role::Counted => {
                    let so_far = ExpressionKind::Arithmetic {
                        operator: ArithmeticOperator::Subtract,
                        left: Box::new(number.clone()),
                        right: Box::new(first.clone()),
                    };
                    let ty = column.expression.ty.clone();
                    let nullable = column.expression.nullable;
                    plus(column.path(), Expression::new(so_far, ty, span)).nullable(nullable)
                }
            })
            .collect();
        let (relation, columns) = self.recursive_rows(rows, columns, list, &step);
        Ok((without_repeats(relation, has_repeats), columns))
    }

    /// The columns of the table, of these expressions.
    fn recursive_rows(
        &mut self,
        rows: Relation,
        columns: &[Column],
        list: Vec<Expression>,
        step: &Step,
    ) -> (Relation, Vec<Column>) {
        let mut result = Vec::new();
        let mut projected = Vec::new();
        for ((column, expression), item) in columns.iter().zip(list).zip(&step.items) {
            let id = self.named_column(&column.name);
            let rust = match (&column.expression.kind, &item.kind) {
                (ExpressionKind::Path(one), ExpressionKind::Path(other))
                    if one.rust == other.rust =>
                {
                    one.rust.clone()
                }
                _ => None,
            };
            let path = Path {
                column: id,
                steps: Vec::new(),
                rust,
            };
            result.push(Column {
                id,
                expression: Expression {
                    kind: ExpressionKind::Path(path),
                    ..expression.clone()
                },
                ..column.clone()
            });
            projected.push((id, expression));
        }
        let relation = Relation::Project {
            input: Box::new(rows),
            columns: projected,
        };
        (relation, result)
    }
}

impl Step {
    /// Takes the rows of the recursive part apart.
    fn add(&mut self, relation: Relation, span: Span) -> Result<()> {
        match relation {
            Relation::Join {
                kind: crate::plan::JoinKind::Inner,
                left,
                right,
                condition,
            } => {
                self.add(*left, span)?;
                self.add(*right, span)?;
                self.conditions.extend(condition.conjuncts());
                Ok(())
            }
            Relation::Filter { input, predicate } => {
                self.add(*input, span)?;
                self.conditions.extend(predicate.conjuncts());
                Ok(())
            }
            Relation::Scan {
                table,
                document,
                natural: None,
            } if self.scan.is_none() => {
                self.scan = Some((table, document));
                Ok(())
            }
            Relation::Values { columns, rows } if rows.is_empty() && self.own.is_empty() => {
                self.own = columns;
                Ok(())
            }
            _ => Err(not_a_walk(span)),
        }
    }

    /// The number of the table's own column that an expression is.
    fn own(&self, expression: &Expression) -> Option<usize> {
        match &expression.kind {
            ExpressionKind::Path(path) if path.steps.is_empty() => {
                self.own.iter().position(|own| *own == path.column)
            }
            _ => None,
        }
    }

    /// Whether an expression reads columns of the table itself, and of the document.
    fn reads(&self, expression: &Expression, document: ColumnId) -> (bool, bool) {
        let (mut own, mut of_document) = (false, false);
        expression.for_each_path(&mut |path| {
            own |= self.own.contains(&path.column);
            of_document |= path.column == document;
        });
        (own, of_document)
    }

    /// What becomes of each column.
    fn roles(&self, columns: &[Column]) -> Result<Vec<Role>> {
        let mut roles: Vec<Role> = self
            .items
            .iter()
            .enumerate()
            .map(|(number, item)| {
                if self.own(item) == Some(number) {
                    Role::Kept
                } else if self.is_one_more(item, number) {
                    Role::Counted
                } else {
                    Role::Made
                }
            })
            .collect();
        for (number, item) in self.items.iter().enumerate() {
            if roles.get(number) != Some(&Role::Made) {
                continue;
            }
            let mut from_way = false;
            item.for_each_path(&mut |path| {
                let own = self.own.iter().position(|own| *own == path.column);
                from_way |= own.is_some_and(|own| roles.get(own) != Some(&Role::Kept));
            });
            if from_way || has_subquery(item) {
                let place = self.spans.get(number).copied().unwrap_or(item.span);
                return Err(not_computed(place, columns.get(number)));
            }
        }
        roles.truncate(columns.len());
        Ok(roles)
    }

    /// Whether an item is the column of this number plus one.
    fn is_one_more(&self, item: &Expression, number: usize) -> bool {
        let ExpressionKind::Arithmetic {
            operator: ArithmeticOperator::Add,
            left,
            right,
        } = &item.kind
        else {
            return false;
        };
        matches!(item.ty, Type::Integer | Type::Bigint)
            && [(left, right), (right, left)].iter().any(|(column, one)| {
                self.own(column) == Some(number)
                    && without_lossless_casts(one).as_integer() == Some(1)
            })
    }

    /// The field of an equality with a column of the table, and the number of that column.
    fn key<'s>(
        &'s self,
        condition: &'s Expression,
        document: ColumnId,
        span: Span,
    ) -> Result<(&'s Path, usize)> {
        if let ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } = &condition.kind
        {
            for (field, column) in [(left, right), (right, left)] {
                let field = self.field(without_lossless_casts(field), document);
                let column = self.own(without_lossless_casts(column));
                if let (Some(field), Some(column)) = (field, column) {
                    return Ok((field, column));
                }
            }
        }
        let mut error = not_a_walk(span);
        error.span = condition.span;
        Err(error)
    }

    /// The field of the document that an expression is, where it holds one plain value.
    fn field<'e>(&self, expression: &'e Expression, document: ColumnId) -> Option<&'e Path> {
        let is_plain = !matches!(
            expression.ty,
            Type::Array(_)
                | Type::Json
                | Type::Document
                | Type::Map(_)
                | Type::Struct(_)
                | Type::Interval
                | Type::Unknown
        );
        match &expression.kind {
            ExpressionKind::Path(path)
                if is_plain && path.column == document && !path.steps.is_empty() =>
            {
                Some(path)
            }
            _ => None,
        }
    }

    /// `t.n < limit`: the number of the column, and the value that it has in the last row.
    fn limit(&self, condition: &Expression) -> Option<(usize, Expression)> {
        let ExpressionKind::Compare {
            operator,
            left,
            right,
        } = &condition.kind
        else {
            return None;
        };
        let (operator, column, limit) = match self.own(left) {
            Some(column) => (*operator, column, right),
            None => (operator.flipped(), self.own(right)?, left),
        };
        let is_fixed = limit.as_integer().is_some()
            || matches!(limit.kind, ExpressionKind::Path(_)) && self.own(limit).is_none();
        let limit = (**limit).clone();
        match operator {
            _ if !is_fixed => None,
            ComparisonOperator::Less => Some((column, limit)),
            ComparisonOperator::LessOrEqual => {
                let one = Expression::literal(Literal::Integer(1), limit.ty.clone(), limit.span);
                Some((
                    column,
                    match limit.as_integer() {
                        Some(value) => Expression::literal(
                            Literal::Integer(value.checked_add(1)?),
                            limit.ty.clone(),
                            limit.span,
                        ),
                        None => plus(limit, one),
                    },
                ))
            }
            _ => None,
        }
    }

    /// The depth of the last documents that a bound on a counted column lets through.
    fn bound(
        &self,
        condition: &Expression,
        roles: &[Role],
        start: &Relation,
        columns: &[Column],
    ) -> Result<i64> {
        let found = self.limit(condition).and_then(|(number, limit)| {
            let last = limit.as_integer()?;
            let id = columns.get(number)?.id;
            let first = match start {
                Relation::Project { columns, .. } => {
                    let column = columns.iter().find(|(column, _)| *column == id);
                    column.and_then(|(_, item)| item.as_integer())?
                }
                _ => return None,
            };
            (roles.get(number) == Some(&Role::Counted))
                .then(|| last.checked_sub(first)?.checked_sub(1))?
        });
        found.ok_or_else(|| {
            let message = "this condition on the rows so far is not supported in a recursion";
            Box::new(
                Diagnostic::error(Code::Unsupported, condition.span, message).help(
                    "bound a column that begins with a number and grows by one, as in `t.depth < 5`; \
                     put other conditions on the result",
                ),
            )
        })
    }

    /// An item over the columns where the recursion began: those that are kept are the same there.
    fn over_start(&self, item: Expression, columns: &[Column]) -> Expression {
        if let Some(number) = self.own(&item)
            && let Some(column) = columns.get(number)
        {
            return Expression {
                span: item.span,
                ..column.path()
            };
        }
        let Ok(item) = item.try_map_children(&mut |child| {
            Ok::<_, std::convert::Infallible>(self.over_start(child, columns))
        });
        item
    }
}

fn without_repeats(input: Relation, distinct: bool) -> Relation {
    let input = Box::new(input);
    if distinct {
        Relation::Distinct { input }
    } else {
        *input
    }
}

fn plus(left: Expression, right: Expression) -> Expression {
    let (ty, span) = (left.ty.clone(), left.span);
    let nullable = left.nullable || right.nullable;
    let kind = ExpressionKind::Arithmetic {
        operator: ArithmeticOperator::Add,
        left: Box::new(left),
        right: Box::new(right),
    };
    Expression::new(kind, ty, span).nullable(nullable)
}

fn path_of(column: ColumnId, ty: Type, span: Span) -> Expression {
    let kind = ExpressionKind::Path(super::grouping::column_path(column));
    Expression::new(kind, ty, span)
}

fn names(path: &Path) -> Vec<String> {
    path.steps.iter().map(|step| step.name.clone()).collect()
}

fn has_subquery(expression: &Expression) -> bool {
    expression.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)))
}

fn not_a_walk(span: Span) -> Box<Diagnostic> {
    let message = "this recursion is no walk through a collection";
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note("MongoDB follows one field of a collection to another one, with `$graphLookup`")
            .help(
                "join one collection with the rows so far by one equality of fields, as in \
                 `FROM staff s JOIN t ON s.boss = t._id`, with conditions on its own fields only",
            ),
    )
}

fn not_computed(span: Span, column: Option<&Column>) -> Box<Diagnostic> {
    let name = column.map_or("", |column| column.name.as_str());
    let message = format!("column `{name}` depends on the way by which a row is reached");
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note("MongoDB tells which documents are reached and how many steps away, not by which way")
            .help(
                "a recursion can have fields of the collection, columns that stay as they are, \
                 and one that grows by one, as in `t.depth + 1`",
            ),
    )
}

fn endless(span: Span) -> Box<Diagnostic> {
    let message = "this recursion is no series of integers with an end";
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .help("count one column up to a number, as in `SELECT n + 1 FROM t WHERE n < 10`"),
    )
}
