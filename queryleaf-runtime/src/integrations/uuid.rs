//! `uuid`: `Uuid`.

use crate::bind::{Bind, Bound, binary};
use crate::decode::{Decode, Fill, Mismatch, natural, uuid};
use crate::raw::RawValue;
use crate::types;
use ::uuid::Uuid;

natural! {
    Uuid => Uuid, value {
        uuid(value).map(Uuid::from_bytes)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Uuid> for Uuid {
    fn bind(&self) -> Bound {
        Ok(binary(4, self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::there_and_back;
    use super::*;

    #[test]
    fn there_and_back_again() {
        let id = Uuid::from_u128(0x1234_5678_9abc_def0_0fed_cba9_8765_4321);
        assert_eq!(there_and_back::<types::Uuid, _>(&id), id);
    }
}
