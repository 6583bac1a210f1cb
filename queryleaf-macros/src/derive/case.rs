//! serde's `rename_all`.

/// A way to write names, under serde's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// `lowercase`.
    Lower,
    /// `UPPERCASE`.
    Upper,
    /// `PascalCase`.
    Pascal,
    /// `camelCase`.
    Camel,
    /// `snake_case`.
    Snake,
    /// `SCREAMING_SNAKE_CASE`.
    ScreamingSnake,
    /// `kebab-case`.
    Kebab,
    /// `SCREAMING-KEBAB-CASE`.
    ScreamingKebab,
}

impl Case {
    const NAMES: [(&'static str, Case); 8] = [
        ("lowercase", Case::Lower),
        ("UPPERCASE", Case::Upper),
        ("PascalCase", Case::Pascal),
        ("camelCase", Case::Camel),
        ("snake_case", Case::Snake),
        ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
        ("kebab-case", Case::Kebab),
        ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ];

    /// The case of this name.
    pub(crate) fn from_name(name: &str) -> Option<Case> {
        let mut cases = Case::NAMES.into_iter();
        cases
            .find(|(known, _)| *known == name)
            .map(|(_, case)| case)
    }

    /// The names of all cases.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Case::NAMES.into_iter().map(|(name, _)| name)
    }

    /// A field, which Rust writes in snake case.
    pub(crate) fn of_field(self, field: &str) -> String {
        match self {
            Case::Lower | Case::Snake => field.to_owned(),
            Case::Upper | Case::ScreamingSnake => field.to_ascii_uppercase(),
            Case::Pascal => pascal_from_snake(field),
            Case::Camel => lower_first(&pascal_from_snake(field)),
            Case::Kebab => field.replace('_', "-"),
            Case::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// A variant, which Rust writes in Pascal case.
    pub(crate) fn of_variant(self, variant: &str) -> String {
        match self {
            Case::Pascal => variant.to_owned(),
            Case::Lower => variant.to_ascii_lowercase(),
            Case::Upper => variant.to_ascii_uppercase(),
            Case::Camel => lower_first(variant),
            Case::Snake => snake_from_pascal(variant),
            Case::ScreamingSnake => snake_from_pascal(variant).to_ascii_uppercase(),
            Case::Kebab => snake_from_pascal(variant).replace('_', "-"),
            Case::ScreamingKebab => snake_from_pascal(variant)
                .to_ascii_uppercase()
                .replace('_', "-"),
        }
    }
}

fn pascal_from_snake(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}

fn snake_from_pascal(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (position, character) in name.char_indices() {
        if position > 0 && character.is_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

fn upper_first(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What serde_derive 1.0.229 makes of these.
    #[test]
    fn as_serde_writes_them() {
        let expected = [
            ("lowercase", "outcome", "very_tasty", "verytasty"),
            ("UPPERCASE", "OUTCOME", "VERY_TASTY", "VERYTASTY"),
            ("PascalCase", "Outcome", "VeryTasty", "VeryTasty"),
            ("camelCase", "outcome", "veryTasty", "veryTasty"),
            ("snake_case", "outcome", "very_tasty", "very_tasty"),
            (
                "SCREAMING_SNAKE_CASE",
                "OUTCOME",
                "VERY_TASTY",
                "VERY_TASTY",
            ),
            ("kebab-case", "outcome", "very-tasty", "very-tasty"),
            (
                "SCREAMING-KEBAB-CASE",
                "OUTCOME",
                "VERY-TASTY",
                "VERY-TASTY",
            ),
        ];
        for (name, outcome, field, variant) in expected {
            let case = Case::from_name(name).expect(name);
            assert_eq!(case.of_field("outcome"), outcome);
            assert_eq!(case.of_field("very_tasty"), field);
            assert_eq!(case.of_variant("VeryTasty"), variant);
        }
        assert_eq!(Case::Snake.of_variant("Z42"), "z42");
        assert_eq!(Case::Camel.of_field("_id"), "id");
        assert_eq!(Case::from_name("Camel"), None);
    }
}
