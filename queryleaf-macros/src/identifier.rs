//! Identifiers made of names in SQL.

use proc_macro2::{Ident, Span};

/// The words that are no identifiers without `r#`, in any edition, as `syn` knows them.
const KEYWORDS: [&str; 52] = [
    "Self", "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The identifier that a name is; none where it has other characters or is a keyword.
///
/// Macros run unoptimised in a program's `dev` profile, where `syn` takes its time; most names are
/// letters that need no second look.
pub(crate) fn identifier(name: &str, span: Span) -> Option<Ident> {
    let mut bytes = name.bytes();
    let begins = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if begins && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return (!KEYWORDS.contains(&name)).then(|| Ident::new(name, span));
    }
    let mut ident = syn::parse_str::<Ident>(name).ok()?;
    ident.set_span(span);
    Some(ident)
}

/// The same, with `r#` where the name is a keyword that can have it.
pub(crate) fn raw_identifier(name: &str, span: Span) -> Option<Ident> {
    identifier(name, span).or_else(|| {
        let mut ident = syn::parse_str::<Ident>(&format!("r#{name}")).ok()?;
        ident.set_span(span);
        Some(ident)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers_as_syn_has_them() {
        let names = [
            "orders", "_id", "a1", "größe", "1a", "a b", "a-b", "union", "auto", "raw", "gen",
            "safe", "default", "dyn", "r#type", "'a", "a\u{301}",
        ];
        for name in names.into_iter().chain(KEYWORDS) {
            let expected = syn::parse_str::<Ident>(name).ok();
            assert_eq!(identifier(name, Span::call_site()), expected, "{name}");
        }
    }

    #[test]
    fn keywords_become_raw() {
        let raw = |name| raw_identifier(name, Span::call_site()).map(|ident| ident.to_string());
        assert_eq!(raw("type").as_deref(), Some("r#type"));
        assert_eq!(raw("number").as_deref(), Some("number"));
        assert_eq!(raw("1a"), None);
    }
}
