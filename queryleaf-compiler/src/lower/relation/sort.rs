//! `ORDER BY`.
//!
//! A field sorts where it is, so that an index can give the order. Two things need a field made for
//! the purpose, which the final projection drops: a key that is computed, and a key that may be
//! `NULL` where SQL wants the `NULL`s at the end at which the server does not put them. The server
//! takes null and missing for less than everything else.

use super::pipeline::{Stage, computed};
use super::{Builder, is_orderable};
use crate::lower::operators::is_null;
use crate::lower::value;
use crate::plan::{Expression, ExpressionKind, NullsOrder, SortDirection, SortKey};
use crate::types::Type;
use queryleaf_plan::Template;

/// The most keys that the server sorts by.
const MAXIMUM_KEYS: usize = 32;

impl Builder<'_> {
    /// Sorts.
    pub(super) fn sort(&mut self, keys: &[SortKey]) {
        let order = self.sort_fields(keys);
        if !order.is_empty() {
            self.stages.push(Stage::Sort(order));
        }
    }

    /// The fields that give this order; makes those that are not there.
    pub(in crate::lower) fn sort_fields(
        &mut self,
        keys: &[SortKey],
    ) -> Vec<(String, SortDirection)> {
        let mut made = Vec::new();
        let mut flags = Vec::new();
        let mut order: Vec<(String, SortDirection)> = Vec::new();
        for key in keys {
            if !self.varies(&key.expression) || !self.check_orderable(&key.expression) {
                continue;
            }
            let place = self.sort_place(&key.expression, &mut made);
            if order.iter().any(|(known, _)| *known == place) {
                continue;
            }
            if needs_flag(key) {
                let flag = self.null_flag(&key.expression, &place, &mut flags);
                order.push((flag, flag_direction(key.nulls)));
            }
            order.push((place, key.direction));
        }
        if order.len() > MAXIMUM_KEYS {
            self.refuse(
                keys.first()
                    .map(|key| key.expression.span)
                    .unwrap_or_default(),
                format!("MongoDB sorts by {MAXIMUM_KEYS} keys at the most"),
                "leave out the last keys of ORDER BY; a key that may be NULL counts twice",
            );
        }
        for fields in [made, flags] {
            if !fields.is_empty() {
                self.stages.push(Stage::Set(fields));
                self.narrow = false;
            }
        }
        order
    }

    /// Where a key can be read, which may be a field that is to be made first.
    fn sort_place(
        &mut self,
        expression: &Expression,
        made: &mut Vec<(String, Template)>,
    ) -> String {
        if let Some(place) = self.place_of(expression) {
            return place;
        }
        let name = self.names.expression(expression).map(str::to_owned);
        let place = self.new_key(name.as_deref(), "__sort");
        made.push((place.clone(), computed(value(expression, &self.scope))));
        self.known
            .push((expression.clone().without_spans(), place.clone()));
        place
    }

    /// The field that says whether a key is `NULL`, made once however often it is asked for.
    fn null_flag(
        &mut self,
        key: &Expression,
        place: &str,
        flags: &mut Vec<(String, Template)>,
    ) -> String {
        let kind = ExpressionKind::IsNull(Box::new(key.clone()));
        let question = Expression::new(kind, Type::Boolean, key.span).without_spans();
        if let Some(flag) = self.place_of(&question) {
            return flag;
        }
        let flag = self.new_key(None, "__null");
        let reference = Template::string(format!("${place}"));
        flags.push((flag.clone(), is_null(reference)));
        self.known.push((question, flag.clone()));
        flag
    }

    /// Whether a key may differ from row to row.
    pub(in crate::lower) fn varies(&self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Path(path) => !self.scope.is_passed_in(path),
            _ => !is_constant(expression),
        }
    }

    /// Refuses a key that the server orders in another way.
    pub(in crate::lower) fn check_orderable(&self, expression: &Expression) -> bool {
        let orderable = is_orderable(&expression.ty);
        if !orderable {
            self.refuse(
                expression.span,
                format!("cannot order by a value of type `{}`", expression.ty),
                "order by a field inside it, or by a cast of it to another type",
            );
        }
        orderable
    }
}

/// Whether a key is the same for every row.
pub(in crate::lower) fn is_constant(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::Literal(_)
            | ExpressionKind::Parameter(_)
            | ExpressionKind::CurrentTimestamp
    )
}

/// Whether the server would put the `NULL`s of this key at the wrong end.
pub(in crate::lower) fn needs_flag(key: &SortKey) -> bool {
    let natural = match key.direction {
        SortDirection::Ascending => NullsOrder::First,
        SortDirection::Descending => NullsOrder::Last,
    };
    key.expression.nullable && key.nulls != natural
}

/// The order of the flag that says "is null".
pub(in crate::lower) fn flag_direction(nulls: NullsOrder) -> SortDirection {
    match nulls {
        NullsOrder::First => SortDirection::Descending,
        NullsOrder::Last => SortDirection::Ascending,
    }
}
