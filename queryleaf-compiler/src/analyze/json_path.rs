//! Access to parts of documents by functions: the schema is followed just as for `->`.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Name;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{JsonStep, json_path, text_array};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;

/// What is not one of these functions: `None`.
pub(super) fn extraction(name: &str, arguments: usize) -> Option<Extraction> {
    Some(match name {
        "json_extract" => Extraction::Path { text: false },
        // With one argument it is a function: the text of the whole.
        "json_extract_text" if arguments > 1 => Extraction::Path { text: true },
        "json_extract_path" | "jsonb_extract_path" => Extraction::Keys { text: false },
        "json_extract_path_text" | "jsonb_extract_path_text" => Extraction::Keys { text: true },
        _ => return None,
    })
}

/// How a function names the part it takes out.
pub(super) enum Extraction {
    /// `json_extract(document, '$.a.b')`.
    Path {
        /// Whether the part is wanted as text.
        text: bool,
    },
    /// `json_extract_path(document, 'a', 'b')`.
    Keys {
        /// Whether the part is wanted as text.
        text: bool,
    },
}

impl Analyzer<'_> {
    /// A call of one of the functions that take a part out of a document.
    pub(super) fn extract(
        &mut self,
        extraction: &Extraction,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let mut arguments = arguments.into_iter();
        let (Some(document), rest) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
            return wrong_count("this function", "a document and a path", span);
        };
        match extraction {
            Extraction::Path { text: as_text } => {
                let [path] = &rest[..] else {
                    return wrong_count("json_extract", "a document and one path", span);
                };
                let text = self.constant(path, "'$.address.city'")?;
                let steps = json_path(&text)
                    .map_err(|reason| no_path(path, &text, reason, "'$.address.city'"))?;
                let mut part = document;
                for step in steps {
                    part = self.step(part, step, path.span, span)?;
                }
                if *as_text {
                    return self.cast_to(part, &Type::Text, span);
                }
                Ok(Expression { span, ..part })
            }
            Extraction::Keys { text } => {
                let mut part = document;
                for key in rest {
                    let name = self.constant(&key, "'city'")?;
                    let step = match (&part.ty, name.parse()) {
                        (Type::Array(_) | Type::Json, Ok(position)) => JsonStep::Index(position),
                        _ => JsonStep::Key(name),
                    };
                    if matches!((&part.ty, &step), (Type::Json, JsonStep::Index(_))) {
                        return Err(Box::new(
                            Diagnostic::error(
                                Code::Unsupported,
                                key.span,
                                "a position in what may be an array or a document",
                            )
                            .help("write `-> 0` for a position, `-> '0'` for a key"),
                        ));
                    }
                    part = self.step(part, step, key.span, span)?;
                }
                if *text {
                    return self.cast_to(part, &Type::Text, span);
                }
                Ok(Expression { span, ..part })
            }
        }
    }

    /// `document #> '{a,b}'` and `document #>> '{a,b}'`.
    pub(super) fn extract_path(
        &mut self,
        document: Expression,
        path: Expression,
        text: bool,
        span: Span,
    ) -> Result<Expression> {
        let keys = self.keys_of_path(&path)?;
        let arguments = [document].into_iter().chain(keys).collect();
        self.extract(&Extraction::Keys { text }, arguments, span)
    }

    /// `document #- '{a,b}'`.
    pub(super) fn delete_path(
        &mut self,
        document: Expression,
        path: Expression,
        span: Span,
    ) -> Result<Expression> {
        let place = path.span;
        let keys = match &path.kind {
            ExpressionKind::Literal(Literal::Text(_)) => {
                let keys = ExpressionKind::Array(self.keys_of_path(&path)?);
                Expression::new(keys, Type::Text.array(), place)
            }
            _ => path,
        };
        self.call_operator("#-", vec![document, keys], span)
    }

    /// The keys that a path is written as.
    fn keys_of_path(&self, path: &Expression) -> Result<Vec<Expression>> {
        if let ExpressionKind::Array(items) = &path.kind {
            return Ok(items.clone());
        }
        let written = self.constant(path, "'{address,city}'")?;
        let keys = text_array(&written)
            .map_err(|reason| no_path(path, &written, reason, "'{address,city}'"))?;
        let literal = |key| Expression::literal(Literal::Text(key), Type::Text, path.span);
        Ok(keys.into_iter().map(literal).collect())
    }

    fn constant(&self, argument: &Expression, example: &str) -> Result<String> {
        match argument.as_text() {
            Some(text) => Ok(text.to_owned()),
            None => Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    argument.span,
                    "a path that is not a quoted literal",
                )
                .help(format!("write the path in quotes, as in `{example}`")),
            )),
        }
    }

    fn step(
        &mut self,
        part: Expression,
        step: JsonStep,
        place: Span,
        span: Span,
    ) -> Result<Expression> {
        match (part.ty.clone(), step) {
            (ty, JsonStep::Key(text)) if ty.is_document() => {
                self.key(part, &Name { text, span: place }, span)
            }
            (Type::Array(item), JsonStep::Index(position @ 0..)) => {
                let position = Literal::Integer(position.saturating_add(1));
                let index = Expression::literal(position, Type::Integer, place);
                let kind = ExpressionKind::Subscript {
                    array: Box::new(part),
                    index: Box::new(index),
                };
                Ok(Expression {
                    kind,
                    ty: item.ty,
                    nullable: true,
                    span,
                })
            }
            (Type::Json, JsonStep::Index(position)) => {
                let position = Literal::Integer(position);
                let position = Expression::literal(position, Type::Integer, place);
                self.resolve("->", vec![part, position], span)
            }
            (ty, step) => {
                let message = match step {
                    JsonStep::Key(key) => format!("no key `{key}` in a value of type `{ty}`"),
                    JsonStep::Index(position) => {
                        format!("no position {position} in a value of type `{ty}`")
                    }
                };
                Err(Box::new(Diagnostic::error(
                    Code::TypeMismatch,
                    place,
                    message,
                )))
            }
        }
    }
}

/// A constant that is written like a path, and is none; `example` is one.
fn no_path(path: &Expression, text: &str, reason: String, example: &str) -> Box<Diagnostic> {
    let message = format!("`'{text}'` is no path: {reason}");
    Box::new(
        Diagnostic::error(Code::InvalidLiteral, path.span, message)
            .help(format!("write it like `{example}`")),
    )
}
