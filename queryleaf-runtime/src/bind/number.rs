//! Numbers: a smaller type stands for a larger one.

use super::scalar::binds;
use super::{Bind, BindError, Bound, value};
use crate::types;
use mongodb::bson::Decimal128;
use queryleaf_plan::ParameterValue;
use queryleaf_plan::bson::element_type;
use queryleaf_plan::decimal::Decimal;

binds! {
    Integer <= i8, self { Ok(int32((*self).into())) }
    Integer <= i16, self { Ok(int32((*self).into())) }
    Integer <= i32, self { Ok(int32(*self)) }
    Integer <= u8, self { Ok(int32((*self).into())) }
    Integer <= u16, self { Ok(int32((*self).into())) }

    Bigint <= i8, self { Ok(int64((*self).into())) }
    Bigint <= i16, self { Ok(int64((*self).into())) }
    Bigint <= i32, self { Ok(int64((*self).into())) }
    Bigint <= i64, self { Ok(int64(*self)) }
    Bigint <= u8, self { Ok(int64((*self).into())) }
    Bigint <= u16, self { Ok(int64((*self).into())) }
    Bigint <= u32, self { Ok(int64((*self).into())) }
    Bigint <= u64, self { checked(i64::try_from(*self).ok()) }
    Bigint <= isize, self { checked(i64::try_from(*self).ok()) }
    Bigint <= usize, self { checked(i64::try_from(*self).ok()) }

    Double <= f64, self { Ok(double(*self)) }
    Double <= f32, self { Ok(double((*self).into())) }
    Double <= i8, self { Ok(double((*self).into())) }
    Double <= i16, self { Ok(double((*self).into())) }
    Double <= i32, self { Ok(double((*self).into())) }
    Double <= u8, self { Ok(double((*self).into())) }
    Double <= u16, self { Ok(double((*self).into())) }
    Double <= u32, self { Ok(double((*self).into())) }

    Double <= i64, self {
        let nearest = *self as f64;
        if nearest as i128 != i128::from(*self) {
            return Err(BindError::new(format!(
                "{self} has no exact `double precision` value"
            )));
        }
        Ok(double(nearest))
    }

    Numeric <= Decimal128, self {
        Ok(value(element_type::DECIMAL128, self.bytes().to_vec()))
    }

    Numeric <= i8, self { whole((*self).into()) }
    Numeric <= i16, self { whole((*self).into()) }
    Numeric <= i32, self { whole((*self).into()) }
    Numeric <= i64, self { whole(*self) }
    Numeric <= u8, self { whole((*self).into()) }
    Numeric <= u16, self { whole((*self).into()) }
    Numeric <= u32, self { whole((*self).into()) }
}

fn int32(number: i32) -> ParameterValue {
    value(element_type::INT32, number.to_le_bytes().to_vec())
}

fn int64(number: i64) -> ParameterValue {
    value(element_type::INT64, number.to_le_bytes().to_vec())
}

fn double(number: f64) -> ParameterValue {
    value(element_type::DOUBLE, number.to_le_bytes().to_vec())
}

fn checked(number: Option<i64>) -> Bound {
    match number {
        Some(number) => Ok(int64(number)),
        None => Err(BindError::new("out of range for `bigint`")),
    }
}

fn whole(number: i64) -> Bound {
    decimal(Decimal::from(number))
}

/// A number that has a Decimal128 of its own.
pub(crate) fn decimal(number: Decimal) -> Bound {
    match number.to_bytes() {
        Some(bytes) => Ok(value(element_type::DECIMAL128, bytes.to_vec())),
        None => Err(BindError::new("more digits than `numeric` holds")),
    }
}
