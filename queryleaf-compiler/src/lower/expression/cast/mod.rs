//! Conversions between types, with PostgreSQL's results and errors.

mod document;
mod double;
mod lossless;
mod number;
mod parse;
mod print;

pub(in crate::lower) use document::document_text;
pub(crate) use lossless::without_lossless_casts;
pub(in crate::lower) use lossless::{date_of_timestamp, folded};

use super::super::Scope;
use super::super::literal::literal;
use super::super::operators::{bind_always, unary};
use super::super::scope::Laziness;
use super::fallible::may_fail;
use super::operand::Surroundings;
use super::value;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::datetime;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Scales};
use crate::types::{EventPart, GeometryType, Item, Type};
use queryleaf_plan::Template;
use std::rc::Rc;

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
    if scope.laziness() > Laziness::Eager && operand.is_constant() && may_fail(whole) {
        return conversion.not_before_needed();
    }
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
            (Type::Event(EventPart::ClusterTime), Type::Timestamp) => {
                Some(unary("$toDate", self.value()))
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
        let name = self.scope.variable();
        let item = Variable::new(&name, from.ty.clone(), from.nullable, self);
        let converted = item.cast(&to.ty, self);
        let mut surroundings = Surroundings::default();
        let array = surroundings.operand(self.operand, false, self.scope);
        let mapped = unary(
            "$map",
            Template::document([
                ("input", array.value),
                ("as", Template::from(name)),
                ("in", converted),
            ]),
        );
        Some(surroundings.around(mapped, Template::null()))
    }

    /// The conversion of a constant that may never be needed and may fail: of a variable instead,
    /// since the server computes what depends on constants alone beforehand.
    fn not_before_needed(&self) -> Template {
        let name = self.scope.variable();
        let Expression { ty, nullable, .. } = self.operand;
        let variable = Variable::new(&name, ty.clone(), *nullable, self);
        let converted = variable.cast(self.to, self);
        bind_always(&name, self.value(), |_| converted)
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

/// A variable of the server as an expression, in a scope of its own.
struct Variable {
    expression: Expression,
    scope: Scope,
}

impl Variable {
    fn new(name: &str, ty: Type, nullable: bool, conversion: &Conversion<'_>) -> Self {
        // The scope holds nothing else, so that any number will do.
        let column = ColumnId(0);
        let scale = conversion.scope.scales().scale(conversion.operand);
        let mut scope = Scope::new(Rc::new(Scales::only(column, scale)));
        scope.continue_names(conversion.scope);
        scope.place(column, format!("${name}"));
        let path = Path::of(column);
        let expression = Expression::new(ExpressionKind::Path(path), ty, conversion.whole.span);
        Variable {
            expression: expression.nullable(nullable),
            scope,
        }
    }

    /// The variable as a value of another type.
    fn cast(self, to: &Type, conversion: &Conversion<'_>) -> Template {
        let Variable { expression, scope } = self;
        let whole = Expression {
            kind: ExpressionKind::Cast(Box::new(expression.clone())),
            ty: to.clone(),
            ..expression.clone()
        };
        let converted = cast(&expression, &whole, &scope);
        conversion.scope.continue_names(&scope);
        for refusal in scope.take_refusals() {
            conversion.scope.refuse(refusal);
        }
        converted
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
            | Type::Geometry(_)
            | Type::Map(_)
            | Type::Struct(_)
            | Type::Array(_),
            Type::Json,
        ) => true,
        (Type::Geometry(_) | Type::Struct(_) | Type::Map(_), Type::Document)
        | (Type::Geometry(_), Type::Geometry(GeometryType::Any)) => true,
        (Type::Array(from), Type::Array(to)) => is_same_on_the_server(&from.ty, &to.ty),
        _ => false,
    }
}
