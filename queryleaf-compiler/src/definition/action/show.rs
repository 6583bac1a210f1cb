//! Statements whose rows tell what is there.

use crate::OutputColumn;
use crate::diagnostic::Span;
use crate::schema::Collection;
use crate::types::Type;
use queryleaf_plan::Template;

/// A command, and the columns of its rows.
type Shown = (Template, Vec<OutputColumn>);

fn column(name: &str, ty: Type, nullable: bool) -> OutputColumn {
    OutputColumn {
        name: name.to_owned(),
        path: vec![name.to_owned()],
        ty,
        nullable,
        rust: None,
        stored: true,
        file_stream: None,
        span: Span::default(),
    }
}

fn catalog(name: &str) -> Template {
    Template::entry("catalog", name)
}

/// `SHOW TABLES`.
pub(super) fn tables() -> Shown {
    let columns = vec![
        column("table_name", Type::Text, false),
        column("table_type", Type::Text, false),
        column("options", Type::Document, false),
    ];
    (catalog("tables"), columns)
}

/// `SHOW TTL STATUS`.
pub(super) fn ttl() -> Shown {
    let columns = vec![
        column("table_name", Type::Text, false),
        column("index_name", Type::Text, true),
        column("column_name", Type::Text, false),
        column("expire_after_seconds", Type::Bigint, false),
        column("condition", Type::Document, true),
    ];
    (catalog("ttl"), columns)
}

fn aggregate(collection: &Collection, stages: Vec<Template>) -> Template {
    Template::document([
        ("aggregate", Template::string(&*collection.name)),
        ("pipeline", Template::Array(stages)),
    ])
}

fn long(path: &str) -> Template {
    Template::entry("$toLong", Template::string(path))
}

fn flag(path: &str) -> Template {
    Template::entry(
        "$ifNull",
        Template::array([Template::string(path), false.into()]),
    )
}

fn project(entries: Vec<(&str, Template)>) -> Template {
    let mut entries = entries;
    entries.push(("_id", 0.into()));
    Template::entry("$project", Template::document(entries))
}

/// `SHOW INDEXES FROM table`.
pub(super) fn indexes(collection: &Collection) -> Shown {
    let field = |path: &str| Template::string(path);
    let stages = vec![
        Template::entry("$indexStats", Template::ALWAYS),
        project(vec![
            ("index_name", field("$name")),
            ("key", 1.into()),
            ("is_unique", flag("$spec.unique")),
            ("is_sparse", flag("$spec.sparse")),
            ("expire_after_seconds", long("$spec.expireAfterSeconds")),
            ("condition", field("$spec.partialFilterExpression")),
            ("accesses", long("$accesses.ops")),
            ("accesses_since", field("$accesses.since")),
        ]),
        Template::entry("$sort", Template::entry("index_name", 1)),
    ];
    let columns = vec![
        column("index_name", Type::Text, false),
        column("key", Type::Document, false),
        column("is_unique", Type::Boolean, false),
        column("is_sparse", Type::Boolean, false),
        column("expire_after_seconds", Type::Bigint, true),
        column("condition", Type::Document, true),
        column("accesses", Type::Bigint, false),
        column("accesses_since", Type::Timestamp, false),
    ];
    (aggregate(collection, stages), columns)
}

/// `ANALYZE table`.
pub(super) fn analyze(collection: &Collection) -> Shown {
    const NUMBERS: [(&str, &str, bool); 7] = [
        ("documents", "$storageStats.count", false),
        ("size", "$storageStats.size", false),
        ("average_size", "$storageStats.avgObjSize", true),
        ("storage_size", "$storageStats.storageSize", false),
        ("free_storage_size", "$storageStats.freeStorageSize", true),
        ("index_size", "$storageStats.totalIndexSize", false),
        ("indexes", "$storageStats.nindexes", false),
    ];
    let mut entries: Vec<_> = NUMBERS
        .iter()
        .map(|(name, path, _)| (*name, long(path)))
        .collect();
    entries.push(("is_capped", flag("$storageStats.capped")));
    let mut columns: Vec<_> = NUMBERS
        .iter()
        .map(|(name, _, nullable)| column(name, Type::Bigint, *nullable))
        .collect();
    columns.push(column("is_capped", Type::Boolean, false));
    let stats = Template::entry("storageStats", Template::ALWAYS);
    let stages = vec![Template::entry("$collStats", stats), project(entries)];
    (aggregate(collection, stages), columns)
}

/// `DESCRIBE table`: what its struct declares.
pub(super) fn describe(collection: &Collection) -> Shown {
    let text = |text: &str| Template::entry("$literal", Template::string(text));
    let rows = collection.fields.iter().map(|field| {
        let mut entries = vec![
            ("column_name", text(&field.name)),
            ("data_type", text(&field.ty.to_string())),
            ("is_nullable", field.nullable.into()),
        ];
        let default = field.default.as_deref();
        entries.extend(default.map(|default| ("column_default", text(default))));
        let length = field
            .limits
            .max_length
            .and_then(|length| i32::try_from(length).ok());
        entries.extend(length.map(|length| ("max_length", Template::from(length))));
        let mut references = collection.references.iter();
        let reference = references.find(|reference| reference.path == [field.name.as_str()]);
        entries.extend(reference.map(|reference| {
            let target = format!("{}.{}", reference.collection, reference.key.join("."));
            ("refers_to", text(&target))
        }));
        Template::document(entries)
    });
    let stage = Template::entry("$documents", Template::array(rows));
    let command = Template::document([
        ("aggregate", Template::from(1)),
        ("pipeline", Template::array([stage])),
    ]);
    let columns = vec![
        column("column_name", Type::Text, false),
        column("data_type", Type::Text, false),
        column("is_nullable", Type::Boolean, false),
        column("column_default", Type::Text, true),
        column("max_length", Type::Integer, true),
        column("refers_to", Type::Text, true),
    ];
    (command, columns)
}
