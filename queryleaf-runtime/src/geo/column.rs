//! Geometries as columns, parameters and fields of structs.

use super::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use crate::bind::{Bind, BindError, Bound, own};
use crate::decode::{Decode, Fill, Mismatch, natural};
use crate::raw::RawValue;
use crate::schema::Declared;
use crate::types::{self, Own};
use queryleaf_plan::Rules;
use serde::Serialize;

/// A geometry as a parameter; the server would take one that is not on the earth for no match, or
/// refuse it with the whole command.
pub(super) fn on_earth<T: Serialize>(geometry: &T) -> Bound {
    let value = own(geometry)?;
    match Rules::Geometry.check(value.element_type, &value.bytes) {
        Ok(()) => Ok(value),
        Err(misfit) => Err(BindError::new(format!(
            "`{}`: {}",
            misfit.path, misfit.reason
        ))),
    }
}

macro_rules! columns {
    ($($name:ident)+) => {$(
        natural! {
            $name => $name, value {
                <$name as Decode<Own<$name>>>::decode(value)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Bind<types::$name> for $name {
            fn bind(&self) -> Bound {
                on_earth(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Declared for $name {}
    )+};
}

columns! { Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon }

/// A geometry of one kind is one of any kind.
macro_rules! any {
    ($($name:ident)+) => {$(
        #[diagnostic::do_not_recommend]
        impl Bind<types::Geometry> for $name {
            fn bind(&self) -> Bound {
                on_earth(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl Fill<types::$name> for Geometry {
            fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
                <$name as Decode<types::$name>>::decode(value).map(Geometry::from)
            }
        }
    )+};
}

any! { Point LineString Polygon MultiPoint MultiLineString MultiPolygon }
