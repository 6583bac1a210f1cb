//! Parameters by their names, where rustc cannot underline the one that a value is wrong for.

use super::{Bind, Bound};
use std::marker::PhantomData;

/// The name of a parameter: `N` is a type of that name, since it is types that rustc shows.
#[derive(Debug)]
pub struct Name<N>(PhantomData<fn() -> N>);

impl<N> Name<N> {
    /// The only value.
    pub const NEW: Self = Name(PhantomData);
}

/// A Rust value that can stand for the parameter `N` of the SQL type `S`: every [`Bind<S>`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to the parameter `:{N}` of type `{S}`",
    label = "the query uses `:{N}` as `{S}`",
    note = "`text` is a `&str` or `String`, `numeric` a `Decimal128`, `timestamp` and `date` are a `DateTime`, \
            `objectid` is an `ObjectId`, `interval` a `queryleaf::Interval`, `list<..>` a slice or `Vec`, \
            `own<..>` the type itself; docs/sql.md lists all, and those of other crates"
)]
pub trait BindNamed<S, N> {
    /// The value as the command carries it.
    #[doc(hidden)]
    fn bind_named(&self) -> Bound;
}

#[diagnostic::do_not_recommend]
impl<S, N, T: Bind<S> + ?Sized> BindNamed<S, N> for T {
    fn bind_named(&self) -> Bound {
        self.bind()
    }
}

/// The value of the parameter `N` of the SQL type `S`.
pub fn bind_named<S, N, T: BindNamed<S, N> + ?Sized>(_: Name<N>, value: &T) -> Bound {
    value.bind_named()
}
