//! The first argument of `format`.

/// A part of a format.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    /// Text as it is.
    Literal(String),
    /// The place of an argument.
    Slot(Slot),
}

/// Where an argument is written.
#[derive(Debug, PartialEq)]
pub(super) struct Slot {
    /// Its number, counted from 1.
    pub(super) argument: usize,
    /// As what it is written.
    pub(super) conversion: Conversion,
    /// How many characters it fills at least.
    pub(super) width: Option<Width>,
    /// Whether the spaces stand behind it in any case.
    pub(super) left: bool,
}

/// As what an argument is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Conversion {
    /// `%s`.
    Text,
    /// `%L`.
    Literal,
    /// `%I`.
    Identifier,
}

/// How many characters are filled.
#[derive(Debug, PartialEq)]
pub(super) enum Width {
    /// So many.
    Constant(i64),
    /// As many as the argument of this number says.
    Argument(usize),
}

impl Slot {
    /// The highest number of an argument that it needs.
    pub(super) fn most(&self) -> usize {
        match self.width {
            Some(Width::Argument(width)) => width.max(self.argument),
            Some(Width::Constant(_)) | None => self.argument,
        }
    }
}

/// Reads `%s`, `%2$s`, `%-10s`, `%*s`, `%L`, `%I` and `%%`.
pub(super) fn parse(format: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    let mut last = 0_usize;
    while let Some((before, after)) = rest.split_once('%') {
        literal.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            literal.push('%');
            rest = after;
            continue;
        }
        let (slot, after) = slot(after, last)?;
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        last = slot.argument;
        parts.push(Part::Slot(slot));
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// What follows a `%`, and the text behind it. Without a number, an argument is the one after the last.
fn slot(text: &str, last: usize) -> Result<(Slot, &str), String> {
    let (first, mut rest) = digits(text)?;
    let mut argument = None;
    let mut width = None;
    let mut left = false;
    let mut last = last;
    match (first, rest.strip_prefix('$')) {
        (Some(number), Some(after)) => {
            argument = Some(position(number)?);
            rest = after;
        }
        (Some(number), None) => width = Some(Width::Constant(number)),
        (None, _) => {}
    }
    if width.is_none() {
        while let Some(after) = rest.strip_prefix('-') {
            left = true;
            rest = after;
        }
        if let Some(after) = rest.strip_prefix('*') {
            let (number, after) = digits(after)?;
            let number = match (number, after.strip_prefix('$')) {
                (Some(number), Some(after)) => {
                    rest = after;
                    position(number)?
                }
                (Some(_), None) => return Err("a `$` is missing behind its `*`".to_owned()),
                (None, _) => {
                    rest = after;
                    last.saturating_add(1)
                }
            };
            width = Some(Width::Argument(number));
            last = number;
        } else {
            let (number, after) = digits(rest)?;
            width = number.map(Width::Constant);
            rest = after;
        }
    }
    let mut characters = rest.chars();
    let conversion = match characters.next() {
        Some('s') => Conversion::Text,
        Some('L') => Conversion::Literal,
        Some('I') => Conversion::Identifier,
        Some(other) => return Err(format!("`{other}` is none of `s`, `I` and `L`")),
        None => return Err("it ends within a `%s`".to_owned()),
    };
    let slot = Slot {
        argument: argument.unwrap_or_else(|| last.saturating_add(1)),
        conversion,
        width,
        left,
    };
    Ok((slot, characters.as_str()))
}

/// The number with which a text begins, and what follows it.
fn digits(text: &str) -> Result<(Option<i64>, &str), String> {
    let after = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = text.get(..text.len() - after.len()).unwrap_or_default();
    if digits.is_empty() {
        return Ok((None, after));
    }
    match digits.parse::<i32>() {
        Ok(number) => Ok((Some(i64::from(number)), after)),
        Err(_) => Err(format!("`{digits}` is too large a number")),
    }
}

fn position(number: i64) -> Result<usize, String> {
    match usize::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("its arguments are counted from 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(argument: usize) -> Part {
        of(argument, Conversion::Text, None, false)
    }

    fn of(argument: usize, conversion: Conversion, width: Option<Width>, left: bool) -> Part {
        Part::Slot(Slot {
            argument,
            conversion,
            width,
            left,
        })
    }

    #[test]
    fn formats() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        assert_eq!(
            parse("100%% of %s, %1$s and %s"),
            Ok(vec![
                literal("100% of "),
                text(1),
                literal(", "),
                text(1),
                literal(" and "),
                text(2),
            ])
        );
        assert_eq!(parse(""), Ok(vec![]));
    }

    #[test]
    fn widths() {
        let constant = |width| Some(Width::Constant(width));
        assert_eq!(
            parse("%5s%-5L%3$05I%*s%-*2$s"),
            Ok(vec![
                of(1, Conversion::Text, constant(5), false),
                of(2, Conversion::Literal, constant(5), true),
                of(3, Conversion::Identifier, constant(5), false),
                of(5, Conversion::Text, Some(Width::Argument(4)), false),
                of(3, Conversion::Text, Some(Width::Argument(2)), true),
            ])
        );
    }

    #[test]
    fn no_formats() {
        for wrong in [
            "%",
            "%d",
            "%5",
            "%5-s",
            "%0$s",
            "%1$",
            "%1",
            "%*2s",
            "%*0$s",
            "%5%",
            "%99999999999s",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
