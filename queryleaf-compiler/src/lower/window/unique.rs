//! Which columns no two rows have in common.

use crate::plan::{ColumnId, Expression, ExpressionKind, JoinKind, Relation};

/// A column or a field in it.
type Place = (ColumnId, Vec<String>);

/// Sets of places: no two rows are equal in all of one set.
pub(super) struct UniqueKeys(Vec<Vec<Place>>);

/// How many sets are kept of the two sides of a join.
const MOST_SETS: usize = 16;

impl UniqueKeys {
    /// What is known of a relation.
    pub(super) fn of(relation: &Relation) -> Self {
        let mut sets = sets(relation);
        sets.truncate(MOST_SETS);
        UniqueKeys(sets)
    }

    /// Whether no two rows are equal in all these expressions.
    pub(super) fn are_in<'e>(&self, expressions: impl Iterator<Item = &'e Expression>) -> bool {
        let places: Vec<Place> = expressions.filter_map(place).collect();
        self.0
            .iter()
            .any(|set| set.iter().all(|wanted| places.contains(wanted)))
    }
}

fn place(expression: &Expression) -> Option<Place> {
    match &expression.kind {
        ExpressionKind::Path(path) => Some((path.column, path.owned_names())),
        _ => None,
    }
}

fn sets(relation: &Relation) -> Vec<Vec<Place>> {
    match relation {
        // An index that is declared may not be there yet; the one on `_id` always is.
        Relation::Scan { document, .. } => vec![vec![(*document, vec!["_id".to_owned()])]],
        Relation::OneRow => vec![Vec::new()],
        Relation::Filter { input, .. }
        | Relation::Distinct { input }
        | Relation::Sort { input, .. }
        | Relation::Limit { input, .. }
        | Relation::Apply { input, .. }
        | Relation::Window { input, .. }
        | Relation::DistinctOn { input, .. }
        | Relation::Join {
            kind: JoinKind::Semi | JoinKind::Anti,
            left: input,
            ..
        } => sets(input),
        Relation::Project { input, columns } => sets(input)
            .into_iter()
            .filter_map(|set| projected(set, columns))
            .collect(),
        Relation::Aggregate { keys, .. } => {
            vec![
                keys.iter()
                    .map(|(column, _)| (*column, Vec::new()))
                    .collect(),
            ]
        }
        Relation::Join { left, right, .. } => {
            let right = sets(right);
            let mut both = Vec::new();
            for left in sets(left) {
                for right in &right {
                    both.push(left.iter().chain(right).cloned().collect());
                }
            }
            both.truncate(MOST_SETS);
            both
        }
        Relation::Unnest {
            input, ordinality, ..
        } => match ordinality {
            Some(position) => sets(input)
                .into_iter()
                .map(|mut set| {
                    set.push((*position, Vec::new()));
                    set
                })
                .collect(),
            None => Vec::new(),
        },
        Relation::Values { .. } | Relation::Walk { .. } | Relation::SetOperation { .. } => {
            Vec::new()
        }
    }
}

/// The places where a projection has put those of a set, if it has all of them.
fn projected(set: Vec<Place>, columns: &[(ColumnId, Expression)]) -> Option<Vec<Place>> {
    set.into_iter()
        .map(|(column, steps)| {
            columns.iter().find_map(|(made, expression)| {
                let (source, way) = place(expression)?;
                let rest = steps.strip_prefix(way.as_slice())?;
                (source == column).then(|| (*made, rest.to_vec()))
            })
        })
        .collect()
}
