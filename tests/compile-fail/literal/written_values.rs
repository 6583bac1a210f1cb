use queryleaf::prelude::*;
use queryleaf_test_models::*;

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "labels")]
struct Label {
    #[serde(rename = "_id")]
    id: ObjectId,
    #[leaf(max_length = 5)]
    text: String,
    #[leaf(precision = 5, scale = 2)]
    price: Decimal128,
    tags: Vec<String>,
    #[leaf(max_length = 3)]
    sizes: Vec<String>,
    printer: Printer,
}

#[derive(Debug, Serialize, Deserialize, Embedded)]
struct Printer {
    #[leaf(max_length = 4)]
    model: String,
    dots: i16,
}

fn main() {
    let _ = sql!("UPDATE clinics SET beds = 'many'");
    let _ = sql!("UPDATE clinics SET beds = code");
    let _ = sql!("UPDATE clinics SET code = NULL");
    let _ = sql!("UPDATE clinics SET state = 'shut'");
    let _ = sql!("UPDATE clinics SET beds = 3000000000");
    let _ = sql!("UPDATE labels SET text = 'too long'");
    let _ = sql!("UPDATE labels SET price = 1.005");
    let _ = sql!("UPDATE labels SET tags = ARRAY['a', NULL]");
    let _ = sql!("UPDATE labels SET sizes = ARRAY['S', 'XXXL']");
    let _ = sql!(r#"UPDATE labels SET printer = '{"model": "P1", "dots": 40000}'"#);
    let _ = sql!("UPDATE labels SET printer = JSON_OBJECT('model', 'P1000', 'dots', 600)");
    let _ = sql!(r#"UPDATE clinics SET address = '{"town": "Oslo"}'"#);
}
