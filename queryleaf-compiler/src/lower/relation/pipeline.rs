//! The stages of a pipeline while the command is being built.

use super::group_chains::{ended, ends};
use super::same_branches::told_apart;
use crate::lower::operators::{call, int, unary};
use crate::plan::SortDirection;
use crate::schema::Collection;
use queryleaf_plan::{Condition, Form, Template, Value};

/// A stage of an aggregation pipeline.
///
/// Those that a `find` can do as well have a form of their own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stage {
    /// `$match` of a query-language filter.
    Match(Template),
    /// `$set`.
    Set(Vec<(String, Template)>),
    /// `$project`, or the projection of a `find`.
    Project(Vec<(String, Template)>),
    /// `$sort`.
    Sort(Vec<(String, SortDirection)>),
    /// `$skip`.
    Skip(Count),
    /// `$limit`.
    Limit(Count),
    /// Any other.
    Other(Template),
}

/// The number of a `LIMIT` or `OFFSET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// A constant.
    Literal(i64),
    /// A parameter; `NULL` is no limit and no offset.
    Parameter(u16),
}

impl Count {
    /// The number; it leaves itself out where the parameter is `NULL`.
    fn number(self) -> Template {
        match self {
            Count::Literal(number) => match i32::try_from(number) {
                Ok(number) => int(number),
                Err(_) => Template::from(number),
            },
            Count::Parameter(parameter) => unless_null(parameter, self.hole(parameter)),
        }
    }

    /// The number where it is known not to be `NULL`.
    fn hole(self, parameter: u16) -> Template {
        Template::Hole {
            parameter,
            form: Form::Count,
        }
    }

    /// The filter that `LIMIT 0` is: for a `find`, zero means no limit at all.
    fn as_filter(self) -> Option<Template> {
        match self {
            Count::Literal(0) => Some(Template::Never),
            Count::Literal(_) => None,
            Count::Parameter(parameter) => {
                Some(when_zero(parameter, Template::Never, Template::ALWAYS))
            }
        }
    }

    /// The `$limit` stage: the server takes no zero there.
    fn limit_stage(self) -> Template {
        match self {
            Count::Literal(0) => nothing(),
            Count::Literal(_) => Template::entry("$limit", self.number()),
            Count::Parameter(parameter) => {
                Count::limit_of_parameter(parameter, self.hole(parameter))
            }
        }
    }

    /// The `$limit` stage of so many `rows`, which are wanted unless the parameter is zero, and all
    /// of them where it is `NULL`.
    pub(super) fn limit_of_parameter(parameter: u16, rows: Template) -> Template {
        let limit = Template::entry("$limit", rows);
        unless_null(parameter, when_zero(parameter, nothing(), limit))
    }

    /// The `$skip` stage.
    fn skip_stage(self) -> Template {
        match self {
            Count::Literal(_) => Template::entry("$skip", self.number()),
            Count::Parameter(parameter) => {
                unless_null(parameter, Template::entry("$skip", self.hole(parameter)))
            }
        }
    }
}

/// A stage that no document passes.
fn nothing() -> Template {
    Template::entry("$match", Template::Never)
}

fn unless_null(parameter: u16, template: Template) -> Template {
    Template::When {
        condition: Condition::IsNull,
        parameter,
        then: Box::new(Template::Omit),
        otherwise: Box::new(template),
    }
}

fn when_zero(parameter: u16, then: Template, otherwise: Template) -> Template {
    Template::When {
        condition: Condition::IsZero,
        parameter,
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    }
}

impl Stage {
    /// Adds a filter to stages, joined with the filter that is the last of them if one is.
    pub(crate) fn push_match(stages: &mut Vec<Stage>, filter: Template) {
        if filter.is_always() {
            return;
        }
        if let Some(Stage::Match(before)) = stages.last_mut() {
            *before = all(vec![std::mem::replace(before, Template::Omit), filter]);
        } else {
            stages.push(Stage::Match(filter));
        }
    }

    /// `{$unionWith: {coll: .., pipeline: [..]}}`.
    pub(crate) fn union_with(collection: Option<&Collection>, stages: Vec<Stage>) -> Stage {
        let mut entries = Vec::new();
        if let Some(collection) = collection {
            entries.push(("coll", Template::string(&*collection.name)));
        }
        entries.push(("pipeline", pipeline(stages)));
        Stage::Other(Template::entry("$unionWith", Template::document(entries)))
    }

    /// `{$documents: [{}]}`: one row.
    pub(crate) fn one_row() -> Stage {
        let rows = Template::array([Template::ALWAYS]);
        Stage::Other(Template::entry("$documents", rows))
    }

    /// `{$lookup: {from: .., pipeline: [..], as: ..}}`: all that the stages give, as an array.
    pub(crate) fn lookup(collection: Option<&Collection>, stages: Vec<Stage>, name: &str) -> Stage {
        let mut entries = Vec::new();
        if let Some(collection) = collection {
            entries.push(("from", Template::string(&*collection.name)));
        }
        entries.push(("pipeline", pipeline(stages)));
        entries.push(("as", Template::string(name)));
        Stage::Other(Template::entry("$lookup", Template::document(entries)))
    }

    /// Makes the only document, or the one given where there is none.
    ///
    /// `$facet` gives one document whatever comes in, and is allowed in a transaction, unlike
    /// `$unionWith`.
    pub(crate) fn or_document(document: Template) -> [Stage; 2] {
        let facet = Template::entry("row", Template::Array(Vec::new()));
        let row = unary("$first", Template::from("$row"));
        [
            Stage::Other(Template::entry("$facet", facet)),
            Stage::Other(Template::entry(
                "$replaceWith",
                call("$ifNull", [row, document]),
            )),
        ]
    }

    /// Takes the stages of [`or_document`](Stage::or_document) from the end of these, and gives the
    /// document that they make of nothing.
    pub(crate) fn take_or_document(stages: &mut Vec<Stage>) -> Option<Template> {
        let [.., facet, Stage::Other(Template::Document(last))] = &stages[..] else {
            return None;
        };
        let [(_, Template::Document(or))] = &last[..] else {
            return None;
        };
        let [(_, Template::Array(or))] = &or[..] else {
            return None;
        };
        let document = or.last()?.clone();
        let [first, second] = Stage::or_document(document.clone());
        let is_it = *facet == first && stages.last() == Some(&second);
        is_it.then(|| {
            stages.truncate(stages.len() - 2);
            document
        })
    }

    /// `{$group: {_id: .., ..}}`.
    pub(crate) fn group(id: Template, accumulators: Vec<(String, Template)>) -> Stage {
        let mut entries = vec![("_id".to_owned(), id)];
        entries.extend(accumulators);
        let entries = told_apart(Template::Document(entries));
        Stage::Other(Template::entry("$group", entries))
    }

    /// Whether these stages, the first ones of a pipeline, run in the newer of the server's two engines,
    /// which a `$lookup` by fields after them then does as well.
    pub(crate) fn run_in_newer_engine(stages: &[Stage]) -> bool {
        let mut at_start = true;
        let all = stages.iter().all(|stage| match stage {
            Stage::Match(_) | Stage::Sort(_) | Stage::Skip(_) | Stage::Limit(_) => at_start,
            Stage::Set(_) | Stage::Project(_) => false,
            Stage::Other(stage) => {
                at_start = false;
                is_group_or_plain_lookup(stage)
            }
        });
        all && ends(stages).is_empty()
    }

    fn into_template(self) -> Template {
        match self {
            Stage::Match(filter) => Template::entry("$match", filter),
            Stage::Set(entries) => Template::entry("$set", Template::Document(entries)),
            Stage::Project(entries) => Template::entry("$project", Template::Document(entries)),
            Stage::Sort(keys) => Template::entry("$sort", order(keys)),
            Stage::Skip(count) => count.skip_stage(),
            Stage::Limit(count) => count.limit_stage(),
            Stage::Other(stage) => stage,
        }
    }
}

fn is_group_or_plain_lookup(stage: &Template) -> bool {
    let Template::Document(entries) = stage else {
        return false;
    };
    match &entries[..] {
        [(name, _)] if name == "$group" => true,
        [(name, Template::Document(options))] if name == "$lookup" => {
            options.iter().all(|(option, _)| option != "pipeline")
        }
        _ => false,
    }
}

/// `{a: 1, b: -1}`.
pub(crate) fn order(keys: Vec<(String, SortDirection)>) -> Template {
    Template::document(keys.into_iter().map(|(path, direction)| {
        let number = match direction {
            SortDirection::Ascending => 1,
            SortDirection::Descending => -1,
        };
        (path, int(number))
    }))
}

/// The array of stages.
pub(crate) fn pipeline(stages: Vec<Stage>) -> Template {
    Template::array(ended(stages).into_iter().map(Stage::into_template))
}

/// How the server is told to read the documents of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// In place of the documents the index on `_id`, which every collection has.
    Id,
    /// In the order in which they are stored, or backwards.
    Natural(SortDirection),
}

impl Hint {
    pub(super) fn template(self) -> Template {
        match self {
            Hint::Id => Template::entry("_id", int(1)),
            Hint::Natural(direction) => order(vec![("$natural".to_owned(), direction)]),
        }
    }
}

/// The command that runs these stages over a collection: a `find` where one serves.
pub(crate) fn command(collection: &str, stages: Vec<Stage>, hint: Option<Hint>) -> Template {
    if let Some(find) = find(collection, &stages, hint) {
        return find;
    }
    let mut command = aggregate(Template::string(collection), stages);
    if let (Some(hint), Template::Document(entries)) = (hint, &mut command) {
        entries.push(("hint".to_owned(), hint.template()));
    }
    command
}

/// `{aggregate: .., pipeline: [..]}`.
pub(crate) fn aggregate(target: Template, stages: Vec<Stage>) -> Template {
    Template::document([("aggregate", target), ("pipeline", pipeline(stages))])
}

/// The stages as a `find`, if they are at the most a filter, an order, a skip, a limit and a
/// projection in this order.
fn find(collection: &str, stages: &[Stage], hint: Option<Hint>) -> Option<Template> {
    let mut rest = stages.iter().peekable();
    let mut filters = Vec::new();
    while let Some(Stage::Match(filter)) = rest.peek() {
        filters.push(filter.clone());
        rest.next();
    }
    let mut options = Vec::new();
    if let Some(Stage::Sort(keys)) = rest.peek() {
        options.push(("sort", order(keys.clone())));
        rest.next();
    } else if let Some(natural @ Hint::Natural(_)) = hint {
        options.push(("sort", natural.template()));
    }
    if let Some(Stage::Skip(count)) = rest.peek() {
        options.push(("skip", count.number()));
        rest.next();
    }
    if let Some(Stage::Limit(count)) = rest.peek() {
        filters.extend(count.as_filter());
        if *count != Count::Literal(0) {
            options.push(("limit", count.number()));
        }
        rest.next();
    }
    let mut entries = vec![("find", Template::string(collection))];
    let filter = all(filters);
    if !filter.is_always() {
        entries.push(("filter", filter));
    }
    if let Some(Stage::Project(projection)) = rest.peek() {
        entries.push(("projection", Template::Document(projection.clone())));
        rest.next();
    }
    if rest.next().is_some() {
        return None;
    }
    entries.extend(options);
    Some(Template::document(entries))
}

/// A filter that is true when all of these are.
pub(crate) fn all(filters: Vec<Template>) -> Template {
    let mut filters: Vec<Template> = filters
        .into_iter()
        .flat_map(|filter| match filter {
            Template::All(items) => items,
            other => vec![other],
        })
        .filter(|filter| !filter.is_always())
        .collect();
    match filters.len() {
        0 => Template::ALWAYS,
        1 => filters.remove(0),
        _ => Template::All(filters),
    }
}

/// An expression as the value of a field in `$project`, `$set` or a projection, where a bare number
/// or document would be read as "include" and not as a value.
pub(crate) fn computed(expression: Template) -> Template {
    match expression {
        Template::Value(Value::String(text)) if text.starts_with('$') => Template::string(text),
        Template::Value(_) | Template::Hole { .. } => Template::entry("$literal", expression),
        Template::Document(entries) => {
            let operator = matches!(&entries[..], [(key, _)] if key.starts_with('$'));
            let document = Template::Document(entries);
            if operator {
                document
            } else {
                Template::entry("$mergeObjects", Template::array([document]))
            }
        }
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => Template::When {
            condition,
            parameter,
            then: Box::new(computed(*then)),
            otherwise: Box::new(computed(*otherwise)),
        },
        Template::Array(_)
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => expression,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(stages: Vec<Stage>) -> String {
        command("orders", stages, None).to_string()
    }

    #[test]
    fn a_find_where_one_serves() {
        let filter = Template::entry("status", "new");
        let sort = Stage::Sort(vec![("placed_at".to_owned(), SortDirection::Descending)]);
        let projection = Stage::Project(vec![("status".to_owned(), int(1))]);
        assert_eq!(
            print(vec![
                Stage::Match(filter.clone()),
                sort.clone(),
                Stage::Skip(Count::Literal(20)),
                Stage::Limit(Count::Literal(10)),
                projection.clone(),
            ]),
            r#"{find: "orders", filter: {status: "new"}, projection: {status: 1}, sort: {placed_at: -1}, skip: 20, limit: 10}"#
        );
        assert_eq!(print(vec![]), r#"{find: "orders"}"#);
        // A filter after the limit is not the filter of a find.
        assert_eq!(
            print(vec![Stage::Limit(Count::Literal(10)), Stage::Match(filter),]),
            r#"{aggregate: "orders", pipeline: [{$limit: 10}, {$match: {status: "new"}}]}"#
        );
        assert_eq!(
            print(vec![projection, sort]),
            r#"{aggregate: "orders", pipeline: [{$project: {status: 1}}, {$sort: {placed_at: -1}}]}"#
        );
    }

    #[test]
    fn limits_of_zero_and_null() {
        let limit = |count| vec![Stage::Limit(count)];
        assert_eq!(
            print(limit(Count::Literal(0))),
            r#"{find: "orders", filter: never}"#
        );
        assert_eq!(
            print(limit(Count::Parameter(2))),
            r#"{find: "orders", filter: when(:2 IsZero, never, {}), limit: when(:2 IsNull, omit, :2 as Count)}"#
        );
        assert_eq!(
            pipeline(limit(Count::Parameter(2))).to_string(),
            "[when(:2 IsNull, omit, when(:2 IsZero, {$match: never}, {$limit: :2 as Count}))]"
        );
        assert_eq!(
            pipeline(vec![Stage::Skip(Count::Parameter(0))]).to_string(),
            "[when(:0 IsNull, omit, {$skip: :0 as Count})]"
        );
    }

    #[test]
    fn values_are_no_inclusions() {
        let print = |expression: Template| computed(expression).to_string();
        assert_eq!(print(int(1)), "{$literal: 1}");
        assert_eq!(print(Template::from(true)), "{$literal: true}");
        assert_eq!(print(Template::string("$a.b")), r#""$a.b""#);
        assert_eq!(print(Template::string("a")), r#"{$literal: "a"}"#);
        assert_eq!(
            print(Template::entry("a", int(1))),
            "{$mergeObjects: [{a: 1}]}"
        );
        assert_eq!(print(Template::entry("$abs", int(1))), "{$abs: 1}");
        assert_eq!(print(Template::ALWAYS), "{$mergeObjects: [{}]}");
    }
}
