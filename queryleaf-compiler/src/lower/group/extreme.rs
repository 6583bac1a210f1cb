//! `MIN` and `MAX` of indexed fields: the ends of the index instead of every document.

use crate::lower::operators::{int, unary};
use crate::lower::relation::{Builder, Conditions, Count, Stage, first, is_orderable, unique};
use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, Expression, ExpressionKind, Relation, SortDirection,
};
use crate::types::Type;
use queryleaf_plan::Template;

/// A `MIN` or `MAX` of a stored field.
struct Extreme {
    column: ColumnId,
    path: String,
    /// The end of the index at which it is.
    direction: SortDirection,
    nullable: bool,
}

impl Builder<'_> {
    /// Finds the extremes by an index, where the aggregates are nothing else; says whether it did.
    pub(super) fn extremes_by_index(
        &mut self,
        input: &Relation,
        keys: &[(ColumnId, Expression)],
        aggregates: &[(ColumnId, Aggregate)],
    ) -> bool {
        let (Some(conditions), Some(collection)) = (Conditions::of(input), self.source) else {
            return false;
        };
        if self.keyed {
            return false;
        }
        let extremes: Option<Vec<Extreme>> = aggregates
            .iter()
            .map(|(column, aggregate)| self.extreme(*column, aggregate))
            .collect();
        let Some(extremes) = extremes.filter(|extremes| !extremes.is_empty()) else {
            return false;
        };
        match keys {
            [] => {
                let served = extremes.iter().all(|extreme| {
                    let order = [(extreme.path.clone(), extreme.direction)];
                    conditions.are_decided_by_index(collection, &order)
                });
                if served {
                    self.ends_of_indexes(extremes);
                }
                served
            }
            [(column, key)] => self.first_of_groups(&conditions, *column, key, &extremes),
            _ => false,
        }
    }

    fn extreme(&self, column: ColumnId, aggregate: &Aggregate) -> Option<Extreme> {
        let direction = match aggregate.function {
            AggregateFunction::Min => SortDirection::Ascending,
            AggregateFunction::Max => SortDirection::Descending,
            _ => return None,
        };
        let argument = aggregate.arguments.first()?;
        let ExpressionKind::Path(path) = &argument.kind else {
            return None;
        };
        (aggregate.filter.is_none() && is_orderable(&argument.ty)).then(|| Extreme {
            column,
            path: self.scope.dotted(path),
            direction,
            nullable: argument.nullable,
        })
    }

    /// `$sort` and `$limit: 1` for each extreme.
    fn ends_of_indexes(&mut self, extremes: Vec<Extreme>) {
        if let [extreme] = &extremes[..] {
            let place = extreme.path.clone();
            self.stages = self.end_of_index(extreme, None);
            self.stages.extend(Stage::or_document(Template::ALWAYS));
            self.renew([first(&place).to_owned()]);
            self.scope.place(extreme.column, place);
            return;
        }
        let mut names: Vec<String> = Vec::new();
        for extreme in &extremes {
            let wish = self.names.column(extreme.column);
            names.push(unique(wish, "value", |name| {
                name == "_id" || names.iter().any(|known| known == name)
            }));
        }
        let branches = extremes
            .iter()
            .zip(&names)
            .map(|(extreme, name)| self.end_of_index(extreme, Some(name)))
            .collect();
        self.join_branches(branches, Template::ALWAYS);
        self.renew(names.iter().cloned());
        for (extreme, name) in extremes.into_iter().zip(names) {
            self.scope.place(extreme.column, name);
        }
    }

    /// The document at the end of an index, with the one field where it is stored or under a name.
    fn end_of_index(&self, extreme: &Extreme, name: Option<&str>) -> Vec<Stage> {
        let mut stages = self.stages.clone();
        if extreme.nullable {
            let not_null = Template::entry(&*extreme.path, unary("$ne", Template::null()));
            Stage::push_match(&mut stages, not_null);
        }
        stages.push(Stage::Sort(vec![(extreme.path.clone(), extreme.direction)]));
        stages.push(Stage::Limit(Count::Literal(1)));
        let (key, value) = match name {
            Some(name) => (
                name.to_owned(),
                Template::string(format!("${}", extreme.path)),
            ),
            None => (extreme.path.clone(), int(1)),
        };
        let without_id = (first(&key) != "_id").then(|| ("_id".to_owned(), int(0)));
        let fields = [(key, value)].into_iter().chain(without_id);
        stages.push(Stage::Project(fields.collect()));
        stages
    }

    /// The least or greatest value of each group where an index has the keys and then the values in
    /// order: the first document of each group, by a scan that skips from one group to the next.
    fn first_of_groups(
        &mut self,
        conditions: &Conditions,
        column: ColumnId,
        key: &Expression,
        extremes: &[Extreme],
    ) -> bool {
        let ([extreme], ExpressionKind::Path(path), Some(collection)) =
            (extremes, &key.kind, self.source)
        else {
            return false;
        };
        // A null would be the first of its group, and a filter can make the scan read every document.
        if extreme.nullable || !conditions.are_none() || matches!(key.ty, Type::Array(_)) {
            return false;
        }
        let group = self.scope.dotted(path);
        // In what order the groups come does not matter.
        let order = [SortDirection::Ascending, SortDirection::Descending]
            .map(|groups| {
                vec![
                    (group.clone(), groups),
                    (extreme.path.clone(), extreme.direction),
                ]
            })
            .into_iter()
            .find(|order| conditions.are_ordered_by(collection, order));
        let Some(order) = order.filter(|_| group != extreme.path) else {
            return false;
        };
        let name = unique(self.names.column(extreme.column), "value", |name| {
            name == "_id"
        });
        let first = unary("$first", Template::string(format!("${}", extreme.path)));
        self.stages.push(Stage::Sort(order));
        self.stages.push(Stage::group(
            Template::string(format!("${group}")),
            vec![(name.clone(), first)],
        ));
        self.renew(["_id".to_owned(), name.clone()]);
        self.scope.place(column, "_id");
        self.scope.place(extreme.column, name);
        true
    }
}
