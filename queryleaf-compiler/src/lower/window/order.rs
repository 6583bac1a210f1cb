//! The order of the rows in a window, and how peers are told in it.

use super::Window;
use super::extent::Extent;
use super::range_key::RangeKey;
use crate::lower::operators::call;
use crate::lower::relation::Builder;
use crate::plan::{SortDirection, SortKey, WindowFunction};
use queryleaf_plan::Template;

/// The order of the first stage.
pub(super) struct Order {
    /// The fields that it sorts by.
    pub(super) fields: Vec<(String, SortDirection)>,
    pub(super) peers: Peers,
}

/// How rows are known that are equal in every key.
pub(super) enum Peers {
    /// There are none.
    None,
    /// Without an order, all rows of a partition are.
    All,
    /// No call asks.
    Unasked,
    /// The server tells them by the only field that it sorts by.
    ByField {
        /// The field as one that frames of values can be counted along.
        range: Option<RangeKey>,
    },
    /// By the keys of the row before.
    Compared {
        /// The keys of a row in one document.
        key: Template,
    },
}

impl Order {
    /// The order that is best for these calls.
    pub(super) fn choose(
        builder: &mut Builder<'_>,
        window: &Window<'_>,
        extents: &[Extent],
        keys: &[SortKey],
        is_total: bool,
    ) -> Order {
        let distances: Vec<_> = extents
            .iter()
            .filter_map(|extent| match extent {
                Extent::Distance(frame) => Some(&**frame),
                Extent::Whole | Extent::Empty | Extent::Rows(_) | Extent::Peers(_) => None,
            })
            .collect();
        if let ([key], false) = (keys, distances.is_empty()) {
            return match RangeKey::make(builder, key, &distances) {
                Some((field, range)) => Order::by_field(field, Some(range)),
                // Refused.
                None => Order::by(Vec::new(), Peers::Unasked),
            };
        }
        if keys.is_empty() {
            return Order::by(any_order(window, extents), Peers::All);
        }
        let has_frames = extents
            .iter()
            .any(|extent| matches!(extent, Extent::Peers(_)));
        let has_ranks = window.calls.iter().any(|(_, call)| is_rank(call.function));
        let is_asked = has_frames || has_ranks;
        if let ([key], true, false) = (keys, has_frames, is_total)
            && RangeKey::is_exact(key)
            && let Some((field, range)) = RangeKey::make(builder, key, &[])
        {
            return Order::by_field(field, Some(range));
        }
        let fields = builder.sort_fields(keys);
        let peers = match (&fields[..], keys) {
            _ if is_total => Peers::None,
            _ if !is_asked => Peers::Unasked,
            ([_], [key]) if !key.expression.nullable => Peers::ByField { range: None },
            _ => Peers::Compared {
                key: builder.keys_in_one(keys),
            },
        };
        Order::by(fields, peers)
    }

    fn by(fields: Vec<(String, SortDirection)>, peers: Peers) -> Order {
        Order { fields, peers }
    }

    fn by_field(field: String, range: Option<RangeKey>) -> Order {
        let fields = vec![(field, SortDirection::Ascending)];
        Order::by(fields, Peers::ByField { range })
    }
}

/// Some order where the query gives none, for calls that count rows.
fn any_order(window: &Window<'_>, extents: &[Extent]) -> Vec<(String, SortDirection)> {
    let counts_rows = extents
        .iter()
        .any(|extent| matches!(extent, Extent::Rows(_)));
    let asks_for_rows = window
        .calls
        .iter()
        .any(|(_, call)| !matches!(call.function, WindowFunction::Aggregate(_)));
    if counts_rows || asks_for_rows {
        vec![("_id".to_owned(), SortDirection::Ascending)]
    } else {
        Vec::new()
    }
}

fn is_rank(function: WindowFunction) -> bool {
    match function {
        WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::PercentRank => true,
        WindowFunction::Aggregate(_)
        | WindowFunction::RowNumber
        | WindowFunction::CumeDist
        | WindowFunction::Ntile
        | WindowFunction::Lag
        | WindowFunction::Lead
        | WindowFunction::FirstValue
        | WindowFunction::LastValue
        | WindowFunction::NthValue => false,
    }
}

impl Builder<'_> {
    /// The keys of a row in one document, for comparing; the fields of the order are there.
    fn keys_in_one(&self, keys: &[SortKey]) -> Template {
        let entries = keys.iter().enumerate().filter_map(|(number, key)| {
            let place = self.place_of(&key.expression)?;
            let value = Template::string(format!("${place}"));
            let value = if key.expression.nullable {
                call("$ifNull", [value, Template::null()])
            } else {
                value
            };
            Some((format!("key{}", number + 1), value))
        });
        Template::Document(entries.collect())
    }
}
