//! Which signature a call means, by PostgreSQL's rules, and bringing the arguments to it.

use super::Analyzer;
use super::coerce::{common, is_implicit};
use super::statistics::STATISTICS;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{
    ArgumentType, Nullability, ResultType, Signature, check, signatures, unavailable,
};
use crate::plan::{Expression, ExpressionKind};
use crate::suggestion::nearest;
use crate::types::{Item, Type};

/// Functions that are expressions of their own.
const SPECIAL: &[&str] = &[
    "coalesce",
    "nullif",
    "array_fill",
    "regexp_like",
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
    "point",
    "st_point",
    "st_makepoint",
    "linestring",
    "polygon",
];

impl Analyzer<'_> {
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
        let help = match operator {
            "&&" => "`&&` asks whether two arrays overlap: write `AND` between conditions",
            "||" if arguments.iter().all(|one| one.ty == Type::Boolean) => {
                "`||` joins texts: write `OR` between conditions"
            }
            "+" if arguments
                .iter()
                .all(|one| matches!(one.ty, Type::Text | Type::Unknown)) =>
            {
                "`||` joins texts"
            }
            "+" | "-" if is_time_and_number(&arguments) => {
                "a time is moved by an interval, as in `INTERVAL '7 days'`, or `n * INTERVAL '1 day'`"
            }
            _ => "cast one side",
        };
        let sign = match &arguments[..] {
            [left, _] if operator == "&&" => self.source.find(left.span.end, operator),
            _ => None,
        };
        self.resolve(operator, arguments, span).map_err(|error| {
            // What is wrong with a constant is told as it is.
            if !error.message.contains("does not take") {
                return error;
            }
            let message = format!("no operator `{operator}` between {}", types.join(" and "));
            Box::new(
                Diagnostic::error(Code::TypeMismatch, sign.unwrap_or(error.span), message)
                    .help(help),
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
                Some(ArgumentType::AnyJson) if argument.ty == Type::Unknown => {
                    self.coerce(argument, &Type::Json)?
                }
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
                | Type::Geometry(_)
                | Type::Event(_)
                | Type::Bytea => {
                    return None;
                }
                _ => 20,
            },
            ArgumentType::AnyJson if argument.ty.is_document() => 80,
            // A quoted literal is JSON where nothing else fits.
            ArgumentType::AnyJson
                if argument.as_text().is_some() && argument.ty == Type::Unknown =>
            {
                5
            }
            ArgumentType::AnyJson => return None,
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
    !ty.is_document() && !matches!(ty, Type::Array(_))
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
        ResultType::ArrayOfNullable(ty) => array_of_nullable(ty.clone()),
        ResultType::ArrayOfTexts => array_of_nullable(Type::Text).array(),
        ResultType::ArrayOfArgument(index) => Type::Array(Box::new(Item {
            ty: argument(*index),
            nullable: arguments.get(*index).is_some_and(|one| one.nullable),
            own: false,
        })),
        ResultType::ArrayOfAll => array_of_all(arguments),
        ResultType::SameAs(index) => argument(*index),
    }
}

fn array_of_nullable(ty: Type) -> Type {
    Type::Array(Box::new(Item {
        ty,
        nullable: true,
        own: false,
    }))
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
    if let Some(function) = unavailable(name) {
        let message = format!("the function `{name}` is not supported");
        return Box::new(
            Diagnostic::error(Code::Unsupported, span, message)
                .note(function.reason)
                .help(function.help),
        );
    }
    let error = Diagnostic::error(Code::UnknownFunction, span, format!("no function `{name}`"));
    let names = signatures()
        .map(|signature| signature.name)
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
        .chain(SPECIAL.iter().copied())
        .chain(STATISTICS.into_iter().map(|(name, _)| name));
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

fn is_time_and_number(arguments: &[Expression]) -> bool {
    let is_time = |argument: &Expression| argument.ty == Type::Timestamp;
    matches!(arguments, [left, right]
        if (is_time(left) && right.ty.is_number()) || (left.ty.is_number() && is_time(right)))
}
