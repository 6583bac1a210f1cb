//! Bringing values to the types of the columns they are written to: the assignment conversions of
//! PostgreSQL, which are wider than the implied ones.

use super::super::Analyzer;
use super::super::Clause;
use super::super::coerce::is_implicit;
use super::super::content_type;
use super::super::default::makes_uuid;
use super::super::json_text;
use super::super::scope::Scope;
use super::misfit::misfit;
use super::target::is_open;
use super::{WrittenTable, default};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal, Relation, Target};
use crate::types::Type;
use sqlparser::ast::{self, AssignmentTarget};

impl Analyzer<'_> {
    /// The assignments of `SET`, each with its value. `rows` takes those of queries for several columns,
    /// where they can be put beside the rows that change.
    pub(super) fn assignments(
        &mut self,
        assignments: &[ast::Assignment],
        table: &WrittenTable,
        mut rows: Option<&mut Vec<Relation>>,
        scope: &Scope,
        outer: Span,
    ) -> Result<Vec<(Target, Expression)>> {
        let mut found = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let rows = rows.as_deref_mut();
            let assigned = self.assignment(assignment, table, rows, scope, outer);
            found.extend(self.keep(assigned).unwrap_or_default());
        }
        let targets: Vec<Target> = found.iter().map(|(target, _)| target.clone()).collect();
        self.check_targets(&targets)?;
        if let Some(target) = targets.iter().find(|target| is_id(target)) {
            return Err(Box::new(
                Diagnostic::error(
                    Code::InvalidTarget,
                    target.span,
                    "the `_id` of a document cannot change",
                )
                .help("delete the document and insert another one"),
            ));
        }
        Ok(found)
    }

    /// `a = x`, or `(a, b) = (x, y)`.
    fn assignment(
        &mut self,
        assignment: &ast::Assignment,
        table: &WrittenTable,
        rows: Option<&mut Vec<Relation>>,
        scope: &Scope,
        outer: Span,
    ) -> Result<Vec<(Target, Expression)>> {
        match (&assignment.target, &assignment.value) {
            (AssignmentTarget::ColumnName(name), value) => {
                let target = self.written_field(name, table)?;
                let value = self.assigned(value, &target, table, Clause::Set, scope, outer)?;
                Ok(vec![(target, value)])
            }
            (AssignmentTarget::Tuple(names), value) => {
                self.several_assigned(names, value, table, rows, scope, outer)
            }
        }
    }

    /// The value of an expression for a column; `DEFAULT` is what the column declares.
    pub(super) fn assigned(
        &mut self,
        value: &ast::Expr,
        target: &Target,
        table: &WrittenTable,
        clause: Clause,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let span = self.source.span_or(value, outer);
        if default::is_default(value) {
            return self.default_of(target, table, span, clause == Clause::Values);
        }
        if makes_uuid(value) {
            let generated = self.new_uuid(span, clause == Clause::Values)?;
            return self.assign(generated, target);
        }
        let value = self.expression_in(clause, value, scope, outer)?;
        self.assign(value, target)
    }

    /// A value as the column takes it.
    pub(super) fn assign(&mut self, value: Expression, target: &Target) -> Result<Expression> {
        let span = value.span;
        if matches!(value.as_literal(), Some(Literal::Null)) && !target.nullable {
            return Err(not_null(target, span));
        }
        content_type::check(&value, target)?;
        let value = self.converted(value, target)?;
        if let Some(misfit) = misfit(&value, &target.ty, &target.limits) {
            let mut path = misfit.path;
            path.insert(0, target.name());
            return Err(Box::new(
                Diagnostic::error(Code::InvalidLiteral, misfit.span, misfit.message)
                    .label(format!("`{}` does not take it", path.join("."))),
            ));
        }
        if matches!(value.as_literal(), Some(Literal::Null)) && !target.nullable {
            return Err(not_null(target, span));
        }
        if let (ExpressionKind::Array(items), Type::Array(item)) = (&value.kind, &target.ty) {
            let mut items = items.iter();
            let is_null = |item: &&Expression| matches!(item.as_literal(), Some(Literal::Null));
            if let Some(null) = items.find(is_null)
                && !item.nullable
            {
                let message = format!(
                    "`NULL` among the items of `{}`, which cannot be `NULL`",
                    target.name()
                );
                return Err(Box::new(
                    Diagnostic::error(Code::NotNull, null.span, message)
                        .help("leave it out, or declare the items as `Option`s"),
                ));
            }
        }
        Ok(value)
    }

    fn converted(&mut self, value: Expression, target: &Target) -> Result<Expression> {
        let (from, to) = (&value.ty, &target.ty);
        if let (Type::Unknown, Some(Literal::Text(text))) = (from, value.as_literal()) {
            match to {
                Type::Json | Type::Document | Type::Struct(_) | Type::Map(_) | Type::Array(_) => {
                    let text = text.clone();
                    return json_text::read(&text, to, value.span);
                }
                // Any other text is no GeoJSON, and what is said of it there is about geometries.
                Type::Geometry(_) if text.trim_start().starts_with('{') => {
                    let text = text.clone();
                    return json_text::read(&text, to, value.span);
                }
                _ => {}
            }
        }
        if let (ExpressionKind::Object(_), Type::Struct(_) | Type::Map(_)) = (&value.kind, to) {
            let (to, span) = (to.clone(), value.span);
            let value = self.typed_parameters(value, &to)?;
            return match value.kind {
                ExpressionKind::Object(entries) => json_text::object(entries, &to, span),
                _ => Ok(value),
            };
        }
        if let ExpressionKind::Parameter(number) = value.kind
            && self.parameters.hand_over(number, to)
        {
            return Ok(Expression {
                ty: to.clone(),
                ..value
            });
        }
        if is_implicit(from, to) {
            let value = self.coerce(value, to)?;
            return self.rounded(value, target);
        }
        if is_open(to) {
            return Ok(Expression {
                ty: Type::Json,
                ..value
            });
        }
        if let Some(message) = value
            .as_literal()
            .and_then(|literal| out_of_range(literal, to))
        {
            return Err(Box::new(
                Diagnostic::error(Code::InvalidLiteral, value.span, message)
                    .label(format!("`{}` does not take it", target.name())),
            ));
        }
        if is_assignable(from, to) {
            let span = value.span;
            let value = self.cast_to(value, &to.clone(), span)?;
            return self.rounded(value, target);
        }
        let message = format!(
            "`{}` is of type `{to}`, the value of type `{from}`",
            target.name()
        );
        let error = Diagnostic::error(Code::TypeMismatch, value.span, message)
            .label(format!("this is of type `{from}`"));
        Err(Box::new(match (from, to) {
            (Type::Text, Type::Enum(_)) => {
                error.help("only a literal or a parameter tells the variant of an enum")
            }
            (_, Type::Enum(_)) => error.help("write the name of the variant, in quotes"),
            _ => error.help(format!("cast it, as in `x::{to}`")),
        }))
    }
}

impl Analyzer<'_> {
    /// A document that is written out, whose parameters are of the types of the fields that they are for.
    fn typed_parameters(&mut self, value: Expression, to: &Type) -> Result<Expression> {
        let kind = match (value.kind, to) {
            (kind @ ExpressionKind::Parameter(_), to) => {
                let value = Expression { kind, ..value };
                return match value.ty {
                    Type::Unknown if !is_open(to) => self.coerce(value, to),
                    _ => Ok(value),
                };
            }
            (ExpressionKind::Object(entries), Type::Struct(reference)) => {
                let fields = &reference.definition.fields;
                let typed = entries.into_iter().map(|(key, value)| {
                    match fields.iter().find(|field| field.name == key) {
                        Some(field) => Ok((key, self.typed_parameters(value, &field.ty)?)),
                        None => Ok((key, value)),
                    }
                });
                ExpressionKind::Object(typed.collect::<Result<_>>()?)
            }
            (ExpressionKind::Object(entries), Type::Map(item)) => {
                let typed = entries
                    .into_iter()
                    .map(|(key, value)| Ok((key, self.typed_parameters(value, &item.ty)?)));
                ExpressionKind::Object(typed.collect::<Result<_>>()?)
            }
            (ExpressionKind::Array(items), Type::Array(item)) => {
                let typed = items
                    .into_iter()
                    .map(|value| self.typed_parameters(value, &item.ty));
                ExpressionKind::Array(typed.collect::<Result<_>>()?)
            }
            (kind, _) => kind,
        };
        Ok(Expression { kind, ..value })
    }

    /// A number with the digits that a `DECIMAL(p, s)` has behind the point; what a literal or a
    /// parameter has too many of is an error instead.
    fn rounded(&mut self, value: Expression, target: &Target) -> Result<Expression> {
        let is_given = matches!(
            value.kind,
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_)
        );
        let Some(precision) = target.limits.precision.filter(|_| !is_given) else {
            return Ok(value);
        };
        if value.ty != Type::Numeric {
            return Ok(value);
        }
        let span = value.span;
        let scale = Literal::Integer(i64::from(precision.scale));
        let scale = Expression::literal(scale, Type::Integer, span);
        self.resolve("round", vec![value, scale], span)
    }
}

/// How a number is out of the range of an integer type.
fn out_of_range(literal: &Literal, to: &Type) -> Option<String> {
    let (smallest, largest) = match to {
        Type::Integer => (i128::from(i32::MIN), i128::from(i32::MAX)),
        Type::Bigint => (i128::from(i64::MIN), i128::from(i64::MAX)),
        _ => return None,
    };
    let written = match literal {
        Literal::Integer(value) => value.to_string(),
        Literal::Numeric(text) => text.clone(),
        Literal::Double(value) => value.to_string(),
        _ => return None,
    };
    let fits = match written.parse::<i128>() {
        Ok(value) => (smallest..=largest).contains(&value),
        // With a fraction or an exponent: what is near to the end of the range, the server judges.
        Err(_) => written.parse::<f64>().ok()?.abs() < largest as f64 * 1.01,
    };
    (!fits).then(|| format!("{written} is out of the range of `{to}`"))
}

/// Whether PostgreSQL converts a value when it is stored, though not in an expression.
fn is_assignable(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (from, to) if from.is_number() && to.is_number() => true,
        (Type::Timestamp, Type::Date) => true,
        (
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Timestamp
            | Type::Date
            | Type::Uuid
            | Type::ObjectId
            | Type::Interval,
            Type::Text,
        ) => true,
        (Type::Array(from), Type::Array(to)) => {
            is_implicit(&from.ty, &to.ty) || is_assignable(&from.ty, &to.ty)
        }
        _ => false,
    }
}

pub(super) fn not_null(target: &Target, span: Span) -> Box<Diagnostic> {
    let name = match &target.of_file {
        Some(column) => column.clone(),
        None => target.name(),
    };
    let message = format!("`NULL` for `{name}`, which cannot be `NULL`");
    let error = Diagnostic::error(Code::NotNull, span, message);
    Box::new(match &target.of_file {
        Some(column) if !column.contains('.') => {
            error.help(format!("give it a value: every file has a `{name}`"))
        }
        _ => error.help("give it a value, or declare the field as an `Option`"),
    })
}

pub(super) fn is_id(target: &Target) -> bool {
    target.steps.first().is_some_and(|step| step.name == "_id")
}
