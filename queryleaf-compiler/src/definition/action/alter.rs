//! `ALTER TABLE`.
//!
//! The struct is the table as it is to be: a column that is added is one of its fields, one that is
//! dropped is none any more. The validator becomes that of the struct.

use super::{definition, entry, step};
use crate::analyze::{DefaultValue, default_value};
use crate::create::partial_filter;
use crate::definition::check::moved;
use crate::definition::clauses::{expire_after, names};
use crate::definition::column_type::column_type;
use crate::definition::place;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::lower::literal::literal;
use crate::plan::{ExpressionKind, Literal};
use crate::schema::{self, Collection, Index, IndexKey, IndexKind, default_name};
use crate::suggestion::nearest;
use crate::syntax::Source;
use crate::syntax::definition::{Change, Column, ColumnConstraintKind, Name, TtlRule};
use crate::types::Field;
use queryleaf_plan::Template;

/// The steps of all changes.
pub(super) fn steps(
    changes: &[Change],
    collection: &Collection,
    source: &Source<'_>,
) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let mut steps = Vec::new();
    let mut errors = Vec::new();
    let changes_columns = changes
        .iter()
        .any(|change| matches!(change, Change::AddColumn(_) | Change::DropColumn(_)));
    if changes_columns {
        steps.push(step(validator(collection)?, &[]));
    }
    for change in changes {
        let result = match change {
            Change::AddColumn(column) => add_column(column, collection, source),
            Change::DropColumn(name) => drop_column(name, collection).map_err(|error| vec![*error]),
            Change::ModifyTtl(rule) => {
                expire_after(rule)
                    .map_err(|error| vec![*error])
                    .and_then(|seconds| {
                        let rules = Rules::find(&rule.column, rule.condition, collection, source)?;
                        modify_ttl(&rules, seconds, rule, collection, source)
                            .map_err(|error| vec![*error])
                    })
            }
            Change::DropTtl {
                column, condition, ..
            } => Rules::find(column, *condition, collection, source)
                .map(|rules| drop_ttl(&rules, collection)),
        };
        match result {
            Ok(found) => steps.extend(found),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(steps)
    } else {
        Err(errors)
    }
}

/// The command that sets the validator of the struct.
fn validator(collection: &Collection) -> Result<Template, Vec<Diagnostic>> {
    let options = entry(&definition(collection)?, "options").unwrap_or(Template::ALWAYS);
    let option = |name: &str, usual: Template| entry(&options, name).unwrap_or(usual);
    Ok(Template::document([
        ("collMod", Template::string(&*collection.name)),
        ("validator", option("validator", Template::ALWAYS)),
        (
            "validationLevel",
            option("validationLevel", "strict".into()),
        ),
        (
            "validationAction",
            option("validationAction", "error".into()),
        ),
    ]))
}

/// A step that changes stored documents, whether or not they fit the validator in other ways.
fn update(collection: &Collection, filter: Template, change: Template) -> Template {
    let update = Template::document([("q", filter), ("u", change), ("multi", true.into())]);
    let command = Template::document([
        ("update", Template::string(&*collection.name)),
        ("updates", Template::array([update])),
        ("bypassDocumentValidation", true.into()),
    ]);
    step(command, &[])
}

fn add_column(
    column: &Column,
    collection: &Collection,
    source: &Source<'_>,
) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let Name { value: name, span } = &column.name;
    let error = |span: Span, message: String| Diagnostic::error(Code::Unsupported, span, message);
    let Some(field) = collection.fields.iter().find(|field| field.name == *name) else {
        let message = format!("`{name}` is no field of `{}` yet", collection.rust_name);
        let error = error(*span, message);
        return Err(vec![error.help(
            "add it to the struct: the table becomes what that declares",
        )]);
    };
    let (ty, _) = column_type(&column.ty).map_err(|error| vec![*error])?;
    if ty != field.ty {
        let message = format!(
            "`{name}` is of type {} in `{}`",
            field.ty, collection.rust_name
        );
        return Err(vec![
            error(column.ty.span, message).label(format!("not {ty}")),
        ]);
    }
    let mut default = None;
    for constraint in &column.constraints {
        match &constraint.kind {
            ColumnConstraintKind::NotNull if field.nullable => {
                let message = format!("`{name}` may be `NULL` in `{}`", collection.rust_name);
                return Err(vec![error(constraint.span, message)]);
            }
            ColumnConstraintKind::NotNull | ColumnConstraintKind::Null => {}
            ColumnConstraintKind::Default(span) => default = Some(*span),
            ColumnConstraintKind::PrimaryKey
            | ColumnConstraintKind::Unique
            | ColumnConstraintKind::Check(_)
            | ColumnConstraintKind::References(_) => {
                let message = "a constraint of a column that is added".to_owned();
                let help = "declare it on the struct; an index is created with `CREATE INDEX`";
                return Err(vec![error(constraint.span, message).help(help)]);
            }
        }
    }
    let Some(default) = default else {
        if field.nullable {
            return Ok(Vec::new());
        }
        let message = format!("`{name}` is never `NULL`, and the rows that are stored have none");
        let help = "say what they get: `DEFAULT ..`";
        return Err(vec![error(*span, message).help(help)]);
    };
    let missing = Template::entry(name.as_str(), Template::entry("$exists", false));
    let value = Field {
        default: Some(source.slice(default).to_owned()),
        ..field.clone()
    };
    let value =
        default_value(&value).map_err(|errors| moved(errors, default).collect::<Vec<_>>())?;
    let refused = |help: &str| {
        let message = "this is no value that the server can give to stored rows".to_owned();
        Err(vec![error(default, message).help(help)])
    };
    let change = match value {
        None => return Ok(Vec::new()),
        Some(DefaultValue::CurrentTimestamp) => {
            let now = Template::entry(name.as_str(), Template::string("$$NOW"));
            Template::array([Template::entry("$set", now)])
        }
        Some(DefaultValue::GenerateUuid) => {
            return refused("add the column without a default, and fill it from the program");
        }
        Some(DefaultValue::Constant(constant)) => match &constant.kind {
            ExpressionKind::Literal(Literal::Null) => return Ok(Vec::new()),
            ExpressionKind::Literal(value) => match literal(value, &field.ty) {
                Some(value) => Template::entry("$set", Template::entry(name.as_str(), value)),
                None => return refused("write a number of at most 34 digits"),
            },
            _ => return refused("add the column without a default, and fill it with `UPDATE`"),
        },
    };
    Ok(vec![update(collection, missing, change)])
}

fn drop_column(name: &Name, collection: &Collection) -> Result<Vec<Template>> {
    let Name { value: name, span } = name;
    let refused = |message: String, help: &str| {
        let error = Diagnostic::error(Code::Unsupported, *span, message);
        Err(Box::new(error.help(help)))
    };
    if name == "_id" {
        let message = "every document has an `_id`".to_owned();
        return refused(message, "leave it");
    }
    if collection.fields.iter().any(|field| field.name == *name) {
        let message = format!("`{name}` is still a field of `{}`", collection.rust_name);
        return refused(message, "take it out of the struct first");
    }
    let there = Template::entry(name.as_str(), Template::entry("$exists", true));
    let change = Template::entry("$unset", Template::entry(name.as_str(), ""));
    Ok(vec![update(collection, there, change)])
}

/// The rules by which rows expire that a change is about.
struct Rules<'a> {
    path: String,
    declared: Vec<&'a Index>,
    /// The filter of those that are meant, where there is a condition.
    condition: Option<Template>,
}

impl<'a> Rules<'a> {
    fn find(
        column: &[Name],
        condition: Option<Span>,
        collection: &'a Collection,
        source: &Source<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let path = names(column);
        let key = IndexKey {
            path: path.clone(),
            kind: IndexKind::Ascending,
        };
        let rule = Index {
            name: None,
            keys: vec![key],
            unique: false,
            sparse: false,
            partial: None,
            expire_after_seconds: Some(0),
        };
        let alone = Collection {
            indexes: vec![rule],
            ..collection.clone()
        };
        if let Some(problem) = schema::check(&alone).into_iter().next() {
            let error = Diagnostic::error(Code::UnknownColumn, place(column), problem.message);
            return Err(vec![match problem.help {
                Some(help) => error.help(help),
                None => error,
            }]);
        }
        let mut declared: Vec<&Index> = collection
            .indexes
            .iter()
            .filter(|index| index.expire_after_seconds.is_some())
            .filter(|index| matches!(&index.keys[..], [key] if key.path == path))
            .collect();
        let mut wanted = None;
        if let Some(span) = condition {
            let filter = |text: &str| partial_filter(text, collection);
            let found = filter(source.slice(span))
                .map_err(|errors| moved(errors, span).collect::<Vec<_>>())?;
            declared.retain(|index| {
                let condition = index.partial.as_deref();
                condition.is_some_and(|text| filter(text).is_ok_and(|filter| filter == found))
            });
            wanted = Some(found);
        }
        Ok(Rules {
            path: path.join("."),
            declared,
            condition: wanted,
        })
    }

    fn names(&self) -> Vec<String> {
        let named = self.declared.iter();
        named
            .map(|index| index.name.clone().unwrap_or_else(|| default_name(index)))
            .collect()
    }

    fn key(&self) -> Template {
        Template::entry(self.path.as_str(), 1)
    }
}

fn modify_ttl(
    rules: &Rules<'_>,
    seconds: u64,
    rule: &TtlRule,
    collection: &Collection,
    source: &Source<'_>,
) -> Result<Vec<Template>> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let (by, index) = match &rules.names()[..] {
        [] if rules.condition.is_some() => {
            let span = rule.condition.unwrap_or(rule.span);
            let message = "no rule with this condition is declared";
            let known = collection.indexes.iter();
            let known = known.filter_map(|index| index.partial.as_deref());
            let error = Diagnostic::error(Code::Unsupported, span, message);
            return Err(Box::new(match nearest(source.slice(span), known) {
                Some(known) => error.help(format!("did you mean `{known}`?")),
                None => error,
            }));
        }
        // A rule that the struct does not declare: the server knows whether there is one.
        [] => ("keyPattern", rules.key()),
        [name] => ("name", Template::string(name.as_str())),
        names => {
            let message = format!("`{}` has {} rules", rules.path, names.len());
            let error = Diagnostic::error(Code::Unsupported, rule.span, message);
            return Err(Box::new(
                error.help("add the condition of the one that is meant: `WHERE ..`"),
            ));
        }
    };
    let index = Template::document([(by, index), ("expireAfterSeconds", seconds.into())]);
    let command = Template::document([
        ("collMod", Template::string(&*collection.name)),
        ("index", index),
    ]);
    Ok(vec![step(command, &[])])
}

/// The rules of a column are those that the server has, declared or not: what was declared once is what
/// a migration drops.
fn drop_ttl(rules: &Rules<'_>, collection: &Collection) -> Vec<Template> {
    let mut entries = vec![
        ("dropTtl", Template::string(&*collection.name)),
        ("key", rules.key()),
    ];
    let condition = rules.condition.clone();
    entries.extend(condition.map(|condition| ("condition", condition)));
    vec![Template::document(entries)]
}
