//! Which declared indexes can give an order.

use super::Builder;
use super::sort::needs_flag;
use crate::plan::{
    ComparisonOperator, Expression, ExpressionKind, Relation, SortDirection, SortKey,
};
use crate::schema::{Collection, Index, IndexKind};

/// One key of an index or an order.
pub(crate) type Key = (String, SortDirection);

/// What the filters right above a scan ask of the documents, as far as the choice of an index
/// depends on it.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    /// The fields that must equal a constant or parameter.
    equal: Vec<String>,
    /// Every field that is read.
    read: Vec<String>,
}

impl Conditions {
    /// The conditions of a relation that is a scan with filters above it; `None` of any other.
    pub(crate) fn of(relation: &Relation) -> Option<Conditions> {
        let mut conditions = Conditions::default();
        let mut relation = relation;
        loop {
            match relation {
                Relation::Scan { .. } => return Some(conditions),
                Relation::Filter { input, predicate } => {
                    conditions.add(predicate);
                    relation = input;
                }
                _ => return None,
            }
        }
    }

    fn add(&mut self, predicate: &Expression) {
        self.read(predicate);
        match &predicate.kind {
            ExpressionKind::And(items) => items.iter().for_each(|item| self.add_equality(item)),
            _ => self.add_equality(predicate),
        }
    }

    fn add_equality(&mut self, predicate: &Expression) {
        if let ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } = &predicate.kind
        {
            for (field, constant) in [(left, right), (right, left)] {
                let is_constant = matches!(
                    constant.kind,
                    ExpressionKind::Literal(_) | ExpressionKind::Parameter(_)
                );
                if let (Some(field), true) = (stored_path(field), is_constant) {
                    self.equal.push(field);
                }
            }
        }
    }

    fn read(&mut self, expression: &Expression) {
        self.read.extend(stored_path(expression));
        expression.for_each_child(|child| self.read(child));
    }

    /// Whether there are none.
    pub(crate) fn are_none(&self) -> bool {
        self.read.is_empty()
    }

    /// Whether some index gives this order to the documents that meet the conditions.
    pub(crate) fn are_ordered_by(&self, collection: &Collection, order: &[Key]) -> bool {
        orders_of(collection).any(|keys| self.keys_for(&keys, order).is_some())
    }

    /// Whether some index gives this order and holds all that the conditions ask about, so that
    /// reading along it cannot be worse than another way.
    pub(crate) fn are_decided_by_index(&self, collection: &Collection, order: &[Key]) -> bool {
        orders_of(collection).any(|keys| {
            self.keys_for(&keys, order).is_some_and(|used| {
                let holds = |path| used.iter().any(|(key, _)| key == path);
                self.read.iter().all(holds)
            })
        })
    }

    /// The first keys of an index, as far as it needs them to give this order.
    fn keys_for<'k>(&self, keys: &'k [Key], order: &[Key]) -> Option<&'k [Key]> {
        let is_fixed = |path: &String| {
            self.equal.contains(path) && order.iter().all(|(wanted, _)| wanted != path)
        };
        let fixed = keys.iter().take_while(|(path, _)| is_fixed(path)).count();
        let used = keys.get(..fixed + order.len())?;
        let ordering = used.get(fixed..)?;
        let backwards = ordering
            .iter()
            .zip(order)
            .all(|(key, wanted)| key.0 == wanted.0 && key.1 != wanted.1);
        (ordering == order || backwards).then_some(used)
    }
}

impl<'a> Builder<'a> {
    /// What an index would have to be asked for this order of the documents of a scan: their
    /// conditions, the collection, and the order as it would have it. None where no index can give it.
    pub(in crate::lower) fn order_of_index(
        &self,
        input: &Relation,
        order: &[SortKey],
    ) -> Option<(Conditions, &'a Collection, Vec<Key>)> {
        let (conditions, collection) = (Conditions::of(input)?, self.source?);
        let is_stored = |key: &SortKey| {
            matches!(key.expression.kind, ExpressionKind::Path(_)) && !needs_flag(key)
        };
        let can_be = !self.keyed && order.iter().all(is_stored);
        can_be.then(|| (conditions, collection, self.stored_order(order)))
    }
}

/// The keys of each index that can give an order.
fn orders_of(collection: &Collection) -> impl Iterator<Item = Vec<Key>> {
    let by_id = vec![("_id".to_owned(), SortDirection::Ascending)];
    std::iter::once(by_id).chain(collection.indexes.iter().filter_map(plain_keys))
}

/// The keys of an index that holds every document of the collection in the order of its values.
fn plain_keys(index: &Index) -> Option<Vec<Key>> {
    if index.sparse || index.partial.is_some() {
        return None;
    }
    index
        .keys
        .iter()
        .map(|key| {
            let direction = match key.kind {
                IndexKind::Ascending => SortDirection::Ascending,
                IndexKind::Descending => SortDirection::Descending,
                IndexKind::Text | IndexKind::Hashed | IndexKind::Geo2dsphere => return None,
            };
            Some((key.path.join("."), direction))
        })
        .collect()
}

/// The path of a stored field, for expressions right above a scan.
fn stored_path(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Path(path) => Some(path.names().join(".")),
        _ => None,
    }
}
