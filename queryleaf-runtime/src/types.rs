//! The SQL types of columns and parameters, as markers.
//!
//! No value of these exists; they only say, in the bounds of [`Decode`](crate::Decode) and
//! [`Bind`](crate::Bind), what the compiler found out about a column or a parameter.

use std::marker::PhantomData;

macro_rules! scalars {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        $($(#[doc = $doc])+
        #[derive(Debug)]
        pub enum $name {})+

        $(impl NotNull for $name {}
        impl BuiltIn for $name {})+
    };
}

scalars! {
    /// `boolean`.
    Boolean;
    /// `integer`: 32 bits.
    Integer;
    /// `bigint`: 64 bits.
    Bigint;
    /// `double precision`.
    Double;
    /// `numeric`: Decimal128.
    Numeric;
    /// `text`.
    Text;
    /// `timestamptz` in milliseconds: a BSON date.
    Timestamp;
    /// `date`: a BSON date at midnight UTC.
    Date;
    /// `interval`: months, days and milliseconds.
    Interval;
    /// `uuid`: BSON binary of subtype 4.
    Uuid;
    /// MongoDB's ObjectId.
    ObjectId;
    /// `bytea`: BSON binary of subtype 0.
    Bytea;
    /// `jsonb`: any BSON value.
    Json;
    /// `jsonb` that is known to be a document.
    Document;
}

/// An array whose items are of type `S`.
#[derive(Debug)]
pub struct Array<S>(PhantomData<S>);

/// A document with any string keys whose values are of type `S`.
#[derive(Debug)]
pub struct Map<S>(PhantomData<S>);

/// A value of type `S`, or `NULL`.
#[derive(Debug)]
pub struct Nullable<S>(PhantomData<S>);

/// A value of the user's own Rust type `T`, stored as `serde` stores it.
#[derive(Debug)]
pub struct Own<T>(PhantomData<T>);

/// The list of an `IN (:list)`, with items of type `S`; `NULL` items are allowed.
#[derive(Debug)]
pub struct List<S>(PhantomData<S>);

/// What a query has instead of a type when it gives more than one column.
#[derive(Debug)]
pub enum SeveralColumns {}

/// Every built-in type but [`Nullable`].
pub trait NotNull {}
impl<S> NotNull for Array<S> {}
impl<S> NotNull for Map<S> {}

/// Every built-in type but [`Nullable`], and [`List`].
pub trait BuiltIn {}
impl<S> BuiltIn for Array<S> {}
impl<S> BuiltIn for Map<S> {}
impl<S> BuiltIn for List<S> {}
