//! Schemas reach whoever asks for them: from other modules and crates, before their declaration,
//! out of functions, and under other names.

#![deny(warnings, missing_docs)]
#![allow(unreachable_pub, unused_qualifications)]
#![warn(clippy::pedantic)]
#![allow(clippy::items_after_statements)]

use queryleaf::prelude::*;

/// The last macro of a chain: the schemas as an array.
macro_rules! texts {
    ([] {} $($schema:literal)*) => { [$($schema),*] };
}

/// The schema behind a name.
macro_rules! schema {
    ($($table:tt)*) => { $($table)*! { [[texts]] {} }[0] };
}

mod shop {
    use queryleaf::prelude::*;

    /// The module has the name of the collection in it, and both are seen from outside.
    mod orders {
        use super::parts::Money;
        use queryleaf::prelude::*;

        #[derive(Debug, Serialize, Deserialize, Collection)]
        #[leaf(name = "orders", index(customer_id, placed_at desc), deny_collscan)]
        pub struct Order {
            #[serde(rename = "_id")]
            pub id: ObjectId,
            pub customer_id: ObjectId,
            pub placed_at: DateTime,
            pub total: Money,
            pub lines: Vec<Line>,
            pub r#type: Option<String>,
        }

        #[derive(Debug, Serialize, Deserialize, Embedded)]
        pub struct Line {
            pub sku: String,
            pub price: super::parts::Money,
        }
    }
    pub use orders::*;

    pub(crate) mod parts {
        use queryleaf::prelude::*;

        #[derive(Debug, Default, Serialize, Deserialize, Embedded)]
        pub struct Money {
            pub cents: i64,
            pub currency: String,
        }
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "audit.log", table = audit_log, capped(size = "1MB", max = 500))]
    pub(crate) struct Entry {
        pub(crate) text: String,
    }

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "drafts")]
    pub(super) struct Draft {
        pub(super) amount: parts::Money,
    }
}

#[test]
fn everything_nested_is_inlined() {
    assert_eq!(
        schema!(shop::orders),
        "collection\"orders\"Order{\"_id\"id:objectid;\"customer_id\"customer_id:objectid;\
         \"placed_at\"placed_at:timestamp;\
         \"total\"total:struct Money{\"cents\"cents:bigint;\"currency\"currency:text;};\
         \"lines\"lines:[struct Line{\"sku\"sku:text;\
         \"price\"price:struct Money{\"cents\"cents:bigint;\"currency\"currency:text;};}];\
         \"type\"type:?text;} deny_collscan index(\"customer_id\",\"placed_at\"desc)"
    );
}

#[test]
fn several_schemas_arrive_in_order() {
    let schemas = shop::audit_log! { [[queryleaf_test_models::visits] [shop::drafts] [texts]] {} };
    assert_eq!(
        schemas[0],
        "collection\"audit.log\"Entry{\"text\"text:text;} capped 1048576 500"
    );
    assert!(schemas[1].starts_with("collection\"visits\"Visit{"));
    assert!(schemas[2].starts_with("collection\"drafts\"Draft{\"amount\"amount:struct Money{"));
}

#[test]
fn another_crate() {
    use queryleaf_test_models::*;
    assert_eq!(
        schema!(clinics),
        "collection\"clinics\"Clinic{\"_id\"id:objectid;\"code\"code:text;\"beds\"beds:integer;\
         \"address\"address:struct Address{\"street\"street:text;\"town\"town:text;\
         \"post_code\"post_code:?text;};\
         \"state\"state:enum State(\"open\",\"closed_for_repair\");} \
         index unique(\"code\") index(\"address\".\"town\",\"beds\"desc)"
    );
    let visits = schema!(visits);
    for part in [
        "\"clinic\"clinic:objectid references\"clinics\"\"_id\";",
        "\"urgency\"urgency:enum Urgency(\"Low\"=1,\"Medium\"=2,\"High\"=10);",
        "\"home\"home:?struct Address{",
        "\"shortName\"short_name:text;",
        "\"readings\"readings:<double>;",
        " index(\"at\")expire 315360000",
    ] {
        assert!(visits.contains(part), "{part} in {visits}");
    }
}

#[test]
fn a_local_name_and_a_local_struct() {
    use queryleaf_test_models::clinics as houses;
    use shop::parts::Money as Cash;

    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "purses")]
    struct Purse {
        #[serde(default)]
        cash: Cash,
        kind: Kind,
    }
    #[derive(Debug, Serialize, Deserialize, SqlEnum)]
    enum Kind {
        #[serde(rename = "coin purse")]
        Coins,
        #[serde(skip)]
        Unknown,
    }

    let purses = 1;
    let houses_and_purses = houses! { [[purses] [texts]] {} };
    assert!(houses_and_purses[0].starts_with("collection\"clinics\""));
    assert_eq!(
        houses_and_purses[1],
        "collection\"purses\"Purse{\
         \"cash\"cash:?struct Money{\"cents\"cents:bigint;\"currency\"currency:text;} absent;\
         \"kind\"kind:enum Kind(\"coin purse\");}"
    );
    let purse = Purse {
        cash: Cash::default(),
        kind: Kind::Coins,
    };
    assert_eq!(
        format!("{purses} {:?} {:?}", purse.cash.cents, purse.kind),
        "1 0 Coins"
    );
    assert!(matches!(Kind::Unknown, Kind::Unknown));
}

/// A public struct in a function needs no warning either.
#[test]
fn a_public_struct_in_a_function() {
    /// A thing.
    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "things")]
    pub struct Thing {
        /// How many.
        pub count: u16,
    }
    let _ = Thing { count: 1 };
    assert_eq!(
        schema!(things),
        "collection\"things\"Thing{\"count\"count:!integer range 0 65535;}"
    );
}

/// What a collection and its fields are declared with beside their types.
#[test]
fn limits_defaults_and_options() {
    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(
        name = "places",
        deny_unknown_fields,
        pre_and_post_images,
        compression = "zstd",
        validation = "warn",
        collation(locale = "de", strength = 3, case_first = "upper", ignore = "space")
    )]
    struct Place {
        #[leaf(max_length = 255)]
        name: String,
        #[leaf(max_length = 50)]
        tags: Vec<String>,
        #[leaf(precision = 3, scale = 2, default = 0)]
        rating: Option<Decimal128>,
        #[leaf(default = -1)]
        level: i32,
        #[leaf(default = "CURRENT_TIMESTAMP")]
        at: DateTime,
        detail: Detail,
    }
    #[derive(Debug, Serialize, Deserialize, Embedded)]
    #[serde(deny_unknown_fields)]
    struct Detail {
        #[leaf(max_length = 20)]
        method: String,
    }
    assert_eq!(
        schema!(places),
        "collection\"places\"Place closed{\"name\"name:text length 255;\
         \"tags\"tags:[text] length 50;\
         \"rating\"rating:?numeric precision 3 2 default\"0\";\
         \"level\"level:integer default\"-1\";\
         \"at\"at:timestamp default\"CURRENT_TIMESTAMP\";\
         \"detail\"detail:struct Detail closed{\"method\"method:text length 20;};} \
         pre_and_post_images compression zstd validation warn \
         collation\"de\" strength 3 upper_first shifted space"
    );
    assert!(std::mem::size_of::<Place>() > std::mem::size_of::<Detail>());
}

/// One place in the source, many structs.
#[test]
fn structs_made_by_a_macro() {
    macro_rules! module {
        ($module:ident, $ty:ty) => {
            mod $module {
                #[derive(Debug, serde::Serialize, serde::Deserialize, queryleaf::Collection)]
                #[leaf(name = "made")]
                pub(super) struct Made {
                    pub(super) value: $ty,
                }
            }
        };
    }
    module!(first, i32);
    module!(second, i32);
    module!(third, Option<String>);
    let made = first::made! { [[second::made] [third::made] [texts]] {} };
    assert_eq!(made[0], made[1]);
    assert!(made[2].contains("\"value\"value:?text;"));
    let _ = (
        first::Made { value: 1 },
        second::Made { value: 1 },
        third::Made { value: None },
    );
}

#[test]
fn the_traits_say_the_names() {
    fn name<C: queryleaf::Collection>() -> &'static str {
        C::NAME
    }
    assert_eq!(name::<shop::Order>(), "orders");
    assert_eq!(name::<shop::Entry>(), "audit.log");
    let draft = shop::Draft {
        amount: shop::parts::Money {
            cents: 1,
            currency: String::new(),
        },
    };
    assert_eq!(draft.amount.cents, 1);
    let _ = shop::Entry {
        text: String::new(),
    };
}

/// Numbers go into whole documents as they go into queries.
#[test]
fn enums_stored_as_integers() {
    use queryleaf::bson::{Bson, from_bson, to_bson};
    use queryleaf_test_models::Urgency;

    assert_eq!(to_bson(&Urgency::Medium).ok(), Some(Bson::Int32(2)));
    for stored in [Bson::Int32(10), Bson::Int64(10)] {
        assert_eq!(from_bson::<Urgency>(stored).ok(), Some(Urgency::High));
    }
    let error = from_bson::<Urgency>(Bson::Int32(3)).expect_err("no number of an `Urgency`");
    assert!(
        error.to_string().contains("3 is no number of a `Urgency`"),
        "{error}"
    );
}
