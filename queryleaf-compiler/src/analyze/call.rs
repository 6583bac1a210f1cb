//! Calls of scalar functions: which one is meant, and what it takes.

use super::Analyzer;
use super::change_stream::is_cluster_time;
use super::geometry::constructed;
use super::hypothetical::hypothetical;
use super::item_function::ItemFunction;
use super::json_path::extraction;
use super::named_arguments::is_named;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::instead_of;
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

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
        if let ("array", FunctionArguments::Subquery(query)) = (name.as_str(), &function.args) {
            return self.array_subquery(query, scope, span);
        }
        if let Some(statistic) = super::statistics::statistic(&name) {
            return self.statistic(statistic, function, &name, scope, span);
        }
        if let Some(over) = &function.over {
            return self.window(function, over, &name, scope, span);
        }
        if function.null_treatment.is_some() {
            return self.unsupported(span, "`IGNORE NULLS`");
        }
        if let Some(aggregate) = super::aggregate::function(&name) {
            return self.aggregate(aggregate, function, &name, scope, span);
        }
        if let (Some(hypothetical), false) = (hypothetical(&name), function.within_group.is_empty())
        {
            return self.hypothetical(hypothetical, function, &name, scope, span);
        }
        if super::window::function(&name).is_some() {
            return Err(self.without_over(&name, span));
        }
        match name.as_str() {
            "json_arrayagg" => return self.array_aggregate(function, &name, scope, span),
            "json_object_agg" | "jsonb_object_agg" => {
                return self.object_aggregate(function, &name, scope, span);
            }
            _ => {}
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
        if let Some(geometry) = constructed(&name) {
            return self.geometry(geometry, function, scope, span);
        }
        // Before its arguments, which may mean nothing here.
        if let Some(help) = instead_of(&name) {
            let message = format!("no function `{name}`");
            return Err(Box::new(
                Diagnostic::error(Code::UnknownFunction, span, message).help(help),
            ));
        }
        let arguments = self.arguments(function, scope, span)?;
        if let Some(extraction) = extraction(&name, arguments.len()) {
            return self.extract(&extraction, arguments, span);
        }
        if let ("to_timestamp", [time]) = (name.as_str(), &arguments[..])
            && is_cluster_time(time)
        {
            return Ok(Expression {
                span,
                ..time.clone()
            });
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
            "grouping" => self.grouping_call(arguments, span),
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
            "timezone" => match <[Expression; 2]>::try_from(arguments) {
                Ok([zone, timestamp]) => self.at_time_zone(zone, timestamp, span),
                Err(arguments) => self.resolve(&name, arguments, span),
            },
            "make_timestamptz" if arguments.len() == 7 => {
                let mut parts = arguments;
                let zone = parts.split_off(6);
                let timestamp = self.resolve("make_timestamp", parts, span)?;
                let of_zone = zone.into_iter().chain([timestamp]).collect();
                self.resolve("::moment", of_zone, span)
            }
            "array_fill" => self.array_fill(arguments, span),
            "random" => self.random(arguments, span),
            "regexp_like" => self.regexp_like(arguments, span),
            "json_build_array" | "jsonb_build_array" => self.json_array(arguments, span),
            "format_number" => self.format_number(arguments, span),
            "json_set" => self.json_set(arguments, span),
            "round" | "trunc" => {
                let arguments = self.digits_of_double(arguments)?;
                self.resolve(&name, arguments, span)
            }
            "width_bucket" => match <[Expression; 2]>::try_from(arguments) {
                Ok([value, thresholds]) => self.bucket_of_thresholds(value, thresholds, span),
                Err(arguments) => self.resolve(&name, arguments, span),
            },
            "gridfs_stream" => Err(super::file_stream::misplaced(span)),
            "unnest" => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`UNNEST` stands in FROM only")
                    .help("write `FROM orders, UNNEST(items) AS item` and select from `item`"),
            )),
            // As a function of a document's keys it gives an array.
            "json_object_keys" | "jsonb_object_keys" => self.resolve(&name, arguments, span),
            _ => match ItemFunction::named(&name) {
                Some(function) => Err(function.misplaced(&name, span)),
                None => self.resolve(&name, arguments, span),
            },
        }
    }

    /// `FORMAT_NUMBER(x, digits)`: digits in groups of three, and so many behind the point.
    fn format_number(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        const GROUPS: &str = "FM999,999,999,999,990";
        let mut arguments = arguments.into_iter();
        let (Some(number), digits, None) = (arguments.next(), arguments.next(), arguments.next())
        else {
            return wrong_count("format_number", "a number and a number of digits", span);
        };
        let pattern = match digits.as_ref().map(|digits| digits.as_integer()) {
            None | Some(Some(0)) => GROUPS.to_owned(),
            Some(Some(1)) => format!("{GROUPS}.0"),
            Some(Some(2)) => format!("{GROUPS}.00"),
            Some(Some(3)) => format!("{GROUPS}.000"),
            Some(_) => {
                let place = digits.map_or(span, |digits| digits.span);
                return self.unsupported(place, "a number of digits other than 0, 1, 2 or 3");
            }
        };
        let pattern = Expression::literal(Literal::Text(pattern), Type::Unknown, span);
        self.resolve("to_char", vec![number, pattern], span)
    }

    /// `JSON_SET(document, path, value, path, value, ..)`: one after the other.
    fn json_set(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        if arguments.len() <= 3 || arguments.len().is_multiple_of(2) {
            return self.resolve("json_set", arguments, span);
        }
        let mut arguments = arguments.into_iter();
        let mut document = arguments.next();
        while let (Some(before), Some(path), Some(value)) =
            (document.take(), arguments.next(), arguments.next())
        {
            let set = self.resolve("json_set", vec![before, path, value], span)?;
            if arguments.len() == 0 {
                return Ok(set);
            }
            document = Some(set);
        }
        wrong_count("json_set", "a document, and paths with values", span)
    }

    /// `ROUND(x, digits)` of a `double precision`, which PostgreSQL has for `numeric` only: the number
    /// is taken for the `numeric` that its text is, as the cast does.
    fn digits_of_double(&mut self, mut arguments: Vec<Expression>) -> Result<Vec<Expression>> {
        if let [number, _] = &mut arguments[..]
            && number.ty == Type::Double
        {
            let (copy, span) = (self.copy(number)?, number.span);
            *number = self.cast_to(copy, &Type::Numeric, span)?;
        }
        Ok(arguments)
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

    pub(super) fn no_arguments(
        &self,
        name: &str,
        arguments: &[Expression],
        span: Span,
    ) -> Result<()> {
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
}

pub(crate) fn wrong_count<T>(name: &str, wanted: &str, span: Span) -> Result<T> {
    let message = format!("`{name}` takes {wanted}");
    Err(Box::new(Diagnostic::error(
        Code::ArgumentMismatch,
        span,
        message,
    )))
}
