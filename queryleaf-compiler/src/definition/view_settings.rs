//! `WITH (..)` behind the query of a view of changes.

use crate::ViewOptions;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::suggestion::nearest;
use crate::syntax::definition::{CreateView, OptionItem, OptionValue};
use crate::units;

/// What is said of a view of changes beside its query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ViewSettings {
    /// Where it says `STREAMING_ANALYTICS_VIEW`.
    pub streaming: Option<Span>,
    /// Where the first setting is named.
    pub first: Option<Span>,
    /// What its query is compiled with.
    pub options: ViewOptions,
    /// After how many milliseconds its results are refreshed.
    pub refresh: Option<u64>,
    /// After how many events its results are refreshed.
    pub refresh_events: Option<u64>,
}

const KNOWN: [&str; 4] = ["retention", "refresh", "refresh_events", "lateness"];

impl ViewSettings {
    pub(super) fn read(create: &CreateView, errors: &mut Vec<Diagnostic>) -> Self {
        let mut settings = ViewSettings {
            streaming: create.streaming,
            first: create.options.first().map(|option| option.name.span),
            ..ViewSettings::default()
        };
        for option in &create.options {
            if let Err(error) = settings.set(option) {
                errors.push(error);
            }
        }
        settings
    }

    fn set(&mut self, option: &OptionItem) -> Result<(), Diagnostic> {
        let name = option.name.value.to_lowercase();
        let is_given = match name.as_str() {
            "retention" => self.options.retention.is_some(),
            "lateness" => self.options.lateness.is_some(),
            "refresh" => self.refresh.is_some(),
            "refresh_events" => self.refresh_events.is_some(),
            _ => return Err(unknown(option)),
        };
        if is_given {
            let message = format!("`{name}` is given twice");
            let error = Diagnostic::error(Code::Unsupported, option.name.span, message);
            return Err(error.help("leave one of them out"));
        }
        let span = option.value_span;
        match name.as_str() {
            "retention" => {
                let seconds = text(option, units::seconds)?;
                if seconds == 0 {
                    return Err(invalid(
                        option,
                        "nothing would be kept",
                        "write as in `'1 hour'`",
                    ));
                }
                self.options.retention = Some((seconds, span));
            }
            "lateness" => {
                let milliseconds = text(option, units::milliseconds)?;
                let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
                self.options.lateness = Some((milliseconds, span));
            }
            "refresh" => {
                let milliseconds = text(option, units::milliseconds)?;
                if milliseconds == 0 {
                    let message = "results cannot be refreshed all the time";
                    return Err(invalid(option, message, "write as in `'5 seconds'`"));
                }
                self.refresh = Some(milliseconds);
            }
            _ => self.refresh_events = Some(count(option)?),
        }
        Ok(())
    }
}

fn text(
    option: &OptionItem,
    read: fn(&str) -> Result<u64, units::Misfit>,
) -> Result<u64, Diagnostic> {
    match &option.value {
        OptionValue::Text(text) => {
            read(text).map_err(|misfit| invalid(option, misfit.message, misfit.help))
        }
        _ => Err(invalid(
            option,
            "this is no duration",
            "write it in quotes, as in `'5 seconds'`",
        )),
    }
}

fn count(option: &OptionItem) -> Result<u64, Diagnostic> {
    let digits = match &option.value {
        OptionValue::Number(digits) => digits.parse().ok().filter(|count| *count > 0),
        _ => None,
    };
    digits.ok_or_else(|| {
        invalid(
            option,
            "this is no number of events",
            "write a whole number without quotes, as in `100`",
        )
    })
}

fn invalid(option: &OptionItem, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidLiteral, option.value_span, message).help(help)
}

fn unknown(option: &OptionItem) -> Diagnostic {
    let name = &option.name.value;
    let error = Diagnostic::error(
        Code::Unsupported,
        option.name.span,
        format!("no option `{name}` of a view"),
    );
    match nearest(&name.to_lowercase(), KNOWN) {
        Some(known) => error.help(format!("did you mean `{known}`?")),
        None => error.help(format!("the options are `{}`", KNOWN.join("`, `"))),
    }
}
