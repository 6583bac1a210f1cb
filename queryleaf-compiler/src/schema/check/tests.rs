use super::super::parse::{Definition, parse};
use super::*;

const FIELDS: &str = r#"
    "_id" id: objectid;
    "title" title: text;
    "number" number: bigint;
    "created" created: timestamp;
    "expires" expires: ?timestamp;
    "tags" tags: [text];
    "codes" codes: [integer];
    "extra" extra: json;
    "address" address: struct Address { "city" city: text; "point" point: document; };
    "items" items: [struct Item { "sku" sku: text; "sizes" sizes: [integer]; }];"#;

fn problems(options: &str) -> Vec<(Part, String)> {
    let text = format!("collection \"things\" Thing {{{FIELDS}}} {options}");
    let Ok(Definition::Collection(collection)) = parse(&text) else {
        panic!("{text}: {:?}", parse(&text));
    };
    check(&collection)
        .into_iter()
        .map(|problem| {
            let help = problem.help.map(|help| format!(" / {help}"));
            (problem.part, problem.message + &help.unwrap_or_default())
        })
        .collect()
}

fn only(options: &str) -> (Part, String) {
    let mut problems = problems(options);
    assert_eq!(problems.len(), 1, "{options}: {problems:?}");
    problems.remove(0)
}

#[test]
fn sound_declarations() {
    for options in [
        "",
        r#"index ("title", "created" desc) index unique ("number")"#,
        r#"index ("address"."city") index ("items"."sku", "title")"#,
        r#"index ("items"."sku", "items"."sizes") index ("tags")"#,
        r#"index ("expires") expire 60 index "b" ("expires") partial "number = 1" expire 5"#,
        r#"index ("title" text, "tags" text) index ("number" hashed)"#,
        r#"index ("address"."point" 2dsphere) index ("extra"."$**") index ("$**")"#,
        r#"index ("extra"."deep"."path") index ("_id" hashed)"#,
        r#"capped 1000"#,
        r#"time_series "created" meta "address" hours index ("title") index sparse ("address"."city")"#,
    ] {
        assert_eq!(problems(options), [], "{options}");
    }
}

#[test]
fn keys_must_exist() {
    let key = |index, key| Part::Key { index, key };
    assert_eq!(
        only(r#"index ("title", "craeted" desc)"#),
        (
            key(0, 1),
            "no field `craeted` in this collection / did you mean `created`?".to_owned()
        )
    );
    assert_eq!(
        only(r#"index ("address"."town")"#).1,
        "no field `town` in `address`"
    );
    assert_eq!(
        only(r#"index ("title"."length")"#).1,
        "no field `length` in `title`, which is of type text"
    );
    assert_eq!(
        only(r#"index ("title", "title" desc)"#),
        (key(0, 1), "`title` is in this index already".to_owned())
    );
}

#[test]
fn kinds_need_their_types() {
    for (options, words) in [
        (r#"index ("title") expire 5"#, "`title` is of type text"),
        (r#"index ("number" text)"#, "`number` is of type bigint"),
        (r#"index ("tags" hashed)"#, "cannot hold arrays"),
        (r#"index ("title" 2dsphere)"#, "needs a geometry"),
    ] {
        let (part, message) = only(options);
        assert_eq!(part, Part::Key { index: 0, key: 0 });
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn what_the_server_refuses() {
    for (options, words) in [
        (
            r#"index ("tags", "codes")"#,
            "two arrays together: `tags` and `codes`",
        ),
        (r#"index ("items"."sku", "tags")"#, "`items` and `tags`"),
        (
            r#"index sparse ("title") partial "x""#,
            "either `sparse` or `partial`",
        ),
        (
            r#"index ("title" hashed, "number" hashed)"#,
            "one hashed key",
        ),
        (r#"index unique ("title" hashed)"#, "cannot be unique"),
        (
            r#"index ("created", "expires") expire 5"#,
            "a `ttl` has one field",
        ),
        (r#"index ("created") expire 2147483648"#, "68 years"),
        (r#"index ("_id")"#, "has an index on `_id`"),
        (r#"index ("title", "extra"."$**")"#, "has no other keys"),
        (
            r#"index unique ("extra"."$**")"#,
            "cannot be unique, sparse",
        ),
        (r#"index ("extra"."$**" desc)"#, "neither descending"),
        (r#"index ("title") index ("title")"#, "the name `title_1`"),
        (
            r#"index "a" ("title") index "a" ("number")"#,
            "the name `a`",
        ),
        (
            r#"index "a" ("title" text) index "b" ("tags" text)"#,
            "one text index",
        ),
        (
            r#"capped 10 index ("created") expire 5"#,
            "capped collection cannot expire",
        ),
        (r#"capped 0"#, "needs a size"),
        (
            r#"time_series "created" index unique ("number")"#,
            "neither unique nor text",
        ),
        (
            r#"time_series "created" index ("created") expire 5"#,
            "no `ttl` of its own",
        ),
        (r#"time_series "expires""#, "may be missing"),
        (r#"time_series "title""#, "`title` of type text"),
        (r#"time_series "create""#, "did you mean `created`?"),
        (
            r#"time_series "created" meta "tilte""#,
            "did you mean `title`?",
        ),
        (
            r#"time_series "created" meta "created""#,
            "one series from another",
        ),
    ] {
        let (_, message) = only(options);
        assert!(message.contains(words), "{options}: {message}");
    }
}

#[test]
fn limits() {
    let many: String = (0..64)
        .map(|n| format!("index (\"extra\".\"i{n}\")"))
        .collect();
    assert!(only(&many).1.contains("64 indexes"));
    let keys: Vec<_> = (0..33).map(|n| format!("\"extra\".\"f{n}\"")).collect();
    assert!(
        only(&format!("index ({})", keys.join(",")))
            .1
            .contains("32 keys")
    );
}

#[test]
fn options_of_a_collection() {
    for (options, part, message) in [
        (
            "capped 9999999999999999",
            Part::Storage,
            "a capped collection has at most 1024 TB",
        ),
        (
            "capped 4096 0",
            Part::Storage,
            "a capped collection of no documents holds nothing / leave `max` out for any number of them",
        ),
        (
            "capped 4096 2147483648",
            Part::Storage,
            "the number of documents can be limited to at most 2147483647 / leave `max` out for any \
             number of them",
        ),
        (
            "collation \"simple\"",
            Part::Collation,
            "texts compare as their code points without a collation / leave `collation` out",
        ),
        (
            "collation \"fr\" strength 1 backwards",
            Part::Collation,
            "accents do not count at strength 1, in whatever order / leave `backwards` out, or raise \
             the strength",
        ),
        (
            "collation \"fr\" strength 2 upper_first",
            Part::Collation,
            "case does not count below strength 3 / leave `case_first` out, add `case_level`, or \
             raise the strength",
        ),
        (
            "time_series \"created\" pre_and_post_images",
            Part::PreAndPostImages,
            "a time series has no pre- and post-images / leave `pre_and_post_images` out",
        ),
        (
            "time_series \"created\" validation warn",
            Part::Validation,
            "a time series has no validator: the server does not check its documents / leave \
             `validation` out",
        ),
        (
            "time_series \"created\" meta \"address\" index sparse (\"number\")",
            Part::Index(0),
            "an index on measurements cannot be sparse / leave `sparse` out",
        ),
        (
            "time_series \"created\" index (\"number\" hashed)",
            Part::Index(0),
            "measurements can have neither hashed nor wildcard indexes / index the meta field, or use \
             `index(..)`",
        ),
        (
            "index (\"number\") index \"other\" (\"number\")",
            Part::Index(1),
            "there is such an index already / leave it out: indexes differ in more than their names",
        ),
    ] {
        assert_eq!(only(options), (part, message.to_owned()), "{options}");
    }
    for sound in [
        "clustered pre_and_post_images compression zlib validation moderate",
        "collation \"fr\" strength 2 case_level upper_first backwards",
        "capped 4096 1 collation \"de\"",
        "time_series \"created\" meta \"address\" index (\"address\".\"$**\")",
        "index (\"number\") index \"other\" unique (\"number\") index \"more\" sparse (\"number\")",
    ] {
        assert_eq!(problems(sound), [], "{sound}");
    }
}
