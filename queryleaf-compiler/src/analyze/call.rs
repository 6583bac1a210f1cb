//! Calls of scalar functions: which one is meant, and what it takes.

use super::Analyzer;
use super::coerce::{common, is_implicit};
use super::json_path::extraction;
use super::named_arguments::is_named;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArgumentType, Nullability, ResultType, Signature, check, signatures};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::suggestion::nearest;
use crate::types::{Item, Type};
use sqlparser::ast::{
    self, Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments,
};

/// Functions that are expressions of their own.
const SPECIAL: &[&str] = &[
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "now",
    "current_timestamp",
    "localtimestamp",
    "transaction_timestamp",
    "statement_timestamp",
    "current_date",
    "json_build_object",
    "jsonb_build_object",
    "json_object",
    "json_array",
    "json_build_array",
    "jsonb_build_array",
    "json_extract",
    "json_extract_path",
    "json_extract_path_text",
    "jsonb_extract_path",
    "jsonb_extract_path_text",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "string_agg",
    "array_agg",
];

impl Analyzer<'_> {
    pub(crate) fn function(
        &mut self,
        function: &ast::Function,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let span = self.source.span_or(&function.name, outer);
        let written = function.name.to_string();
        let name = written.to_lowercase();
        if function.over.is_some() {
            return self.unsupported(span, format!("the window function `{written}(..) OVER`"));
        }
        if function.null_treatment.is_some() {
            return self.unsupported(span, "`IGNORE NULLS`");
        }
        if let Some(aggregate) = super::aggregate::function(&name) {
            return self.aggregate(aggregate, function, &name, scope, span);
        }
        if function.filter.is_some() || !function.within_group.is_empty() {
            let message = format!("`{name}` is not an aggregate");
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, span, message)
                    .help("`FILTER` and `WITHIN GROUP` belong to aggregates"),
            ));
        }
        self.no_clauses(function, &name, span)?;
        if matches!(
            name.as_str(),
            "json_object" | "json_build_object" | "jsonb_build_object"
        ) {
            return self.object(function, scope, span);
        }
        let arguments = self.arguments(function, scope, span)?;
        if let Some(extraction) = extraction(&name) {
            return self.extract(&extraction, arguments, span);
        }
        match name.as_str() {
            "now"
            | "current_timestamp"
            | "localtimestamp"
            | "transaction_timestamp"
            | "statement_timestamp" => {
                self.no_arguments(&name, &arguments, span)?;
                let now = Expression::new(ExpressionKind::CurrentTimestamp, Type::Timestamp, span);
                match name.as_str() {
                    "localtimestamp" => self.resolve("timestamp", vec![now], span),
                    _ => Ok(now),
                }
            }
            "current_date" => {
                self.no_arguments(&name, &arguments, span)?;
                let now = Expression::new(ExpressionKind::CurrentTimestamp, Type::Timestamp, span);
                self.cast_to(now, &Type::Date, span)
            }
            "coalesce" => self.coalesce(arguments, span),
            "greatest" | "least" => self.extreme(&name, arguments, span),
            "nullif" => self.nullif(arguments, span),
            "json_array" => {
                // The standard leaves NULL out of the array; the other two keep it.
                if let Some(argument) = arguments.iter().find(|argument| argument.nullable) {
                    let message = "`json_array` of a value that may be NULL";
                    return Err(Box::new(
                        Diagnostic::error(Code::Unsupported, argument.span, message)
                            .help("use `JSON_BUILD_ARRAY`, which keeps NULL, or `COALESCE`"),
                    ));
                }
                self.json_array(arguments, span)
            }
            "json_build_array" | "jsonb_build_array" => self.json_array(arguments, span),
            "unnest" => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`UNNEST` stands in FROM only")
                    .help("write `FROM orders, UNNEST(items) AS item` and select from `item`"),
            )),
            _ => self.resolve(&name, arguments, span),
        }
    }

    /// The arguments of a plain call.
    pub(crate) fn arguments(
        &mut self,
        function: &ast::Function,
        scope: &Scope,
        span: Span,
    ) -> Result<Vec<Expression>> {
        let list = match &function.args {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::Subquery(_) => return self.unsupported(span, "a subquery"),
            FunctionArguments::List(list) => list,
        };
        let is_called = |name: &str| function.name.to_string().eq_ignore_ascii_case(name);
        if is_called("make_interval") && list.args.iter().any(is_named) {
            return self.interval_parts(&list.args, scope, span);
        }
        let begins_with_unit = is_called("timestampdiff");
        list.args
            .iter()
            .enumerate()
            .map(|(number, argument)| match argument {
                // MySQL's `TIMESTAMPDIFF(HOUR, a, b)`: the unit is a bare word.
                FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(unit)))
                    if begins_with_unit && number == 0 =>
                {
                    let unit = self.name(unit);
                    let literal = Literal::Text(unit.text);
                    Ok(Expression::literal(literal, Type::Unknown, unit.span))
                }
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    self.expression(argument, scope, span)
                }
                FunctionArg::Unnamed(_) => {
                    let name = function.name.to_string().to_lowercase();
                    let message = format!("`{name}` does not take `*`");
                    Err(Box::new(Diagnostic::error(
                        Code::ArgumentMismatch,
                        span,
                        message,
                    )))
                }
                FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                    self.unsupported(span, "a named argument")
                }
            })
            .collect()
    }

    /// `DISTINCT`, `ORDER BY`, `ABSENT ON NULL` and the like mean something in aggregates only, or
    /// change an answer in a way that is not to be had here.
    fn no_clauses(&self, function: &ast::Function, name: &str, span: Span) -> Result<()> {
        let FunctionArguments::List(list) = &function.args else {
            return Ok(());
        };
        if list.duplicate_treatment.is_none() && list.clauses.is_empty() {
            return Ok(());
        }
        let message = format!("`{name}` takes nothing but its arguments");
        Err(Box::new(
            Diagnostic::error(Code::ArgumentMismatch, span, message)
                .help("leave out `DISTINCT`, and what follows the arguments"),
        ))
    }

    fn no_arguments(&self, name: &str, arguments: &[Expression], span: Span) -> Result<()> {
        if arguments.is_empty() {
            return Ok(());
        }
        let message = format!("`{name}` takes no arguments");
        Err(Box::new(Diagnostic::error(
            Code::ArgumentMismatch,
            span,
            message,
        )))
    }

    fn coalesce(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        if arguments.is_empty() {
            return wrong_count("coalesce", "at least one argument", span);
        }
        let (arguments, ty) = self.unify(arguments, "COALESCE")?;
        let nullable = arguments.iter().all(|argument| argument.nullable);
        Ok(Expression {
            kind: ExpressionKind::Coalesce(arguments),
            ty,
            nullable,
            span,
        })
    }

    fn extreme(
        &mut self,
        name: &str,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let Some(first) = arguments.first().cloned() else {
            return wrong_count(name, "at least one argument", span);
        };
        let (arguments, ty) = self.unify(arguments, &name.to_uppercase())?;
        self.comparable(
            Expression {
                ty: ty.clone(),
                ..first.clone()
            },
            Expression {
                ty: ty.clone(),
                ..first
            },
            ComparisonOperator::Less,
        )?;
        let nullable = arguments.iter().all(|argument| argument.nullable);
        let kind = if name == "greatest" {
            ExpressionKind::Greatest(arguments)
        } else {
            ExpressionKind::Least(arguments)
        };
        Ok(Expression {
            kind,
            ty,
            nullable,
            span,
        })
    }

    /// `NULLIF(a, b)`: `CASE WHEN a = b THEN NULL ELSE a END`, of the type in which the two are
    /// compared: `NULLIF(1, 2.5)` is a `numeric`.
    fn nullif(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        let Ok([value, other]) = <[Expression; 2]>::try_from(arguments) else {
            return wrong_count("nullif", "two arguments", span);
        };
        let value = self.settle(value)?;
        let compared = self.copy(&value)?;
        let equal = self.compare(ComparisonOperator::Equal, compared, other, span)?;
        let value = match &equal.kind {
            ExpressionKind::Compare { left, .. } => (**left).clone(),
            _ => value,
        };
        let ty = value.ty.clone();
        let null = Expression::literal(Literal::Null, ty.clone(), span);
        let kind = ExpressionKind::Case {
            branches: vec![(equal, null)],
            otherwise: Some(Box::new(value)),
        };
        Ok(Expression {
            kind,
            ty,
            nullable: true,
            span,
        })
    }

    /// An array of values that need not be of one type.
    fn json_array(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
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
    fn object(
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

    /// Calls that have a grammar of their own.
    pub(crate) fn special_call(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let text = |value: String| Expression::literal(Literal::Text(value), Type::Unknown, span);
        // The parser's place of such a call is that of its arguments; the word before them names it.
        let keyword = match expression {
            Expr::Extract { .. } => "extract",
            Expr::Ceil { .. } => "ceil",
            Expr::Floor { .. } => "floor",
            Expr::Position { .. } => "position",
            Expr::Substring { .. } => "substring",
            Expr::Trim { .. } => "trim",
            Expr::Overlay { .. } => "overlay",
            _ => "at",
        };
        let span = self.source.find_before(span.start, keyword).unwrap_or(span);
        let (name, arguments) = match expression {
            Expr::Extract { field, expr, .. } => {
                let field = field.to_string().to_lowercase();
                let place = self.source.find(span.start, &field).unwrap_or(span);
                let field = Expression {
                    span: place,
                    ..text(field)
                };
                ("extract", vec![field, self.expression(expr, scope, span)?])
            }
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                if !matches!(
                    field,
                    ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime)
                ) {
                    return self.unsupported(span, "`CEIL` or `FLOOR` with a unit");
                }
                let name = if matches!(expression, Expr::Ceil { .. }) {
                    "ceil"
                } else {
                    "floor"
                };
                (name, vec![self.expression(expr, scope, span)?])
            }
            Expr::Position { expr, r#in } => {
                let part = self.expression(expr, scope, span)?;
                ("position", vec![part, self.expression(r#in, scope, span)?])
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut arguments = vec![self.expression(expr, scope, span)?];
                arguments.push(match substring_from {
                    Some(from) => self.expression(from, scope, span)?,
                    None => Expression::literal(Literal::Integer(1), Type::Integer, span),
                });
                if let Some(length) = substring_for {
                    arguments.push(self.expression(length, scope, span)?);
                }
                ("substring", arguments)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let name = match trim_where {
                    None | Some(ast::TrimWhereField::Both) => "btrim",
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                };
                let mut arguments = vec![self.expression(expr, scope, span)?];
                let listed = trim_characters.iter().flatten();
                for characters in trim_what.as_deref().into_iter().chain(listed) {
                    arguments.push(self.expression(characters, scope, span)?);
                }
                (name, arguments)
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                let mut arguments = Vec::new();
                for part in [expr, overlay_what, overlay_from]
                    .into_iter()
                    .chain(overlay_for)
                {
                    arguments.push(self.expression(part, scope, span)?);
                }
                ("overlay", arguments)
            }
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let timestamp = self.expression(timestamp, scope, span)?;
                (
                    "timezone",
                    vec![self.expression(time_zone, scope, span)?, timestamp],
                )
            }
            _ => return self.unsupported(span, "this expression"),
        };
        self.resolve(name, arguments, span)
    }

    /// `INTERVAL '7 days'`, `INTERVAL '7' DAY`, `INTERVAL 7 DAY`.
    pub(crate) fn interval(&mut self, interval: &ast::Interval, span: Span) -> Result<Expression> {
        if interval.leading_precision.is_some()
            || interval.last_field.is_some()
            || interval.fractional_seconds_precision.is_some()
        {
            return self.unsupported(span, "an interval of several fields");
        }
        let text = match &*interval.value {
            Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => text.clone(),
                ast::Value::Number(text, _) => text.clone(),
                _ => return self.unsupported(span, "this interval"),
            },
            _ => {
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, "an interval that is not a literal")
                        .help("multiply one: `INTERVAL '1 day' * n`"),
                ));
            }
        };
        let unit = interval
            .leading_field
            .as_ref()
            .map(|field| field.to_string().to_lowercase());
        match crate::literal::interval(&text, unit.as_deref()) {
            Ok(fields) => {
                let (months, days, milliseconds) = fields;
                let literal = Literal::Interval {
                    months,
                    days,
                    milliseconds,
                };
                Ok(Expression::literal(literal, Type::Interval, span))
            }
            Err(reason) => {
                let message = format!("`'{text}'` is no `interval`: {reason}");
                Err(Box::new(
                    Diagnostic::error(Code::InvalidLiteral, span, message)
                        .help("write it like `INTERVAL '7 days'`"),
                ))
            }
        }
    }

    /// An operator that is known by its signatures.
    pub(crate) fn call_operator(
        &mut self,
        operator: &str,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let known = signatures().any(|signature| signature.name == operator);
        if !known {
            return self.unsupported(span, format!("the operator `{operator}`"));
        }
        let types: Vec<String> = arguments
            .iter()
            .map(|one| format!("`{}`", one.ty))
            .collect();
        self.resolve(operator, arguments, span).map_err(|error| {
            if error.code != Code::ArgumentMismatch {
                return error;
            }
            let message = format!("no operator `{operator}` between {}", types.join(" and "));
            Box::new(
                Diagnostic::error(Code::TypeMismatch, error.span, message).help("cast one side"),
            )
        })
    }

    /// Finds the signature that fits the arguments, by PostgreSQL's rules.
    pub(crate) fn resolve(
        &mut self,
        name: &str,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let candidates: Vec<&Signature> = signatures()
            .filter(|signature| signature.name == name)
            .collect();
        if candidates.is_empty() {
            return Err(unknown_function(name, span));
        }
        let best = candidates
            .iter()
            .filter_map(|signature| Some((score(signature, &arguments)?, *signature)))
            .max_by_key(|(score, _)| *score);
        let Some((_, signature)) = best else {
            return Err(mismatch(name, &candidates, &arguments, span));
        };
        let arguments = self.fit(signature, arguments)?;
        if let Err(error) = check(signature.function, &arguments) {
            let place = arguments.get(error.argument).map_or(span, |one| one.span);
            let mut diagnostic = Diagnostic::error(Code::ArgumentMismatch, place, error.message);
            diagnostic.help = error.help;
            return Err(Box::new(diagnostic));
        }
        let strict = arguments.iter().any(|argument| argument.nullable);
        let nullable = match signature.nullability {
            Nullability::Strict => strict,
            Nullability::WhenFirst => arguments.first().is_some_and(|first| first.nullable),
            Nullability::WhenAll => arguments.iter().all(|argument| argument.nullable),
            Nullability::Never => false,
            Nullability::StrictAndSometimes | Nullability::Custom => true,
        };
        let ty = result_type(&signature.result, &arguments);
        let kind = ExpressionKind::Call {
            function: signature.function,
            arguments,
        };
        Ok(Expression {
            kind,
            ty,
            nullable,
            span,
        })
    }

    /// Brings the arguments to the types of a signature.
    fn fit(
        &mut self,
        signature: &Signature,
        arguments: Vec<Expression>,
    ) -> Result<Vec<Expression>> {
        let types: Vec<Type> = arguments.iter().map(|one| one.ty.clone()).collect();
        let mut fitted: Vec<Expression> = Vec::new();
        for (index, argument) in arguments.into_iter().enumerate() {
            let wanted = argument_type(signature, index);
            let value = match wanted {
                Some(ArgumentType::Exactly(ty)) => self.coerce(argument, ty)?,
                Some(ArgumentType::ItemOf(other)) => {
                    let item = match types.get(*other) {
                        Some(Type::Array(item)) => settled(&item.ty).clone(),
                        _ => Type::Text,
                    };
                    self.coerce(argument, &item)?
                }
                Some(ArgumentType::SameAs(other)) => match types.get(*other) {
                    Some(ty) if !same_but_for_null(&argument.ty, ty) => {
                        self.coerce(argument, ty)?
                    }
                    _ => argument,
                },
                // A boolean arrives as it is: some functions write it as `t`, others as `true`.
                Some(ArgumentType::AnyText) if argument.ty == Type::Boolean => argument,
                Some(ArgumentType::AnyText) => {
                    let place = argument.span;
                    self.cast_to(argument, &Type::Text, place)?
                }
                Some(ArgumentType::TextArray) => match &argument.ty {
                    Type::Array(item) if !matches!(item.ty, Type::Boolean | Type::Text) => {
                        let texts = Type::Array(Box::new(Item {
                            ty: Type::Text,
                            nullable: item.nullable,
                            own: false,
                        }));
                        let place = argument.span;
                        self.cast_to(argument, &texts, place)?
                    }
                    _ => argument,
                },
                Some(ArgumentType::LiteralText) => self.coerce(argument, &Type::Text)?,
                Some(
                    ArgumentType::LiteralInteger
                    | ArgumentType::AnyArray
                    | ArgumentType::ComparableArray
                    | ArgumentType::AnyJson
                    | ArgumentType::Any,
                )
                | None => self.settle(argument)?,
            };
            fitted.push(value);
        }
        Ok(fitted)
    }
}

/// What a signature wants as its argument of this number.
fn argument_type(signature: &Signature, index: usize) -> Option<&ArgumentType> {
    signature.arguments.get(index).or_else(|| {
        signature
            .variadic
            .then(|| signature.arguments.last())
            .flatten()
    })
}

/// How well arguments fit a signature; `None` when they do not.
fn score(signature: &Signature, arguments: &[Expression]) -> Option<u32> {
    let least = signature.arguments.len().saturating_sub(signature.optional);
    let too_many = !signature.variadic && arguments.len() > signature.arguments.len();
    if arguments.len() < least || too_many {
        return None;
    }
    let mut total = 0;
    for (index, argument) in arguments.iter().enumerate() {
        total += match argument_type(signature, index)? {
            ArgumentType::Exactly(ty) => score_type(&argument.ty, ty)?,
            ArgumentType::LiteralText => argument.as_text().map(|_| 100)?,
            ArgumentType::LiteralInteger => argument.as_integer().map(|_| 100)?,
            ArgumentType::AnyArray => match &argument.ty {
                Type::Array(item) if !matches!(item.ty, Type::Array(_)) => 90,
                _ => return None,
            },
            ArgumentType::TextArray => match &argument.ty {
                Type::Array(item) if is_comparable(&item.ty) && item.ty != Type::Bytea => 90,
                _ => return None,
            },
            ArgumentType::ComparableArray => match &argument.ty {
                Type::Array(item) if is_comparable(&item.ty) => 91,
                _ => return None,
            },
            ArgumentType::ItemOf(other) => match arguments.get(*other).map(|other| &other.ty) {
                Some(Type::Array(item)) if is_implicit(&argument.ty, settled(&item.ty)) => 50,
                _ => return None,
            },
            ArgumentType::SameAs(other) => {
                let other = arguments.get(*other).map(|other| &other.ty)?;
                if same_but_for_null(&argument.ty, other) {
                    90
                } else if is_implicit(&argument.ty, other) {
                    50
                } else {
                    return None;
                }
            }
            ArgumentType::AnyText => match argument.ty {
                Type::Text | Type::Unknown => 60,
                // A document as text would be JSON.
                Type::Json
                | Type::Array(_)
                | Type::Struct(_)
                | Type::Map(_)
                | Type::Document
                | Type::Bytea => {
                    return None;
                }
                _ => 20,
            },
            ArgumentType::AnyJson => match argument.ty {
                Type::Json | Type::Document | Type::Struct(_) | Type::Map(_) => 80,
                _ => return None,
            },
            ArgumentType::Any => 10,
        };
    }
    Some(total)
}

/// The type of an item of an array that the query spells out: text unless it tells another.
fn settled(item: &Type) -> &Type {
    match item {
        Type::Unknown => &Type::Text,
        item => item,
    }
}

fn score_type(from: &Type, to: &Type) -> Option<u32> {
    match (from, to) {
        (from, to) if from == to => Some(100),
        (Type::Unknown, Type::Text) => Some(40),
        (Type::Unknown, _) => Some(10),
        // PostgreSQL prefers double precision among the numbers it could convert to.
        (from, Type::Double) if is_implicit(from, to) => Some(9),
        (from, to) if is_implicit(from, to) => Some(5),
        _ => None,
    }
}

fn is_comparable(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Json | Type::Document | Type::Struct(_) | Type::Map(_) | Type::Array(_)
    )
}

/// Whether two types are one when it does not matter which items of an array may be `NULL`.
fn same_but_for_null(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Array(one), Type::Array(other)) => same_but_for_null(&one.ty, &other.ty),
        (one, other) => one == other,
    }
}

fn result_type(result: &ResultType, arguments: &[Expression]) -> Type {
    let argument = |index: usize| {
        arguments
            .get(index)
            .map_or(Type::Unknown, |one| one.ty.clone())
    };
    match result {
        ResultType::Exactly(ty) => ty.clone(),
        ResultType::ArrayOf(ty) => ty.clone().array(),
        ResultType::ArrayOfNullable(ty) => Type::Array(Box::new(Item {
            ty: ty.clone(),
            nullable: true,
            own: false,
        })),
        ResultType::ArrayOfAll => array_of_all(arguments),
        ResultType::SameAs(index) => argument(*index),
    }
}

fn array_of_all(arguments: &[Expression]) -> Type {
    let mut ty = Type::Unknown;
    let mut nullable = false;
    for argument in arguments {
        let (item, may_be_null) = match &argument.ty {
            Type::Array(item) => (&item.ty, item.nullable),
            other => (other, argument.nullable),
        };
        ty = common(&ty, item).unwrap_or(ty);
        nullable |= may_be_null;
    }
    Type::Array(Box::new(Item {
        ty,
        nullable,
        own: false,
    }))
}

fn unknown_function(name: &str, span: Span) -> Box<Diagnostic> {
    let error = Diagnostic::error(Code::UnknownFunction, span, format!("no function `{name}`"));
    let names = signatures()
        .map(|signature| signature.name)
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
        .chain(SPECIAL.iter().copied());
    Box::new(match nearest(name, names) {
        Some(near) => error.help(format!("a function with a similar name exists: `{near}`")),
        None => error,
    })
}

fn mismatch(
    name: &str,
    candidates: &[&Signature],
    arguments: &[Expression],
    span: Span,
) -> Box<Diagnostic> {
    let found: Vec<String> = arguments
        .iter()
        .map(|argument| argument.ty.to_string())
        .collect();
    let message = format!("`{name}` does not take ({})", found.join(", "));
    let mut error = Diagnostic::error(Code::ArgumentMismatch, span, message);
    for candidate in candidates.iter().take(4) {
        error = error.note(format!("it takes {candidate}"));
    }
    let wants_numeric = candidates.iter().any(|candidate| {
        candidate.arguments.first() == Some(&ArgumentType::Exactly(Type::Numeric))
            && candidate.arguments.len() >= arguments.len()
    });
    if wants_numeric && arguments.iter().any(|argument| argument.ty == Type::Double) {
        error = error.help("cast the argument with `::numeric`");
    }
    Box::new(error)
}

pub(crate) fn wrong_count<T>(name: &str, wanted: &str, span: Span) -> Result<T> {
    let message = format!("`{name}` takes {wanted}");
    Err(Box::new(Diagnostic::error(
        Code::ArgumentMismatch,
        span,
        message,
    )))
}
