//! From the Rust type of a field to the SQL type it is stored as.

use super::built_in::{natural, without_form};
use super::field_attributes::FieldAttributes;
use super::foreign::Foreign;
use super::inner_type::{Inner, Values, array_of, map_of};
use super::serde_module::Module;
use super::stored_type::{Scalar, StoredType};
use super::type_syntax::{arguments, is_byte, option_item, text_of, type_path, ungroup, vec_item};
use crate::errors::Errors;
use crate::paths::marker;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{LitStr, Path, Type};

/// A field's type as the schema and the generated code need it.
pub(crate) struct FieldType {
    /// The type in the schema text, with holes for nested schemas.
    pub(crate) text: String,
    /// Whether it is an `Option`.
    pub(crate) optional: bool,
    /// Whether a value of it may be `NULL`: as an `Option`, or as a type that holds any value.
    pub(crate) nullable: bool,
    /// Whether its Rust type is not the one that the SQL type tells.
    pub(crate) own: bool,
    /// The Rust type and the marker of the SQL type, without `Option`; nothing where columns of
    /// this field have another Rust type than the field.
    pub(crate) column: Option<Column>,
    /// The values it holds at its innermost.
    pub(crate) values: Values,
}

/// A Rust type and the marker of its SQL type.
pub(crate) struct Column {
    pub(crate) rust: TokenStream,
    pub(crate) sql: TokenStream,
}

/// The nested types whose schemas are asked for, each once.
#[derive(Default)]
pub(crate) struct Nested {
    pub(crate) paths: Vec<Path>,
    names: Vec<String>,
}

impl Nested {
    /// The number of a nested type.
    fn number(&mut self, path: &Path) -> usize {
        let name = path.to_token_stream().to_string();
        if let Some(number) = self.names.iter().position(|known| *known == name) {
            return number;
        }
        self.names.push(name);
        self.paths.push(path.clone());
        self.paths.len() - 1
    }
}

/// Finds the type of a field.
pub(crate) struct TypeMap<'a> {
    /// The struct whose field it is: a type that names it is recursive.
    pub(crate) owner: &'a Ident,
    pub(crate) nested: &'a mut Nested,
    /// What rustc is to check of the serde modules that are used.
    pub(crate) assertions: &'a mut TokenStream,
    pub(crate) errors: &'a mut Errors,
}

impl TypeMap<'_> {
    /// The type of a field with these attributes; where that is an error, any type, so that a
    /// query on the field is not wrong as well.
    pub(crate) fn field(
        &mut self,
        ty: &Type,
        leaf: &FieldAttributes,
        with: Option<&LitStr>,
    ) -> FieldType {
        let (ty, optional) = match option_item(ty) {
            Some(item) => (ungroup(item), true),
            None => (ungroup(ty), false),
        };
        let found = match (&leaf.stored_as, with) {
            // Reported already.
            (None, _) if leaf.stored_as_tokens.is_some() => None,
            (_, Some(with)) => self.with_module(ty, leaf, with),
            (Some(stored), None) => self.stored_as(ty, *stored, leaf),
            (None, None) if leaf.opaque.is_some() => {
                Some((Inner::own(ty, Scalar::Json), Some(quote!(#ty))))
            }
            (None, None) => self.inner(ty, 0).map(|inner| (inner, Some(quote!(#ty)))),
        };
        match found {
            Some((inner, rust)) => FieldType {
                optional,
                nullable: optional || inner.nullable,
                own: inner.own,
                column: rust.map(|rust| Column {
                    rust,
                    sql: inner.sql.clone(),
                }),
                values: inner.values,
                text: inner.text,
            },
            None => FieldType {
                text: Scalar::Json.schema_name().to_owned(),
                optional,
                nullable: true,
                own: false,
                column: None,
                values: Values::default(),
            },
        }
    }

    /// A field whose stored form a module or function decides.
    fn with_module(
        &mut self,
        ty: &Type,
        leaf: &FieldAttributes,
        with: &LitStr,
    ) -> Option<(Inner, Option<TokenStream>)> {
        // The module cannot be asked to read a column, so that it has the natural type of what is
        // stored, unless the runtime knows the field's own.
        if leaf.opaque.is_some() {
            return Some((Inner::scalar(Scalar::Json), None));
        }
        if let Some(stored) = leaf.stored_as {
            return Some((
                array_of(Inner::scalar(stored.scalar), stored.dimensions),
                None,
            ));
        }
        let module = Module::of(with, ty, self.errors)?;
        self.assertions.extend(module.assertion.clone());
        Some((
            module.inner(ty),
            module.of_foreign_type.then(|| quote!(#ty)),
        ))
    }

    /// A field with `#[leaf(as = "..")]`.
    fn stored_as(
        &mut self,
        ty: &Type,
        stored: StoredType,
        leaf: &FieldAttributes,
    ) -> Option<(Inner, Option<TokenStream>)> {
        if let Some(natural) = natural(ty) {
            // A date is stored as its midnight, and has no Rust type of its own.
            if natural == Scalar::Timestamp
                && stored.scalar == Scalar::Date
                && stored.dimensions == 0
            {
                return Some((Inner::scalar(Scalar::Date), Some(quote!(#ty))));
            }
            if stored.dimensions > 0 || natural != stored.scalar {
                self.errors.add_with_help(
                    &leaf.stored_as_tokens,
                    format!("`{}` is stored as {}", text_of(ty), natural.schema_name()),
                    "remove `as`, or give the field the type that is stored",
                );
                return None;
            }
            return Some((Inner::scalar(natural), Some(quote!(#ty))));
        }
        let mut item = ty;
        let mut outer = 0;
        while let (Some(inner), true) = (vec_item(item), outer < stored.dimensions) {
            item = ungroup(inner);
            outer += 1;
        }
        let inner = stored.dimensions - outer;
        let optional = (outer > 0).then(|| option_item(item)).flatten();
        let rust = optional.map_or(item, ungroup);
        if let Some(foreign) = Foreign::of_type(rust)
            && !foreign.allows(stored.scalar)
        {
            foreign.report(rust, self.errors);
            return None;
        }
        let mut found = match inner.checked_sub(1) {
            Some(deeper) => Inner::own_array(rust, array_of(Inner::scalar(stored.scalar), deeper)),
            None => Inner::own(rust, stored.scalar),
        };
        found.nullable |= optional.is_some();
        Some((array_of(found, outer), Some(quote!(#ty))))
    }

    /// A type by its name.
    fn inner(&mut self, ty: &Type, depth: usize) -> Option<Inner> {
        let ty = ungroup(ty);
        if depth > 32 {
            self.errors.add(ty, "this type is nested too deeply");
            return None;
        }
        if let Some(scalar) = natural(ty) {
            return Some(Inner::scalar(scalar));
        }
        if let Some(foreign) = Foreign::of_type(ty) {
            foreign.report(ty, self.errors);
            return None;
        }
        let Some((path, last)) = type_path(ty) else {
            self.errors.add_with_help(
                ty,
                format!("`{}` has no SQL type", text_of(ty)),
                "say how it is stored with `#[leaf(as = \"..\")]`, such as \
                 `#[leaf(as = \"double precision[]\")]`, or use `#[leaf(opaque)]`",
            );
            return None;
        };
        match (
            last.ident.unraw().to_string().as_str(),
            &arguments(last)[..],
        ) {
            (name @ ("i8" | "i16" | "u8" | "u16"), []) => {
                let (smallest, largest) = match name {
                    "i8" => (i8::MIN.into(), i8::MAX.into()),
                    "i16" => (i16::MIN.into(), i16::MAX.into()),
                    "u8" => (0, u8::MAX.into()),
                    _ => (0, u16::MAX.into()),
                };
                Some(Inner::own(ty, Scalar::Integer).within(smallest, largest))
            }
            ("u32", []) => Some(Inner::own(ty, Scalar::Bigint).within(0, u32::MAX.into())),
            ("u64", []) => Some(Inner::own(ty, Scalar::Bigint).within(0, i64::MAX)),
            ("f32", []) => Some(Inner::own(ty, Scalar::Double)),
            ("Vec", [item]) if is_byte(item) => {
                // serde writes each byte as a number.
                let bytes = Inner::scalar(Scalar::Integer).within(0, u8::MAX.into());
                Some(Inner::own_array(ty, bytes))
            }
            ("Vec", [item]) => Some(array_of(self.item(item, depth)?, 1)),
            ("HashMap" | "BTreeMap", [key, value, ..]) => self.map(key, value, depth),
            ("Option", [_]) => {
                self.errors.add(
                    ty,
                    "an `Option` in an `Option` cannot be told from the inner one when it is stored",
                );
                None
            }
            ("Box" | "Rc" | "Arc" | "Cow", [.., item]) => {
                if self.is_owner(item) {
                    self.recursive(ty);
                } else {
                    self.errors.add_with_help(
                        ty,
                        format!("`{}` has no SQL type", text_of(ty)),
                        format!("use `{}`, or `#[leaf(opaque)]`", text_of(item)),
                    );
                }
                None
            }
            (name, arguments) => match without_form(name, path) {
                Some(help) => {
                    let message = format!("`{}` has no SQL type", text_of(ty));
                    self.errors.add_with_help(ty, message, help);
                    None
                }
                None if arguments.is_empty() => self.nested(ty, path),
                None => {
                    self.errors.add_with_help(
                        ty,
                        format!("the generic type `{name}` has no SQL type"),
                        "say how it is stored with `#[leaf(as = \"..\")]`, or use `#[leaf(opaque)]`",
                    );
                    None
                }
            },
        }
    }

    /// The items of an array or the values of a map.
    fn item(&mut self, ty: &Type, depth: usize) -> Option<Inner> {
        match option_item(ty) {
            Some(item) => Some(Inner {
                nullable: true,
                ..self.inner(item, depth + 1)?
            }),
            None => self.inner(ty, depth + 1),
        }
    }

    fn map(&mut self, key: &Type, value: &Type, depth: usize) -> Option<Inner> {
        if natural(key) != Some(Scalar::Text) {
            self.errors
                .add_with_help(key, "the keys of a stored map are strings", "use `String`");
            return None;
        }
        Some(map_of(&self.item(value, depth)?))
    }

    /// Whether a type is the one whose field it is in.
    fn is_owner(&self, ty: &Type) -> bool {
        type_path(ungroup(ty)).is_some_and(|(path, last)| {
            last.ident == "Self" || (path.segments.len() == 1 && last.ident == *self.owner)
        })
    }

    fn recursive(&mut self, ty: &Type) {
        self.errors.add_with_help(
            ty,
            format!("`{}` contains itself", self.owner),
            "mark this field with `#[leaf(opaque)]`: SQL sees it as a document without declared \
             fields",
        );
    }

    /// A struct or enum of the user's, whose macro is asked for its schema.
    fn nested(&mut self, ty: &Type, path: &Path) -> Option<Inner> {
        if self.is_owner(ty) {
            self.recursive(ty);
            return None;
        }
        let number = self.nested.number(path);
        let own = marker("Own");
        Some(Inner {
            text: format!("@{number}"),
            own: false,
            nullable: false,
            sql: quote!(#own<#ty>),
            values: Values::default(),
        })
    }
}

#[cfg(test)]
#[path = "field_type_tests.rs"]
mod tests;
