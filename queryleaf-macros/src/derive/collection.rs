//! `#[derive(Collection)]`.

use super::define::{Declaration, finish};
use super::fields::{Fields, unraw};
use super::leaf::CollectionAttributes;
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::schema::quote as quote_string;
use quote::{quote, quote_spanned};
use syn::{Attribute, DeriveInput};

/// The macros that are in scope everywhere: a collection of such a name, imported with a glob,
/// would be ambiguous in `FROM`, or would take the macro's place.
pub(crate) const STANDARD_MACROS: [&str; 38] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "concat_idents",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Expands `#[derive(Collection)]`.
pub(crate) fn collection(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let attributes = CollectionAttributes::read(&input.attrs, &mut errors);
    let stored_name = stored_name(input, &attributes, "collection", &mut errors);
    let table = table(input, &attributes, &stored_name, "collection", &mut errors);
    let closed = attributes.deny_unknown_fields.is_some();
    let fields = Fields::read(input, "Collection", closed, &mut errors);
    let private = private();
    let (name, visibility, impls) = (&input.ident, &input.vis, &fields.impls);
    let declaration = Declaration {
        ty: name.clone(),
        name: table.clone(),
        visibility: visibility.clone(),
        text: text(input, &stored_name, &fields.text, &attributes),
        attributes: leaf_attributes(&input.attrs),
        defaults: fields.defaults,
    };
    let definition = finish(declaration, &fields.nested.paths);
    let errors = errors.into_tokens();
    // The function beside the macro, by which a query learns the Rust type behind the name.
    let signature = quote_spanned!(table.span()=> #visibility const fn #table());
    quote! {
        #errors
        #[automatically_derived]
        impl #private::Collection for #name {
            const NAME: &'static ::core::primitive::str = #stored_name;
        }
        #impls
        #[doc(hidden)]
        #[allow(dead_code, non_snake_case, unreachable_pub)]
        #signature -> #private::Witness<#name> {
            #private::Witness::NEW
        }
        #definition
    }
}

/// The name on the server of a collection, or of a bucket; the struct's own where it is not given.
pub(super) fn stored_name(
    input: &DeriveInput,
    attributes: &CollectionAttributes,
    kind: &str,
    errors: &mut Errors,
) -> String {
    let Some(name) = &attributes.name else {
        if !attributes.is_named {
            errors.add_with_help(
                &input.ident,
                format!("a {kind} needs the name it has on the server"),
                match kind {
                    "bucket" => "write it as in `#[leaf(name = \"documents\")]`",
                    _ => "write it as in `#[leaf(name = \"orders\")]`",
                },
            );
        }
        return unraw(&input.ident);
    };
    let value = name.value();
    if let Some(reason) = refused_name(&value) {
        errors.add(name, reason);
    }
    value
}

/// Why the server would refuse a collection of this name.
fn refused_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("the name of a collection is not empty")
    } else if name.contains(['$', '\0']) {
        Some("the name of a collection has no `$`")
    } else if name.starts_with("system.") {
        Some("collections whose names start with `system.` are the server's own")
    } else if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        Some("the name of a collection has words between its dots")
    } else if name.len() > 120 {
        Some("the name of a collection has at most 120 bytes")
    } else {
        None
    }
}

/// The name that the collection has in SQL.
pub(super) fn table(
    input: &DeriveInput,
    attributes: &CollectionAttributes,
    stored_name: &str,
    kind: &str,
    errors: &mut Errors,
) -> Ident {
    if let Some(table) = &attributes.table {
        if STANDARD_MACROS.iter().any(|known| table == known) {
            errors.add_with_help(
                table,
                format!("`{table}` is a macro of Rust's own"),
                format!("choose another name, such as `table = {table}_documents`"),
            );
        }
        return table.clone();
    }
    let Some(name) = &attributes.name else {
        return input.ident.clone();
    };
    let span = name.span().resolved_at(Span::call_site());
    let reason = if STANDARD_MACROS.contains(&stored_name) {
        "is a macro of Rust's own"
    } else if syn::parse_str::<Ident>(stored_name).is_err() {
        "is no Rust name"
    } else {
        return Ident::new(stored_name, span);
    };
    let suggestion = suggested_table(stored_name);
    if refused_name(stored_name).is_none() {
        errors.add_with_help(
            name,
            format!("`{stored_name}` {reason}, so SQL needs another name for this {kind}"),
            format!("add `table = {suggestion}`"),
        );
    }
    Ident::new(&suggestion, span)
}

/// A name that is near to the stored one and can serve in SQL.
fn suggested_table(stored_name: &str) -> String {
    let mut name: String = stored_name
        .chars()
        .map(|letter| {
            let fits = letter.is_ascii_alphanumeric() || letter == '_';
            if fits { letter } else { '_' }
        })
        .collect();
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        name.insert(0, '_');
    }
    let taken = STANDARD_MACROS.contains(&name.as_str()) || syn::parse_str::<Ident>(&name).is_err();
    if taken {
        name.push_str("_documents");
    }
    name
}

/// The schema text, with holes for nested schemas.
fn text(
    input: &DeriveInput,
    stored_name: &str,
    fields: &str,
    attributes: &CollectionAttributes,
) -> String {
    let mut text = format!(
        "collection{}{}{fields}",
        quote_string(stored_name),
        unraw(&input.ident)
    );
    attributes.write(&mut text);
    text
}

impl CollectionAttributes {
    /// What follows the fields in the schema text.
    pub(super) fn write(&self, text: &mut String) {
        if let Some(scan) = &self.collection_scan {
            text.push_str(&format!(" {}", unraw(scan)));
        }
        if self.require_where.is_some() {
            text.push_str(" require_where");
        }
        if self.view.is_some() {
            text.push_str(" view");
        }
        if let Some(storage) = &self.storage {
            text.push_str(&storage.text);
        }
        self.options.write(text);
        for index in &self.indexes {
            index.write(text);
        }
        for check in &self.checks {
            text.push_str(" check ");
            text.push_str(&quote_string(&check.value()));
        }
    }
}

pub(super) fn leaf_attributes(attributes: &[Attribute]) -> Vec<Attribute> {
    let mut leaf = attributes.to_vec();
    leaf.retain(|attribute| attribute.path().is_ident("leaf"));
    leaf
}
