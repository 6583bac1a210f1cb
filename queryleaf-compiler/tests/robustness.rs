//! Any text gives an answer: a command or errors, never a panic, never an endless computation.

use queryleaf_compiler::schema::{Definition, parse};
use queryleaf_compiler::{Code, Table, compile, table_names};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SCHEMA: &str = r#"collection "orders" Order {
    "_id" id: objectid; "quantity" quantity: integer; "total" total: numeric; "city" city: text;
    "note" note: ?text; "placed_at" placed_at: timestamp; "tags" tags: [text];
    "items" items: [struct Item { "sku" sku: text; }]; "metadata" metadata: ?json;
    "status" status: enum Status ("open", "done");
}"#;

/// Texts that use a bit of everything, to be mutilated.
const SEEDS: &[&str] = &[
    "SELECT city, COUNT(*) AS n, SUM(total) FILTER (WHERE quantity > 5) AS s FROM orders \
     WHERE placed_at >= :since AND city IN ('Oslo', 'Bergen') GROUP BY city \
     HAVING COUNT(*) > 1 ORDER BY n DESC NULLS LAST, city LIMIT 10 OFFSET :skip",
    "SELECT o.*, i.sku FROM orders AS o CROSS JOIN UNNEST(o.items) WITH ORDINALITY AS i(sku, n) \
     WHERE o.note LIKE 'a%' ESCAPE '!' OR NOT (o.quantity BETWEEN $1 AND $2)",
    "SELECT CASE WHEN quantity % 2 = 0 THEN 'even' ELSE NULL END AS parity, total::text, \
     EXTRACT(YEAR FROM placed_at) AS y, placed_at + INTERVAL '1 month 2 days' AS later, \
     metadata->'a'->>'b' AS b, tags[1] AS first, COALESCE(note, UPPER(city), '') AS c FROM orders",
    "SELECT STRING_AGG(DISTINCT city, ', ' ORDER BY city) AS s, \
     PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY quantity) AS m FROM orders \
     WHERE status = 'open' AND (:p IS NULL OR note ~* '^x') AND 'a' = ANY(tags)",
    "WITH t AS (SELECT 1 AS x) SELECT * FROM t UNION ALL SELECT JSON_BUILD_OBJECT('k', 1) AS x",
    "SELECT a.city, b.note FROM orders a LEFT JOIN orders b ON a.note = b.note AND b.quantity > $1 \
     FULL JOIN orders c USING (placed_at), LATERAL (SELECT MAX(d.total) AS m FROM orders d WHERE d.city = a.city) e",
    "SELECT city, ROW_NUMBER() OVER w AS r, AVG(total) OVER (PARTITION BY city ORDER BY placed_at \
     RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS m FROM orders \
     WINDOW w AS (PARTITION BY city ORDER BY total DESC NULLS LAST) QUALIFY r < 3",
    "SELECT city, status, GROUPING(city) AS g, COUNT(*) AS n FROM orders \
     GROUP BY GROUPING SETS ((city, status), ROLLUP (city), ()) HAVING COUNT(*) > ALL (SELECT 1)",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) \
     SELECT n FROM t INTERSECT ALL (VALUES (1), (2) EXCEPT SELECT quantity FROM orders) ORDER BY 1 LIMIT 3",
    "SELECT DISTINCT ON (city) city, ARRAY(SELECT o.sku FROM UNNEST(items) o) AS skus FROM orders a WHERE \
     (city, quantity) IN (SELECT city, quantity FROM orders) AND NOT EXISTS (SELECT 1 FROM orders b \
     WHERE b.note = a.note) ORDER BY city, placed_at DESC",
    "SELECT 'ünïcödé 😀' AS \"a b\", E'\\n' AS e, 1e5 AS f, -9223372036854775808 AS g, NULL AS h",
];

fn table() -> Arc<queryleaf_compiler::schema::Collection> {
    let Ok(Definition::Collection(collection)) = parse(SCHEMA) else {
        panic!("the schema of the examples does not parse");
    };
    Arc::new(collection)
}

/// A small generator of numbers that gives the same ones in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// Splits a text into words, spaces and signs, so that a mutation keeps most of it whole.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for character in text.chars() {
        let word = character.is_alphanumeric() || character == '_';
        match pieces.last_mut() {
            Some(last) if word && last.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                last.push(character);
            }
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

fn mutate(numbers: &mut Numbers) -> String {
    let seed = |numbers: &mut Numbers| pieces(SEEDS[numbers.below(SEEDS.len())]);
    let mut text = seed(numbers);
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(text.len());
        match numbers.below(6) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, text[at].clone()),
            2 => {
                let other = seed(numbers);
                text[at] = other[numbers.below(other.len())].clone();
            }
            3 => {
                let other = numbers.below(text.len());
                text.swap(at, other);
            }
            4 => {
                let strange = [
                    "'", "\"", "$", "(", ")", "--", "/*", "\0", "é", "1e999", "::", "$$",
                ];
                text.insert(at, strange[numbers.below(strange.len())].to_owned());
            }
            _ => text.truncate(at.max(1)),
        }
        if text.is_empty() {
            text.push("SELECT".to_owned());
        }
    }
    text.concat()
}

/// Compiles a text, whatever it is, and judges that it took no unreasonable time, on a busy machine, too.
fn survives(text: &str, collection: &Arc<queryleaf_compiler::schema::Collection>) {
    let start = Instant::now();
    let tables: Vec<Table> = table_names(text)
        .into_iter()
        .map(|table| Table {
            name: table.path,
            collection: Arc::clone(collection),
        })
        .collect();
    if let Err(errors) = compile(text, &tables) {
        assert!(!errors.is_empty(), "no error is given for {text:?}");
        for error in errors {
            let word = text.get(error.span.start..error.span.end);
            assert!(word.is_some(), "{error:?} is about no part of {text:?}");
            assert_ne!(error.code, Code::Defect, "{error:?} for {text:?}");
        }
    }
    let elapsed = start.elapsed();
    assert!(
        elapsed < Duration::from_secs(30),
        "{elapsed:?} for {text:?}"
    );
}

#[test]
fn mutilated_queries_give_errors() {
    let count = std::env::var("QUERYLEAF_FUZZ")
        .ok()
        .and_then(|count| count.parse().ok());
    let collection = table();
    let mut numbers = Numbers(0x5EED);
    for _ in 0..count.unwrap_or(20_000) {
        survives(&mutate(&mut numbers), &collection);
    }
}

#[test]
fn deep_and_long_texts_give_errors() {
    let collection = table();
    let deep = 100_000;
    let texts = [
        format!("SELECT {}1{} AS x", "(".repeat(deep), ")".repeat(deep)),
        format!("SELECT {}1 AS x", "- ".repeat(deep)),
        format!("SELECT {}TRUE AS x", "NOT ".repeat(deep)),
        format!("SELECT 1{} AS x", " + 1".repeat(deep)),
        format!("SELECT TRUE{} AS x", " AND TRUE".repeat(deep)),
        format!("SELECT city{} AS x FROM orders", ".a".repeat(deep)),
        format!("SELECT city{} AS x FROM orders", "::text".repeat(deep)),
        format!("SELECT metadata{} AS x FROM orders", "->'a'".repeat(deep)),
        format!("SELECT tags{} AS x FROM orders", "[1]".repeat(deep)),
        format!(
            "SELECT {} 1 {} AS x",
            "CASE WHEN TRUE THEN ".repeat(deep),
            " END".repeat(deep)
        ),
        format!(
            "SELECT {}1{} AS x",
            "COALESCE(".repeat(deep),
            ")".repeat(deep)
        ),
        format!("SELECT {}1{} AS x", "ARRAY[".repeat(deep), "]".repeat(deep)),
        format!("SELECT 1 AS x WHERE 1 IN ({})", vec!["1"; 50_000].join(",")),
        format!("SELECT {}", "a,".repeat(deep)),
        format!(
            "SELECT x IS NULL{} AS y FROM orders",
            " IS NULL".repeat(deep)
        ),
        format!("SELECT 1 AS x ORDER BY 1{}", ", 1".repeat(deep)),
        format!(
            "{}SELECT 1 AS x{}",
            "SELECT * FROM (".repeat(deep),
            ")".repeat(deep)
        ),
        format!("SELECT 1 AS x{}", " UNION ALL SELECT 1".repeat(deep)),
        format!(
            "SELECT 1 AS x FROM orders{}",
            " JOIN orders ON TRUE".repeat(deep)
        ),
        "SELECT ".repeat(deep),
        "(".repeat(deep),
        "'".repeat(deep),
        "/*".repeat(deep),
    ];
    for text in &texts {
        survives(text, &collection);
        // Short enough to pass the bound on the text's length, so that the others are tried.
        let middle: String = text.chars().take(8_000).collect();
        survives(&middle, &collection);
    }
}

/// Chains and nesting as long and as deep as is allowed fit the stack of a thread.
#[test]
fn the_largest_queries_compile() {
    let collection = table();
    for length in [47, 100, 200, 399, 400, 401] {
        let texts = [
            format!(
                "SELECT {}1{} AS x FROM orders",
                "(".repeat(length),
                ")".repeat(length)
            ),
            format!(
                "SELECT {}1{} AS x",
                "COALESCE(".repeat(length),
                ")".repeat(length)
            ),
            format!("SELECT 1{} AS x FROM orders", " + quantity".repeat(length)),
            format!(
                "SELECT city FROM orders WHERE TRUE{}",
                " AND quantity = 1".repeat(length / 2)
            ),
            format!("SELECT city{} AS x FROM orders", "::text".repeat(length)),
            format!("SELECT {}TRUE AS x", "NOT ".repeat(length)),
            format!("SELECT city{} AS x FROM orders", " || city".repeat(length)),
            format!("SELECT metadata{} AS x FROM orders", "->'a'".repeat(length)),
            format!(
                "SELECT {} 1 {} AS x",
                "CASE WHEN TRUE THEN ".repeat(length),
                " END".repeat(length)
            ),
            format!(
                "SELECT {}quantity{} AS x FROM orders",
                "ABS(".repeat(length),
                ")".repeat(length)
            ),
        ];
        for text in &texts {
            survives(text, &collection);
        }
    }
}

/// Every alias is put in where it is used: a chain of them must not grow without bound.
#[test]
fn chains_of_aliases_are_bounded() {
    let mut items = vec!["quantity AS a0".to_owned()];
    for index in 1..60 {
        let before = index - 1;
        items.push(format!("a{before} + a{before} AS a{index}"));
    }
    survives(
        &format!("SELECT {} FROM orders", items.join(", ")),
        &table(),
    );
}

/// What is written once and computed in many places must not grow without bound either.
#[test]
fn copies_are_bounded() {
    let collection = table();
    let levels = 46;
    let nested_case = format!(
        "{}quantity{}",
        "CASE ".repeat(levels),
        " WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 3 THEN 4 END".repeat(levels)
    );
    let texts = [
        format!(
            "SELECT TRUE{} AS x FROM orders",
            " BETWEEN TRUE AND TRUE".repeat(190)
        ),
        format!(
            "SELECT {}quantity{} AS x FROM orders",
            "NULLIF(".repeat(levels),
            ", 1)".repeat(levels)
        ),
        format!("SELECT {nested_case} AS x FROM orders"),
        format!(
            "SELECT CONCAT({}) AS a, CONCAT({}) AS b FROM orders",
            vec!["city"; 9000].join(","),
            vec!["a"; 9000].join(",")
        ),
        format!(
            "SELECT city || city AS a{} FROM orders",
            ", a AS b".repeat(20_000)
        ),
        format!("SELECT city{} FROM orders", ",city".repeat(50_000)),
        format!(
            "SELECT city || note AS a FROM orders ORDER BY a{}",
            ",a".repeat(100_000)
        ),
        format!(
            "SELECT city AS a FROM orders ORDER BY 1{}",
            ",1".repeat(100_000)
        ),
        format!(
            "SELECT city FROM orders WHERE quantity IN (1{})",
            ",1".repeat(100_000)
        ),
        format!(
            "SELECT city FROM orders GROUP BY city{}",
            ",city".repeat(40_000)
        ),
    ];
    for text in &texts {
        survives(text, &collection);
    }
}
