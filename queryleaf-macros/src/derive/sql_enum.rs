//! `#[derive(SqlEnum)]`.

use super::define::{Declaration, finish};
use super::fields::unraw;
use super::leaf::{self, EnumAttributes};
use super::serde;
use crate::errors::{Errors, with_help};
use crate::paths::private;
use proc_macro2::{Ident, Literal, TokenStream};
use queryleaf_compiler::schema::quote as quote_string;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Lit, UnOp, Variant};

/// A variant as it is stored.
struct Stored {
    ident: Ident,
    /// Nothing for a variant that is never stored.
    text: Option<String>,
    integer: i64,
}

/// Expands `#[derive(SqlEnum)]`.
pub(crate) fn sql_enum(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let attributes = EnumAttributes::read(&input.attrs, &mut errors);
    let integer = attributes.integer.is_some();
    let variants = variants(input, integer, &mut errors);
    let private = private();
    let name = &input.ident;
    let definition = if variants.iter().any(|variant| variant.text.is_some()) {
        finish(
            Declaration {
                ty: name.clone(),
                name: name.clone(),
                visibility: input.vis.clone(),
                text: text(name, &variants, integer),
                attributes: Vec::new(),
                defaults: Vec::new(),
            },
            &[],
        )
    } else {
        if errors.is_empty() {
            errors.add(name, "an enum has at least one variant that is stored");
        }
        TokenStream::new()
    };
    let serde = if integer {
        serde_impls(name, &variants)
    } else {
        TokenStream::new()
    };
    let errors = errors.into_tokens();
    quote! {
        #errors
        #[automatically_derived]
        impl #private::SqlEnum for #name {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::Declared for #name {}
        #serde
        #definition
    }
}

fn variants(input: &DeriveInput, integer: bool, errors: &mut Errors) -> Vec<Stored> {
    let container = serde::container(&input.attrs, errors);
    let Data::Enum(data) = &input.data else {
        errors.add_with_help(
            &input.ident,
            "`SqlEnum` needs an enum",
            "use `Embedded` for a struct",
        );
        return Vec::new();
    };
    let mut stored: Vec<Stored> = Vec::new();
    let mut next = Some(0);
    for variant in &data.variants {
        leaf::none(&variant.attrs, "on a variant", errors);
        if !matches!(variant.fields, syn::Fields::Unit) {
            errors.add_with_help(
                variant,
                format!("the variant `{}` has fields", variant.ident),
                "`SqlEnum` is for variants without fields; mark the fields of this type with \
                 `#[leaf(opaque)]`",
            );
            continue;
        }
        let value = if integer {
            errors.take(discriminant(variant, next)).unwrap_or_default()
        } else {
            0
        };
        next = value.checked_add(1);
        let attributes = serde::variant(&variant.attrs, errors);
        let name = match (&attributes.rename, container.rename_all) {
            _ if integer => unraw(&variant.ident),
            (Some(rename), _) => rename.value(),
            (None, Some(case)) => case.of_variant(&unraw(&variant.ident)),
            (None, None) => unraw(&variant.ident),
        };
        let text = (!attributes.skip).then_some(name);
        if text.is_some() && stored.iter().any(|other| other.text == text) {
            let tokens = match &attributes.rename {
                Some(rename) => rename.to_token_stream(),
                None => variant.ident.to_token_stream(),
            };
            let name = text.as_deref().unwrap_or_default();
            errors.add(tokens, format!("two variants are stored as `{name}`"));
        }
        stored.push(Stored {
            ident: variant.ident.clone(),
            text,
            integer: value,
        });
    }
    stored
}

/// The number of a variant: as written, or one more than the one before.
fn discriminant(variant: &Variant, next: Option<i64>) -> syn::Result<i64> {
    let Some((_, expression)) = &variant.discriminant else {
        return next.ok_or_else(|| {
            syn::Error::new_spanned(variant, "this variant's number is beyond 64 bits")
        });
    };
    integer(expression, false).ok_or_else(|| {
        syn::Error::new_spanned(
            expression,
            with_help(
                "a stored number is written as a literal of at most 64 bits",
                "write the number itself",
            ),
        )
    })
}

fn integer(expression: &Expr, negative: bool) -> Option<i64> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => {
            let magnitude: i128 = literal.base10_parse().ok()?;
            i64::try_from(if negative { -magnitude } else { magnitude }).ok()
        }
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) if !negative => integer(expr, true),
        Expr::Group(group) => integer(&group.expr, negative),
        Expr::Paren(paren) => integer(&paren.expr, negative),
        _ => None,
    }
}

fn text(name: &Ident, variants: &[Stored], integer: bool) -> String {
    let variants: Vec<String> = variants
        .iter()
        .filter_map(|variant| {
            let text = quote_string(variant.text.as_ref()?);
            Some(if integer {
                format!("{text}={}", variant.integer)
            } else {
                text
            })
        })
        .collect();
    format!("enum {}({})", unraw(name), variants.join(","))
}

/// serde's traits for an enum that is stored as integers, so that whole documents hold the same
/// numbers that queries compare with.
fn serde_impls(name: &Ident, variants: &[Stored]) -> TokenStream {
    let private = private();
    let fits = variants
        .iter()
        .all(|variant| i32::try_from(variant.integer).is_ok());
    let (ty, method) = if fits {
        (quote!(::core::primitive::i32), quote!(serialize_i32))
    } else {
        (quote!(::core::primitive::i64), quote!(serialize_i64))
    };
    let mut writing = TokenStream::new();
    let mut reading = TokenStream::new();
    for variant in variants {
        let ident = &variant.ident;
        let number = Literal::i64_unsuffixed(variant.integer);
        if variant.text.is_some() {
            writing.extend(quote!(#name::#ident => #number,));
            reading.extend(quote!(#number => ::core::result::Result::Ok(#name::#ident),));
        } else {
            let message = format!("the variant `{ident}` is not stored");
            writing.extend(quote! {
                #name::#ident => return ::core::result::Result::Err(
                    #private::serde::ser::Error::custom(#message),
                ),
            });
        }
    }
    let message = format!("is no number of a `{name}`");
    quote! {
        #[automatically_derived]
        impl #private::serde::Serialize for #name {
            fn serialize<S: #private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let number: #ty = match self { #writing };
                #private::serde::Serializer::#method(serializer, number)
            }
        }
        #[automatically_derived]
        impl<'de> #private::serde::Deserialize<'de> for #name {
            fn deserialize<D: #private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let number =
                    <::core::primitive::i64 as #private::serde::Deserialize>::deserialize(deserializer)?;
                match number {
                    #reading
                    other => ::core::result::Result::Err(#private::serde::de::Error::custom(
                        ::core::format_args!("{} {}", other, #message),
                    )),
                }
            }
        }
    }
}
