//! The struct of a bucket.

use super::field::serde_path;
use super::input::Head;
use super::structure::{Columns, struct_name};
use crate::paths::private;
use crate::sql::Source;
use proc_macro2::{Literal, TokenStream};
use queryleaf_compiler::definition::{Bucket, BucketOptions};
use quote::quote;
use syn::{LitStr, Visibility};

/// The struct of the metadata of a bucket, with the derive.
pub(super) fn structure(
    bucket: &Bucket,
    head: Option<&Head>,
    source: &Source,
    sound: bool,
) -> TokenStream {
    let span = source.span(bucket.span);
    let public: Visibility = syn::parse_quote!(pub);
    let (visibility, name) = match head {
        Some(head) => (&head.visibility, head.name.clone()),
        None => (&public, struct_name(&bucket.metadata.rust_name, span)),
    };
    let given = head.map(|head| &head.attributes[..]).unwrap_or_default();
    let stored_name = LitStr::new(&bucket.metadata.name, span);
    let options = attributes(&bucket.options);
    let Columns { fields, items } = Columns::new(
        &bucket.metadata,
        &bucket.columns,
        &name,
        visibility,
        source,
        sound,
    );
    let body = match fields.is_empty() {
        true => quote!((pub ::queryleaf::bson::Document);),
        false => quote!({ #(#fields)* }),
    };
    let private = private();
    let serde = serde_path();
    let documentation = format!(" The metadata of a file of `{}`.", bucket.metadata.name);
    quote! {
        #[doc = #documentation]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            #private::serde::Serialize,
            #private::serde::Deserialize,
            ::queryleaf::Bucket,
        )]
        #(#given)*
        #[serde(crate = #serde)]
        #[leaf(name = #stored_name #options)]
        #[allow(non_snake_case, unreachable_pub)]
        #visibility struct #name #body
        #items
    }
}

/// The `#[leaf(..)]` attributes that say what SQL said.
fn attributes(options: &BucketOptions) -> TokenStream {
    let BucketOptions {
        chunk_size,
        write_concern,
        read_concern,
        content_types,
        compression,
    } = options;
    let chunk_size = chunk_size
        .map(Literal::u32_unsuffixed)
        .map(|bytes| quote!(, chunk_size = #bytes));
    let write_concern = write_concern.as_ref().map(|servers| {
        match servers.parse::<u32>().map(Literal::u32_unsuffixed) {
            Ok(number) => quote!(, write_concern = #number),
            Err(_) => quote!(, write_concern = #servers),
        }
    });
    let read_concern = read_concern
        .as_ref()
        .map(|level| quote!(, read_concern = #level));
    let content_types =
        (!content_types.is_empty()).then(|| quote!(, content_types(#(#content_types),*)));
    let compression = compression
        .map(|kind| kind.name())
        .map(|name| quote!(, compression = #name));
    quote!(#chunk_size #write_concern #read_concern #content_types #compression)
}
