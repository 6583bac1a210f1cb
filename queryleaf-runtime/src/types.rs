//! The SQL types of columns and parameters, as markers.
//!
//! No value of these exists; they only say, in the bounds of [`Decode`](crate::Decode) and
//! [`Bind`](crate::Bind), what the compiler found out about a column or a parameter. Their own names
//! are the ones of SQL, since it is those that `rustc` shows; code uses the aliases, named as Rust
//! types are.

#![allow(non_camel_case_types)]

use std::marker::PhantomData;

macro_rules! scalars {
    ($($(#[doc = $doc:literal])+ $alias:ident = $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub enum $name {}

        $(#[doc = $doc])+
        pub type $alias = $name;

        impl NotNull for $name {}
        impl BuiltIn for $name {}
        #[diagnostic::do_not_recommend]
        impl OneColumn for $name {}
    )+};
}

scalars! {
    /// `boolean`.
    Boolean = boolean;
    /// `integer`: 32 bits.
    Integer = integer;
    /// `bigint`: 64 bits.
    Bigint = bigint;
    /// `double precision`.
    Double = double_precision;
    /// `numeric`: Decimal128.
    Numeric = numeric;
    /// `text`.
    Text = text;
    /// `timestamptz` in milliseconds: a BSON date.
    Timestamp = timestamp;
    /// `date`: a BSON date at midnight UTC.
    Date = date;
    /// `interval`: months, days and milliseconds.
    Interval = interval;
    /// `uuid`: BSON binary of subtype 4.
    Uuid = uuid;
    /// MongoDB's ObjectId.
    ObjectId = objectid;
    /// `bytea`: BSON binary of subtype 0.
    Bytea = bytea;
    /// `jsonb`: any BSON value.
    Json = jsonb;
    /// `jsonb` that is known to be a document.
    Document = document;
    /// `geometry`: GeoJSON of any kind.
    Geometry = geometry;
    /// `point`: a GeoJSON point.
    Point = point;
    /// `linestring`: a GeoJSON line.
    LineString = linestring;
    /// `polygon`: a GeoJSON area.
    Polygon = polygon;
    /// `multipoint`: GeoJSON points in one value.
    MultiPoint = multipoint;
    /// `multilinestring`: GeoJSON lines in one value.
    MultiLineString = multilinestring;
    /// `multipolygon`: GeoJSON areas in one value.
    MultiPolygon = multipolygon;
}

macro_rules! generics {
    ($($(#[doc = $doc:literal])+ $alias:ident = $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub struct $name<S>(PhantomData<S>);

        $(#[doc = $doc])+
        pub type $alias<S> = $name<S>;

        #[diagnostic::do_not_recommend]
        impl<S> OneColumn for $name<S> {}
    )+};
}

generics! {
    /// An array whose items are of type `S`.
    Array = array;
    /// A document with any string keys whose values are of type `S`.
    Map = map;
    /// A value of type `S`, or `NULL`.
    Nullable = nullable;
    /// A value of the user's own Rust type, stored as `serde` stores it.
    Own = own;
    /// The metadata of a file, of the user's own Rust type; a file without any has an empty document.
    Metadata = metadata;
    /// The list of an `IN (:list)`, with items of type `S`; `NULL` items are allowed.
    List = list;
}

/// What a query has instead of a type when it gives more than one column.
#[derive(Debug)]
pub enum SeveralColumns {}

/// The type of the only column of a query.
#[diagnostic::on_unimplemented(
    message = "`fetch_scalar` takes a query of one column, and this one has several",
    label = "gives one value of each row",
    note = "select one column only, or use `fetch_one` and the fields of the row"
)]
pub trait OneColumn {}

/// Every built-in type but [`Nullable`].
pub trait NotNull {}
impl<S> NotNull for Array<S> {}
impl<S> NotNull for Map<S> {}

/// Every built-in type but [`Nullable`], and [`List`].
pub trait BuiltIn {}
impl<S> BuiltIn for Array<S> {}
impl<S> BuiltIn for Map<S> {}
impl<S> BuiltIn for List<S> {}
