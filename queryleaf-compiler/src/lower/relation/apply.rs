//! Subqueries: what they give for each row.

use super::Builder;
use super::lookup::unwind;
use super::pipeline::{Count, Stage, computed};
use crate::lower::operators::{call, cond, int, raise, unary};
use crate::lower::value;
use crate::plan::{ColumnId, Expression, Path, Relation, Subquery, SubqueryForm};
use queryleaf_plan::Template;

impl<'a> Builder<'a> {
    /// Computes a subquery for each document; `column` is its result.
    pub(super) fn apply(&mut self, subquery: &Subquery, column: ColumnId) {
        match &subquery.form {
            SubqueryForm::Scalar(of) => self.scalar(&subquery.relation, *of, column),
            SubqueryForm::Exists => self.exists(&subquery.relation, column),
            SubqueryForm::Any(condition) => self.any(&subquery.relation, condition, column),
            SubqueryForm::Array(of) => self.array(&subquery.relation, *of, column),
        }
    }

    fn scalar(&mut self, relation: &Relation, of: ColumnId, column: ColumnId) {
        let has_one_row = relation.has_one_row_at_most();
        let wish = self.names.column(column).map(str::to_owned);
        let (relation, key) = self.take_key(relation.clone());
        let runs_fast = self.lookups_run_fast();
        // The value without a row, where that is not `NULL`.
        let mut otherwise = None;
        let mut over_array = None;
        let (name, nested) = self.lookup(&relation, key.as_ref(), wish.as_deref(), |nested| {
            if !has_one_row {
                nested.only_row(of);
                return;
            }
            otherwise = nested.value_of_nothing(of);
            if runs_fast && key.as_ref().is_some_and(|key| key.finds_few(nested.source)) {
                let of_nothing = otherwise.clone().unwrap_or_else(Template::null);
                over_array = nested.take_array_aggregate(of, &of_nothing);
            }
            if over_array.is_none() {
                nested.keep_only(of);
            }
        });
        if let Some(aggregate) = over_array {
            let value = aggregate.of(&name);
            self.stages.push(Stage::Set(vec![(name.clone(), value)]));
            self.scope.place(column, name);
            return;
        }
        let inside = nested.scope.at(of).unwrap_or_default();
        let place = format!("{name}.{inside}");
        let Some(otherwise) = otherwise else {
            self.stages.push(unwind(&name, true));
            self.scope.place(column, place);
            return;
        };
        let value = unary("$first", Template::string(format!("${place}")));
        let value = call("$ifNull", [value, otherwise]);
        self.stages.push(Stage::Set(vec![(name.clone(), value)]));
        self.scope.place(column, name);
    }

    /// No row of an aggregate is as good as one of nothing, which the server makes in the pipeline of a
    /// lookup for each row anew: leaves it out, and gives what is in the column then, but for `NULL`.
    fn value_of_nothing(&mut self, column: ColumnId) -> Option<Template> {
        if !self.narrow {
            return None;
        }
        let Template::Document(values) = Stage::take_or_document(&mut self.stages)? else {
            return None;
        };
        let place = self.scope.at(column)?;
        let mut values = values.into_iter();
        values.find_map(|(key, value)| (key == place).then_some(value))
    }

    /// Keeps one column, so that no document is carried whose other fields nobody reads.
    fn keep_only(&mut self, column: ColumnId) {
        if self.narrow {
            return;
        }
        let (reference, is_computed) = self.column_reference(column);
        let place = self.scope.at(column).unwrap_or_default().to_owned();
        if is_computed || place.is_empty() {
            self.stages.push(Stage::Project(vec![
                ("value".to_owned(), reference),
                ("_id".to_owned(), int(0)),
            ]));
            self.scope.place(column, "value");
        } else {
            let mut entries = vec![(place.clone(), int(1))];
            if super::first(&place) != "_id" {
                entries.push(("_id".to_owned(), int(0)));
            }
            self.stages.push(Stage::Project(entries));
        }
        self.narrow = true;
    }

    /// What reads a column, and whether it is something else than a field.
    fn column_reference(&self, column: ColumnId) -> (Template, bool) {
        let reference = self.scope.reference(&Path::of(column));
        let is_field = self
            .scope
            .at(column)
            .is_some_and(|place| !place.is_empty() && !place.starts_with('$'));
        (reference, !is_field)
    }

    /// The value of the only row; an error where there is another one.
    fn only_row(&mut self, of: ColumnId) {
        let (reference, _) = self.column_reference(of);
        let first = unary("$first", reference);
        let rows = unary("$sum", int(1));
        self.stages.push(Stage::Limit(Count::Literal(2)));
        self.stages.push(Stage::group(
            Template::null(),
            vec![("value".to_owned(), first), ("rows".to_owned(), rows)],
        ));
        let value = Template::from("$value");
        let checked = cond(
            call("$gt", [Template::from("$rows"), int(1)]),
            raise(
                "a subquery used as an expression gave more than one row",
                Template::from("$rows"),
            ),
            value,
        );
        self.stages.push(Stage::Project(vec![
            ("value".to_owned(), checked),
            ("_id".to_owned(), int(0)),
        ]));
        self.renew(["value".to_owned()]);
        self.scope.place(of, "value");
    }

    fn exists(&mut self, relation: &Relation, column: ColumnId) {
        let wish = self.names.column(column).map(str::to_owned);
        let (relation, key) = self.take_key(relation.clone());
        let wish = wish.as_deref().or(Some("__exists"));
        let (name, _) = self.lookup(&relation, key.as_ref(), wish, Builder::first_only);
        let found = call(
            "$ne",
            [
                Template::string(format!("${name}")),
                Template::Array(Vec::new()),
            ],
        );
        self.stages.push(Stage::Set(vec![(name.clone(), found)]));
        self.scope.place(column, name);
    }

    fn any(&mut self, relation: &Relation, condition: &Expression, column: ColumnId) {
        let wish = self.names.column(column).map(str::to_owned);
        let wish = wish.as_deref().or(Some("__any"));
        let reading = relation.clone().filtered(vec![condition.clone()]);
        let outer = reading.outer_paths();
        let (mut nested, variables) = self.nested(relation, &outer);
        nested.relation(relation);
        nested.truths(condition);
        self.close(&nested);
        let name = self.new_key(wish, "__any");
        self.push_lookup(&nested, None, variables, &name);
        let rows = Template::string(format!("${name}"));
        let truth = cond(
            call("$eq", [rows, Template::Array(Vec::new())]),
            Template::from(false),
            unary("$first", Template::string(format!("${name}.truth"))),
        );
        self.stages.push(Stage::Set(vec![(name.clone(), truth)]));
        self.scope.place(column, name);
    }

    /// Ends the pipeline of a subquery with one document: whether the condition is true of a row,
    /// `NULL` where it is only unknown of some, and no document where it is false of all.
    fn truths(&mut self, condition: &Expression) {
        let truth = value(condition, &self.scope);
        self.stages.push(Stage::Project(vec![
            ("truth".to_owned(), computed(truth)),
            ("_id".to_owned(), int(0)),
        ]));
        let not_false = Template::entry("truth", Template::entry("$ne", Template::from(false)));
        self.stages.push(Stage::Match(not_false));
        self.stages.push(Stage::group(
            Template::null(),
            vec![("truth".to_owned(), unary("$max", Template::from("$truth")))],
        ));
        self.renew(["truth".to_owned()]);
    }

    fn array(&mut self, relation: &Relation, of: ColumnId, column: ColumnId) {
        let wish = self.names.column(column).map(str::to_owned);
        let (relation, key) = self.take_key(relation.clone());
        let (name, nested) = self.lookup(&relation, key.as_ref(), wish.as_deref(), |nested| {
            nested.keep_only(of);
        });
        let inside = nested.scope.at(of).unwrap_or_default();
        let item = call(
            "$ifNull",
            [
                Template::string(format!("$$row.{inside}")),
                Template::null(),
            ],
        );
        let items = Template::document([
            ("input", Template::string(format!("${name}"))),
            ("as", Template::from("row")),
            ("in", item),
        ]);
        self.stages.push(Stage::Set(vec![(
            name.clone(),
            Template::entry("$map", items),
        )]));
        self.scope.place(column, name);
    }
}
