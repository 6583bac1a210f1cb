//! Relations to one command.
//!
//! A relation is walked from the scan upwards. Every operator adds stages and says in the
//! [`Scope`] where its columns are then; a column that is a stored field stays where it is and costs
//! nothing. What a shape of query becomes is decided in the file of its operator; whether the
//! stages are a `find` is decided at the very end.

mod apply;
mod array_aggregate;
mod distinct;
mod distinct_on;
mod graph_walk;
mod group_chains;
mod index;
mod join;
mod kinds;
mod limit;
mod lookup;
mod lookup_key;
mod names;
mod nested;
mod null_ranges;
mod own_items;
mod pipeline;
mod prefilter;
mod projection;
mod rows;
mod same_branches;
mod set_operation;
mod sort;
mod two_groups;
mod unnest;
mod uses;
mod values;
mod without_partners;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::lower::{Scope, filter};
use crate::plan::{ColumnId, Expression, ExpressionKind, NaturalOrder, Relation};
use crate::schema::Collection;
use queryleaf_plan::{Condition, Template};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use index::Conditions;
pub(super) use kinds::{is_groupable, is_orderable};
pub(crate) use lookup_key::{is_declared_unique, leads_index};
pub(crate) use names::within;
pub(super) use names::{Names, first, unique};
pub(super) use pipeline::{Count, Hint, Stage, all, computed, order};
pub(crate) use rows::{LoweredRows, lower_events, lower_rows};
pub(super) use sort::{flag_direction, is_constant, needs_flag};
use unnest::Unnest;
use uses::Uses;

/// A relation, lowered.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// `{find: ..}` or `{aggregate: .., pipeline: [..]}`.
    pub(crate) command: Template,
    /// Where each output column is in a result document; empty for the document itself.
    pub(crate) paths: Vec<Vec<String>>,
}

/// Lowers a relation, whose result has the columns `output`; `names` are those that the query gives
/// to columns anywhere inside.
///
/// # Errors
///
/// Whatever cannot be lowered faithfully.
pub(crate) fn lower(
    relation: &Relation,
    output: &[ColumnId],
    names: &BTreeMap<ColumnId, String>,
    tables: &[Arc<Collection>],
) -> Result<Lowered, Vec<Diagnostic>> {
    let (lowered, has_union) = lower_rows(relation, output, names, tables, true)?;
    let lowered = lowered.command();
    if !has_union {
        return Ok(lowered);
    }
    let (in_session, _) = lower_rows(relation, output, names, tables, false)?;
    let in_session = in_session.command();
    if in_session.paths != lowered.paths {
        return Ok(in_session);
    }
    Ok(Lowered {
        command: Template::When {
            condition: Condition::InSession,
            parameter: 0,
            then: Box::new(in_session.command),
            otherwise: Box::new(lowered.command),
        },
        paths: lowered.paths,
    })
}

/// A command in the making.
pub(super) struct Builder<'a> {
    tables: &'a [Arc<Collection>],
    /// The names that the query gives.
    pub(super) names: Names,
    /// What the operators above the present one read.
    pub(super) uses: Uses,
    /// Where the columns are after the last stage.
    pub(super) scope: Scope,
    /// The collection that is read, if any.
    pub(super) source: Option<&'a Collection>,
    pub(super) stages: Vec<Stage>,
    /// Whether `$unionWith` may be used.
    may_have_union: bool,
    /// Whether it is.
    has_union: bool,
    /// Whether a limit above the present operator may end the reading before all rows are there.
    pub(super) stops_early: bool,
    /// Whether the pipeline reads only documents that an equality outside of it has chosen, so that
    /// its stages alone do not tell which.
    pub(super) keyed: bool,
    /// Whether these are the stages of the command, not of a pipeline inside it.
    pub(super) is_outermost: bool,
    /// How the server is told to read the documents.
    pub(super) hint: Option<Hint>,
    /// Whether the documents hold nothing but what the query needs.
    pub(super) narrow: bool,
    /// The fields at the top that every document keeps, whether or not the query needs them.
    pub(super) kept: &'static [&'static str],
    /// The fields that the documents are known to have at the top.
    pub(super) keys: BTreeSet<String>,
    /// What has been computed already, without spans, and where it is.
    pub(super) known: Vec<(Expression, String)>,
    /// The arrays of partners that lookups have made and that are still to be unwound.
    pub(super) partners: Vec<Partners>,
    /// The arrays that were unwound since the documents were what is stored.
    pub(super) unwound: Vec<Unwound>,
}

/// The few partners of a row, in an array.
pub(super) struct Partners {
    /// The field.
    pub(super) name: String,
    /// Whether a row without partners is kept.
    pub(super) keep_empty: bool,
    /// Whether they are found by `_id`, so that there is one at the most whatever is stored and declared.
    pub(super) by_id: bool,
}

/// An array that a `$unwind` stage has taken apart.
pub(super) struct Unwound {
    /// Where it is stored.
    pub(super) array: String,
    /// The column of the items.
    pub(super) item: ColumnId,
    /// Where they are now.
    pub(super) place: String,
    /// Whether a filter on the items may be asked of the array already.
    pub(super) filterable: bool,
}

impl<'a> Builder<'a> {
    /// A pipeline without stages.
    fn new(
        tables: &'a [Arc<Collection>],
        names: Names,
        uses: Uses,
        scope: Scope,
        may_have_union: bool,
    ) -> Self {
        Builder {
            tables,
            may_have_union,
            has_union: false,
            names,
            uses,
            scope,
            source: None,
            stages: Vec::new(),
            keyed: false,
            stops_early: false,
            is_outermost: true,
            hint: None,
            narrow: false,
            kept: &[],
            keys: BTreeSet::new(),
            known: Vec::new(),
            partners: Vec::new(),
            unwound: Vec::new(),
        }
    }
}

/// Whether the rows of an operator's inputs are read one by one until a limit is reached; `outside`
/// says so of its own rows.
fn stops_early(relation: &Relation, outside: bool) -> bool {
    match relation {
        Relation::Limit { input, .. } => !matches!(**input, Relation::Sort { .. }),
        // These read all their rows before they give the first one.
        Relation::Sort { .. }
        | Relation::Aggregate { .. }
        | Relation::Distinct { .. }
        | Relation::DistinctOn { .. }
        | Relation::Window { .. } => false,
        Relation::Scan { .. }
        | Relation::OneRow
        | Relation::Values { .. }
        | Relation::Unnest { .. }
        | Relation::Filter { .. }
        | Relation::Project { .. }
        | Relation::Join { .. }
        | Relation::Apply { .. }
        | Relation::SetOperation { .. }
        | Relation::Walk { .. } => outside,
    }
}

impl Builder<'_> {
    /// Adds the stages of a relation.
    pub(in crate::lower) fn relation(&mut self, relation: &Relation) {
        let above = self.uses.mark();
        self.operator(relation);
        self.unwind_partners(above);
    }

    /// Adds the stages of a relation, but for the `$unwind` of joins at its end.
    pub(super) fn operator(&mut self, relation: &Relation) {
        let above = self.uses.mark();
        self.uses.add(relation);
        let outside = std::mem::replace(&mut self.stops_early, false);
        self.stops_early = stops_early(relation, outside);
        match relation {
            Relation::Scan {
                table,
                document,
                natural,
            } => self.scan(*table, *document, *natural),
            Relation::OneRow => self.stages.push(Stage::one_row()),
            Relation::Values { columns, rows } => self.values(columns, rows),
            Relation::Join {
                kind,
                left,
                right,
                condition,
            } => self.join(*kind, left, right, condition, above),
            Relation::Apply {
                input,
                subquery,
                column,
            } => {
                self.relation(input);
                self.apply(subquery, *column);
            }
            Relation::SetOperation { .. } => self.set_operation(relation),
            Relation::Window { input, calls } => {
                self.relation(input);
                self.windows(input, calls);
            }
            Relation::DistinctOn { input, keys, order } => self.distinct_on(input, keys, order),
            Relation::Walk { input, walk } => {
                self.relation(input);
                self.walk(walk);
            }
            Relation::Unnest {
                input,
                array,
                item,
                ordinality,
                keep_empty,
            } => {
                self.relation(input);
                self.unnest(
                    &Unnest {
                        array,
                        item: *item,
                        ordinality: *ordinality,
                        keep_empty: *keep_empty,
                    },
                    above,
                );
            }
            Relation::Filter { input, predicate } => {
                if !self.first_rows(input, predicate, above) {
                    self.relation(input);
                    self.filter(predicate);
                }
            }
            Relation::Aggregate {
                input,
                keys,
                aggregates,
            } => {
                self.relation(input);
                self.aggregate(input, keys, aggregates);
            }
            Relation::Project { input, columns } => {
                self.relation(input);
                self.project(columns);
            }
            Relation::Distinct { input } => self.distinct(input),
            Relation::Sort { input, keys } => {
                self.relation(input);
                self.sort(keys);
            }
            Relation::Limit {
                input,
                limit,
                offset,
            } => self.limit(input, limit.as_ref(), offset.as_ref()),
        }
        self.stops_early = outside;
    }

    fn scan(&mut self, table: usize, document: ColumnId, natural: Option<NaturalOrder>) {
        let Some(collection) = self.tables.get(table) else {
            self.defect("a table is missing");
            return;
        };
        self.source = Some(collection);
        if let Some(natural) = natural {
            self.read_naturally(natural);
        }
        self.keys = collection
            .fields
            .iter()
            .map(|field| field.name.clone())
            .chain(["_id".to_owned()])
            .collect();
        self.scope.place(document, "");
    }

    /// Reads the documents in the order in which they are stored: only the command itself can be
    /// told so.
    fn read_naturally(&mut self, natural: NaturalOrder) {
        if self.is_outermost {
            self.hint = Some(Hint::Natural(natural.direction));
        } else {
            self.refuse(
                natural.span,
                "`ORDER BY $natural` in a part of the query that is not read first".to_owned(),
                "read that collection first in `FROM`, or order by a column",
            );
        }
    }

    pub(in crate::lower) fn filter(&mut self, predicate: &Expression) {
        self.prefilter(predicate);
        let filter = filter(predicate, &self.scope);
        Stage::push_match(&mut self.stages, filter);
    }

    /// Says that what is asked of rows from now on must not be asked of the arrays they come from.
    pub(super) fn keep_arrays(&mut self) {
        for unwound in &mut self.unwound {
            unwound.filterable = false;
        }
    }

    /// Says that the documents are new ones, made by a stage, that hold what is needed only.
    pub(super) fn renew(&mut self, keys: impl IntoIterator<Item = String>) {
        self.narrow = true;
        self.keys = keys.into_iter().collect();
        self.known.clear();
        self.unwound.clear();
    }

    /// A name at the top of the document that nothing uses yet; it is used from now on.
    pub(super) fn new_key(&mut self, wish: Option<&str>, fallback: &str) -> String {
        let key = unique(wish, fallback, |name| self.keys.contains(name));
        self.keys.insert(key.clone());
        key
    }

    /// Where an expression can be read without computing it.
    pub(super) fn place_of(&self, expression: &Expression) -> Option<String> {
        if let ExpressionKind::Path(path) = &expression.kind {
            // What has been passed in from outside is in no field.
            return Some(self.scope.dotted(path)).filter(|place| !place.starts_with('$'));
        }
        if self.known.is_empty() {
            return None;
        }
        let expression = expression.clone().without_spans();
        self.known
            .iter()
            .find(|(known, _)| *known == expression)
            .map(|(_, place)| place.clone())
    }

    /// Refuses the query: what the server would do here is not what SQL says.
    pub(super) fn refuse(&self, span: Span, message: String, help: &str) {
        self.scope
            .refuse(Diagnostic::error(Code::Unsupported, span, message).help(help));
    }

    /// Refuses the query because of a plan that no analysis should have made.
    pub(super) fn defect(&self, what: &str) {
        let what = format!("{what} in the plan of this query");
        self.scope
            .refuse(Diagnostic::defect(Span::default(), &what));
    }
}
