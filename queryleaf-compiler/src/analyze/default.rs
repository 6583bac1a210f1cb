//! The `DEFAULT` of a column: a constant, or one of the two values that are made anew for each row.

use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::schema::exceeded;
use crate::syntax;
use crate::types::{Field, Type};
use sqlparser::ast;

/// What an `INSERT` that leaves a column out writes.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    /// `CURRENT_TIMESTAMP`: the time of the statement.
    CurrentTimestamp,
    /// `GENERATE_UUID()`: a new UUID for each row.
    GenerateUuid,
    /// A constant of the column's type; arrays and objects hold constants.
    Constant(Expression),
}

/// What stands before the text of a default to make it a query.
const PREFIX: &str = "SELECT ";

/// The `DEFAULT` of a column, nothing where it has none.
///
/// # Errors
///
/// What is wrong with it, with places in its text.
pub fn default_value(field: &Field) -> Result<Option<DefaultValue>, Vec<Diagnostic>> {
    let Some(text) = &field.default else {
        return Ok(None);
    };
    let sql = format!("{PREFIX}{text}");
    let found = read(&sql, field);
    found.map(Some).map_err(|mut errors| {
        for error in &mut errors {
            error.span = Span::new(
                error.span.start.saturating_sub(PREFIX.len()),
                error.span.end.saturating_sub(PREFIX.len()),
            );
        }
        errors
    })
}

fn read(sql: &str, field: &Field) -> Result<DefaultValue, Vec<Diagnostic>> {
    let (query, source) = syntax::parse_query(sql).map_err(|error| vec![*error])?;
    let whole = Span::new(PREFIX.len(), sql.len());
    let Some(expression) = only_expression(&query) else {
        return Err(vec![no_constant(whole)]);
    };
    if makes_uuid(expression) {
        return match field.ty {
            Type::Uuid => Ok(DefaultValue::GenerateUuid),
            _ => Err(vec![mismatch(&field.ty, &Type::Uuid, whole)]),
        };
    }
    let mut analyzer = Analyzer::new(&source, &[], &[]);
    let scope = Scope::default();
    let result = analyzer
        .expression_in(Clause::Values, expression, &scope, whole)
        .and_then(|expression| analyzer.coerce(expression, &field.ty));
    let expression = match result {
        Ok(expression) if analyzer.errors.is_empty() => expression,
        Ok(_) => return Err(analyzer.errors),
        Err(error) => {
            let mut error = *error;
            if error.code == Code::UnknownColumn {
                let name = source.slice(error.span);
                error.message = format!("`{name}` is no constant");
                error.help = Some(format!("a text is written in single quotes: `'{name}'`"));
            }
            return Err(vec![error]);
        }
    };
    match &expression.kind {
        ExpressionKind::CurrentTimestamp => Ok(DefaultValue::CurrentTimestamp),
        _ if is_constant(&expression) => {
            check(&expression, field).map_err(|error| vec![*error])?;
            Ok(DefaultValue::Constant(expression))
        }
        _ => Err(vec![no_constant(whole)]),
    }
}

fn only_expression(query: &ast::Query) -> Option<&ast::Expr> {
    match &*query.body {
        ast::SetExpr::Select(select) if select.from.is_empty() && select.selection.is_none() => {
            match &select.projection[..] {
                [ast::SelectItem::UnnamedExpr(expression)] => Some(expression),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `GENERATE_UUID()`, or as PostgreSQL calls it.
pub(super) fn makes_uuid(expression: &ast::Expr) -> bool {
    let function = match expression {
        ast::Expr::Nested(inner) => return makes_uuid(inner),
        ast::Expr::Function(function) => function,
        _ => return false,
    };
    let no_arguments = match &function.args {
        ast::FunctionArguments::List(list) => list.args.is_empty(),
        ast::FunctionArguments::None | ast::FunctionArguments::Subquery(_) => false,
    };
    let name = function.name.to_string();
    no_arguments
        && ["generate_uuid", "gen_random_uuid"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

fn is_constant(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) => true,
        ExpressionKind::Array(items) => items.iter().all(is_constant),
        ExpressionKind::Object(entries) => entries.iter().all(|(_, value)| is_constant(value)),
        _ => false,
    }
}

/// Whether a constant can be stored in the field.
fn check(expression: &Expression, field: &Field) -> Result<()> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Null) if !field.nullable => {
            let message = format!("`{}` cannot be `NULL`", field.name);
            Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, expression.span, message)
                    .help("leave the default out"),
            ))
        }
        ExpressionKind::Literal(literal) => match exceeded(literal, &field.limits) {
            Some(message) => Err(Box::new(Diagnostic::error(
                Code::InvalidLiteral,
                expression.span,
                message,
            ))),
            None => Ok(()),
        },
        ExpressionKind::Array(items) => items.iter().try_for_each(|item| check(item, field)),
        _ => Ok(()),
    }
}

fn no_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unsupported,
        span,
        "a default is a constant, `CURRENT_TIMESTAMP` or `GENERATE_UUID()`",
    )
    .help("compute other values in the program, or in the `INSERT`")
}

fn mismatch(expected: &Type, found: &Type, span: Span) -> Diagnostic {
    let message = format!("expected `{expected}`, found `{found}`");
    Diagnostic::error(Code::TypeMismatch, span, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Definition, parse};

    fn of(ty: &str, sql: &str) -> Result<DefaultValue, String> {
        let text = format!(
            "struct A {{\"a\" a: {ty} default {};}}",
            crate::schema::quote(sql)
        );
        let Ok(Definition::Struct(definition)) = parse(&text) else {
            panic!("{text}")
        };
        match default_value(&definition.fields[0]) {
            Ok(found) => Ok(found.expect("there is a default")),
            Err(errors) => Err(format!(
                "{} at `{}`",
                errors[0].message,
                &sql[errors[0].span.start..errors[0].span.end]
            )),
        }
    }

    fn literal(ty: &str, sql: &str) -> Literal {
        match of(ty, sql) {
            Ok(DefaultValue::Constant(expression)) => {
                expression.as_literal().cloned().expect("a literal")
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn constants_of_the_columns_type() {
        assert_eq!(literal("integer", "0"), Literal::Integer(0));
        assert_eq!(literal("integer range -5 5", "-5"), Literal::Integer(-5));
        assert_eq!(
            literal("numeric precision 3 2", "0"),
            Literal::Numeric("0".to_owned())
        );
        assert_eq!(
            literal("?text length 3", "'GPS'"),
            Literal::Text("GPS".to_owned())
        );
        assert_eq!(literal("boolean", "true"), Literal::Boolean(true));
        assert_eq!(literal("?text", "NULL"), Literal::Null);
        assert_eq!(
            literal("enum E (\"a\", \"b\")", "'b'"),
            Literal::Text("b".to_owned())
        );
        assert_eq!(literal("timestamp", "'1970-01-01'"), Literal::Timestamp(0));
        assert!(matches!(
            of("[text]", "ARRAY['a']"),
            Ok(DefaultValue::Constant(_))
        ));
    }

    #[test]
    fn values_made_for_each_row() {
        assert_eq!(
            of("timestamp", "CURRENT_TIMESTAMP"),
            Ok(DefaultValue::CurrentTimestamp)
        );
        assert_eq!(
            of("?timestamp", "now()"),
            Ok(DefaultValue::CurrentTimestamp)
        );
        assert_eq!(
            of("uuid", "GENERATE_UUID()"),
            Ok(DefaultValue::GenerateUuid)
        );
        assert_eq!(
            of("uuid", "gen_random_uuid()"),
            Ok(DefaultValue::GenerateUuid)
        );
    }

    #[test]
    fn what_is_no_default_of_the_column() {
        for (ty, sql, expected) in [
            ("integer", "'x'", "`'x'` is no `integer` at `'x'`"),
            (
                "integer",
                "1.5",
                "expected `integer`, found `numeric` at `1.5`",
            ),
            (
                "text",
                "GENERATE_UUID()",
                "expected `text`, found `uuid` at `GENERATE_UUID()`",
            ),
            (
                "text",
                "CURRENT_TIMESTAMP",
                "expected `text`, found `timestamp` at `CURRENT_TIMESTAMP`",
            ),
            (
                "text length 2",
                "'abc'",
                "a text of 3 characters is longer than 2 at `'abc'`",
            ),
            (
                "numeric precision 3 2",
                "10",
                "10 has more than 1 digit before the point at `10`",
            ),
            (
                "numeric precision 3 2",
                "0.125",
                "0.125 has more than 2 digits behind the point at `0.125`",
            ),
            (
                "integer range 0 255",
                "-1",
                "-1 is not between 0 and 255 at `-1`",
            ),
            ("text", "NULL", "`a` cannot be `NULL` at `NULL`"),
            (
                "integer",
                "1 + 1",
                "a default is a constant, `CURRENT_TIMESTAMP` or `GENERATE_UUID()` at `1 + 1`",
            ),
            (
                "enum E (\"a\")",
                "'c'",
                "enum `E` has no variant `'c'` at `'c'`",
            ),
        ] {
            assert_eq!(of(ty, sql), Err(expected.to_owned()), "{ty} {sql}");
        }
        for sql in [
            "",
            "1; 2",
            "x",
            "(SELECT 1)",
            "1 FROM t",
            ":p",
            "1, 2",
            "COUNT(*)",
            "$1",
        ] {
            assert!(of("integer", sql).is_err(), "{sql}");
        }
    }
}
