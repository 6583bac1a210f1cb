//! Keys and what identifies something.

use crate::random::Random;
use crate::value::Value;

pub fn serial(_: &mut Random, row: usize) -> Value {
    Value::Integer(1000 + row as i64)
}

pub fn row_number(_: &mut Random, row: usize) -> Value {
    Value::Integer(row as i64)
}

pub fn object_id(random: &mut Random, row: usize) -> Value {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&random.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&(row as u32).to_be_bytes());
    Value::ObjectId(bytes)
}

pub fn few_object_ids(random: &mut Random, _: usize) -> Value {
    Value::ObjectId([random.below(3) as u8 + 1; 12])
}

pub fn uuid(random: &mut Random, _: usize) -> Value {
    if random.percent(30) {
        return Value::Uuid([random.below(3) as u8; 16]);
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&random.bits().to_be_bytes());
    Value::Uuid(bytes)
}

pub fn bytes(random: &mut Random, _: usize) -> Value {
    let length = random.below(4);
    Value::Bytea(
        (0..length)
            .map(|_| random.pick(&[0, 1, 127, 128, 255]))
            .collect(),
    )
}
