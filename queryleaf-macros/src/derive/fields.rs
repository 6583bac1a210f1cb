//! The fields of a struct: their part of the schema, and what the generated code knows of them.

use super::field_attributes::{self, FieldAttributes};
use super::field_type::{Column, FieldType, Nested, TypeMap};
use super::index::quote_path;
use super::serde;
use super::{leaf, limits};
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::schema::quote as quote_string;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, LitStr, Visibility};

/// What the fields of a struct come to.
#[derive(Default)]
pub(crate) struct Fields {
    /// `{ .. }` of the schema text, with holes for nested schemas.
    pub(crate) text: String,
    /// The types whose schemas go into the holes.
    pub(crate) nested: Nested,
    /// The stored names in order.
    pub(crate) names: Vec<String>,
    /// The defaults of those that have one, in order.
    pub(crate) defaults: Vec<LitStr>,
    /// The trait impls.
    pub(crate) impls: TokenStream,
}

impl Fields {
    /// Reads the fields of a struct.
    /// `closed` says that there are no others in a document.
    pub(crate) fn read(
        input: &DeriveInput,
        derive: &str,
        closed: bool,
        errors: &mut Errors,
    ) -> Fields {
        let mut fields = Fields::default();
        let container = serde::container(&input.attrs, errors);
        if closed || container.deny_unknown_fields {
            fields.text.push_str(" closed");
        }
        fields.text.push('{');
        for field in named_fields(input, derive, errors) {
            fields.field(input, field, &container, errors);
        }
        fields.text.push('}');
        fields.declared();
        fields
    }

    fn field(
        &mut self,
        input: &DeriveInput,
        field: &Field,
        container: &serde::Container,
        errors: &mut Errors,
    ) {
        let Some(ident) = &field.ident else { return };
        let attributes = serde::field(&field.attrs, errors);
        if attributes.skip {
            leaf::none(&field.attrs, "on a field that is not stored", errors);
            return;
        }
        let leaf = FieldAttributes::read(&field.attrs, errors);
        let rust_name = ident.unraw().to_string();
        let name = match (&attributes.rename, container.rename_all) {
            (Some(name), _) => name.value(),
            (None, Some(case)) => case.of_field(&rust_name),
            (None, None) => rust_name.clone(),
        };
        let name_tokens = match &attributes.rename {
            Some(rename) => rename.to_token_stream(),
            None => ident.to_token_stream(),
        };
        self.check_name(&name, name_tokens, errors);
        let ty = TypeMap {
            owner: &input.ident,
            nested: &mut self.nested,
            assertions: &mut self.impls,
            errors,
        }
        .field(&field.ty, &leaf, attributes.with.as_ref());
        let nullable = nullable(&name, &ty, &leaf, &attributes, container, errors);
        let marker = if is_hidden(field, input) { "-" } else { "" };
        let limits = limits::text(ty.values, &leaf, errors);
        self.write(
            &name,
            &format!("{marker}{rust_name}"),
            &ty,
            nullable,
            &limits,
            &leaf,
        );
        self.defaults.extend(leaf.default);
        if let Some(Column { rust, sql }) = &ty.column {
            let private = private();
            let (number, owner) = (self.names.len(), &input.ident);
            self.impls.extend(quote! {
                #[automatically_derived]
                impl #private::Column<#number> for #owner {
                    type Rust = #rust;
                    type Sql = #sql;
                }
            });
        }
        self.names.push(name);
    }

    /// A stored name must be one that a path can reach.
    fn check_name(&self, name: &str, tokens: TokenStream, errors: &mut Errors) {
        if name.is_empty() || name.contains(['.', '\0']) || name.starts_with('$') {
            errors.add_with_help(
                tokens,
                format!("the server cannot find a field that is stored as `{name}`"),
                "a stored name is not empty, has no dots and does not start with `$`",
            );
        } else if self.names.iter().any(|other| other == name) {
            errors.add(tokens, format!("two fields are stored as `{name}`"));
        }
    }

    fn write(
        &mut self,
        name: &str,
        rust_name: &str,
        ty: &FieldType,
        nullable: bool,
        limits: &str,
        leaf: &FieldAttributes,
    ) {
        self.text.push_str(&quote_string(name));
        self.text.push_str(rust_name);
        self.text.push(':');
        if nullable {
            self.text.push('?');
        }
        if ty.own {
            self.text.push('!');
        }
        self.text.push_str(&ty.text);
        self.text.push_str(limits);
        if nullable && !ty.nullable {
            self.text.push_str(" absent");
        }
        if let Some(default) = &leaf.default {
            self.text.push_str(" default");
            self.text.push_str(&quote_string(&default.value()));
        }
        let references = leaf.references.as_ref().map(LitStr::value);
        if let Some((collection, path)) =
            references.as_deref().and_then(field_attributes::reference)
        {
            self.text.push_str(" references");
            self.text.push_str(&quote_string(collection));
            self.text.push_str(&quote_path(&path));
            if leaf.trusted.is_some() {
                self.text.push_str(" trusted");
            }
        }
        if leaf.few.is_some() {
            self.text.push_str(" few");
        }
        self.text.push(';');
    }

    /// Asserts that the nested types have schemas: where one has none, this says so in words that
    /// "cannot find macro" lacks.
    fn declared(&mut self) {
        let private = private();
        for path in &self.nested.paths {
            self.impls.extend(quote_spanned! {path.span()=>
                const _: () = #private::declared::<#path>();
            });
        }
    }
}

/// Whether a field may be `NULL`, which is also what SQL sees where it is missing.
fn nullable(
    name: &str,
    ty: &FieldType,
    leaf: &FieldAttributes,
    attributes: &serde::Field,
    container: &serde::Container,
    errors: &mut Errors,
) -> bool {
    let default = attributes.default || container.default;
    if let (Some(with), true, false) = (&attributes.read_with, ty.optional, default) {
        errors.add_with_help(
            with,
            "with a module or function of its own, serde could not read a document without this field, \
             which is `NULL` to SQL",
            "add `#[serde(default)]`, with which it is `None` then",
        );
    }
    if let (Some(skip), false, false) = (&attributes.skip_serializing_if, ty.optional, default) {
        errors.add_with_help(
            skip,
            "serde could not read back a document in which this field was skipped",
            "add `#[serde(default)]`, with which SQL sees `NULL` there, or make it an `Option`",
        );
    }
    if let Some(not_null) = &leaf.not_null {
        let reason = if ty.optional {
            Some((
                "an `Option` may be `NULL`",
                "remove `not_null` or the `Option`",
            ))
        } else if attributes.skip_serializing_if.is_some() {
            Some((
                "a field that is skipped at times is `NULL` then",
                "remove `not_null` or `skip_serializing_if`",
            ))
        } else {
            None
        };
        match reason {
            Some((reason, help)) => errors.add_with_help(not_null, reason, help),
            None => return false,
        }
    }
    // A stored document always has an `_id`.
    let missing = (default || attributes.skip_serializing_if.is_some()) && name != "_id";
    ty.nullable || missing
}

/// The named fields of a struct; anything else is an error.
fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    errors: &mut Errors,
) -> impl Iterator<Item = &'a Field> + use<'a> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            syn::Fields::Named(fields) => Some(&fields.named),
            syn::Fields::Unnamed(_) | syn::Fields::Unit => None,
        },
        Data::Enum(_) | Data::Union(_) => None,
    };
    if fields.is_none() {
        let help = match &input.data {
            Data::Enum(_) => "use `SqlEnum` for an enum without fields",
            Data::Struct(_) | Data::Union(_) => {
                "leave the derive out and mark the fields of this type with `#[leaf(as = \"..\")]`"
            }
        };
        let message = format!("`{derive}` needs a struct with named fields");
        errors.add_with_help(&input.ident, message, help);
    }
    fields.into_iter().flatten()
}

/// Whether a field is less visible than its struct. One without `pub` is not, if its struct has none
/// either: wherever the one can be named, the other can be read.
fn is_hidden(field: &Field, input: &DeriveInput) -> bool {
    let (of_field, of_struct) = (&field.vis, &input.vis);
    !matches!(of_field, Visibility::Public(_))
        && !matches!(of_struct, Visibility::Inherited)
        && quote!(#of_field).to_string() != quote!(#of_struct).to_string()
}

/// A name as it stands in the schema text.
pub(crate) fn unraw(ident: &Ident) -> String {
    ident.unraw().to_string()
}
