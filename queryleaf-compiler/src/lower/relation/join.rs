//! Joins: a `$lookup` for each row of the left side.
//!
//! ```text
//! {$lookup: {from: "customers", localField: "customer_id", foreignField: "_id", as: "c"}},
//! {$unwind: "$c"}
//! ```
//!
//! Rows of the left side stay the documents that they are; those of the right side become a field.

use super::lookup::unwind;
use super::lookup_key::Key;
use super::own_items::AskedItems;
use super::pipeline::{Count, Stage};
use super::{Builder, Partners, within};
use crate::lower::operators::int;
use crate::plan::{Expression, JoinKind, Relation};
use queryleaf_plan::Template;

/// The documents of which a lookup finds few, and what is asked of one of them.
struct AskedPartners<'r> {
    scan: &'r Relation,
    asked: AskedItems,
}

impl<'a> Builder<'a> {
    /// Joins two relations.
    pub(super) fn join(
        &mut self,
        kind: JoinKind,
        left: &Relation,
        right: &Relation,
        condition: &Expression,
        above: usize,
    ) {
        let own = self.uses.mark();
        match kind {
            JoinKind::Inner | JoinKind::Left => {
                self.operator(left);
                let _ = self.partners(kind, right, condition, (own, above));
            }
            JoinKind::Semi | JoinKind::Anti => {
                self.operator(left);
                self.presence(kind, left, right, condition, own);
            }
            JoinKind::Full => self.full_join(left, right, condition, (own, above)),
        }
    }

    /// Adds the rows of the right side to those of the left side, under the name that it gives. The
    /// marks are those of what this join and all above it read, and of what all above it read.
    fn partners(
        &mut self,
        kind: JoinKind,
        right: &Relation,
        condition: &Expression,
        (own, above): (usize, usize),
    ) -> String {
        let columns = right.columns();
        let wish = self.rows_name(right);
        let (right, key) = self.take_key(right.clone().filtered(condition.clone().conjuncts()));
        if !self.may_wait(&right, key.as_ref()) {
            self.unwind_partners(own);
        }
        let key = key.map(|key| self.with_local_value(kind, &right, key));
        let keep_empty = kind == JoinKind::Left;
        let by_id = key.as_ref().is_some_and(Key::is_by_id);
        if !keep_empty
            && by_id
            && let Some(asked) = self.asked_partners(&right, key.as_ref())
        {
            let name = self.ask_partners(kind, asked, key.as_ref(), wish.as_deref());
            self.stages.push(unwind(&name, false));
            return name;
        }
        let runs_fast = self.lookups_run_fast();
        let mut group = None;
        let (name, nested) = self.lookup(&right, key.as_ref(), wish.as_deref(), |nested| {
            if runs_fast && let Some(key) = &key {
                group = nested.take_array_group(key, &columns, above);
            }
            if group.is_none() && !nested.stages.is_empty() {
                nested.keep_only_read(&columns, above);
            }
        });
        self.place_inside(&name, &nested, &columns);
        if let Some(group) = group {
            self.group_array(&name, group, keep_empty);
            return name;
        }
        let finds_few = nested.stages.is_empty() && self.finds_few(&right, key.as_ref());
        if finds_few && runs_fast {
            self.partners.push(Partners {
                name: name.clone(),
                keep_empty,
                by_id,
            });
        } else {
            // Right behind the lookup the server never puts all partners of a row together.
            self.stages.push(unwind(&name, keep_empty));
        }
        name
    }

    /// Keeps the rows of the left side that have a partner, or those that have none.
    fn presence(
        &mut self,
        kind: JoinKind,
        left: &Relation,
        right: &Relation,
        condition: &Expression,
        own: usize,
    ) {
        if self.own_items(kind, right, condition, own) {
            return;
        }
        let (right, key) = self.take_key(right.clone().filtered(condition.clone().conjuncts()));
        if !self.may_wait(&right, key.as_ref()) {
            self.unwind_partners(own);
        }
        let key = key.map(|key| self.with_local_value(kind, &right, key));
        if kind == JoinKind::Anti && self.without_partners(left, &right, key.as_ref(), own) {
            return;
        }
        if let Some(asked) = self.asked_partners(&right, key.as_ref()) {
            self.ask_partners(kind, asked, key.as_ref(), Some("__partner"));
            return;
        }
        let finds_few = self.finds_few(&right, key.as_ref());
        let (name, _) = self.lookup(&right, key.as_ref(), Some("__partner"), |nested| {
            // A lookup by fields alone is faster, where it cannot find many.
            if !(finds_few && nested.stages.is_empty()) {
                nested.first_only();
            }
        });
        let none = Template::Array(Vec::new());
        let filter = match kind {
            JoinKind::Anti => Template::entry(name, none),
            _ => Template::entry(name, Template::entry("$ne", none)),
        };
        Stage::push_match(&mut self.stages, filter);
    }

    /// The few partners that a lookup by fields finds, with what is asked of them, where both together
    /// are faster than a pipeline in the lookup: that is not for the newer of the server's engines.
    fn asked_partners<'r>(
        &self,
        right: &'r Relation,
        key: Option<&Key>,
    ) -> Option<AskedPartners<'r>> {
        let Relation::Filter { input, predicate } = right else {
            return None;
        };
        let Relation::Scan { document, .. } = **input else {
            return None;
        };
        if !self.lookups_run_fast()
            || key.is_none_or(|key| key.matches_null)
            || !self.finds_few(input, key)
        {
            return None;
        }
        let asked = self.asked_items(document, &predicate.clone().conjuncts())?;
        Some(AskedPartners { scan: input, asked })
    }

    /// Looks the few partners up, and keeps the rows of which one is as asked.
    fn ask_partners(
        &mut self,
        kind: JoinKind,
        AskedPartners { scan, asked }: AskedPartners<'_>,
        key: Option<&Key>,
        wish: Option<&str>,
    ) -> String {
        let (name, nested) = self.lookup(scan, key, wish, |_| {});
        self.place_inside(&name, &nested, &scan.columns());
        Stage::push_match(&mut self.stages, asked.filter(kind, name.clone()));
        name
    }

    /// Whether a lookup needs nothing of the partners found so far but fields that the server finds
    /// in their array as well.
    fn may_wait(&self, right: &Relation, key: Option<&Key>) -> bool {
        let is_by_fields =
            matches!(right, Relation::Scan { .. }) || self.asked_partners(right, key).is_some();
        let (true, Some(key)) = (is_by_fields, key) else {
            return false;
        };
        let Some(place) = self.place_of(&key.local) else {
            return false;
        };
        // Of several partners in the array, each would be joined with what any of them refers to.
        let mut inside = self.partners.iter();
        let is_of_one = inside.all(|partners| partners.by_id || !within(&place, &partners.name));
        is_of_one && !key.matches_null
    }

    /// Whether a lookup by fields alone is faster now than one with a pipeline, where it finds few. Under
    /// a limit the server looks up one row after the other only with the `$unwind` at once.
    pub(super) fn lookups_run_fast(&self) -> bool {
        Stage::run_in_newer_engine(&self.stages) && !self.stops_early
    }

    /// Whether a lookup of all documents of a collection finds few.
    fn finds_few(&self, right: &Relation, key: Option<&Key>) -> bool {
        match (right, key) {
            (Relation::Scan { table, .. }, Some(key)) => {
                key.finds_few(self.tables.get(*table).map(AsRef::as_ref))
            }
            _ => false,
        }
    }

    /// Puts the few partners that lookups have found in place of their arrays.
    ///
    /// The documents are made small first, to what operators above the mark read: the server runs
    /// lookups by fields several times as fast where something else than `$unwind` follows them.
    pub(super) fn unwind_partners(&mut self, above: usize) {
        if self.partners.is_empty() {
            return;
        }
        self.keep_only_read(&self.scope.columns(), above);
        for partners in std::mem::take(&mut self.partners) {
            self.stages
                .push(unwind(&partners.name, partners.keep_empty));
        }
    }

    /// Ends a pipeline of which only matters whether it finds something.
    pub(super) fn first_only(&mut self) {
        self.stages.push(Stage::Limit(Count::Literal(1)));
        self.stages
            .push(Stage::Project(vec![("_id".to_owned(), int(1))]));
        self.narrow = true;
    }

    /// Where rows without a partner are dropped anyway, the left side is asked whether it has a
    /// value, so that the lookup need not, or need not be made.
    fn with_local_value(&mut self, kind: JoinKind, right: &Relation, mut key: Key) -> Key {
        // A right side such as `SELECT COUNT(*)` has a row also where nothing is found.
        if !key.local.nullable
            || key.is_local_array()
            || !right.is_empty_without_its_first_scan()
            || !matches!(kind, JoinKind::Inner | JoinKind::Semi)
        {
            return key;
        }
        // As the only condition it would make the server read an index and then nearly all documents.
        let has_filter = matches!(self.stages[..], [Stage::Match(_)]);
        if (key.matches_null || has_filter)
            && let Some(place) = self.place_of(&key.local)
            && !place.is_empty()
        {
            let not_null = Template::entry(place, Template::entry("$ne", Template::null()));
            Stage::push_match(&mut self.stages, not_null);
            key.matches_null = false;
        }
        key
    }

    /// The left join, and then the rows of the right side that have no partner.
    ///
    /// ```text
    /// {$lookup: {from: "b", .., as: "b"}}, {$unwind: {path: "$b", preserveNullAndEmptyArrays: true}},
    /// {$unionWith: {coll: "b", pipeline: [
    ///     {$lookup: {from: "a", .., as: "__partner"}}, {$match: {__partner: []}},
    ///     {$replaceWith: {b: "$$ROOT"}}]}}
    /// ```
    fn full_join(
        &mut self,
        left: &Relation,
        right: &Relation,
        condition: &Expression,
        (own, above): (usize, usize),
    ) {
        // In a transaction this is no more the pipeline that reads first.
        let is_outermost = std::mem::take(&mut self.is_outermost);
        self.relation(left);
        self.is_outermost = is_outermost;
        let name = self.partners(JoinKind::Left, right, condition, (own, above));
        self.unwind_partners(above);
        let columns = right.columns();
        let (mut others, _) = self.nested(right, &[]);
        others.relation(right);
        others.presence(JoinKind::Anti, right, left, condition, own);
        others.unwind_partners(above);
        others.keep_only_read(&columns, above);
        for column in columns {
            let inside = others.scope.at(column).map(|place| match place {
                "" => name.clone(),
                place => format!("{name}.{place}"),
            });
            if inside.as_deref() != self.scope.at(column) {
                self.defect("the columns of a full join are in two places");
            }
        }
        let row = Template::entry(name, Template::string("$$ROOT"));
        others
            .stages
            .push(Stage::Other(Template::entry("$replaceWith", row)));
        self.append(vec![others]);
        self.narrow = false;
        self.known.clear();
        self.unwound.clear();
    }
}
