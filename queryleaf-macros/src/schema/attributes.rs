//! The `#[leaf(..)]` attributes that say what SQL said.

use proc_macro2::{Literal, Span, TokenStream};
use queryleaf_compiler::schema::{
    Collation, Collection, Index, IndexKind, Options, Storage, Validation,
};
use queryleaf_compiler::types::{Field, Type};
use quote::quote;
use syn::LitStr;

/// The attribute of the struct; of a table with an error, its name only.
pub(super) fn of_collection(
    collection: &Collection,
    span: Span,
    view: Option<&[u8]>,
    sound: bool,
) -> TokenStream {
    let name = LitStr::new(&collection.name, span);
    let mut items = vec![quote!(name = #name)];
    items.extend(view.map(|definition| {
        let definition = Literal::byte_string(definition);
        quote!(view = #definition)
    }));
    if sound {
        if collection.closed {
            items.push(quote!(deny_unknown_fields));
        }
        items.extend(storage(&collection.storage));
        options(&collection.options, &mut items);
        items.extend(collection.indexes.iter().map(index));
        items.extend(collection.checks.iter().map(|check| quote!(check = #check)));
    }
    quote!(#[leaf(#(#items),*)])
}

fn storage(storage: &Storage) -> Option<TokenStream> {
    match storage {
        // No clause of SQL makes a time series.
        Storage::Plain | Storage::View | Storage::Bucket(_) | Storage::TimeSeries { .. } => None,
        Storage::Clustered => Some(quote!(clustered)),
        Storage::Capped { size, max } => {
            let size = Literal::u64_unsuffixed(*size);
            let max = max
                .map(Literal::u64_unsuffixed)
                .map(|max| quote!(, max = #max));
            Some(quote!(capped(size = #size #max)))
        }
    }
}

fn options(options: &Options, items: &mut Vec<TokenStream>) {
    let Options {
        validation,
        collation,
        pre_and_post_images,
        compression,
    } = options;
    let validation = match validation {
        Validation::Strict => None,
        Validation::Moderate => Some("moderate"),
        Validation::Warn => Some("warn"),
        Validation::Off => Some("off"),
    };
    items.extend(validation.map(|name| quote!(validation = #name)));
    // The clause names the locale and nothing else.
    if let Some(Collation { locale, .. }) = collation {
        items.push(quote!(collation(locale = #locale)));
    }
    if *pre_and_post_images {
        items.push(quote!(pre_and_post_images));
    }
    if let Some(compression) = compression {
        let name = compression.name();
        items.push(quote!(compression = #name));
    }
}

fn index(index: &Index) -> TokenStream {
    let Index {
        name,
        keys,
        unique,
        sparse,
        partial,
        expire_after_seconds,
    } = index;
    let mut parts: Vec<TokenStream> = keys
        .iter()
        .map(|key| {
            let path = key.path.join(".");
            match key.kind {
                IndexKind::Ascending => quote!(#path),
                IndexKind::Descending => quote!(#path desc),
                IndexKind::Text => quote!(#path text),
                IndexKind::Hashed => quote!(#path hashed),
                IndexKind::Geo2dsphere => quote!(#path geo_2dsphere),
            }
        })
        .collect();
    if let Some(seconds) = expire_after_seconds {
        let after = format!("{seconds} seconds");
        parts.push(quote!(after = #after));
    }
    if *sparse {
        parts.push(quote!(sparse));
    }
    parts.extend(partial.as_ref().map(|partial| quote!(partial = #partial)));
    parts.extend(name.as_ref().map(|name| quote!(name = #name)));
    match (unique, expire_after_seconds) {
        (true, _) => quote!(unique(#(#parts),*)),
        (false, Some(_)) => quote!(ttl(#(#parts),*)),
        (false, None) => quote!(index(#(#parts),*)),
    }
}

/// The attribute of a field, if it has one.
pub(super) fn of_field(
    collection: &Collection,
    field: &Field,
    span: Span,
    sound: bool,
) -> Option<TokenStream> {
    let mut items = Vec::new();
    if innermost(&field.ty) == &Type::Date {
        let dimensions = dimensions(&field.ty);
        let name = format!("date{}", "[]".repeat(dimensions));
        items.push(quote!(as = #name));
    }
    if field.ty == Type::Json && !field.nullable {
        items.push(quote!(not_null));
    }
    if sound {
        if let Some(length) = field.limits.max_length {
            let length = Literal::u32_unsuffixed(length);
            items.push(quote!(max_length = #length));
        }
        if let Some(precision) = field.limits.precision {
            let digits = Literal::u8_unsuffixed(precision.precision);
            let scale = Literal::u8_unsuffixed(precision.scale);
            items.push(quote!(precision = #digits));
            items.push(quote!(scale = #scale));
        }
        if let Some(default) = &field.default {
            let default = LitStr::new(default, span);
            items.push(quote!(default = #default));
        }
        let path = std::slice::from_ref(&field.name);
        let mut references = collection.references.iter();
        if let Some(reference) = references.find(|reference| reference.path == path) {
            let target = format!("{}.{}", reference.collection, reference.key.join("."));
            items.push(quote!(references = #target));
        }
    }
    (!items.is_empty()).then(|| quote!(#[leaf(#(#items),*)]))
}

fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Array(item) => innermost(&item.ty),
        other => other,
    }
}

fn dimensions(ty: &Type) -> usize {
    match ty {
        Type::Array(item) => 1 + dimensions(&item.ty),
        _ => 0,
    }
}
