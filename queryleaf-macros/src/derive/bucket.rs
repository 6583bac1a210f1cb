//! `#[derive(Bucket)]`.

use super::bucket_attributes::{BucketAttributes, WriteConcern};
use super::collection::{leaf_attributes, stored_name, table};
use super::define::{Declaration, finish};
use super::fields::{Fields, unraw};
use super::stored_type::Scalar;
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::TokenStream;
use queryleaf_compiler::schema::{CHUNKS, CONTENT_TYPE_ENUM, FILES, quote as quote_string};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, LitStr};

/// The columns of a file, as MongoDB's specification of GridFS stores them, with those before and
/// behind the content type apart; `queryleaf_runtime::gridfs::File` has them in this order. A `file_id`
/// leads back to its bucket, as a type of the user's own leads to its field: `GRIDFS_STREAM` asks for it.
const BEFORE: &str = r#""_id"as"file_id"file_id:!objectid;"filename"filename:text;"length"length:bigint;"chunkSize"as"chunk_size"chunk_size:integer;"uploadDate"as"upload_date"upload_date:timestamp;"md5"md5:?text;"contentType"as"content_type"content_type:"#;
const BEHIND: &str = r#";"sha256"sha256:?text;"metadata"metadata:"#;

/// The index that the specification asks for.
const FILENAMES: &str = r#" index("filename","uploadDate")"#;

/// The index by which an upload finds a file of the same content: of the files that have a hash only.
const HASHES: &str = r#" index sparse("sha256")"#;

/// Expands `#[derive(Bucket)]`.
pub(crate) fn bucket(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let attributes = BucketAttributes::read(&input.attrs, &mut errors);
    let name = stored_name(input, &attributes.files, "bucket", &mut errors);
    let table = table(input, &attributes.files, &name, "bucket", &mut errors);
    let metadata = Metadata::read(input, &attributes, &mut errors);
    let private = private();
    let (ty, visibility, impls) = (&input.ident, &input.vis, &metadata.impls);
    let mut text = format!(
        "collection{}File{{{BEFORE}{}{BEHIND}{};}}",
        quote_string(&format!("{name}{FILES}")),
        content_type(&attributes.content_types),
        metadata.text,
    );
    attributes.files.write(&mut text);
    for (fields, index) in [
        (&["filename", "uploadDate"][..], FILENAMES),
        (&["sha256"], HASHES),
    ] {
        if !attributes.has_index(fields) {
            text.push_str(index);
        }
    }
    let declaration = Declaration {
        ty: ty.clone(),
        name: table.clone(),
        visibility: visibility.clone(),
        text,
        attributes: leaf_attributes(&input.attrs),
        defaults: Vec::new(),
    };
    let definition = finish(declaration, &metadata.nested);
    let constants = constants(&name, &attributes);
    let errors = errors.into_tokens();
    // The function beside the macro, by which a query learns the Rust type behind the name.
    let signature = quote_spanned!(table.span()=> #visibility const fn #table());
    quote! {
        #errors
        #[automatically_derived]
        impl ::queryleaf::gridfs::Bucket for #ty {
            #constants
        }
        #impls
        #[doc(hidden)]
        #[allow(dead_code, non_snake_case, unreachable_pub)]
        #signature -> #private::Witness<::queryleaf::gridfs::File<#ty>> {
            #private::Witness::NEW
        }
        #definition
    }
}

/// The type of a content type in the schema text: any text, or one of those that are declared, unless
/// they cannot be counted.
fn content_type(declared: &[LitStr]) -> String {
    if declared.is_empty() {
        return "?text".to_owned();
    }
    if declared.iter().any(|name| name.value().ends_with("/*")) {
        return "text".to_owned();
    }
    let names: Vec<String> = declared
        .iter()
        .map(|name| quote_string(&name.value()))
        .collect();
    format!("!enum {CONTENT_TYPE_ENUM}({})", names.join(","))
}

/// What the runtime needs to know of the bucket.
fn constants(name: &str, attributes: &BucketAttributes) -> TokenStream {
    let [files, chunks] = [FILES, CHUNKS].map(|suffix| format!("{name}{suffix}"));
    // A size that is too large has been reported.
    let chunk_size = u32::try_from(attributes.chunk_bytes()).unwrap_or(u32::MAX);
    let content_types = &attributes.content_types;
    let concern = |function: &str, ty: &str, value: TokenStream| {
        let (function, ty) = (format_ident!("{function}"), format_ident!("{ty}"));
        quote! {
            fn #function() -> ::core::option::Option<::queryleaf::mongodb::options::#ty> {
                ::core::option::Option::Some(::queryleaf::mongodb::options::#ty::#value)
            }
        }
    };
    let write_concern = attributes.write_concern.as_ref().map(|servers| {
        let servers = match servers {
            WriteConcern::Majority => quote!(majority()),
            WriteConcern::Servers(number) => quote!(nodes(#number)),
        };
        concern("write_concern", "WriteConcern", servers)
    });
    let read_concern = attributes.read_concern.as_ref().map(|level| {
        let level = format_ident!("{level}");
        concern("read_concern", "ReadConcern", quote!(#level()))
    });
    let on_upload = attributes.on_upload.as_ref().map(|function| {
        let private = private();
        let called =
            quote_spanned!(function.span()=> #private::gridfs::looked(#function(file, content)));
        quote! {
            fn on_upload() -> ::core::option::Option<::queryleaf::gridfs::UploadHook<Self>> {
                ::core::option::Option::Some(|file, content| #called)
            }
        }
    });
    quote! {
        const NAME: &'static ::core::primitive::str = #name;
        const FILES: &'static ::core::primitive::str = #files;
        const CHUNKS: &'static ::core::primitive::str = #chunks;
        const CHUNK_SIZE: ::core::primitive::u32 = #chunk_size;
        const CONTENT_TYPES: &'static [&'static ::core::primitive::str] = &[#(#content_types),*];
        #write_concern
        #read_concern
        #on_upload
    }
}

/// What the struct says about the metadata of a file.
struct Metadata {
    /// Its type in the schema text, with holes for nested schemas.
    text: String,
    nested: Vec<syn::Path>,
    impls: TokenStream,
}

impl Metadata {
    fn read(input: &DeriveInput, attributes: &BucketAttributes, errors: &mut Errors) -> Self {
        if is_open(input) {
            return Metadata {
                text: "!document".to_owned(),
                nested: Vec::new(),
                impls: TokenStream::new(),
            };
        }
        let closed = attributes.files.deny_unknown_fields.is_some();
        let fields = Fields::read(input, "Bucket", closed, errors);
        for default in &fields.defaults {
            errors.add_with_help(
                default,
                "the metadata has no `default`: SQL stores it as a whole",
                "name the field in the `INSERT`",
            );
        }
        Metadata {
            text: format!("struct {}{}", unraw(&input.ident), fields.text),
            nested: fields.nested.paths,
            impls: fields.impls,
        }
    }
}

/// Whether a struct holds nothing but a document: `struct Anything(Document);`.
fn is_open(input: &DeriveInput) -> bool {
    let Data::Struct(data) = &input.data else {
        return false;
    };
    let syn::Fields::Unnamed(fields) = &data.fields else {
        return false;
    };
    let mut fields = fields.unnamed.iter();
    let only = (fields.next(), fields.next());
    matches!(only, (Some(field), None) if super::built_in::natural(&field.ty) == Some(Scalar::Document))
}
