//! Each pass by itself: `passes.txt` holds queries with the plan that one pass makes of them.
//!
//! Set `QUERYLEAF_BLESS=1` to write what the passes make now, and read the difference before
//! committing it.

use super::*;
use crate::schema::{Definition, parse};
use crate::{Table, analyze, syntax};
use std::path::Path;

const SHOPS: &str = r#"collection "shops" Shop {
    "_id" id: integer;
    "city" city: ?text;
    "name" name: text;
} index ("city") index unique ("name")"#;

const SALES: &str = r#"collection "sales" Sale {
    "_id" id: integer;
    "shop" shop: integer references "shops" "_id" trusted;
    "named" named: text references "shops" "name" trusted;
    "other" other: ?integer;
    "amount" amount: integer;
    "sold" sold: timestamp;
    "items" items: [text];
} index ("shop") index ("sold" desc)"#;

/// A query before any pass.
struct Before {
    relation: Relation,
    output: Vec<ColumnId>,
    tables: Vec<Arc<Collection>>,
    new: NewColumns,
}

fn analyzed(sql: &str) -> Before {
    let tables: Vec<Table> = [("shops", SHOPS), ("sales", SALES)]
        .into_iter()
        .map(|(name, text)| {
            let Ok(Definition::Collection(collection)) = parse(text) else {
                panic!("{name} does not parse");
            };
            Table {
                name: vec![name.to_owned()],
                collection: Arc::new(collection),
            }
        })
        .collect();
    let (query, source) = syntax::parse_query(sql).unwrap();
    let analysis = analyze::analyze(&query, &source, crate::InScope::of_tables(&tables)).unwrap();
    Before {
        relation: analysis.relation,
        output: analysis.columns.iter().map(|column| column.id).collect(),
        tables: tables.into_iter().map(|table| table.collection).collect(),
        new: analysis.new_columns,
    }
}

fn normalized(before: &mut Before) -> Relation {
    let relation = std::mem::replace(&mut before.relation, Relation::OneRow);
    normalize(relation, &mut before.new)
}

fn pushed_down(before: &mut Before) -> Relation {
    filters::push_down(normalized(before))
}

fn semi_joined(before: &mut Before) -> Relation {
    let relation = std::mem::replace(&mut before.relation, Relation::OneRow);
    semi_joins::rewrite(relation, &mut before.new)
}

/// What the pass of this name makes of a query, after those that it counts on.
fn after(pass: &str, before: &mut Before) -> Relation {
    match pass {
        "subqueries" => normalized(before),
        "filters" => pushed_down(before),
        "semi_joins" => semi_joined(before),
        "semi_join_sides" => {
            let relation = filters::push_down(semi_joined(before));
            semi_join_sides::turn(relation, &before.tables, &mut before.new)
        }
        "columns" => {
            let relation = normalized(before);
            let output = before.output.iter().copied().collect();
            columns::prune(relation, &output, &before.tables)
        }
        "join_order" => join_order::reorder(pushed_down(before), &before.tables),
        "union_limits" => union_limits::copy(pushed_down(before)),
        "array_keys" => {
            let relation = semi_joined(before);
            array_keys::imply(filters::push_down(relation))
        }
        "grouping_sets" => {
            let relation = pushed_down(before);
            grouping_sets::in_two_phases(relation, &mut before.new)
        }
        "orders" => orders::move_down(pushed_down(before), &before.tables),
        "join_conditions" => join_conditions::sink(pushed_down(before)),
        "scalar_bounds" => scalar_bounds::turn(normalized(before), &before.tables),
        "aggregates" => aggregates::filter_early(normalized(before)),
        "nullness" => nullness::narrow(pushed_down(before)),
        "date_ranges" => date_ranges::rewrite(pushed_down(before)),
        other => panic!("no pass is called {other}"),
    }
}

#[test]
fn passes_make_the_plans_that_were_accepted() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/optimize/passes.txt");
    let text = std::fs::read_to_string(&file).unwrap();
    let found: Vec<String> = text
        .split("----\n")
        .map(|entry| {
            let (question, _) = entry.split_once("=>\n").unwrap_or((entry, ""));
            let (pass, sql) = question
                .trim()
                .split_once('\n')
                .expect("a pass and a query");
            let plan = after(pass.trim_end_matches(':'), &mut analyzed(sql));
            // How many columns the analysis has made besides is no matter.
            let (plan, _) = plan.renumbered(&mut NewColumns::default());
            format!("{pass}\n{sql}\n=>\n{plan}")
        })
        .collect();
    let found = found.join("----\n");
    if std::env::var_os("QUERYLEAF_BLESS").is_some() {
        std::fs::write(&file, found).unwrap();
        return;
    }
    let difference = text
        .lines()
        .zip(found.lines())
        .find(|(old, new)| old != new);
    assert!(text == found, "{}: {difference:?}", file.display());
}
