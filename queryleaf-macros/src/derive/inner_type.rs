//! A type inside a field: its part of the schema text and its marker.

use super::stored_type::Scalar;
use crate::paths::{marker, private};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

/// A type inside a field, as the schema text writes it.
pub(super) struct Inner {
    pub(super) text: String,
    pub(super) own: bool,
    pub(super) nullable: bool,
    pub(super) sql: TokenStream,
    pub(super) values: Values,
}

/// The values that a type holds at its innermost, below arrays and maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Values {
    /// Their type; nothing for a struct or an enum of the user's.
    pub(crate) scalar: Option<Scalar>,
    /// The smallest and the largest integer that the Rust type holds, where that is less than the
    /// SQL type.
    pub(crate) range: Option<(i64, i64)>,
}

impl Values {
    fn of(scalar: Scalar) -> Self {
        Values {
            scalar: Some(scalar),
            range: None,
        }
    }
}

impl Inner {
    pub(super) fn scalar(scalar: Scalar) -> Self {
        Inner {
            text: scalar.schema_name().to_owned(),
            own: false,
            // Only a type that holds any value holds BSON null as a value of its own.
            nullable: scalar == Scalar::Json,
            sql: scalar.marker(),
            values: Values::of(scalar),
        }
    }

    /// A Rust type of another crate that the runtime reads, stored as this scalar.
    pub(super) fn foreign(scalar: Scalar) -> Self {
        Inner {
            own: true,
            ..Inner::scalar(scalar)
        }
    }

    /// A Rust type that serde reads, stored as this scalar.
    pub(super) fn own(ty: &Type, scalar: Scalar) -> Self {
        let (private, stored) = (private(), scalar.marker());
        Inner {
            own: true,
            sql: quote!(#private::StoredAs<#stored, #ty>),
            ..Inner::scalar(scalar)
        }
    }

    /// A Rust type that serde reads, stored as an array of this type.
    pub(super) fn own_array(ty: &Type, items: Inner) -> Self {
        let (private, array, item) = (private(), marker("Array"), items.item_sql());
        Inner {
            text: format!("[{}]", items.item_text()),
            own: true,
            nullable: false,
            sql: quote!(#private::StoredAs<#array<#item>, #ty>),
            values: items.values,
        }
    }

    /// The same, of fewer integers.
    pub(super) fn within(self, smallest: i64, largest: i64) -> Self {
        let range = Some((smallest, largest));
        Inner {
            values: Values {
                range,
                ..self.values
            },
            ..self
        }
    }

    /// The text of an array's items or a map's values.
    pub(super) fn item_text(&self) -> String {
        let nullable = if self.nullable { "?" } else { "" };
        let own = if self.own { "!" } else { "" };
        format!("{nullable}{own}{}", self.text)
    }

    /// The marker of an array's items or a map's values.
    pub(super) fn item_sql(&self) -> TokenStream {
        let sql = &self.sql;
        if self.nullable {
            let nullable = marker("Nullable");
            quote!(#nullable<#sql>)
        } else {
            quote!(#sql)
        }
    }
}

/// An array of so many dimensions.
pub(super) fn array_of(mut inner: Inner, dimensions: usize) -> Inner {
    let array = marker("Array");
    for _ in 0..dimensions {
        let sql = inner.item_sql();
        inner = Inner {
            text: format!("[{}]", inner.item_text()),
            own: false,
            nullable: false,
            sql: quote!(#array<#sql>),
            values: inner.values,
        };
    }
    inner
}

/// A map from strings to it.
pub(super) fn map_of(value: &Inner) -> Inner {
    let (map, sql) = (marker("Map"), value.item_sql());
    Inner {
        text: format!("<{}>", value.item_text()),
        own: false,
        nullable: false,
        sql: quote!(#map<#sql>),
        values: value.values,
    }
}
