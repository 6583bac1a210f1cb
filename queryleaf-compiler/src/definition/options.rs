//! `WITH CAPPED (..)` and `WITH (..)`.

use super::table::Builder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::schema::{Collation, Compression, Storage, Validation};
use crate::suggestion::nearest;
use crate::syntax::definition::{OptionItem, OptionValue};
use crate::units;

impl Builder<'_> {
    /// Makes the collection a ring of a fixed size.
    pub(super) fn capped(
        &mut self,
        word: Span,
        options: &[OptionItem],
        errors: &mut Vec<Diagnostic>,
    ) {
        let (mut size, mut max) = (None, None);
        for option in options {
            let result = match option.name.value.to_lowercase().as_str() {
                "size" => bytes(option).map(|bytes| size = Some(bytes)),
                "max_documents" | "max" => number(option).map(|count| max = Some(count)),
                "auto_rotation" => {
                    always(option, "a capped collection always makes room for new rows")
                }
                "write_concern" => Err(error(
                    option.name.span,
                    "a collection has no write concern of its own",
                    "say it of the statements that write, with `WITH BULK_OPTIONS (write_concern = ..)`, \
                     or of the client",
                )),
                "compression" => self.option(option),
                _ => {
                    let known = ["size", "max_documents", "auto_rotation", "compression"];
                    Err(unknown(option, "of a capped collection", &known))
                }
            };
            errors.extend(result.err().map(|error| *error));
        }
        let Some(size) = size else {
            let given = options
                .iter()
                .any(|option| option.name.value.eq_ignore_ascii_case("size"));
            if !given {
                let help = "add `size = '200MB'`";
                errors.push(*error(word, "a capped collection needs a size", help));
            }
            return;
        };
        self.store(word, Storage::Capped { size, max }, errors);
    }

    fn store(&mut self, word: Span, storage: Storage, errors: &mut Vec<Diagnostic>) {
        if self.storage.is_some() {
            let message = "how the table is kept is said already";
            errors.push(*error(word, message, "leave one of them out"));
        }
        self.storage = Some(word);
        self.collection.storage = storage;
    }

    pub(super) fn set_options(&mut self, options: &[OptionItem], errors: &mut Vec<Diagnostic>) {
        for option in options {
            if option.name.value.eq_ignore_ascii_case("clustered") {
                match boolean(option) {
                    Ok(true) => self.store(option.name.span, Storage::Clustered, errors),
                    Ok(false) => {}
                    Err(error) => errors.push(*error),
                }
                continue;
            }
            let result = self.option(option);
            errors.extend(result.err().map(|error| *error));
        }
    }

    fn option(&mut self, option: &OptionItem) -> Result<()> {
        let name = option.name.value.to_lowercase();
        if self.options.contains(&name) {
            let message = format!("`{name}` is given twice");
            return Err(error(option.name.span, &message, "leave one of them out"));
        }
        let options = &mut self.collection.options;
        match name.as_str() {
            "compression" => {
                let known = [
                    Compression::None,
                    Compression::Snappy,
                    Compression::Zlib,
                    Compression::Zstd,
                ]
                .map(|compression| (compression.name(), compression));
                options.compression = Some(one_of(option, &known)?);
            }
            "validation" => {
                let known = [
                    ("strict", Validation::Strict),
                    ("moderate", Validation::Moderate),
                    ("warn", Validation::Warn),
                    ("off", Validation::Off),
                ];
                options.validation = one_of(option, &known)?;
            }
            "collation" => {
                options.collation = Some(Collation {
                    locale: locale(option)?,
                    ..Collation::default()
                });
            }
            "pre_and_post_images" => options.pre_and_post_images = boolean(option)?,
            "deny_unknown_fields" => self.collection.closed = boolean(option)?,
            _ => {
                let known = [
                    "compression",
                    "collation",
                    "validation",
                    "pre_and_post_images",
                    "deny_unknown_fields",
                    "clustered",
                ];
                return Err(unknown(option, "of a table", &known));
            }
        }
        self.options.push(name);
        Ok(())
    }
}

fn error(span: Span, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Unsupported, span, message).help(help))
}

fn invalid(option: &OptionItem, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::InvalidLiteral, option.value_span, message).help(help))
}

fn unknown(option: &OptionItem, place: &str, known: &[&str]) -> Box<Diagnostic> {
    let name = &option.name.value;
    let message = format!("no option `{name}` {place}");
    let help = match nearest(&name.to_lowercase(), known.iter().copied()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("the options are `{}`", known.join("`, `")),
    };
    error(option.name.span, &message, &help)
}

/// A size as text with a unit, or as a number of bytes.
fn bytes(option: &OptionItem) -> Result<u64> {
    match &option.value {
        OptionValue::Text(text) => {
            units::bytes(text).map_err(|misfit| invalid(option, misfit.message, misfit.help))
        }
        OptionValue::Number(_) | OptionValue::Boolean(_) | OptionValue::Word(_) => number(option),
    }
}

fn number(option: &OptionItem) -> Result<u64> {
    let digits = match &option.value {
        OptionValue::Number(digits) => digits.parse().ok(),
        OptionValue::Text(_) | OptionValue::Boolean(_) | OptionValue::Word(_) => None,
    };
    digits.ok_or_else(|| {
        let message = format!("`{}` is a whole number", option.name.value);
        invalid(option, &message, "write it without quotes, as in `100000`")
    })
}

fn boolean(option: &OptionItem) -> Result<bool> {
    match &option.value {
        OptionValue::Boolean(value) => Ok(*value),
        OptionValue::Text(_) | OptionValue::Number(_) | OptionValue::Word(_) => {
            let message = format!("`{}` is true or false", option.name.value);
            Err(invalid(option, &message, "write `true` or `false`"))
        }
    }
}

/// What is so anyway.
fn always(option: &OptionItem, reason: &str) -> Result<()> {
    if boolean(option)? {
        Ok(())
    } else {
        Err(invalid(
            option,
            reason,
            "leave this out, or make it a table without `CAPPED`",
        ))
    }
}

fn one_of<T: Copy>(option: &OptionItem, known: &[(&str, T)]) -> Result<T> {
    let text = match &option.value {
        OptionValue::Text(text) | OptionValue::Word(text) => text.as_str(),
        OptionValue::Number(_) | OptionValue::Boolean(_) => "",
    };
    if let Some((_, value)) = known.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let message = format!("no such {}", option.name.value.to_lowercase());
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let help = match nearest(text, names.iter().copied()) {
        Some(known) => format!("did you mean `'{known}'`?"),
        None => format!("it can be `'{}'`", names.join("'`, `'")),
    };
    Err(invalid(option, &message, &help))
}

/// A locale; which ones there are, the server knows.
fn locale(option: &OptionItem) -> Result<String> {
    let is_sound = |text: &str| {
        let mut letters = text.chars();
        !text.is_empty()
            && letters.all(|letter| letter.is_ascii_alphanumeric() || "_@=".contains(letter))
    };
    match &option.value {
        OptionValue::Text(text) if is_sound(text) => Ok(text.clone()),
        OptionValue::Text(_)
        | OptionValue::Number(_)
        | OptionValue::Boolean(_)
        | OptionValue::Word(_) => Err(invalid(
            option,
            "this is no locale",
            "write it as in `'de'`",
        )),
    }
}
