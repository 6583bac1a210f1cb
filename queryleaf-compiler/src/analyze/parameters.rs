//! Parameters: their numbers, and the types that their uses give them.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::types::{FieldPath, Type};
use crate::{Parameter, ParameterName};

/// A parameter whose type is known before the statement is looked at: a value that something around
/// the statement computes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given {
    pub(crate) name: String,
    pub(crate) ty: Type,
}

/// The parameters seen so far.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    entries: Vec<Parameter>,
    given: Vec<Given>,
}

impl Parameters {
    pub(crate) fn new(given: &[Given]) -> Self {
        Parameters {
            entries: Vec::new(),
            given: given.to_vec(),
        }
    }

    /// The type of a parameter that is known beforehand.
    pub(crate) fn given(&self, number: u16) -> Option<&Type> {
        let entry = self.entries.get(usize::from(number))?;
        let ParameterName::Named(name) = &entry.name else {
            return None;
        };
        let is_given = self.given.iter().any(|given| given.name == *name);
        is_given.then_some(&entry.ty)
    }

    /// Makes a parameter whose type is known one of the type of the column that it is stored in, where
    /// handing its value over can convert it; false where it cannot.
    pub(crate) fn hand_over(&mut self, number: u16, to: &Type) -> bool {
        let converts = self.given(number).is_some_and(|from| {
            matches!(
                (from, to),
                (Type::Integer, Type::Bigint | Type::Numeric | Type::Double)
                    | (Type::Bigint, Type::Numeric)
                    | (Type::Enum(_), Type::Text)
                    | (
                        Type::Geometry(_) | Type::Struct(_) | Type::Map(_) | Type::Document,
                        Type::Json
                    )
                    | (
                        Type::Geometry(_) | Type::Struct(_) | Type::Map(_),
                        Type::Document
                    )
            )
        });
        if let Some(entry) = self.entries.get_mut(usize::from(number))
            && converts
        {
            entry.ty = to.clone();
            entry.rust = None;
        }
        converts
    }

    /// The number of the parameter written as `:name`, `$name` or `$1`.
    pub(crate) fn number(&mut self, text: &str, span: Span) -> Result<u16> {
        let name = text.trim_start_matches([':', '$', '@']);
        let name = match name.parse::<u16>() {
            Ok(0) => {
                return Err(Box::new(
                    Diagnostic::error(Code::ParameterStyle, span, "there is no parameter `$0`")
                        .help("positional parameters are counted from `$1`"),
                ));
            }
            Ok(number) => ParameterName::Positional(number),
            Err(_) if is_identifier(name) => ParameterName::Named(name.to_owned()),
            Err(_) => {
                return Err(Box::new(
                    Diagnostic::error(
                        Code::ParameterStyle,
                        span,
                        format!("`{text}` is no parameter"),
                    )
                    .help("write `:name` for the variable `name`, or `$1` for the first argument"),
                ));
            }
        };
        if let Some(known) = self.entries.iter().position(|entry| entry.name == name) {
            return to_number(known, span);
        }
        let positional = matches!(name, ParameterName::Positional(_));
        let other = self
            .entries
            .iter()
            .find(|entry| matches!(entry.name, ParameterName::Positional(_)) != positional);
        if other.is_some() {
            return Err(Box::new(
                Diagnostic::error(
                    Code::ParameterStyle,
                    span,
                    "named and positional parameters in one query",
                )
                .help("use one style: `:name` or `$1`"),
            ));
        }
        let given = self.given.iter().find(|given| match &name {
            ParameterName::Named(name) => given.name == *name,
            ParameterName::Positional(_) => false,
        });
        self.entries.push(Parameter {
            ty: given.map_or(Type::Unknown, |given| given.ty.clone()),
            name,
            list: false,
            source: false,
            rust: None,
            span,
        });
        to_number(self.entries.len() - 1, span)
    }

    /// The number of a parameter that the bytes of a file are read from, and which is nothing else.
    pub(crate) fn source(&mut self, text: &str, span: Span) -> Result<u16> {
        let before = self.entries.len();
        let number = self.number(text, span)?;
        match self.entries.get_mut(usize::from(number)) {
            Some(entry) if usize::from(number) >= before => {
                entry.ty = Type::Bytea;
                entry.source = true;
                Ok(number)
            }
            _ => Err(used_twice(span)),
        }
    }

    /// Gives a parameter a type, or finds that it has another one already.
    pub(crate) fn assign(&mut self, number: u16, ty: &Type, list: bool, span: Span) -> Result<()> {
        let Some(entry) = self.entries.get_mut(usize::from(number)) else {
            return Ok(());
        };
        if entry.source {
            return Err(used_twice(span));
        }
        let is_new = matches!(entry.ty, Type::Unknown);
        if !is_new && entry.list != list {
            let (one, other) = if list {
                ("a list", "a value")
            } else {
                ("a value", "a list")
            };
            return Err(Box::new(conflict(entry, span, one, &format!("as {other}"))));
        }
        match (&entry.ty, ty) {
            (Type::Unknown, _) => {
                entry.ty = ty.clone();
                entry.list = list;
                entry.rust = user_type(ty);
            }
            (known, wanted) if known == wanted => {}
            // An `i32` fits wherever an `i64` is wanted, not the other way round.
            (Type::Integer, Type::Bigint) => entry.ty = Type::Bigint,
            (Type::Bigint, Type::Integer) => {}
            (known, wanted) => {
                let (here, before) = (format!("of type `{wanted}`"), format!("of type `{known}`"));
                let error = conflict(entry, span, &here, &before);
                return Err(Box::new(
                    error.help("cast one of the uses, or use two parameters"),
                ));
            }
        }
        Ok(())
    }

    /// The parameters in the order of their numbers; each must have a type, and positional ones no
    /// gap.
    pub(crate) fn finish(self, errors: &mut Vec<Diagnostic>) -> Vec<Parameter> {
        for entry in &self.entries {
            if matches!(entry.ty, Type::Unknown) {
                let name = display(&entry.name);
                errors.push(
                    Diagnostic::error(
                        Code::UntypedParameter,
                        entry.span,
                        format!("the query does not tell the type of parameter `{name}`"),
                    )
                    .help(format!("say it with a cast, such as `{name}::bigint`"))
                    .note("a parameter is a value, and never the name of a column or a table"),
                );
            }
        }
        let positions: Vec<u16> = self
            .entries
            .iter()
            .filter_map(|entry| match entry.name {
                ParameterName::Positional(number) => Some(number),
                ParameterName::Named(_) => None,
            })
            .collect();
        let most = positions.iter().copied().max().unwrap_or(0);
        if let Some(missing) = (1..=most).find(|number| !positions.contains(number))
            && let Some(entry) = self.entries.first()
        {
            errors.push(
                Diagnostic::error(
                    Code::ParameterStyle,
                    entry.span,
                    format!("parameter `${missing}` is missing"),
                )
                .note(format!("the query goes up to `${most}`")),
            );
        }
        self.entries
    }
}

fn to_number(index: usize, span: Span) -> Result<u16> {
    u16::try_from(index).map_err(|_| {
        Box::new(Diagnostic::error(
            Code::TooComplex,
            span,
            "more than 65535 parameters",
        ))
    })
}

fn conflict(entry: &Parameter, span: Span, here: &str, before: &str) -> Diagnostic {
    let name = display(&entry.name);
    Diagnostic::error(
        Code::ParameterConflict,
        span,
        format!("parameter `{name}` is {here} here, but {before} before"),
    )
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

/// A parameter as the query writes it.
fn display(name: &ParameterName) -> String {
    match name {
        ParameterName::Named(name) => format!(":{name}"),
        ParameterName::Positional(number) => format!("${number}"),
    }
}

/// The way to the Rust type of a parameter that is one of the user's own types.
fn user_type(ty: &Type) -> Option<FieldPath> {
    match ty {
        Type::Enum(reference) => reference.rust.clone(),
        Type::Struct(reference) => reference.rust.clone(),
        Type::Array(item) | Type::Map(item) => user_type(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Unknown => None,
    }
}
/// The error for a second use of what the bytes of a file are read from.
fn used_twice(span: Span) -> Box<Diagnostic> {
    let message = "the bytes of a file can be read once";
    Box::new(
        Diagnostic::error(Code::ParameterConflict, span, message)
            .help("use a parameter of its own for each `file_data`"),
    )
}
