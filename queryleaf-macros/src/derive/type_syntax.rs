//! The parts of a Rust type as it is written.

use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type};

/// A type as a person would write it.
pub(super) fn text_of(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

/// Whether a type is `u8`.
pub(super) fn is_byte(ty: &Type) -> bool {
    type_path(ungroup(ty)).is_some_and(|(_, last)| last.ident == "u8")
}

/// The path of a type and its last segment.
pub(super) fn type_path(ty: &Type) -> Option<(&Path, &PathSegment)> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            Some((&path.path, last))
        }
        _ => None,
    }
}

/// The type arguments of a path's segment.
pub(super) fn arguments(segment: &PathSegment) -> Vec<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        PathArguments::None | PathArguments::Parenthesized(_) => Vec::new(),
    }
}

/// What an `Option` holds.
pub(super) fn option_item(ty: &Type) -> Option<&Type> {
    only_argument(ty, "Option")
}

/// What a `Vec` holds.
pub(super) fn vec_item(ty: &Type) -> Option<&Type> {
    only_argument(ty, "Vec")
}

fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let (_, last) = type_path(ungroup(ty))?;
    match arguments(last)[..] {
        [item] if last.ident == name => Some(item),
        _ => None,
    }
}

/// The type itself, without the invisible groups in which `macro_rules!` hands types on.
pub(super) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        match ty {
            Type::Group(group) => ty = &group.elem,
            Type::Paren(paren) => ty = &paren.elem,
            _ => return ty,
        }
    }
}
