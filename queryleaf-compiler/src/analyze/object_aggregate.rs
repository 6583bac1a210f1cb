//! Aggregates that are others with something around them: `JSON_ARRAYAGG`, `JSONB_OBJECT_AGG`.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Scope;
use crate::diagnostic::{Result, Span};
use crate::plan::{AggregateFunction, Expression, Literal};
use crate::types::Type;
use sqlparser::ast::{
    self, CastKind, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    ObjectName, Value,
};

impl Analyzer<'_> {
    /// `JSON_ARRAYAGG(x)`: the values that are not `NULL`.
    pub(super) fn array_aggregate(
        &mut self,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let array = self.aggregate(AggregateFunction::JsonAgg, call, name, scope, span)?;
        if matches!(&array.ty, Type::Array(item) if !item.nullable) {
            return Ok(array);
        }
        let null = Expression::literal(Literal::Null, Type::Unknown, span);
        self.resolve("array_remove", vec![array, null], span)
    }

    /// `JSONB_OBJECT_AGG(key, value)`: the document of an array of its entries.
    pub(super) fn object_aggregate(
        &mut self,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut call = call.clone();
        let FunctionArguments::List(list) = &mut call.args else {
            return wrong_count(name, "a key and a value", span);
        };
        let [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(key)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)),
        ] = &list.args[..]
        else {
            return wrong_count(name, "a key and a value", span);
        };
        let entry = entry(&call.name, key.clone(), value.clone());
        list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(entry))];
        let entries = self.aggregate(AggregateFunction::JsonAgg, &call, name, scope, span)?;
        self.resolve("::object", vec![entries], span)
    }
}

/// `jsonb_build_object('k', key::text, 'v', value)`, at the place of the aggregate's name.
fn entry(place: &ObjectName, key: Expr, value: Expr) -> Expr {
    let constant = |text: &str| Expr::value(Value::SingleQuotedString(text.to_owned()));
    let key = Expr::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(key),
        data_type: DataType::Text,
        format: None,
    };
    let arguments = [constant("k"), key, constant("v"), value];
    let span = place
        .0
        .first()
        .and_then(|part| part.as_ident())
        .map_or_else(sqlparser::tokenizer::Span::empty, |name| name.span);
    Expr::Function(ast::Function {
        name: ObjectName::from(vec![Ident::with_span(span, "jsonb_build_object")]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(ast::FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments
                .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
                .to_vec(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
