//! What the derives say about the user's types, so that generated code can name them by inference.
//!
//! A query knows its tables only as names in scope. The function of that name returns a
//! [`Witness`] of the struct behind it; [`field`], [`member`] and [`item`] lead from there to the
//! Rust type and the SQL type of any field, as a [`Reached`].

use crate::bind::{Bind, BindNamed, Bound, Name};
use crate::decode::{Decode, Fill, StoredAs};
use crate::ensure::Ensure;
use crate::error::Result;
use crate::row::RowReader;
use crate::types::{self, Array, List, Map, Metadata, Nullable, Own};
use crate::{Interval, bson, geo};
use mongodb::Database;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::marker::PhantomData;

/// A struct whose values are the documents of a collection: what `#[derive(Collection)]` implements.
///
/// Its name on the server serves where the driver itself is used:
///
/// ```
/// use queryleaf::mongodb;
/// use queryleaf::prelude::*;
///
/// fn typed<C: Collection + Send + Sync>(db: &mongodb::Database) -> mongodb::Collection<C> {
///     db.collection(C::NAME)
/// }
/// ```
pub trait Collection {
    /// The name of the collection on the server.
    const NAME: &'static str;

    /// Creates the collection as the struct declares it, or compares it with what is there.
    ///
    /// It is created with a validator for what the struct is stored as, with its indexes and its
    /// options. Where it is there already, nothing is changed: how it differs is in the answer, and
    /// [`apply_drift`](Ensure::apply_drift) changes it. Indexes that are missing while there is no
    /// document yet are part of creating. Any number of processes may do this at once.
    ///
    /// # Errors
    ///
    /// [`Error::Ensure`](crate::Error::Ensure) when the server refuses or cannot be reached.
    ///
    /// ```
    /// use queryleaf_runtime::{Collection, Result}; // in a program: `queryleaf::prelude::*`
    /// # use queryleaf_runtime::private::Defined;
    ///
    /// // `C` is a struct with `#[derive(Collection)]`.
    /// async fn ensure<C: Collection + Defined>(database: &mongodb::Database) -> Result<()> {
    ///     let ensured = C::ensure(database).await?;
    ///     for difference in &ensured.differences {
    ///         eprintln!("{difference}");
    ///     }
    ///     Ok(())
    /// }
    /// ```
    fn ensure(database: &Database) -> Ensure
    where
        Self: Defined,
    {
        Ensure::new(database, Self::DEFINITION)
    }
}

/// What the collection of a struct is created with, as the derive writes it down.
pub trait Defined {
    /// What `queryleaf_plan::encode` wrote.
    const DEFINITION: &'static [u8];
    /// The same of the chunks, where the collection is that of a bucket's files.
    const CHUNKS: Option<&'static [u8]> = None;
    /// What rows of the user's own are held to before they are sent, as `queryleaf_plan::Rules` writes it.
    const RULES: &'static [u8] = &[];
}

/// Ensures the collection behind the name of a table, or the two of a bucket.
pub fn ensure<D: Defined>(_: Witness<D>, database: &impl Borrow<Database>) -> Vec<Ensure> {
    ensured::<D>(database.borrow())
}

/// The collections of a struct.
pub(crate) fn ensured<D: Defined>(database: &Database) -> Vec<Ensure> {
    let definitions = [D::DEFINITION].into_iter().chain(D::CHUNKS);
    definitions
        .map(|definition| Ensure::new(database, definition))
        .collect()
}

/// A struct whose values are documents inside others: what `#[derive(Embedded)]` implements.
pub trait Embedded {}

/// An enum whose values are stored as text or integers: what `#[derive(SqlEnum)]` implements.
pub trait SqlEnum {}

/// A type with a schema: the type of a field that is neither built in nor described by an
/// attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "QueryLeaf does not know how this type is stored",
    note = "a struct needs `#[derive(Embedded)]`, an enum without fields `#[derive(SqlEnum)]`",
    note = "a type of another crate needs `#[leaf(as = \"text\")]` or the like on the field, or \
            `#[leaf(opaque)]`; a type alias must be written out"
)]
pub trait Declared {}

/// Asserts that a type has a schema.
pub const fn declared<T: Declared>() {}

/// The field of number `N` of a struct, `Option` apart.
pub trait Column<const N: usize> {
    /// Its type as the user declared it.
    type Rust: Decode<Self::Sql>;
    /// The marker of the SQL type.
    type Sql;
}

/// Stands for the struct behind the name of a table.
#[derive(Debug)]
pub struct Witness<D>(PhantomData<fn() -> D>);

impl<D> Witness<D> {
    /// The only value.
    pub const NEW: Self = Witness(PhantomData);
}

/// A field that was reached: its SQL type and its Rust type.
#[derive(Debug)]
pub struct Reached<S, T>(PhantomData<fn() -> (S, T)>);

impl<S, T> Clone for Reached<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Reached<S, T> {}

/// The field of number `N` of a table.
pub fn field<const N: usize, D: Column<N>>(_: Witness<D>) -> Reached<D::Sql, D::Rust> {
    Reached(PhantomData)
}

/// A whole document of a table.
pub fn document<D>(_: Witness<D>) -> Reached<Own<D>, D> {
    Reached(PhantomData)
}

/// What the runtime itself reaches.
pub(crate) fn reached<S, T>() -> Reached<S, T> {
    Reached(PhantomData)
}

/// Lets a closure read the fields of a struct, for editors only: it is not called.
pub fn read_fields<D>(_: Witness<D>, _: fn(&D)) {}

/// Compiles if `T` is the struct of the collection, which `sql!(as T, ..)` fills by the stored names.
pub fn own_struct<T>(_: Witness<T>) {}

/// The type of a column that is a struct of the user's own.
pub trait Structure {
    /// The struct.
    type Struct;
}

impl<D> Structure for Own<D> {
    type Struct = D;
}

impl<D> Structure for Metadata<D> {
    type Struct = D;
}

/// The field of number `N` of a struct that was reached.
pub fn member<const N: usize, S: Structure<Struct: Column<N>>, T>(
    _: Reached<S, T>,
) -> Reached<<S::Struct as Column<N>>::Sql, <S::Struct as Column<N>>::Rust> {
    Reached(PhantomData)
}

/// The items of an array, or the values of a map, that was reached.
pub fn item<S: Items, T>(_: Reached<S, T>) -> Reached<S::Item, <S::Item as Natural>::Rust> {
    Reached(PhantomData)
}

/// The same, or `NULL`.
pub fn nullable<S, T>(_: Reached<S, T>) -> Reached<Nullable<S>, Option<T>> {
    Reached(PhantomData)
}

/// An array of it.
pub fn array<S, T>(_: Reached<S, T>) -> Reached<Array<S>, Vec<T>> {
    Reached(PhantomData)
}

/// A map of it.
pub fn map<S, T>(_: Reached<S, T>) -> Reached<Map<S>, HashMap<String, T>> {
    Reached(PhantomData)
}

/// A list of it, for `IN`.
pub fn list<S, T>(_: Reached<S, T>) -> Reached<List<S>, Vec<T>> {
    Reached(PhantomData)
}

/// The value of a parameter of a type that was reached.
pub fn bind_as<S, T, V: Bind<S> + ?Sized>(_: Reached<S, T>, value: &V) -> Bound {
    value.bind()
}

/// The same for the parameter `N`.
pub fn bind_named_as<S, T, N, V: BindNamed<S, N> + ?Sized>(
    _: Reached<S, T>,
    _: Name<N>,
    value: &V,
) -> Bound {
    value.bind_named()
}

/// The value of a column of a type that was reached, in a type that is wide enough for it.
pub fn fill_as<S, T, V: Fill<S>>(
    _: Reached<S, T>,
    row: &mut RowReader<'_>,
    column: usize,
) -> Result<V> {
    row.fill::<S, V>(column)
}

/// An array or a map.
pub trait Items {
    /// The type of its items or values, `NULL` apart.
    type Item: Natural;
}

impl<S: Present + Natural> Items for Array<S> {
    type Item = S;
}

impl<S: Natural> Items for Array<Nullable<S>> {
    type Item = S;
}

impl<S: Present + Natural> Items for Map<S> {
    type Item = S;
}

impl<S: Natural> Items for Map<Nullable<S>> {
    type Item = S;
}

/// Every type but [`Nullable`].
pub trait Present {}

/// A SQL type with its natural Rust type.
pub trait Natural {
    /// The Rust type of a column of this type.
    type Rust;
}

macro_rules! natural {
    ($($marker:ty => $rust:ty $(, $generic:ident)?;)+) => {
        $(impl$(<$generic: Natural>)? Natural for $marker {
            type Rust = $rust;
        }

        impl$(<$generic>)? Present for $marker {})+
    };
}

natural! {
    types::Boolean => bool;
    types::Integer => i32;
    types::Bigint => i64;
    types::Double => f64;
    types::Numeric => bson::Decimal128;
    types::Text => String;
    types::Timestamp => bson::DateTime;
    types::Date => bson::DateTime;
    types::Interval => Interval;
    types::Uuid => bson::Uuid;
    types::ObjectId => bson::oid::ObjectId;
    types::Bytea => Vec<u8>;
    types::Json => bson::Bson;
    types::Document => bson::Document;
    types::Geometry => geo::Geometry;
    types::Point => geo::Point;
    types::LineString => geo::LineString;
    types::Polygon => geo::Polygon;
    types::MultiPoint => geo::MultiPoint;
    types::MultiLineString => geo::MultiLineString;
    types::MultiPolygon => geo::MultiPolygon;
    Array<S> => Vec<S::Rust>, S;
    Map<S> => HashMap<String, S::Rust>, S;
}

impl<S: Natural> Natural for Nullable<S> {
    type Rust = Option<S::Rust>;
}

impl<T> Natural for Own<T> {
    type Rust = T;
}

impl<T> Present for Own<T> {}

impl<T> Natural for Metadata<T> {
    type Rust = T;
}

impl<T> Present for Metadata<T> {}

impl<S, T> Natural for StoredAs<S, T> {
    type Rust = T;
}

impl<S, T> Present for StoredAs<S, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    struct Order;
    struct Item;

    impl Column<0> for Order {
        type Rust = Vec<Option<u8>>;
        type Sql = Array<Nullable<Own<u8>>>;
    }

    impl Column<4> for Item {
        type Rust = String;
        type Sql = types::Text;
    }

    /// Compiles only when the types are these.
    fn is<S, T>(_: Reached<S, T>) {}

    #[test]
    fn types_are_reached() {
        is::<Array<Nullable<Own<u8>>>, Vec<Option<u8>>>(field::<0, _>(Witness::<Order>::NEW));
        is::<Own<u8>, u8>(item(field::<0, _>(Witness::<Order>::NEW)));
        let items = Reached::<Array<Own<Item>>, Vec<Item>>(PhantomData);
        is::<types::Text, String>(member::<4, _, _>(item(items)));
        let nested = Reached::<Array<Map<Array<Own<u8>>>>, ()>(PhantomData);
        is::<Map<Array<Own<u8>>>, HashMap<String, Vec<u8>>>(item(nested));
    }
}
