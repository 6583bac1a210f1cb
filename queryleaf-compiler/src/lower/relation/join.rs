//! Joins: a `$lookup` for each row of the left side.
//!
//! ```text
//! {$lookup: {from: "customers", localField: "customer_id", foreignField: "_id", as: "c"}},
//! {$unwind: "$c"}
//! ```
//!
//! Rows of the left side stay the documents that they are; those of the right side become a field.

use super::Builder;
use super::lookup::unwind;
use super::lookup_key::Key;
use super::pipeline::{Count, Stage};
use crate::lower::operators::int;
use crate::plan::{Expression, JoinKind, Relation};
use queryleaf_plan::Template;

impl<'a> Builder<'a> {
    /// Joins two relations.
    pub(super) fn join(
        &mut self,
        kind: JoinKind,
        left: &Relation,
        right: &Relation,
        condition: &Expression,
    ) {
        match kind {
            JoinKind::Inner | JoinKind::Left => {
                self.relation(left);
                self.partners(kind, right, condition);
            }
            JoinKind::Semi | JoinKind::Anti => {
                self.relation(left);
                self.presence(kind, right, condition);
            }
            JoinKind::Full => self.full_join(left, right, condition),
        }
    }

    /// Adds the rows of the right side to those of the left side.
    fn partners(&mut self, kind: JoinKind, right: &Relation, condition: &Expression) {
        let columns = right.columns();
        let wish = self.rows_name(right);
        let (right, key) = self.take_key(right.clone().filtered(condition.clone().conjuncts()));
        let key = key.map(|key| self.with_local_value(kind, &right, key));
        let (name, nested) = self.lookup(&right, key.as_ref(), wish.as_deref(), |nested| {
            if !nested.stages.is_empty() {
                nested.keep_only_read(&columns);
            }
        });
        self.stages.push(unwind(&name, kind == JoinKind::Left));
        self.place_inside(&name, &nested, &columns);
    }

    /// Keeps the rows of the left side that have a partner, or those that have none.
    fn presence(&mut self, kind: JoinKind, right: &Relation, condition: &Expression) {
        let (right, key) = self.take_key(right.clone().filtered(condition.clone().conjuncts()));
        let key = key.map(|key| self.with_local_value(kind, &right, key));
        let (name, _) = self.lookup(&right, key.as_ref(), Some("__partner"), Builder::first_only);
        let none = Template::Array(Vec::new());
        let filter = match kind {
            JoinKind::Anti => Template::entry(name, none),
            _ => Template::entry(name, Template::entry("$ne", none)),
        };
        Stage::push_match(&mut self.stages, filter);
    }

    /// Ends a pipeline of which only matters whether it finds something.
    pub(super) fn first_only(&mut self) {
        self.stages.push(Stage::Limit(Count::Literal(1)));
        self.stages
            .push(Stage::Project(vec![("_id".to_owned(), int(1))]));
        self.narrow = true;
    }

    /// Where rows without a partner are dropped anyway, the left side is asked whether it has a
    /// value, so that the lookup need not.
    fn with_local_value(&mut self, kind: JoinKind, right: &Relation, mut key: Key) -> Key {
        // A right side such as `SELECT COUNT(*)` has a row also where nothing is found.
        if !key.matches_null
            || !right.is_empty_without_its_first_scan()
            || !matches!(kind, JoinKind::Inner | JoinKind::Semi)
        {
            return key;
        }
        if let Some(place) = self.place_of(&key.local)
            && !place.is_empty()
        {
            let not_null = Template::entry(place, Template::entry("$ne", Template::null()));
            Stage::push_match(&mut self.stages, not_null);
            key.matches_null = false;
        }
        key
    }

    /// The left join, and then the rows of the right side that have no partner.
    fn full_join(&mut self, left: &Relation, right: &Relation, condition: &Expression) {
        self.refuse(
            condition.span,
            "a full join is not supported".to_owned(),
            "write a `LEFT JOIN` and a `UNION ALL`",
        );
        let _ = (left, right);
    }
}
