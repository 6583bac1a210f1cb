//! Numbering the values that the client makes after the parameters that are given.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::FIRST_GENERATED;
use queryleaf_plan::{Addend, Form, Template};

/// The program with the generated values under their final numbers.
pub(super) fn numbered(program: Template, given: usize) -> Result<Template, Vec<Diagnostic>> {
    let Ok(given) = u16::try_from(given) else {
        let message = "too many parameters";
        return Err(vec![Diagnostic::error(
            Code::TooComplex,
            Span::default(),
            message,
        )]);
    };
    Ok(renumbered(program, given))
}

fn renumbered(template: Template, given: u16) -> Template {
    let number = |parameter: u16| match parameter.checked_sub(FIRST_GENERATED) {
        Some(generated) => given.saturating_add(generated),
        None => parameter,
    };
    let all = |items: Vec<Template>| {
        items
            .into_iter()
            .map(|item| renumbered(item, given))
            .collect()
    };
    match template {
        Template::Hole { parameter, form } => Template::Hole {
            parameter: number(parameter),
            form: match form {
                Form::CountWith(Addend::Parameter(other)) => {
                    Form::CountWith(Addend::Parameter(number(other)))
                }
                other => other,
            },
        },
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => Template::When {
            condition,
            parameter: number(parameter),
            then: Box::new(renumbered(*then, given)),
            otherwise: Box::new(renumbered(*otherwise, given)),
        },
        Template::Document(entries) => Template::Document(
            entries
                .into_iter()
                .map(|(key, value)| (key, renumbered(value, given)))
                .collect(),
        ),
        Template::Array(items) => Template::Array(all(items)),
        Template::All(items) => Template::All(all(items)),
        Template::Any(items) => Template::Any(all(items)),
        Template::Value(_) | Template::Omit | Template::Never => template,
    }
}
