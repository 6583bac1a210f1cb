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
                    self.ends_of_indexes(&collection.name, extremes);
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
    ///
    /// One is the result by itself; several are put together by a group over as many documents.
    fn ends_of_indexes(&mut self, collection: &str, extremes: Vec<Extreme>) {
        let mut branches: Vec<Vec<Stage>> = Vec::new();
        for extreme in &extremes {
            let branch = self.end_of_index(extreme);
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        let is_single = branches.len() == 1;
        let mut branches = branches.into_iter();
        self.stages = branches.next().unwrap_or_default();
        for branch in branches {
            self.stages.push(Stage::union_with(collection, branch));
        }
        if is_single {
            for extreme in extremes {
                self.renew([first(&extreme.path).to_owned()]);
                self.scope.place(extreme.column, extreme.path);
            }
        } else {
            self.join_extremes(extremes);
        }
        self.stages
            .push(Stage::union_with_document(Template::ALWAYS));
        self.stages.push(Stage::Limit(Count::Literal(1)));
    }

    fn end_of_index(&self, extreme: &Extreme) -> Vec<Stage> {
        let mut stages = self.stages.clone();
        if extreme.nullable {
            let not_null = Template::entry(&*extreme.path, unary("$ne", Template::null()));
            Stage::push_match(&mut stages, not_null);
        }
        stages.push(Stage::Sort(vec![(extreme.path.clone(), extreme.direction)]));
        stages.push(Stage::Limit(Count::Literal(1)));
        let mut projection = vec![(extreme.path.clone(), int(1))];
        if first(&extreme.path) != "_id" {
            projection.push(("_id".to_owned(), int(0)));
        }
        stages.push(Stage::Project(projection));
        stages
    }

    fn join_extremes(&mut self, extremes: Vec<Extreme>) {
        let mut fields: Vec<(String, Template)> = Vec::new();
        for extreme in extremes {
            let operator = match extreme.direction {
                SortDirection::Ascending => "$min",
                SortDirection::Descending => "$max",
            };
            let key = unique(self.names.column(extreme.column), "value", |name| {
                name == "_id" || fields.iter().any(|(key, _)| key == name)
            });
            let field = Template::string(format!("${}", extreme.path));
            fields.push((key.clone(), unary(operator, field)));
            self.scope.place(extreme.column, key);
        }
        self.renew(fields.iter().map(|(key, _)| key.clone()));
        self.stages.push(Stage::group(Template::null(), fields));
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
