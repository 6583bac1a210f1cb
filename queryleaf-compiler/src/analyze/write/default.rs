//! Values that a statement does not spell out: `DEFAULT`, and UUIDs that the client makes.

use super::super::Analyzer;
use super::super::default::{DefaultValue, default_value};
use super::WrittenTable;
use super::assignment::{is_id, not_null};
use super::target::declared_field;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, FIRST_GENERATED, Literal, Target};
use crate::types::Type;
use queryleaf_plan::Generated;
use sqlparser::ast::Expr;

/// Whether an expression is the word `DEFAULT`.
pub(super) fn is_default(value: &Expr) -> bool {
    matches!(value, Expr::Identifier(name) if name.quote_style.is_none() && name.value.eq_ignore_ascii_case("default"))
}

impl Analyzer<'_> {
    /// A UUID that the client makes: one for the whole statement, so that a place which stands for
    /// many rows cannot have it.
    pub(super) fn new_uuid(&mut self, span: Span, is_one_row: bool) -> Result<Expression> {
        if !is_one_row {
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    "a new UUID for each of many rows, which the server cannot make",
                )
                .help("pass it as a parameter, or insert the rows with `VALUES`"),
            ));
        }
        self.generate(Generated::Uuid, Type::Uuid, span)
    }

    fn generate(&mut self, generated: Generated, ty: Type, span: Span) -> Result<Expression> {
        let number = u16::try_from(self.generated.len())
            .ok()
            .and_then(|number| FIRST_GENERATED.checked_add(number));
        let Some(number) = number else {
            let message = "too many generated values in one statement";
            return Err(Box::new(
                Diagnostic::error(Code::TooComplex, span, message)
                    .help("pass the rows as structs: `INSERT INTO t VALUES (:rows)`"),
            ));
        };
        self.generated.push(generated);
        Ok(Expression::new(ExpressionKind::Parameter(number), ty, span))
    }

    /// What a column declares as its default.
    pub(super) fn default_of(
        &mut self,
        target: &Target,
        table: &WrittenTable,
        span: Span,
        is_one_row: bool,
    ) -> Result<Expression> {
        match self.declared_default(target, table, span, is_one_row)? {
            Some(value) => Ok(value),
            None if target.nullable => {
                Ok(Expression::literal(Literal::Null, target.ty.clone(), span))
            }
            None => Err(not_null(target, span)),
        }
    }

    /// The default of a column, if it declares one.
    pub(super) fn declared_default(
        &mut self,
        target: &Target,
        table: &WrittenTable,
        span: Span,
        is_one_row: bool,
    ) -> Result<Option<Expression>> {
        let Some(field) = declared_field(&table.collection.fields, &target.steps) else {
            return Ok(None);
        };
        // What is wrong with a default has been said where it is declared.
        match default_value(field).unwrap_or_default() {
            None => Ok(None),
            Some(DefaultValue::Constant(value)) => Ok(Some(Expression { span, ..value })),
            Some(DefaultValue::CurrentTimestamp) => Ok(Some(Expression::new(
                ExpressionKind::CurrentTimestamp,
                target.ty.clone(),
                span,
            ))),
            Some(DefaultValue::GenerateUuid) => self.new_uuid(span, is_one_row).map(Some),
        }
    }

    /// Whether the default of a column is a UUID of its own for each row.
    pub(super) fn is_new_uuid(&self, target: &Target, table: &WrittenTable) -> bool {
        let field = declared_field(&table.collection.fields, &target.steps);
        let default = field.map(default_value);
        matches!(default, Some(Ok(Some(DefaultValue::GenerateUuid))))
    }

    /// The fields that a row leaves out and that have defaults; an error for those that need a value.
    pub(super) fn left_out(
        &mut self,
        given: &[Target],
        table: &WrittenTable,
    ) -> Result<Vec<Target>> {
        let mut with_default = Vec::new();
        let mut missing = Vec::new();
        for target in self.all_targets(table) {
            let is_given = given.iter().any(|given| {
                given.steps.first().map(|step| &step.name)
                    == target.steps.first().map(|step| &step.name)
            });
            if is_given {
                continue;
            }
            let field = declared_field(&table.collection.fields, &target.steps);
            if field.is_some_and(|field| field.default.is_some()) {
                with_default.push(target);
                continue;
            }
            let is_made = is_id(&target) && target.ty == Type::ObjectId;
            if !(target.nullable || is_made) {
                missing.push(format!("`{}`", target.path()));
            }
        }
        if missing.is_empty() {
            return Ok(with_default);
        }
        let (noun, verb) = match missing.len() {
            1 => ("column", "is"),
            _ => ("columns", "are"),
        };
        let list = missing.join(", ");
        Err(Box::new(
            Diagnostic::error(
                Code::MissingColumn,
                table.span,
                format!(
                    "the {noun} {list} of `{}` {verb} given no value",
                    table.collection.name
                ),
            )
            .help("give a value, or declare a default: `#[leaf(default = \"..\")]`, or `Option`"),
        ))
    }
}
