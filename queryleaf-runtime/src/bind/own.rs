//! The user's own types, as `serde` stores them.
//!
//! The four forms are written out: a rule for `&T` over all types would meet the rule for `T` where
//! `T` is itself a reference.

use super::{Bind, Bound, null, scalar::own};
use crate::types::{Metadata, Own};
use serde::Serialize;

macro_rules! forms {
    ($($marker:ident)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize> Bind<$marker<T>> for T {
            fn bind(&self) -> Bound {
                own(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Serialize> Bind<$marker<T>> for &T {
            fn bind(&self) -> Bound {
                own(*self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Serialize> Bind<$marker<T>> for Option<T> {
            fn bind(&self) -> Bound {
                self.as_ref().map_or_else(|| Ok(null()), own)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Serialize> Bind<$marker<T>> for &Option<T> {
            fn bind(&self) -> Bound {
                self.as_ref().map_or_else(|| Ok(null()), own)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Serialize> Bind<$marker<T>> for Option<&T> {
            fn bind(&self) -> Bound {
                self.map_or_else(|| Ok(null()), own)
            }
        }
    )+};
}

forms!(Own Metadata);
