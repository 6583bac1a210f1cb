//! Conversions between types, with PostgreSQL's results and errors.

mod double;
mod lossless;
mod number;
mod parse;
mod print;

pub(in crate::lower) use lossless::{date_of_timestamp, folded, without_lossless_casts};

use super::super::Scope;
use super::super::literal::literal;
use super::super::operators::{call, unary};
use super::operand::Surroundings;
use super::value;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::datetime;
use crate::plan::Expression;
use crate::types::{Item, Type};
use queryleaf_plan::Template;

/// The operand as a value of the type of `whole`.
pub(super) fn cast(operand: &Expression, whole: &Expression, scope: &Scope) -> Template {
    if let Some(constant) = folded(operand, &whole.ty)
        && let Some(template) = literal(&constant, &whole.ty)
    {
        return template;
    }
    let conversion = Conversion {
        operand,
        to: &whole.ty,
        whole,
        scope,
    };
    match conversion.template(&operand.ty, &whole.ty) {
        Some(template) => template,
        None => {
            scope.refuse(conversion.refusal());
            Template::null()
        }
    }
}

/// A conversion that is being lowered.
struct Conversion<'a> {
    operand: &'a Expression,
    to: &'a Type,
    whole: &'a Expression,
    scope: &'a Scope,
}

impl Conversion<'_> {
    fn template(&self, from: &Type, to: &Type) -> Option<Template> {
        if is_same_on_the_server(from, to) {
            return Some(value(self.operand, self.scope));
        }
        match (from, to) {
            (from, to) if from.is_number() && to.is_number() => {
                number::convert(self.operand, self.whole, self.scope)
            }
            (Type::Boolean, Type::Integer) => Some(unary("$toInt", self.value())),
            (Type::Integer, Type::Boolean) => Some(unary("$toBool", self.value())),
            (Type::Array(from), Type::Array(to)) => self.items(from, to),
            (Type::Timestamp | Type::Date | Type::Interval, _)
            | (Type::Text, Type::Timestamp | Type::Date) => datetime::cast(self.value(), from, to),
            (Type::Text, to) => parse::text(self.operand, to, self.scope),
            (from, Type::Text) => print::text(self.operand, from, self.scope),
            (Type::Json, to) => parse::json(self.operand, to, self.scope),
            _ => None,
        }
    }

    fn value(&self) -> Template {
        value(self.operand, self.scope)
    }

    /// An array, each item converted.
    fn items(&self, from: &Item, to: &Item) -> Option<Template> {
        let mut inner = Scope::new();
        inner.continue_names(self.scope);
        let column = crate::plan::ColumnId(u32::MAX);
        let name = self.scope.variable();
        inner.place(column, format!("${name}"));
        let path = crate::plan::Path {
            column,
            steps: Vec::new(),
            rust: None,
        };
        let item = Expression::new(
            crate::plan::ExpressionKind::Path(path),
            from.ty.clone(),
            self.whole.span,
        )
        .nullable(from.nullable);
        let whole = Expression::new(
            crate::plan::ExpressionKind::Cast(Box::new(item.clone())),
            to.ty.clone(),
            self.whole.span,
        )
        .nullable(from.nullable);
        let converted = cast(&item, &whole, &inner);
        for refusal in inner.take_refusals() {
            self.scope.refuse(refusal);
        }
        self.scope.continue_names(&inner);
        let mut surroundings = Surroundings::default();
        let array = surroundings.operand(self.operand, false, self.scope);
        let mapped = unary(
            "$map",
            Template::document([
                ("input", array.value),
                ("as", Template::from(name)),
                ("in", call("$ifNull", [converted, Template::null()])),
            ]),
        );
        Some(surroundings.around(mapped, Template::null()))
    }

    fn refusal(&self) -> Diagnostic {
        let from = &self.operand.ty;
        let to = self.to;
        let error = Diagnostic::error(
            Code::InvalidCast,
            self.whole.span,
            format!("the server cannot convert `{from}` to `{to}`"),
        );
        match (from, to) {
            (Type::Uuid, Type::Text) | (Type::Text, Type::Uuid) => {
                error.help("convert it in the program; a UUID in quotes and a parameter are UUIDs")
            }
            (Type::Numeric, Type::Text) => error
                .note("how many zeros PostgreSQL writes depends on how the number was computed")
                .help("say how many digits are wanted, as in `TO_CHAR(x, 'FM999990.00')`"),
            _ => error.help("convert it in the program"),
        }
    }
}

/// Whether a value of the one type is, as it is stored, also one of the other.
fn is_same_on_the_server(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (from, to) if from == to => true,
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Integer, Type::Bigint) | (Type::Date, Type::Timestamp) => true,
        (Type::Enum(reference), Type::Text) => lossless::is_stored_as_text(&reference.definition),
        (
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Document
            | Type::Map(_)
            | Type::Struct(_)
            | Type::Array(_),
            Type::Json,
        ) => true,
        (Type::Struct(_) | Type::Map(_), Type::Document) => true,
        (Type::Array(from), Type::Array(to)) => is_same_on_the_server(&from.ty, &to.ty),
        _ => false,
    }
}
