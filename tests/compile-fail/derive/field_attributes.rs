use queryleaf::prelude::*;
use std::net::Ipv4Addr;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "plants")]
struct Plant {
    #[leaf(as = "txet")]
    address: Ipv4Addr,
    #[leaf(as = "spam")]
    host: Ipv4Addr,
    #[leaf(as = text)]
    unquoted: Ipv4Addr,
    #[leaf(as)]
    bare: Ipv4Addr,
    #[leaf(as = "text")]
    height: i32,
    #[leaf(as = "bigint[]")]
    width: i64,
    #[leaf(as = "text")]
    peer: Ipv4Addr,
    #[leaf(as = "text", opaque)]
    both: Ipv4Addr,
    #[leaf(references = "gardens")]
    garden: ObjectId,
    #[leaf(trusted)]
    gardener: ObjectId,
    #[leaf(not_null)]
    note: Option<String>,
    #[leaf(not_null)]
    #[serde(default, skip_serializing_if = "String::is_empty")]
    remark: String,
}

fn main() {}
