//! The first rows of each partition: `$topN` in place of a number for every row.
//!
//! ```text
//! {$group: {_id: "$city", rows: {$topN: {n: 3, sortBy: {total: -1}, output: {_id: "$_id", city: "$city"}}}}},
//! {$unwind: "$rows"}, {$replaceWith: "$rows"}
//! ```
//!
//! `QUALIFY ROW_NUMBER() OVER (PARTITION BY city ORDER BY total DESC) <= 3`, where nothing else reads
//! the number, keeps three rows per city at any time and sorts nothing; a window would sort all rows.
//! Where an index gives the rows in that order, `$firstN` takes them as they come.

use super::is_reading;
use crate::lower::operators::{int, unary};
use crate::lower::relation::{Builder, Stage, first, order};
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, Relation, WindowCall, WindowFunction,
};
use queryleaf_plan::Template;
use std::collections::BTreeSet;

/// How many rows of a partition are kept at the most.
const MOST_ROWS: i32 = 100;

impl Builder<'_> {
    /// Filters the rows of `input` in this way, if it serves; the uses up to the mark `above` are those
    /// of the operators that see the result.
    pub(in crate::lower) fn first_rows(
        &mut self,
        input: &Relation,
        predicate: &Expression,
        above: usize,
    ) -> bool {
        let Relation::Window {
            input: below,
            calls,
        } = input
        else {
            return false;
        };
        let [(column, call)] = &calls[..] else {
            return false;
        };
        let Some((rows, others)) = first_rows_of(*column, predicate) else {
            return false;
        };
        let is_served = call.function == WindowFunction::RowNumber
            && call.partition.iter().any(|key| self.varies(key))
            && call.order.iter().any(|key| self.varies(&key.expression))
            && !self.uses.reads_column(*column, above);
        if !is_served {
            return false;
        }
        let needed = self.uses.mark();
        self.uses.add(input);
        self.relation(below);
        self.keep_arrays();
        self.top_rows(below, call, rows, needed);
        // What the other conditions read is there as well.
        let fields = others.is_empty().then(|| self.whole_fields(needed));
        if let Some(fields) = fields.flatten() {
            self.renew(fields);
        }
        for other in others {
            self.filter(&other);
        }
        true
    }

    fn top_rows(&mut self, below: &Relation, call: &WindowCall, rows: i32, needed: usize) {
        // Reading along an index that finds the rows costs nothing, and keeping an order does.
        let by_index = self
            .order_of_index(below, &call.order)
            .filter(|(conditions, collection, order)| {
                !conditions.are_none() && conditions.are_decided_by_index(collection, order)
            })
            .map(|(_, _, order)| order);
        let fields = match &by_index {
            Some(order) => {
                self.stages.push(Stage::Sort(order.clone()));
                Vec::new()
            }
            None => self.sort_fields(&call.order),
        };
        let partition: Vec<&Expression> = call.partition.iter().collect();
        let id = self.partition_by(&partition).unwrap_or(Template::null());
        let output = self.needed_fields(needed);
        let top = match (by_index.is_some(), rows) {
            (true, 1) => unary("$first", output),
            (true, _) => Template::entry(
                "$firstN",
                Template::document([("n", int(rows)), ("input", output)]),
            ),
            (false, 1) => Template::entry(
                "$top",
                Template::document([("sortBy", order(fields)), ("output", output)]),
            ),
            (false, _) => Template::entry(
                "$topN",
                Template::document([
                    ("n", int(rows)),
                    ("sortBy", order(fields)),
                    ("output", output),
                ]),
            ),
        };
        self.stages
            .push(Stage::group(id, vec![("rows".to_owned(), top)]));
        let mut unpack = |name: &str| {
            let stage = unary(name, Template::from("$rows"));
            self.stages.push(Stage::Other(stage));
        };
        if rows > 1 {
            unpack("$unwind");
        }
        unpack("$replaceWith");
        // What was computed is there only as far as it is needed.
        self.known.clear();
    }

    /// The fields that operators above the mark read, if they read each as a whole.
    fn whole_fields(&self, mark: usize) -> Option<BTreeSet<String>> {
        let is_whole =
            |place: String| (first(&place) == place && !place.is_empty()).then_some(place);
        let places = self.uses.places(mark, &self.scope);
        places.map(is_whole).collect()
    }

    /// A document with the fields that operators above the mark read, each where it is.
    fn needed_fields(&self, mark: usize) -> Template {
        let mut fields: Vec<(String, Template)> = Vec::new();
        for place in self.uses.places(mark, &self.scope) {
            if place.is_empty() {
                return Template::from("$$ROOT");
            }
            let name = first(&place);
            if fields.iter().all(|(known, _)| known != name) {
                fields.push((name.to_owned(), Template::string(format!("${name}"))));
            }
        }
        Template::Document(fields)
    }
}

/// How many of the first rows a condition on their number lets through, and what else it asks; none
/// where it asks anything else of the number.
fn first_rows_of(number: ColumnId, predicate: &Expression) -> Option<(i32, Vec<Expression>)> {
    let mut most: Option<i64> = None;
    let mut others = Vec::new();
    for condition in predicate.clone().conjuncts() {
        if !is_reading(&condition, number) {
            others.push(condition);
            continue;
        }
        let rows = rows_of(number, &condition)?;
        most = Some(most.map_or(rows, |most| most.min(rows)));
    }
    let rows = i32::try_from(most?).ok()?;
    (1..=MOST_ROWS).contains(&rows).then_some((rows, others))
}

/// `number <= 3`, `number < 4` or `number = 1`.
fn rows_of(number: ColumnId, condition: &Expression) -> Option<i64> {
    let ExpressionKind::Compare {
        operator,
        left,
        right,
    } = &condition.kind
    else {
        return None;
    };
    let is_number = |side: &Expression| match &side.kind {
        ExpressionKind::Path(path) => path.column == number,
        _ => false,
    };
    let (operator, bound) = if is_number(left) {
        (*operator, right.as_integer()?)
    } else if is_number(right) {
        (operator.flipped(), left.as_integer()?)
    } else {
        return None;
    };
    match operator {
        ComparisonOperator::LessOrEqual => Some(bound),
        ComparisonOperator::Less => bound.checked_sub(1),
        ComparisonOperator::Equal => (bound == 1).then_some(1),
        ComparisonOperator::NotEqual
        | ComparisonOperator::Greater
        | ComparisonOperator::GreaterOrEqual => None,
    }
}
