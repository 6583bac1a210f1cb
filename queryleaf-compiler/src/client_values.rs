//! What the client computes from the parameters before it sends a command.
//!
//! `name LIKE :start || '%'` is a range of an index only if the server sees the whole pattern, so
//! the texts are joined where the parameters are known: the concatenation becomes a parameter.

use crate::functions::{Function, TextFunction};
use crate::plan::{Content, Expression, ExpressionKind, Literal, Relation, Write, WriteAction};
use crate::types::Type;
use queryleaf_plan::{Computed, Part};

/// Puts a parameter in place of every concatenation of parameters and constants.
///
/// These parameters are numbered after the `given` ones.
pub(crate) fn extract(relation: Relation, given: usize) -> (Relation, Vec<Computed>) {
    let mut values = Values {
        given,
        computed: Vec::new(),
    };
    let relation = values.relation(relation);
    (relation, values.computed)
}

/// Puts a parameter in place of every concatenation of parameters and constants in a statement that
/// writes; those of its rows, and those of the values that are written as they are.
pub(crate) fn extract_of_write(write: Write, given: usize) -> (Write, Vec<Computed>) {
    let mut values = Values {
        given,
        computed: Vec::new(),
    };
    let mut write = write.map_rows(|rows, _| values.relation(rows));
    for value in known_values(&mut write.action) {
        *value = values.expression(value.clone());
    }
    (write, values.computed)
}

/// The values that are written as they are.
fn known_values(action: &mut WriteAction) -> Vec<&mut Expression> {
    match action {
        WriteAction::InsertValues { rows, .. } => rows.iter_mut().flatten().collect(),
        WriteAction::UploadValues { files, .. } => files
            .iter_mut()
            .flat_map(|(values, content)| {
                let path = match content {
                    Content::Path(path) => Some(path),
                    Content::Source(_) => None,
                };
                values.iter_mut().chain(path)
            })
            .collect(),
        WriteAction::InsertStructs { .. }
        | WriteAction::InsertRows { .. }
        | WriteAction::UploadRows { .. }
        | WriteAction::Update { .. }
        | WriteAction::UpdateItems { .. }
        | WriteAction::Delete { .. }
        | WriteAction::Merge { .. } => Vec::new(),
    }
}

struct Values {
    given: usize,
    computed: Vec<Computed>,
}

impl Values {
    fn relation(&mut self, relation: Relation) -> Relation {
        relation
            .map_inputs(|input| self.relation(input))
            .map_expressions(&mut |expression| self.expression(expression))
    }

    /// The largest concatenations become parameters, so the whole comes before its parts.
    fn expression(&mut self, expression: Expression) -> Expression {
        if let Some(computed) = concatenation(&expression)
            && let Some(number) = self.number(computed)
        {
            return Expression {
                kind: ExpressionKind::Parameter(number),
                ..expression
            };
        }
        let Ok(expression) = expression
            .try_map_children(&mut |part| Ok::<_, std::convert::Infallible>(self.expression(part)));
        expression
    }

    fn number(&mut self, computed: Computed) -> Option<u16> {
        let known = self.computed.iter().position(|known| *known == computed);
        let index = known.unwrap_or(self.computed.len());
        let number = u16::try_from(self.given.checked_add(index)?).ok()?;
        if known.is_none() {
            self.computed.push(computed);
        }
        Some(number)
    }
}

/// Whether the client knows this text before it sends the command: a parameter, a constant, or a
/// concatenation of them.
pub(crate) fn is_known(text: &Expression) -> bool {
    known_text(text).is_some() || concatenation(text).is_some()
}

/// A concatenation of texts that the client knows, one of them a parameter.
fn concatenation(expression: &Expression) -> Option<Computed> {
    let (parts, skip_null) = match text_call(expression)? {
        (TextFunction::Append, _) => {
            let mut parts = Vec::new();
            appended(expression, &mut parts)?;
            (parts, false)
        }
        (TextFunction::Concat, arguments) => {
            let parts = arguments.iter().map(known_text).collect::<Option<_>>()?;
            (parts, true)
        }
        _ => return None,
    };
    let has_parameter = parts.iter().any(|part| matches!(part, Part::Parameter(_)));
    has_parameter.then_some(Computed::Concatenation { parts, skip_null })
}

/// The parts of `a || b || ..`, however it is bracketed.
fn appended(expression: &Expression, parts: &mut Vec<Part>) -> Option<()> {
    match text_call(expression) {
        Some((TextFunction::Append, arguments)) => {
            for argument in arguments {
                appended(argument, parts)?;
            }
        }
        _ => parts.push(known_text(expression)?),
    }
    Some(())
}

fn known_text(expression: &Expression) -> Option<Part> {
    match &expression.kind {
        _ if expression.ty != Type::Text => None,
        ExpressionKind::Parameter(number) => Some(Part::Parameter(*number)),
        ExpressionKind::Literal(Literal::Text(text)) => Some(Part::Text(text.clone())),
        _ => None,
    }
}

fn text_call(expression: &Expression) -> Option<(TextFunction, &[Expression])> {
    match &expression.kind {
        ExpressionKind::Call {
            function: Function::Text(function),
            arguments,
        } => Some((*function, arguments)),
        _ => None,
    }
}
