//! What an `UPDATE` makes of a document: update operators where they do, else a pipeline.

use super::Context;
use super::content_type::taken;
use super::items::with_item;
use super::required::{Lacking, lacking};
use super::stored::{checked, fail, stored};
use crate::diagnostic::Diagnostic;
use crate::lower::operators::{call, cond, is_not_null};
use crate::lower::relation::computed;
use crate::lower::{Scope, value};
use crate::plan::{
    ArithmeticOperator, ColumnId, Expression, ExpressionKind, Literal, Path, Target,
};
use crate::types::Type;
use queryleaf_plan::Template;

/// A new value of a field.
pub(super) struct Change<'a> {
    pub(super) target: &'a Target,
    pub(super) value: &'a Expression,
}

/// What an update operator does with a field.
enum Operation {
    Set(Template),
    Unset,
    Increment(Template),
}

impl Context<'_> {
    /// `{$set: ..}` and `{$inc: ..}`, or a pipeline of one `$set`.
    pub(super) fn update_of(
        &mut self,
        changes: &[Change<'_>],
        scope: &Scope,
        document: ColumnId,
    ) -> Result<Template, Vec<Diagnostic>> {
        if let Some(operators) = self.operators(changes, document)? {
            return Ok(operators);
        }
        let targets: Vec<&Target> = changes.iter().map(|change| change.target).collect();
        let entries = changes.iter().map(|change| {
            let value = new_value(change, scope);
            let value = match lacking(&self.collection.fields, change.target, &targets) {
                Some(lacking) => unless_null(value, &lacking, scope, document),
                None => value,
            };
            (
                change.target.path(),
                in_array(value, change.target, scope, document),
            )
        });
        let set = Template::document(entries.collect::<Vec<_>>());
        Ok(Template::array([Template::entry("$set", set)]))
    }

    fn operators(
        &mut self,
        changes: &[Change<'_>],
        document: ColumnId,
    ) -> Result<Option<Template>, Vec<Diagnostic>> {
        let mut set = Vec::new();
        let mut unset = Vec::new();
        let mut increments = Vec::new();
        for change in changes {
            match self.operation(change, document)? {
                Some(Operation::Set(value)) => set.push((change.target.path(), value)),
                Some(Operation::Unset) => unset.push((change.target.path(), Template::from(""))),
                Some(Operation::Increment(by)) => increments.push((change.target.path(), by)),
                None => return Ok(None),
            }
        }
        let operators = [("$set", set), ("$unset", unset), ("$inc", increments)];
        let operators = operators
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(name, entries)| (name, Template::Document(entries)));
        Ok(Some(Template::document(operators.collect::<Vec<_>>())))
    }

    fn operation(
        &mut self,
        change: &Change<'_>,
        document: ColumnId,
    ) -> Result<Option<Operation>, Vec<Diagnostic>> {
        let Change { target, value } = change;
        // An array may be too short, or not there.
        if target.item.is_some() {
            return Ok(None);
        }
        // What the bucket takes is for an expression to say.
        let is_known = matches!(value.kind, ExpressionKind::Literal(_));
        if !target.content_types.is_empty() && !is_known {
            return Ok(None);
        }
        // The server makes no field of a null, and only a pipeline removes one if there is no value.
        if target.is_inside_nullable()
            || (target.absent && matches!(value.kind, ExpressionKind::Parameter(_)))
        {
            return Ok(None);
        }
        // One time for the whole statement, and that of the server, is what a pipeline knows.
        let reads_clock =
            value.any(&mut |part| matches!(part.kind, ExpressionKind::CurrentTimestamp));
        if reads_clock {
            return Ok(None);
        }
        if target.absent && matches!(value.as_literal(), Some(Literal::Null)) {
            return Ok(Some(Operation::Unset));
        }
        if let Some(value) = self.known_value(value, target)? {
            return Ok(Some(Operation::Set(value)));
        }
        match increment(target, value, document) {
            Some(by) => Ok(self.increment_by(by, target)?.map(Operation::Increment)),
            None => Ok(None),
        }
    }

    /// The number that is added, which is never `NULL`.
    fn increment_by(
        &mut self,
        by: Added<'_>,
        target: &Target,
    ) -> Result<Option<Template>, Vec<Diagnostic>> {
        let Added { operand, negated } = by;
        match &operand.kind {
            ExpressionKind::Parameter(parameter) if !negated => Ok(Some(Template::Hole {
                parameter: *parameter,
                form: stored(&target.ty, &target.limits, target.nullable),
            })),
            ExpressionKind::Literal(literal) => {
                let literal = match negated {
                    true => literal.negated(),
                    false => Some(literal.clone()),
                };
                match literal {
                    None | Some(Literal::Null) => Ok(None),
                    Some(literal) => self.known_value(
                        &Expression::literal(literal, target.ty.clone(), operand.span),
                        target,
                    ),
                }
            }
            _ => Ok(None),
        }
    }
}

/// A number that is added to a field.
struct Added<'a> {
    operand: &'a Expression,
    negated: bool,
}

/// `x = x + 1`, where the server's `$inc` gives what the expression would: it fails on a bigint that
/// overflows as SQL does, and a double that overflows becomes infinity in an expression as well
/// (`docs/sql.md`, deviations).
fn increment<'a>(target: &Target, value: &'a Expression, document: ColumnId) -> Option<Added<'a>> {
    let is_exact = matches!(target.ty, Type::Bigint | Type::Double | Type::Numeric);
    let is_free = target.limits == Default::default() && !target.nullable;
    if !is_exact || !is_free || value.ty != target.ty {
        return None;
    }
    let ExpressionKind::Arithmetic {
        operator,
        left,
        right,
    } = &value.kind
    else {
        return None;
    };
    let is_field = |side: &Expression| match &side.kind {
        ExpressionKind::Path(path) => {
            path.column == document
                && path.steps.len() == target.steps.len()
                && path
                    .names()
                    .iter()
                    .eq(target.steps.iter().map(|step| &step.name))
        }
        _ => false,
    };
    match operator {
        ArithmeticOperator::Add if is_field(left) => Some(Added {
            operand: right,
            negated: false,
        }),
        ArithmeticOperator::Add if is_field(right) => Some(Added {
            operand: left,
            negated: false,
        }),
        ArithmeticOperator::Subtract if is_field(left) => Some(Added {
            operand: right,
            negated: true,
        }),
        ArithmeticOperator::Add
        | ArithmeticOperator::Subtract
        | ArithmeticOperator::Multiply
        | ArithmeticOperator::Divide
        | ArithmeticOperator::Modulo => None,
    }
}

/// The value of the field at the end of the stored way: the whole array where an item of it is written.
pub(super) fn in_array(
    value: Template,
    target: &Target,
    scope: &Scope,
    document: ColumnId,
) -> Template {
    match &target.item {
        None => value,
        Some(item) => {
            let mut path = Path::of(document);
            path.steps.clone_from(&target.steps);
            with_item(scope.reference(&path), item, value)
        }
    }
}

/// A value, or an error where the document around it is `NULL` and would lack something.
pub(super) fn unless_null(
    value: Template,
    lacking: &Lacking,
    scope: &Scope,
    document: ColumnId,
) -> Template {
    let mut around = Path::of(document);
    around.steps.clone_from(&lacking.document);
    let message = format!(
        "{} is NULL, and a part of it cannot be given a value without {}",
        lacking.path(),
        lacking.field
    );
    cond(is_not_null(scope.reference(&around)), value, fail(&message))
}

/// The value of a field in a pipeline.
pub(super) fn new_value(change: &Change<'_>, scope: &Scope) -> Template {
    let Change { target, value: new } = change;
    if let ExpressionKind::Parameter(parameter) = new.kind {
        let form = stored(&target.ty, &target.limits, target.nullable);
        let hole = Template::entry("$literal", Template::Hole { parameter, form });
        let hole = taken(hole, target);
        return match target.absent {
            true => call("$ifNull", [hole, Template::from("$$REMOVE")]),
            false => hole,
        };
    }
    let lowered = checked(value(new, scope), target, Some(new), &|_| true);
    computed(lowered)
}
