//! Documents and arrays that a query makes: `JSON_BUILD_OBJECT`, `JSON_OBJECT`, `JSON_ARRAY`.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::{Item, Type};
use sqlparser::ast::{
    self, Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments,
};

impl Analyzer<'_> {
    /// An array of values that need not be of one type.
    pub(crate) fn json_array(
        &mut self,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let arguments = arguments
            .into_iter()
            .map(|argument| self.settle(argument))
            .collect::<Result<Vec<_>>>()?;
        let nullable = arguments.iter().any(|argument| argument.nullable);
        let ty = Type::Array(Box::new(Item {
            ty: Type::Json,
            nullable,
            own: false,
        }));
        Ok(Expression::new(ExpressionKind::Array(arguments), ty, span))
    }

    /// `JSON_BUILD_OBJECT('a', x, ..)`, `JSON_OBJECT('a' VALUE x, ..)`, `JSON_OBJECT('a': x, ..)`.
    pub(crate) fn object(
        &mut self,
        function: &ast::Function,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut entries: Vec<(String, Expression)> = Vec::new();
        let mut open: Option<(String, Span)> = None;
        let arguments: &[FunctionArg] = match &function.args {
            FunctionArguments::List(list) => &list.args,
            FunctionArguments::None => &[],
            FunctionArguments::Subquery(_) => return self.unsupported(span, "a subquery"),
        };
        // `'key': value` and `'key' VALUE value` are forms of the standard's function alone.
        let is_standard = function
            .name
            .to_string()
            .eq_ignore_ascii_case("json_object");
        for argument in arguments {
            match argument {
                FunctionArg::ExprNamed {
                    name,
                    arg: FunctionArgExpr::Expr(value),
                    operator: FunctionArgOperator::Colon | FunctionArgOperator::Value,
                } if is_standard => {
                    let key = self.object_key(name, scope, span)?;
                    let value = self.expression(value, scope, span)?;
                    self.entry(&mut entries, key, value)?;
                }
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => match open.take() {
                    None => open = Some(self.object_key(argument, scope, span)?),
                    Some(key) => {
                        let value = self.expression(argument, scope, span)?;
                        self.entry(&mut entries, key, value)?;
                    }
                },
                _ => return self.unsupported(span, "this way to write a key and its value"),
            }
        }
        if let Some((key, place)) = open {
            let message = format!("the key `'{key}'` has no value");
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, place, message)
                    .help("keys and values take turns"),
            ));
        }
        Ok(Expression::new(
            ExpressionKind::Object(entries),
            Type::Document,
            span,
        ))
    }

    fn object_key(&mut self, key: &Expr, scope: &Scope, span: Span) -> Result<(String, Span)> {
        let key = self.expression(key, scope, span)?;
        match key.as_text() {
            Some(text) => Ok((text.to_owned(), key.span)),
            None => Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    key.span,
                    "a key that is not a quoted literal",
                )
                .help("write the key as `'name'`"),
            )),
        }
    }

    fn entry(
        &mut self,
        entries: &mut Vec<(String, Expression)>,
        (key, place): (String, Span),
        value: Expression,
    ) -> Result<()> {
        if entries.iter().any(|(known, _)| *known == key) {
            let message = format!("the key `'{key}'` stands twice");
            return Err(Box::new(Diagnostic::error(
                Code::DuplicateName,
                place,
                message,
            )));
        }
        let value = self.settle(value)?;
        entries.push((key, value));
        Ok(())
    }
}
